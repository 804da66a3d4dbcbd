/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory backends as users create them.
 */
#include "qemu/osdep.h"
#include <glib/gstdio.h>
#include <sys/mman.h>
#include "exec/ramblock.h"
#include "qom/object_interfaces.h"
#include "sysemu/hostmem.h"
#include "map-fixture.h"

static HostMemoryBackend *backend_get(const char *id)
{
    return MEMORY_BACKEND(object_resolve_path_component(object_get_objects_root(), id));
}

/* @options as after -object; the backend is called "m". */
static HostMemoryBackend *backend_add(const char *options)
{
    g_assert_true(user_creatable_add_from_str(options, NULL, &error_abort));
    return backend_get("m");
}

static void backend_del(void)
{
    g_assert_true(user_creatable_del("m", &error_abort));
    drain_call_rcu();
}

/* @options must fail with a message that has all of @words, separated by '|'. */
static void expect_error(const char *options, const char *words)
{
    g_auto(GStrv) list = g_strsplit(words, "|", 0);
    Error *err = NULL;

    g_assert_false(user_creatable_add_from_str(options, NULL, &err));
    g_assert_nonnull(err);
    for (char **word = list; *word; word++) {
        if (!strstr(error_get_pretty(err), *word)) {
            g_error("no '%s' in \"%s\"", *word, error_get_pretty(err));
        }
    }
    error_free(err);
}

static void test_ram_has_its_size(void)
{
    HostMemoryBackend *b = backend_add("memory-backend-ram,id=m,size=1M");
    MemoryRegion *mr = host_memory_backend_get_memory(b);

    g_assert_cmphex(memory_region_size(mr), ==, 0x100000);
    g_assert_cmpstr(memory_region_name(mr), ==, "m");
    g_assert_false(qemu_ram_is_shared(mr->ram_block));
    backend_del();
}

static void test_shared_ram_has_a_file(void)
{
    HostMemoryBackend *b = backend_add("memory-backend-ram,id=m,size=1M,share=on");

    g_assert_cmpint(memory_region_get_fd(host_memory_backend_get_memory(b)), >=, 0);
    backend_del();
}

static void test_size_is_required(void)
{
    expect_error("memory-backend-ram,id=m", "size|missing");
    expect_error("memory-backend-ram,id=m,size=0", "size|0");
}

static void test_size_is_fixed_afterwards(void)
{
    HostMemoryBackend *b = backend_add("memory-backend-ram,id=m,size=1M");
    Error *err = NULL;

    g_assert_false(object_property_set_uint(OBJECT(b), "size", 0x200000, &err));
    error_free_or_abort(&err);
    g_assert_true(object_property_set_bool(OBJECT(b), "merge", true, &error_abort));
    g_assert_true(object_property_set_bool(OBJECT(b), "dump", false, &error_abort));
    backend_del();
}

static void test_used_backend_cannot_be_deleted(void)
{
    HostMemoryBackend *b = backend_add("memory-backend-ram,id=m,size=1M");
    Error *err = NULL;

    host_memory_backend_set_mapped(b, true);
    g_assert_false(user_creatable_del("m", &err));
    error_free_or_abort(&err);
    host_memory_backend_set_mapped(b, false);
    backend_del();
}

static void test_prealloc_touches_all_pages(void)
{
    HostMemoryBackend *b =
        backend_add("memory-backend-ram,id=m,size=4M,prealloc=on,prealloc-threads=2");
    unsigned char present[1024];

    if (g_getenv("MESON_EXE_WRAPPER")) {
        g_test_skip("a user-mode emulator does not answer mincore()");
        backend_del();
        return;
    }
    g_assert_cmpint(mincore(memory_region_get_ram_ptr(host_memory_backend_get_memory(b)),
                            4 << 20, present), ==, 0);
    for (unsigned i = 0; i < (4 << 20) / qemu_real_host_page_size(); i++) {
        g_assert_true(present[i] & 1);
    }
    backend_del();
}

static void test_contradictions_are_errors(void)
{
    expect_error("memory-backend-ram,id=m,size=1M,prealloc=on,reserve=off", "prealloc|reserve");
    expect_error("memory-backend-ram,id=m,size=1M,policy=bind", "policy|host-nodes");
    expect_error("memory-backend-memfd,id=m,size=1M,hugetlbsize=2M", "hugetlbsize|hugetlb=on");
    expect_error("memory-backend-memfd,id=m,size=1M,hugetlb=on,hugetlbsize=3M", "hugetlbsize");
    expect_error("memory-backend-file,id=m,size=1M", "mem-path");
}

/* -- files ---------------------------------------------------------------------------- */

static char *temp_file(size_t size)
{
    char *path = NULL;
    int fd = g_file_open_tmp("gantry-hostmem-XXXXXX", &path, NULL);

    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(ftruncate(fd, size), ==, 0);
    close(fd);
    return path;
}

static void test_file_keeps_shared_contents(void)
{
    g_autofree char *path = temp_file(0);
    g_autofree char *opts =
        g_strdup_printf("memory-backend-file,id=m,size=1M,share=on,mem-path=%s", path);
    g_autofree char *contents = NULL;
    HostMemoryBackend *b = backend_add(opts);
    gsize length;

    strcpy(memory_region_get_ram_ptr(host_memory_backend_get_memory(b)), "hello");
    backend_del();
    g_assert_true(g_file_get_contents(path, &contents, &length, NULL));
    g_assert_cmpuint(length, ==, 1 << 20);
    g_assert_cmpstr(contents, ==, "hello");
    g_unlink(path);
}

static void test_file_offset_selects_a_part(void)
{
    g_autofree char *path = temp_file(3 << 20);
    g_autofree char *opts = g_strdup_printf(
        "memory-backend-file,id=m,size=1M,share=on,offset=2M,mem-path=%s", path);
    HostMemoryBackend *b = backend_add(opts);

    g_assert_cmphex(qemu_ram_get_fd_offset(host_memory_backend_get_memory(b)->ram_block), ==,
                    2 << 20);
    backend_del();
    g_unlink(path);
}

static void test_file_errors_name_the_file(void)
{
    g_autofree char *path = temp_file(4096);
    g_autofree char *small =
        g_strdup_printf("memory-backend-file,id=m,size=1M,mem-path=%s", path);
    g_autofree char *odd =
        g_strdup_printf("memory-backend-file,id=m,size=4K,align=3000,mem-path=%s", path);
    g_autofree char *shifted =
        g_strdup_printf("memory-backend-file,id=m,size=1K,offset=1K,mem-path=%s", path);

    expect_error("memory-backend-file,id=m,size=1M,mem-path=/nonexistent/dir/x",
                 "/nonexistent/dir/x|No such file");
    expect_error(small, "hostmem-|smaller");
    expect_error(odd, "hostmem-|alignment");
    expect_error(shifted, "hostmem-|offset");
    g_unlink(path);
}

static void test_readonly_file_is_rom(void)
{
    g_autofree char *path = temp_file(1 << 20);
    g_autofree char *opts =
        g_strdup_printf("memory-backend-file,id=m,size=1M,readonly=on,mem-path=%s", path);
    HostMemoryBackend *b = backend_add(opts);

    g_assert_true(memory_region_is_rom(host_memory_backend_get_memory(b)));
    backend_del();
    g_unlink(path);
}

static void test_failed_creation_leaves_no_file(void)
{
    g_autofree char *path = g_strdup_printf("%s/gantry-hostmem-%d-new", g_get_tmp_dir(),
                                            (int)getpid());
    g_autofree char *opts =
        g_strdup_printf("memory-backend-file,id=m,size=1M,align=3000,mem-path=%s", path);

    expect_error(opts, "alignment");
    g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
}

/* -- memfd ---------------------------------------------------------------------------- */

static void test_memfd_is_shared_and_sealed(void)
{
    HostMemoryBackend *b = backend_add("memory-backend-memfd,id=m,size=1M");
    MemoryRegion *mr = host_memory_backend_get_memory(b);
    int fd = memory_region_get_fd(mr);

    g_assert_true(qemu_ram_is_shared(mr->ram_block));
    g_assert_cmpint(ftruncate(fd, 0), ==, -1);
    g_assert_cmpint(fcntl(fd, F_GET_SEALS) & F_SEAL_SHRINK, ==, F_SEAL_SHRINK);
    backend_del();
}

int main(int argc, char **argv)
{
    map_test_init(&argc, &argv);
#define ADD(path, fn) g_test_add_func("/memory/backend/" path, fn)
    ADD("ram-has-its-size", test_ram_has_its_size);
    ADD("shared-ram-has-a-file", test_shared_ram_has_a_file);
    ADD("size-is-required", test_size_is_required);
    ADD("size-is-fixed-afterwards", test_size_is_fixed_afterwards);
    ADD("used-cannot-be-deleted", test_used_backend_cannot_be_deleted);
    ADD("prealloc-touches-all-pages", test_prealloc_touches_all_pages);
    ADD("contradictions-are-errors", test_contradictions_are_errors);
    ADD("file-keeps-shared-contents", test_file_keeps_shared_contents);
    ADD("file-offset-selects-a-part", test_file_offset_selects_a_part);
    ADD("file-errors-name-the-file", test_file_errors_name_the_file);
    ADD("readonly-file-is-rom", test_readonly_file_is_rom);
    ADD("failed-creation-leaves-no-file", test_failed_creation_leaves_no_file);
    ADD("memfd-is-shared-and-sealed", test_memfd_is_shared_and_sealed);
    return g_test_run();
}
