/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * System instructions that concern translation and caches (Arm ARM C5.3 to C5.5): TLBI, AT, DC and
 * IC.  Data caches do not exist, so their maintenance only asks whether the address may be reached.
 */
#include "qemu/osdep.h"
#include "sysemu/tcg.h"
#include "target/arm/cpu-idregs.h"
#include "target/arm/cpu-internal.h"
#include "ptw.h"

/* -- TLBI ------------------------------------------------------------------------------------ */

#define TLBI_PAGE_BYTES 4096

/* Operations are numbered by op2; CRm 3 is the inner shareable form of CRm 7. */
enum { TLBI_OP_ALL = 0, TLBI_OP_ASID = 2 };

static void tlbi_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    CPUState *cs = env_cpu(env);
    TcgFlush what = { .idx_mask = ARM_MMU_IDX_ALL, .context = TCG_CONTEXT_ANY };

    switch (ri->opc2) {
    case TLBI_OP_ALL:
        break;
    case TLBI_OP_ASID:
        what.context = extract64(value, 48, env->cp15.tcr_el1 & TCR_AS ? 16 : 8);
        break;
    default:
        /* By address; a forgotten entry of another ASID does no harm. */
        what.addr = (uint64_t)sextract64(value, 0, 44) << 12;
        what.len = TLBI_PAGE_BYTES;
        break;
    }
    if (ri->crm == 3) {
        tcg_tlb_flush_all_cpus(cs, &what);
    } else {
        tcg_tlb_flush(cs, &what);
    }
}

/* -- AT -------------------------------------------------------------------------------------- */

#define PAR_F (1ULL << 0)
#define PAR_NS (1ULL << 9)
#define PAR_RES1 (1ULL << 11)
#define PAR_FST_SHIFT 1
#define PAR_SH_SHIFT 7
#define PAR_ATTR_SHIFT 56

#define AT_OP_WRITE 1
#define AT_OP_EL0 2

static bool is_external_on_walk(unsigned status)
{
    return status >= FSC_EXTERNAL_WALK && status < FSC_EXTERNAL_WALK + 4;
}

static void at_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    ArmWalk walk = {
        .va = value,
        .type = ri->opc2 & AT_OP_WRITE ? MMU_DATA_STORE : MMU_DATA_LOAD,
        .idx = ri->opc2 & AT_OP_EL0 ? ARM_MMU_IDX_EL0 : ARM_MMU_IDX_EL1,
        .no_update = true,
    };
    ArmWalkResult result;
    ArmWalkFault fault;

    if (arm_walk_tables(env_archcpu(env), &walk, &result, &fault)) {
        env->cp15.par_el1 = (result.pa & MAKE_64BIT_MASK(12, 40)) | PAR_RES1 | PAR_NS |
                            (uint64_t)result.sh << PAR_SH_SHIFT |
                            (uint64_t)result.attr << PAR_ATTR_SHIFT;
        return;
    }
    env->cp15.par_el1 = PAR_F | PAR_RES1 | (uint64_t)fault.status << PAR_FST_SHIFT;
    if (is_external_on_walk(fault.status) && tcg_enabled()) {
        arm_exception_raise_addr(env, EXCP_DATA_ABORT,
                                 arm_syndrome(EC_DATA_ABORT, ISS_CM | ISS_WNR | fault.status),
                                 value);
    }
}

/* -- DC, IC ---------------------------------------------------------------------------------- */

static CPAccessResult uci_access(CPUARMState *env, const ARMCPRegInfo *ri, bool isread)
{
    if (arm_current_el(env) == 0 && !(env->cp15.sctlr_el1 & SCTLR_UCI)) {
        return CP_ACCESS_TRAP;
    }
    return CP_ACCESS_OK;
}

static CPAccessResult zva_access(CPUARMState *env, const ARMCPRegInfo *ri, bool isread)
{
    if (arm_current_el(env) == 0 && !(env->cp15.sctlr_el1 & SCTLR_DZE)) {
        return CP_ACCESS_TRAP;
    }
    return CP_ACCESS_OK;
}

/* Abort as maintenance of @addr does if it cannot be reached; @type: the permission it needs. */
static void maintenance_probe(CPUARMState *env, uint64_t addr, MMUAccessType type)
{
    ARMCPU *cpu = env_archcpu(env);

    if (!tcg_enabled()) {
        return;
    }
    cpu->maintenance_iss = ISS_CM | ISS_WNR;
    tcg_mem_probe(CPU(cpu), addr, 1, type, FIELD_EX64(cpu->tcg_area.key, KEY, MMU_IDX));
    cpu->maintenance_iss = 0;
}

static void dc_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    maintenance_probe(env, value, MMU_DATA_LOAD);
}

/* It could lose what others wrote, so it needs write permission. */
static void dc_ivac_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    maintenance_probe(env, value, MMU_DATA_STORE);
}

static void ic_ivau_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    ARMCPU *cpu = env_archcpu(env);
    uint64_t line = 4ULL << FIELD_EX64(cpu->ctr, CTR, IMINLINE);

    maintenance_probe(env, value, MMU_DATA_LOAD);
    if (tcg_enabled()) {
        tcg_code_invalidate(CPU(cpu), value & -line, line,
                            FIELD_EX64(cpu->tcg_area.key, KEY, MMU_IDX));
    }
}

static void ic_all_write(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    if (tcg_enabled()) {
        tcg_code_invalidate(env_cpu(env), 0, 0, 0);
    }
}

/* -- tables ---------------------------------------------------------------------------------- */

#define TLBI(_name, _crm, _op2) \
    { .name = "TLBI_" _name, .state = ARM_CP_STATE_AA64, \
      .opc0 = 1, .opc1 = 0, .crn = 8, .crm = (_crm), .opc2 = (_op2), \
      .access = PL1_W, .type = ARM_CP_NO_RAW | ARM_CP_SUPPRESS_TB_END, .writefn = tlbi_write }
#define AT(_name, _op2) \
    { .name = "AT_" _name, .state = ARM_CP_STATE_AA64, \
      .opc0 = 1, .opc1 = 0, .crn = 7, .crm = 8, .opc2 = (_op2), \
      .access = PL1_W, .type = ARM_CP_NO_RAW | ARM_CP_SUPPRESS_TB_END | ARM_CP_RAISES_EXC, \
      .writefn = at_write }
#define CACHE(_name, _opc1, _crm, _op2, _access) \
    .name = _name, .state = ARM_CP_STATE_AA64, \
    .opc0 = 1, .opc1 = (_opc1), .crn = 7, .crm = (_crm), .opc2 = (_op2), .access = (_access)
/* Also for EL0, by SCTLR_EL1.UCI. */
#define BY_ADDRESS(_name, _crm, _fn) \
    { CACHE(_name, 3, _crm, 1, PL0_W), .accessfn = uci_access, \
      .type = ARM_CP_NO_RAW | ARM_CP_SUPPRESS_TB_END | ARM_CP_RAISES_EXC, .writefn = (_fn) }
#define BY_SET_WAY(_name, _crm) \
    { CACHE(_name, 0, _crm, 2, PL1_W), .type = ARM_CP_NO_RAW | ARM_CP_NOP }

static const ARMCPRegInfo tlb_instructions[] = {
    TLBI("VMALLE1IS", 3, 0),
    TLBI("VAE1IS", 3, 1),
    TLBI("ASIDE1IS", 3, 2),
    TLBI("VAAE1IS", 3, 3),
    TLBI("VALE1IS", 3, 5),
    TLBI("VAALE1IS", 3, 7),
    TLBI("VMALLE1", 7, 0),
    TLBI("VAE1", 7, 1),
    TLBI("ASIDE1", 7, 2),
    TLBI("VAAE1", 7, 3),
    TLBI("VALE1", 7, 5),
    TLBI("VAALE1", 7, 7),
    AT("S1E1R", 0),
    AT("S1E1W", AT_OP_WRITE),
    AT("S1E0R", AT_OP_EL0),
    AT("S1E0W", AT_OP_EL0 | AT_OP_WRITE),
};

static const ARMCPRegInfo cache_instructions[] = {
    { CACHE("IC_IALLUIS", 0, 1, 0, PL1_W), .type = ARM_CP_NO_RAW, .writefn = ic_all_write },
    { CACHE("IC_IALLU", 0, 5, 0, PL1_W), .type = ARM_CP_NO_RAW, .writefn = ic_all_write },
    BY_ADDRESS("IC_IVAU", 5, ic_ivau_write),
    { CACHE("DC_ZVA", 3, 4, 1, PL0_W), .accessfn = zva_access,
      .type = ARM_CP_NO_RAW | ARM_CP_DC_ZVA },
    BY_ADDRESS("DC_CVAC", 10, dc_write),
    BY_ADDRESS("DC_CVAU", 11, dc_write),
    BY_ADDRESS("DC_CIVAC", 14, dc_write),
    { CACHE("DC_IVAC", 0, 6, 1, PL1_W), .writefn = dc_ivac_write,
      .type = ARM_CP_NO_RAW | ARM_CP_SUPPRESS_TB_END | ARM_CP_RAISES_EXC },
    BY_SET_WAY("DC_ISW", 6),
    BY_SET_WAY("DC_CSW", 10),
    BY_SET_WAY("DC_CISW", 14),
};

void arm_sysregs_define_mmu(ARMCPU *cpu)
{
    define_arm_cp_regs(cpu, tlb_instructions);
    define_arm_cp_regs(cpu, cache_instructions);
}
