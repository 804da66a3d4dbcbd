/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QEMUFile: buffered reading and writing of saved-state streams over memory or a descriptor.
 *
 * Input is a window (data, size, pos).  Over memory it is all there is; over a descriptor it is
 * refilled, and an outermost frame is pulled in completely, in steps, before it is parsed: a
 * length that lies costs no more memory than the bytes that really arrive.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "migration/qemu-file.h"
#include "qemu-file-internal.h"
#include <poll.h>

enum {
    IO_STEP_BYTES = 64 * 1024,
};

typedef struct PathElement {
    const char *name;
    int64_t index;
} PathElement;

struct QEMUFile {
    int fd;                     /* -1: memory */
    int stop_fd;                /* readable: give up; -1: none */
    bool is_output;
    int ret;                    /* first failure, 0 or a negative errno */
    Error *err;                 /* its message */
    GArray *path;               /* of PathElement */
    /* output */
    GByteArray *out;
    unsigned frames_open;
    /* input */
    GByteArray *in;             /* fd input: owns the window */
    const uint8_t *data;
    size_t size;
    size_t pos;
    uint64_t frame_left;        /* UINT64_MAX outside of frames */
};

static QEMUFile *qemu_file_new(int fd, bool is_output)
{
    QEMUFile *f = g_new0(QEMUFile, 1);

    f->fd = fd;
    f->stop_fd = -1;
    f->is_output = is_output;
    f->path = g_array_new(false, false, sizeof(PathElement));
    f->frame_left = UINT64_MAX;
    if (is_output) {
        f->out = g_byte_array_new();
    } else if (fd >= 0) {
        f->in = g_byte_array_new();
    }
    return f;
}

QEMUFile *qemu_file_new_memory_output(void)
{
    return qemu_file_new(-1, true);
}

QEMUFile *qemu_file_new_memory_input(const void *data, size_t size)
{
    QEMUFile *f = qemu_file_new(-1, false);

    f->data = data;
    f->size = size;
    return f;
}

QEMUFile *qemu_file_new_fd_output(int fd)
{
    return qemu_file_new(fd, true);
}

QEMUFile *qemu_file_new_fd_input(int fd)
{
    return qemu_file_new(fd, false);
}

int qemu_fclose(QEMUFile *f)
{
    int ret;

    if (!f) {
        return 0;
    }
    if (f->is_output) {
        qemu_fflush(f);
        g_byte_array_unref(f->out);
    } else if (f->in) {
        g_byte_array_unref(f->in);
    }
    if (f->fd >= 0 && qemu_close(f->fd) < 0 && f->is_output) {
        /* Network file systems report a failed write here. */
        qemu_file_fail(f, -errno, "closing failed: %s", strerror(errno));
    }
    ret = f->ret;
    error_free(f->err);
    g_array_unref(f->path);
    g_free(f);
    return ret;
}

/* -- errors and the path they happen in ------------------------------------------------------ */

void qemu_file_path_push(QEMUFile *f, const char *name, int64_t index)
{
    PathElement element = { .name = name, .index = index };

    g_array_append_val(f->path, element);
}

void qemu_file_path_pop(QEMUFile *f)
{
    g_assert(f->path->len > 0);
    g_array_set_size(f->path, f->path->len - 1);
}

void qemu_file_path_set_index(QEMUFile *f, int64_t index)
{
    g_array_index(f->path, PathElement, f->path->len - 1).index = index;
}

bool qemu_file_path_is_empty(QEMUFile *f)
{
    return f->path->len == 0;
}

char *qemu_file_path_get(QEMUFile *f)
{
    GString *s = g_string_new(NULL);

    for (guint i = 0; i < f->path->len; i++) {
        const PathElement *e = &g_array_index(f->path, PathElement, i);

        g_string_append_printf(s, "%s%s", i ? "/" : "", e->name);
        if (e->index >= 0) {
            g_string_append_printf(s, "[%" PRId64 "]", e->index);
        }
    }
    return g_string_free(s, false);
}

int qemu_file_fail(QEMUFile *f, int ret, const char *fmt, ...)
{
    g_autofree char *path = NULL;
    g_autofree char *text = NULL;
    va_list ap;

    if (f->ret || !ret) {
        return f->ret;
    }
    va_start(ap, fmt);
    text = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    path = qemu_file_path_get(f);
    error_setg(&f->err, "saved state%s%s: %s", *path ? " of " : "", path, text);
    f->ret = ret;
    return ret;
}

int qemu_file_get_error(QEMUFile *f)
{
    return f->ret;
}

int qemu_file_get_error_obj(QEMUFile *f, Error **errp)
{
    if (f->ret && errp) {
        error_propagate(errp, error_copy(f->err));
    }
    return f->ret;
}

void qemu_file_set_error(QEMUFile *f, int ret)
{
    qemu_file_fail(f, ret, "%s", strerror(-ret));
}

/* -- output ---------------------------------------------------------------------------------- */

void qemu_file_set_stop_fd(QEMUFile *f, int stop_fd)
{
    f->stop_fd = stop_fd;
}

/* Wait until the descriptor is ready, which may be non-blocking, or somebody wants an end. */
static void qemu_file_wait(QEMUFile *f, short events)
{
    struct pollfd pfds[] = {
        { .fd = f->fd, .events = events },
        { .fd = f->stop_fd, .events = POLLIN },
    };

    if (poll(pfds, G_N_ELEMENTS(pfds), -1) > 0 && pfds[1].revents) {
        qemu_file_fail(f, -ECANCELED, "cancelled");
    }
}

/* Before each transfer: has somebody asked for an end? */
static void qemu_file_check_stop(QEMUFile *f)
{
    struct pollfd pfd = { .fd = f->stop_fd, .events = POLLIN };

    if (f->stop_fd >= 0 && poll(&pfd, 1, 0) > 0) {
        qemu_file_fail(f, -ECANCELED, "cancelled");
    }
}

static void qemu_file_write_all(QEMUFile *f, const uint8_t *buf, size_t size)
{
    while (size && !f->ret) {
        ssize_t n;

        qemu_file_check_stop(f);
        if (f->ret) {
            return;
        }
        n = write(f->fd, buf, size);
        if (n >= 0) {
            buf += n;
            size -= n;
        } else if (errno == EAGAIN) {
            qemu_file_wait(f, POLLOUT);
        } else if (errno != EINTR) {
            qemu_file_fail(f, -errno, "writing failed: %s", strerror(errno));
        }
    }
}

void qemu_fflush(QEMUFile *f)
{
    if (f->fd < 0 || f->frames_open) {
        return;
    }
    qemu_file_write_all(f, f->out->data, f->out->len);
    g_byte_array_set_size(f->out, 0);
}

const uint8_t *qemu_file_get_data(QEMUFile *f, size_t *size)
{
    *size = f->out->len;
    return f->out->data;
}

void qemu_put_buffer(QEMUFile *f, const uint8_t *buf, size_t size)
{
    g_assert(f->is_output);
    if (f->ret || !size) {
        return;
    }
    if (size > G_MAXUINT - f->out->len - IO_STEP_BYTES) {
        qemu_file_fail(f, -EFBIG, "more than 4 GiB of state");
        return;
    }
    if (f->fd >= 0 && !f->frames_open && f->out->len + size > IO_STEP_BYTES) {
        qemu_fflush(f);
        if (size >= IO_STEP_BYTES) {
            qemu_file_write_all(f, buf, size);
            return;
        }
    }
    g_byte_array_append(f->out, buf, size);
}

static void put_big_endian(QEMUFile *f, uint64_t v, unsigned bytes)
{
    uint8_t buf[8];

    for (unsigned i = 0; i < bytes; i++) {
        buf[i] = v >> (8 * (bytes - 1 - i));
    }
    qemu_put_buffer(f, buf, bytes);
}

void qemu_put_byte(QEMUFile *f, int v)
{
    put_big_endian(f, v, 1);
}

void qemu_put_be16(QEMUFile *f, unsigned int v)
{
    put_big_endian(f, v, 2);
}

void qemu_put_be32(QEMUFile *f, unsigned int v)
{
    put_big_endian(f, v, 4);
}

void qemu_put_be64(QEMUFile *f, uint64_t v)
{
    put_big_endian(f, v, 8);
}

size_t qemu_put_frame_begin(QEMUFile *f)
{
    size_t frame = f->out->len;

    f->frames_open++;
    qemu_put_be32(f, 0);
    return frame;
}

void qemu_put_frame_end(QEMUFile *f, size_t frame)
{
    g_assert(f->frames_open > 0);
    f->frames_open--;
    if (!f->ret) {
        uint32_t length = f->out->len - frame - 4;

        for (unsigned i = 0; i < 4; i++) {
            f->out->data[frame + i] = length >> (24 - 8 * i);
        }
    }
}

/* -- input ----------------------------------------------------------------------------------- */

/* Make @want bytes available at pos; false (and a failure) when the stream ends before. */
static bool qemu_file_fill(QEMUFile *f, size_t want)
{
    while (f->size - f->pos < want && !f->ret) {
        size_t step = MIN(MAX(want - (f->size - f->pos), 4096), IO_STEP_BYTES);
        ssize_t n;

        if (f->fd < 0) {
            qemu_file_fail(f, -EINVAL, "the stream ends too early");
            break;
        }
        if (f->pos) {
            g_byte_array_remove_range(f->in, 0, f->pos);
            f->size -= f->pos;
            f->pos = 0;
        }
        qemu_file_check_stop(f);
        if (f->ret) {
            break;
        }
        g_byte_array_set_size(f->in, f->size + step);
        n = read(f->fd, f->in->data + f->size, step);
        g_byte_array_set_size(f->in, f->size + MAX(n, 0));
        f->data = f->in->data;
        f->size = f->in->len;
        if (n == 0) {
            qemu_file_fail(f, -EINVAL, "the stream ends too early");
        } else if (n < 0 && errno == EAGAIN) {
            qemu_file_wait(f, POLLIN);
        } else if (n < 0 && errno != EINTR) {
            qemu_file_fail(f, -errno, "reading failed: %s", strerror(errno));
        }
    }
    return !f->ret;
}

/* Large parts outside of frames (memory contents) go past the window. */
static bool qemu_file_read_past_window(QEMUFile *f, uint8_t *buf, size_t size)
{
    size_t have = MIN(f->size - f->pos, size);

    memcpy(buf, f->data + f->pos, have);
    f->pos += have;
    for (size_t done = have; done < size && !f->ret;) {
        ssize_t n;

        qemu_file_check_stop(f);
        if (f->ret) {
            break;
        }
        n = read(f->fd, buf + done, size - done);
        if (n > 0) {
            done += n;
        } else if (n == 0) {
            qemu_file_fail(f, -EINVAL, "the stream ends too early");
        } else if (errno == EAGAIN) {
            qemu_file_wait(f, POLLIN);
        } else if (errno != EINTR) {
            qemu_file_fail(f, -errno, "reading failed: %s", strerror(errno));
        }
    }
    return !f->ret;
}

/* May @size bytes be read from the current frame? */
static bool qemu_file_frame_has(QEMUFile *f, size_t size)
{
    if (size > f->frame_left) {
        qemu_file_fail(f, -EINVAL, "needs %zu more bytes, only %" PRIu64 " were saved",
                       size, f->frame_left);
    }
    return !f->ret;
}

size_t qemu_get_buffer(QEMUFile *f, uint8_t *buf, size_t size)
{
    bool ok;

    g_assert(!f->is_output);
    if (!size) {
        return 0;
    }
    if (f->ret || !qemu_file_frame_has(f, size)) {
        memset(buf, 0, size);
        return 0;
    }
    if (f->fd >= 0 && f->frame_left == UINT64_MAX && size >= IO_STEP_BYTES) {
        ok = qemu_file_read_past_window(f, buf, size);
    } else {
        ok = qemu_file_fill(f, size);
        if (ok) {
            memcpy(buf, f->data + f->pos, size);
            f->pos += size;
        }
    }
    if (!ok) {
        memset(buf, 0, size);
        return 0;
    }
    if (f->frame_left != UINT64_MAX) {
        f->frame_left -= size;
    }
    return size;
}

bool qemu_file_skip(QEMUFile *f, size_t size)
{
    if (f->ret || !qemu_file_frame_has(f, size) || !qemu_file_fill(f, size)) {
        return false;
    }
    f->pos += size;
    if (f->frame_left != UINT64_MAX) {
        f->frame_left -= size;
    }
    return true;
}

static uint64_t get_big_endian(QEMUFile *f, unsigned bytes)
{
    uint8_t buf[8];
    uint64_t v = 0;

    qemu_get_buffer(f, buf, bytes);
    for (unsigned i = 0; i < bytes; i++) {
        v = v << 8 | buf[i];
    }
    return v;
}

int qemu_get_byte(QEMUFile *f)
{
    return get_big_endian(f, 1);
}

unsigned int qemu_get_be16(QEMUFile *f)
{
    return get_big_endian(f, 2);
}

unsigned int qemu_get_be32(QEMUFile *f)
{
    return get_big_endian(f, 4);
}

uint64_t qemu_get_be64(QEMUFile *f)
{
    return get_big_endian(f, 8);
}

uint64_t qemu_get_frame_begin(QEMUFile *f)
{
    uint32_t length = qemu_get_be32(f);
    uint64_t outer = f->frame_left;

    if (f->ret || !qemu_file_frame_has(f, length) || !qemu_file_fill(f, length)) {
        length = 0;
    }
    f->frame_left = length;
    return outer == UINT64_MAX ? outer : outer - length;
}

void qemu_get_frame_end(QEMUFile *f, uint64_t outer)
{
    if (f->frame_left) {
        qemu_file_fail(f, -EINVAL, "%" PRIu64 " bytes were saved that nothing reads",
                       f->frame_left);
    }
    f->frame_left = outer;
}

uint64_t qemu_get_frame_left(QEMUFile *f)
{
    return f->frame_left;
}

/* -- strings --------------------------------------------------------------------------------- */

void qemu_put_counted_string(QEMUFile *f, const char *str)
{
    size_t length = strlen(str);

    if (length > QEMU_FILE_STRING_MAX) {
        qemu_file_fail(f, -ENAMETOOLONG, "the name \"%.40s...\" is longer than %d bytes", str,
                       QEMU_FILE_STRING_MAX);
        return;
    }
    qemu_put_be16(f, length);
    qemu_put_buffer(f, (const uint8_t *)str, length);
}

bool qemu_get_counted_string(QEMUFile *f, char buf[static QEMU_FILE_STRING_MAX + 1])
{
    unsigned length = qemu_get_be16(f);

    buf[0] = '\0';
    if (!f->ret && length > QEMU_FILE_STRING_MAX) {
        qemu_file_fail(f, -EINVAL, "a name of %u bytes", length);
    }
    if (f->ret) {
        return false;
    }
    qemu_get_buffer(f, (uint8_t *)buf, length);
    buf[length] = '\0';
    if (!f->ret && (strlen(buf) != length || !g_str_is_ascii(buf))) {
        buf[0] = '\0';
        qemu_file_fail(f, -EINVAL, "a name that is not text");
    }
    return !f->ret;
}
