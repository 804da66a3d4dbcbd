/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * key=value lists as nested dictionaries of strings. Keys are first put into
 * dictionaries only; when all are read, each dictionary whose keys are all
 * numbers becomes a list. Nesting is limited as it is for JSON, and a list's
 * indices must be complete, so the result is no larger than the text.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/keyval.h"
#include "qapi/qmp/qlist.h"
#include "qapi/qmp/qstring.h"
#include "qapi/util.h"
#include "qemu/cutils.h"
#include "qemu/json.h"

#define KEY_PART_MAX 127

/* The list index that the @len characters at @text are, or -1. */
static int key_part_index(const char *text, size_t len)
{
    int64_t value = 0;

    if (!len) {
        return -1;
    }
    for (size_t i = 0; i < len; i++) {
        if (!g_ascii_isdigit(text[i])) {
            return -1;
        }
        value = value * 10 + g_ascii_digit_value(text[i]);
        if (value >= INT_MAX) {
            return -1;
        }
    }
    return value;
}

/*
 * The length of the key part at @at, which ends at '.', '=', ',' or the end;
 * -1 and an error if it is no name and no index. @key is for the message.
 */
static int key_part_span(const char *at, const char *key, Error **errp)
{
    /* asked first, for the dots in a vendor's prefix belong to the name */
    int len = parse_qapi_name(at, false);

    if (len < 0) {
        len = strcspn(at, ".=,");
        len = key_part_index(at, len) >= 0 ? len : -1;
    }
    if (len < 0 || len > KEY_PART_MAX || (at[len] && !strchr(".=,", at[len]))) {
        error_setg(errp, "Invalid parameter '%.*s'", (int)strcspn(key, "=,"), key);
        return -1;
    }
    return len;
}

/* The dictionary that @part of @where names, made if need be. @key, @end: the key so far. */
static QDict *keyval_descend(QDict *where, const char *part, const char *key, const char *end,
                             Error **errp)
{
    QObject *below = qdict_get(where, part);
    QDict *made;

    if (below) {
        if (qobject_type(below) != QTYPE_QDICT) {
            error_setg(errp, "Parameters '%.*s.*' used inconsistently", (int)(end - key), key);
        }
        return qobject_to(QDict, below);
    }
    made = qdict_new();
    qdict_put(where, part, made);
    return made;
}

/* Copies a key part; indices lose leading zeros, so that each has one spelling. */
static char *key_part_copy(const char *at, int len)
{
    int index = key_part_index(at, len);

    return index >= 0 ? g_strdup_printf("%d", index) : g_strndup(at, len);
}

/* Puts @value under the dotted @key that ends at '=' or the end of the string. */
static bool keyval_put(QDict *qdict, const char *key, const char *value, Error **errp)
{
    const char *at = key;
    int depth = 0;

    for (;;) {
        int len = key_part_span(at, key, errp);
        g_autofree char *part = len < 0 ? NULL : key_part_copy(at, len);

        if (!part) {
            return false;
        }
        at += len;
        if (at - len == key && key_part_index(key, len) >= 0) {
            error_setg(errp, "Invalid parameter '%s': a name must come before an index", part);
            return false;
        }
        if (*at != '.') {
            QObject *old = qdict_get(qdict, part);

            if (old && qobject_type(old) != QTYPE_QSTRING) {
                error_setg(errp, "Parameters '%.*s.*' used inconsistently", (int)(at - key),
                           key);
                return false;
            }
            qdict_put_str(qdict, part, value);
            return true;
        }
        if (++depth >= JSON_DEPTH_MAX) {
            error_setg(errp, "Parameter '%.*s...' is nested too deeply", 40, key);
            return false;
        }
        qdict = keyval_descend(qdict, part, key, at, errp);
        if (!qdict) {
            return false;
        }
        at++;
    }
}

/* The same, without a meaning of dots. */
static bool keyval_put_flat(QDict *qdict, const char *key, const char *value, Error **errp)
{
    g_autofree char *name = g_strndup(key, strcspn(key, "="));

    if (!*name || strlen(name) > KEY_PART_MAX) {
        error_setg(errp, "Invalid parameter '%s'", name);
        return false;
    }
    qdict_put_str(qdict, name, value);
    return true;
}

typedef bool KeyvalPut(QDict *qdict, const char *key, const char *value, Error **errp);

/* Reads a value up to a single comma; returns the place behind it. */
static const char *keyval_value(const char *at, char **value)
{
    GString *text = g_string_new(NULL);

    for (; *at; at++) {
        if (*at == ',' && *++at != ',') {
            break;
        }
        g_string_append_c(text, *at);
    }
    *value = g_string_free(text, FALSE);
    return at;
}

/* Reads one part of @params; returns the place behind it, NULL on error. */
static const char *keyval_parse_one(QDict *qdict, KeyvalPut *put, const char *params,
                                    const char *implied_key, bool *help, Error **errp)
{
    g_autofree char *value = NULL;
    size_t len = strcspn(params, "=,");
    const char *rest;

    if (params[len] == '=') {
        rest = keyval_value(params + len + 1, &value);
        return put(qdict, params, value, errp) ? rest : NULL;
    }
    if (help && ((len == 4 && !strncmp(params, "help", 4)) || (len == 1 && *params == '?'))) {
        *help = true;
        return params + len + (params[len] == ',');
    }
    if (implied_key) {
        rest = keyval_value(params, &value);
        if (*value) {
            return put(qdict, implied_key, value, errp) ? rest : NULL;
        }
    }
    if (len) {
        error_setg(errp, "Expected '=' after parameter '%.*s'", (int)len, params);
    } else {
        error_setg(errp, "Expected parameter before '%s'", params);
    }
    return NULL;
}

static bool keyval_listify_all(QDict *qdict, GString *path, Error **errp);

/* The list that @qdict, whose keys are all indices, stands for. NULL on error. */
static QList *keyval_to_list(const QDict *qdict, const char *path, Error **errp)
{
    QList *list = qlist_new();
    size_t size = qdict_size(qdict);

    for (size_t i = 0; i < size; i++) {
        g_autofree char *key = g_strdup_printf("%zu", i);
        QObject *value = qdict_get(qdict, key);

        if (!value) {
            error_setg(errp, "Parameter '%s.%zu' missing", path, i);
            qlist_unref(list);
            return NULL;
        }
        qlist_append_obj(list, qobject_ref_impl(value));
    }
    return list;
}

/* What @value, known to users as @path, becomes: itself or a list, a new reference. */
static QObject *keyval_listify(QDict *value, GString *path, Error **errp)
{
    size_t indices = 0;

    if (!keyval_listify_all(value, path, errp)) {
        return NULL;
    }
    for (const QDictEntry *e = qdict_first(value); e; e = qdict_next(value, e)) {
        indices += g_ascii_isdigit(*qdict_entry_key(e));
    }
    if (!indices) {
        return QOBJECT(qobject_ref(value));
    }
    if (indices != qdict_size(value)) {
        error_setg(errp, "Parameters '%s.*' used inconsistently", path->str);
        return NULL;
    }
    return QOBJECT(keyval_to_list(value, path->str, errp));
}

/* Turns what is a list among the values of @qdict into one, innermost first. */
static bool keyval_listify_all(QDict *qdict, GString *path, Error **errp)
{
    size_t len = path->len;

    for (const QDictEntry *e = qdict_first(qdict); e; e = qdict_next(qdict, e)) {
        QDict *inner = qobject_to(QDict, qdict_entry_value(e));
        QObject *value;

        if (!inner) {
            continue;
        }
        g_string_append_printf(path, "%s%s", len ? "." : "", qdict_entry_key(e));
        value = keyval_listify(inner, path, errp);
        g_string_truncate(path, len);
        if (!value) {
            return false;
        }
        qdict_put_obj(qdict, qdict_entry_key(e), value);
    }
    return true;
}

static bool keyval_parse_all(QDict *qdict, KeyvalPut *put, const char *params,
                             const char *implied_key, bool *help, Error **errp)
{
    bool help_asked = false;

    while (*params) {
        params = keyval_parse_one(qdict, put, params, implied_key, help ? &help_asked : NULL,
                                  errp);
        if (!params) {
            return false;
        }
        implied_key = NULL;
    }
    if (help) {
        *help = help_asked;
    }
    return true;
}

QDict *keyval_parse_into(QDict *qdict, const char *params, const char *implied_key,
                         bool *help, Error **errp)
{
    g_autoptr(GString) path = g_string_new(NULL);

    return keyval_parse_all(qdict, keyval_put, params, implied_key, help, errp) &&
           keyval_listify_all(qdict, path, errp) ? qdict : NULL;
}

QDict *keyval_parse(const char *params, const char *implied_key, bool *help, Error **errp)
{
    QDict *qdict = qdict_new();

    if (!keyval_parse_into(qdict, params, implied_key, help, errp)) {
        qobject_unref(qdict);
        return NULL;
    }
    return qdict;
}

QDict *keyval_parse_flat(const char *params, const char *implied_key, bool *help, Error **errp)
{
    QDict *qdict = qdict_new();

    if (!keyval_parse_all(qdict, keyval_put_flat, params, implied_key, help, errp)) {
        qobject_unref(qdict);
        return NULL;
    }
    return qdict;
}

static bool keyval_merge_value(QDict *dest, const char *key, QObject *value, GString *path,
                               Error **errp);

static bool keyval_merge_dict(QDict *dest, const QDict *src, GString *path, Error **errp)
{
    size_t len = path->len;

    for (const QDictEntry *e = qdict_first(src); e; e = qdict_next(src, e)) {
        bool ok;

        g_string_append_printf(path, "%s%s", len ? "." : "", qdict_entry_key(e));
        ok = keyval_merge_value(dest, qdict_entry_key(e), qdict_entry_value(e), path, errp);
        g_string_truncate(path, len);
        if (!ok) {
            return false;
        }
    }
    return true;
}

static bool keyval_merge_value(QDict *dest, const char *key, QObject *value, GString *path,
                               Error **errp)
{
    QObject *old = qdict_get(dest, key);

    if (old && qobject_type(old) != qobject_type(value)) {
        error_setg(errp, "Parameter '%s%s' used inconsistently", path->str,
                   qobject_type(old) == QTYPE_QDICT || qobject_type(value) == QTYPE_QDICT ?
                   ".*" : "");
        return false;
    }
    if (old && qobject_type(old) == QTYPE_QDICT) {
        return keyval_merge_dict(qobject_to(QDict, old), qobject_to(QDict, value), path, errp);
    }
    if (old && qobject_type(old) == QTYPE_QLIST) {
        QListEntry *entry;

        QLIST_FOREACH_ENTRY(qobject_to(QList, value), entry) {
            qlist_append_obj(qobject_to(QList, old), qobject_ref_impl(entry->value));
        }
        return true;
    }
    qdict_put_obj(dest, key, qobject_ref_impl(value));
    return true;
}

void keyval_merge(QDict *dest, const QDict *src, Error **errp)
{
    g_autoptr(GString) path = g_string_new(NULL);

    keyval_merge_dict(dest, src, path, errp);
}
