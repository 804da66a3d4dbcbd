/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions called, in order of registration, whenever the machine is reset (API of QEMU 8.2).
 */
#ifndef SYSEMU_RESET_H
#define SYSEMU_RESET_H

#include "qemu/osdep.h"
#include "qapi/qapi-types-run-state.h"

typedef void QEMUResetHandler(void *opaque);

/* Call @func(@opaque) at each reset.  Caller holds the BQL, here and below. */
void qemu_register_reset(QEMUResetHandler *func, void *opaque);
/* The same, except for the reset that precedes loading a saved state. */
void qemu_register_reset_nosnapshotload(QEMUResetHandler *func, void *opaque);
/* Remove one registration.  Legal inside of a handler. */
void qemu_unregister_reset(QEMUResetHandler *func, void *opaque);
/* Call them all.  Handlers registered meanwhile are called too. */
void qemu_devices_reset(ShutdownCause reason);

#endif
