/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CPUs that take turns (thread=single).
 *
 * The turn goes to the next CPU that may run, in the order of their numbers; if there is none, to
 * whoever wakes up first.  A CPU whose thread leaves guest code before its slice is over (to do
 * somebody's work) keeps the turn, so that what others want does not change the order.
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "sysemu/runstate.h"
#include "accel/tcg/icount.h"

static struct {
    QemuMutex lock;             /* leaf */
    QemuCond cond;
    CPUState *turn;             /* whose turn it is; NULL: anybody's */
    bool is_running;            /* it runs guest code */
    bool is_on;
} turns;

void turns_init(bool is_single)
{
    qemu_mutex_init(&turns.lock);
    qemu_cond_init(&turns.cond);
    turns.turn = NULL;
    turns.is_running = false;
    turns.is_on = is_single;
}

void turns_end(void)
{
    qemu_cond_destroy(&turns.cond);
    qemu_mutex_destroy(&turns.lock);
    turns.is_on = false;
}

bool turns_taken(void)
{
    return turns.is_on;
}

bool tcg_cpus_take_turns(void)
{
    return turns.is_on;
}

static bool may_run(CPUState *cpu)
{
    return qatomic_read(&cpu->created) && !qatomic_read(&cpu->stopped) &&
           !qatomic_read(&cpu->unplug) &&
           (!qatomic_read(&cpu->halted) || cpu_has_work(cpu));
}

/* The next one after @cpu in the circle, @cpu itself last; NULL: all sleep. */
static CPUState *next_runnable(CPUState *cpu)
{
    CPUState *next = cpu;

    do {
        next = CPU_NEXT(next) ?: first_cpu;
        if (!next || may_run(next)) {
            return next;
        }
    } while (next != cpu);
    return NULL;
}

/*
 * The one whose turn it is may have been stopped, reset or halted by somebody else meanwhile; and
 * when it is anybody's, the first one has it.
 */
static bool is_turn_of(CPUState *cpu)
{
    CPUState *turn = turns.turn;

    if (turns.is_running) {
        return false;
    }
    if (!turn) {
        turn = may_run(first_cpu) ? first_cpu : next_runnable(first_cpu);
    } else if (!may_run(turn)) {
        turn = next_runnable(turn);
    }
    return !turn || turn == cpu;
}

static bool is_wanted(TcgCpu *tc)
{
    return qatomic_read(&tc->exit_flag) & TCG_EXIT_KICK || qatomic_read(&tc->cpu->exit_request);
}

bool turn_begin(TcgCpu *tc)
{
    bool is_ours = false;

    while (!is_ours && !is_wanted(tc)) {
        /* Who resumes CPUs holds the BQL until all may run; the order must not depend on when. */
        bql_lock();
        qemu_mutex_lock(&turns.lock);
        is_ours = is_turn_of(tc->cpu);
        bql_unlock();
        if (is_ours) {
            turns.turn = tc->cpu;
            turns.is_running = true;
        } else {
            /* Nobody tells of a CPU that was stopped. */
            qemu_cond_timedwait(&turns.cond, &turns.lock, 20);
        }
        qemu_mutex_unlock(&turns.lock);
    }
    if (!is_ours) {
        qatomic_and(&tc->exit_flag, ~TCG_EXIT_KICK);
    }
    return is_ours;
}

/* Under the lock. */
static bool pass(CPUState *cpu)
{
    RCU_READ_LOCK_GUARD();
    turns.turn = next_runnable(cpu);
    qemu_cond_broadcast(&turns.cond);
    return turns.turn;
}

void turn_end(TcgCpu *tc, bool is_over)
{
    bool somebody_runs = true;

    bql_lock();
    qemu_mutex_lock(&turns.lock);
    turns.is_running = false;
    if (is_over) {
        somebody_runs = pass(tc->cpu);
    }
    qemu_mutex_unlock(&turns.lock);
    bql_unlock();
    if (!somebody_runs) {
        icount_all_asleep();
    }
}

void turn_skip(TcgCpu *tc)
{
    bool somebody_runs = true;

    bql_lock();
    qemu_mutex_lock(&turns.lock);
    if (turns.turn == tc->cpu && !turns.is_running) {
        somebody_runs = pass(tc->cpu);
    }
    qemu_mutex_unlock(&turns.lock);
    bql_unlock();
    if (!somebody_runs) {
        icount_all_asleep();
    }
}

void turns_wake(void)
{
    if (turns.is_on) {
        qemu_mutex_lock(&turns.lock);
        qemu_cond_broadcast(&turns.cond);
        qemu_mutex_unlock(&turns.lock);
    }
}
