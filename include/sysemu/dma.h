/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory as bus masters see it: accesses with the ordering a device expects,
 * and scatter-gather lists.  Any thread; see exec/memory-access.h.  Block
 * device helpers (dma_blk_*) come with the first disk controller.
 */
#ifndef SYSEMU_DMA_H
#define SYSEMU_DMA_H

#include "exec/address-spaces.h"
#include "exec/memory.h"
#include "qemu/atomic.h"
#include "qemu/typedefs.h"

typedef enum {
    DMA_DIRECTION_TO_DEVICE = 0,   /* memory is read */
    DMA_DIRECTION_FROM_DEVICE = 1, /* memory is written */
} DMADirection;

typedef uint64_t dma_addr_t;
#define DMA_ADDR_BITS 64
#define DMA_ADDR_FMT "%" PRIx64

typedef struct ScatterGatherEntry {
    dma_addr_t base;
    dma_addr_t len;
} ScatterGatherEntry;

typedef struct QEMUSGList {
    ScatterGatherEntry *sg;
    int nsg;
    int nalloc;
    dma_addr_t size; /* sum of all lengths */
    DeviceState *dev;
    AddressSpace *as;
} QEMUSGList;

/* What the device did before is seen before what it does next. */
static inline void dma_barrier(AddressSpace *as, DMADirection dir)
{
    smp_mb();
}

static inline bool dma_memory_valid(AddressSpace *as, dma_addr_t addr, dma_addr_t len,
                                    DMADirection dir, MemTxAttrs attrs)
{
    return address_space_access_valid(as, addr, len, dir == DMA_DIRECTION_FROM_DEVICE, attrs);
}

/* _relaxed: without dma_barrier(). */
static inline MemTxResult dma_memory_rw_relaxed(AddressSpace *as, dma_addr_t addr, void *buf,
                                                dma_addr_t len, DMADirection dir,
                                                MemTxAttrs attrs)
{
    return address_space_rw(as, addr, attrs, buf, len, dir == DMA_DIRECTION_FROM_DEVICE);
}

static inline MemTxResult dma_memory_read_relaxed(AddressSpace *as, dma_addr_t addr, void *buf,
                                                  dma_addr_t len)
{
    return dma_memory_rw_relaxed(as, addr, buf, len, DMA_DIRECTION_TO_DEVICE,
                                 MEMTXATTRS_UNSPECIFIED);
}

static inline MemTxResult dma_memory_write_relaxed(AddressSpace *as, dma_addr_t addr,
                                                   const void *buf, dma_addr_t len)
{
    return dma_memory_rw_relaxed(as, addr, (void *)buf, len, DMA_DIRECTION_FROM_DEVICE,
                                 MEMTXATTRS_UNSPECIFIED);
}

static inline MemTxResult dma_memory_rw(AddressSpace *as, dma_addr_t addr, void *buf,
                                        dma_addr_t len, DMADirection dir, MemTxAttrs attrs)
{
    dma_barrier(as, dir);
    return dma_memory_rw_relaxed(as, addr, buf, len, dir, attrs);
}

static inline MemTxResult dma_memory_read(AddressSpace *as, dma_addr_t addr, void *buf,
                                          dma_addr_t len, MemTxAttrs attrs)
{
    return dma_memory_rw(as, addr, buf, len, DMA_DIRECTION_TO_DEVICE, attrs);
}

static inline MemTxResult dma_memory_write(AddressSpace *as, dma_addr_t addr, const void *buf,
                                           dma_addr_t len, MemTxAttrs attrs)
{
    return dma_memory_rw(as, addr, (void *)buf, len, DMA_DIRECTION_FROM_DEVICE, attrs);
}

/* Fill [@addr, @addr + @len) with @c. */
MemTxResult dma_memory_set(AddressSpace *as, dma_addr_t addr, uint8_t c, dma_addr_t len,
                           MemTxAttrs attrs);

/* address_space_map() for a device; *@len may come back smaller.  NULL: try later. */
static inline void *dma_memory_map(AddressSpace *as, dma_addr_t addr, dma_addr_t *len,
                                   DMADirection dir, MemTxAttrs attrs)
{
    hwaddr mapped = *len;
    void *p = address_space_map(as, addr, &mapped, dir == DMA_DIRECTION_FROM_DEVICE, attrs);

    *len = mapped;
    return p;
}

static inline void dma_memory_unmap(AddressSpace *as, void *buffer, dma_addr_t len,
                                    DMADirection dir, dma_addr_t access_len)
{
    address_space_unmap(as, buffer, len, dir == DMA_DIRECTION_FROM_DEVICE, access_len);
}

/*
 * ldX_Y_dma() put the value at @addr into *@pval (0 on error), stX_Y_dma() write @val;
 * X is b, w, l or q, Y is le or be.
 */
#define DEFINE_LDST_DMA(L, S, bits, end)                                                        \
    static inline MemTxResult ld##L##_##end##_dma(AddressSpace *as, dma_addr_t addr,            \
                                                   uint##bits##_t *pval, MemTxAttrs attrs)       \
    {                                                                                           \
        MemTxResult res;                                                                        \
        uint##bits##_t val = 0;                                                                 \
                                                                                                \
        res = dma_memory_read(as, addr, &val, bits / 8, attrs);                                 \
        *pval = end##bits##_to_cpu(val);                                                        \
        return res;                                                                             \
    }                                                                                           \
    static inline MemTxResult st##S##_##end##_dma(AddressSpace *as, dma_addr_t addr,            \
                                                   uint##bits##_t val, MemTxAttrs attrs)         \
    {                                                                                           \
        val = cpu_to_##end##bits(val);                                                          \
        return dma_memory_write(as, addr, &val, bits / 8, attrs);                               \
    }

static inline MemTxResult ldub_dma(AddressSpace *as, dma_addr_t addr, uint8_t *val,
                                   MemTxAttrs attrs)
{
    return dma_memory_read(as, addr, val, 1, attrs);
}

static inline MemTxResult stb_dma(AddressSpace *as, dma_addr_t addr, uint8_t val,
                                  MemTxAttrs attrs)
{
    return dma_memory_write(as, addr, &val, 1, attrs);
}

DEFINE_LDST_DMA(uw, w, 16, le)
DEFINE_LDST_DMA(l, l, 32, le)
DEFINE_LDST_DMA(q, q, 64, le)
DEFINE_LDST_DMA(uw, w, 16, be)
DEFINE_LDST_DMA(l, l, 32, be)
DEFINE_LDST_DMA(q, q, 64, be)
#undef DEFINE_LDST_DMA

/* A list of memory pieces of @as; holds a reference on @dev until destroyed. */
void qemu_sglist_init(QEMUSGList *qsg, DeviceState *dev, int alloc_hint, AddressSpace *as);
void qemu_sglist_add(QEMUSGList *qsg, dma_addr_t base, dma_addr_t len);
void qemu_sglist_destroy(QEMUSGList *qsg);

/*
 * Copy up to @len bytes between @ptr and the list: read = device to memory, write =
 * memory to device.  *@residual (may be NULL): bytes of the list not reached.
 */
MemTxResult dma_buf_read(void *ptr, dma_addr_t len, dma_addr_t *residual, QEMUSGList *sg,
                         MemTxAttrs attrs);
MemTxResult dma_buf_write(void *ptr, dma_addr_t len, dma_addr_t *residual, QEMUSGList *sg,
                          MemTxAttrs attrs);

/* Mask (size - 1) of the largest naturally aligned power of two that fits [start, end]. */
uint64_t dma_aligned_pow2_mask(uint64_t start, uint64_t end, int max_addr_bits);

#endif
