/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory and interrupt map of the virt board. Guests find everything in the device
 * tree, but firmware and scripts know these numbers: they do not change. Below RAM
 * each place is fixed; those above RAM move up with its end.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/range.h"
#include "qemu/units.h"
#include "virt-internal.h"

/* Above RAM nothing begins lower than this, so that it stays put on most machines. */
#define HIGH_PLACES_START (256 * GiB)

static const MemMapEntry low_memmap[VIRT_MEM] = {
    [VIRT_FLASH] = { 0x00000000, 0x08000000 },
    [VIRT_GIC_DIST] = { 0x08000000, 0x00010000 },
    [VIRT_GIC_CPU] = { 0x08010000, 0x00010000 },
    [VIRT_GIC_V2M] = { 0x08020000, 0x00001000 },
    [VIRT_GIC_ITS] = { 0x08080000, 0x00020000 },
    [VIRT_GIC_REDIST] = { 0x080A0000, 0x00F60000 },
    [VIRT_UART] = { 0x09000000, 0x00001000 },
    [VIRT_RTC] = { 0x09010000, 0x00001000 },
    [VIRT_FW_CFG] = { 0x09020000, 0x00000018 },
    [VIRT_GPIO] = { 0x09030000, 0x00001000 },
    [VIRT_SMMU] = { 0x09050000, 0x00020000 },
    [VIRT_MMIO] = { 0x0a000000, 0x00000200 }, /* each of the transports */
    [VIRT_PLATFORM_BUS] = { 0x0c000000, 0x02000000 },
    [VIRT_PCIE_MMIO] = { 0x10000000, 0x2eff0000 },
    [VIRT_PCIE_PIO] = { 0x3eff0000, 0x00010000 },
    [VIRT_PCIE_ECAM] = { 0x3f000000, 0x01000000 },
};

static const uint64_t high_sizes[] = {
    [VIRT_HIGH_GIC_REDIST2 - VIRT_HIGH_GIC_REDIST2] = 64 * MiB,
    [VIRT_HIGH_PCIE_ECAM - VIRT_HIGH_GIC_REDIST2] = 256 * MiB,
    [VIRT_HIGH_PCIE_MMIO - VIRT_HIGH_GIC_REDIST2] = 512 * GiB,
};

static const int virt_irqmap[VIRT_MEMMAP_LAST] = {
    [VIRT_UART] = 1,
    [VIRT_RTC] = 2,
    [VIRT_PCIE_ECAM] = 3,          /* to 6 */
    [VIRT_GPIO] = 7,
    [VIRT_MMIO] = 16,              /* to 47 */
    [VIRT_GIC_V2M] = 48,           /* to 111 */
    [VIRT_SMMU] = 74,              /* to 77 */
    [VIRT_PLATFORM_BUS] = 112,     /* to 175 */
};

/* How messages call a place. */
static const char *const place_names[VIRT_MEMMAP_LAST] = {
    [VIRT_FLASH] = "the flash",
    [VIRT_GIC_DIST] = "the GIC distributor",
    [VIRT_GIC_CPU] = "the GIC CPU interface",
    [VIRT_GIC_V2M] = "the GICv2m frame",
    [VIRT_GIC_ITS] = "the GIC ITS",
    [VIRT_GIC_REDIST] = "the GIC redistributors",
    [VIRT_UART] = "the UART",
    [VIRT_RTC] = "the RTC",
    [VIRT_FW_CFG] = "fw_cfg",
    [VIRT_GPIO] = "the GPIO controller",
    [VIRT_SMMU] = "the SMMU",
    [VIRT_MMIO] = "the virtio transports",
    [VIRT_PLATFORM_BUS] = "the platform bus",
    [VIRT_PCIE_MMIO] = "the PCIe memory window",
    [VIRT_PCIE_PIO] = "the PCIe port window",
    [VIRT_PCIE_ECAM] = "the PCIe configuration window",
    [VIRT_MEM] = "RAM",
    [VIRT_HIGH_GIC_REDIST2] = "the high GIC redistributors",
    [VIRT_HIGH_PCIE_ECAM] = "the high PCIe configuration window",
    [VIRT_HIGH_PCIE_MMIO] = "the high PCIe memory window",
};

void virt_memmap_init(VirtMachineState *vms)
{
    memcpy(vms->memmap, low_memmap, sizeof(low_memmap));
    vms->memmap[VIRT_MEM].base = 1 * GiB;
    vms->irqmap = virt_irqmap;
}

/* Bytes of guest address space that @place takes. */
static uint64_t place_extent(const VirtMachineState *vms, int place)
{
    return vms->memmap[place].size * (place == VIRT_MMIO ? NUM_VIRTIO_TRANSPORTS : 1);
}

/* The places that users can move: RAM and the platform bus. */
static bool place_overlap_check(const VirtMachineState *vms, int moved, Error **errp)
{
    uint64_t base = vms->memmap[moved].base;
    uint64_t extent = place_extent(vms, moved);

    for (int i = 0; i < VIRT_MEMMAP_LAST; i++) {
        uint64_t other = place_extent(vms, i);

        if (i != moved && other && ranges_overlap(base, extent, vms->memmap[i].base, other)) {
            error_setg(errp, "%s at 0x%" PRIx64 " (size 0x%" PRIx64 ") overlaps %s at 0x%" PRIx64
                       " (size 0x%" PRIx64 ")", place_names[moved], base, extent, place_names[i],
                       (uint64_t)vms->memmap[i].base, other);
            return false;
        }
    }
    return true;
}

static bool place_limit_check(const VirtMachineState *vms, int place, unsigned pa_bits,
                              Error **errp)
{
    uint64_t base = vms->memmap[place].base;
    uint64_t extent = place_extent(vms, place);
    uint64_t limit = 1ull << pa_bits;

    if (base <= limit && extent <= limit - base) {
        return true;
    }
    error_setg(errp, "%s at 0x%" PRIx64 " (size 0x%" PRIx64 ") does not fit below 0x%" PRIx64
               ": %s", place_names[place], base, extent, limit,
               vms->highmem ? "that is the end of the CPU's physical addresses"
                            : "highmem=off allows 32 address bits");
    return false;
}

/* What is above RAM is wanted only where it fits: a machine without it works. */
static void high_places_settle(VirtMachineState *vms, unsigned pa_bits)
{
    const MemMapEntry *ram = &vms->memmap[VIRT_MEM];
    uint64_t base = MAX(HIGH_PLACES_START, QEMU_ALIGN_UP(ram->base + ram->size, GiB));

    for (size_t i = 0; i < ARRAY_SIZE(high_sizes); i++) {
        uint64_t size = high_sizes[i];

        base = QEMU_ALIGN_UP(base, size);
        if (vms->highmem && base + size <= 1ull << pa_bits) {
            vms->memmap[VIRT_HIGH_GIC_REDIST2 + i] = (MemMapEntry){ base, size };
            base += size;
        }
    }
}

bool virt_memmap_settle(VirtMachineState *vms, unsigned pa_bits, Error **errp)
{
    vms->memmap[VIRT_MEM].size = MACHINE(vms)->ram_size;
    pa_bits = vms->highmem ? pa_bits : MIN(pa_bits, 32);
    if (!place_limit_check(vms, VIRT_MEM, pa_bits, errp) ||
        !place_limit_check(vms, VIRT_PLATFORM_BUS, pa_bits, errp)) {
        return false;
    }
    high_places_settle(vms, pa_bits);
    return place_overlap_check(vms, VIRT_MEM, errp) &&
           place_overlap_check(vms, VIRT_PLATFORM_BUS, errp);
}

char *virt_node_path(const VirtMachineState *vms, const char *name, int place)
{
    return g_strdup_printf("/%s@%" PRIx64, name, (uint64_t)vms->memmap[place].base);
}
