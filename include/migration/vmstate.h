/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VMState: a device describes the members of its state structure in a table, and the core in
 * system/run saves and loads them.  The API is that of QEMU 8.2's migration/vmstate.h; the
 * stream format behind it is ours (docs/saved-state.md).  This file has the types, functions and
 * the general field macros; the macros named after an integer type are in vmstate-fields.h, which
 * this header includes.  Left out: live (iterative) migration handlers.
 */
#ifndef MIGRATION_VMSTATE_H
#define MIGRATION_VMSTATE_H

#include "qemu/osdep.h"
#include "qom/object.h"

typedef struct QEMUFile QEMUFile;
typedef struct JSONWriter JSONWriter;
typedef struct VMStateInfo VMStateInfo;
typedef struct VMStateField VMStateField;
typedef struct VMStateDescription VMStateDescription;
typedef struct MemoryRegion MemoryRegion;
typedef struct DeviceState DeviceState;
typedef struct QEMUTimer QEMUTimer;

/* -- the identity of a registered state ------------------------------------------------------ */

#define TYPE_VMSTATE_IF "vmstate-if"
typedef struct VMStateIf VMStateIf;
typedef struct VMStateIfClass VMStateIfClass;
DECLARE_CLASS_CHECKERS(VMStateIfClass, VMSTATE_IF, TYPE_VMSTATE_IF)
#define VMSTATE_IF(obj) INTERFACE_CHECK(VMStateIf, (obj), TYPE_VMSTATE_IF)

struct VMStateIfClass {
    InterfaceClass parent_class;

    /* The path that makes this object's sections unique, g_free()d by the caller; NULL: none. */
    char *(*get_id)(VMStateIf *obj);
};

/* The object's path in the stream, or NULL; the caller frees it. */
char *vmstate_if_get_id(VMStateIf *vmif);

/* -- field tables ---------------------------------------------------------------------------- */

/*
 * How one kind of value travels.  @get and @put see the value at @pv, @size bytes long, and
 * return 0 or a negative errno.  @put's @vmdesc is always NULL here: the stream describes itself.
 */
struct VMStateInfo {
    const char *name;
    int (*get)(QEMUFile *f, void *pv, size_t size, const VMStateField *field);
    int (*put)(QEMUFile *f, void *pv, size_t size, const VMStateField *field, JSONWriter *vmdesc);
};

enum VMStateFlags {
    VMS_SINGLE = 0x001,             /* one value */
    VMS_POINTER = 0x002,            /* the member is a pointer to the value(s) */
    VMS_ARRAY = 0x004,              /* .num values */
    VMS_STRUCT = 0x008,             /* each value is described by .vmsd */
    VMS_VARRAY_INT32 = 0x010,       /* as many values as the int32_t at .num_offset says */
    VMS_BUFFER = 0x020,             /* .size raw bytes */
    VMS_ARRAY_OF_POINTER = 0x040,   /* each element is a pointer to the value */
    VMS_VARRAY_UINT16 = 0x080,      /* counted by the uint16_t at .num_offset */
    VMS_VBUFFER = 0x100,            /* raw bytes counted by the int32_t at .size_offset */
    VMS_MULTIPLY = 0x200,           /* the count at .size_offset is in units of .size */
    VMS_VARRAY_UINT8 = 0x400,       /* counted by the uint8_t at .num_offset */
    VMS_VARRAY_UINT32 = 0x800,      /* counted by the uint32_t at .num_offset */
    VMS_MUST_EXIST = 0x1000,        /* .field_exists answering false is an error */
    VMS_ALLOC = 0x2000,             /* loading allocates the pointed-to memory (g_free) */
    VMS_MULTIPLY_ELEMENTS = 0x4000, /* the count at .num_offset is in units of .num */
    VMS_VSTRUCT = 0x8000,           /* a struct saved as version .struct_version_id */
    VMS_END = 0x10000,              /* end of the table */
};

/* Load order: higher values are saved, and so loaded, earlier. */
typedef enum {
    MIG_PRI_DEFAULT = 0,
    MIG_PRI_IOMMU,
    MIG_PRI_PCI_BUS,
    MIG_PRI_VIRTIO_MEM,
    MIG_PRI_GICV3_ITS,
    MIG_PRI_GICV3,
    MIG_PRI_MAX,
} MigrationPriority;

struct VMStateField {
    const char *name;
    const char *err_hint;           /* added to the message when an _EQUAL field differs */
    size_t offset;
    size_t size;
    size_t start;                   /* lists: offset of the link; trees: size of a key */
    int num;
    int capacity;                   /* counted arrays inside the state: how many fit; 0: unknown */
    size_t num_offset;
    size_t size_offset;
    const VMStateInfo *info;
    enum VMStateFlags flags;
    const VMStateDescription *vmsd;
    int version_id;                 /* present in streams of this version and later */
    int struct_version_id;
    bool (*field_exists)(void *opaque, int version_id);
};

struct VMStateDescription {
    const char *name;
    bool unmigratable;              /* saving the machine fails and names this */
    bool early_setup;               /* saved before all states that do not say so */
    int version_id;                 /* written; also the newest that can be loaded */
    int minimum_version_id;         /* the oldest that can be loaded */
    MigrationPriority priority;
    int (*pre_load)(void *opaque);
    int (*post_load)(void *opaque, int version_id);
    int (*pre_save)(void *opaque);
    int (*post_save)(void *opaque);
    bool (*needed)(void *opaque);   /* NULL: always */
    bool (*dev_unplug_pending)(void *opaque);
    const VMStateField *fields;
    const VMStateDescription *const *subsections;   /* NULL-terminated */
};

extern const VMStateInfo vmstate_info_bool;
extern const VMStateInfo vmstate_info_int8;
extern const VMStateInfo vmstate_info_int16;
extern const VMStateInfo vmstate_info_int32;
extern const VMStateInfo vmstate_info_int64;
extern const VMStateInfo vmstate_info_uint8;
extern const VMStateInfo vmstate_info_uint16;
extern const VMStateInfo vmstate_info_uint32;
extern const VMStateInfo vmstate_info_uint64;
extern const VMStateInfo vmstate_info_uint8_equal;
extern const VMStateInfo vmstate_info_uint16_equal;
extern const VMStateInfo vmstate_info_int32_equal;
extern const VMStateInfo vmstate_info_uint32_equal;
extern const VMStateInfo vmstate_info_uint64_equal;
extern const VMStateInfo vmstate_info_int32_le;     /* loads 0..present value only */
extern const VMStateInfo vmstate_info_float64;
extern const VMStateInfo vmstate_info_cpudouble;
extern const VMStateInfo vmstate_info_timer;
extern const VMStateInfo vmstate_info_buffer;
extern const VMStateInfo vmstate_info_unused_buffer;
extern const VMStateInfo vmstate_info_tmp;
extern const VMStateInfo vmstate_info_bitmap;
extern const VMStateInfo vmstate_info_qtailq;
extern const VMStateInfo vmstate_info_qlist;
extern const VMStateInfo vmstate_info_gtree;

/* -- saving and loading one description ------------------------------------------------------ */

/*
 * Save @opaque as @vmsd says.  Returns 0 or a negative errno; then qemu_file_get_error_obj()
 * has the message with the path of the field.  @vmdesc is ignored.
 */
int vmstate_save_state(QEMUFile *f, const VMStateDescription *vmsd, void *opaque,
                       JSONWriter *vmdesc);
/* The same, as version @version_id instead of the newest. */
int vmstate_save_state_v(QEMUFile *f, const VMStateDescription *vmsd, void *opaque,
                         JSONWriter *vmdesc, int version_id);
/*
 * Load @opaque.  @version_id is the version the caller was told; the version recorded in the
 * stream decides which fields are expected.  Returns 0 or a negative errno; @opaque may then be
 * partly overwritten, never beyond its described fields.  An array behind a pointer that is not
 * VMS_ALLOC takes at most as many elements as its counter said before the load (after pre_load).
 */
int vmstate_load_state(QEMUFile *f, const VMStateDescription *vmsd, void *opaque, int version_id);
/* Would @vmsd be saved for @opaque? */
bool vmstate_save_needed(const VMStateDescription *vmsd, void *opaque);

/* -- registration with the machine's saved state --------------------------------------------- */

#define VMSTATE_INSTANCE_ID_ANY ((uint32_t)-1)

/*
 * Make @opaque part of the machine's saved state under "<id of @obj>/<vmsd name>".  @obj may be
 * NULL.  VMSTATE_INSTANCE_ID_ANY takes the next free number.  @alias_id (or -1) is an instance
 * number accepted from streams up to version @required_for_version.
 * Returns 0, or -1 with @errp set when the name and number are taken.  Caller holds the BQL.
 */
int vmstate_register_with_alias_id(VMStateIf *obj, uint32_t instance_id,
                                   const VMStateDescription *vmsd, void *base, int alias_id,
                                   int required_for_version, Error **errp);
/* The same without alias; a duplicate is a bug of the caller and ends the program. */
int vmstate_register(VMStateIf *obj, int instance_id, const VMStateDescription *vmsd,
                     void *opaque);
int vmstate_register_any(VMStateIf *obj, const VMStateDescription *vmsd, void *opaque);
/* Undo a registration; unknown ones are ignored.  Caller holds the BQL. */
void vmstate_unregister(VMStateIf *obj, const VMStateDescription *vmsd, void *opaque);

/*
 * Name @memory's RAM block after @dev (or globally) and make its contents part of the saved
 * state.  Implemented in system/memory.
 */
void vmstate_register_ram(MemoryRegion *memory, DeviceState *dev);
void vmstate_unregister_ram(MemoryRegion *memory, DeviceState *dev);
void vmstate_register_ram_global(MemoryRegion *memory);

/* False when the user asked for -only-migratable and @vmsd cannot be saved. */
bool vmstate_check_only_migratable(const VMStateDescription *vmsd);

/* -- offsets, with the member's type checked by the compiler --------------------------------- */

#define vmstate_typeof(_state, _field) __typeof__(((_state *)0)->_field)
/* 0 when the member has exactly the type, otherwise it does not compile. */
#define vmstate_type_check(_type, _member_type) \
    ((size_t)_Generic((_member_type *)0, __typeof__(_type) *: 0))

#define vmstate_offset_value(_state, _field, _type) \
    (offsetof(_state, _field) + vmstate_type_check(_type, vmstate_typeof(_state, _field)))
#define vmstate_offset_pointer(_state, _field, _type) \
    vmstate_offset_value(_state, _field, __typeof__(_type) *)
#define vmstate_offset_array(_state, _field, _type, _num) \
    vmstate_offset_value(_state, _field, __typeof__(__typeof__(_type)[_num]))
#define vmstate_offset_2darray(_state, _field, _type, _n1, _n2) \
    vmstate_offset_value(_state, _field, __typeof__(__typeof__(_type)[_n1][_n2]))
#define vmstate_offset_sub_array(_state, _field, _type, _start) \
    vmstate_offset_value(_state, _field[_start], _type)
#define vmstate_offset_varray(_state, _field, _type) \
    vmstate_offset_value(_state, _field[0], _type)
#define vmstate_offset_buffer(_state, _field) \
    vmstate_offset_array(_state, _field, uint8_t, sizeof(vmstate_typeof(_state, _field)))
#define vmstate_offset_sub_field(_state, _field, _sub_field, _type) \
    vmstate_offset_value(_state, _field._sub_field, _type)

/* -- single values --------------------------------------------------------------------------- */

#define VMSTATE_SINGLE_FULL(_field, _state, _test, _version, _info, _type, _err_hint) { \
    .name = (stringify(_field)), .err_hint = (_err_hint), .version_id = (_version), \
    .field_exists = (_test), .size = sizeof(_type), .info = &(_info), .flags = VMS_SINGLE, \
    .offset = vmstate_offset_value(_state, _field, _type) }
#define VMSTATE_SINGLE_TEST(_field, _state, _test, _version, _info, _type) \
    VMSTATE_SINGLE_FULL(_field, _state, _test, _version, _info, _type, NULL)
#define VMSTATE_SINGLE(_field, _state, _version, _info, _type) \
    VMSTATE_SINGLE_TEST(_field, _state, NULL, _version, _info, _type)

/* Not a value: loading (and saving) fails unless @_test answers true. */
#define VMSTATE_VALIDATE(_name, _test) { \
    .name = (_name), .field_exists = (_test), .flags = VMS_ARRAY | VMS_MUST_EXIST, .num = 0 }

#define VMSTATE_POINTER(_field, _state, _version, _info, _type) { \
    .name = (stringify(_field)), .version_id = (_version), .info = &(_info), \
    .size = sizeof(_type), .flags = VMS_SINGLE | VMS_POINTER, \
    .offset = vmstate_offset_value(_state, _field, _type) }
#define VMSTATE_POINTER_TEST(_field, _state, _test, _info, _type) { \
    .name = (stringify(_field)), .info = &(_info), .field_exists = (_test), \
    .size = sizeof(_type), .flags = VMS_SINGLE | VMS_POINTER, \
    .offset = vmstate_offset_value(_state, _field, _type) }

/* -- arrays of values ------------------------------------------------------------------------ */

#define VMSTATE_ARRAY(_field, _state, _num, _version, _info, _type) { \
    .name = (stringify(_field)), .version_id = (_version), .num = (_num), .info = &(_info), \
    .size = sizeof(_type), .flags = VMS_ARRAY, \
    .offset = vmstate_offset_array(_state, _field, _type, _num) }
#define VMSTATE_ARRAY_TEST(_field, _state, _num, _test, _info, _type) { \
    .name = (stringify(_field)), .field_exists = (_test), .num = (_num), .info = &(_info), \
    .size = sizeof(_type), .flags = VMS_ARRAY, \
    .offset = vmstate_offset_array(_state, _field, _type, _num) }
#define VMSTATE_2DARRAY(_field, _state, _n1, _n2, _version, _info, _type) { \
    .name = (stringify(_field)), .version_id = (_version), .num = (_n1) * (_n2), \
    .info = &(_info), .size = sizeof(_type), .flags = VMS_ARRAY, \
    .offset = vmstate_offset_2darray(_state, _field, _type, _n1, _n2) }
#define VMSTATE_SUB_ARRAY(_field, _state, _start, _num, _version, _info, _type) { \
    .name = (stringify(_field)), .version_id = (_version), .num = (_num), .info = &(_info), \
    .size = sizeof(_type), .flags = VMS_ARRAY, \
    .offset = vmstate_offset_sub_array(_state, _field, _type, _start) }
#define VMSTATE_ARRAY_OF_POINTER(_field, _state, _num, _version, _info, _type) { \
    .name = (stringify(_field)), .version_id = (_version), .num = (_num), .info = &(_info), \
    .size = sizeof(_type), .flags = VMS_ARRAY | VMS_ARRAY_OF_POINTER, \
    .offset = vmstate_offset_array(_state, _field, _type, _num) }
#define VMSTATE_ARRAY_OF_POINTER_TO_STRUCT(_f, _s, _n, _v, _vmsd, _type) { \
    .name = (stringify(_f)), .version_id = (_v), .num = (_n), .vmsd = &(_vmsd), \
    .size = sizeof(_type *), .flags = VMS_ARRAY | VMS_STRUCT | VMS_ARRAY_OF_POINTER, \
    .offset = vmstate_offset_array(_s, _f, _type *, _n) }

/* Arrays counted by another member, inside the state (_UNSAFE, _MULTIPLY) or behind a pointer. */
/* How many elements the array member has. */
#define vmstate_capacity(_state, _field) \
    ((int)(sizeof(vmstate_typeof(_state, _field)) / sizeof(vmstate_typeof(_state, _field[0]))))
#define VMSTATE_VARRAY_(_field, _field_num, _num_offset, _version, _type, _flags, _offset, ...) { \
    .name = (stringify(_field)), .version_id = (_version), .num_offset = (_num_offset), \
    .size = sizeof(_type), .flags = (_flags), .offset = (_offset), __VA_ARGS__ }
#define VMSTATE_ARRAY_INT32_UNSAFE(_field, _state, _field_num, _info, _type) \
    VMSTATE_VARRAY_(_field, _field_num, vmstate_offset_value(_state, _field_num, int32_t), 0, \
                    _type, VMS_VARRAY_INT32, vmstate_offset_varray(_state, _field, _type), \
                    .capacity = vmstate_capacity(_state, _field), .info = &(_info))
#define VMSTATE_VARRAY_UINT16_UNSAFE(_field, _state, _field_num, _version, _info, _type) \
    VMSTATE_VARRAY_(_field, _field_num, vmstate_offset_value(_state, _field_num, uint16_t), \
                    _version, _type, VMS_VARRAY_UINT16, \
                    vmstate_offset_varray(_state, _field, _type), \
                    .capacity = vmstate_capacity(_state, _field), .info = &(_info))
#define VMSTATE_VARRAY_MULTIPLY(_field, _state, _field_num, _multiply, _info, _type) \
    VMSTATE_VARRAY_(_field, _field_num, vmstate_offset_value(_state, _field_num, uint32_t), 0, \
                    _type, VMS_VARRAY_UINT32 | VMS_MULTIPLY_ELEMENTS, \
                    vmstate_offset_varray(_state, _field, _type), \
                    .capacity = vmstate_capacity(_state, _field), \
                    .num = (_multiply), .info = &(_info))
#define VMSTATE_VARRAY_INT32(_field, _state, _field_num, _version, _info, _type) \
    VMSTATE_VARRAY_(_field, _field_num, vmstate_offset_value(_state, _field_num, int32_t), \
                    _version, _type, VMS_VARRAY_INT32 | VMS_POINTER, \
                    vmstate_offset_pointer(_state, _field, _type), .info = &(_info))
#define VMSTATE_VARRAY_UINT32(_field, _state, _field_num, _version, _info, _type) \
    VMSTATE_VARRAY_(_field, _field_num, vmstate_offset_value(_state, _field_num, uint32_t), \
                    _version, _type, VMS_VARRAY_UINT32 | VMS_POINTER, \
                    vmstate_offset_pointer(_state, _field, _type), .info = &(_info))
#define VMSTATE_VARRAY_UINT32_ALLOC(_field, _state, _field_num, _version, _info, _type) \
    VMSTATE_VARRAY_(_field, _field_num, vmstate_offset_value(_state, _field_num, uint32_t), \
                    _version, _type, VMS_VARRAY_UINT32 | VMS_POINTER | VMS_ALLOC, \
                    vmstate_offset_pointer(_state, _field, _type), .info = &(_info))
#define VMSTATE_VARRAY_UINT16_ALLOC(_field, _state, _field_num, _version, _info, _type) \
    VMSTATE_VARRAY_(_field, _field_num, vmstate_offset_value(_state, _field_num, uint16_t), \
                    _version, _type, VMS_VARRAY_UINT16 | VMS_POINTER | VMS_ALLOC, \
                    vmstate_offset_pointer(_state, _field, _type), .info = &(_info))

/* -- structures ------------------------------------------------------------------------------ */

#define VMSTATE_VSTRUCT_TEST(_field, _state, _test, _version, _vmsd, _type, _struct_version) { \
    .name = (stringify(_field)), .version_id = (_version), .field_exists = (_test), \
    .struct_version_id = (_struct_version), .vmsd = &(_vmsd), .size = sizeof(_type), \
    .flags = VMS_VSTRUCT, .offset = vmstate_offset_value(_state, _field, _type) }
#define VMSTATE_VSTRUCT_V(_field, _state, _version, _vmsd, _type, _struct_version) \
    VMSTATE_VSTRUCT_TEST(_field, _state, NULL, _version, _vmsd, _type, _struct_version)
#define VMSTATE_VSTRUCT(_field, _state, _vmsd, _type, _struct_version) \
    VMSTATE_VSTRUCT_V(_field, _state, 0, _vmsd, _type, _struct_version)

#define VMSTATE_STRUCT_TEST(_field, _state, _test, _version, _vmsd, _type) { \
    .name = (stringify(_field)), .version_id = (_version), .field_exists = (_test), \
    .vmsd = &(_vmsd), .size = sizeof(_type), .flags = VMS_STRUCT, \
    .offset = vmstate_offset_value(_state, _field, _type) }
#define VMSTATE_STRUCT(_field, _state, _version, _vmsd, _type) \
    VMSTATE_STRUCT_TEST(_field, _state, NULL, _version, _vmsd, _type)

#define VMSTATE_STRUCT_POINTER_TEST_V(_field, _state, _test, _version, _vmsd, _type) { \
    .name = (stringify(_field)), .version_id = (_version), .field_exists = (_test), \
    .vmsd = &(_vmsd), .size = sizeof(_type *), .flags = VMS_STRUCT | VMS_POINTER, \
    .offset = vmstate_offset_pointer(_state, _field, _type) }
#define VMSTATE_STRUCT_POINTER_V(_field, _state, _version, _vmsd, _type) \
    VMSTATE_STRUCT_POINTER_TEST_V(_field, _state, NULL, _version, _vmsd, _type)
#define VMSTATE_STRUCT_POINTER_TEST(_field, _state, _test, _vmsd, _type) \
    VMSTATE_STRUCT_POINTER_TEST_V(_field, _state, _test, 0, _vmsd, _type)
#define VMSTATE_STRUCT_POINTER(_field, _state, _vmsd, _type) \
    VMSTATE_STRUCT_POINTER_V(_field, _state, 0, _vmsd, _type)

#define VMSTATE_STRUCT_ARRAY_TEST(_field, _state, _num, _test, _version, _vmsd, _type) { \
    .name = (stringify(_field)), .num = (_num), .field_exists = (_test), \
    .version_id = (_version), .vmsd = &(_vmsd), .size = sizeof(_type), \
    .flags = VMS_STRUCT | VMS_ARRAY, .offset = vmstate_offset_array(_state, _field, _type, _num) }
#define VMSTATE_STRUCT_ARRAY(_field, _state, _num, _version, _vmsd, _type) \
    VMSTATE_STRUCT_ARRAY_TEST(_field, _state, _num, NULL, _version, _vmsd, _type)
#define VMSTATE_STRUCT_SUB_ARRAY(_field, _state, _start, _num, _version, _vmsd, _type) { \
    .name = (stringify(_field)), .num = (_num), .version_id = (_version), .vmsd = &(_vmsd), \
    .size = sizeof(_type), .flags = VMS_STRUCT | VMS_ARRAY, \
    .offset = vmstate_offset_sub_array(_state, _field, _type, _start) }
#define VMSTATE_STRUCT_2DARRAY_TEST(_field, _state, _n1, _n2, _test, _version, _vmsd, _type) { \
    .name = (stringify(_field)), .num = (_n1) * (_n2), .field_exists = (_test), \
    .version_id = (_version), .vmsd = &(_vmsd), .size = sizeof(_type), \
    .flags = VMS_STRUCT | VMS_ARRAY, \
    .offset = vmstate_offset_2darray(_state, _field, _type, _n1, _n2) }
#define VMSTATE_STRUCT_2DARRAY(_field, _state, _n1, _n2, _version, _vmsd, _type) \
    VMSTATE_STRUCT_2DARRAY_TEST(_field, _state, _n1, _n2, NULL, _version, _vmsd, _type)

/* Structures counted by another member: inside the state, behind a pointer, allocated by load. */
#define VMSTATE_STRUCT_VARRAY_IN_(_field, _state, _field_num, _num_type, _version, _vmsd, _type, \
                                  _flag) \
    VMSTATE_VARRAY_(_field, _field_num, vmstate_offset_value(_state, _field_num, _num_type), \
                    _version, _type, VMS_STRUCT | (_flag), \
                    vmstate_offset_varray(_state, _field, _type), \
                    .capacity = vmstate_capacity(_state, _field), .vmsd = &(_vmsd))
#define VMSTATE_STRUCT_VARRAY_PTR_(_field, _state, _field_num, _num_type, _version, _vmsd, _type, \
                                   _flag) \
    VMSTATE_VARRAY_(_field, _field_num, vmstate_offset_value(_state, _field_num, _num_type), \
                    _version, _type, VMS_STRUCT | VMS_POINTER | (_flag), \
                    vmstate_offset_pointer(_state, _field, _type), .vmsd = &(_vmsd))
#define VMSTATE_STRUCT_VARRAY_UINT8(_field, _state, _field_num, _version, _vmsd, _type) \
    VMSTATE_STRUCT_VARRAY_IN_(_field, _state, _field_num, uint8_t, _version, _vmsd, _type, \
                              VMS_VARRAY_UINT8)
#define VMSTATE_STRUCT_VARRAY_UINT16(_field, _state, _field_num, _version, _vmsd, _type) \
    VMSTATE_STRUCT_VARRAY_IN_(_field, _state, _field_num, uint16_t, _version, _vmsd, _type, \
                              VMS_VARRAY_UINT16)
#define VMSTATE_STRUCT_VARRAY_INT32(_field, _state, _field_num, _version, _vmsd, _type) \
    VMSTATE_STRUCT_VARRAY_IN_(_field, _state, _field_num, int32_t, _version, _vmsd, _type, \
                              VMS_VARRAY_INT32)
#define VMSTATE_STRUCT_VARRAY_UINT32(_field, _state, _field_num, _version, _vmsd, _type) \
    VMSTATE_STRUCT_VARRAY_IN_(_field, _state, _field_num, uint32_t, _version, _vmsd, _type, \
                              VMS_VARRAY_UINT32)
#define VMSTATE_STRUCT_VARRAY_POINTER_INT32(_field, _state, _field_num, _vmsd, _type) \
    VMSTATE_STRUCT_VARRAY_PTR_(_field, _state, _field_num, int32_t, 0, _vmsd, _type, \
                               VMS_VARRAY_INT32)
#define VMSTATE_STRUCT_VARRAY_POINTER_UINT32(_field, _state, _field_num, _vmsd, _type) \
    VMSTATE_STRUCT_VARRAY_PTR_(_field, _state, _field_num, uint32_t, 0, _vmsd, _type, \
                               VMS_VARRAY_UINT32)
#define VMSTATE_STRUCT_VARRAY_POINTER_UINT16(_field, _state, _field_num, _vmsd, _type) \
    VMSTATE_STRUCT_VARRAY_PTR_(_field, _state, _field_num, uint16_t, 0, _vmsd, _type, \
                               VMS_VARRAY_UINT16)
#define VMSTATE_STRUCT_VARRAY_ALLOC(_field, _state, _field_num, _version, _vmsd, _type) \
    VMSTATE_STRUCT_VARRAY_PTR_(_field, _state, _field_num, int32_t, _version, _vmsd, _type, \
                               VMS_VARRAY_INT32 | VMS_ALLOC)

/* -- raw bytes ------------------------------------------------------------------------------- */

#define VMSTATE_STATIC_BUFFER(_field, _state, _version, _test, _start, _size) { \
    .name = (stringify(_field)), .version_id = (_version), .field_exists = (_test), \
    .size = (_size) - (_start), .info = &vmstate_info_buffer, .flags = VMS_BUFFER, \
    .offset = vmstate_offset_buffer(_state, _field) + (_start) }
#define VMSTATE_BUFFER_UNSAFE_INFO_TEST(_field, _state, _test, _version, _info, _size) { \
    .name = (stringify(_field)), .version_id = (_version), .field_exists = (_test), \
    .size = (_size), .info = &(_info), .flags = VMS_BUFFER, .offset = offsetof(_state, _field) }
#define VMSTATE_BUFFER_UNSAFE_INFO(_field, _state, _version, _info, _size) \
    VMSTATE_BUFFER_UNSAFE_INFO_TEST(_field, _state, NULL, _version, _info, _size)
#define VMSTATE_BUFFER_POINTER_UNSAFE(_field, _state, _version, _size) { \
    .name = (stringify(_field)), .version_id = (_version), .size = (_size), \
    .info = &vmstate_info_buffer, .flags = VMS_BUFFER | VMS_POINTER, \
    .offset = offsetof(_state, _field) }

#define VMSTATE_VBUFFER_(_field, _state, _version, _test, _field_size, _size_type, _flags, ...) { \
    .name = (stringify(_field)), .version_id = (_version), .field_exists = (_test), \
    .size_offset = vmstate_offset_value(_state, _field_size, _size_type), \
    .info = &vmstate_info_buffer, .flags = VMS_VBUFFER | VMS_POINTER | (_flags), \
    .offset = offsetof(_state, _field), __VA_ARGS__ }
#define VMSTATE_VBUFFER_MULTIPLY(_field, _state, _version, _test, _field_size, _multiply) \
    VMSTATE_VBUFFER_(_field, _state, _version, _test, _field_size, uint32_t, VMS_MULTIPLY, \
                     .size = (_multiply))
#define VMSTATE_VBUFFER(_field, _state, _version, _test, _field_size) \
    VMSTATE_VBUFFER_(_field, _state, _version, _test, _field_size, int32_t, 0, .size = 0)
#define VMSTATE_VBUFFER_UINT32(_field, _state, _version, _test, _field_size) \
    VMSTATE_VBUFFER_(_field, _state, _version, _test, _field_size, uint32_t, 0, .size = 0)
#define VMSTATE_VBUFFER_ALLOC_UINT32(_field, _state, _version, _test, _field_size) \
    VMSTATE_VBUFFER_(_field, _state, _version, _test, _field_size, uint32_t, VMS_ALLOC, .size = 0)

/* A bitmap behind an unsigned long pointer; @_field_size (int32_t) is its length in bits. */
#define VMSTATE_BITMAP(_field, _state, _version, _field_size) { \
    .name = (stringify(_field)), .version_id = (_version), \
    .size_offset = vmstate_offset_value(_state, _field_size, int32_t), \
    .info = &vmstate_info_bitmap, .flags = VMS_VBUFFER | VMS_POINTER, \
    .offset = offsetof(_state, _field) }

#define VMSTATE_UNUSED_BUFFER(_test, _version, _size) { \
    .name = "unused", .version_id = (_version), .field_exists = (_test), .size = (_size), \
    .info = &vmstate_info_unused_buffer, .flags = VMS_BUFFER }
#define VMSTATE_UNUSED_VARRAY_UINT32(_state, _test, _version, _field_num, _size) { \
    .name = "unused", .version_id = (_version), .field_exists = (_test), \
    .num_offset = vmstate_offset_value(_state, _field_num, uint32_t), .size = (_size), \
    .info = &vmstate_info_unused_buffer, .flags = VMS_VARRAY_UINT32 | VMS_BUFFER }

/* -- lists, trees, temporaries --------------------------------------------------------------- */

/*
 * Save through a temporary @_tmp_type whose first member is `_state *parent`; @_vmsd's pre_save
 * and post_load move the values between the two.
 */
#define VMSTATE_WITH_TMP_TEST(_state, _test, _tmp_type, _vmsd) { \
    .name = "tmp", .field_exists = (_test), .vmsd = &(_vmsd), .info = &vmstate_info_tmp, \
    .size = sizeof(_tmp_type) + \
            0 * sizeof(struct { \
                int parent_is_first : offsetof(_tmp_type, parent) == 0 ? 1 : -1; }) + \
            vmstate_type_check(_state *, vmstate_typeof(_tmp_type, parent)) }
#define VMSTATE_WITH_TMP(_state, _tmp_type, _vmsd) \
    VMSTATE_WITH_TMP_TEST(_state, NULL, _tmp_type, _vmsd)

/* QTAILQ and QLIST heads; loading g_new()s the elements in order. */
#define VMSTATE_QTAILQ_V(_field, _state, _version, _vmsd, _type, _next) { \
    .name = (stringify(_field)), .version_id = (_version), .vmsd = &(_vmsd), \
    .size = sizeof(_type), .info = &vmstate_info_qtailq, .offset = offsetof(_state, _field), \
    .start = offsetof(_type, _next) }
#define VMSTATE_QLIST_V(_field, _state, _version, _vmsd, _type, _next) { \
    .name = (stringify(_field)), .version_id = (_version), .vmsd = &(_vmsd), \
    .size = sizeof(_type), .info = &vmstate_info_qlist, .offset = offsetof(_state, _field), \
    .start = offsetof(_type, _next) }

/* A GTree: @_vmsd is an array of two, [0] for the value and [1] for the key. */
#define VMSTATE_GTREE_V(_field, _state, _version, _vmsd, _key_type, _val_type) { \
    .name = (stringify(_field)), .version_id = (_version), .vmsd = (_vmsd), \
    .info = &vmstate_info_gtree, .start = sizeof(_key_type), .size = sizeof(_val_type), \
    .offset = offsetof(_state, _field) }
/* A GTree whose key pointers are themselves the keys; @_vmsd describes the value. */
#define VMSTATE_GTREE_DIRECT_KEY_V(_field, _state, _version, _vmsd, _val_type) { \
    .name = (stringify(_field)), .version_id = (_version), .vmsd = (_vmsd), \
    .info = &vmstate_info_gtree, .start = 0, .size = sizeof(_val_type), \
    .offset = offsetof(_state, _field) }

#define VMSTATE_END_OF_LIST() { .flags = VMS_END }

#include "migration/vmstate-fields.h"

#endif
