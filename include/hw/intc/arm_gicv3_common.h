/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arm GICv3, the part that every implementation shares: the register state of distributor,
 * redistributors and CPU interfaces, properties, saved state, inputs and outputs. The software
 * model (arm_gicv3.h) derives from it, as one that lives in the host's kernel would. One security
 * state (GICD_CTLR.DS is 1), affinity routing always on, no LPIs.
 *
 * Names and layout follow the Arm GIC architecture specification (IHI 0069).
 */
#ifndef HW_INTC_ARM_GICV3_COMMON_H
#define HW_INTC_ARM_GICV3_COMMON_H

#include "hw/sysbus.h"
#include "hw/core/cpu.h"
#include "qemu/bitmap.h"
#include "qemu/thread.h"

/* INTIDs: 0..15 SGIs, 16..31 PPIs, 32..1019 SPIs, 1020..1023 special, from 8192 LPIs. */
#define GICV3_MAXIRQ 1020
#define GICV3_INTERNAL 32
#define GICV3_NR_SGIS 16
#define GICV3_MAXSPI (GICV3_MAXIRQ - GICV3_INTERNAL)
#define GICV3_LPI_INTID_START 8192

/* 32-bit registers with one bit per INTID. */
#define GICV3_BMP_WORDS DIV_ROUND_UP(GICV3_MAXIRQ, 32)

/* RD_base and SGI_base frame of one redistributor, in bytes. */
#define GICV3_REDIST_SIZE 0x20000
#define GICV3_DIST_SIZE 0x10000

/* More than any board has; bounds the sets of CPUs below. */
#define GICV3_MAX_CPU 512

/* SGIs name the CPUs of a cluster in lists of so many. */
#define GICV3_TARGETLIST_BITS 16

/* Implemented priority bits, the upper ones of a byte; all of them are preemption bits. */
#define GICV3_PRIORITY_BITS 5
#define GICV3_PRIORITY_MASK 0xf8
#define GICV3_PRIORITY_LEVELS (1 << GICV3_PRIORITY_BITS)
/* ICC_RPR_EL1 with nothing active; also: no candidate. */
#define GICV3_PRIORITY_IDLE 0xff

/* Interrupt groups of a GIC with one security state. */
#define GICV3_G0 0
#define GICV3_G1 1
#define GICV3_NR_GROUPS 2

/* In spi_target: nobody gets it. */
#define GICV3_NO_CPU UINT16_MAX

typedef struct GICv3State GICv3State;
typedef struct GICv3CPUState GICv3CPUState;

/* A candidate for the CPU interface; prio is GICV3_PRIORITY_IDLE when there is none. */
typedef struct GICv3PendingIrq {
    uint32_t intid;
    uint8_t prio;
    uint8_t grp;
} GICv3PendingIrq;

/*
 * The ready SPIs of one group that are routed to one CPU, by priority level: @levels which levels
 * have any, @words which words of a level, @bits num_irq / 32 words for each level.
 */
typedef struct GICv3SpiSet {
    uint32_t levels;
    uint32_t words[GICV3_PRIORITY_LEVELS];
    uint32_t *bits;
} GICv3SpiSet;

/* One redistributor and the CPU interface behind it. */
struct GICv3CPUState {
    GICv3State *gic;
    CPUState *cpu; /* a reference; NULL until realized */
    unsigned index;

    qemu_irq parent_irq;
    qemu_irq parent_fiq;
    qemu_irq parent_virq;
    qemu_irq parent_vfiq;

    /* Fixed at realize: GICR_TYPER; its upper half is the affinity. */
    uint64_t gicr_typer;

    /* RD_base */
    uint32_t gicr_ctlr;
    uint32_t gicr_statusr;
    uint32_t gicr_waker;

    /* SGI_base; ipendr0 is the latch without the lines, level0 the lines. */
    uint32_t gicr_igroupr0;
    uint32_t gicr_ienabler0;
    uint32_t gicr_ipendr0;
    uint32_t gicr_iactiver0;
    uint32_t edge_trigger0;
    uint32_t level0;
    uint8_t gicr_ipriorityr[GICV3_INTERNAL];

    /* CPU interface */
    uint32_t icc_ctlr_el1;
    uint8_t icc_pmr_el1;
    uint8_t icc_bpr[GICV3_NR_GROUPS];
    uint8_t icc_igrpen[GICV3_NR_GROUPS];
    uint32_t icc_apr[GICV3_NR_GROUPS];

    /* Caches, made new from the registers after reset and load. */
    GICv3SpiSet spis[GICV3_NR_GROUPS];
    GICv3PendingIrq hppi; /* highest priority pending interrupt of the enabled groups */
    bool irq_level;
    bool fiq_level;
};

/* One redistributor region: which CPUs' frames it has. */
typedef struct GICv3RedistRegion {
    GICv3State *gic;
    MemoryRegion iomem;
    unsigned first;
    unsigned cpus;
} GICv3RedistRegion;

/*
 * @redist_region_count: CPUs of each redistributor region; the property's memory.
 * @lock: all that follows it, and the GICv3CPUStates. Ranks below the BQL and
 *   devices' locks; levels of outputs are set with it held, nothing else is called.
 * Word 0 of the bit registers (the private INTIDs) is unused.
 */
struct GICv3State {
    /*< private >*/
    SysBusDevice parent_obj;
    /*< public >*/

    MemoryRegion iomem_dist;
    GICv3RedistRegion *redist_regions;
    unsigned nb_redist_regions;

    uint32_t num_cpu;
    uint32_t num_irq; /* the private 32 included */
    uint32_t revision;
    bool lpi_enable;
    bool security_extn;
    uint32_t nb_redist_region_count; /* of the property; 0: one region for all CPUs */
    uint32_t *redist_region_count;

    unsigned num_inputs;
    qemu_irq *inputs;               /* lines of all unnamed inputs, borrowed */
    unsigned long *reset_completed; /* inputs that a reset made inactive, for its exit phase */
    uint64_t *irq_counts_copy;      /* what statistics were last asked for */

    QemuMutex lock;

    uint32_t gicd_ctlr; /* the two group enables only */
    uint32_t gicd_statusr;
    uint32_t group[GICV3_BMP_WORDS];
    uint32_t enabled[GICV3_BMP_WORDS];
    uint32_t pending[GICV3_BMP_WORDS]; /* latch without the lines */
    uint32_t active[GICV3_BMP_WORDS];
    uint32_t level[GICV3_BMP_WORDS]; /* the lines */
    uint32_t edge_trigger[GICV3_BMP_WORDS];
    uint8_t gicd_ipriority[GICV3_MAXIRQ];
    uint64_t gicd_irouter[GICV3_MAXIRQ];

    /*
     * Caches. spi_ready: pending, enabled and not active; those with a target are
     * in its set. spi_bits: memory of all sets. spi_one_of_n: IROUTER.IRM.
     * spi_target: index of the CPU that is to get it. participants: CPUs open to
     * 1 of N interrupts. touched: CPUs whose outputs the running operation has to look at.
     */
    uint32_t spi_ready[GICV3_BMP_WORDS];
    uint32_t *spi_bits;
    uint32_t spi_one_of_n[GICV3_BMP_WORDS];
    uint16_t spi_target[GICV3_MAXIRQ];
    DECLARE_BITMAP(participants[GICV3_NR_GROUPS], GICV3_MAX_CPU);
    uint32_t nr_participants[GICV3_NR_GROUPS];
    DECLARE_BITMAP(touched, GICV3_MAX_CPU);

    /* Acknowledged interrupts by INTID, all CPUs together; for `info irq`. */
    uint64_t irq_counts[GICV3_MAXIRQ];

    GICv3CPUState *cpu; /* num_cpu of them */
};

#define TYPE_ARM_GICV3_COMMON "arm-gicv3-common"
typedef struct ARMGICv3CommonClass ARMGICv3CommonClass;
DECLARE_OBJ_CHECKERS(GICv3State, ARMGICv3CommonClass, ARM_GICV3_COMMON, TYPE_ARM_GICV3_COMMON)

/*
 * @pre_save: fetch the state into the GICv3State. @post_load: put it into
 * effect; called after it was found valid. False with an error: saving or loading fails. BQL held.
 * Both optional.
 */
struct ARMGICv3CommonClass {
    /*< private >*/
    SysBusDeviceClass parent_class;
    /*< public >*/

    bool (*pre_save)(GICv3State *s, Error **errp);
    bool (*post_load)(GICv3State *s, Error **errp);
};

/*
 * For a subclass' realize, after the common one: make the inputs, which call
 * @handler with the GICv3State, the outputs, and the memory regions: @ops[0] for
 * the distributor (opaque: the GICv3State), @ops[1] for redistributor regions
 * (opaque: a GICv3RedistRegion); NULL for regions that somebody else answers.
 */
void gicv3_init_irqs_and_mmio(GICv3State *s, qemu_irq_handler handler,
                              const MemoryRegionOps *ops);

/*
 * CPU with the affinity @aff, packed as in bits 63:32 of GICR_TYPER; NULL if
 * there is none. Constant after realize.
 */
GICv3CPUState *gicv3_cpu_by_affinity(GICv3State *s, uint32_t aff);

/* The registers' state, for subclasses that keep theirs elsewhere. */
extern const VMStateDescription vmstate_gicv3;

#endif
