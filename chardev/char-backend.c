/* SPDX-License-Identifier: GPL-2.0-or-later */
/* chardev-add: the schema's description of a chardev as options. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qapi-types-char.h"
#include "char-internal.h"

static bool str_add(QemuOpts *opts, const char *key, const char *value, Error **errp)
{
    return !value || qemu_opt_set(opts, key, value, errp);
}

static bool bool_add(QemuOpts *opts, const char *key, bool has_value, bool value, Error **errp)
{
    return !has_value || qemu_opt_set_bool(opts, key, value, errp);
}

static bool common_add(QemuOpts *opts, const ChardevCommon *common, Error **errp)
{
    return str_add(opts, "logfile", common->logfile, errp) &&
           bool_add(opts, "logappend", common->has_logappend, common->logappend, errp);
}

static bool address_add(QemuOpts *opts, const SocketAddressLegacy *addr, Error **errp)
{
    switch (addr->type) {
    case SOCKET_ADDRESS_TYPE_UNIX: {
        const UnixSocketAddress *data = addr->u.q_unix.data;

        return str_add(opts, "path", data->path, errp) &&
               bool_add(opts, "abstract", data->has_abstract, data->abstract, errp) &&
               bool_add(opts, "tight", data->has_tight, data->tight, errp);
    }
    case SOCKET_ADDRESS_TYPE_INET: {
        const InetSocketAddress *data = addr->u.inet.data;

        return str_add(opts, "host", data->host, errp) &&
               str_add(opts, "port", data->port, errp) &&
               (!data->has_to || qemu_opt_set_number(opts, "to", data->to, errp)) &&
               bool_add(opts, "ipv4", data->has_ipv4, data->ipv4, errp) &&
               bool_add(opts, "ipv6", data->has_ipv6, data->ipv6, errp);
    }
    default:
        return str_add(opts, "fd", addr->u.fd.data->str, errp);
    }
}

/* The defaults of chardev-add differ from those of -chardev. */
static bool socket_add(QemuOpts *opts, const ChardevSocket *sock, Error **errp)
{
    bool is_server = sock->has_server ? sock->server : true;

    if (sock->has_reconnect && sock->reconnect < 0) {
        error_setg(errp, "chardev socket: reconnect= cannot be negative");
        return false;
    }
    return address_add(opts, sock->addr, errp) &&
           qemu_opt_set_bool(opts, "server", is_server, errp) &&
           bool_add(opts, "wait", is_server || sock->has_wait, sock->wait, errp) &&
           bool_add(opts, "nodelay", sock->has_nodelay, sock->nodelay, errp) &&
           bool_add(opts, "telnet", sock->has_telnet, sock->telnet, errp) &&
           (!sock->has_reconnect ||
            qemu_opt_set_number(opts, "reconnect", sock->reconnect, errp)) &&
           common_add(opts, qapi_ChardevSocket_base(sock), errp);
}

static bool file_add(QemuOpts *opts, const ChardevFile *file, Error **errp)
{
    return str_add(opts, "path", file->out, errp) &&
           str_add(opts, "input-path", file->in, errp) &&
           bool_add(opts, "append", file->has_append, file->append, errp) &&
           common_add(opts, qapi_ChardevFile_base(file), errp);
}

static bool ringbuf_add(QemuOpts *opts, const ChardevRingbuf *ringbuf, Error **errp)
{
    return (!ringbuf->has_size || qemu_opt_set_number(opts, "size", ringbuf->size, errp)) &&
           common_add(opts, qapi_ChardevRingbuf_base(ringbuf), errp);
}

static bool backend_add(QemuOpts *opts, const ChardevBackend *backend, Error **errp)
{
    switch (backend->type) {
    case CHARDEV_BACKEND_KIND_FILE:
        return file_add(opts, backend->u.file.data, errp);
    case CHARDEV_BACKEND_KIND_PIPE:
        return str_add(opts, "path", backend->u.pipe.data->device, errp) &&
               common_add(opts, qapi_ChardevHostdev_base(backend->u.pipe.data), errp);
    case CHARDEV_BACKEND_KIND_SOCKET:
        return socket_add(opts, backend->u.socket.data, errp);
    case CHARDEV_BACKEND_KIND_PTY:
        return common_add(opts, backend->u.pty.data, errp);
    case CHARDEV_BACKEND_KIND_NULL:
        return common_add(opts, backend->u.null.data, errp);
    case CHARDEV_BACKEND_KIND_MUX:
        return str_add(opts, "chardev", backend->u.mux.data->chardev, errp) &&
               common_add(opts, qapi_ChardevMux_base(backend->u.mux.data), errp);
    case CHARDEV_BACKEND_KIND_STDIO:
        return bool_add(opts, "signal", backend->u.stdio.data->has_signal,
                        backend->u.stdio.data->signal, errp) &&
               common_add(opts, qapi_ChardevStdio_base(backend->u.stdio.data), errp);
    case CHARDEV_BACKEND_KIND_RINGBUF:
        return ringbuf_add(opts, backend->u.ringbuf.data, errp);
    default:
        return ringbuf_add(opts, backend->u.memory.data, errp);
    }
}

QemuOpts *qemu_chr_opts_from_backend(const char *id, ChardevBackend *backend, Error **errp)
{
    QemuOpts *opts;

    if (qemu_chr_find(id)) {
        error_setg(errp, "Chardev with id '%s' already exists", id);
        return NULL;
    }
    opts = qemu_opts_create(&qemu_chardev_opts, id, 1, errp);
    if (opts && (!str_add(opts, "backend", ChardevBackendKind_str(backend->type), errp) ||
                 !backend_add(opts, backend, errp))) {
        qemu_opts_del(opts);
        return NULL;
    }
    return opts;
}
