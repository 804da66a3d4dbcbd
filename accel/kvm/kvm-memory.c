/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory slots: which host memory the guest sees at which address without an exit.
 *
 * A listener of the system's memory keeps the list of ranges that are memory ("pieces").  At the
 * end of a transaction in which it changed, neighbours of one RAM block are joined, and the result
 * is compared with the slots that the kernel has: only what differs costs a call.  Deletions come
 * first, since slots must not overlap.  What cannot be a slot (parts of host pages, no free slot)
 * is reached by exits instead, which is slow for data and impossible for code.
 */
#include "qemu/osdep.h"
#include "qemu/bitmap.h"
#include "qemu/error-report.h"
#include "qemu/main-loop.h"
#include "exec/address-spaces.h"
#include "exec/ram_addr.h"
#include "exec/target_page.h"
#include "kvm-internal.h"
#include "trace.h"

/* The kernel's log of dirty pages comes in words of this many pages. */
#define LOG_WORD_PAGES 64

static size_t host_page(void)
{
    return qemu_real_host_page_size();
}

/* -- pieces ---------------------------------------------------------------------------------- */

/* Index of the first piece of @list that begins at @start or later. */
static guint range_find(const GArray *list, hwaddr start)
{
    guint low = 0, high = list->len;

    while (low < high) {
        guint middle = (low + high) / 2;

        if (g_array_index(list, KVMRange, middle).start < start) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* The whole host pages of @section.  False: it has none. */
static bool section_pages(const MemoryRegionSection *section, hwaddr *first, uint64_t *size)
{
    hwaddr start = section->offset_within_address_space;
    Int128 left;

    *first = ROUND_UP(start, host_page());
    left = int128_sub(section->size, int128_make64(*first - start));
    if (*first < start || int128_lt(left, int128_make64(host_page()))) {
        return false;
    }
    *size = int128_get64(int128_and(left, int128_make64(-(uint64_t)host_page())));
    return true;
}

/* The pages of @section, if it is memory to the guest. */
static bool range_from_section(const MemoryRegionSection *section, KVMRange *range)
{
    MemoryRegion *mr = section->mr;
    uint64_t offset, size;
    hwaddr first;

    if ((!memory_region_is_ram(mr) && !memory_region_is_romd(mr)) || !mr->ram_block ||
        !section_pages(section, &first, &size)) {
        return false;
    }
    offset = section->offset_within_region + (first - section->offset_within_address_space);
    *range = (KVMRange) {
        .start = first,
        .size = size,
        .block = mr->ram_block,
        .offset = offset,
        .host = (uint8_t *)memory_region_get_ram_ptr(mr) + offset,
        .name = memory_region_name(mr),
        .is_readonly = section->readonly || mr->readonly || mr->rom_device,
        .is_logged = memory_region_get_dirty_log_mask(mr) != 0,
    };
    return ((uintptr_t)range->host & (host_page() - 1)) == 0;
}

static KVMMemory *listener_memory(MemoryListener *listener)
{
    return container_of(listener, KVMMemory, listener);
}

static void memory_region_added(MemoryListener *listener, MemoryRegionSection *section)
{
    KVMMemory *m = listener_memory(listener);
    KVMRange range;

    if (range_from_section(section, &range)) {
        g_array_insert_val(m->pieces, range_find(m->pieces, range.start), range);
        m->is_changed = true;
    }
}

/*
 * The piece of @section, or NULL: it has none.  What is left of a page before a piece of the same
 * block is not that piece.
 */
static KVMRange *section_piece(KVMMemory *m, const MemoryRegionSection *section)
{
    KVMRange *piece;
    uint64_t size;
    hwaddr first;
    guint i;

    if (!section_pages(section, &first, &size)) {
        return NULL;
    }
    i = range_find(m->pieces, first);
    piece = i < m->pieces->len ? &g_array_index(m->pieces, KVMRange, i) : NULL;
    return piece && piece->start == first && piece->block == section->mr->ram_block ? piece : NULL;
}

static void memory_region_removed(MemoryListener *listener, MemoryRegionSection *section)
{
    KVMMemory *m = listener_memory(listener);
    KVMRange *piece = section_piece(m, section);

    if (piece) {
        g_array_remove_index(m->pieces, piece - (KVMRange *)m->pieces->data);
        m->is_changed = true;
    }
}

static void memory_log_changed(MemoryListener *listener, MemoryRegionSection *section,
                               int old_val, int new_val)
{
    KVMMemory *m = listener_memory(listener);
    KVMRange *piece = section_piece(m, section);

    if (piece && piece->is_logged != (new_val != 0)) {
        piece->is_logged = new_val != 0;
        m->is_changed = true;
    }
}

/* -- slots ----------------------------------------------------------------------------------- */

static int slot_request(KVMMemory *m, const KVMRange *slot, uint64_t size)
{
    struct kvm_userspace_memory_region region = {
        .slot = slot->id,
        .flags = (slot->is_readonly ? KVM_MEM_READONLY : 0) |
                 (slot->is_logged ? KVM_MEM_LOG_DIRTY_PAGES : 0),
        .guest_phys_addr = slot->start,
        .memory_size = size,
        .userspace_addr = (uintptr_t)slot->host,
    };
    int ret = kvm_vm_ioctl(m->s, KVM_SET_USER_MEMORY_REGION, &region);

    trace_kvm_memory_slot(slot->id, region.flags, slot->start, size, slot->host, ret);
    return ret;
}

/* What the kernel's log says goes to the RAM block's bitmaps. */
static void slot_log_sync(KVMMemory *m, const KVMRange *slot)
{
    uint64_t pages = slot->size / host_page();
    g_autofree uint64_t *bitmap = g_new0(uint64_t, DIV_ROUND_UP(pages, LOG_WORD_PAGES));
    struct kvm_dirty_log log = { .slot = slot->id, .dirty_bitmap = bitmap };
    int ret = kvm_vm_ioctl(m->s, KVM_GET_DIRTY_LOG, &log);

    if (ret < 0) {
        /* Rather too many than too few. */
        error_report("KVM: reading the dirty log of slot %d: %s", slot->id, strerror(-ret));
        ram_block_dirty_set(slot->block, slot->offset, slot->size, DIRTY_CLIENTS_ALL);
        return;
    }
    if (host_page() == qemu_target_page_size()) {
        ram_block_dirty_merge_le(slot->block, slot->offset, bitmap, pages, DIRTY_CLIENTS_ALL);
        return;
    }
    for (uint64_t i = 0; i < pages; i++) {
        if (bitmap[i / LOG_WORD_PAGES] & (1ULL << (i % LOG_WORD_PAGES))) {
            ram_block_dirty_set(slot->block, slot->offset + i * host_page(), host_page(),
                                DIRTY_CLIENTS_ALL);
        }
    }
}

static void slot_remove(KVMMemory *m, KVMRange *slot)
{
    int ret;

    if (slot->is_logged) {
        slot_log_sync(m, slot);
    }
    ret = slot_request(m, slot, 0);
    if (ret < 0) {
        error_report("KVM: removing memory slot %d at 0x%" HWADDR_PRIx ": %s", slot->id,
                     slot->start, strerror(-ret));
    }
    clear_bit(slot->id, m->used_ids);
}

/* False, and why was said once: the range has no slot. */
static bool slot_add(KVMMemory *m, KVMRange *range)
{
    int ret;

    range->id = find_first_zero_bit(m->used_ids, m->s->nr_slots);
    ret = range->id < m->s->nr_slots ? slot_request(m, range, range->size) : -ENOSPC;
    if (ret == 0) {
        set_bit(range->id, m->used_ids);
        return true;
    }
    if (range->is_reported) {
        return false;
    }
    g_array_index(m->pieces, KVMRange, range_find(m->pieces, range->start)).is_reported = true;
    error_report("KVM: no memory slot for '%s' at 0x%" HWADDR_PRIx ", %" PRIu64 " KiB: %s; the "
                 "guest reaches it by slow accesses only", range->name, range->start,
                 range->size / 1024, ret == -ENOSPC ? "all slots of the VM are in use"
                                                    : strerror(-ret));
    return false;
}

/* -- from pieces to slots -------------------------------------------------------------------- */

static bool ranges_join(const KVMRange *a, const KVMRange *b)
{
    return a->block == b->block && a->start + a->size == b->start &&
           a->host + a->size == b->host && a->is_readonly == b->is_readonly &&
           a->is_logged == b->is_logged;
}

static GArray *pieces_joined(const KVMMemory *m)
{
    GArray *wanted = g_array_sized_new(FALSE, FALSE, sizeof(KVMRange), m->pieces->len);

    for (guint i = 0; i < m->pieces->len; i++) {
        const KVMRange *piece = &g_array_index(m->pieces, KVMRange, i);
        KVMRange *last = wanted->len ? &g_array_index(wanted, KVMRange, wanted->len - 1) : NULL;

        if (last && ranges_join(last, piece)) {
            last->size += piece->size;
        } else {
            g_array_append_vals(wanted, piece, 1);
        }
    }
    return wanted;
}

/* The kernel need not hear of it, but for the log flag. */
static bool ranges_same(const KVMRange *a, const KVMRange *b)
{
    return a->start == b->start && a->size == b->size && a->host == b->host &&
           a->block == b->block && a->is_readonly == b->is_readonly;
}

static KVMRange *range_same_in(GArray *list, const KVMRange *range)
{
    guint i = range_find(list, range->start);
    KVMRange *found = i < list->len ? &g_array_index(list, KVMRange, i) : NULL;

    return found && ranges_same(found, range) ? found : NULL;
}

static bool overlaps_any(const GArray *list, const KVMRange *range)
{
    for (guint i = 0; i < list->len; i++) {
        const KVMRange *other = &g_array_index(list, KVMRange, i);

        if (range->start < other->start + other->size &&
            other->start < range->start + range->size) {
            return true;
        }
    }
    return false;
}

/* Memory that stays where it is would vanish for a moment: nobody may run code from it then. */
static bool commit_needs_stop(KVMMemory *m, GArray *wanted)
{
    for (guint i = 0; i < m->slots->len; i++) {
        const KVMRange *slot = &g_array_index(m->slots, KVMRange, i);

        if (!range_same_in(wanted, slot) && overlaps_any(wanted, slot)) {
            return true;
        }
    }
    return false;
}

static void slots_remove_unwanted(KVMMemory *m, GArray *wanted)
{
    for (guint i = 0; i < m->slots->len; i++) {
        KVMRange *slot = &g_array_index(m->slots, KVMRange, i);

        if (!range_same_in(wanted, slot)) {
            slot_remove(m, slot);
        }
    }
}

/* Make @range, or take over the slot that shows it. */
static bool slot_settle(KVMMemory *m, KVMRange *range)
{
    KVMRange *slot = range_same_in(m->slots, range);

    if (!slot) {
        return slot_add(m, range);
    }
    range->id = slot->id;
    if (slot->is_logged == range->is_logged) {
        return true;
    }
    if (slot->is_logged) {
        slot_log_sync(m, slot);
    }
    if (slot_request(m, range, range->size) < 0) {
        error_report("KVM: the dirty log of memory slot %d cannot be %s", range->id,
                     range->is_logged ? "started" : "stopped");
        range->is_logged = slot->is_logged;
    }
    return true;
}

static void memory_commit(MemoryListener *listener)
{
    KVMMemory *m = listener_memory(listener);
    g_autoptr(GArray) wanted = NULL;
    bool is_stopped;

    if (!m->is_changed) {
        return;
    }
    m->is_changed = false;
    wanted = pieces_joined(m);
    is_stopped = commit_needs_stop(m, wanted);
    if (is_stopped) {
        kvm_run_inhibit_begin(m->s);
    }
    slots_remove_unwanted(m, wanted);
    for (guint i = 0; i < wanted->len;) {
        if (slot_settle(m, &g_array_index(wanted, KVMRange, i))) {
            i++;
        } else {
            g_array_remove_index(wanted, i);
        }
    }
    g_array_unref(m->slots);
    m->slots = g_steal_pointer(&wanted);
    if (is_stopped) {
        kvm_run_inhibit_end(m->s);
    }
}

/* -- dirty pages ----------------------------------------------------------------------------- */

static void memory_log_sync(MemoryListener *listener, MemoryRegionSection *section)
{
    KVMMemory *m = listener_memory(listener);
    hwaddr start = section->offset_within_address_space;
    hwaddr last = start + int128_get64(int128_sub(section->size, int128_one()));

    for (guint i = 0; i < m->slots->len; i++) {
        const KVMRange *slot = &g_array_index(m->slots, KVMRange, i);

        if (slot->is_logged && slot->start <= last && slot->start + slot->size - 1 >= start) {
            slot_log_sync(m, slot);
        }
    }
}

/* -- life ------------------------------------------------------------------------------------ */

void kvm_memory_init(KVMState *s)
{
    KVMMemory *m = &s->memory;

    m->s = s;
    m->pieces = g_array_new(FALSE, FALSE, sizeof(KVMRange));
    m->slots = g_array_new(FALSE, FALSE, sizeof(KVMRange));
    m->used_ids = bitmap_new(s->nr_slots);
    m->listener = (MemoryListener) {
        .name = "kvm-memory",
        .priority = MEMORY_LISTENER_PRIORITY_ACCEL,
        .region_add = memory_region_added,
        .region_del = memory_region_removed,
        .log_start = memory_log_changed,
        .log_stop = memory_log_changed,
        .log_sync = memory_log_sync,
        .eventfd_add = kvm_ioeventfd_add,
        .eventfd_del = kvm_ioeventfd_del,
        .commit = memory_commit,
    };
    memory_listener_register(&m->listener, &address_space_memory);
}

void kvm_memory_cleanup(KVMState *s)
{
    KVMMemory *m = &s->memory;

    if (!m->s) {
        return;
    }
    memory_listener_unregister(&m->listener);
    g_array_unref(m->pieces);
    g_array_unref(m->slots);
    g_free(m->used_ids);
    m->s = NULL;
}

bool kvm_has_free_slot(MachineState *ms)
{
    KVMState *s = kvm_state;

    return s && find_first_zero_bit(s->memory.used_ids, s->nr_slots) < (unsigned)s->nr_slots;
}
