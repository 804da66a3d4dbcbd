/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What gantry-host prints about devices, for people and for programs.
 */
#ifndef TOOLS_HOST_PRINT_H
#define TOOLS_HOST_PRINT_H

#include "hw/vfio/vfio-host.h"
#include "qemu/json.h"

/* One line for each device; or one device in full. */
void host_print_list(const GPtrArray *devices);
void host_print_device(const VFIOHostDevice *dev);

/* After bind and unbind: the driver, and what is needed to use the device. */
void host_print_outcome(const VFIOHostDevice *dev);

/* A write as a line for a shell; free it. */
char *host_write_line(const VFIOHostWrite *step);

/* Print @text, with '?' for what a terminal might act on. */
void host_put(const char *text);

/* The device as a member @name, or as an element (NULL), of what @json is in. */
void host_json_device(JSONWriter *json, const char *name, const VFIOHostDevice *dev);

/* What vfio_host_carve_outs() found: a table and options; or a member of what @json is in. */
void host_print_carve_outs(const GPtrArray *list);
void host_json_carve_outs(JSONWriter *json, const GPtrArray *list);

/* "ready", "assignable" or "blocked". */
const char *host_verdict(const VFIOHostDevice *dev);

#endif
