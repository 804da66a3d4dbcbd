/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Threads that access a map whose regions are switched, moved, replaced and
 * freed meanwhile; also meant for TSan. Whatever answers must be alive and must
 * be what is meant to be there: a device's end spoils its mark, so that a free
 * before the end of a grace period shows.
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "qemu/rcu.h"
#include "map-fixture.h"

#define ATTRS MEMTXATTRS_UNSPECIFIED
#define SLOTS 9
#define SLOT_SIZE 0x10000
/* Regions move inside the first pages of their slot. */
#define SLOT_PAGES 4
#define STEPS 3000

/* What is in a slot follows from its number, and slot 0 is never empty. */
typedef enum SlotKind {
    SLOT_IO,
    SLOT_LOCKLESS_IO,
    SLOT_RAM,
    SLOT_KINDS,
} SlotKind;

static SlotKind slot_kind(unsigned slot)
{
    return slot % SLOT_KINDS;
}

/* -- a device with one region ----------------------------------------------------------- */

#define TYPE_SLOT_DEVICE "test-slot-device"
OBJECT_DECLARE_SIMPLE_TYPE(SlotDevice, SLOT_DEVICE)

#define DEVICE_ALIVE 0x600dcafe
#define DEVICE_FREED 0xdeaddead

/* Its fields are plain where the BQL or the grace period orders the accesses. */
struct SlotDevice {
    Object parent_obj;

    MemoryRegion mr;
    unsigned slot;
    uint32_t mark;
    unsigned accesses;          /* atomic if lock-free */
};

static unsigned devices_alive;  /* with the BQL */

static void device_access(SlotDevice *dev)
{
    g_assert_cmphex(dev->mark, ==, DEVICE_ALIVE);
    if (slot_kind(dev->slot) == SLOT_LOCKLESS_IO) {
        g_assert_false(bql_locked());
        qatomic_inc(&dev->accesses);
    } else {
        g_assert_true(bql_locked());
        dev->accesses++;
    }
}

/* A register reads as its place, with the number of the slot above it. */
static uint64_t device_read(void *opaque, hwaddr addr, unsigned size)
{
    SlotDevice *dev = opaque;

    device_access(dev);
    return (dev->slot + 1) << 16 | addr;
}

static void device_write(void *opaque, hwaddr addr, uint64_t data, unsigned size)
{
    SlotDevice *dev = opaque;

    device_access(dev);
    g_assert_cmpuint(data, ==, dev->slot);
}

static const MemoryRegionOps device_ops = {
    .read = device_read,
    .write = device_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
};

static SlotDevice *device_new(unsigned slot)
{
    SlotDevice *dev = SLOT_DEVICE(object_new(TYPE_SLOT_DEVICE));
    Object *owner = OBJECT(dev);

    dev->slot = slot;
    dev->mark = DEVICE_ALIVE;
    if (slot_kind(slot) == SLOT_RAM) {
        memory_region_init_ram_nomigrate(&dev->mr, owner, "ram", PAGE, &error_abort);
        memset(memory_region_get_ram_ptr(&dev->mr), slot + 1, PAGE);
    } else {
        memory_region_init_io(&dev->mr, owner, &device_ops, dev, "io", PAGE);
    }
    if (slot_kind(slot) == SLOT_LOCKLESS_IO) {
        memory_region_set_lockless(&dev->mr);
    }
    devices_alive++;
    return dev;
}

static void device_finalize(Object *obj)
{
    SlotDevice *dev = SLOT_DEVICE(obj);

    g_assert_true(bql_locked());
    dev->mark = DEVICE_FREED;
    devices_alive--;
}

static const TypeInfo device_types[] = {
    {
        .name = TYPE_SLOT_DEVICE,
        .parent = TYPE_OBJECT,
        .instance_size = sizeof(SlotDevice),
        .instance_finalize = device_finalize,
    },
};
DEFINE_TYPES(device_types)

/* -- threads that access ----------------------------------------------------------------- */

typedef struct Accessor {
    QemuThread thread;
    AddressSpace *as;
    GRand *rand;
    bool *stop;                 /* atomic */
    unsigned hits[SLOTS];       /* atomic: answers of each slot */
} Accessor;

static void read_and_check(Accessor *a, unsigned slot, hwaddr offset)
{
    MemTxResult result;
    uint32_t value = address_space_ldl_le(a->as, slot * SLOT_SIZE + offset, ATTRS, &result);

    if (result != MEMTX_OK) {
        g_assert_cmpuint(result, ==, MEMTX_DECODE_ERROR);
        g_assert_true(slot != 0 || offset >= PAGE);
        return;
    }
    if (slot_kind(slot) == SLOT_RAM) {
        g_assert_cmphex(value, ==, (slot + 1) * 0x01010101u);
    } else {
        g_assert_cmphex(value, ==, (slot + 1) << 16 | offset % PAGE);
    }
    qatomic_inc(&a->hits[slot]);
}

static void *accessor_run(void *opaque)
{
    Accessor *a = opaque;

    while (!qatomic_read(a->stop)) {
        guint32 bits = g_rand_int(a->rand);
        unsigned slot = bits % SLOTS;
        hwaddr offset = (bits >> 16) % (SLOT_PAGES * PAGE) & ~3ull;

        read_and_check(a, slot, offset);
        if (slot_kind(slot) != SLOT_RAM) {
            address_space_stl_le(a->as, slot * SLOT_SIZE + offset, slot, ATTRS, NULL);
        }
    }
    return NULL;
}

static void accessor_start(Accessor *a, Map *m, bool *stop, unsigned seed)
{
    *a = (Accessor) { .as = &m->as, .stop = stop, .rand = g_rand_new_with_seed(seed) };
    qemu_thread_create(&a->thread, "access", accessor_run, a, QEMU_THREAD_JOINABLE);
}

/* Every slot has answered this thread. */
static bool accessor_is_satisfied(Accessor *a)
{
    for (unsigned i = 0; i < SLOTS; i++) {
        if (!qatomic_read(&a->hits[i])) {
            return false;
        }
    }
    return true;
}

static void accessor_join(Accessor *a)
{
    bql_unlock();
    qemu_thread_join(&a->thread);
    bql_lock();
    g_rand_free(a->rand);
}

/* -- the thread that changes the map -------------------------------------------------------- */

static void slot_replace(Map *m, SlotDevice **dev)
{
    unsigned slot = (*dev)->slot;

    /* Nobody sees the map without either of them. */
    memory_region_transaction_begin();
    memory_region_del_subregion(&m->root, &(*dev)->mr);
    object_unref(OBJECT(*dev));
    *dev = device_new(slot);
    memory_region_add_subregion(&m->root, slot * SLOT_SIZE, &(*dev)->mr);
    memory_region_transaction_commit();
}

static void slot_change(Map *m, SlotDevice **dev, guint32 bits)
{
    MemoryRegion *mr = &(*dev)->mr;
    unsigned slot = (*dev)->slot;

    switch (slot ? bits % 3 : 0) {
    case 0:
        slot_replace(m, dev);
        break;
    case 1:
        memory_region_set_enabled(mr, !mr->enabled);
        break;
    case 2:
        memory_region_set_address(mr, slot * SLOT_SIZE + bits / 3 % SLOT_PAGES * PAGE);
        break;
    }
}

static void others_run(void)
{
    bql_unlock();
    g_usleep(20);
    bql_lock();
}

static void slots_remove(Map *m, SlotDevice **devs)
{
    for (unsigned i = 0; i < SLOTS; i++) {
        memory_region_del_subregion(&m->root, &devs[i]->mr);
        object_unref(OBJECT(devs[i]));
    }
    drain_call_rcu();
    g_assert_cmpuint(devices_alive, ==, 0);
}

static void test_regions_change_under_threads(void)
{
    GRand *rand = g_rand_new_with_seed(4);
    SlotDevice *devs[SLOTS];
    Map *m = map_new();
    Accessor accessors[4];
    bool stop = false;

    for (unsigned i = 0; i < SLOTS; i++) {
        devs[i] = device_new(i);
        memory_region_add_subregion(&m->root, i * SLOT_SIZE, &devs[i]->mr);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(accessors); i++) {
        accessor_start(&accessors[i], m, &stop, i);
    }
    for (unsigned i = 0; i < STEPS; i++) {
        slot_change(m, &devs[g_rand_int_range(rand, 0, SLOTS)], g_rand_int(rand));
        others_run();
    }
    /* What was replaced goes while the threads still run. */
    drain_call_rcu();
    g_assert_cmpuint(devices_alive, ==, SLOTS);
    for (unsigned i = 0; i < SLOTS; i++) {
        memory_region_set_enabled(&devs[i]->mr, true);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(accessors); i++) {
        while (!accessor_is_satisfied(&accessors[i])) {
            others_run();
        }
    }
    qatomic_set(&stop, true);
    for (unsigned i = 0; i < G_N_ELEMENTS(accessors); i++) {
        accessor_join(&accessors[i]);
    }
    slots_remove(m, devs);
    g_rand_free(rand);
    map_free(m);
}

/* -- grace periods ----------------------------------------------------------------------------- */

static void test_reader_keeps_removed_region(void)
{
    hwaddr offset, len = 4;
    SlotDevice *dev;
    MemoryRegion *mr;
    uint64_t value;
    Map *m = map_new();

    dev = device_new(SLOT_IO);
    memory_region_add_subregion(&m->root, 0, &dev->mr);
    rcu_read_lock();
    mr = address_space_translate(&m->as, 8, &offset, &len, false, ATTRS);
    memory_region_del_subregion(&m->root, &dev->mr);
    object_unref(OBJECT(dev));
    g_assert_cmpuint(map_tag_at(m, 8), ==, 0);
    /* Much longer than deferred calls wait for company. */
    bql_unlock();
    g_usleep(20000);
    bql_lock();
    g_assert_cmpuint(devices_alive, ==, 1);
    g_assert_cmpuint(memory_region_dispatch_read(mr, offset, &value, MO_32 | MO_LE, ATTRS), ==,
                     MEMTX_OK);
    g_assert_cmphex(value, ==, 0x10008);
    rcu_read_unlock();
    drain_call_rcu();
    g_assert_cmpuint(devices_alive, ==, 0);
    map_free(m);
}

int main(int argc, char **argv)
{
    map_test_init(&argc, &argv);
    g_test_add_func("/memory/threads/regions-change-under-dispatch",
                    test_regions_change_under_threads);
    g_test_add_func("/memory/threads/reader-keeps-removed-region",
                    test_reader_keeps_removed_region);
    return g_test_run();
}
