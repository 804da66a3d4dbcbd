/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GICv2 (Arm IHI 0048B): the device, its inputs, and the way from the state of
 * an interrupt to the IRQ and FIQ outputs. The registers are in arm_gic_dist.c
 * and arm_gic_cpu.c.
 *
 * Nothing here looks at all interrupts. For 32 INTIDs at a time, GICBank
 * .eligible remembers which may be forwarded (enabled, pending, not active, of
 * an enabled group); what changes in it goes to the ready set of each targeted
 * CPU, which remembers its best. Only when the best of a CPU goes away are the
 * members of its ready set compared.
 */
#include "qemu/osdep.h"
#include "hw/core/cpu.h"
#include "hw/core/irq-stats.h"
#include "hw/intc/arm_gic.h"
#include "qapi/error.h"
#include "qemu/host-utils.h"
#include "qemu/lockable.h"
#include "qemu/module.h"
#include "arm_gic-internal.h"
#include "trace.h"

/* ---- forwarding ---- */

static uint32_t gic_eligible(const GICState *s, const GICBank *b)
{
    uint32_t groups = (s->ctlr & R_GICD_CTLR_EnableGrp0_MASK ? ~b->group : 0) |
                      (s->ctlr & R_GICD_CTLR_EnableGrp1_MASK ? b->group : 0);

    return b->enabled & (b->pending | (b->line & ~b->edge)) & ~b->active & groups;
}

static uint32_t gic_rank(GICState *s, unsigned cpu, uint32_t intid)
{
    return (uint32_t)*gic_priority(s, cpu, intid) << 10 | intid;
}

static void gic_best_search(GICState *s, unsigned cpu)
{
    GICCPUView *v = &s->views[cpu];
    uint32_t best = GIC_BEST_NONE;

    for (uint32_t words = v->ready_words; words; words &= words - 1) {
        unsigned word = ctz32(words);

        for (uint32_t bits = v->ready[word]; bits; bits &= bits - 1) {
            uint32_t rank = gic_rank(s, cpu, word * 32 + ctz32(bits));

            best = MIN(best, rank);
        }
    }
    v->best = best;
}

static void gic_ready_add(GICState *s, unsigned cpu, uint32_t intid)
{
    GICCPUView *v = &s->views[cpu];
    uint32_t rank = gic_rank(s, cpu, intid);

    v->ready[intid / 32] |= 1u << intid % 32;
    v->ready_words |= 1u << intid / 32;
    v->best = MIN(v->best, rank);
}

static void gic_ready_remove(GICState *s, unsigned cpu, uint32_t intid)
{
    GICCPUView *v = &s->views[cpu];

    v->ready[intid / 32] &= ~(1u << intid % 32);
    if (!v->ready[intid / 32]) {
        v->ready_words &= ~(1u << intid / 32);
    }
    if ((v->best & 0x3ff) == intid) {
        gic_best_search(s, cpu);
    }
}

uint8_t gic_word_update(GICState *s, unsigned cpu, unsigned word)
{
    GICBank *b = gic_bank(s, cpu, word);
    uint32_t now = gic_eligible(s, b);
    uint32_t changed = now ^ b->eligible;
    uint8_t touched = 0;

    b->eligible = now;
    for (; changed; changed &= changed - 1) {
        unsigned bit = ctz32(changed);
        uint32_t intid = word * 32 + bit;
        uint8_t cpus = word ? s->target[intid] : 1u << cpu;

        touched |= cpus;
        for (; cpus; cpus &= cpus - 1) {
            if (now >> bit & 1) {
                gic_ready_add(s, ctz32(cpus), intid);
            } else {
                gic_ready_remove(s, ctz32(cpus), intid);
            }
        }
    }
    return touched;
}

uint8_t gic_priority_set(GICState *s, unsigned cpu, uint32_t intid, uint8_t priority)
{
    GICBank *b = gic_bank(s, cpu, intid / 32);
    uint8_t cpus = 0;

    *gic_priority(s, cpu, intid) = priority;
    if (b->eligible >> intid % 32 & 1) {
        cpus = intid < GIC_INTERNAL ? 1u << cpu : s->target[intid];
    }
    for (uint8_t c = cpus; c; c &= c - 1) {
        gic_best_search(s, ctz32(c));
    }
    return cpus;
}

uint8_t gic_target_set(GICState *s, uint32_t intid, uint8_t cpus)
{
    uint8_t before = s->target[intid];
    uint8_t changed = before ^ cpus;

    s->target[intid] = cpus;
    if (!(s->spi[intid / 32].eligible >> intid % 32 & 1)) {
        return 0;
    }
    for (uint8_t c = changed; c; c &= c - 1) {
        unsigned cpu = ctz32(c);

        if (cpus >> cpu & 1) {
            gic_ready_add(s, cpu, intid);
        } else {
            gic_ready_remove(s, cpu, intid);
        }
    }
    return changed;
}

void gic_views_rebuild(GICState *s)
{
    for (unsigned cpu = 0; cpu < s->num_cpu; cpu++) {
        GICCPUView *v = &s->views[cpu];

        memset(v->ready, 0, sizeof(v->ready));
        v->ready_words = 0;
        v->best = GIC_BEST_NONE;
        s->cpu[cpu].internal.eligible = 0;
        gic_word_update(s, cpu, 0);
        gic_running_update(s, cpu);
    }
    for (unsigned word = 1; word < s->num_irq / 32; word++) {
        s->spi[word].eligible = 0;
        gic_word_update(s, 0, word);
    }
}

/* ---- signalling ---- */

uint8_t gic_group_priority_mask(const GICCPUState *c, bool is_group1)
{
    /* Table 3-2; Group 1 has its own binary point, which counts from 1 (GICC_ABPR). */
    unsigned point = is_group1 && !(c->ctlr & R_GICC_CTLR_CBPR_MASK) ? c->abpr - 1 : c->bpr;

    return 0xff << (point + 1);
}

void gic_running_update(GICState *s, unsigned cpu)
{
    const GICCPUState *c = &s->cpu[cpu];
    uint8_t running = GIC_IDLE_PRIORITY;

    for (unsigned i = 0; i < GIC_NR_APRS; i++) {
        uint32_t bits = c->apr[i] | c->nsapr[i];

        if (bits) {
            running = (i * 32 + ctz32(bits)) << (s->bpr_min + 1);
            break;
        }
    }
    s->views[cpu].running = running;
}

/*
 * Section 3.3.2: group priorities are compared. The binary point may have changed
 * since the running priority was set, so both sides are cut to the present one.
 */
static bool gic_preempts(const GICCPUState *c, uint8_t running, uint8_t priority, bool is_group1)
{
    uint8_t mask = gic_group_priority_mask(c, is_group1);

    return running == GIC_IDLE_PRIORITY || (priority & mask) < (running & mask);
}

uint8_t gic_cpu_outputs(GICState *s, unsigned cpu)
{
    const GICCPUState *c = &s->cpu[cpu];
    const GICCPUView *v = &s->views[cpu];
    uint8_t priority = v->best >> 10;
    bool is_group1;

    if (v->best == GIC_BEST_NONE || priority >= c->pmr) {
        return 0;
    }
    is_group1 = gic_is_group1(s, cpu, v->best & 0x3ff);
    if (!(c->ctlr & (is_group1 ? R_GICC_CTLR_EnableGrp1_MASK : R_GICC_CTLR_EnableGrp0_MASK)) ||
        !gic_preempts(c, v->running, priority, is_group1)) {
        return 0;
    }
    return !is_group1 && c->ctlr & R_GICC_CTLR_FIQEn_MASK ? GIC_OUTPUT_FIQ : GIC_OUTPUT_IRQ;
}

static void gic_output_set(GICState *s, unsigned cpu, uint8_t outputs, uint8_t changed)
{
    s->views[cpu].outputs = outputs;
    trace_gic_output(cpu, outputs & GIC_OUTPUT_IRQ, outputs >> 1);
    /* Raised last, so that the CPU never sees one interrupt on two lines. */
    if (changed & GIC_OUTPUT_FIQ && !(outputs & GIC_OUTPUT_FIQ)) {
        qemu_irq_lower(s->parent_fiq[cpu]);
    }
    if (changed & GIC_OUTPUT_IRQ) {
        qemu_set_irq(s->parent_irq[cpu], outputs & GIC_OUTPUT_IRQ);
    }
    if (changed & outputs & GIC_OUTPUT_FIQ) {
        qemu_irq_raise(s->parent_fiq[cpu]);
    }
}

void gic_outputs_update(GICState *s, uint8_t cpus)
{
    for (; cpus; cpus &= cpus - 1) {
        unsigned cpu = ctz32(cpus);
        uint8_t outputs = gic_cpu_outputs(s, cpu);
        uint8_t changed = outputs ^ s->views[cpu].outputs;

        if (changed) {
            gic_output_set(s, cpu, outputs, changed);
        }
    }
}

/* Set all outputs, even to what they are: the other side's level is not known. */
static void gic_outputs_force(GICState *s)
{
    for (unsigned cpu = 0; cpu < s->num_cpu; cpu++) {
        gic_output_set(s, cpu, gic_cpu_outputs(s, cpu), GIC_OUTPUT_IRQ | GIC_OUTPUT_FIQ);
    }
}

/* ---- inputs ---- */

/* Any thread, with or without the BQL. */
static void gic_input_set(void *opaque, int n, int level)
{
    GICState *s = opaque;
    GICInput input = gic_input_decode(s->num_irq, n);
    unsigned cpu = MAX(input.cpu, 0);
    unsigned word = input.intid / 32;
    uint32_t bit = 1u << input.intid % 32;
    GICBank *b = gic_bank(s, cpu, word);

    trace_gic_input(input.intid, input.cpu, level);
    if (input.intid < GIC_NR_SGIS) {
        return; /* no wire leads to an SGI */
    }
    qemu_mutex_lock(&s->lock);
    if (!(b->line & bit) != !level) {
        b->line ^= bit;
        if (level) {
            b->pending |= bit & b->edge;
        }
        gic_outputs_update(s, gic_word_update(s, cpu, word));
    }
    qemu_mutex_unlock(&s->lock);
}

int gic_current_cpu(const GICState *s)
{
    int cpu = current_cpu ? current_cpu->cpu_index : 0;

    return cpu >= 0 && cpu < s->num_cpu ? cpu : -1;
}

/* ---- info irq ---- */

static bool gic_get_statistics(InterruptStatsProvider *obj, uint64_t **irq_counts,
                               unsigned int *nb_irqs)
{
    GICState *s = ARM_GIC(obj);

    if (!s->acknowledged) {
        return false; /* not realized */
    }
    QEMU_LOCK_GUARD(&s->lock);
    memcpy(s->acknowledged_copy, s->acknowledged, s->num_irq * sizeof(s->acknowledged[0]));
    *irq_counts = s->acknowledged_copy;
    *nb_irqs = s->num_irq;
    return true;
}

static void gic_append_text(InterruptStatsProvider *obj, GString *out)
{
    GICState *s = ARM_GIC(obj);

    if (!s->acknowledged) {
        return;
    }
    QEMU_LOCK_GUARD(&s->lock);
    g_string_append_printf(out, "GICD_CTLR 0x%x\n", s->ctlr);
    for (unsigned cpu = 0; cpu < s->num_cpu; cpu++) {
        const GICCPUView *v = &s->views[cpu];

        g_string_append_printf(out,
                               "CPU %u: GICC_CTLR 0x%x, mask 0x%02x, running 0x%02x, "
                               "highest pending %u, IRQ %d, FIQ %d\n",
                               cpu, s->cpu[cpu].ctlr, s->cpu[cpu].pmr, v->running,
                               v->best & 0x3ff, v->outputs & GIC_OUTPUT_IRQ, v->outputs >> 1);
    }
}

/* ---- the device ---- */

static bool gic_post_load(GICState *s, Error **errp)
{
    QEMU_LOCK_GUARD(&s->lock);
    gic_views_rebuild(s);
    gic_outputs_force(s);
    return true;
}

static void gic_reset_enter(Object *obj, ResetType type)
{
    GICState *s = ARM_GIC(obj);

    ARM_GIC_GET_CLASS(s)->parent_phases.enter(obj, type);
    QEMU_LOCK_GUARD(&s->lock);
    gic_views_rebuild(s);
}

static void gic_reset_hold(Object *obj)
{
    GICState *s = ARM_GIC(obj);

    QEMU_LOCK_GUARD(&s->lock);
    gic_outputs_force(s);
}

static void gic_realize(DeviceState *dev, Error **errp)
{
    GICState *s = ARM_GIC(dev);
    static const MemoryRegionOps *const all_ops[] = { &gic_dist_ops, &gic_cpu_ops };
    Error *err = NULL;

    ARM_GIC_GET_CLASS(s)->parent_realize(dev, &err);
    if (err) {
        error_propagate(errp, err);
        return;
    }
    gic_init_irqs_and_mmio(s, gic_input_set, all_ops);
    memory_region_clear_global_locking(&s->iomem);
    memory_region_clear_global_locking(&s->cpuiomem);
    WITH_QEMU_LOCK_GUARD(&s->lock) {
        gic_views_rebuild(s);
    }
}

static void gic_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);
    ARMGICClass *agc = ARM_GIC_CLASS(klass);
    InterruptStatsProviderClass *ispc = INTERRUPT_STATS_PROVIDER_CLASS(klass);

    dc->desc = "Arm GICv2 interrupt controller";
    device_class_set_parent_realize(dc, gic_realize, &agc->parent_realize);
    resettable_class_set_parent_phases(rc, gic_reset_enter, gic_reset_hold, NULL,
                                       &agc->parent_phases);
    ispc->get_statistics = gic_get_statistics;
    ispc->append_text = gic_append_text;
    ARM_GIC_COMMON_CLASS(klass)->post_load = gic_post_load;
}

static const TypeInfo gic_types[] = {
    {
        .name = TYPE_ARM_GIC,
        .parent = TYPE_ARM_GIC_COMMON,
        .class_size = sizeof(ARMGICClass),
        .class_init = gic_class_init,
        .interfaces = (InterfaceInfo[]) {
            { TYPE_INTERRUPT_STATS_PROVIDER },
            { },
        },
    },
};

DEFINE_TYPES(gic_types)
