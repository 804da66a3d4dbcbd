/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For tests of block/: temporary files, nodes from option text, requests that
 * are waited for in the main loop. The main function calls
 * block_harness_init() first.
 */
#ifndef TESTS_UNIT_BLOCK_HARNESS_H
#define TESTS_UNIT_BLOCK_HARNESS_H

#include "block/file-internal.h"
#include "sysemu/block-backend.h"

/* The main loop, and the BQL for good. */
void block_harness_init(void);

/* A new file of @bytes in a temporary directory; freed and removed by the second. */
char *block_file_new(int64_t bytes);
void block_file_free(char *path);

/* A node from -blockdev's text, formatted; the caller gets a reference. Fails the test. */
BlockDriverState *block_node_new(const char *fmt, ...) G_GNUC_PRINTF(1, 2);
/* The same, which must fail; the message belongs to the caller. */
char *block_node_refused(const char *fmt, ...) G_GNUC_PRINTF(1, 2);

/* A backend that may read and write the node of @fmt, and is its only user. */
BlockBackend *block_backend_new(const char *fmt, ...) G_GNUC_PRINTF(1, 2);

/* What a completion function of these tests fills in. */
typedef struct BlockResult {
    int calls;
    int ret;
} BlockResult;
void block_result_set(void *opaque, int ret);
/* Run the main loop until @result has been set @calls times. */
void block_result_wait(BlockResult *result, int calls);

/* System calls that can be told to fail; block_fault_clear() restores the real ones. */
typedef enum BlockFault {
    FAULT_OPEN,
    FAULT_FSTAT,
    FAULT_PREADV,
    FAULT_PWRITEV,
    FAULT_FDATASYNC,
    FAULT_FALLOCATE,
    FAULT_FTRUNCATE,
    FAULT_LOCK,
    FAULT_IOCTL,
    FAULT_COUNT
} BlockFault;
/* From now on calls of that kind fail with @error. */
void block_fault_set(BlockFault fault, int error);
/* Transfers move at most @bytes at a time and are interrupted once before each. */
void block_transfers_limit(size_t bytes);
void block_fault_clear(void);
/* How often each was called since the last clear. */
unsigned block_calls_count(BlockFault fault);

#endif
