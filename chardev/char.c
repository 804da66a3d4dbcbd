/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The base class of character devices: events, writing with a log file, life
 * cycle and names.  Users of chardevs are in char-fe.c, the option text in
 * char-opts.c.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "char-internal.h"
#include "util/fd.h"
#include "trace.h"

/* How long a write-all sleeps before it tries a full backend again. */
#define WRITE_RETRY_US 100

/* -- events ----------------------------------------------------------------------- */

static void base_be_event(Chardev *s, QEMUChrEvent event)
{
    CharBackend *be = s->be;

    if (be && be->chr_event) {
        be->chr_event(be->opaque, event);
    }
}

void qemu_chr_be_event(Chardev *s, QEMUChrEvent event)
{
    if (event == CHR_EVENT_OPENED) {
        s->be_open = true;
    } else if (event == CHR_EVENT_CLOSED) {
        s->be_open = false;
    }
    trace_char_event(s->label, event);
    CHARDEV_GET_CLASS(s)->chr_be_event(s, event);
}

int qemu_chr_be_can_write(Chardev *s)
{
    CharBackend *be = s->be;

    return be && be->chr_can_read ? be->chr_can_read(be->opaque) : 0;
}

void qemu_chr_be_write_impl(Chardev *s, const uint8_t *buf, int len)
{
    CharBackend *be = s->be;

    if (be && be->chr_read) {
        be->chr_read(be->opaque, buf, len);
    }
}

void qemu_chr_be_write(Chardev *s, const uint8_t *buf, int len)
{
    qemu_chr_be_write_impl(s, buf, len);
}

void qemu_chr_be_update_read_handlers(Chardev *s, GMainContext *context)
{
    ChardevClass *cc = CHARDEV_GET_CLASS(s);

    s->gcontext = context;
    if (cc->chr_update_read_handler) {
        cc->chr_update_read_handler(s);
    }
}

/* -- writing ---------------------------------------------------------------------- */

/* A full log disk must not stop the guest: what cannot be logged is lost. */
static void log_write(Chardev *s, const uint8_t *buf, size_t len)
{
    if (s->logfd >= 0 && qemu_write_full(s->logfd, buf, len) < (ssize_t)len) {
        warn_report_once("chardev '%s': cannot write its log file: %s", s->label,
                         g_strerror(errno));
    }
}

int qemu_chr_write(Chardev *s, const uint8_t *buf, int len, bool write_all)
{
    ChardevClass *cc = CHARDEV_GET_CLASS(s);
    int done = 0;
    int ret = 0;

    qemu_mutex_lock(&s->chr_write_lock);
    while (done < len) {
        ret = cc->chr_write(s, buf + done, len - done);
        if (ret < 0 && errno == EAGAIN && write_all) {
            g_usleep(WRITE_RETRY_US);
            continue;
        }
        if (ret <= 0) {
            break;
        }
        done += ret;
        if (!write_all) {
            break;
        }
    }
    if (done > 0) {
        int saved_errno = errno;

        log_write(s, buf, done);
        errno = saved_errno;
    }
    qemu_mutex_unlock(&s->chr_write_lock);
    return ret < 0 ? ret : done;
}

int qemu_chr_wait_connected(Chardev *chr, Error **errp)
{
    ChardevClass *cc = CHARDEV_GET_CLASS(chr);

    return cc->chr_wait_connected ? cc->chr_wait_connected(chr, errp) : 0;
}

int qemu_chr_add_client(Chardev *s, int fd)
{
    ChardevClass *cc = CHARDEV_GET_CLASS(s);

    return cc->chr_add_client ? cc->chr_add_client(s, fd) : -1;
}

bool qemu_chr_has_feature(Chardev *chr, ChardevFeature feature)
{
    return test_bit(feature, chr->features);
}

void qemu_chr_set_feature(Chardev *chr, ChardevFeature feature)
{
    set_bit(feature, chr->features);
}

bool qemu_chr_is_busy(Chardev *s)
{
    return CHARDEV_IS_MUX(s) ? MUX_CHARDEV(s)->frontend_count > 0 : s->be != NULL;
}

GSource *qemu_chr_timeout_add_ms(Chardev *chr, guint ms, GSourceFunc func, void *private)
{
    GSource *source = g_timeout_source_new(ms);

    g_source_set_callback(source, func, private, NULL);
    g_source_attach(source, chr->gcontext);
    return source;
}

/* -- creating --------------------------------------------------------------------- */

Object *chardev_root_get(void)
{
    return container_get(object_get_root(), "/chardevs");
}

int char_file_create(const char *path, bool append, Error **errp)
{
    int fd = qemu_open_old(path, O_WRONLY | O_CREAT | O_CLOEXEC | (append ? O_APPEND : O_TRUNC),
                           0666);

    if (fd < 0) {
        error_setg_file_open(errp, errno, path);
    }
    return fd;
}

static bool log_open(Chardev *chr, QemuOpts *opts, Error **errp)
{
    const char *path = qemu_opt_get(opts, "logfile");
    bool append = qemu_opt_get_bool(opts, "logappend", false);

    if (!path) {
        return true;
    }
    chr->logfd = char_file_create(path, append, errp);
    return chr->logfd >= 0;
}

Chardev *qemu_chardev_new(const char *id, const char *typename, QemuOpts *opts,
                          GMainContext *context, Error **errp)
{
    Chardev *chr = CHARDEV(object_new(typename));
    ChardevClass *cc = CHARDEV_GET_CLASS(chr);
    bool be_opened = true;
    Error *err = NULL;

    chr->label = g_strdup(id);
    chr->gcontext = context;
    if (!log_open(chr, opts, errp)) {
        goto err_unref;
    }
    if (cc->open) {
        cc->open(chr, opts, &be_opened, &err);
        if (err) {
            error_propagate(errp, err);
            goto err_unref;
        }
    }
    if (!chr->filename) {
        chr->filename = g_strdup(typename + strlen(TYPE_CHARDEV_PREFIX));
    }
    if (be_opened) {
        qemu_chr_be_event(chr, CHR_EVENT_OPENED);
    }
    if (id) {
        if (!object_property_try_add_child(chardev_root_get(), id, OBJECT(chr), errp)) {
            goto err_unref;
        }
        object_unref(OBJECT(chr));
    }
    return chr;

err_unref:
    object_unref(OBJECT(chr));
    return NULL;
}

static Chardev *mux_new(const char *id, Chardev *base, GMainContext *context, Error **errp)
{
    static QemuOptsList mux_list = {
        .name = "mux",
        .head = QTAILQ_HEAD_INITIALIZER(mux_list.head),
        .desc = { { /* accepts every key */ } },
    };
    g_autoptr(QemuOpts) opts = qemu_opts_create(&mux_list, NULL, 0, &error_abort);
    Chardev *mux;

    qemu_opt_set(opts, "chardev", base->label, &error_abort);
    mux = qemu_chardev_new(id, TYPE_CHARDEV_MUX, opts, context, errp);
    if (mux) {
        MUX_CHARDEV(mux)->owns_lower = true;
    }
    return mux;
}

Chardev *qemu_chr_new_from_opts(QemuOpts *opts, GMainContext *context, Error **errp)
{
    const char *id = qemu_opts_id(opts);
    const char *backend = qemu_opt_get(opts, "backend");
    bool mux = qemu_opt_get_bool(opts, "mux", false);
    g_autofree char *base_id = mux && id ? g_strconcat(id, "-base", NULL) : g_strdup(id);
    const ChardevClass *cc;
    Chardev *chr, *base;

    if (!backend) {
        error_setg(errp, "chardev needs a backend: -chardev BACKEND,id=ID,... "
                   "(-chardev help lists them)");
        return NULL;
    }
    if (!id) {
        error_setg(errp, "chardev '%s' needs an id: -chardev %s,id=ID,...", backend, backend);
        return NULL;
    }
    cc = chardev_class_find(backend, errp);
    if (!cc || !chardev_keys_check(opts, backend, cc, errp)) {
        return NULL;
    }
    if (qemu_chr_find(id) || qemu_chr_find(base_id)) {
        error_setg(errp, "Duplicate ID '%s' for chardev", id);
        return NULL;
    }
    base = qemu_chardev_new(base_id, object_class_get_name(OBJECT_CLASS(cc)), opts, context, errp);
    if (!base || !mux) {
        return base;
    }
    chr = mux_new(id, base, context, errp);
    if (!chr) {
        object_unparent(OBJECT(base));
    }
    return chr;
}

/* -- names ------------------------------------------------------------------------ */

Chardev *qemu_chr_find(const char *name)
{
    return (Chardev *)object_dynamic_cast(object_resolve_path_component(chardev_root_get(), name),
                                          TYPE_CHARDEV);
}

bool qemu_chr_remove(const char *id, Error **errp)
{
    Chardev *chr = qemu_chr_find(id);

    if (!chr) {
        error_setg(errp, "Chardev '%s' not found", id);
        return false;
    }
    if (qemu_chr_is_busy(chr)) {
        error_setg(errp, "Chardev '%s' is busy", id);
        return false;
    }
    object_unparent(OBJECT(chr));
    return true;
}

typedef struct ForeachCall {
    int (*fn)(Chardev *chr, void *opaque);
    void *opaque;
} ForeachCall;

static int foreach_call(Object *child, void *opaque)
{
    ForeachCall *call = opaque;

    return call->fn(CHARDEV(child), call->opaque);
}

int qemu_chr_foreach(int (*fn)(Chardev *chr, void *opaque), void *opaque)
{
    ForeachCall call = { .fn = fn, .opaque = opaque };

    return object_child_foreach(chardev_root_get(), foreach_call, &call);
}

static int mux_find(Chardev *chr, void *opaque)
{
    if (CHARDEV_IS_MUX(chr)) {
        *(Chardev **)opaque = chr;
        return 1;
    }
    return 0;
}

void qemu_chr_cleanup(void)
{
    Chardev *mux;

    /* A mux uses another chardev, so muxes go first. */
    while (qemu_chr_foreach(mux_find, &mux)) {
        object_unparent(OBJECT(mux));
    }
    object_unparent(chardev_root_get());
}

/* -- exchanging ------------------------------------------------------------------- */

/* Moves the front end of @old to @new; false and everything as before if it refuses. */
static bool frontend_move(Chardev *old, Chardev *new, Error **errp)
{
    CharBackend *be = old->be;
    bool closed_sent = false;

    if (!be) {
        return true;
    }
    if (old->be_open && !new->be_open) {
        qemu_chr_be_event(old, CHR_EVENT_CLOSED);
        closed_sent = true;
    }
    old->be = NULL;
    qemu_chr_fe_init(be, new, &error_abort);
    if (be->chr_be_change(be->opaque) == 0) {
        return true;
    }
    new->be = NULL;
    qemu_chr_fe_init(be, old, &error_abort);
    if (closed_sent) {
        qemu_chr_be_event(old, CHR_EVENT_OPENED);
    }
    error_setg(errp, "Chardev '%s': its user refuses the new backend", old->label);
    return false;
}

Chardev *qemu_chr_change(QemuOpts *opts, Error **errp)
{
    const char *id = qemu_opts_id(opts);
    const char *backend = qemu_opt_get(opts, "backend");
    Chardev *old = id ? qemu_chr_find(id) : NULL;
    const ChardevClass *cc;
    Chardev *new;

    if (!old) {
        error_setg(errp, "Chardev '%s' not found", id ? id : "");
        return NULL;
    }
    if (CHARDEV_IS_MUX(old)) {
        error_setg(errp, "Chardev '%s' is a mux, which cannot be changed", id);
        return NULL;
    }
    if (old->be && !old->be->chr_be_change) {
        error_setg(errp, "Chardev '%s': its user cannot change backends while it runs", id);
        return NULL;
    }
    cc = backend ? chardev_class_find(backend, errp) : CHARDEV_GET_CLASS(old);
    if (!cc || !chardev_keys_check(opts, backend ? backend : "", cc, errp)) {
        return NULL;
    }
    new = qemu_chardev_new(NULL, object_class_get_name(OBJECT_CLASS(cc)), opts, old->gcontext,
                           errp);
    if (!new) {
        return NULL;
    }
    new->label = g_strdup(id);
    if (!frontend_move(old, new, errp)) {
        object_unref(OBJECT(new));
        return NULL;
    }
    object_unparent(OBJECT(old));
    object_property_add_child(chardev_root_get(), id, OBJECT(new));
    object_unref(OBJECT(new));
    return new;
}

/* -- type ------------------------------------------------------------------------- */

static int base_write(Chardev *s, const uint8_t *buf, int len)
{
    return len;
}

static void char_init(Object *obj)
{
    Chardev *chr = CHARDEV(obj);

    chr->logfd = -1;
    qemu_mutex_init(&chr->chr_write_lock);
    /* Cleared again by backends whose threads depend on the default context. */
    qemu_chr_set_feature(chr, QEMU_CHAR_FEATURE_GCONTEXT);
}

static void char_finalize(Object *obj)
{
    Chardev *chr = CHARDEV(obj);

    if (chr->be) {
        chr->be->chr = NULL;
    }
    char_io_poll_remove(chr);
    g_free(chr->filename);
    g_free(chr->label);
    fd_close(&chr->logfd);
    qemu_mutex_destroy(&chr->chr_write_lock);
}

static void char_class_init(ObjectClass *oc, void *data)
{
    ChardevClass *cc = CHARDEV_CLASS(oc);

    cc->chr_write = base_write;
    cc->chr_be_event = base_be_event;
}

static const TypeInfo char_type_info = {
    .name = TYPE_CHARDEV,
    .parent = TYPE_OBJECT,
    .instance_size = sizeof(Chardev),
    .instance_init = char_init,
    .instance_finalize = char_finalize,
    .abstract = true,
    .class_size = sizeof(ChardevClass),
    .class_init = char_class_init,
};

static void null_open(Chardev *chr, QemuOpts *opts, bool *be_opened, Error **errp)
{
    *be_opened = false;
}

static void null_class_init(ObjectClass *oc, void *data)
{
    ChardevClass *cc = CHARDEV_CLASS(oc);

    cc->help = "swallows output, gives no input";
    cc->open = null_open;
}

static const TypeInfo char_null_type_info = {
    .name = TYPE_CHARDEV_NULL,
    .parent = TYPE_CHARDEV,
    .class_init = null_class_init,
};

static void register_types(void)
{
    type_register_static(&char_type_info);
    type_register_static(&char_null_type_info);
}

type_init(register_types);
