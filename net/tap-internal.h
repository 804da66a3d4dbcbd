/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TAP interfaces of Linux: opening and setting them up (tap-linux.c). */
#ifndef NET_TAP_INTERNAL_H
#define NET_TAP_INTERNAL_H

#include "net-internal.h"

/*
 * Opens interface @ifname (NULL or "": a new one), whose name is left in
 * *@actual (caller frees). *@vnet_hdr: in, whether virtio-net headers are
 * wanted; out, whether there are any; with @vnet_hdr_required missing ones are
 * an error. Returns the descriptor, non-blocking, or -1 with @errp.
 */
int tap_fd_open(const char *ifname, char **actual, bool *vnet_hdr, bool vnet_hdr_required,
                Error **errp);

/* Whether @fd is a TAP interface, and its name (caller frees) and headers. */
bool tap_fd_probe(int fd, char **ifname, bool *vnet_hdr, Error **errp);

/* Length of the virtio-net header, 10 or 12; whether the kernel can; to set it. */
bool tap_fd_vnet_hdr_len_set(int fd, int len);
int tap_fd_vnet_hdr_len_get(int fd);
bool tap_fd_vnet_le_set(int fd, bool is_le);
bool tap_fd_vnet_be_set(int fd, bool is_be);

/* TUN_F_* bits that the kernel takes. */
bool tap_fd_offload_set(int fd, unsigned flags);

bool tap_fd_sndbuf_set(int fd, uint64_t bytes, Error **errp);

#endif
