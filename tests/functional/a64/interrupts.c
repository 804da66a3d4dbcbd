/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A guest without an operating system that has one CPU interrupt itself: priorities, preemption,
 * masks, groups, ends of interrupts. What happens is written down as text: "A(B())" says that A
 * was taken, and B within it.
 */
#include "lib/gic.h"

/* SPIs that the board connects to nothing. */
enum {
    A = 200,
    B,
    C,
};
#define FIRST 200
#define LAST 232

static struct {
    char text[256];
    unsigned length;
    void (*inside[LAST - FIRST])(void);
    unsigned eoi_mode;
    uint8_t running;            /* as the last handler saw it */
    bool was_active, is_active; /* before and after the end of the last one */
} seen;

static void note(char c)
{
    seen.text[seen.length++ % sizeof(seen.text)] = c;
}

static void note_id(unsigned id)
{
    note(id >= FIRST && id < LAST ? 'A' + id - FIRST : id == GIC_SPURIOUS ? '?' : '!');
}

void guest_exception(Frame *frame, unsigned vector)
{
    unsigned group = vector == VECTOR_IRQ;
    uint32_t id;

    if (vector != VECTOR_IRQ && vector != VECTOR_FIQ) {
        guest_unexpected(frame, vector);
    }
    id = gic_acknowledge(group);
    if (!group) {
        note('f');
    }
    note_id(id);
    if (id < FIRST || id >= LAST) {
        return;
    }
    note('(');
    seen.running = gic_running();
    seen.was_active = gic_bit(GICD_ISACTIVER, id);
    if (seen.eoi_mode) {
        gic_end(group, id);
    }
    if (seen.inside[id - FIRST]) {
        seen.inside[id - FIRST]();
    }
    if (seen.eoi_mode) {
        gic_deactivate(id);
    } else {
        gic_end(group, id);
    }
    seen.is_active = gic_bit(GICD_ISACTIVER, id);
    note(')');
}

/* -- what cases are made of ------------------------------------------------------------------- */

static void pend(unsigned id)
{
    gic_bit_write(GICD_ISPENDR, id);
}

static void prepare(void)
{
    irq_mask();
    gic_distributor_groups(3);
    gic_cpu_start();
    for (unsigned id = FIRST; id < LAST; id++) {
        gic_bit_write(GICD_ICPENDR, id);
        gic_set_edge(id);
        gic_enable(id, 0xf0);
        seen.inside[id - FIRST] = NULL;
    }
    gic_set_priority(A, 0xa0);
    gic_set_priority(B, 0x80);
    gic_set_priority(C, 0xc0);
    seen.length = seen.eoi_mode = 0;
}

/* Takes what is pending. */
static void take(void)
{
    irq_unmask();
    for (unsigned i = 0; i < 100; i++) {
        asm volatile("nop");
    }
    irq_mask();
}

static void taken(const char *name, const char *should)
{
    take();
    note(0);
    report_text(name, seen.text, should);
    seen.length = 0;
}

/* -- priorities ------------------------------------------------------------------------------ */

static void pend_b_and_take(void)
{
    pend(B);
    take();
}

static void pend_c_and_take(void)
{
    pend(C);
    take();
}

static void order(void)
{
    prepare();
    pend(C);
    pend(A);
    pend(B);
    taken("order-of-priorities", "B()A()C()");

    gic_set_priority(A, 0x80);
    gic_set_priority(C, 0x80);
    pend(C);
    pend(B);
    pend(A);
    taken("order-of-equals", "A()B()C()");
}

static void preemption(void)
{
    prepare();
    seen.inside[A - FIRST] = pend_b_and_take;
    pend(A);
    taken("preempted-by-higher", "A(B())");

    prepare();
    seen.inside[A - FIRST] = pend_c_and_take;
    pend(A);
    taken("not-preempted-by-lower", "A()C()");

    gic_set_priority(C, 0xa0);
    pend(A);
    taken("not-preempted-by-equal", "A()C()");

    /* Group priorities [7:6] of A and B are equal; the rest only says which is first. */
    prepare();
    gic_set_group1_bits(6);
    seen.inside[A - FIRST] = pend_b_and_take;
    pend(A);
    taken("not-preempted-by-group-priority", "A()B()");
    pend(A);
    pend(B);
    taken("order-in-group-priority", "B()A()B()");
    gic_set_group1_bits(5);
    pend(A);
    taken("preempted-by-group-priority", "A(B())");
}

static uint8_t running_in_b, running_after_b;

static void note_running_b(void)
{
    running_in_b = gic_running();
}

static void nest_b(void)
{
    pend_b_and_take();
    running_after_b = gic_running();
}

static void running(void)
{
    prepare();
    report_hex("running-idle", gic_running(), 0xff);
    seen.inside[A - FIRST] = nest_b;
    seen.inside[B - FIRST] = note_running_b;
    pend(A);
    taken("running", "A(B())");
    report_hex("running-within", running_in_b, 0x80);
    report_hex("running-dropped", running_after_b, 0xa0);
    report_hex("running-idle-again", gic_running(), 0xff);
}

/* 16 handlers, each within the one before: P (priority 0xf0) to A (0). */
static unsigned deepest;

static void deeper(void)
{
    report_hex("running-at-depth", gic_running(), deepest << 4);
    if (deepest > 0) {
        pend(FIRST + --deepest);
        take();
    }
}

static void depth(void)
{
    prepare();
    for (unsigned i = 0; i < 16; i++) {
        gic_set_priority(FIRST + i, i << 4);
        seen.inside[i] = deeper;
    }
    deepest = 15;
    pend(FIRST + 15);
    taken("depth", "P(O(N(M(L(K(J(I(H(G(F(E(D(C(B(A())))))))))))))))");
}

static void masks(void)
{
    prepare();
    gic_set_mask(0x90);
    pend(A);
    pend(B);
    taken("mask", "B()");
    report_hex("masked-is-pending", gic_bit(GICD_ISPENDR, A), 1);
    gic_set_mask(0xa0);
    taken("mask-of-the-same", "");
    gic_set_mask(0xa8);
    taken("mask-raised", "A()");
    gic_set_mask(0);
    gic_set_priority(B, 0);
    pend(B);
    taken("mask-of-all", "");
    gic_set_mask(0xff);
    taken("mask-of-none", "B()");
}

static void processor_mask(void)
{
    prepare();
    report_hex("isr-idle", READ_SYSREG("isr_el1"), 0);
    pend(A);
    report_hex("isr-irq", READ_SYSREG("isr_el1"), 1 << 7);
    report("highest", gic_highest(1), A);
    report("acknowledged-by-polling", gic_acknowledge(1), A);
    report_hex("isr-acknowledged", READ_SYSREG("isr_el1"), 0);
    report("nothing-more", gic_acknowledge(1), GIC_SPURIOUS);
    report("nothing-highest", gic_highest(1), GIC_SPURIOUS);
    gic_end(1, A);
    gic_set_group(B, 0);
    pend(B);
    report_hex("isr-fiq", READ_SYSREG("isr_el1"), 1 << 6);
    gic_bit_write(GICD_ICPENDR, B);
    report_hex("isr-withdrawn", READ_SYSREG("isr_el1"), 0);
    report("withdrawn", gic_acknowledge(0), GIC_SPURIOUS);
}

/* -- ends ------------------------------------------------------------------------------------ */

static void pend_a_and_c_and_take(void)
{
    seen.inside[A - FIRST] = NULL;
    pend(A);
    pend(C);
    take();
}

static void end_modes(void)
{
    prepare();
    pend(A);
    taken("end", "A()");
    report("active-before-end", seen.was_active, true);
    report("inactive-after-end", seen.is_active, false);

    /* The drop of the priority lets C in; A is active, so its new edge waits. */
    prepare();
    seen.eoi_mode = 1;
    gic_set_eoi_mode(1);
    seen.inside[A - FIRST] = pend_a_and_c_and_take;
    pend(A);
    taken("drop-then-deactivate", "A(C())A()");

    irq_mask();
    pend(A);
    report("mode-1", gic_acknowledge(1), A);
    gic_end(1, A);
    report_hex("mode-1-running", gic_running(), 0xff);
    report("mode-1-active", gic_bit(GICD_ISACTIVER, A), true);
    gic_deactivate(A);
    report("mode-1-inactive", gic_bit(GICD_ISACTIVER, A), false);

    /* The distributor may do it too. */
    pend(A);
    report("mode-1-again", gic_acknowledge(1), A);
    gic_end(1, A);
    gic_bit_write(GICD_ICACTIVER, A);
    report("cleared-active", gic_bit(GICD_ISACTIVER, A), false);

    /* Priorities drop in their order, interrupts become inactive in any. */
    pend(A);
    report("mode-1-outer", gic_acknowledge(1), A);
    pend(B);
    report("mode-1-inner", gic_acknowledge(1), B);
    gic_end(1, B);
    gic_end(1, A);
    gic_deactivate(A);
    report("outer-inactive", gic_bit(GICD_ISACTIVER, A), false);
    report("inner-active", gic_bit(GICD_ISACTIVER, B), true);
    gic_deactivate(B);
    report("inner-inactive", gic_bit(GICD_ISACTIVER, B), false);
}

/* -- groups ---------------------------------------------------------------------------------- */

static void take_irq_only(void)
{
    asm volatile("msr daifclr, #2\n isb\n nop\n nop\n msr daifset, #2" ::: "memory");
}

static void groups(void)
{
    prepare();
    gic_set_group(B, 0);
    pend(A);
    pend(B);
    taken("groups", "fB()A()");

    /* PSTATE.F holds back Group 0, and with it what is less urgent. */
    pend(B);
    take_irq_only();
    taken("fiq-masked", "fB()");
    gic_set_priority(B, 0xc0);
    pend(B);
    pend(A);
    take_irq_only();
    taken("irq-first", "A()fB()");

    gic_cpu_groups(1);
    pend(A);
    taken("cpu-group-1-off", "");
    gic_cpu_groups(3);
    taken("cpu-group-1-on", "A()");
    gic_cpu_groups(2);
    pend(B);
    taken("cpu-group-0-off", "");
    gic_cpu_groups(3);
    taken("cpu-group-0-on", "fB()");

    gic_distributor_groups(1);
    pend(A);
    taken("group-1-off", "");
    gic_distributor_groups(3);
    taken("group-1-on", "A()");
    gic_distributor_groups(2);
    pend(B);
    taken("group-0-off", "");
    gic_distributor_groups(3);
    taken("group-0-on", "fB()");
}

static void group_registers(void)
{
    uint32_t other = gic_is_v3() ? GIC_SPURIOUS : GIC_SPURIOUS - 1;

    prepare();
    pend(A);
    report("acknowledge-other-group-0", gic_acknowledge(0), other);
    report("highest-other-group-0", gic_highest(0), other);
    gic_bit_write(GICD_ICPENDR, A);
    gic_set_group(B, 0);
    pend(B);
    report("acknowledge-other-group-1", gic_acknowledge(1), GIC_SPURIOUS);
    report("acknowledge-group-0", gic_acknowledge(0), B);
    gic_end(0, B);

    /* An interrupt of Group 0 preempts one of Group 1. */
    seen.inside[A - FIRST] = pend_b_and_take;
    pend(A);
    taken("fiq-preempts-irq", "A(fB())");
}

/* -- enables --------------------------------------------------------------------------------- */

static void enables(void)
{
    prepare();
    gic_bit_write(GICD_ICENABLER, A);
    pend(A);
    taken("disabled", "");
    report("disabled-pending", gic_bit(GICD_ISPENDR, A), true);
    gic_bit_write(GICD_ISENABLER, A);
    taken("enabled", "A()");
    pend(A);
    gic_bit_write(GICD_ICPENDR, A);
    taken("pending-cleared", "");
    gic_bit_write(GICD_ISACTIVER, A);
    pend(A);
    taken("active-is-not-taken", "");
    gic_bit_write(GICD_ICACTIVER, A);
    taken("inactive-is-taken", "A()");
}

void guest_main(void)
{
    gic_start();
    order();
    preemption();
    running();
    depth();
    masks();
    processor_mask();
    end_modes();
    groups();
    group_registers();
    enables();
}
