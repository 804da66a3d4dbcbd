/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * RamDiscardManager calls, and the counters that keep users of pinned RAM and
 * users of discarded RAM apart.
 */
#include "qemu/osdep.h"
#include "qemu/thread.h"
#include "memory-internal.h"

#define METHOD(rdm, name) RAM_DISCARD_MANAGER_GET_CLASS(rdm)->name

uint64_t ram_discard_manager_get_min_granularity(const RamDiscardManager *rdm,
                                                 const MemoryRegion *mr)
{
    return METHOD(rdm, get_min_granularity)(rdm, mr);
}

bool ram_discard_manager_is_populated(const RamDiscardManager *rdm,
                                      const MemoryRegionSection *section)
{
    return METHOD(rdm, is_populated)(rdm, section);
}

int ram_discard_manager_replay_populated(const RamDiscardManager *rdm,
                                         MemoryRegionSection *section,
                                         ReplayRamPopulate replay_fn, void *opaque)
{
    return METHOD(rdm, replay_populated)(rdm, section, replay_fn, opaque);
}

void ram_discard_manager_replay_discarded(const RamDiscardManager *rdm,
                                          MemoryRegionSection *section,
                                          ReplayRamDiscard replay_fn, void *opaque)
{
    METHOD(rdm, replay_discarded)(rdm, section, replay_fn, opaque);
}

void ram_discard_manager_register_listener(RamDiscardManager *rdm, RamDiscardListener *rdl,
                                           MemoryRegionSection *section)
{
    METHOD(rdm, register_listener)(rdm, rdl, section);
}

void ram_discard_manager_unregister_listener(RamDiscardManager *rdm, RamDiscardListener *rdl)
{
    METHOD(rdm, unregister_listener)(rdm, rdl);
}

RamDiscardManager *memory_region_get_ram_discard_manager(MemoryRegion *mr)
{
    return mr->ram ? mr->rdm : NULL;
}

void memory_region_set_ram_discard_manager(MemoryRegion *mr, RamDiscardManager *rdm)
{
    g_assert(mr->ram);
    g_assert(!rdm || !mr->rdm);
    mr->rdm = rdm;
}

/* -- who may discard ------------------------------------------------------------------ */

/* Users of each kind; guarded by the lock because vfio comes and goes in any thread. */
static QemuMutex discard_lock = QEMU_MUTEX_INITIALIZER;
static struct {
    unsigned disabled;               /* no discards at all */
    unsigned uncoordinated_disabled; /* only those that a manager announces */
    unsigned required;               /* needs to discard without a manager */
    unsigned coordinated_required;   /* needs to discard, with a manager */
} discard_users;

/* Count @counter up (if @state) or down; up only if both opponents are at zero. */
static int discard_count(unsigned *counter, bool state, const unsigned *opponent,
                         const unsigned *other_opponent)
{
    int ret = 0;

    qemu_mutex_lock(&discard_lock);
    if (!state) {
        g_assert(*counter);
        (*counter)--;
    } else if (*opponent || (other_opponent && *other_opponent)) {
        ret = -EBUSY;
    } else {
        (*counter)++;
    }
    qemu_mutex_unlock(&discard_lock);
    return ret;
}

int ram_block_discard_disable(bool state)
{
    return discard_count(&discard_users.disabled, state, &discard_users.required,
                         &discard_users.coordinated_required);
}

int ram_block_uncoordinated_discard_disable(bool state)
{
    return discard_count(&discard_users.uncoordinated_disabled, state, &discard_users.required,
                         NULL);
}

int ram_block_discard_require(bool state)
{
    return discard_count(&discard_users.required, state, &discard_users.disabled,
                         &discard_users.uncoordinated_disabled);
}

int ram_block_coordinated_discard_require(bool state)
{
    return discard_count(&discard_users.coordinated_required, state, &discard_users.disabled,
                         NULL);
}

static bool discard_any(const unsigned *a, const unsigned *b)
{
    bool is_any;

    qemu_mutex_lock(&discard_lock);
    is_any = *a || *b;
    qemu_mutex_unlock(&discard_lock);
    return is_any;
}

bool ram_block_discard_is_disabled(void)
{
    return discard_any(&discard_users.disabled, &discard_users.uncoordinated_disabled);
}

bool ram_block_discard_is_required(void)
{
    return discard_any(&discard_users.required, &discard_users.coordinated_required);
}
