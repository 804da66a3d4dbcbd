/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sources of random bytes for devices: objects that the user makes with -object (rng-builtin,
 * rng-random), and requests to them that are answered later in the main loop. BQL.
 */
#ifndef SYSEMU_RNG_H
#define SYSEMU_RNG_H

#include "qemu/queue.h"
#include "qom/object.h"

#define TYPE_RNG_BACKEND "rng-backend"
OBJECT_DECLARE_TYPE(RngBackend, RngBackendClass, RNG_BACKEND)

#define TYPE_RNG_BUILTIN "rng-builtin"
#define TYPE_RNG_RANDOM "rng-random"

/* Gets @size bytes at @data, valid during the call; runs in the main loop. */
typedef void(EntropyReceiveFunc)(void *opaque, const void *data, size_t size);

/* One request: @offset of @size bytes at @data have arrived. */
typedef struct RngRequest RngRequest;
struct RngRequest {
    EntropyReceiveFunc *receive_entropy;
    uint8_t *data;
    void *opaque;
    size_t offset;
    size_t size;
    QSIMPLEQ_ENTRY(RngRequest) next;
};

/*
 * @request_entropy: @req was queued: see that rng_backend_finalize_request() is called on it;
 * @opened: acquire the source when the object is complete.
 */
struct RngBackendClass {
    ObjectClass parent_class;

    void (*request_entropy)(RngBackend *s, RngRequest *req);
    void (*opened)(RngBackend *s, Error **errp);
};

struct RngBackend {
    Object parent;

    QSIMPLEQ_HEAD(requests, RngRequest) requests;
};

/* Most bytes that one request may ask for. */
#define RNG_REQUEST_MAX (64 * 1024)

/*
 * Ask for @size bytes (1 to RNG_REQUEST_MAX). @receive_entropy is called once, never from here,
 * unless the request is cancelled.
 */
void rng_backend_request_entropy(RngBackend *s, size_t size, EntropyReceiveFunc *receive_entropy,
                                 void *opaque);
/* Forget all requests that were made with @opaque. */
void rng_backend_cancel_requests(RngBackend *s, void *opaque);
/* For backends: @req has all its bytes; tell who asked, and free it. */
void rng_backend_finalize_request(RngBackend *s, RngRequest *req);

#endif
