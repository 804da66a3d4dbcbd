/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Costs of what the layers above do all the time: arming timers, entering RCU
 * read sections, scheduling bottom halves, taking the big lock, changing
 * descriptor handlers, one turn of the loop. One line per figure, in ns.
 */
#include "qemu/osdep.h"
#include "qemu/event_notifier.h"
#include "qemu/main-loop.h"
#include "qemu/rcu.h"

#define ROUNDS 1000000
#define ARMED_TIMERS 1000

static void nothing(void *opaque)
{
}

/* CPU time of this thread, so that a busy host does not count. */
static int64_t cpu_time_ns(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
    return ts.tv_sec * NANOSECONDS_PER_SECOND + ts.tv_nsec;
}

/* Times @rounds runs of a statement that may use the counter i. */
#define BENCH(what, rounds, statement) do {                               \
        int64_t start_ = cpu_time_ns();                                   \
                                                                          \
        for (int i = 0; i < (rounds); i++) {                              \
            statement;                                                    \
        }                                                                 \
        printf("%-48s %8.1f ns\n", what, (double)(cpu_time_ns() - start_) / (rounds)); \
    } while (0)

static void bench_timers(void)
{
    static QEMUTimer timers[ARMED_TIMERS];
    int64_t far = get_clock() + 1000 * NANOSECONDS_PER_SECOND;
    uint64_t random = 1;
    QEMUTimer alone;

    timer_init_ns(&alone, QEMU_CLOCK_HOST, nothing, NULL);
    BENCH("timer_mod_ns, alone, later each time", ROUNDS, timer_mod_ns(&alone, far + i));
    BENCH("timer_mod_ns, alone, earlier each time", ROUNDS, timer_mod_ns(&alone, far - i));
    timer_del(&alone);
    for (int i = 0; i < ARMED_TIMERS; i++) {
        timer_init_ns(&timers[i], QEMU_CLOCK_REALTIME, nothing, NULL);
        timer_mod_ns(&timers[i], far + i * 1000);
    }
    BENCH("timer_mod_ns, one of 1000, random times", ROUNDS, {
        random = random * 6364136223846793005ull + 1442695040888963407ull;
        timer_mod_ns(&timers[(random >> 33) % ARMED_TIMERS], far + (random >> 40));
    });
    BENCH("timer_del + timer_mod_ns, one of 1000", ROUNDS, {
        timer_del(&timers[i % ARMED_TIMERS]);
        timer_mod_ns(&timers[i % ARMED_TIMERS], far + i);
    });
    BENCH("timer_pending", ROUNDS, (void)timer_pending(&timers[i % ARMED_TIMERS]));
    for (int i = 0; i < ARMED_TIMERS; i++) {
        timer_del(&timers[i]);
    }
}

static void bench_locks(void)
{
    BENCH("rcu_read_lock + unlock", ROUNDS, { rcu_read_lock(); rcu_read_unlock(); });
    rcu_read_lock();
    BENCH("rcu_read_lock + unlock, nested", ROUNDS, { rcu_read_lock(); rcu_read_unlock(); });
    rcu_read_unlock();
    BENCH("bql_lock + unlock, uncontended", ROUNDS, { bql_lock(); bql_unlock(); });
    BENCH("qemu_clock_get_ns(VIRTUAL)", ROUNDS, (void)qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL));
}

static void bench_loop(void)
{
    QEMUBH *bh = qemu_bh_new(nothing, NULL);
    EventNotifier e;

    event_notifier_init(&e, 0);
    qemu_bh_schedule(bh);
    BENCH("qemu_bh_schedule, scheduled already", ROUNDS, qemu_bh_schedule(bh));
    BENCH("main_loop_wait, nothing to do", ROUNDS / 10, main_loop_wait(true));
    BENCH("qemu_bh_schedule + main_loop_wait", ROUNDS / 10, {
        qemu_bh_schedule(bh);
        main_loop_wait(true);
    });
    BENCH("qemu_set_fd_handler, set + remove", ROUNDS / 10, {
        qemu_set_fd_handler(event_notifier_get_fd(&e), nothing, NULL, NULL);
        qemu_set_fd_handler(event_notifier_get_fd(&e), NULL, NULL, NULL);
    });
    event_notifier_cleanup(&e);
    qemu_bh_delete(bh);
    main_loop_wait(true);
}

int main(void)
{
    qemu_init_main_loop(NULL);
    bench_timers();
    bench_locks();
    bench_loop();
    return 0;
}
