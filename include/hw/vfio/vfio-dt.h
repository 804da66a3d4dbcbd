/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guest's device tree node of an assigned device, made from the host's: from an overlay that
 * the user gives, from a binding written by hand, or by copying the host's node (in this order).
 * Knows libfdt and files only, nothing of VFIO. See docs/host-device-tree.md.
 */
#ifndef HW_VFIO_VFIO_DT_H
#define HW_VFIO_VFIO_DT_H

#include "hw/fdt-node.h"

/* Largest tree that a vfio-user server may send. */
#define VFIO_DT_BLOB_MAX (256 * 1024)

/* A device tree of the host; immutable. */
typedef struct VFIOHostTree VFIOHostTree;

/*
 * Read the tree at @path: a folder, as /proc/device-tree, or a flattened tree (.dtb). NULL with
 * an error. Free with vfio_host_tree_free().
 */
VFIOHostTree *vfio_host_tree_load(const char *path, Error **errp);

/* The same from memory, which is copied: what a vfio-user server sent, at most VFIO_DT_BLOB_MAX. */
VFIOHostTree *vfio_host_tree_from_blob(const void *blob, size_t size, Error **errp);

void vfio_host_tree_free(VFIOHostTree *tree);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VFIOHostTree, vfio_host_tree_free)

/*
 * Strings of the property @name of node @path, one after the other with their NULs; *@size bytes.
 * NULL if there is none or it is no list of strings. Belongs to the tree.
 */
const char *vfio_host_tree_strings(const VFIOHostTree *tree, const char *path, const char *name,
                                   size_t *size);

/* Where to look for a device's node. All may be NULL. */
typedef struct VFIODTWhere {
    /*
     * [FILE:]PATH, the node and the tree (file or folder) that it is in; or a FILE whose device
     * is told by its alias "device", or is the first node of its root.
     */
    const char *dt_node;
    const char *sysroot;  /* of the host's /proc and /sys; NULL or "" for the real ones */
    const char *sysfsdev; /* the device's folder, below sysroot */
    const void *blob;     /* sent by a vfio-user server */
    size_t blob_size;
} VFIODTWhere;

/*
 * Find a device's node: where @where->dt_node says, else in the blob, else at the device's
 * of_node link. The tree, with *@path to be freed; or NULL with an error.
 */
VFIOHostTree *vfio_host_tree_find(const VFIODTWhere *where, char **path, Error **errp);

/* Region @i of the device in the guest; regions that the guest does not get are not @present. */
typedef struct VFIODTRegion {
    bool present;
    uint64_t addr; /* in the bus' address space */
    uint64_t size;
} VFIODTRegion;

/*
 * Interrupt @i: the guest's specifier (fdt_node_irq()) and whether VFIO calls it level triggered.
 * The flags in the last cell are overwritten.
 */
typedef struct VFIODTIrq {
    bool present;
    bool is_level;
    uint32_t cells[3];
    int ncells;
} VFIODTIrq;

typedef struct VFIODTDevice VFIODTDevice;
typedef bool VFIODTBinding(FdtNodeContext *ctx, const VFIODTDevice *dev, Error **errp);

/* All that a node is made from. Nothing is owned. */
struct VFIODTDevice {
    const char *name;          /* the host's, in messages and names of clock nodes */
    const VFIOHostTree *tree;  /* NULL: none; then an overlay or a binding is needed */
    const char *of_node;       /* path in it */
    const char *compat;        /* list of strings; NULL: as in the host's node */
    size_t compat_size;
    const VFIODTRegion *regions; /* in the host's order, all of them */
    unsigned num_regions;
    const VFIODTIrq *irqs;
    unsigned num_irqs;
    const char *overlay;       /* name of a .dtbo, or NULL */
    VFIODTBinding *binding;    /* of the device's type, or NULL: by compatible */
    /* Of debugfs (clock rates) and sysfs (voltages): "" is the host's; NULL: look at neither. */
    const char *sysroot;
    void *opaque;              /* for the following; each may be NULL */
    /* The rate that the user gives for clock @name (or its index as text). */
    bool (*clock_hz)(void *opaque, const char *name, uint64_t *hz);
    /* Notes for the user instead of warn_report() and info_report(). */
    void (*note)(void *opaque, bool is_warning, const char *text);
};

/*
 * Write the node below ctx->bus_path, with what it needs (clocks, regulators) below the root.
 * False with an error, and the tree is as before. ctx->ops: phandle_new only.
 */
bool vfio_dt_add_node(FdtNodeContext *ctx, const VFIODTDevice *dev, Error **errp);

/* The bindings written by hand, and the one that copies the host's node. */
VFIODTBinding vfio_dt_binding_calxeda_xgmac;
VFIODTBinding vfio_dt_binding_amd_xgbe;
VFIODTBinding vfio_dt_binding_generic;

/* The binding for a list of compatible strings: the generic one if there is no other. */
VFIODTBinding *vfio_dt_binding_find(const char *compat, size_t compat_size);

#endif
