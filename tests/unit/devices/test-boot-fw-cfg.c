/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What firmware finds in fw_cfg when the user gives it a kernel.
 */
#include "../hwcore/hwcore-harness.h"
#include <zlib.h>
#include "exec/address-spaces.h"
#include "hw/arm/boot.h"
#include "hw/nvram/fw_cfg.h"
#include "qemu/bswap.h"

#define FW_DATA 0x9020000
#define FW_SELECTOR (FW_DATA + 8)
#define KERNEL_SIZE 100000

typedef struct Fixture {
    FWCfgState *s;
    char *kernel;
    char *initrd;
    uint8_t *content;
} Fixture;

static char *file_make(void)
{
    char *path;
    int fd = g_file_open_tmp("gantry-boot-XXXXXX", &path, NULL);

    g_assert_cmpint(fd, >=, 0);
    close(fd);
    return path;
}

static void fixture_up(Fixture *f, gconstpointer unused)
{
    f->s = fw_cfg_init_mem(FW_SELECTOR, FW_DATA);
    f->kernel = file_make();
    f->initrd = file_make();
    f->content = g_malloc(KERNEL_SIZE);
    for (size_t i = 0; i < KERNEL_SIZE; i++) {
        f->content[i] = i * 7 >> 3;
    }
}

static void fixture_down(Fixture *f, gconstpointer unused)
{
    unlink(f->kernel);
    unlink(f->initrd);
    g_free(f->kernel);
    g_free(f->initrd);
    g_free(f->content);
    object_unparent(OBJECT(f->s));
}

static struct arm_boot_info boot_info(Fixture *f)
{
    return (struct arm_boot_info){
        .loader_start = 0x40000000,
        .ram_size = 0x8000000,
        .kernel_filename = f->kernel,
        .initrd_filename = f->initrd,
        .kernel_cmdline = "console=ttyAMA0",
        .firmware_loaded = true,
    };
}

static void item_read(uint16_t key, uint8_t *buf, size_t size)
{
    address_space_stw_be(&address_space_memory, FW_SELECTOR, key, MEMTXATTRS_UNSPECIFIED, NULL);
    for (size_t i = 0; i < size; i++) {
        buf[i] = address_space_ldub(&address_space_memory, FW_DATA, MEMTXATTRS_UNSPECIFIED, NULL);
    }
}

static uint32_t item_number(uint16_t key)
{
    uint8_t bytes[4];

    item_read(key, bytes, sizeof(bytes));
    return ldl_le_p(bytes);
}

static void assert_kernel(Fixture *f)
{
    g_autofree uint8_t *seen = g_malloc(KERNEL_SIZE);

    g_assert_cmpuint(item_number(FW_CFG_KERNEL_SIZE), ==, KERNEL_SIZE);
    item_read(FW_CFG_KERNEL_DATA, seen, KERNEL_SIZE);
    g_assert_cmpmem(seen, KERNEL_SIZE, f->content, KERNEL_SIZE);
}

static void test_kernel_initrd_and_command_line(Fixture *f, gconstpointer unused)
{
    struct arm_boot_info info = boot_info(f);
    uint8_t seen[16];

    g_file_set_contents(f->kernel, (char *)f->content, KERNEL_SIZE, NULL);
    g_file_set_contents(f->initrd, "initrd", 6, NULL);
    g_assert_true(arm_load_kernel(&info, &error_abort));
    assert_kernel(f);
    g_assert_cmpuint(item_number(FW_CFG_INITRD_SIZE), ==, 6);
    item_read(FW_CFG_INITRD_DATA, seen, 6);
    g_assert_cmpmem(seen, 6, "initrd", 6);
    g_assert_cmpuint(item_number(FW_CFG_CMDLINE_SIZE), ==, 16);
    item_read(FW_CFG_CMDLINE_DATA, seen, 16);
    g_assert_cmpmem(seen, 16, "console=ttyAMA0", 16);
}

static void test_packed_kernel_is_unpacked(Fixture *f, gconstpointer unused)
{
    struct arm_boot_info info = boot_info(f);
    gzFile gz = gzopen(f->kernel, "wb");

    g_assert_cmpint(gzwrite(gz, f->content, KERNEL_SIZE), ==, KERNEL_SIZE);
    g_assert_cmpint(gzclose(gz), ==, Z_OK);
    info.initrd_filename = NULL;
    g_assert_true(arm_load_kernel(&info, &error_abort));
    assert_kernel(f);
    g_assert_cmpuint(item_number(FW_CFG_INITRD_SIZE), ==, 0);
}

static void test_damaged_package_is_refused(Fixture *f, gconstpointer unused)
{
    struct arm_boot_info info = boot_info(f);
    Error *err = NULL;

    g_file_set_contents(f->kernel, "\x1f\x8b\x08 not really", 13, NULL);
    g_assert_false(arm_load_kernel(&info, &err));
    harness_error_contains(err, f->kernel);
    g_assert_cmpuint(item_number(FW_CFG_KERNEL_SIZE), ==, 0);
}

static void test_files_that_cannot_be_read_are_refused(Fixture *f, gconstpointer unused)
{
    struct arm_boot_info info = boot_info(f);
    Error *err = NULL;

    info.kernel_filename = "/nonexistent/Image";
    g_assert_false(arm_load_kernel(&info, &err));
    harness_error_contains(err, "/nonexistent/Image");
    g_file_set_contents(f->kernel, (char *)f->content, KERNEL_SIZE, NULL);
    info = boot_info(f);
    info.initrd_filename = "/nonexistent/initrd";
    err = NULL;
    g_assert_false(arm_load_kernel(&info, &err));
    harness_error_contains(err, "/nonexistent/initrd");
}

#define BOOT_TEST(path, func) \
    g_test_add("/boot/firmware/" path, Fixture, NULL, fixture_up, func, fixture_down)

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    BOOT_TEST("kernel-initrd-and-command-line", test_kernel_initrd_and_command_line);
    BOOT_TEST("packed-kernel-is-unpacked", test_packed_kernel_is_unpacked);
    BOOT_TEST("damaged-package-is-refused", test_damaged_package_is_refused);
    BOOT_TEST("files-that-cannot-be-read-are-refused",
              test_files_that_cannot_be_read_are_refused);
    return g_test_run();
}
