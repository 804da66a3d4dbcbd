/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GICv3 in the host's kernel (KVM). The state is the kernel's; it is fetched into the GICv3State
 * before it is saved, and sent to the kernel after a load and a reset. Linux:
 * Documentation/virt/kvm/devices/arm-vgic-v3.rst. No LPIs, so there are no pending tables.
 *
 * The kernel's redistributors never sleep and have no GICR_CTLR.DPG*; neither it nor they have a
 * STATUSR. Priorities of the guest have 5 bits there, whatever number of preemption bits the
 * host's CPU interface shows: active priorities are translated.
 */
#include "qemu/osdep.h"
#include "hw/core/irq-stats.h"
#include "hw/intc/arm_gic_kvm.h"
#include "qapi/error.h"
#include "qemu/lockable.h"
#include "qemu/module.h"
#include "sysemu/kvm.h"
#include "arm_gicv3-internal.h"
#include "kvm-vgic-internal.h"

typedef struct KVMARMGICv3State {
    GICv3State parent_obj;
    KVMVgic vgic;
} KVMARMGICv3State;

typedef struct KVMARMGICv3Class {
    ARMGICv3CommonClass parent_class;
    DeviceRealize parent_realize;
    ResettablePhases parent_phases;
} KVMARMGICv3Class;

DECLARE_OBJ_CHECKERS(KVMARMGICv3State, KVMARMGICv3Class, KVM_ARM_GICV3, TYPE_KVM_ARM_GICV3)

/* GRP_ADDR of a redistributor region: how many CPUs, and its number. */
#define REGION_COUNT_SHIFT 52

/* System registers: op0, op1, CRn, CRm, op2 as in the instruction (CPU_SYSREGS). */
#define SYSREG(op0, op1, crn, crm, op2) \
    ((op0) << 14 | (op1) << 11 | (crn) << 7 | (crm) << 3 | (op2))
#define SYSREG_ICC_PMR_EL1 SYSREG(3, 0, 4, 6, 0)
#define SYSREG_ICC_BPR0_EL1 SYSREG(3, 0, 12, 8, 3)
#define SYSREG_ICC_AP0R0_EL1 SYSREG(3, 0, 12, 8, 4)
#define SYSREG_ICC_AP1R0_EL1 SYSREG(3, 0, 12, 9, 0)
#define SYSREG_ICC_BPR1_EL1 SYSREG(3, 0, 12, 12, 3)
#define SYSREG_ICC_CTLR_EL1 SYSREG(3, 0, 12, 12, 4)
#define SYSREG_ICC_IGRPEN0_EL1 SYSREG(3, 0, 12, 12, 6)
#define SYSREG_ICC_IGRPEN1_EL1 SYSREG(3, 0, 12, 12, 7)

/* ICC_AP<g>R<n>_EL1 of an interface with 7 preemption bits. */
#define APR_MAX_REGS 4

static uint64_t affinity(const GICv3CPUState *cs)
{
    return cs->gicr_typer & VGIC_V3_AFFINITY_MASK;
}

static KVMVgicFrame dist_frame(void)
{
    return (KVMVgicFrame){ VGIC_GRP_DIST_REGS, 0 };
}

static KVMVgicFrame sgi_frame(const GICv3CPUState *cs)
{
    return (KVMVgicFrame){ VGIC_GRP_REDIST_REGS, affinity(cs) | GICR_SGI_BASE };
}

/* ---- distributor and redistributors ---- */

/* Levels of the lines of INTIDs 32 * @word and up. */
static void levels_io(KVMVgicIO *io, uint64_t cpu_affinity, unsigned word, uint32_t *levels)
{
    kvm_vgic_io(io, VGIC_GRP_LEVEL_INFO, cpu_affinity | 32 * word, levels);
}

static void route_io(KVMVgicIO *io, GICv3State *s, unsigned intid)
{
    const uint64_t mask = R_GICD_IROUTER_Aff210_MASK | R_GICD_IROUTER_Aff3_MASK |
                          R_GICD_IROUTER_Interrupt_Routing_Mode_MASK;
    uint32_t low = s->gicd_irouter[intid];
    uint32_t high = s->gicd_irouter[intid] >> 32;

    kvm_vgic_reg_io(io, dist_frame(), A_GICD_IROUTER + 8 * intid, &low);
    kvm_vgic_reg_io(io, dist_frame(), A_GICD_IROUTER + 8 * intid + 4, &high);
    if (!io->is_write) {
        s->gicd_irouter[intid] = ((uint64_t)high << 32 | low) & mask;
    }
}

static void spi_word_io(KVMVgicIO *io, GICv3State *s, unsigned word)
{
    KVMVgicBank bank = {
        .group = &s->group[word], .enabled = &s->enabled[word], .pending = &s->pending[word],
        .active = &s->active[word], .edge = &s->edge_trigger[word],
        .priority = &s->gicd_ipriority[32 * word],
    };

    for (unsigned i = 0; i < 32; i++) {
        route_io(io, s, 32 * word + i);
    }
    levels_io(io, 0, word, &s->level[word]);
    kvm_vgic_bank_io(io, dist_frame(), word, &bank);
}

static void dist_io(KVMVgicIO *io, GICv3State *s)
{
    const uint32_t enables = R_GICD_CTLR_EnableGrp0_MASK | R_GICD_CTLR_EnableGrp1_MASK;
    uint32_t ctlr = s->gicd_ctlr | R_GICD_CTLR_ARE_MASK | R_GICD_CTLR_DS_MASK;

    for (unsigned word = 1; word < s->num_irq / 32; word++) {
        spi_word_io(io, s, word);
    }
    kvm_vgic_reg_io(io, dist_frame(), A_GICD_CTLR, &ctlr);
    if (!io->is_write) {
        s->gicd_ctlr = ctlr & enables;
        s->gicd_statusr = 0;
    }
}

static void redist_io(KVMVgicIO *io, GICv3CPUState *cs)
{
    KVMVgicBank bank = {
        .group = &cs->gicr_igroupr0, .enabled = &cs->gicr_ienabler0,
        .pending = &cs->gicr_ipendr0, .active = &cs->gicr_iactiver0,
        .edge = &cs->edge_trigger0, .priority = cs->gicr_ipriorityr,
    };

    levels_io(io, affinity(cs), 0, &cs->level0);
    kvm_vgic_bank_io(io, sgi_frame(cs), 0, &bank);
    if (!io->is_write) {
        cs->edge_trigger0 |= GICV3_SGI_EDGE;
        cs->level0 &= ~GICV3_SGI_EDGE;
        cs->gicr_ctlr = cs->gicr_statusr = cs->gicr_waker = 0;
    }
}

/* ---- CPU interfaces ---- */

static void icc_io(KVMVgicIO *io, const GICv3CPUState *cs, uint32_t reg, uint64_t *value)
{
    kvm_vgic_io(io, VGIC_GRP_CPU_SYSREGS, affinity(cs) | reg, value);
}

static void icc_byte_io(KVMVgicIO *io, const GICv3CPUState *cs, uint32_t reg, uint8_t *field)
{
    uint64_t value = *field;

    icc_io(io, cs, reg, &value);
    if (!io->is_write) {
        *field = value;
    }
}

/*
 * The active priorities of one group. With more than 5 preemption bits a level is several bits
 * apart from the next, and there are more registers.
 */
static void apr_io(KVMVgicIO *io, GICv3CPUState *cs, uint32_t reg, unsigned shift, uint32_t *levels)
{
    uint64_t apr[APR_MAX_REGS] = { 0 };
    uint32_t found = 0;

    for (unsigned i = 0; i < GICV3_PRIORITY_LEVELS && io->is_write; i++) {
        unsigned bit = i << shift;

        apr[bit / 32] |= (uint64_t)(*levels >> i & 1) << bit % 32;
    }
    for (unsigned n = 0; n < 1u << shift; n++) {
        icc_io(io, cs, reg + n, &apr[n]);
    }
    for (unsigned bit = 0; bit < 32u << shift && !io->is_write; bit++) {
        found |= (uint32_t)(apr[bit / 32] >> bit % 32 & 1) << (bit >> shift);
    }
    *levels = io->is_write ? *levels : found;
}

/* ICC_CTLR_EL1 as the kernel has it: what the host determines must be written back unchanged. */
static uint64_t icc_ctlr_read(const KVMVgicIO *io, const GICv3CPUState *cs, bool *ok)
{
    KVMVgicIO read = { .fd = io->fd, .has_failed = io->has_failed, .errp = io->errp };
    uint64_t ctlr = 0;

    icc_io(&read, cs, SYSREG_ICC_CTLR_EL1, &ctlr);
    *ok = !read.has_failed;
    return ctlr;
}

static void cpu_interface_io(KVMVgicIO *io, GICv3CPUState *cs)
{
    const uint64_t ours = R_ICC_CTLR_EL1_CBPR_MASK | R_ICC_CTLR_EL1_EOImode_MASK;
    bool ok;
    uint64_t ctlr = icc_ctlr_read(io, cs, &ok);
    uint64_t host = ctlr & ~ours;
    unsigned bits = FIELD_EX64(ctlr, ICC_CTLR_EL1, PRIbits) + 1;
    unsigned shift = MIN(MAX(bits, GICV3_PRIORITY_BITS), 7) - GICV3_PRIORITY_BITS;

    io->has_failed |= !ok;
    if (io->is_write) {
        /* ICC_BPR1_EL1 cannot be written while CBPR makes it a copy of ICC_BPR0_EL1. */
        icc_io(io, cs, SYSREG_ICC_CTLR_EL1, &host);
    }
    icc_byte_io(io, cs, SYSREG_ICC_PMR_EL1, &cs->icc_pmr_el1);
    icc_byte_io(io, cs, SYSREG_ICC_BPR0_EL1, &cs->icc_bpr[GICV3_G0]);
    icc_byte_io(io, cs, SYSREG_ICC_BPR1_EL1, &cs->icc_bpr[GICV3_G1]);
    apr_io(io, cs, SYSREG_ICC_AP0R0_EL1, shift, &cs->icc_apr[GICV3_G0]);
    apr_io(io, cs, SYSREG_ICC_AP1R0_EL1, shift, &cs->icc_apr[GICV3_G1]);
    icc_byte_io(io, cs, SYSREG_ICC_IGRPEN0_EL1, &cs->icc_igrpen[GICV3_G0]);
    icc_byte_io(io, cs, SYSREG_ICC_IGRPEN1_EL1, &cs->icc_igrpen[GICV3_G1]);
    if (io->is_write) {
        ctlr = host | (cs->icc_ctlr_el1 & ours);
        icc_io(io, cs, SYSREG_ICC_CTLR_EL1, &ctlr);
        return;
    }
    cs->icc_ctlr_el1 = ctlr & ours;
    cs->icc_pmr_el1 &= GICV3_PRIORITY_MASK;
    cs->icc_bpr[GICV3_G0] = MIN(MAX(cs->icc_bpr[GICV3_G0], GICV3_MIN_BPR0), 7);
    cs->icc_bpr[GICV3_G1] = MIN(MAX(cs->icc_bpr[GICV3_G1], GICV3_MIN_BPR1), 7);
    cs->icc_igrpen[GICV3_G0] &= 1;
    cs->icc_igrpen[GICV3_G1] &= 1;
}

/* ---- hooks of the common class ---- */

static bool state_io(KVMARMGICv3State *kgic, bool is_write, Error **errp)
{
    GICv3State *s = &kgic->parent_obj;
    KVMVgicIO io = { .fd = kgic->vgic.fd, .is_write = is_write, .errp = errp };

    dist_io(&io, s);
    for (unsigned i = 0; i < s->num_cpu; i++) {
        redist_io(&io, &s->cpu[i]);
        cpu_interface_io(&io, &s->cpu[i]);
    }
    return kvm_vgic_io_end(&io, DEVICE(kgic));
}

static IRQTrigger kvm_gicv3_irq_trigger(Object *obj, int n)
{
    GICv3State *s = ARM_GICV3_COMMON(obj);
    GICInput input = gic_input_decode(s->num_irq, n);

    return kvm_vgic_trigger(&KVM_ARM_GICV3(obj)->vgic,
                            input.cpu < 0 ? dist_frame() : sgi_frame(&s->cpu[input.cpu]),
                            input.intid);
}

static bool kvm_gicv3_pre_save(GICv3State *s, Error **errp)
{
    QEMU_LOCK_GUARD(&s->lock);
    return state_io(KVM_ARM_GICV3(s), false, errp);
}

static bool kvm_gicv3_post_load(GICv3State *s, Error **errp)
{
    QEMU_LOCK_GUARD(&s->lock);
    KVM_ARM_GICV3(s)->vgic.is_fresh = false;
    return state_io(KVM_ARM_GICV3(s), true, errp);
}

/*
 * The first reset: the kernel's GIC is as new. But lines that were raised before go low like all
 * others, and SPIs are to be level-sensitive.
 */
static bool first_reset(KVMARMGICv3State *kgic, Error **errp)
{
    GICv3State *s = &kgic->parent_obj;
    KVMVgicIO io = { .fd = kgic->vgic.fd, .is_write = true, .errp = errp };
    uint32_t low = 0;

    for (unsigned word = 1; word < s->num_irq / 32; word++) {
        levels_io(&io, 0, word, &low);
        kvm_vgic_edges_io(&io, dist_frame(), word, &s->edge_trigger[word]);
    }
    return kvm_vgic_io_end(&io, DEVICE(kgic));
}

static void kvm_gicv3_reset_hold(Object *obj)
{
    GICv3State *s = ARM_GICV3_COMMON(obj);
    KVMARMGICv3State *kgic = KVM_ARM_GICV3(obj);
    Error *err = NULL;

    QEMU_LOCK_GUARD(&s->lock);
    if (!(kgic->vgic.is_fresh ? first_reset(kgic, &err) : state_io(kgic, true, &err))) {
        error_report_err(err);
    }
    kgic->vgic.is_fresh = false;
}

/* Any thread, with or without the BQL. The lock keeps level and kernel's level the same. */
static void kvm_gicv3_input_set(void *opaque, int n, int level)
{
    GICv3State *s = opaque;
    GICInput input = gic_input_decode(s->num_irq, n);
    uint32_t *levels = input.cpu < 0 ? &s->level[input.intid / 32] : &s->cpu[input.cpu].level0;
    uint32_t bit = 1u << input.intid % 32;

    if (input.intid < GICV3_NR_SGIS) {
        return; /* no wire leads to an SGI */
    }
    qemu_mutex_lock(&s->lock);
    if (!(*levels & bit) != !level) {
        *levels ^= bit;
        kvm_vgic_line_set(input, level);
    }
    qemu_mutex_unlock(&s->lock);
}

/* ---- the device ---- */

static void regions_add(KVMARMGICv3State *kgic)
{
    GICv3State *s = &kgic->parent_obj;

    kvm_vgic_region_add(&kgic->vgic, &s->iomem_dist, VGIC_V3_ADDR_TYPE_DIST, 0);
    if (s->nb_redist_regions == 1) {
        /* Kernels before 4.18 know a single one only. */
        kvm_vgic_region_add(&kgic->vgic, &s->redist_regions[0].iomem, VGIC_V3_ADDR_TYPE_REDIST, 0);
        return;
    }
    for (unsigned i = 0; i < s->nb_redist_regions; i++) {
        GICv3RedistRegion *region = &s->redist_regions[i];

        kvm_vgic_region_add(&kgic->vgic, &region->iomem, VGIC_V3_ADDR_TYPE_REDIST_REGION,
                            (uint64_t)region->cpus << REGION_COUNT_SHIFT | i);
    }
}

static void kvm_gicv3_realize(DeviceState *dev, Error **errp)
{
    GICv3State *s = ARM_GICV3_COMMON(dev);
    KVMARMGICv3State *kgic = KVM_ARM_GICV3(dev);
    Error *err = NULL;

    KVM_ARM_GICV3_GET_CLASS(dev)->parent_realize(dev, &err);
    if (err) {
        error_propagate(errp, err);
        return;
    }
    if (!kvm_vgic_create(&kgic->vgic, 3, s->num_irq, errp)) {
        gicv3_state_free(s);
        return;
    }
    gicv3_init_irqs_and_mmio(s, kvm_gicv3_input_set, NULL);
    regions_add(kgic);
    kvm_vgic_regions_ready(&kgic->vgic);
}

static void kvm_gicv3_init(Object *obj)
{
    kvm_vgic_init(&KVM_ARM_GICV3(obj)->vgic, DEVICE(obj));
}

static void kvm_gicv3_unrealize(DeviceState *dev)
{
    kvm_vgic_destroy(&KVM_ARM_GICV3(dev)->vgic);
}

static void kvm_gicv3_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);
    ARMGICv3CommonClass *agcc = ARM_GICV3_COMMON_CLASS(klass);
    KVMARMGICv3Class *kgc = KVM_ARM_GICV3_CLASS(klass);

    dc->desc = "Arm GICv3 interrupt controller in the host's kernel (KVM)";
    device_class_set_parent_realize(dc, kvm_gicv3_realize, &kgc->parent_realize);
    dc->unrealize = kvm_gicv3_unrealize;
    resettable_class_set_parent_phases(rc, NULL, kvm_gicv3_reset_hold, NULL, &kgc->parent_phases);
    INTERRUPT_STATS_PROVIDER_CLASS(klass)->append_text = kvm_vgic_append_text;
    IRQ_CONTROLLER_CLASS(klass)->irq_trigger = kvm_gicv3_irq_trigger;
    agcc->pre_save = kvm_gicv3_pre_save;
    agcc->post_load = kvm_gicv3_post_load;
}

static const TypeInfo kvm_gicv3_types[] = {
    {
        .name = TYPE_KVM_ARM_GICV3,
        .parent = TYPE_ARM_GICV3_COMMON,
        .instance_size = sizeof(KVMARMGICv3State),
        .instance_init = kvm_gicv3_init,
        .class_size = sizeof(KVMARMGICv3Class),
        .class_init = kvm_gicv3_class_init,
        .interfaces = (InterfaceInfo[]) {
            { TYPE_INTERRUPT_STATS_PROVIDER },
            { },
        },
    },
};

DEFINE_TYPES(kvm_gicv3_types)
