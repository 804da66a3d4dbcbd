/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is the software CPU in use (names of QEMU 8.2).  [accel]
 */
#ifndef SYSEMU_TCG_H
#define SYSEMU_TCG_H

#include <stdbool.h>

extern bool tcg_allowed;
#define tcg_enabled() (tcg_allowed)

#endif
