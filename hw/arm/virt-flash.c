/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The virt board's flash: two banks side by side at the bottom of the map, for
 * firmware and its variables. They exist from the start of the machine object,
 * so that its properties pflash0 and pflash1 can name their drives.
 */
#include "qemu/osdep.h"
#include "hw/block/flash.h"
#include "hw/loader.h"
#include "hw/qdev-properties.h"
#include "qapi/error.h"
#include "qemu/units.h"
#include "sysemu/blockdev.h"
#include "virt-internal.h"

#define FLASH_SECTOR_BYTES (256 * KiB)

/* Intel, 28F128J3. */
#define FLASH_ID_MANUFACTURER 0x89
#define FLASH_ID_DEVICE 0x18

static hwaddr flash_bank_size(const VirtMachineState *vms)
{
    return vms->memmap[VIRT_FLASH].size / VIRT_FLASH_BANKS;
}

void virt_flash_init(VirtMachineState *vms)
{
    for (int i = 0; i < VIRT_FLASH_BANKS; i++) {
        g_autofree char *name = g_strdup_printf("virt.flash%d", i);
        g_autofree char *property = g_strdup_printf("pflash%d", i);
        DeviceState *dev = qdev_new(TYPE_PFLASH_CFI01);

        qdev_prop_set_uint64(dev, "sector-length", FLASH_SECTOR_BYTES);
        qdev_prop_set_uint8(dev, "width", 4);
        qdev_prop_set_uint8(dev, "device-width", 2);
        qdev_prop_set_bit(dev, "big-endian", false);
        qdev_prop_set_uint16(dev, "id0", FLASH_ID_MANUFACTURER);
        qdev_prop_set_uint16(dev, "id1", FLASH_ID_DEVICE);
        qdev_prop_set_uint16(dev, "id2", 0);
        qdev_prop_set_uint16(dev, "id3", 0);
        qdev_prop_set_string(dev, "name", name);
        object_property_add_child(OBJECT(vms), name, OBJECT(dev));
        object_property_add_alias(OBJECT(vms), property, OBJECT(dev), "drive");
        object_property_set_description(OBJECT(vms), property,
                                        "block node with the content of the flash bank");
        object_unref(OBJECT(dev));
        vms->flash[i] = PFLASH_CFI01(dev);
    }
}

/* The image of -bios becomes the content of bank 0 at each reset. */
static bool firmware_load(VirtMachineState *vms, const char *path, Error **errp)
{
    int64_t size = get_image_size(path);
    uint64_t room = flash_bank_size(vms);

    if (pflash_cfi01_get_blk(vms->flash[0])) {
        error_setg(errp, "-bios %s: the first flash bank has a drive; give the firmware one way "
                   "only", path);
        return false;
    }
    if (size <= 0) {
        error_setg(errp, "-bios %s: the file %s", path, size < 0 ? "cannot be read" : "is empty");
        return false;
    }
    if (size > room) {
        error_setg(errp, "-bios %s: the file has %" PRId64 " bytes, the flash bank has room for %"
                   PRIu64, path, size, room);
        return false;
    }
    if (load_image_mr(path, pflash_cfi01_get_memory(vms->flash[0])) < 0) {
        error_setg(errp, "-bios %s: the file cannot be read", path);
        return false;
    }
    return true;
}

bool virt_flash_create(VirtMachineState *vms, Error **errp)
{
    const char *firmware = MACHINE(vms)->firmware;
    hwaddr size = flash_bank_size(vms);

    for (int i = 0; i < VIRT_FLASH_BANKS; i++) {
        SysBusDevice *sbd = SYS_BUS_DEVICE(vms->flash[i]);

        if (!pflash_cfi01_legacy_drive_take(vms->flash[i], drive_get(IF_PFLASH, 0, i), errp)) {
            return false;
        }
        qdev_prop_set_uint32(DEVICE(sbd), "num-blocks", size / FLASH_SECTOR_BYTES);
        if (!sysbus_realize(sbd, errp)) {
            return false;
        }
        sysbus_mmio_map(sbd, 0, vms->memmap[VIRT_FLASH].base + i * size);
    }
    if (firmware && !firmware_load(vms, firmware, errp)) {
        return false;
    }
    vms->bootinfo.firmware_loaded = firmware || pflash_cfi01_get_blk(vms->flash[0]);
    return true;
}
