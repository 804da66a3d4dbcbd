/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The Arm side of the fake KVM: see fake-kvm-arm.h.
 */
#include "qemu/osdep.h"
#include "fake-kvm-arm.h"

FakeKVMArmCpu fake_kvm_arm[FAKE_KVM_CPUS];

/* The core, and a few of each other kind: enough to see that kinds are told apart. */
static const uint64_t other_regs[] = {
    KVM_ARM_SCTLR_EL1, KVM_ARM_TTBR0_EL1, KVM_ARM_TTBR1_EL1, KVM_ARM_TCR_EL1,
    KVM_ARM_ID_AA64MMFR0_EL1, KVM_ARM_TIMER_CNT,
    KVM_ARM_PMCNTENSET_EL0, KVM_ARM_PMCNTENCLR_EL0,
    KVM_REG_ARM64 | KVM_REG_SIZE_U32 | KVM_ARM_REG_DEMUX | 2,
    KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_ARM_REG_FW | 0,
};

static int fail(int error)
{
    errno = error;
    return -1;
}

static void reg_new(FakeKVMArmCpu *cpu, uint64_t id, uint64_t value)
{
    uint64_t *bytes = g_malloc0(16);

    bytes[0] = value;
    g_hash_table_insert(cpu->regs, g_memdup2(&id, sizeof(id)), bytes);
}

static void regs_reset(FakeKVMArmCpu *cpu)
{
    static const uint64_t plain[] = {
        KVM_ARM_SP_EL0, KVM_ARM_PC, KVM_ARM_SP_EL1, KVM_ARM_ELR_EL1, KVM_ARM_SPSR_EL1,
        KVM_ARM_FPSR, KVM_ARM_FPCR,
    };

    g_hash_table_remove_all(cpu->regs);
    for (int i = 0; i < 31; i++) {
        reg_new(cpu, KVM_ARM_X(i), 0);
    }
    for (int i = 0; i < 32; i++) {
        reg_new(cpu, KVM_ARM_V(i), 0);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(plain); i++) {
        reg_new(cpu, plain[i], 0);
    }
    reg_new(cpu, KVM_ARM_PSTATE, PSTATE_MODE_EL1h | PSTATE_DAIF);
    for (size_t i = 0; i < G_N_ELEMENTS(other_regs); i++) {
        reg_new(cpu, other_regs[i], 0x1000 + i);
    }
}

static int cpu_init(FakeKVMArmCpu *cpu, const KVMArmVcpuInit *init)
{
    unsigned off = 1u << KVM_ARM_FEATURE_POWER_OFF;

    if (cpu->regs && (cpu->init.target != init->target ||
                      cpu->init.features[0] != init->features[0])) {
        return fail(EINVAL);
    }
    if (!cpu->regs) {
        cpu->regs = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    }
    cpu->init = *init;
    cpu->inits++;
    cpu->mp_state.mp_state = init->features[0] & off ? KVM_MP_STATE_STOPPED
                                                     : KVM_MP_STATE_RUNNABLE;
    memset(&cpu->events, 0, sizeof(cpu->events));
    regs_reset(cpu);
    return 0;
}

uint64_t *fake_kvm_arm_reg(unsigned long id, uint64_t reg)
{
    uint64_t *value = g_hash_table_lookup(fake_kvm_arm[id].regs, &reg);

    g_assert_nonnull(value);
    return value;
}

/* As Linux 6.12: one sets bits of both, the other clears them. */
static void pair_write(FakeKVMArmCpu *cpu, uint64_t id, uint64_t bits)
{
    uint64_t set_id = KVM_ARM_PMCNTENSET_EL0, clear_id = KVM_ARM_PMCNTENCLR_EL0;
    uint64_t *set = g_hash_table_lookup(cpu->regs, &set_id);
    uint64_t *clear = g_hash_table_lookup(cpu->regs, &clear_id);

    *set = id == set_id ? *set | bits : *set & ~bits;
    *clear = *set;
}

static int one_reg(FakeKVMArmCpu *cpu, const struct kvm_one_reg *request, bool is_write)
{
    void *at = (void *)(uintptr_t)request->addr;
    uint64_t id = request->id;
    void *value = cpu->regs ? g_hash_table_lookup(cpu->regs, &id) : NULL;

    if (!value) {
        return fail(cpu->regs ? ENOENT : ENOEXEC);
    }
    if (!is_write) {
        cpu->gets++;
        memcpy(at, value, kvm_arm_reg_bytes(id));
        return 0;
    }
    /* What the host's CPU is cannot be changed. */
    if (id == KVM_ARM_ID_AA64MMFR0_EL1 && memcmp(at, value, 8) != 0) {
        return fail(EINVAL);
    }
    cpu->sets++;
    if (id == KVM_ARM_PMCNTENSET_EL0 || id == KVM_ARM_PMCNTENCLR_EL0) {
        pair_write(cpu, id, *(uint64_t *)at);
        return 0;
    }
    memcpy(value, at, kvm_arm_reg_bytes(id));
    return 0;
}

static int reg_list(FakeKVMArmCpu *cpu, struct kvm_reg_list *list)
{
    GHashTableIter iter;
    gpointer id;
    uint64_t room = list->n;

    list->n = g_hash_table_size(cpu->regs);
    if (room < list->n) {
        return fail(E2BIG);
    }
    g_hash_table_iter_init(&iter, cpu->regs);
    for (unsigned i = 0; g_hash_table_iter_next(&iter, &id, NULL); i++) {
        list->reg[i] = *(uint64_t *)id;
    }
    return 0;
}

static bool cpu_ioctl(FakeKVMArmCpu *cpu, unsigned long request, void *arg, int *ret)
{
    *ret = 0;
    switch (request) {
    case KVM_ARM_IOCTL_VCPU_INIT:
        *ret = cpu_init(cpu, arg);
        return true;
    case KVM_GET_ONE_REG:
    case KVM_SET_ONE_REG:
        *ret = one_reg(cpu, arg, request == KVM_SET_ONE_REG);
        return true;
    case KVM_GET_REG_LIST:
        *ret = reg_list(cpu, arg);
        return true;
    case KVM_GET_MP_STATE:
        *(struct kvm_mp_state *)arg = cpu->mp_state;
        return true;
    case KVM_SET_MP_STATE:
        cpu->mp_state = *(struct kvm_mp_state *)arg;
        return true;
    case KVM_ARM_IOCTL_GET_VCPU_EVENTS:
        *(KVMArmVcpuEvents *)arg = cpu->events;
        return true;
    case KVM_ARM_IOCTL_SET_VCPU_EVENTS:
        cpu->events = *(KVMArmVcpuEvents *)arg;
        return true;
    default:
        return false;
    }
}

bool fake_kvm_arm_ioctl(char kind, int fd, unsigned long request, void *arg, int *ret)
{
    if (kind == 'v' && request == KVM_ARM_IOCTL_PREFERRED_TARGET) {
        *(KVMArmVcpuInit *)arg = (KVMArmVcpuInit) { .target = 5 };
        *ret = 0;
        return true;
    }
    for (unsigned i = 0; kind == 'c' && i < fake_kvm.n_cpus; i++) {
        if (fake_kvm.cpus[i].fd == fd) {
            return cpu_ioctl(&fake_kvm_arm[fake_kvm.cpus[i].id], request, arg, ret);
        }
    }
    return false;
}

void fake_kvm_arm_stop(void)
{
    for (unsigned i = 0; i < FAKE_KVM_CPUS; i++) {
        g_clear_pointer(&fake_kvm_arm[i].regs, g_hash_table_unref);
        fake_kvm_arm[i] = (FakeKVMArmCpu) { .regs = NULL };
    }
}
