/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Breakpoints and watchpoints of self-hosted debug (Arm ARM D2.8, D2.9).  Blocks ask at every
 * instruction while a breakpoint is enabled; pages with a watchpoint are marked in the TLB.
 */
#include "qemu/osdep.h"
#include "target/arm/cpu-idregs.h"
#include "arm-tcg.h"

#define MDSCR_MDE (1ULL << 15)
#define MDSCR_KDE (1ULL << 13)
#define OSLSR_OSLK 2

/* Both kinds of control registers: E, PMC or PAC, LBN. */
#define CONTROL_E 1
#define CONTROL_EL_SHIFT 1
#define CONTROL_LBN_SHIFT 16
#define BCR_BT_SHIFT 20
#define WCR_LSC_SHIFT 3
#define WCR_BAS_SHIFT 5
#define WCR_WT (1ULL << 20)
#define WCR_MASK_SHIFT 24

enum { BT_ADDRESS = 0, BT_ADDRESS_LINKED = 1, BT_CONTEXT = 2, BT_CONTEXT_LINKED = 3 };

/* Of addresses 49 bits are compared. */
#define COMPARED MAKE_64BIT_MASK(0, 49)

static unsigned breakpoints(const ARMCPU *cpu)
{
    return FIELD_EX64(cpu->isar.id_aa64dfr0, ID_AA64DFR0, BRPS) + 1;
}

static unsigned watchpoints(const ARMCPU *cpu)
{
    return FIELD_EX64(cpu->isar.id_aa64dfr0, ID_AA64DFR0, WRPS) + 1;
}

static bool points_are_enabled(const CPUARMState *env)
{
    return (env->cp15.mdscr_el1 & MDSCR_MDE) && !(env->cp15.oslsr_el1 & OSLSR_OSLK);
}

static bool debug_reaches(const CPUARMState *env, unsigned el)
{
    return el == 0 || ((env->cp15.mdscr_el1 & MDSCR_KDE) && !(env->pstate & PSTATE_D));
}

/* PMC and PAC: bit 0 stands for EL1, bit 1 for EL0. */
static bool control_matches_el(uint64_t control, unsigned el)
{
    return control >> CONTROL_EL_SHIFT & (el ? 1 : 2);
}

static bool context_matches(const CPUARMState *env, unsigned n)
{
    return (uint32_t)env->cp15.dbgbvr[n] == (uint32_t)env->cp15.contextidr_el1;
}

/* Does breakpoint number LBN of @control, which it is linked to, match the context? */
static bool link_matches(ARMCPU *cpu, uint64_t control)
{
    const CPUARMState *env = &cpu->env;
    unsigned n = extract64(control, CONTROL_LBN_SHIFT, 4);

    return n < breakpoints(cpu) && (env->cp15.dbgbcr[n] & CONTROL_E) &&
           extract64(env->cp15.dbgbcr[n], BCR_BT_SHIFT, 4) == BT_CONTEXT_LINKED &&
           context_matches(env, n);
}

/* -- breakpoints ----------------------------------------------------------------------------- */

bool arm_breakpoints_are_set(CPUARMState *env)
{
    ARMCPU *cpu = env_archcpu(env);

    if (!points_are_enabled(env)) {
        return false;
    }
    for (unsigned n = 0; n < breakpoints(cpu); n++) {
        if (env->cp15.dbgbcr[n] & CONTROL_E) {
            return true;
        }
    }
    return false;
}

static bool breakpoint_matches(ARMCPU *cpu, unsigned n, uint64_t pc, unsigned el)
{
    const CPUARMState *env = &cpu->env;
    uint64_t control = env->cp15.dbgbcr[n];
    bool is_here = !((env->cp15.dbgbvr[n] ^ pc) & COMPARED & ~3ULL);

    if (!(control & CONTROL_E) || !control_matches_el(control, el)) {
        return false;
    }
    switch (extract64(control, BCR_BT_SHIFT, 4)) {
    case BT_ADDRESS:
        return is_here;
    case BT_ADDRESS_LINKED:
        return is_here && link_matches(cpu, control);
    case BT_CONTEXT:
        return context_matches(env, n);
    default:
        return false;
    }
}

bool arm_breakpoint_hit(CPUARMState *env, uint64_t pc)
{
    ARMCPU *cpu = env_archcpu(env);
    unsigned el = arm_current_el(env);

    if (!points_are_enabled(env) || !debug_reaches(env, el)) {
        return false;
    }
    for (unsigned n = 0; n < breakpoints(cpu); n++) {
        if (breakpoint_matches(cpu, n, pc, el)) {
            return true;
        }
    }
    return false;
}

/* -- watchpoints ----------------------------------------------------------------------------- */

/* The bytes that watchpoint @n looks at, all of them between *@first and *@last. */
static void watched_range(const CPUARMState *env, unsigned n, uint64_t *first, uint64_t *last)
{
    unsigned mask = extract64(env->cp15.dbgwcr[n], WCR_MASK_SHIFT, 5);
    uint64_t bytes = MAKE_64BIT_MASK(0, MAX(mask, 3));

    *first = env->cp15.dbgwvr[n] & COMPARED & (mask ? ~bytes : ~3ULL);
    *last = *first + bytes;
}

bool arm_page_is_watched(CPUARMState *env, uint64_t addr)
{
    ARMCPU *cpu = env_archcpu(env);
    uint64_t page = addr & COMPARED & ~0xfffULL, first, last;

    if (!points_are_enabled(env)) {
        return false;
    }
    for (unsigned n = 0; n < watchpoints(cpu); n++) {
        watched_range(env, n, &first, &last);
        if ((env->cp15.dbgwcr[n] & CONTROL_E) && first <= page + 0xfff && last >= page) {
            return true;
        }
    }
    return false;
}

static bool bytes_match(const CPUARMState *env, unsigned n, uint64_t addr, unsigned size)
{
    uint64_t control = env->cp15.dbgwcr[n], first, last;
    uint64_t end = (addr & COMPARED) + MAX(size, 1) - 1;

    addr &= COMPARED;
    watched_range(env, n, &first, &last);
    if (extract64(control, WCR_MASK_SHIFT, 5)) {
        return first <= end && last >= addr;
    }
    for (unsigned i = 0; i < 8; i++) {
        if (control >> (WCR_BAS_SHIFT + i) & 1 && first + i >= addr && first + i <= end) {
            return true;
        }
    }
    return false;
}

static bool watchpoint_matches(ARMCPU *cpu, unsigned n, const TcgAccess *access)
{
    const CPUARMState *env = &cpu->env;
    uint64_t control = env->cp15.dbgwcr[n];
    unsigned kinds = access->is_atomic ? 3 : access->type == MMU_DATA_STORE ? 2 : 1;

    return (control & CONTROL_E) &&
           control_matches_el(control, access->mmu_idx != ARM_MMU_IDX_EL0) &&
           (extract64(control, WCR_LSC_SHIFT, 2) & kinds) &&
           (!(control & WCR_WT) || link_matches(cpu, control)) &&
           bytes_match(env, n, access->addr, access->size);
}

void arm_check_watchpoint(CPUState *cs, const TcgAccess *access)
{
    ARMCPU *cpu = ARM_CPU(cs);
    CPUARMState *env = &cpu->env;
    unsigned el = arm_current_el(env);

    /* Cache maintenance has no watchpoints here. */
    if (cpu->maintenance_iss || !points_are_enabled(env) || !debug_reaches(env, el)) {
        return;
    }
    for (unsigned n = 0; n < watchpoints(cpu); n++) {
        if (watchpoint_matches(cpu, n, access)) {
            uint32_t iss = FSC_DEBUG | (access->type == MMU_DATA_STORE ? ISS_WNR : 0);

            arm_exception_raise_addr(env, EXCP_DATA_ABORT,
                                     arm_syndrome(el ? EC_WATCHPOINT : EC_WATCHPOINT_LOWER, iss),
                                     access->addr);
        }
    }
}
