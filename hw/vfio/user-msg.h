/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vfio-user messages on a UNIX stream socket: a reader that puts them together from whatever
 * pieces arrive, a writer that never blocks, and blocking functions with a time limit. Nothing
 * here is thread safe: one thread at a time per reader, writer or channel. The sockets stay the
 * caller's.
 */
#ifndef HW_VFIO_USER_MSG_H
#define HW_VFIO_USER_MSG_H

#include "user-proto.h"

/* Close what descriptors of @msg were not taken (set to -1). */
void vfio_user_msg_clear(VFIOUserMsg *msg);

/* Take the descriptor @index out of @msg; -1 if there is none. */
int vfio_user_msg_steal_fd(VFIOUserMsg *msg, unsigned int index);

/* -- reading ----------------------------------------------------------------------------- */

typedef struct VFIOUserFd {
    int fd;
    size_t at; /* byte of the buffer whose message it belongs to */
} VFIOUserFd;

/* @buf: @used bytes, whose first @taken are the message that was handed out last. */
typedef struct VFIOUserReader {
    int sock;
    uint8_t *buf;
    size_t room;
    size_t used;
    size_t taken;
    size_t size_max;
    VFIOUserFd fds[2 * VFIO_USER_MSG_FDS_MAX];
    unsigned int num_fds;
} VFIOUserReader;

/* Messages of @sock, of up to @size_max bytes with header. */
void vfio_user_reader_init(VFIOUserReader *reader, int sock, size_t size_max);
void vfio_user_reader_destroy(VFIOUserReader *reader);

/*
 * The next message, without blocking: 1 with @msg filled, whose payload is valid until the next
 * call and whose descriptors are the caller's; 0: not all of it has arrived. Once it
 * returned an error the stream is unusable: -ECONNRESET: the peer is gone; -EMSGSIZE: longer than
 * size_max; -EPROTO: shorter than a header, or with too many descriptors; -errno of recvmsg().
 *
 * Descriptors belong to the message that holds the last byte received together with them, which is
 * right for peers that send them with (the header of) one message per sendmsg().
 */
int vfio_user_reader_next(VFIOUserReader *reader, VFIOUserMsg *msg);

/*
 * The same, but if there is nothing it sleeps in recvmsg() for as long as the socket's
 * SO_RCVTIMEO, and O_NONBLOCK, say. 0 also after a signal.
 */
int vfio_user_reader_await(VFIOUserReader *reader, VFIOUserMsg *msg);

/* Whether a whole message is in the buffer: poll() will not tell of it. */
bool vfio_user_reader_has_message(const VFIOUserReader *reader);

/* -- writing ----------------------------------------------------------------------------- */

/* @pending: bytes that the socket did not take; NULL until there are some. */
typedef struct VFIOUserWriter {
    int sock;
    GByteArray *pending;
    size_t pending_max;
} VFIOUserWriter;

void vfio_user_writer_init(VFIOUserWriter *writer, int sock, size_t pending_max);
void vfio_user_writer_destroy(VFIOUserWriter *writer);

/*
 * Send @msg without blocking; header.size is filled in here; descriptors stay the caller's. What
 * the socket does not take is kept for vfio_user_writer_flush(). 0; -ENOBUFS: more than pending_max
 * bytes would be kept, or a message with descriptors can neither be begun nor kept; -errno of
 * sendmsg(). After an error the stream is unusable.
 */
int vfio_user_writer_send(VFIOUserWriter *writer, const VFIOUserMsg *msg);

/* Send what is pending. 0, also when the socket does not take all of it, or -errno. */
int vfio_user_writer_flush(VFIOUserWriter *writer);

static inline bool vfio_user_writer_is_idle(const VFIOUserWriter *writer)
{
    return !writer->pending || !writer->pending->len;
}

/* -- blocking ---------------------------------------------------------------------------- */

/* Deadlines are points of g_get_monotonic_time(). */
static inline int64_t vfio_user_deadline(unsigned int timeout_ms)
{
    return g_get_monotonic_time() + (int64_t)timeout_ms * 1000;
}

/* Send all of @msg. 0, -ETIMEDOUT or -errno; after an error the stream is unusable. */
int vfio_user_send(int sock, VFIOUserMsg *msg, int64_t deadline);

/* The next message: 0, -ETIMEDOUT, or -errno as vfio_user_reader_next(). */
int vfio_user_receive(VFIOUserReader *reader, VFIOUserMsg *msg, int64_t deadline);

/*
 * One end that asks and waits. @on_command, if not NULL, gets commands of the peer that arrive
 * meanwhile (DMA_READ and DMA_WRITE when there is no twin socket), may answer them with
 * vfio_user_send() and takes what descriptors it wants; without it they are answered with
 * EOPNOTSUPP. It returns 0, or -errno to give up.
 */
typedef struct VFIOUserChannel {
    int sock;
    uint16_t next_id;
    int64_t patience_us;
    VFIOUserReader reader;
    int (*on_command)(void *opaque, VFIOUserMsg *msg);
    void *opaque;
} VFIOUserChannel;

void vfio_user_channel_init(VFIOUserChannel *channel, int sock);
/*
 * Let requests with a deadline of @timeout_ms or more sleep in recvmsg() instead of poll(): a
 * system call less for each. Changes the socket's O_NONBLOCK and SO_RCVTIMEO.
 */
void vfio_user_channel_set_blocking(VFIOUserChannel *channel, unsigned int timeout_ms);
void vfio_user_channel_destroy(VFIOUserChannel *channel);

/*
 * Send @request (command, flags NO_REPLY or 0, payload and descriptors are the caller's; the
 * rest of the header is filled in) and wait for its answer, which is checked by
 * vfio_user_validate_reply(). Replies to other, forgotten requests are dropped. @reply's payload
 * is valid until the next request; its descriptors are the caller's on success. With NO_REPLY
 * @reply is not touched and nothing waited for.
 *
 * 0, or -errno. Of these, the peer's own are told from failures of the channel, after which it is
 * unusable, by *@broken.
 */
int vfio_user_channel_request(VFIOUserChannel *channel, VFIOUserMsg *request, VFIOUserMsg *reply,
                              int64_t deadline, bool *broken);

/* Answer a command with an error; @error is positive. Nothing is sent for NO_REPLY commands. */
int vfio_user_send_error(int sock, const VFIOUserMsg *command, int error, int64_t deadline);

#endif
