/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * virtio-mmio of one process in another one's machine: a disk and a source of random bytes, whose
 * data is in the guest's memory, which the serving process maps.
 */
#include "qemu/osdep.h"
#include <linux/virtio_blk.h>
#include "libgantry-served.h"
#include "libgantry-virtio-qtest.h"
#include "qemu/units.h"

#define DISK_BYTES (1 * MiB)

typedef struct Virtio {
    Served served;
    GuestBus bus;
    VirtioGuest guest;
    GuestQueue queue;
} Virtio;

static void virtio_start(Virtio *v, const char *server_args, const char *guest_args, uint32_t id)
{
    served_start(&v->served, server_args, guest_args);
    virtio_guest_qtest_bus(&v->bus, v->served.guest);
    virtio_guest_init(&v->guest, &v->bus, SERVED_BASE, VIRT_RAM_BASE, 16 * MiB);
    g_assert_cmpuint(virtio_guest_read(&v->guest, VIRTIO_MMIO_DEVICE_ID), ==, id);
    virtio_guest_negotiate(&v->guest, UINT64_MAX);
    guest_queue_init(&v->queue, &v->guest, 0, 0);
    served_irq_make_edge(&v->served);
    served_irq_enable(&v->served);
    virtio_guest_driver_ok(&v->guest);
}

/* The device's interrupt tells of the request. */
static uint32_t request_wait(Virtio *v)
{
    uint32_t len;

    g_assert_cmpuint(served_irq_take(&v->served), ==, SERVED_INTID);
    g_assert_cmphex(virtio_guest_irq_take(&v->guest), ==, VIRTIO_MMIO_INT_VRING);
    served_irq_end(&v->served, SERVED_INTID);
    g_assert_cmpint(guest_queue_take(&v->queue, &len), >=, 0);
    return len;
}

/* -- disk -------------------------------------------------------------------------------------- */

static uint8_t disk_request(Virtio *v, uint32_t type, uint64_t sector, uint64_t data,
                            uint32_t bytes)
{
    struct virtio_blk_outhdr header = { .type = GUINT32_TO_LE(type),
                                        .sector = GUINT64_TO_LE(sector) };
    uint64_t head = virtio_guest_alloc(&v->guest, sizeof(header), 16);
    uint64_t tail = virtio_guest_alloc(&v->guest, 16, 16);
    GuestBuffer buffers[] = {
        { head, sizeof(header), false },
        { data, bytes, type == VIRTIO_BLK_T_IN },
        { tail, 1, true },
    };
    uint8_t status = 0xff;

    virtio_guest_memwrite(&v->guest, head, &header, sizeof(header));
    virtio_guest_memwrite(&v->guest, tail, &status, 1);
    guest_queue_add(&v->queue, buffers, 3);
    guest_queue_kick(&v->queue);
    request_wait(v);
    virtio_guest_memread(&v->guest, tail, &status, 1);
    return status;
}

static void disk_start(Virtio *v, const char *path, const char *guest_args)
{
    g_autofree char *args = g_strdup_printf("-drive if=none,id=d0,format=raw,file=%s "
                                            "-device virtio-mmio "
                                            "-device virtio-blk-device,id=dev,drive=d0", path);

    virtio_start(v, args, guest_args, VIRTIO_ID_BLOCK);
}

static void test_disk_takes_and_gives_data(void)
{
    g_autofree char *path = virtio_disk_file_new(DISK_BYTES);
    g_autofree uint8_t *out = g_malloc(64 * KiB);
    g_autofree uint8_t *in = g_malloc(64 * KiB);
    g_autofree char *content = NULL;
    uint64_t data;
    gsize size;
    Virtio v;

    for (size_t i = 0; i < 64 * KiB; i++) {
        out[i] = i * 7 + i / 256;
    }
    disk_start(&v, path, "");
    g_assert_cmpuint(virtio_guest_config_read(&v.guest, 0, 8), ==, DISK_BYTES / 512);
    data = virtio_guest_alloc(&v.guest, 64 * KiB, 4096);
    virtio_guest_memwrite(&v.guest, data, out, 64 * KiB);
    g_assert_cmpuint(disk_request(&v, VIRTIO_BLK_T_OUT, 8, data, 64 * KiB), ==, VIRTIO_BLK_S_OK);
    memset(in, 0, 64 * KiB);
    virtio_guest_memwrite(&v.guest, data, in, 64 * KiB);
    g_assert_cmpuint(disk_request(&v, VIRTIO_BLK_T_IN, 8, data, 64 * KiB), ==, VIRTIO_BLK_S_OK);
    virtio_guest_memread(&v.guest, data, in, 64 * KiB);
    g_assert_cmpmem(in, 64 * KiB, out, 64 * KiB);
    served_stop(&v.served);
    g_assert_true(g_file_get_contents(path, &content, &size, NULL));
    g_assert_cmpmem(content + 8 * 512, 64 * KiB, out, 64 * KiB);
    unlink(path);
}

static void test_disk_many_requests(void)
{
    g_autofree char *path = virtio_disk_file_new(DISK_BYTES);
    uint64_t data;
    Virtio v;

    disk_start(&v, path, "");
    data = virtio_guest_alloc(&v.guest, 512, 512);
    for (uint32_t i = 0; i < 100; i++) {
        uint32_t word = i * 0x01010101;

        virtio_guest_memwrite(&v.guest, data, &word, 4);
        g_assert_cmpuint(disk_request(&v, VIRTIO_BLK_T_OUT, i, data, 512), ==, VIRTIO_BLK_S_OK);
    }
    for (uint32_t i = 0; i < 100; i++) {
        uint32_t word;

        g_assert_cmpuint(disk_request(&v, VIRTIO_BLK_T_IN, i, data, 512), ==, VIRTIO_BLK_S_OK);
        virtio_guest_memread(&v.guest, data, &word, 4);
        g_assert_cmphex(word, ==, i * 0x01010101);
    }
    served_irq_assert_none(&v.served);
    served_stop(&v.served);
    unlink(path);
}

/* The device must not reach memory that the guest does not have, nor what is no memory. */
static void test_disk_address_outside_ram_fails(void)
{
    g_autofree char *path = virtio_disk_file_new(DISK_BYTES);
    Virtio v;

    disk_start(&v, path, "");
    guest_queue_add(&v.queue, &(GuestBuffer){ 0x1000000000ull, 64, false }, 1);
    guest_queue_kick(&v.queue);
    /* The machine and its server are there all the same. */
    g_assert_cmpuint(virtio_guest_read(&v.guest, VIRTIO_MMIO_DEVICE_ID), ==, VIRTIO_ID_BLOCK);
    served_stop(&v.served);
    unlink(path);
}

/* -- random bytes ------------------------------------------------------------------------------ */

static void test_random_bytes_arrive_in_guest_memory(void)
{
    uint8_t bytes[64] = { 0 };
    unsigned int zeros = 0;
    uint64_t data;
    Virtio v;

    virtio_start(&v, "-device virtio-mmio -device virtio-rng-device,id=dev", "", VIRTIO_ID_RNG);
    data = virtio_guest_alloc(&v.guest, sizeof(bytes), 64);
    guest_queue_add(&v.queue, &(GuestBuffer){ data, sizeof(bytes), true }, 1);
    guest_queue_kick(&v.queue);
    g_assert_cmpuint(request_wait(&v), ==, sizeof(bytes));
    virtio_guest_memread(&v.guest, data, bytes, sizeof(bytes));
    for (size_t i = 0; i < sizeof(bytes); i++) {
        zeros += !bytes[i];
    }
    g_assert_cmpuint(zeros, <, 16);
    served_stop(&v.served);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("/vfio-user/virtio-blk/takes-and-gives-data", test_disk_takes_and_gives_data);
    qtest_add_func("/vfio-user/virtio-blk/many-requests", test_disk_many_requests);
    qtest_add_func("/vfio-user/virtio-blk/address-outside-ram-fails",
                   test_disk_address_outside_ram_fails);
    qtest_add_func("/vfio-user/virtio-rng/bytes-arrive-in-guest-memory",
                   test_random_bytes_arrive_in_guest_memory);
    return g_test_run();
}
