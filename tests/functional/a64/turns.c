/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Four CPUs of which three never rest, while one asks for flushes of all TLBs and waits for them.
 * How far the others came meanwhile, and the time it took, is written too: with instructions as
 * the clock it is the same each time.
 */
#include "lib/guest.h"

#define CPUS 4
#define FLUSHES 2000

static Word spins[CPUS];
static Word is_over;

static void spin(uint64_t cpu)
{
    while (!is_over) {
        spins[cpu]++;
    }
}

void guest_main(void)
{
    uint64_t began, flushes = 0;

    for (unsigned cpu = 1; cpu < CPUS; cpu++) {
        cpu_start(cpu, spin, cpu);
    }
    /* All have had a turn. */
    for (unsigned cpu = 1; cpu < CPUS; cpu++) {
        while (!spins[cpu]) {
            asm volatile("yield");
        }
    }
    began = READ_SYSREG("cntvct_el0");
    for (; flushes < FLUSHES; flushes++) {
        asm volatile("tlbi vmalle1is\n dsb ish" : : : "memory");
    }
    began = READ_SYSREG("cntvct_el0") - began;
    is_over = 1;
    for (unsigned cpu = 1; cpu < CPUS; cpu++) {
        cpu_wait_off(cpu);
        report_hex("spins", spins[cpu], spins[cpu]);
    }
    report_hex("ticks", began, began);
    report("flushes", flushes, FLUSHES);
}
