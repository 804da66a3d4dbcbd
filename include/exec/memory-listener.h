/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Followers of an address space's flat view: accelerators map RAM for the
 * guest, vfio maps it for DMA.  Included by exec/memory.h, do not include
 * directly.
 */
/* A part of exec/memory.h, which includes it where its types are known. */
#ifndef EXEC_MEMORY_H
#include "exec/memory.h"
#endif

#ifndef EXEC_MEMORY_LISTENER_H
#define EXEC_MEMORY_LISTENER_H

typedef struct MemoryListener MemoryListener;

#define MEMORY_LISTENER_PRIORITY_MIN 0
#define MEMORY_LISTENER_PRIORITY_ACCEL 10
#define MEMORY_LISTENER_PRIORITY_DEV_BACKEND 10

/*
 * Every callback may be NULL and runs with the BQL held.  Those that build up (begin,
 * add, nop, commit, log_start, ...) run in ascending priority, those that tear down
 * (del, log_stop, eventfd_del) in descending.
 *
 * When a commit changes the view: begin; region_del for all that is gone, in ascending
 * address; then per range in ascending address region_add for new ones and region_nop
 * for the others; eventfds; commit.  region_nop comes for *every* unchanged range of the
 * view, so set it only if you rebuild a table from scratch (vhost does); without it the
 * cost of a commit does not depend on the unchanged part.  Listeners of address spaces
 * whose view did not change hear nothing.
 */
struct MemoryListener {
    void (*begin)(MemoryListener *listener);
    void (*commit)(MemoryListener *listener);

    void (*region_add)(MemoryListener *listener, MemoryRegionSection *section);
    void (*region_del)(MemoryListener *listener, MemoryRegionSection *section);
    void (*region_nop)(MemoryListener *listener, MemoryRegionSection *section);

    /* Dirty tracking clients of @section changed from bits @old_val to @new_val. */
    void (*log_start)(MemoryListener *listener, MemoryRegionSection *section, int old_val,
                      int new_val);
    void (*log_stop)(MemoryListener *listener, MemoryRegionSection *section, int old_val,
                     int new_val);
    /* Bring the dirty bitmap of @section up to date; sync_global: of everything. */
    void (*log_sync)(MemoryListener *listener, MemoryRegionSection *section);
    void (*log_sync_global)(MemoryListener *listener, bool last_stage);
    /* The dirty bits of @section were consumed. */
    void (*log_clear)(MemoryListener *listener, MemoryRegionSection *section);
    /* Dirty tracking of all RAM starts or stops. */
    void (*log_global_start)(MemoryListener *listener);
    void (*log_global_stop)(MemoryListener *listener);
    void (*log_global_after_sync)(MemoryListener *listener);

    /* Writes of data @data (if @match_data) at the section signal @e. */
    void (*eventfd_add)(MemoryListener *listener, MemoryRegionSection *section, bool match_data,
                        uint64_t data, EventNotifier *e);
    void (*eventfd_del)(MemoryListener *listener, MemoryRegionSection *section, bool match_data,
                        uint64_t data, EventNotifier *e);

    /* Accepted so that listeners compile; told when a coalesced part (un)appears. */
    void (*coalesced_io_add)(MemoryListener *listener, MemoryRegionSection *section, hwaddr addr,
                             hwaddr len);
    void (*coalesced_io_del)(MemoryListener *listener, MemoryRegionSection *section, hwaddr addr,
                             hwaddr len);

    unsigned priority; /* lower is called earlier when building up */
    const char *name;  /* for messages */

    /* private: */
    AddressSpace *address_space;
    QTAILQ_ENTRY(MemoryListener) link;    /* all listeners, by priority */
    QTAILQ_ENTRY(MemoryListener) link_as; /* those of one address space */
};

/*
 * Follow @filter (required).  What is there already is announced by begin,
 * region_add..., commit before this returns; unregister announces the reverse.
 * @listener stays the caller's.
 */
void memory_listener_register(MemoryListener *listener, AddressSpace *filter);
void memory_listener_unregister(MemoryListener *listener);

#endif
