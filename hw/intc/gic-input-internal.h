/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The unnamed GPIO inputs of a GIC of either version: first the SPIs (input n
 * is INTID 32 + n), then for each CPU 32 lines, one for each private INTID, of
 * which 0 to 15 (SGIs) have no wire. Their numbers for accelerators and for
 * device trees (arm,gic.yaml and arm,gic-v3.yaml: three cells).
 */
#ifndef HW_INTC_GIC_INPUT_INTERNAL_H
#define HW_INTC_GIC_INPUT_INTERNAL_H

#include "hw/irq.h"
#include "hw/qdev-core.h"

#define GIC_INPUT_INTERNAL 32 /* private INTIDs of a CPU: SGIs and PPIs */
#define GIC_INPUT_SGIS 16

/* @cpu is -1 for an SPI. */
typedef struct GICInput {
    int cpu;
    uint32_t intid;
} GICInput;

/* Inputs of a controller with @num_irq INTIDs (the private 32 included). */
static inline unsigned gic_input_count(uint32_t num_irq, uint32_t num_cpu)
{
    return num_irq - GIC_INPUT_INTERNAL + num_cpu * GIC_INPUT_INTERNAL;
}

/* What input @n, which exists, is. */
static inline GICInput gic_input_decode(uint32_t num_irq, int n)
{
    uint32_t spis = num_irq - GIC_INPUT_INTERNAL;

    if (n < spis) {
        return (GICInput){ .cpu = -1, .intid = n + GIC_INPUT_INTERNAL };
    }
    n -= spis;
    return (GICInput){ .cpu = n / GIC_INPUT_INTERNAL, .intid = n % GIC_INPUT_INTERNAL };
}

/* Number of the input of @intid, of @cpu if that is private. */
static inline unsigned gic_input_number(uint32_t num_irq, unsigned cpu, uint32_t intid)
{
    return intid >= GIC_INPUT_INTERNAL
               ? intid - GIC_INPUT_INTERNAL
               : num_irq - GIC_INPUT_INTERNAL + cpu * GIC_INPUT_INTERNAL + intid;
}

/* Trigger of @input, whose bit is in @edge with those of the 31 other INTIDs of its word. */
static inline IRQTrigger gic_input_trigger(GICInput input, uint32_t edge)
{
    return edge >> input.intid % 32 & 1 ? IRQ_TRIGGER_EDGE : IRQ_TRIGGER_LEVEL;
}

/*
 * A new array of @dev's @n inputs, which all exist, for finding the line of a
 * completion without a search. The caller frees the array, not the lines.
 */
qemu_irq *gic_input_lines(DeviceState *dev, unsigned n);

/* Answer of IRQControllerClass.irq_to_gsi: the SPI's number, -1 for a private interrupt. */
int gic_input_gsi(uint32_t num_irq, int n);

/*
 * Answer of IRQControllerClass.irq_to_fdt_cells; false for an SGI. The
 * controller does not know a wire's trigger: the cells say level, active high,
 * and a device that sends edges writes its own flags. @ppi_cpu_mask: CPUs to
 * name in a PPI's flags (GICv2: all that exist; GICv3: 0).
 */
bool gic_input_fdt_cells(uint32_t num_irq, uint8_t ppi_cpu_mask, int n, uint32_t cells[3],
                         int *ncells);

#endif
