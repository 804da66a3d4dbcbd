/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ports of virtio-serial: data both ways with flow control, opening and closing, and ports that
 * come and go (OASIS virtio 1.2, sections 5.3.6 and 5.3.6.1).
 */
#include "qemu/osdep.h"
#include "hw/qdev-properties.h"
#include "qapi/error.h"
#include "qapi/qapi-events-char.h"
#include "qemu/iov.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "trace.h"
#include "virtio-serial-internal.h"

#define PORT_ID_AUTO UINT32_MAX

/* Most bytes given to the host's side at once, and to the guest for one question. */
#define PORT_CHUNK_MAX (64 * 1024)
#define PORT_READY_MAX 4096

/* ---- finding ---- */

VirtIOSerialPort *virtio_serial_find_port(VirtIOSerial *vser, uint32_t id)
{
    VirtIOSerialPort *port;

    QTAILQ_FOREACH(port, &vser->ports, next) {
        if (port->id == id) {
            return port;
        }
    }
    return NULL;
}

VirtIOSerialPort *virtio_serial_find_port_by_vq(VirtIOSerial *vser, VirtQueue *vq)
{
    VirtIOSerialPort *port;

    QTAILQ_FOREACH(port, &vser->ports, next) {
        if (port->ivq == vq || port->ovq == vq) {
            return port;
        }
    }
    return NULL;
}

/* ---- from the guest ---- */

void virtio_serial_port_drop_element(VirtIOSerialPort *port, bool is_returned)
{
    if (!port->elem) {
        return;
    }
    if (is_returned) {
        virtqueue_push(port->ovq, port->elem, 0);
        virtio_notify(VIRTIO_DEVICE(port->vser), port->ovq);
    } else {
        virtqueue_detach_element(port->ovq, port->elem, 0);
    }
    virtqueue_element_free(port->ovq, g_steal_pointer(&port->elem));
    port->elem_done = 0;
}

/* Hands the rest of the element over. False: the port throttled itself before the end. */
static bool port_consume_element(VirtIOSerialPort *port)
{
    VirtIOSerialPortClass *vsc = VIRTIO_SERIAL_PORT_GET_CLASS(port);
    VirtQueueElement *elem = port->elem;
    uint64_t start = 0;

    for (unsigned i = 0; i < elem->out_num; start += elem->out_sg[i].iov_len, i++) {
        uint64_t end = start + elem->out_sg[i].iov_len;

        while (port->elem_done < end) {
            uint64_t offset = port->elem_done - start;
            ssize_t len = MIN(end - port->elem_done, PORT_CHUNK_MAX);
            ssize_t ret = vsc->have_data(port, (uint8_t *)elem->out_sg[i].iov_base + offset, len);

            if (port->elem != elem) {
                /* The host's side did something that reset the device. */
                return false;
            }
            if (port->throttled) {
                port->elem_done += MAX(ret, 0);
                return false;
            }
            port->elem_done += len;
        }
    }
    return true;
}

void virtio_serial_port_flush(VirtIOSerialPort *port)
{
    VirtIODevice *vdev = VIRTIO_DEVICE(port->vser);
    int budget = virtio_queue_get_num(vdev, virtio_get_queue_index(port->ovq));

    while (!port->throttled && budget-- > 0) {
        if (!port->elem) {
            port->elem = virtqueue_pop(port->ovq, sizeof(*port->elem));
            port->elem_done = 0;
            if (!port->elem) {
                break;
            }
        }
        if (!port_consume_element(port)) {
            break;
        }
        virtqueue_push(port->ovq, port->elem, 0);
        virtqueue_element_free(port->ovq, g_steal_pointer(&port->elem));
    }
    virtio_notify(vdev, port->ovq);
    if (budget < 0 && !port->throttled && !virtio_queue_empty(port->ovq)) {
        /* The guest is as fast as we are: let others have a turn. */
        qemu_bh_schedule(port->bh);
    }
}

static void port_flush_bh(void *opaque)
{
    VirtIOSerialPort *port = opaque;

    if (VIRTIO_DEVICE(port->vser)->vm_running && port->host_connected) {
        virtio_serial_port_flush(port);
    }
}

void virtio_serial_handle_output(VirtIODevice *vdev, VirtQueue *vq)
{
    VirtIOSerialPort *port = virtio_serial_find_port_by_vq(VIRTIO_SERIAL(vdev), vq);

    if (!port || !port->host_connected) {
        /* Nobody listens. */
        virtqueue_drop_all(vq);
        virtio_notify(vdev, vq);
        return;
    }
    if (!port->throttled) {
        virtio_serial_port_flush(port);
    }
}

void virtio_serial_throttle_port(VirtIOSerialPort *port, bool throttle)
{
    trace_virtio_serial_throttle_port(port, port->id, throttle);
    port->throttled = throttle;
    if (!throttle) {
        qemu_bh_schedule(port->bh);
    }
}

/* ---- to the guest ---- */

size_t virtio_serial_guest_ready(VirtIOSerialPort *port)
{
    VirtIODevice *vdev = VIRTIO_DEVICE(port->vser);
    unsigned int bytes;

    if (!vdev->vm_running || !virtio_queue_ready(port->ivq) ||
        !(vdev->status & VIRTIO_CONFIG_S_DRIVER_OK) || !port->guest_connected) {
        return 0;
    }
    virtqueue_get_avail_bytes(port->ivq, &bytes, NULL, PORT_READY_MAX, 0);
    return bytes;
}

ssize_t virtio_serial_write(VirtIOSerialPort *port, const uint8_t *buf, size_t size)
{
    size_t done = 0;

    if (!port->host_connected || !port->guest_connected || !virtio_queue_ready(port->ivq)) {
        return 0;
    }
    while (done < size) {
        VirtQueueElement *elem = virtqueue_pop(port->ivq, sizeof(*elem));
        size_t len;

        if (!elem) {
            break;
        }
        len = iov_from_buf(elem->in_sg, elem->in_num, 0, buf + done, size - done);
        virtqueue_push(port->ivq, elem, len);
        virtqueue_element_free(port->ivq, elem);
        done += len;
    }
    virtio_notify(VIRTIO_DEVICE(port->vser), port->ivq);
    return done;
}

void virtio_serial_handle_input(VirtIODevice *vdev, VirtQueue *vq)
{
    VirtIOSerialPort *port = virtio_serial_find_port_by_vq(VIRTIO_SERIAL(vdev), vq);
    VirtIOSerialPortClass *vsc = port ? VIRTIO_SERIAL_PORT_GET_CLASS(port) : NULL;

    if (vsc && port->guest_connected && vsc->guest_writable) {
        vsc->guest_writable(port);
    }
}

/* ---- opening and closing ---- */

/* A port that is being made or removed is none that the guest knows; PORT_READY says it then. */
static void port_tell_open(VirtIOSerialPort *port, bool is_open)
{
    if (qdev_is_realized(DEVICE(port))) {
        virtio_serial_control_send(port->vser, port->id, VIRTIO_CONSOLE_PORT_OPEN, is_open);
    }
}

int virtio_serial_open(VirtIOSerialPort *port)
{
    if (!port->host_connected) {
        port->host_connected = true;
        port_tell_open(port, true);
    }
    return 0;
}

int virtio_serial_close(VirtIOSerialPort *port)
{
    port->host_connected = false;
    /* Nobody will take the rest of what the guest wrote. */
    port->throttled = false;
    virtio_serial_port_drop_element(port, true);
    if (virtqueue_drop_all(port->ovq)) {
        virtio_notify(VIRTIO_DEVICE(port->vser), port->ovq);
    }
    port_tell_open(port, false);
    return 0;
}

void virtio_serial_port_set_guest_connected(VirtIOSerialPort *port, bool connected)
{
    VirtIOSerialPortClass *vsc = VIRTIO_SERIAL_PORT_GET_CLASS(port);

    if (port->guest_connected == connected) {
        return;
    }
    port->guest_connected = connected;
    if (vsc->set_guest_connected) {
        vsc->set_guest_connected(port, connected);
    }
    if (port->dev.id) {
        qapi_event_send_vserport_change(port->dev.id, connected);
    }
}

/* ---- coming and going ---- */

/* Port 0 is for consoles: it is the only one that a driver without multiport knows. */
static bool port_choose_id(VirtIOSerialPort *port, VirtIOSerial *vser, Error **errp)
{
    uint32_t max = vser->serial.max_virtserial_ports;
    bool is_console = VIRTIO_SERIAL_PORT_GET_CLASS(port)->is_console;

    if (port->id == PORT_ID_AUTO) {
        port->id = is_console && !test_bit(0, vser->ports_map)
                       ? 0
                       : find_next_zero_bit(vser->ports_map, max, 1);
        if (port->id >= max) {
            error_setg(errp, "virtio-serial-bus: all %u ports are taken: give the "
                       "virtio-serial-device a larger max_ports", max);
            port->id = PORT_ID_AUTO;
            return false;
        }
        return true;
    }
    if (port->id >= max) {
        error_setg(errp, "virtio-serial-bus: nr is %u, but the device has ports 0 to %u "
                   "(max_ports)", port->id, max - 1);
        return false;
    }
    if (port->id == 0 && !is_console) {
        error_setg(errp, "virtio-serial-bus: port 0 is for a virtconsole: choose another nr");
        return false;
    }
    if (test_bit(port->id, vser->ports_map)) {
        error_setg(errp, "virtio-serial-bus: port %u is taken: choose another nr", port->id);
        return false;
    }
    return true;
}

static bool port_check_name(VirtIOSerialPort *port, VirtIOSerial *vser, Error **errp)
{
    VirtIOSerialPort *other;

    QTAILQ_FOREACH(other, &vser->ports, next) {
        if (port->name && g_strcmp0(other->name, port->name) == 0) {
            error_setg(errp, "virtio-serial-bus: there is already a port with the name '%s'",
                       port->name);
            return false;
        }
    }
    return true;
}

static void virtio_serial_port_realize(DeviceState *dev, Error **errp)
{
    ERRP_GUARD();
    VirtIOSerialPort *port = VIRTIO_SERIAL_PORT(dev);
    VirtIOSerialPortClass *vsc = VIRTIO_SERIAL_PORT_GET_CLASS(port);
    VirtIOSerial *vser = VIRTIO_SERIAL_BUS(qdev_get_parent_bus(dev))->vser;
    bool is_auto = port->id == PORT_ID_AUTO;

    if (!port_check_name(port, vser, errp) || !port_choose_id(port, vser, errp)) {
        return;
    }
    port->vser = vser;
    port->ivq = vser->ivqs[port->id];
    port->ovq = vser->ovqs[port->id];
    port->bh = virtio_bh_new_guarded(dev, port_flush_bh, port);
    set_bit(port->id, vser->ports_map);
    QTAILQ_INSERT_TAIL(&vser->ports, port, next);
    vsc->realize(dev, errp);
    if (*errp) {
        QTAILQ_REMOVE(&vser->ports, port, next);
        clear_bit(port->id, vser->ports_map);
        qemu_bh_delete(g_steal_pointer(&port->bh));
        port->id = is_auto ? PORT_ID_AUTO : port->id;
    }
}

static void virtio_serial_port_unrealize(DeviceState *dev)
{
    VirtIOSerialPort *port = VIRTIO_SERIAL_PORT(dev);
    VirtIOSerialPortClass *vsc = VIRTIO_SERIAL_PORT_GET_CLASS(port);
    VirtIOSerial *vser = port->vser;

    if (vsc->unrealize) {
        vsc->unrealize(dev);
    }
    qemu_bh_delete(g_steal_pointer(&port->bh));
    port->host_connected = false;
    virtio_serial_port_drop_element(port, true);
    if (virtqueue_drop_all(port->ovq)) {
        virtio_notify(VIRTIO_DEVICE(vser), port->ovq);
    }
    QTAILQ_REMOVE(&vser->ports, port, next);
    clear_bit(port->id, vser->ports_map);
    virtio_serial_control_send(vser, port->id, VIRTIO_CONSOLE_PORT_REMOVE, 1);
}

void virtio_serial_port_plug(HotplugHandler *handler, DeviceState *dev, Error **errp)
{
    VirtIOSerialPort *port = VIRTIO_SERIAL_PORT(dev);

    virtio_serial_control_send(port->vser, port->id, VIRTIO_CONSOLE_PORT_ADD, 1);
}

/* ---- the type ---- */

static Property virtio_serial_port_properties[] = {
    DEFINE_PROP_UINT32("nr", VirtIOSerialPort, id, PORT_ID_AUTO),
    DEFINE_PROP_STRING("name", VirtIOSerialPort, name),
    DEFINE_PROP_END_OF_LIST(),
};

static const PropertyText virtio_serial_port_texts[] = {
    { "nr", "number of the port; chosen if it is not given" },
    { "name", "name of the port, once per device" },
    { }
};

static void virtio_serial_port_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->bus_type = TYPE_VIRTIO_SERIAL_BUS;
    dc->realize = virtio_serial_port_realize;
    dc->unrealize = virtio_serial_port_unrealize;
    device_class_set_props(dc, virtio_serial_port_properties);
    device_class_describe_props(dc, virtio_serial_port_texts);
    set_bit(DEVICE_CATEGORY_INPUT, dc->categories);
}

static const TypeInfo virtio_serial_port_types[] = {
    {
        .name = TYPE_VIRTIO_SERIAL_PORT,
        .parent = TYPE_DEVICE,
        .instance_size = sizeof(VirtIOSerialPort),
        .abstract = true,
        .class_size = sizeof(VirtIOSerialPortClass),
        .class_init = virtio_serial_port_class_init,
    },
};

DEFINE_TYPES(virtio_serial_port_types)
