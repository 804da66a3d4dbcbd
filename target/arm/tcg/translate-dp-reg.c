/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Data processing with registers (Arm ARM C4.1, "Data Processing -- Register"), but for pointer
 * authentication.
 */
#include "qemu/osdep.h"
#include "translate.h"

/* -- logical and add/subtract, shifted and extended register ---------------------------------- */

static IrRef rm_shifted(DisasContext *s, const A64Insn *a)
{
    return a64_shift_imm(s, a64_width(a->sf), a->shift, a64_reg(s, a->rm), a->imm6);
}

/* rd = rn OP (rm shifted); those with flags need no rd. */
static bool op_shifted(DisasContext *s, const A64Insn *a, IrOpc opc, bool has_flags)
{
    IrRef rm = rm_shifted(s, a);
    IrRef rd = has_flags && a->rd == 31 ? IR_NONE : a64_dest(s, a->rd);

    ir_op2(s->b, opc, a64_width(a->sf), rd, a64_reg(s, a->rn), rm);
    return true;
}

bool trans_AND_r(DisasContext *s, const A64Insn *a)
{
    return op_shifted(s, a, IR_AND, false);
}

bool trans_BIC_r(DisasContext *s, const A64Insn *a)
{
    return op_shifted(s, a, IR_ANDC, false);
}

bool trans_ORR_r(DisasContext *s, const A64Insn *a)
{
    if (a->rn == 31) {
        ir_mov(s->b, a64_width(a->sf), a64_dest(s, a->rd), rm_shifted(s, a));
        return true;
    }
    return op_shifted(s, a, IR_OR, false);
}

bool trans_ORN_r(DisasContext *s, const A64Insn *a)
{
    if (a->rn == 31) {
        ir_op1(s->b, IR_NOT, a64_width(a->sf), a64_dest(s, a->rd), rm_shifted(s, a));
        return true;
    }
    return op_shifted(s, a, IR_ORC, false);
}

bool trans_EOR_r(DisasContext *s, const A64Insn *a)
{
    return op_shifted(s, a, IR_XOR, false);
}

bool trans_EON_r(DisasContext *s, const A64Insn *a)
{
    return op_shifted(s, a, IR_EQV, false);
}

bool trans_ANDS_r(DisasContext *s, const A64Insn *a)
{
    return op_shifted(s, a, IR_ANDF, true);
}

bool trans_BICS_r(DisasContext *s, const A64Insn *a)
{
    IrWidth w = a64_width(a->sf);
    IrRef t = ir_temp(s->b);

    ir_op1(s->b, IR_NOT, w, t, rm_shifted(s, a));
    ir_op2(s->b, IR_ANDF, w, a->rd == 31 ? IR_NONE : a64_dest(s, a->rd), a64_reg(s, a->rn), t);
    return true;
}

bool trans_ADD_r(DisasContext *s, const A64Insn *a)
{
    return op_shifted(s, a, IR_ADD, false);
}

bool trans_ADDS_r(DisasContext *s, const A64Insn *a)
{
    return op_shifted(s, a, IR_ADDF, true);
}

bool trans_SUB_r(DisasContext *s, const A64Insn *a)
{
    if (a->rn == 31) {
        ir_op1(s->b, IR_NEG, a64_width(a->sf), a64_dest(s, a->rd), rm_shifted(s, a));
        return true;
    }
    return op_shifted(s, a, IR_SUB, false);
}

bool trans_SUBS_r(DisasContext *s, const A64Insn *a)
{
    return op_shifted(s, a, IR_SUBF, true);
}

static bool op_extended(DisasContext *s, const A64Insn *a, IrOpc opc, IrRef rd)
{
    IrRef rm = a64_extend(s, a->option, a64_reg(s, a->rm), a->imm3);

    ir_op2(s->b, opc, a64_width(a->sf), rd, a64_reg_sp(s, a->rn), rm);
    return true;
}

bool trans_ADD_ext(DisasContext *s, const A64Insn *a)
{
    return op_extended(s, a, IR_ADD, a64_dest_sp(s, a->rd));
}

bool trans_SUB_ext(DisasContext *s, const A64Insn *a)
{
    return op_extended(s, a, IR_SUB, a64_dest_sp(s, a->rd));
}

bool trans_ADDS_ext(DisasContext *s, const A64Insn *a)
{
    return op_extended(s, a, IR_ADDF, a->rd == 31 ? IR_NONE : a64_dest(s, a->rd));
}

bool trans_SUBS_ext(DisasContext *s, const A64Insn *a)
{
    return op_extended(s, a, IR_SUBF, a->rd == 31 ? IR_NONE : a64_dest(s, a->rd));
}

/* -- with carry, flags ------------------------------------------------------------------------ */

static bool op_two(DisasContext *s, const A64Insn *a, IrOpc opc, IrRef rd)
{
    ir_op2(s->b, opc, a64_width(a->sf), rd, a64_reg(s, a->rn), a64_reg(s, a->rm));
    return true;
}

bool trans_ADC(DisasContext *s, const A64Insn *a)
{
    return op_two(s, a, IR_ADC, a64_dest(s, a->rd));
}

bool trans_ADCS(DisasContext *s, const A64Insn *a)
{
    return op_two(s, a, IR_ADCF, a->rd == 31 ? IR_NONE : a64_dest(s, a->rd));
}

bool trans_SBC(DisasContext *s, const A64Insn *a)
{
    return op_two(s, a, IR_SBC, a64_dest(s, a->rd));
}

bool trans_SBCS(DisasContext *s, const A64Insn *a)
{
    return op_two(s, a, IR_SBCF, a->rd == 31 ? IR_NONE : a64_dest(s, a->rd));
}

/* NZCV's bits @mask (of 15) come from @nibble's low bits. */
static void flags_insert(DisasContext *s, IrRef nibble, unsigned mask)
{
    IrRef bits = ir_temp(s->b), kept = ir_temp(s->b);

    ir_op2i(s->b, IR_AND, IR_X, bits, nibble, mask);
    ir_op2i(s->b, IR_SHL, IR_X, bits, bits, 28);
    ir_op2i(s->b, IR_AND, IR_X, kept, a64_nzcv(), (uint64_t)(~mask & 15) << 28);
    ir_op2(s->b, IR_OR, IR_X, a64_nzcv(), kept, bits);
}

bool trans_RMIF(DisasContext *s, const A64Insn *a)
{
    flags_insert(s, a64_shift_imm(s, IR_X, 3, a64_reg(s, a->rn), a->imm6), a->mask);
    return true;
}

/* N, Z and V as if the low 8 or 16 bits were a result; C stays. */
bool trans_SETF(DisasContext *s, const A64Insn *a)
{
    unsigned bits = a->sz ? 16 : 8;
    IrRef n = ir_temp(s->b), z = ir_temp(s->b), v = ir_temp(s->b);
    IrRef rn = a64_reg(s, a->rn);

    ir_extract(s->b, IR_X, v, rn, bits, 1);
    ir_extract(s->b, IR_X, n, rn, bits - 1, 1);
    ir_op2(s->b, IR_XOR, IR_X, v, v, n);
    ir_deposit(s->b, IR_X, v, v, n, 3, 1);
    ir_setcond(s->b, IR_X, IR_COND_TSTEQ, z, rn, ir_const(s->b, MAKE_64BIT_MASK(0, bits)));
    ir_deposit(s->b, IR_X, v, v, z, 2, 1);
    flags_insert(s, v, 0xd);
    return true;
}

/* -- conditional ----------------------------------------------------------------------------- */

static bool cond_compare(DisasContext *s, const A64Insn *a, IrOpc opc, IrRef operand)
{
    IrCompare operands = { a64_width(a->sf), IR_COND_EQ, a64_reg(s, a->rn), operand };

    ir_ccmp(s->b, opc, &operands, a->cond, a->nzcv);
    return true;
}

bool trans_CCMN_r(DisasContext *s, const A64Insn *a)
{
    return cond_compare(s, a, IR_CCMN, a64_reg(s, a->rm));
}

bool trans_CCMP_r(DisasContext *s, const A64Insn *a)
{
    return cond_compare(s, a, IR_CCMP, a64_reg(s, a->rm));
}

bool trans_CCMN_i(DisasContext *s, const A64Insn *a)
{
    return cond_compare(s, a, IR_CCMN, ir_const(s->b, a->imm5));
}

bool trans_CCMP_i(DisasContext *s, const A64Insn *a)
{
    return cond_compare(s, a, IR_CCMP, ir_const(s->b, a->imm5));
}

static bool cond_select(DisasContext *s, const A64Insn *a, IrRef otherwise)
{
    ir_selflags(s->b, a64_width(a->sf), a->cond, a64_dest(s, a->rd), a64_reg(s, a->rn),
                otherwise);
    return true;
}

bool trans_CSEL(DisasContext *s, const A64Insn *a)
{
    return cond_select(s, a, a64_reg(s, a->rm));
}

bool trans_CSINC(DisasContext *s, const A64Insn *a)
{
    IrRef t;

    if (a->rn == 31 && a->rm == 31 && a->cond < 14) {
        /* CSET. */
        ir_setflags(s->b, a->cond ^ 1, a64_dest(s, a->rd));
        return true;
    }
    t = ir_temp(s->b);
    ir_op2i(s->b, IR_ADD, a64_width(a->sf), t, a64_reg(s, a->rm), 1);
    return cond_select(s, a, t);
}

bool trans_CSINV(DisasContext *s, const A64Insn *a)
{
    IrRef t = ir_temp(s->b);

    ir_op1(s->b, IR_NOT, a64_width(a->sf), t, a64_reg(s, a->rm));
    return cond_select(s, a, t);
}

bool trans_CSNEG(DisasContext *s, const A64Insn *a)
{
    IrRef t = ir_temp(s->b);

    ir_op1(s->b, IR_NEG, a64_width(a->sf), t, a64_reg(s, a->rm));
    return cond_select(s, a, t);
}

/* -- two sources ----------------------------------------------------------------------------- */

bool trans_UDIV(DisasContext *s, const A64Insn *a)
{
    return op_two(s, a, IR_DIVU, a64_dest(s, a->rd));
}

bool trans_SDIV(DisasContext *s, const A64Insn *a)
{
    return op_two(s, a, IR_DIVS, a64_dest(s, a->rd));
}

bool trans_LSLV(DisasContext *s, const A64Insn *a)
{
    return op_two(s, a, IR_SHL, a64_dest(s, a->rd));
}

bool trans_LSRV(DisasContext *s, const A64Insn *a)
{
    return op_two(s, a, IR_SHR, a64_dest(s, a->rd));
}

bool trans_ASRV(DisasContext *s, const A64Insn *a)
{
    return op_two(s, a, IR_SAR, a64_dest(s, a->rd));
}

bool trans_RORV(DisasContext *s, const A64Insn *a)
{
    return op_two(s, a, IR_ROTR, a64_dest(s, a->rd));
}

/*
 * The two polynomials, reflected; a nibble at a time.  Neither instruction inverts the value before
 * or after.
 */
static const uint32_t crc32_table[16] = {
    0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
    0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
};
static const uint32_t crc32c_table[16] = {
    0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
    0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9, 0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
};

static uint64_t crc_update(const uint32_t *table, uint32_t acc, uint64_t value, unsigned bytes)
{
    for (unsigned i = 0; i < bytes * 2; i++, value >>= 4) {
        acc = table[(acc ^ value) & 15] ^ acc >> 4;
    }
    return acc;
}

static uint64_t helper_crc32(CPUARMState *env, uint64_t acc, uint64_t value, uint64_t bytes)
{
    return crc_update(crc32_table, acc, value, bytes);
}
IR_HELPER(helper_crc32, 3, true, IR_CALL_PURE);

static uint64_t helper_crc32c(CPUARMState *env, uint64_t acc, uint64_t value, uint64_t bytes)
{
    return crc_update(crc32c_table, acc, value, bytes);
}
IR_HELPER(helper_crc32c, 3, true, IR_CALL_PURE);

static bool crc(DisasContext *s, const A64Insn *a, const IrHelper *helper)
{
    ir_calln(s->b, helper, a64_dest(s, a->rd), a64_reg(s, a->rn), a64_reg(s, a->rm),
             ir_const(s->b, 1 << a->sz2));
    return true;
}

bool trans_CRC32(DisasContext *s, const A64Insn *a)
{
    return crc(s, a, &helper_desc_helper_crc32);
}

bool trans_CRC32C(DisasContext *s, const A64Insn *a)
{
    return crc(s, a, &helper_desc_helper_crc32c);
}

/* -- one source ------------------------------------------------------------------------------ */

static bool op_one(DisasContext *s, const A64Insn *a, IrOpc opc)
{
    ir_op1(s->b, opc, a64_width(a->sf), a64_dest(s, a->rd), a64_reg(s, a->rn));
    return true;
}

bool trans_RBIT(DisasContext *s, const A64Insn *a)
{
    return op_one(s, a, IR_RBIT);
}

bool trans_CLZ(DisasContext *s, const A64Insn *a)
{
    return op_one(s, a, IR_CLZ);
}

bool trans_CLS(DisasContext *s, const A64Insn *a)
{
    return op_one(s, a, IR_CLS);
}

static bool reverse(DisasContext *s, const A64Insn *a, unsigned bytes)
{
    ir_bswap(s->b, a64_width(a->sf), bytes, a64_dest(s, a->rd), a64_reg(s, a->rn));
    return true;
}

bool trans_REV16(DisasContext *s, const A64Insn *a)
{
    return reverse(s, a, 2);
}

bool trans_REV32(DisasContext *s, const A64Insn *a)
{
    return reverse(s, a, 4);
}

bool trans_REV64(DisasContext *s, const A64Insn *a)
{
    ir_bswap(s->b, IR_X, 8, a64_dest(s, a->rd), a64_reg(s, a->rn));
    return true;
}

/* -- three sources --------------------------------------------------------------------------- */

bool trans_MADD(DisasContext *s, const A64Insn *a)
{
    if (a->ra == 31) {
        return op_two(s, a, IR_MUL, a64_dest(s, a->rd));
    }
    ir_op3(s->b, IR_MADD, a64_width(a->sf), a64_dest(s, a->rd), a64_reg(s, a->rn),
           a64_reg(s, a->rm), a64_reg(s, a->ra));
    return true;
}

bool trans_MSUB(DisasContext *s, const A64Insn *a)
{
    ir_op3(s->b, IR_MSUB, a64_width(a->sf), a64_dest(s, a->rd), a64_reg(s, a->rn),
           a64_reg(s, a->rm), a64_reg(s, a->ra));
    return true;
}

/* 64-bit accumulation of a product of 32-bit operands, which @option extends. */
static bool multiply_long(DisasContext *s, const A64Insn *a, IrOpc opc, unsigned option)
{
    IrRef rn = a64_extend(s, option, a64_reg(s, a->rn), 0);
    IrRef rm = a64_extend(s, option, a64_reg(s, a->rm), 0);

    if (a->ra == 31 && opc == IR_MADD) {
        ir_op2(s->b, IR_MUL, IR_X, a64_dest(s, a->rd), rn, rm);
    } else {
        ir_op3(s->b, opc, IR_X, a64_dest(s, a->rd), rn, rm, a64_reg(s, a->ra));
    }
    return true;
}

enum { UXTW = 2, SXTW = 6 };

bool trans_SMADDL(DisasContext *s, const A64Insn *a)
{
    return multiply_long(s, a, IR_MADD, SXTW);
}

bool trans_SMSUBL(DisasContext *s, const A64Insn *a)
{
    return multiply_long(s, a, IR_MSUB, SXTW);
}

bool trans_UMADDL(DisasContext *s, const A64Insn *a)
{
    return multiply_long(s, a, IR_MADD, UXTW);
}

bool trans_UMSUBL(DisasContext *s, const A64Insn *a)
{
    return multiply_long(s, a, IR_MSUB, UXTW);
}

bool trans_SMULH(DisasContext *s, const A64Insn *a)
{
    ir_op2(s->b, IR_MULHS, IR_X, a64_dest(s, a->rd), a64_reg(s, a->rn), a64_reg(s, a->rm));
    return true;
}

bool trans_UMULH(DisasContext *s, const A64Insn *a)
{
    ir_op2(s->b, IR_MULHU, IR_X, a64_dest(s, a->rd), a64_reg(s, a->rn), a64_reg(s, a->rm));
    return true;
}
