/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mutations of fuzz-vfio-user-server's scripts, which know where a step begins: steps come, go,
 * are repeated and change places, and the payload of one changes with its length.
 */
#include "qemu/osdep.h"

#define HEAD 5 /* bytes of a step before its payload; the last one is the payload's size */
#define STEPS_MAX 64

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t size_max);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t size_max, unsigned int seed);

typedef struct Steps {
    uint8_t *data;
    size_t size;
    size_t size_max;
    size_t at[STEPS_MAX + 1]; /* the last is where the script ends */
    unsigned int count;
} Steps;

static uint32_t random_next(uint32_t *state)
{
    *state = *state * 1664525 + 1013904223;
    return *state >> 8;
}

static void steps_find(Steps *steps)
{
    size_t at = MIN(1, steps->size);

    steps->count = 0;
    while (steps->count < STEPS_MAX && steps->size - at >= HEAD) {
        steps->at[steps->count++] = at;
        at += HEAD + MIN(steps->data[at + HEAD - 1], steps->size - at - HEAD);
    }
    steps->at[steps->count] = at;
}

static size_t step_size(const Steps *steps, unsigned int i)
{
    return steps->at[i + 1] - steps->at[i];
}

/* Put @size bytes at @at; whether there was room. */
static bool bytes_insert(Steps *steps, size_t at, const uint8_t *bytes, size_t size)
{
    if (size > steps->size_max - steps->size) {
        return false;
    }
    memmove(steps->data + at + size, steps->data + at, steps->size - at);
    memcpy(steps->data + at, bytes, size);
    steps->size += size;
    return true;
}

static void bytes_remove(Steps *steps, size_t at, size_t size)
{
    memmove(steps->data + at, steps->data + at + size, steps->size - at - size);
    steps->size -= size;
}

/* A command that makes sense, then a turn of the main loop; with a descriptor now and then. */
static void step_insert(Steps *steps, unsigned int where, uint32_t *random)
{
    uint8_t step[HEAD + 4];

    for (int i = 0; i < sizeof(step); i++) {
        step[i] = random_next(random);
    }
    step[0] = 1 | (random_next(random) % 2 ? 4 : 0) | (random_next(random) % 4 ? 0 : 8) |
              (random_next(random) % 3 << 6);
    step[HEAD - 1] = 4;
    bytes_insert(steps, steps->at[where], step, sizeof(step));
}

static void step_repeat(Steps *steps, unsigned int from, unsigned int to)
{
    g_autofree uint8_t *copy = g_memdup2(steps->data + steps->at[from], step_size(steps, from));

    bytes_insert(steps, steps->at[to], copy, step_size(steps, from));
}

/* The payload alone, so that what follows stays what it is. */
static void payload_mutate(Steps *steps, unsigned int i)
{
    uint8_t payload[255];
    size_t at = steps->at[i] + HEAD, old = step_size(steps, i) - HEAD, new;

    memcpy(payload, steps->data + at, old);
    new = LLVMFuzzerMutate(payload, old, sizeof(payload));
    bytes_remove(steps, at, old);
    if (!bytes_insert(steps, at, payload, new)) {
        new = 0;
    }
    steps->data[at - 1] = new;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t size_max, unsigned int seed)
{
    Steps steps = { .data = data, .size = size, .size_max = size_max };
    uint32_t random = seed;
    unsigned int i, j, what = random_next(&random) % 8;

    steps_find(&steps);
    if (!size || what < 3) {
        return LLVMFuzzerMutate(data, size, size_max);
    }
    i = random_next(&random) % (steps.count + 1);
    j = random_next(&random) % (steps.count + 1);
    if (what == 3 || i == steps.count) {
        step_insert(&steps, i, &random);
    } else if (what == 4) {
        bytes_remove(&steps, steps.at[i], step_size(&steps, i));
    } else if (what == 5) {
        step_repeat(&steps, i, j);
    } else if (what == 6) {
        LLVMFuzzerMutate(data + steps.at[i], HEAD - 1, HEAD - 1);
    } else {
        payload_mutate(&steps, i);
    }
    return steps.size;
}
