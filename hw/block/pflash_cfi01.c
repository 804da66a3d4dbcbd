/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The type cfi.pflash01: a bank of parallel NOR flash chips. Commands are in
 * pflash-cfi01-cmd.c, the drive in pflash-cfi01-store.c. While the array is
 * read it is memory like any other (ROMD mode); commands switch that off.
 *
 * Without a drive the content is zero, not ones as a blank chip's: pages
 * that nobody touched then take no memory of the host.
 */
#include "qemu/osdep.h"
#include "pflash-cfi01-internal.h"
#include "hw/fdt-node-writer.h"
#include "hw/qdev-properties.h"
#include "hw/qdev-properties-system.h"
#include "qapi/error.h"
#include "qemu/host-utils.h"
#include "qemu/module.h"
#include "qemu/units.h"
#include "sysemu/blockdev.h"

#define PFLASH_SIZE_MAX (1 * GiB)

/* ---- device tree ------------------------------------------------------------------- */

/* The bank of the same kind that begins at @addr (or ends there), with its size. */
static PFlashCFI01 *bank_find(FdtNodeContext *ctx, PFlashCFI01 *like, uint64_t addr, bool at_end,
                              uint64_t *size)
{
    BusState *bus = qdev_get_parent_bus(DEVICE(like));
    BusChild *kid;
    uint64_t base;

    QTAILQ_FOREACH(kid, &bus->children, sibling) {
        PFlashCFI01 *other = (PFlashCFI01 *)object_dynamic_cast(OBJECT(kid->child),
                                                                TYPE_PFLASH_CFI01);

        if (other && other->bank_width == like->bank_width &&
            fdt_node_reg(ctx, SYS_BUS_DEVICE(other), 0, &base, size) &&
            (at_end ? base + *size : base) == addr) {
            return other;
        }
    }
    return NULL;
}

static void cells_append(GArray *cells, uint32_t num_cells, uint64_t value)
{
    while (num_cells-- > 0) {
        uint32_t cell = value >> (32 * num_cells);

        g_array_append_val(cells, cell);
    }
}

/* Banks side by side are one flash to software: the lowest writes the node for all. */
static bool pflash_add_fdt_node(Object *obj, FdtNodeContext *ctx, Error **errp)
{
    PFlashCFI01 *pfl = PFLASH_CFI01(obj);
    SysBusDevice *sbd = SYS_BUS_DEVICE(obj);
    g_autoptr(GArray) cells = g_array_new(false, false, sizeof(uint32_t));
    uint64_t addr, size;
    FdtNodeWriter w;

    if (!fdt_node_reg(ctx, sbd, 0, &addr, &size)) {
        error_setg(errp, "flash '%s' has no address", pfl->name);
        return false;
    }
    if (bank_find(ctx, pfl, addr, true, &size)) {
        return true;
    }
    if (!fdt_node_begin_device(&w, ctx, sbd, 0, "flash", errp)) {
        return false;
    }
    while (bank_find(ctx, pfl, addr, false, &size)) {
        cells_append(cells, ctx->address_cells, addr);
        cells_append(cells, ctx->size_cells, size);
        addr += size;
    }
    fdt_node_put_string(&w, "compatible", "cfi-flash");
    fdt_node_put_cells(&w, "reg", (const uint32_t *)(void *)cells->data, cells->len);
    fdt_node_put_cell(&w, "bank-width", pfl->bank_width);
    return fdt_node_end(&w, errp);
}

/* ---- saved state --------------------------------------------------------------------- */

/* A buffer under way must be in one block, and what it still expects must fit. */
static bool buffer_state_is_sane(PFlashCFI01 *pfl)
{
    bool has_place = pfl->buffer_base != UINT64_MAX;

    if (pfl->cycle != PFLASH_BUFFER_DATA && pfl->cycle != PFLASH_BUFFER_CONFIRM) {
        return true;
    }
    if (has_place && (pfl->buffer_base >= pfl->size ||
                      !QEMU_IS_ALIGNED(pfl->buffer_base, pfl->bank_width))) {
        return false;
    }
    if (pfl->cycle == PFLASH_BUFFER_CONFIRM) {
        return has_place;
    }
    return pfl->buffer_left >= 1 && pfl->buffer_left <= pfl->buffer_bytes / pfl->bank_width;
}

static int pflash_post_load(void *opaque, int version_id)
{
    PFlashCFI01 *pfl = opaque;

    if (pfl->cycle >= PFLASH_CYCLE_COUNT || pfl->mode >= PFLASH_MODE_COUNT ||
        (pfl->cycle != PFLASH_COMMAND && pfl->mode != PFLASH_READ_STATUS) ||
        !buffer_state_is_sane(pfl)) {
        return -EINVAL;
    }
    memory_region_rom_device_set_romd(&pfl->mem, pfl->mode == PFLASH_READ_ARRAY);
    pflash_cfi01_store_compare(pfl);
    return 0;
}

static const VMStateDescription vmstate_pflash = {
    .name = "pflash_cfi01",
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = pflash_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT8(cycle, PFlashCFI01),
        VMSTATE_UINT8(mode, PFlashCFI01),
        VMSTATE_UINT8(status, PFlashCFI01),
        VMSTATE_UINT64(buffer_base, PFlashCFI01),
        VMSTATE_UINT32(buffer_left, PFlashCFI01),
        VMSTATE_VBUFFER_UINT32(buffer, PFlashCFI01, 0, NULL, buffer_bytes),
        VMSTATE_VARRAY_UINT32(locks, PFlashCFI01, lock_words, 0, vmstate_info_uint32, uint32_t),
        VMSTATE_END_OF_LIST()
    },
};

/* ---- life -------------------------------------------------------------------------------- */

static void pflash_reset(DeviceState *dev)
{
    PFlashCFI01 *pfl = PFLASH_CFI01(dev);

    pfl->status = PFLASH_SR_READY;
    pfl->buffer_left = 0;
    pfl->buffer_base = UINT64_MAX;
    memset(pfl->buffer, 0, pfl->buffer_bytes);
    memset(pfl->locks, 0, pfl->lock_words * sizeof(*pfl->locks));
    pflash_cfi01_read_array(pfl);
}

static bool width_check(const char *property, uint8_t width, uint8_t max, Error **errp)
{
    if (width && is_power_of_2(width) && width <= max) {
        return true;
    }
    error_setg(errp, "%s=%u must be a power of two up to %u", property, width, max);
    return false;
}

static bool geometry_check(PFlashCFI01 *pfl, Error **errp)
{
    if (!pfl->name) {
        error_setg(errp, "property 'name' is missing");
        return false;
    }
    if (!is_power_of_2(pfl->sector_len) || !is_power_of_2(pfl->num_blocks) ||
        pfl->sector_len < 256 || pfl->sector_len > PFLASH_SIZE_MAX / pfl->num_blocks) {
        error_setg(errp, "num-blocks=%" PRIu32 " blocks of sector-length=%" PRIu64 " bytes: both "
                   "must be powers of two, a block at least 256 bytes, the bank at most 1 GiB",
                   pfl->num_blocks, pfl->sector_len);
        return false;
    }
    if (!width_check("width", pfl->bank_width, 8, errp)) {
        return false;
    }
    if (!pfl->device_width) {
        return true;
    }
    if (!pfl->max_device_width) {
        pfl->max_device_width = pfl->device_width;
    }
    return width_check("device-width", pfl->device_width, pfl->bank_width, errp) &&
           width_check("max-device-width", pfl->max_device_width, 8, errp) &&
           (pfl->max_device_width >= pfl->device_width ||
            width_check("device-width", pfl->device_width, pfl->max_device_width, errp));
}

static bool chips_check(PFlashCFI01 *pfl, Error **errp)
{
    uint64_t blocks = pfl->num_blocks, block_bytes = pfl->sector_len;

    pfl->num_devices = pfl->device_width ? pfl->bank_width / pfl->device_width : 1;
    if (pfl->old_multiple_chip_handling) {
        blocks /= pfl->num_devices;
    } else {
        block_bytes /= pfl->num_devices;
    }
    /* The query structure has 16 bits for each. */
    if (blocks < 1 || blocks > 65536 || block_bytes < 256 || block_bytes / 256 > UINT16_MAX) {
        error_setg(errp, "a chip cannot have %" PRIu64 " blocks of %" PRIu64 " bytes", blocks,
                   block_bytes);
        return false;
    }
    return true;
}

static void pflash_realize(DeviceState *dev, Error **errp)
{
    PFlashCFI01 *pfl = PFLASH_CFI01(dev);

    if (!geometry_check(pfl, errp) || !chips_check(pfl, errp)) {
        return;
    }
    pfl->size = pfl->sector_len * pfl->num_blocks;
    pflash_cfi01_table_fill(pfl);
    if (pfl->buffer_bytes > pfl->sector_len) {
        error_setg(errp, "sector-length=%" PRIu64 " is smaller than the write buffer (%" PRIu32
                   " bytes)", pfl->sector_len, pfl->buffer_bytes);
        return;
    }
    if (!memory_region_init_rom_device(&pfl->mem, OBJECT(dev), &pflash_cfi01_ops, pfl, pfl->name,
                                       pfl->size, errp)) {
        object_unparent(OBJECT(&pfl->mem));
        return;
    }
    pfl->storage = memory_region_get_ram_ptr(&pfl->mem);
    if (!pflash_cfi01_store_open(pfl, errp)) {
        object_unparent(OBJECT(&pfl->mem));
        return;
    }
    pfl->buffer = g_malloc0(pfl->buffer_bytes);
    pfl->lock_words = DIV_ROUND_UP(pfl->num_blocks, 32);
    pfl->locks = g_new0(uint32_t, pfl->lock_words);
    sysbus_init_mmio(SYS_BUS_DEVICE(dev), &pfl->mem);
}

static void pflash_unrealize(DeviceState *dev)
{
    PFlashCFI01 *pfl = PFLASH_CFI01(dev);

    pflash_cfi01_store_close(pfl);
    g_free(pfl->locks);
    g_free(pfl->buffer);
    pfl->locks = NULL;
    pfl->buffer = NULL;
    pfl->storage = NULL;
}

/* ---- for boards ---------------------------------------------------------------------------- */

BlockBackend *pflash_cfi01_get_blk(PFlashCFI01 *fl)
{
    return fl->blk;
}

MemoryRegion *pflash_cfi01_get_memory(PFlashCFI01 *fl)
{
    return &fl->mem;
}

bool pflash_cfi01_legacy_drive_take(PFlashCFI01 *fl, DriveInfo *dinfo, Error **errp)
{
    if (!dinfo) {
        return true;
    }
    if (fl->blk) {
        error_setg(errp, "flash '%s' has a drive already: -drive if=pflash,unit=%d is one too many",
                   fl->name, dinfo->unit);
        return false;
    }
    return qdev_prop_set_drive_err(DEVICE(fl), "drive", blk_by_legacy_dinfo(dinfo), errp);
}

void pflash_cfi01_legacy_drive(PFlashCFI01 *fl, DriveInfo *dinfo)
{
    pflash_cfi01_legacy_drive_take(fl, dinfo, &error_fatal);
}

PFlashCFI01 *pflash_cfi01_register(hwaddr base, const char *name, hwaddr size, BlockBackend *blk,
                                   uint32_t sector_len, int width, uint16_t id0, uint16_t id1,
                                   uint16_t id2, uint16_t id3, int be)
{
    DeviceState *dev = qdev_new(TYPE_PFLASH_CFI01);

    if (blk) {
        qdev_prop_set_drive(dev, "drive", blk);
    }
    qdev_prop_set_uint32(dev, "num-blocks", size / sector_len);
    qdev_prop_set_uint64(dev, "sector-length", sector_len);
    qdev_prop_set_uint8(dev, "width", width);
    qdev_prop_set_bit(dev, "big-endian", !!be);
    qdev_prop_set_uint16(dev, "id0", id0);
    qdev_prop_set_uint16(dev, "id1", id1);
    qdev_prop_set_uint16(dev, "id2", id2);
    qdev_prop_set_uint16(dev, "id3", id3);
    qdev_prop_set_string(dev, "name", name);
    sysbus_realize_and_unref(SYS_BUS_DEVICE(dev), &error_fatal);
    sysbus_mmio_map(SYS_BUS_DEVICE(dev), 0, base);
    return PFLASH_CFI01(dev);
}

/* ---- the type ------------------------------------------------------------------------------- */

static Property pflash_properties[] = {
    DEFINE_PROP_DRIVE("drive", PFlashCFI01, blk),
    DEFINE_PROP_UINT32("num-blocks", PFlashCFI01, num_blocks, 0),
    DEFINE_PROP_UINT64("sector-length", PFlashCFI01, sector_len, 0),
    DEFINE_PROP_UINT8("width", PFlashCFI01, bank_width, 0),
    DEFINE_PROP_UINT8("device-width", PFlashCFI01, device_width, 0),
    DEFINE_PROP_UINT8("max-device-width", PFlashCFI01, max_device_width, 0),
    DEFINE_PROP_BIT("big-endian", PFlashCFI01, features, PFLASH_BE, 0),
    DEFINE_PROP_UINT16("id0", PFlashCFI01, ident[0], 0),
    DEFINE_PROP_UINT16("id1", PFlashCFI01, ident[1], 0),
    DEFINE_PROP_UINT16("id2", PFlashCFI01, ident[2], 0),
    DEFINE_PROP_UINT16("id3", PFlashCFI01, ident[3], 0),
    DEFINE_PROP_STRING("name", PFlashCFI01, name),
    DEFINE_PROP_BOOL("old-multiple-chip-handling", PFlashCFI01, old_multiple_chip_handling, false),
    DEFINE_PROP_END_OF_LIST(),
};

static void pflash_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->desc = "Parallel NOR flash (CFI, Intel command set)";
    dc->reset = pflash_reset;
    dc->realize = pflash_realize;
    dc->unrealize = pflash_unrealize;
    dc->vmsd = &vmstate_pflash;
    device_class_set_props(dc, pflash_properties);
    FDT_NODE_CLASS(klass)->add_node = pflash_add_fdt_node;
    set_bit(DEVICE_CATEGORY_STORAGE, dc->categories);
}

static const TypeInfo pflash_types[] = {
    {
        .name = TYPE_PFLASH_CFI01,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(PFlashCFI01),
        .class_init = pflash_class_init,
        .interfaces = (InterfaceInfo[]) { { TYPE_FDT_NODE }, { } },
    },
};

DEFINE_TYPES(pflash_types)
