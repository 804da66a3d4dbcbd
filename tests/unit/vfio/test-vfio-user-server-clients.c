/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Clients of the vfio-user server: those that say nothing, those that die, one after another, and
 * commands that arrive while one is being served that runs the main loop.
 */
#include "vfio-user-rig.h"
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include "exec/address-spaces.h"
#include "qemu/timer.h"
#include "qom/object_interfaces.h"
#include "../../../util/fd.h"
#include "../hwcore/hwcore-harness.h"

#define IOVA 0x40000000ull
#define RW (VFIO_USER_DMA_READABLE | VFIO_USER_DMA_WRITABLE)
#define TWIN "{\"capabilities\":{\"twin_socket\":{\"supported\":true}}}"
#define VERSION_TIMEOUT_S 10

/* -- the time for VERSION -------------------------------------------------------------------- */

/* When the server gives up, from now on. */
static int64_t patience_ns(const Rig *rig)
{
    return timer_expire_time_ns(rig->server->conn->version_timer) -
           qemu_clock_get_ns(QEMU_CLOCK_REALTIME);
}

/* The 10 seconds are over. */
static void patience_end(const Rig *rig)
{
    timer_mod(rig->server->conn->version_timer, qemu_clock_get_ms(QEMU_CLOCK_REALTIME));
    rig_pump(-1);
}

static void test_mute_client_has_ten_seconds(void)
{
    Rig rig;

    rig_start(&rig, false);
    g_assert_cmpint(patience_ns(&rig), <=, VERSION_TIMEOUT_S * NANOSECONDS_PER_SECOND);
    g_assert_cmpint(patience_ns(&rig), >, VERSION_TIMEOUT_S * NANOSECONDS_PER_SECOND / 2);
    patience_end(&rig);
    g_assert_null(rig.server->conn);
    g_assert_true(rig_is_disconnected(&rig));
    rig_stop(&rig);
}

/* What it says byte by byte gets it no more time. */
static void test_half_a_version_has_no_more(void)
{
    const VFIOUserHeader header = { .command = VFIO_USER_VERSION, .size = 20 };
    int64_t expires;
    Rig rig;

    rig_start(&rig, false);
    expires = timer_expire_time_ns(rig.server->conn->version_timer);
    g_assert_cmpint(write(rig.sock, &header, sizeof(header)), ==, sizeof(header));
    rig_pump(-1);
    g_assert_cmpint(timer_expire_time_ns(rig.server->conn->version_timer), ==, expires);
    patience_end(&rig);
    g_assert_true(rig_is_disconnected(&rig));
    rig_stop(&rig);
}

static void test_version_ends_the_wait(void)
{
    Rig rig;

    rig_start(&rig, true);
    g_assert_false(timer_pending(rig.server->conn->version_timer));
    rig_writel(&rig, RIG_SCRATCH, 5);
    g_assert_cmpint(rig_readl(&rig, RIG_SCRATCH), ==, 5);
    rig_stop(&rig);
}

/* -- one after another ----------------------------------------------------------------------- */

static void client_connect(Rig *rig, const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };

    g_strlcpy(address.sun_path, path, sizeof(address.sun_path));
    rig->sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    rig->next_id = 0;
    g_assert_no_errno(connect(rig->sock, (void *)&address, sizeof(address)));
    vfio_user_reader_init(&rig->reader, rig->sock, VFIO_USER_MSG_MAX);
}

static void client_leave(Rig *rig)
{
    vfio_user_reader_destroy(&rig->reader);
    fd_close(&rig->sock);
    rig_pump(-1);
}

/* A server that listens at @path, for the device "device". */
static VFIOUserServer *server_listen(const char *path)
{
    Object *obj = object_new(TYPE_VFIO_USER_SERVER);

    object_property_add_child(object_get_root(), "server", obj);
    object_property_set_str(obj, "device", "/device", &error_abort);
    object_property_set_str(obj, "edge-irqs", "none", &error_abort);
    object_property_set_str(obj, "socket", path, &error_abort);
    user_creatable_complete(USER_CREATABLE(obj), &error_abort);
    object_unref(obj);
    return VFIO_USER_SERVER(obj);
}

/*
 * How a client ends: within a header, within a payload, in the middle of its own memory's DMA,
 * with its twin socket left open. The next one finds the device as it was and nothing of the
 * other's, neither bytes nor memory.
 */
enum { IN_HEADER, IN_PAYLOAD, IN_DMA, WITH_TWIN_OPEN, AT_REST, ENDS };

static void client_die(Rig *rig, int how, int *twin)
{
    const struct {
        VFIOUserHeader header;
        VFIOUserRegionAccess access;
        uint32_t value;
    } write_command = {
        { .command = VFIO_USER_REGION_WRITE, .size = 36, .flags = VFIO_USER_FLAGS_NO_REPLY },
        { RIG_DMA_GO, 0, 4 }, 1,
    };
    static const size_t bytes[] = { [IN_HEADER] = 7, [IN_PAYLOAD] = 33, [IN_DMA] = 36 };
    VFIOUserCaps caps;
    VFIOUserMsg msg;

    *twin = -1;
    vfio_user_caps_init(&caps);
    g_assert_cmpint(rig_version(rig, 0, 1, how == WITH_TWIN_OPEN ? TWIN : NULL, &msg), ==, 0);
    g_assert_true(vfio_user_version_parse(&msg, &caps, NULL));
    if (how == WITH_TWIN_OPEN) {
        *twin = vfio_user_msg_steal_fd(&msg, caps.twin_fd_index);
        g_assert_cmpint(*twin, >=, 0);
    }
    vfio_user_caps_clear(&caps);
    vfio_user_msg_clear(&msg);
    g_assert_cmpint(rig_dma_map(rig, RW, IOVA, 4096, -1, 0), ==, 0);
    rig_writel(rig, RIG_DMA_ADDR, IOVA);
    rig_writel(rig, RIG_SCRATCH, 0x100 + how);
    if (how < ARRAY_SIZE(bytes)) {
        g_assert_cmpint(write(rig->sock, &write_command, bytes[how]), ==, bytes[how]);
        shutdown(rig->sock, SHUT_WR);
        rig_pump(-1);
    }
    client_leave(rig);
}

static void test_clients_that_die(void)
{
    DeviceState *dev = rig_device_new("device");
    g_autofree char *dir = g_dir_make_tmp(NULL, NULL);
    g_autofree char *path = g_build_filename(dir, "sock", NULL);
    VFIOUserServer *server = server_listen(path);
    uint64_t word;
    Rig rig = { .server = server };
    int twin;

    for (int i = 0; i < 3 * ENDS; i++) {
        int how = i % ENDS;

        client_connect(&rig, path);
        client_die(&rig, how, &twin);
        g_assert_null(server->conn);
        g_assert_cmpint(address_space_read(&address_space_memory, IOVA, MEMTXATTRS_UNSPECIFIED,
                                           &word, 8), !=, MEMTX_OK);
        client_connect(&rig, path);
        g_assert_cmpint(rig_version(&rig, 0, 1, NULL, NULL), ==, 0);
        g_assert_cmphex(rig_readl(&rig, RIG_SCRATCH), ==, 0x100 + how);
        g_assert_cmpint(rig_dma_map(&rig, RW, IOVA, 4096, -1, 0), ==, 0);
        client_leave(&rig);
        if (twin >= 0) {
            close(twin);
        }
    }
    object_unparent(OBJECT(server));
    rmdir(dir);
    object_unparent(OBJECT(dev));
}

/* -- a main loop within a command ------------------------------------------------------------ */

static void register_post(Rig *rig, uint64_t offset, uint32_t value)
{
    struct {
        VFIOUserRegionAccess access;
        uint32_t value;
    } write = { { offset, 0, 4 }, value };

    rig_send(rig, VFIO_USER_REGION_WRITE, VFIO_USER_FLAGS_NO_REPLY, &write, 20, NULL, 0);
}

static void register_ask(Rig *rig, uint64_t offset)
{
    VFIOUserRegionAccess read = { offset, 0, 4 };

    rig_send(rig, VFIO_USER_REGION_READ, 0, &read, sizeof(read), NULL, 0);
}

static uint32_t register_told(Rig *rig)
{
    VFIOUserMsg msg;

    g_assert_cmpint(rig_receive(rig, &msg), ==, 0);
    g_assert_cmpint(msg.header.command, ==, VFIO_USER_REGION_READ);
    g_assert_cmpint(msg.header.id, ==, rig->next_id++);
    return *(const uint32_t *)((const char *)msg.payload + sizeof(VFIOUserRegionAccess));
}

static void *late_commands(void *opaque)
{
    Rig *rig = opaque;

    g_usleep(10000);
    register_post(rig, RIG_SCRATCH, 7);
    register_ask(rig, RIG_LOOP);
    register_ask(rig, RIG_SCRATCH);
    return NULL;
}

/* The loop finds the socket readable while a command runs it. */
static void test_commands_wait_for_one_that_runs_the_loop(void)
{
    GThread *thread;
    Rig rig;

    rig_start(&rig, true);
    register_post(&rig, RIG_LOOP, 0);
    thread = g_thread_new("late", late_commands, &rig);
    rig_pump(rig.sock);
    g_thread_join(thread);
    rig.next_id -= 2;
    g_assert_cmphex(register_told(&rig), ==, 0);
    g_assert_cmphex(register_told(&rig), ==, 7);
    rig_stop(&rig);
}

/* The same with one that is put aside first, while an answer to DMA is awaited. */
static void test_commands_wait_for_one_that_does_dma(void)
{
    const struct {
        VFIOUserDMAAccess access;
        uint32_t value;
    } reply = { { IOVA, 4 }, 0x55 };
    VFIOUserMsg msg;
    Rig rig;

    rig_start(&rig, true);
    g_assert_cmpint(rig_dma_map(&rig, RW, IOVA, 4096, -1, 0), ==, 0);
    rig_writel(&rig, RIG_DMA_ADDR, IOVA);
    register_post(&rig, RIG_LOOP, 1);
    register_post(&rig, RIG_SCRATCH, 7);
    register_ask(&rig, RIG_LOOP);
    rig_send_reply(rig.sock, 0, VFIO_USER_DMA_READ, &reply, 20);
    register_ask(&rig, RIG_DMA_DATA);
    register_ask(&rig, RIG_SCRATCH);
    rig.next_id -= 3;
    g_assert_cmpint(rig_receive(&rig, &msg), ==, 0);
    g_assert_cmpint(msg.header.command, ==, VFIO_USER_DMA_READ);
    g_assert_cmphex(register_told(&rig), ==, 0);
    g_assert_cmphex(register_told(&rig), ==, 0x55);
    g_assert_cmphex(register_told(&rig), ==, 7);
    rig_stop(&rig);
}

/* It hangs up while a command of it runs the loop: that is dealt with afterwards. */
static void test_client_leaves_while_the_loop_runs(void)
{
    Rig rig;

    rig_start(&rig, true);
    register_post(&rig, RIG_SCRATCH, 3);
    register_post(&rig, RIG_LOOP, 0);
    fd_close(&rig.sock);
    rig_pump(-1);
    g_assert_null(rig.server->conn);
    rig_stop(&rig);
}

#define ADD(name) g_test_add_func("/vfio-user/server/clients/" #name, test_##name)

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    ADD(mute_client_has_ten_seconds);
    ADD(half_a_version_has_no_more);
    ADD(version_ends_the_wait);
    ADD(clients_that_die);
    ADD(commands_wait_for_one_that_runs_the_loop);
    ADD(commands_wait_for_one_that_does_dma);
    ADD(client_leaves_while_the_loop_runs);
    return g_test_run();
}
