/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pseudo terminals.  The master cannot be told when a program opens the
 * slave, so while nobody has it open a timer looks once a second; output of
 * that time is lost, as with an unplugged cable.
 */
#include "qemu/osdep.h"
#include <poll.h>
#include <termios.h>
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "char-internal.h"
#include "util/fd.h"
#include "trace.h"

#define PTY_LOOK_INTERVAL_MS 1000

typedef struct PtyChardev {
    Chardev parent;
    int fd;                     /* master */
    bool is_connected;          /* a program has the slave open */
    GSource *timer;
} PtyChardev;

DECLARE_INSTANCE_CHECKER(PtyChardev, PTY_CHARDEV, TYPE_CHARDEV_PTY)

static void pty_state_set(PtyChardev *s, bool is_connected);

static bool slave_is_open(PtyChardev *s)
{
    struct pollfd pfd = { .fd = s->fd, .events = POLLOUT };

    return RETRY_ON_EINTR(poll(&pfd, 1, 0)) >= 0 && !(pfd.revents & POLLHUP);
}

static void timer_stop(PtyChardev *s)
{
    if (s->timer) {
        g_source_destroy(s->timer);
        g_source_unref(s->timer);
        s->timer = NULL;
    }
}

static gboolean timer_look(gpointer opaque)
{
    PtyChardev *s = PTY_CHARDEV(opaque);

    if (!slave_is_open(s)) {
        return G_SOURCE_CONTINUE;
    }
    timer_stop(s);
    pty_state_set(s, true);
    return G_SOURCE_REMOVE;
}

static gboolean pty_read(gint fd, GIOCondition cond, gpointer opaque)
{
    Chardev *chr = CHARDEV(opaque);

    if (char_io_forward(chr, fd)) {
        return G_SOURCE_CONTINUE;
    }
    pty_state_set(PTY_CHARDEV(chr), false);
    return G_SOURCE_REMOVE;
}

/* Watches for input or, while nobody is there, for somebody. */
static void watches_update(PtyChardev *s)
{
    Chardev *chr = CHARDEV(s);

    char_io_poll_remove(chr);
    timer_stop(s);
    if (s->is_connected) {
        chr->gsource = char_io_poll_add(chr, s->fd, char_io_can_read, pty_read, chr, chr->gcontext);
    } else {
        s->timer = qemu_chr_timeout_add_ms(chr, PTY_LOOK_INTERVAL_MS, timer_look, s);
    }
}

static void pty_state_set(PtyChardev *s, bool is_connected)
{
    bool changed = s->is_connected != is_connected;

    s->is_connected = is_connected;
    watches_update(s);
    if (changed) {
        qemu_chr_be_event(CHARDEV(s), is_connected ? CHR_EVENT_OPENED : CHR_EVENT_CLOSED);
    }
}

static void pty_update_read_handler(Chardev *chr)
{
    PtyChardev *s = PTY_CHARDEV(chr);

    pty_state_set(s, slave_is_open(s));
}

static int pty_write(Chardev *chr, const uint8_t *buf, int len)
{
    PtyChardev *s = PTY_CHARDEV(chr);

    /* The kernel would keep what nobody reads and give it to the next program. */
    return slave_is_open(s) ? char_io_write(s->fd, buf, len) : len;
}

static GSource *pty_add_watch(Chardev *chr, GIOCondition cond)
{
    PtyChardev *s = PTY_CHARDEV(chr);

    return s->is_connected ? char_io_watch_new(s->fd, cond) : NULL;
}

/* A master whose slave is raw and was open once (only then a hang-up is reported). */
static int master_open(char *name, size_t size, Error **errp)
{
    fd_auto int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    fd_auto int slave = -1;
    struct termios tty;

    if (fd < 0 || grantpt(fd) < 0 || unlockpt(fd) < 0 || ptsname_r(fd, name, size) != 0) {
        error_setg_errno(errp, errno, "chardev pty: cannot create a pseudo terminal");
        return -1;
    }
    slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (slave < 0 || tcgetattr(slave, &tty) < 0) {
        error_setg_errno(errp, errno, "chardev pty: cannot open '%s'", name);
        return -1;
    }
    cfmakeraw(&tty);
    tcsetattr(slave, TCSANOW, &tty);
    return qemu_set_blocking(fd, false, errp) ? fd_steal(&fd) : -1;
}

static void pty_open(Chardev *chr, QemuOpts *opts, bool *be_opened, Error **errp)
{
    PtyChardev *s = PTY_CHARDEV(chr);
    char name[PATH_MAX];

    s->fd = master_open(name, sizeof(name), errp);
    if (s->fd < 0) {
        return;
    }
    chr->filename = g_strdup_printf("pty:%s", name);
    error_printf("char device redirected to %s (label %s)\n", name,
                 chr->label ? chr->label : "none");
    trace_char_pty_open(chr->label, name);
    *be_opened = false;
}

static void pty_init(Object *obj)
{
    PTY_CHARDEV(obj)->fd = -1;
}

static void pty_finalize(Object *obj)
{
    PtyChardev *s = PTY_CHARDEV(obj);

    char_io_poll_remove(CHARDEV(obj));
    timer_stop(s);
    fd_close(&s->fd);
}

static void pty_class_init(ObjectClass *oc, void *data)
{
    ChardevClass *cc = CHARDEV_CLASS(oc);

    cc->help = "a pseudo terminal, whose name is printed";
    cc->open = pty_open;
    cc->chr_write = pty_write;
    cc->chr_add_watch = pty_add_watch;
    cc->chr_update_read_handler = pty_update_read_handler;
}

static const TypeInfo char_pty_type_info = {
    .name = TYPE_CHARDEV_PTY,
    .parent = TYPE_CHARDEV,
    .instance_size = sizeof(PtyChardev),
    .instance_init = pty_init,
    .instance_finalize = pty_finalize,
    .class_init = pty_class_init,
};

static void register_types(void)
{
    type_register_static(&char_pty_type_info);
}

type_init(register_types);
