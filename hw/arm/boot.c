/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernel and initrd into RAM, and CPUs to the kernel's entry. All of it becomes roms, which
 * each reset writes again. RAM from its base upwards: kernel; at half of RAM, but not
 * above 128 MiB, or where the kernel ends: initrd; at the next 2 MiB: device tree (boot-dtb.c).
 */
#include "qemu/osdep.h"
#include <elf.h>
#include "qapi/error.h"
#include "qemu/units.h"
#include "hw/arm/boot.h"
#include "hw/loader.h"
#include "sysemu/reset.h"
#include "target/arm/cpu.h"
#include "trace.h"

/* Kernels find their initrd above this offset at the latest. */
#define INITRD_OFFSET_MAX (128 * MiB)

#define INITRD_ALIGN (4 * KiB)

static hwaddr ram_end(const struct arm_boot_info *info)
{
    return info->loader_start + info->ram_size;
}

/* ---- kernel ---- */

static bool file_is_elf(const char *filename)
{
    uint8_t magic[SELFMAG];

    return load_image_size(filename, magic, sizeof(magic)) == sizeof(magic) &&
           memcmp(magic, ELFMAG, SELFMAG) == 0;
}

static bool kernel_elf_load(struct arm_boot_info *info, Error **errp)
{
    const char *name = info->kernel_filename;
    uint64_t entry, low, high;
    ssize_t ret = load_elf(name, NULL, NULL, NULL, &entry, &low, &high, NULL, 0, EM_AARCH64, 1, 0);

    if (ret < 0) {
        error_setg(errp, "'%s': %s", name, load_elf_strerror(ret));
        return false;
    }
    if (low < info->loader_start || high > ram_end(info)) {
        error_setg(errp, "'%s' wants to be at 0x%" PRIx64 " to 0x%" PRIx64 ", but RAM is 0x%" PRIx64
                   " to 0x%" PRIx64, name, low, high - 1, (uint64_t)info->loader_start,
                   (uint64_t)ram_end(info) - 1);
        return false;
    }
    info->is_elf = true;
    info->entry = entry;
    info->image_low_addr = low;
    info->image_high_addr = high;
    return true;
}

static bool kernel_image_load(struct arm_boot_info *info, Error **errp)
{
    const char *name = info->kernel_filename;
    ArmImage image;
    size_t size;
    uint8_t *data = image_read(name, info->ram_size, &size, errp);

    if (!data || !arm_image_parse(name, data, size, info->ram_size, &image, errp)) {
        return false;
    }
    if (image.text_offset > info->ram_size ||
        image.image_size > info->ram_size - image.text_offset) {
        error_setg(errp, "'%s' needs %" PRIu64 " bytes at 0x%" PRIx64 " of RAM, but there is room "
                   "for %" PRIu64 " only", name, image.image_size, image.text_offset,
                   info->ram_size - MIN(image.text_offset, info->ram_size));
        g_free(image.data);
        return false;
    }
    info->entry = info->loader_start + image.text_offset;
    info->image_low_addr = info->entry;
    info->image_high_addr = info->entry + image.image_size;
    rom_registry_take(name, image.data, image.size, image.size, info->entry, NULL, NULL);
    return true;
}

/* ---- initrd ---- */

static bool initrd_load(struct arm_boot_info *info, Error **errp)
{
    hwaddr half = info->loader_start + MIN(info->ram_size / 2, INITRD_OFFSET_MAX);
    hwaddr start = QEMU_ALIGN_UP(MAX(half, info->image_high_addr), INITRD_ALIGN);
    ssize_t size;

    info->initrd_start = start;
    if (!info->initrd_filename) {
        return true;
    }
    if (start >= ram_end(info)) {
        error_setg(errp, "'%s': RAM has no room for it behind the kernel, which ends at 0x%" PRIx64,
                   info->initrd_filename, (uint64_t)info->image_high_addr);
        return false;
    }
    size = image_load(info->initrd_filename, start, ram_end(info) - start, NULL, errp);
    if (size < 0) {
        return false;
    }
    info->initrd_size = size;
    return true;
}

bool arm_load_kernel(struct arm_boot_info *info, Error **errp)
{
    if (!info->kernel_filename && info->initrd_filename) {
        error_setg(errp, "-initrd needs -kernel");
        return false;
    }
    if (!info->kernel_filename && info->kernel_cmdline && *info->kernel_cmdline) {
        error_setg(errp, "-append needs -kernel");
        return false;
    }
    if (!info->kernel_filename) {
        return true;
    }
    if (info->firmware_loaded) {
        return arm_boot_add_to_fw_cfg(info, errp);
    }
    if (!(file_is_elf(info->kernel_filename) ? kernel_elf_load(info, errp)
                                             : kernel_image_load(info, errp)) ||
        !initrd_load(info, errp)) {
        return false;
    }
    trace_arm_boot_kernel(info->kernel_filename, info->entry, info->image_high_addr);
    return true;
}

/* ---- CPUs ---- */

static void boot_cpus_reset(void *opaque)
{
    const struct arm_boot_info *info = opaque;
    CPUState *cs;

    CPU_FOREACH(cs) {
        cpu_reset(cs);
    }
    if (info->kernel_filename && !info->firmware_loaded) {
        CPUARMState *env = &ARM_CPU(first_cpu)->env;

        /* x1 to x3 are 0 and the MMU is off after the CPU's own reset. */
        cpu_set_pc(first_cpu, info->entry);
        env->xregs[0] = info->dtb_start;
    }
}

void arm_boot_register_reset(struct arm_boot_info *info)
{
    qemu_register_reset(boot_cpus_reset, info);
}
