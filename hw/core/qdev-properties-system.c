/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Property kinds for things of the host and of buses. Network peers are in
 * qdev-prop-netdev.c, drives in qdev-prop-drive.c.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qapi-types-common.h"
#include "qapi/qapi-types-machine.h"
#include "qapi/visitor.h"
#include "qemu/cutils.h"
#include "qemu/units.h"
#include "qemu/uuid.h"
#include "chardev/char-fe.h"
#include "exec/memory.h"
#include "hw/qdev-properties-system.h"
#include "qdev-prop-internal.h"

/* Visit the text that a getter made. */
static void text_visit(Visitor *v, const char *name, char *text, Error **errp)
{
    visit_type_str(v, name, &text, errp);
}

static void prop_value_refuse(Error **errp, Object *obj, const char *name, const char *value,
                              const char *expected)
{
    error_setg(errp, "property '%s.%s': '%s' is not %s", object_get_typename(obj), name, value,
               expected);
}

/* ---- character devices ---- */

static void chr_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    CharBackend *be = object_field_prop_ptr(obj, opaque);

    text_visit(v, name, (char *)(be->chr && be->chr->label ? be->chr->label : ""), errp);
}

static void chr_set(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    ERRP_GUARD();
    CharBackend *be = object_field_prop_ptr(obj, opaque);
    g_autofree char *id = NULL;
    Chardev *chr;

    if (!visit_type_str(v, name, &id, errp)) {
        return;
    }
    if (!*id) {
        qemu_chr_fe_deinit(be, false);
        return;
    }
    chr = qemu_chr_find(id);
    if (!chr) {
        error_setg(errp, "property '%s.%s': there is no chardev '%s'; add -chardev BACKEND,id=%s",
                   object_get_typename(obj), name, id, id);
        return;
    }
    if (be->chr == chr) {
        return;
    }
    qemu_chr_fe_deinit(be, false);
    if (!qemu_chr_fe_init(be, chr, errp)) {
        error_prepend(errp, "property '%s.%s': chardev '%s': ", object_get_typename(obj), name,
                      id);
    }
}

static void chr_release(Object *obj, const char *name, void *opaque)
{
    qemu_chr_fe_deinit(object_field_prop_ptr(obj, opaque), false);
}

const PropertyInfo qdev_prop_chr = {
    .name = "str",
    .description = "id of a chardev",
    .get = chr_get,
    .set = chr_set,
    .release = chr_release,
};

void qdev_prop_set_chr(DeviceState *dev, const char *name, Chardev *value)
{
    g_assert(!value || value->label);
    object_property_set_str(OBJECT(dev), name, value ? value->label : "", &error_abort);
}

/* ---- MAC address ---- */

#define MAC_BYTES 6

static void mac_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    const uint8_t *mac = object_field_prop_ptr(obj, opaque);
    char text[MAC_BYTES * 3];

    snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3],
             mac[4], mac[5]);
    text_visit(v, name, text, errp);
}

/* Two hexadecimal digits per byte, all separated by ':' or all by '-'. */
static bool mac_parse(const char *text, uint8_t mac[MAC_BYTES])
{
    for (int i = 0; i < MAC_BYTES; i++, text += 3) {
        char separator = i == MAC_BYTES - 1 ? '\0' : text[0] && text[1] ? text[2] : '?';

        if (!g_ascii_isxdigit(text[0]) || !g_ascii_isxdigit(text[1]) || text[2] != separator ||
            (i < MAC_BYTES - 1 && separator != ':' && separator != '-')) {
            return false;
        }
        mac[i] = g_ascii_xdigit_value(text[0]) << 4 | g_ascii_xdigit_value(text[1]);
    }
    return true;
}

static void mac_set(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    g_autofree char *text = NULL;
    uint8_t mac[MAC_BYTES];

    if (!visit_type_str(v, name, &text, errp)) {
        return;
    }
    if (!mac_parse(text, mac)) {
        prop_value_refuse(errp, obj, name, text, "a MAC address like 52:54:00:12:34:56");
        return;
    }
    memcpy(object_field_prop_ptr(obj, opaque), mac, MAC_BYTES);
}

const PropertyInfo qdev_prop_macaddr = {
    .name = "str",
    .description = "MAC address, such as 52:54:00:12:34:56",
    .get = mac_get,
    .set = mac_set,
};

void qdev_prop_set_macaddr(DeviceState *dev, const char *name, const uint8_t *value)
{
    char text[MAC_BYTES * 3];

    snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x", value[0], value[1], value[2],
             value[3], value[4], value[5]);
    object_property_set_str(OBJECT(dev), name, text, &error_abort);
}

/* ---- reserved regions ---- */

static void reserved_region_get(Object *obj, Visitor *v, const char *name, void *opaque,
                                Error **errp)
{
    ReservedRegion *rr = object_field_prop_ptr(obj, opaque);
    g_autofree char *text = g_strdup_printf("0x%" PRIx64 ":0x%" PRIx64 ":%u",
                                            range_lob(&rr->range), range_upb(&rr->range),
                                            rr->type);

    text_visit(v, name, text, errp);
}

static void reserved_region_set(Object *obj, Visitor *v, const char *name, void *opaque,
                                Error **errp)
{
    ReservedRegion *rr = object_field_prop_ptr(obj, opaque);
    g_autofree char *text = NULL;
    const char *p;
    uint64_t low;
    uint64_t high;
    unsigned int type;

    if (!visit_type_str(v, name, &text, errp)) {
        return;
    }
    if (qemu_strtou64(text, &p, 16, &low) < 0 || *p != ':' ||
        qemu_strtou64(p + 1, &p, 16, &high) < 0 || *p != ':' ||
        qemu_strtoui(p + 1, &p, 10, &type) < 0 || *p || low > high) {
        prop_value_refuse(errp, obj, name, text, "LOW:HIGH:TYPE with hexadecimal addresses");
        return;
    }
    range_set_bounds(&rr->range, low, high);
    rr->type = type;
}

const PropertyInfo qdev_prop_reserved_region = {
    .name = "reserved_region",
    .description = "LOW:HIGH:TYPE, such as 0xfee00000:0xfeefffff:0",
    .get = reserved_region_get,
    .set = reserved_region_set,
};

/* ---- sizes of disk blocks ---- */

static void blocksize_set(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    uint32_t *ptr = object_field_prop_ptr(obj, opaque);
    uint64_t value;

    if (!visit_type_size(v, name, &value, errp)) {
        return;
    }
    if (value && (value < 512 || value > 2 * MiB || (value & (value - 1)))) {
        error_setg(errp, "property '%s.%s': %" PRIu64 " is not a power of two between 512 and "
                   "2 MiB", object_get_typename(obj), name, value);
        return;
    }
    *ptr = value;
}

static void blocksize_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    uint64_t value = *(uint32_t *)object_field_prop_ptr(obj, opaque);

    visit_type_size(v, name, &value, errp);
}

const PropertyInfo qdev_prop_blocksize = {
    .name = "size",
    .description = "power of two between 512 and 2M",
    .get = blocksize_get,
    .set = blocksize_set,
    .set_default_value = qdev_propinfo_set_default_value_uint,
};

/* ---- UUID ---- */

static void uuid_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    char text[UUID_STR_LEN];

    qemu_uuid_unparse(object_field_prop_ptr(obj, opaque), text);
    text_visit(v, name, text, errp);
}

static void uuid_set(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    QemuUUID *uuid = object_field_prop_ptr(obj, opaque);
    g_autofree char *text = NULL;

    if (!visit_type_str(v, name, &text, errp)) {
        return;
    }
    if (strcmp(text, "auto") == 0) {
        qemu_uuid_generate(uuid);
    } else if (qemu_uuid_parse(text, uuid) < 0) {
        prop_value_refuse(errp, obj, name, text, "a UUID, nor \"auto\"");
    }
}

static void uuid_set_default(ObjectProperty *op, const Property *prop)
{
    object_property_set_default_str(op, "auto");
}

const PropertyInfo qdev_prop_uuid = {
    .name = "str",
    .description = "UUID, or auto for a random one",
    .get = uuid_get,
    .set = uuid_set,
    .set_default_value = uuid_set_default,
};

/* ---- time ---- */

const PropertyInfo qdev_prop_losttickpolicy = {
    .name = "LostTickPolicy",
    .enum_table = &LostTickPolicy_lookup,
    .get = qdev_propinfo_get_enum,
    .set = qdev_propinfo_set_enum,
    .set_default_value = qdev_propinfo_set_default_value_enum,
};
