/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of this folder share: the tree's change records, the roots of
 * flat views, the listeners' registry and the slow paths of dispatch.
 */
#ifndef SYSTEM_MEMORY_MEMORY_INTERNAL_H
#define SYSTEM_MEMORY_MEMORY_INTERNAL_H

#include "exec/memory.h"
#include "exec/ram_addr.h"
#include "qemu/main-loop.h"
#include "flatview-internal.h"

/* -- regions ------------------------------------------------------------------------ */

typedef struct MemoryRegionChild {
    hwaddr addr; /* copy of the region's own place, to pass it by without touching it */
    hwaddr last;
    MemoryRegion *mr;
} MemoryRegionChild;

/* Subregions, highest priority first, newer before older. */
struct MemoryRegionChildren {
    unsigned count;
    unsigned capacity;
    MemoryRegionChild child[];
};

/* Sorted by address, size, data: written under the BQL, replaced as a whole by RCU. */
typedef struct MemoryRegionIoeventfd {
    hwaddr addr;
    unsigned size; /* 0: any */
    bool match_data;
    uint64_t data;
    EventNotifier *e;
} MemoryRegionIoeventfd;

struct MemoryRegionIoeventfds {
    struct rcu_head rcu;
    unsigned count;
    MemoryRegionIoeventfd fd[];
};

typedef struct CoalescedMemoryRange {
    hwaddr addr;
    hwaddr size;
    QTAILQ_ENTRY(CoalescedMemoryRange) link;
} CoalescedMemoryRange;

/* Ops of RAM seen as I/O, and of nothing at all. */
extern const MemoryRegionOps ram_region_ops;
extern const MemoryRegionOps unassigned_region_ops;

/* The region that stands for "nothing here" where one must be returned. */
MemoryRegion *memory_region_unassigned(void);

/* The innermost region (no alias) behind @mr, *@offset moved along. */
MemoryRegion *memory_region_resolve_alias(MemoryRegion *mr, hwaddr *offset);

/* Drop a RAM region's block. */
void memory_region_ram_destroy(MemoryRegion *mr);

/* -- changes ------------------------------------------------------------------------- */

/* Bytes [start, start + size) of @mr show something else; inside a transaction. */
void region_window_changed(MemoryRegion *mr, Int128 start, Int128 size);
/* All of what @mr shows. */
void region_look_changed(MemoryRegion *mr);
/* @mr dies: forget what is recorded about it. */
void region_changes_forget(MemoryRegion *mr);
/* Carry recorded windows up to all containers and aliases. */
void region_changes_spread(void);
/* Forget all records. */
void region_changes_clear(void);
bool region_changes_pending(void);

/* The eventfds of some region changed; inside a transaction. */
void ioeventfds_changed(void);
/* Whether that happened; forgets it. */
bool ioeventfds_changed_take(void);

/* -- roots ---------------------------------------------------------------------------- */

/* One per distinct effective root: address spaces that look the same share the view. */
typedef struct FlatRoot {
    MemoryRegion *mr; /* NULL: shows nothing */
    bool is_dead;     /* its region went away; nobody may attach any more */
    FlatView *view;   /* one reference */
    FlatView *next;   /* during a commit: what view becomes, or NULL */
    QTAILQ_HEAD(, AddressSpace) spaces;
    QTAILQ_ENTRY(FlatRoot) link;
} FlatRoot;

void flat_root_attach(AddressSpace *as);
void flat_root_detach(AddressSpace *as);
/* Attach @as elsewhere if its effective root is another one now. */
void flat_root_check(AddressSpace *as);
/* Compute next of all roots that changed; whether there are any. */
bool flat_roots_update(void);
/* Make next current; address spaces have taken their reference. */
void flat_roots_finish(void);
/* @mr dies: nothing is shown from it any more. */
void flat_roots_forget(MemoryRegion *mr);
/* All of all roots may look different; inside a transaction. */
void flat_roots_changed(void);

typedef QTAILQ_HEAD(, AddressSpace) AddressSpaceList;
extern AddressSpaceList address_spaces;
typedef QTAILQ_HEAD(, MemoryListener) MemoryListenerList;
extern MemoryListenerList memory_listeners;

/* Tell @as's listeners the way from @old to @new; without begin and commit. */
void listeners_tell_view(AddressSpace *as, FlatView *old, FlatView *new);
/* Tell them the eventfds of its current view. */
void listeners_tell_ioeventfds(AddressSpace *as);

/* Call @callback of all listeners of @as that have it, in ascending or descending priority. */
#define LISTENERS_CALL(as, callback, order, ...)                                                \
    do {                                                                                        \
        MemoryListener *listener_;                                                              \
                                                                                                \
        QTAILQ_FOREACH##order(listener_, &(as)->listeners, link_as)                             \
        {                                                                                       \
            if (listener_->callback) {                                                          \
                listener_->callback(listener_, ##__VA_ARGS__);                                  \
            }                                                                                   \
        }                                                                                       \
    } while (0)

/* -- dispatch ------------------------------------------------------------------------- */

/* Where a translated access ends. */
typedef struct FlatTarget {
    const FlatRange *range; /* NULL: nowhere */
    hwaddr offset;          /* in range->mr */
    hwaddr len;             /* bytes that lie there in one piece, at least 1 */
    MemTxResult error;      /* why nowhere */
} FlatTarget;

/* The same for what flatview_resolve() does not find at once: IOMMUs and holes. */
FlatTarget flatview_resolve_slow(FlatView *view, hwaddr addr, hwaddr len, bool is_write,
                                 MemTxAttrs attrs);

/*
 * Follow @addr through @view and any IOMMU behind it, for @len (> 0) bytes.  Caller is in
 * an RCU read section, in which the result is valid.
 */
static inline FlatTarget flatview_resolve(FlatView *view, hwaddr addr, hwaddr len, bool is_write,
                                          MemTxAttrs attrs)
{
    const FlatRange *range = flatview_find(view, addr);

    if (unlikely(!range || (range->flags & FLAT_IOMMU))) {
        return flatview_resolve_slow(view, addr, len, is_write, attrs);
    }
    return (FlatTarget) {
        .range = range,
        .offset = addr - range->start + range->offset,
        .len = MIN(len - 1, range->last - addr) + 1,
    };
}

/* Host address of offset @offset of @range, which has a RAM block. */
static inline uint8_t *flat_range_host(const FlatRange *range, hwaddr offset)
{
    return range->block->host + offset;
}

/* MemoryRegion.whole_sizes for @ops; none if they are big-endian. */
uint8_t memory_ops_whole_sizes(const MemoryRegionOps *ops);

/* Take the BQL if an access to @mr needs it; whether it was taken. */
static inline bool memory_access_lock(const MemoryRegion *mr)
{
    if (mr->lockless || mr->ram || bql_locked()) {
        return false;
    }
    bql_lock();
    return true;
}

static inline void memory_access_unlock(bool taken)
{
    if (unlikely(taken)) {
        bql_unlock();
    }
}

/* Size of the next access of at most @len bytes that @mr takes at @addr. */
unsigned memory_access_size(MemoryRegion *mr, hwaddr addr, hwaddr len);

/* Whether @attrs forbid an access to @mr (MemTxAttrs.memory). */
bool memory_access_is_forbidden(const MemoryRegion *mr, MemTxAttrs attrs, hwaddr addr);

/* Copy between @buf and what @target names, at most target.len bytes. */
MemTxResult flat_target_copy(const FlatTarget *target, hwaddr addr, void *buf, hwaddr len,
                             bool is_write, MemTxAttrs attrs);

/* Record a store into @block for the clients in @mask that have a bitmap. */
static inline void ram_block_written(RAMBlock *block, ram_addr_t offset, ram_addr_t len,
                                     uint8_t mask)
{
    if (unlikely(qatomic_read(&block->tracked) & mask)) {
        ram_block_dirty_set(block, offset, len, mask);
    }
}

#endif
