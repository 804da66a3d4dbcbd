/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The `virt` board: a machine that exists nowhere in hardware, described to the
 * guest by its device tree. Memory map, interrupt map, and the machine's state.
 */
#ifndef HW_ARM_VIRT_H
#define HW_ARM_VIRT_H

#include "exec/hwaddr.h"
#include "hw/arm/boot.h"
#include "hw/block/flash.h"
#include "hw/boards.h"
#include "hw/sysbus.h"

/* SPIs of the GIC, and all its interrupts of one CPU: 16 SGIs, 16 PPIs, the SPIs. */
#define NUM_IRQS 256
#define VIRT_GIC_INTERNAL 32

#define NUM_VIRTIO_TRANSPORTS 32
#define VIRT_FLASH_BANKS 2
#define PLATFORM_BUS_NUM_IRQS 64

/* The power button: line of the GPIO controller, and KEY_POWER of linux/input.h. */
#define VIRT_POWER_KEY_LINE 3
#define VIRT_POWER_KEY_CODE 116

/* The clock of the PrimeCell devices. */
#define VIRT_APB_PCLK_HZ 24000000

/* PPIs: INTIDs of the architecture's timers and so on. */
#define ARCH_TIMER_VIRT_IRQ 27
#define ARCH_TIMER_S_EL1_IRQ 29
#define ARCH_TIMER_NS_EL1_IRQ 30
#define ARCH_TIMER_NS_EL2_IRQ 26
#define ARCH_GIC_MAINT_IRQ 25
#define VIRTUAL_PMU_IRQ 23

/* Places of the memory map below RAM, and RAM. */
enum {
    VIRT_FLASH,
    VIRT_GIC_DIST,
    VIRT_GIC_CPU,
    VIRT_GIC_V2M,
    VIRT_GIC_ITS,
    VIRT_GIC_REDIST,
    VIRT_UART,
    VIRT_RTC,
    VIRT_FW_CFG,
    VIRT_GPIO,
    VIRT_SMMU,
    VIRT_MMIO,
    VIRT_PLATFORM_BUS,
    VIRT_PCIE_MMIO,
    VIRT_PCIE_PIO,
    VIRT_PCIE_ECAM,
    VIRT_MEM,
    /* Above RAM. */
    VIRT_HIGH_GIC_REDIST2,
    VIRT_HIGH_PCIE_ECAM,
    VIRT_HIGH_PCIE_MMIO,
    VIRT_MEMMAP_LAST,
};

typedef enum VirtGICType {
    VIRT_GIC_VERSION_NOSEL, /* not chosen: 2 */
    VIRT_GIC_VERSION_2,
    VIRT_GIC_VERSION_3,
    VIRT_GIC_VERSION_HOST,
    VIRT_GIC_VERSION_MAX,
} VirtGICType;

#define TYPE_VIRT_MACHINE MACHINE_TYPE_NAME("virt")
OBJECT_DECLARE_SIMPLE_TYPE(VirtMachineState, VIRT_MACHINE)

/*
 * @gic_version: as chosen, then (from build on) 2 or 3. @memmap: places of size
 * 0 do not exist on this machine. @irqmap: first SPI of each place, by the same
 * index. @apb_pclk, the one clock: the
 * machine's child. @gic and the other devices: borrowed. Phandles: 0 until the tree is
 * built.
 */
struct VirtMachineState {
    MachineState parent;

    VirtGICType gic_version;
    bool highmem;
    bool dtb_randomness;
    OnOffSplit kernel_irqchip;
    bool kernel_irqchip_is_set;
    bool is_built;

    MemMapEntry memmap[VIRT_MEMMAP_LAST];
    const int *irqmap;
    Clock *apb_pclk;
    DeviceState *gic;
    PFlashCFI01 *flash[VIRT_FLASH_BANKS];
    DeviceState *platform_bus_dev;
    DeviceState *gpio_dev;
    DeviceState *power_key;
    FWCfgState *fw_cfg;
    Notifier powerdown_notifier;
    struct arm_boot_info bootinfo;
    uint32_t gic_phandle;
    uint32_t clock_phandle;
};

/* Device path in the tree of the thing at @place: /name@address. The caller frees it. */
char *virt_node_path(const VirtMachineState *vms, const char *name, int place);

/* Interrupt line of SPI @spi. Call it after the GIC was created. */
qemu_irq virt_spi(const VirtMachineState *vms, int spi);

#endif
