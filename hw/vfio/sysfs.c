/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What attaching a device needs to know from sysfs: drivers, members of groups, device nodes.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "container-internal.h"
#include "sys-internal.h"

char *vfio_device_driver(const char *sysfsdev)
{
    g_autofree char *link = g_build_filename(sysfsdev, "driver", NULL);
    char target[PATH_MAX];
    ssize_t n = vfio_sys->readlink(link, target, sizeof(target) - 1);

    if (n <= 0) {
        return NULL;
    }
    target[n] = '\0';
    return g_path_get_basename(target);
}

static bool driver_is_vfio(const char *driver)
{
    static const char *const names[] = { "vfio-platform", "vfio-amba", "vfio-pci" };

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (strcmp(driver, names[i]) == 0) {
            return true;
        }
    }
    return g_str_has_prefix(driver, "vfio");
}

/* The kernel's drivers for devices of each bus. */
static const char *vfio_driver_for(const char *sysfsdev)
{
    g_autofree char *link = g_build_filename(sysfsdev, "subsystem", NULL);
    char target[PATH_MAX];
    ssize_t n = vfio_sys->readlink(link, target, sizeof(target) - 1);
    g_autofree char *bus = NULL;

    target[MAX(n, 0)] = '\0';
    bus = g_path_get_basename(target);
    return strcmp(bus, "pci") == 0 ? "vfio-pci" : strcmp(bus, "amba") == 0 ? "vfio-amba" :
           "vfio-platform";
}

void vfio_group_explain(int id, Error **errp)
{
    g_autofree char *folder = g_strdup_printf("/sys/kernel/iommu_groups/%d/devices", id);
    g_auto(GStrv) members = vfio_sys->list(folder);

    for (int i = 0; members && members[i]; i++) {
        g_autofree char *path = g_build_filename(folder, members[i], NULL);
        g_autofree char *driver = vfio_device_driver(path);

        if (driver && driver_is_vfio(driver)) {
            continue;
        }
        error_append_hint(errp, "%s is bound to %s. To bind it:\n"
                          "  echo %s > %s/driver_override\n", members[i],
                          driver ?: "no driver", vfio_driver_for(path), path);
        if (driver) {
            error_append_hint(errp, "  echo %s > %s/driver/unbind\n", members[i], path);
        }
        error_append_hint(errp, "  echo %s > %s/subsystem/drivers_probe\n", members[i], path);
    }
}

char *vfio_device_node_path(const char *sysfsdev, Error **errp)
{
    g_autofree char *folder = g_build_filename(sysfsdev, "vfio-dev", NULL);
    g_auto(GStrv) names = vfio_sys->list(folder);

    if (!names || !names[0]) {
        error_setg(errp, "the device has no vfio device node: '%s' is %s", folder,
                   names ? "empty" : "not there");
        error_append_hint(errp, "It must be bound to a vfio driver, of a kernel with "
                          "CONFIG_VFIO_DEVICE_CDEV.\n");
        return NULL;
    }
    return g_build_filename("/dev/vfio/devices", names[0], NULL);
}
