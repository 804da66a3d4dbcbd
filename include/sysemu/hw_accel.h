/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One CPU's registers from and to the accelerator (API of QEMU 8.2).  BQL.  [hw/core]
 */
#ifndef SYSEMU_HW_ACCEL_H
#define SYSEMU_HW_ACCEL_H

#include "hw/core/cpu.h"

/* Registers in the object become current; they are written back before the CPU runs. */
void cpu_synchronize_state(CPUState *cpu);
/* The object's registers, just reset / just created, are what counts. */
void cpu_synchronize_post_reset(CPUState *cpu);
void cpu_synchronize_post_init(CPUState *cpu);
/* The object's registers are about to be overwritten by a load. */
void cpu_synchronize_pre_loadvm(CPUState *cpu);

#endif
