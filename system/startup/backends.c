/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stands between the machine and the host: objects of -object, character
 * devices, serial ports, monitors, the qtest server. Objects come in three
 * rounds: those that need the machine, its accelerator or character devices
 * (memory, and whatever is given a chardev) in the second, those that need
 * devices (servers of them) in the third.
 */
#include "qemu/osdep.h"
#include "chardev/char.h"
#include "hw/boards.h"
#include "monitor/monitor.h"
#include "qom/object_interfaces.h"
#include "sysemu/hostmem.h"
#include "sysemu/qtest-server.h"
#include "sysemu/sysemu.h"
#include "startup-internal.h"

/* ---- objects and character devices ---------------------------------------------- */

typedef enum ObjectRound {
    OBJECT_EARLY,
    OBJECT_LATE,
    OBJECT_AFTER_DEVICES,
} ObjectRound;

static ObjectRound object_round(const QDict *dict)
{
    const char *type = qdict_get_try_str(dict, "qom-type");
    ObjectClass *oc = object_class_by_name(type);

    if (oc && object_class_dynamic_cast(oc, TYPE_USER_CREATABLE) &&
        USER_CREATABLE_CLASS(oc)->needs_devices) {
        return OBJECT_AFTER_DEVICES;
    }
    return (oc && object_class_dynamic_cast(oc, TYPE_MEMORY_BACKEND)) ||
                   qdict_haskey(dict, "chardev") ? OBJECT_LATE : OBJECT_EARLY;
}

static bool object_create(const StartupItem *item, void *opaque, Error **errp)
{
    const ObjectRound *round = opaque;

    return object_round(item->dict) != *round ||
           user_creatable_add_dict(item->dict, !item->is_json, errp);
}

static bool chardev_create(const StartupItem *item, void *opaque, Error **errp)
{
    return qemu_chr_new_from_opts(item->opts, NULL, errp) != NULL;
}

bool backends_create_early(StartupConfig *c, Error **errp)
{
    ObjectRound round = OBJECT_EARLY;

    return startup_items_run(c, ITEM_OBJECT, object_create, &round, errp) &&
           startup_items_run(c, ITEM_CHARDEV, chardev_create, NULL, errp);
}

bool backends_create_late(StartupConfig *c, Error **errp)
{
    ObjectRound round = OBJECT_LATE;

    return startup_items_run(c, ITEM_OBJECT, object_create, &round, errp);
}

bool backends_create_after_devices(StartupConfig *c, Error **errp)
{
    ObjectRound round = OBJECT_AFTER_DEVICES;

    return startup_items_run(c, ITEM_OBJECT, object_create, &round, errp);
}

/* ---- serial ports ------------------------------------------------------------------- */

static bool serial_create(const StartupItem *item, void *opaque, Error **errp)
{
    MachineClass *mc = MACHINE_GET_CLASS(opaque);
    g_autofree char *label = g_strdup_printf("serial%d", serial_max_hds());
    Chardev *chr;

    if (strcmp(item->text, "none") == 0) {
        serial_hd_add(NULL);
        return true;
    }
    if (mc->no_serial) {
        error_setg(errp, "machine '%s' has no serial ports", mc->name);
        return false;
    }
    chr = qemu_chr_new_err(label, item->text, true, NULL, errp);
    if (!chr) {
        return false;
    }
    serial_hd_add(chr);
    return true;
}

static void mux_monitor_start(Chardev *chr)
{
    monitor_init_hmp(chr, true, &error_abort);
}

/* ---- monitors --------------------------------------------------------------------------- */

static bool monitor_of_mon(const StartupItem *item, void *opaque, Error **errp)
{
    return monitor_init_opts(item->opts, errp) == 0;
}

static bool monitor_on_device(const StartupItem *item, int *count, bool is_qmp, Error **errp)
{
    g_autofree char *label = g_strdup_printf("compat_monitor%d", *count);
    Error *err = NULL;
    Chardev *chr;

    if (strcmp(item->text, "none") == 0) {
        return true;
    }
    chr = qemu_chr_new_err(label, item->text, !is_qmp, NULL, errp);
    if (!chr) {
        return false;
    }
    ++*count;
    /* "mon:" makes a monitor of its own. */
    if (is_qmp) {
        monitor_init_qmp(chr, item->kind == ITEM_QMP_PRETTY, &err);
    } else if (!g_str_has_prefix(item->text, "mon:")) {
        monitor_init_hmp(chr, true, &err);
    }
    if (err) {
        error_propagate(errp, err);
        return false;
    }
    return true;
}

static bool monitor_for_people(const StartupItem *item, void *opaque, Error **errp)
{
    return monitor_on_device(item, opaque, false, errp);
}

static bool monitor_for_programs(const StartupItem *item, void *opaque, Error **errp)
{
    return monitor_on_device(item, opaque, true, errp);
}

static bool monitors_create(StartupConfig *c, Error **errp)
{
    int count = 0;

    return startup_items_run(c, ITEM_MON, monitor_of_mon, NULL, errp) &&
           startup_items_run(c, ITEM_MONITOR, monitor_for_people, &count, errp) &&
           startup_items_run(c, ITEM_QMP, monitor_for_programs, &count, errp) &&
           startup_items_run(c, ITEM_QMP_PRETTY, monitor_for_programs, &count, errp);
}

/* -nographic: the terminal is the first serial port and the monitor, or only the monitor. */
static bool terminal_create(StartupConfig *c, MachineState *machine, Error **errp)
{
    bool has_serial = startup_item_last(c, ITEM_SERIAL) ||
                      MACHINE_GET_CLASS(machine)->no_serial;
    bool has_monitor = startup_item_last(c, ITEM_MONITOR) || startup_item_last(c, ITEM_MON);
    StartupItem item = { .kind = has_serial ? ITEM_MONITOR : ITEM_SERIAL };
    int count = 0;

    if (!c->is_nographic || c->has_no_defaults || (has_serial && has_monitor)) {
        return true;
    }
    item.text = (char *)(has_serial || has_monitor ? "stdio" : "mon:stdio");
    return has_serial ? monitor_on_device(&item, &count, false, errp)
                      : serial_create(&item, machine, errp);
}

/* ---- qtest -------------------------------------------------------------------------------- */

static bool qtest_create(const StartupItem *item, void *opaque, Error **errp)
{
    QTestServer **server = ((void **)opaque)[0];
    const StartupItem *log = ((void **)opaque)[1];

    *server = qtest_server_new(item->text, log ? log->text : NULL, errp);
    return *server != NULL;
}

bool backends_create_consoles(StartupConfig *c, MachineState *machine, QTestServer **qtest,
                              Error **errp)
{
    void *qtest_args[2] = { qtest, startup_item_last(c, ITEM_QTEST_LOG) };

    qemu_chr_set_mux_mon_hook(mux_monitor_start);
    return startup_items_run(c, ITEM_SERIAL, serial_create, machine, errp) &&
           terminal_create(c, machine, errp) &&
           monitors_create(c, errp) &&
           startup_item_run_last(c, ITEM_QTEST, qtest_create, qtest_args, errp);
}
