/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GICv2: every register's fields, reset values, access sizes and banking, one
 * after the other as IHI 0048B chapter 4 has them.
 */
#include "gicv2-harness.h"

#define CPUS 4
#define IRQS 96

static GicHarness *h;

static void setup(unsigned cpus, unsigned priority_bits)
{
    h = gic_harness_new(cpus, IRQS, priority_bits);
}

static void teardown(void)
{
    gic_harness_free(h);
    h = NULL;
}

/* ---- distributor ---- */

static void test_ctlr_has_two_enables(void)
{
    setup(CPUS, 8);
    g_assert_cmphex(gic_read(0, GICD + 0x000), ==, 0);
    gic_write(0, GICD + 0x000, 0xffffffff);
    g_assert_cmphex(gic_read(0, GICD + 0x000), ==, 3);
    gic_write(1, GICD + 0x000, 2);
    g_assert_cmphex(gic_read(0, GICD + 0x000), ==, 2);
    teardown();
}

static void test_typer_counts_lines_and_cpus(void)
{
    static const struct { unsigned cpus, irqs; uint32_t typer; } sizes[] = {
        { 1, 32, 0x000 }, { 1, 288, 0x008 }, { 8, 288, 0x0e8 }, { 4, 992, 0x07e },
    };

    for (unsigned i = 0; i < ARRAY_SIZE(sizes); i++) {
        h = gic_harness_new(sizes[i].cpus, sizes[i].irqs, 0);
        g_assert_cmphex(gic_read(0, GICD + 0x004), ==, sizes[i].typer);
        gic_write(0, GICD + 0x004, 0xffffffff);
        g_assert_cmphex(gic_read(0, GICD + 0x004), ==, sizes[i].typer);
        teardown();
    }
}

static void test_identification_names_architecture_2(void)
{
    static const uint8_t pidr[8] = { 0x90, 0xb4, 0x2b, 0x00, 0x04, 0x00, 0x00, 0x00 };
    static const uint8_t cidr[4] = { 0x0d, 0xf0, 0x05, 0xb1 };

    setup(CPUS, 8);
    g_assert_cmphex(gic_read(0, GICD + 0x008) & 0xfff, ==, 0x43b);
    g_assert_cmphex(gic_read(0, GICC + 0x0fc) & 0xfff, ==, 0x43b);
    g_assert_cmphex(gic_read(0, GICC + 0x0fc) >> 16 & 0xf, ==, 2);
    g_assert_cmphex(gic_read(0, GICD + 0xfe8) >> 4, ==, 2);
    for (unsigned i = 0; i < 4; i++) {
        g_assert_cmphex(gic_read(0, GICD + 0xfe0 + 4 * i), ==, pidr[i]);
        g_assert_cmphex(gic_read(0, GICD + 0xfd0 + 4 * i), ==, pidr[4 + i]);
        g_assert_cmphex(gic_read(0, GICD + 0xff0 + 4 * i), ==, cidr[i]);
    }
    gic_write(0, GICD + 0xfe8, 0);
    g_assert_cmphex(gic_read(0, GICD + 0xfe8), ==, 0x2b);
    teardown();
}

static void test_igroupr_is_plain_storage(void)
{
    setup(CPUS, 8);
    for (unsigned word = 0; word < IRQS / 32; word++) {
        g_assert_cmphex(gic_read(0, GICD + 0x080 + 4 * word), ==, 0);
        gic_write(0, GICD + 0x080 + 4 * word, 0xa5a50f0f);
        g_assert_cmphex(gic_read(0, GICD + 0x080 + 4 * word), ==, 0xa5a50f0f);
    }
    g_assert_cmphex(gic_read(1, GICD + 0x080), ==, 0);
    g_assert_cmphex(gic_read(1, GICD + 0x084), ==, 0xa5a50f0f);
    teardown();
}

/* Set and clear registers at @set and @set + 0x80, of which @fixed bits of word 0 ignore writes. */
static void set_clear_check(hwaddr set, uint32_t fixed_mask, uint32_t fixed)
{
    hwaddr clear = set + 0x80;

    setup(CPUS, 8);
    g_assert_cmphex(gic_read(0, set), ==, fixed);
    gic_write(0, set, 0xffffffff);
    g_assert_cmphex(gic_read(0, set), ==, fixed | ~fixed_mask);
    g_assert_cmphex(gic_read(0, clear), ==, fixed | ~fixed_mask);
    g_assert_cmphex(gic_read(1, set), ==, fixed);
    gic_write(0, clear, 0x0ff0ffff);
    g_assert_cmphex(gic_read(0, set), ==, fixed | (0xf00f0000 & ~fixed_mask));

    g_assert_cmphex(gic_read(0, set + 4), ==, 0);
    gic_write(0, set + 4, 0x000ff000);
    gic_write(0, set + 4, 0x80000001);
    gic_write(0, clear + 4, 0x0000f001);
    g_assert_cmphex(gic_read(0, set + 4), ==, 0x800f0000);
    g_assert_cmphex(gic_read(3, clear + 4), ==, 0x800f0000);
    teardown();
}

static void test_isenabler_keeps_sgis_on(void)
{
    set_clear_check(GICD + 0x100, 0xffff, 0xffff);
}

static void test_ispendr_leaves_sgis_alone(void)
{
    set_clear_check(GICD + 0x200, 0xffff, 0);
}

static void test_isactiver_takes_all(void)
{
    set_clear_check(GICD + 0x300, 0, 0);
}

static void test_bits_beyond_the_last_intid_are_zero(void)
{
    setup(CPUS, 8);
    for (hwaddr base = 0x080; base < 0x400; base += 0x80) {
        for (unsigned word = IRQS / 32; word < 32; word++) {
            gic_write(0, GICD + base + 4 * word, 0xffffffff);
            g_assert_cmphex(gic_read(0, GICD + base + 4 * word), ==, 0);
        }
    }
    gic_write(0, GICD + 0x400 + IRQS, 0xffffffff);
    g_assert_cmphex(gic_read(0, GICD + 0x400 + IRQS), ==, 0);
    gic_write(0, GICD + 0x800 + IRQS, 0xffffffff);
    g_assert_cmphex(gic_read(0, GICD + 0x800 + IRQS), ==, 0);
    gic_write(0, GICD + 0xc00 + IRQS / 4, 0xffffffff);
    g_assert_cmphex(gic_read(0, GICD + 0xc00 + IRQS / 4), ==, 0);
    teardown();
}

static void test_ipriorityr_has_the_implemented_bits(void)
{
    for (unsigned bits = 4; bits <= 8; bits++) {
        uint8_t mask = 0xff << (8 - bits);

        setup(CPUS, bits);
        gic_write(0, GICD + 0x440, 0xff7f3f1f);
        g_assert_cmphex(gic_read_size(0, GICD + 0x440, 1), ==, 0x1f & mask);
        g_assert_cmphex(gic_read_size(0, GICD + 0x441, 1), ==, 0x3f & mask);
        g_assert_cmphex(gic_read_size(0, GICD + 0x442, 2), ==, (0xff7f & (mask | mask << 8)));
        teardown();
    }
}

static void test_ipriorityr_takes_bytes_and_is_banked(void)
{
    setup(CPUS, 8);
    gic_write_size(2, GICD + 0x41b, 1, 0x60);
    g_assert_cmphex(gic_read(2, GICD + 0x418), ==, 0x60000000);
    g_assert_cmphex(gic_read(1, GICD + 0x418), ==, 0);
    gic_write_size(2, GICD + 0x45f, 1, 0x50);
    g_assert_cmphex(gic_read(1, GICD + 0x45c), ==, 0x50000000);
    teardown();
}

static void test_itargetsr_shows_private_ones_their_cpu(void)
{
    setup(CPUS, 8);
    for (unsigned cpu = 0; cpu < CPUS; cpu++) {
        gic_write(cpu, GICD + 0x800, 0);
        g_assert_cmphex(gic_read(cpu, GICD + 0x800), ==, 0x01010101u << cpu);
        g_assert_cmphex(gic_read_size(cpu, GICD + 0x81f, 1), ==, 1u << cpu);
    }
    teardown();
}

static void test_itargetsr_holds_existing_cpus(void)
{
    setup(CPUS, 8);
    g_assert_cmphex(gic_read(0, GICD + 0x820), ==, 0);
    gic_write(0, GICD + 0x820, 0xff08f001);
    g_assert_cmphex(gic_read(1, GICD + 0x820), ==, 0x0f080001);
    gic_write_size(0, GICD + 0x822, 1, 0x02);
    g_assert_cmphex(gic_read(1, GICD + 0x820), ==, 0x0f020001);
    teardown();
}

static void test_itargetsr_is_zero_with_one_cpu(void)
{
    setup(1, 8);
    gic_write(0, GICD + 0x820, 0xffffffff);
    g_assert_cmphex(gic_read(0, GICD + 0x820), ==, 0);
    g_assert_cmphex(gic_read(0, GICD + 0x800), ==, 0);
    teardown();
}

static void test_icfgr_bit_1_of_each_pair(void)
{
    setup(CPUS, 8);
    gic_write(0, GICD + 0xc00, 0);
    g_assert_cmphex(gic_read(0, GICD + 0xc00), ==, 0xaaaaaaaa);
    gic_write(0, GICD + 0xc04, 0xffffffff);
    g_assert_cmphex(gic_read(0, GICD + 0xc04), ==, 0xaaaaaaaa);
    g_assert_cmphex(gic_read(1, GICD + 0xc04), ==, 0);
    gic_write(0, GICD + 0xc0c, 0x80000007);
    g_assert_cmphex(gic_read(1, GICD + 0xc0c), ==, 0x80000002);
    g_assert_cmphex(gic_read(1, GICD + 0xc08), ==, 0);
    teardown();
}

static void test_nsacr_is_zero(void)
{
    setup(CPUS, 8);
    gic_write(0, GICD + 0xe08, 0xffffffff);
    g_assert_cmphex(gic_read(0, GICD + 0xe08), ==, 0);
    teardown();
}

static void test_sgir_filters(void)
{
    setup(CPUS, 8);
    gic_write(1, GICD + 0xf00, 0x00fd0003); /* the list: CPUs 0, 2, 3 and absent ones */
    gic_write(1, GICD + 0xf00, 0x01000005); /* all but the writer */
    gic_write(1, GICD + 0xf00, 0x02ff0007); /* the writer */
    gic_write(1, GICD + 0xf00, 0x03ff0009); /* reserved */
    g_assert_cmphex(gic_read(0, GICD + 0x200), ==, 1u << 3 | 1u << 5);
    g_assert_cmphex(gic_read(1, GICD + 0x200), ==, 1u << 7);
    g_assert_cmphex(gic_read(2, GICD + 0x200), ==, 1u << 3 | 1u << 5);
    g_assert_cmphex(gic_read(3, GICD + 0x200), ==, 1u << 3 | 1u << 5);
    g_assert_cmphex(gic_read(0, GICD + 0xf00), ==, 0);
    teardown();
}

static void test_spendsgir_names_sources(void)
{
    setup(CPUS, 8);
    gic_write(2, GICD + 0xf20, 0xff000902);
    g_assert_cmphex(gic_read(2, GICD + 0xf20), ==, 0x0f000902);
    g_assert_cmphex(gic_read(2, GICD + 0xf10), ==, 0x0f000902);
    g_assert_cmphex(gic_read(0, GICD + 0xf20), ==, 0);
    g_assert_cmphex(gic_read(2, GICD + 0x200), ==, 0xb);
    gic_write_size(2, GICD + 0xf11, 1, 0x08);
    g_assert_cmphex(gic_read(2, GICD + 0xf20), ==, 0x0f000102);
    gic_write(2, GICD + 0xf10, 0x0f);
    g_assert_cmphex(gic_read(2, GICD + 0x200), ==, 0xa);
    gic_write_size(2, GICD + 0xf2f, 1, 0x01);
    g_assert_cmphex(gic_read(2, GICD + 0x200), ==, 0x800a);
    teardown();
}

static void test_small_accesses_to_word_registers_do_nothing(void)
{
    static const hwaddr word_only[] = { 0x000, 0x080, 0x104, 0x204, 0x304, 0xc08, 0xf00 };

    setup(CPUS, 8);
    for (unsigned i = 0; i < ARRAY_SIZE(word_only); i++) {
        uint32_t before = gic_read(0, GICD + word_only[i]);

        gic_write_size(0, GICD + word_only[i], 1, 0xff);
        gic_write_size(0, GICD + word_only[i], 2, 0xffff);
        g_assert_cmphex(gic_read(0, GICD + word_only[i]), ==, before);
    }
    g_assert_cmphex(gic_read(0, GICD + 0x200), ==, 0);
    g_assert_cmphex(gic_read_size(0, GICD + 0x100, 1), ==, 0);
    g_assert_cmphex(gic_read_size(0, GICD + 0xfe8, 2), ==, 0);
    teardown();
}

static void test_reserved_offsets_are_zero(void)
{
    static const hwaddr reserved[] = { 0x00c, 0x020, 0x07c, 0xd00, 0xdfc, 0xf04, 0xf30, 0xfcc };

    setup(CPUS, 8);
    for (unsigned i = 0; i < ARRAY_SIZE(reserved); i++) {
        gic_write(0, GICD + reserved[i], 0xffffffff);
        g_assert_cmphex(gic_read(0, GICD + reserved[i]), ==, 0);
    }
    gic_write(0, GICC + 0x030, 0xffffffff);
    g_assert_cmphex(gic_read(0, GICC + 0x030), ==, 0);
    gic_write(0, GICC + 0x1004, 0xffffffff);
    g_assert_cmphex(gic_read(0, GICC + 0x1004), ==, 0);
    teardown();
}

/* ---- CPU interface ---- */

static void test_gicc_reset_values(void)
{
    static const uint32_t values[][2] = {
        { 0x00, 0 }, { 0x04, 0 }, { 0x08, 2 }, { 0x0c, 1023 }, { 0x14, 0xff }, { 0x18, 1023 },
        { 0x1c, 3 }, { 0x20, 1023 }, { 0x28, 1023 }, { 0xd0, 0 }, { 0xe0, 0 },
        { 0x10, 0 }, { 0x24, 0 }, { 0x1000, 0 },
    };

    setup(CPUS, 5);
    for (unsigned cpu = 0; cpu < CPUS; cpu++) {
        for (unsigned i = 0; i < ARRAY_SIZE(values); i++) {
            g_assert_cmphex(gic_read(cpu, GICC + values[i][0]), ==, values[i][1]);
        }
    }
    teardown();
}

static void test_gicc_ctlr_and_pmr_are_per_cpu(void)
{
    setup(CPUS, 5);
    gic_write(1, GICC + 0x00, 0xffffffff);
    gic_write(1, GICC + 0x04, 0xffffffff);
    g_assert_cmphex(gic_read(1, GICC + 0x00), ==, 0x3ff);
    g_assert_cmphex(gic_read(1, GICC + 0x04), ==, 0xf8);
    g_assert_cmphex(gic_read(0, GICC + 0x00), ==, 0);
    g_assert_cmphex(gic_read(0, GICC + 0x04), ==, 0);
    teardown();
}

static void test_binary_points_have_minima(void)
{
    static const unsigned minima[][2] = { { 4, 3 }, { 5, 2 }, { 6, 1 }, { 7, 0 }, { 8, 0 } };

    for (unsigned i = 0; i < ARRAY_SIZE(minima); i++) {
        setup(CPUS, minima[i][0]);
        gic_write(0, GICC + 0x08, 0);
        gic_write(0, GICC + 0x1c, 0);
        g_assert_cmphex(gic_read(0, GICC + 0x08), ==, minima[i][1]);
        g_assert_cmphex(gic_read(0, GICC + 0x1c), ==, minima[i][1] + 1);
        gic_write(0, GICC + 0x08, 0xfffffffe);
        gic_write(0, GICC + 0x1c, 0xffffffff);
        g_assert_cmphex(gic_read(0, GICC + 0x08), ==, 6);
        g_assert_cmphex(gic_read(0, GICC + 0x1c), ==, 7);
        teardown();
    }
}

static void test_active_priorities_have_a_bit_for_each_group_priority(void)
{
    static const struct { unsigned bits; uint32_t apr[4]; } sizes[] = {
        { 4, { 0xffff } },
        { 5, { 0xffffffff } },
        { 6, { 0xffffffff, 0xffffffff } },
        { 7, { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff } },
        { 8, { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff } },
    };

    for (unsigned i = 0; i < ARRAY_SIZE(sizes); i++) {
        setup(CPUS, sizes[i].bits);
        for (unsigned n = 0; n < 4; n++) {
            gic_write(0, GICC + 0xd0 + 4 * n, 0xffffffff);
            gic_write(0, GICC + 0xe0 + 4 * n, 0xffffffff);
            g_assert_cmphex(gic_read(0, GICC + 0xd0 + 4 * n), ==, sizes[i].apr[n]);
            g_assert_cmphex(gic_read(0, GICC + 0xe0 + 4 * n), ==, sizes[i].apr[n]);
        }
        teardown();
    }
}

static void test_running_priority_follows_active_priorities(void)
{
    setup(CPUS, 5);
    gic_write(0, GICC + 0xe0, 1u << 9);
    g_assert_cmphex(gic_read(0, GICC + 0x14), ==, 9 << 3);
    gic_write(0, GICC + 0xd0, 1u << 31 | 1u << 4);
    g_assert_cmphex(gic_read(0, GICC + 0x14), ==, 4 << 3);
    gic_write(0, GICC + 0xd0, 0);
    gic_write(0, GICC + 0xe0, 0);
    g_assert_cmphex(gic_read(0, GICC + 0x14), ==, 0xff);
    teardown();
}

static void test_access_by_unconnected_cpu_does_nothing(void)
{
    setup(CPUS, 8);
    gic_write(CPUS, GICD + 0x000, 3);
    gic_write(CPUS, GICC + 0x000, 3);
    g_assert_cmphex(gic_read(CPUS, GICD + 0x004), ==, 0);
    g_assert_cmphex(gic_read(CPUS, GICC + 0x0fc), ==, 0);
    g_assert_cmphex(gic_read(0, GICD + 0x000), ==, 0);
    teardown();
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    g_test_add_func("/gicv2/GICD_CTLR/two-enables", test_ctlr_has_two_enables);
    g_test_add_func("/gicv2/GICD_TYPER/counts-lines-and-cpus", test_typer_counts_lines_and_cpus);
    g_test_add_func("/gicv2/IDs/architecture-2", test_identification_names_architecture_2);
    g_test_add_func("/gicv2/GICD_IGROUPR/plain-storage", test_igroupr_is_plain_storage);
    g_test_add_func("/gicv2/GICD_ISENABLER/keeps-sgis-on", test_isenabler_keeps_sgis_on);
    g_test_add_func("/gicv2/GICD_ISPENDR/leaves-sgis-alone", test_ispendr_leaves_sgis_alone);
    g_test_add_func("/gicv2/GICD_ISACTIVER/takes-all", test_isactiver_takes_all);
    g_test_add_func("/gicv2/GICD/beyond-last-intid", test_bits_beyond_the_last_intid_are_zero);
    g_test_add_func("/gicv2/GICD_IPRIORITYR/implemented-bits",
                    test_ipriorityr_has_the_implemented_bits);
    g_test_add_func("/gicv2/GICD_IPRIORITYR/bytes-and-banks",
                    test_ipriorityr_takes_bytes_and_is_banked);
    g_test_add_func("/gicv2/GICD_ITARGETSR/private-ones",
                    test_itargetsr_shows_private_ones_their_cpu);
    g_test_add_func("/gicv2/GICD_ITARGETSR/existing-cpus", test_itargetsr_holds_existing_cpus);
    g_test_add_func("/gicv2/GICD_ITARGETSR/zero-with-one-cpu",
                    test_itargetsr_is_zero_with_one_cpu);
    g_test_add_func("/gicv2/GICD_ICFGR/bit-1-of-each-pair", test_icfgr_bit_1_of_each_pair);
    g_test_add_func("/gicv2/GICD_NSACR/zero", test_nsacr_is_zero);
    g_test_add_func("/gicv2/GICD_SGIR/filters", test_sgir_filters);
    g_test_add_func("/gicv2/GICD_SPENDSGIR/names-sources", test_spendsgir_names_sources);
    g_test_add_func("/gicv2/GICD/small-accesses",
                    test_small_accesses_to_word_registers_do_nothing);
    g_test_add_func("/gicv2/reserved-offsets-are-zero", test_reserved_offsets_are_zero);
    g_test_add_func("/gicv2/GICC/reset-values", test_gicc_reset_values);
    g_test_add_func("/gicv2/GICC/ctlr-and-pmr-per-cpu", test_gicc_ctlr_and_pmr_are_per_cpu);
    g_test_add_func("/gicv2/GICC_BPR/minima", test_binary_points_have_minima);
    g_test_add_func("/gicv2/GICC_APR/bit-for-each-group-priority",
                    test_active_priorities_have_a_bit_for_each_group_priority);
    g_test_add_func("/gicv2/GICC_RPR/follows-active-priorities",
                    test_running_priority_follows_active_priorities);
    g_test_add_func("/gicv2/unconnected-cpu", test_access_by_unconnected_cpu_does_nothing);
    return g_test_run();
}
