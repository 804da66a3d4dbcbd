/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unit tests of FIFOs, ranges, scatter/gather lists and notifier lists. */
#include "qemu/osdep.h"
#include "qemu/fifo32.h"
#include "qemu/fifo8.h"
#include "qemu/iov.h"
#include "qemu/notify.h"
#include "qemu/range.h"
#include "../test-trap.h"

/* ---- FIFO ------------------------------------------------------------------ */

static void test_fifo8_keeps_order_across_wrap(void)
{
    Fifo8 fifo;
    uint8_t in = 0, out = 0;

    fifo8_create(&fifo, 5);
    for (int round = 0; round < 20; round++) {
        while (!fifo8_is_full(&fifo)) {
            fifo8_push(&fifo, in++);
        }
        for (int i = 0; i < 3; i++) {
            g_assert_cmpuint(fifo8_peek(&fifo), ==, out);
            g_assert_cmpuint(fifo8_pop(&fifo), ==, out++);
        }
        g_assert_cmpuint(fifo8_num_used(&fifo), ==, 2);
        g_assert_cmpuint(fifo8_num_free(&fifo), ==, 3);
    }
    fifo8_destroy(&fifo);
}

static void test_fifo8_push_all_wraps(void)
{
    Fifo8 fifo;

    fifo8_create(&fifo, 6);
    fifo8_push_all(&fifo, (const uint8_t *)"abcd", 4);
    fifo8_pop(&fifo);
    fifo8_pop(&fifo);
    fifo8_pop(&fifo);
    fifo8_push_all(&fifo, (const uint8_t *)"efghi", 5);
    fifo8_push_all(&fifo, NULL, 0);
    g_assert_true(fifo8_is_full(&fifo));
    for (const char *c = "defghi"; *c; c++) {
        g_assert_cmpint(fifo8_pop(&fifo), ==, *c);
    }
    g_assert_true(fifo8_is_empty(&fifo));
    fifo8_destroy(&fifo);
}

static void test_fifo8_buffer_stops_at_wrap(void)
{
    Fifo8 fifo;
    uint32_t num;

    fifo8_create(&fifo, 4);
    fifo8_push_all(&fifo, (const uint8_t *)"abcd", 4);
    g_assert_cmpmem(fifo8_pop_buf(&fifo, 3, &num), 3, "abc", 3);
    g_assert_cmpuint(num, ==, 3);
    fifo8_push_all(&fifo, (const uint8_t *)"ef", 2);
    g_assert_cmpint(*fifo8_peek_buf(&fifo, 3, &num), ==, 'd');
    g_assert_cmpuint(num, ==, 1);
    g_assert_cmpuint(fifo8_num_used(&fifo), ==, 3);
    fifo8_pop_buf(&fifo, 3, &num);
    g_assert_cmpuint(num, ==, 1);
    g_assert_cmpmem(fifo8_pop_buf(&fifo, 2, &num), 2, "ef", 2);
    fifo8_destroy(&fifo);
}

static void test_fifo8_reset_empties(void)
{
    Fifo8 fifo;

    fifo8_create(&fifo, 2);
    fifo8_push(&fifo, 1);
    fifo8_reset(&fifo);
    g_assert_true(fifo8_is_empty(&fifo));
    g_assert_cmpuint(fifo8_num_free(&fifo), ==, 2);
    fifo8_destroy(&fifo);
}

static void test_fifo8_overflow_aborts(void)
{
    if (g_test_subprocess()) {
        Fifo8 fifo;

        fifo8_create(&fifo, 2);
        fifo8_push_all(&fifo, (const uint8_t *)"abc", 3);
        return;
    }
    if (!test_trap_run()) {
        return;
    }
    g_test_trap_assert_failed();
}

static void test_fifo32(void)
{
    Fifo32 fifo;

    fifo32_create(&fifo, 3);
    fifo32_push(&fifo, 0x11223344);
    fifo32_push(&fifo, 2);
    fifo32_push(&fifo, UINT32_MAX);
    g_assert_true(fifo32_is_full(&fifo));
    g_assert_cmphex(fifo32_peek(&fifo), ==, 0x11223344);
    g_assert_cmphex(fifo32_pop(&fifo), ==, 0x11223344);
    fifo32_push(&fifo, 4);
    g_assert_cmphex(fifo32_pop(&fifo), ==, 2);
    g_assert_cmphex(fifo32_pop(&fifo), ==, UINT32_MAX);
    g_assert_cmpuint(fifo32_num_used(&fifo), ==, 1);
    g_assert_cmpuint(fifo32_num_free(&fifo), ==, 2);
    fifo32_reset(&fifo);
    g_assert_true(fifo32_is_empty(&fifo));
    fifo32_destroy(&fifo);
}

/* ---- ranges ---------------------------------------------------------------- */

static Range range_of(uint64_t lob, uint64_t upb)
{
    Range r;

    range_set_bounds(&r, lob, upb);
    return r;
}

static void test_range_basics(void)
{
    Range r = range_of(10, 20), empty = RANGE_EMPTY_INIT, all = range_of(0, UINT64_MAX);

    g_assert_true(range_contains(&r, 10));
    g_assert_true(range_contains(&r, 20));
    g_assert_false(range_contains(&r, 21));
    g_assert_cmpuint(range_size(&r), ==, 11);
    g_assert_true(range_is_empty(&empty));
    g_assert_cmpuint(range_size(&empty), ==, 0);
    g_assert_false(range_is_empty(&all));
    g_assert_true(range_contains(&all, UINT64_MAX));
    range_set_bounds(&r, 5, 4);
    g_assert_true(range_is_empty(&r));
    range_set_bounds1(&r, 0, 0);
    g_assert_true(range_is_empty(&r));
    range_set_bounds1(&r, 16, 0);
    g_assert_cmphex(range_upb(&r), ==, UINT64_MAX);
}

static void test_range_init_refuses_overflow(void)
{
    Range r = range_of(1, 2);

    g_assert_cmpint(range_init(&r, UINT64_MAX, 2), ==, -ERANGE);
    g_assert_cmpuint(range_lob(&r), ==, 1);
    g_assert_cmpint(range_init(&r, UINT64_MAX, 1), ==, 0);
    g_assert_cmphex(range_upb(&r), ==, UINT64_MAX);
    g_assert_cmpint(range_init(&r, 5, 0), ==, 0);
    g_assert_true(range_is_empty(&r));
}

static void test_range_relations(void)
{
    Range a = range_of(10, 20), inner = range_of(12, 20), next = range_of(21, 30);
    Range empty = RANGE_EMPTY_INIT;

    g_assert_true(range_contains_range(&a, &inner));
    g_assert_false(range_contains_range(&inner, &a));
    g_assert_false(range_overlaps_range(&a, &next));
    g_assert_true(range_overlaps_range(&a, &inner));
    g_assert_false(range_overlaps_range(&a, &empty));
    range_extend(&a, &empty);
    g_assert_cmpuint(range_upb(&a), ==, 20);
    range_extend(&a, &next);
    g_assert_cmpuint(range_upb(&a), ==, 30);
    range_extend(&empty, &next);
    g_assert_cmpuint(range_lob(&empty), ==, 21);
    g_assert_true(ranges_overlap(0, 10, 9, 1));
    g_assert_false(ranges_overlap(0, 10, 10, 1));
    g_assert_false(ranges_overlap(0, 10, 5, 0));
    g_assert_true(ranges_overlap(UINT64_MAX, 1, UINT64_MAX - 1, 2));
    g_assert_true(range_covers_byte(10, 5, 14));
    g_assert_false(range_covers_byte(10, 5, 15));
}

static GList *insert(GList *list, uint64_t lob, uint64_t upb)
{
    Range *r = g_new(Range, 1);

    range_set_bounds(r, lob, upb);
    return range_list_insert(list, r);
}

static void assert_ranges(GList *list, const char *expected)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (GList *at = list; at; at = at->next) {
        g_string_append_printf(text, "%" PRIu64 "-%" PRIu64 " ", range_lob(at->data),
                               range_upb(at->data));
    }
    g_assert_cmpstr(text->str, ==, expected);
}

static void test_range_list_merges(void)
{
    GList *list = NULL;

    list = insert(list, 50, 60);
    list = insert(list, 10, 20);
    list = insert(list, 30, 40);
    assert_ranges(list, "10-20 30-40 50-60 ");
    list = insert(list, 21, 25);        /* touches */
    assert_ranges(list, "10-25 30-40 50-60 ");
    list = insert(list, 24, 49);        /* swallows one, touches another */
    assert_ranges(list, "10-60 ");
    list = insert(list, UINT64_MAX, UINT64_MAX);
    list = insert(list, 0, 0);
    assert_ranges(list, "0-0 10-60 18446744073709551615-18446744073709551615 ");
    g_list_free_full(list, g_free);
}

static void test_range_inverse(void)
{
    GList *list = NULL, *gaps = NULL;

    list = insert(list, 10, 20);
    list = insert(list, 30, 40);
    range_inverse_array(list, &gaps, 0, 100);
    assert_ranges(gaps, "0-9 21-29 41-100 ");
    g_list_free_full(gaps, g_free);
    range_inverse_array(list, &gaps, 15, 35);
    assert_ranges(gaps, "21-29 ");
    g_list_free_full(gaps, g_free);
    range_inverse_array(list, &gaps, 12, 18);
    assert_ranges(gaps, "");
    range_inverse_array(NULL, &gaps, 1, 2);
    assert_ranges(gaps, "1-2 ");
    g_list_free_full(gaps, g_free);
    g_list_free_full(list, g_free);
}

/* ---- scatter/gather -------------------------------------------------------- */

static void test_iov_copies_agree_with_flat_buffer(void)
{
    for (int round = 0; round < 300; round++) {
        uint8_t a[7] = {}, b[1] = {}, c[20] = {}, flat[28] = {}, data[28], back[28];
        struct iovec iov[] = { { a, 7 }, { NULL, 0 }, { b, 1 }, { c, 20 } };
        size_t offset = g_test_rand_int_range(0, 30), bytes = g_test_rand_int_range(0, 30);
        size_t fits = offset < 28 ? MIN(bytes, 28 - offset) : 0;

        for (size_t i = 0; i < sizeof(data); i++) {
            data[i] = g_test_rand_int();
        }
        memcpy(flat + MIN(offset, 28), data, fits);
        g_assert_cmpuint(iov_from_buf(iov, 4, offset, data, MIN(bytes, 28)), ==,
                         MIN(fits, 28));
        g_assert_cmpuint(iov_to_buf(iov, 4, 0, back, 28), ==, 28);
        g_assert_cmpmem(back, 28, flat, 28);
        g_assert_cmpuint(iov_memset(iov, 4, offset, 0xee, bytes), ==, fits);
        memset(flat + MIN(offset, 28), 0xee, fits);
        iov_to_buf(iov, 4, 0, back, 28);
        g_assert_cmpmem(back, 28, flat, 28);
    }
}

static void test_iov_slice_and_discard(void)
{
    char text[] = "abcdefghij";
    struct iovec iov[] = { { text, 4 }, { text + 4, 6 } }, *p = iov, slice[2];
    unsigned n = 2;

    g_assert_cmpuint(iov_size(iov, 2), ==, 10);
    g_assert_cmpuint(iov_copy(slice, 2, iov, 2, 2, 5), ==, 2);
    g_assert_cmpmem(slice[0].iov_base, slice[0].iov_len, "cd", 2);
    g_assert_cmpmem(slice[1].iov_base, slice[1].iov_len, "efg", 3);
    g_assert_cmpuint(iov_discard_front(&p, &n, 5), ==, 5);
    g_assert_cmpuint(n, ==, 1);
    g_assert_cmpuint(iov_discard_back(p, &n, 2), ==, 2);
    g_assert_cmpmem(p->iov_base, p->iov_len, "fgh", 3);
    g_assert_cmpuint(iov_discard_front(&p, &n, 100), ==, 3);
    g_assert_cmpuint(n, ==, 0);
}

static void test_iovec_grows(void)
{
    char text[] = "0123456789";
    char back[11] = {};
    QEMUIOVector qiov;

    qemu_iovec_init(&qiov, 1);
    for (int i = 0; i < 10; i++) {
        qemu_iovec_add(&qiov, text + i, 1);
    }
    g_assert_cmpuint(qiov.size, ==, 10);
    qemu_iovec_from_buf(&qiov, 3, "xyz", 3);
    g_assert_cmpuint(qemu_iovec_to_buf(&qiov, 0, back, 10), ==, 10);
    g_assert_cmpstr(back, ==, "012xyz6789");
    qemu_iovec_reset(&qiov);
    g_assert_cmpuint(qiov.size, ==, 0);
    qemu_iovec_destroy(&qiov);
}

/* ---- notifiers ------------------------------------------------------------- */

static GString *calls;

typedef struct Named {
    Notifier n;
    NotifierWithReturn r;
    char name;
    int ret;
} Named;

static void named_notify(Notifier *n, void *data)
{
    Named *named = container_of(n, Named, n);

    g_string_append_c(calls, named->name);
    if (data) {
        notifier_remove(n);
    }
}

static int named_notify_ret(NotifierWithReturn *n, void *data)
{
    Named *named = container_of(n, Named, r);

    g_string_append_c(calls, named->name);
    return named->ret;
}

static void test_notifiers(void)
{
    NotifierList list = NOTIFIER_LIST_INITIALIZER(list);
    Named a = { .n.notify = named_notify, .name = 'a' };
    Named b = { .n.notify = named_notify, .name = 'b' };

    calls = g_string_new(NULL);
    notifier_list_init(&list);
    notifier_list_add(&list, &a.n);
    notifier_list_add(&list, &b.n);
    notifier_list_notify(&list, NULL);
    g_assert_cmpstr(calls->str, ==, "ba");
    notifier_list_notify(&list, &list);         /* each removes itself while called */
    g_assert_cmpstr(calls->str, ==, "baba");
    g_assert_true(notifier_list_empty(&list));
    notifier_remove(&a.n);
    g_string_free(calls, true);
}

static void test_notifiers_with_return(void)
{
    NotifierWithReturnList list = NOTIFIER_WITH_RETURN_LIST_INITIALIZER(list);
    Named a = { .r.notify = named_notify_ret, .name = 'a' };
    Named b = { .r.notify = named_notify_ret, .name = 'b', .ret = -5 };
    Named c = { .r.notify = named_notify_ret, .name = 'c' };

    calls = g_string_new(NULL);
    notifier_with_return_list_init(&list);
    notifier_with_return_list_add(&list, &a.r);
    notifier_with_return_list_add(&list, &b.r);
    notifier_with_return_list_add(&list, &c.r);
    g_assert_cmpint(notifier_with_return_list_notify(&list, NULL), ==, -5);
    g_assert_cmpstr(calls->str, ==, "cb");
    notifier_with_return_remove(&b.r);
    g_assert_cmpint(notifier_with_return_list_notify(&list, NULL), ==, 0);
    g_assert_cmpstr(calls->str, ==, "cbca");
    g_string_free(calls, true);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/fifo8/keeps-order-across-wrap", test_fifo8_keeps_order_across_wrap);
    g_test_add_func("/fifo8/push-all-wraps", test_fifo8_push_all_wraps);
    g_test_add_func("/fifo8/buffer-stops-at-wrap", test_fifo8_buffer_stops_at_wrap);
    g_test_add_func("/fifo8/reset-empties", test_fifo8_reset_empties);
    g_test_add_func("/fifo8/overflow-aborts", test_fifo8_overflow_aborts);
    g_test_add_func("/fifo32/words", test_fifo32);
    g_test_add_func("/range/basics", test_range_basics);
    g_test_add_func("/range/init-refuses-overflow", test_range_init_refuses_overflow);
    g_test_add_func("/range/relations", test_range_relations);
    g_test_add_func("/range/list-merges", test_range_list_merges);
    g_test_add_func("/range/inverse-lists-gaps", test_range_inverse);
    g_test_add_func("/iov/copies-agree-with-flat-buffer", test_iov_copies_agree_with_flat_buffer);
    g_test_add_func("/iov/slice-and-discard", test_iov_slice_and_discard);
    g_test_add_func("/iov/vector-grows", test_iovec_grows);
    g_test_add_func("/notify/newest-first-and-self-removal", test_notifiers);
    g_test_add_func("/notify/first-result-ends-walk", test_notifiers_with_return);
    return g_test_run();
}
