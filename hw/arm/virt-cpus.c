/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CPUs of the virt board: how many, their MPIDR numbers, their place in the
 * topology of -smp. All but the first wait for PSCI CPU_ON.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "hw/qdev-properties.h"
#include "sysemu/kvm.h"
#include "target/arm/cpu.h"
#include "target/arm/kvm_arm.h"
#include "virt-internal.h"

/* CPUs in one Aff0 group: what an SGI of the GIC can reach at once. */
#define GICV2_CLUSTER_CPUS 8
#define GICV3_CLUSTER_CPUS 16

/* ID_AA64MMFR0_EL1.PARange, bits 3 to 0: physical address bits by value. */
static const uint8_t pa_bits_by_parange[] = { 32, 36, 40, 42, 44, 48, 52 };

/* Bits that the addresses of RAM and of the platform bus need. */
static unsigned pa_bits_needed(const VirtMachineState *vms)
{
    static const int places[] = { VIRT_MEM, VIRT_PLATFORM_BUS };
    uint64_t last = 0;

    for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
        const MemMapEntry *place = &vms->memmap[places[i]];
        uint64_t size = places[i] == VIRT_MEM ? MACHINE(vms)->ram_size : place->size;
        uint64_t end = place->base + (size - 1);

        last = MAX(last, end < place->base ? UINT64_MAX : end);
    }
    return last ? 64 - clz64(last) : 0;
}

int virt_cpus_kvm_type(MachineState *machine, const char *arg)
{
    /* The model that KVM has, unless -cpu says something, which is looked at later. */
    machine->cpu_type = TYPE_ARM_HOST_CPU;
    /* The fewer bits, the fewer levels of tables the hardware walks. */
    return kvm_arm_vm_type(machine, pa_bits_needed(VIRT_MACHINE(machine)));
}

unsigned virt_cpus_pa_bits(VirtMachineState *vms)
{
    g_autoptr(Object) cpu = NULL;
    unsigned parange;

    if (kvm_enabled()) {
        return MIN(MAX(pa_bits_needed(vms), 32), kvm_arm_get_max_vm_ipa_size(MACHINE(vms), NULL));
    }
    cpu = object_new(MACHINE(vms)->cpu_type);
    parange = ARM_CPU(cpu)->isar.id_aa64mmfr0 & 0xf;
    return pa_bits_by_parange[MIN(parange, ARRAY_SIZE(pa_bits_by_parange) - 1)];
}

static uint64_t virt_cpu_mp_affinity(const VirtMachineState *vms, unsigned index)
{
    return arm_cpu_mp_affinity(index, vms->gic_version == VIRT_GIC_VERSION_3 ? GICV3_CLUSTER_CPUS
                                                                            : GICV2_CLUSTER_CPUS);
}

static CpuInstanceProperties topology_place(const CpuTopology *smp, unsigned index)
{
    CpuInstanceProperties props = {
        .has_socket_id = true,
        .has_cluster_id = true,
        .has_core_id = true,
        .has_thread_id = true,
    };

    props.thread_id = index % smp->threads;
    index /= smp->threads;
    props.core_id = index % smp->cores;
    index /= smp->cores;
    props.cluster_id = index % smp->clusters;
    props.socket_id = index / smp->clusters;
    return props;
}

const CPUArchIdList *virt_cpus_possible(MachineState *machine)
{
    VirtMachineState *vms = VIRT_MACHINE(machine);
    unsigned count = machine->smp.max_cpus;
    CPUArchIdList *list = machine->possible_cpus;

    if (list) {
        return list;
    }
    list = g_malloc0(sizeof(*list) + count * sizeof(list->cpus[0]));
    list->len = count;
    for (unsigned i = 0; i < count; i++) {
        list->cpus[i] = (CPUArchId){
            .arch_id = virt_cpu_mp_affinity(vms, i),
            .vcpus_count = 1,
            .props = topology_place(&machine->smp, i),
            .type = machine->cpu_type,
        };
    }
    machine->possible_cpus = list;
    return list;
}

CpuInstanceProperties virt_cpus_props(MachineState *machine, unsigned cpu_index)
{
    return virt_cpus_possible(machine)->cpus[cpu_index].props;
}

static bool virt_cpu_create(MachineState *machine, unsigned index, Error **errp)
{
    CPUArchId *id = &machine->possible_cpus->cpus[index];
    g_autoptr(Object) obj = object_new(id->type);
    CPUState *cs = CPU(obj);

    cs->cpu_index = index;
    cs->nr_cores = machine->smp.cores;
    cs->nr_threads = machine->smp.threads;
    if (!object_property_set_uint(obj, "mp-affinity", id->arch_id, errp) ||
        !object_property_set_uint(obj, "psci-conduit", QEMU_PSCI_CONDUIT_HVC, errp) ||
        !object_property_set_bool(obj, "start-powered-off", index > 0, errp) ||
        !qdev_realize(DEVICE(obj), NULL, errp)) {
        return false;
    }
    id->cpu = cs;
    return true;
}

bool virt_cpus_create(VirtMachineState *vms, Error **errp)
{
    MachineState *machine = MACHINE(vms);

    virt_cpus_possible(machine);
    for (unsigned i = 0; i < machine->smp.cpus; i++) {
        if (!virt_cpu_create(machine, i, errp)) {
            return false;
        }
    }
    return true;
}

bool virt_cpus_start_pmus(VirtMachineState *vms, Error **errp)
{
    CPUState *cs;

    if (!kvm_enabled()) {
        return true;
    }
    CPU_FOREACH(cs) {
        if ((kvm_irqchip_in_kernel() && !kvm_arm_pmu_set_irq(cs, VIRTUAL_PMU_IRQ, errp)) ||
            !kvm_arm_pmu_init(cs, errp)) {
            return false;
        }
    }
    return true;
}
