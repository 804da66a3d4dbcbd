/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Virtual CPUs with real threads: a CPU type that only counts, and an accelerator that runs it.
 * Work from other threads, exclusive sections, pausing, hot-unplug; also meant for TSan.
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "qemu/rcu.h"
#include "qapi/error.h"
#include "exec/address-spaces.h"
#include "hw/core/cpu.h"
#include "hw/qdev-core.h"
#include "migration/qemu-file.h"
#include "sysemu/cpus.h"
#include "sysemu/runstate.h"
#include "sysemu/vcpu-thread.h"

/* -- a CPU type ------------------------------------------------------------------------------ */

#define TYPE_TEST_CPU "test-" TYPE_CPU
OBJECT_DECLARE_SIMPLE_TYPE(TestCPU, TEST_CPU)

struct TestCPU {
    CPUState parent_obj;

    uint64_t steps;             /* atomic: how often it ran */
    bool is_inside;             /* atomic: running guest code now */
};

static bool test_cpu_has_work(CPUState *cpu)
{
    return qatomic_read(&cpu->interrupt_request) & CPU_INTERRUPT_HARD;
}

static void test_cpu_realize(DeviceState *dev, Error **errp)
{
    CPUState *cpu = CPU(dev);
    Error *err = NULL;

    cpu_exec_realizefn(cpu, &err);
    if (err) {
        error_propagate(errp, err);
        return;
    }
    if (!cpu_thread_start(cpu, errp)) {
        cpu_exec_unrealizefn(cpu);
        return;
    }
    cpu_reset(cpu);
}

static void test_cpu_class_init(ObjectClass *oc, void *data)
{
    CPUClass *cc = CPU_CLASS(oc);

    cc->has_work = test_cpu_has_work;
    DEVICE_CLASS(oc)->realize = test_cpu_realize;
}

/* -- an accelerator -------------------------------------------------------------------------- */

/* How many CPUs are between start and end; an exclusive section expects 0. */
static int cpus_inside;
static bool thread_init_fails;
static bool thread_init_resumes;

static int test_vcpu_exec(CPUState *cpu)
{
    TestCPU *t = TEST_CPU(cpu);

    qatomic_inc(&cpus_inside);
    qatomic_set(&t->is_inside, true);
    while (!vcpu_thread_should_exit(cpu) && !cpu->halted) {
        qatomic_inc(&t->steps);
        g_thread_yield();
    }
    qatomic_set(&t->is_inside, false);
    qatomic_dec(&cpus_inside);
    return cpu->halted ? EXCP_HLT : EXCP_INTERRUPT;
}

static bool test_thread_init(CPUState *cpu, Error **errp)
{
    if (thread_init_fails) {
        error_setg(errp, "no more CPUs");
        return false;
    }
    if (thread_init_resumes) {
        /* As another thread could, since realize waits for this one without the BQL. */
        resume_all_vcpus();
    }
    return true;
}

static const AccelOpsClass test_ops = {
    .create_vcpu_thread = vcpu_thread_create,
    .vcpu_exec = test_vcpu_exec,
    .vcpu_thread_init = test_thread_init,
};

/* -- fixture --------------------------------------------------------------------------------- */

enum {
    N_CPUS = 3,
};

typedef struct Machine {
    CPUState *cpus[N_CPUS];
} Machine;

static CPUState *cpu_plug(Error **errp)
{
    DeviceState *dev = qdev_new(TYPE_TEST_CPU);

    object_property_add_child(object_get_root(), "cpu[*]", OBJECT(dev));
    if (!qdev_realize(dev, NULL, errp)) {
        object_unparent(OBJECT(dev));
        object_unref(OBJECT(dev));
        return NULL;
    }
    object_unref(OBJECT(dev));
    return CPU(dev);
}

static void set_up(Machine *m, gconstpointer unused)
{
    thread_init_fails = false;
    thread_init_resumes = false;
    runstate_init();
    for (int i = 0; i < N_CPUS; i++) {
        m->cpus[i] = cpu_plug(&error_abort);
    }
}

static void tear_down(Machine *m, gconstpointer unused)
{
    vm_stop(RUN_STATE_PAUSED);
    for (int i = 0; i < N_CPUS; i++) {
        if (m->cpus[i]) {
            object_unparent(OBJECT(m->cpus[i]));
        }
    }
    drain_call_rcu();
    g_assert_null(first_cpu);
}

static uint64_t steps(CPUState *cpu)
{
    return qatomic_read(&TEST_CPU(cpu)->steps);
}

/* Let others have the BQL until @cpu has run. */
static void wait_for_steps(CPUState *cpu)
{
    uint64_t before = steps(cpu);

    while (steps(cpu) == before) {
        bql_unlock();
        g_usleep(100);
        bql_lock();
    }
}

/* -- tests: running -------------------------------------------------------------------------- */

static void test_stopped_until_started(Machine *m, gconstpointer unused)
{
    g_assert_true(all_vcpus_paused());
    g_assert_cmpuint(steps(m->cpus[0]), ==, 0);
    vm_start();
    for (int i = 0; i < N_CPUS; i++) {
        wait_for_steps(m->cpus[i]);
    }
}

static void test_stop_means_stop(Machine *m, gconstpointer unused)
{
    uint64_t before[N_CPUS];

    vm_start();
    wait_for_steps(m->cpus[0]);
    vm_stop(RUN_STATE_PAUSED);
    for (int i = 0; i < N_CPUS; i++) {
        before[i] = steps(m->cpus[i]);
    }
    bql_unlock();
    g_usleep(2000);
    bql_lock();
    for (int i = 0; i < N_CPUS; i++) {
        g_assert_cmpuint(steps(m->cpus[i]), ==, before[i]);
    }
}

static void set_halted(CPUState *cpu, run_on_cpu_data data)
{
    cpu->halted = data.host_int;
}

static void test_halted_sleeps_until_interrupt(Machine *m, gconstpointer unused)
{
    CPUState *cpu = m->cpus[1];
    uint64_t before;

    vm_start();
    wait_for_steps(cpu);
    run_on_cpu(cpu, set_halted, RUN_ON_CPU_HOST_INT(1));
    g_assert_true(cpu_thread_is_idle(cpu));
    before = steps(cpu);
    cpu_interrupt(cpu, CPU_INTERRUPT_HARD);
    g_assert_false(cpu_thread_is_idle(cpu));
    g_assert_cmpuint(steps(cpu), ==, before);
    run_on_cpu(cpu, set_halted, RUN_ON_CPU_HOST_INT(0));
    wait_for_steps(cpu);
    cpu_reset_interrupt(cpu, CPU_INTERRUPT_HARD);
    g_assert_cmphex(cpu->interrupt_request, ==, 0);
}

/* -- tests: work ----------------------------------------------------------------------------- */

static void note_thread(CPUState *cpu, run_on_cpu_data data)
{
    g_assert_true(qemu_cpu_is_self(cpu));
    g_assert_true(bql_locked());
    *(int *)data.host_ptr = cpu->cpu_index + 100;
}

static void test_run_on_cpu(Machine *m, gconstpointer unused)
{
    int seen = 0;

    run_on_cpu(m->cpus[2], note_thread, RUN_ON_CPU_HOST_PTR(&seen));
    g_assert_cmpint(seen, ==, 102);
    vm_start();
    wait_for_steps(m->cpus[0]);
    run_on_cpu(m->cpus[0], note_thread, RUN_ON_CPU_HOST_PTR(&seen));
    g_assert_cmpint(seen, ==, 100);
}

static void append_digit(CPUState *cpu, run_on_cpu_data data)
{
    TEST_CPU(cpu)->steps = TEST_CPU(cpu)->steps * 10 + data.host_int;
}

static void do_nothing(CPUState *cpu, run_on_cpu_data data)
{
}

static void test_async_in_order(Machine *m, gconstpointer unused)
{
    CPUState *cpu = m->cpus[0];

    for (int i = 1; i <= 5; i++) {
        async_run_on_cpu(cpu, append_digit, RUN_ON_CPU_HOST_INT(i));
    }
    run_on_cpu(cpu, do_nothing, RUN_ON_CPU_NULL);
    g_assert_cmpuint(steps(cpu), ==, 12345);
}

static void append_digit_alone(CPUState *cpu, run_on_cpu_data data)
{
    g_assert_cmpint(qatomic_read(&cpus_inside), ==, 0);
    g_assert_false(bql_locked());
    g_assert_true(cpu_in_exclusive_context(cpu));
    qatomic_set(&TEST_CPU(cpu)->is_inside, false);
}

static void test_async_safe_is_alone(Machine *m, gconstpointer unused)
{
    vm_start();
    for (int i = 0; i < N_CPUS; i++) {
        wait_for_steps(m->cpus[i]);
    }
    for (int round = 0; round < 50; round++) {
        CPUState *cpu = m->cpus[round % N_CPUS];

        async_safe_run_on_cpu(cpu, append_digit_alone, RUN_ON_CPU_NULL);
        run_on_cpu(cpu, do_nothing, RUN_ON_CPU_NULL);
    }
}

static void check_done_before(CPUState *cpu, run_on_cpu_data data)
{
    g_assert_cmpint(*(int *)data.host_ptr, ==, 1);
    *(int *)data.host_ptr = 2;
}

static void set_done_alone(CPUState *cpu, run_on_cpu_data data)
{
    *(int *)data.host_ptr = 1;
}

static void test_async_safe_keeps_order(Machine *m, gconstpointer unused)
{
    int stage = 0;

    vm_start();
    async_safe_run_on_cpu(m->cpus[0], set_done_alone, RUN_ON_CPU_HOST_PTR(&stage));
    run_on_cpu(m->cpus[0], check_done_before, RUN_ON_CPU_HOST_PTR(&stage));
    g_assert_cmpint(stage, ==, 2);
}

/* Runs on one CPU and waits for another. */
static void call_other(CPUState *cpu, run_on_cpu_data data)
{
    int seen = 0;

    run_on_cpu(data.host_ptr, note_thread, RUN_ON_CPU_HOST_PTR(&seen));
    g_assert_cmpint(seen, ==, ((CPUState *)data.host_ptr)->cpu_index + 100);
}

static void test_two_cpus_call_each_other(Machine *m, gconstpointer unused)
{
    vm_start();
    for (int i = 0; i < 100; i++) {
        async_run_on_cpu(m->cpus[0], call_other, RUN_ON_CPU_HOST_PTR(m->cpus[1]));
        async_run_on_cpu(m->cpus[1], call_other, RUN_ON_CPU_HOST_PTR(m->cpus[0]));
    }
    run_on_cpu(m->cpus[0], do_nothing, RUN_ON_CPU_NULL);
    run_on_cpu(m->cpus[1], do_nothing, RUN_ON_CPU_NULL);
}

/* -- tests: from other threads --------------------------------------------------------------- */

typedef struct Helper {
    QemuThread thread;
    Machine *m;
    int rounds;
    int hits;                   /* atomic */
} Helper;

static void count_hit(CPUState *cpu, run_on_cpu_data data)
{
    qatomic_inc(&((Helper *)data.host_ptr)->hits);
}

static void *work_from_outside(void *opaque)
{
    Helper *h = opaque;

    for (int i = 0; i < h->rounds; i++) {
        /* Without the BQL: kicks must not be lost. */
        async_run_on_cpu(h->m->cpus[i % N_CPUS], count_hit, RUN_ON_CPU_HOST_PTR(h));
        if (i % 16 == 0) {
            bql_lock();
            run_on_cpu(h->m->cpus[i % N_CPUS], count_hit, RUN_ON_CPU_HOST_PTR(h));
            bql_unlock();
        }
    }
    return NULL;
}

static void *exclusive_from_outside(void *opaque)
{
    Helper *h = opaque;

    for (int i = 0; i < h->rounds; i++) {
        start_exclusive();
        g_assert_cmpint(qatomic_read(&cpus_inside), ==, 0);
        start_exclusive();
        end_exclusive();
        g_assert_cmpint(qatomic_read(&cpus_inside), ==, 0);
        h->hits++;
        end_exclusive();
    }
    return NULL;
}

static void *pause_from_outside(void *opaque)
{
    Helper *h = opaque;

    for (int i = 0; i < h->rounds; i++) {
        bql_lock();
        pause_all_vcpus();
        resume_all_vcpus();
        bql_unlock();
        h->hits++;
    }
    return NULL;
}

static void helper_start(Helper *h, Machine *m, void *(*fn)(void *), int rounds)
{
    *h = (Helper) { .m = m, .rounds = rounds };
    qemu_thread_create(&h->thread, "helper", fn, h, QEMU_THREAD_JOINABLE);
}

static void helper_join(Helper *h)
{
    bql_unlock();
    qemu_thread_join(&h->thread);
    bql_lock();
}

static void test_storm(Machine *m, gconstpointer unused)
{
    Helper work, exclusive, pause[2];

    vm_start();
    helper_start(&work, m, work_from_outside, 320);
    helper_start(&exclusive, m, exclusive_from_outside, 100);
    helper_start(&pause[0], m, pause_from_outside, 50);
    helper_start(&pause[1], m, pause_from_outside, 50);
    for (int i = 0; i < 20; i++) {
        vm_stop(RUN_STATE_PAUSED);
        bql_unlock();
        g_thread_yield();
        bql_lock();
        vm_start();
    }
    helper_join(&work);
    helper_join(&exclusive);
    helper_join(&pause[0]);
    helper_join(&pause[1]);
    for (int i = 0; i < N_CPUS; i++) {
        run_on_cpu(m->cpus[i], do_nothing, RUN_ON_CPU_NULL);
    }
    g_assert_cmpint(qatomic_read(&work.hits), ==, 320 + 20);
    g_assert_cmpint(exclusive.hits, ==, 100);
    vm_stop(RUN_STATE_PAUSED);
    vm_start();
    wait_for_steps(m->cpus[2]);
}

static void pause_everybody(CPUState *cpu, run_on_cpu_data data)
{
    pause_all_vcpus();
    g_assert_true(all_vcpus_paused());
}

static void test_cpus_pause_each_other(Machine *m, gconstpointer unused)
{
    vm_start();
    for (int i = 0; i < 20; i++) {
        async_run_on_cpu(m->cpus[0], pause_everybody, RUN_ON_CPU_NULL);
        async_run_on_cpu(m->cpus[1], pause_everybody, RUN_ON_CPU_NULL);
        run_on_cpu(m->cpus[0], do_nothing, RUN_ON_CPU_NULL);
        run_on_cpu(m->cpus[1], do_nothing, RUN_ON_CPU_NULL);
        resume_all_vcpus();
    }
    wait_for_steps(m->cpus[0]);
}

static void stop_machine(CPUState *cpu, run_on_cpu_data data)
{
    vm_stop(RUN_STATE_IO_ERROR);
}

static void test_vm_stop_from_cpu(Machine *m, gconstpointer unused)
{
    int status;

    vm_start();
    run_on_cpu(m->cpus[0], stop_machine, RUN_ON_CPU_NULL);
    g_assert_true(m->cpus[0]->stopped);
    g_assert_true(runstate_is_running());
    g_assert_false(main_loop_should_exit(&status));
    g_assert_true(runstate_check(RUN_STATE_IO_ERROR));
    g_assert_true(all_vcpus_paused());
}

/* -- tests: plug and unplug ------------------------------------------------------------------ */

static void test_unplug_while_running(Machine *m, gconstpointer unused)
{
    CPUState *gone = m->cpus[1];

    vm_start();
    wait_for_steps(gone);
    object_unparent(OBJECT(gone));
    m->cpus[1] = NULL;
    g_assert_null(qemu_get_cpu(1));
    pause_all_vcpus();
    resume_all_vcpus();
    wait_for_steps(m->cpus[2]);
}

static void test_plug_takes_free_index(Machine *m, gconstpointer unused)
{
    object_unparent(OBJECT(m->cpus[1]));
    m->cpus[1] = cpu_plug(&error_abort);
    g_assert_cmpint(m->cpus[1]->cpu_index, ==, 1);
    g_assert_true(cpu_exists(1));
    g_assert_false(cpu_exists(3));
}

static void test_unplug_with_storm(Machine *m, gconstpointer unused)
{
    Helper exclusive, pause;

    vm_start();
    helper_start(&exclusive, m, exclusive_from_outside, 60);
    helper_start(&pause, m, pause_from_outside, 60);
    for (int i = 0; i < 10; i++) {
        object_unparent(OBJECT(m->cpus[i % N_CPUS]));
        m->cpus[i % N_CPUS] = cpu_plug(&error_abort);
        cpu_resume(m->cpus[i % N_CPUS]);
    }
    helper_join(&exclusive);
    helper_join(&pause);
}

static void test_work_without_thread(Machine *m, gconstpointer unused)
{
    CPUState *cpu = m->cpus[0];
    int seen = 0;

    cpu_remove_sync(cpu);
    /* Nobody else could run it. */
    run_on_cpu(cpu, set_done_alone, RUN_ON_CPU_HOST_PTR(&seen));
    g_assert_cmpint(seen, ==, 1);
}

static void test_resume_spares_half_plugged(Machine *m, gconstpointer unused)
{
    CPUState *cpu;

    vm_start();
    thread_init_resumes = true;
    cpu = cpu_plug(&error_abort);
    g_assert_true(cpu->stopped);
    g_assert_cmpuint(steps(cpu), ==, 0);
    resume_all_vcpus();
    wait_for_steps(cpu);
    object_unparent(OBJECT(cpu));
}

static void test_thread_init_failure(Machine *m, gconstpointer unused)
{
    Error *err = NULL;

    thread_init_fails = true;
    g_assert_null(cpu_plug(&err));
    g_assert_cmpstr(error_get_pretty(err), ==, "no more CPUs");
    error_free(err);
    g_assert_null(qemu_get_cpu(N_CPUS));
}

static void test_no_accelerator(Machine *m, gconstpointer unused)
{
    Error *err = NULL;

    cpus_register_accel(NULL);
    g_assert_null(cpu_plug(&err));
    cpus_register_accel(&test_ops);
    g_assert_cmpstr(error_get_pretty(err), ==, "CPU 3 cannot start: no accelerator was chosen");
    error_free(err);
}

/* -- tests: object --------------------------------------------------------------------------- */

static void test_reset(Machine *m, gconstpointer unused)
{
    CPUState *cpu = m->cpus[0];

    cpu_interrupt(cpu, CPU_INTERRUPT_HARD | CPU_INTERRUPT_EXITTB);
    cpu->halted = 1;
    cpu->exception_index = 5;
    cpu_reset(cpu);
    g_assert_cmphex(cpu->interrupt_request, ==, 0);
    g_assert_cmpuint(cpu->halted, ==, 0);
    g_assert_cmpint(cpu->exception_index, ==, -1);
    object_property_set_bool(OBJECT(cpu), "start-powered-off", true, NULL);
    cpu->start_powered_off = true;
    cpu_reset(cpu);
    g_assert_cmpuint(cpu->halted, ==, 1);
}

static void test_saved_state(Machine *m, gconstpointer unused)
{
    g_autoptr(QEMUFile) out = qemu_file_new_memory_output();
    g_autoptr(QEMUFile) in = NULL;
    const uint8_t *data;
    size_t size;

    m->cpus[0]->halted = 1;
    m->cpus[0]->exception_index = 3;
    vmstate_save_state(out, &vmstate_cpu_common, m->cpus[0], NULL);
    data = qemu_file_get_data(out, &size);
    in = qemu_file_new_memory_input(data, size);
    g_assert_cmpint(vmstate_load_state(in, &vmstate_cpu_common, m->cpus[1], 1), ==, 0);
    g_assert_cmpuint(m->cpus[1]->halted, ==, 1);
    g_assert_cmpint(m->cpus[1]->exception_index, ==, 3);
}

static void test_class_by_name(Machine *m, gconstpointer unused)
{
    Error *err = NULL;

    g_assert_nonnull(cpu_class_by_name(TYPE_CPU, TYPE_TEST_CPU));
    g_assert_nonnull(cpu_class_by_name(TYPE_CPU, "test"));
    g_assert_null(cpu_class_by_name(TYPE_CPU, "nonesuch"));
    g_assert_null(cpu_class_by_name(TYPE_CPU, TYPE_CPU));
    g_assert_cmpstr(cpu_option_parse(TYPE_CPU, "test", &error_abort), ==, TYPE_TEST_CPU);
    g_assert_null(cpu_option_parse(TYPE_CPU, "nonesuch,a=b", &err));
    g_assert_nonnull(strstr(error_get_pretty(err), "nonesuch"));
    error_free(err);
}

static void test_address_space(Machine *m, gconstpointer unused)
{
    CPUState *cpu = m->cpus[0];

    cpu->num_ases = 2;
    cpu_address_space_init(cpu, 0, "mem", get_system_memory());
    cpu_address_space_init(cpu, 1, "secure", get_system_memory());
    g_assert_true(cpu->as == cpu_get_address_space(cpu, 0));
    g_assert_true(cpu_get_address_space(cpu, 1) != cpu->as);
    g_assert_cmpint(cpu_asidx_from_attrs(cpu, MEMTXATTRS_UNSPECIFIED), ==, 0);
    /* No MMU: there is nothing to translate with. */
    g_assert_cmpint(cpu_memory_rw_debug(cpu, 0, &(int) { 0 }, 4, false), ==, -1);
}

/* -- main ------------------------------------------------------------------------------------ */

static const TypeInfo test_cpu_type = {
    .name = TYPE_TEST_CPU,
    .parent = TYPE_CPU,
    .instance_size = sizeof(TestCPU),
    .class_init = test_cpu_class_init,
};

static void add(const char *path, void (*fn)(Machine *, gconstpointer))
{
    g_test_add_vtable(path, sizeof(Machine), NULL, (GTestFixtureFunc)set_up, (GTestFixtureFunc)fn,
                      (GTestFixtureFunc)tear_down);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qemu_init_main_loop(&error_abort);
    bql_lock();
    module_call_init(MODULE_INIT_QOM);
    type_register_static(&test_cpu_type);
    memory_map_init();
    qemu_init_cpu_loop();
    cpus_register_accel(&test_ops);
    add("/cpu/run/stopped-until-started", test_stopped_until_started);
    add("/cpu/run/stop-means-stop", test_stop_means_stop);
    add("/cpu/run/halted-sleeps-until-interrupt", test_halted_sleeps_until_interrupt);
    add("/cpu/work/runs-on-the-cpus-thread", test_run_on_cpu);
    add("/cpu/work/async-in-order", test_async_in_order);
    add("/cpu/work/async-safe-is-alone", test_async_safe_is_alone);
    add("/cpu/work/async-safe-keeps-order", test_async_safe_keeps_order);
    add("/cpu/work/two-cpus-call-each-other", test_two_cpus_call_each_other);
    add("/cpu/work/without-a-thread-in-the-caller", test_work_without_thread);
    add("/cpu/storm/work-exclusive-pause", test_storm);
    add("/cpu/pause/cpus-pause-each-other", test_cpus_pause_each_other);
    add("/cpu/pause/vm-stop-from-a-cpu", test_vm_stop_from_cpu);
    add("/cpu/unplug/while-running", test_unplug_while_running);
    add("/cpu/unplug/with-storm", test_unplug_with_storm);
    add("/cpu/plug/takes-the-free-index", test_plug_takes_free_index);
    add("/cpu/plug/resume-spares-a-cpu-without-reset", test_resume_spares_half_plugged);
    add("/cpu/plug/thread-init-failure-is-an-error", test_thread_init_failure);
    add("/cpu/plug/needs-an-accelerator", test_no_accelerator);
    add("/cpu/object/reset", test_reset);
    add("/cpu/object/saved-state", test_saved_state);
    add("/cpu/object/class-by-name", test_class_by_name);
    add("/cpu/object/address-spaces", test_address_space);
    return g_test_run();
}
