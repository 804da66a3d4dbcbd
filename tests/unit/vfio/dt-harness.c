/* SPDX-License-Identifier: GPL-2.0-or-later */
/* See dt-harness.h. */
#include "dt-harness.h"
#include <glib/gstdio.h>
#include "qemu/bswap.h"

static uint32_t test_phandle_new(FdtNodeContext *ctx)
{
    return container_of(ctx, DTTest, ctx)->next_phandle++;
}

static const FdtNodeContextOps test_ops = { .phandle_new = test_phandle_new };

static void test_note(void *opaque, bool is_warning, const char *text)
{
    DTTest *test = opaque;

    g_string_append_printf(is_warning ? test->warnings : test->infos, "%s\n", text);
}

static bool test_clock_hz(void *opaque, const char *name, uint64_t *hz)
{
    DTTest *test = opaque;

    *hz = test->clock_hz;
    return test->clock_name && strcmp(test->clock_name, name) == 0;
}

/* ---- trees -------------------------------------------------------------------------------- */

static int dtc_run(char **argv, char **errors)
{
    int status = -1;

    g_assert_true(g_spawn_sync(NULL, argv, NULL, 0, NULL, NULL, NULL, errors, &status, NULL));
    return status;
}

char *dt_test_compile(const char *name, const char *suffix)
{
    g_autofree char *dtc = g_find_program_in_path("dtc");
    g_autofree char *source = NULL;
    g_autofree char *errors = NULL;
    g_autofree char *out = NULL;
    int fd;

    if (!dtc) {
        g_test_skip("dtc is not installed");
        return NULL;
    }
    source = g_strdup_printf("%s/vfio/trees/%s.%s", g_getenv("G_TEST_SRCDIR"), name, suffix);
    fd = g_file_open_tmp("gantry-host-XXXXXX", &out, NULL);
    g_assert_cmpint(fd, >=, 0);
    close(fd);
    {
        char *argv[] = { dtc, (char *)"-q", (char *)"-I", (char *)"dts", (char *)"-O",
                         (char *)"dtb", (char *)"-o", out, source, NULL };

        g_assert_cmpint(dtc_run(argv, &errors), ==, 0);
    }
    return g_steal_pointer(&out);
}

static void guest_check(const void *fdt)
{
    g_autofree char *dtc = g_find_program_in_path("dtc");
    g_autofree char *path = NULL;
    g_autofree char *errors = NULL;
    int fd = g_file_open_tmp("gantry-guest-XXXXXX", &path, NULL);

    g_assert_cmpint(fdt_check_full(fdt, GUEST_SIZE), ==, 0);
    g_assert_cmpint(fd, >=, 0);
    close(fd);
    g_assert_true(g_file_set_contents(path, fdt, fdt_totalsize(fdt), NULL));
    if (dtc) {
        char *argv[] = { dtc, (char *)"-I", (char *)"dtb", (char *)"-O", (char *)"dts",
                         (char *)"-o", (char *)"/dev/null", path, NULL };

        g_assert_cmpint(dtc_run(argv, &errors), ==, 0);
        g_assert_cmpstr(errors, ==, "");
    }
    g_unlink(path);
}

static int put(void *fdt, int node, const char *name, const uint32_t *cells, size_t n)
{
    uint32_t value[8];

    for (size_t i = 0; i < n; i++) {
        value[i] = cpu_to_be32(cells[i]);
    }
    return fdt_setprop(fdt, node, name, value, 4 * n);
}

void dt_test_put(void *fdt, const char *path, const char *name, const uint32_t *cells, size_t n)
{
    g_assert_cmpint(put(fdt, fdt_path_offset(fdt, path), name, cells, n), ==, 0);
}

static void *guest_new(void)
{
    void *fdt = g_malloc0(GUEST_SIZE);
    int node;

    g_assert_cmpint(fdt_create_empty_tree(fdt, GUEST_SIZE), ==, 0);
    put(fdt, 0, "#address-cells", (uint32_t[]) { 2 }, 1);
    put(fdt, 0, "#size-cells", (uint32_t[]) { 2 }, 1);
    put(fdt, 0, "interrupt-parent", (uint32_t[]) { GUEST_GIC }, 1);
    node = fdt_add_subnode(fdt, 0, &GUEST_BUS[1]);
    fdt_setprop(fdt, node, "compatible", "qemu,platform\0simple-bus", 25);
    put(fdt, node, "#address-cells", (uint32_t[]) { 1 }, 1);
    put(fdt, node, "#size-cells", (uint32_t[]) { 1 }, 1);
    put(fdt, node, "ranges", (uint32_t[]) { 0, 0, 0xc000000, 0x2000000 }, 4);
    put(fdt, node, "interrupt-parent", (uint32_t[]) { GUEST_GIC }, 1);
    node = fdt_add_subnode(fdt, 0, "intc@8000000");
    fdt_setprop_string(fdt, node, "compatible", "arm,cortex-a15-gic");
    put(fdt, node, "reg", (uint32_t[]) { 0, 0x8000000, 0, 0x10000 }, 4);
    put(fdt, node, "#interrupt-cells", (uint32_t[]) { 3 }, 1);
    put(fdt, node, "#address-cells", (uint32_t[]) { 0 }, 1);
    fdt_setprop(fdt, node, "interrupt-controller", NULL, 0);
    put(fdt, node, "phandle", (uint32_t[]) { GUEST_GIC }, 1);
    node = fdt_add_subnode(fdt, 0, "aliases");
    g_assert_cmpint(fdt_setprop_string(fdt, node, "bus0", GUEST_BUS), ==, 0);
    return fdt;
}

/* ---- begin and end ------------------------------------------------------------------------ */

static void device_init(DTTest *test, const char *of_node, unsigned regions, unsigned irqs)
{
    for (unsigned i = 0; i < regions; i++) {
        test->regions[i] = (VFIODTRegion) { true, 0x1000 * (i + 1), 0x800 };
    }
    for (unsigned i = 0; i < irqs; i++) {
        test->irqs[i] = (VFIODTIrq) { true, true, { 0, 112 + i, 4 }, 3 };
    }
    test->dev = (VFIODTDevice) {
        .name = "host-device",
        .tree = test->tree,
        .of_node = of_node,
        .regions = test->regions,
        .num_regions = regions,
        .irqs = test->irqs,
        .num_irqs = irqs,
        .opaque = test,
        .note = test_note,
        .clock_hz = test_clock_hz,
    };
}

bool dt_test_init(DTTest *test, const char *dts, const char *of_node, unsigned regions,
                  unsigned irqs)
{
    *test = (DTTest) { .next_phandle = GUEST_FREE };
    if (dts) {
        g_autofree char *path = dt_test_compile(dts, "dts");

        if (!path) {
            return false;
        }
        test->tree = vfio_host_tree_load(path, &error_abort);
        g_unlink(path);
    }
    test->warnings = g_string_new("");
    test->infos = g_string_new("");
    device_init(test, of_node, regions, irqs);
    test->ctx = (FdtNodeContext) {
        .ops = &test_ops, .fdt = guest_new(), .bus_path = GUEST_BUS,
        .address_cells = 1, .size_cells = 1, .interrupt_cells = 3,
    };
    return true;
}

static void folder_remove(const char *path)
{
    GDir *dir = g_dir_open(path, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *child = g_build_filename(path, name, NULL);

        if (!g_file_test(child, G_FILE_TEST_IS_SYMLINK) &&
            g_file_test(child, G_FILE_TEST_IS_DIR)) {
            folder_remove(child);
        } else {
            g_unlink(child);
        }
    }
    if (dir) {
        g_dir_close(dir);
    }
    g_rmdir(path);
}

void dt_test_clear(DTTest *test)
{
    vfio_host_tree_free(test->tree);
    g_string_free(test->warnings, TRUE);
    g_string_free(test->infos, TRUE);
    g_free(test->ctx.fdt);
    if (test->dir) {
        folder_remove(test->dir);
        g_free(test->dir);
    }
}

void dt_test_file(DTTest *test, const char *name, const char *text)
{
    g_autofree char *path = NULL;
    g_autofree char *folder = NULL;

    if (!test->dir) {
        test->dir = g_dir_make_tmp("gantry-root-XXXXXX", NULL);
        g_assert_nonnull(test->dir);
        test->dev.sysroot = test->dir;
    }
    path = g_build_filename(test->dir, name, NULL);
    folder = g_path_get_dirname(path);
    g_assert_cmpint(g_mkdir_with_parents(folder, 0755), ==, 0);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

void dt_test_add(DTTest *test)
{
    Error *err = NULL;

    if (!vfio_dt_add_node(&test->ctx, &test->dev, &err)) {
        g_error("%s", error_get_pretty(err));
    }
    guest_check(test->ctx.fdt);
}

void dt_test_fails(DTTest *test, const char *text)
{
    g_autofree void *before = g_memdup2(test->ctx.fdt, GUEST_SIZE);
    Error *err = NULL;

    g_assert_false(vfio_dt_add_node(&test->ctx, &test->dev, &err));
    g_assert_nonnull(err);
    if (!strstr(error_get_pretty(err), text)) {
        g_error("'%s' is not in '%s'", text, error_get_pretty(err));
    }
    error_free(err);
    g_assert_cmpmem(test->ctx.fdt, GUEST_SIZE, before, GUEST_SIZE);
}

/* ---- assertions --------------------------------------------------------------------------- */

static int node_at(DTTest *test, const char *path)
{
    int node = fdt_path_offset(test->ctx.fdt, path);

    if (node < 0) {
        g_error("no node '%s'", path);
    }
    return node;
}

void dt_assert_bytes(DTTest *test, const char *path, const char *name, const void *value,
                     size_t size)
{
    int length;
    const void *found = fdt_getprop(test->ctx.fdt, node_at(test, path), name, &length);

    if (!found) {
        g_error("'%s' has no property '%s'", path, name);
    }
    g_assert_cmpmem(found, length, value, size);
}

void dt_assert_cell_array(DTTest *test, const char *path, const char *name, const uint32_t *cells,
                          size_t n)
{
    g_autofree uint32_t *value = g_new(uint32_t, n);

    for (size_t i = 0; i < n; i++) {
        value[i] = cpu_to_be32(cells[i]);
    }
    dt_assert_bytes(test, path, name, value, 4 * n);
}

void dt_assert_none(DTTest *test, const char *path, const char *name)
{
    if (fdt_getprop(test->ctx.fdt, node_at(test, path), name, NULL)) {
        g_error("'%s' has a property '%s'", path, name);
    }
}

bool dt_has_node(DTTest *test, const char *path)
{
    return fdt_path_offset(test->ctx.fdt, path) >= 0;
}

char *dt_follow(DTTest *test, const char *path, const char *name, int i)
{
    int size, node;
    const uint8_t *cells = fdt_getprop(test->ctx.fdt, node_at(test, path), name, &size);
    char found[256];

    g_assert_nonnull(cells);
    g_assert_cmpint(size, >=, 4 * (i + 1));
    node = fdt_node_offset_by_phandle(test->ctx.fdt, ldl_be_p(cells + 4 * i));
    g_assert_cmpint(node, >=, 0);
    g_assert_cmpint(fdt_get_path(test->ctx.fdt, node, found, sizeof(found)), ==, 0);
    return g_strdup(found);
}

void dt_assert_clock(DTTest *test, const char *path, int i, uint32_t hz)
{
    g_autofree char *clock = dt_follow(test, path, "clocks", i);

    dt_assert_strings(test, clock, "compatible", "fixed-clock");
    dt_assert_cells(test, clock, "#clock-cells", 0);
    dt_assert_cells(test, clock, "clock-frequency", hz);
}

void dt_assert_noted(const GString *notes, const char *text)
{
    const char *first = strstr(notes->str, text);

    if (!first || strstr(first + 1, text)) {
        g_error("'%s' is not in exactly one of:\n%s", text, notes->str);
    }
}
