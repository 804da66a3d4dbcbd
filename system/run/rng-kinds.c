/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rng-builtin: bytes from the program's own source (reproducible with -seed). rng-random: bytes
 * from a file, by default /dev/urandom; reads never wait, a source that has nothing is watched.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "qemu/guest-random.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "sysemu/rng.h"

/* ---- rng-builtin ---- */

OBJECT_DECLARE_SIMPLE_TYPE(RngBuiltin, RNG_BUILTIN)

struct RngBuiltin {
    RngBackend parent;

    QEMUBH *bh;
};

static void rng_builtin_answer(void *opaque)
{
    RngBuiltin *s = opaque;
    RngBackend *backend = RNG_BACKEND(s);
    g_autoptr(Object) alive G_GNUC_UNUSED = object_ref(OBJECT(s));
    RngRequest *req;
    unsigned count = 0;

    /* What receivers ask for while they are told comes with the next turn of the loop. */
    QSIMPLEQ_FOREACH(req, &backend->requests, next) {
        count++;
    }
    while (count-- && (req = QSIMPLEQ_FIRST(&backend->requests)) != NULL) {
        Error *err = NULL;

        if (qemu_guest_getrandom(req->data, req->size, &err) < 0) {
            /* The guest waits, as it would for hardware that has nothing to give. */
            error_report_err(err);
            return;
        }
        rng_backend_finalize_request(backend, req);
    }
}

static void rng_builtin_request_entropy(RngBackend *backend, RngRequest *req)
{
    qemu_bh_schedule(RNG_BUILTIN(backend)->bh);
}

static void rng_builtin_init(Object *obj)
{
    RngBuiltin *s = RNG_BUILTIN(obj);

    s->bh = qemu_bh_new(rng_builtin_answer, s);
}

static void rng_builtin_finalize(Object *obj)
{
    qemu_bh_delete(RNG_BUILTIN(obj)->bh);
}

static void rng_builtin_class_init(ObjectClass *oc, void *data)
{
    RNG_BACKEND_CLASS(oc)->request_entropy = rng_builtin_request_entropy;
}

/* ---- rng-random ---- */

OBJECT_DECLARE_SIMPLE_TYPE(RngRandom, RNG_RANDOM)

/* @is_watched: the source has nothing, and the main loop tells when it has. */
struct RngRandom {
    RngBackend parent;

    char *filename;
    int fd;
    QEMUBH *bh;
    bool is_watched;
};

static void rng_random_watch(RngRandom *s, bool is_watched);

/* Reads what is there for the first request. False: nothing more for now. */
static bool rng_random_read(RngRandom *s, RngRequest *req)
{
    ssize_t len = RETRY_ON_EINTR(read(s->fd, req->data + req->offset, req->size - req->offset));

    if (len > 0) {
        req->offset += len;
        return true;
    }
    if (len < 0 && errno == EAGAIN) {
        rng_random_watch(s, true);
        return false;
    }
    warn_report("rng-random: %s: %s: the guest gets no more random bytes", s->filename,
                len ? strerror(errno) : "end of file");
    rng_random_watch(s, false);
    return false;
}

static void rng_random_answer(void *opaque)
{
    RngRandom *s = opaque;
    RngBackend *backend = RNG_BACKEND(s);
    RngRequest *req = QSIMPLEQ_FIRST(&backend->requests);
    g_autoptr(Object) alive G_GNUC_UNUSED = object_ref(OBJECT(s));

    if (!req) {
        rng_random_watch(s, false);
        return;
    }
    if (!rng_random_read(s, req)) {
        return;
    }
    if (req->offset == req->size) {
        rng_backend_finalize_request(backend, req);
    }
    if (!QSIMPLEQ_EMPTY(&backend->requests) && !s->is_watched) {
        qemu_bh_schedule(s->bh);
    }
}

static void rng_random_watch(RngRandom *s, bool is_watched)
{
    if (s->is_watched != is_watched) {
        s->is_watched = is_watched;
        qemu_set_fd_handler(s->fd, is_watched ? rng_random_answer : NULL, NULL, s);
    }
}

static void rng_random_request_entropy(RngBackend *backend, RngRequest *req)
{
    RngRandom *s = RNG_RANDOM(backend);

    if (!s->is_watched) {
        qemu_bh_schedule(s->bh);
    }
}

static void rng_random_opened(RngBackend *backend, Error **errp)
{
    RngRandom *s = RNG_RANDOM(backend);

    if (!s->filename || !*s->filename) {
        error_setg(errp, "rng-random: filename is empty: name a source such as /dev/urandom");
        return;
    }
    s->fd = RETRY_ON_EINTR(open(s->filename, O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (s->fd < 0) {
        error_setg_file_open(errp, errno, s->filename);
    }
}

static char *rng_random_get_filename(Object *obj, Error **errp)
{
    return g_strdup(RNG_RANDOM(obj)->filename);
}

static void rng_random_set_filename(Object *obj, const char *filename, Error **errp)
{
    RngRandom *s = RNG_RANDOM(obj);

    if (s->fd >= 0) {
        error_setg(errp, "rng-random: filename cannot change while the source is open");
        return;
    }
    g_free(s->filename);
    s->filename = g_strdup(filename);
}

static void rng_random_init(Object *obj)
{
    RngRandom *s = RNG_RANDOM(obj);

    s->filename = g_strdup("/dev/urandom");
    s->fd = -1;
    s->bh = qemu_bh_new(rng_random_answer, s);
}

static void rng_random_finalize(Object *obj)
{
    RngRandom *s = RNG_RANDOM(obj);

    rng_random_watch(s, false);
    qemu_bh_delete(s->bh);
    if (s->fd >= 0) {
        close(s->fd);
    }
    g_free(s->filename);
}

static void rng_random_class_init(ObjectClass *oc, void *data)
{
    RngBackendClass *k = RNG_BACKEND_CLASS(oc);

    k->request_entropy = rng_random_request_entropy;
    k->opened = rng_random_opened;
    object_class_property_add_str(oc, "filename", rng_random_get_filename,
                                  rng_random_set_filename);
    object_class_property_set_description(oc, "filename",
                                          "Where the bytes come from (default /dev/urandom)");
}

static const TypeInfo rng_kinds[] = {
    {
        .name = TYPE_RNG_BUILTIN,
        .parent = TYPE_RNG_BACKEND,
        .instance_size = sizeof(RngBuiltin),
        .instance_init = rng_builtin_init,
        .instance_finalize = rng_builtin_finalize,
        .class_init = rng_builtin_class_init,
    },
    {
        .name = TYPE_RNG_RANDOM,
        .parent = TYPE_RNG_BACKEND,
        .instance_size = sizeof(RngRandom),
        .instance_init = rng_random_init,
        .instance_finalize = rng_random_finalize,
        .class_init = rng_random_class_init,
    },
};

DEFINE_TYPES(rng_kinds)
