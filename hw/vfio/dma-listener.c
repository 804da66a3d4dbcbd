/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guest RAM in a container: each contiguous range of one RAM block that appears in the address
 * space is mapped for DMA, at its guest address, and unmapped when it goes. MMIO is not mapped,
 * other devices' mapped registers included. Pages are the larger of the host's and the
 * IOMMU's smallest; the parts of a range that fill no page are left out.
 */
#include "qemu/osdep.h"
#include <sys/resource.h>
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "qemu/units.h"
#include "exec/ramblock.h"
#include "sysemu/runstate.h"
#include "container-internal.h"
#include "trace.h"

/* The part of a section that whole pages cover. */
typedef struct DMARange {
    uint64_t iova;
    uint64_t size;
    const RAMBlock *block;
    uint64_t offset; /* in it */
    void *host;
    int fd;
    uint64_t fd_offset;
    bool readonly;
} DMARange;

static uint64_t container_page_size(VFIOContainer *container)
{
    uint64_t smallest = container->pgsizes & -container->pgsizes;

    return MAX(smallest, qemu_real_host_page_size());
}

/* False: nothing of @section is for devices to reach. */
static bool dma_range_from_section(VFIOContainer *container, MemoryRegionSection *section,
                                   DMARange *range)
{
    uint64_t page = container_page_size(container);
    uint64_t start = section->offset_within_address_space;
    uint64_t iova = ROUND_UP(start, page);
    Int128 end = int128_add(int128_make64(start), section->size);
    uint64_t skipped = iova - start;
    MemoryRegion *mr = section->mr;
    RAMBlock *block = mr->ram_block;
    uint64_t offset = section->offset_within_region + skipped;

    if (!memory_region_is_ram(mr) || memory_region_is_ram_device(mr) || iova < start ||
        int128_ge(int128_make64(iova), end)) {
        return false;
    }
    range->size = int128_get64(int128_sub(end, int128_make64(iova))) & -page;
    if (!range->size) {
        return false;
    }
    range->host = (uint8_t *)memory_region_get_ram_ptr(mr) + offset;
    if ((uintptr_t)range->host & (qemu_real_host_page_size() - 1)) {
        trace_vfio_dma_misaligned(memory_region_name(mr), iova);
        return false;
    }
    range->iova = iova;
    range->block = block;
    range->offset = offset;
    range->fd = block->flags & RAM_SHARED ? block->fd : -1; /* others see no change of ours */
    range->fd_offset = block->fd_offset + offset;
    range->readonly = section->readonly;
    return true;
}

static bool iova_is_usable(VFIOContainer *container, const DMARange *range)
{
    uint64_t last = range->iova + (range->size - 1);

    for (guint i = 0; i < container->iova_ranges->len; i++) {
        const VFIOIOVARange *usable = &g_array_index(container->iova_ranges, VFIOIOVARange, i);

        if (usable->first <= range->iova && last <= usable->last) {
            return true;
        }
    }
    return container->iova_ranges->len == 0;
}

static void usable_ranges_append(VFIOContainer *container, GString *text)
{
    for (guint i = 0; i < container->iova_ranges->len; i++) {
        const VFIOIOVARange *usable = &g_array_index(container->iova_ranges, VFIOIOVARange, i);

        g_string_append_printf(text, "%s0x%" PRIx64 "..0x%" PRIx64, i ? ", " : "", usable->first,
                               usable->last);
    }
}

/* The reasons that a kernel gives most often, with what helps. */
static void dma_map_explain(VFIOContainer *container, int ret, const DMARange *range,
                            Error **errp)
{
    struct rlimit limit;

    switch (-ret) {
    case ENOMEM:
        if (getrlimit(RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
            error_setg(errp, "mapping %" PRIu64 " KiB of guest memory at 0x%" PRIx64
                       " for DMA: %s; memory that may be locked is limited to %" PRIu64
                       " KiB: raise it, e.g. by 'ulimit -l unlimited' or LimitMEMLOCK= of the"
                       " service", range->size / KiB, range->iova, strerror(ENOMEM),
                       (uint64_t)limit.rlim_cur / KiB);
            return;
        }
        break;
    case ENOSPC:
        error_setg(errp, "mapping guest memory at 0x%" PRIx64 " for DMA: the host's limit of"
                   " mappings is reached (%u exist); raise dma_entry_limit of"
                   " vfio_iommu_type1", range->iova, container->mappings->len);
        return;
    }
    error_setg_errno(errp, -ret, "mapping %" PRIu64 " KiB of guest memory at 0x%" PRIx64
                     " for DMA failed", range->size / KiB, range->iova);
}

static bool dma_range_map(VFIOContainer *container, const DMARange *range, Error **errp)
{
    int ret;

    if (!iova_is_usable(container, range)) {
        g_autoptr(GString) text = g_string_new(NULL);

        usable_ranges_append(container, text);
        error_setg(errp, "guest memory 0x%" PRIx64 "..0x%" PRIx64 " is at addresses that the"
                   " host's IOMMU cannot translate; usable: %s", range->iova,
                   range->iova + (range->size - 1), text->str);
        return false;
    }
    if (container->needs_files && range->fd < 0 && !range->readonly) {
        error_setg(errp, "guest memory 0x%" PRIx64 "..0x%" PRIx64 " cannot be shared with a"
                   " vfio-user server: start with -M mem-shared=on, or with share=on for each"
                   " memory backend", range->iova, range->iova + (range->size - 1));
        return false;
    }
    if (container->io_ops->dma_check &&
        !container->io_ops->dma_check(range->block, range->offset, range->iova, range->size,
                                      errp)) {
        return false;
    }
    if (!vfio_container_mapping_add(container, range->iova, range->size, errp)) {
        return false;
    }
    ret = container->io_ops->dma_map(container, range->iova, range->size, range->host, range->fd,
                                     range->fd_offset, range->readonly);
    if (ret < 0) {
        vfio_container_mapping_remove(container, range->iova);
        dma_map_explain(container, ret, range, errp);
        return false;
    }
    return true;
}

static void dma_region_add(MemoryListener *listener, MemoryRegionSection *section)
{
    VFIOContainer *container = container_of(listener, VFIOContainer, listener);
    Error *err = NULL;
    DMARange range;

    /* One failure is enough to know; an attach that fails unmaps the others. */
    if (container->error || !dma_range_from_section(container, section, &range)) {
        return;
    }
    trace_vfio_dma_map(range.iova, range.size, range.readonly);
    if (dma_range_map(container, &range, &err)) {
        return;
    }
    if (!container->initialized) {
        container->error = err;
        return;
    }
    /* The guest could make a device write to memory that is not where it thinks. */
    error_reportf_err(err, "vfio: the machine is stopped: ");
    vm_stop(RUN_STATE_INTERNAL_ERROR);
}

static void dma_region_del(MemoryListener *listener, MemoryRegionSection *section)
{
    VFIOContainer *container = container_of(listener, VFIOContainer, listener);
    DMARange range;
    int ret;

    if (!dma_range_from_section(container, section, &range) ||
        !vfio_container_has_mapping(container, range.iova)) {
        return;
    }
    trace_vfio_dma_unmap(range.iova, range.size);
    ret = container->io_ops->dma_unmap(container, range.iova, range.size);
    if (ret < 0) {
        error_report("vfio: unmapping guest memory 0x%" PRIx64 "..0x%" PRIx64
                     " failed: %s", range.iova, range.iova + (range.size - 1), strerror(-ret));
    }
    vfio_container_mapping_remove(container, range.iova);
}

const MemoryListener vfio_dma_listener = {
    .name = "vfio",
    .region_add = dma_region_add,
    .region_del = dma_region_del,
};
