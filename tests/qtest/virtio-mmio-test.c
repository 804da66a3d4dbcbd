/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The virtio-mmio transports of the virt board: where they are, which device gets which, their
 * lines at the interrupt controller, requests over the qtest protocol, and errors of the command
 * line.
 */
#include "qemu/osdep.h"
#include "libgantry-virtio-qtest.h"

#define GICD 0x08000000
#define GICD_ISPENDR(n) (GICD + 0x200 + 4 * ((n) / 32))
#define VIRTIO_SPI_FIRST 16
/* A part of RAM that nothing of the board uses. */
#define TEST_RAM (VIRT_RAM_BASE + (64ull << 20))
#define TEST_RAM_SIZE (8ull << 20)

static uint64_t transport_base(unsigned n)
{
    return VIRT_VIRTIO_BASE + n * VIRT_VIRTIO_SIZE;
}

static uint32_t device_id(QTestState *s, unsigned n)
{
    return qtest_readl(s, transport_base(n) + VIRTIO_MMIO_DEVICE_ID);
}

static void guest_at(VirtioGuest *guest, GuestBus *bus, QTestState *s, unsigned n)
{
    virtio_guest_qtest_bus(bus, s);
    virtio_guest_init(guest, bus, transport_base(n), TEST_RAM, TEST_RAM_SIZE);
}

static void test_all_transports_are_there(void)
{
    QTestState *s = qtest_init("-nodefaults -M virt");

    for (unsigned n = 0; n < VIRT_VIRTIO_NUM; n++) {
        g_assert_cmphex(qtest_readl(s, transport_base(n)), ==, 0x74726976);
        g_assert_cmphex(qtest_readl(s, transport_base(n) + VIRTIO_MMIO_VERSION), ==, 1);
        g_assert_cmphex(device_id(s, n), ==, 0);
    }
    qtest_quit(s);
}

static void test_devices_come_from_the_top(void)
{
    QTestState *s = qtest_init("-nodefaults -M virt -device virtio-rng-device "
                               "-device virtio-serial-device");

    g_assert_cmphex(device_id(s, 31), ==, VIRTIO_ID_RNG);
    g_assert_cmphex(device_id(s, 30), ==, VIRTIO_ID_CONSOLE);
    g_assert_cmphex(device_id(s, 29), ==, 0);
    qtest_quit(s);
}

static void test_bus_is_chosen(void)
{
    QTestState *s = qtest_init("-nodefaults -M virt "
                               "-device virtio-rng-device,bus=virtio-mmio-bus.0 "
                               "-device virtio-rng-device,bus=virtio-mmio-bus.31 "
                               "-device virtio-serial-device");

    g_assert_cmphex(device_id(s, 0), ==, VIRTIO_ID_RNG);
    g_assert_cmphex(device_id(s, 31), ==, VIRTIO_ID_RNG);
    g_assert_cmphex(device_id(s, 30), ==, VIRTIO_ID_CONSOLE);
    qtest_quit(s);
}

static void test_global_makes_all_modern(void)
{
    QTestState *s = qtest_init("-nodefaults -M virt -global virtio-mmio.force-legacy=off");

    for (unsigned n = 0; n < VIRT_VIRTIO_NUM; n++) {
        g_assert_cmphex(qtest_readl(s, transport_base(n) + VIRTIO_MMIO_VERSION), ==, 2);
    }
    qtest_quit(s);
}

/* One request to the entropy device at the top; its SPI pends at the distributor. */
static void run_request(const char *args)
{
    QTestState *s = qtest_init(args);
    unsigned intid = 32 + VIRTIO_SPI_FIRST + 31;
    VirtioGuest guest;
    GuestQueue queue;
    GuestBus bus;
    uint64_t data;
    uint32_t len;

    guest_at(&guest, &bus, s, 31);
    virtio_guest_negotiate(&guest, 0);
    guest_queue_init(&queue, &guest, 0, 0);
    data = virtio_guest_alloc(&guest, 256, 16);
    virtio_guest_driver_ok(&guest);
    g_assert_cmphex(qtest_readl(s, GICD_ISPENDR(intid)), ==, 0);
    for (unsigned i = 0; i < 20; i++) {
        guest_queue_add(&queue, &(GuestBuffer){ data, 256, true }, 1);
        guest_queue_kick(&queue);
        /* The bytes come in the main loop, behind the next request of the protocol at most. */
        while (guest_queue_take(&queue, &len) < 0) {
            qtest_clock_step(s, 0);
        }
        g_assert_cmpuint(len, ==, 256);
        g_assert_cmphex(qtest_readl(s, GICD_ISPENDR(intid)), ==, 1u << intid % 32);
        g_assert_cmphex(virtio_guest_irq_take(&guest), ==, VIRTIO_MMIO_INT_VRING);
    }
    qtest_quit(s);
}

static void test_request_raises_spi(const void *opaque)
{
    run_request(opaque);
}

static void test_system_reset(void)
{
    QTestState *s = qtest_init("-nodefaults -M virt -device virtio-rng-device");
    VirtioGuest guest;
    GuestQueue queue;
    GuestBus bus;

    guest_at(&guest, &bus, s, 31);
    virtio_guest_negotiate(&guest, 0);
    guest_queue_init(&queue, &guest, 0, 0);
    virtio_guest_driver_ok(&guest);
    qtest_qmp_assert_success(s, "{ 'execute': 'system_reset' }");
    qtest_qmp_eventwait(s, "RESET");
    g_assert_cmphex(virtio_guest_read(&guest, VIRTIO_MMIO_STATUS), ==, 0);
    g_assert_cmphex(virtio_guest_read(&guest, VIRTIO_MMIO_QUEUE_PFN), ==, 0);
    qtest_quit(s);
}

static void test_devices_are_not_hotplugged(void)
{
    QTestState *s = qtest_init("-nodefaults -M virt");
    QDict *error = qtest_qmp_assert_failure_ref(
        s, "{ 'execute': 'device_add', 'arguments': { 'driver': 'virtio-rng-device' } }");

    g_assert_nonnull(strstr(qdict_get_str(error, "desc"), "hotplug"));
    qobject_unref(error);
    qtest_quit(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("/virtio-mmio/all-transports-are-there", test_all_transports_are_there);
    qtest_add_func("/virtio-mmio/devices-come-from-the-top", test_devices_come_from_the_top);
    qtest_add_func("/virtio-mmio/bus-is-chosen", test_bus_is_chosen);
    qtest_add_func("/virtio-mmio/global-makes-all-modern", test_global_makes_all_modern);
    qtest_add_data_func("/virtio-mmio/legacy/request-raises-spi",
                        "-nodefaults -M virt -device virtio-rng-device", test_request_raises_spi);
    qtest_add_data_func("/virtio-mmio/modern/request-raises-spi",
                        "-nodefaults -M virt,gic-version=3 -global virtio-mmio.force-legacy=off "
                        "-device virtio-rng-device", test_request_raises_spi);
    qtest_add_func("/virtio-mmio/system-reset", test_system_reset);
    qtest_add_func("/virtio-mmio/devices-are-not-hotplugged", test_devices_are_not_hotplugged);
    return g_test_run();
}
