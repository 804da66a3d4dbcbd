/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A guest without an operating system whose four CPUs interrupt each other: by software-generated
 * interrupts of several priorities, and by shared ones that are routed to one of them or to all.
 */
#include "lib/gic.h"

#define CPUS 4
#define ROUNDS 200
#define SPI 200

/* Software-generated interrupts and what they are for. */
enum {
    SGI_STOP,
    SGI_PING,
    SGI_PONG,
    SGI_ALL,
    SGI_MANY,
    SGI_STORM,              /* and the next ones, two for each sender */
    SGI_WITHIN = 15,        /* whose handler waits for another CPU's interrupt */
};

static struct {
    Word count[16];         /* of SGIs */
    Word sources[16];       /* of GICv2: the senders that were seen */
    Word shared;            /* of SPIs */
    Word wrong;
} __attribute__((aligned(64))) cpus[CPUS];

static uint8_t sgi_priority(unsigned sgi)
{
    return 0x40 + sgi * 8;
}

/* Answered by a higher priority's interrupt while this one's handler waits. */
static void ping_within(void)
{
    uint64_t before = load_acquire(&cpus[0].count[SGI_PONG]);

    gic_send(SGI_PING, 1 << 1);
    wait_for(&cpus[0].count[SGI_PONG], before + 1);
}

void guest_exception(Frame *frame, unsigned vector)
{
    unsigned cpu = cpu_number();
    uint32_t acknowledged, id;

    if (vector != VECTOR_IRQ) {
        guest_unexpected(frame, vector);
    }
    acknowledged = gic_acknowledge(1);
    id = acknowledged & 1023;
    if (id == GIC_SPURIOUS) {
        return;
    }
    if (id == SPI) {
        atomic_add(&cpus[cpu].shared, 1);
    } else if (id < 16) {
        cpus[cpu].wrong += gic_running() != sgi_priority(id);
        irq_unmask();
        cpus[cpu].sources[id] |= 1 << (acknowledged >> 10);
        if (id == SGI_PING) {
            gic_send(SGI_PONG, 1);
        } else if (id == SGI_WITHIN) {
            ping_within();
        }
        irq_mask();
        cpus[cpu].wrong += gic_running() != sgi_priority(id);
    } else {
        cpus[cpu].wrong++;
    }
    gic_end(1, acknowledged);
    if (id < 16) {
        atomic_add(&cpus[cpu].count[id], 1);
        asm volatile("dsb ish\n sev" ::: "memory");
    }
}

static void interface_start(void)
{
    gic_cpu_start();
    for (unsigned sgi = 0; sgi < 16; sgi++) {
        gic_enable(sgi, sgi_priority(sgi));
    }
}

/* WFI with PSTATE.I set, so that no wake-up is missed. */
static void wait_for_interrupts(Word *count, uint64_t value)
{
    while (load_acquire(count) < value) {
        irq_mask();
        if (load_acquire(count) < value) {
            asm volatile("dsb sy\n wfi" ::: "memory");
        }
        irq_unmask();
    }
}

/* Takes interrupts until SGI_STOP comes. */
static void serve(uint64_t unused)
{
    (void)unused;
    interface_start();
    meet(CPUS);
    wait_for_interrupts(&cpus[cpu_number()].count[SGI_STOP], 1);
    irq_mask();
}

static void ping(unsigned cpu, uint64_t before)
{
    for (unsigned i = 1; i <= ROUNDS; i++) {
        gic_send(SGI_PING, 1 << cpu);
        wait_for_interrupts(&cpus[0].count[SGI_PONG], before + i);
    }
    wait_for(&cpus[cpu].count[SGI_PING], ROUNDS);
    report("pings", cpus[cpu].count[SGI_PING], ROUNDS);
}

static void pings(void)
{
    for (unsigned cpu = 1; cpu < CPUS; cpu++) {
        ping(cpu, (cpu - 1) * ROUNDS);
    }
    report("pongs", cpus[0].count[SGI_PONG], (CPUS - 1) * ROUNDS);
    gic_send(SGI_MANY, 1);
    wait_for(&cpus[0].count[SGI_MANY], 1);
    report("to-itself", cpus[0].count[SGI_MANY], 1);
    report_hex("source", cpus[0].sources[SGI_MANY], 1);
    gic_send(SGI_WITHIN, 1);
    wait_for(&cpus[0].count[SGI_WITHIN], 1);
    report("within", cpus[0].count[SGI_PONG], (CPUS - 1) * ROUNDS + 1);
}

static void all_others(void)
{
    for (unsigned i = 1; i <= ROUNDS; i++) {
        gic_send(SGI_ALL, 0);
        for (unsigned cpu = 1; cpu < CPUS; cpu++) {
            wait_for(&cpus[cpu].count[SGI_ALL], i);
        }
    }
    report("all-others", cpus[3].count[SGI_ALL], ROUNDS);
    report("not-itself", cpus[0].count[SGI_ALL], 0);
}

static void routes(void)
{
    gic_set_edge(SPI);
    gic_enable(SPI, 0x20);
    for (unsigned i = 0; i < ROUNDS; i++) {
        unsigned cpu = 1 + i % (CPUS - 1);
        uint64_t before = cpus[cpu].shared;

        gic_set_target(SPI, cpu);
        gic_bit_write(GICD_ISPENDR, SPI);
        wait_for(&cpus[cpu].shared, before + 1);
    }
    report("routed", cpus[1].shared + cpus[2].shared + cpus[3].shared, ROUNDS);
}

static uint64_t shared_count(void)
{
    uint64_t n = 0;

    for (unsigned cpu = 0; cpu < CPUS; cpu++) {
        n += load_acquire(&cpus[cpu].shared);
    }
    return n;
}

/* To whoever is first: one of them takes it, and only one. */
static void shared(void)
{
    uint64_t before = shared_count();

    gic_set_target_any(SPI);
    for (unsigned i = 1; i <= ROUNDS; i++) {
        gic_bit_write(GICD_ISPENDR, SPI);
        while (shared_count() < before + i) {
            asm volatile("wfe");
        }
        while (gic_bit(GICD_ISACTIVER, SPI)) {
            asm volatile("wfe");
        }
    }
    report("shared", shared_count() - before, ROUNDS);
}

/* Two interrupts of each CPU to CPU 0, of six priorities, each as soon as the last was taken. */
static void storm_send(uint64_t unused)
{
    unsigned sgi = SGI_STORM + (cpu_number() - 1) * 2;

    (void)unused;
    interface_start();
    meet(CPUS);
    for (unsigned i = 1; i <= ROUNDS; i++) {
        gic_send(sgi + 1, 1);
        gic_send(sgi, 1);
        wait_for(&cpus[0].count[sgi], i);
        wait_for(&cpus[0].count[sgi + 1], i);
    }
}

static void storm(void)
{
    uint64_t n = 0;

    meet(CPUS);
    for (unsigned sgi = SGI_STORM; sgi < SGI_STORM + 6; sgi++) {
        wait_for_interrupts(&cpus[0].count[sgi], ROUNDS);
        n += cpus[0].count[sgi];
    }
    report("storm", n, 6 * ROUNDS);
}

/* GICv2 has a pending interrupt for each sender, GICv3 one. */
static void send_many(uint64_t unused)
{
    (void)unused;
    gic_send(SGI_MANY, 1);
}

static void many_senders(void)
{
    irq_mask();
    for (unsigned cpu = 1; cpu < CPUS; cpu++) {
        cpu_wait_off(cpu);
        cpu_start(cpu, send_many, 0);
        cpu_wait_off(cpu);
    }
    cpus[0].count[SGI_MANY] = cpus[0].sources[SGI_MANY] = 0;
    irq_unmask();
    for (unsigned i = 0; i < 1000; i++) {
        asm volatile("nop");
    }
    report("many-senders", cpus[0].count[SGI_MANY], gic_is_v3() ? 1 : 3);
    report_hex("many-sources", cpus[0].sources[SGI_MANY], gic_is_v3() ? 1 : 0xe);
}

/* An interrupt that PSTATE.I masks ends WFI. */
static void wake(uint64_t woken)
{
    irq_mask();
    interface_start();
    meet(2);
    while (!READ_SYSREG("isr_el1")) {
        asm volatile("wfi");
    }
    store_release((Word *)woken, 1);
    asm volatile("dsb ish\n sev" ::: "memory");
    gic_end(1, gic_acknowledge(1));
}

static void masked_wake(void)
{
    static Word woken;

    cpu_wait_off(1);
    cpu_start(1, wake, (uintptr_t)&woken);
    meet(2);
    gic_send(SGI_PING, 1 << 1);
    wait_for(&woken, 1);
    report("masked-wfi", woken, 1);
    report("masked-not-taken", cpus[1].count[SGI_PING], ROUNDS + 1);
}

static void start_all(void (*run)(uint64_t argument))
{
    for (unsigned cpu = 1; cpu < CPUS; cpu++) {
        cpu_wait_off(cpu);
        cpu_start(cpu, run, 0);
    }
}

void guest_main(void)
{
    uint64_t wrong = 0;

    gic_start();
    interface_start();
    start_all(serve);
    meet(CPUS);
    irq_unmask();
    pings();
    all_others();
    routes();
    shared();
    gic_send(SGI_STOP, 0);
    start_all(storm_send);
    storm();
    many_senders();
    masked_wake();
    for (unsigned cpu = 0; cpu < CPUS; cpu++) {
        wrong += cpus[cpu].wrong;
    }
    report("wrong-priorities", wrong, 0);
    report_hex("running-idle", gic_running(), 0xff);
}
