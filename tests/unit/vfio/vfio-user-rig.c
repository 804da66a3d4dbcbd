/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The served device and its raw client; see vfio-user-rig.h. */
#include "vfio-user-rig.h"
#include <poll.h>
#include <sys/socket.h>
#include "exec/address-spaces.h"
#include "hw/irq.h"
#include "qom/object_interfaces.h"

/* -- the device -------------------------------------------------------------------------- */

#define TYPE_RIG_DEVICE "vfio-user-rig-device"
OBJECT_DECLARE_SIMPLE_TYPE(RigDevice, RIG_DEVICE)

struct RigDevice {
    SysBusDevice parent_obj;
    MemoryRegion regs;
    MemoryRegion ram;
    qemu_irq lines[2];
    uint32_t scratch;
    uint32_t levels;
    uint64_t addr;
    uint32_t data;
    uint32_t result;
    uint32_t resets;
    uint32_t changed;
    uint8_t block[RIG_BLOCK_SIZE];
    void *held;
    hwaddr held_len;
};

static void rig_device_let_go(RigDevice *d)
{
    if (d->held) {
        address_space_unmap(&address_space_memory, d->held, d->held_len, true, 0);
        d->held = NULL;
    }
}

static void rig_device_go(RigDevice *d, uint32_t what)
{
    uint32_t value = cpu_to_le32(d->data);

    switch (what) {
    case 1:
        value = 0;
        d->result = address_space_read(&address_space_memory, d->addr, MEMTXATTRS_UNSPECIFIED,
                                       &value, sizeof(value));
        d->data = le32_to_cpu(value);
        break;
    case 2:
        d->result = address_space_write(&address_space_memory, d->addr, MEMTXATTRS_UNSPECIFIED,
                                        &value, sizeof(value));
        break;
    case 3:
        rig_device_let_go(d);
        d->held_len = 4096;
        d->held = address_space_map(&address_space_memory, d->addr, &d->held_len, true,
                                    MEMTXATTRS_UNSPECIFIED);
        d->result = d->held ? 0 : 0xff;
        break;
    case 4:
        rig_device_let_go(d);
        break;
    default:
        break;
    }
}

/* As a device does that waits for something of its backend. */
static void rig_device_loop(RigDevice *d, bool with_dma)
{
    uint32_t before = d->scratch;

    if (with_dma) {
        rig_device_go(d, 1);
    }
    for (int i = 0; i < 50; i++) {
        main_loop_wait(true);
        g_usleep(1000);
    }
    d->changed = d->scratch ^ before;
}

static uint64_t rig_device_read(void *opaque, hwaddr addr, unsigned size)
{
    RigDevice *d = opaque;

    switch (addr) {
    case RIG_SCRATCH:
        return d->scratch;
    case RIG_LINES:
        return d->levels;
    case RIG_DMA_ADDR:
        return (uint32_t)d->addr;
    case RIG_DMA_ADDR + 4:
        return d->addr >> 32;
    case RIG_DMA_DATA:
        return d->data;
    case RIG_DMA_RESULT:
        return d->result;
    case RIG_RESETS:
        return d->resets;
    case RIG_LOOP:
        return d->changed;
    case RIG_BLOCK ... RIG_BLOCK + RIG_BLOCK_SIZE - 4:
        return ldl_le_p(d->block + (addr - RIG_BLOCK));
    default:
        return 0;
    }
}

static void rig_device_write(void *opaque, hwaddr addr, uint64_t value, unsigned size)
{
    RigDevice *d = opaque;

    switch (addr) {
    case RIG_SCRATCH:
        d->scratch = value;
        break;
    case RIG_LINES:
        d->levels = value;
        for (int i = 0; i < G_N_ELEMENTS(d->lines); i++) {
            qemu_set_irq(d->lines[i], value >> i & 1);
        }
        break;
    case RIG_DMA_ADDR:
        d->addr = deposit64(d->addr, 0, 32, value);
        break;
    case RIG_DMA_ADDR + 4:
        d->addr = deposit64(d->addr, 32, 32, value);
        break;
    case RIG_DMA_DATA:
        d->data = value;
        break;
    case RIG_DMA_GO:
        rig_device_go(d, value);
        break;
    case RIG_LOOP:
        rig_device_loop(d, value);
        break;
    case RIG_BLOCK_GO:
        d->result = address_space_rw(&address_space_memory, d->addr, MEMTXATTRS_UNSPECIFIED,
                                     d->block, sizeof(d->block), value == 2);
        break;
    case RIG_BLOCK ... RIG_BLOCK + RIG_BLOCK_SIZE - 4:
        stl_le_p(d->block + (addr - RIG_BLOCK), value);
        break;
    default:
        break;
    }
}

static const MemoryRegionOps rig_device_ops = {
    .read = rig_device_read,
    .write = rig_device_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 4, .max_access_size = 4 },
    .impl = { .min_access_size = 4, .max_access_size = 4 },
};

static void rig_device_reset(DeviceState *dev)
{
    RigDevice *d = RIG_DEVICE(dev);

    rig_device_let_go(d);
    d->scratch = 0;
    d->resets++;
    rig_device_write(d, RIG_LINES, 0, 4);
}

static void rig_device_realize(DeviceState *dev, Error **errp)
{
    RigDevice *d = RIG_DEVICE(dev);
    SysBusDevice *sbd = SYS_BUS_DEVICE(dev);

    memory_region_init_io(&d->regs, OBJECT(d), &rig_device_ops, d, "regs", RIG_REGS_SIZE);
    if (!memory_region_init_ram_flags_nomigrate(&d->ram, OBJECT(d), "ram", RIG_RAM_SIZE,
                                                RAM_SHARED, errp)) {
        return;
    }
    sysbus_init_mmio(sbd, &d->regs);
    sysbus_init_mmio(sbd, &d->ram);
    sysbus_init_irq(sbd, &d->lines[0]);
    sysbus_init_irq(sbd, &d->lines[1]);
}

static void rig_device_unrealize(DeviceState *dev)
{
    rig_device_let_go(RIG_DEVICE(dev));
}

static void rig_device_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->realize = rig_device_realize;
    dc->unrealize = rig_device_unrealize;
    dc->reset = rig_device_reset;
}

static const TypeInfo rig_types[] = {
    {
        .name = TYPE_RIG_DEVICE,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(RigDevice),
        .class_init = rig_device_class_init,
    },
};

DEFINE_TYPES(rig_types)

DeviceState *rig_device_new(const char *name)
{
    DeviceState *dev = qdev_new(TYPE_RIG_DEVICE);

    object_property_add_child(object_get_root(), name, OBJECT(dev));
    sysbus_realize_and_unref(SYS_BUS_DEVICE(dev), &error_abort);
    return dev;
}

/* -- server and client ------------------------------------------------------------------- */

static VFIOUserServer *server_new(DeviceState *dev, int fd)
{
    Object *obj = object_new(TYPE_VFIO_USER_SERVER);
    g_autofree char *number = g_strdup_printf("%d", fd);
    g_autofree char *name = g_strdup_printf("server-of-%s",
                                            object_get_canonical_path_component(OBJECT(dev)));
    g_autofree char *path = object_get_canonical_path(OBJECT(dev));

    object_property_add_child(object_get_root(), name, obj);
    object_property_set_str(obj, "device", path, &error_abort);
    object_property_set_str(obj, "edge-irqs", "1", &error_abort);
    object_property_set_str(obj, "fd", number, &error_abort);
    user_creatable_complete(USER_CREATABLE(obj), &error_abort);
    object_unref(obj);
    return VFIO_USER_SERVER(obj);
}

void rig_start(Rig *rig, bool negotiate)
{
    int sv[2];

    memset(rig, 0, sizeof(*rig));
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv), ==, 0);
    rig->dev = rig_device_new(object_resolve_path("/device", NULL) ? "device2" : "device");
    rig->sock = sv[0];
    rig->server = server_new(rig->dev, sv[1]);
    vfio_user_reader_init(&rig->reader, rig->sock, VFIO_USER_MSG_MAX);
    if (negotiate) {
        g_assert_cmpint(rig_version(rig, 0, 1, NULL, NULL), ==, 0);
    }
}

void rig_stop(Rig *rig)
{
    vfio_user_reader_destroy(&rig->reader);
    if (rig->sock >= 0) {
        close(rig->sock);
    }
    object_unparent(OBJECT(rig->server));
    object_unparent(OBJECT(rig->dev));
    drain_call_rcu();
    rig_pump(-1);
}

void rig_pump(int fd)
{
    for (int i = 0; i < 200; i++) {
        struct pollfd pfd = { .fd = fd, .events = POLLIN };

        main_loop_wait(true);
        if (fd >= 0 && poll(&pfd, 1, 0) > 0) {
            return;
        }
        if (i >= 20) {
            /* The RCU thread may have something to do. */
            bql_unlock();
            g_usleep(500);
            bql_lock();
            if (fd < 0) {
                return;
            }
        }
    }
}

void rig_send(Rig *rig, uint16_t command, uint32_t flags, const void *payload, size_t size,
              const int *fds, unsigned int num_fds)
{
    VFIOUserMsg msg = {
        .header = { .id = rig->next_id++, .command = command, .flags = flags },
        .payload = payload,
        .size = size,
        .num_fds = num_fds,
    };

    if (num_fds) {
        memcpy(msg.fds, fds, num_fds * sizeof(*fds));
    }
    g_assert_cmpint(vfio_user_send(rig->sock, &msg, vfio_user_deadline(10000)), ==, 0);
}

void rig_send_reply(int sock, uint16_t id, uint16_t command, const void *payload, size_t size)
{
    VFIOUserMsg msg = {
        .header = { .id = id, .command = command, .flags = VFIO_USER_FLAGS_REPLY },
        .payload = payload,
        .size = size,
    };

    g_assert_cmpint(vfio_user_send(sock, &msg, vfio_user_deadline(10000)), ==, 0);
}

int rig_receive(Rig *rig, VFIOUserMsg *msg)
{
    for (int i = 0; i < 100; i++) {
        int ret = vfio_user_reader_next(&rig->reader, msg);

        if (ret) {
            return MIN(ret, 0);
        }
        rig_pump(rig->sock);
    }
    return -ETIMEDOUT;
}

int rig_request(Rig *rig, uint16_t command, const void *payload, size_t size, const int *fds,
                unsigned int num_fds, VFIOUserMsg *reply)
{
    VFIOUserMsg msg;
    int ret;

    rig_send(rig, command, 0, payload, size, fds, num_fds);
    ret = rig_receive(rig, &msg);
    if (ret < 0) {
        return ret;
    }
    g_assert_cmpint(msg.header.id, ==, (uint16_t)(rig->next_id - 1));
    ret = vfio_user_validate_reply(&msg, command, payload);
    if (reply) {
        *reply = msg;
    } else {
        vfio_user_msg_clear(&msg);
    }
    return ret;
}

bool rig_is_disconnected(Rig *rig)
{
    VFIOUserMsg msg;
    int ret;

    do {
        rig_pump(rig->sock);
        ret = vfio_user_reader_next(&rig->reader, &msg);
    } while (ret == 1);
    return ret == -ECONNRESET;
}

/* -- commands ------------------------------------------------------------------------------ */

int rig_version(Rig *rig, uint16_t major, uint16_t minor, const char *json, VFIOUserMsg *reply)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    VFIOUserVersion version = { major, minor };

    g_byte_array_append(bytes, (void *)&version, sizeof(version));
    if (json) {
        g_byte_array_append(bytes, (const void *)json, strlen(json) + 1);
    }
    return rig_request(rig, VFIO_USER_VERSION, bytes->data, bytes->len, NULL, 0, reply);
}

int rig_read(Rig *rig, uint32_t region, uint64_t offset, void *data, uint32_t count)
{
    VFIOUserRegionAccess access = { offset, region, count };
    VFIOUserMsg reply;
    int ret = rig_request(rig, VFIO_USER_REGION_READ, &access, sizeof(access), NULL, 0, &reply);

    if (!ret) {
        memcpy(data, (const uint8_t *)reply.payload + sizeof(access), count);
    }
    return ret;
}

int rig_write(Rig *rig, uint32_t region, uint64_t offset, const void *data, uint32_t count)
{
    g_autofree VFIOUserRegionAccess *access = g_malloc(sizeof(*access) + count);

    *access = (VFIOUserRegionAccess) { offset, region, count };
    memcpy(access + 1, data, count);
    return rig_request(rig, VFIO_USER_REGION_WRITE, access, sizeof(*access) + count, NULL, 0,
                       NULL);
}

uint32_t rig_readl(Rig *rig, uint64_t offset)
{
    uint32_t value = 0;

    g_assert_cmpint(rig_read(rig, 0, offset, &value, sizeof(value)), ==, 0);
    return value;
}

void rig_writel(Rig *rig, uint64_t offset, uint32_t value)
{
    g_assert_cmpint(rig_write(rig, 0, offset, &value, sizeof(value)), ==, 0);
}

int rig_set_irqs(Rig *rig, uint32_t flags, uint32_t index, uint32_t count, const int *fd)
{
    VFIOUserIRQSet set = { sizeof(set), flags, index, 0, count };

    return rig_request(rig, VFIO_USER_DEVICE_SET_IRQS, &set, sizeof(set), fd, fd ? 1 : 0, NULL);
}

int rig_dma_map(Rig *rig, uint32_t flags, uint64_t iova, uint64_t size, int fd, uint64_t offset)
{
    VFIOUserDMAMap map = { sizeof(map), flags, offset, iova, size };

    return rig_request(rig, VFIO_USER_DMA_MAP, &map, sizeof(map), &fd, fd >= 0 ? 1 : 0, NULL);
}

int rig_dma_unmap(Rig *rig, uint32_t flags, uint64_t iova, uint64_t size)
{
    VFIOUserDMAUnmap unmap = { sizeof(unmap), flags, iova, size };

    return rig_request(rig, VFIO_USER_DMA_UNMAP, &unmap, sizeof(unmap), NULL, 0, NULL);
}

uint32_t rig_device_dma(Rig *rig, uint32_t go, uint64_t addr)
{
    rig_writel(rig, RIG_DMA_ADDR, addr);
    rig_writel(rig, RIG_DMA_ADDR + 4, addr >> 32);
    rig_writel(rig, RIG_DMA_GO, go);
    return rig_readl(rig, RIG_DMA_RESULT);
}
