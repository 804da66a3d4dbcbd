/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Attaching a device by its IOMMU group: /dev/vfio/N is opened once however many of the group's
 * devices are assigned, and gives the devices' descriptors.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/cutils.h"
#include "qemu/error-report.h"
#include "hw/vfio/vfio-host.h"
#include "container-internal.h"
#include "io-internal.h"
#include "kvm-internal.h"
#include "sys-internal.h"
#include "trace.h"

/* As containers: one per kernel object, for the whole process. BQL. */
static QLIST_HEAD(, VFIOGroup) groups = QLIST_HEAD_INITIALIZER(groups);

/* ---- groups -------------------------------------------------------- */

static char *group_path(int id, bool noiommu)
{
    return g_strdup_printf("/dev/vfio/%s%d", noiommu ? "noiommu-" : "", id);
}

static VFIOGroup *group_find(int id)
{
    VFIOGroup *group;

    QLIST_FOREACH(group, &groups, next) {
        if (group->id == id) {
            return group;
        }
    }
    return NULL;
}

static bool group_is_viable(VFIOGroup *group, const char *sysfsdev, Error **errp)
{
    struct vfio_group_status status = { .argsz = sizeof(status) };

    if (vfio_sys->ioctl(group->fd, VFIO_GROUP_GET_STATUS, &status) < 0) {
        error_setg_errno(errp, errno, "cannot get the status of group %d", group->id);
        return false;
    }
    if (!(status.flags & VFIO_GROUP_FLAGS_VIABLE)) {
        error_setg(errp, "group %d is not viable", group->id);
        if (!vfio_host_explain(sysfsdev, true, errp)) {
            error_append_hint(errp, "Each of its devices must be bound to a vfio driver, or to "
                              "none.\n");
        }
        return false;
    }
    return true;
}

static void group_open_explain(const VFIOGroup *group, int err, const char *sysfsdev, Error **errp)
{
    switch (err) {
    case EBUSY:
        error_append_hint(errp, "Another program has the group open.\n");
        break;
    case ENOENT:
        if (!vfio_host_explain(sysfsdev, true, errp)) {
            error_append_hint(errp, "The device is not bound to a vfio driver.\n");
        }
        break;
    case EPERM:
    case EACCES:
        if (!vfio_host_explain(sysfsdev, true, errp)) {
            error_append_hint(errp, "%s\n", group->noiommu ?
                              "Devices without an IOMMU need the capability CAP_SYS_RAWIO." :
                              "Give this user access to the file.");
        }
        break;
    }
}

static bool group_open(VFIOGroup *group, const char *sysfsdev, Error **errp)
{
    g_autofree char *path = group_path(group->id, group->noiommu);

    group->fd = vfio_sys->open(path, O_RDWR);
    if (group->fd < 0) {
        int err = errno;

        error_setg_errno(errp, err, "failed to open %s", path);
        group_open_explain(group, err, sysfsdev, errp);
        return false;
    }
    trace_vfio_group_open(group->id, group->fd, group->noiommu);
    return true;
}

VFIOGroup *vfio_group_get(int id, bool noiommu, AddressSpace *as, const char *sysfsdev,
                          Error **errp)
{
    VFIOGroup *group = group_find(id);
    g_autofree char *what = NULL;

    if (group) {
        if (group->container->as != as) {
            error_setg(errp, "group %d is used with another address space already", id);
            return NULL;
        }
        return group;
    }
    group = g_new0(VFIOGroup, 1);
    group->id = id;
    group->noiommu = noiommu;
    QLIST_INIT(&group->devices);
    if (!group_open(group, sysfsdev, errp)) {
        goto err_free;
    }
    if (!group_is_viable(group, sysfsdev, errp) || !vfio_container_connect(group, as, errp)) {
        goto err_close;
    }
    what = group_path(id, noiommu);
    vfio_kvm_file_add(group->fd, what);
    QLIST_INSERT_HEAD(&groups, group, next);
    return group;

err_close:
    vfio_sys->close(group->fd);
err_free:
    g_free(group);
    return NULL;
}

void vfio_group_put(VFIOGroup *group)
{
    if (!QLIST_EMPTY(&group->devices)) {
        return;
    }
    vfio_kvm_file_del(group->fd);
    vfio_container_disconnect(group);
    QLIST_REMOVE(group, next);
    vfio_sys->close(group->fd);
    g_free(group);
}

/* ---- devices -------------------------------------------------------- */

/* The number at the end of the device's iommu_group link, or -1. */
static int device_group_id(VFIODevice *vdev, Error **errp)
{
    g_autofree char *link = g_build_filename(vdev->sysfsdev, "iommu_group", NULL);
    char target[PATH_MAX];
    ssize_t n = vfio_sys->readlink(link, target, sizeof(target) - 1);
    const char *number;
    int id;

    if (n <= 0) {
        error_setg(errp, "no iommu_group found: %s", n < 0 ? strerror(errno) : "an empty link");
        vfio_host_explain(vdev->sysfsdev, true, errp);
        error_append_hint(errp, "%s\n", vdev->noiommu_allowed ?
                          "x-noiommu=on needs enable_unsafe_noiommu_mode=1 before the device is "
                          "bound." :
                          "With x-noiommu=on a device that does no DMA can do without.");
        return -1;
    }
    target[n] = '\0';
    number = strrchr(target, '/');
    number = number ? number + 1 : target;
    if (qemu_strtoi(number, NULL, 10, &id) < 0 || id < 0) {
        error_setg(errp, "'%s' is not the path of a group", target);
        return -1;
    }
    return id;
}

/* Whether the group has no IOMMU: the kernel marks it in the group's name. */
static bool group_has_no_iommu(int id)
{
    g_autofree char *path = g_strdup_printf("/sys/kernel/iommu_groups/%d/name", id);
    char name[32] = "";
    int fd = vfio_sys->open(path, O_RDONLY);
    ssize_t n;

    if (fd < 0) {
        return false;
    }
    n = vfio_sys->pread(fd, name, sizeof(name) - 1, 0);
    vfio_sys->close(fd);
    return n > 0 && g_str_has_prefix(name, "vfio-noiommu");
}

static bool noiommu_consent(VFIODevice *vdev, int id, Error **errp)
{
    if (!vdev->noiommu_allowed) {
        error_setg(errp, "the host has no IOMMU for group %d: nothing would keep the device from "
                   "the host's memory", id);
        error_append_hint(errp, "If it does no DMA, or you trust the guest with all of the host, "
                          "add x-noiommu=on.\n");
        return false;
    }
    warn_report(VFIO_MSG_PREFIX "used without an IOMMU: DMA of the guest's device can read and "
                "overwrite ALL memory of the host, and does so unless the guest's RAM has the "
                "addresses of host memory set apart for it", vdev->name);
    return true;
}

static bool device_is_attached(const VFIOGroup *group, const VFIODevice *vdev)
{
    const VFIODevice *other;

    QLIST_FOREACH(other, &group->devices, next) {
        if (strcmp(other->name, vdev->name) == 0) {
            return true;
        }
    }
    return false;
}

bool vfio_group_attach(VFIODevice *vdev, AddressSpace *as, Error **errp)
{
    int id = device_group_id(vdev, errp);
    bool noiommu;
    VFIOGroup *group;

    if (id < 0) {
        return false;
    }
    noiommu = group_has_no_iommu(id);
    if (noiommu && !noiommu_consent(vdev, id, errp)) {
        return false;
    }
    group = vfio_group_get(id, noiommu, as, vdev->sysfsdev, errp);
    if (!group) {
        return false;
    }
    if (device_is_attached(group, vdev)) {
        error_setg(errp, "device is already attached");
        goto err_put_group;
    }
    vdev->fd = vfio_sys->ioctl(group->fd, VFIO_GROUP_GET_DEVICE_FD, vdev->name);
    if (vdev->fd < 0) {
        error_setg_errno(errp, errno, "group %d does not give the device", id);
        if (!vfio_host_explain(vdev->sysfsdev, true, errp)) {
            error_append_hint(errp, "Is it bound to a vfio driver?\n");
        }
        goto err_put_group;
    }
    vdev->io = &vfio_kernel_io_ops;
    vdev->group = group;
    QLIST_INSERT_HEAD(&group->devices, vdev, next);
    vfio_container_add_device(group->container, vdev);
    return true;

err_put_group:
    vfio_group_put(group);
    return false;
}

void vfio_group_detach(VFIODevice *vdev)
{
    VFIOGroup *group = vdev->group;

    vfio_container_remove_device(vdev);
    QLIST_REMOVE(vdev, next);
    vdev->group = NULL;
    vfio_sys->close(vdev->fd);
    vdev->fd = -1;
    vfio_group_put(group);
}
