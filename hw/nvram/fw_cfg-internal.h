/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of fw_cfg share: items (fw_cfg-items.c), the guest's side of them
 * (fw_cfg-access.c), types and registers (fw_cfg.c).
 */
#ifndef HW_NVRAM_FW_CFG_INTERNAL_H
#define HW_NVRAM_FW_CFG_INTERNAL_H

#include "hw/nvram/fw_cfg.h"

/* @data NULL: there is no such item, unless @len is 0 and it is empty. */
struct FWCfgEntry {
    uint32_t len;
    bool allow_write;
    bool data_is_owned;
    uint8_t *data;
    void *callback_opaque;
    FWCfgCallback select_cb;
    FWCfgWriteCallback write_cb;
};

/* Keys are below that. */
static inline uint32_t fw_cfg_max_entry(const FWCfgState *s)
{
    return FW_CFG_FILE_FIRST + s->file_slots;
}

/* The item of @key, NULL if there cannot be one. */
FWCfgEntry *fw_cfg_entry(FWCfgState *s, uint16_t key);

/* Tables and the items that every machine has; and their end. */
void fw_cfg_items_init(FWCfgState *s);
void fw_cfg_items_clear(FWCfgState *s);

/* The guest selects @key; false if there is no such item. */
bool fw_cfg_select(FWCfgState *s, uint16_t key);

/* The next @size bytes of the selected item, the first in the highest byte. */
uint64_t fw_cfg_read_data(FWCfgState *s, unsigned size);

/* Do the transfer that is described at @addr. */
void fw_cfg_dma_transfer(FWCfgState *s, dma_addr_t addr);

#endif
