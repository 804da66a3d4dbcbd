/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arm CPUs under KVM: the host's CPU is the only model ("host", and "max", which is the same
 * then).  Identification registers, timers, PSCI and, with a GIC in the kernel, its CPU interface
 * are the kernel's.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/module.h"
#include "hw/boards.h"
#include "target/arm/kvm-irq.h"
#include "kvm-internal.h"

/* Of a kernel without KVM_CAP_ARM_VM_IPA_SIZE. */
#define IPA_BITS_OLD 40
/* The fewest that a VM can be told to have. */
#define IPA_BITS_MIN 32

/* -- the VM ---------------------------------------------------------------------------------- */

int kvm_arm_get_max_vm_ipa_size(MachineState *ms, bool *fixed_ipa)
{
    int bits = kvm_check_extension(kvm_state, KVM_CAP_ARM_VM_IPA_SIZE);

    if (fixed_ipa) {
        *fixed_ipa = bits == 0;
    }
    return bits ?: IPA_BITS_OLD;
}

int kvm_arm_vm_type(MachineState *ms, unsigned bits)
{
    bool is_fixed;
    unsigned max = kvm_arm_get_max_vm_ipa_size(ms, &is_fixed);

    if (bits > max) {
        return -E2BIG;
    }
    /* 0 stands for 40 bits. */
    return is_fixed ? 0 : (int)MAX(bits, IPA_BITS_MIN);
}

/* -- CPUs ------------------------------------------------------------------------------------ */

bool kvm_arm_pmu_supported(void)
{
    return kvm_state && kvm_check_extension(kvm_state, KVM_CAP_ARM_PMU_V3);
}

static void feature_set(KVMArmVcpuInit *init, unsigned feature)
{
    init->features[feature / 32] |= 1u << (feature % 32);
}

static bool has_pauth(void)
{
    return kvm_check_extension(kvm_state, KVM_CAP_ARM_PTRAUTH_ADDRESS) &&
           kvm_check_extension(kvm_state, KVM_CAP_ARM_PTRAUTH_GENERIC);
}

bool kvm_arm_vcpu_init(CPUState *cs, Error **errp)
{
    KVMArmVcpuInit *init = &(KVMArmVcpuInit) { .target = ARM_CPU(cs)->kvm_target };
    int ret;

    memcpy(init->features, ARM_CPU(cs)->kvm_features, sizeof(init->features));
    if (cs->start_powered_off) {
        feature_set(init, KVM_ARM_FEATURE_POWER_OFF);
    }
    ret = kvm_vcpu_ioctl(cs, KVM_ARM_IOCTL_VCPU_INIT, init);
    if (ret < 0) {
        error_setg_errno(errp, -ret, "KVM does not initialise CPU %d", cs->cpu_index);
    }
    return ret == 0;
}

static bool kvm_arm_init_vcpu(CPUState *cs, Error **errp)
{
    ARMCPU *cpu = ARM_CPU(cs);
    KVMArmVcpuInit init = { 0 };
    int ret = kvm_vm_ioctl(kvm_state, KVM_ARM_IOCTL_PREFERRED_TARGET, &init);

    if (ret < 0) {
        error_setg_errno(errp, -ret, "KVM does not say what CPU the host has");
        return false;
    }
    feature_set(&init, KVM_ARM_FEATURE_PSCI_0_2);
    cpu->has_pmu = cpu->has_pmu && kvm_arm_pmu_supported();
    if (cpu->has_pmu) {
        feature_set(&init, KVM_ARM_FEATURE_PMU_V3);
    }
    if (cpu->prop_pauth && has_pauth()) {
        feature_set(&init, KVM_ARM_FEATURE_PTRAUTH_ADDRESS);
        feature_set(&init, KVM_ARM_FEATURE_PTRAUTH_GENERIC);
    }
    cpu->kvm_target = init.target;
    memcpy(cpu->kvm_features, init.features, sizeof(cpu->kvm_features));
    if (!kvm_arm_vcpu_init(cs, errp)) {
        return false;
    }
    cpu->kvm_is_fresh = true;
    kvm_arm_time_init(cpu);
    return true;
}

static void kvm_arm_destroy_vcpu(CPUState *cs)
{
    kvm_arm_time_cleanup(ARM_CPU(cs));
    kvm_arm_sysregs_free(ARM_CPU(cs));
}

static void kvm_arm_pre_run(CPUState *cs, struct kvm_run *run)
{
    if (unlikely(!kvm_irqchip_in_kernel())) {
        arm_kvm_pins_tell(ARM_CPU(cs));
    }
}

/* Without a GIC in the kernel the lines of what is in the kernel, timers above all, come to us. */
static void kvm_arm_post_run(CPUState *cs, struct kvm_run *run)
{
    if (unlikely(!kvm_irqchip_in_kernel())) {
        /* struct kvm_sync_regs of arm64 has this one member. */
        arm_kvm_device_lines_update(ARM_CPU(cs), *(const uint64_t *)&run->s);
    }
}

/* -- performance monitor --------------------------------------------------------------------- */

static bool pmu_attr_set(CPUState *cs, uint64_t attr, void *value, Error **errp)
{
    if (!ARM_CPU(cs)->has_pmu) {
        return true;
    }
    return kvm_device_access(cs->kvm_fd, KVM_ARM_ATTR_PMU_V3_CTRL, attr, value, true, errp) == 0;
}

bool kvm_arm_pmu_set_irq(CPUState *cs, int irq, Error **errp)
{
    return pmu_attr_set(cs, KVM_ARM_ATTR_PMU_V3_IRQ, &irq, errp);
}

bool kvm_arm_pmu_init(CPUState *cs, Error **errp)
{
    return pmu_attr_set(cs, KVM_ARM_ATTR_PMU_V3_INIT, NULL, errp);
}

/* -- the class ------------------------------------------------------------------------------- */

static const struct KVMCPUOps arm_kvm_ops = {
    .name = "aarch64",
    .init_vcpu = kvm_arm_init_vcpu,
    .destroy_vcpu = kvm_arm_destroy_vcpu,
    .get_registers = kvm_arm_get_registers,
    .put_registers = kvm_arm_put_registers,
    .pre_run = kvm_arm_pre_run,
    .post_run = kvm_arm_post_run,
    .handle_exit = kvm_arm_handle_exit,
};

void arm_cpu_kvm_class_init(ObjectClass *oc)
{
    CPU_CLASS(oc)->kvm_ops = &arm_kvm_ops;
}

bool arm_cpu_kvm_model_check(ARMCPU *cpu, Error **errp)
{
    const ARMCPUInfo *info = ARM_CPU_GET_CLASS(cpu)->info;

    if (kvm_enabled() && !info->is_host) {
        error_setg(errp, "CPU model \"%s\" cannot run under KVM, which has the host's CPU only: "
                   "use -cpu host", info->name);
        return false;
    }
    if (!kvm_enabled() && info->is_host == ARM_CPU_HOST_ONLY) {
        error_setg(errp, "CPU model \"%s\" needs the KVM accelerator", info->name);
        return false;
    }
    return true;
}
