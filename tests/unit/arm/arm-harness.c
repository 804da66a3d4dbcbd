/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shared parts of the unit tests of target/arm.
 */
#include "qemu/osdep.h"
#include "exec/address-spaces.h"
#include "hw/qdev-properties.h"
#include "qemu/accel.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "sysemu/cpus.h"
#include "arm-harness.h"

void arm_harness_init(int *argc, char ***argv)
{
    static const char *const requests[] = { "qtest", NULL };

    g_test_init(argc, argv, NULL);
    qemu_init_main_loop(&error_abort);
    module_call_init(MODULE_INIT_QOM);
    bql_lock();
    memory_map_init();
    qemu_init_cpu_loop();
    accel_init_first_usable(NULL, requests, NULL, NULL, &error_abort);
}

ARMCPU *arm_cpu_begin(const char *model)
{
    ObjectClass *oc = cpu_class_by_name(TYPE_ARM_CPU, model);
    Object *obj;

    g_assert_nonnull(oc);
    obj = object_new(object_class_get_name(oc));
    object_property_add_child(object_get_root(), "test-cpu[*]", obj);
    object_unref(obj);
    return ARM_CPU(obj);
}

bool arm_cpu_finish(ARMCPU *cpu, Error **errp)
{
    return qdev_realize(DEVICE(cpu), NULL, errp);
}

ARMCPU *arm_cpu_make(const char *model)
{
    ARMCPU *cpu = arm_cpu_begin(model);

    arm_cpu_finish(cpu, &error_abort);
    return cpu;
}

void arm_cpu_drop(ARMCPU *cpu)
{
    object_unparent(OBJECT(cpu));
}

static const ARMCPRegInfo *reg_get(ARMCPU *cpu, uint32_t enc, bool isread)
{
    const ARMCPRegInfo *ri = arm_cp_reg_find(cpu, enc);

    g_assert_nonnull(ri);
    g_assert_cmpint(arm_cp_reg_access(&cpu->env, ri, isread), ==, CP_ACCESS_OK);
    return ri;
}

uint64_t mrs(ARMCPU *cpu, uint32_t enc)
{
    return arm_cp_reg_read(&cpu->env, reg_get(cpu, enc, true));
}

void msr(ARMCPU *cpu, uint32_t enc, uint64_t value)
{
    arm_cp_reg_write(&cpu->env, reg_get(cpu, enc, false), value);
}

static bool may_access(ARMCPU *cpu, uint32_t enc, bool isread)
{
    const ARMCPRegInfo *ri = arm_cp_reg_find(cpu, enc);

    return ri && arm_cp_reg_access(&cpu->env, ri, isread) == CP_ACCESS_OK;
}

bool may_read(ARMCPU *cpu, uint32_t enc)
{
    return may_access(cpu, enc, true);
}

bool may_write(ARMCPU *cpu, uint32_t enc)
{
    return may_access(cpu, enc, false);
}

static void line_set(void *opaque, int n, int level)
{
    ArmLine *line = opaque;

    line->rises += level && !line->level;
    line->level = !!level;
}

void arm_line_connect(ArmLine *line, ARMCPU *cpu, const char *name, int n)
{
    *line = (ArmLine) { .irq = qemu_allocate_irq(line_set, line, 0) };
    qdev_connect_gpio_out_named(DEVICE(cpu), name, n, line->irq);
}

void arm_line_free(ArmLine *line)
{
    qemu_free_irq(line->irq);
}
