/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CPUs that take turns, and the virtual clock as a count of instructions: exact, the same in each
 * run, timers at their instruction, time while all sleep.
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "qemu/timer.h"
#include "qapi/error.h"
#include "sysemu/cpus.h"
#include "sysemu/runstate.h"
#include "sysemu/tcg.h"
#include "toy.h"

#define N_CPUS 2
#define CODE TOY_RAM
#define DATA (TOY_RAM + 0x100000)
/* -icount shift=3 */
#define NS 8

static ToyCPU *cpus_[N_CPUS];

static void set_up(void)
{
    for (unsigned i = 0; i < N_CPUS; i++) {
        cpus_[i] = cpus_[i] ?: toy_cpu_new_threaded();
        memset(&cpus_[i]->env, 0, sizeof(cpus_[i]->env));
        CPU(cpus_[i])->halted = 0;
        cpus_[i]->env.r[1] = DATA;
        /* One that has nothing to do sleeps at once. */
        cpus_[i]->env.pc = CODE + 0xf00;
    }
    memset(toy_ram(DATA), 0, 0x1000);
    TOY_LOAD(CODE + 0xf00, TOY(TOY_WFI, 0, 0, 0), TOY(TOY_JMP, 0, 0, -1));
}

static void start(void)
{
    bql_lock();
    vm_start();
    bql_unlock();
}

static void stop(void)
{
    bql_lock();
    vm_stop(RUN_STATE_PAUSED);
    bql_unlock();
}

/* Run the main loop until all sleep. */
static void wait_for_all_to_sleep(void)
{
    for (unsigned i = 0; i < N_CPUS; i++) {
        while (!qatomic_read(&CPU(cpus_[i])->halted)) {
            g_usleep(200);
        }
    }
}

static int64_t now(void)
{
    return qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
}

/* r3 = the clock, by a helper. */
static uint64_t helper_clock(CPUToyState *env)
{
    return now();
}

IR_HELPER(helper_clock, 0, true, IR_CALL_READS | IR_CALL_EFFECTS);

static void build_clock(IrBlock *b)
{
    ir_call0(b, &helper_desc_helper_clock, TOY_R(3));
}

static void build_clock_4(IrBlock *b)
{
    ir_call0(b, &helper_desc_helper_clock, TOY_R(4));
}

static void test_clock_counts_instructions(void)
{
    set_up();
    toy_build[2] = build_clock;
    toy_build[3] = build_clock_4;
    /* 3 + 2 * 1000 + 3 instructions from one reading to the other. */
    TOY_LOAD(CODE, TOY(TOY_IR, 0, 0, 2), TOY(TOY_MOVI, 2, 0, 1000), TOY(TOY_ADDI, 5, 5, 1),
             TOY(TOY_MOVI, 6, 0, 1), TOY(TOY_ADDI, 2, 2, -1), TOY(TOY_BNZ, 2, 0, -1),
             TOY(TOY_ADDI, 5, 5, 1), TOY(TOY_IR, 0, 0, 3), TOY(TOY_ADDI, 5, 5, 1),
             TOY(TOY_WFI, 0, 0, 0));
    cpus_[0]->env.pc = CODE;
    start();
    wait_for_all_to_sleep();
    stop();
    g_assert_cmpint(cpus_[0]->env.r[4] - cpus_[0]->env.r[3], ==, (3 + 2 * 1000 + 2) * NS);
}

static void test_turns_are_fair(void)
{
    set_up();
    TOY_LOAD(CODE, TOY(TOY_ADDI, 2, 2, 1), TOY(TOY_JMP, 0, 0, -1));
    for (unsigned i = 0; i < N_CPUS; i++) {
        cpus_[i]->env.pc = CODE;
    }
    start();
    g_usleep(50000);
    stop();
    g_assert_cmpuint(cpus_[0]->env.r[2], >, 0);
    g_assert_cmpuint(cpus_[1]->env.r[2], >, 0);
    g_assert_cmpuint(ABS((int64_t)(cpus_[0]->env.r[2] - cpus_[1]->env.r[2])), <=, 200000);
}

/* A CPU whose handler cannot be fetched takes exceptions for ever, and runs no instruction. */
static void test_exceptions_take_their_turns(void)
{
    static const ToyPage nothing[1];
    int64_t before;

    set_up();
    cpus_[0]->pages = nothing;
    tcg_tlb_flush_everything(CPU(cpus_[0]));
    cpus_[0]->env.pc = cpus_[0]->env.handler = CODE;
    TOY_LOAD(CODE, TOY(TOY_ADDI, 2, 2, 1), TOY(TOY_WFI, 0, 0, 0));
    cpus_[1]->env.pc = CODE;
    bql_lock();
    before = now();
    bql_unlock();
    /* Either CPU may have the first turn, and what it counted is to be read when it stands. */
    do {
        start();
        while (!qatomic_read(&CPU(cpus_[1])->halted)) {
            g_usleep(200);
        }
        stop();
    } while (cpus_[0]->env.exc_count == 0);
    g_assert_cmpuint(cpus_[1]->env.r[2], ==, 1);
    g_assert_cmpint(now() - before, >, 0);
    cpus_[0]->pages = NULL;
    tcg_tlb_flush_everything(CPU(cpus_[0]));
}

/* -- timers ------------------------------------------------------------------------------------ */

static void interrupt_cpu_0(void *opaque)
{
    cpu_interrupt(CPU(cpus_[0]), CPU_INTERRUPT_HARD);
}

/* How far CPU 0 came until a timer 12345 instructions ahead interrupted it. */
static uint64_t run_to_timer(void)
{
    QEMUTimer *timer;

    set_up();
    TOY_LOAD(CODE, TOY(TOY_ADDI, 2, 2, 1), TOY(TOY_JMP, 0, 0, -1));
    TOY_LOAD(CODE + 0x100, TOY(TOY_WFI, 0, 0, 0));
    cpus_[0]->env.pc = CODE;
    cpus_[0]->env.handler = CODE + 0x100;
    CPU(cpus_[1])->halted = 1;
    bql_lock();
    timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, interrupt_cpu_0, NULL);
    timer_mod(timer, now() + 12345 * NS);
    bql_unlock();
    start();
    wait_for_all_to_sleep();
    stop();
    bql_lock();
    timer_free(timer);
    bql_unlock();
    return cpus_[0]->env.r[2] * 2 + (cpus_[0]->env.exc_pc != CODE);
}

static void test_timer_comes_at_its_instruction(void)
{
    for (unsigned i = 0; i < 5; i++) {
        /* r2 counts both halves of each round: an odd number means inside of one. */
        uint64_t insns = run_to_timer();

        g_assert_cmpuint(insns, >=, 12345);
        g_assert_cmpuint(insns, <=, 12347);
    }
}

static void test_kicks_do_not_change_the_run(void)
{
    uint64_t shares[3];

    /* The first run only ends the slices that earlier tests left. */
    for (unsigned i = 0; i < 3; i++) {
        set_up();
        TOY_LOAD(CODE, TOY(TOY_MOVI, 2, 0, 30000), TOY(TOY_XADD, 3, 1, 0),
                 TOY(TOY_ADD, 4, 3, 0), TOY(TOY_ADDI, 2, 2, -1), TOY(TOY_BNZ, 2, 0, -3),
                 TOY(TOY_ADDI, 5, 5, 1), TOY(TOY_ADDI, 6, 5, -20), TOY(TOY_BNZ, 6, 0, -7),
                 TOY(TOY_WFI, 0, 0, 0));
        for (unsigned j = 0; j < N_CPUS; j++) {
            cpus_[j]->env.pc = CODE;
        }
        start();
        /* The last time somebody disturbs them. */
        while (i == 2 && !(qatomic_read(&CPU(cpus_[0])->halted) &&
                      qatomic_read(&CPU(cpus_[1])->halted))) {
            qemu_cpu_kick(CPU(cpus_[0]));
            g_usleep(100);
        }
        wait_for_all_to_sleep();
        stop();
        shares[i] = cpus_[1]->env.r[4];
    }
    g_assert_cmpuint(shares[1], ==, shares[2]);
}

static void test_time_passes_while_all_sleep(void)
{
    int64_t host, virtual;

    set_up();
    TOY_LOAD(CODE + 0x100, TOY(TOY_MOVI, 7, 0, 1), TOY(TOY_WFI, 0, 0, 0));
    cpus_[0]->env.handler = CODE + 0x100;
    bql_lock();
    QEMUTimer *timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, interrupt_cpu_0, NULL);
    virtual = now();
    timer_mod(timer, virtual + 30 * SCALE_MS);
    host = get_clock();
    vm_start();
    while (now() < virtual + 30 * SCALE_MS) {
        main_loop_wait(false);
    }
    host = get_clock() - host;
    vm_stop(RUN_STATE_PAUSED);
    timer_free(timer);
    bql_unlock();
    g_assert_cmpint(host, >=, 25 * SCALE_MS);
    g_assert_cmpuint(cpus_[0]->env.r[7] <= 1, ==, true);
}

static void test_bad_options_are_refused(void)
{
    Error *err = NULL;

    g_assert_false(tcg_icount_configure("shift=x", &err));
    g_assert_nonnull(strstr(error_get_pretty(err), "shift is a number from 0 to 10"));
    error_free(err);
    err = NULL;
    g_assert_false(tcg_icount_configure("shift=11", &err));
    error_free(err);
}

int main(int argc, char **argv)
{
    int ret;

    g_test_init(&argc, &argv, NULL);
    tcg_icount_configure("shift=3", &error_abort);
    toy_machine_init("tcg,tb-size=4");
#define ADD(path, name) g_test_add_func("/tcg/icount/" path, test_##name)
    ADD("clock-counts-instructions", clock_counts_instructions);
    ADD("turns-are-fair", turns_are_fair);
    ADD("exceptions-take-their-turns", exceptions_take_their_turns);
    ADD("timer-comes-at-its-instruction", timer_comes_at_its_instruction);
    ADD("kicks-do-not-change-the-run", kicks_do_not_change_the_run);
    ADD("time-passes-while-all-sleep", time_passes_while_all_sleep);
    ADD("bad-options-are-refused", bad_options_are_refused);
    ret = g_test_run();
    for (unsigned i = 0; i < N_CPUS; i++) {
        if (cpus_[i]) {
            toy_cpu_free(cpus_[i]);
        }
    }
    toy_machine_free();
    return ret;
}
