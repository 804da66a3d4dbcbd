/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Virtio devices and their virtqueues, as device models see them: OASIS virtio 1.2, split
 * virtqueues, with the legacy (0.9.5) layout and rules for drivers that want them. Packed rings,
 * IN_ORDER and host notifiers (ioeventfd) are left out.
 *
 * Everything here is called with the BQL held. What a guest writes into a ring never ends the
 * program: virtio_error() marks the device broken and it does nothing until the guest resets it.
 */
#ifndef HW_VIRTIO_VIRTIO_H
#define HW_VIRTIO_VIRTIO_H

#include "exec/memory.h"
#include "hw/qdev-core.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"
#include "qemu/bitops.h"
#include "standard-headers/linux/virtio_config.h"
#include "standard-headers/linux/virtio_ring.h"

/* Bits of a legacy device that 1.0 gave away or never defined. */
#define VIRTIO_F_BAD_FEATURE 30
#define VIRTIO_LEGACY_FEATURES \
    (BIT_ULL(VIRTIO_F_BAD_FEATURE) | BIT_ULL(VIRTIO_F_NOTIFY_ON_EMPTY) | \
     BIT_ULL(VIRTIO_F_ANY_LAYOUT))

#ifndef VIRTIO_F_RING_RESET
#define VIRTIO_F_RING_RESET 40
#endif

#define VIRTIO_NO_VECTOR 0xffff
#define VIRTIO_QUEUE_MAX 1024
#define VIRTQUEUE_MAX_SIZE 1024

/* Bits of the interrupt status (ISR). */
#define VIRTIO_ISR_QUEUE 0x1
#define VIRTIO_ISR_CONFIG 0x2

typedef struct VirtQueue VirtQueue;

/*
 * One descriptor chain, taken from a queue by virtqueue_pop(). A device may have a larger struct
 * with this as its first member. @out_sg: what the driver wrote for the device to read; @in_sg:
 * where the device writes. Both point to guest memory that stays mapped until the element is
 * pushed, detached or unpopped. The guest may change that memory at any time: read a value once,
 * then check and use the copy.
 */
typedef struct VirtQueueElement {
    unsigned int index;
    unsigned int len;
    unsigned int ndescs;
    unsigned int out_num;
    unsigned int in_num;
    hwaddr *in_addr;
    hwaddr *out_addr;
    struct iovec *in_sg;
    struct iovec *out_sg;
    /* private: */
    uint32_t generation; /* of the queue; an element of before a reset is stale */
    uint32_t capacity;   /* entries that this allocation has room for */
    uint32_t offset;     /* of the arrays, the size of the device's struct rounded up */
} VirtQueueElement;

#define TYPE_VIRTIO_DEVICE "virtio-device"
OBJECT_DECLARE_TYPE(VirtIODevice, VirtioDeviceClass, VIRTIO_DEVICE)

typedef void (*VirtIOHandleOutput)(VirtIODevice *vdev, VirtQueue *vq);

/*
 * @status: device status as the driver sees it; @isr: VIRTIO_ISR_*; @host_features: offered,
 * @guest_features: accepted; @config: @config_len bytes of configuration space, refreshed by
 * get_config(); @generation: changes whenever the configuration does; @broken: see
 * virtio_error(); @dma_as: where descriptors' addresses are.
 */
struct VirtIODevice {
    DeviceState parent_obj;

    const char *name;
    uint8_t status;
    uint8_t isr;
    uint16_t queue_sel;
    uint64_t guest_features;
    uint64_t host_features;
    size_t config_len;
    void *config;
    uint16_t config_vector;
    uint32_t generation;
    int nvectors;
    uint16_t device_id;
    bool vm_running;
    bool broken;
    bool disabled;
    bool use_started;
    bool started;
    bool start_on_kick;
    uint8_t device_endian;
    AddressSpace *dma_as;
    char *bus_name;
    /* private: */
    VirtQueue **queues;
    unsigned num_queues;
    uint32_t queue_epoch; /* last VirtQueue.generation given */
    VMChangeStateEntry *vmstate;
    MemoryListener listener;
};

/*
 * @realize: calls virtio_init() and virtio_add_queue(); @unrealize undoes that.
 * @get_features: from @requested_features (what the properties offer) to what is offered;
 * @set_features: the driver accepted @val; @validate_features: 0, or the driver's choice in
 *   guest_features is refused.
 * @get_config: fill @config; @set_config: the driver wrote, @config is the result.
 * @reset: forget elements and requests under way; @set_status: before the status changes to @val;
 * @queue_reset / @queue_enable: one queue, with VIRTIO_F_RING_RESET and for a stopped queue.
 * @save and @load, or @vmsd: the state of the device proper; the base saves the rest.
 * @legacy_features: bits not offered to a modern driver.
 */
struct VirtioDeviceClass {
    DeviceClass parent;

    DeviceRealize realize;
    DeviceUnrealize unrealize;
    uint64_t (*get_features)(VirtIODevice *vdev, uint64_t requested_features, Error **errp);
    uint64_t (*bad_features)(VirtIODevice *vdev);
    void (*set_features)(VirtIODevice *vdev, uint64_t val);
    int (*validate_features)(VirtIODevice *vdev);
    void (*get_config)(VirtIODevice *vdev, uint8_t *config);
    void (*set_config)(VirtIODevice *vdev, const uint8_t *config);
    void (*reset)(VirtIODevice *vdev);
    void (*set_status)(VirtIODevice *vdev, uint8_t val);
    void (*queue_reset)(VirtIODevice *vdev, uint32_t queue_index);
    void (*queue_enable)(VirtIODevice *vdev, uint32_t queue_index);
    uint64_t legacy_features;
    void (*save)(VirtIODevice *vdev, QEMUFile *f);
    int (*load)(VirtIODevice *vdev, QEMUFile *f, int version_id);
    int (*post_load)(VirtIODevice *vdev);
    const VMStateDescription *vmsd;
    bool (*primary_unplug_pending)(void *opaque);
};

/* Properties of every device; @_field is the uint64_t host_features. */
#define DEFINE_VIRTIO_COMMON_FEATURES(_state, _field) \
    DEFINE_PROP_BIT64("indirect_desc", _state, _field, VIRTIO_RING_F_INDIRECT_DESC, true), \
    DEFINE_PROP_BIT64("event_idx", _state, _field, VIRTIO_RING_F_EVENT_IDX, true), \
    DEFINE_PROP_BIT64("notify_on_empty", _state, _field, VIRTIO_F_NOTIFY_ON_EMPTY, true), \
    DEFINE_PROP_BIT64("any_layout", _state, _field, VIRTIO_F_ANY_LAYOUT, true), \
    DEFINE_PROP_BIT64("iommu_platform", _state, _field, VIRTIO_F_ACCESS_PLATFORM, false), \
    DEFINE_PROP_BIT64("packed", _state, _field, VIRTIO_F_RING_PACKED, false), \
    DEFINE_PROP_BIT64("queue_reset", _state, _field, VIRTIO_F_RING_RESET, true)

/* ---- life of a device ---- */

/* From the class' realize: the device's ID (virtio_ids.h) and bytes of configuration space. */
void virtio_init(VirtIODevice *vdev, uint16_t device_id, size_t config_size);
/* The opposite, from unrealize, after the queues were deleted. */
void virtio_cleanup(VirtIODevice *vdev);

/* Name for the bus that this device itself has; copied. */
void virtio_device_set_child_bus_name(VirtIODevice *vdev, char *bus_name);

/*
 * The next queue, for at most @queue_size descriptors (a power of two <= VIRTQUEUE_MAX_SIZE);
 * @handle_output runs when the driver notifies it.
 */
VirtQueue *virtio_add_queue(VirtIODevice *vdev, int queue_size, VirtIOHandleOutput handle_output);
/* Remove queue @n, or @vq. Its elements must have been given back. */
void virtio_del_queue(VirtIODevice *vdev, int n);
void virtio_delete_queue(VirtQueue *vq);

/*
 * The guest broke the rules: log it (guest_errors), set DEVICE_NEEDS_RESET for a modern driver
 * and do nothing for the guest until it resets the device.
 */
void virtio_error(VirtIODevice *vdev, const char *fmt, ...) G_GNUC_PRINTF(2, 3);

/* Put device and queues into the state after power-on. @opaque is the VirtIODevice. */
void virtio_reset(void *opaque);

/* 0, or a negative errno and nothing changed: the accepted features are refused. */
int virtio_set_status(VirtIODevice *vdev, uint8_t val);
/* 0, or a negative errno: @val has bits that were not offered (they are dropped), or too late. */
int virtio_set_features(VirtIODevice *vdev, uint64_t val);
/* Raise the configuration change interrupt and change the generation. */
void virtio_notify_config(VirtIODevice *vdev);
/* Raise the used buffer interrupt of @vq unless the driver suppresses it. */
void virtio_notify(VirtIODevice *vdev, VirtQueue *vq);

static inline bool virtio_device_started(VirtIODevice *vdev, uint8_t status)
{
    return vdev->use_started ? vdev->started : status & VIRTIO_CONFIG_S_DRIVER_OK;
}

/* The same, and false while the machine is stopped. */
static inline bool virtio_device_should_start(VirtIODevice *vdev, uint8_t status)
{
    return vdev->vm_running && virtio_device_started(vdev, status);
}

static inline void virtio_set_started(VirtIODevice *vdev, bool started)
{
    if (started) {
        vdev->start_on_kick = false;
    }
    if (vdev->use_started) {
        vdev->started = started;
    }
}

static inline void virtio_set_disabled(VirtIODevice *vdev, bool disable)
{
    vdev->disabled = disable;
}

/* No queue may be used: turned off, or broken. */
static inline bool virtio_device_disabled(VirtIODevice *vdev)
{
    return unlikely(vdev->disabled || vdev->broken);
}

/* ---- features ---- */

static inline void virtio_add_feature(uint64_t *features, unsigned int fbit)
{
    *features |= BIT_ULL(fbit);
}

static inline void virtio_clear_feature(uint64_t *features, unsigned int fbit)
{
    *features &= ~BIT_ULL(fbit);
}

static inline bool virtio_has_feature(uint64_t features, unsigned int fbit)
{
    return features & BIT_ULL(fbit);
}

/* Accepted by the driver. */
static inline bool virtio_vdev_has_feature(const VirtIODevice *vdev, unsigned int fbit)
{
    return virtio_has_feature(vdev->guest_features, fbit);
}

/* Offered to the driver. */
static inline bool virtio_host_has_feature(VirtIODevice *vdev, unsigned int fbit)
{
    return virtio_has_feature(vdev->host_features, fbit);
}

/* Legacy fields are in the guest's byte order, which is little endian for all our guests. */
static inline bool virtio_is_big_endian(VirtIODevice *vdev)
{
    return false;
}

/* Configuration bytes up to @end exist if one of @flags is offered; the last has flags 0. */
typedef struct VirtIOFeature {
    uint64_t flags;
    size_t end;
} VirtIOFeature;

typedef struct VirtIOConfigSizeParams {
    size_t min_size;
    size_t max_size;
    const VirtIOFeature *feature_sizes;
} VirtIOConfigSizeParams;

/* How many bytes of configuration space the features in @host_features need. */
size_t virtio_get_config_size(const VirtIOConfigSizeParams *params, uint64_t host_features);

/* ---- taking and returning elements ---- */

/*
 * The next chain of @vq, or NULL when there is none (or the device broke). @sz: bytes of the
 * struct that starts with the VirtQueueElement; only that member is initialised. End the element
 * with virtqueue_push(), _detach_element() or _unpop(), then free it with
 * virtqueue_element_free(), or g_free().
 */
void *virtqueue_pop(VirtQueue *vq, size_t sz);
/* Free @elem (NULL is fine) so that the next pop of @vq needs no allocation. */
void virtqueue_element_free(VirtQueue *vq, void *elem);

/*
 * Return @elem to the driver, of whose @in_sg @len bytes were written. An element of before a
 * reset of the queue is only unmapped. The caller tells the driver by virtio_notify().
 */
void virtqueue_push(VirtQueue *vq, const VirtQueueElement *elem, unsigned int len);
/* The two steps of push, for several at once: the @idx-th to be published, publish @count. */
void virtqueue_fill(VirtQueue *vq, const VirtQueueElement *elem, unsigned int len,
                    unsigned int idx);
void virtqueue_flush(VirtQueue *vq, unsigned int count);
/* Unmap @elem, the last one popped, and put it back so that the next pop gives it again. */
void virtqueue_unpop(VirtQueue *vq, const VirtQueueElement *elem, unsigned int len);
/* Unmap @elem without returning it to the driver (the device is being reset). */
void virtqueue_detach_element(VirtQueue *vq, const VirtQueueElement *elem, unsigned int len);
/* Put back the last @num elements, which were detached. False if there were fewer. */
bool virtqueue_rewind(VirtQueue *vq, unsigned int num);
/* Return all waiting chains unread. How many there were. */
unsigned int virtqueue_drop_all(VirtQueue *vq);

/*
 * Sum up the waiting chains until both *@in_bytes >= @max_in_bytes and *@out_bytes >=
 * @max_out_bytes; either pointer may be NULL. Zeros if the device broke.
 */
void virtqueue_get_avail_bytes(VirtQueue *vq, unsigned int *in_bytes, unsigned int *out_bytes,
                               unsigned max_in_bytes, unsigned max_out_bytes);
/* Whether that many bytes are waiting. */
int virtqueue_avail_bytes(VirtQueue *vq, unsigned int in_bytes, unsigned int out_bytes);

/* Ask the driver for (or to spare us) notifications of new chains. Look again after enabling. */
void virtio_queue_set_notification(VirtQueue *vq, int enable);
int virtio_queue_get_notification(VirtQueue *vq);
/* The driver has set the queue up. */
int virtio_queue_ready(VirtQueue *vq);
int virtio_queue_empty(VirtQueue *vq);

/* Save an element under way, and read it back, mapped. NULL with the file's error set. */
void qemu_put_virtqueue_element(VirtIODevice *vdev, QEMUFile *f, VirtQueueElement *elem);
void *qemu_get_virtqueue_element(VirtIODevice *vdev, QEMUFile *f, size_t sz);

/* ---- queues, as transports see them ---- */

/* Queue @n, or NULL if there is none. */
VirtQueue *virtio_get_queue(VirtIODevice *vdev, int n);
uint16_t virtio_get_queue_index(VirtQueue *vq);
int virtio_get_num_queues(VirtIODevice *vdev);

/* Descriptors of queue @n now and at most; 0 for a queue that does not exist. */
int virtio_queue_get_num(VirtIODevice *vdev, int n);
int virtio_queue_get_max_num(VirtIODevice *vdev, int n);
/* Guest's choice; not a power of two or too large: logged and ignored. */
void virtio_queue_set_num(VirtIODevice *vdev, int n, int num);
/* Legacy: alignment of the used ring in bytes, and the address of all three parts; 0 stops. */
void virtio_queue_set_align(VirtIODevice *vdev, int n, int align);
void virtio_queue_set_addr(VirtIODevice *vdev, int n, hwaddr addr);
hwaddr virtio_queue_get_addr(VirtIODevice *vdev, int n);
/* Modern: the parts each. */
void virtio_queue_set_rings(VirtIODevice *vdev, int n, hwaddr desc, hwaddr avail, hwaddr used);
hwaddr virtio_queue_get_desc_addr(VirtIODevice *vdev, int n);
hwaddr virtio_queue_get_avail_addr(VirtIODevice *vdev, int n);
hwaddr virtio_queue_get_used_addr(VirtIODevice *vdev, int n);
bool virtio_queue_enabled(VirtIODevice *vdev, int n);

/* Forget the set-up and the elements of queue @n; start it with the set-up that it has now. */
void virtio_queue_reset(VirtIODevice *vdev, uint32_t queue_index);
void virtio_queue_enable(VirtIODevice *vdev, uint32_t queue_index);

/* The driver notified queue @n. */
void virtio_queue_notify(VirtIODevice *vdev, int n);
uint16_t virtio_queue_vector(VirtIODevice *vdev, int n);
void virtio_queue_set_vector(VirtIODevice *vdev, int n, uint16_t vector);
/* Tell the transport that @vdev->isr changed. */
void virtio_update_irq(VirtIODevice *vdev);

/*
 * Configuration space, little endian; outside of it reads give all ones and writes are ignored.
 * The forms without "modern" are for legacy drivers and the same for our guests.
 */
uint32_t virtio_config_readb(VirtIODevice *vdev, uint32_t addr);
uint32_t virtio_config_readw(VirtIODevice *vdev, uint32_t addr);
uint32_t virtio_config_readl(VirtIODevice *vdev, uint32_t addr);
void virtio_config_writeb(VirtIODevice *vdev, uint32_t addr, uint32_t data);
void virtio_config_writew(VirtIODevice *vdev, uint32_t addr, uint32_t data);
void virtio_config_writel(VirtIODevice *vdev, uint32_t addr, uint32_t data);
uint32_t virtio_config_modern_readb(VirtIODevice *vdev, uint32_t addr);
uint32_t virtio_config_modern_readw(VirtIODevice *vdev, uint32_t addr);
uint32_t virtio_config_modern_readl(VirtIODevice *vdev, uint32_t addr);
void virtio_config_modern_writeb(VirtIODevice *vdev, uint32_t addr, uint32_t data);
void virtio_config_modern_writew(VirtIODevice *vdev, uint32_t addr, uint32_t data);
void virtio_config_modern_writel(VirtIODevice *vdev, uint32_t addr, uint32_t data);

/* ---- saved state ---- */

/* Device, queues and, by the class' vmsd or save and load, the device proper. */
int virtio_save(VirtIODevice *vdev, QEMUFile *f);
int virtio_load(VirtIODevice *vdev, QEMUFile *f, int version_id);

extern const VMStateInfo virtio_vmstate_info;

/* The only field of a device's dc->vmsd. */
#define VMSTATE_VIRTIO_DEVICE \
    { \
        .name = "virtio", .info = &virtio_vmstate_info, .flags = VMS_SINGLE, \
    }

#define virtio_bh_new_guarded(dev, cb, opaque) \
    qemu_bh_new_guarded((cb), (opaque), &DEVICE(dev)->mem_reentrancy_guard)

#endif
