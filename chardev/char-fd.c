/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Character devices on plain descriptors: the shared base, and the file and
 * pipe backends.
 */
#include "qemu/osdep.h"
#include <poll.h>
#include "qapi/error.h"
#include "char-internal.h"
#include "util/fd.h"

static int fd_chr_write(Chardev *chr, const uint8_t *buf, int len)
{
    FDChardev *s = FD_CHARDEV(chr);

    return s->fd_out < 0 ? len : char_io_write(s->fd_out, buf, len);
}

static int fd_chr_sync_read(Chardev *chr, uint8_t *buf, int len)
{
    FDChardev *s = FD_CHARDEV(chr);
    struct pollfd pfd = { .fd = s->fd_in, .events = POLLIN };

    if (s->fd_in < 0) {
        return 0;
    }
    if (RETRY_ON_EINTR(poll(&pfd, 1, 0)) == 0) {
        errno = EAGAIN;
        return -1;
    }
    return RETRY_ON_EINTR(read(s->fd_in, buf, len));
}

static gboolean fd_chr_read(gint fd, GIOCondition cond, gpointer opaque)
{
    Chardev *chr = CHARDEV(opaque);

    if (char_io_forward(chr, fd)) {
        return G_SOURCE_CONTINUE;
    }
    char_io_poll_remove(chr);
    qemu_chr_be_event(chr, CHR_EVENT_CLOSED);
    return G_SOURCE_REMOVE;
}

static void fd_chr_update_read_handler(Chardev *chr)
{
    FDChardev *s = FD_CHARDEV(chr);

    char_io_poll_remove(chr);
    if (s->fd_in >= 0) {
        chr->gsource = char_io_poll_add(chr, s->fd_in, char_io_can_read, fd_chr_read, chr,
                                        chr->gcontext);
    }
}

static GSource *fd_chr_add_watch(Chardev *chr, GIOCondition cond)
{
    FDChardev *s = FD_CHARDEV(chr);

    return s->fd_out >= 0 ? char_io_watch_new(s->fd_out, cond) : NULL;
}

void char_fd_set(FDChardev *s, int fd_in, int fd_out)
{
    s->fd_in = fd_in;
    s->fd_out = fd_out;
}

static void fd_chr_init(Object *obj)
{
    char_fd_set(FD_CHARDEV(obj), -1, -1);
}

static void fd_chr_finalize(Object *obj)
{
    FDChardev *s = FD_CHARDEV(obj);

    char_io_poll_remove(CHARDEV(obj));
    if (s->fd_out == s->fd_in) {
        s->fd_out = -1;
    }
    fd_close(&s->fd_in);
    fd_close(&s->fd_out);
}

static void fd_class_init(ObjectClass *oc, void *data)
{
    ChardevClass *cc = CHARDEV_CLASS(oc);

    cc->internal = true;
    cc->chr_write = fd_chr_write;
    cc->chr_sync_read = fd_chr_sync_read;
    cc->chr_add_watch = fd_chr_add_watch;
    cc->chr_update_read_handler = fd_chr_update_read_handler;
}

static const TypeInfo char_fd_type_info = {
    .name = TYPE_CHARDEV_FD,
    .parent = TYPE_CHARDEV,
    .instance_size = sizeof(FDChardev),
    .instance_init = fd_chr_init,
    .instance_finalize = fd_chr_finalize,
    .abstract = true,
    .class_init = fd_class_init,
};

/* -- file ------------------------------------------------------------------------- */

static void file_open(Chardev *chr, QemuOpts *opts, bool *be_opened, Error **errp)
{
    const char *path = chardev_value_need(opts, "path", errp);
    const char *input = qemu_opt_get(opts, "input-path");
    bool append = qemu_opt_get_bool(opts, "append", false);
    fd_auto int fd_in = -1;
    int fd_out;

    if (!path) {
        return;
    }
    if (input) {
        fd_in = qemu_open(input, O_RDONLY | O_NONBLOCK, errp);
        if (fd_in < 0) {
            return;
        }
    }
    fd_out = char_file_create(path, append, errp);
    if (fd_out >= 0) {
        char_fd_set(FD_CHARDEV(chr), fd_steal(&fd_in), fd_out);
    }
}

static void file_class_init(ObjectClass *oc, void *data)
{
    static const char *const keys[] = { "path", "append", "input-path", NULL };
    ChardevClass *cc = CHARDEV_CLASS(oc);

    cc->internal = false;
    cc->help = "a file for output, another for input";
    cc->options = keys;
    cc->open = file_open;
}

static const TypeInfo char_file_type_info = {
    .name = TYPE_CHARDEV_FILE,
    .parent = TYPE_CHARDEV_FD,
    .class_init = file_class_init,
};

/* -- pipe ------------------------------------------------------------------------- */

static int pipe_end_open(const char *path, const char *suffix)
{
    g_autofree char *name = g_strconcat(path, suffix, NULL);

    /* Read-write, so that opening does not wait for the other side. */
    return qemu_open_old(name, O_RDWR | O_NONBLOCK | O_CLOEXEC);
}

static void pipe_open(Chardev *chr, QemuOpts *opts, bool *be_opened, Error **errp)
{
    const char *path = chardev_value_need(opts, "path", errp);
    fd_auto int fd_in = -1;
    fd_auto int fd_out = -1;

    if (!path) {
        return;
    }
    fd_in = pipe_end_open(path, ".in");
    fd_out = pipe_end_open(path, ".out");
    if (fd_in < 0 || fd_out < 0) {
        fd_close(&fd_in);
        fd_close(&fd_out);
        fd_in = pipe_end_open(path, "");
        if (fd_in < 0) {
            error_setg_errno(errp, errno, "chardev pipe: cannot open '%s.in' and '%s.out', nor "
                             "'%s' (make them with mkfifo)", path, path, path);
            return;
        }
        fd_out = fd_in;
    }
    char_fd_set(FD_CHARDEV(chr), fd_in, fd_out);
    fd_in = fd_out = -1;
}

static void pipe_class_init(ObjectClass *oc, void *data)
{
    static const char *const keys[] = { "path", NULL };
    ChardevClass *cc = CHARDEV_CLASS(oc);

    cc->internal = false;
    cc->help = "two named pipes PATH.in and PATH.out, or one PATH";
    cc->options = keys;
    cc->open = pipe_open;
}

static const TypeInfo char_pipe_type_info = {
    .name = TYPE_CHARDEV_PIPE,
    .parent = TYPE_CHARDEV_FD,
    .class_init = pipe_class_init,
};

static void register_types(void)
{
    type_register_static(&char_fd_type_info);
    type_register_static(&char_file_type_info);
    type_register_static(&char_pipe_type_info);
}

type_init(register_types);
