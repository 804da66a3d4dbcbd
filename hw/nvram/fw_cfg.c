/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fw_cfg's memory-mapped device, as the kernel's binding qemu,fw-cfg-mmio and
 * linux/qemu_fw_cfg.h describe it: a selector register, a data register and a register that
 * takes the address of a DMA descriptor. All registers are big-endian.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "hw/fdt-node-writer.h"
#include "hw/qdev-properties.h"
#include "migration/qemu-file-types.h"
#include "migration/vmstate.h"
#include "qemu/module.h"
#include "fw_cfg-internal.h"

#define FILE_SLOTS_DEFAULT 0x20
#define FILE_SLOTS_MAX ((UINT16_MAX & FW_CFG_ENTRY_MASK) - FW_CFG_FILE_FIRST + 1)

/* The device's regions, as boards map them. */
enum { REGION_CTL, REGION_DATA, REGION_DMA };

/* ---- registers ---- */

static uint64_t fw_cfg_ctl_read(void *opaque, hwaddr addr, unsigned size)
{
    return 0;
}

static void fw_cfg_ctl_write(void *opaque, hwaddr addr, uint64_t value, unsigned size)
{
    fw_cfg_select(opaque, value);
}

static bool fw_cfg_ctl_accepts(void *opaque, hwaddr addr, unsigned size, bool is_write,
                               MemTxAttrs attrs)
{
    return is_write && size == 2;
}

static const MemoryRegionOps fw_cfg_ctl_ops = {
    .read = fw_cfg_ctl_read,
    .write = fw_cfg_ctl_write,
    .endianness = DEVICE_BIG_ENDIAN,
    .valid.accepts = fw_cfg_ctl_accepts,
};

static uint64_t fw_cfg_data_read(void *opaque, hwaddr addr, unsigned size)
{
    return fw_cfg_read_data(opaque, size);
}

/* Items are written by DMA only. */
static void fw_cfg_data_write(void *opaque, hwaddr addr, uint64_t value, unsigned size)
{
}

static uint64_t fw_cfg_dma_read(void *opaque, hwaddr addr, unsigned size)
{
    return extract64(FW_CFG_DMA_SIGNATURE, (8 - addr - size) * 8, size * 8);
}

/* The low half starts the transfer. */
static void fw_cfg_dma_write(void *opaque, hwaddr addr, uint64_t value, unsigned size)
{
    FWCfgState *s = opaque;
    dma_addr_t dma_addr;

    if (size == 4 && addr == 0) {
        s->dma_addr = value << 32;
        return;
    }
    dma_addr = size == 4 ? s->dma_addr | value : value;
    s->dma_addr = 0;
    fw_cfg_dma_transfer(s, dma_addr);
}

static bool fw_cfg_dma_accepts(void *opaque, hwaddr addr, unsigned size, bool is_write,
                               MemTxAttrs attrs)
{
    return !is_write || (size == 4 && (addr == 0 || addr == 4)) || (size == 8 && addr == 0);
}

static const MemoryRegionOps fw_cfg_dma_ops = {
    .read = fw_cfg_dma_read,
    .write = fw_cfg_dma_write,
    .endianness = DEVICE_BIG_ENDIAN,
    .valid = { .max_access_size = 8, .accepts = fw_cfg_dma_accepts },
    .impl.max_access_size = 8,
};

/* ---- life ---- */

static void fw_cfg_reset_enter(Object *obj, ResetType type)
{
    FWCfgState *s = FW_CFG(obj);

    s->dma_addr = 0;
    s->cur_entry = FW_CFG_SIGNATURE;
    s->cur_offset = 0;
}

static bool fw_cfg_mem_check(FWCfgMemState *mem, Error **errp)
{
    FWCfgState *s = FW_CFG(mem);

    if (!fw_cfg_find()) {
        error_setg(errp, "at most one %s device is permitted", TYPE_FW_CFG);
        return false;
    }
    if (s->file_slots < FW_CFG_FILE_SLOTS_MIN || s->file_slots > FILE_SLOTS_MAX) {
        error_setg(errp, "fw_cfg: x-file-slots is %u; it must be between %u and %u",
                   s->file_slots, FW_CFG_FILE_SLOTS_MIN, FILE_SLOTS_MAX);
        return false;
    }
    if (!is_power_of_2(mem->data_width) || mem->data_width > 8) {
        error_setg(errp, "fw_cfg: data_width is %u; it must be 1, 2, 4 or 8", mem->data_width);
        return false;
    }
    return true;
}

static void fw_cfg_mem_realize(DeviceState *dev, Error **errp)
{
    FWCfgMemState *mem = FW_CFG_MEM(dev);
    FWCfgState *s = FW_CFG(dev);
    SysBusDevice *sbd = SYS_BUS_DEVICE(dev);

    if (!fw_cfg_mem_check(mem, errp)) {
        return;
    }
    mem->data_ops = (MemoryRegionOps){
        .read = fw_cfg_data_read,
        .write = fw_cfg_data_write,
        .endianness = DEVICE_BIG_ENDIAN,
        .valid.max_access_size = mem->data_width,
        .impl.max_access_size = mem->data_width,
    };
    fw_cfg_items_init(s);
    memory_region_init_io(&mem->ctl_iomem, OBJECT(s), &fw_cfg_ctl_ops, s, "fwcfg.ctl",
                          FW_CFG_CTL_SIZE);
    sysbus_init_mmio(sbd, &mem->ctl_iomem);
    memory_region_init_io(&mem->data_iomem, OBJECT(s), &mem->data_ops, s, "fwcfg.data",
                          mem->data_width);
    sysbus_init_mmio(sbd, &mem->data_iomem);
    if (s->dma_enabled) {
        memory_region_init_io(&s->dma_iomem, OBJECT(s), &fw_cfg_dma_ops, s, "fwcfg.dma",
                              sizeof(dma_addr_t));
        sysbus_init_mmio(sbd, &s->dma_iomem);
    }
}

static void fw_cfg_unrealize(DeviceState *dev)
{
    fw_cfg_items_clear(FW_CFG(dev));
}

static void fw_cfg_init(Object *obj)
{
    FW_CFG(obj)->dma_as = &address_space_memory;
}

FWCfgState *fw_cfg_init_mem_wide(hwaddr ctl_addr, hwaddr data_addr, uint32_t data_width,
                                 hwaddr dma_addr, AddressSpace *dma_as)
{
    DeviceState *dev = qdev_new(TYPE_FW_CFG_MEM);
    SysBusDevice *sbd = SYS_BUS_DEVICE(dev);
    bool has_dma = dma_addr && dma_as;

    qdev_prop_set_uint32(dev, "data_width", data_width);
    qdev_prop_set_bit(dev, "dma_enabled", has_dma);
    object_property_add_child(qdev_get_machine(), TYPE_FW_CFG, OBJECT(dev));
    sysbus_realize_and_unref(sbd, &error_fatal);
    sysbus_mmio_map(sbd, REGION_CTL, ctl_addr);
    sysbus_mmio_map(sbd, REGION_DATA, data_addr);
    if (has_dma) {
        FW_CFG(dev)->dma_as = dma_as;
        sysbus_mmio_map(sbd, REGION_DMA, dma_addr);
    }
    return FW_CFG(dev);
}

FWCfgState *fw_cfg_init_mem(hwaddr ctl_addr, hwaddr data_addr)
{
    return fw_cfg_init_mem_wide(ctl_addr, data_addr, 1, 0, NULL);
}

FWCfgState *fw_cfg_find(void)
{
    /* NULL also when there are several. */
    Object *obj = object_resolve_path_type("", TYPE_FW_CFG, NULL);

    return obj ? FW_CFG(obj) : NULL;
}

bool fw_cfg_dma_enabled(void *opaque)
{
    return FW_CFG(opaque)->dma_enabled;
}

/* One "reg" from the first register to the end of the last. */
static bool fw_cfg_add_fdt_node(Object *obj, FdtNodeContext *ctx, Error **errp)
{
    SysBusDevice *sbd = SYS_BUS_DEVICE(obj);
    uint64_t base = UINT64_MAX, end = 0;
    g_autofree char *name = NULL;
    FdtNodeWriter w;

    for (int i = 0; sysbus_has_mmio(sbd, i); i++) {
        uint64_t addr, size;

        if (!fdt_node_reg(ctx, sbd, i, &addr, &size)) {
            error_setg(errp, "device tree node 'fw-cfg': region %d of the device has no address",
                       i);
            return false;
        }
        base = MIN(base, addr);
        end = MAX(end, addr + size);
    }
    name = g_strdup_printf("fw-cfg@%" PRIx64, base);
    fdt_node_begin(&w, ctx, NULL, name);
    fdt_node_put_string(&w, "compatible", "qemu,fw-cfg-mmio");
    fdt_node_put_reg(&w, base, end - base);
    fdt_node_put_empty(&w, "dma-coherent");
    return fdt_node_end(&w, errp);
}

/* ---- saved state ---- */

/* Call @func for each item that the guest can write, until it fails. */
static int fw_cfg_writable_foreach(FWCfgState *s,
                                   int (*func)(QEMUFile *f, uint16_t key, FWCfgEntry *e),
                                   QEMUFile *f)
{
    int ret = 0;

    for (uint32_t i = 0; !ret && i < s->file_slots; i++) {
        FWCfgEntry *e = fw_cfg_entry(s, FW_CFG_FILE_FIRST + i);

        if (e->allow_write) {
            ret = func(f, FW_CFG_FILE_FIRST + i, e);
        }
    }
    return ret;
}

static int fw_cfg_item_put(QEMUFile *f, uint16_t key, FWCfgEntry *e)
{
    qemu_put_be16(f, key);
    qemu_put_be32(f, e->len);
    qemu_put_buffer(f, e->data, e->len);
    return 0;
}

/* The other side was started with the same items. */
static int fw_cfg_item_get(QEMUFile *f, uint16_t key, FWCfgEntry *e)
{
    if (qemu_get_be16(f) != key || qemu_get_be32(f) != e->len) {
        return -EINVAL;
    }
    qemu_get_buffer(f, e->data, e->len);
    return 0;
}

static int fw_cfg_items_get(QEMUFile *f, void *pv, size_t size, const VMStateField *field)
{
    return fw_cfg_writable_foreach(pv, fw_cfg_item_get, f);
}

static int fw_cfg_items_put(QEMUFile *f, void *pv, size_t size, const VMStateField *field,
                            JSONWriter *vmdesc)
{
    return fw_cfg_writable_foreach(pv, fw_cfg_item_put, f);
}

static const VMStateInfo vmstate_info_fw_cfg_items = {
    .name = "fw_cfg items",
    .get = fw_cfg_items_get,
    .put = fw_cfg_items_put,
};

static int fw_cfg_item_found(QEMUFile *f, uint16_t key, FWCfgEntry *e)
{
    return 1;
}

static bool fw_cfg_items_needed(void *opaque)
{
    return fw_cfg_writable_foreach(opaque, fw_cfg_item_found, NULL) != 0;
}

static const VMStateDescription vmstate_fw_cfg_items = {
    .name = "fw_cfg/items",
    .version_id = 1,
    .minimum_version_id = 1,
    .needed = fw_cfg_items_needed,
    .fields = (const VMStateField[]) {
        {
            .name = "items",
            .size = sizeof(FWCfgState),
            .info = &vmstate_info_fw_cfg_items,
            .flags = VMS_SINGLE,
        },
        VMSTATE_END_OF_LIST(),
    },
};

static int fw_cfg_post_load(void *opaque, int version_id)
{
    FWCfgState *s = opaque;

    return s->cur_entry == FW_CFG_INVALID || fw_cfg_entry(s, s->cur_entry) ? 0 : -EINVAL;
}

static const VMStateDescription vmstate_fw_cfg = {
    .name = TYPE_FW_CFG,
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = fw_cfg_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT16(cur_entry, FWCfgState),
        VMSTATE_UINT32(cur_offset, FWCfgState),
        VMSTATE_UINT64(dma_addr, FWCfgState),
        VMSTATE_END_OF_LIST(),
    },
    .subsections = (const VMStateDescription *const[]) { &vmstate_fw_cfg_items, NULL },
};

static void fw_cfg_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->desc = "configuration items for firmware and guest";
    dc->vmsd = &vmstate_fw_cfg;
    dc->unrealize = fw_cfg_unrealize;
    RESETTABLE_CLASS(klass)->phases.enter = fw_cfg_reset_enter;
    FDT_NODE_CLASS(klass)->add_node = fw_cfg_add_fdt_node;
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
}

static Property fw_cfg_mem_properties[] = {
    DEFINE_PROP_UINT32("data_width", FWCfgMemState, data_width, 1),
    DEFINE_PROP_BOOL("dma_enabled", FWCfgMemState, parent_obj.dma_enabled, true),
    DEFINE_PROP_UINT16("x-file-slots", FWCfgMemState, parent_obj.file_slots,
                       FILE_SLOTS_DEFAULT),
    DEFINE_PROP_END_OF_LIST(),
};

static void fw_cfg_mem_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->realize = fw_cfg_mem_realize;
    device_class_set_props(dc, fw_cfg_mem_properties);
}

static const TypeInfo fw_cfg_types[] = {
    {
        .name = TYPE_FW_CFG,
        .parent = TYPE_SYS_BUS_DEVICE,
        .abstract = true,
        .instance_size = sizeof(FWCfgState),
        .instance_init = fw_cfg_init,
        .class_init = fw_cfg_class_init,
        .interfaces = (InterfaceInfo[]) { { TYPE_FDT_NODE }, { } },
    },
    {
        .name = TYPE_FW_CFG_MEM,
        .parent = TYPE_FW_CFG,
        .instance_size = sizeof(FWCfgMemState),
        .class_init = fw_cfg_mem_class_init,
    },
    {
        .name = TYPE_FW_CFG_DATA_GENERATOR_INTERFACE,
        .parent = TYPE_INTERFACE,
        .class_size = sizeof(FWCfgDataGeneratorClass),
    },
};

DEFINE_TYPES(fw_cfg_types)
