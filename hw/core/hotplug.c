/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The hotplug handler interface: one call per method, each optional.
 */
#include "qemu/osdep.h"
#include "qemu/module.h"
#include "hw/hotplug.h"
#include "hw/qdev-core.h"

#define HOTPLUG_HANDLER_CALL(method) \
    void hotplug_handler_##method(HotplugHandler *plug_handler, DeviceState *plugged_dev, \
                                  Error **errp) \
    { \
        HotplugHandlerClass *hdc = HOTPLUG_HANDLER_GET_CLASS(plug_handler); \
        \
        if (hdc->method) { \
            hdc->method(plug_handler, plugged_dev, errp); \
        } \
    }

HOTPLUG_HANDLER_CALL(pre_plug)
HOTPLUG_HANDLER_CALL(plug)
HOTPLUG_HANDLER_CALL(unplug_request)
HOTPLUG_HANDLER_CALL(unplug)

static const TypeInfo hotplug_types[] = {
    {
        .name = TYPE_HOTPLUG_HANDLER,
        .parent = TYPE_INTERFACE,
        .class_size = sizeof(HotplugHandlerClass),
    },
};

DEFINE_TYPES(hotplug_types)
