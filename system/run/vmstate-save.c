/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Saving a structure as its VMStateDescription says.  See vmstate-internal.h for the format.
 */
#include "qemu/osdep.h"
#include "vmstate-internal.h"

static void field_put_element(QEMUFile *f, const VMStateField *field, void *pv, size_t size)
{
    int ret;

    if (field->flags & VMS_ARRAY_OF_POINTER) {
        pv = *(void **)pv;
        qemu_put_byte(f, pv != NULL);
        if (!pv) {
            return;
        }
    }
    if (field->flags & VMS_STRUCT) {
        ret = vmstate_save_state(f, field->vmsd, pv, NULL);
    } else if (field->flags & VMS_VSTRUCT) {
        ret = vmstate_save_state_v(f, field->vmsd, pv, NULL, field->struct_version_id);
    } else {
        ret = field->info->put(f, pv, size, field, NULL);
    }
    if (ret) {
        qemu_file_fail(f, ret < 0 ? ret : -EINVAL, "its writer failed: %s",
                       strerror(ret < 0 ? -ret : EINVAL));
    }
}

static void field_save(QEMUFile *f, const VMStateField *field, void *opaque)
{
    char *first = (char *)opaque + field->offset;
    bool is_indexed = field->flags & (VMS_ARRAY | VMS_COUNTED_ELEMENTS);
    VMStateShape shape;
    size_t frame;

    if (!vmstate_field_shape(f, field, opaque, &shape)) {
        return;
    }
    if (field->flags & VMS_POINTER) {
        first = *(void **)first;
        if (!first && shape.count && shape.size) {
            qemu_file_fail(f, -EINVAL, "points to nothing");
            return;
        }
    }
    qemu_put_byte(f, VMSTATE_TAG_FIELD);
    qemu_put_counted_string(f, field->name);
    qemu_put_counted_string(f, vmstate_field_kind(field));
    qemu_put_be32(f, shape.count);
    frame = qemu_put_frame_begin(f);
    for (uint64_t i = 0; i < shape.count && !qemu_file_get_error(f); i++) {
        if (is_indexed) {
            qemu_file_path_set_index(f, i);
        }
        field_put_element(f, field, first + i * shape.size, shape.size);
    }
    qemu_put_frame_end(f, frame);
}

static void fields_save(QEMUFile *f, const VMStateDescription *vmsd, void *opaque, int version_id)
{
    for (const VMStateField *field = vmsd->fields;
         field && !(field->flags & VMS_END) && !qemu_file_get_error(f); field++) {
        bool exists = vmstate_field_exists(field, opaque, version_id);

        qemu_file_path_push(f, field->name, -1);
        if (exists && !vmstate_field_is_check(field)) {
            field_save(f, field, opaque);
        } else if (!exists && field->flags & VMS_MUST_EXIST) {
            qemu_file_fail(f, -EINVAL, "the state is not valid");
        }
        qemu_file_path_pop(f);
    }
}

static void subsections_save(QEMUFile *f, const VMStateDescription *vmsd, void *opaque)
{
    const VMStateDescription *const *sub = vmsd->subsections;

    for (; sub && *sub && !qemu_file_get_error(f); sub++) {
        size_t frame;

        if (!vmstate_save_needed(*sub, opaque)) {
            continue;
        }
        qemu_file_path_push(f, (*sub)->name, -1);
        qemu_put_byte(f, VMSTATE_TAG_SUBSECTION);
        qemu_put_counted_string(f, (*sub)->name);
        frame = qemu_put_frame_begin(f);
        vmstate_save_state(f, *sub, opaque, NULL);
        qemu_put_frame_end(f, frame);
        qemu_file_path_pop(f);
    }
}

bool vmstate_save_needed(const VMStateDescription *vmsd, void *opaque)
{
    return !vmsd->needed || vmsd->needed(opaque);
}

int vmstate_save_state_v(QEMUFile *f, const VMStateDescription *vmsd, void *opaque,
                         JSONWriter *vmdesc, int version_id)
{
    bool is_top = qemu_file_path_is_empty(f);
    int ret;

    if (is_top) {
        qemu_file_path_push(f, vmsd->name, -1);
    }
    ret = vmsd->pre_save ? vmsd->pre_save(opaque) : 0;
    if (ret) {
        qemu_file_fail(f, ret < 0 ? ret : -EINVAL, "the device cannot be saved now: %s",
                       strerror(ret < 0 ? -ret : EINVAL));
    } else {
        qemu_put_be32(f, version_id);
        fields_save(f, vmsd, opaque, version_id);
        subsections_save(f, vmsd, opaque);
        qemu_put_byte(f, VMSTATE_TAG_END);
        ret = vmsd->post_save ? vmsd->post_save(opaque) : 0;
        if (ret) {
            qemu_file_fail(f, ret < 0 ? ret : -EINVAL, "the device cannot go on after saving: %s",
                           strerror(ret < 0 ? -ret : EINVAL));
        }
    }
    if (is_top) {
        qemu_file_path_pop(f);
    }
    return qemu_file_get_error(f);
}

int vmstate_save_state(QEMUFile *f, const VMStateDescription *vmsd, void *opaque,
                       JSONWriter *vmdesc)
{
    return vmstate_save_state_v(f, vmsd, opaque, vmdesc, vmsd->version_id);
}
