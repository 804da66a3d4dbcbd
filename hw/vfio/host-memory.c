/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Host memory that a guest without an IOMMU can have as RAM at its physical address (a carve-out).
 * It has to be reserved, or the kernel uses it, and in the kernel's linear map, or KVM gives the
 * guest memory the attributes of a device. Sources: the device tree's /reserved-memory
 * (reserved-memory.yaml of dt-schema) and /proc/iomem, in which arm64 lists reserved memory inside
 * "System RAM", and what has no-map outside.
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/units.h"
#include "host-internal.h"

#define RESERVED "/reserved-memory"

const char *vfio_host_carve_out_state_name(VFIOHostCarveOutState state)
{
    static const char *const names[] = {
        [VFIO_HOST_CARVE_OUT_USABLE] = "usable",
        [VFIO_HOST_CARVE_OUT_MISALIGNED] = "misaligned",
        [VFIO_HOST_CARVE_OUT_DISABLED] = "disabled",
        [VFIO_HOST_CARVE_OUT_REUSABLE] = "reusable",
        [VFIO_HOST_CARVE_OUT_NO_MAP] = "no-map",
        [VFIO_HOST_CARVE_OUT_NOT_IN_KERNEL] = "not-reserved",
    };

    return names[state];
}

/* ---- the kernel's view -------------------------------------------------------- */

/* A line of /proc/iomem: "  FIRST-LAST : NAME", two spaces for each level. */
typedef struct Resource {
    uint64_t first, last;
    unsigned level;
    const char *name;
} Resource;

static bool resource_parse(const char *line, Resource *r)
{
    unsigned spaces = strspn(line, " ");
    int end = 0;

    if (sscanf(line + spaces, "%" SCNx64 "-%" SCNx64 " : %n", &r->first, &r->last, &end) != 2 ||
        !end || r->last < r->first) {
        return false;
    }
    r->level = spaces / 2;
    r->name = line + spaces + end;
    return true;
}

/* The lines of /proc/iomem; NULL if it does not tell: users other than root see zeros. */
static char **iomem_lines(const VFIOHost *host)
{
    g_autofree char *text = vfio_host_text(host, "/proc/iomem");
    g_auto(GStrv) lines = text ? g_strsplit(text, "\n", -1) : NULL;

    for (int i = 0; lines && lines[i]; i++) {
        Resource r;

        if (resource_parse(lines[i], &r) && r.last) {
            return g_steal_pointer(&lines);
        }
    }
    return NULL;
}

/* Whether reserved pieces of System RAM cover all of @first..@last. */
static bool iomem_reserves(char **lines, uint64_t first, uint64_t last)
{
    bool is_ram = false;

    /* Pieces are in the order of their addresses. */
    for (int i = 0; lines[i]; i++) {
        Resource r;

        if (!resource_parse(lines[i], &r)) {
            continue;
        }
        if (r.level == 0) {
            is_ram = strcmp(r.name, "System RAM") == 0;
        } else if (is_ram && r.level == 1 && strcmp(r.name, "reserved") == 0 &&
                   r.first <= first && first <= r.last) {
            if (last <= r.last) {
                return true;
            }
            first = r.last + 1;
        }
    }
    return false;
}

/* ---- the device tree's view -------------------------------------------------------- */

static void carve_out_free(void *opaque)
{
    VFIOHostCarveOut *carve_out = opaque;

    g_free(carve_out->node);
    g_free(carve_out);
}

static bool has(const VFIOHost *host, const char *node, const char *name)
{
    g_autofree char *path = g_build_filename(node, name, NULL);

    return vfio_host_exists(host, path);
}

static VFIOHostCarveOutState state_of(const VFIOHost *host, const char *node,
                                      const VFIOHostRegion *region, char **iomem)
{
    g_autofree char *path = g_build_filename(node, "status", NULL);
    g_autofree char *status = vfio_host_text(host, path);

    if (status && strcmp(status, "okay") != 0 && strcmp(status, "ok") != 0) {
        return VFIO_HOST_CARVE_OUT_DISABLED;
    }
    if (has(host, node, "no-map")) {
        return VFIO_HOST_CARVE_OUT_NO_MAP;
    }
    if (has(host, node, "reusable")) {
        return VFIO_HOST_CARVE_OUT_REUSABLE;
    }
    if (iomem && !iomem_reserves(iomem, region->cpu_address,
                                 region->cpu_address + (region->size - 1))) {
        return VFIO_HOST_CARVE_OUT_NOT_IN_KERNEL;
    }
    return region->cpu_address % (2 * MiB) ? VFIO_HOST_CARVE_OUT_MISALIGNED
                                       : VFIO_HOST_CARVE_OUT_USABLE;
}

/* Add what "reg" of the node @name says; nodes without one are placed by the kernel. */
static void node_add(const VFIOHost *host, const char *name, char **iomem, GPtrArray *found)
{
    g_autofree char *node = g_build_filename(VFIO_HOST_TREE RESERVED, name, NULL);
    g_autoptr(GArray) regions = g_array_new(false, false, sizeof(VFIOHostRegion));

    if (!vfio_host_is_folder(host, node)) {
        return;
    }
    vfio_host_node_regions(host, node, regions);
    for (guint i = 0; i < regions->len; i++) {
        const VFIOHostRegion *region = &g_array_index(regions, VFIOHostRegion, i);
        VFIOHostCarveOut *carve_out;

        if (!region->size || region->cpu_address == VFIO_HOST_NO_ADDRESS ||
            region->size - 1 > UINT64_MAX - region->cpu_address) {
            continue;
        }
        carve_out = g_new0(VFIOHostCarveOut, 1);
        carve_out->node = g_strconcat(RESERVED "/", name, NULL);
        carve_out->address = region->cpu_address;
        carve_out->size = region->size;
        carve_out->state = state_of(host, node, region, iomem);
        g_ptr_array_add(found, carve_out);
    }
}

static int by_address(gconstpointer a, gconstpointer b)
{
    const VFIOHostCarveOut *const *left = a;
    const VFIOHostCarveOut *const *right = b;

    return (*left)->address < (*right)->address ? -1 : (*left)->address > (*right)->address;
}

GPtrArray *vfio_host_carve_outs(VFIOHost *host)
{
    GPtrArray *found = g_ptr_array_new_with_free_func(carve_out_free);
    g_auto(GStrv) names = vfio_host_names(host, VFIO_HOST_TREE RESERVED);
    g_auto(GStrv) iomem = iomem_lines(host);

    for (int i = 0; names[i]; i++) {
        node_add(host, names[i], iomem, found);
    }
    g_ptr_array_sort(found, by_address);
    return found;
}

/* ---- one range -------------------------------------------------------- */

static const VFIOHostCarveOut *carve_out_with(const GPtrArray *list, uint64_t first, uint64_t last)
{
    for (guint i = 0; i < list->len; i++) {
        const VFIOHostCarveOut *it = g_ptr_array_index(list, i);

        if (it->address <= last && first <= it->address + (it->size - 1)) {
            return it;
        }
    }
    return NULL;
}

static bool state_check(const VFIOHostCarveOut *it, Error **errp)
{
    static const char *const reasons[] = {
        [VFIO_HOST_CARVE_OUT_DISABLED] = "is disabled: the kernel does not reserve the memory",
        [VFIO_HOST_CARVE_OUT_REUSABLE] = "is reusable: the kernel keeps data of its own there; "
                                         "take reusable out of the node",
        [VFIO_HOST_CARVE_OUT_NO_MAP] = "has no-map: KVM would make the guest's RAM device memory; "
                                       "take no-map out of the node",
        [VFIO_HOST_CARVE_OUT_NOT_IN_KERNEL] = "is not listed by /proc/iomem as reserved inside "
                                              "System RAM: the kernel uses that memory, or does "
                                              "not map it",
    };
    const char *reason = reasons[it->state];

    if (reason) {
        error_setg(errp, "%s of the host's device tree %s", it->node, reason);
    }
    return !reason;
}

bool vfio_host_carve_out_check(VFIOHost *host, uint64_t address, uint64_t size, Error **errp)
{
    uint64_t last = address + (size - 1);
    g_autoptr(GPtrArray) list = vfio_host_carve_outs(host);
    const VFIOHostCarveOut *it = carve_out_with(list, address, last);
    g_auto(GStrv) iomem = iomem_lines(host);

    if (it && it->address <= address && last <= it->address + (it->size - 1)) {
        return state_check(it, errp);
    }
    if (it) {
        error_setg(errp, "host memory 0x%" PRIx64 "..0x%" PRIx64 " is not all reserved: %s is "
                   "0x%" PRIx64 "..0x%" PRIx64, address, last, it->node, it->address,
                   it->address + (it->size - 1));
        return false;
    }
    /* Reserved by other means, such as firmware's tables. */
    if (iomem && iomem_reserves(iomem, address, last)) {
        return true;
    }
    error_setg(errp, "host memory 0x%" PRIx64 "..0x%" PRIx64 " is not reserved", address, last);
    error_append_hint(errp, "Add a node below /reserved-memory of the host's device tree with this "
                      "reg, without no-map and without reusable, and restart the host.\n");
    return false;
}
