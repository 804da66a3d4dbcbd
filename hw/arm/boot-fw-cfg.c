/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernel, initrd and command line for firmware, which loads them itself: items of fw_cfg.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "hw/arm/boot.h"
#include "hw/loader.h"
#include "hw/nvram/fw_cfg.h"

static bool is_gzip(const uint8_t *data, size_t size)
{
    return size >= 2 && data[0] == 0x1f && data[1] == 0x8b;
}

/* Firmware expects an EFI application: not one that is packed by gzip. */
static bool kernel_add(const struct arm_boot_info *info, FWCfgState *fw_cfg, Error **errp)
{
    const char *name = info->kernel_filename;
    ArmImage image = { 0 };
    size_t size;
    uint8_t *data = image_read(name, info->ram_size, &size, errp);

    if (!data) {
        return false;
    }
    if (is_gzip(data, size)) {
        if (!arm_image_parse(name, data, size, info->ram_size, &image, errp)) {
            return false;
        }
        if (!image.data) {
            error_setg(errp, "'%s': firmware cannot load a compressed ELF file", name);
            return false;
        }
        data = image.data;
        size = image.size;
    }
    fw_cfg_add_i32(fw_cfg, FW_CFG_KERNEL_SIZE, size);
    fw_cfg_take_bytes(fw_cfg, FW_CFG_KERNEL_DATA, data, size);
    return true;
}

bool arm_boot_add_to_fw_cfg(const struct arm_boot_info *info, Error **errp)
{
    FWCfgState *fw_cfg = fw_cfg_find();

    if (!fw_cfg) {
        error_setg(errp, "'%s': firmware cannot get it, as the machine has no fw_cfg",
                   info->kernel_filename);
        return false;
    }
    if (!kernel_add(info, fw_cfg, errp)) {
        return false;
    }
    if (info->initrd_filename &&
        !fw_cfg_add_image(fw_cfg, FW_CFG_INITRD_SIZE, FW_CFG_INITRD_DATA, info->initrd_filename,
                          errp)) {
        return false;
    }
    if (info->kernel_cmdline) {
        fw_cfg_add_i32(fw_cfg, FW_CFG_CMDLINE_SIZE, strlen(info->kernel_cmdline) + 1);
        fw_cfg_add_string(fw_cfg, FW_CFG_CMDLINE_DATA, info->kernel_cmdline);
    }
    return true;
}
