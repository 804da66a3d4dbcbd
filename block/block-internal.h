/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of block/ share: nodes and their drivers, requests, the pool
 * of threads that carries them out, backends.
 *
 * Life of a request: a backend takes one from the pool, checks it and submits
 * it to its node. A filter (raw) moves the offset and passes it on. The last
 * node either hands it to the thread pool or keeps it (null with a latency).
 * Whoever has finished it calls block_request_complete(), in any thread; the
 * main loop then calls the owner's function with the BQL.
 */
#ifndef BLOCK_INTERNAL_H
#define BLOCK_INTERNAL_H

#include "block/accounting.h"
#include "block/block.h"
#include "qemu/queue.h"
#include "sysemu/block-backend.h"
#include "sysemu/blockdev.h"

typedef enum BlockRequestType {
    BLOCK_REQUEST_READ,
    BLOCK_REQUEST_WRITE,
    BLOCK_REQUEST_WRITE_ZEROES,
    BLOCK_REQUEST_DISCARD,
    BLOCK_REQUEST_FLUSH,
} BlockRequestType;

/* The handle that devices see. */
struct BlockAIOCB {
    BlockBackend *blk;
};

/*
 * One request. @bs is the node that carries it out, @offset is in that node.
 * @qiov only for reads and writes. Guarded by the BQL until submitted, then
 * owned by the worker until completed.
 */
typedef struct BlockRequest BlockRequest;
struct BlockRequest {
    BlockAIOCB common;
    BlockRequestType type;
    BdrvRequestFlags flags;
    BlockDriverState *bs;
    int64_t offset;
    int64_t bytes;
    QEMUIOVector *qiov;
    BlockdevDetectZeroesOptions detect_zeroes;
    int ret;
    BlockCompletionFunc *cb;
    void *opaque;
    int64_t deadline_ns;        /* of a node that delays requests */
    BlockRequest *next;         /* in whatever list it is */
};

typedef struct BlockDriver BlockDriver;

/* A party that uses a node, with what it does and lets others do. */
typedef struct BlockUser BlockUser;
struct BlockUser {
    BlockDriverState *bs;       /* NULL: none */
    const char *what;           /* "block device" or "node", for messages */
    const char *name;           /* borrowed from the party */
    uint64_t perm;
    uint64_t shared;
    QLIST_ENTRY(BlockUser) link;
};

/*
 * Kind of a node. @open and @perform may block; @perform is called by any
 * thread, several at once, and returns 0 or -errno. @submit, if any, takes a request
 * instead of the thread pool (BQL held). @drain makes it finish what it keeps.
 * @set_perm: what all users together do and share; takes locks of the host.
 * @forward, of a filter: the node below, where *@offset is adjusted to; such a node has no
 * @perform and @submit. @getlength: exact bytes or -errno. All but @open may be NULL.
 */
struct BlockDriver {
    BlockdevDriver kind;
    size_t state_size;
    bool (*open)(BlockDriverState *bs, const BlockdevOptions *options, Error **errp);
    void (*close)(BlockDriverState *bs);
    int64_t (*getlength)(BlockDriverState *bs);
    BlockDriverState *(*forward)(BlockDriverState *bs, int64_t *offset);
    int (*perform)(BlockDriverState *bs, BlockRequest *req);
    void (*submit)(BlockDriverState *bs, BlockRequest *req);
    void (*drain)(BlockDriverState *bs);
    bool (*set_perm)(BlockDriverState *bs, uint64_t perm, uint64_t shared, Error **errp);
    int (*truncate)(BlockDriverState *bs, int64_t bytes);
    int (*probe_blocksizes)(BlockDriverState *bs, uint32_t *logical, uint32_t *physical);
    int64_t (*allocated_size)(BlockDriverState *bs);
};

struct BlockDriverState {
    const BlockDriver *driver;
    void *state;                /* of the driver */
    char *node_name;
    char *filename;             /* "" if it has none */
    unsigned refcnt;
    bool is_read_only;
    bool force_share;
    bool cache_is_direct;
    bool no_flush;
    bool discard_unmaps;
    BlockdevDetectZeroesOptions detect_zeroes;
    bool is_monitor_owned;      /* of blockdev-add: deleted by name */
    uint32_t request_alignment; /* bytes, at least 1 */
    uint32_t memory_alignment;
    QLIST_HEAD(, BlockUser) users;
    QTAILQ_ENTRY(BlockDriverState) link;
};

struct BlockBackend {
    char *name;                 /* NULL: none */
    char *label;                /* for messages: the name, the device's path, or "" */
    unsigned refcnt;
    BlockUser user;             /* its name is @label */
    DeviceState *dev;
    const BlockDevOps *dev_ops;
    void *dev_opaque;
    DriveInfo *dinfo;
    bool write_cache_is_on;
    bool iostatus_is_enabled;
    BlockDeviceIoStatus iostatus;
    BlockdevOnError on_read_error;
    BlockdevOnError on_write_error;
    unsigned in_flight;
    int64_t highest_write;
    BlockAcctStats stats;
    QTAILQ_ENTRY(BlockBackend) link;
};

/* ---- node.c ---- */

/* Read while the BQL is held; the first for NULL. */
BlockDriverState *block_node_next(BlockDriverState *bs);
/* Give @user the node @bs and permissions; takes a reference. False: it has none then. */
bool block_user_attach(BlockUser *user, BlockDriverState *bs, uint64_t perm, uint64_t shared,
                       Error **errp);
void block_user_detach(BlockUser *user);
bool block_user_set_perm(BlockUser *user, uint64_t perm, uint64_t shared, Error **errp);
/* What all users of @bs do (and let others do). */
void block_node_perms(BlockDriverState *bs, uint64_t *perm, uint64_t *shared);
/* Open or find the node of a reference; the caller gets a reference. */
BlockDriverState *block_node_of_ref(const BlockdevRef *ref, const BlockdevOptions *parent,
                                    Error **errp);

extern const BlockDriver block_driver_file, block_driver_host_device, block_driver_null_aio,
    block_driver_null_co, block_driver_raw;

/* ---- request.c ---- */

/* A request from the pool, all zero. It returns there after its completion. */
BlockRequest *block_request_get(void);
/* Start @req, of the pool, on @bs. */
void block_request_submit(BlockDriverState *bs, BlockRequest *req);
/* Carry @req, which may be on the stack, out in this thread. */
int block_request_perform(BlockDriverState *bs, BlockRequest *req);
/* The same for a submitted one, in a thread of the pool. */
int block_request_perform_in_thread(BlockRequest *req);
/* Any thread: @req is over, with @ret. */
void block_request_complete(BlockRequest *req, int ret);
/* Call the owners of finished requests; then wait until one finishes if @wait and none had. */
void block_completions_run(bool wait);
/* How many requests wait for completion, of all backends. */
unsigned block_requests_in_flight(void);

/* ---- thread-pool.c ---- */

/* So that there is one thread at least. Called when a node that needs threads is opened. */
void block_threads_start(void);
void block_threads_submit(BlockRequest *req);
/* Do not wait for the end of a plugged section with what was submitted. */
void block_threads_kick(void);
/* Joins them all; no request is under way. */
void block_threads_stop(void);

/* ---- drive.c ---- */

/* Frees the place of a backend that goes. NULL is allowed. */
void drive_info_free(DriveInfo *dinfo);

/* ---- probe.c ---- */

/* Name of the image format that the first bytes of a file show, or NULL. */
const char *block_format_probe(const void *buf, size_t bytes);

#endif
