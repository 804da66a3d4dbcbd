/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loading a structure as its VMStateDescription says.  The stream is not trusted: names, kinds and
 * counts must be those that the tables ask for, nothing is read beyond a record, nothing is
 * written beyond a member, and memory is allocated only for bytes that are there.
 */
#include "qemu/osdep.h"
#include "vmstate-internal.h"

/* The head of a field record.  Both names are empty at the end of the fields. */
typedef struct Record {
    enum VMStateTag tag;
    bool is_peeked;             /* read, and not used up yet */
    uint32_t count;
    char name[QEMU_FILE_STRING_MAX + 1];
    char kind[QEMU_FILE_STRING_MAX + 1];
} Record;

/* One structure being loaded. */
typedef struct Loader {
    QEMUFile *f;
    const VMStateDescription *vmsd;
    void *opaque;
    int version_id;
    uint64_t *limits;           /* most bytes per field, see limits_take(); NULL: no limit */
    Record record;
} Loader;

/* Is the room behind this field's pointer known only by the counter's value before the load? */
static bool field_is_limited(const VMStateField *field)
{
    return field->flags & VMS_POINTER && !(field->flags & VMS_ALLOC) &&
           field->flags & (VMS_COUNTED_ELEMENTS | VMS_VBUFFER);
}

/*
 * Counters may themselves be in the stream, so remember how much room the device has before the
 * first of them is overwritten.
 */
static void limits_take(Loader *l)
{
    size_t fields = 0;
    bool any = false;

    for (const VMStateField *field = l->vmsd->fields; field && !(field->flags & VMS_END); field++) {
        fields++;
        any |= field_is_limited(field);
    }
    if (!any) {
        return;
    }
    l->limits = g_new0(uint64_t, fields);
    for (size_t i = 0; i < fields && !qemu_file_get_error(l->f); i++) {
        const VMStateField *field = &l->vmsd->fields[i];
        VMStateShape shape;

        if (field_is_limited(field) && vmstate_field_shape(l->f, field, l->opaque, &shape)) {
            l->limits[i] = shape.count * shape.size;
        }
    }
}

/* Does the device have room for @shape?  Nothing is written before this says so. */
static bool field_has_room(Loader *l, const VMStateField *field, const VMStateShape *shape)
{
    uint64_t bytes = shape->count * shape->size;

    if (field->capacity && shape->count > field->capacity) {
        qemu_file_fail(l->f, -EINVAL, "%" PRIu64 " elements were saved, %d fit", shape->count,
                       field->capacity);
    } else if (field_is_limited(field) && bytes > l->limits[field - l->vmsd->fields]) {
        qemu_file_fail(l->f, -EINVAL, "%" PRIu64 " bytes were saved, this device has room for %"
                       PRIu64, bytes, l->limits[field - l->vmsd->fields]);
    } else if (l->record.count != shape->count) {
        qemu_file_fail(l->f, -EINVAL, "%" PRIu32 " elements were saved, this device has %" PRIu64,
                       l->record.count, shape->count);
    }
    return !qemu_file_get_error(l->f);
}

static void record_peek(Loader *l)
{
    Record *r = &l->record;
    int tag;

    if (r->is_peeked) {
        return;
    }
    tag = qemu_get_byte(l->f);
    r->tag = tag;
    r->name[0] = r->kind[0] = '\0';
    r->is_peeked = true;
    if (tag > VMSTATE_TAG_SUBSECTION) {
        qemu_file_fail(l->f, -EINVAL, "the stream is damaged (tag %d)", tag);
    } else if (tag == VMSTATE_TAG_FIELD) {
        qemu_get_counted_string(l->f, r->name);
        qemu_get_counted_string(l->f, r->kind);
        r->count = qemu_get_be32(l->f);
    }
}

static void field_get_element(QEMUFile *f, const VMStateField *field, void *pv, size_t size)
{
    int ret;

    if (field->flags & VMS_ARRAY_OF_POINTER) {
        bool was_there = qemu_get_byte(f);

        pv = *(void **)pv;
        if (was_there != !!pv && !qemu_file_get_error(f)) {
            qemu_file_fail(f, -EINVAL, "%s", was_there ? "this device has no such element"
                                                       : "the element was not saved");
        }
        if (!pv || !was_there) {
            return;
        }
    }
    if (field->flags & VMS_STRUCT) {
        ret = vmstate_load_state(f, field->vmsd, pv, field->vmsd->version_id);
    } else if (field->flags & VMS_VSTRUCT) {
        ret = vmstate_load_state(f, field->vmsd, pv, field->struct_version_id);
    } else {
        ret = field->info->get(f, pv, size, field);
    }
    if (ret) {
        qemu_file_fail(f, ret < 0 ? ret : -EINVAL, "its reader refused the value: %s",
                       strerror(ret < 0 ? -ret : EINVAL));
    }
}

/* Where the elements go, allocated if need be; NULL on failure (or if there are none). */
static char *field_get_target(Loader *l, const VMStateField *field, const VMStateShape *shape)
{
    char *base = (char *)l->opaque + field->offset;
    uint64_t bytes = shape->count * shape->size;

    if (!(field->flags & VMS_POINTER)) {
        return base;
    }
    if (field->flags & VMS_ALLOC && bytes) {
        /* Every element takes a byte of the stream at least. */
        uint64_t least = field->flags & VMS_VBUFFER ? bytes : shape->count;
        void *room = least <= qemu_get_frame_left(l->f) ? g_try_malloc0(bytes) : NULL;

        if (!room) {
            qemu_file_fail(l->f, -ENOMEM, "%" PRIu64 " bytes cannot be allocated", bytes);
            return NULL;
        }
        *(void **)base = room;
    }
    base = *(void **)base;
    if (!base && bytes) {
        qemu_file_fail(l->f, -EINVAL, "this device has no room for it");
    }
    return base;
}

static void field_load_elements(Loader *l, const VMStateField *field)
{
    bool is_indexed = field->flags & (VMS_ARRAY | VMS_COUNTED_ELEMENTS);
    VMStateShape shape;
    uint64_t outer;
    char *first;

    if (!vmstate_field_shape(l->f, field, l->opaque, &shape) ||
        !field_has_room(l, field, &shape)) {
        return;
    }
    outer = qemu_get_frame_begin(l->f);
    first = qemu_file_get_error(l->f) ? NULL : field_get_target(l, field, &shape);
    for (uint64_t i = 0; i < shape.count && !qemu_file_get_error(l->f); i++) {
        if (is_indexed) {
            qemu_file_path_set_index(l->f, i);
        }
        field_get_element(l->f, field, first + i * shape.size, shape.size);
    }
    qemu_file_path_set_index(l->f, -1);
    qemu_get_frame_end(l->f, outer);
}

/*
 * Bytes that an older version had: skip records, whatever they are called now, until so many
 * bytes of values have gone by.
 */
static void field_load_unused(Loader *l, const VMStateField *field)
{
    VMStateShape shape;
    uint64_t left;

    if (!vmstate_field_shape(l->f, field, l->opaque, &shape)) {
        return;
    }
    left = shape.count * shape.size;
    while (left && !qemu_file_get_error(l->f)) {
        uint64_t outer, bytes;

        record_peek(l);
        if (l->record.tag != VMSTATE_TAG_FIELD) {
            qemu_file_fail(l->f, -EINVAL, "the stream ends before %" PRIu64 " unused bytes", left);
            return;
        }
        l->record.is_peeked = false;
        outer = qemu_get_frame_begin(l->f);
        bytes = qemu_get_frame_left(l->f);
        if (bytes > left) {
            qemu_file_fail(l->f, -EINVAL, "\"%s\" of the stream has %" PRIu64
                           " bytes, expected %" PRIu64 " unused ones", l->record.name, bytes, left);
        } else {
            qemu_file_skip(l->f, bytes);
            left -= bytes;
        }
        qemu_get_frame_end(l->f, outer);
    }
}

static void field_load(Loader *l, const VMStateField *field)
{
    Record *r = &l->record;

    if (field->info == &vmstate_info_unused_buffer) {
        field_load_unused(l, field);
        return;
    }
    record_peek(l);
    if (qemu_file_get_error(l->f)) {
        return;
    }
    if (r->tag != VMSTATE_TAG_FIELD) {
        qemu_file_fail(l->f, -EINVAL, "was not saved");
    } else if (strcmp(r->name, field->name)) {
        qemu_file_fail(l->f, -EINVAL, "was not saved (the stream has \"%s\" here)", r->name);
    } else if (strcmp(r->kind, vmstate_field_kind(field))) {
        qemu_file_fail(l->f, -EINVAL, "was saved as %s, this device expects %s", r->kind,
                       vmstate_field_kind(field));
    } else {
        r->is_peeked = false;
        field_load_elements(l, field);
    }
}

static void fields_load(Loader *l)
{
    for (const VMStateField *field = l->vmsd->fields;
         field && !(field->flags & VMS_END) && !qemu_file_get_error(l->f); field++) {
        bool exists = vmstate_field_exists(field, l->opaque, l->version_id);

        qemu_file_path_push(l->f, field->name, -1);
        if (exists && !vmstate_field_is_check(field)) {
            field_load(l, field);
        } else if (!exists && field->flags & VMS_MUST_EXIST) {
            qemu_file_fail(l->f, -EINVAL, "the state is not valid");
        }
        qemu_file_path_pop(l->f);
    }
}

/* Index of the subsection called @name, or -1. */
static int subsection_find(const VMStateDescription *vmsd, const char *name)
{
    const VMStateDescription *const *sub = vmsd->subsections;

    for (int i = 0; sub && sub[i]; i++) {
        if (!strcmp(sub[i]->name, name)) {
            return i;
        }
    }
    return -1;
}

static void subsection_load(Loader *l, int index, uint64_t *seen)
{
    const VMStateDescription *sub = l->vmsd->subsections[index];
    uint64_t outer;

    qemu_file_path_push(l->f, sub->name, -1);
    if (index < 64 && *seen & UINT64_C(1) << index) {
        qemu_file_fail(l->f, -EINVAL, "the subsection is there twice");
    } else {
        *seen |= index < 64 ? UINT64_C(1) << index : 0;
        outer = qemu_get_frame_begin(l->f);
        vmstate_load_state(l->f, sub, l->opaque, sub->version_id);
        qemu_get_frame_end(l->f, outer);
    }
    qemu_file_path_pop(l->f);
}

static void subsections_load(Loader *l)
{
    uint64_t seen = 0;

    for (record_peek(l); l->record.tag != VMSTATE_TAG_END && !qemu_file_get_error(l->f);
         record_peek(l)) {
        char name[QEMU_FILE_STRING_MAX + 1];
        int index;

        if (l->record.tag == VMSTATE_TAG_FIELD) {
            qemu_file_fail(l->f, -EINVAL, "the stream has \"%s\", which this device does not know",
                           l->record.name);
            return;
        }
        l->record.is_peeked = false;
        if (!qemu_get_counted_string(l->f, name)) {
            return;
        }
        index = subsection_find(l->vmsd, name);
        if (index < 0) {
            qemu_file_fail(l->f, -EINVAL,
                           "the stream has the subsection \"%s\", which this device does not know",
                           name);
            return;
        }
        subsection_load(l, index, &seen);
    }
}

static bool version_check(Loader *l)
{
    const VMStateDescription *vmsd = l->vmsd;

    if (qemu_file_get_error(l->f)) {
        return false;
    }
    if (l->version_id > vmsd->version_id || l->version_id < vmsd->minimum_version_id) {
        qemu_file_fail(l->f, -EINVAL, "was saved as version %d of \"%s\", this program loads %d "
                       "to %d", l->version_id, vmsd->name, vmsd->minimum_version_id,
                       vmsd->version_id);
    }
    return !qemu_file_get_error(l->f);
}

static void body_load(Loader *l)
{
    const VMStateDescription *vmsd = l->vmsd;
    int ret = 0;

    l->version_id = qemu_get_be32(l->f);
    if (!version_check(l)) {
        return;
    }
    ret = vmsd->pre_load ? vmsd->pre_load(l->opaque) : 0;
    if (!ret) {
        limits_take(l);
        fields_load(l);
        subsections_load(l);
        if (!qemu_file_get_error(l->f) && vmsd->post_load) {
            ret = vmsd->post_load(l->opaque, l->version_id);
        }
    }
    if (ret) {
        qemu_file_fail(l->f, ret < 0 ? ret : -EINVAL, "the device refused the state: %s",
                       strerror(ret < 0 ? -ret : EINVAL));
    }
}

int vmstate_load_state(QEMUFile *f, const VMStateDescription *vmsd, void *opaque, int version_id)
{
    bool is_top = qemu_file_path_is_empty(f);
    /* Two names of up to 1 KiB each: too much for a stack that recurses. */
    g_autofree Loader *l = g_new(Loader, 1);

    l->f = f;
    l->vmsd = vmsd;
    l->opaque = opaque;
    l->limits = NULL;
    l->record.is_peeked = false;
    if (is_top) {
        qemu_file_path_push(f, vmsd->name, -1);
    }
    if (version_id > vmsd->version_id) {
        qemu_file_fail(f, -EINVAL, "version %d of \"%s\" was announced, this program loads up "
                       "to %d",
                       version_id, vmsd->name, vmsd->version_id);
    } else {
        body_load(l);
    }
    if (is_top) {
        qemu_file_path_pop(f);
    }
    g_free(l->limits);
    return qemu_file_get_error(f);
}
