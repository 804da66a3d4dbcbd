/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Several CPUs with threads of their own: atomic operations, flushes of each other's TLBs, code
 * that one writes and another runs, sleeping and waking, pausing; with a tiny block cache.  Also
 * meant for TSan.
 */
#include "qemu/osdep.h"
#include "exec/address-spaces.h"
#include "qemu/main-loop.h"
#include "qemu/rcu.h"
#include "qapi/error.h"
#include "sysemu/cpus.h"
#include "sysemu/runstate.h"
#include "accel/tcg/tcg-accel.h"
#include "toy.h"

#define N_CPUS 4
#define CODE TOY_RAM
#define DATA (TOY_RAM + 0x100000)

static ToyCPU *cpus_[N_CPUS];

static void set_up(void)
{
    bql_lock();
    for (unsigned i = 0; i < N_CPUS; i++) {
        bql_unlock();
        cpus_[i] = cpus_[i] ?: toy_cpu_new_threaded();
        bql_lock();
        memset(&cpus_[i]->env, 0, sizeof(cpus_[i]->env));
        cpus_[i]->env.r[1] = DATA;
        cpus_[i]->pages = NULL;
        CPU(cpus_[i])->halted = 0;
        tcg_tlb_flush_everything(CPU(cpus_[i]));
    }
    memset(toy_ram(DATA), 0, 0x10000);
    bql_unlock();
}

static void start(uint64_t pc)
{
    bql_lock();
    for (unsigned i = 0; i < N_CPUS; i++) {
        cpus_[i]->env.pc = pc;
    }
    vm_start();
    bql_unlock();
}

static void wait_for_all_to_sleep(void)
{
    for (unsigned i = 0; i < N_CPUS; i++) {
        while (!qatomic_read(&CPU(cpus_[i])->halted)) {
            g_usleep(200);
        }
    }
}

static void stop(void)
{
    bql_lock();
    vm_stop(RUN_STATE_PAUSED);
    bql_unlock();
}

static void test_atomic_additions_are_not_lost(void)
{
    set_up();
    TOY_LOAD(CODE, TOY(TOY_MOVI, 2, 0, 20000), TOY(TOY_XADD, 3, 1, 0), TOY(TOY_ADDI, 2, 2, -1),
             TOY(TOY_BNZ, 2, 0, -2), TOY(TOY_WFI, 0, 0, 0));
    start(CODE);
    wait_for_all_to_sleep();
    stop();
    g_assert_cmpuint(*(uint64_t *)toy_ram(DATA), ==, N_CPUS * 20000);
}

static void test_endless_loops_can_be_paused(void)
{
    set_up();
    TOY_LOAD(CODE, TOY(TOY_ADDI, 2, 2, 1), TOY(TOY_JMP, 0, 0, -1));
    for (unsigned i = 0; i < 20; i++) {
        uint64_t before = cpus_[0]->env.r[2];

        start(CODE);
        g_usleep(2000);
        stop();
        g_assert_cmpuint(cpus_[0]->env.r[2], >=, before);
        before = cpus_[N_CPUS - 1]->env.r[2];
        g_usleep(1000);
        g_assert_cmpuint(cpus_[N_CPUS - 1]->env.r[2], ==, before);
    }
}

/* A change of the memory map, whose old view is freed after a grace period. */
static void test_endless_loops_do_not_hold_up_rcu(void)
{
    static MemoryRegion extra;

    set_up();
    TOY_LOAD(CODE, TOY(TOY_ADDI, 2, 2, 1), TOY(TOY_JMP, 0, 0, -1));
    start(CODE);
    g_usleep(20000);
    bql_lock();
    memory_region_init_ram(&extra, NULL, "extra", 0x1000, &error_abort);
    memory_region_add_subregion(get_system_memory(), 0x30000000, &extra);
    memory_region_del_subregion(get_system_memory(), &extra);
    bql_unlock();
    synchronize_rcu();
    stop();
    bql_lock();
    object_unparent(OBJECT(&extra));
    bql_unlock();
}

static void test_interrupt_wakes_a_sleeper(void)
{
    set_up();
    /* The handler counts at DATA and sleeps again. */
    TOY_LOAD(CODE, TOY(TOY_WFI, 0, 0, 0), TOY(TOY_JMP, 0, 0, -1));
    TOY_LOAD(CODE + 0x100, TOY(TOY_XADD, 3, 1, 0), TOY(TOY_JMP, 0, 0, -0x104 / 4));
    for (unsigned i = 0; i < N_CPUS; i++) {
        cpus_[i]->env.handler = CODE + 0x100;
    }
    start(CODE);
    for (unsigned n = 1; n <= 200; n++) {
        cpu_interrupt(CPU(cpus_[n % N_CPUS]), CPU_INTERRUPT_HARD);
        while (qatomic_read((uint64_t *)toy_ram(DATA)) != n) {
            g_usleep(10);
        }
    }
    wait_for_all_to_sleep();
    stop();
}

static void test_interrupt_reaches_an_endless_loop(void)
{
    set_up();
    TOY_LOAD(CODE, TOY(TOY_ADDI, 2, 2, 1), TOY(TOY_JMP, 0, 0, -1));
    TOY_LOAD(CODE + 0x100, TOY(TOY_WFI, 0, 0, 0));
    for (unsigned i = 0; i < N_CPUS; i++) {
        cpus_[i]->env.handler = CODE + 0x100;
    }
    start(CODE);
    for (unsigned i = 0; i < N_CPUS; i++) {
        cpu_interrupt(CPU(cpus_[i]), CPU_INTERRUPT_HARD);
    }
    wait_for_all_to_sleep();
    stop();
}

static void helper_invalidate_code(CPUToyState *env)
{
    tcg_code_invalidate(current_cpu, CODE + 0x200, 64, 0);
}

IR_HELPER(helper_invalidate_code, 0, false, IR_CALL_ANY);

static void build_invalidate_code(IrBlock *b)
{
    ir_call0(b, &helper_desc_helper_invalidate_code, IR_NONE);
}

/*
 * One changes the other's instruction again and again; the other must come to the last one, which
 * is followed by cache maintenance.
 */
static void test_code_written_by_another_cpu_runs(void)
{
    set_up();
    toy_build[1] = build_invalidate_code;
    /* CPU 0: store MOVI r3, n at 0x200 for n = 1..r2, then sleep. */
    TOY_LOAD(CODE, TOY(TOY_ADDI, 4, 4, 1), TOY(TOY_STW, 4, 5, 0), TOY(TOY_ADDI, 2, 2, -1),
             TOY(TOY_BNZ, 2, 0, -3), TOY(TOY_IR, 0, 0, 1), TOY(TOY_WFI, 0, 0, 0));
    /* The others: run it until it gives r6. */
    TOY_LOAD(CODE + 0x200, TOY(TOY_MOVI, 3, 0, 0), TOY(TOY_ADDI, 7, 3, -1000),
             TOY(TOY_BNZ, 7, 0, -2), TOY(TOY_WFI, 0, 0, 0));
    for (unsigned i = 0; i < N_CPUS; i++) {
        cpus_[i]->env.r[2] = 1000;
        cpus_[i]->env.r[4] = TOY(TOY_MOVI, 3, 0, 0);
        cpus_[i]->env.r[5] = CODE + 0x200;
    }
    start(CODE + 0x200);
    stop();
    cpus_[0]->env.pc = CODE;
    bql_lock();
    vm_start();
    bql_unlock();
    wait_for_all_to_sleep();
    stop();
    g_assert_cmpuint(cpus_[1]->env.r[3], ==, 1000);
}

/* -- TLBI: a page's mapping moves while others read through it --------------------------------- */

static ToyPage pages[2];
static uint64_t tlbi_errors;

/* By CPU 0: change the mapping, flush everywhere, wait, and mark the old page as forbidden. */
static void helper_move_page(CPUToyState *env)
{
    CPUState *self = current_cpu;
    uint64_t old = qatomic_read(&pages[1].pa);

    qatomic_set(&pages[1].pa, old == DATA ? DATA + 0x1000 : DATA);
    tcg_tlb_flush_all_cpus(self, &(TcgFlush) { .idx_mask = 1, .addr = pages[1].va, .len = 1 });
    tcg_tlb_sync(self);
    /* Nobody reads the old page any more; whoever does finds 1, and counts it. */
    qatomic_set((uint64_t *)toy_ram(old), 1);
    g_usleep(20);
    qatomic_set((uint64_t *)toy_ram(old), 0);
}

IR_HELPER(helper_move_page, 0, false, IR_CALL_ANY);

static void build_move_page(IrBlock *b)
{
    ir_call0(b, &helper_desc_helper_move_page, IR_NONE);
}

static void test_flush_of_others_is_complete(void)
{
    set_up();
    pages[0] = (ToyPage) { .va = CODE, .pa = CODE, .is_global = true, .page_bits = 21,
                           .prot = TCG_PROT_READ | TCG_PROT_EXEC | TCG_PROT_WRITE };
    pages[1] = (ToyPage) { .va = 0x7000000000, .pa = DATA, .prot = TCG_PROT_READ,
                           .is_global = true };
    toy_build[1] = build_move_page;
    TOY_LOAD(CODE, TOY(TOY_IR, 0, 0, 1), TOY(TOY_ADDI, 2, 2, -1), TOY(TOY_BNZ, 2, 0, -2),
             TOY(TOY_MOVI, 3, 0, 1), TOY(TOY_ST, 3, 1, 0x7000), TOY(TOY_WFI, 0, 0, 0));
    /* The others add up what they read until CPU 0 is done. */
    TOY_LOAD(CODE + 0x200, TOY(TOY_LD, 3, 5, 0), TOY(TOY_ADD, 4, 3, 0), TOY(TOY_LD, 6, 1, 0x7000),
             TOY(TOY_BNZ, 6, 0, 2), TOY(TOY_JMP, 0, 0, -4), TOY(TOY_WFI, 0, 0, 0));
    for (unsigned i = 0; i < N_CPUS; i++) {
        cpus_[i]->pages = pages;
        cpus_[i]->npages = 2;
        cpus_[i]->env.r[2] = 300;
        cpus_[i]->env.r[5] = 0x7000000000;
        cpus_[i]->env.pc = i ? CODE + 0x200 : CODE;
    }
    bql_lock();
    vm_start();
    bql_unlock();
    wait_for_all_to_sleep();
    stop();
    for (unsigned i = 1; i < N_CPUS; i++) {
        tlbi_errors += cpus_[i]->env.r[4];
    }
    g_assert_cmpuint(tlbi_errors, ==, 0);
}

static void test_cpus_flush_each_other_at_once(void)
{
    set_up();
    pages[0] = (ToyPage) { .va = CODE, .pa = CODE, .is_global = true, .page_bits = 21,
                           .prot = TCG_PROT_READ | TCG_PROT_EXEC | TCG_PROT_WRITE };
    toy_build[1] = build_move_page;
    TOY_LOAD(CODE, TOY(TOY_IR, 0, 0, 1), TOY(TOY_ADDI, 2, 2, -1), TOY(TOY_BNZ, 2, 0, -2),
             TOY(TOY_WFI, 0, 0, 0));
    for (unsigned i = 0; i < N_CPUS; i++) {
        cpus_[i]->env.r[2] = 100;
    }
    start(CODE);
    wait_for_all_to_sleep();
    stop();
}

/* Blocks of one MiB are translated again and again, by all CPUs. */
static void test_full_block_cache(void)
{
    TcgCacheUsage before, after;

    set_up();
    code_cache_usage(&before);
    for (unsigned i = 0; i < 0x40000 / 4; i++) {
        uint32_t word = TOY(TOY_ADDI, 2, 2, 1);

        if (i % 4 == 3) {
            word = TOY(TOY_JMP, 0, 0, 1);
        }
        stl_le_p((char *)toy_ram(CODE + 0x10000) + i * 4, word);
    }
    TOY_LOAD(CODE + 0x50000, TOY(TOY_ADDI, 4, 4, -1), TOY(TOY_BNZ, 4, 0, 2),
             TOY(TOY_WFI, 0, 0, 0), TOY(TOY_JR, 5, 0, 0));
    for (unsigned i = 0; i < N_CPUS; i++) {
        cpus_[i]->env.r[4] = 3;
        cpus_[i]->env.r[5] = CODE + 0x10000;
    }
    start(CODE + 0x10000);
    wait_for_all_to_sleep();
    stop();
    for (unsigned i = 0; i < N_CPUS; i++) {
        g_assert_cmpuint(cpus_[i]->env.r[2], ==, 3 * 0x40000 / 16 * 3);
    }
    code_cache_usage(&after);
    g_assert_cmpuint(after.flushes, >, before.flushes);
}

int main(int argc, char **argv)
{
    int ret;

    g_test_init(&argc, &argv, NULL);
    toy_machine_init("tcg,tb-size=1");
#define ADD(path, name) g_test_add_func("/tcg/smp/" path, test_##name)
    ADD("atomic-additions-are-not-lost", atomic_additions_are_not_lost);
    ADD("endless-loops-can-be-paused", endless_loops_can_be_paused);
    ADD("endless-loops-do-not-hold-up-rcu", endless_loops_do_not_hold_up_rcu);
    ADD("interrupt-wakes-a-sleeper", interrupt_wakes_a_sleeper);
    ADD("interrupt-reaches-an-endless-loop", interrupt_reaches_an_endless_loop);
    ADD("code-written-by-another-cpu-runs", code_written_by_another_cpu_runs);
    ADD("flush-of-others-is-complete", flush_of_others_is_complete);
    ADD("cpus-flush-each-other-at-once", cpus_flush_each_other_at_once);
    ADD("full-block-cache", full_block_cache);
    ret = g_test_run();
    for (unsigned i = 0; i < N_CPUS; i++) {
        if (cpus_[i]) {
            toy_cpu_free(cpus_[i]);
        }
    }
    toy_machine_free();
    return ret;
}
