/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzz target: a client at the vfio-user server. The bytes are a script: messages with a right
 * header around any payload, raw bytes, descriptors of several kinds, turns of the main loop,
 * truncation of the client's memory. Whatever the client does, the server must be there for the
 * next one, with no descriptor more, and the memory that no client ever mapped must stay as it is.
 */
#include "../unit/vfio/vfio-user-rig.h"
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include "exec/address-spaces.h"
#include "qemu/memfd.h"
#include "qemu/module.h"
#include "qemu/rcu.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define STEPS_MAX 64
#define GUARD_ADDR 0x10000000 /* of the machine */
#define GUARD_SIZE 0x10000
#define FILE_SIZE 0x4000

enum { FD_SEALED, FD_UNSEALED, FD_EVENTFD, FD_FULL, FD_PIPE, FD_KINDS };

static Rig rig;
static uint8_t *guard;
static unsigned int runs;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static MemoryRegion ram;

    module_call_init(MODULE_INIT_QOM);
    qemu_init_main_loop(&error_abort);
    bql_lock();
    memory_map_init();
    memory_region_init_ram_nomigrate(&ram, NULL, "guard", GUARD_SIZE, &error_abort);
    memory_region_add_subregion(get_system_memory(), GUARD_ADDR, &ram);
    guard = memory_region_get_ram_ptr(&ram);
    memset(guard, 0xa5, GUARD_SIZE);
    rig_start(&rig, false);
    rig.server->dma_timeout_ms = 1; /* an answer is there already, or it does not come */
    close(rig.sock);
    rig.sock = -1;
    rig_pump(-1);
    return 0;
}

static int fd_open(int kind)
{
    const uint64_t full = UINT64_MAX - 1;
    int fd, pipes[2];

    switch (kind) {
    case FD_SEALED:
        return qemu_memfd_create("sealed", FILE_SIZE, false, 0, F_SEAL_SHRINK, &error_abort);
    case FD_UNSEALED:
        return qemu_memfd_create("unsealed", FILE_SIZE, false, 0, 0, &error_abort);
    case FD_PIPE:
        g_assert_cmpint(pipe2(pipes, O_CLOEXEC), ==, 0);
        close(pipes[1]);
        return pipes[0];
    default:
        fd = eventfd(0, EFD_CLOEXEC);
        if (kind == FD_FULL) {
            g_assert_cmpint(write(fd, &full, sizeof(full)), ==, sizeof(full));
        }
        return fd;
    }
}

/* A message whose header is right; commands, and now and then answers. */
static void message_send(const uint8_t *head, const uint8_t *payload, size_t size,
                         const int *fds, unsigned int num_fds)
{
    VFIOUserMsg msg = {
        .header = { .id = head[2], .command = head[1] % 20, .flags = head[3] & 0x31 },
        .payload = payload,
        .size = size,
        .num_fds = num_fds,
    };

    if (num_fds) {
        memcpy(msg.fds, fds, num_fds * sizeof(*fds));
    }
    vfio_user_send(rig.sock, &msg, vfio_user_deadline(0));
}

static void command_send(uint16_t command, uint32_t flags, const void *payload, size_t size,
                         const int *fds, unsigned int num_fds)
{
    const uint8_t head[4] = { 0, command, command, flags };

    message_send(head, payload, size, fds, num_fds);
}

static void register_write(uint64_t offset, uint32_t value)
{
    struct {
        VFIOUserRegionAccess access;
        uint32_t value;
    } write = { { offset, 0, 4 }, value };

    command_send(VFIO_USER_REGION_WRITE, VFIO_USER_FLAGS_NO_REPLY, &write, 20, NULL, 0);
}

/* A page of few, among them one of the machine's and one at the end of the address space. */
static uint64_t iova_make(uint8_t byte)
{
    return byte == 255 ? GUARD_ADDR : byte == 254 ? UINT64_MAX - 0xfff :
                                                    0x40000000 + (byte % 16) * 0x1000ull;
}

/* A command that makes sense, mostly, made of 4 bytes. */
static void sensible_send(const uint8_t *head, const uint8_t *p, const int *fds,
                          unsigned int num_fds)
{
    VFIOUserDMAMap map = { sizeof(map), p[3] % 4 | (p[3] >> 6 ? 3 : 0),
                           num_fds ? (p[2] % 5) * 0x1000 : 0, iova_make(p[0]),
                           (1 + p[1] % 4) * 0x1000 };
    VFIOUserDMAUnmap unmap = { sizeof(unmap), 0, map.iova, map.size };
    VFIOUserDMAUnmap unmap_all = { .argsz = sizeof(unmap), .flags = VFIO_USER_DMA_UNMAP_ALL };
    VFIOUserRegionAccess read = { p[0] * 4, p[1] % 3, p[2] };
    VFIOUserIRQSet set = { sizeof(set), 1u << p[0] % 3 | 8u << p[1] % 3, p[2] % 3, 0, p[3] % 3 };
    struct {
        VFIOUserDMAAccess access;
        uint32_t value;
    } answer = { { map.iova + p[1] % 64, 4 }, p[2] };

    switch (head[1] % 8) {
    case 0:
        command_send(VFIO_USER_DMA_MAP, 0, &map, sizeof(map), fds, MIN(num_fds, 1));
        break;
    case 1:
        command_send(VFIO_USER_DMA_UNMAP, 0, p[3] % 8 ? &unmap : &unmap_all, sizeof(unmap), NULL,
                     0);
        break;
    case 2:
        register_write((p[0] % 9) * 4, p[1]);
        break;
    case 3:
        command_send(VFIO_USER_REGION_READ, 0, &read, sizeof(read), NULL, 0);
        break;
    case 4:
        command_send(VFIO_USER_DEVICE_SET_IRQS, 0, &set, sizeof(set), fds, MIN(num_fds, 1));
        break;
    case 5:
        command_send(VFIO_USER_DMA_READ, VFIO_USER_FLAGS_REPLY, &answer, 20, NULL, 0);
        break;
    case 6:
        command_send(VFIO_USER_DEVICE_RESET, 0, NULL, 0, NULL, 0);
        break;
    default:
        register_write(RIG_DMA_ADDR, map.iova + p[1] % 64);
        register_write(RIG_DMA_GO, p[2] % 5);
        break;
    }
}

/* One step of the script: 5 bytes and a payload of up to 255. Bytes used. */
static size_t step(const uint8_t *data, size_t size)
{
    size_t payload = MIN(data[4], size - 5);
    unsigned int num_fds = data[0] >> 6;
    int fds[3];

    for (unsigned int i = 0; i < num_fds; i++) {
        fds[i] = fd_open((data[3] + i) % FD_KINDS);
    }
    switch (data[0] & 3) {
    case 0:
        message_send(data, data + 5, payload, fds, num_fds);
        break;
    case 1:
        if (payload >= 4) {
            sensible_send(data, data + 5, fds, num_fds);
        }
        break;
    case 2:
        send(rig.sock, data + 5, payload, MSG_DONTWAIT | MSG_NOSIGNAL);
        break;
    default:
        break;
    }
    if (data[0] & 4) {
        main_loop_wait(true);
    }
    for (unsigned int i = 0; i < num_fds; i++) {
        if (data[0] & 8) {
            if (ftruncate(fds[i], 0)) {
                /* it is sealed, or no file */
            }
        }
        close(fds[i]);
    }
    return 5 + payload;
}

static void client_start(bool negotiate)
{
    int sv[2];

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv), ==, 0);
    g_assert_null(rig.server->conn);
    vfio_user_conn_start(rig.server, sv[1]);
    rig.sock = sv[0];
    if (negotiate) {
        static const char version[] = "\0\0\1\0{\"capabilities\":{\"twin_socket\":"
                                      "{\"supported\":false}}}";
        VFIOUserMsg msg = { .header.command = VFIO_USER_VERSION, .payload = version,
                            .size = sizeof(version) };

        vfio_user_send(rig.sock, &msg, vfio_user_deadline(1000));
        main_loop_wait(true);
    }
}

static void client_stop(void)
{
    for (int i = 0; i < 8 && rig.server->conn; i++) {
        main_loop_wait(true);
    }
    close(rig.sock);
    rig.sock = -1;
    for (int i = 0; i < 100 && rig.server->conn; i++) {
        main_loop_wait(true);
        if (rig.server->conn && rig.server->conn->is_unmapping) {
            /* That waits for the RCU thread, which needs the big lock. */
            drain_call_rcu();
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1) {
        return 0;
    }
    client_start(data[0] & 1);
    data++;
    size--;
    for (int i = 0; i < STEPS_MAX && size >= 5; i++) {
        size_t used = step(data, size);

        data += used;
        size -= used;
    }
    client_stop();
    device_cold_reset(rig.dev); /* lets go of what it held */
    if (rig.server->conn) {
        /* A client whose DMA_UNMAP waited for that. */
        for (int i = 0; i < 1000 && rig.server->conn; i++) {
            drain_call_rcu();
            main_loop_wait(true);
        }
        g_assert_null(rig.server->conn);
    }
    for (size_t i = 0; i < GUARD_SIZE; i += 64) {
        g_assert_cmphex(guard[i], ==, 0xa5);
    }
    if (++runs % 256 == 0) {
        drain_call_rcu();
        g_assert_cmpint(rig.server->dying_regions, ==, 0);
    }
    return 0;
}
