/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Saved state of a CPU: registers, PSTATE, power state, and the system registers as a list of
 * encodings and values.  A register that cannot take its value, identification registers of
 * another model among them, is named and fails the load.
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "migration/vmstate.h"
#include "target/arm/kvm-irq.h"
#include "arm-powerctl.h"
#include "cpu-internal.h"
#include "tcg/arm-tcg.h"
#include "kvm-internal.h"

/* -- the list of system registers ------------------------------------------------------------ */

static int enc_compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

static const ARMCPRegInfo *reg_at(ARMCPU *cpu, uint32_t index)
{
    return arm_cp_reg_find(cpu, cpu->saved_regs.enc[index]);
}

static void saved_regs_free(ARMCPU *cpu)
{
    g_clear_pointer(&cpu->saved_regs.enc, g_free);
    g_clear_pointer(&cpu->saved_regs.values, g_free);
    cpu->saved_regs.count = 0;
}

/* The encodings of all registers that are saved, sorted, and room for their values. */
static void saved_regs_list(ARMCPU *cpu)
{
    GHashTableIter iter;
    gpointer key, value;
    uint32_t n = 0;

    saved_regs_free(cpu);
    cpu->saved_regs.enc = g_new0(uint32_t, g_hash_table_size(cpu->cp_regs));
    cpu->saved_regs.values = g_new0(uint64_t, g_hash_table_size(cpu->cp_regs));
    g_hash_table_iter_init(&iter, cpu->cp_regs);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        if (arm_cp_reg_is_saved(value)) {
            cpu->saved_regs.enc[n++] = GPOINTER_TO_UINT(key);
        }
    }
    cpu->saved_regs.count = n;
    qsort(cpu->saved_regs.enc, n, sizeof(uint32_t), enc_compare);
}

static bool saved_reg_apply(ARMCPU *cpu, uint32_t index)
{
    const ARMCPRegInfo *ri = reg_at(cpu, index);
    uint32_t enc = cpu->saved_regs.enc[index];
    uint64_t value = cpu->saved_regs.values[index];

    if (index > 0 && enc <= cpu->saved_regs.enc[index - 1]) {
        error_report("saved state of CPU %d: system register 0x%04x is out of order",
                     CPU(cpu)->cpu_index, enc);
        return false;
    }
    if (!ri || !arm_cp_reg_is_saved(ri)) {
        error_report("saved state of CPU %d: this CPU has no system register 0x%04x",
                     CPU(cpu)->cpu_index, enc);
        return false;
    }
    if (!write_raw_cp_reg(&cpu->env, ri, value)) {
        error_report("saved state of CPU %d: system register %s cannot be 0x%" PRIx64
                     ", here it is 0x%" PRIx64, CPU(cpu)->cpu_index, ri->name, value,
                     read_raw_cp_reg(&cpu->env, ri));
        return false;
    }
    return true;
}

static bool saved_regs_apply(ARMCPU *cpu)
{
    for (uint32_t i = 0; i < cpu->saved_regs.count; i++) {
        if (!saved_reg_apply(cpu, i)) {
            return false;
        }
    }
    return true;
}

/* -- checks ---------------------------------------------------------------------------------- */

static bool pstate_is_valid(const ARMCPU *cpu, uint32_t pstate)
{
    unsigned mode = pstate & PSTATE_M;

    /* Which bits the host's CPU has is for the kernel to check. */
    return (kvm_enabled() || !(pstate & ~arm_pstate_valid_bits(cpu))) &&
           (mode == PSTATE_MODE_EL0t || mode == PSTATE_MODE_EL1t || mode == PSTATE_MODE_EL1h);
}

static bool state_is_valid(ARMCPU *cpu)
{
    uint32_t known = CPU_GET_CLASS(cpu)->interrupt_pins | CPU_INTERRUPT_EXITTB;

    if (!pstate_is_valid(cpu, cpu->saved_pstate)) {
        error_report("saved state of CPU %d: PSTATE cannot be 0x%08x", CPU(cpu)->cpu_index,
                     cpu->saved_pstate);
        return false;
    }
    if (cpu->saved_power_state > PSCI_ON_PENDING) {
        error_report("saved state of CPU %d: there is no power state %u", CPU(cpu)->cpu_index,
                     cpu->saved_power_state);
        return false;
    }
    if (CPU(cpu)->interrupt_request & ~known) {
        error_report("saved state of CPU %d: unknown interrupt requests 0x%x",
                     CPU(cpu)->cpu_index, CPU(cpu)->interrupt_request & ~known);
        return false;
    }
    return true;
}

/* -- under KVM ------------------------------------------------------------------------------- */

static int kvm_pre_save(ARMCPU *cpu)
{
    Error *err = NULL;

    cpu->saved_power_state = cpu->power_state;
    cpu->saved_pstate = pstate_read(&cpu->env);
    if (!kvm_arm_sysregs_get(cpu, &err)) {
        error_reportf_err(err, "saved state of CPU %d: ", CPU(cpu)->cpu_index);
        return -EIO;
    }
    return 0;
}

/* Tells how many there is room for. */
static int kvm_pre_load(ARMCPU *cpu)
{
    Error *err = NULL;

    if (!kvm_arm_sysregs_prepare(cpu, &err)) {
        error_reportf_err(err, "saved state of CPU %d: ", CPU(cpu)->cpu_index);
        return -EIO;
    }
    return 0;
}

/* The values are the kernel's to check, when they are put there. */
static int kvm_post_load(ARMCPU *cpu)
{
    if (cpu->power_state == PSCI_ON_PENDING || !cpu->kvm_regs.count) {
        error_report("saved state of CPU %d was not made under KVM", CPU(cpu)->cpu_index);
        kvm_arm_sysregs_free(cpu);
        return -EINVAL;
    }
    return 0;
}

/* -- hooks ----------------------------------------------------------------------------------- */

static int arm_cpu_pre_save(void *opaque)
{
    ARMCPU *cpu = opaque;

    if (kvm_enabled()) {
        return kvm_pre_save(cpu);
    }
    arm_pmu_pre_save(cpu);
    saved_regs_list(cpu);
    for (uint32_t i = 0; i < cpu->saved_regs.count; i++) {
        cpu->saved_regs.values[i] = read_raw_cp_reg(&cpu->env, reg_at(cpu, i));
    }
    cpu->saved_power_state = cpu->power_state;
    cpu->saved_pstate = pstate_read(&cpu->env);
    return 0;
}

static int arm_cpu_post_save(void *opaque)
{
    saved_regs_free(opaque);
    kvm_arm_sysregs_free(opaque);
    return 0;
}

static int arm_cpu_pre_load(void *opaque)
{
    ARMCPU *cpu = opaque;

    if (kvm_enabled()) {
        return kvm_pre_load(cpu);
    }
    /* Tells how many there is room for; registers that the stream lacks have their reset value. */
    saved_regs_list(cpu);
    for (uint32_t i = 0; i < cpu->saved_regs.count; i++) {
        const ARMCPRegInfo *ri = reg_at(cpu, i);

        if (ri->fieldoffset) {
            write_raw_cp_reg(&cpu->env, ri, ri->resetvalue);
        }
    }
    return 0;
}

static int arm_cpu_post_load(void *opaque, int version_id)
{
    ARMCPU *cpu = opaque;
    bool is_good = state_is_valid(cpu) && saved_regs_apply(cpu);

    saved_regs_free(cpu);
    if (!is_good) {
        return -EINVAL;
    }
    cpu->power_state = cpu->saved_power_state;
    pstate_set(&cpu->env, cpu->saved_pstate);
    arm_mmu_update_context(cpu);
    if (kvm_enabled()) {
        arm_kvm_lines_forget(cpu);
        return kvm_post_load(cpu);
    }
    arm_powerctl_post_load(cpu);
    arm_gt_post_load(cpu);
    arm_pmu_post_load(cpu);
    return 0;
}

/* -- tables ---------------------------------------------------------------------------------- */

static const VMStateDescription vmstate_vreg = {
    .name = "vector-register",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT64_ARRAY(d, ARMVectorReg, 2),
        VMSTATE_END_OF_LIST()
    },
};

static bool power_on_needed(void *opaque)
{
    return ((ARMCPU *)opaque)->power_state == PSCI_ON_PENDING;
}

static const VMStateDescription vmstate_power_on = {
    .name = "cpu/power-on",
    .version_id = 1,
    .minimum_version_id = 1,
    .needed = power_on_needed,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT64(power_on.entry, ARMCPU),
        VMSTATE_UINT64(power_on.context_id, ARMCPU),
        VMSTATE_END_OF_LIST()
    },
};

static bool kvm_regs_needed(void *opaque)
{
    return kvm_enabled();
}

static const VMStateDescription vmstate_kvm_regs = {
    .name = "cpu/kvm",
    .version_id = 1,
    .minimum_version_id = 1,
    .needed = kvm_regs_needed,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT64(env.elr_el1, ARMCPU),
        VMSTATE_UINT64(env.spsr_el1, ARMCPU),
        VMSTATE_UINT64(env.fpcr, ARMCPU),
        VMSTATE_UINT64(env.fpsr, ARMCPU),
        VMSTATE_BOOL(kvm_serror.pending, ARMCPU),
        VMSTATE_BOOL(kvm_serror.has_esr, ARMCPU),
        VMSTATE_UINT64(kvm_serror.esr, ARMCPU),
        VMSTATE_UINT32(kvm_regs.count, ARMCPU),
        VMSTATE_VARRAY_UINT32(kvm_regs.ids, ARMCPU, kvm_regs.count, 1, vmstate_info_uint64,
                              uint64_t),
        VMSTATE_VARRAY_UINT32(kvm_regs.values, ARMCPU, kvm_regs.count, 1, vmstate_info_uint64,
                              uint64_t),
        VMSTATE_END_OF_LIST()
    },
};

const VMStateDescription vmstate_arm_cpu = {
    .name = "cpu",
    .version_id = 1,
    .minimum_version_id = 1,
    .pre_save = arm_cpu_pre_save,
    .post_save = arm_cpu_post_save,
    .pre_load = arm_cpu_pre_load,
    .post_load = arm_cpu_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_CPU(),
        VMSTATE_UINT64_ARRAY(env.xregs, ARMCPU, 32),
        VMSTATE_UINT64(env.pc, ARMCPU),
        VMSTATE_UINT32(saved_pstate, ARMCPU),
        VMSTATE_UINT64_ARRAY(env.sp_el, ARMCPU, 2),
        VMSTATE_STRUCT_ARRAY(env.vregs, ARMCPU, 32, 1, vmstate_vreg, ARMVectorReg),
        VMSTATE_UINT64(env.exclusive_addr, ARMCPU),
        VMSTATE_UINT64(env.exclusive_val, ARMCPU),
        VMSTATE_UINT64(env.exclusive_high, ARMCPU),
        VMSTATE_UINT32(env.event_register, ARMCPU),
        VMSTATE_UINT32(saved_power_state, ARMCPU),
        VMSTATE_UINT32(saved_regs.count, ARMCPU),
        VMSTATE_VARRAY_UINT32(saved_regs.enc, ARMCPU, saved_regs.count, 1, vmstate_info_uint32,
                              uint32_t),
        VMSTATE_VARRAY_UINT32(saved_regs.values, ARMCPU, saved_regs.count, 1,
                              vmstate_info_uint64, uint64_t),
        VMSTATE_END_OF_LIST()
    },
    .subsections = (const VMStateDescription *const[]) {
        &vmstate_power_on,
        &vmstate_kvm_regs,
        NULL
    },
};

void arm_cpu_vmstate_cleanup(ARMCPU *cpu)
{
    saved_regs_free(cpu);
    kvm_arm_sysregs_free(cpu);
}
