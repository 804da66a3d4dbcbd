/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The interpreter's integer operations.
 */
#include "qemu/osdep.h"
#include "qemu/host-utils.h"
#include "accel/tcg/interp.h"

/* -- forms ------------------------------------------------------------------------------------- */

/* a and b are of the width's type, which is unsigned; S is its signed twin. */
#define OP2_FORM(name, T, S_, SOURCE, EXPR) \
    static HANDLER(name) \
    { \
        typedef S_ S __attribute__((unused)); \
        const unsigned bits __attribute__((unused)) = sizeof(T) * 8; \
        T a = R(ip->a), b = SOURCE; \
        \
        R(ip->d) = (T)(EXPR); \
        NEXT(1); \
    }

#define OP2(name, EXPR) \
    OP2_FORM(name##_w, uint32_t, int32_t, R(ip->b), EXPR) \
    OP2_FORM(name##_x, uint64_t, int64_t, R(ip->b), EXPR) \
    OP2_FORM(name##_wi, uint32_t, int32_t, ip->imm, EXPR) \
    OP2_FORM(name##_xi, uint64_t, int64_t, (int64_t)ip->imm, EXPR)

#define OP1_FORM(name, T, S_, EXPR) \
    static HANDLER(name) \
    { \
        typedef S_ S __attribute__((unused)); \
        T a = R(ip->a); \
        \
        R(ip->d) = (T)(EXPR); \
        NEXT(1); \
    }

#define OP1(name, EXPR_W, EXPR_X) \
    OP1_FORM(name##_w, uint32_t, int32_t, EXPR_W) \
    OP1_FORM(name##_x, uint64_t, int64_t, EXPR_X)

/* -- operations -------------------------------------------------------------------------------- */

OP1(mov, a, a)
OP2(add, a + b)
OP2(sub, a - b)
OP2(mul, a * b)
OP2(and, a & b)
OP2(or, a | b)
OP2(xor, a ^ b)
OP2(andc, a & ~b)
OP2(orc, a | ~b)
OP2(eqv, a ^ ~b)
OP2(shl, a << (b % bits))
OP2(shr, a >> (b % bits))
OP2(sar, (S)a >> (b % bits))
OP2(rotr, a >> (b % bits) | a << (-b % bits))
OP1(neg, -a, -a)
OP1(not, ~a, ~a)
OP1(clz, clz32(a), clz64(a))
OP1(cls, clrsb32(a), clrsb64(a))
OP1(rbit, revbit32(a), revbit64(a))
OP1(popcnt, ctpop32(a), ctpop64(a))

static uint64_t mul_high_u(uint64_t a, uint64_t b)
{
    return (unsigned __int128)a * b >> 64;
}

static uint64_t mul_high_s(uint64_t a, uint64_t b)
{
    return (__int128)(int64_t)a * (int64_t)b >> 64;
}

OP2_FORM(mulhu_x, uint64_t, int64_t, R(ip->b), mul_high_u(a, b))
OP2_FORM(mulhs_x, uint64_t, int64_t, R(ip->b), mul_high_s(a, b))

/* x / 0 is 0; the least number / -1 wraps to itself. */
#define DIVU(a, b) ((b) ? (a) / (b) : 0)
#define DIVS(a, b) ((b) == 0 ? 0 : (S)(b) == -1 ? (S)(0 - (a)) : (S)(a) / (S)(b))
OP2_FORM(divu_w, uint32_t, int32_t, R(ip->b), DIVU(a, b))
OP2_FORM(divu_x, uint64_t, int64_t, R(ip->b), DIVU(a, b))
OP2_FORM(divs_w, uint32_t, int32_t, R(ip->b), DIVS(a, b))
OP2_FORM(divs_x, uint64_t, int64_t, R(ip->b), DIVS(a, b))

#define OP3_FORM(name, T, EXPR) \
    static HANDLER(name) \
    { \
        T a = R(ip->a), b = R(ip->b), c = R(ip->c); \
        \
        R(ip->d) = (T)(EXPR); \
        NEXT(1); \
    }
OP3_FORM(madd_w, uint32_t, c + a * b)
OP3_FORM(madd_x, uint64_t, c + a * b)
OP3_FORM(msub_w, uint32_t, c - a * b)
OP3_FORM(msub_x, uint64_t, c - a * b)

/* b: bytes of a unit. */
static uint64_t swap_units(uint64_t a, unsigned bytes)
{
    switch (bytes) {
    case 2:
        return (a >> 8 & 0x00ff00ff00ff00ffULL) | (a & 0x00ff00ff00ff00ffULL) << 8;
    case 4:
        return (uint64_t)bswap32(a >> 32) << 32 | bswap32(a);
    default:
        return bswap64(a);
    }
}

OP2_FORM(bswap_w, uint32_t, int32_t, ip->b, swap_units(a, b))
OP2_FORM(bswap_x, uint64_t, int64_t, ip->b, swap_units(a, b))

/* Fields: b is how far the field's top is from the width's, c how far its bottom is from 0 then. */
#define FIELD_FORM(name, T, S_) \
    static HANDLER(name) \
    { \
        T a = (T)R(ip->a) << ip->b; \
        \
        R(ip->d) = (T)((S_)a >> ip->c); \
        NEXT(1); \
    }
FIELD_FORM(extract_w, uint32_t, uint32_t)
FIELD_FORM(extract_x, uint64_t, uint64_t)
FIELD_FORM(sextract_w, uint32_t, int32_t)
FIELD_FORM(sextract_x, uint64_t, int64_t)

/* Extra: the mask of the field, and its position. */
#define DEPOSIT_FORM(name, T) \
    static HANDLER(name) \
    { \
        T mask = tcg_extra(ip)->mask; \
        T a = R(ip->a), b = R(ip->b); \
        \
        R(ip->d) = (T)((a & ~mask) | (b << ip->c & mask)); \
        NEXT(2); \
    }
DEPOSIT_FORM(deposit_w, uint32_t)
DEPOSIT_FORM(deposit_x, uint64_t)

static HANDLER(extract2_w)
{
    uint64_t both = (R(ip->b) << 32) | (uint32_t)R(ip->a);

    R(ip->d) = (uint32_t)(both >> ip->c);
    NEXT(1);
}

static HANDLER(extract2_x)
{
    uint64_t lo = R(ip->a), hi = R(ip->b);

    R(ip->d) = ip->c ? lo >> ip->c | hi << (64 - ip->c) : lo;
    NEXT(1);
}

/* -- conditions -------------------------------------------------------------------------------- */

#define FOR_CONDS(M, W_, T, S_) \
    M(EQ, W_, T, S_, a == b) M(NE, W_, T, S_, a != b) \
    M(LT, W_, T, S_, (S)a < (S)b) M(GE, W_, T, S_, (S)a >= (S)b) \
    M(LE, W_, T, S_, (S)a <= (S)b) M(GT, W_, T, S_, (S)a > (S)b) \
    M(LTU, W_, T, S_, a < b) M(GEU, W_, T, S_, a >= b) \
    M(LEU, W_, T, S_, a <= b) M(GTU, W_, T, S_, a > b) \
    M(TSTEQ, W_, T, S_, !(a & b)) M(TSTNE, W_, T, S_, (a & b) != 0)

#define SETCOND(COND, W_, T, S_, EXPR) \
    OP2_FORM(setcond_##COND##W_, T, S_, R(ip->b), (EXPR)) \
    OP2_FORM(setcond_##COND##W_##i, T, S_, (int64_t)ip->imm, (EXPR))
FOR_CONDS(SETCOND, _w, uint32_t, int32_t)
FOR_CONDS(SETCOND, _x, uint64_t, int64_t)

/* Extra: s[0], s[1] are taken and not taken. */
#define MOVCOND(COND, W_, T, S_, EXPR) \
    static HANDLER(movcond_##COND##W_) \
    { \
        typedef S_ S __attribute__((unused)); \
        T a = R(ip->a), b = R(ip->b); \
        const TcgExtra *extra = tcg_extra(ip); \
        T t = R(extra->s[0]), f = R(extra->s[1]); \
        \
        R(ip->d) = (EXPR) ? t : f; \
        NEXT(2); \
    }
FOR_CONDS(MOVCOND, _w, uint32_t, int32_t)
FOR_CONDS(MOVCOND, _x, uint64_t, int64_t)

/* d and a are compared, imm is how far to go; with a constant (a) it is a short one. */
#define BRCOND_FORM(name, T, S_, SOURCE, EXPR) \
    static HANDLER(name) \
    { \
        typedef S_ S __attribute__((unused)); \
        T a = R(ip->d), b = SOURCE; \
        \
        if (EXPR) { \
            GO(ip + ip->imm); \
        } \
        NEXT(1); \
    }
#define BRCOND(COND, W_, T, S_, EXPR) \
    BRCOND_FORM(brcond_##COND##W_, T, S_, R(ip->a), EXPR) \
    BRCOND_FORM(brcond_##COND##W_##i, T, S_, (int64_t)ip->a, EXPR)
FOR_CONDS(BRCOND, _w, uint32_t, int32_t)
FOR_CONDS(BRCOND, _x, uint64_t, int64_t)

/* Bit a of d. */
HANDLER(interp_brbit0)
{
    if (!(R(ip->d) >> ip->a & 1)) {
        GO(ip + ip->imm);
    }
    NEXT(1);
}

HANDLER(interp_brbit1)
{
    if (R(ip->d) >> ip->a & 1) {
        GO(ip + ip->imm);
    }
    NEXT(1);
}

#define COND_ROW(COND, W_, T, S_, EXPR) [IR_COND_##COND] = COND_TABLE(COND, W_),
#define COND_TABLE(COND, W_) { setcond_##COND##W_, setcond_##COND##W_##i }
static TcgHandler *const setconds[2][IR_COND_COUNT][2] = {
    { FOR_CONDS(COND_ROW, _w, , ) }, { FOR_CONDS(COND_ROW, _x, , ) },
};
#undef COND_TABLE
#define COND_TABLE(COND, W_) { brcond_##COND##W_, brcond_##COND##W_##i }
static TcgHandler *const brconds[2][IR_COND_COUNT][2] = {
    { FOR_CONDS(COND_ROW, _w, , ) }, { FOR_CONDS(COND_ROW, _x, , ) },
};
#undef COND_TABLE
#define COND_TABLE(COND, W_) movcond_##COND##W_
static TcgHandler *const movconds[2][IR_COND_COUNT] = {
    { FOR_CONDS(COND_ROW, _w, , ) }, { FOR_CONDS(COND_ROW, _x, , ) },
};

TcgHandler *interp_setcond(IrWidth w, IrCond cond, bool is_const)
{
    return setconds[w][cond][is_const];
}

TcgHandler *interp_brcond(IrWidth w, IrCond cond, bool is_const)
{
    return brconds[w][cond][is_const];
}

TcgHandler *interp_movcond(IrWidth w, IrCond cond)
{
    return movconds[w][cond];
}

/* -- constants --------------------------------------------------------------------------------- */

HANDLER(interp_movi)
{
    R(ip->d) = (int64_t)ip->imm;
    NEXT(1);
}

HANDLER(interp_movi64)
{
    R(ip->d) = tcg_extra(ip)->imm;
    NEXT(2);
}

/* -- flags ------------------------------------------------------------------------------------- */

/* Which of the 16 values of NZCV each condition accepts. */
#define FLAG_N 0xff00
#define FLAG_Z 0xf0f0
#define FLAG_C 0xcccc
#define FLAG_V 0xaaaa
#define FLAG_NOT(x) ((uint16_t)~(x))
const uint16_t interp_flag_table[16] = {
    [IR_FLAG_EQ] = FLAG_Z, [IR_FLAG_NE] = FLAG_NOT(FLAG_Z),
    [IR_FLAG_CS] = FLAG_C, [IR_FLAG_CC] = FLAG_NOT(FLAG_C),
    [IR_FLAG_MI] = FLAG_N, [IR_FLAG_PL] = FLAG_NOT(FLAG_N),
    [IR_FLAG_VS] = FLAG_V, [IR_FLAG_VC] = FLAG_NOT(FLAG_V),
    [IR_FLAG_HI] = FLAG_C & FLAG_NOT(FLAG_Z), [IR_FLAG_LS] = FLAG_NOT(FLAG_C) | FLAG_Z,
    [IR_FLAG_GE] = FLAG_NOT(FLAG_N ^ FLAG_V), [IR_FLAG_LT] = FLAG_N ^ FLAG_V,
    [IR_FLAG_GT] = FLAG_NOT(FLAG_N ^ FLAG_V) & FLAG_NOT(FLAG_Z),
    [IR_FLAG_LE] = (FLAG_N ^ FLAG_V) | FLAG_Z,
    [IR_FLAG_AL] = 0xffff, [IR_FLAG_NV] = 0xffff,
};

#define SIGN(x) ((uint32_t)((x) >> (sizeof(x) * 8 - 1)))
#define NZCV(r, c, v) \
    (SIGN(r) << 31 | (uint32_t)((r) == 0) << 30 | (uint32_t)(c) << 29 | (uint32_t)(v) << 28)
/* Flags of a + b, and of a - b, whose result is r. */
#define FLAGS_ADD(a, b, r) NZCV(r, (r) < (a), SIGN(((a) ^ (r)) & ((b) ^ (r))))
#define FLAGS_SUB(a, b, r) NZCV(r, (a) >= (b), SIGN(((a) ^ (b)) & ((a) ^ (r))))

#define FLAG_OP_FORM(name, T, SOURCE, EXPR, FLAGS) \
    static HANDLER(name) \
    { \
        T a = R(ip->a), b = SOURCE, r = EXPR; \
        \
        *tc->nzcv = FLAGS; \
        R(ip->d) = r; \
        NEXT(1); \
    }
#define FLAG_OP(name, EXPR, FLAGS) \
    FLAG_OP_FORM(name##_w, uint32_t, R(ip->b), EXPR, FLAGS) \
    FLAG_OP_FORM(name##_x, uint64_t, R(ip->b), EXPR, FLAGS) \
    FLAG_OP_FORM(name##_wi, uint32_t, ip->imm, EXPR, FLAGS) \
    FLAG_OP_FORM(name##_xi, uint64_t, (int64_t)ip->imm, EXPR, FLAGS)
FLAG_OP(addf, a + b, FLAGS_ADD(a, b, r))
FLAG_OP(subf, a - b, FLAGS_SUB(a, b, r))
FLAG_OP(andf, a & b, NZCV(r, 0, 0))

/* With carry: a subtraction is the addition of the complement. */
#define CARRY_FORM(name, T, SOURCE, SET_FLAGS) \
    static HANDLER(name) \
    { \
        uint32_t carry = *tc->nzcv >> 29 & 1; \
        T a = R(ip->a), b = SOURCE, r = a + b + carry; \
        \
        if (SET_FLAGS) { \
            *tc->nzcv = NZCV(r, r < a || (carry && r == a), SIGN((a ^ r) & (b ^ r))); \
        } \
        R(ip->d) = r; \
        NEXT(1); \
    }
CARRY_FORM(adcf_w, uint32_t, R(ip->b), true)
CARRY_FORM(adcf_x, uint64_t, R(ip->b), true)
CARRY_FORM(sbcf_w, uint32_t, ~R(ip->b), true)
CARRY_FORM(sbcf_x, uint64_t, ~R(ip->b), true)
CARRY_FORM(adc_w, uint32_t, R(ip->b), false)
CARRY_FORM(adc_x, uint64_t, R(ip->b), false)
CARRY_FORM(sbc_w, uint32_t, ~R(ip->b), false)
CARRY_FORM(sbc_x, uint64_t, ~R(ip->b), false)

/* d: condition; c: NZCV when it does not hold. */
#define CCMP_FORM(name, T, EXPR, FLAGS) \
    HANDLER(name) \
    { \
        if (interp_flags_hold(tc, ip->d)) { \
            T a = R(ip->a), b = R(ip->b), r = EXPR; \
            \
            *tc->nzcv = FLAGS; \
        } else { \
            *tc->nzcv = (uint32_t)ip->c << 28; \
        } \
        NEXT(1); \
    }
CCMP_FORM(interp_ccmp_w, uint32_t, a - b, FLAGS_SUB(a, b, r))
CCMP_FORM(interp_ccmp_x, uint64_t, a - b, FLAGS_SUB(a, b, r))
CCMP_FORM(interp_ccmn_w, uint32_t, a + b, FLAGS_ADD(a, b, r))
CCMP_FORM(interp_ccmn_x, uint64_t, a + b, FLAGS_ADD(a, b, r))

HANDLER(interp_setflags)
{
    R(ip->d) = interp_flags_hold(tc, ip->a);
    NEXT(1);
}

HANDLER(interp_selflags_w)
{
    R(ip->d) = (uint32_t)(interp_flags_hold(tc, ip->c) ? R(ip->a) : R(ip->b));
    NEXT(1);
}

HANDLER(interp_selflags_x)
{
    R(ip->d) = interp_flags_hold(tc, ip->c) ? R(ip->a) : R(ip->b);
    NEXT(1);
}

/* -- table ------------------------------------------------------------------------------------- */

#define FORMS2(name) { { { name##_w, name##_wi }, { name##_x, name##_xi } } }
#define FORMS1(name) { { { name##_w, NULL }, { name##_x, NULL } } }
static const TcgForms int_forms[IR_OPC_COUNT] = {
    [IR_MOV] = FORMS1(mov), [IR_ADD] = FORMS2(add), [IR_SUB] = FORMS2(sub), [IR_MUL] = FORMS2(mul),
    [IR_MADD] = FORMS1(madd), [IR_MSUB] = FORMS1(msub), [IR_NEG] = FORMS1(neg),
    [IR_MULHU] = { { { mulhu_x, NULL }, { mulhu_x, NULL } } },
    [IR_MULHS] = { { { mulhs_x, NULL }, { mulhs_x, NULL } } },
    [IR_DIVU] = FORMS1(divu), [IR_DIVS] = FORMS1(divs),
    [IR_AND] = FORMS2(and), [IR_OR] = FORMS2(or), [IR_XOR] = FORMS2(xor), [IR_NOT] = FORMS1(not),
    [IR_ANDC] = FORMS2(andc), [IR_ORC] = FORMS2(orc), [IR_EQV] = FORMS2(eqv),
    [IR_SHL] = FORMS2(shl), [IR_SHR] = FORMS2(shr), [IR_SAR] = FORMS2(sar),
    [IR_ROTR] = FORMS2(rotr), [IR_CLZ] = FORMS1(clz), [IR_CLS] = FORMS1(cls),
    [IR_RBIT] = FORMS1(rbit), [IR_POPCNT] = FORMS1(popcnt), [IR_BSWAP] = FORMS1(bswap),
    [IR_EXTRACT] = FORMS1(extract), [IR_SEXTRACT] = FORMS1(sextract),
    [IR_DEPOSIT] = FORMS1(deposit), [IR_EXTRACT2] = FORMS1(extract2),
    [IR_ADDF] = FORMS2(addf), [IR_SUBF] = FORMS2(subf), [IR_ANDF] = FORMS2(andf),
    [IR_ADCF] = FORMS1(adcf), [IR_SBCF] = FORMS1(sbcf), [IR_ADC] = FORMS1(adc),
    [IR_SBC] = FORMS1(sbc),
};

const TcgForms *interp_int_forms(IrOpc opc)
{
    return int_forms[opc].h[1][0] ? &int_forms[opc] : NULL;
}
