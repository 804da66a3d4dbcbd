/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GICv3 distributor: the GICD_* registers (IHI 0069, 12.9) with one security state and affinity
 * routing always on, so that what belongs to private interrupts (word 0), to the other security
 * state (IGRPMODR, NSACR) and to GICv2 (ITARGETSR, SGIR...) reads as zero. No message-based SPIs
 * (GICD_TYPER.MBIS is 0).
 */
#include "qemu/osdep.h"
#include "qemu/host-utils.h"
#include "qemu/log.h"
#include "arm_gicv3-internal.h"
#include "trace.h"

uint32_t gicv3_idreg(uint32_t offset, uint8_t part)
{
    /* PIDR4..7, PIDR0..3, CIDR0..3; PIDR2 has the architecture's revision, 3. */
    static const uint8_t ids[] = { 0x44, 0,    0,    0,    0,    0xb4,
                                   0x3b, 0,    0x0d, 0xf0, 0x05, 0xb1 };
    unsigned n = (offset - A_GIC_PIDR4) / 4;

    return n == 4 ? part : ids[n];
}

uint32_t gicv3_icfgr_pack(uint16_t edge)
{
    return half_shuffle32(edge) << 1;
}

uint16_t gicv3_icfgr_unpack(uint32_t icfgr)
{
    return half_unshuffle32(icfgr >> 1);
}

/*
 * Word of a register with one bit per INTID, or 0: the registers of private interrupts are in the
 * redistributors.
 */
static unsigned dist_word(GICv3State *s, uint32_t offset)
{
    unsigned w = (offset & 0x7f) / 4;

    return w < s->num_irq / 32 ? w : 0;
}

/* First of the four INTIDs of an IPRIORITYR, or 0 when they have none here. */
static unsigned dist_priority_intid(GICv3State *s, uint32_t offset)
{
    unsigned intid = offset - A_GICD_IPRIORITYR;

    return intid >= GICV3_INTERNAL && intid < s->num_irq ? intid : 0;
}

static unsigned dist_irouter_intid(GICv3State *s, uint32_t offset)
{
    unsigned intid = (offset - A_GICD_IROUTER) / 8;

    return intid >= GICV3_INTERNAL && intid < s->num_irq ? intid : 0;
}

/* ---- the parts of a word that change together ---- */

static void dist_bits_update(GICv3State *s, unsigned w, uint32_t *reg, uint32_t value)
{
    uint32_t changed = reg[w] ^ value;

    gicv3_spi_withdraw(s, w, changed);
    reg[w] = value;
    gicv3_spi_offer(s, w, changed);
}

static void dist_group_write(GICv3State *s, unsigned w, uint32_t value)
{
    uint32_t changed = s->group[w] ^ value;

    gicv3_spi_withdraw(s, w, changed);
    s->group[w] = value;
    for (uint32_t spis = changed & s->spi_one_of_n[w]; spis; spis &= spis - 1) {
        gicv3_spi_retarget(s, w * 32 + ctz32(spis));
    }
    gicv3_spi_offer(s, w, changed);
}

static void dist_active_clear(GICv3State *s, unsigned w, uint32_t mask, GICCompletion *c)
{
    uint32_t done = s->active[w] & mask;

    dist_bits_update(s, w, s->active, s->active[w] & ~mask);
    for (; done; done &= done - 1) {
        gic_completion_add(c, s->inputs[w * 32 + ctz32(done) - GICV3_INTERNAL]);
    }
}

static void dist_priority_write(GICv3State *s, unsigned intid, uint8_t value)
{
    uint32_t bit = 1u << (intid % 32);

    gicv3_spi_withdraw(s, intid / 32, bit);
    s->gicd_ipriority[intid] = value & GICV3_PRIORITY_MASK;
    gicv3_spi_offer(s, intid / 32, bit);
}

static void dist_irouter_write(GICv3State *s, unsigned intid, uint64_t value)
{
    uint32_t bit = 1u << (intid % 32);

    gicv3_spi_withdraw(s, intid / 32, bit);
    s->gicd_irouter[intid] = value & (R_GICD_IROUTER_Aff210_MASK | R_GICD_IROUTER_Aff3_MASK |
                                      R_GICD_IROUTER_Interrupt_Routing_Mode_MASK);
    gicv3_spi_retarget(s, intid);
    gicv3_spi_offer(s, intid / 32, bit);
}

/* ---- 32-bit registers ---- */

static uint32_t dist_typer(GICv3State *s)
{
    uint32_t typer = 0;

    typer = FIELD_DP32(typer, GICD_TYPER, ITLinesNumber, s->num_irq / 32 - 1);
    typer = FIELD_DP32(typer, GICD_TYPER, IDbits, 15);
    typer = FIELD_DP32(typer, GICD_TYPER, A3V, 1);
    return FIELD_DP32(typer, GICD_TYPER, RSS, 1);
}

/* The registers with one or two bits per INTID: IGROUPR to ICACTIVER, ICFGR. */
static uint32_t dist_read_bits(GICv3State *s, uint32_t offset)
{
    unsigned w = offset < A_GICD_ICFGR ? dist_word(s, offset) : (offset - A_GICD_ICFGR) / 8;

    switch (w ? offset & ~0x7fu : 0) {
    case A_GICD_IGROUPR:
        return s->group[w];
    case A_GICD_ISENABLER:
    case A_GICD_ICENABLER:
        return s->enabled[w];
    case A_GICD_ISPENDR:
    case A_GICD_ICPENDR:
        return gicv3_spi_pending(s, w);
    case A_GICD_ISACTIVER:
    case A_GICD_ICACTIVER:
        return s->active[w];
    case A_GICD_ICFGR:
    case A_GICD_ICFGR + 0x80:
        return w < s->num_irq / 32 ? gicv3_icfgr_pack(s->edge_trigger[w] >> (offset & 4 ? 16 : 0))
                                   : 0;
    default:
        return 0;
    }
}

static void dist_write_bits(GICv3State *s, uint32_t offset, uint32_t value, GICCompletion *c)
{
    unsigned w = dist_word(s, offset);

    switch (w ? offset & ~0x7fu : 0) {
    case A_GICD_IGROUPR:
        dist_group_write(s, w, value);
        break;
    case A_GICD_ISENABLER:
        dist_bits_update(s, w, s->enabled, s->enabled[w] | value);
        break;
    case A_GICD_ICENABLER:
        dist_bits_update(s, w, s->enabled, s->enabled[w] & ~value);
        break;
    case A_GICD_ISPENDR:
        dist_bits_update(s, w, s->pending, s->pending[w] | value);
        break;
    case A_GICD_ICPENDR:
        dist_bits_update(s, w, s->pending, s->pending[w] & ~value);
        break;
    case A_GICD_ISACTIVER:
        dist_bits_update(s, w, s->active, s->active[w] | value);
        break;
    case A_GICD_ICACTIVER:
        dist_active_clear(s, w, value, c);
        break;
    default:
        break;
    }
}

static void dist_icfgr_write(GICv3State *s, uint32_t offset, uint32_t value)
{
    unsigned w = (offset - A_GICD_ICFGR) / 8;

    if (w && w < s->num_irq / 32) {
        dist_bits_update(s, w, s->edge_trigger,
                         deposit32(s->edge_trigger[w], offset & 4 ? 16 : 0, 16,
                                   gicv3_icfgr_unpack(value)));
    }
}

static GICv3Access dist_readl(GICv3State *s, uint32_t offset, uint64_t *data)
{
    unsigned intid;

    switch (offset) {
    case A_GICD_CTLR:
        *data = s->gicd_ctlr | R_GICD_CTLR_ARE_MASK | R_GICD_CTLR_DS_MASK;
        return GICV3_ACCESS_OK;
    case A_GICD_TYPER:
        *data = dist_typer(s);
        return GICV3_ACCESS_OK;
    case A_GICD_IIDR:
        *data = GICV3_IIDR;
        return GICV3_ACCESS_OK;
    case A_GICD_STATUSR:
        *data = s->gicd_statusr;
        return GICV3_ACCESS_OK;
    case A_GICD_IGROUPR ... A_GICD_IPRIORITYR - 1:
    case A_GICD_ICFGR ... A_GICD_IGRPMODR - 1:
        *data = dist_read_bits(s, offset);
        return GICV3_ACCESS_OK;
    case A_GICD_IPRIORITYR ... A_GICD_ITARGETSR - 1:
        intid = dist_priority_intid(s, offset);
        *data = intid ? ldl_le_p(&s->gicd_ipriority[intid]) : 0;
        return GICV3_ACCESS_OK;
    case A_GICD_IROUTER ... A_GICD_IROUTER + 8 * GICV3_MAXIRQ - 1:
        intid = dist_irouter_intid(s, offset);
        *data = intid ? extract64(s->gicd_irouter[intid], offset & 4 ? 32 : 0, 32) : 0;
        return GICV3_ACCESS_OK;
    case A_GICD_ITARGETSR ... A_GICD_ICFGR - 1:
    case A_GICD_IGRPMODR ... A_GICD_SGIR - 1:
    case A_GICD_CPENDSGIR ... A_GICD_SPENDSGIR + 0xf:
        return GICV3_ACCESS_OK; /* RES0 with affinity routing and one security state */
    case A_GIC_PIDR4 ... A_GIC_CIDR3:
        *data = gicv3_idreg(offset, GICV3_PART_DIST);
        return GICV3_ACCESS_OK;
    case A_GICD_SETSPI_NSR:
    case A_GICD_CLRSPI_NSR:
    case A_GICD_SETSPI_SR:
    case A_GICD_CLRSPI_SR:
    case A_GICD_SGIR:
        return GICV3_ACCESS_DIRECTION;
    default:
        return GICV3_ACCESS_RESERVED;
    }
}

static GICv3Access dist_writel(GICv3State *s, uint32_t offset, uint32_t value, GICCompletion *c)
{
    unsigned intid;

    switch (offset) {
    case A_GICD_CTLR:
        s->gicd_ctlr = value & (R_GICD_CTLR_EnableGrp0_MASK | R_GICD_CTLR_EnableGrp1_MASK);
        gicv3_all_enables_changed(s);
        return GICV3_ACCESS_OK;
    case A_GICD_STATUSR:
        s->gicd_statusr &= ~value;
        return GICV3_ACCESS_OK;
    case A_GICD_IGROUPR ... A_GICD_IPRIORITYR - 1:
        dist_write_bits(s, offset, value, c);
        return GICV3_ACCESS_OK;
    case A_GICD_IPRIORITYR ... A_GICD_ITARGETSR - 1:
        intid = dist_priority_intid(s, offset);
        for (unsigned i = 0; intid && i < 4; i++) {
            dist_priority_write(s, intid + i, value >> (8 * i));
        }
        return GICV3_ACCESS_OK;
    case A_GICD_ICFGR ... A_GICD_IGRPMODR - 1:
        dist_icfgr_write(s, offset, value);
        return GICV3_ACCESS_OK;
    case A_GICD_IROUTER ... A_GICD_IROUTER + 8 * GICV3_MAXIRQ - 1:
        intid = dist_irouter_intid(s, offset);
        if (intid) {
            dist_irouter_write(s, intid, deposit64(s->gicd_irouter[intid], offset & 4 ? 32 : 0,
                                                   32, value));
        }
        return GICV3_ACCESS_OK;
    case A_GICD_SETSPI_NSR:
    case A_GICD_CLRSPI_NSR:
    case A_GICD_SETSPI_SR:
    case A_GICD_CLRSPI_SR:
    case A_GICD_ITARGETSR ... A_GICD_ICFGR - 1:
    case A_GICD_IGRPMODR ... A_GICD_SGIR:
    case A_GICD_CPENDSGIR ... A_GICD_SPENDSGIR + 0xf:
        return GICV3_ACCESS_OK; /* no such feature: ignored */
    case A_GICD_TYPER:
    case A_GICD_IIDR:
    case A_GIC_PIDR4 ... A_GIC_CIDR3:
        return GICV3_ACCESS_DIRECTION;
    default:
        return GICV3_ACCESS_RESERVED;
    }
}

/* ---- by size ---- */

static bool dist_is_byte_register(uint32_t offset)
{
    return offset >= A_GICD_IPRIORITYR && offset < A_GICD_ICFGR;
}

static bool dist_is_irouter(uint32_t offset)
{
    return offset >= A_GICD_IROUTER && offset < A_GICD_IROUTER + 8 * GICV3_MAXIRQ;
}

static GICv3Access dist_read(GICv3State *s, uint32_t offset, uint64_t *data, unsigned size)
{
    unsigned intid;

    if (size == 4) {
        return dist_readl(s, offset, data);
    }
    if (size == 8 && dist_is_irouter(offset)) {
        intid = dist_irouter_intid(s, offset);
        *data = intid ? s->gicd_irouter[intid] : 0;
        return GICV3_ACCESS_OK;
    }
    if (size == 1 && dist_is_byte_register(offset)) {
        intid = offset < A_GICD_ITARGETSR ? dist_priority_intid(s, offset) : 0;
        *data = intid ? s->gicd_ipriority[intid] : 0;
        return GICV3_ACCESS_OK;
    }
    return GICV3_ACCESS_RESERVED;
}

static GICv3Access dist_write(GICv3State *s, uint32_t offset, uint64_t data, unsigned size,
                              GICCompletion *c)
{
    unsigned intid;

    if (size == 4) {
        return dist_writel(s, offset, data, c);
    }
    if (size == 8 && dist_is_irouter(offset)) {
        intid = dist_irouter_intid(s, offset);
        if (intid) {
            dist_irouter_write(s, intid, data);
        }
        return GICV3_ACCESS_OK;
    }
    if (size == 1 && dist_is_byte_register(offset)) {
        intid = offset < A_GICD_ITARGETSR ? dist_priority_intid(s, offset) : 0;
        if (intid) {
            dist_priority_write(s, intid, data);
        }
        return GICV3_ACCESS_OK;
    }
    return GICV3_ACCESS_RESERVED;
}

MemTxResult gicv3_dist_read(void *opaque, hwaddr offset, uint64_t *data, unsigned size,
                            MemTxAttrs attrs)
{
    GICv3State *s = opaque;
    GICv3Access access;

    *data = 0;
    qemu_mutex_lock(&s->lock);
    access = dist_read(s, offset, data, size);
    s->gicd_statusr |= gicv3_statusr_bit(access, false);
    qemu_mutex_unlock(&s->lock);
    trace_gicv3_dist_read(offset, *data, size);
    if (access != GICV3_ACCESS_OK) {
        qemu_log_mask(LOG_GUEST_ERROR,
                      "arm-gicv3: distributor: bad read at 0x%" HWADDR_PRIx " size %u\n", offset,
                      size);
    }
    return MEMTX_OK;
}

MemTxResult gicv3_dist_write(void *opaque, hwaddr offset, uint64_t data, unsigned size,
                             MemTxAttrs attrs)
{
    GICv3State *s = opaque;
    GICv3Access access;
    GICCompletion c;

    gic_completion_init(&c);
    trace_gicv3_dist_write(offset, data, size);
    qemu_mutex_lock(&s->lock);
    access = dist_write(s, offset, data, size, &c);
    gicv3_settle(s);
    s->gicd_statusr |= gicv3_statusr_bit(access, true);
    qemu_mutex_unlock(&s->lock);
    gic_completion_deliver(&c);
    if (access != GICV3_ACCESS_OK) {
        qemu_log_mask(LOG_GUEST_ERROR,
                      "arm-gicv3: distributor: bad write at 0x%" HWADDR_PRIx " size %u\n", offset,
                      size);
    }
    return MEMTX_OK;
}
