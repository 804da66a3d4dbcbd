/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "virtio-test": a device that echoes requests, at once or when the test says so. Its saved state
 * has the elements that it holds.
 */
#include "qemu/osdep.h"
#include "virtio-harness.h"
#include "migration/qemu-file-types.h"
#include "qemu/iov.h"
#include "qemu/module.h"

#define TEST_DEVICE_ID 0x3f

/* Copies what was written into what is to be read; the bytes that were. */
static size_t element_echo(VirtQueueElement *elem)
{
    size_t out = iov_size(elem->out_sg, elem->out_num);
    g_autofree uint8_t *buf = g_malloc(out + 1);

    iov_to_buf(elem->out_sg, elem->out_num, 0, buf, out);
    return iov_from_buf(elem->in_sg, elem->in_num, 0, buf, out);
}

static void element_end(VirtQueue *vq, VirtQueueElement *elem)
{
    virtqueue_push(vq, elem, element_echo(elem));
    virtqueue_element_free(vq, elem);
}

static void virtio_test_output(VirtIODevice *vdev, VirtQueue *vq)
{
    VirtIOTest *dev = VIRTIO_TEST(vdev);
    VirtQueueElement *elem;

    dev->notified++;
    while ((elem = virtqueue_pop(vq, sizeof(*elem))) != NULL) {
        if (dev->hold) {
            g_queue_push_tail(&dev->held, elem);
        } else {
            element_end(vq, elem);
        }
    }
    virtio_notify(vdev, vq);
}

void virtio_test_complete(VirtIOTest *dev, unsigned n, bool notify)
{
    VirtQueueElement *elem = g_queue_pop_nth(&dev->held, n);

    g_assert_nonnull(elem);
    element_end(dev->queues[0], elem);
    if (notify) {
        virtio_notify(VIRTIO_DEVICE(dev), dev->queues[0]);
    }
}

static void virtio_test_drop(VirtIOTest *dev)
{
    VirtQueueElement *elem;

    while ((elem = g_queue_pop_head(&dev->held)) != NULL) {
        virtqueue_detach_element(dev->queues[0], elem, 0);
        g_free(elem);
    }
}

static void virtio_test_reset(VirtIODevice *vdev)
{
    VIRTIO_TEST(vdev)->resets++;
}

static void virtio_test_queue_reset(VirtIODevice *vdev, uint32_t queue_index)
{
    VIRTIO_TEST(vdev)->queue_resets++;
}

static uint64_t virtio_test_get_features(VirtIODevice *vdev, uint64_t features, Error **errp)
{
    return features | BIT_ULL(TEST_F_A) | BIT_ULL(TEST_F_B);
}

static int virtio_test_validate_features(VirtIODevice *vdev)
{
    return virtio_vdev_has_feature(vdev, TEST_F_B) && !virtio_vdev_has_feature(vdev, TEST_F_A)
               ? -EINVAL
               : 0;
}

static void virtio_test_get_config(VirtIODevice *vdev, uint8_t *config)
{
    memcpy(config, VIRTIO_TEST(vdev)->config, TEST_CONFIG_SIZE);
}

static void virtio_test_set_config(VirtIODevice *vdev, const uint8_t *config)
{
    memcpy(VIRTIO_TEST(vdev)->config, config, TEST_CONFIG_SIZE);
}

static void virtio_test_save(VirtIODevice *vdev, QEMUFile *f)
{
    VirtIOTest *dev = VIRTIO_TEST(vdev);

    qemu_put_byte(f, dev->held.length);
    for (GList *l = dev->held.head; l; l = l->next) {
        qemu_put_virtqueue_element(vdev, f, l->data);
    }
}

static int virtio_test_load(VirtIODevice *vdev, QEMUFile *f, int version_id)
{
    VirtIOTest *dev = VIRTIO_TEST(vdev);
    int count = qemu_get_byte(f);

    virtio_test_drop(dev);
    for (int i = 0; i < count; i++) {
        VirtQueueElement *elem = qemu_get_virtqueue_element(vdev, f, sizeof(*elem));

        if (!elem) {
            return -EINVAL;
        }
        g_queue_push_tail(&dev->held, elem);
    }
    return 0;
}

static void virtio_test_realize(DeviceState *d, Error **errp)
{
    VirtIODevice *vdev = VIRTIO_DEVICE(d);
    VirtIOTest *dev = VIRTIO_TEST(d);

    virtio_init(vdev, TEST_DEVICE_ID, TEST_CONFIG_SIZE);
    for (int i = 0; i < TEST_QUEUES; i++) {
        dev->queues[i] = virtio_add_queue(vdev, TEST_QUEUE_SIZE, virtio_test_output);
    }
    g_queue_init(&dev->held);
    for (int i = 0; i < TEST_CONFIG_SIZE; i++) {
        dev->config[i] = 0x10 + i;
    }
}

static void virtio_test_unrealize(DeviceState *d)
{
    VirtIOTest *dev = VIRTIO_TEST(d);

    virtio_test_drop(dev);
    for (int i = 0; i < TEST_QUEUES; i++) {
        virtio_delete_queue(dev->queues[i]);
    }
    virtio_cleanup(VIRTIO_DEVICE(d));
}

DeviceState *virtio_test_new(void)
{
    return qdev_new(TYPE_VIRTIO_TEST);
}

static const VMStateDescription vmstate_virtio_test = {
    .name = "virtio-test",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_VIRTIO_DEVICE,
        VMSTATE_END_OF_LIST()
    },
};

static void virtio_test_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    VirtioDeviceClass *vdc = VIRTIO_DEVICE_CLASS(klass);

    dc->vmsd = &vmstate_virtio_test;
    vdc->realize = virtio_test_realize;
    vdc->unrealize = virtio_test_unrealize;
    vdc->get_features = virtio_test_get_features;
    vdc->validate_features = virtio_test_validate_features;
    vdc->get_config = virtio_test_get_config;
    vdc->set_config = virtio_test_set_config;
    vdc->reset = virtio_test_reset;
    vdc->queue_reset = virtio_test_queue_reset;
    vdc->save = virtio_test_save;
    vdc->load = virtio_test_load;
}

static const TypeInfo virtio_test_types[] = {
    {
        .name = TYPE_VIRTIO_TEST,
        .parent = TYPE_VIRTIO_DEVICE,
        .instance_size = sizeof(VirtIOTest),
        .class_init = virtio_test_class_init,
    },
};

DEFINE_TYPES(virtio_test_types)
