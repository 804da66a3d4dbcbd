/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The line of a PL011: its two FIFOs between the registers and the chardev, the interrupt
 * conditions that their levels make, and the receive timeout.
 */
#include "qemu/osdep.h"
#include "hw/clock.h"
#include "sysemu/runstate.h"
#include "pl011-internal.h"
#include "trace.h"

/* A silence of this many bits with data in the FIFO is a receive timeout. */
#define RX_TIMEOUT_BITS 32
/* For that while the guest has not programmed a speed, or UARTCLK is unknown. */
#define FALLBACK_BAUDRATE 115200

/* ---- FIFOs ---- */

uint32_t pl011_fifo_depth(const PL011State *s)
{
    return FIELD_EX32(s->lcr_h, UARTLCR_H, FEN) ? PL011_FIFO_DEPTH : 1;
}

static void pl011_fifo_push(PL011Fifo *fifo, uint16_t entry)
{
    fifo->entry[(fifo->first + fifo->count) % PL011_FIFO_DEPTH] = entry;
    fifo->count++;
}

static uint16_t pl011_fifo_pop(PL011Fifo *fifo)
{
    uint16_t entry = fifo->entry[fifo->first];

    fifo->first = (fifo->first + 1) % PL011_FIFO_DEPTH;
    fifo->count--;
    return entry;
}

static void pl011_fifo_flush(PL011Fifo *fifo)
{
    *fifo = (PL011Fifo){ 0 };
}

/* Characters for 1/8, 1/4, 1/2, 3/4 and 7/8; values 5 to 7 are reserved. */
static uint32_t pl011_trigger(uint32_t select)
{
    static const uint8_t levels[8] = { 2, 4, 8, 12, 14, 14, 14, 14 };

    return levels[select];
}

static uint32_t pl011_rx_trigger(const PL011State *s)
{
    if (!FIELD_EX32(s->lcr_h, UARTLCR_H, FEN)) {
        return 1;
    }
    return pl011_trigger(FIELD_EX32(s->ifls, UARTIFLS, RXIFLSEL));
}

static uint32_t pl011_tx_trigger(const PL011State *s)
{
    if (!FIELD_EX32(s->lcr_h, UARTLCR_H, FEN)) {
        return 0;
    }
    return pl011_trigger(FIELD_EX32(s->ifls, UARTIFLS, TXIFLSEL));
}

/* ---- speed ---- */

unsigned int pl011_baudrate(const PL011State *s)
{
    uint64_t hz = clock_get_hz(s->clk);
    uint64_t divisor = s->ibrd * 64ULL + s->fbrd;

    /* The divisor counts 1/64 and a bit takes 16 periods. */
    return s->ibrd ? hz * 4 / divisor : 0;
}

/* ---- receiver ---- */

void pl011_rx_timeout_start(PL011State *s)
{
    unsigned int baudrate = pl011_baudrate(s);

    timer_mod(&s->rx_timeout, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) +
              RX_TIMEOUT_BITS * NANOSECONDS_PER_SECOND / (baudrate ? baudrate
                                                                   : FALLBACK_BAUDRATE));
}

static void pl011_rx_timeout(void *opaque)
{
    PL011State *s = PL011(opaque);

    if (s->rx.count) {
        s->ris |= R_UARTRIS_RT_MASK;
        pl011_update_irq(s);
    }
}

void pl011_rx_put(PL011State *s, uint16_t entry)
{
    if (s->rx.count >= pl011_fifo_depth(s)) {
        trace_pl011_overrun(pl011_name(s), entry);
        s->rx_is_overrun = true;
        s->rsr |= R_UARTRSR_OE_MASK;
        s->ris |= R_UARTRIS_OE_MASK;
        return;
    }
    if (entry & R_UARTDR_BE_MASK) {
        s->ris |= R_UARTRIS_BE_MASK;
    }
    if (s->rx_is_overrun) {
        entry |= R_UARTDR_OE_MASK;
        s->rx_is_overrun = false;
    }
    pl011_fifo_push(&s->rx, entry);
    trace_pl011_receive(pl011_name(s), entry, s->rx.count);
    if (s->rx.count >= pl011_rx_trigger(s)) {
        s->ris |= R_UARTRIS_RX_MASK;
    }
    pl011_rx_timeout_start(s);
}

/* In loopback the receiver is cut off from the line: what arrives there has to wait. */
int pl011_rx_room(PL011State *s)
{
    uint32_t depth = pl011_fifo_depth(s);

    if (pl011_is_loopback(s) || !FIELD_EX32(s->cr, UARTCR, RXE)) {
        return 0;
    }
    return depth > s->rx.count ? depth - s->rx.count : 0;
}

static int pl011_can_receive(void *opaque)
{
    return pl011_rx_room(PL011(opaque));
}

void pl011_rx_accept(PL011State *s, int room_before)
{
    if (!room_before && pl011_rx_room(s)) {
        qemu_chr_fe_accept_input(&s->chr);
    }
}

static void pl011_receive(void *opaque, const uint8_t *buf, int size)
{
    PL011State *s = PL011(opaque);

    for (int i = 0; i < size; i++) {
        pl011_rx_put(s, buf[i]);
    }
    pl011_update_irq(s);
}

uint16_t pl011_rx_take(PL011State *s)
{
    uint16_t entry;

    if (!s->rx.count) {
        return 0;
    }
    entry = pl011_fifo_pop(&s->rx);
    /* An overrun is no matter of this character: it stays until UARTECR is written. */
    s->rsr = (s->rsr & R_UARTRSR_OE_MASK) | FIELD_EX32(entry, UARTDR, ERRORS);
    if (s->rx.count < pl011_rx_trigger(s)) {
        s->ris &= ~R_UARTRIS_RX_MASK;
    }
    if (!s->rx.count) {
        s->ris &= ~R_UARTRIS_RT_MASK;
        timer_del(&s->rx_timeout);
    }
    return entry;
}

/* ---- transmitter ---- */

static void pl011_tx_watch_stop(PL011State *s)
{
    if (s->tx_watch) {
        g_source_remove(s->tx_watch);
        s->tx_watch = 0;
    }
}

static gboolean pl011_tx_room(void *do_not_use, GIOCondition condition, void *opaque);

/*
 * Offer what the FIFO holds to the chardev. Returns how many characters left it; 0 when the
 * chardev has no room and will say so when it has. A peer that is gone takes everything.
 */
static uint32_t pl011_tx_offer(PL011State *s)
{
    uint8_t buf[PL011_FIFO_DEPTH];
    uint32_t count = s->tx.count;
    int taken;

    for (uint32_t i = 0; i < count; i++) {
        buf[i] = s->tx.entry[(s->tx.first + i) % PL011_FIFO_DEPTH];
    }
    if (!qemu_chr_fe_backend_connected(&s->chr)) {
        return count;
    }
    taken = qemu_chr_fe_write(&s->chr, buf, count);
    if (taken > 0) {
        return taken;
    }
    if (taken == 0 || errno == EAGAIN) {
        s->tx_watch = qemu_chr_fe_add_watch(&s->chr, G_IO_OUT | G_IO_HUP, pl011_tx_room, s);
        if (s->tx_watch) {
            return 0;
        }
    }
    return count;
}

void pl011_tx_run(PL011State *s)
{
    while (s->tx.count && !s->tx_watch && FIELD_EX32(s->cr, UARTCR, TXE)) {
        uint32_t sent = pl011_tx_offer(s);

        for (uint32_t i = 0; i < sent && s->tx.count; i++) {
            uint16_t ch = pl011_fifo_pop(&s->tx);

            if (pl011_is_loopback(s)) {
                pl011_rx_put(s, ch);
            }
        }
        if (sent && s->tx.count <= pl011_tx_trigger(s)) {
            s->ris |= R_UARTRIS_TX_MASK;
        }
        trace_pl011_transmit(pl011_name(s), sent, s->tx.count);
    }
}

static gboolean pl011_tx_room(void *do_not_use, GIOCondition condition, void *opaque)
{
    PL011State *s = PL011(opaque);

    s->tx_watch = 0;
    pl011_tx_run(s);
    pl011_update_irq(s);
    return G_SOURCE_REMOVE;
}

static void pl011_event(void *opaque, QEMUChrEvent event)
{
    PL011State *s = PL011(opaque);

    switch (event) {
    case CHR_EVENT_BREAK:
        if (!pl011_is_loopback(s) && FIELD_EX32(s->cr, UARTCR, RXE)) {
            pl011_rx_put(s, R_UARTDR_BE_MASK);
        }
        break;
    case CHR_EVENT_OPENED:
    case CHR_EVENT_CLOSED:
        /* A watch on the peer that was there before may never fire. */
        pl011_tx_watch_stop(s);
        pl011_tx_run(s);
        break;
    default:
        return;
    }
    pl011_update_irq(s);
}

void pl011_tx_put(PL011State *s, uint8_t ch)
{
    pl011_fifo_push(&s->tx, ch);
    if (s->tx.count > pl011_tx_trigger(s)) {
        s->ris &= ~R_UARTRIS_TX_MASK;
    }
    pl011_tx_run(s);
}

/* ---- life ---- */

void pl011_line_flush(PL011State *s)
{
    pl011_tx_watch_stop(s);
    timer_del(&s->rx_timeout);
    pl011_fifo_flush(&s->tx);
    pl011_fifo_flush(&s->rx);
    s->rx_is_overrun = false;
}

static int pl011_chardev_changed(void *opaque);

static void pl011_chardev_attach(PL011State *s)
{
    qemu_chr_fe_set_handlers(&s->chr, pl011_can_receive, pl011_receive, pl011_event,
                             pl011_chardev_changed, s, NULL, true);
}

static int pl011_chardev_changed(void *opaque)
{
    PL011State *s = PL011(opaque);

    pl011_tx_watch_stop(s);
    pl011_chardev_attach(s);
    pl011_tx_run(s);
    pl011_update_irq(s);
    return 0;
}

/* A loaded state may have characters to send, which must not happen before it is whole. */
static void pl011_vm_changed(void *opaque, bool running, RunState state)
{
    PL011State *s = PL011(opaque);

    if (running) {
        pl011_tx_run(s);
        pl011_update_irq(s);
        qemu_chr_fe_accept_input(&s->chr);
    }
}

void pl011_line_attach(PL011State *s)
{
    timer_init_ns(&s->rx_timeout, QEMU_CLOCK_VIRTUAL, pl011_rx_timeout, s);
    s->vm_change = qdev_add_vm_change_state_handler(DEVICE(s), pl011_vm_changed, s);
    pl011_chardev_attach(s);
}

void pl011_line_detach(PL011State *s)
{
    pl011_tx_watch_stop(s);
    qemu_chr_fe_set_handlers(&s->chr, NULL, NULL, NULL, NULL, NULL, NULL, true);
    qemu_del_vm_change_state_handler(s->vm_change);
    timer_del(&s->rx_timeout);
}
