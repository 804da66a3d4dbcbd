/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Disks of the virt board from outside: where -drive and -device put them, data
 * through the whole machine, counters, resize, hot unplug, and a host whose
 * writes fail. The device itself is tested in tests/unit/virtio/test-virtio-blk.c.
 */
#include "qemu/osdep.h"
#include <linux/virtio_blk.h>
#include "libgantry-virtio-qtest.h"
#include "libgantrytest.h"
#include "qapi/qmp/qlist.h"
#include "qemu/units.h"

#define DISK_BYTES (1 * MiB)
#define LAST_TRANSPORT (VIRT_VIRTIO_NUM - 1)

typedef struct Disk {
    QTestState *qts;
    GuestBus bus;
    VirtioGuest guest;
    GuestQueue queue;
    uint64_t header, data, status;
} Disk;

static void file_end(char *path)
{
    unlink(path);
    g_free(path);
}

/* The driver for the disk behind transport @n. */
static void disk_start(Disk *d, QTestState *qts, unsigned n)
{
    d->qts = qts;
    virtio_guest_qtest_bus(&d->bus, qts);
    virtio_guest_init(&d->guest, &d->bus, VIRT_VIRTIO_BASE + n * VIRT_VIRTIO_SIZE, VIRT_RAM_BASE,
                      16 * MiB);
    g_assert_cmpuint(virtio_guest_read(&d->guest, VIRTIO_MMIO_DEVICE_ID), ==, VIRTIO_ID_BLOCK);
    virtio_guest_negotiate(&d->guest, UINT64_MAX);
    guest_queue_init(&d->queue, &d->guest, 0, 0);
    virtio_guest_driver_ok(&d->guest);
    d->header = virtio_guest_alloc(&d->guest, sizeof(struct virtio_blk_outhdr), 16);
    d->data = virtio_guest_alloc(&d->guest, 4096, 4096);
    d->status = virtio_guest_alloc(&d->guest, 1, 1);
}

static void request_offer(Disk *d, uint32_t type, uint64_t sector, uint32_t bytes)
{
    struct virtio_blk_outhdr header = { .type = GUINT32_TO_LE(type),
                                        .sector = GUINT64_TO_LE(sector) };
    GuestBuffer buffers[] = {
        { d->header, sizeof(header), false },
        { d->data, bytes, type == VIRTIO_BLK_T_IN },
        { d->status, 1, true },
    };

    virtio_guest_memwrite(&d->guest, d->header, &header, sizeof(header));
    guest_queue_add(&d->queue, buffers, 3);
    guest_queue_kick(&d->queue);
}

static uint8_t request_wait(Disk *d)
{
    gint64 end = g_get_monotonic_time() + 30 * G_USEC_PER_SEC;
    uint8_t status;
    uint32_t len;

    while (guest_queue_take(&d->queue, &len) < 0) {
        g_assert_cmpint(g_get_monotonic_time(), <, end);
    }
    virtio_guest_memread(&d->guest, d->status, &status, 1);
    return status;
}

static uint8_t disk_write(Disk *d, uint64_t sector, const void *data, uint32_t bytes)
{
    virtio_guest_memwrite(&d->guest, d->data, data, bytes);
    request_offer(d, VIRTIO_BLK_T_OUT, sector, bytes);
    return request_wait(d);
}

static uint8_t disk_read(Disk *d, uint64_t sector, void *data, uint32_t bytes)
{
    uint8_t status;

    request_offer(d, VIRTIO_BLK_T_IN, sector, bytes);
    status = request_wait(d);
    virtio_guest_memread(&d->guest, d->data, data, bytes);
    return status;
}

static uint32_t device_id(QTestState *qts, unsigned n)
{
    return qtest_readl(qts, VIRT_VIRTIO_BASE + n * VIRT_VIRTIO_SIZE + VIRTIO_MMIO_DEVICE_ID);
}

/* ---- places ------------------------------------------------------------------------ */

static void test_drives_take_transports_from_the_top(void)
{
    QTestState *qts = qtest_init("-M virt -nic none -drive file=null-co://,format=raw "
                                 "-drive file=null-co://,format=raw,if=virtio");

    g_assert_cmpuint(device_id(qts, LAST_TRANSPORT), ==, VIRTIO_ID_BLOCK);
    g_assert_cmpuint(device_id(qts, LAST_TRANSPORT - 1), ==, VIRTIO_ID_BLOCK);
    qtest_quit(qts);
}

static void test_drive_without_interface_waits_for_a_device(void)
{
    QTestState *qts = qtest_init("-M virt -nodefaults "
                                 "-drive file=null-co://,format=raw,if=none,id=d "
                                 "-device virtio-rng-device "
                                 "-device virtio-blk-device,drive=d,serial=abc");

    g_assert_cmpuint(device_id(qts, LAST_TRANSPORT), ==, VIRTIO_ID_RNG);
    g_assert_cmpuint(device_id(qts, LAST_TRANSPORT - 1), ==, VIRTIO_ID_BLOCK);
    qtest_quit(qts);
}

/* ---- data ---------------------------------------------------------------------------- */

static void test_data_through_the_machine(void)
{
    char *path = virtio_disk_file_new(DISK_BYTES);
    QTestState *qts = qtest_initf("-M virt -nic none -drive file=%s,format=raw,if=none,id=d "
                                  "-device virtio-blk-device,drive=d", path);
    uint8_t data[4096], back[4096];
    g_autofree char *text = NULL;
    gsize size;
    QDict *rsp;
    QList *list;
    QDict *stats;
    Disk d;

    memset(data, 0x42, sizeof(data));
    disk_start(&d, qts, LAST_TRANSPORT);
    g_assert_cmphex(disk_write(&d, 8, data, sizeof(data)), ==, VIRTIO_BLK_S_OK);
    g_assert_cmphex(disk_read(&d, 8, back, sizeof(back)), ==, VIRTIO_BLK_S_OK);
    g_assert_cmpmem(back, sizeof(back), data, sizeof(data));
    g_assert_cmphex(disk_read(&d, DISK_BYTES / 512, back, 512), ==, VIRTIO_BLK_S_IOERR);
    rsp = qtest_qmp(qts, "{'execute': 'query-blockstats'}");
    list = qdict_get_qlist(rsp, "return");
    stats = qdict_get_qdict(qobject_to(QDict, qlist_peek(list)), "stats");
    g_assert_cmpint(qdict_get_int(stats, "wr_bytes"), ==, 4096);
    g_assert_cmpint(qdict_get_int(stats, "wr_operations"), ==, 1);
    g_assert_cmpint(qdict_get_int(stats, "rd_bytes"), ==, 4096);
    g_assert_cmpint(qdict_get_int(stats, "invalid_rd_operations"), ==, 1);
    g_assert_cmpint(qdict_get_int(stats, "wr_highest_offset"), ==, 8192);
    qobject_unref(rsp);
    qtest_quit(qts);
    g_assert_true(g_file_get_contents(path, &text, &size, NULL));
    g_assert_cmpmem(text + 4096, 4096, data, sizeof(data));
    file_end(path);
}

static void test_resize(void)
{
    char *path = virtio_disk_file_new(DISK_BYTES);
    QTestState *qts = qtest_initf("-M virt -nic none -drive file=%s,format=raw,id=d", path);
    Disk d;

    disk_start(&d, qts, LAST_TRANSPORT);
    qtest_qmp_assert_success(qts, "{'execute': 'block_resize', 'arguments': "
                                  "{'device': 'd', 'size': 2097152}}");
    g_assert_cmphex(virtio_guest_irq_take(&d.guest), ==, VIRTIO_MMIO_INT_CONFIG);
    g_assert_cmpuint(virtio_guest_config_read(&d.guest, 0, 4), ==, 4096);
    qtest_quit(qts);
    file_end(path);
}

/* ---- coming and going -------------------------------------------------------------------- */

static void test_node_added_while_running(void)
{
    char *path = virtio_disk_file_new(DISK_BYTES);
    QTestState *qts = qtest_init("-M virt -nic none");
    QDict *rsp;

    qtest_qmp_assert_success(qts, "{'execute': 'blockdev-add', 'arguments': {'driver': 'file', "
                                  "'node-name': 'n', 'filename': %s}}", path);
    rsp = qtest_qmp(qts, "{'execute': 'blockdev-add', 'arguments': {'driver': 'file', "
                         "'node-name': 'n', 'filename': %s}}", path);
    qmp_expect_error_and_unref(rsp, "GenericError");
    qtest_qmp_assert_success(qts, "{'execute': 'blockdev-del', 'arguments': {'node-name': 'n'}}");
    rsp = qtest_qmp(qts, "{'execute': 'blockdev-del', 'arguments': {'node-name': 'n'}}");
    qmp_expect_error_and_unref(rsp, "GenericError");
    qtest_quit(qts);
    file_end(path);
}

static void test_second_program_is_kept_off_the_file(void)
{
    char *path = virtio_disk_file_new(DISK_BYTES);
    QTestState *qts = qtest_initf("-M virt -nic none -drive file=%s,format=raw", path);
    g_autofree char *drive = g_strdup_printf("file=%s,format=raw", path);
    const char *argv[] = { qtest_qemu_binary(NULL), "-M", "virt", "-accel", "qtest", "-nodefaults",
                           "-display", "none", "-drive", drive, NULL };
    g_autofree char *message = NULL;
    int status;

    g_assert_true(g_spawn_sync(NULL, (char **)argv, NULL, 0, NULL, NULL, NULL, &message, &status,
                               NULL));
    g_assert_cmpint(WEXITSTATUS(status), ==, 1);
    g_assert_nonnull(strstr(message, path));
    g_assert_nonnull(strstr(message, "in use by another process"));
    qtest_quit(qts);
    file_end(path);
}

/* ---- a host that fails ---------------------------------------------------------------------- */

static void status_expect(QTestState *qts, const char *status)
{
    QDict *rsp = qtest_qmp(qts, "{'execute': 'query-status'}");

    g_assert_cmpstr(qdict_get_str(qdict_get_qdict(rsp, "return"), "status"), ==, status);
    qobject_unref(rsp);
}

static void io_error_expect(QTestState *qts)
{
    QDict *event = qtest_qmp_eventwait_ref(qts, "BLOCK_IO_ERROR");
    QDict *data = qdict_get_qdict(event, "data");

    g_assert_cmpstr(qdict_get_str(data, "device"), ==, "d");
    g_assert_cmpstr(qdict_get_str(data, "operation"), ==, "write");
    g_assert_cmpstr(qdict_get_str(data, "action"), ==, "stop");
    qobject_unref(event);
    qtest_qmp_eventwait(qts, "STOP");
    status_expect(qts, "io-error");
}

/* A sealed memory file refuses writes, whoever asks. */
static void test_failing_write_stops_the_machine(void)
{
    int fd = memfd_create("disk", MFD_ALLOW_SEALING);
    QTestState *qts;
    QDict *rsp, *info;
    uint8_t data[512] = { 0 };
    Disk d;

    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(ftruncate(fd, DISK_BYTES), ==, 0);
    qts = qtest_initf("-M virt -nic none -add-fd fd=%d,set=1 "
                      "-drive file=/dev/fdset/1,format=raw,id=d,werror=stop", fd);
    disk_start(&d, qts, LAST_TRANSPORT);
    g_assert_cmphex(disk_write(&d, 0, data, 512), ==, VIRTIO_BLK_S_OK);
    g_assert_cmpint(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE), ==, 0);
    request_offer(&d, VIRTIO_BLK_T_OUT, 0, 512);
    io_error_expect(qts);
    rsp = qtest_qmp(qts, "{'execute': 'query-block'}");
    info = qobject_to(QDict, qlist_peek(qdict_get_qlist(rsp, "return")));
    g_assert_cmpstr(qdict_get_str(info, "io-status"), ==, "failed");
    qobject_unref(rsp);
    /* Tried again, in vain. */
    qtest_qmp_assert_success(qts, "{'execute': 'cont'}");
    io_error_expect(qts);
    qtest_quit(qts);
    close(fd);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("virtio-blk/place/from-the-top", test_drives_take_transports_from_the_top);
    qtest_add_func("virtio-blk/place/if-none", test_drive_without_interface_waits_for_a_device);
    qtest_add_func("virtio-blk/data", test_data_through_the_machine);
    qtest_add_func("virtio-blk/resize", test_resize);
    qtest_add_func("virtio-blk/node-added-while-running", test_node_added_while_running);
    qtest_add_func("virtio-blk/second-program", test_second_program_is_kept_off_the_file);
    qtest_add_func("virtio-blk/failing-write-stops-the-machine",
                   test_failing_write_stops_the_machine);
    return g_test_run();
}
