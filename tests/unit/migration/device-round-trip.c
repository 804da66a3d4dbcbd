/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The round trip of a device's saved state, for every type that the program knows.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "hw/qdev-core.h"
#include "hw/sysbus.h"
#include "migration/machine-state.h"
#include "migration/vmstate.h"
#include "device-round-trip.h"

static GByteArray *device_save(DeviceState *dev)
{
    g_autofree char *id = vmstate_if_get_id(VMSTATE_IF(dev));
    g_autoptr(QEMUFile) f = qemu_file_new_memory_output();
    const uint8_t *data;
    size_t size;

    machine_state_save_one(f, id, &error_abort);
    data = qemu_file_get_data(f, &size);
    return g_byte_array_append(g_byte_array_new(), data, size);
}

static void device_load(GByteArray *bytes)
{
    g_autoptr(QEMUFile) f = qemu_file_new_memory_input(bytes->data, bytes->len);

    machine_state_load_one(f, &error_abort);
}

static bool class_is_candidate(ObjectClass *oc)
{
    const VMStateDescription *vmsd = DEVICE_CLASS(oc)->vmsd;

    return vmsd && !vmsd->unmigratable;
}

/* A realized device of type @name, child of the root, or NULL. */
static DeviceState *device_make(const char *name)
{
    DeviceState *dev = qdev_new(name);
    bool is_sysbus = object_dynamic_cast(OBJECT(dev), TYPE_SYS_BUS_DEVICE);
    Error *err = NULL;

    object_property_add_child(object_get_root(), "device-under-test", OBJECT(dev));
    object_unref(OBJECT(dev));
    if (!is_sysbus && DEVICE_GET_CLASS(dev)->bus_type) {
        error_setg(&err, "needs a %s", DEVICE_GET_CLASS(dev)->bus_type);
    } else {
        qdev_realize(dev, is_sysbus ? sysbus_get_default() : NULL, &err);
    }
    if (err) {
        g_test_message("%s: not tried: %s", name, error_get_pretty(err));
        error_free(err);
        object_unparent(OBJECT(dev));
        return NULL;
    }
    return dev;
}

unsigned device_round_trip_all(void)
{
    GSList *list = object_class_get_list_sorted(TYPE_DEVICE, false);
    unsigned tried = 0;

    for (GSList *l = list; l; l = l->next) {
        const char *name = object_class_get_name(l->data);
        DeviceState *dev = class_is_candidate(l->data) ? device_make(name) : NULL;

        if (dev) {
            g_autoptr(GByteArray) first = device_save(dev);
            g_autoptr(GByteArray) second = NULL;

            device_load(first);
            second = device_save(dev);
            g_test_message("%s: %u bytes", name, first->len);
            g_assert_cmpmem(first->data, first->len, second->data, second->len);
            object_unparent(OBJECT(dev));
            tried++;
        }
    }
    g_slist_free(list);
    return tried;
}
