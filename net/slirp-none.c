/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The answers of net/slirp.h in a program that was built without libslirp. */
#include "qemu/osdep.h"
#include "net/slirp.h"
#include "net-internal.h"

static bool slirp_lacks(Error **errp)
{
    error_setg(errp, "this program was built without user networks (libslirp)");
    return false;
}

bool net_slirp_is_available(void)
{
    return false;
}

bool net_init_user(const Netdev *netdev, Error **errp)
{
    return slirp_lacks(errp);
}

bool net_slirp_hostfwd_add(const char *id, const char *rule, Error **errp)
{
    return slirp_lacks(errp);
}

bool net_slirp_hostfwd_remove(const char *id, const char *rule, Error **errp)
{
    return slirp_lacks(errp);
}

char *net_slirp_info_text(void)
{
    return g_strdup("");
}
