/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Devices made by users: what -device and device_add have in common, from the
 * choice of a bus to realize, and the help texts of device types.
 */
#ifndef MONITOR_QDEV_H
#define MONITOR_QDEV_H

#include "qemu/compiler.h"
#include "qemu/typedefs.h"

/*
 * Creates and realizes the device that @opts describes: "driver", "id", "bus",
 * and properties of the type, with values of the right JSON type if
 * @from_json, else as strings (-device k=v). @opts stays the caller's. Returns
 * a device with one reference for the caller, or NULL with @errp set, in which
 * case nothing is left behind. Caller holds the BQL.
 */
DeviceState *qdev_device_add_from_qdict(const QDict *opts, bool from_json,
                                        Error **errp);

/* The same from parsed options. */
DeviceState *qdev_device_add(QemuOpts *opts, Error **errp);

/*
 * Answers "-device help" and "-device TYPE,help". Prints the help and returns
 * 1, or returns 0 if @opts does not ask for help, or -1 after having set @errp
 * (unknown type). @opts is a dictionary as in qdev_device_add_from_qdict.
 */
int qdev_device_help(const QDict *opts, Error **errp);

/* Text of the above; @driver NULL lists the types. Caller frees. */
char *qdev_device_help_text(const char *driver, Error **errp);

/*
 * Finds a device by id or QOM path among those users may unplug. Sets @errp
 * to class DeviceNotFound otherwise. No reference is added.
 */
DeviceState *qdev_find_device(const char *id, Error **errp);

#endif
