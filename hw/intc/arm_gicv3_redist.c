/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GICv3 redistributors: the GICR_* registers of RD_base and SGI_base (IHI 0069, 12.11 and 12.12),
 * one security state. No LPIs: GICR_TYPER.PLPIS is 0, and PROPBASER, PENDBASER and what else
 * belongs to them are reserved. A CPU that sleeps by GICR_WAKER is no target of 1 of N interrupts;
 * those that are routed to it reach it all the same, as a wake-up request would make them.
 */
#include "qemu/osdep.h"
#include "qemu/host-utils.h"
#include "qemu/log.h"
#include "arm_gicv3-internal.h"
#include "trace.h"

static GICv3Access redist_readl(GICv3CPUState *cs, uint32_t offset, uint64_t *data)
{
    switch (offset) {
    case A_GICR_CTLR:
        *data = cs->gicr_ctlr;
        break;
    case A_GICR_IIDR:
        *data = GICV3_IIDR;
        break;
    case A_GICR_TYPER:
        *data = extract64(cs->gicr_typer, 0, 32);
        break;
    case A_GICR_TYPER + 4:
        *data = extract64(cs->gicr_typer, 32, 32);
        break;
    case A_GICR_STATUSR:
        *data = cs->gicr_statusr;
        break;
    case A_GICR_WAKER:
        *data = cs->gicr_waker;
        break;
    case A_GIC_PIDR4 ... A_GIC_CIDR3:
        *data = gicv3_idreg(offset, GICV3_PART_REDIST);
        break;
    case A_GICR_IGROUPR0:
        *data = cs->gicr_igroupr0;
        break;
    case A_GICR_ISENABLER0:
    case A_GICR_ICENABLER0:
        *data = cs->gicr_ienabler0;
        break;
    case A_GICR_ISPENDR0:
    case A_GICR_ICPENDR0:
        *data = gicv3_private_pending(cs);
        break;
    case A_GICR_ISACTIVER0:
    case A_GICR_ICACTIVER0:
        *data = cs->gicr_iactiver0;
        break;
    case A_GICR_IPRIORITYR ... A_GICR_IPRIORITYR + GICV3_INTERNAL - 1:
        *data = ldl_le_p(&cs->gicr_ipriorityr[offset - A_GICR_IPRIORITYR]);
        break;
    case A_GICR_ICFGR0:
    case A_GICR_ICFGR1:
        *data = gicv3_icfgr_pack(cs->edge_trigger0 >> (offset == A_GICR_ICFGR0 ? 0 : 16));
        break;
    case A_GICR_IGRPMODR0:
    case A_GICR_NSACR:
        break; /* RES0 with one security state */
    default:
        return GICV3_ACCESS_RESERVED;
    }
    return GICV3_ACCESS_OK;
}

static void redist_active_clear(GICv3CPUState *cs, uint32_t mask, GICCompletion *c)
{
    for (uint32_t done = cs->gicr_iactiver0 & mask; done; done &= done - 1) {
        gicv3_deactivate(cs, ctz32(done), c);
    }
}

/* ChildrenAsleep follows ProcessorSleep at once: there is nothing in flight. */
static void redist_waker_write(GICv3CPUState *cs, uint32_t value)
{
    cs->gicr_waker = value & R_GICR_WAKER_ProcessorSleep_MASK;
    if (cs->gicr_waker) {
        cs->gicr_waker |= R_GICR_WAKER_ChildrenAsleep_MASK;
    }
    gicv3_cpu_enables_changed(cs);
}

/* Registers of the RD_base frame. */
static GICv3Access redist_rd_writel(GICv3CPUState *cs, uint32_t offset, uint32_t value)
{
    switch (offset) {
    case A_GICR_CTLR:
        cs->gicr_ctlr = value & (R_GICR_CTLR_DPG0_MASK | R_GICR_CTLR_DPG1NS_MASK);
        gicv3_cpu_enables_changed(cs);
        return GICV3_ACCESS_OK;
    case A_GICR_STATUSR:
        cs->gicr_statusr &= ~value;
        return GICV3_ACCESS_OK;
    case A_GICR_WAKER:
        redist_waker_write(cs, value);
        return GICV3_ACCESS_OK;
    case A_GICR_IIDR:
    case A_GICR_TYPER:
    case A_GICR_TYPER + 4:
    case A_GIC_PIDR4 ... A_GIC_CIDR3:
        return GICV3_ACCESS_DIRECTION;
    default:
        return GICV3_ACCESS_RESERVED;
    }
}

/* Registers of the SGI_base frame; the caller updates the CPU. */
static GICv3Access redist_sgi_writel(GICv3CPUState *cs, uint32_t offset, uint32_t value,
                                     GICCompletion *c)
{
    switch (offset) {
    case A_GICR_IGROUPR0:
        cs->gicr_igroupr0 = value;
        break;
    case A_GICR_ISENABLER0:
        cs->gicr_ienabler0 |= value;
        break;
    case A_GICR_ICENABLER0:
        cs->gicr_ienabler0 &= ~value;
        break;
    case A_GICR_ISPENDR0:
        cs->gicr_ipendr0 |= value;
        break;
    case A_GICR_ICPENDR0:
        cs->gicr_ipendr0 &= ~value;
        break;
    case A_GICR_ISACTIVER0:
        cs->gicr_iactiver0 |= value;
        break;
    case A_GICR_ICACTIVER0:
        redist_active_clear(cs, value, c);
        break;
    case A_GICR_IPRIORITYR ... A_GICR_IPRIORITYR + GICV3_INTERNAL - 1:
        stl_le_p(&cs->gicr_ipriorityr[offset - A_GICR_IPRIORITYR],
                 value & (GICV3_PRIORITY_MASK * 0x01010101u));
        break;
    case A_GICR_ICFGR1:
        cs->edge_trigger0 = deposit32(cs->edge_trigger0, 16, 16, gicv3_icfgr_unpack(value));
        break;
    case A_GICR_ICFGR0: /* SGIs are edge-triggered */
    case A_GICR_IGRPMODR0:
    case A_GICR_NSACR:
        break;
    default:
        return GICV3_ACCESS_RESERVED;
    }
    return GICV3_ACCESS_OK;
}

/* ---- by size ---- */

static bool redist_is_priority(uint32_t offset)
{
    return offset >= A_GICR_IPRIORITYR && offset < A_GICR_IPRIORITYR + GICV3_INTERNAL;
}

static GICv3Access redist_read(GICv3CPUState *cs, uint32_t offset, uint64_t *data, unsigned size)
{
    if (size == 4) {
        return redist_readl(cs, offset, data);
    }
    if (size == 8 && offset == A_GICR_TYPER) {
        *data = cs->gicr_typer;
        return GICV3_ACCESS_OK;
    }
    if (size == 1 && redist_is_priority(offset)) {
        *data = cs->gicr_ipriorityr[offset - A_GICR_IPRIORITYR];
        return GICV3_ACCESS_OK;
    }
    return GICV3_ACCESS_RESERVED;
}

static GICv3Access redist_write(GICv3CPUState *cs, uint32_t offset, uint64_t data, unsigned size,
                                GICCompletion *c)
{
    GICv3Access access = GICV3_ACCESS_RESERVED;

    if (size == 4 && offset < GICR_SGI_BASE) {
        return redist_rd_writel(cs, offset, data);
    }
    if (size == 8 && offset == A_GICR_TYPER) {
        return GICV3_ACCESS_DIRECTION;
    }
    if (size == 4) {
        access = redist_sgi_writel(cs, offset, data, c);
    } else if (size == 1 && redist_is_priority(offset)) {
        cs->gicr_ipriorityr[offset - A_GICR_IPRIORITYR] = data & GICV3_PRIORITY_MASK;
        access = GICV3_ACCESS_OK;
    }
    if (access == GICV3_ACCESS_OK) {
        gicv3_cpu_update(cs);
    }
    return access;
}

MemTxResult gicv3_redist_read(void *opaque, hwaddr offset, uint64_t *data, unsigned size,
                              MemTxAttrs attrs)
{
    GICv3RedistRegion *region = opaque;
    GICv3State *s = region->gic;
    GICv3CPUState *cs = &s->cpu[region->first + offset / GICV3_REDIST_SIZE];
    GICv3Access access;

    *data = 0;
    offset %= GICV3_REDIST_SIZE;
    qemu_mutex_lock(&s->lock);
    access = redist_read(cs, offset, data, size);
    cs->gicr_statusr |= gicv3_statusr_bit(access, false);
    qemu_mutex_unlock(&s->lock);
    trace_gicv3_redist_read(cs->index, offset, *data, size);
    if (access != GICV3_ACCESS_OK) {
        qemu_log_mask(LOG_GUEST_ERROR,
                      "arm-gicv3: redistributor %u: bad read at 0x%" HWADDR_PRIx " size %u\n",
                      cs->index, offset, size);
    }
    return MEMTX_OK;
}

MemTxResult gicv3_redist_write(void *opaque, hwaddr offset, uint64_t data, unsigned size,
                               MemTxAttrs attrs)
{
    GICv3RedistRegion *region = opaque;
    GICv3State *s = region->gic;
    GICv3CPUState *cs = &s->cpu[region->first + offset / GICV3_REDIST_SIZE];
    GICv3Access access;
    GICCompletion c;

    offset %= GICV3_REDIST_SIZE;
    gic_completion_init(&c);
    trace_gicv3_redist_write(cs->index, offset, data, size);
    qemu_mutex_lock(&s->lock);
    access = redist_write(cs, offset, data, size, &c);
    cs->gicr_statusr |= gicv3_statusr_bit(access, true);
    qemu_mutex_unlock(&s->lock);
    gic_completion_deliver(&c);
    if (access != GICV3_ACCESS_OK) {
        qemu_log_mask(LOG_GUEST_ERROR,
                      "arm-gicv3: redistributor %u: bad write at 0x%" HWADDR_PRIx " size %u\n",
                      cs->index, offset, size);
    }
    return MEMTX_OK;
}
