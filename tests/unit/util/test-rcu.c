/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unit tests of RCU: grace periods, deferred calls, threads nobody registered. */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "qemu/rcu.h"
#include "qemu/rcu_queue.h"

typedef struct Cell {
    struct rcu_head rcu;
    int value;
} Cell;

static Cell *current;
static bool stop;
static int freed;

static void cell_free(Cell *cell)
{
    g_assert_true(bql_locked());
    qatomic_inc(&freed);
    cell->value = -1;
    g_free(cell);
}

static Cell *cell_new(int value)
{
    Cell *cell = g_new0(Cell, 1);

    cell->value = value;
    return cell;
}

static void reader_loop(void)
{
    while (!qatomic_read(&stop)) {
        RCU_READ_LOCK_GUARD();
        Cell *cell = qatomic_rcu_read(&current);

        g_assert_true(rcu_read_is_locked());
        g_assert_cmpint(cell->value, >=, 0);
        WITH_RCU_READ_LOCK_GUARD() {
            g_assert_cmpint(cell->value, >=, 0);
        }
    }
    g_assert_false(rcu_read_is_locked());
}

static void *reader_run(void *arg)
{
    reader_loop();
    return NULL;
}

/* Not one of our threads: liburcu has not heard of it. */
static gpointer foreign_reader_run(gpointer arg)
{
    reader_loop();
    return NULL;
}

typedef void Replace(Cell *old);

static void replace_by_sync(Cell *old)
{
    synchronize_rcu();
    BQL_LOCK_GUARD();
    cell_free(old);
}

static void replace_by_call(Cell *old)
{
    call_rcu(old, cell_free, rcu);
}

static void readers_against(Replace *replace, int rounds)
{
    QemuThread readers[2];
    GThread *foreign;

    stop = false;
    freed = 0;
    current = cell_new(0);
    for (int i = 0; i < 2; i++) {
        qemu_thread_create(&readers[i], "reader", reader_run, NULL, QEMU_THREAD_JOINABLE);
    }
    foreign = g_thread_new("foreign", foreign_reader_run, NULL);
    for (int i = 1; i <= rounds; i++) {
        Cell *old = current;

        qatomic_rcu_set(&current, cell_new(i));
        replace(old);
    }
    drain_call_rcu();
    g_assert_cmpint(qatomic_read(&freed), ==, rounds);
    qatomic_set(&stop, true);
    for (int i = 0; i < 2; i++) {
        qemu_thread_join(&readers[i]);
    }
    g_thread_join(foreign);
    g_free(current);
}

static void test_synchronize_waits_for_readers(void)
{
    readers_against(replace_by_sync, 200);
}

static void test_call_runs_after_readers(void)
{
    readers_against(replace_by_call, 5000);
}

typedef struct Holder {
    QemuEvent inside;
    QemuEvent leave;
} Holder;

static void *holder_run(void *arg)
{
    Holder *h = arg;

    rcu_read_lock();
    qemu_event_set(&h->inside);
    qemu_event_wait(&h->leave);
    rcu_read_unlock();
    return NULL;
}

static void test_call_does_not_run_inside_a_reader(void)
{
    QemuThread thread;
    Holder h;

    freed = 0;
    qemu_event_init(&h.inside, false);
    qemu_event_init(&h.leave, false);
    qemu_thread_create(&thread, "holder", holder_run, &h, QEMU_THREAD_JOINABLE);
    qemu_event_wait(&h.inside);
    {
        Cell *cell = cell_new(1);

        call_rcu(cell, cell_free, rcu);
    }
    g_usleep(20000);
    g_assert_cmpint(qatomic_read(&freed), ==, 0);
    qemu_event_set(&h.leave);
    qemu_thread_join(&thread);
    drain_call_rcu();
    g_assert_cmpint(qatomic_read(&freed), ==, 1);
}

static GString *order;

typedef struct Named {
    struct rcu_head rcu;
    char name;
} Named;

static void named_run(Named *named)
{
    g_string_append_c(order, named->name);
    g_free(named);
}

static void test_calls_run_in_order(void)
{
    order = g_string_new(NULL);
    for (char c = 'a'; c <= 'z'; c++) {
        Named *named = g_new0(Named, 1);

        named->name = c;
        call_rcu(named, named_run, rcu);
    }
    drain_call_rcu();
    g_assert_cmpstr(order->str, ==, "abcdefghijklmnopqrstuvwxyz");
    g_string_free(order, true);
}

static void test_drain_with_bql_held(void)
{
    Cell *cell = cell_new(1);

    freed = 0;
    bql_lock();
    call_rcu(cell, cell_free, rcu);
    drain_call_rcu();
    g_assert_true(bql_locked());
    bql_unlock();
    g_assert_cmpint(qatomic_read(&freed), ==, 1);
}

static void test_g_free_rcu(void)
{
    Cell *cell = cell_new(1);

    g_free_rcu(cell, rcu);
    drain_call_rcu();               /* the leak checker tells whether it was freed */
}

static void test_registration_is_idempotent(void)
{
    rcu_register_thread();
    rcu_register_thread();
    rcu_read_lock();
    rcu_read_unlock();
    rcu_unregister_thread();
    rcu_unregister_thread();
    rcu_read_lock();                /* registers again */
    g_assert_true(rcu_read_is_locked());
    rcu_read_unlock();
}

static int leave_early(void)
{
    WITH_RCU_READ_LOCK_GUARD() {
        return rcu_read_is_locked();
    }
    return -1;
}

static void test_guard_unlocks_on_return(void)
{
    g_assert_cmpint(leave_early(), ==, 1);
    g_assert_false(rcu_read_is_locked());
}

/* ---- a list walked while it changes ---------------------------------------- */

typedef struct Node {
    struct rcu_head rcu;
    int value;
    QLIST_ENTRY(Node) next;
} Node;

static QLIST_HEAD(, Node) nodes;

static void *walker_run(void *arg)
{
    while (!qatomic_read(&stop)) {
        int last = INT_MAX;
        Node *node;

        RCU_READ_LOCK_GUARD();
        QLIST_FOREACH_RCU(node, &nodes, next) {
            /* Newest first, so a walk sees falling values whatever is removed meanwhile. */
            g_assert_cmpint(node->value, <, last);
            last = node->value;
        }
    }
    return NULL;
}

static void test_list_walk_against_changes(void)
{
    QemuThread walkers[2];
    Node *node, *next;

    stop = false;
    QLIST_INIT(&nodes);
    for (int i = 0; i < 2; i++) {
        qemu_thread_create(&walkers[i], "walker", walker_run, NULL, QEMU_THREAD_JOINABLE);
    }
    for (int i = 0; i < 2000; i++) {
        node = g_new0(Node, 1);
        node->value = i;
        QLIST_INSERT_HEAD_RCU(&nodes, node, next);
        if (i % 3) {
            node = QLIST_NEXT(node, next) ? QLIST_NEXT(node, next) : node;
            QLIST_REMOVE_RCU(node, next);
            g_free_rcu(node, rcu);
        }
    }
    qatomic_set(&stop, true);
    for (int i = 0; i < 2; i++) {
        qemu_thread_join(&walkers[i]);
    }
    QLIST_FOREACH_SAFE(node, &nodes, next, next) {
        g_free(node);
    }
    drain_call_rcu();
}

typedef struct Stayer {
    Notifier notifier;
    bool asked, is_inside, stop;
} Stayer;

static void stayer_asked(Notifier *notifier, void *data)
{
    qatomic_set(&container_of(notifier, Stayer, notifier)->asked, true);
}

/* Stays inside a section until it is asked, and enters the next one at once. */
static void *stayer_run(void *opaque)
{
    Stayer *s = opaque;

    while (!qatomic_read(&s->stop)) {
        RCU_READ_LOCK_GUARD();
        qatomic_set(&s->is_inside, true);
        while (!qatomic_read(&s->asked) && !qatomic_read(&s->stop)) {
            g_usleep(10);
        }
        qatomic_set(&s->asked, false);
    }
    return NULL;
}

static void test_readers_that_stay_are_asked_to_leave(void)
{
    Stayer s = { .notifier.notify = stayer_asked };
    QemuThread thread;

    rcu_add_force_rcu_notifier(&s.notifier);
    qemu_thread_create(&thread, "stayer", stayer_run, &s, QEMU_THREAD_JOINABLE);
    while (!qatomic_read(&s.is_inside)) {
        g_usleep(10);
    }
    for (int i = 0; i < 20; i++) {
        synchronize_rcu();
    }
    rcu_remove_force_rcu_notifier(&s.notifier);
    qatomic_set(&s.stop, true);
    qemu_thread_join(&thread);
    /* Nobody asks any more. */
    qatomic_set(&s.asked, false);
    synchronize_rcu();
    g_usleep(1000);
    g_assert_false(s.asked);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rcu/synchronize-waits-for-readers", test_synchronize_waits_for_readers);
    g_test_add_func("/rcu/call-runs-after-readers", test_call_runs_after_readers);
    g_test_add_func("/rcu/call-does-not-run-inside-a-reader",
                    test_call_does_not_run_inside_a_reader);
    g_test_add_func("/rcu/calls-run-in-order", test_calls_run_in_order);
    g_test_add_func("/rcu/drain-with-bql-held", test_drain_with_bql_held);
    g_test_add_func("/rcu/g-free", test_g_free_rcu);
    g_test_add_func("/rcu/registration-is-idempotent", test_registration_is_idempotent);
    g_test_add_func("/rcu/guard-unlocks-on-return", test_guard_unlocks_on_return);
    g_test_add_func("/rcu/list-walk-against-changes", test_list_walk_against_changes);
    g_test_add_func("/rcu/readers-that-stay-are-asked-to-leave",
                    test_readers_that_stay_are_asked_to_leave);
    return g_test_run();
}
