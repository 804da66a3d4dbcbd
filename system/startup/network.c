/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Networks from the command line: -netdev makes a backend for a -device, -nic a
 * backend and a card in one, -net only says "none". A machine that has a card
 * by default gets one on a user network unless told otherwise.
 */
#include "qemu/osdep.h"
#include "hw/boards.h"
#include "hw/qdev-core.h"
#include "monitor/qdev.h"
#include "net/net.h"
#include "net/netdev.h"
#include "net/slirp.h"
#include "qapi/qmp/qjson.h"
#include "sysemu/runstate.h"
#include "startup-internal.h"

/* ---- options ------------------------------------------------------------------- */

bool opt_netdev(StartupConfig *c, const char *arg, Error **errp)
{
    g_autoptr(QDict) dict = NULL;
    bool is_json = arg[0] == '{';

    if (is_json) {
        QObject *obj = qobject_from_json(arg, errp);

        dict = qobject_to(QDict, obj);
        if (obj && !dict) {
            qobject_unref(obj);
            error_setg(errp, "the JSON text is not an object");
        }
    } else if (has_help_option(arg)) {
        g_autofree char *text = net_netdev_help_text();

        startup_help_request(c, HELP_TEXT, text);
        return true;
    } else {
        dict = net_opts_parse(arg, errp);
    }
    if (!dict) {
        return false;
    }
    if (!qdict_get_try_str(dict, "id")) {
        error_setg(errp, "needs an id, e.g. id=net0");
        return false;
    }
    startup_item_add(c, ITEM_NETDEV, arg, g_steal_pointer(&dict))->is_json = is_json;
    return true;
}

/* "-nic model=help": the cards there are. */
static char *nic_models_text(void)
{
    GString *text = g_string_new("Available NIC models:\n");
    GSList *classes = object_class_get_list_sorted(TYPE_DEVICE, false);

    for (GSList *l = classes; l; l = l->next) {
        DeviceClass *dc = DEVICE_CLASS(l->data);

        if (dc->user_creatable && test_bit(DEVICE_CATEGORY_NETWORK, dc->categories)) {
            g_string_append_printf(text, "%s\n", object_class_get_name(l->data));
        }
    }
    g_slist_free(classes);
    return g_string_free(text, false);
}

bool opt_nic(StartupConfig *c, const char *arg, Error **errp)
{
    g_autoptr(QDict) dict = NULL;
    const char *model;

    if (strcmp(arg, "none") == 0) {
        c->has_no_default_nic = true;
        return true;
    }
    if (has_help_option(arg)) {
        g_autofree char *backends = net_netdev_help_text();
        g_autofree char *models = nic_models_text();
        g_autofree char *text = g_strconcat(backends, "\n", models, NULL);

        startup_help_request(c, HELP_TEXT, text);
        return true;
    }
    dict = net_opts_parse(arg, errp);
    if (!dict) {
        return false;
    }
    model = qdict_get_try_str(dict, "model");
    if (model && has_help_option(model)) {
        g_autofree char *text = nic_models_text();

        startup_help_request(c, HELP_TEXT, text);
        return true;
    }
    startup_item_add(c, ITEM_NIC, arg, g_steal_pointer(&dict));
    return true;
}

bool opt_net(StartupConfig *c, const char *arg, Error **errp)
{
    if (strcmp(arg, "none") != 0) {
        error_setg(errp, "'%s' is not supported by this version, which has no hubs; use -nic, or "
                   "-netdev with -device", arg);
        return false;
    }
    c->has_no_default_nic = true;
    return true;
}

/* ---- backends ------------------------------------------------------------------- */

static bool netdev_create(const StartupItem *item, void *opaque, Error **errp)
{
    Netdev *netdev = net_netdev_from_dict(item->dict, item->is_json, errp);
    bool ok = netdev && net_netdev_add(netdev, errp);

    qapi_free_Netdev(netdev);
    return ok;
}

static bool nic_backend_create(const StartupItem *item, void *opaque, Error **errp)
{
    g_autoptr(QDict) dict = qdict_clone_shallow(item->dict);

    return net_nic_add(dict, errp);
}

static bool default_nic_is_wanted(StartupConfig *c, MachineState *machine)
{
    const char *model = MACHINE_GET_CLASS(machine)->default_nic;

    return !c->has_no_defaults && !c->has_no_default_nic &&
           !startup_item_last(c, ITEM_NETDEV) && !startup_item_last(c, ITEM_NIC) &&
           model && object_class_by_name(model) && net_slirp_is_available();
}

static void network_run_state_follow(void *opaque, bool running, RunState state)
{
    net_vm_running_set(running);
}

bool network_create_backends(StartupConfig *c, MachineState *machine, Error **errp)
{
    net_vm_running_set(false);
    c->network_follower = qemu_add_vm_change_state_handler(network_run_state_follow, NULL);
    if (!startup_items_run(c, ITEM_NETDEV, netdev_create, NULL, errp) ||
        !startup_items_run(c, ITEM_NIC, nic_backend_create, NULL, errp)) {
        return false;
    }
    if (default_nic_is_wanted(c, machine)) {
        g_autoptr(QDict) dict = qdict_new();

        qdict_put_str(dict, "type", "user");
        return net_nic_add(dict, errp);
    }
    return true;
}

/* ---- cards ------------------------------------------------------------------------ */

static bool card_create(NICInfo *nd, MachineClass *mc, Error **errp)
{
    ERRP_GUARD();
    static const MACAddr unset;
    g_autoptr(QDict) dict = qdict_new();
    const char *model = nd->model;
    DeviceState *dev;

    if (!model || strcmp(model, "virtio") == 0) {
        model = mc->default_nic;
    }
    if (!model) {
        error_setg(errp, "-nic: machine '%s' has no network card of its own; name one by model=",
                   mc->name);
        return false;
    }
    qdict_put_str(dict, "driver", model);
    qdict_put_str(dict, "netdev", nd->netdev->name);
    if (memcmp(&nd->macaddr, &unset, sizeof(unset)) != 0) {
        g_autofree char *mac = g_strdup_printf(MAC_FMT, MAC_ARG(nd->macaddr.a));

        qdict_put_str(dict, "mac", mac);
    }
    dev = qdev_device_add_from_qdict(dict, false, errp);
    if (!dev) {
        error_prepend(errp, "-nic model=%s: ", model);
        return false;
    }
    object_unref(OBJECT(dev));
    nd->instantiated = true;
    return true;
}

bool network_create_cards(MachineState *machine, Error **errp)
{
    for (int i = 0; i < nb_nics; i++) {
        /* A board may have made its own from the table. */
        if (nd_table[i].used && !nd_table[i].instantiated &&
            !card_create(&nd_table[i], MACHINE_GET_CLASS(machine), errp)) {
            return false;
        }
    }
    return true;
}

void network_cleanup(StartupConfig *c)
{
    net_cleanup();
    if (c->network_follower) {
        qemu_del_vm_change_state_handler(c->network_follower);
        c->network_follower = NULL;
    }
    net_vm_running_set(true);
}
