/* SPDX-License-Identifier: GPL-2.0-or-later */
/* State of a flash bank, shared by its registers (pflash-cfi01-cmd.c), drive and type. */
#ifndef HW_BLOCK_PFLASH_CFI01_INTERNAL_H
#define HW_BLOCK_PFLASH_CFI01_INTERNAL_H

#include "hw/block/flash.h"
#include "hw/sysbus.h"
#include "migration/vmstate.h"
#include "qemu/bitops.h"
#include "sysemu/block-backend.h"

#define PFLASH_CFI_BYTES 0x52

/* Status register. */
#define PFLASH_SR_READY 0x80
#define PFLASH_SR_ERASE_ERROR 0x20
#define PFLASH_SR_PROGRAM_ERROR 0x10
#define PFLASH_SR_LOCKED 0x02
#define PFLASH_SR_SEQUENCE_ERROR (PFLASH_SR_ERASE_ERROR | PFLASH_SR_PROGRAM_ERROR)

/* Unit of writing back to the drive, bytes. */
#define PFLASH_STORE_UNIT 4096

/* What the next write cycle means. */
typedef enum PFlashCycle {
    PFLASH_COMMAND,
    PFLASH_PROGRAM_DATA,
    PFLASH_ERASE_CONFIRM,
    PFLASH_LOCK_CONFIRM,
    PFLASH_BUFFER_COUNT,
    PFLASH_BUFFER_DATA,
    PFLASH_BUFFER_CONFIRM,
    PFLASH_CYCLE_COUNT
} PFlashCycle;

/* What reads show. */
typedef enum PFlashMode {
    PFLASH_READ_ARRAY,
    PFLASH_READ_STATUS,
    PFLASH_READ_ID,
    PFLASH_READ_QUERY,
    PFLASH_MODE_COUNT
} PFlashMode;

struct PFlashCFI01 {
    SysBusDevice parent_obj;

    MemoryRegion mem;
    uint8_t *storage;           /* the region's memory */
    char *name;
    BlockBackend *blk;
    bool is_read_only;

    /* Properties. */
    uint32_t num_blocks;
    uint64_t sector_len;
    uint8_t bank_width;
    uint8_t device_width;
    uint8_t max_device_width;
    uint32_t features;
    uint16_t ident[4];
    bool old_multiple_chip_handling;

    /* From them. */
    uint64_t size;
    unsigned num_devices;
    uint32_t buffer_bytes;      /* of all chips of the bank together */
    uint8_t cfi_table[PFLASH_CFI_BYTES];

    /* State. */
    uint8_t cycle;              /* PFlashCycle */
    uint8_t mode;               /* PFlashMode */
    uint8_t status;
    uint64_t buffer_base;       /* where in the bank the buffer belongs */
    uint32_t buffer_left;       /* data cycles that are still to come */
    uint8_t *buffer;            /* what will be programmed; ones change nothing */
    uint32_t lock_words;
    uint32_t *locks;            /* one bit per block */

    /* Writing back. Units whose bit is set differ from the drive, or may. */
    unsigned long *dirty;
    uint64_t store_offset;      /* of the request under way */
    struct iovec store_iov;
    QEMUIOVector store_qiov;
    bool store_is_busy;
    bool store_has_failed;      /* nothing more until something asks again */
    VMChangeStateEntry *vmstate;
};

#define PFLASH_BE 0

/* ---- pflash-cfi01-cmd.c: BQL ---- */
extern const MemoryRegionOps pflash_cfi01_ops;
/* What the chip's query shows, from its geometry. */
void pflash_cfi01_table_fill(PFlashCFI01 *pfl);
/* Read the array from now on. */
void pflash_cfi01_read_array(PFlashCFI01 *pfl);

/* ---- pflash-cfi01-store.c: BQL ---- */
bool pflash_cfi01_store_open(PFlashCFI01 *pfl, Error **errp);
/* Writes back what is left, and says so where that fails. */
void pflash_cfi01_store_close(PFlashCFI01 *pfl);
/* [@offset, @offset + @bytes) has changed. */
void pflash_cfi01_store_mark(PFlashCFI01 *pfl, uint64_t offset, uint64_t bytes);
/* The content came from elsewhere (a saved state): find out what to write back. */
void pflash_cfi01_store_compare(PFlashCFI01 *pfl);

#endif
