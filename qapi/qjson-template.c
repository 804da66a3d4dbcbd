/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QObjects from JSON templates with printf-like directives: each directive is
 * replaced by the JSON text of its argument, then the whole is parsed. For
 * code that knows what it writes, so every mistake aborts.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qmp/qdict.h"
#include "qapi/qmp/qjson.h"

/* va_list may be an array type, which cannot be passed by address; a structure can. */
typedef struct TemplateArgs {
    va_list ap;
} TemplateArgs;

static void template_str_append(GString *out, const char *text)
{
    g_autoptr(JSONWriter) writer = json_writer_new(false);

    json_writer_str(writer, NULL, text);
    g_string_append(out, json_writer_get(writer));
}

static void template_double_append(GString *out, double value)
{
    g_autoptr(JSONWriter) writer = json_writer_new(false);

    json_writer_double(writer, NULL, value);
    g_string_append(out, json_writer_get(writer));
}

static void template_qobject_append(GString *out, QObject *obj)
{
    GString *text = qobject_to_json(obj);

    g_string_append(out, text->str);
    g_string_free(text, TRUE);
    qobject_unref(obj);
}

/* Appends the argument for the directive behind the '%' before @at; returns what follows it. */
static const char *template_directive(GString *out, const char *at, TemplateArgs *args)
{
    int longs = 0;

    for (; *at == 'l'; at++) {
        longs++;
    }
    switch (*at) {
    case 's':
        template_str_append(out, va_arg(args->ap, const char *));
        break;
    case 'd':
        g_string_append_printf(out, "%lld", longs == 0 ? (long long)va_arg(args->ap, int) :
                               longs == 1 ? (long long)va_arg(args->ap, long) :
                               va_arg(args->ap, long long));
        break;
    case 'u':
        g_string_append_printf(out, "%llu",
                               longs == 0 ? (unsigned long long)va_arg(args->ap, unsigned) :
                               longs == 1 ? (unsigned long long)va_arg(args->ap, unsigned long) :
                               va_arg(args->ap, unsigned long long));
        break;
    case 'i':
        g_string_append(out, va_arg(args->ap, int) ? "true" : "false");
        break;
    case 'f':
        template_double_append(out, va_arg(args->ap, double));
        break;
    case 'p':
        template_qobject_append(out, va_arg(args->ap, QObject *));
        break;
    default:
        g_error("JSON template: bad directive '%%%s'", at);
    }
    return at + 1;
}

QObject *qobject_from_vjsonf_nofail(const char *string, va_list ap)
{
    g_autoptr(GString) out = g_string_new(NULL);
    const char *at = string;
    TemplateArgs args;
    char quote = '\0';

    va_copy(args.ap, ap);
    while (*at) {
        char c = *at++;

        if (c == '%' && *at == '%') {
            at++;
        } else if (c == '%') {
            g_assert(!quote);
            at = template_directive(out, at, &args);
            continue;
        } else if (quote && c == '\\' && *at) {
            g_string_append_c(out, c);
            c = *at++;
        } else if (c == quote) {
            quote = '\0';
        } else if (!quote && (c == '\'' || c == '"')) {
            quote = c;
        }
        g_string_append_c(out, c);
    }
    va_end(args.ap);
    return qobject_from_json(out->str, &error_abort);
}

QObject *qobject_from_jsonf_nofail(const char *string, ...)
{
    QObject *obj;
    va_list ap;

    va_start(ap, string);
    obj = qobject_from_vjsonf_nofail(string, ap);
    va_end(ap);
    return obj;
}

QDict *qdict_from_vjsonf_nofail(const char *string, va_list ap)
{
    QDict *qdict = qobject_to(QDict, qobject_from_vjsonf_nofail(string, ap));

    g_assert(qdict);
    return qdict;
}

QDict *qdict_from_jsonf_nofail(const char *string, ...)
{
    QDict *qdict;
    va_list ap;

    va_start(ap, string);
    qdict = qdict_from_vjsonf_nofail(string, ap);
    va_end(ap);
    return qdict;
}
