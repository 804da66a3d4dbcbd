/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * unimplemented-device: stands where a board has a device that nobody models.
 * Reads as zero, ignores writes, logs both under `-d unimp`.
 */
#ifndef HW_MISC_UNIMP_H
#define HW_MISC_UNIMP_H

#include "hw/qdev-properties.h"
#include "hw/sysbus.h"
#include "qapi/error.h"

#define TYPE_UNIMPLEMENTED_DEVICE "unimplemented-device"
OBJECT_DECLARE_SIMPLE_TYPE(UnimplementedDeviceState, UNIMPLEMENTED_DEVICE)

struct UnimplementedDeviceState {
    SysBusDevice parent_obj;
    MemoryRegion iomem;
    unsigned offset_fmt_width; /* hex digits that the log gives to an offset */
    char *name;
    uint64_t size;
};

/*
 * Create, realize and map one at @base, below every real device (priority
 * -1000). @name shows in the log. Board code only.
 */
static inline void create_unimplemented_device(const char *name, hwaddr base, hwaddr size)
{
    DeviceState *dev = qdev_new(TYPE_UNIMPLEMENTED_DEVICE);

    qdev_prop_set_string(dev, "name", name);
    qdev_prop_set_uint64(dev, "size", size);
    sysbus_realize_and_unref(SYS_BUS_DEVICE(dev), &error_fatal);
    sysbus_mmio_map_overlap(SYS_BUS_DEVICE(dev), 0, base, -1000);
}

#endif
