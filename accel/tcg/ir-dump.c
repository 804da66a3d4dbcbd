/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A block of IR as text, for -d op and for the verifier's complaints.
 */
#include "qemu/osdep.h"
#include "accel/tcg/ir-internal.h"

static const char *const cond_names[] = {
    "eq", "ne", "lt", "ge", "le", "gt", "ltu", "geu", "leu", "gtu", "tsteq", "tstne",
};

static const char *const flag_cond_names[] = {
    "eq", "ne", "cs", "cc", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le", "al", "nv",
};

static void dump_value(const IrBlock *b, unsigned ref, GString *out)
{
    const IrValue *v = ref < b->nvalues ? &b->values[ref] : NULL;

    if (ref == 0 || !v) {
        g_string_append(out, ref == 0 ? "-" : "?");
    } else if (v->kind == IR_VALUE_GLOBAL) {
        g_string_append(out, b->target->globals[ref - 1].name);
    } else if (v->kind == IR_VALUE_CONST) {
        g_string_append_printf(out, "$0x%" PRIx64, v->value);
    } else {
        g_string_append_printf(out, "%s%u", v->type == IR_V128 ? "v" : "t", ref - b->first_local);
    }
}

static void dump_parameters(const IrOp *op, GString *out)
{
    switch (op->opc) {
    case IR_EXTRACT:
    case IR_SEXTRACT:
    case IR_DEPOSIT:
        g_string_append_printf(out, " [%u +%u]", op->aux, op->aux2);
        break;
    case IR_EXTRACT2:
    case IR_BSWAP:
    case IR_MB:
    case IR_EXIT:
        g_string_append_printf(out, " #%u", op->aux);
        break;
    case IR_SETCOND:
    case IR_MOVCOND:
    case IR_BRCOND:
        g_string_append_printf(out, " %s", cond_names[MIN(op->aux, IR_COND_COUNT - 1)]);
        break;
    case IR_CCMP:
    case IR_CCMN:
        g_string_append_printf(out, " #%u", op->x);
        /* fallthrough */
    case IR_SETFLAGS:
    case IR_SELFLAGS:
    case IR_BRFLAGS:
        g_string_append_printf(out, " %s", flag_cond_names[op->aux & 15]);
        break;
    case IR_LD ... IR_CMPXCHG2:
        if (op->opc == IR_RMW) {
            g_string_append_printf(out, " #%u", op->aux);
        }
        g_string_append_printf(out, " %+" PRId64 " op 0x%x mmu %u", op->imm,
                               ir_oi_memop(op->x), ir_oi_mmu_idx(op->x));
        break;
    case IR_LDENV ... IR_STENVV:
    case IR_INSN_START:
        g_string_append_printf(out, " +0x%" PRIx64, op->imm);
        break;
    case IR_GOTO_TB:
        g_string_append_printf(out, " %u %+" PRId64, op->aux, op->imm);
        break;
    case IR_VMOV ... IR_VEXT:
        g_string_append_printf(out, " e%u lane %u 0x%" PRIx64, 8 << op->aux, op->aux2, op->imm);
        break;
    }
}

void ir_dump_op(const IrBlock *b, const IrOp *op, GString *out)
{
    const IrOpInfo *info;
    unsigned nd, ns;

    if (op->opc >= IR_OPC_COUNT) {
        g_string_append(out, "nop");
        return;
    }
    info = ir_op_info(op->opc);
    nd = op->opc == IR_CALL ? op->helper->returns : info->nd;
    ns = op->opc == IR_CALL ? op->nargs : info->ns;
    for (unsigned i = 0; i < nd; i++) {
        g_string_append(out, i ? ", " : "");
        dump_value(b, op->d[i], out);
    }
    g_string_append_printf(out, "%s%s%s", nd ? " = " : "", info->name,
                           info->traits & (IRT_W | IRT_Q) ? (op->w == IR_X ? ".x" : ".w") : "");
    if (op->opc == IR_CALL) {
        g_string_append_printf(out, " %s", op->helper->name);
    }
    for (unsigned i = 0; i < ns; i++) {
        g_string_append(out, i ? ", " : " ");
        dump_value(b, op->s[i], out);
    }
    dump_parameters(op, out);
    if (info->traits & IRT_LB) {
        g_string_append_printf(out, " L%u", op->label);
    }
}

void ir_dump(const IrBlock *b, GString *out)
{
    for (unsigned i = 0; i < b->nops; i++) {
        if (b->ops[i].opc != IR_OP_NOP) {
            g_string_append(out, b->ops[i].opc == IR_INSN_START ? "  " : "    ");
            ir_dump_op(b, &b->ops[i], out);
            g_string_append_c(out, '\n');
        }
    }
}
