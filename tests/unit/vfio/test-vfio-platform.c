/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vfio-platform on a fake host: how it comes and goes, what it says when it cannot, its regions
 * and the way of its interrupts.
 */
#include "qemu/osdep.h"
#include "exec/address-spaces.h"
#include "hw/vfio-info.h"
#include "hw/vfio/iommufd.h"
#include "hw/vfio/platform-internal.h"
#include "hw/vfio/sys-internal.h"
#include "hw/vfio/vfio-amd-xgbe.h"
#include "hw/vfio/vfio-calxeda-xgmac.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "platform-rig.h"

/* ---- realize ------------------------------------------------------------------------------- */

static void test_realize_makes_regions_and_irqs(void)
{
    PlatformRig rig;
    SysBusDevice *sbdev;

    prig_start_realized(&rig);
    sbdev = SYS_BUS_DEVICE(rig.device);
    g_assert_cmpint(sbdev->num_mmio, ==, 4);
    g_assert_cmpuint(memory_region_size(sysbus_mmio_get_region(sbdev, 0)), ==, 0x10000);
    g_assert_cmpuint(memory_region_size(sysbus_mmio_get_region(sbdev, 2)), ==, 0x100);
    g_assert_cmpuint(memory_region_size(sysbus_mmio_get_region(sbdev, 3)), ==, 0);
    g_assert_true(sysbus_has_irq(sbdev, 3));
    g_assert_false(sysbus_has_irq(sbdev, 4));
    g_assert_cmpuint(fake_vfio_maps(), ==, 2);
    prig_stop(&rig);
}

static void test_compat_of_the_hosts_node(void)
{
    PlatformRig rig;

    prig_start_realized(&rig);
    g_assert_cmpuint(rig.vdev->num_compat, ==, 2);
    g_assert_cmpstr(rig.vdev->compat, ==, "vendor,dev-v2");
    g_assert_cmpstr(rig.vdev->compat + 14, ==, "vendor,dev");
    prig_stop(&rig);
}

static void test_sysfsdev_wins_and_gives_the_name(void)
{
    PlatformRig rig;

    prig_start(&rig);
    prig_new(&rig, TYPE_VFIO_PLATFORM, "host=nonsense",
             "sysfsdev=/sys/bus/platform/devices/fff51000.ethernet", NULL);
    prig_realize(&rig, &error_abort);
    g_assert_cmpstr(rig.vdev->vbasedev.name, ==, "fff51000.ethernet");
    prig_stop(&rig);
}

static void test_iommufd(void)
{
    PlatformRig rig;
    Object *iommufd;

    prig_start(&rig);
    iommufd = object_new(TYPE_IOMMUFD_BACKEND);
    object_property_add_child(object_get_root(), "be", iommufd);
    prig_new(&rig, TYPE_VFIO_PLATFORM, "host=fff51000.ethernet", NULL);
    object_property_set_link(OBJECT(rig.device), "iommufd", iommufd, &error_abort);
    prig_realize(&rig, &error_abort);
    g_assert_null(rig.vdev->vbasedev.group);
    prig_unplug(&rig);
    object_unparent(iommufd);
    object_unref(iommufd);
    prig_stop(&rig);
}

static void test_regions_and_irqs_left_out(void)
{
    PlatformRig rig;
    SysBusDevice *sbdev;

    prig_start(&rig);
    prig_new(&rig, TYPE_VFIO_PLATFORM, "host=fff51000.ethernet", "regions=0,2", "irqs=1:3", NULL);
    prig_realize(&rig, &error_abort);
    sbdev = SYS_BUS_DEVICE(rig.device);
    g_assert_cmpint(sbdev->num_mmio, ==, 4);
    g_assert_cmpuint(memory_region_size(sysbus_mmio_get_region(sbdev, 1)), ==, 0);
    g_assert_true(sysbus_has_irq(sbdev, 1));
    g_assert_false(sysbus_has_irq(sbdev, 2));
    g_assert_cmpint(vfio_platform_sysbus_irq(rig.vdev, 0), ==, -1);
    g_assert_cmpint(vfio_platform_sysbus_irq(rig.vdev, 3), ==, 1);
    prig_stop(&rig);
}

static void test_fd(void)
{
    g_autofree char *number = NULL;
    Error *err = NULL;
    PlatformRig rig;
    Object *iommufd;

    prig_start(&rig);
    iommufd = object_new(TYPE_IOMMUFD_BACKEND);
    number = g_strdup_printf("%d", vfio_sys->open("/dev/vfio/devices/vfio0", O_RDWR));
    prig_new(&rig, TYPE_VFIO_PLATFORM, NULL);
    prig_set(&rig, "fd", number);
    object_property_set_link(OBJECT(rig.device), "iommufd", iommufd, &error_abort);
    prig_set(&rig, "irqs", "9"); /* refused late: the descriptor is closed all the same */
    g_assert_false(prig_realize(&rig, &err));
    harness_error_contains(err, "vfio fff51000.ethernet: irqs=9: the device has no number 9");
    g_assert_cmpuint(fake_vfio_open_fds(), ==, 0);
    object_unref(iommufd);
    prig_stop(&rig);
}

static void test_fd_that_is_no_device(void)
{
    Error *err = NULL;
    PlatformRig rig;
    Object *iommufd;

    prig_start(&rig);
    iommufd = object_new(TYPE_IOMMUFD_BACKEND);
    prig_new(&rig, TYPE_VFIO_PLATFORM, "fd=0", NULL);
    rig.vdev->given_fd = open("/", O_RDONLY);
    object_property_set_link(OBJECT(rig.device), "iommufd", iommufd, &error_abort);
    g_assert_false(prig_realize(&rig, &err));
    harness_error_contains(err, "fd=0 is not a VFIO device node");
    object_unref(iommufd);
    prig_stop(&rig);
}

static void test_amba_device(void)
{
    PlatformRig rig;

    prig_start(&rig);
    rig.host.flags = VFIO_DEVICE_FLAGS_AMBA;
    prig_new(&rig, TYPE_VFIO_PLATFORM, "host=fff51000.ethernet", NULL);
    prig_realize(&rig, &error_abort);
    g_assert_cmpstr(rig.vdev->vbasedev.sysfsdev, ==, "/sys/bus/amba/devices/fff51000.ethernet");
    prig_stop(&rig);
}

static void test_state_cannot_be_saved(void)
{
    DeviceClass *dc = DEVICE_CLASS(object_class_by_name(TYPE_VFIO_PLATFORM));

    g_assert_true(dc->vmsd->unmigratable);
    g_assert_cmpstr(dc->vmsd->name, ==, "vfio-platform");
    g_assert_true(dc->user_creatable);
}

/* ---- refused --------------------------------------------------------------------------------- */

typedef struct Refusal {
    const char *name;
    const char *properties[3];
    const char *text;
} Refusal;

static const Refusal refusals[] = {
    { "no-device", { NULL }, "no host device: give host=NAME" },
    { "slash-in-host", { "host=a/b" }, "wrong host device name" },
    { "unknown-host", { "host=nothing" },
      "failed to get the sysfs host device file status of '/sys/bus/platform/devices/nothing': "
      "No such file or directory; 'gantry-host list' shows the devices there are" },
    { "host-mistyped", { "host=fff51000.etherent" }, "did you mean 'fff51000.ethernet'?" },
    { "host-by-its-node", { "host=ethernet@fff51000" }, "did you mean 'fff51000.ethernet'?" },
    { "host-by-half-of-its-name", { "host=ethernet" }, "did you mean 'fff51000.ethernet'?" },
    { "socket-and-host", { "socket=/x", "host=a" }, "socket= and host= exclude each other" },
    { "socket-and-sysfsdev", { "socket=/x", "sysfsdev=/a" }, "socket= and sysfsdev= exclude" },
    { "socket-and-noiommu", { "socket=/x", "x-noiommu=on" }, "socket= and x-noiommu= exclude" },
    { "reconnect-alone", { "host=fff51000.ethernet", "reconnect=1" }, "reconnect= is for servers" },
    { "posted-alone", { "host=fff51000.ethernet", "x-posted-writes=on" },
      "x-posted-writes= is for servers" },
    { "fd-alone", { "fd=0" }, "fd= needs iommufd=" },
    { "list-is-none", { "host=fff51000.ethernet", "regions=a" }, "regions=a: expected a list" },
    { "list-end", { "host=fff51000.ethernet", "regions=1," }, "expected a list" },
    { "list-backwards", { "host=fff51000.ethernet", "irqs=3-1" }, "expected a list" },
    { "list-beyond", { "host=fff51000.ethernet", "irqs=4" }, "the device has no number 4" },
    { "addr-beyond", { "host=fff51000.ethernet", "addr.4=0" }, "the device has no region 4" },
    { "irq-beyond", { "host=fff51000.ethernet", "irq.9=0" }, "the device has no interrupt 9" },
    { "irq-left-out", { "host=fff51000.ethernet", "irqs=0", "irq.1=3" },
      "irq.1: interrupt 1 is left out by irqs=0" },
    { "hint-region", { "host=fff51000.ethernet", "eoi.0=4:0" }, "the guest sees no such register" },
    { "hint-offset", { "host=fff51000.ethernet", "eoi.0=2:0x100" },
      "the guest sees no such register" },
    { "hint-edge", { "host=fff51000.ethernet", "eoi.2=0:0" }, "an edge interrupt has no end" },
};

static void test_refused(gconstpointer data)
{
    const Refusal *refusal = data;
    Error *err = NULL;
    PlatformRig rig;

    prig_start(&rig);
    prig_new(&rig, TYPE_VFIO_PLATFORM, refusal->properties[0], refusal->properties[1],
             refusal->properties[2], NULL);
    g_assert_false(prig_realize(&rig, &err));
    harness_error_contains(err, refusal->text);
    g_assert_cmpuint(fake_vfio_open_fds(), ==, 0);
    prig_stop(&rig);
}

static void test_not_a_platform_device(void)
{
    Error *err = NULL;
    PlatformRig rig;

    prig_start(&rig);
    rig.host.flags = VFIO_DEVICE_FLAGS_PCI;
    prig_new(&rig, TYPE_VFIO_PLATFORM, "host=fff51000.ethernet", NULL);
    g_assert_false(prig_realize(&rig, &err));
    harness_error_contains(err, "vfio fff51000.ethernet: this isn't a platform device");
    prig_stop(&rig);
}

/* Families of properties take the names that make sense, and can be read. */
static void test_families_of_properties(void)
{
    static const char *const unknown[] = { "addr.x", "addr.", "addr.01", "irq.256", "eoi.-1",
                                           "addr", "clock-frequency." };
    PlatformRig rig;
    Error *err = NULL;

    prig_start(&rig);
    prig_new(&rig, TYPE_VFIO_PLATFORM, "host=fff51000.ethernet", "addr.0=0x0c000000",
             "clock-frequency.apb_pclk=24000000", "eoi.1=0:4", NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(unknown); i++) {
        g_assert_false(object_property_parse(OBJECT(rig.device), unknown[i], "0", &err));
        harness_error_contains(err, "not found");
        err = NULL;
    }
    g_assert_false(object_property_parse(OBJECT(rig.device), "eoi.0", "nonsense", &err));
    harness_error_contains(err, "eoi.0='nonsense': expected REGION:OFFSET");
    g_assert_cmphex(object_property_get_uint(OBJECT(rig.device), "addr.0", &error_abort), ==,
                    0x0c000000);
    g_assert_cmpstr(vfio_platform_indexed(rig.vdev, "clock-frequency", "apb_pclk"), ==,
                    "24000000");
    prig_realize(&rig, &error_abort);
    err = NULL;
    g_assert_false(object_property_parse(OBJECT(rig.device), "addr.0", "0", &err));
    harness_error_contains(err, "cannot change while the device is in use");
    prig_stop(&rig);
}

/* ---- every call failing --------------------------------------------------------------------- */

/* How many calls a realize makes; each fails in turn, then a second attempt works. */
static void test_nothing_is_left_when_a_call_fails(gconstpointer with_iommufd)
{
    bool reached = true;
    unsigned nth;
    PlatformRig rig;

    prig_start(&rig);
    for (nth = 1; reached; nth++) {
        Object *iommufd = with_iommufd ? object_new(TYPE_IOMMUFD_BACKEND) : NULL;
        Error *err = NULL;
        bool ok;

        prig_new(&rig, TYPE_VFIO_PLATFORM, "host=fff51000.ethernet", NULL);
        if (iommufd) {
            object_property_set_link(OBJECT(rig.device), "iommufd", iommufd, &error_abort);
        }
        fake_vfio.calls = 0;
        fake_vfio.fail_at = nth;
        fake_vfio.fail_errno = EIO;
        ok = prig_realize(&rig, &err);
        reached = fake_vfio.calls >= nth;
        fake_vfio.fail_at = 0;
        if (ok) {
            prig_unplug(&rig);
        } else {
            g_assert_nonnull(strstr(error_get_pretty(err), "vfio fff51000.ethernet: "));
            error_free(err);
            g_assert_cmpuint(fake_vfio_open_fds(), ==, 0);
            g_assert_cmpuint(fake_vfio_maps(), ==, 0);
            g_assert_cmpuint(fake_vfio_dma_maps(), ==, 0);
        }
        object_unref(iommufd);
    }
    g_assert_cmpuint(nth, >, 15);
    prig_stop(&rig);
}

/* ---- regions -------------------------------------------------------------------------------- */

static void test_fast_path_reaches_the_registers(void)
{
    uint32_t *registers;
    PlatformRig rig;

    prig_start_connected(&rig, NULL, NULL);
    registers = fake_vfio_registers(&rig.host, 0);
    registers[4] = 0x12345678;
    g_assert_cmphex(prig_load(&rig, 0, 0x10), ==, 0x12345678);
    prig_store(&rig, 0, 0x14, 0xabcdef01);
    g_assert_cmphex(registers[5], ==, 0xabcdef01);
    g_assert_cmpuint(rig.vdev->vbasedev.traps, ==, 0);
    munmap(registers, 0x10000);
    prig_stop(&rig);
}

static void test_parts_that_are_not_mapped_trap(void)
{
    PlatformRig rig;

    prig_start_connected(&rig, NULL, NULL);
    prig_store(&rig, 1, 0, 5);
    g_assert_cmphex(prig_load(&rig, 1, 0), ==, 5);
    g_assert_cmpuint(rig.vdev->vbasedev.traps, ==, 2);
    prig_store(&rig, 1, 0x1000, 6);
    g_assert_cmpuint(rig.vdev->vbasedev.traps, ==, 2);
    prig_store(&rig, 2, 0xfc, 7);
    g_assert_cmphex(prig_load(&rig, 2, 0xfc), ==, 7);
    g_assert_cmpuint(rig.vdev->vbasedev.traps, ==, 4);
    prig_stop(&rig);
}

static void test_no_mmap_traps_all(void)
{
    PlatformRig rig;

    prig_start_connected(&rig, "x-no-mmap", "on");
    prig_store(&rig, 0, 0, 1);
    g_assert_cmphex(prig_load(&rig, 0, 0), ==, 1);
    g_assert_cmpuint(rig.vdev->vbasedev.traps, ==, 2);
    g_assert_cmpuint(fake_vfio_maps(), ==, 0);
    prig_stop(&rig);
}

/* What xp, memsave and a debugger use. */
static void debugger_load(PlatformRig *rig, hwaddr offset)
{
    uint32_t value;

    g_assert_cmpint(address_space_read(&address_space_memory, PRIG_BASE + offset,
                                       (MemTxAttrs) { .unspecified = 1, .debug = 1 }, &value, 4),
                    ==, MEMTX_OK);
}

/* What the device is asked, in order: OFFSET:SIZE. */
static GString *asked;

static bool note_read(FakeDevice *dev, unsigned nr, uint64_t offset, unsigned size, void *data)
{
    g_string_append_printf(asked, " r%" PRIx64 ":%u", offset, size);
    memset(data, 0, size);
    memset(data, (int)(offset + 1), 1);
    return true;
}

static bool note_write(FakeDevice *dev, unsigned nr, uint64_t offset, unsigned size,
                       const void *data)
{
    uint32_t value = 0;

    memcpy(&value, data, size);
    g_string_append_printf(asked, " w%" PRIx64 ":%u=%x", offset, size, value);
    return true;
}

static void test_trapped_accesses_keep_their_size(void)
{
    const hwaddr window = PRIG_BASE + 2 * 0x100000; /* 256 bytes: no page */
    PlatformRig rig;
    uint8_t byte = 0x5a;

    prig_start_connected(&rig, NULL, NULL);
    rig.host.read = note_read;
    rig.host.write = note_write;
    asked = g_string_new(NULL);
    g_assert_cmphex(address_space_ldq(&address_space_memory, window + 0x10, MEMTXATTRS_UNSPECIFIED,
                                      NULL), ==, 0x0000001500000011);
    address_space_stq(&address_space_memory, window + 0x20, 0x1122334455667788,
                      MEMTXATTRS_UNSPECIFIED, NULL);
    g_assert_cmphex(address_space_lduw(&address_space_memory, window + 2, MEMTXATTRS_UNSPECIFIED,
                                       NULL), ==, 3);
    address_space_write(&address_space_memory, window + 7, MEMTXATTRS_UNSPECIFIED, &byte, 1);
    /* The low half first. */
    g_assert_cmpstr(asked->str, ==, " r10:4 r14:4 w20:4=55667788 w24:4=11223344 r2:2 w7:1=5a");
    g_string_free(asked, TRUE);
    rig.host.read = NULL;
    rig.host.write = NULL;
    prig_stop(&rig);
}

/* The guest's mapping is off, this program's is not. */
static void test_trapped_accesses_use_the_mapping(void)
{
    PlatformRig rig;
    unsigned calls;

    prig_start_connected(&rig, "eoi", "trap");
    fake_vfio_set_line(&rig.host, HOST_LEVEL, true);
    prig_pump(&rig);
    g_assert_cmpint(rig.level[0], ==, 1);
    rig.host.read = note_read;
    rig.host.write = note_write;
    asked = g_string_new(NULL);
    calls = fake_vfio.calls;
    g_assert_cmphex(vfio_region_read(rig.vdev->regions[0], 0x10, 4), ==, 0x11);
    g_assert_cmphex(vfio_region_read(rig.vdev->regions[0], 0x16, 2), ==, 0x17);
    vfio_region_write(rig.vdev->regions[0], 0xff8, 0x1122334455667788, 8);
    vfio_region_write(rig.vdev->regions[0], 0x21, 0x5a, 1);
    g_assert_cmpuint(fake_vfio.calls, ==, calls);
    g_assert_cmpstr(asked->str, ==, " r10:4 r16:2 wff8:4=55667788 wffc:4=11223344 w21:1=5a");
    /* Device memory has no unaligned accesses: the kernel makes bytes of them. */
    vfio_region_read(rig.vdev->regions[0], 0x12, 4);
    g_assert_cmpuint(fake_vfio.calls, ==, calls + 1);
    g_string_free(asked, TRUE);
    rig.host.read = NULL;
    rig.host.write = NULL;
    fake_vfio_set_line(&rig.host, HOST_LEVEL, false);
    prig_stop(&rig);
}

static void test_debugger_ends_nothing(void)
{
    uint32_t value;
    PlatformRig rig;

    prig_start_connected(&rig, "eoi", "trap");
    fake_vfio_set_line(&rig.host, HOST_LEVEL, true);
    prig_pump(&rig);
    debugger_load(&rig, 0);
    debugger_load(&rig, 0x100000);
    g_assert_cmpint(rig.level[0], ==, 1);
    g_assert_cmpuint(rig.vdev->vbasedev.traps, ==, 0);
    value = prig_load(&rig, 0, 0);
    g_assert_cmphex(value, ==, 0);
    g_assert_cmpint(rig.level[0], ==, 0);
    prig_stop(&rig);
}

static void test_vfio_eoi_stands_for_an_access(void)
{
    PlatformRig rig;

    prig_start_connected(&rig, "eoi", "trap");
    fake_vfio_set_line(&rig.host, HOST_LEVEL, true);
    prig_pump(&rig);
    fake_vfio_set_line(&rig.host, HOST_LEVEL, false);
    rig.vdev->vbasedev.ops->vfio_eoi(&rig.vdev->vbasedev);
    g_assert_cmpint(rig.level[0], ==, 0);
    prig_stop(&rig);
}

static void test_hint_on_the_device(void)
{
    PlatformRig rig;

    prig_start_connected(&rig, "eoi", "trap");
    prig_unplug(&rig);
    prig_new(&rig, TYPE_VFIO_PLATFORM, "host=fff51000.ethernet", "eoi=trap", "eoi.1=2:0x20:2",
             NULL);
    prig_realize(&rig, &error_abort);
    prig_connect(&rig);
    prig_reset(&rig);
    fake_vfio_set_line(&rig.host, HOST_LEVEL, true);
    fake_vfio_set_line(&rig.host, HOST_LEVEL2, true);
    prig_pump(&rig);
    g_assert_cmpint(rig.level[0] + rig.level[1], ==, 2);
    fake_vfio_set_line(&rig.host, HOST_LEVEL2, false);
    prig_store(&rig, 2, 0x20, 3);
    g_assert_cmpint(rig.level[0], ==, 1);
    g_assert_cmpint(rig.level[1], ==, 0);
    prig_stop(&rig);
}

/* ---- what it tells of itself ---------------------------------------------------------------- */

static void test_report(void)
{
    VfioDeviceInfoList *list;
    const VfioDeviceInfo *info;
    PlatformRig rig;

    prig_start_connected(&rig, "eoi", "trap");
    fake_vfio_set_line(&rig.host, HOST_LEVEL, true);
    fake_vfio_set_line(&rig.host, HOST_LEVEL2, true);
    fake_vfio_pulse(&rig.host, HOST_EDGE);
    prig_pump(&rig);
    harness_clock_step(5000);
    list = vfio_info_query_all();
    g_assert_nonnull(list);
    g_assert_null(list->next);
    info = list->value;
    g_assert_cmpstr(info->name, ==, "fff51000.ethernet");
    g_assert_cmpstr(info->backend, ==, "group");
    g_assert_true(info->has_group && info->has_container && info->reset);
    g_assert_cmpint(info->group, ==, 7);
    g_assert_cmpstr(info->compatible->next->value, ==, "vendor,dev");
    g_assert_cmphex(info->regions->value->address, ==, PRIG_BASE);
    g_assert_false(info->regions->value->fast);
    g_assert_cmpuint(info->regions->next->value->areas->value->offset, ==, 0x1000);
    g_assert_cmpint(info->irqs->value->spi, ==, 100);
    g_assert_cmpint(info->irqs->value->state, ==, VFIO_IRQ_STATE_ACTIVE);
    g_assert_cmpint(info->irqs->value->mode, ==, VFIO_INJECT_MODE_TRAP);
    g_assert_cmpint(info->irqs->next->value->state, ==, VFIO_IRQ_STATE_PENDING);
    g_assert_cmpuint(info->irqs->next->value->deferred, ==, 1);
    g_assert_cmpint(info->irqs->next->next->value->mode, ==, VFIO_INJECT_MODE_PULSE);
    g_assert_cmpuint(info->slow_ns, ==, 5000);
    g_assert_cmpuint(info->switches, ==, 1);
    qapi_free_VfioDeviceInfoList(list);
    prig_unplug(&rig);
    g_assert_null(vfio_info_query_all());
    prig_stop(&rig);
}

/* ---- interrupts ----------------------------------------------------------------------------- */

static void test_irqchip_is_chosen_and_ends_truly(void)
{
    PlatformRig rig;

    prig_start_connected(&rig, NULL, NULL);
    g_assert_cmpint(prig_intp(&rig, HOST_LEVEL)->mode, ==, VFIO_INJECT_MODE_IRQCHIP);
    fake_vfio_set_line(&rig.host, HOST_LEVEL, true);
    fake_vfio_set_line(&rig.host, HOST_LEVEL2, true);
    prig_pump(&rig);
    g_assert_cmpint(rig.level[0], ==, 1);
    g_assert_cmpint(rig.level[1], ==, 1);
    g_assert_true(rig.vdev->is_fast);
    fake_vfio_set_line(&rig.host, HOST_LEVEL, false);
    prig_eoi(&rig, 0);
    prig_pump(&rig);
    g_assert_cmpint(rig.level[0], ==, 0);
    g_assert_false(rig.host.irqs[HOST_LEVEL].masked);
    /* Still high on the host: it comes again. */
    prig_eoi(&rig, 1);
    g_assert_cmpint(rig.level[1], ==, 0);
    prig_pump(&rig);
    g_assert_cmpint(rig.level[1], ==, 1);
    g_assert_cmpuint(rig.host.irqs[HOST_LEVEL2].fired, ==, 2);
    prig_stop(&rig);
}

static void test_trap_ends_by_access(void)
{
    PlatformRig rig;

    prig_start_connected(&rig, "eoi", "trap");
    g_assert_cmpint(prig_intp(&rig, HOST_LEVEL)->mode, ==, VFIO_INJECT_MODE_TRAP);
    fake_vfio_set_line(&rig.host, HOST_LEVEL, true);
    prig_pump(&rig);
    g_assert_cmpint(rig.level[0], ==, 1);
    g_assert_false(rig.vdev->is_fast);
    fake_vfio_set_line(&rig.host, HOST_LEVEL, false);
    prig_load(&rig, 0, 0);
    g_assert_cmpint(rig.level[0], ==, 0);
    prig_pump(&rig);
    g_assert_false(rig.host.irqs[HOST_LEVEL].masked);
    harness_clock_step(1100 * SCALE_MS - 1);
    g_assert_false(rig.vdev->is_fast);
    harness_clock_step(1);
    g_assert_true(rig.vdev->is_fast);
    prig_stop(&rig);
}

static void test_mmap_timeout_0_never_returns(void)
{
    PlatformRig rig;

    prig_start_connected(&rig, "eoi", "trap");
    rig.vdev->mmap_timeout = 0;
    fake_vfio_set_line(&rig.host, HOST_LEVEL, true);
    prig_pump(&rig);
    fake_vfio_set_line(&rig.host, HOST_LEVEL, false);
    prig_load(&rig, 0, 0);
    prig_pump(&rig);
    harness_clock_step(100 * NANOSECONDS_PER_SECOND);
    prig_pump(&rig);
    g_assert_false(rig.vdev->is_fast);
    prig_stop(&rig);
}

static void test_edge_pulses(void)
{
    PlatformRig rig;

    prig_start_connected(&rig, "eoi", "trap");
    fake_vfio_pulse(&rig.host, HOST_EDGE);
    fake_vfio_pulse(&rig.host, HOST_EDGE);
    prig_pump(&rig);
    g_assert_cmpuint(rig.rises[2], ==, 1);
    g_assert_cmpuint(prig_intp(&rig, HOST_EDGE)->counts.triggered, ==, 2);
    g_assert_cmpuint(prig_intp(&rig, HOST_EDGE)->counts.coalesced, ==, 1);
    g_assert_true(rig.vdev->is_fast);
    prig_stop(&rig);
}

static void test_line_that_is_not_a_controllers_takes_trap(void)
{
    PlatformRig rig;
    HarnessLine line;

    prig_start(&rig);
    harness_line_init(&line);
    prig_new(&rig, TYPE_VFIO_PLATFORM, "host=fff51000.ethernet", NULL);
    prig_realize(&rig, &error_abort);
    sysbus_connect_irq(SYS_BUS_DEVICE(rig.device), 0, line.irq);
    g_assert_cmpint(prig_intp(&rig, 0)->mode, ==, VFIO_INJECT_MODE_TRAP);
    g_assert_cmpint(prig_intp(&rig, 1)->mode, ==, VFIO_INJECT_MODE_OFF);
    prig_unplug(&rig);
    harness_line_free(&line);
    prig_stop(&rig);
}

/* ---- reset ---------------------------------------------------------------------------------- */

static void test_connecting_arms_nothing_before_the_reset(void)
{
    PlatformRig rig;

    prig_start(&rig);
    prig_new(&rig, TYPE_VFIO_PLATFORM, "host=fff51000.ethernet", NULL);
    fake_vfio_set_line(&rig.host, HOST_LEVEL, true);
    prig_realize(&rig, &error_abort);
    prig_connect(&rig);
    prig_pump(&rig);
    g_assert_false(rig.host.irqs[HOST_LEVEL].enabled);
    g_assert_cmpint(rig.level[0], ==, 0);
    prig_reset(&rig);
    prig_pump(&rig);
    g_assert_cmpint(rig.level[0], ==, 1);
    prig_stop(&rig);
}

static void test_device_plugged_late_is_armed_when_connected(void)
{
    PlatformRig rig;

    prig_start_realized(&rig);
    prig_reset(&rig); /* the reset that plugging does comes before the bus connects */
    prig_connect(&rig);
    g_assert_true(rig.host.irqs[HOST_LEVEL].enabled);
    prig_stop(&rig);
}

static void test_reset_frees_a_masked_line(void)
{
    PlatformRig rig;

    prig_start_connected(&rig, NULL, NULL);
    fake_vfio_set_line(&rig.host, HOST_LEVEL, true);
    prig_pump(&rig);
    g_assert_true(rig.host.irqs[HOST_LEVEL].masked);
    prig_reset(&rig);
    g_assert_cmpint(rig.level[0], ==, 0);
    g_assert_cmpuint(rig.host.resets, ==, 2);
    prig_pump(&rig);
    g_assert_cmpint(rig.level[0], ==, 1); /* still high */
    g_assert_cmpuint(vfio_irq_lost(prig_intp(&rig, HOST_LEVEL)), ==, 0);
    prig_stop(&rig);
}

static void test_reset_drains_what_is_ready(void)
{
    PlatformRig rig;

    prig_start_connected(&rig, "eoi", "trap");
    fake_vfio_pulse(&rig.host, HOST_EDGE);
    fake_vfio_set_line(&rig.host, HOST_LEVEL, true);
    fake_vfio_set_line(&rig.host, HOST_LEVEL, false);
    prig_reset(&rig);
    prig_pump(&rig);
    g_assert_cmpuint(rig.rises[2], ==, 0);
    g_assert_cmpuint(rig.rises[0], ==, 0);
    g_assert_cmpuint(prig_intp(&rig, HOST_EDGE)->counts.discarded, ==, 1);
    g_assert_cmpuint(vfio_irq_lost(prig_intp(&rig, HOST_LEVEL)), ==, 0);
    prig_stop(&rig);
}

static void test_refused_trigger_is_reported_and_tried_again(void)
{
    PlatformRig rig;

    prig_start(&rig);
    rig.host.request_irq_errno = EBUSY;
    prig_new(&rig, TYPE_VFIO_PLATFORM, "host=fff51000.ethernet", NULL);
    prig_realize(&rig, &error_abort);
    prig_connect(&rig);
    prig_reset(&rig);
    g_assert_false(prig_intp(&rig, 0)->armed);
    g_assert_cmpint(rig.host.irqs[0].unmask_fd, ==, -1);
    rig.host.request_irq_errno = 0;
    prig_reset(&rig);
    g_assert_true(prig_intp(&rig, 0)->armed);
    prig_stop(&rig);
}

static void test_unplug_while_active_frees_all(void)
{
    PlatformRig rig;

    prig_start_connected(&rig, "eoi", "trap");
    fake_vfio_set_line(&rig.host, HOST_LEVEL, true);
    fake_vfio_set_line(&rig.host, HOST_LEVEL2, true);
    prig_pump(&rig);
    prig_unplug(&rig);
    g_assert_cmpint(rig.level[0], ==, 0);
    prig_stop(&rig);
}

static void test_device_without_reset_is_left_alone(void)
{
    PlatformRig rig;

    prig_start(&rig);
    rig.host.flags = VFIO_DEVICE_FLAGS_PLATFORM;
    prig_new(&rig, TYPE_VFIO_PLATFORM, "host=fff51000.ethernet", NULL);
    prig_realize(&rig, &error_abort);
    prig_connect(&rig);
    prig_reset(&rig);
    g_assert_false(rig.vdev->reset_warned); /* the guest has done nothing yet */
    prig_reset(&rig);
    g_assert_true(rig.vdev->reset_warned);
    g_assert_cmpuint(rig.host.resets, ==, 0);
    prig_stop(&rig);
}

/* ---- derived types -------------------------------------------------------------------------- */

static void test_derived_type_by_board_code(gconstpointer type)
{
    PlatformRig rig;

    prig_start(&rig);
    prig_new(&rig, type, "host=fff51000.ethernet", NULL);
    prig_realize(&rig, &error_abort);
    g_assert_cmpuint(rig.vdev->num_compat, ==, 1);
    g_assert_cmpstr(rig.vdev->compat, ==, strstr(type, "xgmac") ? "calxeda,hb-xgmac"
                                                               : "amd,xgbe-seattle-v1a");
    prig_connect(&rig);
    prig_reset(&rig);
    fake_vfio_set_line(&rig.host, HOST_LEVEL, true);
    prig_pump(&rig);
    g_assert_cmpint(rig.level[0], ==, 1);
    prig_stop(&rig);
}

#define ADD(path, function) g_test_add_func("/vfio/platform/" path, function)

static void tests_add_life(void)
{
    ADD("realize/makes-regions-and-irqs", test_realize_makes_regions_and_irqs);
    ADD("realize/compat-of-the-hosts-node", test_compat_of_the_hosts_node);
    ADD("realize/sysfsdev-wins", test_sysfsdev_wins_and_gives_the_name);
    ADD("realize/iommufd", test_iommufd);
    ADD("realize/fd", test_fd);
    ADD("realize/fd-that-is-no-device", test_fd_that_is_no_device);
    ADD("realize/amba-device", test_amba_device);
    ADD("class/state-cannot-be-saved", test_state_cannot_be_saved);
    ADD("realize/regions-and-irqs-left-out", test_regions_and_irqs_left_out);
    ADD("realize/families-of-properties", test_families_of_properties);
    ADD("refused/not-a-platform-device", test_not_a_platform_device);
    for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_autofree char *path = g_strconcat("/vfio/platform/refused/", refusals[i].name, NULL);

        g_test_add_data_func(path, &refusals[i], test_refused);
    }
    g_test_add_data_func("/vfio/platform/failing/group", NULL,
                         test_nothing_is_left_when_a_call_fails);
    g_test_add_data_func("/vfio/platform/failing/iommufd", "",
                         test_nothing_is_left_when_a_call_fails);
    g_test_add_data_func("/vfio/platform/derived/calxeda-xgmac", TYPE_VFIO_CALXEDA_XGMAC,
                         test_derived_type_by_board_code);
    g_test_add_data_func("/vfio/platform/derived/amd-xgbe", TYPE_VFIO_AMD_XGBE,
                         test_derived_type_by_board_code);
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    tests_add_life();
    ADD("region/fast-path-reaches-registers", test_fast_path_reaches_the_registers);
    ADD("region/parts-not-mapped-trap", test_parts_that_are_not_mapped_trap);
    ADD("region/no-mmap-traps-all", test_no_mmap_traps_all);
    ADD("region/trapped-accesses-keep-their-size", test_trapped_accesses_keep_their_size);
    ADD("region/trapped-accesses-use-the-mapping", test_trapped_accesses_use_the_mapping);
    ADD("region/debugger-ends-nothing", test_debugger_ends_nothing);
    ADD("region/vfio_eoi-stands-for-an-access", test_vfio_eoi_stands_for_an_access);
    ADD("irq/hint-on-the-device", test_hint_on_the_device);
    ADD("report", test_report);
    ADD("irq/irqchip-ends-truly", test_irqchip_is_chosen_and_ends_truly);
    ADD("irq/trap-ends-by-access", test_trap_ends_by_access);
    ADD("irq/mmap-timeout-0-never-returns", test_mmap_timeout_0_never_returns);
    ADD("irq/edge-pulses", test_edge_pulses);
    ADD("irq/other-line-takes-trap", test_line_that_is_not_a_controllers_takes_trap);
    ADD("reset/connecting-arms-nothing-before", test_connecting_arms_nothing_before_the_reset);
    ADD("reset/late-device-is-armed-when-connected",
        test_device_plugged_late_is_armed_when_connected);
    ADD("reset/frees-a-masked-line", test_reset_frees_a_masked_line);
    ADD("reset/device-without-it-is-left-alone", test_device_without_reset_is_left_alone);
    ADD("reset/drains-what-is-ready", test_reset_drains_what_is_ready);
    ADD("reset/refused-trigger-is-tried-again", test_refused_trigger_is_reported_and_tried_again);
    ADD("unplug/while-active-frees-all", test_unplug_while_active_frees_all);
    return g_test_run();
}
