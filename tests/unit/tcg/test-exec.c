/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The software CPU's core runs programs: linked blocks, jumps, exceptions with exact state,
 * devices, pages, code that changes.
 */
#include "qemu/osdep.h"
#include "toy.h"

#define CODE TOY_RAM
#define DATA (TOY_RAM + 0x100000)

static ToyCPU *cpu;

static void set_up(void)
{
    if (!cpu) {
        cpu = toy_cpu_new();
    }
    memset(&cpu->env, 0, sizeof(cpu->env));
    cpu->pages = NULL;
    tcg_tlb_flush_everything(CPU(cpu));
}

static void test_loop_adds_up(void)
{
    set_up();
    TOY_LOAD(CODE, TOY(TOY_MOVI, 1, 0, 10000), TOY(TOY_MOVI, 2, 0, 0), TOY(TOY_ADD, 2, 1, 0),
             TOY(TOY_ADDI, 1, 1, -1), TOY(TOY_BNZ, 1, 0, -2), TOY(TOY_STOP, 0, 0, 0));
    toy_run_to_stop(cpu, CODE);
    g_assert_cmpuint(cpu->env.r[2], ==, 10000 * 10001 / 2);
    g_assert_cmphex(cpu->env.pc, ==, CODE + 20);
}

static void test_jumps_between_pages(void)
{
    set_up();
    /* A loop whose two halves lie in two pages. */
    TOY_LOAD(CODE, TOY(TOY_MOVI, 1, 0, 1000), TOY(TOY_ADDI, 2, 2, 1),
             TOY(TOY_JMP, 0, 0, 0x1000 / 4), TOY(TOY_STOP, 0, 0, 0));
    TOY_LOAD(CODE + 0x1008, TOY(TOY_ADDI, 1, 1, -1), TOY(TOY_BNZ, 1, 0, -0x1008 / 4),
             TOY(TOY_STOP, 0, 0, 0));
    toy_run_to_stop(cpu, CODE);
    g_assert_cmpuint(cpu->env.r[2], ==, 1000);
    g_assert_cmphex(cpu->env.pc, ==, CODE + 0x1010);
}

static void test_load_and_store(void)
{
    set_up();
    cpu->env.r[1] = DATA;
    cpu->env.r[2] = 0x1122334455667788;
    TOY_LOAD(CODE, TOY(TOY_ST, 2, 1, 8), TOY(TOY_LDB, 3, 1, 9), TOY(TOY_LD, 4, 1, 4),
             TOY(TOY_STOP, 0, 0, 0));
    toy_run_to_stop(cpu, CODE);
    g_assert_cmphex(cpu->env.r[3], ==, 0x77);
    g_assert_cmphex(cpu->env.r[4], ==, 0x5566778800000000);
}

static void test_fault_leaves_exact_state(void)
{
    static const ToyPage pages[] = {
        { .va = CODE, .pa = CODE, .prot = TCG_PROT_READ | TCG_PROT_EXEC, .is_global = true },
    };

    set_up();
    TOY_LOAD(CODE, TOY(TOY_MOVI, 1, 0, 5), TOY(TOY_MOVI, 2, 0, 7), TOY(TOY_LD, 1, 2, 0x100),
             TOY(TOY_MOVI, 1, 0, 6), TOY(TOY_STOP, 0, 0, 0));
    cpu->pages = pages;
    cpu->npages = G_N_ELEMENTS(pages);
    g_assert_cmpint(toy_run(cpu, CODE), ==, EXCP_YIELD);
    g_assert_cmphex(cpu->env.exc_pc, ==, CODE + 8);
    g_assert_cmphex(cpu->env.exc_addr, ==, 0x107);
    g_assert_cmpint(cpu->env.exc_type, ==, MMU_DATA_LOAD);
    g_assert_cmpint(cpu->env.r[1], ==, 5);
}

static void test_exception_goes_to_its_handler(void)
{
    set_up();
    cpu->env.handler = CODE + 0x100;
    TOY_LOAD(CODE, TOY(TOY_MOVI, 1, 0, 1), TOY(TOY_EXC, 0, 0, 3), TOY(TOY_MOVI, 1, 0, 2));
    TOY_LOAD(CODE + 0x100, TOY(TOY_STOP, 0, 0, 0));
    toy_run_to_stop(cpu, CODE);
    g_assert_cmphex(cpu->env.exc_pc, ==, CODE + 4);
    g_assert_cmpint(cpu->env.r[1], ==, 1);
}

static void test_store_over_two_pages_is_whole_or_not(void)
{
    static const ToyPage pages[] = {
        { .va = CODE, .pa = CODE, .prot = TCG_PROT_READ | TCG_PROT_EXEC, .is_global = true },
        { .va = DATA, .pa = DATA, .prot = TCG_PROT_READ | TCG_PROT_WRITE, .is_global = true },
    };
    uint64_t *end = toy_ram(DATA + 0xff8);

    set_up();
    *end = 0;
    cpu->env.r[1] = DATA + 0xffc;
    cpu->env.r[2] = UINT64_MAX;
    TOY_LOAD(CODE, TOY(TOY_ST, 2, 1, 0), TOY(TOY_STOP, 0, 0, 0));
    cpu->pages = pages;
    cpu->npages = G_N_ELEMENTS(pages);
    g_assert_cmpint(toy_run(cpu, CODE), ==, EXCP_YIELD);
    g_assert_cmphex(cpu->env.exc_addr, ==, DATA + 0x1000);
    g_assert_cmpint(cpu->env.exc_type, ==, MMU_DATA_STORE);
    g_assert_cmphex(*end, ==, 0);
    cpu->pages = NULL;
    tcg_tlb_flush_everything(CPU(cpu));
    toy_run_to_stop(cpu, CODE);
    g_assert_cmphex(end[0], ==, 0xffffffff00000000);
    g_assert_cmphex(end[1] & 0xffffffff, ==, 0xffffffff);
}

static void test_device_sees_one_access(void)
{
    set_up();
    toy_device = (ToyDevice) { 0 };
    cpu->env.r[1] = TOY_DEVICE;
    cpu->env.r[2] = 0x1234;
    TOY_LOAD(CODE, TOY(TOY_STW, 2, 1, 0x10), TOY(TOY_LD, 3, 1, 0), TOY(TOY_STOP, 0, 0, 0));
    toy_run_to_stop(cpu, CODE);
    g_assert_cmpuint(toy_device.writes, ==, 1);
    g_assert_cmpuint(toy_device.reads, ==, 1);
    g_assert_cmphex(cpu->env.r[3], ==, 0x1234);
}

static void test_device_error_raises(void)
{
    set_up();
    cpu->env.r[1] = TOY_DEVICE;
    TOY_LOAD(CODE, TOY(TOY_LD, 3, 1, 0x800), TOY(TOY_STOP, 0, 0, 0));
    g_assert_cmpint(toy_run(cpu, CODE), ==, EXCP_YIELD);
    g_assert_cmpint(cpu->env.exc_kind, ==, TCG_FAULT_BUS);
    g_assert_cmphex(cpu->env.exc_pc, ==, CODE);
}

static void test_nothing_there_raises(void)
{
    set_up();
    cpu->env.r[1] = 0x123456000;
    TOY_LOAD(CODE, TOY(TOY_LD, 3, 1, 0), TOY(TOY_STOP, 0, 0, 0));
    g_assert_cmpint(toy_run(cpu, CODE), ==, EXCP_YIELD);
    g_assert_cmpint(cpu->env.exc_kind, ==, TCG_FAULT_BUS);
}

static void test_rom_ignores_stores(void)
{
    set_up();
    cpu->env.r[1] = TOY_ROM;
    cpu->env.r[2] = 77;
    TOY_LOAD(CODE, TOY(TOY_ST, 2, 1, 0), TOY(TOY_LD, 3, 1, 0), TOY(TOY_STOP, 0, 0, 0));
    toy_run_to_stop(cpu, CODE);
    g_assert_cmphex(cpu->env.r[3], ==, 0);
}

static void test_stored_code_runs(void)
{
    set_up();
    /* Replaces an instruction of another block, which has run already. */
    TOY_LOAD(CODE + 0x200, TOY(TOY_MOVI, 3, 0, 1), TOY(TOY_JR, 5, 0, 0));
    TOY_LOAD(CODE + 0x300, TOY(TOY_STW, 2, 1, 0), TOY(TOY_JMP, 0, 0, -65),
             TOY(TOY_STOP, 0, 0, 0));
    TOY_LOAD(CODE + 0x308, TOY(TOY_ADDI, 5, 5, 8), TOY(TOY_JMP, 0, 0, -0x10c / 4),
             TOY(TOY_STOP, 0, 0, 0));
    /* First as it is, back to 0x300; changed there, and again, back to the end. */
    cpu->env.r[5] = CODE + 0x310;
    toy_run_to_stop(cpu, CODE + 0x200);
    g_assert_cmpint(cpu->env.r[3], ==, 1);
    cpu->env.r[1] = CODE + 0x200;
    cpu->env.r[2] = TOY(TOY_MOVI, 3, 0, 2);
    toy_run_to_stop(cpu, CODE + 0x300);
    g_assert_cmpint(cpu->env.r[3], ==, 2);
}

static void test_block_changes_itself(void)
{
    set_up();
    cpu->env.r[1] = CODE + 8;
    cpu->env.r[2] = TOY(TOY_MOVI, 3, 0, 2);
    TOY_LOAD(CODE, TOY(TOY_MOVI, 4, 0, 9), TOY(TOY_STW, 2, 1, 0), TOY(TOY_MOVI, 3, 0, 1),
             TOY(TOY_STOP, 0, 0, 0));
    toy_run_to_stop(cpu, CODE);
    g_assert_cmpint(cpu->env.r[3], ==, 2);
    g_assert_cmphex(cpu->env.pc, ==, CODE + 12);
}

static void test_dma_changes_code(void)
{
    set_up();
    for (int i = 1; i < 20; i++) {
        TOY_LOAD(CODE, TOY(TOY_MOVI, 3, 0, i), TOY(TOY_STOP, 0, 0, 0));
        toy_run_to_stop(cpu, CODE);
        g_assert_cmpint(cpu->env.r[3], ==, i);
    }
}

static void test_data_beside_code_keeps_blocks(void)
{
    uint64_t dropped;

    set_up();
    cpu->env.r[1] = CODE + 0x800;
    TOY_LOAD(CODE, TOY(TOY_ST, 2, 1, 0), TOY(TOY_LD, 3, 1, 0), TOY(TOY_ADDI, 2, 2, 1),
             TOY(TOY_ADDI, 4, 2, -100), TOY(TOY_BNZ, 4, 0, -4), TOY(TOY_STOP, 0, 0, 0));
    dropped = tcg_cpu(CPU(cpu))->stats.blocks;
    toy_run_to_stop(cpu, CODE);
    g_assert_cmpuint(tcg_cpu(CPU(cpu))->stats.blocks - dropped, <=, 4);
    g_assert_cmpuint(cpu->env.r[3], ==, 99);
}

static void test_code_in_a_device_runs(void)
{
    set_up();
    toy_device.value = TOY(TOY_JR, 5, 0, 0);
    cpu->env.r[5] = CODE;
    TOY_LOAD(CODE, TOY(TOY_STOP, 0, 0, 0));
    toy_run_to_stop(cpu, TOY_DEVICE);
    g_assert_cmphex(cpu->env.pc, ==, CODE);
}

int main(int argc, char **argv)
{
    int ret;

    g_test_init(&argc, &argv, NULL);
    toy_machine_init("tcg,tb-size=1");
    g_test_add_func("/tcg/exec/loop-adds-up", test_loop_adds_up);
    g_test_add_func("/tcg/exec/jumps-between-pages", test_jumps_between_pages);
    g_test_add_func("/tcg/exec/load-and-store", test_load_and_store);
    g_test_add_func("/tcg/exec/fault-leaves-exact-state", test_fault_leaves_exact_state);
    g_test_add_func("/tcg/exec/exception-goes-to-its-handler", test_exception_goes_to_its_handler);
    g_test_add_func("/tcg/exec/store-over-two-pages-is-whole-or-not",
                    test_store_over_two_pages_is_whole_or_not);
    g_test_add_func("/tcg/exec/device-sees-one-access", test_device_sees_one_access);
    g_test_add_func("/tcg/exec/device-error-raises", test_device_error_raises);
    g_test_add_func("/tcg/exec/nothing-there-raises", test_nothing_there_raises);
    g_test_add_func("/tcg/exec/rom-ignores-stores", test_rom_ignores_stores);
    g_test_add_func("/tcg/smc/stored-code-runs", test_stored_code_runs);
    g_test_add_func("/tcg/smc/block-changes-itself", test_block_changes_itself);
    g_test_add_func("/tcg/smc/dma-changes-code", test_dma_changes_code);
    g_test_add_func("/tcg/smc/data-beside-code-keeps-blocks", test_data_beside_code_keeps_blocks);
    g_test_add_func("/tcg/exec/code-in-a-device-runs", test_code_in_a_device_runs);
    ret = g_test_run();
    if (cpu) {
        toy_cpu_free(cpu);
    }
    toy_machine_free();
    return ret;
}
