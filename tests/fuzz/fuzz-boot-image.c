/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzz target: kernel, initrd and device tree files as the boot loader reads them. The
 * input's first byte says which of the files it is. Whatever is accepted must lie in RAM
 * without overlap, and the finished tree must be a tree.
 */
#include "qemu/osdep.h"
#include <libfdt.h>
#include <sys/mman.h>
#include "exec/address-spaces.h"
#include "hw/arm/boot.h"
#include "hw/loader.h"
#include "qapi/error.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "qemu/units.h"
#include "sysemu/device_tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define RAM 0x40000000ull
#define RAM_SIZE (16 * MiB)

/* Bits of the first byte. */
enum {
    IS_KERNEL = 1,
    IS_INITRD = 2,
    IS_TREE = 4,
    HAS_FIRMWARE = 8,
};

/* A file in memory that is replaced with each input; its name for the loader. */
static int file = -1;
static char *file_name;

static void fuzz_setup(void)
{
    if (file >= 0) {
        return;
    }
    module_call_init(MODULE_INIT_QOM);
    qemu_init_main_loop(&error_abort);
    qemu_mutex_lock_iothread();
    memory_map_init();
    file = memfd_create("fuzz-boot-image", MFD_CLOEXEC);
    g_assert_cmpint(file, >=, 0);
    file_name = g_strdup_printf("/proc/self/fd/%d", file);
}

static void file_replace(const uint8_t *data, size_t size)
{
    g_assert_cmpint(ftruncate(file, 0), ==, 0);
    g_assert_cmpint(pwrite(file, data, size, 0), ==, size);
}

static void assert_in_ram(uint64_t start, uint64_t end)
{
    g_assert_cmphex(start, >=, RAM);
    g_assert_cmphex(start, <=, end);
    g_assert_cmphex(end, <=, RAM + RAM_SIZE);
}

static void assert_placed(const struct arm_boot_info *info)
{
    uint64_t dtb_end = info->dtb_start + info->dtb_size;

    assert_in_ram(info->dtb_start, dtb_end);
    if (!info->kernel_filename || info->firmware_loaded) {
        return;
    }
    assert_in_ram(info->image_low_addr, info->image_high_addr);
    g_assert_true(dtb_end <= info->image_low_addr || info->dtb_start >= info->image_high_addr);
    if (info->initrd_size) {
        assert_in_ram(info->initrd_start, info->initrd_start + info->initrd_size);
        g_assert_cmphex(info->initrd_start, >=, info->image_high_addr);
        g_assert_true(dtb_end <= info->initrd_start ||
                      info->dtb_start >= info->initrd_start + info->initrd_size);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t kind = size ? data[0] : 0;
    struct arm_boot_info info = {
        .loader_start = RAM,
        .ram_size = RAM_SIZE,
        .kernel_cmdline = "console=ttyAMA0",
        .firmware_loaded = kind & HAS_FIRMWARE,
    };
    void *fdt = create_device_tree(NULL);
    Error *err = NULL;

    fuzz_setup();
    file_replace(data + (size > 0), size - (size > 0));
    info.kernel_filename = kind & (IS_KERNEL | IS_INITRD) ? file_name : NULL;
    info.kernel_cmdline = info.kernel_filename ? info.kernel_cmdline : NULL;
    info.initrd_filename = kind & IS_INITRD ? file_name : NULL;
    info.dtb_filename = kind & IS_TREE ? file_name : NULL;
    rom_transaction_begin();
    if (arm_load_kernel(&info, &err) && arm_load_dtb(&info, &fdt, &err)) {
        g_assert_null(err);
        assert_placed(&info);
        g_assert_cmpint(fdt_check_full(fdt, info.dtb_size), ==, 0);
    } else {
        g_assert_nonnull(err);
        error_free(err);
    }
    rom_transaction_end(false);
    g_free(fdt);
    return 0;
}
