/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the monitor asks of the device tree: its text, and the bus that a path
 * names. BQL held.
 */
#ifndef HW_QDEV_MONITOR_H
#define HW_QDEV_MONITOR_H

#include "hw/qdev-core.h"

/* Text of `info qtree`. Caller frees. */
char *qdev_tree_text(void);

/*
 * Bus @path of a bus= option: an id, a bus name, or a path of ids and names from
 * the main system bus. NULL and an error that lists what there is.
 */
BusState *qbus_find(const char *path, Error **errp);

#endif
