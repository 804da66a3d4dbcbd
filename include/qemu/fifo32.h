/* SPDX-License-Identifier: GPL-2.0-or-later */
/* FIFO of 32-bit words, on fifo8.h; sizes are in words. The same rules apply. */
#ifndef QEMU_FIFO32_H
#define QEMU_FIFO32_H

#include "qemu/fifo8.h"
#include "qemu/bswap.h"

typedef struct {
    Fifo8 fifo;
} Fifo32;

static inline void fifo32_create(Fifo32 *fifo, uint32_t capacity)
{
    fifo8_create(&fifo->fifo, capacity * sizeof(uint32_t));
}

static inline void fifo32_destroy(Fifo32 *fifo)
{
    fifo8_destroy(&fifo->fifo);
}

static inline uint32_t fifo32_num_free(Fifo32 *fifo)
{
    return fifo8_num_free(&fifo->fifo) / sizeof(uint32_t);
}

static inline uint32_t fifo32_num_used(Fifo32 *fifo)
{
    return fifo8_num_used(&fifo->fifo) / sizeof(uint32_t);
}

static inline void fifo32_push(Fifo32 *fifo, uint32_t data)
{
    uint8_t bytes[sizeof(data)];

    stl_le_p(bytes, data);
    fifo8_push_all(&fifo->fifo, bytes, sizeof(bytes));
}

static inline uint32_t fifo32_pop(Fifo32 *fifo)
{
    uint8_t bytes[sizeof(uint32_t)];

    for (size_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] = fifo8_pop(&fifo->fifo);
    }
    return (uint32_t)ldl_le_p(bytes);
}

/* The oldest word, which stays in. Words never wrap: the capacity is whole words. */
static inline uint32_t fifo32_peek(Fifo32 *fifo)
{
    uint32_t num;

    return (uint32_t)ldl_le_p(fifo8_peek_bufptr(&fifo->fifo, sizeof(uint32_t), &num));
}

static inline void fifo32_reset(Fifo32 *fifo)
{
    fifo8_reset(&fifo->fifo);
}

static inline bool fifo32_is_empty(Fifo32 *fifo)
{
    return fifo8_is_empty(&fifo->fifo);
}

static inline bool fifo32_is_full(Fifo32 *fifo)
{
    return fifo8_num_free(&fifo->fifo) < sizeof(uint32_t);
}

/* Defined with the other saved state descriptions, system/run. */
extern const VMStateDescription vmstate_fifo32;

#define VMSTATE_FIFO32(_field, _state) VMSTATE_STRUCT(_field, _state, 1, vmstate_fifo32, Fifo32)

#endif
