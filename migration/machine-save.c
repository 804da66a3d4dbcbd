/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Saving the whole machine.
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/main-loop.h"
#include "qapi/error.h"
#include "hw/boards.h"
#include "migration/blocker.h"
#include "migration/vmstate-registry.h"
#include "sysemu/cpus.h"
#include "sysemu/runstate.h"
#include "machine-state-internal.h"
#include "trace.h"

const char *machine_state_machine_name(void)
{
    return current_machine ? MACHINE_GET_CLASS(current_machine)->name : "";
}

/* May @e be saved now?  A reason that names it in @errp if not. */
static bool entry_check(VMStateEntry *e, Error **errp)
{
    if (e->vmsd->unmigratable) {
        error_setg(errp, "the machine cannot be saved: \"%s\" does not support it, remove the "
                   "device first", e->id);
        return false;
    }
    if (e->vmsd->dev_unplug_pending && e->vmsd->dev_unplug_pending(e->opaque)) {
        error_setg(errp, "the machine cannot be saved now: \"%s\" is being unplugged", e->id);
        return false;
    }
    return true;
}

bool machine_save_check(Error **errp)
{
    if (migration_is_blocked(errp)) {
        return false;
    }
    for (VMStateEntry *e = vmstate_entry_next(NULL); e; e = vmstate_entry_next(e)) {
        if (!entry_check(e, errp)) {
            return false;
        }
    }
    return true;
}

static void entry_save(QEMUFile *f, VMStateEntry *e)
{
    size_t frame;

    qemu_file_path_push(f, e->id, e->instance_id ? (int64_t)e->instance_id : -1);
    qemu_put_byte(f, MACHINE_STATE_TAG_DEVICE);
    frame = qemu_put_frame_begin(f);
    qemu_put_counted_string(f, e->id);
    qemu_put_be32(f, e->instance_id);
    qemu_put_be32(f, e->vmsd->version_id);
    vmstate_save_state(f, e->vmsd, e->opaque, NULL);
    qemu_put_frame_end(f, frame);
    qemu_file_path_pop(f);
    trace_machine_state_save_entry(e->id, e->instance_id);
}

static void header_save(QEMUFile *f)
{
    qemu_put_buffer(f, (const uint8_t *)MACHINE_STATE_MAGIC, MACHINE_STATE_MAGIC_BYTES);
    qemu_put_be32(f, MACHINE_STATE_FORMAT);
    qemu_put_counted_string(f, machine_state_machine_name());
}

/* Does @e belong to the object with @id (NULL: any)? */
static bool entry_is_of(VMStateEntry *e, const char *id)
{
    size_t length = id ? strlen(id) : 0;

    return !id || (!strncmp(e->id, id, length) && e->id[length] == '/');
}

/* Returns how many. */
static uint32_t entries_save(QEMUFile *f, const char *id)
{
    uint32_t count = 0;

    for (VMStateEntry *e = vmstate_entry_next(NULL); e && !qemu_file_get_error(f);
         e = vmstate_entry_next(e)) {
        if (entry_is_of(e, id) && vmstate_save_needed(e->vmsd, e->opaque)) {
            entry_save(f, e);
            count++;
        }
    }
    return count;
}

static bool save_end(QEMUFile *f, uint32_t count, Error **errp)
{
    qemu_put_byte(f, MACHINE_STATE_TAG_END);
    qemu_put_be32(f, count);
    qemu_fflush(f);
    return qemu_file_get_error_obj(f, errp) == 0;
}

struct MachineSave {
    QEMUFile *devices;          /* their sections, in memory */
    uint32_t device_count;
    GPtrArray *blocks;          /* RAMBlock, each with a reference to its region */
    uint64_t ram_total;         /* bytes */
    uint64_t ram_done;          /* atomic: bytes that have been looked at */
};

MachineSave *machine_save_begin(Error **errp)
{
    g_autofree MachineSave *s = g_new0(MachineSave, 1);

    bql_assert_locked();
    if (runstate_is_running()) {
        error_setg(errp, "the machine runs: stop it before saving its state");
        return NULL;
    }
    if (!machine_save_check(errp)) {
        return NULL;
    }
    migration_set_saving(true);
    cpu_synchronize_all_states();
    s->devices = qemu_file_new_memory_output();
    s->device_count = entries_save(s->devices, NULL);
    if (qemu_file_get_error_obj(s->devices, errp)) {
        qemu_fclose(s->devices);
        migration_set_saving(false);
        return NULL;
    }
    s->blocks = ram_state_blocks();
    for (guint i = 0; i < s->blocks->len; i++) {
        s->ram_total += ((RAMBlock *)s->blocks->pdata[i])->used_length;
    }
    return g_steal_pointer(&s);
}

void machine_save_write(MachineSave *s, QEMUFile *f)
{
    size_t size;
    const uint8_t *data = qemu_file_get_data(s->devices, &size);

    header_save(f);
    for (guint i = 0; i < s->blocks->len && !qemu_file_get_error(f); i++) {
        ram_state_save(f, s->blocks->pdata[i], &s->ram_done);
    }
    qemu_put_buffer(f, data, size);
    qemu_put_byte(f, MACHINE_STATE_TAG_END);
    qemu_put_be32(f, s->device_count);
    qemu_fflush(f);
}

void machine_save_progress(MachineSave *s, uint64_t *total, uint64_t *done)
{
    *total = s->ram_total;
    *done = qatomic_read(&s->ram_done);
}

void machine_save_end(MachineSave *s)
{
    bql_assert_locked();
    migration_set_saving(false);
    qemu_fclose(s->devices);
    g_ptr_array_unref(s->blocks);
    g_free(s);
}

bool machine_state_save(QEMUFile *f, Error **errp)
{
    MachineSave *s = machine_save_begin(errp);

    if (!s) {
        return false;
    }
    machine_save_write(s, f);
    machine_save_end(s);
    return qemu_file_get_error_obj(f, errp) == 0;
}

bool machine_state_save_one(QEMUFile *f, const char *id, Error **errp)
{
    uint32_t count;

    bql_assert_locked();
    for (VMStateEntry *e = vmstate_entry_next(NULL); e; e = vmstate_entry_next(e)) {
        if (entry_is_of(e, id) && !entry_check(e, errp)) {
            return false;
        }
    }
    header_save(f);
    count = entries_save(f, id);
    if (!count && !qemu_file_get_error(f)) {
        error_setg(errp, "\"%s\" has no state to save", id);
        return false;
    }
    return save_end(f, count, errp);
}
