/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Texts that users type: key=value lists, -object arguments, lists of ranges.
 * What keyval_parse() accepts must survive a trip through JSON unchanged. The
 * first byte chooses what the rest is.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/keyval.h"
#include "qapi/qapi-builtin-visit.h"
#include "qapi/qmp/qjson.h"
#include "qapi/string-input-visitor.h"
#include "qemu/module.h"
#include "qom/object_interfaces.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    module_call_init(MODULE_INIT_QOM);
    return 0;
}

static void fuzz_keyval(const char *text)
{
    g_autoptr(QDict) merged = qdict_new();
    g_autoptr(QObject) again = NULL;
    g_autoptr(QDict) qdict = NULL;
    bool help = false;

    qdict = keyval_parse(text, "implied", &help, NULL);
    if (!qdict) {
        return;
    }
    /* bytes that are no UTF-8 are replaced in JSON */
    if (g_utf8_validate(text, -1, NULL)) {
        g_autoptr(GString) json = qobject_to_json(QOBJECT(qdict));

        again = qobject_from_json(json->str, &error_abort);
        g_assert_true(qobject_is_equal(QOBJECT(qdict), again));
    }
    keyval_merge(merged, qdict, &error_abort);
    g_assert_true(qobject_is_equal(QOBJECT(qdict), QOBJECT(merged)));
}

static void fuzz_object(const char *text)
{
    Error *err = NULL;
    bool is_json;
    g_autoptr(QDict) qdict = NULL;

    if (strstr(text, "help") || strchr(text, '?')) {
        return;
    }
    qdict = user_creatable_parse_str(text, &is_json, &err);
    g_assert_true(!qdict == !!err);
    if (qdict && user_creatable_add_dict(qdict, !is_json, &err)) {
        user_creatable_cleanup();
    }
    error_free(err);
}

static void fuzz_ranges(const char *text)
{
    Visitor *v = string_input_visitor_new(text);
    g_autoptr(uint8List) list = NULL;

    visit_type_uint8List(v, "list", &list, NULL);
    visit_free(v);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = size ? g_strndup((const char *)data + 1, size - 1) : NULL;

    if (!text) {
        return 0;
    }
    switch (data[0] % 3) {
    case 0:
        fuzz_keyval(text);
        break;
    case 1:
        fuzz_object(text);
        break;
    default:
        fuzz_ranges(text);
        break;
    }
    return 0;
}
