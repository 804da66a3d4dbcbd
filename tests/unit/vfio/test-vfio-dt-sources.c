/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the guest's node comes from: overlays, bindings written by hand, host trees as folders,
 * files and blobs; and what is said when one of them is broken.
 */
#include "dt-harness.h"
#include <glib/gstdio.h>

/* ---- overlays --------------------------------------------------------------------------- */

static void overlay_set(DTTest *test, const char *file, const char *compat)
{
    test->dev.overlay = file;
    test->dev.compat = compat;
    test->dev.compat_size = compat ? strlen(compat) + 1 : 0;
}

static void test_overlay_is_applied_and_placed(void)
{
    g_autofree char *file = dt_test_compile("eth", "dtso");
    const char *node = GUEST_BUS "/ethernet@1000";
    g_autofree char *phy = NULL, *bus = NULL;
    DTTest test;

    if (!file || !dt_test_init(&test, NULL, NULL, 1, 2)) {
        return;
    }
    overlay_set(&test, file, "cdns,gem");
    test.irqs[1].is_level = false;
    dt_test_add(&test);
    dt_assert_strings(&test, node, "compatible", "vendor,mine\0cdns,gem");
    dt_assert_cells(&test, node, "reg", 0x1000, 0x800);
    dt_assert_cells(&test, node, "interrupts", 0, 112, 4, 0, 113, 1);
    dt_assert_none(&test, node, "interrupts-extended");
    dt_assert_clock(&test, node, 0, 125000000);
    phy = dt_follow(&test, node, "phy-handle", 0);
    g_assert_cmpstr(phy, ==, GUEST_BUS "/ethernet@1000/ethernet-phy@7");
    bus = dt_follow(&test, node, "vendor,bus", 0);
    g_assert_cmpstr(bus, ==, GUEST_BUS);
    g_assert_false(dt_has_node(&test, "/__symbols__"));
    g_assert_false(dt_has_node(&test, GUEST_BUS "/ethernet@30be0000"));
    g_unlink(file);
    dt_test_clear(&test);
}

static void test_overlay_goes_before_the_hosts_node(void)
{
    g_autofree char *file = dt_test_compile("path", "dtso");
    DTTest test;

    if (!file || !dt_test_init(&test, "odd", "/coherent-bus/irqs@10000", 3, 1)) {
        return;
    }
    overlay_set(&test, file, "vendor,irqs");
    dt_test_add(&test);
    g_assert_false(dt_has_node(&test, GUEST_BUS "/irqs@1000"));
    dt_assert_strings(&test, GUEST_BUS "/uart@1000", "compatible", "vendor,uart");
    dt_assert_none(&test, GUEST_BUS "/uart@1000", "interrupt-parent");
    g_unlink(file);
    dt_test_clear(&test);
}

static void test_overlay_of_the_manual(void)
{
    g_autofree char *file = dt_test_compile("doc", "dtso");
    const char *node = GUEST_BUS "/ethernet@1000";
    DTTest test;

    if (!file || !dt_test_init(&test, NULL, NULL, 1, 1)) {
        return;
    }
    overlay_set(&test, file, NULL);
    dt_test_add(&test);
    dt_assert_cells(&test, node, "reg", 0x1000, 0x800);
    dt_assert_cells(&test, node, "interrupts", 0, 112, 4);
    dt_assert_clock(&test, node, 1, 125000000);
    dt_assert_cells(&test, GUEST_BUS "/ethernet@1000/fixed-link", "speed", 1000);
    g_unlink(file);
    dt_test_clear(&test);
}

static void test_one_overlay_for_two_devices(void)
{
    g_autofree char *file = dt_test_compile("path", "dtso");
    DTTest test;

    if (!file || !dt_test_init(&test, NULL, NULL, 1, 1)) {
        return;
    }
    overlay_set(&test, file, "vendor,uart");
    /* The first gets the very name that stands in the file. */
    dt_test_add(&test);
    test.regions[0].addr = 0x5000;
    test.irqs[0].cells[1] = 120;
    dt_test_add(&test);
    dt_assert_cells(&test, GUEST_BUS "/uart@1000", "reg", 0x1000, 0x800);
    dt_assert_cells(&test, GUEST_BUS "/uart@1000", "interrupts", 0, 112, 4);
    dt_assert_cells(&test, GUEST_BUS "/uart@5000", "reg", 0x5000, 0x800);
    dt_assert_cells(&test, GUEST_BUS "/uart@5000", "interrupts", 0, 120, 4);
    g_unlink(file);
    dt_test_clear(&test);
}

static void test_overlay_must_not_redefine_what_others_use(void)
{
    g_autofree char *file = dt_test_compile("eth", "dtso");
    DTTest test;

    if (!file || !dt_test_init(&test, NULL, NULL, 1, 1)) {
        return;
    }
    overlay_set(&test, file, "cdns,gem");
    dt_test_add(&test);
    test.regions[0].addr = 0x5000;
    dt_test_fails(&test, "describes '/clock-eth' anew");
    g_unlink(file);
    dt_test_clear(&test);
}

static void test_overlay_with_a_label_that_is_not_there(void)
{
    g_autofree char *file = dt_test_compile("lost", "dtso");
    DTTest test;

    if (!file || !dt_test_init(&test, NULL, NULL, 1, 0)) {
        return;
    }
    overlay_set(&test, file, "vendor,uart");
    dt_test_fails(&test, "refers to &host_clock, which the guest does not have");
    g_unlink(file);
    dt_test_clear(&test);
}

static void test_overlay_beside_the_bus(void)
{
    g_autofree char *file = dt_test_compile("root", "dtso");
    DTTest test;

    if (!file || !dt_test_init(&test, NULL, NULL, 1, 0)) {
        return;
    }
    overlay_set(&test, file, "vendor,uart");
    dt_test_fails(&test, "node 'uart@0' must be a child of &platform_bus");
    g_unlink(file);
    dt_test_clear(&test);
}

static void test_overlay_that_is_none(void)
{
    DTTest test;
    g_autofree char *file = NULL;

    if (!dt_test_init(&test, NULL, NULL, 1, 0)) {
        return;
    }
    overlay_set(&test, "/nowhere/file.dtbo", NULL);
    dt_test_fails(&test, "/nowhere/file.dtbo");
    dt_test_file(&test, "text.dtbo", "/dts-v1/; / { };");
    file = g_build_filename(test.dir, "text.dtbo", NULL);
    overlay_set(&test, file, NULL);
    dt_test_fails(&test, "not a device tree overlay");
    dt_test_clear(&test);
}

/* The overlay in @file with a property changed to @value must not be applied. */
static void damaged_fails(DTTest *test, const char *file, const char *path, const char *name,
                          const void *value, size_t size)
{
    g_autofree char *blob = NULL, *damaged = NULL;
    gsize length;

    g_assert_true(g_file_get_contents(file, &blob, &length, NULL));
    blob = g_realloc(blob, length + 256);
    g_assert_cmpint(fdt_open_into(blob, blob, length + 256), ==, 0);
    g_assert_cmpint(fdt_setprop(blob, fdt_path_offset(blob, path), name, value, size), ==, 0);
    dt_test_file(test, "damaged.dtbo", "");
    damaged = g_build_filename(test->dir, "damaged.dtbo", NULL);
    g_assert_true(g_file_set_contents(damaged, blob, length + 256, NULL));
    overlay_set(test, damaged, "cdns,gem");
    dt_test_fails(test, "not a device tree overlay: FDT_ERR_BADOVERLAY");
}

static void test_overlay_with_offsets_beyond_its_properties(void)
{
    static const char *const places[] = {
        "/fragment@1:target:1", "/fragment@1:target:4294967294", "/fragment@1:target:x",
        "/fragment@1:nothing:0", "/nowhere:target:0", "/fragment@1:target",
    };
    const char *local = "/__local_fixups__/fragment@1/__overlay__/ethernet@30be0000";
    g_autofree char *file = dt_test_compile("eth", "dtso");
    DTTest test;

    if (!file || !dt_test_init(&test, NULL, NULL, 1, 1)) {
        return;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
        damaged_fails(&test, file, "/__fixups__", "platform_bus", places[i],
                      strlen(places[i]) + 1);
    }
    damaged_fails(&test, file, local, "clocks", "\x00\x00\x00\x01", 4);
    damaged_fails(&test, file, local, "clocks", "\xff\xff\xff\xfc", 4);
    damaged_fails(&test, file, local, "clocks", "\x00\x00\x00", 3);
    damaged_fails(&test, file, local, "nothing", "\x00\x00\x00\x00", 4);
    g_unlink(file);
    dt_test_clear(&test);
}

static void test_tree_is_no_overlay(void)
{
    g_autofree char *file = dt_test_compile("midway", "dts");
    DTTest test;

    if (!file || !dt_test_init(&test, NULL, NULL, 1, 0)) {
        return;
    }
    overlay_set(&test, file, "calxeda,hb-xgmac");
    dt_test_fails(&test, "must have one node of the device's 'compatible', it has 0");
    g_unlink(file);
    dt_test_clear(&test);
}

/* ---- bindings written by hand ----------------------------------------------------------- */

static void test_xgmac(void)
{
    DTTest test;
    const char *node = GUEST_BUS "/ethernet@1000";

    if (!dt_test_init(&test, "midway", "/soc/ethernet@fff50000", 1, 3)) {
        return;
    }
    dt_test_add(&test);
    dt_assert_strings(&test, node, "compatible", "calxeda,hb-xgmac");
    dt_assert_cells(&test, node, "reg", 0x1000, 0x800);
    dt_assert_cells(&test, node, "interrupts", 0, 112, 4, 0, 113, 4, 0, 114, 4);
    dt_assert_empty(&test, node, "dma-coherent");
    g_assert_cmpstr(test.warnings->str, ==, "");
    dt_test_clear(&test);
}

static void test_xgmac_that_does_not_snoop(void)
{
    DTTest test;

    if (!dt_test_init(&test, "midway", "/soc/ethernet@fff51000", 1, 3)) {
        return;
    }
    dt_test_add(&test);
    dt_assert_none(&test, GUEST_BUS "/ethernet@1000", "dma-coherent");
    dt_test_clear(&test);
}

static void test_xgmac_wants_its_interrupts(void)
{
    DTTest test;

    if (!dt_test_init(&test, "midway", "/soc/ethernet@fff50000", 1, 3)) {
        return;
    }
    test.irqs[2].present = false;
    dt_test_fails(&test, "wants 1 regions and 3 interrupts, the guest gets 1 and 2");
    dt_test_clear(&test);
}

static void test_xgbe(void)
{
    DTTest test;
    const char *node = GUEST_BUS "/xgmac@1000";

    if (!dt_test_init(&test, "seattle", "/smb/xgmac@e0700000", 5, 6)) {
        return;
    }
    for (int i = 1; i <= 4; i++) {
        test.irqs[i].is_level = false;
    }
    dt_test_add(&test);
    dt_assert_strings(&test, node, "compatible", "amd,xgbe-seattle-v1a");
    dt_assert_cells(&test, node, "interrupts", 0, 112, 4, 0, 113, 1, 0, 114, 1, 0, 115, 1,
                    0, 116, 1, 0, 117, 4);
    dt_assert_empty(&test, node, "amd,per-channel-interrupt");
    dt_assert_cells(&test, node, "amd,speed-set", 0);
    dt_assert_cells(&test, node, "amd,serdes-blwc", 1, 1, 0);
    dt_assert_cells(&test, node, "amd,serdes-cdr-rate", 2, 2, 7);
    dt_assert_cells(&test, node, "amd,serdes-pq-skew", 10, 10, 18);
    dt_assert_cells(&test, node, "amd,serdes-tx-amp", 15, 15, 10);
    dt_assert_cells(&test, node, "amd,serdes-dfe-tap-config", 3, 3, 1);
    dt_assert_cells(&test, node, "amd,serdes-dfe-tap-enable", 0, 0, 127);
    dt_assert_bytes(&test, node, "mac-address", "\x02\xa1\xa2\xa3\xa4\xa5", 6);
    dt_assert_strings(&test, node, "phy-mode", "xgmii");
    dt_assert_strings(&test, node, "clock-names", "dma_clk\0ptp_clk");
    dt_assert_clock(&test, node, 0, 250000000);
    dt_assert_clock(&test, node, 1, 250000000);
    dt_assert_none(&test, node, "iommus");
    dt_assert_empty(&test, node, "dma-coherent");
    dt_test_clear(&test);
}

static void test_xgbe_without_a_host_tree(void)
{
    static const char compat[] = "amd,xgbe-seattle-v1a";
    DTTest test;

    if (!dt_test_init(&test, NULL, NULL, 5, 6)) {
        return;
    }
    test.dev.compat = compat;
    test.dev.compat_size = sizeof(compat);
    dt_test_fails(&test, "the rate of clock 'dma_clk' is not known");
    test.clock_name = "dma_clk";
    test.clock_hz = 250000000;
    dt_test_fails(&test, "the rate of clock 'ptp_clk' is not known");
    dt_test_clear(&test);
}

static void test_bindings_by_compatible(void)
{
    static const char xgmac[] = "vendor,new\0calxeda,hb-xgmac";
    static const char other[] = "calxeda,hb-xgmac2";

    g_assert_true(vfio_dt_binding_find(xgmac, sizeof(xgmac)) == vfio_dt_binding_calxeda_xgmac);
    g_assert_true(vfio_dt_binding_find(other, sizeof(other)) == vfio_dt_binding_generic);
    g_assert_true(vfio_dt_binding_find(NULL, 0) == vfio_dt_binding_generic);
}

static void test_binding_of_the_type_goes_first(void)
{
    DTTest test;

    if (!dt_test_init(&test, "midway", "/soc/ethernet@fff50000", 1, 1)) {
        return;
    }
    test.dev.binding = vfio_dt_binding_generic;
    dt_test_add(&test);
    dt_assert_cells(&test, GUEST_BUS "/ethernet@1000", "interrupts", 0, 112, 4);
    dt_test_clear(&test);
}

/* ---- host trees --------------------------------------------------------------------------- */

static void folder_put(const VFIOHostTree *tree, const char *path, const char *name,
                       const char *dir)
{
    size_t size;
    const char *text = vfio_host_tree_strings(tree, path, name, &size);
    g_autofree char *file = g_build_filename(dir, path, name, NULL);
    g_autofree char *folder = g_path_get_dirname(file);

    g_assert_nonnull(text);
    g_assert_cmpint(g_mkdir_with_parents(folder, 0755), ==, 0);
    g_assert_true(g_file_set_contents(file, text, size, NULL));
}

/* A live tree with one device, and the device's folder with its of_node. */
static void live_tree_make(DTTest *test)
{
    const char *base = "sys/firmware/devicetree/base";
    g_autofree char *dir = NULL, *link = NULL, *target = NULL;

    dt_test_file(test, "sys/firmware/devicetree/base/soc/uart@9000/status", "");
    dt_test_file(test, "sys/firmware/devicetree/base/soc/uart@9000/name", "uart");
    dt_test_file(test, "sys/bus/platform/devices/9000.uart/uevent", "");
    dir = g_build_filename(test->dir, base, NULL);
    folder_put(test->tree, "/soc/ethernet@fff50000", "compatible", dir);
    target = g_build_filename(dir, "soc/uart@9000", NULL);
    link = g_build_filename(target, "compatible", NULL);
    g_assert_true(g_file_set_contents(link, "vendor,uart", 12, NULL));
    g_free(link);
    link = g_build_filename(test->dir, "sys/bus/platform/devices/9000.uart/of_node", NULL);
    g_assert_cmpint(symlink(target, link), ==, 0);
}

static void test_live_tree_through_of_node(void)
{
    DTTest test;
    g_autoptr(VFIOHostTree) tree = NULL;
    g_autofree char *path = NULL;
    size_t size = 0;

    if (!dt_test_init(&test, "midway", NULL, 1, 0)) {
        return;
    }
    live_tree_make(&test);
    tree = vfio_host_tree_find(&(VFIODTWhere) {
                                   .sysroot = test.dir,
                                   .sysfsdev = "/sys/bus/platform/devices/9000.uart",
                               }, &path, &error_abort);
    g_assert_cmpstr(path, ==, "/soc/uart@9000");
    g_assert_cmpstr(vfio_host_tree_strings(tree, path, "compatible", &size), ==, "vendor,uart");
    g_assert_cmpint(size, ==, sizeof("vendor,uart"));
    /* The kernel's own "name" is no property. */
    g_assert_null(vfio_host_tree_strings(tree, path, "name", &size));
    test.dev.tree = tree;
    test.dev.of_node = path;
    dt_test_add(&test);
    g_assert_true(dt_has_node(&test, GUEST_BUS "/uart@1000"));
    dt_test_clear(&test);
}

static void find_fails(const VFIODTWhere *where, const char *text)
{
    Error *err = NULL;
    g_autofree char *path = NULL;

    g_assert_null(vfio_host_tree_find(where, &path, &err));
    g_assert_nonnull(err);
    if (!strstr(error_get_pretty(err), text)) {
        g_error("'%s' is not in '%s'", text, error_get_pretty(err));
    }
    error_free(err);
    g_assert_null(path);
}

static void test_device_without_of_node(void)
{
    DTTest test;

    if (!dt_test_init(&test, "midway", NULL, 1, 0)) {
        return;
    }
    live_tree_make(&test);
    find_fails(&(VFIODTWhere) { .sysroot = test.dir, .sysfsdev = "/sys/bus/platform/devices/no" },
               "no device tree node of the host's");
    find_fails(&(VFIODTWhere) { .sysroot = test.dir, .dt_node = "/soc/none" },
               "has no node '/soc/none'");
    find_fails(&(VFIODTWhere) { .sysroot = test.dir, .dt_node = "/bus/urat@9000" },
               "has no node '/bus/urat@9000'; did you mean '/soc/uart@9000'?");
    find_fails(&(VFIODTWhere) { .sysroot = test.dir, .dt_node = "eth.dtb" },
               "dt-node=eth.dtb is neither a file nor the path of a node");
    find_fails(&(VFIODTWhere) { .dt_node = "/nowhere.dtb:/soc" }, "/nowhere.dtb");
    find_fails(&(VFIODTWhere) { .dt_node = "/dev/null:/soc" }, "neither a file nor a folder");
    dt_test_clear(&test);
}

static void test_file_with_path(void)
{
    g_autofree char *file = dt_test_compile("midway", "dts");
    g_autofree char *where = g_strconcat(file, ":/soc/ethernet@fff51000", NULL);
    g_autofree char *path = NULL;
    g_autoptr(VFIOHostTree) tree = NULL;

    if (!file) {
        return;
    }
    tree = vfio_host_tree_find(&(VFIODTWhere) { .dt_node = where }, &path, &error_abort);
    g_assert_nonnull(tree);
    g_assert_cmpstr(path, ==, "/soc/ethernet@fff51000");
    g_unlink(file);
}

/* ---- blobs ------------------------------------------------------------------------------ */

static void *blob_new(const char *alias, size_t *size)
{
    void *fdt = g_malloc0(4096);
    int node;

    g_assert_cmpint(fdt_create_empty_tree(fdt, 4096), ==, 0);
    node = fdt_add_subnode(fdt, 0, "other");
    fdt_setprop_string(fdt, node, "compatible", "vendor,other");
    node = fdt_add_subnode(fdt, 0, "first@0");
    fdt_setprop_string(fdt, node, "compatible", "vendor,first");
    if (alias) {
        node = fdt_add_subnode(fdt, fdt_path_offset(fdt, "/other"), "aside");
        g_assert_cmpint(node, >, 0);
        node = fdt_path_offset(fdt, "/other");
        node = fdt_add_subnode(fdt, 0, "aliases");
        fdt_setprop_string(fdt, node, "device", alias);
    }
    fdt_pack(fdt);
    *size = fdt_totalsize(fdt);
    return fdt;
}

static void test_blob_names_its_device(void)
{
    size_t size;
    g_autofree void *blob = blob_new("/other", &size);
    g_autofree char *path = NULL;
    g_autoptr(VFIOHostTree) tree =
        vfio_host_tree_find(&(VFIODTWhere) { .blob = blob, .blob_size = size }, &path,
                            &error_abort);

    g_assert_nonnull(tree);
    g_assert_cmpstr(path, ==, "/other");
}

static void test_blob_without_a_name(void)
{
    size_t size;
    g_autofree void *blob = blob_new(NULL, &size);
    g_autofree char *path = NULL;
    g_autoptr(VFIOHostTree) tree =
        vfio_host_tree_find(&(VFIODTWhere) { .blob = blob, .blob_size = size }, &path,
                            &error_abort);

    g_assert_nonnull(tree);
    g_assert_cmpstr(path, ==, "/first@0");
}

static void test_blob_of_any_length_is_refused_or_whole(void)
{
    size_t size;
    g_autofree uint8_t *blob = blob_new("/other", &size);

    for (size_t i = 0; i < size; i++) {
        g_autofree void *part = g_memdup2(blob, MAX(i, 1));

        find_fails(&(VFIODTWhere) { .blob = part, .blob_size = i }, "not a flattened device tree");
    }
}

static void test_blob_of_an_old_version(void)
{
    size_t size;
    g_autofree void *blob = blob_new(NULL, &size);

    fdt_set_version(blob, 15);
    fdt_set_last_comp_version(blob, 15);
    find_fails(&(VFIODTWhere) { .blob = blob, .blob_size = size }, "FDT_ERR_BADVERSION");
}

static void test_blob_that_is_too_large(void)
{
    g_autofree void *blob = g_malloc0(VFIO_DT_BLOB_MAX + 1);

    g_assert_cmpint(fdt_create_empty_tree(blob, VFIO_DT_BLOB_MAX + 1), ==, 0);
    find_fails(&(VFIODTWhere) { .blob = blob, .blob_size = VFIO_DT_BLOB_MAX + 1 },
               "at most 262144 are accepted");
}

static void test_blob_that_is_too_deep(void)
{
    g_autofree void *blob = g_malloc0(VFIO_DT_BLOB_MAX);
    int node = 0;

    g_assert_cmpint(fdt_create_empty_tree(blob, VFIO_DT_BLOB_MAX), ==, 0);
    for (int i = 0; i < 33; i++) {
        node = fdt_add_subnode(blob, node, "n");
        g_assert_cmpint(node, >, 0);
    }
    find_fails(&(VFIODTWhere) { .blob = blob, .blob_size = VFIO_DT_BLOB_MAX },
               "nested more than 32 deep");
}

static void blob_device_fails(void *blob, const char *text)
{
    DTTest test;
    g_autofree char *path = NULL;

    g_assert_true(dt_test_init(&test, NULL, NULL, 1, 0));
    test.tree = vfio_host_tree_find(&(VFIODTWhere) { .blob = blob,
                                                     .blob_size = fdt_totalsize(blob) },
                                    &path, &error_abort);
    test.dev.tree = test.tree;
    test.dev.of_node = path;
    dt_test_fails(&test, text);
    dt_test_clear(&test);
}

static void test_blob_with_many_nodes(void)
{
    g_autofree void *blob = g_malloc0(VFIO_DT_BLOB_MAX);
    int node;

    g_assert_cmpint(fdt_create_empty_tree(blob, VFIO_DT_BLOB_MAX), ==, 0);
    node = fdt_add_subnode(blob, 0, "dev");
    fdt_setprop_string(blob, node, "compatible", "vendor,dev");
    for (int i = 0; i < 256; i++) {
        g_autofree char *name = g_strdup_printf("n%d", i);

        g_assert_cmpint(fdt_add_subnode(blob, node, name), >, 0);
    }
    blob_device_fails(blob, "more than 256 nodes below it");
}

static void test_blob_with_names_of_no_sort(void)
{
    size_t size;
    g_autofree void *blob = blob_new(NULL, &size);
    int node;

    blob = g_realloc(blob, 4096);
    g_assert_cmpint(fdt_open_into(blob, blob, 4096), ==, 0);
    node = fdt_path_offset(blob, "/first@0");
    g_assert_cmpint(fdt_setprop(blob, node, "a/b", "x", 2), ==, 0);
    blob_device_fails(blob, "a property without a valid name");
    g_assert_cmpint(fdt_delprop(blob, node, "a/b"), ==, 0);
    g_assert_cmpint(fdt_add_subnode(blob, node, "x\ty"), >, 0);
    blob_device_fails(blob, "has no valid name");
}

static void test_blob_with_malformed_references(void)
{
    size_t size;
    g_autofree void *blob = blob_new(NULL, &size);
    int node;

    blob = g_realloc(blob, 4096);
    g_assert_cmpint(fdt_open_into(blob, blob, 4096), ==, 0);
    node = fdt_path_offset(blob, "/other");
    dt_test_put(blob, "/other", "phandle", (uint32_t[]) { 5 }, 1);
    dt_test_put(blob, "/other", "#clock-cells", (uint32_t[]) { 0xffffffff }, 1);
    dt_test_put(blob, "/first@0", "clocks", (uint32_t[]) { 5, 1 }, 2);
    g_assert_cmpint(node, >, 0);
    blob_device_fails(blob, "'clocks' of the host's node 'first@0' is malformed");
    dt_test_put(blob, "/other", "#clock-cells", (uint32_t[]) { 2 }, 1);
    blob_device_fails(blob, "'clocks' of the host's node 'first@0' is malformed");
    dt_test_put(blob, "/first@0", "clocks", (uint32_t[]) { 6 }, 1);
    blob_device_fails(blob, "'clocks' of the host's node 'first@0' is malformed");
    dt_test_put(blob, "/first@0", "clocks", NULL, 0);
    dt_test_put(blob, "/first@0", "a-supply", (uint32_t[]) { 6 }, 1);
    blob_device_fails(blob, "'a-supply' of the host's node is not a reference to a regulator");
}

static void test_ring_of_interrupt_parents(void)
{
    size_t size;
    g_autofree void *blob = blob_new(NULL, &size);
    g_autofree char *path = NULL;
    DTTest test;

    blob = g_realloc(blob, 4096);
    g_assert_cmpint(fdt_open_into(blob, blob, 4096), ==, 0);
    dt_test_put(blob, "/other", "phandle", (uint32_t[]) { 5 }, 1);
    dt_test_put(blob, "/other", "interrupt-parent", (uint32_t[]) { 5 }, 1);
    dt_test_put(blob, "/first@0", "interrupt-parent", (uint32_t[]) { 5 }, 1);
    dt_test_put(blob, "/first@0", "interrupts", (uint32_t[]) { 0, 1, 4 }, 3);
    g_assert_true(dt_test_init(&test, NULL, NULL, 1, 1));
    test.tree = vfio_host_tree_find(&(VFIODTWhere) { .blob = blob, .blob_size = 4096 }, &path,
                                    &error_abort);
    test.dev.tree = test.tree;
    test.dev.of_node = path;
    dt_test_add(&test);
    dt_assert_cells(&test, GUEST_BUS "/first@1000", "interrupts", 0, 112, 4);
    dt_test_clear(&test);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, function) g_test_add_func("/vfio/dt-sources/" name, function)
    ADD("overlay/applied-and-placed", test_overlay_is_applied_and_placed);
    ADD("overlay/goes-before-host-node", test_overlay_goes_before_the_hosts_node);
    ADD("overlay/manual", test_overlay_of_the_manual);
    ADD("overlay/one-for-two-devices", test_one_overlay_for_two_devices);
    ADD("overlay/no-redefinition", test_overlay_must_not_redefine_what_others_use);
    ADD("overlay/unknown-label", test_overlay_with_a_label_that_is_not_there);
    ADD("overlay/beside-the-bus", test_overlay_beside_the_bus);
    ADD("overlay/no-overlay", test_overlay_that_is_none);
    ADD("overlay/damaged", test_overlay_with_offsets_beyond_its_properties);
    ADD("overlay/tree", test_tree_is_no_overlay);
    ADD("binding/xgmac", test_xgmac);
    ADD("binding/xgmac-noncoherent", test_xgmac_that_does_not_snoop);
    ADD("binding/xgmac-interrupts", test_xgmac_wants_its_interrupts);
    ADD("binding/xgbe", test_xgbe);
    ADD("binding/xgbe-without-host-tree", test_xgbe_without_a_host_tree);
    ADD("binding/by-compatible", test_bindings_by_compatible);
    ADD("binding/of-the-type", test_binding_of_the_type_goes_first);
    ADD("tree/live", test_live_tree_through_of_node);
    ADD("tree/no-of-node", test_device_without_of_node);
    ADD("tree/file-with-path", test_file_with_path);
    ADD("blob/alias", test_blob_names_its_device);
    ADD("blob/first-node", test_blob_without_a_name);
    ADD("blob/any-length", test_blob_of_any_length_is_refused_or_whole);
    ADD("blob/old-version", test_blob_of_an_old_version);
    ADD("blob/too-large", test_blob_that_is_too_large);
    ADD("blob/too-deep", test_blob_that_is_too_deep);
    ADD("blob/many-nodes", test_blob_with_many_nodes);
    ADD("blob/invalid-names", test_blob_with_names_of_no_sort);
    ADD("blob/malformed-references", test_blob_with_malformed_references);
    ADD("blob/ring-of-interrupt-parents", test_ring_of_interrupt_parents);
#undef ADD
    return g_test_run();
}
