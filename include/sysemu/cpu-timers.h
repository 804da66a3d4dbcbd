/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The virtual clock's sources: host time that stands still while the machine is stopped, or an
 * accelerator's own.  Instruction counting comes with the software CPU.
 */
#ifndef SYSEMU_CPU_TIMERS_H
#define SYSEMU_CPU_TIMERS_H

#include "qemu/osdep.h"

/* Make QEMU_CLOCK_VIRTUAL follow the machine; stopped until cpu_enable_ticks().  Idempotent. */
void cpu_timers_init(void);
/* The machine runs / has stopped.  Caller holds the BQL. */
void cpu_enable_ticks(void);
void cpu_disable_ticks(void);
/* ns the machine has been running; stands still while it is stopped.  Any thread, no lock. */
int64_t cpu_get_clock(void);
/* Host cycle-like counter under the same rule (ns on hosts without one). */
int64_t cpu_get_ticks(void);
/* Set the clock (loading a saved machine).  Machine stopped, BQL. */
void cpu_set_clock(int64_t ns);

#endif
