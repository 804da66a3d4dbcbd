/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * KVM's interface that only arm64's <asm/kvm.h> has, from Linux' Documentation/virt/kvm/api.rst:
 * under names of our own, so that this code is compiled and tested on other hosts too.  On arm64
 * the compiler checks each number against the header's.
 */
#ifndef TARGET_ARM_KVM_ABI_INTERNAL_H
#define TARGET_ARM_KVM_ABI_INTERNAL_H

#include <linux/kvm.h>
#include "qemu/compiler.h"
#include "target/arm/cpregs.h"

/* -- numbers of registers -------------------------------------------------------------------- */

/* Bits 27 to 16 of a register's id: what kind of register. */
#define KVM_ARM_REG_KIND_MASK 0x0fff0000ULL
#define KVM_ARM_REG_CORE 0x00100000ULL
#define KVM_ARM_REG_DEMUX 0x00110000ULL
#define KVM_ARM_REG_SYSREG 0x00130000ULL
#define KVM_ARM_REG_FW 0x00140000ULL
#define KVM_ARM_REG_SVE 0x00150000ULL

/* Core registers are numbered by their place in struct kvm_regs, in words of 32 bits. */
#define KVM_ARM_CORE(_size, _byte) \
    (KVM_REG_ARM64 | KVM_REG_SIZE_##_size | KVM_ARM_REG_CORE | ((_byte) / 4))
#define KVM_ARM_X(_n) KVM_ARM_CORE(U64, 8 * (_n))
#define KVM_ARM_SP_EL0 KVM_ARM_CORE(U64, 248)
#define KVM_ARM_PC KVM_ARM_CORE(U64, 256)
#define KVM_ARM_PSTATE KVM_ARM_CORE(U64, 264)
#define KVM_ARM_SP_EL1 KVM_ARM_CORE(U64, 272)
#define KVM_ARM_ELR_EL1 KVM_ARM_CORE(U64, 280)
#define KVM_ARM_SPSR_EL1 KVM_ARM_CORE(U64, 288)
#define KVM_ARM_V(_n) KVM_ARM_CORE(U128, 336 + 16 * (_n))
#define KVM_ARM_FPSR KVM_ARM_CORE(U32, 848)
#define KVM_ARM_FPCR KVM_ARM_CORE(U32, 852)

/* System registers are numbered by the encoding that ARM_CP_ENC makes. */
#define KVM_ARM_SYS(_op0, _op1, _crn, _crm, _op2) \
    (KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_ARM_REG_SYSREG | \
     ARM_CP_ENC(_op0, _op1, _crn, _crm, _op2))
#define KVM_ARM_SCTLR_EL1 KVM_ARM_SYS(3, 0, 1, 0, 0)
#define KVM_ARM_TTBR0_EL1 KVM_ARM_SYS(3, 0, 2, 0, 0)
#define KVM_ARM_TTBR1_EL1 KVM_ARM_SYS(3, 0, 2, 0, 1)
#define KVM_ARM_TCR_EL1 KVM_ARM_SYS(3, 0, 2, 0, 2)
#define KVM_ARM_ID_AA64MMFR0_EL1 KVM_ARM_SYS(3, 0, 0, 7, 0)
/* Registers of which one sets bits and the other clears them (Arm ARM, D19.5). */
#define KVM_ARM_PMCNTENSET_EL0 KVM_ARM_SYS(3, 3, 9, 12, 1)
#define KVM_ARM_PMCNTENCLR_EL0 KVM_ARM_SYS(3, 3, 9, 12, 2)
#define KVM_ARM_PMINTENCLR_EL1 KVM_ARM_SYS(3, 0, 9, 14, 2)
#define KVM_ARM_PMOVSCLR_EL0 KVM_ARM_SYS(3, 3, 9, 12, 3)
/* The virtual counter; the number is not that of the register, by an old mistake. */
#define KVM_ARM_TIMER_CNT KVM_ARM_SYS(3, 3, 14, 3, 2)
/* The physical counter; kernels before 6.4 do not list it. */
#define KVM_ARM_PTIMER_CNT KVM_ARM_SYS(3, 3, 14, 0, 1)

static inline unsigned kvm_arm_reg_bytes(uint64_t id)
{
    return 1u << ((id & KVM_REG_SIZE_MASK) >> KVM_REG_SIZE_SHIFT);
}

/* -- CPUs ------------------------------------------------------------------------------------ */

/* Bits of KVMArmVcpuInit.features. */
enum {
    KVM_ARM_FEATURE_POWER_OFF = 0,
    KVM_ARM_FEATURE_PSCI_0_2 = 2,
    KVM_ARM_FEATURE_PMU_V3 = 3,
    KVM_ARM_FEATURE_PTRAUTH_ADDRESS = 5,
    KVM_ARM_FEATURE_PTRAUTH_GENERIC = 6,
};

typedef struct KVMArmVcpuInit {
    uint32_t target;
    uint32_t features[7];
} KVMArmVcpuInit;

typedef struct KVMArmVcpuEvents {
    uint8_t serror_pending;
    uint8_t serror_has_esr;
    uint8_t ext_dabt_pending;
    uint8_t pad[5];
    uint64_t serror_esr;
    uint32_t reserved[12];
} KVMArmVcpuEvents;

#define KVM_ARM_IOCTL_VCPU_INIT _IOW(KVMIO, 0xae, KVMArmVcpuInit)
#define KVM_ARM_IOCTL_PREFERRED_TARGET _IOR(KVMIO, 0xaf, KVMArmVcpuInit)
#define KVM_ARM_IOCTL_GET_VCPU_EVENTS _IOR(KVMIO, 0x9f, KVMArmVcpuEvents)
#define KVM_ARM_IOCTL_SET_VCPU_EVENTS _IOW(KVMIO, 0xa0, KVMArmVcpuEvents)

/* Attributes of a CPU: the PMU's. */
#define KVM_ARM_ATTR_PMU_V3_CTRL 0
#define KVM_ARM_ATTR_PMU_V3_IRQ 0
#define KVM_ARM_ATTR_PMU_V3_INIT 1

/* The type of a VM: bits of its physical addresses. */
#define KVM_ARM_VM_TYPE_IPA_SIZE_MASK 0xff

/* -- the header agrees ----------------------------------------------------------------------- */

#ifdef __aarch64__
#define KVM_ARM_CORE_IS(_name, _field, _size) \
    (_name == (KVM_REG_ARM64 | KVM_REG_ARM_CORE | KVM_REG_SIZE_##_size | \
               KVM_REG_ARM_CORE_REG(_field)))

QEMU_BUILD_BUG_ON(!KVM_ARM_CORE_IS(KVM_ARM_X(30), regs.regs[30], U64));
QEMU_BUILD_BUG_ON(!KVM_ARM_CORE_IS(KVM_ARM_SP_EL0, regs.sp, U64));
QEMU_BUILD_BUG_ON(!KVM_ARM_CORE_IS(KVM_ARM_PC, regs.pc, U64));
QEMU_BUILD_BUG_ON(!KVM_ARM_CORE_IS(KVM_ARM_PSTATE, regs.pstate, U64));
QEMU_BUILD_BUG_ON(!KVM_ARM_CORE_IS(KVM_ARM_SP_EL1, sp_el1, U64));
QEMU_BUILD_BUG_ON(!KVM_ARM_CORE_IS(KVM_ARM_ELR_EL1, elr_el1, U64));
QEMU_BUILD_BUG_ON(!KVM_ARM_CORE_IS(KVM_ARM_SPSR_EL1, spsr[KVM_SPSR_EL1], U64));
QEMU_BUILD_BUG_ON(!KVM_ARM_CORE_IS(KVM_ARM_V(31), fp_regs.vregs[31], U128));
QEMU_BUILD_BUG_ON(!KVM_ARM_CORE_IS(KVM_ARM_FPSR, fp_regs.fpsr, U32));
QEMU_BUILD_BUG_ON(!KVM_ARM_CORE_IS(KVM_ARM_FPCR, fp_regs.fpcr, U32));
QEMU_BUILD_BUG_ON(KVM_ARM_SCTLR_EL1 != ARM64_SYS_REG(3, 0, 1, 0, 0));
QEMU_BUILD_BUG_ON(KVM_ARM_TIMER_CNT != KVM_REG_ARM_TIMER_CNT);
QEMU_BUILD_BUG_ON(KVM_ARM_PTIMER_CNT != KVM_REG_ARM_PTIMER_CNT);
QEMU_BUILD_BUG_ON(KVM_ARM_REG_DEMUX != KVM_REG_ARM_DEMUX || KVM_ARM_REG_FW != KVM_REG_ARM_FW);
QEMU_BUILD_BUG_ON(KVM_ARM_IOCTL_VCPU_INIT != KVM_ARM_VCPU_INIT);
QEMU_BUILD_BUG_ON(KVM_ARM_IOCTL_PREFERRED_TARGET != KVM_ARM_PREFERRED_TARGET);
QEMU_BUILD_BUG_ON(KVM_ARM_IOCTL_GET_VCPU_EVENTS != KVM_GET_VCPU_EVENTS);
QEMU_BUILD_BUG_ON(KVM_ARM_IOCTL_SET_VCPU_EVENTS != KVM_SET_VCPU_EVENTS);
QEMU_BUILD_BUG_ON(offsetof(KVMArmVcpuEvents, serror_esr) !=
                  offsetof(struct kvm_vcpu_events, exception.serror_esr));
QEMU_BUILD_BUG_ON(KVM_ARM_FEATURE_PMU_V3 != KVM_ARM_VCPU_PMU_V3);
QEMU_BUILD_BUG_ON(KVM_ARM_FEATURE_PTRAUTH_GENERIC != KVM_ARM_VCPU_PTRAUTH_GENERIC);
QEMU_BUILD_BUG_ON(KVM_ARM_ATTR_PMU_V3_INIT != KVM_ARM_VCPU_PMU_V3_INIT);
#endif

#endif
