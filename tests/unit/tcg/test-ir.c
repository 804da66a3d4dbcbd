/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Building, verifying and printing blocks of IR.
 */
#include "qemu/osdep.h"
#include "accel/tcg/ir-internal.h"

enum { G_PC, G_FLAGS, G_R0, G_R1, G_V0 };

static const IrGlobal globals[] = {
    [G_PC] = { "pc", 0, IR_I64 },
    [G_FLAGS] = { "nzcv", 8, IR_I64 },
    [G_R0] = { "r0", 16, IR_I64 },
    [G_R1] = { "r1", 24, IR_I64 },
    [G_V0] = { "v0", 32, IR_V128 },
};

static const TCGCPUOps target = {
    .globals = globals,
    .nglobals = G_N_ELEMENTS(globals),
    .pc_global = G_PC,
    .flags_global = G_FLAGS,
    .area_offset = -4096,
};

#define R0 ir_global(G_R0)
#define R1 ir_global(G_R1)
#define V0 ir_global(G_V0)

static void helper_nothing(void *env, uint64_t a)
{
}

IR_HELPER(helper_nothing, 1, false, IR_CALL_PURE);

static void assert_refused(IrBlock *b, const char *why)
{
    g_autofree char *got = ir_verify(b);

    g_assert_nonnull(got);
    if (!strstr(got, why)) {
        g_error("refused with \"%s\", not \"%s\"", got, why);
    }
    ir_block_free(b);
}

static void test_block_prints_as_built(void)
{
    IrBlock *b = ir_block_new(&target);
    g_autoptr(GString) text = g_string_new(NULL);
    IrLabel done = ir_label_new(b);
    IrRef t = ir_temp(b);

    ir_insn_start(b, 0, 0);
    ir_op2i(b, IR_ADDF, IR_W, t, R0, 5);
    ir_ld(b, ir_memop_idx(MO_SW, 1), R1, t, -8);
    ir_brflags(b, IR_FLAG_HI, done);
    ir_goto_tb(b, 0, 4);
    ir_label_place(b, done);
    ir_exit(b, IR_EXIT_LOOP);
    g_assert_null(ir_verify(b));
    ir_dump(b, text);
    g_assert_cmpstr(text->str, ==,
                    "  INSN_START +0x0\n"
                    "    t0 = ADDF.w r0, $0x5\n"
                    "    r1 = LD t0 -8 op 0x9 mmu 1\n"
                    "    BRFLAGS hi L0\n"
                    "    GOTO_TB 0 +4\n"
                    "    LABEL L0\n"
                    "    EXIT #1\n");
    ir_block_free(b);
}

static void test_temps_lie_in_the_area(void)
{
    IrBlock *b = ir_block_new(&target);
    IrRef t = ir_temp(b), v = ir_temp_vec(b);

    g_assert_cmpint(b->values[t.i].offset, ==, -4096);
    g_assert_cmpint(b->values[v.i].offset, ==, -4096 + 16);
    ir_block_free(b);
}

static void test_constants_are_found_again(void)
{
    IrBlock *b = ir_block_new(&target);
    uint64_t value;

    g_assert_true(ir_same(ir_const(b, 77), ir_const(b, 77)));
    g_assert_false(ir_same(ir_const(b, 77), ir_const(b, 78)));
    g_assert_true(ir_is_const(b, ir_const(b, 77), &value));
    g_assert_cmphex(value, ==, 77);
    g_assert_false(ir_is_const(b, R0, &value));
    ir_block_free(b);
}

static void test_open_end_is_refused(void)
{
    IrBlock *b = ir_block_new(&target);

    ir_mov(b, IR_X, R0, R1);
    assert_refused(b, "runs past the end");
}

static void test_wrong_type_is_refused(void)
{
    IrBlock *b = ir_block_new(&target);

    ir_mov(b, IR_X, R0, V0);
    ir_goto_ptr(b);
    assert_refused(b, "wrong type");
}

static void test_written_constant_is_refused(void)
{
    IrBlock *b = ir_block_new(&target);

    ir_mov(b, IR_X, ir_const(b, 3), R0);
    ir_goto_ptr(b);
    assert_refused(b, "constant is written");
}

static void test_label_nowhere_is_refused(void)
{
    IrBlock *b = ir_block_new(&target);

    ir_br(b, ir_label_new(b));
    assert_refused(b, "not placed");
}

static void test_slot_used_twice_is_refused(void)
{
    IrBlock *b = ir_block_new(&target);
    IrLabel other = ir_label_new(b);

    ir_brflags(b, IR_FLAG_EQ, other);
    ir_goto_tb(b, 0, 4);
    ir_label_place(b, other);
    ir_goto_tb(b, 0, 8);
    assert_refused(b, "exit slot");
}

static void test_field_outside_is_refused(void)
{
    IrBlock *b = ir_block_new(&target);

    ir_extract(b, IR_W, R0, R1, 30, 3);
    ir_goto_ptr(b);
    assert_refused(b, "does not fit");
}

static void test_result_of_void_helper_is_refused(void)
{
    IrBlock *b = ir_block_new(&target);

    ir_call1(b, &helper_desc_helper_nothing, R0, R1);
    ir_goto_ptr(b);
    assert_refused(b, "no result");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tcg/ir/block-prints-as-built", test_block_prints_as_built);
    g_test_add_func("/tcg/ir/temps-lie-in-the-area", test_temps_lie_in_the_area);
    g_test_add_func("/tcg/ir/constants-are-found-again", test_constants_are_found_again);
    g_test_add_func("/tcg/verify/open-end-is-refused", test_open_end_is_refused);
    g_test_add_func("/tcg/verify/wrong-type-is-refused", test_wrong_type_is_refused);
    g_test_add_func("/tcg/verify/written-constant-is-refused", test_written_constant_is_refused);
    g_test_add_func("/tcg/verify/label-nowhere-is-refused", test_label_nowhere_is_refused);
    g_test_add_func("/tcg/verify/slot-used-twice-is-refused", test_slot_used_twice_is_refused);
    g_test_add_func("/tcg/verify/field-outside-is-refused", test_field_outside_is_refused);
    g_test_add_func("/tcg/verify/result-of-void-helper-is-refused",
                    test_result_of_void_helper_is_refused);
    return g_test_run();
}
