/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The front end's side of character devices; see chardev/char-fe.h. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "char-internal.h"

/* How long a blocking read sleeps before it looks again. */
#define READ_RETRY_US 100

bool qemu_chr_fe_init(CharBackend *b, Chardev *s, Error **errp)
{
    int tag = 0;

    if (s && CHARDEV_IS_MUX(s)) {
        if (!mux_chr_attach_frontend(MUX_CHARDEV(s), b, errp)) {
            return false;
        }
        tag = b->tag;
    } else if (s && s->be) {
        error_setg(errp, "Chardev '%s' is already in use; only one with mux=on can be shared",
                   s->label);
        return false;
    } else if (s) {
        s->be = b;
    }
    b->fe_is_open = false;
    b->tag = tag;
    b->chr = s;
    return true;
}

void qemu_chr_fe_deinit(CharBackend *b, bool del)
{
    Chardev *chr = b->chr;

    if (!chr) {
        return;
    }
    qemu_chr_fe_set_handlers(b, NULL, NULL, NULL, NULL, NULL, NULL, true);
    if (chr->be == b) {
        chr->be = NULL;
    }
    if (CHARDEV_IS_MUX(chr)) {
        mux_chr_detach_frontend(MUX_CHARDEV(chr), b);
    }
    b->chr = NULL;
    if (del && OBJECT(chr)->parent) {
        object_unparent(OBJECT(chr));
    } else if (del) {
        object_unref(OBJECT(chr));
    }
}

Chardev *qemu_chr_fe_get_driver(CharBackend *be)
{
    return be->chr;
}

bool qemu_chr_fe_backend_connected(CharBackend *be)
{
    return be->chr != NULL;
}

bool qemu_chr_fe_backend_open(CharBackend *be)
{
    return be->chr && be->chr->be_open;
}

void qemu_chr_fe_set_handlers_full(CharBackend *b, IOCanReadHandler *fd_can_read,
                                   IOReadHandler *fd_read, IOEventHandler *fd_event,
                                   BackendChangeHandler *be_change, void *opaque,
                                   GMainContext *context, bool set_open, bool sync_state)
{
    bool is_open = opaque || fd_can_read || fd_read || fd_event;
    Chardev *s = b->chr;

    if (!s) {
        return;
    }
    if (!is_open) {
        char_io_poll_remove(s);
    }
    b->chr_can_read = fd_can_read;
    b->chr_read = fd_read;
    b->chr_event = fd_event;
    b->chr_be_change = be_change;
    b->opaque = opaque;
    qemu_chr_be_update_read_handlers(s, context);
    if (set_open) {
        qemu_chr_fe_set_open(b, is_open);
    }
    if (is_open) {
        qemu_chr_fe_take_focus(b);
        /* A backend that is open already would never say so again. */
        if (sync_state && s->be_open) {
            qemu_chr_be_event(s, CHR_EVENT_OPENED);
        }
    }
}

void qemu_chr_fe_set_handlers(CharBackend *b, IOCanReadHandler *fd_can_read,
                              IOReadHandler *fd_read, IOEventHandler *fd_event,
                              BackendChangeHandler *be_change, void *opaque,
                              GMainContext *context, bool set_open)
{
    qemu_chr_fe_set_handlers_full(b, fd_can_read, fd_read, fd_event, be_change, opaque, context,
                                  set_open, true);
}

void qemu_chr_fe_take_focus(CharBackend *b)
{
    if (b->chr && CHARDEV_IS_MUX(b->chr)) {
        mux_set_focus(MUX_CHARDEV(b->chr), b->tag);
    }
}

void qemu_chr_fe_accept_input(CharBackend *be)
{
    Chardev *s = be->chr;

    if (!s) {
        return;
    }
    if (CHARDEV_GET_CLASS(s)->chr_accept_input) {
        CHARDEV_GET_CLASS(s)->chr_accept_input(s);
    }
    /* The loop asks can_read before it sleeps; make it do so now. */
    g_main_context_wakeup(s->gcontext);
}

void qemu_chr_fe_disconnect(CharBackend *be)
{
    Chardev *s = be->chr;

    if (s && CHARDEV_GET_CLASS(s)->chr_disconnect) {
        CHARDEV_GET_CLASS(s)->chr_disconnect(s);
    }
}

int qemu_chr_fe_wait_connected(CharBackend *be, Error **errp)
{
    if (!be->chr) {
        error_setg(errp, "missing associated backend");
        return -1;
    }
    return qemu_chr_wait_connected(be->chr, errp);
}

void qemu_chr_fe_set_echo(CharBackend *be, bool echo)
{
    Chardev *s = be->chr;

    if (s && CHARDEV_GET_CLASS(s)->chr_set_echo) {
        CHARDEV_GET_CLASS(s)->chr_set_echo(s, echo);
    }
}

void qemu_chr_fe_set_open(CharBackend *be, bool is_open)
{
    Chardev *s = be->chr;

    if (!s || be->fe_is_open == is_open) {
        return;
    }
    be->fe_is_open = is_open;
    if (CHARDEV_GET_CLASS(s)->chr_set_fe_open) {
        CHARDEV_GET_CLASS(s)->chr_set_fe_open(s, is_open);
    }
}

void qemu_chr_fe_printf(CharBackend *be, const char *fmt, ...)
{
    g_autofree char *text = NULL;
    va_list ap;

    va_start(ap, fmt);
    text = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    qemu_chr_fe_write_all(be, (const uint8_t *)text, strlen(text));
}

guint qemu_chr_fe_add_watch(CharBackend *be, GIOCondition cond, FEWatchFunc func, void *user_data)
{
    Chardev *s = be->chr;
    GSource *source;
    guint tag;

    if (!s || !CHARDEV_GET_CLASS(s)->chr_add_watch) {
        return 0;
    }
    source = CHARDEV_GET_CLASS(s)->chr_add_watch(s, cond);
    if (!source) {
        return 0;
    }
    g_source_set_callback(source, (GSourceFunc)(void (*)(void))func, user_data, NULL);
    tag = g_source_attach(source, s->gcontext);
    g_source_unref(source);
    return tag;
}

int qemu_chr_fe_write(CharBackend *be, const uint8_t *buf, int len)
{
    return be->chr ? qemu_chr_write(be->chr, buf, len, false) : 0;
}

int qemu_chr_fe_write_all(CharBackend *be, const uint8_t *buf, int len)
{
    return be->chr ? qemu_chr_write(be->chr, buf, len, true) : 0;
}

int qemu_chr_fe_read_all(CharBackend *be, uint8_t *buf, int len)
{
    Chardev *s = be->chr;
    int done = 0;

    if (!s || !CHARDEV_GET_CLASS(s)->chr_sync_read) {
        return 0;
    }
    while (done < len) {
        int ret = CHARDEV_GET_CLASS(s)->chr_sync_read(s, buf + done, len - done);

        if (ret == -1 && errno == EAGAIN) {
            g_usleep(READ_RETRY_US);
            continue;
        }
        if (ret < 0) {
            return ret;
        }
        if (ret == 0) {
            break;
        }
        done += ret;
    }
    return done;
}

int qemu_chr_fe_ioctl(CharBackend *be, int cmd, void *arg)
{
    Chardev *s = be->chr;

    return s && CHARDEV_GET_CLASS(s)->chr_ioctl ? CHARDEV_GET_CLASS(s)->chr_ioctl(s, cmd, arg)
                                                : -ENOTSUP;
}

int qemu_chr_fe_get_msgfds(CharBackend *be, int *fds, int num)
{
    Chardev *s = be->chr;

    return s && CHARDEV_GET_CLASS(s)->get_msgfds ? CHARDEV_GET_CLASS(s)->get_msgfds(s, fds, num)
                                                 : -1;
}

int qemu_chr_fe_get_msgfd(CharBackend *be)
{
    int fd;

    return qemu_chr_fe_get_msgfds(be, &fd, 1) == 1 ? fd : -1;
}

int qemu_chr_fe_set_msgfds(CharBackend *be, int *fds, int num)
{
    Chardev *s = be->chr;

    return s && CHARDEV_GET_CLASS(s)->set_msgfds ? CHARDEV_GET_CLASS(s)->set_msgfds(s, fds, num)
                                                 : -1;
}
