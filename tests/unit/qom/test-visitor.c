/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Visitors and generated code, with the schema unit.json. */
#include "qemu/osdep.h"
#include "qapi/clone-visitor.h"
#include "qapi/error.h"
#include "qapi/keyval.h"
#include "qapi/qapi-builtin-visit.h"
#include "qapi/qapi-emit-events.h"
#include "qapi/qapi-events-qdev.h"
#include "qapi/qapi-introspect.h"
#include "qapi/qmp/dispatch.h"
#include "qapi/qmp/event.h"
#include "qapi/qmp/qdict.h"
#include "qapi/qmp/qjson.h"
#include "qapi/qmp/qlist.h"
#include "qapi/qmp/qnull.h"
#include "qapi/qmp/qstring.h"
#include "qapi/qobject-input-visitor.h"
#include "qapi/qobject-output-visitor.h"
#include "qapi/string-input-visitor.h"
#include "qapi/string-output-visitor.h"
#include "tests/unit/qom/qapi-commands-unit.h"
#include "tests/unit/qom/qapi-visit-unit.h"

static const char tree_json[] =
    "{\"leaf\": {\"id\": \"l\", \"note\": \"n\", \"colour\": \"3d\", \"flag\": true, "
    "\"small\": 255, \"bytes\": 18446744073709551615, \"ratio\": 0.5, "
    "\"anything\": [1, {}], \"nothing\": null, \"default\": -1}, "
    "\"others\": [{\"id\": \"a\", \"colour\": \"red\"}, {\"id\": \"b\", "
    "\"colour\": \"default\"}], "
    "\"numbers\": [1, 2, -3], \"names\": [\"x\", \"\"], "
    "\"colours\": [\"dark-green\"], \"choice\": {\"id\": \"c\"}, "
    "\"below\": {\"leaf\": {\"id\": \"m\", \"colour\": \"red\"}, \"choice\": 7}, "
    "\"shape\": {\"kind\": \"text\", \"name\": \"s\", \"value\": \"v\"}}";

static void expect_error(Error **err, const char *text)
{
    g_assert_nonnull(*err);
    g_assert_cmpstr(error_get_pretty(*err), ==, text);
    error_free(*err);
    *err = NULL;
}

static UnitTree *tree_from_json(const char *json, Error **errp)
{
    g_autoptr(QObject) obj = qobject_from_json(json, &error_abort);
    Visitor *v = qobject_input_visitor_new(obj);
    UnitTree *tree = NULL;

    visit_type_UnitTree(v, NULL, &tree, errp);
    visit_free(v);
    return tree;
}

static void tree_expect_json(UnitTree *tree, const char *expected)
{
    QObject *obj = NULL;
    Visitor *v = qobject_output_visitor_new(&obj);
    g_autoptr(GString) json = NULL;

    visit_type_UnitTree(v, NULL, &tree, &error_abort);
    visit_complete(v, &obj);
    visit_free(v);
    json = qobject_to_json(obj);
    qobject_unref(obj);
    g_assert_cmpstr(json->str, ==, expected);
}

static void test_round_trip(void)
{
    g_autoptr(UnitTree) tree = tree_from_json(tree_json, &error_abort);

    g_assert_cmpstr(qapi_UnitLeaf_base(tree->leaf)->id, ==, "l");
    g_assert_cmpint(tree->leaf->colour, ==, UNIT_COLOUR_3D);
    g_assert_cmpint(tree->shape->kind, ==, KIND_TEXT);
    g_assert_cmpstr(tree->shape->u.text.value, ==, "v");
    g_assert_cmpint(tree->choice->type, ==, QTYPE_QDICT);
    g_assert_cmpint(tree->below->choice->u.number, ==, 7);
    g_assert_false(tree->below->has_others);
    tree_expect_json(tree, tree_json);
}

static void test_clone(void)
{
    UnitTree *tree = tree_from_json(tree_json, &error_abort);
    g_autoptr(UnitTree) copy = QAPI_CLONE(UnitTree, tree);
    UnitLeaf leaf;

    QAPI_CLONE_MEMBERS(UnitLeaf, &leaf, copy->leaf);
    g_assert_cmpstr(leaf.id, ==, "l");
    g_assert_true(leaf.id != copy->leaf->id);
    g_free(leaf.id);
    g_free(leaf.note);
    qobject_unref(leaf.anything);
    qobject_unref(leaf.nothing);
    qapi_free_UnitTree(tree);
    tree_expect_json(copy, tree_json);
}

static void test_input_errors(void)
{
    static const struct {
        const char *json;
        const char *message;
    } cases[] = {
        { "{}", "Parameter 'leaf' is missing" },
        { "[]", "Invalid parameter type for 'null', expected: object" },
        { "{'leaf': 1}", "Invalid parameter type for 'leaf', expected: object" },
        { "{'leaf': {'id': 'x'}}", "Parameter 'leaf.colour' is missing" },
        { "{'leaf': {'id': 1, 'colour': 'red'}}",
          "Invalid parameter type for 'leaf.id', expected: string" },
        { "{'leaf': {'id': 'x', 'colour': 'reed'}}",
          "Parameter 'colour' does not accept value 'reed'; did you mean 'red'?" },
        { "{'leaf': {'id': 'x', 'colour': 'red', 'small': 256}}",
          "Parameter 'small' expects uint8_t" },
        { "{'leaf': {'id': 'x', 'colour': 'red', 'default': 1.5}}",
          "Invalid parameter type for 'leaf.default', expected: integer" },
        { "{'leaf': {'id': 'x', 'colour': 'red', 'default': 9223372036854775808}}",
          "Invalid parameter type for 'leaf.default', expected: integer" },
        { "{'leaf': {'id': 'x', 'colour': 'red', 'flag': 'on'}}",
          "Invalid parameter type for 'leaf.flag', expected: boolean" },
        { "{'leaf': {'id': 'x', 'colour': 'red', 'zz': 1, 'flag': true}}",
          "Parameter 'leaf.zz' is unexpected" },
        { "{'leaf': {'id': 'x', 'colour': 'red'}, 'numbers': 3}",
          "Invalid parameter type for 'numbers', expected: array" },
        { "{'leaf': {'id': 'x', 'colour': 'red'}, 'numbers': [1, 2, 'x', 4]}",
          "Invalid parameter type for 'numbers[2]', expected: integer" },
        { "{'leaf': {'id': 'x', 'colour': 'red'}, 'others': [{'id': 'a', 'colour': 'red'}, "
          "{'id': 'b', 'colour': 'red', 'q': 1}]}", "Parameter 'others[1].q' is unexpected" },
        { "{'leaf': {'id': 'x', 'colour': 'red'}, 'choice': true}",
          "Invalid parameter type for 'choice', "
          "expected: string or int or object or null or array" },
        { "{'leaf': {'id': 'x', 'colour': 'red'}, 'choice': {'id': 'x', 'y': 1}}",
          "Parameter 'choice.y' is unexpected" },
        { "{'leaf': {'id': 'x', 'colour': 'red'}, 'shape': {'kind': 'text'}}",
          "Parameter 'shape.value' is missing" },
        { "{'leaf': {'id': 'x', 'colour': 'red'}, 'shape': {'kind': 'none', 'value': 1}}",
          "Parameter 'shape.value' is unexpected" },
        { "{'leaf': {'id': 'x', 'colour': 'red'}, 'shape': {'value': 1}}",
          "Parameter 'shape.kind' is missing" },
    };

    for (int i = 0; i < G_N_ELEMENTS(cases); i++) {
        Error *err = NULL;

        g_test_message("%s", cases[i].json);
        g_assert_null(tree_from_json(cases[i].json, &err));
        expect_error(&err, cases[i].message);
    }
}

static void test_alternate_branches(void)
{
    static const struct {
        const char *json;
        QType type;
    } cases[] = {
        { "\"s\"", QTYPE_QSTRING }, { "5", QTYPE_QNUM }, { "null", QTYPE_QNULL },
        { "[\"a\"]", QTYPE_QLIST }, { "{\"id\": \"x\"}", QTYPE_QDICT },
    };

    for (int i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *json = g_strdup_printf("{\"leaf\": {\"id\": \"x\", \"colour\": "
                                                "\"red\"}, \"choice\": %s}", cases[i].json);
        UnitTree *tree = tree_from_json(json, &error_abort);
        g_autoptr(UnitTree) copy = QAPI_CLONE(UnitTree, tree);

        g_assert_cmpint(tree->choice->type, ==, cases[i].type);
        qapi_free_UnitTree(tree);
        tree_expect_json(copy, json);
    }
}

static void test_keyval_input(void)
{
    g_autoptr(UnitTree) tree = NULL;
    Visitor *v = qobject_input_visitor_new_str("leaf.id=x,leaf.colour=red,leaf.flag=on,"
                                               "leaf.bytes=4k,leaf.small=0x10,leaf.ratio=0.25,"
                                               "leaf.nothing=,numbers.0=1,numbers.1=-2,"
                                               "shape.kind=number,shape.value=3",
                                               NULL, &error_abort);

    visit_type_UnitTree(v, NULL, &tree, &error_abort);
    visit_free(v);
    g_assert_true(tree->leaf->flag);
    g_assert_cmpuint(tree->leaf->bytes, ==, 4096);
    g_assert_cmpint(tree->leaf->small, ==, 16);
    g_assert_cmpfloat(tree->leaf->ratio, ==, 0.25);
    g_assert_cmpint(tree->numbers->next->value, ==, -2);
    g_assert_cmpint(tree->shape->u.number.value, ==, 3);
}

static void test_keyval_errors(void)
{
    static const struct {
        const char *text;
        const char *message;
    } cases[] = {
        { "leaf=x", "Invalid parameter type for 'leaf', expected: object" },
        { "leaf.id.x=1", "Parameters 'leaf.id.*' are unexpected" },
        { "leaf.id=x,leaf.colour=red,leaf.bytes=4q", "Parameter 'leaf.bytes' expects a size" },
        { "leaf.id=x,leaf.colour=red,leaf.flag=1",
          "Parameter 'leaf.flag' expects 'on' or 'off'" },
        { "leaf.id=x,leaf.colour=red,numbers.0=a", "Parameter 'numbers.0' expects integer" },
        { "leaf.id=x,leaf.colour=red,leaf.zip=1", "Parameter 'leaf.zip' is unexpected" },
        { "leaf.id=x,leaf.colour=red,leaf.nothing=1", "Parameter 'leaf.nothing' expects null" },
    };

    for (int i = 0; i < G_N_ELEMENTS(cases); i++) {
        Visitor *v = qobject_input_visitor_new_str(cases[i].text, NULL, &error_abort);
        UnitTree *tree = NULL;
        Error *err = NULL;

        g_test_message("%s", cases[i].text);
        g_assert_false(visit_type_UnitTree(v, NULL, &tree, &err));
        visit_free(v);
        g_assert_null(tree);
        expect_error(&err, cases[i].message);
    }
}

/* -- text -------------------------------------------------------------------------------- */

static void test_string_list(void)
{
    static const struct {
        const char *text;
        int count;          /* -1: refused */
        int64_t first;
        int64_t last;
    } cases[] = {
        { "", 0, 0, 0 }, { "5", 1, 5, 5 }, { "1,3-5", 4, 1, 5 }, { "-3--1", 3, -3, -1 },
        { "-1-1", 3, -1, 1 }, { "0-65535", 65536, 0, 65535 }, { "0x10-0x11", 2, 16, 17 },
        { "9223372036854775807", 1, INT64_MAX, INT64_MAX },
        { "0-65536", -1, 0, 0 }, { "5-3", -1, 0, 0 }, { "1,,2", -1, 0, 0 }, { "1,", -1, 0, 0 },
        { "x", -1, 0, 0 }, { "1-", -1, 0, 0 }, { "9223372036854775808", -1, 0, 0 },
        { "0-40000,0-40000", -1, 0, 0 }, { "0-18446744073709551615", -1, 0, 0 },
    };

    for (int i = 0; i < G_N_ELEMENTS(cases); i++) {
        Visitor *v = string_input_visitor_new(cases[i].text);
        g_autoptr(intList) list = NULL;
        bool ok = visit_type_intList(v, "l", &list, NULL);
        int count = 0;

        visit_free(v);
        g_test_message("%s", cases[i].text);
        g_assert_cmpint(ok, ==, cases[i].count >= 0);
        for (intList *l = list; l; l = l->next) {
            g_assert_true(count || l->value == cases[i].first);
            g_assert_true(l->next || l->value == cases[i].last);
            count++;
        }
        g_assert_cmpint(count, ==, MAX(cases[i].count, 0));
    }
}

static char *string_output_list(const char *input, bool human)
{
    char *text = NULL;
    Visitor *in = string_input_visitor_new(input);
    Visitor *out = string_output_visitor_new(human, &text);
    g_autoptr(intList) list = NULL;

    visit_type_intList(in, NULL, &list, &error_abort);
    visit_type_intList(out, NULL, &list, &error_abort);
    visit_complete(out, &text);
    visit_free(in);
    visit_free(out);
    return text;
}

static void test_string_output(void)
{
    g_autofree char *plain = string_output_list("1,2,3,7,9-10", false);
    g_autofree char *human = string_output_list("-1,10-12", true);
    g_autofree char *size = NULL, *quoted = NULL;
    Visitor *v = string_output_visitor_new(true, &size);
    uint64_t bytes = 4096;
    char *text = (char *)"hi";

    g_assert_cmpstr(plain, ==, "1-3,7,9-10");
    g_assert_cmpstr(human, ==, "-1,10-12 (0xffffffffffffffff,0xa-0xc)");
    visit_type_size(v, NULL, &bytes, &error_abort);
    visit_complete(v, &size);
    visit_free(v);
    g_assert_cmpstr(size, ==, "4096 (4 KiB)");
    v = string_output_visitor_new(true, &quoted);
    visit_type_str(v, NULL, &text, &error_abort);
    visit_complete(v, &quoted);
    visit_free(v);
    g_assert_cmpstr(quoted, ==, "\"hi\"");
}

static void test_string_refuses_structures(void)
{
    Visitor *v = string_input_visitor_new("x");
    UnitBase *base = NULL;
    Error *err = NULL;

    g_assert_false(visit_type_UnitBase(v, "b", &base, &err));
    visit_free(v);
    expect_error(&err, "Parameter 'b' is a structure, which text cannot give");
}

static void test_enum_parse(void)
{
    Error *err = NULL;

    g_assert_cmpint(qapi_enum_parse(&UnitColour_lookup, "dark-green", -1, &error_abort), ==, 1);
    g_assert_cmpint(qapi_enum_parse(&UnitColour_lookup, NULL, 3, &error_abort), ==, 3);
    g_assert_cmpint(qapi_enum_parse(&UnitColour_lookup, "darkgreen", -1, &err), ==, -1);
    expect_error(&err, "invalid parameter value: darkgreen; did you mean 'dark-green'?");
    g_assert_cmpint(UnitColour_lookup.special_features[1], ==, QAPI_FEATURE_DEPRECATED);
    g_assert_cmpstr(UnitKind_str(KIND_NONE), ==, "none");
}

/* -- commands ------------------------------------------------------------------------------ */

static int plain_calls;

void qmp_unit_plain(Error **errp)
{
    plain_calls++;
}

UnitLeaf *qmp_unit_args(int64_t a, const char *b, bool has_c, bool c, bool has_l, strList *l,
                        UnitBase *t, Error **errp)
{
    UnitLeaf *leaf;

    if (a < 0) {
        error_setg(errp, "a is negative");
        return NULL;
    }
    leaf = g_new0(UnitLeaf, 1);
    leaf->id = g_strdup_printf("%" PRId64 "%s%s%zu%s", a, b ? b : "-",
                               has_c ? (c ? "T" : "F") : "-",
                               has_l ? QAPI_LIST_LENGTH(l) : 99, t ? t->id : "-");
    return leaf;
}

UnitBaseList *qmp_unit_boxed(UnitShape *arg, Error **errp)
{
    UnitBaseList *list = NULL;
    UnitBase *base = g_new0(UnitBase, 1);

    base->id = g_strdup(UnitKind_str(arg->kind));
    QAPI_LIST_PREPEND(list, base);
    return list;
}

void qmp_unit_raw(QDict *args, QObject **ret, Error **errp)
{
    *ret = QOBJECT(qstring_from_str("raw"));
}

/* Runs the command as the table has it; JSON of the result, or the error's text. */
static char *command_run(const char *name, const char *args_json)
{
    g_autoptr(QDict) args = qobject_to(QDict, qobject_from_json(args_json, &error_abort));
    g_autoptr(QObject) ret = NULL;
    g_autoptr(GString) json = NULL;
    Error *err = NULL;
    char *text;

    for (size_t i = 0; i < qapi_command_count; i++) {
        if (g_str_equal(qapi_command_table[i].name, name)) {
            qapi_command_table[i].fn(args, &ret, &err);
        }
    }
    if (err) {
        text = g_strdup(error_get_pretty(err));
        error_free(err);
        return text;
    }
    json = ret ? qobject_to_json(ret) : g_string_new("(nothing)");
    return g_strdup(json->str);
}

static void test_commands(void)
{
    static const struct {
        const char *name;
        const char *args;
        const char *result;
    } cases[] = {
        { "unit-plain", "{}", "(nothing)" },
        { "unit-plain", "{'x': 1}", "Parameter 'x' is unexpected" },
        { "unit-args", "{'a': 1}", "{\"id\": \"1--99-\", \"colour\": \"red\"}" },
        { "unit-args", "{'a': 1, 'b': 'B', 'c': false, 'l': ['x', 'y'], 't': {'id': 'I'}}",
          "{\"id\": \"1BF2I\", \"colour\": \"red\"}" },
        { "unit-args", "{}", "Parameter 'a' is missing" },
        { "unit-args", "{'a': '1'}", "Invalid parameter type for 'a', expected: integer" },
        { "unit-args", "{'a': 1, 'b': 'leaks?', 'd': 2}", "Parameter 'd' is unexpected" },
        { "unit-args", "{'a': 1, 't': {}}", "Parameter 't.id' is missing" },
        { "unit-args", "{'a': -1}", "a is negative" },
        { "unit-boxed", "{'kind': 'text', 'value': 'x'}", "[{\"id\": \"text\"}]" },
        { "unit-boxed", "{'kind': 'text'}", "Parameter 'value' is missing" },
        { "unit-raw", "{'what': 'ever'}", "\"raw\"" },
    };

    for (int i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *result = command_run(cases[i].name, cases[i].args);

        g_test_message("%s %s", cases[i].name, cases[i].args);
        g_assert_cmpstr(result, ==, cases[i].result);
    }
    g_assert_cmpint(plain_calls, ==, 1);
}

static void test_command_table(void)
{
    g_assert_cmpuint(qapi_command_count, ==, 4);
    for (size_t i = 1; i < qapi_command_count; i++) {
        g_assert_cmpstr(qapi_command_table[i - 1].name, <, qapi_command_table[i].name);
    }
    g_assert_cmpuint(qapi_command_table[3].special_features, ==, QAPI_FEATURE_UNSTABLE);
}

/* -- events and introspection ------------------------------------------------------------ */

static QDict *last_event;

static void event_keep(unsigned event, QDict *qdict)
{
    g_assert_cmpuint(event, ==, QAPI_EVENT_DEVICE_DELETED);
    qobject_unref(last_event);
    last_event = qdict;
}

static void test_event(void)
{
    g_autoptr(GString) data = NULL;

    qapi_event_send_device_deleted("lost", "/nobody/listens");
    g_assert_null(last_event);
    qmp_event_set_emit(event_keep);
    qapi_event_send_device_deleted(NULL, "/machine/x");
    qmp_event_set_emit(NULL);
    g_assert_cmpstr(qdict_get_str(last_event, "event"), ==, "DEVICE_DELETED");
    data = qobject_to_json(qdict_get(last_event, "data"));
    g_assert_cmpstr(data->str, ==, "{\"path\": \"/machine/x\"}");
    g_assert_cmpint(qdict_get_int(qdict_get_qdict(last_event, "timestamp"), "seconds"), >, 0);
    qobject_unref(last_event);
    last_event = NULL;
}

/* Every type that something names is there, once. */
static void test_introspection_is_closed(void)
{
    g_autoptr(QObject) schema = qobject_from_json(qapi_introspect_json, &error_abort);
    g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
    QListEntry *entry;

    QLIST_FOREACH_ENTRY(qobject_to(QList, schema), entry) {
        QDict *info = qobject_to(QDict, entry->value);

        g_assert_true(g_hash_table_add(names, (char *)qdict_get_str(info, "name")));
    }
    QLIST_FOREACH_ENTRY(qobject_to(QList, schema), entry) {
        static const char *const keys[] = { "arg-type", "ret-type", "element-type" };
        QDict *info = qobject_to(QDict, entry->value);
        QList *members = qobject_to(QList, qdict_get(info, "members"));
        QListEntry *member;

        for (int i = 0; i < G_N_ELEMENTS(keys); i++) {
            const char *name = qdict_get_try_str(info, keys[i]);

            g_assert_true(!name || g_hash_table_contains(names, name));
        }
        if (!members || g_str_equal(qdict_get_str(info, "meta-type"), "enum")) {
            continue;
        }
        QLIST_FOREACH_ENTRY(members, member) {
            const char *name = qdict_get_str(qobject_to(QDict, member->value), "type");

            g_assert_true(g_hash_table_contains(names, name));
        }
    }
    g_assert_true(g_hash_table_contains(names, "qmp_capabilities"));
    g_assert_true(g_hash_table_contains(names, "DEVICE_DELETED"));
    /* names of types are not part of the interface */
    g_assert_false(g_hash_table_contains(names, "ObjectPropertyInfo"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qapi/visit/round-trip", test_round_trip);
    g_test_add_func("/qapi/visit/clone-is-deep", test_clone);
    g_test_add_func("/qapi/visit/input-errors", test_input_errors);
    g_test_add_func("/qapi/visit/alternate-branches", test_alternate_branches);
    g_test_add_func("/qapi/visit/keyval-input", test_keyval_input);
    g_test_add_func("/qapi/visit/keyval-errors", test_keyval_errors);
    g_test_add_func("/qapi/string/lists-of-ranges", test_string_list);
    g_test_add_func("/qapi/string/output", test_string_output);
    g_test_add_func("/qapi/string/refuses-structures", test_string_refuses_structures);
    g_test_add_func("/qapi/enum/parse-suggests", test_enum_parse);
    g_test_add_func("/qapi/command/marshal", test_commands);
    g_test_add_func("/qapi/command/table-is-sorted", test_command_table);
    g_test_add_func("/qapi/event/goes-to-the-hook", test_event);
    g_test_add_func("/qapi/introspect/is-closed", test_introspection_is_closed);
    return g_test_run();
}
