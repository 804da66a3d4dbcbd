/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fdt-node: a device that writes its own device tree node. The board walks its
 * devices and gives each a context that answers what only the board and the
 * controllers know: addresses, interrupt specifiers, phandles.
 */
#ifndef HW_FDT_NODE_H
#define HW_FDT_NODE_H

#include "qom/object.h"
#include "hw/sysbus.h"

#define TYPE_FDT_NODE "fdt-node"
typedef struct FdtNodeClass FdtNodeClass;
DECLARE_CLASS_CHECKERS(FdtNodeClass, FDT_NODE, TYPE_FDT_NODE)

typedef struct FdtNodeContext FdtNodeContext;

/* What the board supplies; each answers for a device below @ctx's bus node. */
typedef struct FdtNodeContextOps {
    /* Guest address (in the bus' address space) and size of region @i. */
    bool (*reg)(FdtNodeContext *ctx, SysBusDevice *dev, int i, uint64_t *addr, uint64_t *size);
    /* Specifier cells of interrupt @i, as its controller's binding wants them. */
    bool (*irq)(FdtNodeContext *ctx, SysBusDevice *dev, int i, uint32_t cells[3], int *ncells);
    /* Phandle of the board's clock @name, or 0. */
    uint32_t (*clock)(FdtNodeContext *ctx, const char *name);
    /* A phandle that nobody uses yet. */
    uint32_t (*phandle_new)(FdtNodeContext *ctx);
} FdtNodeContextOps;

/*
 * @fdt: the tree that is being built (libfdt, with room to grow by itself
 * being the caller's business); @bus_path: the node that the device's node is
 * made below ("/" for the root), with @address_cells and @size_cells.
 */
struct FdtNodeContext {
    const FdtNodeContextOps *ops;
    void *fdt;
    const char *bus_path;
    uint32_t address_cells;
    uint32_t size_cells;
    uint32_t interrupt_cells;
};

/* @add_node: write the node. False with an error leaves no half-written node. */
struct FdtNodeClass {
    InterfaceClass parent_class;
    bool (*add_node)(Object *obj, FdtNodeContext *ctx, Error **errp);
};

static inline bool fdt_node_reg(FdtNodeContext *ctx, SysBusDevice *dev, int i, uint64_t *addr,
                                uint64_t *size)
{
    return ctx->ops->reg(ctx, dev, i, addr, size);
}

static inline bool fdt_node_irq(FdtNodeContext *ctx, SysBusDevice *dev, int i, uint32_t cells[3],
                                int *ncells)
{
    return ctx->ops->irq(ctx, dev, i, cells, ncells);
}

static inline uint32_t fdt_node_clock(FdtNodeContext *ctx, const char *name)
{
    return ctx->ops->clock(ctx, name);
}

static inline uint32_t fdt_node_phandle_new(FdtNodeContext *ctx)
{
    return ctx->ops->phandle_new(ctx);
}

/*
 * Have @dev write its node. False with an error when it fails, or when its
 * type has no node of its own (check with object_dynamic_cast first).
 */
bool fdt_node_add(Object *dev, FdtNodeContext *ctx, Error **errp);

#endif
