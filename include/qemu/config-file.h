/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The registry of option groups, and -readconfig files:
 *
 *     # comment
 *     [group "id"]
 *       key = "value"
 *
 * Not thread safe: main thread only.
 */
#ifndef QEMU_CONFIG_FILE_H
#define QEMU_CONFIG_FILE_H

#include <stdio.h>
#include "qemu/option.h"

/* Registers a group for qemu_find_opts(); @list lives as long as the program. */
void qemu_add_opts(QemuOptsList *list);
/* The group called @group; the first flavour reports an unknown one itself. NULL if unknown. */
QemuOptsList *qemu_find_opts(const char *group);
QemuOptsList *qemu_find_opts_err(const char *group, Error **errp);
/* The one occurrence of a merging group, created if there was none. */
QemuOpts *qemu_find_opts_singleton(const char *group);
/* The registered groups in registration order; NULL after the last. */
QemuOptsList *qemu_opts_list_get(size_t index);

/* One key of a section. */
typedef struct QemuConfigPair {
    const char *key;
    const char *value;
} QemuConfigPair;

/*
 * Called for each section of a configuration file, with the location of error
 * messages set to its first line.  @id is NULL if there is none.  Strings are
 * valid during the call.  Returns false and sets @errp to stop.
 */
typedef bool QEMUConfigCB(const char *group, const char *id, const QemuConfigPair *pairs,
                          size_t pair_count, void *opaque, Error **errp);

/* Parses @fp; messages name @fname and the line. False and @errp on error. */
bool qemu_config_foreach(FILE *fp, QEMUConfigCB *cb, void *opaque, const char *fname, Error **errp);
/* The same for the file called @filename. */
bool qemu_read_config_file(const char *filename, QEMUConfigCB *cb, void *opaque, Error **errp);
/* A QEMUConfigCB that adds each section to the registered group of its name. */
bool qemu_config_section_add(const char *group, const char *id, const QemuConfigPair *pairs,
                             size_t pair_count, void *opaque, Error **errp);

#endif
