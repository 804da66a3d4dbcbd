/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GICv2 CPU interface registers (IHI 0048B section 4.4), for one security
 * state: GICC_BPR, GICC_APR, GICC_IAR ... are those of Group 0, GICC_ABPR,
 * GICC_NSAPR, GICC_AIAR ... those of Group 1. Where the manual leaves the
 * result open: GICC_EOIR completes interrupts of both groups whatever AckCtl
 * says; a priority drop takes the highest active priority of the interrupt's
 * group; the source CPU of an SGI is not compared on completion.
 */
#include "qemu/osdep.h"
#include "qemu/host-utils.h"
#include "qemu/lockable.h"
#include "qemu/log.h"
#include "arm_gic-internal.h"
#include "trace.h"

REG32(GICC_PMR, 0x0004)
REG32(GICC_BPR, 0x0008)
REG32(GICC_IAR, 0x000c)
    FIELD(GICC_IAR, InterruptID, 0, 10)
    FIELD(GICC_IAR, CPUID, 10, 3)
REG32(GICC_EOIR, 0x0010)
REG32(GICC_RPR, 0x0014)
REG32(GICC_HPPIR, 0x0018)
REG32(GICC_ABPR, 0x001c)
REG32(GICC_AIAR, 0x0020)
REG32(GICC_AEOIR, 0x0024)
REG32(GICC_AHPPIR, 0x0028)
REG32(GICC_APR, 0x00d0)
REG32(GICC_NSAPR, 0x00e0)
REG32(GICC_IIDR, 0x00fc)
    FIELD(GICC_IIDR, Implementer, 0, 12)
    FIELD(GICC_IIDR, Architecture, 16, 4)
REG32(GICC_DIR, 0x1000)

/* ---- acknowledging ---- */

/*
 * What a read of an acknowledge or highest-pending register of one group
 * (@aliased: Group 1) shows of @intid, which is pending.
 */
static uint32_t cpu_intid_visible(GICState *s, unsigned cpu, uint32_t intid, bool aliased)
{
    bool is_group1 = gic_is_group1(s, cpu, intid);

    if (aliased) {
        return is_group1 ? intid : GIC_SPURIOUS;
    }
    if (is_group1 && !(s->cpu[cpu].ctlr & R_GICC_CTLR_AckCtl_MASK)) {
        return GIC_SPURIOUS_GROUP1;
    }
    return intid;
}

/* The interrupt with its source, if it is an SGI. */
static uint32_t cpu_intid_with_source(const GICState *s, unsigned cpu, uint32_t intid)
{
    uint32_t value = FIELD_DP32(0, GICC_IAR, InterruptID, intid);

    return intid < GIC_NR_SGIS
               ? FIELD_DP32(value, GICC_IAR, CPUID, ctz32(s->cpu[cpu].sgi_sources[intid]))
               : value;
}

/* A source of an SGI, the latch of another interrupt: no longer pending. */
static void cpu_pending_take(GICState *s, unsigned cpu, uint32_t intid)
{
    GICCPUState *c = &s->cpu[cpu];

    if (intid < GIC_NR_SGIS) {
        c->sgi_sources[intid] &= c->sgi_sources[intid] - 1;
        if (c->sgi_sources[intid]) {
            return;
        }
    }
    gic_bank(s, cpu, intid / 32)->pending &= ~(1u << intid % 32);
}

static void cpu_priority_raise(GICState *s, unsigned cpu, uint32_t intid)
{
    GICCPUState *c = &s->cpu[cpu];
    bool is_group1 = gic_is_group1(s, cpu, intid);
    uint8_t priority = *gic_priority(s, cpu, intid) & gic_group_priority_mask(c, is_group1);
    unsigned level = priority >> (s->bpr_min + 1);

    (is_group1 ? c->nsapr : c->apr)[level / 32] |= 1u << level % 32;
    gic_running_update(s, cpu);
}

static uint32_t cpu_acknowledge(GICState *s, unsigned cpu, bool aliased)
{
    uint32_t intid = s->views[cpu].best & 0x3ff;
    uint32_t visible;
    uint32_t value;

    if (!gic_cpu_outputs(s, cpu)) {
        return GIC_SPURIOUS;
    }
    visible = cpu_intid_visible(s, cpu, intid, aliased);
    if (visible != intid) {
        return visible;
    }
    value = cpu_intid_with_source(s, cpu, intid);
    cpu_pending_take(s, cpu, intid);
    gic_bank(s, cpu, intid / 32)->active |= 1u << intid % 32;
    cpu_priority_raise(s, cpu, intid);
    s->acknowledged[intid]++;
    gic_outputs_update(s, gic_word_update(s, cpu, intid / 32) | 1u << cpu);
    trace_gic_acknowledge(cpu, intid);
    return value;
}

/* Neither the mask nor the running priority matter, but the groups' enables do. */
static uint32_t cpu_highest_pending(GICState *s, unsigned cpu, bool aliased)
{
    uint32_t intid = s->views[cpu].best & 0x3ff;
    uint32_t visible;
    bool is_group1;

    if (s->views[cpu].best == GIC_BEST_NONE) {
        return GIC_SPURIOUS;
    }
    is_group1 = gic_is_group1(s, cpu, intid);
    if (!(s->cpu[cpu].ctlr & (is_group1 ? R_GICC_CTLR_EnableGrp1_MASK
                                        : R_GICC_CTLR_EnableGrp0_MASK))) {
        return GIC_SPURIOUS;
    }
    visible = cpu_intid_visible(s, cpu, intid, aliased);
    return visible == intid ? cpu_intid_with_source(s, cpu, intid) : visible;
}

/* ---- completing ---- */

static void cpu_priority_drop(GICState *s, unsigned cpu, bool is_group1)
{
    uint32_t *apr = is_group1 ? s->cpu[cpu].nsapr : s->cpu[cpu].apr;

    for (unsigned i = 0; i < GIC_NR_APRS; i++) {
        if (apr[i]) {
            apr[i] &= apr[i] - 1;
            gic_running_update(s, cpu);
            return;
        }
    }
}

static uint8_t cpu_deactivate(GICState *s, unsigned cpu, uint32_t intid, GICCompletion *done)
{
    GICBank *b = gic_bank(s, cpu, intid / 32);
    uint32_t bit = 1u << intid % 32;

    if (!(b->active & bit)) {
        return 0;
    }
    b->active &= ~bit;
    gic_completion_add(done, gic_completed_line(s, cpu, intid));
    return gic_word_update(s, cpu, intid / 32);
}

/* False for an INTID that a completion must not name; the special ones are silently ignored. */
static bool cpu_completion_is_valid(const GICState *s, uint32_t intid, const char *reg)
{
    if (intid < s->num_irq) {
        return true;
    }
    if (intid < GIC_INTID_SPECIAL) {
        log_guest_error("arm_gic", "%s written with INTID %u, which does not exist", reg, intid);
    }
    return false;
}

static void cpu_end_of_interrupt(GICState *s, unsigned cpu, uint32_t value, bool aliased,
                                 GICCompletion *done)
{
    uint32_t intid = FIELD_EX32(value, GICC_IAR, InterruptID);
    uint8_t touched = 1u << cpu;
    bool is_group1;

    if (!cpu_completion_is_valid(s, intid, aliased ? "GICC_AEOIR" : "GICC_EOIR")) {
        return;
    }
    is_group1 = gic_is_group1(s, cpu, intid);
    if (aliased && !is_group1) {
        log_guest_error("arm_gic", "GICC_AEOIR written with INTID %u of Group 0", intid);
        return;
    }
    cpu_priority_drop(s, cpu, is_group1);
    if (!(s->cpu[cpu].ctlr & R_GICC_CTLR_EOImode_MASK)) {
        touched |= cpu_deactivate(s, cpu, intid, done);
    }
    gic_outputs_update(s, touched);
    trace_gic_end_of_interrupt(cpu, intid);
}

static void cpu_dir_write(GICState *s, unsigned cpu, uint32_t value, GICCompletion *done)
{
    uint32_t intid = FIELD_EX32(value, GICC_IAR, InterruptID);

    if (!(s->cpu[cpu].ctlr & R_GICC_CTLR_EOImode_MASK)) {
        log_guest_error("arm_gic", "GICC_DIR written with GICC_CTLR.EOImode 0");
        return;
    }
    if (cpu_completion_is_valid(s, intid, "GICC_DIR")) {
        gic_outputs_update(s, cpu_deactivate(s, cpu, intid, done));
        trace_gic_deactivate(cpu, intid);
    }
}

/* ---- registers ---- */

static uint32_t *cpu_apr(GICState *s, unsigned cpu, hwaddr offset)
{
    unsigned n = offset % 16 / 4;

    return offset < A_GICC_NSAPR ? &s->cpu[cpu].apr[n] : &s->cpu[cpu].nsapr[n];
}

static uint32_t cpu_read_locked(GICState *s, unsigned cpu, hwaddr offset)
{
    const GICCPUState *c = &s->cpu[cpu];
    uint32_t iidr;

    switch (offset) {
    case A_GICC_CTLR:
        return c->ctlr;
    case A_GICC_PMR:
        return c->pmr;
    case A_GICC_BPR:
        return c->bpr;
    case A_GICC_ABPR:
        return c->abpr;
    case A_GICC_IAR:
    case A_GICC_AIAR:
        return cpu_acknowledge(s, cpu, offset == A_GICC_AIAR);
    case A_GICC_HPPIR:
    case A_GICC_AHPPIR:
        return cpu_highest_pending(s, cpu, offset == A_GICC_AHPPIR);
    case A_GICC_RPR:
        return s->views[cpu].running;
    case A_GICC_APR ... A_GICC_NSAPR + 0xc:
        return *cpu_apr(s, cpu, offset);
    case A_GICC_IIDR:
        iidr = FIELD_DP32(0, GICC_IIDR, Implementer, GIC_IIDR_IMPLEMENTER);
        return FIELD_DP32(iidr, GICC_IIDR, Architecture, GIC_IIDR_ARCHITECTURE);
    default:
        log_guest_error("arm_gic", "CPU interface read at 0x%x", (unsigned)offset);
        return 0;
    }
}

static void cpu_write_locked(GICState *s, unsigned cpu, hwaddr offset, uint32_t value,
                             GICCompletion *done)
{
    GICCPUState *c = &s->cpu[cpu];

    switch (offset) {
    case A_GICC_CTLR:
        c->ctlr = value & GICC_CTLR_MASK;
        break;
    case A_GICC_PMR:
        c->pmr = value & s->priority_mask;
        break;
    case A_GICC_BPR:
        c->bpr = MAX(value & 7, s->bpr_min);
        break;
    case A_GICC_ABPR:
        c->abpr = MAX(value & 7, s->bpr_min + 1);
        break;
    case A_GICC_EOIR:
    case A_GICC_AEOIR:
        cpu_end_of_interrupt(s, cpu, value, offset == A_GICC_AEOIR, done);
        return;
    case A_GICC_DIR:
        cpu_dir_write(s, cpu, value, done);
        return;
    case A_GICC_APR ... A_GICC_NSAPR + 0xc:
        *cpu_apr(s, cpu, offset) = value & gic_apr_mask(s, offset % 16 / 4);
        gic_running_update(s, cpu);
        break;
    default:
        log_guest_error("arm_gic", "CPU interface write at 0x%x", (unsigned)offset);
        return;
    }
    gic_outputs_update(s, 1u << cpu);
}

static uint64_t gic_cpu_read(void *opaque, hwaddr offset, unsigned size)
{
    GICState *s = opaque;
    int cpu = gic_current_cpu(s);
    uint32_t value;

    if (cpu < 0) {
        log_guest_error("arm_gic", "CPU interface access by a CPU that is not connected");
        return 0;
    }
    qemu_mutex_lock(&s->lock);
    value = cpu_read_locked(s, cpu, offset);
    qemu_mutex_unlock(&s->lock);
    trace_gic_cpu_read(cpu, offset, value);
    return value;
}

static void gic_cpu_write(void *opaque, hwaddr offset, uint64_t value, unsigned size)
{
    GICState *s = opaque;
    int cpu = gic_current_cpu(s);
    GICCompletion done;

    if (cpu < 0) {
        log_guest_error("arm_gic", "CPU interface access by a CPU that is not connected");
        return;
    }
    trace_gic_cpu_write(cpu, offset, value);
    gic_completion_init(&done);
    qemu_mutex_lock(&s->lock);
    cpu_write_locked(s, cpu, offset, value, &done);
    qemu_mutex_unlock(&s->lock);
    gic_completion_deliver(&done);
}

/* The manual knows accesses of words only. */
const MemoryRegionOps gic_cpu_ops = {
    .read = gic_cpu_read,
    .write = gic_cpu_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 4, .max_access_size = 4 },
};
