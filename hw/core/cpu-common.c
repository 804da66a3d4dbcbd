/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The abstract CPU type: life of a CPU object, reset, its part of the saved state, and finding a
 * CPU's type by the name of a model.
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/module.h"
#include "qapi/error.h"
#include "exec/memory.h"
#include "hw/core/sysemu-cpu-ops.h"
#include "hw/qdev-core.h"
#include "hw/qdev-properties.h"
#include "hw/resettable.h"
#include "sysemu/cpus.h"
#include "sysemu/hw_accel.h"
#include "cpu-internal.h"
#include "trace.h"

/* -- types by model -------------------------------------------------------------------------- */

ObjectClass *cpu_class_by_name(const char *typename, const char *cpu_model)
{
    ObjectClass *base = object_class_by_name(typename);
    CPUClass *cc = base ? CPU_CLASS(base) : NULL;
    g_autofree char *suffixed = NULL;
    ObjectClass *oc;

    if (!cc || !cpu_model) {
        return NULL;
    }
    if (cc->class_by_name) {
        oc = cc->class_by_name(cpu_model);
        if (oc) {
            return oc;
        }
    }
    suffixed = g_strdup_printf("%s-%s", cpu_model, typename);
    oc = object_class_by_name(suffixed);
    if (!oc) {
        oc = object_class_by_name(cpu_model);
    }
    if (oc && object_class_dynamic_cast(oc, typename) && !object_class_is_abstract(oc)) {
        return oc;
    }
    return NULL;
}

char *cpu_class_model_name(ObjectClass *oc)
{
    const char *name = object_class_get_name(oc);

    /* The suffix is the name of the architecture's, or another, abstract type below. */
    for (ObjectClass *base = object_class_get_parent(oc); base;
         base = object_class_get_parent(base)) {
        g_autofree char *suffix = g_strconcat("-", object_class_get_name(base), NULL);

        if (g_str_has_suffix(name, suffix)) {
            return g_strndup(name, strlen(name) - strlen(suffix));
        }
    }
    return g_strdup(name);
}

const char *cpu_option_parse(const char *base_type, const char *cpu_option, Error **errp)
{
    g_auto(GStrv) parts = g_strsplit(cpu_option, ",", 2);
    Error *local_err = NULL;
    ObjectClass *oc;
    CPUClass *cc;

    if (!parts[0] || !*parts[0]) {
        error_setg(errp, "-cpu needs the name of a model");
        return NULL;
    }
    oc = cpu_class_by_name(base_type, parts[0]);
    if (!oc) {
        error_setg(errp, "CPU model \"%s\" is unknown: -cpu help lists them", parts[0]);
        return NULL;
    }
    cc = CPU_CLASS(oc);
    if (parts[1] && !cc->parse_features) {
        error_setg(errp, "CPU model \"%s\" has no features to set", parts[0]);
        return NULL;
    }
    if (parts[1]) {
        cc->parse_features(object_class_get_name(oc), parts[1], &local_err);
    }
    if (local_err) {
        error_propagate(errp, local_err);
        return NULL;
    }
    return object_class_get_name(oc);
}

CPUState *cpu_create(const char *typename)
{
    CPUState *cpu = CPU(object_new(typename));

    if (!qdev_realize(DEVICE(cpu), NULL, &error_fatal)) {
        return NULL;
    }
    return cpu;
}

/* -- life ------------------------------------------------------------------------------------ */

void cpu_exec_realizefn(CPUState *cpu, Error **errp)
{
    const AccelOpsClass *ops = cpus_get_accel();
    const struct SysemuCPUOps *sysemu_ops = cpu->cc->sysemu_ops;

    if (cpu->cpu_index != UNASSIGNED_CPU_INDEX && qemu_get_cpu(cpu->cpu_index)) {
        error_setg(errp, "there is a CPU %d already", cpu->cpu_index);
        return;
    }
    if (ops && ops->cpu_common_realize && !ops->cpu_common_realize(cpu, errp)) {
        return;
    }
    cpu_list_add(cpu);
    /* A CPU type with a device's vmsd includes VMSTATE_CPU() there. */
    if (!DEVICE_GET_CLASS(cpu)->vmsd) {
        vmstate_register(NULL, cpu->cpu_index, &vmstate_cpu_common, cpu);
    }
    if (sysemu_ops && sysemu_ops->legacy_vmsd) {
        vmstate_register(NULL, cpu->cpu_index, sysemu_ops->legacy_vmsd, cpu);
    }
}

void cpu_exec_unrealizefn(CPUState *cpu)
{
    const AccelOpsClass *ops = cpus_get_accel();
    const struct SysemuCPUOps *sysemu_ops = cpu->cc->sysemu_ops;

    if (sysemu_ops && sysemu_ops->legacy_vmsd) {
        vmstate_unregister(NULL, sysemu_ops->legacy_vmsd, cpu);
    }
    if (!DEVICE_GET_CLASS(cpu)->vmsd) {
        vmstate_unregister(NULL, &vmstate_cpu_common, cpu);
    }
    cpu_list_remove(cpu);
    if (ops && ops->cpu_common_unrealize) {
        ops->cpu_common_unrealize(cpu);
    }
}

static void cpu_common_realize(DeviceState *dev, Error **errp)
{
    CPUState *cpu = CPU(dev);

    if (dev->hotplugged) {
        cpu_synchronize_post_init(cpu);
        cpu_resume(cpu);
    }
}

static void cpu_common_unrealize(DeviceState *dev)
{
    CPUState *cpu = CPU(dev);

    cpu_remove_sync(cpu);
    cpu_exec_unrealizefn(cpu);
    for (int i = 0; i < cpu->num_ases; i++) {
        cpu_address_space_destroy(cpu, i);
    }
    g_clear_pointer(&cpu->cpu_ases, g_free);
    cpu->num_ases = 0;
    cpu->as = NULL;
}

void cpu_reset(CPUState *cpu)
{
    device_cold_reset(DEVICE(cpu));
    trace_cpu_reset(cpu->cpu_index);
}

static void cpu_common_reset_hold(Object *obj)
{
    const AccelOpsClass *ops = cpus_get_accel();
    CPUState *cpu = CPU(obj);

    qatomic_and(&cpu->interrupt_request, cpu->cc->interrupt_pins);
    cpu->halted = cpu->start_powered_off;
    cpu->mem_io_pc = 0;
    cpu->icount_extra = 0;
    cpu->exception_index = -1;
    cpu->crash_occurred = false;
    cpu->cflags_next_tb = -1;
    if (ops && ops->cpu_reset_hold) {
        ops->cpu_reset_hold(cpu);
    }
}

static void cpu_common_init(Object *obj)
{
    CPUState *cpu = CPU(obj);

    cpu->cc = CPU_GET_CLASS(obj);
    cpu->cpu_index = UNASSIGNED_CPU_INDEX;
    cpu->cluster_index = UNASSIGNED_CLUSTER_INDEX;
    cpu->nr_cores = 1;
    cpu->nr_threads = 1;
    cpu->exception_index = -1;
    qemu_event_init(&cpu->halt_event, false);
    cpu_work_init(cpu);
}

static void cpu_common_finalize(Object *obj)
{
    CPUState *cpu = CPU(obj);

    cpu_work_destroy(cpu);
    qemu_event_destroy(&cpu->halt_event);
    error_free(cpu->thread_error);
}

/* -- saved state ----------------------------------------------------------------------------- */

static int cpu_common_post_load(void *opaque, int version_id)
{
    CPUState *cpu = opaque;

    return cpu->halted > 1 ? -EINVAL : 0;
}

static bool cpu_crash_needed(void *opaque)
{
    CPUState *cpu = opaque;

    return cpu->crash_occurred;
}

static const VMStateDescription vmstate_cpu_common_crash = {
    .name = "cpu_common/crash_occurred",
    .version_id = 1,
    .minimum_version_id = 1,
    .needed = cpu_crash_needed,
    .fields = (const VMStateField[]) {
        VMSTATE_BOOL(crash_occurred, CPUState),
        VMSTATE_END_OF_LIST()
    },
};

static bool cpu_exception_needed(void *opaque)
{
    CPUState *cpu = opaque;

    return cpu->exception_index != -1;
}

static int cpu_common_pre_load(void *opaque)
{
    CPUState *cpu = opaque;

    /* What the absence of the subsections means. */
    cpu->exception_index = -1;
    cpu->crash_occurred = false;
    return 0;
}

static const VMStateDescription vmstate_cpu_common_exception = {
    .name = "cpu_common/exception_index",
    .version_id = 1,
    .minimum_version_id = 1,
    .needed = cpu_exception_needed,
    .fields = (const VMStateField[]) {
        VMSTATE_INT32(exception_index, CPUState),
        VMSTATE_END_OF_LIST()
    },
};

const VMStateDescription vmstate_cpu_common = {
    .name = "cpu_common",
    .version_id = 1,
    .minimum_version_id = 1,
    .pre_load = cpu_common_pre_load,
    .post_load = cpu_common_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(halted, CPUState),
        VMSTATE_UINT32(interrupt_request, CPUState),
        VMSTATE_END_OF_LIST()
    },
    .subsections = (const VMStateDescription *const[]) {
        &vmstate_cpu_common_exception,
        &vmstate_cpu_common_crash,
        NULL
    },
};

/* -- type ------------------------------------------------------------------------------------ */

static Property cpu_common_properties[] = {
    DEFINE_PROP_BOOL("start-powered-off", CPUState, start_powered_off, false),
    /* What the CPU sees; the system's memory unless somebody sets it. */
    DEFINE_PROP_LINK("memory", CPUState, memory, TYPE_MEMORY_REGION, MemoryRegion *),
    DEFINE_PROP_END_OF_LIST(),
};

static int64_t cpu_common_get_arch_id(CPUState *cpu)
{
    return cpu->cpu_index;
}

static void cpu_common_class_init(ObjectClass *oc, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);
    ResettableClass *rc = RESETTABLE_CLASS(oc);
    CPUClass *cc = CPU_CLASS(oc);

    cc->get_arch_id = cpu_common_get_arch_id;
    set_bit(DEVICE_CATEGORY_CPU, dc->categories);
    dc->realize = cpu_common_realize;
    dc->unrealize = cpu_common_unrealize;
    device_class_set_props(dc, cpu_common_properties);
    rc->phases.hold = cpu_common_reset_hold;
    /* Boards make them; hotplug asks the machine. */
    dc->user_creatable = false;
}

static const TypeInfo cpu_type = {
    .name = TYPE_CPU,
    .parent = TYPE_DEVICE,
    .instance_size = sizeof(CPUState),
    .instance_init = cpu_common_init,
    .instance_finalize = cpu_common_finalize,
    .abstract = true,
    .class_size = sizeof(CPUClass),
    .class_init = cpu_common_class_init,
};

static void cpu_common_register_types(void)
{
    type_register_static(&cpu_type);
}

type_init(cpu_common_register_types)
