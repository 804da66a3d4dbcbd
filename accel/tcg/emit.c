/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From IR to the interpreter's code: each operation becomes one handler with its operands resolved
 * to slots; constants go into it where a form for that exists.  A comparison that sets flags and
 * the branch on them become one.
 */
#include "qemu/osdep.h"
#include "accel/tcg/tcg-internal.h"

/* No operation needs more, with its constants. */
#define OP_UNITS_MAX 20
#define INSNS_MAX 1024

typedef struct Emit {
    const IrBlock *ir;
    TcgCode *start, *p;
    int area_slot;              /* slot of temps[0] */
    unsigned scratches;         /* used by the operation */
    int32_t labels[IR_LABELS_MAX];
    /* Branches to places that were not known yet. */
    struct {
        uint32_t at;
        uint16_t label;
        bool in_extra;
    } fixups[IR_LABELS_MAX * 2];
    unsigned nfixups;
    TcgInsnInfo insns[INSNS_MAX];
    unsigned ninsns;
} Emit;

/* -- operands ---------------------------------------------------------------------------------- */

static TcgCode *put(Emit *e, TcgHandler *fn)
{
    TcgCode *code = e->p++;

    *code = (TcgCode) { .fn = fn };
    return code;
}

static TcgExtra *put_extra(Emit *e)
{
    TcgExtra *extra = (TcgExtra *)e->p++;

    *extra = (TcgExtra) { .imm = 0 };
    return extra;
}

static const IrValue *value_of(const Emit *e, unsigned ref)
{
    return &e->ir->values[ref];
}

static bool is_const(const Emit *e, unsigned ref, int64_t *value)
{
    *value = value_of(e, ref)->value;
    return value_of(e, ref)->kind == IR_VALUE_CONST;
}

static void put_constant(Emit *e, int slot, int64_t value)
{
    if (value == (int32_t)value) {
        TcgCode *code = put(e, interp_movi);

        code->d = slot;
        code->imm = value;
    } else {
        put(e, interp_movi64)->d = slot;
        put_extra(e)->imm = value;
    }
}

static int scratch(Emit *e)
{
    g_assert(e->scratches < 6);
    return e->area_slot + TCG_SLOT_SCRATCH + e->scratches++;
}

/* The slot of a source; a constant is put into one first. */
static int source(Emit *e, unsigned ref)
{
    int64_t value;
    int slot;

    if (!is_const(e, ref, &value)) {
        return value_of(e, ref)->offset / 8;
    }
    if (value == 0) {
        return e->area_slot + TCG_SLOT_ZERO;
    }
    slot = scratch(e);
    put_constant(e, slot, value);
    return slot;
}

static int dest(Emit *e, unsigned ref)
{
    return ref ? value_of(e, ref)->offset / 8 : e->area_slot + TCG_SLOT_TRASH;
}

/* A constant as the width sees it, if it is short. */
static bool is_short(const Emit *e, unsigned ref, IrWidth w, int64_t *value)
{
    if (!is_const(e, ref, value)) {
        return false;
    }
    if (w == IR_W) {
        *value = (int32_t)*value;
    }
    return *value == (int32_t)*value;
}

/* -- branches ---------------------------------------------------------------------------------- */

static int32_t distance(Emit *e, const TcgCode *from, unsigned label, bool in_extra)
{
    if (e->labels[label] >= 0) {
        return e->labels[label] - (from - e->start);
    }
    g_assert(e->nfixups < G_N_ELEMENTS(e->fixups));
    e->fixups[e->nfixups].at = from - e->start;
    e->fixups[e->nfixups].in_extra = in_extra;
    e->fixups[e->nfixups++].label = label;
    return 0;
}

static void fix_branches(Emit *e)
{
    for (unsigned i = 0; i < e->nfixups; i++) {
        TcgCode *from = e->start + e->fixups[i].at;
        int32_t far = e->labels[e->fixups[i].label] - (int32_t)e->fixups[i].at;

        if (e->fixups[i].in_extra) {
            ((TcgExtra *)(from + 1))->imm = far;
        } else {
            from->imm = far;
        }
    }
}

static void emit_br(Emit *e, unsigned label)
{
    TcgCode *code = put(e, interp_br);

    code->imm = distance(e, code, label, false);
}

static bool emit_brbit(Emit *e, const IrOp *op)
{
    bool is_set = op->aux == IR_COND_TSTNE;
    TcgCode *code;
    int64_t mask;

    if ((op->aux | 1) != IR_COND_TSTNE || !is_const(e, op->s[1], &mask) ||
        !is_power_of_2(mask)) {
        return false;
    }
    code = put(e, is_set ? interp_brbit1 : interp_brbit0);
    code->d = source(e, op->s[0]);
    code->a = ctz64(mask);
    code->imm = distance(e, code, op->label, false);
    return true;
}

static void emit_brcond(Emit *e, const IrOp *op)
{
    int64_t value;
    bool is_imm = is_short(e, op->s[1], op->w, &value) && value == (int16_t)value;
    TcgCode *code;
    int a, b;

    if (value_of(e, op->s[0])->kind != IR_VALUE_CONST && emit_brbit(e, op)) {
        return;
    }
    a = source(e, op->s[0]);
    b = is_imm ? value : source(e, op->s[1]);
    code = put(e, interp_brcond(op->w, op->aux, is_imm));
    code->d = a;
    code->a = b;
    code->imm = distance(e, code, op->label, false);
}

static void emit_brflags(Emit *e, const IrOp *op)
{
    TcgCode *code;

    if (op->aux >= IR_FLAG_AL) {
        emit_br(e, op->label);
        return;
    }
    code = put(e, interp_brflags);
    code->d = op->aux;
    code->imm = distance(e, code, op->label, false);
}

/* The branch on flags that follows @op, perhaps as the next instruction; else NULL. */
static const IrOp *branch_after(const Emit *e, const IrOp *op)
{
    const IrOp *end = e->ir->ops + e->ir->nops;
    bool has_next_insn = false;

    while (++op < end) {
        if (op->opc == IR_INSN_START && !has_next_insn) {
            has_next_insn = true;
        } else if (op->opc == IR_BRFLAGS && op->aux < IR_FLAG_AL) {
            return op;
        } else if (op->opc != IR_OP_NOP) {
            return NULL;
        }
    }
    return NULL;
}

static void emit_cmp_branch(Emit *e, const IrOp *op, const IrOp *branch)
{
    int64_t value;
    bool is_imm = is_short(e, op->s[1], op->w, &value) && value == (int16_t)value;
    int a = source(e, op->s[0]);
    int b = is_imm ? value : source(e, op->s[1]);
    TcgExtra *extra;
    TcgCode *code;

    if (is_imm) {
        code = put(e, op->w ? interp_cmpi_branch_x : interp_cmpi_branch_w);
    } else {
        code = put(e, op->w ? interp_cmp_branch_x : interp_cmp_branch_w);
    }
    code->d = a;
    code->a = b;
    code->b = branch->aux;
    extra = put_extra(e);
    extra->s[0] = dest(e, op->d[0]);
    extra->imm = distance(e, code, branch->label, true);
}

/* -- integer operations ------------------------------------------------------------------------ */

static void emit_int(Emit *e, const IrOp *op)
{
    const IrOpInfo *info = ir_op_info(op->opc);
    const TcgForms *forms = interp_int_forms(op->opc);
    unsigned s0 = op->s[0], s1 = op->s[1];
    TcgCode *code;
    int64_t value;
    int a, b;

    g_assert(forms);
    if (info->ns >= 2 && info->traits & IRT_C && value_of(e, s0)->kind == IR_VALUE_CONST) {
        s0 = op->s[1];
        s1 = op->s[0];
    }
    if (info->ns == 2 && forms->h[op->w][1] && is_short(e, s1, op->w, &value)) {
        a = source(e, s0);
        code = put(e, forms->h[op->w][1]);
        code->imm = value;
    } else {
        int c;

        a = source(e, s0);
        b = info->ns > 1 ? source(e, s1) : 0;
        c = info->ns > 2 ? source(e, op->s[2]) : 0;
        code = put(e, forms->h[op->w][0]);
        code->b = b;
        code->c = c;
    }
    code->a = a;
    code->d = dest(e, op->d[0]);
}

static void emit_mov(Emit *e, const IrOp *op)
{
    int64_t value;

    if (is_const(e, op->s[0], &value)) {
        put_constant(e, dest(e, op->d[0]), op->w == IR_W ? (int64_t)(uint32_t)value : value);
    } else {
        emit_int(e, op);
    }
}

static void emit_field(Emit *e, const IrOp *op)
{
    unsigned width = op->w == IR_X ? 64 : 32;
    int a = source(e, op->s[0]);
    TcgCode *code = put(e, interp_int_forms(op->opc)->h[op->w][0]);

    code->d = dest(e, op->d[0]);
    code->a = a;
    code->b = width - op->aux - op->aux2;
    code->c = width - op->aux2;
}

static void emit_deposit(Emit *e, const IrOp *op)
{
    int a = source(e, op->s[0]), b = source(e, op->s[1]);
    TcgCode *code = put(e, interp_int_forms(op->opc)->h[op->w][0]);

    code->d = dest(e, op->d[0]);
    code->a = a;
    code->b = b;
    code->c = op->aux;
    put_extra(e)->mask = MAKE_64BIT_MASK(op->aux, op->aux2);
}

static void emit_setcond(Emit *e, const IrOp *op)
{
    int64_t value;
    bool is_imm = is_short(e, op->s[1], op->w, &value);
    int a = source(e, op->s[0]);
    int b = is_imm ? 0 : source(e, op->s[1]);
    TcgCode *code = put(e, interp_setcond(op->w, op->aux, is_imm));

    code->d = dest(e, op->d[0]);
    code->a = a;
    if (is_imm) {
        code->imm = value;
    } else {
        code->b = b;
    }
}

static void emit_movcond(Emit *e, const IrOp *op)
{
    int slots[4];
    TcgExtra *extra;
    TcgCode *code;

    for (unsigned i = 0; i < 4; i++) {
        slots[i] = source(e, op->s[i]);
    }
    code = put(e, interp_movcond(op->w, op->aux));
    code->d = dest(e, op->d[0]);
    code->a = slots[0];
    code->b = slots[1];
    extra = put_extra(e);
    extra->s[0] = slots[2];
    extra->s[1] = slots[3];
}

static void emit_flags_use(Emit *e, const IrOp *op)
{
    static TcgHandler *const ccmp[2][2] = {
        { interp_ccmp_w, interp_ccmp_x }, { interp_ccmn_w, interp_ccmn_x },
    };
    int a, b;
    TcgCode *code;

    if (op->opc == IR_SETFLAGS) {
        code = put(e, interp_setflags);
        code->d = dest(e, op->d[0]);
        code->a = op->aux;
        return;
    }
    a = source(e, op->s[0]);
    b = source(e, op->s[1]);
    if (op->opc == IR_SELFLAGS) {
        code = put(e, op->w ? interp_selflags_x : interp_selflags_w);
        code->d = dest(e, op->d[0]);
        code->c = op->aux;
    } else {
        code = put(e, ccmp[op->opc == IR_CCMN][op->w]);
        code->d = op->aux;
        code->c = op->x;
    }
    code->a = a;
    code->b = b;
}

/* -- memory ------------------------------------------------------------------------------------ */

/* The address operand, whose offset then is op->imm cut to what fits: the rest is added here. */
static int address(Emit *e, const IrOp *op, int *offset)
{
    int64_t value;
    TcgCode *code;
    int a, slot;

    *offset = 0;
    if (is_const(e, op->s[0], &value)) {
        slot = scratch(e);
        put_constant(e, slot, value + op->imm);
        return slot;
    }
    a = source(e, op->s[0]);
    if (op->imm == (int16_t)op->imm) {
        *offset = op->imm;
        return a;
    }
    slot = scratch(e);
    if (op->imm == (int32_t)op->imm) {
        code = put(e, interp_int_forms(IR_ADD)->h[IR_X][1]);
        code->imm = op->imm;
    } else {
        put_constant(e, slot, op->imm);
        code = put(e, interp_int_forms(IR_ADD)->h[IR_X][0]);
        code->b = slot;
    }
    code->d = slot;
    code->a = a;
    return slot;
}

static void emit_mem(Emit *e, const IrOp *op)
{
    bool is_store = op->opc == IR_ST || op->opc == IR_ST2 || op->opc == IR_STV ||
                    op->opc == IR_STV2;
    bool is_plain = op->opc == IR_LD || op->opc == IR_ST;
    MemOp mo = ir_oi_memop(op->x);
    int offset, a = address(e, op, &offset), d, d2 = 0;
    TcgExtra *extra;
    TcgCode *code;

    if (is_store) {
        d = source(e, op->s[1]);
        d2 = op->opc == IR_ST2 || op->opc == IR_STV2 ? source(e, op->s[2]) : 0;
    } else {
        d = dest(e, op->d[0]);
        d2 = op->opc == IR_LD2 || op->opc == IR_LDV2 ? dest(e, op->d[1]) : 0;
    }
    code = put(e, op->opc == IR_LD ? interp_ld(mo) : op->opc == IR_ST ? interp_st(mo) :
               interp_mem_other(op->opc));
    code->d = d;
    code->a = a;
    code->b = ir_oi_mmu_idx(op->x);
    code->c = offset;
    if (!is_plain || mo & (MO_AMASK | MO_BSWAP)) {
        extra = put_extra(e);
        extra->imm = op->x;
        extra->s[0] = d2;
    }
}

static void emit_atomic(Emit *e, const IrOp *op)
{
    int s[5] = { 0 };
    TcgExtra *extra;
    TcgCode *code;

    for (unsigned i = 0; i < ir_op_info(op->opc)->ns; i++) {
        s[i] = source(e, op->s[i]);
    }
    code = put(e, interp_atomic(op->opc));
    code->d = dest(e, op->d[0]);
    code->a = s[0];
    code->b = op->opc == IR_CMPXCHG ? s[2] : s[1];
    code->c = op->opc == IR_CMPXCHG ? s[1] : op->aux;
    extra = put_extra(e);
    extra->imm = op->x;
    if (op->opc == IR_CMPXCHG2) {
        extra->s[0] = dest(e, op->d[1]);
        for (unsigned i = 1; i < 4; i++) {
            extra->s[i] = s[i];
        }
        put_extra(e)->s[0] = s[4];
    }
}

static void emit_env(Emit *e, const IrOp *op)
{
    bool is_store = op->opc == IR_STENV || op->opc == IR_STENVV;
    int d = is_store ? source(e, op->s[0]) : dest(e, op->d[0]);
    TcgCode *code = put(e, interp_env(op->opc, op->x));

    code->d = d;
    code->imm = op->imm;
}

/* -- vectors ----------------------------------------------------------------------------------- */

static void emit_vec(Emit *e, const IrOp *op)
{
    unsigned ns = ir_op_info(op->opc)->ns;
    int s[3] = { 0 };
    TcgCode *code;

    for (unsigned i = 0; i < ns; i++) {
        s[i] = source(e, op->s[i]);
    }
    code = put(e, interp_vec(op->opc, op->aux, op->w));
    code->d = dest(e, op->d[0]);
    code->a = s[0];
    code->b = s[1];
    switch (op->opc) {
    case IR_VMOVI:
        put_extra(e)->imm = op->imm;
        break;
    case IR_VBSL:
        code->c = s[2];
        break;
    case IR_VINS:
    case IR_VLANE:
    case IR_VSLANE:
        code->c = op->aux2;
        break;
    default:
        code->c = op->imm;
        break;
    }
}

/* -- control ----------------------------------------------------------------------------------- */

static void emit_call(Emit *e, const IrOp *op)
{
    unsigned vectors = 0;
    int s[IR_CALL_ARGS_MAX] = { 0 };
    TcgExtra *extra;
    TcgCode *code;

    for (unsigned i = 0; i < op->nargs; i++) {
        s[i] = source(e, op->s[i]);
        vectors |= (value_of(e, op->s[i])->type == IR_V128) << i;
    }
    code = put(e, interp_call(op->nargs, op->helper->returns));
    code->d = dest(e, op->d[0]);
    code->a = s[4];
    code->b = s[5];
    code->c = vectors;
    extra = put_extra(e);
    extra->helper = op->helper->fn;
    for (unsigned i = 0; i < 4; i++) {
        extra->s[i] = s[i];
    }
}

static void emit_insn_start(Emit *e, const IrOp *op)
{
    g_assert(e->ninsns < INSNS_MAX);
    e->insns[e->ninsns++] = (TcgInsnInfo) {
        .code_offset = e->p - e->start,
        .pc_offset = op->imm,
        .word = value_of(e, op->s[0])->value,
    };
}

static void emit_control(Emit *e, const IrOp *op)
{
    switch (op->opc) {
    case IR_LABEL:
        e->labels[op->label] = e->p - e->start;
        break;
    case IR_BR:
        emit_br(e, op->label);
        break;
    case IR_BRCOND:
        emit_brcond(e, op);
        break;
    case IR_BRFLAGS:
        emit_brflags(e, op);
        break;
    case IR_CALL:
        emit_call(e, op);
        break;
    case IR_INSN_START:
        emit_insn_start(e, op);
        break;
    case IR_GOTO_TB:
        put(e, interp_goto_tb)->imm = op->imm;
        put_extra(e);
        break;
    case IR_GOTO_PTR:
        put(e, e->ir->is_chained ? interp_goto_ptr : interp_exit);
        break;
    case IR_MB:
        put(e, interp_mb)->d = op->aux;
        break;
    default:
        put(e, interp_exit)->d = op->aux;
        break;
    }
}

/* Returns the last operation that was dealt with. */
static const IrOp *emit_op(Emit *e, const IrOp *op)
{
    const IrOp *branch;

    e->scratches = 0;
    switch (op->opc) {
    case IR_OP_NOP:
        break;
    case IR_MOV:
        emit_mov(e, op);
        break;
    case IR_EXTRACT:
    case IR_SEXTRACT:
        emit_field(e, op);
        break;
    case IR_DEPOSIT:
        emit_deposit(e, op);
        break;
    case IR_BSWAP: {
        int a = source(e, op->s[0]);
        TcgCode *code = put(e, interp_int_forms(IR_BSWAP)->h[op->w][0]);

        code->d = dest(e, op->d[0]);
        code->a = a;
        code->b = op->aux;
        break;
    }
    case IR_EXTRACT2:
        emit_int(e, op);
        e->p[-1].c = op->aux;
        break;
    case IR_SETCOND:
        emit_setcond(e, op);
        break;
    case IR_MOVCOND:
        emit_movcond(e, op);
        break;
    case IR_CCMP ... IR_SELFLAGS:
        emit_flags_use(e, op);
        break;
    case IR_SUBF:
        branch = branch_after(e, op);
        if (branch) {
            emit_cmp_branch(e, op, branch);
            while (++op < branch) {
                if (op->opc == IR_INSN_START) {
                    emit_insn_start(e, op);
                }
            }
            return branch;
        }
        emit_int(e, op);
        break;
    case IR_LDENV ... IR_STENVV:
        emit_env(e, op);
        break;
    case IR_LD ... IR_STV2:
        emit_mem(e, op);
        break;
    case IR_XCHG ... IR_CMPXCHG2:
        emit_atomic(e, op);
        break;
    case IR_VMOV ... IR_VEXT:
        emit_vec(e, op);
        break;
    case IR_MB:
    case IR_LABEL ... IR_EXIT:
        emit_control(e, op);
        break;
    default:
        emit_int(e, op);
        break;
    }
    return op;
}

void *interp_emit_state_new(void)
{
    return g_new0(Emit, 1);
}

bool interp_emit(const IrBlock *ir, TcgBlock *tb, char *end, char **free, bool is_counting)
{
    Emit *e = ir->emit_state;
    TcgCode *enter;

    e->ir = ir;
    e->start = e->p = tb->code;
    e->area_slot = (ir->target->area_offset + (int)offsetof(TcgCpuArea, temps)) / 8;
    e->nfixups = e->ninsns = 0;
    memset(e->labels, 0xff, ir->nlabels * sizeof(e->labels[0]));
    enter = put(e, is_counting ? interp_enter_counting : interp_enter);
    for (const IrOp *op = ir->ops; op < ir->ops + ir->nops; op++) {
        if (end - (char *)e->p < (ptrdiff_t)(OP_UNITS_MAX * sizeof(TcgCode))) {
            return false;
        }
        op = emit_op(e, op);
    }
    if (end - (char *)e->p < (ptrdiff_t)(e->ninsns * sizeof(TcgInsnInfo))) {
        return false;
    }
    fix_branches(e);
    enter->imm = tb->ninsns = e->ninsns;
    tb->code_len = e->p - e->start;
    memcpy(e->p, e->insns, e->ninsns * sizeof(TcgInsnInfo));
    tb->insns = (const TcgInsnInfo *)e->p;
    *free = (char *)(e->p) + e->ninsns * sizeof(TcgInsnInfo);
    return true;
}
