/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The software CPU as other layers see it (names of QEMU 8.2 where it has them).  [accel]
 */
#ifndef SYSEMU_TCG_H
#define SYSEMU_TCG_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include "qemu/typedefs.h"

/* Is it in use? */
extern bool tcg_allowed;
#define tcg_enabled() (tcg_allowed)

/*
 * -icount "shift=N[,sleep=on|off]": the virtual clock counts instructions.  Before the accelerator
 * is chosen.  False and @errp: bad options.
 */
bool tcg_icount_configure(const char *options, Error **errp);
bool tcg_icount_enabled(void);

/* For the monitor, with the BQL, while tcg_enabled(): figures as text; the TLB of @cpu. */
void tcg_describe_jit(GString *out);
void tcg_describe_tlb(CPUState *cpu, GString *out);

#endif
