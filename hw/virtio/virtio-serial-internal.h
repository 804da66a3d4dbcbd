/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of virtio-serial share: ports and their data (virtio-serial-port.c), control
 * messages (virtio-serial-control.c), saved state (virtio-serial-state.c), the device
 * (virtio-serial-bus.c).
 */
#ifndef HW_VIRTIO_VIRTIO_SERIAL_INTERNAL_H
#define HW_VIRTIO_VIRTIO_SERIAL_INTERNAL_H

#include "hw/virtio/virtio-serial.h"

/* Messages that may wait for the guest; one that makes no room for more loses them. */
#define VIRTIO_SERIAL_PENDING_MAX 2048

/* The port with number @id, or of queue @vq, or NULL. */
VirtIOSerialPort *virtio_serial_find_port(VirtIOSerial *vser, uint32_t id);
VirtIOSerialPort *virtio_serial_find_port_by_vq(VirtIOSerial *vser, VirtQueue *vq);

static inline bool virtio_serial_use_multiport(VirtIOSerial *vser)
{
    return virtio_vdev_has_feature(VIRTIO_DEVICE(vser), VIRTIO_CONSOLE_F_MULTIPORT);
}

/* Queue a message for the guest, if it has multiport, and send what can be sent. */
void virtio_serial_control_send(VirtIOSerial *vser, uint32_t id, uint16_t event, uint16_t value);
/* Send queued messages as long as there are buffers and the machine runs. */
void virtio_serial_control_flush(VirtIOSerial *vser);
/* Handlers of the two control queues. */
void virtio_serial_control_in(VirtIODevice *vdev, VirtQueue *vq);
void virtio_serial_control_out(VirtIODevice *vdev, VirtQueue *vq);

/* The guest opened or closed @port; tells the port device. */
void virtio_serial_port_set_guest_connected(VirtIOSerialPort *port, bool connected);
/* The guest's buffer that is half taken: forget it, returned to the guest or not. */
void virtio_serial_port_drop_element(VirtIOSerialPort *port, bool is_returned);
/* Take data from the guest as long as the port wants it. */
void virtio_serial_port_flush(VirtIOSerialPort *port);
/* Handlers of ports' queues. */
void virtio_serial_handle_input(VirtIODevice *vdev, VirtQueue *vq);
void virtio_serial_handle_output(VirtIODevice *vdev, VirtQueue *vq);
/* Plug handler of the bus: the guest hears of @dev. */
void virtio_serial_port_plug(HotplugHandler *handler, DeviceState *dev, Error **errp);

void virtio_serial_save(VirtIODevice *vdev, QEMUFile *f);
int virtio_serial_load(VirtIODevice *vdev, QEMUFile *f, int version_id);

#endif
