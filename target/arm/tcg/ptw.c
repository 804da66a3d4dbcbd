/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The walk of stage 1's translation tables: EL1&0 regime, granules of 4, 16 and 64 KiB, up to 48
 * bits (Arm ARM D8.2 to D8.5).
 *
 * The contiguous hint is not used, and nothing of a walk is remembered but its result, which is
 * the TLB's matter.  Descriptors are read by one access of 64 bits; those with flags that hardware
 * manages are changed by compare and exchange, as other CPUs and the guest change them too.
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/bswap.h"
#include "exec/memory.h"
#include "target/arm/cpu-idregs.h"
#include "ptw.h"

#define TCR_EPD0 (1ULL << 7)
#define TCR_EPD1 (1ULL << 23)
#define TCR_HA (1ULL << 39)
#define TCR_HD (1ULL << 40)

#define DESC_VALID (1ULL << 0)
#define DESC_TABLE_OR_PAGE (1ULL << 1)
#define DESC_AP_EL0 (1ULL << 6)         /* AP[1] */
#define DESC_AP_READONLY (1ULL << 7)    /* AP[2] */
#define DESC_AF (1ULL << 10)
#define DESC_NG (1ULL << 11)
#define DESC_GP (1ULL << 50)
#define DESC_DBM (1ULL << 51)
#define DESC_PXN (1ULL << 53)
#define DESC_UXN (1ULL << 54)
/* Of tables, for everything below them. */
#define TABLE_PXN (1ULL << 59)
#define TABLE_UXN (1ULL << 60)
#define TABLE_AP_NO_EL0 (1ULL << 61)
#define TABLE_AP_READONLY (1ULL << 62)

#define LAST_LEVEL 3
#define DESC_ADDRESS_BITS 48
#define INPUT_BITS_MIN 25
#define INPUT_BITS_MAX 48

#define SH_OUTER 2

unsigned arm_pa_bits(const ARMCPU *cpu)
{
    static const uint8_t bits[] = { 32, 36, 40, 42, 44, 48 };
    unsigned range = FIELD_EX64(cpu->isar.id_aa64mmfr0, ID_AA64MMFR0, PARANGE);

    return bits[MIN(range, G_N_ELEMENTS(bits) - 1)];
}

/* -- one half of the address space ----------------------------------------------------------- */

/*
 * @granule: log2 of a page's size; @input: bits that are translated; @top: first bit that does not
 * count, as it is a tag.
 */
typedef struct Half {
    uint64_t ttbr;
    unsigned granule, input, top;
    unsigned output;
    bool is_off;
    bool is_upper;
} Half;

static unsigned granule_supported(const ARMCPU *cpu, unsigned bits)
{
    uint64_t mmfr0 = cpu->isar.id_aa64mmfr0;
    bool has = bits == 14 ? FIELD_EX64(mmfr0, ID_AA64MMFR0, TGRAN16) == 1
               : bits == 16 ? FIELD_EX64(mmfr0, ID_AA64MMFR0, TGRAN64) == 0
               : bits == 12;

    /* Of those it has, the CPU chooses one. */
    return has ? bits : 12;
}

static unsigned granule_bits(const ARMCPU *cpu, bool is_upper)
{
    /* TG0 and TG1 number them differently. */
    static const uint8_t tg0[4] = { 12, 16, 14, 0 }, tg1[4] = { 0, 14, 12, 16 };
    uint64_t tcr = cpu->env.cp15.tcr_el1;

    return granule_supported(cpu, is_upper ? tg1[extract64(tcr, 30, 2)]
                                           : tg0[extract64(tcr, 14, 2)]);
}

static unsigned output_bits(const ARMCPU *cpu)
{
    static const uint8_t ips[8] = { 32, 36, 40, 42, 44, 48, 48, 48 };

    return MIN(ips[extract64(cpu->env.cp15.tcr_el1, 32, 3)], arm_pa_bits(cpu));
}

/* Is the top byte of addresses of this half a tag, for this kind of access? */
static bool has_tag(const CPUARMState *env, bool is_upper, bool is_fetch)
{
    uint64_t tcr = env->cp15.tcr_el1;

    return extract64(tcr, 37 + is_upper, 1) && !(is_fetch && extract64(tcr, 51 + is_upper, 1));
}

static Half half_of(const ARMCPU *cpu, const ArmWalk *walk)
{
    const CPUARMState *env = &cpu->env;
    bool is_upper = extract64(walk->va, 55, 1);
    uint64_t tcr = env->cp15.tcr_el1;

    return (Half) {
        .ttbr = is_upper ? env->cp15.ttbr1_el1 : env->cp15.ttbr0_el1,
        .granule = granule_bits(cpu, is_upper),
        .input = 64 - extract64(tcr, is_upper ? 16 : 0, 6),
        .top = has_tag(env, is_upper, walk->type == MMU_INST_FETCH) ? 56 : 64,
        .output = output_bits(cpu),
        .is_off = tcr & (is_upper ? TCR_EPD1 : TCR_EPD0),
        .is_upper = is_upper,
    };
}

/* The bits above those that are translated repeat bit 55. */
static bool is_in_half(const Half *half, uint64_t va)
{
    unsigned n;

    if (half->is_off || half->input < INPUT_BITS_MIN || half->input > INPUT_BITS_MAX) {
        return false;
    }
    n = half->top - half->input;
    return extract64(va, half->input, n) == (half->is_upper ? MAKE_64BIT_MASK(0, n) : 0);
}

/* -- descriptors ----------------------------------------------------------------------------- */

/* A descriptor and where it was found; @host: NULL if not in memory that can be changed. */
typedef struct Desc {
    uint64_t value;
    uint64_t *host;
    MemoryRegion *mr;
    hwaddr offset;
} Desc;

static uint64_t desc_order(const ARMCPU *cpu, uint64_t value)
{
    return cpu->env.cp15.sctlr_el1 & SCTLR_EE ? be64_to_cpu(value) : le64_to_cpu(value);
}

/* Caller is in an RCU read section. */
static bool desc_load(ARMCPU *cpu, hwaddr pa, Desc *desc)
{
    AddressSpace *as = CPU(cpu)->as;
    hwaddr len = 8;
    MemTxResult result;
    uint64_t value;

    *desc = (Desc) { 0 };
    desc->mr = address_space_translate(as, pa, &desc->offset, &len, false,
                                       MEMTXATTRS_UNSPECIFIED);
    if (len == 8 && memory_access_is_direct(desc->mr, false)) {
        uint64_t *host = (uint64_t *)((char *)memory_region_get_ram_ptr(desc->mr) + desc->offset);

        value = qatomic_read(host);
        desc->host = memory_access_is_direct(desc->mr, true) ? host : NULL;
    } else {
        value = cpu_to_le64(address_space_ldq_le(as, pa, MEMTXATTRS_UNSPECIFIED, &result));
        if (result != MEMTX_OK) {
            return false;
        }
    }
    desc->value = desc_order(cpu, value);
    return true;
}

/* Make it @value unless somebody was faster; then false. */
static bool desc_update(ARMCPU *cpu, Desc *desc, uint64_t value)
{
    uint64_t old = desc_order(cpu, desc->value);

    if (qatomic_cmpxchg(desc->host, old, desc_order(cpu, value)) != old) {
        return false;
    }
    memory_region_set_dirty(desc->mr, desc->offset, sizeof(uint64_t));
    desc->value = value;
    return true;
}

static uint64_t desc_address(uint64_t desc, unsigned shift)
{
    return desc & MAKE_64BIT_MASK(shift, DESC_ADDRESS_BITS - shift);
}

/* -- permissions ----------------------------------------------------------------------------- */

/* What the descriptors of a walk say, the tables' and the last one's. */
static unsigned permissions(const CPUARMState *env, ARMMMUIdx idx, uint64_t desc, uint64_t tables)
{
    bool for_el0 = (desc & DESC_AP_EL0) && !(tables & TABLE_AP_NO_EL0);
    bool is_writable = !(desc & DESC_AP_READONLY) && !(tables & TABLE_AP_READONLY);
    bool uxn = (desc & DESC_UXN) || (tables & TABLE_UXN);
    bool pxn = (desc & DESC_PXN) || (tables & TABLE_PXN);
    unsigned prot;

    if (idx == ARM_MMU_IDX_EL0) {
        prot = (for_el0 ? TCG_PROT_READ : 0) | (for_el0 && is_writable ? TCG_PROT_WRITE : 0);
        prot |= uxn ? 0 : TCG_PROT_EXEC;
    } else {
        prot = TCG_PROT_READ | (is_writable ? TCG_PROT_WRITE : 0);
        /* What EL0 can write EL1 does not execute. */
        prot |= pxn || (for_el0 && is_writable) ? 0 : TCG_PROT_EXEC;
    }
    if ((env->cp15.sctlr_el1 & SCTLR_WXN) && (prot & TCG_PROT_WRITE)) {
        prot &= ~TCG_PROT_EXEC;
    }
    if (idx == ARM_MMU_IDX_EL1_PAN && for_el0) {
        prot &= ~(TCG_PROT_READ | TCG_PROT_WRITE);
    }
    return prot;
}

static unsigned prot_needed(const ArmWalk *walk)
{
    switch (walk->type) {
    case MMU_INST_FETCH:
        return TCG_PROT_EXEC;
    case MMU_DATA_STORE:
        return walk->is_atomic ? TCG_PROT_READ | TCG_PROT_WRITE : TCG_PROT_WRITE;
    default:
        return TCG_PROT_READ;
    }
}

/* -- the last descriptor --------------------------------------------------------------------- */

static bool walk_fault(const ArmWalk *walk, ArmWalkFault *fault, unsigned status, bool is_readable)
{
    fault->status = status;
    fault->is_write = walk->type == MMU_DATA_STORE && (!walk->is_atomic || is_readable);
    return false;
}

static void attributes(const CPUARMState *env, uint64_t desc, ArmWalkResult *out)
{
    out->attr = env->cp15.mair_el1 >> (8 * extract64(desc, 2, 3));
    out->is_device = !(out->attr & 0xf0);
    out->sh = out->is_device ? SH_OUTER : extract64(desc, 8, 2);
    out->is_global = !(desc & DESC_NG);
    out->is_guarded = desc & DESC_GP;
}

typedef enum LeafResult {
    LEAF_OK,
    LEAF_FAULT,
    LEAF_CHANGED,               /* by somebody else: read it again */
} LeafResult;

/*
 * @desc maps 1 << @shift bytes: access flag, permissions, and the update of both (D8.4.5: with
 * TCR_EL1.HA and HD).
 */
static LeafResult leaf(ARMCPU *cpu, const ArmWalk *walk, Desc *desc, uint64_t tables, int level,
                       ArmWalkResult *out, ArmWalkFault *fault)
{
    uint64_t tcr = cpu->env.cp15.tcr_el1, value = desc->value, seen = value;
    unsigned need = prot_needed(walk), prot;
    bool has_dirty = (tcr & TCR_HA) && (tcr & TCR_HD) && (value & DESC_DBM);

    if (!(value & DESC_AF)) {
        if (!(tcr & TCR_HA)) {
            walk_fault(walk, fault, FSC_ACCESS_FLAG + level, false);
            return LEAF_FAULT;
        }
        value |= DESC_AF;
    }
    /* A clean page that may become dirty counts as writable. */
    prot = permissions(&cpu->env, walk->idx, has_dirty ? value & ~DESC_AP_READONLY : value, tables);
    if ((prot & need) != need) {
        walk_fault(walk, fault, FSC_PERMISSION + level, prot & TCG_PROT_READ);
        return LEAF_FAULT;
    }
    if (has_dirty && (need & TCG_PROT_WRITE)) {
        value &= ~DESC_AP_READONLY;
    }
    out->needs_update = value != seen;
    if (out->needs_update && !walk->no_update) {
        if (!desc->host) {
            walk_fault(walk, fault, FSC_UNSUPPORTED_UPDATE, false);
            return LEAF_FAULT;
        }
        if (!desc_update(cpu, desc, value)) {
            return LEAF_CHANGED;
        }
        out->needs_update = false;
    }
    if (value & DESC_AP_READONLY) {
        prot &= ~TCG_PROT_WRITE;
    }
    out->prot = prot;
    attributes(&cpu->env, value, out);
    return LEAF_OK;
}

/* -- the walk -------------------------------------------------------------------------------- */

/* May a descriptor of @level map memory itself? */
static bool level_has_blocks(const Half *half, int level)
{
    return level == 2 || (level == 1 && half->granule == 12);
}

/* Is @desc of @level, valid, one that maps memory? */
static bool is_leaf(uint64_t desc, int level)
{
    return level == LAST_LEVEL || !(desc & DESC_TABLE_OR_PAGE);
}

static bool desc_is_valid(const Half *half, uint64_t desc, int level)
{
    if (!(desc & DESC_VALID)) {
        return false;
    }
    return desc & DESC_TABLE_OR_PAGE || level_has_blocks(half, level);
}

/* RCU. */
static bool walk_half(ARMCPU *cpu, const Half *half, const ArmWalk *walk, ArmWalkResult *out,
                      ArmWalkFault *fault)
{
    unsigned stride = half->granule - 3, top = half->input;
    uint64_t table = extract64(half->ttbr, 0, DESC_ADDRESS_BITS), tables = 0;
    int level = LAST_LEVEL + 1 - (int)DIV_ROUND_UP(half->input - half->granule, stride);

    if (table >> half->output) {
        return walk_fault(walk, fault, FSC_ADDRESS_SIZE, false);
    }
    for (;;) {
        unsigned shift = half->granule + stride * (LAST_LEVEL - level);
        hwaddr at;
        LeafResult result;
        Desc desc;

        table &= ~MAKE_64BIT_MASK(0, top - shift + 3);
        at = table + extract64(walk->va, shift, top - shift) * sizeof(uint64_t);
        if (!desc_load(cpu, at, &desc)) {
            return walk_fault(walk, fault, FSC_EXTERNAL_WALK + level, false);
        }
        if (!desc_is_valid(half, desc.value, level)) {
            return walk_fault(walk, fault, FSC_TRANSLATION + level, false);
        }
        if (extract64(desc.value, 0, DESC_ADDRESS_BITS) >> half->output) {
            return walk_fault(walk, fault, FSC_ADDRESS_SIZE + level, false);
        }
        if (!is_leaf(desc.value, level)) {
            tables |= desc.value;
            table = desc_address(desc.value, half->granule);
            top = shift;
            level++;
            continue;
        }
        result = leaf(cpu, walk, &desc, tables, level, out, fault);
        if (result == LEAF_CHANGED) {
            continue;
        }
        out->pa = desc_address(desc.value, shift) | extract64(walk->va, 0, shift);
        out->page_bits = shift;
        return result == LEAF_OK;
    }
}

/*
 * The MMU is off (D8.2.10): addresses are physical, data is Device-nGnRnE.  Fetches are not, so
 * their results must not serve data.
 */
static bool walk_flat(ARMCPU *cpu, const ArmWalk *walk, ArmWalkResult *out, ArmWalkFault *fault)
{
    bool is_fetch = walk->type == MMU_INST_FETCH;
    uint64_t va = walk->va;

    if (has_tag(&cpu->env, extract64(va, 55, 1), is_fetch)) {
        va &= MAKE_64BIT_MASK(0, 56);
    }
    if (va >> arm_pa_bits(cpu)) {
        return walk_fault(walk, fault, FSC_ADDRESS_SIZE, false);
    }
    *out = (ArmWalkResult) {
        .pa = va,
        .page_bits = 12,
        .prot = is_fetch ? TCG_PROT_EXEC : TCG_PROT_READ | TCG_PROT_WRITE,
        .sh = SH_OUTER,
        .is_global = true,
        .is_device = !is_fetch,
    };
    return true;
}

bool arm_walk_tables(ARMCPU *cpu, const ArmWalk *walk, ArmWalkResult *out, ArmWalkFault *fault)
{
    Half half;

    *out = (ArmWalkResult) { 0 };
    *fault = (ArmWalkFault) { 0 };
    if (!(cpu->env.cp15.sctlr_el1 & SCTLR_M)) {
        return walk_flat(cpu, walk, out, fault);
    }
    half = half_of(cpu, walk);
    if (!is_in_half(&half, walk->va)) {
        return walk_fault(walk, fault, FSC_TRANSLATION, false);
    }
    RCU_READ_LOCK_GUARD();
    return walk_half(cpu, &half, walk, out, fault);
}
