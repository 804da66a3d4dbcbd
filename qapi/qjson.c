/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QObjects from JSON trees and to JSON text. */
#include "qemu/osdep.h"
#include "qapi/qmp/qbool.h"
#include "qapi/qmp/qdict.h"
#include "qapi/qmp/qjson.h"
#include "qapi/qmp/qlist.h"
#include "qapi/qmp/qnull.h"
#include "qapi/qmp/qnum.h"
#include "qapi/qmp/qstring.h"

static void qjson_member_add(const char *key, const JsonValue *value, void *opaque)
{
    qdict_put_obj(opaque, key, qobject_from_json_value(value));
}

QObject *qobject_from_json_value(const JsonValue *value)
{
    QDict *qdict;
    QList *qlist;

    switch (json_value_get_type(value)) {
    case JSON_TYPE_NULL:
        return QOBJECT(qnull());
    case JSON_TYPE_BOOL:
        return QOBJECT(qbool_from_bool(json_value_get_bool(value)));
    case JSON_TYPE_INT:
        return QOBJECT(qnum_from_int(json_value_get_int(value)));
    case JSON_TYPE_UINT:
        return QOBJECT(qnum_from_uint(json_value_get_uint(value)));
    case JSON_TYPE_DOUBLE:
        return QOBJECT(qnum_from_double(json_value_get_double(value)));
    case JSON_TYPE_STRING:
        return QOBJECT(qstring_from_str(json_value_get_string(value)));
    case JSON_TYPE_ARRAY:
        qlist = qlist_new();
        for (size_t i = 0; i < json_array_get_length(value); i++) {
            qlist_append_obj(qlist, qobject_from_json_value(json_array_get(value, i)));
        }
        return QOBJECT(qlist);
    case JSON_TYPE_OBJECT:
        qdict = qdict_new();
        json_object_foreach_member(value, qjson_member_add, qdict);
        return QOBJECT(qdict);
    }
    g_assert_not_reached();
}

QObject *qobject_from_json(const char *string, Error **errp)
{
    g_autoptr(JsonValue) value = json_parse(string, strlen(string), errp);

    return value ? qobject_from_json_value(value) : NULL;
}

static void qjson_num_write(JSONWriter *writer, const char *name, const QNum *num)
{
    switch (num->kind) {
    case QNUM_I64:
        json_writer_int64(writer, name, num->u.i64);
        break;
    case QNUM_U64:
        json_writer_uint64(writer, name, num->u.u64);
        break;
    case QNUM_DOUBLE:
        json_writer_double(writer, name, num->u.dbl);
        break;
    }
}

void qobject_json_write(JSONWriter *writer, const char *name, const QObject *obj)
{
    switch (qobject_type(obj)) {
    case QTYPE_QNULL:
        json_writer_null(writer, name);
        break;
    case QTYPE_QNUM:
        qjson_num_write(writer, name, qobject_to(QNum, obj));
        break;
    case QTYPE_QSTRING:
        json_writer_str(writer, name, qstring_get_str(qobject_to(QString, obj)));
        break;
    case QTYPE_QBOOL:
        json_writer_bool(writer, name, qbool_get_bool(qobject_to(QBool, obj)));
        break;
    case QTYPE_QLIST:
        json_writer_start_array(writer, name);
        for (const QListEntry *e = qlist_first(qobject_to(QList, obj)); e; e = qlist_next(e)) {
            qobject_json_write(writer, NULL, qlist_entry_obj(e));
        }
        json_writer_end_array(writer);
        break;
    case QTYPE_QDICT: {
        QDict *qdict = qobject_to(QDict, obj);

        json_writer_start_object(writer, name);
        for (const QDictEntry *e = qdict_first(qdict); e; e = qdict_next(qdict, e)) {
            qobject_json_write(writer, qdict_entry_key(e), qdict_entry_value(e));
        }
        json_writer_end_object(writer);
        break;
    }
    default:
        g_assert_not_reached();
    }
}

GString *qobject_to_json_pretty(const QObject *obj, bool pretty)
{
    JSONWriter *writer = json_writer_new(pretty);

    qobject_json_write(writer, NULL, obj);
    return json_writer_get_and_free(writer);
}

GString *qobject_to_json(const QObject *obj)
{
    return qobject_to_json_pretty(obj, false);
}
