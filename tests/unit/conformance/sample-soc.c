/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The SoC of sample-soc.h: a device made of devices, which it creates, aliases, connects
 * and maps; an IOMMU region and a ROM device of its own.
 */
#include "qemu/osdep.h"
#include "sample-soc.h"
#include "exec/address-spaces.h"
#include "hw/irq.h"
#include "hw/nmi.h"
#include "hw/qdev-properties.h"
#include "hw/registerfields.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "qemu/units.h"

#define TYPE_SAMPLE_IOMMU_REGION "sample-iommu-region"

REG32(WINDOW, 0x0)
REG32(MODE, 0x4)
    FIELD(MODE, COMMAND, 0, 1)
REG32(PROGRAM, 0x8)

enum { SOC_IRQ_DMA, SOC_IRQ_NIC, SOC_IRQ_EXT, SOC_IRQS };

/* ---- IOMMU: the engine sees one page ---- */

static IOMMUTLBEntry sample_iommu_translate(IOMMUMemoryRegion *iommu, hwaddr addr,
                                            IOMMUAccessFlags flag, int iommu_idx)
{
    SampleSoc *s = container_of(iommu, SampleSoc, iommu);
    bool is_mapped = s->window && addr < 4 * KiB;

    return (IOMMUTLBEntry) {
        .target_as = &address_space_memory,
        .iova = addr & ~(hwaddr)0xfff,
        .translated_addr = is_mapped ? s->window : 0,
        .addr_mask = 0xfff,
        .perm = is_mapped ? IOMMU_RO : IOMMU_NONE,
    };
}

static void sample_iommu_class_init(ObjectClass *klass, void *data)
{
    IOMMUMemoryRegionClass *imrc = IOMMU_MEMORY_REGION_CLASS(klass);

    imrc->translate = sample_iommu_translate;
}

/* ---- control and flash ---- */

static uint64_t sample_control_read(void *opaque, hwaddr addr, unsigned size)
{
    SampleSoc *s = opaque;

    return addr == A_WINDOW ? s->window : addr == A_MODE ? s->mode : 0;
}

static void sample_mode_set(SampleSoc *s, uint32_t mode)
{
    s->mode = mode & R_MODE_COMMAND_MASK;
    memory_region_rom_device_set_romd(&s->flash, !FIELD_EX32(s->mode, MODE, COMMAND));
}

static void sample_control_write(void *opaque, hwaddr addr, uint64_t value, unsigned size)
{
    SampleSoc *s = opaque;

    switch (addr) {
    case A_WINDOW:
        s->window = value & ~0xfffu;
        break;
    case A_MODE:
        sample_mode_set(s, value);
        break;
    case A_PROGRAM:
        memset(memory_region_get_ram_ptr(&s->flash), value, s->flash_size);
        memory_region_set_dirty(&s->flash, 0, s->flash_size);
        break;
    default:
        qemu_log_mask(LOG_UNIMP, "%s: offset 0x%" HWADDR_PRIx "\n", __func__, addr);
    }
}

static const MemoryRegionOps sample_control_ops = {
    .read = sample_control_read,
    .write = sample_control_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid.min_access_size = 4,
    .valid.max_access_size = 4,
};

static uint64_t sample_flash_read(void *opaque, hwaddr addr, unsigned size)
{
    return 0x80; /* ready */
}

static void sample_flash_write(void *opaque, hwaddr addr, uint64_t value, unsigned size)
{
    SampleSoc *s = opaque;

    s->last_command = value;
}

static const MemoryRegionOps sample_flash_ops = {
    .read = sample_flash_read,
    .write = sample_flash_write,
    .endianness = DEVICE_NATIVE_ENDIAN,
    .valid.max_access_size = 4,
};

/* ---- the device ---- */

static void sample_soc_ext(void *opaque, int n, int level)
{
    SampleSoc *s = SAMPLE_SOC(opaque);

    qemu_set_irq(qdev_get_gpio_in(DEVICE(&s->irq_or), SOC_IRQ_EXT), level);
}

static void sample_soc_nmi(NMIState *n, int cpu_index, Error **errp)
{
    if (cpu_index != 0) {
        error_setg(errp, "there is no CPU %d", cpu_index);
        return;
    }
    qemu_irq_pulse(qdev_get_gpio_in_named(DEVICE(n), "ext", 0));
}

static void sample_soc_reset_enter(Object *obj, ResetType type)
{
    SampleSoc *s = SAMPLE_SOC(obj);

    s->window = 0;
    s->last_command = 0;
    sample_mode_set(s, 0);
}

static void sample_soc_init(Object *obj)
{
    SampleSoc *s = SAMPLE_SOC(obj);

    object_initialize_child(obj, "dma", &s->dma, TYPE_STREAM_DMA);
    object_initialize_child(obj, "nic", &s->nic, TYPE_MII_NIC);
    object_initialize_child(obj, "irq-or", &s->irq_or, TYPE_OR_IRQ);
    object_initialize_child(obj, "irq-split", &s->irq_split, TYPE_SPLIT_IRQ);
    object_initialize_child_with_props(obj, "pwm", &s->pwm, sizeof(s->pwm),
                                       TYPE_UNIMPLEMENTED_DEVICE, &error_abort, "name", "pwm",
                                       NULL);
    qdev_alias_all_properties(DEVICE(&s->nic), obj);
    object_property_add_alias(obj, "split-lines", OBJECT(&s->irq_split), "num-lines");
    qdev_init_gpio_in_named(DEVICE(obj), sample_soc_ext, "ext", 1);
    memory_region_init(&s->container, obj, TYPE_SAMPLE_SOC, 64 * KiB);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->container);
}

static bool sample_soc_map_child(SampleSoc *s, SysBusDevice *child, int n, hwaddr offset,
                                 Error **errp)
{
    if (!DEVICE(child)->realized && !sysbus_realize(child, errp)) {
        return false;
    }
    memory_region_add_subregion(&s->container, offset, sysbus_mmio_get_region(child, n));
    return true;
}

static void sample_soc_realize(DeviceState *dev, Error **errp)
{
    SampleSoc *s = SAMPLE_SOC(dev);
    Object *obj = OBJECT(dev);
    Error *err = NULL;

    memory_region_init_io(&s->control, obj, &sample_control_ops, s, "soc-control", 4 * KiB);
    memory_region_init_rom_device(&s->flash, obj, &sample_flash_ops, s, "soc-flash",
                                  s->flash_size, &err);
    if (err) {
        error_propagate(errp, err);
        return;
    }
    memory_region_init_alias(&s->flash_mirror, obj, "soc-flash-mirror", &s->flash, 0,
                             s->flash_size);
    memory_region_init_iommu(&s->iommu, sizeof(s->iommu), TYPE_SAMPLE_IOMMU_REGION, obj,
                             "soc-iommu", UINT64_MAX);

    object_property_set_int(OBJECT(&s->irq_or), "num-lines", SOC_IRQS, &error_abort);
    if (!qdev_realize(DEVICE(&s->irq_or), NULL, errp) ||
        !qdev_realize(DEVICE(&s->irq_split), NULL, errp)) {
        return;
    }
    qdev_connect_gpio_out(DEVICE(&s->irq_or), 0, qdev_get_gpio_in(DEVICE(&s->irq_split), 0));
    qdev_pass_gpios(DEVICE(&s->irq_split), dev, NULL);

    object_property_set_link(OBJECT(&s->dma), "dma", OBJECT(&s->iommu), &error_abort);
    object_property_set_link(OBJECT(&s->dma), "sink", OBJECT(&s->nic), &error_abort);
    qdev_prop_set_uint64(DEVICE(&s->pwm), "size", 4 * KiB);
    if (!sample_soc_map_child(s, SYS_BUS_DEVICE(&s->nic), 0, 0x1000, errp) ||
        !sample_soc_map_child(s, SYS_BUS_DEVICE(&s->nic), 1, 0x2000, errp) ||
        !sample_soc_map_child(s, SYS_BUS_DEVICE(&s->dma), 0, 0x0000, errp) ||
        !sample_soc_map_child(s, SYS_BUS_DEVICE(&s->pwm), 0, 0x4000, errp)) {
        return;
    }
    sysbus_connect_irq(SYS_BUS_DEVICE(&s->dma), 0,
                       qdev_get_gpio_in(DEVICE(&s->irq_or), SOC_IRQ_DMA));
    sysbus_connect_irq(SYS_BUS_DEVICE(&s->nic), 0,
                       qdev_get_gpio_in(DEVICE(&s->irq_or), SOC_IRQ_NIC));
    memory_region_add_subregion(&s->container, 0x3000, &s->control);
    memory_region_add_subregion(&s->container, 0x8000, &s->flash);
    memory_region_add_subregion_overlap(&s->container, 0x9000, &s->flash_mirror, 1);
}

/* The engine's address space holds the IOMMU region, and so this device: give it up here. */
static void sample_soc_unrealize(DeviceState *dev)
{
    SampleSoc *s = SAMPLE_SOC(dev);

    qdev_unrealize(DEVICE(&s->dma));
    qdev_unrealize(DEVICE(&s->nic));
}

static int sample_soc_post_load(void *opaque, int version_id)
{
    SampleSoc *s = opaque;

    sample_mode_set(s, s->mode);
    return 0;
}

static const VMStateDescription vmstate_sample_soc = {
    .name = TYPE_SAMPLE_SOC,
    .version_id = 1,
    .minimum_version_id = 1,
    .priority = MIG_PRI_IOMMU,
    .post_load = sample_soc_post_load,
    .fields = (VMStateField[]) {
        VMSTATE_UINT32(window, SampleSoc),
        VMSTATE_UINT32(mode, SampleSoc),
        VMSTATE_UINT32(last_command, SampleSoc),
        VMSTATE_END_OF_LIST()
    }
};

static Property sample_soc_properties[] = {
    DEFINE_PROP_UINT32("flash-size", SampleSoc, flash_size, 4 * KiB),
    DEFINE_PROP_END_OF_LIST(),
};

static void sample_soc_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);
    NMIClass *nc = NMI_CLASS(klass);

    dc->realize = sample_soc_realize;
    dc->unrealize = sample_soc_unrealize;
    dc->vmsd = &vmstate_sample_soc;
    /* Reason: the board connects its outputs. */
    dc->user_creatable = false;
    rc->phases.enter = sample_soc_reset_enter;
    nc->nmi_monitor_handler = sample_soc_nmi;
    device_class_set_props(dc, sample_soc_properties);
}

static const TypeInfo sample_soc_types[] = {
    {
        .name = TYPE_SAMPLE_SOC,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(SampleSoc),
        .instance_init = sample_soc_init,
        .class_init = sample_soc_class_init,
        .interfaces = (InterfaceInfo[]) { { TYPE_NMI }, { } },
    }, {
        .name = TYPE_SAMPLE_IOMMU_REGION,
        .parent = TYPE_IOMMU_MEMORY_REGION,
        .class_init = sample_iommu_class_init,
    },
};

DEFINE_TYPES(sample_soc_types)
