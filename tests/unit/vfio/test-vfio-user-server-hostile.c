/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Clients of the vfio-user server that mean harm: descriptors that are something else, eventfds
 * made full and blocking, answers not read, half messages, floods. The server neither stops
 * nor grows, and other parts of the main loop have their turn.
 */
#include "vfio-user-rig.h"
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include "exec/address-spaces.h"
#include "qemu/atomic.h"
#include "qemu/memfd.h"
#include "../hwcore/hwcore-harness.h"

#define RW (VFIO_USER_DMA_READABLE | VFIO_USER_DMA_WRITABLE)
#define IOVA 0x40000000
#define FULL (UINT64_MAX - 1)
#define TRIGGER_FD (VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER)
#define UNMASK_FD (VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_UNMASK)
#define MASK_FD (VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_MASK)

static int fds_open(void)
{
    g_autoptr(GDir) dir = g_dir_open("/proc/self/fd", 0, NULL);
    int n = 0;

    drain_call_rcu();
    while (g_dir_read_name(dir)) {
        n++;
    }
    return n;
}

/* -- eventfds ---------------------------------------------------------------------------- */

static void test_no_eventfds(void)
{
    static const uint32_t flags[] = { TRIGGER_FD, UNMASK_FD, MASK_FD };
    int pipes[2], fds[5];
    Rig rig;

    g_assert_cmpint(pipe2(pipes, O_CLOEXEC), ==, 0);
    fds[0] = pipes[0];
    fds[1] = pipes[1];
    fds[2] = open("/dev/zero", O_RDWR | O_CLOEXEC);
    fds[3] = qemu_memfd_create("file", 4096, false, 0, 0, &error_abort);
    fds[4] = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    rig_start(&rig, true);
    for (int i = 0; i < G_N_ELEMENTS(flags); i++) {
        for (int f = 0; f < G_N_ELEMENTS(fds); f++) {
            g_assert_cmpint(rig_set_irqs(&rig, flags[i], 0, 1, &fds[f]), ==, -EINVAL);
        }
        g_assert_cmpint(rig_set_irqs(&rig, flags[i], 0, 1, &rig.sock), ==, -EINVAL);
    }
    rig_writel(&rig, RIG_LINES, 1);
    rig_stop(&rig);
    for (int f = 0; f < G_N_ELEMENTS(fds); f++) {
        close(fds[f]);
    }
}

/* A blocking eventfd at its limit: write(2) would wait for ever. */
static void test_full_eventfd(void)
{
    const uint64_t full = FULL;
    int fd = eventfd(0, EFD_CLOEXEC);
    Rig rig;

    g_assert_cmpint(write(fd, &full, sizeof(full)), ==, sizeof(full));
    rig_start(&rig, true);
    g_assert_cmpint(rig_set_irqs(&rig, TRIGGER_FD, RIG_LINE_EDGE, 1, &fd), ==, 0);
    g_assert_cmpint(rig_set_irqs(&rig, TRIGGER_FD, RIG_LINE_LEVEL, 1, &fd), ==, 0);
    for (int i = 0; i < 10; i++) {
        rig_writel(&rig, RIG_LINES, 3);
        rig_writel(&rig, RIG_LINES, 0);
    }
    g_assert_cmpint(rig_readl(&rig, RIG_LINES), ==, 0);
    rig_stop(&rig);
    close(fd);
}

static void test_signal_and_drain_do_not_block(void)
{
    const uint64_t full = FULL;
    int fd = eventfd(0, EFD_CLOEXEC);
    VFIOUserSignaller signaller;
    uint64_t value;

    vfio_user_signaller_init(&signaller);
    g_assert_cmpuint(vfio_user_eventfd_take(fd), ==, 0);
    vfio_user_signal(&signaller, fd);
    vfio_user_signal(&signaller, fd);
    g_assert_cmpint(read(fd, &value, sizeof(value)), ==, sizeof(value));
    g_assert_cmpint(value, ==, 2);
    g_assert_cmpint(write(fd, &full, sizeof(full)), ==, sizeof(full));
    for (int i = 0; i < 100; i++) {
        vfio_user_signal(&signaller, fd);
    }
    g_assert_cmpuint(vfio_user_eventfd_take(fd), >=, full);
    g_assert_cmpuint(vfio_user_eventfd_take(fd), ==, 0);
    vfio_user_signaller_destroy(&signaller);
    close(fd);
}

/* Without asynchronous I/O, as in a sandbox that forbids it. */
static void test_signal_fallback(void)
{
    const uint64_t full = FULL;
    int fd = eventfd(0, EFD_CLOEXEC);
    VFIOUserSignaller signaller = { .source = -1 };
    uint64_t value;

    vfio_user_signal(&signaller, fd);
    g_assert_cmpint(read(fd, &value, sizeof(value)), ==, sizeof(value));
    g_assert_cmpint(value, ==, 1);
    g_assert_cmpint(write(fd, &full, sizeof(full)), ==, sizeof(full));
    vfio_user_signal(&signaller, fd);
    close(fd);
}

/* Signals that unmask themselves go round for ever, but do not keep the loop. */
static void test_eventfd_feeds_itself(void)
{
    int fd = eventfd(0, EFD_CLOEXEC);
    Rig rig;

    rig_start(&rig, true);
    g_assert_cmpint(rig_set_irqs(&rig, TRIGGER_FD, RIG_LINE_LEVEL, 1, &fd), ==, 0);
    g_assert_cmpint(rig_set_irqs(&rig, UNMASK_FD, RIG_LINE_LEVEL, 1, &fd), ==, 0);
    rig_writel(&rig, RIG_LINES, 1);
    for (int i = 0; i < 10; i++) {
        rig_writel(&rig, RIG_SCRATCH, i);
        g_assert_cmpint(rig_readl(&rig, RIG_SCRATCH), ==, i);
    }
    rig_stop(&rig);
    close(fd);
}

/* -- messages ---------------------------------------------------------------------------- */

static void test_answers_not_read(void)
{
    VFIOUserRegionAccess access = { 0, 1, RIG_RAM_SIZE };
    VFIOUserMsg msg;
    Rig rig;

    rig_start(&rig, true);
    for (int i = 0; i < 100; i++) {
        rig_send(&rig, VFIO_USER_REGION_READ, 0, &access, sizeof(access), NULL, 0);
    }
    rig_pump(-1);
    /* One answer waits, at most. */
    g_assert_nonnull(rig.server->conn->writer.pending);
    g_assert_cmpint(rig.server->conn->writer.pending->len, <=, RIG_RAM_SIZE + 32);
    for (int i = 0; i < 100; i++) {
        g_assert_cmpint(rig_receive(&rig, &msg), ==, 0);
        g_assert_cmpint(msg.size, ==, 16 + RIG_RAM_SIZE);
    }
    rig_stop(&rig);
}

static void test_half_message(void)
{
    VFIOUserHeader header = { .command = VFIO_USER_REGION_WRITE, .size = VFIO_USER_MSG_MAX };
    Rig rig;

    rig_start(&rig, true);
    g_assert_cmpint(write(rig.sock, &header, sizeof(header)), ==, sizeof(header));
    rig_pump(-1);
    g_assert_nonnull(rig.server->conn);
    close(rig.sock);
    rig.sock = -1;
    rig_pump(-1);
    g_assert_null(rig.server->conn);
    rig_stop(&rig);
}

static void test_impossible_sizes(void)
{
    static const uint32_t sizes[] = { 0, 15, VFIO_USER_MSG_MAX + 1, UINT32_MAX };

    for (int i = 0; i < G_N_ELEMENTS(sizes); i++) {
        VFIOUserHeader header = { .command = VFIO_USER_DEVICE_RESET, .size = sizes[i] };
        Rig rig;

        rig_start(&rig, true);
        g_assert_cmpint(write(rig.sock, &header, sizeof(header)), ==, sizeof(header));
        g_assert_true(rig_is_disconnected(&rig));
        rig_stop(&rig);
    }
}

static void test_unwanted_fds(void)
{
    VFIOUserRegionAccess access = { 0, 0, 4 };
    int before, fds[16];
    Rig rig;

    for (int i = 0; i < 16; i++) {
        fds[i] = STDERR_FILENO;
    }
    rig_start(&rig, true);
    before = fds_open();
    for (int i = 0; i < 20; i++) {
        g_assert_cmpint(rig_request(&rig, VFIO_USER_REGION_READ, &access, sizeof(access), fds, 16,
                                    NULL), ==, -EINVAL);
        g_assert_cmpint(rig_request(&rig, 999, &access, sizeof(access), fds, 16, NULL), ==,
                        -EOPNOTSUPP);
    }
    g_assert_cmpint(fds_open(), ==, before);
    rig_stop(&rig);
}

static void test_replies_unasked(void)
{
    Rig rig;

    rig_start(&rig, true);
    rig_send_reply(rig.sock, 0, VFIO_USER_DMA_READ, "no data", 8);
    rig_send_reply(rig.sock, 0, VFIO_USER_REGION_READ, NULL, 0);
    g_assert_cmpint(rig_readl(&rig, RIG_SCRATCH), ==, 0);
    rig_stop(&rig);
}

static void post_write(Rig *rig, uint64_t offset, uint32_t value)
{
    struct {
        VFIOUserRegionAccess access;
        uint32_t value;
    } write = { { offset, 0, 4 }, value };

    rig_send(rig, VFIO_USER_REGION_WRITE, VFIO_USER_FLAGS_NO_REPLY, &write, 20, NULL, 0);
}

/* Commands, not the answer, while the device waits for its client's memory. */
static void test_flood_instead_of_answer(void)
{
    int64_t start;
    Rig rig;

    rig_start(&rig, true);
    rig.server->dma_timeout_ms = 60000;
    g_assert_cmpint(rig_dma_map(&rig, RW, IOVA, 4096, -1, 0), ==, 0);
    post_write(&rig, RIG_DMA_ADDR, IOVA);
    post_write(&rig, RIG_DMA_GO, 1);
    /* More than the server puts aside, less than a socket holds. */
    for (int i = 0; i < 260; i++) {
        rig_send(&rig, VFIO_USER_DEVICE_RESET, VFIO_USER_FLAGS_NO_REPLY, NULL, 0, NULL, 0);
    }
    start = g_get_monotonic_time();
    g_assert_true(rig_is_disconnected(&rig));
    g_assert_cmpint(g_get_monotonic_time() - start, <, 20 * G_USEC_PER_SEC);
    rig_stop(&rig);
}

typedef struct Answers {
    int sock;
    bool stop;
} Answers;

static void *answers_thread(void *opaque)
{
    Answers *answers = opaque;
    VFIOUserHeader header[64];

    for (int i = 0; i < ARRAY_SIZE(header); i++) {
        header[i] = (VFIOUserHeader) { .id = 0x5555, .command = VFIO_USER_DMA_READ,
                                       .size = sizeof(header[i]), .flags = VFIO_USER_FLAGS_REPLY };
    }
    while (!qatomic_read(&answers->stop) &&
           send(answers->sock, header, sizeof(header), MSG_NOSIGNAL) > 0) {
        continue;
    }
    return NULL;
}

/* Answers to questions that were not asked, without end. */
static void test_flood_of_wrong_answers(void)
{
    Answers answers = { 0 };
    GThread *thread;
    Rig rig;

    rig_start(&rig, true);
    rig.server->dma_timeout_ms = 50;
    g_assert_cmpint(rig_dma_map(&rig, RW, IOVA, 4096, -1, 0), ==, 0);
    post_write(&rig, RIG_DMA_ADDR, IOVA);
    post_write(&rig, RIG_DMA_GO, 1);
    answers.sock = rig.sock;
    thread = g_thread_new("answers", answers_thread, &answers);
    g_assert_true(rig_is_disconnected(&rig));
    qatomic_set(&answers.stop, true);
    g_thread_join(thread);
    rig_stop(&rig);
}

static void *crumbs_thread(void *opaque)
{
    const Answers *answers = opaque;
    struct {
        VFIOUserHeader header;
        VFIOUserDMAAccess access;
        uint8_t byte;
    } QEMU_PACKED message = { 0 };

    while (recv(answers->sock, &message, offsetof(typeof(message), byte), MSG_WAITALL) > 0) {
        g_usleep(5000);
        message.header.flags = VFIO_USER_FLAGS_REPLY;
        message.header.size = sizeof(message);
        if (send(answers->sock, &message, sizeof(message), MSG_NOSIGNAL) < 0) {
            break;
        }
    }
    return NULL;
}

/* One byte a message, each answered in time, and the device wants many. */
static void test_memory_in_crumbs(void)
{
    Answers answers = { 0 };
    int64_t start;
    GThread *thread;
    Rig rig;

    rig_start(&rig, false);
    g_assert_cmpint(rig_version(&rig, 0, 1, "{\"capabilities\":{\"max_data_xfer_size\":1}}", NULL),
                    ==, 0);
    rig.server->dma_timeout_ms = 100;
    g_assert_cmpint(rig_dma_map(&rig, RW, IOVA, 4096, -1, 0), ==, 0);
    post_write(&rig, RIG_DMA_ADDR, IOVA);
    post_write(&rig, RIG_BLOCK_GO, 1);
    answers.sock = rig.sock;
    thread = g_thread_new("crumbs", crumbs_thread, &answers);
    start = g_get_monotonic_time();
    while (rig.server->conn) {
        main_loop_wait(true);
    }
    g_assert_cmpint(g_get_monotonic_time() - start, <, 4 * G_USEC_PER_SEC);
    g_thread_join(thread);
    rig_stop(&rig);
}

/* A mapped file without memory behind it: what tmpfs is when it is full. */
static void test_dma_file_without_memory(void)
{
    int fd = qemu_memfd_create("sealed", 0x4000, false, 0, F_SEAL_SHRINK, &error_abort);
    int empty = qemu_memfd_create("empty", 0, false, 0, 0, &error_abort);
    MemoryRegionSection section;
    void *host;
    Rig rig;

    rig_start(&rig, true);
    g_assert_cmpint(rig_dma_map(&rig, RW, IOVA, 0x4000, fd, 0), ==, 0);
    section = memory_region_find(get_system_memory(), IOVA, 1);
    host = memory_region_get_ram_ptr(section.mr);
    memory_region_unref(section.mr);
    g_assert_true(mmap(host, 0x4000, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, empty, 0) ==
                  host);
    rig_writel(&rig, RIG_DMA_ADDR, IOVA + 0x1000);
    post_write(&rig, RIG_DMA_GO, 1);
    g_assert_true(rig_is_disconnected(&rig));
    rig_stop(&rig);
    close(fd);
    close(empty);
}

static void test_random_bytes(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(20240607);

    for (int i = 0; i < 50; i++) {
        uint32_t words[256];
        Rig rig;

        for (int w = 0; w < G_N_ELEMENTS(words); w++) {
            words[w] = g_rand_int(rand) & (g_rand_boolean(rand) ? 0x1f : UINT32_MAX);
        }
        rig_start(&rig, true);
        rig.server->dma_timeout_ms = 1;
        g_assert_cmpint(write(rig.sock, words, sizeof(words)), ==, sizeof(words));
        rig_pump(-1);
        rig_stop(&rig);
    }
}

/* -- clients in great numbers -------------------------------------------------------------- */

static void test_clients_come_and_go(void)
{
    int before, sv[2], fd = eventfd(0, EFD_CLOEXEC);
    Rig rig;

    rig_start(&rig, true);
    close(rig.sock);
    rig_pump(-1);
    before = fds_open();
    for (int i = 0; i < 200; i++) {
        g_assert_null(rig.server->conn);
        g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv), ==, 0);
        vfio_user_conn_start(rig.server, sv[1]);
        rig.sock = sv[0];
        vfio_user_reader_destroy(&rig.reader);
        vfio_user_reader_init(&rig.reader, rig.sock, VFIO_USER_MSG_MAX);
        if (i % 2) {
            g_assert_cmpint(rig_version(&rig, 0, 1, NULL, NULL), ==, 0);
            g_assert_cmpint(rig_set_irqs(&rig, TRIGGER_FD, 0, 1, &fd), ==, 0);
            g_assert_cmpint(rig_dma_map(&rig, RW, IOVA, 4096, -1, 0), ==, 0);
        }
        close(rig.sock);
        rig_pump(-1);
    }
    rig.sock = -1;
    g_assert_cmpint(fds_open(), ==, before);
    rig_stop(&rig);
    close(fd);
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    g_test_add_func("/vfio-user/server/hostile/no-eventfds", test_no_eventfds);
    g_test_add_func("/vfio-user/server/hostile/full-eventfd", test_full_eventfd);
    g_test_add_func("/vfio-user/server/hostile/signal-and-drain-do-not-block",
                    test_signal_and_drain_do_not_block);
    g_test_add_func("/vfio-user/server/hostile/signal-without-aio", test_signal_fallback);
    g_test_add_func("/vfio-user/server/hostile/eventfd-feeds-itself", test_eventfd_feeds_itself);
    g_test_add_func("/vfio-user/server/hostile/answers-not-read", test_answers_not_read);
    g_test_add_func("/vfio-user/server/hostile/half-message", test_half_message);
    g_test_add_func("/vfio-user/server/hostile/impossible-sizes", test_impossible_sizes);
    g_test_add_func("/vfio-user/server/hostile/unwanted-fds", test_unwanted_fds);
    g_test_add_func("/vfio-user/server/hostile/replies-unasked", test_replies_unasked);
    g_test_add_func("/vfio-user/server/hostile/flood-instead-of-answer",
                    test_flood_instead_of_answer);
    g_test_add_func("/vfio-user/server/hostile/flood-of-wrong-answers",
                    test_flood_of_wrong_answers);
    g_test_add_func("/vfio-user/server/hostile/memory-in-crumbs", test_memory_in_crumbs);
    g_test_add_func("/vfio-user/server/hostile/dma-file-without-memory",
                    test_dma_file_without_memory);
    g_test_add_func("/vfio-user/server/hostile/random-bytes", test_random_bytes);
    g_test_add_func("/vfio-user/server/hostile/clients-come-and-go", test_clients_come_and_go);
    return g_test_run();
}
