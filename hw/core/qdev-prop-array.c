/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ARRAY properties: a list of elements of another kind. A list is built and
 * checked completely before it replaces what the device has.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "hw/qdev-properties.h"

/* A GenericList with room for one element of any kind behind the link. */
typedef struct ArrayElement {
    struct ArrayElement *next;
    char value[] __attribute__((aligned(8)));
} ArrayElement;

static size_t array_element_size(const Property *prop)
{
    return sizeof(ArrayElement) + prop->arrayfieldsize;
}

/* The property that element @value would be if it were a field of @obj. */
static Property array_element_prop(Object *obj, const Property *prop, const char *name,
                                   const char *value)
{
    return (Property) {
        .info = prop->arrayinfo,
        .name = name,
        .offset = value - (char *)obj,
    };
}

static char **array_elements(Object *obj, const Property *prop)
{
    return (char **)((char *)obj + prop->arrayoffset);
}

static void array_elements_release(Object *obj, const Property *prop, char *elements, uint32_t n)
{
    for (uint32_t i = 0; prop->arrayinfo->release && i < n; i++) {
        Property elem = array_element_prop(obj, prop, prop->name,
                                           elements + (size_t)i * prop->arrayfieldsize);

        prop->arrayinfo->release(obj, prop->name, &elem);
    }
    g_free(elements);
}

static void array_release(Object *obj, const char *name, void *opaque)
{
    Property *prop = opaque;
    uint32_t *len = object_field_prop_ptr(obj, prop);
    char **elements = array_elements(obj, prop);

    array_elements_release(obj, prop, *elements, *len);
    *elements = NULL;
    *len = 0;
}

static void array_list_free(ArrayElement *list)
{
    while (list) {
        ArrayElement *next = list->next;

        g_free(list);
        list = next;
    }
}

static void array_set(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    ERRP_GUARD();
    Property *prop = opaque;
    uint32_t *len = object_field_prop_ptr(obj, prop);
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    uint32_t count = 0;
    ArrayElement *list = NULL;
    char *elements;

    if (*len) {
        error_setg(errp, "list property '%s' of '%s' was set already", name,
                   object_get_typename(obj));
        return;
    }
    if (!visit_start_list(v, name, (GenericList **)&list, array_element_size(prop), errp)) {
        return;
    }
    for (ArrayElement *e = list; e && !*errp;
         e = (ArrayElement *)visit_next_list(v, (GenericList *)e, array_element_size(prop))) {
        Property elem;

        memset(e->value, 0, prop->arrayfieldsize);
        elem = array_element_prop(obj, prop, name, e->value);
        prop->arrayinfo->set(obj, v, NULL, &elem, errp);
        if (!*errp) {
            g_byte_array_append(bytes, (guint8 *)e->value, prop->arrayfieldsize);
            count++;
        }
    }
    if (!*errp) {
        visit_check_list(v, errp);
    }
    visit_end_list(v, (void **)&list);
    array_list_free(list);
    elements = count ? (char *)g_byte_array_free(g_steal_pointer(&bytes), FALSE) : NULL;
    if (*errp) {
        array_elements_release(obj, prop, elements, count);
        return;
    }
    *array_elements(obj, prop) = elements;
    *len = count;
}

static void array_get(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    ERRP_GUARD();
    Property *prop = opaque;
    uint32_t len = *(uint32_t *)object_field_prop_ptr(obj, prop);
    char *elements = *array_elements(obj, prop);
    ArrayElement *list = NULL;
    ArrayElement **tail = &list;
    const char *value = elements;

    /* Visitors walk a real list; only the number of its links matters here. */
    for (uint32_t i = 0; i < len; i++) {
        *tail = g_malloc0(array_element_size(prop));
        tail = &(*tail)->next;
    }
    if (visit_start_list(v, name, (GenericList **)&list, array_element_size(prop), errp)) {
        for (ArrayElement *e = list; e && !*errp;
             e = (ArrayElement *)visit_next_list(v, (GenericList *)e, array_element_size(prop))) {
            Property elem = array_element_prop(obj, prop, name, value);

            prop->arrayinfo->get(obj, v, NULL, &elem, errp);
            value += prop->arrayfieldsize;
        }
        visit_end_list(v, (void **)&list);
    }
    array_list_free(list);
}

static void array_set_default(ObjectProperty *op, const Property *prop)
{
    object_property_set_default_list(op);
}

const PropertyInfo qdev_prop_array = {
    .name = "list",
    .get = array_get,
    .set = array_set,
    .release = array_release,
    .set_default_value = array_set_default,
};
