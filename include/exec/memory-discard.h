/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * RAM regions of which only parts are in use at a time (memory devices that
 * plug and unplug small blocks): the manager interface, and the listeners that
 * map only the used parts.  Included by exec/memory.h, do not include directly.
 */
/* A part of exec/memory.h, which includes it where its types are known. */
#ifndef EXEC_MEMORY_H
#include "exec/memory.h"
#endif

#ifndef EXEC_MEMORY_DISCARD_H
#define EXEC_MEMORY_DISCARD_H

#define TYPE_RAM_DISCARD_MANAGER "ram-discard-manager"
typedef struct RamDiscardManagerClass RamDiscardManagerClass;
DECLARE_CLASS_CHECKERS(RamDiscardManagerClass, RAM_DISCARD_MANAGER, TYPE_RAM_DISCARD_MANAGER)
#define RAM_DISCARD_MANAGER(obj) \
    INTERFACE_CHECK(RamDiscardManager, (obj), TYPE_RAM_DISCARD_MANAGER)

typedef struct RamDiscardListener RamDiscardListener;
typedef int (*NotifyRamPopulate)(RamDiscardListener *rdl, MemoryRegionSection *section);
typedef void (*NotifyRamDiscard)(RamDiscardListener *rdl, MemoryRegionSection *section);

struct RamDiscardListener {
    /* [section) comes into use; non-zero (-errno) refuses. */
    NotifyRamPopulate notify_populate;
    /* [section) is no longer in use. */
    NotifyRamDiscard notify_discard;
    /* Discards may name parts that are discarded already. */
    bool double_discard_supported;
    MemoryRegionSection *section; /* the part listened to; a copy of ours */
    QLIST_ENTRY(RamDiscardListener) next;
};

static inline void ram_discard_listener_init(RamDiscardListener *rdl,
                                             NotifyRamPopulate populate_fn,
                                             NotifyRamDiscard discard_fn,
                                             bool double_discard_supported)
{
    rdl->notify_populate = populate_fn;
    rdl->notify_discard = discard_fn;
    rdl->double_discard_supported = double_discard_supported;
}

typedef int (*ReplayRamPopulate)(MemoryRegionSection *section, void *opaque);
typedef void (*ReplayRamDiscard)(MemoryRegionSection *section, void *opaque);

/* What a manager (the device that owns the region) implements. */
struct RamDiscardManagerClass {
    InterfaceClass parent_class;
    uint64_t (*get_min_granularity)(const RamDiscardManager *rdm, const MemoryRegion *mr);
    bool (*is_populated)(const RamDiscardManager *rdm, const MemoryRegionSection *section);
    int (*replay_populated)(const RamDiscardManager *rdm, MemoryRegionSection *section,
                            ReplayRamPopulate replay_fn, void *opaque);
    void (*replay_discarded)(const RamDiscardManager *rdm, MemoryRegionSection *section,
                             ReplayRamDiscard replay_fn, void *opaque);
    void (*register_listener)(RamDiscardManager *rdm, RamDiscardListener *rdl,
                              MemoryRegionSection *section);
    void (*unregister_listener)(RamDiscardManager *rdm, RamDiscardListener *rdl);
};

/* The calls users make; each goes to the manager's method of the same name. */
uint64_t ram_discard_manager_get_min_granularity(const RamDiscardManager *rdm,
                                                 const MemoryRegion *mr);
bool ram_discard_manager_is_populated(const RamDiscardManager *rdm,
                                      const MemoryRegionSection *section);
int ram_discard_manager_replay_populated(const RamDiscardManager *rdm,
                                         MemoryRegionSection *section,
                                         ReplayRamPopulate replay_fn, void *opaque);
void ram_discard_manager_replay_discarded(const RamDiscardManager *rdm,
                                          MemoryRegionSection *section,
                                          ReplayRamDiscard replay_fn, void *opaque);
void ram_discard_manager_register_listener(RamDiscardManager *rdm, RamDiscardListener *rdl,
                                           MemoryRegionSection *section);
void ram_discard_manager_unregister_listener(RamDiscardManager *rdm, RamDiscardListener *rdl);

/* The manager of @mr or NULL.  Set (or cleared with NULL) while unmapped only. */
RamDiscardManager *memory_region_get_ram_discard_manager(MemoryRegion *mr);
static inline bool memory_region_has_ram_discard_manager(MemoryRegion *mr)
{
    return memory_region_get_ram_discard_manager(mr) != NULL;
}
void memory_region_set_ram_discard_manager(MemoryRegion *mr, RamDiscardManager *rdm);

/*
 * Some users cannot live with discarded RAM (pinned DMA), others need it.  While one
 * side is counted above zero the other is refused with -EBUSY.  "Coordinated" users
 * follow a RamDiscardManager and exclude only uncoordinated discards.
 */
int ram_block_discard_disable(bool state);
int ram_block_uncoordinated_discard_disable(bool state);
int ram_block_discard_require(bool state);
int ram_block_coordinated_discard_require(bool state);
bool ram_block_discard_is_disabled(void);
bool ram_block_discard_is_required(void);

#endif
