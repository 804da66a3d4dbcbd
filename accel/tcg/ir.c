/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Building a block of IR: values and the emission of operations.  Nothing is allocated once a
 * block's arrays have grown to the usual size.
 */
#include "qemu/osdep.h"
#include "accel/tcg/tcg-internal.h"

#define NONE IRT_NONE
#define W IRT_W
#define Q IRT_Q
#define C IRT_C
#define RF IRT_RF
#define WF IRT_WF
#define SE IRT_SE
#define RA IRT_RA
#define LB IRT_LB
#define END IRT_END
static IrOpInfo op_infos[IR_OPC_COUNT] = {
#define X(name_, signature_, traits_) \
    [IR_##name_] = { .name = #name_, .signature = signature_, .traits = (traits_) },
#include "accel/tcg/ir-ops.h"
#undef X
};

static void __attribute__((constructor)) op_infos_count(void)
{
    for (unsigned i = 0; i < IR_OPC_COUNT; i++) {
        const char *equals = strchr(op_infos[i].signature, '=');

        if (equals) {
            op_infos[i].nd = equals - op_infos[i].signature;
            op_infos[i].ns = strlen(equals + 1);
        }
    }
}

const IrOpInfo *ir_op_info(IrOpc opc)
{
    return &op_infos[opc];
}

/* -- blocks and values ------------------------------------------------------------------------- */

IrBlock *ir_block_new(const TCGCPUOps *target)
{
    IrBlock *b = g_new0(IrBlock, 1);

    g_assert(target->nglobals <= IR_GLOBALS_MAX);
    b->target = target;
    b->ops_size = 1024;
    b->ops = g_new(IrOp, b->ops_size);
    b->values = g_new0(IrValue, IR_VALUES_MAX);
    for (unsigned i = 0; i < target->nglobals; i++) {
        b->values[i + 1] = (IrValue) {
            .kind = IR_VALUE_GLOBAL,
            .type = target->globals[i].type,
            .offset = target->globals[i].offset,
        };
    }
    b->first_local = target->nglobals + 1;
    b->pc = target->pc_global + 1;
    b->flags = target->flags_global < 0 ? 0 : target->flags_global + 1;
    b->emit_state = interp_emit_state_new();
    ir_block_reset(b);
    return b;
}

void ir_block_free(IrBlock *b)
{
    if (b) {
        g_free(b->emit_state);
        g_free(b->ops);
        g_free(b->values);
        g_free(b);
    }
}

void ir_block_reset(IrBlock *b)
{
    b->nops = 0;
    b->nvalues = b->first_local;
    b->temp_slots = 0;
    b->nlabels = 0;
    b->page_offset = 0;
    b->is_chained = true;
    b->code = NULL;
    b->code_len = 0;
}

static IrRef value_add(IrBlock *b, IrValue value)
{
    g_assert(b->nvalues < IR_VALUES_MAX);
    b->values[b->nvalues] = value;
    return (IrRef) { b->nvalues++ };
}

static IrRef temp_add(IrBlock *b, IrType type)
{
    unsigned slots = type == IR_V128 ? 2 : 1;
    int32_t offset;

    if (type == IR_V128) {
        b->temp_slots = (b->temp_slots + 1) & ~1U;
    }
    g_assert(b->temp_slots + slots <= TCG_TEMP_SLOTS - 8);
    offset = b->target->area_offset + offsetof(TcgCpuArea, temps) + b->temp_slots * 8;
    b->temp_slots += slots;
    return value_add(b, (IrValue) { .kind = IR_VALUE_TEMP, .type = type, .offset = offset });
}

IrRef ir_temp(IrBlock *b)
{
    return temp_add(b, IR_I64);
}

IrRef ir_temp_vec(IrBlock *b)
{
    return temp_add(b, IR_V128);
}

IrRef ir_const(IrBlock *b, uint64_t value)
{
    unsigned end = b->nvalues > b->first_local + 24 ? b->nvalues - 24 : b->first_local;

    /* The latest few are worth a look. */
    for (unsigned i = b->nvalues; i > end; i--) {
        if (b->values[i - 1].kind == IR_VALUE_CONST && b->values[i - 1].value == value) {
            return (IrRef) { i - 1 };
        }
    }
    return value_add(b, (IrValue) { .kind = IR_VALUE_CONST, .type = IR_I64, .value = value });
}

bool ir_is_const(const IrBlock *b, IrRef a, uint64_t *value)
{
    if (b->values[a.i].kind != IR_VALUE_CONST) {
        return false;
    }
    *value = b->values[a.i].value;
    return true;
}

bool ir_block_is_full(const IrBlock *b)
{
    return b->nops >= IR_OPS_FULL || b->temp_slots >= IR_TEMPS_FULL ||
           b->nvalues >= IR_VALUES_MAX / 2 || b->nlabels >= IR_LABELS_MAX / 2;
}

uint32_t tcg_fetch32(IrBlock *b, unsigned offset)
{
    uint32_t word;

    g_assert(offset + 4 <= b->code_len);
    /* Another CPU may be writing it; instructions are little-endian. */
    word = qatomic_read((const uint32_t *)(b->code + offset));
    return le32_to_cpu(word);
}

/* -- emission ---------------------------------------------------------------------------------- */

static IrOp *emit(IrBlock *b, IrOpc opc, IrWidth w)
{
    IrOp *op;

    if (b->nops == b->ops_size) {
        b->ops_size *= 2;
        b->ops = g_renew(IrOp, b->ops, b->ops_size);
    }
    op = &b->ops[b->nops++];
    *op = (IrOp) { .opc = opc, .w = w };
    return op;
}

static IrOp *emit1(IrBlock *b, IrOpc opc, IrWidth w, IrRef d, IrRef a)
{
    IrOp *op = emit(b, opc, w);

    op->d[0] = d.i;
    op->s[0] = a.i;
    return op;
}

static IrOp *emit2(IrBlock *b, IrOpc opc, IrWidth w, IrRef d, IrRef a, IrRef c)
{
    IrOp *op = emit1(b, opc, w, d, a);

    op->s[1] = c.i;
    return op;
}

void ir_insn_start(IrBlock *b, uint32_t pc_offset, uint64_t word)
{
    IrOp *op = emit(b, IR_INSN_START, IR_X);

    op->s[0] = ir_const(b, word).i;
    op->imm = pc_offset;
}

void ir_mov(IrBlock *b, IrWidth w, IrRef d, IrRef a)
{
    emit1(b, IR_MOV, w, d, a);
}

void ir_movi(IrBlock *b, IrRef d, uint64_t value)
{
    emit1(b, IR_MOV, IR_X, d, ir_const(b, value));
}

void ir_pcrel(IrBlock *b, IrRef d, int64_t offset)
{
    emit2(b, IR_ADD, IR_X, d, (IrRef) { b->pc }, ir_const(b, offset));
}

void ir_op1(IrBlock *b, IrOpc opc, IrWidth w, IrRef d, IrRef a)
{
    emit1(b, opc, w, d, a);
}

void ir_op2(IrBlock *b, IrOpc opc, IrWidth w, IrRef d, IrRef a, IrRef c)
{
    emit2(b, opc, w, d, a, c);
}

void ir_op2i(IrBlock *b, IrOpc opc, IrWidth w, IrRef d, IrRef a, uint64_t c)
{
    emit2(b, opc, w, d, a, ir_const(b, c));
}

void ir_op3(IrBlock *b, IrOpc opc, IrWidth w, IrRef d, IrRef a, IrRef c, IrRef e)
{
    emit2(b, opc, w, d, a, c)->s[2] = e.i;
}

void ir_bswap(IrBlock *b, IrWidth w, unsigned bytes, IrRef d, IrRef a)
{
    emit1(b, IR_BSWAP, w, d, a)->aux = bytes;
}

static IrOp *emit_field(IrBlock *b, IrOpc opc, IrWidth w, IrRef d, IrRef a)
{
    return emit1(b, opc, w, d, a);
}

void ir_extract(IrBlock *b, IrWidth w, IrRef d, IrRef a, unsigned pos, unsigned len)
{
    IrOp *op = emit_field(b, IR_EXTRACT, w, d, a);

    op->aux = pos;
    op->aux2 = len;
}

void ir_sextract(IrBlock *b, IrWidth w, IrRef d, IrRef a, unsigned pos, unsigned len)
{
    IrOp *op = emit_field(b, IR_SEXTRACT, w, d, a);

    op->aux = pos;
    op->aux2 = len;
}

void ir_deposit(IrBlock *b, IrWidth w, IrRef d, IrRef a, IrRef c, unsigned pos, unsigned len)
{
    IrOp *op = emit2(b, IR_DEPOSIT, w, d, a, c);

    op->aux = pos;
    op->aux2 = len;
}

void ir_extract2(IrBlock *b, IrWidth w, IrRef d, IrRef lo, IrRef hi, unsigned pos)
{
    emit2(b, IR_EXTRACT2, w, d, lo, hi)->aux = pos;
}

void ir_zext(IrBlock *b, IrRef d, IrRef a, unsigned bits)
{
    ir_extract(b, IR_X, d, a, 0, bits);
}

void ir_sext(IrBlock *b, IrWidth w, IrRef d, IrRef a, unsigned bits)
{
    ir_sextract(b, w, d, a, 0, bits);
}

void ir_setcond(IrBlock *b, IrWidth w, IrCond cond, IrRef d, IrRef a, IrRef c)
{
    emit2(b, IR_SETCOND, w, d, a, c)->aux = cond;
}

void ir_movcond(IrBlock *b, const IrCompare *cmp, IrRef d, IrRef t, IrRef f)
{
    IrOp *op = emit2(b, IR_MOVCOND, cmp->w, d, cmp->a, cmp->c);

    op->aux = cmp->cond;
    op->s[2] = t.i;
    op->s[3] = f.i;
}

/* -- flags ------------------------------------------------------------------------------------- */

void ir_setflags(IrBlock *b, IrFlagCond cond, IrRef d)
{
    IrOp *op = emit(b, IR_SETFLAGS, IR_X);

    op->d[0] = d.i;
    op->aux = cond;
}

void ir_selflags(IrBlock *b, IrWidth w, IrFlagCond cond, IrRef d, IrRef t, IrRef f)
{
    emit2(b, IR_SELFLAGS, w, d, t, f)->aux = cond;
}

void ir_ccmp(IrBlock *b, IrOpc opc, const IrCompare *operands, IrFlagCond cond, unsigned nzcv)
{
    IrOp *op = emit2(b, opc, operands->w, IR_NONE, operands->a, operands->c);

    op->aux = cond;
    op->x = nzcv & 15;
}

/* -- control ----------------------------------------------------------------------------------- */

IrLabel ir_label_new(IrBlock *b)
{
    g_assert(b->nlabels < IR_LABELS_MAX);
    return (IrLabel) { b->nlabels++ };
}

void ir_label_place(IrBlock *b, IrLabel label)
{
    emit(b, IR_LABEL, IR_X)->label = label.i;
}

void ir_br(IrBlock *b, IrLabel label)
{
    emit(b, IR_BR, IR_X)->label = label.i;
}

void ir_brcond(IrBlock *b, const IrCompare *cmp, IrLabel label)
{
    IrOp *op = emit2(b, IR_BRCOND, cmp->w, IR_NONE, cmp->a, cmp->c);

    op->aux = cmp->cond;
    op->label = label.i;
}

void ir_brflags(IrBlock *b, IrFlagCond cond, IrLabel label)
{
    IrOp *op = emit(b, IR_BRFLAGS, IR_X);

    op->aux = cond;
    op->label = label.i;
}

void ir_call(IrBlock *b, const IrHelper *helper, IrRef d, const IrRef *args)
{
    IrOp *op = emit(b, IR_CALL, IR_X);

    g_assert(helper->nargs <= IR_CALL_ARGS_MAX);
    op->helper = helper;
    op->nargs = helper->nargs;
    op->d[0] = d.i;
    for (unsigned i = 0; i < helper->nargs; i++) {
        op->s[i] = args[i].i;
    }
}

void ir_goto_tb(IrBlock *b, unsigned slot, int64_t offset)
{
    IrOp *op;

    /* Another page may be mapped to something else by then. */
    if (!b->is_chained || (b->page_offset + offset) >> TCG_PAGE_BITS) {
        ir_pcrel(b, (IrRef) { b->pc }, offset);
        ir_goto_ptr(b);
        return;
    }
    op = emit(b, IR_GOTO_TB, IR_X);
    op->aux = slot;
    op->imm = offset;
}

void ir_goto_ptr(IrBlock *b)
{
    emit(b, IR_GOTO_PTR, IR_X);
}

void ir_exit(IrBlock *b, IrExit reason)
{
    emit(b, IR_EXIT, IR_X)->aux = reason;
}
