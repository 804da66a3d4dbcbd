/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which device of the host the properties of a vfio-platform device mean, and what the host's
 * device tree calls it.
 */
#include "qemu/osdep.h"
#include <sys/sysmacros.h>
#include "qapi/error.h"
#include "hw/vfio/vfio-host.h"
#include "platform-internal.h"
#include "sys-internal.h"

static bool host_resolve(VFIOPlatformDevice *vdev, Error **errp)
{
    VFIODevice *v = &vdev->vbasedev;
    g_autofree char *amba = g_strconcat("/sys/bus/amba/devices/", v->name, NULL);
    g_autofree char *platform = g_strconcat("/sys/bus/platform/devices/", v->name, NULL);
    struct stat st;
    bool is_amba;

    if (!*v->name || strchr(v->name, '/')) {
        error_setg(errp, "wrong host device name: '%s' must be a name in "
                   "/sys/bus/platform/devices; for a path use sysfsdev=", v->name);
        return false;
    }
    is_amba = vfio_sys->stat(platform, &st) < 0 && vfio_sys->stat(amba, &st) == 0;
    v->sysfsdev = is_amba ? g_steal_pointer(&amba) : g_steal_pointer(&platform);
    return true;
}

/* The name of what link /sys/dev/char/MAJ:MIN/device leads to. */
static bool fd_resolve(VFIOPlatformDevice *vdev, Error **errp)
{
    VFIODevice *v = &vdev->vbasedev;
    char target[PATH_MAX];
    struct stat st;
    ssize_t n;

    if (vfio_sys->fstat(vdev->given_fd, &st) < 0 || !S_ISCHR(st.st_mode)) {
        error_setg(errp, "fd=%s is not a VFIO device node", vdev->fd_name);
        return false;
    }
    v->sysfsdev = g_strdup_printf("/sys/dev/char/%u:%u/device", major(st.st_rdev),
                                  minor(st.st_rdev));
    n = vfio_sys->readlink(v->sysfsdev, target, sizeof(target) - 1);
    if (n <= 0) {
        error_setg_errno(errp, errno, "fd=%s is not a VFIO device node: '%s' cannot be read",
                         vdev->fd_name, v->sysfsdev);
        return false;
    }
    target[n] = '\0';
    v->name = g_path_get_basename(target);
    v->fd = vdev->given_fd;
    return true;
}

/* What to do about a name that neither bus has. Free it. */
static char *unknown_name_advice(const char *name)
{
    g_autoptr(VFIOHost) host = vfio_host_new(NULL, NULL);
    g_autofree char *pci = g_strconcat("/sys/bus/pci/devices/", name, NULL);
    g_autofree char *nearest = vfio_host_suggest(host, name, VFIO_HOST_BUS_PCI);
    struct stat st;

    if (vfio_sys->stat(pci, &st) == 0) {
        return g_strdup("it is a PCI device, which this version cannot assign");
    }
    return nearest ? g_strdup_printf("did you mean '%s'?", nearest) :
                     g_strdup("'gantry-host list' shows the devices there are");
}

static bool path_check(VFIODevice *v, bool by_name, Error **errp)
{
    g_autofree char *advice = NULL;
    struct stat st;
    int err;

    if (vfio_sys->stat(v->sysfsdev, &st) == 0) {
        return true;
    }
    err = errno;
    advice = by_name && err == ENOENT ? unknown_name_advice(v->name) : NULL;
    error_setg(errp, "failed to get the sysfs host device file status of '%s': %s%s%s",
               v->sysfsdev, strerror(err), advice ? "; " : "", advice ?: "");
    return false;
}

bool vfio_platform_resolve(VFIOPlatformDevice *vdev, Error **errp)
{
    VFIODevice *v = &vdev->vbasedev;

    if (v->socket) {
        v->name = g_path_get_basename(v->socket);
        return true;
    }
    if (vdev->fd_name) {
        return fd_resolve(vdev, errp);
    }
    if (v->sysfsdev) {
        g_free(v->name);
        v->name = g_path_get_basename(v->sysfsdev);
        return path_check(v, false, errp);
    }
    return host_resolve(vdev, errp) && path_check(v, true, errp);
}

void vfio_platform_compat_read(VFIOPlatformDevice *vdev)
{
    g_autofree char *path = NULL;
    char text[4096];
    ssize_t n;
    int fd;

    if (vdev->compat || !vdev->vbasedev.sysfsdev) {
        return;
    }
    path = g_build_filename(vdev->vbasedev.sysfsdev, "of_node", "compatible", NULL);
    fd = vfio_sys->open(path, O_RDONLY);
    if (fd < 0) {
        return;
    }
    n = vfio_sys->pread(fd, text, sizeof(text) - 1, 0);
    vfio_sys->close(fd);
    if (n <= 0) {
        return;
    }
    text[n] = '\0';
    vdev->compat = g_malloc(n + 1);
    memcpy(vdev->compat, text, n + 1);
    for (ssize_t at = 0; at < n; at += strlen(text + at) + 1) {
        vdev->num_compat++;
    }
}
