/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is an overlay fit for libfdt? Version 1.6 trusts the offsets in it: a damaged file would have
 * it read and write outside of properties, or nest until the stack ends.
 */
#include "qemu/osdep.h"
#include "dt-internal.h"
#include "qemu/bswap.h"
#include "qemu/cutils.h"

/* Offsets of cells in each property, and in the nodes below: __local_fixups__ mirrors the tree. */
static bool local_is_valid(const void *fdto, int fixups, int node)
{
    int prop, child;

    fdt_for_each_property_offset(prop, fdto, fixups) {
        const char *name;
        int size, target_size = 0;
        const uint8_t *offsets = fdt_getprop_by_offset(fdto, prop, &name, &size);

        if (!offsets || size % 4 || !fdt_getprop(fdto, node, name, &target_size)) {
            return false;
        }
        for (int i = 0; i < size; i += 4) {
            if (target_size < 4 || ldl_be_p(offsets + i) > (uint32_t)target_size - 4) {
                return false;
            }
        }
    }
    fdt_for_each_subnode(child, fdto, fixups) {
        int target = fdt_subnode_offset(fdto, node, fdt_get_name(fdto, child, NULL));

        if (target < 0 || !local_is_valid(fdto, child, target)) {
            return false;
        }
    }
    return true;
}

/* "PATH:PROPERTY:OFFSET" with the offset of a cell of that property. */
static bool place_is_valid(const void *fdto, const char *place)
{
    g_auto(GStrv) parts = g_strsplit(place, ":", 3);
    uint64_t offset;
    int node, size;

    if (g_strv_length(parts) != 3 || !g_ascii_isdigit(parts[2][0]) ||
        parse_uint_full(parts[2], 10, &offset) < 0) {
        return false;
    }
    node = fdt_path_offset(fdto, parts[0]);
    return node >= 0 && fdt_getprop(fdto, node, parts[1], &size) && size >= 4 &&
           offset <= (uint64_t)size - 4;
}

static bool labels_are_valid(const void *fdto, int fixups)
{
    int prop;

    fdt_for_each_property_offset(prop, fdto, fixups) {
        int size;
        const char *place = fdt_getprop_by_offset(fdto, prop, NULL, &size);
        const char *end = place + MAX(size, 0);

        if (!place || !dt_is_strings(place, size)) {
            return false;
        }
        for (; place < end; place += strlen(place) + 1) {
            if (!place_is_valid(fdto, place)) {
                return false;
            }
        }
    }
    return true;
}

int dt_overlay_check(const void *fdto)
{
    int depth = 0, fixups;

    for (int node = 0; node >= 0 && depth >= 0; node = fdt_next_node(fdto, node, &depth)) {
        if (depth > DT_DEPTH_MAX) {
            return -FDT_ERR_BADOVERLAY;
        }
    }
    fixups = fdt_path_offset(fdto, "/__local_fixups__");
    if (fixups >= 0 && !local_is_valid(fdto, fixups, 0)) {
        return -FDT_ERR_BADOVERLAY;
    }
    fixups = fdt_path_offset(fdto, "/__fixups__");
    return fixups >= 0 && !labels_are_valid(fdto, fixups) ? -FDT_ERR_BADOVERLAY : 0;
}
