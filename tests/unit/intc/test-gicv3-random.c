/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GICv3 against a naive model: random guests on 1 to 123 CPUs, comparing after each step what was
 * read, all outputs, and the count of completions; saved and loaded in between. GICV3_STEPS sets
 * the steps of each run.
 */
#include "gicv3-harness.h"
#include "gicv3-model.h"
#include "hw/resettable.h"

typedef struct Run {
    GICv3Bench *b;
    Model *m;
    GRand *rand;
    const char *what; /* the step */
    uint32_t seed;
    unsigned step;
    /* INTIDs that each CPU acknowledged, newest last. */
    GArray **stack;
} Run;

static unsigned pick(Run *r, unsigned n)
{
    return g_rand_int_range(r->rand, 0, n);
}

static bool one_in(Run *r, unsigned n)
{
    return pick(r, n) == 0;
}

static unsigned pick_cpu(Run *r)
{
    return pick(r, r->b->num_cpu);
}

/* Few interrupts, so that they meet. */
static unsigned pick_spi(Run *r)
{
    return 32 + (one_in(r, 8) ? pick(r, r->b->num_irq - 32) : pick(r, 12));
}

static uint64_t pick_word(Run *r)
{
    uint32_t a = g_rand_int(r->rand);

    switch (pick(r, 5)) {
    case 0:
        return a;
    case 1:
        return a & g_rand_int(r->rand) & g_rand_int(r->rand);
    case 2:
        return UINT32_MAX;
    case 3:
        return 0;
    default:
        return 1u << (a % 32);
    }
}

static G_NORETURN void differ(Run *r, const char *where, uint64_t got, uint64_t expected)
{
    g_error("seed %u, %u CPUs, step %u (%s): %s is 0x%" PRIx64 ", should be 0x%" PRIx64, r->seed,
            r->b->num_cpu, r->step, r->what, where, got, expected);
}

static void compare(Run *r, const char *where, uint64_t got, uint64_t expected)
{
    if (got != expected) {
        differ(r, where, got, expected);
    }
}

/* ---- steps ---- */

static void step_spi_line(Run *r)
{
    unsigned intid = pick_spi(r);
    bool level = one_in(r, 2);

    gicv3_spi_set(r->b, intid, level);
    model_line_set(r->m, -1, intid, level);
}

static void step_ppi_line(Run *r)
{
    unsigned cpu = pick_cpu(r);
    unsigned intid = 16 + pick(r, 16);
    bool level = one_in(r, 2);

    gicv3_ppi_set(r->b, cpu, intid, level);
    model_line_set(r->m, cpu, intid, level);
}

static void step_sgi_line(Run *r)
{
    gicv3_ppi_set(r->b, pick_cpu(r), pick(r, 16), one_in(r, 2)); /* leads nowhere */
}

static void step_sgi(Run *r)
{
    static const uint32_t encs[] = { ICC_SGI0R, ICC_SGI1R, ICC_ASGI1R };
    unsigned cpu = pick_cpu(r);
    unsigned which = one_in(r, 3) ? pick(r, 3) : 1;
    uint32_t aff = gicv3_bench_affinity(pick_cpu(r));
    uint64_t value = (uint64_t)pick(r, 16) << 24;

    if (one_in(r, 6)) {
        value |= 1ull << 40;
    } else {
        value |= (aff >> 8 & 0xff) << 16 | (uint64_t)(aff % 32 / 16 ^ one_in(r, 20)) << 44;
        value |= one_in(r, 2) ? 1u << aff % 16 : g_rand_int(r->rand) >> 16;
        if (one_in(r, 20)) {
            value |= (uint64_t)g_rand_int(r->rand) << 32;
        }
    }
    icc_write(r->b, cpu, encs[which], value);
    model_sgi(r->m, cpu, which == 1, value);
}

/* A CPU from a random place on for which @wanted is true, if there is one; sometimes any. */
static unsigned pick_cpu_that(Run *r, bool (*wanted)(Run *r, unsigned cpu))
{
    unsigned first = pick_cpu(r);

    for (unsigned i = 0; i < r->b->num_cpu && !one_in(r, 50); i++) {
        unsigned cpu = (first + i) % r->b->num_cpu;

        if (wanted(r, cpu)) {
            return cpu;
        }
    }
    return first;
}

static bool cpu_is_signalled(Run *r, unsigned cpu)
{
    return r->b->irq[cpu] || r->b->fiq[cpu];
}

static bool cpu_has_acknowledged(Run *r, unsigned cpu)
{
    return r->stack[cpu]->len > 0;
}

static void step_iar(Run *r)
{
    unsigned cpu = pick_cpu_that(r, cpu_is_signalled);
    unsigned group = one_in(r, 10) ? pick(r, 2) : !r->b->fiq[cpu];
    uint32_t intid = icc_read(r->b, cpu, group ? ICC_IAR1 : ICC_IAR0);

    compare(r, "IAR", intid, model_iar(r->m, cpu, group));
    if (intid < 1020) {
        g_array_append_val(r->stack[cpu], intid);
    }
}

static uint32_t pick_acknowledged(Run *r, unsigned cpu, bool pop)
{
    GArray *stack = r->stack[cpu];
    uint32_t intid;

    if (stack->len == 0 || one_in(r, 12)) {
        return one_in(r, 3) ? 1016 + pick(r, 8) : one_in(r, 4) ? g_rand_int(r->rand) & 0xffffff
                                                                : pick(r, r->b->num_irq);
    }
    intid = g_array_index(stack, uint32_t, stack->len - 1);
    if (pop) {
        g_array_set_size(stack, stack->len - 1);
    }
    return intid;
}

/* Group of the running priority. */
static unsigned running_group(Run *r, unsigned cpu)
{
    uint32_t ap0 = model_apr(r->m, cpu, 0);
    uint32_t ap1 = model_apr(r->m, cpu, 1);

    return (ap1 & -ap1) - 1 < (ap0 & -ap0) - 1;
}

static void step_eoir(Run *r)
{
    unsigned cpu = pick_cpu_that(r, cpu_has_acknowledged);
    uint32_t intid = pick_acknowledged(r, cpu, true);
    unsigned group = one_in(r, 20) ? pick(r, 2) : running_group(r, cpu);

    icc_write(r->b, cpu, group ? ICC_EOIR1 : ICC_EOIR0, intid);
    model_eoir(r->m, cpu, group, intid);
}

static void step_dir(Run *r)
{
    unsigned cpu = pick_cpu_that(r, cpu_has_acknowledged);
    uint32_t intid = pick_acknowledged(r, cpu, false);

    icc_write(r->b, cpu, ICC_DIR, intid);
    model_dir(r->m, cpu, intid);
}

static void step_icc_read(Run *r)
{
    unsigned cpu = pick_cpu(r);
    const ModelCPU *c = &r->m->cpu[cpu];

    compare(r, "HPPIR0", icc_read(r->b, cpu, ICC_HPPIR0), model_hppir(r->m, cpu, 0));
    compare(r, "HPPIR1", icc_read(r->b, cpu, ICC_HPPIR1), model_hppir(r->m, cpu, 1));
    compare(r, "RPR", icc_read(r->b, cpu, ICC_RPR), model_rpr(r->m, cpu));
    compare(r, "PMR", icc_read(r->b, cpu, ICC_PMR), c->pmr);
    compare(r, "BPR0", icc_read(r->b, cpu, ICC_BPR0), model_bpr(r->m, cpu, 0));
    compare(r, "BPR1", icc_read(r->b, cpu, ICC_BPR1), model_bpr(r->m, cpu, 1));
    compare(r, "AP0R0", icc_read(r->b, cpu, ICC_AP0R0), model_apr(r->m, cpu, 0));
    compare(r, "AP1R0", icc_read(r->b, cpu, ICC_AP1R0), model_apr(r->m, cpu, 1));
    compare(r, "IGRPEN0", icc_read(r->b, cpu, ICC_IGRPEN0), c->igrpen[0]);
    compare(r, "IGRPEN1", icc_read(r->b, cpu, ICC_IGRPEN1), c->igrpen[1]);
    compare(r, "CTLR", icc_read(r->b, cpu, ICC_CTLR), 0x48400 | c->cbpr | c->eoimode << 1);
}

static void step_icc_write(Run *r)
{
    unsigned cpu = pick_cpu(r);
    ModelCPU *c = &r->m->cpu[cpu];
    unsigned group = pick(r, 2);
    uint32_t value = g_rand_int(r->rand);

    switch (pick(r, 8)) {
    case 0:
    case 1:
        value = one_in(r, 3) ? value & 0xff : 0xff;
        icc_write(r->b, cpu, ICC_PMR, value);
        c->pmr = value & 0xf8;
        break;
    case 2:
        icc_write(r->b, cpu, group ? ICC_BPR1 : ICC_BPR0, value);
        model_bpr_write(r->m, cpu, group, value);
        break;
    case 3:
        icc_write(r->b, cpu, ICC_CTLR, value);
        c->cbpr = value & 1;
        c->eoimode = value >> 1 & 1;
        break;
    case 4:
        value = one_in(r, 2) ? 0 : 1u << (value % 32);
        icc_write(r->b, cpu, group ? ICC_AP1R0 : ICC_AP0R0, value);
        model_apr_write(r->m, cpu, group, value);
        break;
    default:
        value |= !one_in(r, 4);
        icc_write(r->b, cpu, group ? ICC_IGRPEN1 : ICC_IGRPEN0, value);
        c->igrpen[group] = value & 1;
    }
}

/* ---- MMIO ---- */

/* An offset that means something most of the time. */
static uint32_t pick_dist_offset(Run *r)
{
    unsigned intid = one_in(r, 10) ? pick(r, 1020) : pick_spi(r);

    switch (pick(r, 10)) {
    case 0:
        return one_in(r, 4) ? 0x0 : 4 * pick(r, 8);
    case 1:
    case 2:
        return 0x400 + (intid & ~3u);
    case 3:
        return 0xc00 + intid / 16 * 4;
    case 4:
    case 5:
        return 0x6000 + 8 * intid + 4 * pick(r, 2);
    case 6:
        return one_in(r, 2) ? 4 * pick(r, 0x4000) : 0xffd0 + 4 * pick(r, 12);
    default:
        return 0x80 * (1 + pick(r, 7)) + intid / 32 * 4;
    }
}

static uint32_t pick_redist_offset(Run *r)
{
    switch (pick(r, 8)) {
    case 0:
        return 4 * pick(r, 8);
    case 1:
        return 0x10400 + 4 * pick(r, 8);
    case 2:
        return 0x10c00 + 4 * pick(r, 2);
    case 3:
        return one_in(r, 2) ? 4 * pick(r, 0x8000) : 0xffd0 + 4 * pick(r, 12);
    default:
        return 0x10000 + 0x80 * (1 + pick(r, 7));
    }
}

/* Mostly the word at @offset; it becomes the start of what is accessed. */
static unsigned pick_size(Run *r, uint32_t *offset)
{
    unsigned size = one_in(r, 4) ? 1u << pick(r, 4) : 4;

    if (size == 1) {
        *offset += pick(r, 4);
    }
    *offset &= ~(size - 1);
    return size;
}

/* Values of registers that would end all traffic are rare. */
static uint64_t pick_dist_value(Run *r, uint32_t offset, unsigned size)
{
    uint64_t value = pick_word(r);

    if (offset == 0) {
        return one_in(r, 3) ? value : 3;
    }
    if (offset >= 0x6000 && offset < 0x8000) {
        if (offset % 8 == 0 && !one_in(r, 8)) {
            value = one_in(r, 4) ? 1u << 31 : gicv3_bench_affinity(pick_cpu(r));
        }
        if (size == 8 && one_in(r, 20)) {
            value |= (uint64_t)g_rand_int(r->rand) << 32;
        }
        return size == 4 && offset % 8 && !one_in(r, 8) ? 0 : value;
    }
    return value;
}

static void step_dist_write(Run *r)
{
    uint32_t offset = pick_dist_offset(r);
    unsigned size = pick_size(r, &offset);
    uint64_t value = pick_dist_value(r, offset, size);

    if (size < 8) {
        value &= (1ull << (8 * size)) - 1;
    }
    gicd_write(r->b, offset, value, size);
    model_dist_write(r->m, offset, value, size);
}

static void step_dist_read(Run *r)
{
    uint32_t offset = pick_dist_offset(r);
    unsigned size = pick_size(r, &offset);
    g_autofree char *where = g_strdup_printf("GICD offset 0x%x size %u", offset, size);

    compare(r, where, gicd_read(r->b, offset, size), model_dist_read(r->m, offset, size));
}

static void step_redist_write(Run *r)
{
    unsigned cpu = pick_cpu(r);
    uint32_t offset = pick_redist_offset(r);
    unsigned size = pick_size(r, &offset);
    uint64_t value = pick_word(r);

    if (offset == 0x14 && !one_in(r, 4)) {
        value = 0;
    }
    if (size < 8) {
        value &= (1ull << (8 * size)) - 1;
    }
    gicr_write(r->b, cpu, offset, value, size);
    model_redist_write(r->m, cpu, offset, value, size);
}

static void step_redist_read(Run *r)
{
    unsigned cpu = pick_cpu(r);
    uint32_t offset = pick_redist_offset(r);
    unsigned size = pick_size(r, &offset);
    g_autofree char *where = g_strdup_printf("GICR offset 0x%x size %u", offset, size);

    compare(r, where, gicr_read(r->b, cpu, offset, size),
            model_redist_read(r->m, cpu, offset, size));
}

/* ---- rare steps ---- */

static void open_both(Run *r)
{
    gicv3_bench_open(r->b);
    model_dist_write(r->m, 0, 3, 4);
    for (unsigned cpu = 0; cpu < r->b->num_cpu; cpu++) {
        ModelCPU *c = &r->m->cpu[cpu];

        model_redist_write(r->m, cpu, 0x14, 0, 4);
        c->pmr = 0xf8;
        c->igrpen[0] = true;
        c->igrpen[1] = true;
    }
}

static void write_both(Run *r, uint32_t offset, uint64_t value, unsigned size)
{
    gicd_write(r->b, offset, value, size);
    model_dist_write(r->m, offset, value, size);
}

/* The busy SPIs as an operating system has them: enabled, routed, all priorities, not active. */
static void spis_revive(Run *r)
{
    write_both(r, 0x0, 3, 4);
    write_both(r, 0x384, UINT32_MAX, 4);
    write_both(r, 0x104, UINT32_MAX, 4);
    write_both(r, 0x84, pick_word(r) | g_rand_int(r->rand), 4);
    for (unsigned intid = 32; intid < 44; intid++) {
        write_both(r, 0x400 + intid, g_rand_int(r->rand) & 0xff, 1);
        write_both(r, 0x6000 + 8 * intid,
                   one_in(r, 4) ? 1u << 31 : gicv3_bench_affinity(pick_cpu(r)), 8);
    }
}

static void cpu_revive(Run *r, unsigned cpu)
{
    static const struct {
        uint32_t offset, value;
    } writes[] = { { 0x14, 0 }, { 0x0, 0 }, { 0x10380, UINT32_MAX }, { 0x10100, UINT32_MAX } };
    ModelCPU *c = &r->m->cpu[cpu];

    for (unsigned i = 0; i < G_N_ELEMENTS(writes); i++) {
        gicr_writel(r->b, cpu, writes[i].offset, writes[i].value);
        model_redist_write(r->m, cpu, writes[i].offset, writes[i].value, 4);
    }
    for (unsigned group = 0; group < 2; group++) {
        icc_write(r->b, cpu, group ? ICC_AP1R0 : ICC_AP0R0, 0);
        icc_write(r->b, cpu, group ? ICC_IGRPEN1 : ICC_IGRPEN0, 1);
        model_apr_write(r->m, cpu, group, 0);
        c->igrpen[group] = true;
    }
    icc_write(r->b, cpu, ICC_PMR, 0xf8);
    c->pmr = 0xf8;
    g_array_set_size(r->stack[cpu], 0);
}

static void step_revive(Run *r)
{
    if (one_in(r, 3)) {
        spis_revive(r);
    }
    cpu_revive(r, pick_cpu(r));
}

static void step_reset(Run *r)
{
    resettable_reset(OBJECT(r->b->dev), RESET_TYPE_COLD);
    model_reset(r->m);
    for (unsigned cpu = 0; cpu < r->b->num_cpu; cpu++) {
        g_array_set_size(r->stack[cpu], 0);
    }
    open_both(r);
}

static void step_cpu_reset(Run *r)
{
    unsigned cpu = pick_cpu(r);

    cpu_reset(CPU(r->b->cpu[cpu]));
    model_cpu_interface_reset(r->m, cpu);
}

/* What happens between save and load must be forgotten; completions of it are not. */
static void step_save_and_load(Run *r)
{
    g_autoptr(GByteArray) state = gicv3_bench_save(r->b);
    g_autoptr(GByteArray) again = NULL;
    unsigned completions = r->b->completions;

    if (one_in(r, 2)) {
        gicd_writel(r->b, 0x0, pick(r, 4));
        gicv3_spi_set(r->b, pick_spi(r), 1);
        icc_read(r->b, pick_cpu(r), ICC_IAR1);
        icc_write(r->b, pick_cpu(r), ICC_PMR, 0);
    }
    g_assert_true(gicv3_bench_load(r->b, state));
    again = gicv3_bench_save(r->b);
    g_assert_cmpmem(state->data, state->len, again->data, again->len);
    g_assert_cmpuint(r->b->completions, ==, completions);
}

static const struct {
    const char *name;
    void (*step)(Run *r);
    unsigned weight;
} steps[] = {
    { "SPI line", step_spi_line, 250 },       { "PPI line", step_ppi_line, 80 },
    { "SGI line", step_sgi_line, 2 },         { "SGI", step_sgi, 60 },
    { "IAR", step_iar, 200 },                 { "EOIR", step_eoir, 170 },
    { "DIR", step_dir, 40 },                  { "ICC read", step_icc_read, 30 },
    { "ICC write", step_icc_write, 40 },      { "GICD write", step_dist_write, 80 },
    { "GICD read", step_dist_read, 40 },      { "GICR write", step_redist_write, 40 },
    { "GICR read", step_redist_read, 25 },    { "save and load", step_save_and_load, 1 },
    { "reset", step_reset, 1 },               { "CPU reset", step_cpu_reset, 1 },
    { "revival", step_revive, 20 },
};

static void step_one(Run *r)
{
    unsigned total = 0;
    unsigned at;

    for (unsigned i = 0; i < G_N_ELEMENTS(steps); i++) {
        total += steps[i].weight;
    }
    at = pick(r, total);
    for (unsigned i = 0; i < G_N_ELEMENTS(steps); i++) {
        if (at < steps[i].weight) {
            r->what = steps[i].name;
            steps[i].step(r);
            return;
        }
        at -= steps[i].weight;
    }
}

/* ---- a run ---- */

static void compare_outputs(Run *r)
{
    ModelSignal signals[MODEL_MAX_CPU];

    model_signals(r->m, signals);
    for (unsigned cpu = 0; cpu < r->b->num_cpu; cpu++) {
        compare(r, "IRQ", r->b->irq[cpu], signals[cpu] == MODEL_IRQ);
        compare(r, "FIQ", r->b->fiq[cpu], signals[cpu] == MODEL_FIQ);
    }
    compare(r, "count of completions", r->b->completions, r->m->all_completions);
}

static void compare_completions(Run *r)
{
    for (unsigned i = 0; i < r->b->num_inputs; i++) {
        compare(r, "completions of an input", r->b->inputs[i].completions, r->m->completions[i]);
    }
}

static void run(unsigned num_cpu, unsigned num_irq, uint32_t seed, unsigned n)
{
    Run r = {
        .b = gicv3_bench_new(num_cpu, num_irq),
        .m = model_new(num_cpu, num_irq, gicv3_bench_affinity),
        .rand = g_rand_new_with_seed(seed),
        .seed = seed,
        .stack = g_new(GArray *, num_cpu),
    };

    for (unsigned cpu = 0; cpu < num_cpu; cpu++) {
        r.stack[cpu] = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    }
    open_both(&r);
    for (r.step = 0; r.step < n; r.step++) {
        step_one(&r);
        compare_outputs(&r);
    }
    compare_completions(&r);
    g_test_message("%u CPUs, seed %u: %u steps, %u completions, outputs set %u times", num_cpu,
                   seed, n, r.b->completions, r.b->output_sets);
    g_assert_cmpuint(r.b->completions, >, n / 40);
    for (unsigned cpu = 0; cpu < num_cpu; cpu++) {
        g_array_unref(r.stack[cpu]);
    }
    g_free(r.stack);
    g_rand_free(r.rand);
    model_free(r.m);
    gicv3_bench_free(r.b);
}

static unsigned steps_of_run(unsigned by_default)
{
    const char *text = g_getenv("GICV3_STEPS");

    return text ? strtoul(text, NULL, 0) : by_default;
}

static void test_cpus(gconstpointer data)
{
    unsigned num_cpu = GPOINTER_TO_UINT(data);

    for (uint32_t seed = 1; seed <= 4; seed++) {
        run(num_cpu, seed == 4 ? 288 : 96, seed, steps_of_run(25000));
    }
}

static void test_most_cpus(void)
{
    run(123, 288, 5, steps_of_run(4000));
}

int main(int argc, char **argv)
{
    arm_harness_init(&argc, &argv);
    g_test_add_data_func("/gicv3/random/1-cpu", GUINT_TO_POINTER(1), test_cpus);
    g_test_add_data_func("/gicv3/random/4-cpus", GUINT_TO_POINTER(4), test_cpus);
    g_test_add_data_func("/gicv3/random/8-cpus", GUINT_TO_POINTER(8), test_cpus);
    g_test_add_data_func("/gicv3/random/17-cpus", GUINT_TO_POINTER(17), test_cpus);
    g_test_add_func("/gicv3/random/123-cpus", test_most_cpus);
    return g_test_run();
}
