/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The accelerator contract: what an accelerator does for virtual CPUs (names of QEMU 8.2).
 * hw/core calls it, accel/ implements it; one is installed at a time.  [hw/core]
 */
#ifndef SYSEMU_ACCEL_OPS_H
#define SYSEMU_ACCEL_OPS_H

#include "exec/hwaddr.h"
#include "hw/core/cpu.h"
#include "qom/object.h"

#define ACCEL_OPS_SUFFIX "-ops"
#define TYPE_ACCEL_OPS "accel" ACCEL_OPS_SUFFIX
#define ACCEL_OPS_NAME(name) (name "-" TYPE_ACCEL_OPS)

typedef struct AccelOpsClass AccelOpsClass;
DECLARE_CLASS_CHECKERS(AccelOpsClass, ACCEL_OPS, TYPE_ACCEL_OPS)

/*
 * Mandatory: create_vcpu_thread.  Members that are NULL mean the default told with them.
 */
struct AccelOpsClass {
    /*< private >*/
    ObjectClass parent_class;
    /*< public >*/

    /* Once, when the accelerator is chosen. */
    void (*ops_init)(AccelOpsClass *ops);
    /* May the CPUs be reset?  (Not when their registers are hidden from us.)  Default: yes. */
    bool (*cpus_are_resettable)(void);
    void (*cpu_reset_hold)(CPUState *cpu);

    /* A CPU object is realized / unrealized. */
    bool (*cpu_common_realize)(CPUState *cpu, Error **errp);
    void (*cpu_common_unrealize)(CPUState *cpu);

    /* Start a thread, stored in cpu->thread, that calls cpu_thread_signal_created().  BQL. */
    void (*create_vcpu_thread)(CPUState *cpu);
    /* Make a running CPU leave guest code.  Any thread.  Default: signal the thread. */
    void (*kick_vcpu_thread)(CPUState *cpu);
    /* May @cpu's thread sleep?  NULL or false: the common conditions decide. */
    bool (*cpu_thread_is_idle)(CPUState *cpu);

    /* Move registers between the accelerator and the object.  Default: they are in the object. */
    void (*synchronize_post_reset)(CPUState *cpu);
    void (*synchronize_post_init)(CPUState *cpu);
    void (*synchronize_state)(CPUState *cpu);
    void (*synchronize_pre_loadvm)(CPUState *cpu);
    void (*synchronize_pre_resume)(bool step_pending);

    /* interrupt_request is to gain the bits @mask.  Any thread, with any locks.  Default: set them
     * and kick. */
    void (*handle_interrupt)(CPUState *cpu, int mask);

    /* The virtual clock, ns.  Default: host time while the machine runs. */
    int64_t (*get_virtual_clock)(void);
    void (*set_virtual_clock)(int64_t time);
    int64_t (*get_elapsed_ticks)(void);

    bool (*supports_guest_debug)(void);
    int (*update_guest_debug)(CPUState *cpu);
    int (*insert_breakpoint)(CPUState *cpu, int type, vaddr addr, vaddr len);
    int (*remove_breakpoint)(CPUState *cpu, int type, vaddr addr, vaddr len);
    void (*remove_all_breakpoints)(CPUState *cpu);

    /* CPUs never execute: their threads only run queued work and wait. */
    bool never_executes;
    /*
     * When a change of the memory map has been committed, no CPU reaches what it took away: the
     * accelerator's memory listener waits for that (KVM: deleting a memory slot does). Otherwise
     * CPUs may keep translations of their own (a software CPU's TLB) until they have left guest
     * code; the listener's commit then has each CPU drop them, at once or by async_run_on_cpu(), so
     * that work which is queued after the commit finds none (cpus_memory_settle()).
     */
    bool memory_commit_waits;
    /* Run guest code until something happens, or cpu->exit_request is set; with @cpu current,
     * without the BQL, between cpu_exec_start() and cpu_exec_end().  An EXCP_ number. */
    int (*vcpu_exec)(CPUState *cpu);
    /* The thread begins (BQL held; false and @errp: it cannot) and ends. */
    bool (*vcpu_thread_init)(CPUState *cpu, Error **errp);
    void (*vcpu_thread_exit)(CPUState *cpu);
};

#endif
