/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sorted lists of ranges (qemu/range.h). */
#include "qemu/osdep.h"
#include "qemu/range.h"

int range_compare(Range *a, Range *b)
{
    g_assert(!range_is_empty(a) && !range_is_empty(b));
    /* A range that ends at 2^64 - 1 has nothing after it; the sum would wrap. */
    if (a->upb != UINT64_MAX && a->upb + 1 < b->lob) {
        return -1;
    }
    if (b->upb != UINT64_MAX && b->upb + 1 < a->lob) {
        return 1;
    }
    return 0;
}

GList *range_list_insert(GList *list, Range *data)
{
    GList *at = list;

    g_assert(!range_is_empty(data));
    while (at && range_compare(at->data, data) < 0) {
        at = at->next;
    }
    if (!at || range_compare(at->data, data) > 0) {
        return g_list_insert_before(list, at, data);
    }
    range_extend(at->data, data);
    g_free(data);
    /* The grown range may have reached its successors. */
    while (at->next && range_compare(at->data, at->next->data) == 0) {
        range_extend(at->data, at->next->data);
        g_free(at->next->data);
        list = g_list_delete_link(list, at->next);
    }
    return list;
}

static GList *range_list_append_bounds(GList *list, uint64_t lob, uint64_t upb)
{
    Range *range = g_new(Range, 1);

    range_set_bounds(range, lob, upb);
    return g_list_append(list, range);
}

void range_inverse_array(GList *in_ranges, GList **out_ranges, uint64_t low, uint64_t high)
{
    GList *out = NULL;

    for (GList *at = in_ranges; at; at = at->next) {
        Range *range = at->data;

        if (range_is_empty(range) || range->upb < low) {
            continue;
        }
        if (range->lob > high) {
            break;
        }
        if (range->lob > low) {
            out = range_list_append_bounds(out, low, range->lob - 1);
        }
        if (range->upb >= high) {
            *out_ranges = out;
            return;
        }
        low = range->upb + 1;
    }
    *out_ranges = range_list_append_bounds(out, low, high);
}
