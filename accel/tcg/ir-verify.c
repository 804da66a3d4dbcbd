/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The verifier: is a block well-formed?  Run in debug builds on each block, as translated and after
 * each pass.  It checks what backends rely on, so that they need not.
 */
#include "qemu/osdep.h"
#include "accel/tcg/ir-internal.h"

typedef struct Verify {
    const IrBlock *b;
    const IrOp *op;
    unsigned index;
    uint8_t placed[IR_LABELS_MAX];
    uint8_t used[IR_LABELS_MAX];
    uint8_t slots;              /* of GOTO_TB seen */
} Verify;

static char *fail(const Verify *v, const char *what)
{
    g_autoptr(GString) text = g_string_new(NULL);

    if (v->op) {
        ir_dump_op(v->b, v->op, text);
    }
    return g_strdup_printf("op %u (%s): %s", v->index, text->str, what);
}

static char *check_value(const Verify *v, unsigned ref, char type, bool is_dest)
{
    const IrValue *val;

    if (ref == 0) {
        return fail(v, "an operand is missing");
    }
    if (ref >= v->b->nvalues) {
        return fail(v, "no such value");
    }
    val = &v->b->values[ref];
    if (val->type != (type == 'v' ? IR_V128 : IR_I64)) {
        return fail(v, "an operand has the wrong type");
    }
    if (is_dest && val->kind == IR_VALUE_CONST) {
        return fail(v, "a constant is written");
    }
    return NULL;
}

static char *check_operands(const Verify *v, const IrOpInfo *info)
{
    const char *sig = info->signature;
    char *why = NULL;

    for (unsigned i = 0; i < info->nd && !why; i++, sig++) {
        /* Who only wants the flags, or memory changed, needs no result. */
        if (v->op->d[i] || !(info->traits & (IRT_WF | IRT_SE))) {
            why = check_value(v, v->op->d[i], *sig, true);
        }
    }
    sig++;
    for (unsigned i = 0; i < info->ns && !why; i++, sig++) {
        why = check_value(v, v->op->s[i], *sig, false);
    }
    return why;
}

static char *check_call(const Verify *v)
{
    const IrOp *op = v->op;

    if (op->nargs != op->helper->nargs) {
        return fail(v, "number of arguments");
    }
    if (op->d[0] && !op->helper->returns) {
        return fail(v, "the helper has no result");
    }
    for (unsigned i = 0; i < op->nargs; i++) {
        if (op->s[i] == 0 || op->s[i] >= v->b->nvalues) {
            return fail(v, "an argument is missing");
        }
    }
    return op->d[0] ? check_value(v, op->d[0], 'i', true) : NULL;
}

static bool field_fits(const IrOp *op)
{
    unsigned width = op->w == IR_X ? 64 : 32;

    return op->aux2 >= 1 && op->aux < width && op->aux2 <= width - op->aux;
}

static char *check_parameters(Verify *v)
{
    const IrOp *op = v->op;
    unsigned width = op->w == IR_X ? 64 : 32;
    MemOp mo = ir_oi_memop(op->x);

    switch (op->opc) {
    case IR_EXTRACT:
    case IR_SEXTRACT:
    case IR_DEPOSIT:
        return field_fits(op) ? NULL : fail(v, "the field does not fit");
    case IR_EXTRACT2:
        return op->aux < width ? NULL : fail(v, "position");
    case IR_BSWAP:
        return (op->aux == 2 || op->aux == 4 || (op->aux == 8 && op->w == IR_X)) ? NULL :
            fail(v, "unit of bytes");
    case IR_SETCOND:
    case IR_MOVCOND:
    case IR_BRCOND:
        return op->aux < IR_COND_COUNT ? NULL : fail(v, "condition");
    case IR_LD ... IR_ST2:
    case IR_XCHG ... IR_CMPXCHG:
    case IR_LDENV:
    case IR_STENV:
        return (mo & MO_SIZE) <= MO_64 ? NULL : fail(v, "size");
    case IR_LDV ... IR_STV2:
        return (mo & MO_SIZE) <= MO_128 ? NULL : fail(v, "size");
    case IR_CMPXCHG2:
        return (mo & MO_SIZE) == MO_32 || (mo & MO_SIZE) == MO_64 ? NULL : fail(v, "size");
    case IR_VINS:
    case IR_VLANE:
    case IR_VSLANE:
        return op->aux <= MO_64 && op->aux2 < 16 >> op->aux ? NULL : fail(v, "lane");
    case IR_VSHLI ... IR_VSARI:
        return op->imm >= 0 && op->imm <= 8 << op->aux ? NULL : fail(v, "shift");
    case IR_VEXT:
        return op->imm >= 0 && op->imm < (op->w == IR_X ? 16 : 8) ? NULL : fail(v, "position");
    case IR_GOTO_TB:
        if (op->aux > 1 || v->slots & 1 << op->aux) {
            return fail(v, "exit slot");
        }
        v->slots |= 1 << op->aux;
        return NULL;
    default:
        return NULL;
    }
}

static char *check_label(Verify *v)
{
    const IrOp *op = v->op;

    if (op->label >= v->b->nlabels) {
        return fail(v, "no such label");
    }
    if (op->opc == IR_LABEL) {
        return v->placed[op->label]++ ? fail(v, "label placed twice") : NULL;
    }
    v->used[op->label] = 1;
    return NULL;
}

static char *check_op(Verify *v)
{
    const IrOpInfo *info;
    char *why;

    if (v->op->opc > IR_OPC_COUNT || v->op->w > IR_X) {
        return fail(v, "no such operation");
    }
    if (v->op->opc == IR_OP_NOP) {
        return NULL;
    }
    info = ir_op_info(v->op->opc);
    if (info->traits & (IRT_RF | IRT_WF) && !v->b->flags) {
        return fail(v, "the target has no flags");
    }
    why = v->op->opc == IR_CALL ? check_call(v) : check_operands(v, info);
    if (!why && info->traits & IRT_LB) {
        why = check_label(v);
    }
    return why ? why : check_parameters(v);
}

static bool op_ends(const IrOp *op)
{
    if (op->opc == IR_OP_NOP) {
        return false;
    }
    return ir_op_info(op->opc)->traits & IRT_END ||
           (op->opc == IR_CALL && op->helper->flags & IR_CALL_NORETURN);
}

char *ir_verify(const IrBlock *b)
{
    Verify v = { .b = b };
    bool has_ended = false;

    for (v.index = 0; v.index < b->nops; v.index++) {
        char *why;

        v.op = &b->ops[v.index];
        why = check_op(&v);
        if (why) {
            return why;
        }
        if (v.op->opc != IR_OP_NOP) {
            has_ended = op_ends(v.op) ||
                        (has_ended && v.op->opc != IR_LABEL);
        }
    }
    v.op = NULL;
    if (!has_ended) {
        return fail(&v, "control runs past the end");
    }
    for (unsigned i = 0; i < b->nlabels; i++) {
        if (v.used[i] && !v.placed[i]) {
            return fail(&v, "a label is used and not placed");
        }
    }
    return NULL;
}
