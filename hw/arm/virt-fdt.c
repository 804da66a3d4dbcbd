/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The device tree of the virt board. Devices write their own nodes (hw/fdt-node.h);
 * here is what belongs to none of them: root, memory, CPUs, timer, PSCI, clock, and
 * the answers that devices need. Made after the platform bus placed its devices.
 */
#include "qemu/osdep.h"
#include <libfdt.h>
#include "qapi/error.h"
#include "qemu/guest-random.h"
#include "hw/core/cpu.h"
#include "hw/fdt-node.h"
#include "hw/platform-bus.h"
#include "sysemu/device_tree.h"
#include "virt-internal.h"

/* Interrupt specifiers, Linux' bindings of the GICs. */
#define GIC_FDT_IRQ_TYPE_PPI 1
#define GIC_FDT_IRQ_FLAGS_LEVEL_HI 4
#define GIC_FDT_IRQ_PPI_CPU_START 8
#define GIC_FDT_PPI(intid) ((intid) - 16)

/* PSCI function numbers, DEN0022: the 64-bit calling convention where there is one. */
#define PSCI_FN64_CPU_SUSPEND 0xc4000001
#define PSCI_FN_CPU_OFF 0x84000002
#define PSCI_FN64_CPU_ON 0xc4000003

/* Affinity fields of MPIDR_EL1. */
#define MPIDR_AFFINITY 0xff00ffffffull

/* ---- what devices ask ---- */

typedef struct VirtFdtContext {
    FdtNodeContext parent;
    VirtMachineState *vms;
} VirtFdtContext;

static bool ctx_on_platform_bus(const FdtNodeContext *ctx)
{
    return ctx->address_cells == 1;
}

static bool ctx_reg(FdtNodeContext *ctx, SysBusDevice *dev, int i, uint64_t *addr, uint64_t *size)
{
    VirtMachineState *vms = container_of(ctx, VirtFdtContext, parent)->vms;
    MemoryRegion *mr = sysbus_mmio_get_region(dev, i);

    if (!mr) {
        return false;
    }
    *addr = ctx_on_platform_bus(ctx)
        ? platform_bus_get_mmio_addr(PLATFORM_BUS_DEVICE(vms->platform_bus_dev), dev, i)
        : dev->mmio[i].addr;
    *size = memory_region_size(mr);
    return *addr != (hwaddr)-1;
}

static bool ctx_irq(FdtNodeContext *ctx, SysBusDevice *dev, int i, uint32_t cells[3], int *ncells)
{
    return sysbus_has_irq(dev, i) &&
           qemu_irq_get_fdt_cells(sysbus_get_connected_irq(dev, i), cells, ncells);
}

static uint32_t ctx_clock(FdtNodeContext *ctx, const char *name)
{
    /* One clock feeds everything. */
    return container_of(ctx, VirtFdtContext, parent)->vms->clock_phandle;
}

static uint32_t ctx_phandle_new(FdtNodeContext *ctx)
{
    return qemu_fdt_alloc_phandle(ctx->fdt);
}

static const FdtNodeContextOps virt_fdt_ops = {
    .reg = ctx_reg,
    .irq = ctx_irq,
    .clock = ctx_clock,
    .phandle_new = ctx_phandle_new,
};

static VirtFdtContext ctx_make(VirtMachineState *vms, void *fdt, const char *bus_path, int cells)
{
    return (VirtFdtContext){
        .parent = {
            .ops = &virt_fdt_ops,
            .fdt = fdt,
            .bus_path = bus_path,
            .address_cells = cells,
            .size_cells = cells,
            .interrupt_cells = 3,
        },
        .vms = vms,
    };
}

/* ---- what is there without devices ---- */

static void fdt_seed_add(void *fdt, const char *name, size_t size)
{
    uint8_t seed[32];

    g_assert(size <= sizeof(seed));
    qemu_guest_getrandom_nofail(seed, size);
    qemu_fdt_setprop(fdt, "/chosen", name, seed, size);
}

static void fdt_root_write(VirtMachineState *vms, void *fdt)
{
    const char *compatible = MACHINE(vms)->dt_compatible ?: "linux,dummy-virt";

    qemu_fdt_setprop_string(fdt, "/", "compatible", compatible);
    qemu_fdt_setprop_cell(fdt, "/", "#address-cells", 2);
    qemu_fdt_setprop_cell(fdt, "/", "#size-cells", 2);
    qemu_fdt_setprop_string(fdt, "/", "model", "linux,dummy-virt");
    qemu_fdt_add_subnode(fdt, "/chosen");
    if (vms->dtb_randomness) {
        fdt_seed_add(fdt, "kaslr-seed", 8);
        fdt_seed_add(fdt, "rng-seed", 32);
    }
    qemu_fdt_add_subnode(fdt, "/aliases");
}

static void fdt_clock_write(VirtMachineState *vms, void *fdt)
{
    const char *path = "/apb-pclk";

    vms->clock_phandle = qemu_fdt_alloc_phandle(fdt);
    qemu_fdt_add_subnode(fdt, path);
    qemu_fdt_setprop_string(fdt, path, "compatible", "fixed-clock");
    qemu_fdt_setprop_cell(fdt, path, "#clock-cells", 0);
    qemu_fdt_setprop_cell(fdt, path, "clock-frequency", VIRT_APB_PCLK_HZ);
    qemu_fdt_setprop_string(fdt, path, "clock-output-names", "clk24mhz");
    qemu_fdt_setprop_cell(fdt, path, "phandle", vms->clock_phandle);
}

static void fdt_memory_write(VirtMachineState *vms, void *fdt)
{
    const MemMapEntry *ram = &vms->memmap[VIRT_MEM];
    g_autofree char *path = virt_node_path(vms, "memory", VIRT_MEM);

    qemu_fdt_add_subnode(fdt, path);
    qemu_fdt_setprop_string(fdt, path, "device_type", "memory");
    qemu_fdt_setprop_sized_cells(fdt, path, "reg", 2, ram->base, 2, ram->size);
}

static void fdt_psci_write(void *fdt)
{
    static const char compatible[] = "arm,psci-1.0\0arm,psci-0.2\0arm,psci";
    const char *path = "/psci";

    qemu_fdt_add_subnode(fdt, path);
    qemu_fdt_setprop(fdt, path, "compatible", compatible, sizeof(compatible));
    qemu_fdt_setprop_string(fdt, path, "method", "hvc");
    /* For "arm,psci", whose numbers are nobody's standard. */
    qemu_fdt_setprop_cell(fdt, path, "cpu_suspend", PSCI_FN64_CPU_SUSPEND);
    qemu_fdt_setprop_cell(fdt, path, "cpu_off", PSCI_FN_CPU_OFF);
    qemu_fdt_setprop_cell(fdt, path, "cpu_on", PSCI_FN64_CPU_ON);
}

/* Flags of a PPI; GICv2's binding has the CPUs that it goes to as well. */
static uint32_t fdt_ppi_flags(const VirtMachineState *vms)
{
    unsigned cpus = MACHINE(vms)->smp.cpus;
    uint32_t mask = vms->gic_version == VIRT_GIC_VERSION_2 ? (1u << cpus) - 1 : 0;

    return GIC_FDT_IRQ_FLAGS_LEVEL_HI | mask << GIC_FDT_IRQ_PPI_CPU_START;
}

static void fdt_timer_write(VirtMachineState *vms, void *fdt)
{
    static const char compatible[] = "arm,armv8-timer\0arm,armv7-timer";
    const char *path = "/timer";
    uint32_t flags = fdt_ppi_flags(vms);

    qemu_fdt_add_subnode(fdt, path);
    qemu_fdt_setprop(fdt, path, "compatible", compatible, sizeof(compatible));
    qemu_fdt_setprop(fdt, path, "always-on", NULL, 0);
    qemu_fdt_setprop_cells(fdt, path, "interrupts",
                           GIC_FDT_IRQ_TYPE_PPI, GIC_FDT_PPI(ARCH_TIMER_S_EL1_IRQ), flags,
                           GIC_FDT_IRQ_TYPE_PPI, GIC_FDT_PPI(ARCH_TIMER_NS_EL1_IRQ), flags,
                           GIC_FDT_IRQ_TYPE_PPI, GIC_FDT_PPI(ARCH_TIMER_VIRT_IRQ), flags,
                           GIC_FDT_IRQ_TYPE_PPI, GIC_FDT_PPI(ARCH_TIMER_NS_EL2_IRQ), flags);
}

/* ---- CPUs ---- */

/* Path of the node below /cpus with this MPIDR affinity; NULL if there is none. */
static char *fdt_cpu_path(void *fdt, uint64_t affinity)
{
    int node;

    fdt_for_each_subnode(node, fdt, fdt_path_offset(fdt, "/cpus")) {
        int len;
        const void *reg = fdt_getprop(fdt, node, "reg", &len);

        if (reg && len == 4 && ldl_be_p(reg) == affinity) {
            return g_strdup_printf("/cpus/%s", fdt_get_name(fdt, node, NULL));
        }
    }
    return NULL;
}

static void fdt_cpu_map_add(void *fdt, const CpuTopology *smp, const CpuInstanceProperties *props,
                            uint32_t phandle)
{
    g_autofree char *core = g_strdup_printf("/cpus/cpu-map/socket%" PRId64 "/cluster%" PRId64
                                            "/core%" PRId64, props->socket_id, props->cluster_id,
                                            props->core_id);
    g_autofree char *path = smp->threads > 1
        ? g_strdup_printf("%s/thread%" PRId64, core, props->thread_id) : g_strdup(core);

    qemu_fdt_add_path(fdt, path);
    qemu_fdt_setprop_cell(fdt, path, "cpu", phandle);
}

static bool fdt_cpu_write(VirtMachineState *vms, FdtNodeContext *ctx, const CPUArchId *id,
                          Error **errp)
{
    const CpuTopology *smp = &MACHINE(vms)->smp;
    uint32_t phandle = qemu_fdt_alloc_phandle(ctx->fdt);
    g_autofree char *path = NULL;

    if (!fdt_node_add(OBJECT(id->cpu), ctx, errp)) {
        return false;
    }
    path = fdt_cpu_path(ctx->fdt, id->arch_id & MPIDR_AFFINITY);
    if (!path) {
        error_setg(errp, "CPU %d has no device tree node for its MPIDR", id->cpu->cpu_index);
        return false;
    }
    if (smp->cpus > 1) {
        qemu_fdt_setprop_string(ctx->fdt, path, "enable-method", "psci");
    }
    qemu_fdt_setprop_cell(ctx->fdt, path, "phandle", phandle);
    fdt_cpu_map_add(ctx->fdt, smp, &id->props, phandle);
    return true;
}

static bool fdt_cpus_write(VirtMachineState *vms, void *fdt, Error **errp)
{
    const CPUArchIdList *list = virt_cpus_possible(MACHINE(vms));
    VirtFdtContext ctx = ctx_make(vms, fdt, "/cpus", 1);

    qemu_fdt_add_subnode(fdt, "/cpus");
    qemu_fdt_setprop_cell(fdt, "/cpus", "#address-cells", 1);
    qemu_fdt_setprop_cell(fdt, "/cpus", "#size-cells", 0);
    qemu_fdt_add_subnode(fdt, "/cpus/cpu-map");
    /* libfdt puts a new node in front of its siblings. */
    for (int i = list->len; i-- > 0;) {
        if (list->cpus[i].cpu && !fdt_cpu_write(vms, &ctx.parent, &list->cpus[i], errp)) {
            return false;
        }
    }
    return true;
}

static void fdt_pmu_write(VirtMachineState *vms, void *fdt)
{
    CPUState *cpu = virt_cpus_possible(MACHINE(vms))->cpus[0].cpu;

    if (!cpu || !object_property_get_bool(OBJECT(cpu), "pmu", NULL)) {
        return;
    }
    qemu_fdt_add_subnode(fdt, "/pmu");
    qemu_fdt_setprop_string(fdt, "/pmu", "compatible", "arm,armv8-pmuv3");
    qemu_fdt_setprop_cells(fdt, "/pmu", "interrupts", GIC_FDT_IRQ_TYPE_PPI,
                           GIC_FDT_PPI(VIRTUAL_PMU_IRQ), fdt_ppi_flags(vms));
}

/* ---- devices ---- */

static bool fdt_board_devices_write(VirtMachineState *vms, void *fdt, Error **errp)
{
    PlatformBusDevice *pbus = PLATFORM_BUS_DEVICE(vms->platform_bus_dev);
    VirtFdtContext ctx = ctx_make(vms, fdt, "/", 2);
    BusChild *kid;

    QTAILQ_FOREACH(kid, &sysbus_get_default()->children, sibling) {
        SysBusDevice *dev = SYS_BUS_DEVICE(kid->child);

        if (object_dynamic_cast(OBJECT(dev), TYPE_FDT_NODE) &&
            !platform_bus_has_device(pbus, dev) && !fdt_node_add(OBJECT(dev), &ctx.parent, errp)) {
            return false;
        }
    }
    return true;
}

static bool fdt_platform_bus_write(VirtMachineState *vms, void *fdt, Error **errp)
{
    static const char compatible[] = "qemu,platform\0simple-bus";
    PlatformBusDevice *pbus = PLATFORM_BUS_DEVICE(vms->platform_bus_dev);
    const MemMapEntry *window = &vms->memmap[VIRT_PLATFORM_BUS];
    g_autofree char *path = virt_node_path(vms, "platform-bus", VIRT_PLATFORM_BUS);
    VirtFdtContext ctx = ctx_make(vms, fdt, path, 1);
    BusChild *kid;

    qemu_fdt_add_subnode(fdt, path);
    qemu_fdt_setprop(fdt, path, "compatible", compatible, sizeof(compatible));
    qemu_fdt_setprop_cell(fdt, path, "#size-cells", 1);
    qemu_fdt_setprop_cell(fdt, path, "#address-cells", 1);
    qemu_fdt_setprop_cells(fdt, path, "ranges", 0, window->base >> 32, window->base,
                           window->size);
    qemu_fdt_setprop_cell(fdt, path, "interrupt-parent", vms->gic_phandle);
    QTAILQ_FOREACH(kid, &sysbus_get_default()->children, sibling) {
        SysBusDevice *dev = SYS_BUS_DEVICE(kid->child);

        if (platform_bus_has_device(pbus, dev) && !fdt_node_add(OBJECT(dev), &ctx.parent, errp)) {
            error_prepend(errp, "device '%s': ", qdev_get_printable_name(DEVICE(dev)));
            return false;
        }
    }
    return true;
}

/* What refers to devices' nodes. */
static void fdt_references_write(VirtMachineState *vms, void *fdt)
{
    g_autofree char *gic = virt_node_path(vms, "intc", VIRT_GIC_DIST);
    g_autofree char *uart = virt_node_path(vms, "pl011", VIRT_UART);
    g_autofree char *gpio = virt_node_path(vms, "pl061", VIRT_GPIO);

    uint32_t gpio_phandle = qemu_fdt_get_phandle(fdt, gpio);

    vms->gic_phandle = qemu_fdt_get_phandle(fdt, gic);
    qemu_fdt_setprop_cell(fdt, "/", "interrupt-parent", vms->gic_phandle);
    qemu_fdt_setprop_string(fdt, "/chosen", "stdout-path", uart);
    qemu_fdt_setprop_string(fdt, "/aliases", "serial0", uart);
    qemu_fdt_add_subnode(fdt, "/gpio-keys");
    qemu_fdt_setprop_string(fdt, "/gpio-keys", "compatible", "gpio-keys");
    qemu_fdt_add_subnode(fdt, "/gpio-keys/poweroff");
    qemu_fdt_setprop_string(fdt, "/gpio-keys/poweroff", "label", "GPIO Key Poweroff");
    qemu_fdt_setprop_cell(fdt, "/gpio-keys/poweroff", "linux,code", VIRT_POWER_KEY_CODE);
    qemu_fdt_setprop_cells(fdt, "/gpio-keys/poweroff", "gpios", gpio_phandle,
                           VIRT_POWER_KEY_LINE, 0);
}

bool virt_fdt_build(VirtMachineState *vms, Error **errp)
{
    g_autofree void *fdt = create_device_tree(NULL);

    fdt_root_write(vms, fdt);
    fdt_clock_write(vms, fdt);
    fdt_memory_write(vms, fdt);
    fdt_psci_write(fdt);
    fdt_timer_write(vms, fdt);
    fdt_pmu_write(vms, fdt);
    if (!fdt_cpus_write(vms, fdt, errp) || !fdt_board_devices_write(vms, fdt, errp)) {
        return false;
    }
    fdt_references_write(vms, fdt);
    if (!fdt_platform_bus_write(vms, fdt, errp)) {
        return false;
    }
    MACHINE(vms)->fdt = g_steal_pointer(&fdt);
    return true;
}
