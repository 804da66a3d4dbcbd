/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An interrupt by trap makes the device's registers trap, and reaches the guest only when no CPU
 * uses the former mapping any more. The CPUs are threads of an accelerator that keeps each "in
 * guest code" until the test lets it leave, however often it is kicked.
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "qemu/rcu.h"
#include "sysemu/cpus.h"
#include "sysemu/runstate.h"
#include "sysemu/vcpu-thread.h"
#include "platform-rig.h"

#define TYPE_GUEST_CPU "guest-" TYPE_CPU

enum {
    CPUS = 2,
    WAIT_US = 10 * G_USEC_PER_SEC,
    QUIET_US = 20000,
};

/* @held: in guest code until false. @inside: is in guest code. Both atomic, by CPU index. */
static bool held[CPUS], inside[CPUS];

static bool guest_cpu_has_work(CPUState *cpu)
{
    return true;
}

static void guest_cpu_realize(DeviceState *dev, Error **errp)
{
    cpu_exec_realizefn(CPU(dev), &error_abort);
    cpu_thread_start(CPU(dev), &error_abort);
    cpu_reset(CPU(dev));
}

static void guest_cpu_class_init(ObjectClass *oc, void *data)
{
    CPU_CLASS(oc)->has_work = guest_cpu_has_work;
    DEVICE_CLASS(oc)->realize = guest_cpu_realize;
}

static const TypeInfo guest_cpu_types[] = {
    {
        .name = TYPE_GUEST_CPU,
        .parent = TYPE_CPU,
        .instance_size = sizeof(CPUState),
        .class_init = guest_cpu_class_init,
    },
};

DEFINE_TYPES(guest_cpu_types)

static int guest_exec(CPUState *cpu)
{
    qatomic_set(&inside[cpu->cpu_index], true);
    while (qatomic_read(&held[cpu->cpu_index]) || !vcpu_thread_should_exit(cpu)) {
        g_usleep(50);
    }
    qatomic_set(&inside[cpu->cpu_index], false);
    return EXCP_INTERRUPT;
}

static AccelOpsClass guest_ops = {
    .create_vcpu_thread = vcpu_thread_create,
    .vcpu_exec = guest_exec,
};

/* ---- a machine with CPUs and a device ------------------------------------------------------- */

typedef struct Fixture {
    PlatformRig rig;
    CPUState *cpu[CPUS];
} Fixture;

/* Let the CPUs' threads, and the main loop, do what they can. */
static void others_run(Fixture *f, int64_t us)
{
    prig_pump(&f->rig);
    bql_unlock();
    g_usleep(us);
    bql_lock();
}

static void hold(Fixture *f, unsigned i)
{
    qatomic_set(&held[i], true);
    while (!qatomic_read(&inside[i])) {
        others_run(f, 100);
    }
}

static void let_go(unsigned i)
{
    qatomic_set(&held[i], false);
}

static void line_wait(Fixture *f, int level)
{
    gint64 end = g_get_monotonic_time() + WAIT_US;

    while (f->rig.level[0] != level && g_get_monotonic_time() < end) {
        others_run(f, 100);
    }
    g_assert_cmpint(f->rig.level[0], ==, level);
}

static CPUState *cpu_plug(void)
{
    DeviceState *dev = qdev_new(TYPE_GUEST_CPU);

    object_property_add_child(object_get_root(), "cpu[*]", OBJECT(dev));
    qdev_realize_and_unref(dev, NULL, &error_abort);
    return CPU(dev);
}

static void set_up(Fixture *f, gconstpointer commit_waits)
{
    guest_ops.memory_commit_waits = commit_waits != NULL;
    cpus_register_accel(&guest_ops);
    runstate_init();
    prig_start_connected(&f->rig, "eoi", "trap");
    for (int i = 0; i < CPUS; i++) {
        f->cpu[i] = cpu_plug();
    }
    vm_start();
}

static void cpu_unplug(Fixture *f, unsigned i)
{
    object_unparent(OBJECT(f->cpu[i]));
    f->cpu[i] = NULL;
}

static void tear_down(Fixture *f, gconstpointer unused)
{
    for (int i = 0; i < CPUS; i++) {
        let_go(i);
    }
    vm_stop(RUN_STATE_PAUSED);
    for (int i = 0; i < CPUS; i++) {
        if (f->cpu[i]) {
            cpu_unplug(f, i);
        }
    }
    drain_call_rcu();
    prig_stop(&f->rig);
    cpus_register_accel(NULL);
}

static void fire(Fixture *f)
{
    fake_vfio_set_line(&f->rig.host, HOST_LEVEL, true);
    others_run(f, QUIET_US);
}

/* ---- tests ---------------------------------------------------------------------------------- */

static void test_waits_for_each_cpu(Fixture *f, gconstpointer unused)
{
    hold(f, 0);
    hold(f, 1);
    fire(f);
    g_assert_cmpint(prig_intp(&f->rig, HOST_LEVEL)->state, ==, VFIO_IRQ_ACTIVE);
    g_assert_cmpint(f->rig.level[0], ==, 0);
    let_go(1);
    others_run(f, QUIET_US);
    g_assert_cmpint(f->rig.level[0], ==, 0);
    let_go(0);
    line_wait(f, 1);
    /* From now on an access ends it. */
    fake_vfio_set_line(&f->rig.host, HOST_LEVEL, false);
    prig_load(&f->rig, 0, 0);
    g_assert_cmpint(f->rig.level[0], ==, 0);
}

/* A trapped access that was made before the line went up is none that ends the interrupt. */
static void test_access_while_it_waits_ends_nothing(Fixture *f, gconstpointer unused)
{
    hold(f, 0);
    fire(f);
    prig_load(&f->rig, 0, 0);
    g_assert_cmpint(prig_intp(&f->rig, HOST_LEVEL)->state, ==, VFIO_IRQ_ACTIVE);
    let_go(0);
    line_wait(f, 1);
    g_assert_cmpuint(prig_intp(&f->rig, HOST_LEVEL)->counts.eois, ==, 0);
}

static void test_nothing_to_wait_for_with_kvm(Fixture *f, gconstpointer unused)
{
    hold(f, 0);
    hold(f, 1);
    fake_vfio_set_line(&f->rig.host, HOST_LEVEL, true);
    prig_pump(&f->rig);
    g_assert_cmpint(f->rig.level[0], ==, 1);
}

static void test_next_interrupt_of_the_slow_path_waits_for_nobody(Fixture *f, gconstpointer unused)
{
    fire(f);
    line_wait(f, 1);
    fake_vfio_set_line(&f->rig.host, HOST_LEVEL, false);
    prig_load(&f->rig, 0, 0);
    hold(f, 0);
    fake_vfio_set_line(&f->rig.host, HOST_LEVEL, true);
    prig_pump(&f->rig);
    g_assert_cmpint(f->rig.level[0], ==, 1);
}

static void test_stopped_machine_settles(Fixture *f, gconstpointer unused)
{
    vm_stop(RUN_STATE_PAUSED);
    fire(f);
    line_wait(f, 1);
}

static void test_cpu_that_goes_away_is_not_waited_for(Fixture *f, gconstpointer unused)
{
    hold(f, 0);
    fire(f);
    g_assert_cmpint(f->rig.level[0], ==, 0);
    let_go(0);
    cpu_unplug(f, 0);
    line_wait(f, 1);
}

static void test_reset_while_it_waits(Fixture *f, gconstpointer unused)
{
    hold(f, 0);
    fire(f);
    fake_vfio_set_line(&f->rig.host, HOST_LEVEL, false);
    prig_reset(&f->rig);
    let_go(0);
    others_run(f, QUIET_US);
    g_assert_cmpint(f->rig.level[0], ==, 0);
    g_assert_cmpint(prig_intp(&f->rig, HOST_LEVEL)->state, ==, VFIO_IRQ_INACTIVE);
    g_assert_true(f->rig.vdev->is_fast);
}

static void test_unplug_while_it_waits(Fixture *f, gconstpointer unused)
{
    hold(f, 0);
    fire(f);
    prig_unplug(&f->rig);
    let_go(0);
    others_run(f, QUIET_US);
    g_assert_cmpint(f->rig.level[0], ==, 0);
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    qemu_init_cpu_loop();
#define CASE(name, kvm, func) \
    g_test_add("/vfio/settle/" name, Fixture, kvm, set_up, func, tear_down)
    CASE("waits-for-each-cpu", NULL, test_waits_for_each_cpu);
    CASE("access-while-it-waits-ends-nothing", NULL, test_access_while_it_waits_ends_nothing);
    CASE("nothing-to-wait-for-with-kvm", "", test_nothing_to_wait_for_with_kvm);
    CASE("next-interrupt-of-the-slow-path-waits-for-nobody", NULL,
         test_next_interrupt_of_the_slow_path_waits_for_nobody);
    CASE("stopped-machine-settles", NULL, test_stopped_machine_settles);
    CASE("cpu-that-goes-away-is-not-waited-for", NULL, test_cpu_that_goes_away_is_not_waited_for);
    CASE("reset-while-it-waits", NULL, test_reset_while_it_waits);
    CASE("unplug-while-it-waits", NULL, test_unplug_while_it_waits);
#undef CASE
    return g_test_run();
}
