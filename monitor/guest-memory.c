/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Guest memory as monitor commands read it. */
#include "qemu/osdep.h"
#include "exec/address-spaces.h"
#include "exec/memory.h"
#include "hw/core/cpu.h"
#include "qapi/error.h"
#include "guest-memory-internal.h"

bool monitor_guest_read(CPUState *cpu, uint64_t addr, void *buf, size_t len,
                        Error **errp)
{
    if (cpu ? cpu_memory_rw_debug(cpu, addr, buf, len, false) != 0
            : address_space_read(&address_space_memory, addr,
                                 (MemTxAttrs) { .unspecified = 1, .debug = 1 },
                                 buf, len) != MEMTX_OK) {
        error_setg(errp, "cannot read memory at 0x%" PRIx64 ", %zu bytes",
                   addr, len);
        return false;
    }
    return true;
}
