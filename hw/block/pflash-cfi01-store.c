/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The drive behind a flash bank. Content is read at the start; what commands
 * change is written back, in units that a bitmap marks, by one request at a
 * time that runs beside the machine. A stop of the machine or the end of the
 * device waits for all of them: a drain follows the chain of requests.
 */
#include "qemu/osdep.h"
#include "pflash-cfi01-internal.h"
#include "hw/block/block.h"
#include "qapi/error.h"
#include "qemu/bitmap.h"
#include "qemu/error-report.h"
#include "sysemu/runstate.h"
#include "trace.h"

/* Most units that one request writes. */
#define STORE_UNITS_MAX 64

static uint64_t store_units(PFlashCFI01 *pfl)
{
    return DIV_ROUND_UP(pfl->size, PFLASH_STORE_UNIT);
}

static const char *drive_name(PFlashCFI01 *pfl)
{
    return *blk_name(pfl->blk) ? blk_name(pfl->blk) : bdrv_get_node_name(blk_bs(pfl->blk));
}

static void store_next(PFlashCFI01 *pfl);

static void store_done(void *opaque, int ret)
{
    PFlashCFI01 *pfl = opaque;
    BlockErrorAction action;

    pfl->store_is_busy = false;
    g_clear_pointer(&pfl->store_iov.iov_base, g_free);
    trace_pflash_cfi01_store(pfl->name, pfl->store_offset, pfl->store_iov.iov_len, ret);
    if (ret < 0) {
        /* The guest was told long ago that all went well. Keep it, and try again later. */
        bitmap_set(pfl->dirty, pfl->store_offset / PFLASH_STORE_UNIT,
                   DIV_ROUND_UP(pfl->store_iov.iov_len, PFLASH_STORE_UNIT));
        if (!pfl->store_has_failed) {
            error_report("%s: writing 0x%" PRIx64 " to drive '%s' failed: %s", pfl->name,
                         pfl->store_offset, drive_name(pfl), g_strerror(-ret));
        }
        pfl->store_has_failed = true;
        action = blk_get_error_action(pfl->blk, false, -ret);
        blk_error_action(pfl->blk, action, false, -ret);
        return;
    }
    store_next(pfl);
}

/* Write the next run of marked units, if any and if nothing is under way. */
static void store_next(PFlashCFI01 *pfl)
{
    uint64_t units = store_units(pfl), first, end;

    if (pfl->store_is_busy || pfl->store_has_failed) {
        return;
    }
    first = find_first_bit(pfl->dirty, units);
    if (first == units) {
        return;
    }
    end = find_next_zero_bit(pfl->dirty, MIN(units, first + STORE_UNITS_MAX), first);
    /* What changes meanwhile is marked again, and does not change what is being written. */
    bitmap_clear(pfl->dirty, first, end - first);
    pfl->store_offset = first * PFLASH_STORE_UNIT;
    pfl->store_iov.iov_len = MIN(end * PFLASH_STORE_UNIT, pfl->size) - pfl->store_offset;
    pfl->store_iov.iov_base = g_memdup2(pfl->storage + pfl->store_offset, pfl->store_iov.iov_len);
    qemu_iovec_init_external(&pfl->store_qiov, &pfl->store_iov, 1);
    pfl->store_is_busy = true;
    blk_aio_pwritev(pfl->blk, pfl->store_offset, &pfl->store_qiov, 0, store_done, pfl);
}

void pflash_cfi01_store_mark(PFlashCFI01 *pfl, uint64_t offset, uint64_t bytes)
{
    uint64_t first = offset / PFLASH_STORE_UNIT;

    if (pfl->blk && !pfl->is_read_only) {
        bitmap_set(pfl->dirty, first, (offset + bytes - 1) / PFLASH_STORE_UNIT - first + 1);
        pfl->store_has_failed = false;
        store_next(pfl);
    }
}

void pflash_cfi01_store_compare(PFlashCFI01 *pfl)
{
    g_autofree uint8_t *piece = NULL;

    if (!pfl->blk || pfl->is_read_only) {
        return;
    }
    piece = g_malloc(PFLASH_STORE_UNIT);
    for (uint64_t offset = 0; offset < pfl->size; offset += PFLASH_STORE_UNIT) {
        size_t bytes = MIN(PFLASH_STORE_UNIT, pfl->size - offset);

        if (blk_pread(pfl->blk, offset, bytes, piece, 0) < 0 ||
            memcmp(piece, pfl->storage + offset, bytes)) {
            bitmap_set(pfl->dirty, offset / PFLASH_STORE_UNIT, 1);
        }
    }
    pfl->store_has_failed = false;
    store_next(pfl);
}

/* A machine that goes on tries again what failed; one that stops is being waited for. */
static void store_vm_state_change(void *opaque, bool running, RunState state)
{
    PFlashCFI01 *pfl = opaque;

    pfl->store_has_failed = false;
    store_next(pfl);
}

bool pflash_cfi01_store_open(PFlashCFI01 *pfl, Error **errp)
{
    uint64_t perm = BLK_PERM_CONSISTENT_READ;

    pfl->is_read_only = pfl->blk && !blk_supports_write_perm(pfl->blk);
    if (!pfl->blk) {
        return true;
    }
    if (!pfl->is_read_only) {
        perm |= BLK_PERM_WRITE;
    }
    if (blk_set_perm(pfl->blk, perm, BLK_PERM_CONSISTENT_READ | BLK_PERM_WRITE_UNCHANGED,
                     errp) < 0) {
        return false;
    }
    if (!blk_check_size_and_read_all(pfl->blk, pfl->storage, pfl->size, errp)) {
        return false;
    }
    pfl->dirty = bitmap_new(store_units(pfl));
    pfl->vmstate = qemu_add_vm_change_state_handler(store_vm_state_change, pfl);
    return true;
}

void pflash_cfi01_store_close(PFlashCFI01 *pfl)
{
    if (!pfl->dirty) {
        return;
    }
    qemu_del_vm_change_state_handler(pfl->vmstate);
    pfl->store_has_failed = false;
    store_next(pfl);
    blk_drain(pfl->blk);
    if (!bitmap_empty(pfl->dirty, store_units(pfl))) {
        error_report("%s: drive '%s' lacks the last changes", pfl->name, drive_name(pfl));
    }
    blk_flush(pfl->blk);
    g_free(pfl->dirty);
    pfl->dirty = NULL;
}
