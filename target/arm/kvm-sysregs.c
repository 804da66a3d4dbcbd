/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The registers that KVM lists for a CPU (KVM_GET_REG_LIST), as the saved state has them: numbers
 * and values, whatever they mean.  Those of the core and of SVE are left out: kvm-regs.c has the
 * former, the CPUs do not have the latter.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "kvm-internal.h"

static bool is_listed(uint64_t id)
{
    uint64_t kind = id & KVM_ARM_REG_KIND_MASK;

    return kind != KVM_ARM_REG_CORE && kind != KVM_ARM_REG_SVE &&
           kvm_arm_reg_bytes(id) <= sizeof(uint64_t);
}

static int id_compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

void kvm_arm_sysregs_free(ARMCPU *cpu)
{
    g_clear_pointer(&cpu->kvm_regs.ids, g_free);
    g_clear_pointer(&cpu->kvm_regs.values, g_free);
    cpu->kvm_regs.count = 0;
}

/* The kernel's list, or NULL. */
static struct kvm_reg_list *list_get(CPUState *cs, Error **errp)
{
    struct kvm_reg_list probe = { .n = 0 };
    g_autofree struct kvm_reg_list *list = NULL;
    int ret = kvm_vcpu_ioctl(cs, KVM_GET_REG_LIST, &probe);

    if (ret == -E2BIG) {
        list = g_malloc0(sizeof(*list) + probe.n * sizeof(list->reg[0]));
        list->n = probe.n;
        ret = kvm_vcpu_ioctl(cs, KVM_GET_REG_LIST, list);
    }
    if (ret < 0 || !list) {
        error_setg_errno(errp, ret < 0 ? -ret : ENOENT, "KVM: listing the registers");
        return NULL;
    }
    return g_steal_pointer(&list);
}

bool kvm_arm_sysregs_prepare(ARMCPU *cpu, Error **errp)
{
    g_autofree struct kvm_reg_list *list = list_get(CPU(cpu), errp);
    uint32_t n = 0;

    if (!list) {
        return false;
    }
    kvm_arm_sysregs_free(cpu);
    cpu->kvm_regs.ids = g_new0(uint64_t, list->n);
    cpu->kvm_regs.values = g_new0(uint64_t, list->n);
    for (uint64_t i = 0; i < list->n; i++) {
        if (is_listed(list->reg[i])) {
            cpu->kvm_regs.ids[n++] = list->reg[i];
        }
    }
    cpu->kvm_regs.count = n;
    qsort(cpu->kvm_regs.ids, n, sizeof(uint64_t), id_compare);
    return true;
}

bool kvm_arm_sysregs_get(ARMCPU *cpu, Error **errp)
{
    if (!kvm_arm_sysregs_prepare(cpu, errp)) {
        return false;
    }
    for (uint32_t i = 0; i < cpu->kvm_regs.count; i++) {
        /* A register of 32 bits fills the low half: hosts are little-endian. */
        int ret = kvm_get_one_reg(CPU(cpu), cpu->kvm_regs.ids[i], &cpu->kvm_regs.values[i]);

        if (ret < 0) {
            error_setg_errno(errp, -ret, "KVM: reading register 0x%" PRIx64,
                             cpu->kvm_regs.ids[i]);
            kvm_arm_sysregs_free(cpu);
            return false;
        }
        kvm_arm_time_saved(cpu->kvm_regs.ids[i], &cpu->kvm_regs.values[i]);
    }
    return true;
}

/*
 * Linux 6.8 to 6.14 takes what is written to these as a guest's write, which clears bits; others
 * take it for the value of both registers of the pair.
 */
static bool is_clearing(uint64_t id)
{
    return id == KVM_ARM_PMCNTENCLR_EL0 || id == KVM_ARM_PMINTENCLR_EL1 ||
           id == KVM_ARM_PMOVSCLR_EL0;
}

/* All bits cleared, or all set, before the register that sets them is written: right for both. */
static void pairs_clear(ARMCPU *cpu)
{
    uint64_t all = UINT64_MAX;

    for (uint32_t i = 0; i < cpu->kvm_regs.count; i++) {
        if (is_clearing(cpu->kvm_regs.ids[i])) {
            kvm_set_one_reg(CPU(cpu), cpu->kvm_regs.ids[i], &all);
        }
    }
}

bool kvm_arm_sysregs_put(ARMCPU *cpu, Error **errp)
{
    bool is_good = true;

    pairs_clear(cpu);
    for (uint32_t i = 0; is_good && i < cpu->kvm_regs.count; i++) {
        uint64_t id = cpu->kvm_regs.ids[i];
        int ret = is_clearing(id) ? 0
                                  : kvm_set_one_reg(CPU(cpu), id, &cpu->kvm_regs.values[i]);

        if (ret < 0) {
            error_setg_errno(errp, -ret, "KVM: register 0x%" PRIx64 " cannot become 0x%" PRIx64,
                             id, cpu->kvm_regs.values[i]);
            is_good = false;
        }
    }
    kvm_arm_time_loaded(cpu);
    kvm_arm_sysregs_free(cpu);
    return is_good;
}
