/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The `virt` machine: build() makes what is always there, finish() what needs to
 * know the devices that users added: the device tree and what is to be booted.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/module.h"
#include "exec/address-spaces.h"
#include "hw/char/pl011.h"
#include "hw/gpio/pl061.h"
#include "hw/platform-bus.h"
#include "hw/qdev-clock.h"
#include "hw/rtc/pl031.h"
#include "hw/vfio/vfio-amd-xgbe.h"
#include "hw/vfio/vfio-calxeda-xgmac.h"
#include "target/arm/cpu-qom.h"
#include "virt-internal.h"

#define VIRT_MAX_CPUS 123

static const char *const virt_cpu_types[] = {
    ARM_CPU_TYPE_NAME("cortex-a53"),
    ARM_CPU_TYPE_NAME("cortex-a57"),
    ARM_CPU_TYPE_NAME("cortex-a72"),
    ARM_CPU_TYPE_NAME("max"),
    ARM_CPU_TYPE_NAME("host"),
    NULL
};

/* ---- building ---- */

static bool virt_build(MachineState *machine, Error **errp)
{
    VirtMachineState *vms = VIRT_MACHINE(machine);

    if (!virt_props_settle(vms, errp) ||
        !virt_memmap_settle(vms, virt_cpus_pa_bits(vms), errp)) {
        return false;
    }
    if (!virt_cpus_create(vms, errp)) {
        return false;
    }
    /* Before devices of users, which may have something to say about where a CPU starts. */
    arm_boot_register_reset(&vms->bootinfo);
    memory_region_add_subregion(get_system_memory(), vms->memmap[VIRT_MEM].base, machine->ram);
    if (!virt_devices_create(vms, errp) || !virt_cpus_start_pmus(vms, errp)) {
        return false;
    }
    vms->is_built = true;
    return true;
}

static bool virt_finish(MachineState *machine, Error **errp)
{
    VirtMachineState *vms = VIRT_MACHINE(machine);
    struct arm_boot_info *info = &vms->bootinfo;

    info->loader_start = vms->memmap[VIRT_MEM].base;
    info->ram_size = machine->ram_size;
    info->kernel_filename = machine->kernel_filename;
    info->kernel_cmdline = machine->kernel_cmdline;
    info->initrd_filename = machine->initrd_filename;
    info->dtb_filename = machine->dtb;
    info->dtb_randomness = vms->dtb_randomness;
    return virt_fdt_build(vms, errp) && arm_load_kernel(info, errp) &&
           arm_load_dtb(info, &machine->fdt, errp);
}

/* ---- devices that users add ---- */

/* Types that -device and device_add may put on the platform bus; each writes its tree node. */
static const char *const virt_dynamic_types[] = { TYPE_PL011, TYPE_PL031, TYPE_PL061,
                                                  TYPE_VFIO_PLATFORM, TYPE_VFIO_AMD_XGBE,
                                                  TYPE_VFIO_CALXEDA_XGMAC };

static void virt_device_pre_plug(HotplugHandler *handler, DeviceState *dev, Error **errp)
{
    if (object_dynamic_cast(OBJECT(dev), TYPE_PL011)) {
        qdev_connect_clock_in(dev, "clk", VIRT_MACHINE(handler)->apb_pclk);
    }
}

static void virt_device_plug(HotplugHandler *handler, DeviceState *dev, Error **errp)
{
    VirtMachineState *vms = VIRT_MACHINE(handler);

    platform_bus_try_link_device(PLATFORM_BUS_DEVICE(vms->platform_bus_dev), SYS_BUS_DEVICE(dev),
                                 errp);
}

static void virt_device_unplug(HotplugHandler *handler, DeviceState *dev, Error **errp)
{
    /* The bus hears of it and takes its regions and lines back. */
    qdev_unrealize(dev);
}

static HotplugHandler *virt_get_hotplug_handler(MachineState *machine, DeviceState *dev)
{
    VirtMachineState *vms = VIRT_MACHINE(machine);

    /* The board places its own devices, before it has the bus and after. */
    return vms->is_built && device_is_dynamic_sysbus(MACHINE_GET_CLASS(machine), dev)
        ? HOTPLUG_HANDLER(machine) : NULL;
}

/* ---- the type ---- */

static void virt_instance_init(Object *obj)
{
    VirtMachineState *vms = VIRT_MACHINE(obj);

    vms->highmem = true;
    vms->dtb_randomness = true;
    virt_memmap_init(vms);
    virt_flash_init(vms);
}

static void virt_class_setup(MachineClass *mc)
{
    mc->desc = "Arm virtual machine";
    mc->build = virt_build;
    mc->finish = virt_finish;
    mc->kvm_type = virt_cpus_kvm_type;
    mc->max_cpus = VIRT_MAX_CPUS;
    mc->default_cpu_type = ARM_CPU_TYPE_NAME("cortex-a57");
    mc->valid_cpu_types = virt_cpu_types;
    mc->default_ram_id = "mach-virt.ram";
    mc->block_default_type = IF_VIRTIO;
    mc->minimum_page_bits = 12;
    mc->default_nic = "virtio-net-device";
    mc->no_parallel = 1;
    mc->no_floppy = 1;
    mc->no_cdrom = 1;
    mc->no_sdcard = 1;
    mc->smp_props.clusters_supported = true;
    mc->possible_cpu_arch_ids = virt_cpus_possible;
    mc->cpu_index_to_instance_props = virt_cpus_props;
    mc->get_hotplug_handler = virt_get_hotplug_handler;
    for (size_t i = 0; i < ARRAY_SIZE(virt_dynamic_types); i++) {
        machine_class_allow_dynamic_sysbus_dev(mc, virt_dynamic_types[i]);
    }
}

static void virt_class_init(ObjectClass *oc, void *data)
{
    HotplugHandlerClass *hc = HOTPLUG_HANDLER_CLASS(oc);

    virt_class_setup(MACHINE_CLASS(oc));
    virt_props_register(oc);
    hc->pre_plug = virt_device_pre_plug;
    hc->plug = virt_device_plug;
    hc->unplug = virt_device_unplug;
}

static const TypeInfo virt_types[] = {
    {
        .name = TYPE_VIRT_MACHINE,
        .parent = TYPE_MACHINE,
        .instance_size = sizeof(VirtMachineState),
        .instance_init = virt_instance_init,
        .class_init = virt_class_init,
        .interfaces = (InterfaceInfo[]) {
            { TYPE_HOTPLUG_HANDLER },
            { }
        },
    },
};

DEFINE_TYPES(virt_types)
