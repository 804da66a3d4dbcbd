/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The PL011 at a character device that the test controls: what a slow, a broken and a vanishing
 * peer do to it, and its saved state in the middle of it all.
 */
#include "../hwcore/hwcore-harness.h"
#include "exec/address-spaces.h"
#include "hw/char/pl011.h"
#include "hw/qdev-clock.h"
#include "qemu/main-loop.h"
#include "sysemu/runstate.h"
#include "device-state.h"
#include "gated-chardev.h"

#define UART 0x9000000
#define UARTDR 0x00
#define UARTRSR 0x04
#define UARTFR 0x18
#define UARTIBRD 0x24
#define UARTFBRD 0x28
#define UARTLCR_H 0x2c
#define UARTCR 0x30
#define UARTIFLS 0x34
#define UARTIMSC 0x38
#define UARTRIS 0x3c

#define FR_BUSY 0x08
#define FR_RXFE 0x10
#define FR_TXFF 0x20
#define FR_TXFE 0x80
#define CR_ON 0x301
#define CR_LBE 0x080
#define CR_NO_TXE 0x201
#define LCR_H_BRK 0x01
#define LCR_H_FEN 0x10
#define INT_TX 0x020
#define INT_RT 0x040
#define INT_BE 0x200
#define INT_OE 0x400

typedef struct Uart {
    DeviceState *dev;
    GatedChardev *peer;
    Clock *clock;
    HarnessLine line;           /* UARTINTR */
} Uart;

static uint32_t get(uint32_t offset)
{
    return address_space_ldl_le(&address_space_memory, UART + offset, MEMTXATTRS_UNSPECIFIED,
                                NULL);
}

static void put(uint32_t offset, uint32_t value)
{
    address_space_stl_le(&address_space_memory, UART + offset, value, MEMTXATTRS_UNSPECIFIED,
                         NULL);
}

/* A UART with FIFOs on, at 1 MBd. */
static void uart_start(Uart *u)
{
    *u = (Uart){ .dev = qdev_new(TYPE_PL011), .peer = gated_chardev_new() };
    u->clock = clock_new(object_get_root(), "uartclk");
    clock_set_hz(u->clock, 16000000);
    qdev_connect_clock_in(u->dev, "clk", u->clock);
    harness_line_init(&u->line);
    object_property_add_child(object_get_root(), "uart", OBJECT(u->dev));
    qemu_chr_fe_init(&PL011(u->dev)->chr, CHARDEV(u->peer), &error_abort);
    sysbus_realize_and_unref(SYS_BUS_DEVICE(u->dev), &error_abort);
    sysbus_mmio_map(SYS_BUS_DEVICE(u->dev), 0, UART);
    sysbus_connect_irq(SYS_BUS_DEVICE(u->dev), 0, u->line.irq);
    device_cold_reset(u->dev);
    put(UARTIBRD, 1);
    put(UARTLCR_H, LCR_H_FEN);
    put(UARTCR, CR_ON);
}

static void uart_stop(Uart *u)
{
    object_unparent(OBJECT(u->dev));
    object_unparent(OBJECT(u->clock));
    object_unref(OBJECT(u->peer));
    harness_line_free(&u->line);
}

static void send(const char *text)
{
    for (; *text; text++) {
        put(UARTDR, (uint8_t)*text);
    }
}

static void host_types(Uart *u, const char *text)
{
    int len = strlen(text);

    g_assert_cmpint(qemu_chr_be_can_write(CHARDEV(u->peer)), >=, len);
    qemu_chr_be_write(CHARDEV(u->peer), (const uint8_t *)text, len);
}

static void loop_run(void)
{
    for (int i = 0; i < 5; i++) {
        main_loop_wait(true);
    }
}

/* ---- flow control ---- */

static void test_output_waits_for_a_slow_peer(void)
{
    Uart u;

    uart_start(&u);
    put(UARTIMSC, INT_TX);
    u.peer->room = 3;
    send("abcdefghijklmnopqrs");
    g_assert_cmpstr(u.peer->output->str, ==, "abc");
    g_assert_cmphex(get(UARTFR), ==, FR_BUSY | FR_TXFF | FR_RXFE);
    g_assert_cmpint(u.line.level, ==, 0);

    /* The trigger level of UARTIFLS' reset value is 8 characters. */
    u.peer->room = 7;
    loop_run();
    g_assert_cmpstr(u.peer->output->str, ==, "abcdefghij");
    g_assert_cmphex(get(UARTFR), ==, FR_BUSY | FR_RXFE);
    g_assert_cmphex(get(UARTRIS) & INT_TX, ==, 0);
    u.peer->room = 1;
    loop_run();
    g_assert_cmphex(get(UARTRIS) & INT_TX, ==, INT_TX);
    g_assert_cmpint(u.line.level, ==, 1);

    u.peer->room = 100;
    loop_run();
    g_assert_cmpstr(u.peer->output->str, ==, "abcdefghijklmnopqrs");
    g_assert_cmphex(get(UARTFR), ==, FR_TXFE | FR_RXFE);
    uart_stop(&u);
}

static void test_full_fifo_takes_nothing(void)
{
    Uart u;

    uart_start(&u);
    send("0123456789abcdefXY");
    u.peer->room = 100;
    loop_run();
    g_assert_cmpstr(u.peer->output->str, ==, "0123456789abcdef");
    uart_stop(&u);
}

static void test_writing_above_the_trigger_clears_the_interrupt(void)
{
    Uart u;

    uart_start(&u);
    put(UARTIFLS, 0);
    u.peer->room = 1;
    send("a");
    g_assert_cmphex(get(UARTRIS) & INT_TX, ==, INT_TX);
    send("bc");
    g_assert_cmphex(get(UARTRIS) & INT_TX, ==, INT_TX);
    send("d");
    g_assert_cmphex(get(UARTRIS) & INT_TX, ==, 0);
    uart_stop(&u);
}

static void test_broken_peer_takes_everything(void)
{
    Uart u;

    uart_start(&u);
    u.peer->write_error = EPIPE;
    send("lost");
    g_assert_cmphex(get(UARTFR), ==, FR_TXFE | FR_RXFE);
    u.peer->write_error = EAGAIN;
    u.peer->cannot_watch = true;
    send("lost");
    g_assert_cmphex(get(UARTFR), ==, FR_TXFE | FR_RXFE);
    uart_stop(&u);
}

static void test_unrealize_while_output_waits(void)
{
    Uart u;

    uart_start(&u);
    send("abc");
    object_ref(OBJECT(u.peer));
    GatedChardev *peer = u.peer;
    uart_stop(&u);
    peer->room = 100;
    loop_run();
    g_assert_cmpstr(peer->output->str, ==, "");
    object_unref(OBJECT(peer));
}

static void test_reset_while_output_waits(void)
{
    Uart u;

    uart_start(&u);
    send("abc");
    device_cold_reset(u.dev);
    u.peer->room = 100;
    loop_run();
    g_assert_cmpstr(u.peer->output->str, ==, "");
    g_assert_cmphex(get(UARTFR), ==, FR_TXFE | FR_RXFE);
    uart_stop(&u);
}

static void test_input_is_offered_room(void)
{
    Uart u;

    uart_start(&u);
    g_assert_cmpint(qemu_chr_be_can_write(CHARDEV(u.peer)), ==, 16);
    host_types(&u, "0123456789");
    g_assert_cmpint(qemu_chr_be_can_write(CHARDEV(u.peer)), ==, 6);
    put(UARTCR, CR_ON | CR_LBE);
    g_assert_cmpint(qemu_chr_be_can_write(CHARDEV(u.peer)), ==, 0);
    put(UARTLCR_H, 0);
    put(UARTCR, CR_ON);
    g_assert_cmpint(qemu_chr_be_can_write(CHARDEV(u.peer)), ==, 1);
    uart_stop(&u);
}

/* ---- break ---- */

static void test_break_goes_to_the_peer(void)
{
    Uart u;

    uart_start(&u);
    put(UARTLCR_H, LCR_H_FEN | LCR_H_BRK);
    g_assert_cmpint(u.peer->break_level, ==, 1);
    put(UARTLCR_H, LCR_H_FEN);
    g_assert_cmpint(u.peer->break_level, ==, 0);
    put(UARTLCR_H, LCR_H_FEN | LCR_H_BRK);
    device_cold_reset(u.dev);
    g_assert_cmpint(u.peer->break_level, ==, 0);
    uart_stop(&u);
}

static void test_break_comes_from_the_peer(void)
{
    Uart u;

    uart_start(&u);
    put(UARTIMSC, INT_BE);
    host_types(&u, "a");
    qemu_chr_be_event(CHARDEV(u.peer), CHR_EVENT_BREAK);
    g_assert_cmpint(u.line.level, ==, 1);
    g_assert_cmphex(get(UARTDR), ==, 'a');
    g_assert_cmphex(get(UARTDR), ==, 0x400);
    put(UARTCR, CR_ON | CR_LBE);
    qemu_chr_be_event(CHARDEV(u.peer), CHR_EVENT_BREAK);
    g_assert_cmphex(get(UARTFR) & FR_RXFE, ==, FR_RXFE);
    uart_stop(&u);
}

/* ---- saved state ---- */

/* Output waits, input was overrun, a break was received, the receive timeout runs. */
static void uart_make_busy(Uart *u)
{
    put(UARTIMSC, INT_OE | INT_RT);
    host_types(u, "0123456789abcde");
    qemu_chr_be_event(CHARDEV(u->peer), CHR_EVENT_BREAK);
    qemu_chr_be_event(CHARDEV(u->peer), CHR_EVENT_BREAK);
    put(UARTCR, CR_NO_TXE);
    send("output");
    get(UARTDR);
    harness_clock_step(10000);
}

static void assert_busy_goes_on(Uart *u)
{
    g_assert_cmphex(get(UARTRSR), ==, 0x8);
    g_assert_cmphex(get(UARTFR), ==, FR_BUSY);
    g_assert_cmphex(get(UARTRIS), ==, INT_OE | INT_BE | 0x010);
    /* 32 bits at 1 MBd, of which 10 have passed. */
    harness_clock_step(21990);
    g_assert_cmphex(get(UARTRIS) & INT_RT, ==, 0);
    harness_clock_step(20);
    g_assert_cmphex(get(UARTRIS) & INT_RT, ==, INT_RT);
    for (const char *text = "123456789abcde"; *text; text++) {
        g_assert_cmphex(get(UARTDR), ==, *text);
    }
    g_assert_cmphex(get(UARTDR), ==, 0x400);
    host_types(u, "x");
    g_assert_cmphex(get(UARTDR), ==, 0x800 | 'x');
    u->peer->room = 100;
    put(UARTCR, CR_ON);
    loop_run();
    g_assert_cmpstr(u->peer->output->str, ==, "output");
}

static void test_saved_in_mid_operation(void)
{
    g_autoptr(GByteArray) saved = NULL;
    g_autoptr(GByteArray) again = NULL;
    Uart u;

    uart_start(&u);
    uart_make_busy(&u);
    saved = device_state_save(u.dev);
    device_cold_reset(u.dev);
    device_state_load(saved, &error_abort);
    again = device_state_save(u.dev);
    g_assert_cmpmem(saved->data, saved->len, again->data, again->len);
    assert_busy_goes_on(&u);
    uart_stop(&u);
}

/* What was waiting goes out when the machine runs, not while it is loaded. */
static void test_loaded_output_goes_out_when_the_machine_runs(void)
{
    g_autoptr(GByteArray) saved = NULL;
    Uart u;

    uart_start(&u);
    send("abc");
    saved = device_state_save(u.dev);
    device_cold_reset(u.dev);
    u.peer->room = 100;
    device_state_load(saved, &error_abort);
    loop_run();
    g_assert_cmpstr(u.peer->output->str, ==, "");
    vm_state_notify(true, RUN_STATE_RUNNING);
    g_assert_cmpstr(u.peer->output->str, ==, "abc");
    vm_state_notify(false, RUN_STATE_PAUSED);
    uart_stop(&u);
}

static void assert_refused(Uart *u, uint32_t *field, uint32_t value)
{
    uint32_t good = *field;
    g_autoptr(GByteArray) saved = NULL;

    *field = value;
    saved = device_state_save(u->dev);
    *field = good;
    g_assert_false(device_state_load(saved, NULL));
    *field = good;
}

static void test_impossible_fifos_are_refused(void)
{
    PL011State *s;
    Uart u;

    uart_start(&u);
    s = PL011(u.dev);
    assert_refused(&u, &s->rx.first, 16);
    assert_refused(&u, &s->tx.first, UINT32_MAX);
    assert_refused(&u, &s->rx.count, 17);
    assert_refused(&u, &s->tx.count, UINT32_MAX);
    put(UARTLCR_H, 0);
    assert_refused(&u, &s->rx.count, 2);
    uart_stop(&u);
}

static void test_damaged_states_are_harmless(void)
{
    g_autoptr(GByteArray) saved = NULL;
    Uart u;

    uart_start(&u);
    uart_make_busy(&u);
    saved = device_state_save(u.dev);
    device_state_load_damaged(saved);
    assert_busy_goes_on(&u);
    uart_stop(&u);
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    harness_clock_start();
    g_test_add_func("/pl011/tx/waits-for-a-slow-peer", test_output_waits_for_a_slow_peer);
    g_test_add_func("/pl011/tx/full-fifo-takes-nothing", test_full_fifo_takes_nothing);
    g_test_add_func("/pl011/tx/writing-above-the-trigger-clears-the-interrupt",
                    test_writing_above_the_trigger_clears_the_interrupt);
    g_test_add_func("/pl011/tx/broken-peer-takes-everything", test_broken_peer_takes_everything);
    g_test_add_func("/pl011/tx/unrealize-while-waiting", test_unrealize_while_output_waits);
    g_test_add_func("/pl011/tx/reset-while-waiting", test_reset_while_output_waits);
    g_test_add_func("/pl011/rx/input-is-offered-room", test_input_is_offered_room);
    g_test_add_func("/pl011/break/goes-to-the-peer", test_break_goes_to_the_peer);
    g_test_add_func("/pl011/break/comes-from-the-peer", test_break_comes_from_the_peer);
    g_test_add_func("/pl011/state/saved-in-mid-operation", test_saved_in_mid_operation);
    g_test_add_func("/pl011/state/output-goes-out-when-the-machine-runs",
                    test_loaded_output_goes_out_when_the_machine_runs);
    g_test_add_func("/pl011/state/impossible-fifos-are-refused",
                    test_impossible_fifos_are_refused);
    g_test_add_func("/pl011/state/damaged-ones-are-harmless", test_damaged_states_are_harmless);
    return g_test_run();
}
