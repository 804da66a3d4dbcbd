/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzz target: a device tree as a vfio-user server may send it, or an overlay, from which the
 * guest's node is made. The input's first byte says which, and what the device has. Whatever is
 * accepted leaves a tree; whatever is refused leaves the guest's as it was.
 */
#include "qemu/osdep.h"
#include <libfdt.h>
#include <sys/mman.h>
#include "hw/vfio/vfio-dt.h"
#include "qapi/error.h"
#include "fuzz-host-tree-script.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define GUEST_SIZE (64 * 1024)
#define BUS "/platform-bus@c000000"

/* Bits of the first byte. */
enum {
    IS_OVERLAY = 1,
    HAS_COMPAT = 2,
    IS_XGBE = 4,
    HAS_RATES = 8,
    IS_WIDE = 16,
    LACKS_SOME = 32,
    IS_SCRIPT = 64, /* of a tree (fuzz-host-tree-script.h), not the tree itself */
};

static uint32_t next_phandle;

static uint32_t phandle_new(FdtNodeContext *ctx)
{
    return next_phandle++;
}

static const FdtNodeContextOps ops = { .phandle_new = phandle_new };

static void note_drop(void *opaque, bool is_warning, const char *text)
{
    g_assert_nonnull(text);
}

static bool rate_any(void *opaque, const char *name, uint64_t *hz)
{
    g_assert_nonnull(name);
    *hz = 1000000;
    return *(uint8_t *)opaque & HAS_RATES;
}

static void *guest_new(void)
{
    void *fdt = g_malloc0(GUEST_SIZE);
    int node;

    g_assert_cmpint(fdt_create_empty_tree(fdt, GUEST_SIZE), ==, 0);
    fdt_setprop_u32(fdt, 0, "interrupt-parent", 1);
    node = fdt_add_subnode(fdt, 0, "intc");
    fdt_setprop_u32(fdt, node, "phandle", 1);
    node = fdt_add_subnode(fdt, 0, &BUS[1]);
    g_assert_cmpint(fdt_setprop_string(fdt, node, "compatible", "simple-bus"), ==, 0);
    return fdt;
}

/* A file in memory for overlays; its name. */
static const char *overlay_file(const uint8_t *data, size_t size)
{
    static char name[64];
    static int file = -1;

    if (file < 0) {
        file = memfd_create("fuzz-host-tree", MFD_CLOEXEC);
        g_assert_cmpint(file, >=, 0);
        snprintf(name, sizeof(name), "/proc/self/fd/%d", file);
    }
    g_assert_cmpint(ftruncate(file, 0), ==, 0);
    g_assert_cmpint(pwrite(file, data, size, 0), ==, size);
    return name;
}

static void node_make(VFIODTDevice *dev, uint8_t kind)
{
    g_autofree void *fdt = guest_new();
    g_autofree void *before = g_memdup2(fdt, GUEST_SIZE);
    FdtNodeContext ctx = {
        .ops = &ops, .fdt = fdt, .bus_path = BUS,
        .address_cells = kind & IS_WIDE ? 2 : 1,
        .size_cells = kind & IS_WIDE ? 2 : 1,
        .interrupt_cells = 3,
    };
    Error *err = NULL;

    next_phandle = 0x8000;
    if (vfio_dt_add_node(&ctx, dev, &err)) {
        g_assert_null(err);
        g_assert_cmpint(fdt_check_full(fdt, GUEST_SIZE), ==, 0);
    } else {
        g_assert_nonnull(err);
        error_free(err);
        g_assert_cmpmem(fdt, GUEST_SIZE, before, GUEST_SIZE);
    }
    g_assert_true(ctx.fdt == fdt);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char xgbe[] = "amd,xgbe-seattle-v1a", other[] = "vendor,device";
    uint8_t kind = size ? data[0] : 0;
    VFIODTRegion regions[5] = { { true, 0x1000, 0x1000 }, { !(kind & LACKS_SOME), 0x2000, 16 },
                                { true, 0x3000, 1 }, { true, 0x4000, 1 }, { true, 0x5000, 1 } };
    VFIODTIrq irqs[3] = { { true, true, { 0, 1, 4 }, 3 },
                          { !(kind & LACKS_SOME), false, { 0, 2, 4 }, 3 },
                          { true, true, { 0, 3, 4 }, 3 } };
    VFIODTDevice dev = {
        .name = "fuzz", .regions = regions, .num_regions = 5, .irqs = irqs, .num_irqs = 3,
        .opaque = &kind, .clock_hz = rate_any, .note = note_drop,
        .compat = kind & HAS_COMPAT ? (kind & IS_XGBE ? xgbe : other) : NULL,
        .compat_size = kind & IS_XGBE ? sizeof(xgbe) : sizeof(other),
    };
    g_autoptr(VFIOHostTree) tree = NULL;
    g_autofree char *path = NULL;
    Error *err = NULL;
    static uint8_t tree_bytes[GUEST_SIZE] QEMU_ALIGNED(8);
    const uint8_t *bytes;

    if (!size) {
        return 0;
    }
    bytes = data + 1;
    if (kind & IS_SCRIPT) {
        size = 1 + host_tree_script(data + 1, size - 1, kind & IS_OVERLAY, tree_bytes,
                                    sizeof(tree_bytes));
        bytes = tree_bytes;
    }
    if (kind & IS_OVERLAY) {
        dev.overlay = overlay_file(bytes, size - 1);
        node_make(&dev, kind);
        return 0;
    }
    /* A copy of just that size: reading behind it is seen. */
    {
        g_autofree void *blob = g_memdup2(bytes, size - 1);

        tree = vfio_host_tree_find(&(VFIODTWhere) { .blob = blob ?: "", .blob_size = size - 1 },
                                   &path, &err);
    }
    if (!tree) {
        g_assert_nonnull(err);
        error_free(err);
        return 0;
    }
    dev.tree = tree;
    dev.of_node = path;
    node_make(&dev, kind);
    return 0;
}
