/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The vfio-user client when its server goes away, comes back, or misbehaves.
 */
#include "user-client-harness.h"
#include <sys/eventfd.h>
#include <sys/mman.h>
#include "qapi/qmp/event.h"
#include "qapi/qmp/qdict.h"
#include "qemu/atomic.h"
#include "qemu/error-report.h"
#include "qemu/lockable.h"
#include "sysemu/runstate.h"

/* -- events ---------------------------------------------------------------------------------- */

static unsigned int num_lost, num_found;

static void event_count(unsigned int event, QDict *qdict)
{
    const char *name = qdict_get_str(qdict, "event");

    num_lost += !strcmp(name, "VFIO_DEVICE_DISCONNECTED");
    num_found += !strcmp(name, "VFIO_DEVICE_RECONNECTED");
    qobject_unref(qdict);
}

static void events_start(void)
{
    num_lost = num_found = 0;
    qmp_event_set_emit(event_count);
}

/* Let the main loop run until @count reaches @least, for a few seconds at most. */
static void events_wait(const unsigned int *count, unsigned int least)
{
    for (int i = 0; i < 20000 && *count < least; i++) {
        main_loop_wait(true);
        bql_unlock();
        g_usleep(500);
        bql_lock();
    }
    g_assert_cmpuint(*count, ==, least);
}

/* -- servers that go ------------------------------------------------------------------------- */

static void server_lost(Bench *b)
{
    fake_user_drop(b->server);
    events_wait(&num_lost, 1);
}

static void test_dead_server_reads_all_ones_and_drops_writes(void)
{
    Bench b;

    events_start();
    bench_start(&b);
    bench_regions_map(&b);
    server_lost(&b);
    g_assert_cmphex(bench_read(&b, 0, 0, 4), ==, 0xffffffff);
    g_assert_cmphex(bench_read(&b, 0, 1, 1), ==, 0xff);
    bench_write(&b, 0, 0, 4, 0x1234);
    g_assert_cmpuint(fake_user_count(b.server, VFIO_USER_REGION_WRITE), ==, 0);
    g_assert_cmpuint(num_found, ==, 0);
    bench_stop(&b);
}

static void test_loss_is_noticed_by_an_access_too(void)
{
    Bench b;

    events_start();
    bench_start(&b);
    bench_regions_map(&b);
    fake_user_drop(b.server);
    g_assert_cmphex(bench_read(&b, 0, 0, 4), ==, 0xffffffff);
    events_wait(&num_lost, 1);
    bench_stop(&b);
}

static void test_loss_is_noticed_without_a_twin_socket(void)
{
    Bench b;

    events_start();
    bench_init(&b);
    b.server->twin = false;
    bench_attach(&b);
    server_lost(&b);
    bench_stop(&b);
}

static bool hook_mute_reads(FakeUserServer *server, VFIOUserMsg *msg)
{
    return msg->header.command == VFIO_USER_REGION_READ;
}

static void test_server_that_does_not_answer_is_given_up_once(void)
{
    int64_t start;
    Bench b;

    events_start();
    bench_init(&b);
    b.vdev.timeout_ms = 200;
    b.server->hook = hook_mute_reads;
    bench_attach(&b);
    bench_regions_map(&b);
    start = g_get_monotonic_time();
    g_assert_cmphex(bench_read(&b, 0, 0, 4), ==, 0xffffffff);
    g_assert_cmpint(g_get_monotonic_time() - start, >=, 200000);
    for (int i = 0; i < 100; i++) {
        g_assert_cmphex(bench_read(&b, 0, 0, 4), ==, 0xffffffff); /* at once */
    }
    g_assert_cmpint(g_get_monotonic_time() - start, <, 5000000);
    events_wait(&num_lost, 1);
    g_assert_cmpuint(num_lost, ==, 1);
    bench_stop(&b);
}

/* Each answer to SET_IRQS of the first client comes late, but in time. */
static bool hook_late(FakeUserServer *server, VFIOUserMsg *msg)
{
    if (msg->header.command == VFIO_USER_DEVICE_SET_IRQS && server->clients == 1) {
        g_usleep(100000);
    }
    return false;
}

/* Counts the reports of a server that stalled the machine. */
static bool stall_report_count(const char *text, size_t len, void *opaque)
{
    unsigned int *count = opaque;

    *count += g_strstr_len(text, len, "kept the machine waiting for 400 ms") != NULL;
    return true;
}

/* As a reset does for each interrupt: in one turn of the main loop. */
static void test_many_late_answers_stall_the_machine_no_longer_than_one(void)
{
    unsigned int reports = 0;
    Bench b;

    events_start();
    error_report_set_sink(stall_report_count, &reports);
    bench_init(&b);
    b.vdev.timeout_ms = 400;
    b.server->hook = hook_late;
    bench_attach(&b);
    runstate_init();
    runstate_set(RUN_STATE_RUNNING);
    for (int i = 0; i < 20; i++) {
        vfio_mask_single_irqindex(&b.vdev, 0);
    }
    events_wait(&num_lost, 1);
    g_assert_cmpuint(fake_user_count(b.server, VFIO_USER_DEVICE_SET_IRQS), <=, 5);
    g_assert_cmpuint(reports, ==, 1);
    bench_stop(&b);
    runstate_init();
    error_report_set_sink(NULL, NULL);
}

static bool hook_lie(FakeUserServer *server, VFIOUserMsg *msg)
{
    VFIOUserRegionAccess access;
    uint8_t answer[sizeof(access) + 4] = { 0 };
    uintptr_t kind = (uintptr_t)server->opaque;

    if (msg->header.command != VFIO_USER_REGION_READ) {
        return false;
    }
    memcpy(&access, msg->payload, sizeof(access));
    access.offset += kind == 0;
    access.region += kind == 1;
    access.count += kind == 2;
    memcpy(answer, &access, sizeof(access));
    fake_user_reply(server, msg, answer, sizeof(answer) - (kind == 3), &server->listen_fd,
                    kind == 4);
    return true;
}

/* Another address, region, count or size, or a descriptor that does not belong there. */
static void test_answers_that_do_not_fit_end_the_connection(void)
{
    for (uintptr_t kind = 0; kind < 5; kind++) {
        Bench b;

        events_start();
        bench_init(&b);
        b.server->hook = hook_lie;
        b.server->opaque = (void *)kind;
        bench_attach(&b);
        bench_regions_map(&b);
        g_assert_cmphex(bench_read(&b, 0, 0, 4), ==, 0xffffffff);
        events_wait(&num_lost, 1);
        bench_stop(&b);
    }
}

static int memory_file(void)
{
    int fd = memfd_create("region", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    g_assert_cmpint(ftruncate(fd, FAKE_USER_REGION_SIZE), ==, 0);
    g_assert_cmpint(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK), ==, 0);
    return fd;
}

static void region_offer(Bench *b, int fd)
{
    b->server->region_fd[0] = fd;
    b->server->region_flags[0] |= VFIO_REGION_INFO_FLAG_MMAP;
}

static void test_mapped_parts_of_a_dead_server_are_off(void)
{
    int fd = memory_file();
    Bench b;

    events_start();
    bench_init(&b);
    region_offer(&b, fd);
    bench_attach(&b);
    bench_regions_map(&b);
    g_assert_cmphex(bench_read(&b, 0, 0, 4), ==, 0);
    server_lost(&b);
    g_assert_cmphex(bench_read(&b, 0, 0, 4), ==, 0xffffffff);
    /* Also when the device model would switch to the fast path. */
    vfio_region_mmaps_set_enabled(&b.regions[0], true);
    g_assert_cmphex(bench_read(&b, 0, 0, 4), ==, 0xffffffff);
    bench_stop(&b);
    close(fd);
}

static void test_memory_and_interrupts_change_without_a_server(void)
{
    int fd = eventfd(0, EFD_CLOEXEC);
    Bench b;

    events_start();
    bench_start(&b);
    server_lost(&b);
    memory_region_set_enabled(&b.ram, false);
    memory_region_set_enabled(&b.ram, true);
    g_assert_cmpint(vfio_set_irq_signaling(&b.vdev, 0, 0, VFIO_IRQ_SET_ACTION_TRIGGER, fd,
                                           &error_abort), ==, 0);
    bench_stop(&b);
    close(fd);
}

/* -- servers that come back ------------------------------------------------------------------ */

static void reconnecting_start(Bench *b)
{
    events_start();
    bench_init(b);
    b->vdev.reconnect_s = 1;
}

static void test_server_that_comes_back_gets_memory_and_eventfds(void)
{
    int trigger = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    int unmask = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    FakeUserSeen seen;
    uint64_t one = 1;
    Bench b;

    reconnecting_start(&b);
    bench_attach(&b);
    bench_regions_map(&b);
    vfio_set_irq_signaling(&b.vdev, 1, 0, VFIO_IRQ_SET_ACTION_TRIGGER, trigger, &error_abort);
    vfio_set_irq_signaling(&b.vdev, 1, 0, VFIO_IRQ_SET_ACTION_UNMASK, unmask, &error_abort);
    vfio_set_irq_signaling(&b.vdev, 0, 0, VFIO_IRQ_SET_ACTION_TRIGGER, trigger, &error_abort);
    vfio_set_irq_signaling(&b.vdev, 0, 0, VFIO_IRQ_SET_ACTION_TRIGGER, -1, &error_abort);
    server_lost(&b);
    fake_user_forget(b.server);
    b.server->bytes[0][0] = 0x42;
    events_wait(&num_found, 1);

    g_assert_cmphex(bench_read(&b, 0, 0, 1), ==, 0x42);
    seen = fake_user_seen(b.server, VFIO_USER_DMA_MAP, 0);
    g_assert_cmphex(seen.map.iova, ==, RAM_BASE);
    g_assert_cmphex(seen.map.size, ==, RAM_SIZE);
    g_assert_cmpuint(seen.num_fds, ==, 1);
    g_assert_cmpint(fake_user_eventfd(b.server, 0, 2), ==, -1);
    g_assert_cmpint(write(fake_user_eventfd(b.server, 1, 2), &one, 8), ==, 8);
    g_assert_cmpint(read(trigger, &one, 8), ==, 8);
    g_assert_cmpint(write(unmask, &one, 8), ==, 8);
    g_assert_cmpint(read(fake_user_eventfd(b.server, 1, 1), &one, 8), ==, 8);
    /* A line that was high before must not stay masked: both are opened. */
    seen = fake_user_seen(b.server, VFIO_USER_DEVICE_SET_IRQS, 3);
    g_assert_cmphex(seen.set.flags, ==, 0x11);
    g_assert_cmpuint(seen.set.index, ==, 1);
    bench_stop(&b);
    close(trigger);
    close(unmask);
}

static void test_ram_that_came_meanwhile_is_mapped(void)
{
    MemoryRegion more;
    Bench b;

    reconnecting_start(&b);
    bench_attach(&b);
    server_lost(&b);
    fake_user_forget(b.server);
    memory_region_init_ram_flags_nomigrate(&more, b.owner, "more", 0x1000, RAM_SHARED,
                                           &error_abort);
    memory_region_add_subregion(get_system_memory(), 0x80000000, &more);
    memory_region_set_enabled(&b.ram, false);
    events_wait(&num_found, 1);
    g_assert_cmpuint(fake_user_count(b.server, VFIO_USER_DMA_MAP), ==, 1);
    g_assert_cmphex(fake_user_seen(b.server, VFIO_USER_DMA_MAP, 0).map.iova, ==, 0x80000000);
    memory_region_set_enabled(&b.ram, true);
    memory_region_del_subregion(get_system_memory(), &more);
    bench_stop(&b);
    object_unparent(OBJECT(&more));
    drain_call_rcu();
    drain_call_rcu();
}

static void test_regions_are_mapped_from_the_new_file(void)
{
    int old = memory_file(), new = memory_file();
    uint32_t value = 0x600d;
    void *at;
    Bench b;

    reconnecting_start(&b);
    region_offer(&b, old);
    bench_attach(&b);
    bench_regions_map(&b);
    at = b.regions[0].mmaps[0].mmap;
    server_lost(&b);
    b.server->region_fd[0] = new;
    fake_user_publish(b.server);
    events_wait(&num_found, 1);
    g_assert_cmpint(pwrite(new, &value, 4, 0x10), ==, 4);
    fake_user_forget(b.server);
    g_assert_cmphex(bench_read(&b, 0, 0x10, 4), ==, 0x600d);
    g_assert_cmpuint(fake_user_count(b.server, VFIO_USER_REGION_READ), ==, 0);
    g_assert_true(b.regions[0].mmaps[0].mmap == at);
    bench_stop(&b);
    close(old);
    close(new);
}

static void test_slow_path_is_kept_over_a_reconnect(void)
{
    int fd = memory_file();
    Bench b;

    reconnecting_start(&b);
    region_offer(&b, fd);
    bench_attach(&b);
    bench_regions_map(&b);
    vfio_region_mmaps_set_enabled(&b.regions[0], false);
    server_lost(&b);
    events_wait(&num_found, 1);
    fake_user_forget(b.server);
    bench_read(&b, 0, 0, 4);
    g_assert_cmpuint(fake_user_count(b.server, VFIO_USER_REGION_READ), ==, 1);
    bench_stop(&b);
    close(fd);
}

/* How many clients there were; 0 while there is one. */
static unsigned int clients_gone(FakeUserServer *server)
{
    QEMU_LOCK_GUARD(&server->lock);
    return server->sock < 0 ? server->clients : 0;
}

static void test_another_device_is_not_taken(void)
{
    Bench b;

    reconnecting_start(&b);
    bench_attach(&b);
    bench_regions_map(&b);
    server_lost(&b);
    b.server->num_irqs = 3;
    fake_user_publish(b.server);
    for (int i = 0; i < 5000 && clients_gone(b.server) < 2; i++) {
        main_loop_wait(true);
        g_usleep(1000);
    }
    g_assert_cmpuint(clients_gone(b.server), ==, 2);
    g_assert_cmphex(bench_read(&b, 0, 0, 4), ==, 0xffffffff);
    b.server->num_irqs = 2;
    fake_user_publish(b.server);
    events_wait(&num_found, 1);
    g_assert_cmphex(bench_read(&b, 0, 0, 4), ==, 0);
    bench_stop(&b);
}

static bool hook_refuse_maps(FakeUserServer *server, VFIOUserMsg *msg)
{
    if (msg->header.command != VFIO_USER_DMA_MAP || server->clients != 2) {
        return false;
    }
    vfio_user_send_error(server->sock, msg, EINVAL, vfio_user_deadline(1000));
    return true;
}

static void test_server_that_refuses_memory_is_tried_again(void)
{
    Bench b;

    reconnecting_start(&b);
    b.server->hook = hook_refuse_maps;
    fake_user_publish(b.server);
    bench_attach(&b);
    server_lost(&b);
    events_wait(&num_found, 1);
    g_assert_cmpuint(b.server->clients, ==, 3);
    g_assert_cmpuint(num_lost, ==, 1);
    bench_stop(&b);
}

static bool hook_mute_irqs(FakeUserServer *server, VFIOUserMsg *msg)
{
    return msg->header.command == VFIO_USER_DEVICE_SET_IRQS && server->clients == 1;
}

/* It could do the same each second. */
static void test_server_that_stalled_the_machine_is_left_alone_for_long(void)
{
    int64_t start;
    Bench b;

    reconnecting_start(&b);
    b.vdev.timeout_ms = 300;
    b.server->hook = hook_mute_irqs;
    fake_user_publish(b.server);
    bench_attach(&b);
    start = g_get_monotonic_time();
    vfio_mask_single_irqindex(&b.vdev, 0);
    events_wait(&num_lost, 1);
    events_wait(&num_found, 1);
    g_assert_cmpint(g_get_monotonic_time() - start, >=, 3000000);
    bench_stop(&b);
}

static bool hook_mute_second(FakeUserServer *server, VFIOUserMsg *msg)
{
    return server->clients == 2;
}

/* The thread sits in a handshake that goes nowhere; nobody waits for it. */
static void test_detach_during_a_handshake_is_prompt(void)
{
    int64_t start;
    Bench b;

    reconnecting_start(&b);
    b.vdev.timeout_ms = 60000;
    b.server->hook = hook_mute_second;
    fake_user_publish(b.server);
    bench_attach(&b);
    server_lost(&b);
    for (int i = 0; i < 5000 && !fake_user_count(b.server, VFIO_USER_VERSION); i++) {
        g_usleep(1000);
    }
    while (fake_user_count(b.server, VFIO_USER_VERSION) < 2) {
        g_usleep(1000);
    }
    start = g_get_monotonic_time();
    bench_stop(&b);
    g_assert_cmpint(g_get_monotonic_time() - start, <, 5 * G_USEC_PER_SEC);
}

/* -- threads --------------------------------------------------------------------------------- */

typedef struct Reader {
    Bench *b;
    bool stop;
    unsigned int reads;
} Reader;

static void *reader_thread(void *opaque)
{
    Reader *r = opaque;

    while (!qatomic_read(&r->stop)) {
        uint64_t value = bench_read(r->b, 1, 8, 4);

        g_assert_true(value == 0x11223344 || value == 0xffffffff);
        r->reads++;
    }
    return NULL;
}

static void test_vcpus_read_while_servers_come_and_go(void)
{
    QemuThread threads[3];
    Reader readers[3];
    Bench b;

    reconnecting_start(&b);
    bench_attach(&b);
    bench_regions_map(&b);
    memcpy(b.server->bytes[1] + 8, "\x44\x33\x22\x11", 4);
    for (int i = 0; i < 3; i++) {
        readers[i] = (Reader) { .b = &b };
        qemu_thread_create(&threads[i], "vcpu", reader_thread, &readers[i], QEMU_THREAD_JOINABLE);
    }
    for (unsigned int round = 1; round <= 2; round++) {
        fake_user_drop(b.server);
        events_wait(&num_lost, round);
        events_wait(&num_found, round);
    }
    for (int i = 0; i < 3; i++) {
        qatomic_set(&readers[i].stop, true);
        bql_unlock();
        qemu_thread_join(&threads[i]);
        bql_lock();
        g_assert_cmpuint(readers[i].reads, >, 0);
    }
    bench_stop(&b);
}

#define ADD(name) g_test_add_func("/vfio/user-lost/" #name, test_##name)

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    ADD(dead_server_reads_all_ones_and_drops_writes);
    ADD(loss_is_noticed_by_an_access_too);
    ADD(loss_is_noticed_without_a_twin_socket);
    ADD(server_that_does_not_answer_is_given_up_once);
    ADD(many_late_answers_stall_the_machine_no_longer_than_one);
    ADD(answers_that_do_not_fit_end_the_connection);
    ADD(mapped_parts_of_a_dead_server_are_off);
    ADD(memory_and_interrupts_change_without_a_server);
    ADD(server_that_comes_back_gets_memory_and_eventfds);
    ADD(ram_that_came_meanwhile_is_mapped);
    ADD(regions_are_mapped_from_the_new_file);
    ADD(slow_path_is_kept_over_a_reconnect);
    ADD(another_device_is_not_taken);
    ADD(server_that_refuses_memory_is_tried_again);
    ADD(server_that_stalled_the_machine_is_left_alone_for_long);
    ADD(detach_during_a_handshake_is_prompt);
    ADD(vcpus_read_while_servers_come_and_go);
    return g_test_run();
}
