/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What saving, loading and the container kinds of VMState share.
 *
 * A body is: version, field records, end tag.  A record is: tag, name, kind, element count, and a
 * frame with the elements.  Subsections follow the fields: tag, name, and a frame with a body.
 */
#ifndef RUN_VMSTATE_INTERNAL_H
#define RUN_VMSTATE_INTERNAL_H

#include "migration/vmstate.h"
#include "qemu-file-internal.h"

enum VMStateTag {
    VMSTATE_TAG_END = 0,
    VMSTATE_TAG_FIELD = 1,
    VMSTATE_TAG_SUBSECTION = 2,
};

/* All flags that mean "another member counts the elements". */
#define VMS_COUNTED_ELEMENTS (VMS_VARRAY_INT32 | VMS_VARRAY_UINT32 | VMS_VARRAY_UINT16 | \
                              VMS_VARRAY_UINT8)

/* How many elements, of how many bytes each, a field has now. */
typedef struct VMStateShape {
    uint64_t count;
    uint64_t size;
} VMStateShape;

/* False, with a failure recorded in @f, when the counting member is out of any sense. */
bool vmstate_field_shape(QEMUFile *f, const VMStateField *field, void *opaque,
                         VMStateShape *shape);
bool vmstate_field_exists(const VMStateField *field, void *opaque, int version_id);
/* A check only, which has no record in the stream. */
bool vmstate_field_is_check(const VMStateField *field);
/* The word that stands for the field's type in the stream. */
const char *vmstate_field_kind(const VMStateField *field);

/*
 * Free what loading allocated inside of @opaque, which was all zeros before: for elements of
 * lists that cannot be loaded completely, and for tests.
 */
void vmstate_loaded_free(const VMStateDescription *vmsd, void *opaque);
/* The part of it for the container kinds; false when @field is none. */
bool vmstate_container_free(const VMStateField *field, void *pv);

#endif
