/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A memory map driven by bytes and checked against a model without any
 * cleverness: for each of 256 units of the address space the model walks the
 * tree anew.  A unit is 2^56 bytes, so that the 256 of them are all of 2^64
 * and every limit is reached.  Listeners keep shadows of what they were told,
 * which must equal the views.  Any difference aborts.
 */
#ifndef TESTS_UNIT_MEMORY_NAIVE_MAP_H
#define TESTS_UNIT_MEMORY_NAIVE_MAP_H

#include "exec/memory.h"

#define NAIVE_UNITS 256
#define NAIVE_UNIT_SHIFT 56

typedef struct NaiveMap NaiveMap;

/* One operation: what to do and three arguments, all of any value. */
typedef struct NaiveStep {
    uint8_t op;
    uint8_t a;
    uint8_t b;
    uint8_t c;
} NaiveStep;

/* Caller holds the BQL for all of these. */
NaiveMap *naive_map_new(void);
void naive_map_free(NaiveMap *map);

/* Do @step on the real map and the model; compare if no transaction is open. */
void naive_map_step(NaiveMap *map, NaiveStep step);

/* Commit what is open and compare everything. */
void naive_map_settle(NaiveMap *map);

/* Number of comparisons of whole views, to see that a test did something. */
unsigned naive_map_checks(const NaiveMap *map);

/*
 * An address space that exists all the time, for threads that access it while
 * the map changes.
 */
AddressSpace *naive_map_space(NaiveMap *map);

#endif
