/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The user network: slirp.c runs libslirp in the main loop, slirp-opts.c turns
 * text into its configuration.
 */
#ifndef NET_SLIRP_INTERNAL_H
#define NET_SLIRP_INTERNAL_H

#include <netinet/in.h>
#include <libslirp.h>
#include "qemu/main-loop.h"
#include "net-internal.h"

typedef struct SlirpState {
    NetClientState nc;
    QTAILQ_ENTRY(SlirpState) entry;
    Slirp *slirp;
    Notifier poll_notifier;
    struct in_addr vnetwork;
    struct in_addr vdhcp_start;
    bool is_restricted;
} SlirpState;

/*
 * Fills @config from @opts. What it points to belongs to @opts, except the
 * list of search domains, which the caller frees with g_free().
 */
bool slirp_config_fill(SlirpConfig *config, const NetdevUserOptions *opts, Error **errp);

/* One end of a hostfwd rule, parsed; and the rule. */
typedef struct SlirpHostFwd {
    bool is_udp;
    struct in_addr host_addr;
    struct in_addr guest_addr;
    uint16_t host_port;
    uint16_t guest_port;
} SlirpHostFwd;

/*
 * "[tcp|udp]:[HOSTADDR]:HOSTPORT-[GUESTADDR]:GUESTPORT"; guest addresses left
 * out are @default_guest. For removal (@with_guest false) only the first half.
 */
bool slirp_hostfwd_parse(SlirpHostFwd *fwd, const char *text, struct in_addr default_guest,
                         bool with_guest, Error **errp);

typedef struct SlirpGuestFwd {
    struct in_addr server;
    uint16_t port;
    const char *command;        /* one of these two is set, and points into the text */
    const char *unix_path;
} SlirpGuestFwd;

bool slirp_guestfwd_parse(SlirpGuestFwd *fwd, const char *text, Error **errp);

#endif
