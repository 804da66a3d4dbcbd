/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -object vfio-user-server,id=ID,socket=PATH|fd=N,device=ID: offers one sysbus device of the
 * machine to vfio-user clients, one after another. Created after the devices (startup) or by
 * object-add; ends with object-del, with the device or with the program.
 */
#include "user-server-internal.h"
#include <sys/socket.h>
#include <sys/un.h>
#include "../../util/fd.h"
#include "qapi/error.h"
#include "qemu/cutils.h"
#include "qemu/fdset.h"
#include "qapi/visitor.h"
#include "qom/object_interfaces.h"
#include "trace.h"

#define DMA_TIMEOUT_MS 2000

/* -- sockets --------------------------------------------------------------------------------- */

static void server_accept(void *opaque)
{
    VFIOUserServer *server = opaque;
    int sock = accept4(server->listen_fd, NULL, NULL, SOCK_CLOEXEC);

    if (sock < 0) {
        return; /* it left again */
    }
    /* Others wait in the backlog until this one has left. */
    qemu_set_fd_handler(server->listen_fd, NULL, NULL, NULL);
    vfio_user_conn_start(server, sock);
}

void vfio_user_server_conn_gone(VFIOUserServer *server)
{
    if (server->listen_fd >= 0) {
        qemu_set_fd_handler(server->listen_fd, server_accept, NULL, server);
    }
}

/* A file nobody listens at is what a killed server left behind. */
static void socket_remove_stale(const struct sockaddr_un *address)
{
    struct stat st;
    fd_auto int sock = -1;

    if (lstat(address->sun_path, &st) || !S_ISSOCK(st.st_mode)) {
        return;
    }
    sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (sock >= 0 && connect(sock, (const struct sockaddr *)address, sizeof(*address)) &&
        errno == ECONNREFUSED) {
        unlink(address->sun_path);
    }
}

static bool server_bind(VFIOUserServer *server, Error **errp)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    fd_auto int sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (strlen(server->socket) >= sizeof(address.sun_path)) {
        error_setg(errp, "socket '%s': the path has more than %zu characters", server->socket,
                   sizeof(address.sun_path) - 1);
        return false;
    }
    pstrcpy(address.sun_path, sizeof(address.sun_path), server->socket);
    socket_remove_stale(&address);
    if (sock < 0 || bind(sock, (struct sockaddr *)&address, sizeof(address))) {
        error_setg_errno(errp, errno, "socket '%s'", server->socket);
        return false;
    }
    server->is_bound = true;
    if (listen(sock, 16)) {
        error_setg_errno(errp, errno, "socket '%s'", server->socket);
        return false;
    }
    server->listen_fd = fd_steal(&sock);
    return true;
}

/* fd= is a socket that listens, or one that a client is connected to. */
static bool server_take_fd(VFIOUserServer *server, int *connected, Error **errp)
{
    fd_auto int fd = fd_param_get(server->fd_param, errp);
    int domain = 0, type = 0, is_listening = 0;
    socklen_t len = sizeof(int);

    if (fd < 0) {
        return false;
    }
    if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) || domain != AF_UNIX ||
        getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) || type != SOCK_STREAM ||
        getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &is_listening, &len)) {
        error_setg(errp, "fd=%s is not a UNIX stream socket", server->fd_param);
        return false;
    }
    if (is_listening) {
        fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
        server->listen_fd = fd_steal(&fd);
    } else {
        *connected = fd_steal(&fd);
    }
    return true;
}

static void server_close(VFIOUserServer *server)
{
    if (server->listen_fd >= 0) {
        qemu_set_fd_handler(server->listen_fd, NULL, NULL, NULL);
        fd_close(&server->listen_fd);
    }
    if (server->is_bound) {
        unlink(server->socket);
        server->is_bound = false;
    }
}

/* -- begin and end of service ------------------------------------------------------------------ */

/* The device named device=, or the one on the system bus that its bus belongs to. */
static SysBusDevice *server_find_device(VFIOUserServer *server, Error **errp)
{
    bool is_ambiguous = false;
    Object *obj = object_resolve_path_type(server->device_id, TYPE_DEVICE, &is_ambiguous);
    DeviceState *dev = (DeviceState *)obj;

    if (!obj) {
        error_setg(errp, is_ambiguous ? "device '%s' is ambiguous; give its whole QOM path" :
                                        "device '%s' not found", server->device_id);
        return NULL;
    }
    while (dev && !object_dynamic_cast(OBJECT(dev), TYPE_SYS_BUS_DEVICE)) {
        dev = dev->parent_bus ? dev->parent_bus->parent : NULL;
    }
    if (!dev) {
        error_setg(errp, "device '%s' (%s) is neither a system bus device nor behind one",
                   server->device_id, object_get_typename(obj));
        return NULL;
    }
    if (!dev->realized) {
        error_setg(errp, "device '%s' is not realized", server->device_id);
        return NULL;
    }
    return SYS_BUS_DEVICE(dev);
}

static void server_stop(VFIOUserServer *server)
{
    if (!server->is_serving) {
        return;
    }
    server->is_serving = false;
    trace_vfio_user_server_stop(server->name);
    if (server->conn) {
        vfio_user_conn_stop(server->conn);
    }
    server_close(server);
    qemu_remove_exit_notifier(&server->exit_notifier);
    device_listener_unregister(&server->device_listener);
    vfio_user_irqs_stop(server);
    vfio_user_device_stop(server);
    vfio_user_signaller_destroy(&server->signaller);
    object_unref(OBJECT(server->device));
    server->device = NULL;
}

static void server_device_gone(DeviceListener *listener, DeviceState *dev)
{
    VFIOUserServer *server = container_of(listener, VFIOUserServer, device_listener);

    if (dev == DEVICE(server->device)) {
        server_stop(server);
    }
}

static void server_exit(Notifier *notifier, void *data)
{
    server_stop(container_of(notifier, VFIOUserServer, exit_notifier));
}

/* What can be refused comes first: nothing is to be undone afterwards. */
static bool server_start(VFIOUserServer *server, SysBusDevice *device, Error **errp)
{
    server->device = device;
    g_free(server->name);
    server->name = g_strdup(server->device_id);
    if (!vfio_user_irqs_start(server, errp)) {
        return false;
    }
    if (!vfio_user_device_start(server, errp)) {
        vfio_user_irqs_stop(server);
        return false;
    }
    object_ref(OBJECT(device));
    vfio_user_signaller_init(&server->signaller);
    device_listener_register(&server->device_listener);
    qemu_add_exit_notifier(&server->exit_notifier);
    server->is_serving = true;
    if (qemu_machine_init_done()) {
        device_cold_reset(DEVICE(device)); /* so that its lines are driven */
    }
    return true;
}

static bool server_check_options(VFIOUserServer *server, Error **errp)
{
    if (!server->device_id) {
        error_setg(errp, "vfio-user-server needs device=ID, the device to serve");
        return false;
    }
    if (!server->socket == !server->fd_param) {
        error_setg(errp, "vfio-user-server needs either socket=PATH or fd=N");
        return false;
    }
    return true;
}

static void server_complete(UserCreatable *uc, Error **errp)
{
    VFIOUserServer *server = VFIO_USER_SERVER(uc);
    SysBusDevice *device;
    fd_auto int connected = -1;

    if (!server_check_options(server, errp)) {
        return;
    }
    device = server_find_device(server, errp);
    if (!device) {
        return;
    }
    if (!(server->socket ? server_bind(server, errp) :
                           server_take_fd(server, &connected, errp)) ||
        !server_start(server, device, errp)) {
        server_close(server);
        return;
    }
    trace_vfio_user_server_start(server->name, server->num_regions, server->num_irqs,
                                 server->node_size);
    if (connected >= 0) {
        vfio_user_conn_start(server, fd_steal(&connected));
    } else {
        vfio_user_server_conn_gone(server);
    }
}

/* -- the type ---------------------------------------------------------------------------------- */

/* Properties say what to serve; they are read once. */
static bool server_may_set(VFIOUserServer *server, Error **errp)
{
    if (server->is_serving) {
        error_setg(errp, "vfio-user-server: its properties cannot be changed while it serves");
    }
    return !server->is_serving;
}

#define STRING_PROPERTY(field)                                                      \
    static char *server_get_##field(Object *obj, Error **errp)                      \
    {                                                                               \
        return g_strdup(VFIO_USER_SERVER(obj)->field);                              \
    }                                                                               \
                                                                                    \
    static void server_set_##field(Object *obj, const char *value, Error **errp)    \
    {                                                                               \
        VFIOUserServer *server = VFIO_USER_SERVER(obj);                             \
                                                                                    \
        if (server_may_set(server, errp)) {                                         \
            g_free(server->field);                                                  \
            server->field = g_strdup(value);                                        \
        }                                                                           \
    }

STRING_PROPERTY(socket)
STRING_PROPERTY(fd_param)
STRING_PROPERTY(device_id)
STRING_PROPERTY(edge_irqs)

static void server_get_dma_timeout(Object *obj, Visitor *v, const char *name, void *opaque,
                                   Error **errp)
{
    visit_type_uint32(v, name, &VFIO_USER_SERVER(obj)->dma_timeout_ms, errp);
}

static void server_set_dma_timeout(Object *obj, Visitor *v, const char *name, void *opaque,
                                   Error **errp)
{
    VFIOUserServer *server = VFIO_USER_SERVER(obj);
    uint32_t value;

    if (server_may_set(server, errp) && visit_type_uint32(v, name, &value, errp)) {
        server->dma_timeout_ms = value;
    }
}

static void server_init(Object *obj)
{
    VFIOUserServer *server = VFIO_USER_SERVER(obj);

    server->listen_fd = -1;
    server->dma_timeout_ms = DMA_TIMEOUT_MS;
    server->device_listener.unrealize = server_device_gone;
    server->exit_notifier.notify = server_exit;
}

static void server_unparent(Object *obj)
{
    server_stop(VFIO_USER_SERVER(obj));
}

static void server_finalize(Object *obj)
{
    VFIOUserServer *server = VFIO_USER_SERVER(obj);

    server_stop(server);
    g_free(server->name);
    g_free(server->socket);
    g_free(server->fd_param);
    g_free(server->device_id);
    g_free(server->edge_irqs);
}

static void server_class_init(ObjectClass *klass, void *data)
{
    UserCreatableClass *ucc = USER_CREATABLE_CLASS(klass);

    klass->unparent = server_unparent;
    ucc->complete = server_complete;
    ucc->needs_devices = true;
    object_class_property_add_str(klass, "socket", server_get_socket, server_set_socket);
    object_class_property_set_description(klass, "socket", "path of the UNIX socket to listen at");
    object_class_property_add_str(klass, "fd", server_get_fd_param, server_set_fd_param);
    object_class_property_set_description(klass, "fd",
                                          "listening or connected UNIX socket, instead of a path");
    object_class_property_add_str(klass, "device", server_get_device_id, server_set_device_id);
    object_class_property_set_description(klass, "device", "id of the device to serve");
    object_class_property_add_str(klass, "edge-irqs", server_get_edge_irqs, server_set_edge_irqs);
    object_class_property_set_description(klass, "edge-irqs",
                                          "numbers of edge-triggered interrupts, separated by "
                                          "colons, or none; default: as the device's node says");
    object_class_property_add(klass, "x-dma-timeout-ms", "uint32", server_get_dma_timeout,
                              server_set_dma_timeout, NULL, NULL);
    object_class_property_set_description(klass, "x-dma-timeout-ms",
                                          "longest wait for a client's answer to DMA");
}

static const TypeInfo server_types[] = {
    {
        .name = TYPE_VFIO_USER_SERVER,
        .parent = TYPE_OBJECT,
        .instance_size = sizeof(VFIOUserServer),
        .instance_init = server_init,
        .instance_finalize = server_finalize,
        .class_init = server_class_init,
        .interfaces = (InterfaceInfo[]) {
            { TYPE_USER_CREATABLE },
            { }
        },
    },
};

DEFINE_TYPES(server_types)
