/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Costs of a served device, from the side of the guest: a register read and write by message
 * next to a bare exchange of as many bytes with a process that does nothing else. The server is
 * a process: `bench-vfio-user PATH-OF-GANTRY`. Target: the read within 1.3 of the bare exchange
 * of the same run. Runs take turns, since others use the host too.
 */
#include "qemu/osdep.h"
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include "../unit/vfio/user-client-harness.h"
#include "qemu/timer.h"

#define RUNS 40
#define ROUNDS 2000

typedef struct Samples {
    const char *what;
    double ns[RUNS];
} Samples;

/* -- bare exchange --------------------------------------------------------------------------- */

static pid_t echo_pid;
static int echo_sock;

static void echo_start(void)
{
    int sv[2];
    char buf[64];

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, sv), ==, 0);
    echo_pid = fork();
    if (!echo_pid) {
        close(sv[0]);
        while (recv(sv[1], buf, 32, MSG_WAITALL) == 32) {
            if (send(sv[1], buf, 36, 0) != 36) {
                break;
            }
        }
        _exit(0);
    }
    close(sv[1]);
    echo_sock = sv[0];
}

static void echo_stop(void)
{
    close(echo_sock);
    waitpid(echo_pid, NULL, 0);
}

static void bare_exchange(void)
{
    char buf[64] = { 0 };

    g_assert_cmpint(send(echo_sock, buf, 32, 0), ==, 32);
    g_assert_cmpint(recv(echo_sock, buf, 36, MSG_WAITALL), ==, 36);
}

/* -- served devices -------------------------------------------------------------------------- */

static GPid serve(const char *program, const char *path)
{
    g_autofree char *object = g_strdup_printf("vfio-user-server,id=s,device=d,socket=%s", path);
    const char *argv[] = {
        program, "-M", "none", "-nodefaults", "-display", "none", "-device", "pl061,id=d",
        "-object", object, NULL,
    };
    GError *err = NULL;
    GPid pid;

    if (!g_spawn_async(NULL, (char **)argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid,
                       &err)) {
        g_error("%s", err->message);
    }
    for (int i = 0; i < 10000 && !g_file_test(path, G_FILE_TEST_EXISTS); i++) {
        g_usleep(1000);
    }
    return pid;
}

/* -- figures --------------------------------------------------------------------------------- */

static VFIORegion region;

static void register_read(void)
{
    g_assert_cmphex(vfio_region_read(&region, 0xfe0, 4), ==, 0x61);
}

static void register_write(void)
{
    vfio_region_write(&region, 0x400, 0, 4);
}

static double time_of(void (*fn)(void), unsigned int rounds)
{
    int64_t start = get_clock();

    for (unsigned int i = 0; i < rounds; i++) {
        fn();
    }
    return (double)(get_clock() - start) / rounds;
}

static int double_compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double report(Samples *s)
{
    qsort(s->ns, RUNS, sizeof(s->ns[0]), double_compare);
    printf("%-40s median %9.1f ns, best %9.1f ns\n", s->what, s->ns[RUNS / 2], s->ns[0]);
    return s->ns[RUNS / 2];
}

static void measure(void)
{
    Samples bare = { "bare exchange" }, read = { "register read" }, write = { "register write" };
    double base;

    for (unsigned int i = 0; i < RUNS; i++) {
        bare.ns[i] = time_of(bare_exchange, ROUNDS);
        read.ns[i] = time_of(register_read, ROUNDS);
        write.ns[i] = time_of(register_write, ROUNDS);
    }
    base = report(&bare);
    printf("read/bare %.2f (target 1.3)\n", report(&read) / base);
    printf("write/bare %.2f\n", report(&write) / base);
}

int main(int argc, char **argv)
{
    g_autofree char *folder = g_dir_make_tmp("gantry-bench-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "sock", NULL);
    VFIODevice vdev = { .name = (char *)"served", .socket = path, .fd = -1 };
    Object *owner;
    GPid pid;

    if (argc < 2) {
        fprintf(stderr, "usage: %s PATH-OF-GANTRY\n", argv[0]);
        return 1;
    }
    signal(SIGPIPE, SIG_IGN);
    echo_start();
    pid = serve(argv[1], path);
    harness_init(&argc, &argv);
    owner = object_new(TYPE_CONTAINER);
    vfio_attach_device(vdev.name, &vdev, &address_space_memory, &error_fatal);
    g_assert_cmpint(vfio_region_setup(owner, &vdev, &region, 0, "region"), ==, 0);
    measure();
    vfio_region_finalize(&region);
    vfio_detach_device(&vdev);
    kill(pid, SIGTERM);
    waitpid(pid, NULL, 0);
    echo_stop();
    unlink(path);
    rmdir(folder);
    return 0;
}
