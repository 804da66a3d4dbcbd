/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vfio-amd-xgbe: a vfio-platform whose node is written for the AMD xgbe's binding.
 */
#include "qemu/osdep.h"
#include "hw/vfio/vfio-amd-xgbe.h"
#include "qemu/module.h"

static void amd_xgbe_realize(DeviceState *dev, Error **errp)
{
    VFIOPlatformDevice *vdev = VFIO_PLATFORM_DEVICE(dev);

    g_free(vdev->compat);
    vdev->compat = g_strdup("amd,xgbe-seattle-v1a");
    vdev->num_compat = 1;
    VFIO_AMD_XGBE_DEVICE_GET_CLASS(dev)->parent_realize(dev, errp);
}

static void amd_xgbe_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    device_class_set_parent_realize(dc, amd_xgbe_realize,
                                    &VFIO_AMD_XGBE_DEVICE_CLASS(klass)->parent_realize);
    dc->desc = "VFIO AMD xgbe assignment";
}

static const TypeInfo amd_xgbe_types[] = {
    {
        .name = TYPE_VFIO_AMD_XGBE,
        .parent = TYPE_VFIO_PLATFORM,
        .instance_size = sizeof(VFIOAmdXgbeDevice),
        .class_size = sizeof(VFIOAmdXgbeDeviceClass),
        .class_init = amd_xgbe_class_init,
    },
};

DEFINE_TYPES(amd_xgbe_types)
