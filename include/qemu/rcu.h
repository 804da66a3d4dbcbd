/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Read-copy-update on liburcu's "memb" flavour. Readers cost a few
 * instructions and never wait; they nest. Any thread may read: the first read
 * registers the thread, its end unregisters it.
 *
 * Deferred work runs in one thread of its own, in the order of submission,
 * with the BQL held, as device code expects of call_rcu().
 */
#ifndef QEMU_RCU_H
#define QEMU_RCU_H

#include "qemu/atomic.h"

/*
 * Readers inline; "LGPL source" is liburcu's word for any licence that may do
 * so. Not under TSan, which would take liburcu's own accesses for races.
 */
#if !defined(_LGPL_SOURCE) && !defined(CONFIG_TSAN)
#define _LGPL_SOURCE
#endif
#include <urcu/urcu-memb.h>
#include "qemu/notify.h"

#include "qemu/thread.h"

#ifdef CONFIG_TSAN
/* liburcu is not instrumented: tell TSan what a grace period orders. */
extern char rcu_tsan_token[];
void __tsan_acquire(void *addr);
void __tsan_release(void *addr);
#define RCU_TSAN_ACQUIRE() __tsan_acquire(rcu_tsan_token)
#define RCU_TSAN_RELEASE() __tsan_release(rcu_tsan_token)
#else
#define RCU_TSAN_ACQUIRE() ((void)0)
#define RCU_TSAN_RELEASE() ((void)0)
#endif

/* Make the current thread known, or unknown, to RCU; harmless when it already is. */
void rcu_register_thread(void);
void rcu_unregister_thread(void);

/* Private to the functions below. */
extern __thread bool rcu_thread_is_registered;

static inline void rcu_read_lock(void)
{
    if (unlikely(!rcu_thread_is_registered)) {
        rcu_register_thread();
    }
    urcu_memb_read_lock();
}

static inline void rcu_read_unlock(void)
{
    RCU_TSAN_RELEASE();
    urcu_memb_read_unlock();
}

/* Whether the current thread is inside a read-side section. */
static inline bool rcu_read_is_locked(void)
{
    return urcu_memb_read_ongoing();
}

/*
 * Waits until every read-side section that is running now has ended. Not from
 * inside one, and better not with the BQL held.
 */
void synchronize_rcu(void);

/*
 * @notifier is called again and again (argument NULL) while somebody waits for a grace period, by
 * a thread of RCU's own and without the BQL: for readers that stay inside a section until they
 * are asked to leave it. A grace period needs every reader to leave twice. Once the removal has
 * returned it is not called any more. Not from inside a notifier.
 */
void rcu_add_force_rcu_notifier(Notifier *notifier);
void rcu_remove_force_rcu_notifier(Notifier *notifier);

/* struct rcu_head, the member of an object whose end is deferred, is liburcu's. */
typedef void RCUCBFunc(struct rcu_head *head);

/* Calls @func(@head) after a grace period. Any thread, inside a reader too. */
void call_rcu1(struct rcu_head *head, RCUCBFunc *func);

/*
 * call_rcu(ptr, func, field): func(ptr) after a grace period. @field is the
 * struct rcu_head inside *ptr and must be its first member; func takes
 * exactly ptr's type.
 */
#define call_rcu(head, func, field) ({                                    \
        QEMU_BUILD_BUG_ON(offsetof(__typeof__(*(head)), field) != 0);     \
        void (*call_rcu_func_)(__typeof__(head)) = (func);                \
        call_rcu1(&(head)->field, (RCUCBFunc *)(void *)call_rcu_func_); })

/* g_free(obj) after a grace period; @field as above. */
#define g_free_rcu(obj, field) ({                                         \
        QEMU_BUILD_BUG_ON(offsetof(__typeof__(*(obj)), field) != 0);      \
        call_rcu1(&(obj)->field, (RCUCBFunc *)(void *)g_free); })

/*
 * Returns after everything submitted before has run. Drops the BQL meanwhile if
 * held. Not from a deferred call, nor inside a read section.
 */
void drain_call_rcu(void);

typedef void RCUReadAuto;
static inline RCUReadAuto *rcu_read_auto_lock(void)
{
    rcu_read_lock();
    return (void *)1;
}

static inline void rcu_read_auto_unlock(RCUReadAuto *r)
{
    rcu_read_unlock();
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(RCUReadAuto, rcu_read_auto_unlock)

#define WITH_RCU_READ_LOCK_GUARD_(var)                                    \
    for (g_autoptr(RCUReadAuto) var = rcu_read_auto_lock();               \
         var; rcu_read_auto_unlock(var), var = NULL)
#define WITH_RCU_READ_LOCK_GUARD() \
    WITH_RCU_READ_LOCK_GUARD_(glue(rcu_read_auto_, __COUNTER__))

#define RCU_READ_LOCK_GUARD()                                             \
    g_autoptr(RCUReadAuto) glue(rcu_read_auto_, __COUNTER__) G_GNUC_UNUSED = \
        rcu_read_auto_lock()

#endif
