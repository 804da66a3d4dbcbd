/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pointer authentication (Arm ARM D8.8): AddPAC, Auth and Strip as the manual has them for EL0 and
 * EL1, with an algorithm of our own (ID_AA64ISAR1_EL1.API and .GPI say so), which is two
 * multiplications per round and not cryptography.  No FEAT_EPAC, no FEAT_FPAC: a pointer that
 * fails becomes one that faults when it is used.
 */
#include "qemu/osdep.h"
#include "arm-tcg.h"

#define TCR_T0SZ_SHIFT 0
#define TCR_T1SZ_SHIFT 16
#define TCR_TBI0 (1ULL << 37)
#define TCR_TBI1 (1ULL << 38)
#define TCR_TBID0 (1ULL << 51)
#define TCR_TBID1 (1ULL << 52)

/* TxSZ as far as there are no large address spaces. */
#define TXSZ_MIN 16
#define TXSZ_MAX 39

/* -- the algorithm --------------------------------------------------------------------------- */

/* Both halves of the product: every bit of both operands reaches the result. */
static uint64_t fold(uint64_t a, uint64_t b)
{
    unsigned __int128 product = (unsigned __int128)a * b;

    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t compute_pac(uint64_t data, uint64_t modifier, const ARMPACKey *key)
{
    uint64_t x = fold(data ^ key->lo ^ 0x9e3779b97f4a7c15ULL,
                      modifier ^ key->hi ^ 0xc2b2ae3d27d4eb4fULL);

    return fold(x ^ key->hi ^ 0x165667b19e3779f9ULL, data ^ modifier ^ key->lo ^
                0x27d4eb2f165667c5ULL) ^ x;
}

static const ARMPACKey *key_of(CPUARMState *env, unsigned key)
{
    const ARMPACKey *const keys[] = {
        [PAC_KEY_IA] = &env->keys.apia,
        [PAC_KEY_IB] = &env->keys.apib,
        [PAC_KEY_DA] = &env->keys.apda,
        [PAC_KEY_DB] = &env->keys.apdb,
    };

    return keys[key];
}

/* -- where the code is ----------------------------------------------------------------------- */

/* Its bits are [@bottom, 55) and, unless the tag is kept (@tbi), [56, 64). */
typedef struct PacField {
    unsigned bottom;
    bool tbi;
} PacField;

static bool tbi_applies(uint64_t tcr, bool is_upper, bool is_data)
{
    bool tbi = tcr & (is_upper ? TCR_TBI1 : TCR_TBI0);
    bool only_data = tcr & (is_upper ? TCR_TBID1 : TCR_TBID0);

    return tbi && (is_data || !only_data);
}

static PacField pac_field(CPUARMState *env, bool is_upper, bool is_data)
{
    uint64_t tcr = env->cp15.tcr_el1;
    unsigned txsz = extract64(tcr, is_upper ? TCR_T1SZ_SHIFT : TCR_T0SZ_SHIFT, 6);

    return (PacField) {
        .bottom = 64 - MIN(MAX(txsz, TXSZ_MIN), TXSZ_MAX),
        .tbi = tbi_applies(tcr, is_upper, is_data),
    };
}

static uint64_t pac_mask(PacField f)
{
    return MAKE_64BIT_MASK(f.bottom, 55 - f.bottom) | (f.tbi ? 0 : 0xffULL << 56);
}

/* All bits of the code, and bit 55. */
static uint64_t extension_mask(PacField f)
{
    return pac_mask(f) | 1ULL << 55;
}

static uint64_t extended(uint64_t ptr, PacField f, bool is_upper)
{
    return is_upper ? ptr | extension_mask(f) : ptr & ~extension_mask(f);
}

static bool key_is_for_data(unsigned key)
{
    return key == PAC_KEY_DA || key == PAC_KEY_DB;
}

/* -- operations ------------------------------------------------------------------------------ */

/* Bit 55 tells the half of the address space if a tag may be above it in either half. */
static bool selects_upper(CPUARMState *env, uint64_t ptr, bool is_data)
{
    uint64_t tcr = env->cp15.tcr_el1;
    bool has_tags = tbi_applies(tcr, false, is_data) || tbi_applies(tcr, true, is_data);

    return extract64(ptr, has_tags ? 55 : 63, 1);
}

uint64_t arm_pac_add(CPUARMState *env, uint64_t ptr, uint64_t modifier, unsigned key)
{
    bool is_data = key_is_for_data(key);
    bool is_upper = selects_upper(env, ptr, is_data);
    PacField f = pac_field(env, is_upper, is_data);
    uint64_t pac = compute_pac(extended(ptr, f, is_upper), modifier, key_of(env, key));
    unsigned top = f.tbi ? 55 : 63;
    uint64_t above = extract64(ptr, f.bottom, top - f.bottom + 1);

    /* Not a canonical pointer: the code must not be right either. */
    if (above != 0 && above != MAKE_64BIT_MASK(0, top - f.bottom + 1)) {
        pac ^= 1ULL << (top - 1);
    }
    ptr = (ptr & ~extension_mask(f)) | (uint64_t)is_upper << 55;
    return ptr | (pac & pac_mask(f));
}

uint64_t arm_pac_auth(CPUARMState *env, uint64_t ptr, uint64_t modifier, unsigned key)
{
    bool is_data = key_is_for_data(key);
    bool is_upper = extract64(ptr, 55, 1);
    PacField f = pac_field(env, is_upper, is_data);
    uint64_t original = extended(ptr, f, is_upper);
    uint64_t pac = compute_pac(original, modifier, key_of(env, key));
    uint64_t error = key == PAC_KEY_IB || key == PAC_KEY_DB ? 2 : 1;

    if (!((pac ^ ptr) & pac_mask(f))) {
        return original;
    }
    return deposit64(original, f.tbi ? 53 : 61, 2, error);
}

uint64_t arm_pac_strip(CPUARMState *env, uint64_t ptr, bool is_data)
{
    bool is_upper = extract64(ptr, 55, 1);

    return extended(ptr, pac_field(env, is_upper, is_data), is_upper);
}

uint64_t arm_pac_generic(CPUARMState *env, uint64_t value, uint64_t modifier)
{
    return compute_pac(value, modifier, &env->keys.apga) & ~(uint64_t)UINT32_MAX;
}
