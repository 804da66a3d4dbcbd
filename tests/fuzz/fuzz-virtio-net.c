/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzz target: a driver at virtio-net and a network at its other end. The bytes are accesses to
 * the transport's registers and to a little memory where queues are set up already, frames from
 * the network, and a backend that is busy now and then. Afterwards the state is saved and loaded,
 * and a driver that keeps the rules must get a frame through.
 */
#include "qemu/osdep.h"
#include <linux/virtio_mmio.h>
#include "exec/address-spaces.h"
#include "hw/sysbus.h"
#include "hw/virtio/virtio-mmio.h"
#include "hw/virtio/virtio-net.h"
#include "migration/machine-state.h"
#include "migration/qemu-file.h"
#include "migration/vmstate.h"
#include "qemu/iov.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define RAM_BASE 0x0000
#define RAM_SIZE 0x10000
#define MMIO 0x20000

/* Queue @n: 16 descriptors, rings behind them, buffers in the upper half. */
#define QUEUE_NUM 16
#define QUEUE_DESC(n) (0x1000 + 0x1000 * (n))
#define QUEUE_AVAIL(n) (QUEUE_DESC(n) + 0x400)
#define QUEUE_USED(n) (QUEUE_DESC(n) + 0x800)
#define BUFFERS 0x8000

#define STEP_BYTES 8
#define STEPS_MAX 300

typedef struct Backend {
    NetClientState nc;
    bool is_busy;
    bool speaks_headers;
    int hdr_len;
    unsigned frames;
} Backend;

static Backend *backend;
static DeviceState *transport, *card;

/* ---- network ---- */

static ssize_t backend_receive_iov(NetClientState *nc, const struct iovec *iov, int iovcnt)
{
    static uint8_t frame[NET_BUFSIZE];
    size_t size = iov_size(iov, iovcnt);

    if (backend->is_busy) {
        return 0;
    }
    g_assert_cmpuint(iov_to_buf(iov, iovcnt, 0, frame, sizeof(frame)), ==, size);
    backend->frames++;
    return size;
}

static bool backend_has_vnet_hdr(NetClientState *nc)
{
    return backend->speaks_headers;
}

static bool backend_has_vnet_hdr_len(NetClientState *nc, int len)
{
    return backend->speaks_headers;
}

static int backend_get_vnet_hdr_len(NetClientState *nc)
{
    return backend->hdr_len;
}

static void backend_set_vnet_hdr_len(NetClientState *nc, int len)
{
    g_assert_true(len == 10 || len == 12);
    backend->hdr_len = len;
}

static NetClientInfo backend_info = {
    .type = NET_CLIENT_DRIVER_TAP,
    .size = sizeof(Backend),
    .receive_iov = backend_receive_iov,
    .has_vnet_hdr = backend_has_vnet_hdr,
    .has_vnet_hdr_len = backend_has_vnet_hdr_len,
    .get_vnet_hdr_len = backend_get_vnet_hdr_len,
    .set_vnet_hdr_len = backend_set_vnet_hdr_len,
};

/* ---- machine ---- */

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static MemoryRegion ram;
    NetClientState *nc;

    module_call_init(MODULE_INIT_QOM);
    qemu_init_main_loop(&error_abort);
    bql_lock();
    memory_map_init();
    memory_region_init_ram(&ram, NULL, "fuzz-ram", RAM_SIZE, &error_abort);
    memory_region_add_subregion(get_system_memory(), RAM_BASE, &ram);
    nc = qemu_new_net_client(&backend_info, NULL, "fuzz", "net0");
    backend = container_of(nc, Backend, nc);
    backend->speaks_headers = true;
    backend->hdr_len = 10;
    transport = qdev_new(TYPE_VIRTIO_MMIO);
    object_property_set_bool(OBJECT(transport), "force-legacy", false, &error_abort);
    sysbus_realize(SYS_BUS_DEVICE(transport), &error_abort);
    sysbus_mmio_map(SYS_BUS_DEVICE(transport), 0, MMIO);
    card = qdev_new(TYPE_VIRTIO_NET);
    qdev_prop_set_netdev(card, "netdev", nc);
    qdev_realize(card, QLIST_FIRST(&transport->child_bus), &error_abort);
    VIRTIO_DEVICE(card)->vm_running = true;
    return 0;
}

static void reg_write(unsigned offset, uint32_t value)
{
    address_space_stl_le(&address_space_memory, MMIO + offset, value, MEMTXATTRS_UNSPECIFIED, NULL);
}

static void mem_write(hwaddr addr, const void *data, size_t len)
{
    address_space_write(&address_space_memory, RAM_BASE + (addr & (RAM_SIZE - 1)),
                        MEMTXATTRS_UNSPECIFIED, data, len);
}

static void desc_write(unsigned queue, unsigned i, uint64_t addr, uint32_t len, uint16_t flags,
                       uint16_t next)
{
    uint8_t desc[16];

    stq_le_p(desc, addr);
    stl_le_p(desc + 8, len);
    stw_le_p(desc + 12, flags);
    stw_le_p(desc + 14, next);
    mem_write(QUEUE_DESC(queue) + 16 * (i % QUEUE_NUM), desc, sizeof(desc));
}

/* What a driver does at first, with @features masked. */
static void driver_start(uint64_t features)
{
    static const uint8_t zeros[0x4000];

    mem_write(0, zeros, sizeof(zeros));
    reg_write(VIRTIO_MMIO_STATUS, 0);
    reg_write(VIRTIO_MMIO_STATUS, 3);
    for (unsigned i = 0; i < 2; i++) {
        uint32_t offered;

        reg_write(VIRTIO_MMIO_DEVICE_FEATURES_SEL, i);
        offered = address_space_ldl_le(&address_space_memory, MMIO + VIRTIO_MMIO_DEVICE_FEATURES,
                                       MEMTXATTRS_UNSPECIFIED, NULL);
        reg_write(VIRTIO_MMIO_DRIVER_FEATURES_SEL, i);
        reg_write(VIRTIO_MMIO_DRIVER_FEATURES, offered & (features >> 32 * i));
    }
    reg_write(VIRTIO_MMIO_STATUS, 11);
    for (unsigned n = 0; n < 3; n++) {
        reg_write(VIRTIO_MMIO_QUEUE_SEL, n);
        reg_write(VIRTIO_MMIO_QUEUE_NUM, QUEUE_NUM);
        reg_write(VIRTIO_MMIO_QUEUE_DESC_LOW, QUEUE_DESC(n));
        reg_write(VIRTIO_MMIO_QUEUE_AVAIL_LOW, QUEUE_AVAIL(n));
        reg_write(VIRTIO_MMIO_QUEUE_USED_LOW, QUEUE_USED(n));
        reg_write(VIRTIO_MMIO_QUEUE_READY, 1);
    }
    reg_write(VIRTIO_MMIO_STATUS, 15);
}

static void chain_offer(unsigned queue, unsigned head)
{
    uint8_t idx[2];
    uint16_t value;

    address_space_read(&address_space_memory, RAM_BASE + QUEUE_AVAIL(queue) + 2,
                       MEMTXATTRS_UNSPECIFIED, idx, 2);
    value = lduw_le_p(idx);
    stw_le_p(idx, head);
    mem_write(QUEUE_AVAIL(queue) + 4 + 2 * (value % QUEUE_NUM), idx, 2);
    stw_le_p(idx, value + 1);
    mem_write(QUEUE_AVAIL(queue) + 2, idx, 2);
    reg_write(VIRTIO_MMIO_QUEUE_NOTIFY, queue);
}

static void frame_arrives(const uint8_t *bytes)
{
    static uint8_t frame[NET_BUFSIZE];
    size_t size = lduw_le_p(bytes + 2) & (bytes[1] & 1 ? 0xffff : 0x7ff);

    memset(frame, bytes[4], 64);
    memcpy(frame + (bytes[1] & 2 ? 12 : 0), bytes + 4, 4);
    qemu_send_packet(&backend->nc, frame, size);
}

/* ---- one input ---- */

static void step(const uint8_t *bytes)
{
    static const uint32_t lengths[] = { 1, 10, 12, 64, 2048, 0x8000, 0x20000, UINT32_MAX };
    unsigned queue = bytes[1] % 3;

    switch (bytes[0] & 0xf) {
    case 0:
        reg_write(bytes[1] & 0xfc, ldl_le_p(bytes + 4));
        break;
    case 1:
        reg_write(0x100 + (bytes[1] & 0x1f), ldl_le_p(bytes + 4));
        break;
    case 2:
        mem_write(lduw_le_p(bytes + 1), bytes + 4, 4);
        break;
    case 3:
        driver_start(bytes[1] & 1 ? UINT64_MAX : ldl_le_p(bytes + 4) | 1ull << 32);
        break;
    case 4:
        backend->is_busy = bytes[1] & 1;
        qemu_flush_queued_packets(&backend->nc);
        break;
    case 5:
    case 6:
        frame_arrives(bytes);
        break;
    case 7:
        main_loop_wait(true);
        break;
    case 8:
        chain_offer(queue, bytes[2]);
        break;
    case 9:
        mem_write(BUFFERS + lduw_le_p(bytes + 2) % 0x100, bytes + 4, 4);
        break;
    case 10:
        net_link_set("net0", bytes[1] & 1, &error_abort);
        break;
    default:
        desc_write(queue, bytes[2], BUFFERS + bytes[3] * 4, lengths[bytes[4] & 7] + (bytes[4] >> 3),
                   bytes[5] & 7, bytes[6] % (QUEUE_NUM + 1));
        break;
    }
}

static void state_round_trip(void)
{
    g_autofree char *id = vmstate_if_get_id(VMSTATE_IF(card));
    g_autoptr(QEMUFile) out = qemu_file_new_memory_output();
    g_autoptr(QEMUFile) in = NULL;
    const uint8_t *data;
    size_t size;

    machine_state_save_one(out, id, &error_abort);
    data = qemu_file_get_data(out, &size);
    in = qemu_file_new_memory_input(data, size);
    machine_state_load_one(in, &error_abort);
}

/* Whatever happened before: a driver that resets the device sends a frame. */
static void check_that_it_works(void)
{
    unsigned before;

    net_link_set("net0", true, &error_abort);
    backend->is_busy = false;
    qemu_flush_queued_packets(&backend->nc);
    driver_start(1ull << VIRTIO_F_VERSION_1);
    before = backend->frames;
    desc_write(1, 0, BUFFERS, 100, 0, 0);
    chain_offer(1, 0);
    main_loop_wait(true);
    main_loop_wait(true);
    g_assert_cmpuint(backend->frames, ==, before + 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t zeros[RAM_SIZE];

    mem_write(0, zeros, sizeof(zeros));
    device_cold_reset(transport);
    driver_start(UINT64_MAX);
    for (size_t i = 0; i < MIN(size / STEP_BYTES, STEPS_MAX); i++) {
        step(data + STEP_BYTES * i);
    }
    state_round_trip();
    check_that_it_works();
    return 0;
}
