/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sockets for the backends "stream" and "dgram" from addresses of the schema. */
#ifndef NET_SOCKET_ADDRESS_INTERNAL_H
#define NET_SOCKET_ADDRESS_INTERNAL_H

#include <sys/socket.h>
#include "qapi/qapi-types-sockets.h"

typedef struct NetSockAddr {
    struct sockaddr_storage sa;
    socklen_t len;
} NetSockAddr;

/*
 * The socket address that @addr (of type inet or unix) says, for sockets of
 * @socktype; @is_local: to bind to. May ask a name server.
 */
bool net_sockaddr_resolve(NetSockAddr *out, const SocketAddress *addr, int socktype,
                          bool is_local, Error **errp);

/* Text for people: "unix:/tmp/x", "127.0.0.1:1234", "fd:7". Caller frees. */
char *net_sockaddr_text(const SocketAddress *addr);

/* A socket, non-blocking and closed on exec, for addresses like @sa; -1 with @errp. */
int net_socket_new(const NetSockAddr *sa, int socktype, Error **errp);

/*
 * Binds @fd, after removing what a killed program left at a unix path.
 * @text names the address in the message.
 */
bool net_socket_bind(int fd, const NetSockAddr *sa, const char *text, Error **errp);

/* Takes the descriptor that @addr (of type fd) names: a socket of @socktype. -1 with @errp. */
int net_socket_from_fd(const SocketAddress *addr, int socktype, Error **errp);

/* Removes the path that a unix socket of ours was bound to. */
void net_socket_unlink(const SocketAddress *addr);

#endif
