/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A GICv2 on its own for tests.
 */
#include "gicv2-harness.h"
#include "exec/address-spaces.h"
#include "hw/core/cpu.h"
#include "hw/qdev-properties.h"
#include "migration/machine-state.h"

/* Only their index is looked at. One more than there can be: a CPU without a connection. */
static CPUState fake_cpus[GIC_NCPU + 1];

static void eoi_count(Notifier *n, void *data)
{
    container_of(n, GicEoiCounter, notifier)->calls++;
}

GicHarness *gic_harness_new(unsigned cpus, unsigned irqs, unsigned priority_bits)
{
    GicHarness *h = g_new0(GicHarness, 1);
    SysBusDevice *sbd;

    *h = (GicHarness){ .dev = qdev_new(TYPE_ARM_GIC), .cpus = cpus, .irqs = irqs,
                       .inputs = irqs - 32 + cpus * 32 };
    object_property_add_child(object_get_root(), "gic", OBJECT(h->dev));
    qdev_prop_set_uint32(h->dev, "num-cpu", cpus);
    qdev_prop_set_uint32(h->dev, "num-irq", irqs);
    qdev_prop_set_uint32(h->dev, "revision", 2);
    if (priority_bits) {
        qdev_prop_set_uint32(h->dev, "num-priority-bits", priority_bits);
    }
    sbd = SYS_BUS_DEVICE(h->dev);
    sysbus_realize_and_unref(sbd, &error_abort);
    sysbus_mmio_map(sbd, 0, GICD);
    sysbus_mmio_map(sbd, 1, GICC);
    for (unsigned cpu = 0; cpu < cpus; cpu++) {
        harness_line_init(&h->irq[cpu]);
        harness_line_init(&h->fiq[cpu]);
        sysbus_connect_irq(sbd, cpu, h->irq[cpu].irq);
        sysbus_connect_irq(sbd, cpus + cpu, h->fiq[cpu].irq);
    }
    for (unsigned i = 0; i < h->inputs; i++) {
        h->eoi[i].notifier.notify = eoi_count;
        qemu_irq_add_eoi_notifier(qdev_get_gpio_in(h->dev, i), &h->eoi[i].notifier);
    }
    for (int i = 0; i <= GIC_NCPU; i++) {
        fake_cpus[i].cpu_index = i;
    }
    device_cold_reset(h->dev);
    return h;
}

void gic_harness_free(GicHarness *h)
{
    for (unsigned i = 0; i < h->inputs; i++) {
        qemu_irq_remove_eoi_notifier(qdev_get_gpio_in(h->dev, i), &h->eoi[i].notifier);
    }
    object_unparent(OBJECT(h->dev));
    for (unsigned cpu = 0; cpu < h->cpus; cpu++) {
        harness_line_free(&h->irq[cpu]);
        harness_line_free(&h->fiq[cpu]);
    }
    g_free(h);
}

unsigned gic_harness_input(const GicHarness *h, unsigned cpu, unsigned intid)
{
    return intid >= 32 ? intid - 32 : h->irqs - 32 + cpu * 32 + intid;
}

void gic_harness_line(GicHarness *h, unsigned cpu, unsigned intid, int level)
{
    qemu_set_irq(qdev_get_gpio_in(h->dev, gic_harness_input(h, cpu, intid)), level);
}

unsigned gic_harness_eois(const GicHarness *h, unsigned cpu, unsigned intid)
{
    return h->eoi[gic_harness_input(h, cpu, intid)].calls;
}

uint32_t gic_read_size(unsigned cpu, hwaddr addr, unsigned size)
{
    uint8_t bytes[4] = { 0 };
    uint32_t value = 0;

    current_cpu = &fake_cpus[cpu];
    address_space_read(&address_space_memory, addr, MEMTXATTRS_UNSPECIFIED, bytes, size);
    current_cpu = NULL;
    for (unsigned i = 0; i < 4; i++) {
        value |= (uint32_t)bytes[i] << (8 * i);
    }
    return value;
}

void gic_write_size(unsigned cpu, hwaddr addr, unsigned size, uint32_t value)
{
    uint8_t bytes[4] = { value, value >> 8, value >> 16, value >> 24 };

    current_cpu = &fake_cpus[cpu];
    address_space_write(&address_space_memory, addr, MEMTXATTRS_UNSPECIFIED, bytes, size);
    current_cpu = NULL;
}

uint32_t gic_read(unsigned cpu, hwaddr addr)
{
    return gic_read_size(cpu, addr, 4);
}

void gic_write(unsigned cpu, hwaddr addr, uint32_t value)
{
    gic_write_size(cpu, addr, 4, value);
}

GByteArray *gic_harness_save(GicHarness *h)
{
    g_autofree char *id = vmstate_if_get_id(VMSTATE_IF(h->dev));
    g_autoptr(QEMUFile) f = qemu_file_new_memory_output();
    const uint8_t *data;
    size_t size;

    machine_state_save_one(f, id, &error_abort);
    data = qemu_file_get_data(f, &size);
    return g_byte_array_append(g_byte_array_new(), data, size);
}

bool gic_harness_load(GByteArray *bytes, Error **errp)
{
    g_autoptr(QEMUFile) f = qemu_file_new_memory_input(bytes->data, bytes->len);

    return machine_state_load_one(f, errp);
}
