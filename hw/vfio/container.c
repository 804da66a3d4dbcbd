/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is the same for containers of every backend: the list of them, the devices in one, the
 * record of what is mapped.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/main-loop.h"
#include "container-internal.h"
#include "sys-internal.h"

/* Containers belong to the process, as the kernel's do: devices of any machine share them. BQL. */
static QLIST_HEAD(, VFIOContainer) containers = QLIST_HEAD_INITIALIZER(containers);

VFIOContainer *vfio_container_first(void)
{
    return QLIST_FIRST(&containers);
}

VFIOContainer *vfio_container_new(AddressSpace *as, const VFIOContainerIOOps *io_ops)
{
    VFIOContainer *container = g_new0(VFIOContainer, 1);

    bql_assert_locked();
    container->io_ops = io_ops;
    container->as = as;
    container->fd = -1;
    container->iova_ranges = g_array_new(FALSE, FALSE, sizeof(VFIOIOVARange));
    container->mappings = g_array_new(FALSE, FALSE, sizeof(VFIODMAMapping));
    QLIST_INIT(&container->groups);
    QLIST_INIT(&container->devices);
    QLIST_INSERT_HEAD(&containers, container, next);
    return container;
}

void vfio_container_unlisten(VFIOContainer *container)
{
    if (container->listening) {
        memory_listener_unregister(&container->listener);
        container->listening = false;
    }
}

void vfio_container_free(VFIOContainer *container)
{
    bql_assert_locked();
    vfio_container_unlisten(container);
    if (container->fd >= 0) {
        vfio_sys->close(container->fd);
    }
    QLIST_REMOVE(container, next);
    g_array_free(container->iova_ranges, TRUE);
    g_array_free(container->mappings, TRUE);
    error_free(container->error);
    g_free(container);
}

bool vfio_container_listen(VFIOContainer *container, Error **errp)
{
    container->listener = vfio_dma_listener;
    memory_listener_register(&container->listener, container->as);
    container->listening = true;
    if (container->error) {
        error_propagate(errp, g_steal_pointer(&container->error));
        return false;
    }
    container->initialized = true;
    return true;
}

void vfio_container_add_device(VFIOContainer *container, VFIODevice *vdev)
{
    vdev->container = container;
    QLIST_INSERT_HEAD(&container->devices, vdev, container_next);
}

void vfio_container_remove_device(VFIODevice *vdev)
{
    QLIST_REMOVE(vdev, container_next);
    vdev->container = NULL;
}

/* Index of the first mapping that begins after @iova. */
static guint mapping_after(VFIOContainer *container, uint64_t iova)
{
    guint low = 0, high = container->mappings->len;

    while (low < high) {
        guint middle = low + (high - low) / 2;

        if (g_array_index(container->mappings, VFIODMAMapping, middle).iova > iova) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

static bool mapping_overlaps(const VFIODMAMapping *m, uint64_t iova, uint64_t size)
{
    return m->iova <= iova + (size - 1) && iova <= m->iova + (m->size - 1);
}

bool vfio_container_mapping_add(VFIOContainer *container, uint64_t iova, uint64_t size,
                                Error **errp)
{
    VFIODMAMapping mapping = { .iova = iova, .size = size };
    guint at = mapping_after(container, iova);

    for (guint i = at ? at - 1 : 0; i <= at && i < container->mappings->len; i++) {
        const VFIODMAMapping *other = &g_array_index(container->mappings, VFIODMAMapping, i);

        if (mapping_overlaps(other, iova, size)) {
            error_setg(errp, "device addresses 0x%" PRIx64 "..0x%" PRIx64 " overlap 0x%" PRIx64
                       "..0x%" PRIx64 ", which are mapped already", iova, iova + (size - 1),
                       other->iova, other->iova + (other->size - 1));
            return false;
        }
    }
    g_array_insert_val(container->mappings, at, mapping);
    return true;
}

/* Index of the mapping that begins at @iova, or -1. */
static int mapping_find(VFIOContainer *container, uint64_t iova)
{
    guint at = mapping_after(container, iova);

    return at && g_array_index(container->mappings, VFIODMAMapping, at - 1).iova == iova ?
           (int)at - 1 : -1;
}

bool vfio_container_has_mapping(VFIOContainer *container, uint64_t iova)
{
    return mapping_find(container, iova) >= 0;
}

void vfio_container_mapping_remove(VFIOContainer *container, uint64_t iova)
{
    int at = mapping_find(container, iova);

    if (at >= 0) {
        g_array_remove_index(container->mappings, at);
    }
}
