/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QMP commands about the machine: its type, CPUs, memory and accelerator. */
#include "qemu/osdep.h"
#include "hw/boards.h"
#include "hw/core/cpu.h"
#include "qapi/error.h"
#include "qapi/qapi-commands-machine.h"
#include "qapi/qapi-commands-misc.h"
#include "qapi/qapi-visit-common.h"
#include "qapi/qobject-input-visitor.h"
#include "qemu/accel.h"
#include "qom/object_interfaces.h"
#include "qom/qom-qobject.h"
#include "sysemu/device_tree.h"
#include "sysemu/hostmem.h"
#include "sysemu/kvm.h"
#include "sysemu/runstate.h"
#include "guest-memory-internal.h"

/* Bytes copied from guest memory at a time. */
#define SAVE_CHUNK_BYTES (64 * 1024)

TargetInfo *qmp_query_target(Error **errp)
{
    TargetInfo *info = g_new0(TargetInfo, 1);

    info->arch = SYS_EMU_TARGET_AARCH64;
    return info;
}

KvmInfo *qmp_query_kvm(Error **errp)
{
    KvmInfo *info = g_new0(KvmInfo, 1);

    info->enabled = kvm_enabled();
    info->present = accel_find("kvm") != NULL;
    return info;
}

IOThreadInfoList *qmp_query_iothreads(Error **errp)
{
    return NULL; /* the schema says why */
}

/* -- machine types --------------------------------------------------------------- */

static MachineInfo *machine_info_new(MachineClass *mc)
{
    MachineInfo *info = g_new0(MachineInfo, 1);

    info->name = g_strdup(mc->name);
    info->alias = g_strdup(mc->alias);
    info->has_is_default = info->is_default = mc->is_default;
    info->cpu_max = mc->max_cpus ? mc->max_cpus : 1;
    info->hotpluggable_cpus = mc->has_hotpluggable_cpus;
    info->numa_mem_supported = mc->numa_mem_supported;
    info->deprecated = mc->deprecation_reason != NULL;
    info->default_cpu_type = g_strdup(mc->default_cpu_type);
    info->default_ram_id = g_strdup(mc->default_ram_id);
    return info;
}

MachineInfoList *qmp_query_machines(Error **errp)
{
    MachineInfoList *list = NULL, **tail = &list;
    g_autoptr(GSList) classes = object_class_get_list_sorted(TYPE_MACHINE,
                                                             false);

    for (GSList *el = classes; el; el = el->next) {
        QAPI_LIST_APPEND(tail, machine_info_new(MACHINE_CLASS(el->data)));
    }
    return list;
}

CurrentMachineParams *qmp_query_current_machine(Error **errp)
{
    CurrentMachineParams *params = g_new0(CurrentMachineParams, 1);

    params->wakeup_suspend_support = qemu_wakeup_suspend_enabled();
    return params;
}

/* -- CPUs ------------------------------------------------------------------------- */

static CpuInstanceProperties *cpu_position_get(CPUState *cpu)
{
    MachineClass *mc = current_machine ? MACHINE_GET_CLASS(current_machine)
                                       : NULL;
    CpuInstanceProperties *props;

    if (!mc || !mc->cpu_index_to_instance_props) {
        return NULL;
    }
    props = g_new(CpuInstanceProperties, 1);
    *props = mc->cpu_index_to_instance_props(current_machine, cpu->cpu_index);
    return props;
}

CpuInfoFastList *qmp_query_cpus_fast(Error **errp)
{
    CpuInfoFastList *list = NULL, **tail = &list;
    CPUState *cpu;

    CPU_FOREACH(cpu) {
        CpuInfoFast *info = g_new0(CpuInfoFast, 1);

        info->cpu_index = cpu->cpu_index;
        info->qom_path = object_get_canonical_path(OBJECT(cpu));
        info->thread_id = cpu->thread_id;
        info->props = cpu_position_get(cpu);
        info->target = SYS_EMU_TARGET_AARCH64;
        if (cpu->cc->query_cpu_fast) {
            cpu->cc->query_cpu_fast(cpu, info);
        }
        QAPI_LIST_APPEND(tail, info);
    }
    return list;
}

CpuDefinitionInfoList *qmp_query_cpu_definitions(Error **errp)
{
    CpuDefinitionInfoList *list = NULL, **tail = &list;
    g_autoptr(GSList) classes = object_class_get_list_sorted(TYPE_CPU, false);

    for (GSList *el = classes; el; el = el->next) {
        CpuDefinitionInfo *info = g_new0(CpuDefinitionInfo, 1);

        info->name = cpu_class_model_name(el->data);
        info->typename = g_strdup(object_class_get_name(el->data));
        info->deprecated = CPU_CLASS(el->data)->deprecation_note != NULL;
        QAPI_LIST_APPEND(tail, info);
    }
    return list;
}

/* -- memory ----------------------------------------------------------------------- */

/* The backend's "host-nodes" property reads as a list of numbers. */
static uint16List *memdev_nodes_get(Object *obj)
{
    uint16List *nodes = NULL;
    g_autoptr(QObject) value =
        object_property_get_qobject(obj, "host-nodes", NULL);
    Visitor *v;

    if (value) {
        v = qobject_input_visitor_new(value);
        visit_type_uint16List(v, NULL, &nodes, NULL);
        visit_free(v);
    }
    return nodes;
}

static Memdev *memdev_info_new(Object *obj)
{
    Memdev *info = g_new0(Memdev, 1);
    const char *id = object_get_canonical_path_component(obj);

    info->id = g_strdup(id);
    info->size = object_property_get_uint(obj, "size", &error_abort);
    info->merge = object_property_get_bool(obj, "merge", &error_abort);
    info->dump = object_property_get_bool(obj, "dump", &error_abort);
    info->prealloc = object_property_get_bool(obj, "prealloc", &error_abort);
    info->share = object_property_get_bool(obj, "share", &error_abort);
    info->has_reserve = object_property_find(obj, "reserve") != NULL;
    if (info->has_reserve) {
        info->reserve = object_property_get_bool(obj, "reserve", &error_abort);
    }
    info->host_nodes = memdev_nodes_get(obj);
    info->policy = object_property_get_enum(obj, "policy", "HostMemPolicy",
                                            &error_abort);
    return info;
}

static int memdev_append(Object *obj, void *opaque)
{
    MemdevList ***tail = opaque;

    if (object_dynamic_cast(obj, TYPE_MEMORY_BACKEND)) {
        QAPI_LIST_APPEND(*tail, memdev_info_new(obj));
    }
    return 0;
}

MemdevList *qmp_query_memdev(Error **errp)
{
    MemdevList *list = NULL, **tail = &list;

    object_child_foreach(object_get_objects_root(), memdev_append, &tail);
    return list;
}

MemoryInfo *qmp_query_memory_size_summary(Error **errp)
{
    MemoryInfo *info = g_new0(MemoryInfo, 1);

    info->base_memory = current_machine ? current_machine->ram_size : 0;
    return info;
}

static void guest_memory_save(CPUState *cpu, uint64_t addr, uint64_t size,
                              const char *filename, Error **errp)
{
    g_autofree uint8_t *buf = g_malloc(SAVE_CHUNK_BYTES);
    int fd = qemu_open_old(filename, O_WRONLY | O_TRUNC | O_CREAT, 0666);

    if (fd < 0) {
        error_setg_file_open(errp, errno, filename);
        return;
    }
    while (size) {
        size_t len = MIN(size, SAVE_CHUNK_BYTES);

        if (!monitor_guest_read(cpu, addr, buf, len, errp)) {
            break;
        }
        if (qemu_write_full(fd, buf, len) != len) {
            error_setg_errno(errp, errno, "writing memory to '%s'", filename);
            break;
        }
        addr += len;
        size -= len;
    }
    qemu_close(fd);
}

static bool save_size_check(int64_t size, Error **errp)
{
    if (size < 0) {
        error_setg(errp, "Parameter 'size' expects a non-negative number");
        return false;
    }
    return true;
}

void qmp_memsave(int64_t val, int64_t size, const char *filename,
                 bool has_cpu_index, int64_t cpu_index, Error **errp)
{
    CPUState *cpu = NULL;

    if (!has_cpu_index) {
        cpu_index = 0;
    }
    if (cpu_index >= 0 && cpu_index <= INT_MAX) {
        cpu = qemu_get_cpu(cpu_index);
    }
    if (!cpu) {
        error_setg(errp, "Parameter 'cpu-index' expects a CPU number; CPU %"
                   PRId64 " does not exist", cpu_index);
    } else if (save_size_check(size, errp)) {
        guest_memory_save(cpu, val, size, filename, errp);
    }
}

void qmp_pmemsave(int64_t val, int64_t size, const char *filename, Error **errp)
{
    if (save_size_check(size, errp)) {
        guest_memory_save(NULL, val, size, filename, errp);
    }
}

void qmp_dumpdtb(const char *filename, Error **errp)
{
    device_tree_dump(filename, errp);
}
