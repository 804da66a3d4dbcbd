/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Building device trees: what the qemu_fdt_ functions write, find, and do when they fail. */
#include "qemu/osdep.h"
#include <glib/gstdio.h>
#include <libfdt.h>
#include "hwcore-harness.h"
#include "../test-trap.h"
#include "sysemu/device_tree.h"

typedef struct Tree {
    void *fdt;
} Tree;

static void set_up(Tree *t, gconstpointer unused)
{
    int size;

    t->fdt = create_device_tree(&size);
    g_assert_cmpint(size, ==, FDT_MAX_SIZE);
}

static void tear_down(Tree *t, gconstpointer unused)
{
    g_free(t->fdt);
}

static void test_values_are_big_endian_cells(Tree *t, gconstpointer unused)
{
    int len;
    const void *value;

    g_assert_cmpint(qemu_fdt_add_subnode(t->fdt, "/a"), >=, 0);
    g_assert_cmpint(qemu_fdt_setprop_cell(t->fdt, "/a", "cell", 0x12345678), ==, 0);
    g_assert_cmpint(qemu_fdt_setprop_u64(t->fdt, "/a", "u64", 0x1122334455667788), ==, 0);
    qemu_fdt_setprop_cells(t->fdt, "/a", "cells", 1, 2, 0xffffffff);
    value = qemu_fdt_getprop(t->fdt, "/a", "cell", &len, &error_abort);
    g_assert_cmpmem(value, len, "\x12\x34\x56\x78", 4);
    value = qemu_fdt_getprop(t->fdt, "/a", "u64", &len, &error_abort);
    g_assert_cmpmem(value, len, "\x11\x22\x33\x44\x55\x66\x77\x88", 8);
    value = qemu_fdt_getprop(t->fdt, "/a", "cells", &len, &error_abort);
    g_assert_cmpmem(value, len, "\0\0\0\1\0\0\0\2\xff\xff\xff\xff", 12);
    g_assert_cmphex(qemu_fdt_getprop_cell(t->fdt, "/a", "u64", NULL, &error_abort), ==,
                    0x11223344);
}

static void test_strings_end_with_a_zero(Tree *t, gconstpointer unused)
{
    static char *list[] = { (char *)"one", (char *)"", (char *)"three" };
    const void *value;
    int len;

    qemu_fdt_setprop_string(t->fdt, "/", "text", "abc");
    qemu_fdt_setprop_string_array(t->fdt, "/", "list", list, G_N_ELEMENTS(list));
    value = qemu_fdt_getprop(t->fdt, "/", "text", &len, &error_abort);
    g_assert_cmpmem(value, len, "abc", 4);
    value = qemu_fdt_getprop(t->fdt, "/", "list", &len, &error_abort);
    g_assert_cmpmem(value, len, "one\0\0three", 11);
}

static void test_sized_cells_must_hold_their_values(Tree *t, gconstpointer unused)
{
    const void *value;
    int len;

    g_assert_cmpint(qemu_fdt_setprop_sized_cells(t->fdt, "/", "reg", 2, 0x100000002, 1, 3), ==, 0);
    value = qemu_fdt_getprop(t->fdt, "/", "reg", &len, &error_abort);
    g_assert_cmpmem(value, len, "\0\0\0\1\0\0\0\2\0\0\0\3", 12);
    g_assert_cmpint(qemu_fdt_setprop_sized_cells(t->fdt, "/", "bad", 1, 0x100000000), ==, -1);
    g_assert_cmpint(qemu_fdt_setprop_sized_cells(t->fdt, "/", "bad", 3, 1), ==, -1);
    g_assert_null(qemu_fdt_getprop(t->fdt, "/", "bad", NULL, NULL));
}

static void test_paths_are_made_as_needed(Tree *t, gconstpointer unused)
{
    g_assert_cmpint(qemu_fdt_add_path(t->fdt, "/a/b@1/c"), >=, 0);
    g_assert_cmpint(qemu_fdt_add_path(t->fdt, "/a/b@1/d"), >=, 0);
    g_assert_cmpint(qemu_fdt_add_path(t->fdt, "/a/b@1/d"), >=, 0);
    g_assert_cmpint(fdt_path_offset(t->fdt, "/a/b@1/c"), >=, 0);
    g_assert_cmpint(fdt_path_offset(t->fdt, "/a/b@1/d"), >=, 0);
    qemu_fdt_nop_node(t->fdt, "/a/b@1/c");
    g_assert_cmpint(fdt_path_offset(t->fdt, "/a/b@1/c"), ==, -FDT_ERR_NOTFOUND);
}

static void test_nodes_are_found_by_name_and_compatible(Tree *t, gconstpointer unused)
{
    g_auto(GStrv) units = NULL;
    g_auto(GStrv) exact = NULL;
    g_auto(GStrv) compatible = NULL;

    qemu_fdt_add_path(t->fdt, "/memory@0");
    qemu_fdt_add_path(t->fdt, "/memory@1000");
    qemu_fdt_add_path(t->fdt, "/memory-controller");
    qemu_fdt_add_path(t->fdt, "/bus/memory");
    qemu_fdt_setprop(t->fdt, "/bus/memory", "compatible", "x,y\0x,z", 8);
    units = qemu_fdt_node_unit_path(t->fdt, "memory", &error_abort);
    g_assert_cmpuint(g_strv_length(units), ==, 3);
    exact = qemu_fdt_node_path(t->fdt, "memory@0", NULL, &error_abort);
    g_assert_cmpuint(g_strv_length(exact), ==, 1);
    g_assert_cmpstr(exact[0], ==, "/memory@0");
    compatible = qemu_fdt_node_path(t->fdt, NULL, "x,z", &error_abort);
    g_assert_cmpuint(g_strv_length(compatible), ==, 1);
    g_assert_cmpstr(compatible[0], ==, "/bus/memory");
}

static void test_phandles_refer(Tree *t, gconstpointer unused)
{
    qemu_fdt_add_subnode(t->fdt, "/clock");
    qemu_fdt_add_subnode(t->fdt, "/user");
    qemu_fdt_setprop_cell(t->fdt, "/clock", "phandle", 77);
    qemu_fdt_setprop_phandle(t->fdt, "/user", "clocks", "/clock");
    g_assert_cmpuint(qemu_fdt_get_phandle(t->fdt, "/clock"), ==, 77);
    g_assert_cmpuint(qemu_fdt_getprop_cell(t->fdt, "/user", "clocks", NULL, &error_abort), ==, 77);
    g_assert_cmpuint(qemu_fdt_alloc_phandle(t->fdt), ==, 0x8000);
    qemu_fdt_setprop_cell(t->fdt, "/user", "phandle", 0x8000);
    g_assert_cmpuint(qemu_fdt_alloc_phandle(t->fdt), ==, 0x8001);
}

static void test_missing_properties_are_named(Tree *t, gconstpointer unused)
{
    Error *err = NULL;
    int len;

    g_assert_null(qemu_fdt_getprop(t->fdt, "/", "none", &len, &err));
    g_assert_cmpint(len, ==, -FDT_ERR_NOTFOUND);
    harness_error_contains(err, "'none'");
    err = NULL;
    g_assert_null(qemu_fdt_getprop(t->fdt, "/nowhere", "none", &len, &err));
    harness_error_contains(err, "'/nowhere'");
    err = NULL;
    qemu_fdt_setprop(t->fdt, "/", "short", "ab", 2);
    g_assert_cmpuint(qemu_fdt_getprop_cell(t->fdt, "/", "short", &len, &err), ==, 0);
    harness_error_contains(err, "2 bytes");
    /* Looking does not spoil anything. */
    g_assert_cmpint(qemu_fdt_pack(&t->fdt, &error_abort), >, 0);
}

static void test_packed_tree_has_its_size(Tree *t, gconstpointer unused)
{
    int size;

    for (int i = 0; i < 1000; i++) {
        g_autofree char *path = g_strdup_printf("/node@%x", i);

        qemu_fdt_add_subnode(t->fdt, path);
        qemu_fdt_setprop_cell(t->fdt, path, "reg", i);
    }
    size = qemu_fdt_pack(&t->fdt, &error_abort);
    g_assert_cmpint(size, >, 1000 * 20);
    g_assert_cmpint(size, <, 100 * 1000);
    g_assert_cmpint(fdt_check_full(t->fdt, size), ==, 0);
    g_assert_cmpuint(qemu_fdt_getprop_cell(t->fdt, "/node@3e7", "reg", NULL, &error_abort), ==,
                     999);
}

/* One line per failed tree, no more; and it cannot be finished. */
static void test_failed_write_spoils_the_tree(Tree *t, gconstpointer unused)
{
    Error *err = NULL;

    if (g_test_subprocess()) {
        g_assert_cmpint(qemu_fdt_setprop_cell(t->fdt, "/nowhere", "x", 1), ==, -FDT_ERR_NOTFOUND);
        g_assert_cmpint(qemu_fdt_setprop_cell(t->fdt, "/", "x", 1), <, 0);
        g_assert_cmpint(qemu_fdt_add_subnode(t->fdt, "/a"), <, 0);
        g_assert_cmpint(qemu_fdt_pack(&t->fdt, &err), ==, -1);
        harness_error_contains(err, "cannot be made");
        return;
    }
    if (!test_trap_run()) {
        return;
    }
    g_test_trap_assert_passed();
    g_test_trap_assert_stderr("*device tree: use of '/nowhere': FDT_ERR_NOTFOUND*");
    g_test_trap_assert_stderr_unmatched("*'/a'*");
}

static void test_tree_that_is_full_is_an_error(Tree *t, gconstpointer unused)
{
    if (g_test_subprocess()) {
        g_autofree uint8_t *large = g_malloc0(FDT_MAX_SIZE);
        Error *err = NULL;

        g_assert_cmpint(qemu_fdt_setprop(t->fdt, "/", "large", large, FDT_MAX_SIZE), ==,
                        -FDT_ERR_NOSPACE);
        g_assert_cmpint(qemu_fdt_pack(&t->fdt, &err), ==, -1);
        error_free(err);
        return;
    }
    if (!test_trap_run()) {
        return;
    }
    g_test_trap_assert_passed();
    g_test_trap_assert_stderr("*large of '/': FDT_ERR_NOSPACE*");
}

static void test_seeds_change_in_place(Tree *t, gconstpointer unused)
{
    uint8_t before[32] = { 0 };
    const void *seed;
    int len;

    qemu_fdt_add_subnode(t->fdt, "/chosen");
    qemu_fdt_setprop(t->fdt, "/chosen", "rng-seed", before, sizeof(before));
    qemu_fdt_setprop(t->fdt, "/chosen", "other-seed", before, sizeof(before));
    qemu_fdt_randomize_seeds(t->fdt);
    seed = qemu_fdt_getprop(t->fdt, "/chosen", "rng-seed", &len, &error_abort);
    g_assert_cmpint(len, ==, 32);
    g_assert_cmpint(memcmp(seed, before, 32), !=, 0);
    seed = qemu_fdt_getprop(t->fdt, "/chosen", "other-seed", &len, &error_abort);
    g_assert_cmpmem(seed, len, before, 32);
}

static void test_file_is_checked_when_loaded(Tree *t, gconstpointer unused)
{
    g_autofree char *path = NULL;
    g_autofree void *loaded = NULL;
    Error *err = NULL;
    int size = qemu_fdt_pack(&t->fdt, &error_abort);
    int fd = g_file_open_tmp("gantry-dtb-XXXXXX", &path, NULL);

    g_assert_cmpint(write(fd, t->fdt, size), ==, size);
    loaded = device_tree_load(path, &size, &error_abort);
    g_assert_cmpint(size, ==, FDT_MAX_SIZE);
    g_assert_cmpint(qemu_fdt_add_path(loaded, "/room/to/grow"), >=, 0);
    /* The structure block's first tag. */
    g_assert_cmpint(pwrite(fd, "\xff", 1, fdt_off_dt_struct(t->fdt)), ==, 1);
    g_assert_null(device_tree_load(path, &size, &err));
    harness_error_contains(err, path);
    close(fd);
    g_unlink(path);
}

/* libfdt's own check of such a tree, which has no size of its structure block, is not safe. */
static void test_old_versions_are_refused(Tree *t, gconstpointer unused)
{
    uint32_t header[sizeof(struct fdt_header) / sizeof(uint32_t)] = { 0 };

    g_assert_cmpint(device_tree_check(t->fdt, fdt_totalsize(t->fdt)), ==, 0);
    fdt_set_magic(header, FDT_MAGIC);
    fdt_set_totalsize(header, sizeof(header));
    for (uint32_t version = 1; version < 17; version++) {
        fdt_set_version(header, version);
        fdt_set_last_comp_version(header, version);
        g_assert_cmpint(device_tree_check(header, sizeof(header)), ==, -FDT_ERR_BADVERSION);
    }
    g_assert_cmpint(device_tree_check(header, 3), ==, -FDT_ERR_TRUNCATED);
}

#define TREE_TEST(path, func) g_test_add("/device-tree/" path, Tree, NULL, set_up, func, tear_down)

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    TREE_TEST("values-are-big-endian-cells", test_values_are_big_endian_cells);
    TREE_TEST("strings-end-with-a-zero", test_strings_end_with_a_zero);
    TREE_TEST("sized-cells-must-hold-their-values", test_sized_cells_must_hold_their_values);
    TREE_TEST("paths-are-made-as-needed", test_paths_are_made_as_needed);
    TREE_TEST("nodes-are-found", test_nodes_are_found_by_name_and_compatible);
    TREE_TEST("phandles-refer", test_phandles_refer);
    TREE_TEST("missing-properties-are-named", test_missing_properties_are_named);
    TREE_TEST("packed-tree-has-its-size", test_packed_tree_has_its_size);
    TREE_TEST("failed-write-spoils-the-tree", test_failed_write_spoils_the_tree);
    TREE_TEST("full-tree-is-an-error", test_tree_that_is_full_is_an_error);
    TREE_TEST("seeds-change-in-place", test_seeds_change_in_place);
    TREE_TEST("file-is-checked-when-loaded", test_file_is_checked_when_loaded);
    TREE_TEST("old-versions-are-refused", test_old_versions_are_refused);
    return g_test_run();
}
