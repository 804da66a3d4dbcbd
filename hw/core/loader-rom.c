/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The registry of roms: contents of guest memory that every reset restores.
 * After the first reset, data for memory the guest cannot write is dropped.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "exec/address-spaces.h"
#include "hw/loader.h"
#include "sysemu/reset.h"
#include "trace.h"

typedef struct Rom {
    char *name;
    uint8_t *data;    /* NULL once it was written for good */
    size_t data_size;
    size_t rom_size;  /* data_size and zeroes behind it */
    hwaddr addr;      /* in as, or in mr */
    MemoryRegion *mr;
    AddressSpace *as;
    unsigned depth; /* of the open transaction that it belongs to; 0 when it is here to stay */
} Rom;

/* Sorted by address space and address. */
static GPtrArray *roms;
static bool roms_are_sealed;

static void rom_free(gpointer opaque)
{
    Rom *rom = opaque;

    g_free(rom->name);
    g_free(rom->data);
    g_free(rom);
}

static bool rom_is_before(const Rom *a, const Rom *b)
{
    if (a->mr != b->mr) {
        return (uintptr_t)a->mr < (uintptr_t)b->mr;
    }
    if (a->as != b->as) {
        return (uintptr_t)a->as < (uintptr_t)b->as;
    }
    return a->addr < b->addr;
}

/* How many transactions are open, one in the other. */
static unsigned rom_transaction_depth;

void rom_registry_take(const char *name, uint8_t *data, size_t data_size, size_t rom_size,
                       hwaddr addr, MemoryRegion *mr, AddressSpace *as)
{
    Rom *rom = g_new0(Rom, 1);
    guint place;

    /* A rom that came after the first reset would be missing until the next one. */
    g_assert(!roms_are_sealed);
    *rom = (Rom){
        .name = g_strdup(name),
        .data = data,
        .data_size = data_size,
        .rom_size = rom_size,
        .addr = addr,
        .mr = mr,
        .as = mr ? NULL : as ? as : &address_space_memory,
        .depth = rom_transaction_depth,
    };
    if (!roms) {
        roms = g_ptr_array_new_with_free_func(rom_free);
    }
    for (place = roms->len; place > 0; place--) {
        if (!rom_is_before(rom, g_ptr_array_index(roms, place - 1))) {
            break;
        }
    }
    g_ptr_array_insert(roms, place, rom);
    trace_loader_rom_add(name, addr, rom_size);
}

void rom_transaction_begin(void)
{
    rom_transaction_depth++;
}

void rom_transaction_end(bool commit)
{
    g_assert(rom_transaction_depth);
    for (guint i = roms ? roms->len : 0; i-- > 0;) {
        Rom *rom = g_ptr_array_index(roms, i);

        if (rom->depth == rom_transaction_depth && commit) {
            rom->depth--;
        } else if (rom->depth == rom_transaction_depth) {
            g_ptr_array_remove_index(roms, i);
        }
    }
    rom_transaction_depth--;
}

MemoryRegion *rom_add_blob(const char *name, const void *blob, size_t len, size_t max_len,
                           hwaddr addr, const char *fw_file_name, FWCfgCallback fw_callback,
                           void *callback_opaque, AddressSpace *as, bool read_only)
{
    g_assert(!fw_file_name && !fw_callback);
    g_assert(len <= max_len);
    rom_registry_take(name, g_memdup2(blob, len), len, max_len, addr, NULL, as);
    return NULL;
}

/* ---- writing ---- */

static void rom_write_zeroes(const Rom *rom)
{
    hwaddr addr = rom->addr + rom->data_size;
    size_t left = rom->rom_size - rom->data_size;

    address_space_set(rom->as, addr, 0, left, MEMTXATTRS_UNSPECIFIED);
}

static void rom_write(Rom *rom)
{
    if (!rom->data) {
        return;
    }
    if (rom->mr) {
        memcpy(memory_region_get_ram_ptr(rom->mr), rom->data, rom->data_size);
        memory_region_set_dirty(rom->mr, 0, rom->data_size);
        if (memory_region_is_rom(rom->mr)) {
            g_clear_pointer(&rom->data, g_free);
        }
    } else {
        address_space_write_rom(rom->as, rom->addr, MEMTXATTRS_UNSPECIFIED, rom->data,
                                rom->data_size);
        rom_write_zeroes(rom);
    }
    trace_loader_rom_write(rom->name, rom->addr, rom->rom_size);
}

static void roms_reset(void *opaque)
{
    for (guint i = 0; i < roms->len; i++) {
        rom_write(g_ptr_array_index(roms, i));
    }
}

static bool roms_overlap_check(Error **errp)
{
    for (guint i = 1; i < roms->len; i++) {
        Rom *low = g_ptr_array_index(roms, i - 1);
        Rom *high = g_ptr_array_index(roms, i);

        if (low->mr || low->as != high->as) {
            continue;
        }
        if (low->rom_size > high->addr - low->addr) {
            error_setg(errp, "'%s' (0x%" PRIx64 ", 0x%zx bytes) and '%s' (0x%" PRIx64
                       ", 0x%zx bytes) overlap in guest memory", low->name, low->addr,
                       low->rom_size, high->name, high->addr, high->rom_size);
            return false;
        }
    }
    return true;
}

bool rom_registry_seal(Error **errp)
{
    g_assert(!roms_are_sealed);
    if (!roms) {
        roms = g_ptr_array_new_with_free_func(rom_free);
    }
    if (!roms_overlap_check(errp)) {
        return false;
    }
    qemu_register_reset(roms_reset, NULL);
    roms_are_sealed = true;
    return true;
}

int rom_check_and_register_reset(void)
{
    Error *err = NULL;

    if (!rom_registry_seal(&err)) {
        error_report_err(err);
        return -1;
    }
    return 0;
}

/* ---- reading back ---- */

void *rom_ptr_for_as(AddressSpace *as, hwaddr addr, size_t size)
{
    for (guint i = 0; roms && i < roms->len; i++) {
        Rom *rom = g_ptr_array_index(roms, i);

        if (rom->data && rom->as == as && addr >= rom->addr &&
            addr - rom->addr < rom->data_size && size <= rom->data_size - (addr - rom->addr)) {
            return rom->data + (addr - rom->addr);
        }
    }
    return NULL;
}

void *rom_ptr(hwaddr addr, size_t size)
{
    return rom_ptr_for_as(&address_space_memory, addr, size);
}

int rom_copy(uint8_t *dest, hwaddr addr, size_t size)
{
    size_t last = 0;

    for (guint i = 0; roms && i < roms->len; i++) {
        Rom *rom = g_ptr_array_index(roms, i);
        hwaddr from = MAX(addr, rom->addr);
        hwaddr skip = from - rom->addr;
        size_t data;
        size_t room;

        if (!rom->data || rom->as != &address_space_memory || skip >= rom->rom_size ||
            from - addr >= size) {
            continue;
        }
        room = MIN(size - (from - addr), rom->rom_size - skip);
        data = skip < rom->data_size ? MIN(room, rom->data_size - skip) : 0;
        memcpy(dest + (from - addr), rom->data + skip, data);
        memset(dest + (from - addr) + data, 0, room - data);
        last = MAX(last, from - addr + room);
    }
    return last;
}

char *rom_registry_text(void)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; roms && i < roms->len; i++) {
        Rom *rom = g_ptr_array_index(roms, i);

        if (rom->mr) {
            g_string_append_printf(out, "%s size=0x%06zx name=\"%s\"\n",
                                   memory_region_name(rom->mr), rom->rom_size, rom->name);
        } else {
            g_string_append_printf(out, "addr=%016" PRIx64 " size=0x%06zx mem=%s name=\"%s\"\n",
                                   rom->addr, rom->rom_size, rom->as->name, rom->name);
        }
    }
    return g_string_free(out, FALSE);
}
