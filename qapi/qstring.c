/* SPDX-License-Identifier: GPL-2.0-or-later */
/* String values; see qapi/qmp/qstring.h. */
#include "qemu/osdep.h"
#include "qapi/qmp/qstring.h"
#include "qobject-internal.h"

static QString *qstring_take(char *text)
{
    QString *qstring = g_new(QString, 1);

    qobject_init(QOBJECT(qstring), QTYPE_QSTRING);
    qstring->string = text;
    return qstring;
}

QString *qstring_new(void)
{
    return qstring_take(g_strdup(""));
}

QString *qstring_from_str(const char *str)
{
    return qstring_take(g_strdup(str));
}

QString *qstring_from_substr(const char *str, size_t start, size_t end)
{
    g_assert(start <= end);
    return qstring_take(g_strndup(str + start, end - start));
}

QString *qstring_from_gstring(GString *gstr)
{
    return qstring_take(g_string_free(gstr, FALSE));
}

const char *qstring_get_str(const QString *qstring)
{
    return qstring->string;
}

const char *qobject_get_try_str(const QObject *obj)
{
    QString *qstring = qobject_to(QString, obj);

    return qstring ? qstring->string : NULL;
}

void qstring_unref(QString *q)
{
    qobject_unref(q);
}
