/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Scatter-gather lists and fills of bus masters.
 */
#include "qemu/osdep.h"
#include "qom/object.h"
#include "sysemu/dma.h"

MemTxResult dma_memory_set(AddressSpace *as, dma_addr_t addr, uint8_t c, dma_addr_t len,
                           MemTxAttrs attrs)
{
    dma_barrier(as, DMA_DIRECTION_FROM_DEVICE);
    return address_space_set(as, addr, c, len, attrs);
}

void qemu_sglist_init(QEMUSGList *qsg, DeviceState *dev, int alloc_hint, AddressSpace *as)
{
    *qsg = (QEMUSGList) { .nalloc = MAX(alloc_hint, 1), .dev = dev, .as = as };
    qsg->sg = g_new(ScatterGatherEntry, qsg->nalloc);
    if (dev) {
        object_ref(OBJECT(dev));
    }
}

void qemu_sglist_add(QEMUSGList *qsg, dma_addr_t base, dma_addr_t len)
{
    if (qsg->nsg == qsg->nalloc) {
        qsg->nalloc *= 2;
        qsg->sg = g_renew(ScatterGatherEntry, qsg->sg, qsg->nalloc);
    }
    qsg->sg[qsg->nsg++] = (ScatterGatherEntry) { base, len };
    qsg->size += len;
}

void qemu_sglist_destroy(QEMUSGList *qsg)
{
    if (qsg->dev) {
        object_unref(OBJECT(qsg->dev));
    }
    g_free(qsg->sg);
    memset(qsg, 0, sizeof(*qsg));
}

static MemTxResult sglist_copy(uint8_t *ptr, dma_addr_t len, dma_addr_t *residual,
                               QEMUSGList *sg, DMADirection dir, MemTxAttrs attrs)
{
    dma_addr_t left = sg->size;
    MemTxResult result = MEMTX_OK;

    len = MIN(len, left);
    for (int i = 0; len; i++) {
        dma_addr_t step = MIN(len, sg->sg[i].len);

        result |= dma_memory_rw(sg->as, sg->sg[i].base, ptr, step, dir, attrs);
        ptr += step;
        len -= step;
        left -= step;
    }
    if (residual) {
        *residual = left;
    }
    return result;
}

MemTxResult dma_buf_read(void *ptr, dma_addr_t len, dma_addr_t *residual, QEMUSGList *sg,
                         MemTxAttrs attrs)
{
    return sglist_copy(ptr, len, residual, sg, DMA_DIRECTION_FROM_DEVICE, attrs);
}

MemTxResult dma_buf_write(void *ptr, dma_addr_t len, dma_addr_t *residual, QEMUSGList *sg,
                          MemTxAttrs attrs)
{
    return sglist_copy(ptr, len, residual, sg, DMA_DIRECTION_TO_DEVICE, attrs);
}

uint64_t dma_aligned_pow2_mask(uint64_t start, uint64_t end, int max_addr_bits)
{
    uint64_t limit = max_addr_bits >= 64 ? UINT64_MAX : (1ULL << max_addr_bits) - 1;
    uint64_t align_mask = start ? (start & -start) - 1 : UINT64_MAX;
    uint64_t length_mask = end - start;

    /* Round the length, which is end - start + 1, down to a power of two. */
    if (length_mask != UINT64_MAX) {
        length_mask = (1ULL << (63 - clz64(length_mask + 1))) - 1;
    }
    return MIN(MIN(align_mask, length_mask), limit);
}
