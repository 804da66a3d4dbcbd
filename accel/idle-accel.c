/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The accelerator "none": CPUs exist, have threads and registers, and stay idle.  Devices, the
 * monitors and the virtual clock work as always.  For a look at a machine where nothing can run
 * guest code.
 */
#include "qemu/osdep.h"
#include "qemu/accel.h"
#include "qemu/module.h"
#include "sysemu/accel-ops.h"
#include "sysemu/vcpu-thread.h"

static void idle_accel_class_init(ObjectClass *oc, void *data)
{
    AccelClass *ac = ACCEL_CLASS(oc);

    ac->name = "none";
    ac->desc = "no CPU execution: CPUs stay idle";
}

static void idle_accel_ops_class_init(ObjectClass *oc, void *data)
{
    AccelOpsClass *ops = ACCEL_OPS_CLASS(oc);

    ops->never_executes = true;
    ops->create_vcpu_thread = vcpu_thread_create;
}

static const TypeInfo idle_accel_types[] = {
    {
        .name = ACCEL_CLASS_NAME("none"),
        .parent = TYPE_ACCEL,
        .class_init = idle_accel_class_init,
    }, {
        .name = ACCEL_OPS_NAME("none"),
        .parent = TYPE_ACCEL_OPS,
        .abstract = true,
        .class_init = idle_accel_ops_class_init,
    },
};

DEFINE_TYPES(idle_accel_types)
