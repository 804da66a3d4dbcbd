/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A small VFIO user for the lab's programs: opens a device of the platform bus, in an IOMMU group
 * or without an IOMMU, maps its first region, sets up one interrupt, and knows for some devices how
 * to raise and end it. Errors end the program with status 2.
 */
#ifndef LAB_VFIO_H
#define LAB_VFIO_H

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <dirent.h>
#include <inttypes.h>
#include <linux/vfio.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define DEVICES "/sys/bus/platform/devices/"
#define DIE(...) (fprintf(stderr, "lab-irq: " __VA_ARGS__), fprintf(stderr, ": %s\n", \
                                                                   strerror(errno)), exit(2))

struct device;

/*
 * How one kind of device raises its interrupt, shows it, ends it and is left alone. @may_miss: the
 * device does not raise when the clock ticks in the middle of @raise, which is then to be repeated;
 * @is_raised changes nothing for such a device.
 */
struct model {
    const char *compatible;
    int may_miss;
    void (*raise)(struct device *dev);
    int (*is_raised)(struct device *dev);
    void (*end)(struct device *dev);
    void (*quiet)(struct device *dev);
};

struct device {
    char name[256];
    const struct model *model;
    int fd, trigger, unmask;
    unsigned index;
    int is_level;
    struct vfio_region_info region;
    void *map;
};

static inline uint64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * UINT64_C(1000000000) + t.tv_nsec;
}

static inline uint32_t read_register(struct device *dev, uint32_t offset)
{
    uint32_t value;

    if (dev->map) {
        return *(volatile uint32_t *)((char *)dev->map + offset);
    }
    if (pread(dev->fd, &value, 4, dev->region.offset + offset) != 4) {
        DIE("%s: read at 0x%x", dev->name, offset);
    }
    return value;
}

static inline void write_register(struct device *dev, uint32_t offset, uint32_t value)
{
    if (dev->map) {
        *(volatile uint32_t *)((char *)dev->map + offset) = value;
    } else if (pwrite(dev->fd, &value, 4, dev->region.offset + offset) != 4) {
        DIE("%s: write at 0x%x", dev->name, offset);
    }
}

/* ---- PL031 real-time clock (ARM DDI 0224): a match with the present second raises at once ---- */

static inline void pl031_raise(struct device *dev)
{
    write_register(dev, 0x10, 1);                     /* RTCIMSC */
    write_register(dev, 0x04, read_register(dev, 0)); /* RTCMR := RTCDR */
}

static inline int pl031_is_raised(struct device *dev)
{
    return read_register(dev, 0x18) & 1; /* RTCMIS */
}

static inline void pl031_end(struct device *dev)
{
    write_register(dev, 0x1c, 1); /* RTCICR */
}

static inline void pl031_quiet(struct device *dev)
{
    write_register(dev, 0x10, 0);
    write_register(dev, 0x1c, 1);
}

/* ---- PL061 GPIO (ARM DDI 0190): pin 1 is an input that is low, a level to interrupt on ---- */

static inline void pl061_raise(struct device *dev)
{
    write_register(dev, 0x404, 2); /* GPIOIS: level */
    write_register(dev, 0x40c, 0); /* GPIOIEV: low */
    write_register(dev, 0x410, 2); /* GPIOIE */
}

static inline int pl061_is_raised(struct device *dev)
{
    return read_register(dev, 0x418) & 2; /* GPIOMIS */
}

static inline void pl061_end(struct device *dev)
{
    write_register(dev, 0x410, 0);
}

/* ---- TTC of the Zynq UltraScale+ (UG1085): the interval interrupt of one of its counters ---- */

#define TTC_INTERVAL_TICKS 1000

static inline void ttc_raise(struct device *dev)
{
    uint32_t counter = 4 * dev->index;

    write_register(dev, 0x24 + counter, TTC_INTERVAL_TICKS);
    write_register(dev, 0x60 + counter, 1);    /* Interrupt_Enable: interval */
    write_register(dev, 0x0c + counter, 0x12); /* Counter_Control: reset, interval mode, on */
}

/* Interrupt_Register is cleared by reading; the counter is stopped, so that none follows. */
static inline int ttc_is_raised(struct device *dev)
{
    uint32_t counter = 4 * dev->index;

    write_register(dev, 0x0c + counter, 0x23);
    return read_register(dev, 0x54 + counter) & 1;
}

static inline void ttc_end(struct device *dev)
{
    uint32_t counter = 4 * dev->index;

    write_register(dev, 0x0c + counter, 0x23);
    read_register(dev, 0x54 + counter);
}

/* ---- DMA of the Zynq UltraScale+: a transfer of nothing is done at once ---- */

static inline void zdma_raise(struct device *dev)
{
    write_register(dev, 0x108, 0x400); /* ZDMA_CH_IEN: DMA_DONE */
    write_register(dev, 0x200, 1);     /* ZDMA_CH_CTRL2: enable */
}

static inline int zdma_is_raised(struct device *dev)
{
    return read_register(dev, 0x100) & 0x400; /* ZDMA_CH_ISR */
}

static inline void zdma_end(struct device *dev)
{
    write_register(dev, 0x100, 0xffffffff);
}

/* ---- virtio input device over MMIO (virtio 1.2): a queue outside of memory is an error ---- */

static inline void virtio_raise(struct device *dev)
{
    write_register(dev, 0x070, 0); /* Status: reset */
    write_register(dev, 0x070, 3);
    write_register(dev, 0x024, 1); /* DriverFeaturesSel */
    write_register(dev, 0x020, 1); /* DriverFeatures: VIRTIO_F_VERSION_1 */
    write_register(dev, 0x070, 11);
    write_register(dev, 0x030, 1); /* QueueSel: the status queue */
    write_register(dev, 0x038, 8); /* QueueNum */
    write_register(dev, 0x080, 0xfffff000);
    write_register(dev, 0x084, 0xff);
    write_register(dev, 0x090, 0xfffff000);
    write_register(dev, 0x094, 0xff);
    write_register(dev, 0x0a0, 0xfffff000);
    write_register(dev, 0x0a4, 0xff);
    write_register(dev, 0x044, 1); /* QueueReady */
    write_register(dev, 0x070, 15);
    write_register(dev, 0x050, 1); /* QueueNotify */
}

static inline int virtio_is_raised(struct device *dev)
{
    return read_register(dev, 0x060) & 3; /* InterruptStatus */
}

static inline void virtio_end(struct device *dev)
{
    write_register(dev, 0x064, 3); /* InterruptACK */
}

static const struct model models[] = {
    { "arm,pl031", 1, pl031_raise, pl031_is_raised, pl031_end, pl031_quiet },
    { "calxeda,hb-xgmac", 1, pl031_raise, pl031_is_raised, pl031_end, pl031_quiet },
    { "amd,xgbe-seattle-v1a", 1, pl031_raise, pl031_is_raised, pl031_end, pl031_quiet },
    { "arm,pl061", 0, pl061_raise, pl061_is_raised, pl061_end, pl061_end },
    { "cdns,ttc", 0, ttc_raise, ttc_is_raised, ttc_end, ttc_end },
    { "xlnx,zynqmp-dma-1.0", 0, zdma_raise, zdma_is_raised, zdma_end, zdma_end },
    { "virtio,mmio", 0, virtio_raise, virtio_is_raised, virtio_end, virtio_end },
};

/* ---- VFIO ---- */

/* Sets what @flags say of the device's interrupt; @fd: an eventfd, or -1 without data. */
static inline int irq_set(struct device *dev, uint32_t flags, int fd)
{
    struct {
        struct vfio_irq_set set;
        int32_t fd;
    } request = {
        .set = { .argsz = sizeof(request.set) + (fd >= 0 ? sizeof(int32_t) : 0), .flags = flags,
                 .index = dev->index, .count = 1 },
        .fd = fd,
    };

    return ioctl(dev->fd, VFIO_DEVICE_SET_IRQS, &request);
}

static inline void irq_unmask(struct device *dev)
{
    uint64_t one = 1;

    if (dev->is_level && write(dev->unmask, &one, sizeof(one)) != sizeof(one)) {
        DIE("%s: unmask", dev->name);
    }
}

/* Takes one event; 0 when none came in @ms. */
static inline int event_wait(struct device *dev, int ms)
{
    struct pollfd poll_fd = { .fd = dev->trigger, .events = POLLIN };
    uint64_t value;

    return poll(&poll_fd, 1, ms) > 0 && read(dev->trigger, &value, sizeof(value)) == sizeof(value);
}

/* Finds the device that matches @pattern and is bound to a vfio driver. */
static inline void device_find(struct device *dev, const char *pattern)
{
    DIR *folder = opendir(DEVICES);
    struct dirent *entry;
    char path[512], driver[512];

    while (folder && (entry = readdir(folder))) {
        ssize_t length;

        snprintf(path, sizeof(path), DEVICES "%s/driver", entry->d_name);
        length = readlink(path, driver, sizeof(driver) - 1);
        driver[length > 0 ? length : 0] = '\0';
        if (fnmatch(pattern, entry->d_name, 0) == 0 && strstr(driver, "/vfio-platform")) {
            snprintf(dev->name, sizeof(dev->name), "%s", entry->d_name);
            closedir(folder);
            return;
        }
    }
    fprintf(stderr, "lab-irq: no device %s bound to vfio-platform\n", pattern);
    exit(2);
}

static inline void device_find_model(struct device *dev)
{
    char path[512], text[512] = "";
    int fd;

    snprintf(path, sizeof(path), DEVICES "%s/of_node/compatible", dev->name);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0) {
        DIE("%s", path);
    }
    close(fd);
    for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++) {
        if (strcmp(models[i].compatible, text) == 0) {
            dev->model = &models[i];
            return;
        }
    }
    fprintf(stderr, "lab-irq: %s: nothing known of %s\n", dev->name, text);
    exit(2);
}

/* Opens the group with or without an IOMMU, and gets the device of it. */
static inline void device_attach(struct device *dev)
{
    char link[512], target[512] = "", node[600];
    const char *number;
    int container = open("/dev/vfio/vfio", O_RDWR | O_CLOEXEC);
    int group, type = VFIO_TYPE1v2_IOMMU;

    snprintf(link, sizeof(link), DEVICES "%s/iommu_group", dev->name);
    if (container < 0 || readlink(link, target, sizeof(target) - 1) < 0) {
        DIE("%s", link);
    }
    number = strrchr(target, '/') + 1;
    snprintf(node, sizeof(node), "/dev/vfio/%s", number);
    if (access(node, F_OK) < 0) {
        snprintf(node, sizeof(node), "/dev/vfio/noiommu-%s", number);
        type = VFIO_NOIOMMU_IOMMU;
    }
    group = open(node, O_RDWR | O_CLOEXEC);
    if (group < 0 || ioctl(group, VFIO_GROUP_SET_CONTAINER, &container) < 0 ||
        ioctl(container, VFIO_SET_IOMMU, type) < 0) {
        DIE("%s", node);
    }
    dev->fd = ioctl(group, VFIO_GROUP_GET_DEVICE_FD, dev->name);
    if (dev->fd < 0) {
        DIE("%s: VFIO_GROUP_GET_DEVICE_FD", dev->name);
    }
}

static inline void device_map(struct device *dev)
{
    dev->region = (struct vfio_region_info){ .argsz = sizeof(dev->region) };
    if (ioctl(dev->fd, VFIO_DEVICE_GET_REGION_INFO, &dev->region) < 0) {
        DIE("%s: VFIO_DEVICE_GET_REGION_INFO", dev->name);
    }
    if (dev->region.flags & VFIO_REGION_INFO_FLAG_MMAP) {
        dev->map = mmap(NULL, dev->region.size, PROT_READ | PROT_WRITE, MAP_SHARED, dev->fd,
                        dev->region.offset);
        if (dev->map == MAP_FAILED) {
            DIE("%s: mmap", dev->name);
        }
    }
}

enum {
    DEVICE_BY_CALL = 1,  /* access registers by read() and write() */
    DEVICE_AS_IT_IS = 2, /* do not quieten the device first */
};

/* Sets up the device's interrupt @index. */
static inline void device_listen(struct device *dev, unsigned index)
{
    struct vfio_irq_info info = { .argsz = sizeof(info), .index = index };

    dev->index = index;
    if (ioctl(dev->fd, VFIO_DEVICE_GET_IRQ_INFO, &info) < 0) {
        DIE("%s: VFIO_DEVICE_GET_IRQ_INFO", dev->name);
    }
    dev->is_level = !!(info.flags & VFIO_IRQ_INFO_AUTOMASKED);
    dev->trigger = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    dev->unmask = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (irq_set(dev, VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER, dev->trigger) < 0) {
        DIE("%s: trigger of interrupt %u", dev->name, index);
    }
    if (dev->is_level &&
        irq_set(dev, VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_UNMASK, dev->unmask) < 0) {
        DIE("%s: unmask of interrupt %u", dev->name, index);
    }
}

/* Opens the device that matches @pattern, with its interrupt @index; @flags: DEVICE_... */
static inline void device_open(struct device *dev, const char *pattern, unsigned index, int flags)
{
    memset(dev, 0, sizeof(*dev));
    dev->index = index;
    device_find(dev, pattern);
    device_find_model(dev);
    device_attach(dev);
    device_map(dev);
    if (flags & DEVICE_BY_CALL) {
        dev->map = NULL;
    }
    if (!(flags & DEVICE_AS_IT_IS)) {
        dev->model->quiet(dev);
    }
    device_listen(dev, index);
}

#endif
