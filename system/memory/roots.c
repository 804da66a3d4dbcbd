/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which address spaces show the same: a root that only passes on another
 * region (an alias of the whole, a container with one child of its size) is
 * looked through, and all address spaces that end at the same region share one
 * view.  With many bus masters that is the difference between one rebuild and
 * one per device.  All of it under the BQL.
 */
#include "qemu/osdep.h"
#include "memory-internal.h"

static QTAILQ_HEAD(, FlatRoot) flat_roots = QTAILQ_HEAD_INITIALIZER(flat_roots);

/* The only enabled child of @mr; NULL with *@is_empty if there is none. */
static MemoryRegion *only_enabled_child(const MemoryRegion *mr, bool *is_empty)
{
    MemoryRegion *only = NULL;

    *is_empty = true;
    for (unsigned i = 0; mr->children && i < mr->children->count; i++) {
        MemoryRegion *child = mr->children->child[i].mr;

        if (child->enabled && int128_nz(child->size)) {
            if (only) {
                return NULL;
            }
            only = child;
            *is_empty = false;
        }
    }
    return only;
}

/* The region that decides what @mr shows, or NULL if that is nothing. */
static MemoryRegion *effective_root(MemoryRegion *mr)
{
    for (;;) {
        MemoryRegion *next;
        bool is_empty;

        if (!mr->enabled || !int128_nz(mr->size)) {
            return NULL;
        }
        if (mr->terminates || mr->readonly || mr->nonvolatile || mr->unmergeable) {
            return mr;
        }
        if (mr->alias) {
            if (mr->alias_offset || int128_lt(mr->size, mr->alias->size)) {
                return mr;
            }
            mr = mr->alias;
            continue;
        }
        next = only_enabled_child(mr, &is_empty);
        if (is_empty) {
            return NULL;
        }
        if (!next || next->addr || int128_lt(mr->size, next->size)) {
            return mr;
        }
        mr = next;
    }
}

static FlatRoot *flat_root_get(MemoryRegion *mr)
{
    FlatRoot *root;

    QTAILQ_FOREACH(root, &flat_roots, link)
    {
        if (root->mr == mr && !root->is_dead) {
            return root;
        }
    }
    root = g_new0(FlatRoot, 1);
    root->mr = mr;
    root->view = flatview_new(mr);
    QTAILQ_INIT(&root->spaces);
    QTAILQ_INSERT_TAIL(&flat_roots, root, link);
    return root;
}

void flat_root_attach(AddressSpace *as)
{
    as->flat_root = flat_root_get(effective_root(as->root));
    QTAILQ_INSERT_TAIL(&as->flat_root->spaces, as, root_link);
}

void flat_root_detach(AddressSpace *as)
{
    FlatRoot *root = as->flat_root;

    QTAILQ_REMOVE(&root->spaces, as, root_link);
    as->flat_root = NULL;
    if (QTAILQ_EMPTY(&root->spaces)) {
        QTAILQ_REMOVE(&flat_roots, root, link);
        flatview_unref(root->view);
        if (root->next) {
            flatview_unref(root->next);
        }
        g_free(root);
    }
}

void flat_root_check(AddressSpace *as)
{
    if (as->flat_root->is_dead || as->flat_root->mr != effective_root(as->root)) {
        flat_root_detach(as);
        flat_root_attach(as);
    }
}

bool flat_roots_update(void)
{
    bool is_any = false;
    FlatRoot *root;

    QTAILQ_FOREACH(root, &flat_roots, link)
    {
        if (root->mr && root->mr->windows && root->mr->windows->len) {
            root->next = flatview_update(root->view, root->mr, root->mr->windows);
            is_any |= root->next != NULL;
        }
    }
    return is_any;
}

void flat_roots_finish(void)
{
    FlatRoot *root;

    QTAILQ_FOREACH(root, &flat_roots, link)
    {
        if (root->next) {
            flatview_unref(root->view);
            root->view = g_steal_pointer(&root->next);
        }
    }
}

void flat_roots_forget(MemoryRegion *mr)
{
    FlatRoot *root;

    QTAILQ_FOREACH(root, &flat_roots, link)
    {
        if (root->mr == mr) {
            root->mr = NULL;
            root->is_dead = true;
        }
    }
}

void flat_roots_changed(void)
{
    FlatRoot *root;

    QTAILQ_FOREACH(root, &flat_roots, link)
    {
        if (root->mr) {
            region_look_changed(root->mr);
        }
    }
}
