/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fake kernel's devices: facts, regions, and interrupts with their masks.
 */
#include "qemu/osdep.h"
#include "qemu/lockable.h"
#include <poll.h>
#include <sys/mman.h>
#include "fake-vfio-internal.h"

enum { REGION_SHIFT = 40 };

/* ---- life ---------------------------------------------------------------------------------- */

void fake_vfio_add(FakeDevice *dev)
{
    FakeState *s = fake_state();

    dev->index = s->devices->len;
    dev->memory_fd = memfd_create(dev->name, MFD_CLOEXEC);
    g_assert_cmpint(dev->memory_fd, >=, 0);
    for (unsigned i = 0; i < dev->num_regions; i++) {
        uint64_t end = ((uint64_t)i << REGION_SHIFT) + ROUND_UP(dev->regions[i].size, 4096);

        g_assert_cmpint(ftruncate(dev->memory_fd, end), ==, 0);
    }
    for (unsigned i = 0; i < dev->num_irqs; i++) {
        dev->irqs[i].trigger_fd = dev->irqs[i].unmask_fd = -1;
    }
    g_ptr_array_add(s->devices, dev);
}

static void fd_drop(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
        *fd = -1;
    }
}

static void irqs_release(FakeDevice *dev)
{
    for (unsigned i = 0; i < dev->num_irqs; i++) {
        fd_drop(&dev->irqs[i].trigger_fd);
        fd_drop(&dev->irqs[i].unmask_fd);
        dev->irqs[i].enabled = dev->irqs[i].masked = false;
    }
}

void fake_device_closed(FakeDevice *dev)
{
    if (--dev->open_count == 0) {
        QEMU_LOCK_GUARD(&fake_state()->lock);
        irqs_release(dev);
        dev->ioas_id = 0;
    }
}

void fake_device_free(FakeDevice *dev)
{
    irqs_release(dev);
    close(dev->memory_fd);
}

void *fake_vfio_registers(FakeDevice *dev, unsigned nr)
{
    void *at = mmap(NULL, ROUND_UP(dev->regions[nr].size, 4096), PROT_READ | PROT_WRITE,
                    MAP_SHARED, dev->memory_fd, (off_t)nr << REGION_SHIFT);

    g_assert(at != MAP_FAILED);
    return at;
}

bool fake_group_is_viable(int group)
{
    GPtrArray *devices = fake_state()->devices;

    for (guint i = 0; i < devices->len; i++) {
        FakeDevice *dev = g_ptr_array_index(devices, i);

        if (dev->group == group && dev->driver && !g_str_has_prefix(dev->driver, "vfio")) {
            return false;
        }
    }
    return true;
}

bool fake_ioas_is_used(uint32_t id)
{
    GPtrArray *devices = fake_state()->devices;

    for (guint i = 0; i < devices->len; i++) {
        FakeDevice *dev = g_ptr_array_index(devices, i);

        if (dev->ioas_id == id) {
            return true;
        }
    }
    return false;
}

/* ---- interrupts ------------------------------------------------------------------------------ */

static bool irq_is_level(const FakeIRQ *irq)
{
    return irq->flags & VFIO_IRQ_INFO_AUTOMASKED;
}

static void irq_fire(FakeIRQ *irq)
{
    uint64_t one = 1;

    irq->masked = irq_is_level(irq);
    irq->fired++;
    g_assert_cmpint(write(irq->trigger_fd, &one, sizeof(one)), ==, sizeof(one));
}

/* A level line that is high, heard and not masked fires. */
static void irq_evaluate(FakeIRQ *irq)
{
    if (irq_is_level(irq) && irq->line && irq->enabled && !irq->masked) {
        irq_fire(irq);
    }
}

void fake_vfio_set_line(FakeDevice *dev, unsigned irq, bool level)
{
    QEMU_LOCK_GUARD(&fake_state()->lock);
    dev->irqs[irq].line = level;
    irq_evaluate(&dev->irqs[irq]);
}

void fake_vfio_pulse(FakeDevice *dev, unsigned irq)
{
    QEMU_LOCK_GUARD(&fake_state()->lock);
    if (dev->irqs[irq].enabled) {
        irq_fire(&dev->irqs[irq]);
    }
}

static void irq_unmask(FakeIRQ *irq)
{
    irq->masked = false;
    irq_evaluate(irq);
}

bool fake_vfio_poll(FakeDevice *dev)
{
    bool did = false;

    QEMU_LOCK_GUARD(&fake_state()->lock);
    for (unsigned i = 0; i < dev->num_irqs; i++) {
        FakeIRQ *irq = &dev->irqs[i];
        struct pollfd p = { .fd = irq->unmask_fd, .events = POLLIN };
        uint64_t value;

        if (irq->unmask_fd >= 0 && poll(&p, 1, 0) == 1 &&
            read(irq->unmask_fd, &value, sizeof(value)) == sizeof(value)) {
            irq_unmask(irq);
            did = true;
        }
    }
    return did;
}

static int set_trigger(FakeDevice *dev, FakeIRQ *irq, int fd)
{
    if (fd < 0) {
        fd_drop(&irq->trigger_fd);
        irq->enabled = false;
        return 0;
    }
    if (dev->request_irq_errno) {
        return -dev->request_irq_errno;
    }
    fd_drop(&irq->trigger_fd);
    irq->trigger_fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    irq->enabled = true;
    irq_evaluate(irq);
    return 0;
}

static int set_unmask(FakeIRQ *irq, int fd)
{
    if (fd < 0) {
        fd_drop(&irq->unmask_fd);
        return 0;
    }
    if (irq->unmask_fd >= 0) {
        return -EBUSY;
    }
    irq->unmask_fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    return 0;
}

static int set_irqs_eventfd(FakeDevice *dev, FakeIRQ *irq, const struct vfio_irq_set *set)
{
    int32_t fd;

    memcpy(&fd, set->data, sizeof(fd));
    switch (set->flags & VFIO_IRQ_SET_ACTION_TYPE_MASK) {
    case VFIO_IRQ_SET_ACTION_TRIGGER:
        return set_trigger(dev, irq, fd);
    case VFIO_IRQ_SET_ACTION_UNMASK:
        return irq_is_level(irq) ? set_unmask(irq, fd) : -EINVAL;
    }
    return -EINVAL;
}

static int set_irqs_none(FakeIRQ *irq, const struct vfio_irq_set *set)
{
    switch (set->flags & VFIO_IRQ_SET_ACTION_TYPE_MASK) {
    case VFIO_IRQ_SET_ACTION_TRIGGER:
        if (set->count == 0) {
            fd_drop(&irq->trigger_fd);
            irq->enabled = false;
        } else if (irq->enabled) {
            irq_fire(irq);
        }
        return 0;
    case VFIO_IRQ_SET_ACTION_MASK:
        irq->masked = irq_is_level(irq);
        return irq_is_level(irq) ? 0 : -EINVAL;
    case VFIO_IRQ_SET_ACTION_UNMASK:
        if (!irq_is_level(irq)) {
            return -EINVAL;
        }
        irq_unmask(irq);
        return 0;
    }
    return -EINVAL;
}

static int set_irqs(FakeDevice *dev, const struct vfio_irq_set *set)
{
    FakeIRQ *irq;

    if (set->index >= dev->num_irqs || set->start != 0 || set->count > 1) {
        return -EINVAL;
    }
    irq = &dev->irqs[set->index];
    QEMU_LOCK_GUARD(&fake_state()->lock);
    switch (set->flags & VFIO_IRQ_SET_DATA_TYPE_MASK) {
    case VFIO_IRQ_SET_DATA_EVENTFD:
        return set->argsz < sizeof(*set) + sizeof(int32_t) ? -EINVAL :
               set_irqs_eventfd(dev, irq, set);
    case VFIO_IRQ_SET_DATA_NONE:
        return set_irqs_none(irq, set);
    }
    return -EINVAL;
}

/* ---- facts and requests ------------------------------------------------------------------ */

static int region_info(FakeDevice *dev, struct vfio_region_info *info)
{
    const FakeRegion *r;
    struct vfio_region_info_cap_sparse_mmap *cap = (void *)(info + 1);
    size_t room = info->argsz, need = sizeof(*info);

    if (info->index >= dev->num_regions) {
        return -EINVAL;
    }
    r = &dev->regions[info->index];
    need += r->n_areas ? sizeof(*cap) + r->n_areas * sizeof(cap->areas[0]) : 0;
    info->flags = r->flags | (r->n_areas ? VFIO_REGION_INFO_FLAG_CAPS : 0);
    info->size = r->size;
    info->offset = (uint64_t)info->index << REGION_SHIFT;
    info->argsz = need;
    info->cap_offset = 0;
    if (r->n_areas && room >= need) {
        info->cap_offset = sizeof(*info);
        memset(cap, 0, sizeof(*cap));
        cap->header.id = VFIO_REGION_INFO_CAP_SPARSE_MMAP;
        cap->header.version = 1;
        cap->nr_areas = r->n_areas;
        memcpy(cap->areas, r->areas, r->n_areas * sizeof(cap->areas[0]));
    }
    return 0;
}

static int irq_info(FakeDevice *dev, struct vfio_irq_info *info)
{
    if (info->index >= dev->num_irqs) {
        return -EINVAL;
    }
    info->flags = dev->irqs[info->index].flags;
    info->count = 1;
    return 0;
}

static int device_info(FakeDevice *dev, struct vfio_device_info *info)
{
    info->flags = dev->flags;
    info->num_regions = dev->num_regions;
    info->num_irqs = dev->num_irqs;
    return 0;
}

int fake_device_ioctl(FakeDevice *dev, unsigned long request, void *argument)
{
    switch (request) {
    case VFIO_DEVICE_GET_INFO:
        return device_info(dev, argument);
    case VFIO_DEVICE_GET_REGION_INFO:
        return region_info(dev, argument);
    case VFIO_DEVICE_GET_IRQ_INFO:
        return irq_info(dev, argument);
    case VFIO_DEVICE_SET_IRQS:
        return set_irqs(dev, argument);
    case VFIO_DEVICE_RESET:
        if (!(dev->flags & VFIO_DEVICE_FLAGS_RESET)) {
            return -EINVAL;
        }
        dev->resets++;
        return 0;
    case VFIO_DEVICE_BIND_IOMMUFD:
        return fake_vfio.may_allow_unsafe ? -fake_vfio.bind_errno : -EPERM;
    case VFIO_DEVICE_ATTACH_IOMMUFD_PT:
        dev->ioas_id = ((struct vfio_device_attach_iommufd_pt *)argument)->pt_id;
        return 0;
    case VFIO_DEVICE_DETACH_IOMMUFD_PT:
        dev->ioas_id = 0;
        return 0;
    }
    return -ENOTTY;
}

bool fake_device_read(FakeDevice *dev, uint64_t position, unsigned size, void *data)
{
    unsigned nr = position >> REGION_SHIFT;

    return dev->read &&
           dev->read(dev, nr, position & ((1ULL << REGION_SHIFT) - 1), size, data);
}

bool fake_device_write(FakeDevice *dev, uint64_t position, unsigned size, const void *data)
{
    unsigned nr = position >> REGION_SHIFT;

    return dev->write &&
           dev->write(dev, nr, position & ((1ULL << REGION_SHIFT) - 1), size, data);
}
