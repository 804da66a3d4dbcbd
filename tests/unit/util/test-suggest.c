/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Nearest spelling of what a user typed. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/suggest.h"

static const char *const names[] = {
    "vfio-platform", "vfio-pci", "virtio-net-device", "pl011", "server", "wait", NULL
};

static void test_one_letter_wrong(void)
{
    g_assert_cmpstr(suggest_nearest("vfio-plattform", names), ==, "vfio-platform");
    g_assert_cmpstr(suggest_nearest("pl010", names), ==, "pl011");
}

static void test_swapped_neighbours(void)
{
    g_assert_cmpstr(suggest_nearest("sevrer", names), ==, "server");
    g_assert_cmpstr(suggest_nearest("wiat", names), ==, "wait");
}

static void test_case_and_underscore_cost_nothing(void)
{
    Suggest s;

    suggest_init(&s, "VFIO_PCI");
    suggest_offer(&s, "vfio-pci");
    g_assert_cmpstr(suggest_get(&s), ==, "vfio-pci");
    g_assert_cmpuint(s.best_cost, ==, 0);
}

static void test_beginning_is_completed(void)
{
    g_assert_cmpstr(suggest_nearest("virtio-net", names), ==, "virtio-net-device");
    g_assert_cmpstr(suggest_nearest("vfio-pl", names), ==, "vfio-platform");
}

static void test_nothing_near_gives_nothing(void)
{
    g_assert_null(suggest_nearest("floppy", names));
    g_assert_null(suggest_nearest("", names));
    g_assert_null(suggest_nearest("x", names));
}

static void test_long_words_are_refused(void)
{
    char word[200];

    memset(word, 'a', sizeof(word) - 1);
    word[sizeof(word) - 1] = '\0';
    g_assert_null(suggest_nearest(word, (const char *const[]) { word, NULL }));
}

static void test_error_text(void)
{
    Error *err = NULL;
    Suggest s;

    suggest_init(&s, "serve");
    suggest_offer(&s, "server");
    suggest_error_setg(&s, &err, "Invalid parameter '%s'", "serve");
    g_assert_cmpstr(error_get_pretty(err), ==, "Invalid parameter 'serve'; did you mean 'server'?");
    error_free(err);
    err = NULL;
    suggest_init(&s, "zzz");
    suggest_error_setg(&s, &err, "Invalid parameter '%s'", "zzz");
    g_assert_cmpstr(error_get_pretty(err), ==, "Invalid parameter 'zzz'");
    error_free(err);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/util/suggest/one-letter-wrong", test_one_letter_wrong);
    g_test_add_func("/util/suggest/swapped-neighbours", test_swapped_neighbours);
    g_test_add_func("/util/suggest/case-and-underscore-cost-nothing",
                    test_case_and_underscore_cost_nothing);
    g_test_add_func("/util/suggest/beginning-is-completed", test_beginning_is_completed);
    g_test_add_func("/util/suggest/nothing-near-gives-nothing", test_nothing_near_gives_nothing);
    g_test_add_func("/util/suggest/long-words-are-refused", test_long_words_are_refused);
    g_test_add_func("/util/suggest/error-text", test_error_text);
    return g_test_run();
}
