/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GICv3, the core: which pending interrupt is the best for each CPU (IHI 0069, 4.8). Nothing is
 * searched: the ready SPIs of a CPU are sorted by group, priority level and INTID in bitmaps with
 * summaries (GICv3SpiSet), so that a change of one costs the same however many others there are.
 * Of the 32 private interrupts the ready ones are compared. LPIs would be a third candidate,
 * joined in cpu_choose().
 */
#include "qemu/osdep.h"
#include "qemu/host-utils.h"
#include "arm_gicv3-internal.h"
#include "gic-input-internal.h"
#include "trace.h"

/* Highest priority first, then the lowest INTID (the order of equals is ours to choose). */
static bool pending_irq_is_better(uint8_t prio, uint32_t intid, const GICv3PendingIrq *than)
{
    return prio < than->prio || (prio == than->prio && intid < than->intid);
}

/* ---- sets of SPIs ---- */

static GICv3SpiSet *spi_set(GICv3State *s, unsigned intid)
{
    return &s->cpu[s->spi_target[intid]].spis[gicv3_spi_group(s, intid)];
}

static unsigned spi_level(const GICv3State *s, unsigned intid)
{
    return s->gicd_ipriority[intid] >> (8 - GICV3_PRIORITY_BITS);
}

static void spi_set_add(GICv3State *s, unsigned intid)
{
    GICv3SpiSet *set = spi_set(s, intid);
    unsigned level = spi_level(s, intid);
    unsigned w = intid / 32;

    set->bits[level * (s->num_irq / 32) + w] |= 1u << (intid % 32);
    set->words[level] |= 1u << w;
    set->levels |= 1u << level;
    set_bit(s->spi_target[intid], s->touched);
}

static void spi_set_remove(GICv3State *s, unsigned intid)
{
    GICv3SpiSet *set = spi_set(s, intid);
    unsigned level = spi_level(s, intid);
    unsigned w = intid / 32;
    uint32_t *bits = &set->bits[level * (s->num_irq / 32) + w];

    *bits &= ~(1u << (intid % 32));
    if (!*bits) {
        set->words[level] &= ~(1u << w);
        if (!set->words[level]) {
            set->levels &= ~(1u << level);
        }
    }
    set_bit(s->spi_target[intid], s->touched);
}

/* The best SPI of the group joins @best. */
static void spi_set_consider(const GICv3CPUState *cs, unsigned grp, GICv3PendingIrq *best)
{
    const GICv3SpiSet *set = &cs->spis[grp];
    unsigned level, w, intid;

    if (!set->levels) {
        return;
    }
    level = ctz32(set->levels);
    w = ctz32(set->words[level]);
    intid = w * 32 + ctz32(set->bits[level * (cs->gic->num_irq / 32) + w]);
    if (pending_irq_is_better(level << (8 - GICV3_PRIORITY_BITS), intid, best)) {
        *best = (GICv3PendingIrq){
            .intid = intid,
            .prio = level << (8 - GICV3_PRIORITY_BITS),
            .grp = grp,
        };
    }
}

void gicv3_spi_sets_init(GICv3State *s)
{
    size_t words = GICV3_PRIORITY_LEVELS * (s->num_irq / 32);
    uint32_t *bits;

    s->spi_bits = g_new0(uint32_t, s->num_cpu * GICV3_NR_GROUPS * words);
    bits = s->spi_bits;
    for (unsigned i = 0; i < s->num_cpu; i++) {
        for (unsigned grp = 0; grp < GICV3_NR_GROUPS; grp++) {
            s->cpu[i].spis[grp].bits = bits;
            bits += words;
        }
    }
}

static void spi_sets_clear(GICv3State *s)
{
    memset(s->spi_ready, 0, sizeof(s->spi_ready));
    for (unsigned i = 0; i < s->num_cpu; i++) {
        for (unsigned grp = 0; grp < GICV3_NR_GROUPS; grp++) {
            GICv3SpiSet *set = &s->cpu[i].spis[grp];

            for (; set->levels; set->levels &= set->levels - 1) {
                unsigned level = ctz32(set->levels);

                set->words[level] = 0;
                memset(&set->bits[level * (s->num_irq / 32)], 0, s->num_irq / 8);
            }
        }
    }
}

/* ---- SPIs ---- */

/* Of the CPUs open to 1 of N interrupts of the group, each SPI takes one by its number. */
static unsigned spi_choose_one_of_n(GICv3State *s, unsigned intid)
{
    unsigned grp = gicv3_spi_group(s, intid);
    unsigned skip, cpu;

    if (!s->nr_participants[grp]) {
        return GICV3_NO_CPU;
    }
    skip = intid % s->nr_participants[grp];
    cpu = find_first_bit(s->participants[grp], s->num_cpu);
    while (skip--) {
        cpu = find_next_bit(s->participants[grp], s->num_cpu, cpu + 1);
    }
    return cpu;
}

void gicv3_spi_retarget(GICv3State *s, unsigned intid)
{
    uint64_t irouter = s->gicd_irouter[intid];
    uint32_t bit = 1u << (intid % 32);
    GICv3CPUState *cs;

    if (irouter & R_GICD_IROUTER_Interrupt_Routing_Mode_MASK) {
        s->spi_one_of_n[intid / 32] |= bit;
        s->spi_target[intid] = spi_choose_one_of_n(s, intid);
        return;
    }
    s->spi_one_of_n[intid / 32] &= ~bit;
    cs = gicv3_cpu_by_affinity(s, FIELD_EX64(irouter, GICD_IROUTER, Aff3) << 24 |
                                      FIELD_EX64(irouter, GICD_IROUTER, Aff210));
    s->spi_target[intid] = cs ? cs->index : GICV3_NO_CPU;
}

void gicv3_spi_withdraw(GICv3State *s, unsigned w, uint32_t mask)
{
    uint32_t gone = s->spi_ready[w] & mask;

    s->spi_ready[w] &= ~gone;
    for (; gone; gone &= gone - 1) {
        unsigned intid = w * 32 + ctz32(gone);

        if (s->spi_target[intid] != GICV3_NO_CPU) {
            spi_set_remove(s, intid);
        }
    }
}

void gicv3_spi_offer(GICv3State *s, unsigned w, uint32_t mask)
{
    uint32_t ready = gicv3_spi_pending(s, w) & s->enabled[w] & ~s->active[w] & mask;

    s->spi_ready[w] |= ready;
    for (; ready; ready &= ready - 1) {
        unsigned intid = w * 32 + ctz32(ready);

        if (s->spi_target[intid] != GICV3_NO_CPU) {
            spi_set_add(s, intid);
        }
    }
}

/* ---- one CPU ---- */

/* The best private interrupt joins @best. */
static void private_consider(const GICv3CPUState *cs, GICv3PendingIrq *best)
{
    uint32_t ready = gicv3_private_pending(cs) & cs->gicr_ienabler0 & ~cs->gicr_iactiver0;

    if (!gicv3_group_enabled(cs, GICV3_G0)) {
        ready &= cs->gicr_igroupr0;
    }
    if (!gicv3_group_enabled(cs, GICV3_G1)) {
        ready &= ~cs->gicr_igroupr0;
    }
    for (; ready; ready &= ready - 1) {
        unsigned intid = ctz32(ready);

        if (pending_irq_is_better(cs->gicr_ipriorityr[intid], intid, best)) {
            *best = (GICv3PendingIrq){
                .intid = intid,
                .prio = cs->gicr_ipriorityr[intid],
                .grp = (cs->gicr_igroupr0 >> intid) & 1,
            };
        }
    }
}

static void cpu_choose(GICv3CPUState *cs)
{
    GICv3PendingIrq best = { .intid = GICV3_INTID_SPURIOUS, .prio = GICV3_PRIORITY_IDLE };

    for (unsigned grp = 0; grp < GICV3_NR_GROUPS; grp++) {
        if (gicv3_group_enabled(cs, grp)) {
            spi_set_consider(cs, grp, &best);
        }
    }
    private_consider(cs, &best);
    cs->hppi = best;
}

/*
 * Set outputs to what irq_level and fiq_level say, FIQ first if it falls: a CPU never sees one
 * interrupt on two of them.
 */
static void cpu_outputs_set(GICv3CPUState *cs, bool set_irq, bool set_fiq)
{
    trace_gicv3_cpu_output(cs->index, cs->irq_level, cs->fiq_level, cs->hppi.intid);
    if (set_fiq && !cs->fiq_level) {
        qemu_irq_lower(cs->parent_fiq);
    }
    if (set_irq) {
        qemu_set_irq(cs->parent_irq, cs->irq_level);
    }
    if (set_fiq && cs->fiq_level) {
        qemu_irq_raise(cs->parent_fiq);
    }
}

/* Group 0 is signalled as FIQ, Group 1 as IRQ: there is one security state (4.6.2). */
void gicv3_cpu_update(GICv3CPUState *cs)
{
    bool signal, irq, fiq, set_irq, set_fiq;

    cpu_choose(cs);
    signal = gicv3_icc_can_preempt(cs);
    irq = signal && cs->hppi.grp == GICV3_G1;
    fiq = signal && cs->hppi.grp == GICV3_G0;
    set_irq = irq != cs->irq_level;
    set_fiq = fiq != cs->fiq_level;
    if (set_irq || set_fiq) {
        cs->irq_level = irq;
        cs->fiq_level = fiq;
        cpu_outputs_set(cs, set_irq, set_fiq);
    }
}

void gicv3_settle(GICv3State *s)
{
    for (unsigned w = 0; w < BITS_TO_LONGS(s->num_cpu); w++) {
        unsigned long touched = s->touched[w];

        s->touched[w] = 0;
        for (; touched; touched &= touched - 1) {
            gicv3_cpu_update(&s->cpu[w * BITS_PER_LONG + ctz64(touched)]);
        }
    }
}

/* ---- enables ---- */

static bool cpu_participates(const GICv3CPUState *cs, unsigned grp)
{
    uint32_t dpg = grp == GICV3_G0 ? R_GICR_CTLR_DPG0_MASK : R_GICR_CTLR_DPG1NS_MASK;

    return cs->icc_igrpen[grp] && !(cs->gicr_ctlr & dpg) &&
           !(cs->gicr_waker & R_GICR_WAKER_ProcessorSleep_MASK);
}

/* Returns whether the set of participants changed. */
static bool participants_update(GICv3CPUState *cs)
{
    GICv3State *s = cs->gic;
    bool changed = false;

    for (unsigned grp = 0; grp < GICV3_NR_GROUPS; grp++) {
        bool now = cpu_participates(cs, grp);

        if (now != test_bit(cs->index, s->participants[grp])) {
            change_bit(cs->index, s->participants[grp]);
            s->nr_participants[grp] += now ? 1 : -1;
            changed = true;
        }
    }
    return changed;
}

void gicv3_cpu_enables_changed(GICv3CPUState *cs)
{
    GICv3State *s = cs->gic;

    if (participants_update(cs)) {
        for (unsigned w = 1; w < s->num_irq / 32; w++) {
            gicv3_spi_withdraw(s, w, s->spi_one_of_n[w]);
            for (uint32_t spis = s->spi_one_of_n[w]; spis; spis &= spis - 1) {
                gicv3_spi_retarget(s, w * 32 + ctz32(spis));
            }
            gicv3_spi_offer(s, w, s->spi_one_of_n[w]);
        }
    }
    set_bit(cs->index, s->touched);
    gicv3_settle(s);
}

void gicv3_all_enables_changed(GICv3State *s)
{
    bitmap_set(s->touched, 0, s->num_cpu);
    gicv3_settle(s);
}

void gicv3_rebuild(GICv3State *s)
{
    spi_sets_clear(s);
    for (unsigned i = 0; i < s->num_cpu; i++) {
        participants_update(&s->cpu[i]);
    }
    for (unsigned intid = GICV3_INTERNAL; intid < s->num_irq; intid++) {
        gicv3_spi_retarget(s, intid);
    }
    for (unsigned w = 1; w < s->num_irq / 32; w++) {
        gicv3_spi_offer(s, w, UINT32_MAX);
    }
    gicv3_all_enables_changed(s);
}

void gicv3_outputs_drive(GICv3State *s)
{
    for (unsigned i = 0; i < s->num_cpu; i++) {
        cpu_outputs_set(&s->cpu[i], true, true);
    }
}

/* ---- life of an interrupt ---- */

void gicv3_input_changed(GICv3State *s, int cpu, unsigned intid, bool level)
{
    unsigned w = intid / 32;
    uint32_t bit = 1u << (intid % 32);

    if (cpu >= 0) {
        GICv3CPUState *cs = &s->cpu[cpu];

        if (!(cs->level0 & bit) != !level) {
            cs->level0 ^= bit;
            if (level) {
                cs->gicr_ipendr0 |= cs->edge_trigger0 & bit;
            }
            gicv3_cpu_update(cs);
        }
    } else if (!(s->level[w] & bit) != !level) {
        gicv3_spi_withdraw(s, w, bit);
        s->level[w] ^= bit;
        if (level) {
            s->pending[w] |= s->edge_trigger[w] & bit;
        }
        gicv3_spi_offer(s, w, bit);
        gicv3_settle(s);
    }
}

void gicv3_activate(GICv3CPUState *cs, unsigned intid)
{
    GICv3State *s = cs->gic;
    unsigned w = intid / 32;
    uint32_t bit = 1u << (intid % 32);

    s->irq_counts[intid]++;
    if (intid < GICV3_INTERNAL) {
        cs->gicr_iactiver0 |= bit;
        cs->gicr_ipendr0 &= ~bit;
        return;
    }
    gicv3_spi_withdraw(s, w, bit);
    s->active[w] |= bit;
    s->pending[w] &= ~bit;
}

static qemu_irq private_input(GICv3CPUState *cs, unsigned intid)
{
    if (intid < GICV3_NR_SGIS) {
        return NULL; /* its line by number leads nowhere */
    }
    return cs->gic->inputs[gic_input_number(cs->gic->num_irq, cs->index, intid)];
}

void gicv3_deactivate(GICv3CPUState *cs, unsigned intid, GICCompletion *c)
{
    GICv3State *s = cs->gic;
    unsigned w = intid / 32;
    uint32_t bit = 1u << (intid % 32);

    if (intid < GICV3_INTERNAL) {
        if (cs->gicr_iactiver0 & bit) {
            cs->gicr_iactiver0 &= ~bit;
            gic_completion_add(c, private_input(cs, intid));
        }
        return;
    }
    if (s->active[w] & bit) {
        s->active[w] &= ~bit;
        gic_completion_add(c, s->inputs[intid - GICV3_INTERNAL]);
        gicv3_spi_offer(s, w, bit);
    }
}
