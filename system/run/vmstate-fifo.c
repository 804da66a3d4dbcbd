/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Saved state of util's FIFOs, which cannot name a vmstate themselves. The
 * positions in a stream are not trusted: the FIFO aborts on a bad one.
 */
#include "qemu/osdep.h"
#include "migration/vmstate.h"
#include "qemu/fifo32.h"
#include "qemu/fifo8.h"

static int fifo8_post_load(void *opaque, int version_id)
{
    const Fifo8 *fifo = opaque;

    return fifo->head < fifo->capacity && fifo->num <= fifo->capacity ? 0 : -EINVAL;
}

const VMStateDescription vmstate_fifo8 = {
    .name = "Fifo8",
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = fifo8_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32_EQUAL(capacity, Fifo8, "the FIFO's depth differs"),
        VMSTATE_VBUFFER_UINT32(data, Fifo8, 1, NULL, capacity),
        VMSTATE_UINT32(head, Fifo8),
        VMSTATE_UINT32(num, Fifo8),
        VMSTATE_END_OF_LIST()
    }
};

static int fifo32_post_load(void *opaque, int version_id)
{
    const Fifo32 *fifo = opaque;

    return (fifo->fifo.head | fifo->fifo.num) % sizeof(uint32_t) ? -EINVAL : 0;
}

const VMStateDescription vmstate_fifo32 = {
    .name = "Fifo32",
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = fifo32_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_FIFO8(fifo, Fifo32),
        VMSTATE_END_OF_LIST()
    }
};
