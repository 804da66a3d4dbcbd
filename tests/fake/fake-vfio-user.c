/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The vfio-user server of fake-vfio-user.h.
 */
#include "qemu/osdep.h"
#include <glib/gstdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include "qemu/host-utils.h"
#include "fake-vfio-user.h"

#define WAIT_MS 20000

/* -- answers --------------------------------------------------------------------------------- */

void fake_user_reply(FakeUserServer *server, const VFIOUserMsg *msg, const void *payload,
                     size_t size, const int *fds, unsigned int num_fds)
{
    VFIOUserMsg reply = {
        .header = { .id = msg->header.id, .command = msg->header.command,
                    .flags = VFIO_USER_FLAGS_REPLY },
        .payload = payload,
        .size = size,
        .num_fds = num_fds,
    };

    if (msg->header.flags & VFIO_USER_FLAGS_NO_REPLY) {
        return;
    }
    memcpy(reply.fds, fds ?: &server->sock, num_fds * sizeof(int));
    vfio_user_send(server->sock, &reply, vfio_user_deadline(WAIT_MS));
}

static void answer_version(FakeUserServer *server, const VFIOUserMsg *msg)
{
    g_autoptr(GByteArray) bytes = NULL;
    int sv[2] = { -1, -1 };

    server->caps.twin_socket = server->twin;
    server->caps.minor = server->minor;
    if (server->twin) {
        g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv), ==, 0);
        qemu_mutex_lock(&server->lock);
        server->twin_sock = sv[0];
        qemu_mutex_unlock(&server->lock);
    }
    bytes = vfio_user_version_pack(&server->caps, true);
    fake_user_reply(server, msg, bytes->data, bytes->len, &sv[1], server->twin);
    if (server->twin) {
        close(sv[1]);
    }
}

static void answer_region(FakeUserServer *server, const VFIOUserMsg *msg)
{
    const VFIOUserRegionInfo *asked = msg->payload;
    uint32_t i = asked->index;
    struct {
        VFIOUserRegionInfo info;
        struct vfio_info_cap_header cap;
        uint32_t nr_areas;
        uint32_t reserved;
        struct vfio_region_sparse_mmap_area area;
    } answer = { 0 };
    bool sparse, fits;
    int fd;

    if (i >= server->num_regions) {
        vfio_user_send_error(server->sock, msg, EINVAL, vfio_user_deadline(WAIT_MS));
        return;
    }
    sparse = server->area[i].size;
    fits = !sparse || asked->argsz >= sizeof(answer);
    fd = fits && server->region_flags[i] & VFIO_REGION_INFO_FLAG_MMAP ? server->region_fd[i] : -1;
    answer.info = (VFIOUserRegionInfo) {
        .argsz = sparse ? sizeof(answer) : sizeof(answer.info),
        .flags = server->region_flags[i] | (sparse && fits ? VFIO_REGION_INFO_FLAG_CAPS : 0),
        .index = i,
        .cap_offset = sparse && fits ? sizeof(answer.info) : 0,
        .size = FAKE_USER_REGION_SIZE,
    };
    answer.cap.id = VFIO_REGION_INFO_CAP_SPARSE_MMAP;
    answer.cap.version = 1;
    answer.nr_areas = 1;
    answer.area = server->area[i];
    fake_user_reply(server, msg, &answer, sparse && fits ? sizeof(answer) : sizeof(answer.info),
                    &fd, fd >= 0);
}

static void answer_set_irqs(FakeUserServer *server, VFIOUserMsg *msg)
{
    const VFIOUserIRQSet *set = msg->payload;
    unsigned int action = ctz32(set->flags & VFIO_IRQ_SET_ACTION_TYPE_MASK) - 3;

    qemu_mutex_lock(&server->lock);
    for (uint32_t i = 0; i < set->count && set->flags & VFIO_IRQ_SET_DATA_EVENTFD; i++) {
        unsigned int at = set->index + set->start + i;

        if (at < FAKE_USER_IRQS) {
            int *fd = &server->eventfds[at][action];

            if (*fd >= 0) {
                close(*fd);
            }
            *fd = vfio_user_msg_steal_fd(msg, i);
        }
    }
    qemu_mutex_unlock(&server->lock);
    fake_user_reply(server, msg, NULL, 0, NULL, 0);
}

static void answer_access(FakeUserServer *server, const VFIOUserMsg *msg)
{
    const VFIOUserRegionAccess *access = msg->payload;
    struct {
        VFIOUserRegionAccess access;
        uint8_t data[64];
    } answer = { .access = *access };
    bool is_read = msg->header.command == VFIO_USER_REGION_READ;
    uint8_t *at;

    if (access->region >= server->num_regions || access->count > sizeof(answer.data) ||
        access->offset > FAKE_USER_REGION_SIZE - access->count) {
        vfio_user_send_error(server->sock, msg, EINVAL, vfio_user_deadline(WAIT_MS));
        return;
    }
    at = server->bytes[access->region] + access->offset;
    memcpy(is_read ? answer.data : at, is_read ? at : (const uint8_t *)(access + 1),
           access->count);
    fake_user_reply(server, msg, &answer, sizeof(*access) + (is_read ? access->count : 0), NULL,
                    0);
}

static void answer(FakeUserServer *server, VFIOUserMsg *msg)
{
    VFIOUserDeviceInfo info = {
        .argsz = sizeof(info), .flags = VFIO_DEVICE_FLAGS_RESET | VFIO_DEVICE_FLAGS_PLATFORM,
        .num_regions = server->num_regions, .num_irqs = server->num_irqs,
    };
    VFIOUserIRQInfo irq = { .argsz = sizeof(irq), .flags = server->irq_flags, .count = 1 };

    switch (msg->header.command) {
    case VFIO_USER_VERSION:
        answer_version(server, msg);
        break;
    case VFIO_USER_DEVICE_GET_INFO:
        fake_user_reply(server, msg, &info, sizeof(info), NULL, 0);
        break;
    case VFIO_USER_DEVICE_GET_REGION_INFO:
        answer_region(server, msg);
        break;
    case VFIO_USER_DEVICE_GET_IRQ_INFO:
        irq.index = ((const VFIOUserIRQInfo *)msg->payload)->index;
        fake_user_reply(server, msg, &irq, sizeof(irq), NULL, 0);
        break;
    case VFIO_USER_DEVICE_SET_IRQS:
        answer_set_irqs(server, msg);
        break;
    case VFIO_USER_REGION_READ:
    case VFIO_USER_REGION_WRITE:
        answer_access(server, msg);
        break;
    case VFIO_USER_DMA_UNMAP:
        fake_user_reply(server, msg, msg->payload, msg->size, NULL, 0);
        break;
    default:
        fake_user_reply(server, msg, NULL, 0, NULL, 0);
    }
}

/* -- what was seen --------------------------------------------------------------------------- */

static void record(FakeUserServer *server, VFIOUserMsg *msg)
{
    FakeUserSeen seen = {
        .command = msg->header.command, .flags = msg->header.flags, .size = msg->size,
        .num_fds = msg->num_fds,
    };

    memcpy(seen.bytes, msg->payload, MIN(msg->size, sizeof(seen.bytes)));
    qemu_mutex_lock(&server->lock);
    g_array_append_val(server->seen, seen);
    if (seen.command == VFIO_USER_DMA_MAP && msg->num_fds) {
        if (server->dma_fd >= 0) {
            close(server->dma_fd);
        }
        server->dma_fd = vfio_user_msg_steal_fd(msg, 0);
    }
    qemu_mutex_unlock(&server->lock);
}

static bool seen_find(FakeUserServer *server, uint16_t command, unsigned int nth,
                      FakeUserSeen *found, unsigned int *count)
{
    bool ok = false;

    *count = 0;
    qemu_mutex_lock(&server->lock);
    for (guint i = 0; i < server->seen->len; i++) {
        const FakeUserSeen *seen = &g_array_index(server->seen, FakeUserSeen, i);

        if (seen->command == command && (*count)++ == nth) {
            *found = *seen;
            ok = true;
        }
    }
    qemu_mutex_unlock(&server->lock);
    return ok;
}

unsigned int fake_user_count(FakeUserServer *server, uint16_t command)
{
    FakeUserSeen seen;
    unsigned int count;

    seen_find(server, command, UINT_MAX, &seen, &count);
    return count;
}

FakeUserSeen fake_user_seen(FakeUserServer *server, uint16_t command, unsigned int nth)
{
    FakeUserSeen seen = { 0 };
    unsigned int count;

    g_assert_true(seen_find(server, command, nth, &seen, &count));
    return seen;
}

void fake_user_forget(FakeUserServer *server)
{
    qemu_mutex_lock(&server->lock);
    g_array_set_size(server->seen, 0);
    qemu_mutex_unlock(&server->lock);
}

int fake_user_eventfd(FakeUserServer *server, unsigned int index, unsigned int action)
{
    int fd;

    qemu_mutex_lock(&server->lock);
    fd = server->eventfds[index][action];
    qemu_mutex_unlock(&server->lock);
    return fd;
}

int fake_user_dup_twin(FakeUserServer *server)
{
    int fd;

    qemu_mutex_lock(&server->lock);
    fd = dup(server->twin_sock);
    qemu_mutex_unlock(&server->lock);
    return fd;
}

/* -- DMA ------------------------------------------------------------------------------------- */

int fake_user_dma(int sock, uint16_t command, uint64_t iova, void *data, uint64_t count)
{
    bool is_write = command == VFIO_USER_DMA_WRITE;
    size_t size = sizeof(VFIOUserDMAAccess) + (is_write ? count : 0);
    g_autofree VFIOUserDMAAccess *access = g_malloc(size);
    VFIOUserMsg request = { .header.command = command, .payload = access, .size = size };
    VFIOUserMsg reply = { .num_fds = 0 };
    VFIOUserChannel channel;
    bool broken;
    int ret;

    *access = (VFIOUserDMAAccess) { iova, count };
    if (is_write) {
        memcpy(access + 1, data, count);
    }
    vfio_user_channel_init(&channel, sock);
    channel.next_id = 0x7000; /* unlike the client's */
    ret = vfio_user_channel_request(&channel, &request, &reply, vfio_user_deadline(WAIT_MS),
                                    &broken);
    if (!ret && !is_write) {
        memcpy(data, (const VFIOUserDMAAccess *)reply.payload + 1, count);
    }
    vfio_user_channel_destroy(&channel);
    return ret;
}

/* -- clients --------------------------------------------------------------------------------- */

static void client_forget(FakeUserServer *server)
{
    qemu_mutex_lock(&server->lock);
    for (unsigned int i = 0; i < FAKE_USER_IRQS; i++) {
        for (unsigned int j = 0; j < 3; j++) {
            if (server->eventfds[i][j] >= 0) {
                close(server->eventfds[i][j]);
            }
            server->eventfds[i][j] = -1;
        }
    }
    close(server->sock);
    server->sock = -1;
    if (server->twin_sock >= 0) {
        close(server->twin_sock);
    }
    server->twin_sock = -1;
    if (server->dma_fd >= 0) {
        close(server->dma_fd);
    }
    server->dma_fd = -1;
    qemu_mutex_unlock(&server->lock);
}

static void client_serve(FakeUserServer *server)
{
    VFIOUserReader reader;
    VFIOUserMsg msg;

    vfio_user_reader_init(&reader, server->sock, VFIO_USER_MSG_MAX);
    while (vfio_user_receive(&reader, &msg, vfio_user_deadline(WAIT_MS)) == 0) {
        if (!vfio_user_msg_is_reply(&msg)) {
            record(server, &msg);
            if (!server->hook || !server->hook(server, &msg)) {
                answer(server, &msg);
            }
        }
        vfio_user_msg_clear(&msg);
    }
    vfio_user_reader_destroy(&reader);
    client_forget(server);
}

static void *server_thread(void *opaque)
{
    FakeUserServer *server = opaque;

    for (;;) {
        int sock = accept4(server->listen_fd, NULL, NULL, SOCK_CLOEXEC);

        if (sock < 0) {
            return NULL;
        }
        qemu_mutex_lock(&server->lock);
        server->sock = sock;
        server->clients++;
        qemu_mutex_unlock(&server->lock);
        client_serve(server);
    }
}

/* -- life ------------------------------------------------------------------------------------ */

FakeUserServer *fake_user_new(void)
{
    FakeUserServer *server = g_new0(FakeUserServer, 1);

    server->folder = g_dir_make_tmp("gantry-vfio-user-XXXXXX", NULL);
    g_assert_nonnull(server->folder);
    server->path = g_build_filename(server->folder, "sock", NULL);
    vfio_user_caps_init_ours(&server->caps);
    server->minor = VFIO_USER_MINOR;
    server->num_regions = FAKE_USER_REGIONS;
    server->num_irqs = 2;
    server->irq_flags = VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_MASKABLE | VFIO_IRQ_INFO_AUTOMASKED;
    server->twin = true;
    server->sock = server->twin_sock = server->dma_fd = server->listen_fd = -1;
    server->seen = g_array_new(FALSE, FALSE, sizeof(FakeUserSeen));
    memset(server->eventfds, 0xff, sizeof(server->eventfds));
    for (unsigned int i = 0; i < FAKE_USER_REGIONS; i++) {
        server->region_fd[i] = -1;
        server->region_flags[i] = VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE;
    }
    qemu_mutex_init(&server->lock);
    return server;
}

void fake_user_start(FakeUserServer *server)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };

    g_assert_cmpuint(strlen(server->path), <, sizeof(address.sun_path));
    strcpy(address.sun_path, server->path);
    server->listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    g_assert_cmpint(bind(server->listen_fd, (struct sockaddr *)&address, sizeof(address)), ==, 0);
    g_assert_cmpint(listen(server->listen_fd, 1), ==, 0);
    server->thread = g_thread_new("fake-vfio-user", server_thread, server);
}

void fake_user_drop(FakeUserServer *server)
{
    qemu_mutex_lock(&server->lock);
    if (server->sock >= 0) {
        shutdown(server->sock, SHUT_RDWR);
    }
    if (server->twin_sock >= 0) {
        shutdown(server->twin_sock, SHUT_RDWR);
    }
    qemu_mutex_unlock(&server->lock);
}

void fake_user_publish(FakeUserServer *server)
{
    /* Its thread takes the lock when a client has come. */
    qemu_mutex_lock(&server->lock);
    qemu_mutex_unlock(&server->lock);
}

void fake_user_close(FakeUserServer *server)
{
    if (!server->thread) {
        return;
    }
    shutdown(server->listen_fd, SHUT_RDWR);
    fake_user_drop(server);
    g_thread_join(server->thread);
    server->thread = NULL;
    close(server->listen_fd);
    server->listen_fd = -1;
    g_unlink(server->path);
}

void fake_user_free(FakeUserServer *server)
{
    fake_user_close(server);
    g_rmdir(server->folder);
    g_free(server->folder);
    g_free(server->path);
    g_array_free(server->seen, TRUE);
    qemu_mutex_destroy(&server->lock);
    g_free(server);
}
