/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QObjects, their JSON form, and key=value parsing. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/keyval.h"
#include "qapi/opts.h"
#include "qapi/qmp/qbool.h"
#include "qapi/qmp/qdict.h"
#include "qapi/qmp/qjson.h"
#include "qapi/qmp/qlist.h"
#include "qapi/qmp/qnull.h"
#include "qapi/qmp/qnum.h"
#include "qapi/qmp/qstring.h"

static void expect_json(const QObject *obj, const char *expected)
{
    g_autoptr(GString) json = qobject_to_json(obj);

    g_assert_cmpstr(json->str, ==, expected);
}

static void expect_error(Error **err, const char *text)
{
    g_assert_nonnull(*err);
    g_assert_cmpstr(error_get_pretty(*err), ==, text);
    error_free(*err);
    *err = NULL;
}

static void test_dict_keeps_order(void)
{
    g_autoptr(QDict) qdict = qdict_new();

    qdict_put_int(qdict, "z", 1);
    qdict_put_bool(qdict, "a", true);
    qdict_put_str(qdict, "m", "x");
    qdict_put_null(qdict, "n");
    qdict_put_int(qdict, "z", 2);
    qdict_del(qdict, "a");
    qdict_put_uint(qdict, "a", UINT64_MAX);
    expect_json(QOBJECT(qdict),
                "{\"z\": 2, \"m\": \"x\", \"n\": null, \"a\": 18446744073709551615}");
}

static void test_dict_large(void)
{
    g_autoptr(QDict) qdict = qdict_new();
    size_t seen = 0;

    for (int i = 0; i < 1000; i++) {
        g_autofree char *key = g_strdup_printf("key%d", i);

        qdict_put_int(qdict, key, i);
    }
    for (int i = 0; i < 1000; i += 2) {
        g_autofree char *key = g_strdup_printf("key%d", i);

        qdict_del(qdict, key);
    }
    g_assert_cmpuint(qdict_size(qdict), ==, 500);
    g_assert_false(qdict_haskey(qdict, "key10"));
    g_assert_cmpint(qdict_get_int(qdict, "key999"), ==, 999);
    for (const QDictEntry *e = qdict_first(qdict); e; e = qdict_next(qdict, e)) {
        seen++;
    }
    g_assert_cmpuint(seen, ==, 500);
}

static void test_dict_try(void)
{
    g_autoptr(QDict) qdict = qdict_from_jsonf_nofail("{'i': %d, 's': %s, 'b': %i}", 5, "t\"x",
                                                     true);

    g_assert_cmpint(qdict_get_try_int(qdict, "i", 9), ==, 5);
    g_assert_cmpint(qdict_get_try_int(qdict, "s", 9), ==, 9);
    g_assert_cmpint(qdict_get_try_int(qdict, "none", 9), ==, 9);
    g_assert_cmpstr(qdict_get_try_str(qdict, "s"), ==, "t\"x");
    g_assert_null(qdict_get_try_str(qdict, "i"));
    g_assert_true(qdict_get_try_bool(qdict, "b", false));
}

static void test_dict_join_and_rename(void)
{
    static const QDictRenames renames[] = { { "old", "new" }, { NULL, NULL } };
    g_autoptr(QDict) a = qdict_from_jsonf_nofail("{'x': 1, 'y': 2}");
    g_autoptr(QDict) b = qdict_from_jsonf_nofail("{'y': 3, 'old': 4}");
    Error *err = NULL;

    qdict_join(a, b, false);
    expect_json(QOBJECT(a), "{\"x\": 1, \"y\": 2, \"old\": 4}");
    expect_json(QOBJECT(b), "{\"y\": 3}");
    g_assert_true(qdict_rename_keys(a, renames, &error_abort));
    expect_json(QOBJECT(a), "{\"x\": 1, \"y\": 2, \"new\": 4}");
    qdict_put_int(a, "old", 5);
    g_assert_false(qdict_rename_keys(a, renames, &err));
    expect_error(&err, "'new' and its alias 'old' can't be used at the same time");
}

static void test_list(void)
{
    g_autoptr(QList) list = qlist_new();
    g_autoptr(QList) copy = NULL;
    QObject *first;

    qlist_append_int(list, 1);
    qlist_append_str(list, "two");
    qlist_append_null(list);
    copy = qlist_copy(list);
    first = qlist_pop(list);
    g_assert_cmpint(qnum_get_int(qobject_to(QNum, first)), ==, 1);
    qobject_unref(first);
    g_assert_cmpuint(qlist_size(list), ==, 2);
    g_assert_cmpuint(qlist_size(copy), ==, 3);
    expect_json(QOBJECT(copy), "[1, \"two\", null]");
}

static void test_numbers(void)
{
    g_autoptr(QNum) negative = qnum_from_int(-1), big = qnum_from_uint(UINT64_MAX);
    g_autoptr(QNum) small = qnum_from_uint(7), half = qnum_from_double(0.5);
    uint64_t u;
    int64_t i;

    g_assert_false(qnum_get_try_uint(negative, &u));
    g_assert_false(qnum_get_try_int(big, &i));
    g_assert_true(qnum_get_try_int(small, &i) && i == 7);
    g_assert_false(qnum_get_try_int(half, &i));
    g_assert_cmpfloat(qnum_get_double(big), ==, 18446744073709551615.0);
    g_assert_false(qnum_is_equal(negative, big));
}

static void test_equality(void)
{
    g_autoptr(QObject) a = qobject_from_json("{'a': [1, {'b': null}], 'c': 1.5}", &error_abort);
    g_autoptr(QObject) b = qobject_from_json("{'c': 1.5, 'a': [1, {'b': null}]}", &error_abort);
    g_autoptr(QObject) c = qobject_from_json("{'c': 1.5, 'a': [1, {'b': 0}]}", &error_abort);

    g_assert_true(qobject_is_equal(a, b));
    g_assert_false(qobject_is_equal(a, c));
    g_assert_false(qobject_is_equal(a, NULL));
}

static void test_json_round_trip(void)
{
    static const char text[] = "{\"a\": [1, -2, 18446744073709551615, 0.5, \"q\\\"\\n\"], "
                               "\"b\": {\"t\": true, \"n\": null}}";
    g_autoptr(QObject) obj = qobject_from_json(text, &error_abort);

    expect_json(obj, text);
}

static void test_template_takes_objects(void)
{
    QDict *inner = qdict_new();
    g_autoptr(QObject) obj = NULL;

    qdict_put_int(inner, "x", 1);
    obj = qobject_from_jsonf_nofail("{'p': %p, 'l': %ld, 'u': %llu, 'f': %f, 's': '100%%'}",
                                    inner, -3L, 4ULL, 2.5);
    expect_json(obj, "{\"p\": {\"x\": 1}, \"l\": -3, \"u\": 4, \"f\": 2.5, \"s\": \"100%\"}");
}

/* -- keyval -------------------------------------------------------------------------- */

static const struct {
    const char *text;
    const char *implied;
    const char *json;       /* or */
    const char *error;
} keyval_cases[] = {
    { "", NULL, "{}", NULL },
    { "a=1", NULL, "{\"a\": \"1\"}", NULL },
    { "a=1,b=2,a=3", NULL, "{\"a\": \"3\", \"b\": \"2\"}", NULL },
    { "a=", NULL, "{\"a\": \"\"}", NULL },
    { "a=x,,y,b=,,", NULL, "{\"a\": \"x,y\", \"b\": \",\"}", NULL },
    { "a=1,", NULL, "{\"a\": \"1\"}", NULL },
    { "a=b=c", NULL, "{\"a\": \"b=c\"}", NULL },
    { "v", "k", "{\"k\": \"v\"}", NULL },
    { "v,,w,a=1", "k", "{\"k\": \"v,w\", \"a\": \"1\"}", NULL },
    { "v", "k.l", "{\"k\": {\"l\": \"v\"}}", NULL },
    { "a.b.c=1,a.d=2", NULL, "{\"a\": {\"b\": {\"c\": \"1\"}, \"d\": \"2\"}}", NULL },
    { "l.1=y,l.0=x", NULL, "{\"l\": [\"x\", \"y\"]}", NULL },
    { "l.0.a=1,l.1.a=2,l.00.b=3", NULL,
      "{\"l\": [{\"a\": \"1\", \"b\": \"3\"}, {\"a\": \"2\"}]}", NULL },
    { "l.0.0=a", NULL, "{\"l\": [[\"a\"]]}", NULL },
    { "x-a_b=1,__com.example_c=2", NULL, "{\"x-a_b\": \"1\", \"__com.example_c\": \"2\"}", NULL },
    { "a", NULL, NULL, "Expected '=' after parameter 'a'" },
    { "a=1,b", "k", NULL, "Expected '=' after parameter 'b'" },
    { "help", NULL, NULL, "Expected '=' after parameter 'help'" },
    { ",a=1", NULL, NULL, "Expected parameter before ',a=1'" },
    { "=1", NULL, NULL, "Invalid parameter ''" },
    { "a..b=1", NULL, NULL, "Invalid parameter 'a..b'" },
    { "a.=1", NULL, NULL, "Invalid parameter 'a.'" },
    { "a$=1", NULL, NULL, "Invalid parameter 'a$'" },
    { "0=1", NULL, NULL, "Invalid parameter '0': a name must come before an index" },
    { "a.99999999999=1", NULL, NULL, "Invalid parameter 'a.99999999999'" },
    { "a=1,a.b=2", NULL, NULL, "Parameters 'a.*' used inconsistently" },
    { "a.b=1,a=2", NULL, NULL, "Parameters 'a.*' used inconsistently" },
    { "a.0=1,a.b=2", NULL, NULL, "Parameters 'a.*' used inconsistently" },
    { "a.1=1", NULL, NULL, "Parameter 'a.0' missing" },
    { "a.0=1,a.2=1", NULL, NULL, "Parameter 'a.1' missing" },
    { "a.b.1=1", NULL, NULL, "Parameter 'a.b.0' missing" },
};

static void test_keyval_table(void)
{
    for (int i = 0; i < G_N_ELEMENTS(keyval_cases); i++) {
        Error *err = NULL;
        g_autoptr(QDict) qdict = keyval_parse(keyval_cases[i].text, keyval_cases[i].implied,
                                              NULL, &err);

        g_test_message("%s", keyval_cases[i].text);
        if (keyval_cases[i].json) {
            g_assert_null(err);
            expect_json(QOBJECT(qdict), keyval_cases[i].json);
        } else {
            g_assert_null(qdict);
            expect_error(&err, keyval_cases[i].error);
        }
    }
}

static void test_keyval_help(void)
{
    bool help;
    g_autoptr(QDict) a = keyval_parse("help", "k", &help, &error_abort);
    g_autoptr(QDict) b = NULL, c = NULL;

    g_assert_true(help);
    g_assert_cmpuint(qdict_size(a), ==, 0);
    b = keyval_parse("type,?", "k", &help, &error_abort);
    g_assert_true(help);
    expect_json(QOBJECT(b), "{\"k\": \"type\"}");
    c = keyval_parse("helper,a=help", "k", &help, &error_abort);
    g_assert_false(help);
    expect_json(QOBJECT(c), "{\"k\": \"helper\", \"a\": \"help\"}");
}

static void test_keyval_flat(void)
{
    bool help = false;
    g_autoptr(QDict) dict = keyval_parse_flat("type,a=1,a.1=2,b.x.9=3,,4,help", "driver", &help,
                                              &error_abort);
    Error *err = NULL;

    expect_json(QOBJECT(dict),
                "{\"driver\": \"type\", \"a\": \"1\", \"a.1\": \"2\", \"b.x.9\": \"3,4\"}");
    g_assert_true(help);
    g_assert_null(keyval_parse_flat("=x", NULL, NULL, &err));
    expect_error(&err, "Invalid parameter ''");
}

static void test_keyval_depth(void)
{
    g_autoptr(GString) text = g_string_new("a");
    Error *err = NULL;

    for (int i = 0; i < 100000; i++) {
        g_string_append(text, ".a");
    }
    g_string_append(text, "=1");
    g_assert_null(keyval_parse(text->str, NULL, NULL, &err));
    g_assert_nonnull(strstr(error_get_pretty(err), "nested too deeply"));
    error_free(err);
}

static void test_keyval_merge(void)
{
    g_autoptr(QDict) dest = keyval_parse("a=1,b.x=1,l.0=p", NULL, NULL, &error_abort);
    g_autoptr(QDict) src = keyval_parse("a=2,b.y=2,l.0=q", NULL, NULL, &error_abort);
    g_autoptr(QDict) bad = keyval_parse("b=2", NULL, NULL, &error_abort);
    Error *err = NULL;

    keyval_merge(dest, src, &error_abort);
    expect_json(QOBJECT(dest), "{\"a\": \"2\", \"b\": {\"x\": \"1\", \"y\": \"2\"}, "
                "\"l\": [\"p\", \"q\"]}");
    keyval_merge(dest, bad, &err);
    expect_error(&err, "Parameter 'b.*' used inconsistently");
}

static QemuOptsList test_opts = {
    .name = "test",
    .head = QTAILQ_HEAD_INITIALIZER(test_opts.head),
    .desc = { { } },
};

static void test_opts_round_trip(void)
{
    g_autoptr(QDict) in = qdict_from_jsonf_nofail("{'id': 'o', 'n': 4, 'b': true, 's': 't'}");
    g_autoptr(QDict) bad = qdict_from_jsonf_nofail("{'d': {}}");
    g_autoptr(QDict) out = NULL;
    Error *err = NULL;
    QemuOpts *opts = qemu_opts_from_qdict(&test_opts, in, &error_abort);

    out = qemu_opts_to_qdict(opts, NULL);
    expect_json(QOBJECT(out), "{\"id\": \"o\", \"n\": \"4\", \"b\": \"on\", \"s\": \"t\"}");
    qemu_opts_del(opts);
    g_assert_null(qemu_opts_from_qdict(&test_opts, bad, &err));
    expect_error(&err, "Parameter 'd' must be a string, number or bool");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qobject/dict/keeps-order", test_dict_keeps_order);
    g_test_add_func("/qobject/dict/large-is-indexed", test_dict_large);
    g_test_add_func("/qobject/dict/try-falls-back", test_dict_try);
    g_test_add_func("/qobject/dict/join-and-rename", test_dict_join_and_rename);
    g_test_add_func("/qobject/list/append-pop-copy", test_list);
    g_test_add_func("/qobject/num/conversions-check-range", test_numbers);
    g_test_add_func("/qobject/equality-is-deep", test_equality);
    g_test_add_func("/qobject/json/round-trip", test_json_round_trip);
    g_test_add_func("/qobject/json/template", test_template_takes_objects);
    g_test_add_func("/keyval/table", test_keyval_table);
    g_test_add_func("/keyval/help", test_keyval_help);
    g_test_add_func("/keyval/flat-keys-may-have-dots", test_keyval_flat);
    g_test_add_func("/keyval/depth-is-limited", test_keyval_depth);
    g_test_add_func("/keyval/merge", test_keyval_merge);
    g_test_add_func("/opts/round-trip", test_opts_round_trip);
    return g_test_run();
}
