/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Signals that end the program: they are turned into a shutdown request, which
 * the main loop carries out, so that devices and the terminal are left in
 * order and QMP clients hear about it.
 */
#include "qemu/osdep.h"
#include "sysemu/runstate.h"
#include "startup-internal.h"

static void signal_terminate(int signal, siginfo_t *info, void *context)
{
    int saved_errno = errno;

    qemu_system_killed(signal, info->si_code <= 0 ? info->si_pid : 0);
    errno = saved_errno;
}

void signals_install(void)
{
    struct sigaction terminate = {
        .sa_sigaction = signal_terminate,
        .sa_flags = SA_SIGINFO | SA_RESTART,
    };
    struct sigaction ignore = { .sa_handler = SIG_IGN };
    struct sigaction hangup;

    sigaction(SIGINT, &terminate, NULL);
    sigaction(SIGTERM, &terminate, NULL);
    if (sigaction(SIGHUP, NULL, &hangup) < 0 || hangup.sa_handler != SIG_IGN) {
        sigaction(SIGHUP, &terminate, NULL);
    }
    sigaction(SIGPIPE, &ignore, NULL);
}
