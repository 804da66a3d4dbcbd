/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SIMD operations that go by a helper: a function of one lane, and a shape that tells which lanes
 * of which registers it is applied to.  So an instruction is a line: what it does to a lane, and
 * how its lanes lie.  What is frequent has IR operations of its own (translate-simd-*.c).
 */
#ifndef TARGET_ARM_TCG_SIMD_LANES_H
#define TARGET_ARM_TCG_SIMD_LANES_H

#include "../fp/fp.h"
#include "translate.h"

/* What a lane's function may use and tell besides its operands. */
typedef struct LaneContext {
    unsigned bits;      /* of a lane of the first source */
    unsigned dbits;     /* of a lane of the destination */
    FPSize size;        /* of a lane of the first source, as a floating-point number */
    FPSize dsize;
    unsigned imm;       /* the shape's */
    FPStatus fp;
    bool saturated;     /* sets FPSR.QC */
} LaneContext;

/*
 * One lane: @a and @b of the sources, @d what the destination held; all zero-extended.  Bits of the
 * result above the lane are dropped.
 */
typedef uint64_t LaneFn(LaneContext *c, uint64_t a, uint64_t b, uint64_t d);

/*
 * Lane i of the destination (from @dfirst on) comes of lane nfirst + i * nstep of n and of lane
 * mfirst + i * mstep of m.  Sizes are log2 of bytes.
 */
typedef struct LaneShape {
    uint8_t dsize, nsize, msize;
    uint8_t count;
    uint8_t dfirst, nfirst, mfirst;
    uint8_t nstep, mstep;
    bool concat;        /* n and m both stand for the two registers, n's @count lanes first */
    bool keep;          /* the destination's other lanes stay; else they become 0 */
    uint8_t imm;
    uint8_t host;       /* an FPVectorOp that does all lanes if it can (from 0 on, of one size) */
} LaneShape;

/* Which registers. */
typedef struct LaneRegs {
    unsigned d, n, m;
} LaneRegs;

/* Emits @fn over @shape, if FP and SIMD may be used. */
bool a64_lanes(DisasContext *s, LaneFn *fn, const LaneShape *shape, LaneRegs regs);
/* The same with vector values instead of numbers of registers, without asking. */
void a64_lanes_refs(DisasContext *s, LaneFn *fn, const LaneShape *shape, IrRef d, IrRef n,
                    IrRef m);

/* @count lanes of @size: three registers; two registers (b is that same lane of n). */
LaneShape lanes_same(unsigned size, unsigned count);
/* All lanes of 64 or 128 bits. */
static inline LaneShape lanes_vector(unsigned size, unsigned q)
{
    return lanes_same(size, (8U << q) >> size);
}

/*
 * @fn of all lanes of n, which are combined in halves (Reduce() of the manual); the result is
 * lane 0 of d, of @dsize, the rest 0.
 */
bool a64_reduce(DisasContext *s, LaneFn *fn, unsigned size, unsigned dsize, unsigned count,
                LaneRegs regs);
/* The same of a vector value, without asking. */
void a64_reduce_ref(DisasContext *s, LaneFn *fn, unsigned size, unsigned dsize, unsigned count,
                    unsigned d, IrRef n);

/* -- for functions of lanes ------------------------------------------------------------------- */

static inline int64_t lane_signed(uint64_t v, unsigned bits)
{
    return (int64_t)(v << (64 - bits)) >> (64 - bits);
}

static inline uint64_t lane_mask(unsigned bits)
{
    return UINT64_MAX >> (64 - bits);
}

/* Lane @lane of @size (log2 of bytes) of a vector, which is two words; zero-extended. */
uint64_t lane_get(const uint64_t *v, unsigned size, unsigned lane);
void lane_put(uint64_t *v, unsigned size, unsigned lane, uint64_t value);

/* Saturate to a lane of @bits, telling c->saturated. */
uint64_t lane_sat_signed(LaneContext *c, __int128 v, unsigned bits);
uint64_t lane_sat_unsigned(LaneContext *c, __int128 v, unsigned bits);

/* SQDMULH, SQRDMULH, SQRDMLAH, SQRDMLSH: of vectors, scalars, and by element. */
LaneFn lane_sqdmulh, lane_sqrdmulh, lane_sqrdmlah, lane_sqrdmlsh;

/* Floating point, the same in scalar and vector instructions; rint rounds by c->imm. */
LaneFn lane_fp_add, lane_fp_sub, lane_fp_mul, lane_fp_div, lane_fp_sqrt, lane_fp_max, lane_fp_min,
    lane_fp_maxnum, lane_fp_minnum, lane_fp_rint, lane_fp_rinti, lane_fp_rintx, lane_fp_convert;

/* FPCR and FPSR as floating-point operations take them, and back. */
FPStatus arm_fp_status(const CPUARMState *env);
void arm_fp_accumulate(CPUARMState *env, const FPStatus *status);

/* VFPExpandImm() of the manual; @size is log2 of bytes. */
uint64_t a64_fp_expand_imm(unsigned size, unsigned imm8);

#define FPSR_QC (1U << 27)

#endif
