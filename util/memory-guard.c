/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guarded mappings (qemu/memory-guard.h). A handler of SIGBUS looks for the mapping that holds the
 * address. It runs on whatever thread made the access and takes no lock: guards lie in chunks that
 * are never freed, and a guard's range does not change while somebody may access it.
 */
#include "qemu/osdep.h"
#include <sys/eventfd.h>
#include <sys/mman.h>
#include "qemu/atomic.h"
#include "qemu/main-loop.h"
#include "qemu/memory-guard.h"
#include "util/fd.h"

#define CHUNK_GUARDS 64

enum { GUARD_WHOLE, GUARD_REPLACING, GUARD_REPLACED, GUARD_TOLD };

/* @start: 0: not in use; set last, cleared first. @state: atomic. */
struct MemoryGuard {
    uintptr_t start;
    size_t size;
    int state;
    MemoryGuardFunc *func;
    void *opaque;
};

typedef struct GuardChunk {
    MemoryGuard guards[CHUNK_GUARDS];
    struct GuardChunk *next;
} GuardChunk;

/*
 * The handler finds its data here, there being no other way to hand it any. BQL, but for what the
 * handler reads. @event: eventfd that leads into the main loop, while there is a guard.
 */
static struct {
    GuardChunk first;
    unsigned int count;
    int event;
    struct sigaction previous;
} guarded = { .event = -1 };

/* -- the signal ------------------------------------------------------------------------------ */

static MemoryGuard *guard_find(uintptr_t address)
{
    for (GuardChunk *chunk = &guarded.first; chunk; chunk = qatomic_load_acquire(&chunk->next)) {
        for (int i = 0; i < CHUNK_GUARDS; i++) {
            MemoryGuard *guard = &chunk->guards[i];
            uintptr_t start = qatomic_load_acquire(&guard->start);

            if (start && address >= start && address - start < guard->size) {
                return guard;
            }
        }
    }
    return NULL;
}

/* Put zeros in the mapping's place. Another thread that comes meanwhile tries its access again. */
static bool guard_replace(MemoryGuard *guard)
{
    const uint64_t one = 1;
    int state = qatomic_read(&guard->state);

    if (state == GUARD_REPLACING ||
        qatomic_cmpxchg(&guard->state, state, GUARD_REPLACING) != state) {
        return true;
    }
    if (mmap((void *)guard->start, guard->size, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0) == MAP_FAILED) {
        return false;
    }
    qatomic_set(&guard->state, GUARD_REPLACED);
    /* Where there was no eventfd to be had nobody is told. */
    return write(guarded.event, &one, sizeof(one)) == sizeof(one) || guarded.event < 0;
}

static void sigbus_handle(int signal, siginfo_t *info, void *context)
{
    int saved_errno = errno;
    /* Without a code of the kernel's there is no address. */
    MemoryGuard *guard = info->si_code > 0 ? guard_find((uintptr_t)info->si_addr) : NULL;

    if (!guard || !guard_replace(guard)) {
        /* The access is made again, and then it is the business of whoever was here before. */
        sigaction(SIGBUS, &guarded.previous, NULL);
        if (info->si_code <= 0) {
            raise(signal);
        }
    }
    errno = saved_errno;
}

/* Others may have put their handler in the place of ours since the last guard. */
static void sigbus_listen(void)
{
    struct sigaction ours = { .sa_sigaction = sigbus_handle, .sa_flags = SA_SIGINFO | SA_ONSTACK };
    struct sigaction found;

    sigemptyset(&ours.sa_mask);
    sigaction(SIGBUS, NULL, &found);
    if (!(found.sa_flags & SA_SIGINFO) || found.sa_sigaction != sigbus_handle) {
        guarded.previous = found;
        sigaction(SIGBUS, &ours, NULL);
    }
}

/* -- the main loop --------------------------------------------------------------------------- */

static void guards_tell(void *opaque)
{
    uint64_t count;

    if (read(guarded.event, &count, sizeof(count)) != sizeof(count)) {
        return;
    }
    for (GuardChunk *chunk = &guarded.first; chunk; chunk = chunk->next) {
        for (int i = 0; i < CHUNK_GUARDS; i++) {
            MemoryGuard *guard = &chunk->guards[i];

            if (guard->start && qatomic_cmpxchg(&guard->state, GUARD_REPLACED, GUARD_TOLD) ==
                                    GUARD_REPLACED) {
                guard->func(guard->opaque);
            }
        }
    }
}

/* -- guards ---------------------------------------------------------------------------------- */

static MemoryGuard *guard_unused(void)
{
    GuardChunk *chunk = &guarded.first;

    for (;;) {
        for (int i = 0; i < CHUNK_GUARDS; i++) {
            if (!chunk->guards[i].start) {
                return &chunk->guards[i];
            }
        }
        if (!chunk->next) {
            qatomic_store_release(&chunk->next, g_new0(GuardChunk, 1));
        }
        chunk = chunk->next;
    }
}

MemoryGuard *memory_guard_add(void *host, size_t size, MemoryGuardFunc *func, void *opaque)
{
    MemoryGuard *guard = guard_unused();

    if (!guarded.count++) {
        guarded.event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (guarded.event >= 0) {
            qemu_set_fd_handler(guarded.event, guards_tell, NULL, NULL);
        }
    }
    sigbus_listen();
    guard->size = size;
    guard->func = func;
    guard->opaque = opaque;
    qatomic_set(&guard->state, GUARD_WHOLE);
    qatomic_store_release(&guard->start, (uintptr_t)host);
    return guard;
}

void memory_guard_move(MemoryGuard *guard, void *host)
{
    qatomic_store_release(&guard->start, (uintptr_t)host);
}

void memory_guard_remove(MemoryGuard *guard)
{
    if (!guard) {
        return;
    }
    qatomic_store_release(&guard->start, 0);
    if (!--guarded.count && guarded.event >= 0) {
        qemu_set_fd_handler(guarded.event, NULL, NULL, NULL);
        fd_close(&guarded.event);
    }
}
