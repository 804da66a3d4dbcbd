/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Device trees of a machine, and assertions on their nodes. For tests of boards. */
#ifndef TESTS_QTEST_LIBGANTRY_TREE_H
#define TESTS_QTEST_LIBGANTRY_TREE_H

#include <libfdt.h>

/* The tree that a machine with these arguments has; g_free() it. */
void *tree_of(const char *fmt, ...) G_GNUC_PRINTF(1, 2);

/* Offset of a node that exists. */
int tree_node(const void *fdt, const char *path);
bool tree_has(const void *fdt, const char *path);

/* Number of subnodes whose name begins with @prefix. */
int tree_count(const void *fdt, const char *path, const char *prefix);

/* The property is one string, or the strings given (ended by NULL), or empty, or missing. */
void tree_assert_string(const void *fdt, const char *path, const char *name, const char *value);
void tree_assert_strings(const void *fdt, const char *path, const char *name, ...)
    G_GNUC_NULL_TERMINATED;
void tree_assert_empty(const void *fdt, const char *path, const char *name);
void tree_assert_none(const void *fdt, const char *path, const char *name);

/* The property is exactly these cells. */
void tree_assert_cell_array(const void *fdt, const char *path, const char *name,
                            const uint32_t *cells, size_t n);
#define tree_assert_cells(fdt, path, name, ...) \
    do { \
        const uint32_t tree_cells_[] = { __VA_ARGS__ }; \
        tree_assert_cell_array(fdt, path, name, tree_cells_, G_N_ELEMENTS(tree_cells_)); \
    } while (0)

/* The first cell of a property that exists. */
uint32_t tree_cell(const void *fdt, const char *path, const char *name);

#endif
