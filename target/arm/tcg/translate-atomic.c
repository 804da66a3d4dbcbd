/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Exclusive loads and stores, ordered ones, and atomic operations of memory (Arm ARM C4.1, "Loads
 * and Stores", B2.9).
 *
 * The exclusive monitor is what the last load-exclusive saw: address and value.  A store-exclusive
 * is a compare-and-exchange with that value.  So a store by somebody else that puts the same value
 * back goes unnoticed, which no algorithm with exclusives can tell from no store at all, unless
 * it counts on the monitor's event (WFE does not: see there).
 */
#include "qemu/osdep.h"
#include "translate.h"

static IrRef monitor_addr(void)
{
    return ir_global(A64_GLOBAL_EXCLUSIVE_ADDR);
}

static IrRef monitor_value(void)
{
    return ir_global(A64_GLOBAL_EXCLUSIVE_VAL);
}

static IrRef monitor_high(void)
{
    return ir_global(A64_GLOBAL_EXCLUSIVE_HIGH);
}

/* -- exclusive loads ------------------------------------------------------------------------- */

bool trans_LDXR(DisasContext *s, const A64Insn *a)
{
    IrRef base = a64_base(s, a->rn), value = ir_temp(s->b);

    ir_ld(s->b, a64_mem_atomic(s, a->size), value, base, 0);
    ir_mov(s->b, IR_X, monitor_addr(), base);
    ir_mov(s->b, IR_X, monitor_value(), value);
    ir_mov(s->b, IR_X, a64_dest(s, a->rt), value);
    if (a->o0) {
        ir_mb(s->b, IR_MB_ACQUIRE);
    }
    return true;
}

bool trans_LDXP(DisasContext *s, const A64Insn *a)
{
    MemOp op = a->sz ? MO_64 | MO_ALIGN_16 : MO_32 | MO_ALIGN_8;
    IrRef base = a64_base(s, a->rn), lo = ir_temp(s->b), hi = ir_temp(s->b);

    ir_ld2(s->b, a64_mem_atomic(s, op), lo, hi, base, 0);
    ir_mov(s->b, IR_X, monitor_addr(), base);
    ir_mov(s->b, IR_X, monitor_value(), lo);
    ir_mov(s->b, IR_X, monitor_high(), hi);
    ir_mov(s->b, IR_X, a64_dest(s, a->rt), lo);
    ir_mov(s->b, IR_X, a64_dest(s, a->rt2), hi);
    if (a->o0) {
        ir_mb(s->b, IR_MB_ACQUIRE);
    }
    return true;
}

bool trans_CLREX(DisasContext *s, const A64Insn *a)
{
    ir_movi(s->b, monitor_addr(), -1);
    return true;
}

/* -- exclusive stores ------------------------------------------------------------------------ */

/* To @fail unless the monitor watches @base. */
static void monitor_check(DisasContext *s, IrRef base, IrLabel fail)
{
    IrCompare differs = { IR_X, IR_COND_NE, base, monitor_addr() };

    ir_brcond(s->b, &differs, fail);
}

/* Rs = @status; either way the monitor is open afterwards. */
static void monitor_finish(DisasContext *s, const A64Insn *a, IrRef status)
{
    ir_movi(s->b, monitor_addr(), -1);
    ir_mov(s->b, IR_X, a64_dest(s, a->rs), status);
}

bool trans_STXR(DisasContext *s, const A64Insn *a)
{
    IrRef base = a64_base(s, a->rn), old = ir_temp(s->b), status = ir_temp(s->b);
    IrLabel done = ir_label_new(s->b);

    ir_movi(s->b, status, 1);
    monitor_check(s, base, done);
    ir_cmpxchg(s->b, a64_mem_atomic(s, a->size), old, base, monitor_value(), a64_reg(s, a->rt));
    ir_setcond(s->b, IR_X, IR_COND_NE, status, old, monitor_value());
    ir_label_place(s->b, done);
    monitor_finish(s, a, status);
    return true;
}

bool trans_STXP(DisasContext *s, const A64Insn *a)
{
    MemOp op = a->sz ? MO_64 | MO_ALIGN_16 : MO_32 | MO_ALIGN_8;
    IrRef base = a64_base(s, a->rn), status = ir_temp(s->b);
    IrPair old = { ir_temp(s->b), ir_temp(s->b) };
    IrPair seen = { monitor_value(), monitor_high() };
    IrPair value = { a64_reg(s, a->rt), a64_reg(s, a->rt2) };
    IrLabel done = ir_label_new(s->b);

    ir_movi(s->b, status, 1);
    monitor_check(s, base, done);
    ir_cmpxchg2(s->b, a64_mem_atomic(s, op), old, base, seen, value);
    ir_op2(s->b, IR_XOR, IR_X, old.lo, old.lo, seen.lo);
    ir_op2(s->b, IR_XOR, IR_X, old.hi, old.hi, seen.hi);
    ir_op2(s->b, IR_OR, IR_X, old.lo, old.lo, old.hi);
    ir_setcond(s->b, IR_X, IR_COND_NE, status, old.lo, ir_const(s->b, 0));
    ir_label_place(s->b, done);
    monitor_finish(s, a, status);
    return true;
}

/* -- ordered --------------------------------------------------------------------------------- */

bool trans_LDAR(DisasContext *s, const A64Insn *a)
{
    ir_ld(s->b, a64_mem_atomic(s, a->size), a64_dest(s, a->rt), a64_base(s, a->rn), 0);
    ir_mb(s->b, IR_MB_ACQUIRE);
    return true;
}

bool trans_LDAPR(DisasContext *s, const A64Insn *a)
{
    return trans_LDAR(s, a);
}

/* A later load-acquire may not overtake it either. */
bool trans_STLR(DisasContext *s, const A64Insn *a)
{
    IrRef base = a64_base(s, a->rn);

    ir_mb(s->b, IR_MB_RELEASE);
    ir_st(s->b, a64_mem_atomic(s, a->size), a64_reg(s, a->rt), base, 0);
    ir_mb(s->b, IR_MB_ST_LD);
    return true;
}

/* -- atomic operations: always ordered as their strongest form ------------------------------- */

static bool rmw(DisasContext *s, const A64Insn *a, IrRmw kind)
{
    ir_rmw(s->b, a64_mem_atomic(s, a->size), kind, a64_dest(s, a->rt), a64_base(s, a->rn),
           a64_reg(s, a->rs));
    return true;
}

bool trans_LDADD(DisasContext *s, const A64Insn *a)
{
    return rmw(s, a, IR_RMW_ADD);
}

bool trans_LDCLR(DisasContext *s, const A64Insn *a)
{
    return rmw(s, a, IR_RMW_CLR);
}

bool trans_LDEOR(DisasContext *s, const A64Insn *a)
{
    return rmw(s, a, IR_RMW_XOR);
}

bool trans_LDSET(DisasContext *s, const A64Insn *a)
{
    return rmw(s, a, IR_RMW_OR);
}

bool trans_LDSMAX(DisasContext *s, const A64Insn *a)
{
    return rmw(s, a, IR_RMW_SMAX);
}

bool trans_LDSMIN(DisasContext *s, const A64Insn *a)
{
    return rmw(s, a, IR_RMW_SMIN);
}

bool trans_LDUMAX(DisasContext *s, const A64Insn *a)
{
    return rmw(s, a, IR_RMW_UMAX);
}

bool trans_LDUMIN(DisasContext *s, const A64Insn *a)
{
    return rmw(s, a, IR_RMW_UMIN);
}

bool trans_SWP(DisasContext *s, const A64Insn *a)
{
    ir_xchg(s->b, a64_mem_atomic(s, a->size), a64_dest(s, a->rt), a64_base(s, a->rn),
            a64_reg(s, a->rs));
    return true;
}

bool trans_CAS(DisasContext *s, const A64Insn *a)
{
    IrRef expected = ir_temp(s->b);

    /* Only the bits of the access are compared. */
    ir_extract(s->b, IR_X, expected, a64_reg(s, a->rs), 0, 8 << a->size);
    ir_cmpxchg(s->b, a64_mem_atomic(s, a->size), a64_dest(s, a->rs), a64_base(s, a->rn), expected,
               a64_reg(s, a->rt));
    return true;
}

bool trans_CASP(DisasContext *s, const A64Insn *a)
{
    MemOp op = a->sz ? MO_64 | MO_ALIGN_16 : MO_32 | MO_ALIGN_8;
    IrPair old = { a64_dest(s, a->rs), a64_dest(s, a->rs + 1) };
    IrPair expected = { a64_reg(s, a->rs), a64_reg(s, a->rs + 1) };
    IrPair value = { a64_reg(s, a->rt), a64_reg(s, a->rt + 1) };

    ir_cmpxchg2(s->b, a64_mem_atomic(s, op), old, a64_base(s, a->rn), expected, value);
    return true;
}
