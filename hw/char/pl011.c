/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arm PrimeCell UART (PL011), by its Technical Reference Manual, Arm DDI 0183.
 * The line runs at the speed of the chardev, not of UARTIBRD: a character that
 * the guest sends is out as soon as the chardev takes it, and the FIFO fills only
 * while it does not. Bits have a length for the receive timeout only.
 * Left out: IrDA, DMA requests, parity and framing errors (a chardev has none),
 * modem inputs other than those of the loopback.
 */
#include "qemu/osdep.h"
#include "chardev/char-serial.h"
#include "hw/fdt-node-writer.h"
#include "hw/irq.h"
#include "hw/qdev-clock.h"
#include "migration/vmstate.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "pl011-internal.h"
#include "trace.h"

#define UARTCR_RESET 0x300
#define UARTIFLS_RESET 0x12
#define UARTCR_VALID 0xff87

/* UARTPeriphID0-3, UARTPCellID0-3. Revision 1: the one with 16 characters a FIFO. */
static const uint8_t pl011_id[] = { 0x11, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1 };

/* Which interrupt sources each output line combines. */
static const uint32_t pl011_irq_mask[PL011_NUM_IRQS] = {
    R_UARTRIS_ALL_MASK, R_UARTRIS_RX_MASK, R_UARTRIS_TX_MASK, R_UARTRIS_RT_MASK,
    R_UARTRIS_MODEM_MASK, R_UARTRIS_ERRORS_MASK,
};

void pl011_update_irq(PL011State *s)
{
    uint32_t mis = s->ris & s->imsc;

    trace_pl011_irq_state(pl011_name(s), s->ris, mis);
    for (int i = 0; i < PL011_NUM_IRQS; i++) {
        qemu_set_irq(s->irq[i], (mis & pl011_irq_mask[i]) != 0);
    }
}

static void pl011_write_dr(PL011State *s, uint32_t value)
{
    if (!FIELD_EX32(s->cr, UARTCR, UARTEN)) {
        /* Sent all the same: programs for emulators often do not care to enable anything. */
        qemu_log_mask(LOG_GUEST_ERROR, "pl011: UARTDR is written while UARTCR.UARTEN is 0\n");
    }
    if (s->tx.count >= pl011_fifo_depth(s)) {
        qemu_log_mask(LOG_GUEST_ERROR, "pl011: UARTDR is written while UARTFR.TXFF is 1, "
                      "character 0x%02x is lost\n", value & 0xff);
        return;
    }
    pl011_tx_put(s, FIELD_EX32(value, UARTDR, DATA));
    pl011_update_irq(s);
}

static uint32_t pl011_read_dr(PL011State *s)
{
    int room_before = pl011_rx_room(s);
    uint32_t entry = pl011_rx_take(s);

    pl011_update_irq(s);
    pl011_rx_accept(s, room_before);
    return entry;
}

/* ---- modem lines: only the loopback connects them ---- */

/* UARTFR's modem bits: the outputs nUARTRTS, nUARTDTR, nUARTOut1, nUARTOut2 fed back. */
static uint32_t pl011_modem_flags(const PL011State *s)
{
    uint32_t flags = 0;

    if (pl011_is_loopback(s)) {
        flags = FIELD_DP32(flags, UARTFR, CTS, FIELD_EX32(s->cr, UARTCR, RTS));
        flags = FIELD_DP32(flags, UARTFR, DSR, FIELD_EX32(s->cr, UARTCR, DTR));
        flags = FIELD_DP32(flags, UARTFR, DCD, FIELD_EX32(s->cr, UARTCR, OUT1));
        flags = FIELD_DP32(flags, UARTFR, RI, FIELD_EX32(s->cr, UARTCR, OUT2));
    }
    return flags;
}

/* The modem interrupts report changes of the lines. */
static void pl011_modem_changed(PL011State *s, uint32_t before)
{
    uint32_t changed = before ^ pl011_modem_flags(s);

    s->ris |= FIELD_EX32(changed, UARTFR, CTS) << R_UARTRIS_CTS_SHIFT;
    s->ris |= FIELD_EX32(changed, UARTFR, DSR) << R_UARTRIS_DSR_SHIFT;
    s->ris |= FIELD_EX32(changed, UARTFR, DCD) << R_UARTRIS_DCD_SHIFT;
    s->ris |= FIELD_EX32(changed, UARTFR, RI) << R_UARTRIS_RI_SHIFT;
}

static uint32_t pl011_read_fr(const PL011State *s)
{
    uint32_t depth = pl011_fifo_depth(s);
    uint32_t flags = pl011_modem_flags(s);

    flags = FIELD_DP32(flags, UARTFR, BUSY, s->tx.count != 0);
    flags = FIELD_DP32(flags, UARTFR, TXFE, s->tx.count == 0);
    flags = FIELD_DP32(flags, UARTFR, TXFF, s->tx.count >= depth);
    flags = FIELD_DP32(flags, UARTFR, RXFE, s->rx.count == 0);
    flags = FIELD_DP32(flags, UARTFR, RXFF, s->rx.count >= depth);
    return flags;
}

/* ---- control ---- */

static void pl011_trace_baudrate(PL011State *s)
{
    trace_pl011_baudrate_change(pl011_name(s), pl011_baudrate(s), clock_get_hz(s->clk), s->ibrd,
                                s->fbrd);
}

static void pl011_clock_update(void *opaque, ClockEvent event)
{
    pl011_trace_baudrate(PL011(opaque));
}

static void pl011_write_lcr_h(PL011State *s, uint32_t value)
{
    uint32_t changed = s->lcr_h ^ value;
    int room_before = pl011_rx_room(s);

    s->lcr_h = value & 0xff;
    if (FIELD_EX32(changed, UARTLCR_H, FEN) && !FIELD_EX32(value, UARTLCR_H, FEN)) {
        /* Disabling the FIFOs flushes them. */
        pl011_line_flush(s);
        s->ris &= ~(R_UARTRIS_RX_MASK | R_UARTRIS_RT_MASK);
    }
    if (FIELD_EX32(changed, UARTLCR_H, BRK)) {
        int is_on = FIELD_EX32(value, UARTLCR_H, BRK);

        qemu_chr_fe_ioctl(&s->chr, CHR_IOCTL_SERIAL_SET_BREAK, &is_on);
        if (is_on && pl011_is_loopback(s)) {
            pl011_rx_put(s, R_UARTDR_BE_MASK);
        }
    }
    pl011_update_irq(s);
    pl011_rx_accept(s, room_before);
}

static void pl011_write_cr(PL011State *s, uint32_t value)
{
    uint32_t modem_before = pl011_modem_flags(s);
    int room_before = pl011_rx_room(s);

    s->cr = value & UARTCR_VALID;
    pl011_modem_changed(s, modem_before);
    pl011_tx_run(s);
    pl011_update_irq(s);
    pl011_rx_accept(s, room_before);
}

static void pl011_write_icr(PL011State *s, uint32_t value)
{
    s->ris &= ~value;
    if ((value & R_UARTRIS_RT_MASK) && s->rx.count) {
        /* Data is still there: unless it is read, silence is noticed again. */
        pl011_rx_timeout_start(s);
    }
    pl011_update_irq(s);
}

/* ---- registers ---- */

static uint32_t pl011_read_register(PL011State *s, hwaddr offset)
{
    switch (offset) {
    case A_UARTDR:
        return pl011_read_dr(s);
    case A_UARTRSR:
        return s->rsr;
    case A_UARTFR:
        return pl011_read_fr(s);
    case A_UARTILPR:
        return s->ilpr;
    case A_UARTIBRD:
        return s->ibrd;
    case A_UARTFBRD:
        return s->fbrd;
    case A_UARTLCR_H:
        return s->lcr_h;
    case A_UARTCR:
        return s->cr;
    case A_UARTIFLS:
        return s->ifls;
    case A_UARTIMSC:
        return s->imsc;
    case A_UARTRIS:
        return s->ris;
    case A_UARTMIS:
        return s->ris & s->imsc;
    case A_UARTDMACR:
        return s->dmacr;
    case A_UARTPeriphID0 ... A_UARTPCellID3:
        return pl011_id[(offset - A_UARTPeriphID0) / 4];
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "pl011: read at bad offset 0x%" PRIx64 "\n", offset);
        return 0;
    }
}

static uint64_t pl011_read(void *opaque, hwaddr offset, unsigned size)
{
    PL011State *s = PL011(opaque);
    uint32_t value = pl011_read_register(s, offset);

    trace_pl011_read(pl011_name(s), offset, value);
    return value;
}

static void pl011_write_register(PL011State *s, hwaddr offset, uint32_t value)
{
    switch (offset) {
    case A_UARTDR:
        pl011_write_dr(s, value);
        break;
    case A_UARTRSR:
        s->rsr = 0;
        break;
    case A_UARTILPR:
        s->ilpr = value & 0xff;
        break;
    case A_UARTIBRD:
        s->ibrd = value & 0xffff;
        pl011_trace_baudrate(s);
        break;
    case A_UARTFBRD:
        s->fbrd = value & 0x3f;
        pl011_trace_baudrate(s);
        break;
    case A_UARTLCR_H:
        pl011_write_lcr_h(s, value);
        break;
    case A_UARTCR:
        pl011_write_cr(s, value);
        break;
    case A_UARTIFLS:
        s->ifls = value & 0x3f;
        break;
    case A_UARTIMSC:
        s->imsc = value & R_UARTRIS_ALL_MASK;
        pl011_update_irq(s);
        break;
    case A_UARTICR:
        pl011_write_icr(s, value);
        break;
    case A_UARTDMACR:
        s->dmacr = value & 0x7;
        if (s->dmacr & 0x3) {
            qemu_log_mask(LOG_UNIMP, "pl011: there is no DMA\n");
        }
        break;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "pl011: write at bad offset 0x%" PRIx64 "\n", offset);
        break;
    }
}

static void pl011_write(void *opaque, hwaddr offset, uint64_t value, unsigned size)
{
    PL011State *s = PL011(opaque);

    trace_pl011_write(pl011_name(s), offset, value);
    pl011_write_register(s, offset, value);
}

static const MemoryRegionOps pl011_ops = {
    .read = pl011_read,
    .write = pl011_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8 },
    .impl = { .min_access_size = 4, .max_access_size = 4 },
};

/* ---- life ---- */

static void pl011_reset_enter(Object *obj, ResetType type)
{
    PL011State *s = PL011(obj);
    int break_is_on = 0;

    if (FIELD_EX32(s->lcr_h, UARTLCR_H, BRK)) {
        qemu_chr_fe_ioctl(&s->chr, CHR_IOCTL_SERIAL_SET_BREAK, &break_is_on);
    }
    pl011_line_flush(s);
    s->rsr = 0;
    s->ilpr = 0;
    s->ibrd = 0;
    s->fbrd = 0;
    s->lcr_h = 0;
    s->cr = UARTCR_RESET;
    s->ifls = UARTIFLS_RESET;
    s->imsc = 0;
    s->ris = 0;
    s->dmacr = 0;
}

static void pl011_reset_hold(Object *obj)
{
    pl011_update_irq(PL011(obj));
}

static void pl011_reset_exit(Object *obj)
{
    PL011State *s = PL011(obj);

    /* The FIFO is empty now; the chardev may have been told to wait. */
    qemu_chr_fe_accept_input(&s->chr);
}

static void pl011_realize(DeviceState *dev, Error **errp)
{
    pl011_line_attach(PL011(dev));
}

static void pl011_unrealize(DeviceState *dev)
{
    pl011_line_detach(PL011(dev));
}

static void pl011_init(Object *obj)
{
    PL011State *s = PL011(obj);

    memory_region_init_io(&s->iomem, obj, &pl011_ops, s, TYPE_PL011, 0x1000);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->iomem);
    for (int i = 0; i < PL011_NUM_IRQS; i++) {
        sysbus_init_irq(SYS_BUS_DEVICE(obj), &s->irq[i]);
    }
    s->clk = qdev_init_clock_in(DEVICE(obj), "clk", pl011_clock_update, s, ClockUpdate);
}

static bool pl011_add_fdt_node(Object *obj, FdtNodeContext *ctx, Error **errp)
{
    static const char clock_names[] = "uartclk\0apb_pclk";
    SysBusDevice *sbd = SYS_BUS_DEVICE(obj);
    FdtNodeWriter w;

    if (!fdt_node_begin_device(&w, ctx, sbd, 0, "pl011", errp)) {
        return false;
    }
    fdt_node_put_strings(&w, "compatible", "arm,pl011\0arm,primecell");
    fdt_node_put_device_reg(&w, sbd, 0);
    fdt_node_put_interrupt(&w, sbd, 0);
    fdt_node_put_clocks(&w, "apb-pclk", 2, clock_names, sizeof(clock_names));
    return fdt_node_end(&w, errp);
}

/* ---- saved state ---- */

static bool pl011_fifo_is_valid(const PL011Fifo *fifo, uint32_t depth, uint16_t mask)
{
    for (int i = 0; i < PL011_FIFO_DEPTH; i++) {
        if (fifo->entry[i] & ~mask) {
            return false;
        }
    }
    return fifo->first < PL011_FIFO_DEPTH && fifo->count <= depth;
}

static int pl011_post_load(void *opaque, int version_id)
{
    PL011State *s = PL011(opaque);
    uint32_t depth = pl011_fifo_depth(s);

    if (!pl011_fifo_is_valid(&s->rx, depth, 0xfff) ||
        !pl011_fifo_is_valid(&s->tx, depth, 0xff)) {
        return -EINVAL;
    }
    return 0;
}

static bool pl011_clock_needed(void *opaque)
{
    return PL011(opaque)->migrate_clk;
}

static const VMStateDescription vmstate_pl011_clock = {
    .name = "pl011/clock",
    .version_id = 1,
    .minimum_version_id = 1,
    .needed = pl011_clock_needed,
    .fields = (const VMStateField[]) {
        VMSTATE_CLOCK(clk, PL011State),
        VMSTATE_END_OF_LIST(),
    },
};

static const VMStateDescription vmstate_pl011_fifo = {
    .name = "pl011/fifo",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT16_ARRAY(entry, PL011Fifo, PL011_FIFO_DEPTH),
        VMSTATE_UINT32(first, PL011Fifo),
        VMSTATE_UINT32(count, PL011Fifo),
        VMSTATE_END_OF_LIST(),
    },
};

static const VMStateDescription vmstate_pl011 = {
    .name = TYPE_PL011,
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = pl011_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(rsr, PL011State),
        VMSTATE_UINT32(ilpr, PL011State),
        VMSTATE_UINT32(ibrd, PL011State),
        VMSTATE_UINT32(fbrd, PL011State),
        VMSTATE_UINT32(lcr_h, PL011State),
        VMSTATE_UINT32(cr, PL011State),
        VMSTATE_UINT32(ifls, PL011State),
        VMSTATE_UINT32(imsc, PL011State),
        VMSTATE_UINT32(ris, PL011State),
        VMSTATE_UINT32(dmacr, PL011State),
        VMSTATE_STRUCT(rx, PL011State, 0, vmstate_pl011_fifo, PL011Fifo),
        VMSTATE_STRUCT(tx, PL011State, 0, vmstate_pl011_fifo, PL011Fifo),
        VMSTATE_BOOL(rx_is_overrun, PL011State),
        VMSTATE_TIMER(rx_timeout, PL011State),
        VMSTATE_END_OF_LIST(),
    },
    .subsections = (const VMStateDescription *const[]) { &vmstate_pl011_clock, NULL },
};

static Property pl011_properties[] = {
    DEFINE_PROP_CHR("chardev", PL011State, chr),
    DEFINE_PROP_BOOL("migrate-clk", PL011State, migrate_clk, true),
    DEFINE_PROP_END_OF_LIST(),
};

static const PropertyText pl011_texts[] = {
    { "chardev", "id of the character device at the other end" },
    { "migrate-clk", "the clock is part of the saved state" },
    { }
};

static void pl011_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    dc->desc = "Arm PrimeCell UART (PL011)";
    dc->realize = pl011_realize;
    dc->unrealize = pl011_unrealize;
    dc->vmsd = &vmstate_pl011;
    dc->user_creatable = true;
    rc->phases.enter = pl011_reset_enter;
    rc->phases.hold = pl011_reset_hold;
    rc->phases.exit = pl011_reset_exit;
    FDT_NODE_CLASS(klass)->add_node = pl011_add_fdt_node;
    device_class_set_props(dc, pl011_properties);
    device_class_describe_props(dc, pl011_texts);
    set_bit(DEVICE_CATEGORY_INPUT, dc->categories);
}

static const TypeInfo pl011_types[] = {
    {
        .name = TYPE_PL011,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(PL011State),
        .instance_init = pl011_init,
        .class_init = pl011_class_init,
        .interfaces = (InterfaceInfo[]) { { TYPE_FDT_NODE }, { } },
    },
};

DEFINE_TYPES(pl011_types)
