/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Elements: the memory that holds one taken descriptor chain, its mapping into the program, and
 * its way through a saved state. Each queue keeps freed elements for its next ones, so the steady
 * state allocates nothing; every element is its own g_malloc() block all the same, for devices
 * that g_free() it.
 */
#include "qemu/osdep.h"
#include "migration/qemu-file-types.h"
#include "virtio-internal.h"

/* ---- memory ---- */

static VirtQueueElement *element_alloc(uint32_t offset, unsigned capacity)
{
    size_t size = offset + capacity * (sizeof(hwaddr) + sizeof(struct iovec));
    VirtQueueElement *elem = g_malloc(size);

    elem->offset = offset;
    elem->capacity = capacity;
    return elem;
}

VirtQueueElement *virtqueue_element_new(VirtQueue *vq, size_t sz, unsigned capacity)
{
    uint32_t offset = QEMU_ALIGN_UP(sz, 16);

    g_assert(sz >= sizeof(VirtQueueElement));
    if (vq->pool_len) {
        VirtQueueElement *elem = vq->pool[--vq->pool_len];

        if (elem->offset == offset && elem->capacity >= capacity) {
            return elem;
        }
        g_free(elem);
    }
    return element_alloc(offset, capacity);
}

VirtQueueElement *virtqueue_element_grow(VirtQueueElement *elem)
{
    VirtQueueElement *larger = element_alloc(elem->offset, elem->capacity * 2);

    memcpy(virtqueue_element_addrs(larger), virtqueue_element_addrs(elem),
           elem->capacity * sizeof(hwaddr));
    memcpy(virtqueue_element_iovs(larger), virtqueue_element_iovs(elem),
           elem->capacity * sizeof(struct iovec));
    g_free(elem);
    return larger;
}

void virtqueue_element_free(VirtQueue *vq, void *elem)
{
    if (elem && vq->pool_len < MIN(vq->vring.num_default, VIRTQUEUE_POOL_MAX)) {
        vq->pool[vq->pool_len++] = elem;
    } else {
        g_free(elem);
    }
}

/* ---- mapping ---- */

void *virtio_memory(VirtIODevice *vdev, hwaddr addr, hwaddr *plen, bool is_write,
                    MemoryRegion **mr)
{
    hwaddr offset;

    *mr = address_space_translate(vdev->dma_as, addr, &offset, plen, is_write,
                                  MEMTXATTRS_UNSPECIFIED);
    if (!*plen || !memory_access_is_direct(*mr, is_write)) {
        return NULL;
    }
    return (char *)memory_region_get_ram_ptr(*mr) + offset;
}

bool virtqueue_element_map(VirtIODevice *vdev, VirtQueueElement **elem, unsigned *count,
                           hwaddr addr, uint64_t len, bool is_write)
{
    if (len - 1 > UINT64_MAX - addr) {
        return false;
    }
    while (len) {
        MemoryRegion *mr;
        hwaddr piece = len;
        void *host = virtio_memory(vdev, addr, &piece, is_write, &mr);

        if (!host || *count == VIRTQUEUE_MAX_SIZE) {
            return false;
        }
        if (*count == (*elem)->capacity) {
            *elem = virtqueue_element_grow(*elem);
        }
        memory_region_ref(mr);
        virtqueue_element_addrs(*elem)[*count] = addr;
        virtqueue_element_iovs(*elem)[*count] = (struct iovec){ host, piece };
        ++*count;
        addr += piece;
        len -= piece;
    }
    return true;
}

void virtqueue_element_unmap(VirtIODevice *vdev, const VirtQueueElement *elem, unsigned out_num,
                             unsigned in_num, unsigned written)
{
    const struct iovec *sg = virtqueue_element_iovs(elem);

    for (unsigned i = 0; i < out_num; i++) {
        address_space_unmap(vdev->dma_as, sg[i].iov_base, sg[i].iov_len, false, sg[i].iov_len);
    }
    sg += out_num;
    for (unsigned i = 0; i < in_num; i++) {
        size_t access_len = MIN(written, sg[i].iov_len);

        address_space_unmap(vdev->dma_as, sg[i].iov_base, sg[i].iov_len, true, access_len);
        written -= access_len;
    }
}

/* ---- saved state ---- */

void qemu_put_virtqueue_element(VirtIODevice *vdev, QEMUFile *f, VirtQueueElement *elem)
{
    unsigned count = elem->out_num + elem->in_num;
    const hwaddr *addrs = virtqueue_element_addrs(elem);
    const struct iovec *sg = virtqueue_element_iovs(elem);

    qemu_put_be32(f, elem->index);
    qemu_put_be32(f, elem->len);
    qemu_put_be32(f, elem->ndescs);
    qemu_put_be32(f, elem->out_num);
    qemu_put_be32(f, elem->in_num);
    for (unsigned i = 0; i < count; i++) {
        qemu_put_be64(f, addrs[i]);
        qemu_put_be64(f, sg[i].iov_len);
    }
}

/* Which queue it belongs to is the device's business; this only bounds what is harmful. */
static bool element_header_load(QEMUFile *f, VirtQueueElement *elem)
{
    elem->index = qemu_get_be32(f);
    elem->len = qemu_get_be32(f);
    elem->ndescs = qemu_get_be32(f);
    elem->out_num = qemu_get_be32(f);
    elem->in_num = qemu_get_be32(f);
    return !qemu_file_get_error(f) && elem->index < VIRTQUEUE_MAX_SIZE && elem->ndescs == 1 &&
           elem->out_num <= VIRTQUEUE_MAX_SIZE &&
           elem->in_num <= VIRTQUEUE_MAX_SIZE - elem->out_num;
}

/* Maps the entries that were saved; the memory map may give a different number of pieces. */
static bool element_entries_load(VirtIODevice *vdev, QEMUFile *f, VirtQueueElement **elem,
                                 const VirtQueueElement *header)
{
    unsigned total = header->out_num + header->in_num;
    unsigned out_num = 0, count = 0;

    RCU_READ_LOCK_GUARD();
    for (unsigned i = 0; i < total; i++) {
        bool is_write = i >= header->out_num;
        hwaddr addr = qemu_get_be64(f);
        uint64_t len = qemu_get_be64(f);
        bool ok = !qemu_file_get_error(f) && len && len <= UINT32_MAX &&
                  virtqueue_element_map(vdev, elem, &count, addr, len, is_write);

        out_num = is_write ? out_num : count;
        if (!ok) {
            virtqueue_element_unmap(vdev, *elem, out_num, count - out_num, 0);
            return false;
        }
    }
    virtqueue_element_finish(*elem, out_num, count - out_num);
    return true;
}

void *qemu_get_virtqueue_element(VirtIODevice *vdev, QEMUFile *f, size_t sz)
{
    VirtQueueElement header, *elem;

    if (!element_header_load(f, &header)) {
        qemu_file_set_error(f, -EINVAL);
        return NULL;
    }
    elem = element_alloc(QEMU_ALIGN_UP(sz, 16), MAX(header.out_num + header.in_num, 1));
    if (!element_entries_load(vdev, f, &elem, &header)) {
        g_free(elem);
        qemu_file_set_error(f, -EINVAL);
        return NULL;
    }
    elem->index = header.index;
    elem->len = header.len;
    elem->ndescs = header.ndescs;
    elem->generation = vdev->queue_epoch;
    return elem;
}
