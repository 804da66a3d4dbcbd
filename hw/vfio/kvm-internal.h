/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What hw/vfio asks of KVM, in a table for tests: eventfds that the kernel injects as interrupts,
 * and the kvm-vfio device, which knows the VFIO files of the VM.
 */
#ifndef HW_VFIO_KVM_INTERNAL_H
#define HW_VFIO_KVM_INTERNAL_H

#include "qemu/event_notifier.h"
#include "qapi/error.h"

/*
 * @in_kernel: the interrupt controller is the kernel's. @irqfd, @resamplefd: it takes eventfds,
 * for level-sensitive interrupts, too. @add, @remove: one of them. @file_add, @file_del: 0, or
 * -errno with an error.
 */
typedef struct VFIOKVMOps {
    bool (*in_kernel)(void);
    bool (*irqfd)(void);
    bool (*resamplefd)(void);
    int (*add)(EventNotifier *trigger, EventNotifier *resample, int gsi);
    int (*remove)(EventNotifier *trigger, int gsi);
    int (*file_add)(int fd, Error **errp);
    int (*file_del)(int fd, Error **errp);
} VFIOKVMOps;
extern const VFIOKVMOps *vfio_kvm;

/*
 * A group's file, or a device's own, was opened and nothing was done with it yet; it is about to
 * be closed. Without KVM nothing happens. A kernel that does not take the file is a warning that
 * names @what, since the device works without. BQL.
 */
void vfio_kvm_file_add(int fd, const char *what);
void vfio_kvm_file_del(int fd);

#endif
