/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The accelerator "tcg", the software CPU: its options, and what it does for CPUs and their
 * threads.
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "qemu/units.h"
#include "qapi/error.h"
#include "qapi/qapi-visit-common.h"
#include "qapi/visitor.h"
#include "sysemu/accel-ops.h"
#include "sysemu/cpu-timers.h"
#include "sysemu/cpus.h"
#include "sysemu/tcg.h"
#include "sysemu/vcpu-thread.h"
#include "accel/tcg/icount.h"
#include "accel/tcg/tcg-accel.h"

#define TB_SIZE_DEFAULT 256
#define TB_SIZE_MIN 1
#define TB_SIZE_MAX 2048

bool tcg_allowed;

/* -- the accelerator --------------------------------------------------------------------------- */

static bool tcg_machine_init(AccelState *accel, MachineState *ms, Error **errp)
{
    TCGState *s = TCG_ACCEL(accel);

    if (!code_cache_init((size_t)(s->tb_size ?: TB_SIZE_DEFAULT) * MiB, errp)) {
        return false;
    }
    /* Instructions are counted in one order only. */
    turns_init(s->is_single || tcg_icount_enabled());
    tcg_icount_begin();
    s->is_in_use = true;
    return true;
}

static void tcg_finalize(Object *obj)
{
    if (TCG_ACCEL(obj)->is_in_use) {
        tcg_icount_end();
        turns_end();
        code_cache_destroy();
    }
}

static void get_tb_size(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    visit_type_uint32(v, name, &TCG_ACCEL(obj)->tb_size, errp);
}

static void set_tb_size(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    uint32_t value;

    if (!visit_type_uint32(v, name, &value, errp)) {
        return;
    }
    if (value > TB_SIZE_MAX) {
        error_setg(errp, "tb-size is %u MiB, at most %u are possible (0: %u)", value, TB_SIZE_MAX,
                   TB_SIZE_DEFAULT);
        return;
    }
    TCG_ACCEL(obj)->tb_size = value;
}

static char *get_thread(Object *obj, Error **errp)
{
    return g_strdup(TCG_ACCEL(obj)->is_single ? "single" : "multi");
}

static void set_thread(Object *obj, const char *value, Error **errp)
{
    if (strcmp(value, "multi") != 0 && strcmp(value, "single") != 0) {
        error_setg(errp, "thread is \"single\" or \"multi\", not \"%s\"", value);
        return;
    }
    TCG_ACCEL(obj)->is_single = !strcmp(value, "single");
}

static bool get_one_insn(Object *obj, Error **errp)
{
    return TCG_ACCEL(obj)->one_insn_per_tb;
}

static void set_one_insn(Object *obj, bool value, Error **errp)
{
    TCG_ACCEL(obj)->one_insn_per_tb = value;
}

static void tcg_accel_class_init(ObjectClass *oc, void *data)
{
    AccelClass *ac = ACCEL_CLASS(oc);

    ac->name = "tcg";
    ac->desc = "software CPU, on any host";
    ac->machine_init = tcg_machine_init;
    ac->allowed = &tcg_allowed;
    object_class_property_add(oc, "tb-size", "uint32", get_tb_size, set_tb_size, NULL, NULL);
    object_class_property_set_description(oc, "tb-size", "MiB for translated code (0: 256)");
    object_class_property_add_str(oc, "thread", get_thread, set_thread);
    object_class_property_set_description(oc, "thread",
                                          "single: one thread for all CPUs; multi: one for each");
    object_class_property_add_bool(oc, "one-insn-per-tb", get_one_insn, set_one_insn);
    object_class_property_set_description(oc, "one-insn-per-tb",
                                          "translate single instructions (to find faults)");
}

/* -- CPUs -------------------------------------------------------------------------------------- */

static bool tcg_cpu_realize(CPUState *cpu, Error **errp)
{
    TcgCpu *tc = tcg_cpu_new(cpu, errp);

    if (!tc) {
        return false;
    }
    tc->is_counting = turns_taken();
    tc->one_insn_per_tb = TCG_ACCEL(current_accel())->one_insn_per_tb;
    qatomic_store_release(&cpu->accel, (AccelCPUState *)tc);
    return true;
}

static void tcg_cpu_unrealize(CPUState *cpu)
{
    TcgCpu *tc = tcg_cpu(cpu);

    cpu->accel = NULL;
    tcg_cpu_free(tc);
}

static bool tcg_thread_init(CPUState *cpu, Error **errp)
{
    tcg_cpu_attach_memory(tcg_cpu(cpu));
    return true;
}

static void tcg_kick(CPUState *cpu)
{
    tcg_cpu_poke(tcg_cpu(cpu), TCG_EXIT_KICK);
    turns_wake();
}

static void tcg_handle_interrupt(CPUState *cpu, int mask)
{
    qatomic_or(&cpu->interrupt_request, mask);
    tcg_cpu_poke(tcg_cpu(cpu), TCG_EXIT_LOOK);
    if (!qemu_cpu_is_self(cpu)) {
        qemu_event_set(&cpu->halt_event);
    }
}

static void tcg_reset_hold(CPUState *cpu)
{
    tcg_tlb_flush_everything(cpu);
}

static void tcg_set_virtual_clock(int64_t ns)
{
    if (tcg_icount_enabled()) {
        tcg_icount_set_ns(ns);
    } else {
        cpu_set_clock(ns);
    }
}

static bool tcg_supports_guest_debug(void)
{
    return true;
}

static void tcg_accel_ops_class_init(ObjectClass *oc, void *data)
{
    AccelOpsClass *ops = ACCEL_OPS_CLASS(oc);

    ops->create_vcpu_thread = vcpu_thread_create;
    ops->cpu_common_realize = tcg_cpu_realize;
    ops->cpu_common_unrealize = tcg_cpu_unrealize;
    ops->cpu_reset_hold = tcg_reset_hold;
    ops->kick_vcpu_thread = tcg_kick;
    ops->handle_interrupt = tcg_handle_interrupt;
    ops->supports_guest_debug = tcg_supports_guest_debug;
    ops->vcpu_thread_init = tcg_thread_init;
    ops->vcpu_exec = tcg_vcpu_exec;
    ops->get_virtual_clock = tcg_icount_get_ns;
    ops->set_virtual_clock = tcg_set_virtual_clock;
}

static const TypeInfo tcg_types[] = {
    {
        .name = TYPE_TCG_ACCEL,
        .parent = TYPE_ACCEL,
        .instance_size = sizeof(TCGState),
        .instance_finalize = tcg_finalize,
        .class_init = tcg_accel_class_init,
    }, {
        .name = ACCEL_OPS_NAME("tcg"),
        .parent = TYPE_ACCEL_OPS,
        .abstract = true,
        .class_init = tcg_accel_ops_class_init,
    },
};

DEFINE_TYPES(tcg_types)
