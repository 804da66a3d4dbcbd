/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text of options: values of each type, and "key=value,..." lists. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/cutils.h"
#include "qemu/suggest.h"
#include "option-internal.h"

bool parse_option_bool(const char *name, const char *value, bool *ret, Error **errp)
{
    static const char *const words[] = {
        "on", "yes", "true", "y", "off", "no", "false", "n", NULL
    };
    Suggest s;

    suggest_init(&s, value);
    for (int i = 0; words[i]; i++) {
        if (!strcmp(value, words[i])) {
            *ret = i < 4;
            return true;
        }
    }
    suggest_offer(&s, "on");
    suggest_offer(&s, "off");
    suggest_error_setg(&s, errp, "Parameter '%s' expects 'on' or 'off', not '%s'", name, value);
    return false;
}

bool parse_option_number(const char *name, const char *value, uint64_t *ret, Error **errp)
{
    int err = qemu_strtou64(value, NULL, 0, ret);

    if (err == -ERANGE) {
        error_setg(errp, "Parameter '%s': '%s' is too large, at most 2^64 - 1 fits", name, value);
    } else if (err) {
        error_setg(errp, "Parameter '%s' expects a number, not '%s'", name, value);
    }
    return err == 0;
}

bool parse_option_size(const char *name, const char *value, uint64_t *ret, Error **errp)
{
    int err = qemu_strtosz(value, NULL, ret);

    if (err == -ERANGE) {
        error_setg(errp, "Parameter '%s': '%s' is too large, it must be below 2^64 bytes", name,
                   value);
    } else if (err) {
        error_setg(errp, "Parameter '%s' expects a size such as 4096, 64k or 1.5G, not '%s'", name,
                   value);
    }
    return err == 0;
}

const char *get_opt_value(const char *p, char **value)
{
    g_autoptr(GString) text = g_string_new(NULL);

    while (*p && (*p != ',' || p[1] == ',')) {
        g_string_append_c(text, *p);
        p += *p == ',' ? 2 : 1;
    }
    if (value) {
        *value = g_strdup(text->str);
    }
    return p;
}

static bool is_help(const char *text, size_t len)
{
    return (len == 4 && !memcmp(text, "help", 4)) || (len == 1 && *text == '?');
}

bool has_help_option(const char *param)
{
    while (*param) {
        const char *end = get_opt_value(param, NULL);

        if (is_help(param, end - param)) {
            return true;
        }
        param = end + (*end == ',');
    }
    return false;
}

/*
 * Takes one element off @p: "key=value", an implied value if @firstname, or a
 * switch ("key", "nokey").  Both strings are the caller's.
 */
static const char *element_get(const char *p, const char *firstname, const QemuOptDesc *desc,
                               char **name, char **value)
{
    size_t len = strcspn(p, "=,");

    if (p[len] == '=') {
        *name = g_strndup(p, len);
        p = get_opt_value(p + len + 1, value);
    } else if (firstname) {
        *name = g_strdup(firstname);
        p = get_opt_value(p, value);
    } else {
        *name = g_strndup(p, len);
        p += len;
        if (!opt_desc_find(desc, *name) && g_str_has_prefix(*name, "no") &&
            opt_desc_find(desc, *name + 2)) {
            memmove(*name, *name + 2, len - 1);
            *value = g_strdup("off");
        } else {
            *value = g_strdup("on");
        }
    }
    return p + (*p == ',');
}

/* Switch @text on a key that is no switch: the value was forgotten. */
static bool switch_check(const QemuOptDesc *desc, const char *name, bool has_value, Error **errp)
{
    const QemuOptDesc *known = opt_desc_find(desc, name);

    if (!has_value && known && known->type != QEMU_OPT_BOOL) {
        error_setg(errp, "Parameter '%s' needs a value: %s=...", name, name);
        return false;
    }
    return true;
}

static bool elements_add(QemuOpts *opts, const char *params, const char *firstname,
                         bool *help_wanted, Error **errp)
{
    const QemuOptDesc *desc = opts->list->desc;

    for (const char *p = params; *p; firstname = NULL) {
        g_autofree char *name = NULL;
        g_autofree char *value = NULL;
        size_t len = strcspn(p, "=,");
        bool has_value = p[len] == '=' || firstname;

        if (help_wanted && p[len] != '=' && is_help(p, len)) {
            *help_wanted = true;
            return false;
        }
        p = element_get(p, firstname, desc, &name, &value);
        if (!*name) {
            error_setg(errp, "Parameter name missing in '%s' (a comma in a value is written ',,')",
                       params);
            return false;
        }
        if (!strcmp(name, "id") && !opt_desc_find(desc, "id")) {
            continue;
        }
        if (!switch_check(desc, name, has_value, errp) ||
            !opt_add(opts, g_steal_pointer(&name), g_steal_pointer(&value), errp)) {
            return false;
        }
    }
    return true;
}

bool qemu_opts_do_parse(QemuOpts *opts, const char *params, const char *firstname, Error **errp)
{
    return elements_add(opts, params, firstname, NULL, errp);
}

/* The value of the last id= in @params, or NULL. Free with g_free(). */
static char *id_get(const char *params, const char *firstname)
{
    char *id = NULL;

    for (const char *p = params; *p; firstname = NULL) {
        g_autofree char *name = NULL;
        g_autofree char *value = NULL;
        static const QemuOptDesc none[] = { { /* end of list */ } };

        p = element_get(p, firstname, none, &name, &value);
        if (!strcmp(name, "id")) {
            g_free(id);
            id = g_steal_pointer(&value);
        }
    }
    return id;
}

static QemuOpts *opts_parse(QemuOptsList *list, const char *params, bool permit_abbrev,
                            bool *help_wanted, Error **errp)
{
    const char *firstname = permit_abbrev ? list->implied_opt_name : NULL;
    g_autofree char *id = opt_desc_find(list->desc, "id") ? NULL : id_get(params, firstname);
    bool existed = list->merge_lists && qemu_opts_find(list, NULL);
    QemuOpts *opts = qemu_opts_create(list, id, !list->merge_lists, errp);

    g_assert(!permit_abbrev || list->implied_opt_name);
    if (opts && !elements_add(opts, params, firstname, help_wanted, errp)) {
        if (!existed) {
            qemu_opts_del(opts);
        }
        return NULL;
    }
    return opts;
}

QemuOpts *qemu_opts_parse(QemuOptsList *list, const char *params, bool permit_abbrev, Error **errp)
{
    return opts_parse(list, params, permit_abbrev, NULL, errp);
}

QemuOpts *qemu_opts_parse_noisily(QemuOptsList *list, const char *params, bool permit_abbrev)
{
    bool help_wanted = false;
    Error *err = NULL;
    QemuOpts *opts = opts_parse(list, params, permit_abbrev, &help_wanted, &err);

    if (help_wanted) {
        qemu_opts_print_help(list, true);
    } else if (err) {
        error_report_err(err);
    }
    return opts;
}

/* -- help ------------------------------------------------------------------------- */

static const char *type_text(enum QemuOptType type)
{
    switch (type) {
    case QEMU_OPT_BOOL:
        return "bool (on/off)";
    case QEMU_OPT_NUMBER:
        return "num";
    case QEMU_OPT_SIZE:
        return "size";
    default:
        return "str";
    }
}

static int desc_compare(gconstpointer a, gconstpointer b)
{
    return strcmp((*(const QemuOptDesc *const *)a)->name, (*(const QemuOptDesc *const *)b)->name);
}

char *qemu_opts_help_text(QemuOptsList *list, bool print_caption)
{
    g_autoptr(GPtrArray) sorted = g_ptr_array_new();
    GString *text = g_string_new(NULL);

    for (const QemuOptDesc *desc = list->desc; desc->name; desc++) {
        g_ptr_array_add(sorted, (gpointer)desc);
    }
    g_ptr_array_sort(sorted, desc_compare);
    if (print_caption && sorted->len) {
        g_string_append_printf(text, "%s options:\n", list->name);
    } else if (print_caption) {
        g_string_append_printf(text, "There are no options for %s.\n", list->name);
    }
    for (guint i = 0; i < sorted->len; i++) {
        const QemuOptDesc *desc = g_ptr_array_index(sorted, i);
        g_autofree char *key = g_strdup_printf("  %s=<%s>", desc->name, type_text(desc->type));

        g_string_append_printf(text, desc->help ? "%-24s - %s" : "%s%s", key,
                               desc->help ? desc->help : "");
        if (desc->def_value_str) {
            g_string_append_printf(text, " (default: %s)", desc->def_value_str);
        }
        g_string_append_c(text, '\n');
    }
    return g_string_free(text, false);
}

void qemu_opts_print_help(QemuOptsList *list, bool print_caption)
{
    g_autofree char *text = qemu_opts_help_text(list, print_caption);

    fputs(text, stdout);
}

static void escaped_print(const char *value)
{
    for (; *value; value++) {
        putchar(*value);
        if (*value == ',') {
            putchar(',');
        }
    }
}

void qemu_opts_print(QemuOpts *opts, const char *sep)
{
    const char *before = "";
    QemuOpt *opt;

    if (opts->id) {
        printf("id=%s", opts->id);
        before = sep;
    }
    QTAILQ_FOREACH(opt, &opts->head, next) {
        printf("%s%s=", before, opt->name);
        escaped_print(opt->str);
        before = sep;
    }
}

/* -- joining descriptions ------------------------------------------------------------ */

static size_t desc_count(const QemuOptsList *list)
{
    size_t count = 0;

    while (list && list->desc[count].name) {
        count++;
    }
    return count;
}

QemuOptsList *qemu_opts_append(QemuOptsList *dst, QemuOptsList *list)
{
    size_t old = desc_count(dst);
    size_t used = old;
    QemuOptsList *joined = g_malloc0(sizeof(*joined) +
                                     (old + desc_count(list) + 1) * sizeof(QemuOptDesc));
    const QemuOptsList *first = dst ? dst : list;

    if (first) {
        joined->name = first->name;
        joined->implied_opt_name = first->implied_opt_name;
        joined->merge_lists = first->merge_lists;
    }
    if (dst) {
        memcpy(joined->desc, dst->desc, old * sizeof(QemuOptDesc));
        g_free(dst);
    }
    QTAILQ_INIT(&joined->head);
    for (const QemuOptDesc *desc = list ? list->desc : NULL; desc && desc->name; desc++) {
        if (!opt_desc_find(joined->desc, desc->name)) {
            joined->desc[used++] = *desc;
        }
    }
    return joined;
}

void qemu_opts_free(QemuOptsList *list)
{
    g_free(list);
}
