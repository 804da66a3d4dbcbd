/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A SoC made of several device models that know only the public headers: its parts are
 * created, aliased, connected, reset, saved and unplugged through it, and data flows from
 * guest memory by IOMMU, DMA engine and stream to the network, and back.
 */
#include "../hwcore/hwcore-harness.h"
#include "../net/net-test.h"
#include "sample-soc.h"
#include "exec/address-spaces.h"
#include "hw/net/mii.h"
#include "hw/nmi.h"
#include "hw/qdev-properties.h"
#include "migration/qemu-file.h"
#include "migration/vmstate.h"
#include "net/checksum.h"
#include "net/eth.h"
#include "qemu/rcu.h"
#include "qemu/units.h"

#define SOC 0x10000
#define RAM 0x100000
#define RAM_SIZE (64 * KiB)

/* registers */
#define DMA_CTRL 0x00
#define DMA_ISR 0x04
#define DMA_IMR 0x08
#define DMA_IEN 0x0c
#define DMA_IDIS 0x10
#define DMA_HEAD 0x14
#define DMA_COUNT 0x18
#define NIC_CTRL 0x1000
#define NIC_RXLEN 0x1004
#define NIC_HASH 0x1008
#define NIC_PHY(n) (0x1080 + 4 * (n))
#define NIC_WINDOW 0x2000
#define SOC_WINDOW 0x3000
#define SOC_MODE 0x3004
#define SOC_PROGRAM 0x3008
#define SOC_PWM 0x4000
#define SOC_FLASH 0x8000
#define SOC_FLASH_MIRROR 0x9000

#define DESC_LAST 1
#define DESC_EOP 2

static const uint8_t mac[ETH_ALEN] = { 0x02, 0, 0, 0, 0, 0x17 };

typedef struct Fixture {
    MemoryRegion *ram;
    uint8_t *mem; /* its bytes */
    TestClient *peer;
    DeviceState *dev;
    SampleSoc *s;
    HarnessLine out, out_n;
    qemu_irq inverter;
} Fixture;

static uint32_t soc_read(hwaddr offset)
{
    return address_space_ldl_le(&address_space_memory, SOC + offset, MEMTXATTRS_UNSPECIFIED,
                                NULL);
}

static void soc_write(hwaddr offset, uint32_t value)
{
    address_space_stl_le(&address_space_memory, SOC + offset, value, MEMTXATTRS_UNSPECIFIED,
                         NULL);
}

static void fixture_create(Fixture *f)
{
    *f = (Fixture){ .ram = g_new0(MemoryRegion, 1) };
    memory_region_init_ram(f->ram, NULL, "ram", RAM_SIZE, &error_abort);
    memory_region_add_subregion(get_system_memory(), RAM, f->ram);
    f->mem = memory_region_get_ram_ptr(f->ram);
    f->peer = test_client_new(NULL, "peer");
    f->dev = qdev_new(TYPE_SAMPLE_SOC);
    f->s = SAMPLE_SOC(f->dev);
    qdev_prop_set_netdev(f->dev, "netdev", &f->peer->nc);
    qdev_prop_set_macaddr(f->dev, "mac", mac);
}

static void fixture_destroy(Fixture *f)
{
    net_cleanup();
    loop_settle();
    memory_region_del_subregion(get_system_memory(), f->ram);
    object_unparent(OBJECT(f->ram));
    drain_call_rcu();
    g_free(f->ram);
}

static void fixture_setup(Fixture *f, gconstpointer data)
{
    fixture_create(f);
    object_property_set_uint(OBJECT(f->dev), "split-lines", 2, &error_abort);
    sysbus_realize_and_unref(SYS_BUS_DEVICE(f->dev), &error_abort);
    sysbus_mmio_map(SYS_BUS_DEVICE(f->dev), 0, SOC);
    harness_line_init(&f->out);
    harness_line_init(&f->out_n);
    f->inverter = qemu_irq_invert(f->out_n.irq);
    qdev_connect_gpio_out(f->dev, 0, f->out.irq);
    qdev_connect_gpio_out(f->dev, 1, f->inverter);
    device_cold_reset(f->dev);
    device_cold_reset(DEVICE(&f->s->nic));
    device_cold_reset(DEVICE(&f->s->dma));
}

static void fixture_teardown(Fixture *f, gconstpointer data)
{
    object_unparent(OBJECT(f->dev));
    drain_call_rcu(); /* its gates let go of the lines when the last view of its memory goes */
    qemu_free_irq(f->inverter);
    harness_line_free(&f->out);
    harness_line_free(&f->out_n);
    fixture_destroy(f);
}

/* Descriptor @n, at the beginning of the engine's page, for @len bytes at @offset in it. */
static void desc_put(Fixture *f, unsigned n, uint32_t offset, uint32_t len, uint32_t flags)
{
    stq_le_p(f->mem + n * sizeof(StreamDesc), offset);
    stl_le_p(f->mem + n * sizeof(StreamDesc) + 8, len);
    stl_le_p(f->mem + n * sizeof(StreamDesc) + 12, flags);
}

static void engine_start(void)
{
    soc_write(SOC_WINDOW, RAM);
    soc_write(DMA_HEAD, 0);
    soc_write(DMA_CTRL, 1);
    loop_settle();
}

/* Two frames of 100 bytes, of 0x11 and 0x22, the second one in two pieces. */
static void two_frames_put(Fixture *f)
{
    memset(f->mem + 0x100, 0x11, 100);
    memset(f->mem + 0x200, 0x22, 100);
    desc_put(f, 0, 0x100, 100, DESC_EOP);
    desc_put(f, 1, 0x200, 30, 0);
    desc_put(f, 2, 0x21e, 70, DESC_EOP | DESC_LAST);
}

static void frame_expect(Fixture *f, uint8_t fill)
{
    uint8_t frame[100];

    memset(frame, fill, sizeof(frame));
    test_client_expect(f->peer, frame, sizeof(frame));
}

/* ---- made of devices ---- */

static void test_alias_reaches_the_child(Fixture *f, gconstpointer data)
{
    Error *err = NULL;

    g_assert_cmpmem(f->s->nic.conf.macaddr.a, ETH_ALEN, mac, ETH_ALEN);
    g_assert_false(object_property_set_str(OBJECT(f->dev), "mac", "02:00:00:00:00:01", &err));
    harness_error_contains(err, "mac");
    g_assert_cmpmem(f->s->nic.conf.macaddr.a, ETH_ALEN, mac, ETH_ALEN);
}

static void test_link_is_fixed_after_realize(Fixture *f, gconstpointer data)
{
    Error *err = NULL;

    g_assert_false(object_property_set_link(OBJECT(&f->s->dma), "dma", OBJECT(f->ram), &err));
    harness_error_contains(err, "dma");
    g_assert_true(object_property_get_link(OBJECT(&f->s->dma), "dma", &error_abort) ==
                  OBJECT(&f->s->iommu));
}

static void test_failing_child_fails_the_soc(void)
{
    Fixture f;
    Error *err = NULL;

    fixture_create(&f);
    object_property_set_uint(OBJECT(f.dev), "split-lines", 0, &error_abort);
    g_assert_false(sysbus_realize(SYS_BUS_DEVICE(f.dev), &err));
    harness_error_contains(err, "num-lines");
    object_unparent(OBJECT(f.dev));
    object_unref(f.dev);
    fixture_destroy(&f);
}

static void test_reset_of_the_parent_leaves_children(Fixture *f, gconstpointer data)
{
    /* They are on the system bus, which resets them itself. */
    soc_write(SOC_WINDOW, RAM);
    soc_write(NIC_CTRL, 2);
    device_cold_reset(f->dev);
    g_assert_cmphex(soc_read(SOC_WINDOW), ==, 0);
    g_assert_cmphex(soc_read(NIC_CTRL), ==, 2);
    bus_cold_reset(sysbus_get_default());
    g_assert_cmphex(soc_read(NIC_CTRL), ==, 0);
}

static void test_unimplemented_part_reads_as_zero(Fixture *f, gconstpointer data)
{
    soc_write(SOC_PWM, 5);
    g_assert_cmphex(soc_read(SOC_PWM), ==, 0);
}

/* ---- lines ---- */

static void test_inputs_reach_both_outputs(Fixture *f, gconstpointer data)
{
    qemu_irq ext = qdev_get_gpio_in_named(f->dev, "ext", 0);

    qemu_irq_raise(ext);
    g_assert_cmpint(f->out.level, ==, 1);
    g_assert_cmpint(f->out_n.level, ==, 0);
    qemu_irq_lower(ext);
    g_assert_cmpint(f->out.level, ==, 0);
    g_assert_cmpint(f->out_n.level, ==, 1);
}

static void test_passed_input_is_the_parents(Fixture *f, gconstpointer data)
{
    qemu_irq_raise(qdev_get_gpio_in(f->dev, 0));
    g_assert_cmpint(f->out.level, ==, 1);
}

static void test_nmi_finds_who_handles_it(Fixture *f, gconstpointer data)
{
    Error *err = NULL;

    nmi_monitor_handle(0, &error_abort);
    g_assert_cmpuint(f->out.rises, ==, 1);
    nmi_monitor_handle(3, &err);
    harness_error_contains(err, "CPU 3");
    g_assert_cmpuint(f->out.rises, ==, 1);
}

static void test_nmi_without_handler_is_an_error(void)
{
    Error *err = NULL;

    nmi_monitor_handle(0, &err);
    harness_error_contains(err, "NMI");
}

/* ---- sending ---- */

static void test_frames_go_from_memory_to_the_network(Fixture *f, gconstpointer data)
{
    two_frames_put(f);
    soc_write(DMA_IEN, 1);
    engine_start();
    frame_expect(f, 0x11);
    frame_expect(f, 0x22);
    g_assert_cmphex(soc_read(DMA_ISR), ==, 1);
    g_assert_cmpint(f->out.level, ==, 1);
    soc_write(DMA_ISR, 1);
    g_assert_cmpint(f->out.level, ==, 0);
    g_assert_cmpuint(soc_read(DMA_COUNT), ==, 3);
    g_assert_cmpuint(soc_read(DMA_COUNT), ==, 0);
}

static void test_masked_interrupt_stays_low(Fixture *f, gconstpointer data)
{
    two_frames_put(f);
    engine_start();
    g_assert_cmphex(soc_read(DMA_ISR), ==, 1);
    g_assert_cmphex(soc_read(DMA_IMR), ==, 3);
    g_assert_cmpint(f->out.level, ==, 0);
    soc_write(DMA_IEN, 3);
    g_assert_cmpint(f->out.level, ==, 1);
    soc_write(DMA_IDIS, ~0u);
    g_assert_cmphex(soc_read(DMA_IMR), ==, 3);
    g_assert_cmpint(f->out.level, ==, 0);
}

static void test_engine_waits_for_a_full_sink(Fixture *f, gconstpointer data)
{
    two_frames_put(f);
    f->peer->is_busy = true;
    engine_start();
    g_assert_cmphex(soc_read(DMA_CTRL), ==, 1);
    g_assert_cmpuint(soc_read(DMA_COUNT), ==, 1);
    f->peer->is_busy = false;
    qemu_flush_queued_packets(&f->peer->nc);
    loop_settle();
    frame_expect(f, 0x11);
    frame_expect(f, 0x22);
    g_assert_cmphex(soc_read(DMA_CTRL), ==, 0);
}

static void test_address_that_is_not_mapped_is_an_error(Fixture *f, gconstpointer data)
{
    soc_write(DMA_IEN, 2);
    soc_write(DMA_HEAD, 0);
    soc_write(DMA_CTRL, 1);
    loop_settle();
    g_assert_cmphex(soc_read(DMA_ISR), ==, 2);
    g_assert_cmpint(f->out.level, ==, 1);
    g_assert_cmphex(soc_read(DMA_CTRL), ==, 0);
    g_assert_cmpuint(f->peer->frames.length, ==, 0);
}

static void test_data_beyond_the_window_is_an_error(Fixture *f, gconstpointer data)
{
    desc_put(f, 0, 0x100, 100, DESC_EOP);
    desc_put(f, 1, 4 * KiB, 100, DESC_EOP | DESC_LAST);
    engine_start();
    g_assert_cmphex(soc_read(DMA_ISR), ==, 2);
    g_assert_cmpuint(f->peer->frames.length, ==, 1);
}

/* An IPv4 header known from the literature, with checksum 0xb861, and its UDP datagram. */
static const uint8_t udp_head[] = {
    2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0x17, 0x08, 0x00,
    0x45, 0x00, 0x00, 0x73, 0x00, 0x00, 0x40, 0x00, 0x40, 0x11, 0xff, 0xff, 0xc0, 0xa8, 0x00, 0x01,
    0xc0, 0xa8, 0x00, 0xc7,
    0x04, 0x00, 0x00, 0x35, 0x00, 0x5f, 0x12, 0x34,
};

static void test_card_fills_in_checksums(Fixture *f, gconstpointer data)
{
    g_autoptr(GBytes) frame = NULL;
    const uint8_t *bytes;
    gsize size;

    memcpy(f->mem + 0x100, udp_head, sizeof(udp_head));
    memset(f->mem + 0x100 + sizeof(udp_head), 0x5a, 87);
    desc_put(f, 0, 0x100, sizeof(udp_head) + 87, DESC_EOP | DESC_LAST);
    soc_write(NIC_CTRL, 2);
    engine_start();
    frame = g_queue_pop_head(&f->peer->frames);
    g_assert_nonnull(frame);
    bytes = g_bytes_get_data(frame, &size);
    g_assert_cmpuint(size, ==, 14 + 0x73);
    g_assert_cmphex(lduw_be_p(bytes + 24), ==, 0xb861);
    /* With its checksum in it, all of it sums up to 0 (complemented). */
    g_assert_cmphex(net_checksum_tcpudp(0x5f, IP_PROTO_UDP, (uint8_t *)bytes + 26,
                                        (uint8_t *)bytes + 34), ==, 0);
}

/* ---- receiving ---- */

static void frame_send(Fixture *f, const uint8_t *dest, uint8_t fill)
{
    uint8_t frame[ETH_ZLEN];

    memset(frame, fill, sizeof(frame));
    memcpy(frame, dest, ETH_ALEN);
    qemu_send_packet(&f->peer->nc, frame, sizeof(frame));
}

static uint8_t frame_take(void)
{
    uint8_t fill = soc_read(NIC_WINDOW + 8);

    g_assert_cmpuint(soc_read(NIC_RXLEN), ==, ETH_ZLEN);
    soc_write(NIC_RXLEN, 0);
    return fill;
}

static void test_card_takes_what_is_addressed_to_it(Fixture *f, gconstpointer data)
{
    static const uint8_t other[] = { 2, 0, 0, 0, 0, 9 }, all[] = { 255, 255, 255, 255, 255, 255 };

    soc_write(NIC_CTRL, 1);
    frame_send(f, other, 1);
    g_assert_cmpuint(soc_read(NIC_RXLEN), ==, 0);
    frame_send(f, mac, 2);
    g_assert_cmpint(f->out.level, ==, 1);
    g_assert_cmpuint(frame_take(), ==, 2);
    g_assert_cmpint(f->out.level, ==, 0);
    frame_send(f, all, 3);
    g_assert_cmpuint(frame_take(), ==, 3);
}

static void test_multicast_goes_through_the_hash(Fixture *f, gconstpointer data)
{
    static const uint8_t group[] = { 0x01, 0, 0x5e, 0, 0, 1 };
    unsigned bit = net_crc32(group, ETH_ALEN) >> 26;

    soc_write(NIC_CTRL, 1);
    frame_send(f, group, 1);
    g_assert_cmpuint(soc_read(NIC_RXLEN), ==, 0);
    soc_write(NIC_HASH + bit / 32 * 4, 1u << (bit % 32));
    frame_send(f, group, 2);
    g_assert_cmpuint(frame_take(), ==, 2);
}

static void test_frames_wait_for_room(Fixture *f, gconstpointer data)
{
    frame_send(f, mac, 1);
    frame_send(f, mac, 2);
    g_assert_cmpuint(soc_read(NIC_RXLEN), ==, 0);
    soc_write(NIC_CTRL, 1);
    g_assert_cmpuint(frame_take(), ==, 1);
    g_assert_cmpuint(frame_take(), ==, 2);
    g_assert_cmpuint(soc_read(NIC_RXLEN), ==, 0);
}

static void test_link_state_is_the_transceivers(Fixture *f, gconstpointer data)
{
    g_assert_cmphex(soc_read(NIC_PHY(MII_PHYID1)), ==, DP83848_PHYID1);
    g_assert_cmphex(soc_read(NIC_PHY(MII_BMSR)) & MII_BMSR_LINK_ST, ==, MII_BMSR_LINK_ST);
    g_assert_true(net_link_set("peer", false, &error_abort));
    g_assert_cmphex(soc_read(NIC_PHY(MII_BMSR)) & MII_BMSR_LINK_ST, ==, 0);
    g_assert_true(net_link_set("peer", true, &error_abort));
    g_assert_cmphex(soc_read(NIC_PHY(MII_BMSR)) & MII_BMSR_LINK_ST, ==, MII_BMSR_LINK_ST);
}

/* ---- flash ---- */

static void test_flash_is_read_directly_or_by_command(Fixture *f, gconstpointer data)
{
    soc_write(SOC_PROGRAM, 0x3c);
    g_assert_cmphex(soc_read(SOC_FLASH + 8), ==, 0x3c3c3c3c);
    g_assert_cmphex(soc_read(SOC_FLASH_MIRROR + 0xffc), ==, 0x3c3c3c3c);
    soc_write(SOC_FLASH, 0x90);
    g_assert_cmphex(f->s->last_command, ==, 0x90);
    g_assert_cmphex(soc_read(SOC_FLASH + 8), ==, 0x3c3c3c3c);
    soc_write(SOC_MODE, 1);
    g_assert_cmphex(soc_read(SOC_FLASH_MIRROR + 8), ==, 0x80);
    soc_write(SOC_MODE, 0);
    g_assert_cmphex(soc_read(SOC_FLASH_MIRROR + 8), ==, 0x3c3c3c3c);
}

static void test_flushed_flash_is_dirty(Fixture *f, gconstpointer data)
{
    MemoryRegion *flash = &f->s->flash;

    memory_region_set_log(flash, true, DIRTY_MEMORY_VGA);
    memory_region_reset_dirty(flash, 0, 4 * KiB, DIRTY_MEMORY_VGA);
    g_assert_false(memory_region_get_dirty(flash, 0, 4 * KiB, DIRTY_MEMORY_VGA));
    soc_write(SOC_PROGRAM, 1);
    g_assert_true(memory_region_get_dirty(flash, 0, 4 * KiB, DIRTY_MEMORY_VGA));
    memory_region_set_log(flash, false, DIRTY_MEMORY_VGA);
}

/* ---- saved state ---- */

static GBytes *device_save(void *dev)
{
    g_autoptr(QEMUFile) file = qemu_file_new_memory_output();
    const uint8_t *bytes;
    size_t size;

    g_assert_cmpint(vmstate_save_state(file, qdev_get_vmsd(DEVICE(dev)), dev, NULL), ==, 0);
    bytes = qemu_file_get_data(file, &size);
    return g_bytes_new(bytes, size);
}

static int device_load(void *dev, GBytes *state)
{
    gsize size;
    const void *bytes = g_bytes_get_data(state, &size);
    g_autoptr(QEMUFile) file = qemu_file_new_memory_input(bytes, size);

    return vmstate_load_state(file, qdev_get_vmsd(DEVICE(dev)), dev, 1);
}

static void test_saved_transfer_goes_on(Fixture *f, gconstpointer data)
{
    g_autoptr(GBytes) soc = NULL;
    g_autoptr(GBytes) dma = NULL;
    g_autoptr(GBytes) nic = NULL;

    two_frames_put(f);
    soc_write(NIC_CTRL, 1);
    frame_send(f, mac, 7);
    f->peer->is_busy = true;
    engine_start();
    soc = device_save(f->s);
    dma = device_save(&f->s->dma);
    nic = device_save(&f->s->nic);

    f->peer->is_busy = false;
    qemu_flush_queued_packets(&f->peer->nc);
    bus_cold_reset(sysbus_get_default());
    loop_settle();
    frame_expect(f, 0x11);
    g_assert_cmpuint(f->peer->frames.length, ==, 0);
    memset(f->s->nic.rx, 0, MII_NIC_FRAME);

    g_assert_cmpint(device_load(f->s, soc), ==, 0);
    g_assert_cmpint(device_load(&f->s->nic, nic), ==, 0);
    g_assert_cmpint(device_load(&f->s->dma, dma), ==, 0);
    loop_settle();
    frame_expect(f, 0x22);
    g_assert_cmpuint(frame_take(), ==, 7);
    g_assert_cmphex(soc_read(DMA_ISR), ==, 1);
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
#define ADD(path, function) \
    g_test_add("/conformance/soc/" path, Fixture, NULL, fixture_setup, function, fixture_teardown)
    ADD("alias-reaches-the-child", test_alias_reaches_the_child);
    ADD("link-is-fixed-after-realize", test_link_is_fixed_after_realize);
    ADD("reset-of-the-parent-leaves-children", test_reset_of_the_parent_leaves_children);
    ADD("unimplemented-part-reads-as-zero", test_unimplemented_part_reads_as_zero);
    ADD("inputs-reach-both-outputs", test_inputs_reach_both_outputs);
    ADD("passed-input-is-the-parents", test_passed_input_is_the_parents);
    ADD("nmi-finds-who-handles-it", test_nmi_finds_who_handles_it);
    ADD("frames-go-from-memory-to-the-network", test_frames_go_from_memory_to_the_network);
    ADD("masked-interrupt-stays-low", test_masked_interrupt_stays_low);
    ADD("engine-waits-for-a-full-sink", test_engine_waits_for_a_full_sink);
    ADD("address-that-is-not-mapped-is-an-error", test_address_that_is_not_mapped_is_an_error);
    ADD("data-beyond-the-window-is-an-error", test_data_beyond_the_window_is_an_error);
    ADD("card-fills-in-checksums", test_card_fills_in_checksums);
    ADD("card-takes-what-is-addressed-to-it", test_card_takes_what_is_addressed_to_it);
    ADD("multicast-goes-through-the-hash", test_multicast_goes_through_the_hash);
    ADD("frames-wait-for-room", test_frames_wait_for_room);
    ADD("link-state-is-the-transceivers", test_link_state_is_the_transceivers);
    ADD("flash-is-read-directly-or-by-command", test_flash_is_read_directly_or_by_command);
    ADD("flushed-flash-is-dirty", test_flushed_flash_is_dirty);
    ADD("saved-transfer-goes-on", test_saved_transfer_goes_on);
#undef ADD
    g_test_add_func("/conformance/soc/failing-child-fails-the-soc",
                    test_failing_child_fails_the_soc);
    g_test_add_func("/conformance/soc/nmi-without-handler-is-an-error",
                    test_nmi_without_handler_is_an_error);
    return g_test_run();
}
