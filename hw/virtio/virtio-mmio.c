/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * virtio-mmio: the register transport of OASIS virtio 1.2, section 4.2, as a device: its bus,
 * interrupt, reset, saved state and device tree node. Version 1 (legacy) is the default, as
 * drivers of either kind work with it. The registers are in virtio-mmio-regs.c.
 */
#include "qemu/osdep.h"
#include <libfdt.h>
#include "exec/address-spaces.h"
#include "hw/fdt-node.h"
#include "hw/irq.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "qemu/module.h"
#include "trace.h"
#include "virtio-mmio-internal.h"

/* ---- interrupt ---- */

static void virtio_mmio_update_irq(DeviceState *opaque, uint16_t vector)
{
    VirtIOMMIOProxy *proxy = VIRTIO_MMIO(opaque);
    VirtIODevice *vdev = virtio_bus_get_device(&proxy->bus);
    int level = vdev ? vdev->isr != 0 : 0;

    trace_virtio_mmio_setting_irq(proxy, level);
    qemu_set_irq(proxy->irq, level);
}

/* ---- reset ---- */

static void virtio_mmio_reset(DeviceState *d)
{
    VirtIOMMIOProxy *proxy = VIRTIO_MMIO(d);

    virtio_mmio_notifiers_stop(proxy);
    virtio_bus_reset(&proxy->bus);
    proxy->host_features_sel = 0;
    proxy->guest_features_sel = 0;
    proxy->guest_page_shift = 0;
    proxy->guest_features[0] = 0;
    proxy->guest_features[1] = 0;
    virtio_mmio_soft_reset(proxy);
    virtio_mmio_update_irq(d, VIRTIO_NO_VECTOR);
}

/* ---- the bus ---- */

static void virtio_mmio_pre_plugged(DeviceState *d, Error **errp)
{
    VirtIOMMIOProxy *proxy = VIRTIO_MMIO(d);
    VirtIODevice *vdev = virtio_bus_get_device(&proxy->bus);

    if (!proxy->legacy) {
        virtio_add_feature(&vdev->host_features, VIRTIO_F_VERSION_1);
    }
}

static void virtio_mmio_device_plugged(DeviceState *d, Error **errp)
{
    VirtIOMMIOProxy *proxy = VIRTIO_MMIO(d);
    VirtIODevice *vdev = virtio_bus_get_device(&proxy->bus);

    if (!proxy->legacy) {
        proxy->num_vqs = virtio_get_num_queues(vdev);
        proxy->vqs = g_new0(VirtIOMMIOQueue, proxy->num_vqs);
    }
}

static void virtio_mmio_device_unplugged(DeviceState *d)
{
    VirtIOMMIOProxy *proxy = VIRTIO_MMIO(d);

    virtio_mmio_notifiers_stop(proxy);
    g_clear_pointer(&proxy->vqs, g_free);
    proxy->num_vqs = 0;
    qemu_set_irq(proxy->irq, 0);
}

static void virtio_mmio_vmstate_change(DeviceState *d, bool running)
{
    virtio_mmio_notifiers_update(VIRTIO_MMIO(d));
}

static bool virtio_mmio_queue_enabled(DeviceState *d, int n)
{
    VirtIOMMIOProxy *proxy = VIRTIO_MMIO(d);

    if (proxy->legacy) {
        return virtio_queue_get_desc_addr(virtio_bus_get_device(&proxy->bus), n) != 0;
    }
    return n < proxy->num_vqs && proxy->vqs[n].enabled;
}

/* Name in saved states: its place on the bus, which the same command line gives again. */
static char *virtio_mmio_bus_get_dev_path(DeviceState *dev)
{
    VirtIOMMIOProxy *proxy = VIRTIO_MMIO(qdev_get_parent_bus(dev)->parent);
    SysBusDevice *sbd = SYS_BUS_DEVICE(proxy);

    if (!proxy->format_transport_address || sbd->mmio[0].addr == (hwaddr)-1) {
        return g_strdup(DEVICE(proxy)->canonical_path);
    }
    return g_strdup_printf("virtio-mmio@%016" PRIx64, (uint64_t)sbd->mmio[0].addr);
}

static void virtio_mmio_bus_class_init(ObjectClass *klass, void *data)
{
    BusClass *bus_class = BUS_CLASS(klass);
    VirtioBusClass *k = VIRTIO_BUS_CLASS(klass);

    k->notify = virtio_mmio_update_irq;
    k->pre_plugged = virtio_mmio_pre_plugged;
    k->device_plugged = virtio_mmio_device_plugged;
    k->device_unplugged = virtio_mmio_device_unplugged;
    k->vmstate_change = virtio_mmio_vmstate_change;
    k->queue_enabled = virtio_mmio_queue_enabled;
    k->has_variable_vring_alignment = true;
    bus_class->max_dev = 1;
    bus_class->get_dev_path = virtio_mmio_bus_get_dev_path;
}

/* ---- device tree ---- */

static bool virtio_mmio_fdt_set(FdtNodeContext *ctx, int node, SysBusDevice *sbd, uint64_t addr,
                                uint64_t size)
{
    uint32_t reg[4], irq[3];
    int n = 0, irq_num = 0;

    for (uint32_t i = ctx->address_cells; i-- > 0;) {
        reg[n++] = cpu_to_fdt32(i ? addr >> 32 : addr);
    }
    for (uint32_t i = ctx->size_cells; i-- > 0;) {
        reg[n++] = cpu_to_fdt32(i ? size >> 32 : size);
    }
    /* No controller, no property. */
    fdt_node_irq(ctx, sbd, 0, irq, &irq_num);
    if (irq_num == 3) {
        /* The binding: rising edge, as drivers acknowledge before they look. */
        irq[2] = 1;
    }
    for (int i = 0; i < irq_num; i++) {
        irq[i] = cpu_to_fdt32(irq[i]);
    }
    return fdt_setprop_string(ctx->fdt, node, "compatible", "virtio,mmio") == 0 &&
           fdt_setprop(ctx->fdt, node, "reg", reg, n * sizeof(reg[0])) == 0 &&
           (!irq_num ||
            fdt_setprop(ctx->fdt, node, "interrupts", irq, irq_num * sizeof(irq[0])) == 0) &&
           fdt_setprop_empty(ctx->fdt, node, "dma-coherent") == 0;
}

static bool virtio_mmio_fdt_add_node(Object *obj, FdtNodeContext *ctx, Error **errp)
{
    SysBusDevice *sbd = SYS_BUS_DEVICE(obj);
    g_autofree char *name = NULL;
    uint64_t addr, size;
    int parent, node;

    if (ctx->address_cells > 2 || ctx->size_cells > 2 ||
        !fdt_node_reg(ctx, sbd, 0, &addr, &size)) {
        error_setg(errp, "virtio-mmio: no address for its device tree node");
        return false;
    }
    name = g_strdup_printf("virtio_mmio@%" PRIx64, addr);
    parent = fdt_path_offset(ctx->fdt, ctx->bus_path);
    node = parent < 0 ? parent : fdt_add_subnode(ctx->fdt, parent, name);
    if (node < 0) {
        error_setg(errp, "device tree node %s: %s", name, fdt_strerror(node));
        return false;
    }
    if (!virtio_mmio_fdt_set(ctx, node, sbd, addr, size)) {
        fdt_del_node(ctx->fdt, node);
        error_setg(errp, "device tree node %s: no interrupt, or no room", name);
        return false;
    }
    return true;
}

/* ---- the type ---- */

static int virtio_mmio_post_load(void *opaque, int version_id)
{
    return VIRTIO_MMIO(opaque)->guest_page_shift < 32 ? 0 : -EINVAL;
}

static const VMStateDescription vmstate_virtio_mmio_queue = {
    .name = "virtio-mmio-queue",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT16(num, VirtIOMMIOQueue),
        VMSTATE_BOOL(enabled, VirtIOMMIOQueue),
        VMSTATE_UINT32_ARRAY(desc, VirtIOMMIOQueue, 2),
        VMSTATE_UINT32_ARRAY(avail, VirtIOMMIOQueue, 2),
        VMSTATE_UINT32_ARRAY(used, VirtIOMMIOQueue, 2),
        VMSTATE_END_OF_LIST()
    },
};

static const VMStateDescription vmstate_virtio_mmio = {
    .name = "virtio-mmio",
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = virtio_mmio_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(host_features_sel, VirtIOMMIOProxy),
        VMSTATE_UINT32(guest_features_sel, VirtIOMMIOProxy),
        VMSTATE_UINT32(guest_page_shift, VirtIOMMIOProxy),
        VMSTATE_UINT32_ARRAY(guest_features, VirtIOMMIOProxy, 2),
        VMSTATE_UINT32_EQUAL(num_vqs, VirtIOMMIOProxy,
                             "force-legacy and the device's queues must be the same on both sides"),
        VMSTATE_STRUCT_VARRAY_POINTER_UINT32(vqs, VirtIOMMIOProxy, num_vqs,
                                             vmstate_virtio_mmio_queue, VirtIOMMIOQueue),
        VMSTATE_END_OF_LIST()
    },
};

static Property virtio_mmio_properties[] = {
    DEFINE_PROP_BOOL("format_transport_address", VirtIOMMIOProxy, format_transport_address, true),
    DEFINE_PROP_BOOL("force-legacy", VirtIOMMIOProxy, legacy, true),
    DEFINE_PROP_BOOL("ioeventfd", VirtIOMMIOProxy, use_ioeventfd, true),
    DEFINE_PROP_END_OF_LIST(),
};

static const PropertyText virtio_mmio_texts[] = {
    { "format_transport_address", "saved states name the device by the address of the transport" },
    { "ioeventfd", "under KVM, notifications of queues do not stop the guest" },
    { "force-legacy", "version 1 of the registers (virtio 0.9.5), otherwise version 2" },
    { }
};

static void virtio_mmio_realize(DeviceState *d, Error **errp)
{
    VirtIOMMIOProxy *proxy = VIRTIO_MMIO(d);

    qbus_init(&proxy->bus, sizeof(proxy->bus), TYPE_VIRTIO_MMIO_BUS, d, NULL);
}

static void virtio_mmio_unrealize(DeviceState *d)
{
    object_unparent(OBJECT(&VIRTIO_MMIO(d)->bus));
}

static void virtio_mmio_init(Object *obj)
{
    VirtIOMMIOProxy *proxy = VIRTIO_MMIO(obj);
    SysBusDevice *sbd = SYS_BUS_DEVICE(obj);

    sysbus_init_irq(sbd, &proxy->irq);
    memory_region_init_io(&proxy->iomem, obj, &virtio_mmio_ops, proxy, TYPE_VIRTIO_MMIO,
                          VIRTIO_MMIO_SIZE);
    sysbus_init_mmio(sbd, &proxy->iomem);
}

static void virtio_mmio_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->desc = "virtio transport with registers (virtio-mmio)";
    dc->realize = virtio_mmio_realize;
    dc->unrealize = virtio_mmio_unrealize;
    dc->reset = virtio_mmio_reset;
    dc->vmsd = &vmstate_virtio_mmio;
    dc->user_creatable = true; /* where the machine allows it, e.g. to be served */
    device_class_set_props(dc, virtio_mmio_properties);
    device_class_describe_props(dc, virtio_mmio_texts);
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
    FDT_NODE_CLASS(klass)->add_node = virtio_mmio_fdt_add_node;
}

static const TypeInfo virtio_mmio_types[] = {
    {
        .name = TYPE_VIRTIO_MMIO_BUS,
        .parent = TYPE_VIRTIO_BUS,
        .instance_size = sizeof(VirtioBusState),
        .class_init = virtio_mmio_bus_class_init,
    },
    {
        .name = TYPE_VIRTIO_MMIO,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(VirtIOMMIOProxy),
        .instance_init = virtio_mmio_init,
        .class_init = virtio_mmio_class_init,
        .interfaces = (InterfaceInfo[]) { { TYPE_FDT_NODE }, { } },
    },
};

DEFINE_TYPES(virtio_mmio_types)
