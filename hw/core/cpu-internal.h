/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files about virtual CPUs share.
 */
#ifndef HW_CORE_CPU_INTERNAL_H
#define HW_CORE_CPU_INTERNAL_H

#include "hw/core/cpu.h"
#include "qemu/thread.h"

/* Guards the list of CPUs and the bookkeeping of exclusive sections. */
extern QemuMutex cpu_list_mutex;

/* The per-CPU state of the work queue. */
void cpu_work_init(CPUState *cpu);
/* Work that no thread ever took is dropped. */
void cpu_work_destroy(CPUState *cpu);

/*
 * The caller is on a CPU's thread and about to wait: for exclusive sections it is outside of
 * guest code.  Returns what cpu_exec_wait_end() needs, which is called without the BQL.
 */
bool cpu_exec_wait_begin(CPUState *self);
void cpu_exec_wait_end(CPUState *self, bool was_running);

#endif
