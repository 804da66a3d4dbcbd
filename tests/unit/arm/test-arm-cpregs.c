/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of system registers: what a definition may say, who may access what, masks, constants,
 * functions, reset and values as state.  And the CPU's input lines.
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "qemu/thread.h"
#include "sysemu/qtest-server.h"
#include "arm-harness.h"

/* Encodings of IMPLEMENTATION DEFINED space, where no model of ours has a register. */
#define ENC_A ARM_CP_ENC(3, 5, 15, 1, 0)
#define ENC_B ARM_CP_ENC(3, 5, 15, 1, 1)

#define REG_AT(_opc2) .opc0 = 3, .opc1 = 5, .crn = 15, .crm = 1, .opc2 = (_opc2), \
    .state = ARM_CP_STATE_AA64

static void assert_refused(ARMCPU *cpu, const ARMCPRegInfo *regs, size_t len, const char *why)
{
    guint before = g_hash_table_size(cpu->cp_regs);
    Error *err = NULL;

    g_assert_false(arm_cp_regs_define(cpu, regs, len, NULL, &err));
    g_assert_cmpstr(error_get_pretty(err), ==, why);
    error_free(err);
    g_assert_cmpuint(g_hash_table_size(cpu->cp_regs), ==, before);
}

static void test_duplicate_is_refused(void)
{
    static const ARMCPRegInfo regs[] = {
        { .name = "A", REG_AT(0), .access = PL1_R, .type = ARM_CP_CONST },
        { .name = "B", REG_AT(1), .access = PL1_R, .type = ARM_CP_CONST },
        { .name = "A2", REG_AT(0), .access = PL1_R, .type = ARM_CP_CONST },
    };
    ARMCPU *cpu = arm_cpu_make("cortex-a57");

    assert_refused(cpu, regs, 3, "system register A2: its encoding 0xef88 is that of A");
    define_arm_cp_regs_with_opaque_len(cpu, regs, NULL, 2);
    assert_refused(cpu, &regs[2], 1, "system register A2: its encoding 0xef88 is that of A");
    arm_cpu_drop(cpu);
}

static void test_override_replaces(void)
{
    static const ARMCPRegInfo first[] = {
        { .name = "A", REG_AT(0), .access = PL1_R, .type = ARM_CP_CONST, .resetvalue = 1 },
    };
    static const ARMCPRegInfo second[] = {
        { .name = "A2", REG_AT(0), .access = PL1_R, .type = ARM_CP_CONST | ARM_CP_OVERRIDE,
          .resetvalue = 2 },
    };
    ARMCPU *cpu = arm_cpu_make("cortex-a57");

    define_arm_cp_regs(cpu, first);
    define_arm_cp_regs(cpu, second);
    g_assert_cmpuint(mrs(cpu, ENC_A), ==, 2);
    arm_cp_regs_undefine(cpu, second, 1);
    g_assert_false(may_read(cpu, ENC_A));
    arm_cpu_drop(cpu);
}

static void test_senseless_entries_are_refused(void)
{
    static const ARMCPRegInfo bad_crn[] = {
        { .name = "N", .opc0 = 3, .crn = 16, .state = ARM_CP_STATE_AA64, .type = ARM_CP_CONST },
    };
    static const ARMCPRegInfo no_read[] = {
        { .name = "R", REG_AT(0), .access = PL1_R, .type = ARM_CP_NO_RAW },
    };
    static const ARMCPRegInfo no_write[] = {
        { .name = "W", REG_AT(0), .access = PL1_W, .type = ARM_CP_NO_RAW },
    };
    static const ARMCPRegInfo no_state[] = {
        { .name = "S", REG_AT(0), .access = PL1_W, .writefn = arm_cp_write_ignore },
    };
    static const ARMCPRegInfo outside[] = {
        { .name = "O", REG_AT(0), .access = PL1_RW, .fieldoffset = sizeof(CPUARMState) },
    };
    ARMCPU *cpu = arm_cpu_make("cortex-a57");

    assert_refused(cpu, bad_crn, 1, "system register N: its encoding 3,0,16,0,0 is out of range");
    assert_refused(cpu, no_read, 1, "system register R: nothing can be read");
    assert_refused(cpu, no_write, 1, "system register W: nothing can be written");
    assert_refused(cpu, no_state, 1, "system register S: it has no state to save");
    assert_refused(cpu, outside, 1, "system register O: its field is outside of the CPU's state");
    arm_cpu_drop(cpu);
}

static void test_aa32_entries_are_left_out(void)
{
    static const ARMCPRegInfo regs[] = {
        { .name = "OLD", .cp = 15, .crn = 15, .crm = 3, .opc1 = 5, .state = ARM_CP_STATE_AA32 },
        { .name = "A", REG_AT(0), .access = PL1_R, .type = ARM_CP_CONST },
    };
    ARMCPU *cpu = arm_cpu_make("cortex-a57");
    guint before = g_hash_table_size(cpu->cp_regs);

    define_arm_cp_regs(cpu, regs);
    g_assert_cmpuint(g_hash_table_size(cpu->cp_regs), ==, before + 1);
    arm_cpu_drop(cpu);
}

static uint64_t read_op2(CPUARMState *env, const ARMCPRegInfo *ri)
{
    return (uintptr_t)ri->opaque + ri->opc2;
}

static void test_any_field_makes_one_register_each(void)
{
    static const ARMCPRegInfo regs[] = {
        { .name = "ANY", REG_AT(CP_ANY), .access = PL1_R, .type = ARM_CP_NO_RAW,
          .readfn = read_op2 },
    };
    ARMCPU *cpu = arm_cpu_make("cortex-a57");

    define_arm_cp_regs_with_opaque(cpu, regs, (void *)0x100);
    for (unsigned op2 = 0; op2 < 8; op2++) {
        g_assert_cmpuint(mrs(cpu, ENC_A + op2), ==, 0x100 + op2);
    }
    arm_cpu_drop(cpu);
}

/* .access letters for each exception level against the architecture's rule. */
static void test_access_by_level(void)
{
    static const struct {
        CPAccessRights access;
        bool el0_reads, el0_writes, el1_reads, el1_writes;
    } rows[] = {
        { PL0_RW, true, true, true, true },
        { PL0_R, true, false, true, false },
        { PL0_W, false, true, false, true },
        { PL0_R | PL1_W, true, false, true, true },
        { PL1_RW, false, false, true, true },
        { PL1_R, false, false, true, false },
        { PL1_W, false, false, false, true },
        { PL2_RW, false, false, false, false },
        { PL3_RW, false, false, false, false },
    };
    ARMCPU *cpu = arm_cpu_make("cortex-a57");

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        ARMCPRegInfo reg = { .name = "A", REG_AT(0), .access = rows[i].access,
                             .type = ARM_CP_CONST };

        define_one_arm_cp_reg(cpu, &reg);
        pstate_write(&cpu->env, PSTATE_MODE_EL0t);
        g_assert_cmpint(may_read(cpu, ENC_A), ==, rows[i].el0_reads);
        g_assert_cmpint(may_write(cpu, ENC_A), ==, rows[i].el0_writes);
        pstate_write(&cpu->env, PSTATE_MODE_EL1h);
        g_assert_cmpint(may_read(cpu, ENC_A), ==, rows[i].el1_reads);
        g_assert_cmpint(may_write(cpu, ENC_A), ==, rows[i].el1_writes);
        arm_cp_regs_undefine(cpu, &reg, 1);
    }
    arm_cpu_drop(cpu);
}

static void test_constant_ignores_writes(void)
{
    static const ARMCPRegInfo regs[] = {
        { .name = "A", REG_AT(0), .access = PL1_RW, .type = ARM_CP_CONST, .resetvalue = 0x77 },
    };
    ARMCPU *cpu = arm_cpu_make("cortex-a57");

    define_arm_cp_regs(cpu, regs);
    msr(cpu, ENC_A, 5);
    g_assert_cmphex(mrs(cpu, ENC_A), ==, 0x77);
    arm_cpu_drop(cpu);
}

static void test_write_mask(void)
{
    static const ARMCPRegInfo regs[] = {
        { .name = "A", REG_AT(0), .access = PL1_RW, .resetvalue = 0xf000,
          .write_mask = 0x00ff, .fieldoffset = offsetof(CPUARMState, cp15.actlr_el1) },
    };
    ARMCPU *cpu = arm_cpu_make("cortex-a57");
    const ARMCPRegInfo *ri;

    define_arm_cp_regs(cpu, regs);
    arm_cp_regs_reset(cpu);
    g_assert_cmphex(mrs(cpu, ENC_A), ==, 0xf000);
    msr(cpu, ENC_A, 0x1234);
    g_assert_cmphex(mrs(cpu, ENC_A), ==, 0xf034);
    ri = arm_cp_reg_find(cpu, ENC_A);
    g_assert_true(write_raw_cp_reg(&cpu->env, ri, 0xf0aa));
    g_assert_false(write_raw_cp_reg(&cpu->env, ri, 0xaa));
    g_assert_cmphex(mrs(cpu, ENC_A), ==, 0xf0aa);
    arm_cp_regs_reset(cpu);
    g_assert_cmphex(mrs(cpu, ENC_A), ==, 0xf000);
    arm_cpu_drop(cpu);
}

/* -- functions and the big lock -------------------------------------------------------------- */

static bool lock_was_held;

static uint64_t read_lock(CPUARMState *env, const ARMCPRegInfo *ri)
{
    lock_was_held = bql_locked();
    return 0;
}

static void write_lock(CPUARMState *env, const ARMCPRegInfo *ri, uint64_t value)
{
    lock_was_held = bql_locked();
}

static void test_io_registers_get_the_lock(void)
{
    static const ARMCPRegInfo regs[] = {
        { .name = "A", REG_AT(0), .access = PL1_RW, .type = ARM_CP_NO_RAW | ARM_CP_IO,
          .readfn = read_lock, .writefn = write_lock },
        { .name = "B", REG_AT(1), .access = PL1_RW, .type = ARM_CP_NO_RAW,
          .readfn = read_lock, .writefn = write_lock },
    };
    ARMCPU *cpu = arm_cpu_make("cortex-a57");

    define_arm_cp_regs(cpu, regs);
    bql_unlock();
    mrs(cpu, ENC_A);
    g_assert_true(lock_was_held);
    mrs(cpu, ENC_B);
    g_assert_false(lock_was_held);
    msr(cpu, ENC_A, 0);
    g_assert_true(lock_was_held);
    msr(cpu, ENC_B, 0);
    g_assert_false(lock_was_held);
    bql_lock();
    mrs(cpu, ENC_A);
    g_assert_true(lock_was_held);
    arm_cpu_drop(cpu);
}

/* -- as a test program sees it --------------------------------------------------------------- */

static void test_qtest_interface(void)
{
    static const ARMCPRegInfo regs[] = {
        { .name = "A", REG_AT(0), .access = PL1_RW, .write_mask = 0xff,
          .fieldoffset = offsetof(CPUARMState, cp15.actlr_el1) },
        { .name = "B", REG_AT(1), .access = PL1_R, .type = ARM_CP_CONST, .resetvalue = 9 },
    };
    ARMCPU *cpu = arm_cpu_make("cortex-a57");
    QTestSysregClass *qsc =
        QTEST_SYSREG_CLASS(object_class_dynamic_cast(object_get_class(OBJECT(cpu)),
                                                     TYPE_QTEST_SYSREG));
    Error *err = NULL;
    uint64_t value;

    define_arm_cp_regs(cpu, regs);
    g_assert_true(qsc->write(OBJECT(cpu), ENC_A, 0x1ff, &error_abort));
    g_assert_true(qsc->read(OBJECT(cpu), ENC_A, &value, &error_abort));
    g_assert_cmphex(value, ==, 0xff);
    g_assert_false(qsc->write(OBJECT(cpu), ENC_B, 1, &err));
    g_assert_cmpstr(error_get_pretty(err), ==,
                    "system register B of CPU 0 refuses to be written at EL1");
    g_clear_pointer(&err, error_free);
    g_assert_false(qsc->read(OBJECT(cpu), ENC_B + 1, &value, &err));
    g_assert_cmpstr(error_get_pretty(err), ==, "CPU 0 has no system register 0xef8a");
    error_free(err);
    g_assert_false(qsc->read(OBJECT(cpu), UINT32_MAX, &value, NULL));
    arm_cpu_drop(cpu);
}

/* -- input lines ----------------------------------------------------------------------------- */

static void *raise_and_lower(void *opaque)
{
    ARMCPU *cpu = opaque;

    /* No lock is held here. */
    qemu_set_irq(qdev_get_gpio_in(DEVICE(cpu), ARM_CPU_IRQ), 1);
    qemu_set_irq(qdev_get_gpio_in(DEVICE(cpu), ARM_CPU_FIQ), 1);
    qemu_set_irq(qdev_get_gpio_in(DEVICE(cpu), ARM_CPU_FIQ), 0);
    return NULL;
}

static void test_lines_need_no_lock(void)
{
    ARMCPU *cpu = arm_cpu_make("cortex-a57");
    QemuThread thread;

    g_assert_false(cpu_has_work(CPU(cpu)));
    /* The big lock stays held here meanwhile. */
    qemu_thread_create(&thread, "raise", raise_and_lower, cpu, QEMU_THREAD_JOINABLE);
    qemu_thread_join(&thread);
    g_assert_cmphex(CPU(cpu)->interrupt_request, ==, CPU_INTERRUPT_HARD);
    g_assert_true(cpu_has_work(CPU(cpu)));
    arm_cpu_drop(cpu);
}

static void test_lines_outlive_reset(void)
{
    ARMCPU *cpu = arm_cpu_make("cortex-a57");

    qemu_set_irq(qdev_get_gpio_in(DEVICE(cpu), ARM_CPU_FIQ), 1);
    cpu_interrupt(CPU(cpu), CPU_INTERRUPT_EXITTB);
    cpu_reset(CPU(cpu));
    g_assert_cmphex(CPU(cpu)->interrupt_request, ==, CPU_INTERRUPT_FIQ);
    qemu_set_irq(qdev_get_gpio_in(DEVICE(cpu), ARM_CPU_FIQ), 0);
    g_assert_cmphex(CPU(cpu)->interrupt_request, ==, 0);
    arm_cpu_drop(cpu);
}

static void test_virtual_lines_are_no_work(void)
{
    ARMCPU *cpu = arm_cpu_make("cortex-a57");

    qemu_set_irq(qdev_get_gpio_in(DEVICE(cpu), ARM_CPU_VIRQ), 1);
    qemu_set_irq(qdev_get_gpio_in(DEVICE(cpu), ARM_CPU_VFIQ), 1);
    g_assert_false(cpu_has_work(CPU(cpu)));
    arm_cpu_drop(cpu);
}

int main(int argc, char **argv)
{
    arm_harness_init(&argc, &argv);
    g_test_add_func("/arm/cpregs/duplicate-encoding-is-refused", test_duplicate_is_refused);
    g_test_add_func("/arm/cpregs/override-replaces", test_override_replaces);
    g_test_add_func("/arm/cpregs/senseless-entries-are-refused",
                    test_senseless_entries_are_refused);
    g_test_add_func("/arm/cpregs/aarch32-entries-are-left-out", test_aa32_entries_are_left_out);
    g_test_add_func("/arm/cpregs/any-field-makes-one-register-each",
                    test_any_field_makes_one_register_each);
    g_test_add_func("/arm/cpregs/access-by-exception-level", test_access_by_level);
    g_test_add_func("/arm/cpregs/constant-ignores-writes", test_constant_ignores_writes);
    g_test_add_func("/arm/cpregs/write-mask", test_write_mask);
    g_test_add_func("/arm/cpregs/io-registers-get-the-big-lock", test_io_registers_get_the_lock);
    g_test_add_func("/arm/cpregs/qtest-interface", test_qtest_interface);
    g_test_add_func("/arm/lines/need-no-lock", test_lines_need_no_lock);
    g_test_add_func("/arm/lines/outlive-reset", test_lines_outlive_reset);
    g_test_add_func("/arm/lines/virtual-ones-are-no-work", test_virtual_lines_are_no_work);
    return g_test_run();
}
