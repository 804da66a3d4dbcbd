/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * platform-bus-device. A device's interrupt is connected straight to what the
 * bus' own line leads to, so that it finds its interrupt controller. Which
 * ranges and lines belong to whom is kept in lists of this bus.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/bitmap.h"
#include "qemu/cutils.h"
#include "qemu/host-utils.h"
#include "qemu/module.h"
#include "hw/irq.h"
#include "hw/platform-bus.h"
#include "hw/qdev-properties.h"
#include "sysemu/sysemu.h"
#include "trace.h"

/* A region that we placed; the list is sorted by offset. */
typedef struct PlatformBusRange {
    SysBusDevice *dev;
    int index;
    hwaddr offset;
    uint64_t size;
} PlatformBusRange;

/* A line that we gave out. */
typedef struct PlatformBusLine {
    SysBusDevice *dev;
    int index;
    uint32_t line;
} PlatformBusLine;

/* ---- questions ---- */

int platform_bus_get_irqn(PlatformBusDevice *pbus, SysBusDevice *sbdev, int n)
{
    for (guint i = 0; i < pbus->lines->len; i++) {
        PlatformBusLine *l = &g_array_index(pbus->lines, PlatformBusLine, i);

        if (l->dev == sbdev && l->index == n) {
            return l->line;
        }
    }
    return -1;
}

hwaddr platform_bus_get_mmio_addr(PlatformBusDevice *pbus, SysBusDevice *sbdev, int n)
{
    for (guint i = 0; i < pbus->ranges->len; i++) {
        PlatformBusRange *r = &g_array_index(pbus->ranges, PlatformBusRange, i);

        if (r->dev == sbdev && r->index == n) {
            return r->offset;
        }
    }
    return (hwaddr)-1;
}

bool platform_bus_has_device(PlatformBusDevice *pbus, SysBusDevice *sbdev)
{
    for (guint i = 0; i < pbus->ranges->len; i++) {
        if (g_array_index(pbus->ranges, PlatformBusRange, i).dev == sbdev) {
            return true;
        }
    }
    for (guint i = 0; i < pbus->lines->len; i++) {
        if (g_array_index(pbus->lines, PlatformBusLine, i).dev == sbdev) {
            return true;
        }
    }
    return false;
}

/* ---- memory ---- */

/*
 * First fit: the place in the list and the offset for @size bytes, naturally
 * aligned (to the next power of two). False if there is none.
 */
static bool platform_bus_range_find(PlatformBusDevice *pbus, uint64_t size, guint *place,
                                    hwaddr *offset)
{
    uint64_t align = pow2ceil(size);
    uint64_t start = 0;

    for (guint i = 0; i <= pbus->ranges->len; i++) {
        PlatformBusRange *next = i < pbus->ranges->len
            ? &g_array_index(pbus->ranges, PlatformBusRange, i) : NULL;
        uint64_t limit = next ? next->offset : pbus->mmio_size;

        if (start <= limit && size <= limit - start) {
            *place = i;
            *offset = start;
            return true;
        }
        if (next) {
            uint64_t end = next->offset + next->size;

            /* An alignment beyond the window's end cannot be met any more. */
            start = end > UINT64_MAX - (align - 1) ? UINT64_MAX : QEMU_ALIGN_UP(end, align);
        }
    }
    return false;
}

static void platform_bus_space_report(PlatformBusDevice *pbus, SysBusDevice *sbdev, int n,
                                      uint64_t size, Error **errp)
{
    uint64_t left = pbus->mmio_size;
    uint64_t largest = 0;
    uint64_t end = 0;

    for (guint i = 0; i <= pbus->ranges->len; i++) {
        PlatformBusRange *r = i < pbus->ranges->len
            ? &g_array_index(pbus->ranges, PlatformBusRange, i) : NULL;

        largest = MAX(largest, (r ? r->offset : pbus->mmio_size) - end);
        if (r) {
            left -= r->size;
            end = r->offset + r->size;
        }
    }
    error_setg(errp, "platform bus: no room for region %d of device '%s': it needs 0x%" PRIx64
               " bytes, naturally aligned; 0x%" PRIx64 " of 0x%" PRIx64 " bytes are left, the "
               "largest gap is 0x%" PRIx64,
               n, qdev_get_printable_name(DEVICE(sbdev)), size, left, pbus->mmio_size, largest);
}

static bool platform_bus_mmio_place(PlatformBusDevice *pbus, SysBusDevice *sbdev, int n,
                                    Error **errp)
{
    MemoryRegion *mr = sysbus_mmio_get_region(sbdev, n);
    uint64_t size = memory_region_size(mr);
    PlatformBusRange range = { .dev = sbdev, .index = n, .size = size };
    guint place;

    /* Placed by the user or a board, or an empty slot. */
    if (memory_region_is_mapped(mr) || size == 0) {
        return true;
    }
    if (!platform_bus_range_find(pbus, size, &place, &range.offset)) {
        platform_bus_space_report(pbus, sbdev, n, size, errp);
        return false;
    }
    g_array_insert_val(pbus->ranges, place, range);
    memory_region_add_subregion(&pbus->mmio, range.offset, mr);
    trace_platform_bus_mmio(qdev_get_printable_name(DEVICE(sbdev)), n, range.offset, size);
    return true;
}

/* ---- interrupts ---- */

static void platform_bus_line_give(PlatformBusDevice *pbus, SysBusDevice *sbdev, int n,
                                   uint32_t number)
{
    PlatformBusLine line = { .dev = sbdev, .index = n, .line = number };

    set_bit(number, pbus->used_irqs);
    g_array_append_val(pbus->lines, line);
    trace_platform_bus_irq(qdev_get_printable_name(DEVICE(sbdev)), n, number);
    sysbus_connect_irq(sbdev, n, pbus->irqs[number]);
}

static bool platform_bus_irq_place(PlatformBusDevice *pbus, SysBusDevice *sbdev, int n,
                                   Error **errp)
{
    uint32_t free_line;

    if (sysbus_is_irq_connected(sbdev, n)) {
        return true;
    }
    free_line = find_first_zero_bit(pbus->used_irqs, pbus->num_irqs);
    if (free_line >= pbus->num_irqs) {
        error_setg(errp, "platform bus: no line for interrupt %d of device '%s': all %u lines are "
                   "in use", n, qdev_get_printable_name(DEVICE(sbdev)), pbus->num_irqs);
        return false;
    }
    platform_bus_line_give(pbus, sbdev, n, free_line);
    return true;
}

/* ---- wishes ---- */

/* Who has what overlaps @size bytes at @offset; *@place: where they would go in the list. */
static const PlatformBusRange *platform_bus_range_at(PlatformBusDevice *pbus, hwaddr offset,
                                                     uint64_t size, guint *place)
{
    for (*place = 0; *place < pbus->ranges->len; (*place)++) {
        const PlatformBusRange *r = &g_array_index(pbus->ranges, PlatformBusRange, *place);

        if (r->offset >= offset + size) {
            break;
        }
        if (r->offset + r->size > offset) {
            return r;
        }
    }
    return NULL;
}

static bool platform_bus_mmio_wish(PlatformBusDevice *pbus, SysBusDevice *sbdev, int n,
                                   uint64_t addr, Error **errp)
{
    MemoryRegion *mr = sysbus_mmio_get_region(sbdev, n);
    const char *name = qdev_get_printable_name(DEVICE(sbdev));
    uint64_t base = SYS_BUS_DEVICE(pbus)->mmio[0].addr;
    uint64_t size = memory_region_size(mr);
    uint64_t align = MIN(pow2ceil(size), 4096);
    PlatformBusRange range = { .dev = sbdev, .index = n, .size = size, .offset = addr - base };
    const PlatformBusRange *other;
    guint place;

    if (memory_region_is_mapped(mr) || size == 0) {
        return true;
    }
    if (addr < base || addr - base > pbus->mmio_size || size > pbus->mmio_size - (addr - base)) {
        error_setg(errp, "platform bus: region %d of device '%s', 0x%" PRIx64 " bytes, cannot be "
                   "at 0x%" PRIx64 ": the bus is 0x%" PRIx64 "..0x%" PRIx64, n, name, size, addr,
                   base, base + pbus->mmio_size - 1);
        return false;
    }
    if (addr & (align - 1)) {
        error_setg(errp, "platform bus: region %d of device '%s' cannot be at 0x%" PRIx64 ": not "
                   "a multiple of 0x%" PRIx64, n, name, addr, align);
        return false;
    }
    other = platform_bus_range_at(pbus, range.offset, size, &place);
    if (other) {
        error_setg(errp, "platform bus: region %d of device '%s' at 0x%" PRIx64 " overlaps region "
                   "%d of device '%s' at 0x%" PRIx64, n, name, addr, other->index,
                   qdev_get_printable_name(DEVICE(other->dev)), base + other->offset);
        return false;
    }
    g_array_insert_val(pbus->ranges, place, range);
    memory_region_add_subregion(&pbus->mmio, range.offset, mr);
    trace_platform_bus_mmio(name, n, range.offset, size);
    return true;
}

static const char *platform_bus_line_owner(PlatformBusDevice *pbus, uint32_t line)
{
    for (guint i = 0; i < pbus->lines->len; i++) {
        PlatformBusLine *l = &g_array_index(pbus->lines, PlatformBusLine, i);

        if (l->line == line) {
            return qdev_get_printable_name(DEVICE(l->dev));
        }
    }
    return "?";
}

static bool platform_bus_irq_wish(PlatformBusDevice *pbus, SysBusDevice *sbdev, int n,
                                  uint64_t number, Error **errp)
{
    const char *name = qdev_get_printable_name(DEVICE(sbdev));
    uint32_t line = 0;

    if (sysbus_is_irq_connected(sbdev, n)) {
        return true;
    }
    while (line < pbus->num_irqs &&
           (number > INT_MAX || qemu_irq_get_gsi(pbus->irqs[line]) != (int)number)) {
        line++;
    }
    if (line == pbus->num_irqs) {
        error_setg(errp, "platform bus: interrupt %d of device '%s' cannot be number %" PRIu64
                   ": the bus has %d..%d", n, name, number,
                   pbus->num_irqs ? qemu_irq_get_gsi(pbus->irqs[0]) : -1,
                   pbus->num_irqs ? qemu_irq_get_gsi(pbus->irqs[pbus->num_irqs - 1]) : -1);
        return false;
    }
    if (test_bit(line, pbus->used_irqs)) {
        error_setg(errp, "platform bus: interrupt %d of device '%s' cannot be number %" PRIu64
                   ": device '%s' has it", n, name, number, platform_bus_line_owner(pbus, line));
        return false;
    }
    platform_bus_line_give(pbus, sbdev, n, line);
    return true;
}

/* Place what the device has wishes about. */
static bool platform_bus_wishes_meet(PlatformBusDevice *pbus, SysBusDevice *sbdev, Error **errp)
{
    PlatformBusWishClass *wish;
    uint64_t value;
    bool ok = true;

    if (!object_dynamic_cast(OBJECT(sbdev), TYPE_PLATFORM_BUS_WISH)) {
        return true;
    }
    wish = PLATFORM_BUS_WISH_GET_CLASS(sbdev);
    for (int i = 0; ok && i < sbdev->num_mmio; i++) {
        ok = !wish->mmio(OBJECT(sbdev), i, &value) ||
             platform_bus_mmio_wish(pbus, sbdev, i, value, errp);
    }
    for (int i = 0; ok && sysbus_has_irq(sbdev, i); i++) {
        ok = !wish->irq(OBJECT(sbdev), i, &value) ||
             platform_bus_irq_wish(pbus, sbdev, i, value, errp);
    }
    return ok;
}

/* ---- linking ---- */

void platform_bus_unlink_device(PlatformBusDevice *pbus, SysBusDevice *sbdev)
{
    memory_region_transaction_begin();
    for (guint i = pbus->ranges->len; i-- > 0;) {
        PlatformBusRange *r = &g_array_index(pbus->ranges, PlatformBusRange, i);

        if (r->dev == sbdev) {
            memory_region_del_subregion(&pbus->mmio, sysbus_mmio_get_region(sbdev, r->index));
            g_array_remove_index(pbus->ranges, i);
        }
    }
    memory_region_transaction_commit();
    for (guint i = pbus->lines->len; i-- > 0;) {
        PlatformBusLine *l = &g_array_index(pbus->lines, PlatformBusLine, i);

        if (l->dev == sbdev) {
            sysbus_connect_irq(sbdev, l->index, NULL);
            /* A device that went away asks for nothing any more. */
            qemu_irq_lower(pbus->irqs[l->line]);
            clear_bit(l->line, pbus->used_irqs);
            g_array_remove_index(pbus->lines, i);
        }
    }
}

bool platform_bus_try_link_device(PlatformBusDevice *pbus, SysBusDevice *sbdev, Error **errp)
{
    bool ok;

    memory_region_transaction_begin();
    ok = platform_bus_wishes_meet(pbus, sbdev, errp);
    for (int i = 0; ok && i < sbdev->num_mmio; i++) {
        ok = platform_bus_mmio_place(pbus, sbdev, i, errp);
    }
    for (int i = 0; ok && sysbus_has_irq(sbdev, i); i++) {
        ok = platform_bus_irq_place(pbus, sbdev, i, errp);
    }
    if (!ok) {
        platform_bus_unlink_device(pbus, sbdev);
    }
    memory_region_transaction_commit();
    return ok;
}

void platform_bus_link_device(PlatformBusDevice *pbus, SysBusDevice *sbdev)
{
    platform_bus_try_link_device(pbus, sbdev, &error_fatal);
}

static void platform_bus_dynamic_link(SysBusDevice *sbdev, void *opaque)
{
    platform_bus_link_device(opaque, sbdev);
}

static void platform_bus_dynamic_wish(SysBusDevice *sbdev, void *opaque)
{
    platform_bus_wishes_meet(opaque, sbdev, &error_fatal);
}

static void platform_bus_machine_done(Notifier *notifier, void *data)
{
    PlatformBusDevice *pbus = container_of(notifier, PlatformBusDevice, machine_done);

    /* First those that want a certain place, so that no other takes it. */
    foreach_dynamic_sysbus_device(platform_bus_dynamic_wish, pbus);
    foreach_dynamic_sysbus_device(platform_bus_dynamic_link, pbus);
}

static void platform_bus_device_gone(DeviceListener *listener, DeviceState *dev)
{
    PlatformBusDevice *pbus = container_of(listener, PlatformBusDevice, listener);

    if (object_dynamic_cast(OBJECT(dev), TYPE_SYS_BUS_DEVICE)) {
        platform_bus_unlink_device(pbus, SYS_BUS_DEVICE(dev));
    }
}

/* ---- the device ---- */

static void platform_bus_realize(DeviceState *dev, Error **errp)
{
    PlatformBusDevice *pbus = PLATFORM_BUS_DEVICE(dev);
    SysBusDevice *sbdev = SYS_BUS_DEVICE(dev);

    if (pbus->mmio_size == 0) {
        error_setg(errp, "platform bus: property 'mmio_size' is missing or 0");
        return;
    }
    memory_region_init(&pbus->mmio, OBJECT(dev), "platform bus", pbus->mmio_size);
    sysbus_init_mmio(sbdev, &pbus->mmio);
    pbus->used_irqs = bitmap_new(pbus->num_irqs);
    pbus->irqs = g_new0(qemu_irq, pbus->num_irqs);
    for (uint32_t i = 0; i < pbus->num_irqs; i++) {
        sysbus_init_irq(sbdev, &pbus->irqs[i]);
    }
    device_listener_register(&pbus->listener);
    qemu_add_machine_init_done_notifier(&pbus->machine_done);
}

static void platform_bus_unrealize(DeviceState *dev)
{
    PlatformBusDevice *pbus = PLATFORM_BUS_DEVICE(dev);

    qemu_remove_machine_init_done_notifier(&pbus->machine_done);
    device_listener_unregister(&pbus->listener);
    while (pbus->ranges->len) {
        platform_bus_unlink_device(pbus, g_array_index(pbus->ranges, PlatformBusRange, 0).dev);
    }
    while (pbus->lines->len) {
        platform_bus_unlink_device(pbus, g_array_index(pbus->lines, PlatformBusLine, 0).dev);
    }
}

static void platform_bus_init(Object *obj)
{
    PlatformBusDevice *pbus = PLATFORM_BUS_DEVICE(obj);

    pbus->ranges = g_array_new(FALSE, FALSE, sizeof(PlatformBusRange));
    pbus->lines = g_array_new(FALSE, FALSE, sizeof(PlatformBusLine));
    pbus->listener.unrealize = platform_bus_device_gone;
    pbus->machine_done.notify = platform_bus_machine_done;
}

static void platform_bus_finalize(Object *obj)
{
    PlatformBusDevice *pbus = PLATFORM_BUS_DEVICE(obj);

    g_array_unref(pbus->ranges);
    g_array_unref(pbus->lines);
    g_free(pbus->used_irqs);
    g_free(pbus->irqs);
}

static Property platform_bus_properties[] = {
    DEFINE_PROP_UINT32("num_irqs", PlatformBusDevice, num_irqs, 0),
    DEFINE_PROP_UINT64("mmio_size", PlatformBusDevice, mmio_size, 0),
    DEFINE_PROP_END_OF_LIST(),
};

static void platform_bus_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->desc = "window for dynamic sysbus devices";
    dc->realize = platform_bus_realize;
    dc->unrealize = platform_bus_unrealize;
    dc->hotpluggable = false;
    device_class_set_props(dc, platform_bus_properties);
    set_bit(DEVICE_CATEGORY_BRIDGE, dc->categories);
}

static const TypeInfo platform_bus_types[] = {
    {
        .name = TYPE_PLATFORM_BUS_DEVICE,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(PlatformBusDevice),
        .instance_init = platform_bus_init,
        .instance_finalize = platform_bus_finalize,
        .class_init = platform_bus_class_init,
    },
    {
        .name = TYPE_PLATFORM_BUS_WISH,
        .parent = TYPE_INTERFACE,
        .class_size = sizeof(PlatformBusWishClass),
    },
};

DEFINE_TYPES(platform_bus_types)
