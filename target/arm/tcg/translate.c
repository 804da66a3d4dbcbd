/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Translation of A64: blocks, their checks at entry, and what the classes of instructions share.
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/log.h"
#include "translate.h"

/* -- globals --------------------------------------------------------------------------------- */

#define X(n) { "x" #n, offsetof(CPUARMState, xregs[n]), IR_I64 }
#define V(n) { "v" #n, offsetof(CPUARMState, vregs[n]), IR_V128 }

const IrGlobal a64_globals[A64_GLOBAL_COUNT] = {
    X(0), X(1), X(2), X(3), X(4), X(5), X(6), X(7), X(8), X(9), X(10), X(11), X(12), X(13), X(14),
    X(15), X(16), X(17), X(18), X(19), X(20), X(21), X(22), X(23), X(24), X(25), X(26), X(27),
    X(28), X(29), X(30), { "sp", offsetof(CPUARMState, xregs[31]), IR_I64 },
    { "pc", offsetof(CPUARMState, pc), IR_I64 },
    { "nzcv", offsetof(CPUARMState, nzcv), IR_I64 },
    { "exclusive_addr", offsetof(CPUARMState, exclusive_addr), IR_I64 },
    { "exclusive_val", offsetof(CPUARMState, exclusive_val), IR_I64 },
    { "exclusive_high", offsetof(CPUARMState, exclusive_high), IR_I64 },
    V(0), V(1), V(2), V(3), V(4), V(5), V(6), V(7), V(8), V(9), V(10), V(11), V(12), V(13), V(14),
    V(15), V(16), V(17), V(18), V(19), V(20), V(21), V(22), V(23), V(24), V(25), V(26), V(27),
    V(28), V(29), V(30), V(31),
};
#undef X
#undef V

QEMU_BUILD_BUG_ON(offsetof(CPUARMState, vregs) % 16 != 0);
QEMU_BUILD_BUG_ON(offsetof(ARMCPU, env) % 16 != 0);

#define AREA_FIELD(field) \
    ((int32_t)(offsetof(ARMCPU, tcg_area.field) - (int32_t)offsetof(ARMCPU, env)))

/* -- exceptions ------------------------------------------------------------------------------ */

static void helper_exception(CPUARMState *env, uint64_t excp, uint64_t syndrome)
{
    arm_exception_raise(env, excp, syndrome);
}
IR_HELPER(helper_exception, 2, false, IR_CALL_RAISES | IR_CALL_NORETURN);

/* Those whose FAR is the PC. */
static void helper_exception_pc(CPUARMState *env, uint64_t excp, uint64_t syndrome)
{
    tcg_cpu_restore(env_cpu(env));
    arm_exception_set(env, excp, syndrome, env->pc);
    tcg_cpu_exit(env_cpu(env));
}
IR_HELPER(helper_exception_pc, 2, false, IR_CALL_RAISES | IR_CALL_NORETURN);

void a64_gen_exception(DisasContext *s, int excp, uint32_t syndrome)
{
    ir_calln(s->b, &helper_desc_helper_exception, IR_NONE, ir_const(s->b, excp),
             ir_const(s->b, syndrome));
    s->is_end = true;
}

void a64_gen_undefined(DisasContext *s)
{
    a64_gen_exception(s, EXCP_UDEF, arm_syndrome(EC_UNCATEGORIZED, 0));
}

/* Condition fields of a syndrome for A64: valid, "always". */
#define ISS_COND_ALWAYS (1U << 24 | 0xeU << 20)

bool a64_fp_access(DisasContext *s)
{
    if (FIELD_EX64(s->key, KEY, FP_TRAP)) {
        a64_gen_exception(s, EXCP_UDEF, arm_syndrome(EC_FP_ACCESS, ISS_COND_ALWAYS));
        return false;
    }
    return true;
}

/* -- control --------------------------------------------------------------------------------- */

void a64_gen_goto(DisasContext *s, unsigned slot, int64_t offset)
{
    if (s->key_changed) {
        ir_pcrel(s->b, a64_pc(), s->offset + offset);
        ir_goto_ptr(s->b);
    } else {
        ir_goto_tb(s->b, slot, s->offset + offset);
    }
    s->is_end = true;
}

void a64_gen_exit_next(DisasContext *s, IrExit reason)
{
    ir_pcrel(s->b, a64_pc(), s->offset + 4);
    ir_exit(s->b, reason);
    s->is_end = true;
}

static void btype_store(DisasContext *s, unsigned btype)
{
    uint64_t key = FIELD_DP64(s->key, KEY, BTYPE, btype);

    ir_st_env(s->b, MO_32, ir_const(s->b, btype), offsetof(CPUARMState, btype));
    ir_st_env(s->b, MO_64, ir_const(s->b, key), AREA_FIELD(key));
}

void a64_set_btype(DisasContext *s, unsigned btype)
{
    if (a64_has(s, A64_BTI) && btype != 0) {
        btype_store(s, btype);
    }
}

/* -- operands -------------------------------------------------------------------------------- */

IrRef a64_shift_imm(DisasContext *s, IrWidth w, unsigned type, IrRef a, unsigned amount)
{
    static const IrOpc ops[] = { IR_SHL, IR_SHR, IR_SAR, IR_ROTR };
    IrRef t;

    if (amount == 0) {
        return a;
    }
    t = ir_temp(s->b);
    ir_op2i(s->b, ops[type], w, t, a, amount);
    return t;
}

IrRef a64_extend(DisasContext *s, unsigned option, IrRef a, unsigned shift)
{
    unsigned bits = 8 << (option & 3);
    IrRef t;

    if (bits < 64) {
        t = ir_temp(s->b);
        if (option & 4) {
            ir_sext(s->b, IR_X, t, a, bits);
        } else {
            ir_zext(s->b, t, a, bits);
        }
        a = t;
    }
    return a64_shift_imm(s, IR_X, 0, a, shift);
}

/* -- memory ---------------------------------------------------------------------------------- */

static IrMemOpIdx mem(const DisasContext *s, MemOp op, unsigned idx)
{
    if (FIELD_EX64(s->key, KEY, ALIGN) && !(op & MO_AMASK)) {
        op |= MO_ALIGN;
    }
    return ir_memop_idx(op | s->byte_order, idx);
}

IrMemOpIdx a64_mem(const DisasContext *s, MemOp op)
{
    return mem(s, op, s->mmu_idx);
}

IrMemOpIdx a64_mem_unpriv(const DisasContext *s, MemOp op)
{
    return mem(s, op, s->unpriv_idx);
}

IrMemOpIdx a64_mem_atomic(const DisasContext *s, MemOp op)
{
    return mem(s, op & MO_AMASK ? op : op | MO_ALIGN, s->mmu_idx);
}

IrRef a64_base(DisasContext *s, unsigned rn)
{
    if (rn == 31 && FIELD_EX64(s->key, KEY, SP_ALIGN) && !s->sp_checked &&
        s->nchecks < A64_SP_CHECKS_MAX) {
        A64ColdCheck *check = &s->checks[s->nchecks++];
        IrCompare misaligned = {
            IR_X, IR_COND_TSTNE, a64_reg_sp(s, 31), ir_const(s->b, 15),
        };

        *check = (A64ColdCheck) { ir_label_new(s->b), s->offset, s->word };
        ir_brcond(s->b, &misaligned, check->label);
        s->sp_checked = true;
    }
    return a64_reg_sp(s, rn);
}

void a64_writeback(DisasContext *s, unsigned rn, int64_t offset)
{
    bool is_aligned = s->sp_checked && offset % 16 == 0;

    ir_op2i(s->b, IR_ADD, IR_X, a64_dest_sp(s, rn), a64_reg_sp(s, rn), offset);
    s->sp_checked |= is_aligned;
}

/* Its place is not where the instruction's operations are, so it tells which one it is. */
static void helper_sp_misaligned(CPUARMState *env, uint64_t pc_offset, uint64_t word)
{
    a64_restore(env_cpu(env), pc_offset, word);
    arm_exception_set(env, EXCP_UDEF, arm_syndrome(EC_SP_ALIGNMENT, 0), 0);
    tcg_cpu_exit(env_cpu(env));
}
IR_HELPER(helper_sp_misaligned, 2, false, IR_CALL_RAISES | IR_CALL_NORETURN);

static void cold_checks_place(DisasContext *s)
{
    for (unsigned i = 0; i < s->nchecks; i++) {
        const A64ColdCheck *check = &s->checks[i];

        ir_label_place(s->b, check->label);
        ir_calln(s->b, &helper_desc_helper_sp_misaligned, IR_NONE, ir_const(s->b, check->offset),
                 ir_const(s->b, check->word));
    }
}

/* -- branch targets -------------------------------------------------------------------------- */

static void helper_branch_target(CPUARMState *env)
{
    ARMCPU *cpu = env_archcpu(env);

    /* As long as no guarded page has been executed there is none. */
    if (qatomic_read(&cpu->has_guarded_pages)) {
        uint64_t word;
        uint32_t offset = tcg_cpu_insn(env_cpu(env), &word);

        if (arm_cpu_page_is_guarded(cpu, env->pc + offset)) {
            arm_exception_raise(env, EXCP_UDEF, arm_syndrome(EC_BTI, word & A64_WORD_BTYPE));
        }
    }
}
IR_HELPER(helper_branch_target, 0, false, IR_CALL_ANY);

/* Is @insn a place where an indirect branch with @btype may arrive (Arm ARM D8.4.6)? */
static bool is_branch_target(const DisasContext *s, uint32_t insn, unsigned btype)
{
    A64Insn a;
    const A64Encoding *e = a64_decode(insn, s->features, &a);

    if (!e) {
        return false;
    }
    if (e->translate == trans_BTI) {
        /* BTI c lets calls in (and jumps by X16, X17), BTI j jumps. */
        return (a.bt & 1 && btype != 3) || (a.bt & 2 && btype != 2);
    }
    if (e->translate == trans_PACSP) {
        return btype != 3 || !FIELD_EX64(s->key, KEY, BT);
    }
    return e->translate == trans_BRK || e->translate == trans_HLT;
}

/* -- software step --------------------------------------------------------------------------- */

static void helper_step(CPUARMState *env)
{
    uint32_t iss = FSC_DEBUG | env_archcpu(env)->step_iss;

    arm_exception_raise(env, EXCP_BKPT,
                        arm_syndrome(arm_current_el(env) ? EC_STEP : EC_STEP_LOWER, iss));
}
IR_HELPER(helper_step, 0, false, IR_CALL_RAISES | IR_CALL_NORETURN);

static void helper_breakpoint(CPUARMState *env)
{
    uint64_t word;
    uint32_t offset = tcg_cpu_insn(env_cpu(env), &word);

    if (arm_breakpoint_hit(env, env->pc + offset)) {
        bool is_el1 = arm_current_el(env);

        arm_exception_raise(env, EXCP_BKPT,
                            arm_syndrome(is_el1 ? EC_BREAKPOINT : EC_BREAKPOINT_LOWER, FSC_DEBUG));
    }
}
IR_HELPER(helper_breakpoint, 0, false, IR_CALL_RAISES | IR_CALL_EFFECTS);

/* LDXR, LDAXR, LDXP, LDAXP; with a size below 32 bits the encodings of pairs are CASP. */
static bool is_load_exclusive(uint32_t insn)
{
    return (insn & 0x3fc00000) == 0x08400000 && (insn >> 31 || !(insn & 1 << 21));
}

/*
 * The instruction is stepped: PSTATE.SS is cleared before it, so that the next block finds a step
 * exception pending whichever way this one is left.  a64_restore() sets it again.
 */
static void step_begin(DisasContext *s)
{
    uint64_t iss = ISS_STEP_ISV | (is_load_exclusive(tcg_fetch32(s->b, 0)) ? ISS_STEP_EX : 0);
    IrRef t = ir_temp(s->b);

    ir_ld_env(s->b, MO_32, t, offsetof(CPUARMState, pstate));
    ir_op2i(s->b, IR_AND, IR_X, t, t, (uint32_t)~PSTATE_SS);
    ir_st_env(s->b, MO_32, t, offsetof(CPUARMState, pstate));
    s->key = FIELD_DP64(s->key, KEY, SS_PENDING, 1);
    ir_st_env(s->b, MO_64, ir_const(s->b, s->key), AREA_FIELD(key));
    ir_st_env(s->b, MO_64, ir_const(s->b, iss),
              (int32_t)offsetof(ARMCPU, step_iss) - (int32_t)offsetof(ARMCPU, env));
    s->key_changed = true;
}

/* -- blocks ---------------------------------------------------------------------------------- */

/* What the first instruction of a block meets; false: the block ends with it. */
static bool block_enter(DisasContext *s, const TcgTranslateRequest *req)
{
    unsigned btype = FIELD_EX64(s->key, KEY, BTYPE);

    if (FIELD_EX64(s->key, KEY, SS_PENDING)) {
        ir_call0(s->b, &helper_desc_helper_step, IR_NONE);
        return false;
    }
    if (req->pc & 3) {
        ir_calln(s->b, &helper_desc_helper_exception_pc, IR_NONE,
                 ir_const(s->b, EXCP_PREFETCH_ABORT),
                 ir_const(s->b, arm_syndrome(EC_PC_ALIGNMENT, 0)));
        return false;
    }
    if (FIELD_EX64(s->key, KEY, IL)) {
        a64_gen_exception(s, EXCP_UDEF, arm_syndrome(EC_ILLEGAL_STATE, 0));
        return false;
    }
    if (FIELD_EX64(s->key, KEY, SS_ACTIVE)) {
        step_begin(s);
    }
    if (btype) {
        if (!is_branch_target(s, tcg_fetch32(s->b, 0), btype)) {
            ir_call0(s->b, &helper_desc_helper_branch_target, IR_NONE);
        }
        btype_store(s, 0);
        s->key = FIELD_DP64(s->key, KEY, BTYPE, 0);
        s->key_changed = true;
    }
    return true;
}

static void insn_translate(DisasContext *s)
{
    uint32_t insn = tcg_fetch32(s->b, s->offset);
    A64Insn a;
    const A64Encoding *e = a64_decode(insn, s->features, &a);

    if (e && !e->translate) {
        qemu_log_mask(LOG_UNIMP, "A64: %s (0x%08x) is not implemented\n", e->name, insn);
    }
    if (!e || !e->translate || !e->translate(s, &a)) {
        a64_gen_undefined(s);
    }
}

unsigned a64_translate_block(CPUState *cs, IrBlock *b, const TcgTranslateRequest *req)
{
    ARMCPU *cpu = ARM_CPU(cs);
    bool is_step = FIELD_EX64(req->key, KEY, SS_ACTIVE) && !FIELD_EX64(req->key, KEY, SS_PENDING);
    unsigned insns = 0, max_insns = is_step ? 1 : req->max_insns;
    DisasContext s = {
        .b = b,
        .cpu = cpu,
        .features = cpu->a64_features,
        .key = req->key,
        .el = FIELD_EX64(req->key, KEY, EL),
        .page_offset = req->pc & 0xfff,
        .word = FIELD_EX64(req->key, KEY, BTYPE) | (is_step ? A64_WORD_STEP : 0),
        .mmu_idx = FIELD_EX64(req->key, KEY, MMU_IDX),
        .unpriv_idx = FIELD_EX64(req->key, KEY, UNPRIV_IDX),
        .byte_order = FIELD_EX64(req->key, KEY, BIG_ENDIAN) ? MO_BE : MO_LE,
    };

    ir_insn_start(b, 0, s.word);
    if (!block_enter(&s, req)) {
        return MIN(4, req->page_left);
    }
    do {
        if (s.offset) {
            ir_insn_start(b, s.offset, 0);
        }
        s.word = s.offset ? 0 : s.word;
        if (FIELD_EX64(s.key, KEY, BREAK)) {
            ir_call0(b, &helper_desc_helper_breakpoint, IR_NONE);
        }
        insn_translate(&s);
        s.offset += 4;
        insns++;
    } while (!s.is_end && insns < max_insns && s.offset + 4 <= req->page_left &&
             !ir_block_is_full(b));
    if (!s.is_end) {
        a64_gen_goto(&s, 0, 0);
    }
    cold_checks_place(&s);
    return s.offset;
}

void a64_restore(CPUState *cs, uint32_t pc_offset, uint64_t word)
{
    CPUARMState *env = cpu_env(cs);

    uint32_t btype = word & A64_WORD_BTYPE;
    uint32_t ss = word & A64_WORD_STEP ? PSTATE_SS : 0;

    env->pc += pc_offset;
    if (env->btype != btype || (ss & ~env->pstate)) {
        env->btype = btype;
        env->pstate |= ss;
        arm_rebuild_key(env);
    }
}
