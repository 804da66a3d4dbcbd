/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loads and stores of SIMD & FP registers (Arm ARM C4.1, "Loads and Stores").  Nothing is changed,
 * neither registers nor memory, unless the whole instruction succeeds; structures for which one or
 * two accesses do not do go by a helper.
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "translate.h"

enum { IDX_POST = 1, IDX_PRE = 3 };
enum { PAIR_POST = 1, PAIR_PRE = 3 };

/* -- one register ---------------------------------------------------------------------------- */

static MemOp vector_size(const A64Insn *a)
{
    return a->q16 ? MO_128 : a->size;
}

static bool store(DisasContext *s, const A64Insn *a, IrRef addr, int64_t offset)
{
    ir_stv(s->b, a64_mem(s, vector_size(a)), a64_vreg(a->rt), addr, offset);
    return true;
}

static bool load(DisasContext *s, const A64Insn *a, IrRef addr, int64_t offset)
{
    ir_ldv(s->b, a64_mem(s, vector_size(a)), a64_vreg(a->rt), addr, offset);
    return true;
}

bool trans_LDR_lit_v(DisasContext *s, const A64Insn *a)
{
    IrRef addr;

    if (a64_fp_access(s)) {
        addr = ir_temp(s->b);
        ir_pcrel(s->b, addr, s->offset + (int64_t)a->imm19 * 4);
        ir_ldv(s->b, a64_mem(s, MO_32 + a->opc), a64_vreg(a->rt), addr, 0);
    }
    return true;
}

static int64_t indexed_offset(const A64Insn *a)
{
    return a->idx == IDX_POST ? 0 : a->imm9;
}

static bool indexed_writeback(DisasContext *s, const A64Insn *a)
{
    if (a->idx == IDX_POST || a->idx == IDX_PRE) {
        a64_writeback(s, a->rn, a->imm9);
    }
    return true;
}

bool trans_STR_idx_v(DisasContext *s, const A64Insn *a)
{
    return !a64_fp_access(s) ||
           (store(s, a, a64_base(s, a->rn), indexed_offset(a)) && indexed_writeback(s, a));
}

bool trans_LDR_idx_v(DisasContext *s, const A64Insn *a)
{
    return !a64_fp_access(s) ||
           (load(s, a, a64_base(s, a->rn), indexed_offset(a)) && indexed_writeback(s, a));
}

static IrRef register_address(DisasContext *s, const A64Insn *a)
{
    IrRef base = a64_base(s, a->rn), addr = ir_temp(s->b);
    IrRef rm = a64_extend(s, a->option, a64_reg(s, a->rm), a->s ? vector_size(a) : 0);

    ir_op2(s->b, IR_ADD, IR_X, addr, base, rm);
    return addr;
}

bool trans_STR_reg_v(DisasContext *s, const A64Insn *a)
{
    return !a64_fp_access(s) || store(s, a, register_address(s, a), 0);
}

bool trans_LDR_reg_v(DisasContext *s, const A64Insn *a)
{
    return !a64_fp_access(s) || load(s, a, register_address(s, a), 0);
}

bool trans_STR_imm_v(DisasContext *s, const A64Insn *a)
{
    return !a64_fp_access(s) ||
           store(s, a, a64_base(s, a->rn), (int64_t)a->imm12 << vector_size(a));
}

bool trans_LDR_imm_v(DisasContext *s, const A64Insn *a)
{
    return !a64_fp_access(s) ||
           load(s, a, a64_base(s, a->rn), (int64_t)a->imm12 << vector_size(a));
}

/* -- pairs ----------------------------------------------------------------------------------- */

static bool pair(DisasContext *s, const A64Insn *a, bool is_load)
{
    MemOp op = MO_32 + a->opc;
    int64_t offset = (int64_t)a->imm7 * (1 << op);
    int64_t at = a->pidx == PAIR_POST ? 0 : offset;
    IrRef base, v = a64_vreg(a->rt), v2 = a64_vreg(a->rt2);

    if (!a64_fp_access(s)) {
        return true;
    }
    base = a64_base(s, a->rn);
    if (is_load) {
        ir_ldv2(s->b, a64_mem(s, op), v, v2, base, at);
    } else {
        ir_stv2(s->b, a64_mem(s, op), v, v2, base, at);
    }
    if (a->pidx == PAIR_POST || a->pidx == PAIR_PRE) {
        a64_writeback(s, a->rn, offset);
    }
    return true;
}

bool trans_STP_v(DisasContext *s, const A64Insn *a)
{
    return pair(s, a, false);
}

bool trans_LDP_v(DisasContext *s, const A64Insn *a)
{
    return pair(s, a, true);
}

/* -- structures, by helper ------------------------------------------------------------------- */

/*
 * What a helper gets, packed: log2 of the bytes of an element, registers, elements per structure,
 * elements per register, the first lane, and how memory is accessed.
 */
FIELD(STRUCTURE, ESIZE, 0, 2)
FIELD(STRUCTURE, RT, 2, 5)
FIELD(STRUCTURE, REGISTERS, 7, 3)
FIELD(STRUCTURE, SELEM, 10, 3)
FIELD(STRUCTURE, LANES, 13, 5)
FIELD(STRUCTURE, FIRST_LANE, 18, 4)
FIELD(STRUCTURE, MMU_IDX, 22, 3)
FIELD(STRUCTURE, BIG_ENDIAN, 25, 1)
FIELD(STRUCTURE, ALIGNED, 26, 1)

/* Element number @i in memory: its place in the registers. */
static uint8_t *element(CPUARMState *env, uint64_t st, unsigned i)
{
    unsigned selem = FIELD_EX64(st, STRUCTURE, SELEM);
    unsigned lanes = FIELD_EX64(st, STRUCTURE, LANES);
    unsigned group = i / (selem * lanes), in_group = i % (selem * lanes);
    unsigned reg = (FIELD_EX64(st, STRUCTURE, RT) + group * selem + in_group % selem) % 32;
    unsigned lane = FIELD_EX64(st, STRUCTURE, FIRST_LANE) + in_group / selem;

    /* Lane 0 is the lowest bits of d[0]. */
    return (uint8_t *)env->vregs[reg].d + (lane << FIELD_EX64(st, STRUCTURE, ESIZE));
}

static void bytes_copy(uint8_t *to, const uint8_t *from, unsigned bytes, bool is_reversed)
{
    for (unsigned i = 0; i < bytes; i++) {
        to[i] = from[is_reversed ? bytes - 1 - i : i];
    }
}

static void alignment_check(CPUARMState *env, uint64_t addr, uint64_t st, MMUAccessType type)
{
    unsigned bytes = 1 << FIELD_EX64(st, STRUCTURE, ESIZE);

    if (FIELD_EX64(st, STRUCTURE, ALIGNED) && (addr & (bytes - 1))) {
        TcgAccess access = {
            .addr = addr, .type = type, .size = bytes,
            .mmu_idx = FIELD_EX64(st, STRUCTURE, MMU_IDX),
        };
        TcgFault fault = { .kind = TCG_FAULT_ALIGN };

        tcg_cpu_restore(env_cpu(env));
        arm_cpu_raise_access(env_cpu(env), &access, &fault);
        tcg_cpu_exit(env_cpu(env));
    }
}

static unsigned elements_count(uint64_t st)
{
    return FIELD_EX64(st, STRUCTURE, REGISTERS) * FIELD_EX64(st, STRUCTURE, LANES);
}

#define STRUCTURE_BYTES_MAX 64

static void helper_structure_store(CPUARMState *env, uint64_t addr, uint64_t st)
{
    unsigned bytes = 1 << FIELD_EX64(st, STRUCTURE, ESIZE), n = elements_count(st);
    bool is_reversed = FIELD_EX64(st, STRUCTURE, BIG_ENDIAN) != HOST_BIG_ENDIAN;
    uint8_t buf[STRUCTURE_BYTES_MAX];

    alignment_check(env, addr, st, MMU_DATA_STORE);
    for (unsigned i = 0; i < n; i++) {
        bytes_copy(buf + i * bytes, element(env, st, i), bytes, is_reversed);
    }
    tcg_mem_write(env_cpu(env), addr, buf, n * bytes, FIELD_EX64(st, STRUCTURE, MMU_IDX));
}
IR_HELPER(helper_structure_store, 2, false, IR_CALL_READS | IR_CALL_RAISES | IR_CALL_EFFECTS);

static void helper_structure_load(CPUARMState *env, uint64_t addr, uint64_t st)
{
    unsigned bytes = 1 << FIELD_EX64(st, STRUCTURE, ESIZE), n = elements_count(st);
    bool is_reversed = FIELD_EX64(st, STRUCTURE, BIG_ENDIAN) != HOST_BIG_ENDIAN;
    uint8_t buf[STRUCTURE_BYTES_MAX];

    alignment_check(env, addr, st, MMU_DATA_LOAD);
    tcg_mem_read(env_cpu(env), addr, buf, n * bytes, FIELD_EX64(st, STRUCTURE, MMU_IDX));
    for (unsigned i = 0; i < n; i++) {
        bytes_copy(element(env, st, i), buf + i * bytes, bytes, is_reversed);
    }
}
IR_HELPER(helper_structure_load, 2, false, IR_CALL_ANY);

static void by_helper(DisasContext *s, const A64Insn *a, uint64_t st, bool is_load)
{
    st = FIELD_DP64(st, STRUCTURE, RT, a->rt);
    st = FIELD_DP64(st, STRUCTURE, MMU_IDX, s->mmu_idx);
    st = FIELD_DP64(st, STRUCTURE, BIG_ENDIAN, FIELD_EX64(s->key, KEY, BIG_ENDIAN));
    st = FIELD_DP64(st, STRUCTURE, ALIGNED, FIELD_EX64(s->key, KEY, ALIGN));
    ir_calln(s->b, is_load ? &helper_desc_helper_structure_load
                           : &helper_desc_helper_structure_store, IR_NONE,
             a64_base(s, a->rn), ir_const(s->b, st));
}

/* Post-indexing: by a register, or by the bytes transferred if that is number 31. */
static bool post_index(DisasContext *s, const A64Insn *a, unsigned bytes)
{
    if (a->rm == 31) {
        a64_writeback(s, a->rn, bytes);
    } else {
        ir_op2(s->b, IR_ADD, IR_X, a64_dest_sp(s, a->rn), a64_reg_sp(s, a->rn),
               a64_reg(s, a->rm));
    }
    return true;
}

/* -- multiple structures --------------------------------------------------------------------- */

/* By opcode: registers, and elements per structure. */
static const struct {
    uint8_t registers, selem;
} multiple[16] = {
    [0] = { 4, 4 }, [2] = { 4, 1 }, [4] = { 3, 3 }, [6] = { 3, 1 }, [7] = { 1, 1 },
    [8] = { 2, 2 }, [10] = { 2, 1 },
};

static unsigned multiple_bytes(const A64Insn *a)
{
    return multiple[a->opcode].registers * (a->q ? 16 : 8);
}

/* LD1 and ST1 of one or two registers, whose elements lie in memory as in the register. */
static bool plain_registers(DisasContext *s, const A64Insn *a, bool is_load)
{
    unsigned n = multiple[a->opcode].registers;
    MemOp op = a->q ? MO_128 : MO_64;
    MemOp align = FIELD_EX64(s->key, KEY, ALIGN) ? a->size << MO_ASHIFT : 0;
    IrMemOpIdx oi = ir_memop_idx(op | align, s->mmu_idx);
    IrRef v = a64_vreg(a->rt), v2 = a64_vreg((a->rt + 1) % 32), base;

    if (multiple[a->opcode].selem > 1 || n > 2 || FIELD_EX64(s->key, KEY, BIG_ENDIAN)) {
        return false;
    }
    base = a64_base(s, a->rn);
    if (is_load && n == 1) {
        ir_ldv(s->b, oi, v, base, 0);
    } else if (is_load) {
        ir_ldv2(s->b, oi, v, v2, base, 0);
    } else if (n == 1) {
        ir_stv(s->b, oi, v, base, 0);
    } else {
        ir_stv2(s->b, oi, v, v2, base, 0);
    }
    return true;
}

static void upper_halves_clear(DisasContext *s, unsigned rt, unsigned registers)
{
    for (unsigned i = 0; i < registers; i++) {
        IrRef v = a64_vreg((rt + i) % 32);

        ir_vop1(s->b, IR_VMOV, IR_W, 0, v, v, 0);
    }
}

static bool multiple_structures(DisasContext *s, const A64Insn *a, bool is_load)
{
    uint64_t st = FIELD_DP64(0, STRUCTURE, ESIZE, a->size);

    if (!a64_fp_access(s)) {
        return false;
    }
    if (!plain_registers(s, a, is_load)) {
        st = FIELD_DP64(st, STRUCTURE, REGISTERS, multiple[a->opcode].registers);
        st = FIELD_DP64(st, STRUCTURE, SELEM, multiple[a->opcode].selem);
        st = FIELD_DP64(st, STRUCTURE, LANES, (a->q ? 16 : 8) >> a->size);
        by_helper(s, a, st, is_load);
        if (is_load && !a->q) {
            upper_halves_clear(s, a->rt, multiple[a->opcode].registers);
        }
    }
    return true;
}

bool trans_ST_mult(DisasContext *s, const A64Insn *a)
{
    multiple_structures(s, a, false);
    return true;
}

bool trans_LD_mult(DisasContext *s, const A64Insn *a)
{
    multiple_structures(s, a, true);
    return true;
}

bool trans_ST_mult_post(DisasContext *s, const A64Insn *a)
{
    return !multiple_structures(s, a, false) || post_index(s, a, multiple_bytes(a));
}

bool trans_LD_mult_post(DisasContext *s, const A64Insn *a)
{
    return !multiple_structures(s, a, true) || post_index(s, a, multiple_bytes(a));
}

/* -- one lane -------------------------------------------------------------------------------- */

typedef struct SingleLane {
    unsigned esize, lane, selem;
} SingleLane;

/* The lane's number is what Q, S and size have beyond the bits that tell the element's size. */
static SingleLane single_lane(const A64Insn *a)
{
    unsigned number = a->q << 3 | a->s << 2 | a->size;
    unsigned esize = a->scale == 2 && (a->size & 1) ? 3 : a->scale;

    return (SingleLane) {
        .esize = esize, .lane = number >> esize, .selem = (a->o << 1 | a->r) + 1,
    };
}

static bool single_structure(DisasContext *s, const A64Insn *a, bool is_load)
{
    SingleLane one = single_lane(a);
    uint64_t st = FIELD_DP64(0, STRUCTURE, ESIZE, one.esize);
    IrRef t;

    if (!a64_fp_access(s)) {
        return false;
    }
    if (one.selem > 1) {
        st = FIELD_DP64(st, STRUCTURE, REGISTERS, one.selem);
        st = FIELD_DP64(st, STRUCTURE, SELEM, one.selem);
        st = FIELD_DP64(st, STRUCTURE, LANES, 1);
        st = FIELD_DP64(st, STRUCTURE, FIRST_LANE, one.lane);
        by_helper(s, a, st, is_load);
        return true;
    }
    t = ir_temp(s->b);
    if (is_load) {
        ir_ld(s->b, a64_mem(s, one.esize), t, a64_base(s, a->rn), 0);
        ir_vins(s->b, one.esize, one.lane, a64_vreg(a->rt), a64_vreg(a->rt), t);
    } else {
        ir_vlane(s->b, one.esize, one.lane, t, a64_vreg(a->rt));
        ir_st(s->b, a64_mem(s, one.esize), t, a64_base(s, a->rn), 0);
    }
    return true;
}

static unsigned single_bytes(const A64Insn *a)
{
    SingleLane one = single_lane(a);

    return one.selem << one.esize;
}

bool trans_ST_single(DisasContext *s, const A64Insn *a)
{
    single_structure(s, a, false);
    return true;
}

bool trans_LD_single(DisasContext *s, const A64Insn *a)
{
    single_structure(s, a, true);
    return true;
}

bool trans_ST_single_post(DisasContext *s, const A64Insn *a)
{
    return !single_structure(s, a, false) || post_index(s, a, single_bytes(a));
}

bool trans_LD_single_post(DisasContext *s, const A64Insn *a)
{
    return !single_structure(s, a, true) || post_index(s, a, single_bytes(a));
}

/* -- one element to all lanes ---------------------------------------------------------------- */

/* All elements are loaded before a register is changed. */
static bool replicate(DisasContext *s, const A64Insn *a)
{
    unsigned selem = (a->o << 1 | a->r) + 1;
    IrRef base, t[4];

    if (!a64_fp_access(s)) {
        return false;
    }
    base = a64_base(s, a->rn);
    for (unsigned i = 0; i < selem; i++) {
        t[i] = ir_temp(s->b);
        ir_ld(s->b, a64_mem(s, a->size), t[i], base, i << a->size);
    }
    for (unsigned i = 0; i < selem; i++) {
        ir_vdup(s->b, a64_width(a->q), a->size, a64_vreg((a->rt + i) % 32), t[i]);
    }
    return true;
}

bool trans_LD_rep(DisasContext *s, const A64Insn *a)
{
    replicate(s, a);
    return true;
}

bool trans_LD_rep_post(DisasContext *s, const A64Insn *a)
{
    unsigned selem = (a->o << 1 | a->r) + 1;

    return !replicate(s, a) || post_index(s, a, selem << a->size);
}
