/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the guest gets at the items of fw_cfg: it selects one, then reads byte after byte, or has
 * pieces moved by DMA. Everything here is fed by the guest.
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/log.h"
#include "fw_cfg-internal.h"
#include "trace.h"

/* Steps of a transfer: one that leads nowhere ends after the first. */
#define DMA_STEP_BYTES (64 * 1024)

static const char *fw_cfg_key_name(const FWCfgState *s, uint16_t key)
{
    static const char *const names[] = {
        [FW_CFG_SIGNATURE] = "signature",
        [FW_CFG_ID] = "id",
        [FW_CFG_UUID] = "uuid",
        [FW_CFG_RAM_SIZE] = "ram_size",
        [FW_CFG_NOGRAPHIC] = "nographic",
        [FW_CFG_NB_CPUS] = "nb_cpus",
        [FW_CFG_KERNEL_SIZE] = "kernel_size",
        [FW_CFG_INITRD_SIZE] = "initrd_size",
        [FW_CFG_BOOT_MENU] = "boot_menu",
        [FW_CFG_MAX_CPUS] = "max_cpus",
        [FW_CFG_KERNEL_DATA] = "kernel_data",
        [FW_CFG_INITRD_DATA] = "initrd_data",
        [FW_CFG_CMDLINE_SIZE] = "cmdline_size",
        [FW_CFG_CMDLINE_DATA] = "cmdline_data",
        [FW_CFG_FILE_DIR] = "file_dir",
    };

    if (key >= FW_CFG_FILE_FIRST &&
        key - FW_CFG_FILE_FIRST < be32_to_cpu(s->files->count)) {
        return s->files->f[key - FW_CFG_FILE_FIRST].name;
    }
    return key < ARRAY_SIZE(names) && names[key] ? names[key] : "?";
}

bool fw_cfg_select(FWCfgState *s, uint16_t key)
{
    FWCfgEntry *e = fw_cfg_entry(s, key);

    s->cur_offset = 0;
    s->cur_entry = e ? key : FW_CFG_INVALID;
    trace_fw_cfg_select(s, key, fw_cfg_key_name(s, key), e != NULL);
    if (e && e->select_cb) {
        e->select_cb(e->callback_opaque);
    }
    return e != NULL;
}

/* The selected item and *@left, the bytes behind the current offset; NULL if there are none. */
static FWCfgEntry *fw_cfg_current(FWCfgState *s, uint32_t *left)
{
    FWCfgEntry *e = fw_cfg_entry(s, s->cur_entry);

    if (!e || !e->data || s->cur_offset >= e->len) {
        return NULL;
    }
    *left = e->len - s->cur_offset;
    return e;
}

/* Behind the end there are zeroes. */
uint64_t fw_cfg_read_data(FWCfgState *s, unsigned size)
{
    uint32_t left;
    FWCfgEntry *e = fw_cfg_current(s, &left);
    uint64_t value = 0;

    for (unsigned i = 0; e && i < MIN(size, left); i++) {
        value |= (uint64_t)e->data[s->cur_offset++] << (8 * (size - 1 - i));
    }
    trace_fw_cfg_read(s, value);
    return value;
}

/* ---- DMA ---- */

typedef enum FWCfgDmaKind {
    DMA_KIND_NONE,
    DMA_KIND_READ,
    DMA_KIND_WRITE,
    DMA_KIND_SKIP,
} FWCfgDmaKind;

static FWCfgDmaKind dma_kind(uint32_t control)
{
    if (control & FW_CFG_DMA_CTL_READ) {
        return DMA_KIND_READ;
    }
    if (control & FW_CFG_DMA_CTL_WRITE) {
        return DMA_KIND_WRITE;
    }
    return control & FW_CFG_DMA_CTL_SKIP ? DMA_KIND_SKIP : DMA_KIND_NONE;
}

/* From @data (NULL: zeroes) to guest memory. */
static bool dma_put(FWCfgState *s, dma_addr_t addr, const uint8_t *data, uint32_t len)
{
    while (len) {
        uint32_t step = MIN(len, DMA_STEP_BYTES);
        MemTxResult result = data ? dma_memory_write(s->dma_as, addr, data, step,
                                                     MEMTXATTRS_UNSPECIFIED)
                                  : dma_memory_set(s->dma_as, addr, 0, step,
                                                   MEMTXATTRS_UNSPECIFIED);

        if (result != MEMTX_OK) {
            return false;
        }
        addr += step;
        data = data ? data + step : NULL;
        len -= step;
    }
    return true;
}

/* A write is done as a whole or not at all. */
static bool dma_write_item(FWCfgState *s, dma_addr_t addr, uint32_t len)
{
    uint32_t left;
    FWCfgEntry *e = fw_cfg_current(s, &left);
    g_autofree uint8_t *buf = NULL;

    if (!e || !e->allow_write || len > left) {
        qemu_log_mask(LOG_GUEST_ERROR, "fw_cfg: write of 0x%x bytes at offset 0x%x of key 0x%x "
                      "is refused\n", len, s->cur_offset, s->cur_entry);
        return false;
    }
    buf = g_malloc(len);
    if (dma_memory_read(s->dma_as, addr, buf, len, MEMTXATTRS_UNSPECIFIED) != MEMTX_OK) {
        return false;
    }
    memcpy(e->data + s->cur_offset, buf, len);
    if (e->write_cb) {
        e->write_cb(e->callback_opaque, s->cur_offset, len);
    }
    s->cur_offset += len;
    return true;
}

static bool dma_read_item(FWCfgState *s, dma_addr_t addr, uint32_t len)
{
    uint32_t left = 0;
    FWCfgEntry *e = fw_cfg_current(s, &left);
    uint32_t count = e ? MIN(len, left) : 0;
    uint32_t offset = s->cur_offset;

    s->cur_offset += count;
    return (!count || dma_put(s, addr, e->data + offset, count)) &&
           dma_put(s, addr + count, NULL, len - count);
}

static bool dma_run(FWCfgState *s, uint32_t control, dma_addr_t addr, uint32_t len)
{
    uint32_t left = 0;

    switch (dma_kind(control)) {
    case DMA_KIND_READ:
        return dma_read_item(s, addr, len);
    case DMA_KIND_WRITE:
        return !len || dma_write_item(s, addr, len);
    case DMA_KIND_SKIP:
        fw_cfg_current(s, &left);
        s->cur_offset += MIN(len, left);
        return true;
    default:
        return true;
    }
}

void fw_cfg_dma_transfer(FWCfgState *s, dma_addr_t addr)
{
    const dma_addr_t control_addr = addr + offsetof(FWCfgDmaAccess, control);
    FWCfgDmaAccess dma;
    uint32_t control;
    bool ok;

    if (dma_memory_read(s->dma_as, addr, &dma, sizeof(dma), MEMTXATTRS_UNSPECIFIED) !=
        MEMTX_OK) {
        qemu_log_mask(LOG_GUEST_ERROR, "fw_cfg: no DMA descriptor can be read at 0x%" PRIx64
                      "\n", addr);
        stl_be_dma(s->dma_as, control_addr, FW_CFG_DMA_CTL_ERROR, MEMTXATTRS_UNSPECIFIED);
        return;
    }
    control = be32_to_cpu(dma.control);
    trace_fw_cfg_dma(s, addr, control, be32_to_cpu(dma.length), be64_to_cpu(dma.address));
    if (control & FW_CFG_DMA_CTL_SELECT) {
        fw_cfg_select(s, control >> 16);
    }
    ok = dma_run(s, control, be64_to_cpu(dma.address), be32_to_cpu(dma.length));
    stl_be_dma(s->dma_as, control_addr, ok ? 0 : FW_CFG_DMA_CTL_ERROR,
               MEMTXATTRS_UNSPECIFIED);
}
