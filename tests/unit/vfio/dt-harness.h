/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For tests of the guest's device tree nodes: a guest's tree with a platform bus, host trees
 * compiled from trees/NAME.dts, notes that are recorded, a false root for /sys and debugfs.
 */
#ifndef TESTS_UNIT_VFIO_DT_HARNESS_H
#define TESTS_UNIT_VFIO_DT_HARNESS_H

#include "qemu/osdep.h"
#include <libfdt.h>
#include "hw/vfio/vfio-dt.h"
#include "qapi/error.h"

#define GUEST_SIZE (64 * 1024)
#define GUEST_BUS "/platform-bus@c000000"
#define GUEST_GIC 0x8000
/* The first phandle that is handed out. */
#define GUEST_FREE 0x8100

/* @dev: the device with @regions at 0x1000 * (i + 1) and SPIs 112 + i. @dir: a false root. */
typedef struct DTTest {
    FdtNodeContext ctx;
    VFIODTDevice dev;
    VFIODTRegion regions[8];
    VFIODTIrq irqs[8];
    VFIOHostTree *tree;
    uint32_t next_phandle;
    GString *warnings; /* a line each */
    GString *infos;
    const char *clock_name; /* the user's */
    uint64_t clock_hz;
    char *dir;
} DTTest;

/*
 * Begin with the host tree trees/@dts.dts (NULL: none) and the node @of_node with numbers of
 * regions and interrupts. False if dtc is missing: the test is skipped, nothing is to be freed.
 */
bool dt_test_init(DTTest *test, const char *dts, const char *of_node, unsigned regions,
                  unsigned irqs);
void dt_test_clear(DTTest *test);

/* A source in the folder trees, compiled, in a file of its own (g_free and unlink it); or NULL. */
char *dt_test_compile(const char *name, const char *suffix);

/* Write the file @name, with its folders, below the false root, which dev.sysroot then is. */
void dt_test_file(DTTest *test, const char *name, const char *text);

/* Set a property of at most 8 cells in any tree. */
void dt_test_put(void *fdt, const char *path, const char *name, const uint32_t *cells, size_t n);

/* vfio_dt_add_node() succeeds, and dtc has nothing to say about the tree. */
void dt_test_add(DTTest *test);

/* It fails, the message has @text, the tree is as before. */
void dt_test_fails(DTTest *test, const char *text);

/* The whole property, in cells; as strings (@value with its NULs); of no size; missing. */
void dt_assert_cell_array(DTTest *test, const char *path, const char *name, const uint32_t *cells,
                          size_t n);
#define dt_assert_cells(test, path, name, ...) \
    do { \
        const uint32_t cells_[] = { __VA_ARGS__ }; \
        dt_assert_cell_array(test, path, name, cells_, G_N_ELEMENTS(cells_)); \
    } while (0)
void dt_assert_bytes(DTTest *test, const char *path, const char *name, const void *value,
                     size_t size);
#define dt_assert_strings(test, path, name, literal) \
    dt_assert_bytes(test, path, name, literal, sizeof(literal))
#define dt_assert_empty(test, path, name) dt_assert_bytes(test, path, name, "", 0)
void dt_assert_none(DTTest *test, const char *path, const char *name);
bool dt_has_node(DTTest *test, const char *path);

/* The node that cell @i of a property is the phandle of. g_free() it. */
char *dt_follow(DTTest *test, const char *path, const char *name, int i);

/* Cell @i of "clocks" leads to a fixed-clock of this rate. */
void dt_assert_clock(DTTest *test, const char *path, int i, uint32_t hz);

/* Exactly one line of the notes has @text. */
void dt_assert_noted(const GString *notes, const char *text);

#endif
