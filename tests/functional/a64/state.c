/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A guest that is saved while it is in the middle of everything: an interrupt active, one pending
 * behind it, the timer armed, a disk request under way, another CPU asleep, one off, an exclusive
 * monitor held, the FPU in use. It writes "ready", and finds out whether all of that went on.
 */
#include "lib/gic.h"
#include "lib/guest.h"
#include "lib/virtio-mmio.h"

enum {
    ACTIVE = 40,                /* SPIs that no device uses */
    PENDING = 41,
    TIMER = 27,
    SGI = 3,
};

#define CLOCK_HZ READ_SYSREG("cntfrq_el0")
#define CANARY 0x0123456789abcdefULL

/* -- a disk ---------------------------------------------------------------------------------- */

#define VIRTIO_BASE 0x0a000000UL
#define VIRTIO_COUNT 32

#define QUEUE_SIZE 8
#define REQUESTS 2              /* three descriptors each */

static struct {
    struct {
        uint64_t addr;
        uint32_t len;
        uint16_t flags, next;
    } desc[QUEUE_SIZE];
    struct {
        uint16_t flags, idx, ring[QUEUE_SIZE];
    } avail;
    struct {
        volatile uint16_t flags, idx;
        volatile struct {
            uint32_t id, len;
        } ring[QUEUE_SIZE];
    } used __attribute__((aligned(8)));
    struct {
        uint32_t type, reserved;
        uint64_t sector;
    } header;
    uint8_t data[REQUESTS][512];
    volatile uint8_t status[REQUESTS];
} disk __attribute__((aligned(64)));

static uint64_t disk_regs;
static unsigned disk_irq;

static void disk_reg64(unsigned reg, const void *p)
{
    mmio_write(disk_regs + reg, (uintptr_t)p);
    mmio_write(disk_regs + reg + 4, (uintptr_t)p >> 32);
}

static void disk_find(void)
{
    for (unsigned i = 0; i < VIRTIO_COUNT; i++) {
        uint64_t regs = VIRTIO_BASE + i * 0x200;

        if (mmio_read(regs + DEVICE_ID) == 2) {
            disk_regs = regs;
            disk_irq = 32 + 16 + i;
        }
    }
}

static void disk_start(void)
{
    disk_find();
    mmio_write(disk_regs + STATUS, 0);
    mmio_write(disk_regs + STATUS, 3);
    mmio_write(disk_regs + DRIVER_FEATURES_SEL, 1);
    mmio_write(disk_regs + DRIVER_FEATURES, 1);             /* VIRTIO_F_VERSION_1 */
    mmio_write(disk_regs + STATUS, 0xb);
    mmio_write(disk_regs + QUEUE_SEL, 0);
    mmio_write(disk_regs + QUEUE_NUM, QUEUE_SIZE);
    disk_reg64(QUEUE_DESC, disk.desc);
    disk_reg64(QUEUE_DRIVER, &disk.avail);
    disk_reg64(QUEUE_DEVICE, &disk.used);
    mmio_write(disk_regs + QUEUE_READY, 1);
    mmio_write(disk_regs + STATUS, 0xf);
}

static void describe(unsigned i, const volatile void *p, uint32_t len, uint16_t flags)
{
    disk.desc[i].addr = (uintptr_t)p;
    disk.desc[i].len = len;
    disk.desc[i].flags = flags;
    disk.desc[i].next = i + 1;
}

/* Read requests, which the host lets wait for a while. */
static void disk_ask(void)
{
    for (unsigned i = 0; i < REQUESTS; i++) {
        disk.status[i] = 0xff;
        describe(3 * i, &disk.header, 16, 1);               /* next */
        describe(3 * i + 1, disk.data[i], 512, 3);          /* next, write */
        describe(3 * i + 2, &disk.status[i], 1, 2);         /* write */
        disk.avail.ring[i] = 3 * i;
    }
    dsb();
    disk.avail.idx = REQUESTS;
    dsb();
    mmio_write(disk_regs + QUEUE_NOTIFY, 0);
}

/* -- other CPUs ------------------------------------------------------------------------------ */

static Word sleeper_awake, sleeper_saw;

static void sleep_until_interrupt(uint64_t unused)
{
    (void)unused;
    gic_cpu_start();
    gic_enable(SGI, 0x80);
    store_release(&sleeper_awake, 1);
    asm volatile("wfi");
    sleeper_saw = gic_acknowledge(1) & 1023;
    gic_end(1, sleeper_saw);
}

/* -- the middle of everything ---------------------------------------------------------------- */

static void interrupts_start(void)
{
    gic_start();
    gic_cpu_start();
    gic_enable(ACTIVE, 0x40);
    gic_enable(PENDING, 0x60);
    gic_enable(disk_irq, 0x80);
    gic_enable(TIMER, 0xa0);
    gic_bit_write(GICD_ISPENDR, ACTIVE);
    dsb();
}

static uint32_t wait_interrupt(void)
{
    uint32_t got;

    do {
        got = gic_acknowledge(1);
    } while ((got & 1023) == GIC_SPURIOUS);
    return got;
}

void guest_main(void)
{
    uint64_t due, fp = CANARY, scratch;
    Word cell = 0;
    uint32_t got;

    disk_find();
    interrupts_start();
    disk_start();
    cpu_start(1, sleep_until_interrupt, 0);
    while (!load_acquire(&sleeper_awake)) {
        asm volatile("yield");
    }
    got = gic_acknowledge(1);
    gic_bit_write(GICD_ISPENDR, PENDING);
    disk_ask();
    due = READ_SYSREG("cntvct_el0") + 2 * CLOCK_HZ;
    WRITE_SYSREG("cntv_cval_el0", due);
    WRITE_SYSREG("cntv_ctl_el0", 1);
    WRITE_SYSREG("cpacr_el1", 3 << 20);
    isb();
    report("ready", 1, 1);
    /* Saved here, or in the midst of the line above. */
    asm volatile(".arch_extension fp\n"
                 "fmov d31, %0\n"
                 "ldxr %1, [%2]\n"
                 "1: ldrh %w1, [%3]\n"
                 "cmp %w1, %w4\n"
                 "b.ne 1b\n"
                 "stxr %w1, %4, [%2]\n"
                 "fmov %0, d31\n"
                 : "+&r"(fp), "=&r"(scratch)
                 : "r"(&cell), "r"(&disk.used.idx), "r"((uint64_t)REQUESTS) : "memory", "cc");
    report_hex("fp", fp, CANARY);
    report("active", gic_bit(GICD_ISACTIVER, got & 1023), 1);
    report("acknowledged", got & 1023, ACTIVE);
    report_hex("running", gic_running(), 0x40);
    report("behind", gic_bit(GICD_ISPENDR, PENDING), 1);
    report("nothing-preempts", gic_acknowledge(1) & 1023, GIC_SPURIOUS);
    gic_end(1, got);
    got = wait_interrupt();
    report("next", got & 1023, PENDING);
    gic_end(1, got);
    got = wait_interrupt();
    report("disk", got & 1023, disk_irq);
    report("disk-status", disk.status[0] | disk.status[1], 0);
    report("disk-interrupt", mmio_read(disk_regs + INTERRUPT_STATUS) & 1, 1);
    mmio_write(disk_regs + INTERRUPT_ACK, 1);
    gic_end(1, got);
    got = wait_interrupt();
    report("timer", got & 1023, TIMER);
    report("timer-is-due", READ_SYSREG("cntvct_el0") >= due, 1);
    WRITE_SYSREG("cntv_ctl_el0", 0);
    gic_end(1, got);
    report("off", psci(PSCI_AFFINITY_INFO, 2, 0, 0), AFFINITY_OFF);
    gic_send(SGI, 2);
    cpu_wait_off(1);
    report("sleeper", sleeper_saw, SGI);
}
