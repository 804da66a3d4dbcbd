/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Cryptographic instructions: AES, SHA-1, SHA-256 (Arm ARM C4.1; FIPS 197, FIPS 180-4).
 */
#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "translate.h"

#define TRANS(name) bool trans_##name(DisasContext *s, const A64Insn *a)

/* A vector as bytes and words, lane 0 first. */
typedef union CryptoVector {
    uint64_t d[2];
    uint32_t w[4];
    uint8_t b[16];
} CryptoVector;

QEMU_BUILD_BUG_ON(G_BYTE_ORDER != G_LITTLE_ENDIAN);

static CryptoVector *vector(CPUARMState *env, uint64_t slot)
{
    return ir_slot_ptr(env, slot);
}

/* -- AES -------------------------------------------------------------------------------------- */

/* By x in GF(2^8) with the polynomial x^8 + x^4 + x^3 + x + 1. */
static uint8_t xtime(uint8_t v)
{
    return v << 1 ^ (v & 0x80 ? 0x1b : 0);
}

static uint8_t gf_multiply(uint8_t a, uint8_t b)
{
    uint8_t result = 0;

    for (; b; b >>= 1, a = xtime(a)) {
        result ^= b & 1 ? a : 0;
    }
    return result;
}

static uint8_t aes_sbox[256];
static uint8_t aes_inverse_sbox[256];

/*
 * The S-box: the inverse in the field, then the affine map of FIPS 197 5.1.1.  3 generates the
 * field's 255 units, so the inverse of its i-th power is its (255 - i)-th.
 */
static void __attribute__((constructor)) aes_tables_init(void)
{
    uint8_t power[256] = { 1 };
    uint8_t inverse[256] = { 0 };

    for (unsigned i = 1; i < 256; i++) {
        power[i] = power[i - 1] ^ xtime(power[i - 1]);
    }
    for (unsigned i = 0; i < 255; i++) {
        inverse[power[i]] = power[255 - i];
    }
    for (unsigned v = 0; v < 256; v++) {
        uint8_t mapped = 0x63;
        for (unsigned i = 0; i < 5; i++) {
            mapped ^= (uint8_t)(inverse[v] << i | inverse[v] >> (8 - i));
        }
        aes_sbox[v] = mapped;
        aes_inverse_sbox[mapped] = v;
    }
}

/* (Inv)SubBytes after (Inv)ShiftRows of d ^ n. */
static void helper_aes_round(CPUARMState *env, uint64_t d_slot, uint64_t n_slot, uint64_t decrypt)
{
    CryptoVector *d = vector(env, d_slot);
    const CryptoVector *n = vector(env, n_slot);
    const uint8_t *box = decrypt ? aes_inverse_sbox : aes_sbox;
    CryptoVector result;

    for (unsigned column = 0; column < 4; column++) {
        for (unsigned row = 0; row < 4; row++) {
            unsigned from = ((decrypt ? column - row : column + row) & 3) * 4 + row;
            result.b[column * 4 + row] = box[d->b[from] ^ n->b[from]];
        }
    }
    *d = result;
}
IR_HELPER(helper_aes_round, 3, false, IR_CALL_WRITES_VECTORS);

static void helper_aes_mix(CPUARMState *env, uint64_t d_slot, uint64_t n_slot, uint64_t decrypt)
{
    static const uint8_t forward[4] = { 2, 3, 1, 1 };
    static const uint8_t backward[4] = { 14, 11, 13, 9 };
    const uint8_t *factors = decrypt ? backward : forward;
    const CryptoVector *n = vector(env, n_slot);
    CryptoVector result;

    for (unsigned i = 0; i < 16; i++) {
        result.b[i] = 0;
        for (unsigned row = 0; row < 4; row++) {
            result.b[i] ^= gf_multiply(n->b[(i & ~3U) + row], factors[(row - i) & 3]);
        }
    }
    *vector(env, d_slot) = result;
}
IR_HELPER(helper_aes_mix, 3, false, IR_CALL_WRITES_VECTORS);

static bool aes(DisasContext *s, const A64Insn *a, const IrHelper *helper, bool decrypt)
{
    if (a64_fp_access(s)) {
        ir_calln(s->b, helper, IR_NONE, a64_vreg(a->rd), a64_vreg(a->rn),
                 ir_const(s->b, decrypt));
    }
    return true;
}

TRANS(AESE) { return aes(s, a, &helper_desc_helper_aes_round, false); }
TRANS(AESD) { return aes(s, a, &helper_desc_helper_aes_round, true); }
TRANS(AESMC) { return aes(s, a, &helper_desc_helper_aes_mix, false); }
TRANS(AESIMC) { return aes(s, a, &helper_desc_helper_aes_mix, true); }

/* -- SHA-1 ------------------------------------------------------------------------------------ */

enum { SHA1_CHOOSE, SHA1_PARITY, SHA1_MAJORITY };

static uint32_t choose(uint32_t x, uint32_t y, uint32_t z)
{
    return (x & y) ^ (~x & z);
}

static uint32_t majority(uint32_t x, uint32_t y, uint32_t z)
{
    return (x & y) ^ (x & z) ^ (y & z);
}

/* Four rounds: d holds a, b, c, d, n's first word is e, m the schedule plus constants. */
static void helper_sha1_rounds(CPUARMState *env, uint64_t d_slot, uint64_t n_slot,
                               uint64_t m_slot, uint64_t function)
{
    CryptoVector v = *vector(env, d_slot);
    uint32_t e = vector(env, n_slot)->w[0];
    const CryptoVector m = *vector(env, m_slot);

    for (unsigned i = 0; i < 4; i++) {
        uint32_t f = function == SHA1_CHOOSE     ? choose(v.w[1], v.w[2], v.w[3])
                     : function == SHA1_MAJORITY ? majority(v.w[1], v.w[2], v.w[3])
                                                 : v.w[1] ^ v.w[2] ^ v.w[3];
        uint32_t next = rol32(v.w[0], 5) + f + e + m.w[i];
        e = v.w[3];
        v.w[3] = v.w[2];
        v.w[2] = rol32(v.w[1], 30);
        v.w[1] = v.w[0];
        v.w[0] = next;
    }
    *vector(env, d_slot) = v;
}
IR_HELPER(helper_sha1_rounds, 4, false, IR_CALL_WRITES_VECTORS);

static void helper_sha1su0(CPUARMState *env, uint64_t d_slot, uint64_t n_slot, uint64_t m_slot)
{
    CryptoVector *d = vector(env, d_slot);
    const CryptoVector n = *vector(env, n_slot);
    const CryptoVector m = *vector(env, m_slot);
    uint64_t low = d->d[0] ^ d->d[1] ^ m.d[0];

    d->d[1] ^= n.d[0] ^ m.d[1];
    d->d[0] = low;
}
IR_HELPER(helper_sha1su0, 3, false, IR_CALL_WRITES_VECTORS);

static void helper_sha1su1(CPUARMState *env, uint64_t d_slot, uint64_t n_slot)
{
    CryptoVector *d = vector(env, d_slot);
    const CryptoVector n = *vector(env, n_slot);
    CryptoVector t;

    t.w[0] = d->w[0] ^ n.w[1];
    t.w[1] = d->w[1] ^ n.w[2];
    t.w[2] = d->w[2] ^ n.w[3];
    t.w[3] = d->w[3];
    d->w[0] = rol32(t.w[0], 1);
    d->w[1] = rol32(t.w[1], 1);
    d->w[2] = rol32(t.w[2], 1);
    d->w[3] = rol32(t.w[3], 1) ^ rol32(t.w[0], 2);
}
IR_HELPER(helper_sha1su1, 2, false, IR_CALL_WRITES_VECTORS);

static void helper_sha1h(CPUARMState *env, uint64_t d_slot, uint64_t n_slot)
{
    uint32_t v = rol32(vector(env, n_slot)->w[0], 30);

    *vector(env, d_slot) = (CryptoVector) { .w = { v } };
}
IR_HELPER(helper_sha1h, 2, false, IR_CALL_WRITES_VECTORS);

/* -- SHA-256 ---------------------------------------------------------------------------------- */

/* Four rounds on a..d and e..h with the schedule plus constants; gives either half. */
static void sha256_rounds(CryptoVector *abcd, CryptoVector *efgh, const CryptoVector *schedule)
{
    for (unsigned i = 0; i < 4; i++) {
        uint32_t a = abcd->w[0];
        uint32_t e = efgh->w[0];
        uint32_t s1 = ror32(e, 6) ^ ror32(e, 11) ^ ror32(e, 25);
        uint32_t s0 = ror32(a, 2) ^ ror32(a, 13) ^ ror32(a, 22);
        uint32_t t1 = efgh->w[3] + s1 + choose(e, efgh->w[1], efgh->w[2]) + schedule->w[i];
        uint32_t t2 = s0 + majority(a, abcd->w[1], abcd->w[2]);
        *efgh = (CryptoVector) { .w = { abcd->w[3] + t1, e, efgh->w[1], efgh->w[2] } };
        *abcd = (CryptoVector) { .w = { t1 + t2, a, abcd->w[1], abcd->w[2] } };
    }
}

static void helper_sha256h(CPUARMState *env, uint64_t d_slot, uint64_t n_slot, uint64_t m_slot)
{
    CryptoVector abcd = *vector(env, d_slot);
    CryptoVector efgh = *vector(env, n_slot);
    const CryptoVector schedule = *vector(env, m_slot);

    sha256_rounds(&abcd, &efgh, &schedule);
    *vector(env, d_slot) = abcd;
}
IR_HELPER(helper_sha256h, 3, false, IR_CALL_WRITES_VECTORS);

static void helper_sha256h2(CPUARMState *env, uint64_t d_slot, uint64_t n_slot, uint64_t m_slot)
{
    CryptoVector efgh = *vector(env, d_slot);
    CryptoVector abcd = *vector(env, n_slot);
    const CryptoVector schedule = *vector(env, m_slot);

    sha256_rounds(&abcd, &efgh, &schedule);
    *vector(env, d_slot) = efgh;
}
IR_HELPER(helper_sha256h2, 3, false, IR_CALL_WRITES_VECTORS);

static void helper_sha256su0(CPUARMState *env, uint64_t d_slot, uint64_t n_slot)
{
    CryptoVector *d = vector(env, d_slot);
    const uint32_t next[4] = { d->w[1], d->w[2], d->w[3], vector(env, n_slot)->w[0] };

    for (unsigned i = 0; i < 4; i++) {
        d->w[i] += ror32(next[i], 7) ^ ror32(next[i], 18) ^ next[i] >> 3;
    }
}
IR_HELPER(helper_sha256su0, 2, false, IR_CALL_WRITES_VECTORS);

static void helper_sha256su1(CPUARMState *env, uint64_t d_slot, uint64_t n_slot, uint64_t m_slot)
{
    CryptoVector result = *vector(env, d_slot);
    const CryptoVector n = *vector(env, n_slot);
    const CryptoVector m = *vector(env, m_slot);
    const uint32_t seven_before[4] = { n.w[1], n.w[2], n.w[3], m.w[0] };

    for (unsigned i = 0; i < 4; i++) {
        uint32_t two_before = i < 2 ? m.w[2 + i] : result.w[i - 2];
        result.w[i] += seven_before[i] +
                       (ror32(two_before, 17) ^ ror32(two_before, 19) ^ two_before >> 10);
    }
    *vector(env, d_slot) = result;
}
IR_HELPER(helper_sha256su1, 3, false, IR_CALL_WRITES_VECTORS);

/* -- translation ------------------------------------------------------------------------------ */

static bool two(DisasContext *s, const A64Insn *a, const IrHelper *helper)
{
    if (a64_fp_access(s)) {
        ir_calln(s->b, helper, IR_NONE, a64_vreg(a->rd), a64_vreg(a->rn));
    }
    return true;
}

static bool three(DisasContext *s, const A64Insn *a, const IrHelper *helper)
{
    if (a64_fp_access(s)) {
        ir_calln(s->b, helper, IR_NONE, a64_vreg(a->rd), a64_vreg(a->rn), a64_vreg(a->rm));
    }
    return true;
}

static bool sha1(DisasContext *s, const A64Insn *a, unsigned function)
{
    if (a64_fp_access(s)) {
        ir_calln(s->b, &helper_desc_helper_sha1_rounds, IR_NONE, a64_vreg(a->rd),
                 a64_vreg(a->rn), a64_vreg(a->rm), ir_const(s->b, function));
    }
    return true;
}

TRANS(SHA1C) { return sha1(s, a, SHA1_CHOOSE); }
TRANS(SHA1P) { return sha1(s, a, SHA1_PARITY); }
TRANS(SHA1M) { return sha1(s, a, SHA1_MAJORITY); }
TRANS(SHA1SU0) { return three(s, a, &helper_desc_helper_sha1su0); }
TRANS(SHA1SU1) { return two(s, a, &helper_desc_helper_sha1su1); }
TRANS(SHA1H) { return two(s, a, &helper_desc_helper_sha1h); }
TRANS(SHA256H) { return three(s, a, &helper_desc_helper_sha256h); }
TRANS(SHA256H2) { return three(s, a, &helper_desc_helper_sha256h2); }
TRANS(SHA256SU0) { return two(s, a, &helper_desc_helper_sha256su0); }
TRANS(SHA256SU1) { return three(s, a, &helper_desc_helper_sha256su1); }
