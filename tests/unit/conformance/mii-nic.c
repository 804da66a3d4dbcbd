/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The network card of mii-nic.h: frames, filters, checksums, link state, stream sink. */
#include "qemu/osdep.h"
#include "mii-nic.h"
#include "hw/irq.h"
#include "hw/net/mii.h"
#include "hw/qdev-properties.h"
#include "hw/qdev-properties-system.h"
#include "hw/registerfields.h"
#include "migration/vmstate.h"
#include "net/checksum.h"
#include "net/eth.h"
#include "qapi/error.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "qemu/units.h"

REG32(CTRL, 0x00)
    FIELD(CTRL, RX, 0, 1)
    FIELD(CTRL, CSUM, 1, 1)
REG32(RXLEN, 0x04)
REG32(HASHLO, 0x08)
REG32(HASHHI, 0x0c)
REG32(PHY, 0x80)

static void mii_nic_update(MiiNic *s)
{
    qemu_set_irq(s->irq, s->rx_len != 0);
}

/* ---- receiving ---- */

static bool mii_nic_can_receive(NetClientState *nc)
{
    MiiNic *s = qemu_get_nic_opaque(nc);

    return FIELD_EX32(s->ctrl, CTRL, RX) && s->rx_len == 0;
}

static bool mii_nic_wants(MiiNic *s, const uint8_t *buf)
{
    unsigned bit;

    switch (get_eth_packet_type(PKT_GET_ETH_HDR(buf))) {
    case ETH_PKT_BCAST:
        return true;
    case ETH_PKT_MCAST:
        bit = net_crc32(buf, ETH_ALEN) >> 26;
        return s->hash[bit / 32] >> (bit % 32) & 1;
    default:
        return memcmp(buf, s->conf.macaddr.a, ETH_ALEN) == 0;
    }
}

static ssize_t mii_nic_receive(NetClientState *nc, const uint8_t *buf, size_t size)
{
    MiiNic *s = MII_NIC(qemu_get_nic_opaque(nc));

    /* Frames that waited come without a question. */
    if (!mii_nic_can_receive(nc)) {
        return 0;
    }
    if (size < ETH_HLEN || size > MII_NIC_FRAME || !mii_nic_wants(s, buf)) {
        return size;
    }
    memcpy(s->rx, buf, size);
    s->rx_len = size;
    mii_nic_update(s);
    return size;
}

static void mii_nic_link_status_changed(NetClientState *nc)
{
    MiiNic *s = qemu_get_nic_opaque(nc);

    if (nc->link_down) {
        s->phy[MII_BMSR] &= ~(MII_BMSR_LINK_ST | MII_BMSR_AN_COMP);
        s->phy[MII_ANLPAR] = 0;
    } else {
        s->phy[MII_BMSR] |= MII_BMSR_LINK_ST | MII_BMSR_AN_COMP;
        s->phy[MII_ANLPAR] = MII_ANLPAR_ACK | MII_ANLPAR_TXFD | MII_ANLPAR_CSMACD;
    }
}

static NetClientInfo mii_nic_net_info = {
    .type = NET_CLIENT_DRIVER_NIC,
    .size = sizeof(NICState),
    .can_receive = mii_nic_can_receive,
    .receive = mii_nic_receive,
    .link_status_changed = mii_nic_link_status_changed,
};

/* ---- sending ---- */

static void mii_nic_sent(NetClientState *nc, ssize_t ret)
{
    MiiNic *s = qemu_get_nic_opaque(nc);
    StreamCanPushNotifyFn notify = s->notify;

    s->tx_busy = false;
    s->notify = NULL;
    if (notify) {
        notify(s->notify_opaque);
    }
}

static bool mii_nic_can_push(StreamSink *obj, StreamCanPushNotifyFn notify, void *notify_opaque)
{
    MiiNic *s = MII_NIC(obj);

    if (s->tx_busy) {
        s->notify = notify;
        s->notify_opaque = notify_opaque;
    }
    return !s->tx_busy;
}

static size_t mii_nic_push(StreamSink *obj, unsigned char *buf, size_t len, bool eop)
{
    MiiNic *s = MII_NIC(obj);
    size_t room = MIN(len, sizeof(s->tx) - s->tx_len);

    /* What is too long for a frame is cut off. */
    memcpy(s->tx + s->tx_len, buf, room);
    s->tx_len += room;
    if (eop) {
        if (FIELD_EX32(s->ctrl, CTRL, CSUM)) {
            net_checksum_calculate(s->tx, s->tx_len, CSUM_ALL);
        }
        s->tx_busy = qemu_send_packet_async(qemu_get_queue(s->nic), s->tx, s->tx_len,
                                            mii_nic_sent) == 0;
        s->tx_len = 0;
    }
    return len;
}

/* ---- registers ---- */

static uint64_t mii_nic_read(void *opaque, hwaddr addr, unsigned size)
{
    MiiNic *s = opaque;

    switch (addr) {
    case A_CTRL:
        return s->ctrl;
    case A_RXLEN:
        return s->rx_len;
    case A_HASHLO:
    case A_HASHHI:
        return s->hash[(addr - A_HASHLO) / 4];
    case A_PHY ... A_PHY + 4 * MII_NIC_PHY_REGS - 1:
        return s->phy[(addr - A_PHY) / 4];
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "%s: Bad offset 0x%" HWADDR_PRIx "\n", __func__, addr);
        return 0;
    }
}

static void mii_nic_phy_write(MiiNic *s, unsigned reg, uint16_t value)
{
    switch (reg) {
    case MII_BMCR:
        s->phy[reg] = value & ~(MII_BMCR_RESET | MII_BMCR_ANRESTART);
        break;
    case MII_ANAR:
        s->phy[reg] = value;
        break;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "%s: read-only register %u\n", __func__, reg);
    }
}

static void mii_nic_write(void *opaque, hwaddr addr, uint64_t value, unsigned size)
{
    MiiNic *s = opaque;

    switch (addr) {
    case A_CTRL:
        s->ctrl = value;
        break;
    case A_RXLEN:
        s->rx_len = 0;
        mii_nic_update(s);
        break;
    case A_HASHLO:
    case A_HASHHI:
        s->hash[(addr - A_HASHLO) / 4] = value;
        break;
    case A_PHY ... A_PHY + 4 * MII_NIC_PHY_REGS - 1:
        mii_nic_phy_write(s, (addr - A_PHY) / 4, value);
        break;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "%s: Bad offset 0x%" HWADDR_PRIx "\n", __func__, addr);
    }
    if (mii_nic_can_receive(qemu_get_queue(s->nic))) {
        qemu_flush_queued_packets(qemu_get_queue(s->nic));
    }
}

static const MemoryRegionOps mii_nic_ops = {
    .read = mii_nic_read,
    .write = mii_nic_write,
    .endianness = DEVICE_NATIVE_ENDIAN,
    .impl.min_access_size = 4,
    .impl.max_access_size = 4,
};

/* ---- the device ---- */

static void mii_nic_reset(DeviceState *dev)
{
    MiiNic *s = MII_NIC(dev);

    s->ctrl = 0;
    s->rx_len = 0;
    s->tx_len = 0;
    s->hash[0] = s->hash[1] = 0;
    memset(s->phy, 0, sizeof(s->phy));
    s->phy[MII_BMCR] = MII_BMCR_AUTOEN | MII_BMCR_FD | MII_BMCR_SPEED100;
    s->phy[MII_BMSR] = MII_BMSR_100TX_FD | MII_BMSR_AUTONEG | MII_BMSR_EXTCAP;
    s->phy[MII_PHYID1] = DP83848_PHYID1;
    s->phy[MII_PHYID2] = DP83848_PHYID2;
    s->phy[MII_ANAR] = MII_ANAR_TXFD | MII_ANAR_CSMACD;
    mii_nic_link_status_changed(qemu_get_queue(s->nic));
    mii_nic_update(s);
}

static void mii_nic_realize(DeviceState *dev, Error **errp)
{
    MiiNic *s = MII_NIC(dev);
    SysBusDevice *sbd = SYS_BUS_DEVICE(dev);

    memory_region_init_io(&s->iomem, OBJECT(dev), &mii_nic_ops, s, TYPE_MII_NIC, 4 * KiB);
    sysbus_init_mmio(sbd, &s->iomem);
    s->rx = g_malloc0(MII_NIC_FRAME);
    memory_region_init_ram_device_ptr(&s->window, OBJECT(dev), "mii-nic-window", MII_NIC_FRAME,
                                      s->rx);
    sysbus_init_mmio(sbd, &s->window);
    sysbus_init_irq(sbd, &s->irq);
    qemu_macaddr_default_if_unset(&s->conf.macaddr);
    s->nic = qemu_new_nic(&mii_nic_net_info, &s->conf, object_get_typename(OBJECT(dev)),
                          dev->id, &dev->mem_reentrancy_guard, s);
    qemu_format_nic_info_str(qemu_get_queue(s->nic), s->conf.macaddr.a);
}

static void mii_nic_unrealize(DeviceState *dev)
{
    qemu_del_nic(MII_NIC(dev)->nic);
}

static void mii_nic_finalize(Object *obj)
{
    g_free(MII_NIC(obj)->rx);
}

/* How much may be loaded behind the pointer. */
static int mii_nic_pre_load(void *opaque)
{
    MiiNic *s = opaque;

    s->rx_len = MII_NIC_FRAME;
    return 0;
}

static bool mii_nic_rx_len_is_valid(void *opaque, int version_id)
{
    MiiNic *s = opaque;

    return s->rx_len <= MII_NIC_FRAME && s->tx_len <= MII_NIC_FRAME;
}

static const VMStateDescription vmstate_mii_nic = {
    .name = TYPE_MII_NIC,
    .version_id = 1,
    .minimum_version_id = 1,
    .pre_load = mii_nic_pre_load,
    .fields = (VMStateField[]) {
        VMSTATE_MACADDR(conf.macaddr, MiiNic),
        VMSTATE_UINT32(ctrl, MiiNic),
        VMSTATE_UINT32_ARRAY(hash, MiiNic, 2),
        VMSTATE_UINT16_ARRAY(phy, MiiNic, MII_NIC_PHY_REGS),
        VMSTATE_UINT32(rx_len, MiiNic),
        VMSTATE_UINT32(tx_len, MiiNic),
        VMSTATE_VALIDATE("frames fit", mii_nic_rx_len_is_valid),
        VMSTATE_VBUFFER_UINT32(rx, MiiNic, 1, NULL, rx_len),
        VMSTATE_BUFFER(tx, MiiNic),
        VMSTATE_END_OF_LIST()
    }
};

static Property mii_nic_properties[] = {
    DEFINE_NIC_PROPERTIES(MiiNic, conf),
    DEFINE_PROP_END_OF_LIST(),
};

static void mii_nic_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    StreamSinkClass *ssc = STREAM_SINK_CLASS(klass);

    dc->realize = mii_nic_realize;
    dc->unrealize = mii_nic_unrealize;
    dc->reset = mii_nic_reset;
    dc->vmsd = &vmstate_mii_nic;
    set_bit(DEVICE_CATEGORY_NETWORK, dc->categories);
    device_class_set_props(dc, mii_nic_properties);
    ssc->push = mii_nic_push;
    ssc->can_push = mii_nic_can_push;
}

static const TypeInfo mii_nic_info = {
    .name = TYPE_MII_NIC,
    .parent = TYPE_SYS_BUS_DEVICE,
    .instance_size = sizeof(MiiNic),
    .instance_finalize = mii_nic_finalize,
    .class_init = mii_nic_class_init,
    .interfaces = (InterfaceInfo[]) {
        { TYPE_STREAM_SINK },
        { }
    }
};

static void mii_nic_register_types(void)
{
    type_register_static(&mii_nic_info);
}

type_init(mii_nic_register_types)
