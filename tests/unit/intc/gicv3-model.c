/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The naive GICv3; see gicv3-model.h.
 */
#include "gicv3-model.h"

#define NOBODY UINT32_MAX
#define SPURIOUS 1023
#define IDLE 0xff

/* ---- creation and reset ---- */

void model_cpu_interface_reset(Model *m, unsigned cpu)
{
    ModelCPU *c = &m->cpu[cpu];

    c->pmr = 0;
    c->bpr[0] = 2;
    c->bpr[1] = 3;
    c->cbpr = false;
    c->eoimode = false;
    for (unsigned g = 0; g < 2; g++) {
        c->igrpen[g] = false;
        for (unsigned i = 0; i < 32; i++) {
            c->ap[g][i] = false;
        }
    }
}

static void model_complete(Model *m, unsigned cpu, unsigned intid)
{
    unsigned input = intid >= 32 ? intid - 32 : m->num_irq - 32 + 32 * cpu + intid;

    if (intid >= 16) { /* an SGI has no wire that somebody could listen at */
        m->completions[input]++;
        m->all_completions++;
    }
}

static ModelInt *model_int(Model *m, unsigned cpu, unsigned intid)
{
    return intid < 32 ? &m->cpu[cpu].private[intid] : &m->spi[intid];
}

void model_deactivate(Model *m, unsigned cpu, unsigned intid)
{
    ModelInt *i = model_int(m, cpu, intid);

    if (i->active) {
        i->active = false;
        model_complete(m, cpu, intid);
    }
}

void model_reset(Model *m)
{
    for (unsigned intid = 32; intid < m->num_irq; intid++) {
        model_deactivate(m, 0, intid);
        m->spi[intid] = (ModelInt){ 0 };
    }
    m->group_enabled[0] = false;
    m->group_enabled[1] = false;
    m->statusr = 0;
    for (unsigned cpu = 0; cpu < m->num_cpu; cpu++) {
        ModelCPU *c = &m->cpu[cpu];

        for (unsigned intid = 0; intid < 32; intid++) {
            model_deactivate(m, cpu, intid);
            c->private[intid] = (ModelInt){ .edge = intid < 16 };
        }
        c->asleep = true;
        c->dpg[0] = false;
        c->dpg[1] = false;
        c->statusr = 0;
        model_cpu_interface_reset(m, cpu);
    }
}

Model *model_new(unsigned num_cpu, unsigned num_irq, uint32_t (*affinity)(unsigned cpu))
{
    Model *m = g_new0(Model, 1);

    m->num_cpu = num_cpu;
    m->num_irq = num_irq;
    m->completions = g_new0(unsigned, num_irq - 32 + 32 * num_cpu);
    for (unsigned cpu = 0; cpu < num_cpu; cpu++) {
        m->cpu[cpu].affinity = affinity(cpu);
    }
    model_reset(m);
    return m;
}

void model_free(Model *m)
{
    g_free(m->completions);
    g_free(m);
}

/* ---- who gets what ---- */

static bool model_is_pending(const ModelInt *i)
{
    return i->latch || (i->line && !i->edge);
}

static uint32_t model_spi_target(const Model *m, unsigned intid)
{
    const ModelInt *i = &m->spi[intid];
    uint32_t affinity = (i->router & 0xffffff) | (i->router >> 32 & 0xff) << 24;
    unsigned willing[MODEL_MAX_CPU];
    unsigned n = 0;

    for (unsigned cpu = 0; cpu < m->num_cpu; cpu++) {
        const ModelCPU *c = &m->cpu[cpu];

        if (i->router >> 31 & 1) {
            if (!c->asleep && c->igrpen[i->group1] && !c->dpg[i->group1]) {
                willing[n++] = cpu;
            }
        } else if (c->affinity == affinity) {
            return cpu;
        }
    }
    return n ? willing[intid % n] : NOBODY;
}

static bool model_is_candidate(const Model *m, unsigned cpu, const ModelInt *i)
{
    return model_is_pending(i) && i->enabled && !i->active && m->group_enabled[i->group1] &&
           m->cpu[cpu].igrpen[i->group1];
}

/* Highest priority pending interrupt of each CPU: INTIDs, SPURIOUS for none. */
static void model_best_all(const Model *m, uint32_t *best)
{
    for (unsigned cpu = 0; cpu < m->num_cpu; cpu++) {
        const ModelCPU *c = &m->cpu[cpu];

        best[cpu] = SPURIOUS;
        for (unsigned intid = 0; intid < 32; intid++) {
            if (model_is_candidate(m, cpu, &c->private[intid]) &&
                (best[cpu] == SPURIOUS || c->private[intid].prio < c->private[best[cpu]].prio)) {
                best[cpu] = intid;
            }
        }
    }
    for (unsigned intid = 32; intid < m->num_irq; intid++) {
        uint32_t cpu;

        if (!model_is_pending(&m->spi[intid]) || !m->spi[intid].enabled) {
            continue;
        }
        cpu = model_spi_target(m, intid);
        if (cpu != NOBODY && model_is_candidate(m, cpu, &m->spi[intid]) &&
            (best[cpu] == SPURIOUS ||
             m->spi[intid].prio < model_int((Model *)m, cpu, best[cpu])->prio)) {
            best[cpu] = intid;
        }
    }
}

static uint32_t model_best(const Model *m, unsigned cpu)
{
    uint32_t best[MODEL_MAX_CPU];

    model_best_all(m, best);
    return best[cpu];
}

uint32_t model_rpr(Model *m, unsigned cpu)
{
    for (unsigned i = 0; i < 32; i++) {
        if (m->cpu[cpu].ap[0][i] || m->cpu[cpu].ap[1][i]) {
            return i * 8;
        }
    }
    return IDLE;
}

/* Table of 4.8.2: how many low bits are subpriority. */
static uint8_t model_group_priority(const ModelCPU *c, const ModelInt *i)
{
    unsigned low_bits = i->group1 && !c->cbpr ? c->bpr[1] : c->bpr[0] + 1u;

    for (unsigned bit = 0; bit < low_bits; bit++) {
        if (i->prio & (1u << bit)) {
            return i->prio >> low_bits << low_bits;
        }
    }
    return i->prio;
}

static bool model_is_signalled(Model *m, unsigned cpu, uint32_t intid)
{
    ModelCPU *c = &m->cpu[cpu];
    ModelInt *i;

    if (intid == SPURIOUS) {
        return false;
    }
    i = model_int(m, cpu, intid);
    return i->prio < c->pmr && model_group_priority(c, i) < model_rpr(m, cpu);
}

void model_signals(Model *m, ModelSignal *signals)
{
    uint32_t best[MODEL_MAX_CPU];

    model_best_all(m, best);
    for (unsigned cpu = 0; cpu < m->num_cpu; cpu++) {
        signals[cpu] = MODEL_NOTHING;
        if (model_is_signalled(m, cpu, best[cpu])) {
            signals[cpu] = model_int(m, cpu, best[cpu])->group1 ? MODEL_IRQ : MODEL_FIQ;
        }
    }
}

/* ---- CPU interface ---- */

uint32_t model_iar(Model *m, unsigned cpu, unsigned group)
{
    ModelCPU *c = &m->cpu[cpu];
    uint32_t intid = model_best(m, cpu);
    ModelInt *i;

    if (!model_is_signalled(m, cpu, intid) || model_int(m, cpu, intid)->group1 != group) {
        return SPURIOUS;
    }
    i = model_int(m, cpu, intid);
    c->ap[group][model_group_priority(c, i) / 8] = true;
    i->latch = false;
    i->active = true;
    return intid;
}

uint32_t model_hppir(Model *m, unsigned cpu, unsigned group)
{
    uint32_t intid = model_best(m, cpu);

    return intid != SPURIOUS && model_int(m, cpu, intid)->group1 == group ? intid : SPURIOUS;
}

void model_eoir(Model *m, unsigned cpu, unsigned group, uint32_t intid)
{
    ModelCPU *c = &m->cpu[cpu];

    if (intid >= m->num_irq) {
        return;
    }
    for (unsigned i = 0; i < 32; i++) {
        if (c->ap[group][i]) {
            c->ap[group][i] = false;
            if (!c->eoimode) {
                model_deactivate(m, cpu, intid);
            }
            return;
        }
        if (c->ap[!group][i]) {
            return; /* the other group is running */
        }
    }
}

void model_dir(Model *m, unsigned cpu, uint32_t intid)
{
    if (intid < m->num_irq && m->cpu[cpu].eoimode) {
        model_deactivate(m, cpu, intid);
    }
}

uint32_t model_bpr(Model *m, unsigned cpu, unsigned group)
{
    const ModelCPU *c = &m->cpu[cpu];

    if (group == 1 && c->cbpr) {
        return c->bpr[0] == 7 ? 7 : c->bpr[0] + 1;
    }
    return c->bpr[group];
}

void model_bpr_write(Model *m, unsigned cpu, unsigned group, uint32_t value)
{
    unsigned least = group ? 3 : 2;

    if (group == 1 && m->cpu[cpu].cbpr) {
        return;
    }
    value &= 7;
    m->cpu[cpu].bpr[group] = value < least ? least : value;
}

uint32_t model_apr(Model *m, unsigned cpu, unsigned group)
{
    uint32_t value = 0;

    for (unsigned i = 0; i < 32; i++) {
        value |= (uint32_t)m->cpu[cpu].ap[group][i] << i;
    }
    return value;
}

void model_apr_write(Model *m, unsigned cpu, unsigned group, uint32_t value)
{
    for (unsigned i = 0; i < 32; i++) {
        m->cpu[cpu].ap[group][i] = value >> i & 1;
    }
}

static bool model_sgi_goes_to(const ModelCPU *c, uint64_t value)
{
    unsigned aff0 = c->affinity & 0xff;

    return (c->affinity >> 8 & 0xff) == (value >> 16 & 0xff) &&
           (c->affinity >> 16 & 0xff) == (value >> 32 & 0xff) &&
           (c->affinity >> 24 & 0xff) == (value >> 48 & 0xff) &&
           aff0 / 16 == (value >> 44 & 0xf) && (value >> (aff0 % 16) & 1);
}

void model_sgi(Model *m, unsigned cpu, bool may_send_group1, uint64_t value)
{
    unsigned intid = value >> 24 & 0xf;

    for (unsigned to = 0; to < m->num_cpu; to++) {
        ModelInt *i = &m->cpu[to].private[intid];

        if ((value >> 40 & 1) ? to != cpu : model_sgi_goes_to(&m->cpu[to], value)) {
            i->latch = i->latch || !i->group1 || may_send_group1;
        }
    }
}

/* ---- lines ---- */

void model_line_set(Model *m, int cpu, unsigned intid, bool level)
{
    ModelInt *i = model_int(m, cpu, intid);

    if (level && !i->line && i->edge) {
        i->latch = true;
    }
    i->line = level;
}
