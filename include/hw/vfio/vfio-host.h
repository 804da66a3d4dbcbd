/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the host's sysfs says about a device that is to be assigned: facts, what keeps it from
 * being assigned and the commands that mend it, and the steps that give it to a vfio driver. All
 * below a sysroot, so that a recorded tree can be looked at too. Nothing here opens a device.
 * Source: the kernel's Documentation/ABI/testing/sysfs-*, Documentation/driver-api/vfio.rst and
 * the Devicetree Specification. Any thread, one at a time.
 */
#ifndef HW_VFIO_VFIO_HOST_H
#define HW_VFIO_VFIO_HOST_H

#include <stdbool.h>
#include <stdint.h>
#include <glib.h>
#include "qapi/error.h"

typedef struct VFIOHost VFIOHost;

typedef enum VFIOHostBus {
    VFIO_HOST_BUS_PLATFORM,
    VFIO_HOST_BUS_AMBA,
    VFIO_HOST_BUS_PCI,
    VFIO_HOST_BUS__MAX,
} VFIOHostBus;

/*
 * Note: good to know. Warning: may go wrong. Step: to be done first, the command does it.
 * Blocker: the device cannot be assigned as the host is.
 */
typedef enum VFIOHostSeverity {
    VFIO_HOST_NOTE,
    VFIO_HOST_WARNING,
    VFIO_HOST_STEP,
    VFIO_HOST_BLOCKER,
} VFIOHostSeverity;

/*
 * @id: a word for programs, static. @command: shell lines that mend it, or NULL.
 * @bars_binding: the vfio driver would refuse the device as long as this holds. @bars_group: only
 * attaching by the group suffers from it.
 */
typedef struct VFIOHostFinding {
    VFIOHostSeverity severity;
    const char *id;
    char *text;
    char *command;
    bool bars_binding;
    bool bars_group;
} VFIOHostFinding;

/* A device of the same IOMMU group. @driver: NULL for none. */
typedef struct VFIOHostMember {
    char *name;
    char *driver;
    VFIOHostBus bus; /* VFIO_HOST_BUS__MAX: another one */
} VFIOHostMember;

#define VFIO_HOST_NO_ADDRESS UINT64_MAX

/*
 * @address: as the device tree gives it, on the device's bus. @cpu_address: the same as CPUs see
 * it, through "ranges" of the buses, or VFIO_HOST_NO_ADDRESS. Equal for PCI.
 */
typedef struct VFIOHostRegion {
    uint64_t address;
    uint64_t cpu_address;
    uint64_t size;
} VFIOHostRegion;

typedef enum VFIOHostReset {
    VFIO_HOST_RESET_NONE,    /* neither the kernel nor VFIO knows how */
    VFIO_HOST_RESET_DRIVER,  /* a reset module of VFIO for this compatible */
    VFIO_HOST_RESET_PCI,
    VFIO_HOST_RESET_UNKNOWN, /* described by ACPI, which may have a method */
} VFIOHostReset;

/*
 * Strings are NULL where the host does not say. @path: below the sysroot. @group: -1 for none.
 * @noiommu: the group has no IOMMU. @group_at_binding: there is none yet, and the kernel makes one
 * when a driver binds the device, as its tree node names an IOMMU that works. @node: path in the
 * device tree. @iommu: compatible of the IOMMU. @cdev: name of its own node in /dev/vfio/devices,
 * for iommufd. @power: power/runtime_status.
 */
typedef struct VFIOHostDevice {
    VFIOHostBus bus;
    char *name;
    char *path;
    char *driver;
    char *driver_override;
    char *modalias;
    char **compatible;
    char *node;
    int group;
    bool noiommu;
    bool group_at_binding;
    GPtrArray *members; /* VFIOHostMember, the device itself included */
    VFIOHostReset reset;
    bool dma_coherent;
    char *iommu;
    bool iommu_coherent;
    char *cdev;
    char *power;
    GArray *regions; /* VFIOHostRegion */
    char **interrupt_names;
    unsigned num_interrupts; /* of the tree node; 0 also where its controller is not known */
    GPtrArray *findings; /* VFIOHostFinding, worst first */
} VFIOHostDevice;

/* One write of a text into a file of sysfs. @path: below the sysroot. */
typedef struct VFIOHostWrite {
    char *path;
    char *text;
} VFIOHostWrite;

/*
 * The host whose files are below @sysroot; NULL or "" is this one. NULL with @errp set if that is
 * no folder. Links that lead out of the sysroot are not followed.
 */
VFIOHost *vfio_host_new(const char *sysroot, Error **errp);
void vfio_host_free(VFIOHost *host);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VFIOHost, vfio_host_free)

/*
 * All devices that firmware describes, by bus and name, findings included. Free with
 * g_ptr_array_unref().
 */
GPtrArray *vfio_host_list(VFIOHost *host);

/*
 * The device called @name on the platform, AMBA or PCI bus, in this order; or the one at the
 * path @name, if it starts with '/'. Findings included. NULL with @errp set if there is none.
 */
VFIOHostDevice *vfio_host_device(VFIOHost *host, const char *name, Error **errp);
void vfio_host_device_free(VFIOHostDevice *dev);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VFIOHostDevice, vfio_host_device_free)

/*
 * The device that @name, which no device has, was probably meant for: the nearest spelling, the
 * other half of the name, or the form that a device tree has ("ethernet@fff51000"). Looks at the
 * buses before @end. NULL if nothing is near; free it.
 */
char *vfio_host_suggest(const VFIOHost *host, const char *name, VFIOHostBus end);

const char *vfio_host_bus_name(VFIOHostBus bus);
const char *vfio_host_severity_name(VFIOHostSeverity severity);
const char *vfio_host_reset_name(VFIOHostReset reset);

/* The severity of the worst finding: a step or less means that the device can be assigned. */
VFIOHostSeverity vfio_host_verdict(const VFIOHostDevice *dev);

/* Whether @driver, which may be NULL, is one of VFIO's; and the one for devices of @bus. */
bool vfio_host_driver_is_vfio(const char *driver);
const char *vfio_host_driver_for(VFIOHostBus bus);

/* Whether this version of the emulator has the device that vfio_host_option() names. */
bool vfio_host_is_supported(const VFIOHostDevice *dev);

/* What to put on the emulator's command line, without "-device", for a shell. Free it. */
char *vfio_host_option(const VFIOHostDevice *dev);

/*
 * Add to *@errp what keeps this host's device at the path @sysfsdev from being assigned: the worst
 * finding to the message, all commands to the hint. False if nothing is known, or there is no
 * error; then *@errp is as it was. Uses the kernel that tests may have put in its place.
 * @by_group: the device is attached by its group, not by its own node.
 */
bool vfio_host_explain(const char *sysfsdev, bool by_group, Error **errp);

/* @text as one word for a shell, quoted only where it must be. Free it. */
char *vfio_host_quote(const char *text);

/*
 * The writes that give @dev to its vfio driver, or back to the driver that the host has for it.
 * Empty where there is nothing to do; NULL with @errp set if it cannot work. An empty text is an
 * empty line. Free with g_ptr_array_unref(); elements are VFIOHostWrite.
 */
GPtrArray *vfio_host_bind_plan(const VFIOHostDevice *dev, Error **errp);
GPtrArray *vfio_host_unbind_plan(const VFIOHostDevice *dev, Error **errp);

/*
 * Do the writes of @plan, which was made for @dev, and look which driver the device has then.
 * False with @errp set if a write fails or the driver is not of VFIO, where @should_be_vfio, or
 * is; what was written is undone, and the former driver gets the device back. Unbinding waits
 * until no program uses the device any more. @dev is not changed: read it again.
 */
bool vfio_host_apply(VFIOHost *host, const VFIOHostDevice *dev, const GPtrArray *plan,
                     bool should_be_vfio, Error **errp);

/* ---- memory of the host for a guest without an IOMMU ---- */

typedef enum VFIOHostCarveOutState {
    VFIO_HOST_CARVE_OUT_USABLE,
    VFIO_HOST_CARVE_OUT_MISALIGNED,    /* not where the virt machine can have RAM */
    VFIO_HOST_CARVE_OUT_DISABLED,      /* the node has another status than "okay" */
    VFIO_HOST_CARVE_OUT_REUSABLE,      /* the kernel keeps data there */
    VFIO_HOST_CARVE_OUT_NO_MAP,        /* not in the kernel's linear map */
    VFIO_HOST_CARVE_OUT_NOT_IN_KERNEL, /* the kernel says otherwise than the tree */
} VFIOHostCarveOutState;

/* @node: path of the node in the device tree. @address: physical. */
typedef struct VFIOHostCarveOut {
    char *node;
    uint64_t address;
    uint64_t size;
    VFIOHostCarveOutState state;
} VFIOHostCarveOut;

const char *vfio_host_carve_out_state_name(VFIOHostCarveOutState state);

/*
 * What the host's device tree reserves at addresses of its own choice, VFIOHostCarveOut, by
 * address. Free with g_ptr_array_unref().
 */
GPtrArray *vfio_host_carve_outs(VFIOHost *host);

/*
 * Whether @size bytes, not 0, of host memory at the physical @address can be a guest's RAM at the
 * same address: reserved, and in the kernel's linear map. False with @errp set: why not.
 */
bool vfio_host_carve_out_check(VFIOHost *host, uint64_t address, uint64_t size, Error **errp);

#endif
