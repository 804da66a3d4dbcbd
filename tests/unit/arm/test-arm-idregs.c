/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the identification registers of each model claim is there, and what is there is claimed.
 * Field values and encodings are those of the Arm Architecture Reference Manual (D17.2, C4, C5).
 */
#include "arm-harness.h"
#include "target/arm/cpu-idregs.h"
#include "target/arm/tcg/a64-decode.h"

#define ID_REG(crm, op2) ARM_CP_ENC(3, 0, 0, crm, op2)
#define PFR0 ID_REG(4, 0)
#define PFR1 ID_REG(4, 1)
#define DFR0 ID_REG(5, 0)
#define ISAR0 ID_REG(6, 0)
#define ISAR1 ID_REG(6, 1)
#define MMFR0 ID_REG(7, 0)
#define MMFR1 ID_REG(7, 1)
#define MMFR2 ID_REG(7, 2)
#define SCTLR ARM_CP_ENC(3, 0, 1, 0, 0)
#define TCR ARM_CP_ENC(3, 0, 2, 0, 2)

static const char *const models[] = { "cortex-a53", "cortex-a57", "cortex-a72", "max" };

/*
 * From @value on the field says that the feature is there. One witness: an instruction, where it
 * is a hint without the feature with the name that the decoder has for it; a system register or
 * system instruction; or a @bit of @reg that can be set.
 */
typedef struct Claim {
    const char *feature;
    uint32_t id;
    unsigned shift, value;
    uint32_t insn;
    const char *insn_name;
    uint32_t reg;
    uint64_t bit;
} Claim;

static const Claim claims[] = {
    { "AES", ISAR0, 4, 1, .insn = 0x4e284800 },       /* AESE V0.16B, V0.16B */
    { "PMULL", ISAR0, 4, 2, .insn = 0x0ee0e000 },     /* PMULL V0.1Q, V0.1D, V0.1D */
    { "SHA1", ISAR0, 8, 1, .insn = 0x5e000000 },      /* SHA1C Q0, S0, V0.4S */
    { "SHA256", ISAR0, 12, 1, .insn = 0x5e004000 },   /* SHA256H Q0, Q0, V0.4S */
    { "SHA512", ISAR0, 12, 2, .insn = 0xce608000 },   /* SHA512H Q0, Q0, V0.2D */
    { "CRC32", ISAR0, 16, 1, .insn = 0x1ac04000 },    /* CRC32B W0, W0, W0 */
    { "LSE", ISAR0, 20, 2, .insn = 0xb8200041 },      /* LDADD W0, W1, [X2] */
    { "RDM", ISAR0, 28, 1, .insn = 0x2e408400 },      /* SQRDMLAH V0.4H, V0.4H, V0.4H */
    { "SHA3", ISAR0, 32, 1, .insn = 0xce000000 },     /* EOR3 V0.16B, ... */
    { "SM3", ISAR0, 36, 1, .insn = 0xce60c000 },      /* SM3PARTW1 V0.4S, V0.4S, V0.4S */
    { "SM4", ISAR0, 40, 1, .insn = 0xcec08400 },      /* SM4E V0.4S, V0.4S */
    { "DotProd", ISAR0, 44, 1, .insn = 0x2e809400 },  /* UDOT V0.2S, V0.8B, V0.8B */
    { "FHM", ISAR0, 48, 1, .insn = 0x0e20ec00 },      /* FMLAL V0.2S, V0.2H, V0.2H */
    { "FlagM", ISAR0, 52, 1, .insn = 0xd500401f },    /* CFINV */
    { "FlagM2", ISAR0, 52, 2, .insn = 0xd500405f },   /* AXFLAG */
    { "TLBIOS", ISAR0, 56, 1, .reg = ARM_CP_ENC(1, 0, 8, 1, 0) },   /* TLBI VMALLE1OS */
    { "TLBIRANGE", ISAR0, 56, 2, .reg = ARM_CP_ENC(1, 0, 8, 6, 1) }, /* TLBI RVAE1 */
    { "RNG", ISAR0, 60, 1, .reg = ARM_CP_ENC(3, 3, 2, 4, 0) },      /* RNDR */
    { "DPB", ISAR1, 0, 1, .reg = ARM_CP_ENC(1, 3, 7, 12, 1) },      /* DC CVAP */
    { "PAuth", ISAR1, 8, 1, .insn = 0xdac10000 },     /* PACIA X0, X0 */
    { "PAuth keys", ISAR1, 8, 1, .reg = ARM_CP_ENC(3, 0, 2, 1, 0) }, /* APIAKeyLo_EL1 */
    { "PAuth hints", ISAR1, 8, 1, .insn = 0xd503233f, "PACSP" },    /* PACIASP */
    { "JSCVT", ISAR1, 12, 1, .insn = 0x1e7e0000 },    /* FJCVTZS W0, D0 */
    { "FCMA", ISAR1, 16, 1, .insn = 0x6e80c400 },     /* FCMLA V0.4S, V0.4S, V0.4S, #0 */
    { "LRCPC", ISAR1, 20, 1, .insn = 0xb8bfc000 },    /* LDAPR W0, [X0] */
    { "LRCPC2", ISAR1, 20, 2, .insn = 0x99400000 },   /* LDAPUR W0, [X0] */
    { "generic PAuth", ISAR1, 28, 1, .insn = 0x9ac03000 }, /* PACGA X0, X0, X0 */
    { "FRINTTS", ISAR1, 32, 1, .insn = 0x1e284000 },  /* FRINT32Z S0, S0 */
    { "SB", ISAR1, 36, 1, .insn = 0xd50330ff },
    { "SPECRES", ISAR1, 40, 1, .reg = ARM_CP_ENC(1, 3, 7, 3, 4) },  /* CFP RCTX */
    { "BF16", ISAR1, 44, 1, .insn = 0x2e40fc00 },     /* BFDOT V0.2S, V0.4H, V0.4H */
    { "I8MM", ISAR1, 52, 1, .insn = 0x4e80a400 },     /* SMMLA V0.4S, V0.16B, V0.16B */
    { "FP16", PFR0, 16, 1, .insn = 0x1ee02800 },      /* FADD H0, H0, H0 */
    { "FP16 vectors", PFR0, 20, 1, .insn = 0x0e401400 }, /* FADD V0.4H, V0.4H, V0.4H */
    { "RAS", PFR0, 28, 1, .reg = ARM_CP_ENC(3, 0, 5, 3, 0) },       /* ERRIDR_EL1 */
    { "SVE", PFR0, 32, 1, .reg = ARM_CP_ENC(3, 0, 1, 2, 0) },       /* ZCR_EL1 */
    { "DIT", PFR0, 48, 1, .insn = 0xd503405f },       /* MSR DIT, #0 */
    { "DIT register", PFR0, 48, 1, .reg = ARM_CP_ENC(3, 3, 4, 2, 5) },
    { "BTI", PFR1, 0, 1, .insn = 0xd503245f, "BTI" }, /* BTI c */
    { "SSBS register", PFR1, 4, 2, .reg = ARM_CP_ENC(3, 3, 4, 2, 6) },
    { "SSBS", PFR1, 4, 2, .insn = 0xd503403f },       /* MSR SSBS, #0 */
    { "MTE", PFR1, 8, 1, .insn = 0x9ac01000 },        /* IRG X0, X0, X0 */
    { "trace", DFR0, 4, 1, .reg = ARM_CP_ENC(2, 1, 0, 1, 0) },      /* TRCPRGCTLR */
    { "PMU", DFR0, 8, 1, .reg = ARM_CP_ENC(3, 3, 9, 12, 0) },       /* PMCR_EL0 */
    { "mixed endian", MMFR0, 8, 1, .reg = SCTLR, .bit = SCTLR_EE },
    { "access flag", MMFR1, 0, 1, .reg = TCR, .bit = 1ULL << 39 },  /* HA */
    { "dirty state", MMFR1, 0, 2, .reg = TCR, .bit = 1ULL << 40 },  /* HD */
    { "HPDS", MMFR1, 12, 1, .reg = TCR, .bit = 1ULL << 41 },        /* HPD0 */
    { "LOR", MMFR1, 16, 1, .reg = ARM_CP_ENC(3, 0, 10, 4, 7) },     /* LORID_EL1 */
    { "PAN", MMFR1, 20, 1, .insn = 0xd500409f },      /* MSR PAN, #0 */
    { "PAN register", MMFR1, 20, 1, .reg = ARM_CP_ENC(3, 0, 4, 2, 3) },
    { "PAN2", MMFR1, 20, 2, .reg = ARM_CP_ENC(1, 0, 7, 9, 0) },     /* AT S1E1RP */
    { "UAO", MMFR2, 4, 1, .insn = 0xd500407f },       /* MSR UAO, #0 */
    { "UAO register", MMFR2, 4, 1, .reg = ARM_CP_ENC(3, 0, 4, 2, 4) },
};

/* Values that speak of no instruction and no register; what they mean has tests of its own. */
static const struct {
    uint32_t id;
    unsigned shift, value;
} others[] = {
    { PFR0, 0, 1 },  /* EL0 is AArch64 only */
    { PFR0, 4, 1 },  /* EL1 too */
    { DFR0, 0, 6 },  /* Armv8.0 debug */
    { DFR0, 12, 5 }, /* see test_breakpoints() */
    { DFR0, 20, 3 },
    { DFR0, 28, 1 },
    { MMFR0, 0, 2 }, /* 40, 44, 48 bits of physical address */
    { MMFR0, 0, 4 },
    { MMFR0, 0, 5 },
    { MMFR0, 4, 2 },  /* ASIDs of 16 bits */
    { MMFR0, 12, 1 }, /* secure memory is distinct: required with mixed endian */
    { MMFR0, 20, 1 }, /* 16K granule */
    { MMFR2, 52, 2 }, /* BBM level 2: a changed block size is no conflict */
};

static unsigned field(ARMCPU *cpu, uint32_t id, unsigned shift)
{
    unsigned value = mrs(cpu, id) >> shift & 15;

    /* FP and AdvSIMD: 15 says that there is none at all. */
    return id == PFR0 && (shift == 16 || shift == 20) && value == 15 ? 0 : value;
}

static bool bit_can_be_set(ARMCPU *cpu, uint32_t reg, uint64_t bit)
{
    uint64_t before = mrs(cpu, reg);
    bool is_set;

    msr(cpu, reg, before | bit);
    is_set = mrs(cpu, reg) & bit;
    msr(cpu, reg, before);
    return is_set;
}

static bool is_there(ARMCPU *cpu, const Claim *claim)
{
    const A64Encoding *encoding;
    A64Insn fields;

    if (claim->bit) {
        return bit_can_be_set(cpu, claim->reg, claim->bit);
    }
    if (claim->reg) {
        return arm_cp_reg_find(cpu, claim->reg);
    }
    encoding = a64_decode(claim->insn, a64_features(cpu), &fields);
    return encoding && (!claim->insn_name || g_str_equal(encoding->name, claim->insn_name));
}

static void test_claims_are_true(gconstpointer model)
{
    ARMCPU *cpu = arm_cpu_make(model);

    for (size_t i = 0; i < G_N_ELEMENTS(claims); i++) {
        const Claim *c = &claims[i];
        bool is_claimed = field(cpu, c->id, c->shift) >= c->value;

        if (is_claimed != is_there(cpu, c)) {
            g_test_message("%s: %s is %s", (const char *)model, c->feature,
                           is_claimed ? "claimed but not there" : "there but not claimed");
            g_test_fail();
        }
    }
    arm_cpu_drop(cpu);
}

/* Whether the tables above know what the value of a field says. */
static bool is_known(uint32_t id, unsigned shift, unsigned value)
{
    for (size_t i = 0; i < G_N_ELEMENTS(claims); i++) {
        if (claims[i].id == id && claims[i].shift == shift && claims[i].value == value) {
            return true;
        }
    }
    for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
        if (others[i].id == id && others[i].shift == shift && others[i].value == value) {
            return true;
        }
    }
    return false;
}

/* Nothing is claimed in passing: all of ID_AA64*_EL1, S3_0_C0_C4_0 to S3_0_C0_C7_7. */
static void test_every_claim_is_known(gconstpointer model)
{
    ARMCPU *cpu = arm_cpu_make(model);

    for (unsigned i = 0; i < 32 * 16; i++) {
        uint32_t id = ID_REG(4 + i / 128, i / 16 % 8);
        unsigned shift = i % 16 * 4, value = field(cpu, id, shift);

        if (value && !is_known(id, shift, value)) {
            g_test_message("%s: S3_0_C0_C%u_%u, bits %u on: %u", (const char *)model, 4 + i / 128,
                           i / 16 % 8, shift, value);
            g_test_fail();
        }
    }
    arm_cpu_drop(cpu);
}

/* DBGBVRn_EL1, DBGBCRn_EL1, DBGWVRn_EL1, DBGWCRn_EL1: as many as ID_AA64DFR0_EL1 says. */
static void test_breakpoints_are_as_many(gconstpointer model)
{
    ARMCPU *cpu = arm_cpu_make(model);

    for (unsigned n = 0; n < 16; n++) {
        bool has_breakpoint = n <= field(cpu, DFR0, 12);
        bool has_watchpoint = n <= field(cpu, DFR0, 20);

        g_assert_cmpint(may_read(cpu, ARM_CP_ENC(2, 0, 0, n, 4)), ==, has_breakpoint);
        g_assert_cmpint(may_read(cpu, ARM_CP_ENC(2, 0, 0, n, 5)), ==, has_breakpoint);
        g_assert_cmpint(may_read(cpu, ARM_CP_ENC(2, 0, 0, n, 6)), ==, has_watchpoint);
        g_assert_cmpint(may_read(cpu, ARM_CP_ENC(2, 0, 0, n, 7)), ==, has_watchpoint);
    }
    arm_cpu_drop(cpu);
}

static void add_for_models(const char *name, GTestDataFunc func)
{
    for (size_t i = 0; i < G_N_ELEMENTS(models); i++) {
        g_autofree char *path = g_strdup_printf("/arm/idregs/%s/%s", models[i], name);

        g_test_add_data_func(path, models[i], func);
    }
}

int main(int argc, char **argv)
{
    arm_harness_init(&argc, &argv);
    add_for_models("claims-are-true", test_claims_are_true);
    add_for_models("every-claim-is-known", test_every_claim_is_known);
    add_for_models("breakpoints-are-as-many", test_breakpoints_are_as_many);
    return g_test_run();
}
