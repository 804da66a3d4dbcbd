/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unit tests of what touches the host: memory allocation, files, descriptors
 * from outside, random numbers; and of ids, UUIDs and checksums.
 */
#include "qemu/osdep.h"
#include <sys/mman.h>
#include "qapi/error.h"
#include "qemu/crc32c.h"
#include "qemu/fdset.h"
#include "qemu/guest-random.h"
#include "qemu/id.h"
#include "qemu/memalign.h"
#include "qemu/memfd.h"
#include "qemu/mmap-alloc.h"
#include "qemu/module.h"
#include "qemu/units.h"
#include "qemu/uuid.h"
#include "util/fd.h"
#include "../test-trap.h"

/* ---- memory ---------------------------------------------------------------- */

static void test_memalign(void)
{
    for (size_t align = 1; align <= 64 * KiB; align *= 2) {
        QEMU_AUTO_VFREE char *p = qemu_memalign(align, 10);

        g_assert_cmpuint((uintptr_t)p % align, ==, 0);
        memset(p, 1, 10);
    }
    qemu_vfree(NULL);
#ifndef CONFIG_ASAN
    /* ASan ends the program instead of returning NULL. */
    g_assert_null(qemu_try_memalign(4096, SIZE_MAX / 2));
#endif
}

static void test_anon_ram_is_aligned_and_zero(void)
{
    uint64_t align = 0;
    char *ram = qemu_anon_ram_alloc(4 * MiB, &align, false, false);

    g_assert_nonnull(ram);
    g_assert_cmpuint((uintptr_t)ram % align, ==, 0);
    g_assert_cmpint(ram[0] | ram[4 * MiB - 1], ==, 0);
    g_assert_true(qemu_prealloc_mem(-1, ram, 4 * MiB, 4, NULL));
    qemu_anon_ram_free(ram, 4 * MiB);
}

static void test_ram_ends_in_guard_page(void)
{
    if (g_test_subprocess()) {
        size_t size = qemu_real_host_page_size();
        volatile char *ram = qemu_ram_mmap(-1, size, size, 0, 0);

        ram[size - 1] = 1;
        ram[size] = 1;
        return;
    }
    if (!test_trap_run()) {
        return;
    }
    g_test_trap_assert_failed();
}

static void test_ram_from_fd_is_shared(void)
{
    size_t size = qemu_real_host_page_size();
    fd_auto int fd = qemu_memfd_create("t", 2 * size, false, 0, 0, &error_abort);
    char *a = qemu_ram_mmap(fd, size, size, QEMU_MAP_SHARED, size);
    char *b = qemu_ram_mmap(fd, size, size, QEMU_MAP_SHARED, size);
    char *private = qemu_ram_mmap(fd, size, size, 0, size);

    a[5] = 42;
    g_assert_cmpint(b[5], ==, 42);
    private[5] = 1;
    g_assert_cmpint(a[5], ==, 42);
    qemu_ram_munmap(fd, a, size);
    qemu_ram_munmap(fd, b, size);
    qemu_ram_munmap(fd, private, size);
}

static void test_impossible_mapping_fails(void)
{
    g_assert_true(qemu_ram_mmap(-1, SIZE_MAX - 4095, 4096, 0, 0) == MAP_FAILED);
    g_assert_true(qemu_ram_mmap(-1, SIZE_MAX / 2, 4096, 0, 0) == MAP_FAILED);
}

static void test_memfd_seals(void)
{
    int fd;
    char *p = qemu_memfd_alloc("t", 4096, F_SEAL_GROW | F_SEAL_SHRINK, &fd, &error_abort);

    p[0] = 1;
    g_assert_cmpint(ftruncate(fd, 8192), ==, -1);
    g_assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    qemu_memfd_free(p, 4096, fd);
    g_assert_true(qemu_memfd_check(0));
}

static void test_memfd_odd_huge_page_size_is_refused(void)
{
    Error *err = NULL;

    g_assert_cmpint(qemu_memfd_create("t", 4096, true, 3000, 0, &err), ==, -1);
    error_free_or_abort(&err);
}

/* ---- files ----------------------------------------------------------------- */

static void test_open_error_names_file(void)
{
    g_autoptr(Error) err = NULL;

    g_assert_cmpint(qemu_open("/nonexistent/file", O_RDONLY, &err), ==, -1);
    g_assert_cmpint(errno, ==, ENOENT);
    g_assert_nonnull(strstr(error_get_pretty(err), "/nonexistent/file"));
    g_assert_cmpint(qemu_open_old("/nonexistent/file", O_RDONLY), ==, -1);
}

static void test_create_refuses_existing(void)
{
    g_autofree char *dir = g_dir_make_tmp(NULL, NULL);
    g_autofree char *name = g_build_filename(dir, "x", NULL);
    Error *err = NULL;
    int fd = qemu_create(name, O_RDWR, 0600, &error_abort);

    g_assert_cmpint(qemu_write_full(fd, "abc", 3), ==, 3);
    g_assert_cmpint(qemu_close(fd), ==, 0);
    g_assert_cmpint(qemu_create(name, O_RDWR, 0600, &err), ==, -1);
    error_free_or_abort(&err);
    g_assert_cmpint(qemu_unlink(name), ==, 0);
    rmdir(dir);
}

static void test_fd_close_keeps_errno(void)
{
    int fd = -1;

    errno = EXDEV;
    fd_close(&fd);
    fd = qemu_dup(0);
    fd_close(&fd);
    g_assert_cmpint(fd, ==, -1);
    g_assert_cmpint(errno, ==, EXDEV);
}

static void test_paths_of_unmoved_program(void)
{
    g_autofree char *path = NULL;

    qemu_init_exec_dir("/nonexistent/program");
    g_assert_true(g_file_test(qemu_get_exec_dir(), G_FILE_TEST_IS_DIR));
    /* We do not run from a "bin" folder, so nothing is taken to have moved. */
    path = get_relocated_path(CONFIG_PREFIX "/share/x");
    g_assert_cmpstr(path, ==, CONFIG_PREFIX "/share/x");
}

/* ---- descriptors from outside ----------------------------------------------- */

static int provider_named(void *opaque, const char *name, Error **errp)
{
    if (strcmp(name, "known")) {
        error_setg(errp, "No file descriptor named '%s'", name);
        return -1;
    }
    return 1000;
}

static int provider_dup(void *opaque, int64_t id, int flags, Error **errp)
{
    g_assert_cmpint(id, ==, 7);
    return qemu_dup(1);
}

static void provider_closing(void *opaque, int fd)
{
    *(int *)opaque = fd;
}

static int closed_fd;

static const FdProvider provider = {
    provider_named, provider_dup, provider_closing, &closed_fd
};

static void test_fd_param(void)
{
    fd_auto int inherited = qemu_dup(1);
    g_autofree char *number = g_strdup_printf("%d", inherited);
    Error *err = NULL;

    g_assert_cmpint(fd_param_get(number, &error_abort), ==, inherited);
    g_assert_cmpint(fd_param_get("12345", &err), ==, -1);
    error_free_or_abort(&err);
    g_assert_cmpint(fd_param_get("12x", &err), ==, -1);
    error_free_or_abort(&err);
    g_assert_cmpint(fd_param_get("known", &err), ==, -1);
    error_free_or_abort(&err);
    fd_provider_set(&provider);
    g_assert_cmpint(fd_param_get("known", &error_abort), ==, 1000);
    g_assert_cmpint(fd_param_get("unknown", &err), ==, -1);
    error_free_or_abort(&err);
    fd_provider_set(NULL);
}

static void test_fdset_paths(void)
{
    Error *err = NULL;
    int fd;

    g_assert_cmpint(qemu_open("/dev/fdset/7", O_RDWR, &err), ==, -1);
    error_free_or_abort(&err);
    fd_provider_set(&provider);
    fd = qemu_open("/dev/fdset/7", O_RDWR, &error_abort);
    g_assert_cmpint(fd, >=, 0);
    qemu_close(fd);
    g_assert_cmpint(closed_fd, ==, fd);
    g_assert_cmpint(qemu_open("/dev/fdset/x", O_RDWR, &err), ==, -1);
    error_free_or_abort(&err);
    fd_provider_set(NULL);
    g_assert_cmpint(qemu_unlink("/dev/fdset/7"), ==, 0);
}

/* ---- ids, UUIDs, checksums, random ------------------------------------------ */

static void test_ids(void)
{
    g_autofree char *a = id_generate(ID_QDEV), *b = id_generate(ID_QDEV);

    g_assert_true(id_wellformed("a"));
    g_assert_true(id_wellformed("Net-0.x_y"));
    g_assert_false(id_wellformed(""));
    g_assert_false(id_wellformed("0a"));
    g_assert_false(id_wellformed("a b"));
    g_assert_false(id_wellformed("a\xc3\xa4"));
    g_assert_cmpstr(a, !=, b);
    g_assert_false(id_wellformed(a));
    g_assert_true(g_str_has_prefix(a, "#qdev"));
}

static void test_uuid_parse(void)
{
    static const char text[] = "586ece27-7f09-41e0-9e74-e901317e9d42";
    static const char *const bad[] = {
        "", "586ece27", "586ece27-7f09-41e0-9e74-e901317e9d4",
        "xxxxxxxx-7f09-41e0-9e74-e901317e9d42",
        "586ece27-7f09-41e0-9e74-e901317e9d422", "586ece277f09-41e0-9e74-e901317e9d42-",
        "586ece27 7f09 41e0 9e74 e901317e9d42",
    };
    g_autofree char *back = NULL;
    QemuUUID uuid, kept;

    g_assert_cmpint(qemu_uuid_parse(text, &uuid), ==, 0);
    g_assert_cmphex(uuid.data[0], ==, 0x58);
    g_assert_cmphex(uuid.data[15], ==, 0x42);
    back = qemu_uuid_unparse_strdup(&uuid);
    g_assert_cmpstr(back, ==, text);
    kept = uuid;
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_assert_cmpint(qemu_uuid_parse(bad[i], &uuid), ==, -1);
        g_assert_true(qemu_uuid_is_equal(&uuid, &kept));
    }
    uuid = qemu_uuid_bswap(uuid);
    g_assert_cmphex(uuid.data[0], ==, 0x27);
    g_assert_cmphex(uuid.data[4], ==, 0x09);
    g_assert_cmphex(uuid.data[8], ==, 0x9e);
}

static void test_uuid_generate(void)
{
    QemuUUID a, b, null = {};

    qemu_uuid_generate(&a);
    qemu_uuid_generate(&b);
    g_assert_false(qemu_uuid_is_equal(&a, &b));
    g_assert_cmphex(a.data[6] >> 4, ==, 4);
    g_assert_cmphex(a.data[8] >> 6, ==, 2);
    g_assert_true(qemu_uuid_is_null(&null));
    g_assert_false(qemu_uuid_is_null(&a));
    g_assert_cmpuint(qemu_uuid_hash(&a), ==, qemu_uuid_hash(&a));
}

static void test_crc32c(void)
{
    /* RFC 3720, B.4: 32 bytes of zeros, of ones, and counting up. */
    uint8_t buf[32] = {};

    g_assert_cmphex(crc32c(0xffffffff, buf, 32), ==, 0x8a9136aa);
    memset(buf, 0xff, 32);
    g_assert_cmphex(crc32c(0xffffffff, buf, 32), ==, 0x62a8ab43);
    for (int i = 0; i < 32; i++) {
        buf[i] = i;
    }
    g_assert_cmphex(crc32c(0xffffffff, buf, 32), ==, 0x46dd794e);
}

static void test_seeded_random_repeats(void)
{
    uint8_t a[13], b[13];
    Error *err = NULL;

    g_assert_false(qemu_guest_random_seed_main("12x", &err));
    error_free_or_abort(&err);
    g_assert_cmpint(qemu_guest_getrandom(a, sizeof(a), NULL), ==, 0);
    qemu_guest_getrandom_nofail(b, sizeof(b));
    g_assert_cmpint(memcmp(a, b, sizeof(a)), !=, 0);
    g_assert_true(qemu_guest_random_seed_main("5", &error_abort));
    qemu_guest_getrandom_nofail(a, sizeof(a));
    g_assert_true(qemu_guest_random_seed_main("5", &error_abort));
    qemu_guest_getrandom_nofail(b, sizeof(b));
    g_assert_cmpmem(a, sizeof(a), b, sizeof(b));
    g_assert_cmpuint(qemu_guest_random_seed_thread_part1(), !=,
                     qemu_guest_random_seed_thread_part1());
}

static int module_runs;

static void module_function(void)
{
    module_runs++;
}
opts_init(module_function)

static void test_module_init_runs_once(void)
{
    g_assert_cmpint(module_runs, ==, 0);
    module_call_init(MODULE_INIT_OPTS);
    module_call_init(MODULE_INIT_OPTS);
    g_assert_cmpint(module_runs, ==, 1);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/memory/memalign", test_memalign);
    g_test_add_func("/memory/anon-ram-is-aligned-and-zero", test_anon_ram_is_aligned_and_zero);
    g_test_add_func("/memory/ram-ends-in-guard-page", test_ram_ends_in_guard_page);
    g_test_add_func("/memory/ram-from-fd-is-shared", test_ram_from_fd_is_shared);
    g_test_add_func("/memory/impossible-mapping-fails", test_impossible_mapping_fails);
    g_test_add_func("/memfd/seals", test_memfd_seals);
    g_test_add_func("/memfd/odd-huge-page-size-is-refused",
                    test_memfd_odd_huge_page_size_is_refused);
    g_test_add_func("/files/open-error-names-file", test_open_error_names_file);
    g_test_add_func("/files/create-refuses-existing", test_create_refuses_existing);
    g_test_add_func("/files/fd-close-keeps-errno", test_fd_close_keeps_errno);
    g_test_add_func("/files/paths-of-unmoved-program", test_paths_of_unmoved_program);
    g_test_add_func("/fdset/fd-parameter", test_fd_param);
    g_test_add_func("/fdset/paths", test_fdset_paths);
    g_test_add_func("/id/wellformed-and-generated", test_ids);
    g_test_add_func("/uuid/parse", test_uuid_parse);
    g_test_add_func("/uuid/generate", test_uuid_generate);
    g_test_add_func("/crc32c/known-values", test_crc32c);
    g_test_add_func("/random/seeded-repeats", test_seeded_random_repeats);
    g_test_add_func("/module/init-runs-once", test_module_init_runs_once);
    return g_test_run();
}
