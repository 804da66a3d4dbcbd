/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Descriptors in the main loop; see chardev/char-io.h. */
#include "qemu/osdep.h"
#include "char-internal.h"

/*
 * The descriptor is part of the source only while the front end can take
 * input: a hang-up is reported whatever conditions are asked for, so a mere
 * "no events" would make the loop spin on a closed peer.
 */
typedef struct PollSource {
    GSource parent;
    int fd;
    gpointer tag;               /* of the descriptor while it is watched, or NULL */
    IOCanReadHandler *can_read;
    void *opaque;
} PollSource;

static gboolean poll_prepare(GSource *source, gint *timeout)
{
    PollSource *poll = (PollSource *)source;
    bool wanted = poll->can_read(poll->opaque) > 0;

    *timeout = -1;
    if (wanted && !poll->tag) {
        poll->tag = g_source_add_unix_fd(source, poll->fd, G_IO_IN | G_IO_HUP | G_IO_ERR);
    } else if (!wanted && poll->tag) {
        g_source_remove_unix_fd(source, poll->tag);
        poll->tag = NULL;
    }
    return false;
}

static gboolean poll_check(GSource *source)
{
    PollSource *poll = (PollSource *)source;

    return poll->tag && g_source_query_unix_fd(source, poll->tag);
}

static gboolean poll_dispatch(GSource *source, GSourceFunc callback, gpointer opaque)
{
    PollSource *poll = (PollSource *)source;
    GUnixFDSourceFunc func = (GUnixFDSourceFunc)(void (*)(void))callback;

    return func(poll->fd, poll->tag ? g_source_query_unix_fd(source, poll->tag) : 0, opaque);
}

static GSourceFuncs poll_funcs = {
    .prepare = poll_prepare,
    .check = poll_check,
    .dispatch = poll_dispatch,
};

GSource *char_io_poll_add(Chardev *chr, int fd, IOCanReadHandler *can_read, GUnixFDSourceFunc func,
                          void *opaque, GMainContext *context)
{
    GSource *source = g_source_new(&poll_funcs, sizeof(PollSource));
    PollSource *poll = (PollSource *)source;

    poll->fd = fd;
    poll->can_read = can_read;
    poll->opaque = opaque;
    g_source_set_callback(source, (GSourceFunc)(void (*)(void))func, opaque, NULL);
    g_source_set_name(source, chr->label);
    g_source_attach(source, context);
    return source;
}

void char_io_poll_remove(Chardev *chr)
{
    if (chr->gsource) {
        g_source_destroy(chr->gsource);
        g_source_unref(chr->gsource);
        chr->gsource = NULL;
    }
}

/* What qemu_chr_fe_add_watch() attaches: calls an FEWatchFunc. */
typedef struct WatchSource {
    GSource parent;
    gpointer tag;
} WatchSource;

static gboolean watch_check(GSource *source)
{
    return g_source_query_unix_fd(source, ((WatchSource *)source)->tag) != 0;
}

static gboolean watch_dispatch(GSource *source, GSourceFunc callback, gpointer opaque)
{
    FEWatchFunc func = (FEWatchFunc)(void (*)(void))callback;

    return func(NULL, g_source_query_unix_fd(source, ((WatchSource *)source)->tag), opaque);
}

static GSourceFuncs watch_funcs = {
    .check = watch_check,
    .dispatch = watch_dispatch,
};

int char_io_can_read(void *opaque)
{
    return qemu_chr_be_can_write(CHARDEV(opaque));
}

bool char_io_forward(Chardev *chr, int fd)
{
    uint8_t buf[CHR_READ_BUF_LEN];
    int room = MIN(qemu_chr_be_can_write(chr), (int)sizeof(buf));
    ssize_t len;

    if (room <= 0) {
        return true;
    }
    len = RETRY_ON_EINTR(read(fd, buf, room));
    if (len > 0) {
        qemu_chr_be_write(chr, buf, len);
    }
    return len > 0 || (len < 0 && errno == EAGAIN);
}

GSource *char_io_watch_new(int fd, GIOCondition cond)
{
    GSource *source = g_source_new(&watch_funcs, sizeof(WatchSource));

    ((WatchSource *)source)->tag = g_source_add_unix_fd(source, fd, cond | G_IO_HUP | G_IO_ERR);
    return source;
}

int char_io_write(int fd, const void *buf, size_t len)
{
    return RETRY_ON_EINTR(write(fd, buf, len));
}
