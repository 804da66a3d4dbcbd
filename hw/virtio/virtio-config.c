/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Access to a device's configuration space (OASIS virtio 1.2, section 2.5): single values of one,
 * two and four bytes at any offset in it.
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "virtio-internal.h"

static bool config_covers(const VirtIODevice *vdev, uint32_t addr, unsigned size)
{
    return addr < vdev->config_len && size <= vdev->config_len - addr;
}

static uint32_t config_read(VirtIODevice *vdev, uint32_t addr, unsigned size)
{
    VirtioDeviceClass *k = VIRTIO_DEVICE_GET_CLASS(vdev);

    if (!config_covers(vdev, addr, size)) {
        return UINT32_MAX;
    }
    if (k->get_config) {
        k->get_config(vdev, vdev->config);
    }
    return ldn_le_p((uint8_t *)vdev->config + addr, size);
}

static void config_write(VirtIODevice *vdev, uint32_t addr, unsigned size, uint32_t data)
{
    VirtioDeviceClass *k = VIRTIO_DEVICE_GET_CLASS(vdev);

    if (!config_covers(vdev, addr, size)) {
        return;
    }
    stn_le_p((uint8_t *)vdev->config + addr, size, data);
    if (k->set_config) {
        k->set_config(vdev, vdev->config);
    }
}

#define DEFINE_CONFIG_ACCESS(modern, letter, size)                                       \
    uint32_t virtio_config_##modern##read##letter(VirtIODevice *vdev, uint32_t addr)     \
    {                                                                                    \
        return config_read(vdev, addr, size);                                            \
    }                                                                                    \
    void virtio_config_##modern##write##letter(VirtIODevice *vdev, uint32_t addr,        \
                                               uint32_t data)                            \
    {                                                                                    \
        config_write(vdev, addr, size, data);                                            \
    }

DEFINE_CONFIG_ACCESS(, b, 1)
DEFINE_CONFIG_ACCESS(, w, 2)
DEFINE_CONFIG_ACCESS(, l, 4)
DEFINE_CONFIG_ACCESS(modern_, b, 1)
DEFINE_CONFIG_ACCESS(modern_, w, 2)
DEFINE_CONFIG_ACCESS(modern_, l, 4)
