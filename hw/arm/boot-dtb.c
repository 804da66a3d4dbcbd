/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The device tree that the guest gets: the board's, or the user's with memory and
 * /chosen brought up to date. A user's tree can be anything that libfdt accepts, so each step
 * may fail here.
 */
#include "qemu/osdep.h"
#include <libfdt.h>
#include "qapi/error.h"
#include "qemu/units.h"
#include "exec/address-spaces.h"
#include "hw/arm/boot.h"
#include "hw/loader.h"
#include "sysemu/device_tree.h"
#include "sysemu/reset.h"
#include "trace.h"

/* A kernel maps its tree in one block of this size. */
#define DTB_ALIGN (2 * MiB)

#define DTB_ROM_NAME "dtb"

/* ---- contents ---- */

/* Offset of the node @name of the root, made if need be; or a negative code. */
static int root_node_get(void *fdt, const char *name)
{
    int node = fdt_subnode_offset(fdt, 0, name);

    return node == -FDT_ERR_NOTFOUND ? fdt_add_subnode(fdt, 0, name) : node;
}

static int chosen_write(const struct arm_boot_info *info, void *fdt)
{
    bool has_cmdline = info->kernel_cmdline && *info->kernel_cmdline;
    int chosen = root_node_get(fdt, "chosen");
    int ret = chosen;

    /* Each write to /chosen keeps its offset: what moves is behind it. */
    if (ret >= 0 && has_cmdline) {
        ret = fdt_setprop_string(fdt, chosen, "bootargs", info->kernel_cmdline);
    }
    if (ret >= 0 && info->initrd_size) {
        ret = fdt_setprop_u64(fdt, chosen, "linux,initrd-start", info->initrd_start);
    }
    if (ret >= 0 && info->initrd_size) {
        ret = fdt_setprop_u64(fdt, chosen, "linux,initrd-end",
                              info->initrd_start + info->initrd_size);
    }
    return ret;
}

static int memory_nodes_remove(void *fdt)
{
    int node = fdt_first_subnode(fdt, 0);

    while (node >= 0) {
        const char *name = fdt_get_name(fdt, node, NULL);
        bool is_memory = strcmp(name, "memory") == 0 || g_str_has_prefix(name, "memory@");
        int ret = is_memory ? fdt_del_node(fdt, node) : 0;

        if (ret < 0) {
            return ret;
        }
        /* Its next sibling is at its place now. */
        node = is_memory ? fdt_first_subnode(fdt, 0) : fdt_next_subnode(fdt, node);
    }
    return node == -FDT_ERR_NOTFOUND ? 0 : node;
}

static int memory_write(const struct arm_boot_info *info, void *fdt)
{
    g_autofree char *name = g_strdup_printf("memory@%" PRIx64, (uint64_t)info->loader_start);
    int ret = memory_nodes_remove(fdt);
    int node = ret < 0 ? ret : fdt_add_subnode(fdt, 0, name);

    ret = node < 0 ? node : fdt_setprop_string(fdt, node, "device_type", "memory");
    /* Cells as the root says; a size too large for its cells is an error. */
    return ret < 0 ? ret : fdt_appendprop_addrrange(fdt, 0, node, "reg", info->loader_start,
                                                    info->ram_size);
}

static bool dtb_write(const struct arm_boot_info *info, void **fdt, Error **errp)
{
    int ret = 0;

    if (info->dtb_filename) {
        void *file = device_tree_load(info->dtb_filename, NULL, errp);

        if (!file) {
            return false;
        }
        g_free(*fdt);
        *fdt = file;
        ret = memory_write(info, *fdt);
    }
    ret = ret < 0 ? ret : chosen_write(info, *fdt);
    if (ret < 0) {
        error_setg(errp, "%s%s: memory and /chosen cannot be written: %s",
                   info->dtb_filename ? "device tree " : "the board's device tree",
                   info->dtb_filename ? info->dtb_filename : "", fdt_strerror(ret));
        return false;
    }
    return qemu_fdt_pack(fdt, errp) >= 0;
}

/* ---- place ---- */

static bool dtb_place(struct arm_boot_info *info, Error **errp)
{
    hwaddr end = info->loader_start + info->ram_size;
    bool is_at_base = info->firmware_loaded || !info->kernel_filename ||
                      (info->is_elf && info->image_low_addr - info->loader_start >= info->dtb_size);
    hwaddr start = is_at_base
        ? info->loader_start
        : QEMU_ALIGN_UP(info->initrd_start + info->initrd_size, DTB_ALIGN);

    if (start >= end || info->dtb_size > end - start) {
        error_setg(errp, "RAM has no room for the device tree of %" PRIu64 " bytes: kernel%s end "
                   "at 0x%" PRIx64 ", RAM ends at 0x%" PRIx64, info->dtb_size,
                   info->initrd_size ? " and initrd" : "",
                   (uint64_t)(info->initrd_size ? info->initrd_start + info->initrd_size
                                                : info->image_high_addr), (uint64_t)end);
        return false;
    }
    info->dtb_start = start;
    return true;
}

bool arm_load_dtb(struct arm_boot_info *info, void **fdt, Error **errp)
{
    if (!dtb_write(info, fdt, errp)) {
        return false;
    }
    info->dtb_size = fdt_totalsize(*fdt);
    if (!dtb_place(info, errp)) {
        return false;
    }
    rom_add_blob_fixed_as(DTB_ROM_NAME, *fdt, info->dtb_size, info->dtb_start,
                          &address_space_memory);
    /* New seeds for each boot, but a saved guest keeps those that it has seen. */
    if (info->dtb_randomness) {
        qemu_register_reset_nosnapshotload(qemu_fdt_randomize_seeds,
                                           rom_ptr(info->dtb_start, info->dtb_size));
    }
    trace_arm_boot_dtb(info->dtb_start, info->dtb_size);
    return true;
}
