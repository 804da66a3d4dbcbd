/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GICv2 against a naive model: random lines, register accesses, acknowledges,
 * completions, resets and saved states; after each step the outputs and what
 * the access read are compared, now and then every register and every count of
 * completions. GIC_TEST_STEPS in the environment replaces the number of steps.
 */
#include "gicv2-harness.h"
#include "gicv2-model.h"

#define DEFAULT_STEPS 100000
#define FULL_COMPARE_EVERY 200
#define ACKNOWLEDGED_MAX 8

typedef struct Walk {
    GicHarness *h;
    GicModel m;
    GRand *rand;
    unsigned seed;
    unsigned step;
    /* What each CPU acknowledged and has not completed, last one last. */
    uint32_t acknowledged[MODEL_CPUS][ACKNOWLEDGED_MAX];
    unsigned depth[MODEL_CPUS];
    unsigned completions_seen;
} Walk;

typedef struct WalkConfig {
    const char *name;
    unsigned cpus;
    unsigned irqs;
    unsigned priority_bits;
} WalkConfig;

static unsigned below(Walk *w, unsigned n)
{
    return g_rand_int_range(w->rand, 0, n);
}

static G_NORETURN void differ(Walk *w, const char *what, unsigned cpu, uint32_t is, uint32_t wanted)
{
    g_error("seed %u step %u: %s of CPU %u is 0x%x, the model says 0x%x", w->seed, w->step, what,
            cpu, is, wanted);
}

static uint32_t both_read(Walk *w, unsigned cpu, int region, uint32_t offset, unsigned size)
{
    hwaddr base = region == MODEL_GICD ? GICD : GICC;
    uint32_t is = gic_read_size(cpu, base + offset, size);
    uint32_t wanted = model_read(&w->m, cpu, region, offset, size);

    if (is != wanted) {
        g_autofree char *what = g_strdup_printf("%s 0x%x (%u bytes)",
                                                region == MODEL_GICD ? "GICD" : "GICC", offset,
                                                size);

        differ(w, what, cpu, is, wanted);
    }
    return is;
}

static void both_write(Walk *w, unsigned cpu, int region, uint32_t offset, unsigned size,
                       uint32_t value)
{
    gic_write_size(cpu, (region == MODEL_GICD ? GICD : GICC) + offset, size, value);
    model_write(&w->m, cpu, region, offset, size, value);
}

static void outputs_compare(Walk *w)
{
    for (unsigned cpu = 0; cpu < w->m.cpus; cpu++) {
        bool irq = model_irq_output(&w->m, cpu);
        bool fiq = model_fiq_output(&w->m, cpu);

        if (w->h->irq[cpu].level != irq) {
            differ(w, "IRQ", cpu, w->h->irq[cpu].level, irq);
        }
        if (w->h->fiq[cpu].level != fiq) {
            differ(w, "FIQ", cpu, w->h->fiq[cpu].level, fiq);
        }
    }
}

static void completions_compare(Walk *w)
{
    unsigned seen = 0;

    for (unsigned cpu = 0; cpu < w->m.cpus; cpu++) {
        for (unsigned i = 0; i < w->m.irqs; i++) {
            unsigned is = gic_harness_eois(w->h, cpu, i);
            unsigned wanted = model_irq(&w->m, cpu, i)->completions;

            if (is != wanted) {
                g_autofree char *what = g_strdup_printf("completions of INTID %u", i);

                differ(w, what, cpu, is, wanted);
            }
            seen += is;
        }
    }
    w->completions_seen = seen;
}

/* Everything that can be read without an effect. */
static void full_compare(Walk *w)
{
    for (unsigned cpu = 0; cpu < w->m.cpus; cpu++) {
        for (uint32_t offset = 0; offset < 0x1000; offset += 4) {
            both_read(w, cpu, MODEL_GICD, offset, 4);
        }
        for (uint32_t offset = 0; offset < 0x100; offset += 4) {
            if (offset != 0x0c && offset != 0x20) {
                both_read(w, cpu, MODEL_GICC, offset, 4);
            }
        }
    }
    completions_compare(w);
}

/* ---- steps ---- */

static void step_line(Walk *w, unsigned cpu)
{
    unsigned intid = 16 + below(w, w->m.irqs - 16);
    bool level = below(w, 2);

    gic_harness_line(w->h, cpu, intid, level);
    model_line(&w->m, cpu, intid, level);
}

static void step_acknowledge(Walk *w, unsigned cpu)
{
    uint32_t value = both_read(w, cpu, MODEL_GICC, below(w, 4) ? 0x0c : 0x20, 4);

    if ((value & 0x3ff) < 1020) {
        if (w->depth[cpu] == ACKNOWLEDGED_MAX) {
            w->depth[cpu]--;
        }
        w->acknowledged[cpu][w->depth[cpu]++] = value;
    }
}

static void step_complete(Walk *w, unsigned cpu)
{
    uint32_t value = w->depth[cpu] ? w->acknowledged[cpu][--w->depth[cpu]] : below(w, 1024);

    both_write(w, cpu, MODEL_GICC, below(w, 4) ? 0x10 : 0x24, 4, value);
    if (below(w, 4)) {
        both_write(w, cpu, MODEL_GICC, 0x1000, 4, value);
    }
}

static void step_sgi(Walk *w, unsigned cpu)
{
    both_write(w, cpu, MODEL_GICD, 0xf00, 4,
               below(w, 4) << 24 | below(w, 256) << 16 | below(w, 2) << 15 | below(w, 16));
}

/* Registers that make a controller work, with values that mostly let it. */
static void step_configure(Walk *w, unsigned cpu)
{
    unsigned word = below(w, w->m.irqs / 32);
    uint32_t few = g_rand_int(w->rand) & g_rand_int(w->rand) & g_rand_int(w->rand);

    switch (below(w, 12)) {
    case 0: both_write(w, cpu, MODEL_GICD, 0x100 + word * 4, 4, g_rand_int(w->rand)); break;
    case 1: both_write(w, cpu, MODEL_GICD, 0x180 + word * 4, 4, few); break;
    case 2: both_write(w, cpu, MODEL_GICD, 0x200 + word * 4, 4, few); break;
    case 3: both_write(w, cpu, MODEL_GICD, 0x280 + word * 4, 4, few); break;
    case 4: both_write(w, cpu, MODEL_GICD, 0x300 + word * 4, 4, few & g_rand_int(w->rand)); break;
    case 5: both_write(w, cpu, MODEL_GICD, 0x380 + word * 4, 4, g_rand_int(w->rand)); break;
    case 6: both_write(w, cpu, MODEL_GICD, 0x400 + below(w, w->m.irqs), 1, below(w, 256)); break;
    case 7: both_write(w, cpu, MODEL_GICD, 0x800 + below(w, w->m.irqs), 1, below(w, 256)); break;
    case 8: both_write(w, cpu, MODEL_GICD, 0xc00 + word * 8 + below(w, 2) * 4, 4,
                       g_rand_int(w->rand)); break;
    case 9: both_write(w, cpu, MODEL_GICD, 0x080 + word * 4, 4, g_rand_int(w->rand)); break;
    case 10: both_write(w, cpu, MODEL_GICC, 0x04, 4, below(w, 8) ? 0xff : below(w, 256)); break;
    case 11: both_write(w, cpu, MODEL_GICD, 0x000, 4, below(w, 8) ? 3 : below(w, 4)); break;
    }
}

static void step_cpu_interface(Walk *w, unsigned cpu)
{
    switch (below(w, 5)) {
    case 0: both_write(w, cpu, MODEL_GICC, 0x00, 4,
                       g_rand_int(w->rand) | (below(w, 8) ? 3 : 0)); break;
    case 1: both_write(w, cpu, MODEL_GICC, 0x08, 4, g_rand_int(w->rand)); break;
    case 2: both_write(w, cpu, MODEL_GICC, 0x1c, 4, g_rand_int(w->rand)); break;
    case 3: both_write(w, cpu, MODEL_GICC, below(w, 2) * 16 + 0xd0 + below(w, 4) * 4, 4, 0); break;
    case 4:
        /* Active priorities that nothing will drop stay rare. */
        if (!below(w, 4)) {
            both_write(w, cpu, MODEL_GICC, below(w, 2) * 16 + 0xd0 + below(w, 4) * 4, 4,
                       1u << below(w, 32));
        }
        break;
    }
}

/* Any offset, any size, any value. */
static void step_anywhere(Walk *w, unsigned cpu)
{
    unsigned size = 1u << below(w, 3);
    int region = below(w, 8) ? MODEL_GICD : MODEL_GICC;
    uint32_t offset = below(w, region == MODEL_GICD ? 0x1000 : 0x2000) & ~(size - 1);

    if (region == MODEL_GICC && size != 4) {
        return; /* refused by the bus: reads are not the device's */
    }
    if (below(w, 2)) {
        both_read(w, cpu, region, offset, size);
    } else {
        both_write(w, cpu, region, offset, size, g_rand_int(w->rand) & g_rand_int(w->rand));
    }
}

static void walk_setup(Walk *w)
{
    for (unsigned cpu = 0; cpu < w->m.cpus; cpu++) {
        both_write(w, cpu, MODEL_GICC, 0x00, 4, 3 | below(w, 1024));
        both_write(w, cpu, MODEL_GICC, 0x04, 4, 0xff);
    }
    both_write(w, 0, MODEL_GICD, 0, 4, 3);
    for (unsigned i = 32; i < w->m.irqs; i++) {
        both_write(w, 0, MODEL_GICD, 0x400 + i, 1, below(w, 256));
        both_write(w, 0, MODEL_GICD, 0x800 + i, 1, below(w, 256));
    }
}

static void step_reset(Walk *w)
{
    device_cold_reset(w->h->dev);
    model_reset(&w->m);
    outputs_compare(w);
    full_compare(w);
    walk_setup(w);
}

/* Save, let a reset destroy everything, load: as if nothing had happened. */
static void step_save_and_load(Walk *w)
{
    g_autoptr(GByteArray) saved = gic_harness_save(w->h);
    GicModel before = w->m;

    device_cold_reset(w->h->dev);
    model_reset(&w->m);
    for (unsigned cpu = 0; cpu < before.cpus; cpu++) {
        for (unsigned i = 0; i < before.irqs; i++) {
            model_irq(&before, cpu, i)->completions = model_irq(&w->m, cpu, i)->completions;
        }
    }
    w->m = before;
    gic_harness_load(saved, &error_abort);
    outputs_compare(w);
    full_compare(w);
}

static void walk_step(Walk *w)
{
    unsigned cpu = below(w, w->m.cpus);
    unsigned kind = below(w, 1000);

    if (kind < 300) {
        step_line(w, cpu);
    } else if (kind < 500) {
        step_acknowledge(w, cpu);
    } else if (kind < 680) {
        step_complete(w, cpu);
    } else if (kind < 740) {
        step_sgi(w, cpu);
    } else if (kind < 920) {
        step_configure(w, cpu);
    } else if (kind < 970) {
        step_cpu_interface(w, cpu);
    } else if (kind < 998) {
        step_anywhere(w, cpu);
    } else if (!below(w, 4)) {
        step_reset(w);
    } else {
        step_save_and_load(w);
    }
}

static void test_walk(gconstpointer data)
{
    const WalkConfig *config = data;
    const char *steps_env = g_getenv("GIC_TEST_STEPS");
    unsigned steps = steps_env ? strtoul(steps_env, NULL, 0) : DEFAULT_STEPS;
    Walk *w = g_new0(Walk, 1);

    w->seed = 0x9c2 + config->cpus * 100 + config->priority_bits;
    w->rand = g_rand_new_with_seed(w->seed);
    w->h = gic_harness_new(config->cpus, config->irqs, config->priority_bits);
    model_init(&w->m, config->cpus, config->irqs, config->priority_bits);
    walk_setup(w);
    for (w->step = 0; w->step < steps; w->step++) {
        walk_step(w);
        outputs_compare(w);
        if (w->step % FULL_COMPARE_EVERY == 0) {
            full_compare(w);
        }
    }
    full_compare(w);
    g_test_message("seed %u: %u steps, %u completions", w->seed, steps, w->completions_seen);
    /* A walk that masks everything would prove nothing. */
    g_assert_cmpuint(w->completions_seen, >, steps / 100);
    gic_harness_free(w->h);
    g_rand_free(w->rand);
    g_free(w);
}

static const WalkConfig configs[] = {
    { "1-cpu", 1, 64, 8 },
    { "2-cpus-5-priority-bits", 2, 96, 5 },
    { "3-cpus-7-priority-bits", 3, 64, 7 },
    { "4-cpus-4-priority-bits", 4, 160, 4 },
    { "8-cpus", 8, 96, 8 },
};

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    for (unsigned i = 0; i < ARRAY_SIZE(configs); i++) {
        g_autofree char *path = g_strdup_printf("/gicv2/random/%s", configs[i].name);

        g_test_add_data_func(path, &configs[i], test_walk);
    }
    return g_test_run();
}
