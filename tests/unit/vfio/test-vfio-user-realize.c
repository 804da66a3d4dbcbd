/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Realizing -device vfio-platform,socket= with each system call of the client failing in turn, and
 * each message of the server: it works all the same, or there is one error; nothing is left open
 * and a second attempt works. The calls are led here by the linker (--wrap).
 */
#include "user-client-harness.h"
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include "hw/vfio/vfio-platform.h"
#include "../../../hw/vfio/sys-internal.h"

/* -- calls that fail --------------------------------------------------------------------------- */

/* Of the thread that realizes: the @fail_at-th of them fails, 0: none. */
static __thread unsigned int calls, fail_at;

static bool call_fails(void)
{
    if (++calls == fail_at) {
        errno = EIO;
        return true;
    }
    return false;
}

#define WRAP(type, name, parameters, arguments)             \
    type __real_##name parameters;                          \
    type __wrap_##name parameters;                          \
    type __wrap_##name parameters                           \
    {                                                       \
        return call_fails() ? -1 : __real_##name arguments; \
    }

WRAP(int, socket, (int domain, int type, int protocol), (domain, type, protocol))
WRAP(int, connect, (int fd, const struct sockaddr *address, socklen_t len), (fd, address, len))
WRAP(int, eventfd, (unsigned int value, int flags), (value, flags))
WRAP(int, memfd_create, (const char *name, unsigned int flags), (name, flags))
WRAP(ssize_t, send, (int fd, const void *buf, size_t size, int flags), (fd, buf, size, flags))
WRAP(ssize_t, sendmsg, (int fd, const struct msghdr *mh, int flags), (fd, mh, flags))
WRAP(ssize_t, recvmsg, (int fd, struct msghdr *mh, int flags), (fd, mh, flags))

static void *failing_mmap(size_t size, int prot, int fd, off_t offset)
{
    return call_fails() ? MAP_FAILED : vfio_sys_host.mmap(size, prot, fd, offset);
}

static int failing_fstat(int fd, struct stat *st)
{
    return call_fails() ? -1 : vfio_sys_host.fstat(fd, st);
}

/* -- a device ---------------------------------------------------------------------------------- */

static int sealed_file(void)
{
    int fd = memfd_create("region", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    g_assert_cmpint(ftruncate(fd, FAKE_USER_REGION_SIZE), ==, 0);
    g_assert_cmpint(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK), ==, 0);
    return fd;
}

static bool device_realize(Bench *b, DeviceState **dev, Error **errp)
{
    *dev = qdev_new(TYPE_VFIO_PLATFORM);
    object_property_add_child(object_get_root(), "device", OBJECT(*dev));
    object_property_set_str(OBJECT(*dev), "socket", b->server->path, &error_abort);
    return sysbus_realize_and_unref(SYS_BUS_DEVICE(*dev), errp);
}

/* The server's thread has seen that its client is gone. */
static void server_settle(Bench *b)
{
    bool is_idle = false;

    for (int i = 0; i < 5000 && !is_idle; i++) {
        qemu_mutex_lock(&b->server->lock);
        is_idle = b->server->sock < 0;
        qemu_mutex_unlock(&b->server->lock);
        g_usleep(is_idle ? 0 : 1000);
    }
    g_assert_true(is_idle);
}

static void device_remove(Bench *b, DeviceState *dev)
{
    object_unparent(OBJECT(dev));
    drain_call_rcu();
    server_settle(b);
}

static unsigned int fds_count(void)
{
    g_autoptr(GDir) dir = g_dir_open("/proc/self/fd", 0, NULL);
    unsigned int n = 0;

    while (g_dir_read_name(dir)) {
        n++;
    }
    return n;
}

static void bench_start_mappable(Bench *b, int fd)
{
    bench_init(b);
    b->server->region_fd[0] = fd;
    b->server->region_flags[0] |= VFIO_REGION_INFO_FLAG_MMAP;
}

/* Whatever came of it: nothing is left, and the next one works. */
static void outcome_check(Bench *b, DeviceState *dev, bool ok, Error *err)
{
    if (ok) {
        g_assert_null(err);
    } else {
        g_assert_nonnull(strstr(error_get_pretty(err), "vfio "));
        error_free(err);
    }
    device_remove(b, dev);
}

/* -- tests ------------------------------------------------------------------------------------- */

static void test_call_fails(void)
{
    VFIOSys sys = vfio_sys_host;
    int fd = sealed_file();
    unsigned int nth, fds, failures = 0;
    bool reached = true;
    Bench b;

    sys.mmap = failing_mmap;
    sys.fstat = failing_fstat;
    vfio_sys = &sys;
    bench_start_mappable(&b, fd);
    fds = fds_count();
    for (nth = 1; reached; nth++) {
        DeviceState *dev;
        Error *err = NULL;
        bool ok;

        calls = 0;
        fail_at = nth;
        ok = device_realize(&b, &dev, &err);
        reached = calls >= nth;
        fail_at = 0;
        failures += !ok;
        if (!reached) {
            g_assert_true(ok);
        }
        outcome_check(&b, dev, ok, err);
        g_assert_cmpuint(fds_count(), ==, fds);
    }
    g_test_message("%u calls, %u of them needed", nth - 2, failures);
    g_assert_cmpuint(failures, >, 15);
    bench_stop(&b);
    vfio_sys = &vfio_sys_host;
    close(fd);
}

typedef enum Misbehaviour {
    SAY_ERROR,
    SAY_NONSENSE,
    LEAVE,
    MISBEHAVIOURS,
} Misbehaviour;

static struct {
    Misbehaviour how;
    unsigned int at; /* the message, from 1 */
    unsigned int messages;
} plan;

static bool misbehave(FakeUserServer *server, VFIOUserMsg *msg)
{
    static const uint8_t nonsense[24] = { 0xff };

    if (++plan.messages != plan.at) {
        return false;
    }
    switch (plan.how) {
    case SAY_ERROR:
        vfio_user_send_error(server->sock, msg, EIO, vfio_user_deadline(1000));
        break;
    case SAY_NONSENSE:
        fake_user_reply(server, msg, nonsense, sizeof(nonsense), &server->region_fd[0], 1);
        break;
    default:
        shutdown(server->sock, SHUT_RDWR);
        break;
    }
    return true;
}

static void test_message_fails(gconstpointer how)
{
    int fd = sealed_file();
    unsigned int fds, failures = 0;
    Bench b;

    plan.how = GPOINTER_TO_INT(how);
    plan.at = 0;
    bench_start_mappable(&b, fd);
    b.server->hook = misbehave;
    fds = fds_count();
    do {
        DeviceState *dev;
        Error *err = NULL;
        bool ok;

        plan.at++;
        plan.messages = 0;
        ok = device_realize(&b, &dev, &err);
        failures += !ok;
        outcome_check(&b, dev, ok, err);
        g_assert_cmpuint(fds_count(), ==, fds);
    } while (plan.messages >= plan.at);
    g_test_message("%u messages, %u of them needed", plan.at - 1, failures);
    g_assert_cmpuint(failures, >, 5);
    bench_stop(&b);
    close(fd);
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    g_test_add_func("/vfio-user/realize/system-call-fails", test_call_fails);
    g_test_add_data_func("/vfio-user/realize/server-says-error", GINT_TO_POINTER(SAY_ERROR),
                         test_message_fails);
    g_test_add_data_func("/vfio-user/realize/server-says-nonsense",
                         GINT_TO_POINTER(SAY_NONSENSE), test_message_fails);
    g_test_add_data_func("/vfio-user/realize/server-leaves", GINT_TO_POINTER(LEAVE),
                         test_message_fails);
    return g_test_run();
}
