/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A guest made of fuzzer bytes, eight per step, on a GICv3 with three CPUs: accesses to the
 * distributor, redistributors and ICC_* registers, lines, saved state. Checked against the naive
 * model after each step (tests/unit/intc/gicv3-model.h).
 */
#include "../unit/intc/gicv3-harness.h"
#include "../unit/intc/gicv3-model.h"
#include "hw/resettable.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NUM_CPU 3
#define NUM_IRQ 96
/* Longer inputs add time, not new states. */
#define STEPS_MAX 300

static GICv3Bench *b;
static Model *m;

typedef struct Step {
    unsigned op;
    unsigned cpu;
    unsigned size;
    uint32_t offset;
    uint64_t value;
} Step;

static void compare(const Step *s, uint64_t got, uint64_t expected)
{
    if (got != expected) {
        g_error("op %u CPU %u offset 0x%x size %u value 0x%" PRIx64 ": got 0x%" PRIx64
                ", expected 0x%" PRIx64, s->op, s->cpu, s->offset, s->size, s->value, got,
                expected);
    }
}

static void step_icc_write(const Step *s)
{
    ModelCPU *c = &m->cpu[s->cpu];
    unsigned group = s->size & 1;

    switch (s->offset % 9) {
    case 0:
        icc_write(b, s->cpu, ICC_PMR, s->value);
        c->pmr = s->value & 0xf8;
        break;
    case 1:
        icc_write(b, s->cpu, group ? ICC_BPR1 : ICC_BPR0, s->value);
        model_bpr_write(m, s->cpu, group, s->value);
        break;
    case 2:
        icc_write(b, s->cpu, ICC_CTLR, s->value);
        c->cbpr = s->value & 1;
        c->eoimode = s->value >> 1 & 1;
        break;
    case 3:
        icc_write(b, s->cpu, group ? ICC_AP1R0 : ICC_AP0R0, s->value);
        model_apr_write(m, s->cpu, group, s->value);
        break;
    case 4:
        icc_write(b, s->cpu, group ? ICC_IGRPEN1 : ICC_IGRPEN0, s->value);
        c->igrpen[group] = s->value & 1;
        break;
    case 5:
        icc_write(b, s->cpu, group ? ICC_EOIR1 : ICC_EOIR0, s->value & 0x7f);
        model_eoir(m, s->cpu, group, s->value & 0x7f);
        break;
    case 6:
        icc_write(b, s->cpu, ICC_DIR, s->value);
        model_dir(m, s->cpu, s->value & 0xffffff);
        break;
    case 7:
        icc_write(b, s->cpu, ICC_SGI1R, s->value & ~0xffffull << 44);
        model_sgi(m, s->cpu, true, s->value & ~0xffffull << 44);
        break;
    default:
        icc_write(b, s->cpu, ICC_SGI0R, s->value);
        model_sgi(m, s->cpu, false, s->value);
    }
}

static void step_icc_read(const Step *s)
{
    unsigned group = s->size & 1;

    compare(s, icc_read(b, s->cpu, group ? ICC_HPPIR1 : ICC_HPPIR0),
            model_hppir(m, s->cpu, group));
    compare(s, icc_read(b, s->cpu, group ? ICC_BPR1 : ICC_BPR0), model_bpr(m, s->cpu, group));
    compare(s, icc_read(b, s->cpu, ICC_RPR), model_rpr(m, s->cpu));
    compare(s, icc_read(b, s->cpu, group ? ICC_IAR1 : ICC_IAR0), model_iar(m, s->cpu, group));
    compare(s, icc_read(b, s->cpu, group ? ICC_AP1R0 : ICC_AP0R0), model_apr(m, s->cpu, group));
}

static void step_save_and_load(void)
{
    g_autoptr(GByteArray) state = gicv3_bench_save(b);

    gicd_writel(b, 0x0, 0);
    gicd_writel(b, 0x204, UINT32_MAX);
    g_assert_true(gicv3_bench_load(b, state));
}

static void step_run(const Step *s)
{
    switch (s->op % 8) {
    case 0:
        gicd_write(b, s->offset & 0xffff, s->value, s->size);
        model_dist_write(m, s->offset & 0xffff, s->value, s->size);
        break;
    case 1:
        compare(s, gicd_read(b, s->offset & 0xffff, s->size),
                model_dist_read(m, s->offset & 0xffff, s->size));
        break;
    case 2:
        gicr_write(b, s->cpu, s->offset, s->value, s->size);
        model_redist_write(m, s->cpu, s->offset, s->value, s->size);
        break;
    case 3:
        compare(s, gicr_read(b, s->cpu, s->offset, s->size),
                model_redist_read(m, s->cpu, s->offset, s->size));
        break;
    case 4:
        gicv3_spi_set(b, 32 + s->offset % (NUM_IRQ - 32), s->value & 1);
        model_line_set(m, -1, 32 + s->offset % (NUM_IRQ - 32), s->value & 1);
        gicv3_ppi_set(b, s->cpu, 16 + s->offset % 16, s->value >> 1 & 1);
        model_line_set(m, s->cpu, 16 + s->offset % 16, s->value >> 1 & 1);
        break;
    case 5:
        step_icc_write(s);
        break;
    case 6:
        step_icc_read(s);
        break;
    default:
        step_save_and_load();
    }
}

/* op and CPU, size and bit 16 of the offset, two bytes of the offset, four of the value. */
static Step step_decode(const uint8_t *data)
{
    Step s = {
        .op = data[0] & 7,
        .cpu = (data[0] >> 3) % NUM_CPU,
        .size = 1u << (data[1] & 3),
        .offset = lduw_le_p(data + 2) | (uint32_t)(data[1] >> 2 & 1) << 16,
        .value = ldl_le_p(data + 4),
    };

    s.value |= s.value << 32;
    if (s.size < 8) {
        s.value &= s.op == 0 || s.op == 2 ? (1ull << (8 * s.size)) - 1 : UINT64_MAX;
    }
    s.offset &= ~(s.size - 1);
    return s;
}

static void outputs_compare(const Step *s)
{
    ModelSignal signals[MODEL_MAX_CPU];

    model_signals(m, signals);
    for (unsigned cpu = 0; cpu < NUM_CPU; cpu++) {
        compare(s, b->irq[cpu], signals[cpu] == MODEL_IRQ);
        compare(s, b->fiq[cpu], signals[cpu] == MODEL_FIQ);
    }
    compare(s, b->completions, m->all_completions);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static char name[] = "fuzz-gicv3";
    static char *own_argv[] = { name, NULL };
    char **args = own_argv;
    int n = 1;

    arm_harness_init(&n, &args);
    b = gicv3_bench_new(NUM_CPU, NUM_IRQ);
    m = model_new(NUM_CPU, NUM_IRQ, gicv3_bench_affinity);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    resettable_reset(OBJECT(b->dev), RESET_TYPE_COLD);
    model_reset(m);
    for (unsigned i = 0; i < MIN(size / 8, STEPS_MAX); i++) {
        Step s = step_decode(data + 8 * i);

        step_run(&s);
        outputs_compare(&s);
    }
    return 0;
}
