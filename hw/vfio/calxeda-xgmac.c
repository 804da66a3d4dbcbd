/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vfio-calxeda-xgmac: a vfio-platform whose node is written for the Calxeda xgmac's binding.
 */
#include "qemu/osdep.h"
#include "hw/vfio/vfio-calxeda-xgmac.h"
#include "qemu/module.h"

static void calxeda_xgmac_realize(DeviceState *dev, Error **errp)
{
    VFIOPlatformDevice *vdev = VFIO_PLATFORM_DEVICE(dev);

    g_free(vdev->compat);
    vdev->compat = g_strdup("calxeda,hb-xgmac");
    vdev->num_compat = 1;
    VFIO_CALXEDA_XGMAC_DEVICE_GET_CLASS(dev)->parent_realize(dev, errp);
}

static void calxeda_xgmac_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    device_class_set_parent_realize(dc, calxeda_xgmac_realize,
                                    &VFIO_CALXEDA_XGMAC_DEVICE_CLASS(klass)->parent_realize);
    dc->desc = "VFIO Calxeda xgmac assignment";
}

static const TypeInfo calxeda_xgmac_types[] = {
    {
        .name = TYPE_VFIO_CALXEDA_XGMAC,
        .parent = TYPE_VFIO_PLATFORM,
        .instance_size = sizeof(VFIOCalxedaXgmacDevice),
        .class_size = sizeof(VFIOCalxedaXgmacDeviceClass),
        .class_init = calxeda_xgmac_class_init,
    },
};

DEFINE_TYPES(calxeda_xgmac_types)
