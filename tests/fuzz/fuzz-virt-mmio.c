/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzz target: accesses of every size to every place of the virt board, with virtio devices
 * that reach guest memory by themselves, and time that passes in between. Each input starts
 * from a reset. The program's name chooses the GIC: fuzz-virt-mmio-gicv3 has version 3; and
 * whether there is a disk: fuzz-virt-mmio-blk has one, of zeros.
 */
#include "qemu/osdep.h"
#include "exec/address-spaces.h"
#include "hw/core/cpu.h"
#include "monitor/qdev.h"
#include "qapi/error.h"
#include "qapi/qmp/qdict.h"
#include "qemu/main-loop.h"
#include "sysemu/cpu-timers.h"
#include "sysemu/qtest.h"
#include "sysemu/reset.h"
#include "../unit/block/block-harness.h"
#include "board-harness.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define RAM 0x40000000ull
/* What inputs may write of RAM; cleared before each. */
#define RAM_SIZE 0x10000

#define CPUS 2

/* Longest wait of one step: 17 s in ns. */
#define STEP_SHIFT 18

static const char *const devices[] = {
    "virtio-rng-device", "virtio-serial-device", "virtio-blk-device", "virtio-net-device",
};

/* Where inputs go; the size bounds the offset. */
static const struct {
    uint64_t base;
    uint32_t size;
} places[] = {
    { RAM, RAM_SIZE },
    { 0x08000000, 0x1000 },     /* GIC distributor */
    { 0x08010000, 0x2000 },     /* GICv2 CPU interface */
    { 0x080a0000, 0x40000 },    /* GICv3 redistributors */
    { 0x09000000, 0x1000 },     /* UART */
    { 0x09010000, 0x1000 },     /* RTC */
    { 0x09020000, 0x20 },       /* fw_cfg */
    { 0x09030000, 0x1000 },     /* GPIO */
    { 0x0a003e00, 0x200 },      /* the first virtio devices */
    { 0x0a003c00, 0x200 },
    { 0x0a003a00, 0x200 },
    { 0x0a003800, 0x200 },
    { 0x0a000000, 0x4000 },     /* all transports */
    { 0x00000000, 0x8000000 },  /* flash */
    { 0x0c000000, 0x4000 },     /* platform bus */
    { 0x08000000, 0x8000000 },  /* anything between flash and PCI */
};

/* One step of an input. */
typedef struct FuzzStep {
    uint8_t what;               /* bits 1..0: see below; 3..2: log2 of the size; 4: CPU */
    uint8_t place;
    uint8_t offset[3];
    uint8_t value[4];
} FuzzStep;

enum { STEP_READ, STEP_WRITE, STEP_WRITE_AGAIN, STEP_WAIT };

static void device_add(const char *type, const char *drive)
{
    g_autoptr(QDict) opts = qdict_new();
    DeviceState *dev;

    qdict_put_str(opts, "driver", type);
    if (drive) {
        qdict_put_str(opts, "drive", drive);
    }
    dev = qdev_device_add_from_qdict(opts, false, &error_abort);
    object_unref(OBJECT(dev));
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    bool has_disk = strstr((*argv)[0], "mmio-blk");
    const char *gic_version = strstr((*argv)[0], "gicv3") ? "3" : "2";
    MachineState *machine = board_harness_create("virt", CPUS, "gic-version", gic_version,
                                                 "dtb-randomness", "off", NULL);

    for (size_t i = 0; i < ARRAY_SIZE(devices); i++) {
        if (strcmp(devices[i], "virtio-blk-device")) {
            device_add(devices[i], NULL);
        } else if (has_disk) {
            block_node_new("driver=null-co,node-name=zeros,size=1M,read-zeroes=on");
            device_add(devices[i], "zeros");
        }
    }
    device_add("pl031", NULL);
    device_add("pl061", NULL);
    device_add("pl011", NULL);
    board_harness_finish(machine);
    /* Timers run as in a machine that has started. */
    cpu_enable_ticks();
    return 0;
}

static void step_access(const FuzzStep *step)
{
    size_t place = step->place % ARRAY_SIZE(places);
    unsigned size = 1u << (step->what >> 2 & 3);
    uint32_t offset = (step->offset[0] | step->offset[1] << 8 | step->offset[2] << 16);
    uint64_t addr = places[place].base + offset % places[place].size;
    /* An 8 byte write repeats the value: addresses in RAM have high halves of 0 or 1. */
    uint64_t value = (uint32_t)ldl_le_p(step->value);
    uint8_t bytes[8];

    stq_le_p(bytes, step->what & 0x20 ? value | value << 32 : value);
    current_cpu = qemu_get_cpu(step->what >> 4 & 1);
    if ((step->what & 3) == STEP_READ) {
        address_space_read(&address_space_memory, addr, MEMTXATTRS_UNSPECIFIED, bytes, size);
    } else {
        address_space_write(&address_space_memory, addr, MEMTXATTRS_UNSPECIFIED, bytes, size);
    }
    current_cpu = NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    address_space_set(&address_space_memory, RAM, 0, RAM_SIZE, MEMTXATTRS_UNSPECIFIED);
    for (; size >= sizeof(FuzzStep); data += sizeof(FuzzStep), size -= sizeof(FuzzStep)) {
        const FuzzStep *step = (const FuzzStep *)data;

        if ((step->what & 3) == STEP_WAIT) {
            qtest_clock_warp(qtest_clock_get() + ((uint64_t)lduw_le_p(step->value) << STEP_SHIFT));
            main_loop_wait(true);
        } else {
            step_access(step);
        }
    }
    main_loop_wait(true);
    qemu_devices_reset(SHUTDOWN_CAUSE_SNAPSHOT_LOAD);
    return 0;
}
