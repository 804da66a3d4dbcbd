/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A memory map for tests: a 2^64 byte root with an address space, and regions
 * that are freed with it.
 */
#ifndef TESTS_UNIT_MEMORY_MAP_FIXTURE_H
#define TESTS_UNIT_MEMORY_MAP_FIXTURE_H

#include "exec/memory.h"

#define PAGE 0x1000ull

typedef struct Map {
    MemoryRegion root;
    AddressSpace as;
    GPtrArray *regions;
    unsigned reports; /* error reports since map_expect_report() */
} Map;

Map *map_new(void);
void map_free(Map *m);

/* Regions without owner or place; I/O ones read as their tag, which must not be 0. */
MemoryRegion *map_io(Map *m, unsigned tag, uint64_t size);
MemoryRegion *map_container(Map *m, uint64_t size);
MemoryRegion *map_alias(Map *m, MemoryRegion *target, hwaddr offset, uint64_t size);
/* An uninitialised one. */
MemoryRegion *map_region(Map *m);

extern const MemoryRegionOps map_tag_ops;
void *map_tag(unsigned tag);

/* The tag that answers at @addr, 0 for nothing. */
unsigned map_tag_at(Map *m, hwaddr addr);
unsigned map_tag_in(AddressSpace *as, hwaddr addr);

/* Count error reports instead of printing them, until @m is freed. */
void map_expect_report(Map *m);

/* Types, RCU, BQL, GLib's test framework. */
void map_test_init(int *argc, char ***argv);

#endif
