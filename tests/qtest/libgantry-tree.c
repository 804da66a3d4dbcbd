/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Device trees of a machine, and assertions on their nodes. */
#include "qemu/osdep.h"
#include <glib/gstdio.h>
#include "libgantrytest.h"
#include "libgantry-tree.h"

void *tree_of(const char *fmt, ...)
{
    g_autofree char *path = NULL;
    char *fdt;
    gsize size;
    QTestState *qts;
    va_list ap;
    int fd = g_file_open_tmp("gantry-tree-XXXXXX", &path, NULL);

    g_assert_cmpint(fd, >=, 0);
    close(fd);
    va_start(ap, fmt);
    qts = qtest_vinitf(fmt, ap);
    va_end(ap);
    qtest_qmp_assert_success(qts, "{'execute': 'dumpdtb', 'arguments': {'filename': %s}}", path);
    qtest_quit(qts);
    g_assert_true(g_file_get_contents(path, &fdt, &size, NULL));
    g_unlink(path);
    g_assert_cmpint(fdt_check_full(fdt, size), ==, 0);
    return fdt;
}

int tree_node(const void *fdt, const char *path)
{
    int node = fdt_path_offset(fdt, path);

    if (node < 0) {
        g_error("the tree has no node %s", path);
    }
    return node;
}

bool tree_has(const void *fdt, const char *path)
{
    return fdt_path_offset(fdt, path) >= 0;
}

int tree_count(const void *fdt, const char *path, const char *prefix)
{
    int node, count = 0;

    fdt_for_each_subnode(node, fdt, tree_node(fdt, path)) {
        count += g_str_has_prefix(fdt_get_name(fdt, node, NULL), prefix);
    }
    return count;
}

static const void *property(const void *fdt, const char *path, const char *name, int *len)
{
    const void *value = fdt_getprop(fdt, tree_node(fdt, path), name, len);

    if (!value) {
        g_error("node %s has no property %s", path, name);
    }
    return value;
}

void tree_assert_string(const void *fdt, const char *path, const char *name, const char *value)
{
    int len;
    const char *found = property(fdt, path, name, &len);

    g_assert_cmpstr(found, ==, value);
    g_assert_cmpint(len, ==, strlen(value) + 1);
}

void tree_assert_strings(const void *fdt, const char *path, const char *name, ...)
{
    g_autoptr(GByteArray) expected = g_byte_array_new();
    const char *value;
    const void *found;
    int len;
    va_list ap;

    va_start(ap, name);
    while ((value = va_arg(ap, const char *)) != NULL) {
        g_byte_array_append(expected, (const uint8_t *)value, strlen(value) + 1);
    }
    va_end(ap);
    found = property(fdt, path, name, &len);
    g_assert_cmpmem(found, len, expected->data, expected->len);
}

void tree_assert_empty(const void *fdt, const char *path, const char *name)
{
    int len;

    property(fdt, path, name, &len);
    g_assert_cmpint(len, ==, 0);
}

void tree_assert_none(const void *fdt, const char *path, const char *name)
{
    g_assert_null(fdt_getprop(fdt, tree_node(fdt, path), name, NULL));
}

static char *cells_text(const uint32_t *cells, size_t n)
{
    GString *text = g_string_new("");

    for (size_t i = 0; i < n; i++) {
        g_string_append_printf(text, "%s0x%x", i ? " " : "", cells[i]);
    }
    return g_string_free(text, FALSE);
}

void tree_assert_cell_array(const void *fdt, const char *path, const char *name,
                            const uint32_t *cells, size_t n)
{
    int len;
    const fdt32_t *value = property(fdt, path, name, &len);
    g_autofree uint32_t *found = g_new0(uint32_t, len / 4 + 1);
    g_autofree char *expected_text = cells_text(cells, n);
    g_autofree char *found_text = NULL;

    for (int i = 0; i < len / 4; i++) {
        found[i] = fdt32_ld(value + i);
    }
    found_text = cells_text(found, len / 4);
    g_assert_cmpint(len % 4, ==, 0);
    g_assert_cmpstr(found_text, ==, expected_text);
}

uint32_t tree_cell(const void *fdt, const char *path, const char *name)
{
    int len;
    const fdt32_t *value = property(fdt, path, name, &len);

    g_assert_cmpint(len, >=, 4);
    return fdt32_ld(value);
}
