/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Standard input and output.  The terminal is in raw mode while the chardev
 * lives; it is restored when the program ends, also by a fatal signal, and
 * set again after the shell continued us.
 */
#include "qemu/osdep.h"
#include <termios.h>
#include "qapi/error.h"
#include "char-internal.h"
#include "util/fd.h"

/*
 * File scope because signal handlers and atexit() need it; one at a time can
 * exist, as there is one terminal.
 */
static struct {
    bool in_use;
    bool is_tty;
    bool echo;
    bool allow_signal;
    bool hooks_are_set;
    struct termios saved;
    int saved_flags[2];         /* of descriptors 0 and 1; -1: unchanged */
} stdio_term = { .saved_flags = { -1, -1 } };

static const int fatal_signals[] = { SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGQUIT };

/* Async-signal-safe. */
static void term_restore(void)
{
    if (!stdio_term.in_use) {
        return;
    }
    if (stdio_term.is_tty) {
        tcsetattr(STDIN_FILENO, TCSANOW, &stdio_term.saved);
    }
    for (int fd = 0; fd < 2; fd++) {
        if (stdio_term.saved_flags[fd] >= 0) {
            fcntl(fd, F_SETFL, stdio_term.saved_flags[fd]);
        }
    }
}

static void term_set_raw(void)
{
    struct termios tty = stdio_term.saved;

    if (!stdio_term.is_tty) {
        return;
    }
    if (!stdio_term.echo) {
        tty.c_iflag &= ~(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
        tty.c_oflag |= OPOST;
        tty.c_lflag &= ~(ECHO | ECHONL | ICANON | IEXTEN);
        tty.c_cflag &= ~(CSIZE | PARENB);
        tty.c_cflag |= CS8;
        tty.c_cc[VMIN] = 1;
        tty.c_cc[VTIME] = 0;
    }
    if (!stdio_term.allow_signal) {
        tty.c_lflag &= ~ISIG;
    }
    tcsetattr(STDIN_FILENO, TCSANOW, &tty);
}

static void continue_handle(int signal)
{
    int saved_errno = errno;

    if (stdio_term.in_use) {
        term_set_raw();
    }
    errno = saved_errno;
}

/* SA_RESETHAND has put the default action back: raising ends the program as it would have. */
static void fatal_handle(int signal)
{
    term_restore();
    raise(signal);
}

static void hooks_set(void)
{
    struct sigaction old;

    if (stdio_term.hooks_are_set) {
        return;
    }
    stdio_term.hooks_are_set = true;
    atexit(term_restore);
    for (size_t i = 0; i < ARRAY_SIZE(fatal_signals); i++) {
        struct sigaction fatal = { .sa_handler = fatal_handle, .sa_flags = SA_RESETHAND };

        /* A sanitizer's or debugger's handler stays. */
        if (sigaction(fatal_signals[i], NULL, &old) == 0 && old.sa_handler == SIG_DFL) {
            sigaction(fatal_signals[i], &fatal, NULL);
        }
    }
    sigaction(SIGCONT, &(struct sigaction) { .sa_handler = continue_handle,
                                             .sa_flags = SA_RESTART }, NULL);
}

/*
 * A descriptor of our own for 0 or 1 that does not block.  O_NONBLOCK belongs
 * to the open file, which the shell and our own printf() share, so a terminal
 * or pipe is opened anew; only where that is impossible the flag is set on
 * the shared one, until the end.
 */
static int own_fd_get(int fd, int access, Error **errp)
{
    g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", fd);
    struct stat st;
    int own;

    if (fstat(fd, &st) < 0) {
        error_setg_errno(errp, errno, "chardev stdio: standard %s is not open",
                         fd ? "output" : "input");
        return -1;
    }
    if (S_ISCHR(st.st_mode) || S_ISFIFO(st.st_mode)) {
        own = open(path, access | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        if (own >= 0) {
            return own;
        }
    }
    own = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    if (own < 0) {
        error_setg_errno(errp, errno, "chardev stdio: cannot duplicate a descriptor");
    } else if (!S_ISREG(st.st_mode)) {
        stdio_term.saved_flags[fd] = fcntl(fd, F_GETFL);
        fcntl(own, F_SETFL, stdio_term.saved_flags[fd] | O_NONBLOCK);
    }
    return own;
}

static void stdio_set_echo(Chardev *chr, bool echo)
{
    stdio_term.echo = echo;
    term_set_raw();
}

static void stdio_open(Chardev *chr, QemuOpts *opts, bool *be_opened, Error **errp)
{
    int fd_in, fd_out;

    if (stdio_term.in_use) {
        error_setg(errp, "only one character device can use stdio; share it with mux=on");
        return;
    }
    fd_in = own_fd_get(STDIN_FILENO, O_RDONLY, errp);
    fd_out = fd_in < 0 ? -1 : own_fd_get(STDOUT_FILENO, O_WRONLY, errp);
    if (fd_out < 0) {
        term_restore();
        fd_close(&fd_in);
        return;
    }
    char_fd_set(FD_CHARDEV(chr), fd_in, fd_out);
    stdio_term.is_tty = tcgetattr(STDIN_FILENO, &stdio_term.saved) == 0;
    stdio_term.allow_signal = qemu_opt_get_bool(opts, "signal", true);
    stdio_term.in_use = true;
    hooks_set();
    stdio_set_echo(chr, false);
}

static void stdio_finalize(Object *obj)
{
    if (FD_CHARDEV(obj)->fd_in >= 0) {
        term_restore();
        stdio_term.saved_flags[0] = stdio_term.saved_flags[1] = -1;
        stdio_term.in_use = false;
    }
}

static void stdio_class_init(ObjectClass *oc, void *data)
{
    static const char *const keys[] = { "signal", NULL };
    ChardevClass *cc = CHARDEV_CLASS(oc);

    cc->internal = false;
    cc->help = "standard input and output";
    cc->options = keys;
    cc->open = stdio_open;
    cc->chr_set_echo = stdio_set_echo;
}

static const TypeInfo char_stdio_type_info = {
    .name = TYPE_CHARDEV_STDIO,
    .parent = TYPE_CHARDEV_FD,
    .instance_finalize = stdio_finalize,
    .class_init = stdio_class_init,
};

static void register_types(void)
{
    type_register_static(&char_stdio_type_info);
}

type_init(register_types);
