/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All virtual CPUs together: the accelerator they use, pausing and resuming them, and what their
 * threads share.  API of QEMU 8.2.  [hw/core]
 */
#ifndef SYSEMU_CPUS_H
#define SYSEMU_CPUS_H

#include <signal.h>
#include "hw/core/cpu.h"
#include "sysemu/accel-ops.h"

/* Install the chosen accelerator's operations; they must stay valid.  NULL uninstalls (tests). */
void cpus_register_accel(const AccelOpsClass *ops);
/* NULL before an accelerator is chosen. */
const AccelOpsClass *cpus_get_accel(void);

/* Install the run state hooks.  By startup, and tests, before the first CPU. */
void qemu_init_cpu_loop(void);

/*
 * Pause: returns when every CPU has stopped (the caller's own, if it is a CPU thread, counts at
 * once).  Resume: let those that are realized run, unless the run state is not running.  BQL;
 * dropped while waiting.
 */
void pause_all_vcpus(void);
void resume_all_vcpus(void);
bool all_vcpus_paused(void);
bool qemu_in_vcpu_thread(void);
/* The caller's CPU stops as soon as it may. */
void cpu_stop_current(void);
void cpu_stop(CPUState *cpu);

/*
 * Have @done called, with the BQL, once no CPU can reach what the last committed change took out of
 * the memory map: within this call if that is so already, later on a CPU's thread otherwise. The
 * machine may be stopped, and CPUs may go away. BQL.
 */
void cpus_memory_settle(void (*done)(void *opaque), void *opaque);

/* For thread bodies, all with the BQL. */

/* Nothing to do: neither work, nor a stop to acknowledge, nor may it run. */
bool cpu_thread_is_idle(CPUState *cpu);
/* May guest code run? */
bool cpu_can_run(CPUState *cpu);
bool all_cpu_threads_idle(void);
/* Sleep while idle, then do what others asked for. */
void qemu_wait_io_event(CPUState *cpu);
void qemu_wait_io_event_common(CPUState *cpu);
/* The thread is ready (or has set cpu->thread_error) / is about to end. */
void cpu_thread_signal_created(CPUState *cpu);
void cpu_thread_signal_destroyed(CPUState *cpu);
/* The default way to kick: SIG_IPI, which the thread must have a handler for. */
#define SIG_IPI SIGUSR1
void cpus_kick_thread(CPUState *cpu);
/* A breakpoint was met: stop the machine in state "debug". */
void cpu_handle_guest_debug(CPUState *cpu);
void generic_handle_interrupt(CPUState *cpu, int mask);

/* All CPUs' registers from and to the accelerator. */
void cpu_synchronize_all_states(void);
void cpu_synchronize_all_post_reset(void);
void cpu_synchronize_all_post_init(void);
void cpu_synchronize_all_pre_loadvm(void);

#endif
