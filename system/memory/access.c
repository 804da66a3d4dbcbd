/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Accesses to address spaces: where they go, copies of any length, and single
 * values.  The view is read under RCU; the BQL is taken only for I/O regions
 * that want it and only by threads that do not hold it.
 */
#include "qemu/osdep.h"
#include "exec/address-spaces.h"
#include "memory-internal.h"

/* -- where ---------------------------------------------------------------------------- */

MemoryRegion *flatview_translate(FlatView *fv, hwaddr addr, hwaddr *xlat, hwaddr *plen,
                                 bool is_write, MemTxAttrs attrs)
{
    FlatTarget target = flatview_resolve(fv, addr, *plen ?: 1, is_write, attrs);

    *plen = MIN(*plen, target.len);
    if (!target.range) {
        *xlat = addr;
        return memory_region_unassigned();
    }
    *xlat = target.offset;
    return target.range->mr;
}

MemoryRegion *address_space_translate(AddressSpace *as, hwaddr addr, hwaddr *xlat, hwaddr *plen,
                                      bool is_write, MemTxAttrs attrs)
{
    return flatview_translate(address_space_to_flatview(as), addr, xlat, plen, is_write, attrs);
}

/* -- copies --------------------------------------------------------------------------- */

static inline bool target_is_direct(const FlatTarget *target, bool is_write)
{
    return target->range->flags & (is_write ? FLAT_DIRECT_WRITE : FLAT_DIRECT_READ);
}

static MemTxResult io_copy(const FlatTarget *target, uint8_t *buf, hwaddr len, bool is_write,
                           MemTxAttrs attrs)
{
    MemoryRegion *mr = target->range->mr;
    bool taken = memory_access_lock(mr);
    bool is_bulk = len > 8 && mr->ops->copy && !mr->guard;
    MemTxResult result = MEMTX_OK;

    if (is_bulk) {
        result = mr->ops->copy(mr->opaque, target->offset, buf, len, is_write, attrs);
    }
    for (hwaddr done = is_bulk ? len : 0; done < len;) {
        hwaddr offset = target->offset + done;
        unsigned size = memory_access_size(mr, offset, len - done);
        uint64_t value;

        /* size_memop() is the host's order: bytes keep their place. */
        if (is_write) {
            value = ldn_he_p(buf + done, size);
            result |= memory_region_dispatch_write(mr, offset, value, size_memop(size), attrs);
        } else {
            result |= memory_region_dispatch_read(mr, offset, &value, size_memop(size), attrs);
            stn_he_p(buf + done, size, value);
        }
        done += size;
    }
    memory_access_unlock(taken);
    return result;
}

MemTxResult flat_target_copy(const FlatTarget *target, hwaddr addr, void *buf, hwaddr len,
                             bool is_write, MemTxAttrs attrs)
{
    const FlatRange *range = target->range;

    if (unlikely(!range)) {
        if (!is_write) {
            memset(buf, 0, len);
        }
        return target->error;
    }
    if (likely(target_is_direct(target, is_write))) {
        uint8_t *host = flat_range_host(range, target->offset);

        if (!is_write) {
            memcpy(buf, host, len);
            return MEMTX_OK;
        }
        memcpy(host, buf, len);
        ram_block_written(range->block, target->offset, len, DIRTY_CLIENTS_ALL);
        return MEMTX_OK;
    }
    if (is_write && (range->flags & FLAT_IGNORE_WRITE)) {
        return MEMTX_OK;
    }
    if (unlikely(memory_access_is_forbidden(range->mr, attrs, target->offset))) {
        if (!is_write) {
            memset(buf, 0, len);
        }
        return MEMTX_ACCESS_ERROR;
    }
    return io_copy(target, buf, len, is_write, attrs);
}

static MemTxResult flatview_rw(FlatView *fv, hwaddr addr, MemTxAttrs attrs, uint8_t *buf,
                               hwaddr len, bool is_write)
{
    MemTxResult result = MEMTX_OK;

    while (len) {
        FlatTarget target = flatview_resolve(fv, addr, len, is_write, attrs);

        result |= flat_target_copy(&target, addr, buf, target.len, is_write, attrs);
        len -= target.len;
        buf += target.len;
        addr += target.len; /* past the top it goes on at 0, as an adder would */
    }
    return result;
}

MemTxResult flatview_read(FlatView *fv, hwaddr addr, MemTxAttrs attrs, void *buf, hwaddr len)
{
    return flatview_rw(fv, addr, attrs, buf, len, false);
}

MemTxResult flatview_write(FlatView *fv, hwaddr addr, MemTxAttrs attrs, const void *buf,
                           hwaddr len)
{
    return flatview_rw(fv, addr, attrs, (void *)buf, len, true);
}

MemTxResult address_space_rw(AddressSpace *as, hwaddr addr, MemTxAttrs attrs, void *buf,
                             hwaddr len, bool is_write)
{
    MemTxResult result;

    if (!len) {
        return MEMTX_OK;
    }
    rcu_read_lock();
    result = flatview_rw(address_space_to_flatview(as), addr, attrs, buf, len, is_write);
    rcu_read_unlock();
    return result;
}

MemTxResult address_space_read_full(AddressSpace *as, hwaddr addr, MemTxAttrs attrs, void *buf,
                                    hwaddr len)
{
    return address_space_rw(as, addr, attrs, buf, len, false);
}

MemTxResult address_space_write(AddressSpace *as, hwaddr addr, MemTxAttrs attrs, const void *buf,
                                hwaddr len)
{
    return address_space_rw(as, addr, attrs, (void *)buf, len, true);
}

/* Memory of any kind that @target shows, writable or not; NULL for I/O. */
static uint8_t *target_memory(const FlatTarget *target)
{
    const MemoryRegion *mr = target->range ? target->range->mr : NULL;

    return mr && ((mr->ram && !mr->ram_device) || mr->rom_device)
               ? flat_range_host(target->range, target->offset)
               : NULL;
}

MemTxResult address_space_write_rom(AddressSpace *as, hwaddr addr, MemTxAttrs attrs,
                                    const void *buf, hwaddr len)
{
    const uint8_t *p = buf;

    RCU_READ_LOCK_GUARD();
    while (len) {
        FlatTarget target = flatview_resolve(address_space_to_flatview(as), addr, len, true,
                                             attrs);
        uint8_t *host = target_memory(&target);

        if (host && !(target.range->block->flags & RAM_READONLY)) {
            memcpy(host, p, target.len);
            ram_block_written(target.range->block, target.offset, target.len,
                              DIRTY_CLIENTS_ALL);
        }
        len -= target.len;
        p += target.len;
        addr += target.len;
    }
    return MEMTX_OK;
}

MemTxResult address_space_set(AddressSpace *as, hwaddr addr, uint8_t c, hwaddr len,
                              MemTxAttrs attrs)
{
    MemTxResult result = MEMTX_OK;
    uint8_t fill[512];

    memset(fill, c, sizeof(fill));
    while (len) {
        hwaddr step = MIN(len, sizeof(fill));

        result |= address_space_write(as, addr, attrs, fill, step);
        len -= step;
        addr += step;
    }
    return result;
}

/* -- whether -------------------------------------------------------------------------- */

static bool target_accepts(const FlatTarget *target, bool is_write, MemTxAttrs attrs)
{
    MemoryRegion *mr;

    if (!target->range) {
        return false;
    }
    if (target_is_direct(target, is_write) ||
        (is_write && (target->range->flags & FLAT_IGNORE_WRITE))) {
        return true;
    }
    mr = target->range->mr;
    if (memory_access_is_forbidden(mr, attrs, target->offset)) {
        return false;
    }
    for (hwaddr done = 0; done < target->len;) {
        unsigned size = memory_access_size(mr, target->offset + done, target->len - done);

        if (!memory_region_access_valid(mr, target->offset + done, size, is_write, attrs)) {
            return false;
        }
        done += size;
    }
    return true;
}

bool address_space_access_valid(AddressSpace *as, hwaddr addr, hwaddr len, bool is_write,
                                MemTxAttrs attrs)
{
    RCU_READ_LOCK_GUARD();
    while (len) {
        FlatTarget target = flatview_resolve(address_space_to_flatview(as), addr, len, is_write,
                                             attrs);

        if (!target_accepts(&target, is_write, attrs)) {
            return false;
        }
        len -= target.len;
        addr += target.len;
    }
    return true;
}

/* -- the system address space by its old names ---------------------------------------- */

void cpu_physical_memory_rw(hwaddr addr, void *buf, hwaddr len, bool is_write)
{
    address_space_rw(&address_space_memory, addr, MEMTXATTRS_UNSPECIFIED, buf, len, is_write);
}

bool cpu_physical_memory_is_io(hwaddr phys_addr)
{
    FlatTarget target;

    RCU_READ_LOCK_GUARD();
    target = flatview_resolve(address_space_to_flatview(&address_space_memory), phys_addr, 1,
                              false, MEMTXATTRS_UNSPECIFIED);
    return !target.range || !(target.range->mr->ram || target_is_direct(&target, false));
}
