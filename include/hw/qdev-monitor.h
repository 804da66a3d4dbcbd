/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the command line and the monitor do with devices: create one from
 * key/value arguments, find one, remove one, help and tree texts. BQL held.
 */
#ifndef HW_QDEV_MONITOR_H
#define HW_QDEV_MONITOR_H

#include "hw/qdev-core.h"

/*
 * Create, configure and realize the device that @opts describes: driver, bus,
 * id, and properties, which are typed values if @from_json and strings
 * ("keyval" flavour) if not. Returns a reference the caller owns. On failure nothing
 * is left behind. NULL without an error means: hidden by a listener for now.
 */
DeviceState *qdev_device_add_from_qdict(const QDict *opts, bool from_json, Error **errp);

/* Find by id (a child of /machine/peripheral) or QOM path; borrowed. */
DeviceState *find_device_state(const char *id, Error **errp);

/* device_del: find the device and start its removal; see qdev_unplug(). */
bool qdev_device_del(const char *id, Error **errp);

/* Text of `-device TYPE,help`; the caller frees it. NULL and an error for no such type. */
char *qdev_device_help_text(const char *typename, Error **errp);

/* Text of `-device help`: types that -device can make, by category. Caller frees. */
char *qdev_device_list_text(void);

/* Text of `info qtree`. Caller frees. */
char *qdev_tree_text(void);

/*
 * Bus @path of a bus= option: an id, a bus name, or a path of ids and names from
 * the main system bus. NULL and an error that lists what there is.
 */
BusState *qbus_find(const char *path, Error **errp);

#endif
