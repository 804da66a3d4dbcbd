/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Costs of the object model: casts, property access, creation, registering types. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/module.h"
#include "qom/object.h"

#define ROUNDS 20000000
#define TYPES 500

#define TYPE_LEVEL1 "bench-level1"
#define TYPE_LEVEL2 "bench-level2"
#define TYPE_LEVEL3 "bench-level3"
#define TYPE_DUTY "bench-duty"

OBJECT_DECLARE_TYPE(Level, LevelClass, LEVEL1)

struct Level {
    Object parent_obj;
    int64_t value;
    uint64_t plain;
};

struct LevelClass {
    ObjectClass parent_class;
};

DECLARE_INSTANCE_CHECKER(Level, LEVEL3, TYPE_LEVEL3)
#define DUTY(obj) INTERFACE_CHECK(Level, (obj), TYPE_DUTY)

static bool flag_get(Object *obj, Error **errp)
{
    return LEVEL1(obj)->value;
}

static void flag_set(Object *obj, bool value, Error **errp)
{
    LEVEL1(obj)->value = value;
}

static void level_init(Object *obj)
{
    object_property_add_uint64_ptr(obj, "plain", &LEVEL1(obj)->plain, OBJ_PROP_FLAG_READWRITE);
}

static void level_class_init(ObjectClass *klass, void *data)
{
    object_class_property_add_bool(klass, "flag", flag_get, flag_set);
}

static const TypeInfo bench_types[] = {
    { .name = TYPE_LEVEL1, .parent = TYPE_OBJECT, .instance_size = sizeof(Level),
      .instance_init = level_init, .class_size = sizeof(LevelClass),
      .class_init = level_class_init },
    { .name = TYPE_LEVEL2, .parent = TYPE_LEVEL1 },
    { .name = TYPE_LEVEL3, .parent = TYPE_LEVEL2,
      .interfaces = (InterfaceInfo[]) { { TYPE_DUTY }, { } } },
    { .name = TYPE_DUTY, .parent = TYPE_INTERFACE },
};

DEFINE_TYPES(bench_types)

/* Processor time, so that what else the machine does counts less. */
static int64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static double elapsed_ns(int64_t start_ns, int64_t rounds)
{
    return (double)(now_ns() - start_ns) / rounds;
}

/* Keeps the compiler from moving casts out of the loop. */
static void *opaque_pointer(void *p)
{
    __asm__ volatile("" : "+r"(p) : : "memory");
    return p;
}

static void bench_casts(Object *obj)
{
    int64_t start = now_ns();

    for (int i = 0; i < ROUNDS; i++) {
        opaque_pointer(LEVEL3(opaque_pointer(obj)));
    }
    printf("cast to own type:        %6.2f ns\n", elapsed_ns(start, ROUNDS));
    start = now_ns();
    for (int i = 0; i < ROUNDS; i++) {
        opaque_pointer(LEVEL1(opaque_pointer(obj)));
    }
    printf("cast to grandparent:     %6.2f ns\n", elapsed_ns(start, ROUNDS));
    start = now_ns();
    for (int i = 0; i < ROUNDS; i++) {
        opaque_pointer(DUTY(opaque_pointer(obj)));
    }
    printf("cast to interface:       %6.2f ns\n", elapsed_ns(start, ROUNDS));
    start = now_ns();
    for (int i = 0; i < ROUNDS; i++) {
        opaque_pointer(LEVEL1_GET_CLASS(opaque_pointer(obj)));
    }
    printf("class of an object:      %6.2f ns\n", elapsed_ns(start, ROUNDS));
    start = now_ns();
    for (int i = 0; i < ROUNDS / 10; i++) {
        opaque_pointer(object_dynamic_cast(opaque_pointer(obj), TYPE_CONTAINER));
    }
    printf("dynamic cast that fails: %6.2f ns\n", elapsed_ns(start, ROUNDS / 10));
}

static void bench_properties(Object *obj)
{
    const int rounds = ROUNDS / 20;
    int64_t start = now_ns();

    for (int i = 0; i < rounds; i++) {
        opaque_pointer(object_property_find(obj, "flag"));
    }
    printf("property find, class:    %6.2f ns\n", elapsed_ns(start, rounds));
    start = now_ns();
    for (int i = 0; i < rounds; i++) {
        object_property_get_uint(obj, "plain", &error_abort);
    }
    printf("property get, uint64:    %6.2f ns\n", elapsed_ns(start, rounds));
    start = now_ns();
    for (int i = 0; i < rounds; i++) {
        object_property_set_bool(obj, "flag", i & 1, &error_abort);
    }
    printf("property set, bool:      %6.2f ns\n", elapsed_ns(start, rounds));
    start = now_ns();
    for (int i = 0; i < rounds; i++) {
        object_unref(object_new(TYPE_LEVEL3));
    }
    printf("new and unref:           %6.2f ns\n", elapsed_ns(start, rounds));
}

static void bench_registration(void)
{
    static char names[TYPES][24];
    static TypeInfo infos[TYPES];
    int64_t start;

    for (int i = 0; i < TYPES; i++) {
        snprintf(names[i], sizeof(names[i]), "bench-type-%d", i);
        infos[i] = (TypeInfo) { .name = names[i], .parent = TYPE_LEVEL1 };
    }
    start = now_ns();
    type_register_static_array(infos, TYPES);
    printf("registering a type:      %6.2f ns (%d types)\n", elapsed_ns(start, TYPES), TYPES);
}

int main(void)
{
    Object *obj;

    module_call_init(MODULE_INIT_QOM);
    obj = object_new(TYPE_LEVEL3);
    bench_casts(obj);
    bench_properties(obj);
    bench_registration();
    object_unref(obj);
    return 0;
}
