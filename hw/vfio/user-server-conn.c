/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A client of the vfio-user server: commands are read, served and answered in their order. The
 * client is not trusted to read, to answer or to make sense: while an answer cannot be sent, no
 * further command is read, so no more than one answer is ever kept; a client that breaks the
 * protocol, or leaves the device waiting for its memory, is disconnected.
 */
#include "user-server-internal.h"
#include <poll.h>
#include <sys/socket.h>
#include "../../util/fd.h"
#include "trace.h"

#define COMMANDS_PER_TURN 64      /* then others in the main loop have their turn */
#define STASH_COUNT_MAX 256
#define STASH_BYTES_MAX (2 * VFIO_USER_MSG_MAX)
#define VERSION_TIMEOUT_MS 10000

struct VFIOUserStashed {
    VFIOUserMsg msg; /* its payload is owned */
    QSIMPLEQ_ENTRY(VFIOUserStashed) next;
};

static void conn_run(VFIOUserConn *conn);

/* -- answers --------------------------------------------------------------------------------- */

static void conn_send(VFIOUserConn *conn, const VFIOUserMsg *reply)
{
    if (conn->is_broken) {
        return;
    }
    if (vfio_user_writer_send(&conn->writer, reply) < 0) {
        conn->is_broken = true;
    }
}

/* With @ret 0 the @size bytes at @data (and @fd, unless -1), else the error. */
static void conn_reply(VFIOUserConn *conn, const VFIOUserHeader *command, int ret,
                       const void *data, size_t size, int fd)
{
    VFIOUserMsg reply = {
        .header = { .id = command->id, .command = command->command,
                    .flags = VFIO_USER_FLAGS_REPLY },
    };

    trace_vfio_user_server_reply(conn->server->name, command->id,
                                 vfio_user_command_name(command->command), ret);
    if (command->flags & VFIO_USER_FLAGS_NO_REPLY) {
        return;
    }
    if (ret < 0) {
        reply.header.flags |= VFIO_USER_FLAGS_ERROR;
        reply.header.error = -ret;
    } else {
        reply.payload = data;
        reply.size = size;
        reply.fds[0] = fd;
        reply.num_fds = fd >= 0;
    }
    conn_send(conn, &reply);
}

/* -- VERSION --------------------------------------------------------------------------------- */

/* A second socket, for the commands of this side; the other end in *@peer. */
static bool conn_make_twin(VFIOUserConn *conn, int *peer)
{
    int sv[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv)) {
        return false;
    }
    conn->twin = sv[0];
    *peer = sv[1];
    vfio_user_reader_init(&conn->twin_reader, conn->twin, VFIO_USER_MSG_MAX);
    vfio_user_writer_init(&conn->twin_writer, conn->twin, VFIO_USER_MSG_MAX);
    return true;
}

static int conn_version(VFIOUserConn *conn, VFIOUserMsg *msg)
{
    g_autoptr(GByteArray) bytes = NULL;
    VFIOUserCaps ours;
    Error *err = NULL;
    fd_auto int peer = -1;

    vfio_user_caps_clear(&conn->caps);
    if (!vfio_user_version_parse(msg, &conn->caps, &err)) {
        trace_vfio_user_server_refused(conn->server->name, error_get_pretty(err));
        error_free(err);
        return -EINVAL;
    }
    if (conn->caps.major != VFIO_USER_MAJOR) {
        trace_vfio_user_server_refused(conn->server->name, "major version");
        return -EINVAL;
    }
    vfio_user_caps_init_ours(&ours);
    ours.minor = MIN(conn->caps.minor, ours.minor);
    ours.pgsizes = qemu_real_host_page_size();
    ours.max_dma_maps = 1024;
    ours.write_multiple = true;
    ours.twin_socket = conn->caps.twin_socket && conn_make_twin(conn, &peer);
    if (conn->caps.dt_node_wanted) {
        ours.dt_node = conn->server->node;
        ours.dt_node_size = conn->server->node_size;
    }
    bytes = vfio_user_version_pack(&ours, true);
    timer_del(conn->version_timer);
    conn->is_negotiated = true;
    conn_reply(conn, &msg->header, 0, bytes->data, bytes->len, peer);
    trace_vfio_user_server_negotiated(conn->server->name, conn->caps.minor,
                                      conn->caps.max_data_xfer_size, ours.twin_socket);
    return 0;
}

/* -- commands -------------------------------------------------------------------------------- */

static void *reply_room(VFIOUserConn *conn, const void *head, size_t head_size, size_t size)
{
    g_byte_array_set_size(conn->reply, head_size + size);
    memcpy(conn->reply->data, head, head_size);
    return conn->reply->data + head_size;
}

static void serve_region_read(VFIOUserConn *conn, const VFIOUserMsg *msg)
{
    const VFIOUserRegionAccess *access = msg->payload;
    void *data = reply_room(conn, access, sizeof(*access), access->count);
    int ret = vfio_user_device_read(conn->server, access, data);

    conn_reply(conn, &msg->header, ret, conn->reply->data, conn->reply->len, -1);
}

static void serve_region_write(VFIOUserConn *conn, const VFIOUserMsg *msg)
{
    const VFIOUserRegionAccess *access = msg->payload;
    int ret = vfio_user_device_write(conn->server, access, access + 1);

    conn_reply(conn, &msg->header, ret, access, sizeof(*access), -1);
}

static void serve_write_multi(VFIOUserConn *conn, const VFIOUserMsg *msg)
{
    const uint64_t *count = msg->payload;
    int ret = vfio_user_device_write_multi(conn->server, (const void *)(count + 1), *count);

    conn_reply(conn, &msg->header, ret, count, sizeof(*count), -1);
}

static void serve_region_info(VFIOUserConn *conn, const VFIOUserMsg *msg)
{
    VFIOUserRegionInfo info = *(const VFIOUserRegionInfo *)msg->payload;
    int fd, ret = vfio_user_device_region_info(conn->server, &info, &fd);

    conn_reply(conn, &msg->header, ret, &info, sizeof(info), fd);
}

/* The answer waits until the memory is out of use. */
static void serve_dma_unmap(VFIOUserConn *conn, const VFIOUserMsg *msg)
{
    int ret = vfio_user_dma_unmap(conn, msg->payload);

    if (ret < 0 || !conn->server->dying_regions) {
        conn_reply(conn, &msg->header, ret, msg->payload, sizeof(VFIOUserDMAUnmap), -1);
        return;
    }
    conn->is_unmapping = true;
    conn->unmap_header = msg->header;
    conn->unmap = *(const VFIOUserDMAUnmap *)msg->payload;
}

static void serve_info(VFIOUserConn *conn, const VFIOUserMsg *msg)
{
    union {
        VFIOUserDeviceInfo device;
        VFIOUserIRQInfo irq;
        VFIOUserRegionIOFDs io_fds;
    } info;
    int ret = 0;

    memcpy(&info, msg->payload, sizeof(info));
    switch (msg->header.command) {
    case VFIO_USER_DEVICE_GET_INFO:
        ret = vfio_user_device_info(conn->server, &info.device);
        break;
    case VFIO_USER_DEVICE_GET_IRQ_INFO:
        ret = vfio_user_device_irq_info(conn->server, &info.irq);
        break;
    default: /* no region has descriptors to write to instead */
        ret = info.io_fds.index < conn->server->num_regions ? 0 : -EINVAL;
        info.io_fds.argsz = sizeof(info.io_fds);
        break;
    }
    conn_reply(conn, &msg->header, ret, &info, sizeof(info), -1);
}

static void conn_serve(VFIOUserConn *conn, VFIOUserMsg *msg)
{
    switch (msg->header.command) {
    case VFIO_USER_DMA_MAP:
        conn_reply(conn, &msg->header, vfio_user_dma_map(conn, msg), NULL, 0, -1);
        break;
    case VFIO_USER_DMA_UNMAP:
        serve_dma_unmap(conn, msg);
        break;
    case VFIO_USER_DEVICE_GET_INFO:
    case VFIO_USER_DEVICE_GET_IRQ_INFO:
    case VFIO_USER_DEVICE_GET_REGION_IO_FDS:
        serve_info(conn, msg);
        break;
    case VFIO_USER_DEVICE_GET_REGION_INFO:
        serve_region_info(conn, msg);
        break;
    case VFIO_USER_DEVICE_SET_IRQS:
        conn_reply(conn, &msg->header, vfio_user_irqs_set(conn->server, msg), NULL, 0, -1);
        break;
    case VFIO_USER_REGION_READ:
        serve_region_read(conn, msg);
        break;
    case VFIO_USER_REGION_WRITE:
        serve_region_write(conn, msg);
        break;
    case VFIO_USER_REGION_WRITE_MULTI:
        serve_write_multi(conn, msg);
        break;
    case VFIO_USER_DEVICE_RESET:
        device_cold_reset(DEVICE(conn->server->device));
        conn_reply(conn, &msg->header, 0, NULL, 0, -1);
        break;
    default: /* VERSION again, or a command of this side */
        conn_reply(conn, &msg->header, -EINVAL, NULL, 0, -1);
        break;
    }
}

/* One message, whose payload does not change while it is served. */
static void conn_command(VFIOUserConn *conn, VFIOUserMsg *msg)
{
    int ret;

    if (vfio_user_msg_is_reply(msg)) {
        return; /* to a request that was given up */
    }
    ret = vfio_user_validate_command(msg);
    trace_vfio_user_server_command(conn->server->name, msg->header.id,
                                   vfio_user_command_name(msg->header.command), msg->size,
                                   msg->num_fds, ret);
    if (!conn->is_negotiated) {
        if (!ret) {
            ret = msg->header.command == VFIO_USER_VERSION ? conn_version(conn, msg) : -EINVAL;
        }
        if (ret < 0) {
            conn_reply(conn, &msg->header, ret, NULL, 0, -1);
            conn->is_broken = true;
        }
    } else if (ret < 0) {
        conn_reply(conn, &msg->header, ret, NULL, 0, -1);
    } else {
        conn_serve(conn, msg);
    }
}

/* -- the stash ------------------------------------------------------------------------------- */

/* Keep a command for later, with its descriptors. False: there are too many. */
static bool conn_stash(VFIOUserConn *conn, const VFIOUserMsg *msg)
{
    VFIOUserStashed *stashed;

    if (conn->stash_count >= STASH_COUNT_MAX || conn->stash_size + msg->size > STASH_BYTES_MAX) {
        return false;
    }
    stashed = g_new0(VFIOUserStashed, 1);
    stashed->msg = *msg;
    stashed->msg.payload = g_memdup2(msg->payload, msg->size);
    QSIMPLEQ_INSERT_TAIL(&conn->stash, stashed, next);
    conn->stash_count++;
    conn->stash_size += msg->size;
    return true;
}

static VFIOUserStashed *conn_unstash(VFIOUserConn *conn)
{
    VFIOUserStashed *stashed = QSIMPLEQ_FIRST(&conn->stash);

    if (stashed) {
        QSIMPLEQ_REMOVE_HEAD(&conn->stash, next);
        conn->stash_count--;
        conn->stash_size -= stashed->msg.size;
    }
    return stashed;
}

static void stashed_free(VFIOUserStashed *stashed)
{
    vfio_user_msg_clear(&stashed->msg);
    g_free((void *)stashed->msg.payload);
    g_free(stashed);
}

/* -- the device's DMA ------------------------------------------------------------------------ */

static int socket_wait(int sock, short events, int64_t deadline)
{
    struct pollfd pfd = { .fd = sock, .events = events };
    int64_t left_us = deadline - g_get_monotonic_time();

    if (left_us <= 0) {
        return -ETIMEDOUT;
    }
    return poll(&pfd, 1, left_us / 1000 + 1) < 0 && errno != EINTR ? -errno : 0;
}

static int dma_send(VFIOUserWriter *writer, const VFIOUserMsg *msg, int64_t deadline)
{
    int ret = vfio_user_writer_send(writer, msg);

    while (!ret && !vfio_user_writer_is_idle(writer)) {
        ret = socket_wait(writer->sock, POLLOUT, deadline);
        if (!ret) {
            ret = vfio_user_writer_flush(writer);
        }
    }
    return ret;
}

/* The answer to @id; commands that come before it are put aside. */
static int dma_wait(VFIOUserConn *conn, VFIOUserReader *reader, uint16_t id, VFIOUserMsg *reply,
                    int64_t deadline)
{
    for (;;) {
        int ret = vfio_user_reader_next(reader, reply);

        if (ret < 0) {
            return ret;
        }
        if (!ret) {
            ret = socket_wait(reader->sock, POLLIN, deadline);
            if (ret < 0) {
                return ret;
            }
        } else if (!vfio_user_msg_is_reply(reply)) {
            if (reader != &conn->reader || !conn_stash(conn, reply)) {
                vfio_user_msg_clear(reply);
                return -EPROTO;
            }
        } else if (reply->header.id == id) {
            return 0;
        } else {
            vfio_user_msg_clear(reply);
            /* A client that keeps answering what was not asked does not get more time. */
            if (g_get_monotonic_time() >= deadline) {
                return -ETIMEDOUT;
            }
        }
    }
}

static int dma_request(VFIOUserConn *conn, VFIOUserMsg *request, VFIOUserMsg *reply,
                       int64_t deadline)
{
    bool has_twin = conn->twin >= 0;
    int ret;

    request->header.id = conn->next_id++;
    ret = dma_send(has_twin ? &conn->twin_writer : &conn->writer, request, deadline);
    if (!ret) {
        ret = dma_wait(conn, has_twin ? &conn->twin_reader : &conn->reader, request->header.id,
                       reply, deadline);
    }
    if (ret < 0) {
        trace_vfio_user_server_dma_failed(conn->server->name, ret);
        vfio_user_conn_break(conn);
        return ret;
    }
    if (conn->stash_count || vfio_user_reader_has_message(&conn->reader)) {
        qemu_bh_schedule(conn->bh); /* commands that poll() would not tell of */
    }
    ret = vfio_user_validate_reply(reply, request->header.command, request->payload);
    vfio_user_msg_clear(reply);
    return ret;
}

/* One message; @message has room for it. */
static int dma_piece(VFIOUserConn *conn, VFIOUserCommand command, VFIOUserDMAAccess *message,
                     void *data, int64_t deadline)
{
    bool is_write = command == VFIO_USER_DMA_WRITE;
    VFIOUserMsg request = {
        .header.command = command,
        .payload = message,
        .size = sizeof(*message) + (is_write ? message->count : 0),
    }, reply;
    int ret;

    if (conn->is_broken) {
        return -EIO;
    }
    if (is_write) {
        memcpy(message + 1, data, message->count);
    }
    ret = dma_request(conn, &request, &reply, deadline);
    if (!ret && !is_write) {
        memcpy(data, (const VFIOUserDMAAccess *)reply.payload + 1, message->count);
    }
    return ret;
}

int vfio_user_conn_dma(VFIOUserConn *conn, VFIOUserCommand command, uint64_t iova, void *data,
                       uint64_t size)
{
    uint64_t piece_max = MIN(conn->caps.max_data_xfer_size, VFIO_USER_XFER_MAX);
    /* For all of it: a client that takes one byte at a time does not get more time. */
    int64_t deadline = vfio_user_deadline(conn->server->dma_timeout_ms);
    struct {
        VFIOUserDMAAccess access;
        uint8_t data[64];
    } small;
    g_autofree VFIOUserDMAAccess *large = NULL; /* what goes by messages is not fast anyway */
    VFIOUserDMAAccess *message = &small.access;
    int ret = 0;

    if (size > sizeof(small.data)) {
        large = g_malloc(sizeof(*large) + MIN(size, piece_max));
        message = large;
    }
    while (size && !ret) {
        uint64_t n = MIN(size, piece_max);

        *message = (VFIOUserDMAAccess) { iova, n };
        ret = dma_piece(conn, command, message, data, deadline);
        iova += n;
        data = (uint8_t *)data + n;
        size -= n;
    }
    return ret;
}

void vfio_user_conn_break(VFIOUserConn *conn)
{
    conn->is_broken = true;
    qemu_bh_schedule(conn->bh);
}

void vfio_user_conn_memory_freed(VFIOUserConn *conn)
{
    qemu_bh_schedule(conn->bh);
}

/* -- turns in the main loop ------------------------------------------------------------------ */

/* The next command, out of the stash or the socket: 1 served, 0 none, -errno. */
static int conn_turn(VFIOUserConn *conn)
{
    VFIOUserStashed *stashed = conn_unstash(conn);
    VFIOUserMsg msg;
    int ret;

    if (stashed) {
        conn_command(conn, &stashed->msg);
        stashed_free(stashed);
        return 1;
    }
    ret = vfio_user_reader_next(&conn->reader, &msg);
    if (ret <= 0) {
        return ret;
    }
    if (conn->twin < 0) {
        /* While it is served, the reader may be used to wait for answers to DMA. */
        g_byte_array_set_size(conn->command, 0);
        g_byte_array_append(conn->command, msg.payload, msg.size);
        msg.payload = conn->command->data;
    }
    conn_command(conn, &msg);
    vfio_user_msg_clear(&msg);
    return 1;
}

static bool conn_is_ready(const VFIOUserConn *conn)
{
    return !conn->is_broken && !conn->is_unmapping && vfio_user_writer_is_idle(&conn->writer);
}

static void conn_event(void *opaque)
{
    VFIOUserConn *conn = opaque;

    if (conn->is_running) {
        /* A main loop within a command; it is listened to again afterwards. */
        main_loop_fd_set_events(&conn->poll, 0);
        return;
    }
    if (vfio_user_writer_flush(&conn->writer) < 0) {
        conn->is_broken = true;
    }
    conn_run(conn);
}

/* Listen to what can go on now: nothing is read while an answer waits. */
static void conn_listen(VFIOUserConn *conn)
{
    main_loop_fd_set_events(&conn->poll, !vfio_user_writer_is_idle(&conn->writer) ? POLLOUT :
                                         conn_is_ready(conn) ? POLLIN : 0);
}

static void conn_finish_unmap(VFIOUserConn *conn)
{
    if (conn->is_unmapping && !conn->server->dying_regions) {
        conn->is_unmapping = false;
        conn_reply(conn, &conn->unmap_header, 0, &conn->unmap, sizeof(conn->unmap), -1);
    }
}

/* Serve what is there, within limits; stops the connection if it broke. */
static void conn_run(VFIOUserConn *conn)
{
    int ret = 1;

    if (conn->is_running) {
        return; /* a device that runs the main loop while it serves a command */
    }
    conn->is_running = true;
    conn_finish_unmap(conn);
    for (int i = 0; i < COMMANDS_PER_TURN && ret == 1 && conn_is_ready(conn); i++) {
        ret = conn_turn(conn);
        /* Another look at an empty socket would be a wasted system call. */
        if (ret == 1 && !conn->stash_count && !vfio_user_reader_has_message(&conn->reader)) {
            ret = 0;
        }
    }
    conn->is_running = false;
    if (conn->is_broken || ret < 0) {
        VFIOUserServer *server = conn->server;

        trace_vfio_user_server_disconnect(server->name, ret);
        vfio_user_conn_stop(conn);
        vfio_user_server_conn_gone(server);
        return;
    }
    if (ret == 1 && conn_is_ready(conn)) {
        qemu_bh_schedule(conn->bh); /* more is here already, poll() would not tell */
    }
    conn_listen(conn);
}

static void conn_bh(void *opaque)
{
    conn_run(opaque);
}

/* Connected, but said nothing: others may want the device. */
static void conn_version_timeout(void *opaque)
{
    VFIOUserConn *conn = opaque;

    conn->is_broken = true;
    conn_run(conn);
}

/* -- begin and end --------------------------------------------------------------------------- */

void vfio_user_conn_start(VFIOUserServer *server, int sock)
{
    VFIOUserConn *conn = g_new0(VFIOUserConn, 1);

    conn->server = server;
    conn->sock = sock;
    conn->twin = -1;
    conn->poll = (MainLoopFd) { .fd = sock, .handler = conn_event, .opaque = conn };
    main_loop_fd_add(&conn->poll);
    QSIMPLEQ_INIT(&conn->stash);
    QTAILQ_INIT(&conn->dma);
    vfio_user_caps_init(&conn->caps);
    vfio_user_reader_init(&conn->reader, sock, VFIO_USER_MSG_MAX);
    vfio_user_writer_init(&conn->writer, sock, 2 * VFIO_USER_MSG_MAX);
    conn->command = g_byte_array_new();
    conn->reply = g_byte_array_new();
    conn->bh = qemu_bh_new(conn_bh, conn);
    conn->version_timer = timer_new_ms(QEMU_CLOCK_REALTIME, conn_version_timeout, conn);
    timer_mod(conn->version_timer, qemu_clock_get_ms(QEMU_CLOCK_REALTIME) + VERSION_TIMEOUT_MS);
    server->conn = conn;
    trace_vfio_user_server_connect(server->name, sock);
    conn_listen(conn);
}

void vfio_user_conn_stop(VFIOUserConn *conn)
{
    VFIOUserStashed *stashed;

    conn->is_broken = true;
    main_loop_fd_remove(&conn->poll);
    qemu_bh_delete(conn->bh);
    timer_free(conn->version_timer);
    conn->server->conn = NULL;
    vfio_user_irqs_release(conn->server);
    vfio_user_dma_unmap_all(conn);
    while ((stashed = conn_unstash(conn))) {
        stashed_free(stashed);
    }
    if (conn->twin >= 0) {
        vfio_user_reader_destroy(&conn->twin_reader);
        vfio_user_writer_destroy(&conn->twin_writer);
        fd_close(&conn->twin);
    }
    vfio_user_reader_destroy(&conn->reader);
    vfio_user_writer_destroy(&conn->writer);
    fd_close(&conn->sock);
    vfio_user_caps_clear(&conn->caps);
    g_byte_array_unref(conn->command);
    g_byte_array_unref(conn->reply);
    g_free(conn);
}
