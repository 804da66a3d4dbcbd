/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the virt board share: virt.c is the machine, the others do
 * one part of building it each, in the order of this file.
 */
#ifndef HW_ARM_VIRT_INTERNAL_H
#define HW_ARM_VIRT_INTERNAL_H

#include "hw/arm/virt.h"

/* ---- virt-props.c ---- */

/* Give the machine class its own properties. */
void virt_props_register(ObjectClass *oc);

/* Check what the properties ask for against each other and the accelerator. */
bool virt_props_settle(VirtMachineState *vms, Error **errp);

/* ---- virt-memmap.c ---- */

/* The part of the map that does not depend on options, for the machine's instance_init. */
void virt_memmap_init(VirtMachineState *vms);

/*
 * Place RAM and what is above it. False with an error when something overlaps
 * or does not fit in @pa_bits of physical address.
 */
bool virt_memmap_settle(VirtMachineState *vms, unsigned pa_bits, Error **errp);

/* ---- virt-cpus.c ---- */

/* Physical address bits of the CPUs that will be made. */
unsigned virt_cpus_pa_bits(VirtMachineState *vms);

/* MachineClass.possible_cpu_arch_ids and .cpu_index_to_instance_props. */
const CPUArchIdList *virt_cpus_possible(MachineState *machine);
CpuInstanceProperties virt_cpus_props(MachineState *machine, unsigned cpu_index);

bool virt_cpus_create(VirtMachineState *vms, Error **errp);

/* MachineClass.kvm_type: as many address bits as the machine needs. */
int virt_cpus_kvm_type(MachineState *machine, const char *arg);

/* Under KVM, once there is an interrupt controller. */
bool virt_cpus_start_pmus(VirtMachineState *vms, Error **errp);

/* ---- virt-devices.c ---- */

/* The interrupt controller and its wires to the CPUs, then the devices. */
bool virt_devices_create(VirtMachineState *vms, Error **errp);

/* ---- virt-flash.c ---- */

/* The banks as objects, from the machine's instance_init; then their place and content. */
void virt_flash_init(VirtMachineState *vms);
bool virt_flash_create(VirtMachineState *vms, Error **errp);

/* ---- virt-fdt.c ---- */

/* Build machine->fdt, with room to grow, from the devices that exist. */
bool virt_fdt_build(VirtMachineState *vms, Error **errp);

#endif
