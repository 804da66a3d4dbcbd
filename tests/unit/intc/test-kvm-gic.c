/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The in-kernel GICs against a simulated kernel: making them and what is said when that fails,
 * addresses, lines, reset, and the way of the state from the kernel to the saved form, to the
 * software models and back.
 */
#include "qemu/osdep.h"
#include "hw/intc/arm_gic.h"
#include "hw/intc/arm_gic_kvm.h"
#include "hw/intc/arm_gicv3.h"
#include "hw/qdev-properties.h"
#include "hw/resettable.h"
#include "migration/machine-state.h"
#include "migration/vmstate.h"
#include "qapi/qmp/qlist.h"
#include "qapi/visitor.h"
#include "qemu/accel.h"
#include "sysemu/cpus.h"
#include "sysemu/kvm.h"
#include "sysemu/kvm-cpu-ops.h"
#include "sysemu/sysemu.h"
#include "../hwcore/hwcore-harness.h"
#include "../../fake/fake-vgic.h"

#define OFFERS_2 (1u << 2)
#define OFFERS_3 (1u << 3)
#define CPUS 2
#define IRQS 96
#define DIST_BASE 0x08000000
#define CPU_BASE 0x08010000
#define REDIST_BASE 0x080a0000
#define GICD_ICFGR2 0xc08
#define ALL_EDGES 0xaaaaaaaa

enum { GRP_ADDR, GRP_DIST, GRP_CPU, GRP_NR_IRQS, GRP_CTRL, GRP_REDIST, GRP_SYSREGS, GRP_LEVEL };

/* ---- a CPU that KVM takes ---- */

#define TYPE_TEST_KVM_CPU "test-kvm-cpu"

static bool registers_move(CPUState *cpu, Error **errp)
{
    return true;
}

static bool registers_put(CPUState *cpu, int level, Error **errp)
{
    return true;
}

static const struct KVMCPUOps test_cpu_ops = {
    .name = "aarch64",
    .get_registers = registers_move,
    .put_registers = registers_put,
};

static void affinity_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    uint64_t affinity = 0x100 + CPU(obj)->cpu_index;

    visit_type_uint64(v, name, &affinity, errp);
}

static DeviceRealize test_cpu_parent_realize;

static void test_cpu_realize(DeviceState *dev, Error **errp)
{
    cpu_exec_realizefn(CPU(dev), &error_abort);
    qemu_init_vcpu(CPU(dev));
    test_cpu_parent_realize(dev, errp);
}

static void test_cpu_class_init(ObjectClass *oc, void *data)
{
    CPU_CLASS(oc)->kvm_ops = &test_cpu_ops;
    device_class_set_parent_realize(DEVICE_CLASS(oc), test_cpu_realize, &test_cpu_parent_realize);
    object_class_property_add(oc, "mp-affinity", "uint64", affinity_get, NULL, NULL, NULL);
}

static const TypeInfo test_types[] = {
    {
        .name = TYPE_TEST_KVM_CPU,
        .parent = TYPE_CPU,
        .instance_size = sizeof(CPUState),
        .class_init = test_cpu_class_init,
    },
};

DEFINE_TYPES(test_types)

/* ---- bench ---- */

static CPUState *test_cpus[CPUS];

static void start(unsigned offers)
{
    static const char *const requests[] = { "kvm", NULL };

    fake_kvm_start();
    fake_vgic_start(offers);
    accel_init_first_usable(NULL, requests, NULL, NULL, &error_abort);
    g_assert_true(kvm_irqchip_create(kvm_state, true, &error_abort));
}

static void cpus_make(void)
{
    for (unsigned i = 0; i < CPUS; i++) {
        Object *obj = object_new(TYPE_TEST_KVM_CPU);

        object_property_add_child(object_get_root(), "cpu[*]", obj);
        test_cpus[i] = CPU(obj);
        object_unref(obj);
        qdev_realize(DEVICE(obj), NULL, &error_abort);
    }
}

static void stop(void)
{
    for (unsigned i = 0; i < CPUS; i++) {
        if (test_cpus[i]) {
            object_unparent(OBJECT(test_cpus[i]));
            test_cpus[i] = NULL;
        }
    }
    accel_release();
    fake_vgic_stop();
    fake_kvm_stop();
}

static DeviceState *gic_new(const char *type, int revision)
{
    DeviceState *dev = qdev_new(type);

    object_property_add_child(object_get_root(), "gic", OBJECT(dev));
    qdev_prop_set_uint32(dev, "num-cpu", CPUS);
    qdev_prop_set_uint32(dev, "num-irq", IRQS);
    qdev_prop_set_uint32(dev, "revision", revision);
    return dev;
}

/* Realized and mapped. */
static DeviceState *gic_make(const char *type, int revision)
{
    DeviceState *dev = gic_new(type, revision);

    sysbus_realize_and_unref(SYS_BUS_DEVICE(dev), &error_abort);
    sysbus_mmio_map(SYS_BUS_DEVICE(dev), 0, DIST_BASE);
    sysbus_mmio_map(SYS_BUS_DEVICE(dev), 1, revision == 3 ? REDIST_BASE : CPU_BASE);
    return dev;
}

static void gic_drop(DeviceState *dev)
{
    object_unparent(OBJECT(dev));
}

static DeviceState *kvm_gic_start(int version)
{
    start(1u << version);
    if (version == 3) {
        cpus_make();
    }
    return gic_make(version == 3 ? TYPE_KVM_ARM_GICV3 : TYPE_KVM_ARM_GIC, version);
}

static void kvm_gic_stop(DeviceState *dev)
{
    gic_drop(dev);
    stop();
}

static qemu_irq spi(DeviceState *dev, unsigned n)
{
    return qdev_get_gpio_in(dev, n);
}

/* ---- making it ---- */

static void test_kernel_is_told_what_it_needs(void)
{
    for (int version = 2; version <= 3; version++) {
        DeviceState *dev = kvm_gic_start(version);

        g_assert_cmpint(fake_vgic.version, ==, version);
        g_assert_cmpuint(fake_vgic.num_irq, ==, IRQS);
        g_assert_cmpuint(fake_vgic.inits, ==, 1);
        kvm_gic_stop(dev);
    }
}

static void test_addresses_are_told_when_the_machine_is_complete(void)
{
    DeviceState *dev = kvm_gic_start(2);

    g_assert_cmphex(fake_vgic_get(GRP_ADDR, 0), ==, 0);
    qemu_run_machine_init_done_notifiers();
    g_assert_cmphex(fake_vgic_get(GRP_ADDR, 0), ==, DIST_BASE);
    g_assert_cmphex(fake_vgic_get(GRP_ADDR, 1), ==, CPU_BASE);
    kvm_gic_stop(dev);
}

static void assert_realize_fails(const char *type, int revision, const char *message)
{
    DeviceState *dev = gic_new(type, revision);
    Error *err = NULL;

    g_assert_false(sysbus_realize(SYS_BUS_DEVICE(dev), &err));
    g_assert_cmpstr(error_get_pretty(err), ==, message);
    error_free(err);
    object_unparent(OBJECT(dev));
    object_unref(OBJECT(dev));
}

static void test_without_kvm_it_is_refused(void)
{
    assert_realize_fails(TYPE_KVM_ARM_GIC, 2,
                         "kvm-arm-gic: needs the KVM accelerator (-accel kvm)");
}

static void test_version_of_the_host_is_said(void)
{
    start(OFFERS_2);
    cpus_make();
    assert_realize_fails(TYPE_KVM_ARM_GICV3, 3, "kvm-arm-gicv3: the host's kernel has no GICv3 to "
                         "offer: an in-kernel GIC has the version of the host's (use "
                         "gic-version=host)");
    stop();
    start(OFFERS_3);
    assert_realize_fails(TYPE_KVM_ARM_GIC, 2, "kvm-arm-gic: the host's kernel has no GICv2 to "
                         "offer: an in-kernel GIC has the version of the host's (use "
                         "gic-version=host, or kernel-irqchip=off)");
    stop();
}

static void test_second_controller_is_refused(void)
{
    DeviceState *first = kvm_gic_start(2);
    DeviceState *dev = qdev_new(TYPE_KVM_ARM_GIC);
    Error *err = NULL;

    qdev_prop_set_uint32(dev, "num-irq", IRQS);
    g_assert_false(sysbus_realize(SYS_BUS_DEVICE(dev), &err));
    g_assert_cmpstr(error_get_pretty(err), ==,
                    "kvm-arm-gic: the machine has an in-kernel GIC already");
    error_free(err);
    object_unref(OBJECT(dev));
    kvm_gic_stop(first);
}

/* Each request of making one fails in turn; stop() finds what is left open. */
static void test_each_failure_leaves_nothing(void)
{
    for (unsigned step = 0; step < 2; step++) {
        start(OFFERS_2);
        fake_kvm.fail_request = KVM_SET_DEVICE_ATTR;
        fake_kvm.fail_errno = EINVAL;
        fake_kvm.fail_after = step;
        assert_realize_fails(TYPE_KVM_ARM_GIC, 2, step == 0
            ? "kvm-arm-gic: KVM: setting attribute 0x0 in group 3 of a device: Invalid argument"
            : "kvm-arm-gic: KVM: setting attribute 0x0 in group 4 of a device: Invalid argument");
        g_assert_cmpuint(fake_kvm.n_devices, ==, 0);
        stop();
    }
}

static void test_probe_tells_versions(void)
{
    g_assert_cmpint(kvm_arm_vgic_probe(), ==, 0);
    start(OFFERS_2 | OFFERS_3);
    g_assert_cmpint(kvm_arm_vgic_probe(), ==, KVM_ARM_VGIC_V2 | KVM_ARM_VGIC_V3);
    stop();
    start(OFFERS_3);
    g_assert_cmpint(kvm_arm_vgic_probe(), ==, KVM_ARM_VGIC_V3);
    g_assert_cmpuint(fake_kvm.n_devices, ==, 0);
    stop();
}

static void test_several_redistributor_regions(void)
{
    QList *regions = qlist_new();
    DeviceState *dev;

    start(OFFERS_3);
    cpus_make();
    dev = gic_new(TYPE_KVM_ARM_GICV3, 3);
    qlist_append_int(regions, 1);
    qlist_append_int(regions, 1);
    qdev_prop_set_array(dev, "redist-region-count", regions);
    sysbus_realize_and_unref(SYS_BUS_DEVICE(dev), &error_abort);
    sysbus_mmio_map(SYS_BUS_DEVICE(dev), 0, DIST_BASE);
    sysbus_mmio_map(SYS_BUS_DEVICE(dev), 1, REDIST_BASE);
    sysbus_mmio_map(SYS_BUS_DEVICE(dev), 2, 0x4000000000);
    qemu_run_machine_init_done_notifiers();
    g_assert_cmphex(fake_vgic_get(GRP_ADDR, 2), ==, DIST_BASE);
    /* The last told: count 1 in bits 63:52, number 1 in bits 11:0. */
    g_assert_cmphex(fake_vgic_get(GRP_ADDR, 5), ==, 1ull << 52 | 0x4000000000 | 1);
    kvm_gic_stop(dev);
}

/* ---- lines ---- */

static void test_lines_go_to_the_kernel(void)
{
    for (int version = 2; version <= 3; version++) {
        DeviceState *dev = kvm_gic_start(version);

        qemu_set_irq(spi(dev, 5), 1);
        g_assert_cmphex(fake_vgic.last_line.irq, ==, 1u << 24 | 37);
        g_assert_cmpuint(fake_vgic.last_line.level, ==, 1);
        qemu_set_irq(spi(dev, 5), 1);
        g_assert_cmpuint(fake_vgic.line_calls, ==, 1);
        qemu_set_irq(spi(dev, 5), 0);
        g_assert_cmpuint(fake_vgic.last_line.level, ==, 0);
        /* INTID 23 of CPU 1; an SGI has no wire. */
        qemu_set_irq(qdev_get_gpio_in(dev, IRQS - 32 + 32 + 23), 1);
        g_assert_cmphex(fake_vgic.last_line.irq, ==, 2u << 24 | 1u << 16 | 23);
        qemu_set_irq(qdev_get_gpio_in(dev, IRQS - 32 + 3), 1);
        g_assert_cmpuint(fake_vgic.line_calls, ==, 3);
        kvm_gic_stop(dev);
    }
}

static void test_inputs_have_their_numbers(void)
{
    for (int version = 2; version <= 3; version++) {
        DeviceState *dev = kvm_gic_start(version);
        EventNotifier trigger;

        event_notifier_init(&trigger, 0);
        g_assert_cmpint(kvm_irqchip_add_irqfd_notifier(kvm_state, &trigger, NULL, spi(dev, 44)),
                        ==, 0);
        g_assert_cmpuint(fake_vgic.irqfd.gsi, ==, 44);
        event_notifier_cleanup(&trigger);
        kvm_gic_stop(dev);
    }
}

/* ICFGR of the kernel now, not of the state that was fetched last; unknown if that fails. */
static void test_triggers_are_asked_of_the_kernel(void)
{
    for (int version = 2; version <= 3; version++) {
        DeviceState *dev = kvm_gic_start(version);
        qemu_irq ppi = qdev_get_gpio_in(dev, IRQS - 32 + 32 + 27); /* of CPU 1 */

        g_assert_cmpint(qemu_irq_get_trigger(spi(dev, 44)), ==, IRQ_TRIGGER_LEVEL);
        fake_vgic_set(GRP_DIST, 0xc00 + 76 / 16 * 4, 2u << 76 % 16 * 2);
        g_assert_cmpint(qemu_irq_get_trigger(spi(dev, 44)), ==, IRQ_TRIGGER_EDGE);
        g_assert_cmpint(qemu_irq_get_trigger(spi(dev, 45)), ==, IRQ_TRIGGER_LEVEL);
        fake_vgic_set(version == 2 ? GRP_DIST : GRP_REDIST,
                      version == 2 ? 1ull << 32 | 0xc04 : 0x101ull << 32 | 0x10c04,
                      2u << 11 * 2);
        g_assert_cmpint(qemu_irq_get_trigger(ppi), ==, IRQ_TRIGGER_EDGE);
        fake_kvm.fail_request = KVM_GET_DEVICE_ATTR;
        fake_kvm.fail_after = 0;
        fake_kvm.fail_errno = EBUSY;
        g_assert_cmpint(qemu_irq_get_trigger(spi(dev, 44)), ==, IRQ_TRIGGER_UNKNOWN);
        fake_kvm.fail_errno = 0;
        kvm_gic_stop(dev);
    }
}

/* ---- state ---- */

static uint64_t v2_attr(unsigned cpu, uint32_t offset)
{
    return (uint64_t)cpu << 32 | offset;
}

static uint64_t v3_affinity(unsigned cpu)
{
    return (uint64_t)(0x100 + cpu) << 32;
}

/* ICFGR values: the lower bit of each pair is 0. */
static uint32_t random_icfgr(GRand *r)
{
    return g_rand_int(r) & 0xaaaaaaaa;
}

/* Registers of 32 INTIDs as a guest could have left them. */
static void bank_fill(GRand *r, uint32_t group, uint64_t base, unsigned word)
{
    static const uint32_t offsets[] = { 0x80, 0x100, 0x200, 0x300 };

    for (size_t i = 0; i < G_N_ELEMENTS(offsets); i++) {
        fake_vgic_set(group, base + offsets[i] + 4 * word, g_rand_int(r));
    }
    for (unsigned i = 0; i < 2; i++) {
        fake_vgic_set(group, base + 0xc00 + 8 * word + 4 * i, random_icfgr(r));
    }
    for (unsigned i = 0; i < 8; i++) {
        fake_vgic_set(group, base + 0x400 + 32 * word + 4 * i, g_rand_int(r) & 0xf8f8f8f8);
    }
}

static void v2_fill(GRand *r)
{
    fake_vgic_set(GRP_DIST, 0, g_rand_int(r) & 1);
    for (unsigned word = 1; word < IRQS / 32; word++) {
        bank_fill(r, GRP_DIST, 0, word);
        for (unsigned i = 0; i < 8; i++) {
            fake_vgic_set(GRP_DIST, 0x800 + 32 * word + 4 * i, g_rand_int(r) & 0x03030303);
        }
    }
    for (unsigned cpu = 0; cpu < CPUS; cpu++) {
        bank_fill(r, GRP_DIST, v2_attr(cpu, 0), 0);
        /* SGIs are enabled, and pending by their sources only; PPIs are level-sensitive. */
        fake_vgic_set(GRP_DIST, v2_attr(cpu, 0x100),
                      fake_vgic_get(GRP_DIST, v2_attr(cpu, 0x100)) | 0xffff);
        fake_vgic_set(GRP_DIST, v2_attr(cpu, 0x200), 0);
        fake_vgic_set(GRP_DIST, v2_attr(cpu, 0xc00), 0);
        fake_vgic_set(GRP_DIST, v2_attr(cpu, 0xc04), 0);
        for (unsigned i = 0; i < 4; i++) {
            fake_vgic_set(GRP_DIST, v2_attr(cpu, 0xf20 + 4 * i), g_rand_int(r) & 0x03030303);
        }
        fake_vgic_set(GRP_CPU, v2_attr(cpu, 0x00), g_rand_int(r) & 0x21f);
        fake_vgic_set(GRP_CPU, v2_attr(cpu, 0x04), g_rand_int(r) & 0x1f);
        fake_vgic_set(GRP_CPU, v2_attr(cpu, 0x08), 2 + g_rand_int(r) % 6);
        fake_vgic_set(GRP_CPU, v2_attr(cpu, 0x1c), 3 + g_rand_int(r) % 5);
        fake_vgic_set(GRP_CPU, v2_attr(cpu, 0xd0), g_rand_int(r));
    }
}

static void v3_fill(GRand *r)
{
    unsigned shift = fake_vgic.pri_bits - 5;

    fake_vgic_set(GRP_DIST, 0, 0x50 | (g_rand_int(r) & 3));
    for (unsigned word = 1; word < IRQS / 32; word++) {
        bank_fill(r, GRP_DIST, 0, word);
        fake_vgic_set(GRP_LEVEL, 32 * word, g_rand_int(r));
        for (unsigned i = 0; i < 32; i++) {
            fake_vgic_set(GRP_DIST, 0x6000 + 8 * (32 * word + i), 0x100 + g_rand_int(r) % CPUS);
        }
    }
    for (unsigned cpu = 0; cpu < CPUS; cpu++) {
        uint64_t aff = v3_affinity(cpu);

        bank_fill(r, GRP_REDIST, aff | 0x10000, 0);
        fake_vgic_set(GRP_REDIST, aff | 0x10c00, 0);
        fake_vgic_set(GRP_LEVEL, aff, g_rand_int(r) & 0xffff0000);
        fake_vgic_set(GRP_SYSREGS, aff | 0xc664, g_rand_int(r) & 2);         /* CTLR */
        fake_vgic_set(GRP_SYSREGS, aff | 0xc230, g_rand_int(r) & 0xf8);      /* PMR */
        fake_vgic_set(GRP_SYSREGS, aff | 0xc643, 2 + g_rand_int(r) % 6);     /* BPR0 */
        fake_vgic_set(GRP_SYSREGS, aff | 0xc663, 3 + g_rand_int(r) % 5);     /* BPR1 */
        fake_vgic_set(GRP_SYSREGS, aff | 0xc666, g_rand_int(r) & 1);         /* IGRPEN0 */
        fake_vgic_set(GRP_SYSREGS, aff | 0xc667, g_rand_int(r) & 1);         /* IGRPEN1 */
        for (unsigned n = 0; n < 1u << shift; n++) {
            uint32_t levels = shift == 2 ? 0x11111111 : shift == 1 ? 0x55555555 : ~0u;

            fake_vgic_set(GRP_SYSREGS, aff | (0xc644 + n), g_rand_int(r) & levels); /* AP0Rn */
            fake_vgic_set(GRP_SYSREGS, aff | (0xc648 + n), g_rand_int(r) & levels); /* AP1Rn */
        }
    }
}

/* What the kernel has now, by key. */
static GHashTable *store_copy(void)
{
    GHashTable *copy = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    GHashTableIter it;
    gpointer key, value;

    g_hash_table_iter_init(&it, fake_vgic.store);
    while (g_hash_table_iter_next(&it, &key, &value)) {
        if (*(uint64_t *)value) {
            g_hash_table_insert(copy, g_memdup2(key, 8), g_memdup2(value, 8));
        }
    }
    return copy;
}

static void assert_same_store(GHashTable *a, GHashTable *b)
{
    GHashTableIter it;
    gpointer key, value;

    g_hash_table_iter_init(&it, a);
    while (g_hash_table_iter_next(&it, &key, &value)) {
        const uint64_t *other = g_hash_table_lookup(b, key);

        if (!other || *other != *(uint64_t *)value) {
            g_test_message("key %" PRIx64 ": %" PRIx64 ", other %" PRIx64, *(uint64_t *)key,
                           *(uint64_t *)value, other ? *other : 0);
            g_test_fail();
        }
    }
    g_assert_cmpuint(g_hash_table_size(a), ==, g_hash_table_size(b));
}

static GByteArray *gic_save(DeviceState *dev, Error **errp)
{
    g_autofree char *id = vmstate_if_get_id(VMSTATE_IF(dev));
    g_autoptr(QEMUFile) f = qemu_file_new_memory_output();
    const uint8_t *data;
    size_t size;

    if (!machine_state_save_one(f, id, errp)) {
        return NULL;
    }
    data = qemu_file_get_data(f, &size);
    return g_byte_array_append(g_byte_array_new(), data, size);
}

static bool gic_load(const GByteArray *bytes, Error **errp)
{
    g_autoptr(QEMUFile) f = qemu_file_new_memory_input(bytes->data, bytes->len);

    return machine_state_load_one(f, errp);
}

/* Save; everything but the addresses goes; load: the kernel has what it had. */
static void state_comes_back(int version, unsigned pri_bits, uint32_t seed)
{
    DeviceState *dev = kvm_gic_start(version);
    g_autoptr(GRand) r = g_rand_new_with_seed(seed);
    g_autoptr(GByteArray) saved = NULL;
    g_autoptr(GHashTable) before = NULL;
    g_autoptr(GHashTable) after = NULL;

    g_test_message("GICv%d, %u bits, seed %u", version, pri_bits, seed);
    fake_vgic.pri_bits = pri_bits;
    resettable_reset(OBJECT(dev), RESET_TYPE_COLD);
    (version == 3 ? v3_fill : v2_fill)(r);
    before = store_copy();
    saved = gic_save(dev, &error_abort);
    resettable_reset(OBJECT(dev), RESET_TYPE_COLD);
    g_assert_true(gic_load(saved, &error_abort));
    after = store_copy();
    assert_same_store(before, after);
    kvm_gic_stop(dev);
}

static void test_state_of_v2_comes_back(void)
{
    for (uint32_t seed = 1; seed <= 20; seed++) {
        state_comes_back(2, 5, seed);
    }
}

static void test_state_of_v3_comes_back(void)
{
    for (uint32_t seed = 1; seed <= 20; seed++) {
        state_comes_back(3, 5 + seed % 3, seed);
    }
}

/* A pending level-sensitive PPI and an SPI whose line is high are not latched. */
static void test_v2_lines_are_told_from_latches(void)
{
    DeviceState *dev = kvm_gic_start(2);
    g_autoptr(GByteArray) saved = NULL;
    GICState *s = ARM_GIC_COMMON(dev);

    resettable_reset(OBJECT(dev), RESET_TYPE_COLD);
    fake_vgic_set(GRP_DIST, v2_attr(1, 0x200), 1u << 27);
    qemu_set_irq(spi(dev, 8), 1);
    saved = gic_save(dev, &error_abort);
    g_assert_cmphex(s->cpu[1].internal.pending, ==, 0);
    g_assert_cmphex(s->cpu[1].internal.line, ==, 1u << 27);
    g_assert_cmphex(s->spi[1].pending, ==, 0);
    g_assert_cmphex(s->spi[1].line, ==, 1u << 8);
    resettable_reset(OBJECT(dev), RESET_TYPE_COLD);
    g_assert_false(fake_vgic.spi_line[8]);
    g_assert_true(gic_load(saved, &error_abort));
    g_assert_true(fake_vgic.spi_line[8]);
    g_assert_cmphex(fake_vgic_get(GRP_DIST, 0x204), ==, 0);
    kvm_gic_stop(dev);
}

/* What KVM saved is loaded by the software model of the same version. */
static void test_software_model_loads_it(void)
{
    g_autoptr(GRand) r = g_rand_new_with_seed(7);
    g_autoptr(GByteArray) saved = NULL;
    g_autoptr(GByteArray) again = NULL;
    DeviceState *dev = kvm_gic_start(2);

    v2_fill(r);
    saved = gic_save(dev, &error_abort);
    kvm_gic_stop(dev);
    dev = gic_new(TYPE_ARM_GIC, 2);
    sysbus_realize_and_unref(SYS_BUS_DEVICE(dev), &error_abort);
    g_assert_true(gic_load(saved, &error_abort));
    again = gic_save(dev, &error_abort);
    g_assert_cmpmem(saved->data, saved->len, again->data, again->len);
    gic_drop(dev);
}

/* And the other way round: a state of the software model, as far as KVM has it. */
static void test_kvm_loads_the_software_models(void)
{
    g_autoptr(GByteArray) saved = NULL;
    DeviceState *dev = gic_make(TYPE_ARM_GIC, 2);
    GICState *s = ARM_GIC_COMMON(dev);

    resettable_reset(OBJECT(dev), RESET_TYPE_COLD);
    s->ctlr = 1;
    s->spi[2].enabled = 0x12345678;
    s->cpu[1].pmr = 0xf0;
    s->cpu[1].bpr = 3;
    s->cpu[0].bpr = 2;
    s->cpu[0].abpr = s->cpu[1].abpr = 3;
    for (unsigned i = CPUS; i < GIC_NCPU; i++) {
        s->cpu[i].bpr = 2;
        s->cpu[i].abpr = 3;
    }
    saved = gic_save(dev, &error_abort);
    gic_drop(dev);
    dev = kvm_gic_start(2);
    g_assert_true(gic_load(saved, &error_abort));
    g_assert_cmphex(fake_vgic_get(GRP_DIST, 0), ==, 1);
    g_assert_cmphex(fake_vgic_get(GRP_DIST, 0x108), ==, 0x12345678);
    g_assert_cmphex(fake_vgic_get(GRP_CPU, v2_attr(1, 4)), ==, 0xf0 >> 3);
    g_assert_cmphex(fake_vgic_get(GRP_CPU, v2_attr(1, 8)), ==, 3);
    kvm_gic_stop(dev);
}

/* Each read of the kernel's state fails in turn. */
static void test_unreadable_state_is_not_saved(void)
{
    for (int version = 2; version <= 3; version++) {
        DeviceState *dev = kvm_gic_start(version);
        unsigned reads;

        fake_vgic.attr_calls = 0;
        g_byte_array_unref(gic_save(dev, &error_abort));
        reads = fake_vgic.attr_calls;
        fake_kvm.fail_request = KVM_GET_DEVICE_ATTR;
        for (unsigned step = 0; step < reads; step += 13) {
            Error *err = NULL;

            fake_kvm.fail_after = step;
            fake_kvm.fail_errno = EBUSY;
            g_assert_null(gic_save(dev, &err));
            error_free_or_abort(&err);
            fake_kvm.fail_errno = 0;
        }
        kvm_gic_stop(dev);
    }
}

/* ---- reset ---- */

static void test_reset_puts_the_kernel_back(void)
{
    for (int version = 2; version <= 3; version++) {
        DeviceState *dev = kvm_gic_start(version);
        g_autoptr(GRand) r = g_rand_new_with_seed(3);
        g_autoptr(GHashTable) fresh = NULL;
        g_autoptr(GHashTable) after = NULL;

        resettable_reset(OBJECT(dev), RESET_TYPE_COLD);
        resettable_reset(OBJECT(dev), RESET_TYPE_COLD);
        fresh = store_copy();
        (version == 3 ? v3_fill : v2_fill)(r);
        resettable_reset(OBJECT(dev), RESET_TYPE_COLD);
        after = store_copy();
        assert_same_store(fresh, after);
        kvm_gic_stop(dev);
    }
}

/* The kernel makes them edge-triggered; an interrupt is the same after each reset. */
static void test_first_reset_makes_spis_level_sensitive(void)
{
    for (int version = 2; version <= 3; version++) {
        DeviceState *dev = kvm_gic_start(version);

        for (uint32_t icfgr = GICD_ICFGR2; icfgr < GICD_ICFGR2 + (IRQS - 32) / 4; icfgr += 4) {
            fake_vgic_set(GRP_DIST, icfgr, ALL_EDGES);
        }
        resettable_reset(OBJECT(dev), RESET_TYPE_COLD);
        for (uint32_t icfgr = GICD_ICFGR2; icfgr < GICD_ICFGR2 + (IRQS - 32) / 4; icfgr += 4) {
            g_assert_cmphex(fake_vgic_get(GRP_DIST, icfgr), ==, 0);
        }
        kvm_gic_stop(dev);
    }
}

/* Also those that an eventfd raised, of which the device knows nothing. */
static void test_reset_lowers_all_lines(void)
{
    for (int version = 2; version <= 3; version++) {
        DeviceState *dev = kvm_gic_start(version);

        resettable_reset(OBJECT(dev), RESET_TYPE_COLD);
        qemu_set_irq(spi(dev, 3), 1);
        fake_vgic.spi_line[9] = true;
        fake_vgic_set(GRP_LEVEL, 32, 1u << 9 | 1u << 3);
        resettable_reset(OBJECT(dev), RESET_TYPE_COLD);
        if (version == 2) {
            g_assert_false(fake_vgic.spi_line[3]);
            g_assert_false(fake_vgic.spi_line[9]);
        } else {
            g_assert_cmphex(fake_vgic_get(GRP_LEVEL, 32), ==, 0);
        }
        /* The next raise is not taken for one that changes nothing. */
        fake_vgic.line_calls = 0;
        qemu_set_irq(spi(dev, 3), 1);
        g_assert_cmpuint(fake_vgic.line_calls, ==, 1);
        kvm_gic_stop(dev);
    }
}

static void test_first_reset_costs_little(void)
{
    for (int version = 2; version <= 3; version++) {
        DeviceState *dev = kvm_gic_start(version);

        fake_vgic.attr_calls = 0;
        resettable_reset(OBJECT(dev), RESET_TYPE_COLD);
        /* Lines and, in two registers, triggers of 32 SPIs at once. */
        g_assert_cmpuint(fake_vgic.attr_calls, <=, 3 * (IRQS / 32 - 1));
        kvm_gic_stop(dev);
    }
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    qemu_init_cpu_loop();
    g_test_add_func("/kvm-gic/make/kernel-is-told-what-it-needs",
                    test_kernel_is_told_what_it_needs);
    g_test_add_func("/kvm-gic/make/without-kvm-refused", test_without_kvm_it_is_refused);
    g_test_add_func("/kvm-gic/make/version-of-the-host-is-said", test_version_of_the_host_is_said);
    g_test_add_func("/kvm-gic/make/second-is-refused", test_second_controller_is_refused);
    g_test_add_func("/kvm-gic/make/each-failure-leaves-nothing", test_each_failure_leaves_nothing);
    g_test_add_func("/kvm-gic/make/probe-tells-versions", test_probe_tells_versions);
    g_test_add_func("/kvm-gic/lines/go-to-the-kernel", test_lines_go_to_the_kernel);
    g_test_add_func("/kvm-gic/lines/inputs-have-their-numbers", test_inputs_have_their_numbers);
    g_test_add_func("/kvm-gic/lines/triggers-are-asked-of-the-kernel",
                    test_triggers_are_asked_of_the_kernel);
    g_test_add_func("/kvm-gic/state/v2-comes-back", test_state_of_v2_comes_back);
    g_test_add_func("/kvm-gic/state/v3-comes-back", test_state_of_v3_comes_back);
    g_test_add_func("/kvm-gic/state/v2-lines-are-told-from-latches",
                    test_v2_lines_are_told_from_latches);
    g_test_add_func("/kvm-gic/state/software-model-loads-it", test_software_model_loads_it);
    g_test_add_func("/kvm-gic/state/kvm-loads-the-software-models",
                    test_kvm_loads_the_software_models);
    g_test_add_func("/kvm-gic/state/unreadable-is-not-saved", test_unreadable_state_is_not_saved);
    g_test_add_func("/kvm-gic/reset/puts-the-kernel-back", test_reset_puts_the_kernel_back);
    g_test_add_func("/kvm-gic/reset/first-makes-spis-level-sensitive",
                    test_first_reset_makes_spis_level_sensitive);
    g_test_add_func("/kvm-gic/reset/lowers-all-lines", test_reset_lowers_all_lines);
    g_test_add_func("/kvm-gic/reset/first-costs-little", test_first_reset_costs_little);
    /* Last: the machine is complete from then on. */
    g_test_add_func("/kvm-gic/make/addresses-when-complete",
                    test_addresses_are_told_when_the_machine_is_complete);
    g_test_add_func("/kvm-gic/make/several-redistributor-regions",
                    test_several_redistributor_regions);
    return g_test_run();
}
