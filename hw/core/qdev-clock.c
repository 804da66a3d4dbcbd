/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Named clocks of a device: inputs are clocks that the device reacts to,
 * outputs clocks that it drives; an alias is a clock of one of its parts.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "hw/qdev-clock.h"

/* Add an entry for a new clock or, as an alias, for the existing @clk. */
static NamedClockList *qdev_clocklist_add(DeviceState *dev, const char *name, bool output,
                                          Clock *clk)
{
    NamedClockList *ncl;

    g_assert(name);
    /* Clocks are made in instance_init (or by a container's realize); later is too late. */
    g_assert(!dev->realized);
    ncl = g_new0(NamedClockList, 1);
    ncl->name = g_strdup(name);
    ncl->output = output;
    ncl->alias = clk != NULL;
    ncl->clock = clk ? clk : CLOCK(object_new(TYPE_CLOCK));
    if (!clk) {
        object_property_add_child(OBJECT(dev), name, OBJECT(ncl->clock));
        /* The list keeps its reference: properties may be dropped before the list is. */
        if (output) {
            clock_setup_canonical_path(ncl->clock);
        }
    } else {
        object_property_add_link(OBJECT(dev), name, object_get_typename(OBJECT(clk)),
                                 (Object **)&ncl->clock, NULL, OBJ_PROP_LINK_STRONG);
        object_ref(OBJECT(clk)); /* the link property's */
    }
    QLIST_INSERT_HEAD(&dev->clocks, ncl, node);
    return ncl;
}

void qdev_finalize_clocklist(DeviceState *dev)
{
    NamedClockList *ncl;
    NamedClockList *next;

    QLIST_FOREACH_SAFE(ncl, &dev->clocks, node, next) {
        QLIST_REMOVE(ncl, node);
        /* A part's clock may outlive us, its callback would then see freed memory. */
        if (!ncl->output && !ncl->alias) {
            clock_set_callback(ncl->clock, NULL, NULL, 0);
        }
        if (!ncl->alias) {
            object_unref(OBJECT(ncl->clock));
        }
        g_free(ncl->name);
        g_free(ncl);
    }
}

Clock *qdev_init_clock_out(DeviceState *dev, const char *name)
{
    return qdev_clocklist_add(dev, name, true, NULL)->clock;
}

Clock *qdev_init_clock_in(DeviceState *dev, const char *name, ClockCallback *cb, void *opaque,
                          unsigned int events)
{
    Clock *clk = qdev_clocklist_add(dev, name, false, NULL)->clock;

    if (cb) {
        clock_set_callback(clk, cb, opaque, events);
    }
    return clk;
}

void qdev_init_clocks(DeviceState *dev, const ClockPortInitArray clocks)
{
    for (const struct ClockPortInitElem *elem = &clocks[0]; elem->name; elem++) {
        Clock **slot = (Clock **)((char *)dev + elem->offset);

        if (elem->is_output) {
            *slot = qdev_init_clock_out(dev, elem->name);
        } else {
            *slot = qdev_init_clock_in(dev, elem->name, elem->callback, dev,
                                       elem->callback_events);
        }
    }
}

static Clock *qdev_clock_find(DeviceState *dev, const char *name, bool output)
{
    NamedClockList *ncl;

    QLIST_FOREACH(ncl, &dev->clocks, node) {
        if (strcmp(name, ncl->name) == 0) {
            g_assert(ncl->output == output);
            return ncl->clock;
        }
    }
    error_setg(&error_abort, "%s has no clock %s '%s'", object_get_typename(OBJECT(dev)),
               output ? "output" : "input", name);
    return NULL;
}

Clock *qdev_get_clock_in(DeviceState *dev, const char *name)
{
    return qdev_clock_find(dev, name, false);
}

Clock *qdev_get_clock_out(DeviceState *dev, const char *name)
{
    return qdev_clock_find(dev, name, true);
}

Clock *qdev_alias_clock(DeviceState *dev, const char *name, DeviceState *alias_dev,
                        const char *alias_name)
{
    NamedClockList *ncl;

    QLIST_FOREACH(ncl, &dev->clocks, node) {
        if (strcmp(name, ncl->name) == 0) {
            return qdev_clocklist_add(alias_dev, alias_name, ncl->output, ncl->clock)->clock;
        }
    }
    error_setg(&error_abort, "%s has no clock '%s'", object_get_typename(OBJECT(dev)), name);
    return NULL;
}

void qdev_connect_clock_in(DeviceState *dev, const char *name, Clock *source)
{
    g_assert(!dev->realized);
    clock_set_source(qdev_get_clock_in(dev, name), source);
}
