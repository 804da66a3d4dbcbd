/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unit tests of a device's life: realize that fails at each step, unplugging,
 * buses, names, listeners, blockers, -global.
 */
#include "hwcore-harness.h"
#include "hw/boards.h"
#include "hw/qdev-monitor.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"
#include "qapi/qapi-emit-events.h"
#include "qapi/qmp/event.h"
#include "qapi/qmp/qdict.h"
#include "qemu/module.h"

#define TYPE_PART "test-part"
#define TYPE_PART_BUS "test-part-bus"
OBJECT_DECLARE_SIMPLE_TYPE(Part, PART)

/* Where a realize is to fail. */
typedef enum FailAt {
    FAIL_NOWHERE,
    FAIL_PRE_PLUG,
    FAIL_REALIZE,
    FAIL_BUS,
    FAIL_PLUG,
    FAIL_END,
} FailAt;

struct Part {
    DeviceState parent_obj;
    MemoryRegion mem;
    qemu_irq out;
    BusState *bus;
    void *owned; /* what realize allocates and unrealize frees */
    uint32_t fail_at;
};

static unsigned parts_realized;

static void part_realize(DeviceState *dev, Error **errp)
{
    Part *s = PART(dev);

    if (s->fail_at == FAIL_REALIZE) {
        error_setg(errp, "realize fails");
        return;
    }
    s->owned = g_malloc(64);
    parts_realized++;
}

static void part_unrealize(DeviceState *dev)
{
    g_clear_pointer(&PART(dev)->owned, g_free);
    parts_realized--;
}

static void part_bus_realize(BusState *bus, Error **errp)
{
    Part *parent = (Part *)object_dynamic_cast(OBJECT(bus->parent), TYPE_PART);

    if (parent && parent->fail_at == FAIL_BUS) {
        error_setg(errp, "bus fails");
    }
}

static void part_init(Object *obj)
{
    Part *s = PART(obj);

    s->bus = qbus_new(TYPE_PART_BUS, DEVICE(obj), NULL);
    qdev_init_gpio_out(DEVICE(obj), &s->out, 1);
    memory_region_init(&s->mem, obj, "part", 16);
}

static Property part_properties[] = {
    DEFINE_PROP_UINT32("fail-at", Part, fail_at, FAIL_NOWHERE),
    DEFINE_PROP_END_OF_LIST(),
};

static const VMStateDescription vmstate_part = {
    .name = "part",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(fail_at, Part),
        VMSTATE_END_OF_LIST(),
    },
};

static void part_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->realize = part_realize;
    dc->unrealize = part_unrealize;
    dc->bus_type = TYPE_PART_BUS;
    dc->vmsd = &vmstate_part;
    device_class_set_props(dc, part_properties);
}

static void part_bus_class_init(ObjectClass *klass, void *data)
{
    BUS_CLASS(klass)->realize = part_bus_realize;
}

/* A device whose bus accepts parts, and handles their hotplug. */
#define TYPE_HOST "test-host"
OBJECT_DECLARE_SIMPLE_TYPE(Host, HOST)

struct Host {
    DeviceState parent_obj;
    BusState *bus;
};

static void host_pre_plug(HotplugHandler *handler, DeviceState *dev, Error **errp)
{
    if (PART(dev)->fail_at == FAIL_PRE_PLUG) {
        error_setg(errp, "pre_plug fails");
    }
}

static void host_plug(HotplugHandler *handler, DeviceState *dev, Error **errp)
{
    if (PART(dev)->fail_at == FAIL_PLUG) {
        error_setg(errp, "plug fails");
    }
}

static void host_init(Object *obj)
{
    HOST(obj)->bus = qbus_new(TYPE_PART_BUS, DEVICE(obj), "slots");
    qbus_set_hotplug_handler(HOST(obj)->bus, obj);
}

static void host_class_init(ObjectClass *klass, void *data)
{
    HOTPLUG_HANDLER_CLASS(klass)->pre_plug = host_pre_plug;
    HOTPLUG_HANDLER_CLASS(klass)->plug = host_plug;
    HOTPLUG_HANDLER_CLASS(klass)->unplug = qdev_simple_device_unplug_cb;
}

#define TYPE_FIXED_PART "test-fixed-part"

static void fixed_part_class_init(ObjectClass *klass, void *data)
{
    DEVICE_CLASS(klass)->hotpluggable = false;
}

static const TypeInfo test_types[] = {
    {
        .name = TYPE_PART_BUS,
        .parent = TYPE_BUS,
        .instance_size = sizeof(BusState),
        .class_init = part_bus_class_init,
    },
    {
        .name = TYPE_PART,
        .parent = TYPE_DEVICE,
        .instance_size = sizeof(Part),
        .instance_init = part_init,
        .class_init = part_class_init,
    },
    { .name = TYPE_FIXED_PART, .parent = TYPE_PART, .class_init = fixed_part_class_init },
    {
        .name = TYPE_HOST,
        .parent = TYPE_DEVICE,
        .instance_size = sizeof(Host),
        .instance_init = host_init,
        .class_init = host_class_init,
        .interfaces = (InterfaceInfo[]) { { TYPE_HOTPLUG_HANDLER }, { } },
    },
};

DEFINE_TYPES(test_types)

static Host *host_new(void)
{
    DeviceState *dev = qdev_new(TYPE_HOST);

    qdev_realize(dev, NULL, &error_abort);
    return HOST(dev);
}

static void host_free(Host *host)
{
    object_unparent(OBJECT(host));
    object_unref(OBJECT(host));
}

static Part *part_new(const char *type, Host *host, char *id)
{
    DeviceState *dev = qdev_new(type);

    qdev_set_id(dev, id, &error_abort);
    qdev_realize_and_unref(dev, host->bus, &error_abort);
    return PART(dev);
}

/* ---- realize ---- */

static void test_failed_realize_leaves_nothing(gconstpointer data)
{
    FailAt step = GPOINTER_TO_INT(data);
    Host *host = host_new();
    DeviceState *dev = qdev_new(TYPE_PART);
    Error *err = NULL;

    qdev_prop_set_uint32(dev, "fail-at", step);
    g_assert_false(qdev_realize(dev, host->bus, &err));
    harness_error_contains(err, "fails");
    g_assert_cmpuint(parts_realized, ==, 0);
    g_assert_null(dev->parent_bus);
    g_assert_null(OBJECT(dev)->parent);
    g_assert_false(dev->realized);
    g_assert_cmpint(host->bus->num_children, ==, 0);
    g_assert_cmpuint(OBJECT(dev)->ref, ==, 1);
    /* It may try again. */
    qdev_prop_set_uint32(dev, "fail-at", FAIL_NOWHERE);
    g_assert_true(qdev_realize(dev, host->bus, &error_abort));
    object_unparent(OBJECT(dev));
    object_unref(OBJECT(dev));
    g_assert_cmpuint(parts_realized, ==, 0);
    host_free(host);
}

static void test_wrong_bus_is_refused(void)
{
    DeviceState *dev = qdev_new(TYPE_PART);
    Error *err = NULL;

    g_assert_false(qdev_realize(dev, sysbus_get_default(), &err));
    harness_error_contains(err, "does not fit bus 'main-system-bus'");
    object_unref(OBJECT(dev));
}

static void test_new_knows_only_devices(void)
{
    g_assert_null(qdev_try_new("no-such-type"));
    g_assert_null(qdev_try_new(TYPE_PART_BUS));
    g_assert_null(qdev_try_new(TYPE_SYS_BUS_DEVICE));
}

static void test_children_go_with_their_parent(void)
{
    Host *host = host_new();
    Part *outer = part_new(TYPE_PART, host, g_strdup("outer"));
    DeviceState *inner = qdev_new(TYPE_PART);

    qdev_realize_and_unref(inner, outer->bus, &error_abort);
    g_assert_cmpuint(parts_realized, ==, 2);
    object_unparent(OBJECT(outer));
    g_assert_cmpuint(parts_realized, ==, 0);
    g_assert_cmpint(host->bus->num_children, ==, 0);
    host_free(host);
}

static void test_realized_property_is_refused_at_run_time(void)
{
    Host *host = host_new();
    Part *part = part_new(TYPE_PART, host, NULL);
    Error *err = NULL;

    g_assert_false(object_property_set_bool(OBJECT(part), "realized", false, &err));
    harness_error_contains(err, "device_del");
    g_assert_true(DEVICE(part)->realized);
    object_unparent(OBJECT(part));
    host_free(host);
}

/* ---- names ---- */

static void test_ids_are_unique_and_reusable(void)
{
    Host *host = host_new();
    Part *part = part_new(TYPE_PART, host, g_strdup("one"));
    DeviceState *second = qdev_new(TYPE_PART);
    Error *err = NULL;

    g_assert_cmpstr(DEVICE(part)->canonical_path, ==, "/machine/peripheral/one");
    g_assert_cmpstr(qdev_get_printable_name(DEVICE(part)), ==, "one");
    g_assert_null(qdev_set_id(second, g_strdup("one"), &err));
    harness_error_contains(err, "'one'");
    err = NULL;
    g_assert_null(qdev_set_id(second, g_strdup("1/2"), &err));
    harness_error_contains(err, "1/2");
    object_unparent(OBJECT(part));
    g_assert_nonnull(qdev_set_id(second, g_strdup("one"), &error_abort));
    object_unparent(OBJECT(second));
    object_unref(OBJECT(second));
    host_free(host);
}

static void test_buses_are_named_after_their_device(void)
{
    DeviceState *dev = qdev_new(TYPE_PART);
    BusState *bus;

    g_assert_true(g_str_has_prefix(PART(dev)->bus->name, "test-part-bus."));
    qdev_set_id(dev, g_strdup("disk"), &error_abort);
    bus = qbus_new(TYPE_PART_BUS, dev, NULL);
    g_assert_cmpstr(bus->name, ==, "disk.1");
    g_assert_true(qdev_get_child_bus(dev, "disk.1") == bus);
    g_assert_null(qdev_get_child_bus(dev, "other"));
    object_unparent(OBJECT(dev));
    object_unref(OBJECT(dev));
}

static void test_find_by_id_walks_the_tree(void)
{
    Host *host = host_new();
    Part *outer = part_new(TYPE_PART, host, g_strdup("outer"));
    DeviceState *inner = qdev_new(TYPE_PART);

    qdev_set_id(inner, g_strdup("inner"), &error_abort);
    qdev_realize_and_unref(inner, outer->bus, &error_abort);
    g_assert_true(qdev_find_recursive(host->bus, "inner") == inner);
    g_assert_null(qdev_find_recursive(host->bus, "nobody"));
    object_unparent(OBJECT(inner));
    object_unparent(OBJECT(outer));
    host_free(host);
}

static void test_bus_path_errors_name_what_is_there(void)
{
    Error *err = NULL;

    g_assert_true(qbus_find("main-system-bus", &error_abort) == sysbus_get_default());
    g_assert_true(qbus_find("/", &error_abort) == sysbus_get_default());
    g_assert_null(qbus_find("pcie.7", &err));
    harness_error_contains(err, "main-system-bus");
    err = NULL;
    g_assert_null(qbus_find("/nobody", &err));
    harness_error_contains(err, "no device 'nobody'");
}

/* ---- hotplug ---- */

static unsigned deleted_events;

static void event_seen(unsigned event, QDict *qdict)
{
    deleted_events += event == QAPI_EVENT_DEVICE_DELETED;
    qobject_unref(qdict);
}

static void test_unplug_frees_device_and_tells(void)
{
    Host *host = host_new();
    Part *part = part_new(TYPE_PART, host, g_strdup("gone"));

    deleted_events = 0;
    qmp_event_set_emit(event_seen);
    g_assert_true(qdev_unplug(DEVICE(part), &error_abort));
    g_assert_cmpuint(parts_realized, ==, 0);
    g_assert_cmpuint(deleted_events, ==, 1);
    g_assert_cmpint(host->bus->num_children, ==, 0);
    g_assert_null(object_resolve_path("/machine/peripheral/gone", NULL));
    qmp_event_set_emit(NULL);
    host_free(host);
}

static void unplug_refused(DeviceState *dev, const char *reason)
{
    Error *err = NULL;

    g_assert_false(qdev_unplug(dev, &err));
    harness_error_contains(err, reason);
    g_assert_true(dev->realized);
}

static void test_unplug_is_refused_with_a_reason(void)
{
    Host *host = host_new();
    Part *part = part_new(TYPE_PART, host, g_strdup("p"));
    Error *blocker = NULL;
    Error *err = NULL;
    DeviceState *alone;

    error_setg(&blocker, "somebody needs it");
    qdev_add_unplug_blocker(DEVICE(part), blocker);
    unplug_refused(DEVICE(part), "somebody needs it");
    g_assert_true(qdev_unplug_blocked(DEVICE(part), &err));
    error_free(err);
    qdev_del_unplug_blocker(DEVICE(part), blocker);
    error_free(blocker);

    host->bus->hotplug_handler = NULL;
    unplug_refused(DEVICE(part), "'slots' does not support hotplugging");
    qbus_set_hotplug_handler(host->bus, OBJECT(host));
    object_unparent(OBJECT(part));

    /* No bus, and a machine without handler. */
    alone = qdev_new(TYPE_HOST);
    qdev_realize(alone, NULL, &error_abort);
    unplug_refused(alone, "no hotplug support");
    object_unparent(OBJECT(alone));
    object_unref(OBJECT(alone));
    host_free(host);
}

static void test_fixed_type_cannot_be_hotplugged(void)
{
    Host *host = host_new();
    DeviceState *dev = qdev_new(TYPE_FIXED_PART);
    Error *err = NULL;

    g_assert_false(qdev_realize(dev, host->bus, &err));
    harness_error_contains(err, "does not support hotplugging");
    object_unref(OBJECT(dev));
    host_free(host);
}

/* ---- listeners ---- */

static int listener_balance;

static void listener_realize(DeviceListener *listener, DeviceState *dev)
{
    listener_balance += object_dynamic_cast(OBJECT(dev), TYPE_PART) != NULL;
}

static void listener_unrealize(DeviceListener *listener, DeviceState *dev)
{
    g_assert_true(dev->realized);
    listener_balance -= object_dynamic_cast(OBJECT(dev), TYPE_PART) != NULL;
}

static bool listener_hide(DeviceListener *listener, const QDict *opts, bool from_json,
                          Error **errp)
{
    return qdict_haskey(opts, "failover");
}

static void test_listener_sees_devices_come_and_go(void)
{
    DeviceListener listener = {
        .realize = listener_realize,
        .unrealize = listener_unrealize,
        .hide_device = listener_hide,
    };
    Host *host = host_new();
    g_autoptr(QDict) opts = qdict_new();
    Part *part;

    device_listener_register(&listener);
    part = part_new(TYPE_PART, host, NULL);
    g_assert_cmpint(listener_balance, ==, 1);
    object_unparent(OBJECT(part));
    g_assert_cmpint(listener_balance, ==, 0);
    g_assert_false(qdev_should_hide_device(opts, false, &error_abort));
    qdict_put_str(opts, "failover", "x");
    g_assert_true(qdev_should_hide_device(opts, false, &error_abort));
    device_listener_unregister(&listener);
    host_free(host);
}

/* ---- -global ---- */

static GlobalProperty globals[] = {
    { .driver = TYPE_PART, .property = "fail-at", .value = "7" },
    { .driver = TYPE_PART, .property = "fail-at", .value = "0" },
    { .driver = "test-nobody", .property = "x", .value = "1", .optional = true },
};

static void test_last_global_wins(void)
{
    DeviceState *dev;

    for (int i = 0; i < ARRAY_SIZE(globals); i++) {
        qdev_prop_register_global(&globals[i]);
    }
    dev = qdev_new(TYPE_PART);
    g_assert_cmpuint(PART(dev)->fail_at, ==, 0);
    g_assert_true(qdev_find_global_prop(OBJECT(dev), "fail-at") == &globals[1]);
    g_assert_null(qdev_find_global_prop(OBJECT(dev), "other"));
    g_assert_true(qdev_prop_check_globals());
    object_unref(OBJECT(dev));
}

/* ---- text ---- */

static void test_tree_text_shows_bus_device_and_lines(void)
{
    g_autofree char *text = qdev_tree_text();

    g_assert_true(g_str_has_prefix(text, "bus: main-system-bus\n  type System\n"));
}

int main(int argc, char **argv)
{
    static const char *const steps[] = { NULL, "pre-plug", "realize", "child-bus", "plug" };

    harness_init(&argc, &argv);
    for (int phase = PHASE_MACHINE_CREATED; phase <= PHASE_MACHINE_READY; phase++) {
        phase_advance(phase);
    }
    for (int i = FAIL_PRE_PLUG; i < FAIL_END; i++) {
        g_autofree char *path = g_strdup_printf("/qdev/realize/failing-%s-leaves-nothing",
                                                steps[i]);

        g_test_add_data_func(path, GINT_TO_POINTER(i), test_failed_realize_leaves_nothing);
    }
    g_test_add_func("/qdev/realize/wrong-bus-is-refused", test_wrong_bus_is_refused);
    g_test_add_func("/qdev/realize/property-is-refused-at-run-time",
                    test_realized_property_is_refused_at_run_time);
    g_test_add_func("/qdev/new/knows-only-concrete-devices", test_new_knows_only_devices);
    g_test_add_func("/qdev/unparent/children-go-with-their-parent",
                    test_children_go_with_their_parent);
    g_test_add_func("/qdev/name/ids-are-unique-and-reusable", test_ids_are_unique_and_reusable);
    g_test_add_func("/qdev/name/bus-is-named-after-its-device",
                    test_buses_are_named_after_their_device);
    g_test_add_func("/qdev/name/find-by-id-walks-the-tree", test_find_by_id_walks_the_tree);
    g_test_add_func("/qdev/name/bus-path-errors-name-what-is-there",
                    test_bus_path_errors_name_what_is_there);
    g_test_add_func("/qdev/unplug/frees-device-and-tells", test_unplug_frees_device_and_tells);
    g_test_add_func("/qdev/unplug/is-refused-with-a-reason",
                    test_unplug_is_refused_with_a_reason);
    g_test_add_func("/qdev/hotplug/fixed-type-is-refused", test_fixed_type_cannot_be_hotplugged);
    g_test_add_func("/qdev/listener/sees-devices-come-and-go",
                    test_listener_sees_devices_come_and_go);
    g_test_add_func("/qdev/global/last-one-wins", test_last_global_wins);
    g_test_add_func("/qdev/text/starts-with-the-system-bus",
                    test_tree_text_shows_bus_device_and_lines);
    return g_test_run();
}
