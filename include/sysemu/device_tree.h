/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Building device trees: qemu_fdt_*() of QEMU 8.2 over libfdt. A tree made here
 * has room for 2 MiB, the most that an arm64 kernel accepts; untouched pages of
 * it cost nothing, and qemu_fdt_pack() gives the rest back.
 *
 * The functions that write report a failure at once, return libfdt's negative
 * code, and spoil the tree: each later call fails too, and so does
 * qemu_fdt_pack(). A board thus checks once, at the end. Nobody is to hand them
 * paths or sizes from outside: for files of users use libfdt itself.
 */
#ifndef SYSEMU_DEVICE_TREE_H
#define SYSEMU_DEVICE_TREE_H

/* The largest tree. */
#define FDT_MAX_SIZE 0x200000

/* An empty tree with room to grow. *@sizep (may be NULL): its size. Free with g_free(). */
void *create_device_tree(int *sizep);

/*
 * Whether the @size bytes at @blob are a flattened tree that libfdt's functions can be given:
 * 0, or a negative FDT_ERR_ number for fdt_strerror(). Any contents are fine.
 */
int device_tree_check(const void *blob, size_t size);

/*
 * The tree of a file, checked, with room to grow; NULL with an error that names
 * the file. load_device_tree() reports the error itself.
 */
void *device_tree_load(const char *filename, int *sizep, Error **errp);
void *load_device_tree(const char *filename_path, int *sizep);

/*
 * Finish: *@fdt becomes a block of exactly the tree's size, which is returned;
 * -1 with an error when a write failed before. More can be written to *@fdt
 * only by libfdt within what it frees.
 */
int qemu_fdt_pack(void **fdt, Error **errp);

/* ---- finding ---- */

/*
 * Paths of all nodes called @name (unit address included; NULL: any) that are
 * @compat (NULL: any); a NULL-terminated array for g_strfreev(), NULL with an error when
 * the tree is damaged.
 */
char **qemu_fdt_node_path(void *fdt, const char *name, const char *compat, Error **errp);

/* The same for nodes called @name or @name@ADDRESS. */
char **qemu_fdt_node_unit_path(void *fdt, const char *name, Error **errp);

/* A property's value inside the tree and *@lenp (may be NULL); NULL with an error. */
const void *qemu_fdt_getprop(void *fdt, const char *node_path, const char *property, int *lenp,
                             Error **errp);

/*
 * The first cell of a property, 0 with an error if it has none. With @lenp, the
 * length or a negative code goes there.
 */
uint32_t qemu_fdt_getprop_cell(void *fdt, const char *node_path, const char *property, int *lenp,
                               Error **errp);

/* Phandle of the node at @path, which has one. */
uint32_t qemu_fdt_get_phandle(void *fdt, const char *path);

/* ---- writing: 0 or a negative code ---- */

int qemu_fdt_setprop(void *fdt, const char *node_path, const char *property, const void *val,
                     int size);
int qemu_fdt_setprop_cell(void *fdt, const char *node_path, const char *property, uint32_t val);
int qemu_fdt_setprop_u64(void *fdt, const char *node_path, const char *property, uint64_t val);
int qemu_fdt_setprop_string(void *fdt, const char *node_path, const char *property,
                            const char *string);

/* A list of strings. */
int qemu_fdt_setprop_string_array(void *fdt, const char *node_path, const char *prop, char **array,
                                  int len);

/* The phandle of the node at @target_node_path. */
int qemu_fdt_setprop_phandle(void *fdt, const char *node_path, const char *property,
                             const char *target_node_path);

/*
 * A phandle that no earlier call gave out: counts on from the machine's
 * phandle-start, 0x8000 without it, or from the largest in @fdt.
 */
uint32_t qemu_fdt_alloc_phandle(void *fdt);

/* Strike a node out without moving others. */
int qemu_fdt_nop_node(void *fdt, const char *node_path);

/* Make the node @name, whose parent exists. */
int qemu_fdt_add_subnode(void *fdt, const char *name);

/* Make the node @path and the parents that it lacks. */
int qemu_fdt_add_path(void *fdt, const char *path);

/* New random kaslr-seed and rng-seed in each node that has one. */
void qemu_fdt_randomize_seeds(void *fdt);

#define qemu_fdt_setprop_cells(fdt, node_path, property, ...) \
    do { \
        uint32_t qdt_tmp[] = { __VA_ARGS__ }; \
        for (unsigned qdt_i = 0; qdt_i < ARRAY_SIZE(qdt_tmp); qdt_i++) { \
            qdt_tmp[qdt_i] = cpu_to_be32(qdt_tmp[qdt_i]); \
        } \
        qemu_fdt_setprop(fdt, node_path, property, qdt_tmp, sizeof(qdt_tmp)); \
    } while (0)

/*
 * @values holds pairs (count of cells, 1 or 2; value), @numvalues pairs in all.
 * -1, and nothing is written, if a value needs more cells than its count.
 */
int qemu_fdt_setprop_sized_cells_from_array(void *fdt, const char *node_path, const char *property,
                                            int numvalues, uint64_t *values);

#define qemu_fdt_setprop_sized_cells(fdt, node_path, property, ...) \
    ({ \
        uint64_t qdt_values[] = { __VA_ARGS__ }; \
        qemu_fdt_setprop_sized_cells_from_array(fdt, node_path, property, \
                                                ARRAY_SIZE(qdt_values) / 2, qdt_values); \
    })

/* ---- the machine's tree ---- */

/* Write the machine's tree to @filename. False with an error: no tree, or the file. */
bool device_tree_dump(const char *filename, Error **errp);

#endif
