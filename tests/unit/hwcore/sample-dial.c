/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sample-dial: the example of docs/how-to-write-a-device.md. A counter that
 * adds STEP at each write to TURN and raises its interrupt at LIMIT.
 */
#include "qemu/osdep.h"
#include "hw/irq.h"
#include "hw/qdev-properties.h"
#include "hw/registerfields.h"
#include "hw/sysbus.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "qemu/log.h"
#include "qemu/module.h"

REG32(TURN, 0x0)
REG32(STATUS, 0x4)
    FIELD(STATUS, COUNT, 0, 16)
    FIELD(STATUS, FULL, 16, 1)

#define TYPE_SAMPLE_DIAL "sample-dial"
OBJECT_DECLARE_SIMPLE_TYPE(SampleDial, SAMPLE_DIAL)

struct SampleDial {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    qemu_irq irq;
    uint16_t step;
    uint16_t limit;
    uint32_t status;
};

static void sample_dial_irq_update(SampleDial *s)
{
    qemu_set_irq(s->irq, FIELD_EX32(s->status, STATUS, FULL));
}

static uint64_t sample_dial_read(void *opaque, hwaddr offset, unsigned size)
{
    SampleDial *s = SAMPLE_DIAL(opaque);

    switch (offset) {
    case A_STATUS:
        return s->status;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "sample-dial: read at 0x%" PRIx64 "\n", offset);
        return 0;
    }
}

static void sample_dial_write(void *opaque, hwaddr offset, uint64_t value, unsigned size)
{
    SampleDial *s = SAMPLE_DIAL(opaque);
    uint32_t count = FIELD_EX32(s->status, STATUS, COUNT);

    switch (offset) {
    case A_TURN:
        count = MIN(count + s->step, s->limit);
        break;
    case A_STATUS:
        count = 0;
        break;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "sample-dial: write at 0x%" PRIx64 "\n", offset);
        return;
    }
    s->status = FIELD_DP32(0, STATUS, COUNT, count);
    s->status = FIELD_DP32(s->status, STATUS, FULL, count == s->limit);
    sample_dial_irq_update(s);
}

static const MemoryRegionOps sample_dial_ops = {
    .read = sample_dial_read,
    .write = sample_dial_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 4, .max_access_size = 4 },
};

static void sample_dial_reset_enter(Object *obj, ResetType type)
{
    SAMPLE_DIAL(obj)->status = 0;
}

static void sample_dial_reset_hold(Object *obj)
{
    sample_dial_irq_update(SAMPLE_DIAL(obj));
}

static void sample_dial_realize(DeviceState *dev, Error **errp)
{
    SampleDial *s = SAMPLE_DIAL(dev);

    if (s->limit == 0) {
        error_setg(errp, "sample-dial: limit is 0; it must be at least 1");
    }
}

static void sample_dial_init(Object *obj)
{
    SampleDial *s = SAMPLE_DIAL(obj);

    memory_region_init_io(&s->iomem, obj, &sample_dial_ops, s, TYPE_SAMPLE_DIAL, 0x1000);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->iomem);
    sysbus_init_irq(SYS_BUS_DEVICE(obj), &s->irq);
}

static const VMStateDescription vmstate_sample_dial = {
    .name = TYPE_SAMPLE_DIAL,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(status, SampleDial),
        VMSTATE_END_OF_LIST(),
    },
};

static Property sample_dial_properties[] = {
    DEFINE_PROP_UINT16("step", SampleDial, step, 1),
    DEFINE_PROP_UINT16("limit", SampleDial, limit, 100),
    DEFINE_PROP_END_OF_LIST(),
};

static void sample_dial_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    dc->desc = "counter with a limit";
    dc->realize = sample_dial_realize;
    dc->vmsd = &vmstate_sample_dial;
    rc->phases.enter = sample_dial_reset_enter;
    rc->phases.hold = sample_dial_reset_hold;
    device_class_set_props(dc, sample_dial_properties);
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
}

static const TypeInfo sample_dial_types[] = {
    {
        .name = TYPE_SAMPLE_DIAL,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(SampleDial),
        .instance_init = sample_dial_init,
        .class_init = sample_dial_class_init,
    },
};

DEFINE_TYPES(sample_dial_types)
