/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A guest (L2) without an operating system that brings the GIC into a state with something of
 * everything: interrupts active and nested, active and pending at once, pending but disabled or of
 * too low a priority, an SGI, an interrupt active on the other CPU, a timer that runs. It says
 * "bare: ready", waits for the timer, and then finds all as it was and takes what is pending in the
 * order of priorities. Whoever saves and loads the machine in between must not be noticed.
 */
#include "bare.h"

#define ICC_SGI1R_EL1 "s3_0_c12_c11_5"
#define ICC_RPR_EL1 "s3_0_c12_c11_3"
#define WAIT_MS 8000
#define TIMER 27
#define REGISTERS 160

/*
 * The shared interrupts, which no device of the board has. What is active and pending at once is an
 * edge: KVM forgets a level that only software has made pending when the interrupt ends.
 */
enum { FIRST = 200, LOW_ACTIVE = FIRST, NESTED, WAITING, DISABLED, EDGE, LATER, OTHER_CPU, LAST };
#define SGI 3

static const struct {
    uint32_t intid;
    uint8_t priority;
} set_up[] = {
    { LOW_ACTIVE, 0x80 }, { NESTED, 0x40 }, { WAITING, 0x90 }, { DISABLED, 0x10 }, { EDGE, 0xa0 },
    { LATER, 0xb0 }, { OTHER_CPU, 0x60 }, { SGI, 0x88 }, { TIMER, 0xc0 },
};
/*
 * What comes after the two active ones have ended; from EDGE on only when it is enabled. With more
 * at once than list registers (four) the kernel would forget that an active one has ended.
 */
static const uint32_t order[] = { SGI, WAITING, EDGE, LATER, TIMER };
static const uint32_t disabled[] = { DISABLED, EDGE, LATER };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct shared {
    uint32_t cpu1_taken, cpu1_ends, cpu1_ended;
    uint32_t before[REGISTERS], after[REGISTERS];
};
#define SHARED ((volatile struct shared *)0x41000000ul)

static int version;

__attribute__((noreturn)) static void end(const char *text)
{
    put_text("bare: ");
    put_text(text);
    put_text("\n");
    for (;;) {
        psci(PSCI_SYSTEM_OFF, 0, 0, 0);
    }
}

/* The distributor's frame, or this CPU's redistributor's, that has the registers of @intid. */
static uintptr_t frame(uint32_t intid)
{
    return version == 3 && intid < 32 ? GICR + 0x20000 * this_cpu() + 0x10000 : GICD;
}

static uint32_t gic_bit(unsigned offset, uint32_t intid)
{
    return in32(frame(intid) + offset + 4 * (intid / 32)) >> intid % 32 & 1;
}

static void gic_set(unsigned offset, uint32_t intid)
{
    out32(frame(intid) + offset + 4 * (intid / 32), 1u << intid % 32);
}

static void take(uint32_t intid, const char *failure)
{
    uint32_t got = gic_poll(version, 60000);

    if (got != intid) {
        put_text("bare: interrupt ");
        put_number(got);
        put_text(" instead of ");
        put_number(intid);
        put_text("\n");
        end(failure);
    }
}

__attribute__((noreturn, used)) void cpu1_main(void)
{
    gic_cpu_init(version);
    SHARED->cpu1_taken = gic_poll(version, 60000);
    while (!SHARED->cpu1_ends) {
        __asm__ volatile("wfe");
    }
    gic_end(version, OTHER_CPU);
    SHARED->cpu1_ended = 1 + gic_bit(0x300, OTHER_CPU);
    for (;;) {
        __asm__ volatile("wfi");
    }
}

static void wait_for(volatile uint32_t *word, const char *failure)
{
    uint64_t deadline = deadline_ms(60000);

    __asm__ volatile("dsb sy\n sev");
    while (!*word) {
        if (is_past(deadline)) {
            end(failure);
        }
    }
}

static void send_to_self(uint32_t sgi)
{
    if (version == 2) {
        out32(GICD + 0xf00, 2u << 24 | sgi); /* GICD_SGIR: to this CPU */
    } else {
        write_sysreg(ICC_SGI1R_EL1, (uint64_t)sgi << 24 | 1u << this_cpu());
    }
}

static void registers_read(volatile uint32_t *words)
{
    static const uint16_t bits[] = { 0x080, 0x100, 0x200, 0x300 };
    unsigned n = 0;

    words[n++] = in32(GICD);
    for (unsigned bank = 0; bank < 8; bank++) {
        for (unsigned i = 0; i < COUNT(bits); i++) {
            uint32_t value = in32(frame(32 * bank) + bits[i] + 4 * bank);

            /* The timer's own line falls and rises. */
            words[n++] = bank == 0 && bits[i] == 0x200 ? value & ~(1u << TIMER) : value;
        }
    }
    for (uint32_t intid = 0; intid < 32; intid += 4) {
        words[n++] = in32(frame(intid) + 0x400 + intid); /* GICD_IPRIORITYR */
    }
    for (uint32_t intid = FIRST; intid < LAST; intid += 4) {
        words[n++] = in32(GICD + 0x400 + intid);
        words[n++] = in32(GICD + 0xc00 + 4 * (intid / 16)); /* GICD_ICFGR */
    }
    for (uint32_t intid = FIRST; intid < LAST; intid++) {
        words[n++] = version == 2 ? *(volatile uint8_t *)(GICD + 0x800 + intid)
                                  : in32(GICD + 0x6000 + 8 * intid);
    }
    words[n++] = version == 2 ? in32(GICC + 0x4) : read_sysreg(ICC_PMR_EL1);
    words[n++] = version == 2 ? in32(GICC + 0x14) : read_sysreg(ICC_RPR_EL1);
    words[n++] = read_sysreg("cntv_ctl_el0") & 3;
    words[n++] = read_sysreg("cntv_cval_el0");
}

static void bring_about(void)
{
    gic_dist_init(version);
    gic_cpu_init(version);
    if (version == 3) {
        out32(frame(0) + 0x80, ~0u); /* GICR_IGROUPR0 */
    }
    for (unsigned i = 0; i < COUNT(set_up); i++) {
        uint32_t intid = set_up[i].intid;

        if (intid >= 32) {
            gic_set_trigger(intid, intid == EDGE || intid == NESTED);
            gic_enable(version, intid, intid == OTHER_CPU);
        }
        *(volatile uint8_t *)(frame(intid) + 0x400 + intid) = set_up[i].priority;
    }
    gic_set(0x100, SGI);
    for (unsigned i = 0; i < COUNT(disabled); i++) {
        gic_set(0x180, disabled[i]); /* GICD_ICENABLER */
    }
    gic_set(0x200, OTHER_CPU);
    if (psci(PSCI_CPU_ON, 1, (uintptr_t)cpu1_start, 0) != 0) {
        end("FAILED: CPU_ON");
    }
    wait_for(&SHARED->cpu1_taken, "FAILED: CPU 1 takes nothing");
    gic_set(0x200, LOW_ACTIVE);
    take(LOW_ACTIVE, "FAILED: no first interrupt");
    gic_set(0x200, NESTED);
    take(NESTED, "FAILED: no nested interrupt");
    gic_set(0x200, NESTED);
    gic_set(0x200, WAITING);
    gic_set(0x200, DISABLED);
    gic_set(0x200, EDGE);
    gic_set(0x200, LATER);
    send_to_self(SGI);
    write_sysreg("cntv_cval_el0", deadline_ms(WAIT_MS));
    write_sysreg("cntv_ctl_el0", 1);
}

static void check_registers(void)
{
    for (unsigned i = 0; i < REGISTERS; i++) {
        if (SHARED->before[i] != SHARED->after[i]) {
            put_text("bare: FAILED: word ");
            put_number(i);
            put_text(" was ");
            put_number(SHARED->before[i]);
            put_text(", is ");
            put_number(SHARED->after[i]);
            end("");
        }
    }
}

__attribute__((noreturn, used)) void bare_main(const uint8_t *tree)
{
    version = tree_word(tree, "arm,gic-v3") ? 3 : 2;
    bring_about();
    if (SHARED->cpu1_taken != OTHER_CPU) {
        end("FAILED: CPU 1 took another interrupt");
    }
    registers_read(SHARED->before);
    put_text("bare: ready\n");
    while (!(read_sysreg("cntv_ctl_el0") & 4)) { /* ISTATUS */
    }
    registers_read(SHARED->after);
    check_registers();
    gic_end(version, NESTED);
    take(NESTED, "FAILED: the nested one does not come again");
    gic_end(version, NESTED);
    gic_end(version, LOW_ACTIVE);
    for (unsigned i = 0; i < COUNT(order); i++) {
        gic_set(0x100, order[i]); /* GICD_ISENABLER */
        take(order[i], "FAILED: the order of what is pending");
        if (order[i] == TIMER) {
            write_sysreg("cntv_ctl_el0", 0);
        }
        gic_end(version, order[i]);
    }
    SHARED->cpu1_ends = 1;
    wait_for(&SHARED->cpu1_ended, "FAILED: CPU 1 does not end");
    if (SHARED->cpu1_ended != 1 || !gic_bit(0x200, DISABLED)) {
        end("FAILED: an interrupt's state at the end");
    }
    end("all as it was");
}
