/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Questions about one entry of a VMState field table.
 */
#include "qemu/osdep.h"
#include "vmstate-internal.h"

static const void *member_at(void *opaque, size_t offset)
{
    return (const char *)opaque + offset;
}

/* The counter of a counted array; negative ones become huge, which no check lets pass. */
static uint64_t counter_value(const VMStateField *field, void *opaque)
{
    const void *member = member_at(opaque, field->num_offset);

    if (field->flags & VMS_VARRAY_INT32) {
        return (uint64_t)(int64_t)*(const int32_t *)member;
    } else if (field->flags & VMS_VARRAY_UINT32) {
        return *(const uint32_t *)member;
    } else if (field->flags & VMS_VARRAY_UINT16) {
        return *(const uint16_t *)member;
    }
    return *(const uint8_t *)member;
}

/* False when the counting members make no sense; @shape is then what they say. */
static bool shape_get(const VMStateField *field, void *opaque, VMStateShape *shape)
{
    shape->count = field->flags & VMS_ARRAY ? field->num : 1;
    shape->size = field->size;
    if (field->flags & VMS_COUNTED_ELEMENTS) {
        shape->count = counter_value(field, opaque);
        if (shape->count <= UINT32_MAX && field->flags & VMS_MULTIPLY_ELEMENTS) {
            shape->count *= field->num;
        }
    }
    if (field->flags & VMS_VBUFFER) {
        shape->size = *(const uint32_t *)member_at(opaque, field->size_offset);
        if (field->flags & VMS_MULTIPLY) {
            shape->size *= field->size;
        }
    }
    return shape->count <= UINT32_MAX && shape->size <= INT32_MAX;
}

bool vmstate_field_shape(QEMUFile *f, const VMStateField *field, void *opaque,
                         VMStateShape *shape)
{
    if (!shape_get(field, opaque, shape)) {
        qemu_file_fail(f, -EINVAL, "%" PRId64 " elements of %" PRId64 " bytes make no sense",
                       (int64_t)shape->count, (int64_t)shape->size);
        return false;
    }
    return true;
}

bool vmstate_field_exists(const VMStateField *field, void *opaque, int version_id)
{
    if (field->field_exists) {
        return field->field_exists(opaque, version_id);
    }
    return field->version_id <= version_id;
}

bool vmstate_field_is_check(const VMStateField *field)
{
    return !field->info && !field->vmsd;
}

const char *vmstate_field_kind(const VMStateField *field)
{
    return field->info ? field->info->name : field->vmsd->name;
}

/* The array that loading allocated for @field, with what is inside of its elements. */
static void loaded_array_free(const VMStateField *field, void *opaque)
{
    void **array = (void **)((char *)opaque + field->offset);
    VMStateShape shape;

    if (*array && field->vmsd && shape_get(field, opaque, &shape)) {
        for (uint64_t i = 0; i < shape.count; i++) {
            vmstate_loaded_free(field->vmsd, (char *)*array + i * shape.size);
        }
    }
    g_clear_pointer(array, g_free);
}

void vmstate_loaded_free(const VMStateDescription *vmsd, void *opaque)
{
    for (const VMStateField *field = vmsd->fields; field && !(field->flags & VMS_END); field++) {
        char *base = (char *)opaque + field->offset;

        if (field->flags & VMS_ALLOC) {
            loaded_array_free(field, opaque);
        } else if (field->flags & (VMS_POINTER | VMS_ARRAY_OF_POINTER)) {
            continue;
        } else if (field->flags & (VMS_STRUCT | VMS_VSTRUCT)) {
            int count = field->flags & VMS_ARRAY ? field->num : MAX(field->capacity, 1);

            for (int i = 0; i < count; i++) {
                vmstate_loaded_free(field->vmsd, base + i * field->size);
            }
        } else {
            vmstate_container_free(field, base);
        }
    }
}
