/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The scripted vfio-user server; see vfio-user-peer.h. */
#include "vfio-user-peer.h"
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <libfdt.h>
#include "../../hw/vfio/user-proto.h"

#define EVENTFDS 8
#define REGIONS 3
#define NODE_ROOM 512

ssize_t __real_sendmsg(int sock, const struct msghdr *mh, int flags);
ssize_t __real_send(int sock, const void *data, size_t size, int flags);
ssize_t __wrap_sendmsg(int sock, const struct msghdr *mh, int flags);
ssize_t __wrap_send(int sock, const void *data, size_t size, int flags);

typedef struct PeerRegion {
    uint64_t size;
    uint64_t offset; /* in the file */
    uint32_t flags;
    uint8_t file; /* of the PEER_ ones; PEER_FILES: none */
    uint8_t num_areas;
    struct vfio_region_sparse_mmap_area areas[2];
} PeerRegion;

/* What a new connection is answered with. */
typedef struct PeerDevice {
    bool twin;
    bool node;
    uint16_t minor;
    uint32_t max_msg_fds;
    uint32_t num_regions;
    uint32_t num_irqs;
    uint32_t irq_flags;
    PeerRegion regions[REGIONS];
} PeerDevice;

typedef struct Request {
    VFIOUserHeader header;
    uint8_t payload[256]; /* the beginning; zeros behind it */
    size_t size;          /* of the payload */
} Request;

/* Failures of the peer's own calls are part of its behaviour. */
#define IGNORE_RESULT(call)         \
    do {                            \
        if ((call) < 0) {           \
            errno = 0;              \
        }                           \
    } while (0)

/* With @lock, which whoever is in sendmsg() takes. */
static struct {
    GMutex lock;
    int listen_fd;
    int sock;
    int twin;
    int files[PEER_FILES];
    int eventfds[EVENTFDS];
    unsigned int num_eventfds;
    unsigned int clients;
    const uint8_t *script;
    size_t left;
    unsigned int good; /* requests still to be answered well */
    const uint64_t *targets;
    unsigned int num_targets;
    PeerDevice device;
    uint8_t node[NODE_ROOM];
    size_t node_size;
    uint8_t in[8192];
    size_t in_used;
    uint64_t in_skip; /* of a request larger than the buffer */
} peer = { .listen_fd = -1, .sock = -1, .twin = -1 };

/* -- the script ------------------------------------------------------------------------------ */

static uint64_t take(size_t bytes)
{
    uint64_t value = 0;

    bytes = MIN(bytes, peer.left);
    memcpy(&value, peer.script, bytes);
    peer.script += bytes;
    peer.left -= bytes;
    return value;
}

static size_t take_bytes(uint8_t *to, size_t room)
{
    size_t n = MIN(room, peer.left);

    memcpy(to, peer.script, n);
    peer.script += n;
    peer.left -= n;
    return n;
}

/* -- messages -------------------------------------------------------------------------------- */

/* What the socket does not take is lost. */
static void bytes_send(int sock, const void *bytes, size_t size, const int *fds,
                       unsigned int num_fds)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(PEER_FILES * sizeof(int))];
    } control = { 0 };
    struct iovec iov = { (void *)bytes, size };
    struct msghdr mh = { .msg_iov = &iov, .msg_iovlen = 1 };

    if (num_fds) {
        struct cmsghdr *c;

        mh.msg_control = control.bytes;
        mh.msg_controllen = CMSG_SPACE(num_fds * sizeof(int));
        c = CMSG_FIRSTHDR(&mh);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(num_fds * sizeof(int));
        memcpy(CMSG_DATA(c), fds, num_fds * sizeof(int));
    }
    if (sock >= 0 && size) {
        IGNORE_RESULT(__real_sendmsg(sock, &mh, MSG_DONTWAIT | MSG_NOSIGNAL));
    }
}

static void message_send(int sock, VFIOUserHeader header, const void *payload, size_t size,
                         const int *fds, unsigned int num_fds)
{
    g_autofree uint8_t *bytes = g_malloc(sizeof(header) + size);

    header.size = sizeof(header) + size;
    memcpy(bytes, &header, sizeof(header));
    if (size) {
        memcpy(bytes + sizeof(header), payload, size);
    }
    bytes_send(sock, bytes, header.size, fds, num_fds);
}

static void reply_send(const Request *request, const void *payload, size_t size, int fd)
{
    VFIOUserHeader header = { .id = request->header.id, .command = request->header.command,
                              .flags = VFIO_USER_FLAGS_REPLY };

    if (!(request->header.flags & VFIO_USER_FLAGS_NO_REPLY)) {
        message_send(peer.sock, header, payload, size, &fd, fd >= 0);
    }
}

static void connection_close(void)
{
    if (peer.sock >= 0) {
        close(peer.sock);
    }
    if (peer.twin >= 0) {
        close(peer.twin);
    }
    peer.sock = peer.twin = -1;
    peer.in_used = 0;
    peer.in_skip = 0;
}

/* -- good answers ---------------------------------------------------------------------------- */

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

static void good_answer(const Request *request)
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
    unsigned int num_fds = take(1) % (PEER_FILES + 1);
    size_t size;

    memcpy(payload, request->payload, sizeof(payload));
    for (unsigned int n = take(1) % 8; n; n--) {
        payload[take(1) % 96] = take(1);
    }
    size = take(1);
    message_send(peer.sock, header, payload, size ?: MIN(request->size, sizeof(payload)),
                 peer.files, num_fds);
}

/* VERSION with any text. */
static void version_mutated(const Request *request)
{
    uint8_t payload[256] = { 0 };
    VFIOUserHeader header = { .id = request->header.id, .command = VFIO_USER_VERSION,
                              .flags = VFIO_USER_FLAGS_REPLY };
    unsigned int num_fds = take(1) % (PEER_FILES + 1);
    size_t size = sizeof(VFIOUserVersion);

    size += take_bytes(payload + size, take(1) % 240);
    message_send(peer.sock, header, payload, size + 1, peer.files, num_fds);
}

static void raw_send(void)
{
    uint8_t raw[256];
    size_t size = take_bytes(raw, take(1));

    bytes_send(take(1) % 2 ? peer.twin : peer.sock, raw, size, peer.files, take(1) % PEER_FILES);
}

static void header_send(const Request *request)
{
    VFIOUserHeader header = { .id = request->header.id + (int8_t)take(1),
                              .command = take(1) % 20, .flags = take(1) & 0x3f,
                              .error = take(2) };
    uint8_t payload[64];
    size_t size = take_bytes(payload, take(1) % sizeof(payload));

    message_send(peer.sock, header, payload, size, peer.files, take(1) % 2);
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
    payload.access.iova = peer.targets[take(1) % peer.num_targets] + (int8_t)take(1);
    payload.access.count = take(1) % 65 ?: take(8);
    header.command = take(1) % 2 ? VFIO_USER_DMA_WRITE : VFIO_USER_DMA_READ;
    header.flags = take(1) % 4 ? 0 : VFIO_USER_FLAGS_NO_REPLY;
    size = sizeof(payload.access) +
           (header.command == VFIO_USER_DMA_WRITE ? payload.access.count % 65 : 0);
    sock = take(1) % 2 && peer.twin >= 0 ? peer.twin : peer.sock;
    message_send(sock, header, &payload, size, NULL, 0);
}

/* What is changed of the device shows at the next request, or in the next connection. */
static void device_change(void)
{
    static const uint64_t sizes[] = { 0x1000, 0x2000, 0, 1, 0x800, 0x2800, 0x100000, 1ull << 40,
                                      INT64_MAX, UINT64_MAX };
    PeerDevice *device = &peer.device;
    PeerRegion *region = &device->regions[take(1) % REGIONS];

    switch (take(1) % 12) {
    case 0:
        device->twin = !device->twin;
        break;
    case 1:
        device->node = !device->node;
        break;
    case 2:
        peer.node[take(2) % peer.node_size] = take(1);
        break;
    case 3:
        peer.node_size = 1 + take(2) % NODE_ROOM;
        break;
    case 4:
        device->num_regions = take(1);
        break;
    case 5:
        device->num_irqs = take(1);
        break;
    case 6:
        device->irq_flags = take(1);
        break;
    case 7:
        region->size = sizes[take(1) % ARRAY_SIZE(sizes)];
        break;
    case 8:
        region->flags = take(1) & 0x1f;
        region->offset = (int8_t)take(1) * 0x800;
        break;
    case 9:
        region->file = take(1) % (PEER_FILES + 1);
        break;
    case 10:
        region->num_areas = take(1) % 3;
        for (int i = 0; i < 2; i++) {
            region->areas[i].offset = take(1) * 0x800;
            region->areas[i].size = take(1) * 0x800;
        }
        break;
    default:
        device->max_msg_fds = take(1) % 20;
        device->minor = take(1) % 3;
        break;
    }
}

/* Cut off, or empty, what the client may have mapped; it can be made whole again. */
static void file_change(void)
{
    int fd = peer.files[take(1) % (PEER_REGULAR + 1)];
    uint64_t size = take(1) * 0x800;

    if (take(1) % 2) {
        IGNORE_RESULT(ftruncate(fd, size));
    } else {
        IGNORE_RESULT(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, size + 1));
    }
}

/* The client's eventfds: full, empty, blocking, as the peer likes. */
static void eventfd_change(void)
{
    int fd = peer.num_eventfds ? peer.eventfds[take(1) % peer.num_eventfds] : -1;
    uint64_t value = take(1) % 2 ? UINT64_MAX - 1 : take(1);

    if (fd < 0) {
        return;
    }
    fcntl(fd, F_SETFL, O_NONBLOCK);
    if (take(1) % 4) {
        IGNORE_RESULT(write(fd, &value, sizeof(value)));
    } else {
        IGNORE_RESULT(read(fd, &value, sizeof(value)));
    }
    fcntl(fd, F_SETFL, take(1) % 2 ? O_NONBLOCK : 0);
}

/* One deed; whether it dealt with the request. */
static bool deed_do(const Request *request)
{
    VFIOUserHeader error = { .id = request->header.id, .command = request->header.command,
                             .flags = VFIO_USER_FLAGS_REPLY | VFIO_USER_FLAGS_ERROR };

    switch (take(1) & 0xf) {
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
        return take(1) % 2;
    case 4:
        error.error = take(2);
        message_send(peer.sock, error, NULL, 0, NULL, 0);
        return true;
    case 5:
        connection_close();
        return true;
    case 6:
        raw_send();
        connection_close();
        return true;
    case 7:
        good_answer(request); /* twice, with the one that follows */
        return false;
    case 8:
        return take(1) == 0xee; /* silence */
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

static void request_serve(const Request *request)
{
    while (!peer.good && peer.left) {
        if (*peer.script < 0x80) {
            peer.good = take(1) + 1;
        } else if (deed_do(request)) {
            return;
        }
        if (peer.sock < 0) {
            return;
        }
    }
    if (!peer.good) {
        connection_close();
        return;
    }
    peer.good--;
    good_answer(request);
}

/* -- requests -------------------------------------------------------------------------------- */

static void fds_take(struct msghdr *mh)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(mh); c; c = CMSG_NXTHDR(mh, c)) {
        size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);

        for (size_t i = 0; i < n; i++) {
            int fd;

            memcpy(&fd, CMSG_DATA(c) + i * sizeof(fd), sizeof(fd));
            /* The guest's RAM may be written: nothing would be learnt from that. */
            if (peer.num_eventfds < EVENTFDS && fcntl(fd, F_GET_SEALS) < 0) {
                peer.eventfds[peer.num_eventfds++] = fd;
            } else {
                close(fd);
            }
        }
    }
}

/* Bytes of the client into the buffer. False: there are none. */
static bool input_fill(void)
{
    char control[CMSG_SPACE(32 * sizeof(int))];
    struct iovec iov = { peer.in + peer.in_used, sizeof(peer.in) - peer.in_used };
    struct msghdr mh = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
                         .msg_controllen = sizeof(control) };
    ssize_t n = recvmsg(peer.sock, &mh, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

    if (n > 0) {
        fds_take(&mh);
        peer.in_used += n;
    } else if (n == 0 || errno != EAGAIN) {
        connection_close();
    }
    return n > 0;
}

/* The next whole request out of the buffer. */
static bool request_next(Request *request)
{
    size_t size, skip = MIN(peer.in_skip, peer.in_used);

    memmove(peer.in, peer.in + skip, peer.in_used - skip);
    peer.in_used -= skip;
    peer.in_skip -= skip;
    if (peer.in_used < sizeof(request->header)) {
        return false;
    }
    memcpy(&request->header, peer.in, sizeof(request->header));
    size = request->header.size;
    g_assert_cmpuint(size, >=, sizeof(request->header));
    if (size > peer.in_used && peer.in_used < sizeof(peer.in)) {
        return false;
    }
    request->size = size - sizeof(request->header);
    memset(request->payload, 0, sizeof(request->payload));
    memcpy(request->payload, peer.in + sizeof(request->header),
           MIN(MIN(request->size, sizeof(request->payload)),
               peer.in_used - sizeof(request->header)));
    peer.in_skip = size;
    return true;
}

static void twin_drain(void)
{
    uint8_t bytes[1024];

    while (peer.twin >= 0 && recv(peer.twin, bytes, sizeof(bytes), MSG_DONTWAIT) > 0) {
        continue;
    }
}

static void peer_run(void)
{
    Request request;

    g_mutex_lock(&peer.lock);
    do {
        while (peer.sock >= 0 && request_next(&request)) {
            if ((request.header.flags & VFIO_USER_FLAGS_TYPE) == VFIO_USER_FLAGS_COMMAND) {
                request_serve(&request);
            }
        }
        if (peer.sock < 0 && peer.listen_fd >= 0) {
            peer.sock = accept4(peer.listen_fd, NULL, NULL, SOCK_CLOEXEC);
            peer.clients += peer.sock >= 0;
        }
    } while (peer.sock >= 0 && (input_fill() || peer.sock < 0));
    twin_drain();
    g_mutex_unlock(&peer.lock);
}

ssize_t __wrap_sendmsg(int sock, const struct msghdr *mh, int flags)
{
    ssize_t n = __real_sendmsg(sock, mh, flags);
    int error = errno;

    peer_run();
    errno = error;
    return n;
}

ssize_t __wrap_send(int sock, const void *data, size_t size, int flags)
{
    ssize_t n = __real_send(sock, data, size, flags);
    int error = errno;

    peer_run();
    errno = error;
    return n;
}

/* -- begin and end --------------------------------------------------------------------------- */

static int memfd_make(const char *name, uint64_t size, int seals)
{
    int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);

    g_assert_cmpint(ftruncate(fd, size), ==, 0);
    g_assert_cmpint(fcntl(fd, F_ADD_SEALS, seals), ==, 0);
    return fd;
}

static void files_make(void)
{
    const uint64_t full = UINT64_MAX - 1;
    int pipes[2];

    peer.files[PEER_SEALED] = memfd_make("sealed", 0x4000, F_SEAL_SHRINK);
    peer.files[PEER_UNSEALED] = memfd_make("unsealed", 0x4000, 0);
    peer.files[PEER_SMALL] = memfd_make("small", 0x800, F_SEAL_SHRINK | F_SEAL_GROW);
    peer.files[PEER_HUGE] = memfd_make("huge", 1ull << 42, F_SEAL_SHRINK);
    peer.files[PEER_REGULAR] = open(g_get_tmp_dir(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    peer.files[PEER_FULL] = eventfd(0, EFD_CLOEXEC);
    g_assert_cmpint(write(peer.files[PEER_FULL], &full, sizeof(full)), ==, sizeof(full));
    g_assert_cmpint(pipe2(pipes, O_CLOEXEC), ==, 0);
    close(pipes[1]);
    peer.files[PEER_PIPE] = pipes[0];
    peer.files[PEER_FOLDER] = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    g_assert_cmpint(peer.files[PEER_REGULAR], >=, 0);
    g_assert_cmpint(peer.files[PEER_FOLDER], >=, 0);
}

void peer_listen(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };

    g_assert_cmpuint(strlen(path), <, sizeof(address.sun_path));
    strcpy(address.sun_path, path);
    peer.listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    g_assert_cmpint(bind(peer.listen_fd, (struct sockaddr *)&address, sizeof(address)), ==, 0);
    g_assert_cmpint(listen(peer.listen_fd, 16), ==, 0);
    files_make();
}

static void node_make(void)
{
    g_assert_cmpint(fdt_create_empty_tree(peer.node, sizeof(peer.node)), ==, 0);
    fdt_setprop_string(peer.node, 0, "compatible", "gantry,fuzz");
    fdt_setprop_u32(peer.node, 0, "#address-cells", 1);
    fdt_pack(peer.node);
    peer.node_size = fdt_totalsize(peer.node);
}

void peer_begin(const uint8_t *script, size_t size)
{
    g_mutex_lock(&peer.lock);
    peer.script = script;
    peer.left = size;
    peer.good = 0;
    peer.clients = 0;
    peer.device = (PeerDevice) { .twin = true, .minor = 1, .max_msg_fds = 16, .num_regions = 2,
                                 .num_irqs = 2, .irq_flags = 7 };
    for (int i = 0; i < REGIONS; i++) {
        peer.device.regions[i] = (PeerRegion) { .size = 0x2000, .flags = i ? 7 : 3,
                                                .file = i ? PEER_SEALED : PEER_FILES };
    }
    node_make();
    IGNORE_RESULT(ftruncate(peer.files[PEER_UNSEALED], 0x4000));
    g_mutex_unlock(&peer.lock);
}

bool peer_is_done(void)
{
    bool done;

    g_mutex_lock(&peer.lock);
    done = !peer.left && !peer.good;
    g_mutex_unlock(&peer.lock);
    return done;
}

unsigned int peer_clients(void)
{
    unsigned int clients;

    g_mutex_lock(&peer.lock);
    clients = peer.clients;
    g_mutex_unlock(&peer.lock);
    return clients;
}

void peer_end(void)
{
    g_mutex_lock(&peer.lock);
    connection_close();
    for (unsigned int i = 0; i < peer.num_eventfds; i++) {
        close(peer.eventfds[i]);
    }
    peer.num_eventfds = 0;
    for (int sock; (sock = accept4(peer.listen_fd, NULL, NULL, SOCK_CLOEXEC)) >= 0;) {
        close(sock);
    }
    g_mutex_unlock(&peer.lock);
}

void peer_set_targets(const uint64_t *targets, unsigned int count)
{
    peer.targets = targets;
    peer.num_targets = count;
}
