/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An access of the guest to a mapped region makes no system call: it is made in a process that
 * the kernel ends at the first one, by a seccomp filter that lets nothing pass but the end.
 */
#include "user-client-harness.h"
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include "qapi/error.h"

#define ROUNDS 10000

/* Exit status: all values were right; some was not; there are no filters here. */
enum { RIGHT = 0, WRONG = 3, NO_FILTERS = 4 };

static void system_calls_forbid(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
    };
    struct sock_fprog program = { ARRAY_SIZE(code), code };

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) {
        syscall(SYS_exit_group, NO_FILTERS);
    }
}

/* Word by word, by turns written and read. */
static G_NORETURN void accesses_make(Bench *b)
{
    bool right = true;

    bench_read(b, 0, 0, 4); /* what is done once for a thread */
    drain_call_rcu();       /* a reader wakes who waits for it; later changes would do so again */
    drain_call_rcu();
    system_calls_forbid();
    for (uint32_t i = 0; i < ROUNDS; i++) {
        uint64_t offset = i * 4 % FAKE_USER_REGION_SIZE;

        bench_write(b, 0, offset, 4, i);
        right &= bench_read(b, 0, offset, 4) == i;
    }
    for (;;) {
        syscall(SYS_exit_group, right ? RIGHT : WRONG);
    }
}

/* In the process of its own: with a region that is mapped, or not. */
static G_NORETURN void process_run(bool is_mapped)
{
    int fd = memfd_create("region", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    Bench b;

    g_assert_no_errno(ftruncate(fd, FAKE_USER_REGION_SIZE));
    g_assert_no_errno(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK));
    bench_init(&b);
    b.server->region_fd[0] = fd;
    b.server->region_flags[0] |= VFIO_REGION_INFO_FLAG_MMAP;
    bench_attach(&b);
    if (is_mapped) {
        bench_regions_map(&b);
        g_assert_cmpuint(b.regions[0].nr_mmaps, ==, 1);
    } else {
        bench_regions_setup(&b);
    }
    accesses_make(&b);
}

/* The status of the process that the running test is again. False: it could not be had. */
static bool process_status(bool is_mapped, int *status)
{
    const char *argv[] = { "/proc/self/exe", "--process", is_mapped ? "mapped" : "messages", NULL };
    g_autoptr(GError) err = NULL;

    if (g_getenv("MESON_EXE_WRAPPER")) {
        g_test_skip("needs seccomp filters, which an emulator does not have");
        return false;
    }
#ifdef CONFIG_TSAN
    g_test_skip("ThreadSanitizer makes system calls of its own");
    return false;
#endif
    g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, NULL,
                 status, &err);
    g_assert_no_error(err);
    if (WIFEXITED(*status) && WEXITSTATUS(*status) == NO_FILTERS) {
        g_test_skip("this kernel has no seccomp filters");
        return false;
    }
    return true;
}

static void test_access_makes_no_system_call(void)
{
    int status;

    if (process_status(true, &status)) {
        g_assert_true(WIFEXITED(status));
        g_assert_cmpint(WEXITSTATUS(status), ==, RIGHT);
    }
}

/* The same where there has to be one: so the filter works. */
static void test_access_by_message_makes_one(void)
{
    int status;

    if (process_status(false, &status)) {
        g_assert_true(WIFSIGNALED(status));
        g_assert_cmpint(WTERMSIG(status), ==, SIGSYS);
    }
}

#define ADD(name) g_test_add_func("/vfio/mapped/" #name, test_##name)

int main(int argc, char **argv)
{
    bool is_process = argc == 3 && !strcmp(argv[1], "--process");
    bool is_mapped = is_process && !strcmp(argv[2], "mapped");

    harness_init(&argc, &argv);
    if (is_process) {
        process_run(is_mapped);
    }
    ADD(access_makes_no_system_call);
    ADD(access_by_message_makes_one);
    return g_test_run();
}
