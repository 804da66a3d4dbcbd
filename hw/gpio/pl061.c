/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arm PrimeCell General Purpose Input/Output (PL061), by its Technical Reference Manual,
 * Arm DDI 0190. Pins that GPIODIR drives make no interrupts. Left out: the hardware control
 * mode (GPIOAFSEL is only stored) and the integration test registers.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "hw/fdt-node-writer.h"
#include "hw/gpio/pl061.h"
#include "hw/irq.h"
#include "hw/qdev-properties.h"
#include "hw/registerfields.h"
#include "migration/vmstate.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "trace.h"

/* Up to GPIODATA_END bits 9:2 of the offset are the mask of an access. */
REG32(GPIODATA, 0x000)
REG32(GPIODATA_END, 0x3fc)
REG32(GPIODIR, 0x400)
REG32(GPIOIS, 0x404)
REG32(GPIOIBE, 0x408)
REG32(GPIOIEV, 0x40c)
REG32(GPIOIE, 0x410)
REG32(GPIORIS, 0x414)
REG32(GPIOMIS, 0x418)
REG32(GPIOIC, 0x41c)
REG32(GPIOAFSEL, 0x420)
REG32(GPIOPeriphID0, 0xfe0)
REG32(GPIOPCellID3, 0xffc)

#define ALL_PINS MAKE_64BIT_MASK(0, PL061_NUM_PINS)

/* GPIOPeriphID0-3, GPIOPCellID0-3. */
static const uint8_t pl061_id[] = { 0x61, 0x10, 0x04, 0x00, 0x0d, 0xf0, 0x05, 0xb1 };

static const char *pl061_name(PL061State *s)
{
    return qdev_get_printable_name(DEVICE(s));
}

/* GPIODATA as it is read: what the guest drives, and what it is given. */
static uint32_t pl061_pins(const PL061State *s)
{
    return (s->data & s->dir) | (s->in & ~s->dir);
}

/* A level interrupt follows its pin, an edge is remembered. */
static uint32_t pl061_ris(const PL061State *s)
{
    uint32_t at_level = ~(s->in ^ s->iev) & ~s->dir & ALL_PINS;

    return (at_level & s->is) | (s->edges & ~s->is);
}

static void pl061_update_irq(PL061State *s)
{
    uint32_t ris = pl061_ris(s);
    int level = (ris & s->ie) != 0;

    trace_pl061_update_istate(pl061_name(s), ris, s->ie, level);
    qemu_set_irq(s->irq, level);
}

/* Bring the output lines that changed up to date. */
static void pl061_update_outputs(PL061State *s, bool all)
{
    uint32_t floating = ~s->dir & ALL_PINS;
    uint32_t levels = (s->data & s->dir) | (s->pullups & floating);
    uint32_t changed = all ? ALL_PINS : levels ^ s->out_levels;

    trace_pl061_update(pl061_name(s), s->dir, s->data, s->pullups, floating);
    s->out_levels = levels;
    for (int i = 0; i < PL061_NUM_PINS; i++) {
        if (extract32(changed, i, 1)) {
            trace_pl061_set_output(pl061_name(s), i, extract32(levels, i, 1));
            qemu_set_irq(s->out[i], extract32(levels, i, 1));
        }
    }
}

static void pl061_set_input(void *opaque, int pin, int level)
{
    PL061State *s = PL061(opaque);
    uint32_t before = s->in;
    bool is_rising = level != 0;

    s->in = deposit32(s->in, pin, 1, is_rising);
    if (s->in == before) {
        return;
    }
    trace_pl061_input_change(pl061_name(s), pin, is_rising);
    if (!extract32(s->dir | s->is, pin, 1) &&
        (extract32(s->ibe, pin, 1) || extract32(s->iev, pin, 1) == is_rising)) {
        s->edges |= 1u << pin;
    }
    pl061_update_irq(s);
}

static uint32_t pl061_read_register(PL061State *s, hwaddr offset)
{
    switch (offset) {
    case A_GPIODATA ... A_GPIODATA_END:
        return pl061_pins(s) & (offset >> 2);
    case A_GPIODIR:
        return s->dir;
    case A_GPIOIS:
        return s->is;
    case A_GPIOIBE:
        return s->ibe;
    case A_GPIOIEV:
        return s->iev;
    case A_GPIOIE:
        return s->ie;
    case A_GPIORIS:
        return pl061_ris(s);
    case A_GPIOMIS:
        return pl061_ris(s) & s->ie;
    case A_GPIOAFSEL:
        return s->afsel;
    case A_GPIOPeriphID0 ... A_GPIOPCellID3:
        return pl061_id[(offset - A_GPIOPeriphID0) / 4];
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "pl061: read at bad offset 0x%" PRIx64 "\n", offset);
        return 0;
    }
}

static uint64_t pl061_read(void *opaque, hwaddr offset, unsigned size)
{
    PL061State *s = PL061(opaque);
    uint32_t value = pl061_read_register(s, offset);

    trace_pl061_read(pl061_name(s), offset, value);
    return value;
}

static void pl061_write(void *opaque, hwaddr offset, uint64_t value, unsigned size)
{
    PL061State *s = PL061(opaque);
    uint32_t pins = value & ALL_PINS;
    uint32_t mask;

    trace_pl061_write(pl061_name(s), offset, value);
    switch (offset) {
    case A_GPIODATA ... A_GPIODATA_END:
        mask = (offset >> 2) & s->dir;
        s->data = (s->data & ~mask) | (pins & mask);
        break;
    case A_GPIODIR:
        s->dir = pins;
        break;
    case A_GPIOIS:
        s->is = pins;
        break;
    case A_GPIOIBE:
        s->ibe = pins;
        break;
    case A_GPIOIEV:
        s->iev = pins;
        break;
    case A_GPIOIE:
        s->ie = pins;
        break;
    case A_GPIOIC:
        s->edges &= ~pins;
        break;
    case A_GPIOAFSEL:
        s->afsel = pins;
        break;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "pl061: write at bad offset 0x%" PRIx64 "\n", offset);
        return;
    }
    pl061_update_outputs(s, false);
    pl061_update_irq(s);
}

static const MemoryRegionOps pl061_ops = {
    .read = pl061_read,
    .write = pl061_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8 },
    .impl = { .min_access_size = 4, .max_access_size = 4 },
};

/* The levels of inputs stay: others drive them. */
static void pl061_reset_enter(Object *obj, ResetType type)
{
    PL061State *s = PL061(obj);

    s->data = 0;
    s->dir = 0;
    s->is = 0;
    s->ibe = 0;
    s->iev = 0;
    s->ie = 0;
    s->edges = 0;
    s->afsel = 0;
}

static void pl061_reset_hold(Object *obj)
{
    PL061State *s = PL061(obj);

    pl061_update_outputs(s, true);
    pl061_update_irq(s);
}

static void pl061_realize(DeviceState *dev, Error **errp)
{
    PL061State *s = PL061(dev);

    if (s->pullups > ALL_PINS) {
        error_setg(errp, "pl061: pullups is 0x%x; it must be between 0 and 0xff", s->pullups);
        return;
    }
    if (s->pulldowns > ALL_PINS) {
        error_setg(errp, "pl061: pulldowns is 0x%x; it must be between 0 and 0xff",
                   s->pulldowns);
        return;
    }
    if (s->pullups & s->pulldowns) {
        error_setg(errp, "pl061: no bit may be set both in pullups (0x%x) and in pulldowns "
                   "(0x%x)", s->pullups, s->pulldowns);
    }
}

static void pl061_init(Object *obj)
{
    PL061State *s = PL061(obj);
    DeviceState *dev = DEVICE(obj);

    memory_region_init_io(&s->iomem, obj, &pl061_ops, s, TYPE_PL061, 0x1000);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->iomem);
    sysbus_init_irq(SYS_BUS_DEVICE(obj), &s->irq);
    qdev_init_gpio_in(dev, pl061_set_input, PL061_NUM_PINS);
    qdev_init_gpio_out(dev, s->out, PL061_NUM_PINS);
}

static bool pl061_add_fdt_node(Object *obj, FdtNodeContext *ctx, Error **errp)
{
    static const char clock_names[] = "apb_pclk";
    SysBusDevice *sbd = SYS_BUS_DEVICE(obj);
    uint32_t phandle = fdt_node_phandle_new(ctx);
    FdtNodeWriter w;

    if (!fdt_node_begin_device(&w, ctx, sbd, 0, "pl061", errp)) {
        return false;
    }
    fdt_node_put_device_reg(&w, sbd, 0);
    fdt_node_put_strings(&w, "compatible", "arm,pl061\0arm,primecell");
    fdt_node_put_cell(&w, "#gpio-cells", 2);
    fdt_node_put_empty(&w, "gpio-controller");
    fdt_node_put_interrupt(&w, sbd, 0);
    fdt_node_put_clocks(&w, "apb-pclk", 1, clock_names, sizeof(clock_names));
    fdt_node_put_cell(&w, "phandle", phandle);
    return fdt_node_end(&w, errp);
}

static const VMStateDescription vmstate_pl061 = {
    .name = TYPE_PL061,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(data, PL061State),
        VMSTATE_UINT32(in, PL061State),
        VMSTATE_UINT32(out_levels, PL061State),
        VMSTATE_UINT32(dir, PL061State),
        VMSTATE_UINT32(is, PL061State),
        VMSTATE_UINT32(ibe, PL061State),
        VMSTATE_UINT32(iev, PL061State),
        VMSTATE_UINT32(ie, PL061State),
        VMSTATE_UINT32(edges, PL061State),
        VMSTATE_UINT32(afsel, PL061State),
        VMSTATE_END_OF_LIST(),
    },
};

static Property pl061_properties[] = {
    DEFINE_PROP_UINT32("pullups", PL061State, pullups, 0xff),
    DEFINE_PROP_UINT32("pulldowns", PL061State, pulldowns, 0x0),
    DEFINE_PROP_END_OF_LIST(),
};

static const PropertyText pl061_texts[] = {
    { "pullups", "pins with a pull-up resistor, a bit each" },
    { "pulldowns", "pins with a pull-down resistor, a bit each" },
    { }
};

static void pl061_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    dc->desc = "Arm PrimeCell GPIO (PL061)";
    dc->realize = pl061_realize;
    dc->vmsd = &vmstate_pl061;
    dc->user_creatable = true;
    rc->phases.enter = pl061_reset_enter;
    rc->phases.hold = pl061_reset_hold;
    FDT_NODE_CLASS(klass)->add_node = pl061_add_fdt_node;
    device_class_set_props(dc, pl061_properties);
    device_class_describe_props(dc, pl061_texts);
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
}

static const TypeInfo pl061_types[] = {
    {
        .name = TYPE_PL061,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(PL061State),
        .instance_init = pl061_init,
        .class_init = pl061_class_init,
        .interfaces = (InterfaceInfo[]) { { TYPE_FDT_NODE }, { } },
    },
};

DEFINE_TYPES(pl061_types)
