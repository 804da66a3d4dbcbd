/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vfio-user messages on a UNIX stream socket without blocking: the reader puts them together
 * from pieces, the writer keeps what the socket does not take.
 */
#include "qemu/osdep.h"
#include <sys/socket.h>
#include "../../util/fd.h"
#include "user-msg.h"

#define SMALL_SIZE 64                /* of a message that is sent in one piece */
#define READ_ROOM 4096               /* least size of a reader's buffer */
#define READ_ROOM_KEPT (64 * 1024)   /* a larger one is given back when it is empty */

/*
 * What is written before a message is sent is seen by who has received it. ThreadSanitizer does not
 * know that of sockets.
 */
#ifdef CONFIG_TSAN
void __tsan_acquire(void *addr);
void __tsan_release(void *addr);
static char tsan_token;
#define SOCKET_TSAN_ACQUIRE() __tsan_acquire(&tsan_token)
#define SOCKET_TSAN_RELEASE() __tsan_release(&tsan_token)
#else
#define SOCKET_TSAN_ACQUIRE() ((void)0)
#define SOCKET_TSAN_RELEASE() ((void)0)
#endif

void vfio_user_msg_clear(VFIOUserMsg *msg)
{
    for (unsigned int i = 0; i < msg->num_fds; i++) {
        fd_close(&msg->fds[i]);
    }
    msg->num_fds = 0;
}

int vfio_user_msg_steal_fd(VFIOUserMsg *msg, unsigned int index)
{
    return index < msg->num_fds ? fd_steal(&msg->fds[index]) : -1;
}

/* -- reading ----------------------------------------------------------------------------- */

void vfio_user_reader_init(VFIOUserReader *reader, int sock, size_t size_max)
{
    *reader = (VFIOUserReader) {
        .sock = sock,
        .buf = g_malloc(READ_ROOM),
        .room = READ_ROOM,
        .size_max = size_max,
    };
}

void vfio_user_reader_destroy(VFIOUserReader *reader)
{
    for (unsigned int i = 0; i < reader->num_fds; i++) {
        fd_close(&reader->fds[i].fd);
    }
    reader->num_fds = 0;
    g_free(reader->buf);
    reader->buf = NULL;
}

/* Give up the message that was handed out; the next one begins at the start, aligned. */
static void reader_compact(VFIOUserReader *reader)
{
    size_t left = reader->used - reader->taken;

    if (!reader->taken) {
        return;
    }
    memmove(reader->buf, reader->buf + reader->taken, left);
    for (unsigned int i = 0; i < reader->num_fds; i++) {
        reader->fds[i].at -= reader->taken;
    }
    reader->used = left;
    reader->taken = 0;
    if (!left && reader->room > READ_ROOM_KEPT) {
        reader->buf = g_realloc(reader->buf, READ_ROOM);
        reader->room = READ_ROOM;
    }
}

/* Size of the message at the start of the buffer; 0 as long as it is not known. */
static int reader_size(const VFIOUserReader *reader, size_t *size)
{
    VFIOUserHeader header;

    *size = 0;
    if (reader->used - reader->taken < sizeof(header)) {
        return 0;
    }
    memcpy(&header, reader->buf + reader->taken, sizeof(header));
    if (header.size < sizeof(header)) {
        return -EPROTO;
    }
    if (header.size > reader->size_max) {
        return -EMSGSIZE;
    }
    *size = header.size;
    return 0;
}

bool vfio_user_reader_has_message(const VFIOUserReader *reader)
{
    size_t size;

    /* A malformed one counts: there is an error to be told. */
    return reader_size(reader, &size) < 0 ||
           (size && reader->used - reader->taken >= size);
}

/* Keep the descriptors that came; those beyond what a message may have are closed. */
static int reader_take_fds(VFIOUserReader *reader, struct msghdr *mh)
{
    int ret = mh->msg_flags & MSG_CTRUNC ? -EPROTO : 0;

    for (struct cmsghdr *c = CMSG_FIRSTHDR(mh); c; c = CMSG_NXTHDR(mh, c)) {
        size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);

        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) {
            continue;
        }
        for (size_t i = 0; i < n; i++) {
            int fd;

            memcpy(&fd, CMSG_DATA(c) + i * sizeof(fd), sizeof(fd));
            if (reader->num_fds == ARRAY_SIZE(reader->fds)) {
                close(fd);
                ret = -EPROTO;
                continue;
            }
            reader->fds[reader->num_fds++] = (VFIOUserFd) { fd, reader->used - 1 };
        }
    }
    return ret;
}

/* One recvmsg() with @flags: 1, 0 if there is nothing now, or -errno. */
static int reader_fill(VFIOUserReader *reader, int flags)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(VFIO_USER_MSG_FDS_MAX * sizeof(int))];
    } control;
    struct iovec iov = { reader->buf + reader->used, reader->room - reader->used };
    struct msghdr mh = {
        .msg_iov = &iov,
        .msg_iovlen = 1,
        .msg_control = control.bytes,
        .msg_controllen = sizeof(control.bytes),
    };
    ssize_t n;

    do {
        n = recvmsg(reader->sock, &mh, flags | MSG_CMSG_CLOEXEC);
    } while (n < 0 && errno == EINTR && (flags & MSG_DONTWAIT));
    if (n < 0) {
        return errno == EAGAIN || errno == EINTR ? 0 : -errno;
    }
    if (!n) {
        return -ECONNRESET;
    }
    SOCKET_TSAN_ACQUIRE();
    reader->used += n;
    n = reader_take_fds(reader, &mh);
    return n < 0 ? n : 1;
}

/* Hand out the message of @size bytes at the start of the buffer with its descriptors. */
static int reader_hand_out(VFIOUserReader *reader, size_t size, VFIOUserMsg *msg)
{
    unsigned int kept = 0;
    int ret = 1;

    memcpy(&msg->header, reader->buf, sizeof(msg->header));
    msg->payload = reader->buf + sizeof(msg->header);
    msg->size = size - sizeof(msg->header);
    msg->num_fds = 0;
    for (unsigned int i = 0; i < reader->num_fds; i++) {
        if (reader->fds[i].at >= size) {
            reader->fds[kept++] = reader->fds[i];
        } else if (msg->num_fds < VFIO_USER_MSG_FDS_MAX) {
            msg->fds[msg->num_fds++] = reader->fds[i].fd;
        } else {
            close(reader->fds[i].fd);
            ret = -EPROTO;
        }
    }
    reader->num_fds = kept;
    reader->taken = size;
    if (ret < 0) {
        vfio_user_msg_clear(msg);
    }
    return ret;
}

/* The first recvmsg() with @flags, others do not block. */
static int reader_next(VFIOUserReader *reader, VFIOUserMsg *msg, int flags)
{
    reader_compact(reader);
    for (;;) {
        size_t size;
        int ret = reader_size(reader, &size);

        if (ret < 0) {
            return ret;
        }
        if (size && reader->used >= size) {
            return reader_hand_out(reader, size, msg);
        }
        if (size > reader->room) {
            reader->buf = g_realloc(reader->buf, size);
            reader->room = size;
        }
        ret = reader_fill(reader, flags);
        if (ret <= 0) {
            return ret;
        }
        flags = MSG_DONTWAIT;
    }
}

int vfio_user_reader_next(VFIOUserReader *reader, VFIOUserMsg *msg)
{
    return reader_next(reader, msg, MSG_DONTWAIT);
}

int vfio_user_reader_await(VFIOUserReader *reader, VFIOUserMsg *msg)
{
    return reader_next(reader, msg, 0);
}

/* -- writing ----------------------------------------------------------------------------- */

void vfio_user_writer_init(VFIOUserWriter *writer, int sock, size_t pending_max)
{
    *writer = (VFIOUserWriter) {
        .sock = sock,
        .pending_max = pending_max,
    };
}

void vfio_user_writer_destroy(VFIOUserWriter *writer)
{
    g_clear_pointer(&writer->pending, g_byte_array_unref);
}

/* A small message without descriptors: copying it is cheaper than describing its pieces. */
static ssize_t message_send_small(int sock, const VFIOUserMsg *msg)
{
    uint8_t bytes[SMALL_SIZE];

    memcpy(bytes, &msg->header, sizeof(msg->header));
    memcpy(bytes + sizeof(msg->header), msg->payload, msg->size);
    return send(sock, bytes, sizeof(msg->header) + msg->size, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static ssize_t message_send_pieces(int sock, const VFIOUserMsg *msg)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(VFIO_USER_MSG_FDS_MAX * sizeof(int))];
    } control = { 0 };
    struct iovec iov[] = {
        { (void *)&msg->header, sizeof(msg->header) },
        { (void *)msg->payload, msg->size },
    };
    struct msghdr mh = { .msg_iov = iov, .msg_iovlen = msg->size ? 2 : 1 };

    if (msg->num_fds) {
        size_t size = msg->num_fds * sizeof(int);
        struct cmsghdr *c;

        mh.msg_control = control.bytes;
        mh.msg_controllen = CMSG_SPACE(size);
        c = CMSG_FIRSTHDR(&mh);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(size);
        memcpy(CMSG_DATA(c), msg->fds, size);
    }
    return sendmsg(sock, &mh, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* Bytes taken by the socket, 0 if it takes none now, or -errno. */
static ssize_t message_send(int sock, const VFIOUserMsg *msg)
{
    bool is_small = msg->size && msg->size <= SMALL_SIZE - sizeof(msg->header) && !msg->num_fds;
    ssize_t n;

    SOCKET_TSAN_RELEASE();
    do {
        n = is_small ? message_send_small(sock, msg) : message_send_pieces(sock, msg);
    } while (n < 0 && errno == EINTR);
    return n >= 0 ? n : errno == EAGAIN ? 0 : -errno;
}

int vfio_user_writer_send(VFIOUserWriter *writer, const VFIOUserMsg *unsized)
{
    VFIOUserMsg msg = *unsized;
    size_t sent = 0, of_header;
    size_t size = sizeof(msg.header) + msg.size;

    msg.header.size = size;
    if (vfio_user_writer_is_idle(writer)) {
        ssize_t n = message_send(writer->sock, &msg);

        if (n < 0) {
            return n;
        }
        sent = n;
    }
    if (sent == size) {
        return 0;
    }
    if (!writer->pending) {
        writer->pending = g_byte_array_new();
    }
    if ((msg.num_fds && !sent) || size - sent > writer->pending_max - writer->pending->len) {
        return -ENOBUFS;
    }
    of_header = MIN(sent, sizeof(msg.header));
    g_byte_array_append(writer->pending, (const guint8 *)&msg.header + of_header,
                        sizeof(msg.header) - of_header);
    sent -= of_header;
    if (msg.size > sent) {
        g_byte_array_append(writer->pending, (const guint8 *)msg.payload + sent, msg.size - sent);
    }
    return 0;
}

int vfio_user_writer_flush(VFIOUserWriter *writer)
{
    while (!vfio_user_writer_is_idle(writer)) {
        ssize_t n = send(writer->sock, writer->pending->data, writer->pending->len,
                         MSG_DONTWAIT | MSG_NOSIGNAL);

        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return errno == EAGAIN ? 0 : -errno;
        }
        g_byte_array_remove_range(writer->pending, 0, n);
    }
    return 0;
}
