/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unit tests of three-phase reset: order, counting, one-phase devices, change
 * of parent, containers.
 */
#include "hwcore-harness.h"
#include "hw/core/resetcontainer.h"
#include "qemu/module.h"

/* Each phase of each device adds "<name>.<phase> " here. */
static GString *journal;

#define TYPE_RESETTEE "test-resettee"
OBJECT_DECLARE_SIMPLE_TYPE(Resettee, RESETTEE)

struct Resettee {
    DeviceState parent_obj;
    BusState *bus;
    const char *name;
    DeviceState *reset_in_hold; /* another device to reset from the hold phase */
};

#define TYPE_RESET_BUS "test-reset-bus"

static void note(Object *obj, const char *phase)
{
    g_string_append_printf(journal, "%s.%s ", RESETTEE(obj)->name, phase);
}

static void resettee_enter(Object *obj, ResetType type)
{
    note(obj, "enter");
}

static void resettee_hold(Object *obj)
{
    Resettee *s = RESETTEE(obj);

    note(obj, "hold");
    if (s->reset_in_hold) {
        device_cold_reset(s->reset_in_hold);
    }
}

static void resettee_exit(Object *obj)
{
    note(obj, "exit");
}

static void resettee_init(Object *obj)
{
    RESETTEE(obj)->bus = qbus_new(TYPE_RESET_BUS, DEVICE(obj), "bus");
}

static void resettee_class_init(ObjectClass *klass, void *data)
{
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    rc->phases.enter = resettee_enter;
    rc->phases.hold = resettee_hold;
    rc->phases.exit = resettee_exit;
    DEVICE_CLASS(klass)->bus_type = TYPE_RESET_BUS;
}

/* A subclass with a one-phase reset that calls the base class' phases. */
#define TYPE_LEGACY "test-legacy"
static DeviceReset legacy_parent_reset;

static void legacy_reset(DeviceState *dev)
{
    note(OBJECT(dev), "legacy");
    legacy_parent_reset(dev);
}

static void legacy_class_init(ObjectClass *klass, void *data)
{
    device_class_set_parent_reset(DEVICE_CLASS(klass), legacy_reset, &legacy_parent_reset);
}

/* A subclass with phases of its own that calls its parent's. */
#define TYPE_DERIVED "test-derived"
static ResettablePhases derived_parent_phases;

static void derived_hold(Object *obj)
{
    note(obj, "derived-hold");
    derived_parent_phases.hold(obj);
}

static void derived_class_init(ObjectClass *klass, void *data)
{
    resettable_class_set_parent_phases(RESETTABLE_CLASS(klass), NULL, derived_hold, NULL,
                                       &derived_parent_phases);
}

static const TypeInfo test_types[] = {
    { .name = TYPE_RESET_BUS, .parent = TYPE_BUS, .instance_size = sizeof(BusState) },
    {
        .name = TYPE_RESETTEE,
        .parent = TYPE_DEVICE,
        .instance_size = sizeof(Resettee),
        .instance_init = resettee_init,
        .class_init = resettee_class_init,
    },
    { .name = TYPE_LEGACY, .parent = TYPE_RESETTEE, .class_init = legacy_class_init },
    { .name = TYPE_DERIVED, .parent = TYPE_RESETTEE, .class_init = derived_class_init },
};

DEFINE_TYPES(test_types)

static Resettee *device_make(const char *type, const char *name, Resettee *parent)
{
    Resettee *dev = RESETTEE(object_new(type));

    dev->name = name;
    if (parent) {
        qdev_realize(DEVICE(dev), parent->bus, &error_abort);
        object_unref(OBJECT(dev));
    }
    return dev;
}

static void journal_is(const char *expected)
{
    g_assert_cmpstr(journal->str, ==, expected);
    g_string_truncate(journal, 0);
}

static void root_free(Resettee *root)
{
    object_unparent(OBJECT(root->bus));
    object_unref(OBJECT(root));
}

static void test_phases_are_global_and_children_first(void)
{
    Resettee *root = device_make(TYPE_RESETTEE, "root", NULL);
    Resettee *mid = device_make(TYPE_RESETTEE, "mid", root);

    device_make(TYPE_RESETTEE, "leaf", mid);
    device_cold_reset(DEVICE(root));
    journal_is("leaf.enter mid.enter root.enter leaf.hold mid.hold root.hold "
               "leaf.exit mid.exit root.exit ");
    root_free(root);
}

static void test_assertions_are_counted(void)
{
    Resettee *dev = device_make(TYPE_RESETTEE, "d", NULL);

    resettable_assert_reset(OBJECT(dev), RESET_TYPE_COLD);
    journal_is("d.enter d.hold ");
    g_assert_true(device_is_in_reset(DEVICE(dev)));
    resettable_assert_reset(OBJECT(dev), RESET_TYPE_COLD);
    journal_is("");
    resettable_release_reset(OBJECT(dev), RESET_TYPE_COLD);
    journal_is("");
    g_assert_true(device_is_in_reset(DEVICE(dev)));
    resettable_release_reset(OBJECT(dev), RESET_TYPE_COLD);
    journal_is("d.exit ");
    g_assert_false(device_is_in_reset(DEVICE(dev)));
    root_free(dev);
}

static void test_child_held_by_parent_and_itself(void)
{
    Resettee *root = device_make(TYPE_RESETTEE, "root", NULL);
    Resettee *leaf = device_make(TYPE_RESETTEE, "leaf", root);

    resettable_assert_reset(OBJECT(leaf), RESET_TYPE_COLD);
    journal_is("leaf.enter leaf.hold ");
    device_cold_reset(DEVICE(root));
    journal_is("root.enter root.hold root.exit ");
    g_assert_true(device_is_in_reset(DEVICE(leaf)));
    resettable_release_reset(OBJECT(leaf), RESET_TYPE_COLD);
    journal_is("leaf.exit ");
    root_free(root);
}

static void test_reset_from_hold_of_another(void)
{
    Resettee *a = device_make(TYPE_RESETTEE, "a", NULL);
    Resettee *b = device_make(TYPE_RESETTEE, "b", NULL);

    a->reset_in_hold = DEVICE(b);
    device_cold_reset(DEVICE(a));
    journal_is("a.enter a.hold b.enter b.hold b.exit a.exit ");
    root_free(a);
    root_free(b);
}

static void test_legacy_reset_runs_in_hold(void)
{
    Resettee *root = device_make(TYPE_RESETTEE, "root", NULL);

    device_make(TYPE_LEGACY, "old", root);
    device_cold_reset(DEVICE(root));
    journal_is("root.enter old.legacy old.enter old.hold old.exit root.hold root.exit ");
    root_free(root);
}

static void test_subclass_calls_parent_phase(void)
{
    Resettee *dev = device_make(TYPE_DERIVED, "d", NULL);

    device_cold_reset(DEVICE(dev));
    journal_is("d.enter d.derived-hold d.hold d.exit ");
    root_free(dev);
}

static void test_moving_follows_new_parents_reset(void)
{
    Resettee *running = device_make(TYPE_RESETTEE, "running", NULL);
    Resettee *held = device_make(TYPE_RESETTEE, "held", NULL);
    Resettee *dev = device_make(TYPE_RESETTEE, "dev", running);

    resettable_assert_reset(OBJECT(held), RESET_TYPE_COLD);
    g_string_truncate(journal, 0);
    qdev_set_parent_bus(DEVICE(dev), held->bus, &error_abort);
    journal_is("dev.enter dev.hold ");
    g_assert_true(device_is_in_reset(DEVICE(dev)));
    qdev_set_parent_bus(DEVICE(dev), running->bus, &error_abort);
    journal_is("dev.exit ");
    g_assert_false(device_is_in_reset(DEVICE(dev)));
    resettable_release_reset(OBJECT(held), RESET_TYPE_COLD);
    g_string_truncate(journal, 0);
    root_free(running);
    root_free(held);
}

static void test_moving_between_equal_parents_is_quiet(void)
{
    Resettee *a = device_make(TYPE_RESETTEE, "a", NULL);
    Resettee *b = device_make(TYPE_RESETTEE, "b", NULL);
    Resettee *dev = device_make(TYPE_RESETTEE, "dev", a);

    resettable_assert_reset(OBJECT(a), RESET_TYPE_COLD);
    resettable_assert_reset(OBJECT(b), RESET_TYPE_COLD);
    g_string_truncate(journal, 0);
    qdev_set_parent_bus(DEVICE(dev), b->bus, &error_abort);
    journal_is("");
    resettable_release_reset(OBJECT(a), RESET_TYPE_COLD);
    journal_is("a.exit ");
    resettable_release_reset(OBJECT(b), RESET_TYPE_COLD);
    journal_is("dev.exit b.exit ");
    root_free(a);
    root_free(b);
}

static void test_container_resets_its_members_by_phase(void)
{
    ResettableContainer *box = RESETTABLE_CONTAINER(object_new(TYPE_RESETTABLE_CONTAINER));
    Resettee *a = device_make(TYPE_RESETTEE, "a", NULL);
    Resettee *b = device_make(TYPE_RESETTEE, "b", NULL);

    resettable_container_add(box, OBJECT(a));
    resettable_container_add(box, OBJECT(b));
    resettable_cold_reset_fn(box);
    journal_is("a.enter b.enter a.hold b.hold a.exit b.exit ");
    resettable_container_remove(box, OBJECT(a));
    resettable_cold_reset_fn(box);
    journal_is("b.enter b.hold b.exit ");
    object_unref(OBJECT(box));
    root_free(a);
    root_free(b);
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    journal = g_string_new(NULL);
    g_test_add_func("/reset/order/phase-by-phase-children-first",
                    test_phases_are_global_and_children_first);
    g_test_add_func("/reset/count/released-as-often-as-asserted", test_assertions_are_counted);
    g_test_add_func("/reset/count/child-held-by-parent-and-itself",
                    test_child_held_by_parent_and_itself);
    g_test_add_func("/reset/nested/reset-from-hold-of-another", test_reset_from_hold_of_another);
    g_test_add_func("/reset/legacy/runs-in-hold-and-may-call-phases",
                    test_legacy_reset_runs_in_hold);
    g_test_add_func("/reset/class/subclass-calls-parent-phase", test_subclass_calls_parent_phase);
    g_test_add_func("/reset/move/follows-new-parents-reset",
                    test_moving_follows_new_parents_reset);
    g_test_add_func("/reset/move/between-equal-parents-is-quiet",
                    test_moving_between_equal_parents_is_quiet);
    g_test_add_func("/reset/container/members-by-phase",
                    test_container_resets_its_members_by_phase);
    return g_test_run();
}
