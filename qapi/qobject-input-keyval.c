/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Scalars of the QObject input visitor when all of them are strings typed by a user. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qmp/qnull.h"
#include "qapi/qmp/qstring.h"
#include "qemu/cutils.h"
#include "qobject-input-internal.h"

/* The text of @name; NULL and an error if it is missing or no scalar. */
static const char *keyval_text(QObjectInputVisitor *qiv, const char *name, Error **errp)
{
    QObject *value = qobject_input_take(qiv, name, errp);

    if (!value) {
        return NULL;
    }
    if (qobject_type(value) == QTYPE_QDICT || qobject_type(value) == QTYPE_QLIST) {
        g_autofree char *full = qobject_input_full_name(qiv, name);

        error_setg(errp, "Parameters '%s.*' are unexpected", full);
        return NULL;
    }
    if (qobject_type(value) != QTYPE_QSTRING) {
        qobject_input_type_error(qiv, name, "string", errp);
        return NULL;
    }
    return qobject_get_try_str(value);
}

static bool keyval_type_int64(Visitor *v, const char *name, int64_t *obj, Error **errp)
{
    const char *text = keyval_text(qobject_input_of(v), name, errp);

    if (!text) {
        return false;
    }
    if (qemu_strtoi64(text, NULL, 0, obj) < 0) {
        return qobject_input_value_error(qobject_input_of(v), name, "integer", errp);
    }
    return true;
}

static bool keyval_type_uint64(Visitor *v, const char *name, uint64_t *obj, Error **errp)
{
    const char *text = keyval_text(qobject_input_of(v), name, errp);

    if (!text) {
        return false;
    }
    if (qemu_strtou64(text, NULL, 0, obj) < 0) {
        return qobject_input_value_error(qobject_input_of(v), name, "integer", errp);
    }
    return true;
}

static bool keyval_type_size(Visitor *v, const char *name, uint64_t *obj, Error **errp)
{
    const char *text = keyval_text(qobject_input_of(v), name, errp);

    if (!text) {
        return false;
    }
    if (qemu_strtosz(text, NULL, obj) < 0) {
        return qobject_input_value_error(qobject_input_of(v), name, "a size", errp);
    }
    return true;
}

static bool keyval_type_bool(Visitor *v, const char *name, bool *obj, Error **errp)
{
    QObjectInputVisitor *qiv = qobject_input_of(v);
    const char *text = keyval_text(qiv, name, errp);

    if (!text) {
        return false;
    }
    if (!qapi_bool_parse(name, text, obj, NULL)) {
        return qobject_input_value_error(qiv, name, "'on' or 'off'", errp);
    }
    return true;
}

static bool keyval_type_str(Visitor *v, const char *name, char **obj, Error **errp)
{
    *obj = g_strdup(keyval_text(qobject_input_of(v), name, errp));
    return *obj != NULL;
}

static bool keyval_type_number(Visitor *v, const char *name, double *obj, Error **errp)
{
    const char *text = keyval_text(qobject_input_of(v), name, errp);

    if (!text) {
        return false;
    }
    if (qemu_strtod_finite(text, NULL, obj) < 0) {
        return qobject_input_value_error(qobject_input_of(v), name, "number", errp);
    }
    return true;
}

static bool keyval_type_null(Visitor *v, const char *name, QNull **obj, Error **errp)
{
    const char *text = keyval_text(qobject_input_of(v), name, errp);

    *obj = NULL;
    if (!text) {
        return false;
    }
    if (*text) {
        return qobject_input_value_error(qobject_input_of(v), name, "null", errp);
    }
    *obj = qnull();
    return true;
}

void qobject_input_keyval_init(Visitor *v)
{
    v->type_int64 = keyval_type_int64;
    v->type_uint64 = keyval_type_uint64;
    v->type_size = keyval_type_size;
    v->type_bool = keyval_type_bool;
    v->type_str = keyval_type_str;
    v->type_number = keyval_type_number;
    v->type_null = keyval_type_null;
}
