/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is the same for VFIO devices however they are attached.
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/main-loop.h"
#include "qemu/rcu.h"
#include "hw/vfio/vfio-common.h"

void vfio_device_quiesce(VFIODevice *vbasedev)
{
    bool bql = bql_locked();

    qatomic_set(&vbasedev->closing, true);
    /* An access may be waiting for the BQL to tell of the end of an interrupt. */
    if (bql) {
        bql_unlock();
    }
    synchronize_rcu();
    if (bql) {
        bql_lock();
    }
}
