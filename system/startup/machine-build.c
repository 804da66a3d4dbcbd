/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Builds the machine: chooses its class, sets what the command line says about
 * it, chooses the accelerator, lets the board create its devices and adds
 * those of -device. Whatever fails names its option.
 */
#include "qemu/osdep.h"
#include "exec/address-spaces.h"
#include "hw/boards.h"
#include "hw/qdev-properties.h"
#include "monitor/qdev.h"
#include "net/net.h"
#include "qapi/qmp/qlist.h"
#include "qemu/accel.h"
#include "qemu/cutils.h"
#include "qemu/suggest.h"
#include "qemu/units.h"
#include "qom/object.h"
#include "sysemu/cpus.h"
#include "sysemu/hostmem.h"
#include "sysemu/reset.h"
#include "sysemu/runstate.h"
#include "sysemu/tcg.h"
#include "sysemu/vcpu-hooks.h"
#include "startup-internal.h"

/* The key of -M that is set late, when memory objects exist. */
#define KEY_MEMORY_BACKEND "memory-backend"

MachineClass *machine_build_class_find(const char *name, Error **errp)
{
    MachineClass *mc = machine_class_find(name);
    GSList *classes;
    Suggest suggest;

    if (mc) {
        return mc;
    }
    suggest_init(&suggest, name);
    classes = object_class_get_list(TYPE_MACHINE, false);
    for (GSList *l = classes; l; l = l->next) {
        suggest_offer(&suggest, MACHINE_CLASS(l->data)->name);
        suggest_offer(&suggest, MACHINE_CLASS(l->data)->alias);
    }
    suggest_error_setg(&suggest, errp, "unsupported machine type '%s'", name);
    g_slist_free(classes);
    return NULL;
}

static MachineClass *machine_class_choose(StartupConfig *c, Error **errp)
{
    const char *name = qdict_get_try_str(c->machine, "type");
    MachineClass *mc;

    if (name) {
        return machine_build_class_find(name, errp);
    }
    mc = machine_class_get_default();
    if (!mc) {
        error_setg(errp, "No machine specified, and there is no default");
        error_append_hint(errp, "Use -machine help to list supported machines\n");
    }
    return mc;
}

/* ---- size ---------------------------------------------------------------------- */

static bool machine_smp_apply(const StartupItem *item, void *opaque, Error **errp)
{
    MachineSmpConfig config = {
        .cpus = qemu_opt_get_number(item->opts, "cpus", 0),
        .sockets = qemu_opt_get_number(item->opts, "sockets", 0),
        .dies = qemu_opt_get_number(item->opts, "dies", 0),
        .clusters = qemu_opt_get_number(item->opts, "clusters", 0),
        .cores = qemu_opt_get_number(item->opts, "cores", 0),
        .threads = qemu_opt_get_number(item->opts, "threads", 0),
        .maxcpus = qemu_opt_get_number(item->opts, "maxcpus", 0),
    };
    static const char *const keys[] = { "cpus", "sockets", "dies", "clusters", "cores",
                                        "threads", "maxcpus" };

    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        if (qemu_opt_get(item->opts, keys[i]) &&
            qemu_opt_get_number(item->opts, keys[i], 0) == 0) {
            error_setg(errp, "%s must be at least 1", keys[i]);
            return false;
        }
    }
    return machine_smp_configure(opaque, &config, errp);
}

/* Memory size, in MiB when the number has no unit. */
static bool memory_size_parse(const char *text, uint64_t *size, Error **errp)
{
    if (!parse_option_size("size", text, size, errp)) {
        return false;
    }
    if (g_ascii_isdigit(text[strlen(text) - 1])) {
        if (*size > UINT64_MAX / MiB) {
            error_setg(errp, "size=%s is too large", text);
            return false;
        }
        *size *= MiB;
    }
    return true;
}

static bool machine_memory_apply(const StartupItem *item, void *opaque, Error **errp)
{
    const char *text = qemu_opt_get(item->opts, "size");
    uint64_t size = 0;

    if (text && !memory_size_parse(text, &size, errp)) {
        return false;
    }
    if (text && size == 0) {
        error_setg(errp, "the size of memory must not be 0");
        return false;
    }
    return machine_ram_configure(opaque, size, qemu_opt_get_number(item->opts, "slots", 0),
                                 qemu_opt_get_size(item->opts, "maxmem", 0), errp);
}

/* ---- properties ------------------------------------------------------------------- */

static bool machine_properties_apply(const StartupItem *item, void *opaque, Error **errp)
{
    StartupConfig *c = opaque;
    g_autoptr(QDict) dict = qdict_clone_shallow(c->machine);

    qdict_del(dict, "type");
    qdict_del(dict, KEY_MEMORY_BACKEND);
    return object_set_properties_from_keyval(OBJECT(current_machine), dict, false, errp);
}

static bool machine_boot_apply(const StartupItem *item, void *opaque, Error **errp)
{
    StartupConfig *c = opaque;
    MachineState *machine = current_machine;
    MachineClass *mc = MACHINE_GET_CLASS(machine);
    g_auto(GStrv) parts = g_strsplit(item->text, "=", 2);

    if (!mc->default_cpu_type) {
        error_setg(errp, "machine '%s' has no CPU to boot it with", mc->name);
        return false;
    }
    if (strcmp(parts[0], "firmware") == 0) {
        char *path = boot_file_find(c, parts[1]);

        g_free(parts[1]);
        parts[1] = path;
    }
    return object_property_set_str(OBJECT(machine), parts[0], parts[1], errp);
}

static bool machine_memory_backend_apply(const StartupItem *item, void *opaque, Error **errp)
{
    StartupConfig *c = opaque;
    const char *id = qdict_get_try_str(c->machine, KEY_MEMORY_BACKEND);
    MachineState *machine = current_machine;

    if (!id) {
        return true;
    }
    if (!object_property_parse(OBJECT(machine), KEY_MEMORY_BACKEND, id, errp)) {
        return false;
    }
    /* Without -m the machine has as much memory as it is given. */
    return startup_item_last(c, ITEM_MEMORY) ||
           machine_ram_configure(machine, object_property_get_uint(OBJECT(machine->memdev), "size",
                                                                   &error_abort), 0, 0, errp);
}

static bool machine_cpu_apply(const StartupItem *item, void *opaque, Error **errp)
{
    MachineState *machine = opaque;
    MachineClass *mc = MACHINE_GET_CLASS(machine);

    if (!mc->default_cpu_type) {
        error_setg(errp, "machine '%s' has no CPUs", mc->name);
        return false;
    }
    machine->cpu_type = cpu_option_parse(mc->default_cpu_type, item->text, errp);
    return machine->cpu_type != NULL;
}

static void machine_globals_register(StartupConfig *c)
{
    for (guint i = 0; i < c->globals->len; i++) {
        qdev_prop_register_global(g_ptr_array_index(c->globals, i));
    }
}

static void machine_reset(ShutdownCause reason)
{
    MachineClass *mc = MACHINE_GET_CLASS(current_machine);

    if (mc->reset) {
        mc->reset(current_machine, reason);
    } else {
        qemu_devices_reset(reason);
    }
}

static void machine_wakeup(void)
{
    MachineClass *mc = MACHINE_GET_CLASS(current_machine);

    if (mc->wakeup) {
        mc->wakeup(current_machine);
    }
}

static const RunStateMachineHooks machine_hooks = {
    .reset = machine_reset,
    .wakeup = machine_wakeup,
};

MachineState *machine_build_create(StartupConfig *c, Error **errp)
{
    const StartupItem *item = startup_item_last(c, ITEM_MACHINE);
    MachineClass *mc;
    MachineState *machine;

    if (item) {
        loc_restore(&item->loc);
    }
    mc = machine_class_choose(c, errp);
    if (!mc) {
        return NULL;
    }
    loc_set_none();
    if (mc->deprecation_reason) {
        warn_report("Machine type '%s' is deprecated: %s", mc->name, mc->deprecation_reason);
    }
    machine_globals_register(c);
    if (c->memory_is_preallocated) {
        object_register_sugar_prop(TYPE_MEMORY_BACKEND, "prealloc", "on", false);
    }
    object_set_machine_compat_props(mc->compat_props);
    machine = MACHINE(object_new_with_class(OBJECT_CLASS(mc)));
    current_machine = machine;
    object_property_add_child(object_get_root(), "machine", OBJECT(machine));
    object_unref(OBJECT(machine));
    runstate_set_machine_hooks(&machine_hooks);
    phase_advance(PHASE_MACHINE_CREATED);

    if (!block_build_create(c, mc, errp)) {
        return NULL;
    }
    if (!startup_item_run_last(c, ITEM_MACHINE, machine_properties_apply, c, errp) ||
        !startup_items_run(c, ITEM_BOOT, machine_boot_apply, c, errp) ||
        !startup_item_run_last(c, ITEM_SMP, machine_smp_apply, machine, errp) ||
        !startup_item_run_last(c, ITEM_MEMORY, machine_memory_apply, machine, errp)) {
        return NULL;
    }
    return machine;
}

/* ---- accelerator ---------------------------------------------------------------------- */

static void accel_skipped(const char *name, const Error *reason, void *opaque)
{
    Location loc;

    /* Not about the option that is being worked on, which is the last of them. */
    loc_push_none(&loc);
    warn_report("accelerator '%s' is not usable: %s", name, error_get_pretty(reason));
    loc_pop(&loc);
}

/* What to try when -accel was not given: all that run guest code, the fastest first. */
static const char *const accel_default_list[] = { "kvm", "tcg", NULL };

static bool accel_is_usable(const char *name)
{
    AccelClass *ac = accel_find(name);

    return ac && (!ac->available || ac->available(NULL));
}

bool machine_build_accel(StartupConfig *c, MachineState *machine, Error **errp)
{
    g_autoptr(GPtrArray) requests = g_ptr_array_new();
    const StartupItem *last = startup_item_last(c, ITEM_ACCEL);

    for (guint i = 0; i < c->items->len; i++) {
        const StartupItem *item = g_ptr_array_index(c->items, i);

        if (item->kind == ITEM_ACCEL) {
            g_ptr_array_add(requests, item->text);
        }
    }
    if (!last && startup_item_last(c, ITEM_QTEST)) {
        g_ptr_array_add(requests, (char *)"qtest");
    }
    for (size_t i = 0; !requests->len && !last && accel_default_list[i]; i++) {
        if (accel_is_usable(accel_default_list[i])) {
            g_ptr_array_add(requests, (char *)accel_default_list[i]);
        }
    }
    /* Without CPUs a machine needs none. */
    if (!requests->len && MACHINE_GET_CLASS(machine)->default_cpu_type) {
        warn_report("no accelerator here runs guest code (-accel help says why); CPUs stay idle");
        g_ptr_array_add(requests, (char *)"none");
    }
    if (last) {
        loc_restore(&last->loc);
    }
    if (requests->len) {
        g_ptr_array_add(requests, NULL);
        if (!accel_init_first_usable(machine, (const char *const *)requests->pdata,
                                     last ? accel_skipped : NULL, NULL, errp)) {
            return false;
        }
    }
    loc_set_none();
    if (tcg_icount_enabled() && !tcg_enabled()) {
        error_setg(errp, "-icount needs -accel tcg: nothing else counts instructions");
        return false;
    }
    phase_advance(PHASE_ACCEL_CREATED);
    return startup_item_run_last(c, ITEM_CPU, machine_cpu_apply, machine, errp);
}

/* ---- devices ------------------------------------------------------------------------------ */

static bool device_create(const StartupItem *item, void *opaque, Error **errp)
{
    DeviceState *dev = qdev_device_add_from_qdict(item->dict, item->is_json, errp);

    if (!dev) {
        return false;
    }
    object_unref(OBJECT(dev));
    return true;
}

/* A server in another process reaches only RAM that is a shared file. */
static bool device_needs_shared_ram(const StartupItem *item, void *opaque, Error **errp)
{
    MachineState *machine = opaque;
    const char *driver = qdict_get_try_str(item->dict, "driver");
    ObjectClass *oc = driver ? object_class_by_name(driver) : NULL;

    if (oc && object_class_dynamic_cast(oc, "vfio-platform") &&
        qdict_get_try_str(item->dict, "socket")) {
        machine->mem_shared = true;
    }
    return true;
}

bool machine_build_devices(StartupConfig *c, MachineState *machine, Error **errp)
{
    const StartupItem *mem_path = startup_item_last(c, ITEM_MEM_PATH);

    if (!startup_item_run_last(c, ITEM_MACHINE, machine_memory_backend_apply, c, errp)) {
        return false;
    }
    phase_advance(PHASE_LATE_BACKENDS_CREATED);
    if (!startup_items_run(c, ITEM_DEVICE, device_needs_shared_ram, machine, errp)) {
        return false;
    }
    if (!machine_run_board_init(machine, mem_path ? mem_path->text : NULL, errp)) {
        return false;
    }
    if (!fw_cfg_items_create(c, errp) || !boot_wishes_apply(c, errp)) {
        return false;
    }
    if (!network_create_cards(machine, errp)) {
        return false;
    }
    if (!startup_items_run(c, ITEM_DEVICE, device_create, NULL, errp) ||
        !block_build_devices(c, machine, errp)) {
        return false;
    }
    if (!qdev_machine_finish(machine, errp)) {
        return false;
    }
    if (current_accel()) {
        accel_setup_post(machine);
    }
    qdev_prop_check_globals();
    net_check_clients();
    return true;
}

void machine_build_cleanup(void)
{
    if (current_machine) {
        object_unparent(OBJECT(current_machine));
        current_machine = NULL;
    }
    runstate_set_machine_hooks(NULL);
    if (current_accel()) {
        accel_release();
    }
}
