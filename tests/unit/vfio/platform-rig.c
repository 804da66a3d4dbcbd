/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A vfio-platform device on a fake host.
 */
#include "platform-rig.h"
#include "exec/address-spaces.h"
#include "hw/qdev-properties.h"
#include "hw/vfio/platform-internal.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "qemu/rcu.h"

#define TYPE_TEST_CONTROLLER "test-controller"

/* ---- the controller ----------------------------------------------------------------------- */

static PlatformRig *current_rig;

static void controller_set(void *opaque, int n, int level)
{
    current_rig->rises[n] += level && !current_rig->level[n];
    current_rig->level[n] = level;
}

static void controller_init(Object *obj)
{
    qdev_init_gpio_in(DEVICE(obj), controller_set, CONTROLLER_LINES);
}

static int controller_gsi(Object *obj, int n)
{
    return 100 + n;
}

static IRQTrigger controller_trigger(Object *obj, int n)
{
    return current_rig->is_edge[n] ? IRQ_TRIGGER_EDGE : IRQ_TRIGGER_LEVEL;
}

static void controller_class_init(ObjectClass *klass, void *data)
{
    IRQ_CONTROLLER_CLASS(klass)->irq_trigger = controller_trigger;
    IRQ_CONTROLLER_CLASS(klass)->irq_to_gsi = controller_gsi;
}

static const TypeInfo controller_types[] = {
    {
        .name = TYPE_TEST_CONTROLLER,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(SysBusDevice),
        .instance_init = controller_init,
        .class_init = controller_class_init,
        .interfaces = (InterfaceInfo[]) { { TYPE_IRQ_CONTROLLER }, { } },
    },
};

DEFINE_TYPES(controller_types)

/* ---- the host ------------------------------------------------------------------------------- */

static void host_init(PlatformRig *rig)
{
    const uint32_t rw = VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE;
    const uint32_t eventfd = VFIO_IRQ_INFO_EVENTFD;
    const uint32_t level = eventfd | VFIO_IRQ_INFO_MASKABLE | VFIO_IRQ_INFO_AUTOMASKED;

    rig->host = (FakeDevice) {
        .name = "fff51000.ethernet", .group = 7, .driver = "vfio-platform",
        .compatible = "vendor,dev-v2\0vendor,dev", .compatible_size = 25,
        .flags = VFIO_DEVICE_FLAGS_PLATFORM | VFIO_DEVICE_FLAGS_RESET,
        .num_regions = 4, .num_irqs = 4,
        .regions = {
            { .size = 0x10000, .flags = rw | VFIO_REGION_INFO_FLAG_MMAP },
            { .size = 0x4000, .flags = rw | VFIO_REGION_INFO_FLAG_MMAP, .n_areas = 1,
              .areas = { { .offset = 0x1000, .size = 0x1000 } } },
            { .size = 0x100, .flags = rw | VFIO_REGION_INFO_FLAG_MMAP },
            { .size = 0 },
        },
        .irqs = { { .flags = level }, { .flags = level }, { .flags = eventfd },
                  { .flags = level } },
    };
    fake_vfio_add(&rig->host);
    rig->other = (FakeDevice) {
        .name = "fff52000.timer", .group = 7, .driver = "vfio-platform",
        .flags = VFIO_DEVICE_FLAGS_PLATFORM,
    };
    fake_vfio_add(&rig->other);
}

void prig_start(PlatformRig *rig)
{
    memset(rig, 0, sizeof(*rig));
    current_rig = rig;
    fake_vfio_start();
    harness_clock_start();
    host_init(rig);
    rig->controller = qdev_new(TYPE_TEST_CONTROLLER);
    object_property_add_child(object_get_root(), "controller", OBJECT(rig->controller));
    sysbus_realize_and_unref(SYS_BUS_DEVICE(rig->controller), &error_abort);
}

void prig_stop(PlatformRig *rig)
{
    if (rig->device) {
        prig_unplug(rig);
    }
    object_unparent(OBJECT(rig->controller));
    drain_call_rcu();
    fake_vfio_stop();
    current_rig = NULL;
}

/* ---- the device ----------------------------------------------------------------------------- */

void prig_set(PlatformRig *rig, const char *name, const char *value)
{
    object_property_parse(OBJECT(rig->device), name, value, &error_abort);
}

void prig_new(PlatformRig *rig, const char *type, ...)
{
    const char *property;
    va_list texts;

    rig->device = qdev_new(type);
    rig->vdev = VFIO_PLATFORM_DEVICE(rig->device);
    object_property_add_child(object_get_root(), "device", OBJECT(rig->device));
    va_start(texts, type);
    while ((property = va_arg(texts, const char *))) {
        g_auto(GStrv) part = g_strsplit(property, "=", 2);

        prig_set(rig, part[0], part[1]);
    }
    va_end(texts);
}

bool prig_realize(PlatformRig *rig, Error **errp)
{
    bool ok = sysbus_realize_and_unref(SYS_BUS_DEVICE(rig->device), errp);

    if (!ok) {
        object_unparent(OBJECT(rig->device));
        rig->device = NULL;
        rig->vdev = NULL;
    }
    return ok;
}

void prig_connect(PlatformRig *rig)
{
    SysBusDevice *sbdev = SYS_BUS_DEVICE(rig->device);

    for (int i = 0; i < sbdev->num_mmio; i++) {
        if (memory_region_size(sysbus_mmio_get_region(sbdev, i))) {
            sysbus_mmio_map(sbdev, i, PRIG_BASE + i * 0x100000);
        }
    }
    for (int i = 0; sysbus_has_irq(sbdev, i); i++) {
        sysbus_connect_irq(sbdev, i, qdev_get_gpio_in(rig->controller, i));
    }
}

void prig_reset(PlatformRig *rig)
{
    device_cold_reset(rig->device);
}

void prig_start_realized(PlatformRig *rig)
{
    prig_start(rig);
    prig_new(rig, TYPE_VFIO_PLATFORM, "host=fff51000.ethernet", NULL);
    prig_realize(rig, &error_abort);
}

void prig_start_connected(PlatformRig *rig, const char *property, const char *value)
{
    prig_start(rig);
    prig_new(rig, TYPE_VFIO_PLATFORM, "host=fff51000.ethernet", NULL);
    if (property) {
        prig_set(rig, property, value);
    }
    prig_realize(rig, &error_abort);
    prig_connect(rig);
    prig_reset(rig);
}

void prig_unplug(PlatformRig *rig)
{
    object_unparent(OBJECT(rig->device));
    rig->device = NULL;
    rig->vdev = NULL;
    drain_call_rcu();
    g_assert_cmpuint(fake_vfio_open_fds(), ==, 0);
    g_assert_cmpuint(fake_vfio_maps(), ==, 0);
    g_assert_cmpuint(fake_vfio_dma_maps(), ==, 0);
}

void prig_pump(PlatformRig *rig)
{
    for (int idle = 0; idle < 2; idle++) {
        main_loop_wait(true);
        if (fake_vfio_poll(&rig->host)) {
            idle = 0;
        }
    }
}

void prig_eoi(PlatformRig *rig, unsigned n)
{
    qemu_irq_notify_eoi(qdev_get_gpio_in(rig->controller, n));
}

VFIOINTp *prig_intp(PlatformRig *rig, unsigned pin)
{
    VFIOINTp *intp;

    QLIST_FOREACH(intp, &rig->vdev->intp_list, next) {
        if (intp->pin == pin) {
            return intp;
        }
    }
    g_assert_not_reached();
}

uint32_t prig_load(PlatformRig *rig, unsigned region, hwaddr offset)
{
    return address_space_ldl(&address_space_memory, PRIG_BASE + region * 0x100000 + offset,
                             MEMTXATTRS_UNSPECIFIED, NULL);
}

void prig_store(PlatformRig *rig, unsigned region, hwaddr offset, uint32_t value)
{
    address_space_stl(&address_space_memory, PRIG_BASE + region * 0x100000 + offset, value,
                      MEMTXATTRS_UNSPECIFIED, NULL);
}
