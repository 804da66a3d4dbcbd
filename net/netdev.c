/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Backends from what users type (net/netdev.h). */
#include "qemu/osdep.h"
#include "qapi/qapi-visit-net.h"
#include "qapi/qmp/qdict.h"
#include "qapi/qmp/qlist.h"
#include "qapi/qmp/qstring.h"
#include "qapi/qobject-input-visitor.h"
#include "qapi/visitor.h"
#include "qemu/id.h"
#include "qemu/option.h"
#include "qemu/suggest.h"
#include "net/netdev.h"
#include "net-internal.h"

/* ---- kinds ---------------------------------------------------------------------- */

static const struct {
    NetClientInit *init;
    const char *help;
} backends[NET_CLIENT_DRIVER__MAX] = {
    [NET_CLIENT_DRIVER_USER] = { net_init_user, "network in user space, no rights needed" },
    [NET_CLIENT_DRIVER_TAP] = { net_init_tap, "TAP interface of the host" },
    [NET_CLIENT_DRIVER_STREAM] = { net_init_stream, "frames over a stream socket" },
    [NET_CLIENT_DRIVER_DGRAM] = { net_init_dgram, "frames over a datagram socket" },
};

char *net_netdev_help_text(void)
{
    GString *text = g_string_new("Available netdev backend types:\n");

    for (NetClientDriver type = 0; type < NET_CLIENT_DRIVER__MAX; type++) {
        if (backends[type].init) {
            g_string_append_printf(text, "%-8s %s\n", NetClientDriver_str(type),
                                   backends[type].help);
        }
    }
    return g_string_free(text, false);
}

/* Known elsewhere. @key NULL: the whole kind. */
static const struct {
    const char *type, *key, *why;
} refused[] = {
    { "socket", NULL, "use type stream or dgram" },
    { "hubport", NULL, "there are no hubs; connect one card to one backend" },
    { "bridge", NULL, "there is no helper program; use tap with an interface of the bridge" },
    { "l2tpv3", NULL, "use tap or dgram" },
    { "vde", NULL, "use tap or stream" },
    { "netmap", NULL, "use tap" },
    { "af-xdp", NULL, "use tap" },
    { "vhost-user", NULL, "use tap or stream" },
    { "vhost-vdpa", NULL, "use tap" },
    { "user", "smb", "use a network file system of the host" },
    { "user", "smbserver", "use a network file system of the host" },
    { "tap", "fds", "one queue only: use fd=" },
    { "tap", "queues", "one queue only" },
    { "tap", "br", "there is no helper program; put the interface into the bridge beforehand" },
    { "tap", "helper", "there is no helper program; use fd= or ifname=" },
    { "tap", "vhost", "frames go through this program; leave it out" },
    { "tap", "vhostfd", "frames go through this program; leave it out" },
    { "tap", "vhostfds", "frames go through this program; leave it out" },
    { "tap", "vhostforce", "frames go through this program; leave it out" },
    { "tap", "poll-us", "frames go through this program; leave it out" },
};

static void type_unknown_setg(const char *type, Error **errp)
{
    Suggest suggest;

    suggest_init(&suggest, type);
    for (NetClientDriver i = 0; i < NET_CLIENT_DRIVER__MAX; i++) {
        if (backends[i].init) {
            suggest_offer(&suggest, NetClientDriver_str(i));
        }
    }
    suggest_error_setg(&suggest, errp, "'%s' is not a type of network backend", type);
}

/* Answers for what this program does not have. */
static bool dict_check_refused(const QDict *dict, Error **errp)
{
    const char *type = qdict_get_try_str(dict, "type");
    int known;

    if (!type) {
        error_setg(errp, "the type of network backend is missing");
        return false;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
        const char *key = refused[i].key;

        if (strcmp(refused[i].type, type) != 0 || (key && !qdict_haskey(dict, key))) {
            continue;
        }
        /* vhost=off is what happens anyway. */
        if (g_strcmp0(key, "vhost") == 0 &&
            g_strcmp0(qdict_get_try_str(dict, key), "off") == 0) {
            continue;
        }
        error_setg(errp, "network backend '%s'%s%s%s is not supported by this version: %s", type,
                   key ? ": " : "", key ? key : "", key ? "=" : "", refused[i].why);
        return false;
    }
    known = qapi_enum_parse(&NetClientDriver_lookup, type, -1, NULL);
    if (known < 0 || !backends[known].init) {
        type_unknown_setg(type, errp);
        return false;
    }
    return true;
}

/* ---- text -------------------------------------------------------------------------- */

static bool key_is_list(const char *key)
{
    return strcmp(key, "hostfwd") == 0 || strcmp(key, "guestfwd") == 0 ||
           strcmp(key, "dnssearch") == 0;
}

static void list_append(QDict *dict, const char *key, const char *value)
{
    QDict *element = qdict_new();

    if (!qdict_haskey(dict, key)) {
        qdict_put(dict, key, qlist_new());
    }
    qdict_put_str(element, "str", value);
    qlist_append(qdict_get_qlist(dict, key), element);
}

/* Puts @value at @key, whose dots lead into dictionaries within. */
static bool value_put(QDict *dict, const char *key, const char *value, Error **errp)
{
    const char *dot = strchr(key, '.');
    g_autofree char *first = dot ? g_strndup(key, dot - key) : g_strdup(key);
    QObject *inner = qdict_get(dict, first);

    if (!*first) {
        error_setg(errp, "a parameter's name is missing in '%s'", key);
        return false;
    }
    if (!dot) {
        if (inner && !qobject_get_try_str(inner)) {
            error_setg(errp, "parameter '%s' has both a value and parameters '%s.*'", key, key);
            return false;
        }
        qdict_put_str(dict, key, value);
        return true;
    }
    if (!inner) {
        qdict_put(dict, first, qdict_new());
        inner = qdict_get(dict, first);
    }
    if (!qobject_to(QDict, inner)) {
        error_setg(errp, "parameter '%s' has both a value and parameters '%s.*'", first, first);
        return false;
    }
    return value_put(qobject_to(QDict, inner), dot + 1, value, errp);
}

static bool text_parse(QDict *dict, const char *text, Error **errp)
{
    const char *p = text;

    while (*p) {
        size_t key_len = strcspn(p, "=,");
        g_autofree char *key = NULL;
        g_autofree char *value = NULL;

        if (p[key_len] != '=') {
            if (p != text) {
                error_setg(errp, "Expected '=' after parameter '%.*s'", (int)key_len, p);
                return false;
            }
            key = g_strdup("type");
        } else {
            key = g_strndup(p, key_len);
            p += key_len + 1;
        }
        if (strlen(key) > 127) {
            error_setg(errp, "Parameter name '%.20s...' is too long", key);
            return false;
        }
        p = get_opt_value(p, &value);
        p += *p == ',';
        if (key_is_list(key)) {
            list_append(dict, key, value);
        } else if (!value_put(dict, key, value, errp)) {
            return false;
        }
    }
    return true;
}

QDict *net_opts_parse(const char *text, Error **errp)
{
    g_autoptr(QDict) dict = qdict_new();

    if (!text_parse(dict, text, errp) || !dict_check_refused(dict, errp)) {
        return NULL;
    }
    return g_steal_pointer(&dict);
}

Netdev *net_netdev_from_dict(const QDict *dict, bool is_json, Error **errp)
{
    g_autoptr(QDict) copy = qdict_clone_shallow(dict);
    Netdev *netdev = NULL;
    Visitor *v;

    if (!is_json && strcmp(qdict_get_try_str(copy, "type") ?: "", "tap") == 0) {
        qdict_del(copy, "vhost");       /* checked to be off */
    }
    v = is_json ? qobject_input_visitor_new(QOBJECT(copy))
                : qobject_input_visitor_new_keyval(QOBJECT(copy));
    visit_type_Netdev(v, NULL, &netdev, errp);
    visit_free(v);
    return netdev;
}

/* ---- making and removing ----------------------------------------------------------- */

bool net_netdev_add(const Netdev *netdev, Error **errp)
{
    if (!backends[netdev->type].init) {
        type_unknown_setg(NetClientDriver_str(netdev->type), errp);
        return false;
    }
    if (qemu_find_netdev(netdev->id)) {
        error_setg(errp, "Duplicate ID '%s' for netdev", netdev->id);
        return false;
    }
    return backends[netdev->type].init(netdev, errp);
}

bool net_netdev_del(const char *id, Error **errp)
{
    NetClientState *nc = qemu_find_netdev(id);

    if (!nc) {
        error_set(errp, ERROR_CLASS_DEVICE_NOT_FOUND, "Device '%s' not found", id);
        return false;
    }
    qemu_del_net_client(nc);
    return true;
}

/* Takes the text of @key out of @dict; NULL if it is not there. Caller frees. */
static char *text_take(QDict *dict, const char *key)
{
    char *text = g_strdup(qdict_get_try_str(dict, key));

    qdict_del(dict, key);
    return text;
}

bool net_nic_add(QDict *dict, Error **errp)
{
    g_autofree char *model = text_take(dict, "model");
    g_autofree char *mac = text_take(dict, "mac");
    NICInfo *nd = &nd_table[nb_nics];
    MACAddr macaddr = { };
    Netdev *netdev;
    bool ok;

    if (nb_nics == MAX_NICS) {
        error_setg(errp, "no more NICs: there can be %d by -nic; use -netdev and -device",
                   MAX_NICS);
        return false;
    }
    if (mac && (net_parse_macaddr(macaddr.a, mac) < 0 || macaddr.a[0] & 1)) {
        error_setg(errp, "mac=%s is not the MAC address of a card, such as 52:54:00:12:34:56",
                   mac);
        return false;
    }
    if (!qdict_haskey(dict, "id")) {
        g_autofree char *id = g_strdup_printf("__org.qemu.nic%d", nb_nics);

        qdict_put_str(dict, "id", id);
    }
    netdev = net_netdev_from_dict(dict, false, errp);
    if (!netdev) {
        return false;
    }
    ok = net_netdev_add(netdev, errp);
    if (ok) {
        *nd = (NICInfo) {
            .macaddr = macaddr,
            .model = g_steal_pointer(&model),
            .netdev = qemu_find_netdev(netdev->id),
            .used = true,
            .nvectors = DEV_NVECTORS_UNSPECIFIED,
        };
        nb_nics++;
    }
    qapi_free_Netdev(netdev);
    return ok;
}
