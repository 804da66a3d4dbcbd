/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Arguments of human monitor commands: see hmp-internal.h. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/option.h"
#include "hmp-expr-internal.h"
#include "hmp-internal.h"

/* More than that on a screen helps nobody, and must not eat all memory. */
#define FORMAT_COUNT_MAX 65536

bool hmp_arg_desc_next(const char **at, HmpArgDesc *desc)
{
    const char *p = *at + strspn(*at, " ");
    size_t len = strcspn(p, " ");
    const char *colon = memchr(p, ':', len);

    if (!len) {
        return false;
    }
    *at = p + len;
    desc->is_optional = p[len - 1] == '?';
    len -= desc->is_optional;
    if (*p == '-') {
        desc->name = p + 1;
        desc->name_len = len - 1;
        desc->type = "-";
        desc->type_len = 1;
        desc->is_optional = true;
        return true;
    }
    g_assert(colon);
    desc->name = p;
    desc->name_len = colon - p;
    desc->type = colon + 1;
    desc->type_len = p + len - desc->type;
    return true;
}

bool hmp_arg_desc_is(const HmpArgDesc *desc, const char *type)
{
    return strlen(type) == desc->type_len &&
           !memcmp(type, desc->type, desc->type_len);
}

static const char *skip_blanks(const char *text)
{
    while (g_ascii_isspace(*text)) {
        text++;
    }
    return text;
}

/* -- words ---------------------------------------------------------------------- */

static char *quoted_word_take(const char **text, Error **errp)
{
    g_autoptr(GString) word = g_string_new(NULL);
    const char *p = *text + 1;

    for (; *p && *p != '"'; p++) {
        if (*p == '\\') {
            p++;
            if (*p != '\\' && *p != '"' && *p != 'n' && *p != 'r') {
                error_setg(errp, "unsupported escape '\\%.1s' in a quoted "
                           "argument", p);
                return NULL;
            }
            g_string_append_c(word, *p == 'n' ? '\n' : *p == 'r' ? '\r' : *p);
        } else {
            g_string_append_c(word, *p);
        }
    }
    if (!*p) {
        error_setg(errp, "unterminated quoted argument");
        return NULL;
    }
    *text = p + 1;
    return g_string_free(g_steal_pointer(&word), FALSE);
}

char *hmp_word_take(const char **text, Error **errp)
{
    const char *start = skip_blanks(*text);
    const char *end = start;

    *text = start;
    if (*start == '"') {
        return quoted_word_take(text, errp);
    }
    while (*end && !g_ascii_isspace(*end)) {
        end++;
    }
    *text = end;
    return end > start ? g_strndup(start, end - start) : NULL;
}

/* -- formats --------------------------------------------------------------------- */

static bool format_size_set(HmpFormat *format, char c)
{
    static const char letters[] = "bhwg";
    const char *found = strchr(letters, c);

    if (found) {
        format->size_bytes = 1 << (found - letters);
    }
    return found != NULL;
}

static bool format_parse(HmpFormat *format, const char **text, Error **errp)
{
    const char *p = skip_blanks(*text);
    uint64_t count = 0;
    bool is_sized = false;

    if (*p != '/') {
        return true;
    }
    p++;
    if (g_ascii_isdigit(*p)) {
        for (; g_ascii_isdigit(*p); p++) {
            count = MIN(count * 10 + (*p - '0'), FORMAT_COUNT_MAX + 1);
        }
        if (!count || count > FORMAT_COUNT_MAX) {
            error_setg(errp, "count in format must be 1 to %d",
                       FORMAT_COUNT_MAX);
            return false;
        }
        format->count = count;
    }
    for (; *p && !g_ascii_isspace(*p); p++) {
        if (strchr("xduoc", *p)) {
            format->letter = *p;
        } else if (*p == 'i') {
            error_setg(errp, "instruction disassembly is not available in "
                       "this build");
            return false;
        } else if (format_size_set(format, *p)) {
            is_sized = true;
        } else {
            error_setg(errp, "invalid character '%c' in format; known are "
                       "formats x d u o c and sizes b h w g", *p);
            return false;
        }
    }
    if (format->letter == 'c' && !is_sized) {
        format->size_bytes = 1;
    }
    *text = p;
    return true;
}

/* -- arguments -------------------------------------------------------------------- */

static HmpArg *arg_find(const HmpArgs *args, const char *name, size_t len)
{
    for (unsigned i = 0; i < args->count; i++) {
        const HmpArg *arg = &args->arg[i];

        if (arg->name_len == len && !memcmp(arg->name, name, len)) {
            return (HmpArg *)arg;
        }
    }
    return NULL;
}

static void args_declare(HmpArgs *args, const char *desc_text)
{
    HmpArgDesc desc;

    while (hmp_arg_desc_next(&desc_text, &desc)) {
        g_assert(args->count < HMP_ARGS_MAX);
        args->arg[args->count++] = (HmpArg) {
            .name = desc.name, .name_len = desc.name_len,
        };
    }
}

/* Option letters come before the other arguments, single or joined. */
static bool options_parse(HmpArgs *args, const char *desc_text,
                          const char **text, Error **errp)
{
    bool takes_options = strstr(desc_text, "-") == desc_text;

    while (takes_options) {
        const char *p = skip_blanks(*text);

        if (*p != '-' || !g_ascii_isalpha(p[1])) {
            break;
        }
        for (p++; *p && !g_ascii_isspace(*p); p++) {
            HmpArg *arg = arg_find(args, p, 1);

            if (!arg) {
                error_setg(errp, "unsupported option -%c", *p);
                return false;
            }
            arg->given = true;
        }
        *text = p;
    }
    return true;
}

static bool arg_expr_parse(HmpArg *arg, const char **text, Error **errp)
{
    return hmp_expr_eval(text, hmp_register_read, &arg->number, errp);
}

static bool arg_size_parse(HmpArg *arg, const char **text, Error **errp)
{
    g_autofree char *word = hmp_word_take(text, errp);
    g_autofree char *name = g_strndup(arg->name, arg->name_len);

    return word && parse_option_size(name, word, &arg->number, errp);
}

static bool arg_bool_parse(HmpArg *arg, const char **text, Error **errp)
{
    g_autofree char *word = hmp_word_take(text, errp);

    if (!word) {
        return false;
    }
    if (strcmp(word, "on") && strcmp(word, "off")) {
        error_setg(errp, "Expected 'on' or 'off', not '%s'", word);
        return false;
    }
    arg->number = !strcmp(word, "on");
    return true;
}

static bool arg_parse(HmpArgs *args, const HmpArgDesc *desc, const char **text,
                      Error **errp)
{
    HmpArg *arg = arg_find(args, desc->name, desc->name_len);

    *text = skip_blanks(*text);
    if (!**text) {
        if (!desc->is_optional) {
            error_setg(errp, "argument '%.*s' is missing", (int)desc->name_len,
                       desc->name);
        }
        return desc->is_optional;
    }
    arg->given = true;
    if (hmp_arg_desc_is(desc, "expr")) {
        return arg_expr_parse(arg, text, errp);
    }
    if (hmp_arg_desc_is(desc, "size")) {
        return arg_size_parse(arg, text, errp);
    }
    if (hmp_arg_desc_is(desc, "bool")) {
        return arg_bool_parse(arg, text, errp);
    }
    if (hmp_arg_desc_is(desc, "rest")) {
        arg->text = g_strchomp(g_strdup(*text));
        *text += strlen(*text);
        return true;
    }
    arg->text = hmp_word_take(text, errp);
    return arg->text != NULL;
}

bool hmp_args_parse(HmpArgs *args, const char *desc_text, const char *text,
                    Error **errp)
{
    const char *at = desc_text;
    HmpArgDesc desc;

    *args = (HmpArgs) { .format = { 1, 'x', 4 } };
    args_declare(args, desc_text);
    if (!options_parse(args, desc_text, &text, errp)) {
        return false;
    }
    while (hmp_arg_desc_next(&at, &desc)) {
        bool ok = true;

        if (hmp_arg_desc_is(&desc, "fmt")) {
            ok = format_parse(&args->format, &text, errp);
        } else if (!hmp_arg_desc_is(&desc, "-")) {
            ok = arg_parse(args, &desc, &text, errp);
        }
        if (!ok) {
            return false;
        }
    }
    text = skip_blanks(text);
    if (*text) {
        error_setg(errp, "extraneous characters at the end of the line: '%s'",
                   text);
        return false;
    }
    return true;
}

void hmp_args_clear(HmpArgs *args)
{
    for (unsigned i = 0; i < args->count; i++) {
        g_free(args->arg[i].text);
    }
    args->count = 0;
}

const char *hmp_arg_text(const HmpArgs *args, const char *name)
{
    return arg_find(args, name, strlen(name))->text;
}

uint64_t hmp_arg_number(const HmpArgs *args, const char *name, uint64_t def)
{
    const HmpArg *arg = arg_find(args, name, strlen(name));

    return arg->given ? arg->number : def;
}

bool hmp_arg_given(const HmpArgs *args, const char *name)
{
    return arg_find(args, name, strlen(name))->given;
}
