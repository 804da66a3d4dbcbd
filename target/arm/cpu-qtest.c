/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A test program's view of the system registers: x-sysreg-read and x-sysreg-write do what MRS and
 * MSR would do now, at the CPU's exception level.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/main-loop.h"
#include "sysemu/qtest-server.h"
#include "target/arm/cpregs.h"
#include "cpu-internal.h"

/* The register, if it may be accessed; else NULL with @errp. */
static const ARMCPRegInfo *sysreg_find(ARMCPU *cpu, uint32_t encoding, bool isread, Error **errp)
{
    const ARMCPRegInfo *ri = arm_cp_reg_find(cpu, encoding);

    if (!ri) {
        error_setg(errp, "CPU %d has no system register 0x%04x", CPU(cpu)->cpu_index, encoding);
        return NULL;
    }
    if (arm_cp_reg_access(&cpu->env, ri, isread) != CP_ACCESS_OK) {
        error_setg(errp, "system register %s of CPU %d refuses to be %s at EL%d", ri->name,
                   CPU(cpu)->cpu_index, isread ? "read" : "written", arm_current_el(&cpu->env));
        return NULL;
    }
    return ri;
}

static bool sysreg_read(Object *obj, uint32_t encoding, uint64_t *value, Error **errp)
{
    ARMCPU *cpu = ARM_CPU(obj);
    const ARMCPRegInfo *ri = sysreg_find(cpu, encoding, true, errp);

    if (!ri) {
        return false;
    }
    *value = arm_cp_reg_read(&cpu->env, ri);
    return true;
}

static bool sysreg_write(Object *obj, uint32_t encoding, uint64_t value, Error **errp)
{
    ARMCPU *cpu = ARM_CPU(obj);
    const ARMCPRegInfo *ri = sysreg_find(cpu, encoding, false, errp);

    if (!ri) {
        return false;
    }
    arm_cp_reg_write(&cpu->env, ri, value);
    return true;
}

void arm_cpu_qtest_class_init(ObjectClass *oc)
{
    QTestSysregClass *qsc = QTEST_SYSREG_CLASS(oc);

    qsc->read = sysreg_read;
    qsc->write = sysreg_write;
}
