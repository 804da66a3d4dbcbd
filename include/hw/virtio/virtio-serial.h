/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * virtio-serial-device, the console device of OASIS virtio 1.2, section 5.3, and the bus on which
 * its ports sit: what a port device (virtconsole, virtserialport) sees. BQL.
 */
#ifndef HW_VIRTIO_VIRTIO_SERIAL_H
#define HW_VIRTIO_VIRTIO_SERIAL_H

#include "hw/virtio/virtio.h"
#include "standard-headers/linux/virtio_console.h"

#define TYPE_VIRTIO_SERIAL_PORT "virtio-serial-port"
OBJECT_DECLARE_TYPE(VirtIOSerialPort, VirtIOSerialPortClass, VIRTIO_SERIAL_PORT)

#define TYPE_VIRTIO_SERIAL "virtio-serial-device"
OBJECT_DECLARE_SIMPLE_TYPE(VirtIOSerial, VIRTIO_SERIAL)

#define TYPE_VIRTIO_SERIAL_BUS "virtio-serial-bus"
OBJECT_DECLARE_SIMPLE_TYPE(VirtIOSerialBus, VIRTIO_SERIAL_BUS)

/* The ports that one device can have: two queues each, and two for control. */
#define VIRTIO_SERIAL_MAX_PORTS (VIRTIO_QUEUE_MAX / 2 - 1)

/*
 * @is_console: the guest makes a console of it.
 * @realize, @unrealize: the port device's own.
 * @set_guest_connected: a program in the guest opened or closed the port.
 * @enable_backend: the machine runs, or stops: no data of the host is wanted then.
 * @guest_ready: the guest can talk to the port; @guest_writable: it has room for data again.
 * @have_data: @len (> 0) bytes from the guest; returns how many were taken. Those that were not
 *   are lost, unless the port throttled itself (virtio_serial_throttle_port()): then they come
 *   again later.
 */
struct VirtIOSerialPortClass {
    DeviceClass parent_class;

    bool is_console;
    DeviceRealize realize;
    DeviceUnrealize unrealize;
    void (*set_guest_connected)(VirtIOSerialPort *port, int guest_connected);
    void (*enable_backend)(VirtIOSerialPort *port, bool enable);
    void (*guest_ready)(VirtIOSerialPort *port);
    void (*guest_writable)(VirtIOSerialPort *port);
    ssize_t (*have_data)(VirtIOSerialPort *port, const uint8_t *buf, ssize_t len);
};

/*
 * @id: the port's number; @name: under /dev/virtio-ports in Linux, or NULL.
 * @elem: a buffer of the guest, of which @elem_done bytes have been taken; @bh: goes on with it.
 */
struct VirtIOSerialPort {
    DeviceState dev;

    QTAILQ_ENTRY(VirtIOSerialPort) next;
    VirtIOSerial *vser;
    VirtQueue *ivq;
    VirtQueue *ovq;
    char *name;
    uint32_t id;
    VirtQueueElement *elem;
    uint64_t elem_done;
    QEMUBH *bh;
    bool guest_connected;
    bool host_connected;
    bool throttled;
};

struct VirtIOSerialBus {
    BusState qbus;

    VirtIOSerial *vser;
    uint32_t max_nr_ports;
};

/* A message to the guest that waits for a buffer in the control queue; @id, @event, @value. */
typedef struct VirtIOSerialControl {
    uint32_t id;
    uint16_t event;
    uint16_t value;
} VirtIOSerialControl;

typedef struct virtio_serial_conf {
    uint32_t max_virtserial_ports;
} virtio_serial_conf;

/* @pending: messages in order, at most VIRTIO_SERIAL_PENDING_MAX. */
struct VirtIOSerial {
    VirtIODevice parent_obj;

    VirtQueue *c_ivq;
    VirtQueue *c_ovq;
    VirtQueue **ivqs;
    VirtQueue **ovqs;
    VirtIOSerialBus bus;
    QTAILQ_HEAD(, VirtIOSerialPort) ports;
    unsigned long *ports_map;
    GArray *pending;
    virtio_serial_conf serial;
    uint64_t host_features;
};

/* Say that the host's side of the port opened or closed. 0. */
int virtio_serial_open(VirtIOSerialPort *port);
int virtio_serial_close(VirtIOSerialPort *port);

/* Give the guest up to @size bytes; how many it had room for. */
ssize_t virtio_serial_write(VirtIOSerialPort *port, const uint8_t *buf, size_t size);

/* How many bytes the guest has room for now; 0 if nobody reads. */
size_t virtio_serial_guest_ready(VirtIOSerialPort *port);

/* Stop taking data from the guest, or go on. */
void virtio_serial_throttle_port(VirtIOSerialPort *port, bool throttle);

#endif
