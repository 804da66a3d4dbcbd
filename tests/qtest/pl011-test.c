/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The PL011 on the virt board, as Arm DDI 0183 describes it. Characters that must arrive at
 * an exact moment come through the loopback, others through the serial socket.
 */
#include "qemu/osdep.h"
#include "libgantry-device.h"
#include "libgantrytest.h"

#define UART 0x09000000
#define UARTDR 0x000
#define UARTRSR 0x004
#define UARTFR 0x018
#define UARTILPR 0x020
#define UARTIBRD 0x024
#define UARTFBRD 0x028
#define UARTLCR_H 0x02c
#define UARTCR 0x030
#define UARTIFLS 0x034
#define UARTIMSC 0x038
#define UARTRIS 0x03c
#define UARTMIS 0x040
#define UARTICR 0x044
#define UARTDMACR 0x048

#define DR_BE 0x400
#define DR_OE 0x800
#define RSR_BE 0x4
#define RSR_OE 0x8
#define FR_CTS 0x001
#define FR_DSR 0x002
#define FR_DCD 0x004
#define FR_BUSY 0x008
#define FR_RXFE 0x010
#define FR_TXFF 0x020
#define FR_RXFF 0x040
#define FR_TXFE 0x080
#define FR_RI 0x100
#define LCR_H_BRK 0x01
#define LCR_H_FEN 0x10
#define LCR_H_8BIT 0x60
#define CR_UARTEN 0x001
#define CR_LBE 0x080
#define CR_TXE 0x100
#define CR_RXE 0x200
#define CR_DTR 0x400
#define CR_RTS 0x800
#define CR_OUT1 0x1000
#define CR_OUT2 0x2000
#define CR_ON (CR_UARTEN | CR_TXE | CR_RXE)
#define INT_RI 0x001
#define INT_CTS 0x002
#define INT_DCD 0x004
#define INT_DSR 0x008
#define INT_RX 0x010
#define INT_TX 0x020
#define INT_RT 0x040
#define INT_BE 0x200
#define INT_OE 0x400
#define INT_ALL 0x7ff

/* Lines of the device: sysbus irqs. */
enum { LINE_ALL, LINE_RX, LINE_TX, LINE_RT, LINE_MS, LINE_E };

static QTestState *qts;

static uint32_t get(uint32_t offset)
{
    return qtest_readl(qts, UART + offset);
}

static void put(uint32_t offset, uint32_t value)
{
    qtest_writel(qts, UART + offset, value);
}

static void start(void)
{
    qts = qtest_init("-M virt");
}

/* In loopback, with or without FIFOs. */
static void start_loopback(uint32_t lcr_h)
{
    start();
    device_irq_intercept_out(qts, "pl011");
    put(UARTLCR_H, LCR_H_8BIT | lcr_h);
    put(UARTCR, CR_ON | CR_LBE);
}

static void stop(void)
{
    qtest_quit(qts);
}

static void send(unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        put(UARTDR, 'a' + i);
    }
}

/* ---- registers ---- */

static void assert_reset_values(void)
{
    static const struct {
        uint32_t offset, value;
    } values[] = {
        { UARTRSR, 0 }, { UARTFR, FR_TXFE | FR_RXFE }, { UARTILPR, 0 }, { UARTIBRD, 0 },
        { UARTFBRD, 0 }, { UARTLCR_H, 0 }, { UARTCR, CR_TXE | CR_RXE }, { UARTIFLS, 0x12 },
        { UARTIMSC, 0 }, { UARTRIS, 0 }, { UARTMIS, 0 }, { UARTDMACR, 0 },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
        g_assert_cmphex(get(values[i].offset), ==, values[i].value);
    }
}

static void test_reset_values(void)
{
    start();
    assert_reset_values();
    stop();
}

static void test_identification(void)
{
    static const uint8_t id[] = { 0x11, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1 };

    start();
    for (size_t i = 0; i < G_N_ELEMENTS(id); i++) {
        g_assert_cmphex(get(0xfe0 + 4 * i), ==, id[i]);
    }
    stop();
}

static void test_registers_keep_their_bits(void)
{
    static const struct {
        uint32_t offset, bits;
    } registers[] = {
        { UARTILPR, 0xff }, { UARTIBRD, 0xffff }, { UARTFBRD, 0x3f }, { UARTLCR_H, 0xff },
        { UARTIFLS, 0x3f }, { UARTIMSC, 0x7ff }, { UARTDMACR, 0x7 }, { UARTCR, 0xff87 },
    };

    start();
    for (size_t i = 0; i < G_N_ELEMENTS(registers); i++) {
        put(registers[i].offset, UINT32_MAX);
        g_assert_cmphex(get(registers[i].offset), ==, registers[i].bits);
        put(registers[i].offset, 0);
        g_assert_cmphex(get(registers[i].offset), ==, 0);
    }
    stop();
}

static void test_read_only_and_unknown_offsets_ignore_writes(void)
{
    start();
    put(UARTFR, UINT32_MAX);
    put(UARTRIS, UINT32_MAX);
    put(UARTMIS, UINT32_MAX);
    put(0xfe0, UINT32_MAX);
    put(0x04c, UINT32_MAX);
    g_assert_cmphex(get(0x04c), ==, 0);
    g_assert_cmphex(get(0xfe0), ==, 0x11);
    assert_reset_values();
    stop();
}

static void test_system_reset_clears_everything(void)
{
    start_loopback(LCR_H_FEN);
    put(UARTIMSC, INT_ALL);
    put(UARTIBRD, 13);
    put(UARTIFLS, 0);
    send(17);
    put(UARTLCR_H, LCR_H_8BIT | LCR_H_FEN | LCR_H_BRK);
    g_assert_true(qtest_get_irq(qts, LINE_ALL));
    qtest_qmp_assert_success(qts, "{ 'execute': 'system_reset' }");
    qtest_qmp_eventwait(qts, "RESET");
    assert_reset_values();
    for (int line = LINE_ALL; line <= LINE_E; line++) {
        g_assert_false(qtest_get_irq(qts, line));
    }
    stop();
}

/* ---- receiver ---- */

static void test_fifo_holds_16_characters_in_order(void)
{
    start_loopback(LCR_H_FEN);
    for (unsigned i = 0; i < 16; i++) {
        g_assert_cmphex(get(UARTFR) & FR_RXFF, ==, 0);
        put(UARTDR, 'a' + i);
        g_assert_cmphex(get(UARTFR) & FR_RXFE, ==, 0);
    }
    g_assert_cmphex(get(UARTFR) & FR_RXFF, ==, FR_RXFF);
    for (unsigned i = 0; i < 16; i++) {
        g_assert_cmphex(get(UARTDR), ==, 'a' + i);
        g_assert_cmphex(get(UARTFR) & FR_RXFF, ==, 0);
    }
    g_assert_cmphex(get(UARTFR), ==, FR_TXFE | FR_RXFE);
    stop();
}

static void test_without_fifos_one_character_fits(void)
{
    start_loopback(0);
    put(UARTDR, 'x');
    g_assert_cmphex(get(UARTFR) & (FR_RXFE | FR_RXFF), ==, FR_RXFF);
    g_assert_cmphex(get(UARTRIS) & INT_RX, ==, INT_RX);
    put(UARTDR, 'y');
    g_assert_cmphex(get(UARTRIS) & INT_OE, ==, INT_OE);
    g_assert_cmphex(get(UARTDR), ==, 'x');
    g_assert_cmphex(get(UARTRIS) & INT_RX, ==, 0);
    g_assert_cmphex(get(UARTFR) & FR_RXFE, ==, FR_RXFE);
    stop();
}

static void test_receive_interrupt_at_each_trigger_level(void)
{
    static const unsigned levels[] = { 2, 4, 8, 12, 14 };

    for (unsigned select = 0; select < G_N_ELEMENTS(levels); select++) {
        start_loopback(LCR_H_FEN);
        put(UARTIFLS, select << 3);
        put(UARTIMSC, INT_RX);
        send(levels[select] - 1);
        g_assert_cmphex(get(UARTRIS) & INT_RX, ==, 0);
        g_assert_false(qtest_get_irq(qts, LINE_RX));
        send(1);
        g_assert_cmphex(get(UARTMIS), ==, INT_RX);
        g_assert_true(qtest_get_irq(qts, LINE_RX));
        g_assert_true(qtest_get_irq(qts, LINE_ALL));
        get(UARTDR);
        g_assert_cmphex(get(UARTRIS) & INT_RX, ==, 0);
        g_assert_false(qtest_get_irq(qts, LINE_RX));
        g_assert_false(qtest_get_irq(qts, LINE_ALL));
        stop();
    }
}

static void test_receive_interrupt_can_be_cleared(void)
{
    start_loopback(LCR_H_FEN);
    put(UARTIFLS, 0);
    put(UARTIMSC, INT_RX);
    send(2);
    put(UARTICR, INT_RX);
    g_assert_cmphex(get(UARTMIS), ==, 0);
    g_assert_false(qtest_get_irq(qts, LINE_RX));
    send(1);
    g_assert_true(qtest_get_irq(qts, LINE_RX));
    stop();
}

/* 24 MHz / (16 * (1 + 32/64)) = 1 MBd: 32 bits take 32 us. */
#define TIMEOUT_1MBD_NS 32000

static void start_timeout(void)
{
    start_loopback(LCR_H_FEN);
    put(UARTIBRD, 1);
    put(UARTFBRD, 32);
    put(UARTIMSC, INT_RT);
}

static void test_receive_timeout_after_32_bits(void)
{
    start_timeout();
    send(1);
    qtest_clock_step(qts, TIMEOUT_1MBD_NS - 10);
    g_assert_false(qtest_get_irq(qts, LINE_RT));
    qtest_clock_step(qts, 20);
    g_assert_true(qtest_get_irq(qts, LINE_RT));
    g_assert_cmphex(get(UARTMIS), ==, INT_RT);
    get(UARTDR);
    g_assert_false(qtest_get_irq(qts, LINE_RT));
    qtest_clock_step(qts, 10 * TIMEOUT_1MBD_NS);
    g_assert_cmphex(get(UARTRIS) & INT_RT, ==, 0);
    stop();
}

static void test_receive_timeout_starts_again_with_each_character(void)
{
    start_timeout();
    for (int i = 0; i < 5; i++) {
        send(1);
        qtest_clock_step(qts, TIMEOUT_1MBD_NS - 10);
    }
    g_assert_false(qtest_get_irq(qts, LINE_RT));
    qtest_clock_step(qts, 20);
    g_assert_true(qtest_get_irq(qts, LINE_RT));
    get(UARTDR);
    g_assert_true(qtest_get_irq(qts, LINE_RT));
    put(UARTICR, INT_RT);
    g_assert_false(qtest_get_irq(qts, LINE_RT));
    qtest_clock_step(qts, TIMEOUT_1MBD_NS + 10);
    g_assert_true(qtest_get_irq(qts, LINE_RT));
    stop();
}

static void test_overrun(void)
{
    start_loopback(LCR_H_FEN);
    put(UARTIMSC, INT_OE);
    send(16);
    g_assert_false(qtest_get_irq(qts, LINE_E));
    put(UARTDR, 'z');
    g_assert_true(qtest_get_irq(qts, LINE_E));
    g_assert_cmphex(get(UARTRSR), ==, RSR_OE);
    for (unsigned i = 0; i < 16; i++) {
        g_assert_cmphex(get(UARTDR), ==, 'a' + i);
    }
    /* The first character that fits again carries the mark. */
    put(UARTDR, '1');
    put(UARTDR, '2');
    g_assert_cmphex(get(UARTDR), ==, DR_OE | '1');
    g_assert_cmphex(get(UARTDR), ==, '2');
    g_assert_cmphex(get(UARTRSR), ==, RSR_OE);
    put(UARTRSR, 0xff);
    g_assert_cmphex(get(UARTRSR), ==, 0);
    g_assert_cmphex(get(UARTRIS) & INT_OE, ==, INT_OE);
    put(UARTICR, INT_OE);
    g_assert_false(qtest_get_irq(qts, LINE_E));
    stop();
}

static void test_break_is_one_zero_character(void)
{
    start_loopback(LCR_H_FEN);
    put(UARTIMSC, INT_BE);
    put(UARTDR, 'a');
    put(UARTLCR_H, LCR_H_8BIT | LCR_H_FEN | LCR_H_BRK);
    put(UARTLCR_H, LCR_H_8BIT | LCR_H_FEN);
    put(UARTDR, 'b');
    g_assert_true(qtest_get_irq(qts, LINE_E));
    g_assert_cmphex(get(UARTDR), ==, 'a');
    g_assert_cmphex(get(UARTRSR), ==, 0);
    g_assert_cmphex(get(UARTDR), ==, DR_BE);
    g_assert_cmphex(get(UARTRSR), ==, RSR_BE);
    g_assert_cmphex(get(UARTDR), ==, 'b');
    g_assert_cmphex(get(UARTRSR), ==, 0);
    put(UARTICR, INT_BE);
    g_assert_false(qtest_get_irq(qts, LINE_E));
    stop();
}

static void test_disabling_fifos_flushes_them(void)
{
    start_loopback(LCR_H_FEN);
    put(UARTIFLS, 0);
    send(5);
    put(UARTLCR_H, LCR_H_8BIT);
    g_assert_cmphex(get(UARTFR), ==, FR_TXFE | FR_RXFE);
    g_assert_cmphex(get(UARTRIS) & (INT_RX | INT_RT), ==, 0);
    put(UARTLCR_H, LCR_H_8BIT | LCR_H_FEN);
    send(1);
    g_assert_cmphex(get(UARTDR), ==, 'a');
    stop();
}

/* ---- modem lines ---- */

static void test_loopback_feeds_modem_lines_back(void)
{
    static const struct {
        uint32_t output, flag, interrupt;
    } lines[] = {
        { CR_RTS, FR_CTS, INT_CTS }, { CR_DTR, FR_DSR, INT_DSR },
        { CR_OUT1, FR_DCD, INT_DCD }, { CR_OUT2, FR_RI, INT_RI },
    };
    uint32_t all = FR_CTS | FR_DSR | FR_DCD | FR_RI;

    start_loopback(0);
    put(UARTIMSC, INT_RI | INT_CTS | INT_DCD | INT_DSR);
    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
        put(UARTCR, CR_ON | CR_LBE | lines[i].output);
        g_assert_cmphex(get(UARTFR) & all, ==, lines[i].flag);
        g_assert_cmphex(get(UARTMIS), ==, lines[i].interrupt);
        g_assert_true(qtest_get_irq(qts, LINE_MS));
        put(UARTICR, lines[i].interrupt);
        g_assert_false(qtest_get_irq(qts, LINE_MS));
        put(UARTCR, CR_ON | CR_LBE);
        g_assert_cmphex(get(UARTFR) & all, ==, 0);
        g_assert_cmphex(get(UARTMIS), ==, lines[i].interrupt);
        put(UARTICR, INT_ALL);
    }
    put(UARTCR, CR_ON | CR_RTS);
    g_assert_cmphex(get(UARTFR) & all, ==, 0);
    stop();
}

/* ---- transmitter ---- */

static void test_transmit_interrupt_follows_a_write(void)
{
    start();
    device_irq_intercept_out(qts, "pl011");
    put(UARTCR, CR_ON);
    put(UARTIMSC, INT_TX);
    g_assert_cmphex(get(UARTRIS), ==, 0);
    g_assert_false(qtest_get_irq(qts, LINE_TX));
    put(UARTDR, 'x');
    g_assert_cmphex(get(UARTMIS), ==, INT_TX);
    g_assert_true(qtest_get_irq(qts, LINE_TX));
    g_assert_true(qtest_get_irq(qts, LINE_ALL));
    put(UARTICR, INT_TX);
    g_assert_false(qtest_get_irq(qts, LINE_TX));
    g_assert_false(qtest_get_irq(qts, LINE_ALL));
    g_assert_cmphex(get(UARTFR), ==, FR_TXFE | FR_RXFE);
    stop();
}

static void test_interrupt_mask_hides_but_keeps(void)
{
    start();
    device_irq_intercept_out(qts, "pl011");
    put(UARTCR, CR_ON);
    put(UARTDR, 'x');
    g_assert_cmphex(get(UARTRIS), ==, INT_TX);
    g_assert_cmphex(get(UARTMIS), ==, 0);
    g_assert_false(qtest_get_irq(qts, LINE_ALL));
    put(UARTIMSC, INT_TX);
    g_assert_true(qtest_get_irq(qts, LINE_ALL));
    put(UARTIMSC, INT_RX);
    g_assert_false(qtest_get_irq(qts, LINE_ALL));
    g_assert_cmphex(get(UARTRIS), ==, INT_TX);
    stop();
}

/* ---- the line outside ---- */

static void host_read(int fd, void *buf, size_t size)
{
    for (size_t done = 0; done < size;) {
        ssize_t n = read(fd, (char *)buf + done, size - done);

        g_assert_cmpint(n, >, 0);
        done += n;
    }
}

/* Until UARTFR has @flags of @mask; fails the test after 20 s. */
static void flags_wait(uint32_t mask, uint32_t flags)
{
    int64_t end = g_get_monotonic_time() + 20 * G_USEC_PER_SEC;

    while ((get(UARTFR) & mask) != flags) {
        g_assert_cmpint(g_get_monotonic_time(), <, end);
        g_usleep(1000);
    }
}

static void test_characters_reach_the_host(void)
{
    static const char text[] = "hello, world";
    char seen[sizeof(text)] = "";
    int fd;

    qts = qtest_init_with_serial("-M virt", &fd);
    put(UARTCR, CR_ON);
    for (size_t i = 0; i < strlen(text); i++) {
        put(UARTDR, text[i]);
    }
    host_read(fd, seen, strlen(text));
    g_assert_cmpstr(seen, ==, text);
    close(fd);
    stop();
}

static void test_disabled_transmitter_keeps_characters(void)
{
    char seen[4];
    int fd;

    qts = qtest_init_with_serial("-M virt", &fd);
    put(UARTLCR_H, LCR_H_8BIT | LCR_H_FEN);
    put(UARTCR, CR_UARTEN | CR_RXE);
    send(4);
    g_assert_cmphex(get(UARTFR), ==, FR_BUSY | FR_RXFE);
    g_assert_cmphex(get(UARTRIS), ==, 0);
    send(12);
    g_assert_cmphex(get(UARTFR), ==, FR_BUSY | FR_TXFF | FR_RXFE);
    put(UARTCR, CR_ON);
    host_read(fd, seen, sizeof(seen));
    g_assert_cmpmem(seen, sizeof(seen), "abcd", 4);
    flags_wait(FR_BUSY | FR_TXFE, FR_TXFE);
    g_assert_cmphex(get(UARTRIS), ==, INT_TX);
    close(fd);
    stop();
}

static void test_host_input_waits_for_room(void)
{
    static const char text[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    int fd;

    qts = qtest_init_with_serial("-M virt", &fd);
    put(UARTLCR_H, LCR_H_8BIT | LCR_H_FEN);
    put(UARTCR, CR_ON);
    g_assert_cmpint(write(fd, text, strlen(text)), ==, strlen(text));
    flags_wait(FR_RXFF, FR_RXFF);
    for (size_t i = 0; i < strlen(text); i++) {
        flags_wait(FR_RXFE, 0);
        g_assert_cmphex(get(UARTDR), ==, text[i]);
    }
    g_assert_cmphex(get(UARTRIS) & INT_OE, ==, 0);
    g_assert_cmphex(get(UARTFR) & FR_RXFE, ==, FR_RXFE);
    close(fd);
    stop();
}

static void test_host_input_waits_for_the_receiver(void)
{
    int fd;

    qts = qtest_init_with_serial("-M virt", &fd);
    put(UARTCR, CR_UARTEN | CR_TXE);
    g_assert_cmpint(write(fd, "x", 1), ==, 1);
    g_usleep(50000);
    g_assert_cmphex(get(UARTFR) & FR_RXFE, ==, FR_RXFE);
    put(UARTCR, CR_ON);
    flags_wait(FR_RXFE, 0);
    g_assert_cmphex(get(UARTDR), ==, 'x');
    close(fd);
    stop();
}

/* Until the host has no room for more. */
static unsigned fill_transmit_fifo(void)
{
    unsigned sent = 0;

    while (!(get(UARTFR) & FR_TXFF)) {
        put(UARTDR, sent++ & 0xff);
        g_assert_cmpuint(sent, <, 1000000);
    }
    return sent;
}

/* A host that does not read makes the guest wait, and nothing is lost. */
static void test_slow_host_fills_the_transmit_fifo(void)
{
    unsigned sent;
    int fd;

    qts = qtest_init_with_serial("-M virt", &fd);
    device_irq_intercept_out(qts, "pl011");
    put(UARTLCR_H, LCR_H_8BIT | LCR_H_FEN);
    put(UARTCR, CR_ON);
    put(UARTIMSC, INT_TX);
    sent = fill_transmit_fifo();
    g_assert_cmphex(get(UARTFR) & (FR_TXFE | FR_BUSY), ==, FR_BUSY);
    g_assert_cmphex(get(UARTRIS) & INT_TX, ==, 0);
    g_assert_false(qtest_get_irq(qts, LINE_TX));
    for (unsigned i = 0; i < sent; i++) {
        uint8_t ch;

        host_read(fd, &ch, 1);
        g_assert_cmphex(ch, ==, i & 0xff);
    }
    flags_wait(FR_TXFE | FR_BUSY, FR_TXFE);
    g_assert_true(qtest_get_irq(qts, LINE_TX));
    close(fd);
    stop();
}

static void test_host_that_goes_away_takes_the_rest(void)
{
    int fd;

    qts = qtest_init_with_serial("-M virt", &fd);
    put(UARTLCR_H, LCR_H_8BIT | LCR_H_FEN);
    put(UARTCR, CR_ON);
    fill_transmit_fifo();
    close(fd);
    flags_wait(FR_TXFE | FR_BUSY | FR_TXFF, FR_TXFE);
    send(20);
    g_assert_cmphex(get(UARTFR), ==, FR_TXFE | FR_RXFE);
    stop();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("/pl011/registers/reset-values", test_reset_values);
    qtest_add_func("/pl011/registers/identification", test_identification);
    qtest_add_func("/pl011/registers/keep-their-bits", test_registers_keep_their_bits);
    qtest_add_func("/pl011/registers/read-only-and-unknown-ignore-writes",
                   test_read_only_and_unknown_offsets_ignore_writes);
    qtest_add_func("/pl011/reset/clears-everything", test_system_reset_clears_everything);
    qtest_add_func("/pl011/rx/fifo-holds-16-in-order", test_fifo_holds_16_characters_in_order);
    qtest_add_func("/pl011/rx/without-fifos-one-fits", test_without_fifos_one_character_fits);
    qtest_add_func("/pl011/rx/interrupt-at-each-trigger-level",
                   test_receive_interrupt_at_each_trigger_level);
    qtest_add_func("/pl011/rx/interrupt-can-be-cleared", test_receive_interrupt_can_be_cleared);
    qtest_add_func("/pl011/rx/timeout-after-32-bits", test_receive_timeout_after_32_bits);
    qtest_add_func("/pl011/rx/timeout-starts-again-with-each-character",
                   test_receive_timeout_starts_again_with_each_character);
    qtest_add_func("/pl011/rx/overrun", test_overrun);
    qtest_add_func("/pl011/rx/break-is-one-zero-character", test_break_is_one_zero_character);
    qtest_add_func("/pl011/rx/disabling-fifos-flushes-them", test_disabling_fifos_flushes_them);
    qtest_add_func("/pl011/modem/loopback-feeds-lines-back",
                   test_loopback_feeds_modem_lines_back);
    qtest_add_func("/pl011/tx/interrupt-follows-a-write",
                   test_transmit_interrupt_follows_a_write);
    qtest_add_func("/pl011/irq/mask-hides-but-keeps", test_interrupt_mask_hides_but_keeps);
    qtest_add_func("/pl011/line/characters-reach-the-host", test_characters_reach_the_host);
    qtest_add_func("/pl011/line/disabled-transmitter-keeps-characters",
                   test_disabled_transmitter_keeps_characters);
    qtest_add_func("/pl011/line/host-input-waits-for-room", test_host_input_waits_for_room);
    qtest_add_func("/pl011/line/host-input-waits-for-the-receiver",
                   test_host_input_waits_for_the_receiver);
    qtest_add_func("/pl011/line/slow-host-fills-the-transmit-fifo",
                   test_slow_host_fills_the_transmit_fifo);
    qtest_add_func("/pl011/line/host-that-goes-away-takes-the-rest",
                   test_host_that_goes_away_takes_the_rest);
    return g_test_run();
}
