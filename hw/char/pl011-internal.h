/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the two files of the PL011 share: registers (DDI 0183, table 3-1) and the
 * interface of the line, pl011-line.c.
 */
#ifndef HW_CHAR_PL011_INTERNAL_H
#define HW_CHAR_PL011_INTERNAL_H

#include "hw/char/pl011.h"
#include "hw/registerfields.h"

REG32(UARTDR, 0x00)
    FIELD(UARTDR, DATA, 0, 8)
    FIELD(UARTDR, FE, 8, 1)
    FIELD(UARTDR, PE, 9, 1)
    FIELD(UARTDR, BE, 10, 1)
    FIELD(UARTDR, OE, 11, 1)
    FIELD(UARTDR, ERRORS, 8, 4)
REG32(UARTRSR, 0x04)
    FIELD(UARTRSR, OE, 3, 1)
REG32(UARTFR, 0x18)
    FIELD(UARTFR, CTS, 0, 1)
    FIELD(UARTFR, DSR, 1, 1)
    FIELD(UARTFR, DCD, 2, 1)
    FIELD(UARTFR, BUSY, 3, 1)
    FIELD(UARTFR, RXFE, 4, 1)
    FIELD(UARTFR, TXFF, 5, 1)
    FIELD(UARTFR, RXFF, 6, 1)
    FIELD(UARTFR, TXFE, 7, 1)
    FIELD(UARTFR, RI, 8, 1)
REG32(UARTILPR, 0x20)
REG32(UARTIBRD, 0x24)
REG32(UARTFBRD, 0x28)
REG32(UARTLCR_H, 0x2c)
    FIELD(UARTLCR_H, BRK, 0, 1)
    FIELD(UARTLCR_H, FEN, 4, 1)
REG32(UARTCR, 0x30)
    FIELD(UARTCR, UARTEN, 0, 1)
    FIELD(UARTCR, LBE, 7, 1)
    FIELD(UARTCR, TXE, 8, 1)
    FIELD(UARTCR, RXE, 9, 1)
    FIELD(UARTCR, DTR, 10, 1)
    FIELD(UARTCR, RTS, 11, 1)
    FIELD(UARTCR, OUT1, 12, 1)
    FIELD(UARTCR, OUT2, 13, 1)
REG32(UARTIFLS, 0x34)
    FIELD(UARTIFLS, TXIFLSEL, 0, 3)
    FIELD(UARTIFLS, RXIFLSEL, 3, 3)
REG32(UARTIMSC, 0x38)
REG32(UARTRIS, 0x3c)
    FIELD(UARTRIS, RI, 0, 1)
    FIELD(UARTRIS, CTS, 1, 1)
    FIELD(UARTRIS, DCD, 2, 1)
    FIELD(UARTRIS, DSR, 3, 1)
    FIELD(UARTRIS, RX, 4, 1)
    FIELD(UARTRIS, TX, 5, 1)
    FIELD(UARTRIS, RT, 6, 1)
    FIELD(UARTRIS, BE, 9, 1)
    FIELD(UARTRIS, OE, 10, 1)
    FIELD(UARTRIS, MODEM, 0, 4)
    FIELD(UARTRIS, ERRORS, 7, 4)
    FIELD(UARTRIS, ALL, 0, 11)
REG32(UARTMIS, 0x40)
REG32(UARTICR, 0x44)
REG32(UARTDMACR, 0x48)
REG32(UARTPeriphID0, 0xfe0)
REG32(UARTPCellID3, 0xffc)

/* ---- pl011.c ---- */

static inline const char *pl011_name(PL011State *s)
{
    return qdev_get_printable_name(DEVICE(s));
}

/* Set the output lines from UARTRIS and UARTIMSC. */
void pl011_update_irq(PL011State *s);

/*
 * ---- pl011-line.c ----
 *
 * Functions change UARTRIS but leave it to the caller to update the lines.
 */

/* Characters that each FIFO takes: one while FIFOs are disabled. */
uint32_t pl011_fifo_depth(const PL011State *s);

/* Bits per second, or 0 for a UART without clock or divisor. */
unsigned int pl011_baudrate(const PL011State *s);

/* Is the transmitter fed back to the receiver? */
static inline bool pl011_is_loopback(const PL011State *s)
{
    return FIELD_EX32(s->cr, UARTCR, LBE);
}

/* A character, or a break (@entry with BE), arrives; lost if there is no room. */
void pl011_rx_put(PL011State *s, uint16_t entry);

/* The oldest entry, removed; 0 if there is none. */
uint16_t pl011_rx_take(PL011State *s);

/* Wait for silence from now on. */
void pl011_rx_timeout_start(PL011State *s);

/* Characters that the receiver takes from the chardev now. */
int pl011_rx_room(PL011State *s);

/* Call the chardev back if it was told to wait (its room was @room_before) and need not now. */
void pl011_rx_accept(PL011State *s, int room_before);

/* Add @ch to a transmit FIFO that is not full, and send. */
void pl011_tx_put(PL011State *s, uint8_t ch);

/* Send what the chardev takes. */
void pl011_tx_run(PL011State *s);

/* Empty both FIFOs and forget what waits for them. */
void pl011_line_flush(PL011State *s);

/* Begin and end service of the chardev and the timer. */
void pl011_line_attach(PL011State *s);
void pl011_line_detach(PL011State *s);

#endif
