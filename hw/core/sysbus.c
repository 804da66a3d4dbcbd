/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * System bus: the root of the device tree, and the announcing, mapping and
 * connecting of regions and interrupts.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "qemu/module.h"
#include "exec/address-spaces.h"
#include "hw/sysbus.h"
#include "qdev-internal.h"

#define SYSBUS_UNMAPPED ((hwaddr)-1)

/* ---- the bus ---- */

static BusState *main_system_bus;

BusState *sysbus_get_default(void)
{
    if (!main_system_bus) {
        main_system_bus = qbus_new(TYPE_SYSTEM_BUS, NULL, "main-system-bus");
        object_property_add_child(container_get(qdev_get_machine(), "/unattached"), "sysbus",
                                  OBJECT(main_system_bus));
    }
    return main_system_bus;
}

/* The machine goes: so do its devices, and the next machine gets a new bus. */
static void system_bus_unparent(Object *obj)
{
    bus_children_drop(BUS(obj));
    if (BUS(obj) == main_system_bus) {
        main_system_bus = NULL;
        object_unref(obj);
    }
}

static void sysbus_dev_text(DeviceState *dev, GString *out, int indent)
{
    SysBusDevice *s = SYS_BUS_DEVICE(dev);

    for (int i = 0; i < s->num_mmio; i++) {
        g_string_append_printf(out, "%*smmio ", indent, "");
        if (s->mmio[i].addr == SYSBUS_UNMAPPED) {
            g_string_append(out, "-");
        } else {
            g_string_append_printf(out, "%016" PRIx64, s->mmio[i].addr);
        }
        g_string_append_printf(out, "/%016" PRIx64 "\n", memory_region_size(s->mmio[i].memory));
    }
}

static char *sysbus_get_fw_dev_path(DeviceState *dev)
{
    SysBusDevice *s = SYS_BUS_DEVICE(dev);
    SysBusDeviceClass *sbc = SYS_BUS_DEVICE_GET_CLASS(s);

    if (sbc->explicit_ofw_unit_address) {
        g_autofree char *address = sbc->explicit_ofw_unit_address(s);

        if (address) {
            return g_strdup_printf("%s@%s", qdev_fw_name(dev), address);
        }
    }
    if (s->num_mmio) {
        return g_strdup_printf("%s@%016" PRIx64, qdev_fw_name(dev), s->mmio[0].addr);
    }
    if (s->num_pio) {
        return g_strdup_printf("%s@i%04x", qdev_fw_name(dev), s->pio[0]);
    }
    return g_strdup(qdev_fw_name(dev));
}

static void system_bus_class_init(ObjectClass *klass, void *data)
{
    BusClass *bc = BUS_CLASS(klass);

    klass->unparent = system_bus_unparent;
    bc->append_dev_text = sysbus_dev_text;
    bc->get_fw_dev_path = sysbus_get_fw_dev_path;
}

/* ---- interrupts ---- */

void sysbus_init_irq(SysBusDevice *dev, qemu_irq *p)
{
    qdev_init_gpio_out_named(DEVICE(dev), p, SYSBUS_DEVICE_GPIO_IRQ, 1);
}

void sysbus_pass_irq(SysBusDevice *dev, SysBusDevice *target)
{
    qdev_pass_gpios(DEVICE(target), DEVICE(dev), SYSBUS_DEVICE_GPIO_IRQ);
}

bool sysbus_has_irq(SysBusDevice *dev, int n)
{
    return qdev_gpio_out_exists(DEVICE(dev), SYSBUS_DEVICE_GPIO_IRQ, n);
}

qemu_irq sysbus_get_connected_irq(const SysBusDevice *dev, int n)
{
    return qdev_get_gpio_out_connector(DEVICE(dev), SYSBUS_DEVICE_GPIO_IRQ, n);
}

bool sysbus_is_irq_connected(SysBusDevice *dev, int n)
{
    return sysbus_get_connected_irq(dev, n) != NULL;
}

void sysbus_connect_irq(SysBusDevice *dev, int n, qemu_irq irq)
{
    SysBusDeviceClass *sbc = SYS_BUS_DEVICE_GET_CLASS(dev);

    qdev_connect_gpio_out_named(DEVICE(dev), SYSBUS_DEVICE_GPIO_IRQ, n, irq);
    if (sbc->connect_irq_notifier) {
        sbc->connect_irq_notifier(dev, irq);
    }
}

/* ---- memory ---- */

void sysbus_init_mmio(SysBusDevice *dev, MemoryRegion *memory)
{
    int n = dev->num_mmio++;

    g_assert(n < QDEV_MAX_MMIO);
    dev->mmio[n].addr = SYSBUS_UNMAPPED;
    dev->mmio[n].memory = memory;
}

MemoryRegion *sysbus_mmio_get_region(SysBusDevice *dev, int n)
{
    return n >= 0 && n < dev->num_mmio ? dev->mmio[n].memory : NULL;
}

bool sysbus_has_mmio(SysBusDevice *dev, unsigned int n)
{
    return n < (unsigned int)dev->num_mmio;
}

MemoryRegion *sysbus_address_space(SysBusDevice *dev)
{
    return get_system_memory();
}

void sysbus_mmio_unmap(SysBusDevice *dev, int n)
{
    g_assert(n >= 0 && n < dev->num_mmio);
    if (dev->mmio[n].addr != SYSBUS_UNMAPPED) {
        memory_region_del_subregion(sysbus_address_space(dev), dev->mmio[n].memory);
        dev->mmio[n].addr = SYSBUS_UNMAPPED;
    }
}

static void sysbus_mmio_map_at(SysBusDevice *dev, int n, hwaddr addr, bool may_overlap,
                               int priority)
{
    MemoryRegion *memory = dev->mmio[n].memory;

    g_assert(n >= 0 && n < dev->num_mmio);
    if (dev->mmio[n].addr == addr) {
        return;
    }
    sysbus_mmio_unmap(dev, n);
    dev->mmio[n].addr = addr;
    if (may_overlap) {
        memory_region_add_subregion_overlap(sysbus_address_space(dev), addr, memory, priority);
    } else {
        memory_region_add_subregion(sysbus_address_space(dev), addr, memory);
    }
}

void sysbus_mmio_map(SysBusDevice *dev, int n, hwaddr addr)
{
    sysbus_mmio_map_at(dev, n, addr, false, 0);
}

void sysbus_mmio_map_overlap(SysBusDevice *dev, int n, hwaddr addr, int priority)
{
    sysbus_mmio_map_at(dev, n, addr, true, priority);
}

void sysbus_init_ioports(SysBusDevice *dev, uint32_t ioport, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++) {
        g_assert(dev->num_pio < QDEV_MAX_PIO);
        dev->pio[dev->num_pio++] = ioport + i;
    }
}

/* ---- the device ---- */

bool sysbus_realize(SysBusDevice *dev, Error **errp)
{
    return qdev_realize(DEVICE(dev), sysbus_get_default(), errp);
}

bool sysbus_realize_and_unref(SysBusDevice *dev, Error **errp)
{
    return qdev_realize_and_unref(DEVICE(dev), sysbus_get_default(), errp);
}

DeviceState *sysbus_create_varargs(const char *name, hwaddr addr, ...)
{
    DeviceState *dev = qdev_new(name);
    SysBusDevice *s = SYS_BUS_DEVICE(dev);
    va_list irqs;
    qemu_irq irq;

    sysbus_realize_and_unref(s, &error_fatal);
    if (addr != SYSBUS_UNMAPPED) {
        sysbus_mmio_map(s, 0, addr);
    }
    va_start(irqs, addr);
    for (int n = 0; (irq = va_arg(irqs, qemu_irq)) != NULL; n++) {
        sysbus_connect_irq(s, n, irq);
    }
    va_end(irqs);
    return dev;
}

typedef struct DynamicSysbusWalk {
    FindSysbusDeviceFunc *func;
    void *opaque;
} DynamicSysbusWalk;

static int dynamic_sysbus_visit(Object *obj, void *opaque)
{
    DynamicSysbusWalk *walk = opaque;
    SysBusDevice *dev = (SysBusDevice *)object_dynamic_cast(obj, TYPE_SYS_BUS_DEVICE);

    if (!dev) {
        /* Containers inside of the user's part of the tree. */
        return object_child_foreach(obj, dynamic_sysbus_visit, opaque);
    }
    if (DEVICE(dev)->realized) {
        walk->func(dev, walk->opaque);
    }
    return 0;
}

void foreach_dynamic_sysbus_device(FindSysbusDeviceFunc *func, void *opaque)
{
    DynamicSysbusWalk walk = { .func = func, .opaque = opaque };

    object_child_foreach(container_get(qdev_get_machine(), "/peripheral"), dynamic_sysbus_visit,
                         &walk);
    object_child_foreach(container_get(qdev_get_machine(), "/peripheral-anon"),
                         dynamic_sysbus_visit, &walk);
}

/* A device that goes leaves the memory map, whoever put it there. */
static void sysbus_device_unparent(Object *obj)
{
    SysBusDevice *dev = SYS_BUS_DEVICE(obj);
    ObjectClass *parent = object_class_by_name(TYPE_DEVICE);

    parent->unparent(obj);
    for (int i = 0; i < dev->num_mmio; i++) {
        sysbus_mmio_unmap(dev, i);
    }
}

static void sysbus_device_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    klass->unparent = sysbus_device_unparent;
    dc->bus_type = TYPE_SYSTEM_BUS;
    /* Most need a board to place them; boards list those that may be added dynamically. */
    dc->user_creatable = false;
}

static const TypeInfo sysbus_types[] = {
    {
        .name = TYPE_SYSTEM_BUS,
        .parent = TYPE_BUS,
        .instance_size = sizeof(BusState),
        .class_init = system_bus_class_init,
    },
    {
        .name = TYPE_SYS_BUS_DEVICE,
        .parent = TYPE_DEVICE,
        .instance_size = sizeof(SysBusDevice),
        .abstract = true,
        .class_size = sizeof(SysBusDeviceClass),
        .class_init = sysbus_device_class_init,
    },
};

DEFINE_TYPES(sysbus_types)
