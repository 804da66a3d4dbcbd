/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside of hw/vfio/dt-*.c: the host's tree, nodes on their way into the guest's, and what a
 * reference of a property leads to.
 */
#ifndef HW_VFIO_DT_INTERNAL_H
#define HW_VFIO_DT_INTERNAL_H

#include "hw/vfio/vfio-dt.h"
#include "sysemu/device_tree.h"
#include <libfdt.h>

/* Deepest nesting of nodes, of a host's tree and of what is copied from it. */
#define DT_DEPTH_MAX 32
#define DT_COPIED_NODES_MAX 256
/* Most argument cells of a reference, as in Linux. */
#define DT_ARGS_MAX 16

/* @phandles: of each phandle the offset of its node, plus 1. */
struct VFIOHostTree {
    void *fdt;
    GHashTable *phandles;
};

/* -- dt-tree.c: the host's tree ------------------------------------------------------------- */

/* Offset of the node with @phandle, or -1. */
int dt_host_by_phandle(const VFIOHostTree *tree, uint32_t phandle);

/* The first cell of a property that is at least one, or @missing. */
uint32_t dt_host_cell(const VFIOHostTree *tree, int node, const char *name, uint32_t missing);

/* String @i of a list, or NULL. */
const char *dt_host_string(const VFIOHostTree *tree, int node, const char *name, int i);

/* The controller that the interrupts of @node go to, or -1. */
int dt_host_interrupt_parent(const VFIOHostTree *tree, int node);

/* Is it a list of NUL-terminated, printable strings? */
bool dt_is_strings(const char *text, size_t size);

/* May it be in a path, as a property's or a node's name? */
bool dt_name_is_valid(const char *name);

/* -- dt-node.c: nodes in the making ----------------------------------------------------------- */

typedef struct DTProp {
    char *name;
    void *value;
    int size;
} DTProp;

typedef struct DTNode {
    char *name;
    GPtrArray *props;
    GPtrArray *children;
} DTNode;

DTNode *dt_node_new(const char *name);
void dt_node_free(DTNode *node);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DTNode, dt_node_free)
void dt_node_put(DTNode *node, const char *name, const void *value, size_t size);
void dt_node_put_string(DTNode *node, const char *name, const char *text);
void dt_node_put_cell(DTNode *node, const char *name, uint32_t cell);
/* Cells in host byte order. */
void dt_node_put_cells(DTNode *node, const char *name, const GArray *cells);
const DTProp *dt_node_prop(const DTNode *node, const char *name);
/* Write @node below @parent of @fdt: 0 or libfdt's error. */
int dt_node_flush(const DTNode *node, void *fdt, const char *parent);

/* -- a node being made -------------------------------------------------------------------- */

/*
 * @host: offset of the device's node, -1 without a tree. @copied: host phandles of the device's
 * node and those below it -> the guest's. @providers: "PHANDLE ARGS..." of clocks and regulators
 * that have a node already -> the guest's phandle. @extra: nodes for the root. @clk_summary: the
 * file, once it was read.
 */
typedef struct DTBuild {
    FdtNodeContext *ctx;
    const VFIODTDevice *dev;
    const VFIOHostTree *tree;
    int host;
    GHashTable *copied;
    GHashTable *providers;
    GPtrArray *extra;
    char *clk_summary;
    bool clk_summary_was_read;
    unsigned nodes;
} DTBuild;

void dt_build_init(DTBuild *build, FdtNodeContext *ctx, const VFIODTDevice *dev);
void dt_build_clear(DTBuild *build);
/* Have @add build the node of @dev, with what it needs around it. */
bool dt_build_run(FdtNodeContext *ctx, const VFIODTDevice *dev,
                  bool (*add)(DTBuild *build, Error **errp), Error **errp);
/* Write @device and the extra nodes. */
bool dt_build_flush(DTBuild *build, const DTNode *device, Error **errp);
/* A new node "KIND-NAME-DEVICE" for the root, with its phandle. It belongs to @build. */
DTNode *dt_build_extra(DTBuild *build, const char *kind, const char *name, uint32_t *phandle);
void dt_note(const VFIODTDevice *dev, bool is_warning, const char *fmt, ...) G_GNUC_PRINTF(3, 4);
#define dt_warn(dev, ...) dt_note(dev, true, __VA_ARGS__)
#define dt_info(dev, ...) dt_note(dev, false, __VA_ARGS__)

/* -- dt-place.c: compatible, reg, interrupts -------------------------------------------------- */

/* Node "NAME@ADDRESS" for the device with its compatible, reg, interrupts and their names. */
DTNode *dt_device_node_new(DTBuild *build, Error **errp);
/* Cells of reg and of interrupts. */
bool dt_reg_cells(const DTBuild *build, GArray *cells, Error **errp);
void dt_irq_cells(const VFIODTDevice *dev, GArray *cells);
/* Unit address, or NULL: the device has no region in the guest. */
const VFIODTRegion *dt_first_region(const VFIODTDevice *dev);
/* Do the device's accesses to memory snoop the CPUs' caches, by its node? */
bool dt_host_is_coherent(const VFIOHostTree *tree, int node);

/* -- dt-refs.c: references ---------------------------------------------------------------- */

typedef struct DTRef {
    uint32_t phandle;
    int node;      /* of the host's tree; -1: phandle is 0 */
    int nargs;
    uint32_t args[DT_ARGS_MAX];
} DTRef;

/*
 * The list of references that a property's @value is, when each is followed by as many cells as
 * @cells_name (NULL: none) of its target says. NULL if it is not such a list.
 */
GArray *dt_refs_parse(const VFIOHostTree *tree, const void *value, int size,
                      const char *cells_name);
/* Do all of them lead to nodes that are copied? */
bool dt_refs_are_copied(const DTBuild *build, const GArray *refs);
/* Their cells with the guest's phandles; all must be copied. */
void dt_refs_cells(const DTBuild *build, const GArray *refs, GArray *cells);

/* -- dt-policy.c: what becomes of a property ------------------------------------------------ */

typedef enum DTPolicy {
    DT_KEEP,
    DT_SKIP,     /* written otherwise, or means nothing in the guest */
    DT_CLOCKS,
    DT_SUPPLY,
    DT_HOST,     /* resource that the host keeps: one info line */
    DT_COMPANION,/* goes with another property: kept if that is there */
    DT_REF,      /* names another node, of @cells_name if known: a warning unless that is copied */
    DT_INTERRUPTS, /* of a child */
} DTPolicy;

typedef struct DTVerdict {
    DTPolicy policy;
    const char *cells_name; /* DT_REF: "#...-cells" of the targets; NULL: no arguments */
    const char *of;         /* DT_COMPANION: the property it goes with */
} DTVerdict;

/* @storage: room for a composed cells_name. */
DTVerdict dt_policy(const VFIOHostTree *tree, const char *name, const void *value, int size,
                    char storage[64]);

/* -- dt-clock.c, dt-supply.c ---------------------------------------------------------------- */

/* "clocks" and "clock-names" of host node @host into @node. */
bool dt_clocks_copy(DTBuild *build, DTNode *node, int host, Error **errp);
/* A fixed clock of the device for @name with the user's rate; the phandle or 0 with an error. */
uint32_t dt_clock_from_user(DTBuild *build, const char *name, Error **errp);
/* Supply @name, a reference @value. */
bool dt_supply_copy(DTBuild *build, DTNode *node, const char *name, const void *value, int size,
                    Error **errp);

/* -- dt-generic.c, dt-overlay.c, dt-overlay-check.c ------------------------------------------ */

/* Give phandles for the guest to what is below host node @host and has one on the host. */
bool dt_copied_collect(DTBuild *build, int host, Error **errp);
/* 0 if fdt_overlay_apply() may be given @fdto, which passed device_tree_check(), else an error. */
int dt_overlay_check(const void *fdto);
bool dt_overlay_add(FdtNodeContext *ctx, const VFIODTDevice *dev, Error **errp);

#endif
