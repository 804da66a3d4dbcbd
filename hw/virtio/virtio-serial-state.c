/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Saved state of virtio-serial: who has opened which port, buffers that are half taken, and
 * control messages that wait for the guest.
 */
#include "qemu/osdep.h"
#include "migration/qemu-file.h"
#include "qemu/iov.h"
#include "virtio-serial-internal.h"

/* ---- saving ---- */

static void port_save(VirtIODevice *vdev, QEMUFile *f, VirtIOSerialPort *port)
{
    qemu_put_be32(f, port->id);
    qemu_put_byte(f, port->guest_connected);
    qemu_put_byte(f, port->host_connected);
    qemu_put_byte(f, port->elem != NULL);
    if (port->elem) {
        qemu_put_be64(f, port->elem_done);
        qemu_put_virtqueue_element(vdev, f, port->elem);
    }
}

void virtio_serial_save(VirtIODevice *vdev, QEMUFile *f)
{
    VirtIOSerial *vser = VIRTIO_SERIAL(vdev);
    VirtIOSerialPort *port;
    uint32_t count = 0;

    QTAILQ_FOREACH(port, &vser->ports, next) {
        count++;
    }
    qemu_put_be32(f, vser->serial.max_virtserial_ports);
    qemu_put_be32(f, count);
    QTAILQ_FOREACH(port, &vser->ports, next) {
        port_save(vdev, f, port);
    }
    qemu_put_be32(f, vser->pending->len);
    for (guint i = 0; i < vser->pending->len; i++) {
        VirtIOSerialControl *msg = &g_array_index(vser->pending, VirtIOSerialControl, i);

        qemu_put_be32(f, msg->id);
        qemu_put_be16(f, msg->event);
        qemu_put_be16(f, msg->value);
    }
}

/* ---- loading ---- */

static int port_load_element(VirtIODevice *vdev, QEMUFile *f, VirtIOSerialPort *port)
{
    port->elem_done = qemu_get_be64(f);
    port->elem = qemu_get_virtqueue_element(vdev, f, sizeof(*port->elem));
    if (!port->elem) {
        return -EINVAL;
    }
    if (port->elem_done > iov_size(port->elem->out_sg, port->elem->out_num)) {
        return qemu_file_fail(f, -EINVAL, "port %u has taken more than it got", port->id);
    }
    return 0;
}

static int port_load(VirtIODevice *vdev, QEMUFile *f, GArray *reopened)
{
    VirtIOSerial *vser = VIRTIO_SERIAL(vdev);
    uint32_t id = qemu_get_be32(f);
    bool guest_connected = qemu_get_byte(f);
    bool host_connected = qemu_get_byte(f);
    bool has_elem = qemu_get_byte(f);
    VirtIOSerialPort *port = virtio_serial_find_port(vser, id);

    if (!port) {
        return qemu_file_fail(f, -EINVAL, "port %u was saved, but there is none here", id);
    }
    virtio_serial_port_drop_element(port, false);
    virtio_serial_port_set_guest_connected(port, guest_connected);
    if (host_connected != port->host_connected) {
        /* The guest must hear of it, behind the messages that wait already. */
        g_array_append_val(reopened, id);
    }
    return has_elem ? port_load_element(vdev, f, port) : 0;
}

static int pending_load(VirtIOSerial *vser, QEMUFile *f)
{
    uint32_t count = qemu_get_be32(f);

    g_array_set_size(vser->pending, 0);
    if (count > VIRTIO_SERIAL_PENDING_MAX) {
        return qemu_file_fail(f, -EINVAL, "%u control messages, at most %u", count,
                              VIRTIO_SERIAL_PENDING_MAX);
    }
    for (uint32_t i = 0; i < count && !qemu_file_get_error(f); i++) {
        VirtIOSerialControl msg = { .id = qemu_get_be32(f) };

        msg.event = qemu_get_be16(f);
        msg.value = qemu_get_be16(f);
        g_array_append_val(vser->pending, msg);
    }
    return qemu_file_get_error(f);
}

static int ports_load(VirtIODevice *vdev, QEMUFile *f, GArray *reopened)
{
    VirtIOSerial *vser = VIRTIO_SERIAL(vdev);
    uint32_t max = qemu_get_be32(f), count = qemu_get_be32(f);
    int ret = 0;

    if (max != vser->serial.max_virtserial_ports) {
        return qemu_file_fail(f, -EINVAL, "max_ports was %u and is %u here", max,
                              vser->serial.max_virtserial_ports);
    }
    if (count > max) {
        return qemu_file_fail(f, -EINVAL, "%u ports of at most %u", count, max);
    }
    for (uint32_t i = 0; i < count && !ret; i++) {
        ret = port_load(vdev, f, reopened);
        ret = ret ? ret : qemu_file_get_error(f);
    }
    return ret;
}

int virtio_serial_load(VirtIODevice *vdev, QEMUFile *f, int version_id)
{
    VirtIOSerial *vser = VIRTIO_SERIAL(vdev);
    g_autoptr(GArray) reopened = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    int ret = ports_load(vdev, f, reopened);

    if (!ret) {
        ret = pending_load(vser, f);
    }
    if (ret) {
        return ret;
    }
    for (guint i = 0; i < reopened->len; i++) {
        VirtIOSerialPort *port =
            virtio_serial_find_port(vser, g_array_index(reopened, uint32_t, i));

        virtio_serial_control_send(vser, port->id, VIRTIO_CONSOLE_PORT_OPEN,
                                   port->host_connected);
    }
    return 0;
}
