/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * BlockBackend: what a disk device sees of the host's side. It has a name
 * (-drive id=) or none (made for a device's drive=NODE), at most one device
 * and at most one node. API of QEMU 8.2 without coroutines and I/O threads.
 *
 * Every function here is called with the BQL held (any thread), or before threads exist. Completion
 * functions run in the main loop with the BQL, or inside of a drain, never inside of the call
 * that starts the request. Memory of a request belongs to the caller and must stay until it
 * completes; the request itself is from a pool, so starting one allocates nothing.
 * Offsets and lengths are in bytes; functions that return int give 0 or -errno.
 */
#ifndef SYSEMU_BLOCK_BACKEND_H
#define SYSEMU_BLOCK_BACKEND_H

#include "block/accounting.h"
#include "block/block.h"

typedef struct DeviceState DeviceState;

/* What a device tells its backend; all may be NULL. */
typedef struct BlockDevOps {
    void (*change_media_cb)(void *opaque, bool load, Error **errp);
    void (*eject_request_cb)(void *opaque, bool force);
    bool (*is_medium_locked)(void *opaque);
    bool (*is_tray_open)(void *opaque);
    void (*resize_cb)(void *opaque);
    /* Around a drain: the device starts no new requests between begin and end. */
    void (*drained_begin)(void *opaque);
    void (*drained_end)(void *opaque);
} BlockDevOps;

/* ---- life ---- */

/* A backend without a name and node. @perm: what the device will do; @shared: what others may. */
BlockBackend *blk_new(AioContext *ctx, uint64_t perm, uint64_t shared_perm);
/* The same on @bs, of which it keeps a reference. NULL and @errp if permissions conflict. */
BlockBackend *blk_new_with_bs(BlockDriverState *bs, uint64_t perm, uint64_t shared_perm,
                              Error **errp);
void blk_ref(BlockBackend *blk);
/* NULL is allowed. The last reference waits for requests and lets the node go. */
void blk_unref(BlockBackend *blk);

/* The user sees @blk under this name from now on: query-block, drive=. It keeps a reference. */
bool monitor_add_blk(BlockBackend *blk, const char *name, Error **errp);
void monitor_remove_blk(BlockBackend *blk);

BlockBackend *blk_by_name(const char *name);
/* The next after @blk, first for NULL; all with a name or a device. */
BlockBackend *blk_all_next(BlockBackend *blk);
/* "" if it has none. */
const char *blk_name(const BlockBackend *blk);

BlockDriverState *blk_bs(BlockBackend *blk);
int blk_insert_bs(BlockBackend *blk, BlockDriverState *bs, Error **errp);
void blk_remove_bs(BlockBackend *blk);
/* Whether there is a node. */
bool blk_is_inserted(BlockBackend *blk);
bool blk_is_available(BlockBackend *blk);

/* 0, or -EPERM and @errp when another user of the node does not agree. */
int blk_set_perm(BlockBackend *blk, uint64_t perm, uint64_t shared_perm, Error **errp);
void blk_get_perm(BlockBackend *blk, uint64_t *perm, uint64_t *shared_perm);

/* ---- the device ---- */

/*
 * -EBUSY if another device has it. @dev is not referenced: it detaches itself; until then it
 * keeps a reference on @blk.
 */
int blk_attach_dev(BlockBackend *blk, DeviceState *dev);
void blk_detach_dev(BlockBackend *blk, DeviceState *dev);
DeviceState *blk_get_attached_dev(BlockBackend *blk);
/* Path of the device in the QOM tree, "" without one; the caller frees it. */
char *blk_get_attached_dev_id(BlockBackend *blk);
BlockBackend *blk_by_dev(void *dev);
void blk_set_dev_ops(BlockBackend *blk, const BlockDevOps *ops, void *opaque);

/* ---- facts ---- */

int64_t blk_getlength(BlockBackend *blk);
/* In sectors of 512 bytes; 0 when unknown. */
void blk_get_geometry(BlockBackend *blk, uint64_t *nb_sectors_ptr);
int64_t blk_nb_sectors(BlockBackend *blk);
/* Whether the node can be written at all, and whether the device has the right to. */
bool blk_supports_write_perm(BlockBackend *blk);
bool blk_is_writable(BlockBackend *blk);
bool blk_enable_write_cache(BlockBackend *blk);
/* Off: every write is followed by a flush. */
void blk_set_enable_write_cache(BlockBackend *blk, bool wce);
/* Whether discard requests reach the host. */
bool blk_can_discard(BlockBackend *blk);
/* Alignment that offsets should have, in bytes; others work but cost a copy. */
uint32_t blk_get_request_alignment(BlockBackend *blk);
uint32_t blk_get_max_transfer(BlockBackend *blk);
int blk_get_max_iov(BlockBackend *blk);
/* Of memory for requests. */
size_t blk_bs_opt_mem_align(BlockBackend *blk);
void *blk_blockalign(BlockBackend *blk, size_t size);
void *blk_try_blockalign(BlockBackend *blk, size_t size);
/* Sizes of blocks of the host's device, 0 where unknown. -ENOTSUP for files. */
int blk_probe_blocksizes(BlockBackend *blk, uint32_t *logical, uint32_t *physical);
AioContext *blk_get_aio_context(BlockBackend *blk);
BlockAcctStats *blk_get_stats(BlockBackend *blk);

/* ---- requests that wait ---- */

int blk_pread(BlockBackend *blk, int64_t offset, int64_t bytes, void *buf,
              BdrvRequestFlags flags);
int blk_pwrite(BlockBackend *blk, int64_t offset, int64_t bytes, const void *buf,
               BdrvRequestFlags flags);
int blk_preadv(BlockBackend *blk, int64_t offset, int64_t bytes, QEMUIOVector *qiov,
               BdrvRequestFlags flags);
int blk_pwritev(BlockBackend *blk, int64_t offset, int64_t bytes, QEMUIOVector *qiov,
                BdrvRequestFlags flags);
int blk_pwrite_zeroes(BlockBackend *blk, int64_t offset, int64_t bytes, BdrvRequestFlags flags);
int blk_pdiscard(BlockBackend *blk, int64_t offset, int64_t bytes);
int blk_flush(BlockBackend *blk);
int blk_truncate(BlockBackend *blk, int64_t offset, Error **errp);

/* ---- requests that do not ---- */

BlockAIOCB *blk_aio_preadv(BlockBackend *blk, int64_t offset, QEMUIOVector *qiov,
                           BdrvRequestFlags flags, BlockCompletionFunc *cb, void *opaque);
BlockAIOCB *blk_aio_pwritev(BlockBackend *blk, int64_t offset, QEMUIOVector *qiov,
                            BdrvRequestFlags flags, BlockCompletionFunc *cb, void *opaque);
BlockAIOCB *blk_aio_pwrite_zeroes(BlockBackend *blk, int64_t offset, int64_t bytes,
                                  BdrvRequestFlags flags, BlockCompletionFunc *cb, void *opaque);
BlockAIOCB *blk_aio_pdiscard(BlockBackend *blk, int64_t offset, int64_t bytes,
                             BlockCompletionFunc *cb, void *opaque);
BlockAIOCB *blk_aio_flush(BlockBackend *blk, BlockCompletionFunc *cb, void *opaque);
/* Requests cannot be taken back once started: this waits for the completion. */
void blk_aio_cancel(BlockAIOCB *acb);
void blk_aio_cancel_async(BlockAIOCB *acb);

/* Requests between the two are handed to the host together. Pairs nest. */
void blk_io_plug(void);
void blk_io_unplug(void);

/* Wait until no request of @blk is under way. Completions run meanwhile. */
void blk_drain(BlockBackend *blk);
void blk_drain_all(void);

/* ---- failures ---- */

void blk_set_on_error(BlockBackend *blk, BlockdevOnError on_read_error,
                      BlockdevOnError on_write_error);
BlockdevOnError blk_get_on_error(BlockBackend *blk, bool is_read);
/* What the policy says about errno @error (positive). */
BlockErrorAction blk_get_error_action(BlockBackend *blk, bool is_read, int error);
/* Does it: sends BLOCK_IO_ERROR, notes the state, and asks the machine to stop if so. */
void blk_error_action(BlockBackend *blk, BlockErrorAction action, bool is_read, int error);

void blk_iostatus_enable(BlockBackend *blk);
void blk_iostatus_disable(BlockBackend *blk);
void blk_iostatus_reset(BlockBackend *blk);
bool blk_iostatus_is_enabled(const BlockBackend *blk);
BlockDeviceIoStatus blk_iostatus(const BlockBackend *blk);
/* The machine starts again: all states are as new. */
void blk_iostatus_reset_all(void);

/*
 * How a failure stops the machine, installed from above: @prepare before the event
 * is sent, @request after.
 */
typedef struct BlockStopHooks {
    void (*prepare)(void);
    void (*request)(void);
} BlockStopHooks;
void blk_set_stop_hooks(const BlockStopHooks *hooks);

#endif
