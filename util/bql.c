/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The big lock (qemu/main-loop.h; order of locks: docs/locking.md). */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"

static QemuMutex bql = QEMU_MUTEX_INITIALIZER;
static __thread bool bql_is_mine;

bool bql_locked(void)
{
    return bql_is_mine;
}

void bql_lock_impl(const char *file, int line)
{
    if (unlikely(bql_is_mine)) {
        g_error("%s:%d: taking the BQL while holding it", file, line);
    }
    qemu_mutex_lock(&bql);
    bql_is_mine = true;
}

void bql_unlock(void)
{
    g_assert(bql_is_mine);
    bql_is_mine = false;
    qemu_mutex_unlock(&bql);
}

void qemu_cond_wait_bql(QemuCond *cond)
{
    bql_assert_locked();
    bql_is_mine = false;
    qemu_cond_wait(cond, &bql);
    bql_is_mine = true;
}

void qemu_cond_timedwait_bql(QemuCond *cond, int ms)
{
    bql_assert_locked();
    bql_is_mine = false;
    qemu_cond_timedwait(cond, &bql, ms);
    bql_is_mine = true;
}
