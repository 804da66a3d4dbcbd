/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Block nodes: their registry, opening from options, references, and the
 * permissions of those who use them (backends and filters above).
 */
#include "qemu/osdep.h"
#include "block-internal.h"
#include "qapi/clone-visitor.h"
#include "qapi/qapi-visit-block-core.h"
#include "qemu/host-utils.h"
#include "qemu/id.h"
#include "trace.h"

#define NODE_NAME_MAX 31

static QTAILQ_HEAD(, BlockDriverState) nodes = QTAILQ_HEAD_INITIALIZER(nodes);

static const BlockDriver *const drivers[] = {
    &block_driver_file, &block_driver_host_device, &block_driver_null_aio,
    &block_driver_null_co, &block_driver_raw,
};

static const BlockDriver *driver_find(BlockdevDriver kind)
{
    for (size_t i = 0; i < ARRAY_SIZE(drivers); i++) {
        if (drivers[i]->kind == kind) {
            return drivers[i];
        }
    }
    g_assert_not_reached();
}

/* ---- registry ------------------------------------------------------------- */

BlockDriverState *bdrv_find_node(const char *node_name)
{
    BlockDriverState *bs;

    QTAILQ_FOREACH(bs, &nodes, link) {
        if (!strcmp(bs->node_name, node_name)) {
            return bs;
        }
    }
    return NULL;
}

BlockDriverState *block_node_next(BlockDriverState *bs)
{
    return bs ? QTAILQ_NEXT(bs, link) : QTAILQ_FIRST(&nodes);
}

static bool node_name_check(const char *name, Error **errp)
{
    if (!id_wellformed(name) || strlen(name) > NODE_NAME_MAX) {
        error_setg(errp, "node-name '%s' must be a letter followed by at most %d letters, digits, "
                   "'-', '.' or '_'", name, NODE_NAME_MAX - 1);
        return false;
    }
    if (bdrv_find_node(name)) {
        error_setg(errp, "node-name '%s' is in use already", name);
        return false;
    }
    if (blk_by_name(name)) {
        error_setg(errp, "node-name '%s' is the id of a drive", name);
        return false;
    }
    return true;
}

/* ---- opening ---------------------------------------------------------------- */

static bool node_options_check(const BlockdevOptions *options, Error **errp)
{
    bool is_read_only = options->has_read_only && options->read_only;
    bool unmaps = options->has_discard && options->discard == BLOCKDEV_DISCARD_OPTIONS_UNMAP;

    if (options->has_force_share && options->force_share && !is_read_only) {
        error_setg(errp, "force-share=on needs read-only=on");
        return false;
    }
    if (options->has_detect_zeroes && !unmaps &&
        options->detect_zeroes == BLOCKDEV_DETECT_ZEROES_OPTIONS_UNMAP) {
        error_setg(errp, "detect-zeroes=unmap needs discard=unmap");
        return false;
    }
    return !options->node_name || node_name_check(options->node_name, errp);
}

static BlockDriverState *node_new(const BlockdevOptions *options)
{
    BlockDriverState *bs = g_new0(BlockDriverState, 1);
    const BlockdevCacheOptions *cache = options->cache;

    bs->driver = driver_find(options->driver);
    bs->state = g_malloc0(bs->driver->state_size);
    bs->node_name = options->node_name ? g_strdup(options->node_name) : id_generate(ID_BLOCK);
    bs->refcnt = 1;
    bs->is_read_only = options->has_read_only && options->read_only;
    bs->force_share = options->has_force_share && options->force_share;
    bs->cache_is_direct = cache && cache->has_direct && cache->direct;
    bs->no_flush = cache && cache->has_no_flush && cache->no_flush;
    bs->discard_unmaps = options->has_discard &&
                         options->discard == BLOCKDEV_DISCARD_OPTIONS_UNMAP;
    bs->detect_zeroes = options->has_detect_zeroes ? options->detect_zeroes
                                                   : BLOCKDEV_DETECT_ZEROES_OPTIONS_OFF;
    bs->request_alignment = 1;
    bs->memory_alignment = 1;
    QLIST_INIT(&bs->users);
    return bs;
}

static void node_free(BlockDriverState *bs)
{
    g_free(bs->state);
    g_free(bs->node_name);
    g_free(bs->filename);
    g_free(bs);
}

BlockDriverState *bdrv_node_open(const BlockdevOptions *options, Error **errp)
{
    BlockDriverState *bs;

    if (!node_options_check(options, errp)) {
        return NULL;
    }
    bs = node_new(options);
    if (!bs->driver->open(bs, options, errp)) {
        node_free(bs);
        return NULL;
    }
    /* A child may have taken the name meanwhile. */
    if (options->node_name && !node_name_check(options->node_name, errp)) {
        if (bs->driver->close) {
            bs->driver->close(bs);
        }
        node_free(bs);
        return NULL;
    }
    QTAILQ_INSERT_TAIL(&nodes, bs, link);
    trace_block_node_open(bs->node_name, BlockdevDriver_str(bs->driver->kind), bs->filename);
    return bs;
}

/*
 * What a node that is written inside of its parent takes from it. Discards and zeroes are
 * the parent's to filter, so the child lets them through.
 */
static void options_inherit(BlockdevOptions *child, const BlockdevOptions *parent)
{
    if (!child->has_discard) {
        child->has_discard = true;
        child->discard = BLOCKDEV_DISCARD_OPTIONS_UNMAP;
    }
    if (!child->cache && parent->cache) {
        child->cache = QAPI_CLONE(BlockdevCacheOptions, parent->cache);
    }
    if (!child->has_read_only && parent->has_read_only) {
        child->has_read_only = true;
        child->read_only = parent->read_only;
    }
    if (!child->has_auto_read_only && parent->has_auto_read_only) {
        child->has_auto_read_only = true;
        child->auto_read_only = parent->auto_read_only;
    }
    if (!child->has_force_share && parent->has_force_share) {
        child->has_force_share = true;
        child->force_share = parent->force_share;
    }
}

BlockDriverState *block_node_of_ref(const BlockdevRef *ref, const BlockdevOptions *parent,
                                    Error **errp)
{
    BlockDriverState *bs;
    BlockdevOptions *options;

    if (ref->type == QTYPE_QSTRING) {
        bs = bdrv_find_node(ref->u.reference);
        if (!bs) {
            error_setg(errp, "there is no block node '%s'", ref->u.reference);
            return NULL;
        }
        bdrv_ref(bs);
        return bs;
    }
    options = QAPI_CLONE(BlockdevOptions, &ref->u.definition);
    options_inherit(options, parent);
    bs = bdrv_node_open(options, errp);
    qapi_free_BlockdevOptions(options);
    return bs;
}

/* ---- references ---------------------------------------------------------------- */

void bdrv_ref(BlockDriverState *bs)
{
    bs->refcnt++;
}

void bdrv_unref(BlockDriverState *bs)
{
    if (!bs || --bs->refcnt > 0) {
        return;
    }
    g_assert(QLIST_EMPTY(&bs->users));
    trace_block_node_close(bs->node_name);
    QTAILQ_REMOVE(&nodes, bs, link);
    if (bs->driver->close) {
        bs->driver->close(bs);
    }
    node_free(bs);
}

/* ---- users and permissions -------------------------------------------------------- */

static const char *perm_name(uint64_t perm)
{
    static const char *const names[] = { "read", "write", "write unchanged data to", "resize" };

    return names[ctz64(perm)];
}

void block_node_perms(BlockDriverState *bs, uint64_t *perm, uint64_t *shared)
{
    BlockUser *user;

    *perm = 0;
    *shared = BLK_PERM_ALL;
    QLIST_FOREACH(user, &bs->users, link) {
        *perm |= user->perm;
        *shared &= user->shared;
    }
}

static bool user_perm_check(BlockUser *user, uint64_t perm, uint64_t shared, Error **errp)
{
    BlockDriverState *bs = user->bs;
    BlockUser *other;

    if (bs->is_read_only && (perm & (BLK_PERM_WRITE | BLK_PERM_RESIZE))) {
        error_setg(errp, "block node '%s' is read-only", bs->node_name);
        return false;
    }
    QLIST_FOREACH(other, &bs->users, link) {
        uint64_t conflict = other == user ? 0 : perm & ~other->shared;

        if (!conflict && other != user) {
            conflict = other->perm & ~shared;
        }
        if (conflict) {
            error_setg(errp, "%s '%s' cannot use block node '%s': %s '%s' uses it, and only one "
                       "of them may %s it (share-rw=on for both allows it)", user->what,
                       user->name, bs->node_name, other->what, other->name, perm_name(conflict));
            return false;
        }
    }
    return true;
}

bool block_user_set_perm(BlockUser *user, uint64_t perm, uint64_t shared, Error **errp)
{
    BlockDriverState *bs = user->bs;
    uint64_t old_perm = user->perm, old_shared = user->shared;
    uint64_t all_perm, all_shared;

    if (!user_perm_check(user, perm, shared, errp)) {
        return false;
    }
    user->perm = perm;
    user->shared = shared;
    block_node_perms(bs, &all_perm, &all_shared);
    if (bs->driver->set_perm && !bs->driver->set_perm(bs, all_perm, all_shared, errp)) {
        user->perm = old_perm;
        user->shared = old_shared;
        return false;
    }
    return true;
}

bool block_user_attach(BlockUser *user, BlockDriverState *bs, uint64_t perm, uint64_t shared,
                       Error **errp)
{
    user->bs = bs;
    user->perm = 0;
    user->shared = BLK_PERM_ALL;
    bdrv_ref(bs);
    QLIST_INSERT_HEAD(&bs->users, user, link);
    if (!block_user_set_perm(user, perm, shared, errp)) {
        block_user_detach(user);
        return false;
    }
    return true;
}

void block_user_detach(BlockUser *user)
{
    BlockDriverState *bs = user->bs;

    /* Giving up permissions cannot fail. */
    block_user_set_perm(user, 0, BLK_PERM_ALL, NULL);
    QLIST_REMOVE(user, link);
    user->bs = NULL;
    bdrv_unref(bs);
}

/* ---- facts ----------------------------------------------------------------------------- */

const char *bdrv_get_node_name(const BlockDriverState *bs)
{
    return bs->node_name;
}

const char *bdrv_get_format_name(const BlockDriverState *bs)
{
    return BlockdevDriver_str(bs->driver->kind);
}

bool bdrv_is_read_only(BlockDriverState *bs)
{
    return bs->is_read_only;
}

int64_t bdrv_getlength(BlockDriverState *bs)
{
    int64_t length = bs->driver->getlength ? bs->driver->getlength(bs) : -ENOTSUP;

    if (length > BDRV_MAX_LENGTH) {
        return -EFBIG;
    }
    return length < 0 ? length : ROUND_UP(length, (int64_t)BDRV_SECTOR_SIZE);
}

/* ---- blockdev-add, blockdev-del ----------------------------------------------------------- */

bool blockdev_node_add(const BlockdevOptions *options, Error **errp)
{
    BlockDriverState *bs;

    if (!options->node_name) {
        error_setg(errp, "'node-name' is missing");
        return false;
    }
    bs = bdrv_node_open(options, errp);
    if (bs) {
        bs->is_monitor_owned = true;
    }
    return bs != NULL;
}

bool blockdev_node_del(const char *node_name, Error **errp)
{
    BlockDriverState *bs = bdrv_find_node(node_name);

    if (!bs) {
        error_setg(errp, "there is no block node '%s'", node_name);
        return false;
    }
    if (!QLIST_EMPTY(&bs->users)) {
        error_setg(errp, "block node '%s' is in use by %s '%s'", node_name,
                   QLIST_FIRST(&bs->users)->what, QLIST_FIRST(&bs->users)->name);
        return false;
    }
    if (!bs->is_monitor_owned) {
        error_setg(errp, "block node '%s' was not made by blockdev-add", node_name);
        return false;
    }
    bdrv_unref(bs);
    return true;
}

void blockdev_close_all(void)
{
    BlockDriverState *bs, *next;

    /* What goes with a node is its child, which came before it. */
    QTAILQ_FOREACH_SAFE(bs, &nodes, link, next) {
        if (bs->is_monitor_owned) {
            bs->is_monitor_owned = false;
            bdrv_unref(bs);
        }
    }
    block_threads_stop();
}
