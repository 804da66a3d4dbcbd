/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Facts about the machine as a whole that devices ask for: name, UUID, serial ports, and
 * notifiers for "the machine is built" and "the program ends".  API of QEMU 8.2.
 */
#ifndef SYSEMU_SYSEMU_H
#define SYSEMU_SYSEMU_H

#include "qemu/osdep.h"
#include "qemu/notify.h"
#include "qemu/timer.h"
#include "qemu/uuid.h"
#include "sysemu/runstate.h"

typedef struct Chardev Chardev;
typedef struct QemuOpts QemuOpts;

/* -only-migratable */
extern int only_migratable;
/* -name: NULL when not given */
extern const char *qemu_name;
/* -uuid */
extern QemuUUID qemu_uuid;
extern bool qemu_uuid_set;
/* 0 with -S: the machine waits for "cont" */
extern int autostart;

/* Called once the machine is built, or at once when it already is. */
void qemu_add_machine_init_done_notifier(Notifier *notify);
void qemu_remove_machine_init_done_notifier(Notifier *notify);
/* The machine is built: call them all.  By startup, once. */
void qemu_run_machine_init_done_notifiers(void);
bool qemu_machine_init_done(void);

/* Called when the program ends, last added first. */
void qemu_add_exit_notifier(Notifier *notify);
void qemu_remove_exit_notifier(Notifier *notify);
void qemu_run_exit_notifiers(void);

/* The chardev of -serial number @i, NULL when there is none. */
Chardev *serial_hd(int i);
int serial_max_hds(void);
/* Add the next one; NULL is "-serial none".  By startup.  The list keeps no reference. */
void serial_hd_add(Chardev *chr);

#endif
