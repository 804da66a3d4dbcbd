/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unit tests of the list macros (qemu/queue.h, qemu/rcu_queue.h): what a walk
 * yields after each kind of insertion and removal, as a string of names.
 */
#include "qemu/osdep.h"
#include "qemu/queue.h"
#include "qemu/rcu_queue.h"

typedef struct Item {
    char name;
    QLIST_ENTRY(Item) list;
    QSLIST_ENTRY(Item) stack;
    QSIMPLEQ_ENTRY(Item) queue;
    QTAILQ_ENTRY(Item) tail;
} Item;

typedef QLIST_HEAD(ItemList, Item) ItemList;
typedef QSLIST_HEAD(ItemStack, Item) ItemStack;
typedef QSIMPLEQ_HEAD(ItemQueue, Item) ItemQueue;
typedef QTAILQ_HEAD(ItemTail, Item) ItemTail;

static Item a, b, c, d;

static void items_reset(void)
{
    a = (Item) { .name = 'a' };
    b = (Item) { .name = 'b' };
    c = (Item) { .name = 'c' };
    d = (Item) { .name = 'd' };
}

/* Compares the names along a walk with @expected. */
#define ASSERT_WALK(FOREACH, head, field, expected) do {                  \
        g_autoptr(GString) walk_ = g_string_new(NULL);                    \
        Item *item_;                                                      \
                                                                          \
        FOREACH(item_, head, field) {                                     \
            g_string_append_c(walk_, item_->name);                        \
        }                                                                 \
        g_assert_cmpstr(walk_->str, ==, expected);                        \
    } while (0)

static void test_qlist(void)
{
    ItemList head = QLIST_HEAD_INITIALIZER(head), other = QLIST_HEAD_INITIALIZER(other);
    Item *item, *next;

    items_reset();
    g_assert_true(QLIST_EMPTY(&head));
    QLIST_INSERT_HEAD(&head, &b, list);
    QLIST_INSERT_BEFORE(&b, &a, list);
    QLIST_INSERT_AFTER(&b, &d, list);
    QLIST_INSERT_AFTER(&b, &c, list);
    ASSERT_WALK(QLIST_FOREACH, &head, list, "abcd");
    QLIST_REMOVE(&a, list);
    QLIST_REMOVE(&c, list);
    ASSERT_WALK(QLIST_FOREACH, &head, list, "bd");
    g_assert_false(QLIST_IS_INSERTED(&a, list));
    QLIST_SAFE_REMOVE(&a, list);
    QLIST_INSERT_HEAD(&other, &a, list);
    QLIST_SWAP(&head, &other, list);
    ASSERT_WALK(QLIST_FOREACH, &head, list, "a");
    ASSERT_WALK(QLIST_FOREACH, &other, list, "bd");
    QLIST_FOREACH_SAFE(item, &other, list, next) {
        QLIST_REMOVE(item, list);
    }
    g_assert_true(QLIST_EMPTY(&other));
}

static void test_qlist_raw(void)
{
    ItemList head = QLIST_HEAD_INITIALIZER(head);
    void *elm;

    items_reset();
    QLIST_RAW_INSERT_HEAD(&head, &c, offsetof(Item, list));
    QLIST_RAW_INSERT_HEAD(&head, &b, offsetof(Item, list));
    QLIST_RAW_INSERT_HEAD(&head, &a, offsetof(Item, list));
    ASSERT_WALK(QLIST_FOREACH, &head, list, "abc");
    QLIST_RAW_REVERSE(&head, elm, offsetof(Item, list));
    g_assert_true(elm == &c);
    ASSERT_WALK(QLIST_FOREACH, &head, list, "cba");
    QLIST_REMOVE(&b, list);
    QLIST_REMOVE(&c, list);
    ASSERT_WALK(QLIST_FOREACH, &head, list, "a");
}

static void test_qslist(void)
{
    ItemStack head = QSLIST_HEAD_INITIALIZER(head), moved = QSLIST_HEAD_INITIALIZER(moved);

    items_reset();
    QSLIST_INSERT_HEAD(&head, &c, stack);
    QSLIST_INSERT_HEAD_ATOMIC(&head, &a, stack);
    QSLIST_INSERT_AFTER(&a, &b, stack);
    ASSERT_WALK(QSLIST_FOREACH, &head, stack, "abc");
    QSLIST_REMOVE(&head, &b, Item, stack);
    ASSERT_WALK(QSLIST_FOREACH, &head, stack, "ac");
    QSLIST_MOVE_ATOMIC(&moved, &head);
    g_assert_true(QSLIST_EMPTY(&head));
    QSLIST_REMOVE_HEAD(&moved, stack);
    ASSERT_WALK(QSLIST_FOREACH, &moved, stack, "c");
    QSLIST_INSERT_HEAD(&moved, &d, stack);
    QSLIST_REMOVE_AFTER(&d, stack);
    ASSERT_WALK(QSLIST_FOREACH, &moved, stack, "d");
}

static void test_qsimpleq(void)
{
    ItemQueue head = QSIMPLEQ_HEAD_INITIALIZER(head), other = QSIMPLEQ_HEAD_INITIALIZER(other);

    items_reset();
    g_assert_null(QSIMPLEQ_LAST(&head, Item, queue));
    QSIMPLEQ_INSERT_TAIL(&head, &b, queue);
    QSIMPLEQ_INSERT_HEAD(&head, &a, queue);
    QSIMPLEQ_INSERT_AFTER(&head, &b, &c, queue);
    QSIMPLEQ_INSERT_TAIL(&head, &d, queue);
    ASSERT_WALK(QSIMPLEQ_FOREACH, &head, queue, "abcd");
    g_assert_true(QSIMPLEQ_LAST(&head, Item, queue) == &d);
    QSIMPLEQ_REMOVE(&head, &d, Item, queue);
    QSIMPLEQ_INSERT_TAIL(&head, &d, queue);
    QSIMPLEQ_REMOVE(&head, &b, Item, queue);
    ASSERT_WALK(QSIMPLEQ_FOREACH, &head, queue, "acd");
    QSIMPLEQ_SPLIT_AFTER(&head, &c, queue, &other);
    ASSERT_WALK(QSIMPLEQ_FOREACH, &head, queue, "d");
    ASSERT_WALK(QSIMPLEQ_FOREACH, &other, queue, "ac");
    QSIMPLEQ_CONCAT(&head, &other);
    ASSERT_WALK(QSIMPLEQ_FOREACH, &head, queue, "dac");
    QSIMPLEQ_INSERT_TAIL(&other, &b, queue);
    QSIMPLEQ_PREPEND(&head, &other);
    ASSERT_WALK(QSIMPLEQ_FOREACH, &head, queue, "bdac");
    QSIMPLEQ_REMOVE_HEAD(&head, queue);
    ASSERT_WALK(QSIMPLEQ_FOREACH, &head, queue, "dac");
}

static void test_qsimpleq_tail_survives_removal_of_all(void)
{
    ItemQueue head = QSIMPLEQ_HEAD_INITIALIZER(head);

    items_reset();
    QSIMPLEQ_INSERT_TAIL(&head, &a, queue);
    QSIMPLEQ_REMOVE_HEAD(&head, queue);
    QSIMPLEQ_INSERT_TAIL(&head, &b, queue);
    ASSERT_WALK(QSIMPLEQ_FOREACH, &head, queue, "b");
}

static void test_qtailq(void)
{
    ItemTail head = QTAILQ_HEAD_INITIALIZER(head);
    Item *item, *next;

    items_reset();
    g_assert_null(QTAILQ_LAST(&head));
    QTAILQ_INSERT_TAIL(&head, &b, tail);
    QTAILQ_INSERT_HEAD(&head, &a, tail);
    QTAILQ_INSERT_AFTER(&head, &b, &d, tail);
    QTAILQ_INSERT_BEFORE(&d, &c, tail);
    ASSERT_WALK(QTAILQ_FOREACH, &head, tail, "abcd");
    ASSERT_WALK(QTAILQ_FOREACH_REVERSE, &head, tail, "dcba");
    g_assert_true(QTAILQ_PREV(&b, tail) == &a);
    g_assert_null(QTAILQ_PREV(&a, tail));
    QTAILQ_REMOVE(&head, &d, tail);
    QTAILQ_REMOVE(&head, &b, tail);
    g_assert_false(QTAILQ_IN_USE(&b, tail));
    g_assert_true(QTAILQ_LAST(&head) == &c);
    ASSERT_WALK(QTAILQ_FOREACH_REVERSE, &head, tail, "ca");
    QTAILQ_FOREACH_REVERSE_SAFE(item, &head, tail, next) {
        QTAILQ_REMOVE(&head, item, tail);
    }
    g_assert_true(QTAILQ_EMPTY(&head));
}

static void test_qtailq_raw(void)
{
    ItemTail head = QTAILQ_HEAD_INITIALIZER(head);
    g_autoptr(GString) walk = g_string_new(NULL);
    void *elm;

    items_reset();
    QTAILQ_RAW_INSERT_TAIL(&head, &a, offsetof(Item, tail));
    QTAILQ_RAW_INSERT_TAIL(&head, &b, offsetof(Item, tail));
    QTAILQ_INSERT_TAIL(&head, &c, tail);
    QTAILQ_RAW_FOREACH(elm, &head, offsetof(Item, tail)) {
        g_string_append_c(walk, ((Item *)elm)->name);
    }
    g_assert_cmpstr(walk->str, ==, "abc");
    ASSERT_WALK(QTAILQ_FOREACH_REVERSE, &head, tail, "cba");
}

static void test_rcu_variants_keep_forward_link(void)
{
    ItemList list = QLIST_HEAD_INITIALIZER(list);
    ItemTail tail = QTAILQ_HEAD_INITIALIZER(tail);

    items_reset();
    QLIST_INSERT_HEAD_RCU(&list, &b, list);
    QLIST_INSERT_BEFORE_RCU(&b, &a, list);
    QLIST_INSERT_AFTER_RCU(&b, &c, list);
    ASSERT_WALK(QLIST_FOREACH_RCU, &list, list, "abc");
    QLIST_REMOVE_RCU(&b, list);
    ASSERT_WALK(QLIST_FOREACH_RCU, &list, list, "ac");
    g_assert_true(QLIST_NEXT_RCU(&b, list) == &c);

    QTAILQ_INSERT_TAIL_RCU(&tail, &c, tail);
    QTAILQ_INSERT_HEAD_RCU(&tail, &a, tail);
    QTAILQ_INSERT_AFTER_RCU(&tail, &a, &b, tail);
    QTAILQ_INSERT_BEFORE_RCU(&c, &d, tail);
    ASSERT_WALK(QTAILQ_FOREACH_RCU, &tail, tail, "abdc");
    QTAILQ_REMOVE_RCU(&tail, &b, tail);
    ASSERT_WALK(QTAILQ_FOREACH_RCU, &tail, tail, "adc");
    ASSERT_WALK(QTAILQ_FOREACH_REVERSE, &tail, tail, "cda");
    g_assert_true(QTAILQ_NEXT_RCU(&b, tail) == &d);
}

static void test_rcu_single_links(void)
{
    ItemQueue queue = QSIMPLEQ_HEAD_INITIALIZER(queue);
    ItemStack stack = QSLIST_HEAD_INITIALIZER(stack);

    items_reset();
    QSIMPLEQ_INSERT_HEAD_RCU(&queue, &b, queue);
    QSIMPLEQ_INSERT_TAIL_RCU(&queue, &d, queue);
    QSIMPLEQ_INSERT_AFTER_RCU(&queue, &b, &c, queue);
    QSIMPLEQ_INSERT_HEAD_RCU(&queue, &a, queue);
    ASSERT_WALK(QSIMPLEQ_FOREACH_RCU, &queue, queue, "abcd");
    QSIMPLEQ_REMOVE_RCU(&queue, &d, Item, queue);
    QSIMPLEQ_REMOVE_HEAD_RCU(&queue, queue);
    QSIMPLEQ_INSERT_TAIL_RCU(&queue, &a, queue);
    ASSERT_WALK(QSIMPLEQ_FOREACH_RCU, &queue, queue, "bca");

    QSLIST_INSERT_HEAD_RCU(&stack, &a, stack);
    QSLIST_INSERT_AFTER_RCU(&a, &c, stack);
    QSLIST_INSERT_AFTER_RCU(&a, &b, stack);
    ASSERT_WALK(QSLIST_FOREACH_RCU, &stack, stack, "abc");
    QSLIST_REMOVE_RCU(&stack, &b, Item, stack);
    QSLIST_REMOVE_HEAD_RCU(&stack, stack);
    ASSERT_WALK(QSLIST_FOREACH_RCU, &stack, stack, "c");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/queue/qlist", test_qlist);
    g_test_add_func("/queue/qlist-by-offset", test_qlist_raw);
    g_test_add_func("/queue/qslist", test_qslist);
    g_test_add_func("/queue/qsimpleq", test_qsimpleq);
    g_test_add_func("/queue/qsimpleq-tail-survives-removal-of-all",
                    test_qsimpleq_tail_survives_removal_of_all);
    g_test_add_func("/queue/qtailq", test_qtailq);
    g_test_add_func("/queue/qtailq-by-offset", test_qtailq_raw);
    g_test_add_func("/queue/rcu-removal-keeps-forward-link", test_rcu_variants_keep_forward_link);
    g_test_add_func("/queue/rcu-single-links", test_rcu_single_links);
    return g_test_run();
}
