/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QObjects from and to JSON text. Limits and refusals are those of qemu/json.h. */
#ifndef QAPI_QMP_QJSON_H
#define QAPI_QMP_QJSON_H

#include "qapi/qmp/qobject.h"
#include "qemu/json.h"

/* The value of a complete JSON text, owned by the caller; NULL and an error otherwise. */
QObject *qobject_from_json(const char *string, Error **errp);

/* The same from a parsed tree, which stays the caller's. Never NULL. */
QObject *qobject_from_json_value(const JsonValue *value);

/* One line, or several indented ones; free with g_string_free(). */
GString *qobject_to_json(const QObject *obj);
GString *qobject_to_json_pretty(const QObject *obj, bool pretty);
/* As the member @name (in an object) or an element of what @writer writes. */
void qobject_json_write(JSONWriter *writer, const char *name, const QObject *obj);

/*
 * From a template for tests and internal use: %s string, %d int, %u unsigned,
 * %ld, %lld, %" PRId64 ", %f double, %i bool, %p QObject * (taken over), %% percent.
 * Aborts if the template is wrong.
 */
QObject *qobject_from_jsonf_nofail(const char *string, ...) G_GNUC_PRINTF(1, 2);
QObject *qobject_from_vjsonf_nofail(const char *string, va_list ap) G_GNUC_PRINTF(1, 0);
QDict *qdict_from_jsonf_nofail(const char *string, ...) G_GNUC_PRINTF(1, 2);
QDict *qdict_from_vjsonf_nofail(const char *string, va_list ap) G_GNUC_PRINTF(1, 0);

#endif
