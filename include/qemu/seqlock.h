/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sequence lock: readers never write and repeat when a writer came between;
 * writers exclude each other by a lock of their own. What it protects must be
 * read and written with qatomic_read()/qatomic_set().
 */
#ifndef QEMU_SEQLOCK_H
#define QEMU_SEQLOCK_H

#include "qemu/atomic.h"
#include "qemu/lockable.h"

typedef struct QemuSeqLock {
    unsigned sequence;          /* odd while a writer is inside */
} QemuSeqLock;

static inline void seqlock_init(QemuSeqLock *sl)
{
    qatomic_set(&sl->sequence, 0);
}

static inline void seqlock_write_begin(QemuSeqLock *sl)
{
    qatomic_set(&sl->sequence, sl->sequence + 1);
    smp_wmb();
}

static inline void seqlock_write_end(QemuSeqLock *sl)
{
    qatomic_store_release(&sl->sequence, sl->sequence + 1);
}

#define seqlock_write_lock(sl, lock) do {                                 \
        qemu_lockable_lock(QEMU_MAKE_LOCKABLE(lock));                     \
        seqlock_write_begin(sl);                                          \
    } while (0)
#define seqlock_write_unlock(sl, lock) do {                               \
        seqlock_write_end(sl);                                            \
        qemu_lockable_unlock(QEMU_MAKE_LOCKABLE(lock));                   \
    } while (0)

/* Even, so that a read begun inside a write is always repeated. */
static inline unsigned seqlock_read_begin(const QemuSeqLock *sl)
{
    return qatomic_load_acquire(&sl->sequence) & ~1U;
}

static inline bool seqlock_read_retry(const QemuSeqLock *sl, unsigned start)
{
    smp_rmb();
    return unlikely(qatomic_read(&sl->sequence) != start);
}

#endif
