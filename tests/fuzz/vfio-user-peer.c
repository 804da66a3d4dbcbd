/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Connections and requests of the scripted vfio-user server; see vfio-user-peer.h. */
#include "qemu/osdep.h"
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include "vfio-user-peer-internal.h"

ssize_t __real_sendmsg(int sock, const struct msghdr *mh, int flags);
ssize_t __real_send(int sock, const void *data, size_t size, int flags);
ssize_t __wrap_sendmsg(int sock, const struct msghdr *mh, int flags);
ssize_t __wrap_send(int sock, const void *data, size_t size, int flags);

Peer peer = { .listen_fd = -1, .sock = -1, .twin = -1 };

/* -- the script ------------------------------------------------------------------------------ */

uint64_t peer_take(size_t bytes)
{
    uint64_t value = 0;

    bytes = MIN(bytes, peer.left);
    memcpy(&value, peer.script, bytes);
    peer.script += bytes;
    peer.left -= bytes;
    return value;
}

size_t peer_take_bytes(uint8_t *to, size_t room)
{
    size_t n = MIN(room, peer.left);

    memcpy(to, peer.script, n);
    peer.script += n;
    peer.left -= n;
    return n;
}

/* -- messages -------------------------------------------------------------------------------- */

/* What the socket does not take is lost. */
void peer_send(int sock, const void *bytes, size_t size, const int *fds,
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

void peer_send_message(int sock, VFIOUserHeader header, const void *payload, size_t size,
                         const int *fds, unsigned int num_fds)
{
    g_autofree uint8_t *bytes = g_malloc(sizeof(header) + size);

    header.size = sizeof(header) + size;
    memcpy(bytes, &header, sizeof(header));
    if (size) {
        memcpy(bytes + sizeof(header), payload, size);
    }
    peer_send(sock, bytes, header.size, fds, num_fds);
}

void peer_disconnect(void)
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

/* -- requests -------------------------------------------------------------------------------- */

static void request_serve(const Request *request)
{
    while (!peer.good && peer.left) {
        if (*peer.script < 0x80) {
            peer.good = peer_take(1) + 1;
        } else if (peer_deed(request)) {
            return;
        }
        if (peer.sock < 0) {
            return;
        }
    }
    if (!peer.good) {
        peer_disconnect();
        return;
    }
    peer.good--;
    peer_answer(request);
}

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
        peer_disconnect();
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

void peer_begin(const uint8_t *script, size_t size)
{
    g_mutex_lock(&peer.lock);
    peer.script = script;
    peer.left = size;
    peer.good = 0;
    peer.clients = 0;
    peer_device_init();
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
    peer_disconnect();
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
