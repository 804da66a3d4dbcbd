/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bus of libgantry-virtio over the qtest protocol.
 */
#include "qemu/osdep.h"
#include "libgantry-virtio-qtest.h"

static uint64_t qtest_bus_read(void *opaque, uint64_t addr, unsigned size)
{
    switch (size) {
    case 1:
        return qtest_readb(opaque, addr);
    case 2:
        return qtest_readw(opaque, addr);
    case 4:
        return qtest_readl(opaque, addr);
    default:
        return qtest_readq(opaque, addr);
    }
}

static void qtest_bus_write(void *opaque, uint64_t addr, unsigned size, uint64_t value)
{
    switch (size) {
    case 1:
        qtest_writeb(opaque, addr, value);
        break;
    case 2:
        qtest_writew(opaque, addr, value);
        break;
    case 4:
        qtest_writel(opaque, addr, value);
        break;
    default:
        qtest_writeq(opaque, addr, value);
        break;
    }
}

static void qtest_bus_memread(void *opaque, uint64_t addr, void *buf, size_t len)
{
    qtest_bufread(opaque, addr, buf, len);
}

static void qtest_bus_memwrite(void *opaque, uint64_t addr, const void *buf, size_t len)
{
    qtest_bufwrite(opaque, addr, buf, len);
}

void virtio_guest_qtest_bus(GuestBus *bus, QTestState *s)
{
    *bus = (GuestBus){
        .opaque = s,
        .read = qtest_bus_read,
        .write = qtest_bus_write,
        .memread = qtest_bus_memread,
        .memwrite = qtest_bus_memwrite,
    };
}

char *virtio_disk_file_new(uint64_t bytes)
{
    char *path;
    int fd = g_file_open_tmp("gantry-disk-XXXXXX", &path, NULL);

    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(ftruncate(fd, bytes), ==, 0);
    close(fd);
    return path;
}
