/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hw/vfio's view of KVM: see kvm-internal.h.
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "sysemu/kvm.h"
#include "kvm-internal.h"

static bool kvm_has_irqchip(void)
{
    return kvm_irqchip_in_kernel();
}

static bool kvm_has_irqfd(void)
{
    return kvm_irqchip_in_kernel() && kvm_irqfds_enabled();
}

static bool kvm_has_resamplefd(void)
{
    return kvm_has_irqfd() && kvm_resamplefds_enabled();
}

static int kvm_add(EventNotifier *trigger, EventNotifier *resample, int gsi)
{
    return kvm_irqchip_add_irqfd_notifier_gsi(kvm_state, trigger, resample, gsi);
}

static int kvm_remove(EventNotifier *trigger, int gsi)
{
    return kvm_irqchip_remove_irqfd_notifier_gsi(kvm_state, trigger, gsi);
}

static int kvm_file_add(int fd, Error **errp)
{
    return kvm_enabled() ? kvm_vfio_file_add(kvm_state, fd, errp) : 0;
}

static int kvm_file_del(int fd, Error **errp)
{
    return kvm_enabled() ? kvm_vfio_file_del(kvm_state, fd, errp) : 0;
}

static const VFIOKVMOps kvm_ops = {
    .in_kernel = kvm_has_irqchip,
    .irqfd = kvm_has_irqfd,
    .resamplefd = kvm_has_resamplefd,
    .add = kvm_add,
    .remove = kvm_remove,
    .file_add = kvm_file_add,
    .file_del = kvm_file_del,
};

const VFIOKVMOps *vfio_kvm = &kvm_ops;

void vfio_kvm_file_add(int fd, const char *what)
{
    Error *err = NULL;

    if (vfio_kvm->file_add(fd, &err) < 0) {
        warn_reportf_err(err, "vfio: %s is not made known to KVM: ", what);
    }
}

void vfio_kvm_file_del(int fd)
{
    /* A file that was not taken cannot be taken back: the warning is out already. */
    vfio_kvm->file_del(fd, NULL);
}
