/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vfio-platform devices on the platform bus: where the user wants them, refused if that cannot be.
 */
#include "qemu/osdep.h"
#include "hw/platform-bus.h"
#include "hw/qdev-properties.h"
#include "hw/vfio/platform-internal.h"
#include "qapi/error.h"
#include "qemu/rcu.h"
#include "platform-rig.h"

enum { BUS_LINES = 6 };

typedef struct Place {
    PlatformRig rig;
    PlatformBusDevice *bus;
} Place;

static void place_start(Place *p)
{
    DeviceState *dev;

    prig_start(&p->rig);
    p->rig.other.num_regions = 1;
    p->rig.other.regions[0] = (FakeRegion) { .size = 0x1000 };
    p->rig.other.num_irqs = 1;
    dev = qdev_new(TYPE_PLATFORM_BUS_DEVICE);
    qdev_prop_set_uint64(dev, "mmio_size", 0x100000);
    qdev_prop_set_uint32(dev, "num_irqs", BUS_LINES);
    sysbus_realize(SYS_BUS_DEVICE(dev), &error_abort);
    sysbus_mmio_map(SYS_BUS_DEVICE(dev), 0, PRIG_BASE);
    for (int i = 0; i < BUS_LINES; i++) {
        sysbus_connect_irq(SYS_BUS_DEVICE(dev), i, qdev_get_gpio_in(p->rig.controller, i));
    }
    p->bus = PLATFORM_BUS_DEVICE(dev);
}

static void place_stop(Place *p)
{
    if (p->rig.device) {
        prig_unplug(&p->rig);
    }
    object_unparent(OBJECT(p->bus));
    object_unref(OBJECT(p->bus));
    prig_stop(&p->rig);
}

static bool place_link(Place *p, Error **errp)
{
    return platform_bus_try_link_device(p->bus, SYS_BUS_DEVICE(p->rig.device), errp);
}

static hwaddr offset_of(Place *p, int n)
{
    return platform_bus_get_mmio_addr(p->bus, SYS_BUS_DEVICE(p->rig.device), n);
}

static int line_of(Place *p, int n)
{
    return platform_bus_get_irqn(p->bus, SYS_BUS_DEVICE(p->rig.device), n);
}

static void test_wishes_are_met(void)
{
    Place p;

    place_start(&p);
    prig_new(&p.rig, TYPE_VFIO_PLATFORM, "host=fff51000.ethernet", "addr.1=0x0c000000",
             "addr.2=0x0c0ff000", "irq.3=100", NULL);
    prig_realize(&p.rig, &error_abort);
    g_assert_true(place_link(&p, &error_abort));
    g_assert_cmphex(offset_of(&p, 1), ==, 0);
    g_assert_cmphex(offset_of(&p, 2), ==, 0xff000);
    g_assert_cmphex(offset_of(&p, 0), ==, 0x10000); /* where there is room */
    g_assert_cmphex(offset_of(&p, 3), ==, (hwaddr)-1); /* it is empty */
    g_assert_cmpint(line_of(&p, 3), ==, 0);
    g_assert_cmpint(line_of(&p, 0), ==, 1);
    place_stop(&p);
}

static void test_wish_follows_the_hosts_number(void)
{
    Place p;

    place_start(&p);
    prig_new(&p.rig, TYPE_VFIO_PLATFORM, "host=fff51000.ethernet", "irqs=1:3", "irq.3=104", NULL);
    prig_realize(&p.rig, &error_abort);
    g_assert_true(place_link(&p, &error_abort));
    g_assert_cmpint(line_of(&p, 1), ==, 4);
    g_assert_cmpint(line_of(&p, 0), ==, 0);
    place_stop(&p);
}

typedef struct Impossible {
    const char *name, *property, *text;
} Impossible;

static const Impossible impossible[] = {
    { "before-the-bus", "addr.0=0x0bff0000", "the bus is 0xc000000..0xc0fffff" },
    { "beyond-the-bus", "addr.0=0x0c100000", "cannot be at 0xc100000: the bus is" },
    { "over-the-end", "addr.0=0x0c0f8000", "the bus is" },
    { "at-the-end-of-the-world", "addr.0=0xffffffffffff0000", "the bus is" },
    { "misaligned", "addr.0=0x0c000800", "not a multiple of 0x1000" },
    { "irq-not-of-the-bus", "irq.0=99", "cannot be number 99: the bus has 100..105" },
    { "irq-too-large", "irq.0=0x100000064", "the bus has 100..105" },
};

static void test_impossible(gconstpointer data)
{
    const Impossible *it = data;
    Error *err = NULL;
    Place p;

    place_start(&p);
    prig_new(&p.rig, TYPE_VFIO_PLATFORM, "host=fff51000.ethernet", it->property, NULL);
    prig_realize(&p.rig, &error_abort);
    g_assert_false(place_link(&p, &err));
    harness_error_contains(err, it->text);
    g_assert_false(platform_bus_has_device(p.bus, SYS_BUS_DEVICE(p.rig.device)));
    place_stop(&p);
}

/* Another device is at 0x1000 and has line 102. */
static void test_clash_names_both(gconstpointer property)
{
    DeviceState *other;
    Error *err = NULL;
    Place p;

    place_start(&p);
    other = qdev_new(TYPE_VFIO_PLATFORM);
    other->id = g_strdup("first");
    object_property_add_child(object_get_root(), "first", OBJECT(other));
    object_property_parse(OBJECT(other), "host", "fff52000.timer", &error_abort);
    object_property_parse(OBJECT(other), "addr.0", "0x0c001000", &error_abort);
    object_property_parse(OBJECT(other), "irq.0", "102", &error_abort);
    sysbus_realize_and_unref(SYS_BUS_DEVICE(other), &error_abort);
    platform_bus_link_device(p.bus, SYS_BUS_DEVICE(other));
    prig_new(&p.rig, TYPE_VFIO_PLATFORM, "host=fff51000.ethernet", property, NULL);
    p.rig.device->id = g_strdup("second");
    prig_realize(&p.rig, &error_abort);
    g_assert_false(place_link(&p, &err));
    g_assert_nonnull(strstr(error_get_pretty(err), "'first'"));
    harness_error_contains(err, "'second'");
    object_unparent(OBJECT(p.rig.device));
    p.rig.device = NULL;
    object_unparent(OBJECT(other));
    drain_call_rcu();
    place_stop(&p);
}

static DeviceState *peripheral_new(const char *id, const char *host)
{
    DeviceState *dev = qdev_new(TYPE_VFIO_PLATFORM);

    dev->id = g_strdup(id);
    object_property_add_child(container_get(qdev_get_machine(), "/peripheral"), id, OBJECT(dev));
    object_property_parse(OBJECT(dev), "host", host, &error_abort);
    return dev;
}

/*
 * Devices of the command line are placed when the machine is ready. The one wants what the other
 * would get by itself, whichever comes first (and whichever id the bus meets first).
 */
static void test_fixed_places_first(gconstpointer fixed_comes_first)
{
    DeviceState *devs[2], *fixed, *automatic;
    int first = GPOINTER_TO_INT(fixed_comes_first);
    SysBusDevice *sbd;
    Place p;

    place_start(&p);
    for (int i = 0; i < 2; i++) {
        devs[i] = peripheral_new(i ? "second" : "first", (i == 0) == first ?
                                 "fff52000.timer" : "fff51000.ethernet");
    }
    fixed = devs[!first];
    automatic = devs[first];
    object_property_parse(OBJECT(fixed), "addr.0", "0x0c000000", &error_abort);
    object_property_parse(OBJECT(fixed), "irq.0", "100", &error_abort);
    for (int i = 0; i < 2; i++) {
        sysbus_realize_and_unref(SYS_BUS_DEVICE(devs[i]), &error_abort);
    }
    p.bus->machine_done.notify(&p.bus->machine_done, NULL);
    sbd = SYS_BUS_DEVICE(fixed);
    g_assert_cmphex(platform_bus_get_mmio_addr(p.bus, sbd, 0), ==, 0);
    g_assert_cmpint(platform_bus_get_irqn(p.bus, sbd, 0), ==, 0);
    sbd = SYS_BUS_DEVICE(automatic);
    g_assert_cmphex(platform_bus_get_mmio_addr(p.bus, sbd, 0), ==, 0x10000);
    for (int i = 0; i < 4; i++) {
        g_assert_cmpint(platform_bus_get_irqn(p.bus, sbd, i), ==, i + 1);
    }
    object_unparent(OBJECT(devs[0]));
    object_unparent(OBJECT(devs[1]));
    drain_call_rcu();
    place_stop(&p);
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    g_test_add_func("/vfio/place/wishes-are-met", test_wishes_are_met);
    g_test_add_func("/vfio/place/wish-follows-the-hosts-number",
                    test_wish_follows_the_hosts_number);
    for (size_t i = 0; i < G_N_ELEMENTS(impossible); i++) {
        g_autofree char *path = g_strconcat("/vfio/place/impossible/", impossible[i].name, NULL);

        g_test_add_data_func(path, &impossible[i], test_impossible);
    }
    g_test_add_data_func("/vfio/place/clash/same-address", "addr.0=0x0c001000",
                         test_clash_names_both);
    g_test_add_data_func("/vfio/place/clash/reaches-into-it", "addr.0=0x0c000000",
                         test_clash_names_both);
    g_test_add_data_func("/vfio/place/clash/same-line", "irq.1=102", test_clash_names_both);
    g_test_add_data_func("/vfio/place/fixed-places-first/fixed-comes-first", GINT_TO_POINTER(1),
                         test_fixed_places_first);
    g_test_add_data_func("/vfio/place/fixed-places-first/automatic-comes-first",
                         GINT_TO_POINTER(0), test_fixed_places_first);
    return g_test_run();
}
