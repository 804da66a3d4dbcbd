/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TAP interfaces of Linux (Documentation/networking/tuntap.rst); see tap-internal.h. */
#include "qemu/osdep.h"
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include "tap-internal.h"
#include "util/fd.h"

#define TAP_DEVICE "/dev/net/tun"

int tap_fd_open(const char *ifname, char **actual, bool *vnet_hdr, bool vnet_hdr_required,
                Error **errp)
{
    struct ifreq ifr = { .ifr_flags = IFF_TAP | IFF_NO_PI };
    fd_auto int fd = RETRY_ON_EINTR(open(TAP_DEVICE, O_RDWR | O_CLOEXEC | O_NONBLOCK));
    unsigned features = 0;

    if (fd < 0) {
        error_setg_errno(errp, errno, "cannot open %s", TAP_DEVICE);
        return -1;
    }
    if (ifname && strlen(ifname) >= IFNAMSIZ) {
        error_setg(errp, "ifname=%s is longer than %d bytes", ifname, IFNAMSIZ - 1);
        return -1;
    }
    if (ioctl(fd, TUNGETFEATURES, &features) < 0) {
        features = 0;           /* a kernel from before headers */
    }
    if (*vnet_hdr && !(features & IFF_VNET_HDR)) {
        if (vnet_hdr_required) {
            error_setg(errp, "vnet_hdr=on: the kernel's TAP interfaces have no such headers");
            return -1;
        }
        *vnet_hdr = false;
    }
    ifr.ifr_flags |= *vnet_hdr ? IFF_VNET_HDR : 0;
    /* Some kernels have the flag and nothing else: say explicitly that there is one queue. */
    ifr.ifr_flags |= features & IFF_ONE_QUEUE ? IFF_ONE_QUEUE : 0;
    g_strlcpy(ifr.ifr_name, ifname && *ifname ? ifname : "tap%d", IFNAMSIZ);
    if (ioctl(fd, TUNSETIFF, &ifr) < 0) {
        error_setg_errno(errp, errno, "cannot set up TAP interface '%s'%s", ifr.ifr_name,
                         errno == EPERM ? " (it takes CAP_NET_ADMIN, or an interface made for "
                         "this user with 'ip tuntap add')" : "");
        return -1;
    }
    *actual = g_strndup(ifr.ifr_name, IFNAMSIZ);
    return fd_steal(&fd);
}

bool tap_fd_probe(int fd, char **ifname, bool *vnet_hdr, Error **errp)
{
    struct ifreq ifr = { };

    if (ioctl(fd, TUNGETIFF, &ifr) < 0) {
        error_setg_errno(errp, errno, "the descriptor is not a TAP interface");
        return false;
    }
    if (!(ifr.ifr_flags & IFF_TAP) || !(ifr.ifr_flags & IFF_NO_PI)) {
        error_setg(errp, "interface '%.*s' is not of kind TAP without packet information",
                   IFNAMSIZ, ifr.ifr_name);
        return false;
    }
    *ifname = g_strndup(ifr.ifr_name, IFNAMSIZ);
    *vnet_hdr = ifr.ifr_flags & IFF_VNET_HDR;
    return true;
}

bool tap_fd_vnet_hdr_len_set(int fd, int len)
{
    return ioctl(fd, TUNSETVNETHDRSZ, &len) == 0;
}

int tap_fd_vnet_hdr_len_get(int fd)
{
    int len = 0;

    return ioctl(fd, TUNGETVNETHDRSZ, &len) == 0 ? len : 0;
}

bool tap_fd_vnet_le_set(int fd, bool is_le)
{
    int value = is_le;

    return ioctl(fd, TUNSETVNETLE, &value) == 0;
}

bool tap_fd_vnet_be_set(int fd, bool is_be)
{
    int value = is_be;

    return ioctl(fd, TUNSETVNETBE, &value) == 0;
}

bool tap_fd_offload_set(int fd, unsigned flags)
{
    return ioctl(fd, TUNSETOFFLOAD, (unsigned long)flags) == 0;
}

bool tap_fd_sndbuf_set(int fd, uint64_t bytes, Error **errp)
{
    int value = bytes == 0 || bytes > INT_MAX ? INT_MAX : bytes;

    if (ioctl(fd, TUNSETSNDBUF, &value) < 0) {
        error_setg_errno(errp, errno, "cannot set sndbuf=%" PRIu64, bytes);
        return false;
    }
    return true;
}
