/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The qtest protocol session by itself: how bytes become lines, requests about
 * CPUs (with a CPU type that has two system registers), interception that ends
 * with the client. tests/qtest covers the rest on the whole program.
 */
#include "qemu/osdep.h"
#include "exec/address-spaces.h"
#include "hw/core/cpu.h"
#include "hw/irq.h"
#include "qapi/error.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "sysemu/qtest-server.h"

/* ---- a CPU type with system registers 1 (writable) and 2 (read-only) --------------- */

#define TYPE_TEST_CPU "test-sysreg-cpu"
OBJECT_DECLARE_SIMPLE_TYPE(TestCPU, TEST_CPU)

struct TestCPU {
    CPUState parent_obj;
    uint64_t reg;
};

static bool test_sysreg_read(Object *cpu, uint32_t encoding, uint64_t *value, Error **errp)
{
    if (encoding != 1 && encoding != 2) {
        error_setg(errp, "no register 0x%x", encoding);
        return false;
    }
    *value = encoding == 1 ? TEST_CPU(cpu)->reg : 0x1234;
    return true;
}

static bool test_sysreg_write(Object *cpu, uint32_t encoding, uint64_t value, Error **errp)
{
    if (encoding != 1) {
        error_setg(errp, "register 0x%x cannot be written", encoding);
        return false;
    }
    TEST_CPU(cpu)->reg = value;
    return true;
}

static void test_cpu_class_init(ObjectClass *oc, void *data)
{
    QTestSysregClass *sysreg = QTEST_SYSREG_CLASS(oc);

    sysreg->read = test_sysreg_read;
    sysreg->write = test_sysreg_write;
}

/* ---- a region whose registers each CPU sees its own of ------------------------------- */

static uint64_t banked_read(void *opaque, hwaddr offset, unsigned size)
{
    return current_cpu ? 0x100 + current_cpu->cpu_index : 0xff;
}

static const MemoryRegionOps banked_ops = {
    .read = banked_read,
    .endianness = DEVICE_LITTLE_ENDIAN,
};

/* ---- a device with three inputs and one output ------------------------------------ */

#define TYPE_TEST_SOURCE "test-source"
OBJECT_DECLARE_SIMPLE_TYPE(TestSource, TEST_SOURCE)

struct TestSource {
    DeviceState parent_obj;
    qemu_irq out;
    int levels[3];
};

static void test_source_set(void *opaque, int n, int level)
{
    TEST_SOURCE(opaque)->levels[n] = level;
}

static void test_source_init(Object *obj)
{
    qdev_init_gpio_in(DEVICE(obj), test_source_set, 3);
    qdev_init_gpio_out(DEVICE(obj), &TEST_SOURCE(obj)->out, 1);
}

static const TypeInfo test_types[] = {
    {
        .name = TYPE_TEST_CPU,
        .parent = TYPE_CPU,
        .instance_size = sizeof(TestCPU),
        .class_init = test_cpu_class_init,
        .interfaces = (InterfaceInfo[]) { { TYPE_QTEST_SYSREG }, { } },
    }, {
        .name = TYPE_TEST_SOURCE,
        .parent = TYPE_DEVICE,
        .instance_size = sizeof(TestSource),
        .instance_init = test_source_init,
    },
};

DEFINE_TYPES(test_types)

/* ---- helpers -------------------------------------------------------------------------------- */

static void answer_append(void *opaque, const char *text, size_t len)
{
    g_string_append_len(opaque, text, len);
}

/* Feeds @text and compares all that is answered. */
static void assert_dialogue(QTestSession *s, GString *answers, const char *text,
                            const char *expected)
{
    g_string_truncate(answers, 0);
    qtest_session_feed(s, (const uint8_t *)text, strlen(text));
    g_assert_cmpstr(answers->str, ==, expected);
}

static void assert_fails(QTestSession *s, GString *answers, const char *text)
{
    g_string_truncate(answers, 0);
    qtest_session_feed(s, (const uint8_t *)text, strlen(text));
    g_assert_true(g_str_has_prefix(answers->str, "FAIL "));
    g_assert_true(g_str_has_suffix(answers->str, "\n"));
}

typedef struct Fixture {
    GString *answers;
    QTestSession *session;
} Fixture;

static void set_up(Fixture *f, gconstpointer data)
{
    f->answers = g_string_new(NULL);
    f->session = qtest_session_new(answer_append, f->answers);
}

static void tear_down(Fixture *f, gconstpointer data)
{
    qtest_session_free(f->session);
    g_string_free(f->answers, TRUE);
}

/* ---- tests ---------------------------------------------------------------- */

static void test_lines_come_in_pieces(Fixture *f, gconstpointer data)
{
    assert_dialogue(f->session, f->answers, "endi", "");
    assert_dialogue(f->session, f->answers, "anness", "");
    assert_dialogue(f->session, f->answers, "\nendianness\nend", "OK little\nOK little\n");
    assert_dialogue(f->session, f->answers, "ianness\r\n", "OK little\n");
}

static void test_reset_forgets_the_started_line(Fixture *f, gconstpointer data)
{
    assert_dialogue(f->session, f->answers, "bogus ", "");
    qtest_session_reset(f->session);
    assert_dialogue(f->session, f->answers, "endianness\n", "OK little\n");
}

static void test_system_registers(Fixture *f, gconstpointer data)
{
    CPUState *cpu = CPU(object_new(TYPE_TEST_CPU));

    cpu_list_add(cpu);
    assert_dialogue(f->session, f->answers, "x-sysreg-read 0 2\n", "OK 0x0000000000001234\n");
    assert_dialogue(f->session, f->answers, "x-sysreg-write 0 1 0xabcdef0123456789\n", "OK\n");
    assert_dialogue(f->session, f->answers, "x-sysreg-read 0 1\n", "OK 0xabcdef0123456789\n");
    assert_dialogue(f->session, f->answers, "x-sysreg-write 0 2 1\n",
                    "FAIL register 0x2 cannot be written\n");
    assert_fails(f->session, f->answers, "x-sysreg-read 0 3\n");
    assert_fails(f->session, f->answers, "x-sysreg-read 1 1\n");
    assert_fails(f->session, f->answers, "x-sysreg-read 0 0x100000000\n");
    cpu_list_remove(cpu);
    object_unref(OBJECT(cpu));
}

static void test_accesses_are_the_chosen_cpus(Fixture *f, gconstpointer data)
{
    CPUState *cpus[2] = { CPU(object_new(TYPE_TEST_CPU)), CPU(object_new(TYPE_TEST_CPU)) };
    g_autofree MemoryRegion *region = g_new0(MemoryRegion, 1);

    memory_region_init_io(region, NULL, &banked_ops, NULL, "banked", 4096);
    memory_region_add_subregion(get_system_memory(), 0x10000, region);
    cpu_list_add(cpus[0]);
    cpu_list_add(cpus[1]);
    assert_dialogue(f->session, f->answers, "readl 0x10000\n", "OK 0x0000000000000100\n");
    assert_dialogue(f->session, f->answers, "x-cpu 1\nreadl 0x10000\n",
                    "OK\nOK 0x0000000000000101\n");
    assert_fails(f->session, f->answers, "x-cpu 2\n");
    cpu_list_remove(cpus[1]);
    assert_dialogue(f->session, f->answers, "readl 0x10000\n", "OK 0x0000000000000100\n");
    cpu_list_remove(cpus[0]);
    assert_dialogue(f->session, f->answers, "readl 0x10000\n", "OK 0x00000000000000ff\n");
    g_assert_null(current_cpu);
    memory_region_del_subregion(get_system_memory(), region);
    object_unparent(OBJECT(region));
    object_unref(OBJECT(cpus[0]));
    object_unref(OBJECT(cpus[1]));
}

static void level_note(void *opaque, int n, int level)
{
    *(int *)opaque = level;
}

static void test_output_is_given_back(Fixture *f, gconstpointer data)
{
    int seen = -1;
    qemu_irq sink = qemu_allocate_irq(level_note, &seen, 0);
    DeviceState *dev = DEVICE(object_new(TYPE_TEST_SOURCE));

    object_property_add_child(object_get_root(), "source", OBJECT(dev));
    qdev_connect_gpio_out(dev, 0, sink);
    assert_dialogue(f->session, f->answers, "irq_intercept_out /source\n", "OK\n");

    g_string_truncate(f->answers, 0);
    qemu_set_irq(TEST_SOURCE(dev)->out, 1);
    qemu_set_irq(TEST_SOURCE(dev)->out, 1);
    g_assert_cmpint(seen, ==, 1);
    g_assert_cmpstr(f->answers->str, ==, "IRQ raise 0\n");

    qtest_session_reset(f->session);
    g_assert_true(qdev_get_gpio_out_connector(dev, NULL, 0) == sink);
    qemu_set_irq(TEST_SOURCE(dev)->out, 0);
    g_assert_cmpint(seen, ==, 0);
    g_assert_cmpstr(f->answers->str, ==, "IRQ raise 0\n");

    qdev_connect_gpio_out(dev, 0, NULL);
    object_unparent(OBJECT(dev));
    object_unref(OBJECT(dev));
    qemu_free_irq(sink);
}

static void test_inputs_still_work(Fixture *f, gconstpointer data)
{
    DeviceState *dev = DEVICE(object_new(TYPE_TEST_SOURCE));
    TestSource *source = TEST_SOURCE(dev);

    object_property_add_child(object_get_root(), "source", OBJECT(dev));
    assert_dialogue(f->session, f->answers, "irq_intercept_in /source\n", "OK\n");
    assert_dialogue(f->session, f->answers, "set_irq_in /source unnamed-gpio-in 2 1\n",
                    "IRQ raise 2\nOK\n");
    g_assert_cmpint(source->levels[2], ==, 1);
    g_assert_cmpint(source->levels[0], ==, 0);

    qtest_session_reset(f->session);
    assert_dialogue(f->session, f->answers, "set_irq_in /source unnamed-gpio-in 1 1\n", "OK\n");
    g_assert_cmpint(source->levels[1], ==, 1);

    assert_dialogue(f->session, f->answers, "irq_intercept_in /source\n", "OK\n");
    assert_dialogue(f->session, f->answers, "set_irq_in /source unnamed-gpio-in 0 1\n",
                    "IRQ raise 0\nOK\n");
    g_assert_cmpint(source->levels[0], ==, 1);
    qtest_session_reset(f->session);
    object_unparent(OBJECT(dev));
    object_unref(OBJECT(dev));
}

static void test_clock_needs_the_qtest_accelerator(Fixture *f, gconstpointer data)
{
    assert_fails(f->session, f->answers, "clock_step 1\n");
    assert_fails(f->session, f->answers, "clock_set 1\n");
}

#define ADD(path, function) \
    g_test_add("/qtest/session/" path, Fixture, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    qemu_init_main_loop(&error_abort);
    qemu_mutex_lock_iothread();
    memory_map_init();
    ADD("lines-come-in-pieces", test_lines_come_in_pieces);
    ADD("reset-forgets-the-started-line", test_reset_forgets_the_started_line);
    ADD("system-registers", test_system_registers);
    ADD("accesses-are-the-chosen-cpus", test_accesses_are_the_chosen_cpus);
    ADD("output-is-given-back", test_output_is_given_back);
    ADD("inputs-still-work", test_inputs_still_work);
    ADD("clock-needs-the-qtest-accelerator", test_clock_needs_the_qtest_accelerator);
    return g_test_run();
}
