/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The device tree of the virt board, node by node. Expectations: the board's
 * specification, and the Linux bindings of the nodes.
 */
#include "qemu/osdep.h"
#include <glib/gstdio.h>
#include "libgantrytest.h"
#include "libgantry-tree.h"

#define GIC "/intc@8000000"

static void *default_tree;

/* ---- root ---- */

static void test_root(void)
{
    const void *fdt = default_tree;

    tree_assert_string(fdt, "/", "compatible", "linux,dummy-virt");
    tree_assert_string(fdt, "/", "model", "linux,dummy-virt");
    tree_assert_cells(fdt, "/", "#address-cells", 2);
    tree_assert_cells(fdt, "/", "#size-cells", 2);
    g_assert_cmphex(tree_cell(fdt, "/", "interrupt-parent"), ==, tree_cell(fdt, GIC, "phandle"));
}

static void test_no_other_nodes(void)
{
    static const char *const known[] = {
        "aliases", "apb-pclk", "chosen", "cpus", "flash@0", "fw-cfg@9020000", "gpio-keys",
        "intc@8000000", "memory@40000000", "pl011@9000000", "pl031@9010000", "pl061@9030000",
        "platform-bus@c000000", "pmu", "psci", "timer",
    };
    int node, others = 0;

    fdt_for_each_subnode(node, default_tree, 0) {
        const char *name = fdt_get_name(default_tree, node, NULL);
        bool is_known = g_str_has_prefix(name, "virtio_mmio@");

        for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
            is_known |= strcmp(name, known[i]) == 0;
        }
        if (!is_known) {
            g_test_message("node %s", name);
            others++;
        }
    }
    g_assert_cmpint(others, ==, 0);
}

static void test_dt_compatible_replaces_the_roots(void)
{
    g_autofree void *fdt = tree_of("-M virt,dt-compatible=acme,,board");

    tree_assert_string(fdt, "/", "compatible", "acme,board");
}

static void test_phandles_are_unique_and_begin_where_told(void)
{
    g_autofree void *fdt = tree_of("-M virt,phandle-start=1000 -smp 8 -device pl061 -device pl061");
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);

    for (int node = fdt_next_node(fdt, -1, NULL); node >= 0;
         node = fdt_next_node(fdt, node, NULL)) {
        uint32_t phandle = fdt_get_phandle(fdt, node);

        if (phandle) {
            g_assert_true(g_hash_table_add(seen, GUINT_TO_POINTER(phandle)));
            g_assert_cmpuint(phandle, >=, 1000);
            g_assert_cmpuint(phandle, <, 1100);
        }
    }
    g_assert_cmpuint(g_hash_table_size(seen), >, 8);
}

/* ---- chosen and aliases ---- */

static void test_chosen(void)
{
    tree_assert_string(default_tree, "/chosen", "stdout-path", "/pl011@9000000");
    tree_assert_string(default_tree, "/aliases", "serial0", "/pl011@9000000");
    tree_assert_none(default_tree, "/chosen", "bootargs");
    tree_assert_none(default_tree, "/chosen", "linux,initrd-start");
}

static void test_seeds_differ_from_start_to_start(void)
{
    g_autofree void *other = tree_of("-M virt");
    static const struct { const char *name; int size; } seeds[] = {
        { "kaslr-seed", 8 }, { "rng-seed", 32 },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(seeds); i++) {
        int len, other_len;
        const void *a = fdt_getprop(default_tree, tree_node(default_tree, "/chosen"),
                                    seeds[i].name, &len);
        const void *b = fdt_getprop(other, tree_node(other, "/chosen"), seeds[i].name, &other_len);

        g_assert_cmpint(len, ==, seeds[i].size);
        g_assert_cmpint(other_len, ==, seeds[i].size);
        g_assert_cmpint(memcmp(a, b, len), !=, 0);
    }
}

static void test_no_seeds_when_switched_off(void)
{
    static const char *const options[] = { "dtb-randomness=off", "dtb-kaslr-seed=off" };

    for (size_t i = 0; i < G_N_ELEMENTS(options); i++) {
        g_autofree void *fdt = tree_of("-M virt,%s", options[i]);

        tree_assert_none(fdt, "/chosen", "kaslr-seed");
        tree_assert_none(fdt, "/chosen", "rng-seed");
    }
}

static void test_chosen_tells_what_was_loaded(void)
{
    g_autofree char *folder = g_dir_make_tmp("gantry-tree-XXXXXX", NULL);
    g_autofree char *kernel = g_build_filename(folder, "kernel", NULL);
    g_autofree char *initrd = g_build_filename(folder, "initrd", NULL);
    g_autofree void *fdt = NULL;

    g_assert_true(g_file_set_contents(kernel, "flat", -1, NULL));
    g_assert_true(g_file_set_contents(initrd, "12345", -1, NULL));
    fdt = tree_of("-M virt -kernel %s -initrd %s -append 'console=ttyAMA0 x=\"y\"'", kernel,
                  initrd);
    tree_assert_string(fdt, "/chosen", "bootargs", "console=ttyAMA0 x=\"y\"");
    tree_assert_cells(fdt, "/chosen", "linux,initrd-start", 0, 0x44000000);
    tree_assert_cells(fdt, "/chosen", "linux,initrd-end", 0, 0x44000005);
    g_unlink(kernel);
    g_unlink(initrd);
    g_rmdir(folder);
}

/* ---- memory ---- */

static void test_memory(void)
{
    g_autofree void *large = tree_of("-M virt -m 5G");
    g_autofree void *moved = tree_of("-M virt,ram-base=0x880000000 -m 16M");

    tree_assert_string(default_tree, "/memory@40000000", "device_type", "memory");
    tree_assert_cells(default_tree, "/memory@40000000", "reg", 0, 0x40000000, 0, 0x8000000);
    tree_assert_cells(large, "/memory@40000000", "reg", 0, 0x40000000, 1, 0x40000000);
    tree_assert_cells(moved, "/memory@880000000", "reg", 8, 0x80000000, 0, 0x1000000);
    g_assert_cmpint(tree_count(moved, "/", "memory"), ==, 1);
}

/* ---- CPUs, PSCI, timer, PMU ---- */

/* @path of a CPU's phandle in the map is that of the CPU with MPIDR @mpidr. */
static void assert_mapped(const void *fdt, const char *path, uint32_t mpidr)
{
    int node = fdt_node_offset_by_phandle(fdt, tree_cell(fdt, path, "cpu"));
    int len;
    const fdt32_t *reg;

    g_assert_cmpint(node, >=, 0);
    reg = fdt_getprop(fdt, node, "reg", &len);
    g_assert_cmpint(len, ==, 4);
    g_assert_cmphex(fdt32_ld(reg), ==, mpidr);
}

static void test_cpus_of_each_number(void)
{
    for (int n = 1; n <= 8; n++) {
        for (int gic = 2; gic <= 3; gic++) {
            g_autofree void *fdt = tree_of("-M virt,gic-version=%d -smp %d", gic, n);

            tree_assert_cells(fdt, "/cpus", "#address-cells", 1);
            tree_assert_cells(fdt, "/cpus", "#size-cells", 0);
            g_assert_cmpint(tree_count(fdt, "/cpus", "cpu@"), ==, n);
            for (int i = 0; i < n; i++) {
                g_autofree char *path = g_strdup_printf("/cpus/cpu@%d", i);
                g_autofree char *core = g_strdup_printf("/cpus/cpu-map/socket0/cluster0/core%d", i);

                tree_assert_string(fdt, path, "device_type", "cpu");
                tree_assert_string(fdt, path, "compatible", "arm,cortex-a57");
                tree_assert_cells(fdt, path, "reg", i);
                if (n > 1) {
                    tree_assert_string(fdt, path, "enable-method", "psci");
                } else {
                    tree_assert_none(fdt, path, "enable-method");
                }
                assert_mapped(fdt, core, i);
            }
        }
    }
}

static void test_mpidr_of_many_cpus(void)
{
    g_autofree void *fdt = tree_of("-M virt,gic-version=3 -smp 33");
    int node, count = 0;

    assert_mapped(fdt, "/cpus/cpu-map/socket0/cluster0/core15", 0xf);
    assert_mapped(fdt, "/cpus/cpu-map/socket0/cluster0/core16", 0x100);
    assert_mapped(fdt, "/cpus/cpu-map/socket0/cluster0/core32", 0x200);
    fdt_for_each_subnode(node, fdt, tree_node(fdt, "/cpus")) {
        count += g_str_has_prefix(fdt_get_name(fdt, node, NULL), "cpu@");
    }
    g_assert_cmpint(count, ==, 33);
}

static void test_models(void)
{
    static const char *const models[][2] = {
        { "cortex-a53", "arm,cortex-a53" }, { "cortex-a57", "arm,cortex-a57" },
        { "cortex-a72", "arm,cortex-a72" }, { "max", "arm,armv8" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(models); i++) {
        g_autofree void *fdt = tree_of("-M virt -cpu %s", models[i][0]);

        tree_assert_string(fdt, "/cpus/cpu@0", "compatible", models[i][1]);
    }
}

static void test_topology(void)
{
    g_autofree void *fdt = tree_of("-M virt -smp 8,sockets=2,clusters=1,cores=2,threads=2");
    g_autofree void *clusters = tree_of("-M virt -smp 4,sockets=1,clusters=2,cores=2,threads=1");

    for (uint32_t i = 0; i < 8; i++) {
        g_autofree char *path = g_strdup_printf("/cpus/cpu-map/socket%u/cluster0/core%u/thread%u",
                                                i / 4, i / 2 % 2, i % 2);

        assert_mapped(fdt, path, i);
    }
    for (uint32_t i = 0; i < 4; i++) {
        g_autofree char *path = g_strdup_printf("/cpus/cpu-map/socket0/cluster%u/core%u",
                                                i / 2, i % 2);

        assert_mapped(clusters, path, i);
    }
}

static void test_only_present_cpus_are_described(void)
{
    g_autofree void *fdt = tree_of("-M virt -smp 2,maxcpus=4");

    g_assert_cmpint(tree_count(fdt, "/cpus", "cpu@"), ==, 2);
    g_assert_cmpint(tree_count(fdt, "/cpus/cpu-map/socket0/cluster0", "core"), ==, 2);
}

static void test_psci(void)
{
    tree_assert_strings(default_tree, "/psci", "compatible", "arm,psci-1.0", "arm,psci-0.2",
                        "arm,psci", NULL);
    tree_assert_string(default_tree, "/psci", "method", "hvc");
    tree_assert_cells(default_tree, "/psci", "cpu_suspend", 0xc4000001);
    tree_assert_cells(default_tree, "/psci", "cpu_off", 0x84000002);
    tree_assert_cells(default_tree, "/psci", "cpu_on", 0xc4000003);
}

static void test_timer_and_pmu(void)
{
    for (int n = 1; n <= 8; n++) {
        g_autofree void *v2 = tree_of("-M virt -smp %d", n);
        g_autofree void *v3 = tree_of("-M virt,gic-version=3 -smp %d", n);
        /* GICv2's binding: bits 15 to 8 of the flags name the CPUs. */
        uint32_t flags = 4 | ((1u << n) - 1) << 8;

        tree_assert_strings(v2, "/timer", "compatible", "arm,armv8-timer", "arm,armv7-timer", NULL);
        tree_assert_empty(v2, "/timer", "always-on");
        tree_assert_cells(v2, "/timer", "interrupts", 1, 13, flags, 1, 14, flags, 1, 11, flags,
                          1, 10, flags);
        tree_assert_cells(v3, "/timer", "interrupts", 1, 13, 4, 1, 14, 4, 1, 11, 4, 1, 10, 4);
        tree_assert_string(v2, "/pmu", "compatible", "arm,armv8-pmuv3");
        tree_assert_cells(v2, "/pmu", "interrupts", 1, 7, flags);
        tree_assert_cells(v3, "/pmu", "interrupts", 1, 7, 4);
    }
}

static void test_no_pmu_when_switched_off(void)
{
    g_autofree void *fdt = tree_of("-M virt -cpu cortex-a57,pmu=off");

    g_assert_false(tree_has(fdt, "/pmu"));
}

/* ---- interrupt controller ---- */

static void test_gicv2(void)
{
    const void *fdt = default_tree;

    tree_assert_string(fdt, GIC, "compatible", "arm,cortex-a15-gic");
    tree_assert_cells(fdt, GIC, "#interrupt-cells", 3);
    tree_assert_empty(fdt, GIC, "interrupt-controller");
    tree_assert_cells(fdt, GIC, "reg", 0, 0x8000000, 0, 0x10000, 0, 0x8010000, 0, 0x10000);
    tree_assert_cells(fdt, GIC, "#address-cells", 2);
    tree_assert_cells(fdt, GIC, "#size-cells", 2);
    tree_assert_empty(fdt, GIC, "ranges");
}

static void test_gicv3(void)
{
    static const char *const options[] = { "3", "max" };

    for (size_t i = 0; i < G_N_ELEMENTS(options); i++) {
        g_autofree void *fdt = tree_of("-M virt,gic-version=%s -smp 17", options[i]);

        tree_assert_string(fdt, GIC, "compatible", "arm,gic-v3");
        tree_assert_cells(fdt, GIC, "#interrupt-cells", 3);
        tree_assert_empty(fdt, GIC, "interrupt-controller");
        tree_assert_cells(fdt, GIC, "#redistributor-regions", 1);
        /* A redistributor has 0x20000 bytes. */
        tree_assert_cells(fdt, GIC, "reg", 0, 0x8000000, 0, 0x10000, 0, 0x80a0000, 0, 17 * 0x20000);
        g_assert_cmphex(tree_cell(fdt, "/", "interrupt-parent"), ==,
                        tree_cell(fdt, GIC, "phandle"));
    }
}

/* ---- devices ---- */

static void test_clock(void)
{
    const char *path = "/apb-pclk";

    tree_assert_string(default_tree, path, "compatible", "fixed-clock");
    tree_assert_cells(default_tree, path, "#clock-cells", 0);
    tree_assert_cells(default_tree, path, "clock-frequency", 24000000);
    tree_assert_string(default_tree, path, "clock-output-names", "clk24mhz");
}

static void test_primecells(void)
{
    const void *fdt = default_tree;
    uint32_t clock = tree_cell(fdt, "/apb-pclk", "phandle");

    tree_assert_strings(fdt, "/pl011@9000000", "compatible", "arm,pl011", "arm,primecell", NULL);
    tree_assert_cells(fdt, "/pl011@9000000", "reg", 0, 0x9000000, 0, 0x1000);
    tree_assert_cells(fdt, "/pl011@9000000", "interrupts", 0, 1, 4);
    tree_assert_cells(fdt, "/pl011@9000000", "clocks", clock, clock);
    tree_assert_strings(fdt, "/pl011@9000000", "clock-names", "uartclk", "apb_pclk", NULL);

    tree_assert_strings(fdt, "/pl031@9010000", "compatible", "arm,pl031", "arm,primecell", NULL);
    tree_assert_cells(fdt, "/pl031@9010000", "reg", 0, 0x9010000, 0, 0x1000);
    tree_assert_cells(fdt, "/pl031@9010000", "interrupts", 0, 2, 4);
    tree_assert_cells(fdt, "/pl031@9010000", "clocks", clock);
    tree_assert_string(fdt, "/pl031@9010000", "clock-names", "apb_pclk");

    tree_assert_strings(fdt, "/pl061@9030000", "compatible", "arm,pl061", "arm,primecell", NULL);
    tree_assert_cells(fdt, "/pl061@9030000", "reg", 0, 0x9030000, 0, 0x1000);
    tree_assert_cells(fdt, "/pl061@9030000", "interrupts", 0, 7, 4);
    tree_assert_cells(fdt, "/pl061@9030000", "#gpio-cells", 2);
    tree_assert_empty(fdt, "/pl061@9030000", "gpio-controller");
    tree_assert_cells(fdt, "/pl061@9030000", "clocks", clock);
    tree_assert_string(fdt, "/pl061@9030000", "clock-names", "apb_pclk");
}

static void test_power_button(void)
{
    const char *path = "/gpio-keys/poweroff";

    tree_assert_string(default_tree, "/gpio-keys", "compatible", "gpio-keys");
    tree_assert_string(default_tree, path, "label", "GPIO Key Poweroff");
    tree_assert_cells(default_tree, path, "linux,code", 116);
    tree_assert_cells(default_tree, path, "gpios",
                      tree_cell(default_tree, "/pl061@9030000", "phandle"), 3, 0);
}

static void test_virtio_transports(void)
{
    g_assert_cmpint(tree_count(default_tree, "/", "virtio_mmio@"), ==, 32);
    for (uint32_t i = 0; i < 32; i++) {
        uint32_t base = 0xa000000 + i * 0x200;
        g_autofree char *path = g_strdup_printf("/virtio_mmio@%x", base);

        tree_assert_string(default_tree, path, "compatible", "virtio,mmio");
        tree_assert_cells(default_tree, path, "reg", 0, base, 0, 0x200);
        tree_assert_cells(default_tree, path, "interrupts", 0, 16 + i, 1);
        tree_assert_empty(default_tree, path, "dma-coherent");
    }
}

static void test_fw_cfg(void)
{
    tree_assert_string(default_tree, "/fw-cfg@9020000", "compatible", "qemu,fw-cfg-mmio");
    tree_assert_cells(default_tree, "/fw-cfg@9020000", "reg", 0, 0x9020000, 0, 0x18);
    tree_assert_empty(default_tree, "/fw-cfg@9020000", "dma-coherent");
}

static void test_flash(void)
{
    tree_assert_string(default_tree, "/flash@0", "compatible", "cfi-flash");
    tree_assert_cells(default_tree, "/flash@0", "reg", 0, 0, 0, 0x4000000, 0, 0x4000000, 0,
                      0x4000000);
    tree_assert_cells(default_tree, "/flash@0", "bank-width", 4);
}

/* ---- platform bus ---- */

static void test_platform_bus(void)
{
    const char *path = "/platform-bus@c000000";

    tree_assert_strings(default_tree, path, "compatible", "qemu,platform", "simple-bus", NULL);
    tree_assert_cells(default_tree, path, "#address-cells", 1);
    tree_assert_cells(default_tree, path, "#size-cells", 1);
    tree_assert_cells(default_tree, path, "ranges", 0, 0, 0xc000000, 0x2000000);
    g_assert_cmphex(tree_cell(default_tree, path, "interrupt-parent"), ==,
                    tree_cell(default_tree, GIC, "phandle"));
    g_assert_cmpint(tree_count(default_tree, path, ""), ==, 0);
}

static void test_platform_bus_elsewhere(void)
{
    g_autofree void *fdt = tree_of("-M virt,platform-bus-base=0x800000000,"
                                   "platform-bus-size=0x1000000 -device pl031");
    const char *path = "/platform-bus@800000000";

    tree_assert_cells(fdt, path, "ranges", 0, 8, 0, 0x1000000);
    tree_assert_cells(fdt, "/platform-bus@800000000/pl031@0", "reg", 0, 0x1000);
}

static void test_devices_of_users_are_below_the_bus(void)
{
    g_autofree void *fdt = tree_of("-M virt -device pl031 -device pl061 -device pl011");
    uint32_t clock = tree_cell(fdt, "/apb-pclk", "phandle");

    tree_assert_strings(fdt, "/platform-bus@c000000/pl031@0", "compatible", "arm,pl031",
                        "arm,primecell", NULL);
    tree_assert_cells(fdt, "/platform-bus@c000000/pl031@0", "reg", 0, 0x1000);
    tree_assert_cells(fdt, "/platform-bus@c000000/pl031@0", "interrupts", 0, 112, 4);
    tree_assert_cells(fdt, "/platform-bus@c000000/pl061@1000", "interrupts", 0, 113, 4);
    tree_assert_cells(fdt, "/platform-bus@c000000/pl011@2000", "reg", 0x2000, 0x1000);
    tree_assert_cells(fdt, "/platform-bus@c000000/pl011@2000", "interrupts", 0, 114, 4);
    tree_assert_cells(fdt, "/platform-bus@c000000/pl011@2000", "clocks", clock, clock);
    /* The board's own are where they were. */
    tree_assert_cells(fdt, "/pl011@9000000", "interrupts", 0, 1, 4);
}

/* ---- dtc ---- */

static void test_dtc_gives_no_warning(void)
{
    static const char *const machines[] = {
        "-M virt", "-M virt -smp 8", "-M virt,gic-version=3 -smp 17", "-M virt,dtb-randomness=off",
        "-M virt,ram-base=0x880000000,platform-bus-base=0x80000000,highmem=on",
        "-M virt -device pl011 -device pl031 -device pl061 -device pl061",
        "-M virt -cpu max,pmu=off -smp 8,sockets=2,cores=2,threads=2",
    };
    g_autofree char *dtc = g_find_program_in_path("dtc");

    if (!dtc) {
        g_test_skip("dtc is not installed");
        return;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(machines); i++) {
        g_autofree void *fdt = tree_of("%s", machines[i]);
        g_autofree char *path = NULL;
        g_autofree char *errors = NULL;
        int status = -1, fd = g_file_open_tmp("gantry-tree-XXXXXX", &path, NULL);
        char *argv[] = { dtc, (char *)"-I", (char *)"dtb", (char *)"-O", (char *)"dts",
                         (char *)"-o", (char *)"/dev/null", path, NULL };

        g_assert_true(g_file_set_contents(path, fdt, fdt_totalsize(fdt), NULL));
        close(fd);
        g_assert_true(g_spawn_sync(NULL, argv, NULL, 0, NULL, NULL, NULL, &errors, &status, NULL));
        g_unlink(path);
        g_assert_cmpstr(errors, ==, "");
        g_assert_cmpint(status, ==, 0);
    }
}

int main(int argc, char **argv)
{
    int ret;

    g_test_init(&argc, &argv, NULL);
    qtest_add_func("/virt/tree/root", test_root);
    qtest_add_func("/virt/tree/no-other-nodes", test_no_other_nodes);
    qtest_add_func("/virt/tree/dt-compatible", test_dt_compatible_replaces_the_roots);
    qtest_add_func("/virt/tree/phandles", test_phandles_are_unique_and_begin_where_told);
    qtest_add_func("/virt/tree/chosen", test_chosen);
    qtest_add_func("/virt/tree/seeds-differ", test_seeds_differ_from_start_to_start);
    qtest_add_func("/virt/tree/seeds-off", test_no_seeds_when_switched_off);
    qtest_add_func("/virt/tree/chosen-tells-what-was-loaded", test_chosen_tells_what_was_loaded);
    qtest_add_func("/virt/tree/memory", test_memory);
    qtest_add_func("/virt/tree/cpus-of-each-number", test_cpus_of_each_number);
    qtest_add_func("/virt/tree/mpidr-of-many-cpus", test_mpidr_of_many_cpus);
    qtest_add_func("/virt/tree/cpu-models", test_models);
    qtest_add_func("/virt/tree/topology", test_topology);
    qtest_add_func("/virt/tree/only-present-cpus", test_only_present_cpus_are_described);
    qtest_add_func("/virt/tree/psci", test_psci);
    qtest_add_func("/virt/tree/timer-and-pmu", test_timer_and_pmu);
    qtest_add_func("/virt/tree/pmu-off", test_no_pmu_when_switched_off);
    qtest_add_func("/virt/tree/gicv2", test_gicv2);
    qtest_add_func("/virt/tree/gicv3", test_gicv3);
    qtest_add_func("/virt/tree/clock", test_clock);
    qtest_add_func("/virt/tree/primecells", test_primecells);
    qtest_add_func("/virt/tree/power-button", test_power_button);
    qtest_add_func("/virt/tree/virtio-transports", test_virtio_transports);
    qtest_add_func("/virt/tree/fw-cfg", test_fw_cfg);
    qtest_add_func("/virt/tree/flash", test_flash);
    qtest_add_func("/virt/tree/platform-bus", test_platform_bus);
    qtest_add_func("/virt/tree/platform-bus-elsewhere", test_platform_bus_elsewhere);
    qtest_add_func("/virt/tree/devices-of-users", test_devices_of_users_are_below_the_bus);
    qtest_add_func("/virt/tree/dtc-gives-no-warning", test_dtc_gives_no_warning);
    default_tree = tree_of("-M virt");
    ret = g_test_run();
    g_free(default_tree);
    return ret;
}
