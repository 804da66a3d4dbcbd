/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the host's live device tree says of a device: compatible, registers, coherency, interrupts.
 * Properties are big-endian cells (Devicetree Specification, 2.3).
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "host-internal.h"

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

    if (!slash || slash < node + strlen(VFIO_HOST_TREE)) {
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

/* #address-cells and #size-cells for the children of @node. False: not ones that can be read. */
static bool cells_of(const VFIOHost *host, const char *node, uint32_t *address, uint32_t *size)
{
    *address = cell(host, node, "#address-cells", 2);
    *size = cell(host, node, "#size-cells", 1);
    return *address >= 1 && *address <= 4 && *size >= 1 && *size <= 4;
}

/* "ranges" of a bus: entries of a child's address, its parent's, and a size. */
typedef struct Ranges {
    char *data; /* NULL: nothing of the bus is to be seen above it */
    size_t size;
    uint32_t address_cells, above_cells, size_cells;
} Ranges;

static uint64_t go_through(const Ranges *ranges, uint64_t address)
{
    size_t step = (ranges->address_cells + ranges->above_cells + ranges->size_cells) * 4;

    if (!ranges->data || address == VFIO_HOST_NO_ADDRESS) {
        return VFIO_HOST_NO_ADDRESS;
    }
    for (size_t at = 0; at + step <= ranges->size; at += step) {
        const char *entry = ranges->data + at;
        uint64_t first = number(entry, ranges->address_cells);
        uint64_t to = number(entry + ranges->address_cells * 4, ranges->above_cells);
        uint64_t length = number(entry + step - ranges->size_cells * 4, ranges->size_cells);

        if (address >= first && address - first < length) {
            return address - first + to;
        }
    }
    /* Empty: the same addresses. */
    return ranges->size == 0 ? address : VFIO_HOST_NO_ADDRESS;
}

/* Make cpu_address of @regions, addresses on the bus @bus, those of the root. */
static void regions_translate(const VFIOHost *host, const char *bus, GArray *regions)
{
    g_autofree char *at = g_strdup(bus);
    g_autofree char *above = g_strdup(bus);

    while (go_up(above)) {
        Ranges ranges = { 0 };
        uint32_t unused;

        if (cells_of(host, at, &ranges.address_cells, &ranges.size_cells) &&
            cells_of(host, above, &ranges.above_cells, &unused)) {
            ranges.data = property(host, at, "ranges", &ranges.size);
        }
        for (guint i = 0; i < regions->len; i++) {
            VFIOHostRegion *region = &g_array_index(regions, VFIOHostRegion, i);

            region->cpu_address = go_through(&ranges, region->cpu_address);
        }
        g_free(ranges.data);
        g_free(at);
        at = g_strdup(above);
    }
}

void vfio_host_node_regions(const VFIOHost *host, const char *node, GArray *regions)
{
    g_autofree char *parent = g_strdup(node);
    g_autofree char *data = NULL;
    uint32_t address_cells, size_cells, step;
    size_t size;

    if (!go_up(parent)) {
        return;
    }
    data = property(host, node, "reg", &size);
    if (!data || !cells_of(host, parent, &address_cells, &size_cells)) {
        return;
    }
    step = (address_cells + size_cells) * 4;
    for (size_t at = 0; at + step <= size; at += step) {
        VFIOHostRegion region = {
            .address = number(data + at, address_cells),
            .size = number(data + at + address_cells * 4, size_cells),
        };

        region.cpu_address = region.address;
        g_array_append_val(regions, region);
    }
    regions_translate(host, parent, regions);
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

/* ---- interrupts -------------------------------------------------------- */

enum {
    NODE_DEPTH_MAX = 32,
    NODE_VISITS_MAX = 20000,
};

/* Note the cells of each interrupt controller below @node, by its phandle. */
static void controllers_find(const VFIOHost *host, const char *node, unsigned depth,
                             unsigned *visits, GHashTable *found)
{
    g_auto(GStrv) names = vfio_host_names(host, node);
    uint32_t cells = cell(host, node, "#interrupt-cells", 0);
    uint32_t phandle = cells ? cell(host, node, "phandle", 0) : 0;

    if (phandle) {
        g_hash_table_insert(found, GUINT_TO_POINTER(phandle), GUINT_TO_POINTER(cells));
    }
    for (int i = 0; names[i] && depth < NODE_DEPTH_MAX && *visits < NODE_VISITS_MAX; i++) {
        g_autofree char *child = g_build_filename(node, names[i], NULL);
        g_autofree char *link = vfio_host_link(host, child);

        /* The kernel's tree has no links: one in a recording may be a loop. */
        if (!link && vfio_host_is_folder(host, child)) {
            ++*visits;
            controllers_find(host, child, depth + 1, visits, found);
        }
    }
}

/* The cells that specify an interrupt of the controller @phandle; 0: there is no such. */
static uint32_t interrupt_cells(const VFIOHost *host, uint32_t phandle)
{
    GHashTable *known = vfio_host_controllers(host);

    if (g_hash_table_size(known) == 0) {
        unsigned visits = 0;

        controllers_find(host, VFIO_HOST_TREE, 0, &visits, known);
    }
    return GPOINTER_TO_UINT(g_hash_table_lookup(known, GUINT_TO_POINTER(phandle)));
}

/* Entries of interrupts-extended: a phandle and as many cells as its controller says. */
static unsigned count_extended(const VFIOHost *host, const char *data, size_t size)
{
    unsigned count = 0;
    uint64_t at = 0;

    while (at + 4 <= size) {
        uint32_t cells = interrupt_cells(host, ldl_be_p(data + at));

        at += 4 + 4 * (uint64_t)cells;
        if (!cells || at > size) {
            break;
        }
        count++;
    }
    return count;
}

static unsigned count_interrupts(const VFIOHost *host, const char *node)
{
    g_autofree char *at = g_strdup(node);
    size_t size;
    g_autofree char *extended = property(host, node, "interrupts-extended", &size);
    g_autofree char *plain = NULL;
    uint32_t parent, cells;

    if (extended) {
        return count_extended(host, extended, size);
    }
    plain = property(host, node, "interrupts", &size);
    if (!plain) {
        return 0;
    }
    do {
        parent = cell(host, at, "interrupt-parent", 0);
    } while (!parent && go_up(at));
    cells = interrupt_cells(host, parent);
    return cells ? size / 4 / cells : 0;
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
    dev->node = g_strdup(node[strlen(VFIO_HOST_TREE)] ? node + strlen(VFIO_HOST_TREE) : "/");
    dev->compatible = strings(host, node, "compatible");
    dev->dma_coherent = is_coherent(host, node);
    dev->num_interrupts = count_interrupts(host, node);
    dev->interrupt_names = strings(host, node, "interrupt-names");
    if (dev->bus != VFIO_HOST_BUS_PCI) {
        vfio_host_node_regions(host, node, dev->regions);
    }
}
