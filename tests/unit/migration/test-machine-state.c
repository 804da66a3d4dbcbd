/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Saving and loading whole machines: devices and RAM come back, and what cannot be saved, or does
 * not fit the machine, is named.
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "qapi/error.h"
#include "exec/address-spaces.h"
#include "exec/memory.h"
#include "hw/sysbus.h"
#include "migration/blocker.h"
#include "migration/machine-state.h"
#include "migration/vmstate.h"
#include "sysemu/runstate.h"
#include "device-round-trip.h"

enum {
    RAM_BYTES = 64 * 1024,
};

/* -- a device -------------------------------------------------------------------------------- */

#define TYPE_COUNTER "test-counter"
OBJECT_DECLARE_SIMPLE_TYPE(CounterState, COUNTER)

struct CounterState {
    SysBusDevice parent_obj;

    uint32_t count;
    uint8_t log[16];
};

static const VMStateDescription vmstate_counter = {
    .name = "counter",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields = (const VMStateField[]) {
        VMSTATE_UINT32(count, CounterState),
        VMSTATE_UINT8_ARRAY(log, CounterState, 16),
        VMSTATE_END_OF_LIST()
    },
};

static void counter_class_init(ObjectClass *oc, void *data)
{
    DEVICE_CLASS(oc)->vmsd = &vmstate_counter;
}

static const TypeInfo counter_type = {
    .name = TYPE_COUNTER,
    .parent = TYPE_SYS_BUS_DEVICE,
    .instance_size = sizeof(CounterState),
    .class_init = counter_class_init,
};

/* -- fixture --------------------------------------------------------------------------------- */

typedef struct Machine {
    CounterState *counter;
    MemoryRegion ram;
    uint8_t *host;
    GByteArray *bytes;          /* what save() wrote */
} Machine;

static CounterState *counter_new(const char *name)
{
    DeviceState *dev = qdev_new(TYPE_COUNTER);

    object_property_add_child(object_get_root(), name, OBJECT(dev));
    object_unref(OBJECT(dev));
    qdev_realize(dev, sysbus_get_default(), &error_abort);
    return COUNTER(dev);
}

static void set_up(Machine *m, gconstpointer unused)
{
    runstate_init();
    m->counter = counter_new("counter");
    m->counter->count = 7;
    memory_region_init_ram(&m->ram, NULL, "test.ram", RAM_BYTES, &error_abort);
    m->host = memory_region_get_ram_ptr(&m->ram);
    m->host[5000] = 0xaa;
    m->host[RAM_BYTES - 1] = 0xbb;
}

static void tear_down(Machine *m, gconstpointer unused)
{
    object_unparent(OBJECT(m->counter));
    object_unparent(OBJECT(&m->ram));
    if (m->bytes) {
        g_byte_array_unref(m->bytes);
    }
}

static void save(Machine *m)
{
    g_autoptr(QEMUFile) f = qemu_file_new_memory_output();
    const uint8_t *data;
    size_t size;

    g_assert_true(machine_state_save(f, &error_abort));
    data = qemu_file_get_data(f, &size);
    m->bytes = g_byte_array_append(g_byte_array_new(), data, size);
}

static bool load(Machine *m, size_t size, Error **errp)
{
    g_autoptr(QEMUFile) f = qemu_file_new_memory_input(m->bytes->data, size);

    return machine_state_load(f, errp);
}

static void assert_load_fails(Machine *m, const char *part)
{
    Error *err = NULL;

    g_assert_false(load(m, m->bytes->len, &err));
    if (!strstr(error_get_pretty(err), part)) {
        g_error("\"%s\" is not in \"%s\"", part, error_get_pretty(err));
    }
    error_free(err);
}

static void assert_save_fails(const char *part)
{
    g_autoptr(QEMUFile) f = qemu_file_new_memory_output();
    Error *err = NULL;
    size_t size;

    g_assert_false(machine_state_save(f, &err));
    qemu_file_get_data(f, &size);
    g_assert_cmpuint(size, ==, 0);
    if (!strstr(error_get_pretty(err), part)) {
        g_error("\"%s\" is not in \"%s\"", part, error_get_pretty(err));
    }
    error_free(err);
}

/* -- tests ----------------------------------------------------------------------------------- */

static void test_round_trip(Machine *m, gconstpointer unused)
{
    save(m);
    m->counter->count = 0;
    m->host[5000] = 0;
    m->host[6000] = 0x11;
    m->host[RAM_BYTES - 1] = 0;
    g_assert_true(load(m, m->bytes->len, &error_abort));
    g_assert_cmpuint(m->counter->count, ==, 7);
    g_assert_cmphex(m->host[5000], ==, 0xaa);
    /* Written after saving, in a page that was saved, and in one that was not. */
    g_assert_cmphex(m->host[6000], ==, 0);
    g_assert_cmphex(m->host[RAM_BYTES - 1], ==, 0xbb);
}

static void test_zero_pages_are_cleared(Machine *m, gconstpointer unused)
{
    save(m);
    m->host[20000] = 0x22;
    g_assert_true(load(m, m->bytes->len, &error_abort));
    g_assert_cmphex(m->host[20000], ==, 0);
}

static void test_zero_pages_cost_nothing(Machine *m, gconstpointer unused)
{
    save(m);
    g_assert_cmpuint(m->bytes->len, <, 3 * 4096);
}

static void test_fd(Machine *m, gconstpointer unused)
{
    g_autofree char *path = NULL;
    int fd = g_file_open_tmp("gantry-machine-XXXXXX", &path, NULL);
    QEMUFile *f = qemu_file_new_fd_output(dup(fd));

    memset(m->host, 0x5a, RAM_BYTES);
    g_assert_true(machine_state_save(f, &error_abort));
    g_assert_cmpint(qemu_fclose(f), ==, 0);
    memset(m->host, 0, RAM_BYTES);
    m->counter->count = 0;
    lseek(fd, 0, SEEK_SET);
    f = qemu_file_new_fd_input(fd);
    g_assert_true(machine_state_load(f, &error_abort));
    qemu_fclose(f);
    unlink(path);
    g_assert_cmpuint(m->counter->count, ==, 7);
    g_assert_cmphex(m->host[RAM_BYTES - 1], ==, 0x5a);
}

static void test_truncated(Machine *m, gconstpointer unused)
{
    save(m);
    for (size_t size = 0; size < m->bytes->len; size += size < 200 ? 1 : 97) {
        Error *err = NULL;

        g_assert_false(load(m, size, &err));
        error_free_or_abort(&err);
    }
}

static void test_running(Machine *m, gconstpointer unused)
{
    vm_start();
    assert_save_fails("the machine runs");
    vm_stop(RUN_STATE_PAUSED);
}

static void test_blocked(Machine *m, gconstpointer unused)
{
    Error *reason = NULL;

    error_setg(&reason, "disk0 cannot be saved");
    migrate_add_blocker(&reason, &error_abort);
    assert_save_fails("disk0 cannot be saved");
    migrate_del_blocker(&reason);
}

static const VMStateDescription vmstate_unmigratable = {
    .name = "stubborn",
    .unmigratable = true,
};

static void test_unmigratable(Machine *m, gconstpointer unused)
{
    vmstate_register(NULL, 0, &vmstate_unmigratable, m);
    assert_save_fails("\"stubborn\" does not support it");
    vmstate_unregister(NULL, &vmstate_unmigratable, m);
}

static void test_device_missing_in_machine(Machine *m, gconstpointer unused)
{
    CounterState *other = counter_new("other");

    save(m);
    object_unparent(OBJECT(other));
    assert_load_fails(m, "/other/counter: this machine has no such device");
}

static void test_device_missing_in_stream(Machine *m, gconstpointer unused)
{
    CounterState *other;

    save(m);
    other = counter_new("other");
    assert_load_fails(m, "/other/counter\"");
    object_unparent(OBJECT(other));
}

static void test_ram_of_other_size(Machine *m, gconstpointer unused)
{
    save(m);
    object_unparent(OBJECT(&m->ram));
    memset(&m->ram, 0, sizeof(m->ram));
    memory_region_init_ram(&m->ram, NULL, "test.ram", 2 * RAM_BYTES, &error_abort);
    assert_load_fails(m, "test.ram: 65536 bytes of memory were saved, this machine has 131072");
}

static void test_not_a_stream(Machine *m, gconstpointer unused)
{
    m->bytes = g_byte_array_append(g_byte_array_new(), (const uint8_t *)"a text file", 11);
    assert_load_fails(m, "this is not the saved state of a machine");
}

static void test_later_format(Machine *m, gconstpointer unused)
{
    save(m);
    m->bytes->data[11] = 99;
    assert_load_fails(m, "the stream has format 99");
}

/* -- order ----------------------------------------------------------------------------------- */

static GString *load_order;

static int note_load(void *opaque, int version_id)
{
    g_string_append(load_order, opaque);
    return 0;
}

#define ORDERED(_name, ...) { \
    .name = _name, .version_id = 1, .post_load = note_load, \
    .fields = (const VMStateField[]) { VMSTATE_END_OF_LIST() }, __VA_ARGS__ }

static const VMStateDescription vmstate_ordered[] = {
    ORDERED("plain"),
    ORDERED("bus", .priority = MIG_PRI_PCI_BUS),
    ORDERED("gic", .priority = MIG_PRI_GICV3),
    ORDERED("early", .early_setup = true),
    ORDERED("last"),
};

static void test_priorities(Machine *m, gconstpointer unused)
{
    static char names[] = "p\0b\0g\0e\0l";

    load_order = g_string_new(NULL);
    for (int i = 0; i < 5; i++) {
        vmstate_register(NULL, 0, &vmstate_ordered[i], &names[2 * i]);
    }
    save(m);
    g_assert_true(load(m, m->bytes->len, &error_abort));
    g_assert_cmpstr(load_order->str, ==, "egbpl");
    for (int i = 0; i < 5; i++) {
        vmstate_unregister(NULL, &vmstate_ordered[i], &names[2 * i]);
    }
    g_string_free(load_order, true);
}

static void test_instances(Machine *m, gconstpointer unused)
{
    static char a[] = "a", b[] = "b";
    Error *err = NULL;

    load_order = g_string_new(NULL);
    vmstate_register_any(NULL, &vmstate_ordered[0], a);
    vmstate_register_any(NULL, &vmstate_ordered[0], b);
    g_assert_cmpint(vmstate_register_with_alias_id(NULL, 1, &vmstate_ordered[0], m, -1, 0, &err),
                    ==, -1);
    g_assert_cmpstr(error_get_pretty(err), ==,
                    "the saved state \"plain\" number 1 exists already");
    error_free(err);
    save(m);
    g_assert_true(load(m, m->bytes->len, &error_abort));
    g_assert_cmpstr(load_order->str, ==, "ab");
    vmstate_unregister(NULL, &vmstate_ordered[0], a);
    vmstate_unregister(NULL, &vmstate_ordered[0], b);
    g_string_free(load_order, true);
}

static void test_every_device(void)
{
    runstate_init();
    g_assert_cmpuint(device_round_trip_all(), >=, 1);
}

#define ADD(path, function) \
    g_test_add("/machine-state/" path, Machine, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qemu_init_main_loop(&error_abort);
    bql_lock();
    module_call_init(MODULE_INIT_QOM);
    type_register_static(&counter_type);
    memory_map_init();
    ADD("round-trip", test_round_trip);
    ADD("ram/zero-pages-are-cleared", test_zero_pages_are_cleared);
    ADD("ram/zero-pages-cost-nothing", test_zero_pages_cost_nothing);
    ADD("ram/other-size-is-refused", test_ram_of_other_size);
    ADD("file/descriptor", test_fd);
    ADD("save/not-while-running", test_running);
    ADD("save/blocker-is-named", test_blocked);
    ADD("save/unmigratable-is-named", test_unmigratable);
    ADD("load/every-truncation-fails", test_truncated);
    ADD("load/device-this-machine-lacks", test_device_missing_in_machine);
    ADD("load/device-the-stream-lacks", test_device_missing_in_stream);
    ADD("load/other-file-is-refused", test_not_a_stream);
    ADD("load/later-format-is-refused", test_later_format);
    ADD("order/early-then-priority", test_priorities);
    ADD("order/instances-are-numbered", test_instances);
    g_test_add_func("/machine-state/every-device-type", test_every_device);
    return g_test_run();
}
