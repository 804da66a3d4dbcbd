/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the two in-kernel GICs (arm_gic_kvm.c, arm_gicv3_kvm.c) share: the kernel's device, where
 * its regions are, and the transfer of registers. Linux: arm-vgic.rst and arm-vgic-v3.rst in
 * Documentation/virt/kvm/devices. The constants are those of the arm64 <asm/kvm.h>, so that this
 * builds, and is tested with a simulated kernel, on any host.
 *
 * A transfer goes either way with the same code: a KVMVgicIO says which. After an error it does
 * nothing more, so that only its end needs to be looked at.
 */
#ifndef HW_INTC_KVM_VGIC_INTERNAL_H
#define HW_INTC_KVM_VGIC_INTERNAL_H

#include "hw/sysbus.h"
#include "gic-input-internal.h"

/* ---- attributes of the kernel's device ---- */

enum {
    VGIC_GRP_ADDR = 0,
    VGIC_GRP_DIST_REGS = 1,
    VGIC_GRP_CPU_REGS = 2,
    VGIC_GRP_NR_IRQS = 3,
    VGIC_GRP_CTRL = 4,
    VGIC_GRP_REDIST_REGS = 5,
    VGIC_GRP_CPU_SYSREGS = 6,
    VGIC_GRP_LEVEL_INFO = 7,
};

#define VGIC_CTRL_INIT 0

#define VGIC_V2_ADDR_TYPE_DIST 0
#define VGIC_V2_ADDR_TYPE_CPU 1
#define VGIC_V3_ADDR_TYPE_DIST 2
#define VGIC_V3_ADDR_TYPE_REDIST 3
#define VGIC_V3_ADDR_TYPE_REDIST_REGION 5

/* GICv2: number of the CPU in DIST_REGS and CPU_REGS; GICv3: its affinity in all groups. */
#define VGIC_CPU_SHIFT 32
#define VGIC_V3_AFFINITY_MASK 0xffffffff00000000ull

/* Registers of 32 INTIDs that both versions have at these offsets (IHI 0048B, IHI 0069). */
enum {
    VGIC_IGROUPR = 0x080,
    VGIC_ISENABLER = 0x100,
    VGIC_ICENABLER = 0x180,
    VGIC_ISPENDR = 0x200,
    VGIC_ICPENDR = 0x280,
    VGIC_ISACTIVER = 0x300,
    VGIC_ICACTIVER = 0x380,
    VGIC_IPRIORITYR = 0x400,
    VGIC_ICFGR = 0xc00,
};

/* ---- the device ---- */

#define KVM_VGIC_MAX_REGIONS QDEV_MAX_MMIO

/* @flags: bits of the address attribute beside the address (count and index, GICv3). */
typedef struct KVMVgicRegion {
    MemoryRegion *mr;
    uint64_t type;
    uint64_t flags;
} KVMVgicRegion;

/*
 * @fd: -1 until created. @is_fresh: the kernel's state is that of a reset. @machine_done tells the
 * kernel the regions' addresses.
 */
typedef struct KVMVgic {
    DeviceState *dev;
    int fd;
    bool is_fresh;
    unsigned num_regions;
    KVMVgicRegion regions[KVM_VGIC_MAX_REGIONS];
    Notifier machine_done;
} KVMVgic;

/* For instance_init. */
void kvm_vgic_init(KVMVgic *g, DeviceState *dev);

/*
 * Create the kernel's GIC of @version (2 or 3) with @num_irq INTIDs for the CPUs that exist. False
 * with an error. Undone by kvm_vgic_destroy(), which may be called at any time.
 */
bool kvm_vgic_create(KVMVgic *g, int version, uint32_t num_irq, Error **errp);
void kvm_vgic_destroy(KVMVgic *g);

/* Region @mr is of @type; the kernel learns its address when the machine is complete. */
void kvm_vgic_region_add(KVMVgic *g, MemoryRegion *mr, uint64_t type, uint64_t flags);

/* All regions are added: the machine may get complete. */
void kvm_vgic_regions_ready(KVMVgic *g);

/* Line of @input to @level. Any thread. */
void kvm_vgic_line_set(GICInput input, bool level);

/* ---- transfer of registers ---- */

typedef struct KVMVgicIO {
    int fd;
    bool is_write;
    bool has_failed;
    Error **errp;
} KVMVgicIO;

/* Registers of one CPU's view: @base is the attribute of offset 0. */
typedef struct KVMVgicFrame {
    uint32_t group;
    uint64_t base;
} KVMVgicFrame;

/* State of 32 INTIDs; @pending is the latch. */
typedef struct KVMVgicBank {
    uint32_t *group;
    uint32_t *enabled;
    uint32_t *pending;
    uint32_t *active;
    uint32_t *edge;
    uint8_t *priority;
} KVMVgicBank;

/* One attribute; @value has the size that the group has. */
void kvm_vgic_io(KVMVgicIO *io, uint32_t group, uint64_t attr, void *value);

/* The 32-bit register at @offset. */
void kvm_vgic_reg_io(KVMVgicIO *io, KVMVgicFrame frame, uint32_t offset, uint32_t *value);

/* @n (a multiple of 4) registers of a byte from @offset on. */
void kvm_vgic_bytes_io(KVMVgicIO *io, KVMVgicFrame frame, uint32_t offset, uint8_t *bytes,
                       unsigned n);

/* A pair of registers of which one sets bits and the other clears them. */
void kvm_vgic_bits_io(KVMVgicIO *io, KVMVgicFrame frame, uint32_t set, uint32_t clear,
                      uint32_t *bits);

/*
 * Which of INTIDs 32 * @word and up are edge-triggered. All SPIs of a GIC that the kernel has just
 * made are; after a reset none is.
 */
void kvm_vgic_edges_io(KVMVgicIO *io, KVMVgicFrame frame, unsigned word, uint32_t *edge);

/* Everything about INTIDs 32 * @word and up. */
void kvm_vgic_bank_io(KVMVgicIO *io, KVMVgicFrame frame, unsigned word, const KVMVgicBank *bank);

/* The end of a transfer: whether it went well; otherwise the error begins with the type's name. */
bool kvm_vgic_io_end(KVMVgicIO *io, const DeviceState *dev);

/*
 * Trigger of @intid in @frame, asked of the kernel: for IRQControllerClass.irq_trigger. The kernel
 * answers when no CPU runs, so they are stopped for that.
 */
IRQTrigger kvm_vgic_trigger(const KVMVgic *g, KVMVgicFrame frame, uint32_t intid);

/* ---- info irq ---- */

/* InterruptStatsProviderClass.append_text: why there are no counts. */
void kvm_vgic_append_text(InterruptStatsProvider *obj, GString *out);

#endif
