/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is the software CPU in use (names of QEMU 8.2).  This build has none yet: a constant "no".
 * [accel]
 */
#ifndef SYSEMU_TCG_H
#define SYSEMU_TCG_H

#define tcg_allowed false
#define tcg_enabled() (0)

#endif
