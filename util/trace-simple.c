/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Binary trace file, read by scripts/trace-simple.py.
 *
 * Trace points append records to one of two buffers; a thread writes the
 * other one out.  When it cannot keep up, records are counted and dropped, and
 * the count is put into the file: a traced program is never held up by its
 * disk.  A lock, rather than a lock-free ring, keeps records in time order;
 * it is held for one copy and only while tracing is on.
 *
 * File, host byte order:
 *   header   u64 magic, u32 version, u32 pid, u64 realtime_ns, u64 monotonic_ns
 *   record   u32 bytes (with this header), u32 kind or event id, payload
 *   mapping  u32 event id, then name, letters, format, each u16 bytes + text
 *   dropped  u64 number of records lost before this one
 *   event    u64 monotonic_ns, u32 thread id, then per argument a u64, or for
 *            a string u16 bytes + text
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/thread.h"
#include "trace/control.h"
#include "log-internal.h"

#define TRACE_FILE_MAGIC 0x4543415254544e47ull  /* "GNTTRACE" */
#define TRACE_FILE_VERSION 1
#define TRACE_KIND_MAPPING 0xffffffffu
#define TRACE_KIND_DROPPED 0xfffffffeu

#define TRACE_BUFFER_BYTES (256 * 1024)
#define TRACE_STRING_MAX 512            /* longer string arguments are cut */
#define TRACE_RECORD_MAX (24 + 12 * (2 + TRACE_STRING_MAX))
#define TRACE_FLUSH_INTERVAL_MS 500

typedef struct TraceBuffer {
    size_t used;
    uint8_t *bytes;
} TraceBuffer;

typedef struct TraceFile {
    QemuMutex lock;         /* everything below */
    QemuMutex flush_lock;   /* one writer at a time; taken before lock */
    QemuCond wake;          /* the thread has work, or shall end */
    QemuThread thread;
    bool has_thread;
    bool stop;
    bool paused;            /* trace-file off: keeps the file */
    int fd;                 /* -1: no file */
    char *path;
    TraceBuffer buffer[2];
    unsigned active;        /* the one trace points append to */
    uint64_t dropped;       /* not yet reported in the file */
    uint64_t dropped_total;
    uint64_t records;
    int write_errno;        /* of the first failed write */
} TraceFile;

static TraceFile trace_file = {
    .lock = QEMU_MUTEX_INITIALIZER,
    .flush_lock = QEMU_MUTEX_INITIALIZER,
    .wake = QEMU_COND_INITIALIZER,
    .fd = -1,
};
/* Read by trace points without the lock. */
static bool trace_file_running;

static uint64_t clock_ns(clockid_t clock)
{
    struct timespec ts;

    clock_gettime(clock, &ts);
    return ts.tv_sec * 1000000000ull + ts.tv_nsec;
}

static void put(uint8_t **at, const void *data, size_t len)
{
    memcpy(*at, data, len);
    *at += len;
}

static void put_u32(uint8_t **at, uint32_t value)
{
    put(at, &value, sizeof(value));
}

static void put_u64(uint8_t **at, uint64_t value)
{
    put(at, &value, sizeof(value));
}

static void put_str(uint8_t **at, const char *str)
{
    uint16_t len = strnlen(str, TRACE_STRING_MAX);

    put(at, &len, sizeof(len));
    put(at, str, len);
}

static void record_finish(uint8_t *start, const uint8_t *end)
{
    uint32_t bytes = end - start;

    memcpy(start, &bytes, sizeof(bytes));
}

/* Takes the lock. */
static void fd_write_all(TraceFile *f, int fd, const uint8_t *bytes, size_t len)
{
    if (qemu_write_full(fd, bytes, len) < (ssize_t)len) {
        int problem = errno;

        qemu_mutex_lock(&f->lock);
        f->write_errno = f->write_errno ? f->write_errno : problem;
        qemu_mutex_unlock(&f->lock);
    }
}

/* Writes out what was recorded so far. Takes the locks. */
static void file_flush(TraceFile *f)
{
    TraceBuffer *full;
    int fd;

    qemu_mutex_lock(&f->flush_lock);
    qemu_mutex_lock(&f->lock);
    full = &f->buffer[f->active];
    f->active ^= 1;
    fd = f->fd;
    qemu_mutex_unlock(&f->lock);

    /* Only the holder of flush_lock touches the inactive buffer. */
    if (full->used && fd >= 0) {
        fd_write_all(f, fd, full->bytes, full->used);
    }
    full->used = 0;
    qemu_mutex_unlock(&f->flush_lock);
}

static void *file_thread_run(void *opaque)
{
    TraceFile *f = opaque;

    qemu_mutex_lock(&f->lock);
    while (!f->stop) {
        qemu_cond_timedwait(&f->wake, &f->lock, TRACE_FLUSH_INTERVAL_MS);
        qemu_mutex_unlock(&f->lock);
        file_flush(f);
        qemu_mutex_lock(&f->lock);
    }
    qemu_mutex_unlock(&f->lock);
    return NULL;
}

/* Room for one more record in the active buffer, or NULL. Called with lock held. */
static uint8_t *record_reserve(TraceFile *f)
{
    TraceBuffer *buffer = &f->buffer[f->active];
    uint8_t *at = buffer->bytes + buffer->used;

    if (buffer->used + 2 * TRACE_RECORD_MAX > TRACE_BUFFER_BYTES) {
        f->dropped++;
        f->dropped_total++;
        return NULL;
    }
    if (f->dropped) {
        put_u32(&at, 16);
        put_u32(&at, TRACE_KIND_DROPPED);
        put_u64(&at, f->dropped);
        buffer->used += 16;
        f->dropped = 0;
    }
    return at;
}

void trace_simple_emit(const TraceEvent *event, const TraceArg *args)
{
    TraceFile *f = &trace_file;
    uint8_t *start, *at;

    if (!trace_simple_is_running()) {
        return;
    }
    qemu_mutex_lock(&f->lock);
    start = at = f->fd >= 0 && !f->paused ? record_reserve(f) : NULL;
    if (at) {
        put_u32(&at, 0);
        put_u32(&at, event->id);
        put_u64(&at, clock_ns(CLOCK_MONOTONIC));
        put_u32(&at, qemu_get_thread_id());
        for (size_t i = 0; event->letters[i]; i++) {
            if (event->letters[i] == 's') {
                put_str(&at, args[i].str ? args[i].str : "(null)");
            } else {
                put_u64(&at, args[i].u64);
            }
        }
        record_finish(start, at);
        f->records++;
        f->buffer[f->active].used = at - f->buffer[f->active].bytes;
        if (f->buffer[f->active].used > TRACE_BUFFER_BYTES / 2) {
            qemu_cond_signal(&f->wake);
        }
    }
    qemu_mutex_unlock(&f->lock);
}

static void header_write(TraceFile *f, int fd)
{
    uint8_t bytes[TRACE_RECORD_MAX];
    uint8_t *at = bytes;
    TraceEventIter iter;
    TraceEvent *event;

    put_u64(&at, TRACE_FILE_MAGIC);
    put_u32(&at, TRACE_FILE_VERSION);
    put_u32(&at, getpid());
    put_u64(&at, clock_ns(CLOCK_REALTIME));
    put_u64(&at, clock_ns(CLOCK_MONOTONIC));
    fd_write_all(f, fd, bytes, at - bytes);

    trace_event_iter_init_all(&iter);
    while ((event = trace_event_iter_next(&iter))) {
        at = bytes;
        put_u32(&at, 0);
        put_u32(&at, TRACE_KIND_MAPPING);
        put_u32(&at, event->id);
        put_str(&at, event->name);
        put_str(&at, event->letters);
        put_str(&at, event->format);
        record_finish(bytes, at);
        fd_write_all(f, fd, bytes, at - bytes);
    }
}

static void running_update(TraceFile *f)
{
    __atomic_store_n(&trace_file_running, f->fd >= 0 && !f->paused, __ATOMIC_RELAXED);
}

bool trace_simple_is_running(void)
{
    return __atomic_load_n(&trace_file_running, __ATOMIC_RELAXED);
}

static void file_close(TraceFile *f)
{
    QemuThread thread;
    bool has_thread;

    qemu_mutex_lock(&f->lock);
    f->stop = true;
    f->paused = false;
    thread = f->thread;
    has_thread = f->has_thread;
    f->has_thread = false;
    qemu_cond_signal(&f->wake);
    qemu_mutex_unlock(&f->lock);
    if (has_thread) {
        qemu_thread_join(&thread);
    }
    file_flush(f);

    qemu_mutex_lock(&f->flush_lock);
    qemu_mutex_lock(&f->lock);
    if (f->fd >= 0) {
        close(f->fd);
        f->fd = -1;
    }
    f->write_errno = 0;
    running_update(f);
    for (int i = 0; i < 2; i++) {
        f->buffer[i].used = 0;
        g_clear_pointer(&f->buffer[i].bytes, g_free);
    }
    g_clear_pointer(&f->path, g_free);
    qemu_mutex_unlock(&f->lock);
    qemu_mutex_unlock(&f->flush_lock);
}

static void exit_flush(void)
{
    file_close(&trace_file);
}

bool trace_simple_file_set(const char *path, Error **errp)
{
    static gsize exit_hook_is_set;
    TraceFile *f = &trace_file;
    g_autofree char *name = path ? g_strdup(path) : g_strdup_printf("trace-%d", (int)getpid());
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

    if (fd < 0) {
        error_setg_errno(errp, errno, "cannot open trace file '%s'", name);
        return false;
    }
    file_close(f);
    if (g_once_init_enter(&exit_hook_is_set)) {
        atexit(exit_flush);
        g_once_init_leave(&exit_hook_is_set, 1);
    }
    header_write(f, fd);

    qemu_mutex_lock(&f->lock);
    for (int i = 0; i < 2; i++) {
        f->buffer[i].bytes = g_malloc(TRACE_BUFFER_BYTES);
    }
    f->path = g_steal_pointer(&name);
    f->fd = fd;
    f->dropped = f->dropped_total = f->records = 0;
    running_update(f);
    f->stop = false;
    f->has_thread = true;
    qemu_thread_create(&f->thread, "trace-writer", file_thread_run, f, QEMU_THREAD_JOINABLE);
    qemu_mutex_unlock(&f->lock);
    return true;
}

bool trace_simple_enable(bool enable, Error **errp)
{
    TraceFile *f = &trace_file;
    bool is_open;

    qemu_mutex_lock(&f->lock);
    is_open = f->fd >= 0;
    f->paused = is_open && !enable;
    running_update(f);
    qemu_mutex_unlock(&f->lock);
    if (enable && !is_open) {
        return trace_simple_file_set(NULL, errp);
    }
    return true;
}

char *trace_simple_status_text(void)
{
    TraceFile *f = &trace_file;
    char *text;

    qemu_mutex_lock(&f->lock);
    if (f->fd < 0) {
        text = g_strdup("Trace file: none\n");
    } else {
        text = g_strdup_printf("Trace file '%s' %s: %" PRIu64 " records, %" PRIu64 " dropped%s%s\n",
                               f->path, f->paused ? "off" : "on", f->records, f->dropped_total,
                               f->write_errno ? ", write error: " : "",
                               f->write_errno ? g_strerror(f->write_errno) : "");
    }
    qemu_mutex_unlock(&f->lock);
    return text;
}

void trace_flush(void)
{
    if (trace_simple_is_running()) {
        file_flush(&trace_file);
    }
}
