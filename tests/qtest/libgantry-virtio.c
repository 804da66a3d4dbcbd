/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A virtio driver for tests: see libgantry-virtio.h. Values in guest memory are little endian.
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "libgantry-virtio.h"

#define GUEST_PAGE 4096

/* ---- registers and memory ---- */

uint32_t virtio_guest_read(VirtioGuest *guest, uint32_t offset)
{
    return guest->bus->read(guest->bus->opaque, guest->base + offset, 4);
}

void virtio_guest_write(VirtioGuest *guest, uint32_t offset, uint32_t value)
{
    guest->bus->write(guest->bus->opaque, guest->base + offset, 4, value);
}

uint64_t virtio_guest_config_read(VirtioGuest *guest, uint32_t offset, unsigned size)
{
    return guest->bus->read(guest->bus->opaque, guest->base + VIRTIO_MMIO_CONFIG + offset, size);
}

void virtio_guest_config_write(VirtioGuest *guest, uint32_t offset, unsigned size, uint64_t value)
{
    guest->bus->write(guest->bus->opaque, guest->base + VIRTIO_MMIO_CONFIG + offset, size, value);
}

void virtio_guest_memread(VirtioGuest *guest, uint64_t addr, void *buf, size_t len)
{
    guest->bus->memread(guest->bus->opaque, addr, buf, len);
}

void virtio_guest_memwrite(VirtioGuest *guest, uint64_t addr, const void *buf, size_t len)
{
    guest->bus->memwrite(guest->bus->opaque, addr, buf, len);
}

uint16_t virtio_guest_memread16(VirtioGuest *guest, uint64_t addr)
{
    uint16_t value;

    virtio_guest_memread(guest, addr, &value, sizeof(value));
    return le16_to_cpu(value);
}

void virtio_guest_memwrite16(VirtioGuest *guest, uint64_t addr, uint16_t value)
{
    value = cpu_to_le16(value);
    virtio_guest_memwrite(guest, addr, &value, sizeof(value));
}

uint64_t virtio_guest_alloc(VirtioGuest *guest, size_t size, size_t align)
{
    uint64_t addr = QEMU_ALIGN_UP(guest->next_free, align);
    g_autofree void *zeros = g_malloc0(size);

    g_assert_cmpuint(addr + size, <=, guest->ram_end);
    guest->next_free = addr + size;
    virtio_guest_memwrite(guest, addr, zeros, size);
    return addr;
}

/* ---- the transport ---- */

void virtio_guest_init(VirtioGuest *guest, const GuestBus *bus, uint64_t base, uint64_t ram,
                       uint64_t size)
{
    *guest = (VirtioGuest){
        .bus = bus, .base = base, .next_free = ram, .ram_end = ram + size,
    };
    g_assert_cmphex(virtio_guest_read(guest, VIRTIO_MMIO_MAGIC_VALUE), ==, 0x74726976);
    guest->is_modern = virtio_guest_read(guest, VIRTIO_MMIO_VERSION) == 2;
}

uint64_t virtio_guest_device_features(VirtioGuest *guest)
{
    uint64_t low, high;

    virtio_guest_write(guest, VIRTIO_MMIO_DEVICE_FEATURES_SEL, 0);
    low = virtio_guest_read(guest, VIRTIO_MMIO_DEVICE_FEATURES);
    virtio_guest_write(guest, VIRTIO_MMIO_DEVICE_FEATURES_SEL, 1);
    high = virtio_guest_read(guest, VIRTIO_MMIO_DEVICE_FEATURES);
    return low | high << 32;
}

static void virtio_guest_add_status(VirtioGuest *guest, uint32_t bits)
{
    uint32_t status = virtio_guest_read(guest, VIRTIO_MMIO_STATUS);

    virtio_guest_write(guest, VIRTIO_MMIO_STATUS, status | bits);
    g_assert_cmphex(virtio_guest_read(guest, VIRTIO_MMIO_STATUS), ==, status | bits);
}

void virtio_guest_reset(VirtioGuest *guest)
{
    virtio_guest_write(guest, VIRTIO_MMIO_STATUS, 0);
    g_assert_cmphex(virtio_guest_read(guest, VIRTIO_MMIO_STATUS), ==, 0);
}

void virtio_guest_negotiate(VirtioGuest *guest, uint64_t wanted)
{
    virtio_guest_reset(guest);
    virtio_guest_add_status(guest, VIRTIO_CONFIG_S_ACKNOWLEDGE);
    virtio_guest_add_status(guest, VIRTIO_CONFIG_S_DRIVER);
    if (guest->is_modern) {
        wanted |= 1ULL << VIRTIO_F_VERSION_1;
    }
    guest->features = virtio_guest_device_features(guest) & wanted;
    virtio_guest_write(guest, VIRTIO_MMIO_DRIVER_FEATURES_SEL, 0);
    virtio_guest_write(guest, VIRTIO_MMIO_DRIVER_FEATURES, guest->features);
    if (guest->is_modern) {
        virtio_guest_write(guest, VIRTIO_MMIO_DRIVER_FEATURES_SEL, 1);
        virtio_guest_write(guest, VIRTIO_MMIO_DRIVER_FEATURES, guest->features >> 32);
        virtio_guest_add_status(guest, VIRTIO_CONFIG_S_FEATURES_OK);
    } else {
        virtio_guest_write(guest, VIRTIO_MMIO_GUEST_PAGE_SIZE, GUEST_PAGE);
    }
}

void virtio_guest_driver_ok(VirtioGuest *guest)
{
    virtio_guest_add_status(guest, VIRTIO_CONFIG_S_DRIVER_OK);
}

uint32_t virtio_guest_irq_take(VirtioGuest *guest)
{
    uint32_t status = virtio_guest_read(guest, VIRTIO_MMIO_INTERRUPT_STATUS);

    virtio_guest_write(guest, VIRTIO_MMIO_INTERRUPT_ACK, status);
    return status;
}

/* ---- setting a queue up ---- */

static bool guest_has(const VirtioGuest *guest, unsigned bit)
{
    return guest->features >> bit & 1;
}

void guest_queue_announce(GuestQueue *queue)
{
    VirtioGuest *guest = queue->guest;

    virtio_guest_write(guest, VIRTIO_MMIO_QUEUE_SEL, queue->index);
    virtio_guest_write(guest, VIRTIO_MMIO_QUEUE_NUM, queue->num);
    if (!guest->is_modern) {
        virtio_guest_write(guest, VIRTIO_MMIO_QUEUE_ALIGN, GUEST_PAGE);
        virtio_guest_write(guest, VIRTIO_MMIO_QUEUE_PFN, queue->desc / GUEST_PAGE);
        return;
    }
    virtio_guest_write(guest, VIRTIO_MMIO_QUEUE_DESC_LOW, queue->desc);
    virtio_guest_write(guest, VIRTIO_MMIO_QUEUE_DESC_HIGH, queue->desc >> 32);
    virtio_guest_write(guest, VIRTIO_MMIO_QUEUE_AVAIL_LOW, queue->avail);
    virtio_guest_write(guest, VIRTIO_MMIO_QUEUE_AVAIL_HIGH, queue->avail >> 32);
    virtio_guest_write(guest, VIRTIO_MMIO_QUEUE_USED_LOW, queue->used);
    virtio_guest_write(guest, VIRTIO_MMIO_QUEUE_USED_HIGH, queue->used >> 32);
    virtio_guest_write(guest, VIRTIO_MMIO_QUEUE_READY, 1);
}

void guest_queue_init(GuestQueue *queue, VirtioGuest *guest, unsigned index, unsigned num)
{
    unsigned max;
    size_t size;

    virtio_guest_write(guest, VIRTIO_MMIO_QUEUE_SEL, index);
    max = virtio_guest_read(guest, VIRTIO_MMIO_QUEUE_NUM_MAX);
    g_assert_cmpuint(max, >, 0);
    num = num ? num : max;
    *queue = (GuestQueue){ .guest = guest, .index = index, .num = num, .num_free = num };
    /* The legacy layout serves both: descriptors, available ring, on the next page used ring. */
    size = QEMU_ALIGN_UP(16 * num + 6 + 2 * num, GUEST_PAGE);
    queue->desc = virtio_guest_alloc(guest, size + 6 + 8 * num, GUEST_PAGE);
    queue->avail = queue->desc + 16 * num;
    queue->used = queue->desc + size;
    queue->indirect = virtio_guest_alloc(guest, 16 * GUEST_INDIRECT_MAX * num, 16);
    for (unsigned i = 0; i < num; i++) {
        guest_desc_write(guest, queue->desc, i, 0, 0, 0, i + 1);
    }
    guest_queue_announce(queue);
}

/* ---- requests ---- */

void guest_desc_write(VirtioGuest *guest, uint64_t table, unsigned i, uint64_t addr, uint32_t len,
                      uint16_t flags, uint16_t next)
{
    struct vring_desc desc = {
        .addr = cpu_to_le64(addr),
        .len = cpu_to_le32(len),
        .flags = cpu_to_le16(flags),
        .next = cpu_to_le16(next),
    };

    virtio_guest_memwrite(guest, table + 16 * i, &desc, sizeof(desc));
}

static void guest_queue_offer(GuestQueue *queue, uint16_t head)
{
    VirtioGuest *guest = queue->guest;

    virtio_guest_memwrite16(guest, queue->avail + 4 + 2 * (queue->avail_idx % queue->num), head);
    queue->avail_idx++;
    virtio_guest_memwrite16(guest, queue->avail + 2, queue->avail_idx);
}

static uint16_t desc_next(GuestQueue *queue, uint16_t i)
{
    return virtio_guest_memread16(queue->guest, queue->desc + 16 * i + 14);
}

static uint16_t desc_flags(GuestQueue *queue, uint16_t i)
{
    return virtio_guest_memread16(queue->guest, queue->desc + 16 * i + 12);
}

int guest_queue_add(GuestQueue *queue, const GuestBuffer *buffers, unsigned count)
{
    uint16_t head = queue->free_head, i = head;

    g_assert_cmpuint(count, <=, queue->num_free);
    for (unsigned n = 0; n < count; n++) {
        uint16_t next = desc_next(queue, i);
        uint16_t flags = (buffers[n].is_write ? VRING_DESC_F_WRITE : 0) |
                         (n + 1 < count ? VRING_DESC_F_NEXT : 0);

        guest_desc_write(queue->guest, queue->desc, i, buffers[n].addr, buffers[n].len, flags,
                         next);
        i = next;
    }
    queue->free_head = i;
    queue->num_free -= count;
    guest_queue_offer(queue, head);
    return head;
}

int guest_queue_add_indirect(GuestQueue *queue, const GuestBuffer *buffers, unsigned count)
{
    uint16_t head = queue->free_head;
    uint64_t table = queue->indirect + 16ULL * GUEST_INDIRECT_MAX * head;

    g_assert_cmpuint(count, <=, GUEST_INDIRECT_MAX);
    g_assert_cmpuint(queue->num_free, >, 0);
    for (unsigned n = 0; n < count; n++) {
        uint16_t flags = (buffers[n].is_write ? VRING_DESC_F_WRITE : 0) |
                         (n + 1 < count ? VRING_DESC_F_NEXT : 0);

        guest_desc_write(queue->guest, table, n, buffers[n].addr, buffers[n].len, flags, n + 1);
    }
    queue->free_head = desc_next(queue, head);
    queue->num_free--;
    guest_desc_write(queue->guest, queue->desc, head, table, 16 * count, VRING_DESC_F_INDIRECT,
                     queue->free_head);
    guest_queue_offer(queue, head);
    return head;
}

void guest_queue_notify(GuestQueue *queue)
{
    virtio_guest_write(queue->guest, VIRTIO_MMIO_QUEUE_NOTIFY, queue->index);
}

bool guest_queue_kick(GuestQueue *queue)
{
    uint16_t old = queue->kicked;
    bool is_wanted;

    if (guest_has(queue->guest, VIRTIO_RING_F_EVENT_IDX)) {
        /* 2.7.10: the device wants to know when the index passes its avail_event. */
        is_wanted = (uint16_t)(queue->avail_idx - guest_queue_avail_event(queue) - 1) <
                    (uint16_t)(queue->avail_idx - old);
    } else {
        is_wanted = !(guest_queue_used_flags(queue) & VRING_USED_F_NO_NOTIFY);
    }
    queue->kicked = queue->avail_idx;
    if (is_wanted) {
        guest_queue_notify(queue);
    }
    return is_wanted;
}

static void guest_queue_free(GuestQueue *queue, uint16_t head)
{
    uint16_t last = head;
    unsigned count = 1;

    while (desc_flags(queue, last) & VRING_DESC_F_NEXT) {
        last = desc_next(queue, last);
        count++;
    }
    virtio_guest_memwrite16(queue->guest, queue->desc + 16 * last + 14, queue->free_head);
    queue->free_head = head;
    queue->num_free += count;
}

int guest_queue_take(GuestQueue *queue, uint32_t *len)
{
    struct vring_used_elem used;
    uint32_t head;

    if (guest_queue_used_idx(queue) == queue->last_used) {
        return -1;
    }
    virtio_guest_memread(queue->guest, queue->used + 4 + 8 * (queue->last_used % queue->num),
                         &used, sizeof(used));
    queue->last_used++;
    head = le32_to_cpu(used.id);
    g_assert_cmpuint(head, <, queue->num);
    if (len) {
        *len = le32_to_cpu(used.len);
    }
    guest_queue_free(queue, head);
    return head;
}

/* ---- indices and flags ---- */

void guest_queue_set_used_event(GuestQueue *queue, uint16_t event)
{
    virtio_guest_memwrite16(queue->guest, queue->avail + 4 + 2 * queue->num, event);
}

void guest_queue_set_flags(GuestQueue *queue, uint16_t flags)
{
    virtio_guest_memwrite16(queue->guest, queue->avail, flags);
}

uint16_t guest_queue_used_idx(GuestQueue *queue)
{
    return virtio_guest_memread16(queue->guest, queue->used + 2);
}

uint16_t guest_queue_used_flags(GuestQueue *queue)
{
    return virtio_guest_memread16(queue->guest, queue->used);
}

uint16_t guest_queue_avail_event(GuestQueue *queue)
{
    return virtio_guest_memread16(queue->guest, queue->used + 4 + 8 * queue->num);
}

/* ---- raw ---- */

void guest_queue_offer_raw(GuestQueue *queue, uint16_t head)
{
    guest_queue_offer(queue, head);
    guest_queue_notify(queue);
}

void guest_queue_set_avail_idx(GuestQueue *queue, uint16_t idx)
{
    queue->avail_idx = idx;
    virtio_guest_memwrite16(queue->guest, queue->avail + 2, idx);
}
