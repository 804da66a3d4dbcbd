/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Backends from what users type (-netdev, -nic, netdev_add): reading the text,
 * making and removing the backend. All functions need the BQL.
 */
#ifndef QEMU_NET_NETDEV_H
#define QEMU_NET_NETDEV_H

#include "qapi/qapi-types-net.h"

/*
 * Reads "[type=]TYPE,key=value,..." (a comma in a value is written twice) into
 * a dictionary with the shape of a Netdev: dots in keys nest, repeated keys of
 * lists (hostfwd, guestfwd, dnssearch) collect. NULL with @errp, which also
 * says so for kinds and keys that similar programs have and this one does not.
 */
QDict *net_opts_parse(const char *text, Error **errp);

/*
 * Checks the dictionary of a backend (from net_opts_parse(), or from JSON with
 * typed values if @is_json). NULL with @errp. Caller frees with qapi_free_Netdev().
 */
Netdev *net_netdev_from_dict(const QDict *dict, bool is_json, Error **errp);

/* Makes the backend, whose id must be new. False with @errp and nothing left. */
bool net_netdev_add(const Netdev *netdev, Error **errp);
/* Removes it; a card that uses it loses its link. */
bool net_netdev_del(const char *id, Error **errp);

/*
 * -nic: takes a slot of nd_table and makes its backend. @dict, which is
 * changed, is a backend's with "model" and "mac" in addition and the id optional.
 */
bool net_nic_add(QDict *dict, Error **errp);

/* Text of "-netdev help"; caller frees. */
char *net_netdev_help_text(void);

#endif
