/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Properties of every kind, on objects and on classes. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qmp/qdict.h"
#include "qapi/qmp/qjson.h"
#include "qapi/qmp/qlist.h"
#include "qapi/qmp/qnum.h"
#include "qapi/visitor.h"
#include "qemu/module.h"
#include "qom/introspect.h"
#include "qom/qom-qobject.h"

#define TYPE_BOX "test-box"
OBJECT_DECLARE_SIMPLE_TYPE(Box, BOX)

struct Box {
    Object parent_obj;
    char *label;
    bool is_open;
    int colour;
    int64_t weight;
    uint8_t u8;
    uint16_t u16;
    uint32_t u32;
    uint64_t u64;
};

static const QEnumLookup colour_lookup = {
    .array = (const char *const[]) { "red", "green", "blue" },
    .size = 3,
};

static char *box_label_get(Object *obj, Error **errp)
{
    return g_strdup(BOX(obj)->label);
}

static void box_label_set(Object *obj, const char *value, Error **errp)
{
    if (g_str_equal(value, "bad")) {
        error_setg(errp, "label 'bad' is refused");
        return;
    }
    g_free(BOX(obj)->label);
    BOX(obj)->label = g_strdup(value);
}

static bool box_open_get(Object *obj, Error **errp)
{
    return BOX(obj)->is_open;
}

static void box_open_set(Object *obj, bool value, Error **errp)
{
    BOX(obj)->is_open = value;
}

static int box_colour_get(Object *obj, Error **errp)
{
    return BOX(obj)->colour;
}

static void box_colour_set(Object *obj, int value, Error **errp)
{
    BOX(obj)->colour = value;
}

static void box_weight_get(Object *obj, Visitor *v, const char *name, void *opaque,
                           Error **errp)
{
    visit_type_int(v, name, &BOX(obj)->weight, errp);
}

static void box_weight_set(Object *obj, Visitor *v, const char *name, void *opaque,
                           Error **errp)
{
    visit_type_int(v, name, &BOX(obj)->weight, errp);
}

static void box_made_get(Object *obj, struct tm *tm, Error **errp)
{
    *tm = (struct tm) { .tm_year = 99, .tm_mon = 11, .tm_mday = 31, .tm_hour = 23,
                        .tm_min = 59, .tm_sec = 58 };
}

static void box_init(Object *obj)
{
    Box *box = BOX(obj);

    object_property_add_uint8_ptr(obj, "u8", &box->u8, OBJ_PROP_FLAG_READWRITE);
    object_property_add_uint16_ptr(obj, "u16", &box->u16, OBJ_PROP_FLAG_READWRITE);
    object_property_add_uint32_ptr(obj, "u32", &box->u32, OBJ_PROP_FLAG_READ);
    object_property_add_uint64_ptr(obj, "u64", &box->u64, OBJ_PROP_FLAG_READWRITE);
}

static void box_finalize(Object *obj)
{
    g_free(BOX(obj)->label);
}

static void box_class_init(ObjectClass *klass, void *data)
{
    ObjectProperty *prop;

    prop = object_class_property_add_str(klass, "label", box_label_get, box_label_set);
    object_property_set_default_str(prop, "plain");
    object_class_property_set_description(klass, "label", "what is written on it");
    object_class_property_add_bool(klass, "open", box_open_get, box_open_set);
    object_class_property_add_enum(klass, "colour", "Colour", &colour_lookup, box_colour_get,
                                   box_colour_set);
    prop = object_class_property_add(klass, "weight", "int", box_weight_get, box_weight_set,
                                     NULL, NULL);
    object_property_set_default_int(prop, 12);
    object_class_property_add_tm(klass, "made", box_made_get);
}

static const TypeInfo box_types[] = {
    {
        .name = TYPE_BOX,
        .parent = TYPE_OBJECT,
        .instance_size = sizeof(Box),
        .instance_init = box_init,
        .instance_finalize = box_finalize,
        .class_init = box_class_init,
    },
};

DEFINE_TYPES(box_types)

static void expect_error(Error **err, const char *text)
{
    g_assert_nonnull(*err);
    g_assert_cmpstr(error_get_pretty(*err), ==, text);
    error_free(*err);
    *err = NULL;
}

static void test_defaults(void)
{
    g_autoptr(Box) box = BOX(object_new(TYPE_BOX));

    g_assert_cmpstr(box->label, ==, "plain");
    g_assert_cmpint(box->weight, ==, 12);
}

static void test_values_round_trip(void)
{
    g_autoptr(Object) obj = object_new(TYPE_BOX);
    g_autofree char *label = NULL;

    object_property_set_str(obj, "label", "tea", &error_abort);
    object_property_set_bool(obj, "open", true, &error_abort);
    object_property_set_str(obj, "colour", "blue", &error_abort);
    object_property_set_int(obj, "weight", -5, &error_abort);
    object_property_set_uint(obj, "u64", UINT64_MAX, &error_abort);
    label = object_property_get_str(obj, "label", &error_abort);
    g_assert_cmpstr(label, ==, "tea");
    g_assert_true(object_property_get_bool(obj, "open", &error_abort));
    g_assert_cmpint(object_property_get_enum(obj, "colour", "Colour", &error_abort), ==, 2);
    g_assert_cmpint(object_property_get_int(obj, "weight", &error_abort), ==, -5);
    g_assert_cmpuint(object_property_get_uint(obj, "u64", &error_abort), ==, UINT64_MAX);
}

static void test_qobject_values(void)
{
    g_autoptr(Object) obj = object_new(TYPE_BOX);
    g_autoptr(QObject) three = QOBJECT(qnum_from_int(3));
    g_autoptr(QObject) made = NULL;

    g_assert_true(object_property_set_qobject(obj, "u8", three, &error_abort));
    g_assert_cmpint(BOX(obj)->u8, ==, 3);
    made = object_property_get_qobject(obj, "made", &error_abort);
    g_assert_cmpint(qdict_get_int(qobject_to(QDict, made), "tm_mday"), ==, 31);
    g_assert_cmpint(qdict_size(qobject_to(QDict, made)), ==, 6);
}

static void test_text_values(void)
{
    g_autoptr(Object) obj = object_new(TYPE_BOX);
    g_autofree char *human = NULL, *plain = NULL;

    g_assert_true(object_property_parse(obj, "u16", "0x10", &error_abort));
    g_assert_true(object_property_parse(obj, "open", "yes", &error_abort));
    human = object_property_print(obj, "u16", true, &error_abort);
    plain = object_property_print(obj, "open", false, &error_abort);
    g_assert_cmpstr(human, ==, "16 (0x10)");
    g_assert_cmpstr(plain, ==, "true");
}

static void test_set_props(void)
{
    g_autoptr(Object) obj = object_new(TYPE_BOX);
    Error *err = NULL;

    g_assert_true(object_set_props(obj, &error_abort, "label", "x", "weight", "7", NULL));
    g_assert_cmpint(BOX(obj)->weight, ==, 7);
    g_assert_false(object_set_props(obj, &err, "weight", "8", "open", "maybe", "u8", "1",
                                    NULL));
    expect_error(&err, "Parameter 'open' expects 'on' or 'off'");
    g_assert_cmpint(BOX(obj)->weight, ==, 8);
    g_assert_cmpint(BOX(obj)->u8, ==, 0);
}

static void test_errors(void)
{
    g_autoptr(Object) obj = object_new(TYPE_BOX);
    Error *err = NULL;

    g_assert_false(object_property_set_str(obj, "labl", "x", &err));
    expect_error(&err, "Property 'test-box.labl' not found; did you mean 'label'?");
    g_assert_false(object_property_set_int(obj, "u32", 1, &err));
    expect_error(&err, "Property 'test-box.u32' is not writable");
    g_assert_false(object_property_set_str(obj, "label", "bad", &err));
    expect_error(&err, "label 'bad' is refused");
    g_assert_cmpstr(BOX(obj)->label, ==, "plain");
    g_assert_false(object_property_set_int(obj, "label", 1, &err));
    expect_error(&err, "Invalid parameter type for 'label', expected: string");
    g_assert_false(object_property_set_str(obj, "colour", "gren", &err));
    expect_error(&err, "Parameter 'colour' does not accept value 'gren'; "
                 "did you mean 'green'?");
    g_assert_false(object_property_set_int(obj, "u8", 256, &err));
    expect_error(&err, "Parameter 'u8' expects uint8_t");
    g_assert_null(object_property_get_str(obj, "open", &err));
    expect_error(&err, "Property 'test-box.open' is not a string");
    g_assert_cmpint(object_property_get_int(obj, "label", &err), ==, -1);
    expect_error(&err, "Property 'test-box.label' is not an int");
    g_assert_cmpint(object_property_get_enum(obj, "open", "Colour", &err), ==, -1);
    expect_error(&err, "Property 'test-box.open' is not a 'Colour' enumeration");
}

static void test_duplicate_is_refused(void)
{
    g_autoptr(Object) obj = object_new(TYPE_BOX);
    Error *err = NULL;

    /* also when the class has it */
    g_assert_null(object_property_try_add(obj, "label", "int", NULL, NULL, NULL, NULL, &err));
    expect_error(&err, "attempt to add duplicate property 'label' to object "
                 "(type 'test-box')");
    g_assert_null(object_property_try_add(obj, "u8", "int", NULL, NULL, NULL, NULL, &err));
    expect_error(&err, "attempt to add duplicate property 'u8' to object "
                 "(type 'test-box')");
}

static void test_numbered_names(void)
{
    g_autoptr(Object) obj = object_new(TYPE_BOX);

    for (int i = 0; i < 100; i++) {
        ObjectProperty *prop = object_property_add(obj, "item[*]", "int", NULL, NULL, NULL,
                                                   NULL);
        g_autofree char *name = g_strdup_printf("item[%d]", i);

        g_assert_cmpstr(prop->name, ==, name);
    }
    object_property_del(obj, "item[0]");
    g_assert_cmpstr(object_property_add(obj, "item[*]", "int", NULL, NULL, NULL, NULL)->name,
                    ==, "item[0]");
}

static void count_release(Object *obj, const char *name, void *opaque)
{
    ++*(int *)opaque;
}

static void test_release_runs_once(void)
{
    Object *obj = object_new(TYPE_BOX);
    int first = 0, second = 0;

    object_property_add(obj, "first", "int", NULL, NULL, count_release, &first);
    object_property_add(obj, "second", "int", NULL, NULL, count_release, &second);
    object_property_del(obj, "first");
    g_assert_cmpint(first, ==, 1);
    g_assert_cmpint(second, ==, 0);
    object_unref(obj);
    g_assert_cmpint(first, ==, 1);
    g_assert_cmpint(second, ==, 1);
}

static void test_alias(void)
{
    g_autoptr(Object) inner = object_new(TYPE_BOX);
    g_autoptr(Object) outer = object_new(TYPE_CONTAINER);
    Error *err = NULL;

    object_property_add_alias(outer, "inner-weight", inner, "weight");
    g_assert_true(object_property_set_int(outer, "inner-weight", 77, &error_abort));
    g_assert_cmpint(BOX(inner)->weight, ==, 77);
    g_assert_cmpint(object_property_get_int(outer, "inner-weight", &error_abort), ==, 77);
    g_assert_cmpstr(object_property_get_type(outer, "inner-weight", &error_abort), ==, "int");
    g_assert_false(object_property_set_str(outer, "inner-weight", "x", &err));
    /* the name the user gave, not the target's */
    expect_error(&err, "Invalid parameter type for 'inner-weight', expected: integer");
}

static void test_iterator_sees_all(void)
{
    g_autoptr(Object) obj = object_new(TYPE_BOX);
    ObjectPropertyIterator iter;
    int count = 0;

    object_property_iter_init(&iter, obj);
    while (object_property_iter_next(&iter)) {
        count++;
    }
    /* four of the instance, five of the class, "type" of every object */
    g_assert_cmpint(count, ==, 10);
    count = 0;
    object_class_property_iter_init(&iter, object_get_class(obj));
    while (object_property_iter_next(&iter)) {
        count++;
    }
    g_assert_cmpint(count, ==, 6);
}

static void test_help(void)
{
    ObjectProperty *prop = object_class_property_find(object_class_by_name(TYPE_BOX), "label");
    g_autofree char *text = object_property_help(prop->name, prop->type, prop->defval,
                                                 prop->description);

    g_assert_cmpstr(text, ==,
                    "  label=<string>         - what is written on it (default: \"plain\")");
}

static void test_keyval_properties(void)
{
    g_autoptr(Object) obj = object_new(TYPE_BOX);
    g_autoptr(QDict) text = qdict_from_jsonf_nofail("{'weight': '5', 'open': 'on'}");
    g_autoptr(QDict) typed = qdict_from_jsonf_nofail("{'weight': 6, 'open': false}");
    Error *err = NULL;

    g_assert_true(object_set_properties_from_keyval(obj, text, false, &error_abort));
    g_assert_cmpint(BOX(obj)->weight, ==, 5);
    g_assert_true(BOX(obj)->is_open);
    g_assert_true(object_set_properties_from_keyval(obj, typed, true, &error_abort));
    g_assert_cmpint(BOX(obj)->weight, ==, 6);
    g_assert_false(object_set_properties_from_keyval(obj, text, true, &err));
    expect_error(&err, "Invalid parameter type for 'weight', expected: integer");
}

static void test_global_properties(void)
{
    g_autoptr(Object) obj = object_new(TYPE_BOX);
    GlobalProperty good = { TYPE_BOX, "weight", "9" };
    GlobalProperty other = { TYPE_CONTAINER, "weight", "10" };
    GlobalProperty optional = { TYPE_BOX, "nothing", "1", .optional = true };
    GlobalProperty bad = { TYPE_BOX, "open", "x" };
    g_autoptr(GPtrArray) props = g_ptr_array_new();
    Error *err = NULL;

    g_ptr_array_add(props, &good);
    g_ptr_array_add(props, &other);
    g_ptr_array_add(props, &optional);
    g_assert_true(object_apply_global_props(obj, props, &error_abort));
    g_assert_cmpint(BOX(obj)->weight, ==, 9);
    g_assert_true(good.used);
    g_assert_false(other.used);
    g_ptr_array_add(props, &bad);
    g_assert_false(object_apply_global_props(obj, props, &err));
    expect_error(&err, "can't apply global test-box.open=x: "
                 "Parameter 'open' expects 'on' or 'off'");
}

static void test_type_properties(void)
{
    g_autoptr(Object) holder = NULL;
    g_autoptr(GArray) props = qom_type_properties(TYPE_BOX, NULL, &holder, &error_abort);
    Error *err = NULL;
    Object *none;

    g_assert_cmpuint(props->len, ==, 10);
    g_assert_cmpstr(g_array_index(props, QomPropertyInfo, 0).name, ==, "colour");
    g_assert_null(qom_type_properties("test-bix", TYPE_OBJECT, &none, &err));
    g_assert_cmpint(error_get_class(err), ==, ERROR_CLASS_DEVICE_NOT_FOUND);
    expect_error(&err, "Class 'test-bix' not found; did you mean 'test-box'?");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    g_test_add_func("/qom/property/class-defaults-are-set", test_defaults);
    g_test_add_func("/qom/property/values-round-trip", test_values_round_trip);
    g_test_add_func("/qom/property/qobjects-set-and-get", test_qobject_values);
    g_test_add_func("/qom/property/text-sets-and-prints", test_text_values);
    g_test_add_func("/qom/property/set-props-stops-at-first-error", test_set_props);
    g_test_add_func("/qom/property/errors-name-the-property", test_errors);
    g_test_add_func("/qom/property/duplicate-is-refused", test_duplicate_is_refused);
    g_test_add_func("/qom/property/star-takes-free-number", test_numbered_names);
    g_test_add_func("/qom/property/release-runs-once", test_release_runs_once);
    g_test_add_func("/qom/property/alias-forwards", test_alias);
    g_test_add_func("/qom/property/iterator-sees-all", test_iterator_sees_all);
    g_test_add_func("/qom/property/help-tells-default", test_help);
    g_test_add_func("/qom/property/dictionary-sets-many", test_keyval_properties);
    g_test_add_func("/qom/property/globals-apply-by-type", test_global_properties);
    g_test_add_func("/qom/property/type-list-includes-instance", test_type_properties);
    return g_test_run();
}
