/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A naive GICv2; see gicv2-model.h.
 */
#include "gicv2-model.h"

enum { NOTHING = 1023, OTHER_GROUP = 1022 };

/* Table 3-2: bits of the group priority by binary point. */
static const uint8_t group_bits[8] = { 0xfe, 0xfc, 0xf8, 0xf0, 0xe0, 0xc0, 0x80, 0x00 };

ModelIrq *model_irq(GicModel *m, unsigned cpu, unsigned intid)
{
    return intid < 32 ? &m->cpu[cpu].internal[intid] : &m->spi[intid];
}

static unsigned smallest_point(const GicModel *m)
{
    return m->priority_bits >= 7 ? 0 : 7 - m->priority_bits;
}

static uint8_t implemented_priority(const GicModel *m, uint32_t value)
{
    return value & (0xff00 >> m->priority_bits);
}

static void irq_power_on(ModelIrq *irq, bool is_sgi, uint8_t targets)
{
    unsigned completions = irq->completions + (irq->active && !is_sgi);

    *irq = (ModelIrq){ .enabled = is_sgi, .edge = is_sgi, .targets = targets,
                       .completions = completions };
}

void model_reset(GicModel *m)
{
    m->ctlr = 0;
    for (unsigned c = 0; c < m->cpus; c++) {
        ModelCpu *cpu = &m->cpu[c];

        cpu->ctlr = 0;
        cpu->pmr = 0;
        cpu->bpr = smallest_point(m);
        cpu->abpr = smallest_point(m) + 1;
        memset(cpu->active_priority, 0, sizeof(cpu->active_priority));
        for (unsigned i = 0; i < 32; i++) {
            irq_power_on(&cpu->internal[i], i < 16, 1u << c);
        }
    }
    for (unsigned i = 32; i < m->irqs; i++) {
        irq_power_on(&m->spi[i], false, m->cpus == 1);
    }
}

void model_init(GicModel *m, unsigned cpus, unsigned irqs, unsigned priority_bits)
{
    memset(m, 0, sizeof(*m));
    m->cpus = cpus;
    m->irqs = irqs;
    m->priority_bits = priority_bits;
    model_reset(m);
}

void model_line(GicModel *m, unsigned cpu, unsigned intid, bool level)
{
    ModelIrq *irq = model_irq(m, cpu, intid);

    if (irq->edge && level && !irq->line) {
        irq->latch = true;
    }
    irq->line = level;
}

static bool is_pending(const ModelIrq *irq)
{
    return irq->sources || irq->latch || (!irq->edge && irq->line);
}

static bool is_forwarded(GicModel *m, unsigned cpu, unsigned intid)
{
    ModelIrq *irq = model_irq(m, cpu, intid);

    return (irq->group1 ? m->ctlr & 2 : m->ctlr & 1) && irq->enabled && is_pending(irq) &&
           !irq->active && irq->targets >> cpu & 1;
}

static unsigned highest_pending(GicModel *m, unsigned cpu)
{
    unsigned best = NOTHING;

    for (unsigned i = 0; i < m->irqs; i++) {
        if (is_forwarded(m, cpu, i) &&
            (best == NOTHING ||
             model_irq(m, cpu, i)->priority < model_irq(m, cpu, best)->priority)) {
            best = i;
        }
    }
    return best;
}

static uint8_t preemption_bits(GicModel *m, unsigned cpu, const ModelIrq *irq)
{
    const ModelCpu *c = &m->cpu[cpu];
    bool own_point = irq->group1 && !(c->ctlr & 1 << 4);

    return group_bits[own_point ? c->abpr - 1 : c->bpr];
}

static uint8_t group_priority(GicModel *m, unsigned cpu, const ModelIrq *irq)
{
    return irq->priority & preemption_bits(m, cpu, irq);
}

static uint8_t running_priority(const ModelCpu *c)
{
    for (unsigned p = 0; p < 256; p++) {
        if (c->active_priority[0][p] || c->active_priority[1][p]) {
            return p;
        }
    }
    return 0xff;
}

static bool group_is_enabled(const ModelCpu *c, const ModelIrq *irq)
{
    return irq->group1 ? c->ctlr & 2 : c->ctlr & 1;
}

/* Nothing is active, or all that is has a lower group priority. */
static bool may_preempt(GicModel *m, unsigned cpu, const ModelIrq *irq)
{
    for (unsigned p = 0; p < 256; p++) {
        if ((m->cpu[cpu].active_priority[0][p] || m->cpu[cpu].active_priority[1][p]) &&
            group_priority(m, cpu, irq) >= (p & preemption_bits(m, cpu, irq))) {
            return false;
        }
    }
    return true;
}

/* The interrupt that the CPU interface signals. */
static unsigned signalled(GicModel *m, unsigned cpu)
{
    unsigned best = highest_pending(m, cpu);
    ModelCpu *c = &m->cpu[cpu];
    ModelIrq *irq;

    if (best == NOTHING) {
        return NOTHING;
    }
    irq = model_irq(m, cpu, best);
    return irq->priority < c->pmr && group_is_enabled(c, irq) &&
           may_preempt(m, cpu, irq) ? best : NOTHING;
}

bool model_fiq_output(GicModel *m, unsigned cpu)
{
    unsigned intid = signalled(m, cpu);

    return intid != NOTHING && !model_irq(m, cpu, intid)->group1 && m->cpu[cpu].ctlr & 1 << 3;
}

bool model_irq_output(GicModel *m, unsigned cpu)
{
    return signalled(m, cpu) != NOTHING && !model_fiq_output(m, cpu);
}

/* ---- CPU interface ---- */

static uint32_t as_seen(GicModel *m, unsigned cpu, unsigned intid, bool alias)
{
    ModelIrq *irq;
    unsigned source = 0;

    if (intid == NOTHING) {
        return NOTHING;
    }
    irq = model_irq(m, cpu, intid);
    if (alias && !irq->group1) {
        return NOTHING;
    }
    if (!alias && irq->group1 && !(m->cpu[cpu].ctlr & 1 << 2)) {
        return OTHER_GROUP;
    }
    while (irq->sources && !(irq->sources >> source & 1)) {
        source++;
    }
    return intid | source << 10;
}

static uint32_t acknowledge(GicModel *m, unsigned cpu, bool alias)
{
    uint32_t value = as_seen(m, cpu, signalled(m, cpu), alias);
    ModelIrq *irq;

    if ((value & 0x3ff) >= 1020) {
        return value;
    }
    irq = model_irq(m, cpu, value & 0x3ff);
    irq->sources &= ~(1u << (value >> 10));
    irq->latch = false;
    irq->active = true;
    m->cpu[cpu].active_priority[irq->group1][group_priority(m, cpu, irq)] = true;
    return value;
}

static uint32_t look_at_pending(GicModel *m, unsigned cpu, bool alias)
{
    unsigned intid = highest_pending(m, cpu);

    if (intid != NOTHING && !group_is_enabled(&m->cpu[cpu], model_irq(m, cpu, intid))) {
        return NOTHING;
    }
    return as_seen(m, cpu, intid, alias);
}

static void deactivate(ModelIrq *irq, unsigned intid)
{
    irq->completions += irq->active && intid >= 16;
    irq->active = false;
}

static void end_of_interrupt(GicModel *m, unsigned cpu, uint32_t value, bool alias)
{
    unsigned intid = value & 0x3ff;
    ModelCpu *c = &m->cpu[cpu];
    ModelIrq *irq;

    if (intid >= m->irqs) {
        return;
    }
    irq = model_irq(m, cpu, intid);
    if (alias && !irq->group1) {
        return;
    }
    for (unsigned p = 0; p < 256; p++) {
        if (c->active_priority[irq->group1][p]) {
            c->active_priority[irq->group1][p] = false;
            break;
        }
    }
    if (!(c->ctlr & 1 << 9)) {
        deactivate(irq, intid);
    }
}

/* One bit for each group priority that the smallest binary point lets differ. */
static uint32_t active_priorities_read(GicModel *m, unsigned cpu, bool group1, unsigned n)
{
    unsigned step = 2u << smallest_point(m);
    uint32_t value = 0;

    for (unsigned i = 0; i < 32; i++) {
        unsigned p = (n * 32 + i) * step;

        value |= (uint32_t)(p < 256 && m->cpu[cpu].active_priority[group1][p]) << i;
    }
    return value;
}

static void active_priorities_write(GicModel *m, unsigned cpu, bool group1, unsigned n,
                                    uint32_t value)
{
    unsigned step = 2u << smallest_point(m);

    for (unsigned i = 0; i < 32; i++) {
        unsigned p = (n * 32 + i) * step;

        if (p < 256) {
            m->cpu[cpu].active_priority[group1][p] = value >> i & 1;
        }
    }
}

static uint32_t gicc_read(GicModel *m, unsigned cpu, uint32_t offset)
{
    ModelCpu *c = &m->cpu[cpu];

    switch (offset) {
    case 0x00: return c->ctlr;
    case 0x04: return c->pmr;
    case 0x08: return c->bpr;
    case 0x0c: return acknowledge(m, cpu, false);
    case 0x14: return running_priority(c);
    case 0x18: return look_at_pending(m, cpu, false);
    case 0x1c: return c->abpr;
    case 0x20: return acknowledge(m, cpu, true);
    case 0x28: return look_at_pending(m, cpu, true);
    case 0xd0: case 0xd4: case 0xd8: case 0xdc:
        return active_priorities_read(m, cpu, false, (offset - 0xd0) / 4);
    case 0xe0: case 0xe4: case 0xe8: case 0xec:
        return active_priorities_read(m, cpu, true, (offset - 0xe0) / 4);
    case 0xfc: return 0x0002043b;
    default: return 0;
    }
}

static void gicc_write(GicModel *m, unsigned cpu, uint32_t offset, uint32_t value)
{
    ModelCpu *c = &m->cpu[cpu];
    unsigned min = smallest_point(m);

    switch (offset) {
    case 0x00: c->ctlr = value & 0x3ff; break;
    case 0x04: c->pmr = implemented_priority(m, value); break;
    case 0x08: c->bpr = (value & 7) < min ? min : value & 7; break;
    case 0x1c: c->abpr = (value & 7) < min + 1 ? min + 1 : value & 7; break;
    case 0x10: end_of_interrupt(m, cpu, value, false); break;
    case 0x24: end_of_interrupt(m, cpu, value, true); break;
    case 0x1000:
        if (c->ctlr & 1 << 9 && (value & 0x3ff) < m->irqs) {
            deactivate(model_irq(m, cpu, value & 0x3ff), value & 0x3ff);
        }
        break;
    case 0xd0: case 0xd4: case 0xd8: case 0xdc:
        active_priorities_write(m, cpu, false, (offset - 0xd0) / 4, value);
        break;
    case 0xe0: case 0xe4: case 0xe8: case 0xec:
        active_priorities_write(m, cpu, true, (offset - 0xe0) / 4, value);
        break;
    }
}

/* ---- distributor ---- */

static uint8_t existing_cpus(const GicModel *m)
{
    return 0xff >> (8 - m->cpus);
}

static uint8_t byte_field_read(GicModel *m, unsigned cpu, uint32_t offset)
{
    unsigned i = offset & 0x3ff;

    if (offset >= 0xf10) {
        return m->cpu[cpu].internal[offset & 15].sources;
    }
    if (i >= m->irqs) {
        return 0;
    }
    if (offset < 0x800) {
        return model_irq(m, cpu, i)->priority;
    }
    return m->cpus == 1 ? 0 : model_irq(m, cpu, i)->targets;
}

static void byte_field_write(GicModel *m, unsigned cpu, uint32_t offset, uint8_t value)
{
    unsigned i = offset & 0x3ff;

    if (offset >= 0xf20) {
        m->cpu[cpu].internal[offset & 15].sources |= value & existing_cpus(m);
    } else if (offset >= 0xf10) {
        m->cpu[cpu].internal[offset & 15].sources &= ~value;
    } else if (i < m->irqs && offset < 0x800) {
        model_irq(m, cpu, i)->priority = implemented_priority(m, value);
    } else if (i < m->irqs && i >= 32 && m->cpus > 1) {
        m->spi[i].targets = value & existing_cpus(m);
    }
}

static bool bit_field_read(const ModelIrq *irq, uint32_t offset)
{
    switch (offset / 0x80) {
    case 1: return irq->group1;
    case 2: case 3: return irq->enabled;
    case 4: case 5: return is_pending(irq);
    default: return irq->active;
    }
}

/* For GICD_IGROUPR any value counts, for the others a 1. */
static void bit_field_write(ModelIrq *irq, unsigned intid, uint32_t offset, bool value)
{
    if (offset / 0x80 == 1) {
        irq->group1 = value;
    } else if (value) {
        switch (offset / 0x80) {
        case 2: irq->enabled = true; break;
        case 3: irq->enabled = intid < 16; break;
        case 4: irq->latch |= intid >= 16; break;
        case 5: irq->latch = false; break;
        case 6: irq->active = true; break;
        case 7: deactivate(irq, intid); break;
        }
    }
}

static void software_interrupt(GicModel *m, unsigned cpu, uint32_t value)
{
    for (unsigned c = 0; c < m->cpus; c++) {
        unsigned filter = value >> 24 & 3;

        if ((filter == 0 && value >> (16 + c) & 1) || (filter == 1 && c != cpu) ||
            (filter == 2 && c == cpu)) {
            m->cpu[c].internal[value & 15].sources |= 1u << cpu;
        }
    }
}

static bool is_bytes(uint32_t offset)
{
    return (offset >= 0x400 && offset < 0xc00) || (offset >= 0xf10 && offset < 0xf30);
}

static uint32_t gicd_word_read(GicModel *m, unsigned cpu, uint32_t offset)
{
    static const uint8_t ids[12] = { 4, 0, 0, 0, 0x90, 0xb4, 0x2b, 0, 0x0d, 0xf0, 0x05, 0xb1 };
    uint32_t value = 0;

    if (offset >= 0x80 && offset < 0x400) {
        for (unsigned i = 0; i < 32; i++) {
            unsigned intid = offset % 0x80 * 8 + i;

            value |= (uint32_t)(intid < m->irqs &&
                                bit_field_read(model_irq(m, cpu, intid), offset)) << i;
        }
    } else if (offset >= 0xc00 && offset < 0xd00) {
        for (unsigned i = 0; i < 16; i++) {
            unsigned intid = (offset - 0xc00) * 4 + i;

            value |= (intid < m->irqs && model_irq(m, cpu, intid)->edge ? 2u : 0u) << (2 * i);
        }
    } else if (offset >= 0xfd0) {
        value = ids[(offset - 0xfd0) / 4];
    } else if (offset == 0) {
        value = m->ctlr;
    } else if (offset == 4) {
        value = (m->irqs / 32 - 1) | (m->cpus - 1) << 5;
    } else if (offset == 8) {
        value = 0x43b;
    }
    return value;
}

static void gicd_word_write(GicModel *m, unsigned cpu, uint32_t offset, uint32_t value)
{
    if (offset >= 0x80 && offset < 0x400) {
        for (unsigned i = 0; i < 32; i++) {
            unsigned intid = offset % 0x80 * 8 + i;

            if (intid < m->irqs) {
                bit_field_write(model_irq(m, cpu, intid), intid, offset, value >> i & 1);
            }
        }
    } else if (offset >= 0xc00 && offset < 0xd00) {
        for (unsigned i = 0; i < 16; i++) {
            unsigned intid = (offset - 0xc00) * 4 + i;

            if (intid >= 16 && intid < m->irqs) {
                model_irq(m, cpu, intid)->edge = value >> (2 * i + 1) & 1;
            }
        }
    } else if (offset == 0) {
        m->ctlr = value & 3;
    } else if (offset == 0xf00) {
        software_interrupt(m, cpu, value);
    }
}

/* ---- accesses ---- */

uint32_t model_read(GicModel *m, unsigned cpu, int region, uint32_t offset, unsigned size)
{
    uint32_t value = 0;

    if (region == MODEL_GICC) {
        return size == 4 ? gicc_read(m, cpu, offset) : 0;
    }
    if (!is_bytes(offset)) {
        return size == 4 ? gicd_word_read(m, cpu, offset) : 0;
    }
    for (unsigned i = 0; i < size; i++) {
        value |= (uint32_t)byte_field_read(m, cpu, offset + i) << (8 * i);
    }
    return value;
}

void model_write(GicModel *m, unsigned cpu, int region, uint32_t offset, unsigned size,
                 uint32_t value)
{
    if (region == MODEL_GICC && size == 4) {
        gicc_write(m, cpu, offset, value);
    } else if (region == MODEL_GICD && is_bytes(offset)) {
        for (unsigned i = 0; i < size; i++) {
            byte_field_write(m, cpu, offset + i, value >> (8 * i));
        }
    } else if (region == MODEL_GICD && size == 4) {
        gicd_word_write(m, cpu, offset, value);
    }
}
