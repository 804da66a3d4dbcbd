/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Occurrences of option groups: life cycle, reading and setting keys. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/id.h"
#include "qemu/suggest.h"
#include "option-internal.h"

const QemuOptDesc *opt_desc_find(const QemuOptDesc *desc, const char *name)
{
    for (; desc->name; desc++) {
        if (!strcmp(desc->name, name)) {
            return desc;
        }
    }
    return NULL;
}

static bool accepts_any(const QemuOptsList *list)
{
    return !list->desc[0].name;
}

/* -- one key -------------------------------------------------------------------- */

void opt_del(QemuOpt *opt)
{
    QTAILQ_REMOVE(&opt->opts->head, opt, next);
    g_free(opt->name);
    g_free(opt->str);
    g_free(opt);
}

/* Parses opt->str as its description says. */
static bool opt_parse(QemuOpt *opt, Error **errp)
{
    switch (opt->desc ? opt->desc->type : QEMU_OPT_STRING) {
    case QEMU_OPT_BOOL:
        return parse_option_bool(opt->name, opt->str, &opt->value.boolean, errp);
    case QEMU_OPT_NUMBER:
        return parse_option_number(opt->name, opt->str, &opt->value.uint, errp);
    case QEMU_OPT_SIZE:
        return parse_option_size(opt->name, opt->str, &opt->value.uint, errp);
    default:
        return true;
    }
}

static void unknown_name_setg(const QemuOptDesc *desc, const char *name, Error **errp)
{
    Suggest s;

    suggest_init(&s, name);
    for (; desc->name; desc++) {
        suggest_offer(&s, desc->name);
    }
    suggest_error_setg(&s, errp, "Invalid parameter '%s'", name);
}

bool opt_add(QemuOpts *opts, char *name, char *value, Error **errp)
{
    QemuOpt *opt = g_new0(QemuOpt, 1);
    bool ok;

    opt->name = name;
    opt->str = value;
    opt->opts = opts;
    opt->desc = opt_desc_find(opts->list->desc, name);
    QTAILQ_INSERT_TAIL(&opts->head, opt, next);
    if (!opt->desc && !accepts_any(opts->list)) {
        unknown_name_setg(opts->list->desc, name, errp);
        ok = false;
    } else {
        ok = opt_parse(opt, errp);
    }
    if (!ok) {
        opt_del(opt);
    }
    return ok;
}

QemuOpt *qemu_opt_find(QemuOpts *opts, const char *name)
{
    QemuOpt *opt;

    QTAILQ_FOREACH_REVERSE(opt, &opts->head, next) {
        if (!strcmp(opt->name, name)) {
            return opt;
        }
    }
    return NULL;
}

static const char *default_get(QemuOpts *opts, const char *name)
{
    const QemuOptDesc *desc = opt_desc_find(opts->list->desc, name);

    return desc ? desc->def_value_str : NULL;
}

const char *qemu_opt_get(QemuOpts *opts, const char *name)
{
    QemuOpt *opt = opts ? qemu_opt_find(opts, name) : NULL;

    return opt ? opt->str : opts ? default_get(opts, name) : NULL;
}

static void all_del(QemuOpts *opts, const char *name)
{
    QemuOpt *opt;

    while (opts && (opt = qemu_opt_find(opts, name))) {
        opt_del(opt);
    }
}

char *qemu_opt_get_del(QemuOpts *opts, const char *name)
{
    char *value = g_strdup(qemu_opt_get(opts, name));

    all_del(opts, name);
    return value;
}

bool qemu_opt_has_help_opt(QemuOpts *opts)
{
    QemuOpt *opt;

    QTAILQ_FOREACH_REVERSE(opt, &opts->head, next) {
        if (!strcmp(opt->name, "help") || !strcmp(opt->name, "?")) {
            return true;
        }
    }
    return false;
}

bool qemu_opt_get_bool(QemuOpts *opts, const char *name, bool defval)
{
    QemuOpt *opt = opts ? qemu_opt_find(opts, name) : NULL;
    const char *text = qemu_opt_get(opts, name);
    bool value;

    if (opt && opt->desc) {
        g_assert(opt->desc->type == QEMU_OPT_BOOL);
        return opt->value.boolean;
    }
    return text && parse_option_bool(name, text, &value, NULL) ? value : defval;
}

typedef bool UintParser(const char *name, const char *value, uint64_t *ret, Error **errp);

static uint64_t uint_get(QemuOpts *opts, const char *name, uint64_t defval, enum QemuOptType type,
                         UintParser *parse)
{
    QemuOpt *opt = opts ? qemu_opt_find(opts, name) : NULL;
    const char *text = qemu_opt_get(opts, name);
    uint64_t value;

    if (opt && opt->desc) {
        g_assert(opt->desc->type == type);
        return opt->value.uint;
    }
    return text && parse(name, text, &value, NULL) ? value : defval;
}

uint64_t qemu_opt_get_number(QemuOpts *opts, const char *name, uint64_t defval)
{
    return uint_get(opts, name, defval, QEMU_OPT_NUMBER, parse_option_number);
}

uint64_t qemu_opt_get_size(QemuOpts *opts, const char *name, uint64_t defval)
{
    return uint_get(opts, name, defval, QEMU_OPT_SIZE, parse_option_size);
}

bool qemu_opt_get_bool_del(QemuOpts *opts, const char *name, bool defval)
{
    bool value = qemu_opt_get_bool(opts, name, defval);

    all_del(opts, name);
    return value;
}

uint64_t qemu_opt_get_number_del(QemuOpts *opts, const char *name, uint64_t defval)
{
    uint64_t value = qemu_opt_get_number(opts, name, defval);

    all_del(opts, name);
    return value;
}

uint64_t qemu_opt_get_size_del(QemuOpts *opts, const char *name, uint64_t defval)
{
    uint64_t value = qemu_opt_get_size(opts, name, defval);

    all_del(opts, name);
    return value;
}

int qemu_opt_unset(QemuOpts *opts, const char *name)
{
    QemuOpt *opt;
    int count = 0;

    g_assert(accepts_any(opts->list));
    while ((opt = qemu_opt_find(opts, name))) {
        opt_del(opt);
        count++;
    }
    return count;
}

bool qemu_opt_set(QemuOpts *opts, const char *name, const char *value, Error **errp)
{
    return opt_add(opts, g_strdup(name), g_strdup(value), errp);
}

bool qemu_opt_set_bool(QemuOpts *opts, const char *name, bool val, Error **errp)
{
    return qemu_opt_set(opts, name, val ? "on" : "off", errp);
}

bool qemu_opt_set_number(QemuOpts *opts, const char *name, int64_t val, Error **errp)
{
    return opt_add(opts, g_strdup(name), g_strdup_printf("%" PRId64, val), errp);
}

int qemu_opt_foreach(QemuOpts *opts, qemu_opt_loopfunc func, void *opaque, Error **errp)
{
    QemuOpt *opt, *next;

    QTAILQ_FOREACH_SAFE(opt, &opts->head, next, next) {
        int ret = func(opaque, opt->name, opt->str, errp);

        if (ret) {
            return ret;
        }
    }
    return 0;
}

void qemu_opt_iter_init(QemuOptsIter *iter, QemuOpts *opts, const char *name)
{
    *iter = (QemuOptsIter) { .opts = opts, .name = name };
}

const char *qemu_opt_iter_next(QemuOptsIter *iter)
{
    do {
        iter->opt = iter->opt ? QTAILQ_NEXT(iter->opt, next) : QTAILQ_FIRST(&iter->opts->head);
    } while (iter->opt && iter->name && strcmp(iter->opt->name, iter->name));
    return iter->opt ? iter->opt->str : NULL;
}

/* -- occurrences ----------------------------------------------------------------- */

QemuOpts *qemu_opts_find(QemuOptsList *list, const char *id)
{
    QemuOpts *opts;

    QTAILQ_FOREACH(opts, &list->head, next) {
        if (g_strcmp0(opts->id, id) == 0) {
            return opts;
        }
    }
    return NULL;
}

static bool id_check(QemuOptsList *list, const char *id, Error **errp)
{
    if (list->merge_lists) {
        error_setg(errp, "Invalid parameter 'id': all -%s options describe one thing", list->name);
        return false;
    }
    if (!id_wellformed(id)) {
        error_setg(errp, "Parameter 'id' expects a letter, then letters, digits, '-', '.', '_', "
                   "not '%s'", id);
        return false;
    }
    return true;
}

QemuOpts *qemu_opts_create(QemuOptsList *list, const char *id, int fail_if_exists, Error **errp)
{
    QemuOpts *opts = NULL;

    if (id && !id_check(list, id, errp)) {
        return NULL;
    }
    if (id || list->merge_lists) {
        opts = qemu_opts_find(list, id);
    }
    if (opts) {
        if (fail_if_exists && !list->merge_lists) {
            error_setg(errp, "Duplicate ID '%s' for %s", id, list->name);
            return NULL;
        }
        return opts;
    }
    opts = g_new0(QemuOpts, 1);
    opts->id = g_strdup(id);
    opts->list = list;
    loc_save(&opts->loc);
    QTAILQ_INIT(&opts->head);
    QTAILQ_INSERT_TAIL(&list->head, opts, next);
    return opts;
}

void qemu_opts_reset(QemuOptsList *list)
{
    QemuOpts *opts, *next;

    QTAILQ_FOREACH_SAFE(opts, &list->head, next, next) {
        qemu_opts_del(opts);
    }
}

void qemu_opts_loc_restore(QemuOpts *opts)
{
    loc_restore(&opts->loc);
}

const char *qemu_opts_id(QemuOpts *opts)
{
    return opts->id;
}

void qemu_opts_set_id(QemuOpts *opts, char *id)
{
    g_free(opts->id);
    opts->id = id;
}

QemuOptsList *qemu_opts_get_list(QemuOpts *opts)
{
    return opts->list;
}

void qemu_opts_del(QemuOpts *opts)
{
    QemuOpt *opt, *next;

    if (!opts) {
        return;
    }
    QTAILQ_FOREACH_SAFE(opt, &opts->head, next, next) {
        opt_del(opt);
    }
    QTAILQ_REMOVE(&opts->list->head, opts, next);
    g_free(opts->id);
    g_free(opts);
}

bool qemu_opts_validate(QemuOpts *opts, const QemuOptDesc *desc, Error **errp)
{
    QemuOpt *opt;

    g_assert(accepts_any(opts->list));
    QTAILQ_FOREACH(opt, &opts->head, next) {
        opt->desc = opt_desc_find(desc, opt->name);
        if (!opt->desc) {
            unknown_name_setg(desc, opt->name, errp);
            return false;
        }
        if (!opt_parse(opt, errp)) {
            return false;
        }
    }
    return true;
}

int qemu_opts_foreach(QemuOptsList *list, qemu_opts_loopfunc func, void *opaque, Error **errp)
{
    QemuOpts *opts, *next;
    Location loc;
    int ret = 0;

    loc_push_none(&loc);
    QTAILQ_FOREACH_SAFE(opts, &list->head, next, next) {
        loc_restore(&opts->loc);
        ret = func(opaque, opts, errp);
        if (ret) {
            break;
        }
    }
    loc_pop(&loc);
    return ret;
}
