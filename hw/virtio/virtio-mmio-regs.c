/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The registers of virtio-mmio: OASIS virtio 1.2, section 4.2.2 (version 2) and 4.2.4 (version 1,
 * legacy). Shared memory regions do not exist.
 */
#include "qemu/osdep.h"
#include "qemu/host-utils.h"
#include "qemu/log.h"
#include "standard-headers/linux/virtio_mmio.h"
#include "trace.h"
#include "virtio-mmio-internal.h"

#ifndef VIRTIO_MMIO_QUEUE_RESET
#define VIRTIO_MMIO_QUEUE_RESET 0x0c0
#endif

#define VIRTIO_MMIO_MAGIC 0x74726976 /* "virt" */
#define VIRTIO_MMIO_VENDOR 0x554d4551 /* the ID that drivers know */
#define VIRTIO_MMIO_VERSION_MODERN 2
#define VIRTIO_MMIO_VERSION_LEGACY 1

static VirtIODevice *virtio_mmio_device(VirtIOMMIOProxy *proxy)
{
    VirtIODevice *vdev = virtio_bus_get_device(&proxy->bus);

    /* While it is being realized or taken away, the guest sees nothing. */
    return vdev && qdev_is_realized(DEVICE(vdev)) ? vdev : NULL;
}

/* The set-up of the selected queue, or NULL. */
static VirtIOMMIOQueue *virtio_mmio_queue(VirtIOMMIOProxy *proxy, VirtIODevice *vdev)
{
    return vdev->queue_sel < proxy->num_vqs ? &proxy->vqs[vdev->queue_sel] : NULL;
}

void virtio_mmio_soft_reset(VirtIOMMIOProxy *proxy)
{
    for (unsigned i = 0; i < proxy->num_vqs; i++) {
        proxy->vqs[i] = (VirtIOMMIOQueue){ 0 };
    }
}

/* ---- reading ---- */

static uint64_t virtio_mmio_config_read(VirtIODevice *vdev, hwaddr offset, unsigned size)
{
    switch (size) {
    case 1:
        return virtio_config_readb(vdev, offset);
    case 2:
        return virtio_config_readw(vdev, offset);
    default:
        return virtio_config_readl(vdev, offset);
    }
}

static uint32_t virtio_mmio_device_features(VirtIOMMIOProxy *proxy, VirtIODevice *vdev)
{
    VirtioDeviceClass *vdc = VIRTIO_DEVICE_GET_CLASS(vdev);
    uint64_t features = vdev->host_features;

    if (proxy->legacy) {
        return proxy->host_features_sel ? 0 : features;
    }
    features &= ~vdc->legacy_features;
    switch (proxy->host_features_sel) {
    case 0:
        return features;
    case 1:
        return features >> 32;
    default:
        return 0;
    }
}

/* Registers of one version only; false if @offset is none. */
static bool virtio_mmio_version_read(VirtIOMMIOProxy *proxy, VirtIODevice *vdev, hwaddr offset,
                                     uint32_t *value)
{
    VirtIOMMIOQueue *queue = virtio_mmio_queue(proxy, vdev);

    if (proxy->legacy) {
        if (offset != VIRTIO_MMIO_QUEUE_PFN) {
            return false;
        }
        *value = virtio_queue_get_addr(vdev, vdev->queue_sel) >> proxy->guest_page_shift;
        return true;
    }
    switch (offset) {
    case VIRTIO_MMIO_QUEUE_READY:
        *value = queue ? queue->enabled : 0;
        return true;
    case VIRTIO_MMIO_QUEUE_RESET:
        /* A reset is over when the write that asked for it is. */
        *value = 0;
        return true;
    case VIRTIO_MMIO_SHM_LEN_LOW:
    case VIRTIO_MMIO_SHM_LEN_HIGH:
    case VIRTIO_MMIO_SHM_BASE_LOW:
    case VIRTIO_MMIO_SHM_BASE_HIGH:
        /* All ones: no such region. */
        *value = UINT32_MAX;
        return true;
    case VIRTIO_MMIO_CONFIG_GENERATION:
        *value = vdev->generation;
        return true;
    default:
        return false;
    }
}

static uint32_t virtio_mmio_register_read(VirtIOMMIOProxy *proxy, VirtIODevice *vdev,
                                          hwaddr offset)
{
    uint32_t value;

    switch (offset) {
    case VIRTIO_MMIO_DEVICE_FEATURES:
        return virtio_mmio_device_features(proxy, vdev);
    case VIRTIO_MMIO_QUEUE_NUM_MAX:
        return virtio_queue_get_max_num(vdev, vdev->queue_sel);
    case VIRTIO_MMIO_INTERRUPT_STATUS:
        return vdev->isr;
    case VIRTIO_MMIO_STATUS:
        return vdev->status;
    default:
        if (!virtio_mmio_version_read(proxy, vdev, offset, &value)) {
            qemu_log_mask(LOG_GUEST_ERROR, "virtio-mmio: read of register 0x%" PRIx64
                          ", which cannot be read\n", offset);
            return 0;
        }
        return value;
    }
}

static uint64_t virtio_mmio_read(void *opaque, hwaddr offset, unsigned size)
{
    VirtIOMMIOProxy *proxy = opaque;
    VirtIODevice *vdev = virtio_mmio_device(proxy);
    uint64_t value;

    if (offset >= VIRTIO_MMIO_CONFIG) {
        return vdev ? virtio_mmio_config_read(vdev, offset - VIRTIO_MMIO_CONFIG, size) : 0;
    }
    if (size != 4) {
        qemu_log_mask(LOG_GUEST_ERROR, "virtio-mmio: %u byte read of register 0x%" PRIx64 "\n",
                      size, offset);
        return 0;
    }
    switch (offset) {
    case VIRTIO_MMIO_MAGIC_VALUE:
        return VIRTIO_MMIO_MAGIC;
    case VIRTIO_MMIO_VERSION:
        return proxy->legacy ? VIRTIO_MMIO_VERSION_LEGACY : VIRTIO_MMIO_VERSION_MODERN;
    case VIRTIO_MMIO_DEVICE_ID:
        return vdev ? vdev->device_id : 0;
    case VIRTIO_MMIO_VENDOR_ID:
        return VIRTIO_MMIO_VENDOR;
    }
    value = vdev ? virtio_mmio_register_read(proxy, vdev, offset) : 0;
    trace_virtio_mmio_read(proxy, offset, value);
    return value;
}

/* ---- writing: status and features ---- */

/* The driver's choice as a whole. False: refused, and FEATURES_OK will not be set. */
static bool virtio_mmio_features_ok(VirtIOMMIOProxy *proxy, VirtIODevice *vdev)
{
    uint64_t features = deposit64(proxy->guest_features[0], 32, 32, proxy->guest_features[1]);

    if (vdev->status & VIRTIO_CONFIG_S_FEATURES_OK) {
        return true;
    }
    if (!virtio_has_feature(features, VIRTIO_F_VERSION_1)) {
        qemu_log_mask(LOG_GUEST_ERROR, "virtio-mmio: %s: driver does not accept VERSION_1\n",
                      vdev->name);
        return false;
    }
    return virtio_set_features(vdev, features) == 0;
}

static void virtio_mmio_status_write(VirtIOMMIOProxy *proxy, VirtIODevice *vdev, uint32_t value)
{
    value &= 0xff & ~VIRTIO_CONFIG_S_NEEDS_RESET;
    if (!value) {
        virtio_mmio_notifiers_stop(proxy);
        virtio_reset(vdev);
        virtio_mmio_soft_reset(proxy);
        proxy->guest_features[0] = 0;
        proxy->guest_features[1] = 0;
        return;
    }
    if (!proxy->legacy && (value & VIRTIO_CONFIG_S_FEATURES_OK) &&
        !virtio_mmio_features_ok(proxy, vdev)) {
        value &= ~VIRTIO_CONFIG_S_FEATURES_OK;
    }
    value |= vdev->status & VIRTIO_CONFIG_S_NEEDS_RESET;
    if (!(value & VIRTIO_CONFIG_S_DRIVER_OK)) {
        virtio_mmio_notifiers_stop(proxy);
    }
    if (virtio_set_status(vdev, value) < 0) {
        virtio_set_status(vdev, value & ~VIRTIO_CONFIG_S_FEATURES_OK);
    }
    virtio_mmio_notifiers_update(proxy);
}

static void virtio_mmio_driver_features_write(VirtIOMMIOProxy *proxy, VirtIODevice *vdev,
                                              uint32_t value)
{
    if (proxy->guest_features_sel > 1 || (proxy->legacy && proxy->guest_features_sel)) {
        qemu_log_mask(LOG_GUEST_ERROR, "virtio-mmio: DriverFeatures of word %u written\n",
                      proxy->guest_features_sel);
    } else if (proxy->legacy) {
        virtio_set_features(vdev, value);
    } else {
        proxy->guest_features[proxy->guest_features_sel] = value;
    }
}

/* ---- writing: queues ---- */

static void virtio_mmio_ready_write(VirtIOMMIOProxy *proxy, VirtIODevice *vdev,
                                    VirtIOMMIOQueue *queue, bool is_ready)
{
    if (!queue || queue->enabled == is_ready) {
        return;
    }
    queue->enabled = is_ready;
    if (!is_ready) {
        virtio_queue_reset(vdev, vdev->queue_sel);
        return;
    }
    if (queue->num) {
        virtio_queue_set_num(vdev, vdev->queue_sel, queue->num);
    }
    virtio_queue_set_rings(vdev, vdev->queue_sel,
                           deposit64(queue->desc[0], 32, 32, queue->desc[1]),
                           deposit64(queue->avail[0], 32, 32, queue->avail[1]),
                           deposit64(queue->used[0], 32, 32, queue->used[1]));
    virtio_queue_enable(vdev, vdev->queue_sel);
}

static void virtio_mmio_queue_reset_write(VirtIODevice *vdev, VirtIOMMIOQueue *queue,
                                          uint32_t value)
{
    if (!virtio_vdev_has_feature(vdev, VIRTIO_F_RING_RESET) || value != 1 || !queue) {
        qemu_log_mask(LOG_GUEST_ERROR, "virtio-mmio: %s: QueueReset not negotiated, or not 1\n",
                      vdev->name);
        return;
    }
    *queue = (VirtIOMMIOQueue){ 0 };
    virtio_queue_reset(vdev, vdev->queue_sel);
}

/* Registers of a legacy device only; false if @offset is none. */
static bool virtio_mmio_legacy_write(VirtIOMMIOProxy *proxy, VirtIODevice *vdev, hwaddr offset,
                                     uint32_t value)
{
    switch (offset) {
    case VIRTIO_MMIO_GUEST_PAGE_SIZE:
        proxy->guest_page_shift = value ? ctz32(value) : 0;
        trace_virtio_mmio_guest_page(proxy, value, proxy->guest_page_shift);
        return true;
    case VIRTIO_MMIO_QUEUE_NUM:
        virtio_queue_set_num(vdev, vdev->queue_sel, MIN(value, INT_MAX));
        return true;
    case VIRTIO_MMIO_QUEUE_ALIGN:
        virtio_queue_set_align(vdev, vdev->queue_sel, MIN(value, INT_MAX));
        return true;
    case VIRTIO_MMIO_QUEUE_PFN:
        if (value) {
            virtio_queue_set_addr(vdev, vdev->queue_sel,
                                  (uint64_t)value << proxy->guest_page_shift);
        } else {
            virtio_queue_reset(vdev, vdev->queue_sel);
        }
        return true;
    default:
        return false;
    }
}

/* Registers of a modern device only; false if @offset is none. */
static bool virtio_mmio_modern_write(VirtIOMMIOProxy *proxy, VirtIODevice *vdev, hwaddr offset,
                                     uint32_t value)
{
    VirtIOMMIOQueue *queue = virtio_mmio_queue(proxy, vdev);
    VirtIOMMIOQueue none;
    VirtIOMMIOQueue *target = queue && !queue->enabled ? queue : &none;

    switch (offset) {
    case VIRTIO_MMIO_QUEUE_NUM:
        target->num = MIN(value, UINT16_MAX);
        return true;
    case VIRTIO_MMIO_QUEUE_READY:
        virtio_mmio_ready_write(proxy, vdev, queue, value & 1);
        return true;
    case VIRTIO_MMIO_QUEUE_RESET:
        virtio_mmio_queue_reset_write(vdev, queue, value);
        return true;
    case VIRTIO_MMIO_QUEUE_DESC_LOW:
    case VIRTIO_MMIO_QUEUE_DESC_HIGH:
        target->desc[offset == VIRTIO_MMIO_QUEUE_DESC_HIGH] = value;
        return true;
    case VIRTIO_MMIO_QUEUE_AVAIL_LOW:
    case VIRTIO_MMIO_QUEUE_AVAIL_HIGH:
        target->avail[offset == VIRTIO_MMIO_QUEUE_AVAIL_HIGH] = value;
        return true;
    case VIRTIO_MMIO_QUEUE_USED_LOW:
    case VIRTIO_MMIO_QUEUE_USED_HIGH:
        target->used[offset == VIRTIO_MMIO_QUEUE_USED_HIGH] = value;
        return true;
    case VIRTIO_MMIO_SHM_SEL:
        /* Every selection finds nothing. */
        return true;
    default:
        return false;
    }
}

/* ---- writing ---- */

static void virtio_mmio_config_write(VirtIODevice *vdev, hwaddr offset, uint64_t value,
                                     unsigned size)
{
    switch (size) {
    case 1:
        virtio_config_writeb(vdev, offset, value);
        break;
    case 2:
        virtio_config_writew(vdev, offset, value);
        break;
    default:
        virtio_config_writel(vdev, offset, value);
        break;
    }
}

static void virtio_mmio_register_write(VirtIOMMIOProxy *proxy, VirtIODevice *vdev, hwaddr offset,
                                       uint32_t value)
{
    switch (offset) {
    case VIRTIO_MMIO_DEVICE_FEATURES_SEL:
        proxy->host_features_sel = value;
        break;
    case VIRTIO_MMIO_DRIVER_FEATURES:
        virtio_mmio_driver_features_write(proxy, vdev, value);
        break;
    case VIRTIO_MMIO_DRIVER_FEATURES_SEL:
        proxy->guest_features_sel = value;
        break;
    case VIRTIO_MMIO_QUEUE_SEL:
        vdev->queue_sel = MIN(value, UINT16_MAX);
        break;
    case VIRTIO_MMIO_QUEUE_NOTIFY:
        virtio_queue_notify(vdev, MIN(value, INT_MAX));
        break;
    case VIRTIO_MMIO_INTERRUPT_ACK:
        vdev->isr &= ~value;
        virtio_update_irq(vdev);
        break;
    case VIRTIO_MMIO_STATUS:
        virtio_mmio_status_write(proxy, vdev, value);
        break;
    default:
        if (proxy->legacy ? !virtio_mmio_legacy_write(proxy, vdev, offset, value)
                          : !virtio_mmio_modern_write(proxy, vdev, offset, value)) {
            qemu_log_mask(LOG_GUEST_ERROR, "virtio-mmio: write of register 0x%" PRIx64
                          ", which cannot be written\n", offset);
        }
        break;
    }
}

static void virtio_mmio_write(void *opaque, hwaddr offset, uint64_t value, unsigned size)
{
    VirtIOMMIOProxy *proxy = opaque;
    VirtIODevice *vdev = virtio_mmio_device(proxy);

    trace_virtio_mmio_write(proxy, offset, value);
    if (!vdev) {
        /* Drivers probe: without a device everything is ignored. */
        return;
    }
    if (offset >= VIRTIO_MMIO_CONFIG) {
        virtio_mmio_config_write(vdev, offset - VIRTIO_MMIO_CONFIG, value, size);
    } else if (size != 4) {
        qemu_log_mask(LOG_GUEST_ERROR, "virtio-mmio: %u byte write of register 0x%" PRIx64 "\n",
                      size, offset);
    } else {
        virtio_mmio_register_write(proxy, vdev, offset, value);
    }
}

/* Configuration fields of 8 bytes may be accessed as two of 4 (4.2.2.2), which impl does. */
const MemoryRegionOps virtio_mmio_ops = {
    .read = virtio_mmio_read,
    .write = virtio_mmio_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8 },
    .impl = { .min_access_size = 1, .max_access_size = 4 },
};
