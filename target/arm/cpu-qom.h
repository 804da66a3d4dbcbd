/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of the Arm CPU types and of their input lines, for those that create and wire CPUs
 * without looking into them (names of QEMU 8.2).
 */
#ifndef TARGET_ARM_CPU_QOM_H
#define TARGET_ARM_CPU_QOM_H

#include "hw/core/cpu.h"

#define TYPE_ARM_CPU "arm-cpu"
OBJECT_DECLARE_CPU_TYPE(ARMCPU, ARMCPUClass, ARM_CPU)

#define TYPE_AARCH64_CPU "aarch64-cpu"

#define ARM_CPU_TYPE_SUFFIX "-" TYPE_ARM_CPU
#define ARM_CPU_TYPE_NAME(name) (name ARM_CPU_TYPE_SUFFIX)

/*
 * Unnamed GPIO inputs of a CPU: levels.  Their handler may be called on any thread, with any
 * locks held: it changes one atomic word and may kick the CPU's thread.
 */
#define ARM_CPU_IRQ 0
#define ARM_CPU_FIQ 1
#define ARM_CPU_VIRQ 2
#define ARM_CPU_VFIQ 3

/* Unnamed GPIO outputs: the generic timers. */
#define GTIMER_PHYS 0
#define GTIMER_VIRT 1
#define GTIMER_HYP 2
#define GTIMER_SEC 3
#define GTIMER_HYPVIRT 4
#define NUM_GTIMERS 5

/* Affinity numbers as boards give them out (-smp N: core index, then cluster). */
#define ARM_AFF0_SHIFT 0
#define ARM_AFF0_MASK (0xFFULL << ARM_AFF0_SHIFT)
#define ARM_AFF1_SHIFT 8
#define ARM_AFF1_MASK (0xFFULL << ARM_AFF1_SHIFT)
#define ARM_AFF2_SHIFT 16
#define ARM_AFF2_MASK (0xFFULL << ARM_AFF2_SHIFT)
#define ARM_AFF3_SHIFT 32
#define ARM_AFF3_MASK (0xFFULL << ARM_AFF3_SHIFT)
#define ARM_DEFAULT_CPUS_PER_CLUSTER 8

#define ARM32_AFFINITY_MASK (ARM_AFF0_MASK | ARM_AFF1_MASK | ARM_AFF2_MASK)
#define ARM64_AFFINITY_MASK (ARM32_AFFINITY_MASK | ARM_AFF3_MASK)
/* "mp-affinity" when nobody sets it: realize derives it from the CPU's index. */
#define ARM64_AFFINITY_INVALID (~ARM64_AFFINITY_MASK)

/* The affinity of CPU number @idx in clusters of @clustersz CPUs. */
uint64_t arm_cpu_mp_affinity(int idx, uint8_t clustersz);

#endif
