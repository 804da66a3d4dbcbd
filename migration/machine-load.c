/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loading the whole machine from a stream that is not trusted.
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/main-loop.h"
#include "qapi/error.h"
#include "migration/blocker.h"
#include "migration/misc.h"
#include "migration/vmstate-registry.h"
#include "sysemu/cpus.h"
#include "sysemu/runstate.h"
#include "machine-state-internal.h"
#include "trace.h"

static bool is_loading;

bool migration_is_loading(void)
{
    return qatomic_read(&is_loading);
}

bool migration_is_idle(void)
{
    return !migration_is_loading() && !migration_is_saving();
}

static void header_load(QEMUFile *f)
{
    uint8_t magic[MACHINE_STATE_MAGIC_BYTES];
    char machine[QEMU_FILE_STRING_MAX + 1];
    uint32_t format;

    qemu_get_buffer(f, magic, sizeof(magic));
    if (memcmp(magic, MACHINE_STATE_MAGIC, sizeof(magic))) {
        qemu_file_fail(f, -EINVAL, "this is not the saved state of a machine");
        return;
    }
    format = qemu_get_be32(f);
    if (!qemu_file_get_error(f) && format != MACHINE_STATE_FORMAT) {
        qemu_file_fail(f, -EINVAL, "the stream has format %" PRIu32 ", this program reads %d",
                       format, MACHINE_STATE_FORMAT);
        return;
    }
    if (qemu_get_counted_string(f, machine) && strcmp(machine, machine_state_machine_name())) {
        qemu_file_fail(f, -EINVAL, "was saved from machine \"%s\", this one is \"%s\"", machine,
                       machine_state_machine_name());
    }
}

static void entry_load(QEMUFile *f, GHashTable *seen)
{
    char id[QEMU_FILE_STRING_MAX + 1];
    uint64_t outer = qemu_get_frame_begin(f);
    uint32_t instance_id;
    VMStateEntry *e;
    int version_id;

    /* All of the section is in memory by now: nobody is waited for with the lock held. */
    BQL_LOCK_GUARD();

    qemu_get_counted_string(f, id);
    instance_id = qemu_get_be32(f);
    version_id = qemu_get_be32(f);
    if (qemu_file_get_error(f)) {
        return;
    }
    qemu_file_path_push(f, id, instance_id ? (int64_t)instance_id : -1);
    e = vmstate_entry_find(id, instance_id, version_id);
    if (!e) {
        qemu_file_fail(f, -EINVAL, "this machine has no such device");
    } else if (!g_hash_table_add(seen, e)) {
        qemu_file_fail(f, -EINVAL, "the device is in the stream twice");
    } else {
        vmstate_load_state(f, e->vmsd, e->opaque, version_id);
        trace_machine_state_load_entry(id, instance_id, version_id);
    }
    qemu_get_frame_end(f, outer);
    qemu_file_path_pop(f);
}

static void end_load(QEMUFile *f, GHashTable *seen_entries)
{
    uint32_t count = qemu_get_be32(f);

    if (!qemu_file_get_error(f) && count != g_hash_table_size(seen_entries)) {
        qemu_file_fail(f, -EINVAL, "the stream has %u devices and says it has %" PRIu32,
                       g_hash_table_size(seen_entries), count);
    }
}

/* Every state that is always saved must have been there. */
static void entries_check_complete(QEMUFile *f, GHashTable *seen)
{
    for (VMStateEntry *e = vmstate_entry_next(NULL); e; e = vmstate_entry_next(e)) {
        if (!e->vmsd->needed && !g_hash_table_contains(seen, e)) {
            qemu_file_fail(f, -EINVAL, "the stream does not have the device \"%s\"", e->id);
        }
    }
}

static void sections_load(QEMUFile *f, bool is_complete)
{
    g_autoptr(GHashTable) seen_entries = g_hash_table_new(NULL, NULL);
    g_autoptr(GHashTable) seen_blocks = g_hash_table_new(NULL, NULL);
    int tag = 0;

    while (tag != MACHINE_STATE_TAG_END && !qemu_file_get_error(f)) {
        tag = qemu_get_byte(f);
        if (qemu_file_get_error(f)) {
            return;
        }
        switch (tag) {
        case MACHINE_STATE_TAG_RAM:
            ram_state_load(f, seen_blocks);
            break;
        case MACHINE_STATE_TAG_DEVICE:
            entry_load(f, seen_entries);
            break;
        case MACHINE_STATE_TAG_END:
            end_load(f, seen_entries);
            break;
        default:
            qemu_file_fail(f, -EINVAL, "the stream is damaged (section tag %d)", tag);
            break;
        }
    }
    if (is_complete && !qemu_file_get_error(f)) {
        BQL_LOCK_GUARD();

        ram_state_check_complete(f, seen_blocks);
        entries_check_complete(f, seen_entries);
    }
}

static bool load_begin(Error **errp)
{
    BQL_LOCK_GUARD();

    if (runstate_is_running()) {
        error_setg(errp, "the machine runs: stop it before loading a state");
        return false;
    }
    qatomic_set(&is_loading, true);
    return true;
}

/* From here on the CPUs' registers are those of the stream. */
static void cpus_load_begin(void)
{
    BQL_LOCK_GUARD();

    cpu_synchronize_all_pre_loadvm();
}

static void cpus_load_end(void)
{
    BQL_LOCK_GUARD();

    cpu_synchronize_all_post_init();
}

static bool stream_load(QEMUFile *f, bool is_complete, Error **errp)
{
    if (!load_begin(errp)) {
        return false;
    }
    header_load(f);
    if (!qemu_file_get_error(f)) {
        cpus_load_begin();
        sections_load(f, is_complete);
        cpus_load_end();
    }
    qatomic_set(&is_loading, false);
    return qemu_file_get_error_obj(f, errp) == 0;
}

bool machine_state_load(QEMUFile *f, Error **errp)
{
    bql_assert_locked();
    return stream_load(f, true, errp);
}

bool machine_state_load_unlocked(QEMUFile *f, Error **errp)
{
    return stream_load(f, true, errp);
}

bool machine_state_load_one(QEMUFile *f, Error **errp)
{
    bql_assert_locked();
    return stream_load(f, false, errp);
}
