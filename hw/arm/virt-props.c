/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Properties of the virt machine: what -M virt,KEY=VALUE may say, and which of it
 * goes together.
 */
#include "qemu/osdep.h"
#include "hw/intc/arm_gic_kvm.h"
#include "qapi/error.h"
#include "qapi/qapi-types-common.h"
#include "qapi/qapi-visit-common.h"
#include "qapi/visitor.h"
#include "qemu/units.h"
#include "sysemu/kvm.h"
#include "virt-internal.h"

/* CPUs that a GICv2 can name in one byte of GICD_ITARGETSR. */
#define GICV2_MAX_CPUS 8

/* One pair of registers frames for each CPU. */
#define GICV3_REDIST_SIZE 0x20000

/* ---- gic-version ---- */

static const char *const gic_version_names[] = {
    [VIRT_GIC_VERSION_NOSEL] = "2",
    [VIRT_GIC_VERSION_2] = "2",
    [VIRT_GIC_VERSION_3] = "3",
    [VIRT_GIC_VERSION_HOST] = "host",
    [VIRT_GIC_VERSION_MAX] = "max",
};

static char *virt_get_gic_version(Object *obj, Error **errp)
{
    return g_strdup(gic_version_names[VIRT_MACHINE(obj)->gic_version]);
}

static void virt_set_gic_version(Object *obj, const char *value, Error **errp)
{
    for (size_t i = VIRT_GIC_VERSION_2; i < ARRAY_SIZE(gic_version_names); i++) {
        if (strcmp(value, gic_version_names[i]) == 0) {
            VIRT_MACHINE(obj)->gic_version = i;
            return;
        }
    }
    error_setg(errp, "gic-version=%s is not known: it is 2, 3, host or max", value);
}

/*
 * One of the versions that the kernel can emulate. Not asked for any, the board has the same as
 * without KVM, if there is one: 2, while it has room for the CPUs. NOSEL with an error.
 */
static VirtGICType gic_version_of_host(const VirtMachineState *vms, Error **errp)
{
    int versions = kvm_arm_vgic_probe();
    bool prefers_2 = vms->gic_version == VIRT_GIC_VERSION_NOSEL &&
                     MACHINE(vms)->smp.max_cpus <= GICV2_MAX_CPUS;

    if (versions & KVM_ARM_VGIC_V2 && (prefers_2 || !(versions & KVM_ARM_VGIC_V3))) {
        return VIRT_GIC_VERSION_2;
    }
    if (versions & KVM_ARM_VGIC_V3) {
        return VIRT_GIC_VERSION_3;
    }
    error_setg(errp, "the host's kernel can emulate no GIC of version 2 or 3: use "
               "kernel-irqchip=off,gic-version=2");
    return VIRT_GIC_VERSION_NOSEL;
}

/* With KVM, whose choice depends on the host's GIC. */
static bool gic_version_settle_kvm(VirtMachineState *vms, Error **errp)
{
    if (!kvm_irqchip_in_kernel()) {
        if (vms->gic_version == VIRT_GIC_VERSION_3) {
            error_setg(errp, "kernel-irqchip=off is not possible with gic-version=3: KVM leaves "
                       "the CPU interface, which is in system registers, to its own GICv3 only; "
                       "use gic-version=2");
            return false;
        }
        vms->gic_version = VIRT_GIC_VERSION_2;
        return true;
    }
    if (vms->gic_version == VIRT_GIC_VERSION_2 || vms->gic_version == VIRT_GIC_VERSION_3) {
        return true; /* the GIC says it when the kernel has none of that version */
    }
    vms->gic_version = gic_version_of_host(vms, errp);
    return vms->gic_version != VIRT_GIC_VERSION_NOSEL;
}

static bool gic_version_settle(VirtMachineState *vms, Error **errp)
{
    MachineState *machine = MACHINE(vms);
    unsigned max_cpus;

    if (kvm_enabled()) {
        if (!gic_version_settle_kvm(vms, errp)) {
            return false;
        }
    } else if (vms->gic_version == VIRT_GIC_VERSION_HOST) {
        error_setg(errp, "gic-version=host needs the KVM accelerator");
        return false;
    } else if (vms->gic_version == VIRT_GIC_VERSION_MAX) {
        vms->gic_version = VIRT_GIC_VERSION_3;
    } else if (vms->gic_version == VIRT_GIC_VERSION_NOSEL) {
        vms->gic_version = VIRT_GIC_VERSION_2;
    }
    max_cpus = vms->gic_version == VIRT_GIC_VERSION_2
        ? GICV2_MAX_CPUS : vms->memmap[VIRT_GIC_REDIST].size / GICV3_REDIST_SIZE;
    if (machine->smp.max_cpus > max_cpus) {
        error_setg(errp, "gic-version=%s has at most %u CPUs, not %u%s",
                   gic_version_names[vms->gic_version], max_cpus, machine->smp.max_cpus,
                   vms->gic_version == VIRT_GIC_VERSION_2 ? ": use gic-version=3" : "");
        return false;
    }
    return true;
}

/* ---- switches ---- */

#define VIRT_BOOL_PROPERTY(field) \
    static bool virt_get_##field(Object *obj, Error **errp) \
    { \
        return VIRT_MACHINE(obj)->field; \
    } \
    static void virt_set_##field(Object *obj, bool value, Error **errp) \
    { \
        VIRT_MACHINE(obj)->field = value; \
    }

VIRT_BOOL_PROPERTY(highmem)
VIRT_BOOL_PROPERTY(dtb_randomness)

/* dtb-kaslr-seed, the former name of dtb-randomness, is one more way to say it. */
static const struct {
    const char *name;
    bool (*get)(Object *obj, Error **errp);
    void (*set)(Object *obj, bool value, Error **errp);
    const char *description;
} virt_bools[] = {
    { "highmem", virt_get_highmem, virt_set_highmem, "use addresses of more than 32 bits" },
    { "dtb-randomness", virt_get_dtb_randomness, virt_set_dtb_randomness,
      "put random seeds for the kernel into the device tree" },
    { "dtb-kaslr-seed", virt_get_dtb_randomness, virt_set_dtb_randomness,
      "the same as dtb-randomness" },
};

/* ---- kernel-irqchip ---- */

static void virt_get_kernel_irqchip(Object *obj, Visitor *v, const char *name, void *opaque,
                                    Error **errp)
{
    visit_type_OnOffSplit(v, name, &VIRT_MACHINE(obj)->kernel_irqchip, errp);
}

static void virt_set_kernel_irqchip(Object *obj, Visitor *v, const char *name, void *opaque,
                                    Error **errp)
{
    VirtMachineState *vms = VIRT_MACHINE(obj);

    vms->kernel_irqchip_is_set = visit_type_OnOffSplit(v, name, &vms->kernel_irqchip, errp);
}

static bool kernel_irqchip_settle(const VirtMachineState *vms, Error **errp)
{
    bool is_on = vms->kernel_irqchip == ON_OFF_SPLIT_ON;

    if (vms->kernel_irqchip_is_set && vms->kernel_irqchip == ON_OFF_SPLIT_SPLIT) {
        error_setg(errp, "kernel-irqchip=split does not exist on this architecture");
        return false;
    }
    if (!kvm_enabled()) {
        if (vms->kernel_irqchip_is_set && is_on) {
            error_setg(errp, "kernel-irqchip=on needs the KVM accelerator");
            return false;
        }
        return true;
    }
    /* The machine's option and the accelerator's mean the same. */
    if (!vms->kernel_irqchip_is_set) {
        is_on = kvm_kernel_irqchip_allowed();
    } else if (is_on ? !kvm_kernel_irqchip_allowed() : kvm_kernel_irqchip_required()) {
        error_setg(errp, "-machine says kernel-irqchip=%s, -accel kvm says kernel-irqchip=%s",
                   is_on ? "on" : "off", is_on ? "off" : "on");
        return false;
    }
    return kvm_irqchip_create(kvm_state, is_on, errp);
}

/* ---- addresses ---- */

static void virt_get_address(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    uint64_t value = *(hwaddr *)((char *)VIRT_MACHINE(obj) + (uintptr_t)opaque);

    visit_type_size(v, name, &value, errp);
}

static void virt_set_address(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    /* RAM in 2 MiB blocks, as kernels map it; the bus in pages. */
    uint64_t align = strcmp(name, "ram-base") == 0 ? 2 * MiB : 4 * KiB;
    uint64_t value;

    if (!visit_type_size(v, name, &value, errp)) {
        return;
    }
    if (value % align) {
        error_setg(errp, "%s=0x%" PRIx64 " is not a multiple of %" PRIu64 " KiB", name, value,
                   align / KiB);
        return;
    }
    if (strcmp(name, "platform-bus-size") == 0 && (value == 0 || value > 4 * GiB)) {
        error_setg(errp, "%s=0x%" PRIx64 " is not between 4 KiB and 4 GiB", name, value);
        return;
    }
    *(hwaddr *)((char *)VIRT_MACHINE(obj) + (uintptr_t)opaque) = value;
}

static const struct {
    const char *name;
    size_t offset;
    const char *description;
} virt_addresses[] = {
    { "ram-base", offsetof(VirtMachineState, memmap[VIRT_MEM].base),
      "guest physical address of RAM, a multiple of 2 MiB" },
    { "platform-bus-base", offsetof(VirtMachineState, memmap[VIRT_PLATFORM_BUS].base),
      "guest physical address of the platform bus, a multiple of 4 KiB" },
    { "platform-bus-size", offsetof(VirtMachineState, memmap[VIRT_PLATFORM_BUS].size),
      "size of the platform bus, a multiple of 4 KiB up to 4 GiB" },
};

/* ---- what this board lacks ---- */

/* The value that means "without it" is accepted, so that scripts which say so work. */
static const struct VirtLack {
    const char *name;
    const char *off;
    const char *reason;
} virt_lacks[] = {
    { "virtualization", "off", "the CPUs have no EL2" },
    { "secure", "off", "the CPUs have no EL3" },
    { "mte", "off", "the CPUs have no memory tags" },
    { "ras", "off", "there are no error records to report with" },
    { "acpi", "off", "the guest gets a device tree" },
    { "its", "off", "it comes with PCI, which this version does not have" },
    { "msi", "off", "it comes with PCI, which this version does not have" },
    { "iommu", "none", "it comes with PCI, which this version does not have" },
};

static void virt_get_lack(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    const struct VirtLack *lack = opaque;
    char *value = (char *)lack->off;

    visit_type_str(v, name, &value, errp);
}

static bool lack_is_off(const struct VirtLack *lack, const char *value)
{
    bool is_on = true;

    return strcmp(value, lack->off) == 0 || strcmp(value, "auto") == 0 ||
           (qapi_bool_parse(lack->name, value, &is_on, NULL) && !is_on);
}

static void virt_set_lack(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    const struct VirtLack *lack = opaque;
    g_autofree char *value = NULL;

    if (visit_type_str(v, name, &value, errp) && !lack_is_off(lack, value)) {
        error_setg(errp, "%s=%s is not possible: %s", name, value, lack->reason);
    }
}

/* ---- together ---- */

bool virt_props_settle(VirtMachineState *vms, Error **errp)
{
    return kernel_irqchip_settle(vms, errp) && gic_version_settle(vms, errp);
}

void virt_props_register(ObjectClass *oc)
{
    object_class_property_add_str(oc, "gic-version", virt_get_gic_version, virt_set_gic_version);
    object_class_property_set_description(oc, "gic-version",
                                          "version of the interrupt controller: 2, 3, host, max");
    object_class_property_add(oc, "kernel-irqchip", "on|off|split", virt_get_kernel_irqchip,
                              virt_set_kernel_irqchip, NULL, NULL);
    object_class_property_set_description(oc, "kernel-irqchip",
                                          "have KVM emulate the interrupt controller");
    for (size_t i = 0; i < ARRAY_SIZE(virt_bools); i++) {
        object_class_property_add_bool(oc, virt_bools[i].name, virt_bools[i].get,
                                       virt_bools[i].set);
        object_class_property_set_description(oc, virt_bools[i].name, virt_bools[i].description);
    }
    for (size_t i = 0; i < ARRAY_SIZE(virt_addresses); i++) {
        object_class_property_add(oc, virt_addresses[i].name, "size", virt_get_address,
                                  virt_set_address, NULL, (void *)virt_addresses[i].offset);
        object_class_property_set_description(oc, virt_addresses[i].name,
                                              virt_addresses[i].description);
    }
    for (size_t i = 0; i < ARRAY_SIZE(virt_lacks); i++) {
        g_autofree char *text = g_strdup_printf("only %s: %s", virt_lacks[i].off,
                                                virt_lacks[i].reason);

        object_class_property_add(oc, virt_lacks[i].name, "str", virt_get_lack, virt_set_lack,
                                  NULL, (void *)&virt_lacks[i]);
        object_class_property_set_description(oc, virt_lacks[i].name, text);
    }
}
