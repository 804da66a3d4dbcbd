/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the rest of the machine may ask about a running save or load (names of QEMU 8.2).
 */
#ifndef MIGRATION_MISC_H
#define MIGRATION_MISC_H

#include "qemu/osdep.h"

/* Neither saving nor loading the machine. */
bool migration_is_idle(void);
/* Is the machine being loaded now? */
bool migration_is_loading(void);

#endif
