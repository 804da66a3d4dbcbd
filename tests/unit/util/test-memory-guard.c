/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Guarded mappings of files that are cut off, or that there is no room for. */
#include "qemu/osdep.h"
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include "qapi/error.h"
#include "qemu/main-loop.h"
#include "qemu/memory-guard.h"

#define SIZE 0x8000
#define SKIP 77

static void on_broken(void *opaque)
{
    unsigned int *count = opaque;

    (*count)++;
}

static volatile uint8_t *file_map(int fd)
{
    void *at;

    g_assert_cmpint(ftruncate(fd, SIZE), ==, 0);
    at = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    g_assert_true(at != MAP_FAILED);
    return at;
}

static void loop_run(void)
{
    for (int i = 0; i < 3; i++) {
        main_loop_wait(true);
    }
}

static void test_truncated(void)
{
    int fd = memfd_create("file", MFD_CLOEXEC);
    volatile uint8_t *bytes = file_map(fd);
    unsigned int count = 0;
    MemoryGuard *guard = memory_guard_add((void *)bytes, SIZE, on_broken, &count);

    bytes[0] = 1;
    g_assert_cmpint(ftruncate(fd, 0), ==, 0);
    g_assert_cmpuint(bytes[SIZE - 1], ==, 0);
    g_assert_cmpuint(bytes[0], ==, 0);
    bytes[5] = 5;
    g_assert_cmpuint(bytes[5], ==, 5);
    loop_run();
    g_assert_cmpuint(count, ==, 1);
    memory_guard_remove(guard);
    munmap((void *)bytes, SIZE);
    close(fd);
}

static void test_only_the_one_that_broke(void)
{
    enum { N = 200 };
    volatile uint8_t *bytes[N];
    MemoryGuard *guards[N];
    unsigned int counts[N] = { 0 };
    int fds[N];

    for (int i = 0; i < N; i++) {
        fds[i] = memfd_create("file", MFD_CLOEXEC);
        bytes[i] = file_map(fds[i]);
        bytes[i][1] = i;
        guards[i] = memory_guard_add((void *)bytes[i], SIZE, on_broken, &counts[i]);
    }
    g_assert_cmpint(ftruncate(fds[150], 0), ==, 0);
    bytes[150][1] = 1;
    loop_run();
    for (int i = 0; i < N; i++) {
        g_assert_cmpuint(counts[i], ==, i == 150);
        g_assert_cmpuint(bytes[i][1], ==, i == 150 ? 1 : i);
        memory_guard_remove(guards[i]);
        munmap((void *)bytes[i], SIZE);
        close(fds[i]);
    }
}

static void test_removed_is_not_told(void)
{
    int fd = memfd_create("file", MFD_CLOEXEC);
    volatile uint8_t *bytes = file_map(fd);
    unsigned int count = 0;
    MemoryGuard *guard = memory_guard_add((void *)bytes, SIZE, on_broken, &count);

    g_assert_cmpint(ftruncate(fd, 0), ==, 0);
    bytes[0] = 1;
    memory_guard_remove(guard);
    loop_run();
    g_assert_cmpuint(count, ==, 0);
    munmap((void *)bytes, SIZE);
    close(fd);
}

/* Another file at the same place: its guard has not seen anything yet. */
static void test_moved(void)
{
    int fd = memfd_create("file", MFD_CLOEXEC);
    volatile uint8_t *old = file_map(fd), *new = file_map(fd);
    unsigned int old_count = 0, new_count = 0;
    MemoryGuard *old_guard = memory_guard_add((void *)old, SIZE, on_broken, &old_count);
    MemoryGuard *new_guard = memory_guard_add((void *)new, SIZE, on_broken, &new_count);

    g_assert_true(mremap((void *)new, SIZE, SIZE, MREMAP_MAYMOVE | MREMAP_FIXED, old) == old);
    memory_guard_move(new_guard, (void *)old);
    memory_guard_remove(old_guard);
    g_assert_cmpint(ftruncate(fd, 0), ==, 0);
    old[0] = 1;
    loop_run();
    g_assert_cmpuint(old_count, ==, 0);
    g_assert_cmpuint(new_count, ==, 1);
    memory_guard_remove(new_guard);
    munmap((void *)old, SIZE);
    close(fd);
}

/* -- a process of its own -------------------------------------------------------------------- */

/* Without a guard the signal does what it did before. */
static int unguarded_access(void)
{
    int fd = memfd_create("file", MFD_CLOEXEC);
    volatile uint8_t *guarded = file_map(fd), *bytes = file_map(fd);
    unsigned int count = 0;

    signal(SIGBUS, SIG_DFL);
    memory_guard_add((void *)guarded, SIZE, on_broken, &count);
    bytes[0] = ftruncate(fd, 0);
    bytes[0] = 1;
    return 0;
}

static int full_file_system(void)
{
    g_autofree char *folder = g_dir_make_tmp("gantry-guard-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "file", NULL);
    volatile uint8_t *bytes;
    unsigned int count = 0;
    int fd;

    if ((unshare(CLONE_NEWNS) && unshare(CLONE_NEWUSER | CLONE_NEWNS)) ||
        mount("none", folder, "tmpfs", 0, "size=8k")) {
        rmdir(folder);
        return SKIP;
    }
    fd = open(path, O_RDWR | O_CREAT, 0600);
    bytes = file_map(fd);
    memory_guard_add((void *)bytes, SIZE, on_broken, &count);
    for (int i = 0; i < SIZE; i += 0x1000) {
        bytes[i] = 1;
    }
    loop_run();
    umount2(folder, MNT_DETACH);
    rmdir(folder);
    return count == 1 ? 0 : 1;
}

static int child_run(int (*run)(void))
{
    int status;
    pid_t pid = fork();

    if (!pid) {
        _exit(run());
    }
    g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
    return status;
}

static void test_access_without_a_guard(void)
{
    int status = child_run(unguarded_access);

    g_assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS);
}

static void test_full_file_system(void)
{
    int status = child_run(full_file_system);

    g_assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == SKIP) {
        g_test_skip("a tmpfs cannot be mounted here");
        return;
    }
    g_assert_cmpint(WEXITSTATUS(status), ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qemu_init_main_loop(&error_abort);
    bql_lock();
    g_test_add_func("/memory-guard/truncated", test_truncated);
    g_test_add_func("/memory-guard/only-the-one-that-broke", test_only_the_one_that_broke);
    g_test_add_func("/memory-guard/removed-is-not-told", test_removed_is_not_told);
    g_test_add_func("/memory-guard/moved", test_moved);
    g_test_add_func("/memory-guard/access-without-a-guard", test_access_without_a_guard);
    g_test_add_func("/memory-guard/full-file-system", test_full_file_system);
    return g_test_run();
}
