/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The "chardev" option group: which keys exist, which backend takes which,
 * help texts, and the short forms that -serial, -monitor and the like take.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/cutils.h"
#include "qemu/error-report.h"
#include "qemu/suggest.h"
#include "char-internal.h"

QemuOptsList qemu_chardev_opts = {
    .name = "chardev",
    .implied_opt_name = "backend",
    .head = QTAILQ_HEAD_INITIALIZER(qemu_chardev_opts.head),
    .desc = {
        { .name = "backend", .type = QEMU_OPT_STRING, .help = "kind of character device" },
        { .name = "logfile", .type = QEMU_OPT_STRING, .help = "file that gets all output too" },
        { .name = "logappend", .type = QEMU_OPT_BOOL, .help = "continue logfile" },
        { .name = "mux", .type = QEMU_OPT_BOOL, .help = "let several users share it" },
        { .name = "path", .type = QEMU_OPT_STRING, .help = "file, pipe, port or unix socket" },
        { .name = "input-path", .type = QEMU_OPT_STRING, .help = "file to read input from" },
        { .name = "append", .type = QEMU_OPT_BOOL, .help = "continue the file" },
        { .name = "host", .type = QEMU_OPT_STRING, .help = "TCP host name or address" },
        { .name = "port", .type = QEMU_OPT_STRING, .help = "TCP port" },
        { .name = "to", .type = QEMU_OPT_NUMBER, .help = "last port to try when listening" },
        { .name = "ipv4", .type = QEMU_OPT_BOOL, .help = "allow IPv4" },
        { .name = "ipv6", .type = QEMU_OPT_BOOL, .help = "allow IPv6" },
        { .name = "fd", .type = QEMU_OPT_STRING, .help = "socket inherited or from the monitor" },
        { .name = "server", .type = QEMU_OPT_BOOL, .help = "listen instead of connecting" },
        { .name = "wait", .type = QEMU_OPT_BOOL, .help = "a server waits for its first client" },
        { .name = "delay", .type = QEMU_OPT_BOOL, .help = "TCP may collect small writes" },
        { .name = "nodelay", .type = QEMU_OPT_BOOL, .help = "TCP sends small writes at once" },
        { .name = "reconnect", .type = QEMU_OPT_NUMBER,
          .help = "seconds until a lost connection is tried again" },
        { .name = "abstract", .type = QEMU_OPT_BOOL, .help = "unix path in the abstract space" },
        { .name = "tight", .type = QEMU_OPT_BOOL, .help = "abstract name without trailing NULs" },
        { .name = "telnet", .type = QEMU_OPT_BOOL, .help = "telnet protocol (not available)" },
        { .name = "tn3270", .type = QEMU_OPT_BOOL, .help = "TN3270 protocol (not available)" },
        { .name = "websocket", .type = QEMU_OPT_BOOL, .help = "WebSocket (not available)" },
        { .name = "signal", .type = QEMU_OPT_BOOL, .help = "Ctrl-C and the like send signals" },
        { .name = "size", .type = QEMU_OPT_SIZE, .help = "bytes, a power of two" },
        { .name = "chardev", .type = QEMU_OPT_STRING, .help = "id of the chardev to share" },
        { /* end of list */ }
    },
};

static const char *const common_keys[] = { "backend", "logfile", "logappend", "mux", NULL };

/* Other names of backends. */
static const struct {
    const char *alias, *backend;
} aliases[] = {
    { "tty", "serial" },
};

/* -- classes ---------------------------------------------------------------------- */

typedef void BackendFunc(const char *name, const ChardevClass *cc, void *opaque);

static void backends_foreach(BackendFunc *func, void *opaque)
{
    GSList *list = object_class_get_list_sorted(TYPE_CHARDEV, false);

    for (GSList *l = list; l; l = l->next) {
        const ChardevClass *cc = CHARDEV_CLASS(l->data);

        if (!cc->internal) {
            func(object_class_get_name(l->data) + strlen(TYPE_CHARDEV_PREFIX), cc, opaque);
        }
    }
    g_slist_free(list);
}

static void name_offer(const char *name, const ChardevClass *cc, void *opaque)
{
    suggest_offer(opaque, name);
}

const ChardevClass *chardev_class_find(const char *backend, Error **errp)
{
    g_autofree char *type = NULL;
    ObjectClass *oc;
    Suggest s;

    for (size_t i = 0; i < ARRAY_SIZE(aliases); i++) {
        if (!strcmp(backend, aliases[i].alias)) {
            backend = aliases[i].backend;
        }
    }
    type = g_strconcat(TYPE_CHARDEV_PREFIX, backend, NULL);
    oc = object_class_dynamic_cast(object_class_by_name(type), TYPE_CHARDEV);
    if (oc && !object_class_is_abstract(oc) && !CHARDEV_CLASS(oc)->internal) {
        return CHARDEV_CLASS(oc);
    }
    suggest_init(&s, backend);
    backends_foreach(name_offer, &s);
    suggest_error_setg(&s, errp, "'%s' is not a valid chardev backend", backend);
    return NULL;
}

static bool key_is_in(const char *key, const char *const *keys)
{
    while (keys && *keys && strcmp(key, *keys)) {
        keys++;
    }
    return keys && *keys;
}

typedef struct KeysCheck {
    const char *backend;
    const ChardevClass *cc;
} KeysCheck;

static int key_check(void *opaque, const char *name, const char *value, Error **errp)
{
    KeysCheck *check = opaque;
    const char *const *keys = check->cc->options;
    Suggest s;

    if (key_is_in(name, common_keys) || key_is_in(name, keys)) {
        return 0;
    }
    suggest_init(&s, name);
    while (keys && *keys) {
        suggest_offer(&s, *keys++);
    }
    suggest_error_setg(&s, errp, "chardev '%s' has no parameter '%s'", check->backend, name);
    return -1;
}

bool chardev_keys_check(QemuOpts *opts, const char *backend, const ChardevClass *cc, Error **errp)
{
    KeysCheck check = { .backend = backend, .cc = cc };

    return qemu_opt_foreach(opts, key_check, &check, errp) == 0;
}

const char *chardev_value_need(QemuOpts *opts, const char *key, Error **errp)
{
    const char *value = qemu_opt_get(opts, key);

    if (!value || !*value) {
        const char *backend = qemu_opt_get(opts, "backend");

        error_setg(errp, "chardev%s%s needs %s=...", backend ? " " : "", backend ? backend : "",
                   key);
        return NULL;
    }
    return value;
}

/* -- help ------------------------------------------------------------------------- */

static void help_add(const char *name, const ChardevClass *cc, void *opaque)
{
    g_string_append_printf(opaque, "  %-10s %s\n", name, cc->help ? cc->help : "");
}

char *qemu_chr_help_text(void)
{
    GString *text = g_string_new("Available chardev backend types:\n");

    backends_foreach(help_add, text);
    for (size_t i = 0; i < ARRAY_SIZE(aliases); i++) {
        g_string_append_printf(text, "  %-10s same as %s\n", aliases[i].alias,
                               aliases[i].backend);
    }
    return g_string_free(text, false);
}

char *qemu_chr_type_help_text(const char *backend, Error **errp)
{
    static const char *const types[] = {
        [QEMU_OPT_STRING] = "str", [QEMU_OPT_BOOL] = "bool (on/off)", [QEMU_OPT_NUMBER] = "num",
        [QEMU_OPT_SIZE] = "size",
    };
    const ChardevClass *cc = chardev_class_find(backend, errp);
    GString *text;

    if (!cc) {
        return NULL;
    }
    text = g_string_new(NULL);
    g_string_append_printf(text, "%s options:\n", backend);
    for (const QemuOptDesc *desc = qemu_chardev_opts.desc; desc->name; desc++) {
        if (strcmp(desc->name, "backend") &&
            (key_is_in(desc->name, cc->options) || key_is_in(desc->name, common_keys))) {
            g_autofree char *key = g_strdup_printf("  %s=<%s>", desc->name, types[desc->type]);

            g_string_append_printf(text, "%-28s - %s\n", key, desc->help);
        }
    }
    return g_string_free(text, false);
}

static void name_add(const char *name, const ChardevClass *cc, void *opaque)
{
    g_ptr_array_add(opaque, g_strdup(name));
}

char **qemu_chr_backend_names(void)
{
    GPtrArray *names = g_ptr_array_new();

    backends_foreach(name_add, names);
    g_ptr_array_add(names, NULL);
    return (char **)g_ptr_array_free(names, false);
}

/* -- short forms ------------------------------------------------------------------ */

/* "HOST:PORT[,more]" or "[HOST6]:PORT" of tcp: into host= and port=; the rest are options. */
static bool tcp_parse(QemuOpts *opts, const char *text, Error **errp)
{
    g_autofree char *host = NULL;
    g_autofree char *port = NULL;
    const char *colon;
    size_t len;

    if (*text == '[') {
        const char *end = strchr(text, ']');

        colon = end && end[1] == ':' ? end + 1 : NULL;
        host = colon ? g_strndup(text + 1, end - text - 1) : NULL;
    } else {
        colon = strchr(text, ':');
        host = colon ? g_strndup(text, colon - text) : NULL;
    }
    len = colon ? strcspn(colon + 1, ",") : 0;
    if (!len) {
        error_setg(errp, "'tcp:%s' is not tcp:HOST:PORT[,server=on][,wait=off]", text);
        return false;
    }
    port = g_strndup(colon + 1, len);
    return qemu_opt_set(opts, "backend", "socket", errp) &&
           qemu_opt_set(opts, "host", host, errp) && qemu_opt_set(opts, "port", port, errp) &&
           (!colon[1 + len] || qemu_opts_do_parse(opts, colon + 2 + len, NULL, errp));
}

/* Forms that are a prefix and a path; the path may be followed by options. */
static bool path_parse(QemuOpts *opts, const char *backend, const char *text, Error **errp)
{
    g_autofree char *path = NULL;
    const char *rest = get_opt_value(text, &path);

    return qemu_opt_set(opts, "backend", backend, errp) &&
           qemu_opt_set(opts, "path", path, errp) &&
           (!*rest || qemu_opts_do_parse(opts, rest + 1, NULL, errp));
}

static bool compat_parse(QemuOpts *opts, const char *text, Error **errp)
{
    static const char *const plain[] = { "null", "pty", "stdio", "testdev", "ringbuf", NULL };
    const char *rest;

    if (key_is_in(text, plain)) {
        return qemu_opt_set(opts, "backend", text, errp);
    }
    if (strstart(text, "file:", &rest)) {
        return path_parse(opts, "file", rest, errp);
    }
    if (strstart(text, "pipe:", &rest)) {
        return path_parse(opts, "pipe", rest, errp);
    }
    if (strstart(text, "unix:", &rest)) {
        return path_parse(opts, "socket", rest, errp);
    }
    if (strstart(text, "tcp:", &rest)) {
        return tcp_parse(opts, rest, errp);
    }
    if (strstart(text, "/dev/", NULL)) {
        return path_parse(opts, "serial", text, errp);
    }
    error_setg(errp, "'%s' is not a valid char driver (null, stdio, pty, ringbuf, file:PATH, "
               "pipe:PATH, unix:PATH, tcp:HOST:PORT, /dev/PORT or chardev:ID)", text);
    return false;
}

QemuOpts *qemu_chr_parse_compat(const char *label, const char *filename, bool permit_mux_mon,
                                Error **errp)
{
    QemuOpts *opts = qemu_opts_create(&qemu_chardev_opts, label, 1, errp);
    const char *text = filename;

    if (!opts) {
        return NULL;
    }
    if (strstart(filename, "mon:", &text)) {
        if (!permit_mux_mon) {
            error_setg(errp, "mon: is not possible in '%s' here", filename);
            goto err_del_opts;
        }
        if (!qemu_opt_set(opts, "mux", "on", errp)) {
            goto err_del_opts;
        }
        /* With a monitor on the same terminal Ctrl-C is for the guest. */
        if (!strcmp(text, "stdio") && !qemu_opt_set(opts, "signal", "off", errp)) {
            goto err_del_opts;
        }
    }
    if (compat_parse(opts, text, errp)) {
        return opts;
    }

err_del_opts:
    qemu_opts_del(opts);
    return NULL;
}

static ChardevMuxMonHook *mux_mon_hook;

void qemu_chr_set_mux_mon_hook(ChardevMuxMonHook *hook)
{
    mux_mon_hook = hook;
}

Chardev *qemu_chr_new_err(const char *label, const char *filename, bool permit_mux_mon,
                          GMainContext *context, Error **errp)
{
    g_autoptr(QemuOpts) opts = NULL;
    const char *id;
    Chardev *chr;

    if (strstart(filename, "chardev:", &id)) {
        chr = qemu_chr_find(id);
        if (!chr) {
            error_setg(errp, "Chardev '%s' not found", id);
        }
        return chr;
    }
    opts = qemu_chr_parse_compat(label, filename, permit_mux_mon, errp);
    chr = opts ? qemu_chr_new_from_opts(opts, context, errp) : NULL;
    if (chr && qemu_opt_get_bool(opts, "mux", false) && mux_mon_hook) {
        mux_mon_hook(chr);
    }
    return chr;
}

static Chardev *chr_new_noisily(const char *label, const char *filename, bool permit_mux_mon,
                                GMainContext *context)
{
    Error *err = NULL;
    Chardev *chr = qemu_chr_new_err(label, filename, permit_mux_mon, context, &err);

    if (err) {
        error_report_err(err);
    }
    return chr;
}

Chardev *qemu_chr_new(const char *label, const char *filename, GMainContext *context)
{
    return chr_new_noisily(label, filename, false, context);
}

Chardev *qemu_chr_new_mux_mon(const char *label, const char *filename, GMainContext *context)
{
    return chr_new_noisily(label, filename, true, context);
}
