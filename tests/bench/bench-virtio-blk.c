/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How many requests a virtio-blk device carries out in process, and so what the
 * device, virtqueues and block layer cost together: 64 under way, three
 * descriptors each (header, 4 KiB, status). The guest's side is the cheapest
 * there is: it rewrites ring indices in memory, the descriptors stay. Target on the null
 * backend: 1e6 descriptors a second.
 */
#include "qemu/osdep.h"
#include <linux/virtio_mmio.h>
#include "exec/address-spaces.h"
#include "hw/qdev-properties.h"
#include "hw/sysbus.h"
#include "hw/virtio/virtio-blk.h"
#include "hw/virtio/virtio-mmio.h"
#include "qapi/error.h"
#include "qapi/qapi-visit-block-core.h"
#include "qapi/qobject-input-visitor.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "qemu/units.h"
#include "sysemu/cpu-timers.h"
#include "sysemu/runstate.h"

#define MMIO 0x0a000000
#define RAM 0x40000000
#define RAM_BYTES (4 * MiB)
#define QUEUE 256
#define DEPTH 64
#define DESCRIPTORS 3
#define DATA_BYTES 4096
#define DISK_BYTES (64 * MiB)
#define SECONDS_PER_FIGURE 2
#define WARM_UP 1000

/* Places in memory. */
#define DESC 0x0000
#define AVAIL 0x4000
#define USED 0x8000
#define HEADERS 0xc000
#define STATUSES 0xe000
#define DATA 0x100000

typedef struct Bench {
    DeviceState *transport;
    DeviceState *device;
    MemoryRegion ram;
    uint8_t *host;
    uint16_t offered;
    uint16_t taken;
} Bench;

static void reg_write(uint32_t offset, uint32_t value)
{
    address_space_stl_le(&address_space_memory, MMIO + offset, value, MEMTXATTRS_UNSPECIFIED,
                         NULL);
}

static uint32_t reg_read(uint32_t offset)
{
    return address_space_ldl_le(&address_space_memory, MMIO + offset, MEMTXATTRS_UNSPECIFIED,
                                NULL);
}

static void queue_setup(Bench *bench)
{
    struct vring_desc *desc = (void *)(bench->host + DESC);

    for (unsigned i = 0; i < DEPTH; i++) {
        struct virtio_blk_outhdr *header = (void *)(bench->host + HEADERS + i * 64);
        unsigned d = i * DESCRIPTORS;

        header->type = cpu_to_le32(VIRTIO_BLK_T_IN);
        header->sector = cpu_to_le64(i * DATA_BYTES / 512);
        desc[d] = (struct vring_desc) {
            cpu_to_le64(RAM + HEADERS + i * 64), cpu_to_le32(sizeof(*header)),
            cpu_to_le16(VRING_DESC_F_NEXT), cpu_to_le16(d + 1) };
        desc[d + 1] = (struct vring_desc) {
            cpu_to_le64(RAM + DATA + i * DATA_BYTES), cpu_to_le32(DATA_BYTES),
            cpu_to_le16(VRING_DESC_F_NEXT | VRING_DESC_F_WRITE), cpu_to_le16(d + 2) };
        desc[d + 2] = (struct vring_desc) {
            cpu_to_le64(RAM + STATUSES + i), cpu_to_le32(1), cpu_to_le16(VRING_DESC_F_WRITE), 0 };
    }
    reg_write(VIRTIO_MMIO_QUEUE_SEL, 0);
    reg_write(VIRTIO_MMIO_QUEUE_NUM, QUEUE);
    reg_write(VIRTIO_MMIO_QUEUE_DESC_LOW, RAM + DESC);
    reg_write(VIRTIO_MMIO_QUEUE_AVAIL_LOW, RAM + AVAIL);
    reg_write(VIRTIO_MMIO_QUEUE_USED_LOW, RAM + USED);
    reg_write(VIRTIO_MMIO_QUEUE_READY, 1);
}

static void driver_start(Bench *bench)
{
    reg_write(VIRTIO_MMIO_STATUS, 0);
    reg_write(VIRTIO_MMIO_STATUS, VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER);
    reg_write(VIRTIO_MMIO_DRIVER_FEATURES_SEL, 1);
    reg_write(VIRTIO_MMIO_DRIVER_FEATURES, 1u << (VIRTIO_F_VERSION_1 - 32));
    reg_write(VIRTIO_MMIO_STATUS, VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER |
              VIRTIO_CONFIG_S_FEATURES_OK);
    queue_setup(bench);
    reg_write(VIRTIO_MMIO_STATUS, VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER |
              VIRTIO_CONFIG_S_FEATURES_OK | VIRTIO_CONFIG_S_DRIVER_OK);
}

static void request_offer(Bench *bench, unsigned head)
{
    struct vring_avail *avail = (void *)(bench->host + AVAIL);

    avail->ring[bench->offered++ % QUEUE] = cpu_to_le16(head);
    smp_wmb();
    avail->idx = cpu_to_le16(bench->offered);
}

/* Offer again what the device has returned; how many that was. */
static unsigned requests_recycle(Bench *bench)
{
    struct vring_used *used = (void *)(bench->host + USED);
    unsigned count = 0;

    while (bench->taken != le16_to_cpu(qatomic_read(&used->idx))) {
        request_offer(bench, le32_to_cpu(used->ring[bench->taken++ % QUEUE].id));
        count++;
    }
    if (count) {
        reg_write(VIRTIO_MMIO_INTERRUPT_ACK, reg_read(VIRTIO_MMIO_INTERRUPT_STATUS));
        reg_write(VIRTIO_MMIO_QUEUE_NOTIFY, 0);
    }
    return count;
}

static void bench_run(Bench *bench, const char *what)
{
    int64_t start, elapsed;
    uint64_t done = 0;

    for (unsigned i = 0; i < DEPTH; i++) {
        request_offer(bench, i * DESCRIPTORS);
    }
    reg_write(VIRTIO_MMIO_QUEUE_NOTIFY, 0);
    for (unsigned warm = 0; warm < WARM_UP; ) {
        main_loop_wait(false);
        warm += requests_recycle(bench);
    }
    start = get_clock();
    do {
        main_loop_wait(false);
        done += requests_recycle(bench);
        elapsed = get_clock() - start;
    } while (elapsed < SECONDS_PER_FIGURE * NANOSECONDS_PER_SECOND);
    printf("virtio-blk, %-34s %9.0f requests/s %10.0f descriptors/s %8.0f ns/request\n", what,
           done * 1e9 / elapsed, DESCRIPTORS * done * 1e9 / elapsed, (double)elapsed / done);
}

/* ---- one figure ---------------------------------------------------------------------- */

static BlockDriverState *node_open(const char *text)
{
    Visitor *v = qobject_input_visitor_new_str(text, "driver", &error_fatal);
    BlockdevOptions *options = NULL;
    BlockDriverState *bs;

    visit_type_BlockdevOptions(v, NULL, &options, &error_fatal);
    bs = bdrv_node_open(options, &error_fatal);
    visit_free(v);
    qapi_free_BlockdevOptions(options);
    return bs;
}

static void bench_node(const char *what, const char *node)
{
    BlockDriverState *bs = node_open(node);
    Bench bench = { 0 };

    memory_region_init_ram(&bench.ram, NULL, "bench-ram", RAM_BYTES, &error_fatal);
    memory_region_add_subregion(get_system_memory(), RAM, &bench.ram);
    bench.host = memory_region_get_ram_ptr(&bench.ram);
    bench.transport = qdev_new(TYPE_VIRTIO_MMIO);
    object_property_set_bool(OBJECT(bench.transport), "force-legacy", false, &error_fatal);
    sysbus_realize(SYS_BUS_DEVICE(bench.transport), &error_fatal);
    sysbus_mmio_map(SYS_BUS_DEVICE(bench.transport), 0, MMIO);
    bench.device = qdev_new(TYPE_VIRTIO_BLK);
    object_property_set_str(OBJECT(bench.device), "drive", bdrv_get_node_name(bs), &error_fatal);
    qdev_realize(bench.device, QLIST_FIRST(&bench.transport->child_bus), &error_fatal);
    driver_start(&bench);
    bench_run(&bench, what);
    reg_write(VIRTIO_MMIO_STATUS, 0);
    object_unparent(OBJECT(bench.device));
    object_unref(OBJECT(bench.device));
    object_unparent(OBJECT(bench.transport));
    object_unref(OBJECT(bench.transport));
    memory_region_del_subregion(get_system_memory(), &bench.ram);
    object_unparent(OBJECT(&bench.ram));
    drain_call_rcu();
    bdrv_unref(bs);
}

int main(int argc, char **argv)
{
    g_autofree char *path = g_build_filename(g_get_tmp_dir(), "gantry-bench-XXXXXX", NULL);
    int fd = g_mkstemp(path);
    g_autofree char *file = g_strdup_printf("driver=file,node-name=file,filename=%s", path);

    if (fd < 0 || posix_fallocate(fd, 0, DISK_BYTES) != 0) {
        fprintf(stderr, "cannot make %s\n", path);
        return EXIT_FAILURE;
    }
    close(fd);
    module_call_init(MODULE_INIT_QOM);
    qemu_init_main_loop(&error_fatal);
    bql_lock();
    cpu_timers_init();
    runstate_init();
    runstate_set(RUN_STATE_RUNNING);
    memory_map_init();
    printf("depth %d, %d descriptors a request, %d bytes\n", DEPTH, DESCRIPTORS, DATA_BYTES);
    bench_node("null backend", "driver=null-co,node-name=null,size=64M");
    bench_node("null backend that writes zeroes",
               "driver=null-co,node-name=zero,size=64M,read-zeroes=on");
    bench_node("file in the page cache", file);
    unlink(path);
    return EXIT_SUCCESS;
}
