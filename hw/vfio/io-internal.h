/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The two ways to reach a device, for those who attach one.
 */
#ifndef HW_VFIO_IO_INTERNAL_H
#define HW_VFIO_IO_INTERNAL_H

#include "hw/vfio/vfio-common.h"

extern const VFIODeviceIOOps vfio_kernel_io_ops;

/* Connect to the vfio-user server at vdev->socket, and leave it; user-client.c. */
bool vfio_user_attach(VFIODevice *vdev, AddressSpace *as, Error **errp);
void vfio_user_detach(VFIODevice *vdev);

#endif
