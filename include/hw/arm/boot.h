/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Booting software on an Arm board: recognises kernel images, places kernel, initrd
 * and device tree in RAM without overlap, and starts the first CPU as the kernel's
 * boot protocol (Linux, Documentation/arch/arm64/booting.rst) asks for.
 */
#ifndef HW_ARM_BOOT_H
#define HW_ARM_BOOT_H

#include "exec/hwaddr.h"
#include "hw/core/cpu.h"

/*
 * The first part comes from the board. @loader_start, @ram_size: RAM. File names are
 * NULL where nothing was given. @firmware_loaded: CPUs start at address 0, and
 * the kernel is the firmware's to load. @dtb_randomness: each reset changes the tree's seeds.
 * The second part is found out. @entry: where the first CPU starts. Addresses of what
 * was not loaded are 0.
 */
struct arm_boot_info {
    hwaddr loader_start;
    uint64_t ram_size;
    const char *kernel_filename;
    const char *kernel_cmdline;
    const char *initrd_filename;
    const char *dtb_filename;
    bool firmware_loaded;
    bool dtb_randomness;

    hwaddr entry;
    hwaddr image_low_addr;
    hwaddr image_high_addr;
    bool is_elf;
    hwaddr initrd_start;
    uint64_t initrd_size;
    hwaddr dtb_start;
    uint64_t dtb_size;
};

/*
 * Register kernel and initrd as roms; with firmware hand them to fw_cfg instead. False with
 * an error that names the file, its size and the room.
 */
bool arm_load_kernel(struct arm_boot_info *info, Error **errp);

/* Make kernel (unpacked), initrd and command line items of fw_cfg. False with an error. */
bool arm_boot_add_to_fw_cfg(const struct arm_boot_info *info, Error **errp);

/*
 * Complete the tree in *@fdt (made by create_device_tree(); replaced by that of
 * @dtb_filename if there is one) with what was loaded, pack it and register it as a
 * rom. The tree stays the caller's. Call it after arm_load_kernel().
 */
bool arm_load_dtb(struct arm_boot_info *info, void **fdt, Error **errp);

/*
 * Have every reset of the machine reset the CPUs, and start the first at the
 * entry. @info must live as long as the machine.
 */
void arm_boot_register_reset(struct arm_boot_info *info);

/* ---- kernel images ---- */

typedef enum ArmImageKind {
    ARM_IMAGE_FLAT,  /* no known header */
    ARM_IMAGE_LINUX, /* arm64 Image header */
    ARM_IMAGE_ELF,   /* to be loaded by load_elf_as() */
} ArmImageKind;

/*
 * A kernel. @data: owned, not compressed any more, NULL for ELF. @text_offset: from a 2 MiB
 * aligned address. @image_size: what the kernel uses there, at least @size.
 */
typedef struct ArmImage {
    ArmImageKind kind;
    uint8_t *data;
    size_t size;
    uint64_t text_offset;
    uint64_t image_size;
} ArmImage;

/*
 * Take over @data, the contents of @name (for messages), and find out what it
 * is. Decompresses gzip files and gzip payloads of EFI zboot files to at most
 * @max_size bytes. False with an error for damaged or unsupported ones.
 */
bool arm_image_parse(const char *name, uint8_t *data, size_t size, size_t max_size,
                     ArmImage *image, Error **errp);

#endif
