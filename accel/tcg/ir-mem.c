/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Building a block of IR: accesses to memory and to the CPU's state, and vectors.
 */
#include "qemu/osdep.h"
#include "accel/tcg/ir-internal.h"

static IrOp *emit(IrBlock *b, IrOpc opc, IrWidth w)
{
    /* The general emission; its operands are filled in here. */
    ir_op1(b, opc, w, IR_NONE, IR_NONE);
    return &b->ops[b->nops - 1];
}

/* -- the CPU's state --------------------------------------------------------------------------- */

static IrOp *emit_env(IrBlock *b, IrOpc opc, MemOp op, int32_t offset)
{
    IrOp *o = emit(b, opc, IR_X);

    o->x = op;
    o->imm = offset;
    return o;
}

void ir_ld_env(IrBlock *b, MemOp op, IrRef d, int32_t offset)
{
    emit_env(b, IR_LDENV, op, offset)->d[0] = d.i;
}

void ir_st_env(IrBlock *b, MemOp op, IrRef a, int32_t offset)
{
    emit_env(b, IR_STENV, op, offset)->s[0] = a.i;
}

void ir_ldv_env(IrBlock *b, IrRef d, int32_t offset)
{
    emit_env(b, IR_LDENVV, MO_128, offset)->d[0] = d.i;
}

void ir_stv_env(IrBlock *b, IrRef a, int32_t offset)
{
    emit_env(b, IR_STENVV, MO_128, offset)->s[0] = a.i;
}

/* -- guest memory ------------------------------------------------------------------------------ */

static IrOp *emit_mem(IrBlock *b, IrOpc opc, IrMemOpIdx oi, IrRef addr, int64_t offset)
{
    IrOp *op = emit(b, opc, IR_X);

    op->x = oi;
    op->imm = offset;
    op->s[0] = addr.i;
    return op;
}

void ir_ld(IrBlock *b, IrMemOpIdx oi, IrRef d, IrRef addr, int64_t offset)
{
    emit_mem(b, IR_LD, oi, addr, offset)->d[0] = d.i;
}

void ir_st(IrBlock *b, IrMemOpIdx oi, IrRef value, IrRef addr, int64_t offset)
{
    emit_mem(b, IR_ST, oi, addr, offset)->s[1] = value.i;
}

static void emit_ld2(IrBlock *b, IrOp *op, IrRef d, IrRef d2)
{
    op->d[0] = d.i;
    op->d[1] = d2.i;
}

static void emit_st2(IrBlock *b, IrOp *op, IrRef v, IrRef v2)
{
    op->s[1] = v.i;
    op->s[2] = v2.i;
}

void ir_ld2(IrBlock *b, IrMemOpIdx oi, IrRef d, IrRef d2, IrRef addr, int64_t offset)
{
    emit_ld2(b, emit_mem(b, IR_LD2, oi, addr, offset), d, d2);
}

void ir_st2(IrBlock *b, IrMemOpIdx oi, IrRef v, IrRef v2, IrRef addr, int64_t offset)
{
    emit_st2(b, emit_mem(b, IR_ST2, oi, addr, offset), v, v2);
}

void ir_ldv(IrBlock *b, IrMemOpIdx oi, IrRef d, IrRef addr, int64_t offset)
{
    emit_mem(b, IR_LDV, oi, addr, offset)->d[0] = d.i;
}

void ir_stv(IrBlock *b, IrMemOpIdx oi, IrRef value, IrRef addr, int64_t offset)
{
    emit_mem(b, IR_STV, oi, addr, offset)->s[1] = value.i;
}

void ir_ldv2(IrBlock *b, IrMemOpIdx oi, IrRef d, IrRef d2, IrRef addr, int64_t offset)
{
    emit_ld2(b, emit_mem(b, IR_LDV2, oi, addr, offset), d, d2);
}

void ir_stv2(IrBlock *b, IrMemOpIdx oi, IrRef v, IrRef v2, IrRef addr, int64_t offset)
{
    emit_st2(b, emit_mem(b, IR_STV2, oi, addr, offset), v, v2);
}

void ir_xchg(IrBlock *b, IrMemOpIdx oi, IrRef d, IrRef addr, IrRef value)
{
    IrOp *op = emit_mem(b, IR_XCHG, oi, addr, 0);

    op->d[0] = d.i;
    op->s[1] = value.i;
}

void ir_rmw(IrBlock *b, IrMemOpIdx oi, IrRmw kind, IrRef d, IrRef addr, IrRef operand)
{
    IrOp *op = emit_mem(b, IR_RMW, oi, addr, 0);

    op->aux = kind;
    op->d[0] = d.i;
    op->s[1] = operand.i;
}

void ir_cmpxchg(IrBlock *b, IrMemOpIdx oi, IrRef d, IrRef addr, IrRef expected, IrRef new_value)
{
    IrOp *op = emit_mem(b, IR_CMPXCHG, oi, addr, 0);

    op->d[0] = d.i;
    op->s[1] = expected.i;
    op->s[2] = new_value.i;
}

void ir_cmpxchg2(IrBlock *b, IrMemOpIdx oi, IrPair d, IrRef addr, IrPair expected,
                 IrPair new_value)
{
    IrOp *op = emit_mem(b, IR_CMPXCHG2, oi, addr, 0);

    op->d[0] = d.lo.i;
    op->d[1] = d.hi.i;
    op->s[1] = expected.lo.i;
    op->s[2] = expected.hi.i;
    op->s[3] = new_value.lo.i;
    op->s[4] = new_value.hi.i;
}

void ir_mb(IrBlock *b, unsigned kind)
{
    emit(b, IR_MB, IR_X)->aux = kind;
}

/* -- vectors ----------------------------------------------------------------------------------- */

static IrOp *emit_vec(IrBlock *b, IrOpc opc, IrWidth w, unsigned esize, IrRef d)
{
    IrOp *op = emit(b, opc, w);

    op->aux = esize;
    op->d[0] = d.i;
    return op;
}

void ir_vop1(IrBlock *b, IrOpc opc, IrWidth w, unsigned esize, IrRef d, IrRef a, unsigned imm)
{
    IrOp *op = emit_vec(b, opc, w, esize, d);

    op->s[0] = a.i;
    op->imm = imm;
}

void ir_vop2(IrBlock *b, IrOpc opc, IrWidth w, unsigned esize, IrRef d, IrRef a, IrRef c)
{
    IrOp *op = emit_vec(b, opc, w, esize, d);

    op->s[0] = a.i;
    op->s[1] = c.i;
}

void ir_vbsl(IrBlock *b, IrWidth w, IrRef d, IrRef mask, IrRef a, IrRef c)
{
    IrOp *op = emit_vec(b, IR_VBSL, w, 0, d);

    op->s[0] = mask.i;
    op->s[1] = a.i;
    op->s[2] = c.i;
}

void ir_vext(IrBlock *b, IrWidth w, IrRef d, IrRef a, IrRef c, unsigned pos)
{
    ir_vop2(b, IR_VEXT, w, 0, d, a, c);
    b->ops[b->nops - 1].imm = pos;
}

void ir_vmovi(IrBlock *b, IrWidth w, IrRef d, uint64_t value)
{
    emit_vec(b, IR_VMOVI, w, MO_64, d)->imm = value;
}

void ir_vdup(IrBlock *b, IrWidth w, unsigned esize, IrRef d, IrRef a)
{
    emit_vec(b, IR_VDUP, w, esize, d)->s[0] = a.i;
}

void ir_vins(IrBlock *b, unsigned esize, unsigned lane, IrRef d, IrRef vec, IrRef a)
{
    IrOp *op = emit_vec(b, IR_VINS, IR_X, esize, d);

    op->aux2 = lane;
    op->s[0] = vec.i;
    op->s[1] = a.i;
}

void ir_vlane(IrBlock *b, unsigned esize, unsigned lane, IrRef d, IrRef vec)
{
    IrOp *op = emit_vec(b, IR_VLANE, IR_X, esize, d);

    op->aux2 = lane;
    op->s[0] = vec.i;
}

void ir_vslane(IrBlock *b, unsigned esize, unsigned lane, IrRef d, IrRef vec)
{
    IrOp *op = emit_vec(b, IR_VSLANE, IR_X, esize, d);

    op->aux2 = lane;
    op->s[0] = vec.i;
}
