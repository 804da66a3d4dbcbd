/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers of a GIC's inputs; see gic-input-internal.h.
 */
#include "qemu/osdep.h"
#include "gic-input-internal.h"

/* Linux: include/dt-bindings/interrupt-controller/arm-gic.h and irq.h. */
#define GIC_FDT_TYPE_SPI 0
#define GIC_FDT_TYPE_PPI 1
#define GIC_FDT_LEVEL_HIGH 4
#define GIC_FDT_PPI_CPU_SHIFT 8

qemu_irq *gic_input_lines(DeviceState *dev, unsigned n)
{
    qemu_irq *lines = g_new(qemu_irq, n);

    for (unsigned i = 0; i < n; i++) {
        lines[i] = qdev_get_gpio_in(dev, i);
    }
    return lines;
}

int gic_input_gsi(uint32_t num_irq, int n)
{
    GICInput input = gic_input_decode(num_irq, n);

    return input.cpu < 0 ? (int)input.intid - GIC_INPUT_INTERNAL : -1;
}

bool gic_input_fdt_cells(uint32_t num_irq, uint8_t ppi_cpu_mask, int n, uint32_t cells[3],
                         int *ncells)
{
    GICInput input = gic_input_decode(num_irq, n);

    if (input.cpu < 0) {
        cells[0] = GIC_FDT_TYPE_SPI;
        cells[1] = input.intid - GIC_INPUT_INTERNAL;
        cells[2] = GIC_FDT_LEVEL_HIGH;
    } else if (input.intid >= GIC_INPUT_SGIS) {
        cells[0] = GIC_FDT_TYPE_PPI;
        cells[1] = input.intid - GIC_INPUT_SGIS;
        cells[2] = GIC_FDT_LEVEL_HIGH | (uint32_t)ppi_cpu_mask << GIC_FDT_PPI_CPU_SHIFT;
    } else {
        return false;
    }
    *ncells = 3;
    return true;
}
