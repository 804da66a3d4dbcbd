/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words in which requests wait for the main loop.
 */
#ifndef RUN_RUNSTATE_REQUEST_INTERNAL_H
#define RUN_RUNSTATE_REQUEST_INTERNAL_H

#include "sysemu/runstate.h"

typedef struct RunStateRequests {
    int shutdown;               /* a ShutdownCause */
    int exit_code;
    int signal;                 /* the one that asked for it, 0: none */
    int signal_pid;
    int reset;                  /* a ShutdownCause */
    int powerdown;
    int debug;
    int suspend;
    int wakeup;                 /* a WakeupReason */
    int vmstop;                 /* a RunState, under vmstop_lock; RUN_STATE__MAX: none */
    /* BQL: */
    bool has_wakeup_support;
    unsigned wakeup_disabled;   /* a bit per WakeupReason */
} RunStateRequests;

extern RunStateRequests runstate_requests;

#endif
