/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The vfio-user server's way to its client's memory: mapped, through a descriptor, by messages;
 * and what it does when that memory is not what it was said to be.
 */
#include "vfio-user-rig.h"
#include <sys/mman.h>
#include "exec/address-spaces.h"
#include "qemu/memfd.h"
#include "qemu/units.h"
#include "../hwcore/hwcore-harness.h"

#define RW (VFIO_USER_DMA_READABLE | VFIO_USER_DMA_WRITABLE)
#define IOVA 0x40000000
#define SIZE (64 * KiB)

enum { READ = 1, WRITE = 2, HOLD = 3, LET_GO = 4 };

typedef struct Memory {
    int fd;
    uint32_t *words;
} Memory;

static Memory memory_new(unsigned int seals)
{
    Memory memory;

    memory.words = qemu_memfd_alloc("client", SIZE, seals, &memory.fd, &error_abort);
    return memory;
}

static void memory_free(Memory *memory)
{
    qemu_memfd_free(memory->words, SIZE, memory->fd);
}

/* The device writes 0x11 to word 1 and reads word 2. */
static void check_reaches(Rig *rig, Memory *memory)
{
    rig_writel(rig, RIG_DMA_DATA, 0x11);
    g_assert_cmpint(rig_device_dma(rig, WRITE, IOVA + 4), ==, 0);
    g_assert_cmphex(memory->words[1], ==, 0x11);
    memory->words[2] = 0x22;
    g_assert_cmpint(rig_device_dma(rig, READ, IOVA + 8), ==, 0);
    g_assert_cmphex(rig_readl(rig, RIG_DMA_DATA), ==, 0x22);
}

/* Whether the range is RAM here: mapped. */
static bool is_mapped(void)
{
    MemoryRegionSection section = memory_region_find(get_system_memory(), IOVA, 1);
    bool ret = section.mr && memory_region_is_ram(section.mr);

    if (section.mr) {
        memory_region_unref(section.mr);
    }
    return ret;
}

/* -- by descriptor ------------------------------------------------------------------------- */

static void test_sealed_is_mapped(void)
{
    Memory memory = memory_new(F_SEAL_SHRINK);
    Rig rig;

    rig_start(&rig, true);
    g_assert_cmpint(rig_dma_map(&rig, RW, IOVA, SIZE, memory.fd, 0), ==, 0);
    g_assert_true(is_mapped());
    check_reaches(&rig, &memory);
    rig_stop(&rig);
    memory_free(&memory);
}

static void test_unsealed_is_read_and_written(void)
{
    Memory memory = memory_new(0);
    Rig rig;

    rig_start(&rig, true);
    g_assert_cmpint(rig_dma_map(&rig, RW, IOVA, SIZE, memory.fd, 0), ==, 0);
    g_assert_false(is_mapped());
    check_reaches(&rig, &memory);
    rig_stop(&rig);
    memory_free(&memory);
}

static void test_truncated_is_an_error(void)
{
    Memory memory = memory_new(0);
    Rig rig;

    rig_start(&rig, true);
    g_assert_cmpint(rig_dma_map(&rig, RW, IOVA, SIZE, memory.fd, 0), ==, 0);
    g_assert_cmpint(ftruncate(memory.fd, 0), ==, 0);
    g_assert_cmpint(rig_device_dma(&rig, READ, IOVA), !=, 0);
    rig_stop(&rig);
    memory_free(&memory);
}

static void test_offset(void)
{
    Memory memory = memory_new(F_SEAL_SHRINK);
    Rig rig;

    rig_start(&rig, true);
    g_assert_cmpint(rig_dma_map(&rig, RW, IOVA, 4096, memory.fd, 8192), ==, 0);
    memory.words[8192 / 4] = 0x5a;
    g_assert_cmpint(rig_device_dma(&rig, READ, IOVA), ==, 0);
    g_assert_cmphex(rig_readl(&rig, RIG_DMA_DATA), ==, 0x5a);
    /* Not a byte beyond. */
    g_assert_cmpint(rig_device_dma(&rig, READ, IOVA + 4096), !=, 0);
    g_assert_cmpint(rig_device_dma(&rig, READ, IOVA - 4), !=, 0);
    rig_stop(&rig);
    memory_free(&memory);
}

static void read_only_check(unsigned int seals)
{
    Memory memory = memory_new(seals);
    Rig rig;

    rig_start(&rig, true);
    g_assert_cmpint(rig_dma_map(&rig, VFIO_USER_DMA_READABLE, IOVA, SIZE, memory.fd, 0), ==, 0);
    memory.words[0] = 7;
    rig_writel(&rig, RIG_DMA_DATA, 0x99);
    rig_device_dma(&rig, WRITE, IOVA);
    g_assert_cmphex(memory.words[0], ==, 7);
    g_assert_cmpint(rig_device_dma(&rig, READ, IOVA), ==, 0);
    g_assert_cmphex(rig_readl(&rig, RIG_DMA_DATA), ==, 7);
    rig_stop(&rig);
    memory_free(&memory);
}

static void test_read_only(void)
{
    read_only_check(F_SEAL_SHRINK);
    read_only_check(0);
}

static void test_write_only(void)
{
    Memory memory = memory_new(F_SEAL_SHRINK);
    Rig rig;

    rig_start(&rig, true);
    g_assert_cmpint(rig_dma_map(&rig, VFIO_USER_DMA_WRITABLE, IOVA, SIZE, memory.fd, 0), ==, 0);
    memory.words[0] = 7;
    g_assert_cmpint(rig_device_dma(&rig, READ, IOVA), !=, 0);
    g_assert_cmphex(rig_readl(&rig, RIG_DMA_DATA), !=, 7);
    rig_stop(&rig);
    memory_free(&memory);
}

static void test_sealed_against_writes(void)
{
    Memory memory = memory_new(F_SEAL_SHRINK);
    Rig rig;

    g_assert_cmpint(fcntl(memory.fd, F_ADD_SEALS, F_SEAL_FUTURE_WRITE), ==, 0);
    rig_start(&rig, true);
    g_assert_cmpint(rig_dma_map(&rig, RW, IOVA, SIZE, memory.fd, 0), ==, -EPERM);
    g_assert_cmpint(rig_dma_map(&rig, VFIO_USER_DMA_READABLE, IOVA, SIZE, memory.fd, 0), ==, 0);
    rig_stop(&rig);
    memory_free(&memory);
}

static void test_files_refused(void)
{
    int pipes[2], null = open("/dev/null", O_RDWR | O_CLOEXEC);
    int proc = open("/proc/self/mem", O_RDWR | O_CLOEXEC), path;
    g_autofree char *name = NULL;
    Memory memory = memory_new(F_SEAL_SHRINK);
    Rig rig;

    g_assert_cmpint(pipe2(pipes, O_CLOEXEC), ==, 0);
    name = g_strdup_printf("/proc/self/fd/%d", memory.fd);
    path = open(name, O_RDONLY | O_CLOEXEC);
    rig_start(&rig, true);
    g_assert_cmpint(rig_dma_map(&rig, RW, IOVA, SIZE, pipes[0], 0), ==, -EINVAL);
    g_assert_cmpint(rig_dma_map(&rig, RW, IOVA, SIZE, null, 0), ==, -EINVAL);
    g_assert_cmpint(rig_dma_map(&rig, RW, IOVA, SIZE, proc, 0), ==, -EINVAL);
    g_assert_cmpint(rig_dma_map(&rig, RW, IOVA, SIZE, rig.sock, 0), ==, -EINVAL);
    g_assert_cmpint(rig_dma_map(&rig, RW, IOVA, SIZE, path, 0), ==, -EACCES);
    /* Too short, also with an offset that wraps around. */
    g_assert_cmpint(rig_dma_map(&rig, RW, IOVA, 2 * SIZE, memory.fd, 0), ==, -EINVAL);
    g_assert_cmpint(rig_dma_map(&rig, RW, IOVA, SIZE, memory.fd, 4096), ==, -EINVAL);
    g_assert_cmpint(rig_dma_map(&rig, RW, IOVA, 4096, memory.fd, -8192ull), ==, -EINVAL);
    g_assert_cmpint(rig_dma_map(&rig, RW, IOVA, SIZE, memory.fd, 0), ==, 0);
    rig_stop(&rig);
    close(path);
    close(proc);
    close(null);
    close(pipes[0]);
    close(pipes[1]);
    memory_free(&memory);
}

/* -- ranges ---------------------------------------------------------------------------------- */

static void test_ranges_refused(void)
{
    Rig rig;

    rig_start(&rig, true);
    g_assert_cmpint(rig_dma_map(&rig, RW, IOVA + 1, SIZE, -1, 0), ==, -EINVAL);
    g_assert_cmpint(rig_dma_map(&rig, RW, IOVA, SIZE - 1, -1, 0), ==, -EINVAL);
    g_assert_cmpint(rig_dma_map(&rig, RW, 0, 1ull << 63, -1, 0), ==, -EINVAL);
    g_assert_cmpint(rig_dma_map(&rig, RW, UINT64_MAX - 0xfff, 0x1000, -1, 0), ==, -EINVAL);
    rig_stop(&rig);
}

static void test_overlap_is_refused(void)
{
    Rig rig;

    rig_start(&rig, true);
    g_assert_cmpint(rig_dma_map(&rig, RW, IOVA, SIZE, -1, 0), ==, 0);
    g_assert_cmpint(rig_dma_map(&rig, RW, IOVA, SIZE, -1, 0), ==, -EEXIST);
    g_assert_cmpint(rig_dma_map(&rig, RW, IOVA + SIZE - 4096, SIZE, -1, 0), ==, -EEXIST);
    g_assert_cmpint(rig_dma_map(&rig, RW, IOVA - 4096, 2 * SIZE, -1, 0), ==, -EEXIST);
    g_assert_cmpint(rig_dma_map(&rig, RW, IOVA + SIZE, SIZE, -1, 0), ==, 0);
    rig_stop(&rig);
}

/* Two devices of one process, assigned to one machine. */
static void test_two_devices_have_the_same_memory(void)
{
    Memory memory = memory_new(F_SEAL_SHRINK);
    Rig one, two;

    rig_start(&one, true);
    rig_start(&two, true);
    g_assert_cmpint(rig_dma_map(&one, RW, IOVA, SIZE, memory.fd, 0), ==, 0);
    g_assert_cmpint(rig_dma_map(&two, RW, IOVA, SIZE, memory.fd, 0), ==, 0);
    check_reaches(&one, &memory);
    check_reaches(&two, &memory);
    g_assert_cmpint(rig_dma_unmap(&two, 0, IOVA, SIZE), ==, 0);
    check_reaches(&one, &memory);
    g_assert_cmpint(rig_dma_map(&two, RW, IOVA, SIZE, memory.fd, 0), ==, 0);
    g_assert_cmpint(rig_dma_unmap(&one, 0, IOVA, SIZE), ==, 0);
    check_reaches(&two, &memory);
    g_assert_cmpint(rig_dma_unmap(&two, 0, IOVA, SIZE), ==, 0);
    g_assert_cmpint(rig_device_dma(&two, READ, IOVA), !=, 0);
    rig_stop(&two);
    rig_stop(&one);
    memory_free(&memory);
}

static void test_two_devices_cannot_differ(void)
{
    Memory memory = memory_new(F_SEAL_SHRINK), other = memory_new(F_SEAL_SHRINK);
    Rig one, two;

    rig_start(&one, true);
    rig_start(&two, true);
    g_assert_cmpint(rig_dma_map(&one, RW, IOVA, SIZE / 2, memory.fd, 0), ==, 0);
    g_assert_cmpint(rig_dma_map(&one, RW, IOVA, SIZE / 2, memory.fd, 0), ==, -EEXIST);
    g_assert_cmpint(rig_dma_map(&two, RW, IOVA, SIZE / 2, other.fd, 0), ==, -EEXIST);
    g_assert_cmpint(rig_dma_map(&two, RW, IOVA, SIZE / 2, memory.fd, SIZE / 2), ==, -EEXIST);
    g_assert_cmpint(rig_dma_map(&two, RW, IOVA, SIZE, memory.fd, 0), ==, -EEXIST);
    g_assert_cmpint(rig_dma_map(&two, RW, IOVA, 4096, memory.fd, 0), ==, -EEXIST);
    g_assert_cmpint(rig_dma_map(&two, VFIO_USER_DMA_READABLE, IOVA, SIZE / 2, memory.fd, 0), ==,
                    -EEXIST);
    g_assert_cmpint(rig_dma_map(&two, RW, IOVA, SIZE / 2, -1, 0), ==, -EEXIST);
    check_reaches(&one, &memory);
    rig_stop(&two);
    rig_stop(&one);
    memory_free(&other);
    memory_free(&memory);
}

static void test_machine_is_not_covered(void)
{
    MemoryRegion ram;
    Rig rig;

    memory_region_init_ram_nomigrate(&ram, NULL, "machine-ram", SIZE, &error_abort);
    memory_region_add_subregion(get_system_memory(), IOVA, &ram);
    rig_start(&rig, true);
    g_assert_cmpint(rig_dma_map(&rig, RW, IOVA, SIZE, -1, 0), ==, -EEXIST);
    g_assert_cmpint(rig_dma_unmap(&rig, 0, IOVA, SIZE), ==, -ENOENT);
    rig_stop(&rig);
    memory_region_del_subregion(get_system_memory(), &ram);
    object_unparent(OBJECT(&ram));
    drain_call_rcu();
}

static void test_unmap(void)
{
    Memory memory = memory_new(F_SEAL_SHRINK);
    Rig rig;

    rig_start(&rig, true);
    g_assert_cmpint(rig_dma_map(&rig, RW, IOVA, SIZE, memory.fd, 0), ==, 0);
    g_assert_cmpint(rig_dma_unmap(&rig, 0, IOVA, 4096), ==, -ENOENT);
    g_assert_cmpint(rig_dma_unmap(&rig, 0, IOVA + 4096, SIZE - 4096), ==, -ENOENT);
    g_assert_cmpint(rig_dma_unmap(&rig, 0, IOVA, SIZE), ==, 0);
    g_assert_cmpint(rig.server->dying_regions, ==, 0);
    g_assert_cmpint(rig_device_dma(&rig, READ, IOVA), !=, 0);
    g_assert_cmpint(rig_dma_map(&rig, RW, IOVA, SIZE, memory.fd, 0), ==, 0);
    check_reaches(&rig, &memory);
    rig_stop(&rig);
    memory_free(&memory);
}

static void test_unmap_all(void)
{
    Rig rig;

    rig_start(&rig, true);
    for (int i = 0; i < 10; i++) {
        g_assert_cmpint(rig_dma_map(&rig, RW, IOVA + i * SIZE, SIZE, -1, 0), ==, 0);
    }
    g_assert_cmpint(rig_dma_unmap(&rig, VFIO_USER_DMA_UNMAP_ALL, 0, 0), ==, 0);
    g_assert_cmpint(rig_dma_map(&rig, RW, IOVA, 10 * SIZE, -1, 0), ==, 0);
    rig_stop(&rig);
}

static void test_too_many_ranges(void)
{
    int ret = 0;
    Rig rig;

    rig_start(&rig, true);
    for (int i = 0; i < 1024; i++) {
        ret = rig_dma_map(&rig, RW, IOVA + i * SIZE, 4096, -1, 0);
        g_assert_cmpint(ret, ==, 0);
    }
    g_assert_cmpint(rig_dma_map(&rig, RW, IOVA - SIZE, 4096, -1, 0), ==, -ENOSPC);
    g_assert_cmpint(rig_readl(&rig, RIG_SCRATCH), ==, 0);
    rig_stop(&rig);
}

/* The answer to DMA_UNMAP says that nobody uses the memory any more. */
static void test_unmap_waits_for_users(void)
{
    Memory memory = memory_new(F_SEAL_SHRINK);
    VFIOUserDMAUnmap unmap = { sizeof(unmap), 0, IOVA, SIZE };
    VFIOUserMsg msg;
    Rig rig;

    rig_start(&rig, true);
    g_assert_cmpint(rig_dma_map(&rig, RW, IOVA, SIZE, memory.fd, 0), ==, 0);
    g_assert_cmpint(rig_device_dma(&rig, HOLD, IOVA), ==, 0);
    rig_send(&rig, VFIO_USER_DMA_UNMAP, 0, &unmap, sizeof(unmap), NULL, 0);
    rig_pump(-1);
    drain_call_rcu();
    rig_pump(-1);
    g_assert_cmpint(vfio_user_reader_next(&rig.reader, &msg), ==, 0);
    g_assert_cmpint(rig.server->dying_regions, ==, 1);
    device_cold_reset(rig.dev); /* lets go */
    g_assert_cmpint(rig_receive(&rig, &msg), ==, 0);
    g_assert_cmpint(msg.header.command, ==, VFIO_USER_DMA_UNMAP);
    g_assert_cmpint(msg.size, ==, sizeof(unmap));
    g_assert_cmpint(rig_readl(&rig, RIG_SCRATCH), ==, 0);
    rig_stop(&rig);
    memory_free(&memory);
}

static void test_memory_goes_with_client(void)
{
    Memory memory = memory_new(F_SEAL_SHRINK);
    Rig rig;

    rig_start(&rig, true);
    g_assert_cmpint(rig_dma_map(&rig, RW, IOVA, SIZE, memory.fd, 0), ==, 0);
    close(rig.sock);
    rig.sock = -1;
    rig_pump(-1);
    g_assert_null(rig.server->conn);
    drain_call_rcu();
    g_assert_false(memory_region_present(get_system_memory(), IOVA));
    g_assert_cmpint(rig.server->dying_regions, ==, 0);
    rig_stop(&rig);
    memory_free(&memory);
}

static void test_held_memory_outlives_client(void)
{
    Memory memory = memory_new(F_SEAL_SHRINK);
    Rig rig;

    rig_start(&rig, true);
    g_assert_cmpint(rig_dma_map(&rig, RW, IOVA, SIZE, memory.fd, 0), ==, 0);
    g_assert_cmpint(rig_device_dma(&rig, HOLD, IOVA), ==, 0);
    close(rig.sock);
    rig.sock = -1;
    rig_pump(-1);
    drain_call_rcu();
    g_assert_cmpint(rig.server->dying_regions, ==, 1);
    rig_stop(&rig); /* the device lets go last */
    memory_free(&memory);
}

/* -- by messages ----------------------------------------------------------------------------- */

/* Register writes that need no answer read in between: the server waits for ours meanwhile. */
static void post(Rig *rig, uint64_t offset, uint32_t value)
{
    struct {
        VFIOUserRegionAccess access;
        uint32_t value;
    } write = { { offset, 0, 4 }, value };

    rig_send(rig, VFIO_USER_REGION_WRITE, VFIO_USER_FLAGS_NO_REPLY, &write, 20, NULL, 0);
}

typedef struct DMAReply {
    VFIOUserDMAAccess access;
    uint32_t value;
} DMAReply;

static void test_message_read(void)
{
    DMAReply reply = { { IOVA, 4 }, 0xabcd };
    VFIOUserMsg msg;
    Rig rig;

    rig_start(&rig, true);
    g_assert_cmpint(rig_dma_map(&rig, RW, IOVA, SIZE, -1, 0), ==, 0);
    post(&rig, RIG_DMA_ADDR, IOVA);
    post(&rig, RIG_DMA_GO, READ);
    rig_send_reply(rig.sock, 0, VFIO_USER_DMA_READ, &reply, 20);
    g_assert_cmpint(rig_receive(&rig, &msg), ==, 0);
    g_assert_cmpint(msg.header.command, ==, VFIO_USER_DMA_READ);
    g_assert_cmpint(vfio_user_validate_command(&msg), ==, 0);
    g_assert_cmphex(((const VFIOUserDMAAccess *)msg.payload)->iova, ==, IOVA);
    g_assert_cmpint(rig_readl(&rig, RIG_DMA_RESULT), ==, 0);
    g_assert_cmphex(rig_readl(&rig, RIG_DMA_DATA), ==, 0xabcd);
    rig_stop(&rig);
}

static void test_message_write(void)
{
    VFIOUserDMAAccess reply = { IOVA + 8, 4 };
    const VFIOUserDMAAccess *access;
    VFIOUserMsg msg;
    Rig rig;

    rig_start(&rig, true);
    g_assert_cmpint(rig_dma_map(&rig, RW, IOVA, SIZE, -1, 0), ==, 0);
    post(&rig, RIG_DMA_ADDR, IOVA + 8);
    post(&rig, RIG_DMA_DATA, 0x1234);
    post(&rig, RIG_DMA_GO, WRITE);
    rig_send_reply(rig.sock, 0, VFIO_USER_DMA_WRITE, &reply, 16);
    g_assert_cmpint(rig_receive(&rig, &msg), ==, 0);
    g_assert_cmpint(msg.header.command, ==, VFIO_USER_DMA_WRITE);
    access = msg.payload;
    g_assert_cmpint(msg.size, ==, 20);
    g_assert_cmphex(access->iova, ==, IOVA + 8);
    g_assert_cmphex(*(const uint32_t *)(access + 1), ==, 0x1234);
    g_assert_cmpint(rig_readl(&rig, RIG_DMA_RESULT), ==, 0);
    rig_stop(&rig);
}

/*
 * Answers to DMA of the device's block at @iova, in portions of @portion bytes. Sent before they
 * are asked for: the server waits for them in the thread of the test.
 */
static void block_answers_send(Rig *rig, uint16_t command, uint64_t iova, unsigned int portion)
{
    struct {
        VFIOUserDMAAccess access;
        uint8_t bytes[RIG_BLOCK_SIZE];
    } reply;
    uint16_t id = 0;

    for (unsigned int at = 0; at < RIG_BLOCK_SIZE; at += portion) {
        unsigned int n = MIN(portion, RIG_BLOCK_SIZE - at);

        reply.access = (VFIOUserDMAAccess) { iova + at, n };
        for (unsigned int i = 0; i < n; i++) {
            reply.bytes[i] = (at + i) * 7;
        }
        rig_send_reply(rig->sock, id++, command, &reply,
                       16 + (command == VFIO_USER_DMA_READ ? n : 0));
    }
}

/* What the server asked for: @portion by @portion, no more messages than needed. */
static void block_requests_check(Rig *rig, uint16_t command, uint64_t iova, unsigned int portion)
{
    VFIOUserMsg msg;

    for (unsigned int at = 0; at < RIG_BLOCK_SIZE; at += portion) {
        const VFIOUserDMAAccess *access;

        g_assert_cmpint(rig_receive(rig, &msg), ==, 0);
        g_assert_cmpint(msg.header.command, ==, command);
        access = msg.payload;
        g_assert_cmphex(access->iova, ==, iova + at);
        g_assert_cmpuint(access->count, ==, MIN(portion, RIG_BLOCK_SIZE - at));
        if (command == VFIO_USER_DMA_WRITE) {
            g_assert_cmpuint(msg.size, ==, 16 + access->count);
            g_assert_cmphex(((const uint8_t *)(access + 1))[0], ==, (at * 7) & 0xff);
        }
    }
}

/* @portion: the client's max_data_xfer_size, or more than there is. */
static void block_transfer(unsigned int portion)
{
    g_autofree char *caps = g_strdup_printf("{\"capabilities\":{\"max_data_xfer_size\":%u}}",
                                            portion);
    Rig rig;

    rig_start(&rig, false);
    g_assert_cmpint(rig_version(&rig, 0, 1, caps, NULL), ==, 0);
    g_assert_cmpint(rig_dma_map(&rig, RW, IOVA, SIZE, -1, 0), ==, 0);
    post(&rig, RIG_DMA_ADDR, IOVA + 3);
    post(&rig, RIG_BLOCK_GO, READ);
    block_answers_send(&rig, VFIO_USER_DMA_READ, IOVA + 3, portion);
    block_requests_check(&rig, VFIO_USER_DMA_READ, IOVA + 3, portion);
    g_assert_cmpint(rig_readl(&rig, RIG_DMA_RESULT), ==, 0);
    for (unsigned int at = 0; at < RIG_BLOCK_SIZE; at += 4) {
        uint8_t bytes[4];

        stl_le_p(bytes, rig_readl(&rig, RIG_BLOCK + at));
        for (int i = 0; i < 4; i++) {
            g_assert_cmphex(bytes[i], ==, (uint8_t)((at + i) * 7));
        }
    }
    rig_stop(&rig);
}

static void test_block_is_one_message(void)
{
    block_transfer(1 << 20);
}

static void test_block_in_the_clients_portions(void)
{
    block_transfer(700);
    block_transfer(1499);
}

static void test_block_is_written(void)
{
    Rig rig;

    rig_start(&rig, true);
    g_assert_cmpint(rig_dma_map(&rig, RW, IOVA, SIZE, -1, 0), ==, 0);
    for (unsigned int at = 0; at < RIG_BLOCK_SIZE; at += 4) {
        const uint8_t bytes[4] = { at * 7, (at + 1) * 7, (at + 2) * 7, (at + 3) * 7 };

        rig_writel(&rig, RIG_BLOCK + at, ldl_le_p(bytes));
    }
    rig_writel(&rig, RIG_DMA_ADDR, IOVA + 8);
    post(&rig, RIG_BLOCK_GO, WRITE);
    block_answers_send(&rig, VFIO_USER_DMA_WRITE, IOVA + 8, RIG_BLOCK_SIZE);
    block_requests_check(&rig, VFIO_USER_DMA_WRITE, IOVA + 8, RIG_BLOCK_SIZE);
    g_assert_cmpint(rig_readl(&rig, RIG_DMA_RESULT), ==, 0);
    rig_stop(&rig);
}

static void test_block_refused_by_client(void)
{
    VFIOUserMsg reply = {
        .header = { .command = VFIO_USER_DMA_READ, .error = EFAULT,
                    .flags = VFIO_USER_FLAGS_REPLY | VFIO_USER_FLAGS_ERROR },
    }, msg;
    Rig rig;

    rig_start(&rig, true);
    g_assert_cmpint(rig_dma_map(&rig, RW, IOVA, SIZE, -1, 0), ==, 0);
    rig_writel(&rig, RIG_BLOCK, 0xffffffff);
    rig_writel(&rig, RIG_DMA_ADDR, IOVA);
    post(&rig, RIG_BLOCK_GO, READ);
    g_assert_cmpint(vfio_user_send(rig.sock, &reply, vfio_user_deadline(1000)), ==, 0);
    g_assert_cmpint(rig_receive(&rig, &msg), ==, 0);
    g_assert_cmpint(rig_readl(&rig, RIG_DMA_RESULT), !=, 0);
    g_assert_cmphex(rig_readl(&rig, RIG_BLOCK), ==, 0);
    rig_stop(&rig);
}

/* Commands that arrive before the answer are served after it, in their order. */
static void test_commands_meanwhile(void)
{
    VFIOUserRegionAccess read = { RIG_SCRATCH, 0, 4 };
    DMAReply reply = { { IOVA, 4 }, 1 };
    VFIOUserMsg msg;
    Rig rig;

    rig_start(&rig, true);
    g_assert_cmpint(rig_dma_map(&rig, RW, IOVA, SIZE, -1, 0), ==, 0);
    post(&rig, RIG_DMA_ADDR, IOVA);
    post(&rig, RIG_DMA_GO, READ);
    for (uint32_t i = 0; i < 3; i++) {
        post(&rig, RIG_SCRATCH, 100 + i);
        rig_send(&rig, VFIO_USER_REGION_READ, 0, &read, sizeof(read), NULL, 0);
    }
    rig_send_reply(rig.sock, 0, VFIO_USER_DMA_READ, &reply, 20);
    g_assert_cmpint(rig_receive(&rig, &msg), ==, 0);
    g_assert_cmpint(msg.header.command, ==, VFIO_USER_DMA_READ);
    for (uint32_t i = 0; i < 3; i++) {
        g_assert_cmpint(rig_receive(&rig, &msg), ==, 0);
        g_assert_cmpint(msg.header.command, ==, VFIO_USER_REGION_READ);
        g_assert_cmpint(*(const uint32_t *)((const char *)msg.payload + 16), ==, 100 + i);
    }
    rig_stop(&rig);
}

/* The same when the device does its DMA on its own account, by a timer for instance. */
static void test_commands_meanwhile_on_timer(void)
{
    VFIOUserRegionAccess read = { RIG_SCRATCH, 0, 4 };
    DMAReply reply = { { IOVA, 4 }, 1 };
    MemoryRegion *regs;
    VFIOUserMsg msg;
    Rig rig;

    rig_start(&rig, true);
    g_assert_cmpint(rig_dma_map(&rig, RW, IOVA, SIZE, -1, 0), ==, 0);
    rig_writel(&rig, RIG_DMA_ADDR, IOVA);
    rig_send(&rig, VFIO_USER_REGION_READ, 0, &read, sizeof(read), NULL, 0);
    rig_send_reply(rig.sock, 0, VFIO_USER_DMA_READ, &reply, 20);
    rig_send(&rig, VFIO_USER_REGION_READ, 0, &read, sizeof(read), NULL, 0);
    regs = sysbus_mmio_get_region(SYS_BUS_DEVICE(rig.dev), 0);
    memory_region_dispatch_write(regs, RIG_DMA_GO, READ, MO_LE | MO_32, MEMTXATTRS_UNSPECIFIED);
    g_assert_cmpint(rig_receive(&rig, &msg), ==, 0);
    g_assert_cmpint(msg.header.command, ==, VFIO_USER_DMA_READ);
    for (int i = 0; i < 2; i++) {
        g_assert_cmpint(rig_receive(&rig, &msg), ==, 0);
        g_assert_cmpint(msg.header.command, ==, VFIO_USER_REGION_READ);
    }
    rig_stop(&rig);
}

static void test_twin_socket(void)
{
    DMAReply reply = { { IOVA, 4 }, 0x77 };
    VFIOUserReader reader;
    VFIOUserCaps caps;
    VFIOUserMsg msg;
    Rig rig;
    int twin;

    rig_start(&rig, false);
    g_assert_cmpint(rig_version(&rig, 0, 1,
                                "{\"capabilities\":{\"twin_socket\":{\"supported\":true}}}",
                                &msg), ==, 0);
    g_assert_true(vfio_user_version_parse(&msg, &caps, NULL));
    g_assert_true(caps.twin_socket);
    twin = vfio_user_msg_steal_fd(&msg, caps.twin_fd_index);
    g_assert_cmpint(rig_dma_map(&rig, RW, IOVA, SIZE, -1, 0), ==, 0);
    rig_send_reply(twin, 0, VFIO_USER_DMA_READ, &reply, 20);
    g_assert_cmpint(rig_device_dma(&rig, READ, IOVA), ==, 0);
    g_assert_cmphex(rig_readl(&rig, RIG_DMA_DATA), ==, 0x77);
    vfio_user_reader_init(&reader, twin, VFIO_USER_MSG_MAX);
    g_assert_cmpint(vfio_user_reader_next(&reader, &msg), ==, 1);
    g_assert_cmpint(msg.header.command, ==, VFIO_USER_DMA_READ);
    vfio_user_reader_destroy(&reader);
    close(twin);
    rig_stop(&rig);
}

static void test_message_refused(void)
{
    VFIOUserMsg reply = {
        .header = { .command = VFIO_USER_DMA_READ, .error = EFAULT,
                    .flags = VFIO_USER_FLAGS_REPLY | VFIO_USER_FLAGS_ERROR },
    }, msg;
    Rig rig;

    rig_start(&rig, true);
    g_assert_cmpint(rig_dma_map(&rig, RW, IOVA, SIZE, -1, 0), ==, 0);
    post(&rig, RIG_DMA_ADDR, IOVA);
    post(&rig, RIG_DMA_GO, READ);
    g_assert_cmpint(vfio_user_send(rig.sock, &reply, vfio_user_deadline(1000)), ==, 0);
    g_assert_cmpint(rig_receive(&rig, &msg), ==, 0);
    g_assert_cmpint(rig_readl(&rig, RIG_DMA_RESULT), !=, 0);
    rig_stop(&rig);
}

/* A client that never answers costs the timeout once, then it is gone. */
static void test_no_answer(void)
{
    int64_t start;
    Rig rig;

    rig_start(&rig, true);
    g_assert_cmpint(rig_dma_map(&rig, RW, IOVA, SIZE, -1, 0), ==, 0);
    post(&rig, RIG_DMA_ADDR, IOVA);
    rig.server->dma_timeout_ms = 200;
    for (int i = 0; i < 20; i++) {
        post(&rig, RIG_DMA_GO, READ);
    }
    start = g_get_monotonic_time();
    g_assert_true(rig_is_disconnected(&rig));
    g_assert_cmpint(g_get_monotonic_time() - start, <, 3 * G_USEC_PER_SEC);
    g_assert_null(rig.server->conn);
    rig_stop(&rig);
}

static void add_message_tests(void)
{
    g_test_add_func("/vfio-user/server/dma/message/read", test_message_read);
    g_test_add_func("/vfio-user/server/dma/message/write", test_message_write);
    g_test_add_func("/vfio-user/server/dma/message/block-is-one", test_block_is_one_message);
    g_test_add_func("/vfio-user/server/dma/message/block-in-the-clients-portions",
                    test_block_in_the_clients_portions);
    g_test_add_func("/vfio-user/server/dma/message/block-is-written", test_block_is_written);
    g_test_add_func("/vfio-user/server/dma/message/block-refused-by-client",
                    test_block_refused_by_client);
    g_test_add_func("/vfio-user/server/dma/message/commands-meanwhile", test_commands_meanwhile);
    g_test_add_func("/vfio-user/server/dma/message/commands-meanwhile-on-timer",
                    test_commands_meanwhile_on_timer);
    g_test_add_func("/vfio-user/server/dma/message/twin-socket", test_twin_socket);
    g_test_add_func("/vfio-user/server/dma/message/refused-by-client", test_message_refused);
    g_test_add_func("/vfio-user/server/dma/message/no-answer-disconnects", test_no_answer);
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    g_test_add_func("/vfio-user/server/dma/file/sealed-is-mapped", test_sealed_is_mapped);
    g_test_add_func("/vfio-user/server/dma/file/unsealed-is-read-and-written",
                    test_unsealed_is_read_and_written);
    g_test_add_func("/vfio-user/server/dma/file/truncated-is-an-error",
                    test_truncated_is_an_error);
    g_test_add_func("/vfio-user/server/dma/file/offset", test_offset);
    g_test_add_func("/vfio-user/server/dma/file/read-only", test_read_only);
    g_test_add_func("/vfio-user/server/dma/file/write-only", test_write_only);
    g_test_add_func("/vfio-user/server/dma/file/sealed-against-writes",
                    test_sealed_against_writes);
    g_test_add_func("/vfio-user/server/dma/file/others-are-refused", test_files_refused);
    g_test_add_func("/vfio-user/server/dma/range/impossible", test_ranges_refused);
    g_test_add_func("/vfio-user/server/dma/range/overlap-is-refused", test_overlap_is_refused);
    g_test_add_func("/vfio-user/server/dma/range/two-devices-have-the-same-memory",
                    test_two_devices_have_the_same_memory);
    g_test_add_func("/vfio-user/server/dma/range/two-devices-cannot-differ",
                    test_two_devices_cannot_differ);
    g_test_add_func("/vfio-user/server/dma/range/machine-is-not-covered",
                    test_machine_is_not_covered);
    g_test_add_func("/vfio-user/server/dma/range/too-many", test_too_many_ranges);
    g_test_add_func("/vfio-user/server/dma/unmap/exact", test_unmap);
    g_test_add_func("/vfio-user/server/dma/unmap/all", test_unmap_all);
    g_test_add_func("/vfio-user/server/dma/unmap/waits-for-users", test_unmap_waits_for_users);
    g_test_add_func("/vfio-user/server/dma/unmap/with-client", test_memory_goes_with_client);
    g_test_add_func("/vfio-user/server/dma/unmap/held-memory-outlives-client",
                    test_held_memory_outlives_client);
    add_message_tests();
    return g_test_run();
}
