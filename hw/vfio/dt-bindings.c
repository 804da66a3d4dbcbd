/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which binding makes a device's node, and those that are written by hand: Calxeda's xgmac and
 * AMD's xgbe, after Linux' Documentation/devicetree/bindings/net/{calxeda-xgmac,amd-xgbe}.
 */
#include "qemu/osdep.h"
#include "dt-internal.h"
#include "qapi/error.h"

/* ---- by hand -------------------------------------------------------------------------------- */

/* Without a host tree: the device snoops in every machine that it was built into. */
static void coherent_put(DTBuild *build, DTNode *node)
{
    if (build->host < 0 || dt_host_is_coherent(build->tree, build->host)) {
        dt_node_put(node, "dma-coherent", NULL, 0);
    }
}

static unsigned present_regions(const VFIODTDevice *dev)
{
    unsigned n = 0;

    for (unsigned i = 0; i < dev->num_regions; i++) {
        n += dev->regions[i].present;
    }
    return n;
}

static unsigned present_irqs(const VFIODTDevice *dev)
{
    unsigned n = 0;

    for (unsigned i = 0; i < dev->num_irqs; i++) {
        n += dev->irqs[i].present;
    }
    return n;
}

/* The binding's least numbers of regions and interrupts. */
static bool counts_check(const VFIODTDevice *dev, unsigned regions, unsigned irqs, Error **errp)
{
    if (present_regions(dev) < regions || present_irqs(dev) < irqs) {
        error_setg(errp, "vfio %s: its device tree binding wants %u regions and %u interrupts, the "
                   "guest gets %u and %u", dev->name, regions, irqs, present_regions(dev),
                   present_irqs(dev));
        return false;
    }
    return true;
}

static bool xgmac_add(DTBuild *build, Error **errp)
{
    g_autoptr(DTNode) node = NULL;

    if (!counts_check(build->dev, 1, 3, errp) || !(node = dt_device_node_new(build, errp))) {
        return false;
    }
    coherent_put(build, node);
    return dt_build_flush(build, node, errp);
}

/* Of the host's node, if it is there. */
static void host_prop_copy(DTBuild *build, DTNode *node, const char *name)
{
    int size;
    const void *value = build->host < 0 ? NULL
        : fdt_getprop(build->tree->fdt, build->host, name, &size);

    if (value) {
        dt_node_put(node, name, value, size);
    }
}

static bool xgbe_clocks(DTBuild *build, DTNode *node, Error **errp)
{
    static const char names[] = "dma_clk\0ptp_clk";
    g_autoptr(GArray) cells = g_array_new(FALSE, FALSE, sizeof(uint32_t));

    if (build->host >= 0 && fdt_getprop(build->tree->fdt, build->host, "clocks", NULL)) {
        if (!dt_clocks_copy(build, node, build->host, errp)) {
            return false;
        }
        host_prop_copy(build, node, "clock-names");
        return true;
    }
    for (const char *name = names; name < names + sizeof(names); name += strlen(name) + 1) {
        uint32_t phandle = dt_clock_from_user(build, name, errp);

        if (!phandle) {
            return false;
        }
        g_array_append_val(cells, phandle);
    }
    dt_node_put_cells(node, "clocks", cells);
    dt_node_put(node, "clock-names", names, sizeof(names));
    return true;
}

static bool xgbe_add(DTBuild *build, Error **errp)
{
    static const char *const copied[] = {
        "amd,per-channel-interrupt", "amd,speed-set", "amd,serdes-blwc", "amd,serdes-cdr-rate",
        "amd,serdes-pq-skew", "amd,serdes-tx-amp", "amd,serdes-dfe-tap-config",
        "amd,serdes-dfe-tap-enable", "mac-address", "local-mac-address",
    };
    g_autoptr(DTNode) node = NULL;

    if (!counts_check(build->dev, 5, 2, errp) || !(node = dt_device_node_new(build, errp)) ||
        !xgbe_clocks(build, node, errp)) {
        return false;
    }
    host_prop_copy(build, node, "phy-mode");
    if (!dt_node_prop(node, "phy-mode")) {
        dt_node_put_string(node, "phy-mode", "xgmii");
    }
    for (size_t i = 0; i < G_N_ELEMENTS(copied); i++) {
        host_prop_copy(build, node, copied[i]);
    }
    coherent_put(build, node);
    return dt_build_flush(build, node, errp);
}

bool vfio_dt_binding_calxeda_xgmac(FdtNodeContext *ctx, const VFIODTDevice *dev, Error **errp)
{
    return dt_build_run(ctx, dev, xgmac_add, errp);
}

bool vfio_dt_binding_amd_xgbe(FdtNodeContext *ctx, const VFIODTDevice *dev, Error **errp)
{
    return dt_build_run(ctx, dev, xgbe_add, errp);
}

/* ---- which ------------------------------------------------------------------------------ */

static const struct {
    const char *compatible;
    VFIODTBinding *binding;
} bindings[] = {
    { "calxeda,hb-xgmac", vfio_dt_binding_calxeda_xgmac },
    { "amd,xgbe-seattle-v1a", vfio_dt_binding_amd_xgbe },
};

VFIODTBinding *vfio_dt_binding_find(const char *compat, size_t compat_size)
{
    for (size_t i = 0; i < G_N_ELEMENTS(bindings); i++) {
        if (compat && compat_size && !compat[compat_size - 1] &&
            fdt_stringlist_contains(compat, compat_size, bindings[i].compatible)) {
            return bindings[i].binding;
        }
    }
    return vfio_dt_binding_generic;
}

static VFIODTBinding *binding_of(const VFIODTDevice *dev)
{
    const char *compat = dev->compat;
    size_t size = dev->compat_size;

    if (!compat && dev->tree) {
        compat = vfio_host_tree_strings(dev->tree, dev->of_node, "compatible", &size);
    }
    return dev->overlay ? dt_overlay_add
        : dev->binding ? dev->binding : vfio_dt_binding_find(compat, size);
}

bool vfio_dt_add_node(FdtNodeContext *ctx, const VFIODTDevice *dev, Error **errp)
{
    void *fdt = ctx->fdt;
    int size = fdt_totalsize(fdt);
    bool ok;

    /* In a copy: what fails half way must leave no trace. */
    ctx->fdt = g_memdup2(fdt, size);
    ok = binding_of(dev)(ctx, dev, errp);
    if (ok) {
        memcpy(fdt, ctx->fdt, size);
    }
    g_free(ctx->fdt);
    ctx->fdt = fdt;
    return ok;
}
