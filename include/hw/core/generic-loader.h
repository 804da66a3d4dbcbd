/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -device loader: puts a value or a file into guest memory at every reset, or makes a CPU start
 * elsewhere. Properties: docs/devices/loader.md.
 */
#ifndef HW_CORE_GENERIC_LOADER_H
#define HW_CORE_GENERIC_LOADER_H

#include "hw/core/cpu.h"
#include "hw/qdev-core.h"

#define TYPE_GENERIC_LOADER "loader"
OBJECT_DECLARE_SIMPLE_TYPE(GenericLoaderState, GENERIC_LOADER)

struct GenericLoaderState {
    DeviceState parent_obj;

    CPUState *cpu;              /* whose memory and program counter; NULL: nobody's */
    AddressSpace *as;
    uint64_t pc;
    bool set_pc;
    uint8_t bytes[8];           /* of data, in the order of memory */

    uint64_t addr;
    uint64_t data;
    uint8_t data_len;
    uint32_t cpu_num;
    char *file;
    bool force_raw;
    bool data_be;
};

#endif
