/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What attaching a device needs to know from sysfs: its device node.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "hw/vfio/vfio-host.h"
#include "container-internal.h"
#include "sys-internal.h"

char *vfio_device_node_path(const char *sysfsdev, Error **errp)
{
    g_autofree char *folder = g_build_filename(sysfsdev, "vfio-dev", NULL);
    g_auto(GStrv) names = vfio_sys->list(folder);

    if (!names || !names[0]) {
        error_setg(errp, "the device has no vfio device node: '%s' is %s", folder,
                   names ? "empty" : "not there");
        if (!vfio_host_explain(sysfsdev, false, errp)) {
            error_append_hint(errp, "Its driver is one of VFIO's, so the kernel is without "
                              "CONFIG_VFIO_DEVICE_CDEV (Linux 6.6 or later). Leave out iommufd= to "
                              "attach the device by its group.\n");
        }
        return NULL;
    }
    return g_build_filename("/dev/vfio/devices", names[0], NULL);
}
