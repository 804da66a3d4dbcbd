/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GICv2: what every implementation of it (this program's, an accelerator's)
 * shares: the guest-visible state, its saved form, properties, inputs and
 * outputs. Architecture: Arm IHI 0048B. Names of QEMU 8.2.
 *
 * Inputs (unnamed GPIO): SPI n is input n, INTID 32 + n; behind the SPIs 32
 * lines for each CPU, of which 16 to 31 are its PPIs. Outputs (sysbus
 * interrupts): an IRQ for each CPU, then FIQs, then VIRQs and VFIQs (never set).
 * Regions: 0 the distributor, 1 the CPU interface.
 */
#ifndef HW_INTC_ARM_GIC_COMMON_H
#define HW_INTC_ARM_GIC_COMMON_H

#include "hw/sysbus.h"
#include "qemu/thread.h"

#define GIC_MAXIRQ 1020  /* INTIDs 1020 to 1023 are special */
#define GIC_INTERNAL 32  /* SGIs and PPIs */
#define GIC_NR_SGIS 16
#define GIC_NCPU 8
#define GIC_NR_APRS 4
#define GIC_NR_WORDS 32  /* registers of one bit for each INTID */

#define GIC_MIN_PRIORITY_BITS 4
#define GIC_MAX_PRIORITY_BITS 8

/*
 * 32 INTIDs, one bit each. @pending is the latch: edges, GICD_ISPENDR, and for
 * SGIs "some source is pending"; the pending state of a level-sensitive
 * interrupt is @pending or @line. @eligible is derived (see arm_gic.c): may be
 * forwarded to a CPU interface.
 */
typedef struct GICBank {
    uint32_t group;
    uint32_t enabled;
    uint32_t pending;
    uint32_t line;
    uint32_t active;
    uint32_t edge;
    uint32_t eligible;
} GICBank;

/*
 * One CPU: its interface's registers, and the distributor's banked ones.
 * @apr: active priorities of Group 0, @nsapr of Group 1; bit i of the whole is
 * the i-th highest group priority.
 */
typedef struct GICCPUState {
    uint32_t ctlr;
    uint8_t pmr;
    uint8_t bpr;
    uint8_t abpr;
    uint32_t apr[GIC_NR_APRS];
    uint32_t nsapr[GIC_NR_APRS];
    GICBank internal;
    uint8_t priority[GIC_INTERNAL];
    uint8_t sgi_sources[GIC_NR_SGIS]; /* CPUs whose SGI is pending here */
} GICCPUState;

/*
 * Derived from the state, for one CPU. @ready: interrupts that the distributor
 * forwards to it, @ready_words the words of it that are not 0. @best: the
 * highest priority pending interrupt, priority << 10 | INTID, GIC_BEST_NONE if
 * there is none. @running: running priority, 0xff when idle. @outputs: levels
 * that IRQ (bit 0) and FIQ (bit 1) were last set to.
 */
typedef struct GICCPUView {
    uint32_t ready[GIC_NR_WORDS];
    uint32_t ready_words;
    uint32_t best;
    uint8_t running;
    uint8_t outputs;
} GICCPUView;

#define GIC_BEST_NONE (0xffu << 10 | 1023)

/* Everything from @ctlr to @views is guarded by @lock; the rest is fixed once realized. */
typedef struct GICState {
    /*< private >*/
    SysBusDevice parent_obj;
    /*< public >*/

    qemu_irq parent_irq[GIC_NCPU];
    qemu_irq parent_fiq[GIC_NCPU];
    qemu_irq parent_virq[GIC_NCPU];
    qemu_irq parent_vfiq[GIC_NCPU];
    MemoryRegion iomem;
    MemoryRegion cpuiomem;

    /* Properties. */
    uint32_t num_cpu;
    uint32_t num_irq;
    uint32_t revision;
    uint32_t n_prio_bits;
    bool security_extn;
    bool virt_extn;

    /* Fixed at realize: implemented priority bits, smallest GICC_BPR, the inputs' lines. */
    uint8_t priority_mask;
    uint8_t bpr_min;
    unsigned num_inputs;
    qemu_irq *inputs;

    QemuMutex lock;
    uint32_t ctlr;
    GICCPUState cpu[GIC_NCPU];
    GICBank spi[GIC_NR_WORDS];      /* [0] is unused: those are banked */
    uint8_t priority[GIC_MAXIRQ];   /* of SPIs, by INTID */
    uint8_t target[GIC_MAXIRQ];     /* of SPIs: bit n is CPU n */

    /* Inputs that a reset in progress completed; acknowledged interrupts by INTID. */
    unsigned long *reset_completed;
    uint64_t *acknowledged;
    uint64_t *acknowledged_copy;
    GICCPUView views[GIC_NCPU];
} GICState;

#define TYPE_ARM_GIC_COMMON "arm_gic_common"
typedef struct ARMGICCommonClass ARMGICCommonClass;
DECLARE_OBJ_CHECKERS(GICState, ARMGICCommonClass, ARM_GIC_COMMON, TYPE_ARM_GIC_COMMON)

/*
 * Hooks for an implementation that keeps the state elsewhere. @pre_save: bring
 * the state here up to date before it is saved. @post_load: the state was
 * loaded and is valid; make it effective. False with an error: saving or
 * loading fails. Both optional, BQL held.
 */
struct ARMGICCommonClass {
    /*< private >*/
    SysBusDeviceClass parent_class;
    /*< public >*/

    bool (*pre_save)(GICState *s, Error **errp);
    bool (*post_load)(GICState *s, Error **errp);
};

/*
 * For realize functions of implementations: create the inputs, which call
 * @handler(s, input, level), the outputs, and the regions with @ops[0] for the
 * distributor and @ops[1] for the CPU interface. Properties must be valid.
 */
void gic_init_irqs_and_mmio(GICState *s, qemu_irq_handler handler,
                            const MemoryRegionOps *const ops[2]);

#endif
