/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The Calxeda Highbank 10 Gbit/s network controller of the host.
 */
#ifndef HW_VFIO_VFIO_CALXEDA_XGMAC_H
#define HW_VFIO_VFIO_CALXEDA_XGMAC_H

#include "hw/vfio/vfio-platform.h"

#define TYPE_VFIO_CALXEDA_XGMAC "vfio-calxeda-xgmac"

typedef struct VFIOCalxedaXgmacDevice {
    VFIOPlatformDevice vdev;
} VFIOCalxedaXgmacDevice;

typedef struct VFIOCalxedaXgmacDeviceClass {
    VFIOPlatformDeviceClass parent_class;
    DeviceRealize parent_realize;
} VFIOCalxedaXgmacDeviceClass;

DECLARE_OBJ_CHECKERS(VFIOCalxedaXgmacDevice, VFIOCalxedaXgmacDeviceClass,
                     VFIO_CALXEDA_XGMAC_DEVICE, TYPE_VFIO_CALXEDA_XGMAC)

#endif
