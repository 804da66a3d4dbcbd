/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * virtconsole and virtserialport: ports of virtio-serial that lead to a character device. Both
 * obey its flow control when the host sends. What the guest sends a virtserialport waits for a
 * slow character device; a virtconsole drops it instead, because guests spin on their console.
 */
#include "qemu/osdep.h"
#include "chardev/char-fe.h"
#include "hw/qdev-properties-system.h"
#include "hw/virtio/virtio-serial.h"
#include "qapi/error.h"
#include "qemu/module.h"
#include "trace.h"

#define TYPE_VIRTIO_CONSOLE_SERIAL_PORT "virtserialport"
#define TYPE_VIRTIO_CONSOLE "virtconsole"

OBJECT_DECLARE_SIMPLE_TYPE(VirtConsole, VIRTIO_CONSOLE_SERIAL_PORT)

/* @watch: tells when the character device takes data again; 0: none. */
struct VirtConsole {
    VirtIOSerialPort parent_obj;

    CharBackend chr;
    guint watch;
};

static bool virtconsole_is_console(VirtConsole *vcon)
{
    return VIRTIO_SERIAL_PORT_GET_CLASS(vcon)->is_console;
}

/* ---- guest to host ---- */

static gboolean virtconsole_write_unblocked(void *do_not_use, GIOCondition cond, void *opaque)
{
    VirtConsole *vcon = opaque;

    vcon->watch = 0;
    virtio_serial_throttle_port(VIRTIO_SERIAL_PORT(vcon), false);
    return G_SOURCE_REMOVE;
}

/* Wait for the character device. False if it cannot say when. */
static bool virtconsole_wait(VirtConsole *vcon)
{
    if (!vcon->watch) {
        vcon->watch = qemu_chr_fe_add_watch(&vcon->chr, G_IO_OUT | G_IO_HUP,
                                            virtconsole_write_unblocked, vcon);
    }
    return vcon->watch != 0;
}

static ssize_t virtconsole_have_data(VirtIOSerialPort *port, const uint8_t *buf, ssize_t len)
{
    VirtConsole *vcon = VIRTIO_CONSOLE_SERIAL_PORT(port);
    int ret;

    if (!qemu_chr_fe_backend_connected(&vcon->chr)) {
        return len;
    }
    ret = qemu_chr_fe_write(&vcon->chr, buf, len);
    trace_virtio_console_flush_buf(port, port->id, len, ret);
    if (ret == len) {
        return len;
    }
    if (ret < 0 && errno != EAGAIN) {
        /* The peer is gone: nobody will ever take this. */
        return len;
    }
    ret = MAX(ret, 0);
    if (!virtconsole_is_console(vcon) && virtconsole_wait(vcon)) {
        virtio_serial_throttle_port(port, true);
    }
    return ret;
}

/* A program in the guest opened or closed the port. */
static void virtconsole_set_guest_connected(VirtIOSerialPort *port, int guest_connected)
{
    VirtConsole *vcon = VIRTIO_CONSOLE_SERIAL_PORT(port);

    if (!virtconsole_is_console(vcon)) {
        qemu_chr_fe_set_open(&vcon->chr, guest_connected);
    }
    if (guest_connected) {
        qemu_chr_fe_accept_input(&vcon->chr);
    }
}

static void virtconsole_guest_writable(VirtIOSerialPort *port)
{
    qemu_chr_fe_accept_input(&VIRTIO_CONSOLE_SERIAL_PORT(port)->chr);
}

static void virtconsole_enable_backend(VirtIOSerialPort *port, bool enable)
{
    /* While the machine stands still, can_read answers 0. */
    if (enable) {
        qemu_chr_fe_accept_input(&VIRTIO_CONSOLE_SERIAL_PORT(port)->chr);
    }
}

/* ---- host to guest ---- */

static int virtconsole_can_read(void *opaque)
{
    return MIN(virtio_serial_guest_ready(VIRTIO_SERIAL_PORT(opaque)), INT_MAX);
}

static void virtconsole_read(void *opaque, const uint8_t *buf, int size)
{
    VirtIOSerialPort *port = VIRTIO_SERIAL_PORT(opaque);

    trace_virtio_console_chr_read(port, port->id, size);
    virtio_serial_write(port, buf, size);
}

static void virtconsole_watch_end(VirtConsole *vcon)
{
    if (vcon->watch) {
        g_source_remove(vcon->watch);
        vcon->watch = 0;
    }
}

static void virtconsole_event(void *opaque, QEMUChrEvent event)
{
    VirtConsole *vcon = opaque;
    VirtIOSerialPort *port = VIRTIO_SERIAL_PORT(vcon);

    trace_virtio_console_chr_event(port, port->id, event);
    switch (event) {
    case CHR_EVENT_OPENED:
        virtio_serial_open(port);
        break;
    case CHR_EVENT_CLOSED:
        virtconsole_watch_end(vcon);
        virtio_serial_close(port);
        break;
    default:
        break;
    }
}

static int virtconsole_be_change(void *opaque);

/* A console is open whether somebody looks at it or not; a port when its peer is there. */
static void virtconsole_handlers_set(VirtConsole *vcon)
{
    if (virtconsole_is_console(vcon)) {
        qemu_chr_fe_set_handlers(&vcon->chr, virtconsole_can_read, virtconsole_read, NULL,
                                 virtconsole_be_change, vcon, NULL, true);
    } else {
        qemu_chr_fe_set_handlers(&vcon->chr, virtconsole_can_read, virtconsole_read,
                                 virtconsole_event, virtconsole_be_change, vcon, NULL, false);
    }
}

static int virtconsole_be_change(void *opaque)
{
    VirtConsole *vcon = opaque;
    VirtIOSerialPort *port = VIRTIO_SERIAL_PORT(vcon);

    virtconsole_handlers_set(vcon);
    if (vcon->watch) {
        /* It waited for the old one; the new one is tried at once. */
        virtconsole_watch_end(vcon);
        virtio_serial_throttle_port(port, false);
    }
    if (!virtconsole_is_console(vcon)) {
        if (!qemu_chr_fe_backend_open(&vcon->chr) && port->host_connected) {
            virtio_serial_close(port);
        }
        qemu_chr_fe_set_open(&vcon->chr, port->guest_connected);
    }
    return 0;
}

/* ---- the types ---- */

static void virtconsole_realize(DeviceState *dev, Error **errp)
{
    VirtIOSerialPort *port = VIRTIO_SERIAL_PORT(dev);
    VirtConsole *vcon = VIRTIO_CONSOLE_SERIAL_PORT(dev);

    if (!qemu_chr_fe_backend_connected(&vcon->chr)) {
        return;
    }
    virtconsole_handlers_set(vcon);
    if (virtconsole_is_console(vcon)) {
        virtio_serial_open(port);
    }
}

static void virtconsole_unrealize(DeviceState *dev)
{
    VirtConsole *vcon = VIRTIO_CONSOLE_SERIAL_PORT(dev);

    virtconsole_watch_end(vcon);
    qemu_chr_fe_set_handlers(&vcon->chr, NULL, NULL, NULL, NULL, NULL, NULL, false);
}

static Property virtconsole_properties[] = {
    DEFINE_PROP_CHR("chardev", VirtConsole, chr),
    DEFINE_PROP_END_OF_LIST(),
};

static void virtserialport_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    VirtIOSerialPortClass *vsc = VIRTIO_SERIAL_PORT_CLASS(klass);

    dc->desc = "serial port of a virtio-serial-device";
    device_class_set_props(dc, virtconsole_properties);
    vsc->realize = virtconsole_realize;
    vsc->unrealize = virtconsole_unrealize;
    vsc->have_data = virtconsole_have_data;
    vsc->set_guest_connected = virtconsole_set_guest_connected;
    vsc->enable_backend = virtconsole_enable_backend;
    vsc->guest_ready = virtconsole_guest_writable;
    vsc->guest_writable = virtconsole_guest_writable;
}

static void virtconsole_class_init(ObjectClass *klass, void *data)
{
    DEVICE_CLASS(klass)->desc = "console port of a virtio-serial-device";
    VIRTIO_SERIAL_PORT_CLASS(klass)->is_console = true;
}

static const TypeInfo virtconsole_types[] = {
    {
        .name = TYPE_VIRTIO_CONSOLE_SERIAL_PORT,
        .parent = TYPE_VIRTIO_SERIAL_PORT,
        .instance_size = sizeof(VirtConsole),
        .class_init = virtserialport_class_init,
    },
    {
        .name = TYPE_VIRTIO_CONSOLE,
        .parent = TYPE_VIRTIO_CONSOLE_SERIAL_PORT,
        .class_init = virtconsole_class_init,
    },
};

DEFINE_TYPES(virtconsole_types)
