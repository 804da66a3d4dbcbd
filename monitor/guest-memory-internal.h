/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Guest memory as monitor commands read it. */
#ifndef MONITOR_GUEST_MEMORY_INTERNAL_H
#define MONITOR_GUEST_MEMORY_INTERNAL_H

#include "qemu/osdep.h"
#include "qapi/error.h"

/*
 * Reads @len bytes at @addr: virtual memory of @cpu, or physical memory if
 * @cpu is NULL. Returns false with @errp set if any of it cannot be read.
 */
bool monitor_guest_read(CPUState *cpu, uint64_t addr, void *buf, size_t len,
                        Error **errp);

#endif
