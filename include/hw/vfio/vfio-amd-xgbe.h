/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The AMD Seattle 10 Gbit/s network controller of the host.
 */
#ifndef HW_VFIO_VFIO_AMD_XGBE_H
#define HW_VFIO_VFIO_AMD_XGBE_H

#include "hw/vfio/vfio-platform.h"

#define TYPE_VFIO_AMD_XGBE "vfio-amd-xgbe"

typedef struct VFIOAmdXgbeDevice {
    VFIOPlatformDevice vdev;
} VFIOAmdXgbeDevice;

typedef struct VFIOAmdXgbeDeviceClass {
    VFIOPlatformDeviceClass parent_class;
    DeviceRealize parent_realize;
} VFIOAmdXgbeDeviceClass;

DECLARE_OBJ_CHECKERS(VFIOAmdXgbeDevice, VFIOAmdXgbeDeviceClass, VFIO_AMD_XGBE_DEVICE,
                     TYPE_VFIO_AMD_XGBE)

#endif
