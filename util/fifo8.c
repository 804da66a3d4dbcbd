/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Byte FIFO (qemu/fifo8.h): a ring of @num bytes starting at @head. */
#include "qemu/osdep.h"
#include "qemu/fifo8.h"

void fifo8_create(Fifo8 *fifo, uint32_t capacity)
{
    fifo->data = g_new(uint8_t, capacity);
    fifo->capacity = capacity;
    fifo8_reset(fifo);
}

void fifo8_destroy(Fifo8 *fifo)
{
    g_clear_pointer(&fifo->data, g_free);
}

void fifo8_reset(Fifo8 *fifo)
{
    fifo->head = 0;
    fifo->num = 0;
}

/* The index @distance bytes after the oldest one; no sum that could overflow. */
static uint32_t fifo8_index(const Fifo8 *fifo, uint32_t distance)
{
    uint32_t room = fifo->capacity - fifo->head;

    return distance < room ? fifo->head + distance : distance - room;
}

void fifo8_push(Fifo8 *fifo, uint8_t data)
{
    g_assert(fifo->num < fifo->capacity);
    fifo->data[fifo8_index(fifo, fifo->num)] = data;
    fifo->num++;
}

void fifo8_push_all(Fifo8 *fifo, const uint8_t *data, uint32_t num)
{
    uint32_t start, before_wrap;

    g_assert(num <= fifo->capacity - fifo->num);
    if (!num) {
        return;
    }
    start = fifo8_index(fifo, fifo->num);
    before_wrap = MIN(num, fifo->capacity - start);
    memcpy(&fifo->data[start], data, before_wrap);
    memcpy(fifo->data, data + before_wrap, num - before_wrap);
    fifo->num += num;
}

/* Drops the @num oldest bytes. */
static void fifo8_skip(Fifo8 *fifo, uint32_t num)
{
    fifo->head = fifo8_index(fifo, num);
    fifo->num -= num;
}

uint8_t fifo8_peek(Fifo8 *fifo)
{
    g_assert(fifo->num > 0);
    return fifo->data[fifo->head];
}

uint8_t fifo8_pop(Fifo8 *fifo)
{
    uint8_t data = fifo8_peek(fifo);

    fifo8_skip(fifo, 1);
    return data;
}

const uint8_t *fifo8_peek_bufptr(Fifo8 *fifo, uint32_t max, uint32_t *numptr)
{
    g_assert(max > 0 && max <= fifo->num);
    if (numptr) {
        *numptr = MIN(max, fifo->capacity - fifo->head);
    }
    return &fifo->data[fifo->head];
}

const uint8_t *fifo8_pop_bufptr(Fifo8 *fifo, uint32_t max, uint32_t *numptr)
{
    uint32_t num;
    const uint8_t *start = fifo8_peek_bufptr(fifo, max, &num);

    fifo8_skip(fifo, num);
    if (numptr) {
        *numptr = num;
    }
    return start;
}

bool fifo8_is_empty(Fifo8 *fifo)
{
    return fifo->num == 0;
}

bool fifo8_is_full(Fifo8 *fifo)
{
    return fifo->num == fifo->capacity;
}

uint32_t fifo8_num_free(Fifo8 *fifo)
{
    return fifo->capacity - fifo->num;
}

uint32_t fifo8_num_used(Fifo8 *fifo)
{
    return fifo->num;
}
