/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Facts about the machine as a whole: name, UUID, serial ports, and the notifiers for "built" and
 * "the program ends".
 */
#include "qemu/osdep.h"
#include "sysemu/sysemu.h"

const char *qemu_name;
QemuUUID qemu_uuid;
bool qemu_uuid_set;
int autostart = 1;

static NotifierList init_done_notifiers = NOTIFIER_LIST_INITIALIZER(init_done_notifiers);
static NotifierList exit_notifiers = NOTIFIER_LIST_INITIALIZER(exit_notifiers);
static bool is_init_done;
/* Of Chardev *, borrowed; NULL while empty. */
static GPtrArray *serial_ports;

void qemu_add_machine_init_done_notifier(Notifier *notify)
{
    notifier_list_add(&init_done_notifiers, notify);
    if (is_init_done) {
        notify->notify(notify, NULL);
    }
}

void qemu_remove_machine_init_done_notifier(Notifier *notify)
{
    notifier_remove(notify);
}

void qemu_run_machine_init_done_notifiers(void)
{
    is_init_done = true;
    notifier_list_notify(&init_done_notifiers, NULL);
}

bool qemu_machine_init_done(void)
{
    return is_init_done;
}

void qemu_add_exit_notifier(Notifier *notify)
{
    notifier_list_add(&exit_notifiers, notify);
}

void qemu_remove_exit_notifier(Notifier *notify)
{
    notifier_remove(notify);
}

void qemu_run_exit_notifiers(void)
{
    notifier_list_notify(&exit_notifiers, NULL);
}

Chardev *serial_hd(int i)
{
    return i >= 0 && i < serial_max_hds() ? g_ptr_array_index(serial_ports, i) : NULL;
}

int serial_max_hds(void)
{
    return serial_ports ? serial_ports->len : 0;
}

void serial_hd_add(Chardev *chr)
{
    if (!serial_ports) {
        serial_ports = g_ptr_array_new();
    }
    g_ptr_array_add(serial_ports, chr);
}
