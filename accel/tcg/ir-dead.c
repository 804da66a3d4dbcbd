/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Backward pass: operations whose results nobody uses go, and those whose flags nobody uses become
 * the same without flags.
 *
 * At exits globals are live and temps dead.  Wherever an exception may be raised, and where helpers
 * read the state, globals are live.  At labels and branches everything is taken for live.
 */
#include "qemu/osdep.h"
#include "qemu/bitmap.h"
#include "accel/tcg/ir-internal.h"

typedef struct Live {
    IrBlock *b;
    DECLARE_BITMAP(set, IR_VALUES_MAX);
} Live;

static bool is_live(const Live *l, unsigned ref)
{
    return ref && test_bit(ref, l->set);
}

static void set_globals(Live *l)
{
    bitmap_set(l->set, 1, l->b->first_local - 1);
}

static void set_end(Live *l)
{
    bitmap_clear(l->set, 0, l->b->nvalues);
    set_globals(l);
}

static void set_everything(Live *l)
{
    bitmap_set(l->set, 0, l->b->nvalues);
}

static IrOpc without_flags(IrOpc opc)
{
    switch (opc) {
    case IR_ADDF:
        return IR_ADD;
    case IR_SUBF:
        return IR_SUB;
    case IR_ANDF:
        return IR_AND;
    case IR_ADCF:
        return IR_ADC;
    case IR_SBCF:
        return IR_SBC;
    default:
        return opc;
    }
}

static bool has_live_results(const Live *l, const IrOp *op, const IrOpInfo *info)
{
    return is_live(l, op->d[0]) || is_live(l, op->d[1]) ||
           (info->traits & IRT_WF && is_live(l, l->b->flags));
}

static void drop_flags(Live *l, IrOp *op, const IrOpInfo *info)
{
    if (!(info->traits & IRT_WF)) {
        return;
    }
    if (!is_live(l, l->b->flags)) {
        op->opc = without_flags(op->opc);
    } else if (op->d[0] && !is_live(l, op->d[0])) {
        op->d[0] = 0;
    }
}

static void use_sources(Live *l, const IrOp *op)
{
    const IrOpInfo *info = ir_op_info(op->opc);
    unsigned ns = op->opc == IR_CALL ? op->nargs : info->ns;

    for (unsigned i = 0; i < ns; i++) {
        set_bit(op->s[i], l->set);
    }
    if (info->traits & IRT_RF) {
        set_bit(l->b->flags, l->set);
    }
}

static void kill_results(Live *l, const IrOp *op)
{
    const IrOpInfo *info = ir_op_info(op->opc);

    for (unsigned i = 0; i < 2; i++) {
        if (op->d[i]) {
            clear_bit(op->d[i], l->set);
        }
    }
    if (info->traits & IRT_WF) {
        clear_bit(l->b->flags, l->set);
    }
}

static void visit_call(Live *l, IrOp *op)
{
    unsigned flags = op->helper->flags;

    if (!flags && !is_live(l, op->d[0])) {
        op->opc = IR_OP_NOP;
        return;
    }
    if (flags & IR_CALL_NORETURN) {
        set_end(l);
    }
    kill_results(l, op);
    if (flags & (IR_CALL_READS | IR_CALL_RAISES)) {
        set_globals(l);
    }
    use_sources(l, op);
}

static void visit(Live *l, IrOp *op)
{
    const IrOpInfo *info = ir_op_info(op->opc);

    if (op->opc == IR_CALL) {
        visit_call(l, op);
        return;
    }
    if (info->traits & IRT_LB) {
        set_everything(l);
        use_sources(l, op);
        return;
    }
    if (info->traits & IRT_END) {
        set_end(l);
        return;
    }
    if (!(info->traits & (IRT_SE | IRT_RA)) && !has_live_results(l, op, info)) {
        op->opc = IR_OP_NOP;
        return;
    }
    drop_flags(l, op, info);
    kill_results(l, op);
    if (info->traits & IRT_RA) {
        set_globals(l);
    }
    use_sources(l, op);
}

void ir_pass_dead(IrBlock *b)
{
    Live l = { .b = b };

    set_end(&l);
    for (unsigned i = b->nops; i-- > 0;) {
        if (b->ops[i].opc != IR_OP_NOP) {
            visit(&l, &b->ops[i]);
        }
    }
}
