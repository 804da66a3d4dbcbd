/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * raw: a filter that shows another node, or a part of it, as a disk. Requests
 * pass through with their offset moved.
 */
#include "qemu/osdep.h"
#include "block-internal.h"

typedef struct RawState {
    BlockUser child;
    int64_t offset;
    int64_t size;               /* -1: to the end of the child */
} RawState;

static int64_t child_length(RawState *s)
{
    const BlockDriver *driver = s->child.bs->driver;

    return driver->getlength ? driver->getlength(s->child.bs) : -ENOTSUP;
}

static bool raw_part_check(RawState *s, const BlockdevOptionsRaw *raw, Error **errp)
{
    int64_t length = child_length(s);
    uint64_t offset = raw->has_offset ? raw->offset : 0;

    if (length < 0) {
        error_setg_errno(errp, -length, "cannot get the size of node '%s'",
                         s->child.bs->node_name);
        return false;
    }
    if (offset > length) {
        error_setg(errp, "offset=%" PRIu64 " is behind the end of node '%s' (%" PRId64 " bytes)",
                   offset, s->child.bs->node_name, length);
        return false;
    }
    if (raw->has_size && raw->size > length - offset) {
        error_setg(errp, "size=%" PRIu64 " is more than the %" PRIu64 " bytes that node '%s' has "
                   "behind offset=%" PRIu64, raw->size, length - offset, s->child.bs->node_name,
                   offset);
        return false;
    }
    if (!QEMU_IS_ALIGNED(offset, BDRV_SECTOR_SIZE) ||
        (raw->has_size && !QEMU_IS_ALIGNED(raw->size, BDRV_SECTOR_SIZE))) {
        error_setg(errp, "offset and size must be multiples of %llu", BDRV_SECTOR_SIZE);
        return false;
    }
    s->offset = offset;
    s->size = raw->has_size ? raw->size : -1;
    return true;
}

static bool raw_open(BlockDriverState *bs, const BlockdevOptions *options, Error **errp)
{
    RawState *s = bs->state;
    const BlockdevOptionsRaw *raw = &options->u.raw;
    BlockDriverState *child = block_node_of_ref(raw->file, options, errp);
    bool done;

    if (!child) {
        return false;
    }
    s->child.what = "node";
    s->child.name = bs->node_name;
    done = block_user_attach(&s->child, child, 0, BLK_PERM_ALL, errp);
    bdrv_unref(child);
    if (!done) {
        return false;
    }
    if (!raw_part_check(s, raw, errp)) {
        block_user_detach(&s->child);
        return false;
    }
    if (child->is_read_only && !bs->is_read_only) {
        if (!(options->has_auto_read_only && options->auto_read_only)) {
            error_setg(errp, "node '%s' is read-only; add read-only=on", child->node_name);
            block_user_detach(&s->child);
            return false;
        }
        bs->is_read_only = true;
    }
    bs->filename = g_strdup(child->filename);
    bs->request_alignment = child->request_alignment;
    bs->memory_alignment = child->memory_alignment;
    return true;
}

static void raw_close(BlockDriverState *bs)
{
    RawState *s = bs->state;

    block_user_detach(&s->child);
}

static BlockDriverState *raw_forward(BlockDriverState *bs, int64_t *offset)
{
    RawState *s = bs->state;

    *offset += s->offset;
    return s->child.bs;
}

static int64_t raw_getlength(BlockDriverState *bs)
{
    RawState *s = bs->state;
    int64_t length = child_length(s);

    if (length < 0) {
        return length;
    }
    /* The child may have become shorter. */
    length = MAX(length - s->offset, 0);
    return s->size < 0 ? length : MIN(length, s->size);
}

static bool raw_set_perm(BlockDriverState *bs, uint64_t perm, uint64_t shared, Error **errp)
{
    RawState *s = bs->state;

    return block_user_set_perm(&s->child, perm, shared, errp);
}

static void raw_drain(BlockDriverState *bs)
{
    BlockDriverState *child = ((RawState *)bs->state)->child.bs;

    if (child->driver->drain) {
        child->driver->drain(child);
    }
}

static int raw_truncate(BlockDriverState *bs, int64_t bytes)
{
    RawState *s = bs->state;
    BlockDriverState *child = s->child.bs;

    if (s->size >= 0 || !child->driver->truncate) {
        return -ENOTSUP;
    }
    if (bytes > BDRV_MAX_LENGTH - s->offset) {
        return -EFBIG;
    }
    return child->driver->truncate(child, bytes + s->offset);
}

static int raw_probe_blocksizes(BlockDriverState *bs, uint32_t *logical, uint32_t *physical)
{
    BlockDriverState *child = ((RawState *)bs->state)->child.bs;

    return child->driver->probe_blocksizes
         ? child->driver->probe_blocksizes(child, logical, physical) : -ENOTSUP;
}

static int64_t raw_allocated_size(BlockDriverState *bs)
{
    BlockDriverState *child = ((RawState *)bs->state)->child.bs;

    return child->driver->allocated_size ? child->driver->allocated_size(child) : -ENOTSUP;
}

const BlockDriver block_driver_raw = {
    .kind = BLOCKDEV_DRIVER_RAW,
    .state_size = sizeof(RawState),
    .open = raw_open,
    .close = raw_close,
    .getlength = raw_getlength,
    .forward = raw_forward,
    .drain = raw_drain,
    .set_perm = raw_set_perm,
    .truncate = raw_truncate,
    .probe_blocksizes = raw_probe_blocksizes,
    .allocated_size = raw_allocated_size,
};
