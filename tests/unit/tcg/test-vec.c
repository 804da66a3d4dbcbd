/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The IR's vector operations lane by lane, and accesses to memory of all sizes at all offsets.
 */
#include "qemu/osdep.h"
#include "toy.h"

#define CODE TOY_RAM
#define DATA (TOY_RAM + 0x100000)
#define SEED 20261128
#define ROUNDS 200

static ToyCPU *cpu;
static GRand *rnd;

static struct {
    IrOpc opc;
    IrWidth w;
    unsigned esize, imm;
} now;

static void run_build(ToyBuild *build)
{
    toy_build[0] = build;
    TOY_LOAD(CODE, TOY(TOY_IR, 0, 0, 0), TOY(TOY_STOP, 0, 0, 0));
    toy_run_to_stop(cpu, CODE);
}

static uint64_t random_64(void)
{
    return (uint64_t)g_rand_int(rnd) << 32 | g_rand_int(rnd);
}

/* -- lanes ------------------------------------------------------------------------------------- */

static void build_vector(IrBlock *b)
{
    if (now.opc == IR_VBSL) {
        ir_vbsl(b, now.w, TOY_V(0), TOY_V(1), TOY_V(2), TOY_V(3));
    } else if (now.opc == IR_VEXT) {
        ir_vext(b, now.w, TOY_V(0), TOY_V(1), TOY_V(2), now.imm);
    } else if (ir_op_info(now.opc)->ns == 1) {
        ir_vop1(b, now.opc, now.w, now.esize, TOY_V(0), TOY_V(1), now.imm);
    } else {
        ir_vop2(b, now.opc, now.w, now.esize, TOY_V(0), TOY_V(1), TOY_V(2));
    }
}

static uint64_t lane(const uint64_t *v, unsigned bits, unsigned n)
{
    uint64_t r = 0;

    for (unsigned i = 0; i < bits; i++) {
        r |= (v[(n * bits + i) / 64] >> (n * bits + i) % 64 & 1) << i;
    }
    return r;
}

static uint64_t permuted_lane(const uint64_t *a, const uint64_t *c, unsigned i, unsigned n)
{
    unsigned bits = 8 << now.esize, half = n / 2;

    switch (now.opc) {
    case IR_VZIP1:
        return lane(i % 2 ? c : a, bits, i / 2);
    case IR_VZIP2:
        return lane(i % 2 ? c : a, bits, half + i / 2);
    case IR_VUZP1:
        return lane(i < half ? a : c, bits, i % half * 2);
    case IR_VUZP2:
        return lane(i < half ? a : c, bits, i % half * 2 + 1);
    case IR_VTRN1:
        return lane(i % 2 ? c : a, bits, i / 2 * 2);
    default:
        return lane(i % 2 ? c : a, bits, i / 2 * 2 + 1);
    }
}

static uint64_t lane_result(uint64_t a, uint64_t c, uint64_t e)
{
    unsigned bits = 8 << now.esize, unused = 64 - bits;
    int64_t sa = (int64_t)(a << unused) >> unused, sc = (int64_t)(c << unused) >> unused;

    switch (now.opc) {
    case IR_VMOV:
        return a;
    case IR_VAND:
        return a & c;
    case IR_VOR:
        return a | c;
    case IR_VXOR:
        return a ^ c;
    case IR_VANDC:
        return a & ~c;
    case IR_VORC:
        return a | ~c;
    case IR_VNOT:
        return ~a;
    case IR_VBSL:
        return (c & a) | (e & ~a);
    case IR_VADD:
        return a + c;
    case IR_VSUB:
        return a - c;
    case IR_VMUL:
        return a * c;
    case IR_VNEG:
        return 0 - a;
    case IR_VABS:
        return sa < 0 ? 0 - a : a;
    case IR_VSMIN:
        return sa < sc ? a : c;
    case IR_VSMAX:
        return sa > sc ? a : c;
    case IR_VUMIN:
        return MIN(a, c);
    case IR_VUMAX:
        return MAX(a, c);
    case IR_VSHLI:
        return now.imm < bits ? a << now.imm : 0;
    case IR_VSHRI:
        return now.imm < bits ? a >> now.imm : 0;
    case IR_VSARI:
        return sa >> MIN(now.imm, bits - 1);
    case IR_VCMPEQ:
        return a == c ? UINT64_MAX : 0;
    case IR_VCMPGT:
        return sa > sc ? UINT64_MAX : 0;
    case IR_VCMPGE:
        return sa >= sc ? UINT64_MAX : 0;
    case IR_VCMPGTU:
        return a > c ? UINT64_MAX : 0;
    case IR_VCMPGEU:
        return a >= c ? UINT64_MAX : 0;
    default:
        return a & c ? UINT64_MAX : 0;
    }
}

static uint64_t expected_lane(const uint64_t in[3][2], unsigned i, unsigned n)
{
    unsigned bits = 8 << now.esize;

    if (now.opc >= IR_VZIP1 && now.opc <= IR_VTRN2) {
        return permuted_lane(in[0], in[1], i, n);
    }
    if (now.opc == IR_VEXT) {
        return i + now.imm < n ? lane(in[0], 8, i + now.imm) : lane(in[1], 8, i + now.imm - n);
    }
    return lane_result(lane(in[0], bits, i), lane(in[1], bits, i), lane(in[2], bits, i)) <<
           (64 - bits) >> (64 - bits);
}

static void try_vector(IrOpc opc)
{
    uint64_t in[3][2];
    unsigned n;

    now.opc = opc;
    now.w = g_rand_int(rnd) & 1;
    now.esize = opc == IR_VEXT ? 0 : g_rand_int(rnd) % 4;
    n = (now.w ? 16 : 8) >> now.esize;
    now.imm = g_rand_int(rnd) % (opc == IR_VEXT ? n : (8 << now.esize) + 1);
    if (opc >= IR_VZIP1 && opc <= IR_VTRN2 && n < 2) {
        return;
    }
    for (unsigned i = 0; i < 3; i++) {
        in[i][0] = cpu->env.v[i + 1][0] = random_64();
        in[i][1] = cpu->env.v[i + 1][1] = g_rand_int(rnd) & 1 ? in[0][1] : random_64();
    }
    run_build(build_vector);
    for (unsigned i = 0; i < n; i++) {
        uint64_t want = expected_lane(in, i, n), got = lane(cpu->env.v[0], 8 << now.esize, i);

        if (got != want) {
            g_error("seed %d: %s lanes of %u bits, %u of them, imm %u: lane %u is %" PRIx64
                    ", not %" PRIx64, SEED, ir_op_info(opc)->name, 8 << now.esize, n, now.imm, i,
                    got, want);
        }
    }
    if (now.w == IR_W) {
        g_assert_cmphex(cpu->env.v[0][1], ==, 0);
    }
}

static void test_vector(gconstpointer data)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        try_vector(GPOINTER_TO_UINT(data));
    }
}

/* -- memory ------------------------------------------------------------------------------------ */

static MemOp mem_op;
static uint8_t *bytes;

static void build_scalar(IrBlock *b)
{
    ir_ld(b, ir_memop_idx(mem_op, 0), TOY_R(2), TOY_R(1), 3);
    ir_st(b, ir_memop_idx(mem_op & ~MO_SIGN, 0), TOY_R(3), TOY_R(1), 0x103);
}

static void test_scalar_accesses(void)
{
    static const MemOp signs[] = { 0, MO_SIGN }, orders[] = { MO_LE, MO_BE };

    for (unsigned i = 0; i < 4 * 2 * 2 * 40; i++) {
        unsigned size = 1 << (i & 3), at = 0xfe0 + g_rand_int(rnd) % 40;
        uint64_t want = 0, stored = random_64();

        mem_op = (i & 3) | signs[i >> 2 & 1] | orders[i >> 3 & 1];
        for (unsigned j = 0; j < size; j++) {
            unsigned from = memop_big_endian(mem_op) ? size - 1 - j : j;

            bytes[at + 3 + j] = g_rand_int(rnd);
            want |= (uint64_t)bytes[at + 3 + j] << from * 8;
        }
        if (mem_op & MO_SIGN && want >> (size * 8 - 1)) {
            want |= size < 8 ? UINT64_MAX << size * 8 : 0;
        }
        cpu->env.r[1] = DATA + at;
        cpu->env.r[3] = stored;
        run_build(build_scalar);
        g_assert_cmphex(cpu->env.r[2], ==, want);
        for (unsigned j = 0; j < size; j++) {
            unsigned from = memop_big_endian(mem_op) ? size - 1 - j : j;

            g_assert_cmphex(bytes[at + 0x103 + j], ==, (uint8_t)(stored >> from * 8));
        }
    }
}

static void build_pairs(IrBlock *b)
{
    ir_ld2(b, ir_memop_idx(mem_op, 0), TOY_R(2), TOY_R(3), TOY_R(1), 0);
    ir_st2(b, ir_memop_idx(mem_op, 0), TOY_R(3), TOY_R(2), TOY_R(1), 0x100);
    ir_ldv2(b, ir_memop_idx(MO_128, 0), TOY_V(0), TOY_V(1), TOY_R(1), 0);
    ir_stv2(b, ir_memop_idx(MO_128, 0), TOY_V(1), TOY_V(0), TOY_R(1), 0x200);
}

static void test_pairs(void)
{
    for (unsigned i = 0; i < 80; i++) {
        unsigned size = i & 1 ? 8 : 4, at = 0xfe0 + g_rand_int(rnd) % 40;

        mem_op = i & 1 ? MO_64 : MO_32;
        for (unsigned j = 0; j < 32; j++) {
            bytes[at + j] = g_rand_int(rnd);
        }
        cpu->env.r[1] = DATA + at;
        run_build(build_pairs);
        g_assert_cmpmem(bytes + at, size, bytes + at + 0x100 + size, size);
        g_assert_cmpmem(bytes + at + size, size, bytes + at + 0x100, size);
        g_assert_cmpmem(bytes + at, 16, bytes + at + 0x210, 16);
        g_assert_cmpmem(bytes + at + 16, 16, bytes + at + 0x200, 16);
    }
}

static void build_cmpxchg(IrBlock *b)
{
    IrMemOpIdx oi = ir_memop_idx(MO_64 | MO_ALIGN, 0);

    ir_cmpxchg(b, oi, TOY_R(2), TOY_R(1), TOY_R(3), TOY_R(4));
    ir_cmpxchg2(b, ir_memop_idx(MO_64, 0), (IrPair) { TOY_R(5), TOY_R(6) }, TOY_R(7),
                (IrPair) { TOY_R(8), TOY_R(9) }, (IrPair) { TOY_R(10), TOY_R(11) });
}

static void test_compare_and_exchange(void)
{
    for (unsigned i = 0; i < 4; i++) {
        uint64_t *m = (uint64_t *)(bytes + 0x40);

        for (unsigned j = 0; j < 4; j++) {
            m[j] = 100 + j;
        }
        for (unsigned j = 0; j < TOY_REGS; j++) {
            cpu->env.r[j] = 1000 + j;
        }
        cpu->env.r[1] = DATA + 0x40;
        cpu->env.r[7] = DATA + 0x50;
        cpu->env.r[3] = i & 1 ? 100 : 99;
        cpu->env.r[8] = 102;
        cpu->env.r[9] = i & 2 ? 103 : 99;
        run_build(build_cmpxchg);
        g_assert_cmpuint(cpu->env.r[2], ==, 100);
        g_assert_cmpuint(m[0], ==, i & 1 ? 1004 : 100);
        g_assert_cmpuint(cpu->env.r[5], ==, 102);
        g_assert_cmpuint(cpu->env.r[6], ==, 103);
        g_assert_cmpuint(m[2], ==, i & 2 ? 1010 : 102);
        g_assert_cmpuint(m[3], ==, i & 2 ? 1011 : 103);
    }
}

int main(int argc, char **argv)
{
    int ret;

    g_test_init(&argc, &argv, NULL);
    rnd = g_rand_new_with_seed(SEED);
    toy_machine_init("tcg,tb-size=1");
    cpu = toy_cpu_new();
    bytes = toy_ram(DATA);
    for (IrOpc opc = IR_VMOV; opc <= IR_VEXT; opc++) {
        g_autofree char *name = g_strdup_printf("/tcg/vector/%s", ir_op_info(opc)->name);

        if (opc == IR_VMOV || opc >= IR_VAND) {
            g_test_add_data_func(name, GUINT_TO_POINTER(opc), test_vector);
        }
    }
    g_test_add_func("/tcg/memory/scalar-accesses", test_scalar_accesses);
    g_test_add_func("/tcg/memory/pairs", test_pairs);
    g_test_add_func("/tcg/memory/compare-and-exchange", test_compare_and_exchange);
    ret = g_test_run();
    toy_cpu_free(cpu);
    toy_machine_free();
    g_rand_free(rnd);
    return ret;
}
