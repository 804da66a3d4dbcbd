/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The performance monitor (Arm ARM D13): the cycle counter with its overflow interrupt; there are
 * no event counters (PMCR_EL0.N = 0).  One cycle is one nanosecond of the virtual clock.
 *
 * While it counts, the state holds the counter minus the clock; pmu_ccnt_stop() before, and
 * pmu_ccnt_start() after any change of what decides whether it counts.  Under the BQL.
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "cpu-idregs.h"
#include "cpu-internal.h"

#define PMCR_E (1ULL << 0)
#define PMCR_C (1ULL << 2)
#define PMCR_D (1ULL << 3)
#define PMCR_X (1ULL << 4)
#define PMCR_DP (1ULL << 5)
#define PMCR_LC (1ULL << 6)
/* LC is RES1 without AArch32: the counter overflows at bit 63, and D means nothing. */
#define PMCR_MASK (PMCR_E | PMCR_D | PMCR_X | PMCR_DP)

/* The cycle counter's bit in the registers with one bit per counter. */
#define PMU_CCNT (1ULL << 31)
/* PMSELR_EL0.SEL: the cycle counter's filter. */
#define PMSELR_CCNT 31
#define PMSELR_MASK 0x1f

/* PMCCFILTR_EL0: not at EL1, not at EL0. */
#define PMCCFILTR_P (1ULL << 31)
#define PMCCFILTR_U (1ULL << 30)
#define PMCCFILTR_MASK (PMCCFILTR_P | PMCCFILTR_U)

/* PMCEID0_EL0: the event CPU_CYCLES (0x11) is what the cycle counter counts. */
#define PMCEID0_CPU_CYCLES (1ULL << 0x11)

#define PMUSERENR_EN (1ULL << 0)
#define PMUSERENR_SW (1ULL << 1)
#define PMUSERENR_CR (1ULL << 2)
#define PMUSERENR_ER (1ULL << 3)
#define PMUSERENR_MASK 0xf

/* -- the counter ----------------------------------------------------------------------------- */

static uint64_t cycles_now(void)
{
    return qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
}

static bool ccnt_is_counting(CPUARMState *env)
{
    uint64_t filter = arm_current_el(env) == 0 ? PMCCFILTR_U : PMCCFILTR_P;

    return (env->cp15.c9_pmcr & PMCR_E) && (env->cp15.c9_pmcnten & PMU_CCNT) &&
           !(env->cp15.pmccfiltr_el0 & filter);
}

static void pmu_update_irq(CPUARMState *env)
{
    ARMCPU *cpu = env_archcpu(env);

    qemu_set_irq(cpu->pmu_interrupt, (env->cp15.c9_pmcr & PMCR_E) &&
                 (env->cp15.c9_pmovsr & env->cp15.c9_pminten));
}

/* Has the counter passed zero since it was started? */
static void pmu_note_overflow(ARMCPU *cpu)
{
    if (cpu->pmu_overflow_ns >= 0 &&
        qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) >= cpu->pmu_overflow_ns) {
        cpu->env.cp15.c9_pmovsr |= PMU_CCNT;
        cpu->pmu_overflow_ns = -1;
    }
}

/* Make the state hold the counter itself. */
static void pmu_ccnt_stop(CPUARMState *env)
{
    bql_assert_locked();
    pmu_note_overflow(env_archcpu(env));
    if (ccnt_is_counting(env)) {
        env->cp15.c15_ccnt += cycles_now();
    }
}

/* When a counter that has @value now overflows; -1: beyond the end of the clock. */
static int64_t overflow_ns(uint64_t value)
{
    int64_t now = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
    uint64_t left = -value;

    /* From zero on it is 2^64 cycles. */
    return left && left <= (uint64_t)(INT64_MAX - now) ? now + (int64_t)left : -1;
}

static void pmu_timer_arm(ARMCPU *cpu, int64_t ns)
{
    if (ns >= 0) {
        timer_mod_ns(cpu->pmu_timer, ns);
    } else {
        timer_del(cpu->pmu_timer);
    }
}

/* The reverse of stop, and when the overflow will be. */
static void pmu_ccnt_start(CPUARMState *env)
{
    ARMCPU *cpu = env_archcpu(env);

    cpu->pmu_overflow_ns = -1;
    if (ccnt_is_counting(env)) {
        cpu->pmu_overflow_ns = overflow_ns(env->cp15.c15_ccnt);
        env->cp15.c15_ccnt -= cycles_now();
    }
    pmu_timer_arm(cpu, cpu->pmu_overflow_ns);
    pmu_update_irq(env);
}

static void pmu_timer_cb(void *opaque)
{
    CPUARMState *env = &ARM_CPU(opaque)->env;

    pmu_ccnt_stop(env);
    pmu_ccnt_start(env);
}

/* -- access ---------------------------------------------------------------------------------- */

static CPAccessResult user_access(CPUARMState *env, uint64_t enable)
{
    if (arm_current_el(env) == 0 && !(env->cp15.c9_pmuserenr & enable)) {
        return CP_ACCESS_TRAP;
    }
    return CP_ACCESS_OK;
}

static CPAccessResult pmreg_access(CPUARMState *env, const ARMCPRegInfo *ri, bool isread)
{
    return user_access(env, PMUSERENR_EN);
}

static CPAccessResult pmccntr_access(CPUARMState *env, const ARMCPRegInfo *ri, bool isread)
{
    return user_access(env, isread ? PMUSERENR_EN | PMUSERENR_CR : PMUSERENR_EN);
}

static CPAccessResult pmswinc_access(CPUARMState *env, const ARMCPRegInfo *ri, bool isread)
{
    return user_access(env, PMUSERENR_EN | PMUSERENR_SW);
}

static CPAccessResult pmselr_access(CPUARMState *env, const ARMCPRegInfo *ri, bool isread)
{
    return user_access(env, PMUSERENR_EN | PMUSERENR_ER);
}

static CPAccessResult pmxevcntr_access(CPUARMState *env, const ARMCPRegInfo *ri, bool isread)
{
    return user_access(env, isread ? PMUSERENR_EN | PMUSERENR_ER : PMUSERENR_EN);
}

/* -- registers ------------------------------------------------------------------------------- */

static void pmcr_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    pmu_ccnt_stop(env);
    if (value & PMCR_C) {
        env->cp15.c15_ccnt = 0;
    }
    env->cp15.c9_pmcr = (env->cp15.c9_pmcr & ~PMCR_MASK) | (value & PMCR_MASK);
    pmu_ccnt_start(env);
}

static void pmcntenset_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    pmu_ccnt_stop(env);
    env->cp15.c9_pmcnten |= value & PMU_CCNT;
    pmu_ccnt_start(env);
}

static void pmcntenclr_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    pmu_ccnt_stop(env);
    env->cp15.c9_pmcnten &= ~(value & PMU_CCNT);
    pmu_ccnt_start(env);
}

static uint64_t pmccntr_read(CPUARMState *env, const ARMCPRegInfo *ri)
{
    return ccnt_is_counting(env) ? env->cp15.c15_ccnt + cycles_now() : env->cp15.c15_ccnt;
}

static void pmccntr_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    pmu_ccnt_stop(env);
    env->cp15.c15_ccnt = value;
    pmu_ccnt_start(env);
}

static void pmccfiltr_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    pmu_ccnt_stop(env);
    env->cp15.pmccfiltr_el0 = value & PMCCFILTR_MASK;
    pmu_ccnt_start(env);
}

/* Of the counters that PMSELR can choose there is one. */
static uint64_t pmxevtyper_read(CPUARMState *env, const ARMCPRegInfo *ri)
{
    return env->cp15.c9_pmselr == PMSELR_CCNT ? env->cp15.pmccfiltr_el0 : 0;
}

static void pmxevtyper_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    if (env->cp15.c9_pmselr == PMSELR_CCNT) {
        pmccfiltr_write(env, ri, value);
    }
}

static void pmovsset_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    env->cp15.c9_pmovsr |= value & PMU_CCNT;
    pmu_update_irq(env);
}

static void pmovsclr_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    env->cp15.c9_pmovsr &= ~(value & PMU_CCNT);
    pmu_update_irq(env);
}

static void pmintenset_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    env->cp15.c9_pminten |= value & PMU_CCNT;
    pmu_update_irq(env);
}

static void pmintenclr_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    env->cp15.c9_pminten &= ~(value & PMU_CCNT);
    pmu_update_irq(env);
}

#define PMU_REG(_name, _opc1, _crm, _opc2, ...) \
    { .name = _name, .state = ARM_CP_STATE_AA64, \
      .opc0 = 3, .opc1 = (_opc1), .crn = 9, .crm = (_crm), .opc2 = (_opc2), __VA_ARGS__ }
#define FIELD_OF(_field) .fieldoffset = offsetof(CPUARMState, cp15._field)

static const ARMCPRegInfo pmu_regs[] = {
    PMU_REG("PMCNTENSET_EL0", 3, 12, 1, .access = PL0_RW, .type = ARM_CP_IO,
            .accessfn = pmreg_access, .write_mask = PMU_CCNT, FIELD_OF(c9_pmcnten),
            .writefn = pmcntenset_write),
    PMU_REG("PMCNTENCLR_EL0", 3, 12, 2, .access = PL0_RW, .type = ARM_CP_IO | ARM_CP_ALIAS,
            .accessfn = pmreg_access, FIELD_OF(c9_pmcnten), .writefn = pmcntenclr_write),
    PMU_REG("PMOVSCLR_EL0", 3, 12, 3, .access = PL0_RW, .type = ARM_CP_IO,
            .accessfn = pmreg_access, .write_mask = PMU_CCNT, FIELD_OF(c9_pmovsr),
            .writefn = pmovsclr_write),
    PMU_REG("PMSWINC_EL0", 3, 12, 4, .access = PL0_W, .type = ARM_CP_NO_RAW,
            .accessfn = pmswinc_access, .writefn = arm_cp_write_ignore),
    PMU_REG("PMSELR_EL0", 3, 12, 5, .access = PL0_RW, .accessfn = pmselr_access,
            .write_mask = PMSELR_MASK, FIELD_OF(c9_pmselr)),
    PMU_REG("PMCEID0_EL0", 3, 12, 6, .access = PL0_R, .type = ARM_CP_CONST,
            .accessfn = pmreg_access, .resetvalue = PMCEID0_CPU_CYCLES),
    PMU_REG("PMCEID1_EL0", 3, 12, 7, .access = PL0_R, .type = ARM_CP_CONST,
            .accessfn = pmreg_access),
    PMU_REG("PMCCNTR_EL0", 3, 13, 0, .access = PL0_RW, .type = ARM_CP_IO,
            .accessfn = pmccntr_access, FIELD_OF(c15_ccnt), .readfn = pmccntr_read,
            .writefn = pmccntr_write),
    PMU_REG("PMXEVTYPER_EL0", 3, 13, 1, .access = PL0_RW, .type = ARM_CP_IO | ARM_CP_NO_RAW,
            .accessfn = pmreg_access, .readfn = pmxevtyper_read, .writefn = pmxevtyper_write),
    PMU_REG("PMXEVCNTR_EL0", 3, 13, 2, .access = PL0_RW, .type = ARM_CP_CONST,
            .accessfn = pmxevcntr_access),
    PMU_REG("PMUSERENR_EL0", 3, 14, 0, .access = PL0_R | PL1_RW, .write_mask = PMUSERENR_MASK,
            FIELD_OF(c9_pmuserenr)),
    PMU_REG("PMOVSSET_EL0", 3, 14, 3, .access = PL0_RW, .type = ARM_CP_IO | ARM_CP_ALIAS,
            .accessfn = pmreg_access, FIELD_OF(c9_pmovsr), .writefn = pmovsset_write),
    PMU_REG("PMINTENSET_EL1", 0, 14, 1, .access = PL1_RW, .type = ARM_CP_IO,
            .write_mask = PMU_CCNT, FIELD_OF(c9_pminten), .writefn = pmintenset_write),
    PMU_REG("PMINTENCLR_EL1", 0, 14, 2, .access = PL1_RW, .type = ARM_CP_IO | ARM_CP_ALIAS,
            FIELD_OF(c9_pminten), .writefn = pmintenclr_write),
    { .name = "PMCCFILTR_EL0", .state = ARM_CP_STATE_AA64,
      .opc0 = 3, .opc1 = 3, .crn = 14, .crm = 15, .opc2 = 7,
      .access = PL0_RW, .type = ARM_CP_IO, .accessfn = pmreg_access,
      .write_mask = PMCCFILTR_MASK, FIELD_OF(pmccfiltr_el0), .writefn = pmccfiltr_write },
};

void arm_sysregs_define_pmu(ARMCPU *cpu)
{
    /* Who made it is the core's maker and part; N is 0. */
    uint64_t pmcr_reset = (cpu->reset_pmcr & 0xffff0000) | PMCR_LC;
    const ARMCPRegInfo by_model[] = {
        PMU_REG("PMCR_EL0", 3, 12, 0, .access = PL0_RW, .type = ARM_CP_IO,
                .accessfn = pmreg_access, .resetvalue = pmcr_reset, .write_mask = PMCR_MASK,
                FIELD_OF(c9_pmcr), .writefn = pmcr_write),
    };

    if (!arm_feature(&cpu->env, ARM_FEATURE_PMU)) {
        return;
    }
    define_arm_cp_regs(cpu, by_model);
    define_arm_cp_regs(cpu, pmu_regs);
}

/* -- life ------------------------------------------------------------------------------------ */

void arm_pmu_init(ARMCPU *cpu)
{
    cpu->pmu_timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, pmu_timer_cb, cpu);
    cpu->pmu_overflow_ns = -1;
}

void arm_pmu_cleanup(ARMCPU *cpu)
{
    g_clear_pointer(&cpu->pmu_timer, timer_free);
}

void arm_pmu_reset(ARMCPU *cpu)
{
    pmu_ccnt_start(&cpu->env);
}

void arm_pmu_pre_el_change(ARMCPU *cpu)
{
    pmu_ccnt_stop(&cpu->env);
}

void arm_pmu_post_el_change(ARMCPU *cpu)
{
    pmu_ccnt_start(&cpu->env);
}

/* An overflow that is due but not noticed would be lost: the value alone does not tell. */
void arm_pmu_pre_save(ARMCPU *cpu)
{
    pmu_note_overflow(cpu);
}

/* The interrupt's controller may not be loaded yet: see arm_gt_post_load(). */
void arm_pmu_post_load(ARMCPU *cpu)
{
    CPUARMState *env = &cpu->env;

    cpu->pmu_overflow_ns = ccnt_is_counting(env) ? overflow_ns(pmccntr_read(env, NULL)) : -1;
    if (env->cp15.c9_pmovsr & env->cp15.c9_pminten) {
        timer_mod_ns(cpu->pmu_timer, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL));
    } else {
        pmu_timer_arm(cpu, cpu->pmu_overflow_ns);
    }
}
