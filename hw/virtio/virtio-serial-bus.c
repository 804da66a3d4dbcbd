/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * virtio-serial-device: the console device of OASIS virtio 1.2, section 5.3, and its bus of
 * ports. Without multiport the driver sees port 0 only, always open. Console sizes (F_SIZE) are
 * left out: no backend knows one.
 */
#include "qemu/osdep.h"
#include "hw/qdev-properties.h"
#include "qapi/error.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "standard-headers/linux/virtio_ids.h"
#include "trace.h"
#include "virtio-serial-internal.h"

#define PORT_QUEUE_SIZE 128
#define CONTROL_QUEUE_SIZE 32

/* ---- the driver comes and goes ---- */

static void serial_guest_reset(VirtIOSerial *vser)
{
    VirtIOSerialPort *port;

    QTAILQ_FOREACH(port, &vser->ports, next) {
        virtio_serial_port_set_guest_connected(port, false);
    }
}

static void virtio_serial_set_status(VirtIODevice *vdev, uint8_t status)
{
    VirtIOSerial *vser = VIRTIO_SERIAL(vdev);
    VirtIOSerialPort *port = virtio_serial_find_port(vser, 0);

    if (!(status & VIRTIO_CONFIG_S_DRIVER_OK)) {
        serial_guest_reset(vser);
    } else if (port && !virtio_serial_use_multiport(vser)) {
        /* A driver that cannot open a port has it open. */
        virtio_serial_port_set_guest_connected(port, true);
    }
    /* It looks at the status that is to be. */
    vdev->status = status;
    QTAILQ_FOREACH(port, &vser->ports, next) {
        VirtIOSerialPortClass *vsc = VIRTIO_SERIAL_PORT_GET_CLASS(port);

        if (vsc->enable_backend) {
            vsc->enable_backend(port, vdev->vm_running);
        }
        if (vdev->vm_running && !port->throttled) {
            qemu_bh_schedule(port->bh);
        }
    }
    virtio_serial_control_flush(vser);
}

static void virtio_serial_reset(VirtIODevice *vdev)
{
    VirtIOSerial *vser = VIRTIO_SERIAL(vdev);
    VirtIOSerialPort *port;

    g_array_set_size(vser->pending, 0);
    serial_guest_reset(vser);
    QTAILQ_FOREACH(port, &vser->ports, next) {
        virtio_serial_port_drop_element(port, false);
    }
}

/* ---- features and configuration ---- */

static uint64_t virtio_serial_get_features(VirtIODevice *vdev, uint64_t features, Error **errp)
{
    VirtIOSerial *vser = VIRTIO_SERIAL(vdev);

    features |= vser->host_features;
    if (vser->serial.max_virtserial_ports > 1) {
        virtio_add_feature(&features, VIRTIO_CONSOLE_F_MULTIPORT);
    }
    return features;
}

static void virtio_serial_get_config(VirtIODevice *vdev, uint8_t *config_data)
{
    VirtIOSerial *vser = VIRTIO_SERIAL(vdev);
    struct virtio_console_config config = {
        .max_nr_ports = cpu_to_le32(vser->serial.max_virtserial_ports),
    };

    memcpy(config_data, &config, vdev->config_len);
}

/* emerg_wr: one character, even before the driver has set anything up (5.3.4). */
static void virtio_serial_set_config(VirtIODevice *vdev, const uint8_t *config_data)
{
    VirtIOSerial *vser = VIRTIO_SERIAL(vdev);
    struct virtio_console_config config = { 0 };
    VirtIOSerialPort *port;
    uint8_t c;

    memcpy(&config, config_data, vdev->config_len);
    c = le32_to_cpu(config.emerg_wr);
    if (!config.emerg_wr) {
        return;
    }
    QTAILQ_FOREACH(port, &vser->ports, next) {
        VirtIOSerialPortClass *vsc = VIRTIO_SERIAL_PORT_GET_CLASS(port);

        if (vsc->is_console && port->host_connected) {
            vsc->have_data(port, &c, 1);
            return;
        }
    }
}

/* ---- the bus ---- */

static void virtio_serial_bus_append_dev_text(DeviceState *dev, GString *out, int indent)
{
    VirtIOSerialPort *port = VIRTIO_SERIAL_PORT(dev);

    g_string_append_printf(out, "%*sport %u, guest %s, host %s, throttle %s\n", indent, "",
                           port->id, port->guest_connected ? "on" : "off",
                           port->host_connected ? "on" : "off", port->throttled ? "on" : "off");
}

static void virtio_serial_bus_class_init(ObjectClass *klass, void *data)
{
    BUS_CLASS(klass)->append_dev_text = virtio_serial_bus_append_dev_text;
}

/* ---- the device ---- */

static void serial_queues_make(VirtIOSerial *vser)
{
    VirtIODevice *vdev = VIRTIO_DEVICE(vser);
    uint32_t max = vser->serial.max_virtserial_ports;

    vser->ivqs = g_new(VirtQueue *, max);
    vser->ovqs = g_new(VirtQueue *, max);
    /* Port 0, then the two control queues, then the other ports (5.3.2). */
    vser->ivqs[0] = virtio_add_queue(vdev, PORT_QUEUE_SIZE, virtio_serial_handle_input);
    vser->ovqs[0] = virtio_add_queue(vdev, PORT_QUEUE_SIZE, virtio_serial_handle_output);
    vser->c_ivq = virtio_add_queue(vdev, CONTROL_QUEUE_SIZE, virtio_serial_control_in);
    vser->c_ovq = virtio_add_queue(vdev, CONTROL_QUEUE_SIZE, virtio_serial_control_out);
    for (uint32_t i = 1; i < max; i++) {
        vser->ivqs[i] = virtio_add_queue(vdev, PORT_QUEUE_SIZE, virtio_serial_handle_input);
        vser->ovqs[i] = virtio_add_queue(vdev, PORT_QUEUE_SIZE, virtio_serial_handle_output);
    }
}

static void virtio_serial_realize(DeviceState *dev, Error **errp)
{
    VirtIODevice *vdev = VIRTIO_DEVICE(dev);
    VirtIOSerial *vser = VIRTIO_SERIAL(dev);
    uint32_t max = vser->serial.max_virtserial_ports;
    size_t config_size = sizeof(struct virtio_console_config);

    if (max < 1 || max > VIRTIO_SERIAL_MAX_PORTS) {
        error_setg(errp, "virtio-serial-device: max_ports is %u; it must be 1 to %u", max,
                   VIRTIO_SERIAL_MAX_PORTS);
        return;
    }
    if (!virtio_has_feature(vser->host_features, VIRTIO_CONSOLE_F_EMERG_WRITE)) {
        config_size = offsetof(struct virtio_console_config, emerg_wr);
    }
    virtio_init(vdev, VIRTIO_ID_CONSOLE, config_size);
    serial_queues_make(vser);
    vser->ports_map = bitmap_new(max);
    vser->pending = g_array_new(FALSE, FALSE, sizeof(VirtIOSerialControl));
    QTAILQ_INIT(&vser->ports);
    qbus_init(&vser->bus, sizeof(vser->bus), TYPE_VIRTIO_SERIAL_BUS, dev, vdev->bus_name);
    qbus_set_hotplug_handler(BUS(&vser->bus), OBJECT(vser));
    vser->bus.vser = vser;
    vser->bus.max_nr_ports = max;
}

static void virtio_serial_unrealize(DeviceState *dev)
{
    VirtIODevice *vdev = VIRTIO_DEVICE(dev);
    VirtIOSerial *vser = VIRTIO_SERIAL(dev);

    /* Its ports go with it. */
    object_unparent(OBJECT(&vser->bus));
    for (int i = virtio_get_num_queues(vdev); i-- > 0;) {
        virtio_del_queue(vdev, i);
    }
    g_clear_pointer(&vser->ivqs, g_free);
    g_clear_pointer(&vser->ovqs, g_free);
    g_clear_pointer(&vser->ports_map, g_free);
    g_clear_pointer(&vser->pending, g_array_unref);
    virtio_cleanup(vdev);
}

static const VMStateDescription vmstate_virtio_console = {
    .name = "virtio-console",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_VIRTIO_DEVICE,
        VMSTATE_END_OF_LIST()
    },
};

static Property virtio_serial_properties[] = {
    DEFINE_PROP_UINT32("max_ports", VirtIOSerial, serial.max_virtserial_ports, 31),
    DEFINE_PROP_BIT64("emergency-write", VirtIOSerial, host_features,
                      VIRTIO_CONSOLE_F_EMERG_WRITE, true),
    DEFINE_PROP_END_OF_LIST(),
};

static const PropertyText virtio_serial_texts[] = {
    { "max_ports", "number of ports, 1 to 511; 1 turns multiport off" },
    { "emergency-write", "offer output through the configuration space" },
    { }
};

static void virtio_serial_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    VirtioDeviceClass *vdc = VIRTIO_DEVICE_CLASS(klass);
    HotplugHandlerClass *hc = HOTPLUG_HANDLER_CLASS(klass);

    dc->desc = "consoles and serial ports (virtio-serial)";
    dc->vmsd = &vmstate_virtio_console;
    device_class_set_props(dc, virtio_serial_properties);
    device_class_describe_props(dc, virtio_serial_texts);
    set_bit(DEVICE_CATEGORY_INPUT, dc->categories);
    vdc->realize = virtio_serial_realize;
    vdc->unrealize = virtio_serial_unrealize;
    vdc->get_features = virtio_serial_get_features;
    vdc->get_config = virtio_serial_get_config;
    vdc->set_config = virtio_serial_set_config;
    vdc->set_status = virtio_serial_set_status;
    vdc->reset = virtio_serial_reset;
    vdc->save = virtio_serial_save;
    vdc->load = virtio_serial_load;
    hc->plug = virtio_serial_port_plug;
    hc->unplug = qdev_simple_device_unplug_cb;
}

static const TypeInfo virtio_serial_types[] = {
    {
        .name = TYPE_VIRTIO_SERIAL_BUS,
        .parent = TYPE_BUS,
        .instance_size = sizeof(VirtIOSerialBus),
        .class_init = virtio_serial_bus_class_init,
    },
    {
        .name = TYPE_VIRTIO_SERIAL,
        .parent = TYPE_VIRTIO_DEVICE,
        .instance_size = sizeof(VirtIOSerial),
        .class_init = virtio_serial_class_init,
        .interfaces = (InterfaceInfo[]) { { TYPE_HOTPLUG_HANDLER }, { } },
    },
};

DEFINE_TYPES(virtio_serial_types)
