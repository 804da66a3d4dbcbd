/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Register API: a device describes each register in a table (reset value,
 * read-only, write-one-to-clear, clear-on-read, reserved and unimplemented
 * bits, hooks) and gets a memory region that behaves accordingly.
 */
#ifndef HW_REGISTER_H
#define HW_REGISTER_H

#include "hw/qdev-core.h"
#include "exec/memory.h"
#include "hw/registerfields.h"

typedef struct RegisterInfo RegisterInfo;
typedef struct RegisterAccessInfo RegisterAccessInfo;
typedef struct RegisterInfoArray RegisterInfoArray;

/*
 * @ro: bits that writes do not change; @w1c: written 1 clears them; @reset:
 * value after reset; @cor: bits that a read clears; @rsvd: must be kept (a
 * change is a guest error); @unimp: writing another value than the reset one is
 * logged as unimplemented.
 * @pre_write sees the value about to be stored and may change it; @post_write
 * sees what was stored; @post_read may change what the guest gets.
 * @addr: byte offset in the block.
 */
struct RegisterAccessInfo {
    const char *name;
    uint64_t ro;
    uint64_t w1c;
    uint64_t reset;
    uint64_t cor;
    uint64_t rsvd;
    uint64_t unimp;

    uint64_t (*pre_write)(RegisterInfo *reg, uint64_t val);
    void (*post_write)(RegisterInfo *reg, uint64_t val);
    uint64_t (*post_read)(RegisterInfo *reg, uint64_t val);

    hwaddr addr;
};

/* One register: where its value is stored (@data, @data_size bytes). */
struct RegisterInfo {
    /* <private> */
    DeviceState parent_obj;

    /* <public> */
    void *data;
    int data_size;

    const RegisterAccessInfo *access;
    void *opaque;
};

#define TYPE_REGISTER "qemu-register"
DECLARE_INSTANCE_CHECKER(RegisterInfo, REGISTER, TYPE_REGISTER)

/* The opaque pointer of a block's memory region. */
struct RegisterInfoArray {
    MemoryRegion mem;

    int num_elements;
    RegisterInfo **r;

    bool debug;
    const char *prefix;
};

/*
 * Store the bits of @val that @we (write enable) selects. @prefix and @debug
 * are for the log.
 */
void register_write(RegisterInfo *reg, uint64_t val, uint64_t we, const char *prefix, bool debug);

/* Value of the bits that @re selects; clear-on-read takes effect for them. */
uint64_t register_read(RegisterInfo *reg, uint64_t re, const char *prefix, bool debug);

/* Give the register its reset value; the post_write hook sees it. */
void register_reset(RegisterInfo *reg);

/* MemoryRegionOps callbacks of a block; @opaque is its RegisterInfoArray. */
void register_write_memory(void *opaque, hwaddr addr, uint64_t value, unsigned size);
uint64_t register_read_memory(void *opaque, hwaddr addr, unsigned size);

/*
 * Build a block of registers of that width for @owner from the @num entries of
 * @rae. @ri and @data are arrays indexed by register number (addr / width).
 * The owner maps the result's .mem and calls register_finalize_block() in its
 * instance finalize.
 */
RegisterInfoArray *register_init_block8(DeviceState *owner, const RegisterAccessInfo *rae, int num,
                                        RegisterInfo *ri, uint8_t *data,
                                        const MemoryRegionOps *ops, bool debug_enabled,
                                        uint64_t memory_size);
RegisterInfoArray *register_init_block32(DeviceState *owner, const RegisterAccessInfo *rae,
                                         int num, RegisterInfo *ri, uint32_t *data,
                                         const MemoryRegionOps *ops, bool debug_enabled,
                                         uint64_t memory_size);
RegisterInfoArray *register_init_block64(DeviceState *owner, const RegisterAccessInfo *rae,
                                         int num, RegisterInfo *ri, uint64_t *data,
                                         const MemoryRegionOps *ops, bool debug_enabled,
                                         uint64_t memory_size);

void register_finalize_block(RegisterInfoArray *r_array);

#endif
