/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A guest without an operating system for the generic timers (Arm ARM D11): both views of the
 * physical and the virtual one, what their interrupt lines do, and four CPUs that sleep until
 * theirs come.
 */
#include "lib/gic.h"

#define CPUS 4
#define TICKS 50
#define HZ 62500000

enum {
    ENABLE = 1,
    IMASK = 2,
    ISTATUS = 4,
};

/* The two timers by one name. */
typedef struct Timer {
    unsigned ppi;
    uint64_t (*count)(void);
    uint64_t (*ctl_read)(void), (*cval_read)(void), (*tval_read)(void);
    void (*ctl)(uint64_t value), (*cval)(uint64_t value), (*tval)(uint64_t value);
} Timer;

#define REGISTER(timer, reg, field)                             \
    static uint64_t timer##_##field##_read(void)                \
    {                                                           \
        isb();                                                  \
        return READ_SYSREG(#timer "_" #reg "_el0");             \
    }                                                           \
    static void timer##_##field(uint64_t value)                 \
    {                                                           \
        WRITE_SYSREG(#timer "_" #reg "_el0", value);            \
        isb();                                                  \
    }
#define TIMER(timer, ppi, counter)                              \
    REGISTER(timer, ctl, ctl)                                   \
    REGISTER(timer, cval, cval)                                 \
    REGISTER(timer, tval, tval)                                 \
    static uint64_t timer##_count(void)                         \
    {                                                           \
        isb();                                                  \
        return READ_SYSREG(counter);                            \
    }                                                           \
    static const Timer timer = {                                \
        ppi, timer##_count, timer##_ctl_read, timer##_cval_read, timer##_tval_read, \
        timer##_ctl, timer##_cval, timer##_tval,                \
    };
TIMER(cntv, 27, "cntvct_el0")
TIMER(cntp, 30, "cntpct_el0")

/* -- interrupts ------------------------------------------------------------------------------ */

static struct {
    const Timer *timer;
    Word taken, early;
    Word left;                  /* interrupts until the timer is switched off */
    uint64_t period;            /* 0: leave the compare value as it is */
} __attribute__((aligned(64))) cpus[CPUS];

void guest_exception(Frame *frame, unsigned vector)
{
    unsigned cpu = cpu_number();
    const Timer *timer = cpus[cpu].timer;
    uint32_t id;

    if (vector != VECTOR_IRQ) {
        guest_unexpected(frame, vector);
    }
    id = gic_acknowledge(1);
    if (id == GIC_SPURIOUS) {
        return;
    }
    if (id != timer->ppi) {
        guest_unexpected(frame, vector);
    }
    cpus[cpu].early += timer->count() < timer->cval_read() ||
                       !(timer->ctl_read() & ISTATUS);
    cpus[cpu].taken++;
    if (--cpus[cpu].left == 0) {
        timer->ctl(0);
    } else if (cpus[cpu].period) {
        timer->cval(timer->cval_read() + cpus[cpu].period);
    }
    gic_end(1, id);
}

static void prepare(const Timer *timer, uint64_t interrupts, uint64_t period)
{
    unsigned cpu = cpu_number();

    cpus[cpu].timer = timer;
    cpus[cpu].taken = cpus[cpu].early = 0;
    cpus[cpu].left = interrupts;
    cpus[cpu].period = period;
}

static void take(void)
{
    irq_unmask();
    for (unsigned i = 0; i < 100; i++) {
        asm volatile("nop");
    }
    irq_mask();
}

/* Sleeps until all interrupts have come. */
static void sleep(void)
{
    unsigned cpu = cpu_number();

    while (cpus[cpu].left) {
        irq_mask();
        if (cpus[cpu].left) {
            asm volatile("wfi");
        }
        irq_unmask();
    }
    irq_mask();
}

/* -- registers ------------------------------------------------------------------------------- */

static void counters(void)
{
    uint64_t a = cntp_count(), b = cntv_count(), c = cntp_count();
    unsigned wrong = 0;

    report("frequency", READ_SYSREG("cntfrq_el0"), HZ);
    report("counters-are-one", a <= b && b <= c, 1);
    for (unsigned i = 0; i < 1000; i++) {
        uint64_t before = cntv_count();

        wrong += cntv_count() < before;
    }
    report("counter-goes-back", wrong, 0);
}

/* Is @timer's compare value the one that @tval, sign-extended, gives now? */
static bool tval_is(const Timer *timer, uint64_t written, int64_t tval)
{
    uint64_t before = timer->count(), after;

    timer->tval(written);
    after = timer->count();
    return timer->cval_read() - tval - before <= after - before;
}

static void views(const Timer *timer)
{
    uint64_t tval;

    report("tval-0", tval_is(timer, 0, 0), 1);
    report("tval-largest", tval_is(timer, 0x7fffffff, 0x7fffffff), 1);
    report("tval-negative", tval_is(timer, 0xffffff00, -256), 1);
    report("tval-smallest", tval_is(timer, 0x80000000, -0x80000000LL), 1);
    report("tval-upper-bits", tval_is(timer, 0x1234567800000010, 0x10), 1);

    timer->cval(0x123456789abcdef0);
    report_hex("cval", timer->cval_read(), 0x123456789abcdef0);
    timer->cval(timer->count() + 0x300000000 + HZ);
    tval = timer->tval_read();
    report("tval-low-bits-only", tval <= HZ && tval > 0, 1);
    timer->cval(timer->count());
    tval = timer->tval_read();
    report("tval-counts-below-0", tval == 0 || (tval >= 0xf0000000 && tval <= UINT32_MAX), 1);
}

/* -- conditions and lines --------------------------------------------------------------------- */

static void conditions(const Timer *timer)
{
    timer->ctl(ENABLE | IMASK);
    timer->cval(UINT64_MAX);
    report_hex("status-never", timer->ctl_read(), ENABLE | IMASK);
    timer->cval(0);
    report_hex("status-met", timer->ctl_read(), ENABLE | IMASK | ISTATUS);
    timer->cval(timer->count());
    report_hex("status-equal", timer->ctl_read(), ENABLE | IMASK | ISTATUS);
    timer->cval(timer->count() + HZ * 100ULL);
    report_hex("status-again-not-met", timer->ctl_read(), ENABLE | IMASK);
    timer->tval(HZ / 1000);
    while (!(timer->ctl_read() & ISTATUS)) {
    }
    report("status-in-time", timer->count() >= timer->cval_read(), 1);
    timer->ctl(0);
    report_hex("disabled", timer->ctl_read() & ~ISTATUS, 0);
}

static bool line(const Timer *timer)
{
    return gic_bit(GICD_ISPENDR, timer->ppi);
}

static void lines(const Timer *timer)
{
    timer->cval(0);
    timer->ctl(ENABLE | IMASK);
    report("line-masked", line(timer), 0);
    timer->ctl(ENABLE);
    report("line-met", line(timer), 1);
    report_hex("isr", READ_SYSREG("isr_el1"), 1 << 7);
    timer->ctl(ENABLE | IMASK);
    report("line-masked-again", line(timer), 0);
    report_hex("isr-masked", READ_SYSREG("isr_el1"), 0);
    timer->ctl(ENABLE);
    timer->cval(timer->count() + HZ * 100ULL);
    report("line-reprogrammed", line(timer), 0);
    timer->tval(-1);
    report("line-by-tval", line(timer), 1);
    timer->tval(HZ * 10);
    report("line-reprogrammed-by-tval", line(timer), 0);
    timer->cval(0);
    timer->ctl(0);
    report("line-disabled", line(timer), 0);
    timer->ctl(ENABLE);
    prepare(timer, 3, 0);
    take();
    report("level-is-taken-again", cpus[0].taken, 3);
    report("level-early", cpus[0].early, 0);
    take();
    report("taken-no-more", cpus[0].taken, 3);

    /* What is lowered between the signal and IAR is nothing. */
    timer->ctl(ENABLE);
    timer->ctl(0);
    report("withdrawn", gic_acknowledge(1), GIC_SPURIOUS);
}

static void sleeps(const Timer *timer)
{
    uint64_t start = timer->count(), end;

    timer->cval(start + HZ / 200);
    timer->ctl(ENABLE);
    while (!READ_SYSREG("isr_el1")) {
        asm volatile("wfi");
    }
    report("masked-sleep", timer->count() - start >= HZ / 200, 1);
    prepare(timer, 1, 0);
    take();
    report("masked-sleep-taken", cpus[0].taken, 1);

    prepare(timer, TICKS, HZ / 1000);
    start = timer->count();
    timer->cval(start + HZ / 1000);
    timer->ctl(ENABLE);
    sleep();
    end = timer->count();
    report("ticks", cpus[0].taken, TICKS);
    report("ticks-early", cpus[0].early, 0);
    report("ticks-take-their-time", end - start >= TICKS * (HZ / 1000), 1);
}

/* -- several CPUs ----------------------------------------------------------------------------- */

static Word ticks;

static void tick(uint64_t unused)
{
    unsigned cpu = cpu_number();

    (void)unused;
    gic_cpu_start();
    gic_enable(cntv.ppi, 0x80);
    gic_enable(cntp.ppi, 0x80);
    meet(CPUS);
    for (unsigned i = 0; i < 2; i++) {
        const Timer *timer = (cpu + i) & 1 ? &cntv : &cntp;

        prepare(timer, TICKS, HZ / 1000 + cpu * 1000);
        timer->tval(HZ / 1000);
        timer->ctl(ENABLE);
        sleep();
        atomic_add(&ticks, cpus[cpu].taken * 1000 + cpus[cpu].early);
    }
}

static void all_tick(void)
{
    for (unsigned cpu = 1; cpu < CPUS; cpu++) {
        cpu_start(cpu, tick, 0);
    }
    tick(0);
    for (unsigned cpu = 1; cpu < CPUS; cpu++) {
        cpu_wait_off(cpu);
    }
    report("all-tick", ticks, 2 * CPUS * TICKS * 1000);
}

void guest_main(void)
{
    static const Timer *const timers[] = { &cntv, &cntp };

    irq_mask();
    gic_start();
    gic_cpu_start();
    counters();
    for (unsigned i = 0; i < 2; i++) {
        gic_enable(timers[i]->ppi, 0x80);
        views(timers[i]);
        conditions(timers[i]);
        lines(timers[i]);
        sleeps(timers[i]);
    }
    all_tick();
}
