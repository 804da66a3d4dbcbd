/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The IR's integer operations against plain definitions of them, with sources that are globals,
 * temps and constants (which take other ways through passes and interpreter), for edge and random
 * values.
 */
#include "qemu/osdep.h"
#include "toy.h"

#define CODE TOY_RAM
#define SEED 20261128
#define ROUNDS 500

static ToyCPU *cpu;
static GRand *rnd;

/* -- one operation in a block ------------------------------------------------------------------ */

typedef enum Form { IN_GLOBALS, IN_TEMPS, SECOND_CONST, ALL_CONST, FORMS } Form;

typedef struct Case {
    IrOpc opc;
    IrWidth w;
    Form form;
    unsigned pos, len, cond;
    uint64_t in[4];
    uint32_t nzcv;
} Case;

static Case now;

static IrRef source(IrBlock *b, unsigned i)
{
    IrRef t;

    if (now.form == ALL_CONST || (now.form == SECOND_CONST && i == 1)) {
        return ir_const(b, now.in[i]);
    }
    if (now.form == IN_TEMPS) {
        t = ir_temp(b);
        ir_mov(b, IR_X, t, TOY_R(1 + i));
        return t;
    }
    return TOY_R(1 + i);
}

static void build_case(IrBlock *b)
{
    IrRef d = TOY_R(0), s0 = source(b, 0), s1 = source(b, 1), s2 = source(b, 2), s3 = source(b, 3);
    IrCompare cmp = { now.w, now.cond, s0, s1 };
    IrLabel skip;

    switch (now.opc) {
    case IR_BSWAP:
        ir_bswap(b, now.w, now.len, d, s0);
        break;
    case IR_EXTRACT:
        ir_extract(b, now.w, d, s0, now.pos, now.len);
        break;
    case IR_SEXTRACT:
        ir_sextract(b, now.w, d, s0, now.pos, now.len);
        break;
    case IR_DEPOSIT:
        ir_deposit(b, now.w, d, s0, s1, now.pos, now.len);
        break;
    case IR_EXTRACT2:
        ir_extract2(b, now.w, d, s0, s1, now.pos);
        break;
    case IR_SETCOND:
        ir_setcond(b, now.w, now.cond, d, s0, s1);
        break;
    case IR_MOVCOND:
        ir_movcond(b, &cmp, d, s2, s3);
        break;
    case IR_BRCOND:
        skip = ir_label_new(b);
        ir_movi(b, d, 1);
        ir_brcond(b, &cmp, skip);
        ir_movi(b, d, 0);
        ir_label_place(b, skip);
        break;
    case IR_BRFLAGS:
        skip = ir_label_new(b);
        ir_movi(b, d, 1);
        ir_brflags(b, now.cond, skip);
        ir_movi(b, d, 0);
        ir_label_place(b, skip);
        break;
    case IR_SETFLAGS:
        ir_setflags(b, now.cond, d);
        break;
    case IR_SELFLAGS:
        ir_selflags(b, now.w, now.cond, d, s0, s1);
        break;
    case IR_CCMP:
    case IR_CCMN:
        ir_ccmp(b, now.opc, &cmp, now.cond, now.pos);
        break;
    default:
        switch (ir_op_info(now.opc)->ns) {
        case 1:
            ir_op1(b, now.opc, now.w, d, s0);
            break;
        case 2:
            ir_op2(b, now.opc, now.w, d, s0, s1);
            break;
        default:
            ir_op3(b, now.opc, now.w, d, s0, s1, s2);
            break;
        }
    }
}

/* Runs it; the result, and flags in @nzcv. */
static uint64_t run_case(uint32_t *nzcv)
{
    memset(cpu->env.r, 0xa5, sizeof(cpu->env.r));
    for (unsigned i = 0; i < 4; i++) {
        cpu->env.r[1 + i] = now.in[i];
    }
    cpu->env.nzcv = now.nzcv;
    toy_build[0] = build_case;
    TOY_LOAD(CODE, TOY(TOY_IR, 0, 0, 0), TOY(TOY_STOP, 0, 0, 0));
    toy_run_to_stop(cpu, CODE);
    *nzcv = cpu->env.nzcv;
    return cpu->env.r[0];
}

/* -- plain definitions ------------------------------------------------------------------------- */

static uint64_t bits_of(uint64_t a, unsigned pos, unsigned len)
{
    uint64_t r = 0;

    for (unsigned i = 0; i < len; i++) {
        r |= (a >> (pos + i) & 1) << i;
    }
    return r;
}

static uint64_t sign_from(uint64_t a, unsigned bits)
{
    return a >> (bits - 1) & 1 && bits < 64 ? a | UINT64_MAX << bits : a;
}

static unsigned leading(uint64_t a, unsigned width, unsigned bit)
{
    unsigned n = 0;

    while (n < width && (a >> (width - 1 - n) & 1) == bit) {
        n++;
    }
    return n;
}

static uint64_t reversed(uint64_t a, unsigned width, unsigned unit)
{
    uint64_t r = 0;

    /* Units of @unit bits are turned around inside of @width. */
    for (unsigned i = 0; i < width; i += unit) {
        r |= bits_of(a, i, unit) << (width - unit - i);
    }
    return r;
}

static uint64_t high_product(uint64_t a, uint64_t c)
{
    uint64_t al = (uint32_t)a, ah = a >> 32, cl = (uint32_t)c, ch = c >> 32;
    uint64_t mid = ah * cl + (al * cl >> 32), mid2 = al * ch + (uint32_t)mid;

    return ah * ch + (mid >> 32) + (mid2 >> 32);
}

static bool compare(unsigned cond, uint64_t a, uint64_t c, unsigned width)
{
    int64_t sa = sign_from(a, width), sc = sign_from(c, width);
    const bool results[IR_COND_COUNT] = {
        a == c, a != c, sa < sc, sa >= sc, sa <= sc, sa > sc, a < c, a >= c, a <= c, a > c,
        (a & c) == 0, (a & c) != 0,
    };

    return results[cond];
}

static bool flags_hold(unsigned cond, uint32_t f)
{
    bool n = f >> 31, z = f >> 30 & 1, c = f >> 29 & 1, v = f >> 28 & 1;
    const bool results[16] = {
        z, !z, c, !c, n, !n, v, !v, c && !z, !(c && !z), n == v, n != v, !z && n == v,
        !(!z && n == v), true, true,
    };

    return results[cond];
}

/* AddWithCarry of the manual: by sums that do not wrap. */
static uint64_t add_with_carry(uint64_t x, uint64_t y, unsigned carry, unsigned width,
                               uint32_t *flags)
{
    unsigned __int128 u = (unsigned __int128)x + y + carry;
    __int128 s = (__int128)(int64_t)sign_from(x, width) + (int64_t)sign_from(y, width) + carry;
    uint64_t r = width == 64 ? (uint64_t)u : (uint32_t)u;

    *flags = (r >> (width - 1) & 1) << 31 | (r == 0) << 30 | ((u >> width) != 0) << 29 |
             (s != (int64_t)sign_from(r, width)) << 28;
    return r;
}

static uint64_t divide(uint64_t a, uint64_t c, unsigned width, bool is_signed)
{
    int64_t sa = sign_from(a, width), sc = sign_from(c, width);

    if (c == 0) {
        return 0;
    }
    if (is_signed) {
        return sc == -1 ? -a : (uint64_t)(sa / sc);
    }
    return a / c;
}

static uint64_t byte_swapped(uint64_t a, unsigned width, unsigned bytes)
{
    uint64_t r = 0;

    for (unsigned i = 0; i < width; i += bytes * 8) {
        r |= reversed(bits_of(a, i, bytes * 8), bytes * 8, 8) << i;
    }
    return r;
}

/* Operations of the operands alone. */
static uint64_t plain(IrOpc opc, uint64_t a, uint64_t c, uint64_t e, unsigned width)
{
    unsigned n = c % width;
    uint64_t sa = sign_from(a, width);

    switch (opc) {
    case IR_MOV:
        return a;
    case IR_ADD:
        return a + c;
    case IR_SUB:
        return a - c;
    case IR_MUL:
        return a * c;
    case IR_MADD:
        return e + a * c;
    case IR_MSUB:
        return e - a * c;
    case IR_NEG:
        return 0 - a;
    case IR_MULHU:
        return high_product(a, c);
    case IR_MULHS:
        return high_product(a, c) - (a >> 63 ? c : 0) - (c >> 63 ? a : 0);
    case IR_DIVU:
    case IR_DIVS:
        return divide(a, c, width, opc == IR_DIVS);
    case IR_AND:
        return a & c;
    case IR_OR:
        return a | c;
    case IR_XOR:
        return a ^ c;
    case IR_NOT:
        return ~a;
    case IR_ANDC:
        return a & ~c;
    case IR_ORC:
        return a | ~c;
    case IR_EQV:
        return ~(a ^ c);
    case IR_SHL:
        return a << n;
    case IR_SHR:
        return a >> n;
    case IR_SAR:
        return (sa >> n) | (sa >> 63 && n ? UINT64_MAX << (64 - n) : 0);
    case IR_ROTR:
        return n ? a >> n | a << (width - n) : a;
    case IR_CLZ:
        return leading(a, width, 0);
    case IR_CLS:
        return leading(a, width, a >> (width - 1) & 1) - 1;
    case IR_RBIT:
        return reversed(a, width, 1);
    case IR_POPCNT:
        return __builtin_popcountll(a);
    default:
        g_assert_not_reached();
    }
}

static uint64_t expected(uint32_t *nzcv)
{
    unsigned width = now.w == IR_X ? 64 : 32, carry = now.nzcv >> 29 & 1;
    uint64_t mask = width == 64 ? UINT64_MAX : UINT32_MAX;
    uint64_t a = now.in[0] & mask, c = now.in[1] & mask, e = now.in[2] & mask;
    uint64_t field;

    *nzcv = now.nzcv;
    switch (now.opc) {
    case IR_MULHU:
    case IR_MULHS:
        return plain(now.opc, now.in[0], now.in[1], 0, 64);
    case IR_BSWAP:
        return byte_swapped(a, width, now.len);
    case IR_EXTRACT:
        return bits_of(a, now.pos, now.len);
    case IR_SEXTRACT:
        return sign_from(bits_of(a, now.pos, now.len), now.len) & mask;
    case IR_DEPOSIT:
        field = bits_of(UINT64_MAX, 0, now.len);
        return ((a & ~(field << now.pos)) | (c & field) << now.pos) & mask;
    case IR_EXTRACT2:
        return (now.pos ? a >> now.pos | c << (width - now.pos) : a) & mask;
    case IR_SETCOND:
    case IR_BRCOND:
        return compare(now.cond, a, c, width);
    case IR_MOVCOND:
        return now.in[compare(now.cond, a, c, width) ? 2 : 3] & mask;
    case IR_SETFLAGS:
    case IR_BRFLAGS:
        return flags_hold(now.cond, now.nzcv);
    case IR_SELFLAGS:
        return flags_hold(now.cond, now.nzcv) ? a : c;
    case IR_CCMP:
    case IR_CCMN:
        *nzcv = now.pos << 28;
        if (flags_hold(now.cond, now.nzcv)) {
            add_with_carry(a, now.opc == IR_CCMP ? ~c & mask : c, now.opc == IR_CCMP, width, nzcv);
        }
        return 0xa5a5a5a5a5a5a5a5;
    case IR_ADDF:
        return add_with_carry(a, c, 0, width, nzcv);
    case IR_SUBF:
        return add_with_carry(a, ~c & mask, 1, width, nzcv);
    case IR_ADCF:
        return add_with_carry(a, c, carry, width, nzcv);
    case IR_SBCF:
        return add_with_carry(a, ~c & mask, carry, width, nzcv);
    case IR_ADC:
        return (a + c + carry) & mask;
    case IR_SBC:
        return (a + ~c + carry) & mask;
    case IR_ANDF:
        *nzcv = ((a & c) >> (width - 1) & 1) << 31 | ((a & c) == 0) << 30;
        return a & c;
    default:
        return plain(now.opc, a, c, e, width) & mask;
    }
}

/* -- the tests --------------------------------------------------------------------------------- */

static uint64_t interesting(void)
{
    static const uint64_t edges[] = {
        0, 1, 2, UINT64_MAX, INT64_MAX, INT64_MIN, UINT32_MAX, INT32_MAX, 0x80000000, 0xffff, 31,
        32, 63, 64, 0xffffffff80000000, 0x100000000,
    };
    uint64_t r = (uint64_t)g_rand_int(rnd) << 32 | g_rand_int(rnd);

    return r & 1 << 20 ? edges[r % G_N_ELEMENTS(edges)] : r >> (r % 61);
}

static void try_operation(IrOpc opc)
{
    unsigned width;
    uint32_t got_flags, want_flags;
    uint64_t got, want;

    now.opc = opc;
    now.w = ir_op_info(opc)->traits & IRT_W ? g_rand_int(rnd) & 1 : IR_X;
    width = now.w == IR_X ? 64 : 32;
    now.form = g_rand_int(rnd) % FORMS;
    now.pos = g_rand_int(rnd) % (opc == IR_CCMP || opc == IR_CCMN ? 16 : width);
    now.len = 1 + g_rand_int(rnd) % (width - now.pos);
    if (opc == IR_BSWAP) {
        now.len = 2 << g_rand_int(rnd) % (now.w == IR_X ? 3 : 2);
    }
    now.cond = g_rand_int(rnd) %
               (opc == IR_SETCOND || opc == IR_MOVCOND || opc == IR_BRCOND ? IR_COND_COUNT : 16);
    now.nzcv = g_rand_int(rnd) & 0xf0000000;
    for (unsigned i = 0; i < 4; i++) {
        now.in[i] = interesting();
    }
    if (g_rand_int(rnd) % 4 == 0) {
        now.in[1] = now.in[0];
    }
    want = expected(&want_flags);
    got = run_case(&got_flags);
    if (got != want || got_flags != want_flags) {
        g_error("seed %d: %s width %u form %u cond %u pos %u len %u flags %x of %" PRIx64 " %"
                PRIx64 " %" PRIx64 " %" PRIx64 ": %" PRIx64 " flags %x, not %" PRIx64 " flags %x",
                SEED,
                ir_op_info(opc)->name, width, now.form, now.cond, now.pos, now.len, now.nzcv,
                now.in[0], now.in[1], now.in[2], now.in[3], got, got_flags, want, want_flags);
    }
}

static void test_operation(gconstpointer data)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        try_operation(GPOINTER_TO_UINT(data));
    }
}

static void add_tests(void)
{
    for (IrOpc opc = IR_MOV; opc <= IR_SELFLAGS; opc++) {
        g_autofree char *name = g_strdup_printf("/tcg/op/%s", ir_op_info(opc)->name);

        g_test_add_data_func(name, GUINT_TO_POINTER(opc), test_operation);
    }
    g_test_add_data_func("/tcg/op/BRCOND", GUINT_TO_POINTER(IR_BRCOND), test_operation);
    g_test_add_data_func("/tcg/op/BRFLAGS", GUINT_TO_POINTER(IR_BRFLAGS), test_operation);
}

int main(int argc, char **argv)
{
    int ret;

    g_test_init(&argc, &argv, NULL);
    rnd = g_rand_new_with_seed(SEED);
    toy_machine_init("tcg,tb-size=1");
    cpu = toy_cpu_new();
    add_tests();
    ret = g_test_run();
    toy_cpu_free(cpu);
    toy_machine_free();
    g_rand_free(rnd);
    return ret;
}
