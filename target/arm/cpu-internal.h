/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parts of the Arm CPU share.  One table of system registers per file sysreg-*.c; the
 * CPU's realize calls each.
 */
#ifndef TARGET_ARM_CPU_INTERNAL_H
#define TARGET_ARM_CPU_INTERNAL_H

#include "target/arm/cpregs.h"

/* Is a model the host's CPU, which KVM runs? */
typedef enum ARMCPUHost {
    ARM_CPU_NOT_HOST,           /* never */
    ARM_CPU_HOST_UNDER_KVM,     /* under KVM */
    ARM_CPU_HOST_ONLY,          /* and it does not exist otherwise */
} ARMCPUHost;

/*
 * A model.  @name: the type's name without suffix.  @initfn: sets identification and features
 * of a new object.  @props: properties that this model alone has; may be NULL.
 */
typedef struct ARMCPUInfo {
    const char *name;
    const char *desc;
    void (*initfn)(ARMCPU *cpu);
    const Property *props;
    ARMCPUHost is_host;
} ARMCPUInfo;

/* PSTATE after a reset: EL1 with its own stack pointer, everything masked. */
#define PSTATE_RESET (PSTATE_MODE_EL1h | PSTATE_DAIF)

/* cpu-vmstate.c; cleanup after a load that failed half-way. */
extern const VMStateDescription vmstate_arm_cpu;
void arm_cpu_vmstate_cleanup(ARMCPU *cpu);

/* -- methods of the class, by file ----------------------------------------------------------- */

void arm_cpu_qtest_class_init(ObjectClass *oc);
void arm_cpu_dump_class_init(ObjectClass *oc);
/* kvm-cpu.c; can the model be used with the accelerator that was chosen? */
void arm_cpu_kvm_class_init(ObjectClass *oc);
bool arm_cpu_kvm_model_check(ARMCPU *cpu, Error **errp);

/* cpu-features.c: CPUClass.class_by_name and .parse_features. */
ObjectClass *arm_cpu_class_by_name(const char *cpu_model);
void arm_cpu_parse_features(const char *typename, char *str, Error **errp);
/* In realize, before the registers are defined: what the properties say to the ID registers. */
void arm_cpu_finalize_features(ARMCPU *cpu);

/* -- system registers: each file's table, defined by realize --------------------------------- */

void arm_sysregs_define_id(ARMCPU *cpu);
void arm_sysregs_define_cortex(ARMCPU *cpu);
void arm_sysregs_define_vm(ARMCPU *cpu);
void arm_sysregs_define_mmu(ARMCPU *cpu);
void arm_sysregs_define_exception(ARMCPU *cpu);
void arm_sysregs_define_debug(ARMCPU *cpu);
void arm_sysregs_define_timer(ARMCPU *cpu);
void arm_sysregs_define_pmu(ARMCPU *cpu);

/* Bits of PSTATE, and so of SPSR_EL1, that exist on this model. */
uint32_t arm_pstate_valid_bits(const ARMCPU *cpu);

/* -- gtimer.c: BQL, but for the count -------------------------------------------------------- */

uint64_t arm_gt_count(ARMCPU *cpu);
void arm_gt_init(ARMCPU *cpu);
void arm_gt_cleanup(ARMCPU *cpu);
/* Lines and deadlines follow the state that was set from outside. */
void arm_gt_reset(ARMCPU *cpu);
void arm_gt_post_load(ARMCPU *cpu);

/* -- sysreg-pmu.c: BQL ----------------------------------------------------------------------- */

void arm_pmu_init(ARMCPU *cpu);
void arm_pmu_cleanup(ARMCPU *cpu);
void arm_pmu_reset(ARMCPU *cpu);
/* Around a change of the exception level, by which counters are filtered. */
void arm_pmu_pre_el_change(ARMCPU *cpu);
void arm_pmu_post_el_change(ARMCPU *cpu);
void arm_pmu_pre_save(ARMCPU *cpu);
void arm_pmu_post_load(ARMCPU *cpu);

#endif
