/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vfio-user client: a device that a vfio-user server offers, attached to a guest. A thread of its
 * own answers the server's DMA messages, notices when it is gone, and looks for it again.
 */
#include "qemu/osdep.h"
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include "qapi/error.h"
#include "qemu/atomic.h"
#include "qemu/lockable.h"
#include "../../util/fd.h"
#include "container-internal.h"
#include "io-internal.h"
#include "user-client-internal.h"
#include "trace.h"

/* How long a server that kept the machine waiting is left alone, in its timeouts. */
#define REST_AFTER_STALL 10

/* -- state ----------------------------------------------------------------------------------- */

static void thread_wake(VFIOUserClient *client)
{
    uint64_t one = 1;
    ssize_t n = RETRY_ON_EINTR(write(client->wake, &one, sizeof(one)));

    g_assert(n == sizeof(one)); /* it is never near its limit */
}

/* What anybody waits for in a socket ends now. With client->lock, or from the thread. */
static void link_shutdown(VFIOUserLink *link)
{
    shutdown(link->sock, SHUT_RDWR);
    if (link->twin >= 0) {
        shutdown(link->twin, SHUT_RDWR);
    }
}

void vfio_user_lose(VFIOUserClient *client)
{
    if (qatomic_xchg(&client->state, VFIO_USER_LOST) == VFIO_USER_LOST) {
        return;
    }
    trace_vfio_user_lost(client->vdev->name);
    thread_wake(client);
    qemu_bh_schedule(client->bh);
}

/* -- the thread ------------------------------------------------------------------------------ */

/* With @gives_way, not longer than nobody has a request. */
static int commands_serve(VFIOUserClient *client, VFIOUserReader *reader, bool gives_way)
{
    VFIOUserMsg msg;
    int ret;

    while ((ret = vfio_user_reader_next(reader, &msg)) > 0) {
        if (!vfio_user_msg_is_reply(&msg)) {
            ret = vfio_user_serve(client, reader->sock, &msg);
        }
        vfio_user_msg_clear(&msg);
        if (ret < 0 || qatomic_read(&client->state) == VFIO_USER_LOST ||
            qatomic_read(&client->stop) || (gives_way && qatomic_read(&client->askers))) {
            break;
        }
    }
    return MIN(ret, 0);
}

/* Where requests go the same way: they come first, and serve what commands they meet. */
static int shared_serve(VFIOUserClient *client, VFIOUserLink *link)
{
    QEMU_LOCK_GUARD(&client->lock);
    while (qatomic_read(&client->askers)) {
        qemu_cond_wait(&client->asked, &client->lock);
    }
    return commands_serve(client, &link->channel.reader, true);
}

/* Wait for whatever happens on a connection, and do it. */
static void link_watch(VFIOUserClient *client, VFIOUserLink *link)
{
    bool has_twin = link->twin >= 0;
    struct pollfd pfds[] = {
        { .fd = client->wake, .events = POLLIN },
        /* With a twin, what arrives here is for those who ask: do not get in their way. */
        { .fd = link->sock, .events = has_twin ? POLLRDHUP : POLLIN },
        { .fd = link->twin, .events = POLLIN },
    };
    int ret = 0;

    if (poll(pfds, has_twin ? 3 : 2, -1) < 0) {
        return;
    }
    if (has_twin && pfds[2].revents) {
        ret = commands_serve(client, &link->twin_reader, false);
    }
    if (!has_twin && pfds[1].revents) {
        ret = shared_serve(client, link);
    }
    if (ret < 0 || (has_twin && pfds[1].revents)) {
        vfio_user_lose(client);
    }
}

/* Requests go to @link from now on. With client->lock, or before the thread is there. */
static void link_take(VFIOUserClient *client, VFIOUserLink *link)
{
    client->link = link;
    qatomic_set(&client->fds_max, CLAMP(link->caps.max_msg_fds, 1, VFIO_USER_MSG_FDS_MAX));
}

static void link_drop(VFIOUserClient *client)
{
    QEMU_LOCK_GUARD(&client->lock);
    link_shutdown(client->link);
    g_clear_pointer(&client->link, vfio_user_link_free);
}

/* One that kept the machine waiting may do so again: for a small part of the time only. */
static int search_pause_ms(VFIOUserClient *client)
{
    int pause = qatomic_read(&client->search_ms);
    int64_t rest = (int64_t)client->timeout_ms * REST_AFTER_STALL;

    return pause < 0 || qatomic_read(&client->loss) != VFIO_USER_LOSS_STALLING ?
               pause : MAX(pause, (int)MIN(rest, INT_MAX));
}

/* Look for the server again after a while; NULL client->link if it is not there. */
static void link_search(VFIOUserClient *client)
{
    struct pollfd pfd = { .fd = client->wake, .events = POLLIN };
    VFIOUserLink *link;
    Error *err = NULL;

    if (poll(&pfd, 1, search_pause_ms(client)) || qatomic_read(&client->stop)) {
        return;
    }
    link = vfio_user_link_new(client, false, &err);
    if (link && !g_bytes_equal(link->identity, client->identity)) {
        error_setg(&err, "the server offers another device than before");
        g_clear_pointer(&link, vfio_user_link_free);
    }
    if (!link) {
        trace_vfio_user_search_failed(client->vdev->name, err ? error_get_pretty(err) : "stop");
        error_free(err);
        return;
    }
    WITH_QEMU_LOCK_GUARD(&client->lock) {
        link_take(client, link);
        qatomic_set(&client->loss, VFIO_USER_LOSS_GONE);
        qatomic_set(&client->state, VFIO_USER_FOUND);
    }
    qemu_bh_schedule(client->bh);
}

static void wake_clear(VFIOUserClient *client)
{
    uint64_t count;

    if (read(client->wake, &count, sizeof(count)) < 0) {
        return; /* nothing to clear */
    }
}

static void *client_thread(void *opaque)
{
    VFIOUserClient *client = opaque;

    while (!qatomic_read(&client->stop)) {
        wake_clear(client);
        if (qatomic_read(&client->stop)) {
            break;
        }
        if (qatomic_read(&client->state) == VFIO_USER_LOST) {
            if (client->link) {
                link_drop(client);
            }
            link_search(client);
        } else {
            link_watch(client, client->link);
        }
    }
    return NULL;
}

/* -- life ------------------------------------------------------------------------------------ */

static VFIOUserClient *client_new(VFIODevice *vdev)
{
    VFIOUserClient *client = g_new0(VFIOUserClient, 1);

    client->vdev = vdev;
    client->timeout_ms = vdev->timeout_ms ?: VFIO_USER_TIMEOUT_MS;
    client->search_ms = vdev->reconnect_s ?
                            MIN((int64_t)vdev->reconnect_s * 1000, INT_MAX) : -1;
    client->opening = -1;
    client->wake = -1;
    qemu_mutex_init(&client->lock);
    qemu_cond_init(&client->asked);
    qemu_mutex_init(&client->tables);
    client->ranges = g_array_new(FALSE, FALSE, sizeof(VFIOUserDMARange));
    client->eventfds = g_array_new(FALSE, FALSE, sizeof(VFIOUserEventfd));
    vfio_user_signaller_init(&client->signaller);
    return client;
}

static void client_free(VFIOUserClient *client)
{
    if (client->bh) {
        qemu_bh_delete(client->bh);
        qemu_bh_delete(client->turn_bh);
    }
    g_clear_pointer(&client->link, vfio_user_link_free);
    g_clear_pointer(&client->identity, g_bytes_unref);
    vfio_user_irqs_forget(client);
    vfio_user_signaller_destroy(&client->signaller);
    g_array_free(client->eventfds, TRUE);
    g_array_free(client->ranges, TRUE);
    qemu_mutex_destroy(&client->tables);
    qemu_cond_destroy(&client->asked);
    qemu_mutex_destroy(&client->lock);
    fd_close(&client->wake);
    g_free(client);
}

static bool client_connect(VFIOUserClient *client, Error **errp)
{
    VFIOUserLink *link;

    client->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (client->wake < 0) {
        error_setg_errno(errp, errno, "cannot make an eventfd");
        return false;
    }
    link = vfio_user_link_new(client, true, errp);
    if (!link) {
        return false;
    }
    link_take(client, link);
    client->identity = g_bytes_ref(client->link->identity);
    client->bh = qemu_bh_new(vfio_user_state_changed, client);
    client->turn_bh = qemu_bh_new(vfio_user_turn_over, client);
    client->state = VFIO_USER_ALIVE;
    return true;
}

/* From here on client->link may go away at any moment. */
static void client_start(VFIOUserClient *client)
{
    qemu_thread_create(&client->thread, "vfio-user", client_thread, client, QEMU_THREAD_JOINABLE);
}

static void client_stop(VFIOUserClient *client)
{
    WITH_QEMU_LOCK_GUARD(&client->lock) {
        qatomic_set(&client->stop, true);
        if (client->opening >= 0) {
            shutdown(client->opening, SHUT_RDWR);
        }
        if (client->link) {
            link_shutdown(client->link);
        }
    }
    thread_wake(client);
    qemu_thread_join(&client->thread);
}

static void device_leave(VFIODevice *vdev)
{
    VFIOUserClient *client = vdev->io_data;
    VFIOContainer *container = vdev->container;

    vfio_container_remove_device(vdev);
    vfio_container_free(container);
    client_stop(client);
    client_free(client);
    g_clear_pointer(&vdev->dt_blob, g_free);
    vdev->dt_blob_size = 0;
    vdev->io_data = NULL;
    vdev->io = NULL;
}

static void device_join(VFIOUserClient *client, AddressSpace *as)
{
    VFIODevice *vdev = client->vdev;
    const VFIOUserCaps *caps = &client->link->caps;
    VFIOContainer *container = vfio_container_new(as, &vfio_user_container_ops);

    container->io_data = client;
    container->pgsizes = caps->pgsizes;
    container->needs_files = true;
    vdev->io = &vfio_user_io_ops;
    vdev->io_data = client;
    vdev->fd = -1;
    vdev->dt_blob = g_memdup2(caps->dt_node, caps->dt_node_size);
    vdev->dt_blob_size = caps->dt_node_size;
    vfio_container_add_device(container, vdev);
}

bool vfio_user_attach(VFIODevice *vdev, AddressSpace *as, Error **errp)
{
    VFIOUserClient *client = client_new(vdev);

    if (!client_connect(client, errp)) {
        client_free(client);
        return false;
    }
    device_join(client, as);
    client_start(client);
    if (!vfio_container_listen(vdev->container, errp)) {
        device_leave(vdev);
        return false;
    }
    client->is_attached = true;
    client->is_announced = true;
    return true;
}

void vfio_user_detach(VFIODevice *vdev)
{
    device_leave(vdev);
}
