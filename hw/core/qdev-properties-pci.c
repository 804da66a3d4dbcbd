/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Property kinds for addresses and links of PCI devices.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qapi-types-common.h"
#include "qapi/visitor.h"
#include "qemu/cutils.h"
#include "hw/qdev-properties-system.h"
#include "qdev-prop-internal.h"

#define PCI_SLOTS 32
#define PCI_FUNCTIONS 8

/* A hexadecimal number of at most @max, ended by one of @ends; *@text moves to the end. */
static bool hex_parse(const char **text, const char *ends, unsigned max, unsigned *value)
{
    const char *start = *text;
    const char *end;
    unsigned long parsed;

    if (!g_ascii_isxdigit(*start) || qemu_strtoul(start, &end, 16, &parsed) < 0 || parsed > max ||
        !strchr(ends, *end)) {
        return false;
    }
    *text = end;
    *value = parsed;
    return true;
}

/* ---- slot and function ---- */

static bool pci_devfn_parse(const char *text, int32_t *devfn)
{
    unsigned slot;
    unsigned function = 0;

    if (!hex_parse(&text, ".", PCI_SLOTS - 1, &slot)) {
        return false;
    }
    if (*text) {
        text++;
        if (!hex_parse(&text, "", PCI_FUNCTIONS - 1, &function) || *text) {
            return false;
        }
    }
    *devfn = slot * PCI_FUNCTIONS + function;
    return true;
}

static void pci_devfn_set(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    int32_t *ptr = object_field_prop_ptr(obj, opaque);
    g_autofree char *text = NULL;
    int64_t value;

    /* Text is SLOT[.FUNCTION]; typed input may also be the number that C code uses. */
    if (visit_type_str(v, name, &text, NULL)) {
        if (!pci_devfn_parse(text, ptr)) {
            error_setg(errp, "property '%s.%s': '%s' is not a PCI address SLOT[.FUNCTION] in "
                       "hexadecimal, at most 1f.7", object_get_typename(obj), name, text);
        }
        return;
    }
    if (!visit_type_int(v, name, &value, errp)) {
        return;
    }
    if (value < -1 || value >= PCI_SLOTS * PCI_FUNCTIONS) {
        error_setg(errp, "property '%s.%s': %" PRId64 " is not between -1 and 255",
                   object_get_typename(obj), name, value);
        return;
    }
    *ptr = value;
}

static int pci_devfn_print(Object *obj, Property *prop, char *dest, size_t len)
{
    int32_t devfn = *(int32_t *)object_field_prop_ptr(obj, prop);

    if (devfn == -1) {
        return snprintf(dest, len, "<unset>");
    }
    return snprintf(dest, len, "%02x.%x", devfn / PCI_FUNCTIONS, devfn % PCI_FUNCTIONS);
}

const PropertyInfo qdev_prop_pci_devfn = {
    .name = "str",
    .description = "SLOT[.FUNCTION] in hexadecimal, such as 06.0",
    .print = pci_devfn_print,
    .get = qdev_propinfo_get_int32,
    .set = pci_devfn_set,
    .set_default_value = qdev_propinfo_set_default_value_int,
};

/* ---- address of a host's device ---- */

static void pci_host_devaddr_get(Object *obj, Visitor *v, const char *name, void *opaque,
                                 Error **errp)
{
    PCIHostDeviceAddress *addr = object_field_prop_ptr(obj, opaque);
    g_autofree char *text = g_strdup("");

    /* All ones is "none given", as nothing else stands for that. */
    if (addr->domain != UINT32_MAX) {
        g_free(text);
        text = g_strdup_printf("%04x:%02x:%02x.%x", addr->domain, addr->bus, addr->slot,
                               addr->function);
    }
    visit_type_str(v, name, &text, errp);
}

static bool pci_host_devaddr_parse(const char *text, PCIHostDeviceAddress *addr)
{
    unsigned first;

    addr->domain = 0;
    if (!hex_parse(&text, ":", UINT16_MAX, &first) || *text++ != ':') {
        return false;
    }
    addr->bus = first;
    if (!hex_parse(&text, ":.", UINT8_MAX, &addr->slot)) {
        return false;
    }
    if (*text == ':') {
        addr->domain = first;
        addr->bus = addr->slot;
        text++;
        if (!hex_parse(&text, ".", UINT8_MAX, &addr->slot)) {
            return false;
        }
    }
    return *text++ == '.' && addr->bus <= UINT8_MAX && addr->slot < PCI_SLOTS &&
           hex_parse(&text, "", PCI_FUNCTIONS - 1, &addr->function) && !*text;
}

static void pci_host_devaddr_set(Object *obj, Visitor *v, const char *name, void *opaque,
                                 Error **errp)
{
    PCIHostDeviceAddress addr;
    g_autofree char *text = NULL;

    if (!visit_type_str(v, name, &text, errp)) {
        return;
    }
    if (!pci_host_devaddr_parse(text, &addr)) {
        error_setg(errp, "property '%s.%s': '%s' is not a PCI address [DOMAIN:]BUS:SLOT.FUNCTION",
                   object_get_typename(obj), name, text);
        return;
    }
    *(PCIHostDeviceAddress *)object_field_prop_ptr(obj, opaque) = addr;
}

const PropertyInfo qdev_prop_pci_host_devaddr = {
    .name = "str",
    .description = "[DOMAIN:]BUS:SLOT.FUNCTION of the host's device, such as 04:10.0",
    .get = pci_host_devaddr_get,
    .set = pci_host_devaddr_set,
};

/* ---- BAR choice, link speed and width ---- */

const PropertyInfo qdev_prop_off_auto_pcibar = {
    .name = "OffAutoPCIBAR",
    .description = "off/auto/bar0/bar1/bar2/bar3/bar4/bar5",
    .enum_table = &OffAutoPCIBAR_lookup,
    .get = qdev_propinfo_get_enum,
    .set = qdev_propinfo_set_enum,
    .set_default_value = qdev_propinfo_set_default_value_enum,
};

/* The fields hold what the link capability register does; the table is in schema order. */
static const int link_speed_codes[PCIE_LINK_SPEED__MAX] = {
    [PCIE_LINK_SPEED_2_5] = 1,
    [PCIE_LINK_SPEED_5] = 2,
    [PCIE_LINK_SPEED_8] = 3,
    [PCIE_LINK_SPEED_16] = 4,
};

static const int link_width_codes[PCIE_LINK_WIDTH__MAX] = {
    [PCIE_LINK_WIDTH_1] = 1,
    [PCIE_LINK_WIDTH_2] = 2,
    [PCIE_LINK_WIDTH_4] = 4,
    [PCIE_LINK_WIDTH_8] = 8,
    [PCIE_LINK_WIDTH_12] = 12,
    [PCIE_LINK_WIDTH_16] = 16,
    [PCIE_LINK_WIDTH_32] = 32,
};

static void code_get(Object *obj, Visitor *v, const char *name, Property *prop, const int *codes,
                     Error **errp)
{
    int code = *(int *)object_field_prop_ptr(obj, prop);
    int value = 0;

    for (int i = 0; i < prop->info->enum_table->size; i++) {
        if (codes[i] == code) {
            value = i;
        }
    }
    visit_type_enum(v, name, &value, prop->info->enum_table, errp);
}

static void code_set(Object *obj, Visitor *v, const char *name, Property *prop, const int *codes,
                     Error **errp)
{
    int value;

    if (visit_type_enum(v, name, &value, prop->info->enum_table, errp)) {
        *(int *)object_field_prop_ptr(obj, prop) = codes[value];
    }
}

static void code_set_default(ObjectProperty *op, const Property *prop, const int *codes)
{
    for (int i = 0; i < prop->info->enum_table->size; i++) {
        if (codes[i] == prop->defval.i) {
            object_property_set_default_str(op, qapi_enum_lookup(prop->info->enum_table, i));
            return;
        }
    }
    g_assert_not_reached();
}

#define LINK_KIND(kind, type, text) \
    static void kind##_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp) \
    { \
        code_get(obj, v, name, opaque, kind##_codes, errp); \
    } \
    static void kind##_set(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp) \
    { \
        code_set(obj, v, name, opaque, kind##_codes, errp); \
    } \
    static void kind##_set_default(ObjectProperty *op, const Property *prop) \
    { \
        code_set_default(op, prop, kind##_codes); \
    } \
    const PropertyInfo qdev_prop_pcie_##kind = { \
        .name = #type, \
        .description = text, \
        .enum_table = &type##_lookup, \
        .get = kind##_get, \
        .set = kind##_set, \
        .set_default_value = kind##_set_default, \
    };

LINK_KIND(link_speed, PCIELinkSpeed, "2_5/5/8/16")
LINK_KIND(link_width, PCIELinkWidth, "1/2/4/8/12/16/32")
