/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GICv2 in the host's kernel (KVM). The state is the kernel's; it is fetched into the GICState
 * before it is saved, and sent to the kernel after a load and a reset. Linux:
 * Documentation/virt/kvm/devices/arm-vgic.rst.
 *
 * The kernel tells no levels of lines: those of SPIs are remembered here, and a private interrupt
 * that is level-sensitive and pending counts as one whose line is high, since in-kernel timers
 * drive those. It has one set of active priorities for both groups (GICC_APR), and its SGIs'
 * enables, which Arm leaves to the implementation, count as always set.
 */
#include "qemu/osdep.h"
#include "hw/core/irq-stats.h"
#include "hw/intc/arm_gic_common.h"
#include "hw/intc/arm_gic_kvm.h"
#include "qapi/error.h"
#include "qemu/lockable.h"
#include "qemu/module.h"
#include "sysemu/kvm.h"
#include "arm_gic-internal.h"
#include "kvm-vgic-internal.h"

typedef struct KVMARMGICState {
    GICState parent_obj;
    KVMVgic vgic;
} KVMARMGICState;

typedef struct KVMARMGICClass {
    ARMGICCommonClass parent_class;
    DeviceRealize parent_realize;
    ResettablePhases parent_phases;
} KVMARMGICClass;

DECLARE_OBJ_CHECKERS(KVMARMGICState, KVMARMGICClass, KVM_ARM_GIC, TYPE_KVM_ARM_GIC)

/* Registers by offset; GICC_PMR is told in the form of GICH_VMCR.VMPriMask. */
enum {
    GICD_REG_CTLR = 0x000,
    GICD_REG_IIDR = 0x008,
    GICD_REG_ITARGETSR = 0x800,
    GICD_REG_CPENDSGIR = 0xf10,
    GICD_REG_SPENDSGIR = 0xf20,
    GICC_REG_CTLR = 0x00,
    GICC_REG_PMR = 0x04,
    GICC_REG_BPR = 0x08,
    GICC_REG_ABPR = 0x1c,
    GICC_REG_APR = 0xd0,
};
#define GICH_VMCR_PRIORITY_SHIFT 3

/* The virtual CPU interface has so many, and its priorities as many as that. */
#define KVM_PRIORITY_BITS 5

static KVMVgicFrame dist_frame(unsigned cpu)
{
    return (KVMVgicFrame){ VGIC_GRP_DIST_REGS, (uint64_t)cpu << VGIC_CPU_SHIFT };
}

static KVMVgicFrame cpu_frame(unsigned cpu)
{
    return (KVMVgicFrame){ VGIC_GRP_CPU_REGS, (uint64_t)cpu << VGIC_CPU_SHIFT };
}

/* ---- transfer ---- */

/* CPUs whose SGI is pending, a byte for each SGI. */
static void sgi_sources_io(KVMVgicIO *io, unsigned cpu, uint8_t sources[GIC_NR_SGIS])
{
    uint8_t all[GIC_NR_SGIS];

    if (io->is_write) {
        memset(all, 0xff, sizeof(all));
        kvm_vgic_bytes_io(io, dist_frame(cpu), GICD_REG_CPENDSGIR, all, sizeof(all));
    }
    kvm_vgic_bytes_io(io, dist_frame(cpu), GICD_REG_SPENDSGIR, sources, GIC_NR_SGIS);
}

static uint32_t sgis_with_source(const uint8_t sources[GIC_NR_SGIS])
{
    uint32_t sgis = 0;

    for (unsigned i = 0; i < GIC_NR_SGIS; i++) {
        sgis |= (uint32_t)(sources[i] != 0) << i;
    }
    return sgis;
}

/* The private interrupts of @cpu. */
static void internal_io(KVMVgicIO *io, GICState *s, unsigned cpu)
{
    GICCPUState *c = &s->cpu[cpu];
    GICBank *b = &c->internal;
    uint32_t pending = b->pending & ~GIC_SGI_MASK;
    KVMVgicBank bank = {
        .group = &b->group, .enabled = &b->enabled, .pending = &pending,
        .active = &b->active, .edge = &b->edge, .priority = c->priority,
    };

    kvm_vgic_bank_io(io, dist_frame(cpu), 0, &bank);
    sgi_sources_io(io, cpu, c->sgi_sources);
    if (!io->is_write && !io->has_failed) {
        pending &= ~GIC_SGI_MASK;
        b->enabled |= GIC_SGI_MASK;
        b->line = pending & ~b->edge;
        b->pending = (pending & b->edge) | sgis_with_source(c->sgi_sources);
    }
}

static void spi_word_io(KVMVgicIO *io, GICState *s, unsigned word)
{
    GICBank *b = &s->spi[word];
    uint8_t *target = &s->target[32 * word];
    KVMVgicBank bank = {
        .group = &b->group, .enabled = &b->enabled, .pending = &b->pending,
        .active = &b->active, .edge = &b->edge, .priority = &s->priority[32 * word],
    };

    kvm_vgic_bytes_io(io, dist_frame(0), GICD_REG_ITARGETSR + 32 * word, target, 32);
    kvm_vgic_bank_io(io, dist_frame(0), word, &bank);
    if (io->is_write || io->has_failed) {
        return;
    }
    b->pending &= ~(b->line & ~b->edge);
    for (unsigned i = 0; s->num_cpu == 1 && i < 32; i++) {
        target[i] = 1; /* the kernel lets a single CPU write them */
    }
}

/* @field, which the kernel has @shift bits lower. */
static void cpu_field_io(KVMVgicIO *io, unsigned cpu, uint32_t offset, unsigned shift,
                         uint8_t *field)
{
    uint32_t value = *field >> shift;

    kvm_vgic_reg_io(io, cpu_frame(cpu), offset, &value);
    if (!io->is_write) {
        *field = value << shift;
    }
}

static void cpu_interface_io(KVMVgicIO *io, GICState *s, unsigned cpu)
{
    GICCPUState *c = &s->cpu[cpu];

    kvm_vgic_reg_io(io, cpu_frame(cpu), GICC_REG_CTLR, &c->ctlr);
    cpu_field_io(io, cpu, GICC_REG_PMR, GICH_VMCR_PRIORITY_SHIFT, &c->pmr);
    cpu_field_io(io, cpu, GICC_REG_BPR, 0, &c->bpr);
    cpu_field_io(io, cpu, GICC_REG_ABPR, 0, &c->abpr);
    for (unsigned i = 0; i < GIC_NR_APRS; i++) {
        uint32_t apr = c->apr[i] | c->nsapr[i];

        kvm_vgic_reg_io(io, cpu_frame(cpu), GICC_REG_APR + 4 * i, &apr);
        if (!io->is_write) {
            c->apr[i] = apr & gic_apr_mask(s, i);
            c->nsapr[i] = 0;
        }
    }
    if (!io->is_write) {
        c->ctlr &= GICC_CTLR_MASK;
        c->bpr = MAX(c->bpr, s->bpr_min);
        c->abpr = MAX(c->abpr, s->bpr_min + 1);
    }
}

static bool state_io(KVMARMGICState *kgic, bool is_write, Error **errp)
{
    GICState *s = &kgic->parent_obj;
    KVMVgicIO io = { .fd = kgic->vgic.fd, .is_write = is_write, .errp = errp };
    uint32_t iidr = 0;

    if (is_write) {
        /* Writing back its own value makes the groups writable for us. */
        io.is_write = false;
        kvm_vgic_reg_io(&io, dist_frame(0), GICD_REG_IIDR, &iidr);
        io.is_write = true;
        kvm_vgic_reg_io(&io, dist_frame(0), GICD_REG_IIDR, &iidr);
    }
    for (unsigned word = 1; word < s->num_irq / 32; word++) {
        spi_word_io(&io, s, word);
    }
    for (unsigned cpu = 0; cpu < s->num_cpu; cpu++) {
        internal_io(&io, s, cpu);
        cpu_interface_io(&io, s, cpu);
    }
    kvm_vgic_reg_io(&io, dist_frame(0), GICD_REG_CTLR, &s->ctlr);
    return kvm_vgic_io_end(&io, DEVICE(kgic));
}

/* All lines of SPIs to what they are here: an irqfd may have left the kernel's high. */
static void lines_put(GICState *s)
{
    for (unsigned intid = GIC_INTERNAL; intid < s->num_irq; intid++) {
        kvm_vgic_line_set((GICInput){ .cpu = -1, .intid = intid },
                          s->spi[intid / 32].line >> intid % 32 & 1);
    }
}

/* ---- hooks of the common class ---- */

static IRQTrigger kvm_gic_irq_trigger(Object *obj, int n)
{
    GICInput input = gic_input_decode(ARM_GIC_COMMON(obj)->num_irq, n);

    return kvm_vgic_trigger(&KVM_ARM_GIC(obj)->vgic, dist_frame(MAX(input.cpu, 0)), input.intid);
}

static bool kvm_gic_pre_save(GICState *s, Error **errp)
{
    return state_io(KVM_ARM_GIC(s), false, errp);
}

static bool kvm_gic_post_load(GICState *s, Error **errp)
{
    QEMU_LOCK_GUARD(&s->lock);
    KVM_ARM_GIC(s)->vgic.is_fresh = false;
    if (!state_io(KVM_ARM_GIC(s), true, errp)) {
        return false;
    }
    lines_put(s);
    return true;
}

/* The first reset: the kernel's GIC is as new, but its SPIs are to be level-sensitive. */
static bool first_reset(KVMARMGICState *kgic, Error **errp)
{
    GICState *s = &kgic->parent_obj;
    KVMVgicIO io = { .fd = kgic->vgic.fd, .is_write = true, .errp = errp };

    for (unsigned word = 1; word < s->num_irq / 32; word++) {
        kvm_vgic_edges_io(&io, dist_frame(0), word, &s->spi[word].edge);
    }
    return kvm_vgic_io_end(&io, DEVICE(kgic));
}

static void kvm_gic_reset_hold(Object *obj)
{
    GICState *s = ARM_GIC_COMMON(obj);
    KVMARMGICState *kgic = KVM_ARM_GIC(obj);
    Error *err = NULL;

    QEMU_LOCK_GUARD(&s->lock);
    if (!(kgic->vgic.is_fresh ? first_reset(kgic, &err) : state_io(kgic, true, &err))) {
        error_report_err(err);
    }
    lines_put(s);
    kgic->vgic.is_fresh = false;
}

/* Any thread, with or without the BQL. The lock keeps level and kernel's level the same. */
static void kvm_gic_input_set(void *opaque, int n, int level)
{
    GICState *s = opaque;
    GICInput input = gic_input_decode(s->num_irq, n);
    GICBank *b = gic_bank(s, MAX(input.cpu, 0), input.intid / 32);
    uint32_t bit = 1u << input.intid % 32;

    if (input.intid < GIC_NR_SGIS) {
        return; /* no wire leads to an SGI */
    }
    qemu_mutex_lock(&s->lock);
    if (!(b->line & bit) != !level) {
        b->line ^= bit;
        kvm_vgic_line_set(input, level);
    }
    qemu_mutex_unlock(&s->lock);
}

/* ---- the device ---- */

static void kvm_gic_realize(DeviceState *dev, Error **errp)
{
    GICState *s = ARM_GIC_COMMON(dev);
    KVMARMGICState *kgic = KVM_ARM_GIC(dev);
    static const MemoryRegionOps *const no_ops[2];
    Error *err = NULL;

    s->n_prio_bits = KVM_PRIORITY_BITS;
    KVM_ARM_GIC_GET_CLASS(dev)->parent_realize(dev, &err);
    if (err) {
        error_propagate(errp, err);
        return;
    }
    if (!kvm_vgic_create(&kgic->vgic, 2, s->num_irq, errp)) {
        return;
    }
    gic_init_irqs_and_mmio(s, kvm_gic_input_set, no_ops);
    kvm_vgic_region_add(&kgic->vgic, &s->iomem, VGIC_V2_ADDR_TYPE_DIST, 0);
    kvm_vgic_region_add(&kgic->vgic, &s->cpuiomem, VGIC_V2_ADDR_TYPE_CPU, 0);
    kvm_vgic_regions_ready(&kgic->vgic);
}

static void kvm_gic_init(Object *obj)
{
    kvm_vgic_init(&KVM_ARM_GIC(obj)->vgic, DEVICE(obj));
}

static void kvm_gic_unrealize(DeviceState *dev)
{
    kvm_vgic_destroy(&KVM_ARM_GIC(dev)->vgic);
}

static void kvm_gic_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);
    ARMGICCommonClass *agcc = ARM_GIC_COMMON_CLASS(klass);
    KVMARMGICClass *kgc = KVM_ARM_GIC_CLASS(klass);

    dc->desc = "Arm GICv2 interrupt controller in the host's kernel (KVM)";
    device_class_set_parent_realize(dc, kvm_gic_realize, &kgc->parent_realize);
    dc->unrealize = kvm_gic_unrealize;
    resettable_class_set_parent_phases(rc, NULL, kvm_gic_reset_hold, NULL, &kgc->parent_phases);
    INTERRUPT_STATS_PROVIDER_CLASS(klass)->append_text = kvm_vgic_append_text;
    IRQ_CONTROLLER_CLASS(klass)->irq_trigger = kvm_gic_irq_trigger;
    agcc->pre_save = kvm_gic_pre_save;
    agcc->post_load = kvm_gic_post_load;
}

static const TypeInfo kvm_gic_types[] = {
    {
        .name = TYPE_KVM_ARM_GIC,
        .parent = TYPE_ARM_GIC_COMMON,
        .instance_size = sizeof(KVMARMGICState),
        .instance_init = kvm_gic_init,
        .class_size = sizeof(KVMARMGICClass),
        .class_init = kvm_gic_class_init,
        .interfaces = (InterfaceInfo[]) {
            { TYPE_INTERRUPT_STATS_PROVIDER },
            { },
        },
    },
};

DEFINE_TYPES(kvm_gic_types)
