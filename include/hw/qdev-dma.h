/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Property for an address as a device puts it on its bus.
 */
#ifndef HW_QDEV_DMA_H
#define HW_QDEV_DMA_H

#include "hw/qdev-properties.h"

#define DEFINE_PROP_DMAADDR(_n, _s, _f, _d) DEFINE_PROP_UINT64(_n, _s, _f, _d)

#endif
