/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The generic timers of EL1: physical and virtual (Arm ARM D11).  The counter is the virtual
 * clock at CNTFRQ's reset rate; there is no EL2, so no offset: both counters are equal.
 *
 * A timer's condition is met from the moment when the counter reaches the compare value; ISTATUS
 * is computed whenever it is read.  A QEMUTimer runs only for an enabled, unmasked timer whose
 * condition is not met yet, to move the output line at that moment.  All under the BQL, but for
 * reading the counters.
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "cpu-internal.h"
#include "trace.h"

#define CNT_CTL_ENABLE (1ULL << 0)
#define CNT_CTL_IMASK (1ULL << 1)
#define CNT_CTL_ISTATUS (1ULL << 2)
#define CNT_CTL_MASK (CNT_CTL_ENABLE | CNT_CTL_IMASK)

/* CNTKCTL_EL1: who may at EL0, and the event stream. */
#define CNTKCTL_EL0PCTEN (1ULL << 0)
#define CNTKCTL_EL0VCTEN (1ULL << 1)
#define CNTKCTL_EL0VTEN (1ULL << 8)
#define CNTKCTL_EL0PTEN (1ULL << 9)
#define CNTKCTL_MASK MAKE_64BIT_MASK(0, 10)

/* -- counter --------------------------------------------------------------------------------- */

uint64_t arm_gt_count(ARMCPU *cpu)
{
    return muldiv64(qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL), cpu->gt_cntfrq_hz,
                    NANOSECONDS_PER_SECOND);
}

/* The first ns at which the counter is at least @count; -1: later than the clock can tell. */
static int64_t count_to_ns(ARMCPU *cpu, uint64_t count)
{
    unsigned __int128 ns = ((unsigned __int128)count * NANOSECONDS_PER_SECOND +
                            cpu->gt_cntfrq_hz - 1) / cpu->gt_cntfrq_hz;

    return ns > INT64_MAX ? -1 : (int64_t)ns;
}

static bool condition_is_met(ARMCPU *cpu, const ARMGenericTimer *gt)
{
    return arm_gt_count(cpu) >= gt->cval;
}

/* -- one timer ------------------------------------------------------------------------------- */

/* The line, and when to look again, after anything changed. */
static void gt_update(ARMCPU *cpu, int timeridx)
{
    const ARMGenericTimer *gt = &cpu->env.cp15.c14_timer[timeridx];
    bool is_active = (gt->ctl & CNT_CTL_MASK) == CNT_CTL_ENABLE;
    bool is_met = is_active && condition_is_met(cpu, gt);
    int64_t expiry = is_active && !is_met ? count_to_ns(cpu, gt->cval) : -1;

    bql_assert_locked();
    trace_arm_gt_update(CPU(cpu)->cpu_index, timeridx, is_met, expiry);
    if (expiry >= 0) {
        timer_mod_ns(cpu->gt_timer[timeridx], expiry);
    } else {
        timer_del(cpu->gt_timer[timeridx]);
    }
    qemu_set_irq(cpu->gt_timer_outputs[timeridx], is_met);
}

static void gt_ptimer_cb(void *opaque)
{
    gt_update(opaque, GTIMER_PHYS);
}

static void gt_vtimer_cb(void *opaque)
{
    gt_update(opaque, GTIMER_VIRT);
}

void arm_gt_init(ARMCPU *cpu)
{
    cpu->gt_timer[GTIMER_PHYS] = timer_new_ns(QEMU_CLOCK_VIRTUAL, gt_ptimer_cb, cpu);
    cpu->gt_timer[GTIMER_VIRT] = timer_new_ns(QEMU_CLOCK_VIRTUAL, gt_vtimer_cb, cpu);
}

void arm_gt_cleanup(ARMCPU *cpu)
{
    for (int i = 0; i < NUM_GTIMERS; i++) {
        g_clear_pointer(&cpu->gt_timer[i], timer_free);
    }
}

void arm_gt_reset(ARMCPU *cpu)
{
    gt_update(cpu, GTIMER_PHYS);
    gt_update(cpu, GTIMER_VIRT);
}

/*
 * The line may be due to rise, but the controller behind it may not be loaded yet: have the timer
 * do it as soon as the machine's time goes on.
 */
void arm_gt_post_load(ARMCPU *cpu)
{
    int64_t now = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);

    for (int i = GTIMER_PHYS; i <= GTIMER_VIRT; i++) {
        if (cpu->env.cp15.c14_timer[i].ctl & CNT_CTL_ENABLE) {
            timer_mod_ns(cpu->gt_timer[i], now);
        } else {
            timer_del(cpu->gt_timer[i]);
        }
    }
}

/* -- access ---------------------------------------------------------------------------------- */

/* At EL0 one of the bits @enable of CNTKCTL_EL1 must be set. */
static CPAccessResult el0_access(CPUARMState *env, uint64_t enable)
{
    if (arm_current_el(env) == 0 && !(env->cp15.c14_cntkctl & enable)) {
        return CP_ACCESS_TRAP;
    }
    return CP_ACCESS_OK;
}

static CPAccessResult cntfrq_access(CPUARMState *env, const ARMCPRegInfo *ri, bool isread)
{
    return el0_access(env, CNTKCTL_EL0PCTEN | CNTKCTL_EL0VCTEN);
}

static CPAccessResult cntpct_access(CPUARMState *env, const ARMCPRegInfo *ri, bool isread)
{
    return el0_access(env, CNTKCTL_EL0PCTEN);
}

static CPAccessResult cntvct_access(CPUARMState *env, const ARMCPRegInfo *ri, bool isread)
{
    return el0_access(env, CNTKCTL_EL0VCTEN);
}

static CPAccessResult ptimer_access(CPUARMState *env, const ARMCPRegInfo *ri, bool isread)
{
    return el0_access(env, CNTKCTL_EL0PTEN);
}

static CPAccessResult vtimer_access(CPUARMState *env, const ARMCPRegInfo *ri, bool isread)
{
    return el0_access(env, CNTKCTL_EL0VTEN);
}

/* -- registers ------------------------------------------------------------------------------- */

static uint64_t cnt_read(CPUARMState *env, const ARMCPRegInfo *ri)
{
    return arm_gt_count(env_archcpu(env));
}

/* CRm of the timers' registers: 2 physical, 3 virtual. */
static int reg_timer(const ARMCPRegInfo *ri)
{
    return ri->crm == 2 ? GTIMER_PHYS : GTIMER_VIRT;
}

static uint64_t cval_read(CPUARMState *env, const ARMCPRegInfo *ri)
{
    return env->cp15.c14_timer[reg_timer(ri)].cval;
}

static void cval_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    int timeridx = reg_timer(ri);

    env->cp15.c14_timer[timeridx].cval = value;
    gt_update(env_archcpu(env), timeridx);
}

static uint64_t tval_read(CPUARMState *env, const ARMCPRegInfo *ri)
{
    return (uint32_t)(cval_read(env, ri) - arm_gt_count(env_archcpu(env)));
}

static void tval_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    cval_write(env, ri, arm_gt_count(env_archcpu(env)) + sextract64(value, 0, 32));
}

static uint64_t ctl_read(CPUARMState *env, const ARMCPRegInfo *ri)
{
    const ARMGenericTimer *gt = &env->cp15.c14_timer[reg_timer(ri)];

    /* UNKNOWN while the timer is disabled: zero. */
    if ((gt->ctl & CNT_CTL_ENABLE) && condition_is_met(env_archcpu(env), gt)) {
        return gt->ctl | CNT_CTL_ISTATUS;
    }
    return gt->ctl;
}

static void ctl_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    int timeridx = reg_timer(ri);

    env->cp15.c14_timer[timeridx].ctl = value & CNT_CTL_MASK;
    gt_update(env_archcpu(env), timeridx);
}

#define TIMER_REGS(_prefix, _crm, _idx, _accessfn) \
    { .name = _prefix "_TVAL_EL0", .state = ARM_CP_STATE_AA64, \
      .opc0 = 3, .opc1 = 3, .crn = 14, .crm = (_crm), .opc2 = 0, \
      .access = PL0_RW, .type = ARM_CP_NO_RAW | ARM_CP_IO, .accessfn = (_accessfn), \
      .readfn = tval_read, .writefn = tval_write }, \
    { .name = _prefix "_CTL_EL0", .state = ARM_CP_STATE_AA64, \
      .opc0 = 3, .opc1 = 3, .crn = 14, .crm = (_crm), .opc2 = 1, \
      .access = PL0_RW, .type = ARM_CP_IO, .accessfn = (_accessfn), .write_mask = CNT_CTL_MASK, \
      .fieldoffset = offsetof(CPUARMState, cp15.c14_timer[_idx].ctl), \
      .readfn = ctl_read, .writefn = ctl_write }, \
    { .name = _prefix "_CVAL_EL0", .state = ARM_CP_STATE_AA64, \
      .opc0 = 3, .opc1 = 3, .crn = 14, .crm = (_crm), .opc2 = 2, \
      .access = PL0_RW, .type = ARM_CP_IO, .accessfn = (_accessfn), \
      .fieldoffset = offsetof(CPUARMState, cp15.c14_timer[_idx].cval), \
      .readfn = cval_read, .writefn = cval_write }

static const ARMCPRegInfo gt_regs[] = {
    { .name = "CNTKCTL_EL1", .state = ARM_CP_STATE_AA64,
      .opc0 = 3, .opc1 = 0, .crn = 14, .crm = 1, .opc2 = 0,
      .access = PL1_RW, .write_mask = CNTKCTL_MASK,
      .fieldoffset = offsetof(CPUARMState, cp15.c14_cntkctl) },
    { .name = "CNTPCT_EL0", .state = ARM_CP_STATE_AA64,
      .opc0 = 3, .opc1 = 3, .crn = 14, .crm = 0, .opc2 = 1,
      .access = PL0_R, .type = ARM_CP_NO_RAW, .accessfn = cntpct_access, .readfn = cnt_read },
    { .name = "CNTVCT_EL0", .state = ARM_CP_STATE_AA64,
      .opc0 = 3, .opc1 = 3, .crn = 14, .crm = 0, .opc2 = 2,
      .access = PL0_R, .type = ARM_CP_NO_RAW, .accessfn = cntvct_access, .readfn = cnt_read },
    TIMER_REGS("CNTP", 2, GTIMER_PHYS, ptimer_access),
    TIMER_REGS("CNTV", 3, GTIMER_VIRT, vtimer_access),
};

void arm_sysregs_define_timer(ARMCPU *cpu)
{
    const ARMCPRegInfo by_property[] = {
        /* EL1 is the highest level, so it writes; the counter keeps its rate. */
        { .name = "CNTFRQ_EL0", .state = ARM_CP_STATE_AA64,
          .opc0 = 3, .opc1 = 3, .crn = 14, .crm = 0, .opc2 = 0,
          .access = PL0_R | PL1_W, .accessfn = cntfrq_access, .write_mask = UINT32_MAX,
          .resetvalue = cpu->gt_cntfrq_hz,
          .fieldoffset = offsetof(CPUARMState, cp15.c14_cntfrq) },
    };

    define_arm_cp_regs(cpu, by_property);
    define_arm_cp_regs(cpu, gt_regs);
}
