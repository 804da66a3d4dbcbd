/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A guest without an operating system for PSCI (Arm DEN 0022): what its functions answer, the state
 * in which a CPU begins, and four CPUs that switch each other on and themselves off. It runs
 * twice, with a SYSTEM_RESET between, which finds the other CPUs busy.
 */
#include "lib/gic.h"

#define CPUS 4
#define CYCLES 1000
#define RACES 200
#define HOPS 300
#define SGI 3

#define PSCI_CPU_ON_32 0x84000003
#define PSCI_AFFINITY_INFO_32 0x84000004
#define PSCI_INVALID_ADDRESS (-9)
#define PSCI_UNKNOWN 0xc400001f

/* RAM that is not of the guest's image is kept over a reset. */
#define SECOND_RUN 0x5ec0d
static Word *const run_number = (Word *)0x60000000;

/* -- answers --------------------------------------------------------------------------------- */

static void report_answer(const char *name, int64_t is, int64_t should)
{
    report_hex(name, is, should);
}

static void features(void)
{
    report_answer("version", psci(PSCI_VERSION, 0, 0, 0), 0x10001);
    report_answer("unknown", psci(PSCI_UNKNOWN, 0, 0, 0), PSCI_NOT_SUPPORTED);
    report_answer("feature", psci(PSCI_FEATURES, PSCI_CPU_ON, 0, 0), PSCI_SUCCESS);
    report_answer("not-a-feature", psci(PSCI_FEATURES, PSCI_UNKNOWN, 0, 0), PSCI_NOT_SUPPORTED);
}

static int64_t affinity(uint64_t cpu, uint64_t level)
{
    return psci(PSCI_AFFINITY_INFO, cpu, level, 0);
}

static void affinities(void)
{
    report_answer("affinity-of-itself", affinity(0, 0), AFFINITY_ON);
    report_answer("affinity-off", affinity(3, 0), AFFINITY_OFF);
    report_answer("affinity-of-all", affinity(3, 1), AFFINITY_ON);
    report_answer("affinity-of-nobody", affinity(CPUS, 0), PSCI_INVALID_PARAMETERS);
    report_answer("affinity-bad-mpidr", affinity(1ULL << 31, 0), PSCI_INVALID_PARAMETERS);
    report_answer("affinity-bad-level", affinity(0, 4), PSCI_INVALID_PARAMETERS);
    report_answer("affinity-32-bits", psci(PSCI_AFFINITY_INFO_32, 7ULL << 32, 7ULL << 32, 0),
                  AFFINITY_ON);
}

static int64_t cpu_on(uint64_t cpu, const char *entry, uint64_t context)
{
    return psci(PSCI_CPU_ON, cpu, (uintptr_t)entry, context);
}

static Word is_running, may_end;

static void run_until_told(uint64_t unused)
{
    (void)unused;
    store_release(&is_running, 1);
    wait_for(&may_end, 1);
}

static void refusals(void)
{
    report_answer("on-itself", cpu_on(0, guest_secondary, 0), PSCI_ALREADY_ON);
    report_answer("on-nobody", cpu_on(CPUS, guest_secondary, 0), PSCI_INVALID_PARAMETERS);
    report_answer("on-other-cluster", cpu_on(0x10001, guest_secondary, 0), PSCI_INVALID_PARAMETERS);
    report_answer("on-bad-mpidr", cpu_on(1ULL << 31 | 1, guest_secondary, 0),
                  PSCI_INVALID_PARAMETERS);
    report_answer("on-odd-entry", cpu_on(1, guest_secondary + 2, 0), PSCI_INVALID_ADDRESS);
    report_answer("refused-is-off", affinity(1, 0), AFFINITY_OFF);

    report_answer("on", cpu_start(1, run_until_told, 0), PSCI_SUCCESS);
    while (!load_acquire(&is_running)) {
        asm volatile("wfe");
    }
    report_answer("on-again", cpu_on(1, guest_secondary, 0), PSCI_ALREADY_ON);
    report_answer("affinity-on", affinity(1, 0), AFFINITY_ON);
    store_release(&may_end, 1);
    asm volatile("dsb sy\n sev" ::: "memory");
    cpu_wait_off(1);
    report_answer("affinity-off-again", affinity(1, 0), AFFINITY_OFF);
}

/* -- the first state ------------------------------------------------------------------------- */

struct First {
    uint64_t context, el, daif, spsel, sctlr;
} first;
extern char first_entry[];

asm(".global first_entry\n"
    "first_entry:\n"
    "        ldr x1, =first\n"
    "        mrs x2, currentel\n"
    "        mrs x3, daif\n"
    "        mrs x4, spsel\n"
    "        mrs x5, sctlr_el1\n"
    "        stp x0, x2, [x1]\n"
    "        stp x3, x4, [x1, #16]\n"
    "        str x5, [x1, #32]\n"
    "        movz x0, #0x8400, lsl #16\n"
    "        movk x0, #2\n"
    "        hvc #0\n"
    "        b .\n"
    ".ltorg\n");

/* The MMU is on, as on all CPUs of this guest. */
static void leave_changed(uint64_t unused)
{
    (void)unused;
    asm volatile("msr spsel, #0\n msr daifclr, #15" ::: "memory");
    psci(PSCI_CPU_OFF, 0, 0, 0);
}

/* A CPU begins anew, whatever it was when it went off. */
static void first_state(void)
{
    cpu_start(2, leave_changed, 0);
    cpu_wait_off(2);
    cpu_on(2, first_entry, 0xfedcba9876543210);
    cpu_wait_off(2);
    report_hex("first-x0", first.context, 0xfedcba9876543210);
    report_hex("first-el", first.el, 1 << 2);
    report_hex("first-daif", first.daif, 0x3c0);
    report_hex("first-spsel", first.spsel, 1);
    report_hex("first-mmu-caches-endianness", first.sctlr & (1 << 25 | 1 << 12 | 5), 0);
    psci(PSCI_CPU_ON_32, 7ULL << 32 | 2, 7ULL << 32 | (uintptr_t)first_entry, 7ULL << 32 | 5);
    cpu_wait_off(2);
    report_hex("first-x0-32-bits", first.context, 5);
}

/* -- on and off ------------------------------------------------------------------------------ */

static Word lives;

static void live(uint64_t n)
{
    atomic_add(&lives, n);
}

static void cycles(void)
{
    uint64_t failures = 0, expected = 0;

    for (unsigned i = 0; i < CYCLES; i++) {
        unsigned cpu = 1 + i % (CPUS - 1);

        failures += cpu_start(cpu, live, i) != PSCI_SUCCESS;
        expected += i;
        if (i % 2 || cpu == CPUS - 1) {
            cpu_wait_off(1);
            cpu_wait_off(2);
            cpu_wait_off(3);
        }
    }
    report("cycles", lives, expected);
    report("cycles-failures", failures, 0);
}

/* Two CPUs want a third on: one of them succeeds. */
static Word winners, others;

static void race_once(void)
{
    int64_t answer = cpu_start(1, live, 1);

    if (answer == PSCI_SUCCESS) {
        atomic_add(&winners, 1);
    } else if (answer == PSCI_ALREADY_ON || answer == PSCI_ON_PENDING) {
        atomic_add(&others, 1);
    }
}

static void race(uint64_t unused)
{
    (void)unused;
    for (unsigned i = 0; i < RACES; i++) {
        meet(2);
        race_once();
        cpu_wait_off(1);
    }
}

static void races(void)
{
    lives = 0;
    cpu_start(2, race, 0);
    race(0);
    cpu_wait_off(2);
    report("race-lives", lives, winners);
    report("race-enough", winners >= RACES, 1);
    report("race-answers", winners + others, 2 * RACES);
}

/* Each switches the next one on and goes off. */
static void hop(uint64_t left)
{
    atomic_add(&lives, 1);
    if (left) {
        unsigned next = cpu_number() % (CPUS - 1) + 1;

        while (cpu_start(next, hop, left - 1) != PSCI_SUCCESS) {
            asm volatile("wfe");
        }
    }
}

static void hops(void)
{
    lives = 0;
    cpu_start(1, hop, HOPS - 1);
    wait_for(&lives, HOPS);
    for (unsigned cpu = 1; cpu < CPUS; cpu++) {
        cpu_wait_off(cpu);
    }
    report("hops", lives, HOPS);
}

/* -- interrupts ------------------------------------------------------------------------------ */

static Word taken;

void guest_exception(Frame *frame, unsigned vector)
{
    if (vector != VECTOR_IRQ) {
        guest_unexpected(frame, vector);
    }
    gic_end(1, gic_acknowledge(1));
    store_release(&taken, taken + 1);
}

static void wake_first(uint64_t unused)
{
    (void)unused;
    meet(2);
    for (unsigned i = 0; i < 10000; i++) {
        asm volatile("nop");
    }
    gic_send(SGI, 1);
}

static void suspends(void)
{
    gic_start();
    gic_cpu_start();
    gic_enable(SGI, 0x80);
    report_answer("suspend-bad-state", psci(PSCI_CPU_SUSPEND, 1ULL << 31, 0, 0),
                  PSCI_INVALID_PARAMETERS);
    cpu_start(1, wake_first, 0);
    irq_mask();
    meet(2);
    report_answer("suspend", psci(PSCI_CPU_SUSPEND, 0, 0, 0), PSCI_SUCCESS);
    report_hex("suspend-woken-by", READ_SYSREG("isr_el1"), 1 << 7);
    report_answer("suspend-with-interrupt", psci(PSCI_CPU_SUSPEND, 0, 0, 0), PSCI_SUCCESS);
    report("suspend-masked", taken, 0);
    irq_unmask();
    irq_mask();
    report("suspend-unmasked", taken, 1);

    /* Nobody but CPU_ON wakes a CPU that is off. */
    cpu_wait_off(1);
    gic_send(SGI, 1 << 1);
    for (unsigned i = 0; i < 100000; i++) {
        asm volatile("nop");
    }
    report_answer("off-with-interrupt", affinity(1, 0), AFFINITY_OFF);
    report("off-takes-nothing", taken, 1);
}

/* -- reset ----------------------------------------------------------------------------------- */

static void run_for_ever(uint64_t unused)
{
    (void)unused;
    for (;;) {
        atomic_add(run_number + 1, 1);
    }
}

static void after_reset(void)
{
    uint64_t count;

    for (unsigned cpu = 1; cpu < CPUS; cpu++) {
        report_answer("reset-is-off", affinity(cpu, 0), AFFINITY_OFF);
    }
    count = run_number[1];
    for (unsigned i = 0; i < 100000; i++) {
        asm volatile("nop");
    }
    report("reset-nobody-runs", run_number[1] - count, 0);
    report("reset-gic", gic_bit(GICD_CTLR, 0), 0);
    report("reset-gic-enabled", gic_bit(GICD_ISENABLER, 200), 0);
}

void guest_main(void)
{
    bool is_second = *run_number == SECOND_RUN;

    guest_mmu_on();
    if (is_second) {
        after_reset();
    }
    features();
    affinities();
    refusals();
    first_state();
    cycles();
    races();
    hops();
    suspends();
    gic_enable(200, 0x80);
    for (unsigned cpu = 1; cpu < CPUS; cpu++) {
        cpu_start(cpu, run_for_ever, 0);
    }
    while (run_number[1] < 1000) {
    }
    if (!is_second) {
        *run_number = SECOND_RUN;
        psci(PSCI_SYSTEM_RESET, 0, 0, 0);
        report("still-here", 1, 0);
    }
}
