/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GICv2 distributor registers (IHI 0048B section 4.3), for one security state.
 * IMPLEMENTATION DEFINED choices: SGIs are always enabled; PPIs have a
 * programmable trigger; GICD_NSACR, which needs the Security Extensions, is
 * RAZ/WI; a size that the manual does not allow for a register is RAZ/WI.
 */
#include "qemu/osdep.h"
#include "qemu/host-utils.h"
#include "qemu/lockable.h"
#include "qemu/log.h"
#include "arm_gic-internal.h"
#include "trace.h"

REG32(GICD_TYPER, 0x004)
    FIELD(GICD_TYPER, ITLinesNumber, 0, 5)
    FIELD(GICD_TYPER, CPUNumber, 5, 3)
REG32(GICD_IIDR, 0x008)
REG32(GICD_IGROUPR, 0x080)
REG32(GICD_ISENABLER, 0x100)
REG32(GICD_ICENABLER, 0x180)
REG32(GICD_ISPENDR, 0x200)
REG32(GICD_ICPENDR, 0x280)
REG32(GICD_ISACTIVER, 0x300)
REG32(GICD_ICACTIVER, 0x380)
REG32(GICD_IPRIORITYR, 0x400)
REG32(GICD_ITARGETSR, 0x800)
REG32(GICD_ICFGR, 0xc00)
REG32(GICD_NSACR, 0xe00)
REG32(GICD_SGIR, 0xf00)
    FIELD(GICD_SGIR, SGIINTID, 0, 4)
    FIELD(GICD_SGIR, CPUTargetList, 16, 8)
    FIELD(GICD_SGIR, TargetListFilter, 24, 2)
REG32(GICD_CPENDSGIR, 0xf10)
REG32(GICD_SPENDSGIR, 0xf20)
REG32(GICD_PIDR4, 0xfd0)
REG32(GICD_CIDR3, 0xffc)

#define BIT_REGISTER_SPAN 0x80
#define ID_REGISTER_SPAN (A_GICD_CIDR3 + 4 - A_GICD_PIDR4)

/* PIDR4 to 7, PIDR0 to 3 (PIDR2[7:4] is the architecture version), CIDR0 to 3. */
static const uint8_t gic_dist_ids[ID_REGISTER_SPAN / 4] = {
    0x04, 0x00, 0x00, 0x00, 0x90, 0xb4, 0x2b, 0x00, 0x0d, 0xf0, 0x05, 0xb1,
};

enum { FILTER_LIST, FILTER_ALL_OTHERS, FILTER_SELF, FILTER_RESERVED };

static bool offset_is_in(hwaddr offset, hwaddr start, hwaddr span)
{
    return offset >= start && offset < start + span;
}

/* The registers that may be accessed by bytes. */
static bool offset_is_bytes(hwaddr offset)
{
    return offset_is_in(offset, A_GICD_IPRIORITYR, A_GICD_ICFGR - A_GICD_IPRIORITYR) ||
           offset_is_in(offset, A_GICD_CPENDSGIR, 0x20);
}

/* ---- registers with a field of one byte ---- */

static uint8_t dist_byte_read(GICState *s, unsigned cpu, hwaddr offset)
{
    uint32_t n = offset & 0x3ff;

    if (offset >= A_GICD_CPENDSGIR) {
        return s->cpu[cpu].sgi_sources[offset & 0xf];
    }
    if (n >= s->num_irq) {
        return 0;
    }
    if (offset < A_GICD_ITARGETSR) {
        return *gic_priority(s, cpu, n);
    }
    if (s->num_cpu == 1) {
        return 0;
    }
    return n < GIC_INTERNAL ? 1u << cpu : s->target[n];
}

static uint8_t sgi_sources_set(GICState *s, unsigned cpu, unsigned sgi, uint8_t sources)
{
    GICBank *b = &s->cpu[cpu].internal;

    s->cpu[cpu].sgi_sources[sgi] = sources;
    b->pending = deposit32(b->pending, sgi, 1, sources != 0);
    return gic_word_update(s, cpu, 0);
}

/* Returns the CPUs whose outputs may change, like all writers here. */
static uint8_t dist_byte_write(GICState *s, unsigned cpu, hwaddr offset, uint8_t value)
{
    uint32_t n = offset & 0x3ff;

    if (offset >= A_GICD_CPENDSGIR) {
        uint8_t before = s->cpu[cpu].sgi_sources[offset & 0xf];

        value &= gic_all_cpus(s);
        return sgi_sources_set(s, cpu, offset & 0xf, offset >= A_GICD_SPENDSGIR ? before | value
                                                                                : before & ~value);
    }
    if (n >= s->num_irq) {
        return 0;
    }
    if (offset < A_GICD_ITARGETSR) {
        return gic_priority_set(s, cpu, n, value & s->priority_mask);
    }
    if (n < GIC_INTERNAL || s->num_cpu == 1) {
        return 0;
    }
    return gic_target_set(s, n, value & gic_all_cpus(s));
}

/* ---- registers with a field of one or two bits ---- */

/* Trigger of 16 INTIDs: bit 1 of each pair says edge, bit 0 is reserved. */
static uint32_t icfgr_from_edges(uint16_t edges)
{
    uint32_t value = 0;

    for (unsigned i = 0; i < 16; i++) {
        value |= (uint32_t)(edges >> i & 1) << (2 * i + 1);
    }
    return value;
}

static uint16_t icfgr_to_edges(uint32_t value)
{
    uint16_t edges = 0;

    for (unsigned i = 0; i < 16; i++) {
        edges |= (value >> (2 * i + 1) & 1) << i;
    }
    return edges;
}

static uint32_t dist_icfgr_read(GICState *s, unsigned cpu, unsigned n)
{
    return n / 2 < s->num_irq / 32
               ? icfgr_from_edges(gic_bank(s, cpu, n / 2)->edge >> (n % 2 * 16))
               : 0;
}

static uint8_t dist_icfgr_write(GICState *s, unsigned cpu, unsigned n, uint32_t value)
{
    GICBank *b;

    if (n == 0 || n / 2 >= s->num_irq / 32) {
        return 0;
    }
    b = gic_bank(s, cpu, n / 2);
    b->edge = deposit32(b->edge, n % 2 * 16, 16, icfgr_to_edges(value));
    return gic_word_update(s, cpu, n / 2);
}

static uint32_t dist_bits_read(GICState *s, unsigned cpu, hwaddr offset)
{
    unsigned word = offset % BIT_REGISTER_SPAN / 4;
    const GICBank *b;

    if (word >= s->num_irq / 32) {
        return 0;
    }
    b = gic_bank(s, cpu, word);
    switch (offset & ~(BIT_REGISTER_SPAN - 1ull)) {
    case A_GICD_IGROUPR:
        return b->group;
    case A_GICD_ISENABLER:
    case A_GICD_ICENABLER:
        return b->enabled;
    case A_GICD_ISPENDR:
    case A_GICD_ICPENDR:
        return b->pending | (b->line & ~b->edge);
    default: /* GICD_ISACTIVER, GICD_ICACTIVER */
        return b->active;
    }
}

static void dist_deactivate(GICState *s, unsigned cpu, unsigned word, uint32_t bits,
                            GICCompletion *done)
{
    GICBank *b = gic_bank(s, cpu, word);

    bits &= b->active;
    b->active &= ~bits;
    for (; bits; bits &= bits - 1) {
        gic_completion_add(done, gic_completed_line(s, cpu, word * 32 + ctz32(bits)));
    }
}

static uint8_t dist_bits_write(GICState *s, unsigned cpu, hwaddr offset, uint32_t value,
                               GICCompletion *done)
{
    unsigned word = offset % BIT_REGISTER_SPAN / 4;
    /* SGIs are always enabled, and pend by GICD_SPENDSGIR only. */
    uint32_t not_sgis = word ? value : value & ~GIC_SGI_MASK;
    GICBank *b;

    if (word >= s->num_irq / 32) {
        return 0;
    }
    b = gic_bank(s, cpu, word);
    switch (offset & ~(BIT_REGISTER_SPAN - 1ull)) {
    case A_GICD_IGROUPR:
        b->group = value;
        /* Ranks do not change, but the output that a CPU's best goes to may. */
        return gic_word_update(s, cpu, word) | (word ? gic_all_cpus(s) : 1u << cpu);
    case A_GICD_ISENABLER:
        b->enabled |= not_sgis;
        break;
    case A_GICD_ICENABLER:
        b->enabled &= ~not_sgis;
        break;
    case A_GICD_ISPENDR:
        b->pending |= not_sgis;
        break;
    case A_GICD_ICPENDR:
        b->pending &= ~not_sgis;
        break;
    case A_GICD_ISACTIVER:
        b->active |= value;
        break;
    default: /* GICD_ICACTIVER */
        dist_deactivate(s, cpu, word, value, done);
        break;
    }
    return gic_word_update(s, cpu, word);
}

/* ---- the rest ---- */

static uint8_t dist_sgir_write(GICState *s, unsigned cpu, uint32_t value)
{
    unsigned sgi = FIELD_EX32(value, GICD_SGIR, SGIINTID);
    uint8_t targets = 0;
    uint8_t touched = 0;

    switch (FIELD_EX32(value, GICD_SGIR, TargetListFilter)) {
    case FILTER_LIST:
        targets = FIELD_EX32(value, GICD_SGIR, CPUTargetList) & gic_all_cpus(s);
        break;
    case FILTER_ALL_OTHERS:
        targets = gic_all_cpus(s) & ~(1u << cpu);
        break;
    case FILTER_SELF:
        targets = 1u << cpu;
        break;
    case FILTER_RESERVED:
        log_guest_error("arm_gic", "GICD_SGIR written with a reserved TargetListFilter");
        break;
    }
    for (; targets; targets &= targets - 1) {
        unsigned target = ctz32(targets);

        touched |= sgi_sources_set(s, target, sgi, s->cpu[target].sgi_sources[sgi] | 1u << cpu);
    }
    return touched;
}

static uint32_t dist_word_read(GICState *s, unsigned cpu, hwaddr offset)
{
    uint32_t typer = 0;

    if (offset_is_in(offset, A_GICD_IGROUPR, A_GICD_IPRIORITYR - A_GICD_IGROUPR)) {
        return dist_bits_read(s, cpu, offset);
    }
    if (offset_is_in(offset, A_GICD_ICFGR, 0x100)) {
        return dist_icfgr_read(s, cpu, (offset - A_GICD_ICFGR) / 4);
    }
    if (offset_is_in(offset, A_GICD_NSACR, 0x100)) {
        return 0;
    }
    if (offset_is_in(offset, A_GICD_PIDR4, ID_REGISTER_SPAN)) {
        return gic_dist_ids[(offset - A_GICD_PIDR4) / 4];
    }
    switch (offset) {
    case A_GICD_CTLR:
        return s->ctlr;
    case A_GICD_TYPER:
        typer = FIELD_DP32(typer, GICD_TYPER, ITLinesNumber, s->num_irq / 32 - 1);
        return FIELD_DP32(typer, GICD_TYPER, CPUNumber, s->num_cpu - 1);
    case A_GICD_IIDR:
        return GIC_IIDR_IMPLEMENTER;
    default:
        log_guest_error("arm_gic", "distributor read at 0x%x", (unsigned)offset);
        return 0;
    }
}

static uint8_t dist_word_write(GICState *s, unsigned cpu, hwaddr offset, uint32_t value,
                               GICCompletion *done)
{
    if (offset_is_in(offset, A_GICD_IGROUPR, A_GICD_IPRIORITYR - A_GICD_IGROUPR)) {
        return dist_bits_write(s, cpu, offset, value, done);
    }
    if (offset_is_in(offset, A_GICD_ICFGR, 0x100)) {
        return dist_icfgr_write(s, cpu, (offset - A_GICD_ICFGR) / 4, value);
    }
    if (offset_is_in(offset, A_GICD_NSACR, 0x100)) {
        return 0;
    }
    switch (offset) {
    case A_GICD_CTLR:
        s->ctlr = value & GICD_CTLR_MASK;
        gic_views_rebuild(s);
        return gic_all_cpus(s);
    case A_GICD_SGIR:
        return dist_sgir_write(s, cpu, value);
    default:
        log_guest_error("arm_gic", "distributor write at 0x%x", (unsigned)offset);
        return 0;
    }
}

/* ---- accesses ---- */

/* Logs what the guest must not do; its effect is RAZ/WI. */
static bool dist_access_is_valid(int cpu, hwaddr offset, unsigned size)
{
    if (cpu < 0) {
        log_guest_error("arm_gic", "distributor access by a CPU that is not connected");
        return false;
    }
    if (size != 4 && !offset_is_bytes(offset)) {
        log_guest_error("arm_gic", "distributor access of %u bytes at 0x%x", size,
                        (unsigned)offset);
        return false;
    }
    return true;
}

static uint64_t gic_dist_read(void *opaque, hwaddr offset, unsigned size)
{
    GICState *s = opaque;
    int cpu = gic_current_cpu(s);
    uint32_t value = 0;

    if (!dist_access_is_valid(cpu, offset, size)) {
        return 0;
    }
    WITH_QEMU_LOCK_GUARD(&s->lock) {
        if (offset_is_bytes(offset)) {
            for (unsigned i = 0; i < size; i++) {
                value |= (uint32_t)dist_byte_read(s, cpu, offset + i) << (8 * i);
            }
        } else {
            value = dist_word_read(s, cpu, offset);
        }
    }
    trace_gic_dist_read(cpu, offset, size, value);
    return value;
}

static void gic_dist_write(void *opaque, hwaddr offset, uint64_t value, unsigned size)
{
    GICState *s = opaque;
    int cpu = gic_current_cpu(s);
    GICCompletion done;
    uint8_t touched = 0;

    if (!dist_access_is_valid(cpu, offset, size)) {
        return;
    }
    trace_gic_dist_write(cpu, offset, size, value);
    gic_completion_init(&done);
    WITH_QEMU_LOCK_GUARD(&s->lock) {
        if (offset_is_bytes(offset)) {
            for (unsigned i = 0; i < size; i++) {
                touched |= dist_byte_write(s, cpu, offset + i, value >> (8 * i));
            }
        } else {
            touched = dist_word_write(s, cpu, offset, value, &done);
        }
        gic_outputs_update(s, touched);
    }
    gic_completion_deliver(&done);
}

const MemoryRegionOps gic_dist_ops = {
    .read = gic_dist_read,
    .write = gic_dist_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 4 },
    .impl = { .min_access_size = 1, .max_access_size = 4 },
};
