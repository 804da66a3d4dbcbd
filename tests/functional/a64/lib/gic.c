/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The board's interrupt controller, from Arm's IHI 0048B (GICv2) and IHI 0069 (GICv3); see gic.h.
 */
#include "gic.h"

#define GICD 0x08000000
#define GICC 0x08010000
#define GICR 0x080a0000
#define GICR_SIZE 0x20000
#define GICR_SGI 0x10000
#define GICR_WAKER 0x14

/* GICv2's CPU interface */
enum {
    GICC_CTLR = 0,
    GICC_PMR = 4,
    GICC_BPR = 8,
    GICC_IAR = 0xc,
    GICC_EOIR = 0x10,
    GICC_RPR = 0x14,
    GICC_HPPIR = 0x18,
    GICC_ABPR = 0x1c,
    GICC_AIAR = 0x20,
    GICC_AEOIR = 0x24,
    GICC_AHPPIR = 0x28,
    GICC_DIR = 0x1000,
};
#define GICC_CTLR_FIQEN 8
#define GICC_CTLR_EOIMODE (1 << 9)

/* GICv3's */
#define ICC_PMR "s3_0_c4_c6_0"
#define ICC_IAR0 "s3_0_c12_c8_0"
#define ICC_EOIR0 "s3_0_c12_c8_1"
#define ICC_HPPIR0 "s3_0_c12_c8_2"
#define ICC_BPR0 "s3_0_c12_c8_3"
#define ICC_DIR "s3_0_c12_c11_1"
#define ICC_RPR "s3_0_c12_c11_3"
#define ICC_SGI1R "s3_0_c12_c11_5"
#define ICC_IAR1 "s3_0_c12_c12_0"
#define ICC_EOIR1 "s3_0_c12_c12_1"
#define ICC_HPPIR1 "s3_0_c12_c12_2"
#define ICC_BPR1 "s3_0_c12_c12_3"
#define ICC_CTLR "s3_0_c12_c12_4"
#define ICC_SRE "s3_0_c12_c12_5"
#define ICC_IGRPEN0 "s3_0_c12_c12_6"
#define ICC_IGRPEN1 "s3_0_c12_c12_7"
#define ICC_CTLR_EOIMODE 2

bool gic_is_v3(void)
{
    return READ_SYSREG("id_aa64pfr0_el1") >> 24 & 15;
}

/* -- distributor ----------------------------------------------------------------------------- */

static uint64_t frame(unsigned id)
{
    return gic_is_v3() && id < 32 ? GICR + cpu_number() * GICR_SIZE + GICR_SGI : GICD;
}

void gic_distributor_groups(unsigned groups)
{
    mmio_write(GICD + GICD_CTLR, groups | (gic_is_v3() ? 1 << 4 : 0));
    dsb();
}

void gic_start(void)
{
    gic_distributor_groups(3);
}

bool gic_bit(unsigned reg, unsigned id)
{
    return mmio_read(frame(id) + reg + id / 32 * 4) >> id % 32 & 1;
}

void gic_bit_write(unsigned reg, unsigned id)
{
    mmio_write(frame(id) + reg + id / 32 * 4, 1U << id % 32);
    dsb();
}

/* Sets a field in a register with @bits for each interrupt. */
static void field_write(unsigned reg, unsigned id, unsigned bits, uint32_t value)
{
    uint64_t address = frame(id) + reg + id * bits / 32 * 4;
    unsigned shift = id * bits % 32;
    uint32_t mask = ((1ULL << bits) - 1) << shift;

    mmio_write(address, (mmio_read(address) & ~mask) | value << shift);
    dsb();
}

void gic_set_group(unsigned id, unsigned group)
{
    field_write(GICD_IGROUPR, id, 1, group);
}

void gic_set_priority(unsigned id, uint8_t priority)
{
    field_write(GICD_IPRIORITYR, id, 8, priority);
}

void gic_set_edge(unsigned id)
{
    field_write(GICD_ICFGR, id, 2, 2);
}

void gic_set_target(unsigned id, unsigned cpu)
{
    if (gic_is_v3()) {
        mmio_write(GICD + GICD_IROUTER + id * 8, cpu);
        mmio_write(GICD + GICD_IROUTER + id * 8 + 4, 0);
    } else {
        field_write(GICD_ITARGETSR, id, 8, 1 << cpu);
    }
    dsb();
}

void gic_set_target_any(unsigned id)
{
    if (gic_is_v3()) {
        mmio_write(GICD + GICD_IROUTER + id * 8, 1U << 31);     /* Interrupt_Routing_Mode */
    } else {
        field_write(GICD_ITARGETSR, id, 8, 0xf);
    }
    dsb();
}

void gic_enable(unsigned id, uint8_t priority)
{
    gic_set_group(id, 1);
    gic_set_priority(id, priority);
    if (id >= 32) {
        gic_set_target(id, cpu_number());
    }
    gic_bit_write(GICD_ISENABLER, id);
}

/* -- CPU interface --------------------------------------------------------------------------- */

void gic_cpu_groups(unsigned groups)
{
    if (gic_is_v3()) {
        WRITE_SYSREG(ICC_IGRPEN0, groups & 1);
        WRITE_SYSREG(ICC_IGRPEN1, groups >> 1 & 1);
        isb();
    } else {
        mmio_write(GICC + GICC_CTLR, (mmio_read(GICC + GICC_CTLR) & ~3) | groups);
        dsb();
    }
}

void gic_set_eoi_mode(unsigned mode)
{
    if (gic_is_v3()) {
        WRITE_SYSREG(ICC_CTLR, mode * ICC_CTLR_EOIMODE);
        isb();
    } else {
        uint32_t ctlr = mmio_read(GICC + GICC_CTLR) & ~GICC_CTLR_EOIMODE;

        mmio_write(GICC + GICC_CTLR, ctlr | mode * GICC_CTLR_EOIMODE);
        dsb();
    }
}

void gic_set_mask(uint8_t priority)
{
    if (gic_is_v3()) {
        WRITE_SYSREG(ICC_PMR, priority);
        isb();
    } else {
        mmio_write(GICC + GICC_PMR, priority);
        dsb();
    }
}

void gic_set_group1_bits(unsigned lowest)
{
    if (gic_is_v3()) {
        WRITE_SYSREG(ICC_BPR1, lowest);
        isb();
    } else {
        mmio_write(GICC + GICC_ABPR, lowest);
        dsb();
    }
}

void gic_cpu_start(void)
{
    if (gic_is_v3()) {
        uint64_t waker = GICR + cpu_number() * GICR_SIZE + GICR_WAKER;

        mmio_write(waker, mmio_read(waker) & ~2);
        while (mmio_read(waker) & 4) {
        }
        WRITE_SYSREG(ICC_SRE, 7);
        isb();
        WRITE_SYSREG(ICC_BPR0, 0);
    } else {
        mmio_write(GICC + GICC_CTLR, GICC_CTLR_FIQEN);
        mmio_write(GICC + GICC_BPR, 0);
    }
    gic_set_group1_bits(0);
    gic_set_eoi_mode(0);
    gic_set_mask(0xff);
    gic_cpu_groups(3);
}

uint8_t gic_running(void)
{
    return gic_is_v3() ? READ_SYSREG(ICC_RPR) : mmio_read(GICC + GICC_RPR);
}

uint32_t gic_acknowledge(unsigned group)
{
    uint32_t id;

    if (gic_is_v3()) {
        id = group ? READ_SYSREG(ICC_IAR1) : READ_SYSREG(ICC_IAR0);
    } else {
        id = mmio_read(GICC + (group ? GICC_AIAR : GICC_IAR));
    }
    dsb();
    return id;
}

uint32_t gic_highest(unsigned group)
{
    if (gic_is_v3()) {
        return group ? READ_SYSREG(ICC_HPPIR1) : READ_SYSREG(ICC_HPPIR0);
    }
    return mmio_read(GICC + (group ? GICC_AHPPIR : GICC_HPPIR));
}

void gic_end(unsigned group, uint32_t acknowledged)
{
    if (!gic_is_v3()) {
        mmio_write(GICC + (group ? GICC_AEOIR : GICC_EOIR), acknowledged);
        dsb();
        return;
    }
    if (group) {
        WRITE_SYSREG(ICC_EOIR1, acknowledged);
    } else {
        WRITE_SYSREG(ICC_EOIR0, acknowledged);
    }
    isb();
}

void gic_deactivate(uint32_t acknowledged)
{
    if (gic_is_v3()) {
        WRITE_SYSREG(ICC_DIR, acknowledged);
        isb();
    } else {
        mmio_write(GICC + GICC_DIR, acknowledged);
        dsb();
    }
}

void gic_send(unsigned sgi, unsigned mask)
{
    dsb();
    if (gic_is_v3()) {
        WRITE_SYSREG(ICC_SGI1R, (uint64_t)sgi << 24 | (mask ? mask : 1ULL << 40));
        isb();
    } else {
        mmio_write(GICD + GICD_SGIR, (mask ? 0 : 1 << 24) | mask << 16 | sgi);
        dsb();
    }
}
