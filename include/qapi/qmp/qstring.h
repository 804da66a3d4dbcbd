/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A string value, UTF-8. */
#ifndef QAPI_QMP_QSTRING_H
#define QAPI_QMP_QSTRING_H

#include "qapi/qmp/qobject.h"

struct QString {
    struct QObjectBase_ base;
    const char *string;
};

QString *qstring_new(void);
QString *qstring_from_str(const char *str);
/* Bytes @start (included) to @end (not included) of @str. */
QString *qstring_from_substr(const char *str, size_t start, size_t end);
/* Takes @gstr over. */
QString *qstring_from_gstring(GString *gstr);
/* The text; borrowed. */
const char *qstring_get_str(const QString *qstring);
/* The same, and NULL when @obj is no string. */
const char *qobject_get_try_str(const QObject *obj);

void qstring_unref(QString *q);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QString, qstring_unref)

#endif
