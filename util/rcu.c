/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * RCU (qemu/rcu.h): thread registration and deferred calls around liburcu's
 * "memb" flavour.
 *
 * Deferred calls are pushed on a lock-free stack. One thread, started by the
 * first call, takes the whole stack, waits for a grace period, and runs the
 * batch oldest first with the BQL held. Sleeping a little before it takes the
 * stack lets many calls share one grace period.
 *
 * Some readers, the software CPUs, stay inside a section as long as nobody wants anything of
 * them. While a grace period is waited for, a second thread asks them to leave.
 */
#include "qemu/osdep.h"
#include "qemu/lockable.h"
#include "qemu/main-loop.h"
#include "qemu/rcu.h"

#ifdef CONFIG_TSAN
char rcu_tsan_token[1];
#endif

__thread bool rcu_thread_is_registered;

/* How long the first call of a batch waits for company. */
#define RCU_BATCH_DELAY_US 500

static pthread_once_t rcu_key_once = PTHREAD_ONCE_INIT;
static pthread_key_t rcu_key;

static struct rcu_head *rcu_pending;        /* newest first */
static bool rcu_thread_started;
static QemuEvent rcu_wanted;
/* How many callers of drain_call_rcu() wait: then nobody else is waited for. */
static int rcu_drainers;

static void rcu_thread_leave(void *unused)
{
    rcu_unregister_thread();
}

static void rcu_key_create(void)
{
    if (pthread_key_create(&rcu_key, rcu_thread_leave)) {
        abort();
    }
}

void rcu_register_thread(void)
{
    if (rcu_thread_is_registered) {
        return;
    }
    /* The key's destructor unregisters the thread however it ends. */
    pthread_once(&rcu_key_once, rcu_key_create);
    pthread_setspecific(rcu_key, &rcu_key);
    urcu_memb_register_thread();
    rcu_thread_is_registered = true;
}

void rcu_unregister_thread(void)
{
    if (rcu_thread_is_registered) {
        rcu_thread_is_registered = false;
        urcu_memb_unregister_thread();
    }
}

/*
 * Readers that must be asked. The thread exists once there was one; it runs while rcu_waiting,
 * the number of those in synchronize_rcu(), is not 0. force_lock guards the list, and is held
 * while notifiers run: a lock inside all others.
 */
#define RCU_FORCE_FIRST_US 50
#define RCU_FORCE_LONGEST_US 10000

static QemuMutex force_lock = QEMU_MUTEX_INITIALIZER;
static NotifierList force_notifiers = NOTIFIER_LIST_INITIALIZER(force_notifiers);
static QemuEvent force_wanted;
static bool force_thread_started;
static unsigned rcu_waiting;

static void *force_thread_run(void *opaque)
{
    for (;;) {
        unsigned pause = RCU_FORCE_FIRST_US;

        qemu_event_wait(&force_wanted);
        qemu_event_reset(&force_wanted);
        while (qatomic_read(&rcu_waiting)) {
            WITH_QEMU_LOCK_GUARD(&force_lock) {
                notifier_list_notify(&force_notifiers, NULL);
            }
            g_usleep(pause);
            pause = MIN(pause * 2, RCU_FORCE_LONGEST_US);
        }
    }
    return NULL;
}

void rcu_add_force_rcu_notifier(Notifier *notifier)
{
    QEMU_LOCK_GUARD(&force_lock);
    notifier_list_add(&force_notifiers, notifier);
    if (!force_thread_started) {
        QemuThread thread;

        qemu_event_init(&force_wanted, true);
        /* Before the thread runs: who does not see it yet is counted when it begins. */
        __atomic_store_n(&force_thread_started, true, __ATOMIC_SEQ_CST);
        qemu_thread_create(&thread, "force_rcu", force_thread_run, NULL, QEMU_THREAD_DETACHED);
    }
}

void rcu_remove_force_rcu_notifier(Notifier *notifier)
{
    QEMU_LOCK_GUARD(&force_lock);
    notifier_remove(notifier);
}

void synchronize_rcu(void)
{
    __atomic_fetch_add(&rcu_waiting, 1, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&force_thread_started, __ATOMIC_SEQ_CST)) {
        qemu_event_set(&force_wanted);
    }
    RCU_TSAN_RELEASE();
    urcu_memb_synchronize_rcu();
    RCU_TSAN_ACQUIRE();
    __atomic_fetch_sub(&rcu_waiting, 1, __ATOMIC_SEQ_CST);
}

/* The next pointer of a deferred call; liburcu's own type of it is of no use here. */
static struct rcu_head **rcu_next(struct rcu_head *head)
{
    return (struct rcu_head **)(void *)&head->next;
}

/* Takes everything submitted so far, oldest first. */
static struct rcu_head *rcu_pending_take(void)
{
    struct rcu_head *newest = qatomic_xchg(&rcu_pending, NULL);
    struct rcu_head *oldest = NULL;

    while (newest) {
        struct rcu_head *next = *rcu_next(newest);

        *rcu_next(newest) = oldest;
        oldest = newest;
        newest = next;
    }
    return oldest;
}

static void rcu_batch_run(struct rcu_head *batch)
{
    bql_lock();
    while (batch) {
        struct rcu_head *next = *rcu_next(batch);

        batch->func(batch);
        batch = next;
    }
    bql_unlock();
}

static void *rcu_thread_run(void *opaque)
{
    for (;;) {
        struct rcu_head *batch;

        qemu_event_wait(&rcu_wanted);
        qemu_event_reset(&rcu_wanted);
        if (!qatomic_read(&rcu_drainers)) {
            g_usleep(RCU_BATCH_DELAY_US);
        }
        batch = rcu_pending_take();
        if (batch) {
            synchronize_rcu();
            rcu_batch_run(batch);
        }
    }
    return NULL;
}

static void rcu_thread_start(void)
{
    static QemuMutex start_lock = QEMU_MUTEX_INITIALIZER;
    QemuThread thread;

    QEMU_LOCK_GUARD(&start_lock);
    if (!rcu_thread_started) {
        qemu_event_init(&rcu_wanted, false);
        qemu_thread_create(&thread, "call_rcu", rcu_thread_run, NULL, QEMU_THREAD_DETACHED);
        qatomic_store_release(&rcu_thread_started, true);
    }
}

void call_rcu1(struct rcu_head *head, RCUCBFunc *func)
{
    struct rcu_head *newest = qatomic_read(&rcu_pending);

    if (unlikely(!qatomic_load_acquire(&rcu_thread_started))) {
        rcu_thread_start();
    }
    head->func = func;
    do {
        *rcu_next(head) = newest;
    } while (!__atomic_compare_exchange_n(&rcu_pending, &newest, head, true,
                                          __ATOMIC_SEQ_CST, __ATOMIC_RELAXED));
    /* Only the first of a batch finds the stack empty, and wakes the thread. */
    if (!newest) {
        qemu_event_set(&rcu_wanted);
    }
}

typedef struct RcuDrain {
    struct rcu_head rcu;
    QemuEvent done;
} RcuDrain;

static void rcu_drain_done(RcuDrain *drain)
{
    qemu_event_set(&drain->done);
}

void drain_call_rcu(void)
{
    RcuDrain drain = {};
    bool had_bql = bql_locked();

    qemu_event_init(&drain.done, false);
    if (had_bql) {
        bql_unlock();
    }
    qatomic_inc(&rcu_drainers);
    call_rcu(&drain, rcu_drain_done, rcu);
    qemu_event_wait(&drain.done);
    qatomic_dec(&rcu_drainers);
    if (had_bql) {
        bql_lock();
    }
    qemu_event_destroy(&drain.done);
}
