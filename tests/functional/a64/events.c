/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Waiting for events (Arm ARM D1.6): what must wake a CPU from WFE does so. WFE may end without a
 * reason, so a test that something does not wake it is not possible.
 */
#include "lib/gic.h"
#include "lib/guest.h"

#define ROUNDS 200
#define TIMER 27

#define CNTKCTL_EVNTEN (1 << 2)
#define CNTKCTL_EVNTI(n) ((uint64_t)(n) << 4)

static Word ball, sleeps;

static void wfe(void)
{
    asm volatile("wfe" : : : "memory");
}

static void wfe_until(Word *p, uint64_t value)
{
    while (load_acquire(p) != value) {
        wfe();
    }
}

static void sev(void)
{
    asm volatile("dsb ish\n sev" : : : "memory");
}

/* Takes what CPU 0 throws, and throws it back. */
static void play(uint64_t unused)
{
    (void)unused;
    for (unsigned i = 0; i < ROUNDS; i++) {
        wfe_until(&ball, 2 * i + 1);
        store_release(&ball, 2 * i + 2);
        sev();
    }
}

static void test_sev(void)
{
    cpu_start(1, play, 0);
    for (unsigned i = 0; i < ROUNDS; i++) {
        store_release(&ball, 2 * i + 1);
        sev();
        wfe_until(&ball, 2 * i + 2);
    }
    report("sev", ball, 2 * ROUNDS);
    cpu_wait_off(1);
}

/* The events of the counter's bit 9 come every 1024 ticks, 16 us. */
static void test_event_stream(void)
{
    uint64_t end = READ_SYSREG("cntvct_el0") + 64 * 1024;

    WRITE_SYSREG("cntkctl_el1", CNTKCTL_EVNTEN | CNTKCTL_EVNTI(9));
    isb();
    while (READ_SYSREG("cntvct_el0") < end) {
        wfe();
        sleeps++;
    }
    WRITE_SYSREG("cntkctl_el1", 0);
    report("event-stream", sleeps > 0, 1);
}

/* With PSTATE.I set it is not taken. */
static void test_masked_interrupt(void)
{
    uint64_t got;

    gic_enable(TIMER, 0x80);
    WRITE_SYSREG("cntv_tval_el0", READ_SYSREG("cntfrq_el0") / 100);
    WRITE_SYSREG("cntv_ctl_el0", 1);
    isb();
    do {
        wfe();
        got = gic_acknowledge(1);
    } while ((got & 1023) == GIC_SPURIOUS);
    report("masked-interrupt", got, TIMER);
    WRITE_SYSREG("cntv_ctl_el0", 0);
    gic_end(1, got);
}

/* A CPU that waits for ever does not keep the others from their work. */
static void wait_for_ever(uint64_t unused)
{
    (void)unused;
    for (;;) {
        wfe();
    }
}

static void test_others_go_on(void)
{
    cpu_start(1, wait_for_ever, 0);
    cpu_start(2, play, 0);
    ball = 0;
    for (unsigned i = 0; i < ROUNDS; i++) {
        store_release(&ball, 2 * i + 1);
        sev();
        wfe_until(&ball, 2 * i + 2);
    }
    cpu_wait_off(2);
    report("others-go-on", ball, 2 * ROUNDS);
}

void guest_main(void)
{
    gic_start();
    gic_cpu_start();
    asm volatile("sevl\n wfe");
    report("sevl", 1, 1);
    test_sev();
    test_event_stream();
    test_masked_interrupt();
    test_others_go_on();
}
