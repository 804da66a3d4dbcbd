/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -device loader on the virt board: values and files are in memory after every reset.
 */
#include "qemu/osdep.h"
#include <elf.h>
#include <glib/gstdio.h>
#include "libgantrytest.h"

/* Above the device tree, which is at the base of RAM when there is no kernel. */
#define RAM 0x41000000ull

static QTestState *qts;

static void reset(void)
{
    qtest_qmp_assert_success(qts, "{ 'execute': 'system_reset' }");
    qtest_qmp_eventwait(qts, "RESET");
}

/* A file with @data; the caller removes and frees. */
static char *file_make(const void *data, size_t size)
{
    char *path;
    int fd = g_file_open_tmp("gantry-loader-XXXXXX", &path, NULL);

    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(write(fd, data, size), ==, size);
    close(fd);
    return path;
}

static void file_remove(char *path)
{
    g_unlink(path);
    g_free(path);
}

static void test_value_has_its_length_and_order(void)
{
    uint8_t seen[16];

    qts = qtest_init("-M virt "
                     "-device loader,addr=0x41000000,data=0x11223344,data-len=4 "
                     "-device loader,addr=0x41000008,data=0x11223344,data-len=4,data-be=on");
    qtest_memread(qts, RAM, seen, sizeof(seen));
    g_assert_cmpmem(seen, sizeof(seen),
                    "\x44\x33\x22\x11\0\0\0\0\x11\x22\x33\x44\0\0\0\0", 16);
    qtest_quit(qts);
}

static void test_values_of_every_length(void)
{
    for (unsigned len = 1; len <= 8; len++) {
        uint64_t value = 0x8877665544332211ull & (UINT64_MAX >> (8 * (8 - len)));

        qts = qtest_initf("-M virt -device loader,addr=0x41000000,data=%#" PRIx64
                          ",data-len=%u", value, len);
        g_assert_cmphex(qtest_readq(qts, RAM), ==, value);
        qtest_quit(qts);
    }
}

static void test_value_is_back_after_reset(void)
{
    qts = qtest_init("-M virt -device loader,addr=0x41000010,data=0x1234,data-len=2");
    qtest_writel(qts, RAM + 0x10, UINT32_MAX);
    reset();
    g_assert_cmphex(qtest_readl(qts, RAM + 0x10), ==, 0xffff1234);
    qtest_quit(qts);
}

static void test_raw_file_is_back_after_reset(void)
{
    static const char text[] = "no magic here";
    char *path = file_make(text, sizeof(text));
    char seen[sizeof(text)];

    qts = qtest_initf("-M virt -device loader,file=%s,addr=0x41001000", path);
    qtest_memset(qts, RAM + 0x1000, 0, sizeof(text));
    reset();
    qtest_memread(qts, RAM + 0x1000, seen, sizeof(seen));
    g_assert_cmpmem(seen, sizeof(seen), text, sizeof(text));
    qtest_quit(qts);
    file_remove(path);
}

/* One segment with four bytes of data and four of zeroes at RAM + 0x2000. */
static char *elf_make(void)
{
    struct {
        Elf64_Ehdr header;
        Elf64_Phdr segment;
        uint8_t data[4];
    } elf = {
        .header = {
            .e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
            .e_type = ET_EXEC,
            .e_machine = EM_AARCH64,
            .e_version = EV_CURRENT,
            .e_entry = RAM + 0x2000,
            .e_phoff = sizeof(Elf64_Ehdr),
            .e_ehsize = sizeof(Elf64_Ehdr),
            .e_phentsize = sizeof(Elf64_Phdr),
            .e_phnum = 1,
        },
        .segment = {
            .p_type = PT_LOAD,
            .p_offset = sizeof(Elf64_Ehdr) + sizeof(Elf64_Phdr),
            .p_paddr = RAM + 0x2000,
            .p_filesz = 4,
            .p_memsz = 8,
        },
        .data = { 1, 2, 3, 4 },
    };

    return file_make(&elf, sizeof(Elf64_Ehdr) + sizeof(Elf64_Phdr) + 4);
}

static void test_elf_file_goes_where_it_says(void)
{
    char *path = elf_make();

    qts = qtest_initf("-M virt -device loader,file=%s,addr=0x41001000", path);
    g_assert_cmphex(qtest_readq(qts, RAM + 0x2000), ==, 0x04030201);
    g_assert_cmphex(qtest_readl(qts, RAM + 0x1000), ==, 0);
    qtest_quit(qts);
    file_remove(path);
}

static void test_force_raw_takes_an_elf_file_as_bytes(void)
{
    char *path = elf_make();

    qts = qtest_initf("-M virt -device loader,file=%s,addr=0x41001000,force-raw=on", path);
    g_assert_cmphex(qtest_readl(qts, RAM + 0x1000), ==, 0x464c457f);
    g_assert_cmphex(qtest_readl(qts, RAM + 0x2000), ==, 0);
    qtest_quit(qts);
    file_remove(path);
}

static void test_cannot_be_added_to_a_running_machine(void)
{
    QDict *error;

    qts = qtest_init("-M virt");
    error = qtest_qmp_assert_failure_ref(qts, "{ 'execute': 'device_add', 'arguments': "
                                         "{ 'driver': 'loader', 'id': 'l', 'data-len': 4 } }");
    g_assert_nonnull(strstr(qdict_get_str(error, "desc"), "loader"));
    qobject_unref(error);
    qtest_quit(qts);
}

/* Options that do not fit together, and a word of the error. */
static void test_bad_options_are_refused(void)
{
    static const struct {
        const char *options, *word;
    } cases[] = {
        { "", "nothing to do" },
        { ",addr=0x41000000", "cpu-num" },
        { ",addr=0x41000000,cpu-num=9", "cpu-num 9" },
        { ",addr=0x41000000,data=5", "data-len" },
        { ",data-be=on", "data-len" },
        { ",data=5,data-len=9", "cannot be greater than 8" },
        { ",data=0x100,data-len=1", "does not fit" },
        { ",data=1,data-len=1,file=/etc/passwd", "together" },
        { ",data=1,data-len=1,force-raw=on", "force-raw" },
        { ",force-raw=on", "file" },
        { ",file=/nonexistent/image,addr=0x41000000", "/nonexistent/image" },
        { ",file=/,addr=0x41000000", "not a file" },
        { ",file=/dev/null,addr=0x41000000", "not a file" },
        { ",file=/etc/passwd,addr=0x47fffff0", "room for 16 only" },
        { ",file=/etc/passwd,addr=0x3fffffff", "room for 0 only" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *device = g_strdup_printf("loader%s", cases[i].options);
        const char *argv[] = { qtest_qemu_binary(NULL), "-M", "virt", "-accel", "qtest",
                               "-display", "none", "-device", device, NULL };
        g_autofree char *errors = NULL;
        g_autoptr(GError) err = NULL;
        int status;

        g_assert_true(g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL,
                                   &errors, &status, &err));
        g_test_message("%s: %s", device, errors);
        g_assert_true(WIFEXITED(status));
        g_assert_cmpint(WEXITSTATUS(status), ==, 1);
        g_assert_nonnull(strstr(errors, cases[i].word));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("/loader/value/has-its-length-and-order",
                   test_value_has_its_length_and_order);
    qtest_add_func("/loader/value/every-length", test_values_of_every_length);
    qtest_add_func("/loader/value/is-back-after-reset", test_value_is_back_after_reset);
    qtest_add_func("/loader/file/raw-is-back-after-reset", test_raw_file_is_back_after_reset);
    qtest_add_func("/loader/file/elf-goes-where-it-says", test_elf_file_goes_where_it_says);
    qtest_add_func("/loader/file/force-raw-takes-elf-as-bytes",
                   test_force_raw_takes_an_elf_file_as_bytes);
    qtest_add_func("/loader/hotplug/is-refused", test_cannot_be_added_to_a_running_machine);
    qtest_add_func("/loader/options/bad-ones-are-refused", test_bad_options_are_refused);
    return g_test_run();
}
