/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unit tests of the platform bus: places, errors, unplugging, random packing.
 */
#include "hwcore-harness.h"
#include "hw/platform-bus.h"
#include "hw/qdev-properties.h"
#include "qemu/module.h"

#define TYPE_TENANT "test-tenant"
OBJECT_DECLARE_SIMPLE_TYPE(Tenant, TENANT)

#define TENANT_REGIONS 3

struct Tenant {
    SysBusDevice parent_obj;
    MemoryRegion mem[TENANT_REGIONS];
    qemu_irq irq[2];
    uint64_t size[TENANT_REGIONS];
    unsigned notified;
};

static void tenant_realize(DeviceState *dev, Error **errp)
{
    Tenant *s = TENANT(dev);

    for (int i = 0; i < TENANT_REGIONS; i++) {
        memory_region_init(&s->mem[i], OBJECT(dev), "tenant", s->size[i]);
        sysbus_init_mmio(SYS_BUS_DEVICE(dev), &s->mem[i]);
    }
    sysbus_init_irq(SYS_BUS_DEVICE(dev), &s->irq[0]);
    sysbus_init_irq(SYS_BUS_DEVICE(dev), &s->irq[1]);
}

static void tenant_irq_connected(SysBusDevice *dev, qemu_irq irq)
{
    TENANT(dev)->notified += irq != NULL;
}

static Property tenant_properties[] = {
    DEFINE_PROP_SIZE("size0", Tenant, size[0], 0x1000),
    DEFINE_PROP_SIZE("size1", Tenant, size[1], 0),
    DEFINE_PROP_SIZE("size2", Tenant, size[2], 0),
    DEFINE_PROP_END_OF_LIST(),
};

static void tenant_class_init(ObjectClass *klass, void *data)
{
    DEVICE_CLASS(klass)->realize = tenant_realize;
    SYS_BUS_DEVICE_CLASS(klass)->connect_irq_notifier = tenant_irq_connected;
    device_class_set_props(DEVICE_CLASS(klass), tenant_properties);
}

static const TypeInfo test_types[] = {
    {
        .name = TYPE_TENANT,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(Tenant),
        .class_init = tenant_class_init,
    },
};

DEFINE_TYPES(test_types)

static HarnessLine lines[64];

static PlatformBusDevice *bus_new(uint64_t size, uint32_t irqs)
{
    DeviceState *dev = qdev_new(TYPE_PLATFORM_BUS_DEVICE);

    qdev_prop_set_uint32(dev, "mmio_size", size);
    qdev_prop_set_uint32(dev, "num_irqs", irqs);
    sysbus_realize(SYS_BUS_DEVICE(dev), &error_abort);
    sysbus_mmio_map(SYS_BUS_DEVICE(dev), 0, 0x0c000000);
    for (uint32_t i = 0; i < irqs; i++) {
        harness_line_init(&lines[i]);
        sysbus_connect_irq(SYS_BUS_DEVICE(dev), i, lines[i].irq);
    }
    return PLATFORM_BUS_DEVICE(dev);
}

static void bus_free(PlatformBusDevice *pbus)
{
    uint32_t irqs = pbus->num_irqs;

    object_unparent(OBJECT(pbus));
    object_unref(OBJECT(pbus));
    for (uint32_t i = 0; i < irqs; i++) {
        harness_line_free(&lines[i]);
    }
}

static Tenant *tenant_new(uint64_t a, uint64_t b, uint64_t c)
{
    DeviceState *dev = qdev_new(TYPE_TENANT);

    qdev_prop_set_uint64(dev, "size0", a);
    qdev_prop_set_uint64(dev, "size1", b);
    qdev_prop_set_uint64(dev, "size2", c);
    sysbus_realize_and_unref(SYS_BUS_DEVICE(dev), &error_abort);
    return TENANT(dev);
}

static hwaddr place(PlatformBusDevice *pbus, Tenant *t, int n)
{
    return platform_bus_get_mmio_addr(pbus, SYS_BUS_DEVICE(t), n);
}

static void test_first_fit_is_naturally_aligned(void)
{
    PlatformBusDevice *pbus = bus_new(0x10000, 8);
    Tenant *t = tenant_new(0x1000, 0x4000, 0x800);

    platform_bus_link_device(pbus, SYS_BUS_DEVICE(t));
    g_assert_cmphex(place(pbus, t, 0), ==, 0);
    g_assert_cmphex(place(pbus, t, 1), ==, 0x4000);
    g_assert_cmphex(place(pbus, t, 2), ==, 0x1000);
    g_assert_cmpint(platform_bus_get_irqn(pbus, SYS_BUS_DEVICE(t), 1), ==, 1);
    g_assert_cmpuint(t->notified, ==, 2);
    qemu_irq_raise(t->irq[1]);
    g_assert_cmpint(lines[1].level, ==, 1);
    object_unparent(OBJECT(t));
    bus_free(pbus);
}

static void test_placed_parts_are_left_alone(void)
{
    PlatformBusDevice *pbus = bus_new(0x10000, 8);
    Tenant *t = tenant_new(0x1000, 0, 0);

    sysbus_mmio_map(SYS_BUS_DEVICE(t), 0, 0x20000000);
    sysbus_connect_irq(SYS_BUS_DEVICE(t), 0, lines[7].irq);
    platform_bus_link_device(pbus, SYS_BUS_DEVICE(t));
    g_assert_cmphex(place(pbus, t, 0), ==, (hwaddr)-1);
    g_assert_cmpint(platform_bus_get_irqn(pbus, SYS_BUS_DEVICE(t), 0), ==, -1);
    g_assert_cmpint(platform_bus_get_irqn(pbus, SYS_BUS_DEVICE(t), 1), ==, 0);
    object_unparent(OBJECT(t));
    bus_free(pbus);
}

static void test_full_window_names_device_size_and_room(void)
{
    PlatformBusDevice *pbus = bus_new(0x4000, 8);
    Tenant *t = tenant_new(0x1000, 0x4000, 0);
    Error *err = NULL;

    g_assert_false(platform_bus_try_link_device(pbus, SYS_BUS_DEVICE(t), &err));
    g_assert_nonnull(strstr(error_get_pretty(err), DEVICE(t)->canonical_path));
    g_assert_nonnull(strstr(error_get_pretty(err), "0x4000 bytes"));
    harness_error_contains(err, "0x3000 of 0x4000 bytes are left");
    /* Nothing of it stays. */
    g_assert_cmphex(place(pbus, t, 0), ==, (hwaddr)-1);
    g_assert_false(memory_region_is_mapped(&t->mem[0]));
    object_unparent(OBJECT(t));
    bus_free(pbus);
}

static void test_too_few_lines_is_an_error(void)
{
    PlatformBusDevice *pbus = bus_new(0x4000, 1);
    Tenant *t = tenant_new(0x1000, 0, 0);
    Error *err = NULL;

    g_assert_false(platform_bus_try_link_device(pbus, SYS_BUS_DEVICE(t), &err));
    harness_error_contains(err, "interrupt 1");
    g_assert_false(sysbus_is_irq_connected(SYS_BUS_DEVICE(t), 0));
    object_unparent(OBJECT(t));
    bus_free(pbus);
}

static void test_unplugged_device_frees_its_place(void)
{
    PlatformBusDevice *pbus = bus_new(0x1000, 2);

    for (int i = 0; i < 3; i++) {
        Tenant *t = tenant_new(0x1000, 0, 0);

        g_assert_true(platform_bus_try_link_device(pbus, SYS_BUS_DEVICE(t), &error_abort));
        g_assert_cmphex(place(pbus, t, 0), ==, 0);
        object_unparent(OBJECT(t));
    }
    bus_free(pbus);
}

/* Whether @offset..+@size touches a placed region of the other tenants. */
static bool overlaps(PlatformBusDevice *pbus, Tenant **all, int n, hwaddr offset, uint64_t size,
                     const Tenant *self, int index)
{
    for (int i = 0; i < n; i++) {
        for (int r = 0; all[i] && r < TENANT_REGIONS; r++) {
            hwaddr at = all[i]->size[r] ? place(pbus, all[i], r) : (hwaddr)-1;

            if (at != (hwaddr)-1 && !(all[i] == self && r == index) &&
                at < offset + size && offset < at + all[i]->size[r]) {
                return true;
            }
        }
    }
    return false;
}

static void test_random_packing_never_overlaps(void)
{
    enum { TENANTS = 24, WINDOW = 0x40000 };
    PlatformBusDevice *pbus = bus_new(WINDOW, 64);
    Tenant *all[TENANTS] = { NULL };

    for (int step = 0; step < 400; step++) {
        int n = g_test_rand_int_range(0, TENANTS);
        Error *err = NULL;

        if (all[n]) {
            object_unparent(OBJECT(all[n]));
            all[n] = NULL;
            continue;
        }
        all[n] = tenant_new(g_test_rand_int_range(1, 0x6000), g_test_rand_int_range(0, 0x3000),
                            g_test_rand_int_range(0, 0x200));
        if (!platform_bus_try_link_device(pbus, SYS_BUS_DEVICE(all[n]), &err)) {
            error_free(err);
            object_unparent(OBJECT(all[n]));
            all[n] = NULL;
            continue;
        }
        for (int r = 0; r < TENANT_REGIONS; r++) {
            uint64_t size = all[n]->size[r];
            hwaddr at = place(pbus, all[n], r);

            if (size) {
                g_assert_cmphex(at + size, <=, WINDOW);
                g_assert_cmphex(at & (pow2ceil(size) - 1), ==, 0);
                g_assert_false(overlaps(pbus, all, TENANTS, at, size, all[n], r));
            }
        }
    }
    for (int i = 0; i < TENANTS; i++) {
        if (all[i]) {
            object_unparent(OBJECT(all[i]));
        }
    }
    bus_free(pbus);
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    g_test_add_func("/platform-bus/place/first-fit-naturally-aligned",
                    test_first_fit_is_naturally_aligned);
    g_test_add_func("/platform-bus/place/placed-parts-are-left-alone",
                    test_placed_parts_are_left_alone);
    g_test_add_func("/platform-bus/full/names-device-size-and-room",
                    test_full_window_names_device_size_and_room);
    g_test_add_func("/platform-bus/full/too-few-lines-is-an-error",
                    test_too_few_lines_is_an_error);
    g_test_add_func("/platform-bus/unplug/frees-the-place",
                    test_unplugged_device_frees_its_place);
    g_test_add_func("/platform-bus/random/packing-never-overlaps",
                    test_random_packing_never_overlaps);
    return g_test_run();
}
