/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sample network card: frames to send come as a stream, a received one waits in a window,
 * a transceiver tells whether there is a link.
 *
 * Registers (32 bits, first region):
 *   0x00 CTRL    rw  bit 0 receive, bit 1 fill in checksums of frames sent
 *   0x04 RXLEN   rw  length of the frame that waits, 0: none; a write drops it
 *   0x08 HASHLO, 0x0c HASHHI  rw  multicast filter, by the top 6 bits of the address's CRC
 *   0x80 + 4 * n     rw  register n of the transceiver (16 bits)
 * The second region, 2 KiB, is the frame that waits. The interrupt: there is one.
 */
#ifndef MII_NIC_H
#define MII_NIC_H

#include "hw/stream.h"
#include "hw/sysbus.h"
#include "net/net.h"
#include "qom/object.h"

#define TYPE_MII_NIC "mii-nic"
OBJECT_DECLARE_SIMPLE_TYPE(MiiNic, MII_NIC)

#define MII_NIC_FRAME 2048
#define MII_NIC_PHY_REGS 32

struct MiiNic {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    MemoryRegion window;
    qemu_irq irq;
    NICState *nic;
    NICConf conf;

    uint32_t ctrl;
    uint32_t hash[2];
    uint16_t phy[MII_NIC_PHY_REGS];
    uint32_t rx_len;
    uint8_t *rx; /* the window's memory */
    uint32_t tx_len;
    uint8_t tx[MII_NIC_FRAME];
    bool tx_busy; /* the peer has not taken the last frame */
    StreamCanPushNotifyFn notify;
    void *notify_opaque;
};

#endif
