/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine class: defaults, properties every machine has, memory and CPU
 * choices, running a board's init, and finding machines by name. The texts for
 * users are in machine-text.c, -smp in machine-smp.c.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "qemu/module.h"
#include "qemu/units.h"
#include "qom/object_interfaces.h"
#include "hw/boards.h"
#include "hw/loader.h"
#include "hw/sysbus.h"
#include "migration/vmstate.h"
#include "sysemu/reset.h"
#include "sysemu/sysemu.h"

MachineState *current_machine;

#define MACHINE_RAM_DEFAULT (128 * MiB)

/* ---- dynamic sysbus devices ---- */

void machine_class_allow_dynamic_sysbus_dev(MachineClass *mc, const char *type)
{
    QAPI_LIST_PREPEND(mc->allowed_dynamic_sysbus_devices, g_strdup(type));
}

bool device_type_is_dynamic_sysbus(MachineClass *mc, const char *type)
{
    ObjectClass *klass = object_class_by_name(type);

    for (strList *wl = mc->allowed_dynamic_sysbus_devices; klass && wl; wl = wl->next) {
        if (object_class_dynamic_cast(klass, wl->value)) {
            return true;
        }
    }
    return false;
}

bool device_is_dynamic_sysbus(MachineClass *mc, DeviceState *dev)
{
    return object_dynamic_cast(OBJECT(dev), TYPE_SYS_BUS_DEVICE) &&
           device_type_is_dynamic_sysbus(mc, object_get_typename(OBJECT(dev)));
}

/* ---- small questions ---- */

bool machine_usb(MachineState *machine)
{
    return machine->usb;
}

bool machine_dump_guest_core(MachineState *machine)
{
    return machine->dump_guest_core;
}

bool machine_mem_merge(MachineState *machine)
{
    return machine->mem_merge;
}

HotplugHandler *machine_get_hotplug_handler(MachineState *machine, DeviceState *dev)
{
    MachineClass *mc = MACHINE_GET_CLASS(machine);

    return mc->get_hotplug_handler ? mc->get_hotplug_handler(machine, dev) : NULL;
}

const CPUArchIdList *machine_possible_cpus(MachineState *machine)
{
    MachineClass *mc = MACHINE_GET_CLASS(machine);

    return mc->possible_cpu_arch_ids ? mc->possible_cpu_arch_ids(machine) : NULL;
}

void compat_props_add(GPtrArray *arr, GlobalProperty props[], size_t nelem)
{
    for (size_t i = 0; i < nelem; i++) {
        g_ptr_array_add(arr, &props[i]);
    }
}

/* ---- memory ---- */

bool machine_ram_configure(MachineState *machine, uint64_t size, uint64_t slots,
                           uint64_t maxsize, Error **errp)
{
    MachineClass *mc = MACHINE_GET_CLASS(machine);
    const uint64_t align = 8 * KiB;
    uint64_t fixed;

    size = size ? size : mc->default_ram_size;
    if (size > MAX_PHYS_ADDR - align) {
        error_setg(errp, "memory size %" PRIu64 " is too large", size);
        return false;
    }
    size = QEMU_ALIGN_UP(size, align);
    fixed = mc->fixup_ram_size ? mc->fixup_ram_size(size) : size;
    maxsize = maxsize ? maxsize : fixed;
    if (maxsize < fixed) {
        error_setg(errp, "maxmem=%" PRIu64 " is less than the memory size %" PRIu64, maxsize,
                   fixed);
        return false;
    }
    if (slots || maxsize != fixed) {
        error_setg(errp, "machine '%s' has no memory hotplug: leave out slots= and maxmem=",
                   mc->name);
        return false;
    }
    machine->ram_size = fixed;
    machine->maxram_size = maxsize;
    machine->ram_slots = slots;
    return true;
}

static bool machine_ram_backend_create(MachineState *machine, const char *mem_path, Error **errp)
{
    MachineClass *mc = MACHINE_GET_CLASS(machine);
    const char *type = mem_path ? TYPE_MEMORY_BACKEND_FILE
                                : machine->mem_shared ? TYPE_MEMORY_BACKEND_MEMFD
                                                      : TYPE_MEMORY_BACKEND_RAM;
    g_autoptr(Object) obj = object_new(type);

    object_apply_compat_props(obj);
    if ((mem_path && !object_property_set_str(obj, "mem-path", mem_path, errp)) ||
        !object_property_set_uint(obj, "size", machine->ram_size, errp) ||
        !object_property_set_bool(obj, "share", machine->mem_shared, errp) ||
        !object_property_try_add_child(object_get_objects_root(), mc->default_ram_id, obj, errp)) {
        return false;
    }
    if (!user_creatable_complete(USER_CREATABLE(obj), errp)) {
        object_unparent(obj);
        return false;
    }
    object_ref(obj);
    object_unref(OBJECT(machine->memdev));
    machine->memdev = MEMORY_BACKEND(obj);
    return true;
}

static bool machine_ram_create(MachineState *machine, const char *mem_path, Error **errp)
{
    MachineClass *mc = MACHINE_GET_CLASS(machine);

    if (!mc->default_ram_id || !machine->ram_size) {
        if (machine->memdev) {
            error_setg(errp, "machine '%s' has no memory that memory-backend= could provide",
                       mc->name);
            return false;
        }
        return true;
    }
    if (!machine->memdev && !machine_ram_backend_create(machine, mem_path, errp)) {
        return false;
    }
    if (host_memory_backend_is_mapped(machine->memdev)) {
        error_setg(errp, "memory backend '%s' is in use already",
                   object_get_canonical_path_component(OBJECT(machine->memdev)));
        return false;
    }
    machine->ram = host_memory_backend_get_memory(machine->memdev);
    if (!machine->ram) {
        error_setg(errp, "memory backend '%s' has no memory",
                   object_get_canonical_path_component(OBJECT(machine->memdev)));
        return false;
    }
    if (memory_region_size(machine->ram) != machine->ram_size) {
        error_setg(errp, "the memory backend has %" PRIu64 " bytes, but the machine %" PRIu64
                   ": give -m the size of the backend", memory_region_size(machine->ram),
                   machine->ram_size);
        return false;
    }
    host_memory_backend_set_mapped(machine->memdev, true);
    vmstate_register_ram_global(machine->ram);
    return true;
}

/* ---- running a board ---- */

static bool machine_cpu_type_check(MachineState *machine, Error **errp)
{
    MachineClass *mc = MACHINE_GET_CLASS(machine);
    ObjectClass *oc = machine->cpu_type ? object_class_by_name(machine->cpu_type) : NULL;
    g_autoptr(GString) valid = g_string_new(NULL);

    if (!mc->valid_cpu_types || !machine->cpu_type) {
        return true;
    }
    for (int i = 0; mc->valid_cpu_types[i]; i++) {
        if (oc && object_class_dynamic_cast(oc, mc->valid_cpu_types[i])) {
            return true;
        }
        g_string_append_printf(valid, "%s%s", i ? ", " : "", mc->valid_cpu_types[i]);
    }
    error_setg(errp, "machine '%s' has no CPU of type '%s': it takes %s", mc->name,
               machine->cpu_type, valid->str);
    return false;
}

bool machine_run_board_init(MachineState *machine, const char *mem_path, Error **errp)
{
    MachineClass *mc = MACHINE_GET_CLASS(machine);

    if (!machine_cpu_type_check(machine, errp) ||
        !machine_ram_create(machine, mem_path, errp)) {
        return false;
    }
    if (mc->init) {
        mc->init(machine);
    }
    if (mc->build && !mc->build(machine, errp)) {
        return false;
    }
    phase_advance(PHASE_MACHINE_INITIALIZED);
    return true;
}

void qdev_machine_creation_done(void)
{
    /* From here on a device is plugged into a machine that may be running. */
    phase_advance(PHASE_MACHINE_READY);
}

bool qdev_machine_finish(MachineState *machine, Error **errp)
{
    MachineClass *mc = MACHINE_GET_CLASS(machine);

    qdev_machine_creation_done();
    /* After every function that devices registered themselves, before CPUs' by their depth. */
    qemu_register_reset(resettable_cold_reset_fn, sysbus_get_default());
    qemu_run_machine_init_done_notifiers();
    return (!mc->finish || mc->finish(machine, errp)) && rom_registry_seal(errp);
}

/* ---- by name ---- */

MachineClass *machine_class_find(const char *name)
{
    GSList *list = object_class_get_list(TYPE_MACHINE, false);
    MachineClass *found = NULL;

    for (GSList *el = list; el && !found; el = el->next) {
        MachineClass *mc = el->data;

        if (g_strcmp0(mc->name, name) == 0 || g_strcmp0(mc->alias, name) == 0) {
            found = mc;
        }
    }
    g_slist_free(list);
    return found;
}

MachineClass *machine_class_get_default(void)
{
    GSList *list = object_class_get_list(TYPE_MACHINE, false);
    MachineClass *found = NULL;

    for (GSList *el = list; el && !found; el = el->next) {
        MachineClass *mc = el->data;

        found = mc->is_default ? mc : NULL;
    }
    g_slist_free(list);
    return found;
}

/* ---- properties ---- */

#define MACHINE_STRING_PROPERTY(field) \
    static char *machine_get_##field(Object *obj, Error **errp) \
    { \
        return g_strdup(MACHINE(obj)->field); \
    } \
    static void machine_set_##field(Object *obj, const char *value, Error **errp) \
    { \
        MachineState *ms = MACHINE(obj); \
        \
        g_free(ms->field); \
        ms->field = g_strdup(value); \
    }

#define MACHINE_BOOL_PROPERTY(field) \
    static bool machine_get_##field(Object *obj, Error **errp) \
    { \
        return MACHINE(obj)->field; \
    } \
    static void machine_set_##field(Object *obj, bool value, Error **errp) \
    { \
        MACHINE(obj)->field = value; \
    }

MACHINE_STRING_PROPERTY(kernel_filename)
MACHINE_STRING_PROPERTY(initrd_filename)
MACHINE_STRING_PROPERTY(kernel_cmdline)
MACHINE_STRING_PROPERTY(dtb)
MACHINE_STRING_PROPERTY(dumpdtb)
MACHINE_STRING_PROPERTY(dt_compatible)
MACHINE_STRING_PROPERTY(firmware)
MACHINE_BOOL_PROPERTY(dump_guest_core)
MACHINE_BOOL_PROPERTY(mem_merge)
MACHINE_BOOL_PROPERTY(mem_shared)
MACHINE_BOOL_PROPERTY(enable_graphics)

static void machine_get_phandle_start(Object *obj, Visitor *v, const char *name, void *opaque,
                                      Error **errp)
{
    int64_t value = MACHINE(obj)->phandle_start;

    visit_type_int(v, name, &value, errp);
}

static void machine_set_phandle_start(Object *obj, Visitor *v, const char *name, void *opaque,
                                      Error **errp)
{
    int64_t value;

    if (!visit_type_int(v, name, &value, errp)) {
        return;
    }
    if (value < 0 || value > INT_MAX) {
        error_setg(errp, "phandle-start=%" PRId64 " is not between 0 and %d", value, INT_MAX);
        return;
    }
    MACHINE(obj)->phandle_start = value;
}

typedef struct MachineStringProperty {
    const char *name;
    char *(*get)(Object *obj, Error **errp);
    void (*set)(Object *obj, const char *value, Error **errp);
    const char *description;
} MachineStringProperty;

typedef struct MachineBoolProperty {
    const char *name;
    bool (*get)(Object *obj, Error **errp);
    void (*set)(Object *obj, bool value, Error **errp);
    const char *description;
} MachineBoolProperty;

static const MachineStringProperty machine_strings[] = {
    { "kernel", machine_get_kernel_filename, machine_set_kernel_filename,
      "file with the kernel to boot" },
    { "initrd", machine_get_initrd_filename, machine_set_initrd_filename,
      "file with the kernel's initial RAM disk" },
    { "append", machine_get_kernel_cmdline, machine_set_kernel_cmdline,
      "the kernel's command line" },
    { "dtb", machine_get_dtb, machine_set_dtb, "file with the device tree to use" },
    { "dumpdtb", machine_get_dumpdtb, machine_set_dumpdtb,
      "write the device tree to this file and end" },
    { "dt-compatible", machine_get_dt_compatible, machine_set_dt_compatible,
      "compatible property of the device tree's root" },
    { "firmware", machine_get_firmware, machine_set_firmware, "file with the firmware" },
};

static const MachineBoolProperty machine_bools[] = {
    { "dump-guest-core", machine_get_dump_guest_core, machine_set_dump_guest_core,
      "have core dumps of this program contain the guest's memory" },
    { "mem-merge", machine_get_mem_merge, machine_set_mem_merge,
      "let the host merge identical pages of guest memory" },
    { "mem-shared", machine_get_mem_shared, machine_set_mem_shared,
      "keep guest memory in a file that other processes can map" },
    { "graphics", machine_get_enable_graphics, machine_set_enable_graphics,
      "give the machine a display" },
};

static void machine_allow_memory_backend(const Object *obj, const char *name, Object *val,
                                         Error **errp)
{
    if (phase_check(PHASE_MACHINE_INITIALIZED)) {
        error_setg(errp, "'%s' cannot change once the machine exists", name);
    }
}

static void machine_class_init(ObjectClass *oc, void *data)
{
    MachineClass *mc = MACHINE_CLASS(oc);

    mc->default_ram_size = MACHINE_RAM_DEFAULT;
    mc->rom_file_has_mr = true;
    for (int i = 0; i < ARRAY_SIZE(machine_strings); i++) {
        const MachineStringProperty *p = &machine_strings[i];

        object_class_property_add_str(oc, p->name, p->get, p->set);
        object_class_property_set_description(oc, p->name, p->description);
    }
    for (int i = 0; i < ARRAY_SIZE(machine_bools); i++) {
        const MachineBoolProperty *p = &machine_bools[i];

        object_class_property_add_bool(oc, p->name, p->get, p->set);
        object_class_property_set_description(oc, p->name, p->description);
    }
    object_class_property_add(oc, "phandle-start", "int", machine_get_phandle_start,
                              machine_set_phandle_start, NULL, NULL);
    object_class_property_set_description(oc, "phandle-start",
                                          "number of the first phandle in the device tree");
    object_class_property_add_link(oc, "memory-backend", TYPE_MEMORY_BACKEND,
                                   offsetof(MachineState, memdev), machine_allow_memory_backend,
                                   OBJ_PROP_LINK_STRONG);
    object_class_property_set_description(oc, "memory-backend",
                                          "id of the memory backend that is the machine's RAM");
}

static void machine_class_base_init(ObjectClass *oc, void *data)
{
    MachineClass *mc = MACHINE_CLASS(oc);

    mc->max_cpus = mc->max_cpus ? mc->max_cpus : 1;
    mc->min_cpus = mc->min_cpus ? mc->min_cpus : 1;
    mc->default_cpus = mc->default_cpus ? mc->default_cpus : 1;
    if (!object_class_is_abstract(oc)) {
        const char *cname = object_class_get_name(oc);

        g_assert(g_str_has_suffix(cname, TYPE_MACHINE_SUFFIX));
        mc->name = g_strndup(cname, strlen(cname) - strlen(TYPE_MACHINE_SUFFIX));
        mc->compat_props = g_ptr_array_new();
    }
}

static void machine_initfn(Object *obj)
{
    MachineState *ms = MACHINE(obj);
    MachineClass *mc = MACHINE_GET_CLASS(obj);
    unsigned int cpus = mc->default_cpus;

    ms->dump_guest_core = true;
    ms->mem_merge = true;
    ms->enable_graphics = true;
    ms->kernel_cmdline = g_strdup("");
    ms->ram_size = mc->default_ram_size;
    ms->maxram_size = mc->default_ram_size;
    ms->cpu_type = mc->default_cpu_type;
    ms->smp = (CpuTopology){ cpus, 1, 1, 1, 1, 1, cpus };
    ms->smp.sockets = cpus;
}

static void machine_finalize(Object *obj)
{
    MachineState *ms = MACHINE(obj);

    g_free(ms->dtb);
    g_free(ms->dumpdtb);
    g_free(ms->dt_compatible);
    g_free(ms->firmware);
    g_free(ms->kernel_filename);
    g_free(ms->initrd_filename);
    g_free(ms->kernel_cmdline);
    g_free(ms->possible_cpus);
    g_free(ms->fdt);
}

static const TypeInfo machine_types[] = {
    {
        .name = TYPE_MACHINE,
        .parent = TYPE_OBJECT,
        .abstract = true,
        .class_size = sizeof(MachineClass),
        .class_init = machine_class_init,
        .class_base_init = machine_class_base_init,
        .instance_size = sizeof(MachineState),
        .instance_init = machine_initfn,
        .instance_finalize = machine_finalize,
    },
};

DEFINE_TYPES(machine_types)
