/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GICv3, the part that every implementation shares: properties, the CPUs and their redistributors'
 * places, inputs and outputs, reset values (IHI 0069, chapter 12), numbers of inputs and the device
 * tree node. The properties that would ask for security or LPIs are refused.
 */
#include "qemu/osdep.h"
#include <libfdt.h>
#include "hw/fdt-node-writer.h"
#include "hw/intc/arm_gicv3_common.h"
#include "hw/qdev-properties.h"
#include "qapi/error.h"
#include "qemu/lockable.h"
#include "qemu/module.h"
#include "arm_gicv3-internal.h"
#include "gic-input-internal.h"

/* ---- CPUs ---- */

GICv3CPUState *gicv3_cpu_by_affinity(GICv3State *s, uint32_t aff)
{
    for (unsigned i = 0; i < s->num_cpu; i++) {
        if (gicv3_cpu_affinity(&s->cpu[i]) == aff) {
            return &s->cpu[i];
        }
    }
    return NULL;
}

/* MPIDR_EL1 has Aff3 in bits 39:32, GICR_TYPER has the four levels one after the other. */
static uint32_t affinity_pack(uint64_t mp_affinity)
{
    return extract64(mp_affinity, 32, 8) << 24 | extract64(mp_affinity, 0, 24);
}

/* Its CPU, which must exist already, and GICR_TYPER. */
static bool cpu_state_init(GICv3State *s, unsigned index, Error **errp)
{
    GICv3CPUState *cs = &s->cpu[index];
    CPUState *cpu = qemu_get_cpu(index);
    uint64_t affinity;
    Error *err = NULL;

    cs->gic = s;
    cs->index = index;
    if (!cpu) {
        error_setg(errp, "%s: num-cpu is %u, but there is no CPU %u",
                   object_get_typename(OBJECT(s)), s->num_cpu, index);
        return false;
    }
    affinity = object_property_get_uint(OBJECT(cpu), "mp-affinity", &err);
    if (err) {
        error_propagate_prepend(errp, err, "%s: CPU %u: ", object_get_typename(OBJECT(s)), index);
        return false;
    }
    cs->cpu = CPU(object_ref(cpu));
    cs->gicr_typer = (uint64_t)affinity_pack(affinity) << 32;
    cs->gicr_typer = FIELD_DP64(cs->gicr_typer, GICR_TYPER, DPGS, 1);
    cs->gicr_typer = FIELD_DP64(cs->gicr_typer, GICR_TYPER, Processor_Number, index);
    return true;
}

void gicv3_state_free(GICv3State *s)
{
    for (unsigned i = 0; s->cpu && i < s->num_cpu; i++) {
        object_unref(s->cpu[i].cpu);
    }
    g_clear_pointer(&s->cpu, g_free);
    g_clear_pointer(&s->spi_bits, g_free);
    g_clear_pointer(&s->redist_regions, g_free);
    g_clear_pointer(&s->inputs, g_free);
    g_clear_pointer(&s->reset_completed, g_free);
    g_clear_pointer(&s->irq_counts_copy, g_free);
}

/* ---- reset ---- */

/* Remember for the exit phase which interrupts this reset makes inactive. */
static void reset_collect(GICv3State *s)
{
    for (unsigned i = 0; i < s->num_cpu; i++) {
        for (unsigned intid = GICV3_NR_SGIS; intid < GICV3_INTERNAL; intid++) {
            if (s->cpu[i].gicr_iactiver0 >> intid & 1) {
                set_bit(gic_input_number(s->num_irq, i, intid), s->reset_completed);
            }
        }
    }
    for (unsigned intid = GICV3_INTERNAL; intid < s->num_irq; intid++) {
        if (s->active[intid / 32] >> (intid % 32) & 1) {
            set_bit(gic_input_number(s->num_irq, 0, intid), s->reset_completed);
        }
    }
}

static void cpu_reset_registers(GICv3CPUState *cs)
{
    cs->gicr_ctlr = 0;
    cs->gicr_statusr = 0;
    cs->gicr_waker = R_GICR_WAKER_ProcessorSleep_MASK | R_GICR_WAKER_ChildrenAsleep_MASK;
    cs->gicr_igroupr0 = 0;
    cs->gicr_ienabler0 = 0;
    cs->gicr_ipendr0 = 0;
    cs->gicr_iactiver0 = 0;
    cs->edge_trigger0 = GICV3_SGI_EDGE;
    cs->level0 = 0;
    memset(cs->gicr_ipriorityr, 0, sizeof(cs->gicr_ipriorityr));
    gicv3_icc_reset_registers(cs);
}

/*
 * Levels of inputs are forgotten, too: device models are used to that and set their lines in the
 * hold phase, while many do not lower one when they are reset.
 */
static void state_reset(GICv3State *s)
{
    s->gicd_ctlr = 0;
    s->gicd_statusr = 0;
    memset(s->group, 0, sizeof(s->group));
    memset(s->enabled, 0, sizeof(s->enabled));
    memset(s->pending, 0, sizeof(s->pending));
    memset(s->active, 0, sizeof(s->active));
    memset(s->level, 0, sizeof(s->level));
    memset(s->edge_trigger, 0, sizeof(s->edge_trigger));
    memset(s->gicd_ipriority, 0, sizeof(s->gicd_ipriority));
    memset(s->gicd_irouter, 0, sizeof(s->gicd_irouter));
    for (unsigned i = 0; i < s->num_cpu; i++) {
        cpu_reset_registers(&s->cpu[i]);
    }
}

static void gicv3_common_reset_enter(Object *obj, ResetType type)
{
    GICv3State *s = ARM_GICV3_COMMON(obj);

    QEMU_LOCK_GUARD(&s->lock);
    reset_collect(s);
    state_reset(s);
}

static void gicv3_common_reset_exit(Object *obj)
{
    GICv3State *s = ARM_GICV3_COMMON(obj);

    gic_completion_deliver_bitmap(s->reset_completed, s->inputs, s->num_inputs);
}

/* ---- numbers of inputs, device tree ---- */

static int gicv3_irq_to_gsi(Object *obj, int n)
{
    return gic_input_gsi(ARM_GICV3_COMMON(obj)->num_irq, n);
}

static bool gicv3_irq_to_fdt_cells(Object *obj, int n, uint32_t cells[3], int *ncells)
{
    return gic_input_fdt_cells(ARM_GICV3_COMMON(obj)->num_irq, 0, n, cells, ncells);
}

static IRQTrigger gicv3_irq_trigger(Object *obj, int n)
{
    GICv3State *s = ARM_GICV3_COMMON(obj);
    GICInput input = gic_input_decode(s->num_irq, n);

    QEMU_LOCK_GUARD(&s->lock);
    return gic_input_trigger(input, input.cpu < 0 ? s->edge_trigger[input.intid / 32]
                                                  : s->cpu[input.cpu].edge_trigger0);
}

/* "reg" of all regions, on a bus with two cells for each number; NULL with an error. */
static fdt64_t *fdt_reg_make(GICv3State *s, FdtNodeContext *ctx, unsigned n, Error **errp)
{
    g_autofree fdt64_t *reg = g_new(fdt64_t, 2 * n);
    uint64_t addr, size;

    for (unsigned i = 0; i < n; i++) {
        if (!fdt_node_reg(ctx, SYS_BUS_DEVICE(s), i, &addr, &size)) {
            error_setg(errp, "%s: region %u has no address to put into the device tree",
                       object_get_typename(OBJECT(s)), i);
            return NULL;
        }
        reg[2 * i] = cpu_to_fdt64(addr);
        reg[2 * i + 1] = cpu_to_fdt64(size);
    }
    return g_steal_pointer(&reg);
}

/* Binding arm,gic-v3.yaml. */
static bool gicv3_add_node(Object *obj, FdtNodeContext *ctx, Error **errp)
{
    GICv3State *s = ARM_GICV3_COMMON(obj);
    unsigned regions = 1 + s->nb_redist_regions;
    g_autofree fdt64_t *reg = NULL;
    FdtNodeWriter w;

    if (ctx->address_cells != 2 || ctx->size_cells != 2) {
        error_setg(errp, "%s: a device tree bus with %u address and %u size cells is not supported",
                   object_get_typename(obj), ctx->address_cells, ctx->size_cells);
        return false;
    }
    reg = fdt_reg_make(s, ctx, regions, errp);
    if (!reg || !fdt_node_begin_device(&w, ctx, SYS_BUS_DEVICE(obj), 0, "intc", errp)) {
        return false;
    }
    fdt_node_put_cell(&w, "#interrupt-cells", 3);
    fdt_node_put_empty(&w, "interrupt-controller");
    fdt_node_put_cell(&w, "#address-cells", 2);
    fdt_node_put_cell(&w, "#size-cells", 2);
    fdt_node_put_empty(&w, "ranges");
    fdt_node_put_string(&w, "compatible", "arm,gic-v3");
    fdt_node_put_cell(&w, "#redistributor-regions", s->nb_redist_regions);
    fdt_node_put(&w, "reg", reg, 2 * regions * sizeof(reg[0]));
    fdt_node_put_cell(&w, "phandle", fdt_node_phandle_new(ctx));
    return fdt_node_end(&w, errp);
}

/* ---- realize ---- */

void gicv3_init_irqs_and_mmio(GICv3State *s, qemu_irq_handler handler,
                              const MemoryRegionOps *ops)
{
    SysBusDevice *sbd = SYS_BUS_DEVICE(s);
    const size_t outputs[] = {
        offsetof(GICv3CPUState, parent_irq),
        offsetof(GICv3CPUState, parent_fiq),
        offsetof(GICv3CPUState, parent_virq),
        offsetof(GICv3CPUState, parent_vfiq),
    };

    qdev_init_gpio_in(DEVICE(s), handler, s->num_inputs);
    s->inputs = gic_input_lines(DEVICE(s), s->num_inputs);
    for (unsigned i = 0; i < ARRAY_SIZE(outputs); i++) {
        for (unsigned cpu = 0; cpu < s->num_cpu; cpu++) {
            sysbus_init_irq(sbd, (qemu_irq *)((char *)&s->cpu[cpu] + outputs[i]));
        }
    }
    memory_region_init_io(&s->iomem_dist, OBJECT(s), ops ? &ops[0] : NULL, s, "gicv3_dist",
                          GICV3_DIST_SIZE);
    sysbus_init_mmio(sbd, &s->iomem_dist);
    for (unsigned i = 0; i < s->nb_redist_regions; i++) {
        GICv3RedistRegion *region = &s->redist_regions[i];
        g_autofree char *name = g_strdup_printf("gicv3_redist_region[%u]", i);

        memory_region_init_io(&region->iomem, OBJECT(s), ops ? &ops[1] : NULL, region, name,
                              (uint64_t)region->cpus * GICV3_REDIST_SIZE);
        sysbus_init_mmio(sbd, &region->iomem);
    }
}

static bool properties_are_valid(const GICv3State *s, Error **errp)
{
    const char *who = object_get_typename(OBJECT(s));

    if (s->num_cpu < 1 || s->num_cpu > GICV3_MAX_CPU) {
        error_setg(errp, "%s: num-cpu is %u; it must be between 1 and %d", who, s->num_cpu,
                   GICV3_MAX_CPU);
    } else if (s->num_irq < GICV3_INTERNAL || s->num_irq > GICV3_MAXIRQ || s->num_irq % 32) {
        error_setg(errp, "%s: num-irq is %u; it must be a multiple of 32 between %d and %d", who,
                   s->num_irq, GICV3_INTERNAL, GICV3_MAXIRQ / 32 * 32);
    } else if (s->revision != 3) {
        error_setg(errp, "%s: revision is %u; only 3 is supported", who, s->revision);
    } else if (s->security_extn) {
        error_setg(errp, "%s: has-security-extensions is on; only one security state is supported",
                   who);
    } else if (s->lpi_enable) {
        error_setg(errp, "%s: has-lpi is on; LPIs are not supported", who);
    } else {
        return true;
    }
    return false;
}

/* The CPUs' frames, in order, over the regions that the property asks for. */
static bool redist_regions_init(GICv3State *s, Error **errp)
{
    unsigned n = s->nb_redist_region_count ? s->nb_redist_region_count : 1;
    uint64_t first = 0;

    for (unsigned i = 0; i < s->nb_redist_region_count; i++) {
        if (!s->redist_region_count[i]) {
            error_setg(errp, "%s: redist-region-count has a region for no CPU",
                       object_get_typename(OBJECT(s)));
            return false;
        }
        first += s->redist_region_count[i];
    }
    if ((s->nb_redist_region_count && first != s->num_cpu) || n > QDEV_MAX_MMIO - 1) {
        error_setg(errp, "%s: redist-region-count has %u regions for %" PRIu64 " CPUs; it must "
                   "have at most %d for all %u CPUs", object_get_typename(OBJECT(s)), n, first,
                   QDEV_MAX_MMIO - 1, s->num_cpu);
        return false;
    }
    s->nb_redist_regions = n;
    s->redist_regions = g_new0(GICv3RedistRegion, n);
    first = 0;
    for (unsigned i = 0; i < n; i++) {
        GICv3RedistRegion *region = &s->redist_regions[i];

        region->gic = s;
        region->first = first;
        region->cpus = s->nb_redist_region_count ? s->redist_region_count[i] : s->num_cpu;
        first += region->cpus;
        s->cpu[first - 1].gicr_typer |= R_GICR_TYPER_Last_MASK;
    }
    return true;
}

static void gicv3_common_realize(DeviceState *dev, Error **errp)
{
    GICv3State *s = ARM_GICV3_COMMON(dev);

    if (!properties_are_valid(s, errp)) {
        return;
    }
    s->cpu = g_new0(GICv3CPUState, s->num_cpu);
    for (unsigned i = 0; i < s->num_cpu; i++) {
        if (!cpu_state_init(s, i, errp)) {
            gicv3_state_free(s);
            return;
        }
    }
    if (!redist_regions_init(s, errp)) {
        gicv3_state_free(s);
        return;
    }
    s->num_inputs = gic_input_count(s->num_irq, s->num_cpu);
    s->reset_completed = bitmap_new(s->num_inputs);
    s->irq_counts_copy = g_new0(uint64_t, s->num_irq);
    state_reset(s);
}

static void gicv3_common_init(Object *obj)
{
    qemu_mutex_init(&ARM_GICV3_COMMON(obj)->lock);
}

/* What realize made stays until here: lines are set until the inputs are gone. */
static void gicv3_common_finalize(Object *obj)
{
    GICv3State *s = ARM_GICV3_COMMON(obj);

    gicv3_state_free(s);
    qemu_mutex_destroy(&s->lock);
}

static Property gicv3_common_properties[] = {
    DEFINE_PROP_UINT32("num-cpu", GICv3State, num_cpu, 1),
    DEFINE_PROP_UINT32("num-irq", GICv3State, num_irq, 32),
    DEFINE_PROP_UINT32("revision", GICv3State, revision, 3),
    DEFINE_PROP_BOOL("has-lpi", GICv3State, lpi_enable, false),
    DEFINE_PROP_BOOL("has-security-extensions", GICv3State, security_extn, false),
    DEFINE_PROP_ARRAY("redist-region-count", GICv3State, nb_redist_region_count,
                      redist_region_count, qdev_prop_uint32, uint32_t),
    DEFINE_PROP_END_OF_LIST(),
};

static void gicv3_common_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);
    IRQControllerClass *icc = IRQ_CONTROLLER_CLASS(klass);
    FdtNodeClass *fnc = FDT_NODE_CLASS(klass);

    dc->realize = gicv3_common_realize;
    dc->vmsd = &vmstate_gicv3;
    device_class_set_props(dc, gicv3_common_properties);
    rc->phases.enter = gicv3_common_reset_enter;
    rc->phases.exit = gicv3_common_reset_exit;
    icc->irq_to_gsi = gicv3_irq_to_gsi;
    icc->irq_to_fdt_cells = gicv3_irq_to_fdt_cells;
    icc->irq_trigger = gicv3_irq_trigger;
    fnc->add_node = gicv3_add_node;
}

static const TypeInfo gicv3_common_types[] = {
    {
        .name = TYPE_ARM_GICV3_COMMON,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(GICv3State),
        .instance_init = gicv3_common_init,
        .instance_finalize = gicv3_common_finalize,
        .class_size = sizeof(ARMGICv3CommonClass),
        .class_init = gicv3_common_class_init,
        .abstract = true,
        .interfaces = (InterfaceInfo[]) {
            { TYPE_IRQ_CONTROLLER },
            { TYPE_FDT_NODE },
            { },
        },
    },
};

DEFINE_TYPES(gicv3_common_types)
