/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * System registers of the models against the Arm Architecture Reference Manual and the cores'
 * Technical Reference Manuals: identification, reserved bits, reset values, who may access what.
 */
#include "qemu/osdep.h"
#include "arm-harness.h"

#define MIDR ARM_CP_ENC(3, 0, 0, 0, 0)
#define MPIDR ARM_CP_ENC(3, 0, 0, 0, 5)
#define REVIDR ARM_CP_ENC(3, 0, 0, 0, 6)
#define PFR0 ARM_CP_ENC(3, 0, 0, 4, 0)
#define PFR1 ARM_CP_ENC(3, 0, 0, 4, 1)
#define DFR0 ARM_CP_ENC(3, 0, 0, 5, 0)
#define ISAR0 ARM_CP_ENC(3, 0, 0, 6, 0)
#define ISAR1 ARM_CP_ENC(3, 0, 0, 6, 1)
#define MMFR0 ARM_CP_ENC(3, 0, 0, 7, 0)
#define MMFR1 ARM_CP_ENC(3, 0, 0, 7, 1)
#define MMFR2 ARM_CP_ENC(3, 0, 0, 7, 2)
#define CCSIDR ARM_CP_ENC(3, 1, 0, 0, 0)
#define CLIDR ARM_CP_ENC(3, 1, 0, 0, 1)
#define CSSELR ARM_CP_ENC(3, 2, 0, 0, 0)
#define CTR ARM_CP_ENC(3, 3, 0, 0, 1)
#define DCZID ARM_CP_ENC(3, 3, 0, 0, 7)
#define SCTLR ARM_CP_ENC(3, 0, 1, 0, 0)
#define ACTLR ARM_CP_ENC(3, 0, 1, 0, 1)
#define CPACR ARM_CP_ENC(3, 0, 1, 0, 2)
#define TTBR0 ARM_CP_ENC(3, 0, 2, 0, 0)
#define TCR ARM_CP_ENC(3, 0, 2, 0, 2)
#define APIAKEYLO ARM_CP_ENC(3, 0, 2, 1, 0)
#define APGAKEYHI ARM_CP_ENC(3, 0, 2, 3, 1)
#define SPSR ARM_CP_ENC(3, 0, 4, 0, 0)
#define SP_EL0 ARM_CP_ENC(3, 0, 4, 1, 0)
#define SPSEL ARM_CP_ENC(3, 0, 4, 2, 0)
#define CURRENTEL ARM_CP_ENC(3, 0, 4, 2, 2)
#define PAN ARM_CP_ENC(3, 0, 4, 2, 3)
#define UAO ARM_CP_ENC(3, 0, 4, 2, 4)
#define NZCV ARM_CP_ENC(3, 3, 4, 2, 0)
#define DAIF ARM_CP_ENC(3, 3, 4, 2, 1)
#define DIT ARM_CP_ENC(3, 3, 4, 2, 5)
#define SSBS ARM_CP_ENC(3, 3, 4, 2, 6)
#define FPCR ARM_CP_ENC(3, 3, 4, 4, 0)
#define FPSR ARM_CP_ENC(3, 3, 4, 4, 1)
#define AFSR0 ARM_CP_ENC(3, 0, 5, 1, 0)
#define ESR ARM_CP_ENC(3, 0, 5, 2, 0)
#define FAR_EL1 ARM_CP_ENC(3, 0, 6, 0, 0)
#define MAIR ARM_CP_ENC(3, 0, 10, 2, 0)
#define VBAR ARM_CP_ENC(3, 0, 12, 0, 0)
#define ISR ARM_CP_ENC(3, 0, 12, 1, 0)
#define CONTEXTIDR ARM_CP_ENC(3, 0, 13, 0, 1)
#define TPIDR_EL1 ARM_CP_ENC(3, 0, 13, 0, 4)
#define TPIDR_EL0 ARM_CP_ENC(3, 3, 13, 0, 2)
#define TPIDRRO_EL0 ARM_CP_ENC(3, 3, 13, 0, 3)
#define MDSCR ARM_CP_ENC(2, 0, 0, 2, 2)
#define OSLAR ARM_CP_ENC(2, 0, 1, 0, 4)
#define OSLSR ARM_CP_ENC(2, 0, 1, 1, 4)
#define DBGBVR(n) ARM_CP_ENC(2, 0, 0, n, 4)
#define DBGBCR(n) ARM_CP_ENC(2, 0, 0, n, 5)
#define DBGWVR(n) ARM_CP_ENC(2, 0, 0, n, 6)
#define DBGWCR(n) ARM_CP_ENC(2, 0, 0, n, 7)
#define CLAIMSET ARM_CP_ENC(2, 0, 7, 8, 6)
#define CLAIMCLR ARM_CP_ENC(2, 0, 7, 9, 6)
#define PMCR ARM_CP_ENC(3, 3, 9, 12, 0)
#define L2CTLR ARM_CP_ENC(3, 1, 11, 0, 2)
/* Registers of levels that do not exist. */
#define HCR_EL2 ARM_CP_ENC(3, 4, 1, 1, 0)
#define CNTVOFF_EL2 ARM_CP_ENC(3, 4, 14, 0, 3)
#define SCR_EL3 ARM_CP_ENC(3, 6, 1, 1, 0)
#define VBAR_EL2 ARM_CP_ENC(3, 4, 12, 0, 0)

typedef struct Expected {
    uint32_t enc;
    uint64_t value;
} Expected;

static void assert_values(const char *model, const Expected *list, size_t n)
{
    ARMCPU *cpu = arm_cpu_make(model);

    for (size_t i = 0; i < n; i++) {
        g_test_message("%s 0x%04x", model, list[i].enc);
        g_assert_cmphex(mrs(cpu, list[i].enc), ==, list[i].value);
        g_assert_false(may_write(cpu, list[i].enc));
    }
    arm_cpu_drop(cpu);
}

static void assert_cache(ARMCPU *cpu, uint64_t csselr, uint64_t expected)
{
    msr(cpu, CSSELR, csselr);
    g_assert_cmphex(mrs(cpu, CSSELR), ==, csselr);
    g_assert_cmphex(mrs(cpu, CCSIDR), ==, expected);
}

/* -- identification -------------------------------------------------------------------------- */

static void test_cortex_a53(void)
{
    static const Expected list[] = {
        { MIDR, 0x410fd034 }, { REVIDR, 0 }, { PFR0, 0x11 }, { PFR1, 0 },
        { DFR0, 0x10305106 }, { ISAR0, 0x11120 }, { ISAR1, 0 },
        { MMFR0, 0x1122 }, { MMFR1, 0 }, { MMFR2, 0 },
        { CLIDR, 0x0a200023 }, { CTR, 0x84448004 },
    };

    assert_values("cortex-a53", list, G_N_ELEMENTS(list));
}

static void test_cortex_a57(void)
{
    static const Expected list[] = {
        { MIDR, 0x411fd070 }, { REVIDR, 0 }, { PFR0, 0x11 }, { PFR1, 0 },
        { DFR0, 0x10305106 }, { ISAR0, 0x11120 }, { ISAR1, 0 },
        { MMFR0, 0x1124 }, { MMFR1, 0 }, { MMFR2, 0 },
        { CLIDR, 0x0a200023 }, { CTR, 0x8444c004 },
    };

    assert_values("cortex-a57", list, G_N_ELEMENTS(list));
}

static void test_cortex_a72(void)
{
    static const Expected list[] = {
        { MIDR, 0x410fd083 }, { REVIDR, 0 }, { PFR0, 0x11 }, { PFR1, 0 },
        { DFR0, 0x10305106 }, { ISAR0, 0x11120 }, { ISAR1, 0 },
        { MMFR0, 0x1124 }, { MMFR1, 0 }, { MMFR2, 0 },
        { CLIDR, 0x0a200023 }, { CTR, 0x8444c004 },
    };

    assert_values("cortex-a72", list, G_N_ELEMENTS(list));
}

/* Field by field as the specification lists the features. */
static void test_max(void)
{
    static const Expected list[] = {
        /* Implementer 0. */
        { MIDR, 0x000f0470 },
        /* FP16 (both), DIT. */
        { PFR0, 0x0001000000110011 },
        /* BTI, SSBS with its register. */
        { PFR1, 0x21 },
        /* FlagM, DotProd, RDM, LSE, CRC32, SHA2, SHA1, AES with PMULL. */
        { ISAR0, 0x0010100010211120 },
        /* SB, GPI, LRCPC, FCMA, JSCVT, API. */
        { ISAR1, 0x0000001010111100 },
        /* 16K granule, 16-bit ASID, 48-bit PA. */
        { MMFR0, 0x0000000000101125 },
        /* PAN, HAFDBS. */
        { MMFR1, 0x0000000000100002 },
        /* BBM, UAO. */
        { MMFR2, 0x0020000000000010 },
    };

    assert_values("max", list, G_N_ELEMENTS(list));
}

static void test_caches(void)
{
    ARMCPU *a53 = arm_cpu_make("cortex-a53");
    ARMCPU *a57 = arm_cpu_make("cortex-a57");

    /* 32 KiB 4-way, 32 KiB 2-way, 1 MiB 16-way; 64 byte lines. */
    assert_cache(a53, 0, 0x700fe01a);
    assert_cache(a53, 1, 0x201fe00a);
    assert_cache(a53, 2, 0x707fe07a);
    /* 32 KiB 2-way, 48 KiB 3-way, 2 MiB 16-way. */
    assert_cache(a57, 0, 0x701fe00a);
    assert_cache(a57, 1, 0x201fe012);
    assert_cache(a57, 2, 0x70ffe07a);
    /* No such cache, and reserved bits. */
    assert_cache(a57, 3, 0);
    assert_cache(a57, 15, 0);
    msr(a57, CSSELR, ~0ULL);
    g_assert_cmphex(mrs(a57, CSSELR), ==, 0xf);
    arm_cpu_drop(a57);
    arm_cpu_drop(a53);
}

static void test_mpidr_from_affinity(void)
{
    ARMCPU *cpu = arm_cpu_begin("cortex-a57");

    object_property_set_uint(OBJECT(cpu), "mp-affinity", 0x0300020105, &error_abort);
    g_assert_true(arm_cpu_finish(cpu, &error_abort));
    /* RES1 bit 31, no U, no MT. */
    g_assert_cmphex(mrs(cpu, MPIDR), ==, 0x0380020105);
    arm_cpu_drop(cpu);
}

static void test_gic_field_follows_gicv3(void)
{
    ARMCPU *cpu = arm_cpu_make("cortex-a57");
    int controller;

    cpu->env.gicv3state = &controller;
    g_assert_cmphex(mrs(cpu, PFR0), ==, 0x01000011);
    cpu->env.gicv3state = NULL;
    g_assert_cmphex(mrs(cpu, PFR0), ==, 0x11);
    arm_cpu_drop(cpu);
}

/* The ID space: reads succeed everywhere, zero wherever nothing is listed above. */
static void test_id_space_reads_as_zero(void)
{
    ARMCPU *cpu = arm_cpu_make("max");
    unsigned nonzero = 0;

    for (unsigned crm = 1; crm <= 7; crm++) {
        for (unsigned op2 = 0; op2 < 8; op2++) {
            uint32_t enc = ARM_CP_ENC(3, 0, 0, crm, op2);
            uint64_t value = mrs(cpu, enc);

            nonzero += value != 0;
            /* AArch32. */
            g_assert_true(crm > 3 || value == 0);
            pstate_write(&cpu->env, PSTATE_MODE_EL0t);
            g_assert_false(may_read(cpu, enc));
            pstate_write(&cpu->env, PSTATE_MODE_EL1h);
        }
    }
    /* PFR0, PFR1, DFR0, ISAR0, ISAR1, MMFR0, MMFR1, MMFR2. */
    g_assert_cmpuint(nonzero, ==, 8);
    arm_cpu_drop(cpu);
}

static void test_dczid_and_ctr_at_el0(void)
{
    ARMCPU *cpu = arm_cpu_make("cortex-a57");

    g_assert_cmphex(mrs(cpu, DCZID), ==, 4);
    msr(cpu, SCTLR, 0);
    pstate_write(&cpu->env, PSTATE_MODE_EL0t);
    /* DZP says that DC ZVA traps; CTR itself traps. */
    g_assert_cmphex(mrs(cpu, DCZID), ==, 0x14);
    g_assert_false(may_read(cpu, CTR));
    pstate_write(&cpu->env, PSTATE_MODE_EL1h);
    msr(cpu, SCTLR, SCTLR_DZE | SCTLR_UCT);
    pstate_write(&cpu->env, PSTATE_MODE_EL0t);
    g_assert_cmphex(mrs(cpu, DCZID), ==, 4);
    g_assert_true(may_read(cpu, CTR));
    arm_cpu_drop(cpu);
}

/* -- levels that do not exist ---------------------------------------------------------------- */

static void test_no_el2_no_el3(void)
{
    static const uint32_t encs[] = { HCR_EL2, CNTVOFF_EL2, VBAR_EL2, SCR_EL3 };
    ARMCPU *cpu = arm_cpu_make("max");

    for (size_t i = 0; i < G_N_ELEMENTS(encs); i++) {
        g_assert_null(arm_cp_reg_find(cpu, encs[i]));
    }
    g_assert_cmphex(mrs(cpu, CURRENTEL), ==, 1 << 2);
    arm_cpu_drop(cpu);
}

/* -- reserved bits --------------------------------------------------------------------------- */

/* Which bits stick when all ones, and when all zeros are written. */
static void assert_bits(ARMCPU *cpu, uint32_t enc, uint64_t res1, uint64_t writable)
{
    g_test_message("0x%04x", enc);
    msr(cpu, enc, ~0ULL);
    g_assert_cmphex(mrs(cpu, enc), ==, res1 | writable);
    msr(cpu, enc, 0);
    g_assert_cmphex(mrs(cpu, enc), ==, res1);
}

static void test_reserved_bits_v8(void)
{
    ARMCPU *cpu = arm_cpu_make("cortex-a57");

    /*
     * SCTLR_EL1 of Armv8.0 without AArch32: LSMAOE, nTLSMD, SPAN, EIS, TSCXT, EOS, SED and ITD
     * are RES1; M A C SA SA0 UMA I DZE UCT nTWI nTWE WXN E0E EE UCI can be written.
     */
    assert_bits(cpu, SCTLR, 0x30d00980, 0x070dd21f);
    assert_bits(cpu, ACTLR, 0, 0);
    assert_bits(cpu, AFSR0, 0, 0);
    assert_bits(cpu, CPACR, 0, 0x00300000);
    assert_bits(cpu, TTBR0, 0, 0xfffffffffffffffe);
    assert_bits(cpu, TCR, 0, 0x00000077ffffffbf);
    assert_bits(cpu, MAIR, 0, 0xffffffffffffffff);
    assert_bits(cpu, ESR, 0, 0xffffffff);
    assert_bits(cpu, FAR_EL1, 0, 0xffffffffffffffff);
    assert_bits(cpu, VBAR, 0, 0xfffffffffffff800);
    assert_bits(cpu, CONTEXTIDR, 0, 0xffffffff);
    assert_bits(cpu, TPIDR_EL0, 0, 0xffffffffffffffff);
    /* N Z C V SS IL D A I F M. */
    assert_bits(cpu, SPSR, 0, 0xf03003df);
    msr(cpu, CPACR, 3 << 20);
    /* AHP DN FZ RMode; QC IDC IXC UFC OFC DZC IOC. */
    assert_bits(cpu, FPCR, 0, 0x07c00000);
    assert_bits(cpu, FPSR, 0, 0x0800009f);
    arm_cpu_drop(cpu);
}

static void test_reserved_bits_max(void)
{
    ARMCPU *cpu = arm_cpu_make("max");

    /* Besides: SPAN, EnDB, EnDA, EnIB, EnIA, BT0, BT1, DSSBS. */
    assert_bits(cpu, SCTLR, 0x30500980, 0x00001018cf8df21f);
    /* HA, HD, TBID0, TBID1. */
    assert_bits(cpu, TCR, 0, 0x001801f7ffffffbf);
    /* PAN, UAO, DIT, SSBS, BTYPE. */
    assert_bits(cpu, SPSR, 0, 0xf1f01fdf);
    msr(cpu, CPACR, 3 << 20);
    /* FZ16. */
    assert_bits(cpu, FPCR, 0, 0x07c80000);
    arm_cpu_drop(cpu);
}

static void test_features_bring_registers(void)
{
    static const uint32_t encs[] = { APIAKEYLO, APGAKEYHI, PAN, UAO, DIT, SSBS };
    ARMCPU *a57 = arm_cpu_make("cortex-a57");
    ARMCPU *max = arm_cpu_make("max");

    for (size_t i = 0; i < G_N_ELEMENTS(encs); i++) {
        g_assert_null(arm_cp_reg_find(a57, encs[i]));
        g_assert_true(may_write(max, encs[i]));
    }
    g_assert_true(may_read(a57, L2CTLR));
    g_assert_null(arm_cp_reg_find(max, L2CTLR));
    arm_cpu_drop(max);
    arm_cpu_drop(a57);
}

/* -- reset ----------------------------------------------------------------------------------- */

static void test_reset_values(void)
{
    ARMCPU *cpu = arm_cpu_make("cortex-a57");

    msr(cpu, SCTLR, 0x1005);
    msr(cpu, TPIDR_EL1, 1);
    msr(cpu, OSLAR, 0);
    msr(cpu, DAIF, 0);
    cpu->env.xregs[3] = 7;
    cpu_reset(CPU(cpu));
    /* SCTLR: MMU, caches and alignment checks off; nTWE, nTWI, SA0, SA. */
    g_assert_cmphex(mrs(cpu, SCTLR), ==, 0x30d50998);
    g_assert_cmphex(mrs(cpu, TPIDR_EL1), ==, 0);
    g_assert_cmphex(mrs(cpu, OSLSR), ==, 0xa);
    g_assert_cmphex(mrs(cpu, DAIF), ==, 0x3c0);
    g_assert_cmphex(mrs(cpu, SPSEL), ==, 1);
    g_assert_cmphex(mrs(cpu, CPACR), ==, 0);
    g_assert_cmphex(cpu->env.xregs[3], ==, 0);
    g_assert_cmphex(cpu->env.pc, ==, 0);
    arm_cpu_drop(cpu);
}

static void test_reset_address(void)
{
    ARMCPU *cpu = arm_cpu_begin("cortex-a57");

    object_property_set_uint(OBJECT(cpu), "rvbar", 0x40080000, &error_abort);
    g_assert_true(arm_cpu_finish(cpu, &error_abort));
    g_assert_cmphex(cpu->env.pc, ==, 0x40080000);
    g_assert_cmphex(mrs(cpu, ARM_CP_ENC(3, 0, 12, 0, 1)), ==, 0x40080000);
    arm_cpu_drop(cpu);
}

/* -- PSTATE ---------------------------------------------------------------------------------- */

static void test_pstate_registers(void)
{
    ARMCPU *cpu = arm_cpu_make("max");

    msr(cpu, NZCV, ~0ULL);
    g_assert_cmphex(mrs(cpu, NZCV), ==, 0xf0000000);
    msr(cpu, DAIF, 0x40);
    g_assert_cmphex(mrs(cpu, DAIF), ==, 0x40);
    msr(cpu, PAN, ~0ULL);
    g_assert_cmphex(mrs(cpu, PAN), ==, 1 << 22);
    msr(cpu, UAO, ~0ULL);
    g_assert_cmphex(mrs(cpu, UAO), ==, 1 << 23);
    msr(cpu, DIT, ~0ULL);
    g_assert_cmphex(mrs(cpu, DIT), ==, 1 << 24);
    msr(cpu, SSBS, ~0ULL);
    g_assert_cmphex(mrs(cpu, SSBS), ==, 1 << 12);
    g_assert_cmphex(pstate_read(&cpu->env), ==, 0xf1c01045);
    arm_cpu_drop(cpu);
}

static void test_stack_pointers(void)
{
    ARMCPU *cpu = arm_cpu_make("cortex-a57");

    cpu->env.xregs[31] = 0x1000;
    msr(cpu, SP_EL0, 0x2000);
    msr(cpu, SPSEL, 0);
    g_assert_cmphex(cpu->env.xregs[31], ==, 0x2000);
    /* It is the stack pointer now: no access by this name. */
    g_assert_false(may_read(cpu, SP_EL0));
    cpu->env.xregs[31] = 0x2010;
    msr(cpu, SPSEL, 1);
    g_assert_cmphex(cpu->env.xregs[31], ==, 0x1000);
    g_assert_cmphex(mrs(cpu, SP_EL0), ==, 0x2010);
    arm_cpu_drop(cpu);
}

static void test_isr_shows_lines(void)
{
    ARMCPU *cpu = arm_cpu_make("cortex-a57");

    qemu_set_irq(qdev_get_gpio_in(DEVICE(cpu), ARM_CPU_IRQ), 1);
    g_assert_cmphex(mrs(cpu, ISR), ==, 0x80);
    qemu_set_irq(qdev_get_gpio_in(DEVICE(cpu), ARM_CPU_FIQ), 1);
    g_assert_cmphex(mrs(cpu, ISR), ==, 0xc0);
    qemu_set_irq(qdev_get_gpio_in(DEVICE(cpu), ARM_CPU_IRQ), 0);
    g_assert_cmphex(mrs(cpu, ISR), ==, 0x40);
    arm_cpu_drop(cpu);
}

/* CPACR_EL1.FPEN: 0 and 2 trap all, 1 traps EL0, 3 nobody. */
static void test_fp_trap(void)
{
    static const bool allowed[2][4] = {
        { false, false, false, true },
        { false, true, false, true },
    };
    ARMCPU *cpu = arm_cpu_make("cortex-a57");

    for (unsigned fpen = 0; fpen < 4; fpen++) {
        msr(cpu, CPACR, fpen << 20);
        g_assert_cmpint(may_read(cpu, FPCR), ==, allowed[1][fpen]);
        g_assert_cmpint(may_write(cpu, FPSR), ==, allowed[1][fpen]);
        pstate_write(&cpu->env, PSTATE_MODE_EL0t);
        g_assert_cmpint(may_read(cpu, FPCR), ==, allowed[0][fpen]);
        pstate_write(&cpu->env, PSTATE_MODE_EL1h);
    }
    arm_cpu_drop(cpu);
}

static void test_el0_access(void)
{
    ARMCPU *cpu = arm_cpu_make("cortex-a57");

    msr(cpu, SCTLR, 0);
    pstate_write(&cpu->env, PSTATE_MODE_EL0t);
    g_assert_true(may_write(cpu, TPIDR_EL0));
    g_assert_true(may_read(cpu, TPIDRRO_EL0));
    g_assert_false(may_write(cpu, TPIDRRO_EL0));
    g_assert_false(may_read(cpu, TPIDR_EL1));
    g_assert_false(may_read(cpu, SCTLR));
    g_assert_true(may_write(cpu, NZCV));
    g_assert_false(may_write(cpu, DAIF));
    cpu->env.cp15.sctlr_el1 |= SCTLR_UMA;
    g_assert_true(may_write(cpu, DAIF));
    arm_cpu_drop(cpu);
}

/* -- debug ----------------------------------------------------------------------------------- */

static void test_breakpoint_counts(void)
{
    ARMCPU *cpu = arm_cpu_make("cortex-a57");

    /* ID_AA64DFR0_EL1 says 6 and 4. */
    for (unsigned n = 0; n < 16; n++) {
        g_assert_cmpint(may_write(cpu, DBGBVR(n)), ==, n < 6);
        g_assert_cmpint(may_write(cpu, DBGBCR(n)), ==, n < 6);
        g_assert_cmpint(may_write(cpu, DBGWVR(n)), ==, n < 4);
        g_assert_cmpint(may_write(cpu, DBGWCR(n)), ==, n < 4);
    }
    /* Each has its own state. */
    msr(cpu, DBGBVR(0), 0x1000);
    msr(cpu, DBGBVR(5), 0x2000);
    g_assert_cmphex(mrs(cpu, DBGBVR(0)), ==, 0x1000);
    g_assert_cmphex(mrs(cpu, DBGBVR(5)), ==, 0x2000);
    assert_bits(cpu, DBGBCR(5), 0x1e0, 0x00ffe007);
    assert_bits(cpu, DBGWCR(3), 0, 0x1f1fffff);
    assert_bits(cpu, DBGWVR(3), 0, 0xfffffffffffffffc);
    arm_cpu_drop(cpu);
}

static void test_os_lock(void)
{
    ARMCPU *cpu = arm_cpu_make("cortex-a57");

    /* Locked by reset: everything of MDSCR can be restored. */
    assert_bits(cpu, MDSCR, 0, 0x6ce8f041);
    msr(cpu, OSLAR, 0);
    g_assert_cmphex(mrs(cpu, OSLSR), ==, 0x8);
    assert_bits(cpu, MDSCR, 0, 0x0000b001);
    msr(cpu, OSLAR, 1);
    g_assert_cmphex(mrs(cpu, OSLSR), ==, 0xa);
    g_assert_false(may_read(cpu, OSLAR));
    g_assert_false(may_write(cpu, OSLSR));
    arm_cpu_drop(cpu);
}

static void test_claim_tags(void)
{
    ARMCPU *cpu = arm_cpu_make("cortex-a57");

    g_assert_cmphex(mrs(cpu, CLAIMSET), ==, 0xff);
    msr(cpu, CLAIMSET, 0x105);
    g_assert_cmphex(mrs(cpu, CLAIMCLR), ==, 0x05);
    msr(cpu, CLAIMCLR, 0x04);
    g_assert_cmphex(mrs(cpu, CLAIMCLR), ==, 0x01);
    arm_cpu_drop(cpu);
}

/* -- features as properties ------------------------------------------------------------------ */

static void test_pmu_off(void)
{
    ARMCPU *cpu = arm_cpu_begin("cortex-a57");

    object_property_set_bool(OBJECT(cpu), "pmu", false, &error_abort);
    g_assert_true(arm_cpu_finish(cpu, &error_abort));
    g_assert_cmphex(mrs(cpu, DFR0), ==, 0x10305006);
    g_assert_null(arm_cp_reg_find(cpu, PMCR));
    arm_cpu_drop(cpu);
}

static void test_pauth_off(void)
{
    ARMCPU *cpu = arm_cpu_begin("max");

    object_property_set_bool(OBJECT(cpu), "pauth", false, &error_abort);
    g_assert_true(arm_cpu_finish(cpu, &error_abort));
    g_assert_cmphex(mrs(cpu, ISAR1), ==, 0x0000001000111000);
    g_assert_null(arm_cp_reg_find(cpu, APIAKEYLO));
    arm_cpu_drop(cpu);
}

static void test_refused_properties(void)
{
    static const struct {
        const char *name;
        uint64_t value;
    } rows[] = {
        { "cntfrq", 0 }, { "cntfrq", 1000000001 }, { "psci-conduit", 3 }, { "rvbar", 2 },
        { "mp-affinity", 1ULL << 31 },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        ARMCPU *cpu = arm_cpu_begin("cortex-a57");
        Error *err = NULL;

        object_property_set_uint(OBJECT(cpu), rows[i].name, rows[i].value, &error_abort);
        g_assert_false(arm_cpu_finish(cpu, &err));
        g_assert_nonnull(strstr(error_get_pretty(err), rows[i].name));
        error_free(err);
        g_assert_null(first_cpu);
        arm_cpu_drop(cpu);
    }
}

static void test_models_by_name(void)
{
    ObjectClass *oc = cpu_class_by_name("cortex-a57-arm-cpu", "cortex-a53");
    g_autofree char *name = cpu_class_model_name(oc);

    g_assert_cmpstr(object_class_get_name(oc), ==, "cortex-a53-arm-cpu");
    g_assert_cmpstr(name, ==, "cortex-a53");
    g_assert_nonnull(cpu_class_by_name("cortex-a57-arm-cpu", "max-arm-cpu"));
    g_assert_null(cpu_class_by_name("cortex-a57-arm-cpu", "arm"));
    g_assert_null(cpu_class_by_name("cortex-a57-arm-cpu", "arm-cpu"));
    g_assert_null(cpu_class_by_name("cortex-a57-arm-cpu", "cortex-a99"));
}

static void test_option(void)
{
    const char *type = cpu_option_parse("cortex-a57-arm-cpu", "cortex-a72,pmu=off", &error_abort);
    Error *err = NULL;
    ARMCPU *cpu;

    g_assert_cmpstr(type, ==, "cortex-a72-arm-cpu");
    cpu = arm_cpu_make("cortex-a72");
    g_assert_null(arm_cp_reg_find(cpu, PMCR));
    arm_cpu_drop(cpu);
    g_assert_null(cpu_option_parse("cortex-a57-arm-cpu", "cortex-a53,sve=on", &err));
    g_assert_cmpstr(error_get_pretty(err), ==,
                    "CPU model \"cortex-a53\" has no feature \"sve\"");
    g_clear_pointer(&err, error_free);
    g_assert_null(cpu_option_parse("cortex-a57-arm-cpu", "cortex-a53,pmu", &err));
    g_assert_cmpstr(error_get_pretty(err), ==, "CPU feature \"pmu\" is not name=value");
    g_clear_pointer(&err, error_free);
    g_assert_null(cpu_option_parse("cortex-a57-arm-cpu", "cortex-a53,pmu=maybe", &err));
    g_assert_nonnull(strstr(error_get_pretty(err), "pmu"));
    error_free(err);
}

int main(int argc, char **argv)
{
    arm_harness_init(&argc, &argv);
    g_test_add_func("/arm/id/cortex-a53", test_cortex_a53);
    g_test_add_func("/arm/id/cortex-a57", test_cortex_a57);
    g_test_add_func("/arm/id/cortex-a72", test_cortex_a72);
    g_test_add_func("/arm/id/max", test_max);
    g_test_add_func("/arm/id/caches", test_caches);
    g_test_add_func("/arm/id/mpidr-from-affinity", test_mpidr_from_affinity);
    g_test_add_func("/arm/id/gic-field-follows-gicv3", test_gic_field_follows_gicv3);
    g_test_add_func("/arm/id/rest-of-the-space-is-zero", test_id_space_reads_as_zero);
    g_test_add_func("/arm/id/dczid-and-ctr-at-el0", test_dczid_and_ctr_at_el0);
    g_test_add_func("/arm/id/no-el2-no-el3", test_no_el2_no_el3);
    g_test_add_func("/arm/reserved-bits/armv8.0", test_reserved_bits_v8);
    g_test_add_func("/arm/reserved-bits/max", test_reserved_bits_max);
    g_test_add_func("/arm/features/bring-registers", test_features_bring_registers);
    g_test_add_func("/arm/features/pmu-off", test_pmu_off);
    g_test_add_func("/arm/features/pauth-off", test_pauth_off);
    g_test_add_func("/arm/features/refused-properties", test_refused_properties);
    g_test_add_func("/arm/features/models-by-name", test_models_by_name);
    g_test_add_func("/arm/features/cpu-option", test_option);
    g_test_add_func("/arm/reset/values", test_reset_values);
    g_test_add_func("/arm/reset/address", test_reset_address);
    g_test_add_func("/arm/pstate/registers", test_pstate_registers);
    g_test_add_func("/arm/pstate/stack-pointers", test_stack_pointers);
    g_test_add_func("/arm/pstate/isr-shows-lines", test_isr_shows_lines);
    g_test_add_func("/arm/access/floating-point-trap", test_fp_trap);
    g_test_add_func("/arm/access/el0", test_el0_access);
    g_test_add_func("/arm/debug/breakpoint-counts", test_breakpoint_counts);
    g_test_add_func("/arm/debug/os-lock", test_os_lock);
    g_test_add_func("/arm/debug/claim-tags", test_claim_tags);
    return g_test_run();
}
