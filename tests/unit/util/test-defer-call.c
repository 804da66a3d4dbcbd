/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Deferred calls: when they are made, how often, in which order. */
#include "qemu/osdep.h"
#include "qemu/defer-call.h"

static GString *journal;

static void note(void *opaque)
{
    g_string_append(journal, opaque);
}

static void note_and_defer(void *opaque)
{
    note(opaque);
    defer_call(note, (void *)"later ");
}

static void journal_expect(const char *text)
{
    g_assert_cmpstr(journal->str, ==, text);
    g_string_truncate(journal, 0);
}

static void test_outside_of_a_section_at_once(void)
{
    defer_call(note, (void *)"a ");
    journal_expect("a ");
}

static void test_once_at_the_outermost_end_in_order(void)
{
    defer_call_begin();
    defer_call(note, (void *)"a ");
    defer_call_begin();
    defer_call(note, (void *)"b ");
    defer_call(note, (void *)"a ");
    defer_call_end();
    journal_expect("");
    defer_call(note, (void *)"c ");
    defer_call_end();
    journal_expect("a b c ");
}

static void test_deferred_by_a_deferred_call(void)
{
    defer_call_begin();
    defer_call(note, (void *)"later ");
    defer_call(note_and_defer, (void *)"now ");
    defer_call_end();
    /* It was made already, and is asked for again. */
    journal_expect("later now later ");
}

/* More different calls than are remembered: none is lost. */
static void test_many(void)
{
    static char texts[100][8];
    unsigned count = 0;

    defer_call_begin();
    for (unsigned i = 0; i < 100; i++) {
        snprintf(texts[i], sizeof(texts[i]), "%u ", i);
        defer_call(note, texts[i]);
    }
    defer_call_end();
    for (const char *p = journal->str; (p = strchr(p, ' ')); p++) {
        count++;
    }
    g_assert_cmpuint(count, ==, 100);
    g_string_truncate(journal, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    journal = g_string_new(NULL);
    g_test_add_func("/defer-call/outside-of-a-section", test_outside_of_a_section_at_once);
    g_test_add_func("/defer-call/once-in-order", test_once_at_the_outermost_end_in_order);
    g_test_add_func("/defer-call/by-a-deferred-call", test_deferred_by_a_deferred_call);
    g_test_add_func("/defer-call/many", test_many);
    return g_test_run();
}
