/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a CPU type tells the rest of a full machine (names of QEMU 8.2); members may be NULL.
 */
#ifndef HW_CORE_SYSEMU_CPU_OPS_H
#define HW_CORE_SYSEMU_CPU_OPS_H

#include "hw/core/cpu.h"

/*
 * @get_phys_page(_attrs)_debug: physical page of a virtual address, -1 when unmapped, changing
 * nothing.  @asidx_from_attrs: which address space an access uses.  @get_crash_info: what the
 * guest left when it panicked (caller frees).  @virtio_is_big_endian: of legacy virtio devices.
 * @legacy_vmsd: saved state of a CPU that is not a device with DeviceClass.vmsd.
 */
typedef struct SysemuCPUOps {
    bool (*get_paging_enabled)(const CPUState *cpu);
    hwaddr (*get_phys_page_debug)(CPUState *cpu, vaddr addr);
    hwaddr (*get_phys_page_attrs_debug)(CPUState *cpu, vaddr addr, MemTxAttrs *attrs);
    int (*asidx_from_attrs)(CPUState *cpu, MemTxAttrs attrs);
    GuestPanicInformation *(*get_crash_info)(CPUState *cpu);
    bool (*virtio_is_big_endian)(CPUState *cpu);
    const VMStateDescription *legacy_vmsd;
} SysemuCPUOps;

#endif
