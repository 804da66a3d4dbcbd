/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One access to one region: is it allowed, is it a re-entry, which eventfd does
 * it match, and how is it made of the accesses that the region implements.
 *
 * An access that the region does not implement as it is becomes the fewest
 * naturally aligned ones of sizes it does implement, in ascending address.  If
 * even the smallest is too large, the aligned one around the wanted bytes is
 * made: a load picks its bytes, a store carries zeros beside them (never a
 * load first: device registers have side effects).  All that happens in bytes
 * as the bus carries them, so that it is the same for both byte orders.
 */
#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "qemu/log.h"
#include "qemu/main-loop.h"
#include "memory-internal.h"
#include "trace.h"

/* -- rules -------------------------------------------------------------------------- */

static G_GNUC_NO_INLINE bool access_refused(const MemoryRegion *mr, hwaddr addr, unsigned size,
                                            bool is_write, const char *why)
{
    log_guest_error(memory_region_name(mr), "invalid %s at offset 0x%" HWADDR_PRIx
                    ", size %u: %s", is_write ? "write" : "read", addr, size, why);
    return false;
}

static inline bool access_is_valid(const MemoryRegion *mr, hwaddr addr, unsigned size,
                                   bool is_write, MemTxAttrs attrs)
{
    const MemoryRegionOps *ops = mr->ops;

    if (unlikely(ops->valid.accepts &&
                 !ops->valid.accepts(mr->opaque, addr, size, is_write, attrs))) {
        return access_refused(mr, addr, size, is_write, "the device rejects it");
    }
    if (unlikely(!ops->valid.unaligned && (addr & (size - 1)))) {
        return access_refused(mr, addr, size, is_write, "unaligned");
    }
    if (unlikely(ops->valid.max_access_size &&
                 (size > ops->valid.max_access_size || size < ops->valid.min_access_size))) {
        return access_refused(mr, addr, size, is_write, "size not supported");
    }
    return true;
}

bool memory_region_access_valid(MemoryRegion *mr, hwaddr addr, unsigned size, bool is_write,
                                MemTxAttrs attrs)
{
    return access_is_valid(mr, addr, size, is_write, attrs);
}

/* -- re-entrancy ---------------------------------------------------------------------- */

/* The accesses this thread is in the middle of, innermost first. */
typedef struct ActiveAccess {
    const MemReentrancyGuard *guard;
    struct ActiveAccess *outer;
} ActiveAccess;

static __thread ActiveAccess *active_access;

static bool access_is_active(const MemReentrancyGuard *guard)
{
    for (const ActiveAccess *a = active_access; a; a = a->outer) {
        if (a->guard == guard) {
            return true;
        }
    }
    return false;
}

static G_GNUC_NO_INLINE void reentry_blocked(const MemoryRegion *mr, hwaddr addr)
{
    warn_report_once("memory region '%s': blocked an access at offset 0x%" HWADDR_PRIx
                     " that its own device made from inside another one",
                     memory_region_name(mr), addr);
}

/*
 * Begin an access.  Devices under the BQL use the flag that their bottom halves share;
 * accesses to lock-free regions may run at the same time in several threads, so there
 * only this thread's own accesses count.
 */
static inline bool access_begin(MemoryRegion *mr, hwaddr addr, ActiveAccess *active)
{
    MemReentrancyGuard *guard = mr->guard;

    active->guard = NULL;
    if (!guard || mr->disable_reentrancy_guard || mr->ram || mr->rom_device) {
        return true;
    }
    if (unlikely((!mr->lockless && guard->engaged_in_io) || access_is_active(guard))) {
        reentry_blocked(mr, addr);
        return false;
    }
    if (!mr->lockless) {
        guard->engaged_in_io = true;
    }
    active->guard = guard;
    active->outer = active_access;
    active_access = active;
    return true;
}

static void access_end(MemoryRegion *mr, ActiveAccess *active)
{
    if (active->guard) {
        active_access = active->outer;
        if (!mr->lockless) {
            mr->guard->engaged_in_io = false;
        }
    }
}

/* -- one call of the ops -------------------------------------------------------------- */

static inline MemTxResult ops_read(MemoryRegion *mr, hwaddr addr, uint64_t *value, unsigned size,
                                   MemTxAttrs attrs)
{
    const MemoryRegionOps *ops = mr->ops;
    MemTxResult result = MEMTX_OK;

    *value = 0;
    if (ops->read) {
        *value = ops->read(mr->opaque, addr, size);
    } else if (ops->read_with_attrs) {
        result = ops->read_with_attrs(mr->opaque, addr, value, size, attrs);
    }
    trace_memory_region_read(mr->name, addr, *value, size);
    return result;
}

static inline MemTxResult ops_write(MemoryRegion *mr, hwaddr addr, uint64_t value, unsigned size,
                                    MemTxAttrs attrs)
{
    const MemoryRegionOps *ops = mr->ops;

    trace_memory_region_write(mr->name, addr, value, size);
    if (ops->write) {
        ops->write(mr->opaque, addr, value, size);
        return MEMTX_OK;
    }
    return ops->write_with_attrs ? ops->write_with_attrs(mr->opaque, addr, value, size, attrs)
                                 : MEMTX_OK;
}

static inline uint64_t size_mask(unsigned size)
{
    return size >= 8 ? UINT64_MAX : (1ULL << (size * 8)) - 1;
}

static uint64_t swap_bytes(uint64_t value, unsigned size)
{
    return bswap64(value) >> (64 - size * 8);
}

static inline bool ops_are_big_endian(const MemoryRegionOps *ops)
{
    return ops->endianness == DEVICE_BIG_ENDIAN;
}

/* Whether a value of @op must be swapped to be one of @mr's. */
static inline bool needs_swap(const MemoryRegion *mr, MemOp op)
{
    return memop_big_endian(op) != ops_are_big_endian(mr->ops);
}

/* -- accesses made of several --------------------------------------------------------- */

/* One implemented access: [addr, addr + size), of which the wanted are [skip, skip + count). */
typedef struct AccessPiece {
    hwaddr addr;
    unsigned size;
    unsigned skip;
    unsigned count;
} AccessPiece;

typedef struct AccessLimits {
    unsigned min;
    unsigned max;
    bool unaligned;
} AccessLimits;

static inline AccessLimits access_limits(const MemoryRegionOps *ops)
{
    return (AccessLimits) {
        .min = ops->impl.min_access_size ?: 1,
        .max = ops->impl.max_access_size ?: 4,
        .unaligned = ops->impl.unaligned,
    };
}

/* The first piece of [@addr, @addr + @left). */
static AccessPiece access_piece(const AccessLimits *limits, hwaddr addr, unsigned left)
{
    AccessPiece piece = { .addr = addr, .size = MIN(pow2floor(left), limits->max) };

    if (!limits->unaligned) {
        while (addr & (piece.size - 1)) {
            piece.size /= 2;
        }
    }
    piece.count = piece.size;
    if (piece.size < limits->min) {
        piece.size = limits->min;
        if (!limits->unaligned) {
            piece.addr = addr & ~(hwaddr)(limits->min - 1);
            piece.skip = addr - piece.addr;
        }
        piece.count = MIN(left, piece.size - piece.skip);
    }
    return piece;
}

/* A value of @size bytes, and the bytes as they lie in memory. */
static void value_to_bytes(uint64_t value, unsigned size, bool big_endian, uint8_t *bytes)
{
    stq_le_p(bytes, big_endian ? swap_bytes(value, size) : value);
}

static uint64_t value_from_bytes(const uint8_t *bytes, unsigned size, bool big_endian)
{
    uint64_t value = ldq_le_p(bytes) & size_mask(size);

    return big_endian ? swap_bytes(value, size) : value;
}

static MemTxResult split_read(MemoryRegion *mr, hwaddr addr, uint64_t *value, unsigned size,
                              MemTxAttrs attrs)
{
    AccessLimits limits = access_limits(mr->ops);
    bool big_endian = ops_are_big_endian(mr->ops);
    MemTxResult result = MEMTX_OK;
    uint8_t bytes[8] = { 0 };

    for (unsigned done = 0; done < size;) {
        AccessPiece piece = access_piece(&limits, addr + done, size - done);
        uint8_t part[8];
        uint64_t v;

        result |= ops_read(mr, piece.addr, &v, piece.size, attrs);
        value_to_bytes(v, piece.size, big_endian, part);
        memcpy(&bytes[done], &part[piece.skip], piece.count);
        done += piece.count;
    }
    *value = value_from_bytes(bytes, size, big_endian);
    return result;
}

static MemTxResult split_write(MemoryRegion *mr, hwaddr addr, uint64_t value, unsigned size,
                               MemTxAttrs attrs)
{
    AccessLimits limits = access_limits(mr->ops);
    bool big_endian = ops_are_big_endian(mr->ops);
    MemTxResult result = MEMTX_OK;
    uint8_t bytes[8];

    value_to_bytes(value & size_mask(size), size, big_endian, bytes);
    for (unsigned done = 0; done < size;) {
        AccessPiece piece = access_piece(&limits, addr + done, size - done);
        uint8_t part[8] = { 0 };

        memcpy(&part[piece.skip], &bytes[done], piece.count);
        result |= ops_write(mr, piece.addr, value_from_bytes(part, piece.size, big_endian),
                            piece.size, attrs);
        done += piece.count;
    }
    return result;
}

/* Whether the region implements the access as it is. */
static inline bool access_is_whole(const MemoryRegionOps *ops, hwaddr addr, unsigned size)
{
    return size >= ops->impl.min_access_size && size <= (ops->impl.max_access_size ?: 4) &&
           (!(addr & (size - 1)) || ops->impl.unaligned);
}

/* -- eventfds ------------------------------------------------------------------------- */

/* Signal what the write matches; the device does not see it then. */
static bool ioeventfd_match(MemoryRegion *mr, hwaddr addr, uint64_t value, unsigned size)
{
    const MemoryRegionIoeventfds *fds;

    RCU_READ_LOCK_GUARD();
    fds = qatomic_rcu_read(&mr->ioeventfds);
    for (unsigned i = 0; fds && i < fds->count; i++) {
        const MemoryRegionIoeventfd *fd = &fds->fd[i];

        if (fd->addr == addr && (!fd->size || fd->size == size) &&
            (!fd->match_data || !((fd->data ^ value) & size_mask(size)))) {
            trace_memory_region_ioeventfd(mr->name, addr, value, size);
            event_notifier_set(fd->e);
            return true;
        }
    }
    return false;
}

/* -- the interface -------------------------------------------------------------------- */

MemTxResult memory_region_dispatch_read(MemoryRegion *mr, hwaddr addr, uint64_t *pval, MemOp op,
                                        MemTxAttrs attrs)
{
    unsigned size = memop_size(op);
    ActiveAccess active;
    MemTxResult result;

    if (unlikely(mr->alias)) {
        mr = memory_region_resolve_alias(mr, &addr);
    }
    *pval = 0;
    if (unlikely(!access_is_valid(mr, addr, size, false, attrs))) {
        trace_memory_unassigned(addr, size, false);
        return MEMTX_DECODE_ERROR;
    }
    if (unlikely(!access_begin(mr, addr, &active))) {
        return MEMTX_ACCESS_ERROR;
    }
    if (likely(access_is_whole(mr->ops, addr, size))) {
        result = ops_read(mr, addr, pval, size, attrs);
        *pval &= size_mask(size);
    } else {
        result = split_read(mr, addr, pval, size, attrs);
    }
    access_end(mr, &active);
    if (needs_swap(mr, op)) {
        *pval = swap_bytes(*pval, size);
    }
    return result;
}

MemTxResult memory_region_dispatch_write(MemoryRegion *mr, hwaddr addr, uint64_t data, MemOp op,
                                         MemTxAttrs attrs)
{
    unsigned size = memop_size(op);
    ActiveAccess active;
    MemTxResult result;

    if (unlikely(mr->alias)) {
        mr = memory_region_resolve_alias(mr, &addr);
    }
    if (unlikely(!access_is_valid(mr, addr, size, true, attrs))) {
        trace_memory_unassigned(addr, size, true);
        return MEMTX_DECODE_ERROR;
    }
    data &= size_mask(size);
    if (needs_swap(mr, op)) {
        data = swap_bytes(data, size);
    }
    if (unlikely(qatomic_read(&mr->ioeventfds)) && ioeventfd_match(mr, addr, data, size)) {
        return MEMTX_OK;
    }
    if (unlikely(!access_begin(mr, addr, &active))) {
        return MEMTX_ACCESS_ERROR;
    }
    if (likely(access_is_whole(mr->ops, addr, size))) {
        result = ops_write(mr, addr, data, size, attrs);
    } else {
        result = split_write(mr, addr, data, size, attrs);
    }
    access_end(mr, &active);
    return result;
}

/* -- the short way -------------------------------------------------------------------- */

uint8_t memory_ops_whole_sizes(const MemoryRegionOps *ops)
{
    uint8_t sizes = 0;

    if (ops->valid.accepts || ops_are_big_endian(ops)) {
        return 0;
    }
    for (unsigned size = 1; size <= 8; size *= 2) {
        bool is_valid = !ops->valid.max_access_size || (size <= ops->valid.max_access_size &&
                                                        size >= ops->valid.min_access_size);

        if (is_valid && access_is_whole(ops, 0, size)) {
            sizes |= size;
        }
    }
    return sizes;
}

/*
 * What most accesses of vCPUs are: an aligned one of a size that a lock-free region implements, not
 * made from inside another access. False: it is not, and nothing was done.
 */
static inline bool dispatch_whole(MemoryRegion *mr, hwaddr offset, uint64_t *value, unsigned size,
                                  bool is_write, MemTxResult *result)
{
    ActiveAccess active = { .guard = mr->guard };

    if (!(mr->whole_sizes & size) || (offset & (size - 1)) || !mr->lockless || active_access ||
        (is_write && qatomic_read(&mr->ioeventfds))) {
        return false;
    }
    active_access = &active;
    if (is_write) {
        *result = ops_write(mr, offset, *value & size_mask(size), size, MEMTXATTRS_UNSPECIFIED);
    } else {
        *result = ops_read(mr, offset, value, size, MEMTXATTRS_UNSPECIFIED);
        *value &= size_mask(size);
    }
    active_access = NULL;
    return true;
}

static G_GNUC_NO_INLINE MemTxResult cpu_access_slow(FlatView *view, hwaddr addr, uint64_t *value,
                                                    unsigned size, bool is_write)
{
    uint8_t bytes[8] = { 0 };
    MemTxResult result;

    if (!is_write) {
        result = flatview_read(view, addr, MEMTXATTRS_UNSPECIFIED, bytes, size);
        *value = ldn_le_p(bytes, size);
        return result;
    }
    stn_le_p(bytes, size, *value);
    return flatview_write(view, addr, MEMTXATTRS_UNSPECIFIED, bytes, size);
}

MemTxResult address_space_cpu_access(AddressSpace *as, hwaddr addr, uint64_t *value, unsigned size,
                                     bool is_write)
{
    const unsigned memory = FLAT_IOMMU | FLAT_DIRECT_READ | FLAT_DIRECT_WRITE | FLAT_IGNORE_WRITE;
    const FlatRange *range;
    MemTxResult result;
    FlatView *view;

    rcu_read_lock();
    view = address_space_to_flatview(as);
    range = flatview_find_hinted(view, addr);
    if (unlikely(!range || range->flags & memory || range->last - addr < size - 1 ||
                 !dispatch_whole(range->mr, addr - range->start + range->offset, value, size,
                                 is_write, &result))) {
        result = cpu_access_slow(view, addr, value, size, is_write);
    }
    rcu_read_unlock();
    return result;
}

/* -- for accesses of any length ------------------------------------------------------- */

unsigned memory_access_size(MemoryRegion *mr, hwaddr addr, hwaddr len)
{
    unsigned max = mr->ops->valid.max_access_size ?: 4;
    unsigned size = MIN(pow2floor(MIN(len, 8)), max);

    /* The guest's bus would not make unaligned accesses of a copy either. */
    if (!mr->ops->impl.unaligned) {
        while (addr & (size - 1)) {
            size /= 2;
        }
    }
    return size;
}

bool memory_access_is_forbidden(const MemoryRegion *mr, MemTxAttrs attrs, hwaddr addr)
{
    if (likely(!attrs.memory) || mr->ram) {
        return false;
    }
    log_guest_error(memory_region_name(mr), "an access that only memory may answer, at offset "
                    "0x%" HWADDR_PRIx, addr);
    return true;
}

/* -- the two regions without a device ------------------------------------------------- */

static bool unassigned_accepts(void *opaque, hwaddr addr, unsigned size, bool is_write,
                               MemTxAttrs attrs)
{
    return false;
}

const MemoryRegionOps unassigned_region_ops = {
    .valid.accepts = unassigned_accepts,
    .endianness = DEVICE_NATIVE_ENDIAN,
};

/* RAM seen as I/O: for RAM devices, which want accesses of the guest's own size. */
static MemTxResult ram_region_read(void *opaque, hwaddr addr, uint64_t *value, unsigned size,
                                   MemTxAttrs attrs)
{
    MemoryRegion *mr = opaque;
    const void *p = mr->ram_block ? ramblock_ptr(mr->ram_block, addr) : NULL;

    if (!p) {
        return MEMTX_DECODE_ERROR;
    }
    switch (size) {
    case 1:
        *value = qatomic_read((const uint8_t *)p);
        break;
    case 2:
        *value = qatomic_read((const uint16_t *)p);
        break;
    case 4:
        *value = qatomic_read((const uint32_t *)p);
        break;
    default:
        *value = qatomic_read((const uint64_t *)p);
        break;
    }
    return MEMTX_OK;
}

static MemTxResult ram_region_write(void *opaque, hwaddr addr, uint64_t value, unsigned size,
                                    MemTxAttrs attrs)
{
    MemoryRegion *mr = opaque;
    void *p = mr->ram_block ? ramblock_ptr(mr->ram_block, addr) : NULL;

    if (!p) {
        return MEMTX_DECODE_ERROR;
    }
    if (mr->readonly) {
        return MEMTX_OK;
    }
    switch (size) {
    case 1:
        qatomic_set((uint8_t *)p, value);
        break;
    case 2:
        qatomic_set((uint16_t *)p, value);
        break;
    case 4:
        qatomic_set((uint32_t *)p, value);
        break;
    default:
        qatomic_set((uint64_t *)p, value);
        break;
    }
    ram_block_written(mr->ram_block, addr, size, DIRTY_CLIENTS_ALL);
    return MEMTX_OK;
}

/* Accesses are aligned (impl), so none reaches beyond the last page of the block. */
const MemoryRegionOps ram_region_ops = {
    .read_with_attrs = ram_region_read,
    .write_with_attrs = ram_region_write,
    .endianness = DEVICE_HOST_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8, .unaligned = true },
    .impl = { .min_access_size = 1, .max_access_size = 8 },
};
