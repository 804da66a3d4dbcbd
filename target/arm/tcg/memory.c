/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The CPU's view of memory: translation of addresses, and aborts with their syndromes (Arm ARM D8,
 * D17.2.37).
 */
#include "qemu/osdep.h"
#include "target/arm/cpu-idregs.h"
#include "arm-tcg.h"

/* Fault status codes. */
enum {
    FSC_ADDRESS_SIZE_L0 = 0x00,
    FSC_TRANSLATION_L0 = 0x04,
    FSC_EXTERNAL = 0x10,
    FSC_ALIGNMENT = 0x21,
};

#define ISS_WNR (1U << 6)

static unsigned pa_bits(const ARMCPU *cpu)
{
    static const uint8_t bits[] = { 32, 36, 40, 42, 44, 48 };
    unsigned range = FIELD_EX64(cpu->isar.id_aa64mmfr0, ID_AA64MMFR0, PARANGE);

    return bits[MIN(range, G_N_ELEMENTS(bits) - 1)];
}

/*
 * The MMU is off (D8.2.10): addresses are physical.  Data is Device-nGnRnE, where accesses must be
 * aligned.
 */
static bool translate_flat(ARMCPU *cpu, const TcgAccess *access, TcgTranslation *out,
                           uint64_t *word)
{
    uint64_t addr = access->addr;
    uint64_t tcr = cpu->env.cp15.tcr_el1;
    bool tbi = extract64(tcr, extract64(addr, 55, 1) ? 38 : 37, 1);

    if (tbi) {
        addr = addr & ~(0xffULL << 56);
    }
    if (addr >> pa_bits(cpu)) {
        *word = FSC_ADDRESS_SIZE_L0;
        return false;
    }
    *out = (TcgTranslation) {
        .pa = addr,
        .attrs = MEMTXATTRS_UNSPECIFIED,
        .page_bits = 12,
        .prot = TCG_PROT_READ | TCG_PROT_WRITE | TCG_PROT_EXEC,
        .is_global = true,
        .aligned_only = access->type != MMU_INST_FETCH,
    };
    return true;
}

bool arm_cpu_translate(CPUState *cs, const TcgAccess *access, TcgTranslation *out, uint64_t *word)
{
    ARMCPU *cpu = ARM_CPU(cs);

    if (!(cpu->env.cp15.sctlr_el1 & SCTLR_M)) {
        return translate_flat(cpu, access, out, word);
    }
    *word = FSC_TRANSLATION_L0;
    return false;
}

/* Without tables there is no GP bit. */
bool arm_cpu_page_is_guarded(ARMCPU *cpu, uint64_t pc)
{
    return false;
}

void arm_cpu_raise_access(CPUState *cs, const TcgAccess *access, const TcgFault *fault)
{
    CPUARMState *env = cpu_env(cs);
    bool is_lower = arm_current_el(env) == 0;
    uint32_t iss = fault->kind == TCG_FAULT_ALIGN ? FSC_ALIGNMENT
                   : fault->kind == TCG_FAULT_BUS ? FSC_EXTERNAL : fault->word;

    if (access->type == MMU_INST_FETCH) {
        arm_exception_set(env, EXCP_PREFETCH_ABORT,
                          arm_syndrome(is_lower ? EC_INSN_ABORT_LOWER : EC_INSN_ABORT, iss),
                          access->addr);
        return;
    }
    if (access->type == MMU_DATA_STORE) {
        iss |= ISS_WNR;
    }
    arm_exception_set(env, EXCP_DATA_ABORT,
                      arm_syndrome(is_lower ? EC_DATA_ABORT_LOWER : EC_DATA_ABORT, iss),
                      access->addr);
}
