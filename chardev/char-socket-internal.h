/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses of socket chardevs, and how to connect to or listen on one. */
#ifndef CHAR_SOCKET_INTERNAL_H
#define CHAR_SOCKET_INTERNAL_H

#include "qemu/option.h"

typedef enum SocketAddrKind {
    SOCKET_ADDR_UNIX,
    SOCKET_ADDR_INET,
    SOCKET_ADDR_FD,
} SocketAddrKind;

typedef struct SocketAddr {
    SocketAddrKind kind;
    char *path;             /* unix */
    bool is_abstract;
    bool is_tight;
    char *host;             /* inet; "" is every local address */
    char *port;
    unsigned port_last;     /* listening tries port .. port_last */
    int family;             /* AF_UNSPEC, AF_INET, AF_INET6 */
    int fd;                 /* -1, or a socket given to us; owned until taken */
} SocketAddr;

/* Fills @addr from path=, host=/port= or fd=. On error it is empty. */
bool socket_addr_init(SocketAddr *addr, QemuOpts *opts, Error **errp);
void socket_addr_clear(SocketAddr *addr);
/* A copy for another thread; not possible for a given descriptor. */
void socket_addr_copy(SocketAddr *copy, const SocketAddr *addr);

/* "unix:PATH" or "tcp:HOST:PORT". Free with g_free(). */
char *socket_addr_text(const SocketAddr *addr);

/*
 * A connected socket, or -1 with @errp.  TCP blocks for name resolution and
 * the handshake; unix sockets answer at once.
 */
int socket_addr_connect(SocketAddr *addr, Error **errp);

/* A listening socket, or -1 with @errp; fills in the port that was chosen. */
int socket_addr_listen(SocketAddr *addr, Error **errp);

/* Removes the file of a unix socket we listened on. */
void socket_addr_unlink(const SocketAddr *addr);

#endif
