/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Building device trees with libfdt. Trees follow the Devicetree Specification,
 * chapter 5 (flattened format). A write that fails is a mistake in a board or device,
 * or too large a machine; see device_tree.h for how it comes to light.
 */
#include "qemu/osdep.h"
#include <libfdt.h>
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "qemu/guest-random.h"
#include "hw/boards.h"
#include "hw/loader.h"
#include "sysemu/device_tree.h"

#define PHANDLE_START_DEFAULT 0x8000

/* ---- whole trees ---- */

void *create_device_tree(int *sizep)
{
    void *fdt = g_malloc0(FDT_MAX_SIZE);
    uint64_t empty[32];
    int ret = fdt_create_empty_tree(empty, sizeof(empty));

    /* It is made small and moved, since libfdt writes zeroes to all the room it is given. */
    ret = ret == 0 ? fdt_open_into(empty, fdt, FDT_MAX_SIZE) : ret;
    g_assert(ret == 0);
    if (sizep) {
        *sizep = FDT_MAX_SIZE;
    }
    return fdt;
}

int device_tree_check(const void *blob, size_t size)
{
    if (size < sizeof(struct fdt_header)) {
        return -FDT_ERR_TRUNCATED;
    }
    /* Nobody makes older ones, and libfdt 1.6's check follows a null pointer in them. */
    if (fdt_magic(blob) == FDT_MAGIC && fdt_version(blob) < FDT_LAST_SUPPORTED_VERSION) {
        return -FDT_ERR_BADVERSION;
    }
    /* Walks every tag and string, so that later calls can trust the tree. */
    return fdt_check_full(blob, size);
}

void *device_tree_load(const char *filename, int *sizep, Error **errp)
{
    size_t size;
    g_autofree uint8_t *file = image_read(filename, FDT_MAX_SIZE, &size, errp);
    g_autofree void *fdt = NULL;
    int ret;

    if (!file) {
        return NULL;
    }
    ret = device_tree_check(file, size);
    if (ret == 0) {
        fdt = g_malloc0(FDT_MAX_SIZE);
        ret = fdt_open_into(file, fdt, FDT_MAX_SIZE);
    }
    if (ret < 0) {
        error_setg(errp, "'%s' is not a usable device tree: %s", filename, fdt_strerror(ret));
        return NULL;
    }
    if (sizep) {
        *sizep = FDT_MAX_SIZE;
    }
    return g_steal_pointer(&fdt);
}

void *load_device_tree(const char *filename_path, int *sizep)
{
    Error *err = NULL;
    void *fdt = device_tree_load(filename_path, sizep, &err);

    if (!fdt) {
        error_report_err(err);
    }
    return fdt;
}

int qemu_fdt_pack(void **fdt, Error **errp)
{
    int ret = fdt_check_header(*fdt);

    ret = ret < 0 ? ret : fdt_pack(*fdt);
    if (ret < 0) {
        error_setg(errp, "the device tree cannot be made: %s", fdt_strerror(ret));
        return -1;
    }
    *fdt = g_realloc(*fdt, fdt_totalsize(*fdt));
    return fdt_totalsize(*fdt);
}

/* Report a failed write of @what at @path and spoil the tree. */
static int fdt_write_failed(void *fdt, const char *path, const char *what, int ret)
{
    if (ret != -FDT_ERR_BADMAGIC) {
        error_report("device tree: %s of '%s': %s", what, path, fdt_strerror(ret));
        fdt_set_magic(fdt, 0);
    }
    return ret;
}

/* ---- finding ---- */

/* @is_unit_allowed: @name may have a unit address behind it. */
static bool node_matches(void *fdt, int offset, const char *name, bool is_unit_allowed,
                         const char *compat)
{
    const char *node = fdt_get_name(fdt, offset, NULL);
    size_t len = name ? strlen(name) : 0;

    if (name && (!node || strncmp(node, name, len) != 0 ||
                 (node[len] && !(is_unit_allowed && node[len] == '@')))) {
        return false;
    }
    return !compat || fdt_node_check_compatible(fdt, offset, compat) == 0;
}

static char **node_paths(void *fdt, const char *name, bool is_unit_allowed, const char *compat,
                         Error **errp)
{
    g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
    int offset = fdt_next_node(fdt, -1, NULL);

    for (; offset >= 0; offset = fdt_next_node(fdt, offset, NULL)) {
        char path[1024];
        int ret;

        if (!node_matches(fdt, offset, name, is_unit_allowed, compat)) {
            continue;
        }
        ret = fdt_get_path(fdt, offset, path, sizeof(path));
        if (ret < 0) {
            offset = ret;
            break;
        }
        g_ptr_array_add(paths, g_strdup(path));
    }
    if (offset != -FDT_ERR_NOTFOUND) {
        error_setg(errp, "device tree: looking for '%s': %s", name ? name : compat,
                   fdt_strerror(offset));
        return NULL;
    }
    g_ptr_array_add(paths, NULL);
    g_ptr_array_set_free_func(paths, NULL);
    return (char **)g_ptr_array_free(g_steal_pointer(&paths), FALSE);
}

char **qemu_fdt_node_path(void *fdt, const char *name, const char *compat, Error **errp)
{
    return node_paths(fdt, name, false, compat, errp);
}

char **qemu_fdt_node_unit_path(void *fdt, const char *name, Error **errp)
{
    return node_paths(fdt, name, true, NULL, errp);
}

const void *qemu_fdt_getprop(void *fdt, const char *node_path, const char *property, int *lenp,
                             Error **errp)
{
    int len;
    int offset = fdt_path_offset(fdt, node_path);
    const void *value = offset < 0 ? NULL : fdt_getprop(fdt, offset, property, &len);

    if (!value) {
        len = offset < 0 ? offset : len;
        error_setg(errp, "device tree: property '%s' of '%s': %s", property, node_path,
                   fdt_strerror(len));
    }
    if (lenp) {
        *lenp = len;
    }
    return value;
}

uint32_t qemu_fdt_getprop_cell(void *fdt, const char *node_path, const char *property, int *lenp,
                               Error **errp)
{
    int len;
    const void *value = qemu_fdt_getprop(fdt, node_path, property, &len, errp);

    if (value && len < 4) {
        error_setg(errp, "device tree: property '%s' of '%s' has %d bytes, not a cell of 4",
                   property, node_path, len);
        value = NULL;
        len = -EINVAL;
    }
    if (lenp) {
        *lenp = len;
    }
    return value ? ldl_be_p(value) : 0;
}

/* Offset of the node at @path, or a negative code that was reported. */
static int fdt_node_offset(void *fdt, const char *path)
{
    int offset = fdt_path_offset(fdt, path);

    return offset < 0 ? fdt_write_failed(fdt, path, "use", offset) : offset;
}

uint32_t qemu_fdt_get_phandle(void *fdt, const char *path)
{
    int offset = fdt_node_offset(fdt, path);
    uint32_t phandle = offset < 0 ? 0 : fdt_get_phandle(fdt, offset);

    if (!phandle && offset >= 0) {
        fdt_write_failed(fdt, path, "phandle", -FDT_ERR_NOTFOUND);
    }
    return phandle;
}

/* ---- writing ---- */

int qemu_fdt_setprop(void *fdt, const char *node_path, const char *property, const void *val,
                     int size)
{
    int offset = fdt_node_offset(fdt, node_path);
    int ret = offset < 0 ? offset : fdt_setprop(fdt, offset, property, val, size);

    return ret < 0 ? fdt_write_failed(fdt, node_path, property, ret) : 0;
}

int qemu_fdt_setprop_cell(void *fdt, const char *node_path, const char *property, uint32_t val)
{
    uint32_t cell = cpu_to_be32(val);

    return qemu_fdt_setprop(fdt, node_path, property, &cell, sizeof(cell));
}

int qemu_fdt_setprop_u64(void *fdt, const char *node_path, const char *property, uint64_t val)
{
    uint64_t cells = cpu_to_be64(val);

    return qemu_fdt_setprop(fdt, node_path, property, &cells, sizeof(cells));
}

int qemu_fdt_setprop_string(void *fdt, const char *node_path, const char *property,
                            const char *string)
{
    return qemu_fdt_setprop(fdt, node_path, property, string, strlen(string) + 1);
}

int qemu_fdt_setprop_string_array(void *fdt, const char *node_path, const char *prop, char **array,
                                  int len)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();

    for (int i = 0; i < len; i++) {
        g_byte_array_append(bytes, (const uint8_t *)array[i], strlen(array[i]) + 1);
    }
    return qemu_fdt_setprop(fdt, node_path, prop, bytes->data, bytes->len);
}

int qemu_fdt_setprop_phandle(void *fdt, const char *node_path, const char *property,
                             const char *target_node_path)
{
    return qemu_fdt_setprop_cell(fdt, node_path, property,
                                 qemu_fdt_get_phandle(fdt, target_node_path));
}

uint32_t qemu_fdt_alloc_phandle(void *fdt)
{
    MachineState *machine = current_machine;
    uint32_t start = machine && machine->phandle_start ? machine->phandle_start
                                                       : PHANDLE_START_DEFAULT;
    uint32_t last = 0;

    if (machine) {
        if (!machine->phandle_next) {
            machine->phandle_next = start;
        }
        return machine->phandle_next++;
    }
    return fdt_find_max_phandle(fdt, &last) == 0 && last >= start ? last + 1 : start;
}

int qemu_fdt_nop_node(void *fdt, const char *node_path)
{
    int offset = fdt_node_offset(fdt, node_path);
    int ret = offset < 0 ? offset : fdt_nop_node(fdt, offset);

    return ret < 0 ? fdt_write_failed(fdt, node_path, "removal", ret) : 0;
}

int qemu_fdt_add_subnode(void *fdt, const char *name)
{
    g_autofree char *parent_path = g_path_get_dirname(name);
    const char *base = strrchr(name, '/');
    int parent = base ? fdt_node_offset(fdt, parent_path) : -FDT_ERR_BADPATH;
    int ret = parent < 0 ? parent : fdt_add_subnode(fdt, parent, base + 1);

    return ret < 0 ? fdt_write_failed(fdt, name, "node", ret) : ret;
}

int qemu_fdt_add_path(void *fdt, const char *path)
{
    g_auto(GStrv) names = g_strsplit(path, "/", -1);
    int offset = 0;

    if (path[0] != '/') {
        return fdt_write_failed(fdt, path, "node", -FDT_ERR_BADPATH);
    }
    for (int i = 1; names[i] && offset >= 0; i++) {
        int child = fdt_subnode_offset(fdt, offset, names[i]);

        offset = child == -FDT_ERR_NOTFOUND ? fdt_add_subnode(fdt, offset, names[i]) : child;
    }
    return offset < 0 ? fdt_write_failed(fdt, path, "node", offset) : offset;
}

int qemu_fdt_setprop_sized_cells_from_array(void *fdt, const char *node_path, const char *property,
                                            int numvalues, uint64_t *values)
{
    g_autofree uint32_t *cells = g_new0(uint32_t, numvalues * 2);
    int count = 0;

    for (int i = 0; i < numvalues; i++) {
        uint64_t width = values[i * 2];
        uint64_t value = values[i * 2 + 1];

        if ((width != 1 && width != 2) || (width == 1 && value > UINT32_MAX)) {
            return -1;
        }
        if (width == 2) {
            cells[count++] = cpu_to_be32(value >> 32);
        }
        cells[count++] = cpu_to_be32(value);
    }
    return qemu_fdt_setprop(fdt, node_path, property, cells, count * sizeof(cells[0]));
}

/* ---- seeds ---- */

static const char *const seed_names[] = { "kaslr-seed", "rng-seed" };

void qemu_fdt_randomize_seeds(void *fdt)
{
    Error *err = NULL;

    for (int node = fdt_next_node(fdt, -1, NULL); node >= 0;
         node = fdt_next_node(fdt, node, NULL)) {
        for (size_t i = 0; i < ARRAY_SIZE(seed_names); i++) {
            int len;
            void *value = fdt_getprop_w(fdt, node, seed_names[i], &len);

            /* In place: the tree's size and layout stay what the guest was told. */
            if (value && len > 0 && qemu_guest_getrandom(value, len, &err) < 0) {
                warn_report_err(err); /* the old seed remains */
                return;
            }
        }
    }
}

/* ---- the machine's tree ---- */

bool device_tree_dump(const char *filename, Error **errp)
{
    GError *gerr = NULL;

    if (!current_machine || !current_machine->fdt) {
        error_setg(errp, "this machine has no device tree");
        return false;
    }
    if (!g_file_set_contents_full(filename, current_machine->fdt,
                                  fdt_totalsize(current_machine->fdt), G_FILE_SET_CONTENTS_NONE,
                                  0666, &gerr)) {
        error_setg(errp, "cannot write the device tree to '%s': %s", filename, gerr->message);
        g_error_free(gerr);
        return false;
    }
    return true;
}
