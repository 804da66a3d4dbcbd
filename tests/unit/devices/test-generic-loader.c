/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The generic loader and CPUs, of a type that only keeps its program counter; and the device
 * that nobody models.
 */
#include "../hwcore/hwcore-harness.h"
#include <elf.h>
#include "exec/address-spaces.h"
#include "hw/core/cpu.h"
#include "hw/core/generic-loader.h"
#include "hw/misc/unimp.h"
#include "hw/qdev-properties.h"
#include "qemu/module.h"
#include "sysemu/reset.h"

#define RAM_BASE 0x40000000
#define RAM_SIZE 0x10000

/* ---- a CPU ---- */

#define TYPE_COUNTER_CPU "counter-" TYPE_CPU
OBJECT_DECLARE_SIMPLE_TYPE(CounterCPU, COUNTER_CPU)

struct CounterCPU {
    CPUState parent_obj;

    vaddr pc;
    unsigned resets;
};

static void counter_cpu_set_pc(CPUState *cpu, vaddr pc)
{
    COUNTER_CPU(cpu)->pc = pc;
}

static void counter_cpu_reset_hold(Object *obj)
{
    COUNTER_CPU(obj)->pc = 0;
    COUNTER_CPU(obj)->resets++;
}

static void counter_cpu_realize(DeviceState *dev, Error **errp)
{
    cpu_exec_realizefn(CPU(dev), errp);
}

static void counter_cpu_class_init(ObjectClass *oc, void *data)
{
    CPU_CLASS(oc)->set_pc = counter_cpu_set_pc;
    RESETTABLE_CLASS(oc)->phases.hold = counter_cpu_reset_hold;
    DEVICE_CLASS(oc)->realize = counter_cpu_realize;
}

static const TypeInfo counter_cpu_types[] = {
    {
        .name = TYPE_COUNTER_CPU,
        .parent = TYPE_CPU,
        .instance_size = sizeof(CounterCPU),
        .class_init = counter_cpu_class_init,
    },
};

DEFINE_TYPES(counter_cpu_types)

static CounterCPU *cpus_made[2];

static void cpus_make(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(cpus_made); i++) {
        DeviceState *dev = qdev_new(TYPE_COUNTER_CPU);

        qdev_realize(dev, NULL, &error_abort);
        cpus_made[i] = COUNTER_CPU(dev);
    }
}

/* ---- the loader ---- */

static DeviceState *loader_new(uint64_t addr, uint32_t cpu)
{
    DeviceState *dev = qdev_new(TYPE_GENERIC_LOADER);

    qdev_prop_set_uint64(dev, "addr", addr);
    qdev_prop_set_uint32(dev, "cpu-num", cpu);
    return dev;
}

static void loader_drop(DeviceState *dev)
{
    object_unparent(OBJECT(dev));
    object_unref(OBJECT(dev));
}

static void test_cpu_starts_at_the_address(void)
{
    DeviceState *dev = loader_new(0x1234, 1);
    unsigned resets = cpus_made[1]->resets;

    qdev_realize(dev, NULL, &error_abort);
    qemu_devices_reset(SHUTDOWN_CAUSE_GUEST_RESET);
    g_assert_cmphex(cpus_made[1]->pc, ==, 0x1234);
    g_assert_cmphex(cpus_made[0]->pc, ==, 0);
    g_assert_cmpuint(cpus_made[1]->resets, ==, resets + 1);
    cpus_made[1]->pc = 0x9999;
    qemu_devices_reset(SHUTDOWN_CAUSE_GUEST_RESET);
    g_assert_cmphex(cpus_made[1]->pc, ==, 0x1234);

    /* Once it is gone it does nothing more. */
    loader_drop(dev);
    cpus_made[1]->pc = 0x9999;
    qemu_devices_reset(SHUTDOWN_CAUSE_GUEST_RESET);
    g_assert_cmphex(cpus_made[1]->pc, ==, 0x9999);
}

static void test_cpu_starts_at_the_entry_of_an_elf_file(void)
{
    struct {
        Elf64_Ehdr header;
        Elf64_Phdr segment;
    } elf = {
        .header = {
            .e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
            .e_entry = RAM_BASE + 0x40,
            .e_phoff = sizeof(Elf64_Ehdr),
            .e_phentsize = sizeof(Elf64_Phdr),
            .e_phnum = 1,
        },
        .segment = { .p_type = PT_LOAD, .p_paddr = RAM_BASE, .p_filesz = 64, .p_memsz = 64 },
    };
    g_autofree char *path = NULL;
    int fd = g_file_open_tmp("gantry-loader-XXXXXX", &path, NULL);
    DeviceState *dev = loader_new(0x5000, 0);

    g_assert_cmpint(write(fd, &elf, sizeof(elf)), ==, sizeof(elf));
    close(fd);
    qdev_prop_set_string(dev, "file", path);
    qdev_realize(dev, NULL, &error_abort);
    unlink(path);
    qemu_devices_reset(SHUTDOWN_CAUSE_GUEST_RESET);
    g_assert_cmphex(cpus_made[0]->pc, ==, RAM_BASE + 0x40);
    loader_drop(dev);
}

static void test_value_leaves_the_cpu_alone(void)
{
    DeviceState *dev = loader_new(RAM_BASE + 0x100, 1);

    qdev_prop_set_uint64(dev, "data", 0xabcd);
    qdev_prop_set_uint8(dev, "data-len", 2);
    qdev_realize(dev, NULL, &error_abort);
    cpus_made[1]->pc = 0x7777;
    qemu_devices_reset(SHUTDOWN_CAUSE_GUEST_RESET);
    g_assert_cmphex(cpus_made[1]->pc, ==, 0x7777);
    g_assert_cmphex(address_space_ldl_le(&address_space_memory, RAM_BASE + 0x100,
                                         MEMTXATTRS_UNSPECIFIED, NULL), ==, 0xabcd);
    loader_drop(dev);
}

static void test_missing_cpu_is_refused(void)
{
    DeviceState *dev = loader_new(0x1000, 2);
    Error *err = NULL;

    g_assert_false(qdev_realize(dev, NULL, &err));
    harness_error_contains(err, "cpu-num 2");
    object_unref(OBJECT(dev));
}

/* ---- unimplemented-device ---- */

static void test_unimplemented_reads_zero_and_lies_below(void)
{
    create_unimplemented_device("some-timer", RAM_BASE - 0x1000, 0x2000);
    for (unsigned offset = 0; offset < 0x1000; offset += 0x7f8) {
        hwaddr addr = RAM_BASE - 0x1000 + offset;
        MemTxResult result;

        address_space_stq_le(&address_space_memory, addr, UINT64_MAX, MEMTXATTRS_UNSPECIFIED,
                             &result);
        g_assert_cmpint(result, ==, MEMTX_OK);
        g_assert_cmphex(address_space_ldq_le(&address_space_memory, addr, MEMTXATTRS_UNSPECIFIED,
                                             &result), ==, 0);
        g_assert_cmpint(result, ==, MEMTX_OK);
        g_assert_cmphex(address_space_ldub(&address_space_memory, addr + 3,
                                           MEMTXATTRS_UNSPECIFIED, &result), ==, 0);
        g_assert_cmpint(result, ==, MEMTX_OK);
    }
    /* The memory at its upper half stays. */
    address_space_stl_le(&address_space_memory, RAM_BASE + 8, 0x55aa, MEMTXATTRS_UNSPECIFIED,
                         NULL);
    g_assert_cmphex(address_space_ldl_le(&address_space_memory, RAM_BASE + 8,
                                         MEMTXATTRS_UNSPECIFIED, NULL), ==, 0x55aa);
}

static void assert_unimplemented_refused(const char *name, uint64_t size, const char *word)
{
    DeviceState *dev = qdev_new(TYPE_UNIMPLEMENTED_DEVICE);
    Error *err = NULL;

    if (name) {
        qdev_prop_set_string(dev, "name", name);
    }
    qdev_prop_set_uint64(dev, "size", size);
    g_assert_false(sysbus_realize(SYS_BUS_DEVICE(dev), &err));
    harness_error_contains(err, word);
    object_unref(OBJECT(dev));
}

static void test_unimplemented_needs_name_and_size(void)
{
    assert_unimplemented_refused("x", 0, "size");
    assert_unimplemented_refused(NULL, 0x1000, "name");
}

int main(int argc, char **argv)
{
    static MemoryRegion ram;

    harness_init(&argc, &argv);
    memory_region_init_ram(&ram, NULL, "test-ram", RAM_SIZE, &error_abort);
    memory_region_add_subregion(get_system_memory(), RAM_BASE, &ram);
    cpus_make();
    g_test_add_func("/loader/cpu/starts-at-the-address", test_cpu_starts_at_the_address);
    g_test_add_func("/loader/cpu/starts-at-the-entry-of-an-elf-file",
                    test_cpu_starts_at_the_entry_of_an_elf_file);
    g_test_add_func("/loader/cpu/value-leaves-it-alone", test_value_leaves_the_cpu_alone);
    g_test_add_func("/loader/cpu/missing-is-refused", test_missing_cpu_is_refused);
    g_test_add_func("/unimplemented-device/reads-zero-and-lies-below",
                    test_unimplemented_reads_zero_and_lies_below);
    g_test_add_func("/unimplemented-device/needs-name-and-size",
                    test_unimplemented_needs_name_and_size);
    return g_test_run();
}
