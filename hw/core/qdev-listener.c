/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Listeners that are told of every device that is realized or unrealized, and
 * may hide one from the command line's device list.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qdev-internal.h"

static QTAILQ_HEAD(, DeviceListener) device_listeners =
    QTAILQ_HEAD_INITIALIZER(device_listeners);

void device_listener_register(DeviceListener *listener)
{
    QTAILQ_INSERT_TAIL(&device_listeners, listener, link);
}

void device_listener_unregister(DeviceListener *listener)
{
    QTAILQ_REMOVE(&device_listeners, listener, link);
}

void qdev_listeners_realize(DeviceState *dev)
{
    DeviceListener *listener;
    DeviceListener *next;

    QTAILQ_FOREACH_SAFE(listener, &device_listeners, link, next) {
        if (listener->realize) {
            listener->realize(listener, dev);
        }
    }
}

void qdev_listeners_unrealize(DeviceState *dev)
{
    DeviceListener *listener;
    DeviceListener *next;

    QTAILQ_FOREACH_REVERSE_SAFE(listener, &device_listeners, link, next) {
        if (listener->unrealize) {
            listener->unrealize(listener, dev);
        }
    }
}

bool qdev_should_hide_device(const QDict *opts, bool from_json, Error **errp)
{
    ERRP_GUARD();
    DeviceListener *listener;

    QTAILQ_FOREACH(listener, &device_listeners, link) {
        if (listener->hide_device) {
            bool hide = listener->hide_device(listener, opts, from_json, errp);

            if (hide || *errp) {
                return hide;
            }
        }
    }
    return false;
}
