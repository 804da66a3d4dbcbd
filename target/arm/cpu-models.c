/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The CPU models: identification registers, caches and features of Cortex-A53, -A57 and -A72 as
 * their Technical Reference Manuals give them, and "max", which has all that Gantry knows.  Where
 * they differ from the cores: EL2, EL3 and AArch32 do not exist, nor do event counters.
 */
#include "qemu/osdep.h"
#include "qemu/module.h"
#include "qemu/units.h"
#include "hw/qdev-properties.h"
#include "sysemu/kvm.h"
#include "cpu-idregs.h"
#include "cpu-internal.h"

/* One cache in the layout of CCSIDR_EL1; @write_back or else read-allocate only. */
static uint64_t ccsidr(uint64_t bytes, unsigned ways, unsigned line_bytes, bool write_back)
{
    uint64_t value = R_CCSIDR_RA_MASK;

    value |= FIELD_DP64(0, CCSIDR, LINESIZE, ctz32(line_bytes) - 4);
    value |= FIELD_DP64(0, CCSIDR, ASSOCIATIVITY, ways - 1);
    value |= FIELD_DP64(0, CCSIDR, NUMSETS, bytes / line_bytes / ways - 1);
    return write_back ? value | R_CCSIDR_WB_MASK | R_CCSIDR_WA_MASK : value;
}

/* Indices of ARMCPU.ccsidr, as CSSELR_EL1 selects. */
enum { L1_DATA = 0, L1_INSTRUCTION = 1, L2_UNIFIED = 2 };

/* What the three Cortex cores share. */
static void cortex_a5x_a7x_init(ARMCPU *cpu)
{
    ARMISARegisters *isar = &cpu->isar;

    set_feature(&cpu->env, ARM_FEATURE_PMU);
    isar->id_aa64pfr0 = FIELD_DP64(0, ID_AA64PFR0, EL0, 1) | FIELD_DP64(0, ID_AA64PFR0, EL1, 1);
    isar->id_aa64dfr0 = FIELD_DP64(0, ID_AA64DFR0, DEBUGVER, 6) |
                        FIELD_DP64(0, ID_AA64DFR0, PMUVER, 1) |
                        FIELD_DP64(0, ID_AA64DFR0, BRPS, 5) |
                        FIELD_DP64(0, ID_AA64DFR0, WRPS, 3) |
                        FIELD_DP64(0, ID_AA64DFR0, CTX_CMPS, 1);
    isar->id_aa64isar0 = FIELD_DP64(0, ID_AA64ISAR0, AES, 2) |
                         FIELD_DP64(0, ID_AA64ISAR0, SHA1, 1) |
                         FIELD_DP64(0, ID_AA64ISAR0, SHA2, 1) |
                         FIELD_DP64(0, ID_AA64ISAR0, CRC32, 1);
    isar->id_aa64mmfr0 = FIELD_DP64(0, ID_AA64MMFR0, ASIDBITS, 2) |
                         FIELD_DP64(0, ID_AA64MMFR0, BIGEND, 1) |
                         FIELD_DP64(0, ID_AA64MMFR0, SNSMEM, 1);
    /* Separate 64 byte line L1 caches, a unified L2; unification and coherency as the TRMs say. */
    cpu->clidr = FIELD_DP64(0, CLIDR, CTYPE1, 3) | FIELD_DP64(0, CLIDR, CTYPE2, 4) |
                 FIELD_DP64(0, CLIDR, LOUIS, 1) | FIELD_DP64(0, CLIDR, LOC, 2) |
                 FIELD_DP64(0, CLIDR, LOUU, 1);
    cpu->dczid = 4;
    cpu->reset_sctlr = SCTLR_RES1_V8 | SCTLR_nTWE | SCTLR_nTWI | SCTLR_SA0 | SCTLR_SA;
}

/* CTR_EL0 with 64 byte lines everywhere. */
static uint64_t ctr_64(unsigned l1ip)
{
    return R_CTR_RES1_MASK | FIELD_DP64(0, CTR, CWG, 4) | FIELD_DP64(0, CTR, ERG, 4) |
           FIELD_DP64(0, CTR, DMINLINE, 4) | FIELD_DP64(0, CTR, L1IP, l1ip) |
           FIELD_DP64(0, CTR, IMINLINE, 4);
}

enum { L1IP_VIPT = 2, L1IP_PIPT = 3 };

static void cortex_a53_init(ARMCPU *cpu)
{
    cortex_a5x_a7x_init(cpu);
    cpu->dtb_compatible = "arm,cortex-a53";
    cpu->midr = 0x410fd034;
    cpu->reset_pmcr = 0x41030000;
    /* 40 bits of physical address. */
    cpu->isar.id_aa64mmfr0 |= FIELD_DP64(0, ID_AA64MMFR0, PARANGE, 2);
    cpu->ctr = ctr_64(L1IP_VIPT);
    cpu->ccsidr[L1_DATA] = ccsidr(32 * KiB, 4, 64, true);
    cpu->ccsidr[L1_INSTRUCTION] = ccsidr(32 * KiB, 2, 64, false);
    cpu->ccsidr[L2_UNIFIED] = ccsidr(1 * MiB, 16, 64, true);
}

static void cortex_a57_init(ARMCPU *cpu)
{
    cortex_a5x_a7x_init(cpu);
    cpu->dtb_compatible = "arm,cortex-a57";
    cpu->midr = 0x411fd070;
    cpu->reset_pmcr = 0x41010000;
    /* 44 bits. */
    cpu->isar.id_aa64mmfr0 |= FIELD_DP64(0, ID_AA64MMFR0, PARANGE, 4);
    cpu->ctr = ctr_64(L1IP_PIPT);
    cpu->ccsidr[L1_DATA] = ccsidr(32 * KiB, 2, 64, true);
    cpu->ccsidr[L1_INSTRUCTION] = ccsidr(48 * KiB, 3, 64, false);
    cpu->ccsidr[L2_UNIFIED] = ccsidr(2 * MiB, 16, 64, true);
}

static void cortex_a72_init(ARMCPU *cpu)
{
    cortex_a57_init(cpu);
    cpu->dtb_compatible = "arm,cortex-a72";
    cpu->midr = 0x410fd083;
    cpu->reset_pmcr = 0x41020000;
    cpu->ccsidr[L2_UNIFIED] = ccsidr(1 * MiB, 16, 64, true);
}

/* Under KVM: what the host has, which the guest reads from the kernel. */
static void host_init(ARMCPU *cpu)
{
    set_feature(&cpu->env, ARM_FEATURE_PMU);
    cpu->dtb_compatible = "arm,armv8";
}

/* A Cortex-A57's caches, and every extension of software-visible kind that the CPU knows. */
static void max_init(ARMCPU *cpu)
{
    ARMISARegisters *isar = &cpu->isar;

    if (kvm_enabled()) {
        host_init(cpu);
        return;
    }
    cortex_a57_init(cpu);
    cpu->dtb_compatible = "arm,armv8";
    /* Implementer 0 is for software; architecture "see the ID registers"; part 'G'. */
    cpu->midr = 0x000f0470;
    cpu->reset_pmcr = 0;
    isar->id_aa64isar0 |= FIELD_DP64(0, ID_AA64ISAR0, ATOMIC, 2) |
                          FIELD_DP64(0, ID_AA64ISAR0, RDM, 1) |
                          FIELD_DP64(0, ID_AA64ISAR0, DP, 1) |
                          FIELD_DP64(0, ID_AA64ISAR0, TS, 1);
    isar->id_aa64isar1 = FIELD_DP64(0, ID_AA64ISAR1, API, 1) |
                         FIELD_DP64(0, ID_AA64ISAR1, GPI, 1) |
                         FIELD_DP64(0, ID_AA64ISAR1, JSCVT, 1) |
                         FIELD_DP64(0, ID_AA64ISAR1, FCMA, 1) |
                         FIELD_DP64(0, ID_AA64ISAR1, LRCPC, 1) |
                         FIELD_DP64(0, ID_AA64ISAR1, SB, 1);
    isar->id_aa64pfr0 |= FIELD_DP64(0, ID_AA64PFR0, FP, 1) |
                         FIELD_DP64(0, ID_AA64PFR0, ADVSIMD, 1) |
                         FIELD_DP64(0, ID_AA64PFR0, DIT, 1);
    isar->id_aa64pfr1 = FIELD_DP64(0, ID_AA64PFR1, BT, 1) | FIELD_DP64(0, ID_AA64PFR1, SSBS, 2);
    /* 48 bits, and the 16K granule. */
    isar->id_aa64mmfr0 = FIELD_DP64(isar->id_aa64mmfr0, ID_AA64MMFR0, PARANGE, 5);
    isar->id_aa64mmfr0 |= FIELD_DP64(0, ID_AA64MMFR0, TGRAN16, 1);
    isar->id_aa64mmfr1 = FIELD_DP64(0, ID_AA64MMFR1, HAFDBS, 2) |
                         FIELD_DP64(0, ID_AA64MMFR1, PAN, 1);
    isar->id_aa64mmfr2 = FIELD_DP64(0, ID_AA64MMFR2, UAO, 1) |
                         FIELD_DP64(0, ID_AA64MMFR2, BBM, 2);
}

/* -- types ----------------------------------------------------------------------------------- */

static const Property max_properties[] = {
    DEFINE_PROP_BOOL("pauth", ARMCPU, prop_pauth, true),
    DEFINE_PROP_END_OF_LIST(),
};

static const ARMCPUInfo models[] = {
    { .name = "cortex-a53", .desc = "Arm Cortex-A53", .initfn = cortex_a53_init },
    { .name = "cortex-a57", .desc = "Arm Cortex-A57", .initfn = cortex_a57_init },
    { .name = "cortex-a72", .desc = "Arm Cortex-A72", .initfn = cortex_a72_init },
    {
        .name = "max",
        .desc = "every feature that this version knows",
        .initfn = max_init,
        .props = max_properties,
        .is_host = ARM_CPU_HOST_UNDER_KVM,
    }, {
        .name = "host",
        .desc = "the host's CPU, with KVM",
        .initfn = host_init,
        .props = max_properties,
        .is_host = ARM_CPU_HOST_ONLY,
    },
};

static void model_class_init(ObjectClass *oc, void *data)
{
    const ARMCPUInfo *info = data;

    ARM_CPU_CLASS(oc)->info = info;
    DEVICE_CLASS(oc)->desc = info->desc;
    if (info->props) {
        device_class_set_props(DEVICE_CLASS(oc), (Property *)info->props);
    }
}

static void models_register(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(models); i++) {
        g_autofree char *name = g_strconcat(models[i].name, ARM_CPU_TYPE_SUFFIX, NULL);
        TypeInfo info = {
            .name = name,
            .parent = TYPE_AARCH64_CPU,
            .class_init = model_class_init,
            .class_data = (void *)&models[i],
        };

        type_register(&info);
    }
}

type_init(models_register)
