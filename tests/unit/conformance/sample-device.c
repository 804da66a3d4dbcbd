/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Implementation of the sample device, in the shape that device models written
 * for the QEMU 8.2 device API have. It must build without any change when the
 * inside of Gantry changes.
 */

#include "qemu/osdep.h"
#include "sample-device.h"
#include "exec/address-spaces.h"
#include "hw/irq.h"
#include "hw/qdev-clock.h"
#include "hw/qdev-properties.h"
#include "hw/qdev-properties-system.h"
#include "hw/registerfields.h"
#include "hw/resettable.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "qemu/bitops.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "qemu/timer.h"
#include "qemu/units.h"
#include "sysemu/dma.h"

REG32(ID, 0x00)
REG32(CTRL, 0x04)
    FIELD(CTRL, ENABLE, 0, 1)
    FIELD(CTRL, PERIODIC, 1, 1)
    FIELD(CTRL, FIFO_IRQ, 2, 1)
REG32(LOAD, 0x08)
REG32(COUNT, 0x0c)
REG32(STATUS, 0x10)
    FIELD(STATUS, EXPIRED, 0, 1)
    FIELD(STATUS, OVERRUN, 1, 1)
REG32(DMA, 0x14)

#define SAMPLE_REGION_SIZE (4 * KiB)

static void sample_update(SampleState *s)
{
    bool fifo_irq = FIELD_EX32(s->ctrl, CTRL, FIFO_IRQ) && !fifo8_is_empty(&s->fifo);

    qemu_set_irq(s->irq[0], FIELD_EX32(s->status, STATUS, EXPIRED));
    qemu_set_irq(s->irq[1], fifo_irq);
    qemu_set_irq(s->irq[2], FIELD_EX32(s->status, STATUS, OVERRUN));
}

static void sample_record(SampleState *s, uint32_t kind)
{
    SampleEvent *event = &s->history[s->history_next++ % SAMPLE_HISTORY];

    event->kind = kind;
    event->when_ns = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
}

static void sample_tick(void *opaque)
{
    SampleState *s = SAMPLE_DEVICE(opaque);

    s->status = FIELD_DP32(s->status, STATUS, EXPIRED, 1);
    sample_record(s, 1);
    qemu_irq_pulse(s->done_line);
    sample_update(s);
}

static void sample_watchdog(void *opaque)
{
    SampleState *s = opaque;

    sample_record(s, 2);
}

static void sample_control(SampleState *s, uint32_t value)
{
    s->ctrl = value & 7;
    ptimer_transaction_begin(s->timer);
    ptimer_stop(s->timer);
    if (FIELD_EX32(s->ctrl, CTRL, ENABLE)) {
        ptimer_set_limit(s->timer, s->load, 1);
        ptimer_run(s->timer, !FIELD_EX32(s->ctrl, CTRL, PERIODIC));
        timer_mod(s->watchdog, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) + NANOSECONDS_PER_SECOND);
    } else {
        timer_del(s->watchdog);
    }
    ptimer_transaction_commit(s->timer);
}

static uint64_t sample_read(void *opaque, hwaddr offset, unsigned size)
{
    SampleState *s = opaque;

    switch (offset) {
    case A_ID:
        return s->id;
    case A_CTRL:
        return s->ctrl;
    case A_LOAD:
        return s->load;
    case A_COUNT:
        return ptimer_get_count(s->timer);
    case A_STATUS:
        return s->status;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "%s: bad read at 0x%" HWADDR_PRIx "\n", __func__, offset);
        return 0;
    }
}

static void sample_write(void *opaque, hwaddr offset, uint64_t value, unsigned size)
{
    SampleState *s = opaque;

    switch (offset) {
    case A_CTRL:
        sample_control(s, value);
        break;
    case A_LOAD:
        s->load = value;
        break;
    case A_STATUS:
        s->status &= ~(uint32_t)value;
        break;
    case A_DMA:
        if (stl_le_dma(&s->dma_as, (uint32_t)value, s->status, MEMTXATTRS_UNSPECIFIED)) {
            s->status = FIELD_DP32(s->status, STATUS, OVERRUN, 1);
        }
        break;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "%s: bad write at 0x%" HWADDR_PRIx "\n", __func__, offset);
        return;
    }
    sample_update(s);
}

static const MemoryRegionOps sample_ops = {
    .read = sample_read,
    .write = sample_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .impl = { .min_access_size = 4, .max_access_size = 4 },
    .valid = { .min_access_size = 1, .max_access_size = 8 },
};

static MemTxResult sample_fifo_read(void *opaque, hwaddr offset, uint64_t *data, unsigned size,
                                    MemTxAttrs attrs)
{
    SampleState *s = opaque;

    if (fifo8_is_empty(&s->fifo)) {
        return MEMTX_ERROR;
    }
    *data = fifo8_pop(&s->fifo);
    sample_update(s);
    return MEMTX_OK;
}

static MemTxResult sample_fifo_write(void *opaque, hwaddr offset, uint64_t data, unsigned size,
                                     MemTxAttrs attrs)
{
    SampleState *s = opaque;

    if (fifo8_is_full(&s->fifo)) {
        s->status = FIELD_DP32(s->status, STATUS, OVERRUN, 1);
    } else {
        fifo8_push(&s->fifo, data);
    }
    sample_update(s);
    return MEMTX_OK;
}

static const MemoryRegionOps sample_fifo_ops = {
    .read_with_attrs = sample_fifo_read,
    .write_with_attrs = sample_fifo_write,
    .endianness = DEVICE_NATIVE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 1 },
};

static void sample_strobe(void *opaque, int n, int level)
{
    SampleState *s = SAMPLE_DEVICE(opaque);

    s->strobe_level = level;
}

static void sample_clock_update(void *opaque, ClockEvent event)
{
    SampleState *s = opaque;

    ptimer_transaction_begin(s->timer);
    ptimer_set_period_from_clock(s->timer, s->clk, 1);
    ptimer_transaction_commit(s->timer);
}

static void sample_reset_enter(Object *obj, ResetType type)
{
    SampleState *s = SAMPLE_DEVICE(obj);
    SampleClass *sc = SAMPLE_DEVICE_GET_CLASS(obj);

    if (sc->parent_phases.enter) {
        sc->parent_phases.enter(obj, type);
    }
    s->ctrl = 0;
    s->load = 0;
    s->status = 0;
    fifo8_reset(&s->fifo);
    s->enter_count++;
}

static void sample_reset_hold(Object *obj)
{
    SampleState *s = SAMPLE_DEVICE(obj);

    ptimer_transaction_begin(s->timer);
    ptimer_stop(s->timer);
    ptimer_transaction_commit(s->timer);
    timer_del(s->watchdog);
    sample_update(s);
    s->hold_count++;
}

static void sample_reset_exit(Object *obj)
{
    SAMPLE_DEVICE(obj)->exit_count++;
}

static void sample_init(Object *obj)
{
    SampleState *s = SAMPLE_DEVICE(obj);
    DeviceState *dev = DEVICE(obj);
    SysBusDevice *sbd = SYS_BUS_DEVICE(obj);

    memory_region_init_io(&s->registers, obj, &sample_ops, s, TYPE_SAMPLE_DEVICE,
                          SAMPLE_REGION_SIZE);
    sysbus_init_mmio(sbd, &s->registers);
    memory_region_init_io(&s->fifo_window, obj, &sample_fifo_ops, s, "sample-fifo", 4);
    sysbus_init_mmio(sbd, &s->fifo_window);
    for (size_t i = 0; i < ARRAY_SIZE(s->irq); i++) {
        sysbus_init_irq(sbd, &s->irq[i]);
    }
    qdev_init_gpio_in_named(dev, sample_strobe, "strobe", 1);
    qdev_init_gpio_out_named(dev, &s->done_line, "done", 1);
    s->clk = qdev_init_clock_in(dev, "clk", sample_clock_update, s, ClockUpdate);
    s->timer = ptimer_init(sample_tick, s, PTIMER_POLICY_NO_COUNTER_ROUND_DOWN);
    fifo8_create(&s->fifo, SAMPLE_FIFO_DEPTH);
}

static void sample_realize(DeviceState *dev, Error **errp)
{
    SampleState *s = SAMPLE_DEVICE(dev);

    if (!clock_has_source(s->clk)) {
        error_setg(errp, "the 'clk' clock must be connected");
        return;
    }
    if (s->size & (s->size - 1)) {
        error_setg(errp, "size 0x%" PRIx64 " is not a power of two", s->size);
        return;
    }
    address_space_init(&s->dma_as, s->dma_memory ?: get_system_memory(), "sample-dma");
    s->num_words = s->num_taps;
    s->words = g_new0(uint32_t, s->num_words);
    s->watchdog = timer_new_ns(QEMU_CLOCK_VIRTUAL, sample_watchdog, s);
    sample_clock_update(s, ClockUpdate);
}

static void sample_unrealize(DeviceState *dev)
{
    SampleState *s = SAMPLE_DEVICE(dev);

    timer_free(s->watchdog);
    s->watchdog = NULL;
    g_clear_pointer(&s->words, g_free);
    address_space_destroy(&s->dma_as);
}

static void sample_finalize(Object *obj)
{
    SampleState *s = SAMPLE_DEVICE(obj);

    ptimer_free(s->timer);
    fifo8_destroy(&s->fifo);
}

static int sample_post_load(void *opaque, int version_id)
{
    SampleState *s = opaque;

    return s->ctrl > 7 ? -EINVAL : 0;
}

static bool sample_history_needed(void *opaque)
{
    SampleState *s = opaque;

    return s->history_next != 0;
}

static const VMStateDescription vmstate_sample_event = {
    .name = "sample-device/event",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(kind, SampleEvent),
        VMSTATE_INT64(when_ns, SampleEvent),
        VMSTATE_END_OF_LIST()
    }
};

static const VMStateDescription vmstate_sample_history = {
    .name = "sample-device/history",
    .version_id = 1,
    .minimum_version_id = 1,
    .needed = sample_history_needed,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(history_next, SampleState),
        VMSTATE_STRUCT_ARRAY(history, SampleState, SAMPLE_HISTORY, 1, vmstate_sample_event,
                             SampleEvent),
        VMSTATE_END_OF_LIST()
    }
};

static const VMStateDescription vmstate_sample = {
    .name = "sample-device",
    .version_id = 2,
    .minimum_version_id = 1,
    .post_load = sample_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(ctrl, SampleState),
        VMSTATE_UINT32(load, SampleState),
        VMSTATE_UINT32(status, SampleState),
        VMSTATE_BOOL_V(strobe_level, SampleState, 2),
        VMSTATE_FIFO8(fifo, SampleState),
        VMSTATE_CLOCK(clk, SampleState),
        VMSTATE_PTIMER(timer, SampleState),
        VMSTATE_TIMER_PTR(watchdog, SampleState),
        VMSTATE_UINT32_EQUAL(num_words, SampleState, "the number of taps differs"),
        VMSTATE_VARRAY_UINT32(words, SampleState, num_words, 1, vmstate_info_uint32, uint32_t),
        VMSTATE_END_OF_LIST()
    },
    .subsections = (const VMStateDescription * const []) {
        &vmstate_sample_history,
        NULL
    }
};

static Property sample_properties[] = {
    DEFINE_PROP_UINT8("u8", SampleState, prop_u8, 7),
    DEFINE_PROP_UINT16("u16", SampleState, prop_u16, 0x1234),
    DEFINE_PROP_UINT32("id", SampleState, id, 0x5a5a0001),
    DEFINE_PROP_UINT64("u64", SampleState, prop_u64, UINT64_MAX),
    DEFINE_PROP_INT32("i32", SampleState, prop_i32, -5),
    DEFINE_PROP_INT64("i64", SampleState, prop_i64, INT64_MIN),
    DEFINE_PROP_SIZE("size", SampleState, size, 4 * KiB),
    DEFINE_PROP_BOOL("loopback", SampleState, loopback, false),
    DEFINE_PROP_BIT("fast", SampleState, flags, 3, true),
    DEFINE_PROP_BIT64("far", SampleState, flags64, 40, false),
    DEFINE_PROP_STRING("label", SampleState, label),
    DEFINE_PROP_ON_OFF_AUTO("mode", SampleState, mode, ON_OFF_AUTO_AUTO),
    DEFINE_PROP_UUID_NODEFAULT("uuid", SampleState, uuid),
    DEFINE_PROP_LINK("dma", SampleState, dma_memory, TYPE_MEMORY_REGION, MemoryRegion *),
    DEFINE_PROP_ARRAY("taps", SampleState, num_taps, taps, qdev_prop_uint32, uint32_t),
    DEFINE_PROP_END_OF_LIST(),
};

static void sample_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);
    SampleClass *sc = SAMPLE_DEVICE_CLASS(klass);

    dc->desc = "Sample timer for the conformance test";
    dc->realize = sample_realize;
    dc->unrealize = sample_unrealize;
    dc->vmsd = &vmstate_sample;
    dc->user_creatable = true;
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
    device_class_set_props(dc, sample_properties);
    resettable_class_set_parent_phases(rc, sample_reset_enter, sample_reset_hold, sample_reset_exit,
                                       &sc->parent_phases);
    sc->revision = 1;
}

static const TypeInfo sample_types[] = {
    {
        .name = TYPE_SAMPLE_DEVICE,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(SampleState),
        .instance_init = sample_init,
        .instance_finalize = sample_finalize,
        .class_size = sizeof(SampleClass),
        .class_init = sample_class_init,
    },
};

DEFINE_TYPES(sample_types)
