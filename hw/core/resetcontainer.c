/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reset container: a Resettable whose children are whatever was added to it.
 */
#include "qemu/osdep.h"
#include "qemu/module.h"
#include "hw/core/resetcontainer.h"

struct ResettableContainer {
    Object parent_obj;
    ResettableState reset_state;
    GPtrArray *children;
};

void resettable_container_add(ResettableContainer *rc, Object *obj)
{
    g_ptr_array_add(rc->children, obj);
}

void resettable_container_remove(ResettableContainer *rc, Object *obj)
{
    g_ptr_array_remove(rc->children, obj);
}

static ResettableState *resettable_container_state(Object *obj)
{
    return &RESETTABLE_CONTAINER(obj)->reset_state;
}

static void resettable_container_child_foreach(Object *obj, ResettableChildCallback cb,
                                               void *opaque, ResetType type)
{
    ResettableContainer *rc = RESETTABLE_CONTAINER(obj);

    for (unsigned i = 0; i < rc->children->len; i++) {
        cb(g_ptr_array_index(rc->children, i), opaque, type);
    }
}

static void resettable_container_init(Object *obj)
{
    RESETTABLE_CONTAINER(obj)->children = g_ptr_array_new();
}

static void resettable_container_finalize(Object *obj)
{
    g_ptr_array_unref(RESETTABLE_CONTAINER(obj)->children);
}

static void resettable_container_class_init(ObjectClass *klass, void *data)
{
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    rc->get_state = resettable_container_state;
    rc->child_foreach = resettable_container_child_foreach;
}

static const TypeInfo resettable_container_types[] = {
    {
        .name = TYPE_RESETTABLE_CONTAINER,
        .parent = TYPE_OBJECT,
        .instance_size = sizeof(ResettableContainer),
        .instance_init = resettable_container_init,
        .instance_finalize = resettable_container_finalize,
        .class_init = resettable_container_class_init,
        .interfaces = (InterfaceInfo[]) { { TYPE_RESETTABLE_INTERFACE }, { } },
    },
};

DEFINE_TYPES(resettable_container_types)
