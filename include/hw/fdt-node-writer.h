/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What FdtNodeClass.add_node() functions share: one node below the context's
 * bus node, written property by property. The first failure is remembered and
 * makes the rest do nothing, so that only fdt_node_end() needs a check.
 */
#ifndef HW_FDT_NODE_WRITER_H
#define HW_FDT_NODE_WRITER_H

#include "hw/fdt-node.h"

/* Fields are private. @error: of libfdt, 0 as long as all is well. */
typedef struct FdtNodeWriter {
    FdtNodeContext *ctx;
    char *name;
    int node;
    int error;
} FdtNodeWriter;

/*
 * Begin the node @name, without a unit address, below node @parent: a path ("" is the root),
 * or NULL for the bus node. Always followed by fdt_node_end().
 */
void fdt_node_begin(FdtNodeWriter *w, FdtNodeContext *ctx, const char *parent, const char *name);

/*
 * Begin the node @name@ADDRESS of @dev, with the guest address of region @i as
 * unit address. False with an error if the region is not mapped: there is nothing to end then.
 */
bool fdt_node_begin_device(FdtNodeWriter *w, FdtNodeContext *ctx, SysBusDevice *dev, int i,
                           const char *name, Error **errp);

/* A property without value; big-endian cells; a text. */
void fdt_node_put_empty(FdtNodeWriter *w, const char *property);
void fdt_node_put_cells(FdtNodeWriter *w, const char *property, const uint32_t *cells, size_t n);
void fdt_node_put_cell(FdtNodeWriter *w, const char *property, uint32_t cell);
void fdt_node_put_string(FdtNodeWriter *w, const char *property, const char *text);

/* A list of texts, written as a literal with "\0" between them. */
#define fdt_node_put_strings(w, property, literal) \
    fdt_node_put(w, property, "" literal, sizeof(literal))

/* Bytes as they are. */
void fdt_node_put(FdtNodeWriter *w, const char *property, const void *value, size_t size);

/* "reg" with one pair of @addr and @size, in the bus' numbers of cells. */
void fdt_node_put_reg(FdtNodeWriter *w, uint64_t addr, uint64_t size);

/* "reg" of region @i of @dev. */
void fdt_node_put_device_reg(FdtNodeWriter *w, SysBusDevice *dev, int i);

/* "interrupts" with line @i of @dev; none if it does not lead to a controller. */
void fdt_node_put_interrupt(FdtNodeWriter *w, SysBusDevice *dev, int i);

/* "clocks" with @n times the board's clock @clock, and "clock-names"; none if there is no clock. */
void fdt_node_put_clocks(FdtNodeWriter *w, const char *clock, size_t n, const char *names,
                         size_t names_size);

/* Close the node. False with an error that names it, and the node is gone, if something failed. */
bool fdt_node_end(FdtNodeWriter *w, Error **errp);

#endif
