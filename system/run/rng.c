/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sources of random bytes for devices: the queue of requests, common to all kinds. The kinds are
 * in rng-kinds.c.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "qom/object_interfaces.h"
#include "sysemu/rng.h"

static void rng_request_free(RngRequest *req)
{
    g_free(req->data);
    g_free(req);
}

void rng_backend_request_entropy(RngBackend *s, size_t size, EntropyReceiveFunc *receive_entropy,
                                 void *opaque)
{
    RngRequest *req = g_new0(RngRequest, 1);

    bql_assert_locked();
    g_assert(size > 0 && size <= RNG_REQUEST_MAX);
    req->receive_entropy = receive_entropy;
    req->opaque = opaque;
    req->size = size;
    req->data = g_malloc(size);
    QSIMPLEQ_INSERT_TAIL(&s->requests, req, next);
    RNG_BACKEND_GET_CLASS(s)->request_entropy(s, req);
}

void rng_backend_finalize_request(RngBackend *s, RngRequest *req)
{
    QSIMPLEQ_REMOVE(&s->requests, req, RngRequest, next);
    req->receive_entropy(req->opaque, req->data, req->size);
    rng_request_free(req);
}

void rng_backend_cancel_requests(RngBackend *s, void *opaque)
{
    RngRequest *req, *next;

    QSIMPLEQ_FOREACH_SAFE(req, &s->requests, next, next) {
        if (req->opaque == opaque) {
            QSIMPLEQ_REMOVE(&s->requests, req, RngRequest, next);
            rng_request_free(req);
        }
    }
}

static void rng_backend_complete(UserCreatable *uc, Error **errp)
{
    RngBackend *s = RNG_BACKEND(uc);
    RngBackendClass *k = RNG_BACKEND_GET_CLASS(s);

    if (k->opened) {
        k->opened(s, errp);
    }
}

static void rng_backend_init(Object *obj)
{
    QSIMPLEQ_INIT(&RNG_BACKEND(obj)->requests);
}

/* A device holds a reference while it may have requests, so these are of nobody. */
static void rng_backend_finalize(Object *obj)
{
    RngBackend *s = RNG_BACKEND(obj);
    RngRequest *req;

    while ((req = QSIMPLEQ_FIRST(&s->requests)) != NULL) {
        QSIMPLEQ_REMOVE_HEAD(&s->requests, next);
        rng_request_free(req);
    }
}

static void rng_backend_class_init(ObjectClass *oc, void *data)
{
    USER_CREATABLE_CLASS(oc)->complete = rng_backend_complete;
}

static const TypeInfo rng_backend_types[] = {
    {
        .name = TYPE_RNG_BACKEND,
        .parent = TYPE_OBJECT,
        .instance_size = sizeof(RngBackend),
        .instance_init = rng_backend_init,
        .instance_finalize = rng_backend_finalize,
        .class_size = sizeof(RngBackendClass),
        .class_init = rng_backend_class_init,
        .abstract = true,
        .interfaces = (InterfaceInfo[]) { { TYPE_USER_CREATABLE }, { } },
    },
};

DEFINE_TYPES(rng_backend_types)
