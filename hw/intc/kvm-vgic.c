/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * In-kernel GICs: the kernel's device, lines and transfer of registers; see kvm-vgic-internal.h.
 */
#include "qemu/osdep.h"
#include <linux/kvm.h>
#include "hw/core/irq-stats.h"
#include "hw/intc/arm_gic_kvm.h"
#include "qapi/error.h"
#include "sysemu/cpus.h"
#include "sysemu/kvm.h"
#include "sysemu/runstate.h"
#include "sysemu/sysemu.h"
#include "kvm-vgic-internal.h"
#include "trace.h"

/* ---- lines ---- */

/* struct kvm_irq_level.irq on arm64: Documentation/virt/kvm/api.rst, KVM_IRQ_LINE. */
#define KVM_IRQ_TYPE_SHIFT 24
#define KVM_IRQ_TYPE_SPI 1u
#define KVM_IRQ_TYPE_PPI 2u
#define KVM_IRQ_VCPU_SHIFT 16
#define KVM_IRQ_VCPU2_SHIFT 28

static uint32_t line_number(GICInput input)
{
    uint32_t cpu = input.cpu;

    if (input.cpu < 0) {
        return KVM_IRQ_TYPE_SPI << KVM_IRQ_TYPE_SHIFT | input.intid;
    }
    return (cpu >> 8) << KVM_IRQ_VCPU2_SHIFT | KVM_IRQ_TYPE_PPI << KVM_IRQ_TYPE_SHIFT |
           (cpu & 0xff) << KVM_IRQ_VCPU_SHIFT | input.intid;
}

void kvm_vgic_line_set(GICInput input, bool level)
{
    struct kvm_irq_level line = { .irq = line_number(input), .level = level };
    int ret = kvm_vm_ioctl(kvm_state, KVM_IRQ_LINE, &line);

    trace_kvm_vgic_line(input.intid, input.cpu, level, ret);
}

/* ---- transfer of registers ---- */

void kvm_vgic_io(KVMVgicIO *io, uint32_t group, uint64_t attr, void *value)
{
    if (!io->has_failed &&
        kvm_device_access(io->fd, group, attr, value, io->is_write, io->errp) < 0) {
        io->has_failed = true;
    }
}

void kvm_vgic_reg_io(KVMVgicIO *io, KVMVgicFrame frame, uint32_t offset, uint32_t *value)
{
    kvm_vgic_io(io, frame.group, frame.base + offset, value);
}

void kvm_vgic_bytes_io(KVMVgicIO *io, KVMVgicFrame frame, uint32_t offset, uint8_t *bytes,
                       unsigned n)
{
    for (unsigned i = 0; i < n; i += 4) {
        uint32_t value = 0;

        for (unsigned b = 0; b < 4 && io->is_write; b++) {
            value |= (uint32_t)bytes[i + b] << 8 * b;
        }
        kvm_vgic_reg_io(io, frame, offset + i, &value);
        for (unsigned b = 0; b < 4 && !io->is_write; b++) {
            bytes[i + b] = value >> 8 * b;
        }
    }
}

void kvm_vgic_bits_io(KVMVgicIO *io, KVMVgicFrame frame, uint32_t set, uint32_t clear,
                      uint32_t *bits)
{
    uint32_t all = ~0u;

    if (io->is_write) {
        kvm_vgic_reg_io(io, frame, clear, &all);
    }
    kvm_vgic_reg_io(io, frame, set, bits);
}

/* GICD_ICFGR: two bits for each interrupt, of which the upper says "edge". */
void kvm_vgic_edges_io(KVMVgicIO *io, KVMVgicFrame frame, unsigned word, uint32_t *edge)
{
    uint32_t edges = io->is_write ? *edge : 0;

    for (unsigned half = 0; half < 2; half++) {
        uint32_t value = 0;

        for (unsigned i = 0; i < 16; i++) {
            value |= (edges >> (16 * half + i) & 1) << (2 * i + 1);
        }
        kvm_vgic_reg_io(io, frame, VGIC_ICFGR + 8 * word + 4 * half, &value);
        for (unsigned i = 0; i < 16; i++) {
            edges |= (value >> (2 * i + 1) & 1) << (16 * half + i);
        }
    }
    *edge = edges;
}

/* Pending after the trigger, whose meaning depends on it; enabled when all the rest is in place. */
void kvm_vgic_bank_io(KVMVgicIO *io, KVMVgicFrame frame, unsigned word, const KVMVgicBank *bank)
{
    uint32_t w = 4 * word;

    if (io->is_write) {
        uint32_t all = ~0u;

        kvm_vgic_reg_io(io, frame, VGIC_ICENABLER + w, &all);
    }
    kvm_vgic_reg_io(io, frame, VGIC_IGROUPR + w, bank->group);
    kvm_vgic_edges_io(io, frame, word, bank->edge);
    kvm_vgic_bits_io(io, frame, VGIC_ISPENDR + w, VGIC_ICPENDR + w, bank->pending);
    kvm_vgic_bits_io(io, frame, VGIC_ISACTIVER + w, VGIC_ICACTIVER + w, bank->active);
    kvm_vgic_bytes_io(io, frame, VGIC_IPRIORITYR + 32 * word, bank->priority, 32);
    kvm_vgic_reg_io(io, frame, VGIC_ISENABLER + w, bank->enabled);
}

bool kvm_vgic_io_end(KVMVgicIO *io, const DeviceState *dev)
{
    if (io->has_failed) {
        error_prepend(io->errp, "%s: ", object_get_typename(OBJECT(dev)));
    }
    return !io->has_failed;
}

/* ---- the device ---- */

static const uint64_t vgic_device_types[] = {
    [2] = KVM_DEV_TYPE_ARM_VGIC_V2,
    [3] = KVM_DEV_TYPE_ARM_VGIC_V3,
};

int kvm_arm_vgic_probe(void)
{
    int versions = 0;

    if (!kvm_enabled()) {
        return 0;
    }
    if (kvm_create_device(kvm_state, vgic_device_types[2], true) == 0) {
        versions |= KVM_ARM_VGIC_V2;
    }
    if (kvm_create_device(kvm_state, vgic_device_types[3], true) == 0) {
        versions |= KVM_ARM_VGIC_V3;
    }
    return versions;
}

static void create_error(const char *who, int version, int ret, Error **errp)
{
    switch (ret) {
    case -ENODEV:
        error_setg(errp, "%s: the host's kernel has no GICv%d to offer: an in-kernel GIC has the "
                   "version of the host's (use gic-version=host%s)", who, version,
                   version == 2 ? ", or kernel-irqchip=off" : "");
        break;
    case -EEXIST:
        error_setg(errp, "%s: the machine has an in-kernel GIC already", who);
        break;
    default:
        error_setg_errno(errp, -ret, "%s: cannot create the in-kernel GICv%d", who, version);
        break;
    }
}

bool kvm_vgic_create(KVMVgic *g, int version, uint32_t num_irq, Error **errp)
{
    const char *who = object_get_typename(OBJECT(g->dev));
    KVMVgicIO io = { .is_write = true, .errp = errp };

    if (!kvm_enabled()) {
        error_setg(errp, "%s: needs the KVM accelerator (-accel kvm)", who);
        return false;
    }
    if (!kvm_irqchip_in_kernel()) {
        error_setg(errp, "%s: not possible with kernel-irqchip=off", who);
        return false;
    }
    g->fd = kvm_create_device(kvm_state, vgic_device_types[version], false);
    if (g->fd < 0) {
        create_error(who, version, g->fd, errp);
        g->fd = -1;
        return false;
    }
    io.fd = g->fd;
    kvm_vgic_io(&io, VGIC_GRP_NR_IRQS, 0, &num_irq);
    kvm_vgic_io(&io, VGIC_GRP_CTRL, VGIC_CTRL_INIT, NULL);
    if (!kvm_vgic_io_end(&io, g->dev)) {
        kvm_vgic_destroy(g);
        return false;
    }
    /* GSI n is SPI n, as the kernel has it by itself. */
    for (unsigned spi = 0; spi < num_irq - GIC_INPUT_INTERNAL; spi++) {
        kvm_irqchip_add_irq_route(kvm_state, spi, 0, spi);
    }
    kvm_irqchip_commit_routes(kvm_state);
    g->is_fresh = true;
    return true;
}

void kvm_vgic_destroy(KVMVgic *g)
{
    if (g->machine_done.notify) {
        qemu_remove_machine_init_done_notifier(&g->machine_done);
        g->machine_done.notify = NULL;
    }
    if (g->fd >= 0) {
        kvm_device_close(g->fd);
        g->fd = -1;
    }
    g->num_regions = 0;
}

void kvm_vgic_init(KVMVgic *g, DeviceState *dev)
{
    g->dev = dev;
    g->fd = -1;
}

/* ---- addresses ---- */

void kvm_vgic_region_add(KVMVgic *g, MemoryRegion *mr, uint64_t type, uint64_t flags)
{
    g_assert(g->num_regions < ARRAY_SIZE(g->regions));
    g->regions[g->num_regions++] = (KVMVgicRegion){ .mr = mr, .type = type, .flags = flags };
}

static uint64_t region_address(const MemoryRegion *mr)
{
    uint64_t address = 0;

    for (; mr->container; mr = mr->container) {
        address += mr->addr;
    }
    return address;
}

/* The machine is being built: without its interrupt controller it cannot be. */
static void machine_done_notify(Notifier *n, void *data)
{
    KVMVgic *g = container_of(n, KVMVgic, machine_done);
    Error *err = NULL;
    KVMVgicIO io = { .fd = g->fd, .is_write = true, .errp = &err };

    for (unsigned i = 0; i < g->num_regions; i++) {
        const KVMVgicRegion *region = &g->regions[i];
        uint64_t value = region_address(region->mr) | region->flags;

        if (memory_region_is_mapped(region->mr)) {
            trace_kvm_vgic_region(region->type, value);
            kvm_vgic_io(&io, VGIC_GRP_ADDR, region->type, &value);
        }
    }
    if (!kvm_vgic_io_end(&io, g->dev)) {
        error_propagate(&error_fatal, err);
    }
}

void kvm_vgic_regions_ready(KVMVgic *g)
{
    g->machine_done.notify = machine_done_notify;
    qemu_add_machine_init_done_notifier(&g->machine_done);
}

IRQTrigger kvm_vgic_trigger(const KVMVgic *g, KVMVgicFrame frame, uint32_t intid)
{
    KVMVgicIO io = { .fd = g->fd };
    bool is_running = runstate_is_running();
    uint32_t edge = 0;

    /* With a CPU in guest code the kernel's answer is EBUSY. */
    if (is_running) {
        pause_all_vcpus();
    }
    kvm_vgic_edges_io(&io, frame, intid / 32, &edge);
    if (is_running) {
        resume_all_vcpus();
    }
    return io.has_failed ? IRQ_TRIGGER_UNKNOWN :
           edge >> intid % 32 & 1 ? IRQ_TRIGGER_EDGE : IRQ_TRIGGER_LEVEL;
}

/* ---- info irq ---- */

void kvm_vgic_append_text(InterruptStatsProvider *obj, GString *out)
{
    g_string_append_printf(out, "%s: in the host's kernel, which counts no interrupts\n",
                           object_get_typename(OBJECT(obj)));
}
