/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A guest without an operating system, for four CPUs: counters that all of them increment in every
 * way A64 has, a lock, and litmus tests of the memory model.
 * One line per test on the PL011: its name, then what was found and what should be.
 *
 * The MMU is off, so all memory is Device memory: accesses are aligned.
 */
#include "lib/guest.h"

#define CPUS 4
#define INCREMENTS 20000
#define LITMUS 8192
#define ROUND 64

/* -- counters -------------------------------------------------------------------------------- */

static struct {
    Word exclusive, acquire_release, lse, cas, locked;
    volatile uint32_t lock;
    volatile uint8_t byte;
    volatile uint32_t word;
    struct {
        Word lo, hi;
    } __attribute__((aligned(16))) pair, casp;
} __attribute__((aligned(64))) count;

static void add_exclusive(Word *p)
{
    uint64_t t;
    uint32_t failed;

    asm volatile("1: ldxr %0, %2\n add %0, %0, #1\n stxr %w1, %0, %2\n cbnz %w1, 1b"
                 : "=&r"(t), "=&r"(failed), "+Q"(*p) : : "memory");
}

static void add_acquire_release(Word *p)
{
    uint64_t t;
    uint32_t failed;

    asm volatile("1: ldaxr %0, %2\n add %0, %0, #1\n stlxr %w1, %0, %2\n cbnz %w1, 1b"
                 : "=&r"(t), "=&r"(failed), "+Q"(*p) : : "memory");
}

static void add_byte(volatile uint8_t *p)
{
    uint32_t t, failed;

    asm volatile("1: ldxrb %w0, %2\n add %w0, %w0, #1\n stxrb %w1, %w0, %2\n cbnz %w1, 1b"
                 : "=&r"(t), "=&r"(failed), "+Q"(*p) : : "memory");
}

/* 128 bits: the halves go up and down. */
static void add_pair(Word *p)
{
    uint64_t lo, hi;
    uint32_t failed;

    asm volatile("1: ldxp %0, %1, [%3]\n add %0, %0, #1\n sub %1, %1, #1\n"
                 "stxp %w2, %0, %1, [%3]\n cbnz %w2, 1b"
                 : "=&r"(lo), "=&r"(hi), "=&r"(failed) : "r"(p) : "memory");
}

static void add_cas(Word *p)
{
    uint64_t seen = *p, old;

    for (;;) {
        old = seen;
        asm volatile("casal %0, %2, %1" : "+r"(seen), "+Q"(*p) : "r"(old + 1) : "memory");
        if (seen == old) {
            return;
        }
    }
}

static void add_casp(Word *p)
{
    register uint64_t lo asm("x4") = p[0];
    register uint64_t hi asm("x5") = p[1];

    for (;;) {
        uint64_t old_lo = lo, old_hi = hi;
        register uint64_t new_lo asm("x6") = lo + 1;
        register uint64_t new_hi asm("x7") = hi - 1;

        asm volatile("caspal x4, x5, x6, x7, [%4]" : "+r"(lo), "+r"(hi)
                     : "r"(new_lo), "r"(new_hi), "r"(p) : "memory");
        if (lo == old_lo && hi == old_hi) {
            return;
        }
    }
}

static void add_locked(void)
{
    uint32_t taken, failed;

    asm volatile("sevl\n1: wfe\n2: ldaxr %w0, %2\n cbnz %w0, 1b\n stxr %w1, %w3, %2\n cbnz %w1, 2b"
                 : "=&r"(taken), "=&r"(failed), "+Q"(count.lock)
                 : "r"(1) : "memory");
    count.locked++;
    asm volatile("stlr wzr, %0" : "=Q"(count.lock) : : "memory");
}

static void counters_run(void)
{
    for (unsigned i = 0; i < INCREMENTS; i++) {
        add_exclusive(&count.exclusive);
        add_acquire_release(&count.acquire_release);
        atomic_add(&count.lse, 1);
        add_cas(&count.cas);
        add_byte(&count.byte);
        add_pair(&count.pair.lo);
        add_casp(&count.casp.lo);
        if (i % 8 == 0) {
            add_locked();
        }
    }
}

static void counters_report(void)
{
    uint64_t all = CPUS * INCREMENTS;

    report("ldxr-stxr", count.exclusive, all);
    report("ldaxr-stlxr", count.acquire_release, all);
    report("ldadd", count.lse, all);
    report("cas", count.cas, all);
    report("ldxrb-stxrb", count.byte, all & 255);
    report("ldxp-stxp", count.pair.lo, all);
    report("ldxp-stxp-high", -count.pair.hi, all);
    report("casp", count.casp.lo, all);
    report("casp-high", -count.casp.hi, all);
    report("lock", count.locked, all / 8);
}

/* -- litmus ---------------------------------------------------------------------------------- */

/* Each iteration has its own x and y, so what CPUs saw can be compared afterwards. */
static struct {
    Word x, y;
} shared[LITMUS];
static uint8_t seen[CPUS][LITMUS][2];

static void store(Word *p)
{
    *p = 1;
}

static uint64_t load(Word *p)
{
    return *p;
}

typedef void Step(unsigned cpu, unsigned i);

static void store_buffering(unsigned cpu, unsigned i)
{
    store(cpu ? &shared[i].y : &shared[i].x);
    dmb();
    seen[cpu][i][0] = load(cpu ? &shared[i].x : &shared[i].y);
}

static void store_buffering_ordered(unsigned cpu, unsigned i)
{
    store_release(cpu ? &shared[i].y : &shared[i].x, 1);
    seen[cpu][i][0] = load_acquire(cpu ? &shared[i].x : &shared[i].y);
}

static void message_passing(unsigned cpu, unsigned i)
{
    if (cpu == 0) {
        store(&shared[i].x);
        store_release(&shared[i].y, 1);
    } else {
        seen[1][i][0] = load_acquire(&shared[i].y);
        seen[1][i][1] = load(&shared[i].x);
    }
}

static void load_buffering(unsigned cpu, unsigned i)
{
    seen[cpu][i][0] = load(cpu ? &shared[i].y : &shared[i].x);
    dmb();
    store(cpu ? &shared[i].x : &shared[i].y);
}

static void independent_writes(unsigned cpu, unsigned i)
{
    Word *first = cpu & 1 ? &shared[i].y : &shared[i].x;
    Word *second = cpu & 1 ? &shared[i].x : &shared[i].y;

    if (cpu < 2) {
        store_release(first, 1);
    } else {
        seen[cpu][i][0] = load_acquire(first);
        seen[cpu][i][1] = load_acquire(second);
    }
}

static int both_zero(unsigned i)
{
    return !seen[0][i][0] && !seen[1][i][0];
}

static int both_one(unsigned i)
{
    return seen[0][i][0] && seen[1][i][0];
}

static int flag_without_data(unsigned i)
{
    return seen[1][i][0] && !seen[1][i][1];
}

static int readers_disagree(unsigned i)
{
    return seen[2][i][0] && !seen[2][i][1] && seen[3][i][0] && !seen[3][i][1];
}

static const struct {
    const char *name;
    unsigned cpus;
    Step *step;
    int (*is_forbidden)(unsigned i);
} litmus[] = {
    { "store-buffering", 2, store_buffering, both_zero },
    { "store-buffering-ordered", 2, store_buffering_ordered, both_zero },
    { "message-passing", 2, message_passing, flag_without_data },
    { "load-buffering", 2, load_buffering, both_one },
    { "independent-writes", 4, independent_writes, readers_disagree },
};

static void litmus_clear(void)
{
    for (unsigned i = 0; i < LITMUS; i++) {
        shared[i].x = shared[i].y = 0;
        for (unsigned cpu = 0; cpu < CPUS; cpu++) {
            seen[cpu][i][0] = seen[cpu][i][1] = 0;
        }
    }
}

static void litmus_run(unsigned cpu, unsigned test)
{
    uint64_t forbidden = 0;

    if (cpu == 0) {
        litmus_clear();
    }
    meet(CPUS);
    for (unsigned i = 0; i < LITMUS; i++) {
        if (i % ROUND == 0) {
            meet(CPUS);
        }
        if (cpu < litmus[test].cpus) {
            litmus[test].step(cpu, i);
        }
    }
    meet(CPUS);
    for (unsigned i = 0; cpu == 0 && i < LITMUS; i++) {
        forbidden += litmus[test].is_forbidden(i);
    }
    if (cpu == 0) {
        report(litmus[test].name, forbidden, 0);
    }
}

/* -- life ------------------------------------------------------------------------------------ */

static void together(uint64_t cpu)
{
    meet(CPUS);
    counters_run();
    meet(CPUS);
    if (cpu == 0) {
        counters_report();
    }
    for (unsigned i = 0; i < sizeof(litmus) / sizeof(litmus[0]); i++) {
        litmus_run(cpu, i);
    }
}

void guest_main(void)
{
    for (unsigned cpu = 1; cpu < CPUS; cpu++) {
        cpu_start(cpu, together, cpu);
    }
    together(0);
}
