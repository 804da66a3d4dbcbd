/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which states make up the machine: registered by devices when they are realized, ordered as they
 * are saved (early_setup first, then by falling priority, then as registered), found by id.
 */
#include "qemu/osdep.h"
#include "qemu/module.h"
#include "qapi/error.h"
#include "migration/blocker.h"
#include "migration/qemu-file.h"
#include "migration/vmstate-registry.h"

static QTAILQ_HEAD(, VMStateEntry) entries = QTAILQ_HEAD_INITIALIZER(entries);
/* id -> its first VMStateEntry; NULL while there are none. */
static GHashTable *entries_by_id;

char *vmstate_if_get_id(VMStateIf *vmif)
{
    VMStateIfClass *vc = VMSTATE_IF_GET_CLASS(vmif);

    return vc->get_id ? vc->get_id(vmif) : NULL;
}

static VMStateEntry *entries_with_id(const char *id)
{
    return entries_by_id ? g_hash_table_lookup(entries_by_id, id) : NULL;
}

VMStateEntry *vmstate_entry_next(VMStateEntry *entry)
{
    return entry ? QTAILQ_NEXT(entry, node) : QTAILQ_FIRST(&entries);
}

VMStateEntry *vmstate_entry_find(const char *id, uint32_t instance_id, int version_id)
{
    VMStateEntry *e;

    for (e = entries_with_id(id); e; e = e->next_same_id) {
        if (e->instance_id == instance_id ||
            (e->alias_id == instance_id && e->alias_id >= 0 &&
             version_id <= e->required_for_version)) {
            return e;
        }
    }
    return NULL;
}

/* Is @a saved before @b, whenever they were registered? */
static bool entry_precedes(const VMStateEntry *a, const VMStateEntry *b)
{
    if (a->vmsd->early_setup != b->vmsd->early_setup) {
        return a->vmsd->early_setup;
    }
    return a->vmsd->priority > b->vmsd->priority;
}

static void entry_insert(VMStateEntry *e)
{
    VMStateEntry *first = entries_with_id(e->id);
    VMStateEntry *before = QTAILQ_LAST(&entries);

    while (before && entry_precedes(e, before)) {
        before = QTAILQ_PREV(before, node);
    }
    if (before) {
        QTAILQ_INSERT_AFTER(&entries, before, e, node);
    } else {
        QTAILQ_INSERT_HEAD(&entries, e, node);
    }
    if (!entries_by_id) {
        entries_by_id = g_hash_table_new(g_str_hash, g_str_equal);
    }
    e->next_same_id = first;
    g_hash_table_replace(entries_by_id, e->id, e);
}

static void entry_remove(VMStateEntry *e)
{
    VMStateEntry *first = entries_with_id(e->id);

    QTAILQ_REMOVE(&entries, e, node);
    g_hash_table_remove(entries_by_id, e->id);
    if (first == e) {
        first = e->next_same_id;
    } else {
        VMStateEntry *before = first;

        while (before->next_same_id != e) {
            before = before->next_same_id;
        }
        before->next_same_id = e->next_same_id;
    }
    if (first) {
        g_hash_table_insert(entries_by_id, first->id, first);
    } else if (g_hash_table_size(entries_by_id) == 0) {
        g_clear_pointer(&entries_by_id, g_hash_table_unref);
    }
    g_free(e->id);
    g_free(e);
}

static char *entry_id_new(VMStateIf *obj, const VMStateDescription *vmsd)
{
    g_autofree char *path = obj ? vmstate_if_get_id(obj) : NULL;

    return path ? g_strdup_printf("%s/%s", path, vmsd->name) : g_strdup(vmsd->name);
}

/* One more than the highest number in use. */
static uint32_t instance_id_next(const char *id)
{
    uint32_t next = 0;

    for (VMStateEntry *e = entries_with_id(id); e; e = e->next_same_id) {
        next = MAX(next, e->instance_id + 1);
    }
    return next;
}

int vmstate_register_with_alias_id(VMStateIf *obj, uint32_t instance_id,
                                   const VMStateDescription *vmsd, void *base, int alias_id,
                                   int required_for_version, Error **errp)
{
    g_autofree char *id = entry_id_new(obj, vmsd);
    VMStateEntry *e;

    if (strlen(id) > QEMU_FILE_STRING_MAX) {
        error_setg(errp, "the name of the saved state \"%.40s...\" is longer than %d bytes: "
                   "use a shorter id", id, QEMU_FILE_STRING_MAX);
        return -1;
    }
    if (instance_id == VMSTATE_INSTANCE_ID_ANY) {
        instance_id = instance_id_next(id);
    } else if (vmstate_entry_find(id, instance_id, INT_MAX)) {
        error_setg(errp, "the saved state \"%s\" number %" PRIu32 " exists already", id,
                   instance_id);
        return -1;
    }
    e = g_new0(VMStateEntry, 1);
    e->id = g_steal_pointer(&id);
    e->instance_id = instance_id;
    e->alias_id = alias_id;
    e->required_for_version = required_for_version;
    e->vmsd = vmsd;
    e->opaque = base;
    entry_insert(e);
    return 0;
}

int vmstate_register(VMStateIf *obj, int instance_id, const VMStateDescription *vmsd,
                     void *opaque)
{
    return vmstate_register_with_alias_id(obj, instance_id, vmsd, opaque, -1, 0, &error_abort);
}

int vmstate_register_any(VMStateIf *obj, const VMStateDescription *vmsd, void *opaque)
{
    return vmstate_register(obj, VMSTATE_INSTANCE_ID_ANY, vmsd, opaque);
}

void vmstate_unregister(VMStateIf *obj, const VMStateDescription *vmsd, void *opaque)
{
    VMStateEntry *e, *next;

    QTAILQ_FOREACH_SAFE(e, &entries, node, next) {
        if (e->vmsd == vmsd && e->opaque == opaque) {
            entry_remove(e);
        }
    }
}

bool vmstate_check_only_migratable(const VMStateDescription *vmsd)
{
    return !migration_only_migratable() || !(vmsd && vmsd->unmigratable);
}

static const TypeInfo vmstate_if_type = {
    .name = TYPE_VMSTATE_IF,
    .parent = TYPE_INTERFACE,
    .class_size = sizeof(VMStateIfClass),
};

static void vmstate_registry_register_types(void)
{
    type_register_static(&vmstate_if_type);
}

type_init(vmstate_registry_register_types)
