/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CPUs under KVM whose interrupt controller is this program's: KVM_IRQ_LINE, and the lines of the
 * timers that KVM_RUN tells of (Documentation/virt/kvm/api.rst, KVM_CAP_ARM_USER_IRQ).
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/main-loop.h"
#include "qapi/error.h"
#include "hw/irq.h"
#include "hw/qdev-core.h"
#include "sysemu/cpus.h"
#include "sysemu/hw_accel.h"
#include "sysemu/runstate.h"
#include "target/arm/kvm-internal.h"
#include "kvm-arm-rig.h"

#define ROUNDS 2000

/* As arm64's <asm/kvm.h> has them. */
#define LINE_OF_CPU_0_IRQ 0
#define DEV_EL1_VTIMER (1 << 0)

static KVMArmRig rig;
static bool is_inside;          /* in KVM_RUN; atomic */
static unsigned calls;          /* of KVM_IRQ_LINE for the IRQ pin; atomic */
static bool pin_level;          /* what it said last; atomic */
static uint64_t device_lines;   /* what KVM_RUN comes back with; atomic */
static bool timer_output;       /* atomic */

/* Linux keeps the pins where KVM_RUN changes other bits: it must not be told meanwhile. */
static bool lines_ioctl(char kind, int fd, unsigned long request, void *arg, int *ret)
{
    const struct kvm_irq_level *line = arg;

    if (kind != 'v' || request != KVM_IRQ_LINE) {
        return fake_kvm_arm_ioctl(kind, fd, request, arg, ret);
    }
    g_assert_false(qatomic_read(&is_inside));
    if (line->irq == LINE_OF_CPU_0_IRQ) {
        g_assert_true(qemu_cpu_is_self(first_cpu));
        qatomic_set(&pin_level, line->level);
        qatomic_inc(&calls);
    }
    *ret = 0;
    return true;
}

static int run_until_kicked(FakeKVMCpu *cpu, struct kvm_run *run)
{
    qatomic_set(&is_inside, true);
    while (!qatomic_read(&run->immediate_exit)) {
        if (qatomic_read((uint64_t *)&run->s) != qatomic_read(&device_lines)) {
            qatomic_set((uint64_t *)&run->s, qatomic_read(&device_lines));
            break;
        }
        sched_yield();
    }
    qatomic_set(&is_inside, false);
    errno = EINTR;
    return -1;
}

static void timer_output_set(void *opaque, int n, int level)
{
    qatomic_set(&timer_output, level);
}

static void wait_without_bql(bool (*is_so)(void))
{
    bql_unlock();
    while (!is_so()) {
        sched_yield();
    }
    bql_lock();
}

static bool has_been_told(void)
{
    return qatomic_read(&calls) > 0;
}

static bool pin_is_high(void)
{
    return qatomic_read(&pin_level);
}

static bool pin_is_low(void)
{
    return !qatomic_read(&pin_level);
}

static bool timer_is_high(void)
{
    return qatomic_read(&timer_output);
}

static void nothing(CPUState *cpu, run_on_cpu_data data)
{
}

static void machine_start(void)
{
    calls = device_lines = 0;
    pin_level = timer_output = false;
    kvm_arm_rig_start_cpus(&rig, 1);
    fake_kvm.ioctl = lines_ioctl;
    fake_kvm.run = run_until_kicked;
    vm_start();
}

static void test_pins_are_told_by_the_cpu_itself(void)
{
    qemu_irq pin;
    unsigned before;

    machine_start();
    pin = qdev_get_gpio_in(DEVICE(rig.cpus[0]), ARM_CPU_IRQ);
    wait_without_bql(has_been_told);
    for (unsigned i = 0; i < ROUNDS; i++) {
        qemu_irq_raise(pin);
        wait_without_bql(pin_is_high);
        qemu_irq_lower(pin);
        wait_without_bql(pin_is_low);
    }
    before = qatomic_read(&calls);
    qemu_irq_lower(pin);
    cpu_exit(rig.cpus[0]);
    run_on_cpu(rig.cpus[0], nothing, RUN_ON_CPU_NULL);
    g_assert_cmpuint(qatomic_read(&calls), ==, before);
    kvm_arm_rig_stop(&rig);
}

/* The kernel forgets its pins when the CPU is reset. */
static void test_reset_tells_again(void)
{
    machine_start();
    qemu_irq_raise(qdev_get_gpio_in(DEVICE(rig.cpus[0]), ARM_CPU_IRQ));
    wait_without_bql(pin_is_high);
    vm_stop(RUN_STATE_PAUSED);
    calls = 0;
    pin_level = false;
    cpu_reset(rig.cpus[0]);
    cpu_synchronize_all_post_reset();
    g_assert_cmpuint(calls, ==, 0);
    vm_start();
    wait_without_bql(pin_is_high);
    kvm_arm_rig_stop(&rig);
}

static void test_timers_lines_reach_the_outputs(void)
{
    qemu_irq input = qemu_allocate_irq(timer_output_set, NULL, 0);

    machine_start();
    qdev_connect_gpio_out(DEVICE(rig.cpus[0]), GTIMER_VIRT, input);
    qatomic_set(&device_lines, DEV_EL1_VTIMER);
    wait_without_bql(timer_is_high);
    kvm_arm_rig_stop(&rig);
    qemu_free_irq(input);
}

int main(int argc, char **argv)
{
    kvm_arm_rig_init(&argc, &argv);
    g_test_add_func("/kvm/lines/pins-are-told-by-the-cpu-itself",
                    test_pins_are_told_by_the_cpu_itself);
    g_test_add_func("/kvm/lines/reset-tells-again", test_reset_tells_again);
    g_test_add_func("/kvm/lines/timers-lines-reach-the-outputs",
                    test_timers_lines_reach_the_outputs);
    return g_test_run();
}
