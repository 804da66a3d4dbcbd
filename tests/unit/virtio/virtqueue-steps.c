/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A hostile guest from bytes: see virtqueue-steps.h. Each device sits behind a legacy and behind
 * a modern transport of one board, which is made once and only reset between runs.
 */
#include "qemu/osdep.h"
#include "virtqueue-steps.h"
#include "virtio-harness.h"
#include "test-chardev.h"
#include "../block/block-harness.h"
#include "exec/address-spaces.h"
#include "hw/qdev-properties.h"
#include "hw/virtio/virtio-serial.h"
#include "migration/qemu-file.h"
#include "net/net.h"
#include "qemu/main-loop.h"
#include "qemu/memalign.h"

#define RAM_SIZE 0x40000u
#define STEPS_MAX 300
#define QUEUE_NUM 8
/* Rings of queue i are at RING_AT(i), tables and buffers behind them. */
#define RING_AT(i) (BOARD_RAM + 0x1000 * (uint64_t)(i))

typedef struct Target {
    DeviceState *transport;
    DeviceState *device;
    uint64_t base;
    bool is_modern;
} Target;

enum { KIND_TEST, KIND_RNG, KIND_CONSOLE, KIND_NET, KIND_BLK, KINDS };

typedef struct NetSink {
    NetClientState nc;
    bool is_busy;
} NetSink;

static struct {
    Target targets[KINDS * 2];
    TestChardev *chr[2];
    NetSink *sinks[2];
    BlockDriverState *disks[2];
    MemoryRegion ram;
    MemoryRegion io;
    uint8_t *host;
    unsigned io_accesses;
    HarnessLine line;
} fz;

/* ---- reading the input ---- */

typedef struct Input {
    const uint8_t *p;
    size_t left;
} Input;

static uint8_t get8(Input *in)
{
    if (!in->left) {
        return 0;
    }
    in->left--;
    return *in->p++;
}

static uint16_t get16(Input *in)
{
    uint16_t low = get8(in);

    return low | get8(in) << 8;
}

static uint32_t get32(Input *in)
{
    uint32_t low = get16(in);

    return low | (uint32_t)get16(in) << 16;
}

/* Mostly in memory, now and then where nothing good is. */
static uint64_t get_address(Input *in)
{
    static const uint64_t odd[] = {
        0, BOARD_IO, BOARD_MMIO, BOARD_RAM + RAM_SIZE - 16, BOARD_RAM - 8, UINT64_MAX - 7,
        0x123456789000, BOARD_RAM + RAM_SIZE,
    };
    uint16_t v = get16(in);

    return v < 0xe000 ? BOARD_RAM + v : odd[v % G_N_ELEMENTS(odd)];
}

/* ---- devices ---- */

static ssize_t sink_receive(NetClientState *nc, const uint8_t *buf, size_t size)
{
    return container_of(nc, NetSink, nc)->is_busy ? 0 : size;
}

static NetClientInfo sink_info = {
    .type = NET_CLIENT_DRIVER_TAP,
    .size = sizeof(NetSink),
    .receive = sink_receive,
};

static DeviceState *device_make(int kind, bool is_modern)
{
    g_autofree char *id = g_strdup_printf("fuzz%d", is_modern);
    DeviceState *dev;

    switch (kind) {
    case KIND_TEST:
        return virtio_test_new();
    case KIND_RNG:
        return qdev_new("virtio-rng-device");
    case KIND_CONSOLE:
        dev = qdev_new("virtio-serial-device");
        qdev_prop_set_uint32(dev, "max_ports", 3);
        return dev;
    case KIND_BLK:
        fz.disks[is_modern] = block_node_new("driver=null-co,node-name=%s,size=64k,read-zeroes=on",
                                             id);
        dev = qdev_new("virtio-blk-device");
        object_property_set_str(OBJECT(dev), "drive", id, &error_abort);
        return dev;
    default:
        fz.sinks[is_modern] = container_of(qemu_new_net_client(&sink_info, NULL, "fuzz", id),
                                           NetSink, nc);
        dev = qdev_new("virtio-net-device");
        qdev_prop_set_netdev(dev, "netdev", &fz.sinks[is_modern]->nc);
        return dev;
    }
}

/* A console and a port on the console's bus. */
static void device_finish(int kind, bool is_modern, DeviceState *dev)
{
    g_autofree char *id = g_strdup_printf("fuzzchr%d", is_modern);
    DeviceState *port;

    if (kind != KIND_CONSOLE) {
        return;
    }
    port = qdev_new("virtconsole");
    qdev_realize_and_unref(port, BUS(&VIRTIO_SERIAL(dev)->bus), &error_abort);
    fz.chr[is_modern] = test_chardev_new(id, true);
    port = qdev_new("virtserialport");
    qdev_prop_set_chr(port, "chardev", CHARDEV(fz.chr[is_modern]));
    qdev_realize_and_unref(port, BUS(&VIRTIO_SERIAL(dev)->bus), &error_abort);
}

/* ---- the board ---- */

static uint64_t fuzz_io_read(void *opaque, hwaddr addr, unsigned size)
{
    fz.io_accesses++;
    return 0;
}

static void fuzz_io_write(void *opaque, hwaddr addr, uint64_t data, unsigned size)
{
    fz.io_accesses++;
}

static const MemoryRegionOps fuzz_io_ops = {
    .read = fuzz_io_read,
    .write = fuzz_io_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
};

static void target_init(Target *t, int n)
{
    SysBusDevice *sbd;

    t->is_modern = n & 1;
    t->base = BOARD_MMIO + (uint64_t)n * VIRTIO_MMIO_SIZE;
    t->transport = qdev_new(TYPE_VIRTIO_MMIO);
    sbd = SYS_BUS_DEVICE(t->transport);
    object_property_set_bool(OBJECT(t->transport), "force-legacy", !t->is_modern, &error_abort);
    sysbus_realize(sbd, &error_abort);
    sysbus_mmio_map(sbd, 0, t->base);
    sysbus_connect_irq(sbd, 0, fz.line.irq);
    t->device = device_make(n / 2, t->is_modern);
    qdev_realize(t->device, QLIST_FIRST(&t->transport->child_bus), &error_abort);
    device_finish(n / 2, t->is_modern, t->device);
    device_cold_reset(t->transport);
}

void virtqueue_steps_init(void)
{
    fz.host = qemu_memalign(4096, RAM_SIZE);
    memory_region_init_ram_ptr(&fz.ram, NULL, "fuzz-ram", RAM_SIZE, fz.host);
    memory_region_add_subregion(get_system_memory(), BOARD_RAM, &fz.ram);
    memory_region_init_io(&fz.io, NULL, &fuzz_io_ops, NULL, "fuzz-io", 0x1000);
    memory_region_add_subregion(get_system_memory(), BOARD_IO, &fz.io);
    harness_line_init(&fz.line);
    for (int i = 0; i < KINDS * 2; i++) {
        target_init(&fz.targets[i], i);
    }
}

void virtqueue_steps_finish(void)
{
    for (int i = 0; i < KINDS * 2; i++) {
        object_unparent(OBJECT(fz.targets[i].device));
        object_unref(OBJECT(fz.targets[i].device));
        object_unparent(OBJECT(fz.targets[i].transport));
        object_unref(OBJECT(fz.targets[i].transport));
    }
    for (int i = 0; i < 2; i++) {
        test_chardev_free(fz.chr[i]);
        qemu_del_net_client(&fz.sinks[i]->nc);
        bdrv_unref(fz.disks[i]);
    }
    memory_region_del_subregion(get_system_memory(), &fz.ram);
    object_unparent(OBJECT(&fz.ram));
    memory_region_del_subregion(get_system_memory(), &fz.io);
    object_unparent(OBJECT(&fz.io));
    drain_call_rcu();
    qemu_vfree(fz.host);
    harness_line_free(&fz.line);
}

/* ---- the guest's means ---- */

static void reg_write(Target *t, unsigned offset, uint32_t value)
{
    address_space_stl_le(&address_space_memory, t->base + offset, value, MEMTXATTRS_UNSPECIFIED,
                         NULL);
}

static void ram_write(uint64_t addr, const void *buf, size_t len)
{
    uint64_t offset = addr - BOARD_RAM;

    if (offset < RAM_SIZE && len <= RAM_SIZE - offset) {
        memcpy(fz.host + offset, buf, len);
    }
}

static void ram_write16(uint64_t addr, uint16_t value)
{
    value = cpu_to_le16(value);
    ram_write(addr, &value, 2);
}

static void queue_setup(Target *t, unsigned n)
{
    uint64_t ring = RING_AT(n);

    reg_write(t, VIRTIO_MMIO_QUEUE_SEL, n);
    reg_write(t, VIRTIO_MMIO_QUEUE_NUM, QUEUE_NUM);
    if (!t->is_modern) {
        reg_write(t, VIRTIO_MMIO_GUEST_PAGE_SIZE, 4096);
        reg_write(t, VIRTIO_MMIO_QUEUE_ALIGN, 16);
        reg_write(t, VIRTIO_MMIO_QUEUE_PFN, ring / 4096);
        return;
    }
    reg_write(t, VIRTIO_MMIO_QUEUE_DESC_LOW, ring);
    reg_write(t, VIRTIO_MMIO_QUEUE_AVAIL_LOW, ring + 16 * QUEUE_NUM);
    /* Where the legacy layout with an alignment of 16 has it, too. */
    reg_write(t, VIRTIO_MMIO_QUEUE_USED_LOW, ring + 16 * QUEUE_NUM + 32);
    reg_write(t, VIRTIO_MMIO_QUEUE_READY, 1);
}

static void device_setup(Target *t, uint32_t features)
{
    reg_write(t, VIRTIO_MMIO_STATUS, 0);
    reg_write(t, VIRTIO_MMIO_STATUS, 3);
    reg_write(t, VIRTIO_MMIO_DEVICE_FEATURES_SEL, 0);
    features &= address_space_ldl_le(&address_space_memory,
                                     t->base + VIRTIO_MMIO_DEVICE_FEATURES,
                                     MEMTXATTRS_UNSPECIFIED, NULL);
    reg_write(t, VIRTIO_MMIO_DRIVER_FEATURES_SEL, 0);
    reg_write(t, VIRTIO_MMIO_DRIVER_FEATURES, features);
    if (t->is_modern) {
        reg_write(t, VIRTIO_MMIO_DRIVER_FEATURES_SEL, 1);
        reg_write(t, VIRTIO_MMIO_DRIVER_FEATURES, 1);
        reg_write(t, VIRTIO_MMIO_STATUS, 0xb);
    }
    for (unsigned i = 0; i < 6; i++) {
        queue_setup(t, i);
    }
    reg_write(t, VIRTIO_MMIO_STATUS, 0xf);
}

static void desc_write(Input *in)
{
    uint8_t where = get8(in), form = get8(in);
    uint64_t table = where & 0x80 ? BOARD_RAM + 0x6000 : RING_AT(where >> 4 & 7);
    struct vring_desc desc;

    desc.addr = cpu_to_le64(form & 0x80 ? BOARD_RAM + 0x6000 : get_address(in));
    desc.len = cpu_to_le32(form & 0x40 ? get32(in) : (uint32_t)get8(in) * (form & 0x20 ? 16 : 1));
    desc.flags = cpu_to_le16(form & 7);
    desc.next = cpu_to_le16(form & 0x10 ? get16(in) : (where & 15) + 1);
    ram_write(table + 16 * (where & 15), &desc, sizeof(desc));
}

/* Offers a head in the way drivers do, from what the index is now. */
static void offer(Target *t, Input *in)
{
    uint8_t b = get8(in);
    unsigned n = b & 7;
    uint64_t avail = RING_AT(n) + 16 * QUEUE_NUM;
    uint16_t idx = lduw_le_p(fz.host + (avail - BOARD_RAM) + 2);

    ram_write16(avail + 4 + 2 * (idx % QUEUE_NUM), b & 0x80 ? get16(in) : b >> 4 & 7);
    ram_write16(avail + 2, b & 8 ? get16(in) : idx + 1);
    reg_write(t, VIRTIO_MMIO_QUEUE_NOTIFY, n);
}

static void bytes_write(Input *in)
{
    uint64_t addr = get_address(in);
    size_t len = get8(in);

    len = MIN(len, in->left);
    ram_write(addr, in->p, len);
    in->p += len;
    in->left -= len;
}

/* ---- what happens on the host's side ---- */

static void host_event(Target *t, Input *in)
{
    TestChardev *chr = fz.chr[t->is_modern];
    NetSink *sink = fz.sinks[t->is_modern];
    uint8_t frame[600] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
    uint8_t b = get8(in);

    switch (b & 7) {
    case 0:
        chr->room = b >> 4;
        break;
    case 1:
        qemu_chr_be_event(CHARDEV(chr), b & 8 ? CHR_EVENT_OPENED : CHR_EVENT_CLOSED);
        break;
    case 2:
        test_chardev_send(chr, "input of the host's side");
        break;
    case 3:
        sink->is_busy = b & 8;
        qemu_flush_queued_packets(&sink->nc);
        break;
    case 4:
        qemu_send_packet(&sink->nc, frame, 14 + b * 2);
        break;
    case 5:
        VIRTIO_TEST(fz.targets[t->is_modern].device)->hold = b & 8;
        break;
    case 6:
        harness_clock_step((int64_t)b * SCALE_MS);
        break;
    default:
        memory_region_set_enabled(&fz.ram, false);
        memory_region_set_enabled(&fz.ram, true);
        break;
    }
}

static void complete_held(void)
{
    for (int i = 0; i < 2; i++) {
        VirtIOTest *dev = VIRTIO_TEST(fz.targets[i].device);

        while (dev->held.length) {
            virtio_test_complete(dev, 0, true);
        }
        dev->hold = false;
    }
}

/* Saves the device and loads it again, with one bit changed where the input says. */
static void save_and_load(Target *t, Input *in)
{
    g_autoptr(QEMUFile) out = qemu_file_new_memory_output();
    const VMStateDescription *vmsd = qdev_get_vmsd(t->device);
    g_autoptr(QEMUFile) f = NULL;
    g_autofree uint8_t *copy = NULL;
    const uint8_t *data;
    uint16_t at;
    size_t size;

    if (vmstate_save_state(out, vmsd, t->device, NULL)) {
        return;
    }
    data = qemu_file_get_data(out, &size);
    copy = g_memdup2(data, size);
    at = get16(in);
    if (at / 8 < size) {
        copy[at / 8] ^= 1 << (at % 8);
    }
    f = qemu_file_new_memory_input(copy, size);
    if (vmstate_load_state(f, vmsd, t->device, vmsd->version_id)) {
        device_cold_reset(t->transport);
    }
}

/* ---- running ---- */

static void step(Target *t, Input *in)
{
    uint8_t op = get8(in);

    switch (op & 15) {
    case 0:
        reg_write(t, op & 0x80 ? get8(in) * 4 : (op >> 4) * 4 + 0x30, get32(in));
        break;
    case 1:
        device_setup(t, get32(in));
        break;
    case 2:
        bytes_write(in);
        break;
    case 3:
        host_event(t, in);
        break;
    case 4:
        complete_held();
        break;
    case 5:
        save_and_load(t, in);
        break;
    case 6:
        main_loop_wait(true);
        break;
    case 7:
    case 8:
    case 9:
    case 10:
        offer(t, in);
        break;
    default:
        desc_write(in);
        break;
    }
}

/* A device that was reset answers a good request. */
static void expect_alive(Target *t)
{
    VirtIOTest *dev = VIRTIO_TEST(t->device);
    struct vring_desc desc = { .addr = cpu_to_le64(BOARD_RAM + 0x8000), .len = cpu_to_le32(4),
                               .flags = cpu_to_le16(VRING_DESC_F_WRITE) };
    uint64_t used = RING_AT(0) + 16 * QUEUE_NUM + 32 - BOARD_RAM;

    memset(fz.host, 0, 0x1000);
    device_setup(t, 0);
    ram_write(RING_AT(0), &desc, sizeof(desc));
    ram_write16(RING_AT(0) + 16 * QUEUE_NUM + 2, 1);
    reg_write(t, VIRTIO_MMIO_QUEUE_NOTIFY, 0);
    g_assert_false(VIRTIO_DEVICE(dev)->broken);
    g_assert_cmpuint(lduw_le_p(fz.host + used + 2), ==, 1);
}

static void host_side_reset(void)
{
    complete_held();
    for (int i = 0; i < 2; i++) {
        fz.sinks[i]->is_busy = false;
        qemu_purge_queued_packets(&fz.sinks[i]->nc);
        fz.chr[i]->room = SIZE_MAX;
        g_string_truncate(fz.chr[i]->written, 0);
    }
}

void virtqueue_steps_run(const uint8_t *data, size_t size)
{
    Input in = { data, size };
    Target *t = &fz.targets[get8(&in) % (KINDS * 2)];

    memset(fz.host, 0, RAM_SIZE);
    device_setup(t, get32(&in));
    for (unsigned i = 0; in.left && i < STEPS_MAX; i++) {
        step(t, &in);
    }
    main_loop_wait(true);
    host_side_reset();
    device_cold_reset(t->transport);
    main_loop_wait(true);
    g_assert_cmpuint(fz.io_accesses, ==, 0);
    expect_alive(&fz.targets[t->is_modern]);
    device_cold_reset(fz.targets[t->is_modern].transport);
}
