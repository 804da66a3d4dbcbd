/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Forward pass: what is known to be a constant or a copy is used in place of the value that holds
 * it, operations on constants are done now, and sums with a constant go into the offsets of the
 * loads and stores that use them as addresses.
 *
 * Knowledge lasts to the next label.
 */
#include "qemu/osdep.h"
#include "qemu/host-utils.h"
#include "accel/tcg/ir-internal.h"

/* @ref equals @base, or @base + @offset (@base a value, not a constant). */
typedef struct Fact {
    uint16_t ref, base;
    int64_t offset;
    bool is_copy;
} Fact;

#define FACTS_MAX 32

typedef struct Fold {
    IrBlock *b;
    Fact facts[FACTS_MAX];
    unsigned nfacts, next;
} Fold;

/* -- facts ------------------------------------------------------------------------------------- */

static const Fact *fact_of(const Fold *f, unsigned ref, bool is_copy)
{
    for (unsigned i = 0; i < f->nfacts; i++) {
        if (f->facts[i].ref == ref && f->facts[i].is_copy == is_copy) {
            return &f->facts[i];
        }
    }
    return NULL;
}

static void forget(Fold *f, unsigned ref)
{
    for (unsigned i = 0; i < f->nfacts;) {
        if (ref && (f->facts[i].ref == ref || f->facts[i].base == ref)) {
            f->facts[i] = f->facts[--f->nfacts];
        } else {
            i++;
        }
    }
}

static void forget_globals(Fold *f)
{
    for (unsigned i = 0; i < f->nfacts;) {
        if (f->facts[i].ref < f->b->first_local || f->facts[i].base < f->b->first_local) {
            f->facts[i] = f->facts[--f->nfacts];
        } else {
            i++;
        }
    }
}

static void learn(Fold *f, Fact fact)
{
    if (fact.ref == fact.base) {
        return;
    }
    if (f->nfacts == FACTS_MAX) {
        f->facts[f->next++ % FACTS_MAX] = fact;
    } else {
        f->facts[f->nfacts++] = fact;
    }
}

static bool constant(const Fold *f, unsigned ref, uint64_t *value)
{
    return ir_is_const(f->b, (IrRef) { ref }, value);
}

/* -- constants --------------------------------------------------------------------------------- */

static bool evaluate(const IrOp *op, uint64_t a, uint64_t c, uint64_t *result)
{
    unsigned width = op->w == IR_X ? 64 : 32;
    unsigned n = c & (width - 1);

    if (op->w == IR_W) {
        a = (uint32_t)a;
        c = (uint32_t)c;
    }
    switch (op->opc) {
    case IR_ADD:
        *result = a + c;
        break;
    case IR_SUB:
        *result = a - c;
        break;
    case IR_MUL:
        *result = a * c;
        break;
    case IR_AND:
        *result = a & c;
        break;
    case IR_OR:
        *result = a | c;
        break;
    case IR_XOR:
        *result = a ^ c;
        break;
    case IR_ANDC:
        *result = a & ~c;
        break;
    case IR_SHL:
        *result = a << n;
        break;
    case IR_SHR:
        *result = a >> n;
        break;
    case IR_SAR:
        *result = op->w == IR_X ? (uint64_t)((int64_t)a >> n) : (uint64_t)((int32_t)a >> n);
        break;
    default:
        return false;
    }
    if (op->w == IR_W) {
        *result = (uint32_t)*result;
    }
    return true;
}

static void become_mov(IrOp *op, IrWidth w, unsigned source)
{
    op->opc = IR_MOV;
    op->w = w;
    op->s[0] = source;
    op->s[1] = 0;
}

/* Is the operation with constant @c a move of its first source? */
static bool is_identity(const IrOp *op, uint64_t c)
{
    uint64_t ones = op->w == IR_X ? UINT64_MAX : UINT32_MAX;

    if (op->w == IR_W) {
        c = (uint32_t)c;
    }
    switch (op->opc) {
    case IR_ADD:
    case IR_SUB:
    case IR_OR:
    case IR_XOR:
    case IR_ANDC:
    case IR_SHL:
    case IR_SHR:
    case IR_SAR:
    case IR_ROTR:
        return c == 0;
    case IR_AND:
        return c == ones;
    default:
        return false;
    }
}

static void fold_binary(Fold *f, IrOp *op)
{
    uint64_t a, c, result;

    if (!constant(f, op->s[1], &c)) {
        return;
    }
    if (constant(f, op->s[0], &a) && evaluate(op, a, c, &result)) {
        become_mov(op, IR_X, ir_const(f->b, result).i);
    } else if (is_identity(op, c)) {
        become_mov(op, op->w, op->s[0]);
    }
}

static void fold_unary(Fold *f, IrOp *op)
{
    uint64_t a, result;
    unsigned left = 64 - op->aux - op->aux2;

    if (!constant(f, op->s[0], &a)) {
        return;
    }
    switch (op->opc) {
    case IR_NOT:
        result = ~a;
        break;
    case IR_NEG:
        result = -a;
        break;
    case IR_EXTRACT:
        result = a << left >> (64 - op->aux2);
        break;
    case IR_SEXTRACT:
        result = (int64_t)(a << left) >> (64 - op->aux2);
        break;
    case IR_MOV:
        result = a;
        break;
    default:
        return;
    }
    become_mov(op, IR_X, ir_const(f->b, op->w == IR_W ? (uint32_t)result : result).i);
}

/* -- sources ----------------------------------------------------------------------------------- */

static void replace_sources(Fold *f, IrOp *op)
{
    const IrOpInfo *info = ir_op_info(op->opc);
    unsigned ns = op->opc == IR_CALL ? op->nargs : info->ns;

    for (unsigned i = 0; i < ns; i++) {
        const Fact *fact = fact_of(f, op->s[i], true);

        if (fact) {
            op->s[i] = fact->base;
        }
    }
}

static void fold_address(Fold *f, IrOp *op)
{
    const Fact *fact = fact_of(f, op->s[0], false);
    int64_t sum;

    if (fact) {
        sum = op->imm + fact->offset;
        if (sum == (int16_t)sum) {
            op->s[0] = fact->base;
            op->imm = sum;
        }
    }
}

/* -- what an operation teaches ----------------------------------------------------------------- */

static void learn_from(Fold *f, const IrOp *op)
{
    uint64_t value;
    bool is_constant = op->opc == IR_MOV && constant(f, op->s[0], &value);

    if (op->opc == IR_MOV && op->w == IR_W && !(is_constant && value <= UINT32_MAX)) {
        /* What is cut off is not known to be zero: no copy. */
        return;
    }
    if (op->opc == IR_MOV && (is_constant || f->b->values[op->d[0]].kind == IR_VALUE_TEMP)) {
        learn(f, (Fact) { .ref = op->d[0], .base = op->s[0], .is_copy = true });
    } else if ((op->opc == IR_ADD || op->opc == IR_SUB) && op->w == IR_X &&
               constant(f, op->s[1], &value) && op->d[0] != op->s[0]) {
        learn(f, (Fact) { .ref = op->d[0], .base = op->s[0],
                          .offset = op->opc == IR_ADD ? value : -value });
    }
}

static void visit(Fold *f, IrOp *op)
{
    const IrOpInfo *info = ir_op_info(op->opc);

    if (op->opc == IR_LABEL) {
        f->nfacts = 0;
        return;
    }
    replace_sources(f, op);
    if (op->opc >= IR_LD && op->opc <= IR_STV2) {
        fold_address(f, op);
    } else if (info->nd == 1 && info->ns == 2 && !(info->traits & (IRT_WF | IRT_RF | IRT_RA))) {
        fold_binary(f, op);
    } else if (info->nd == 1 && info->ns == 1 && !(info->traits & IRT_RA)) {
        fold_unary(f, op);
    }
    if (op->opc == IR_CALL) {
        if (op->helper->flags & (IR_CALL_WRITES | IR_CALL_WRITES_VECTORS)) {
            forget_globals(f);
        }
        for (unsigned i = 0; op->helper->flags & IR_CALL_WRITES_VECTORS && i < op->nargs; i++) {
            forget(f, op->s[i]);
        }
    }
    forget(f, op->d[0]);
    forget(f, op->d[1]);
    if (info->traits & IRT_WF) {
        forget(f, f->b->flags);
    }
    learn_from(f, op);
}

void ir_pass_fold(IrBlock *b)
{
    Fold f = { .b = b };

    for (unsigned i = 0; i < b->nops; i++) {
        if (b->ops[i].opc != IR_OP_NOP) {
            visit(&f, &b->ops[i]);
        }
    }
}
