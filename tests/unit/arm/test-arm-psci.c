/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PSCI (Arm DEN 0022) and SMCCC (Arm DEN 0028) calls with register values as a guest has them, and
 * the power states behind them.
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "sysemu/cpus.h"
#include "sysemu/runstate.h"
#include "target/arm/arm-powerctl.h"
#include "target/arm/psci.h"
#include "arm-harness.h"

/* Numbers as the documents have them. */
enum {
    PSCI_VERSION = 0x84000000,
    CPU_SUSPEND32 = 0x84000001,
    CPU_OFF = 0x84000002,
    CPU_ON32 = 0x84000003,
    AFFINITY_INFO32 = 0x84000004,
    MIGRATE32 = 0x84000005,
    MIGRATE_INFO_TYPE = 0x84000006,
    SYSTEM_OFF = 0x84000008,
    SYSTEM_RESET = 0x84000009,
    PSCI_FEATURES = 0x8400000a,
    SYSTEM_SUSPEND64 = 0xc400000e,
    CPU_SUSPEND64 = 0xc4000001,
    CPU_ON64 = 0xc4000003,
    AFFINITY_INFO64 = 0xc4000004,
    SMCCC_VERSION = 0x80000000,
    SMCCC_ARCH_FEATURES = 0x80000001,
    SMCCC_ARCH_SOC_ID = 0x80000002,
    SMCCC_ARCH_WORKAROUND_1 = 0x80008000,
    SMCCC_ARCH_WORKAROUND_2 = 0x80007fff,
    SMCCC_ARCH_WORKAROUND_3 = 0x80003fff,
};

enum {
    SUCCESS = 0,
    NOT_SUPPORTED = -1,
    INVALID_PARAMETERS = -2,
    ALREADY_ON = -4,
    ON_PENDING = -5,
    INVALID_ADDRESS = -9,
};

#define N_CPUS 4
/* CPUs 0 and 1 in one cluster, 2 and 3 in another. */
static const uint64_t affinity[N_CPUS] = { 0x0, 0x1, 0x100, 0x101 };

typedef struct Machine {
    ARMCPU *cpu[N_CPUS];
} Machine;

static void set_up(Machine *m, gconstpointer unused)
{
    for (int i = 0; i < N_CPUS; i++) {
        m->cpu[i] = arm_cpu_begin("cortex-a57");
        object_property_set_uint(OBJECT(m->cpu[i]), "mp-affinity", affinity[i], &error_abort);
        object_property_set_uint(OBJECT(m->cpu[i]), "psci-conduit", 2, &error_abort);
        object_property_set_bool(OBJECT(m->cpu[i]), "start-powered-off", i > 0, &error_abort);
        arm_cpu_finish(m->cpu[i], &error_abort);
    }
}

static void tear_down(Machine *m, gconstpointer unused)
{
    for (int i = 0; i < N_CPUS; i++) {
        arm_cpu_drop(m->cpu[i]);
    }
    runstate_init();
}

static int64_t call(ARMCPU *cpu, uint32_t fn, uint64_t x1, uint64_t x2, uint64_t x3)
{
    /* The upper half of X0 is not part of a function's number. */
    cpu->env.xregs[0] = 0xabcd000000000000ULL | fn;
    cpu->env.xregs[1] = x1;
    cpu->env.xregs[2] = x2;
    cpu->env.xregs[3] = x3;
    arm_handle_psci_call(cpu);
    return cpu->env.xregs[0];
}

static void nothing(CPUState *cs, run_on_cpu_data data)
{
}

/* Until all that is queued on the CPU's thread has run. */
static void settle(ARMCPU *cpu)
{
    run_on_cpu(CPU(cpu), nothing, RUN_ON_CPU_NULL);
}

/* -- questions ------------------------------------------------------------------------------- */

static void test_versions(Machine *m, gconstpointer unused)
{
    g_assert_cmphex(call(m->cpu[0], PSCI_VERSION, 0, 0, 0), ==, 0x10001);
    g_assert_cmphex(call(m->cpu[0], SMCCC_VERSION, 0, 0, 0), ==, 0x10001);
    /* No trusted OS. */
    g_assert_cmpint(call(m->cpu[0], MIGRATE_INFO_TYPE, 0, 0, 0), ==, 2);
}

static void test_features(Machine *m, gconstpointer unused)
{
    static const uint32_t there[] = {
        PSCI_VERSION, CPU_SUSPEND32, CPU_SUSPEND64, CPU_OFF, CPU_ON32, CPU_ON64, AFFINITY_INFO32,
        AFFINITY_INFO64, MIGRATE_INFO_TYPE, SYSTEM_OFF, SYSTEM_RESET, PSCI_FEATURES,
        SMCCC_VERSION,
    };
    static const uint32_t missing[] = {
        MIGRATE32, SYSTEM_SUSPEND64, 0x84000012, 0xc4000012, 0x8400001f, 0, 0xffffffff,
    };

    for (size_t i = 0; i < G_N_ELEMENTS(there); i++) {
        g_assert_cmpint(call(m->cpu[0], PSCI_FEATURES, there[i], 0, 0), ==, SUCCESS);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(missing); i++) {
        g_assert_cmpint(call(m->cpu[0], PSCI_FEATURES, missing[i], 0, 0), ==, NOT_SUPPORTED);
    }
}

static void test_arch_features(Machine *m, gconstpointer unused)
{
    static const uint32_t workarounds[] = {
        SMCCC_ARCH_WORKAROUND_1, SMCCC_ARCH_WORKAROUND_2, SMCCC_ARCH_WORKAROUND_3,
    };

    for (size_t i = 0; i < G_N_ELEMENTS(workarounds); i++) {
        /* 0 would say "required". */
        g_assert_cmpint(call(m->cpu[0], SMCCC_ARCH_FEATURES, workarounds[i], 0, 0), ==, 1);
        g_assert_cmpint(call(m->cpu[0], workarounds[i], 0, 0, 0), ==, SUCCESS);
    }
    g_assert_cmpint(call(m->cpu[0], SMCCC_ARCH_FEATURES, SMCCC_VERSION, 0, 0), ==, SUCCESS);
    g_assert_cmpint(call(m->cpu[0], SMCCC_ARCH_FEATURES, SMCCC_ARCH_FEATURES, 0, 0), ==, SUCCESS);
    g_assert_cmpint(call(m->cpu[0], SMCCC_ARCH_FEATURES, SMCCC_ARCH_SOC_ID, 0, 0), ==,
                    NOT_SUPPORTED);
    g_assert_cmpint(call(m->cpu[0], SMCCC_ARCH_FEATURES, CPU_ON64, 0, 0), ==, NOT_SUPPORTED);
}

static void test_unknown_calls(Machine *m, gconstpointer unused)
{
    static const uint32_t fns[] = {
        0, 1, MIGRATE32, SYSTEM_SUSPEND64, SMCCC_ARCH_SOC_ID, 0x84000040, 0xc4000000, 0xffffffff,
        0x86000000,
    };

    for (size_t i = 0; i < G_N_ELEMENTS(fns); i++) {
        g_assert_cmpint(call(m->cpu[0], fns[i], 1, 2, 3), ==, NOT_SUPPORTED);
    }
    /* Arguments stay. */
    g_assert_cmpuint(m->cpu[0]->env.xregs[1], ==, 1);
    g_assert_cmpuint(m->cpu[0]->env.xregs[3], ==, 3);
}

static void test_conduit(Machine *m, gconstpointer unused)
{
    g_assert_true(arm_is_psci_call(m->cpu[0], ARM_CONDUIT_HVC));
    g_assert_false(arm_is_psci_call(m->cpu[0], ARM_CONDUIT_SMC));
    m->cpu[0]->psci_conduit = QEMU_PSCI_CONDUIT_DISABLED;
    g_assert_false(arm_is_psci_call(m->cpu[0], ARM_CONDUIT_HVC));
    m->cpu[0]->psci_conduit = QEMU_PSCI_CONDUIT_SMC;
    g_assert_true(arm_is_psci_call(m->cpu[0], ARM_CONDUIT_SMC));
}

/* -- on and off ------------------------------------------------------------------------------ */

static void test_reset_state(Machine *m, gconstpointer unused)
{
    g_assert_cmpint(m->cpu[0]->power_state, ==, PSCI_ON);
    g_assert_cmpuint(CPU(m->cpu[0])->halted, ==, 0);
    g_assert_cmpint(m->cpu[1]->power_state, ==, PSCI_OFF);
    g_assert_cmpuint(CPU(m->cpu[1])->halted, ==, 1);
    /* An interrupt does not wake a CPU that is off. */
    qemu_set_irq(qdev_get_gpio_in(DEVICE(m->cpu[1]), ARM_CPU_IRQ), 1);
    g_assert_false(cpu_has_work(CPU(m->cpu[1])));
}

static void test_cpu_on(Machine *m, gconstpointer unused)
{
    ARMCPU *target = m->cpu[2];

    target->env.xregs[5] = 1;
    g_assert_cmpint(call(m->cpu[0], CPU_ON64, 0x100, 0x8000000040080000ULL, 0x123456789abcdefULL),
                    ==, SUCCESS);
    /* The lock is held: the target's thread cannot have run. */
    g_assert_cmpint(target->power_state, ==, PSCI_ON_PENDING);
    g_assert_cmpint(call(m->cpu[0], AFFINITY_INFO64, 0x100, 0, 0), ==, 2);
    g_assert_cmpint(call(m->cpu[0], CPU_ON64, 0x100, 0x40080000, 0), ==, ON_PENDING);
    settle(target);
    g_assert_cmpint(target->power_state, ==, PSCI_ON);
    g_assert_cmphex(target->env.pc, ==, 0x8000000040080000ULL);
    g_assert_cmphex(target->env.xregs[0], ==, 0x123456789abcdefULL);
    g_assert_cmphex(target->env.xregs[5], ==, 0);
    g_assert_cmphex(target->env.pstate, ==, 0x3c5);
    g_assert_cmpuint(CPU(target)->halted, ==, 0);
    g_assert_cmpint(call(m->cpu[0], CPU_ON64, 0x100, 0x40080000, 0), ==, ALREADY_ON);
    g_assert_cmpint(call(m->cpu[0], CPU_ON64, 0, 0x40080000, 0), ==, ALREADY_ON);
}

static void test_cpu_on_32(Machine *m, gconstpointer unused)
{
    /* Upper halves do not count. */
    g_assert_cmpint(call(m->cpu[0], CPU_ON32, 0xdead00000001ULL, 0xdead40080000ULL,
                         0xdead00000007ULL), ==, SUCCESS);
    settle(m->cpu[1]);
    g_assert_cmphex(m->cpu[1]->env.pc, ==, 0x40080000);
    g_assert_cmphex(m->cpu[1]->env.xregs[0], ==, 7);
}

static void test_cpu_on_bad_arguments(Machine *m, gconstpointer unused)
{
    g_assert_cmpint(call(m->cpu[0], CPU_ON64, 0x2, 0x40080000, 0), ==, INVALID_PARAMETERS);
    g_assert_cmpint(call(m->cpu[0], CPU_ON64, 0x80000001, 0x40080000, 0), ==, INVALID_PARAMETERS);
    g_assert_cmpint(call(m->cpu[0], CPU_ON64, 0x1, 0x40080001, 0), ==, INVALID_ADDRESS);
    g_assert_cmpint(m->cpu[1]->power_state, ==, PSCI_OFF);
}

static void test_cpu_off_and_on_again(Machine *m, gconstpointer unused)
{
    for (int i = 0; i < 100; i++) {
        g_assert_cmpint(call(m->cpu[0], CPU_ON64, 0x1, 0x40080000 + 4 * i, i), ==, SUCCESS);
        settle(m->cpu[1]);
        g_assert_cmphex(m->cpu[1]->env.pc, ==, 0x40080000 + 4 * i);
        call(m->cpu[1], CPU_OFF, 0, 0, 0);
        settle(m->cpu[1]);
        g_assert_cmpint(m->cpu[1]->power_state, ==, PSCI_OFF);
        g_assert_cmpuint(CPU(m->cpu[1])->halted, ==, 1);
        g_assert_cmpint(call(m->cpu[0], AFFINITY_INFO64, 0x1, 0, 0), ==, 1);
    }
}

static void off_call(CPUState *cs, run_on_cpu_data data)
{
    call(ARM_CPU(cs), CPU_OFF, 0, 0, 0);
    /* On its own thread it is off at once. */
    g_assert_cmpint(ARM_CPU(cs)->power_state, ==, PSCI_OFF);
    g_assert_cmpuint(cs->halted, ==, 1);
}

static void test_cpu_off_itself(Machine *m, gconstpointer unused)
{
    run_on_cpu(CPU(m->cpu[0]), off_call, RUN_ON_CPU_NULL);
    g_assert_cmpint(m->cpu[0]->power_state, ==, PSCI_OFF);
}

/* The machine is reset between the call and the target's thread. */
static void test_reset_cancels_pending(Machine *m, gconstpointer unused)
{
    call(m->cpu[0], CPU_ON64, 0x1, 0x40080000, 0);
    cpu_reset(CPU(m->cpu[1]));
    settle(m->cpu[1]);
    g_assert_cmpint(m->cpu[1]->power_state, ==, PSCI_OFF);
    g_assert_cmpuint(CPU(m->cpu[1])->halted, ==, 1);
    g_assert_cmphex(m->cpu[1]->env.pc, ==, 0);
    /* And a newer request wins. */
    call(m->cpu[0], CPU_ON64, 0x1, 0x40080000, 0);
    cpu_reset(CPU(m->cpu[1]));
    call(m->cpu[0], CPU_ON64, 0x1, 0x50000000, 0);
    settle(m->cpu[1]);
    g_assert_cmphex(m->cpu[1]->env.pc, ==, 0x50000000);
}

/* -- affinity -------------------------------------------------------------------------------- */

static void test_affinity_info(Machine *m, gconstpointer unused)
{
    ARMCPU *cpu = m->cpu[0];

    g_assert_cmpint(call(cpu, AFFINITY_INFO64, 0x0, 0, 0), ==, 0);
    g_assert_cmpint(call(cpu, AFFINITY_INFO64, 0x101, 0, 0), ==, 1);
    /* Clusters: one has a running CPU, the other none; the whole machine has one. */
    g_assert_cmpint(call(cpu, AFFINITY_INFO64, 0x0, 1, 0), ==, 0);
    g_assert_cmpint(call(cpu, AFFINITY_INFO64, 0x100, 1, 0), ==, 1);
    g_assert_cmpint(call(cpu, AFFINITY_INFO64, 0x100, 2, 0), ==, 0);
    g_assert_cmpint(call(cpu, AFFINITY_INFO64, 0x0, 3, 0), ==, 0);
    /* No such CPU, cluster, level. */
    g_assert_cmpint(call(cpu, AFFINITY_INFO64, 0x2, 0, 0), ==, INVALID_PARAMETERS);
    g_assert_cmpint(call(cpu, AFFINITY_INFO64, 0x200, 1, 0), ==, INVALID_PARAMETERS);
    g_assert_cmpint(call(cpu, AFFINITY_INFO64, 0x0, 4, 0), ==, INVALID_PARAMETERS);
    g_assert_cmpint(call(cpu, AFFINITY_INFO64, 0x80000000, 0, 0), ==, INVALID_PARAMETERS);
}

/* -- suspend, system ------------------------------------------------------------------------- */

static void test_cpu_suspend(Machine *m, gconstpointer unused)
{
    ARMCPU *cpu = m->cpu[0];

    g_assert_cmpint(call(cpu, CPU_SUSPEND64, 0, 0, 0), ==, SUCCESS);
    g_assert_cmpuint(CPU(cpu)->halted, ==, 1);
    g_assert_cmpint(cpu->power_state, ==, PSCI_ON);
    g_assert_false(cpu_has_work(CPU(cpu)));
    qemu_set_irq(qdev_get_gpio_in(DEVICE(cpu), ARM_CPU_IRQ), 1);
    g_assert_true(cpu_has_work(CPU(cpu)));
    /* Reserved bits of power_state. */
    g_assert_cmpint(call(cpu, CPU_SUSPEND64, 1 << 17, 0, 0), ==, INVALID_PARAMETERS);
    g_assert_cmpint(call(cpu, CPU_SUSPEND64, 1ULL << 26, 0, 0), ==, INVALID_PARAMETERS);
}

static void test_system_off(Machine *m, gconstpointer unused)
{
    call(m->cpu[0], SYSTEM_OFF, 0, 0, 0);
    g_assert_cmpint(qemu_shutdown_requested_get(), ==, SHUTDOWN_CAUSE_GUEST_SHUTDOWN);
    settle(m->cpu[0]);
    g_assert_cmpint(m->cpu[0]->power_state, ==, PSCI_OFF);
}

static void test_system_reset(Machine *m, gconstpointer unused)
{
    call(m->cpu[0], SYSTEM_RESET, 0, 0, 0);
    g_assert_cmpint(qemu_reset_requested_get(), ==, SHUTDOWN_CAUSE_GUEST_RESET);
    settle(m->cpu[0]);
    g_assert_cmpint(m->cpu[0]->power_state, ==, PSCI_OFF);
}

/* -- power control for others ---------------------------------------------------------------- */

static void test_powerctl(Machine *m, gconstpointer unused)
{
    g_assert_true(arm_get_cpu_by_id(0x101) == CPU(m->cpu[3]));
    g_assert_null(arm_get_cpu_by_id(0x102));
    g_assert_cmpint(arm_set_cpu_on(0x101, 0x1000, 0, 2, true), ==,
                    QEMU_ARM_POWERCTL_INVALID_PARAM);
    g_assert_cmpint(arm_set_cpu_on(0x101, 0x1000, 0, 1, false), ==,
                    QEMU_ARM_POWERCTL_INVALID_PARAM);
    g_assert_cmpint(arm_set_cpu_off(0x101), ==, QEMU_ARM_POWERCTL_IS_OFF);
    g_assert_cmpint(arm_reset_cpu(0x101), ==, QEMU_ARM_POWERCTL_IS_OFF);
    g_assert_cmpint(arm_reset_cpu(0x102), ==, QEMU_ARM_POWERCTL_INVALID_PARAM);
    g_assert_cmpint(arm_set_cpu_on_and_reset(0x101), ==, QEMU_ARM_POWERCTL_RET_SUCCESS);
    settle(m->cpu[3]);
    g_assert_cmpint(m->cpu[3]->power_state, ==, PSCI_ON);
    g_assert_cmphex(m->cpu[3]->env.pc, ==, 0);
    m->cpu[3]->env.pc = 0x1234;
    g_assert_cmpint(arm_reset_cpu(0x101), ==, QEMU_ARM_POWERCTL_RET_SUCCESS);
    settle(m->cpu[3]);
    g_assert_cmphex(m->cpu[3]->env.pc, ==, 0);
    g_assert_cmpint(m->cpu[3]->power_state, ==, PSCI_ON);
}

static void add(const char *path, void (*fn)(Machine *, gconstpointer))
{
    g_test_add_vtable(path, sizeof(Machine), NULL, (GTestFixtureFunc)set_up, (GTestFixtureFunc)fn,
                      (GTestFixtureFunc)tear_down);
}

int main(int argc, char **argv)
{
    arm_harness_init(&argc, &argv);
    runstate_init();
    add("/arm/psci/versions", test_versions);
    add("/arm/psci/features", test_features);
    add("/arm/psci/arch-features", test_arch_features);
    add("/arm/psci/unknown-calls-are-not-supported", test_unknown_calls);
    add("/arm/psci/conduit", test_conduit);
    add("/arm/psci/reset-state", test_reset_state);
    add("/arm/psci/cpu-on", test_cpu_on);
    add("/arm/psci/cpu-on-32", test_cpu_on_32);
    add("/arm/psci/cpu-on-bad-arguments", test_cpu_on_bad_arguments);
    add("/arm/psci/cpu-off-and-on-again", test_cpu_off_and_on_again);
    add("/arm/psci/cpu-off-itself", test_cpu_off_itself);
    add("/arm/psci/reset-cancels-pending", test_reset_cancels_pending);
    add("/arm/psci/affinity-info", test_affinity_info);
    add("/arm/psci/cpu-suspend", test_cpu_suspend);
    add("/arm/psci/system-off", test_system_off);
    add("/arm/psci/system-reset", test_system_reset);
    add("/arm/powerctl", test_powerctl);
    return g_test_run();
}
