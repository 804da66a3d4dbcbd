/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Control messages between driver and virtio-serial (OASIS virtio 1.2, section 5.3.6.2). A message
 * to a driver that has offered no buffer yet waits in a queue of bounded length, so that none is
 * lost because a driver is slow.
 */
#include "qemu/osdep.h"
#include "qemu/iov.h"
#include "qemu/log.h"
#include "trace.h"
#include "virtio-serial-internal.h"

/* ---- to the guest ---- */

/* The message as it travels: a name follows PORT_NAME, with its NUL as Linux wants it. */
static size_t control_encode(VirtIOSerial *vser, const VirtIOSerialControl *msg, uint8_t *buf,
                             size_t size)
{
    struct virtio_console_control cpkt = {
        .id = cpu_to_le32(msg->id),
        .event = cpu_to_le16(msg->event),
        .value = cpu_to_le16(msg->value),
    };
    VirtIOSerialPort *port = virtio_serial_find_port(vser, msg->id);
    size_t len = sizeof(cpkt);

    memcpy(buf, &cpkt, sizeof(cpkt));
    if (msg->event == VIRTIO_CONSOLE_PORT_NAME && port && port->name) {
        size_t name_len = MIN(strlen(port->name) + 1, size - len);

        memcpy(buf + len, port->name, name_len);
        len += name_len;
    }
    return len;
}

void virtio_serial_control_flush(VirtIOSerial *vser)
{
    VirtIODevice *vdev = VIRTIO_DEVICE(vser);
    unsigned sent = 0;

    if (!vdev->vm_running || !(vdev->status & VIRTIO_CONFIG_S_DRIVER_OK)) {
        return;
    }
    while (sent < vser->pending->len) {
        VirtIOSerialControl *msg = &g_array_index(vser->pending, VirtIOSerialControl, sent);
        VirtQueueElement *elem = virtqueue_pop(vser->c_ivq, sizeof(*elem));
        uint8_t buf[512];
        size_t len;

        if (!elem) {
            break;
        }
        len = control_encode(vser, msg, buf, sizeof(buf));
        len = iov_from_buf(elem->in_sg, elem->in_num, 0, buf, len);
        trace_virtio_serial_send_control(vser, msg->id, msg->event, msg->value);
        virtqueue_push(vser->c_ivq, elem, len);
        virtqueue_element_free(vser->c_ivq, elem);
        sent++;
    }
    if (sent) {
        g_array_remove_range(vser->pending, 0, sent);
        virtio_notify(vdev, vser->c_ivq);
    }
}

void virtio_serial_control_send(VirtIOSerial *vser, uint32_t id, uint16_t event, uint16_t value)
{
    VirtIOSerialControl msg = { .id = id, .event = event, .value = value };

    if (!virtio_serial_use_multiport(vser)) {
        return;
    }
    if (vser->pending->len == VIRTIO_SERIAL_PENDING_MAX) {
        qemu_log_mask(LOG_GUEST_ERROR, "virtio-serial: the driver takes no control messages, "
                      "event %u of port %u is lost\n", event, id);
        return;
    }
    g_array_append_val(vser->pending, msg);
    virtio_serial_control_flush(vser);
}

void virtio_serial_control_in(VirtIODevice *vdev, VirtQueue *vq)
{
    virtio_serial_control_flush(VIRTIO_SERIAL(vdev));
}

/* ---- from the guest ---- */

/* The driver is there: tell it what ports there are. */
static void control_device_ready(VirtIOSerial *vser, bool is_ok)
{
    VirtIOSerialPort *port;

    if (!is_ok) {
        qemu_log_mask(LOG_GUEST_ERROR, "virtio-serial: the driver failed to start\n");
        return;
    }
    QTAILQ_FOREACH(port, &vser->ports, next) {
        virtio_serial_control_send(vser, port->id, VIRTIO_CONSOLE_PORT_ADD, 1);
    }
}

/* The driver has a port set up: tell it what it is. */
static void control_port_ready(VirtIOSerial *vser, VirtIOSerialPort *port, bool is_ok)
{
    VirtIOSerialPortClass *vsc = VIRTIO_SERIAL_PORT_GET_CLASS(port);

    if (!is_ok) {
        qemu_log_mask(LOG_GUEST_ERROR, "virtio-serial: the driver failed to start port %u\n",
                      port->id);
        return;
    }
    if (vsc->is_console) {
        virtio_serial_control_send(vser, port->id, VIRTIO_CONSOLE_CONSOLE_PORT, 1);
    }
    if (port->name) {
        virtio_serial_control_send(vser, port->id, VIRTIO_CONSOLE_PORT_NAME, 1);
    }
    if (port->host_connected) {
        virtio_serial_control_send(vser, port->id, VIRTIO_CONSOLE_PORT_OPEN, 1);
    }
    if (vsc->guest_ready) {
        vsc->guest_ready(port);
    }
}

static void control_handle(VirtIOSerial *vser, uint32_t id, uint16_t event, uint16_t value)
{
    VirtIOSerialPort *port;

    trace_virtio_serial_handle_control(vser, id, event, value);
    if (event == VIRTIO_CONSOLE_DEVICE_READY) {
        control_device_ready(vser, value);
        return;
    }
    port = virtio_serial_find_port(vser, id);
    if (!port) {
        /* It may have been removed while the message was under way. */
        qemu_log_mask(LOG_GUEST_ERROR, "virtio-serial: event %u for port %u, which is not there\n",
                      event, id);
        return;
    }
    switch (event) {
    case VIRTIO_CONSOLE_PORT_READY:
        control_port_ready(vser, port, value);
        break;
    case VIRTIO_CONSOLE_PORT_OPEN:
        virtio_serial_port_set_guest_connected(port, value);
        break;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "virtio-serial: unknown event %u\n", event);
        break;
    }
}

void virtio_serial_control_out(VirtIODevice *vdev, VirtQueue *vq)
{
    VirtIOSerial *vser = VIRTIO_SERIAL(vdev);
    VirtQueueElement *elem;

    while ((elem = virtqueue_pop(vq, sizeof(*elem))) != NULL) {
        struct virtio_console_control cpkt;
        size_t len = iov_to_buf(elem->out_sg, elem->out_num, 0, &cpkt, sizeof(cpkt));

        /* Return it first: what the message causes may reset the device. */
        virtqueue_push(vq, elem, 0);
        virtqueue_element_free(vq, elem);
        if (len < sizeof(cpkt)) {
            qemu_log_mask(LOG_GUEST_ERROR, "virtio-serial: control message of %zu bytes\n", len);
            continue;
        }
        control_handle(vser, le32_to_cpu(cpkt.id), le16_to_cpu(cpkt.event),
                       le16_to_cpu(cpkt.value));
    }
    virtio_notify(vdev, vq);
}
