/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A virtconsole and a virtserialport on the virt board, with character devices as users have
 * them: a socket for data both ways, a port that is added and removed, and its event.
 */
#include "qemu/osdep.h"
#include <glib/gstdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <linux/virtio_console.h>
#include "libgantry-virtio-qtest.h"

#define TEST_RAM (VIRT_RAM_BASE + (64ull << 20))
#define BIT_MULTIPORT (1ull << VIRTIO_CONSOLE_F_MULTIPORT)

enum { RX0, TX0, CTRL_RX, CTRL_TX, RX1, TX1, QUEUES };

typedef struct ConsoleGuest {
    QTestState *s;
    GuestBus bus;
    VirtioGuest guest;
    GuestQueue queues[QUEUES];
    uint64_t data;
    char *dir;
    char *path;
    int host; /* the far end of the character device */
} ConsoleGuest;

/* The emulator connects to a socket of ours, so there is nothing to wait for. */
static void console_init(ConsoleGuest *c, const char *device, uint64_t features)
{
    int server;

    c->dir = g_dir_make_tmp("gantry-console-XXXXXX", NULL);
    c->path = g_build_filename(c->dir, "socket", NULL);
    server = qtest_socket_server(c->path);
    c->s = qtest_initf("-nodefaults -M virt -chardev socket,id=c,path=%s "
                       "-device virtio-serial-device %s",
                       c->path, device);
    c->host = accept(server, NULL, NULL);
    g_assert_cmpint(c->host, >=, 0);
    close(server);
    virtio_guest_qtest_bus(&c->bus, c->s);
    virtio_guest_init(&c->guest, &c->bus, VIRT_VIRTIO_BASE + 31 * VIRT_VIRTIO_SIZE, TEST_RAM,
                      4 << 20);
    virtio_guest_negotiate(&c->guest, features);
    for (unsigned i = 0; i < QUEUES; i++) {
        guest_queue_init(&c->queues[i], &c->guest, i, 16);
    }
    c->data = virtio_guest_alloc(&c->guest, 65536, 4096);
    virtio_guest_driver_ok(&c->guest);
}

static void console_quit(ConsoleGuest *c)
{
    qtest_quit(c->s);
    close(c->host);
    g_remove(c->path);
    g_rmdir(c->dir);
    g_free(c->path);
    g_free(c->dir);
}

static void guest_send(ConsoleGuest *c, unsigned tx, const void *data, uint32_t len)
{
    virtio_guest_memwrite(&c->guest, c->data, data, len);
    guest_queue_add(&c->queues[tx], &(GuestBuffer){ c->data, len, false }, 1);
    guest_queue_kick(&c->queues[tx]);
    while (guest_queue_take(&c->queues[tx], NULL) < 0) {
        qtest_clock_step(c->s, 0);
    }
}

static void guest_control(ConsoleGuest *c, uint32_t id, uint16_t event, uint16_t value)
{
    struct virtio_console_control msg = { .id = id, .event = event, .value = value };

    guest_send(c, CTRL_TX, &msg, sizeof(msg));
}

static void expect_both_ways(ConsoleGuest *c, unsigned rx, unsigned tx)
{
    uint32_t len = 0, got_len = 0;
    char got[16] = "";

    guest_send(c, tx, "to the host", 11);
    g_assert_cmpint(recv(c->host, got, 11, MSG_WAITALL), ==, 11);
    g_assert_cmpstr(got, ==, "to the host");

    memset(got, 0, sizeof(got));
    g_assert_cmpint(send(c->host, "to the guest", 12, 0), ==, 12);
    while (got_len < 12) {
        guest_queue_add(&c->queues[rx], &(GuestBuffer){ c->data + 4096, 16, true }, 1);
        guest_queue_kick(&c->queues[rx]);
        while (guest_queue_take(&c->queues[rx], &len) < 0) {
            qtest_clock_step(c->s, 0);
        }
        g_assert_cmpuint(got_len + len, <=, 12);
        virtio_guest_memread(&c->guest, c->data + 4096, got + got_len, len);
        got_len += len;
    }
    g_assert_cmpstr(got, ==, "to the guest");
}

static void test_console_on_socket(void)
{
    ConsoleGuest c;

    console_init(&c, "-device virtconsole,chardev=c", 0);
    expect_both_ways(&c, RX0, TX0);
    console_quit(&c);
}

static void test_port_on_socket(void)
{
    ConsoleGuest c;

    console_init(&c, "-device virtserialport,chardev=c,name=org.example.test,id=channel",
                 BIT_MULTIPORT);
    guest_control(&c, 0, VIRTIO_CONSOLE_DEVICE_READY, 1);
    guest_control(&c, 1, VIRTIO_CONSOLE_PORT_READY, 1);
    guest_control(&c, 1, VIRTIO_CONSOLE_PORT_OPEN, 1);
    qtest_qmp_eventwait(c.s, "VSERPORT_CHANGE");
    expect_both_ways(&c, RX1, TX1);
    console_quit(&c);
}

/* The next control message, into a buffer that is offered for it. */
static void expect_control(ConsoleGuest *c, uint32_t id, uint16_t event)
{
    struct virtio_console_control msg;

    guest_queue_add(&c->queues[CTRL_RX], &(GuestBuffer){ c->data + 8192, 64, true }, 1);
    guest_queue_kick(&c->queues[CTRL_RX]);
    while (guest_queue_take(&c->queues[CTRL_RX], NULL) < 0) {
        qtest_clock_step(c->s, 0);
    }
    virtio_guest_memread(&c->guest, c->data + 8192, &msg, sizeof(msg));
    g_assert_cmpuint(msg.id, ==, id);
    g_assert_cmpuint(msg.event, ==, event);
}

static void test_port_hotplug(void)
{
    ConsoleGuest c;

    console_init(&c, "-device virtconsole,chardev=c", BIT_MULTIPORT);
    qtest_qmp_device_add(c.s, "virtserialport", "hot", "{ 'name': 'hot', 'nr': 5 }");
    expect_control(&c, 5, VIRTIO_CONSOLE_PORT_ADD);
    qtest_qmp_device_del(c.s, "hot");
    expect_control(&c, 5, VIRTIO_CONSOLE_PORT_REMOVE);
    console_quit(&c);
}

static void test_qtree_shows_ports(void)
{
    g_autofree char *text = NULL;
    ConsoleGuest c;

    console_init(&c, "-device virtconsole,chardev=c", 0);
    text = qtest_hmp(c.s, "info qtree");
    g_assert_nonnull(strstr(text, "port 0, guest on, host on, throttle off"));
    console_quit(&c);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("/virtio-console/console-on-socket", test_console_on_socket);
    qtest_add_func("/virtio-console/port-on-socket", test_port_on_socket);
    qtest_add_func("/virtio-console/port-hotplug", test_port_hotplug);
    qtest_add_func("/virtio-console/qtree-shows-ports", test_qtree_shows_ports);
    return g_test_run();
}
