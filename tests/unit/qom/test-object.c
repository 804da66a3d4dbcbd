/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Types, classes, interfaces, casts and the life of objects. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qom/object.h"
#include "qemu/module.h"
#include "../test-trap.h"

#define TYPE_ANIMAL "test-animal"
OBJECT_DECLARE_TYPE(Animal, AnimalClass, ANIMAL)

struct Animal {
    Object parent_obj;
};

struct AnimalClass {
    ObjectClass parent_class;
    const char *sound;
    int base_inits;
};

#define TYPE_DOG "test-dog"
OBJECT_DECLARE_SIMPLE_TYPE(Dog, DOG)

struct Dog {
    Animal parent_obj;
    int bones;
};

#define TYPE_PUPPY "test-puppy"

/* An interface, one derived from it, and an unrelated one. */
#define TYPE_SWIMMER "test-swimmer"
typedef struct Swimmer Swimmer;
typedef struct SwimmerClass {
    InterfaceClass parent_class;
    int (*speed)(Swimmer *s);
    int depth;
} SwimmerClass;
DECLARE_CLASS_CHECKERS(SwimmerClass, SWIMMER, TYPE_SWIMMER)
#define SWIMMER(obj) INTERFACE_CHECK(Swimmer, (obj), TYPE_SWIMMER)
#define TYPE_DIVER "test-diver"
#define TYPE_FLYER "test-flyer"

/* What the callbacks of the last animals did, in order. */
static GString *log_text;

static void log_step(const char *what)
{
    if (log_text) {
        g_string_append_printf(log_text, "%s ", what);
    }
}

static void animal_init(Object *obj)
{
    log_step("animal");
}

static void animal_post_init(Object *obj)
{
    log_step("animal-post");
}

static void animal_finalize(Object *obj)
{
    log_step("~animal");
}

static void animal_base_init(ObjectClass *klass, void *data)
{
    ANIMAL_CLASS(klass)->base_inits++;
}

static void animal_class_init(ObjectClass *klass, void *data)
{
    ANIMAL_CLASS(klass)->sound = "?";
}

static void dog_init(Object *obj)
{
    DOG(obj)->bones = 3;
    log_step("dog");
}

static void dog_post_init(Object *obj)
{
    log_step("dog-post");
}

static void dog_finalize(Object *obj)
{
    log_step("~dog");
}

static int dog_speed(Swimmer *s)
{
    return DOG(s)->bones;
}

static void dog_class_init(ObjectClass *klass, void *data)
{
    ANIMAL_CLASS(klass)->sound = data;
    SWIMMER_CLASS(klass)->speed = dog_speed;
}

static void swimmer_class_init(ObjectClass *klass, void *data)
{
    SWIMMER_CLASS(klass)->depth = 7;
}

static const TypeInfo test_types[] = {
    {
        .name = TYPE_ANIMAL,
        .parent = TYPE_OBJECT,
        .instance_size = sizeof(Animal),
        .instance_init = animal_init,
        .instance_post_init = animal_post_init,
        .instance_finalize = animal_finalize,
        .abstract = true,
        .class_size = sizeof(AnimalClass),
        .class_init = animal_class_init,
        .class_base_init = animal_base_init,
    }, {
        .name = TYPE_DOG,
        .parent = TYPE_ANIMAL,
        .instance_size = sizeof(Dog),
        .instance_init = dog_init,
        .instance_post_init = dog_post_init,
        .instance_finalize = dog_finalize,
        .class_init = dog_class_init,
        .class_data = (void *)"woof",
        .interfaces = (InterfaceInfo[]) { { TYPE_DIVER }, { } },
    }, {
        .name = TYPE_PUPPY,
        .parent = TYPE_DOG,
        .interfaces = (InterfaceInfo[]) { { TYPE_SWIMMER }, { TYPE_FLYER }, { } },
    }, {
        .name = TYPE_SWIMMER,
        .parent = TYPE_INTERFACE,
        .class_size = sizeof(SwimmerClass),
        .class_init = swimmer_class_init,
    }, {
        .name = TYPE_DIVER,
        .parent = TYPE_SWIMMER,
    }, {
        .name = TYPE_FLYER,
        .parent = TYPE_INTERFACE,
    },
};

DEFINE_TYPES(test_types)

/* A type defined by the one-line macros; over-aligned, too. */
#define TYPE_WIDE "test-wide"
OBJECT_DECLARE_TYPE(Wide, WideClass, WIDE)
struct Wide {
    Object parent_obj;
    char data[64] __attribute__((aligned(64)));
    bool is_initialised;
};
struct WideClass {
    ObjectClass parent_class;
};
OBJECT_DEFINE_TYPE_WITH_INTERFACES(Wide, wide, WIDE, OBJECT, { TYPE_FLYER }, { NULL })

static void wide_init(Object *obj)
{
    WIDE(obj)->is_initialised = true;
}

static void wide_finalize(Object *obj)
{
}

static void wide_class_init(ObjectClass *oc, void *data)
{
}

static void test_class_is_copied_from_parent(void)
{
    AnimalClass *animal = ANIMAL_CLASS(object_class_by_name(TYPE_ANIMAL));
    AnimalClass *puppy = ANIMAL_CLASS(object_class_by_name(TYPE_PUPPY));

    g_assert_cmpstr(animal->sound, ==, "?");
    g_assert_cmpstr(puppy->sound, ==, "woof");
}

static void test_base_init_runs_for_each_descendant(void)
{
    AnimalClass *animal = ANIMAL_CLASS(object_class_by_name(TYPE_ANIMAL));
    AnimalClass *puppy = ANIMAL_CLASS(object_class_by_name(TYPE_PUPPY));

    g_assert_cmpint(animal->base_inits, ==, 0);
    /* once for the dog, which the puppy copied, and once for itself */
    g_assert_cmpint(puppy->base_inits, ==, 2);
}

static void test_init_order(void)
{
    Object *obj;

    log_text = g_string_new(NULL);
    obj = object_new(TYPE_PUPPY);
    object_unref(obj);
    g_assert_cmpstr(log_text->str, ==, "animal dog dog-post animal-post ~dog ~animal ");
    g_string_free(log_text, TRUE);
    log_text = NULL;
}

static void test_alignment(void)
{
    g_autoptr(Wide) wide = WIDE(object_new(TYPE_WIDE));

    g_assert_cmpuint((uintptr_t)wide->data % 64, ==, 0);
    g_assert_true(wide->is_initialised);
    g_assert_nonnull(object_dynamic_cast(OBJECT(wide), TYPE_FLYER));
}

static void test_embedded_object(void)
{
    Dog dog;

    object_initialize(&dog, sizeof(dog), TYPE_DOG);
    g_assert_cmpint(DOG(&dog)->bones, ==, 3);
    object_unref(&dog);
}

static void test_casts(void)
{
    g_autoptr(Dog) dog = DOG(object_new(TYPE_DOG));
    g_autofree char *name = g_strdup(TYPE_ANIMAL);

    g_assert_true(ANIMAL(dog) == (Animal *)dog);
    g_assert_true(object_dynamic_cast(OBJECT(dog), name) == OBJECT(dog));
    g_assert_null(object_dynamic_cast(OBJECT(dog), TYPE_PUPPY));
    g_assert_null(object_dynamic_cast(OBJECT(dog), "no-such-type"));
    g_assert_null(object_dynamic_cast(NULL, TYPE_DOG));
    g_assert_null(DOG(NULL));
}

static void test_bad_cast_aborts(void)
{
    if (g_test_subprocess()) {
        g_autoptr(Wide) wide = WIDE(object_new(TYPE_WIDE));

        DOG(wide);
        return;
    }
    if (!test_trap_run()) {
        return;
    }
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr("*of type 'test-wide' is not a 'test-dog'*");
}

static void test_interface_methods(void)
{
    g_autoptr(Dog) dog = DOG(object_new(TYPE_PUPPY));
    SwimmerClass *sc = SWIMMER_GET_CLASS(dog);

    g_assert_cmpint(sc->speed(SWIMMER(dog)), ==, 3);
    g_assert_cmpint(sc->depth, ==, 7);
    g_assert_true(sc->parent_class.concrete_class == object_get_class(OBJECT(dog)));
    g_assert_true(SWIMMER_GET_CLASS(dog) == sc);
}

static void test_interface_is_not_added_twice(void)
{
    ObjectClass *puppy = object_class_by_name(TYPE_PUPPY);

    /* the inherited diver is a swimmer already; a second one would be ambiguous */
    g_assert_nonnull(object_class_dynamic_cast(puppy, TYPE_SWIMMER));
    g_assert_nonnull(object_class_dynamic_cast(puppy, TYPE_FLYER));
    g_assert_null(object_class_dynamic_cast(puppy, TYPE_INTERFACE));
}

static void test_class_list(void)
{
    GSList *all = object_class_get_list_sorted(TYPE_ANIMAL, true);
    GSList *concrete = object_class_get_list(TYPE_ANIMAL, false);
    GSList *flyers = object_class_get_list_sorted(TYPE_FLYER, false);

    g_assert_cmpuint(g_slist_length(all), ==, 3);
    g_assert_cmpstr(object_class_get_name(all->data), ==, TYPE_ANIMAL);
    g_assert_cmpuint(g_slist_length(concrete), ==, 2);
    g_assert_cmpuint(g_slist_length(flyers), ==, 2);
    g_assert_cmpstr(object_class_get_name(flyers->data), ==, TYPE_PUPPY);
    g_slist_free(all);
    g_slist_free(concrete);
    g_slist_free(flyers);
}

static bool lazy_was_initialised;

static void lazy_class_init(ObjectClass *klass, void *data)
{
    lazy_was_initialised = true;
}

static void test_class_is_built_when_first_used(void)
{
    TypeInfo info = {
        .name = "test-lazy",
        .parent = TYPE_OBJECT,
        .class_init = lazy_class_init,
    };
    GSList *list;

    type_register(&info);
    list = object_class_get_list(TYPE_DOG, false);
    g_slist_free(list);
    g_assert_false(lazy_was_initialised);
    g_assert_nonnull(object_class_by_name("test-lazy"));
    g_assert_true(lazy_was_initialised);
}

static void test_registered_copy_survives(void)
{
    char name[] = "test-temporary", parent[] = TYPE_DOG, iface[] = TYPE_FLYER;
    InterfaceInfo ifaces[] = { { iface }, { NULL } };
    TypeInfo info = { .name = name, .parent = parent, .interfaces = ifaces };
    g_autoptr(Object) obj = NULL;

    type_register(&info);
    memset(name, 'x', sizeof(name) - 1);
    memset(parent, 'x', sizeof(parent) - 1);
    memset(iface, 'x', sizeof(iface) - 1);
    memset(&info, 0, sizeof(info));
    obj = object_new("test-temporary");
    g_assert_nonnull(object_dynamic_cast(obj, TYPE_DOG));
    g_assert_nonnull(object_dynamic_cast(obj, TYPE_FLYER));
}

static void test_about_types(void)
{
    ObjectClass *dog = object_class_by_name(TYPE_DOG);

    g_assert_cmpstr(object_class_get_name(object_class_get_parent(dog)), ==, TYPE_ANIMAL);
    g_assert_true(object_class_is_abstract(object_class_by_name(TYPE_ANIMAL)));
    g_assert_false(object_class_is_abstract(dog));
    g_assert_null(object_class_by_name("no-such-type"));
    g_assert_cmpuint(object_type_get_instance_size(TYPE_PUPPY), ==, sizeof(Dog));
    g_assert_cmpuint(object_type_get_instance_size("no-such-type"), ==, 0);
}

/* One mistake in a TypeInfo each: the message must name it. */
static void bad_type_die(const TypeInfo *info, const char *message)
{
    if (g_test_subprocess()) {
        type_register(info);
        object_class_by_name(info->name);
        return;
    }
    if (!test_trap_run()) {
        return;
    }
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr(message);
}

static void test_duplicate_type_dies(void)
{
    bad_type_die(&(TypeInfo) { .name = TYPE_DOG, .parent = TYPE_ANIMAL },
                 "*'test-dog' is registered twice*");
}

static void test_unknown_parent_dies(void)
{
    bad_type_die(&(TypeInfo) { .name = "test-orphan", .parent = "test-nobody" },
                 "*'test-orphan' has unknown parent 'test-nobody'*");
}

static void test_small_instance_dies(void)
{
    bad_type_die(&(TypeInfo) { .name = "test-small", .parent = TYPE_DOG, .instance_size = 8 },
                 "*'test-small': instance_size 8*less than its parent's*");
}

static void test_unknown_interface_dies(void)
{
    InterfaceInfo ifaces[] = { { "test-nothing" }, { NULL } };

    bad_type_die(&(TypeInfo) { .name = "test-odd", .parent = TYPE_DOG, .interfaces = ifaces },
                 "*'test-odd' implements 'test-nothing', which is no interface*");
}

static void test_abstract_object_is_refused(void)
{
    Error *err = NULL;

    g_assert_null(object_new_with_props(TYPE_ANIMAL, NULL, NULL, &err, NULL));
    g_assert_cmpstr(error_get_pretty(err), ==, "object type 'test-animal' is abstract");
    error_free(err);
    err = NULL;
    g_assert_null(object_new_with_props("test-cat", NULL, NULL, &err, NULL));
    g_assert_cmpstr(error_get_pretty(err), ==, "invalid object type: test-cat");
    error_free(err);
}

#define THREADS 4
#define ROUNDS 20000

static void *cast_in_thread(void *opaque)
{
    Object *obj = opaque;

    for (int i = 0; i < ROUNDS; i++) {
        g_assert_true(OBJECT(DOG(obj)) == obj);
        g_assert_true(OBJECT(ANIMAL(obj)) == obj);
        g_assert_cmpint(SWIMMER_GET_CLASS(obj)->depth, ==, 7);
        g_assert_null(object_dynamic_cast(obj, TYPE_WIDE));
        object_ref(obj);
        object_unref(obj);
    }
    /* several threads ask for one class that none has built */
    g_assert_nonnull(object_class_by_name("test-shared"));
    return NULL;
}

static void test_threads_cast_at_once(void)
{
    g_autoptr(Object) obj = object_new(TYPE_PUPPY);
    TypeInfo info = { .name = "test-shared", .parent = TYPE_PUPPY };
    GThread *threads[THREADS];

    type_register(&info);
    for (int i = 0; i < THREADS; i++) {
        threads[i] = g_thread_new("cast", cast_in_thread, obj);
    }
    for (int i = 0; i < THREADS; i++) {
        g_thread_join(threads[i]);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    g_test_add_func("/qom/class/is-copied-from-parent", test_class_is_copied_from_parent);
    g_test_add_func("/qom/class/base-init-runs-for-each-descendant",
                    test_base_init_runs_for_each_descendant);
    g_test_add_func("/qom/class/is-built-when-first-used", test_class_is_built_when_first_used);
    g_test_add_func("/qom/class/list-filters-by-type", test_class_list);
    g_test_add_func("/qom/class/tells-about-types", test_about_types);
    g_test_add_func("/qom/object/init-order", test_init_order);
    g_test_add_func("/qom/object/is-aligned", test_alignment);
    g_test_add_func("/qom/object/may-be-embedded", test_embedded_object);
    g_test_add_func("/qom/object/abstract-or-unknown-is-refused",
                    test_abstract_object_is_refused);
    g_test_add_func("/qom/cast/up-and-down", test_casts);
    g_test_add_func("/qom/cast/wrong-one-aborts", test_bad_cast_aborts);
    g_test_add_func("/qom/cast/threads-cast-at-once", test_threads_cast_at_once);
    g_test_add_func("/qom/interface/methods-are-the-class-s-own", test_interface_methods);
    g_test_add_func("/qom/interface/is-not-added-twice", test_interface_is_not_added_twice);
    g_test_add_func("/qom/type/registered-copy-survives", test_registered_copy_survives);
    g_test_add_func("/qom/type/duplicate-dies", test_duplicate_type_dies);
    g_test_add_func("/qom/type/unknown-parent-dies", test_unknown_parent_dies);
    g_test_add_func("/qom/type/small-instance-dies", test_small_instance_dies);
    g_test_add_func("/qom/type/unknown-interface-dies", test_unknown_interface_dies);
    return g_test_run();
}
