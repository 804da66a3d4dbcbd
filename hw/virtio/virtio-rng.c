/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * virtio-rng-device: OASIS virtio 1.2, section 5.4. One queue of buffers that the device fills
 * with random bytes from an rng backend, no more of them in a period than the user allows.
 */
#include "qemu/osdep.h"
#include "hw/qdev-properties.h"
#include "hw/virtio/virtio-rng.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "qemu/iov.h"
#include "qemu/module.h"
#include "qemu/timer.h"
#include "qom/object_interfaces.h"
#include "standard-headers/linux/virtio_ids.h"
#include "trace.h"

#define VIRTIO_RNG_QUEUE_SIZE 8

static bool virtio_rng_is_ready(VirtIORNG *vrng)
{
    VirtIODevice *vdev = VIRTIO_DEVICE(vrng);

    /* Guest memory must not change while the machine is stopped: it may be being saved. */
    return vdev->vm_running && virtio_queue_ready(vrng->vq) &&
           (vdev->status & VIRTIO_CONFIG_S_DRIVER_OK);
}

static void virtio_rng_process(VirtIORNG *vrng);

/* Fills buffers with @size bytes; each gets as much as there is, so the last may be short. */
static void virtio_rng_receive(void *opaque, const void *buf, size_t size)
{
    VirtIORNG *vrng = opaque;
    VirtIODevice *vdev = VIRTIO_DEVICE(vrng);
    size_t done = 0;

    vrng->is_waiting = false;
    if (!virtio_rng_is_ready(vrng)) {
        return;
    }
    vrng->quota_remaining -= size;
    while (done < size) {
        VirtQueueElement *elem = virtqueue_pop(vrng->vq, sizeof(*elem));
        size_t len;

        if (!elem) {
            break;
        }
        len = iov_from_buf(elem->in_sg, elem->in_num, 0, (const uint8_t *)buf + done, size - done);
        done += len;
        virtqueue_push(vrng->vq, elem, len);
        trace_virtio_rng_pushed(vrng, len);
        virtqueue_element_free(vrng->vq, elem);
        if (!len) {
            /* A buffer to read: of no use to this device, and no reason to take more of them. */
            break;
        }
    }
    virtio_notify(vdev, vrng->vq);
    virtio_rng_process(vrng);
}

/* Asks for as much as buffers wait for and the quota allows. */
static void virtio_rng_process(VirtIORNG *vrng)
{
    unsigned wanted, most = MIN(MAX(vrng->quota_remaining, 0), RNG_REQUEST_MAX);

    if (vrng->is_waiting || !virtio_rng_is_ready(vrng)) {
        return;
    }
    if (vrng->activate_timer) {
        timer_mod(vrng->rate_limit_timer,
                  qemu_clock_get_ms(QEMU_CLOCK_VIRTUAL) + vrng->conf.period_ms);
        vrng->activate_timer = false;
    }
    virtqueue_get_avail_bytes(vrng->vq, &wanted, NULL, most, 0);
    wanted = MIN(wanted, most);
    trace_virtio_rng_request(vrng, wanted, vrng->quota_remaining);
    if (wanted) {
        vrng->is_waiting = true;
        rng_backend_request_entropy(vrng->rng, wanted, virtio_rng_receive, vrng);
    }
}

static void virtio_rng_handle_output(VirtIODevice *vdev, VirtQueue *vq)
{
    virtio_rng_process(VIRTIO_RNG(vdev));
}

/* A period is over; the next begins when there is something to do. */
static void virtio_rng_period_end(void *opaque)
{
    VirtIORNG *vrng = opaque;

    vrng->quota_remaining = vrng->conf.max_bytes;
    vrng->activate_timer = true;
    if (!virtio_queue_empty(vrng->vq)) {
        virtio_rng_process(vrng);
    }
}

/* The driver is there, or the machine runs again. */
static void virtio_rng_set_status(VirtIODevice *vdev, uint8_t status)
{
    if (vdev->vm_running) {
        vdev->status = status;
        virtio_rng_process(VIRTIO_RNG(vdev));
    }
}

static void virtio_rng_cancel(VirtIORNG *vrng)
{
    rng_backend_cancel_requests(vrng->rng, vrng);
    vrng->is_waiting = false;
}

static void virtio_rng_reset(VirtIODevice *vdev)
{
    virtio_rng_cancel(VIRTIO_RNG(vdev));
}

static uint64_t virtio_rng_get_features(VirtIODevice *vdev, uint64_t features, Error **errp)
{
    return features;
}

/* ---- saved state ---- */

static int virtio_rng_post_load(VirtIODevice *vdev)
{
    VirtIORNG *vrng = VIRTIO_RNG(vdev);

    virtio_rng_cancel(vrng);
    if (vrng->quota_remaining > (int64_t)vrng->conf.max_bytes || vrng->quota_remaining < 0) {
        return -EINVAL;
    }
    return 0;
}

static const VMStateDescription vmstate_virtio_rng_proper = {
    .name = "virtio-rng-proper",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_INT64(quota_remaining, VirtIORNG),
        VMSTATE_BOOL(activate_timer, VirtIORNG),
        VMSTATE_TIMER_PTR(rate_limit_timer, VirtIORNG),
        VMSTATE_END_OF_LIST()
    },
};

static const VMStateDescription vmstate_virtio_rng = {
    .name = "virtio-rng",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_VIRTIO_DEVICE,
        VMSTATE_END_OF_LIST()
    },
};

/* ---- the type ---- */

/* Without rng= the device makes a source for itself. */
static bool virtio_rng_make_default(VirtIORNG *vrng, Error **errp)
{
    Object *rng = object_new(TYPE_RNG_BUILTIN);

    if (!user_creatable_complete(USER_CREATABLE(rng), errp)) {
        object_unref(rng);
        return false;
    }
    object_property_add_child(OBJECT(vrng), "default-backend", rng);
    vrng->conf.default_backend = RNG_BACKEND(rng);
    object_unref(rng);
    return true;
}

static void virtio_rng_realize(DeviceState *dev, Error **errp)
{
    VirtIODevice *vdev = VIRTIO_DEVICE(dev);
    VirtIORNG *vrng = VIRTIO_RNG(dev);

    if (vrng->conf.period_ms == 0) {
        error_setg(errp, "virtio-rng: period is 0; it must be at least 1 (milliseconds)");
        return;
    }
    if (vrng->conf.max_bytes > INT64_MAX) {
        error_setg(errp, "virtio-rng: max-bytes is %" PRIu64 "; it must be at most %" PRId64,
                   vrng->conf.max_bytes, INT64_MAX);
        return;
    }
    if (!vrng->conf.rng && !virtio_rng_make_default(vrng, errp)) {
        return;
    }
    vrng->rng = vrng->conf.rng ? vrng->conf.rng : vrng->conf.default_backend;
    virtio_init(vdev, VIRTIO_ID_RNG, 0);
    vrng->vq = virtio_add_queue(vdev, VIRTIO_RNG_QUEUE_SIZE, virtio_rng_handle_output);
    vrng->quota_remaining = vrng->conf.max_bytes;
    vrng->rate_limit_timer = timer_new_ms(QEMU_CLOCK_VIRTUAL, virtio_rng_period_end, vrng);
    vrng->activate_timer = true;
}

static void virtio_rng_unrealize(DeviceState *dev)
{
    VirtIORNG *vrng = VIRTIO_RNG(dev);

    virtio_rng_cancel(vrng);
    timer_free(vrng->rate_limit_timer);
    virtio_del_queue(VIRTIO_DEVICE(dev), 0);
    virtio_cleanup(VIRTIO_DEVICE(dev));
    vrng->rng = NULL;
    if (vrng->conf.default_backend) {
        vrng->conf.default_backend = NULL;
        object_property_del(OBJECT(dev), "default-backend");
    }
}

static Property virtio_rng_properties[] = {
    DEFINE_PROP_UINT64("max-bytes", VirtIORNG, conf.max_bytes, INT64_MAX),
    DEFINE_PROP_UINT32("period", VirtIORNG, conf.period_ms, 1 << 16),
    DEFINE_PROP_LINK("rng", VirtIORNG, conf.rng, TYPE_RNG_BACKEND, RngBackend *),
    DEFINE_PROP_END_OF_LIST(),
};

static const PropertyText virtio_rng_texts[] = {
    { "max-bytes", "most bytes in each period" },
    { "period", "length of a period in ms, at least 1" },
    { "rng", "id of an rng backend; none: one of its own" },
    { }
};

static void virtio_rng_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    VirtioDeviceClass *vdc = VIRTIO_DEVICE_CLASS(klass);

    dc->desc = "entropy source (virtio-rng)";
    dc->vmsd = &vmstate_virtio_rng;
    device_class_set_props(dc, virtio_rng_properties);
    device_class_describe_props(dc, virtio_rng_texts);
    set_bit(DEVICE_CATEGORY_MISC, dc->categories);
    vdc->realize = virtio_rng_realize;
    vdc->unrealize = virtio_rng_unrealize;
    vdc->get_features = virtio_rng_get_features;
    vdc->set_status = virtio_rng_set_status;
    vdc->reset = virtio_rng_reset;
    vdc->post_load = virtio_rng_post_load;
    vdc->vmsd = &vmstate_virtio_rng_proper;
}

static const TypeInfo virtio_rng_types[] = {
    {
        .name = TYPE_VIRTIO_RNG,
        .parent = TYPE_VIRTIO_DEVICE,
        .instance_size = sizeof(VirtIORNG),
        .class_init = virtio_rng_class_init,
    },
};

DEFINE_TYPES(virtio_rng_types)
