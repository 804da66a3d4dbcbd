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

static MemTxResult io_load(const FlatTarget *target, uint64_t *value, MemOp op, MemTxAttrs attrs)
{
    MemoryRegion *mr = target->range->mr;
    MemTxResult result;
    bool taken;

    if (unlikely(memory_access_is_forbidden(mr, attrs, target->offset))) {
        *value = 0;
        return MEMTX_ACCESS_ERROR;
    }
    taken = memory_access_lock(mr);
    result = memory_region_dispatch_read(mr, target->offset, value, op, attrs);
    memory_access_unlock(taken);
    return result;
}

static MemTxResult io_store(const FlatTarget *target, uint64_t value, MemOp op, MemTxAttrs attrs)
{
    MemoryRegion *mr = target->range->mr;
    MemTxResult result;
    bool taken;

    if (unlikely(memory_access_is_forbidden(mr, attrs, target->offset))) {
        return MEMTX_ACCESS_ERROR;
    }
    taken = memory_access_lock(mr);
    result = memory_region_dispatch_write(mr, target->offset, value, op, attrs);
    memory_access_unlock(taken);
    return result;
}

MemTxResult flat_target_load(const FlatTarget *target, uint64_t *value, MemOp op,
                             MemTxAttrs attrs)
{
    if (unlikely(!target->range)) {
        *value = 0;
        return target->error;
    }
    if (target->range->flags & FLAT_DIRECT_READ) {
        *value = load_memory(flat_range_host(target->range, target->offset), op);
        return MEMTX_OK;
    }
    return io_load(target, value, op, attrs);
}

MemTxResult flat_target_store(const FlatTarget *target, uint64_t value, MemOp op,
                              MemTxAttrs attrs, uint8_t dirty_mask)
{
    const FlatRange *range = target->range;

    if (unlikely(!range)) {
        return target->error;
    }
    if (range->flags & FLAT_DIRECT_WRITE) {
        store_memory(flat_range_host(range, target->offset), value, op);
        ram_block_written(range->block, target->offset, memop_size(op), dirty_mask);
        return MEMTX_OK;
    }
    return range->flags & FLAT_IGNORE_WRITE ? MEMTX_OK : io_store(target, value, op, attrs);
}

/* -- address spaces -------------------------------------------------------------------------- */

static inline uint64_t space_load(AddressSpace *as, hwaddr addr, MemOp op, MemTxAttrs attrs,
                                  MemTxResult *result)
{
    unsigned size = memop_size(op);
    MemTxResult r;
    FlatTarget target;
    FlatView *view;
    uint64_t value;

    rcu_read_lock();
    view = address_space_to_flatview(as);
    target = flatview_resolve(view, addr, size, false, attrs);
    if (likely(target.len == size)) {
        r = flat_target_load(&target, &value, op, attrs);
    } else {
        uint8_t bytes[8] = { 0 };

        r = flatview_read(view, addr, attrs, bytes, size);
        value = load_memory(bytes, op);
    }
    rcu_read_unlock();
    if (result) {
        *result = r;
    }
    return value;
}

static inline void space_store(AddressSpace *as, hwaddr addr, uint64_t value, MemOp op,
                               MemTxAttrs attrs, MemTxResult *result, uint8_t dirty_mask)
{
    unsigned size = memop_size(op);
    MemTxResult r;
    FlatTarget target;
    FlatView *view;

    rcu_read_lock();
    view = address_space_to_flatview(as);
    target = flatview_resolve(view, addr, size, true, attrs);
    if (likely(target.len == size)) {
        r = flat_target_store(&target, value, op, attrs, dirty_mask);
    } else {
        uint8_t bytes[8];

        store_memory(bytes, value, op);
        r = flatview_write(view, addr, attrs, bytes, size);
    }
    rcu_read_unlock();
    if (result) {
        *result = r;
    }
}

/* -- caches: windows that are not plain RAM ------------------------------------------------------ */

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
