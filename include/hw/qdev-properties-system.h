/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kinds of device properties that stand for something of the host (character
 * device, network peer, disk) or of a bus.
 */
#ifndef HW_QDEV_PROPERTIES_SYSTEM_H
#define HW_QDEV_PROPERTIES_SYSTEM_H

#include "hw/qdev-properties.h"

/* Where a device of the host sits; domain all ones means "none". */
struct PCIHostDeviceAddress {
    unsigned int domain;
    unsigned int bus;
    unsigned int slot;
    unsigned int function;
};

extern const PropertyInfo qdev_prop_chr;
extern const PropertyInfo qdev_prop_macaddr;
extern const PropertyInfo qdev_prop_netdev;
extern const PropertyInfo qdev_prop_drive;
extern const PropertyInfo qdev_prop_drive_iothread;
extern const PropertyInfo qdev_prop_blockdev_on_error;
extern const PropertyInfo qdev_prop_reserved_region;
extern const PropertyInfo qdev_prop_losttickpolicy;
extern const PropertyInfo qdev_prop_blocksize;
extern const PropertyInfo qdev_prop_pci_devfn;
extern const PropertyInfo qdev_prop_pci_host_devaddr;
extern const PropertyInfo qdev_prop_uuid;
extern const PropertyInfo qdev_prop_off_auto_pcibar;
extern const PropertyInfo qdev_prop_pcie_link_speed;
extern const PropertyInfo qdev_prop_pcie_link_width;

/* Field: CharBackend. The value is a chardev's id; unset leaves it unconnected. */
#define DEFINE_PROP_CHR(_n, _s, _f) DEFINE_PROP(_n, _s, _f, qdev_prop_chr, CharBackend)

/* Field: MACAddr, "52:54:00:12:34:56"; unset it is all zero. */
#define DEFINE_PROP_MACADDR(_n, _s, _f) DEFINE_PROP(_n, _s, _f, qdev_prop_macaddr, MACAddr)
/* Field: NICPeers. The value is a netdev's id; unset leaves the card without cable. */
#define DEFINE_PROP_NETDEV(_n, _s, _f) DEFINE_PROP(_n, _s, _f, qdev_prop_netdev, NICPeers)

/*
 * Field: BlockBackend *. The value is a drive's id or a block node's name; the device is attached
 * to the backend until it is freed.
 */
#define DEFINE_PROP_DRIVE(_n, _s, _f) DEFINE_PROP(_n, _s, _f, qdev_prop_drive, BlockBackend *)
#define DEFINE_PROP_DRIVE_IOTHREAD(_n, _s, _f) \
    DEFINE_PROP(_n, _s, _f, qdev_prop_drive_iothread, BlockBackend *)

/* Field: BlockdevOnError. */
#define DEFINE_PROP_BLOCKDEV_ON_ERROR(_n, _s, _f, _d) \
    DEFINE_PROP_SIGNED(_n, _s, _f, _d, qdev_prop_blockdev_on_error, BlockdevOnError)

/* Field: ReservedRegion, "LOW:HIGH:TYPE" with hexadecimal addresses. */
#define DEFINE_PROP_RESERVED_REGION(_name, _state, _field) \
    DEFINE_PROP(_name, _state, _field, qdev_prop_reserved_region, ReservedRegion)

/* Field: LostTickPolicy: discard, delay, slew. */
#define DEFINE_PROP_LOSTTICKPOLICY(_n, _s, _f, _d) \
    DEFINE_PROP_SIGNED(_n, _s, _f, _d, qdev_prop_losttickpolicy, LostTickPolicy)

/* Field: uint32_t, a power of two from 512 to 2 MiB, or 0. */
#define DEFINE_PROP_BLOCKSIZE(_n, _s, _f) \
    DEFINE_PROP_UNSIGNED(_n, _s, _f, 0, qdev_prop_blocksize, uint32_t)

/* Field: int32_t, "SLOT[.FUNCTION]" in hexadecimal or a number; -1 is "any". */
#define DEFINE_PROP_PCI_DEVFN(_n, _s, _f, _d) \
    DEFINE_PROP_SIGNED(_n, _s, _f, _d, qdev_prop_pci_devfn, int32_t)

/* Field: PCIHostDeviceAddress, "[DOMAIN:]BUS:SLOT.FUNCTION" in hexadecimal. */
#define DEFINE_PROP_PCI_HOST_DEVADDR(_n, _s, _f) \
    DEFINE_PROP(_n, _s, _f, qdev_prop_pci_host_devaddr, PCIHostDeviceAddress)

/* Field: OffAutoPCIBAR: off, auto, bar0..bar5. */
#define DEFINE_PROP_OFF_AUTO_PCIBAR(_n, _s, _f, _d) \
    DEFINE_PROP_SIGNED(_n, _s, _f, _d, qdev_prop_off_auto_pcibar, OffAutoPCIBAR)

/* Fields: PCIExpLinkSpeed, PCIExpLinkWidth: GT/s and lanes. */
#define DEFINE_PROP_PCIE_LINK_SPEED(_n, _s, _f, _d) \
    DEFINE_PROP_SIGNED(_n, _s, _f, _d, qdev_prop_pcie_link_speed, PCIExpLinkSpeed)
#define DEFINE_PROP_PCIE_LINK_WIDTH(_n, _s, _f, _d) \
    DEFINE_PROP_SIGNED(_n, _s, _f, _d, qdev_prop_pcie_link_width, PCIExpLinkWidth)

/* Field: QemuUUID; "auto" (the default of the first form) makes a random one. */
#define DEFINE_PROP_UUID(_name, _state, _field) \
    DEFINE_PROP(_name, _state, _field, qdev_prop_uuid, QemuUUID, .set_default = true)
#define DEFINE_PROP_UUID_NODEFAULT(_name, _state, _field) \
    DEFINE_PROP(_name, _state, _field, qdev_prop_uuid, QemuUUID)

#endif
