/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A device model that knows only the public headers is created, configured,
 * driven, reset, saved and unplugged: what an author of a device outside the
 * tree relies on.
 */

#include "../hwcore/hwcore-harness.h"
#include "sample-device.h"
#include "exec/address-spaces.h"
#include "hw/qdev-clock.h"
#include "hw/qdev-properties.h"
#include "migration/qemu-file.h"
#include "migration/vmstate.h"
#include "qemu/main-loop.h"
#include "qemu/rcu.h"
#include "qemu/units.h"
#include "qapi/qmp/qlist.h"
#include "qom/qom-qobject.h"

#define REGISTERS 0x1000
#define FIFO 0x8000
#define RAM 0x100000
#define RAM_SIZE 0x10000

typedef struct Fixture {
    MemoryRegion *ram;
    Clock *clock;
    DeviceState *dev;
    SampleState *s;
    HarnessLine irq[3];
    HarnessLine done;
} Fixture;

static void fixture_create(Fixture *f)
{
    *f = (Fixture){ .ram = g_new0(MemoryRegion, 1) };
    harness_clock_start();
    memory_region_init_ram(f->ram, NULL, "ram", RAM_SIZE, &error_abort);
    memory_region_add_subregion(get_system_memory(), RAM, f->ram);
    f->clock = clock_new(qdev_get_machine(), "reference[*]");
    clock_set_hz(f->clock, 1000000);
    f->dev = qdev_new(TYPE_SAMPLE_DEVICE);
    f->s = SAMPLE_DEVICE(f->dev);
    qdev_connect_clock_in(f->dev, "clk", f->clock);
}

static void fixture_realize(Fixture *f)
{
    SysBusDevice *sbd = SYS_BUS_DEVICE(f->dev);

    sysbus_realize_and_unref(sbd, &error_abort);
    sysbus_mmio_map(sbd, 0, REGISTERS);
    sysbus_mmio_map(sbd, 1, FIFO);
    for (int i = 0; i < 3; i++) {
        harness_line_init(&f->irq[i]);
        sysbus_connect_irq(sbd, i, f->irq[i].irq);
    }
    harness_line_init(&f->done);
    qdev_connect_gpio_out_named(f->dev, "done", 0, f->done.irq);
    device_cold_reset(f->dev);
}

static void fixture_setup(Fixture *f, gconstpointer data)
{
    fixture_create(f);
    fixture_realize(f);
}

static void fixture_destroy(Fixture *f)
{
    object_unparent(OBJECT(f->clock));
    memory_region_del_subregion(get_system_memory(), f->ram);
    object_unparent(OBJECT(f->ram));
    drain_call_rcu();
    g_free(f->ram);
}

static void fixture_teardown(Fixture *f, gconstpointer data)
{
    object_unparent(OBJECT(f->dev));
    for (int i = 0; i < 3; i++) {
        harness_line_free(&f->irq[i]);
    }
    harness_line_free(&f->done);
    fixture_destroy(f);
}

static uint32_t reg_read(hwaddr offset)
{
    return address_space_ldl_le(&address_space_memory, REGISTERS + offset, MEMTXATTRS_UNSPECIFIED,
                                NULL);
}

static uint8_t fifo_pop(MemTxResult *result)
{
    return address_space_ldub(&address_space_memory, FIFO, MEMTXATTRS_UNSPECIFIED, result);
}

static void reg_write(hwaddr offset, uint32_t value)
{
    address_space_stl_le(&address_space_memory, REGISTERS + offset, value, MEMTXATTRS_UNSPECIFIED,
                         NULL);
}

static void test_properties_have_their_defaults(Fixture *f, gconstpointer data)
{
    g_assert_cmpuint(f->s->prop_u8, ==, 7);
    g_assert_cmpuint(f->s->prop_u16, ==, 0x1234);
    g_assert_cmphex(f->s->id, ==, 0x5a5a0001);
    g_assert_true(f->s->prop_u64 == UINT64_MAX);
    g_assert_cmpint(f->s->prop_i32, ==, -5);
    g_assert_true(f->s->prop_i64 == INT64_MIN);
    g_assert_cmpuint(f->s->size, ==, 4 * KiB);
    g_assert_false(f->s->loopback);
    g_assert_cmphex(f->s->flags, ==, 1u << 3);
    g_assert_cmphex(f->s->flags64, ==, 0);
    g_assert_null(f->s->label);
    g_assert_cmpint(f->s->mode, ==, ON_OFF_AUTO_AUTO);
}

static void test_properties_are_set_from_text(void)
{
    static const char *const values[][2] = {
        { "u8", "0xff" },     { "u16", "65535" },      { "u64", "18446744073709551615" },
        { "i32", "-7" },      { "i64", "-9000000000" }, { "size", "2M" },
        { "loopback", "on" }, { "fast", "off" },       { "far", "on" },
        { "label", "front" }, { "mode", "on" },        { "id", "3" },
        { "uuid", "12345678-9abc-def0-1234-56789abcdef0" },
    };
    Fixture f;

    fixture_create(&f);
    for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
        object_property_parse(OBJECT(f.dev), values[i][0], values[i][1], &error_abort);
    }
    g_assert_cmpuint(f.s->prop_u8, ==, 255);
    g_assert_cmpuint(f.s->prop_u16, ==, 65535);
    g_assert_true(f.s->prop_u64 == UINT64_MAX);
    g_assert_cmpint(f.s->prop_i32, ==, -7);
    g_assert_cmpint(f.s->prop_i64, ==, -9000000000LL);
    g_assert_cmpuint(f.s->size, ==, 2 * MiB);
    g_assert_true(f.s->loopback);
    g_assert_cmphex(f.s->flags, ==, 0);
    g_assert_true(f.s->flags64 == 1ull << 40);
    g_assert_cmpstr(f.s->label, ==, "front");
    g_assert_cmpint(f.s->mode, ==, ON_OFF_AUTO_ON);
    g_assert_cmphex(f.s->uuid.data[0], ==, 0x12);
    object_unref(f.dev);
    fixture_destroy(&f);
}

static void test_array_property_takes_a_list(void)
{
    g_autoptr(QList) taps = qlist_new();
    Fixture f;

    fixture_create(&f);
    qlist_append_int(taps, 5);
    qlist_append_int(taps, 6);
    object_property_set_qobject(OBJECT(f.dev), "taps", QOBJECT(taps), &error_abort);
    g_assert_cmpuint(f.s->num_taps, ==, 2);
    g_assert_cmpuint(f.s->taps[1], ==, 6);
    object_unref(f.dev);
    fixture_destroy(&f);
}

static void test_property_out_of_range_is_refused(void)
{
    Fixture f;
    Error *err = NULL;

    fixture_create(&f);
    g_assert_false(object_property_parse(OBJECT(f.dev), "u8", "256", &err));
    harness_error_contains(err, "u8");
    object_unref(f.dev);
    fixture_destroy(&f);
}

static void test_property_is_fixed_after_realize(Fixture *f, gconstpointer data)
{
    Error *err = NULL;

    g_assert_false(object_property_parse(OBJECT(f->dev), "u16", "1", &err));
    harness_error_contains(err, "u16");
    g_assert_cmpuint(f->s->prop_u16, ==, 0x1234);
}

static void test_realize_reports_a_missing_clock(void)
{
    DeviceState *dev = qdev_new(TYPE_SAMPLE_DEVICE);
    Error *err = NULL;

    g_assert_false(sysbus_realize(SYS_BUS_DEVICE(dev), &err));
    harness_error_contains(err, "clk");
    g_assert_false(qdev_is_realized(dev));
    object_unparent(OBJECT(dev));
    object_unref(dev);
}

static void test_failed_realize_can_be_repeated(void)
{
    Fixture f;
    Error *err = NULL;

    fixture_create(&f);
    object_property_set_uint(OBJECT(f.dev), "size", 3000, &error_abort);
    g_assert_false(sysbus_realize(SYS_BUS_DEVICE(f.dev), &err));
    harness_error_contains(err, "power of two");
    object_property_set_uint(OBJECT(f.dev), "size", 4096, &error_abort);
    g_assert_true(sysbus_realize(SYS_BUS_DEVICE(f.dev), &error_abort));
    object_unparent(OBJECT(f.dev));
    object_unref(f.dev);
    fixture_destroy(&f);
}

static void test_registers_are_read_by_the_guest(Fixture *f, gconstpointer data)
{
    g_assert_cmphex(reg_read(0), ==, 0x5a5a0001);
    reg_write(8, 1000);
    g_assert_cmpuint(reg_read(8), ==, 1000);
}

static void test_narrow_access_takes_its_bytes(Fixture *f, gconstpointer data)
{
    g_assert_cmphex(address_space_ldub(&address_space_memory, REGISTERS + 3, MEMTXATTRS_UNSPECIFIED,
                                       NULL), ==, 0x5a);
    g_assert_cmphex(address_space_lduw_le(&address_space_memory, REGISTERS, MEMTXATTRS_UNSPECIFIED,
                                          NULL), ==, 0x0001);
}

static void test_timer_expires_and_raises_its_line(Fixture *f, gconstpointer data)
{
    reg_write(8, 1000);
    reg_write(4, 1);
    harness_clock_step(999000);
    g_assert_cmpint(f->irq[0].level, ==, 0);
    g_assert_cmpuint(reg_read(12), ==, 1);
    harness_clock_step(2000);
    g_assert_cmpint(f->irq[0].level, ==, 1);
    g_assert_cmpuint(f->done.rises, ==, 1);
    reg_write(16, 1);
    g_assert_cmpint(f->irq[0].level, ==, 0);
}

static void test_clock_change_reaches_the_timer(Fixture *f, gconstpointer data)
{
    clock_update_hz(f->clock, 2000000);
    reg_write(8, 1000);
    reg_write(4, 1);
    harness_clock_step(501000);
    g_assert_cmpint(f->irq[0].level, ==, 1);
}

static void test_fifo_error_is_a_bus_error(Fixture *f, gconstpointer data)
{
    MemTxResult result;

    fifo_pop(&result);
    g_assert_cmpint(result, ==, MEMTX_ERROR);
    reg_write(4, 4);
    address_space_stb(&address_space_memory, FIFO, 0x42, MEMTXATTRS_UNSPECIFIED, &result);
    g_assert_cmpint(result, ==, MEMTX_OK);
    g_assert_cmpint(f->irq[1].level, ==, 1);
    g_assert_cmphex(fifo_pop(&result), ==, 0x42);
    g_assert_cmpint(f->irq[1].level, ==, 0);
}

static void test_dma_writes_guest_memory(Fixture *f, gconstpointer data)
{
    reg_write(8, 1);
    reg_write(4, 1);
    harness_clock_step(10000);
    reg_write(20, RAM + 0x40);
    g_assert_cmphex(ldl_le_p((uint8_t *)memory_region_get_ram_ptr(f->ram) + 0x40), ==, 1);
}

static void test_dma_to_nowhere_raises_the_error_line(Fixture *f, gconstpointer data)
{
    reg_write(20, 0x40000000);
    g_assert_cmpint(f->irq[2].level, ==, 1);
}

static void test_dma_into_own_registers_is_refused(Fixture *f, gconstpointer data)
{
    reg_write(8, 77);
    reg_write(20, REGISTERS + 8);
    g_assert_cmpuint(reg_read(8), ==, 77);
    g_assert_cmpint(f->irq[2].level, ==, 1);
}

static void test_reset_runs_its_three_phases(Fixture *f, gconstpointer data)
{
    unsigned before = f->s->exit_count;

    reg_write(8, 5);
    reg_write(4, 1);
    device_cold_reset(f->dev);
    g_assert_cmpuint(f->s->enter_count, ==, before + 1);
    g_assert_cmpuint(f->s->hold_count, ==, before + 1);
    g_assert_cmpuint(f->s->exit_count, ==, before + 1);
    g_assert_cmpuint(reg_read(8), ==, 0);
    harness_clock_step(NANOSECONDS_PER_SECOND);
    g_assert_cmpint(f->irq[0].level, ==, 0);
}

static void test_gpio_input_reaches_the_device(Fixture *f, gconstpointer data)
{
    qemu_set_irq(qdev_get_gpio_in_named(f->dev, "strobe", 0), 1);
    g_assert_true(f->s->strobe_level);
}

static GBytes *device_save(Fixture *f)
{
    g_autoptr(QEMUFile) file = qemu_file_new_memory_output();
    const uint8_t *bytes;
    size_t size;

    g_assert_cmpint(vmstate_save_state(file, qdev_get_vmsd(f->dev), f->dev, NULL), ==, 0);
    bytes = qemu_file_get_data(file, &size);
    return g_bytes_new(bytes, size);
}

static int device_load(Fixture *f, GBytes *state)
{
    gsize size;
    const void *bytes = g_bytes_get_data(state, &size);
    g_autoptr(QEMUFile) file = qemu_file_new_memory_input(bytes, size);

    return vmstate_load_state(file, qdev_get_vmsd(f->dev), f->dev, 2);
}

static void test_saved_state_continues_where_it_was(Fixture *f, gconstpointer data)
{
    g_autoptr(GBytes) state = NULL;
    g_autoptr(GBytes) again = NULL;

    reg_write(8, 1000);
    reg_write(4, 5);
    address_space_stb(&address_space_memory, FIFO, 0x99, MEMTXATTRS_UNSPECIFIED, NULL);
    harness_clock_step(400000);
    state = device_save(f);
    device_cold_reset(f->dev);
    g_assert_cmpint(device_load(f, state), ==, 0);
    again = device_save(f);
    g_assert_true(g_bytes_equal(state, again));
    g_assert_cmpuint(reg_read(12), ==, 600);
    g_assert_cmphex(fifo_pop(NULL), ==, 0x99);
    harness_clock_step(601000);
    g_assert_cmphex(reg_read(16), ==, 1);
}

static void test_truncated_state_is_refused(Fixture *f, gconstpointer data)
{
    g_autoptr(GBytes) state = device_save(f);
    gsize size = g_bytes_get_size(state);

    for (gsize cut = 0; cut < size; cut += 3) {
        g_autoptr(GBytes) part = g_bytes_new_from_bytes(state, 0, cut);

        g_assert_cmpint(device_load(f, part), !=, 0);
    }
}

static void test_unplugged_device_leaves_no_mapping(void)
{
    Fixture f;
    MemTxResult result;

    fixture_create(&f);
    fixture_realize(&f);
    fixture_teardown(&f, NULL);
    address_space_ldl_le(&address_space_memory, REGISTERS, MEMTXATTRS_UNSPECIFIED, &result);
    g_assert_cmpint(result, ==, MEMTX_DECODE_ERROR);
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
#define ADD(path, function) \
    g_test_add("/conformance/" path, Fixture, NULL, fixture_setup, function, fixture_teardown)
    ADD("properties-have-their-defaults", test_properties_have_their_defaults);
    ADD("property-is-fixed-after-realize", test_property_is_fixed_after_realize);
    ADD("registers-are-read-by-the-guest", test_registers_are_read_by_the_guest);
    ADD("narrow-access-takes-its-bytes", test_narrow_access_takes_its_bytes);
    ADD("timer-expires-and-raises-its-line", test_timer_expires_and_raises_its_line);
    ADD("clock-change-reaches-the-timer", test_clock_change_reaches_the_timer);
    ADD("fifo-error-is-a-bus-error", test_fifo_error_is_a_bus_error);
    ADD("dma-writes-guest-memory", test_dma_writes_guest_memory);
    ADD("dma-to-nowhere-raises-the-error-line", test_dma_to_nowhere_raises_the_error_line);
    ADD("dma-into-own-registers-is-refused", test_dma_into_own_registers_is_refused);
    ADD("reset-runs-its-three-phases", test_reset_runs_its_three_phases);
    ADD("gpio-input-reaches-the-device", test_gpio_input_reaches_the_device);
    ADD("saved-state-continues-where-it-was", test_saved_state_continues_where_it_was);
    ADD("truncated-state-is-refused", test_truncated_state_is_refused);
#undef ADD
    g_test_add_func("/conformance/properties-are-set-from-text", test_properties_are_set_from_text);
    g_test_add_func("/conformance/array-property-takes-a-list", test_array_property_takes_a_list);
    g_test_add_func("/conformance/property-out-of-range-is-refused",
                    test_property_out_of_range_is_refused);
    g_test_add_func("/conformance/realize-reports-a-missing-clock",
                    test_realize_reports_a_missing_clock);
    g_test_add_func("/conformance/failed-realize-can-be-repeated",
                    test_failed_realize_can_be_repeated);
    g_test_add_func("/conformance/unplugged-device-leaves-no-mapping",
                    test_unplugged_device_leaves_no_mapping);
    return g_test_run();
}
