/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arm CPUs on the fake KVM: see kvm-arm-rig.h.
 */
#include "qemu/osdep.h"
#include "qemu/accel.h"
#include "qemu/bswap.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "qemu/rcu.h"
#include "qapi/error.h"
#include "exec/address-spaces.h"
#include "hw/qdev-properties.h"
#include "sysemu/cpus.h"
#include "sysemu/runstate.h"
#include "kvm-arm-rig.h"

void kvm_arm_rig_init(int *argc, char ***argv)
{
    g_test_init(argc, argv, NULL);
    qemu_init_main_loop(&error_abort);
    bql_lock();
    module_call_init(MODULE_INIT_QOM);
    memory_map_init();
    qemu_init_cpu_loop();
}

/* -- the device ------------------------------------------------------------------------------ */

static uint64_t dev_read(void *opaque, hwaddr addr, unsigned size)
{
    KVMArmRig *rig = opaque;

    rig->dev_reads++;
    rig->dev_last_size = size;
    return ldn_le_p(rig->dev_bytes + addr, size);
}

static void dev_write(void *opaque, hwaddr addr, uint64_t value, unsigned size)
{
    KVMArmRig *rig = opaque;

    rig->dev_writes++;
    rig->dev_last_size = size;
    stn_le_p(rig->dev_bytes + addr, size, value);
}

static const MemoryRegionOps dev_ops = {
    .read = dev_read,
    .write = dev_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8 },
    .impl = { .min_access_size = 1, .max_access_size = 8 },
};

/* -- life ------------------------------------------------------------------------------------ */

void kvm_arm_rig_start(KVMArmRig *rig)
{
    static const char *const requests[] = { "kvm", NULL };

    memset(rig, 0, sizeof(*rig));
    runstate_init();
    fake_kvm_start();
    fake_kvm.ioctl = fake_kvm_arm_ioctl;
    fake_kvm.extensions[KVM_CAP_VCPU_EVENTS] = 1;
    accel_init_first_usable(NULL, requests, NULL, NULL, &error_abort);
    memory_region_init_ram(&rig->ram, NULL, "rig-ram", RIG_RAM_SIZE, &error_abort);
    memory_region_init_io(&rig->dev, NULL, &dev_ops, rig, "rig-dev", RIG_DEV_SIZE);
    memory_region_add_subregion(get_system_memory(), RIG_RAM, &rig->ram);
    memory_region_add_subregion(get_system_memory(), RIG_DEV, &rig->dev);
}

CPUState *kvm_arm_rig_cpu(const char *model, bool starts_off, Error **errp)
{
    g_autofree char *type = g_strconcat(model, ARM_CPU_TYPE_SUFFIX, NULL);
    DeviceState *dev = qdev_new(type);

    object_property_add_child(object_get_root(), "cpu[*]", OBJECT(dev));
    qdev_prop_set_bit(dev, "start-powered-off", starts_off);
    if (!qdev_realize(dev, NULL, errp)) {
        object_unparent(OBJECT(dev));
        object_unref(OBJECT(dev));
        return NULL;
    }
    object_unref(OBJECT(dev));
    return CPU(dev);
}

void kvm_arm_rig_start_cpus(KVMArmRig *rig, unsigned n)
{
    kvm_arm_rig_start(rig);
    for (unsigned i = 0; i < n; i++) {
        rig->cpus[i] = kvm_arm_rig_cpu("host", i > 0, &error_abort);
    }
    cpu_synchronize_all_post_reset();
}

void kvm_arm_rig_stop(KVMArmRig *rig)
{
    vm_stop(RUN_STATE_PAUSED);
    for (unsigned i = 0; i < G_N_ELEMENTS(rig->cpus); i++) {
        if (rig->cpus[i]) {
            object_unparent(OBJECT(rig->cpus[i]));
        }
    }
    drain_call_rcu();
    memory_region_del_subregion(get_system_memory(), &rig->dev);
    memory_region_del_subregion(get_system_memory(), &rig->ram);
    accel_release();
    object_unparent(OBJECT(&rig->dev));
    object_unparent(OBJECT(&rig->ram));
    drain_call_rcu();
    fake_kvm_stop();
    fake_kvm_arm_stop();
}

void *kvm_arm_rig_ram(KVMArmRig *rig, uint64_t gpa)
{
    g_assert_cmpuint(gpa - RIG_RAM, <, RIG_RAM_SIZE);
    return (uint8_t *)memory_region_get_ram_ptr(&rig->ram) + (gpa - RIG_RAM);
}
