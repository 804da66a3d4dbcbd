/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GICv2, the part that every implementation shares: properties, inputs and
 * outputs, reset values (IHI 0048B chapter 4), saved state, the numbers of
 * inputs and the device tree node. One security state and no virtualization
 * extensions: the properties that would ask for them are refused.
 */
#include "qemu/osdep.h"
#include <libfdt.h>
#include "hw/fdt-node.h"
#include "hw/intc/arm_gic_common.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "qemu/bitmap.h"
#include "qemu/error-report.h"
#include "qemu/lockable.h"
#include "qemu/module.h"
#include "arm_gic-internal.h"
#include "gic-completion-internal.h"
#include "gic-input-internal.h"

/* The board's map gives each of the two regions a 64 KiB page of its own. */
#define GIC_FDT_REGION_SIZE 0x10000
#define GIC_DIST_SIZE 0x1000
#define GIC_CPU_SIZE 0x2000

/* ---- saved state ---- */

static int gic_pre_save(void *opaque)
{
    GICState *s = opaque;
    ARMGICCommonClass *agc = ARM_GIC_COMMON_GET_CLASS(s);
    Error *err = NULL;

    if (agc->pre_save && !agc->pre_save(s, &err)) {
        error_report_err(err);
        return -EIO;
    }
    return 0;
}

/* What a guest could have done to a bank; @known are the INTIDs that exist. */
static bool gic_bank_is_valid(const GICBank *b, uint32_t known)
{
    return !((b->group | b->enabled | b->pending | b->line | b->active | b->edge) & ~known);
}

static bool gic_apr_is_valid(const GICState *s, const uint32_t apr[GIC_NR_APRS])
{
    for (unsigned i = 0; i < GIC_NR_APRS; i++) {
        if (apr[i] & ~gic_apr_mask(s, i)) {
            return false;
        }
    }
    return true;
}

static bool gic_priorities_are_valid(const GICState *s, const uint8_t *priority, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        if (priority[i] & ~s->priority_mask) {
            return false;
        }
    }
    return true;
}

/* A CPU that does not exist keeps its reset state, and so do its SGIs' sources. */
static bool gic_cpu_state_is_valid(const GICState *s, unsigned cpu)
{
    const GICCPUState *c = &s->cpu[cpu];
    uint32_t sgis = 0;

    for (unsigned i = 0; i < GIC_NR_SGIS; i++) {
        if (c->sgi_sources[i] & ~gic_all_cpus(s)) {
            return false;
        }
        sgis |= (uint32_t)(c->sgi_sources[i] != 0) << i;
    }
    return (c->internal.pending & GIC_SGI_MASK) == sgis &&
           (c->internal.enabled & GIC_SGI_MASK) == GIC_SGI_MASK &&
           (c->internal.edge & GIC_SGI_MASK) == GIC_SGI_MASK &&
           !(c->internal.line & GIC_SGI_MASK) &&
           !(c->ctlr & ~GICC_CTLR_MASK) && !(c->pmr & ~s->priority_mask) &&
           c->bpr >= s->bpr_min && c->bpr <= 7 && c->abpr > s->bpr_min && c->abpr <= 7 &&
           gic_apr_is_valid(s, c->apr) && gic_apr_is_valid(s, c->nsapr) &&
           gic_priorities_are_valid(s, c->priority, GIC_INTERNAL);
}

/* Whether the loaded state is one that the guest could have brought about. */
static bool gic_state_is_valid(const GICState *s)
{
    for (unsigned cpu = 0; cpu < GIC_NCPU; cpu++) {
        if (!gic_cpu_state_is_valid(s, cpu)) {
            return false;
        }
    }
    for (unsigned word = 0; word < GIC_NR_WORDS; word++) {
        if (!gic_bank_is_valid(&s->spi[word], word > 0 && word < s->num_irq / 32 ? ~0u : 0)) {
            return false;
        }
    }
    for (unsigned i = 0; i < GIC_MAXIRQ; i++) {
        bool exists = i >= GIC_INTERNAL && i < s->num_irq;

        if (s->target[i] & ~(exists ? gic_all_cpus(s) : 0) ||
            (exists && s->num_cpu == 1 && !s->target[i])) {
            return false;
        }
    }
    return !(s->ctlr & ~GICD_CTLR_MASK) &&
           gic_priorities_are_valid(s, s->priority, GIC_MAXIRQ);
}

static int gic_post_load(void *opaque, int version_id)
{
    GICState *s = opaque;
    ARMGICCommonClass *agc = ARM_GIC_COMMON_GET_CLASS(s);
    Error *err = NULL;

    if (!gic_state_is_valid(s)) {
        error_report("%s: the saved state has a value that this controller's registers cannot hold",
                     object_get_typename(OBJECT(s)));
        return -EINVAL;
    }
    if (agc->post_load && !agc->post_load(s, &err)) {
        error_report_err(err);
        return -EIO;
    }
    return 0;
}

static const VMStateDescription vmstate_gic_bank = {
    .name = "arm_gic_bank",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(group, GICBank),
        VMSTATE_UINT32(enabled, GICBank),
        VMSTATE_UINT32(pending, GICBank),
        VMSTATE_UINT32(line, GICBank),
        VMSTATE_UINT32(active, GICBank),
        VMSTATE_UINT32(edge, GICBank),
        VMSTATE_END_OF_LIST(),
    },
};

static const VMStateDescription vmstate_gic_cpu = {
    .name = "arm_gic_cpu",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(ctlr, GICCPUState),
        VMSTATE_UINT8(pmr, GICCPUState),
        VMSTATE_UINT8(bpr, GICCPUState),
        VMSTATE_UINT8(abpr, GICCPUState),
        VMSTATE_UINT32_ARRAY(apr, GICCPUState, GIC_NR_APRS),
        VMSTATE_UINT32_ARRAY(nsapr, GICCPUState, GIC_NR_APRS),
        VMSTATE_STRUCT(internal, GICCPUState, 1, vmstate_gic_bank, GICBank),
        VMSTATE_UINT8_ARRAY(priority, GICCPUState, GIC_INTERNAL),
        VMSTATE_UINT8_ARRAY(sgi_sources, GICCPUState, GIC_NR_SGIS),
        VMSTATE_END_OF_LIST(),
    },
};

static const VMStateDescription vmstate_gic = {
    .name = "arm_gic",
    .version_id = 1,
    .minimum_version_id = 1,
    .pre_save = gic_pre_save,
    .post_load = gic_post_load,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32_EQUAL(num_cpu, GICState, "the machine has another number of CPUs"),
        VMSTATE_UINT32_EQUAL(num_irq, GICState, "the machine has another number of interrupts"),
        VMSTATE_UINT32(ctlr, GICState),
        VMSTATE_STRUCT_ARRAY(cpu, GICState, GIC_NCPU, 1, vmstate_gic_cpu, GICCPUState),
        VMSTATE_STRUCT_ARRAY(spi, GICState, GIC_NR_WORDS, 1, vmstate_gic_bank, GICBank),
        VMSTATE_UINT8_ARRAY(priority, GICState, GIC_MAXIRQ),
        VMSTATE_UINT8_ARRAY(target, GICState, GIC_MAXIRQ),
        VMSTATE_END_OF_LIST(),
    },
};

/* ---- reset ---- */

/* Remember for the exit phase which interrupts this reset makes inactive. */
static void gic_reset_collect(GICState *s)
{
    for (unsigned cpu = 0; cpu < s->num_cpu; cpu++) {
        for (unsigned i = GIC_NR_SGIS; i < GIC_INTERNAL; i++) {
            if (s->cpu[cpu].internal.active >> i & 1) {
                set_bit(gic_input_number(s->num_irq, cpu, i), s->reset_completed);
            }
        }
    }
    for (unsigned i = GIC_INTERNAL; i < s->num_irq; i++) {
        if (s->spi[i / 32].active >> i % 32 & 1) {
            set_bit(gic_input_number(s->num_irq, 0, i), s->reset_completed);
        }
    }
}

/*
 * Levels of inputs are forgotten, too: device models are used to that and set
 * their lines in the hold phase, while many do not lower one when they are reset.
 */
static void gic_state_reset(GICState *s)
{
    s->ctlr = 0;
    memset(s->cpu, 0, sizeof(s->cpu));
    memset(s->spi, 0, sizeof(s->spi));
    memset(s->priority, 0, sizeof(s->priority));
    memset(s->target, 0, sizeof(s->target));
    for (unsigned cpu = 0; cpu < GIC_NCPU; cpu++) {
        s->cpu[cpu].bpr = s->bpr_min;
        s->cpu[cpu].abpr = s->bpr_min + 1;
        s->cpu[cpu].internal.enabled = GIC_SGI_MASK;
        s->cpu[cpu].internal.edge = GIC_SGI_MASK;
    }
    if (s->num_cpu == 1) {
        /* GICD_ITARGETSR is RAZ/WI then, and everything goes to the one CPU. */
        memset(s->target + GIC_INTERNAL, 1, s->num_irq - GIC_INTERNAL);
    }
}

static void gic_common_reset_enter(Object *obj, ResetType type)
{
    GICState *s = ARM_GIC_COMMON(obj);

    QEMU_LOCK_GUARD(&s->lock);
    gic_reset_collect(s);
    gic_state_reset(s);
}

static void gic_common_reset_exit(Object *obj)
{
    GICState *s = ARM_GIC_COMMON(obj);

    gic_completion_deliver_bitmap(s->reset_completed, s->inputs, s->num_inputs);
}

/* ---- numbers of inputs, device tree ---- */

static int gic_irq_to_gsi(Object *obj, int n)
{
    return gic_input_gsi(ARM_GIC_COMMON(obj)->num_irq, n);
}

static bool gic_irq_to_fdt_cells(Object *obj, int n, uint32_t cells[3], int *ncells)
{
    GICState *s = ARM_GIC_COMMON(obj);

    return gic_input_fdt_cells(s->num_irq, gic_all_cpus(s), n, cells, ncells);
}

static IRQTrigger gic_irq_trigger(Object *obj, int n)
{
    GICState *s = ARM_GIC_COMMON(obj);
    GICInput input = gic_input_decode(s->num_irq, n);

    QEMU_LOCK_GUARD(&s->lock);
    return gic_input_trigger(input, input.cpu < 0 ? s->spi[input.intid / 32].edge
                                                  : s->cpu[input.cpu].internal.edge);
}

/* Binding arm,gic.yaml. Returns libfdt's error, or 0. */
static int gic_fdt_fill(FdtNodeContext *ctx, int node, const uint64_t base[2])
{
    fdt64_t reg[4] = {
        cpu_to_fdt64(base[0]), cpu_to_fdt64(GIC_FDT_REGION_SIZE),
        cpu_to_fdt64(base[1]), cpu_to_fdt64(GIC_FDT_REGION_SIZE),
    };
    uint32_t phandle = fdt_node_phandle_new(ctx);
    int ret = fdt_setprop_u32(ctx->fdt, node, "#interrupt-cells", 3);

    ret = ret ? ret : fdt_setprop_empty(ctx->fdt, node, "interrupt-controller");
    ret = ret ? ret : fdt_setprop_u32(ctx->fdt, node, "#address-cells", 2);
    ret = ret ? ret : fdt_setprop_u32(ctx->fdt, node, "#size-cells", 2);
    ret = ret ? ret : fdt_setprop_empty(ctx->fdt, node, "ranges");
    ret = ret ? ret : fdt_setprop_string(ctx->fdt, node, "compatible", "arm,cortex-a15-gic");
    ret = ret ? ret : fdt_setprop(ctx->fdt, node, "reg", reg, sizeof(reg));
    return ret ? ret : fdt_setprop_u32(ctx->fdt, node, "phandle", phandle);
}

static bool gic_add_node(Object *obj, FdtNodeContext *ctx, Error **errp)
{
    g_autofree char *name = NULL;
    uint64_t base[2];
    uint64_t size;
    int parent, node, ret;

    for (int i = 0; i < 2; i++) {
        if (!fdt_node_reg(ctx, SYS_BUS_DEVICE(obj), i, &base[i], &size)) {
            error_setg(errp, "%s: region %d has no address to put into the device tree",
                       object_get_typename(obj), i);
            return false;
        }
    }
    if (ctx->address_cells != 2 || ctx->size_cells != 2) {
        error_setg(errp, "%s: a device tree bus with %u address and %u size cells is not supported",
                   object_get_typename(obj), ctx->address_cells, ctx->size_cells);
        return false;
    }
    name = g_strdup_printf("intc@%" PRIx64, base[0]);
    parent = fdt_path_offset(ctx->fdt, ctx->bus_path);
    node = parent < 0 ? parent : fdt_add_subnode(ctx->fdt, parent, name);
    ret = node < 0 ? node : gic_fdt_fill(ctx, node, base);
    if (ret < 0) {
        if (node >= 0) {
            fdt_del_node(ctx->fdt, node);
        }
        error_setg(errp, "cannot add node %s to the device tree: %s", name, fdt_strerror(ret));
        return false;
    }
    return true;
}

/* ---- realize ---- */

void gic_init_irqs_and_mmio(GICState *s, qemu_irq_handler handler,
                            const MemoryRegionOps *const ops[2])
{
    SysBusDevice *sbd = SYS_BUS_DEVICE(s);
    qemu_irq *const outputs[] = { s->parent_irq, s->parent_fiq, s->parent_virq, s->parent_vfiq };

    qdev_init_gpio_in(DEVICE(s), handler, s->num_inputs);
    s->inputs = gic_input_lines(DEVICE(s), s->num_inputs);
    for (unsigned i = 0; i < ARRAY_SIZE(outputs); i++) {
        for (unsigned cpu = 0; cpu < s->num_cpu; cpu++) {
            sysbus_init_irq(sbd, &outputs[i][cpu]);
        }
    }
    memory_region_init_io(&s->iomem, OBJECT(s), ops[0], s, "gic_dist", GIC_DIST_SIZE);
    sysbus_init_mmio(sbd, &s->iomem);
    memory_region_init_io(&s->cpuiomem, OBJECT(s), ops[1], s, "gic_cpu", GIC_CPU_SIZE);
    sysbus_init_mmio(sbd, &s->cpuiomem);
}

static bool gic_properties_are_valid(const GICState *s, Error **errp)
{
    const char *who = object_get_typename(OBJECT(s));

    if (s->num_cpu < 1 || s->num_cpu > GIC_NCPU) {
        error_setg(errp, "%s: num-cpu is %u; it must be between 1 and %d", who, s->num_cpu,
                   GIC_NCPU);
    } else if (s->num_irq < GIC_INTERNAL || s->num_irq > GIC_MAXIRQ || s->num_irq % 32) {
        error_setg(errp, "%s: num-irq is %u; it must be a multiple of 32 between %d and %d", who,
                   s->num_irq, GIC_INTERNAL, GIC_MAXIRQ / 32 * 32);
    } else if (s->n_prio_bits < GIC_MIN_PRIORITY_BITS || s->n_prio_bits > GIC_MAX_PRIORITY_BITS) {
        error_setg(errp, "%s: num-priority-bits is %u; it must be between %d and %d", who,
                   s->n_prio_bits, GIC_MIN_PRIORITY_BITS, GIC_MAX_PRIORITY_BITS);
    } else if (s->revision != 2) {
        error_setg(errp, "%s: revision is %u; only 2 is supported", who, s->revision);
    } else if (s->security_extn) {
        error_setg(errp, "%s: has-security-extensions is on; only one security state is supported",
                   who);
    } else if (s->virt_extn) {
        error_setg(errp, "%s: has-virtualization-extensions is on; they are not supported", who);
    } else {
        return true;
    }
    return false;
}

static void gic_common_realize(DeviceState *dev, Error **errp)
{
    GICState *s = ARM_GIC_COMMON(dev);

    if (!gic_properties_are_valid(s, errp)) {
        return;
    }
    s->priority_mask = 0xff << (8 - s->n_prio_bits);
    s->bpr_min = s->n_prio_bits < 7 ? 7 - s->n_prio_bits : 0;
    s->num_inputs = gic_input_count(s->num_irq, s->num_cpu);
    s->reset_completed = bitmap_new(s->num_inputs);
    s->acknowledged = g_new0(uint64_t, s->num_irq);
    s->acknowledged_copy = g_new0(uint64_t, s->num_irq);
    gic_state_reset(s);
}

static void gic_common_init(Object *obj)
{
    qemu_mutex_init(&ARM_GIC_COMMON(obj)->lock);
}

/* What realize made stays until here: lines are set until the inputs are gone. */
static void gic_common_finalize(Object *obj)
{
    GICState *s = ARM_GIC_COMMON(obj);

    g_free(s->inputs);
    g_free(s->reset_completed);
    g_free(s->acknowledged);
    g_free(s->acknowledged_copy);
    qemu_mutex_destroy(&s->lock);
}

static Property gic_common_properties[] = {
    DEFINE_PROP_UINT32("num-cpu", GICState, num_cpu, 1),
    DEFINE_PROP_UINT32("num-irq", GICState, num_irq, 32),
    DEFINE_PROP_UINT32("revision", GICState, revision, 2),
    DEFINE_PROP_UINT32("num-priority-bits", GICState, n_prio_bits, 8),
    DEFINE_PROP_BOOL("has-security-extensions", GICState, security_extn, false),
    DEFINE_PROP_BOOL("has-virtualization-extensions", GICState, virt_extn, false),
    DEFINE_PROP_END_OF_LIST(),
};

static void gic_common_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);
    IRQControllerClass *icc = IRQ_CONTROLLER_CLASS(klass);
    FdtNodeClass *fnc = FDT_NODE_CLASS(klass);

    dc->realize = gic_common_realize;
    dc->vmsd = &vmstate_gic;
    rc->phases.enter = gic_common_reset_enter;
    rc->phases.exit = gic_common_reset_exit;
    icc->irq_to_gsi = gic_irq_to_gsi;
    icc->irq_to_fdt_cells = gic_irq_to_fdt_cells;
    icc->irq_trigger = gic_irq_trigger;
    fnc->add_node = gic_add_node;
    device_class_set_props(dc, gic_common_properties);
}

static const TypeInfo gic_common_types[] = {
    {
        .name = TYPE_ARM_GIC_COMMON,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(GICState),
        .instance_init = gic_common_init,
        .instance_finalize = gic_common_finalize,
        .class_size = sizeof(ARMGICCommonClass),
        .class_init = gic_common_class_init,
        .abstract = true,
        .interfaces = (InterfaceInfo[]) {
            { TYPE_IRQ_CONTROLLER },
            { TYPE_FDT_NODE },
            { },
        },
    },
};

DEFINE_TYPES(gic_common_types)
