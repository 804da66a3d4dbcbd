/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Failed requests of guests: the policy (rerror=, werror=), the BLOCK_IO_ERROR
 * event, and the state that query-block shows.
 */
#include "qemu/osdep.h"
#include "block-internal.h"
#include "qapi/qapi-events-block-core.h"
#include "trace.h"

static const BlockStopHooks *stop_hooks;

void blk_set_stop_hooks(const BlockStopHooks *hooks)
{
    stop_hooks = hooks;
}

/* ---- policy ----------------------------------------------------------------- */

void blk_set_on_error(BlockBackend *blk, BlockdevOnError on_read_error,
                      BlockdevOnError on_write_error)
{
    blk->on_read_error = on_read_error;
    blk->on_write_error = on_write_error;
}

BlockdevOnError blk_get_on_error(BlockBackend *blk, bool is_read)
{
    return is_read ? blk->on_read_error : blk->on_write_error;
}

BlockErrorAction blk_get_error_action(BlockBackend *blk, bool is_read, int error)
{
    switch (blk_get_on_error(blk, is_read)) {
    case BLOCKDEV_ON_ERROR_ENOSPC:
        return error == ENOSPC ? BLOCK_ERROR_ACTION_STOP : BLOCK_ERROR_ACTION_REPORT;
    case BLOCKDEV_ON_ERROR_STOP:
        return BLOCK_ERROR_ACTION_STOP;
    case BLOCKDEV_ON_ERROR_IGNORE:
        return BLOCK_ERROR_ACTION_IGNORE;
    default:
        return BLOCK_ERROR_ACTION_REPORT;
    }
}

static void io_error_send(BlockBackend *blk, BlockErrorAction action, bool is_read, int error)
{
    BlockDriverState *bs = blk_bs(blk);

    qapi_event_send_block_io_error(blk_name(blk), bs ? bs->node_name : NULL,
                                   is_read ? IO_OPERATION_TYPE_READ : IO_OPERATION_TYPE_WRITE,
                                   action, blk->iostatus_is_enabled, error == ENOSPC,
                                   g_strerror(error));
}

static void iostatus_set(BlockBackend *blk, int error)
{
    /* The first failure is the one to show. */
    if (blk->iostatus_is_enabled && blk->iostatus == BLOCK_DEVICE_IO_STATUS_OK) {
        blk->iostatus = error == ENOSPC ? BLOCK_DEVICE_IO_STATUS_NOSPACE
                                        : BLOCK_DEVICE_IO_STATUS_FAILED;
    }
}

void blk_error_action(BlockBackend *blk, BlockErrorAction action, bool is_read, int error)
{
    trace_block_error_action(blk->label, BlockErrorAction_str(action), is_read, error);
    if (action != BLOCK_ERROR_ACTION_STOP) {
        io_error_send(blk, action, is_read, error);
        return;
    }
    iostatus_set(blk, error);
    /* Prepared first, so that "cont" of a client that sees the event comes after this stop. */
    if (stop_hooks) {
        stop_hooks->prepare();
    }
    io_error_send(blk, action, is_read, error);
    if (stop_hooks) {
        stop_hooks->request();
    }
}

/* ---- state -------------------------------------------------------------------- */

void blk_iostatus_enable(BlockBackend *blk)
{
    blk->iostatus_is_enabled = true;
    blk->iostatus = BLOCK_DEVICE_IO_STATUS_OK;
}

void blk_iostatus_disable(BlockBackend *blk)
{
    blk->iostatus_is_enabled = false;
}

void blk_iostatus_reset(BlockBackend *blk)
{
    blk->iostatus = BLOCK_DEVICE_IO_STATUS_OK;
}

void blk_iostatus_reset_all(void)
{
    for (BlockBackend *blk = blk_all_next(NULL); blk; blk = blk_all_next(blk)) {
        blk_iostatus_reset(blk);
    }
}

/* Kept only where a failure can stop the machine. */
bool blk_iostatus_is_enabled(const BlockBackend *blk)
{
    return blk->iostatus_is_enabled &&
           (blk->on_write_error == BLOCKDEV_ON_ERROR_ENOSPC ||
            blk->on_write_error == BLOCKDEV_ON_ERROR_STOP ||
            blk->on_read_error == BLOCKDEV_ON_ERROR_STOP);
}

BlockDeviceIoStatus blk_iostatus(const BlockBackend *blk)
{
    return blk->iostatus;
}
