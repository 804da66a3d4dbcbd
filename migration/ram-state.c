/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Contents of RAM blocks in a machine's stream.  Zero pages are not saved, and cleared on load
 * (only if they are not zero already, so that untouched host memory stays untouched).
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/cutils.h"
#include "qemu/rcu.h"
#include "machine-state-internal.h"
#include "trace.h"

bool ram_state_is_saved(RAMBlock *rb)
{
    return rb->idstr[0] && rb->host && qemu_ram_is_migratable(rb) &&
           !memory_region_is_ram_device(rb->mr);
}

/* End of the zero bytes, or with @is_zero false of the others, from @pos on. */
static ram_addr_t run_end(RAMBlock *rb, ram_addr_t pos, bool is_zero, ram_addr_t limit)
{
    while (pos < limit) {
        size_t step = MIN(RAM_STEP_BYTES, limit - pos);

        if (buffer_is_zero(rb->host + pos, step) != is_zero) {
            break;
        }
        pos += step;
    }
    return pos;
}

static void block_save(QEMUFile *f, RAMBlock *rb, uint64_t *done)
{
    uint64_t done_before = *done;
    ram_addr_t length = rb->used_length;
    ram_addr_t pos = 0;
    size_t frame;

    qemu_put_byte(f, MACHINE_STATE_TAG_RAM);
    frame = qemu_put_frame_begin(f);
    qemu_put_counted_string(f, rb->idstr);
    qemu_put_be64(f, length);
    qemu_put_frame_end(f, frame);
    while ((pos = run_end(rb, pos, true, length)) < length && !qemu_file_get_error(f)) {
        ram_addr_t end = run_end(rb, pos, false, MIN(length, pos + RAM_RUN_BYTES));

        qemu_put_be64(f, pos);
        qemu_put_be32(f, end - pos);
        qemu_put_buffer(f, rb->host + pos, end - pos);
        pos = end;
        qatomic_set(done, done_before + pos);
    }
    qatomic_set(done, done_before + length);
    qemu_put_be64(f, UINT64_MAX);
    trace_ram_state_save(rb->idstr, length);
}

static void block_unref(gpointer data)
{
    RAMBlock *rb = data;

    memory_region_unref(rb->mr);
}

GPtrArray *ram_state_blocks(void)
{
    GPtrArray *blocks = g_ptr_array_new_with_free_func(block_unref);
    RAMBlock *rb;

    RCU_READ_LOCK_GUARD();

    RAMBLOCK_FOREACH(rb) {
        if (ram_state_is_saved(rb)) {
            memory_region_ref(rb->mr);
            g_ptr_array_add(blocks, rb);
        }
    }
    return blocks;
}

void ram_state_save(QEMUFile *f, RAMBlock *rb, uint64_t *done)
{
    qemu_file_path_push(f, rb->idstr, -1);
    block_save(f, rb, done);
    qemu_file_path_pop(f);
}

static void clear_range(RAMBlock *rb, ram_addr_t pos, ram_addr_t end)
{
    while ((pos = run_end(rb, pos, true, end)) < end) {
        size_t step = MIN(RAM_STEP_BYTES, end - pos);

        memset(rb->host + pos, 0, step);
        pos += step;
    }
}

static void block_load_runs(QEMUFile *f, RAMBlock *rb)
{
    ram_addr_t pos = 0;
    uint64_t offset;

    while ((offset = qemu_get_be64(f)) != UINT64_MAX && !qemu_file_get_error(f)) {
        uint32_t size = qemu_get_be32(f);

        if (qemu_file_get_error(f)) {
            return;
        }
        if (offset < pos || offset > rb->used_length || !size || size > RAM_RUN_BYTES ||
            size > rb->used_length - offset) {
            qemu_file_fail(f, -EINVAL, "%" PRIu32 " bytes at %#" PRIx64 " are out of order or "
                           "out of the block", size, offset);
            return;
        }
        clear_range(rb, pos, offset);
        qemu_get_buffer(f, rb->host + offset, size);
        pos = offset + size;
    }
    if (!qemu_file_get_error(f)) {
        clear_range(rb, pos, rb->used_length);
    }
    memory_region_set_dirty(rb->mr, 0, rb->used_length);
    trace_ram_state_load(rb->idstr, rb->used_length);
}

/* With a reference to its region, so that loading need not stay inside of RCU; or NULL. */
static RAMBlock *block_find(const char *name)
{
    RAMBlock *rb;

    RCU_READ_LOCK_GUARD();

    rb = qemu_ram_block_by_name(name);
    if (!rb || !ram_state_is_saved(rb)) {
        return NULL;
    }
    memory_region_ref(rb->mr);
    return rb;
}

void ram_state_load(QEMUFile *f, GHashTable *seen)
{
    char name[QEMU_FILE_STRING_MAX + 1];
    uint64_t outer = qemu_get_frame_begin(f);
    uint64_t length;
    RAMBlock *rb;

    qemu_get_counted_string(f, name);
    length = qemu_get_be64(f);
    qemu_get_frame_end(f, outer);
    if (qemu_file_get_error(f)) {
        return;
    }
    qemu_file_path_push(f, name, -1);
    rb = block_find(name);
    if (!rb) {
        qemu_file_fail(f, -EINVAL, "this machine has no such memory");
    } else if (length != rb->used_length) {
        qemu_file_fail(f, -EINVAL, "%" PRIu64 " bytes of memory were saved, this machine has %"
                       PRIu64, length, (uint64_t)rb->used_length);
    } else if (!g_hash_table_add(seen, rb)) {
        qemu_file_fail(f, -EINVAL, "the memory is in the stream twice");
    } else {
        block_load_runs(f, rb);
    }
    if (rb) {
        memory_region_unref(rb->mr);
    }
    qemu_file_path_pop(f);
}

void ram_state_check_complete(QEMUFile *f, GHashTable *seen)
{
    RAMBlock *rb;

    RCU_READ_LOCK_GUARD();

    RAMBLOCK_FOREACH(rb) {
        if (ram_state_is_saved(rb) && !g_hash_table_contains(seen, rb)) {
            qemu_file_fail(f, -EINVAL, "the stream does not have the memory \"%s\"", rb->idstr);
        }
    }
}
