/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -M none: a machine without CPU, memory or devices, for serving devices and
 * for talking to the control interfaces. -m gives it memory at address 0. Sysbus
 * devices may be added, unmapped: whoever serves them reaches their regions.
 */
#include "qemu/osdep.h"
#include "exec/address-spaces.h"
#include "hw/boards.h"
#include "hw/sysbus.h"

static void machine_none_init(MachineState *machine)
{
    if (machine->ram) {
        memory_region_add_subregion(get_system_memory(), 0, machine->ram);
    }
}

static void machine_none_class_setup(MachineClass *mc)
{
    mc->desc = "empty machine";
    mc->init = machine_none_init;
    mc->max_cpus = 1;
    mc->default_ram_size = 0;
    mc->default_ram_id = "ram";
    mc->no_serial = 1;
    mc->no_parallel = 1;
    mc->no_floppy = 1;
    mc->no_cdrom = 1;
    mc->no_sdcard = 1;
    machine_class_allow_dynamic_sysbus_dev(mc, TYPE_SYS_BUS_DEVICE);
}

DEFINE_MACHINE("none", machine_none_class_setup)
