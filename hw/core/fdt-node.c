/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Device tree nodes that devices write: see hw/fdt-node.h and hw/fdt-node-writer.h.
 */
#include "qemu/osdep.h"
#include <libfdt.h>
#include "qapi/error.h"
#include "qemu/bswap.h"
#include "hw/fdt-node-writer.h"

/* Most cells that an address or a size has. */
#define CELLS_MAX 2

bool fdt_node_add(Object *dev, FdtNodeContext *ctx, Error **errp)
{
    FdtNodeClass *fnc;

    if (!object_dynamic_cast(dev, TYPE_FDT_NODE)) {
        error_setg(errp, "device type '%s' cannot describe itself in a device tree",
                   object_get_typename(dev));
        return false;
    }
    fnc = FDT_NODE_GET_CLASS(dev);
    return fnc->add_node(dev, ctx, errp);
}

void fdt_node_begin(FdtNodeWriter *w, FdtNodeContext *ctx, const char *parent, const char *name)
{
    const char *path = parent ? parent : ctx->bus_path;
    int offset = fdt_path_offset(ctx->fdt, *path ? path : "/");

    *w = (FdtNodeWriter){ .ctx = ctx, .name = g_strdup(name), .node = offset };
    if (offset >= 0) {
        w->node = fdt_add_subnode(ctx->fdt, offset, name);
    }
    w->error = MIN(w->node, 0);
}

bool fdt_node_begin_device(FdtNodeWriter *w, FdtNodeContext *ctx, SysBusDevice *dev, int i,
                           const char *name, Error **errp)
{
    g_autofree char *full_name = NULL;
    uint64_t addr, size;

    if (!fdt_node_reg(ctx, dev, i, &addr, &size)) {
        error_setg(errp, "device tree node '%s': region %d of the device has no address", name,
                   i);
        return false;
    }
    full_name = g_strdup_printf("%s@%" PRIx64, name, addr);
    fdt_node_begin(w, ctx, NULL, full_name);
    return true;
}

void fdt_node_put(FdtNodeWriter *w, const char *property, const void *value, size_t size)
{
    if (!w->error) {
        w->error = fdt_setprop(w->ctx->fdt, w->node, property, value, size);
    }
}

void fdt_node_put_empty(FdtNodeWriter *w, const char *property)
{
    fdt_node_put(w, property, NULL, 0);
}

void fdt_node_put_string(FdtNodeWriter *w, const char *property, const char *text)
{
    fdt_node_put(w, property, text, strlen(text) + 1);
}

void fdt_node_put_cells(FdtNodeWriter *w, const char *property, const uint32_t *cells, size_t n)
{
    g_autofree uint32_t *value = g_new(uint32_t, n);

    for (size_t i = 0; i < n; i++) {
        value[i] = cpu_to_be32(cells[i]);
    }
    fdt_node_put(w, property, value, n * sizeof(*value));
}

void fdt_node_put_cell(FdtNodeWriter *w, const char *property, uint32_t cell)
{
    fdt_node_put_cells(w, property, &cell, 1);
}

static size_t cells_append(uint32_t *cells, uint32_t num_cells, uint64_t value)
{
    for (uint32_t i = 0; i < num_cells; i++) {
        cells[i] = value >> (32 * (num_cells - 1 - i));
    }
    return num_cells;
}

static bool cells_hold(uint32_t num_cells, uint64_t value)
{
    return num_cells == 2 || (num_cells == 1 && value <= UINT32_MAX);
}

void fdt_node_put_reg(FdtNodeWriter *w, uint64_t addr, uint64_t size)
{
    uint32_t cells[2 * CELLS_MAX];
    size_t n;

    if (!w->error &&
        (!cells_hold(w->ctx->address_cells, addr) || !cells_hold(w->ctx->size_cells, size))) {
        w->error = -FDT_ERR_BADNCELLS;
    }
    if (!w->error) {
        n = cells_append(cells, w->ctx->address_cells, addr);
        n += cells_append(cells + n, w->ctx->size_cells, size);
        fdt_node_put_cells(w, "reg", cells, n);
    }
}

void fdt_node_put_device_reg(FdtNodeWriter *w, SysBusDevice *dev, int i)
{
    uint64_t addr, size;

    if (fdt_node_reg(w->ctx, dev, i, &addr, &size)) {
        fdt_node_put_reg(w, addr, size);
    } else if (!w->error) {
        w->error = -FDT_ERR_NOTFOUND;
    }
}

void fdt_node_put_interrupt(FdtNodeWriter *w, SysBusDevice *dev, int i)
{
    uint32_t cells[3];
    int n;

    if (fdt_node_irq(w->ctx, dev, i, cells, &n)) {
        fdt_node_put_cells(w, "interrupts", cells, n);
    }
}

void fdt_node_put_clocks(FdtNodeWriter *w, const char *clock, size_t n, const char *names,
                         size_t names_size)
{
    uint32_t phandle = fdt_node_clock(w->ctx, clock);
    g_autofree uint32_t *cells = NULL;

    if (!phandle) {
        return;
    }
    cells = g_new(uint32_t, n);
    for (size_t i = 0; i < n; i++) {
        cells[i] = phandle;
    }
    fdt_node_put_cells(w, "clocks", cells, n);
    fdt_node_put(w, "clock-names", names, names_size);
}

bool fdt_node_end(FdtNodeWriter *w, Error **errp)
{
    g_autofree char *name = g_steal_pointer(&w->name);

    if (!w->error) {
        return true;
    }
    if (w->node >= 0) {
        fdt_del_node(w->ctx->fdt, w->node);
    }
    error_setg(errp, "device tree node '%s' cannot be written: %s", name,
               fdt_strerror(w->error));
    return false;
}
