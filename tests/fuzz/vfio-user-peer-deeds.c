/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the scripted vfio-user server does with requests; see vfio-user-peer.h. */
#include "qemu/osdep.h"
#include <sys/socket.h>
#include <libfdt.h>
#include "vfio-user-peer-internal.h"

/* -- good answers ---------------------------------------------------------------------------- */

static void reply_send(const Request *request, const void *payload, size_t size, int fd)
{
    VFIOUserHeader header = { .id = request->header.id, .command = request->header.command,
                              .flags = VFIO_USER_FLAGS_REPLY };

    if (!(request->header.flags & VFIO_USER_FLAGS_NO_REPLY)) {
        peer_send_message(peer.sock, header, payload, size, &fd, fd >= 0);
    }
}

static void version_answer(const Request *request)
{
    g_autoptr(GString) text = g_string_new(NULL);
    VFIOUserVersion version = { 0, peer.device.minor };
    int sv[2] = { -1, -1 };

    g_string_append_len(text, (const char *)&version, sizeof(version));
    g_string_append_printf(text, "{\"capabilities\":{\"max_msg_fds\":%u,"
                           "\"max_data_xfer_size\":1048576", peer.device.max_msg_fds);
    if (peer.device.node) {
        g_autofree char *node = g_base64_encode(peer.node, peer.node_size);

        g_string_append_printf(text, ",\"gantry.dt-node\":\"%s\"", node);
    }
    if (peer.device.twin && peer.twin < 0 &&
        !socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv)) {
        peer.twin = sv[0];
        g_string_append(text, ",\"twin_socket\":{\"supported\":true,\"fd_index\":0}");
    }
    g_string_append(text, "}}");
    reply_send(request, text->str, text->len + 1, sv[1]);
    if (sv[1] >= 0) {
        close(sv[1]);
    }
}

static void region_answer(const Request *request)
{
    const VFIOUserRegionInfo *asked = (const void *)request->payload;
    const PeerRegion *region = &peer.device.regions[asked->index % REGIONS];
    struct {
        VFIOUserRegionInfo info;
        struct vfio_info_cap_header cap;
        uint32_t nr_areas;
        uint32_t reserved;
        struct vfio_region_sparse_mmap_area areas[2];
    } answer = { .cap = { VFIO_REGION_INFO_CAP_SPARSE_MMAP, 1, 0 } };
    size_t caps = region->num_areas ? 16 + region->num_areas * sizeof(answer.areas[0]) : 0;
    bool fits = asked->argsz >= sizeof(answer.info) + caps;

    answer.info = (VFIOUserRegionInfo) {
        .argsz = sizeof(answer.info) + caps,
        .flags = region->flags | (caps && fits ? VFIO_REGION_INFO_FLAG_CAPS : 0),
        .index = asked->index,
        .cap_offset = caps && fits ? sizeof(answer.info) : 0,
        .size = region->size,
        .offset = region->offset,
    };
    answer.nr_areas = region->num_areas;
    memcpy(answer.areas, region->areas, sizeof(answer.areas));
    reply_send(request, &answer, sizeof(answer.info) + (fits ? caps : 0),
               fits && region->file < PEER_FILES ? peer.files[region->file] : -1);
}

void peer_answer(const Request *request)
{
    VFIOUserDeviceInfo device = { sizeof(device), VFIO_DEVICE_FLAGS_RESET |
                                  VFIO_DEVICE_FLAGS_PLATFORM, peer.device.num_regions,
                                  peer.device.num_irqs };
    VFIOUserIRQInfo irq = { sizeof(irq), peer.device.irq_flags, 0, 1 };
    const VFIOUserRegionAccess *access = (const void *)request->payload;

    switch (request->header.command) {
    case VFIO_USER_VERSION:
        version_answer(request);
        break;
    case VFIO_USER_DEVICE_GET_INFO:
        reply_send(request, &device, sizeof(device), -1);
        break;
    case VFIO_USER_DEVICE_GET_REGION_INFO:
        region_answer(request);
        break;
    case VFIO_USER_DEVICE_GET_IRQ_INFO:
        memcpy(&irq.index, request->payload + offsetof(VFIOUserIRQInfo, index), 4);
        reply_send(request, &irq, sizeof(irq), -1);
        break;
    case VFIO_USER_REGION_READ:
        reply_send(request, request->payload, sizeof(*access) + MIN(access->count, 8), -1);
        break;
    case VFIO_USER_REGION_WRITE:
        reply_send(request, request->payload, sizeof(*access), -1);
        break;
    case VFIO_USER_DMA_UNMAP:
        reply_send(request, request->payload, sizeof(VFIOUserDMAUnmap), -1);
        break;
    default:
        reply_send(request, NULL, 0, -1);
        break;
    }
}

/* -- deeds ----------------------------------------------------------------------------------- */

/* The request with some bytes changed and others behind it, under a header that is right. */
static void mutated_answer(const Request *request)
{
    VFIOUserHeader header = { .id = request->header.id, .command = request->header.command,
                              .flags = VFIO_USER_FLAGS_REPLY };
    uint8_t payload[sizeof(request->payload)];
    unsigned int num_fds = peer_take(1) % (PEER_FILES + 1);
    size_t size;

    memcpy(payload, request->payload, sizeof(payload));
    for (unsigned int n = peer_take(1) % 8; n; n--) {
        payload[peer_take(1) % 96] = peer_take(1);
    }
    size = peer_take(1);
    peer_send_message(peer.sock, header, payload, size ?: MIN(request->size, sizeof(payload)),
                 peer.files, num_fds);
}

/* VERSION with any text. */
static void version_mutated(const Request *request)
{
    uint8_t payload[256] = { 0 };
    VFIOUserHeader header = { .id = request->header.id, .command = VFIO_USER_VERSION,
                              .flags = VFIO_USER_FLAGS_REPLY };
    unsigned int num_fds = peer_take(1) % (PEER_FILES + 1);
    size_t size = sizeof(VFIOUserVersion);

    size += peer_take_bytes(payload + size, peer_take(1) % 240);
    peer_send_message(peer.sock, header, payload, size + 1, peer.files, num_fds);
}

static void raw_send(void)
{
    uint8_t raw[256];
    size_t size = peer_take_bytes(raw, peer_take(1));
    int sock = peer_take(1) % 2 ? peer.twin : peer.sock;

    peer_send(sock, raw, size, peer.files, peer_take(1) % PEER_FILES);
}

static void header_send(const Request *request)
{
    VFIOUserHeader header = { .id = request->header.id + (int8_t)peer_take(1),
                              .command = peer_take(1) % 20, .flags = peer_take(1) & 0x3f,
                              .error = peer_take(2) };
    uint8_t payload[64];
    size_t size = peer_take_bytes(payload, peer_take(1) % sizeof(payload));

    peer_send_message(peer.sock, header, payload, size, peer.files, peer_take(1) % 2);
}

static void dma_send(void)
{
    struct {
        VFIOUserDMAAccess access;
        uint8_t data[64];
    } payload;
    VFIOUserHeader header = { .id = 0x4000 };
    size_t size;
    int sock;

    memset(&payload, 0xa5, sizeof(payload));
    payload.access.iova = peer.targets[peer_take(1) % peer.num_targets] + (int8_t)peer_take(1);
    payload.access.count = peer_take(1) % 65 ?: peer_take(8);
    header.command = peer_take(1) % 2 ? VFIO_USER_DMA_WRITE : VFIO_USER_DMA_READ;
    header.flags = peer_take(1) % 4 ? 0 : VFIO_USER_FLAGS_NO_REPLY;
    size = sizeof(payload.access) +
           (header.command == VFIO_USER_DMA_WRITE ? payload.access.count % 65 : 0);
    sock = peer_take(1) % 2 && peer.twin >= 0 ? peer.twin : peer.sock;
    peer_send_message(sock, header, &payload, size, NULL, 0);
}

/* What is changed of the device shows at the next request, or in the next connection. */
static void device_change(void)
{
    static const uint64_t sizes[] = { 0x1000, 0x2000, 0, 1, 0x800, 0x2800, 0x100000, 1ull << 40,
                                      INT64_MAX, UINT64_MAX };
    PeerDevice *device = &peer.device;
    PeerRegion *region = &device->regions[peer_take(1) % REGIONS];

    switch (peer_take(1) % 12) {
    case 0:
        device->twin = !device->twin;
        break;
    case 1:
        device->node = !device->node;
        break;
    case 2:
        peer.node[peer_take(2) % peer.node_size] = peer_take(1);
        break;
    case 3:
        peer.node_size = 1 + peer_take(2) % NODE_ROOM;
        break;
    case 4:
        device->num_regions = peer_take(1);
        break;
    case 5:
        device->num_irqs = peer_take(1);
        break;
    case 6:
        device->irq_flags = peer_take(1);
        break;
    case 7:
        region->size = sizes[peer_take(1) % ARRAY_SIZE(sizes)];
        break;
    case 8:
        region->flags = peer_take(1) & 0x1f;
        region->offset = (int8_t)peer_take(1) * 0x800;
        break;
    case 9:
        region->file = peer_take(1) % (PEER_FILES + 1);
        break;
    case 10:
        region->num_areas = peer_take(1) % 3;
        for (int i = 0; i < 2; i++) {
            region->areas[i].offset = peer_take(1) * 0x800;
            region->areas[i].size = peer_take(1) * 0x800;
        }
        break;
    default:
        device->max_msg_fds = peer_take(1) % 20;
        device->minor = peer_take(1) % 3;
        break;
    }
}

/* Cut off, or empty, what the client may have mapped; it can be made whole again. */
static void file_change(void)
{
    int fd = peer.files[peer_take(1) % (PEER_REGULAR + 1)];
    uint64_t size = peer_take(1) * 0x800;

    if (peer_take(1) % 2) {
        IGNORE_RESULT(ftruncate(fd, size));
    } else {
        IGNORE_RESULT(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, size + 1));
    }
}

/* The client's eventfds: full, empty, blocking, as the peer likes. */
static void eventfd_change(void)
{
    int fd = peer.num_eventfds ? peer.eventfds[peer_take(1) % peer.num_eventfds] : -1;
    uint64_t value = peer_take(1) % 2 ? UINT64_MAX - 1 : peer_take(1);

    if (fd < 0) {
        return;
    }
    fcntl(fd, F_SETFL, O_NONBLOCK);
    if (peer_take(1) % 4) {
        IGNORE_RESULT(write(fd, &value, sizeof(value)));
    } else {
        IGNORE_RESULT(read(fd, &value, sizeof(value)));
    }
    fcntl(fd, F_SETFL, peer_take(1) % 2 ? O_NONBLOCK : 0);
}

/* One deed; whether it dealt with the request. */
bool peer_deed(const Request *request)
{
    VFIOUserHeader error = { .id = request->header.id, .command = request->header.command,
                             .flags = VFIO_USER_FLAGS_REPLY | VFIO_USER_FLAGS_ERROR };

    switch (peer_take(1) & 0xf) {
    case 0:
    case 1:
        mutated_answer(request);
        return true;
    case 2:
        if (request->header.command == VFIO_USER_VERSION) {
            version_mutated(request);
        } else {
            header_send(request);
        }
        return true;
    case 3:
        raw_send();
        return peer_take(1) % 2;
    case 4:
        error.error = peer_take(2);
        peer_send_message(peer.sock, error, NULL, 0, NULL, 0);
        return true;
    case 5:
        peer_disconnect();
        return true;
    case 6:
        raw_send();
        peer_disconnect();
        return true;
    case 7:
        peer_answer(request); /* twice, with the one that follows */
        return false;
    case 8:
        return peer_take(1) == 0xee; /* silence */
    case 9:
    case 10:
    case 11:
        device_change();
        return false;
    case 12:
        file_change();
        return false;
    case 13:
        eventfd_change();
        return false;
    default:
        dma_send();
        return false;
    }
}

/* -- the first device ------------------------------------------------------------------------ */

static void node_make(void)
{
    g_assert_cmpint(fdt_create_empty_tree(peer.node, sizeof(peer.node)), ==, 0);
    fdt_setprop_string(peer.node, 0, "compatible", "gantry,fuzz");
    fdt_setprop_u32(peer.node, 0, "#address-cells", 1);
    fdt_pack(peer.node);
    peer.node_size = fdt_totalsize(peer.node);
}

void peer_device_init(void)
{
    peer.device = (PeerDevice) { .twin = true, .minor = 1, .max_msg_fds = 16, .num_regions = 2,
                                 .num_irqs = 2, .irq_flags = 7 };
    for (int i = 0; i < REGIONS; i++) {
        peer.device.regions[i] = (PeerRegion) { .size = 0x2000, .flags = i ? 7 : 3,
                                                .file = i ? PEER_SEALED : PEER_FILES };
    }
    node_make();
}
