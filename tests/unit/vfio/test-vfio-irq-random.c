/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random storms over eight interrupts of all kinds, compared after every event with a model that
 * is written from the table of states and remembers explicitly what the device computes.
 */
#include "qemu/osdep.h"
#include "hw/vfio/platform-internal.h"
#include "../hwcore/hwcore-harness.h"
#include "irq-rig.h"

enum { OPEN_ACCESSES = 4 };

typedef enum Kind { LEVEL, HINTED, EDGE, IRQCHIP } Kind;

/* @activation: number of the activation under way, 0 for none; @up: its line is. */
typedef struct ModelIRQ {
    Kind kind;
    bool waits, refire, up;
    uint64_t activation;
    unsigned rises, unmasks, pulses;
    hwaddr hint;
} ModelIRQ;

/* Which activations an access has seen when it began. */
typedef struct ModelAccess {
    bool open;
    VFIOAccess real;
    uint64_t seen[RIG_IRQS];
} ModelAccess;

typedef struct Model {
    ModelIRQ irq[RIG_IRQS];
    unsigned queue[RIG_IRQS], queued;
    ModelAccess access[OPEN_ACCESSES];
    bool fast, left_mapping, timer, due, idle;
    uint64_t activations;
} Model;

static uint32_t seed_now;

static uint32_t draw(uint32_t below)
{
    seed_now = seed_now * 1664525 + 1013904223;
    return (seed_now >> 8) % below;
}

/* ---- the model ---------------------------------------------------------------------------- */

static bool model_by_trap(const ModelIRQ *irq)
{
    return irq->kind == LEVEL || irq->kind == HINTED;
}

static bool model_unhinted_busy(const Model *m)
{
    for (int i = 0; i < RIG_IRQS; i++) {
        if (m->irq[i].kind == LEVEL && (m->irq[i].activation || m->irq[i].waits)) {
            return true;
        }
    }
    return false;
}

static bool model_busy(const Model *m)
{
    for (int i = 0; i < RIG_IRQS; i++) {
        if (model_by_trap(&m->irq[i]) && (m->irq[i].activation || m->irq[i].waits)) {
            return true;
        }
    }
    return false;
}

static void model_raise(ModelIRQ *irq)
{
    irq->up = true;
    irq->rises++;
}

static void model_activate(Model *m, ModelIRQ *irq)
{
    irq->activation = ++m->activations;
    if (irq->kind == IRQCHIP || m->left_mapping) {
        model_raise(irq);
    }
}

static void model_start(Model *m, unsigned n)
{
    ModelIRQ *irq = &m->irq[n];

    if (irq->kind == LEVEL && model_unhinted_busy(m)) {
        irq->waits = true;
        m->queue[m->queued++] = n;
    } else {
        model_activate(m, irq);
    }
}

static void model_fire(Model *m, unsigned n)
{
    ModelIRQ *irq = &m->irq[n];

    if (irq->kind == EDGE) {
        irq->pulses++;
    } else if (irq->activation || irq->waits) {
        irq->refire = true;
    } else {
        model_start(m, n);
        if (model_by_trap(irq) && irq->activation) {
            m->timer = true;
            if (m->fast) {
                m->fast = false;
                m->left_mapping = false;
            }
        }
    }
}

static void model_end(ModelIRQ *irq)
{
    irq->activation = 0;
    irq->up = false;
    irq->unmasks++;
}

static void model_access_begin(Model *m, ModelAccess *access)
{
    access->open = true;
    for (int i = 0; i < RIG_IRQS; i++) {
        access->seen[i] = m->irq[i].up && model_by_trap(&m->irq[i]) ? m->irq[i].activation : 0;
    }
}

static bool model_is_hint(const Model *m, const VFIOAccess *a, unsigned n)
{
    return m->irq[n].kind == HINTED && a->is_write && m->irq[n].hint == a->offset;
}

static void model_access_end(Model *m, ModelAccess *access)
{
    bool any_hint = false, ended = false;

    access->open = false;
    for (int i = 0; i < RIG_IRQS; i++) {
        any_hint |= model_is_hint(m, &access->real, i);
    }
    for (int i = 0; i < RIG_IRQS; i++) {
        ModelIRQ *irq = &m->irq[i];

        if (access->seen[i] && access->seen[i] == irq->activation &&
            (irq->kind == HINTED ? model_is_hint(m, &access->real, i) : !any_hint)) {
            model_end(irq);
            ended = true;
        }
    }
    if (!ended) {
        return;
    }
    for (int i = 0; i < RIG_IRQS; i++) {
        ModelIRQ *irq = &m->irq[i];

        if (irq->refire && model_by_trap(irq) && !irq->activation && !irq->waits) {
            irq->refire = false;
            model_start(m, i);
        }
    }
    bool active = false;
    for (int i = 0; i < RIG_IRQS; i++) {
        active |= m->irq[i].kind == LEVEL && m->irq[i].activation;
    }
    if (!active && m->queued) {
        ModelIRQ *irq = &m->irq[m->queue[0]];

        memmove(m->queue, m->queue + 1, --m->queued * sizeof(m->queue[0]));
        irq->waits = false;
        model_activate(m, irq);
    }
    m->idle |= m->due && !model_busy(m);
}

static void model_eoi(Model *m, unsigned n)
{
    ModelIRQ *irq = &m->irq[n];

    if (irq->kind != IRQCHIP || !irq->activation) {
        return;
    }
    model_end(irq);
    if (irq->refire) {
        irq->refire = false;
        model_start(m, n);
    }
}

static void model_fast(Model *m)
{
    if (!model_busy(m)) {
        m->fast = true;
        m->due = m->timer = m->idle = false;
        m->left_mapping = false;
    }
}

static void model_settled(Model *m)
{
    if (m->fast) {
        return;
    }
    m->left_mapping = true;
    for (int i = 0; i < RIG_IRQS; i++) {
        if (model_by_trap(&m->irq[i]) && m->irq[i].activation && !m->irq[i].up) {
            model_raise(&m->irq[i]);
        }
    }
}

static void model_reset(Model *m)
{
    for (int i = 0; i < RIG_IRQS; i++) {
        m->irq[i].waits = m->irq[i].refire = m->irq[i].up = false;
        m->irq[i].activation = 0;
    }
    m->queued = 0;
    model_fast(m);
}

/* ---- both ---------------------------------------------------------------------------------- */

static void compare(Rig *rig, const Model *m)
{
    for (int i = 0; i < RIG_IRQS; i++) {
        const ModelIRQ *irq = &m->irq[i];
        int state = irq->waits ? VFIO_IRQ_PENDING : irq->activation ? VFIO_IRQ_ACTIVE
                                                                    : VFIO_IRQ_INACTIVE;

        g_assert_cmpint(rig->intp[i].state, ==, state);
        g_assert_cmpint(rig->intp[i].refire, ==, irq->refire);
        g_assert_cmpint(rig->line[i], ==, irq->up);
        g_assert_cmpuint(rig->rises[i], ==, irq->rises);
        g_assert_cmpuint(rig->pulses[i], ==, irq->pulses);
        g_assert_cmpuint(rig->unmasks[i], ==, irq->unmasks);
    }
    g_assert_cmpint(rig->fast, ==, m->fast);
    g_assert_cmpint(rig->timer, ==, m->timer);
    g_assert_cmpint(rig->idle, ==, m->idle);
}

static void step_fire(Rig *rig, Model *m)
{
    unsigned n = draw(RIG_IRQS);

    model_fire(m, n);
    vfio_irq_fired(&rig->intp[n], 1 + draw(3));
}

static void step_access(Rig *rig, Model *m)
{
    ModelAccess *access = &m->access[draw(OPEN_ACCESSES)];

    if (!access->open) {
        access->real = rig_access_begin(rig, 4 * draw(8));
        access->real.is_write = draw(2);
        access->real.value = draw(2);
        model_access_begin(m, access);
        if (draw(2)) {
            return;
        }
    }
    model_access_end(m, access);
    rig_access_end(rig, &access->real);
}

static void step_time(Rig *rig, Model *m)
{
    if (m->timer) {
        m->timer = false;
        model_fast(m);
        m->due |= !m->fast;
        rig_timer(rig);
    }
}

static void step_idle(Rig *rig, Model *m)
{
    if (m->idle) {
        m->idle = false;
        if (m->due) {
            model_fast(m);
        }
        rig_idle(rig);
    }
}

static void step(Rig *rig, Model *m)
{
    unsigned n = draw(100);

    if (n < 35) {
        step_fire(rig, m);
    } else if (n < 70) {
        step_access(rig, m);
    } else if (n < 80) {
        n = draw(RIG_IRQS);
        model_eoi(m, n);
        vfio_irq_eoi(&rig->intp[n]);
    } else if (n < 86) {
        step_time(rig, m);
    } else if (n < 92) {
        step_idle(rig, m);
    } else if (n < 99) {
        model_settled(m);
        vfio_irq_settled(&rig->vdev, rig->epoch);
    } else if (draw(8) == 0) {
        model_reset(m);
        vfio_irq_reset(&rig->vdev);
    }
}

static void storm(uint32_t seed, unsigned events)
{
    static const Kind kinds[RIG_IRQS] = { LEVEL, LEVEL, LEVEL, HINTED, HINTED, EDGE, IRQCHIP,
                                          IRQCHIP };
    Model m = { .fast = true };
    Rig rig;

    g_test_message("seed %u", seed);
    seed_now = seed;
    rig_init(&rig, RIG_IRQS);
    rig.settle_later = true;
    for (int i = 0; i < RIG_IRQS; i++) {
        m.irq[i].kind = kinds[i];
        m.irq[i].hint = 4 * i;
        if (kinds[i] == HINTED) {
            g_autofree char *hint = g_strdup_printf("0:%d", 4 * i);

            rig_hint(&rig, i, hint);
        } else if (kinds[i] == EDGE) {
            rig_edge(&rig, i);
        } else if (kinds[i] == IRQCHIP) {
            rig_irqchip(&rig, i);
        }
    }
    for (unsigned i = 0; i < events; i++) {
        step(&rig, &m);
        compare(&rig, &m);
    }
    /* Nothing is stuck: accesses and completions empty it. */
    vfio_irq_settled(&rig.vdev, rig.epoch);
    for (int i = 0; i < 4 * RIG_IRQS; i++) {
        rig_read(&rig, 0x100);
        rig_write(&rig, 4 * (i % RIG_IRQS), 1);
        vfio_irq_eoi(&rig.intp[i % RIG_IRQS]);
    }
    for (int i = 0; i < RIG_IRQS; i++) {
        g_assert_cmpint(rig.intp[i].state, ==, VFIO_IRQ_INACTIVE);
        g_assert_cmpuint(rig.intp[i].counts.triggered, ==,
                         rig.intp[i].counts.coalesced + rig.intp[i].counts.injected +
                         rig.intp[i].counts.discarded);
    }
    rig_free(&rig);
}

static void test_storm(void)
{
    for (uint32_t seed = 1; seed <= 10; seed++) {
        storm(seed, 100000);
    }
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    g_test_add_func("/vfio/irq/storm/like-the-model", test_storm);
    return g_test_run();
}
