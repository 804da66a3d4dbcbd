/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dt-overlay=FILE.dtbo: the user's own description. It is applied to the guest's tree with
 * libfdt; then the device's node in it gets the registers and interrupts that the guest really
 * has, and the address in its name. The labels &platform_bus, &gic and &apb_pclk, and the
 * aliases of the guest's tree, may be referred to.
 */
#include "qemu/osdep.h"
#include "dt-internal.h"
#include "qapi/error.h"

#define OVERLAY_SIZE_MAX (1024 * 1024)

/* Name of a node that has to stand aside; as long as any other. */
#define ASIDE "gantry-aside"

typedef struct DTOverlay {
    DTBuild build;
    const char *file;
    void *fdto;
    char *node;   /* name of the device's node in it */
    bool had_symbols;
} DTOverlay;

static bool overlay_fail(DTOverlay *overlay, Error **errp, const char *what, int ret)
{
    error_setg(errp, "vfio %s: overlay '%s': %s: %s", overlay->build.dev->name, overlay->file, what,
               fdt_strerror(ret));
    return false;
}

static bool overlay_load(DTOverlay *overlay, Error **errp)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *blob = NULL;
    gsize size;
    int ret;

    if (!g_file_get_contents(overlay->file, &blob, &size, &error)) {
        error_setg(errp, "vfio %s: %s", overlay->build.dev->name, error->message);
        return false;
    }
    ret = size > OVERLAY_SIZE_MAX ? -FDT_ERR_NOSPACE : device_tree_check(blob, size);
    ret = ret ?: dt_overlay_check(blob);
    if (ret) {
        return overlay_fail(overlay, errp, "not a device tree overlay", ret);
    }
    overlay->fdto = g_steal_pointer(&blob);
    return true;
}

/* ---- labels ----------------------------------------------------------------------------- */

static int symbol_add(void *fdt, const char *label, const char *path)
{
    int symbols = fdt_path_offset(fdt, "/__symbols__");

    return fdt_getprop(fdt, symbols, label, NULL) ? 0
        : fdt_setprop_string(fdt, symbols, label, path);
}

/* The guest's interrupt controller: what the bus' interrupts go to. */
static int gic_symbol_add(FdtNodeContext *ctx)
{
    int bus = fdt_path_offset(ctx->fdt, *ctx->bus_path ? ctx->bus_path : "/");
    const fdt32_t *parent = NULL;
    char path[256];
    int node, ret;

    for (; bus >= 0 && !parent; bus = fdt_parent_offset(ctx->fdt, bus)) {
        int size;

        parent = fdt_getprop(ctx->fdt, bus, "interrupt-parent", &size);
        parent = parent && size == 4 ? parent : NULL;
    }
    node = parent ? fdt_node_offset_by_phandle(ctx->fdt, fdt32_to_cpu(*parent)) : -1;
    if (node < 0 || fdt_get_path(ctx->fdt, node, path, sizeof(path))) {
        return 0;
    }
    ret = symbol_add(ctx->fdt, "gic", path);
    return ret ?: symbol_add(ctx->fdt, "intc", path);
}

static int aliases_add(void *fdt)
{
    g_autoptr(GPtrArray) pairs = g_ptr_array_new_with_free_func(g_free);
    int prop, aliases = fdt_path_offset(fdt, "/aliases"), ret = 0;

    /* Writing moves what is being read. */
    fdt_for_each_property_offset(prop, fdt, aliases) {
        const char *name;
        int size;
        const char *path = fdt_getprop_by_offset(fdt, prop, &name, &size);

        if (path && size && dt_is_strings(path, size)) {
            g_ptr_array_add(pairs, g_strdup(name));
            g_ptr_array_add(pairs, g_strdup(path));
        }
    }
    for (unsigned i = 0; !ret && i < pairs->len; i += 2) {
        ret = symbol_add(fdt, pairs->pdata[i], pairs->pdata[i + 1]);
    }
    return ret;
}

static int symbols_add(DTOverlay *overlay)
{
    FdtNodeContext *ctx = overlay->build.ctx;
    int ret = fdt_path_offset(ctx->fdt, "/__symbols__");

    overlay->had_symbols = ret >= 0;
    if (ret < 0) {
        ret = fdt_add_subnode(ctx->fdt, 0, "__symbols__");
    }
    ret = ret < 0 ? ret
        : symbol_add(ctx->fdt, "platform_bus", *ctx->bus_path ? ctx->bus_path : "/");
    if (!ret && fdt_path_offset(ctx->fdt, "/apb-pclk") >= 0) {
        ret = symbol_add(ctx->fdt, "apb_pclk", "/apb-pclk");
    }
    ret = ret ?: gic_symbol_add(ctx);
    return ret ?: aliases_add(ctx->fdt);
}

/* Give the node at @path a phandle if it has none: it is going to be referred to. */
static int phandle_ensure(FdtNodeContext *ctx, const char *path)
{
    int node = fdt_path_offset(ctx->fdt, path);

    return node < 0 ? node : fdt_get_phandle(ctx->fdt, node) ? 0
        : fdt_setprop_u32(ctx->fdt, node, "phandle", fdt_node_phandle_new(ctx));
}

/*
 * Make the labels that the overlay refers to ready. One that the guest does not have, else NULL
 * with *@ret of libfdt's.
 */
static const char *labels_prepare(DTOverlay *overlay, int *ret)
{
    FdtNodeContext *ctx = overlay->build.ctx;
    int prop, fixups = fdt_path_offset(overlay->fdto, "/__fixups__");

    *ret = 0;
    fdt_for_each_property_offset(prop, overlay->fdto, fixups) {
        int symbols = fdt_path_offset(ctx->fdt, "/__symbols__"), size;
        const char *name, *path;
        g_autofree char *copy = NULL;

        fdt_getprop_by_offset(overlay->fdto, prop, &name, NULL);
        path = fdt_getprop(ctx->fdt, symbols, name, &size);
        if (!path || !dt_is_strings(path, size)) {
            return name;
        }
        copy = g_strdup(path);
        *ret = phandle_ensure(ctx, copy);
        if (*ret) {
            return *ret == -FDT_ERR_NOTFOUND ? name : NULL;
        }
    }
    return NULL;
}

static char *symbols_list(const void *fdt)
{
    g_autoptr(GString) list = g_string_new("");
    int prop, symbols = fdt_path_offset(fdt, "/__symbols__");

    fdt_for_each_property_offset(prop, fdt, symbols) {
        const char *name;

        fdt_getprop_by_offset(fdt, prop, &name, NULL);
        g_string_append_printf(list, "%s&%s", list->len ? ", " : "", name);
    }
    return g_string_free(g_steal_pointer(&list), FALSE);
}

/* ---- the device's node ------------------------------------------------------------------ */

static bool node_is_devices(const DTOverlay *overlay, int node)
{
    const VFIODTDevice *dev = overlay->build.dev;
    int size;
    const char *list = fdt_getprop(overlay->fdto, node, "compatible", &size);
    const char *wanted = dev->compat;

    if (!list || !dt_is_strings(list, size)) {
        return false;
    }
    for (; wanted && wanted < dev->compat + dev->compat_size; wanted += strlen(wanted) + 1) {
        if (fdt_stringlist_contains(list, size, wanted)) {
            return true;
        }
    }
    return false;
}

/*
 * The node of the overlay that has one of the device's compatible strings; else the only one with
 * reg or interrupts.
 */
static bool node_find(DTOverlay *overlay, Error **errp)
{
    int fragment, with_reg = 0, matching = 0;
    g_autofree char *candidate = NULL, *match = NULL;

    fdt_for_each_subnode(fragment, overlay->fdto, 0) {
        int child, body = fdt_subnode_offset(overlay->fdto, fragment, "__overlay__");

        if (body < 0) {
            continue;
        }
        fdt_for_each_subnode(child, overlay->fdto, body) {
            const char *name = fdt_get_name(overlay->fdto, child, NULL);

            if (node_is_devices(overlay, child) && !matching++) {
                match = g_strdup(name);
            }
            if ((fdt_getprop(overlay->fdto, child, "reg", NULL) ||
                 fdt_getprop(overlay->fdto, child, "interrupts", NULL)) && !with_reg++) {
                candidate = g_strdup(name);
            }
        }
    }
    if (matching > 1 || (!matching && with_reg != 1)) {
        error_setg(errp, "vfio %s: overlay '%s' must have one node of the device's 'compatible', "
                   "it has %d", overlay->build.dev->name, overlay->file, matching);
        return false;
    }
    overlay->node = match ? g_steal_pointer(&match) : g_steal_pointer(&candidate);
    return true;
}

static int child_rename(void *fdt, const char *parent, const char *from, const char *to)
{
    int offset = fdt_path_offset(fdt, *parent ? parent : "/");
    int child = offset < 0 ? offset : fdt_subnode_offset_namelen(fdt, offset, from, strlen(from));

    return child < 0 ? child : fdt_set_name(fdt, child, to);
}

static int cells_set(void *fdt, int node, const char *name, const GArray *cells)
{
    g_autofree fdt32_t *value = g_new(fdt32_t, cells->len);

    for (unsigned i = 0; i < cells->len; i++) {
        value[i] = cpu_to_fdt32(g_array_index(cells, uint32_t, i));
    }
    return cells->len ? fdt_setprop(fdt, node, name, value, cells->len * sizeof(*value)) : 0;
}

static int prop_delete(void *fdt, int node, const char *name)
{
    int ret = fdt_delprop(fdt, node, name);

    return ret == -FDT_ERR_NOTFOUND ? 0 : ret;
}

/* Registers, interrupts and name as the guest has them. */
static bool node_place(DTOverlay *overlay, Error **errp)
{
    DTBuild *build = &overlay->build;
    void *fdt = build->ctx->fdt;
    g_autoptr(GArray) reg = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    g_autoptr(GArray) irqs = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    const VFIODTRegion *first = dt_first_region(build->dev);
    g_autofree char *path = g_strdup_printf("%s/%s", build->ctx->bus_path, overlay->node);
    g_autofree char *name = NULL;
    int node = fdt_path_offset(fdt, path), ret;

    if (node < 0) {
        error_setg(errp, "vfio %s: overlay '%s': node '%s' must be a child of &platform_bus",
                   build->dev->name, overlay->file, overlay->node);
        return false;
    }
    if (!dt_reg_cells(build, reg, errp)) {
        return false;
    }
    dt_irq_cells(build->dev, irqs);
    /* Each of these keeps the node where it is: what changes is behind its name. */
    ret = prop_delete(fdt, node, "interrupt-parent");
    ret = ret ?: prop_delete(fdt, node, "interrupts-extended");
    ret = ret ?: prop_delete(fdt, node, "interrupts");
    ret = ret ?: prop_delete(fdt, node, "reg");
    ret = ret ?: cells_set(fdt, node, "interrupts", irqs);
    ret = ret ?: cells_set(fdt, node, "reg", reg);
    if (!ret && first) {
        name = g_strdup_printf("%.*s@%" PRIx64, (int)strcspn(overlay->node, "@"), overlay->node,
                               first->addr);
        ret = fdt_set_name(fdt, node, name);
    }
    return ret ? overlay_fail(overlay, errp, overlay->node, ret) : true;
}

/* ---- applying ----------------------------------------------------------------------------- */

/* Does each phandle of @old lead to the node it led to? Names what does not. */
static bool phandles_are_kept(DTOverlay *overlay, const void *old, Error **errp)
{
    const void *fdt = overlay->build.ctx->fdt;

    for (int node = 0; node >= 0; node = fdt_next_node(old, node, NULL)) {
        uint32_t phandle = fdt_get_phandle(old, node);
        char path[256];

        if (phandle && !fdt_get_path(old, node, path, sizeof(path)) &&
            fdt_get_phandle(fdt, fdt_path_offset(fdt, path)) != phandle) {
            error_setg(errp, "vfio %s: overlay '%s' describes '%s' anew, which others refer to; "
                       "give it another name", overlay->build.dev->name, overlay->file, path);
            return false;
        }
    }
    return true;
}

static bool overlay_apply(DTOverlay *overlay, Error **errp)
{
    void *fdt = overlay->build.ctx->fdt;
    g_autofree void *old = g_memdup2(fdt, fdt_totalsize(fdt));
    int ret = fdt_overlay_apply(fdt, overlay->fdto);

    /* libfdt has marked both as damaged. */
    if (ret) {
        return overlay_fail(overlay, errp, "cannot be applied", ret);
    }
    return phandles_are_kept(overlay, old, errp);
}

static bool overlay_add(DTOverlay *overlay, Error **errp)
{
    ERRP_GUARD();
    FdtNodeContext *ctx = overlay->build.ctx;
    const char *missing;
    bool stands_aside;
    int ret;

    if (!overlay_load(overlay, errp) || !node_find(overlay, errp)) {
        return false;
    }
    /* Another device may have, from its guest address, the name that this one has in its file. */
    ret = child_rename(ctx->fdt, ctx->bus_path, overlay->node, ASIDE);
    stands_aside = !ret;
    ret = ret == -FDT_ERR_NOTFOUND ? 0 : ret;
    ret = ret ?: symbols_add(overlay);
    if (ret) {
        return overlay_fail(overlay, errp, "the guest's tree", ret);
    }
    missing = labels_prepare(overlay, &ret);
    if (missing) {
        g_autofree char *list = symbols_list(ctx->fdt);

        error_setg(errp, "vfio %s: overlay '%s' refers to &%s, which the guest does not have",
                   overlay->build.dev->name, overlay->file, missing);
        error_append_hint(errp, "The guest has: %s.\n", list);
        return false;
    }
    if (ret) {
        return overlay_fail(overlay, errp, "the guest's tree", ret);
    }
    if (!overlay_apply(overlay, errp) || !node_place(overlay, errp)) {
        return false;
    }
    ret = stands_aside ? child_rename(ctx->fdt, ctx->bus_path, ASIDE, overlay->node) : 0;
    if (!ret && !overlay->had_symbols) {
        ret = fdt_del_node(ctx->fdt, fdt_path_offset(ctx->fdt, "/__symbols__"));
    }
    return ret ? overlay_fail(overlay, errp, "the guest's tree", ret) : true;
}

bool dt_overlay_add(FdtNodeContext *ctx, const VFIODTDevice *dev, Error **errp)
{
    DTOverlay overlay = { .file = dev->overlay };
    bool ok;

    dt_build_init(&overlay.build, ctx, dev);
    ok = overlay_add(&overlay, errp);
    dt_build_clear(&overlay.build);
    g_free(overlay.fdto);
    g_free(overlay.node);
    return ok;
}
