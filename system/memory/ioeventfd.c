/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Eventfds and coalesced ranges of regions.  Dispatch matches eventfds itself
 * (dispatch.c), so they work also when no kernel does; listeners hear of them
 * and may have the kernel do it.
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "memory-internal.h"

static bool ioeventfd_equal(const MemoryRegionIoeventfd *a, const MemoryRegionIoeventfd *b)
{
    return a->addr == b->addr && a->size == b->size && a->match_data == b->match_data &&
           (!a->match_data || a->data == b->data) && a->e == b->e;
}

/* Replace the list of @mr: all of the old but index @drop, and @add if not NULL. */
static void ioeventfds_replace(MemoryRegion *mr, unsigned drop, const MemoryRegionIoeventfd *add)
{
    MemoryRegionIoeventfds *old = mr->ioeventfds;
    unsigned old_count = old ? old->count : 0;
    MemoryRegionIoeventfds *new = NULL;
    unsigned count = 0;

    if (add || old_count > 1) {
        new = g_malloc(sizeof(*new) + (old_count + 1) * sizeof(new->fd[0]));
        for (unsigned i = 0; i < old_count; i++) {
            if (i != drop) {
                new->fd[count++] = old->fd[i];
            }
        }
        if (add) {
            new->fd[count++] = *add;
        }
        new->count = count;
    }
    qatomic_rcu_set(&mr->ioeventfds, new);
    if (old) {
        g_free_rcu(old, rcu);
    }
}

void memory_region_add_eventfd(MemoryRegion *mr, hwaddr addr, unsigned size, bool match_data,
                               uint64_t data, EventNotifier *e)
{
    MemoryRegionIoeventfd fd = { addr, size, match_data, data, e };

    g_assert(bql_locked());
    memory_region_transaction_begin();
    ioeventfds_replace(mr, UINT_MAX, &fd);
    ioeventfds_changed();
    memory_region_transaction_commit();
}

void memory_region_del_eventfd(MemoryRegion *mr, hwaddr addr, unsigned size, bool match_data,
                               uint64_t data, EventNotifier *e)
{
    MemoryRegionIoeventfd fd = { addr, size, match_data, data, e };
    unsigned i = 0;

    g_assert(bql_locked());
    g_assert(mr->ioeventfds);
    while (!ioeventfd_equal(&mr->ioeventfds->fd[i], &fd)) {
        i++;
        g_assert(i < mr->ioeventfds->count);
    }
    memory_region_transaction_begin();
    ioeventfds_replace(mr, i, NULL);
    ioeventfds_changed();
    memory_region_transaction_commit();
}

/* -- coalesced writes ----------------------------------------------------------------- */

typedef struct CoalescedTelling {
    MemoryRegion *mr;
    AddressSpace *as;
    const CoalescedMemoryRange *part;
    bool is_added;
} CoalescedTelling;

/* Tell listeners where an address space shows the part. */
static bool tell_coalesced(Int128 start, Int128 len, const MemoryRegion *mr,
                           hwaddr offset_in_region, void *opaque)
{
    CoalescedTelling *t = opaque;
    hwaddr range_last = offset_in_region + (int128_getlo(len) - 1);
    MemoryRegionSection section = {
        .mr = t->mr, .fv = t->as->current_map, .size = len,
        .offset_within_region = offset_in_region,
        .offset_within_address_space = int128_getlo(start),
    };
    hwaddr first = MAX(t->part->addr, offset_in_region);
    hwaddr last = MIN(t->part->addr + (t->part->size - 1), range_last);
    hwaddr at;

    if (mr != t->mr || first > last) {
        return false;
    }
    at = int128_getlo(start) + (first - offset_in_region);
    if (t->is_added) {
        LISTENERS_CALL(t->as, coalesced_io_add, , &section, at, last - first + 1);
    } else {
        LISTENERS_CALL(t->as, coalesced_io_del, _REVERSE, &section, at, last - first + 1);
    }
    return false;
}

static void coalesced_changed(MemoryRegion *mr, const CoalescedMemoryRange *part, bool is_added)
{
    CoalescedTelling t = { .mr = mr, .part = part, .is_added = is_added };

    QTAILQ_FOREACH(t.as, &address_spaces, address_spaces_link)
    {
        if (!QTAILQ_EMPTY(&t.as->listeners)) {
            flatview_for_each_range(t.as->current_map, tell_coalesced, &t);
        }
    }
}

void memory_region_add_coalescing(MemoryRegion *mr, hwaddr offset, uint64_t size)
{
    CoalescedMemoryRange *part;

    if (!size) {
        return;
    }
    part = g_new0(CoalescedMemoryRange, 1);
    part->addr = offset;
    part->size = size;
    QTAILQ_INSERT_TAIL(&mr->coalesced, part, link);
    coalesced_changed(mr, part, true);
    memory_region_set_flush_coalesced(mr);
}

void memory_region_set_coalescing(MemoryRegion *mr)
{
    memory_region_clear_coalescing(mr);
    memory_region_add_coalescing(mr, 0, memory_region_size(mr));
}

void memory_region_clear_coalescing(MemoryRegion *mr)
{
    while (!QTAILQ_EMPTY(&mr->coalesced)) {
        CoalescedMemoryRange *part = QTAILQ_FIRST(&mr->coalesced);

        QTAILQ_REMOVE(&mr->coalesced, part, link);
        coalesced_changed(mr, part, false);
        g_free(part);
    }
    mr->flush_coalesced_mmio = false;
}

void memory_region_set_flush_coalesced(MemoryRegion *mr)
{
    mr->flush_coalesced_mmio = true;
}

void memory_region_clear_flush_coalesced(MemoryRegion *mr)
{
    if (QTAILQ_EMPTY(&mr->coalesced)) {
        mr->flush_coalesced_mmio = false;
    }
}
