/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random numbers for the guest (qemu/guest-random.h): getrandom(2), or one
 * reproducible generator per thread once a seed is given.
 */
#include "qemu/osdep.h"
#include <sys/random.h>
#include "qapi/error.h"
#include "qemu/cutils.h"
#include "qemu/guest-random.h"

/* The state of this thread's generator, good when is_seeded. */
static __thread uint64_t thread_state;
static __thread bool thread_is_seeded;
static bool is_deterministic;

/* SplitMix64 (Steele, Lea, Flood 2014): a counter through a bijective mix. */
static uint64_t random_next(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15ull;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ z >> 27) * 0x94d049bb133111ebull;
    return z ^ z >> 31;
}

bool qemu_guest_random_seed_main(const char *seed, Error **errp)
{
    uint64_t value;

    if (parse_uint_full(seed, 0, &value) < 0) {
        error_setg(errp, "Invalid seed number '%s': give an unsigned 64-bit number", seed);
        return false;
    }
    is_deterministic = true;
    qemu_guest_random_seed_thread_part2(value);
    return true;
}

uint64_t qemu_guest_random_seed_thread_part1(void)
{
    return is_deterministic ? random_next(&thread_state) : 0;
}

void qemu_guest_random_seed_thread_part2(uint64_t seed)
{
    if (is_deterministic) {
        thread_state = seed;
        thread_is_seeded = true;
    }
}

static void random_fill_seeded(uint8_t *buf, size_t len)
{
    while (len > 0) {
        uint64_t word = random_next(&thread_state);
        size_t n = MIN(len, sizeof(word));

        memcpy(buf, &word, n);
        buf += n;
        len -= n;
    }
}

int qemu_guest_getrandom(void *buf, size_t len, Error **errp)
{
    uint8_t *at = buf;

    if (thread_is_seeded) {
        random_fill_seeded(at, len);
        return 0;
    }
    while (len > 0) {
        ssize_t n = RETRY_ON_EINTR(getrandom(at, len, 0));

        if (n < 0) {
            error_setg_errno(errp, errno, "Getting random bytes from the host failed");
            return -1;
        }
        at += n;
        len -= n;
    }
    return 0;
}

void qemu_guest_getrandom_nofail(void *buf, size_t len)
{
    (void)qemu_guest_getrandom(buf, len, &error_fatal);
}
