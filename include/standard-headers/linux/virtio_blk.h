/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's header under the name that device models use. */
#ifndef STANDARD_HEADERS_LINUX_VIRTIO_BLK_H
#define STANDARD_HEADERS_LINUX_VIRTIO_BLK_H

#include <linux/virtio_blk.h>

#endif
