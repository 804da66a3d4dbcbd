/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The property "netdev": the backend that a network card is connected to. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "hw/qdev-properties-system.h"
#include "net/net.h"
#include "qdev-prop-internal.h"

static void netdev_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    NICPeers *peers = object_field_prop_ptr(obj, opaque);
    char *id = g_strdup(peers->ncs[0] ? peers->ncs[0]->name : "");

    visit_type_str(v, name, &id, errp);
    g_free(id);
}

static bool netdev_connect(Object *obj, const char *name, const char *id, NICPeers *peers,
                           Error **errp)
{
    NetClientState *ncs[MAX_QUEUE_NUM];
    int queues = qemu_find_net_clients_except(id, ncs, NET_CLIENT_DRIVER_NIC, MAX_QUEUE_NUM);

    if (queues == 0) {
        error_setg(errp, "property '%s.%s': there is no netdev '%s'; add -netdev TYPE,id=%s",
                   object_get_typename(obj), name, id, id);
        return false;
    }
    if (queues > MAX_QUEUE_NUM) {
        error_setg(errp, "property '%s.%s': netdev '%s' has %d queues, at most %d can be used",
                   object_get_typename(obj), name, id, queues, MAX_QUEUE_NUM);
        return false;
    }
    for (int i = 0; i < queues; i++) {
        if (ncs[i]->peer) {
            error_setg(errp, "property '%s.%s': netdev '%s' is in use by '%s'",
                       object_get_typename(obj), name, id, ncs[i]->peer->name);
            return false;
        }
    }
    for (int i = 0; i < queues; i++) {
        peers->ncs[i] = ncs[i];
        ncs[i]->queue_index = i;
    }
    peers->queues = queues;
    return true;
}

static void netdev_set(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    NICPeers *peers = object_field_prop_ptr(obj, opaque);
    g_autofree char *id = NULL;

    if (!visit_type_str(v, name, &id, errp)) {
        return;
    }
    if (*id) {
        netdev_connect(obj, name, id, peers, errp);
    } else {
        memset(peers->ncs, 0, sizeof(peers->ncs[0]) * peers->queues);
        peers->queues = 0;
    }
}

const PropertyInfo qdev_prop_netdev = {
    .name = "str",
    .description = "id of a netdev",
    .get = netdev_get,
    .set = netdev_set,
};

void qdev_prop_set_netdev(DeviceState *dev, const char *name, NetClientState *value)
{
    g_assert(!value || value->name);
    object_property_set_str(OBJECT(dev), name, value ? value->name : "", &error_abort);
}

void qdev_set_nic_properties(DeviceState *dev, NICInfo *nd)
{
    static const MACAddr unset;

    /* All zero: the card chooses. */
    if (memcmp(&nd->macaddr, &unset, sizeof(unset)) != 0) {
        qdev_prop_set_macaddr(dev, "mac", nd->macaddr.a);
    }
    if (nd->netdev) {
        qdev_prop_set_netdev(dev, "netdev", nd->netdev);
    }
    if (nd->nvectors >= 0 && object_property_find(OBJECT(dev), "vectors")) {
        qdev_prop_set_uint32(dev, "vectors", nd->nvectors);
    }
    nd->instantiated = 1;
}
