/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -object iommufd: the kernel's newer interface to IOMMUs, and attaching devices through it by
 * their own nodes (/dev/vfio/devices/vfioN) instead of through groups. All devices of one object
 * and one address space share an I/O address space (IOAS).
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/fdset.h"
#include "qom/object_interfaces.h"
#include "hw/vfio/iommufd.h"
#include "hw/vfio/vfio-host.h"
#include "abi-internal.h"
#include "container-internal.h"
#include "io-internal.h"
#include "kvm-internal.h"
#include "sys-internal.h"
#include "trace.h"

#define IOMMUFD_PATH "/dev/iommu"

struct IOMMUFDBackend {
    Object parent_obj;

    char *fd_name; /* as given, or NULL */
    int fd;        /* -1 while nobody uses it, unless it was given */
    unsigned users;
};

/* ---- the object -------------------------------------------------------- */

/* Why @path, which is @what's, cannot be opened, and what helps. */
static void open_explain(int err, const char *path, const char *what, Error **errp)
{
    error_setg_errno(errp, err, "cannot open %s", path);
    switch (err) {
    case ENOENT:
        error_append_hint(errp, "%s\n", what);
        break;
    case EPERM:
    case EACCES:
        error_append_hint(errp, "This user may not open it:\n  chown %s %s\n", g_get_user_name(),
                          path);
        break;
    case EBUSY:
        error_append_hint(errp, "Another program has it open.\n");
        break;
    }
}

static bool iommufd_open(IOMMUFDBackend *be, Error **errp)
{
    if (be->fd < 0) {
        be->fd = vfio_sys->open(IOMMUFD_PATH, O_RDWR);
    }
    if (be->fd < 0) {
        open_explain(errno, IOMMUFD_PATH, "The kernel's iommufd is not loaded, or the kernel is "
                     "without it (CONFIG_IOMMUFD, Linux 6.2 or later):\n  modprobe iommufd\n"
                     "Without iommufd= the device is attached by its group.", errp);
        return false;
    }
    be->users++;
    return true;
}

static void iommufd_close(IOMMUFDBackend *be)
{
    if (--be->users == 0 && !be->fd_name) {
        vfio_sys->close(be->fd);
        be->fd = -1;
    }
}

static char *iommufd_get_fd(Object *obj, Error **errp)
{
    return g_strdup(IOMMUFD_BACKEND(obj)->fd_name);
}

static void iommufd_set_fd(Object *obj, const char *value, Error **errp)
{
    IOMMUFDBackend *be = IOMMUFD_BACKEND(obj);
    int fd;

    if (be->users) {
        error_setg(errp, "fd cannot change while devices use the object");
        return;
    }
    fd = fd_param_get(value, errp);
    if (fd < 0) {
        return;
    }
    if (be->fd >= 0) {
        vfio_sys->close(be->fd);
    }
    g_free(be->fd_name);
    be->fd_name = g_strdup(value);
    be->fd = fd;
}

static bool iommufd_can_be_deleted(UserCreatable *uc)
{
    return IOMMUFD_BACKEND(uc)->users == 0;
}

static void iommufd_init(Object *obj)
{
    IOMMUFD_BACKEND(obj)->fd = -1;
}

static void iommufd_finalize(Object *obj)
{
    IOMMUFDBackend *be = IOMMUFD_BACKEND(obj);

    if (be->fd >= 0) {
        vfio_sys->close(be->fd);
    }
    g_free(be->fd_name);
}

static void iommufd_class_init(ObjectClass *oc, void *data)
{
    UserCreatableClass *ucc = USER_CREATABLE_CLASS(oc);

    ucc->can_be_deleted = iommufd_can_be_deleted;
    object_class_property_add_str(oc, "fd", iommufd_get_fd, iommufd_set_fd);
    object_class_property_set_description(oc, "fd", "an open " IOMMUFD_PATH
                                          ": its number, or the name of a passed descriptor");
}

static const TypeInfo iommufd_types[] = {
    {
        .name = TYPE_IOMMUFD_BACKEND,
        .parent = TYPE_OBJECT,
        .instance_size = sizeof(IOMMUFDBackend),
        .instance_init = iommufd_init,
        .instance_finalize = iommufd_finalize,
        .class_init = iommufd_class_init,
        .interfaces = (InterfaceInfo[]) { { TYPE_USER_CREATABLE }, { } },
    },
};

DEFINE_TYPES(iommufd_types)

/* ---- I/O address spaces -------------------------------------------------------- */

static int ioas_dma_map(VFIOContainer *container, hwaddr iova, uint64_t size, void *vaddr, int fd,
                        uint64_t fd_offset, bool readonly)
{
    struct iommu_ioas_map map = {
        .size = sizeof(map),
        .flags = IOMMU_IOAS_MAP_FIXED_IOVA | IOMMU_IOAS_MAP_READABLE |
                 (readonly ? 0 : IOMMU_IOAS_MAP_WRITEABLE),
        .ioas_id = container->ioas_id,
        .user_va = (uintptr_t)vaddr,
        .length = size,
        .iova = iova,
    };

    return vfio_sys->ioctl(container->iommufd->fd, IOMMU_IOAS_MAP, &map) < 0 ? -errno : 0;
}

static int ioas_dma_unmap(VFIOContainer *container, hwaddr iova, uint64_t size)
{
    struct iommu_ioas_unmap unmap = {
        .size = sizeof(unmap),
        .ioas_id = container->ioas_id,
        .iova = iova,
        .length = size,
    };

    return vfio_sys->ioctl(container->iommufd->fd, IOMMU_IOAS_UNMAP, &unmap) < 0 ? -errno : 0;
}

static const VFIOContainerIOOps ioas_ops = {
    .dma_map = ioas_dma_map,
    .dma_unmap = ioas_dma_unmap,
};

/* Asked once devices are attached, because each may narrow the ranges. */
static bool ioas_ranges_take(VFIOContainer *container, Error **errp)
{
    struct iommu_ioas_iova_ranges ask = {
        .size = sizeof(ask),
        .ioas_id = container->ioas_id,
    };
    g_autofree struct iommu_iova_range *ranges = NULL;
    int fd = container->iommufd->fd;

    if (vfio_sys->ioctl(fd, IOMMU_IOAS_IOVA_RANGES, &ask) < 0 && errno != EMSGSIZE) {
        error_setg_errno(errp, errno, "cannot get the device addresses that the IOMMU translates");
        return false;
    }
    ranges = g_try_new0(struct iommu_iova_range, ask.num_iovas);
    ask.allowed_iovas = (uintptr_t)ranges;
    if (ask.num_iovas && (!ranges || vfio_sys->ioctl(fd, IOMMU_IOAS_IOVA_RANGES, &ask) < 0)) {
        error_setg_errno(errp, ranges ? errno : ENOMEM,
                         "cannot get the device addresses that the IOMMU translates");
        return false;
    }
    for (uint32_t i = 0; i < ask.num_iovas; i++) {
        VFIOIOVARange range = { ranges[i].start, ranges[i].last };

        g_array_append_val(container->iova_ranges, range);
    }
    container->pgsizes = ask.out_iova_alignment ?: qemu_real_host_page_size();
    return true;
}

static bool ioas_alloc(VFIOContainer *container, Error **errp)
{
    struct iommu_ioas_alloc alloc = { .size = sizeof(alloc) };

    if (vfio_sys->ioctl(container->iommufd->fd, IOMMU_IOAS_ALLOC, &alloc) < 0) {
        error_setg_errno(errp, errno, "cannot make an I/O address space");
        return false;
    }
    container->ioas_id = alloc.out_ioas_id;
    return true;
}

static void ioas_destroy(VFIOContainer *container)
{
    struct iommu_destroy destroy = { .size = sizeof(destroy), .id = container->ioas_id };

    vfio_sys->ioctl(container->iommufd->fd, IOMMU_DESTROY, &destroy);
}

static bool device_attach_ioas(VFIODevice *vdev, uint32_t ioas_id)
{
    struct vfio_device_attach_iommufd_pt attach = {
        .argsz = sizeof(attach),
        .pt_id = ioas_id,
    };

    return vfio_sys->ioctl(vdev->fd, VFIO_DEVICE_ATTACH_IOMMUFD_PT, &attach) == 0;
}

static void device_detach_ioas(VFIODevice *vdev)
{
    struct vfio_device_detach_iommufd_pt detach = { .argsz = sizeof(detach) };

    vfio_sys->ioctl(vdev->fd, VFIO_DEVICE_DETACH_IOMMUFD_PT, &detach);
}

static VFIOContainer *ioas_share(VFIODevice *vdev, AddressSpace *as)
{
    VFIOContainer *container;

    for (container = vfio_container_first(); container;
         container = QLIST_NEXT(container, next)) {
        if (container->iommufd == vdev->iommufd && container->as == as &&
            device_attach_ioas(vdev, container->ioas_id)) {
            return container;
        }
    }
    return NULL;
}

static VFIOContainer *ioas_new(VFIODevice *vdev, AddressSpace *as, Error **errp)
{
    VFIOContainer *container = vfio_container_new(as, &ioas_ops);

    container->iommufd = vdev->iommufd;
    if (!ioas_alloc(container, errp)) {
        goto err_free;
    }
    if (!device_attach_ioas(vdev, container->ioas_id)) {
        error_setg_errno(errp, errno, "cannot attach the device to an I/O address space");
        goto err_destroy;
    }
    if (!ioas_ranges_take(container, errp) || !vfio_container_listen(container, errp)) {
        goto err_detach;
    }
    return container;

err_detach:
    vfio_container_unlisten(container);
    device_detach_ioas(vdev);
err_destroy:
    ioas_destroy(container);
err_free:
    vfio_container_free(container);
    return NULL;
}

static void ioas_leave(VFIODevice *vdev)
{
    VFIOContainer *container = vdev->container;

    vfio_container_remove_device(vdev);
    if (QLIST_EMPTY(&container->devices)) {
        vfio_container_unlisten(container);
    }
    device_detach_ioas(vdev);
    if (QLIST_EMPTY(&container->devices)) {
        ioas_destroy(container);
        vfio_container_free(container);
    }
}

/* ---- devices -------------------------------------------------------- */

/* Open the node that the device's vfio-dev folder names; -1 with @errp set. */
static int device_node_open(VFIODevice *vdev, Error **errp)
{
    g_autofree char *node = vfio_device_node_path(vdev->sysfsdev, errp);
    int fd;

    if (!node) {
        return -1;
    }
    fd = vfio_sys->open(node, O_RDWR);
    if (fd < 0) {
        open_explain(errno, node, "The device has the node in sysfs, but not in /dev:\n"
                     "  udevadm trigger --subsystem-match=vfio-dev", errp);
    }
    return fd;
}

static bool device_bind(VFIODevice *vdev, Error **errp)
{
    struct vfio_device_bind_iommufd bind = {
        .argsz = sizeof(bind),
        .iommufd = vdev->iommufd->fd,
    };

    int err;

    if (vfio_sys->ioctl(vdev->fd, VFIO_DEVICE_BIND_IOMMUFD, &bind) == 0) {
        return true;
    }
    err = errno;
    error_setg_errno(errp, err, "cannot bind the device to iommufd");
    switch (err) {
    case EPERM:
        error_append_hint(errp, "The interrupt controller may not isolate devices' message "
                          "interrupts. If you trust the device:\n  echo 1 > /sys/module/iommufd/"
                          "parameters/allow_unsafe_interrupts\n");
        break;
    case EINVAL:
        /* Also what a group with foreign drivers, or DMA that is not coherent, gives. */
        if (!vfio_host_explain(vdev->sysfsdev, false, errp)) {
            error_append_hint(errp, "Another program may use the device, or its group.\n");
        }
        break;
    case ENOTTY:
        error_append_hint(errp, "The kernel is without CONFIG_VFIO_DEVICE_CDEV.\n");
        break;
    }
    return false;
}

bool vfio_iommufd_attach(VFIODevice *vdev, AddressSpace *as, Error **errp)
{
    bool fd_was_given = vdev->fd >= 0;
    VFIOContainer *container;

    if (!iommufd_open(vdev->iommufd, errp)) {
        return false;
    }
    if (!fd_was_given) {
        vdev->fd = device_node_open(vdev, errp);
        if (vdev->fd < 0) {
            goto err_close_iommufd;
        }
    }
    vfio_kvm_file_add(vdev->fd, vdev->name);
    if (!device_bind(vdev, errp)) {
        goto err_del_file;
    }
    container = ioas_share(vdev, as);
    if (!container) {
        container = ioas_new(vdev, as, errp);
    }
    if (!container) {
        goto err_del_file;
    }
    vdev->io = &vfio_kernel_io_ops;
    vfio_container_add_device(container, vdev);
    return true;

err_del_file:
    vfio_kvm_file_del(vdev->fd);
    /* A given descriptor stays the giver's when the device did not come to be. */
    if (!fd_was_given) {
        vfio_sys->close(vdev->fd);
        vdev->fd = -1;
    }
err_close_iommufd:
    iommufd_close(vdev->iommufd);
    return false;
}

void vfio_iommufd_detach(VFIODevice *vdev)
{
    ioas_leave(vdev);
    vfio_kvm_file_del(vdev->fd);
    vfio_sys->close(vdev->fd);
    vdev->fd = -1;
    iommufd_close(vdev->iommufd);
}
