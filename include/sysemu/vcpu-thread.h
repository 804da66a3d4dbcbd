/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The thread of one virtual CPU, the same for all accelerators: runs guest code through
 * AccelOpsClass.vcpu_exec, queued work, and sleeps in between.  [accel]
 */
#ifndef SYSEMU_VCPU_THREAD_H
#define SYSEMU_VCPU_THREAD_H

#include "hw/core/cpu.h"
#include "qemu/atomic.h"

/* For AccelOpsClass.create_vcpu_thread.  BQL. */
void vcpu_thread_create(CPUState *cpu);
/* Does the calling CPU thread have an unanswered kick?  For vcpu_exec: then it returns. */
static inline bool vcpu_thread_should_exit(CPUState *cpu)
{
    return qatomic_read(&cpu->exit_request) || qatomic_read(&cpu->thread_kicked);
}

#endif
