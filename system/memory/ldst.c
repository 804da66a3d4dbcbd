/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loads and stores of single values: the path an emulated CPU's slow path and
 * most devices take.  A value that reaches over the end of a region is moved
 * byte by byte group through the copy functions; everything else is one lookup
 * and either one memory access or one dispatch.
 */
#include "qemu/osdep.h"
#include "memory-internal.h"

static inline uint64_t load_memory(const void *p, MemOp op)
{
    uint64_t value = ldn_le_p(p, memop_size(op));

    return memop_big_endian(op) ? bswap64(value) >> (64 - 8 * memop_size(op)) : value;
}

static inline void store_memory(void *p, uint64_t value, MemOp op)
{
    stn_le_p(p, memop_size(op),
             memop_big_endian(op) ? bswap64(value) >> (64 - 8 * memop_size(op)) : value);
}

static MemTxResult io_load(MemoryRegion *mr, hwaddr offset, uint64_t *value, MemOp op,
                           MemTxAttrs attrs)
{
    MemTxResult result;
    bool taken;

    if (unlikely(memory_access_is_forbidden(mr, attrs, offset))) {
        *value = 0;
        return MEMTX_ACCESS_ERROR;
    }
    taken = memory_access_lock(mr);
    result = memory_region_dispatch_read(mr, offset, value, op, attrs);
    memory_access_unlock(taken);
    return result;
}

static MemTxResult io_store(MemoryRegion *mr, hwaddr offset, uint64_t value, MemOp op,
                            MemTxAttrs attrs)
{
    MemTxResult result;
    bool taken;

    if (unlikely(memory_access_is_forbidden(mr, attrs, offset))) {
        return MEMTX_ACCESS_ERROR;
    }
    taken = memory_access_lock(mr);
    result = memory_region_dispatch_write(mr, offset, value, op, attrs);
    memory_access_unlock(taken);
    return result;
}

static inline MemTxResult range_load(const FlatRange *range, hwaddr offset, uint64_t *value,
                                     MemOp op, MemTxAttrs attrs)
{
    if (range->flags & FLAT_DIRECT_READ) {
        *value = load_memory(flat_range_host(range, offset), op);
        return MEMTX_OK;
    }
    return io_load(range->mr, offset, value, op, attrs);
}

static inline MemTxResult range_store(const FlatRange *range, hwaddr offset, uint64_t value,
                                      MemOp op, MemTxAttrs attrs, uint8_t dirty_mask)
{
    if (range->flags & FLAT_DIRECT_WRITE) {
        store_memory(flat_range_host(range, offset), value, op);
        ram_block_written(range->block, offset, memop_size(op), dirty_mask);
        return MEMTX_OK;
    }
    return range->flags & FLAT_IGNORE_WRITE ? MEMTX_OK
                                            : io_store(range->mr, offset, value, op, attrs);
}

/* -- address spaces ------------------------------------------------------------------- */

/* Whether @range, found at @addr, answers @size bytes there without further questions. */
static inline bool range_is_simple(const FlatRange *range, hwaddr addr, unsigned size)
{
    return likely(range && !(range->flags & FLAT_IOMMU) && range->last - addr >= size - 1);
}

/* Holes, IOMMUs, and values over the end of a range. */
static MemTxResult view_load_slow(FlatView *view, hwaddr addr, uint64_t *value, MemOp op,
                                  MemTxAttrs attrs)
{
    unsigned size = memop_size(op);
    FlatTarget target = flatview_resolve(view, addr, size, false, attrs);
    uint8_t bytes[8] = { 0 };
    MemTxResult result;

    if (target.range && target.len == size) {
        return range_load(target.range, target.offset, value, op, attrs);
    }
    result = flatview_read(view, addr, attrs, bytes, size);
    *value = load_memory(bytes, op);
    return result;
}

static MemTxResult view_store_slow(FlatView *view, hwaddr addr, uint64_t value, MemOp op,
                                   MemTxAttrs attrs, uint8_t dirty_mask)
{
    unsigned size = memop_size(op);
    FlatTarget target = flatview_resolve(view, addr, size, true, attrs);
    uint8_t bytes[8];

    if (target.range && target.len == size) {
        return range_store(target.range, target.offset, value, op, attrs, dirty_mask);
    }
    store_memory(bytes, value, op);
    return flatview_write(view, addr, attrs, bytes, size);
}

static inline QEMU_ALWAYS_INLINE uint64_t space_load(AddressSpace *as, hwaddr addr, MemOp op,
                                                     MemTxAttrs attrs, MemTxResult *result)
{
    const FlatRange *range;
    FlatView *view;
    uint64_t value;
    MemTxResult r;

    rcu_read_lock();
    view = address_space_to_flatview(as);
    range = flatview_find_hinted(view, addr);
    if (range_is_simple(range, addr, memop_size(op))) {
        r = range_load(range, addr - range->start + range->offset, &value, op, attrs);
    } else {
        r = view_load_slow(view, addr, &value, op, attrs);
    }
    rcu_read_unlock();
    if (result) {
        *result = r;
    }
    return value;
}

static inline QEMU_ALWAYS_INLINE void space_store(AddressSpace *as, hwaddr addr, uint64_t value,
                                                  MemOp op, MemTxAttrs attrs, MemTxResult *result,
                                                  uint8_t dirty_mask)
{
    const FlatRange *range;
    FlatView *view;
    MemTxResult r;

    rcu_read_lock();
    view = address_space_to_flatview(as);
    range = flatview_find_hinted(view, addr);
    if (range_is_simple(range, addr, memop_size(op))) {
        r = range_store(range, addr - range->start + range->offset, value, op, attrs,
                        dirty_mask);
    } else {
        r = view_store_slow(view, addr, value, op, attrs, dirty_mask);
    }
    rcu_read_unlock();
    if (result) {
        *result = r;
    }
}

/* -- caches: windows that are not plain RAM ------------------------------------------- */

static inline uint64_t cache_load(MemoryRegionCache *cache, hwaddr addr, MemOp op,
                                  MemTxAttrs attrs, MemTxResult *result)
{
    uint8_t bytes[8] = { 0 };
    MemTxResult r = address_space_read_cached_slow(cache, addr, bytes, memop_size(op));

    if (result) {
        *result = r;
    }
    return load_memory(bytes, op);
}

static inline void cache_store(MemoryRegionCache *cache, hwaddr addr, uint64_t value, MemOp op,
                               MemTxAttrs attrs, MemTxResult *result, uint8_t dirty_mask)
{
    uint8_t bytes[8];
    MemTxResult r;

    store_memory(bytes, value, op);
    r = address_space_write_cached_slow(cache, addr, bytes, memop_size(op));
    if (result) {
        *result = r;
    }
}

#define DEFINE_ACCESSORS(arg, load, store, suffix, bits, ld, st, op)                            \
    uint##bits##_t address_space_##ld##suffix(arg, hwaddr addr, MemTxAttrs attrs,               \
                                              MemTxResult *result)                              \
    {                                                                                           \
        return load(a, addr, op, attrs, result);                                                \
    }                                                                                           \
    void address_space_##st##suffix(arg, hwaddr addr, uint##bits##_t val, MemTxAttrs attrs,     \
                                    MemTxResult *result)                                        \
    {                                                                                           \
        store(a, addr, val, op, attrs, result, DIRTY_CLIENTS_ALL);                              \
    }

#define DEFINE_FAMILY(arg, load, store, suffix)                                                 \
    DEFINE_ACCESSORS(arg, load, store, suffix, 8, ldub, stb, MO_8)                              \
    DEFINE_ACCESSORS(arg, load, store, suffix, 16, lduw, stw, MO_TE | MO_16)                    \
    DEFINE_ACCESSORS(arg, load, store, suffix, 32, ldl, stl, MO_TE | MO_32)                     \
    DEFINE_ACCESSORS(arg, load, store, suffix, 64, ldq, stq, MO_TE | MO_64)                     \
    DEFINE_ACCESSORS(arg, load, store, suffix, 16, lduw_le, stw_le, MO_LE | MO_16)              \
    DEFINE_ACCESSORS(arg, load, store, suffix, 32, ldl_le, stl_le, MO_LE | MO_32)               \
    DEFINE_ACCESSORS(arg, load, store, suffix, 64, ldq_le, stq_le, MO_LE | MO_64)               \
    DEFINE_ACCESSORS(arg, load, store, suffix, 16, lduw_be, stw_be, MO_BE | MO_16)              \
    DEFINE_ACCESSORS(arg, load, store, suffix, 32, ldl_be, stl_be, MO_BE | MO_32)               \
    DEFINE_ACCESSORS(arg, load, store, suffix, 64, ldq_be, stq_be, MO_BE | MO_64)               \
    void address_space_stl_notdirty##suffix(arg, hwaddr addr, uint32_t val, MemTxAttrs attrs,   \
                                            MemTxResult *result)                                \
    {                                                                                           \
        store(a, addr, val, MO_TE | MO_32, attrs, result, DIRTY_CLIENTS_NOCODE);                \
    }

DEFINE_FAMILY(AddressSpace *a, space_load, space_store, )
DEFINE_FAMILY(MemoryRegionCache *a, cache_load, cache_store, _cached_slow)
