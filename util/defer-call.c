/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Deferred calls (qemu/defer-call.h): one small table per thread. When it is
 * full, further calls are made at once: sooner than need be, but never lost.
 */
#include "qemu/osdep.h"
#include "qemu/defer-call.h"

#define DEFERRED_MAX 32

typedef struct DeferredCall {
    void (*fn)(void *opaque);
    void *opaque;
} DeferredCall;

static __thread unsigned defer_depth;
static __thread unsigned deferred_first; /* before it they have been made */
static __thread unsigned deferred_count;
static __thread DeferredCall deferred[DEFERRED_MAX];

static void deferred_run(void)
{
    /* A call may defer another one, which joins the table behind it. */
    while (deferred_first < deferred_count) {
        DeferredCall call = deferred[deferred_first++];

        call.fn(call.opaque);
    }
    deferred_first = deferred_count = 0;
}

void defer_call_begin(void)
{
    g_assert(defer_depth < UINT_MAX);
    defer_depth++;
}

void defer_call_end(void)
{
    g_assert(defer_depth > 0);
    if (defer_depth == 1) {
        deferred_run();
    }
    defer_depth--;
}

void defer_call(void (*fn)(void *), void *opaque)
{
    if (defer_depth == 0) {
        fn(opaque);
        return;
    }
    for (unsigned i = deferred_first; i < deferred_count; i++) {
        if (deferred[i].fn == fn && deferred[i].opaque == opaque) {
            return;
        }
    }
    if (deferred_count == DEFERRED_MAX) {
        fn(opaque);
        return;
    }
    deferred[deferred_count++] = (DeferredCall) { .fn = fn, .opaque = opaque };
}
