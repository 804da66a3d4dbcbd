/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vfio-platform: the type, and how a device comes and goes. What can fail is done first, so that
 * the sysbus is only told of a device that is complete.
 */
#include "qemu/osdep.h"
#include "hw/qdev-properties.h"
#include "hw/fdt-node.h"
#include "hw/platform-bus.h"
#include "hw/vfio-info.h"
#include "migration/vmstate.h"
#include "exec/address-spaces.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "container-internal.h"
#include "platform-internal.h"
#include "trace.h"

/* More than any device has; "pin" holds 8 bits. */
enum { IRQS_MAX = 255 };

/* ---- accesses ------------------------------------------------------------------------------ */

static void platform_access_begin(VFIODevice *vbasedev, VFIOAccess *access)
{
    access->cookie = vfio_irq_access_begin(container_of(vbasedev, VFIOPlatformDevice, vbasedev));
}

static void platform_access_end(VFIODevice *vbasedev, const VFIOAccess *access)
{
    vfio_irq_access_end(container_of(vbasedev, VFIOPlatformDevice, vbasedev), access);
}

/* For those who made the guest's access themselves: it was none that a hint could match. */
static void platform_eoi(VFIODevice *vbasedev)
{
    VFIORegion none = { .vbasedev = vbasedev, .nr = UINT8_MAX };
    VFIOAccess access = { .region = &none, .size = 4 };

    platform_access_begin(vbasedev, &access);
    platform_access_end(vbasedev, &access);
}

static void platform_compute_needs_reset(VFIODevice *vbasedev)
{
    vbasedev->needs_reset = false;
}

/* No reset involves several platform devices. */
static int platform_hot_reset_multi(VFIODevice *vbasedev)
{
    return -1;
}

static VFIODeviceOps platform_ops = {
    .vfio_compute_needs_reset = platform_compute_needs_reset,
    .vfio_hot_reset_multi = platform_hot_reset_multi,
    .vfio_eoi = platform_eoi,
    .vfio_access_begin = platform_access_begin,
    .vfio_access_end = platform_access_end,
};

/* ---- regions -------------------------------------------------------------------------------- */

static void region_map(VFIOPlatformDevice *vdev, unsigned i)
{
    VFIORegion *region = vdev->regions[i];
    int ret = vfio_region_mmap(region);

    if (vdev->vbasedev.no_mmap || !region->mem) {
        return;
    }
    if (ret < 0 || (!region->nr_mmaps && !vdev->vbasedev.socket)) {
        warn_report(VFIO_MSG_PREFIX "region %u: mmap unsupported, performance may be slow",
                    vdev->vbasedev.name, i);
    }
    for (uint32_t m = 0; m < region->nr_mmaps; m++) {
        vdev->has_mmaps |= region->mmaps[m].mmap != NULL;
    }
}

static bool region_populate(VFIOPlatformDevice *vdev, unsigned i, Error **errp)
{
    VFIODevice *v = &vdev->vbasedev;
    VFIORegion *region = vdev->regions[i];
    g_autofree char *name = g_strdup_printf("VFIO %s region %u", v->name, i);
    int ret;

    if (!vfio_index_list_has(vdev->region_list, i)) {
        return true;
    }
    ret = vfio_region_setup(OBJECT(vdev), v, region, i, name);
    if (ret < 0) {
        error_setg_errno(errp, -ret, "failed to get info of region %u", i);
        return false;
    }
    trace_vfio_platform_populate_regions(i, region->flags, region->size, v->fd,
                                         region->fd_offset);
    region_map(vdev, i);
    return true;
}

static void regions_exit(VFIOPlatformDevice *vdev)
{
    memory_region_transaction_begin();
    for (unsigned i = 0; vdev->regions && i < vdev->vbasedev.num_regions; i++) {
        vfio_region_exit(vdev->regions[i]);
    }
    memory_region_transaction_commit();
}

static void regions_free(VFIOPlatformDevice *vdev)
{
    for (unsigned i = 0; vdev->regions && i < vdev->vbasedev.num_regions; i++) {
        vfio_region_finalize(vdev->regions[i]);
        g_free(vdev->regions[i]);
    }
    g_clear_pointer(&vdev->regions, g_free);
}

static bool regions_populate(VFIOPlatformDevice *vdev, Error **errp)
{
    unsigned n = vdev->vbasedev.num_regions;

    if (n > QDEV_MAX_MMIO) {
        error_setg(errp, "the device has %u regions, more than the %d that are possible", n,
                   QDEV_MAX_MMIO);
        vdev->vbasedev.num_regions = 0;
        return false;
    }
    if (!vfio_index_list_check(vdev->region_list, "regions", n, errp)) {
        return false;
    }
    vdev->has_mmaps = false;
    vdev->regions = g_new0(VFIORegion *, n);
    for (unsigned i = 0; i < n; i++) {
        vdev->regions[i] = g_new0(VFIORegion, 1);
        vdev->regions[i]->nr = i;
        vdev->regions[i]->fd = -1;
    }
    for (unsigned i = 0; i < n; i++) {
        if (!region_populate(vdev, i, errp)) {
            return false;
        }
    }
    return true;
}

/* ---- interrupts ------------------------------------------------------------------------------ */

static EventNotifier *eventfd_new(Error **errp)
{
    EventNotifier *e = g_new0(EventNotifier, 1);
    int ret = event_notifier_init(e, 0);

    if (ret < 0) {
        error_setg_errno(errp, -ret, "cannot make an eventfd");
        g_clear_pointer(&e, g_free);
    }
    return e;
}

static void eventfd_free(EventNotifier **e)
{
    if (*e) {
        event_notifier_cleanup(*e);
        g_clear_pointer(e, g_free);
    }
}

static bool hint_populate(VFIOINTp *intp, Error **errp)
{
    VFIOPlatformDevice *vdev = intp->vdev;
    g_autofree char *suffix = g_strdup_printf("%u", intp->pin);
    const char *text = vfio_platform_indexed(vdev, "eoi", suffix);

    if (!text) {
        return true;
    }
    if (!vfio_eoi_hint_parse(text, &intp->hint, errp)) {
        return false;
    }
    if (intp->hint.region >= vdev->vbasedev.num_regions ||
        intp->hint.offset >= vdev->regions[intp->hint.region]->size) {
        error_setg(errp, "eoi.%u=%s: the guest sees no such register", intp->pin, text);
        return false;
    }
    if (!vfio_intp_is_level(intp)) {
        error_setg(errp, "eoi.%u=%s: an edge interrupt has no end, leave it out", intp->pin, text);
        return false;
    }
    return true;
}

/* @last: the one to come after, or NULL. */
static VFIOINTp *intp_new(VFIOPlatformDevice *vdev, const struct vfio_irq_info *info,
                          VFIOINTp *last)
{
    VFIOINTp *intp = g_new0(VFIOINTp, 1);

    intp->vdev = vdev;
    intp->pin = info->index;
    intp->flags = info->flags;
    intp->gsi = -1;
    if (last) {
        intp->sysbus_n = last->sysbus_n + 1;
        QLIST_INSERT_AFTER(last, intp, next);
    } else {
        QLIST_INSERT_HEAD(&vdev->intp_list, intp, next);
    }
    return intp;
}

static bool irqs_populate(VFIOPlatformDevice *vdev, Error **errp)
{
    VFIODevice *v = &vdev->vbasedev;
    VFIOINTp *last = NULL;

    if (v->num_irqs > IRQS_MAX) {
        error_setg(errp, "the device has %u interrupts, more than the %d that are possible",
                   v->num_irqs, IRQS_MAX);
        return false;
    }
    if (!vfio_index_list_check(vdev->irq_list, "irqs", v->num_irqs, errp) ||
        !vfio_platform_indexed_check(vdev, errp)) {
        return false;
    }
    for (unsigned i = 0; i < v->num_irqs; i++) {
        struct vfio_irq_info info = { .argsz = sizeof(info), .index = i };
        int ret;

        if (!vfio_index_list_has(vdev->irq_list, i)) {
            continue;
        }
        ret = v->io->get_irq_info(v, &info);
        if (ret < 0) {
            error_setg_errno(errp, -ret, "failed to get info of interrupt %u", i);
            return false;
        }
        info.index = i;
        trace_vfio_platform_populate_interrupts(i, info.count, info.flags);
        last = intp_new(vdev, &info, last);
        last->interrupt = eventfd_new(errp);
        if (!last->interrupt) {
            return false;
        }
        if (vfio_intp_is_level(last) && !(last->unmask = eventfd_new(errp))) {
            return false;
        }
        if (!hint_populate(last, errp)) {
            return false;
        }
    }
    return true;
}

static void irqs_close(VFIOPlatformDevice *vdev)
{
    VFIOINTp *intp;

    QLIST_FOREACH(intp, &vdev->intp_list, next) {
        eventfd_free(&intp->interrupt);
        eventfd_free(&intp->unmask);
    }
}

static void irqs_free(VFIOPlatformDevice *vdev)
{
    VFIOINTp *intp, *after;

    QLIST_FOREACH_SAFE(intp, &vdev->intp_list, next, after) {
        QLIST_REMOVE(intp, next);
        g_free(intp);
    }
}

static void platform_connect_irq(SysBusDevice *sbdev, qemu_irq irq)
{
    VFIOPlatformDevice *vdev = VFIO_PLATFORM_DEVICE(sbdev);
    VFIOINTp *intp;

    QLIST_FOREACH(intp, &vdev->intp_list, next) {
        if (intp->qemuirq == intp->connected) {
            continue;
        }
        vfio_intp_connect(intp);
        /* A device that comes later is connected after its first reset. */
        if (vdev->has_left_reset) {
            vfio_intp_arm(intp);
        }
    }
}

int vfio_platform_sysbus_irq(VFIOPlatformDevice *vdev, unsigned pin)
{
    VFIOINTp *intp;

    QLIST_FOREACH(intp, &vdev->intp_list, next) {
        if (intp->pin == pin) {
            return intp->sysbus_n;
        }
    }
    return -1;
}

/* ---- come and go ----------------------------------------------------------------------------- */

static void mmap_timer_cb(void *opaque)
{
    vfio_irq_timer(opaque);
}

static void idle_cb(void *opaque)
{
    vfio_irq_idle(opaque);
}

/* Cannot fail. */
static void sysbus_announce(VFIOPlatformDevice *vdev)
{
    SysBusDevice *sbdev = SYS_BUS_DEVICE(vdev);
    VFIOINTp *intp;

    QLIST_FOREACH(intp, &vdev->intp_list, next) {
        sysbus_init_irq(sbdev, &intp->qemuirq);
    }
    vdev->empty_slots = g_new0(MemoryRegion, vdev->vbasedev.num_regions + 1);
    for (unsigned i = 0; i < vdev->vbasedev.num_regions; i++) {
        if (!vdev->regions[i]->mem) {
            memory_region_init(&vdev->empty_slots[i], OBJECT(vdev), "empty region", 0);
        }
        sysbus_init_mmio(sbdev, vdev->regions[i]->mem ?: &vdev->empty_slots[i]);
    }
}

static bool is_platform_device(const VFIODevice *v, Error **errp)
{
    if (!(v->flags & (VFIO_DEVICE_FLAGS_PLATFORM | VFIO_DEVICE_FLAGS_AMBA))) {
        error_setg(errp, "this isn't a platform device (device flags 0x%x)", v->flags);
        return false;
    }
    return true;
}

static bool device_populate(VFIOPlatformDevice *vdev, Error **errp)
{
    VFIODevice *v = &vdev->vbasedev;

    trace_vfio_platform_base_device_init(v->name, v->group ? v->group->id : -1);
    return is_platform_device(v, errp) && regions_populate(vdev, errp) &&
           irqs_populate(vdev, errp);
}

static bool device_open(VFIOPlatformDevice *vdev, Error **errp)
{
    VFIODevice *v = &vdev->vbasedev;

    if (!vfio_platform_resolve(vdev, errp)) {
        return false;
    }
    if (vfio_attach_device(v->name, v, &address_space_memory, errp) < 0) {
        return false;
    }
    /* Detaching closes it from now on. */
    vdev->given_fd = -1;
    if (device_populate(vdev, errp)) {
        return true;
    }
    irqs_close(vdev);
    irqs_free(vdev);
    regions_exit(vdev);
    regions_free(vdev);
    vfio_detach_device(v);
    return false;
}

static void platform_realize(DeviceState *dev, Error **errp)
{
    VFIOPlatformDevice *vdev = VFIO_PLATFORM_DEVICE(dev);
    VFIODevice *v = &vdev->vbasedev;
    g_autofree char *name = g_strdup(v->name);
    g_autofree char *sysfsdev = g_strdup(v->sysfsdev);

    if (vdev->empty_slots) {
        error_setg(errp, "a vfio device cannot be realized again: make a new one");
        return;
    }
    if (!vfio_platform_props_check(vdev, errp)) {
        if (v->name) {
            error_prepend(errp, VFIO_MSG_PREFIX, v->name);
        }
        return;
    }
    v->dev = dev;
    v->type = VFIO_DEVICE_TYPE_PLATFORM;
    v->ops = &platform_ops;
    v->fd = -1;
    if (!device_open(vdev, errp)) {
        error_prepend(errp, VFIO_MSG_PREFIX, v->name ?: name ?: "device");
        g_free(v->name);
        g_free(v->sysfsdev);
        v->name = g_steal_pointer(&name);
        v->sysfsdev = g_steal_pointer(&sysfsdev);
        v->fd = -1;
        return;
    }
    vfio_platform_compat_read(vdev);
    vfio_platform_dt_compat_read(vdev);
    trace_vfio_platform_realize(v->name, vdev->compat ?: "(none)");
    vdev->has_left_reset = false;
    vdev->mmap_timer = timer_new_ms(QEMU_CLOCK_VIRTUAL, mmap_timer_cb, vdev);
    vdev->idle_bh = qemu_bh_new(idle_cb, vdev);
    vdev->path = (VFIOPathStats) { .since_ns = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) };
    vfio_irq_machine_init(vdev, &vfio_platform_actions);
    sysbus_announce(vdev);
    vfio_platform_list_add(vdev);
}

/* The guest sees no region and hears no interrupt any more. */
static void device_silence(VFIOPlatformDevice *vdev)
{
    SysBusDevice *sbdev = SYS_BUS_DEVICE(vdev);
    VFIOINTp *intp;

    QLIST_FOREACH(intp, &vdev->intp_list, next) {
        vfio_intp_disarm(intp);
        vfio_intp_line_set(intp, NULL);
        intp->mode = VFIO_INJECT_MODE_OFF;
    }
    timer_free(vdev->mmap_timer);
    vdev->mmap_timer = NULL;
    g_clear_pointer(&vdev->idle_bh, qemu_bh_delete);
    memory_region_transaction_begin();
    for (unsigned i = 0; i < vdev->vbasedev.num_regions; i++) {
        sysbus_mmio_unmap(sbdev, i);
    }
    regions_exit(vdev);
    memory_region_transaction_commit();
}

static void platform_unrealize(DeviceState *dev)
{
    VFIOPlatformDevice *vdev = VFIO_PLATFORM_DEVICE(dev);

    vfio_platform_list_remove(vdev);
    device_silence(vdev);
    /* An access, or the word of an interrupt's end, may be under way; the BQL is dropped. */
    vfio_device_quiesce(&vdev->vbasedev);
    SYS_BUS_DEVICE(dev)->num_mmio = 0;
    regions_free(vdev);
    vfio_detach_device(&vdev->vbasedev);
    irqs_close(vdev);
}

static void platform_init(Object *obj)
{
    VFIOPlatformDevice *vdev = VFIO_PLATFORM_DEVICE(obj);

    QLIST_INIT(&vdev->intp_list);
    QSIMPLEQ_INIT(&vdev->pending_intp_queue);
    qemu_mutex_init(&vdev->intp_mutex);
    vdev->vbasedev.fd = -1;
    vfio_platform_props_init(obj);
}

static void platform_finalize(Object *obj)
{
    VFIOPlatformDevice *vdev = VFIO_PLATFORM_DEVICE(obj);

    /* Kept until here: the device's interrupt properties lead to them. */
    irqs_free(vdev);
    g_free(vdev->empty_slots);
    g_free(vdev->compat);
    qemu_mutex_destroy(&vdev->intp_mutex);
    vfio_platform_props_finalize(obj);
}

static const VMStateDescription vmstate_vfio_platform = {
    .name = "vfio-platform",
    .unmigratable = 1,
};

static void platform_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->realize = platform_realize;
    dc->unrealize = platform_unrealize;
    dc->vmsd = &vmstate_vfio_platform;
    dc->desc = "VFIO-based platform device assignment";
    dc->user_creatable = true;
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
    SYS_BUS_DEVICE_CLASS(klass)->connect_irq_notifier = platform_connect_irq;
    vfio_platform_props_class_init(klass);
    vfio_platform_reset_class_init(klass);
    vfio_platform_info_class_init(klass);
    vfio_platform_dt_class_init(klass);
}

static const TypeInfo platform_types[] = {
    {
        .name = TYPE_VFIO_PLATFORM,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(VFIOPlatformDevice),
        .instance_init = platform_init,
        .instance_finalize = platform_finalize,
        .class_init = platform_class_init,
        .class_size = sizeof(VFIOPlatformDeviceClass),
        .interfaces = (InterfaceInfo[]) {
            { TYPE_FDT_NODE },
            { TYPE_VFIO_INFO },
            { TYPE_PLATFORM_BUS_WISH },
            { }
        },
    },
};

DEFINE_TYPES(platform_types)
