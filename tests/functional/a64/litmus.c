/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A guest without an operating system: litmus tests of the memory model (Arm ARM B2.3) on up to
 * four CPUs. Each is a few accesses per CPU to x, y and z, done many times with fresh ones; what
 * CPUs saw and what is left is compared afterwards with what the model forbids. Without barriers
 * little is: coherence of one location, and that accesses are done as a whole.
 */
#include "lib/guest.h"

#define CPUS 4
#define TRIES (8192 * SCALE)
#define ROUND 1024              /* between meetings */

static struct {
    Word value;
    uint64_t unused[7];         /* a line of its own */
} __attribute__((aligned(64))) x[TRIES], y[TRIES], z[TRIES];
static uint8_t seen[CPUS][TRIES][2];

#define X (&x[i].value)
#define Y (&y[i].value)
#define Z (&z[i].value)
#define SEEN(cpu, n) seen[cpu][i][n]

/* -- accesses -------------------------------------------------------------------------------- */

static inline void store(Word *p, uint64_t v)
{
    asm volatile("str %1, %0" : "=Q"(*p) : "r"(v) : "memory");
}

static inline uint64_t load(Word *p)
{
    uint64_t v;

    asm volatile("ldr %0, %1" : "=r"(v) : "Q"(*p) : "memory");
    return v;
}

/* With FEAT_LRCPC. */
static inline uint64_t load_acquire_pc(Word *p)
{
    uint64_t v;

    asm volatile(".arch_extension rcpc\n ldapr %0, %1" : "=r"(v) : "Q"(*p) : "memory");
    return v;
}

/* An address that depends on @v. */
static inline Word *depending(Word *p, uint64_t v)
{
    uint64_t zero;

    asm volatile("eor %0, %1, %1" : "=r"(zero) : "r"(v));
    return (Word *)((char *)p + zero);
}

static inline uint64_t swap_acquire_release(Word *p, uint64_t v)
{
    uint64_t old;

    asm volatile("swpal %2, %0, %1" : "=r"(old), "+Q"(*p) : "r"(v) : "memory");
    return old;
}

static inline void store_exclusive_release(Word *p, uint64_t v)
{
    uint64_t old;
    uint32_t failed;

    asm volatile("1: ldxr %0, %2\n stlxr %w1, %3, %2\n cbnz %w1, 1b"
                 : "=&r"(old), "=&r"(failed), "+Q"(*p) : "r"(v) : "memory");
}

static inline uint64_t load_exclusive_acquire(Word *p)
{
    uint64_t v;

    asm volatile("ldaxr %0, %1\n clrex" : "=r"(v) : "Q"(*p) : "memory");
    return v;
}

static inline void dmb_ld(void)
{
    asm volatile("dmb ishld" ::: "memory");
}

static inline void dmb_st(void)
{
    asm volatile("dmb ishst" ::: "memory");
}

/* -- store buffering: x = 1; read y | y = 1; read x ------------------------------------------- */

static void sb_dmb(unsigned cpu, unsigned i)
{
    store(cpu ? Y : X, 1);
    dmb();
    SEEN(cpu, 0) = load(cpu ? X : Y);
}

static void sb_dsb(unsigned cpu, unsigned i)
{
    store(cpu ? Y : X, 1);
    dsb();
    SEEN(cpu, 0) = load(cpu ? X : Y);
}

static void sb_release_acquire(unsigned cpu, unsigned i)
{
    store_release(cpu ? Y : X, 1);
    SEEN(cpu, 0) = load_acquire(cpu ? X : Y);
}

static void sb_swap_acquire(unsigned cpu, unsigned i)
{
    swap_acquire_release(cpu ? Y : X, 1);
    SEEN(cpu, 0) = load_acquire(cpu ? X : Y);
}

static void sb_exclusive_acquire(unsigned cpu, unsigned i)
{
    store_exclusive_release(cpu ? Y : X, 1);
    SEEN(cpu, 0) = load_exclusive_acquire(cpu ? X : Y);
}

static int both_zero(unsigned i)
{
    return !SEEN(0, 0) && !SEEN(1, 0);
}

/* -- message passing: x = 1; y = 1 | read y; read x ------------------------------------------- */

static void mp_dmb(unsigned cpu, unsigned i)
{
    if (cpu == 0) {
        store(X, 1);
        dmb_st();
        store(Y, 1);
    } else {
        SEEN(1, 0) = load(Y);
        dmb_ld();
        SEEN(1, 1) = load(X);
    }
}

static void mp_release_acquire(unsigned cpu, unsigned i)
{
    if (cpu == 0) {
        store(X, 1);
        store_release(Y, 1);
    } else {
        SEEN(1, 0) = load_acquire(Y);
        SEEN(1, 1) = load(X);
    }
}

static void mp_release_acquire_pc(unsigned cpu, unsigned i)
{
    if (cpu == 0) {
        store(X, 1);
        store_release(Y, 1);
    } else {
        SEEN(1, 0) = load_acquire_pc(Y);
        SEEN(1, 1) = load(X);
    }
}

static void mp_exclusive(unsigned cpu, unsigned i)
{
    if (cpu == 0) {
        store(X, 1);
        store_exclusive_release(Y, 1);
    } else {
        SEEN(1, 0) = load_exclusive_acquire(Y);
        SEEN(1, 1) = load(X);
    }
}

static void mp_swap(unsigned cpu, unsigned i)
{
    if (cpu == 0) {
        store(X, 1);
        swap_acquire_release(Y, 1);
    } else {
        SEEN(1, 0) = atomic_add(Y, 0);
        SEEN(1, 1) = load(X);
    }
}

static void mp_address(unsigned cpu, unsigned i)
{
    if (cpu == 0) {
        store(X, 1);
        dmb();
        store(Y, 1);
    } else {
        uint64_t flag = load(Y);

        SEEN(1, 1) = load(depending(X, flag));
        SEEN(1, 0) = flag;
    }
}

static void mp_control_isb(unsigned cpu, unsigned i)
{
    if (cpu == 0) {
        store(X, 1);
        dmb();
        store(Y, 1);
    } else {
        uint64_t flag = load(Y), data;

        asm volatile("cbnz %1, 1f\n 1: isb\n ldr %0, %2" : "=&r"(data) : "r"(flag), "Q"(*X)
                     : "memory");
        SEEN(1, 0) = flag;
        SEEN(1, 1) = data;
    }
}

static int flag_without_data(unsigned i)
{
    return SEEN(1, 0) && !SEEN(1, 1);
}

/* -- load buffering: read y; x = 1 | read x; y = 1 -------------------------------------------- */

static void lb_dmb(unsigned cpu, unsigned i)
{
    uint64_t v = load(cpu ? Y : X);

    dmb();
    store(cpu ? X : Y, 1);
    SEEN(cpu, 0) = v;
}

static void lb_data(unsigned cpu, unsigned i)
{
    uint64_t v = load(cpu ? Y : X);

    store(cpu ? X : Y, *depending(Z, v) + 1);
    SEEN(cpu, 0) = v;
}

static void lb_acquire(unsigned cpu, unsigned i)
{
    SEEN(cpu, 0) = load_acquire(cpu ? Y : X);
    store(cpu ? X : Y, 1);
}

static int both_one(unsigned i)
{
    return SEEN(0, 0) && SEEN(1, 0);
}

/* -- independent reads of independent writes -------------------------------------------------- */

static void iriw_release_acquire(unsigned cpu, unsigned i)
{
    if (cpu < 2) {
        store_release(cpu ? Y : X, 1);
    } else {
        SEEN(cpu, 0) = load_acquire(cpu & 1 ? Y : X);
        SEEN(cpu, 1) = load_acquire(cpu & 1 ? X : Y);
    }
}

static void iriw_dmb(unsigned cpu, unsigned i)
{
    if (cpu < 2) {
        store(cpu ? Y : X, 1);
    } else {
        SEEN(cpu, 0) = load(cpu & 1 ? Y : X);
        dmb();
        SEEN(cpu, 1) = load(cpu & 1 ? X : Y);
    }
}

static void iriw_address(unsigned cpu, unsigned i)
{
    if (cpu < 2) {
        store(cpu ? Y : X, 1);
    } else {
        uint64_t first = load(cpu & 1 ? Y : X);

        SEEN(cpu, 1) = load(depending(cpu & 1 ? X : Y, first));
        SEEN(cpu, 0) = first;
    }
}

static int readers_disagree(unsigned i)
{
    return SEEN(2, 0) && !SEEN(2, 1) && SEEN(3, 0) && !SEEN(3, 1);
}

/* -- three CPUs ------------------------------------------------------------------------------ */

/* x = 1 | read x; y = 1 | read y; read x */
static void write_to_read_causality(unsigned cpu, unsigned i)
{
    if (cpu == 0) {
        store(X, 1);
    } else if (cpu == 1) {
        SEEN(1, 0) = load_acquire(X);
        store_release(Y, 1);
    } else {
        uint64_t flag = load(Y);

        SEEN(2, 1) = load(depending(X, flag));
        SEEN(2, 0) = flag;
    }
}

static int effect_without_cause(unsigned i)
{
    return SEEN(1, 0) && SEEN(2, 0) && !SEEN(2, 1);
}

/* x = 1; y = 1 | read y; z = 1 | read z; read x */
static void chain(unsigned cpu, unsigned i)
{
    if (cpu == 0) {
        store(X, 1);
        store_release(Y, 1);
    } else if (cpu == 1) {
        SEEN(1, 0) = load_acquire(Y);
        store_release(Z, 1);
    } else {
        SEEN(2, 0) = load_acquire(Z);
        SEEN(2, 1) = load(X);
    }
}

/* -- what is left ---------------------------------------------------------------------------- */

/* x = 1; y = 2 | y = 1; x = 2 */
static void two_writes(unsigned cpu, unsigned i)
{
    store(cpu ? Y : X, 1);
    dmb();
    store(cpu ? X : Y, 2);
}

static int both_first(unsigned i)
{
    return *X == 1 && *Y == 1;
}

/* x = 1; y = 1 | y = 2; read x */
static void write_and_read(unsigned cpu, unsigned i)
{
    if (cpu == 0) {
        store(X, 1);
        dmb();
        store(Y, 1);
    } else {
        store(Y, 2);
        dmb();
        SEEN(1, 0) = load(X);
    }
}

static int later_without_data(unsigned i)
{
    return *Y == 2 && !SEEN(1, 0);
}

/* x = 2; y = 1 | read y; x = 1 */
static void overwrite(unsigned cpu, unsigned i)
{
    if (cpu == 0) {
        store(X, 2);
        store_release(Y, 1);
    } else {
        SEEN(1, 0) = load_acquire(Y);
        store(X, 1);
    }
}

static int not_overwritten(unsigned i)
{
    return SEEN(1, 0) && *X == 2;
}

/* -- without barriers ------------------------------------------------------------------------ */

/* x = 1 | read x; read x */
static void coherence_of_reads(unsigned cpu, unsigned i)
{
    if (cpu == 0) {
        store(X, 1);
    } else {
        SEEN(cpu, 0) = load(X);
        SEEN(cpu, 1) = load(X);
    }
}

static int reads_go_back(unsigned i)
{
    return (SEEN(1, 0) && !SEEN(1, 1)) || (SEEN(2, 0) && !SEEN(2, 1)) ||
           (SEEN(3, 0) && !SEEN(3, 1));
}

/* x = 1; x = 2 | the readers agree on their order, and 2 is left */
static void coherence_of_writes(unsigned cpu, unsigned i)
{
    if (cpu == 0) {
        store(X, 1);
        store(X, 2);
    } else {
        SEEN(cpu, 0) = load(X);
        SEEN(cpu, 1) = load(X);
    }
}

static int writes_go_back(unsigned i)
{
    return *X != 2 || SEEN(1, 0) > SEEN(1, 1) || SEEN(2, 0) > SEEN(2, 1) || SEEN(3, 0) > SEEN(3, 1);
}

/* All do x += 1 by an exclusive pair or LDADD: each old value is seen once. */
static void atomic_order(unsigned cpu, unsigned i)
{
    uint64_t old;
    uint32_t failed;

    if (cpu & 1) {
        old = atomic_add(X, 1);
    } else {
        asm volatile("1: ldxr %0, %2\n add %0, %0, #1\n stxr %w1, %0, %2\n cbnz %w1, 1b"
                     : "=&r"(old), "=&r"(failed), "+Q"(*X) : : "memory");
        old--;
    }
    SEEN(cpu, 0) = 1 << old;
}

static int not_all_orders(unsigned i)
{
    return *X != CPUS || (SEEN(0, 0) | SEEN(1, 0) | SEEN(2, 0) | SEEN(3, 0)) != 0xf;
}

/* Whole words: 64 bits by one store, seen by one load; 128 bits by exclusives. */
static void whole_words(unsigned cpu, unsigned i)
{
    uint64_t v = (cpu + 1) * 0x0101010101010101ULL;

    store(X, v);
    v = load(X);
    SEEN(cpu, 0) = v != (v & 0xff) * 0x0101010101010101ULL;
}

static void whole_pairs(unsigned cpu, unsigned i)
{
    uint64_t lo, hi;
    uint32_t failed;

    asm volatile("1: ldxp %0, %1, [%4]\n stxp %w2, %3, %3, [%4]\n cbnz %w2, 1b"
                 : "=&r"(lo), "=&r"(hi), "=&r"(failed) : "r"((uint64_t)cpu + 1), "r"(X)
                 : "memory");
    SEEN(cpu, 0) = lo != hi;
}

static int torn(unsigned i)
{
    return SEEN(0, 0) || SEEN(1, 0) || SEEN(2, 0) || SEEN(3, 0);
}

/* -- all ------------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    unsigned cpus;
    void (*step)(unsigned cpu, unsigned i);
    int (*is_forbidden)(unsigned i);
} tests[] = {
    { "sb-dmb", 2, sb_dmb, both_zero },
    { "sb-dsb", 2, sb_dsb, both_zero },
    { "sb-stlr-ldar", 2, sb_release_acquire, both_zero },
    { "sb-swpal-ldar", 2, sb_swap_acquire, both_zero },
    { "sb-stlxr-ldaxr", 2, sb_exclusive_acquire, both_zero },
    { "mp-dmb", 2, mp_dmb, flag_without_data },
    { "mp-stlr-ldar", 2, mp_release_acquire, flag_without_data },
    { "mp-stlr-ldapr", 2, mp_release_acquire_pc, flag_without_data },
    { "mp-stlxr-ldaxr", 2, mp_exclusive, flag_without_data },
    { "mp-swpal-ldaddal", 2, mp_swap, flag_without_data },
    { "mp-dmb-address", 2, mp_address, flag_without_data },
    { "mp-dmb-control-isb", 2, mp_control_isb, flag_without_data },
    { "lb-dmb", 2, lb_dmb, both_one },
    { "lb-data", 2, lb_data, both_one },
    { "lb-ldar", 2, lb_acquire, both_one },
    { "iriw-stlr-ldar", 4, iriw_release_acquire, readers_disagree },
    { "iriw-dmb", 4, iriw_dmb, readers_disagree },
    { "iriw-address", 4, iriw_address, readers_disagree },
    { "wrc", 3, write_to_read_causality, effect_without_cause },
    { "isa2", 3, chain, effect_without_cause },
    { "2+2w-dmb", 2, two_writes, both_first },
    { "r-dmb", 2, write_and_read, later_without_data },
    { "s-stlr-ldar", 2, overwrite, not_overwritten },
    { "coherence-of-reads", 4, coherence_of_reads, reads_go_back },
    { "coherence-of-writes", 4, coherence_of_writes, writes_go_back },
    { "atomic-order", 4, atomic_order, not_all_orders },
    { "whole-words", 4, whole_words, torn },
    { "whole-pairs", 4, whole_pairs, torn },
};

static void clear(void)
{
    for (unsigned i = 0; i < TRIES; i++) {
        *X = *Y = *Z = 0;
        x[i].unused[0] = 0;
        for (unsigned cpu = 0; cpu < CPUS; cpu++) {
            SEEN(cpu, 0) = SEEN(cpu, 1) = 0;
        }
    }
}

/* CPUs that run at the same time come close; nobody waits long for one that does not. */
static void come_close(unsigned cpu, unsigned cpus, uint64_t number)
{
    static struct {
        Word tries;
        uint64_t unused[7];
    } at[CPUS] __attribute__((aligned(64)));

    at[cpu].tries = number;
    for (unsigned other = 0; other < cpus; other++) {
        for (unsigned spins = 0; at[other].tries < number && spins < 50; spins++) {
        }
    }
}

static void test_run(unsigned cpu, unsigned test)
{
    uint64_t forbidden = 0;

    if (cpu == 0) {
        clear();
    }
    for (unsigned i = 0; i < TRIES; i++) {
        if (i % ROUND == 0) {
            meet(CPUS);
        }
        if (cpu < tests[test].cpus) {
            come_close(cpu, tests[test].cpus, (uint64_t)test * TRIES + i);
            tests[test].step(cpu, i);
        }
    }
    meet(CPUS);
    for (unsigned i = 0; cpu == 0 && i < TRIES; i++) {
        forbidden += tests[test].is_forbidden(i) != 0;
    }
    if (cpu == 0) {
        report(tests[test].name, forbidden, 0);
    }
}

static void run_all(uint64_t cpu)
{
    for (unsigned test = 0; test < sizeof(tests) / sizeof(tests[0]); test++) {
        test_run(cpu, test);
    }
}

void guest_main(void)
{
    guest_mmu_on();
    for (unsigned cpu = 1; cpu < CPUS; cpu++) {
        cpu_start(cpu, run_all, cpu);
    }
    run_all(0);
}
