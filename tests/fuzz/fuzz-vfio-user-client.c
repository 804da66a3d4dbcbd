/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A vfio-user server made of fuzzer bytes: for each command of the client they say whether it is
 * answered well, with other payloads and descriptors, with bytes that are no message, or with DMA
 * commands of its own. The client must not crash, hang, leak descriptors or let it write to
 * memory that is only readable.
 */
#include "../unit/vfio/user-client-harness.h"
#include <sys/eventfd.h>
#include <sys/socket.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ROM_BASE 0x1000ull
#define ROM_SIZE 0x1000
#define FILES 4

typedef struct Input {
    const uint8_t *at;
    size_t left;
} Input;

static int files[FILES];
static MemoryRegion rom;

static uint64_t take(Input *in, size_t bytes)
{
    uint64_t value = 0;

    bytes = MIN(bytes, in->left);
    memcpy(&value, in->at, bytes);
    in->at += bytes;
    in->left -= bytes;
    return value;
}

static size_t take_bytes(Input *in, uint8_t *to, size_t room)
{
    size_t n = MIN(room, in->left);

    memcpy(to, in->at, n);
    in->at += n;
    in->left -= n;
    return n;
}

/* The request with some bytes changed and others behind it, under a good header. */
static void answer_mutated(FakeUserServer *server, VFIOUserMsg *msg, Input *in)
{
    g_autofree uint8_t *payload = g_malloc0(512);
    size_t size = MIN(msg->size, 128);
    unsigned int num_fds = take(in, 1) % (FILES + 1);

    memcpy(payload, msg->payload, size);
    for (unsigned int n = take(in, 1) % 8; n; n--) {
        payload[take(in, 1) % 128] = take(in, 1);
    }
    size = MAX(size, take(in, 1));
    fake_user_reply(server, msg, payload, size, files, num_fds);
}

static void answer_version(FakeUserServer *server, VFIOUserMsg *msg, Input *in)
{
    uint8_t payload[256] = { 0 };
    size_t size = take_bytes(in, payload, take(in, 1));

    fake_user_reply(server, msg, payload, size, files, take(in, 1) % 3);
}

static void send_raw(FakeUserServer *server, Input *in)
{
    uint8_t raw[256];
    size_t size = take_bytes(in, raw, take(in, 1));

    /* What the socket does not take is not missed. */
    if (send(server->sock, raw, size, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
        return;
    }
}

static void send_dma(FakeUserServer *server, Input *in)
{
    uint64_t bases[] = { RAM_BASE, RAM_BASE + RAM_SIZE, ROM_BASE, ROM_BASE + ROM_SIZE, 0 };
    struct {
        VFIOUserDMAAccess access;
        uint8_t data[64];
    } payload;
    VFIOUserMsg msg = { .payload = &payload };

    memset(&payload, 0xa5, sizeof(payload));
    payload.access.iova = bases[take(in, 1) % ARRAY_SIZE(bases)] + (int8_t)take(in, 1);
    payload.access.count = take(in, 1) % 65 ?: take(in, 8);
    msg.header.command = take(in, 1) % 2 ? VFIO_USER_DMA_WRITE : VFIO_USER_DMA_READ;
    msg.header.flags = take(in, 1) & 0x3f;
    msg.size = take(in, 1) % (sizeof(payload) + 1);
    if (take(in, 1) % 4) {
        msg.size = sizeof(payload.access) +
                   (msg.header.command == VFIO_USER_DMA_WRITE ? payload.access.count % 65 : 0);
    }
    vfio_user_send(server->twin_sock >= 0 && take(in, 1) % 2 ? server->twin_sock : server->sock,
                   &msg, vfio_user_deadline(100));
}

static bool on_message(FakeUserServer *server, VFIOUserMsg *msg)
{
    Input *in = server->opaque;

    while (in->left) {
        switch (take(in, 1) % 8) {
        case 0:
            answer_mutated(server, msg, in);
            return true;
        case 1:
            send_raw(server, in);
            return true;
        case 2:
            if (msg->header.command == VFIO_USER_VERSION) {
                answer_version(server, msg, in);
                return true;
            }
            break;
        case 3:
            send_dma(server, in);
            break;
        case 4:
            vfio_user_send_error(server->sock, msg, take(in, 4), vfio_user_deadline(100));
            return true;
        default:
            return false;
        }
    }
    return false;
}

/* -- what the client does ---------------------------------------------------------------------- */

static void regions_use(Bench *b)
{
    for (unsigned int i = 0; i < FAKE_USER_REGIONS; i++) {
        VFIORegion *region = &b->regions[i];
        g_autofree char *name = g_strdup_printf("region %u", i);

        if (vfio_region_setup(b->owner, &b->vdev, region, i, name) < 0) {
            continue;
        }
        if (!region->mem) {
            continue;
        }
        vfio_region_mmap(region);
        vfio_region_write(region, 0, 0x1234, 4);
        vfio_region_read(region, 0, 8);
        vfio_region_read(region, 3, 1);
    }
}

static void irqs_use(Bench *b)
{
    for (unsigned int i = 0; i < MIN(b->vdev.num_irqs, 2); i++) {
        struct vfio_irq_info info = { .argsz = sizeof(info), .index = i };

        b->vdev.io->get_irq_info(&b->vdev, &info);
        vfio_set_irq_signaling(&b->vdev, i, 0, VFIO_IRQ_SET_ACTION_TRIGGER, files[0], NULL);
        vfio_unmask_single_irqindex(&b->vdev, i);
    }
}

static void regions_drop(Bench *b)
{
    for (unsigned int i = 0; i < FAKE_USER_REGIONS; i++) {
        if (b->regions[i].vbasedev) {
            vfio_region_exit(&b->regions[i]);
        }
    }
    vfio_device_quiesce(&b->vdev);
    drain_call_rcu();
    for (unsigned int i = 0; i < FAKE_USER_REGIONS; i++) {
        vfio_region_finalize(&b->regions[i]);
    }
}

static void files_make(void)
{
    files[0] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    files[1] = memfd_create("short", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    files[2] = memfd_create("sealed", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    files[3] = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (ftruncate(files[1], 0x800) < 0 || ftruncate(files[2], 0x2000) < 0 ||
        fcntl(files[2], F_ADD_SEALS, F_SEAL_SHRINK) < 0) {
        g_error("no memory files");
    }
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static char *test_argv[] = { (char *)"fuzz", NULL };
    int test_argc = 1;
    char **args = test_argv;

    harness_init(&test_argc, &args);
    files_make();
    memory_region_init_ram_flags_nomigrate(&rom, NULL, "rom", ROM_SIZE, RAM_SHARED, &error_abort);
    memory_region_set_readonly(&rom, true);
    memory_region_add_subregion(get_system_memory(), ROM_BASE, &rom);
    return 0;
}

static void rom_check(void)
{
    const uint8_t *bytes = memory_region_get_ram_ptr(&rom);

    for (size_t i = 0; i < ROM_SIZE; i++) {
        g_assert_cmphex(bytes[i], ==, 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Input in = { data, size };
    Bench b;

    bench_init(&b);
    b.server->twin = take(&in, 1) & 1;
    b.server->region_fd[0] = files[take(&in, 1) % FILES];
    b.server->region_flags[0] |= take(&in, 1) & VFIO_REGION_INFO_FLAG_MMAP;
    b.server->hook = on_message;
    b.server->opaque = &in;
    b.vdev.timeout_ms = 20;
    if (vfio_attach_device(b.vdev.name, &b.vdev, &address_space_memory, NULL) == 0) {
        regions_use(&b);
        irqs_use(&b);
        b.vdev.io->device_reset(&b.vdev);
        memory_region_set_enabled(&b.ram, false);
        memory_region_set_enabled(&b.ram, true);
        main_loop_wait(true);
        regions_drop(&b);
        vfio_detach_device(&b.vdev);
    }
    rom_check();
    bench_stop(&b);
    return 0;
}
