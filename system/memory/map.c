/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Host pointers into address spaces: address_space_map() with its bounce
 * buffer, and the region caches built for windows that are used again and
 * again.
 */
#include "qemu/osdep.h"
#include "qemu/lockable.h"
#include "qemu/main-loop.h"
#include "exec/address-spaces.h"
#include "memory-internal.h"

/* -- the bounce buffer ---------------------------------------------------------------- */

/* One for the program, as in 8.2: devices that hit it are rare and wait for each other. */
static struct {
    bool is_used; /* atomic; who set it owns the rest */
    void *buffer;
    hwaddr addr;
    hwaddr len;
    MemTxAttrs attrs;
} bounce;

typedef struct MapClient {
    QEMUBH *bh;
    QLIST_ENTRY(MapClient) link;
} MapClient;

static QemuMutex map_clients_lock = QEMU_MUTEX_INITIALIZER;
static QLIST_HEAD(, MapClient) map_clients = QLIST_HEAD_INITIALIZER(map_clients);

static void map_client_free(MapClient *client)
{
    QLIST_REMOVE(client, link);
    g_free(client);
}

static void map_clients_wake(void)
{
    while (!QLIST_EMPTY(&map_clients)) {
        MapClient *client = QLIST_FIRST(&map_clients);

        qemu_bh_schedule(client->bh);
        map_client_free(client);
    }
}

void cpu_register_map_client(QEMUBH *bh)
{
    MapClient *client = g_new(MapClient, 1);

    client->bh = bh;
    qemu_mutex_lock(&map_clients_lock);
    QLIST_INSERT_HEAD(&map_clients, client, link);
    /* The buffer may have become free since the caller was refused. */
    if (!qatomic_read(&bounce.is_used)) {
        map_clients_wake();
    }
    qemu_mutex_unlock(&map_clients_lock);
}

void cpu_unregister_map_client(QEMUBH *bh)
{
    MapClient *client, *next;

    qemu_mutex_lock(&map_clients_lock);
    QLIST_FOREACH_SAFE(client, &map_clients, link, next)
    {
        if (client->bh == bh) {
            map_client_free(client);
            break;
        }
    }
    qemu_mutex_unlock(&map_clients_lock);
}

void address_space_register_map_client(AddressSpace *as, QEMUBH *bh)
{
    cpu_register_map_client(bh);
}

void address_space_unregister_map_client(AddressSpace *as, QEMUBH *bh)
{
    cpu_unregister_map_client(bh);
}

static void *bounce_map(FlatView *view, hwaddr addr, hwaddr *plen, bool is_write,
                        MemTxAttrs attrs)
{
    if (qatomic_xchg(&bounce.is_used, true)) {
        *plen = 0;
        return NULL;
    }
    *plen = MIN(*plen, TARGET_PAGE_SIZE);
    qatomic_set(&bounce.buffer, g_malloc0(*plen));
    bounce.addr = addr;
    bounce.len = *plen;
    bounce.attrs = attrs;
    if (!is_write) {
        flatview_read(view, addr, attrs, bounce.buffer, *plen);
    }
    return bounce.buffer;
}

static void bounce_unmap(AddressSpace *as, bool is_write, hwaddr access_len)
{
    if (is_write) {
        address_space_write(as, bounce.addr, bounce.attrs, bounce.buffer,
                            MIN(access_len, bounce.len));
    }
    g_free(bounce.buffer);
    qatomic_set(&bounce.buffer, NULL);
    qemu_mutex_lock(&map_clients_lock);
    qatomic_store_release(&bounce.is_used, false);
    map_clients_wake();
    qemu_mutex_unlock(&map_clients_lock);
}

/* -- pointers into memory ------------------------------------------------------------- */

static bool can_point(const FlatTarget *target, bool is_write)
{
    return target->range &&
           (target->range->flags & (is_write ? FLAT_DIRECT_WRITE : FLAT_DIRECT_READ));
}

/* How far the memory of @first goes on in one piece beyond its range, at most @len bytes. */
static hwaddr extend_target(FlatView *view, hwaddr addr, const FlatTarget *first, hwaddr len,
                            bool is_write, MemTxAttrs attrs)
{
    hwaddr done = first->len;

    while (done < len) {
        FlatTarget more = flatview_resolve(view, addr + done, len - done, is_write, attrs);

        if (!can_point(&more, is_write) || more.range->mr != first->range->mr ||
            more.offset != first->offset + done) {
            break;
        }
        done += more.len;
    }
    return done;
}

void *address_space_map(AddressSpace *as, hwaddr addr, hwaddr *plen, bool is_write,
                        MemTxAttrs attrs)
{
    FlatTarget target;
    FlatView *view;

    if (!*plen) {
        return NULL;
    }
    RCU_READ_LOCK_GUARD();
    view = address_space_to_flatview(as);
    target = flatview_resolve(view, addr, *plen, is_write, attrs);
    if (!can_point(&target, is_write)) {
        return bounce_map(view, addr, plen, is_write, attrs);
    }
    *plen = extend_target(view, addr, &target, *plen, is_write, attrs);
    memory_region_ref(target.range->mr);
    return flat_range_host(target.range, target.offset);
}

void address_space_unmap(AddressSpace *as, void *buffer, hwaddr len, bool is_write,
                         hwaddr access_len)
{
    MemoryRegion *mr;
    ram_addr_t offset;

    /* Only the owner of the bounce buffer has its address. */
    if (buffer == qatomic_read(&bounce.buffer)) {
        bounce_unmap(as, is_write, access_len);
        return;
    }
    rcu_read_lock();
    mr = memory_region_from_host(buffer, &offset);
    rcu_read_unlock();
    g_assert(mr);
    if (is_write) {
        memory_region_set_written(mr, offset, access_len);
    }
    memory_region_unref(mr);
}

void *cpu_physical_memory_map(hwaddr addr, hwaddr *plen, bool is_write)
{
    return address_space_map(&address_space_memory, addr, plen, is_write,
                             MEMTXATTRS_UNSPECIFIED);
}

void cpu_physical_memory_unmap(void *buffer, hwaddr len, bool is_write, hwaddr access_len)
{
    address_space_unmap(&address_space_memory, buffer, len, is_write, access_len);
}

/* -- caches --------------------------------------------------------------------------- */

int64_t address_space_cache_init(MemoryRegionCache *cache, AddressSpace *as, hwaddr addr,
                                 hwaddr len, bool is_write)
{
    const FlatRange *range;
    MemoryRegionSection *mrs = &cache->mrs;

    address_space_cache_init_empty(cache);
    if (!len) {
        return 0;
    }
    cache->is_write = is_write;
    cache->fv = address_space_get_flatview(as);
    range = flatview_find(cache->fv, addr);
    if (!range) {
        flatview_unref(g_steal_pointer(&cache->fv));
        return 0;
    }
    /* An IOMMU is not followed here: its translations may change with every access. */
    cache->len = MIN(len - 1, range->last - addr) + 1;
    cache->xlat = addr - range->start + range->offset;
    *mrs = flat_range_section(range, cache->fv);
    mrs->offset_within_region = cache->xlat;
    mrs->offset_within_address_space = addr;
    mrs->size = int128_make64(cache->len);
    memory_region_ref(mrs->mr);
    if (range->flags & (is_write ? FLAT_DIRECT_WRITE : FLAT_DIRECT_READ)) {
        cache->ptr = flat_range_host(range, cache->xlat);
    }
    return cache->len;
}

void address_space_cache_invalidate(MemoryRegionCache *cache, hwaddr addr, hwaddr access_len)
{
    g_assert(cache->is_write);
    if (cache->ptr) {
        memory_region_set_written(cache->mrs.mr, cache->xlat + addr, access_len);
    }
}

void address_space_cache_destroy(MemoryRegionCache *cache)
{
    if (!cache->mrs.mr) {
        return;
    }
    memory_region_unref(cache->mrs.mr);
    flatview_unref(cache->fv);
    address_space_cache_init_empty(cache);
}

static MemTxResult cache_copy(MemoryRegionCache *cache, hwaddr addr, void *buf, hwaddr len,
                              bool is_write)
{
    hwaddr at = cache->mrs.offset_within_address_space + addr;

    if (!cache->fv || !address_space_cache_covers(cache, addr, len)) {
        if (!is_write) {
            memset(buf, 0, len);
        }
        return MEMTX_DECODE_ERROR;
    }
    RCU_READ_LOCK_GUARD();
    return is_write ? flatview_write(cache->fv, at, MEMTXATTRS_UNSPECIFIED, buf, len)
                    : flatview_read(cache->fv, at, MEMTXATTRS_UNSPECIFIED, buf, len);
}

MemTxResult address_space_read_cached_slow(MemoryRegionCache *cache, hwaddr addr, void *buf,
                                           hwaddr len)
{
    return cache_copy(cache, addr, buf, len, false);
}

MemTxResult address_space_write_cached_slow(MemoryRegionCache *cache, hwaddr addr,
                                            const void *buf, hwaddr len)
{
    return cache_copy(cache, addr, (void *)buf, len, true);
}
