/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The registers of virtio-mmio, OASIS virtio 1.2 sections 4.2.2 and 4.2.4: values, widths,
 * feature negotiation, queue selection, configuration space, interrupts, hotplug, device tree.
 */
#include "qemu/osdep.h"
#include <libfdt.h>
#include "virtio-harness.h"
#include "exec/address-spaces.h"
#include "hw/fdt-node.h"
#include "hw/qdev-properties.h"

#define QUEUE_RESET 0x0c0

/* ---- without a device ---- */

static void test_empty_transport_has_id_zero(const void *opaque)
{
    BoardVersion version = GPOINTER_TO_INT(opaque);
    Board board;

    board_init(&board, version, NULL);
    g_assert_cmphex(virtio_guest_read(&board.guest, VIRTIO_MMIO_MAGIC_VALUE), ==, 0x74726976);
    g_assert_cmphex(virtio_guest_read(&board.guest, VIRTIO_MMIO_VERSION), ==,
                    version == BOARD_MODERN ? 2 : 1);
    g_assert_cmphex(virtio_guest_read(&board.guest, VIRTIO_MMIO_DEVICE_ID), ==, 0);
    for (unsigned offset = 0x10; offset < VIRTIO_MMIO_SIZE; offset += 4) {
        virtio_guest_write(&board.guest, offset, UINT32_MAX);
        g_assert_cmphex(virtio_guest_read(&board.guest, offset), ==, 0);
    }
    board_finish(&board);
}

/* ---- identity and widths ---- */

static void test_identity(const void *opaque)
{
    Board board;

    board_init(&board, GPOINTER_TO_INT(opaque), virtio_test_new());
    g_assert_cmphex(virtio_guest_read(&board.guest, VIRTIO_MMIO_DEVICE_ID), ==, 0x3f);
    g_assert_cmphex(virtio_guest_read(&board.guest, VIRTIO_MMIO_VENDOR_ID), ==, 0x554d4551);
    board_finish(&board);
}

static void test_registers_are_32_bits_wide(const void *opaque)
{
    Board board;

    board_init(&board, GPOINTER_TO_INT(opaque), virtio_test_new());
    g_assert_cmphex(board.bus.read(&board, BOARD_MMIO, 1), ==, 0);
    g_assert_cmphex(board.bus.read(&board, BOARD_MMIO, 2), ==, 0);
    board.bus.write(&board, BOARD_MMIO + VIRTIO_MMIO_STATUS, 1, 1);
    board.bus.write(&board, BOARD_MMIO + VIRTIO_MMIO_STATUS, 2, 1);
    g_assert_cmphex(virtio_guest_read(&board.guest, VIRTIO_MMIO_STATUS), ==, 0);
    board_finish(&board);
}

static void test_unknown_registers_read_zero(const void *opaque)
{
    static const unsigned unknown[] = { 0x18, 0x1c, 0x2c, 0x4c, 0x54, 0x58, 0x68, 0x74, 0xf8 };
    Board board;

    board_init(&board, GPOINTER_TO_INT(opaque), virtio_test_new());
    for (size_t i = 0; i < G_N_ELEMENTS(unknown); i++) {
        virtio_guest_write(&board.guest, unknown[i], UINT32_MAX);
        g_assert_cmphex(virtio_guest_read(&board.guest, unknown[i]), ==, 0);
    }
    board_finish(&board);
}

/* The other version's registers do not exist. */
static void test_version_registers_are_separate(void)
{
    Board board;

    board_init(&board, BOARD_LEGACY, virtio_test_new());
    virtio_guest_write(&board.guest, VIRTIO_MMIO_QUEUE_READY, 1);
    g_assert_cmphex(virtio_guest_read(&board.guest, VIRTIO_MMIO_QUEUE_READY), ==, 0);
    g_assert_cmphex(virtio_guest_read(&board.guest, VIRTIO_MMIO_SHM_LEN_LOW), ==, 0);
    board_finish(&board);
    board_init(&board, BOARD_MODERN, virtio_test_new());
    virtio_guest_write(&board.guest, VIRTIO_MMIO_QUEUE_PFN, 0x40000);
    g_assert_cmphex(virtio_guest_read(&board.guest, VIRTIO_MMIO_QUEUE_PFN), ==, 0);
    g_assert_cmphex(virtio_guest_read(&board.guest, VIRTIO_MMIO_SHM_LEN_LOW), ==, UINT32_MAX);
    g_assert_cmphex(virtio_guest_read(&board.guest, VIRTIO_MMIO_SHM_BASE_HIGH), ==, UINT32_MAX);
    board_finish(&board);
}

/* ---- features ---- */

static void test_modern_hides_legacy_features(void)
{
    uint64_t features;
    Board board;

    board_init(&board, BOARD_MODERN, virtio_test_new());
    features = virtio_guest_device_features(&board.guest);
    g_assert_cmphex(features & (1ull << VIRTIO_F_VERSION_1), !=, 0);
    g_assert_cmphex(features & VIRTIO_LEGACY_FEATURES, ==, 0);
    g_assert_cmphex(features & (1ull << VIRTIO_F_RING_PACKED), ==, 0);
    g_assert_cmphex(features & (1ull << VIRTIO_F_IN_ORDER), ==, 0);
    g_assert_cmphex(features & (1ull << VIRTIO_F_ACCESS_PLATFORM), ==, 0);
    g_assert_cmphex(features & (1ull << VIRTIO_RING_F_EVENT_IDX), !=, 0);
    virtio_guest_write(&board.guest, VIRTIO_MMIO_DEVICE_FEATURES_SEL, 2);
    g_assert_cmphex(virtio_guest_read(&board.guest, VIRTIO_MMIO_DEVICE_FEATURES), ==, 0);
    board_finish(&board);
}

static void test_legacy_has_32_features(void)
{
    uint64_t features;
    Board board;

    board_init(&board, BOARD_LEGACY, virtio_test_new());
    features = virtio_guest_device_features(&board.guest);
    g_assert_cmphex(features >> 32, ==, 0);
    g_assert_cmphex(features & (1ull << VIRTIO_F_ANY_LAYOUT), !=, 0);
    g_assert_cmphex(features & (1ull << VIRTIO_F_NOTIFY_ON_EMPTY), !=, 0);
    board_finish(&board);
}

static uint32_t features_ok_with(VirtioGuest *guest, uint32_t low, uint32_t high)
{
    virtio_guest_reset(guest);
    virtio_guest_write(guest, VIRTIO_MMIO_STATUS, 3);
    virtio_guest_write(guest, VIRTIO_MMIO_DRIVER_FEATURES_SEL, 0);
    virtio_guest_write(guest, VIRTIO_MMIO_DRIVER_FEATURES, low);
    virtio_guest_write(guest, VIRTIO_MMIO_DRIVER_FEATURES_SEL, 1);
    virtio_guest_write(guest, VIRTIO_MMIO_DRIVER_FEATURES, high);
    virtio_guest_write(guest, VIRTIO_MMIO_STATUS, 0xb);
    return virtio_guest_read(guest, VIRTIO_MMIO_STATUS);
}

static void test_features_ok_is_refused(void)
{
    Board board;

    board_init(&board, BOARD_MODERN, virtio_test_new());
    g_assert_cmphex(features_ok_with(&board.guest, 1 << TEST_F_A, 1), ==, 0xb);
    /* Not accepting VERSION_1; a bit that was not offered; a choice the device cannot do. */
    g_assert_cmphex(features_ok_with(&board.guest, 1 << TEST_F_A, 0), ==, 0x3);
    g_assert_cmphex(features_ok_with(&board.guest, 1 << 5, 1), ==, 0x3);
    g_assert_cmphex(features_ok_with(&board.guest, 1 << VIRTIO_F_ANY_LAYOUT | 1, 1 | 1 << 2), ==,
                    0x3);
    g_assert_cmphex(features_ok_with(&board.guest, 1 << TEST_F_B, 1), ==, 0x3);
    g_assert_cmphex(features_ok_with(&board.guest, 1 << TEST_F_B | 1, 1), ==, 0xb);
    board_finish(&board);
}

static void test_features_are_fixed_after_features_ok(void)
{
    Board board;

    board_init(&board, BOARD_MODERN, virtio_test_new());
    g_assert_cmphex(features_ok_with(&board.guest, 1, 1), ==, 0xb);
    virtio_guest_write(&board.guest, VIRTIO_MMIO_DRIVER_FEATURES_SEL, 0);
    virtio_guest_write(&board.guest, VIRTIO_MMIO_DRIVER_FEATURES, 0);
    virtio_guest_write(&board.guest, VIRTIO_MMIO_STATUS, 0xf);
    g_assert_cmphex(VIRTIO_DEVICE(board.device)->guest_features, ==, 1 | 1ull << 32);
    board_finish(&board);
}

static void test_packed_rings_are_refused(void)
{
    DeviceState *dev = virtio_test_new();
    Error *err = NULL;
    Board board;

    board_init(&board, BOARD_MODERN, NULL);
    object_property_set_bool(OBJECT(dev), "packed", true, &error_abort);
    g_assert_false(qdev_realize(dev, QLIST_FIRST(&board.transport->child_bus), &err));
    harness_error_contains(err, "packed");
    g_assert_cmphex(virtio_guest_read(&board.guest, VIRTIO_MMIO_DEVICE_ID), ==, 0);
    object_unref(OBJECT(dev));
    /* And the transport takes another one. */
    board_plug(&board, virtio_test_new());
    g_assert_cmphex(virtio_guest_read(&board.guest, VIRTIO_MMIO_DEVICE_ID), ==, 0x3f);
    board_finish(&board);
}

static void test_iommu_platform_needs_modern(void)
{
    DeviceState *dev = virtio_test_new();
    Error *err = NULL;
    Board board;

    board_init(&board, BOARD_LEGACY, NULL);
    object_property_set_bool(OBJECT(dev), "iommu_platform", true, &error_abort);
    g_assert_false(qdev_realize(dev, QLIST_FIRST(&board.transport->child_bus), &err));
    harness_error_contains(err, "iommu_platform");
    object_unref(OBJECT(dev));
    board_finish(&board);
}

static void test_iommu_platform_must_be_accepted(void)
{
    DeviceState *dev = virtio_test_new();
    Board board;

    object_property_set_bool(OBJECT(dev), "iommu_platform", true, &error_abort);
    board_init(&board, BOARD_MODERN, dev);
    g_assert_cmphex(features_ok_with(&board.guest, 0, 1), ==, 0x3);
    g_assert_cmphex(features_ok_with(&board.guest, 0, 3), ==, 0xb);
    board_finish(&board);
}

/* ---- queues ---- */

static void test_queue_size_limits(const void *opaque)
{
    static const uint32_t bad[] = { 0, 3, 512, 0x10000, 0x80000000, UINT32_MAX };
    BoardVersion version = GPOINTER_TO_INT(opaque);
    VirtIODevice *vdev;
    Board board;

    board_init(&board, version, virtio_test_new());
    vdev = VIRTIO_DEVICE(board.device);
    virtio_guest_write(&board.guest, VIRTIO_MMIO_QUEUE_SEL, 0);
    g_assert_cmpuint(virtio_guest_read(&board.guest, VIRTIO_MMIO_QUEUE_NUM_MAX), ==, 256);
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        virtio_guest_write(&board.guest, VIRTIO_MMIO_QUEUE_NUM, bad[i]);
        virtio_guest_write(&board.guest, VIRTIO_MMIO_QUEUE_READY, 1);
        virtio_guest_write(&board.guest, VIRTIO_MMIO_QUEUE_READY, 0);
        g_assert_cmpint(virtio_queue_get_num(vdev, 0), ==, 256);
    }
    board_finish(&board);
}

static void test_missing_queue_has_no_size(const void *opaque)
{
    static const uint32_t missing[] = { 2, 1023, 1024, 65535, 65536, UINT32_MAX };
    Board board;

    board_init(&board, GPOINTER_TO_INT(opaque), virtio_test_new());
    for (size_t i = 0; i < G_N_ELEMENTS(missing); i++) {
        virtio_guest_write(&board.guest, VIRTIO_MMIO_QUEUE_SEL, missing[i]);
        g_assert_cmpuint(virtio_guest_read(&board.guest, VIRTIO_MMIO_QUEUE_NUM_MAX), ==, 0);
        for (unsigned offset = 0x34; offset < 0xd0; offset += 4) {
            if (offset != VIRTIO_MMIO_STATUS) {
                virtio_guest_write(&board.guest, offset, 0x1000);
            }
        }
        virtio_guest_write(&board.guest, VIRTIO_MMIO_QUEUE_NOTIFY, missing[i]);
        g_assert_cmpuint(virtio_guest_read(&board.guest, VIRTIO_MMIO_QUEUE_READY), ==, 0);
        g_assert_cmpuint(virtio_guest_read(&board.guest, VIRTIO_MMIO_QUEUE_PFN), ==, 0);
    }
    board_finish(&board);
}

static void test_pfn_reads_back(void)
{
    GuestQueue queue;
    Board board;

    board_init(&board, BOARD_LEGACY, virtio_test_new());
    virtio_guest_negotiate(&board.guest, 0);
    guest_queue_init(&queue, &board.guest, 1, 8);
    g_assert_cmphex(virtio_guest_read(&board.guest, VIRTIO_MMIO_QUEUE_PFN), ==,
                    queue.desc >> 12);
    virtio_guest_write(&board.guest, VIRTIO_MMIO_QUEUE_SEL, 0);
    g_assert_cmphex(virtio_guest_read(&board.guest, VIRTIO_MMIO_QUEUE_PFN), ==, 0);
    virtio_guest_write(&board.guest, VIRTIO_MMIO_QUEUE_SEL, 1);
    virtio_guest_write(&board.guest, VIRTIO_MMIO_QUEUE_PFN, 0);
    g_assert_cmphex(virtio_guest_read(&board.guest, VIRTIO_MMIO_QUEUE_PFN), ==, 0);
    board_finish(&board);
}

static void test_queue_registers_are_fixed_while_ready(void)
{
    GuestQueue queue;
    Board board;

    board_init(&board, BOARD_MODERN, virtio_test_new());
    virtio_guest_negotiate(&board.guest, 0);
    guest_queue_init(&queue, &board.guest, 0, 8);
    virtio_guest_write(&board.guest, VIRTIO_MMIO_QUEUE_DESC_LOW, 0x1234);
    virtio_guest_write(&board.guest, VIRTIO_MMIO_QUEUE_NUM, 4);
    virtio_guest_write(&board.guest, VIRTIO_MMIO_QUEUE_READY, 1);
    g_assert_cmpuint(virtio_guest_read(&board.guest, VIRTIO_MMIO_QUEUE_READY), ==, 1);
    g_assert_cmphex(virtio_queue_get_desc_addr(VIRTIO_DEVICE(board.device), 0), ==, queue.desc);
    g_assert_cmpint(virtio_queue_get_num(VIRTIO_DEVICE(board.device), 0), ==, 8);
    board_finish(&board);
}

static void test_queue_reset_needs_its_feature(void)
{
    GuestQueue queue;
    Board board;

    board_init(&board, BOARD_MODERN, virtio_test_new());
    virtio_guest_negotiate(&board.guest, 0);
    guest_queue_init(&queue, &board.guest, 0, 8);
    virtio_guest_write(&board.guest, QUEUE_RESET, 1);
    g_assert_cmpuint(virtio_guest_read(&board.guest, VIRTIO_MMIO_QUEUE_READY), ==, 1);
    board_finish(&board);
}

/* ---- configuration space ---- */

static void test_config_widths(const void *opaque)
{
    Board board;

    board_init(&board, GPOINTER_TO_INT(opaque), virtio_test_new());
    g_assert_cmphex(virtio_guest_config_read(&board.guest, 0, 1), ==, 0x10);
    g_assert_cmphex(virtio_guest_config_read(&board.guest, 3, 1), ==, 0x13);
    g_assert_cmphex(virtio_guest_config_read(&board.guest, 2, 2), ==, 0x1312);
    g_assert_cmphex(virtio_guest_config_read(&board.guest, 4, 4), ==, 0x17161514);
    g_assert_cmphex(virtio_guest_config_read(&board.guest, 0, 8), ==, 0x1716151413121110);
    virtio_guest_config_write(&board.guest, 1, 1, 0xaa);
    virtio_guest_config_write(&board.guest, 2, 2, 0xccbb);
    virtio_guest_config_write(&board.guest, 4, 4, 0xddeeff00);
    g_assert_cmphex(virtio_guest_config_read(&board.guest, 0, 8), ==, 0xddeeff00ccbbaa10);
    virtio_guest_config_write(&board.guest, 0, 8, 0x0102030405060708);
    g_assert_cmphex(virtio_guest_config_read(&board.guest, 0, 8), ==, 0x0102030405060708);
    board_finish(&board);
}

static void test_config_ends_where_it_ends(const void *opaque)
{
    Board board;

    board_init(&board, GPOINTER_TO_INT(opaque), virtio_test_new());
    g_assert_cmphex(virtio_guest_config_read(&board.guest, 8, 4), ==, 0x1b1a1918);
    g_assert_cmphex(virtio_guest_config_read(&board.guest, 12, 1), ==, 0xff);
    g_assert_cmphex(virtio_guest_config_read(&board.guest, 12, 4), ==, UINT32_MAX);
    g_assert_cmphex(virtio_guest_config_read(&board.guest, 0xfc, 4), ==, UINT32_MAX);
    virtio_guest_config_write(&board.guest, 12, 4, 0);
    virtio_guest_config_write(&board.guest, 0xff, 1, 0);
    board_finish(&board);
}

static void test_config_change(const void *opaque)
{
    BoardVersion version = GPOINTER_TO_INT(opaque);
    uint32_t generation;
    VirtIODevice *vdev;
    Board board;

    board_init(&board, version, virtio_test_new());
    vdev = VIRTIO_DEVICE(board.device);
    generation = virtio_guest_read(&board.guest, VIRTIO_MMIO_CONFIG_GENERATION);
    virtio_notify_config(vdev);
    g_assert_cmpint(board.line.level, ==, 0);
    if (version == BOARD_MODERN) {
        g_assert_cmpuint(virtio_guest_read(&board.guest, VIRTIO_MMIO_CONFIG_GENERATION), !=,
                         generation);
    }
    virtio_guest_negotiate(&board.guest, 0);
    virtio_guest_driver_ok(&board.guest);
    virtio_notify_config(vdev);
    g_assert_cmpint(board.line.level, ==, 1);
    g_assert_cmphex(virtio_guest_read(&board.guest, VIRTIO_MMIO_INTERRUPT_STATUS), ==,
                    VIRTIO_MMIO_INT_CONFIG);
    virtio_guest_write(&board.guest, VIRTIO_MMIO_INTERRUPT_ACK, VIRTIO_MMIO_INT_VRING);
    g_assert_cmpint(board.line.level, ==, 1);
    virtio_guest_write(&board.guest, VIRTIO_MMIO_INTERRUPT_ACK, VIRTIO_MMIO_INT_CONFIG);
    g_assert_cmpint(board.line.level, ==, 0);
    board_finish(&board);
}

/* ---- coming and going ---- */

static void test_unplug_lowers_interrupt(const void *opaque)
{
    GuestQueue queue;
    Board board;

    board_init(&board, GPOINTER_TO_INT(opaque), virtio_test_new());
    virtio_guest_negotiate(&board.guest, 0);
    guest_queue_init(&queue, &board.guest, 0, 8);
    virtio_guest_driver_ok(&board.guest);
    virtio_notify_config(VIRTIO_DEVICE(board.device));
    g_assert_cmpint(board.line.level, ==, 1);
    board_unplug(&board);
    g_assert_cmpint(board.line.level, ==, 0);
    g_assert_cmphex(virtio_guest_read(&board.guest, VIRTIO_MMIO_DEVICE_ID), ==, 0);
    virtio_guest_write(&board.guest, VIRTIO_MMIO_QUEUE_NOTIFY, 0);
    board_plug(&board, virtio_test_new());
    g_assert_cmphex(virtio_guest_read(&board.guest, VIRTIO_MMIO_DEVICE_ID), ==, 0x3f);
    g_assert_cmphex(virtio_guest_read(&board.guest, VIRTIO_MMIO_STATUS), ==, 0);
    board_finish(&board);
}

static void test_unplug_with_requests_under_way(const void *opaque)
{
    GuestQueue queue;
    Board board;
    uint64_t data;

    board_init(&board, GPOINTER_TO_INT(opaque), virtio_test_new());
    virtio_guest_negotiate(&board.guest, 0);
    guest_queue_init(&queue, &board.guest, 0, 8);
    data = virtio_guest_alloc(&board.guest, 16, 16);
    virtio_guest_driver_ok(&board.guest);
    VIRTIO_TEST(board.device)->hold = true;
    guest_queue_add(&queue, &(GuestBuffer){ data, 16, true }, 1);
    guest_queue_notify(&queue);
    g_assert_cmpuint(VIRTIO_TEST(board.device)->held.length, ==, 1);
    board_unplug(&board);
    board_finish(&board);
}

/* ---- device tree ---- */

static bool fdt_test_reg(FdtNodeContext *ctx, SysBusDevice *dev, int i, uint64_t *addr,
                         uint64_t *size)
{
    *addr = 0xa003e00;
    *size = 0x200;
    return i == 0;
}

static bool fdt_test_irq(FdtNodeContext *ctx, SysBusDevice *dev, int i, uint32_t cells[3],
                         int *ncells)
{
    cells[0] = 0;
    cells[1] = 47;
    cells[2] = 4;
    *ncells = 3;
    return i == 0;
}

static const FdtNodeContextOps fdt_test_ops = { .reg = fdt_test_reg, .irq = fdt_test_irq };

static void test_device_tree_node(void)
{
    static const uint8_t reg[16] = { 0, 0, 0, 0, 0x0a, 0, 0x3e, 0, 0, 0, 0, 0, 0, 0, 2, 0 };
    static const uint8_t irq[12] = { [7] = 47, [11] = 1 };
    uint8_t blob[4096];
    FdtNodeContext ctx = {
        .ops = &fdt_test_ops, .fdt = blob, .bus_path = "/", .address_cells = 2, .size_cells = 2,
        .interrupt_cells = 3,
    };
    const void *value;
    Board board;
    int node, len;

    board_init(&board, BOARD_LEGACY, NULL);
    g_assert_cmpint(fdt_create_empty_tree(blob, sizeof(blob)), ==, 0);
    g_assert_true(fdt_node_add(OBJECT(board.transport), &ctx, &error_abort));
    node = fdt_path_offset(blob, "/virtio_mmio@a003e00");
    g_assert_cmpint(node, >, 0);
    g_assert_cmpstr(fdt_getprop(blob, node, "compatible", NULL), ==, "virtio,mmio");
    value = fdt_getprop(blob, node, "reg", &len);
    g_assert_cmpmem(value, len, reg, sizeof(reg));
    value = fdt_getprop(blob, node, "interrupts", &len);
    g_assert_cmpmem(value, len, irq, sizeof(irq));
    g_assert_nonnull(fdt_getprop(blob, node, "dma-coherent", &len));
    g_assert_cmpint(len, ==, 0);
    board_finish(&board);
}

static void test_device_tree_without_room(void)
{
    uint8_t blob[160];
    FdtNodeContext ctx = {
        .ops = &fdt_test_ops, .fdt = blob, .bus_path = "/", .address_cells = 2, .size_cells = 2,
        .interrupt_cells = 3,
    };
    Error *err = NULL;
    Board board;

    board_init(&board, BOARD_LEGACY, NULL);
    g_assert_cmpint(fdt_create_empty_tree(blob, sizeof(blob)), ==, 0);
    g_assert_false(fdt_node_add(OBJECT(board.transport), &ctx, &err));
    harness_error_contains(err, "virtio_mmio@a003e00");
    g_assert_cmpint(fdt_path_offset(blob, "/virtio_mmio@a003e00"), <, 0);
    board_finish(&board);
}

/* ---- main ---- */

static void add_both(const char *name, GTestDataFunc fn)
{
    g_autofree char *legacy = g_strdup_printf("/virtio-mmio/legacy/%s", name);
    g_autofree char *modern = g_strdup_printf("/virtio-mmio/modern/%s", name);

    g_test_add_data_func(legacy, GINT_TO_POINTER(BOARD_LEGACY), fn);
    g_test_add_data_func(modern, GINT_TO_POINTER(BOARD_MODERN), fn);
}

int main(int argc, char **argv)
{
    board_test_init(&argc, &argv);
    add_both("empty-transport-has-id-zero", test_empty_transport_has_id_zero);
    add_both("identity", test_identity);
    add_both("registers-are-32-bits-wide", test_registers_are_32_bits_wide);
    add_both("unknown-registers-read-zero", test_unknown_registers_read_zero);
    add_both("queue-size-limits", test_queue_size_limits);
    add_both("missing-queue-has-no-size", test_missing_queue_has_no_size);
    add_both("config-widths", test_config_widths);
    add_both("config-ends-where-it-ends", test_config_ends_where_it_ends);
    add_both("config-change", test_config_change);
    add_both("unplug-lowers-interrupt", test_unplug_lowers_interrupt);
    add_both("unplug-with-requests-under-way", test_unplug_with_requests_under_way);
    g_test_add_func("/virtio-mmio/version-registers-are-separate",
                    test_version_registers_are_separate);
    g_test_add_func("/virtio-mmio/modern/hides-legacy-features",
                    test_modern_hides_legacy_features);
    g_test_add_func("/virtio-mmio/legacy/has-32-features", test_legacy_has_32_features);
    g_test_add_func("/virtio-mmio/modern/features-ok-is-refused", test_features_ok_is_refused);
    g_test_add_func("/virtio-mmio/modern/features-are-fixed-after-features-ok",
                    test_features_are_fixed_after_features_ok);
    g_test_add_func("/virtio-mmio/modern/packed-rings-are-refused",
                    test_packed_rings_are_refused);
    g_test_add_func("/virtio-mmio/legacy/iommu-platform-needs-modern",
                    test_iommu_platform_needs_modern);
    g_test_add_func("/virtio-mmio/modern/iommu-platform-must-be-accepted",
                    test_iommu_platform_must_be_accepted);
    g_test_add_func("/virtio-mmio/legacy/pfn-reads-back", test_pfn_reads_back);
    g_test_add_func("/virtio-mmio/modern/queue-registers-are-fixed-while-ready",
                    test_queue_registers_are_fixed_while_ready);
    g_test_add_func("/virtio-mmio/modern/queue-reset-needs-its-feature",
                    test_queue_reset_needs_its_feature);
    g_test_add_func("/virtio-mmio/device-tree/node", test_device_tree_node);
    g_test_add_func("/virtio-mmio/device-tree/without-room", test_device_tree_without_room);
    return g_test_run();
}
