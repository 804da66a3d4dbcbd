/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The Arm CPU: architectural state (CPUARMState) and the device around it (ARMCPU).  Names of
 * QEMU 8.2 where device models and boards meet them.  What there is: AArch64 at EL0 and EL1, no
 * EL2, no EL3, one security state.
 */
#ifndef TARGET_ARM_CPU_H
#define TARGET_ARM_CPU_H

#include "accel/tcg/tcg-ops.h"
#include "hw/core/cpu.h"
#include "hw/irq.h"
#include "hw/qdev-core.h"
#include "hw/registerfields.h"
#include "qemu/timer.h"
#include "target/arm/cpu-qom.h"

/* Bits of interrupt_request that mirror the input pins. */
#define CPU_INTERRUPT_FIQ CPU_INTERRUPT_TGT_EXT_1
#define CPU_INTERRUPT_VIRQ CPU_INTERRUPT_TGT_EXT_2
#define CPU_INTERRUPT_VFIQ CPU_INTERRUPT_TGT_EXT_3

/* PSTATE, in the layout of SPSR_EL1. */
#define PSTATE_SP (1U)
#define PSTATE_M (0x1FU)
#define PSTATE_nRW (1U << 4)
#define PSTATE_F (1U << 6)
#define PSTATE_I (1U << 7)
#define PSTATE_A (1U << 8)
#define PSTATE_D (1U << 9)
#define PSTATE_BTYPE (3U << 10)
#define PSTATE_SSBS (1U << 12)
#define PSTATE_IL (1U << 20)
#define PSTATE_SS (1U << 21)
#define PSTATE_PAN (1U << 22)
#define PSTATE_UAO (1U << 23)
#define PSTATE_DIT (1U << 24)
#define PSTATE_V (1U << 28)
#define PSTATE_C (1U << 29)
#define PSTATE_Z (1U << 30)
#define PSTATE_N (1U << 31)
#define PSTATE_NZCV (PSTATE_N | PSTATE_Z | PSTATE_C | PSTATE_V)
#define PSTATE_DAIF (PSTATE_D | PSTATE_A | PSTATE_I | PSTATE_F)
#define PSTATE_MODE_EL1h 5
#define PSTATE_MODE_EL1t 4
#define PSTATE_MODE_EL0t 0

/* SCTLR_EL1. */
#define SCTLR_M (1ULL << 0)
#define SCTLR_A (1ULL << 1)
#define SCTLR_C (1ULL << 2)
#define SCTLR_SA (1ULL << 3)
#define SCTLR_SA0 (1ULL << 4)
#define SCTLR_CP15BEN (1ULL << 5)
#define SCTLR_ITD (1ULL << 7)
#define SCTLR_SED (1ULL << 8)
#define SCTLR_UMA (1ULL << 9)
#define SCTLR_EOS (1ULL << 11)
#define SCTLR_I (1ULL << 12)
#define SCTLR_EnDB (1ULL << 13)
#define SCTLR_DZE (1ULL << 14)
#define SCTLR_UCT (1ULL << 15)
#define SCTLR_nTWI (1ULL << 16)
#define SCTLR_nTWE (1ULL << 18)
#define SCTLR_WXN (1ULL << 19)
#define SCTLR_TSCXT (1ULL << 20)
#define SCTLR_EIS (1ULL << 22)
#define SCTLR_SPAN (1ULL << 23)
#define SCTLR_E0E (1ULL << 24)
#define SCTLR_EE (1ULL << 25)
#define SCTLR_UCI (1ULL << 26)
#define SCTLR_EnDA (1ULL << 27)
#define SCTLR_nTLSMD (1ULL << 28)
#define SCTLR_LSMAOE (1ULL << 29)
#define SCTLR_EnIB (1ULL << 30)
#define SCTLR_EnIA (1ULL << 31)
#define SCTLR_BT0 (1ULL << 35)
#define SCTLR_BT1 (1ULL << 36)
#define SCTLR_DSSBS (1ULL << 44)

/* What a CPU has, for models and boards that ask (arm_feature()). */
enum arm_features {
    ARM_FEATURE_AARCH64,
    ARM_FEATURE_V8,
    ARM_FEATURE_NEON,
    ARM_FEATURE_GENERIC_TIMER,
    ARM_FEATURE_PMU,
    ARM_FEATURE_EL2,
    ARM_FEATURE_EL3,
};

/* One generic timer; the counter it compares with is the virtual clock. */
typedef struct ARMGenericTimer {
    uint64_t cval;              /* CompareValue */
    uint64_t ctl;               /* ENABLE, IMASK; ISTATUS is computed when it is read */
} ARMGenericTimer;

typedef struct ARMVectorReg {
    uint64_t d[2];              /* low half first */
} ARMVectorReg;

/* A key of pointer authentication. */
typedef struct ARMPACKey {
    uint64_t lo, hi;
} ARMPACKey;

#define ARM_MAX_BREAKPOINTS 16
#define ARM_MAX_WATCHPOINTS 16

typedef struct CPUArchState {
    /* X0..X30, and in [31] the stack pointer in use. */
    uint64_t xregs[32];
    uint64_t pc;
    /* PSTATE's N, Z, C, V, in its bits 31..28. */
    uint64_t nzcv;
    /* The rest of PSTATE as SPSR_EL1 would show it, without BTYPE: see pstate_read(). */
    uint32_t pstate;
    uint32_t btype;             /* PSTATE.BTYPE */
    /* The stack pointers of EL0 and EL1; the one in use is in xregs[31] instead. */
    uint64_t sp_el[2];
    uint64_t elr_el1;
    uint64_t spsr_el1;

    ARMVectorReg vregs[32] __attribute__((aligned(16)));
    uint64_t fpcr;
    uint64_t fpsr;

    uint64_t exclusive_addr;    /* -1: the monitor is open */
    uint64_t exclusive_val;
    uint64_t exclusive_high;

    /* The synchronous exception that cpu->exception_index announces. */
    struct {
        uint32_t syndrome;      /* ESR_EL1 */
        uint64_t vaddress;      /* FAR_EL1, of those that have one */
    } exception;

    struct {
        uint64_t sctlr_el1;
        uint64_t actlr_el1;
        uint64_t cpacr_el1;
        uint64_t ttbr0_el1;
        uint64_t ttbr1_el1;
        uint64_t tcr_el1;
        uint64_t mair_el1;
        uint64_t amair_el1;
        uint64_t contextidr_el1;
        uint64_t vbar_el1;
        uint64_t esr_el1;
        uint64_t far_el1;
        uint64_t afsr0_el1;
        uint64_t afsr1_el1;
        uint64_t par_el1;
        uint64_t csselr_el1;
        uint64_t tpidr_el0;
        uint64_t tpidrro_el0;
        uint64_t tpidr_el1;

        uint64_t c14_cntfrq;
        uint64_t c14_cntkctl;
        ARMGenericTimer c14_timer[NUM_GTIMERS];

        uint64_t mdscr_el1;
        uint64_t mdccint_el1;
        uint64_t oslsr_el1;
        uint64_t osdlr_el1;
        uint64_t oseccr_el1;
        uint64_t dbgclaim;
        uint64_t dbgbvr[ARM_MAX_BREAKPOINTS];
        uint64_t dbgbcr[ARM_MAX_BREAKPOINTS];
        uint64_t dbgwvr[ARM_MAX_WATCHPOINTS];
        uint64_t dbgwcr[ARM_MAX_WATCHPOINTS];

        uint64_t c9_pmcr;
        uint64_t c9_pmcnten;
        uint64_t c9_pmovsr;
        uint64_t c9_pmselr;
        uint64_t c9_pminten;
        uint64_t c9_pmuserenr;
        uint64_t pmccfiltr_el0;
        /* While it counts: the counter minus the clock, in cycles.  Else the counter. */
        uint64_t c15_ccnt;
    } cp15;

    struct {
        ARMPACKey apia, apib, apda, apdb, apga;
    } keys;

    /* What a reset clears ends here. */
    struct { } end_reset_fields;

    /* The event register of WFE: atomic, as any CPU sets it, also while a reset clears it. */
    uint32_t event_register;
    uint64_t features;          /* bits numbered by enum arm_features */
    /* The GICv3 CPU interface of this CPU; NULL: the GIC has no system registers. */
    void *gicv3state;
    const struct arm_boot_info *boot_info;
} CPUARMState;

/* Power states as AFFINITY_INFO of PSCI reports them. */
typedef enum ARMPSCIState {
    PSCI_ON = 0,
    PSCI_OFF = 1,
    PSCI_ON_PENDING = 2,
} ARMPSCIState;

/* Identification registers of AArch64; those of AArch32 read as zero. */
typedef struct ARMISARegisters {
    uint64_t id_aa64pfr0;       /* without the GIC field, which follows gicv3state */
    uint64_t id_aa64pfr1;
    uint64_t id_aa64dfr0;
    uint64_t id_aa64isar0;
    uint64_t id_aa64isar1;
    uint64_t id_aa64mmfr0;
    uint64_t id_aa64mmfr1;
    uint64_t id_aa64mmfr2;
} ARMISARegisters;

#define ARM_CACHES_MAX 7

typedef struct ArchCPU {
    /*< private >*/
    CPUState parent_obj;
    /*< public >*/

    TcgCpuArea tcg_area;
    CPUARMState env;

    /* System registers by encoding (uint32_t -> ARMCPRegInfo, owned). */
    GHashTable *cp_regs;
    /* Those that are saved, in order of their encodings; made for saving and loading. */
    struct {
        uint32_t count;
        uint32_t *enc;
        uint64_t *values;
    } saved_regs;

    QEMUTimer *gt_timer[NUM_GTIMERS];
    qemu_irq gt_timer_outputs[NUM_GTIMERS];
    qemu_irq gicv3_maintenance_interrupt;
    qemu_irq pmu_interrupt;
    /* Levels of the timers' and the monitor's lines as KVM told them last (kvm-irq.h). */
    uint64_t kvm_device_irq_level;
    /* Levels of the pins, by 1 << ARM_CPU_IRQ...: atomic; and as KVM was told, own thread. */
    uint32_t kvm_pins_wanted, kvm_pins_told;
    QEMUTimer *pmu_timer;
    /* Virtual time at which the counting cycle counter overflows; -1: not in sight. */
    int64_t pmu_overflow_ns;

    /* As the device tree binding calls this CPU. */
    const char *dtb_compatible;
    /* Under the BQL. */
    ARMPSCIState power_state;
    /* What a CPU that is PSCI_ON_PENDING begins with. */
    struct {
        uint64_t entry;
        uint64_t context_id;
        bool keeps_reset;       /* neither: as the reset leaves it */
    } power_on;
    /* power_state and PSTATE in the form in which they travel. */
    uint32_t saved_power_state;
    uint32_t saved_pstate;
    /* How the guest calls PSCI: a QEMU_PSCI_CONDUIT number. */
    uint32_t psci_conduit;
    /* MPIDR_EL1's affinity fields; MPIDR bit 31 is set besides. */
    uint64_t mp_affinity;
    /* CNTFRQ_EL0, Hz. */
    uint64_t gt_cntfrq_hz;
    uint64_t rvbar_prop;
    int32_t node_id;
    int32_t core_count;
    bool has_pmu;
    bool prop_pauth;

    ARMISARegisters isar;
    /* The features of A64 that isar claims, by number (target/arm/tcg); set by realize. */
    uint64_t a64_features;
    /*
     * A guarded page (BTI) has been seen by translation; until then branch targets are free.  Who
     * sets it drops all translated code.
     */
    bool has_guarded_pages;
    /* What a software step exception will say of the instruction that was stepped: ISV, EX. */
    uint64_t step_iss;
    /* ISS bits of an abort that cache maintenance may have now; else 0. */
    uint32_t maintenance_iss;
    uint64_t midr;
    uint64_t revidr;
    uint64_t ctr;
    uint64_t clidr;
    uint64_t dczid;
    uint64_t reset_sctlr;
    uint64_t reset_pmcr;        /* implementer and its code; the rest is ours */
    /* By CSSELR_EL1 value: level and instruction bit. */
    uint64_t ccsidr[2 * ARM_CACHES_MAX];

    /* Under KVM: what the kernel was told the CPU is... */
    uint32_t kvm_target;
    uint32_t kvm_features[7];
    /* ...nothing was written since the kernel reset it... */
    bool kvm_is_fresh;
    /* ...a pending SError... */
    struct {
        bool pending;
        bool has_esr;
        uint64_t esr;
    } kvm_serror;
    /* ...and the registers that the kernel lists; made for saving and loading. */
    struct {
        uint32_t count;
        uint64_t *ids;
        uint64_t *values;
    } kvm_regs;
} ARMCPU;

/*
 * @info: of the model.  @parent_*: TYPE_CPU's.
 */
typedef struct ARMCPUClass {
    /*< private >*/
    CPUClass parent_class;
    /*< public >*/

    const struct ARMCPUInfo *info;
    DeviceRealize parent_realize;
    DeviceUnrealize parent_unrealize;
    ResettablePhases parent_phases;
} ARMCPUClass;

/* How the guest reaches PSCI. */
#define QEMU_PSCI_CONDUIT_DISABLED 0
#define QEMU_PSCI_CONDUIT_SMC 1
#define QEMU_PSCI_CONDUIT_HVC 2

/* Rate of the system counter unless "cntfrq" says otherwise: 62.5 MHz. */
#define GTIMER_DEFAULT_HZ 62500000

static inline ARMCPU *env_archcpu(CPUARMState *env)
{
    return container_of(env, ARMCPU, env);
}

static inline CPUState *env_cpu(CPUARMState *env)
{
    return &env_archcpu(env)->parent_obj;
}

static inline CPUARMState *cpu_env(CPUState *cpu)
{
    return cpu->env_ptr;
}

static inline bool arm_feature(CPUARMState *env, int feature)
{
    return (env->features & (1ULL << feature)) != 0;
}

static inline void set_feature(CPUARMState *env, int feature)
{
    env->features |= 1ULL << feature;
}

static inline void unset_feature(CPUARMState *env, int feature)
{
    env->features &= ~(1ULL << feature);
}

/* 0 or 1. */
static inline int arm_current_el(CPUARMState *env)
{
    return extract32(env->pstate, 2, 2);
}

/* There is one security state. */
static inline bool arm_is_secure(CPUARMState *env)
{
    return false;
}

static inline bool is_a64(CPUARMState *env)
{
    return true;
}

#define PSTATE_BTYPE_SHIFT 10

static inline uint32_t pstate_read(CPUARMState *env)
{
    return env->pstate | env->nzcv | env->btype << PSTATE_BTYPE_SHIFT;
}

/* Replace PSTATE; the stack pointer in use follows it.  @val has a mode of EL0 or EL1. */
void pstate_write(CPUARMState *env, uint32_t val);
/* The same for a CPU whose stack pointer is that of @val already (a loaded one). */
void pstate_set(CPUARMState *env, uint32_t val);

/*
 * Translated code depends on some of the state (the key of blocks): call this when PSTATE,
 * SCTLR_EL1, CPACR_EL1, TCR_EL1 or MDSCR_EL1 was changed by other means than pstate_write().
 */
void arm_rebuild_key(CPUARMState *env);

#endif
