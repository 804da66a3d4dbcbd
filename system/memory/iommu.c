/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * IOMMU regions: following an access through them, their notifiers, and the
 * questions about them that go to the class.
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qemu/main-loop.h"
#include "memory-internal.h"

/* IOMMUs behind IOMMUs; a guest that builds a circle gets a decode error. */
#define IOMMU_DEPTH_MAX 16

static inline IOMMUMemoryRegionClass *iommu_class(IOMMUMemoryRegion *iommu)
{
    return memory_region_get_iommu_class_nocheck(iommu);
}

/* -- accesses ------------------------------------------------------------------------- */

static FlatTarget nowhere(hwaddr len, MemTxResult error)
{
    return (FlatTarget) { .len = len, .error = error };
}

/* What @range shows at @addr, or how far the hole there reaches. */
static FlatTarget look_up(FlatView *view, hwaddr addr, hwaddr len)
{
    const FlatRange *range = flatview_find(view, addr);
    hwaddr next;

    if (range) {
        return (FlatTarget) {
            .range = range,
            .offset = addr - range->start + range->offset,
            .len = MIN(len - 1, range->last - addr) + 1,
        };
    }
    next = flatview_next_start(view, addr);
    return nowhere(next > addr ? MIN(len, next - addr) : len, MEMTX_DECODE_ERROR);
}

FlatTarget flatview_resolve_slow(FlatView *view, hwaddr addr, hwaddr len, bool is_write,
                                 MemTxAttrs attrs)
{
    FlatTarget target = look_up(view, addr, len);

    for (unsigned depth = 0; target.range && (target.range->flags & FLAT_IOMMU); depth++) {
        IOMMUMemoryRegion *iommu = (IOMMUMemoryRegion *)target.range->mr;
        IOMMUMemoryRegionClass *class = iommu_class(iommu);
        int idx = class->attrs_to_index ? class->attrs_to_index(iommu, attrs) : 0;
        IOMMUTLBEntry entry;
        hwaddr in_page;

        if (depth == IOMMU_DEPTH_MAX) {
            log_guest_error(memory_region_name(target.range->mr),
                            "more than %d IOMMUs in a row", IOMMU_DEPTH_MAX);
            return nowhere(target.len, MEMTX_DECODE_ERROR);
        }
        entry = class->translate(iommu, target.offset, is_write ? IOMMU_WO : IOMMU_RO, idx);
        /* A fault says nothing about other pages: do not skip beyond this one. */
        in_page = target.offset & entry.addr_mask;
        len = MIN(target.len - 1, entry.addr_mask - in_page) + 1;
        if (!(entry.perm & (is_write ? IOMMU_WO : IOMMU_RO)) || !entry.target_as) {
            return nowhere(len, MEMTX_DECODE_ERROR);
        }
        addr = (entry.translated_addr & ~entry.addr_mask) | in_page;
        target = look_up(address_space_to_flatview(entry.target_as), addr, len);
    }
    return target;
}

IOMMUTLBEntry address_space_get_iotlb_entry(AddressSpace *as, hwaddr addr, bool is_write,
                                            MemTxAttrs attrs)
{
    IOMMUTLBEntry found = { .target_as = NULL, .perm = IOMMU_NONE };
    hwaddr mask = HWADDR_MAX;
    hwaddr at = addr;

    RCU_READ_LOCK_GUARD();
    for (unsigned depth = 0; depth < IOMMU_DEPTH_MAX; depth++) {
        const FlatRange *range = flatview_find(address_space_to_flatview(as), at);
        IOMMUMemoryRegion *iommu;
        IOMMUMemoryRegionClass *class;
        IOMMUTLBEntry entry;

        if (!range) {
            return found;
        }
        if (!(range->flags & FLAT_IOMMU)) {
            /* Only whole pages inside the range can be cached by the caller. */
            mask = MIN(mask, (hwaddr)~TARGET_PAGE_MASK);
            found = (IOMMUTLBEntry) {
                .target_as = as,
                .iova = addr & ~mask,
                .translated_addr = at & ~mask,
                .addr_mask = mask,
                .perm = range->flags & FLAT_READONLY ? IOMMU_RO : IOMMU_RW,
            };
            return found;
        }
        iommu = (IOMMUMemoryRegion *)range->mr;
        class = iommu_class(iommu);
        entry = class->translate(iommu, at - range->start + range->offset,
                                 is_write ? IOMMU_WO : IOMMU_RO,
                                 memory_region_iommu_attrs_to_index(iommu, attrs));
        if (!(entry.perm & (is_write ? IOMMU_WO : IOMMU_RO)) || !entry.target_as) {
            return found;
        }
        at = (entry.translated_addr & ~entry.addr_mask) |
             ((at - range->start + range->offset) & entry.addr_mask);
        mask = MIN(mask, entry.addr_mask);
        as = entry.target_as;
    }
    return found;
}

/* -- notifiers ------------------------------------------------------------------------ */

static int iommu_flags_changed(IOMMUMemoryRegion *iommu, Error **errp)
{
    IOMMUMemoryRegionClass *class = iommu_class(iommu);
    IOMMUNotifierFlag flags = IOMMU_NOTIFIER_NONE;
    IOMMUNotifier *n;
    int ret = 0;

    QLIST_FOREACH(n, &iommu->iommu_notify, node)
    {
        flags |= n->notifier_flags;
    }
    if (flags != iommu->iommu_notify_flags && class->notify_flag_changed) {
        ret = class->notify_flag_changed(iommu, iommu->iommu_notify_flags, flags, errp);
    }
    if (!ret) {
        iommu->iommu_notify_flags = flags;
    }
    return ret;
}

int memory_region_register_iommu_notifier(MemoryRegion *mr, IOMMUNotifier *n, Error **errp)
{
    IOMMUMemoryRegion *iommu = memory_region_get_iommu(mr);
    int ret;

    g_assert(bql_locked());
    g_assert(iommu);
    g_assert(n->notifier_flags != IOMMU_NOTIFIER_NONE);
    g_assert(n->start <= n->end);
    g_assert(n->iommu_idx >= 0 && n->iommu_idx < memory_region_iommu_num_indexes(iommu));
    QLIST_INSERT_HEAD(&iommu->iommu_notify, n, node);
    ret = iommu_flags_changed(iommu, errp);
    if (ret) {
        QLIST_REMOVE(n, node);
    }
    return ret;
}

void memory_region_unregister_iommu_notifier(MemoryRegion *mr, IOMMUNotifier *n)
{
    IOMMUMemoryRegion *iommu = memory_region_get_iommu(mr);

    g_assert(bql_locked());
    g_assert(iommu);
    QLIST_REMOVE(n, node);
    /* Asking for less cannot be refused. */
    iommu_flags_changed(iommu, &error_abort);
}

void memory_region_notify_iommu_one(IOMMUNotifier *notifier, IOMMUTLBEvent *event)
{
    IOMMUTLBEntry entry = event->entry;
    hwaddr last = entry.iova + entry.addr_mask;

    if (!(event->type & notifier->notifier_flags) || notifier->start > last ||
        notifier->end < entry.iova) {
        return;
    }
    if (notifier->notifier_flags & IOMMU_NOTIFIER_DEVIOTLB_UNMAP) {
        /* A device's own TLB is told exactly what it may hold. */
        entry.iova = MAX(entry.iova, notifier->start);
        entry.addr_mask = MIN(last, notifier->end) - entry.iova;
    }
    notifier->notify(notifier, &entry);
}

void memory_region_notify_iommu(IOMMUMemoryRegion *iommu_mr, int iommu_idx, IOMMUTLBEvent event)
{
    IOMMUNotifier *n, *next;

    QLIST_FOREACH_SAFE(n, &iommu_mr->iommu_notify, node, next)
    {
        if (n->iommu_idx == iommu_idx) {
            memory_region_notify_iommu_one(n, &event);
        }
    }
}

void memory_region_unmap_iommu_notifier_range(IOMMUNotifier *notifier)
{
    IOMMUTLBEvent event = {
        .type = IOMMU_NOTIFIER_UNMAP,
        .entry = {
            .iova = notifier->start,
            .addr_mask = notifier->end - notifier->start,
            .perm = IOMMU_NONE,
        },
    };

    memory_region_notify_iommu_one(notifier, &event);
}

void memory_region_iommu_replay(IOMMUMemoryRegion *iommu_mr, IOMMUNotifier *n)
{
    IOMMUMemoryRegionClass *class = iommu_class(iommu_mr);
    uint64_t step;
    hwaddr last, addr;

    if (class->replay) {
        class->replay(iommu_mr, n);
        return;
    }
    if (!int128_nz(MEMORY_REGION(iommu_mr)->size)) {
        return;
    }
    step = memory_region_iommu_get_min_page_size(iommu_mr);
    last = int128_getlo(int128_sub(MEMORY_REGION(iommu_mr)->size, int128_one()));
    last = MIN(last, n->end);
    for (addr = n->start & ~(step - 1); addr <= last;) {
        IOMMUTLBEntry entry = class->translate(iommu_mr, addr, IOMMU_NONE, n->iommu_idx);
        hwaddr next;

        if (entry.perm != IOMMU_NONE) {
            n->notify(n, &entry);
        }
        /* A large page (or hole) is one entry; but always go on by a page at least. */
        next = MAX((addr | entry.addr_mask) + 1, addr + step);
        if (next <= addr) {
            break;
        }
        addr = next;
    }
}

/* -- questions ------------------------------------------------------------------------ */

uint64_t memory_region_iommu_get_min_page_size(IOMMUMemoryRegion *iommu_mr)
{
    IOMMUMemoryRegionClass *class = iommu_class(iommu_mr);

    return class->get_min_page_size ? class->get_min_page_size(iommu_mr) : TARGET_PAGE_SIZE;
}

int memory_region_iommu_get_attr(IOMMUMemoryRegion *iommu_mr, enum IOMMUMemoryRegionAttr attr,
                                 void *data)
{
    IOMMUMemoryRegionClass *class = iommu_class(iommu_mr);

    return class->get_attr ? class->get_attr(iommu_mr, attr, data) : -EINVAL;
}

int memory_region_iommu_attrs_to_index(IOMMUMemoryRegion *iommu_mr, MemTxAttrs attrs)
{
    IOMMUMemoryRegionClass *class = iommu_class(iommu_mr);

    return class->attrs_to_index ? class->attrs_to_index(iommu_mr, attrs) : 0;
}

int memory_region_iommu_num_indexes(IOMMUMemoryRegion *iommu_mr)
{
    IOMMUMemoryRegionClass *class = iommu_class(iommu_mr);

    return class->num_indexes ? class->num_indexes(iommu_mr) : 1;
}

int memory_region_iommu_set_page_size_mask(IOMMUMemoryRegion *iommu_mr, uint64_t page_size_mask,
                                           Error **errp)
{
    IOMMUMemoryRegionClass *class = iommu_class(iommu_mr);

    return class->iommu_set_page_size_mask
               ? class->iommu_set_page_size_mask(iommu_mr, page_size_mask, errp)
               : 0;
}

int memory_region_iommu_set_iova_ranges(IOMMUMemoryRegion *iommu_mr, GList *iova_ranges,
                                        Error **errp)
{
    IOMMUMemoryRegionClass *class = iommu_class(iommu_mr);

    return class->iommu_set_iova_ranges
               ? class->iommu_set_iova_ranges(iommu_mr, iova_ranges, errp)
               : 0;
}
