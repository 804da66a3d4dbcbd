/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A guest (L2) without an operating system that starts again and again, in milliseconds, while the
 * PL031 assigned to it holds its line high. It leaves the interrupt in another state each time, and
 * at the end takes interrupts as a driver does, of which none may be lost. On its command line:
 *
 *   lab=hold     each start holds still ("bare: held") for a reset from outside
 *   lab=reset    each start ends in a reset by PSCI
 *   lab=restart  each start ends in a jump to the image's beginning, as a crashed kernel's
 *   starts=N     so many of these starts
 *
 * The page at KEPT outlives resets; the image does not use it otherwise.
 */
#include "bare.h"

#define DEVICE 0x0c000000ul /* the first device of the platform bus, and its interrupt */
#define INTID (32 + 112)
#define KEPT ((volatile struct kept *)0x41000000ul)
#define MAGIC 0x6c616265
#define LAST_COUNT 500

struct kept {
    uint32_t magic, starts, is_last;
    uint32_t cpu1_is_on, take, taken; /* a command for CPU 1 and its answer */
};

static int version;

/* An interrupt's state at the end of a start; by the number of the start. */
enum left { LEFT_ACTIVE, LEFT_ACTIVE_CPU1, LEFT_PENDING, LEFT_ENDED, LEFT_KINDS };


__attribute__((noreturn)) static void power_off(void)
{
    for (;;) {
        psci(PSCI_SYSTEM_OFF, 0, 0, 0);
    }
}

__attribute__((noreturn)) static void give_up(const char *text)
{
    put_text("bare: FAILED in start ");
    put_number(KEPT->starts);
    put_text(": ");
    put_text(text);
    put_text("\n");
    power_off();
}

/* ---- The device: a match with the present second raises, and stays until it is cleared ---- */

static int is_raised(void)
{
    return in32(DEVICE + 0x18) & 1; /* RTCMIS */
}

static void quieten(void)
{
    out32(DEVICE + 0x10, 0); /* RTCIMSC */
    out32(DEVICE + 0x1c, 1); /* RTCICR */
}

static void raise(void)
{
    uint64_t deadline = deadline_ms(5000);

    out32(DEVICE + 0x10, 1);
    do {
        if (is_past(deadline)) {
            give_up("the device does not raise");
        }
        out32(DEVICE + 0x04, in32(DEVICE)); /* RTCMR := RTCDR; in vain when the second ends now */
    } while (!is_raised());
}

/* ---- CPU 1 acknowledges an interrupt on command, and never ends it ---- */

__attribute__((noreturn, used)) void cpu1_main(uint64_t gic)
{
    for (;;) {
        while (!KEPT->take) {
            __asm__ volatile("wfe");
        }
        KEPT->take = 0;
        gic_cpu_init(gic);
        KEPT->taken = gic_wait(gic, 10000);
        __asm__ volatile("dsb sy\n sev");
    }
}

static void cpu1_acknowledges(void)
{
    uint64_t deadline = deadline_ms(20000);

    KEPT->taken = 0;
    KEPT->take = 1;
    __asm__ volatile("dsb sy\n sev");
    if (!KEPT->cpu1_is_on) {
        KEPT->cpu1_is_on = 1;
        if (psci(PSCI_CPU_ON, 1, (uintptr_t)cpu1_start, version) != 0) {
            give_up("CPU_ON");
        }
    }
    while (!KEPT->taken && !is_past(deadline)) {
        __asm__ volatile("wfe");
    }
    if (KEPT->taken != INTID) {
        put_text("bare: CPU 1 took ");
        put_number(KEPT->taken);
        put_text(", enabled, pending, active: ");
        for (unsigned offset = 0x100; offset < 0x400; offset += 0x100) {
            put_number(in32(GICD + offset + 4 * (INTID / 32)) >> INTID % 32 & 1);
        }
        put_text("\n");
        give_up("CPU 1 got no interrupt");
    }
}

/* ---- What a start does ---- */

static void acknowledge(void)
{
    if (gic_wait(version, 10000) != INTID) {
        give_up("no interrupt while the line is high");
    }
}

static void leave(enum left left)
{
    raise();
    gic_enable(version, INTID, left == LEFT_ACTIVE_CPU1);
    switch (left) {
    case LEFT_ACTIVE:
        acknowledge();
        break;
    case LEFT_ACTIVE_CPU1:
        cpu1_acknowledges();
        break;
    case LEFT_ENDED: /* with the line still high: the host is told and finds it raised again */
        acknowledge();
        gic_end(version, INTID);
        break;
    default:
        break;
    }
}

/* Interrupts as a driver takes them; those that find the device idle are of the one before. */
static void take_all(void)
{
    uint32_t got = 0, spurious = 0;

    gic_enable(version, INTID, 0);
    while (got < LAST_COUNT) {
        uint32_t intid;

        raise();
        while ((intid = gic_wait(version, 10000)) == INTID && !is_raised()) {
            spurious++;
            gic_end(version, intid);
        }
        if (intid != INTID) {
            break;
        }
        quieten();
        gic_end(version, intid);
        got++;
    }
    put_text("bare: starts=");
    put_number(KEPT->starts);
    put_text(" count=");
    put_number(got);
    put_text(" lost=");
    put_number(LAST_COUNT - got);
    put_text(" spurious=");
    put_number(spurious);
    put_text("\n");
}

__attribute__((noreturn)) static void finish(const uint8_t *tree, int is_restart)
{
    if (is_restart) {
        _start(tree);
    }
    KEPT->cpu1_is_on = 0;
    KEPT->take = 0;
    if (tree_word(tree, "lab=reset")) {
        if (KEPT->starts % 2) {
            psci(PSCI_SYSTEM_RESET2, 0, 0, 0); /* which need not be there */
        }
        psci(PSCI_SYSTEM_RESET, 0, 0, 0);
        give_up("a reset by PSCI returned");
    }
    put_text("bare: held\n");
    for (;;) {
        __asm__ volatile("wfi");
    }
}

__attribute__((noreturn, used)) void bare_main(const uint8_t *tree)
{
    int is_restart = !!tree_word(tree, "lab=restart");

    version = tree_word(tree, "arm,gic-v3") ? 3 : 2;
    if (KEPT->magic != MAGIC) {
        *KEPT = (struct kept){ .magic = MAGIC };
        quieten();
    } else if (is_restart && KEPT->starts % 8 >= LEFT_KINDS) {
        quieten(); /* a driver that calms its device before it takes the interrupt over */
    }
    gic_dist_init(version);
    gic_cpu_init(version);
    gic_set_trigger(INTID, 0);
    if (KEPT->starts == tree_number(tree, "starts=")) {
        take_all();
        power_off();
    }
    enum left left = KEPT->starts % LEFT_KINDS;

    leave(left);
    KEPT->starts++;
    finish(tree, is_restart);
}
