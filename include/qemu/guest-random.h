/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random numbers for the guest: from the host's entropy, or reproducible per
 * thread after -seed. Not for cryptography of our own.
 */
#ifndef QEMU_GUEST_RANDOM_H
#define QEMU_GUEST_RANDOM_H

/* Makes the numbers a function of @seed (text of an unsigned 64-bit number). */
bool qemu_guest_random_seed_main(const char *seed, Error **errp);

/*
 * A seed for a thread about to be created, and its use as the first thing in
 * that thread. Without -seed both do nothing (0).
 */
uint64_t qemu_guest_random_seed_thread_part1(void);
void qemu_guest_random_seed_thread_part2(uint64_t seed);

/* Fills @buf. Returns 0, or -1 with @errp set when the host has no entropy. */
int qemu_guest_getrandom(void *buf, size_t len, Error **errp);

/* Same; a failure of the host's source ends the program. */
void qemu_guest_getrandom_nofail(void *buf, size_t len);

#endif
