/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Byte FIFO of fixed capacity for device models. The caller checks for full
 * and empty first; pushing too much or popping too much is a bug and aborts.
 */
#ifndef QEMU_FIFO8_H
#define QEMU_FIFO8_H

typedef struct {
    /* All fields are private; saved states know them. */
    uint8_t *data;
    uint32_t capacity;
    uint32_t head;
    uint32_t num;
} Fifo8;

/* @capacity in bytes, not 0. */
void fifo8_create(Fifo8 *fifo, uint32_t capacity);
void fifo8_destroy(Fifo8 *fifo);
void fifo8_push(Fifo8 *fifo, uint8_t data);
/* All @num bytes must fit. */
void fifo8_push_all(Fifo8 *fifo, const uint8_t *data, uint32_t num);
uint8_t fifo8_pop(Fifo8 *fifo);
/* The oldest byte, which stays in. */
uint8_t fifo8_peek(Fifo8 *fifo);

/*
 * Up to @max bytes (1..number used) that lie in one piece, oldest first, and
 * removes (pop) or keeps (peek) them. *@numptr, if not NULL, is how many. The
 * pointer is good until the next push. 8.2 names the pop form fifo8_pop_buf().
 */
const uint8_t *fifo8_pop_bufptr(Fifo8 *fifo, uint32_t max, uint32_t *numptr);
const uint8_t *fifo8_peek_bufptr(Fifo8 *fifo, uint32_t max, uint32_t *numptr);
#define fifo8_pop_buf(fifo, max, num) fifo8_pop_bufptr(fifo, max, num)
#define fifo8_peek_buf(fifo, max, num) fifo8_peek_bufptr(fifo, max, num)

void fifo8_reset(Fifo8 *fifo);
bool fifo8_is_empty(Fifo8 *fifo);
bool fifo8_is_full(Fifo8 *fifo);
uint32_t fifo8_num_free(Fifo8 *fifo);
uint32_t fifo8_num_used(Fifo8 *fifo);

/* Defined with the other saved state descriptions, system/run. */
extern const VMStateDescription vmstate_fifo8;

#define VMSTATE_FIFO8_TEST(_field, _state, _test) {                       \
    .name = (stringify(_field)),                                          \
    .field_exists = (_test),                                              \
    .size = sizeof(Fifo8),                                                \
    .vmsd = &vmstate_fifo8,                                               \
    .flags = VMS_STRUCT,                                                  \
    .offset = vmstate_offset_value(_state, _field, Fifo8),                \
}
#define VMSTATE_FIFO8(_field, _state) VMSTATE_FIFO8_TEST(_field, _state, NULL)

#endif
