/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * KVM as the host has it: a CPU runs a few instructions and switches the machine off, and its state
 * goes through a saved form and back to the kernel.  Skipped where there is no KVM; the lab runs
 * it on its hosts.
 */
#include "qemu/osdep.h"
#include "qemu/accel.h"
#include "qemu/bswap.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "qemu/rcu.h"
#include "qapi/error.h"
#include "exec/address-spaces.h"
#include "hw/qdev-properties.h"
#include "migration/qemu-file.h"
#include "sysemu/cpus.h"
#include "sysemu/hw_accel.h"
#include "sysemu/runstate.h"
#include "target/arm/kvm-internal.h"

#define RAM_BASE 0x40000000ULL
#define RAM_SIZE (1024 * 1024)
#define KVM_ARM_TPIDR_EL1 KVM_ARM_SYS(3, 0, 13, 0, 4)

static const uint32_t code[] = {
    0xd2824685,                 /* mov x5, #0x1234 */
    0xd518d085,                 /* msr tpidr_el1, x5 */
    0xd2a00606,                 /* mov x6, #0x300000: no traps of floating point */
    0xd5181046,                 /* msr cpacr_el1, x6 */
    0xd5033fdf,                 /* isb */
    0x9e6700a3,                 /* fmov d3, x5 */
    0x52800100,                 /* mov w0, #8 */
    0x72b08000,                 /* movk w0, #0x8400, lsl #16: SYSTEM_OFF */
    0xd4000002,                 /* hvc #0 */
};

static MemoryRegion ram;

/* False: skipped. */
static bool machine_start(void)
{
    static const char *const requests[] = { "kvm", NULL };
    Error *err = NULL;

    runstate_init();
    if (!accel_init_first_usable(NULL, requests, NULL, NULL, &err)) {
        g_test_skip(error_get_pretty(err));
        error_free(err);
        return false;
    }
    memory_region_init_ram(&ram, NULL, "ram", RAM_SIZE, &error_abort);
    memory_region_add_subregion(get_system_memory(), RAM_BASE, &ram);
    for (size_t i = 0; i < G_N_ELEMENTS(code); i++) {
        stl_le_p((uint8_t *)memory_region_get_ram_ptr(&ram) + i * 4, code[i]);
    }
    return true;
}

static CPUState *cpu_start(void)
{
    DeviceState *dev = qdev_new(ARM_CPU_TYPE_NAME("host"));

    object_property_add_child(object_get_root(), "cpu", OBJECT(dev));
    /* It would need an interrupt controller. */
    qdev_prop_set_bit(dev, "pmu", false);
    qdev_realize(dev, NULL, &error_abort);
    object_unref(OBJECT(dev));
    ARM_CPU(dev)->env.pc = RAM_BASE;
    cpu_synchronize_all_post_reset();
    return CPU(dev);
}

static void machine_stop(CPUState *cpu)
{
    object_unparent(OBJECT(cpu));
    drain_call_rcu();
    memory_region_del_subregion(get_system_memory(), &ram);
    accel_release();
    object_unparent(OBJECT(&ram));
    drain_call_rcu();
}

static void run_until_off(void)
{
    vm_start();
    for (unsigned i = 0; i < 10000 && qemu_shutdown_requested_get() == SHUTDOWN_CAUSE_NONE; i++) {
        bql_unlock();
        g_usleep(1000);
        bql_lock();
    }
    g_assert_cmpint(qemu_shutdown_requested_get(), ==, SHUTDOWN_CAUSE_GUEST_SHUTDOWN);
    vm_stop(RUN_STATE_PAUSED);
}

static void assert_registers(CPUState *cpu)
{
    CPUARMState *env = &ARM_CPU(cpu)->env;
    uint64_t value = 0;

    cpu_synchronize_state(cpu);
    g_assert_cmphex(env->xregs[5], ==, 0x1234);
    g_assert_cmphex(env->vregs[3].d[0], ==, 0x1234);
    g_assert_cmphex(env->pc, ==, RAM_BASE + sizeof(code));
    g_assert_cmpuint(arm_current_el(env), ==, 1);
    g_assert_cmpint(kvm_get_one_reg(cpu, KVM_ARM_TPIDR_EL1, &value), ==, 0);
    g_assert_cmphex(value, ==, 0x1234);
}

static void test_runs(void)
{
    CPUState *cpu;

    if (!machine_start()) {
        return;
    }
    cpu = cpu_start();
    run_until_off();
    assert_registers(cpu);
    machine_stop(cpu);
}

static void test_saved_state(void)
{
    g_autoptr(QEMUFile) out = NULL;
    g_autoptr(QEMUFile) in = NULL;
    uint64_t value = 1;
    const uint8_t *data;
    size_t size;
    CPUState *cpu;

    if (!machine_start()) {
        return;
    }
    cpu = cpu_start();
    run_until_off();
    cpu_synchronize_all_states();
    out = qemu_file_new_memory_output();
    g_assert_cmpint(vmstate_save_state(out, &vmstate_arm_cpu, ARM_CPU(cpu), NULL), ==, 0);
    data = qemu_file_get_data(out, &size);
    cpu_reset(cpu);
    cpu_synchronize_all_post_reset();
    g_assert_cmpint(kvm_get_one_reg(cpu, KVM_ARM_X(5), &value), ==, 0);
    g_assert_cmphex(value, ==, 0);
    cpu_synchronize_all_pre_loadvm();
    in = qemu_file_new_memory_input(data, size);
    g_assert_cmpint(vmstate_load_state(in, &vmstate_arm_cpu, ARM_CPU(cpu), 1), ==, 0);
    cpu_synchronize_all_post_init();
    g_assert_false(cpu->vcpu_dirty);
    assert_registers(cpu);
    machine_stop(cpu);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qemu_init_main_loop(&error_abort);
    bql_lock();
    module_call_init(MODULE_INIT_QOM);
    memory_map_init();
    qemu_init_cpu_loop();
    g_test_add_func("/kvm/host/runs-and-switches-off", test_runs);
    g_test_add_func("/kvm/host/saved-state", test_saved_state);
    return g_test_run();
}
