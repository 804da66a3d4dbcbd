/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel with VFIO for tests, behind the table of system calls of hw/vfio: sysfs, groups,
 * containers, iommufd and platform devices with regions and interrupts. Devices' registers are
 * real memory (a memory file), descriptors are real descriptors, so that what the program maps,
 * polls or leaks is what it would with the kernel's.
 *
 * Interrupts behave as the kernel's do (vfio_platform_irq.c's documented effects): a level line
 * masks itself when it fires and fires again when it is unmasked while still high; enabling the
 * trigger with the line high fires at once; a new trigger keeps the mask; a second unmask
 * eventfd is EBUSY; masking an edge line is EINVAL.
 */
#ifndef TESTS_FAKE_VFIO_H
#define TESTS_FAKE_VFIO_H

#include "qemu/osdep.h"
#include "qemu/thread.h"
#include <linux/vfio.h>

enum {
    FAKE_MAX_REGIONS = 8,
    FAKE_MAX_IRQS = 16,
    FAKE_MAX_AREAS = 4,
};

typedef struct FakeRegion {
    uint64_t size;
    uint32_t flags;            /* VFIO_REGION_INFO_FLAG_*; CAPS is added where areas are */
    unsigned n_areas;
    struct vfio_region_sparse_mmap_area areas[FAKE_MAX_AREAS];
} FakeRegion;

typedef struct FakeIRQ {
    uint32_t flags;            /* VFIO_IRQ_INFO_* */
    bool line;                 /* level of the hardware's line */
    bool enabled;              /* a trigger is set */
    bool masked;
    int trigger_fd, unmask_fd; /* duplicates, or -1 */
    uint64_t fired;            /* how often the trigger was signalled */
} FakeIRQ;

typedef struct FakeDevice FakeDevice;

/*
 * @read, @write: behaviour of registers, beyond memory; NULL for none. Called for accesses through
 * the descriptor, and for those that the program itself makes to a mapping, which they may answer
 * (true) or leave to the memory.
 */
struct FakeDevice {
    const char *name;          /* its sysfs folder is /sys/bus/platform/devices/NAME */
    int group;                 /* -1: it has none */
    bool noiommu;
    const char *driver;        /* NULL: not bound */
    const char *compatible;    /* of_node/compatible, NULs inside */
    size_t compatible_size;
    uint32_t flags;            /* VFIO_DEVICE_FLAGS_* */
    unsigned num_regions, num_irqs;
    FakeRegion regions[FAKE_MAX_REGIONS];
    FakeIRQ irqs[FAKE_MAX_IRQS];
    bool (*read)(FakeDevice *dev, unsigned nr, uint64_t offset, unsigned size, void *data);
    bool (*write)(FakeDevice *dev, unsigned nr, uint64_t offset, unsigned size, const void *data);
    unsigned resets;
    int request_irq_errno;     /* setting a trigger fails with it */

    /* private */
    int index;
    int memory_fd;
    int open_count;
    uint32_t ioas_id;
};

/*
 * @iommufd_errno: opening /dev/iommu fails with it; @node_errno: opening a device's node. @no_cdev:
 * devices have no nodes. @bind_errno: BIND_IOMMUFD fails with it.
 * @fail_at: the n-th call of any function of the table from now on fails with @fail_errno; 0:
 * none does. @calls counts them. @may_allow_unsafe: SET_IOMMU and BIND_IOMMUFD do not say EPERM.
 */
typedef struct FakeVFIO {
    unsigned fail_at;
    int fail_errno;
    unsigned calls;
    int iommufd_errno, node_errno, bind_errno;
    bool no_cdev;
    bool may_allow_unsafe;
    bool has_type1v2;
    uint64_t pgsizes;
    unsigned n_iova_ranges;
    struct { uint64_t first, last; } iova_ranges[4];
    unsigned dma_entries_max;
    int map_errno;             /* mapping fails with it */
} FakeVFIO;

extern FakeVFIO fake_vfio;

/* Install the table, empty and permissive. */
void fake_vfio_start(void);

/* Nothing may be open or mapped any more; puts the host's table back. */
void fake_vfio_stop(void);

/* Make @dev, which stays the test's, part of the host. */
void fake_vfio_add(FakeDevice *dev);

/* Change the hardware's line of an interrupt, or pulse an edge line. Any thread. */
void fake_vfio_set_line(FakeDevice *dev, unsigned irq, bool level);
void fake_vfio_pulse(FakeDevice *dev, unsigned irq);

/* Do what the kernel does when unmask eventfds are signalled. True: something was. */
bool fake_vfio_poll(FakeDevice *dev);

/* Registers of a region as memory; the caller unmaps them. */
void *fake_vfio_registers(FakeDevice *dev, unsigned nr);

/* What is open, mapped, and mapped for DMA by the program. */
unsigned fake_vfio_open_fds(void);
unsigned fake_vfio_maps(void);
unsigned fake_vfio_dma_maps(void);

/* Whether device address @iova is mapped, and to what host address. */
bool fake_vfio_dma_lookup(uint64_t iova, uint64_t *host, uint64_t *size);

#endif
