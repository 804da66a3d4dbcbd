/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Registers of self-hosted debug (Arm ARM D2, D17.3): MDSCR, the OS lock, breakpoints and
 * watchpoints as the model counts them, claim tags.  There is no external debugger: the
 * communication channel reads as empty.
 */
#include "qemu/osdep.h"
#include "cpu-idregs.h"
#include "cpu-internal.h"
#include "tcg/arm-tcg.h"

#define MDSCR_SS (1ULL << 0)
#define MDSCR_TDCC (1ULL << 12)
#define MDSCR_KDE (1ULL << 13)
#define MDSCR_MDE (1ULL << 15)
/* Always writable, and those the OS lock makes writable to save and restore: ERR, HDE, SC2, TDA,
 * INTdis, TXU, RXO, TXfull, RXfull. */
#define MDSCR_MASK (MDSCR_SS | MDSCR_TDCC | MDSCR_KDE | MDSCR_MDE)
#define MDSCR_MASK_LOCKED (MDSCR_MASK | (1ULL << 6) | (1ULL << 14) | (1ULL << 19) | \
                           (1ULL << 21) | (3ULL << 22) | (3ULL << 26) | (3ULL << 29))

/* OSLSR_EL1: the lock is implemented (OSLM = 0b10), and is locked (OSLK). */
#define OSLSR_OSLM_IMPLEMENTED 0x8
#define OSLSR_OSLK 0x2

#define CLAIM_TAGS 0xff

/* BAS is RES1 without AArch32. */
#define DBGBCR_BAS (0xfULL << 5)
#define DBGBCR_MASK (0x00ffe1e7ULL & ~DBGBCR_BAS)
#define DBGWCR_MASK 0x1f1fffffULL

static bool os_is_locked(CPUARMState *env)
{
    return env->cp15.oslsr_el1 & OSLSR_OSLK;
}

static void mdscr_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    uint64_t mask = os_is_locked(env) ? MDSCR_MASK_LOCKED : MDSCR_MASK;

    value = (env->cp15.mdscr_el1 & ~mask) | (value & mask);
    if ((env->cp15.mdscr_el1 ^ value) & MDSCR_MDE) {
        /* The TLB knows which pages are watched. */
        arm_mmu_flush(env_archcpu(env));
    }
    env->cp15.mdscr_el1 = value;
}

static void point_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    uint64_t old = raw_read(env, ri);

    raw_write(env, ri, (old & ~ri->write_mask) | (value & ri->write_mask));
    arm_mmu_flush(env_archcpu(env));
}

static void oslar_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    env->cp15.oslsr_el1 = OSLSR_OSLM_IMPLEMENTED | (value & 1 ? OSLSR_OSLK : 0);
    arm_mmu_flush(env_archcpu(env));
}

static uint64_t claimset_read(CPUARMState *env, const ARMCPRegInfo *ri)
{
    return CLAIM_TAGS;
}

static void claimset_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    env->cp15.dbgclaim |= value & CLAIM_TAGS;
}

static void claimclr_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    env->cp15.dbgclaim &= ~(value & CLAIM_TAGS);
}

static CPAccessResult dcc_access(CPUARMState *env, const ARMCPRegInfo *ri, bool isread)
{
    if (arm_current_el(env) == 0 && (env->cp15.mdscr_el1 & MDSCR_TDCC)) {
        return CP_ACCESS_TRAP;
    }
    return CP_ACCESS_OK;
}

static const ARMCPRegInfo debug_regs[] = {
    { .name = "MDSCR_EL1", .state = ARM_CP_STATE_AA64,
      .opc0 = 2, .opc1 = 0, .crn = 0, .crm = 2, .opc2 = 2,
      .access = PL1_RW, .write_mask = MDSCR_MASK_LOCKED, .writefn = mdscr_write,
      .fieldoffset = offsetof(CPUARMState, cp15.mdscr_el1) },
    { .name = "MDCCINT_EL1", .state = ARM_CP_STATE_AA64,
      .opc0 = 2, .opc1 = 0, .crn = 0, .crm = 2, .opc2 = 0,
      .access = PL1_RW, .write_mask = 3ULL << 29,
      .fieldoffset = offsetof(CPUARMState, cp15.mdccint_el1) },
    { .name = "OSDTRRX_EL1", .state = ARM_CP_STATE_AA64,
      .opc0 = 2, .opc1 = 0, .crn = 0, .crm = 0, .opc2 = 2,
      .access = PL1_RW, .type = ARM_CP_CONST },
    { .name = "OSDTRTX_EL1", .state = ARM_CP_STATE_AA64,
      .opc0 = 2, .opc1 = 0, .crn = 0, .crm = 3, .opc2 = 2,
      .access = PL1_RW, .type = ARM_CP_CONST },
    { .name = "OSECCR_EL1", .state = ARM_CP_STATE_AA64,
      .opc0 = 2, .opc1 = 0, .crn = 0, .crm = 6, .opc2 = 2,
      .access = PL1_RW, .type = ARM_CP_CONST },
    { .name = "MDRAR_EL1", .state = ARM_CP_STATE_AA64,
      .opc0 = 2, .opc1 = 0, .crn = 1, .crm = 0, .opc2 = 0,
      .access = PL1_R, .type = ARM_CP_CONST },
    { .name = "OSLAR_EL1", .state = ARM_CP_STATE_AA64,
      .opc0 = 2, .opc1 = 0, .crn = 1, .crm = 0, .opc2 = 4,
      .access = PL1_W, .type = ARM_CP_NO_RAW, .writefn = oslar_write },
    { .name = "OSLSR_EL1", .state = ARM_CP_STATE_AA64,
      .opc0 = 2, .opc1 = 0, .crn = 1, .crm = 1, .opc2 = 4,
      .access = PL1_R, .resetvalue = OSLSR_OSLM_IMPLEMENTED | OSLSR_OSLK,
      .write_mask = OSLSR_OSLK, .fieldoffset = offsetof(CPUARMState, cp15.oslsr_el1) },
    { .name = "OSDLR_EL1", .state = ARM_CP_STATE_AA64,
      .opc0 = 2, .opc1 = 0, .crn = 1, .crm = 3, .opc2 = 4,
      .access = PL1_RW, .write_mask = 1,
      .fieldoffset = offsetof(CPUARMState, cp15.osdlr_el1) },
    { .name = "DBGPRCR_EL1", .state = ARM_CP_STATE_AA64,
      .opc0 = 2, .opc1 = 0, .crn = 1, .crm = 4, .opc2 = 4,
      .access = PL1_RW, .type = ARM_CP_CONST },
    { .name = "DBGCLAIMSET_EL1", .state = ARM_CP_STATE_AA64,
      .opc0 = 2, .opc1 = 0, .crn = 7, .crm = 8, .opc2 = 6,
      .access = PL1_RW, .type = ARM_CP_NO_RAW,
      .readfn = claimset_read, .writefn = claimset_write },
    { .name = "DBGCLAIMCLR_EL1", .state = ARM_CP_STATE_AA64,
      .opc0 = 2, .opc1 = 0, .crn = 7, .crm = 9, .opc2 = 6,
      .access = PL1_RW, .write_mask = CLAIM_TAGS, .writefn = claimclr_write,
      .fieldoffset = offsetof(CPUARMState, cp15.dbgclaim) },
    { .name = "DBGAUTHSTATUS_EL1", .state = ARM_CP_STATE_AA64,
      .opc0 = 2, .opc1 = 0, .crn = 7, .crm = 14, .opc2 = 6,
      .access = PL1_R, .type = ARM_CP_CONST },
    { .name = "MDCCSR_EL0", .state = ARM_CP_STATE_AA64,
      .opc0 = 2, .opc1 = 3, .crn = 0, .crm = 1, .opc2 = 0,
      .access = PL0_R, .type = ARM_CP_CONST, .accessfn = dcc_access },
    { .name = "DBGDTR_EL0", .state = ARM_CP_STATE_AA64,
      .opc0 = 2, .opc1 = 3, .crn = 0, .crm = 4, .opc2 = 0,
      .access = PL0_RW, .type = ARM_CP_CONST, .accessfn = dcc_access },
    { .name = "DBGDTRRX_DBGDTRTX_EL0", .state = ARM_CP_STATE_AA64,
      .opc0 = 2, .opc1 = 3, .crn = 0, .crm = 5, .opc2 = 0,
      .access = PL0_RW, .type = ARM_CP_CONST, .accessfn = dcc_access },
};

/* Value and control register number @n of a kind: @opc2 is the value's, the control's is next. */
static void point_define(ARMCPU *cpu, const char *const names[2], unsigned n, unsigned opc2,
                         const ARMCPRegInfo template[2])
{
    ARMCPRegInfo regs[2] = { template[0], template[1] };

    for (unsigned i = 0; i < 2; i++) {
        regs[i].name = names[i];
        regs[i].opc0 = 2;
        regs[i].crm = n;
        regs[i].opc2 = opc2 + i;
        regs[i].state = ARM_CP_STATE_AA64;
        regs[i].access = PL1_RW;
        regs[i].writefn = point_write;
        regs[i].fieldoffset += n * sizeof(uint64_t);
    }
    define_arm_cp_regs(cpu, regs);
}

void arm_sysregs_define_debug(ARMCPU *cpu)
{
    static const char *const bp_names[2] = { "DBGBVRn_EL1", "DBGBCRn_EL1" };
    static const char *const wp_names[2] = { "DBGWVRn_EL1", "DBGWCRn_EL1" };
    static const ARMCPRegInfo bp[2] = {
        { .fieldoffset = offsetof(CPUARMState, cp15.dbgbvr), .write_mask = UINT64_MAX },
        { .fieldoffset = offsetof(CPUARMState, cp15.dbgbcr), .write_mask = DBGBCR_MASK,
          .resetvalue = DBGBCR_BAS },
    };
    static const ARMCPRegInfo wp[2] = {
        { .fieldoffset = offsetof(CPUARMState, cp15.dbgwvr), .write_mask = ~3ULL },
        { .fieldoffset = offsetof(CPUARMState, cp15.dbgwcr), .write_mask = DBGWCR_MASK },
    };
    unsigned bps = FIELD_EX64(cpu->isar.id_aa64dfr0, ID_AA64DFR0, BRPS) + 1;
    unsigned wps = FIELD_EX64(cpu->isar.id_aa64dfr0, ID_AA64DFR0, WRPS) + 1;

    define_arm_cp_regs(cpu, debug_regs);
    for (unsigned n = 0; n < bps; n++) {
        point_define(cpu, bp_names, n, 4, bp);
    }
    for (unsigned n = 0; n < wps; n++) {
        point_define(cpu, wp_names, n, 6, wp);
    }
}
