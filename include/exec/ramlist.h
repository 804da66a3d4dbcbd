/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list of all RAM blocks, and notifiers that tell when host memory for RAM
 * comes, changes its size, or goes.
 */
#ifndef EXEC_RAMLIST_H
#define EXEC_RAMLIST_H

#include "exec/cpu-common.h"
#include "qemu/queue.h"
#include "qemu/rcu_queue.h"
#include "qemu/thread.h"

typedef struct RAMBlockNotifier RAMBlockNotifier;

/* Largest blocks first.  Writers hold @mutex and the BQL, readers either or RCU. */
typedef struct RAMList {
    QemuMutex mutex;
    RAMBlock *mru_block; /* where the last address was found; a hint */
    QLIST_HEAD(, RAMBlock) blocks;
    uint32_t version; /* grows with every change of the list */
    QLIST_HEAD(, RAMBlockNotifier) ramblock_notifiers;
} RAMList;
extern RAMList ram_list;

#define INTERNAL_RAMBLOCK_FOREACH(block) QLIST_FOREACH_RCU(block, &ram_list.blocks, next)
#define RAMBLOCK_FOREACH(block) INTERNAL_RAMBLOCK_FOREACH(block)

void qemu_mutex_lock_ramlist(void);
void qemu_mutex_unlock_ramlist(void);

/*
 * @size is in use, up to @max_size is reserved, both bytes.  Callbacks may be NULL and
 * run under the BQL.
 */
struct RAMBlockNotifier {
    void (*ram_block_added)(RAMBlockNotifier *n, void *host, size_t size, size_t max_size);
    void (*ram_block_removed)(RAMBlockNotifier *n, void *host, size_t size, size_t max_size);
    void (*ram_block_resized)(RAMBlockNotifier *n, void *host, size_t old_size, size_t new_size);
    QLIST_ENTRY(RAMBlockNotifier) next;
};

/* add announces the blocks that are there, remove their end. */
void ram_block_notifier_add(RAMBlockNotifier *n);
void ram_block_notifier_remove(RAMBlockNotifier *n);
void ram_block_notify_add(void *host, size_t size, size_t max_size);
void ram_block_notify_remove(void *host, size_t size, size_t max_size);
void ram_block_notify_resize(void *host, size_t old_size, size_t new_size);

/* One line per block, for the monitor.  Free with g_free(). */
char *ram_block_format(void);

#endif
