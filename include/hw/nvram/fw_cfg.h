/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fw_cfg: a store of named and numbered items that the machine hands to firmware and guest.
 * Names as in QEMU 8.2. Keys, layouts and bits of the interface: linux/qemu_fw_cfg.h.
 * Left out: the port I/O variant, file orders of old machine types, boot order and ACPI.
 *
 * Functions that add or modify are for boards and devices: adding what is there
 * already, or a file without a free slot, is a bug and ends the program, except where an
 * Error is taken. BQL.
 */
#ifndef HW_NVRAM_FW_CFG_H
#define HW_NVRAM_FW_CFG_H

#include <linux/qemu_fw_cfg.h>
#include "exec/hwaddr.h"
#include "hw/sysbus.h"
#include "sysemu/dma.h"

#define TYPE_FW_CFG "fw_cfg"
#define TYPE_FW_CFG_MEM "fw_cfg_mem"

OBJECT_DECLARE_SIMPLE_TYPE(FWCfgState, FW_CFG)
OBJECT_DECLARE_SIMPLE_TYPE(FWCfgMemState, FW_CFG_MEM)

#define TYPE_FW_CFG_DATA_GENERATOR_INTERFACE "fw_cfg-data-generator"
typedef struct FWCfgDataGeneratorClass FWCfgDataGeneratorClass;
DECLARE_CLASS_CHECKERS(FWCfgDataGeneratorClass, FW_CFG_DATA_GENERATOR,
                       TYPE_FW_CFG_DATA_GENERATOR_INTERFACE)

/* @get_data: the contents of an item, owned by the caller, or NULL with an error. */
struct FWCfgDataGeneratorClass {
    InterfaceClass parent_class;
    GByteArray *(*get_data)(Object *obj, Error **errp);
};

/* A file in the directory, as the guest sees it. */
typedef struct fw_cfg_file FWCfgFile;

/* The directory, item FW_CFG_FILE_DIR. All numbers are big-endian. */
typedef struct FWCfgFiles {
    uint32_t count;
    FWCfgFile f[];
} FWCfgFiles;

/* What the guest puts at an address for a transfer; big-endian. */
typedef struct fw_cfg_dma_access FWCfgDmaAccess;

/* The guest selected the item. */
typedef void (*FWCfgCallback)(void *opaque);
/* The guest has written @len bytes at @start of the item. */
typedef void (*FWCfgWriteCallback)(void *opaque, off_t start, size_t len);

struct FWCfgState {
    SysBusDevice parent_obj;

    uint16_t file_slots;        /* how many files fit */
    FWCfgEntry *entries[2];     /* by key: of all machines; with FW_CFG_ARCH_LOCAL */
    FWCfgFiles *files;
    uint16_t cur_entry;         /* key, or FW_CFG_INVALID */
    uint32_t cur_offset;
    bool dma_enabled;
    dma_addr_t dma_addr;        /* high half of an address, while the low one is awaited */
    AddressSpace *dma_as;
    MemoryRegion dma_iomem;
};

struct FWCfgMemState {
    FWCfgState parent_obj;

    MemoryRegion ctl_iomem;
    MemoryRegion data_iomem;
    uint32_t data_width;
    MemoryRegionOps data_ops;
};

/* ---- numbered items; @data stays the caller's and must live as long as the device ---- */

void fw_cfg_add_bytes(FWCfgState *s, uint16_t key, void *data, size_t len);
/* A copy of the text with its final NUL. */
void fw_cfg_add_string(FWCfgState *s, uint16_t key, const char *value);
void fw_cfg_modify_string(FWCfgState *s, uint16_t key, const char *value);
/* Numbers, which the guest reads in little-endian order. */
void fw_cfg_add_i16(FWCfgState *s, uint16_t key, uint16_t value);
void fw_cfg_modify_i16(FWCfgState *s, uint16_t key, uint16_t value);
void fw_cfg_add_i32(FWCfgState *s, uint16_t key, uint32_t value);
void fw_cfg_modify_i32(FWCfgState *s, uint16_t key, uint32_t value);
void fw_cfg_add_i64(FWCfgState *s, uint16_t key, uint64_t value);
void fw_cfg_modify_i64(FWCfgState *s, uint16_t key, uint64_t value);

/* As fw_cfg_add_bytes(), and @data (g_malloc) belongs to the device now. */
void fw_cfg_take_bytes(FWCfgState *s, uint16_t key, void *data, size_t len);

/*
 * The contents of the file @filename as @data_key and its size as @size_key (32 bits). False
 * with an error that names the file, and nothing is added.
 */
bool fw_cfg_add_image(FWCfgState *s, uint16_t size_key, uint16_t data_key, const char *filename,
                      Error **errp);

/* ---- files: items with a name, found in the directory ---- */

void fw_cfg_add_file(FWCfgState *s, const char *filename, void *data, size_t len);

/* The same, and @data (g_malloc) belongs to the device now. */
void fw_cfg_take_file(FWCfgState *s, const char *filename, void *data, size_t len);

/*
 * As fw_cfg_add_file() with callbacks (each may be NULL) that get @callback_opaque. The guest may
 * write to it unless it is @read_only; what it wrote is part of the saved state.
 */
void fw_cfg_add_file_callback(FWCfgState *s, const char *filename, FWCfgCallback select_cb,
                              FWCfgWriteCallback write_cb, void *callback_opaque, void *data,
                              size_t len, bool read_only);

/*
 * Other contents for a file, which is added if there is none. Returns the old @data if that
 * is the caller's to free, else NULL. It becomes read-only and loses its callbacks.
 */
void *fw_cfg_modify_file(FWCfgState *s, const char *filename, void *data, size_t len);

/* Can a file of that name be added? False with an error: too long, taken, no free slot. */
bool fw_cfg_check_file(FWCfgState *s, const char *filename, Error **errp);

/* A file with what the object @gen_id generates. False with an error. */
bool fw_cfg_add_from_generator(FWCfgState *s, const char *filename, const char *gen_id,
                               Error **errp);

/* ---- the device ---- */

/*
 * Board helpers: create the device with its selector at @ctl_addr, its data register of
 * @data_width bytes at @data_addr and, if neither @dma_addr nor @dma_as is 0, its DMA register.
 * Errors end the program.
 */
FWCfgState *fw_cfg_init_mem(hwaddr ctl_addr, hwaddr data_addr);
FWCfgState *fw_cfg_init_mem_wide(hwaddr ctl_addr, hwaddr data_addr, uint32_t data_width,
                                 hwaddr dma_addr, AddressSpace *dma_as);

/* The machine's fw_cfg (borrowed); NULL if there is none. */
FWCfgState *fw_cfg_find(void);
/* @opaque: an FWCfgState. */
bool fw_cfg_dma_enabled(void *opaque);

#endif
