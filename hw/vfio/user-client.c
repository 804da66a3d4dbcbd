/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A device that a vfio-user server offers, behind the table of ways to reach a device.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "io-internal.h"

bool vfio_user_attach(VFIODevice *vdev, AddressSpace *as, Error **errp)
{
    error_setg(errp, "socket=: not supported by this version, which has no vfio-user client");
    return false;
}

void vfio_user_detach(VFIODevice *vdev)
{
}
