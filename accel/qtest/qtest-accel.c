/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The qtest accelerator: no guest code runs, and the virtual clock stands still but for
 * qtest_clock_warp(), which the clock_step and clock_set requests use.
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "qemu/timer.h"
#include "qemu/accel.h"
#include "sysemu/accel-ops.h"
#include "sysemu/qtest.h"
#include "sysemu/vcpu-thread.h"

enum {
    /* A timer that re-arms itself for "now" must not hold the clock for ever. */
    STEPS_AT_ONE_INSTANT = 1000,
};

bool qtest_allowed;

typedef struct QTestAccelState {
    AccelState parent_obj;

    int64_t clock_ns;           /* atomic; written with the BQL */
    QemuClockSource source;
} QTestAccelState;

#define TYPE_QTEST_ACCEL ACCEL_CLASS_NAME("qtest")
DECLARE_INSTANCE_CHECKER(QTestAccelState, QTEST_ACCEL, TYPE_QTEST_ACCEL)

/* -- the clock ------------------------------------------------------------------------------- */

static int64_t source_get_ns(void *opaque)
{
    QTestAccelState *s = opaque;

    return qatomic_read(&s->clock_ns);
}

/* Nobody needs to wait for host time to pass. */
static bool source_is_running(void *opaque)
{
    return false;
}

/* The accelerator in use; callers made sure that it is this one. */
static QTestAccelState *qtest_accel(void)
{
    return QTEST_ACCEL(current_accel());
}

int64_t qtest_clock_get(void)
{
    return qtest_enabled() ? qatomic_read(&qtest_accel()->clock_ns) : 0;
}

static void qtest_clock_set(int64_t ns)
{
    qatomic_set(&qtest_accel()->clock_ns, ns);
}

void qtest_clock_warp(int64_t dest_ns)
{
    QTestAccelState *s = qtest_accel();
    unsigned steps_here = 0;
    bool has_run;

    bql_assert_locked();
    while (has_run = qemu_clock_run_timers(QEMU_CLOCK_VIRTUAL), s->clock_ns < dest_ns) {
        int64_t left = dest_ns - s->clock_ns;
        int64_t deadline = qemu_clock_deadline_ns_all(QEMU_CLOCK_VIRTUAL, QEMU_TIMER_ATTR_ALL);
        int64_t step = qemu_soonest_timeout(left, deadline);

        steps_here = step ? 0 : steps_here + 1;
        if (!step && !has_run) {
            /* What has expired cannot run (the machine is stopped): time passes all the same. */
            step = left;
        } else if (steps_here > STEPS_AT_ONE_INSTANT) {
            step = 1;
        }
        qtest_clock_set(s->clock_ns + step);
    }
    qemu_clock_notify(QEMU_CLOCK_VIRTUAL);
}

/* -- accelerator ----------------------------------------------------------------------------- */

static bool qtest_machine_init(AccelState *accel, MachineState *ms, Error **errp)
{
    QTestAccelState *s = QTEST_ACCEL(accel);

    s->source = (QemuClockSource) {
        .get_ns = source_get_ns,
        .is_running = source_is_running,
        .opaque = s,
    };
    qemu_clock_set_source(QEMU_CLOCK_VIRTUAL, &s->source);
    return true;
}

static void qtest_accel_finalize(Object *obj)
{
    QTestAccelState *s = QTEST_ACCEL(obj);

    if (s->source.opaque) {
        qemu_clock_set_source(QEMU_CLOCK_VIRTUAL, NULL);
    }
}

static void qtest_accel_class_init(ObjectClass *oc, void *data)
{
    AccelClass *ac = ACCEL_CLASS(oc);

    ac->name = "qtest";
    ac->desc = "no CPU execution, driven by a test program";
    ac->machine_init = qtest_machine_init;
    ac->allowed = &qtest_allowed;
}

static void qtest_accel_ops_class_init(ObjectClass *oc, void *data)
{
    AccelOpsClass *ops = ACCEL_OPS_CLASS(oc);

    ops->never_executes = true;
    ops->create_vcpu_thread = vcpu_thread_create;
    ops->get_virtual_clock = qtest_clock_get;
    ops->set_virtual_clock = qtest_clock_set;
}

static const TypeInfo qtest_accel_types[] = {
    {
        .name = TYPE_QTEST_ACCEL,
        .parent = TYPE_ACCEL,
        .instance_size = sizeof(QTestAccelState),
        .instance_finalize = qtest_accel_finalize,
        .class_init = qtest_accel_class_init,
    }, {
        .name = ACCEL_OPS_NAME("qtest"),
        .parent = TYPE_ACCEL_OPS,
        .abstract = true,
        .class_init = qtest_accel_ops_class_init,
    },
};

DEFINE_TYPES(qtest_accel_types)
