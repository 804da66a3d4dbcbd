/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hotplug handler: the interface of whoever owns the place a device is plugged
 * into (a bus, or the machine for bus-less and platform-bus devices).
 */
#ifndef HW_HOTPLUG_H
#define HW_HOTPLUG_H

#include "qom/object.h"

#define TYPE_HOTPLUG_HANDLER "hotplug-handler"

typedef struct HotplugHandlerClass HotplugHandlerClass;
DECLARE_CLASS_CHECKERS(HotplugHandlerClass, HOTPLUG_HANDLER, TYPE_HOTPLUG_HANDLER)
#define HOTPLUG_HANDLER(obj) INTERFACE_CHECK(HotplugHandler, (obj), TYPE_HOTPLUG_HANDLER)

typedef struct HotplugHandler HotplugHandler;

/* Handler method: @plugged_dev is the device that comes or goes. */
typedef void (*hotplug_fn)(HotplugHandler *plug_handler, DeviceState *plugged_dev, Error **errp);

/*
 * @pre_plug runs before the device is realized and may refuse it.
 * @plug runs after it was realized; a failure there undoes the realize.
 * @unplug_request asks the guest to let the device go, @unplug removes it. A
 * handler without @unplug_request removes devices at once.
 */
struct HotplugHandlerClass {
    InterfaceClass parent;
    hotplug_fn pre_plug;
    hotplug_fn plug;
    hotplug_fn unplug_request;
    hotplug_fn unplug;
};

/* Each calls the method of that name; a missing method succeeds, doing nothing. */
void hotplug_handler_pre_plug(HotplugHandler *plug_handler, DeviceState *plugged_dev,
                              Error **errp);
void hotplug_handler_plug(HotplugHandler *plug_handler, DeviceState *plugged_dev, Error **errp);
void hotplug_handler_unplug_request(HotplugHandler *plug_handler, DeviceState *plugged_dev,
                                    Error **errp);
void hotplug_handler_unplug(HotplugHandler *plug_handler, DeviceState *plugged_dev, Error **errp);

#endif
