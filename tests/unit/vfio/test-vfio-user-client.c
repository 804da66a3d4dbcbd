/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The vfio-user client against a server that does what the test says: negotiation, registers,
 * DMA, interrupts, mapped regions.
 */
#include "user-client-harness.h"
#include "../../../hw/vfio/user-client-internal.h"
#include "qemu/lockable.h"
#include "sysemu/runstate.h"
#include <sys/eventfd.h>
#include <sys/mman.h>

/* -- negotiation ----------------------------------------------------------------------------- */

static void test_attach_tells_of_the_device(void)
{
    Bench b;

    bench_start(&b);
    g_assert_cmpuint(b.vdev.num_regions, ==, 2);
    g_assert_cmpuint(b.vdev.num_irqs, ==, 2);
    g_assert_true(b.vdev.reset_works);
    g_assert_cmphex(b.vdev.flags, ==, VFIO_DEVICE_FLAGS_RESET | VFIO_DEVICE_FLAGS_PLATFORM);
    g_assert_null(b.vdev.dt_blob);
    bench_stop(&b);
}

static void test_tree_node_is_taken(void)
{
    uint8_t tree[1024];
    Bench b;

    g_assert_cmpint(fdt_create_empty_tree(tree, sizeof(tree)), ==, 0);
    bench_init(&b);
    b.server->caps.dt_node = tree;
    b.server->caps.dt_node_size = sizeof(tree);
    bench_attach(&b);
    g_assert_cmpmem(b.vdev.dt_blob, b.vdev.dt_blob_size, tree, sizeof(tree));
    bench_stop(&b);
}

static void test_malformed_tree_is_refused(void)
{
    uint8_t tree[1024] = { 0xd0, 0x0d, 0xfe, 0xed };
    Bench b;

    bench_init(&b);
    b.server->caps.dt_node = tree;
    b.server->caps.dt_node_size = sizeof(tree);
    bench_refused(&b, "gantry.dt-node: not a flattened device tree");
}

static void test_other_major_version_is_refused(void)
{
    Bench b;

    bench_init(&b);
    b.server->caps.major = 1;
    bench_refused(&b, "version 1.1");
}

static void test_older_minor_version_is_accepted(void)
{
    Bench b;

    bench_init(&b);
    b.server->minor = 0;
    bench_attach(&b);
    bench_stop(&b);
}

static void test_newer_minor_version_is_refused(void)
{
    Bench b;

    bench_init(&b);
    b.server->minor = 2;
    bench_refused(&b, "version 0.2");
}

static void test_too_many_regions_are_refused(void)
{
    Bench b;

    bench_init(&b);
    b.server->num_regions = UINT32_MAX;
    bench_refused(&b, "4294967295 regions");
}

static void test_missing_server_is_told(void)
{
    Bench b;

    bench_init(&b);
    fake_user_close(b.server);
    bench_refused(&b, "no vfio-user server can be reached there");
}

static bool refuse_everything(FakeUserServer *server, VFIOUserMsg *msg)
{
    vfio_user_send_error(server->sock, msg, EINVAL, vfio_user_deadline(1000));
    return true;
}

static void test_refused_version_is_told(void)
{
    Bench b;

    bench_init(&b);
    b.server->hook = refuse_everything;
    bench_refused(&b, "VERSION: Invalid argument");
}

static bool hook_mute(FakeUserServer *server, VFIOUserMsg *msg)
{
    return true;
}

static void test_mute_server_is_given_up(void)
{
    Bench b;

    bench_init(&b);
    b.server->hook = hook_mute;
    b.vdev.timeout_ms = 50;
    bench_refused(&b, "VERSION: Connection timed out");
}

static bool hook_flood(FakeUserServer *server, VFIOUserMsg *msg)
{
    VFIOUserMsg other = *msg;

    other.header.id += 17;
    for (int i = 0; i < 1000000; i++) {
        VFIOUserMsg stray = { .header = { .id = other.header.id, .command = 4,
                                          .flags = VFIO_USER_FLAGS_REPLY } };

        if (vfio_user_send(server->sock, &stray, vfio_user_deadline(2000)) < 0) {
            break;
        }
    }
    return true;
}

/* Answers to nothing that anybody asked do not extend the wait. */
static void test_flood_of_stray_replies_ends(void)
{
    int64_t start = g_get_monotonic_time();
    Bench b;

    bench_init(&b);
    b.server->hook = hook_flood;
    b.vdev.timeout_ms = 100;
    bench_refused(&b, "VERSION");
    g_assert_cmpint(g_get_monotonic_time() - start, <, 10 * G_USEC_PER_SEC);
}

/* -- registers ------------------------------------------------------------------------------- */

static void test_registers_are_read_and_written(void)
{
    Bench b;

    bench_start(&b);
    bench_regions_map(&b);
    b.server->bytes[1][0x10] = 0x78;
    b.server->bytes[1][0x11] = 0x56;
    g_assert_cmphex(bench_read(&b, 1, 0x10, 4), ==, 0x5678);
    g_assert_cmphex(bench_read(&b, 1, 0x11, 1), ==, 0x56);
    bench_write(&b, 0, 0x20, 2, 0xabcd);
    g_assert_cmphex(b.server->bytes[0][0x20], ==, 0xcd);
    g_assert_cmphex(b.server->bytes[0][0x21], ==, 0xab);
    g_assert_cmphex(b.server->bytes[0][0x22], ==, 0);
    bench_stop(&b);
}

static void test_writes_wait_for_their_answer(void)
{
    Bench b;

    bench_start(&b);
    bench_regions_map(&b);
    bench_write(&b, 0, 0, 4, 1);
    g_assert_cmphex(fake_user_seen(b.server, VFIO_USER_REGION_WRITE, 0).flags, ==, 0);
    bench_stop(&b);
}

static void test_posted_writes_have_barriers(void)
{
    unsigned int answered = 0;
    Bench b;

    bench_init(&b);
    b.vdev.posted_writes = true;
    bench_attach(&b);
    bench_regions_map(&b);
    for (unsigned int i = 0; i < 200; i++) {
        bench_write(&b, 0, 0, 4, i);
    }
    g_assert_cmphex(bench_read(&b, 0, 0, 4), ==, 199); /* a read comes after them */
    for (unsigned int i = 0; i < 200; i++) {
        answered += !fake_user_seen(b.server, VFIO_USER_REGION_WRITE, i).flags;
    }
    g_assert_cmpuint(answered, ==, 200 / 65);
    bench_stop(&b);
}

/* Else the unmask that follows could overtake it, and the interrupt would come twice. */
static void test_write_that_may_end_an_interrupt_is_not_posted(void)
{
    Bench b;

    bench_init(&b);
    b.vdev.posted_writes = true;
    bench_attach(&b);
    bench_regions_map(&b);
    b.vdev.active_irqs = 1;
    bench_write(&b, 0, 0, 4, 1);
    b.vdev.active_irqs = 0;
    bench_write(&b, 0, 0, 4, 2);
    bench_read(&b, 0, 0, 4);
    g_assert_cmphex(fake_user_seen(b.server, VFIO_USER_REGION_WRITE, 0).flags, ==, 0);
    g_assert_cmphex(fake_user_seen(b.server, VFIO_USER_REGION_WRITE, 1).flags, ==,
                    VFIO_USER_FLAGS_NO_REPLY);
    bench_stop(&b);
}

static bool hook_fail_reads(FakeUserServer *server, VFIOUserMsg *msg)
{
    return msg->header.command == VFIO_USER_REGION_READ && refuse_everything(server, msg);
}

static void test_refused_read_gives_all_ones_and_the_server_stays(void)
{
    Bench b;

    bench_start(&b);
    bench_regions_map(&b);
    b.server->hook = hook_fail_reads;
    g_assert_cmphex(bench_read(&b, 0, 0, 2), ==, 0xffff);
    b.server->hook = NULL;
    g_assert_cmphex(bench_read(&b, 0, 0, 2), ==, 0);
    bench_stop(&b);
}

static bool hook_slow_irqs(FakeUserServer *server, VFIOUserMsg *msg)
{
    if (msg->header.command == VFIO_USER_DEVICE_SET_IRQS) {
        g_usleep(2000);
    }
    return false;
}

/* A busy host is no reason to give a server up: how long the machine stands still is. */
static void test_each_turn_of_the_main_loop_has_its_own_timeout(void)
{
    VFIOUserClient *client;
    Bench b;

    bench_init(&b);
    b.vdev.timeout_ms = 20000;
    b.server->hook = hook_slow_irqs;
    bench_attach(&b);
    client = b.vdev.io_data;
    vfio_mask_single_irqindex(&b.vdev, 0);
    g_assert_cmpint(client->stalled_us, ==, 0);
    runstate_init();
    runstate_set(RUN_STATE_RUNNING);
    vfio_mask_single_irqindex(&b.vdev, 0);
    g_assert_cmpint(client->stalled_us, >=, 2000);
    main_loop_wait(true);
    g_assert_cmpint(client->stalled_us, ==, 0);
    bench_stop(&b);
    runstate_init();
}

static void test_reset_reaches_the_server(void)
{
    Bench b;

    bench_start(&b);
    g_assert_cmpint(b.vdev.io->device_reset(&b.vdev), ==, 0);
    g_assert_cmpuint(fake_user_count(b.server, VFIO_USER_DEVICE_RESET), ==, 1);
    bench_stop(&b);
}

/* -- mapped regions -------------------------------------------------------------------------- */

static int memory_file(uint64_t size, unsigned int seals)
{
    int fd = memfd_create("region", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(ftruncate(fd, size), ==, 0);
    if (seals) {
        g_assert_cmpint(fcntl(fd, F_ADD_SEALS, seals), ==, 0);
    }
    return fd;
}

static void region_offer(Bench *b, int fd)
{
    b->server->region_fd[0] = fd;
    b->server->region_flags[0] |= VFIO_REGION_INFO_FLAG_MMAP;
}

static void test_mapped_region_needs_no_message(void)
{
    int fd = memory_file(FAKE_USER_REGION_SIZE, F_SEAL_SHRINK);
    uint32_t value = 0x12345678;
    Bench b;

    bench_init(&b);
    region_offer(&b, fd);
    bench_attach(&b);
    bench_regions_map(&b);
    g_assert_cmpint(pwrite(fd, &value, 4, 0x1004), ==, 4);
    g_assert_cmphex(bench_read(&b, 0, 0x1004, 4), ==, value);
    bench_write(&b, 0, 8, 4, 0xcafe);
    g_assert_cmpint(pread(fd, &value, 4, 8), ==, 4);
    g_assert_cmphex(value, ==, 0xcafe);
    g_assert_cmpuint(fake_user_count(b.server, VFIO_USER_REGION_READ), ==, 0);
    g_assert_cmpuint(fake_user_count(b.server, VFIO_USER_REGION_WRITE), ==, 0);
    bench_stop(&b);
    close(fd);
}

static void test_sparse_region_is_mapped_in_part(void)
{
    int fd = memory_file(FAKE_USER_REGION_SIZE, F_SEAL_SHRINK);
    Bench b;

    bench_init(&b);
    region_offer(&b, fd);
    b.server->area[0] = (struct vfio_region_sparse_mmap_area) { .offset = 0x1000, .size = 0x1000 };
    bench_attach(&b);
    bench_regions_map(&b);
    g_assert_cmpuint(b.regions[0].nr_mmaps, ==, 1);
    bench_write(&b, 0, 0x1000, 4, 1);
    g_assert_cmpuint(fake_user_count(b.server, VFIO_USER_REGION_WRITE), ==, 0);
    bench_write(&b, 0, 0xffc, 4, 1);
    g_assert_cmpuint(fake_user_count(b.server, VFIO_USER_REGION_WRITE), ==, 1);
    bench_stop(&b);
    close(fd);
}

static void region_refused(int fd, int error)
{
    Bench b;

    bench_init(&b);
    region_offer(&b, fd);
    bench_attach(&b);
    bench_regions_setup(&b);
    g_assert_cmpint(vfio_region_mmap(&b.regions[0]), ==, -error);
    g_assert_cmphex(bench_read(&b, 0, 0, 4), ==, 0); /* it works by messages */
    g_assert_cmpuint(fake_user_count(b.server, VFIO_USER_REGION_READ), ==, 1);
    bench_stop(&b);
    close(fd);
}

static void test_file_that_may_shrink_is_not_mapped(void)
{
    region_refused(memory_file(FAKE_USER_REGION_SIZE, 0), EPERM);
    region_refused(memory_file(FAKE_USER_REGION_SIZE, F_SEAL_GROW), EPERM);
}

static void test_short_file_is_not_mapped(void)
{
    region_refused(memory_file(FAKE_USER_REGION_SIZE - 1, F_SEAL_SHRINK), EINVAL);
}

static void test_descriptor_that_is_no_file_is_not_mapped(void)
{
    region_refused(eventfd(0, EFD_CLOEXEC), EINVAL);
    region_refused(open("/dev/zero", O_RDWR | O_CLOEXEC), EINVAL);
}

static void test_read_only_file_is_not_mapped_for_writing(void)
{
    int fd = memory_file(FAKE_USER_REGION_SIZE, F_SEAL_SHRINK);
    g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", fd);

    region_refused(open(path, O_RDONLY | O_CLOEXEC), EACCES);
    close(fd);
}

/* -- DMA ------------------------------------------------------------------------------------- */

static void test_guest_ram_is_given_as_a_file(void)
{
    FakeUserSeen seen;
    uint32_t word;
    Bench b;

    bench_start(&b);
    seen = fake_user_seen(b.server, VFIO_USER_DMA_MAP, 0);
    g_assert_cmpuint(seen.num_fds, ==, 1);
    g_assert_cmphex(seen.map.iova, ==, RAM_BASE);
    g_assert_cmphex(seen.map.size, ==, RAM_SIZE);
    g_assert_cmphex(seen.map.flags, ==, VFIO_USER_DMA_READABLE | VFIO_USER_DMA_WRITABLE);
    *(uint32_t *)memory_region_get_ram_ptr(&b.ram) = 0xfeedf00d;
    g_assert_cmpint(pread(b.server->dma_fd, &word, 4, seen.map.offset), ==, 4);
    g_assert_cmphex(word, ==, 0xfeedf00d);
    bench_stop(&b);
}

static void test_private_ram_is_refused_with_the_option(void)
{
    Bench b;

    bench_init_ram(&b, 0);
    bench_refused(&b, "mem-shared=on");
}

static void test_unmap_names_the_range(void)
{
    FakeUserSeen seen;
    Bench b;

    bench_start(&b);
    memory_region_set_enabled(&b.ram, false);
    seen = fake_user_seen(b.server, VFIO_USER_DMA_UNMAP, 0);
    g_assert_cmphex(seen.unmap.iova, ==, RAM_BASE);
    g_assert_cmphex(seen.unmap.size, ==, RAM_SIZE);
    memory_region_set_enabled(&b.ram, true);
    g_assert_cmpuint(fake_user_count(b.server, VFIO_USER_DMA_MAP), ==, 2);
    bench_stop(&b);
}

static void test_rom_is_read_by_message_only(void)
{
    uint8_t data[4] = { 0 };
    MemoryRegion rom;
    Bench b;

    bench_start(&b);
    memory_region_init_ram_flags_nomigrate(&rom, b.owner, "rom", 0x1000, RAM_SHARED,
                                           &error_abort);
    memory_region_set_readonly(&rom, true);
    memcpy(memory_region_get_ram_ptr(&rom), "boot", 4);
    memory_region_add_subregion(get_system_memory(), 0x1000, &rom);
    g_assert_cmpuint(fake_user_seen(b.server, VFIO_USER_DMA_MAP, 1).num_fds, ==, 0);
    g_assert_cmphex(fake_user_seen(b.server, VFIO_USER_DMA_MAP, 1).map.flags, ==,
                    VFIO_USER_DMA_READABLE);
    g_assert_cmpint(fake_user_dma(b.server->twin_sock, VFIO_USER_DMA_READ, 0x1000, data, 4), ==,
                    0);
    g_assert_cmpmem(data, 4, "boot", 4);
    g_assert_cmpint(fake_user_dma(b.server->twin_sock, VFIO_USER_DMA_WRITE, 0x1000, data, 4), ==,
                    -EFAULT);
    memory_region_del_subregion(get_system_memory(), &rom);
    bench_stop(&b);
    object_unparent(OBJECT(&rom));
}

static void test_twin_socket_reads_and_writes_guest_ram(void)
{
    uint8_t *ram, data[64 * 1024];
    Bench b;

    bench_start(&b);
    ram = memory_region_get_ram_ptr(&b.ram);
    memset(data, 0x5a, sizeof(data));
    g_assert_cmpint(fake_user_dma(b.server->twin_sock, VFIO_USER_DMA_WRITE, RAM_BASE + 0x100, data,
                                  sizeof(data)), ==, 0);
    g_assert_cmpmem(ram + 0x100, sizeof(data), data, sizeof(data));
    g_assert_cmphex(ram[0xff], ==, 0);
    ram[0x100] = 1;
    g_assert_cmpint(fake_user_dma(b.server->twin_sock, VFIO_USER_DMA_READ, RAM_BASE + 0x100, data,
                                  sizeof(data)), ==, 0);
    g_assert_cmphex(data[0], ==, 1);
    g_assert_cmphex(data[1], ==, 0x5a);
    bench_stop(&b);
}

static void test_dma_beyond_the_ranges_is_refused(void)
{
    static const struct {
        uint64_t iova, count;
    } outside[] = {
        { 0, 4 }, { RAM_BASE - 1, 2 }, { RAM_BASE + RAM_SIZE, 1 }, { RAM_BASE + RAM_SIZE - 1, 2 },
        { UINT64_MAX, 1 }, { RAM_BASE - 0x1000, 0x3000 },
    };
    uint8_t data[0x3000] = { 0 };
    Bench b;

    bench_start(&b);
    for (size_t i = 0; i < ARRAY_SIZE(outside); i++) {
        int sock = b.server->twin_sock;

        g_assert_cmpint(fake_user_dma(sock, VFIO_USER_DMA_READ, outside[i].iova, data,
                                      outside[i].count), ==, -EFAULT);
        g_assert_cmpint(fake_user_dma(sock, VFIO_USER_DMA_WRITE, outside[i].iova, data,
                                      outside[i].count), ==, -EFAULT);
    }
    memory_region_set_enabled(&b.ram, false);
    g_assert_cmpint(fake_user_dma(b.server->twin_sock, VFIO_USER_DMA_READ, RAM_BASE, data, 1), ==,
                    -EFAULT);
    memory_region_set_enabled(&b.ram, true);
    bench_stop(&b);
}

static bool hook_dma_first(FakeUserServer *server, VFIOUserMsg *msg)
{
    uint32_t word = 0;

    if (msg->header.command == VFIO_USER_REGION_WRITE) {
        g_assert_cmpint(fake_user_dma(server->sock, VFIO_USER_DMA_READ, RAM_BASE, &word, 4), ==, 0);
        word++;
        g_assert_cmpint(fake_user_dma(server->sock, VFIO_USER_DMA_WRITE, RAM_BASE, &word, 4), ==,
                        0);
    }
    return false;
}

static void test_dma_while_a_reply_is_awaited(void)
{
    Bench b;

    bench_init(&b);
    b.server->twin = false;
    b.server->hook = hook_dma_first;
    bench_attach(&b);
    bench_regions_map(&b);
    *(uint32_t *)memory_region_get_ram_ptr(&b.ram) = 41;
    bench_write(&b, 0, 0, 4, 1);
    g_assert_cmpuint(*(uint32_t *)memory_region_get_ram_ptr(&b.ram), ==, 42);
    bench_stop(&b);
}

/* A word of guest RAM, not while the client's thread writes it. */
static uint32_t ram_word(Bench *b, uint64_t offset)
{
    VFIOUserClient *client = b->vdev.io_data;

    QEMU_LOCK_GUARD(&client->tables);
    return *(uint32_t *)bench_ram(b, offset);
}

static void test_dma_on_the_only_socket_while_nothing_is_asked(void)
{
    uint32_t word = 7;
    Bench b;

    bench_init(&b);
    b.server->twin = false;
    bench_attach(&b);
    /* Not read by the server's thread meanwhile: it would take the answer. */
    fake_user_dma_post(b.server->sock, RAM_BASE + 8, &word, 4);
    for (int i = 0; i < 2000 && !ram_word(&b, 8); i++) {
        g_usleep(1000);
    }
    g_assert_cmpuint(ram_word(&b, 8), ==, 7);
    bench_stop(&b);
}

/* -- interrupts ------------------------------------------------------------------------------ */

static void test_eventfd_reaches_the_server(void)
{
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    uint64_t one = 1, got = 0;
    Bench b;

    bench_start(&b);
    g_assert_cmpint(vfio_set_irq_signaling(&b.vdev, 1, 0, VFIO_IRQ_SET_ACTION_TRIGGER, fd,
                                           &error_abort), ==, 0);
    g_assert_cmpint(write(fake_user_eventfd(b.server, 1, 2), &one, 8), ==, 8);
    g_assert_cmpint(read(fd, &got, 8), ==, 8);
    g_assert_cmpuint(got, ==, 1);
    g_assert_cmpint(vfio_set_irq_signaling(&b.vdev, 1, 0, VFIO_IRQ_SET_ACTION_TRIGGER, -1,
                                           &error_abort), ==, 0);
    g_assert_cmpint(fake_user_eventfd(b.server, 1, 2), ==, -1);
    bench_stop(&b);
    close(fd);
}

/* Eventfds of @n interrupts in one request, with a hole at @hole. */
static void eventfds_set(Bench *b, unsigned int n, unsigned int hole)
{
    g_autofree struct vfio_irq_set *set = g_malloc0(sizeof(*set) + n * sizeof(int32_t));
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

    set->argsz = sizeof(*set) + n * sizeof(int32_t);
    set->flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER;
    set->count = n;
    for (unsigned int i = 0; i < n; i++) {
        ((int32_t *)set->data)[i] = i == hole ? -1 : fd;
    }
    g_assert_cmpint(b->vdev.io->set_irqs(&b->vdev, set), ==, 0);
    close(fd);
}

static void test_eventfds_are_sent_in_portions(void)
{
    Bench b;

    bench_init(&b);
    b.server->caps.max_msg_fds = 8;
    bench_attach(&b);
    eventfds_set(&b, 19, 5);
    g_assert_cmpuint(fake_user_count(b.server, VFIO_USER_DEVICE_SET_IRQS), ==, 4);
    g_assert_cmpuint(fake_user_seen(b.server, VFIO_USER_DEVICE_SET_IRQS, 0).num_fds, ==, 5);
    g_assert_cmpuint(fake_user_seen(b.server, VFIO_USER_DEVICE_SET_IRQS, 1).num_fds, ==, 0);
    g_assert_cmpuint(fake_user_seen(b.server, VFIO_USER_DEVICE_SET_IRQS, 1).set.start, ==, 5);
    g_assert_cmpuint(fake_user_seen(b.server, VFIO_USER_DEVICE_SET_IRQS, 1).set.count, ==, 1);
    g_assert_cmpuint(fake_user_seen(b.server, VFIO_USER_DEVICE_SET_IRQS, 2).num_fds, ==, 8);
    g_assert_cmpuint(fake_user_seen(b.server, VFIO_USER_DEVICE_SET_IRQS, 3).num_fds, ==, 5);
    for (unsigned int i = 0; i < 19; i++) {
        g_assert_cmpint(fake_user_eventfd(b.server, i, 2) >= 0, ==, i != 5);
    }
    bench_stop(&b);
}

static void test_masks_are_messages_without_descriptors(void)
{
    FakeUserSeen seen;
    Bench b;

    bench_start(&b);
    vfio_mask_single_irqindex(&b.vdev, 1);
    vfio_unmask_single_irqindex(&b.vdev, 1);
    vfio_disable_irqindex(&b.vdev, 0);
    seen = fake_user_seen(b.server, VFIO_USER_DEVICE_SET_IRQS, 0);
    g_assert_cmphex(seen.set.flags, ==, 0x09);
    g_assert_cmpuint(seen.set.index, ==, 1);
    g_assert_cmpuint(seen.set.count, ==, 1);
    g_assert_cmphex(fake_user_seen(b.server, VFIO_USER_DEVICE_SET_IRQS, 1).set.flags, ==, 0x11);
    seen = fake_user_seen(b.server, VFIO_USER_DEVICE_SET_IRQS, 2);
    g_assert_cmphex(seen.set.flags, ==, 0x21);
    g_assert_cmpuint(seen.set.count, ==, 0);
    bench_stop(&b);
}

#define ADD(name) g_test_add_func("/vfio/user-client/" #name, test_##name)

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    ADD(attach_tells_of_the_device);
    ADD(tree_node_is_taken);
    ADD(malformed_tree_is_refused);
    ADD(other_major_version_is_refused);
    ADD(older_minor_version_is_accepted);
    ADD(newer_minor_version_is_refused);
    ADD(too_many_regions_are_refused);
    ADD(missing_server_is_told);
    ADD(refused_version_is_told);
    ADD(mute_server_is_given_up);
    ADD(flood_of_stray_replies_ends);
    ADD(registers_are_read_and_written);
    ADD(writes_wait_for_their_answer);
    ADD(posted_writes_have_barriers);
    ADD(write_that_may_end_an_interrupt_is_not_posted);
    ADD(refused_read_gives_all_ones_and_the_server_stays);
    ADD(each_turn_of_the_main_loop_has_its_own_timeout);
    ADD(reset_reaches_the_server);
    ADD(mapped_region_needs_no_message);
    ADD(sparse_region_is_mapped_in_part);
    ADD(file_that_may_shrink_is_not_mapped);
    ADD(short_file_is_not_mapped);
    ADD(descriptor_that_is_no_file_is_not_mapped);
    ADD(read_only_file_is_not_mapped_for_writing);
    ADD(guest_ram_is_given_as_a_file);
    ADD(private_ram_is_refused_with_the_option);
    ADD(unmap_names_the_range);
    ADD(rom_is_read_by_message_only);
    ADD(twin_socket_reads_and_writes_guest_ram);
    ADD(dma_beyond_the_ranges_is_refused);
    ADD(dma_while_a_reply_is_awaited);
    ADD(dma_on_the_only_socket_while_nothing_is_asked);
    ADD(eventfd_reaches_the_server);
    ADD(eventfds_are_sent_in_portions);
    ADD(masks_are_messages_without_descriptors);
    return g_test_run();
}
