/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -device loader: a value, a file or a start address for the guest, as QEMU's documentation of the
 * generic loader describes it. Files are ELF or raw.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "exec/address-spaces.h"
#include "hw/boards.h"
#include "hw/core/generic-loader.h"
#include "hw/loader.h"
#include "hw/qdev-properties.h"
#include "qemu/bswap.h"
#include "qemu/module.h"
#include "sysemu/dma.h"
#include "sysemu/reset.h"

/* cpu-num: not given. */
#define CPU_NONE UINT32_MAX

static void generic_loader_reset(void *opaque)
{
    GenericLoaderState *s = GENERIC_LOADER(opaque);

    if (s->set_pc) {
        cpu_reset(s->cpu);
        cpu_set_pc(s->cpu, s->pc);
    }
    if (s->data_len) {
        dma_memory_write(s->as, s->addr, s->bytes, s->data_len, MEMTXATTRS_UNSPECIFIED);
    }
}

/* ---- what the user asks for ---- */

static bool check_data(const GenericLoaderState *s, Error **errp)
{
    if (s->file) {
        error_setg(errp, "loader: file cannot be used together with data");
    } else if (s->force_raw) {
        error_setg(errp, "loader: force-raw is for files and cannot be used together with data");
    } else if (!s->data_len) {
        error_setg(errp, "loader: both data and data-len must be specified");
    } else if (s->data_len > sizeof(s->data)) {
        error_setg(errp, "loader: data-len is %u; it cannot be greater than 8", s->data_len);
    } else if (s->data_len < sizeof(s->data) && s->data >> (8 * s->data_len)) {
        error_setg(errp, "loader: data 0x%" PRIx64 " does not fit in %u bytes", s->data,
                   s->data_len);
    } else {
        return true;
    }
    return false;
}

static bool check_options(GenericLoaderState *s, Error **errp)
{
    if (s->data || s->data_len || s->data_be) {
        return check_data(s, errp);
    }
    if (s->file) {
        s->set_pc = s->cpu_num != CPU_NONE;
        return true;
    }
    if (s->force_raw) {
        error_setg(errp, "loader: force-raw needs file");
        return false;
    }
    if (!s->addr) {
        error_setg(errp, "loader: there is nothing to do: use addr with data and data-len, "
                   "file, or addr with cpu-num");
        return false;
    }
    if (s->cpu_num == CPU_NONE) {
        error_setg(errp, "loader: cpu-num must be specified when only a program counter is set");
        return false;
    }
    s->set_pc = true;
    return true;
}

static bool choose_cpu(GenericLoaderState *s, Error **errp)
{
    s->cpu = s->cpu_num == CPU_NONE ? first_cpu
                                    : s->cpu_num <= INT_MAX ? qemu_get_cpu(s->cpu_num) : NULL;
    if (!s->cpu && s->cpu_num != CPU_NONE) {
        error_setg(errp, "loader: there is no CPU with cpu-num %u", s->cpu_num);
        return false;
    }
    if (s->set_pc && !s->cpu->cc->set_pc) {
        error_setg(errp, "loader: the program counter of CPU %u cannot be set", s->cpu_num);
        return false;
    }
    s->as = s->cpu && s->cpu->as ? s->cpu->as : &address_space_memory;
    return true;
}

/* ---- files ---- */

/* Bytes of memory, of whatever kind, from @addr on. */
static uint64_t memory_room(AddressSpace *as, hwaddr addr)
{
    MemoryRegionSection section = memory_region_find(as->root, addr, UINT64_MAX - addr);
    uint64_t room = 0;

    if (section.mr) {
        if (memory_region_is_ram(section.mr) || memory_region_is_romd(section.mr)) {
            room = int128_get64(section.size);
        }
        memory_region_unref(section.mr);
    }
    return section.offset_within_address_space == addr ? room : 0;
}

/* An ELF file goes where it says, any other to addr. */
static bool load_file(GenericLoaderState *s, Error **errp)
{
    ssize_t size = ELF_LOAD_NOT_ELF;

    if (!s->force_raw) {
        size = load_elf_as(s->file, NULL, NULL, NULL, &s->pc, NULL, NULL, NULL, 0, 0, 0, 0,
                           s->as);
    }
    if (size >= 0) {
        return true;
    }
    if (size != ELF_LOAD_NOT_ELF && get_image_size(s->file) > 0) {
        error_setg(errp, "loader: cannot load '%s': %s", s->file, load_elf_strerror(size));
        return false;
    }
    if (image_load(s->file, s->addr, memory_room(s->as, s->addr), s->as, errp) < 0) {
        error_prepend(errp, "loader: address 0x%" PRIx64 ": ", s->addr);
        return false;
    }
    return true;
}

/* ---- life ---- */

static void generic_loader_realize(DeviceState *dev, Error **errp)
{
    GenericLoaderState *s = GENERIC_LOADER(dev);

    s->set_pc = false;
    s->pc = s->addr;
    if (!check_options(s, errp) || !choose_cpu(s, errp)) {
        return;
    }
    if (s->file && !load_file(s, errp)) {
        return;
    }
    if (s->data_be) {
        stq_be_p(s->bytes, s->data << (8 * (sizeof(s->data) - s->data_len)));
    } else {
        stq_le_p(s->bytes, s->data);
    }
    qemu_register_reset(generic_loader_reset, dev);
}

static void generic_loader_unrealize(DeviceState *dev)
{
    qemu_unregister_reset(generic_loader_reset, dev);
}

static Property generic_loader_properties[] = {
    DEFINE_PROP_UINT64("addr", GenericLoaderState, addr, 0),
    DEFINE_PROP_UINT64("data", GenericLoaderState, data, 0),
    DEFINE_PROP_UINT8("data-len", GenericLoaderState, data_len, 0),
    DEFINE_PROP_BOOL("data-be", GenericLoaderState, data_be, false),
    DEFINE_PROP_UINT32("cpu-num", GenericLoaderState, cpu_num, CPU_NONE),
    DEFINE_PROP_BOOL("force-raw", GenericLoaderState, force_raw, false),
    DEFINE_PROP_STRING("file", GenericLoaderState, file),
    DEFINE_PROP_END_OF_LIST(),
};

static const PropertyText generic_loader_texts[] = {
    { "addr", "where; for a CPU alone, its program counter" },
    { "data", "value to store at addr" },
    { "data-len", "bytes of data, 1 to 8" },
    { "data-be", "data is stored big-endian" },
    { "cpu-num", "CPU whose view of memory is meant, and which starts there" },
    { "force-raw", "take an ELF file as bytes" },
    { "file", "file to load; an ELF file goes where it says" },
    { }
};

static void generic_loader_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->desc = "Generic Loader";
    dc->realize = generic_loader_realize;
    dc->unrealize = generic_loader_unrealize;
    /* What it loads has to be known before the first reset. */
    dc->hotpluggable = false;
    device_class_set_props(dc, generic_loader_properties);
    device_class_describe_props(dc, generic_loader_texts);
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
}

static const TypeInfo generic_loader_types[] = {
    {
        .name = TYPE_GENERIC_LOADER,
        .parent = TYPE_DEVICE,
        .instance_size = sizeof(GenericLoaderState),
        .class_init = generic_loader_class_init,
    },
};

DEFINE_TYPES(generic_loader_types)
