/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What differs between host and guest in every node: compatible as the device was told, where
 * its registers are and which interrupts it has. Count and order are the host's.
 */
#include "qemu/osdep.h"
#include "dt-internal.h"
#include "qapi/error.h"
#include "qemu/bswap.h"

/* Trigger types of Linux' interrupt bindings, the low bits of a specifier's flags. */
enum { IRQ_RISING = 1, IRQ_FALLING = 2, IRQ_HIGH = 4, IRQ_LOW = 8, IRQ_FLAGS = 15 };

/* Most cells of a host's interrupt specifier that are looked at. */
#define SPECIFIER_MAX 4

static const char *irq_type_name(uint32_t flags)
{
    switch (flags) {
    case IRQ_RISING:
        return "rising edge";
    case IRQ_FALLING:
        return "falling edge";
    case IRQ_RISING | IRQ_FALLING:
        return "both edges";
    case IRQ_HIGH:
        return "high level";
    case IRQ_LOW:
        return "low level";
    default:
        return "an unknown trigger type";
    }
}

/* ---- the host's interrupts ------------------------------------------------------------------ */

/* Flags of a specifier with @n cells, as in the bindings of GICs and GPIO chips; 0: not known. */
static uint32_t specifier_flags(const uint8_t *cells, uint32_t n)
{
    return n >= 3 ? ldl_be_p(cells + 8) & IRQ_FLAGS
        : n == 2 ? ldl_be_p(cells + 4) & IRQ_FLAGS : 0;
}

/* Append the flags of each interrupt of the host's node: interrupts-extended goes first. */
static void host_irq_flags(const VFIOHostTree *tree, int node, GArray *flags)
{
    int size, parent = dt_host_interrupt_parent(tree, node);
    const uint8_t *value = fdt_getprop(tree->fdt, node, "interrupts-extended", &size);
    uint32_t n = parent < 0 ? 0 : dt_host_cell(tree, parent, "#interrupt-cells", 0);

    if (value) {
        g_autoptr(GArray) refs = dt_refs_parse(tree, value, size, "#interrupt-cells");

        for (unsigned i = 0; refs && i < refs->len; i++) {
            const DTRef *ref = &g_array_index(refs, DTRef, i);
            uint32_t flag = ref->nargs >= 3 ? ref->args[2] & IRQ_FLAGS
                : ref->nargs == 2 ? ref->args[1] & IRQ_FLAGS : 0;

            g_array_append_val(flags, flag);
        }
        return;
    }
    value = fdt_getprop(tree->fdt, node, "interrupts", &size);
    for (int i = 0; value && n && n <= DT_ARGS_MAX && i + 4 * (int)n <= size; i += 4 * n) {
        uint32_t flag = specifier_flags(value + i, n);

        g_array_append_val(flags, flag);
    }
}

static void irqs_compare(DTBuild *build)
{
    const VFIODTDevice *dev = build->dev;
    g_autoptr(GArray) flags = g_array_new(FALSE, FALSE, sizeof(uint32_t));

    host_irq_flags(build->tree, build->host, flags);
    if (flags->len != dev->num_irqs) {
        dt_warn(dev, "the host's node has %u interrupts, the device %u", flags->len,
                dev->num_irqs);
    }
    for (unsigned i = 0; i < MIN(flags->len, dev->num_irqs); i++) {
        uint32_t host = g_array_index(flags, uint32_t, i);
        uint32_t guest = dev->irqs[i].is_level ? IRQ_HIGH : IRQ_RISING;

        if (dev->irqs[i].present && host && host != guest) {
            dt_warn(dev, "interrupt %u: %s on the host, %s in the guest", i, irq_type_name(host),
                    irq_type_name(guest));
        }
    }
}

void dt_irq_cells(const VFIODTDevice *dev, GArray *cells)
{
    for (unsigned i = 0; i < dev->num_irqs; i++) {
        VFIODTIrq irq = dev->irqs[i];

        if (irq.present && irq.ncells > 0 && irq.ncells <= 3) {
            uint32_t *last = &irq.cells[irq.ncells - 1];

            /* One cell is a number without a type. */
            if (irq.ncells > 1) {
                *last = (*last & ~IRQ_FLAGS) | (irq.is_level ? IRQ_HIGH : IRQ_RISING);
            }
            g_array_append_vals(cells, irq.cells, irq.ncells);
        }
    }
}

/* ---- registers ------------------------------------------------------------------------------ */

static bool cells_append(GArray *cells, uint32_t n, uint64_t value)
{
    if (n < 1 || n > 2 || (n == 1 && value > UINT32_MAX)) {
        return false;
    }
    while (n-- > 0) {
        uint32_t cell = value >> (32 * n);

        g_array_append_val(cells, cell);
    }
    return true;
}

bool dt_reg_cells(const DTBuild *build, GArray *cells, Error **errp)
{
    const VFIODTDevice *dev = build->dev;

    for (unsigned i = 0; i < dev->num_regions; i++) {
        const VFIODTRegion *region = &dev->regions[i];

        if (region->present && (!cells_append(cells, build->ctx->address_cells, region->addr) ||
                                !cells_append(cells, build->ctx->size_cells, region->size))) {
            error_setg(errp, "vfio %s: device tree: region %u, 0x%" PRIx64 " bytes at 0x%" PRIx64
                       ", does not fit in the bus' cells", dev->name, i, region->size,
                       region->addr);
            return false;
        }
    }
    return true;
}

const VFIODTRegion *dt_first_region(const VFIODTDevice *dev)
{
    for (unsigned i = 0; i < dev->num_regions; i++) {
        if (dev->regions[i].present) {
            return &dev->regions[i];
        }
    }
    return NULL;
}

static void regions_compare(const DTBuild *build)
{
    int size, parent = fdt_parent_offset(build->tree->fdt, build->host);
    uint32_t cells = parent < 0 ? 0 : dt_host_cell(build->tree, parent, "#address-cells", 2) +
                                      dt_host_cell(build->tree, parent, "#size-cells", 1);
    unsigned n = 0;

    if (fdt_getprop(build->tree->fdt, build->host, "reg", &size) && cells && cells <= 8) {
        n = size / 4 / cells;
    }
    if (n != build->dev->num_regions) {
        dt_warn(build->dev, "the host's node has %u regions, the device %u", n,
                build->dev->num_regions);
    }
}

/* ---- the node ----------------------------------------------------------------------------- */

typedef bool IsPresent(const VFIODTDevice *dev, unsigned i);

static bool region_is_present(const VFIODTDevice *dev, unsigned i)
{
    return i < dev->num_regions && dev->regions[i].present;
}

static bool irq_is_present(const VFIODTDevice *dev, unsigned i)
{
    return i < dev->num_irqs && dev->irqs[i].present;
}

/* The names, in the host's order, of what the guest gets. */
static void names_copy(DTBuild *build, DTNode *node, const char *name, IsPresent *is_present)
{
    g_autoptr(GByteArray) names = g_byte_array_new();
    const char *text;

    for (unsigned i = 0; (text = dt_host_string(build->tree, build->host, name, i)); i++) {
        if (is_present(build->dev, i)) {
            g_byte_array_append(names, (const uint8_t *)text, strlen(text) + 1);
        }
    }
    if (names->len) {
        dt_node_put(node, name, names->data, names->len);
    }
}

bool dt_host_is_coherent(const VFIOHostTree *tree, int node)
{
    /* Inherited from the buses above it, as Linux' of_dma_is_coherent() has it. */
    for (; node >= 0; node = fdt_parent_offset(tree->fdt, node)) {
        if (fdt_getprop(tree->fdt, node, "dma-coherent", NULL)) {
            return true;
        }
        if (fdt_getprop(tree->fdt, node, "dma-noncoherent", NULL)) {
            return false;
        }
    }
    return false;
}

static char *device_node_name(const DTBuild *build)
{
    const VFIODTRegion *first = dt_first_region(build->dev);
    const char *host = build->host > 0 ? fdt_get_name(build->tree->fdt, build->host, NULL)
                                       : "device";
    g_autofree char *stem = g_strndup(host, strcspn(host, "@"));

    return !dt_name_is_valid(stem) ? NULL
        : first ? g_strdup_printf("%s@%" PRIx64, stem, first->addr) : g_steal_pointer(&stem);
}

/* The device's list, or that of the host's node. */
static bool compatible_put(DTBuild *build, DTNode *node, Error **errp)
{
    const VFIODTDevice *dev = build->dev;
    const char *compat = dev->compat;
    size_t size = dev->compat_size;

    if (!compat && build->host >= 0) {
        compat = vfio_host_tree_strings(build->tree, dev->of_node, "compatible", &size);
    }
    if (!compat || !dt_is_strings(compat, size)) {
        error_setg(errp, "vfio %s: the host's device tree node has no 'compatible', so no node can "
                   "be made from it", dev->name);
        return false;
    }
    dt_node_put(node, "compatible", compat, size);
    return true;
}

DTNode *dt_device_node_new(DTBuild *build, Error **errp)
{
    g_autofree char *name = device_node_name(build);
    g_autoptr(GArray) reg = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    g_autoptr(GArray) irqs = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    g_autoptr(DTNode) node = NULL;

    if (!name) {
        error_setg(errp, "vfio %s: device tree: '%s' cannot be the name of a node",
                   build->dev->name, fdt_get_name(build->tree->fdt, build->host, NULL));
        return NULL;
    }
    node = dt_node_new(name);
    if (!compatible_put(build, node, errp) || !dt_reg_cells(build, reg, errp)) {
        return NULL;
    }
    dt_irq_cells(build->dev, irqs);
    if (reg->len) {
        dt_node_put_cells(node, "reg", reg);
    }
    if (irqs->len) {
        dt_node_put_cells(node, "interrupts", irqs);
    }
    if (build->host >= 0) {
        regions_compare(build);
        irqs_compare(build);
        names_copy(build, node, "reg-names", region_is_present);
        names_copy(build, node, "interrupt-names", irq_is_present);
    }
    return g_steal_pointer(&node);
}
