/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The generic binding: the host's node and those below it, copied property by property as
 * dt-policy.c says, with what dt-place.c makes for the guest.
 */
#include "qemu/osdep.h"
#include "dt-internal.h"
#include "qapi/error.h"

/* ---- references within the copy ----------------------------------------------------------- */

static bool child_is_copied(const DTBuild *build, int child, bool has_ranges)
{
    /* A child on the device's own bus has addresses of that; with ranges they are the host's. */
    return !has_ranges || !fdt_getprop(build->tree->fdt, child, "reg", NULL);
}

static bool collect(DTBuild *build, int host, int depth, Error **errp)
{
    const void *fdt = build->tree->fdt;
    bool has_ranges = fdt_getprop(fdt, host, "ranges", NULL);
    uint32_t phandle = fdt_get_phandle(fdt, host);
    int child;

    if (++build->nodes > DT_COPIED_NODES_MAX || depth > DT_DEPTH_MAX) {
        error_setg(errp, "vfio %s: the host's device tree node has more than %d nodes below it",
                   build->dev->name, DT_COPIED_NODES_MAX);
        return false;
    }
    if (phandle) {
        g_hash_table_insert(build->copied, GUINT_TO_POINTER(phandle),
                            GUINT_TO_POINTER(fdt_node_phandle_new(build->ctx)));
    }
    fdt_for_each_subnode(child, fdt, host) {
        if (child_is_copied(build, child, has_ranges) &&
            !collect(build, child, depth + 1, errp)) {
            return false;
        }
    }
    return true;
}

bool dt_copied_collect(DTBuild *build, int host, Error **errp)
{
    return collect(build, host, 0, errp);
}

static void phandle_put(DTBuild *build, DTNode *node, int host)
{
    uint32_t phandle = fdt_get_phandle(build->tree->fdt, host);

    if (phandle) {
        dt_node_put_cell(node, "phandle", GPOINTER_TO_UINT(
            g_hash_table_lookup(build->copied, GUINT_TO_POINTER(phandle))));
    }
}

/* ---- one property --------------------------------------------------------------------------- */

typedef struct DTCopy {
    DTBuild *build;
    DTNode *node;
    int host;
    bool is_device;
    bool has_ranges;
} DTCopy;

static const char *where(const DTCopy *copy)
{
    return fdt_get_name(copy->build->tree->fdt, copy->host, NULL);
}

/* @cells_name as for dt_refs_parse(). */
static void ref_copy(DTCopy *copy, const char *name, const void *value, int size,
                     const char *cells_name)
{
    DTBuild *build = copy->build;
    g_autoptr(GArray) refs = dt_refs_parse(build->tree, value, size, cells_name);
    g_autoptr(GArray) cells = g_array_new(FALSE, FALSE, sizeof(uint32_t));

    if (refs && dt_refs_are_copied(build, refs)) {
        dt_refs_cells(build, refs, cells);
        dt_node_put_cells(copy->node, name, cells);
    } else {
        dt_warn(build->dev, "'%s' of '%s' is left out: it refers to a part of the host that the "
                "guest does not have", name, where(copy));
    }
}

/* Interrupts of a child: only those of a controller that is copied too. */
static void child_interrupts_copy(DTCopy *copy, const char *name, const void *value, int size)
{
    DTBuild *build = copy->build;
    const VFIOHostTree *tree = build->tree;
    int parent = dt_host_interrupt_parent(tree, copy->host);
    uint32_t phandle = parent < 0 ? 0 : fdt_get_phandle(tree->fdt, parent);
    bool is_extended = fdt_getprop(tree->fdt, copy->host, "interrupts-extended", NULL);

    if (strcmp(name, "interrupts-extended") == 0) {
        ref_copy(copy, name, value, size, "#interrupt-cells");
    } else if (strcmp(name, "interrupt-names") == 0) {
        if (!is_extended && phandle && g_hash_table_contains(build->copied,
                                                             GUINT_TO_POINTER(phandle))) {
            dt_node_put(copy->node, name, value, size);
        }
    } else if (strcmp(name, "interrupt-parent") == 0) {
        if (phandle && g_hash_table_contains(build->copied, GUINT_TO_POINTER(phandle))) {
            ref_copy(copy, name, value, size, NULL);
        }
    } else if (phandle && g_hash_table_contains(build->copied, GUINT_TO_POINTER(phandle))) {
        dt_node_put(copy->node, name, value, size);
    } else {
        dt_warn(build->dev, "'%s' of '%s' is left out: the interrupt is not the device's", name,
                where(copy));
    }
}

/* Written by dt_device_node_new(), or without meaning in the guest. */
static bool is_written_already(const DTCopy *copy, const char *name)
{
    static const char *const names[] = {
        "compatible", "reg", "reg-names", "status", "dma-coherent", "dma-noncoherent",
        "interrupt-parent", "interrupts", "interrupts-extended", "interrupt-names",
    };

    for (size_t i = 0; copy->is_device && i < G_N_ELEMENTS(names); i++) {
        if (strcmp(name, names[i]) == 0) {
            return true;
        }
    }
    return strcmp(name, "ranges") == 0 || strcmp(name, "dma-ranges") == 0;
}

static void companion_copy(DTCopy *copy, const char *name, const char *of, const void *value,
                           int size)
{
    if (dt_node_prop(copy->node, of)) {
        dt_node_put(copy->node, name, value, size);
    }
}

static bool prop_copy(DTCopy *copy, const char *name, const void *value, int size, Error **errp)
{
    DTBuild *build = copy->build;
    char storage[64];
    DTVerdict verdict = dt_policy(build->tree, name, value, size, storage);

    switch (verdict.policy) {
    case DT_KEEP:
        dt_node_put(copy->node, name, value, size);
        return true;
    case DT_CLOCKS:
        return dt_clocks_copy(build, copy->node, copy->host, errp);
    case DT_SUPPLY:
        return dt_supply_copy(build, copy->node, name, value, size, errp);
    case DT_HOST:
        dt_info(build->dev, "'%s' of '%s' stays with the host", name, where(copy));
        return true;
    case DT_REF:
        if (strcmp(name, "gpios") == 0 &&
            fdt_getprop(build->tree->fdt, copy->host, "gpio-hog", NULL)) {
            /* Lines of the node above, without a reference to it. */
            dt_node_put(copy->node, name, value, size);
            return true;
        }
        ref_copy(copy, name, value, size, verdict.cells_name);
        return true;
    case DT_INTERRUPTS:
        child_interrupts_copy(copy, name, value, size);
        return true;
    default:
        return true;
    }
}

/* Companions come in a second round: what they go with may stand behind them. */
static bool props_copy(DTCopy *copy, bool companions, Error **errp)
{
    const VFIOHostTree *tree = copy->build->tree;
    int prop;

    fdt_for_each_property_offset(prop, tree->fdt, copy->host) {
        const char *name;
        int size;
        const void *value = fdt_getprop_by_offset(tree->fdt, prop, &name, &size);
        char storage[64];
        DTVerdict verdict;

        if (!value || is_written_already(copy, name)) {
            continue;
        }
        if (!dt_name_is_valid(name)) {
            error_setg(errp, "vfio %s: the host's device tree node '%s' has a property without a "
                       "valid name", copy->build->dev->name, where(copy));
            return false;
        }
        verdict = dt_policy(tree, name, value, size, storage);
        if (!companions && verdict.policy != DT_COMPANION &&
            !prop_copy(copy, name, value, size, errp)) {
            return false;
        }
        if (companions && verdict.policy == DT_COMPANION) {
            companion_copy(copy, name, verdict.of, value, size);
        }
    }
    return true;
}

/* ---- nodes ------------------------------------------------------------------------------- */

static bool node_copy(DTCopy *copy, Error **errp);

static bool children_copy(DTCopy *copy, Error **errp)
{
    const void *fdt = copy->build->tree->fdt;
    int child;

    fdt_for_each_subnode(child, fdt, copy->host) {
        const char *name = fdt_get_name(fdt, child, NULL);
        DTCopy below = { .build = copy->build, .host = child };

        if (!child_is_copied(copy->build, child, copy->has_ranges)) {
            dt_warn(copy->build->dev, "'%s' below '%s' is left out: its addresses are the host's",
                    name, where(copy));
            continue;
        }
        if (!dt_name_is_valid(name)) {
            error_setg(errp, "vfio %s: a node below the host's device tree node '%s' has no valid "
                       "name", copy->build->dev->name, where(copy));
            return false;
        }
        below.node = dt_node_new(name);
        g_ptr_array_add(copy->node->children, below.node);
        if (!node_copy(&below, errp)) {
            return false;
        }
    }
    return true;
}

/* Numbers of cells for addresses that no child has are a warning of dtc's. */
static bool wants_cells(const DTNode *node)
{
    for (unsigned i = 0; i < node->children->len; i++) {
        if (dt_node_prop(node->children->pdata[i], "reg")) {
            return true;
        }
    }
    return !node->children->len;
}

static void prop_remove(DTNode *node, const char *name)
{
    for (unsigned i = 0; i < node->props->len; i++) {
        if (strcmp(((DTProp *)node->props->pdata[i])->name, name) == 0) {
            g_ptr_array_remove_index(node->props, i);
            return;
        }
    }
}

static bool node_copy(DTCopy *copy, Error **errp)
{
    copy->has_ranges = fdt_getprop(copy->build->tree->fdt, copy->host, "ranges", NULL);
    if (!props_copy(copy, false, errp) || !props_copy(copy, true, errp) ||
        !children_copy(copy, errp)) {
        return false;
    }
    if (!wants_cells(copy->node)) {
        prop_remove(copy->node, "#address-cells");
        prop_remove(copy->node, "#size-cells");
    }
    phandle_put(copy->build, copy->node, copy->host);
    return true;
}

/* Of a device of which nothing but its kind is known. */
static bool bare_add(DTBuild *build, Error **errp)
{
    g_autoptr(DTNode) node = dt_device_node_new(build, errp);

    if (!node) {
        return false;
    }
    dt_warn(build->dev, "there is no node of the host's: the guest's has compatible, reg and "
            "interrupts only");
    return dt_build_flush(build, node, errp);
}

static bool generic_add(DTBuild *build, Error **errp)
{
    ERRP_GUARD();
    g_autoptr(DTNode) node = NULL;
    DTCopy copy = { .build = build, .host = build->host, .is_device = true };

    if (build->host < 0 && build->dev->compat) {
        return bare_add(build, errp);
    }
    if (build->host <= 0) {
        error_setg(errp, "vfio %s: there is no device tree node of the host's to make the guest's "
                   "from", build->dev->name);
        error_append_hint(errp, "Give one with dt-node=FILE.dtb:/PATH or dt-overlay=FILE.dtbo.\n");
        return false;
    }
    if (!dt_copied_collect(build, build->host, errp)) {
        return false;
    }
    copy.node = node = dt_device_node_new(build, errp);
    if (!node || !node_copy(&copy, errp)) {
        return false;
    }
    if (dt_host_is_coherent(build->tree, build->host)) {
        dt_node_put(node, "dma-coherent", NULL, 0);
    }
    return dt_build_flush(build, node, errp);
}

bool vfio_dt_binding_generic(FdtNodeContext *ctx, const VFIODTDevice *dev, Error **errp)
{
    return dt_build_run(ctx, dev, generic_add, errp);
}
