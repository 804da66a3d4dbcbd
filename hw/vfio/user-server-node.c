/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The node of a served device, in a flattened tree of its own that a client reads as it would
 * read the host's tree: window i of the device is at i * 4 GiB, interrupt i is SPI i of a GIC,
 * clocks are fixed. The path of the device's node is the alias "device"; it is also the first
 * node of the root.
 */
#include "user-server-internal.h"
#include <libfdt.h>
#include "hw/fdt-node-writer.h"
#include "qapi/error.h"
#include "trace.h"

#define CLOCK_HZ 24000000 /* the board's clock for PrimeCells, as on -M virt */
#define NODE_ADDRESS_SHIFT 32

enum { PHANDLE_GIC = 1, PHANDLE_CLOCK, PHANDLE_FIRST_FREE };

typedef struct NodeContext {
    FdtNodeContext parent;
    uint32_t next_phandle;
} NodeContext;

static bool node_reg(FdtNodeContext *ctx, SysBusDevice *dev, int i, uint64_t *addr,
                     uint64_t *size)
{
    if (!sysbus_has_mmio(dev, i)) {
        return false;
    }
    *addr = (uint64_t)i << NODE_ADDRESS_SHIFT;
    *size = memory_region_size(sysbus_mmio_get_region(dev, i));
    return true;
}

static bool node_irq(FdtNodeContext *ctx, SysBusDevice *dev, int i, uint32_t cells[3], int *ncells)
{
    if (!sysbus_has_irq(dev, i)) {
        return false;
    }
    cells[0] = 0; /* SPI */
    cells[1] = i;
    cells[2] = 4; /* level, high, unless the device knows better */
    *ncells = 3;
    return true;
}

static uint32_t node_clock(FdtNodeContext *ctx, const char *name)
{
    return PHANDLE_CLOCK;
}

static uint32_t node_phandle_new(FdtNodeContext *ctx)
{
    return container_of(ctx, NodeContext, parent)->next_phandle++;
}

static const FdtNodeContextOps node_ops = {
    .reg = node_reg,
    .irq = node_irq,
    .clock = node_clock,
    .phandle_new = node_phandle_new,
};

/* What the device's node refers to. */
static bool tree_begin(FdtNodeContext *ctx, Error **errp)
{
    FdtNodeWriter root = { .ctx = ctx, .node = 0 }, w;

    fdt_node_put_cell(&root, "#address-cells", 2);
    fdt_node_put_cell(&root, "#size-cells", 2);
    fdt_node_put_cell(&root, "interrupt-parent", PHANDLE_GIC);
    if (root.error) {
        error_setg(errp, "device tree: %s", fdt_strerror(root.error));
        return false;
    }
    fdt_node_begin(&w, ctx, "", "interrupt-controller");
    fdt_node_put_string(&w, "compatible", "arm,cortex-a15-gic");
    fdt_node_put_cell(&w, "#address-cells", 0);
    fdt_node_put_cell(&w, "#interrupt-cells", 3);
    fdt_node_put_empty(&w, "interrupt-controller");
    fdt_node_put_cell(&w, "phandle", PHANDLE_GIC);
    if (!fdt_node_end(&w, errp)) {
        return false;
    }
    fdt_node_begin(&w, ctx, "", "apb-pclk");
    fdt_node_put_string(&w, "compatible", "fixed-clock");
    fdt_node_put_cell(&w, "#clock-cells", 0);
    fdt_node_put_cell(&w, "clock-frequency", CLOCK_HZ);
    fdt_node_put_string(&w, "clock-output-names", "clk24mhz");
    fdt_node_put_cell(&w, "phandle", PHANDLE_CLOCK);
    if (!fdt_node_end(&w, errp)) {
        return false;
    }
    fdt_node_begin(&w, ctx, "", "aliases");
    return fdt_node_end(&w, errp);
}

/* The alias "device" with the path of the node at @node. */
static bool tree_name_device(void *fdt, int node, Error **errp)
{
    char path[256];
    int ret = fdt_get_path(fdt, node, path, sizeof(path));

    if (!ret) {
        ret = fdt_setprop_string(fdt, fdt_path_offset(fdt, "/aliases"), "device", path);
    }
    if (ret) {
        error_setg(errp, "device tree: %s", fdt_strerror(ret));
    }
    return !ret;
}

/* Which interrupts the node says are edges: flags 1 (rising) or 2 (falling). */
static void types_read(VFIOUserServer *server, const void *fdt, int node)
{
    int size;
    const fdt32_t *cells = fdt_getprop(fdt, node, "interrupts", &size);

    for (int i = 0; cells && i + 3 <= size / (int)sizeof(*cells); i += 3) {
        uint32_t index = fdt32_to_cpu(cells[i + 1]), flags = fdt32_to_cpu(cells[i + 2]);

        if (index < server->num_irqs) {
            server->irqs[index].is_edge = flags == 1 || flags == 2;
        }
    }
}

static bool tree_make(VFIOUserServer *server, void *fdt, int size, Error **errp)
{
    NodeContext ctx = {
        .parent = {
            .ops = &node_ops, .fdt = fdt, .bus_path = "/",
            .address_cells = 2, .size_cells = 2, .interrupt_cells = 3,
        },
        .next_phandle = PHANDLE_FIRST_FREE,
    };
    int node;

    if (fdt_create_empty_tree(fdt, size) || !tree_begin(&ctx.parent, errp) ||
        !fdt_node_add(OBJECT(server->device), &ctx.parent, errp)) {
        return false;
    }
    node = fdt_first_subnode(fdt, 0);
    types_read(server, fdt, node);
    if (!tree_name_device(fdt, node, errp)) {
        return false;
    }
    fdt_pack(fdt);
    return true;
}

void vfio_user_node_make(VFIOUserServer *server)
{
    void *fdt;
    Error *err = NULL;

    if (!object_dynamic_cast(OBJECT(server->device), TYPE_FDT_NODE)) {
        return;
    }
    fdt = g_malloc0(VFIO_USER_DT_NODE_MAX);
    if (!tree_make(server, fdt, VFIO_USER_DT_NODE_MAX, &err)) {
        trace_vfio_user_server_no_node(server->name, err ? error_get_pretty(err) : "");
        error_free(err);
        g_free(fdt);
        return;
    }
    server->node_size = fdt_totalsize(fdt);
    server->node = g_realloc(fdt, server->node_size);
}
