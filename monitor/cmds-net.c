/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QMP and human monitor commands about networks (net/netdev.h, net/slirp.h). */
#include "qemu/osdep.h"
#include "net/net.h"
#include "net/netdev.h"
#include "net/slirp.h"
#include "qapi/error.h"
#include "qapi/qapi-commands-net.h"
#include "qapi/qmp/qdict.h"
#include "qemu/option.h"
#include "hmp-cmds-internal.h"

/* -- QMP ------------------------------------------------------------------------- */

void qmp_netdev_add(Netdev *netdev, Error **errp)
{
    net_netdev_add(netdev, errp);
}

void qmp_netdev_del(const char *id, Error **errp)
{
    net_netdev_del(id, errp);
}

void qmp_set_link(const char *name, bool up, Error **errp)
{
    net_link_set(name, up, errp);
}

RxFilterInfoList *qmp_query_rx_filter(const char *name, Error **errp)
{
    return net_rx_filters_query(name, errp);
}

/* -- HMP ------------------------------------------------------------------------- */

static void text_print_take(Monitor *mon, char *text)
{
    monitor_puts(mon, text);
    g_free(text);
}

HMP_HANDLER(info_network)
{
    text_print_take(mon, net_info_text());
}

HMP_HANDLER(info_usernet)
{
    text_print_take(mon, net_slirp_info_text());
}

HMP_HANDLER(netdev_add)
{
    const char *text = hmp_arg_text(args, "options");
    g_autoptr(QDict) dict = NULL;
    Netdev *netdev;

    if (has_help_option(text)) {
        text_print_take(mon, net_netdev_help_text());
        return;
    }
    dict = net_opts_parse(text, errp);
    netdev = dict ? net_netdev_from_dict(dict, false, errp) : NULL;
    if (netdev) {
        net_netdev_add(netdev, errp);
        qapi_free_Netdev(netdev);
    }
}

HMP_HANDLER(netdev_del)
{
    net_netdev_del(hmp_arg_text(args, "id"), errp);
}

HMP_HANDLER(set_link)
{
    net_link_set(hmp_arg_text(args, "name"), hmp_arg_number(args, "up", 0), errp);
}

/* "[ID] RULE": the rule is the last word, without an id there must be one network. */
static void hostfwd_words_get(const HmpArgs *args, const char **id, const char **rule)
{
    *id = hmp_arg_text(args, "arg1");
    *rule = hmp_arg_text(args, "arg2");
    if (!*rule) {
        *rule = *id;
        *id = NULL;
    }
}

HMP_HANDLER(hostfwd_add)
{
    const char *id, *rule;

    hostfwd_words_get(args, &id, &rule);
    net_slirp_hostfwd_add(id, rule, errp);
}

HMP_HANDLER(hostfwd_remove)
{
    const char *id, *rule;

    hostfwd_words_get(args, &id, &rule);
    if (net_slirp_hostfwd_remove(id, rule, errp)) {
        monitor_printf(mon, "host forwarding rule for %s removed\n", rule);
    }
}
