/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Walking a C value described by the schema, to fill it (input), tell it
 * (output), copy it (clone) or free it (dealloc). Generated visit_type_X()
 * functions and property accessors call these; the kind of visitor decides
 * what happens. All functions that take @errp answer false on failure.
 */
#ifndef QAPI_VISITOR_H
#define QAPI_VISITOR_H

#include "qapi/qapi-builtin-types.h"
#include "qemu/typedefs.h"

typedef struct Visitor Visitor;

/* Every generated list begins like this. */
typedef struct GenericList {
    struct GenericList *next;
    char padding[];
} GenericList;

/* Every generated alternate begins like this. */
typedef struct GenericAlternate {
    QType type;
    char padding[];
} GenericAlternate;

/* Finishes an output visitor; what @opaque of its constructor points to is set. */
void visit_complete(Visitor *v, void *opaque);
/* Ends any visitor; also after errors, then everything it held is released. */
void visit_free(Visitor *v);

/*
 * A structure of @size bytes. Input and clone visitors allocate *@obj; @obj NULL
 * visits members without a C structure (a "virtual walk"). After success,
 * check_struct() refuses members that were in the input but not visited, and
 * end_struct() is due even if members failed.
 */
bool visit_start_struct(Visitor *v, const char *name, void **obj, size_t size, Error **errp);
bool visit_check_struct(Visitor *v, Error **errp);
void visit_end_struct(Visitor *v, void **obj);

/*
 * A list: *@list is its first element (allocated by input visitors, @size
 * bytes), then next_list() until NULL.
 */
bool visit_start_list(Visitor *v, const char *name, GenericList **list, size_t size,
                      Error **errp);
GenericList *visit_next_list(Visitor *v, GenericList *tail, size_t size);
bool visit_check_list(Visitor *v, Error **errp);
void visit_end_list(Visitor *v, void **list);

/* An alternate: its type member is set from the input. */
bool visit_start_alternate(Visitor *v, const char *name, GenericAlternate **obj, size_t size,
                           Error **errp);
void visit_end_alternate(Visitor *v, void **obj);

/* Sets *@present to whether the member is in the input; returns *@present. */
bool visit_optional(Visitor *v, const char *name, bool *present);
/* Whether a member with these features is refused (error) or skipped; for policies. */
bool visit_policy_reject(Visitor *v, const char *name, unsigned special_features,
                         Error **errp);
bool visit_policy_skip(Visitor *v, const char *name, unsigned special_features);

/* A name of @lookup. */
bool visit_type_enum(Visitor *v, const char *name, int *obj, const QEnumLookup *lookup,
                     Error **errp);

bool visit_is_input(Visitor *v);
bool visit_is_output(Visitor *v);
bool visit_is_dealloc(Visitor *v);

bool visit_type_int(Visitor *v, const char *name, int64_t *obj, Error **errp);
bool visit_type_uint8(Visitor *v, const char *name, uint8_t *obj, Error **errp);
bool visit_type_uint16(Visitor *v, const char *name, uint16_t *obj, Error **errp);
bool visit_type_uint32(Visitor *v, const char *name, uint32_t *obj, Error **errp);
bool visit_type_uint64(Visitor *v, const char *name, uint64_t *obj, Error **errp);
bool visit_type_int8(Visitor *v, const char *name, int8_t *obj, Error **errp);
bool visit_type_int16(Visitor *v, const char *name, int16_t *obj, Error **errp);
bool visit_type_int32(Visitor *v, const char *name, int32_t *obj, Error **errp);
bool visit_type_int64(Visitor *v, const char *name, int64_t *obj, Error **errp);
/* A byte count; text forms take suffixes such as 4K and 1G. */
bool visit_type_size(Visitor *v, const char *name, uint64_t *obj, Error **errp);
bool visit_type_bool(Visitor *v, const char *name, bool *obj, Error **errp);
/* Input allocates the string; output and dealloc take a NULL as "". */
bool visit_type_str(Visitor *v, const char *name, char **obj, Error **errp);
bool visit_type_number(Visitor *v, const char *name, double *obj, Error **errp);
bool visit_type_any(Visitor *v, const char *name, QObject **obj, Error **errp);
bool visit_type_null(Visitor *v, const char *name, QNull **obj, Error **errp);

#endif
