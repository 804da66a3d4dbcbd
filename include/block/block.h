/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Block nodes: the host's side of a disk, a file or part of one, below the
 * backends (sysemu/block-backend.h) that devices use. Also the constants that
 * both share. API names of QEMU 8.2; all functions are called with the BQL
 * held (or before threads exist).
 */
#ifndef BLOCK_BLOCK_H
#define BLOCK_BLOCK_H

#include "block/aio.h"
#include "qapi/error.h"
#include "qapi/qapi-types-block-core.h"
#include "qemu/iov.h"

typedef struct BlockDriverState BlockDriverState;
typedef struct BlockAIOCB BlockAIOCB;

/* @ret: 0 or -errno of the request. Called in the main loop (or a drain), BQL held. */
typedef void BlockCompletionFunc(void *opaque, int ret);

#define BDRV_SECTOR_BITS 9
#define BDRV_SECTOR_SIZE (1ULL << BDRV_SECTOR_BITS)

/* Sizes of disks and offsets stay below this; of one request below the second. */
#define BDRV_MAX_LENGTH (INT64_MAX - INT64_MAX % (1 << 30))
#define BDRV_MAX_ALIGNMENT (1 << 16)
#define BDRV_REQUEST_MAX_SECTORS (INT32_MAX >> BDRV_SECTOR_BITS)
#define BDRV_REQUEST_MAX_BYTES (BDRV_REQUEST_MAX_SECTORS << BDRV_SECTOR_BITS)

typedef enum {
    BDRV_REQ_COPY_ON_READ = 0x1,    /* accepted, without effect */
    BDRV_REQ_ZERO_WRITE = 0x2,
    BDRV_REQ_MAY_UNMAP = 0x4,       /* zeroes may be written by giving back space */
    BDRV_REQ_FUA = 0x10,            /* done only when the data are on the disk */
    BDRV_REQ_WRITE_COMPRESSED = 0x20,
    BDRV_REQ_WRITE_UNCHANGED = 0x40,
    BDRV_REQ_SERIALISING = 0x80,
    BDRV_REQ_NO_FALLBACK = 0x100,   /* -ENOTSUP rather than writing zeroes slowly */
    BDRV_REQ_PREFETCH = 0x200,
    BDRV_REQ_NO_WAIT = 0x400,
    BDRV_REQ_MASK = 0x7ff,
} BdrvRequestFlags;

/* What a user of a node does, and (the same bits) lets others do meanwhile. */
enum {
    BLK_PERM_CONSISTENT_READ = 0x01,
    BLK_PERM_WRITE = 0x02,
    BLK_PERM_WRITE_UNCHANGED = 0x04,
    BLK_PERM_RESIZE = 0x08,
    BLK_PERM_ALL = 0x0f,
};

/* The node called @node_name, or NULL; borrowed. */
BlockDriverState *bdrv_find_node(const char *node_name);

/*
 * A new node. The caller owns the reference; besides it the registry of names keeps
 * none. @options is not changed.
 */
BlockDriverState *bdrv_node_open(const BlockdevOptions *options, Error **errp);

void bdrv_ref(BlockDriverState *bs);
/* The last reference closes the node; its requests are over by then. NULL is allowed. */
void bdrv_unref(BlockDriverState *bs);

const char *bdrv_get_node_name(const BlockDriverState *bs);
const char *bdrv_get_format_name(const BlockDriverState *bs);
bool bdrv_is_read_only(BlockDriverState *bs);
/* Bytes, a multiple of 512 (a shorter last sector ends in zeroes), or -errno. */
int64_t bdrv_getlength(BlockDriverState *bs);

/* blockdev-add, blockdev-del, block_resize. False and @errp on failure. */
bool blockdev_node_add(const BlockdevOptions *options, Error **errp);
bool blockdev_node_del(const char *node_name, Error **errp);
bool blockdev_resize(BlockDriverState *bs, int64_t bytes, Error **errp);
/* Deletes what blockdev-add made and the user did not delete: end of the program. */
void blockdev_close_all(void);

/* Wait until no request of any backend is under way. */
void bdrv_drain_all(void);
/* Write back everything. Returns 0 or the first -errno. */
int bdrv_flush_all(void);

/* What the query commands tell; the caller frees the results. */
BlockInfoList *block_query(void);
BlockDeviceInfoList *block_query_nodes(void);
BlockStatsList *block_query_stats(void);

#endif
