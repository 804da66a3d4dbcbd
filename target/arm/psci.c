/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The functions of PSCI (Arm DEN 0022) 1.1 and SMCCC (Arm DEN 0028) 1.1.  Left out, and so
 * NOT_SUPPORTED: migration of a trusted OS, freezing, statistics, suspend to RAM.
 */
#include "qemu/osdep.h"
#include <linux/psci.h>
#include "qemu/bitops.h"
#include "qemu/log.h"
#include "qemu/main-loop.h"
#include "sysemu/runstate.h"
#include "arm-powerctl.h"
#include "cpu-internal.h"
#include "psci.h"
#include "trace.h"

#define PSCI_VERSION_1_1 0x00010001
#define SMCCC_VERSION_1_1 0x00010001

#define SMCCC_VERSION 0x80000000
#define SMCCC_ARCH_FEATURES 0x80000001
#define SMCCC_ARCH_WORKAROUND_3 0x80003fff
#define SMCCC_ARCH_WORKAROUND_2 0x80007fff
#define SMCCC_ARCH_WORKAROUND_1 0x80008000

/* Of ARCH_FEATURES for a workaround: may be called, but this CPU does not need it. */
#define SMCCC_ARCH_WORKAROUND_UNAFFECTED 1

/* Set in a function's number: arguments and result have 64 bits. */
#define SMCCC_CALL_64 (1u << 30)

#define POWER_STATE_RESERVED_MASK \
    (~(PSCI_0_2_POWER_STATE_ID_MASK | PSCI_0_2_POWER_STATE_TYPE_MASK | \
       PSCI_0_2_POWER_STATE_AFFL_MASK))

typedef struct PsciCall {
    ARMCPU *cpu;
    uint32_t fn;
    uint64_t arg[3];
} PsciCall;

typedef int64_t PsciFn(const PsciCall *call);

/* -- one function each ----------------------------------------------------------------------- */

static int64_t psci_version(const PsciCall *call)
{
    return PSCI_VERSION_1_1;
}

static int64_t psci_cpu_suspend(const PsciCall *call)
{
    if (call->arg[0] & POWER_STATE_RESERVED_MASK) {
        return PSCI_RET_INVALID_PARAMS;
    }
    /* A deeper state may be demoted to standby, which keeps everything: WFI. */
    CPU(call->cpu)->halted = 1;
    CPU(call->cpu)->exception_index = EXCP_HLT;
    cpu_exit(CPU(call->cpu));
    return PSCI_RET_SUCCESS;
}

static int64_t psci_cpu_off(const PsciCall *call)
{
    arm_set_cpu_off(call->cpu->mp_affinity);
    return PSCI_RET_SUCCESS;
}

static int64_t psci_cpu_on(const PsciCall *call)
{
    if (call->arg[1] & 3) {
        return PSCI_RET_INVALID_ADDRESS;
    }
    return arm_set_cpu_on(call->arg[0], call->arg[1], call->arg[2], 1, true);
}

/* Of all CPUs with the affinity @target above @level: on if one is, else pending if one is. */
static int64_t psci_affinity_info(const PsciCall *call)
{
    uint64_t target = call->arg[0], level = call->arg[1];
    static const uint64_t masks[] = {
        ARM64_AFFINITY_MASK,
        ARM_AFF1_MASK | ARM_AFF2_MASK | ARM_AFF3_MASK,
        ARM_AFF2_MASK | ARM_AFF3_MASK,
        ARM_AFF3_MASK,
    };
    int64_t result = PSCI_RET_INVALID_PARAMS;
    CPUState *cs;

    if (level >= G_N_ELEMENTS(masks) || (target & ~ARM64_AFFINITY_MASK)) {
        return PSCI_RET_INVALID_PARAMS;
    }
    CPU_FOREACH(cs) {
        ARMCPU *cpu = ARM_CPU(cs);

        if ((cpu->mp_affinity ^ target) & masks[level]) {
            continue;
        }
        if (cpu->power_state == PSCI_ON) {
            return PSCI_0_2_AFFINITY_LEVEL_ON;
        }
        if (cpu->power_state == PSCI_ON_PENDING) {
            result = PSCI_0_2_AFFINITY_LEVEL_ON_PENDING;
        } else if (result < 0) {
            result = PSCI_0_2_AFFINITY_LEVEL_OFF;
        }
    }
    return result;
}

static int64_t psci_migrate_info_type(const PsciCall *call)
{
    return PSCI_0_2_TOS_MP;
}

/* These do not return to the guest, but the requests are carried out later: be off meanwhile. */
static int64_t psci_system_off(const PsciCall *call)
{
    qemu_system_shutdown_request(SHUTDOWN_CAUSE_GUEST_SHUTDOWN);
    return psci_cpu_off(call);
}

static int64_t psci_system_reset(const PsciCall *call)
{
    qemu_system_reset_request(SHUTDOWN_CAUSE_GUEST_RESET);
    return psci_cpu_off(call);
}

static int64_t smccc_version(const PsciCall *call)
{
    return SMCCC_VERSION_1_1;
}

static int64_t smccc_arch_workaround(const PsciCall *call)
{
    return PSCI_RET_SUCCESS;
}

static PsciFn psci_features;
static PsciFn smccc_arch_features;

/* -- table ----------------------------------------------------------------------------------- */

static const struct PsciFunction {
    uint32_t fn;
    PsciFn *handle;
} functions[] = {
    { PSCI_0_2_FN_PSCI_VERSION, psci_version },
    { PSCI_0_2_FN_CPU_SUSPEND, psci_cpu_suspend },
    { PSCI_0_2_FN64_CPU_SUSPEND, psci_cpu_suspend },
    { PSCI_0_2_FN_CPU_OFF, psci_cpu_off },
    { PSCI_0_2_FN_CPU_ON, psci_cpu_on },
    { PSCI_0_2_FN64_CPU_ON, psci_cpu_on },
    { PSCI_0_2_FN_AFFINITY_INFO, psci_affinity_info },
    { PSCI_0_2_FN64_AFFINITY_INFO, psci_affinity_info },
    { PSCI_0_2_FN_MIGRATE_INFO_TYPE, psci_migrate_info_type },
    { PSCI_0_2_FN_SYSTEM_OFF, psci_system_off },
    { PSCI_0_2_FN_SYSTEM_RESET, psci_system_reset },
    { PSCI_1_0_FN_PSCI_FEATURES, psci_features },
    { SMCCC_VERSION, smccc_version },
    { SMCCC_ARCH_FEATURES, smccc_arch_features },
    { SMCCC_ARCH_WORKAROUND_1, smccc_arch_workaround },
    { SMCCC_ARCH_WORKAROUND_2, smccc_arch_workaround },
    { SMCCC_ARCH_WORKAROUND_3, smccc_arch_workaround },
};

static PsciFn *function_find(uint32_t fn)
{
    for (size_t i = 0; i < G_N_ELEMENTS(functions); i++) {
        if (functions[i].fn == fn) {
            return functions[i].handle;
        }
    }
    return NULL;
}

/* Of SMCCC's own functions only VERSION is asked for here. */
static int64_t psci_features(const PsciCall *call)
{
    uint32_t fn = call->arg[0];
    bool is_psci = fn == SMCCC_VERSION ||
                   ((fn & ~SMCCC_CALL_64) >= PSCI_0_2_FN_BASE &&
                    (fn & ~SMCCC_CALL_64) <= PSCI_0_2_FN_BASE + 0x1f);

    return is_psci && function_find(fn) ? PSCI_RET_SUCCESS : PSCI_RET_NOT_SUPPORTED;
}

static int64_t smccc_arch_features(const PsciCall *call)
{
    PsciFn *handle = function_find(call->arg[0]);

    if (handle == smccc_arch_workaround) {
        return SMCCC_ARCH_WORKAROUND_UNAFFECTED;
    }
    return handle == smccc_version || handle == smccc_arch_features ? PSCI_RET_SUCCESS
                                                                    : PSCI_RET_NOT_SUPPORTED;
}

/* -- calls ----------------------------------------------------------------------------------- */

bool arm_is_psci_call(ARMCPU *cpu, ARMSmcccConduit conduit)
{
    return cpu->psci_conduit == (conduit == ARM_CONDUIT_HVC ? QEMU_PSCI_CONDUIT_HVC
                                                            : QEMU_PSCI_CONDUIT_SMC);
}

void arm_handle_psci_call(ARMCPU *cpu)
{
    CPUARMState *env = &cpu->env;
    PsciCall call = { .cpu = cpu, .fn = env->xregs[0] };
    PsciFn *handle = function_find(call.fn);
    int64_t result = PSCI_RET_NOT_SUPPORTED;

    bql_assert_locked();
    for (unsigned i = 0; i < G_N_ELEMENTS(call.arg); i++) {
        call.arg[i] = call.fn & SMCCC_CALL_64 ? env->xregs[i + 1] : (uint32_t)env->xregs[i + 1];
    }
    if (handle) {
        result = handle(&call);
    }
    trace_arm_psci_call(CPU(cpu)->cpu_index, call.fn, call.arg[0], call.arg[1], call.arg[2],
                        result);
    env->xregs[0] = result;
}
