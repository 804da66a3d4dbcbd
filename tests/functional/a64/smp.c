/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A guest without an operating system, for four CPUs: counters that all of them increment in every
 * way A64 has, and a lock.
 */
#include "lib/guest.h"

#define CPUS 4
#define INCREMENTS (20000 * SCALE)

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

/* -- life ------------------------------------------------------------------------------------ */

static void together(uint64_t cpu)
{
    meet(CPUS);
    counters_run();
    meet(CPUS);
    if (cpu == 0) {
        counters_report();
    }
}

void guest_main(void)
{
    for (unsigned cpu = 1; cpu < CPUS; cpu++) {
        cpu_start(cpu, together, cpu);
    }
    together(0);
}
