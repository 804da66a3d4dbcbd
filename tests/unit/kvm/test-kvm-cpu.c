/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arm CPUs under KVM against the fake kernel: how they are made, what goes to the kernel and comes
 * from it and when, running, kicking, and each way of leaving guest code.
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/main-loop.h"
#include "qemu/error-report.h"
#include "qapi/error.h"
#include "exec/address-spaces.h"
#include "migration/qemu-file.h"
#include "migration/vmstate.h"
#include "sysemu/cpus.h"
#include "sysemu/hw_accel.h"
#include "sysemu/runstate.h"
#include "target/arm/kvm-internal.h"
#include "kvm-arm-rig.h"

static KVMArmRig rig;

static bool feature_is_set(unsigned id, unsigned feature)
{
    return fake_kvm_arm[id].init.features[0] & (1u << feature);
}

/* -- making ---------------------------------------------------------------------------------- */

static void test_features(void)
{
    kvm_arm_rig_start(&rig);
    fake_kvm.extensions[KVM_CAP_ARM_PMU_V3] = 1;
    fake_kvm.extensions[KVM_CAP_ARM_PTRAUTH_ADDRESS] = 1;
    rig.cpus[0] = kvm_arm_rig_cpu("host", false, &error_abort);
    rig.cpus[1] = kvm_arm_rig_cpu("max", true, &error_abort);
    g_assert_cmpuint(fake_kvm_arm[0].init.target, ==, 5);
    g_assert_true(feature_is_set(0, KVM_ARM_FEATURE_PSCI_0_2));
    g_assert_true(feature_is_set(0, KVM_ARM_FEATURE_PMU_V3));
    /* Both kinds of pointer authentication or none. */
    g_assert_false(feature_is_set(0, KVM_ARM_FEATURE_PTRAUTH_ADDRESS));
    g_assert_false(feature_is_set(0, KVM_ARM_FEATURE_POWER_OFF));
    g_assert_true(feature_is_set(1, KVM_ARM_FEATURE_POWER_OFF));
    kvm_arm_rig_stop(&rig);
}

static void assert_cpu_refused(const char *model, const char *message)
{
    Error *err = NULL;

    g_assert_null(kvm_arm_rig_cpu(model, false, &err));
    g_assert_cmpstr(error_get_pretty(err), ==, message);
    error_free(err);
    kvm_arm_rig_stop(&rig);
    g_assert_null(first_cpu);
}

static void test_other_model(void)
{
    kvm_arm_rig_start(&rig);
    assert_cpu_refused("cortex-a57", "CPU model \"cortex-a57\" cannot run under KVM, which has the "
                       "host's CPU only: use -cpu host");
}

static void test_refusals(void)
{
    static const struct {
        unsigned long request;
        const char *message;
    } cases[] = {
        { KVM_CREATE_VCPU, "KVM does not make CPU 0: Cannot allocate memory" },
        { KVM_ARM_IOCTL_PREFERRED_TARGET,
          "KVM does not say what CPU the host has: Cannot allocate memory" },
        { KVM_ARM_IOCTL_VCPU_INIT, "KVM does not initialise CPU 0: Cannot allocate memory" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        kvm_arm_rig_start(&rig);
        fake_kvm.fail_request = cases[i].request;
        fake_kvm.fail_errno = ENOMEM;
        assert_cpu_refused("host", cases[i].message);
    }
    kvm_arm_rig_start(&rig);
    fake_kvm.mmap_errno = EPERM;
    assert_cpu_refused("host", "KVM's state of CPU 0 cannot be mapped: Operation not permitted");
}

/* -- registers ------------------------------------------------------------------------------- */

static uint64_t reg(uint64_t id)
{
    return *fake_kvm_arm_reg(0, id);
}

static CPUARMState *env(void)
{
    return &ARM_CPU(rig.cpus[0])->env;
}

static void test_first_reset_writes_what_differs(void)
{
    kvm_arm_rig_start(&rig);
    rig.cpus[0] = kvm_arm_rig_cpu("host", false, &error_abort);
    env()->pc = RIG_RAM;
    env()->xregs[0] = 0x1234;
    cpu_synchronize_all_post_reset();
    g_assert_cmphex(reg(KVM_ARM_PC), ==, RIG_RAM);
    g_assert_cmphex(reg(KVM_ARM_X(0)), ==, 0x1234);
    g_assert_cmpuint(fake_kvm_arm[0].sets, ==, 2);
    g_assert_cmpuint(fake_kvm_arm[0].gets, ==, 0);
    g_assert_cmpuint(fake_kvm_arm[0].inits, ==, 1);
    kvm_arm_rig_stop(&rig);
}

static void test_later_reset_is_the_kernels(void)
{
    kvm_arm_rig_start_cpus(&rig, 2);
    *fake_kvm_arm_reg(0, KVM_ARM_SCTLR_EL1) = 0xdead;
    *fake_kvm_arm_reg(0, KVM_ARM_X(5)) = 5;
    fake_kvm_arm[1].mp_state.mp_state = KVM_MP_STATE_RUNNABLE;
    cpu_reset(rig.cpus[0]);
    cpu_reset(rig.cpus[1]);
    cpu_synchronize_all_post_reset();
    g_assert_cmpuint(fake_kvm_arm[0].inits, ==, 2);
    g_assert_cmphex(reg(KVM_ARM_X(5)), ==, 0);
    g_assert_cmphex(reg(KVM_ARM_SCTLR_EL1), ==, 0x1000);
    g_assert_cmpuint(fake_kvm_arm[1].mp_state.mp_state, ==, KVM_MP_STATE_STOPPED);
    kvm_arm_rig_stop(&rig);
}

/* CPUs that entered KVM_RUN with a signal pending that is only let in there. */
static unsigned turned_back, signal_masks;

static bool sort_ioctl(char kind, int fd, unsigned long request, void *arg, int *ret)
{
    sigset_t pending;

    if (request == KVM_SET_SIGNAL_MASK) {
        signal_masks += arg ? 1 : -1;
        *ret = 0;
        return true;
    }
    if (request != KVM_RUN || !signal_masks) {
        return fake_kvm_arm_ioctl(kind, fd, request, arg, ret);
    }
    sigpending(&pending);
    turned_back += sigismember(&pending, SIG_IPI) == 1;
    errno = EINTR;
    *ret = -1;
    return true;
}

/* The kernel takes interrupts off a CPU's list only when the CPU is about to enter the guest. */
static void test_reset_has_interrupts_sorted(void)
{
    bool was_in_kernel = kvm_kernel_irqchip;

    kvm_arm_rig_start_cpus(&rig, 2);
    fake_kvm.ioctl = sort_ioctl;
    fake_kvm.cpus[1].run->exit_reason = KVM_EXIT_INTR;
    kvm_kernel_irqchip = false;
    turned_back = 0;
    cpu_synchronize_all_post_reset();
    g_assert_cmpuint(turned_back, ==, 0);
    /* CPU 0 never was in the guest. */
    kvm_kernel_irqchip = true;
    cpu_synchronize_all_post_reset();
    g_assert_cmpuint(turned_back, ==, 1);
    g_assert_cmpuint(signal_masks, ==, 0);
    fake_kvm.ioctl = fake_kvm_arm_ioctl;
    kvm_kernel_irqchip = was_in_kernel;
    kvm_arm_rig_stop(&rig);
}

static void test_registers_come_and_go(void)
{
    kvm_arm_rig_start_cpus(&rig, 1);
    for (int i = 0; i < 31; i++) {
        *fake_kvm_arm_reg(0, KVM_ARM_X(i)) = 100 + i;
    }
    *fake_kvm_arm_reg(0, KVM_ARM_PC) = RIG_RAM + 4;
    *fake_kvm_arm_reg(0, KVM_ARM_SP_EL0) = 0xe0;
    *fake_kvm_arm_reg(0, KVM_ARM_SP_EL1) = 0xe1;
    fake_kvm_arm_reg(0, KVM_ARM_V(31))[1] = 0xabcd;
    *fake_kvm_arm_reg(0, KVM_ARM_FPCR) = 7;
    cpu_synchronize_state(rig.cpus[0]);
    g_assert_true(rig.cpus[0]->vcpu_dirty);
    g_assert_cmphex(env()->xregs[30], ==, 130);
    g_assert_cmphex(env()->pc, ==, RIG_RAM + 4);
    g_assert_cmphex(env()->xregs[31], ==, 0xe1);
    g_assert_cmphex(env()->vregs[31].d[1], ==, 0xabcd);
    g_assert_cmphex(env()->fpcr, ==, 7);
    /* At EL0 the other stack pointer is in use. */
    pstate_write(env(), PSTATE_MODE_EL0t);
    g_assert_cmphex(env()->xregs[31], ==, 0xe0);
    env()->xregs[31] = 0xf0;
    env()->pc = RIG_RAM + 8;
    vm_start();
    while (rig.cpus[0]->vcpu_dirty) {
        bql_unlock();
        g_usleep(100);
        bql_lock();
    }
    vm_stop(RUN_STATE_PAUSED);
    g_assert_cmphex(reg(KVM_ARM_PC), ==, RIG_RAM + 8);
    g_assert_cmphex(reg(KVM_ARM_SP_EL0), ==, 0xf0);
    g_assert_cmphex(reg(KVM_ARM_SP_EL1), ==, 0xe1);
    g_assert_cmphex(reg(KVM_ARM_PSTATE), ==, PSTATE_MODE_EL0t);
    kvm_arm_rig_stop(&rig);
}

static void test_unreadable_registers_stop_the_machine(void)
{
    kvm_arm_rig_start_cpus(&rig, 1);
    vm_start();
    fake_kvm.fail_request = KVM_GET_ONE_REG;
    fake_kvm.fail_errno = EIO;
    cpu_synchronize_state(rig.cpus[0]);
    fake_kvm.fail_errno = 0;
    main_loop_wait(true);
    g_assert_false(rig.cpus[0]->vcpu_dirty);
    kvm_arm_rig_stop(&rig);
}

/* -- saved state ----------------------------------------------------------------------------- */

static QEMUFile *save(void)
{
    QEMUFile *f = qemu_file_new_memory_output();

    g_assert_cmpint(vmstate_save_state(f, &vmstate_arm_cpu, ARM_CPU(rig.cpus[0]), NULL), ==,
                    0);
    return f;
}

static int load(QEMUFile *saved)
{
    size_t size;
    const uint8_t *data = qemu_file_get_data(saved, &size);
    QEMUFile *f = qemu_file_new_memory_input(data, size);
    int ret = vmstate_load_state(f, &vmstate_arm_cpu, ARM_CPU(rig.cpus[0]), 1);

    qemu_fclose(f);
    return ret;
}

static void test_saved_state(void)
{
    QEMUFile *saved;

    kvm_arm_rig_start_cpus(&rig, 1);
    *fake_kvm_arm_reg(0, KVM_ARM_X(3)) = 33;
    *fake_kvm_arm_reg(0, KVM_ARM_PSTATE) = PSTATE_MODE_EL1h | PSTATE_Z;
    *fake_kvm_arm_reg(0, KVM_ARM_TTBR0_EL1) = 0x777000;
    *fake_kvm_arm_reg(0, KVM_ARM_TIMER_CNT) = 1000000;
    fake_kvm_arm[0].events.serror_pending = 1;
    fake_kvm_arm[0].mp_state.mp_state = KVM_MP_STATE_STOPPED;
    cpu_synchronize_all_states();
    saved = save();
    cpu_reset(rig.cpus[0]);
    cpu_synchronize_all_post_reset();
    g_assert_cmphex(reg(KVM_ARM_TTBR0_EL1), !=, 0x777000);
    cpu_synchronize_all_pre_loadvm();
    g_assert_cmpint(load(saved), ==, 0);
    cpu_synchronize_all_post_init();
    g_assert_cmphex(reg(KVM_ARM_X(3)), ==, 33);
    g_assert_cmphex(reg(KVM_ARM_PSTATE), ==, PSTATE_MODE_EL1h | PSTATE_Z);
    g_assert_cmphex(reg(KVM_ARM_TTBR0_EL1), ==, 0x777000);
    g_assert_cmphex(reg(KVM_ARM_TIMER_CNT), ==, 1000000);
    g_assert_cmpuint(fake_kvm_arm[0].events.serror_pending, ==, 1);
    g_assert_cmpuint(fake_kvm_arm[0].mp_state.mp_state, ==, KVM_MP_STATE_STOPPED);
    qemu_fclose(saved);
    kvm_arm_rig_stop(&rig);
}

/* One sets, the other clears the same bits: no order of writing both gives the value back. */
static void test_pairs_are_loaded(void)
{
    QEMUFile *saved;

    kvm_arm_rig_start_cpus(&rig, 1);
    *fake_kvm_arm_reg(0, KVM_ARM_PMCNTENSET_EL0) = 0x8000001e;
    *fake_kvm_arm_reg(0, KVM_ARM_PMCNTENCLR_EL0) = 0x8000001e;
    cpu_synchronize_all_states();
    saved = save();
    *fake_kvm_arm_reg(0, KVM_ARM_PMCNTENSET_EL0) = 0x41;
    *fake_kvm_arm_reg(0, KVM_ARM_PMCNTENCLR_EL0) = 0x41;
    cpu_synchronize_all_pre_loadvm();
    g_assert_cmpint(load(saved), ==, 0);
    cpu_synchronize_all_post_init();
    g_assert_cmphex(reg(KVM_ARM_PMCNTENSET_EL0), ==, 0x8000001e);
    g_assert_cmphex(reg(KVM_ARM_PMCNTENCLR_EL0), ==, 0x8000001e);
    qemu_fclose(saved);
    kvm_arm_rig_stop(&rig);
}

static void test_counter_stands_still(void)
{
    kvm_arm_rig_start_cpus(&rig, 1);
    vm_start();
    *fake_kvm_arm_reg(0, KVM_ARM_TIMER_CNT) = 5000;
    vm_stop(RUN_STATE_PAUSED);
    *fake_kvm_arm_reg(0, KVM_ARM_TIMER_CNT) = 9000; /* the host's goes on */
    vm_start();
    g_assert_cmpuint(reg(KVM_ARM_TIMER_CNT), ==, 5000);
    kvm_arm_rig_stop(&rig);
}

/* What is saved is the moment of the stop, and what was loaded waits for the machine to go on. */
static void test_counter_is_saved_as_it_stood(void)
{
    QEMUFile *saved;

    kvm_arm_rig_start_cpus(&rig, 1);
    vm_start();
    *fake_kvm_arm_reg(0, KVM_ARM_TIMER_CNT) = 5000;
    vm_stop(RUN_STATE_PAUSED);
    *fake_kvm_arm_reg(0, KVM_ARM_TIMER_CNT) = 9000;
    cpu_synchronize_all_states();
    saved = save();
    cpu_synchronize_all_pre_loadvm();
    g_assert_cmpint(load(saved), ==, 0);
    cpu_synchronize_all_post_init();
    g_assert_cmpuint(reg(KVM_ARM_TIMER_CNT), ==, 5000);
    *fake_kvm_arm_reg(0, KVM_ARM_TIMER_CNT) = 12000;
    vm_start();
    g_assert_cmpuint(reg(KVM_ARM_TIMER_CNT), ==, 5000);
    qemu_fclose(saved);
    kvm_arm_rig_stop(&rig);
}

/* -- running --------------------------------------------------------------------------------- */

static void nothing(CPUState *cpu, run_on_cpu_data data)
{
    qatomic_inc((unsigned *)data.host_ptr);
}

/* Each wake-up that is lost costs 100 ms. */
static void test_kicks_are_not_lost(void)
{
    enum { KICKS = 2000 };
    unsigned runs = 0;
    int64_t start;

    kvm_arm_rig_start_cpus(&rig, 2);
    vm_start();
    start = g_get_monotonic_time();
    for (unsigned i = 0; i < KICKS; i++) {
        run_on_cpu(rig.cpus[i % 2], nothing, RUN_ON_CPU_HOST_PTR(&runs));
    }
    g_assert_cmpuint(runs, ==, KICKS);
    g_assert_cmpint(g_get_monotonic_time() - start, <, KICKS * 100000LL / 4);
    kvm_arm_rig_stop(&rig);
}

/* One exit, then guest code for ever. */
static struct kvm_run next_exit;
static bool exit_is_due;
static uint64_t mmio_answer;
static bool mmio_is_done;

static int run_one_exit(FakeKVMCpu *cpu, struct kvm_run *run)
{
    if (qatomic_xchg(&exit_is_due, false)) {
        uint8_t immediate_exit = run->immediate_exit;

        *run = next_exit;
        run->immediate_exit = immediate_exit;
        return 0;
    }
    if (!qatomic_read(&mmio_is_done)) {
        memcpy(&mmio_answer, run->mmio.data, sizeof(mmio_answer));
        qatomic_store_release(&mmio_is_done, true);
    }
    while (!qatomic_read(&run->immediate_exit)) {
        g_usleep(100);
    }
    errno = EINTR;
    return -1;
}

static void exit_run(struct kvm_run exit, bool is_waited_for)
{
    next_exit = exit;
    exit_is_due = true;
    mmio_is_done = false;
    kvm_arm_rig_start_cpus(&rig, 1);
    fake_kvm.run = run_one_exit;
    vm_start();
    while (is_waited_for ? !qatomic_load_acquire(&mmio_is_done) : qatomic_read(&exit_is_due)) {
        bql_unlock();
        g_usleep(100);
        bql_lock();
    }
}

/* KVM takes the result of an access at the next KVM_RUN, also one that returns at once. */
static int run_access_and_stop(FakeKVMCpu *cpu, struct kvm_run *run)
{
    if (qatomic_xchg(&exit_is_due, false)) {
        run->exit_reason = KVM_EXIT_MMIO;
        run->mmio.phys_addr = RIG_DEV;
        run->mmio.len = 4;
        run->mmio.is_write = 0;
        cpu_exit(rig.cpus[0]); /* as a device may that stops the machine */
        return 0;
    }
    qatomic_set(&mmio_is_done, true);
    g_assert_true(qatomic_read(&run->immediate_exit));
    fake_kvm.run = NULL;
    errno = EINTR;
    return -1;
}

static void test_mmio_is_completed_before_leaving(void)
{
    exit_is_due = true;
    mmio_is_done = false;
    kvm_arm_rig_start_cpus(&rig, 1);
    fake_kvm.run = run_access_and_stop;
    fake_kvm.runs_at_once = true;
    vm_start();
    while (!qatomic_read(&mmio_is_done)) {
        bql_unlock();
        g_usleep(100);
        bql_lock();
    }
    g_assert_cmpuint(rig.dev_reads, ==, 1);
    kvm_arm_rig_stop(&rig);
}

static void test_mmio(void)
{
    struct kvm_run exit = {
        .exit_reason = KVM_EXIT_MMIO,
        .mmio = { .phys_addr = RIG_DEV + 4, .len = 4, .is_write = 0 },
    };

    exit_run(exit, true);
    g_assert_cmpuint(rig.dev_reads, ==, 1);
    g_assert_cmpuint(rig.dev_last_size, ==, 4);
    kvm_arm_rig_stop(&rig);
    exit.mmio.is_write = 1;
    exit.mmio.data[0] = 0x5a;
    exit_run(exit, true);
    g_assert_cmpuint(rig.dev_writes, ==, 1);
    g_assert_cmphex(rig.dev_bytes[4], ==, 0x5a);
    kvm_arm_rig_stop(&rig);
    /* Nothing there, and a length that no kernel would say. */
    exit.mmio = (typeof(exit.mmio)) { .phys_addr = 0x60000000, .len = 255 };
    exit_run(exit, true);
    g_assert_cmphex(mmio_answer, ==, 0);
    kvm_arm_rig_stop(&rig);
}

/* The CPU asks to stop the machine for @state. */
static void wait_for_stop_request(RunState state)
{
    RunState requested = RUN_STATE__MAX;

    for (unsigned i = 0; i < 1000 && !qemu_vmstop_requested(&requested); i++) {
        bql_unlock();
        g_usleep(1000);
        bql_lock();
    }
    g_assert_cmpint(requested, ==, state);
}

static void assert_request(uint32_t type, ShutdownCause (*request)(void), ShutdownCause cause)
{
    struct kvm_run exit = { .exit_reason = KVM_EXIT_SYSTEM_EVENT };

    exit.system_event.type = type;
    exit_run(exit, false);
    for (unsigned i = 0; i < 1000 && request() == SHUTDOWN_CAUSE_NONE; i++) {
        bql_unlock();
        g_usleep(1000);
        bql_lock();
    }
    g_assert_cmpint(request(), ==, cause);
    kvm_arm_rig_stop(&rig);
}

static void test_system_events(void)
{
    assert_request(KVM_SYSTEM_EVENT_SHUTDOWN, qemu_shutdown_requested_get,
                   SHUTDOWN_CAUSE_GUEST_SHUTDOWN);
    assert_request(KVM_SYSTEM_EVENT_RESET, qemu_reset_requested_get, SHUTDOWN_CAUSE_GUEST_RESET);
}

static void test_internal_errors(void)
{
    static const uint32_t reasons[] = {
        KVM_EXIT_FAIL_ENTRY, KVM_EXIT_INTERNAL_ERROR, KVM_EXIT_UNKNOWN, KVM_EXIT_HYPERV, 12345,
    };

    for (size_t i = 0; i < G_N_ELEMENTS(reasons); i++) {
        exit_run((struct kvm_run) { .exit_reason = reasons[i] }, false);
        wait_for_stop_request(RUN_STATE_INTERNAL_ERROR);
        kvm_arm_rig_stop(&rig);
    }
}

static int run_errno;
static unsigned run_reports;

static int run_fails(FakeKVMCpu *cpu, struct kvm_run *run)
{
    errno = run_errno;
    return -1;
}

/* What the CPU's thread says of it. */
static bool run_report_find(const char *text, size_t len, void *opaque)
{
    if (g_strstr_len(text, len, opaque)) {
        qatomic_inc(&run_reports);
    }
    return true;
}

static void assert_run_failure(int error, const char *text)
{
    qatomic_set(&run_reports, 0);
    run_errno = error;
    kvm_arm_rig_start_cpus(&rig, 1);
    fake_kvm.run = run_fails;
    error_report_set_sink(run_report_find, (void *)text);
    vm_start();
    wait_for_stop_request(RUN_STATE_INTERNAL_ERROR);
    kvm_arm_rig_stop(&rig);
    error_report_set_sink(NULL, NULL);
    g_assert_cmpuint(qatomic_read(&run_reports), ==, 1);
}

static void test_failed_run(void)
{
    assert_run_failure(ENOSYS, "CPU 0: KVM_RUN: Function not implemented");
    assert_run_failure(EFAULT, "nothing behind an address of guest memory");
}

/* -- changes of memory while CPUs run -------------------------------------------------------- */

static unsigned cpus_in_guest;

static int run_counted(FakeKVMCpu *cpu, struct kvm_run *run)
{
    qatomic_inc(&cpus_in_guest);
    while (!qatomic_read(&run->immediate_exit)) {
        g_usleep(50);
    }
    qatomic_dec(&cpus_in_guest);
    errno = EINTR;
    return -1;
}

static bool slot_ioctl(char kind, int fd, unsigned long request, void *arg, int *ret)
{
    if (kind == 'v' && request == KVM_SET_USER_MEMORY_REGION) {
        g_assert_cmpuint(qatomic_read(&cpus_in_guest), ==, 0);
    }
    return fake_kvm_arm_ioctl(kind, fd, request, arg, ret);
}

static void test_no_cpu_runs_while_ram_is_split(void)
{
    MemoryRegion hole;

    kvm_arm_rig_start_cpus(&rig, 2);
    fake_kvm.run = run_counted;
    fake_kvm.ioctl = slot_ioctl;
    memory_region_init_io(&hole, NULL, NULL, NULL, "hole", 0x1000);
    vm_start();
    for (unsigned i = 0; i < 50; i++) {
        memory_region_add_subregion_overlap(get_system_memory(), RIG_RAM + 0x8000, &hole, 1);
        memory_region_del_subregion(get_system_memory(), &hole);
    }
    fake_kvm.ioctl = fake_kvm_arm_ioctl;
    object_unparent(OBJECT(&hole));
    kvm_arm_rig_stop(&rig);
}

int main(int argc, char **argv)
{
    kvm_arm_rig_init(&argc, &argv);
    g_test_add_func("/kvm/cpu/features-of-the-host", test_features);
    g_test_add_func("/kvm/cpu/other-model-is-refused", test_other_model);
    g_test_add_func("/kvm/cpu/failures-leave-nothing", test_refusals);
    g_test_add_func("/kvm/cpu/first-reset-writes-what-differs",
                    test_first_reset_writes_what_differs);
    g_test_add_func("/kvm/cpu/later-reset-is-the-kernels", test_later_reset_is_the_kernels);
    g_test_add_func("/kvm/cpu/reset-has-interrupts-sorted", test_reset_has_interrupts_sorted);
    g_test_add_func("/kvm/cpu/registers-come-and-go", test_registers_come_and_go);
    g_test_add_func("/kvm/cpu/unreadable-registers-stop-the-machine",
                    test_unreadable_registers_stop_the_machine);
    g_test_add_func("/kvm/cpu/saved-state", test_saved_state);
    g_test_add_func("/kvm/cpu/counter-stands-still-with-the-machine", test_counter_stands_still);
    g_test_add_func("/kvm/cpu/pairs-that-set-and-clear-are-loaded", test_pairs_are_loaded);
    g_test_add_func("/kvm/cpu/counter-is-saved-as-it-stood", test_counter_is_saved_as_it_stood);
    g_test_add_func("/kvm/cpu/kicks-are-not-lost", test_kicks_are_not_lost);
    g_test_add_func("/kvm/cpu/mmio", test_mmio);
    g_test_add_func("/kvm/cpu/mmio-is-completed-before-leaving",
                    test_mmio_is_completed_before_leaving);
    g_test_add_func("/kvm/cpu/system-events", test_system_events);
    g_test_add_func("/kvm/cpu/internal-errors-stop-the-machine", test_internal_errors);
    g_test_add_func("/kvm/cpu/failed-run-stops-the-machine", test_failed_run);
    g_test_add_func("/kvm/cpu/nobody-runs-while-ram-is-split",
                    test_no_cpu_runs_while_ram_is_split);
    return g_test_run();
}
