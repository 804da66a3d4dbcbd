/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The helper that applies a function to lanes of vectors, and the calls to it.
 */
#include "qemu/osdep.h"
#include "simd-lanes.h"

/* FPCR. */
#define FPCR_FZ16 (1U << 19)
#define FPCR_RMODE_SHIFT 22
#define FPCR_FZ (1U << 24)
#define FPCR_DN (1U << 25)
#define FPCR_AHP (1U << 26)

QEMU_BUILD_BUG_ON(sizeof(LaneShape) > 16);

/* A shape as two constants of the IR. */
typedef union PackedShape {
    LaneShape shape;
    uint64_t words[2];
} PackedShape;

FPStatus arm_fp_status(const CPUARMState *env)
{
    uint32_t fpcr = env->fpcr;

    return (FPStatus) {
        .rounding = fpcr >> FPCR_RMODE_SHIFT & 3,
        .fz = fpcr & FPCR_FZ,
        .fz16 = fpcr & FPCR_FZ16,
        .dn = fpcr & FPCR_DN,
        .ahp = fpcr & FPCR_AHP,
        .flags = env->fpsr,
    };
}

void arm_fp_accumulate(CPUARMState *env, const FPStatus *status)
{
    env->fpsr = status->flags;
}

/* -- lanes in memory: vectors are pairs of host-order 64-bit words ---------------------------- */

uint64_t lane_get(const uint64_t *v, unsigned size, unsigned lane)
{
    unsigned bit = lane * 8 << size;

    return v[bit / 64] >> (bit % 64) & lane_mask(8U << size);
}

void lane_put(uint64_t *v, unsigned size, unsigned lane, uint64_t value)
{
    unsigned bit = lane * 8 << size;
    uint64_t mask = lane_mask(8U << size) << (bit % 64);

    v[bit / 64] = (v[bit / 64] & ~mask) | (value << (bit % 64) & mask);
}

static LaneContext lane_context(CPUARMState *env, unsigned dsize, unsigned nsize, unsigned imm)
{
    return (LaneContext) {
        .bits = 8U << nsize,
        .dbits = 8U << dsize,
        .size = nsize ? nsize - 1 : FP_HALF,
        .dsize = dsize ? dsize - 1 : FP_HALF,
        .imm = imm,
        .fp = arm_fp_status(env),
    };
}

static void lane_context_done(CPUARMState *env, const LaneContext *c)
{
    env->fpsr = c->fp.flags | (c->saturated ? FPSR_QC : 0);
}

/* All lanes of an operation that the host's vector unit has. */
static bool lanes_by_host(const LaneShape *p, const FPStatus *status, uint64_t *result,
                          const uint64_t *d, const uint64_t *n, const uint64_t *m)
{
    uint64_t element[2];

    if (p->mstep == 0) {
        element[0] = lane_get(m, p->msize, p->mfirst);
        element[0] |= p->msize == MO_32 ? element[0] << 32 : 0;
        element[1] = element[0];
        m = element;
    }
    return fp_vector(p->host, p->nsize - MO_16 + FP_HALF, p->count << p->nsize > 8 ? 2 : 1, result,
                     d, n, m, status);
}

static void helper_simd_lanes(CPUARMState *env, uint64_t d_slot, uint64_t n_slot, uint64_t m_slot,
                              uint64_t fn_address, uint64_t shape0, uint64_t shape1)
{
    LaneFn *fn = (LaneFn *)(uintptr_t)fn_address;
    LaneShape p = ((PackedShape) { .words = { shape0, shape1 } }).shape;
    LaneContext c = lane_context(env, p.dsize, p.nsize, p.imm);
    uint64_t *d = ir_slot_ptr(env, d_slot);
    const uint64_t *n = ir_slot_ptr(env, n_slot);
    const uint64_t *m = ir_slot_ptr(env, m_slot);
    uint64_t both[4];
    uint64_t result[2] = { 0, 0 };

    if (p.host && lanes_by_host(&p, &c.fp, result, d, n, m)) {
        memcpy(d, result, sizeof(result));
        return;
    }
    if (p.concat) {
        unsigned words = p.count << p.nsize > 8 ? 2 : 1;
        memcpy(both, n, words * 8);
        memcpy(both + words, m, words * 8);
        n = m = both;
    }
    if (p.keep) {
        memcpy(result, d, sizeof(result));
    }
    for (unsigned i = 0; i < p.count; i++) {
        uint64_t a = lane_get(n, p.nsize, p.nfirst + i * p.nstep);
        uint64_t b = lane_get(m, p.msize, p.mfirst + i * p.mstep);
        uint64_t old = lane_get(d, p.dsize, p.dfirst + i);
        lane_put(result, p.dsize, p.dfirst + i, fn(&c, a, b, old));
    }
    memcpy(d, result, sizeof(result));
    lane_context_done(env, &c);
}
IR_HELPER(helper_simd_lanes, 6, false, IR_CALL_EFFECTS | IR_CALL_WRITES_VECTORS);

void a64_lanes_refs(DisasContext *s, LaneFn *fn, const LaneShape *shape, IrRef d, IrRef n,
                    IrRef m)
{
    PackedShape packed = { .words = { 0, 0 } };

    packed.shape = *shape;
    ir_calln(s->b, &helper_desc_helper_simd_lanes, IR_NONE, d, n, m,
             ir_const(s->b, (uintptr_t)fn), ir_const(s->b, packed.words[0]),
             ir_const(s->b, packed.words[1]));
}

bool a64_lanes(DisasContext *s, LaneFn *fn, const LaneShape *shape, LaneRegs regs)
{
    if (a64_fp_access(s)) {
        a64_lanes_refs(s, fn, shape, a64_vreg(regs.d), a64_vreg(regs.n), a64_vreg(regs.m));
    }
    return true;
}

LaneShape lanes_same(unsigned size, unsigned count)
{
    return (LaneShape) {
        .dsize = size,
        .nsize = size,
        .msize = size,
        .count = count,
        .nstep = 1,
        .mstep = 1,
    };
}

/* -- reductions ------------------------------------------------------------------------------- */

static uint64_t reduce(LaneContext *c, LaneFn *fn, const uint64_t *v, unsigned size,
                       unsigned first, unsigned count)
{
    if (count == 1) {
        return lane_get(v, size, first);
    }
    uint64_t low = reduce(c, fn, v, size, first, count / 2);
    uint64_t high = reduce(c, fn, v, size, first + count / 2, count / 2);
    return fn(c, low, high, 0);
}

static void helper_simd_reduce(CPUARMState *env, uint64_t d_slot, uint64_t n_slot,
                               uint64_t fn_address, uint64_t size, uint64_t dsize, uint64_t count)
{
    LaneContext c = lane_context(env, dsize, size, 0);
    uint64_t *d = ir_slot_ptr(env, d_slot);
    uint64_t value = reduce(&c, (LaneFn *)(uintptr_t)fn_address, ir_slot_ptr(env, n_slot), size, 0,
                            count);

    d[0] = value & lane_mask(8U << dsize);
    d[1] = 0;
    lane_context_done(env, &c);
}
IR_HELPER(helper_simd_reduce, 6, false, IR_CALL_EFFECTS | IR_CALL_WRITES_VECTORS);

void a64_reduce_ref(DisasContext *s, LaneFn *fn, unsigned size, unsigned dsize, unsigned count,
                    unsigned d, IrRef n)
{
    ir_calln(s->b, &helper_desc_helper_simd_reduce, IR_NONE, a64_vreg(d), n,
             ir_const(s->b, (uintptr_t)fn), ir_const(s->b, size), ir_const(s->b, dsize),
             ir_const(s->b, count));
}

bool a64_reduce(DisasContext *s, LaneFn *fn, unsigned size, unsigned dsize, unsigned count,
                LaneRegs regs)
{
    if (a64_fp_access(s)) {
        a64_reduce_ref(s, fn, size, dsize, count, regs.d, a64_vreg(regs.n));
    }
    return true;
}

/* -- saturation ------------------------------------------------------------------------------- */

uint64_t lane_sat_signed(LaneContext *c, __int128 v, unsigned bits)
{
    __int128 most = (__int128)lane_mask(bits) >> 1;

    if (v > most || v < -most - 1) {
        c->saturated = true;
        return v > most ? most : -most - 1;
    }
    return v;
}

uint64_t lane_sat_unsigned(LaneContext *c, __int128 v, unsigned bits)
{
    __int128 most = lane_mask(bits);

    if (v > most || v < 0) {
        c->saturated = true;
        return v > most ? most : 0;
    }
    return v;
}

/* -- doubling products that two classes of instructions have ---------------------------------- */

static int64_t lane_sx(const LaneContext *c, uint64_t v)
{
    return lane_signed(v, c->bits);
}

/* (2 * a * b [+ rounding]) / 2^bits. */
uint64_t lane_sqdmulh(LaneContext *c, uint64_t a, uint64_t b, uint64_t d)
{
    return lane_sat_signed(c, (2 * (__int128)lane_sx(c, a) * lane_sx(c, b)) >> c->bits, c->bits);
}

uint64_t lane_sqrdmulh(LaneContext *c, uint64_t a, uint64_t b, uint64_t d)
{
    __int128 round = (__int128)1 << (c->bits - 1);

    return lane_sat_signed(c, (2 * (__int128)lane_sx(c, a) * lane_sx(c, b) + round) >> c->bits,
                           c->bits);
}

static uint64_t rounding_accumulate(LaneContext *c, uint64_t d, __int128 product)
{
    __int128 sum = ((__int128)lane_sx(c, d) << c->bits) + product + ((__int128)1 << (c->bits - 1));

    return lane_sat_signed(c, sum >> c->bits, c->bits);
}

uint64_t lane_sqrdmlah(LaneContext *c, uint64_t a, uint64_t b, uint64_t d)
{
    return rounding_accumulate(c, d, 2 * (__int128)lane_sx(c, a) * lane_sx(c, b));
}

uint64_t lane_sqrdmlsh(LaneContext *c, uint64_t a, uint64_t b, uint64_t d)
{
    return rounding_accumulate(c, d, -2 * (__int128)lane_sx(c, a) * lane_sx(c, b));
}
