/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vfio-user servers that mean harm to the client: eventfds made full, empty and blocking, files
 * that cannot be had, regions that can be mapped but not written, floods of commands. Nobody is
 * kept waiting for more than a server's timeout, and the machine lives on.
 */
#include "user-client-harness.h"
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include "qemu/error-report.h"
#include "qemu/memfd.h"
#include "qemu/units.h"
#include "sysemu/runstate.h"
#include "../../../hw/vfio/platform-internal.h"
#include "../../../hw/vfio/sys-internal.h"

/* A test that hangs is killed. */
#define HANG_S 60

/* -- eventfds -------------------------------------------------------------------------------- */

/* The server reads what it has signalled before the device does, in an eventfd that waits. */
static void test_interrupt_emptied_and_blocking(void)
{
    EventNotifier interrupt;
    VFIOINTp intp = { .interrupt = &interrupt };

    g_assert_cmpint(event_notifier_init(&interrupt, 0), ==, 0);
    g_assert_cmpint(fcntl(event_notifier_get_fd(&interrupt), F_SETFL, O_RDWR), ==, 0);
    g_assert_cmpuint(vfio_intp_eventfd_take(&intp), ==, 0);
    event_notifier_set(&interrupt);
    g_assert_cmpuint(vfio_intp_eventfd_take(&intp), ==, 1);
    event_notifier_cleanup(&interrupt);
}

static void test_unmask_full_and_blocking(void)
{
    const uint64_t full = UINT64_MAX - 1;
    EventNotifier unmask;
    uint64_t value;
    Bench b;

    g_assert_cmpint(event_notifier_init(&unmask, 0), ==, 0);
    bench_start(&b);
    vfio_eventfd_signal(&b.vdev, &unmask);
    g_assert_cmpint(read(event_notifier_get_fd(&unmask), &value, sizeof(value)), ==,
                    sizeof(value));
    g_assert_cmpuint(value, ==, 1);
    g_assert_cmpint(fcntl(event_notifier_get_fd(&unmask), F_SETFL, O_RDWR), ==, 0);
    g_assert_cmpint(write(event_notifier_get_fd(&unmask), &full, sizeof(full)), ==, sizeof(full));
    vfio_eventfd_signal(&b.vdev, &unmask);
    vfio_eventfd_signal(&b.vdev, &unmask);
    event_notifier_cleanup(&unmask);
    b.fds--; /* it was open when the bench was set up */
    bench_stop(&b);
}

/* -- files ----------------------------------------------------------------------------------- */

static int region_memfd(unsigned int flags)
{
    int fd = memfd_create("region", MFD_CLOEXEC | MFD_ALLOW_SEALING | flags);

    g_assert_cmpint(fd, >=, 0);
    if (!flags) {
        g_assert_cmpint(ftruncate(fd, FAKE_USER_REGION_SIZE), ==, 0);
        g_assert_cmpint(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK), ==, 0);
    }
    return fd;
}

/* What a file of tmpfs is when there is no memory left: a mapping without pages behind it. */
static void *mmap_without_pages(size_t size, int prot, int fd, off_t offset)
{
    int empty = memfd_create("empty", MFD_CLOEXEC);
    void *at = mmap(NULL, size, prot, MAP_SHARED, empty, 0);

    close(empty);
    return at;
}

static void test_region_file_without_memory(void)
{
    VFIOSys sys = *vfio_sys;
    int fd = region_memfd(0);
    Bench b;

    sys.mmap = mmap_without_pages;
    bench_init(&b);
    b.server->region_fd[0] = fd;
    b.server->region_flags[0] |= VFIO_REGION_INFO_FLAG_MMAP;
    vfio_sys = &sys;
    bench_attach(&b);
    bench_regions_map(&b);
    vfio_sys = &vfio_sys_host;

    g_assert_nonnull(b.regions[0].mmaps[0].mmap);
    bench_write(&b, 0, 0x10, 4, 0x1234);
    /* This access was the last one; it ended in memory that is nobody's. */
    for (int i = 0; i < 1000 && !b.vdev.absent; i++) {
        main_loop_wait(true);
    }
    g_assert_true(b.vdev.absent);
    g_assert_cmphex(bench_read(&b, 0, 0x10, 4), ==, 0xffffffff);
    bench_stop(&b);
    close(fd);
}

static void test_region_of_huge_pages(void)
{
    int fd = region_memfd(MFD_HUGETLB);
    Bench b;

    /* Huge pages that are not there can be sealed all the same. */
    if (ftruncate(fd, 2 * MiB) < 0 || fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK) < 0) {
        g_test_skip("no huge page files here");
        close(fd);
        return;
    }
    bench_init(&b);
    b.server->region_fd[0] = fd;
    b.server->region_flags[0] |= VFIO_REGION_INFO_FLAG_MMAP;
    bench_attach(&b);
    bench_regions_setup(&b);
    g_assert_cmpint(vfio_region_mmap(&b.regions[0]), ==, -EINVAL);
    bench_write(&b, 0, 0x10, 4, 0x1234);
    g_assert_cmpuint(fake_user_count(b.server, VFIO_USER_REGION_WRITE), ==, 1);
    bench_stop(&b);
    close(fd);
}

/* A mapping that can be read, but not written: the guest writes all the same. */
static void test_mapped_region_without_write(void)
{
    int fd = region_memfd(0);
    Bench b;

    bench_init(&b);
    for (unsigned int i = 0; i < FAKE_USER_REGIONS; i++) {
        b.server->region_fd[i] = fd;
        b.server->region_flags[i] = VFIO_REGION_INFO_FLAG_MMAP |
                                    (i ? VFIO_REGION_INFO_FLAG_WRITE : VFIO_REGION_INFO_FLAG_READ);
    }
    bench_attach(&b);
    bench_regions_map(&b);
    bench_write(&b, 0, 0x10, 4, 0x1234);
    g_assert_cmpuint(fake_user_count(b.server, VFIO_USER_REGION_WRITE), ==, 1);
    bench_read(&b, 1, 0x10, 4);
    g_assert_cmpuint(fake_user_count(b.server, VFIO_USER_REGION_READ), ==, 1);
    bench_stop(&b);
    close(fd);
}

/* Counts the reports about files. */
static bool file_report_count(const char *text, size_t len, void *opaque)
{
    unsigned int *count = opaque;

    *count += g_strstr_len(text, len, "in a file that the server") != NULL;
    return true;
}

/* Two ranges of RAM in files, @seals on them: how many warnings there are. */
static unsigned int warnings_for_ram_files(int seals)
{
    unsigned int warnings = 0;
    MemoryRegion more[2];
    Bench b;

    error_report_set_sink(file_report_count, &warnings);
    bench_init(&b);
    for (int i = 0; i < 2; i++) {
        g_autofree char *name = g_strdup_printf("ram in file %d", i);
        int fd = qemu_memfd_create(name, 0x2000, false, 0, seals, &error_abort);

        memory_region_init_ram_from_fd(&more[i], b.owner, name, 0x2000, RAM_SHARED, fd, 0,
                                       &error_abort);
        memory_region_add_subregion(get_system_memory(), RAM_BASE + RAM_SIZE + i * 0x10000,
                                    &more[i]);
    }
    bench_attach(&b);
    g_assert_cmpuint(fake_user_count(b.server, VFIO_USER_DMA_MAP), ==, 3);
    for (int i = 0; i < 2; i++) {
        memory_region_del_subregion(get_system_memory(), &more[i]);
    }
    bench_stop(&b);
    error_report_set_sink(NULL, NULL);
    return warnings;
}

static void test_ram_that_a_server_can_cut_off_is_warned_of_once(void)
{
    g_assert_cmpuint(warnings_for_ram_files(0), ==, 1);
    g_assert_cmpuint(warnings_for_ram_files(F_SEAL_SHRINK), ==, 0);
}

typedef struct Cut {
    Bench bench;
    MemoryRegion ram;
    int fd; /* the server's */
    unsigned int reports;
} Cut;

#define CUT_BASE (RAM_BASE + RAM_SIZE)
#define CUT_SIZE 0x4000

static bool cut_report_count(const char *text, size_t len, void *opaque)
{
    Cut *cut = opaque;

    cut->reports += g_strstr_len(text, len, "is gone from its file") != NULL;
    return true;
}

/* A machine that runs, some of its memory in a file that the server has and can cut off. */
static void cut_start(Cut *cut)
{
    int fd;

    cut->reports = 0;
    error_report_set_sink(cut_report_count, cut);
    runstate_init();
    runstate_set(RUN_STATE_RUNNING);
    bench_init(&cut->bench);
    fd = qemu_memfd_create("cut", CUT_SIZE, false, 0, 0, &error_abort);
    cut->fd = dup(fd);
    memory_region_init_ram_from_fd(&cut->ram, cut->bench.owner, "cut", CUT_SIZE, RAM_SHARED, fd,
                                   0, &error_abort);
    memory_region_add_subregion(get_system_memory(), CUT_BASE, &cut->ram);
    bench_attach(&cut->bench);
}

static void cut_stop(Cut *cut)
{
    memory_region_del_subregion(get_system_memory(), &cut->ram);
    close(cut->fd);
    bench_stop(&cut->bench);
    error_report_set_sink(NULL, NULL);
    runstate_init();
}

static uint32_t cut_read(uint64_t offset)
{
    uint32_t value = 0x11223344;

    g_assert_cmpint(address_space_read(&address_space_memory, CUT_BASE + offset,
                                       MEMTXATTRS_UNSPECIFIED, &value, sizeof(value)), ==,
                    MEMTX_OK);
    return value;
}

static void test_ram_that_a_server_cuts_off_stops_the_machine(void)
{
    Cut cut;

    cut_start(&cut);
    g_assert_cmphex(cut_read(0x3000), ==, 0);
    g_assert_cmpint(ftruncate(cut.fd, 0x1000), ==, 0);
    g_assert_cmphex(cut_read(0x3000), ==, 0);
    for (int i = 0; i < 1000 && runstate_is_running(); i++) {
        main_loop_wait(true);
    }
    g_assert_cmpint(runstate_get(), ==, RUN_STATE_INTERNAL_ERROR);
    g_assert_cmpuint(cut.reports, ==, 1);
    g_assert_cmphex(cut_read(0), ==, 0);
    cut_stop(&cut);
}

/* The server asks for it by a message: that fails or finds zeros, and nothing ends. */
static void test_ram_that_a_server_cuts_off_and_asks_for(void)
{
    uint32_t value = 0;
    Cut cut;
    int sock;

    cut_start(&cut);
    g_assert_cmpint(ftruncate(cut.fd, 0), ==, 0);
    sock = fake_user_dup_twin(cut.bench.server); /* which closes its own when it is lost */
    g_assert_cmpint(fake_user_dma(sock, VFIO_USER_DMA_READ, CUT_BASE, &value, sizeof(value)), ==,
                    0);
    close(sock);
    g_assert_cmphex(value, ==, 0);
    for (int i = 0; i < 1000 && runstate_is_running(); i++) {
        main_loop_wait(true);
    }
    g_assert_cmpint(runstate_get(), ==, RUN_STATE_INTERNAL_ERROR);
    cut_stop(&cut);
}

/* -- connections ----------------------------------------------------------------------------- */

/* The last answer of the handshake is also the last thing the server does. */
static bool leave_after_handshake(FakeUserServer *server, VFIOUserMsg *msg)
{
    VFIOUserIRQInfo info = { .argsz = sizeof(info), .flags = server->irq_flags, .count = 1 };

    if (msg->header.command == VFIO_USER_DEVICE_GET_IRQ_INFO) {
        info.index = ((const VFIOUserIRQInfo *)msg->payload)->index;
        fake_user_reply(server, msg, &info, sizeof(info), NULL, 0);
        if (info.index == server->num_irqs - 1) {
            shutdown(server->sock, SHUT_RDWR);
        }
        return true;
    }
    return false;
}

/* The client's thread notices while the device is still being put together. */
static void test_server_leaves_after_handshake(void)
{
    Bench b;

    bench_init(&b);
    b.server->hook = leave_after_handshake;
    for (int i = 0; i < 300; i++) {
        Error *err = NULL;

        g_assert_cmpint(vfio_attach_device(b.vdev.name, &b.vdev, &address_space_memory, &err), <,
                        0);
        error_free(err);
    }
    bench_stop(&b);
}

/* -- floods ---------------------------------------------------------------------------------- */

typedef struct Flood {
    FakeUserServer *server;
    bool stop;
} Flood;

static void *flood_thread(void *opaque)
{
    Flood *flood = opaque;
    uint8_t data[8] = { 0 };

    while (!qatomic_read(&flood->stop)) {
        struct {
            VFIOUserHeader header;
            VFIOUserDMAAccess access;
            uint8_t data[8];
        } command[64];

        for (int i = 0; i < ARRAY_SIZE(command); i++) {
            command[i].header = (VFIOUserHeader) {
                .command = VFIO_USER_DMA_WRITE, .size = sizeof(command[i]),
                .flags = VFIO_USER_FLAGS_NO_REPLY,
            };
            command[i].access = (VFIOUserDMAAccess) { RAM_BASE, sizeof(data) };
            memcpy(command[i].data, data, sizeof(data));
        }
        if (send(flood->server->sock, command, sizeof(command), MSG_NOSIGNAL) < 0) {
            break;
        }
    }
    return NULL;
}

/* Commands on the one socket keep the client's thread busy, but nobody who has a request. */
static void test_flood_of_commands(void)
{
    int64_t start;
    GThread *thread;
    Flood flood;
    Bench b;

    bench_init(&b);
    b.server->twin = false;
    b.vdev.timeout_ms = 20000;
    bench_attach(&b);
    bench_regions_setup(&b);
    flood = (Flood) { .server = b.server };
    thread = g_thread_new("flood", flood_thread, &flood);
    g_usleep(20000);
    start = g_get_monotonic_time();
    for (int i = 0; i < 50; i++) {
        bench_write(&b, 0, 0x10, 4, i);
        g_assert_cmphex(bench_read(&b, 0, 0x10, 4), ==, i);
    }
    g_test_message("100 requests in %" PRId64 " us", g_get_monotonic_time() - start);
    qatomic_set(&flood.stop, true);
    g_thread_join(thread);
    bench_stop(&b);
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    alarm(HANG_S);
    g_test_add_func("/vfio-user/client/hostile/interrupt-emptied-and-blocking",
                    test_interrupt_emptied_and_blocking);
    g_test_add_func("/vfio-user/client/hostile/unmask-full-and-blocking",
                    test_unmask_full_and_blocking);
    g_test_add_func("/vfio-user/client/hostile/region-file-without-memory",
                    test_region_file_without_memory);
    g_test_add_func("/vfio-user/client/hostile/region-of-huge-pages", test_region_of_huge_pages);
    g_test_add_func("/vfio-user/client/hostile/mapped-region-without-write",
                    test_mapped_region_without_write);
    g_test_add_func("/vfio-user/client/hostile/ram-that-a-server-can-cut-off-is-warned-of-once",
                    test_ram_that_a_server_can_cut_off_is_warned_of_once);
    g_test_add_func("/vfio-user/client/hostile/ram-that-a-server-cuts-off-stops-the-machine",
                    test_ram_that_a_server_cuts_off_stops_the_machine);
    g_test_add_func("/vfio-user/client/hostile/ram-that-a-server-cuts-off-and-asks-for",
                    test_ram_that_a_server_cuts_off_and_asks_for);
    g_test_add_func("/vfio-user/client/hostile/server-leaves-after-handshake",
                    test_server_leaves_after_handshake);
    g_test_add_func("/vfio-user/client/hostile/flood-of-commands", test_flood_of_commands);
    return g_test_run();
}
