/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vfio_attach_device(): which way a device is reached, and what it says of itself.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "container-internal.h"
#include "io-internal.h"
#include "trace.h"

static const char *backend_name(const VFIODevice *vdev)
{
    return vdev->socket ? "vfio-user" : vdev->iommufd ? "iommufd" : "group";
}

static bool backend_attach(VFIODevice *vdev, AddressSpace *as, Error **errp)
{
    return vdev->socket ? vfio_user_attach(vdev, as, errp) :
           vdev->iommufd ? vfio_iommufd_attach(vdev, as, errp) :
           vfio_group_attach(vdev, as, errp);
}

static void backend_detach(VFIODevice *vdev)
{
    if (vdev->socket) {
        vfio_user_detach(vdev);
    } else if (vdev->iommufd) {
        vfio_iommufd_detach(vdev);
    } else {
        vfio_group_detach(vdev);
    }
}

int vfio_attach_device(char *name, VFIODevice *vbasedev, AddressSpace *as, Error **errp)
{
    struct vfio_device_info info = { .argsz = sizeof(info) };
    int ret;

    vbasedev->closing = false;
    vbasedev->absent = false;
    if (!backend_attach(vbasedev, as, errp)) {
        return -ENODEV;
    }
    ret = vbasedev->io->get_info(vbasedev, &info);
    if (ret < 0) {
        error_setg_errno(errp, -ret, "cannot get the facts of device %s", name);
        backend_detach(vbasedev);
        return ret;
    }
    vbasedev->num_regions = info.num_regions;
    vbasedev->num_irqs = info.num_irqs;
    vbasedev->flags = info.flags;
    vbasedev->reset_works = info.flags & VFIO_DEVICE_FLAGS_RESET;
    trace_vfio_attach(name, backend_name(vbasedev), info.num_regions, info.num_irqs, info.flags);
    return 0;
}

void vfio_detach_device(VFIODevice *vbasedev)
{
    backend_detach(vbasedev);
}
