/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a vfio-platform device is in the guest, and the node that tells the guest so.
 */
#include "qemu/osdep.h"
#include "hw/fdt-node-writer.h"
#include "hw/platform-bus.h"
#include "qapi/error.h"
#include "platform-internal.h"

static bool platform_mmio_wish(Object *obj, int n, uint64_t *addr)
{
    return vfio_platform_indexed_number(VFIO_PLATFORM_DEVICE(obj), "addr", n, addr);
}

static bool platform_irq_wish(Object *obj, int n, uint64_t *number)
{
    VFIOPlatformDevice *vdev = VFIO_PLATFORM_DEVICE(obj);
    VFIOINTp *intp;

    QLIST_FOREACH(intp, &vdev->intp_list, next) {
        if (intp->sysbus_n == (unsigned)n) {
            return vfio_platform_indexed_number(vdev, "irq", intp->pin, number);
        }
    }
    return false;
}

static size_t compat_size(const VFIOPlatformDevice *vdev)
{
    size_t size = 0;

    for (unsigned i = 0; i < vdev->num_compat; i++) {
        size += strlen(vdev->compat + size) + 1;
    }
    return size;
}

static void interrupts_put(FdtNodeWriter *w, VFIOPlatformDevice *vdev)
{
    g_autoptr(GArray) cells = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    VFIOINTp *intp;

    QLIST_FOREACH(intp, &vdev->intp_list, next) {
        uint32_t cell[3];
        int n;

        if (fdt_node_irq(w->ctx, SYS_BUS_DEVICE(vdev), intp->sysbus_n, cell, &n)) {
            /* The last one is the kind of the interrupt. */
            cell[n - 1] = vfio_intp_is_level(intp) ? 4 : 1;
            g_array_append_vals(cells, cell, n);
        }
    }
    if (cells->len) {
        fdt_node_put_cells(w, "interrupts", (uint32_t *)(void *)cells->data, cells->len);
    }
}

static void reg_put(FdtNodeWriter *w, VFIOPlatformDevice *vdev)
{
    g_autoptr(GArray) cells = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    uint32_t widths[2] = { w->ctx->address_cells, w->ctx->size_cells };

    for (unsigned i = 0; i < vdev->vbasedev.num_regions; i++) {
        uint64_t value[2];

        if (!fdt_node_reg(w->ctx, SYS_BUS_DEVICE(vdev), i, &value[0], &value[1])) {
            continue;
        }
        for (int v = 0; v < 2; v++) {
            for (uint32_t left = widths[v]; left-- > 0;) {
                uint32_t cell = value[v] >> (32 * left);

                g_array_append_val(cells, cell);
            }
        }
    }
    fdt_node_put_cells(w, "reg", (uint32_t *)(void *)cells->data, cells->len);
}

static int first_region(const VFIOPlatformDevice *vdev)
{
    for (unsigned i = 0; i < vdev->vbasedev.num_regions; i++) {
        if (vdev->regions[i]->mem) {
            return i;
        }
    }
    return -1;
}

static bool platform_add_node(Object *obj, FdtNodeContext *ctx, Error **errp)
{
    VFIOPlatformDevice *vdev = VFIO_PLATFORM_DEVICE(obj);
    int first = first_region(vdev);
    FdtNodeWriter w;

    if (!vdev->num_compat) {
        error_setg(errp, VFIO_MSG_PREFIX "the host has no 'compatible' of the device, so no node "
                   "can be made from it", vdev->vbasedev.name);
        return false;
    }
    if (first < 0) {
        fdt_node_begin(&w, ctx, NULL, vdev->vbasedev.name);
    } else if (!fdt_node_begin_device(&w, ctx, SYS_BUS_DEVICE(vdev), first, "device", errp)) {
        return false;
    }
    fdt_node_put(&w, "compatible", vdev->compat, compat_size(vdev));
    if (first >= 0) {
        reg_put(&w, vdev);
    }
    interrupts_put(&w, vdev);
    return fdt_node_end(&w, errp);
}

void vfio_platform_dt_class_init(ObjectClass *klass)
{
    FDT_NODE_CLASS(klass)->add_node = platform_add_node;
    PLATFORM_BUS_WISH_CLASS(klass)->mmio = platform_mmio_wish;
    PLATFORM_BUS_WISH_CLASS(klass)->irq = platform_irq_wish;
}
