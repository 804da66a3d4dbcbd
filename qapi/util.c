/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of enumerations and booleans, and the shape of QAPI names. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/util.h"
#include "qemu/suggest.h"

const char *qapi_enum_lookup(const QEnumLookup *lookup, int val)
{
    g_assert(val >= 0 && val < lookup->size);
    return lookup->array[val];
}

int qapi_enum_parse(const QEnumLookup *lookup, const char *buf, int def, Error **errp)
{
    Suggest suggest;

    if (!buf) {
        return def;
    }
    for (int i = 0; i < lookup->size; i++) {
        if (g_str_equal(buf, lookup->array[i])) {
            return i;
        }
    }
    suggest_init(&suggest, buf);
    for (int i = 0; i < lookup->size; i++) {
        suggest_offer(&suggest, lookup->array[i]);
    }
    suggest_error_setg(&suggest, errp, "invalid parameter value: %s", buf);
    return def;
}

bool qapi_bool_parse(const char *name, const char *value, bool *obj, Error **errp)
{
    static const char *const yes[] = { "on", "yes", "true", "y", NULL };
    static const char *const no[] = { "off", "no", "false", "n", NULL };

    if (g_strv_contains(yes, value)) {
        *obj = true;
        return true;
    }
    if (g_strv_contains(no, value)) {
        *obj = false;
        return true;
    }
    error_setg(errp, "Parameter '%s' expects 'on' or 'off'", name);
    return false;
}

/* How many characters of @str are letters, digits or @punctuation. */
static size_t name_span(const char *str, const char *punctuation)
{
    size_t len = 0;

    while (g_ascii_isalnum(str[len]) || (str[len] && strchr(punctuation, str[len]))) {
        len++;
    }
    return len;
}

int parse_qapi_name(const char *str, bool complete)
{
    const char *at = str;

    if (at[0] == '_' && at[1] == '_') {
        /* the reversed domain name of a vendor */
        at += 2 + name_span(at + 2, "-.");
        if (at == str + 2 || *at++ != '_') {
            return -1;
        }
    }
    if (!g_ascii_isalpha(*at)) {
        return -1;
    }
    at += name_span(at, "-_");
    return complete && *at ? -1 : (int)(at - str);
}
