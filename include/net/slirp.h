/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * User networks while they run: port forwards and what is connected. Without
 * libslirp every function says that there is no user network. BQL.
 */
#ifndef QEMU_NET_SLIRP_H
#define QEMU_NET_SLIRP_H

#include "qemu/typedefs.h"

/* Whether this program has user networks. */
bool net_slirp_is_available(void);

/*
 * Add or remove a rule as in hostfwd= of the network called @id; NULL: the only
 * one there is. To remove, the rule's host half is enough.
 */
bool net_slirp_hostfwd_add(const char *id, const char *rule, Error **errp);
bool net_slirp_hostfwd_remove(const char *id, const char *rule, Error **errp);

/* Text of "info usernet"; caller frees. */
char *net_slirp_info_text(void);

#endif
