/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Devices of the virt board, in the order of virt_devices_create(): the interrupt
 * controller first, since the others' lines lead to it. The flash is in virt-flash.c.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "exec/address-spaces.h"
#include "hw/intc/arm_gic_kvm.h"
#include "hw/nvram/fw_cfg.h"
#include "hw/platform-bus.h"
#include "hw/qdev-clock.h"
#include "hw/qdev-properties.h"
#include "hw/qdev-properties-system.h"
#include "qapi/qmp/qlist.h"
#include "sysemu/kvm.h"
#include "sysemu/runstate.h"
#include "sysemu/sysemu.h"
#include "target/arm/cpu-qom.h"
#include "virt-internal.h"

qemu_irq virt_spi(const VirtMachineState *vms, int spi)
{
    return qdev_get_gpio_in(vms->gic, spi);
}

/* Realize @dev, whose reference is taken, and map region 0 at @place. */
static bool device_place(VirtMachineState *vms, DeviceState *dev, int place, Error **errp)
{
    SysBusDevice *sbd = SYS_BUS_DEVICE(dev);

    if (!sysbus_realize_and_unref(sbd, errp)) {
        return false;
    }
    sysbus_mmio_map(sbd, 0, vms->memmap[place].base);
    return true;
}

/* ---- interrupt controller ---- */

/* Input of the GIC for the PPI @intid of CPU @cpu. */
static qemu_irq virt_ppi(const VirtMachineState *vms, unsigned cpu, int intid)
{
    return qdev_get_gpio_in(vms->gic, NUM_IRQS + cpu * VIRT_GIC_INTERNAL + intid);
}

static void gic_cpu_wire(VirtMachineState *vms, unsigned cpu)
{
    static const int timer_ppis[] = {
        [GTIMER_PHYS] = ARCH_TIMER_NS_EL1_IRQ,
        [GTIMER_VIRT] = ARCH_TIMER_VIRT_IRQ,
        [GTIMER_HYP] = ARCH_TIMER_NS_EL2_IRQ,
        [GTIMER_SEC] = ARCH_TIMER_S_EL1_IRQ,
    };
    /* In the order of the GIC's outputs: all CPUs' IRQs, all FIQs, and so on. */
    static const int pins[] = { ARM_CPU_IRQ, ARM_CPU_FIQ, ARM_CPU_VIRQ, ARM_CPU_VFIQ };
    DeviceState *cpudev = DEVICE(qemu_get_cpu(cpu));

    for (size_t i = 0; i < ARRAY_SIZE(timer_ppis); i++) {
        qdev_connect_gpio_out(cpudev, i, virt_ppi(vms, cpu, timer_ppis[i]));
    }
    qdev_connect_gpio_out_named(cpudev, "gicv3-maintenance-interrupt", 0,
                                virt_ppi(vms, cpu, ARCH_GIC_MAINT_IRQ));
    qdev_connect_gpio_out_named(cpudev, "pmu-interrupt", 0, virt_ppi(vms, cpu, VIRTUAL_PMU_IRQ));
    for (size_t i = 0; i < ARRAY_SIZE(pins); i++) {
        sysbus_connect_irq(SYS_BUS_DEVICE(vms->gic), cpu + i * MACHINE(vms)->smp.cpus,
                           qdev_get_gpio_in(cpudev, pins[i]));
    }
}

static const char *gic_type(bool is_v3)
{
    if (kvm_irqchip_in_kernel()) {
        return is_v3 ? TYPE_KVM_ARM_GICV3 : TYPE_KVM_ARM_GIC;
    }
    return is_v3 ? "arm-gicv3" : "arm_gic";
}

static bool create_gic(VirtMachineState *vms, Error **errp)
{
    unsigned cpus = MACHINE(vms)->smp.cpus;
    bool is_v3 = vms->gic_version == VIRT_GIC_VERSION_3;
    DeviceState *dev = qdev_new(gic_type(is_v3));

    qdev_prop_set_uint32(dev, "revision", is_v3 ? 3 : 2);
    qdev_prop_set_uint32(dev, "num-cpu", cpus);
    qdev_prop_set_uint32(dev, "num-irq", NUM_IRQS + VIRT_GIC_INTERNAL);
    if (is_v3) {
        QList *regions = qlist_new();

        qlist_append_int(regions, cpus);
        qdev_prop_set_array(dev, "redist-region-count", regions);
    }
    if (!device_place(vms, dev, VIRT_GIC_DIST, errp)) {
        return false;
    }
    sysbus_mmio_map(SYS_BUS_DEVICE(dev), 1,
                    vms->memmap[is_v3 ? VIRT_GIC_REDIST : VIRT_GIC_CPU].base);
    vms->gic = dev;
    for (unsigned i = 0; i < cpus; i++) {
        gic_cpu_wire(vms, i);
    }
    return true;
}

/* ---- simple devices ---- */

/* A device of one region and one interrupt. */
static DeviceState *create_simple(VirtMachineState *vms, const char *type, int place, Error **errp)
{
    DeviceState *dev = qdev_new(type);

    if (!device_place(vms, dev, place, errp)) {
        return NULL;
    }
    sysbus_connect_irq(SYS_BUS_DEVICE(dev), 0, virt_spi(vms, vms->irqmap[place]));
    return dev;
}

static bool create_uart(VirtMachineState *vms, Error **errp)
{
    DeviceState *dev = qdev_new("pl011");

    qdev_connect_clock_in(dev, "clk", vms->apb_pclk);
    qdev_prop_set_chr(dev, "chardev", serial_hd(0));
    if (!device_place(vms, dev, VIRT_UART, errp)) {
        return false;
    }
    sysbus_connect_irq(SYS_BUS_DEVICE(dev), 0, virt_spi(vms, vms->irqmap[VIRT_UART]));
    return true;
}

static bool create_rtc(VirtMachineState *vms, Error **errp)
{
    return create_simple(vms, "pl031", VIRT_RTC, errp) != NULL;
}

/* ---- GPIO and power button ---- */

static void virt_powerdown_req(Notifier *notifier, void *opaque)
{
    VirtMachineState *vms = container_of(notifier, VirtMachineState, powerdown_notifier);

    qemu_set_irq(qdev_get_gpio_in(vms->power_key, 0), 1);
}

static bool create_gpio(VirtMachineState *vms, Error **errp)
{
    DeviceState *gpio = qdev_new("pl061");
    DeviceState *key;

    /* Pins that nobody drives are low. */
    qdev_prop_set_uint32(gpio, "pullups", 0);
    qdev_prop_set_uint32(gpio, "pulldowns", 0xff);
    if (!device_place(vms, gpio, VIRT_GPIO, errp)) {
        return false;
    }
    sysbus_connect_irq(SYS_BUS_DEVICE(gpio), 0, virt_spi(vms, vms->irqmap[VIRT_GPIO]));
    vms->gpio_dev = gpio;
    key = qdev_new("gpio-key");
    if (!sysbus_realize_and_unref(SYS_BUS_DEVICE(key), errp)) {
        return false;
    }
    sysbus_connect_irq(SYS_BUS_DEVICE(key), 0,
                       qdev_get_gpio_in(vms->gpio_dev, VIRT_POWER_KEY_LINE));
    vms->power_key = key;
    vms->powerdown_notifier.notify = virt_powerdown_req;
    qemu_register_powerdown_notifier(&vms->powerdown_notifier);
    return true;
}

/* ---- fw_cfg ---- */

static bool create_fw_cfg(VirtMachineState *vms, Error **errp)
{
    const CpuTopology *smp = &MACHINE(vms)->smp;
    hwaddr base = vms->memmap[VIRT_FW_CFG].base;

    vms->fw_cfg = fw_cfg_init_mem_wide(base + 8, base, 8, base + 16, &address_space_memory);
    fw_cfg_add_i16(vms->fw_cfg, FW_CFG_NB_CPUS, smp->cpus);
    fw_cfg_add_i16(vms->fw_cfg, FW_CFG_MAX_CPUS, smp->max_cpus);
    fw_cfg_add_i64(vms->fw_cfg, FW_CFG_RAM_SIZE, MACHINE(vms)->ram_size);
    return true;
}

/* ---- virtio ---- */

static bool create_virtio_transports(VirtMachineState *vms, Error **errp)
{
    const MemMapEntry *place = &vms->memmap[VIRT_MMIO];

    /* Upwards: the bus that was made last is taken first, so disks come from the top. */
    for (int i = 0; i < NUM_VIRTIO_TRANSPORTS; i++) {
        DeviceState *dev = qdev_new("virtio-mmio");

        if (!sysbus_realize_and_unref(SYS_BUS_DEVICE(dev), errp)) {
            return false;
        }
        sysbus_mmio_map(SYS_BUS_DEVICE(dev), 0, place->base + i * place->size);
        sysbus_connect_irq(SYS_BUS_DEVICE(dev), 0, virt_spi(vms, vms->irqmap[VIRT_MMIO] + i));
    }
    return true;
}

/* ---- platform bus ---- */

static bool create_platform_bus(VirtMachineState *vms, Error **errp)
{
    DeviceState *dev = qdev_new(TYPE_PLATFORM_BUS_DEVICE);

    dev->id = g_strdup(TYPE_PLATFORM_BUS_DEVICE);
    qdev_prop_set_uint32(dev, "num_irqs", PLATFORM_BUS_NUM_IRQS);
    qdev_prop_set_uint64(dev, "mmio_size", vms->memmap[VIRT_PLATFORM_BUS].size);
    if (!device_place(vms, dev, VIRT_PLATFORM_BUS, errp)) {
        return false;
    }
    for (int i = 0; i < PLATFORM_BUS_NUM_IRQS; i++) {
        sysbus_connect_irq(SYS_BUS_DEVICE(dev), i,
                           virt_spi(vms, vms->irqmap[VIRT_PLATFORM_BUS] + i));
    }
    vms->platform_bus_dev = dev;
    return true;
}

bool virt_devices_create(VirtMachineState *vms, Error **errp)
{
    static bool (*const steps[])(VirtMachineState *vms, Error **errp) = {
        create_gic, virt_flash_create, create_uart, create_rtc, create_gpio, create_fw_cfg,
        create_virtio_transports, create_platform_bus,
    };

    vms->apb_pclk = clock_new(OBJECT(vms), "apb-pclk");
    clock_set_hz(vms->apb_pclk, VIRT_APB_PCLK_HZ);
    for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
        if (!steps[i](vms, errp)) {
            return false;
        }
    }
    return true;
}
