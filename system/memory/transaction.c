/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Transactions, address spaces, and the commit that takes every address space
 * from its old view to the new one.  A commit that changes nothing that shows
 * makes no view and calls no listener.
 */
#include "qemu/osdep.h"
#include "exec/address-spaces.h"
#include "qemu/main-loop.h"
#include "memory-internal.h"
#include "trace.h"

AddressSpaceList address_spaces = QTAILQ_HEAD_INITIALIZER(address_spaces);
static unsigned transaction_depth;

void memory_region_transaction_begin(void)
{
    transaction_depth++;
}

static void spaces_find_roots(void)
{
    AddressSpace *as;

    QTAILQ_FOREACH(as, &address_spaces, address_spaces_link)
    {
        if (as->flat_root->is_dead || (as->root->windows && as->root->windows->len)) {
            flat_root_check(as);
        }
    }
}

static FlatView *space_next_view(const AddressSpace *as)
{
    return as->flat_root->next ?: as->flat_root->view;
}

/* Mark the address spaces that will show something else; whether there are any. */
static bool spaces_mark_changed(void)
{
    bool is_any = false;
    AddressSpace *as;

    QTAILQ_FOREACH(as, &address_spaces, address_spaces_link)
    {
        FlatView *next = space_next_view(as);

        as->has_changed = next != as->current_map &&
                          (next->range_count || as->current_map->range_count);
        is_any |= as->has_changed;
    }
    return is_any;
}

static void space_set_view(AddressSpace *as, FlatView *view)
{
    FlatView *old = as->current_map;

    flatview_ref(view);
    qatomic_rcu_set(&as->current_map, view);
    if (old) {
        flatview_unref(old);
    }
}

/* Begin or commit of the listeners of changed address spaces, in ascending priority. */
#define CHANGED_LISTENERS_CALL(callback)                                                        \
    do {                                                                                        \
        MemoryListener *listener_;                                                              \
                                                                                                \
        QTAILQ_FOREACH(listener_, &memory_listeners, link)                                      \
        {                                                                                       \
            if (listener_->address_space->has_changed && listener_->callback) {                 \
                listener_->callback(listener_);                                                 \
            }                                                                                   \
        }                                                                                       \
    } while (0)

static void spaces_update(bool ioeventfds_too)
{
    bool is_changed = false;
    AddressSpace *as;

    if (region_changes_pending()) {
        region_changes_spread();
        spaces_find_roots();
        flat_roots_update();
        region_changes_clear();
        is_changed = spaces_mark_changed();
    }
    if (is_changed) {
        CHANGED_LISTENERS_CALL(begin);
    }
    QTAILQ_FOREACH(as, &address_spaces, address_spaces_link)
    {
        FlatView *next = space_next_view(as);

        if (is_changed && as->has_changed) {
            trace_memory_view_changed(as->name, as->current_map->range_count, next->range_count);
            listeners_tell_view(as, as->current_map, next);
        }
        if (next != as->current_map) {
            space_set_view(as, next);
        }
    }
    flat_roots_finish();
    QTAILQ_FOREACH(as, &address_spaces, address_spaces_link)
    {
        if (ioeventfds_too || (is_changed && as->has_changed)) {
            listeners_tell_ioeventfds(as);
        }
    }
    if (is_changed) {
        CHANGED_LISTENERS_CALL(commit);
    }
}

void memory_region_transaction_commit(void)
{
    bool ioeventfds_too;

    g_assert(transaction_depth);
    g_assert(bql_locked());
    /* Changes made by listeners are inside this transaction and make another round. */
    while (transaction_depth == 1 &&
           ((ioeventfds_too = ioeventfds_changed_take()) || region_changes_pending())) {
        spaces_update(ioeventfds_too);
    }
    transaction_depth--;
}

/* -- address spaces ------------------------------------------------------------------- */

void address_space_init(AddressSpace *as, MemoryRegion *root, const char *name)
{
    g_assert(bql_locked());
    memory_map_init();
    memory_region_ref(root);
    as->root = root;
    as->name = g_strdup(name ?: "anonymous");
    as->current_map = NULL;
    as->ioeventfds = NULL;
    as->has_changed = false;
    QTAILQ_INIT(&as->listeners);
    flat_root_attach(as);
    space_set_view(as, as->flat_root->view);
    QTAILQ_INSERT_TAIL(&address_spaces, as, address_spaces_link);
}

void address_space_destroy(AddressSpace *as)
{
    FlatView *view = as->current_map;

    g_assert(bql_locked());
    g_assert(QTAILQ_EMPTY(&as->listeners));
    QTAILQ_REMOVE(&address_spaces, as, address_spaces_link);
    flat_root_detach(as);
    qatomic_rcu_set(&as->current_map, NULL);
    flatview_unref(view);
    g_clear_pointer(&as->ioeventfds, g_array_unref);
    g_clear_pointer(&as->name, g_free);
    memory_region_unref(as->root);
    as->root = NULL;
}

void address_space_remove_listeners(AddressSpace *as)
{
    while (!QTAILQ_EMPTY(&as->listeners)) {
        memory_listener_unregister(QTAILQ_FIRST(&as->listeners));
    }
}

FlatView *address_space_get_flatview(AddressSpace *as)
{
    FlatView *view;

    RCU_READ_LOCK_GUARD();
    do {
        view = address_space_to_flatview(as);
        /* A dying view means that a newer one is there. */
    } while (!flatview_ref(view));
    return view;
}
