/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a guest (L2) without an operating system needs of the board: its beginning, the console,
 * power calls, the counter, and either GIC (Arm IHI 0048, IHI 0069), whose interrupts are polled
 * for while the CPU masks them. The MMU is off, so all of memory is seen uncached and in order. The
 * guest has bare_main() and cpu1_main(), and the pages from 0x41000000 on for itself.
 */
#ifndef LAB_BARE_H
#define LAB_BARE_H

#include <stdint.h>

#define GICD 0x08000000ul
#define GICC 0x08010000ul
#define GICR 0x080a0000ul
#define UART 0x09000000ul
#define NOTHING_PENDING 1020 /* INTIDs from here on say why there is none */

#define read_sysreg(name)                                        \
    ({                                                           \
        uint64_t value_;                                         \
        __asm__ volatile("mrs %0, " name : "=r"(value_));        \
        value_;                                                  \
    })
#define write_sysreg(name, value) \
    __asm__ volatile("msr " name ", %0\n isb" : : "r"((uint64_t)(value)))

#define ICC_AP1R0_EL1 "s3_0_c12_c9_0"
#define ICC_IAR1_EL1 "s3_0_c12_c12_0"
#define ICC_EOIR1_EL1 "s3_0_c12_c12_1"
#define ICC_SRE_EL1 "s3_0_c12_c12_5"
#define ICC_IGRPEN1_EL1 "s3_0_c12_c12_7"
#define ICC_PMR_EL1 "s3_0_c4_c6_0"

/* Stacks end at 0x41100000 and 0x41200000; x0 is the device tree, or what CPU_ON was told. */
__asm__(".section .text.start, \"ax\"\n"
        ".globl _start\n"
        "_start:\n"
        "    msr daifset, #0xf\n"
        "    mov x1, #0x41100000\n"
        "    mov sp, x1\n"
        "    b bare_main\n"
        ".globl cpu1_start\n"
        "cpu1_start:\n"
        "    mov x1, #0x41200000\n"
        "    mov sp, x1\n"
        "    b cpu1_main\n"
        ".text\n");
extern char cpu1_start[] __attribute__((visibility("hidden")));
__attribute__((noreturn, visibility("hidden"))) void _start(const uint8_t *tree);

enum psci_call {
    PSCI_SYSTEM_OFF = 0x84000008,
    PSCI_SYSTEM_RESET = 0x84000009,
    PSCI_CPU_ON = 0xc4000003,
    PSCI_SYSTEM_RESET2 = 0xc4000012,
};

static inline uint32_t in32(uintptr_t address)
{
    return *(volatile uint32_t *)address;
}

static inline void out32(uintptr_t address, uint32_t value)
{
    __asm__ volatile("dsb sy" ::: "memory");
    *(volatile uint32_t *)address = value;
    __asm__ volatile("dsb sy" ::: "memory");
}

static inline int64_t psci(uint32_t call, uint64_t a, uint64_t b, uint64_t c)
{
    register uint64_t x0 __asm__("x0") = call;
    register uint64_t x1 __asm__("x1") = a;
    register uint64_t x2 __asm__("x2") = b;
    register uint64_t x3 __asm__("x3") = c;

    __asm__ volatile("hvc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3) : : "x4", "x5", "x6", "x7",
                     "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17", "memory");
    return x0;
}

/* ---- Text ---- */

static inline void put_text(const char *text)
{
    while (*text) {
        out32(UART, *text++);
    }
}

static inline void put_number(uint64_t value)
{
    char digits[21], *p = digits + 20;

    *p = '\0';
    do {
        *--p = '0' + value % 10;
        value /= 10;
    } while (value);
    put_text(p);
}

/* What follows @word in the device tree blob at @tree, as its strings lie; NULL: not there. */
static inline const char *tree_word(const uint8_t *tree, const char *word)
{
    uint32_t size = tree[4] << 24 | tree[5] << 16 | tree[6] << 8 | tree[7];
    uint32_t length = 0;

    while (word[length]) {
        length++;
    }
    for (uint32_t at = 0; at + length < size; at++) {
        uint32_t same = 0;

        while (same < length && tree[at + same] == (uint8_t)word[same]) {
            same++;
        }
        if (same == length) {
            return (const char *)tree + at + length;
        }
    }
    return 0;
}

static inline uint64_t tree_number(const uint8_t *tree, const char *word)
{
    const char *text = tree_word(tree, word);
    uint64_t value = 0;

    while (text && *text >= '0' && *text <= '9') {
        value = value * 10 + *text++ - '0';
    }
    return value;
}

/* ---- Time ---- */

static inline uint64_t deadline_ms(uint64_t ms)
{
    return read_sysreg("cntvct_el0") + read_sysreg("cntfrq_el0") / 1000 * ms;
}

static inline int is_past(uint64_t deadline)
{
    return (int64_t)(read_sysreg("cntvct_el0") - deadline) > 0;
}

/* ---- GIC ---- */

static inline unsigned this_cpu(void)
{
    return read_sysreg("mpidr_el1") & 0xff;
}

/*
 * This CPU's interface, as a kernel that follows a crashed one sets it up: what the other one had
 * acknowledged must not keep interrupts of the same priority away.
 */
static inline void gic_cpu_init(int version)
{
    if (version == 2) {
        out32(GICC + 0x4, 0xf0); /* GICC_PMR */
        for (unsigned i = 0; i < 4; i++) {
            out32(GICC + 0xd0 + 4 * i, 0); /* GICC_APR<n> */
        }
        out32(GICC, 1); /* GICC_CTLR */
        return;
    }
    uintptr_t waker = GICR + 0x20000 * this_cpu() + 0x14;

    out32(waker, in32(waker) & ~2u); /* ProcessorSleep */
    while (in32(waker) & 4) {        /* ChildrenAsleep */
    }
    write_sysreg(ICC_SRE_EL1, read_sysreg(ICC_SRE_EL1) | 1);
    write_sysreg(ICC_PMR_EL1, 0xf0);
    write_sysreg(ICC_AP1R0_EL1, 0);
    write_sysreg(ICC_IGRPEN1_EL1, 1);
}

/* The distributor, from whatever state it is in: everything deactivated and disabled. */
static inline void gic_dist_init(int version)
{
    out32(GICD, 0);
    for (unsigned bank = 1; bank < 8; bank++) {
        out32(GICD + 0x180 + 4 * bank, ~0u); /* GICD_ICENABLER */
        out32(GICD + 0x380 + 4 * bank, ~0u); /* GICD_ICACTIVER */
        if (version == 3) {
            out32(GICD + 0x080 + 4 * bank, ~0u); /* GICD_IGROUPR */
        }
    }
    out32(GICD, version == 3 ? 0x12 : 1); /* GICD_CTLR: ARE, EnableGrp1; GICv2: Enable */
}

/* How the shared interrupt @intid, which is disabled, is triggered; after a reset that is open. */
static inline void gic_set_trigger(unsigned intid, int is_edge)
{
    uintptr_t config = GICD + 0xc00 + 4 * (intid / 16); /* GICD_ICFGR */
    uint32_t bit = 2u << 2 * (intid % 16);

    out32(config, is_edge ? in32(config) | bit : in32(config) & ~bit);
}

/* Lets the shared interrupt @intid go to @cpu. */
static inline void gic_enable(int version, unsigned intid, unsigned cpu)
{
    volatile uint8_t *priority = (volatile uint8_t *)(GICD + 0x400 + intid);
    volatile uint8_t *target = (volatile uint8_t *)(GICD + 0x800 + intid);

    *priority = 0xa0;
    if (version == 2) {
        *target = 1 << cpu;
    } else {
        *(volatile uint64_t *)(GICD + 0x6000 + 8 * intid) = cpu; /* GICD_IROUTER */
    }
    out32(GICD + 0x100 + 4 * (intid / 32), 1u << intid % 32); /* GICD_ISENABLER */
}

static inline uint32_t gic_acknowledge(int version)
{
    return version == 2 ? in32(GICC + 0xc) & 0x3ff : read_sysreg(ICC_IAR1_EL1);
}

static inline void gic_end(int version, uint32_t intid)
{
    if (version == 2) {
        out32(GICC + 0x10, intid);
    } else {
        __asm__ volatile("dsb sy" ::: "memory");
        write_sysreg(ICC_EOIR1_EL1, intid);
    }
}

/* Waits for an interrupt and acknowledges it; NOTHING_PENDING or more: none came in time. */
static inline uint32_t gic_poll(int version, uint64_t ms)
{
    uint64_t deadline = deadline_ms(ms);
    uint32_t intid;

    while ((intid = gic_acknowledge(version)) >= NOTHING_PENDING && !is_past(deadline)) {
    }
    return intid;
}

/* The same asleep, with the virtual timer, whose interrupt stays disabled, as alarm clock. */
static inline uint32_t gic_wait(int version, uint64_t ms)
{
    uint64_t deadline = deadline_ms(ms);
    uint32_t intid;

    write_sysreg("cntv_cval_el0", deadline);
    write_sysreg("cntv_ctl_el0", 1);
    while ((intid = gic_acknowledge(version)) >= NOTHING_PENDING && !is_past(deadline)) {
        __asm__ volatile("wfi");
    }
    write_sysreg("cntv_ctl_el0", 0);
    return intid;
}

#endif
