/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The registers of an Arm CPU between KVM and the CPU object: general, floating point, those by
 * which memory is translated, power state and a pending SError.  All others stay in the kernel
 * and are read only to be saved (kvm-sysregs.c).
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "kvm-internal.h"

/* -- one register ---------------------------------------------------------------------------- */

typedef struct RegPlace {
    uint64_t id;
    size_t offset;              /* in CPUARMState */
} RegPlace;

#define PLACE(_id, _field) { _id, offsetof(CPUARMState, _field) }

/* Of 64 bits, in the CPU object as they are in the kernel. */
static const RegPlace plain_regs[] = {
    PLACE(KVM_ARM_PC, pc),
    PLACE(KVM_ARM_SP_EL0, sp_el[0]),
    PLACE(KVM_ARM_SP_EL1, sp_el[1]),
    PLACE(KVM_ARM_ELR_EL1, elr_el1),
    PLACE(KVM_ARM_SPSR_EL1, spsr_el1),
};

/* Read, for debuggers and dumps; written only as part of a saved state. */
static const RegPlace translation_regs[] = {
    PLACE(KVM_ARM_SCTLR_EL1, cp15.sctlr_el1),
    PLACE(KVM_ARM_TTBR0_EL1, cp15.ttbr0_el1),
    PLACE(KVM_ARM_TTBR1_EL1, cp15.ttbr1_el1),
    PLACE(KVM_ARM_TCR_EL1, cp15.tcr_el1),
};

static bool reg_get(CPUState *cs, uint64_t id, void *value, Error **errp)
{
    int ret = kvm_get_one_reg(cs, id, value);

    if (ret < 0) {
        error_setg_errno(errp, -ret, "KVM: reading register 0x%" PRIx64, id);
    }
    return ret == 0;
}

static bool reg_put(CPUState *cs, uint64_t id, void *value, Error **errp)
{
    int ret = kvm_set_one_reg(cs, id, value);

    if (ret < 0) {
        error_setg_errno(errp, -ret, "KVM: setting register 0x%" PRIx64, id);
    }
    return ret == 0;
}

static void *place_in(CPUARMState *env, const RegPlace *place)
{
    return (uint8_t *)env + place->offset;
}

static bool places_get(ARMCPU *cpu, const RegPlace *places, size_t n, Error **errp)
{
    for (size_t i = 0; i < n; i++) {
        if (!reg_get(CPU(cpu), places[i].id, place_in(&cpu->env, &places[i]), errp)) {
            return false;
        }
    }
    return true;
}

/* -- general --------------------------------------------------------------------------------- */

static unsigned sp_index(uint32_t pstate)
{
    return (pstate & PSTATE_SP) && (pstate & PSTATE_M) != PSTATE_MODE_EL0t;
}

static bool general_get(ARMCPU *cpu, Error **errp)
{
    CPUARMState *env = &cpu->env;
    uint64_t pstate;

    for (int i = 0; i < 31; i++) {
        if (!reg_get(CPU(cpu), KVM_ARM_X(i), &env->xregs[i], errp)) {
            return false;
        }
    }
    if (!places_get(cpu, plain_regs, G_N_ELEMENTS(plain_regs), errp) ||
        !reg_get(CPU(cpu), KVM_ARM_PSTATE, &pstate, errp)) {
        return false;
    }
    pstate_set(env, pstate);
    env->xregs[31] = env->sp_el[sp_index(env->pstate)];
    return true;
}

/* @zero_is_set: registers of value zero have it already. */
static bool general_put(ARMCPU *cpu, bool zero_is_set, Error **errp)
{
    CPUARMState *env = &cpu->env;
    uint64_t pstate = pstate_read(env);

    env->sp_el[sp_index(env->pstate)] = env->xregs[31];
    for (int i = 0; i < 31; i++) {
        if (!(zero_is_set && !env->xregs[i]) &&
            !reg_put(CPU(cpu), KVM_ARM_X(i), &env->xregs[i], errp)) {
            return false;
        }
    }
    for (size_t i = 0; i < G_N_ELEMENTS(plain_regs); i++) {
        uint64_t *value = place_in(env, &plain_regs[i]);

        if (!(zero_is_set && !*value) && !reg_put(CPU(cpu), plain_regs[i].id, value, errp)) {
            return false;
        }
    }
    return (zero_is_set && pstate == PSTATE_RESET) ||
           reg_put(CPU(cpu), KVM_ARM_PSTATE, &pstate, errp);
}

/* -- floating point -------------------------------------------------------------------------- */

static bool vectors_get(ARMCPU *cpu, Error **errp)
{
    CPUARMState *env = &cpu->env;
    uint32_t fpsr, fpcr;

    for (int i = 0; i < 32; i++) {
        if (!reg_get(CPU(cpu), KVM_ARM_V(i), env->vregs[i].d, errp)) {
            return false;
        }
    }
    if (!reg_get(CPU(cpu), KVM_ARM_FPSR, &fpsr, errp) ||
        !reg_get(CPU(cpu), KVM_ARM_FPCR, &fpcr, errp)) {
        return false;
    }
    env->fpsr = fpsr;
    env->fpcr = fpcr;
    return true;
}

static bool vectors_put(ARMCPU *cpu, Error **errp)
{
    CPUARMState *env = &cpu->env;
    uint32_t fpsr = env->fpsr, fpcr = env->fpcr;

    for (int i = 0; i < 32; i++) {
        if (!reg_put(CPU(cpu), KVM_ARM_V(i), env->vregs[i].d, errp)) {
            return false;
        }
    }
    return reg_put(CPU(cpu), KVM_ARM_FPSR, &fpsr, errp) &&
           reg_put(CPU(cpu), KVM_ARM_FPCR, &fpcr, errp);
}

/* -- power state, SError --------------------------------------------------------------------- */

static bool power_get(ARMCPU *cpu, Error **errp)
{
    struct kvm_mp_state state;
    int ret = kvm_vcpu_ioctl(CPU(cpu), KVM_GET_MP_STATE, &state);

    if (ret < 0) {
        error_setg_errno(errp, -ret, "KVM: reading the power state");
        return false;
    }
    cpu->power_state = state.mp_state == KVM_MP_STATE_STOPPED ? PSCI_OFF : PSCI_ON;
    return true;
}

static bool power_put(ARMCPU *cpu, Error **errp)
{
    struct kvm_mp_state state = {
        .mp_state = cpu->power_state == PSCI_OFF ? KVM_MP_STATE_STOPPED : KVM_MP_STATE_RUNNABLE,
    };
    int ret = kvm_vcpu_ioctl(CPU(cpu), KVM_SET_MP_STATE, &state);

    if (ret < 0) {
        error_setg_errno(errp, -ret, "KVM: setting the power state");
    }
    return ret == 0;
}

static bool events_get(ARMCPU *cpu, Error **errp)
{
    KVMArmVcpuEvents events = { 0 };
    int ret = 0;

    if (kvm_vm_check_extension(kvm_state, KVM_CAP_VCPU_EVENTS)) {
        ret = kvm_vcpu_ioctl(CPU(cpu), KVM_ARM_IOCTL_GET_VCPU_EVENTS, &events);
    }
    if (ret < 0) {
        error_setg_errno(errp, -ret, "KVM: reading pending events");
        return false;
    }
    cpu->kvm_serror.pending = events.serror_pending;
    cpu->kvm_serror.has_esr = events.serror_has_esr;
    cpu->kvm_serror.esr = events.serror_esr;
    return true;
}

static bool events_put(ARMCPU *cpu, Error **errp)
{
    KVMArmVcpuEvents events = {
        .serror_pending = cpu->kvm_serror.pending,
        .serror_has_esr = cpu->kvm_serror.has_esr &&
                          kvm_vm_check_extension(kvm_state, KVM_CAP_ARM_INJECT_SERROR_ESR),
        .serror_esr = cpu->kvm_serror.esr,
    };
    int ret = 0;

    if (kvm_vm_check_extension(kvm_state, KVM_CAP_VCPU_EVENTS)) {
        ret = kvm_vcpu_ioctl(CPU(cpu), KVM_ARM_IOCTL_SET_VCPU_EVENTS, &events);
    }
    if (ret < 0) {
        error_setg_errno(errp, -ret, "KVM: setting pending events");
    }
    return ret == 0;
}

/* -- all ------------------------------------------------------------------------------------- */

bool kvm_arm_get_registers(CPUState *cs, Error **errp)
{
    ARMCPU *cpu = ARM_CPU(cs);

    if (cpu->kvm_is_fresh) {
        return true; /* both sides are as a reset leaves them */
    }
    return general_get(cpu, errp) && vectors_get(cpu, errp) &&
           places_get(cpu, translation_regs, G_N_ELEMENTS(translation_regs), errp) &&
           power_get(cpu, errp) && events_get(cpu, errp);
}

/* A reset: the kernel's, then what the boot loader wants. */
static bool reset_put(CPUState *cs, Error **errp)
{
    ARMCPU *cpu = ARM_CPU(cs);

    if (!cpu->kvm_is_fresh && !kvm_arm_vcpu_init(cs, errp)) {
        return false;
    }
    cpu->kvm_is_fresh = false;
    return general_put(cpu, true, errp);
}

bool kvm_arm_put_registers(CPUState *cs, int level, Error **errp)
{
    ARMCPU *cpu = ARM_CPU(cs);

    if (level == KVM_PUT_RESET_STATE) {
        return reset_put(cs, errp);
    }
    if (cpu->kvm_is_fresh && level == KVM_PUT_FULL_STATE && !cpu->kvm_regs.count) {
        /* Created, neither reset nor loaded: the kernel has what it began with. */
        return true;
    }
    cpu->kvm_is_fresh = false;
    if (level == KVM_PUT_FULL_STATE && cpu->kvm_regs.count &&
        !(kvm_arm_sysregs_put(cpu, errp) && events_put(cpu, errp) && power_put(cpu, errp))) {
        return false;
    }
    return general_put(cpu, false, errp) && vectors_put(cpu, errp);
}
