/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a vfio-platform device is in the guest, and the node that tells the guest so; the node
 * itself is vfio-dt.h's.
 */
#include "qemu/osdep.h"
#include "hw/fdt-node.h"
#include "hw/platform-bus.h"
#include "hw/vfio/vfio-dt.h"
#include "qapi/error.h"
#include "qemu/cutils.h"
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

/* What the guest gets of the device's regions; the host's numbers. */
static VFIODTRegion *dt_regions(VFIOPlatformDevice *vdev, FdtNodeContext *ctx)
{
    unsigned n = vdev->vbasedev.num_regions;
    VFIODTRegion *regions = g_new0(VFIODTRegion, n);

    for (unsigned i = 0; i < n; i++) {
        regions[i].present = vdev->regions[i]->mem &&
                             fdt_node_reg(ctx, SYS_BUS_DEVICE(vdev), i, &regions[i].addr,
                                          &regions[i].size);
    }
    return regions;
}

static VFIODTIrq *dt_irqs(VFIOPlatformDevice *vdev, FdtNodeContext *ctx)
{
    VFIODTIrq *irqs = g_new0(VFIODTIrq, vdev->vbasedev.num_irqs);
    VFIOINTp *intp;

    QLIST_FOREACH(intp, &vdev->intp_list, next) {
        VFIODTIrq *irq = &irqs[intp->pin];

        irq->is_level = vfio_intp_is_level(intp);
        irq->present = fdt_node_irq(ctx, SYS_BUS_DEVICE(vdev), intp->sysbus_n, irq->cells,
                                    &irq->ncells);
    }
    return irqs;
}

static bool dt_clock_hz(void *opaque, const char *name, uint64_t *hz)
{
    const char *text = vfio_platform_indexed(opaque, "clock-frequency", name);

    return text && qemu_strtou64(text, NULL, 10, hz) == 0;
}

/*
 * The host's tree and the node in it. NULL without an error: there is none and none was asked
 * for, then what is known of the device has to do.
 */
static VFIOHostTree *host_tree_find(VFIOPlatformDevice *vdev, char **path, Error **errp)
{
    VFIODevice *v = &vdev->vbasedev;
    VFIODTWhere where = {
        .dt_node = vdev->dt_node,
        .sysfsdev = v->socket ? NULL : v->sysfsdev,
        .blob = v->dt_blob,
        .blob_size = v->dt_blob_size,
    };
    bool is_wish = where.dt_node || (!vdev->compat && !vdev->dt_overlay);

    if (!where.dt_node && !where.blob && !where.sysfsdev) {
        return NULL;
    }
    return vfio_host_tree_find(&where, path, is_wish ? errp : NULL);
}

void vfio_platform_dt_compat_read(VFIOPlatformDevice *vdev)
{
    g_autoptr(VFIOHostTree) tree = NULL;
    g_autofree char *path = NULL;
    const char *text;
    size_t size = 0;

    if (vdev->compat || (!vdev->vbasedev.dt_blob && !vdev->dt_node)) {
        return;
    }
    tree = host_tree_find(vdev, &path, NULL);
    text = tree ? vfio_host_tree_strings(tree, path, "compatible", &size) : NULL;
    if (!text) {
        return;
    }
    vdev->compat = g_malloc(size);
    memcpy(vdev->compat, text, size);
    for (size_t at = 0; at < size; at += strlen(vdev->compat + at) + 1) {
        vdev->num_compat++;
    }
}

static bool platform_add_node(Object *obj, FdtNodeContext *ctx, Error **errp)
{
    ERRP_GUARD();
    VFIOPlatformDevice *vdev = VFIO_PLATFORM_DEVICE(obj);
    VFIODevice *v = &vdev->vbasedev;
    g_autofree VFIODTRegion *regions = dt_regions(vdev, ctx);
    g_autofree VFIODTIrq *irqs = dt_irqs(vdev, ctx);
    g_autofree char *path = NULL;
    g_autoptr(VFIOHostTree) tree = host_tree_find(vdev, &path, errp);

    if (*errp) {
        error_prepend(errp, VFIO_MSG_PREFIX, v->name);
        return false;
    }
    return vfio_dt_add_node(ctx, &(VFIODTDevice) {
        .name = v->name,
        .tree = tree,
        .of_node = path,
        .compat = vdev->num_compat ? vdev->compat : NULL,
        .compat_size = compat_size(vdev),
        .regions = regions,
        .num_regions = v->num_regions,
        .irqs = irqs,
        .num_irqs = v->num_irqs,
        .overlay = vdev->dt_overlay,
        .sysroot = v->socket ? NULL : "",
        .opaque = vdev,
        .clock_hz = dt_clock_hz,
    }, errp);
}

void vfio_platform_dt_class_init(ObjectClass *klass)
{
    FDT_NODE_CLASS(klass)->add_node = platform_add_node;
    PLATFORM_BUS_WISH_CLASS(klass)->mmio = platform_mmio_wish;
    PLATFORM_BUS_WISH_CLASS(klass)->irq = platform_irq_wish;
}
