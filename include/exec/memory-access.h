/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Address spaces and accesses to them.  Included by exec/memory.h, do not
 * include directly.
 *
 * Accesses may be made by any thread, with or without the BQL: they read the
 * flat view under RCU and take the BQL themselves for I/O regions that need it.
 */
/* A part of exec/memory.h, which includes it where its types are known. */
#ifndef EXEC_MEMORY_H
#include "exec/memory.h"
#endif

#ifndef EXEC_MEMORY_ACCESS_H
#define EXEC_MEMORY_ACCESS_H

struct AddressSpace {
    /* private: */
    FlatView *current_map; /* RCU */
    MemoryRegion *root;
    char *name;
    struct FlatRoot *flat_root; /* where current_map comes from; shared by equal roots */
    QTAILQ_HEAD(, MemoryListener) listeners;
    QTAILQ_ENTRY(AddressSpace) address_spaces_link;
    QTAILQ_ENTRY(AddressSpace) root_link;
    bool has_changed; /* in the commit that runs */
    GArray *ioeventfds; /* as last told to listeners */
    struct rcu_head rcu; /* only so that owners may free @as by call_rcu */
};

/*
 * Make @as (memory of the caller) show @root, on which it holds a reference.  @name is
 * copied.  Caller holds the BQL.
 */
void address_space_init(AddressSpace *as, MemoryRegion *root, const char *name);

/*
 * The opposite; its listeners must be gone.  The view goes after a grace period, @as
 * itself may be reused after drain_call_rcu() or by call_rcu.  Caller holds the BQL.
 */
void address_space_destroy(AddressSpace *as);

/* Forget listeners that were left registered; for the owner of a dying address space. */
void address_space_remove_listeners(AddressSpace *as);

/* The current view with a reference, dropped by flatview_unref().  Any thread. */
FlatView *address_space_get_flatview(AddressSpace *as);

/* The current view without one.  Caller is in an RCU read section. */
static inline FlatView *address_space_to_flatview(AddressSpace *as)
{
    return qatomic_rcu_read(&as->current_map);
}

/* False if the view is already dying.  Any thread. */
bool flatview_ref(FlatView *view);
void flatview_unref(FlatView *view);

/*
 * Called with each range of @fv in ascending address: its first address, its length,
 * its region and the offset in it.  True stops the walk.
 */
typedef bool (*flatview_cb)(Int128 start, Int128 len, const MemoryRegion *mr,
                            hwaddr offset_in_region, void *opaque);
void flatview_for_each_range(FlatView *fv, flatview_cb cb, void *opaque);

/* -- blocks of bytes -------------------------------------------------------------- */

/*
 * Copy @len bytes from or to @addr.  I/O regions see accesses as large as they allow;
 * the results of all parts are or-ed.  What could not be read is zero.
 */
MemTxResult address_space_rw(AddressSpace *as, hwaddr addr, MemTxAttrs attrs, void *buf,
                             hwaddr len, bool is_write);

/*
 * address_space_rw() for one access of a vCPU to a register: @size is 1, 2, 4 or 8, the bytes make
 * *@value as little-endian ones do.  Costs less where a lock-free region answers.
 */
MemTxResult address_space_cpu_access(AddressSpace *as, hwaddr addr, uint64_t *value, unsigned size,
                                     bool is_write);
MemTxResult address_space_read_full(AddressSpace *as, hwaddr addr, MemTxAttrs attrs, void *buf,
                                    hwaddr len);
static inline MemTxResult address_space_read(AddressSpace *as, hwaddr addr, MemTxAttrs attrs,
                                             void *buf, hwaddr len)
{
    return address_space_read_full(as, addr, attrs, buf, len);
}
MemTxResult address_space_write(AddressSpace *as, hwaddr addr, MemTxAttrs attrs, const void *buf,
                                hwaddr len);
/* The same, but ROM is written too and I/O is left alone: for loaders and debuggers. */
MemTxResult address_space_write_rom(AddressSpace *as, hwaddr addr, MemTxAttrs attrs,
                                    const void *buf, hwaddr len);
MemTxResult address_space_set(AddressSpace *as, hwaddr addr, uint8_t c, hwaddr len,
                              MemTxAttrs attrs);

/* On one view, inside the caller's RCU read section. */
MemTxResult flatview_read(FlatView *fv, hwaddr addr, MemTxAttrs attrs, void *buf, hwaddr len);
MemTxResult flatview_write(FlatView *fv, hwaddr addr, MemTxAttrs attrs, const void *buf,
                           hwaddr len);

/* -- where an access goes ------------------------------------------------------------ */

/*
 * The region that answers at @addr, after IOMMU translation, and *@xlat, the offset in
 * it; *@plen (in: wanted bytes) is cut to what lies there in one piece.  Nothing there:
 * a region that refuses every access.  Caller is in an RCU read section, in which the
 * result stays valid.
 */
MemoryRegion *address_space_translate(AddressSpace *as, hwaddr addr, hwaddr *xlat, hwaddr *plen,
                                      bool is_write, MemTxAttrs attrs);
MemoryRegion *flatview_translate(FlatView *fv, hwaddr addr, hwaddr *xlat, hwaddr *plen,
                                 bool is_write, MemTxAttrs attrs);

/* Like _translate down to the final target as an IOMMU entry; perm NONE if none. */
IOMMUTLBEntry address_space_get_iotlb_entry(AddressSpace *as, hwaddr addr, bool is_write,
                                            MemTxAttrs attrs);

/* Whether an access of @len bytes would be answered; asks the regions' rules. */
bool address_space_access_valid(AddressSpace *as, hwaddr addr, hwaddr len, bool is_write,
                                MemTxAttrs attrs);

/*
 * Host memory for [@addr, @addr + *@plen); *@plen may come back smaller.  Memory is
 * mapped in place; everything else goes through a bounce buffer (at most one page at
 * a time for the whole program) read now or written back by unmap.  NULL: the buffer
 * is in use; address_space_register_map_client() tells when to try again.
 * unmap with the @len returned and @access_len, the bytes really touched.
 */
void *address_space_map(AddressSpace *as, hwaddr addr, hwaddr *plen, bool is_write,
                        MemTxAttrs attrs);
void address_space_unmap(AddressSpace *as, void *buffer, hwaddr len, bool is_write,
                         hwaddr access_len);
void address_space_register_map_client(AddressSpace *as, QEMUBH *bh);
void address_space_unregister_map_client(AddressSpace *as, QEMUBH *bh);

/* Mark host memory [@addr, @addr + @len) of @mr written after access by pointer. */
void memory_region_set_written(MemoryRegion *mr, hwaddr addr, hwaddr len);

/* -- single values --------------------------------------------------------------------- */

#define ARG1 as
#define ARG1_DECL AddressSpace *as
#define SUFFIX
#include "exec/memory_ldst.h.inc"

/* -- caches ------------------------------------------------------------------------------ */

/*
 * A window that is accessed again and again (a queue, a ring): translated once.
 * Loads and stores to RAM go straight to the pointer.
 */
struct MemoryRegionCache {
    void *ptr; /* host address of the window, NULL if every access must dispatch */
    hwaddr xlat;
    hwaddr len; /* bytes; 0: empty cache */
    FlatView *fv;
    MemoryRegionSection mrs;
    bool is_write;
};
typedef struct MemoryRegionCache MemoryRegionCache;

#define MEMORY_REGION_CACHE_INVALID ((MemoryRegionCache) { .mrs.mr = NULL })

/*
 * Prepare @cache for [@addr, @addr + @len).  Returns the length it covers, which may be
 * smaller.  Holds references until destroyed; it does not follow later changes of the
 * memory map, re-make it from a listener's commit.  Caller holds the BQL or RCU.
 */
int64_t address_space_cache_init(MemoryRegionCache *cache, AddressSpace *as, hwaddr addr,
                                 hwaddr len, bool is_write);
static inline void address_space_cache_init_empty(MemoryRegionCache *cache)
{
    cache->mrs.mr = NULL;
    cache->fv = NULL;
    cache->ptr = NULL;
    cache->len = 0;
}
/* Say that [@addr, @addr + @access_len) of the window was written through ->ptr. */
void address_space_cache_invalidate(MemoryRegionCache *cache, hwaddr addr, hwaddr access_len);
/* Idempotent. */
void address_space_cache_destroy(MemoryRegionCache *cache);

/* Slow paths of the following; @addr is an offset in the window. */
MemTxResult address_space_read_cached_slow(MemoryRegionCache *cache, hwaddr addr, void *buf,
                                           hwaddr len);
MemTxResult address_space_write_cached_slow(MemoryRegionCache *cache, hwaddr addr,
                                            const void *buf, hwaddr len);

/* Whether [@addr, @addr + @len) lies in the window. */
static inline bool address_space_cache_covers(const MemoryRegionCache *cache, hwaddr addr,
                                              hwaddr len)
{
    return addr < cache->len && len <= cache->len - addr;
}

/* Copy; outside the window nothing is touched and the result is a decode error. */
static inline MemTxResult address_space_read_cached(MemoryRegionCache *cache, hwaddr addr,
                                                    void *buf, hwaddr len)
{
    if (likely(cache->ptr && address_space_cache_covers(cache, addr, len))) {
        memcpy(buf, (const uint8_t *)cache->ptr + addr, len);
        return MEMTX_OK;
    }
    return address_space_read_cached_slow(cache, addr, buf, len);
}

static inline MemTxResult address_space_write_cached(MemoryRegionCache *cache, hwaddr addr,
                                                     const void *buf, hwaddr len)
{
    if (likely(cache->ptr && address_space_cache_covers(cache, addr, len))) {
        memcpy((uint8_t *)cache->ptr + addr, buf, len);
        return MEMTX_OK;
    }
    return address_space_write_cached_slow(cache, addr, buf, len);
}

#define ARG1 cache
#define ARG1_DECL MemoryRegionCache *cache
#define SUFFIX _cached_slow
#include "exec/memory_ldst.h.inc"
#include "exec/memory_ldst_cached.h.inc"

/* -- values without attributes or result ----------------------------------------------- */

#define ARG1 as
#define ARG1_DECL AddressSpace *as
#define SUFFIX
#include "exec/memory_ldst_phys.h.inc"
#define ARG1 cache
#define ARG1_DECL MemoryRegionCache *cache
#define SUFFIX _cached
#include "exec/memory_ldst_phys.h.inc"

#endif
