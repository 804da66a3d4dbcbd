/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A vfio-user server whose behaviour is a script of fuzzer bytes. It has no thread: it runs inside
 * the client's calls of sendmsg() and send(), which the linker leads to it (--wrap), so that an
 * answer, or the end of the connection, is there before the client looks for it and nobody waits
 * in real time. Nothing of the client's own code for messages is used here.
 *
 * The script: a byte below 0x80 means that this many requests, and one more, are answered well,
 * by the device that the peer has at that time. Other bytes are deeds (vfio-user-peer-deeds.c).
 * At the script's end the connection is closed, as is each one that is made later.
 */
#ifndef TESTS_FUZZ_VFIO_USER_PEER_H
#define TESTS_FUZZ_VFIO_USER_PEER_H

#include "qemu/osdep.h"

/* Files and other descriptors that it has to give away. */
enum {
    PEER_SEALED,   /* memfd that cannot shrink */
    PEER_UNSEALED, /* memfd that can */
    PEER_SMALL,    /* sealed, but smaller than a region */
    PEER_HUGE,     /* sealed, nothing in it yet, larger than memory */
    PEER_REGULAR,  /* a file on disk */
    PEER_FULL,     /* eventfd at its limit, blocking */
    PEER_PIPE,
    PEER_FOLDER,
    PEER_FILES,
};

/* Listen at @path; the descriptors are made. Once. */
void peer_listen(const char *path);

/* Begin a script. */
void peer_begin(const uint8_t *script, size_t size);

/* Whether the script is at its end. */
bool peer_is_done(void);

/* How often somebody has connected since peer_begin(). */
unsigned int peer_clients(void);

/* Close what is open, with the descriptors that came. */
void peer_end(void);

/* Addresses that the peer tries to reach. @count of them, of the caller. */
void peer_set_targets(const uint64_t *targets, unsigned int count);

#endif
