/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The text of `info qtree`: buses, devices, their lines, clocks and properties.
 */
#include "qemu/osdep.h"
#include "hw/clock.h"
#include "hw/qdev-monitor.h"
#include "hw/qdev-properties.h"

#define TREE_INDENT 2

static void bus_text(BusState *bus, GString *out, int indent);

static void line_append(GString *out, int indent, const char *fmt, ...) G_GNUC_PRINTF(3, 4);

static void line_append(GString *out, int indent, const char *fmt, ...)
{
    va_list ap;

    g_string_append_printf(out, "%*s", indent, "");
    va_start(ap, fmt);
    g_string_append_vprintf(out, fmt, ap);
    va_end(ap);
    g_string_append_c(out, '\n');
}

static char *property_text(DeviceState *dev, Property *prop)
{
    char buf[128];

    if (prop->info->print) {
        prop->info->print(OBJECT(dev), prop, buf, sizeof(buf));
        return g_strdup(buf);
    }
    return object_property_print(OBJECT(dev), prop->name, true, NULL);
}

static void properties_text(DeviceState *dev, GString *out, int indent)
{
    ObjectClass *oc = object_get_class(OBJECT(dev));

    for (; oc && object_class_dynamic_cast(oc, TYPE_DEVICE); oc = object_class_get_parent(oc)) {
        for (Property *prop = DEVICE_CLASS(oc)->props_; prop && prop->name; prop++) {
            g_autofree char *value = property_text(dev, prop);

            line_append(out, indent, "%s = %s", prop->name,
                        value && *value ? value : value ? "\"\"" : "<null>");
        }
    }
}

static void device_text(DeviceState *dev, GString *out, int indent)
{
    NamedGPIOList *ngl;
    NamedClockList *ncl;
    BusState *child;

    line_append(out, indent, "dev: %s, id \"%s\"", object_get_typename(OBJECT(dev)),
                dev->id ? dev->id : "");
    indent += TREE_INDENT;
    QLIST_FOREACH(ngl, &dev->gpios, node) {
        if (ngl->num_in) {
            line_append(out, indent, "gpio-in \"%s\" %d", ngl->name ? ngl->name : "",
                        ngl->num_in);
        }
        if (ngl->num_out) {
            line_append(out, indent, "gpio-out \"%s\" %d", ngl->name ? ngl->name : "",
                        ngl->num_out);
        }
    }
    QLIST_FOREACH(ncl, &dev->clocks, node) {
        g_autofree char *freq = clock_display_freq(ncl->clock);

        line_append(out, indent, "clock-%s%s \"%s\" freq_hz=%s", ncl->output ? "out" : "in",
                    ncl->alias ? " (alias)" : "", ncl->name, freq);
    }
    properties_text(dev, out, indent);
    if (dev->parent_bus && BUS_GET_CLASS(dev->parent_bus)->append_dev_text) {
        BUS_GET_CLASS(dev->parent_bus)->append_dev_text(dev, out, indent);
    }
    QLIST_FOREACH(child, &dev->child_bus, sibling) {
        bus_text(child, out, indent);
    }
}

static void bus_text(BusState *bus, GString *out, int indent)
{
    BusChild *kid;

    line_append(out, indent, "bus: %s", bus->name);
    indent += TREE_INDENT;
    line_append(out, indent, "type %s", object_get_typename(OBJECT(bus)));
    QTAILQ_FOREACH(kid, &bus->children, sibling) {
        device_text(kid->child, out, indent);
    }
}

char *qdev_tree_text(void)
{
    GString *out = g_string_new(NULL);

    bus_text(sysbus_get_default(), out, 0);
    return g_string_free(out, FALSE);
}
