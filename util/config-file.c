/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The registry of option groups and the -readconfig format. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/config-file.h"
#include "qemu/error-report.h"
#include "qemu/suggest.h"

static GPtrArray *registry;     /* of QemuOptsList, in registration order */

QemuOptsList *qemu_opts_list_get(size_t index)
{
    return registry && index < registry->len ? g_ptr_array_index(registry, index) : NULL;
}

void qemu_add_opts(QemuOptsList *list)
{
    if (!registry) {
        registry = g_ptr_array_new();
    }
    g_ptr_array_add(registry, list);
}

QemuOptsList *qemu_find_opts_err(const char *group, Error **errp)
{
    QemuOptsList *list;
    Suggest s;

    suggest_init(&s, group);
    for (size_t i = 0; (list = qemu_opts_list_get(i)); i++) {
        if (!strcmp(list->name, group)) {
            return list;
        }
        suggest_offer(&s, list->name);
    }
    suggest_error_setg(&s, errp, "There is no option group '%s'", group);
    return NULL;
}

QemuOptsList *qemu_find_opts(const char *group)
{
    Error *err = NULL;
    QemuOptsList *list = qemu_find_opts_err(group, &err);

    if (err) {
        error_report_err(err);
    }
    return list;
}

QemuOpts *qemu_find_opts_singleton(const char *group)
{
    QemuOptsList *list = qemu_find_opts_err(group, &error_abort);
    QemuOpts *opts = qemu_opts_find(list, NULL);

    return opts ? opts : qemu_opts_create(list, NULL, 0, &error_abort);
}

/* The section being read. Strings are copies. */
typedef struct ConfigSection {
    char *group;        /* NULL before the first section */
    char *id;
    int line;
    GPtrArray *strings; /* owns keys and values */
    GArray *pairs;      /* of QemuConfigPair */
} ConfigSection;

static void section_clear(ConfigSection *section)
{
    g_clear_pointer(&section->group, g_free);
    g_clear_pointer(&section->id, g_free);
    g_ptr_array_set_size(section->strings, 0);
    g_array_set_size(section->pairs, 0);
}

/* "group" or "group "id"" between the brackets. */
static bool section_start(ConfigSection *section, char *text, Error **errp)
{
    char *quote = strchr(text, '"');

    if (quote) {
        char *end = strchr(quote + 1, '"');

        if (!end || end[1]) {
            error_setg(errp, "section header expects [group \"id\"]");
            return false;
        }
        *end = '\0';
        section->id = g_strdup(quote + 1);
        *quote = '\0';
    }
    section->group = g_strdup(g_strstrip(text));
    if (!*section->group) {
        error_setg(errp, "section header has no group name");
        return false;
    }
    return true;
}

/* key = "value" */
static bool pair_add(ConfigSection *section, char *text, Error **errp)
{
    char *equals = strchr(text, '=');
    char *value = equals ? g_strstrip(equals + 1) : NULL;
    size_t len = value ? strlen(value) : 0;
    QemuConfigPair pair;

    if (len < 2 || value[0] != '"' || value[len - 1] != '"') {
        error_setg(errp, "expected [group \"id\"], key = \"value\" or a comment (#)");
        return false;
    }
    if (!section->group) {
        error_setg(errp, "key outside of any section: begin with [group \"id\"]");
        return false;
    }
    value[len - 1] = '\0';
    *equals = '\0';
    pair.key = g_strdup(g_strstrip(text));
    pair.value = g_strdup(value + 1);
    g_ptr_array_add(section->strings, (gpointer)pair.key);
    g_ptr_array_add(section->strings, (gpointer)pair.value);
    g_array_append_val(section->pairs, pair);
    if (!*pair.key) {
        error_setg(errp, "key missing before '='");
        return false;
    }
    return true;
}

static bool section_deliver(ConfigSection *section, QEMUConfigCB *cb, void *opaque,
                            const char *fname, Error **errp)
{
    bool ok = true;

    if (section->group) {
        loc_set_file(fname, section->line);
        ok = cb(section->group, section->id, (const QemuConfigPair *)section->pairs->data,
                section->pairs->len, opaque, errp);
    }
    section_clear(section);
    return ok;
}

static bool line_handle(ConfigSection *section, char *text, int number, Error **errp)
{
    size_t len = strlen(text);

    if (text[0] == '[') {
        if (text[len - 1] != ']') {
            error_setg(errp, "section header without ']'");
            return false;
        }
        text[len - 1] = '\0';
        section->line = number;
        return section_start(section, text + 1, errp);
    }
    return !len || text[0] == '#' || pair_add(section, text, errp);
}

bool qemu_config_foreach(FILE *fp, QEMUConfigCB *cb, void *opaque, const char *fname, Error **errp)
{
    ConfigSection section = {
        .strings = g_ptr_array_new_with_free_func(g_free),
        .pairs = g_array_new(false, false, sizeof(QemuConfigPair)),
    };
    Location loc;
    char *line = NULL;
    size_t size = 0;
    bool ok = true;

    loc_push_none(&loc);
    for (int number = 1; ok && getline(&line, &size, fp) >= 0; number++) {
        char *text = g_strstrip(line);
        Error *err = NULL;

        if (text[0] == '[') {
            ok = section_deliver(&section, cb, opaque, fname, errp);
        }
        if (ok && !line_handle(&section, text, number, &err)) {
            ok = false;
            error_propagate_prepend(errp, err, "%s:%d: ", fname, number);
        }
    }
    if (ok && ferror(fp)) {
        error_setg_errno(errp, errno, "cannot read configuration file '%s'", fname);
        ok = false;
    }
    ok = ok && section_deliver(&section, cb, opaque, fname, errp);
    loc_pop(&loc);
    free(line);
    section_clear(&section);
    g_ptr_array_unref(section.strings);
    g_array_unref(section.pairs);
    return ok;
}

bool qemu_read_config_file(const char *filename, QEMUConfigCB *cb, void *opaque, Error **errp)
{
    FILE *fp = fopen(filename, "re");
    bool ok;

    if (!fp) {
        error_setg_errno(errp, errno, "cannot open configuration file '%s'", filename);
        return false;
    }
    ok = qemu_config_foreach(fp, cb, opaque, filename, errp);
    fclose(fp);
    return ok;
}

bool qemu_config_section_add(const char *group, const char *id, const QemuConfigPair *pairs,
                             size_t pair_count, void *opaque, Error **errp)
{
    QemuOptsList *list = qemu_find_opts_err(group, errp);
    bool existed = list && list->merge_lists && qemu_opts_find(list, NULL);
    QemuOpts *opts = list ? qemu_opts_create(list, id, 1, errp) : NULL;

    for (size_t i = 0; opts && i < pair_count; i++) {
        if (!qemu_opt_set(opts, pairs[i].key, pairs[i].value, errp)) {
            if (!existed) {
                qemu_opts_del(opts);
            }
            return false;
        }
    }
    return opts != NULL;
}
