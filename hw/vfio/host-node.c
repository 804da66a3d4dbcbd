/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the host's live device tree says of a device: compatible, registers, coherency, interrupts.
 * Properties are big-endian cells (Devicetree Specification, 2.3).
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "host-internal.h"

#define TREE "/sys/firmware/devicetree/base"

static char *property(const VFIOHost *host, const char *node, const char *name, size_t *size)
{
    g_autofree char *path = g_build_filename(node, name, NULL);

    return vfio_host_bytes(host, path, size);
}

/* The property's first cell, or @otherwise. */
static uint32_t cell(const VFIOHost *host, const char *node, const char *name, uint32_t otherwise)
{
    size_t size;
    g_autofree char *data = property(host, node, name, &size);

    return data && size >= 4 ? ldl_be_p(data) : otherwise;
}

/* The strings of a property, or NULL if there is none. */
static char **strings(const VFIOHost *host, const char *node, const char *name)
{
    size_t size;
    g_autofree char *data = property(host, node, name, &size);
    GPtrArray *list;

    if (!data) {
        return NULL;
    }
    list = g_ptr_array_new();
    for (size_t at = 0; at < size; at += strlen(data + at) + 1) {
        if (data[at]) {
            g_ptr_array_add(list, g_strdup(data + at));
        }
    }
    g_ptr_array_add(list, NULL);
    return (char **)g_ptr_array_free(list, FALSE);
}

/* The folder above in the tree; false at the root. */
static bool go_up(char *node)
{
    char *slash = strrchr(node, '/');

    if (!slash || slash < node + strlen(TREE)) {
        return false;
    }
    *slash = '\0';
    return true;
}

/* ---- registers -------------------------------------------------------- */

static uint64_t number(const char *data, unsigned cells)
{
    return cells == 1 ? (uint32_t)ldl_be_p(data) : ldq_be_p(data + (cells - 2) * 4);
}

static void read_regions(const VFIOHost *host, const char *node, GArray *regions)
{
    g_autofree char *parent = g_strdup(node);
    g_autofree char *data = NULL;
    uint32_t address_cells, size_cells, step;
    size_t size;

    if (!go_up(parent)) {
        return;
    }
    address_cells = cell(host, parent, "#address-cells", 2);
    size_cells = cell(host, parent, "#size-cells", 1);
    data = property(host, node, "reg", &size);
    if (!data || address_cells < 1 || address_cells > 4 || size_cells < 1 || size_cells > 4) {
        return;
    }
    step = (address_cells + size_cells) * 4;
    for (size_t at = 0; at + step <= size; at += step) {
        VFIOHostRegion region = {
            .address = number(data + at, address_cells),
            .size = number(data + at + address_cells * 4, size_cells),
        };

        g_array_append_val(regions, region);
    }
}

/* ---- coherency -------------------------------------------------------- */

/* As the kernel does it: the nearest of the node and those above that says anything. */
static bool is_coherent(const VFIOHost *host, const char *node)
{
    g_autofree char *at = g_strdup(node);

    do {
        g_autofree char *yes = g_build_filename(at, "dma-coherent", NULL);
        g_autofree char *no = g_build_filename(at, "dma-noncoherent", NULL);

        if (vfio_host_exists(host, yes)) {
            return true;
        }
        if (vfio_host_exists(host, no)) {
            return false;
        }
    } while (go_up(at));
    return false;
}

/* ---- the node -------------------------------------------------------- */

/* The node's folder in the tree, from the link of_node; NULL without one. */
static char *node_folder(const VFIOHost *host, const VFIOHostDevice *dev)
{
    g_autofree char *link = g_build_filename(dev->path, "of_node", NULL);
    g_autofree char *target = vfio_host_link(host, link);
    const char *tree = target ? strstr(target, "/firmware/devicetree/base") : NULL;
    g_autofree char *folder = NULL;

    if (!tree || strstr(tree, "/../")) {
        return NULL;
    }
    folder = g_strconcat("/sys", tree, NULL);
    return vfio_host_exists(host, folder) ? g_steal_pointer(&folder) : NULL;
}

void vfio_host_read_node(const VFIOHost *host, VFIOHostDevice *dev)
{
    g_autofree char *node = node_folder(host, dev);

    if (!node) {
        return;
    }
    dev->node = g_strdup(node[strlen(TREE)] ? node + strlen(TREE) : "/");
    dev->compatible = strings(host, node, "compatible");
    dev->dma_coherent = is_coherent(host, node);
    dev->interrupt_names = strings(host, node, "interrupt-names");
    if (dev->bus != VFIO_HOST_BUS_PCI) {
        read_regions(host, node, dev->regions);
    }
}
