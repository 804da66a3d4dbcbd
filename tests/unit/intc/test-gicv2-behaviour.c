/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GICv2: life of an interrupt. Levels and edges, preemption, groups, targets,
 * completion in both modes and its notifiers.
 */
#include "gicv2-harness.h"

#define CPUS 3
#define IRQS 96

#define PPI 27
#define SPI 40 /* INTIDs; SPI and SPI2 are in one word of registers, SPI3 is not */
#define SPI2 41
#define SPI3 70

static GicHarness *h;

static uint32_t ack(unsigned cpu)
{
    return gic_read(cpu, GICC + 0x0c);
}

static void eoi(unsigned cpu, uint32_t value)
{
    gic_write(cpu, GICC + 0x10, value);
}

static bool is_bit_set(unsigned cpu, hwaddr base, unsigned intid)
{
    return gic_read(cpu, GICD + base + intid / 32 * 4) >> intid % 32 & 1;
}

static bool is_pending(unsigned cpu, unsigned intid)
{
    return is_bit_set(cpu, 0x200, intid);
}

static bool is_active(unsigned cpu, unsigned intid)
{
    return is_bit_set(cpu, 0x300, intid);
}

static void bit_write(unsigned cpu, hwaddr base, unsigned intid)
{
    gic_write(cpu, GICD + base + intid / 32 * 4, 1u << intid % 32);
}

static void priority_write(unsigned cpu, unsigned intid, uint8_t priority)
{
    gic_write_size(cpu, GICD + 0x400 + intid, 1, priority);
}

static void target_write(unsigned intid, uint8_t cpus)
{
    gic_write_size(0, GICD + 0x800 + intid, 1, cpus);
}

static void edge_write(unsigned cpu, unsigned intid)
{
    hwaddr addr = GICD + 0xc00 + intid / 16 * 4;

    gic_write(cpu, addr, gic_read(cpu, addr) | 2u << intid % 16 * 2);
}

/* Everything on, all SPIs and PPIs enabled at priority 0xa0, SPIs to CPU 0; one group. */
static void setup(void)
{
    h = gic_harness_new(CPUS, IRQS, 8);
    gic_write(0, GICD, 3);
    for (unsigned i = 32; i < IRQS; i++) {
        priority_write(0, i, 0xa0);
        target_write(i, 1);
    }
    for (unsigned word = 1; word < IRQS / 32; word++) {
        gic_write(0, GICD + 0x100 + 4 * word, 0xffffffff);
    }
    for (unsigned cpu = 0; cpu < CPUS; cpu++) {
        gic_write(cpu, GICD + 0x100, 0xffffffff);
        gic_write(cpu, GICC + 0x00, 1);
        gic_write(cpu, GICC + 0x04, 0xff);
        for (unsigned i = 0; i < 32; i++) {
            priority_write(cpu, i, 0xa0);
        }
    }
}

static void teardown(void)
{
    gic_harness_free(h);
    h = NULL;
}

/* ---- levels and edges ---- */

static void test_level_line_signals_until_acknowledged(void)
{
    setup();
    gic_harness_line(h, 0, SPI, 1);
    g_assert_cmpint(h->irq[0].level, ==, 1);
    g_assert_cmpint(h->irq[1].level, ==, 0);
    g_assert_true(is_pending(0, SPI));
    g_assert_cmpuint(ack(0), ==, SPI);
    g_assert_cmpint(h->irq[0].level, ==, 0);
    g_assert_true(is_active(0, SPI));
    g_assert_true(is_pending(0, SPI)); /* the line is still high: active and pending */
    g_assert_cmpuint(ack(0), ==, 1023);
    gic_harness_line(h, 0, SPI, 0);
    g_assert_false(is_pending(0, SPI));
    eoi(0, SPI);
    g_assert_false(is_active(0, SPI));
    g_assert_cmpint(h->irq[0].level, ==, 0);
    teardown();
}

static void test_level_line_that_drops_is_spurious(void)
{
    setup();
    gic_harness_line(h, 0, SPI, 1);
    gic_harness_line(h, 0, SPI, 0);
    g_assert_cmpint(h->irq[0].level, ==, 0);
    g_assert_cmpuint(h->irq[0].rises, ==, 1);
    g_assert_cmpuint(ack(0), ==, 1023);
    teardown();
}

static void test_level_line_still_high_pends_again(void)
{
    setup();
    gic_harness_line(h, 0, SPI, 1);
    g_assert_cmpuint(ack(0), ==, SPI);
    eoi(0, SPI);
    g_assert_cmpint(h->irq[0].level, ==, 1);
    g_assert_cmpuint(ack(0), ==, SPI);
    teardown();
}

static void test_ispendr_of_level_lasts_until_acknowledged(void)
{
    setup();
    bit_write(0, 0x200, SPI);
    gic_harness_line(h, 0, SPI, 1);
    gic_harness_line(h, 0, SPI, 0);
    g_assert_true(is_pending(0, SPI));
    g_assert_cmpuint(ack(0), ==, SPI);
    g_assert_false(is_pending(0, SPI));
    eoi(0, SPI);
    g_assert_cmpuint(ack(0), ==, 1023);
    teardown();
}

static void test_icpendr_of_level_does_not_beat_the_line(void)
{
    setup();
    bit_write(0, 0x200, SPI);
    gic_harness_line(h, 0, SPI, 1);
    bit_write(0, 0x280, SPI);
    g_assert_true(is_pending(0, SPI));
    gic_harness_line(h, 0, SPI, 0);
    g_assert_false(is_pending(0, SPI));
    teardown();
}

static void test_edge_is_remembered_once(void)
{
    setup();
    edge_write(0, SPI);
    gic_harness_line(h, 0, SPI, 1);
    gic_harness_line(h, 0, SPI, 0);
    g_assert_cmpint(h->irq[0].level, ==, 1);
    g_assert_cmpuint(ack(0), ==, SPI);
    g_assert_false(is_pending(0, SPI));
    eoi(0, SPI);
    g_assert_cmpuint(ack(0), ==, 1023);
    teardown();
}

static void test_edge_while_active_pends_again(void)
{
    setup();
    edge_write(0, SPI);
    gic_harness_line(h, 0, SPI, 1);
    g_assert_cmpuint(ack(0), ==, SPI);
    gic_harness_line(h, 0, SPI, 0);
    gic_harness_line(h, 0, SPI, 1);
    g_assert_true(is_active(0, SPI));
    g_assert_true(is_pending(0, SPI));
    g_assert_cmpint(h->irq[0].level, ==, 0);
    eoi(0, SPI);
    g_assert_cmpint(h->irq[0].level, ==, 1);
    g_assert_cmpuint(ack(0), ==, SPI);
    teardown();
}

static void test_edge_of_disabled_interrupt_is_kept(void)
{
    setup();
    edge_write(0, SPI);
    bit_write(0, 0x180, SPI);
    qemu_irq_pulse(qdev_get_gpio_in(h->dev, SPI - 32));
    g_assert_cmpint(h->irq[0].level, ==, 0);
    bit_write(0, 0x100, SPI);
    g_assert_cmpint(h->irq[0].level, ==, 1);
    bit_write(0, 0x280, SPI);
    g_assert_cmpint(h->irq[0].level, ==, 0);
    teardown();
}

static void test_line_0_to_15_of_a_cpu_is_no_sgi(void)
{
    setup();
    gic_harness_line(h, 1, 5, 1);
    g_assert_cmphex(gic_read(1, GICD + 0x200), ==, 0);
    g_assert_cmpint(h->irq[1].level, ==, 0);
    teardown();
}

/* ---- private interrupts ---- */

static void test_ppi_goes_to_its_cpu(void)
{
    setup();
    gic_harness_line(h, 2, PPI, 1);
    g_assert_cmpint(h->irq[0].level, ==, 0);
    g_assert_cmpint(h->irq[2].level, ==, 1);
    g_assert_cmpuint(ack(0), ==, 1023);
    g_assert_cmpuint(ack(2), ==, PPI);
    g_assert_true(is_active(2, PPI));
    g_assert_false(is_active(0, PPI));
    teardown();
}

static void test_sgi_tells_its_sources_one_by_one(void)
{
    setup();
    gic_write(2, GICD + 0xf00, 0x00010004);
    gic_write(1, GICD + 0xf00, 0x00010004);
    g_assert_cmphex(gic_read(0, GICC + 0x18), ==, 1u << 10 | 4);
    g_assert_cmphex(ack(0), ==, 1u << 10 | 4);
    g_assert_cmphex(gic_read_size(0, GICD + 0xf24, 1), ==, 1u << 2);
    g_assert_cmpint(h->irq[0].level, ==, 0);
    eoi(0, 1u << 10 | 4);
    g_assert_cmpint(h->irq[0].level, ==, 1);
    g_assert_cmphex(ack(0), ==, 2u << 10 | 4);
    eoi(0, 2u << 10 | 4);
    g_assert_cmphex(ack(0), ==, 1023);
    teardown();
}

/* ---- priorities ---- */

static void test_higher_priority_preempts_and_nests(void)
{
    setup();
    priority_write(0, SPI2, 0x40);
    gic_harness_line(h, 0, SPI, 1);
    g_assert_cmpuint(ack(0), ==, SPI);
    g_assert_cmphex(gic_read(0, GICC + 0x14), ==, 0xa0);
    gic_harness_line(h, 0, SPI3, 1); /* the same priority does not */
    g_assert_cmpint(h->irq[0].level, ==, 0);
    gic_harness_line(h, 0, SPI2, 1);
    g_assert_cmpint(h->irq[0].level, ==, 1);
    g_assert_cmpuint(ack(0), ==, SPI2);
    g_assert_cmphex(gic_read(0, GICC + 0x14), ==, 0x40);
    gic_harness_line(h, 0, SPI2, 0);
    eoi(0, SPI2);
    g_assert_cmphex(gic_read(0, GICC + 0x14), ==, 0xa0);
    g_assert_cmpint(h->irq[0].level, ==, 0);
    gic_harness_line(h, 0, SPI, 0);
    eoi(0, SPI);
    g_assert_cmphex(gic_read(0, GICC + 0x14), ==, 0xff);
    g_assert_cmpuint(ack(0), ==, SPI3);
    teardown();
}

static void test_binary_point_groups_priorities(void)
{
    setup();
    gic_write(0, GICC + 0x08, 4); /* group priority is [7:5] */
    priority_write(0, SPI, 0xbf);
    priority_write(0, SPI2, 0xa0);
    priority_write(0, SPI3, 0x9f);
    gic_harness_line(h, 0, SPI, 1);
    g_assert_cmpuint(ack(0), ==, SPI);
    g_assert_cmphex(gic_read(0, GICC + 0x14), ==, 0xa0);
    g_assert_cmphex(gic_read(0, GICC + 0xd8), ==, 1u << 16); /* level 0xa0 / 2 */
    gic_harness_line(h, 0, SPI2, 1);
    g_assert_cmpint(h->irq[0].level, ==, 0);
    g_assert_cmpuint(gic_read(0, GICC + 0x18), ==, SPI2);
    gic_harness_line(h, 0, SPI3, 1);
    g_assert_cmpint(h->irq[0].level, ==, 1);
    gic_write(0, GICC + 0x08, 7); /* no preemption at all */
    g_assert_cmpint(h->irq[0].level, ==, 0);
    teardown();
}

static void test_mask_hides_equal_and_lower(void)
{
    setup();
    gic_harness_line(h, 0, SPI, 1);
    gic_write(0, GICC + 0x04, 0xa0);
    g_assert_cmpint(h->irq[0].level, ==, 0);
    g_assert_cmpuint(ack(0), ==, 1023);
    g_assert_cmpuint(gic_read(0, GICC + 0x18), ==, SPI); /* GICC_HPPIR does not look at it */
    gic_write(0, GICC + 0x04, 0xa1);
    g_assert_cmpint(h->irq[0].level, ==, 1);
    teardown();
}

static void test_lowest_priority_is_never_signalled(void)
{
    setup();
    priority_write(0, SPI, 0xff);
    gic_harness_line(h, 0, SPI, 1);
    g_assert_cmpint(h->irq[0].level, ==, 0);
    g_assert_cmpuint(gic_read(0, GICC + 0x18), ==, SPI);
    teardown();
}

static void test_order_is_priority_then_intid(void)
{
    static const struct { unsigned intid; uint8_t priority; } pending[] = {
        { 80, 0x20 }, { 33, 0x80 }, { 90, 0x80 }, { 35, 0x20 }, { 64, 0x10 }, { 32, 0xf0 },
    };
    static const unsigned order[] = { 64, 35, 80, 33, 90, 32 };

    setup();
    for (unsigned i = 0; i < ARRAY_SIZE(pending); i++) {
        priority_write(0, pending[i].intid, pending[i].priority);
        gic_harness_line(h, 0, pending[i].intid, 1);
    }
    for (unsigned i = 0; i < ARRAY_SIZE(order); i++) {
        g_assert_cmpuint(ack(0), ==, order[i]);
        gic_harness_line(h, 0, order[i], 0);
        eoi(0, order[i]);
    }
    g_assert_cmpuint(ack(0), ==, 1023);
    teardown();
}

static void test_priority_of_pending_interrupt_can_change(void)
{
    setup();
    gic_harness_line(h, 0, SPI, 1);
    gic_harness_line(h, 0, SPI2, 1);
    g_assert_cmpuint(gic_read(0, GICC + 0x18), ==, SPI);
    priority_write(0, SPI2, 0x10);
    g_assert_cmpuint(gic_read(0, GICC + 0x18), ==, SPI2);
    priority_write(0, SPI2, 0xf0);
    g_assert_cmpuint(gic_read(0, GICC + 0x18), ==, SPI);
    teardown();
}

/* ---- targets ---- */

static void test_one_of_n_goes_to_the_first_that_acknowledges(void)
{
    setup();
    target_write(SPI, 6);
    gic_harness_line(h, 0, SPI, 1);
    g_assert_cmpint(h->irq[0].level, ==, 0);
    g_assert_cmpint(h->irq[1].level, ==, 1);
    g_assert_cmpint(h->irq[2].level, ==, 1);
    g_assert_cmpuint(ack(2), ==, SPI);
    g_assert_cmpint(h->irq[1].level, ==, 0);
    g_assert_cmpuint(ack(1), ==, 1023);
    teardown();
}

static void test_new_target_takes_over(void)
{
    setup();
    gic_harness_line(h, 0, SPI, 1);
    target_write(SPI, 2);
    g_assert_cmpint(h->irq[0].level, ==, 0);
    g_assert_cmpint(h->irq[1].level, ==, 1);
    target_write(SPI, 0);
    g_assert_cmpint(h->irq[1].level, ==, 0);
    g_assert_true(is_pending(0, SPI));
    teardown();
}

static void test_one_cpu_is_the_target_of_everything(void)
{
    h = gic_harness_new(1, IRQS, 8);
    gic_write(0, GICD, 1);
    gic_write(0, GICC + 0x00, 1);
    gic_write(0, GICC + 0x04, 0xff);
    bit_write(0, 0x100, SPI);
    gic_harness_line(h, 0, SPI, 1);
    g_assert_cmpuint(ack(0), ==, SPI);
    teardown();
}

/* ---- enables and groups ---- */

static void test_each_enable_gates_the_output(void)
{
    setup();
    gic_harness_line(h, 0, SPI, 1);
    gic_write(0, GICD, 2);
    g_assert_cmpint(h->irq[0].level, ==, 0);
    g_assert_cmpuint(gic_read(0, GICC + 0x18), ==, 1023);
    gic_write(0, GICD, 1);
    g_assert_cmpint(h->irq[0].level, ==, 1);
    gic_write(0, GICC, 2);
    g_assert_cmpint(h->irq[0].level, ==, 0);
    g_assert_cmpuint(ack(0), ==, 1023);
    gic_write(0, GICC, 1);
    bit_write(0, 0x180, SPI);
    g_assert_cmpint(h->irq[0].level, ==, 0);
    bit_write(0, 0x100, SPI);
    g_assert_cmpint(h->irq[0].level, ==, 1);
    teardown();
}

static void test_group_0_is_fiq_if_asked_for(void)
{
    setup();
    bit_write(0, 0x080, SPI2); /* Group 1 */
    gic_write(0, GICC, 0xb);
    gic_harness_line(h, 0, SPI, 1);
    g_assert_cmpint(h->fiq[0].level, ==, 1);
    g_assert_cmpint(h->irq[0].level, ==, 0);
    gic_harness_line(h, 0, SPI, 0);
    gic_harness_line(h, 0, SPI2, 1);
    g_assert_cmpint(h->fiq[0].level, ==, 0);
    g_assert_cmpint(h->irq[0].level, ==, 1);
    gic_write(0, GICD + 0x084, 0); /* the group of a pending interrupt changes its output */
    g_assert_cmpint(h->fiq[0].level, ==, 1);
    g_assert_cmpint(h->irq[0].level, ==, 0);
    gic_write(0, GICC, 0x3);
    g_assert_cmpint(h->fiq[0].level, ==, 0);
    g_assert_cmpint(h->irq[0].level, ==, 1);
    teardown();
}

static void test_group_1_reads_as_1022_without_ackctl(void)
{
    setup();
    bit_write(0, 0x080, SPI);
    gic_write(0, GICC, 3);
    gic_harness_line(h, 0, SPI, 1);
    g_assert_cmpuint(gic_read(0, GICC + 0x18), ==, 1022);
    g_assert_cmpuint(ack(0), ==, 1022);
    g_assert_false(is_active(0, SPI));
    gic_write(0, GICC + 0x04, 0xa0); /* 1022 only for what could be signalled */
    g_assert_cmpuint(ack(0), ==, 1023);
    gic_write(0, GICC + 0x04, 0xff);
    gic_write(0, GICC, 7);
    g_assert_cmpuint(gic_read(0, GICC + 0x18), ==, SPI);
    g_assert_cmpuint(ack(0), ==, SPI);
    teardown();
}

static void test_aliases_are_for_group_1(void)
{
    setup();
    bit_write(0, 0x080, SPI2);
    gic_write(0, GICC, 3);
    gic_harness_line(h, 0, SPI, 1);
    g_assert_cmpuint(gic_read(0, GICC + 0x28), ==, 1023);
    g_assert_cmpuint(gic_read(0, GICC + 0x20), ==, 1023);
    gic_harness_line(h, 0, SPI, 0);
    gic_harness_line(h, 0, SPI2, 1);
    g_assert_cmpuint(gic_read(0, GICC + 0x28), ==, SPI2);
    g_assert_cmpuint(gic_read(0, GICC + 0x20), ==, SPI2);
    g_assert_cmphex(gic_read(0, GICC + 0xd8), ==, 0);
    g_assert_cmphex(gic_read(0, GICC + 0xe8), ==, 1u << 16);
    gic_write(0, GICC + 0x24, SPI2);
    g_assert_false(is_active(0, SPI2));
    g_assert_cmphex(gic_read(0, GICC + 0xe8), ==, 0);
    teardown();
}

static void test_aeoir_ignores_group_0(void)
{
    setup();
    gic_harness_line(h, 0, SPI, 1);
    g_assert_cmpuint(ack(0), ==, SPI);
    gic_write(0, GICC + 0x24, SPI);
    g_assert_true(is_active(0, SPI));
    g_assert_cmphex(gic_read(0, GICC + 0x14), ==, 0xa0);
    teardown();
}

static void test_group_1_has_its_binary_point_unless_cbpr(void)
{
    setup();
    gic_write(0, GICD + 0x084, 0xffffffff);
    gic_write(0, GICD + 0x088, 0xffffffff);
    gic_write(0, GICC, 7);
    gic_write(0, GICC + 0x08, 0); /* [7:1] */
    gic_write(0, GICC + 0x1c, 5); /* [7:5] */
    priority_write(0, SPI, 0xbf);
    gic_harness_line(h, 0, SPI, 1);
    g_assert_cmpuint(ack(0), ==, SPI);
    g_assert_cmphex(gic_read(0, GICC + 0x14), ==, 0xa0);
    gic_harness_line(h, 0, SPI, 0);
    eoi(0, SPI);
    gic_write(0, GICC, 0x17);
    gic_harness_line(h, 0, SPI, 1);
    g_assert_cmpuint(ack(0), ==, SPI);
    g_assert_cmphex(gic_read(0, GICC + 0x14), ==, 0xbe);
    teardown();
}

static void test_disabled_group_hides_what_is_behind(void)
{
    setup();
    bit_write(0, 0x080, SPI2);
    priority_write(0, SPI2, 0x10);
    gic_harness_line(h, 0, SPI, 1);
    gic_harness_line(h, 0, SPI2, 1);
    g_assert_cmpuint(gic_read(0, GICC + 0x18), ==, 1023); /* GICC_CTLR.EnableGrp1 is 0 */
    g_assert_cmpint(h->irq[0].level, ==, 0);
    gic_write(0, GICD, 1); /* not forwarded at all: nothing is hidden */
    g_assert_cmpuint(ack(0), ==, SPI);
    teardown();
}

/* ---- completion ---- */

static void test_eoi_mode_0_notifies_once(void)
{
    setup();
    gic_harness_line(h, 0, SPI, 1);
    g_assert_cmpuint(ack(0), ==, SPI);
    g_assert_cmpuint(gic_harness_eois(h, 0, SPI), ==, 0);
    eoi(0, SPI);
    g_assert_cmpuint(gic_harness_eois(h, 0, SPI), ==, 1); /* though it pends again */
    eoi(0, SPI);
    g_assert_cmpuint(gic_harness_eois(h, 0, SPI), ==, 1); /* it was not active */
    g_assert_cmpuint(gic_harness_eois(h, 0, SPI2), ==, 0);
    teardown();
}

static void test_eoi_mode_1_splits_drop_and_deactivation(void)
{
    setup();
    gic_write(0, GICC, 0x201);
    gic_harness_line(h, 0, SPI, 1);
    g_assert_cmpuint(ack(0), ==, SPI);
    eoi(0, SPI);
    g_assert_cmphex(gic_read(0, GICC + 0x14), ==, 0xff);
    g_assert_true(is_active(0, SPI));
    g_assert_cmpuint(gic_harness_eois(h, 0, SPI), ==, 0);
    g_assert_cmpint(h->irq[0].level, ==, 0);
    gic_harness_line(h, 0, SPI2, 1); /* the dropped priority lets others come */
    g_assert_cmpint(h->irq[0].level, ==, 1);
    gic_write(0, GICC + 0x1000, SPI);
    g_assert_false(is_active(0, SPI));
    g_assert_cmpuint(gic_harness_eois(h, 0, SPI), ==, 1);
    gic_write(0, GICC + 0x1000, SPI);
    g_assert_cmpuint(gic_harness_eois(h, 0, SPI), ==, 1);
    teardown();
}

static void test_dir_by_another_cpu_deactivates_an_spi(void)
{
    setup();
    gic_write(0, GICC, 0x201);
    gic_write(1, GICC, 0x201);
    gic_harness_line(h, 0, SPI, 1);
    g_assert_cmpuint(ack(0), ==, SPI);
    eoi(0, SPI);
    gic_write(1, GICC + 0x1000, SPI);
    g_assert_false(is_active(0, SPI));
    g_assert_cmpuint(gic_harness_eois(h, 0, SPI), ==, 1);
    teardown();
}

static void test_dir_in_mode_0_does_nothing(void)
{
    setup();
    gic_harness_line(h, 0, SPI, 1);
    g_assert_cmpuint(ack(0), ==, SPI);
    gic_write(0, GICC + 0x1000, SPI);
    g_assert_true(is_active(0, SPI));
    g_assert_cmpuint(gic_harness_eois(h, 0, SPI), ==, 0);
    teardown();
}

static void test_icactiver_completes_each_of_its_bits(void)
{
    setup();
    gic_write(0, GICD + 0x304, 0xffffffff);
    gic_write(0, GICD + 0x384, 0xffffff00);
    for (unsigned i = 32; i < 64; i++) {
        g_assert_cmpuint(gic_harness_eois(h, 0, i), ==, i >= 40);
    }
    gic_write(1, GICD + 0x300, 0xffffffff);
    gic_write(1, GICD + 0x380, 0xffffffff);
    for (unsigned i = 0; i < 32; i++) {
        g_assert_cmpuint(gic_harness_eois(h, 1, i), ==, i >= 16); /* an SGI has no line */
        g_assert_cmpuint(gic_harness_eois(h, 0, i), ==, 0);
    }
    teardown();
}

static void test_reset_completes_what_is_active(void)
{
    setup();
    gic_harness_line(h, 0, SPI, 1);
    gic_harness_line(h, 2, PPI, 1);
    gic_harness_line(h, 0, SPI3, 1);
    g_assert_cmpuint(ack(0), ==, SPI);
    g_assert_cmpuint(ack(2), ==, PPI);
    device_cold_reset(h->dev);
    g_assert_cmpuint(gic_harness_eois(h, 0, SPI), ==, 1);
    g_assert_cmpuint(gic_harness_eois(h, 2, PPI), ==, 1);
    g_assert_cmpuint(gic_harness_eois(h, 0, SPI3), ==, 0);
    g_assert_false(is_active(0, SPI));
    device_cold_reset(h->dev);
    g_assert_cmpuint(gic_harness_eois(h, 0, SPI), ==, 1);
    teardown();
}

static void test_reset_lowers_outputs(void)
{
    setup();
    gic_write(1, GICC, 9);
    gic_harness_line(h, 1, PPI, 1);
    gic_harness_line(h, 0, SPI, 1);
    g_assert_cmpint(h->irq[0].level + h->fiq[1].level, ==, 2);
    device_cold_reset(h->dev);
    g_assert_cmpint(h->irq[0].level + h->fiq[1].level, ==, 0);
    teardown();
}

static void test_special_and_unknown_intids_complete_nothing(void)
{
    static const uint32_t values[] = { 1020, 1022, 1023, 1019, IRQS, 0xffffffff };

    setup();
    gic_harness_line(h, 0, SPI, 1);
    g_assert_cmpuint(ack(0), ==, SPI);
    for (unsigned i = 0; i < ARRAY_SIZE(values); i++) {
        eoi(0, values[i]);
        g_assert_cmphex(gic_read(0, GICC + 0x14), ==, 0xa0);
    }
    g_assert_true(is_active(0, SPI));
    teardown();
}

/* ---- notifiers that act ---- */

typedef struct Relower {
    Notifier notifier;
    qemu_irq line;
    unsigned calls;
} Relower;

/* What an assigned device does: the guest is done, so take the level away. */
static void relower(Notifier *n, void *data)
{
    Relower *r = container_of(n, Relower, notifier);

    r->calls++;
    qemu_irq_lower(r->line);
}

static void test_notifier_may_set_its_line(void)
{
    Relower r = { .notifier.notify = relower };

    setup();
    r.line = qdev_get_gpio_in(h->dev, SPI - 32);
    qemu_irq_add_eoi_notifier(r.line, &r.notifier);
    qemu_irq_raise(r.line);
    g_assert_cmpuint(ack(0), ==, SPI);
    eoi(0, SPI);
    g_assert_cmpuint(r.calls, ==, 1);
    g_assert_false(is_pending(0, SPI));
    g_assert_cmpint(h->irq[0].level, ==, 0);
    qemu_irq_remove_eoi_notifier(r.line, &r.notifier);
    teardown();
}

int main(int argc, char **argv)
{
    static const struct { const char *path; void (*run)(void); } tests[] = {
        { "level/signals-until-acknowledged", test_level_line_signals_until_acknowledged },
        { "level/drop-is-spurious", test_level_line_that_drops_is_spurious },
        { "level/still-high-pends-again", test_level_line_still_high_pends_again },
        { "level/ispendr-lasts", test_ispendr_of_level_lasts_until_acknowledged },
        { "level/icpendr-does-not-beat-line", test_icpendr_of_level_does_not_beat_the_line },
        { "edge/remembered-once", test_edge_is_remembered_once },
        { "edge/while-active-pends-again", test_edge_while_active_pends_again },
        { "edge/disabled-is-kept", test_edge_of_disabled_interrupt_is_kept },
        { "input/no-line-for-sgis", test_line_0_to_15_of_a_cpu_is_no_sgi },
        { "ppi/goes-to-its-cpu", test_ppi_goes_to_its_cpu },
        { "sgi/sources-one-by-one", test_sgi_tells_its_sources_one_by_one },
        { "priority/preempts-and-nests", test_higher_priority_preempts_and_nests },
        { "priority/binary-point", test_binary_point_groups_priorities },
        { "priority/mask", test_mask_hides_equal_and_lower },
        { "priority/lowest-is-never-signalled", test_lowest_priority_is_never_signalled },
        { "priority/order", test_order_is_priority_then_intid },
        { "priority/change-while-pending", test_priority_of_pending_interrupt_can_change },
        { "target/one-of-n", test_one_of_n_goes_to_the_first_that_acknowledges },
        { "target/new-target-takes-over", test_new_target_takes_over },
        { "target/one-cpu", test_one_cpu_is_the_target_of_everything },
        { "enable/each-gates-the-output", test_each_enable_gates_the_output },
        { "group/fiq", test_group_0_is_fiq_if_asked_for },
        { "group/1022", test_group_1_reads_as_1022_without_ackctl },
        { "group/aliases", test_aliases_are_for_group_1 },
        { "group/aeoir-ignores-group-0", test_aeoir_ignores_group_0 },
        { "group/binary-points", test_group_1_has_its_binary_point_unless_cbpr },
        { "group/disabled-hides", test_disabled_group_hides_what_is_behind },
        { "completion/mode-0-notifies-once", test_eoi_mode_0_notifies_once },
        { "completion/mode-1-splits", test_eoi_mode_1_splits_drop_and_deactivation },
        { "completion/dir-by-another-cpu", test_dir_by_another_cpu_deactivates_an_spi },
        { "completion/dir-in-mode-0", test_dir_in_mode_0_does_nothing },
        { "completion/icactiver", test_icactiver_completes_each_of_its_bits },
        { "completion/reset", test_reset_completes_what_is_active },
        { "reset/lowers-outputs", test_reset_lowers_outputs },
        { "completion/special-intids", test_special_and_unknown_intids_complete_nothing },
        { "completion/notifier-may-set-line", test_notifier_may_set_its_line },
    };

    harness_init(&argc, &argv);
    for (unsigned i = 0; i < ARRAY_SIZE(tests); i++) {
        g_autofree char *path = g_strdup_printf("/gicv2/%s", tests[i].path);

        g_test_add_func(path, tests[i].run);
    }
    return g_test_run();
}
