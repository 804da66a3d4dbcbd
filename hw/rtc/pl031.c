/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arm PrimeCell Real Time Clock (PL031), by its Technical Reference Manual, Arm DDI 0224.
 * The counter starts with the guest's date (-rtc base=) and follows the clock that -rtc clock=
 * names. It always runs: RTCCR reads as 1. Left out: the integration test registers.
 */
#include "qemu/osdep.h"
#include "hw/fdt-node-writer.h"
#include "hw/irq.h"
#include "hw/registerfields.h"
#include "hw/rtc/pl031.h"
#include "migration/vmstate.h"
#include "qemu/cutils.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "sysemu/rtc.h"
#include "trace.h"

REG32(RTCDR, 0x00)
REG32(RTCMR, 0x04)
REG32(RTCLR, 0x08)
REG32(RTCCR, 0x0c)
REG32(RTCIMSC, 0x10)
REG32(RTCRIS, 0x14)
REG32(RTCMIS, 0x18)
REG32(RTCICR, 0x1c)
REG32(RTCPeriphID0, 0xfe0)
REG32(RTCPCellID3, 0xffc)

/* RTCPeriphID0-3, RTCPCellID0-3. */
static const uint8_t pl031_id[] = { 0x31, 0x10, 0x04, 0x00, 0x0d, 0xf0, 0x05, 0xb1 };

static const char *pl031_name(PL031State *s)
{
    return qdev_get_printable_name(DEVICE(s));
}

static void pl031_update(PL031State *s)
{
    int level = (s->is & s->im) != 0;

    trace_pl031_irq_state(pl031_name(s), level);
    qemu_set_irq(s->irq, level);
}

/* Seconds of rtc_clock, and with them RTCDR, change at full seconds of that clock. */
static int64_t pl031_clock_seconds(void)
{
    return qemu_clock_get_ns(rtc_clock) / NANOSECONDS_PER_SECOND;
}

static uint32_t pl031_get_count(const PL031State *s)
{
    return s->tick_offset + (uint32_t)pl031_clock_seconds();
}

static void pl031_raise(PL031State *s)
{
    s->is = 1;
    trace_pl031_alarm_raised(pl031_name(s));
    pl031_update(s);
}

/* Wait until the counter, which wraps around, equals RTCMR. */
static void pl031_set_alarm(PL031State *s)
{
    int64_t now = pl031_clock_seconds();
    uint32_t seconds = s->mr - (s->tick_offset + (uint32_t)now);

    if (!s->alarm_is_armed) {
        return;
    }
    trace_pl031_set_alarm(pl031_name(s), seconds);
    if (seconds == 0) {
        timer_del(&s->timer);
        pl031_raise(s);
    } else {
        timer_mod(&s->timer, (now + seconds) * NANOSECONDS_PER_SECOND);
    }
}

static void pl031_interrupt(void *opaque)
{
    pl031_raise(PL031(opaque));
}

static uint32_t pl031_read_register(PL031State *s, hwaddr offset)
{
    switch (offset) {
    case A_RTCDR:
        return pl031_get_count(s);
    case A_RTCMR:
        return s->mr;
    case A_RTCLR:
        return s->lr;
    case A_RTCCR:
        return 1;
    case A_RTCIMSC:
        return s->im;
    case A_RTCRIS:
        return s->is;
    case A_RTCMIS:
        return s->is & s->im;
    case A_RTCPeriphID0 ... A_RTCPCellID3:
        return pl031_id[(offset - A_RTCPeriphID0) / 4];
    case A_RTCICR:
        qemu_log_mask(LOG_GUEST_ERROR, "pl031: read of the write-only RTCICR\n");
        return 0;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "pl031: read at bad offset 0x%" PRIx64 "\n", offset);
        return 0;
    }
}

static uint64_t pl031_read(void *opaque, hwaddr offset, unsigned size)
{
    PL031State *s = PL031(opaque);
    uint32_t value = pl031_read_register(s, offset);

    trace_pl031_read(pl031_name(s), offset, value);
    return value;
}

static void pl031_write(void *opaque, hwaddr offset, uint64_t value, unsigned size)
{
    PL031State *s = PL031(opaque);

    trace_pl031_write(pl031_name(s), offset, value);
    switch (offset) {
    case A_RTCMR:
        s->mr = value;
        s->alarm_is_armed = true;
        pl031_set_alarm(s);
        break;
    case A_RTCLR:
        s->lr = value;
        s->tick_offset += (uint32_t)value - pl031_get_count(s);
        pl031_set_alarm(s);
        break;
    case A_RTCCR:
        /* Once started the counter cannot be stopped. */
        break;
    case A_RTCIMSC:
        s->im = value & 1;
        pl031_update(s);
        break;
    case A_RTCICR:
        s->is &= ~(uint32_t)value;
        pl031_update(s);
        break;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "pl031: write at bad offset 0x%" PRIx64 "\n", offset);
        break;
    }
}

static const MemoryRegionOps pl031_ops = {
    .read = pl031_read,
    .write = pl031_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8 },
    .impl = { .min_access_size = 4, .max_access_size = 4 },
};

/* The date stays: a battery keeps the counter going. */
static void pl031_reset_enter(Object *obj, ResetType type)
{
    PL031State *s = PL031(obj);

    timer_del(&s->timer);
    s->alarm_is_armed = false;
    s->mr = 0;
    s->lr = 0;
    s->im = 0;
    s->is = 0;
}

static void pl031_reset_hold(Object *obj)
{
    pl031_update(PL031(obj));
}

static void pl031_realize(DeviceState *dev, Error **errp)
{
    PL031State *s = PL031(dev);
    struct tm tm;

    qemu_get_timedate(&tm, 0);
    s->tick_offset = (uint32_t)mktimegm(&tm) - (uint32_t)pl031_clock_seconds();
    timer_init_ns(&s->timer, rtc_clock, pl031_interrupt, s);
}

static void pl031_unrealize(DeviceState *dev)
{
    timer_del(&PL031(dev)->timer);
}

static void pl031_init(Object *obj)
{
    PL031State *s = PL031(obj);

    memory_region_init_io(&s->iomem, obj, &pl031_ops, s, TYPE_PL031, 0x1000);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->iomem);
    sysbus_init_irq(SYS_BUS_DEVICE(obj), &s->irq);
}

static bool pl031_add_fdt_node(Object *obj, FdtNodeContext *ctx, Error **errp)
{
    static const char clock_names[] = "apb_pclk";
    SysBusDevice *sbd = SYS_BUS_DEVICE(obj);
    FdtNodeWriter w;

    if (!fdt_node_begin_device(&w, ctx, sbd, 0, "pl031", errp)) {
        return false;
    }
    fdt_node_put_strings(&w, "compatible", "arm,pl031\0arm,primecell");
    fdt_node_put_device_reg(&w, sbd, 0);
    fdt_node_put_interrupt(&w, sbd, 0);
    fdt_node_put_clocks(&w, "apb-pclk", 1, clock_names, sizeof(clock_names));
    return fdt_node_end(&w, errp);
}

/* ---- saved state ---- */

static int pl031_pre_save(void *opaque)
{
    PL031State *s = PL031(opaque);

    s->saved_count = pl031_get_count(s);
    return 0;
}

/*
 * The host's date and the virtual clock mean the same where the state is loaded: the guest's
 * date goes on with them, and an alarm that has passed meanwhile comes at once. The host's
 * uptime (clock=rt) does not: the counter goes on from its last value.
 */
static int pl031_post_load(void *opaque, int version_id)
{
    PL031State *s = PL031(opaque);

    if (rtc_clock == QEMU_CLOCK_REALTIME) {
        s->tick_offset = s->saved_count - (uint32_t)pl031_clock_seconds();
        if (timer_pending(&s->timer)) {
            pl031_set_alarm(s);
        }
    }
    return 0;
}

static bool pl031_count_needed(void *opaque)
{
    return rtc_clock == QEMU_CLOCK_REALTIME;
}

static const VMStateDescription vmstate_pl031_count = {
    .name = "pl031/count",
    .version_id = 1,
    .minimum_version_id = 1,
    .needed = pl031_count_needed,
    .pre_save = pl031_pre_save,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(saved_count, PL031State),
        VMSTATE_END_OF_LIST(),
    },
};

static const VMStateDescription vmstate_pl031 = {
    .name = TYPE_PL031,
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = pl031_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(tick_offset, PL031State),
        VMSTATE_UINT32(mr, PL031State),
        VMSTATE_UINT32(lr, PL031State),
        VMSTATE_UINT32(im, PL031State),
        VMSTATE_UINT32(is, PL031State),
        VMSTATE_BOOL(alarm_is_armed, PL031State),
        VMSTATE_TIMER(timer, PL031State),
        VMSTATE_END_OF_LIST(),
    },
    .subsections = (const VMStateDescription *const[]) { &vmstate_pl031_count, NULL },
};

static void pl031_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    dc->desc = "Arm PrimeCell Real Time Clock (PL031)";
    dc->realize = pl031_realize;
    dc->unrealize = pl031_unrealize;
    dc->vmsd = &vmstate_pl031;
    dc->user_creatable = true;
    rc->phases.enter = pl031_reset_enter;
    rc->phases.hold = pl031_reset_hold;
    FDT_NODE_CLASS(klass)->add_node = pl031_add_fdt_node;
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
}

static const TypeInfo pl031_types[] = {
    {
        .name = TYPE_PL031,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(PL031State),
        .instance_init = pl031_init,
        .class_init = pl031_class_init,
        .interfaces = (InterfaceInfo[]) { { TYPE_FDT_NODE }, { } },
    },
};

DEFINE_TYPES(pl031_types)
