/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Devices of a fake host, attached without a device model.
 */
#include "qemu/osdep.h"
#include "exec/address-spaces.h"
#include "qemu/error-report.h"
#include "qemu/rcu.h"
#include "qemu/units.h"
#include "attach-rig.h"

static void device_init(FakeDevice *dev, const char *name, int group)
{
    *dev = (FakeDevice) {
        .name = name, .group = group, .driver = "vfio-platform",
        .flags = VFIO_DEVICE_FLAGS_PLATFORM,
        .num_regions = 1, .num_irqs = 1,
        .regions[0] = { .size = 0x1000, .flags = VFIO_REGION_INFO_FLAG_READ |
                        VFIO_REGION_INFO_FLAG_WRITE | VFIO_REGION_INFO_FLAG_MMAP },
        .irqs[0] = { .flags = VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_MASKABLE |
                     VFIO_IRQ_INFO_AUTOMASKED },
    };
    fake_vfio_add(dev);
}

void host_start(Host *host)
{
    memset(host, 0, sizeof(*host));
    fake_vfio_start();
    device_init(&host->uart, "9000000.uart", 3);
    device_init(&host->dma, "a000000.dma", 4);
    device_init(&host->bare, "b000000.timer", 5);
    host->bare.noiommu = true;
    host->owner = object_new(TYPE_CONTAINER);
    object_property_add_child(object_get_root(), "owner", host->owner);
    memory_region_init_ram_nomigrate(&host->ram, host->owner, "ram", 2 * MiB, &error_abort);
    memory_region_add_subregion(get_system_memory(), 0x40000000, &host->ram);
}

void host_stop(Host *host)
{
    memory_region_del_subregion(get_system_memory(), &host->ram);
    object_unparent(host->owner);
    object_unref(host->owner);
    /* Views that readers may still have seen hold the region. */
    drain_call_rcu();
    fake_vfio_stop();
}

void vdev_init(VFIODevice *vdev, const FakeDevice *dev)
{
    *vdev = (VFIODevice) {
        .name = g_strdup(dev->name),
        .sysfsdev = g_strconcat(FOLDER, dev->name, NULL),
        .fd = -1,
        .type = VFIO_DEVICE_TYPE_PLATFORM,
    };
}

void vdev_clear(VFIODevice *vdev)
{
    g_free(vdev->name);
    g_free(vdev->sysfsdev);
}

int vdev_attach(VFIODevice *vdev, Error **errp)
{
    return vfio_attach_device(vdev->name, vdev, &address_space_memory, errp);
}

void vdev_attach_refused(VFIODevice *vdev, const char *text)
{
    Error *err = NULL;

    g_assert_cmpint(vdev_attach(vdev, &err), <, 0);
    harness_error_contains(err, text);
    g_assert_cmpuint(fake_vfio_open_fds(), ==, 0);
    g_assert_cmpuint(fake_vfio_dma_maps(), ==, 0);
}

static bool text_take(const char *text, size_t len, void *opaque)
{
    g_string_append_len(opaque, text, len);
    return true;
}

char *vdev_attach_text(VFIODevice *vdev)
{
    GString *text = g_string_new(NULL);
    Error *err = NULL;

    g_assert_cmpint(vdev_attach(vdev, &err), <, 0);
    error_report_set_sink(text_take, text);
    error_report_err(err);
    error_report_set_sink(NULL, NULL);
    return g_string_free(text, FALSE);
}
