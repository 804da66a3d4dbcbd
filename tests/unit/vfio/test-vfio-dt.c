/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guest's nodes of devices of several hosts, property by property: expectations are those of
 * docs/host-device-tree.md and of the bindings, not what the program prints.
 */
#include "dt-harness.h"

#define FEC GUEST_BUS "/ethernet@1000"
#define FEC_NODE "/soc@0/ethernet@30be0000"

/* clk_summary of Linux 6.12: columns, then who has the clock and as what. */
static const char clk_summary[] =
    "                                 enable  prepare  protect                                "
    "duty  hardware                            connection\n"
    "   clock                          count    count    count        rate   accuracy phase  cycle "
    "   enable   consumer                         id\n"
    "----------\n"
    " osc_25m                             7       9        0        25000000    0          0     "
    "50000      Y   deviceless                      no_connection_id\n"
    "    enet_axi                         1       1        0        266666667   0          0     "
    "50000      Y      host-device                     ipg\n"
    "                                                                                         "
    "                        host-device                     ahb\n"
    "    enet_ref                         1       1        0        125000000   0          0     "
    "50000      Y      other-device                    ptp\n"
    " named_clock                         1       1        0        48000000    0          0     "
    "50000      Y      deviceless                      no_connection_id\n";

static bool fec_init(DTTest *test)
{
    if (!dt_test_init(test, "imx8m", FEC_NODE, 1, 4)) {
        return false;
    }
    dt_test_file(test, "sys/kernel/debug/clk/clk_summary", clk_summary);
    return true;
}

/* ---- properties ------------------------------------------------------------------------- */

static void test_numbers_and_texts_are_kept(void)
{
    DTTest test;

    if (!fec_init(&test)) {
        return;
    }
    dt_test_add(&test);
    dt_assert_strings(&test, FEC, "compatible", "fsl,imx8mq-fec\0fsl,imx6sx-fec");
    dt_assert_strings(&test, FEC, "phy-mode", "rgmii-id");
    dt_assert_cells(&test, FEC, "fsl,num-tx-queues", 3);
    dt_assert_cells(&test, FEC, "fsl,num-rx-queues", 3);
    dt_assert_empty(&test, FEC, "fsl,magic-packet");
    dt_assert_bytes(&test, FEC, "local-mac-address", "\x00\x04\x9f\x01\x02\x03", 6);
    dt_test_clear(&test);
}

static void test_reg_and_interrupts_are_the_guests(void)
{
    DTTest test;

    if (!fec_init(&test)) {
        return;
    }
    dt_test_add(&test);
    dt_assert_cells(&test, FEC, "reg", 0x1000, 0x800);
    dt_assert_cells(&test, FEC, "interrupts", 0, 112, 4, 0, 113, 4, 0, 114, 4, 0, 115, 4);
    dt_assert_strings(&test, FEC, "interrupt-names", "int0\0int1\0int2\0pps");
    dt_assert_none(&test, FEC, "interrupt-parent");
    dt_assert_none(&test, FEC, "status");
    dt_assert_none(&test, FEC, "dma-coherent");
    dt_test_clear(&test);
}

static void test_host_resources_are_dropped_with_a_line_each(void)
{
    DTTest test;

    if (!fec_init(&test)) {
        return;
    }
    dt_test_add(&test);
    dt_assert_none(&test, FEC, "pinctrl-0");
    dt_assert_none(&test, FEC, "pinctrl-names");
    dt_assert_none(&test, FEC, "assigned-clocks");
    dt_assert_none(&test, FEC, "assigned-clock-rates");
    dt_assert_none(&test, FEC, "assigned-clock-parents");
    dt_assert_noted(test.infos, "'pinctrl-0'");
    dt_assert_noted(test.infos, "'assigned-clocks'");
    dt_test_clear(&test);
}

static void test_references_to_the_host_are_dropped_with_a_warning(void)
{
    DTTest test;

    if (!fec_init(&test)) {
        return;
    }
    dt_test_add(&test);
    dt_assert_none(&test, FEC, "fsl,stop-mode");
    dt_assert_none(&test, FEC, "nvmem-cells");
    dt_assert_none(&test, FEC, "nvmem-cell-names");
    dt_assert_none(&test, FEC "/mdio/ethernet-phy@0", "reset-gpios");
    dt_assert_none(&test, FEC "/mdio/ethernet-phy@0", "interrupts");
    dt_assert_none(&test, FEC "/mdio/ethernet-phy@0", "interrupt-parent");
    dt_assert_noted(test.warnings, "'fsl,stop-mode' of 'ethernet@30be0000'");
    dt_assert_noted(test.warnings, "'nvmem-cells'");
    dt_assert_noted(test.warnings, "'reset-gpios' of 'ethernet-phy@0'");
    dt_assert_noted(test.warnings, "'interrupts' of 'ethernet-phy@0'");
    dt_test_clear(&test);
}

static void test_children_are_copied_and_referred_to(void)
{
    DTTest test;
    g_autofree char *phy = NULL;

    if (!fec_init(&test)) {
        return;
    }
    dt_test_add(&test);
    phy = dt_follow(&test, FEC, "phy-handle", 0);
    g_assert_cmpstr(phy, ==, FEC "/mdio/ethernet-phy@0");
    dt_assert_strings(&test, phy, "compatible", "ethernet-phy-ieee802.3-c22");
    dt_assert_cells(&test, phy, "reg", 0);
    dt_assert_cells(&test, phy, "reset-assert-us", 10000);
    dt_assert_empty(&test, phy, "qca,disable-smarteee");
    dt_assert_cells(&test, FEC "/mdio", "#address-cells", 1);
    dt_assert_cells(&test, FEC "/mdio", "#size-cells", 0);
    dt_test_clear(&test);
}

static void test_unknown_references_are_dropped_and_numbers_kept(void)
{
    DTTest test;
    const char *node = GUEST_BUS "/refs@1000";
    g_autofree char *own = NULL;

    if (!dt_test_init(&test, "odd", "/refs@70000", 1, 0)) {
        return;
    }
    dt_test_add(&test);
    dt_assert_none(&test, node, "mboxes");
    dt_assert_none(&test, node, "mbox-names");
    dt_assert_none(&test, node, "frobs");
    dt_assert_none(&test, node, "vendor,helper");
    dt_assert_none(&test, node, "cs-gpios");
    dt_assert_none(&test, GUEST_BUS "/refs@1000/port/endpoint", "remote-endpoint");
    dt_assert_noted(test.warnings, "'mboxes'");
    dt_assert_noted(test.warnings, "'frobs'");
    dt_assert_noted(test.warnings, "'vendor,helper'");
    dt_assert_noted(test.warnings, "'cs-gpios'");
    dt_assert_noted(test.warnings, "'remote-endpoint'");
    dt_assert_cells(&test, node, "vendor,fifo-depth", 1);
    dt_assert_cells(&test, node, "vendor,big", 0x12345678);
    dt_assert_strings(&test, node, "vendor,text", "abc");
    dt_assert_cells(&test, node, "clock-frequency", 400000);
    own = dt_follow(&test, node, "vendor,own", 0);
    g_assert_cmpstr(own, ==, GUEST_BUS "/refs@1000/inner");
    dt_test_clear(&test);
}

static void test_all_host_resources_of_a_zynqmp(void)
{
    static const char *const dropped[] = {
        "iommus", "power-domains", "resets", "reset-names", "dmas", "dma-names",
    };
    DTTest test;
    const char *node = GUEST_BUS "/ethernet@1000";
    g_autofree char *phy = NULL;

    if (!dt_test_init(&test, "zynqmp", "/axi/ethernet@ff0e0000", 1, 2)) {
        return;
    }
    dt_test_file(&test, "sys/kernel/debug/clk/clk_summary",
                 " lpd_lsbus 1 1 0 100000000 0 0 50000 Y host-device pclk\n"
                 "                                       host-device hclk\n"
                 " gem3_tx 1 1 0 125000000 0 0 50000 Y host-device tx_clk\n"
                 " gem3_rx 1 1 0 125000000 0 0 50000 Y host-device rx_clk\n"
                 " gem_tsu 1 1 0 250000000 0 0 50000 ? host-device tsu_clk\n");
    dt_test_add(&test);
    for (size_t i = 0; i < G_N_ELEMENTS(dropped); i++) {
        dt_assert_none(&test, node, dropped[i]);
    }
    dt_assert_noted(test.infos, "'iommus'");
    dt_assert_noted(test.infos, "'power-domains'");
    dt_assert_noted(test.infos, "'resets'");
    dt_assert_noted(test.infos, "'dmas'");
    g_assert_cmpstr(test.warnings->str, ==, "");
    dt_assert_empty(&test, node, "dma-coherent");
    dt_assert_clock(&test, node, 0, 100000000);
    dt_assert_clock(&test, node, 1, 100000000);
    dt_assert_clock(&test, node, 2, 125000000);
    dt_assert_clock(&test, node, 4, 250000000);
    phy = dt_follow(&test, node, "phy-handle", 0);
    g_assert_cmpstr(phy, ==, GUEST_BUS "/ethernet@1000/ethernet-phy@c");
    dt_assert_cells(&test, phy, "ti,rx-internal-delay", 8);
    dt_assert_cells(&test, phy, "ti,fifo-depth", 1);
    dt_test_clear(&test);
}

/* ---- interrupts and registers ----------------------------------------------------------- */

static void test_interrupts_extended(void)
{
    DTTest test;
    const char *node = GUEST_BUS "/irqs@1000";

    if (!dt_test_init(&test, "odd", "/coherent-bus/irqs@10000", 3, 4)) {
        return;
    }
    test.irqs[1].is_level = test.irqs[2].is_level = false;
    dt_test_add(&test);
    dt_assert_cells(&test, node, "interrupts", 0, 112, 4, 0, 113, 1, 0, 114, 1, 0, 115, 4);
    dt_assert_none(&test, node, "interrupts-extended");
    dt_assert_strings(&test, node, "interrupt-names", "low\0falling\0rising\0high");
    dt_assert_noted(test.warnings, "interrupt 0: low level on the host, high level in the guest");
    dt_assert_noted(test.warnings, "interrupt 1: falling edge on the host, rising edge in the");
    g_assert_null(strstr(test.warnings->str, "interrupt 2"));
    g_assert_null(strstr(test.warnings->str, "interrupt 3"));
    dt_test_clear(&test);
}

static void test_level_of_vfio_overrides_an_edge_of_the_host(void)
{
    DTTest test;

    if (!dt_test_init(&test, "odd", "/coherent-bus/irqs@10000", 3, 4)) {
        return;
    }
    dt_test_add(&test);
    dt_assert_cells(&test, GUEST_BUS "/irqs@1000", "interrupts",
                    0, 112, 4, 0, 113, 4, 0, 114, 4, 0, 115, 4);
    dt_assert_noted(test.warnings, "interrupt 2: rising edge on the host, high level in the guest");
    dt_test_clear(&test);
}

static void test_absent_regions_take_their_names_along(void)
{
    DTTest test;
    const char *node = GUEST_BUS "/irqs@1000";

    if (!dt_test_init(&test, "odd", "/coherent-bus/irqs@10000", 3, 4)) {
        return;
    }
    test.regions[1].present = false;
    test.irqs[0].present = test.irqs[3].present = false;
    dt_test_add(&test);
    dt_assert_cells(&test, node, "reg", 0x1000, 0x800, 0x3000, 0x800);
    dt_assert_strings(&test, node, "reg-names", "one\0three");
    dt_assert_cells(&test, node, "interrupts", 0, 113, 4, 0, 114, 4);
    dt_assert_strings(&test, node, "interrupt-names", "falling\0rising");
    dt_test_clear(&test);
}

static void test_first_present_region_is_the_unit_address(void)
{
    DTTest test;

    if (!dt_test_init(&test, "odd", "/coherent-bus/irqs@10000", 3, 4)) {
        return;
    }
    test.regions[0].present = false;
    dt_test_add(&test);
    g_assert_true(dt_has_node(&test, GUEST_BUS "/irqs@2000"));
    dt_test_clear(&test);
}

static void test_count_that_differs_is_told(void)
{
    DTTest test;

    if (!dt_test_init(&test, "odd", "/coherent-bus/irqs@10000", 2, 3)) {
        return;
    }
    dt_test_add(&test);
    dt_assert_noted(test.warnings, "has 3 regions, the device 2");
    dt_assert_noted(test.warnings, "has 4 interrupts, the device 3");
    dt_assert_strings(&test, GUEST_BUS "/irqs@1000", "reg-names", "one\0two");
    dt_test_clear(&test);
}

static void test_two_cells(void)
{
    DTTest test;
    void *fdt;

    if (!dt_test_init(&test, "odd", "/coherent-bus/plain@40000", 1, 0)) {
        return;
    }
    fdt = test.ctx.fdt;
    fdt_setprop_u32(fdt, fdt_path_offset(fdt, GUEST_BUS), "#address-cells", 2);
    fdt_setprop_u32(fdt, fdt_path_offset(fdt, GUEST_BUS), "#size-cells", 2);
    dt_test_put(fdt, GUEST_BUS, "ranges", (uint32_t[]) { 8, 0, 8, 0, 4, 0 }, 6);
    test.ctx.address_cells = test.ctx.size_cells = 2;
    test.regions[0] = (VFIODTRegion) { true, 0x880000000ull, 0x200000000ull };
    dt_test_add(&test);
    dt_assert_cells(&test, GUEST_BUS "/plain@880000000", "reg", 8, 0x80000000, 2, 0);
    dt_test_clear(&test);
}

static void test_address_that_needs_two_cells_is_an_error(void)
{
    DTTest test;

    if (!dt_test_init(&test, "odd", "/coherent-bus/plain@40000", 1, 0)) {
        return;
    }
    test.regions[0].addr = 0x100000000ull;
    dt_test_fails(&test, "region 0, 0x800 bytes at 0x100000000, does not fit");
    dt_test_clear(&test);
}

/* ---- coherency -------------------------------------------------------------------------- */

static void test_coherency_is_inherited_from_the_bus(void)
{
    DTTest test;

    if (!dt_test_init(&test, "odd", "/coherent-bus/irqs@10000", 3, 4)) {
        return;
    }
    dt_test_add(&test);
    dt_assert_empty(&test, GUEST_BUS "/irqs@1000", "dma-coherent");
    dt_test_clear(&test);
}

static void test_device_that_is_not_coherent_on_a_coherent_bus(void)
{
    DTTest test;

    if (!dt_test_init(&test, "odd", "/coherent-bus/plain@40000", 1, 0)) {
        return;
    }
    dt_test_add(&test);
    dt_assert_none(&test, GUEST_BUS "/plain@1000", "dma-coherent");
    dt_test_clear(&test);
}

/* ---- clocks and supplies ---------------------------------------------------------------- */

static void test_clocks_have_the_hosts_rates(void)
{
    DTTest test;
    g_autofree char *ipg = NULL, *ahb = NULL;

    if (!fec_init(&test)) {
        return;
    }
    dt_test_add(&test);
    dt_assert_strings(&test, FEC, "clock-names", "ipg\0ahb\0ptp\0enet_clk_ref\0enet_out");
    /* By consumer, by consumer on a line of its own, assigned twice, by name of the clock. */
    dt_assert_clock(&test, FEC, 0, 266666667);
    dt_assert_clock(&test, FEC, 1, 266666667);
    dt_assert_clock(&test, FEC, 2, 100000000);
    dt_assert_clock(&test, FEC, 3, 125000000);
    dt_assert_clock(&test, FEC, 4, 25000000);
    /* One clock of the host's is one of the guest's. */
    ipg = dt_follow(&test, FEC, "clocks", 0);
    ahb = dt_follow(&test, FEC, "clocks", 1);
    g_assert_cmpstr(ipg, ==, ahb);
    dt_test_clear(&test);
}

static void test_rate_of_the_user_goes_first(void)
{
    DTTest test;

    if (!fec_init(&test)) {
        return;
    }
    test.clock_name = "ptp";
    test.clock_hz = 50000000;
    dt_test_add(&test);
    dt_assert_clock(&test, FEC, 2, 50000000);
    dt_assert_clock(&test, FEC, 3, 125000000);
    dt_test_clear(&test);
}

static void test_unknown_rate_is_an_error_that_helps(void)
{
    DTTest test;

    if (!dt_test_init(&test, "imx8m", FEC_NODE, 1, 4)) {
        return;
    }
    dt_test_fails(&test, "the host's rate of clock 'ipg' cannot be read");
    test.clock_name = "ipg";
    test.clock_hz = 1ull << 32;
    dt_test_fails(&test, "4294967296 Hz cannot be the rate");
    dt_test_clear(&test);
}

static void test_fixed_chains_and_absent_clocks(void)
{
    DTTest test;
    const char *node = GUEST_BUS "/clocked@1000";

    if (!dt_test_init(&test, "odd", "/clocked@50000", 1, 0)) {
        return;
    }
    dt_test_add(&test);
    dt_assert_clock(&test, node, 0, 16666666);
    dt_assert_clock(&test, node, 1, 32768);
    dt_assert_clock(&test, node, 3, 50000000);
    g_assert_cmpint(fdt_getprop(test.ctx.fdt, fdt_path_offset(test.ctx.fdt, node), "clocks",
                                NULL) != NULL, ==, 1);
    dt_assert_strings(&test, node, "clock-names", "sixth\0nine\0none\0half");
    dt_test_clear(&test);
}

static void test_rate_by_name_of_the_output(void)
{
    DTTest test;

    if (!dt_test_init(&test, "odd", "/clocked@50000", 1, 0)) {
        return;
    }
    dt_test_file(&test, "sys/kernel/debug/clk/pmic_nine/clk_rate", "32000\n");
    dt_test_add(&test);
    dt_assert_clock(&test, GUEST_BUS "/clocked@1000", 1, 32000);
    dt_test_clear(&test);
}

static void test_ring_of_clocks_has_no_rate(void)
{
    DTTest test;

    if (!dt_test_init(&test, "odd", "/ringed@60000", 1, 0)) {
        return;
    }
    dt_test_fails(&test, "the host's rate of clock '0' cannot be read");
    test.clock_name = "0";
    test.clock_hz = 1000;
    dt_test_add(&test);
    dt_assert_clock(&test, GUEST_BUS "/ringed@1000", 0, 1000);
    dt_test_clear(&test);
}

static void test_supply_is_a_fixed_regulator(void)
{
    DTTest test;
    g_autofree char *supply = NULL;

    if (!fec_init(&test)) {
        return;
    }
    dt_test_add(&test);
    supply = dt_follow(&test, FEC, "phy-supply", 0);
    dt_assert_strings(&test, supply, "compatible", "regulator-fixed");
    dt_assert_strings(&test, supply, "regulator-name", "PHY_3V3");
    dt_assert_cells(&test, supply, "regulator-min-microvolt", 3300000);
    dt_assert_cells(&test, supply, "regulator-max-microvolt", 3300000);
    dt_assert_empty(&test, supply, "regulator-always-on");
    dt_assert_none(&test, supply, "gpio");
    dt_test_clear(&test);
}

static void test_supply_of_a_range_has_the_present_voltage(void)
{
    DTTest test;
    g_autofree char *core = NULL, *io = NULL;

    if (!dt_test_init(&test, "odd", "/clocked@50000", 1, 0)) {
        return;
    }
    dt_test_file(&test, "sys/class/regulator/regulator.0/name", "OTHER\n");
    dt_test_file(&test, "sys/class/regulator/regulator.3/name", "BUCK1\n");
    dt_test_file(&test, "sys/class/regulator/regulator.3/microvolts", "900000\n");
    dt_test_add(&test);
    core = dt_follow(&test, GUEST_BUS "/clocked@1000", "core-supply", 0);
    io = dt_follow(&test, GUEST_BUS "/clocked@1000", "io-supply", 0);
    g_assert_cmpstr(core, ==, io);
    dt_assert_cells(&test, core, "regulator-min-microvolt", 900000);
    dt_assert_cells(&test, core, "regulator-max-microvolt", 900000);
    dt_test_clear(&test);
}

static void test_supply_of_unknown_voltage_is_told(void)
{
    DTTest test;
    g_autofree char *core = NULL;

    if (!dt_test_init(&test, "odd", "/clocked@50000", 1, 0)) {
        return;
    }
    dt_test_add(&test);
    core = dt_follow(&test, GUEST_BUS "/clocked@1000", "core-supply", 0);
    dt_assert_none(&test, core, "regulator-min-microvolt");
    dt_assert_noted(test.warnings, "the voltage of 'core-supply' is not known");
    dt_test_clear(&test);
}

/* ---- children ----------------------------------------------------------------------------- */

static void test_children_at_host_addresses_are_left_out(void)
{
    DTTest test;
    const char *node = GUEST_BUS "/wrapper@1000";

    if (!dt_test_init(&test, "odd", "/wrapper@90000", 1, 0)) {
        return;
    }
    dt_test_add(&test);
    g_assert_false(dt_has_node(&test, GUEST_BUS "/wrapper@1000/usb@a0000"));
    dt_assert_none(&test, node, "ranges");
    dt_assert_noted(test.warnings, "'usb@a0000' below 'wrapper@90000'");
    dt_test_clear(&test);
}

static void test_interrupts_of_an_own_controller_are_kept(void)
{
    DTTest test;
    const char *client = GUEST_BUS "/intc@1000/client@2";
    g_autofree char *parent = NULL;

    if (!dt_test_init(&test, "odd", "/intc@b0000", 1, 1)) {
        return;
    }
    /* As on the host, the controller has no #address-cells: dtc would warn of it here too. */
    g_assert_true(vfio_dt_add_node(&test.ctx, &test.dev, &error_abort));
    dt_assert_cells(&test, client, "interrupts", 6);
    dt_assert_strings(&test, client, "interrupt-names", "six");
    dt_assert_cells(&test, client, "reg", 2);
    dt_assert_cells(&test, client, "cell-index", 1);
    dt_assert_cells(&test, GUEST_BUS "/intc@1000/hog", "gpios", 1, 0);
    parent = dt_follow(&test, client, "interrupt-parent", 0);
    g_assert_cmpstr(parent, ==, GUEST_BUS "/intc@1000/controller@1");
    dt_test_clear(&test);
}

/* ---- several, none ------------------------------------------------------------------------ */

static void test_two_devices_share_nothing_but_the_bus(void)
{
    DTTest test;
    g_autofree char *first = NULL, *second = NULL;

    if (!dt_test_init(&test, "odd", "/clocked@50000", 1, 0)) {
        return;
    }
    dt_test_add(&test);
    test.regions[0].addr = 0x9000;
    dt_test_add(&test);
    first = dt_follow(&test, GUEST_BUS "/clocked@1000", "clocks", 0);
    second = dt_follow(&test, GUEST_BUS "/clocked@9000", "clocks", 0);
    g_assert_cmpstr(first, !=, second);
    dt_test_clear(&test);
}

static void test_two_devices_at_one_address_is_an_error(void)
{
    DTTest test;

    if (!dt_test_init(&test, "odd", "/coherent-bus/plain@40000", 1, 0)) {
        return;
    }
    dt_test_add(&test);
    dt_test_fails(&test, "'plain@1000' cannot be written: FDT_ERR_EXISTS");
    dt_test_clear(&test);
}

static void test_no_room_leaves_no_trace(void)
{
    DTTest test;

    if (!fec_init(&test)) {
        return;
    }
    g_assert_cmpint(fdt_pack(test.ctx.fdt), ==, 0);
    dt_test_fails(&test, "FDT_ERR_NOSPACE");
    dt_test_clear(&test);
}

static void test_no_compatible(void)
{
    DTTest test;

    if (!dt_test_init(&test, "odd", "/bare@c0000", 1, 0)) {
        return;
    }
    dt_test_fails(&test, "no 'compatible', so no node can be made");
    test.dev.compat = "vendor,told";
    test.dev.compat_size = sizeof("vendor,told");
    dt_test_add(&test);
    dt_assert_strings(&test, GUEST_BUS "/bare@1000", "compatible", "vendor,told");
    dt_test_clear(&test);
}

static void test_no_host_tree(void)
{
    DTTest test;

    if (!dt_test_init(&test, NULL, NULL, 1, 0)) {
        return;
    }
    dt_test_fails(&test, "no device tree node of the host's");
    test.dev.compat = "vendor,known";
    test.dev.compat_size = sizeof("vendor,known");
    dt_test_add(&test);
    dt_assert_strings(&test, GUEST_BUS "/device@1000", "compatible", "vendor,known");
    dt_assert_cells(&test, GUEST_BUS "/device@1000", "reg", 0x1000, 0x800);
    dt_assert_noted(test.warnings, "compatible, reg and interrupts only");
    dt_test_clear(&test);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, function) g_test_add_func("/vfio/dt/" name, function)
    ADD("numbers-and-texts-are-kept", test_numbers_and_texts_are_kept);
    ADD("reg-and-interrupts-are-the-guests", test_reg_and_interrupts_are_the_guests);
    ADD("host-resources-dropped-with-info", test_host_resources_are_dropped_with_a_line_each);
    ADD("host-references-dropped-with-warning",
        test_references_to_the_host_are_dropped_with_a_warning);
    ADD("children-are-copied", test_children_are_copied_and_referred_to);
    ADD("unknown-references", test_unknown_references_are_dropped_and_numbers_kept);
    ADD("zynqmp", test_all_host_resources_of_a_zynqmp);
    ADD("interrupts-extended", test_interrupts_extended);
    ADD("level-overrides-edge", test_level_of_vfio_overrides_an_edge_of_the_host);
    ADD("absent-regions-take-their-names", test_absent_regions_take_their_names_along);
    ADD("unit-address-is-first-region", test_first_present_region_is_the_unit_address);
    ADD("different-count-is-told", test_count_that_differs_is_told);
    ADD("two-cells", test_two_cells);
    ADD("one-cell-is-too-small", test_address_that_needs_two_cells_is_an_error);
    ADD("coherency-is-inherited", test_coherency_is_inherited_from_the_bus);
    ADD("noncoherent-on-coherent-bus", test_device_that_is_not_coherent_on_a_coherent_bus);
    ADD("clocks-have-host-rates", test_clocks_have_the_hosts_rates);
    ADD("rate-of-the-user-goes-first", test_rate_of_the_user_goes_first);
    ADD("unknown-rate", test_unknown_rate_is_an_error_that_helps);
    ADD("fixed-chains-and-absent-clocks", test_fixed_chains_and_absent_clocks);
    ADD("rate-by-output-name", test_rate_by_name_of_the_output);
    ADD("ring-of-clocks", test_ring_of_clocks_has_no_rate);
    ADD("supply", test_supply_is_a_fixed_regulator);
    ADD("supply-of-a-range", test_supply_of_a_range_has_the_present_voltage);
    ADD("supply-unknown", test_supply_of_unknown_voltage_is_told);
    ADD("children-at-host-addresses", test_children_at_host_addresses_are_left_out);
    ADD("own-interrupt-controller", test_interrupts_of_an_own_controller_are_kept);
    ADD("two-devices", test_two_devices_share_nothing_but_the_bus);
    ADD("two-devices-at-one-address", test_two_devices_at_one_address_is_an_error);
    ADD("no-room", test_no_room_leaves_no_trace);
    ADD("no-compatible", test_no_compatible);
    ADD("no-host-tree", test_no_host_tree);
#undef ADD
    return g_test_run();
}
