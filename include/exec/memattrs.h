/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a memory transaction carries besides address and data, and how it can
 * end.  Passed by value in one 32 bit register.
 */
#ifndef EXEC_MEMATTRS_H
#define EXEC_MEMATTRS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct MemTxAttrs {
    /* Nothing below is known; devices that care treat it as the safe default. */
    unsigned int unspecified : 1;
    /* Arm: the access is to the Secure physical address space. */
    unsigned int secure : 1;
    /* Arm: the full security space (ARMSecuritySpace), of which @secure is one bit. */
    unsigned int space : 2;
    /* The access was made by unprivileged code. */
    unsigned int user : 1;
    /* Only RAM may answer: an I/O region refuses with MEMTX_ACCESS_ERROR. */
    unsigned int memory : 1;
    /* PCI requester ID or similar bus master number; what an MSI controller sees. */
    unsigned int requester_id : 16;
    /* A debugger or the monitor looks: what the guest has under way must not notice. */
    unsigned int debug : 1;
} MemTxAttrs;

#define MEMTXATTRS_UNSPECIFIED ((MemTxAttrs) { .unspecified = 1 })

/* 0, or several of the bits below: an access made of several parts collects them all. */
typedef uint32_t MemTxResult;

#define MEMTX_OK 0
#define MEMTX_ERROR (1U << 0)        /* the device refused the access */
#define MEMTX_DECODE_ERROR (1U << 1) /* nothing answers at that address or with that size */
#define MEMTX_ACCESS_ERROR (1U << 2) /* forbidden: re-entrant, or I/O where only RAM may answer */

#endif
