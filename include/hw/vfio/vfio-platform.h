/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vfio-platform: a device of the host's platform bus in a guest, and base class of devices that
 * know more about one kind of host device. Names and meanings are those of QEMU 8.2; what is
 * beyond them is marked "ours".
 */
#ifndef HW_VFIO_VFIO_PLATFORM_H
#define HW_VFIO_VFIO_PLATFORM_H

#include "hw/sysbus.h"
#include "hw/vfio/vfio-common.h"
#include "qapi/qapi-types-vfio.h"
#include "qemu/event_notifier.h"
#include "qemu/main-loop.h"
#include "qemu/notify.h"
#include "qemu/queue.h"
#include "qemu/thread.h"
#include "qemu/timer.h"

#define TYPE_VFIO_PLATFORM "vfio-platform"
typedef struct VFIOPlatformDevice VFIOPlatformDevice;
typedef struct VFIOPlatformDeviceClass VFIOPlatformDeviceClass;

/* State of a level interrupt. An edge interrupt stays inactive. */
enum {
    VFIO_IRQ_INACTIVE = 0,
    VFIO_IRQ_PENDING = 1, /* waits in pending_intp_queue for another one to complete */
    VFIO_IRQ_ACTIVE = 2,  /* the guest has it, or is about to */
};

/* "eoi.N": the access that ends an interrupt. Ours. */
typedef struct VFIOEoiHint {
    bool is_set;
    bool on_read, on_write;
    uint32_t region;
    uint64_t offset;
    uint64_t mask; /* of the bytes from @offset on; a store ends it if it has one of these bits */
} VFIOEoiHint;

/*
 * What happened to an interrupt. Ours. Always: triggered = coalesced + injected + discarded + lost
 * + what still waits. @triggered: sum of what the eventfd counted; @coalesced: those that one
 * interrupt stands for; @deferred: waited for another one; @discarded: by a reset.
 */
typedef struct VFIOIRQCounts {
    uint64_t triggered, coalesced, injected, deferred, discarded, eois;
} VFIOIRQCounts;

/* An interrupt of the device. @pin: its index on the host. */
typedef struct VFIOINTp {
    QLIST_ENTRY(VFIOINTp) next;
    QSIMPLEQ_ENTRY(VFIOINTp) pqnext;
    EventNotifier *interrupt; /* the host signals it */
    EventNotifier *unmask;    /* level only: signalled, the host unmasks */
    qemu_irq qemuirq;
    VFIOPlatformDevice *vdev;
    int state;
    uint8_t pin;
    uint32_t flags;
    bool kvm_accel;

    /* ours */
    unsigned sysbus_n;        /* its number among the device's sysbus interrupts */
    VfioInjectMode mode;
    bool armed;
    bool unmask_is_set;       /* the host listens to @unmask */
    qemu_irq connected;       /* what the mode was chosen for; a reference; written with
                               * intp_mutex */
    int gsi;
    int irqfd_error;          /* -errno, if the accelerator was tried and refused */
    Notifier eoi_notifier;
    MainLoopFd poll;          /* of @interrupt */
    VFIOEoiHint hint;
    bool line;                /* intp_mutex: this and the rest */
    bool refire;              /* fired while not inactive */
    uint64_t serial;          /* of the activation; 0 until the line is up */
    VFIOIRQCounts counts;
} VFIOINTp;

typedef void (*eventfd_user_side_handler_t)(VFIOINTp *intp);

/*
 * What the interrupt state machine has done to the world. Ours; tests replace it.
 * @set_line: intp_mutex held, the BQL maybe. The rest without intp_mutex: @host_unmask on any
 * thread, the others with the BQL. @fast_path: mapped parts on or off. @settle: call
 * vfio_irq_settled() once no vCPU uses mapped parts any more, at once if that is so already.
 * @timer: arm it, @idle: call vfio_irq_idle() from the main loop. @cancel: neither is to come.
 */
typedef struct VFIOIRQActions {
    void (*set_line)(VFIOINTp *intp, int level);
    void (*pulse)(VFIOINTp *intp);
    void (*host_unmask)(VFIOINTp *intp);
    void (*fast_path)(VFIOPlatformDevice *vdev, bool on);
    void (*settle)(VFIOPlatformDevice *vdev, uint64_t epoch);
    void (*timer)(VFIOPlatformDevice *vdev);
    void (*idle)(VFIOPlatformDevice *vdev);
    void (*cancel)(VFIOPlatformDevice *vdev);
} VFIOIRQActions;

/* Time on each path and what led to it. Ours. Guarded by the BQL. */
typedef struct VFIOPathStats {
    int64_t since_ns;
    int64_t fast_ns, slow_ns;
    uint64_t switches;
} VFIOPathStats;

/*
 * @regions: num_regions of them, by index on the host; those that are empty or left out have no
 * memory region, and an empty one stands for them on the sysbus. @compat: num_compat strings
 * with a NUL after each.
 */
struct VFIOPlatformDevice {
    SysBusDevice sbdev;
    VFIODevice vbasedev; /* not a QOM object */
    VFIORegion **regions;
    QLIST_HEAD(, VFIOINTp) intp_list;
    QSIMPLEQ_HEAD(, VFIOINTp) pending_intp_queue;
    char *compat;
    unsigned int num_compat;
    uint32_t mmap_timeout;
    QEMUTimer *mmap_timer;
    QemuMutex intp_mutex; /* states of interrupts, pending_intp_queue; after the BQL */
    bool irqfd_allowed;

    /* ours: properties */
    VfioEoi eoi_policy;
    char *fd_name;
    char *region_list, *irq_list;
    char *dt_node, *dt_overlay;
    GHashTable *indexed; /* "addr.N" and so on: name -> value as text */
    int given_fd;        /* -1: none, or the device has it now */

    /* ours: state */
    QLIST_ENTRY(VFIOPlatformDevice) next; /* of all that are realized */
    MemoryRegion *empty_slots;
    QEMUBH *idle_bh;
    const VFIOIRQActions *actions;
    bool has_left_reset;  /* BQL: interrupts get armed when they are connected */
    bool has_mmaps;
    bool is_fast;         /* BQL: mapped parts are on */
    bool is_settled;      /* intp_mutex: no vCPU uses mapped parts that are off */
    bool fast_due;        /* intp_mutex: the timer found an interrupt active */
    bool reset_warned;
    uint64_t epoch;       /* intp_mutex: how often mapped parts went off */
    uint64_t last_serial; /* written with intp_mutex, read atomically */
    unsigned busy;        /* intp_mutex: interrupts that are active or pending by trap */
    VFIOINTp *unhinted_active;
    VFIOPathStats path;
};

struct VFIOPlatformDeviceClass {
    SysBusDeviceClass parent_class;
};

DECLARE_OBJ_CHECKERS(VFIOPlatformDevice, VFIOPlatformDeviceClass, VFIO_PLATFORM_DEVICE,
                     TYPE_VFIO_PLATFORM)

/* ---- for device trees and reports; BQL; ours ---- */

/* Number of the sysbus interrupt that the host's interrupt @pin is, or -1: it is left out. */
int vfio_platform_sysbus_irq(VFIOPlatformDevice *vdev, unsigned pin);

/* The value of property @prefix.@index (or .NAME), or NULL. */
const char *vfio_platform_indexed(VFIOPlatformDevice *vdev, const char *prefix, const char *suffix);

/* Realized devices, in no order: @fn is called with each. */
void vfio_platform_foreach(void (*fn)(VFIOPlatformDevice *vdev, void *opaque), void *opaque);

#endif
