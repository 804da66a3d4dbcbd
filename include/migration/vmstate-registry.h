/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list of everything that vmstate_register() made part of the machine's saved state, for the
 * code that saves and loads whole machines.  BQL.
 */
#ifndef MIGRATION_VMSTATE_REGISTRY_H
#define MIGRATION_VMSTATE_REGISTRY_H

#include "migration/vmstate.h"
#include "qemu/queue.h"

/* One registration, valid until it is removed. */
typedef struct VMStateEntry VMStateEntry;
struct VMStateEntry {
    char *id;                       /* "<path of the object>/<vmsd name>" or the name alone */
    uint32_t instance_id;
    int alias_id;                   /* -1: none */
    int required_for_version;
    const VMStateDescription *vmsd;
    void *opaque;
    QTAILQ_ENTRY(VMStateEntry) node;
    VMStateEntry *next_same_id;
};

/* In the order of saving; NULL ends.  vmstate_entry_next(NULL) is the first. */
VMStateEntry *vmstate_entry_next(VMStateEntry *entry);
/* The entry that a section of version @version_id belongs to, or NULL. */
VMStateEntry *vmstate_entry_find(const char *id, uint32_t instance_id, int version_id);

#endif
