/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The vfio-user server as its clients see it: negotiation, registers, interrupts, reset, and the
 * end of it. DMA and hostile clients are in test-vfio-user-server-dma.c and -hostile.c.
 */
#include "vfio-user-rig.h"
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <libfdt.h>
#include "hw/char/pl011.h"
#include "qom/object_interfaces.h"
#include "../hwcore/hwcore-harness.h"

#define TRIGGER_FD (VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER)
#define UNMASK_FD (VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_UNMASK)
#define MASK_FD (VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_MASK)
#define TRIGGER (VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER)
#define UNMASK (VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_UNMASK)
#define MASK (VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_MASK)

/* What an eventfd counted since it was last asked. */
static uint64_t signals(int fd)
{
    uint64_t value = 0;

    return read(fd, &value, sizeof(value)) == sizeof(value) ? value : 0;
}

static int fds_open(void)
{
    g_autoptr(GDir) dir = g_dir_open("/proc/self/fd", 0, NULL);
    int n = 0;

    drain_call_rcu(); /* what earlier tests left to be closed */
    while (g_dir_read_name(dir)) {
        n++;
    }
    return n;
}

/* -- negotiation ------------------------------------------------------------------------- */

static void test_version(void)
{
    VFIOUserCaps caps;
    VFIOUserMsg reply;
    Rig rig;

    rig_start(&rig, false);
    g_assert_cmpint(rig_version(&rig, 0, 7, "{\"capabilities\":{}}", &reply), ==, 0);
    g_assert_true(vfio_user_version_parse(&reply, &caps, NULL));
    g_assert_cmpint(caps.major, ==, 0);
    g_assert_cmpint(caps.minor, ==, 1);
    g_assert_cmpint(caps.max_msg_fds, ==, VFIO_USER_MSG_FDS_MAX);
    g_assert_cmpint(reply.num_fds, ==, 0);
    g_assert_false(caps.twin_socket);
    g_assert_null(caps.dt_node);
    rig_stop(&rig);
}

static void test_version_older_minor(void)
{
    VFIOUserCaps caps;
    VFIOUserMsg reply;
    Rig rig;

    rig_start(&rig, false);
    g_assert_cmpint(rig_version(&rig, 0, 0, NULL, &reply), ==, 0);
    g_assert_true(vfio_user_version_parse(&reply, &caps, NULL));
    g_assert_cmpint(caps.minor, ==, 0);
    rig_stop(&rig);
}

static void test_version_other_major(void)
{
    Rig rig;

    rig_start(&rig, false);
    g_assert_cmpint(rig_version(&rig, 1, 0, NULL, NULL), ==, -EINVAL);
    g_assert_true(rig_is_disconnected(&rig));
    rig_stop(&rig);
}

static void test_version_comes_first(void)
{
    VFIOUserDeviceInfo info = { .argsz = sizeof(info) };
    Rig rig;

    rig_start(&rig, false);
    g_assert_cmpint(rig_request(&rig, VFIO_USER_DEVICE_GET_INFO, &info, sizeof(info), NULL, 0,
                                NULL), ==, -EINVAL);
    g_assert_true(rig_is_disconnected(&rig));
    rig_stop(&rig);
}

static void test_version_once(void)
{
    Rig rig;

    rig_start(&rig, true);
    g_assert_cmpint(rig_version(&rig, 0, 1, NULL, NULL), ==, -EINVAL);
    g_assert_cmpint(rig_readl(&rig, RIG_SCRATCH), ==, 0);
    rig_stop(&rig);
}

/* -- information ------------------------------------------------------------------------- */

static void test_device_info(void)
{
    VFIOUserDeviceInfo info = { .argsz = sizeof(info) };
    VFIOUserMsg reply;
    Rig rig;

    rig_start(&rig, true);
    g_assert_cmpint(rig_request(&rig, VFIO_USER_DEVICE_GET_INFO, &info, sizeof(info), NULL, 0,
                                &reply), ==, 0);
    memcpy(&info, reply.payload, sizeof(info));
    g_assert_cmphex(info.flags, ==, VFIO_DEVICE_FLAGS_PLATFORM | VFIO_DEVICE_FLAGS_RESET);
    g_assert_cmpint(info.num_regions, ==, 2);
    g_assert_cmpint(info.num_irqs, ==, 2);
    rig_stop(&rig);
}

static int region_info(Rig *rig, uint32_t index, VFIOUserRegionInfo *info, int *fd)
{
    VFIOUserRegionInfo asked = { .argsz = sizeof(asked), .index = index };
    VFIOUserMsg reply;
    int ret = rig_request(rig, VFIO_USER_DEVICE_GET_REGION_INFO, &asked, sizeof(asked), NULL, 0,
                          &reply);

    if (!ret) {
        memcpy(info, reply.payload, sizeof(*info));
        *fd = vfio_user_msg_steal_fd(&reply, 0);
    }
    return ret;
}

static void test_region_info(void)
{
    VFIOUserRegionInfo info;
    Rig rig;
    int fd;

    rig_start(&rig, true);
    g_assert_cmpint(region_info(&rig, 0, &info, &fd), ==, 0);
    g_assert_cmphex(info.flags, ==, VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE);
    g_assert_cmphex(info.size, ==, RIG_REGS_SIZE);
    g_assert_cmpint(fd, ==, -1);
    g_assert_cmpint(region_info(&rig, 2, &info, &fd), ==, -EINVAL);
    rig_stop(&rig);
}

static void test_ram_region_is_mapped(void)
{
    VFIOUserRegionInfo info;
    uint32_t value = 0x12345678;
    uint32_t *map;
    Rig rig;
    int fd;

    rig_start(&rig, true);
    g_assert_cmpint(region_info(&rig, 1, &info, &fd), ==, 0);
    g_assert_true(info.flags & VFIO_REGION_INFO_FLAG_MMAP);
    g_assert_cmpint(fd, >=, 0);
    map = mmap(NULL, info.size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, info.offset);
    g_assert_true(map != MAP_FAILED);
    g_assert_cmpint(rig_write(&rig, 1, 0x8000, &value, sizeof(value)), ==, 0);
    g_assert_cmphex(map[0x8000 / 4], ==, 0x12345678);
    map[1] = 0xabcd;
    g_assert_cmpint(rig_read(&rig, 1, 4, &value, sizeof(value)), ==, 0);
    g_assert_cmphex(value, ==, 0xabcd);
    /* The client cannot take the memory away. */
    g_assert_cmpint(ftruncate(fd, 0), ==, -1);
    munmap(map, info.size);
    close(fd);
    rig_stop(&rig);
}

static uint32_t irq_flags(Rig *rig, uint32_t index)
{
    VFIOUserIRQInfo info = { .argsz = sizeof(info), .index = index };
    VFIOUserMsg reply;

    if (rig_request(rig, VFIO_USER_DEVICE_GET_IRQ_INFO, &info, sizeof(info), NULL, 0, &reply)) {
        return 0;
    }
    memcpy(&info, reply.payload, sizeof(info));
    g_assert_cmpint(info.count, ==, 1);
    return info.flags;
}

static void test_irq_info(void)
{
    Rig rig;

    rig_start(&rig, true);
    g_assert_cmphex(irq_flags(&rig, RIG_LINE_LEVEL), ==, VFIO_IRQ_INFO_EVENTFD |
                    VFIO_IRQ_INFO_MASKABLE | VFIO_IRQ_INFO_AUTOMASKED);
    g_assert_cmphex(irq_flags(&rig, RIG_LINE_EDGE), ==, VFIO_IRQ_INFO_EVENTFD);
    g_assert_cmphex(irq_flags(&rig, 2), ==, 0);
    rig_stop(&rig);
}

static void test_io_fds(void)
{
    VFIOUserRegionIOFDs fds = { .argsz = sizeof(fds) };
    VFIOUserMsg reply;
    Rig rig;

    rig_start(&rig, true);
    g_assert_cmpint(rig_request(&rig, VFIO_USER_DEVICE_GET_REGION_IO_FDS, &fds, sizeof(fds), NULL,
                                0, &reply), ==, 0);
    g_assert_cmpint(reply.size, ==, 16);
    g_assert_cmpint(((const VFIOUserRegionIOFDs *)reply.payload)->count, ==, 0);
    rig_stop(&rig);
}

/* -- registers --------------------------------------------------------------------------- */

static void test_registers(void)
{
    Rig rig;

    rig_start(&rig, true);
    rig_writel(&rig, RIG_SCRATCH, 0xcafe1234);
    g_assert_cmphex(rig_readl(&rig, RIG_SCRATCH), ==, 0xcafe1234);
    rig_stop(&rig);
}

static void test_wide_access_is_split(void)
{
    uint64_t value = 0x1122334455667788;
    Rig rig;

    rig_start(&rig, true);
    g_assert_cmpint(rig_write(&rig, 0, RIG_DMA_ADDR, &value, sizeof(value)), ==, 0);
    g_assert_cmphex(rig_readl(&rig, RIG_DMA_ADDR), ==, 0x55667788);
    g_assert_cmphex(rig_readl(&rig, RIG_DMA_ADDR + 4), ==, 0x11223344);
    value = 0;
    g_assert_cmpint(rig_read(&rig, 0, RIG_DMA_ADDR, &value, sizeof(value)), ==, 0);
    g_assert_cmphex(value, ==, 0x1122334455667788);
    rig_stop(&rig);
}

static void test_device_refuses_size(void)
{
    uint8_t byte = 0;
    Rig rig;

    rig_start(&rig, true);
    g_assert_cmpint(rig_write(&rig, 0, RIG_SCRATCH + 1, &byte, 1), ==, -EIO);
    g_assert_cmpint(rig_read(&rig, 0, RIG_SCRATCH + 1, &byte, 1), ==, -EIO);
    rig_stop(&rig);
}

static void test_access_outside(void)
{
    uint32_t value = 0;
    Rig rig;

    rig_start(&rig, true);
    g_assert_cmpint(rig_read(&rig, 0, RIG_REGS_SIZE, &value, 4), ==, -EINVAL);
    g_assert_cmpint(rig_read(&rig, 0, RIG_REGS_SIZE - 2, &value, 4), ==, -EINVAL);
    g_assert_cmpint(rig_write(&rig, 0, UINT64_MAX - 8, &value, 4), ==, -EINVAL);
    g_assert_cmpint(rig_read(&rig, 2, 0, &value, 4), ==, -EINVAL);
    g_assert_cmpint(rig_write(&rig, UINT32_MAX, 0, &value, 4), ==, -EINVAL);
    g_assert_cmpint(rig_read(&rig, 0, RIG_REGS_SIZE, &value, 0), ==, 0);
    rig_stop(&rig);
}

static void test_no_reply(void)
{
    struct {
        VFIOUserRegionAccess access;
        uint32_t value;
    } write = { { RIG_SCRATCH, 0, 4 }, 0x77 };
    Rig rig;

    rig_start(&rig, true);
    rig_send(&rig, VFIO_USER_REGION_WRITE, VFIO_USER_FLAGS_NO_REPLY, &write, 20, NULL, 0);
    write.access.region = 99;
    rig_send(&rig, VFIO_USER_REGION_WRITE, VFIO_USER_FLAGS_NO_REPLY, &write, 20, NULL, 0);
    rig_send(&rig, VFIO_USER_REGION_WRITE, VFIO_USER_FLAGS_NO_REPLY, &write, 19, NULL, 0);
    /* The next answer is to this. */
    g_assert_cmphex(rig_readl(&rig, RIG_SCRATCH), ==, 0x77);
    rig_stop(&rig);
}

static void test_write_multi(void)
{
    struct {
        uint64_t count;
        VFIOUserMultiWrite writes[2];
    } multi = { 2, { { RIG_SCRATCH, 0, 4, { 1 } }, { RIG_DMA_DATA, 0, 4, { 2 } } } };
    VFIOUserMsg reply;
    Rig rig;

    rig_start(&rig, true);
    g_assert_cmpint(rig_request(&rig, VFIO_USER_REGION_WRITE_MULTI, &multi, sizeof(multi), NULL, 0,
                                &reply), ==, 0);
    g_assert_cmpint(rig_readl(&rig, RIG_SCRATCH), ==, 1);
    g_assert_cmpint(rig_readl(&rig, RIG_DMA_DATA), ==, 2);
    multi.writes[0].region = 5;
    g_assert_cmpint(rig_request(&rig, VFIO_USER_REGION_WRITE_MULTI, &multi, sizeof(multi), NULL, 0,
                                &reply), ==, -EINVAL);
    rig_stop(&rig);
}

static void test_pipelined(void)
{
    VFIOUserRegionAccess access = { RIG_SCRATCH, 0, 4 };
    VFIOUserMsg msg;
    Rig rig;

    rig_start(&rig, true);
    for (int i = 0; i < 200; i++) {
        rig_send(&rig, VFIO_USER_REGION_READ, 0, &access, sizeof(access), NULL, 0);
    }
    for (int i = 0; i < 200; i++) {
        g_assert_cmpint(rig_receive(&rig, &msg), ==, 0);
        g_assert_cmpint(msg.header.id, ==, i + 1);
    }
    rig_stop(&rig);
}

static void test_reset(void)
{
    uint32_t resets;
    Rig rig;

    rig_start(&rig, true);
    resets = rig_readl(&rig, RIG_RESETS);
    rig_writel(&rig, RIG_SCRATCH, 5);
    g_assert_cmpint(rig_request(&rig, VFIO_USER_DEVICE_RESET, NULL, 0, NULL, 0, NULL), ==, 0);
    g_assert_cmpint(rig_readl(&rig, RIG_SCRATCH), ==, 0);
    g_assert_cmpint(rig_readl(&rig, RIG_RESETS), ==, resets + 1);
    rig_stop(&rig);
}

static void test_unknown_command(void)
{
    Rig rig;

    rig_start(&rig, true);
    g_assert_cmpint(rig_request(&rig, VFIO_USER_DEVICE_FEATURE, "feature", 8, NULL, 0, NULL), ==,
                    -EOPNOTSUPP);
    g_assert_cmpint(rig_request(&rig, 999, "payload", 8, NULL, 0, NULL), ==, -EOPNOTSUPP);
    g_assert_cmpint(rig_readl(&rig, RIG_SCRATCH), ==, 0);
    rig_stop(&rig);
}

/* -- interrupts -------------------------------------------------------------------------- */

/* A rig with an eventfd on line @index. */
static int irq_start(Rig *rig, uint32_t index)
{
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

    rig_start(rig, true);
    g_assert_cmpint(rig_set_irqs(rig, TRIGGER_FD, index, 1, &fd), ==, 0);
    return fd;
}

static void irq_stop(Rig *rig, int fd)
{
    close(fd);
    rig_stop(rig);
}

static void test_level_signals_once(void)
{
    Rig rig;
    int fd = irq_start(&rig, RIG_LINE_LEVEL);

    rig_writel(&rig, RIG_LINES, 1);
    g_assert_cmpint(signals(fd), ==, 1);
    rig_writel(&rig, RIG_LINES, 0);
    rig_writel(&rig, RIG_LINES, 1);
    g_assert_cmpint(signals(fd), ==, 0);
    irq_stop(&rig, fd);
}

static void test_level_unmask_high(void)
{
    Rig rig;
    int fd = irq_start(&rig, RIG_LINE_LEVEL);

    rig_writel(&rig, RIG_LINES, 1);
    g_assert_cmpint(signals(fd), ==, 1);
    g_assert_cmpint(rig_set_irqs(&rig, UNMASK, RIG_LINE_LEVEL, 1, NULL), ==, 0);
    g_assert_cmpint(signals(fd), ==, 1);
    irq_stop(&rig, fd);
}

static void test_level_unmask_low(void)
{
    Rig rig;
    int fd = irq_start(&rig, RIG_LINE_LEVEL);

    rig_writel(&rig, RIG_LINES, 1);
    rig_writel(&rig, RIG_LINES, 0);
    g_assert_cmpint(signals(fd), ==, 1);
    g_assert_cmpint(rig_set_irqs(&rig, UNMASK, RIG_LINE_LEVEL, 1, NULL), ==, 0);
    g_assert_cmpint(signals(fd), ==, 0);
    rig_writel(&rig, RIG_LINES, 1);
    g_assert_cmpint(signals(fd), ==, 1);
    irq_stop(&rig, fd);
}

static void test_level_masked(void)
{
    Rig rig;
    int fd = irq_start(&rig, RIG_LINE_LEVEL);

    g_assert_cmpint(rig_set_irqs(&rig, MASK, RIG_LINE_LEVEL, 1, NULL), ==, 0);
    rig_writel(&rig, RIG_LINES, 1);
    g_assert_cmpint(signals(fd), ==, 0);
    g_assert_cmpint(rig_set_irqs(&rig, UNMASK, RIG_LINE_LEVEL, 1, NULL), ==, 0);
    g_assert_cmpint(signals(fd), ==, 1);
    irq_stop(&rig, fd);
}

static void test_level_by_bools(void)
{
    struct {
        VFIOUserIRQSet set;
        uint8_t flag;
    } set = { { 21, VFIO_IRQ_SET_DATA_BOOL | VFIO_IRQ_SET_ACTION_MASK, RIG_LINE_LEVEL, 0, 1 } };
    Rig rig;
    int fd = irq_start(&rig, RIG_LINE_LEVEL);

    g_assert_cmpint(rig_request(&rig, VFIO_USER_DEVICE_SET_IRQS, &set, 21, NULL, 0, NULL), ==, 0);
    rig_writel(&rig, RIG_LINES, 1);
    g_assert_cmpint(signals(fd), ==, 1); /* 0: was not masked */
    g_assert_cmpint(rig_set_irqs(&rig, UNMASK, RIG_LINE_LEVEL, 1, NULL), ==, 0);
    g_assert_cmpint(signals(fd), ==, 1);
    set.set.flags = VFIO_IRQ_SET_DATA_BOOL | VFIO_IRQ_SET_ACTION_UNMASK;
    set.flag = 1;
    g_assert_cmpint(rig_request(&rig, VFIO_USER_DEVICE_SET_IRQS, &set, 21, NULL, 0, NULL), ==, 0);
    g_assert_cmpint(signals(fd), ==, 1);
    irq_stop(&rig, fd);
}

static void test_unmask_eventfd(void)
{
    const uint64_t one = 1;
    int unmask = eventfd(0, EFD_CLOEXEC);
    Rig rig;
    int fd = irq_start(&rig, RIG_LINE_LEVEL);

    g_assert_cmpint(rig_set_irqs(&rig, UNMASK_FD, RIG_LINE_LEVEL, 1, &unmask), ==, 0);
    rig_writel(&rig, RIG_LINES, 1);
    g_assert_cmpint(signals(fd), ==, 1);
    g_assert_cmpint(write(unmask, &one, sizeof(one)), ==, sizeof(one));
    rig_pump(fd);
    g_assert_cmpint(signals(fd), ==, 1);
    close(unmask);
    irq_stop(&rig, fd);
}

static void test_mask_eventfd(void)
{
    const uint64_t one = 1;
    int mask = eventfd(0, EFD_CLOEXEC);
    Rig rig;
    int fd = irq_start(&rig, RIG_LINE_LEVEL);

    g_assert_cmpint(rig_set_irqs(&rig, MASK_FD, RIG_LINE_LEVEL, 1, &mask), ==, 0);
    g_assert_cmpint(write(mask, &one, sizeof(one)), ==, sizeof(one));
    rig_pump(-1);
    rig_writel(&rig, RIG_LINES, 1);
    g_assert_cmpint(signals(fd), ==, 0);
    close(mask);
    irq_stop(&rig, fd);
}

static void test_second_unmask_eventfd(void)
{
    int unmask = eventfd(0, EFD_CLOEXEC);
    Rig rig;
    int fd = irq_start(&rig, RIG_LINE_LEVEL);

    g_assert_cmpint(rig_set_irqs(&rig, UNMASK_FD, RIG_LINE_LEVEL, 1, &unmask), ==, 0);
    g_assert_cmpint(rig_set_irqs(&rig, UNMASK_FD, RIG_LINE_LEVEL, 1, &unmask), ==, -EBUSY);
    g_assert_cmpint(rig_set_irqs(&rig, UNMASK_FD, RIG_LINE_LEVEL, 1, NULL), ==, 0);
    g_assert_cmpint(rig_set_irqs(&rig, UNMASK_FD, RIG_LINE_LEVEL, 1, &unmask), ==, 0);
    close(unmask);
    irq_stop(&rig, fd);
}

static void test_trigger_on_high_line(void)
{
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    Rig rig;

    rig_start(&rig, true);
    rig_writel(&rig, RIG_LINES, 1);
    g_assert_cmpint(rig_set_irqs(&rig, TRIGGER_FD, RIG_LINE_LEVEL, 1, &fd), ==, 0);
    g_assert_cmpint(signals(fd), ==, 1);
    /* Again: it stays masked. */
    g_assert_cmpint(rig_set_irqs(&rig, TRIGGER_FD, RIG_LINE_LEVEL, 1, &fd), ==, 0);
    g_assert_cmpint(signals(fd), ==, 0);
    irq_stop(&rig, fd);
}

static void test_edge_pulses(void)
{
    Rig rig;
    int fd = irq_start(&rig, RIG_LINE_EDGE);

    for (int i = 0; i < 3; i++) {
        rig_writel(&rig, RIG_LINES, 2);
        rig_writel(&rig, RIG_LINES, 2);
        rig_writel(&rig, RIG_LINES, 0);
    }
    g_assert_cmpint(signals(fd), ==, 3);
    g_assert_cmpint(rig_set_irqs(&rig, MASK, RIG_LINE_EDGE, 1, NULL), ==, -EINVAL);
    g_assert_cmpint(rig_set_irqs(&rig, UNMASK, RIG_LINE_EDGE, 1, NULL), ==, -EINVAL);
    irq_stop(&rig, fd);
}

static void test_loopback(void)
{
    Rig rig;
    int fd = irq_start(&rig, RIG_LINE_LEVEL);

    g_assert_cmpint(rig_set_irqs(&rig, TRIGGER, RIG_LINE_LEVEL, 1, NULL), ==, 0);
    g_assert_cmpint(signals(fd), ==, 1);
    irq_stop(&rig, fd);
}

static void test_irq_disable(void)
{
    Rig rig;
    int fd = irq_start(&rig, RIG_LINE_EDGE);

    g_assert_cmpint(rig_set_irqs(&rig, TRIGGER, RIG_LINE_EDGE, 0, NULL), ==, 0);
    rig_writel(&rig, RIG_LINES, 2);
    g_assert_cmpint(signals(fd), ==, 0);
    irq_stop(&rig, fd);
}

static void test_irq_ranges(void)
{
    VFIOUserIRQSet set = { sizeof(set), TRIGGER, 0, 1, 1 };
    Rig rig;

    rig_start(&rig, true);
    g_assert_cmpint(rig_set_irqs(&rig, TRIGGER, 2, 1, NULL), ==, -EINVAL);
    g_assert_cmpint(rig_set_irqs(&rig, TRIGGER, 0, 2, NULL), ==, -EINVAL);
    g_assert_cmpint(rig_request(&rig, VFIO_USER_DEVICE_SET_IRQS, &set, sizeof(set), NULL, 0, NULL),
                    ==, -EINVAL);
    rig_stop(&rig);
}

/* -- begin and end ----------------------------------------------------------------------- */

static VFIOUserServer *server_try(const char *device, const char *socket, const char *edges,
                                  Error **errp)
{
    Object *obj = object_new(TYPE_VFIO_USER_SERVER);

    object_property_add_child(object_get_root(), "server", obj);
    object_unref(obj);
    if (device) {
        object_property_set_str(obj, "device", device, &error_abort);
    }
    if (socket) {
        object_property_set_str(obj, "socket", socket, &error_abort);
    }
    if (edges) {
        object_property_set_str(obj, "edge-irqs", edges, &error_abort);
    }
    if (!user_creatable_complete(USER_CREATABLE(obj), errp)) {
        object_unparent(obj);
        return NULL;
    }
    return VFIO_USER_SERVER(obj);
}

static void refused(const char *device, const char *socket, const char *edges, const char *text)
{
    Error *err = NULL;

    g_assert_null(server_try(device, socket, edges, &err));
    harness_error_contains(err, text);
}

static void test_options_refused(void)
{
    DeviceState *dev = rig_device_new("device");
    g_autofree char *dir = g_dir_make_tmp(NULL, NULL);
    g_autofree char *path = g_build_filename(dir, "sock", NULL);
    g_autofree char *longer = g_strnfill(200, 'x');
    int before = fds_open();

    refused(NULL, path, NULL, "needs device=");
    refused("/device", NULL, NULL, "socket=PATH or fd=N");
    refused("nothing", path, NULL, "'nothing' not found");
    refused("/device", "/nowhere/at/all", NULL, "/nowhere/at/all");
    refused("/device", longer, NULL, "has more than");
    refused("/device", path, "2", "'2' is no interrupt of device '/device', which has 2");
    refused("/device", path, "0:x", "'x' is no interrupt");
    g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
    g_assert_cmpint(fds_open(), ==, before);
    rmdir(dir);
    object_unparent(OBJECT(dev));
}

/* Connect to @path; the server accepts at the next turn. */
static void client_connect(Rig *rig, const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };

    memset(rig, 0, sizeof(*rig));
    g_strlcpy(address.sun_path, path, sizeof(address.sun_path));
    rig->sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    g_assert_cmpint(connect(rig->sock, (void *)&address, sizeof(address)), ==, 0);
    vfio_user_reader_init(&rig->reader, rig->sock, VFIO_USER_MSG_MAX);
}

static void client_leave(Rig *rig)
{
    vfio_user_reader_destroy(&rig->reader);
    close(rig->sock);
    rig_pump(-1);
}

static void test_clients_in_turn(void)
{
    DeviceState *dev = rig_device_new("device");
    g_autofree char *dir = g_dir_make_tmp(NULL, NULL);
    g_autofree char *path = g_build_filename(dir, "sock", NULL);
    VFIOUserServer *server = server_try("/device", path, NULL, &error_abort);
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), before = fds_open();
    Rig first, second;

    client_connect(&first, path);
    g_assert_cmpint(rig_version(&first, 0, 1, NULL, NULL), ==, 0);
    g_assert_cmpint(rig_set_irqs(&first, TRIGGER_FD, 0, 1, &fd), ==, 0);
    rig_writel(&first, RIG_SCRATCH, 42);
    client_connect(&second, path); /* waits */
    rig_writel(&first, RIG_LINES, 1);
    g_assert_cmpint(signals(fd), ==, 1);
    client_leave(&first);

    /* The state is kept, the first one's eventfd and mask are not. */
    g_assert_cmpint(rig_version(&second, 0, 1, NULL, NULL), ==, 0);
    g_assert_cmpint(rig_readl(&second, RIG_SCRATCH), ==, 42);
    rig_writel(&second, RIG_LINES, 0);
    rig_writel(&second, RIG_LINES, 1);
    g_assert_cmpint(signals(fd), ==, 0);
    g_assert_cmpint(rig_set_irqs(&second, TRIGGER_FD, 0, 1, &fd), ==, 0);
    g_assert_cmpint(signals(fd), ==, 1);
    client_leave(&second);
    g_assert_cmpint(fds_open(), ==, before);

    object_unparent(OBJECT(server));
    g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
    rmdir(dir);
    close(fd);
    object_unparent(OBJECT(dev));
}

static void test_stale_socket(void)
{
    DeviceState *dev = rig_device_new("device");
    g_autofree char *dir = g_dir_make_tmp(NULL, NULL);
    g_autofree char *path = g_build_filename(dir, "sock", NULL);
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int stale = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    VFIOUserServer *server;
    Error *err = NULL;

    g_strlcpy(address.sun_path, path, sizeof(address.sun_path));
    g_assert_cmpint(bind(stale, (void *)&address, sizeof(address)), ==, 0);
    g_assert_cmpint(listen(stale, 1), ==, 0);
    g_assert_null(server_try("/device", path, NULL, &err)); /* somebody listens there */
    harness_error_contains(err, "Address already in use");
    g_assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
    close(stale);
    server = server_try("/device", path, NULL, &error_abort);
    object_unparent(OBJECT(server));
    rmdir(dir);
    object_unparent(OBJECT(dev));
}

static void test_device_goes(void)
{
    Rig rig;

    rig_start(&rig, true);
    object_unparent(OBJECT(rig.dev));
    g_assert_true(rig_is_disconnected(&rig));
    rig.dev = rig_device_new("device");
    rig_stop(&rig);
}

static void test_irq_wiring_comes_back(void)
{
    DeviceState *dev = rig_device_new("device");
    g_autofree char *dir = g_dir_make_tmp(NULL, NULL);
    g_autofree char *path = g_build_filename(dir, "sock", NULL);
    VFIOUserServer *server;
    HarnessLine line;

    harness_line_init(&line);
    sysbus_connect_irq(SYS_BUS_DEVICE(dev), 0, line.irq);
    server = server_try("/device", path, NULL, &error_abort);
    g_assert_true(sysbus_get_connected_irq(SYS_BUS_DEVICE(dev), 0) != line.irq);
    object_unparent(OBJECT(server));
    g_assert_true(sysbus_get_connected_irq(SYS_BUS_DEVICE(dev), 0) == line.irq);
    sysbus_connect_irq(SYS_BUS_DEVICE(dev), 0, NULL);
    harness_line_free(&line);
    rmdir(dir);
    object_unparent(OBJECT(dev));
}

static void test_tree_node(void)
{
    DeviceState *dev = qdev_new(TYPE_PL011);
    g_autofree char *dir = g_dir_make_tmp(NULL, NULL);
    g_autofree char *path = g_build_filename(dir, "sock", NULL);
    VFIOUserServer *server;
    VFIOUserCaps caps;
    VFIOUserMsg reply;
    Rig rig;

    object_property_add_child(object_get_root(), "device", OBJECT(dev));
    sysbus_realize_and_unref(SYS_BUS_DEVICE(dev), &error_abort);
    server = server_try("/device", path, NULL, &error_abort);
    client_connect(&rig, path);
    g_assert_cmpint(rig_version(&rig, 0, 1, "{\"capabilities\":{\"gantry.dt-node\":true}}",
                                &reply), ==, 0);
    g_assert_true(vfio_user_version_parse(&reply, &caps, NULL));
    g_assert_nonnull(caps.dt_node);
    g_assert_cmpint(fdt_check_full(caps.dt_node, caps.dt_node_size), ==, 0);
    g_assert_cmpstr(fdt_get_alias(caps.dt_node, "device"), ==, "/pl011@0");
    g_assert_cmpint(fdt_node_check_compatible(caps.dt_node,
                                              fdt_path_offset(caps.dt_node, "/pl011@0"),
                                              "arm,pl011"), ==, 0);
    vfio_user_caps_clear(&caps);
    client_leave(&rig);
    object_unparent(OBJECT(server));
    rmdir(dir);
    object_unparent(OBJECT(dev));
}

static void add_begin_tests(void)
{
    g_test_add_func("/vfio-user/server/version/answer", test_version);
    g_test_add_func("/vfio-user/server/version/older-minor", test_version_older_minor);
    g_test_add_func("/vfio-user/server/version/other-major-is-refused", test_version_other_major);
    g_test_add_func("/vfio-user/server/version/comes-first", test_version_comes_first);
    g_test_add_func("/vfio-user/server/version/only-once", test_version_once);
    g_test_add_func("/vfio-user/server/info/device", test_device_info);
    g_test_add_func("/vfio-user/server/info/region", test_region_info);
    g_test_add_func("/vfio-user/server/info/ram-region-is-mapped", test_ram_region_is_mapped);
    g_test_add_func("/vfio-user/server/info/irq", test_irq_info);
    g_test_add_func("/vfio-user/server/info/io-fds", test_io_fds);
    g_test_add_func("/vfio-user/server/options/refused", test_options_refused);
    g_test_add_func("/vfio-user/server/clients/in-turn", test_clients_in_turn);
    g_test_add_func("/vfio-user/server/socket/stale-file-is-replaced", test_stale_socket);
    g_test_add_func("/vfio-user/server/device-goes", test_device_goes);
    g_test_add_func("/vfio-user/server/irq/wiring-comes-back", test_irq_wiring_comes_back);
    g_test_add_func("/vfio-user/server/tree-node", test_tree_node);
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    add_begin_tests();
    g_test_add_func("/vfio-user/server/region/registers", test_registers);
    g_test_add_func("/vfio-user/server/region/wide-access-is-split", test_wide_access_is_split);
    g_test_add_func("/vfio-user/server/region/device-refuses-size", test_device_refuses_size);
    g_test_add_func("/vfio-user/server/region/outside-is-refused", test_access_outside);
    g_test_add_func("/vfio-user/server/region/no-reply-is-silent", test_no_reply);
    g_test_add_func("/vfio-user/server/region/write-multi", test_write_multi);
    g_test_add_func("/vfio-user/server/region/pipelined", test_pipelined);
    g_test_add_func("/vfio-user/server/reset", test_reset);
    g_test_add_func("/vfio-user/server/unknown-command", test_unknown_command);
    g_test_add_func("/vfio-user/server/irq/level-signals-once", test_level_signals_once);
    g_test_add_func("/vfio-user/server/irq/level-unmasked-high-signals", test_level_unmask_high);
    g_test_add_func("/vfio-user/server/irq/level-unmasked-low-waits", test_level_unmask_low);
    g_test_add_func("/vfio-user/server/irq/level-masked-is-silent", test_level_masked);
    g_test_add_func("/vfio-user/server/irq/level-by-bools", test_level_by_bools);
    g_test_add_func("/vfio-user/server/irq/unmask-eventfd", test_unmask_eventfd);
    g_test_add_func("/vfio-user/server/irq/mask-eventfd", test_mask_eventfd);
    g_test_add_func("/vfio-user/server/irq/second-unmask-eventfd-is-busy",
                    test_second_unmask_eventfd);
    g_test_add_func("/vfio-user/server/irq/trigger-on-high-line-signals",
                    test_trigger_on_high_line);
    g_test_add_func("/vfio-user/server/irq/edge-pulses", test_edge_pulses);
    g_test_add_func("/vfio-user/server/irq/loopback", test_loopback);
    g_test_add_func("/vfio-user/server/irq/disable", test_irq_disable);
    g_test_add_func("/vfio-user/server/irq/ranges", test_irq_ranges);
    return g_test_run();
}
