/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A structure with a member of every kind that VMState can save; for unit tests and the fuzzer.
 */
#ifndef TESTS_VMSTATE_SAMPLE_H
#define TESTS_VMSTATE_SAMPLE_H

#include "qemu/osdep.h"
#include "migration/qemu-file.h"
#include "migration/vmstate.h"
#include "qemu/queue.h"
#include "qemu/timer.h"

typedef struct SampleInner {
    uint8_t a;
    uint32_t b;
} SampleInner;

typedef struct SampleNode {
    uint16_t value;
    QTAILQ_ENTRY(SampleNode) tailq;
    QLIST_ENTRY(SampleNode) list;
} SampleNode;

typedef struct SampleKey {
    uint32_t key;
} SampleKey;

enum {
    SAMPLE_BITS = 77,
    SAMPLE_ROOM = 5,
};

typedef struct Sample {
    bool b;
    int8_t i8;
    int16_t i16;
    int32_t i32;
    int64_t i64;
    uint8_t u8;
    uint16_t u16;
    uint32_t u32;
    uint64_t u64;
    uint8_t u8_equal;
    uint64_t u64_equal;
    int32_t le;
    uint64_t cpu_double;
    bool bools[3];
    uint16_t u16s[4];
    uint32_t grid[2][3];
    uint32_t part[6];
    uint8_t bytes[8];
    uint8_t middle[8];
    int32_t *ptr_i32s;          /* counted by room_i32 */
    int32_t room_i32;
    uint32_t *alloc_u32s;       /* counted by alloc_n */
    uint32_t alloc_n;
    uint16_t *alloc16;          /* counted by alloc16_n */
    uint16_t alloc16_n;
    uint8_t in_place[SAMPLE_ROOM];
    uint16_t in_place_n;
    uint32_t product[SAMPLE_ROOM];
    uint32_t product_n;
    SampleInner inner;
    SampleInner *inner_ptr;
    SampleInner inners[2];
    SampleInner inner_grid[2][2];
    SampleInner inner_sub[3];
    SampleInner inner_counted[SAMPLE_ROOM];
    uint8_t inner_counted_n;
    SampleInner *inner_alloc;   /* counted by inner_alloc_n */
    int32_t inner_alloc_n;
    SampleInner *inner_room;    /* counted by inner_room_n */
    uint32_t inner_room_n;
    SampleInner *ptrs[3];       /* the second is NULL */
    uint8_t *vbuf;              /* room_vbuf bytes */
    int32_t room_vbuf;
    uint8_t *vbuf_alloc;
    uint32_t vbuf_alloc_n;
    uint8_t *vbuf_units;        /* in units of 4 */
    uint32_t vbuf_units_n;
    unsigned long *bitmap;
    int32_t bitmap_bits;
    QEMUTimer timer;
    QEMUTimer *timer_ptr;
    QTAILQ_HEAD(, SampleNode) tailq;
    QLIST_HEAD(, SampleNode) list;
    GTree *tree;                /* SampleKey -> SampleInner */
    GTree *direct_tree;         /* number -> SampleInner */
    uint32_t through_tmp;
    uint32_t in_subsection;     /* saved unless 0 */
} Sample;

extern const VMStateDescription vmstate_sample;

/* An instance whose members are all zero, but with room and pointers in place. */
Sample *sample_new(void);
/* The same with a value everywhere. */
Sample *sample_new_filled(void);
void sample_free(Sample *s);

/* Save @s; g_byte_array_unref() the result. */
GByteArray *sample_save(Sample *s);

#endif
