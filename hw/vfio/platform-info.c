/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What query-vfio, `info vfio` and property "vfio-info" tell of a vfio-platform device.
 */
#include "qemu/osdep.h"
#include "hw/irq.h"
#include "hw/vfio-info.h"
#include "qapi/error.h"
#include "qapi/qapi-visit-vfio.h"
#include "qapi/util.h"
#include "qemu/atomic.h"
#include "qemu/lockable.h"
#include "container-internal.h"
#include "kvm-internal.h"
#include "platform-internal.h"

static QLIST_HEAD(, VFIOPlatformDevice) devices = QLIST_HEAD_INITIALIZER(devices);

void vfio_platform_list_add(VFIOPlatformDevice *vdev)
{
    QLIST_INSERT_HEAD(&devices, vdev, next);
}

void vfio_platform_list_remove(VFIOPlatformDevice *vdev)
{
    QLIST_REMOVE(vdev, next);
}

void vfio_platform_foreach(void (*fn)(VFIOPlatformDevice *vdev, void *opaque), void *opaque)
{
    VFIOPlatformDevice *vdev, *after;

    QLIST_FOREACH_SAFE(vdev, &devices, next, after) {
        fn(vdev, opaque);
    }
}

static bool is_listed(const VFIOPlatformDevice *vdev)
{
    VFIOPlatformDevice *it;

    QLIST_FOREACH(it, &devices, next) {
        if (it == vdev) {
            return true;
        }
    }
    return false;
}

void vfio_platform_path_account(VFIOPlatformDevice *vdev)
{
    int64_t now = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
    /* Called after the switch: the time before it was spent on the other path. */
    int64_t *spent = vdev->is_fast ? &vdev->path.slow_ns : &vdev->path.fast_ns;

    *spent += now - vdev->path.since_ns;
    vdev->path.since_ns = now;
}

static VfioMappedAreaList *areas_info(const VFIORegion *region)
{
    VfioMappedAreaList *list = NULL;
    VfioMappedAreaList **tail = &list;

    for (uint32_t i = 0; i < region->nr_mmaps; i++) {
        VfioMappedArea *area;

        if (!region->mmaps[i].mmap) {
            continue;
        }
        area = g_new0(VfioMappedArea, 1);
        area->offset = region->mmaps[i].offset;
        area->size = region->mmaps[i].size;
        QAPI_LIST_APPEND(tail, area);
    }
    return list;
}

/* Guest address of @mr, wherever it is in the map of the system. */
static bool region_address(MemoryRegion *mr, uint64_t *address)
{
    if (!mr || !memory_region_is_mapped(mr)) {
        return false;
    }
    *address = 0;
    for (; mr->container; mr = mr->container) {
        *address += mr->addr;
    }
    return true;
}

static VfioRegionInfo *region_info(VFIOPlatformDevice *vdev, unsigned i)
{
    const VFIORegion *region = vdev->regions[i];
    VfioRegionInfo *info = g_new0(VfioRegionInfo, 1);

    info->index = i;
    info->size = region->size;
    info->flags = region->flags;
    info->has_address = region_address(region->mem, &info->address);
    info->areas = areas_info(region);
    info->fast = info->areas && vdev->is_fast;
    return info;
}

static VfioInjectMode intp_mode(const VFIOINTp *intp)
{
    return intp->mode == VFIO_INJECT_MODE_TRAP && !vfio_intp_is_level(intp)
        ? VFIO_INJECT_MODE_PULSE : intp->mode;
}

/* Asking the kernel's controller stops CPUs, so it is done only where the answer matters. */
static IRQTrigger intp_trigger(const VFIOINTp *intp)
{
    bool matters = vfio_intp_is_level(intp) && intp->mode == VFIO_INJECT_MODE_IRQFD;

    return matters || !vfio_kvm->irqfd() ? qemu_irq_get_trigger(intp->connected)
                                         : IRQ_TRIGGER_UNKNOWN;
}

static VfioIrqInfo *irq_info(VFIOINTp *intp)
{
    VfioIrqInfo *info = g_new0(VfioIrqInfo, 1);
    IRQTrigger trigger = intp_trigger(intp);

    info->index = intp->pin;
    info->has_spi = intp->gsi >= 0;
    info->spi = intp->gsi;
    info->level = vfio_intp_is_level(intp);
    info->has_guest_edge = trigger != IRQ_TRIGGER_UNKNOWN;
    info->guest_edge = trigger == IRQ_TRIGGER_EDGE;
    info->armed = intp->armed;
    if (intp->mode == VFIO_INJECT_MODE_IRQCHIP || intp->mode == VFIO_INJECT_MODE_TRAP) {
        info->no_irqfd = g_strdup(vfio_intp_why_not_irqfd(intp));
    }
    if (intp->mode == VFIO_INJECT_MODE_TRAP && vfio_intp_is_level(intp)) {
        info->no_irqchip = g_strdup(vfio_intp_why_not_irqchip(intp));
    }
    info->lost = vfio_irq_lost(intp);
    WITH_QEMU_LOCK_GUARD(&intp->vdev->intp_mutex) {
        info->mode = intp_mode(intp);
        info->state = (VfioIrqState)intp->state;
        info->triggered = intp->counts.triggered;
        info->coalesced = intp->counts.coalesced;
        info->injected = intp->counts.injected;
        info->deferred = intp->counts.deferred;
        info->discarded = intp->counts.discarded;
        info->eois = intp->counts.eois;
    }
    return info;
}

/* Ids of containers are their place in the list. */
static void attachment_info(const VFIODevice *v, VfioDeviceInfo *info)
{
    int n = 0;

    info->backend = g_strdup(v->socket ? "vfio-user" : v->iommufd ? "iommufd" : "group");
    info->has_group = v->group != NULL;
    info->group = v->group ? v->group->id : 0;
    for (VFIOContainer *c = vfio_container_first(); c; c = QLIST_NEXT(c, next), n++) {
        if (c == v->container) {
            info->has_container = true;
            info->container = n;
        }
    }
}

static void paths_info(VFIOPlatformDevice *vdev, VfioDeviceInfo *info)
{
    int64_t now = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) - vdev->path.since_ns;
    uint64_t injected = 0;
    VFIOINTp *intp;

    info->traps = qatomic_read(&vdev->vbasedev.traps);
    info->fast_ns = vdev->path.fast_ns + (vdev->is_fast ? now : 0);
    info->slow_ns = vdev->path.slow_ns + (vdev->is_fast ? 0 : now);
    info->switches = vdev->path.switches;
    QLIST_FOREACH(intp, &vdev->intp_list, next) {
        injected += intp->counts.injected;
    }
    info->traps_per_irq = injected ? (double)info->traps / injected : 0;
}

static VfioDeviceInfo *platform_query(Object *obj)
{
    VFIOPlatformDevice *vdev = VFIO_PLATFORM_DEVICE(obj);
    VfioDeviceInfo *info;
    VfioRegionInfoList **region_tail;
    VfioIrqInfoList **irq_tail;
    strList **compat_tail;
    const char *text = vdev->compat;
    VFIOINTp *intp;

    if (!is_listed(vdev)) {
        return NULL;
    }
    info = g_new0(VfioDeviceInfo, 1);
    info->id = g_strdup(DEVICE(vdev)->id);
    info->qom_path = object_get_canonical_path(obj);
    info->name = g_strdup(vdev->vbasedev.name);
    info->reset = vdev->vbasedev.reset_works;
    attachment_info(&vdev->vbasedev, info);
    paths_info(vdev, info);
    compat_tail = &info->compatible;
    for (unsigned i = 0; i < vdev->num_compat; i++, text += strlen(text) + 1) {
        QAPI_LIST_APPEND(compat_tail, g_strdup(text));
    }
    region_tail = &info->regions;
    for (unsigned i = 0; i < vdev->vbasedev.num_regions; i++) {
        QAPI_LIST_APPEND(region_tail, region_info(vdev, i));
    }
    irq_tail = &info->irqs;
    QLIST_FOREACH(intp, &vdev->intp_list, next) {
        QAPI_LIST_APPEND(irq_tail, irq_info(intp));
    }
    return info;
}

static void platform_get_info(Object *obj, Visitor *v, const char *name, void *opaque,
                              Error **errp)
{
    VfioDeviceInfo *info = platform_query(obj);

    if (!info) {
        error_setg(errp, "the device is not realized");
        return;
    }
    visit_type_VfioDeviceInfo(v, name, &info, errp);
    qapi_free_VfioDeviceInfo(info);
}

void vfio_platform_info_class_init(ObjectClass *klass)
{
    VFIO_INFO_CLASS(klass)->query = platform_query;
    object_class_property_add(klass, "vfio-info", "VfioDeviceInfo", platform_get_info, NULL, NULL,
                              NULL);
    object_class_property_set_description(klass, "vfio-info", "what query-vfio tells of it");
}
