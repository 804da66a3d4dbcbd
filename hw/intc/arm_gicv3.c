/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GICv3 in software (Arm IHI 0069): the device and its inputs. Distributor, redistributors and CPU
 * interfaces are in arm_gicv3_dist.c, _redist.c and _cpuif.c; which interrupt a CPU is signalled in
 * arm_gicv3_core.c.
 */
#include "qemu/osdep.h"
#include "hw/core/irq-stats.h"
#include "qapi/error.h"
#include "qemu/lockable.h"
#include "qemu/module.h"
#include "arm_gicv3-internal.h"
#include "gic-input-internal.h"
#include "trace.h"

/* Any thread, with or without the BQL. */
static void gicv3_input_set(void *opaque, int n, int level)
{
    GICv3State *s = opaque;
    GICInput input = gic_input_decode(s->num_irq, n);

    trace_gicv3_input(input.intid, input.cpu, level);
    if (input.intid < GICV3_NR_SGIS) {
        return; /* no wire leads to an SGI */
    }
    qemu_mutex_lock(&s->lock);
    gicv3_input_changed(s, input.cpu, input.intid, level);
    qemu_mutex_unlock(&s->lock);
}

/* The functions look at the sizes themselves, since each register has its own. */
static const MemoryRegionOps gicv3_ops[] = {
    {
        .read_with_attrs = gicv3_dist_read,
        .write_with_attrs = gicv3_dist_write,
        .endianness = DEVICE_NATIVE_ENDIAN,
        .valid.min_access_size = 1,
        .valid.max_access_size = 8,
        .impl.min_access_size = 1,
        .impl.max_access_size = 8,
    },
    {
        .read_with_attrs = gicv3_redist_read,
        .write_with_attrs = gicv3_redist_write,
        .endianness = DEVICE_NATIVE_ENDIAN,
        .valid.min_access_size = 1,
        .valid.max_access_size = 8,
        .impl.min_access_size = 1,
        .impl.max_access_size = 8,
    },
};

/* ---- info irq ---- */

static bool gicv3_get_statistics(InterruptStatsProvider *obj, uint64_t **irq_counts,
                                 unsigned int *nb_irqs)
{
    GICv3State *s = ARM_GICV3(obj);

    if (!s->irq_counts_copy) {
        return false; /* not realized */
    }
    QEMU_LOCK_GUARD(&s->lock);
    memcpy(s->irq_counts_copy, s->irq_counts, s->num_irq * sizeof(s->irq_counts[0]));
    *irq_counts = s->irq_counts_copy;
    *nb_irqs = s->num_irq;
    return true;
}

static void gicv3_append_text(InterruptStatsProvider *obj, GString *out)
{
    GICv3State *s = ARM_GICV3(obj);

    if (!s->irq_counts_copy) {
        return;
    }
    QEMU_LOCK_GUARD(&s->lock);
    g_string_append_printf(out, "GICD_CTLR groups enabled 0x%x\n", s->gicd_ctlr);
    for (unsigned i = 0; i < s->num_cpu; i++) {
        const GICv3CPUState *cs = &s->cpu[i];

        g_string_append_printf(out,
                               "CPU %u: groups enabled 0x%x, mask 0x%02x, running 0x%02x, "
                               "highest pending %u, IRQ %d, FIQ %d\n",
                               i, cs->icc_igrpen[GICV3_G0] | cs->icc_igrpen[GICV3_G1] << 1,
                               cs->icc_pmr_el1, gicv3_icc_running_priority(cs), cs->hppi.intid,
                               cs->irq_level, cs->fiq_level);
    }
}

/* ---- the device ---- */

static void gicv3_put_into_effect(GICv3State *s)
{
    QEMU_LOCK_GUARD(&s->lock);
    gicv3_rebuild(s);
    gicv3_outputs_drive(s);
}

static bool gicv3_post_load(GICv3State *s, Error **errp)
{
    gicv3_put_into_effect(s);
    return true;
}

static void gicv3_reset_hold(Object *obj)
{
    gicv3_put_into_effect(ARM_GICV3(obj));
}

static void gicv3_realize(DeviceState *dev, Error **errp)
{
    GICv3State *s = ARM_GICV3(dev);
    Error *err = NULL;
    unsigned attached;

    ARM_GICV3_GET_CLASS(s)->parent_realize(dev, &err);
    if (err) {
        error_propagate(errp, err);
        return;
    }
    for (attached = 0; attached < s->num_cpu; attached++) {
        if (!gicv3_cpuif_attach(&s->cpu[attached], errp)) {
            while (attached--) {
                gicv3_cpuif_detach(&s->cpu[attached]);
            }
            gicv3_state_free(s);
            return;
        }
    }
    gicv3_spi_sets_init(s);
    gicv3_init_irqs_and_mmio(s, gicv3_input_set, gicv3_ops);
    memory_region_clear_global_locking(&s->iomem_dist);
    for (unsigned i = 0; i < s->nb_redist_regions; i++) {
        memory_region_clear_global_locking(&s->redist_regions[i].iomem);
    }
    gicv3_put_into_effect(s);
}

static void gicv3_unrealize(DeviceState *dev)
{
    GICv3State *s = ARM_GICV3(dev);

    for (unsigned i = 0; i < s->num_cpu; i++) {
        gicv3_cpuif_detach(&s->cpu[i]);
    }
    if (ARM_GICV3_GET_CLASS(s)->parent_unrealize) {
        ARM_GICV3_GET_CLASS(s)->parent_unrealize(dev);
    }
}

static void gicv3_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);
    ARMGICv3Class *agc = ARM_GICV3_CLASS(klass);
    InterruptStatsProviderClass *ispc = INTERRUPT_STATS_PROVIDER_CLASS(klass);

    dc->desc = "Arm GICv3 interrupt controller";
    device_class_set_parent_realize(dc, gicv3_realize, &agc->parent_realize);
    device_class_set_parent_unrealize(dc, gicv3_unrealize, &agc->parent_unrealize);
    resettable_class_set_parent_phases(rc, NULL, gicv3_reset_hold, NULL, &agc->parent_phases);
    ispc->get_statistics = gicv3_get_statistics;
    ispc->append_text = gicv3_append_text;
    ARM_GICV3_COMMON_CLASS(klass)->post_load = gicv3_post_load;
}

static const TypeInfo gicv3_types[] = {
    {
        .name = TYPE_ARM_GICV3,
        .parent = TYPE_ARM_GICV3_COMMON,
        .class_size = sizeof(ARMGICv3Class),
        .class_init = gicv3_class_init,
        .interfaces = (InterfaceInfo[]) {
            { TYPE_INTERRUPT_STATS_PROVIDER },
            { },
        },
    },
};

DEFINE_TYPES(gicv3_types)
