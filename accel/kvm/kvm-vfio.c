/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's kvm-vfio device, one for each VM: which VFIO files (groups, devices) belong to it.
 * Linux: Documentation/virt/kvm/devices/vfio.rst.  It lives as long as the VM, because older
 * kernels allow only one in a VM's life.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/main-loop.h"
#include "kvm-internal.h"
#include "trace.h"

/* Called KVM_DEV_VFIO_FILE, _FILE_ADD and _FILE_DEL since Linux 6.6, which takes devices, too. */
#define VFIO_FILE KVM_DEV_VFIO_GROUP
#define VFIO_FILE_ADD KVM_DEV_VFIO_GROUP_ADD
#define VFIO_FILE_DEL KVM_DEV_VFIO_GROUP_DEL

static int file_request(KVMState *s, uint64_t attr, int fd, Error **errp)
{
    int32_t file = fd;
    int ret = kvm_device_access(s->vfio_fd, VFIO_FILE, attr, &file, true, errp);

    trace_kvm_vfio_file(attr == VFIO_FILE_ADD ? "add" : "del", fd, ret);
    return ret;
}

int kvm_vfio_file_add(KVMState *s, int fd, Error **errp)
{
    bql_assert_locked();
    if (s->vfio_fd < 0) {
        int device = kvm_create_device(s, KVM_DEV_TYPE_VFIO, false);

        if (device < 0) {
            error_setg_errno(errp, -device, "KVM does not make a kvm-vfio device");
            return device;
        }
        s->vfio_fd = device;
    }
    return file_request(s, VFIO_FILE_ADD, fd, errp);
}

int kvm_vfio_file_del(KVMState *s, int fd, Error **errp)
{
    bql_assert_locked();
    if (s->vfio_fd < 0) {
        error_setg(errp, "KVM knows of no VFIO file");
        return -ENOENT;
    }
    return file_request(s, VFIO_FILE_DEL, fd, errp);
}

void kvm_vfio_destroy(KVMState *s)
{
    if (s->vfio_fd >= 0) {
        kvm_device_close(s->vfio_fd);
        s->vfio_fd = -1;
    }
}
