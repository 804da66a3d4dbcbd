/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Costs of a served device, from the side of the guest: a register read and write by message
 * next to a bare exchange of as many bytes with a process that does nothing else, over blocking
 * sockets. The server is a process: `bench-vfio-user PATH-OF-GANTRY`. Target: the read within 1.3
 * of the bare exchange of the same run. Runs take turns, since others use the host too.
 *
 * What an exchange costs depends on where the two sides run: on one CPU, that each leaves to the
 * other, or on two, of which each is idle and has to be woken up. The scheduler decides differently
 * from second to second, so both are measured, with the same affinity for both pairs.
 */
#include "qemu/osdep.h"
#include <float.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include "../unit/vfio/user-client-harness.h"
#include "qemu/timer.h"

#define RUNS 100
#define ROUNDS 500
#define MAPPED_ROUNDS 20000

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

static void report(Samples *s, const Samples *base)
{
    qsort(s->ns, RUNS, sizeof(s->ns[0]), double_compare);
    printf("  %-20s best %8.0f ns, median %8.0f ns", s->what, s->ns[0], s->ns[RUNS / 2]);
    if (base) {
        printf("; of bare %.2f, %.2f", s->ns[0] / base->ns[0],
               s->ns[RUNS / 2] / base->ns[RUNS / 2]);
    }
    printf("\n");
}

/* -- places ---------------------------------------------------------------------------------- */

/* The @n-th CPU that this process may use. */
static int cpu_nth(const cpu_set_t *allowed, int n)
{
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (CPU_ISSET(cpu, allowed) && !n--) {
            return cpu;
        }
    }
    return -1;
}

static void place(pid_t pid, int cpu)
{
    cpu_set_t set;

    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    g_assert_no_errno(sched_setaffinity(pid, sizeof(set), &set));
}

static void measure(const char *where, int ours, int theirs, pid_t server)
{
    Samples bare = { "bare exchange" }, read = { "register read" }, write = { "register write" };

    place(0, ours);
    place(echo_pid, theirs);
    place(server, theirs);
    for (unsigned int i = 0; i < RUNS; i++) {
        bare.ns[i] = time_of(bare_exchange, ROUNDS);
        read.ns[i] = time_of(register_read, ROUNDS);
        write.ns[i] = time_of(register_write, ROUNDS);
    }
    printf("%s:\n", where);
    report(&bare, NULL);
    report(&read, &bare);
    report(&write, &bare);
}

/* An access of the guest to a region that is mapped: no server takes part, nor does the kernel. */
static void measure_mapped(void)
{
    int fd = memfd_create("region", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    double load = DBL_MAX, store = DBL_MAX;
    Bench b;

    g_assert_no_errno(ftruncate(fd, FAKE_USER_REGION_SIZE));
    g_assert_no_errno(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK));
    bench_init(&b);
    b.server->region_fd[0] = fd;
    b.server->region_flags[0] |= VFIO_REGION_INFO_FLAG_MMAP;
    bench_attach(&b);
    bench_regions_map(&b);
    for (unsigned int run = 0; run < RUNS; run++) {
        int64_t start = get_clock();

        for (unsigned int i = 0; i < MAPPED_ROUNDS; i++) {
            bench_read(&b, 0, 8, 4);
        }
        load = MIN(load, (double)(get_clock() - start) / MAPPED_ROUNDS);
        start = get_clock();
        for (unsigned int i = 0; i < MAPPED_ROUNDS; i++) {
            bench_write(&b, 0, 8, 4, i);
        }
        store = MIN(store, (double)(get_clock() - start) / MAPPED_ROUNDS);
    }
    printf("mapped region, no system call (test-vfio-mapped): load %.1f ns, store %.1f ns\n", load,
           store);
    bench_stop(&b);
    close(fd);
}

static void measure_places(pid_t server)
{
    cpu_set_t allowed;
    int last;

    g_assert_no_errno(sched_getaffinity(0, sizeof(allowed), &allowed));
    last = cpu_nth(&allowed, CPU_COUNT(&allowed) - 1);
    measure("both sides on one CPU", last, last, server);
    if (CPU_COUNT(&allowed) > 1) {
        measure("on two CPUs", last, cpu_nth(&allowed, 0), server);
    }
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
    measure_places(pid);
    vfio_region_finalize(&region);
    vfio_detach_device(&vdev);
    object_unref(owner);
    drain_call_rcu();
    measure_mapped();
    kill(pid, SIGTERM);
    waitpid(pid, NULL, 0);
    echo_stop();
    unlink(path);
    rmdir(folder);
    return 0;
}
