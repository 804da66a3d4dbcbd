/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * virtio-serial-device with its ports (OASIS virtio 1.2, section 5.3): one port without
 * multiport, the conversation on the control queues, flow control, hotplug, reset, saved state.
 */
#include "qemu/osdep.h"
#include "virtio-harness.h"
#include "test-chardev.h"
#include "hw/qdev-properties-system.h"
#include "hw/virtio/virtio-serial.h"
#include "sysemu/runstate.h"

#define BIT_MULTIPORT (1ull << VIRTIO_CONSOLE_F_MULTIPORT)
#define BIT_EMERG (1ull << VIRTIO_CONSOLE_F_EMERG_WRITE)

enum { RX0, TX0, CTRL_RX, CTRL_TX, RX1, TX1, QUEUES };

typedef struct Console {
    Board board;
    TestChardev *chr[2];
    DeviceState *port[2];
    GuestQueue queues[QUEUES];
    uint64_t data;
    uint64_t ctrl;
    unsigned ctrl_buffers;
} Console;

/* ---- the board with a console at port 0 and a serial port "foo" at 1 ---- */

static DeviceState *port_add(Console *c, const char *type, const char *name, TestChardev *chr,
                             Error **errp)
{
    DeviceState *dev = qdev_new(type);

    if (name) {
        object_property_set_str(OBJECT(dev), "name", name, &error_abort);
    }
    if (chr) {
        qdev_prop_set_chr(dev, "chardev", CHARDEV(chr));
    }
    if (!qdev_realize_and_unref(dev, BUS(&VIRTIO_SERIAL(c->board.device)->bus), errp)) {
        return NULL;
    }
    return dev;
}

static void console_init(Console *c, BoardVersion version)
{
    *c = (Console){ 0 };
    board_init(&c->board, version, qdev_new(TYPE_VIRTIO_SERIAL));
    c->chr[0] = test_chardev_new("chr0", true);
    c->chr[1] = test_chardev_new("chr1", true);
    c->port[0] = port_add(c, "virtconsole", NULL, c->chr[0], &error_abort);
    c->port[1] = port_add(c, "virtserialport", "foo", c->chr[1], &error_abort);
}

static void console_finish(Console *c)
{
    board_finish(&c->board);
    test_chardev_free(c->chr[0]);
    test_chardev_free(c->chr[1]);
}

static void console_start(Console *c, uint64_t features)
{
    virtio_guest_negotiate(&c->board.guest, features);
    for (unsigned i = 0; i < QUEUES; i++) {
        guest_queue_init(&c->queues[i], &c->board.guest, i, 32);
    }
    c->data = virtio_guest_alloc(&c->board.guest, 65536, 4096);
    c->ctrl = virtio_guest_alloc(&c->board.guest, 32 * 64, 64);
    c->ctrl_buffers = 0;
    virtio_guest_driver_ok(&c->board.guest);
}

/* Send @text through queue @tx. */
static void guest_write(Console *c, unsigned tx, const char *text)
{
    GuestQueue *queue = &c->queues[tx];
    GuestBuffer buffer = { c->data + 256 * (queue->avail_idx % 32), strlen(text), false };

    virtio_guest_memwrite(&c->board.guest, buffer.addr, text, buffer.len);
    guest_queue_add(queue, &buffer, 1);
    guest_queue_kick(queue);
}

/* Give the device one buffer of @len bytes in queue @rx. */
static void guest_offer(Console *c, unsigned rx, uint32_t len)
{
    guest_queue_add(&c->queues[rx], &(GuestBuffer){ c->data + 32768, len, true }, 1);
    guest_queue_kick(&c->queues[rx]);
}

static void guest_expect(Console *c, unsigned rx, const char *text)
{
    g_autofree char *got = g_malloc0(strlen(text) + 1);
    uint32_t len;

    g_assert_cmpint(guest_queue_take(&c->queues[rx], &len), >=, 0);
    g_assert_cmpuint(len, ==, strlen(text));
    virtio_guest_memread(&c->board.guest, c->data + 32768, got, len);
    g_assert_cmpstr(got, ==, text);
}

static void host_expect(Console *c, unsigned n, const char *text)
{
    g_assert_cmpstr(c->chr[n]->written->str, ==, text);
    g_string_truncate(c->chr[n]->written, 0);
}

/* ---- control messages ---- */

static void ctrl_send_raw(Console *c, const void *msg, uint32_t len)
{
    GuestQueue *queue = &c->queues[CTRL_TX];
    GuestBuffer buffer = { c->data, len, false };

    virtio_guest_memwrite(&c->board.guest, c->data, msg, len);
    guest_queue_add(queue, &buffer, 1);
    guest_queue_kick(queue);
    g_assert_cmpint(guest_queue_take(queue, NULL), >=, 0);
}

static void ctrl_send(Console *c, uint32_t id, uint16_t event, uint16_t value)
{
    struct virtio_console_control msg = {
        .id = cpu_to_le32(id), .event = cpu_to_le16(event), .value = cpu_to_le16(value),
    };

    ctrl_send_raw(c, &msg, sizeof(msg));
}

static void ctrl_offer(Console *c, unsigned count)
{
    while (count--) {
        uint64_t addr = c->ctrl + 64 * (c->ctrl_buffers++ % 32);

        guest_queue_add(&c->queues[CTRL_RX], &(GuestBuffer){ addr, 64, true }, 1);
    }
    guest_queue_kick(&c->queues[CTRL_RX]);
}

/* The next message; @name: what follows it, or NULL. Buffers are used in the order offered. */
static void ctrl_expect(Console *c, uint32_t id, uint16_t event, uint16_t value, const char *name)
{
    GuestQueue *queue = &c->queues[CTRL_RX];
    uint64_t addr = c->ctrl + 64 * (queue->last_used % 32);
    struct virtio_console_control msg;
    char got[64] = { 0 };
    uint32_t len;

    g_assert_cmpint(guest_queue_take(queue, &len), >=, 0);
    virtio_guest_memread(&c->board.guest, addr, &msg, sizeof(msg));
    g_assert_cmpuint(le32_to_cpu(msg.id), ==, id);
    g_assert_cmpuint(le16_to_cpu(msg.event), ==, event);
    g_assert_cmpuint(le16_to_cpu(msg.value), ==, value);
    g_assert_cmpuint(len, ==, sizeof(msg) + (name ? strlen(name) + 1 : 0));
    if (name) {
        virtio_guest_memread(&c->board.guest, addr + sizeof(msg), got, strlen(name) + 1);
        g_assert_cmpstr(got, ==, name);
    }
}

static void ctrl_expect_none(Console *c)
{
    g_assert_cmpint(guest_queue_take(&c->queues[CTRL_RX], NULL), ==, -1);
}

static void console_start_multiport(Console *c)
{
    console_start(c, BIT_MULTIPORT);
    ctrl_offer(c, 16);
    ctrl_send(c, 0, VIRTIO_CONSOLE_DEVICE_READY, 1);
    ctrl_expect(c, 0, VIRTIO_CONSOLE_PORT_ADD, 1, NULL);
    ctrl_expect(c, 1, VIRTIO_CONSOLE_PORT_ADD, 1, NULL);
    ctrl_send(c, 0, VIRTIO_CONSOLE_PORT_READY, 1);
    ctrl_expect(c, 0, VIRTIO_CONSOLE_CONSOLE_PORT, 1, NULL);
    ctrl_expect(c, 0, VIRTIO_CONSOLE_PORT_OPEN, 1, NULL);
    ctrl_send(c, 1, VIRTIO_CONSOLE_PORT_READY, 1);
    ctrl_expect(c, 1, VIRTIO_CONSOLE_PORT_NAME, 1, "foo");
    ctrl_expect(c, 1, VIRTIO_CONSOLE_PORT_OPEN, 1, NULL);
    ctrl_expect_none(c);
}

/* ---- identity, one port ---- */

static void test_identity(void)
{
    uint64_t features;
    Console c;

    console_init(&c, BOARD_MODERN);
    g_assert_cmpuint(virtio_guest_read(&c.board.guest, VIRTIO_MMIO_DEVICE_ID), ==,
                     VIRTIO_ID_CONSOLE);
    features = virtio_guest_device_features(&c.board.guest);
    g_assert_cmphex(features & BIT_MULTIPORT, !=, 0);
    g_assert_cmphex(features & BIT_EMERG, !=, 0);
    g_assert_cmphex(features & (1ull << VIRTIO_CONSOLE_F_SIZE), ==, 0);
    g_assert_cmpuint(virtio_guest_config_read(&c.board.guest, 4, 4), ==, 31);
    g_assert_cmphex(virtio_guest_config_read(&c.board.guest, 8, 4), ==, 0);
    console_finish(&c);
}

static void test_single_port_data(const void *opaque)
{
    Console c;

    console_init(&c, GPOINTER_TO_INT(opaque));
    console_start(&c, 0);
    guest_write(&c, TX0, "hello ");
    guest_write(&c, TX0, "host");
    host_expect(&c, 0, "hello host");
    g_assert_cmpint(guest_queue_take(&c.queues[TX0], NULL), >=, 0);
    g_assert_cmphex(virtio_guest_irq_take(&c.board.guest), ==, VIRTIO_MMIO_INT_VRING);
    guest_offer(&c, RX0, 100);
    g_assert_cmpint(test_chardev_send(c.chr[0], "hello guest"), ==, 11);
    guest_expect(&c, RX0, "hello guest");
    console_finish(&c);
}

/* No buffer, no question for data; a small one limits it. */
static void test_host_waits_for_buffers(void)
{
    Console c;

    console_init(&c, BOARD_MODERN);
    g_assert_cmpint(qemu_chr_be_can_write(CHARDEV(c.chr[0])), ==, 0);
    console_start(&c, 0);
    g_assert_cmpint(test_chardev_send(c.chr[0], "abcdef"), ==, 0);
    guest_offer(&c, RX0, 4);
    g_assert_cmpint(test_chardev_send(c.chr[0], "abcdef"), ==, 4);
    guest_expect(&c, RX0, "abcd");
    console_finish(&c);
}

static void test_stopped_machine_takes_nothing(void)
{
    Console c;

    console_init(&c, BOARD_MODERN);
    console_start(&c, 0);
    guest_offer(&c, RX0, 4);
    vm_state_notify(false, RUN_STATE_PAUSED);
    g_assert_cmpint(test_chardev_send(c.chr[0], "ab"), ==, 0);
    vm_state_notify(true, RUN_STATE_RUNNING);
    g_assert_cmpint(test_chardev_send(c.chr[0], "ab"), ==, 2);
    console_finish(&c);
}

static void test_emergency_write(void)
{
    Console c;

    console_init(&c, BOARD_MODERN);
    /* Nothing is set up yet, and still it comes out. */
    virtio_guest_config_write(&c.board.guest, 8, 4, 'O');
    virtio_guest_config_write(&c.board.guest, 8, 4, 'K');
    host_expect(&c, 0, "OK");
    g_assert_cmphex(virtio_guest_config_read(&c.board.guest, 8, 4), ==, 0);
    virtio_guest_config_write(&c.board.guest, 0, 4, 'x');
    host_expect(&c, 0, "");
    console_finish(&c);
}

/* ---- multiport ---- */

static void test_multiport_conversation(const void *opaque)
{
    Console c;

    console_init(&c, GPOINTER_TO_INT(opaque));
    console_start_multiport(&c);
    g_assert_cmpint(c.chr[1]->fe_open, ==, 0);
    ctrl_send(&c, 1, VIRTIO_CONSOLE_PORT_OPEN, 1);
    g_assert_cmpint(c.chr[1]->fe_open, ==, 1);
    guest_write(&c, TX1, "over port 1");
    host_expect(&c, 1, "over port 1");
    host_expect(&c, 0, "");
    guest_offer(&c, RX1, 10);
    g_assert_cmpint(test_chardev_send(c.chr[1], "back"), ==, 4);
    guest_expect(&c, RX1, "back");
    ctrl_send(&c, 1, VIRTIO_CONSOLE_PORT_OPEN, 0);
    g_assert_cmpint(c.chr[1]->fe_open, ==, 0);
    guest_offer(&c, RX1, 10);
    g_assert_cmpint(test_chardev_send(c.chr[1], "nobody"), ==, 0);
    console_finish(&c);
}

static void test_control_messages_wait_for_buffers(void)
{
    Console c;

    console_init(&c, BOARD_MODERN);
    console_start(&c, BIT_MULTIPORT);
    ctrl_send(&c, 0, VIRTIO_CONSOLE_DEVICE_READY, 1);
    ctrl_expect_none(&c);
    ctrl_offer(&c, 1);
    ctrl_expect(&c, 0, VIRTIO_CONSOLE_PORT_ADD, 1, NULL);
    ctrl_expect_none(&c);
    ctrl_offer(&c, 1);
    ctrl_expect(&c, 1, VIRTIO_CONSOLE_PORT_ADD, 1, NULL);
    console_finish(&c);
}

static void test_host_side_opens_and_closes(void)
{
    Console c;

    console_init(&c, BOARD_MODERN);
    console_start_multiport(&c);
    ctrl_send(&c, 1, VIRTIO_CONSOLE_PORT_OPEN, 1);
    qemu_chr_be_event(CHARDEV(c.chr[1]), CHR_EVENT_CLOSED);
    ctrl_expect(&c, 1, VIRTIO_CONSOLE_PORT_OPEN, 0, NULL);
    guest_write(&c, TX1, "lost");
    g_assert_cmpint(guest_queue_take(&c.queues[TX1], NULL), >=, 0);
    host_expect(&c, 1, "");
    qemu_chr_be_event(CHARDEV(c.chr[1]), CHR_EVENT_OPENED);
    ctrl_expect(&c, 1, VIRTIO_CONSOLE_PORT_OPEN, 1, NULL);
    guest_write(&c, TX1, "kept");
    host_expect(&c, 1, "kept");
    console_finish(&c);
}

/* ---- flow control ---- */

static void test_slow_backend_holds_port(void)
{
    Console c;

    console_init(&c, BOARD_MODERN);
    console_start_multiport(&c);
    c.chr[1]->room = 3;
    guest_write(&c, TX1, "0123456789");
    guest_write(&c, TX1, "abc");
    host_expect(&c, 1, "012");
    g_assert_cmpint(guest_queue_take(&c.queues[TX1], NULL), ==, -1);
    board_loop();
    host_expect(&c, 1, "");
    c.chr[1]->room = 4;
    board_loop();
    host_expect(&c, 1, "3456");
    g_assert_cmpint(guest_queue_take(&c.queues[TX1], NULL), ==, -1);
    c.chr[1]->room = SIZE_MAX;
    board_loop();
    host_expect(&c, 1, "789abc");
    g_assert_cmpint(guest_queue_take(&c.queues[TX1], NULL), >=, 0);
    g_assert_cmpint(guest_queue_take(&c.queues[TX1], NULL), >=, 0);
    console_finish(&c);
}

/* Guests spin until their console has taken a character. */
static void test_slow_backend_does_not_hold_console(void)
{
    Console c;

    console_init(&c, BOARD_MODERN);
    console_start(&c, 0);
    c.chr[0]->room = 2;
    guest_write(&c, TX0, "abcdef");
    g_assert_cmpint(guest_queue_take(&c.queues[TX0], NULL), >=, 0);
    host_expect(&c, 0, "ab");
    console_finish(&c);
}

static void test_broken_backend_takes_all(void)
{
    Console c;

    console_init(&c, BOARD_MODERN);
    console_start_multiport(&c);
    c.chr[1]->error = EPIPE;
    guest_write(&c, TX1, "abcdef");
    g_assert_cmpint(guest_queue_take(&c.queues[TX1], NULL), >=, 0);
    console_finish(&c);
}

static void test_close_ends_throttling(void)
{
    Console c;

    console_init(&c, BOARD_MODERN);
    console_start_multiport(&c);
    c.chr[1]->room = 1;
    guest_write(&c, TX1, "abcdef");
    guest_write(&c, TX1, "ghi");
    qemu_chr_be_event(CHARDEV(c.chr[1]), CHR_EVENT_CLOSED);
    g_assert_cmpint(guest_queue_take(&c.queues[TX1], NULL), >=, 0);
    g_assert_cmpint(guest_queue_take(&c.queues[TX1], NULL), >=, 0);
    c.chr[1]->room = SIZE_MAX;
    qemu_chr_be_event(CHARDEV(c.chr[1]), CHR_EVENT_OPENED);
    g_string_truncate(c.chr[1]->written, 0);
    guest_write(&c, TX1, "new");
    host_expect(&c, 1, "new");
    console_finish(&c);
}

static void test_large_buffers_in_pieces(void)
{
    g_autofree char *text = g_malloc(60001);
    Console c;
    GuestBuffer buffers[3];

    console_init(&c, BOARD_MODERN);
    console_start(&c, 0);
    for (int i = 0; i < 60000; i++) {
        text[i] = 'a' + i % 26;
    }
    text[60000] = 0;
    virtio_guest_memwrite(&c.board.guest, c.data, text, 60000);
    buffers[0] = (GuestBuffer){ c.data, 1, false };
    buffers[1] = (GuestBuffer){ c.data + 1, 40000, false };
    buffers[2] = (GuestBuffer){ c.data + 40001, 19999, false };
    guest_queue_add(&c.queues[TX0], buffers, 3);
    guest_queue_kick(&c.queues[TX0]);
    host_expect(&c, 0, text);
    console_finish(&c);
}

/* ---- drivers that break the rules ---- */

static void test_bad_control_messages(void)
{
    Console c;

    console_init(&c, BOARD_MODERN);
    console_start_multiport(&c);
    ctrl_send_raw(&c, "\1\0\0", 3);
    ctrl_send(&c, 5, VIRTIO_CONSOLE_PORT_READY, 1);
    ctrl_send(&c, UINT32_MAX, VIRTIO_CONSOLE_PORT_OPEN, 1);
    ctrl_send(&c, 1, 0xffff, 1);
    ctrl_send(&c, 1, VIRTIO_CONSOLE_PORT_ADD, 1);
    ctrl_send(&c, 0, VIRTIO_CONSOLE_DEVICE_READY, 0);
    ctrl_send(&c, 1, VIRTIO_CONSOLE_PORT_READY, 0);
    ctrl_expect_none(&c);
    g_assert_false(VIRTIO_DEVICE(c.board.device)->broken);
    console_finish(&c);
}

/* Asking again and again without giving buffers must not fill the host's memory. */
static void test_control_flood_is_bounded(void)
{
    VirtIOSerial *vser;
    Console c;

    console_init(&c, BOARD_MODERN);
    console_start(&c, BIT_MULTIPORT);
    vser = VIRTIO_SERIAL(c.board.device);
    for (int i = 0; i < 5000; i++) {
        ctrl_send(&c, 0, VIRTIO_CONSOLE_DEVICE_READY, 1);
    }
    g_assert_cmpuint(vser->pending->len, <=, 4096);
    virtio_guest_reset(&c.board.guest);
    g_assert_cmpuint(vser->pending->len, ==, 0);
    console_finish(&c);
}

static void test_queue_of_missing_port(void)
{
    GuestQueue queue;
    Console c;

    console_init(&c, BOARD_MODERN);
    console_start_multiport(&c);
    guest_queue_init(&queue, &c.board.guest, 63, 32);
    guest_queue_add(&queue, &(GuestBuffer){ c.data, 10, false }, 1);
    guest_queue_kick(&queue);
    g_assert_cmpint(guest_queue_take(&queue, NULL), ==, 0);
    console_finish(&c);
}

/* ---- ports come and go ---- */

static void test_port_hotplug(void)
{
    TestChardev *chr = test_chardev_new("chr2", true);
    DeviceState *dev;
    Console c;

    console_init(&c, BOARD_MODERN);
    console_start_multiport(&c);
    dev = port_add(&c, "virtserialport", "bar", chr, &error_abort);
    ctrl_expect(&c, 2, VIRTIO_CONSOLE_PORT_ADD, 1, NULL);
    ctrl_expect_none(&c);
    ctrl_send(&c, 2, VIRTIO_CONSOLE_PORT_READY, 1);
    ctrl_expect(&c, 2, VIRTIO_CONSOLE_PORT_NAME, 1, "bar");
    ctrl_expect(&c, 2, VIRTIO_CONSOLE_PORT_OPEN, 1, NULL);
    object_unparent(OBJECT(dev));
    ctrl_expect(&c, 2, VIRTIO_CONSOLE_PORT_REMOVE, 1, NULL);
    /* Its number is free again. */
    dev = port_add(&c, "virtserialport", "baz", chr, &error_abort);
    ctrl_expect(&c, 2, VIRTIO_CONSOLE_PORT_ADD, 1, NULL);
    console_finish(&c);
    test_chardev_free(chr);
}

static void test_unplug_half_taken_buffer(void)
{
    Console c;

    console_init(&c, BOARD_MODERN);
    console_start_multiport(&c);
    c.chr[1]->room = 1;
    guest_write(&c, TX1, "abcdef");
    object_unparent(OBJECT(c.port[1]));
    g_assert_cmpint(guest_queue_take(&c.queues[TX1], NULL), >=, 0);
    c.chr[1]->room = 10;
    board_loop();
    host_expect(&c, 1, "a");
    console_finish(&c);
}

static void expect_port_error(Console *c, const char *type, const char *name, int nr,
                              const char *text)
{
    DeviceState *dev = qdev_new(type);
    Error *err = NULL;

    if (name) {
        object_property_set_str(OBJECT(dev), "name", name, &error_abort);
    }
    if (nr >= 0) {
        qdev_prop_set_uint32(dev, "nr", nr);
    }
    g_assert_false(qdev_realize_and_unref(dev, BUS(&VIRTIO_SERIAL(c->board.device)->bus), &err));
    harness_error_contains(err, text);
}

static void test_port_numbers_are_checked(void)
{
    Console c;

    console_init(&c, BOARD_MODERN);
    expect_port_error(&c, "virtserialport", "new", 1, "taken");
    expect_port_error(&c, "virtserialport", "new", 0, "virtconsole");
    expect_port_error(&c, "virtserialport", "new", 31, "max_ports");
    expect_port_error(&c, "virtserialport", "foo", -1, "foo");
    for (int i = 2; i < 31; i++) {
        port_add(&c, "virtserialport", NULL, NULL, &error_abort);
    }
    expect_port_error(&c, "virtserialport", NULL, -1, "max_ports");
    console_finish(&c);
}

static void test_max_ports_is_checked(void)
{
    static const uint32_t bad[] = { 0, 512, UINT32_MAX };
    Board board;

    board_init(&board, BOARD_MODERN, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        DeviceState *dev = qdev_new(TYPE_VIRTIO_SERIAL);
        Error *err = NULL;

        qdev_prop_set_uint32(dev, "max_ports", bad[i]);
        g_assert_false(qdev_realize(dev, QLIST_FIRST(&board.transport->child_bus), &err));
        harness_error_contains(err, "max_ports");
        object_unref(OBJECT(dev));
    }
    board_finish(&board);
}

static void test_one_port_device_has_no_multiport(void)
{
    DeviceState *dev = qdev_new(TYPE_VIRTIO_SERIAL);
    Board board;

    qdev_prop_set_uint32(dev, "max_ports", 1);
    object_property_set_bool(OBJECT(dev), "emergency-write", false, &error_abort);
    board_init(&board, BOARD_MODERN, dev);
    g_assert_cmphex(virtio_guest_device_features(&board.guest) & (BIT_MULTIPORT | BIT_EMERG), ==,
                    0);
    g_assert_cmphex(virtio_guest_config_read(&board.guest, 8, 4), ==, UINT32_MAX);
    board_finish(&board);
}

/* ---- reset, saved state ---- */

static void test_reset_in_the_middle(void)
{
    Console c;

    console_init(&c, BOARD_MODERN);
    console_start_multiport(&c);
    ctrl_send(&c, 1, VIRTIO_CONSOLE_PORT_OPEN, 1);
    c.chr[1]->room = 1;
    guest_write(&c, TX1, "abcdef");
    virtio_guest_reset(&c.board.guest);
    g_assert_cmpint(c.chr[1]->fe_open, ==, 0);
    c.chr[1]->room = SIZE_MAX;
    board_loop();
    host_expect(&c, 1, "a");
    console_start_multiport(&c);
    guest_write(&c, TX1, "again");
    host_expect(&c, 1, "again");
    console_finish(&c);
}

static void test_save_in_the_middle(void)
{
    g_autoptr(GByteArray) state = NULL;
    Console c;

    console_init(&c, BOARD_MODERN);
    console_start_multiport(&c);
    ctrl_send(&c, 1, VIRTIO_CONSOLE_PORT_OPEN, 1);
    c.chr[1]->room = 3;
    guest_write(&c, TX1, "0123456789");
    host_expect(&c, 1, "012");
    state = board_save(&c.board);
    device_cold_reset(c.board.transport);
    g_assert_cmpint(c.chr[1]->fe_open, ==, 0);
    c.board.tells_load_errors = true;
    g_assert_cmpint(board_load(&c.board, state, NULL), ==, 0);
    g_assert_cmpint(c.chr[1]->fe_open, ==, 1);
    c.chr[1]->room = SIZE_MAX;
    board_loop();
    host_expect(&c, 1, "3456789");
    g_assert_cmpint(guest_queue_take(&c.queues[TX1], NULL), >=, 0);
    console_finish(&c);
}

static void test_load_tells_guest_of_closed_peer(void)
{
    g_autoptr(GByteArray) state = NULL;
    Console c;

    console_init(&c, BOARD_MODERN);
    console_start_multiport(&c);
    state = board_save(&c.board);
    device_cold_reset(c.board.transport);
    qemu_chr_be_event(CHARDEV(c.chr[1]), CHR_EVENT_CLOSED);
    c.board.tells_load_errors = true;
    g_assert_cmpint(board_load(&c.board, state, NULL), ==, 0);
    ctrl_expect(&c, 1, VIRTIO_CONSOLE_PORT_OPEN, 0, NULL);
    console_finish(&c);
}

/* Found by fuzz-virtqueue: a count was believed, and loading took minutes. */
static void test_state_with_too_many_ports_is_refused(void)
{
    static const uint8_t limit_and_count[] = { 0, 0, 0, 31, 0, 0, 0, 2 };
    g_autoptr(GByteArray) state = NULL;
    uint8_t *at;
    Console c;

    console_init(&c, BOARD_MODERN);
    console_start_multiport(&c);
    state = board_save(&c.board);
    at = memmem(state->data, state->len, limit_and_count, sizeof(limit_and_count));
    g_assert_nonnull(at);
    memset(at + 4, 0xff, 4);
    g_assert_cmpint(board_load(&c.board, state, NULL), ==, -EINVAL);
    at[4] = at[5] = at[6] = 0;
    at[7] = 3;
    g_assert_cmpint(board_load(&c.board, state, NULL), <, 0);
    console_finish(&c);
}

static void test_damaged_state_is_harmless(void)
{
    g_autoptr(GByteArray) state = NULL;
    Console c;

    console_init(&c, BOARD_MODERN);
    console_start(&c, BIT_MULTIPORT);
    ctrl_send(&c, 0, VIRTIO_CONSOLE_DEVICE_READY, 1);
    c.chr[1]->room = 3;
    guest_write(&c, TX1, "0123456789");
    c.chr[1]->room = 0;
    state = board_save(&c.board);
    /* The device proper is at the end; what is before has a test of its own. */
    for (guint i = state->len - 220; i < state->len; i++) {
        uint8_t was = state->data[i];

        state->data[i] ^= 1 << (i % 8);
        board_load(&c.board, state, NULL);
        board_loop();
        state->data[i] = was;
        device_cold_reset(c.board.transport);
    }
    g_assert_cmpint(board_load(&c.board, state, NULL), ==, 0);
    console_finish(&c);
}

int main(int argc, char **argv)
{
    board_test_init(&argc, &argv);
    g_test_add_func("/virtio-console/identity", test_identity);
    g_test_add_data_func("/virtio-console/legacy/single-port-data", GINT_TO_POINTER(BOARD_LEGACY),
                         test_single_port_data);
    g_test_add_data_func("/virtio-console/modern/single-port-data", GINT_TO_POINTER(BOARD_MODERN),
                         test_single_port_data);
    g_test_add_func("/virtio-console/host-waits-for-buffers", test_host_waits_for_buffers);
    g_test_add_func("/virtio-console/stopped-machine-takes-nothing",
                    test_stopped_machine_takes_nothing);
    g_test_add_func("/virtio-console/emergency-write", test_emergency_write);
    g_test_add_data_func("/virtio-console/legacy/multiport-conversation",
                         GINT_TO_POINTER(BOARD_LEGACY), test_multiport_conversation);
    g_test_add_data_func("/virtio-console/modern/multiport-conversation",
                         GINT_TO_POINTER(BOARD_MODERN), test_multiport_conversation);
    g_test_add_func("/virtio-console/control-messages-wait-for-buffers",
                    test_control_messages_wait_for_buffers);
    g_test_add_func("/virtio-console/host-side-opens-and-closes",
                    test_host_side_opens_and_closes);
    g_test_add_func("/virtio-console/slow-backend-holds-port", test_slow_backend_holds_port);
    g_test_add_func("/virtio-console/slow-backend-does-not-hold-console",
                    test_slow_backend_does_not_hold_console);
    g_test_add_func("/virtio-console/broken-backend-takes-all", test_broken_backend_takes_all);
    g_test_add_func("/virtio-console/close-ends-throttling", test_close_ends_throttling);
    g_test_add_func("/virtio-console/large-buffers-in-pieces", test_large_buffers_in_pieces);
    g_test_add_func("/virtio-console/bad-control-messages", test_bad_control_messages);
    g_test_add_func("/virtio-console/control-flood-is-bounded", test_control_flood_is_bounded);
    g_test_add_func("/virtio-console/queue-of-missing-port", test_queue_of_missing_port);
    g_test_add_func("/virtio-console/port-hotplug", test_port_hotplug);
    g_test_add_func("/virtio-console/unplug-half-taken-buffer", test_unplug_half_taken_buffer);
    g_test_add_func("/virtio-console/port-numbers-are-checked", test_port_numbers_are_checked);
    g_test_add_func("/virtio-console/max-ports-is-checked", test_max_ports_is_checked);
    g_test_add_func("/virtio-console/one-port-device-has-no-multiport",
                    test_one_port_device_has_no_multiport);
    g_test_add_func("/virtio-console/reset-in-the-middle", test_reset_in_the_middle);
    g_test_add_func("/virtio-console/save-in-the-middle", test_save_in_the_middle);
    g_test_add_func("/virtio-console/load-tells-guest-of-closed-peer",
                    test_load_tells_guest_of_closed_peer);
    g_test_add_func("/virtio-console/state-with-too-many-ports-is-refused",
                    test_state_with_too_many_ports_is_refused);
    g_test_add_func("/virtio-console/damaged-state-is-harmless", test_damaged_state_is_harmless);
    return g_test_run();
}
