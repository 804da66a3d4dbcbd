/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The VMState field macros named after a C type (VMSTATE_UINT32 and its relatives), timers and
 * the shorthands for buffers, with the names of QEMU 8.2.  Included by migration/vmstate.h only.
 * Suffixes: _V from a version on, _TEST when a function says so, _EQUAL must match on load.
 */
#ifndef MIGRATION_VMSTATE_FIELDS_H
#define MIGRATION_VMSTATE_FIELDS_H

/* -- single values --------------------------------------------------------------------------- */

#define VMSTATE_BOOL_V(_f, _s, _v) VMSTATE_SINGLE(_f, _s, _v, vmstate_info_bool, bool)
#define VMSTATE_BOOL(_f, _s) VMSTATE_BOOL_V(_f, _s, 0)
#define VMSTATE_BOOL_TEST(_f, _s, _t) \
    VMSTATE_SINGLE_TEST(_f, _s, _t, 0, vmstate_info_bool, bool)
#define VMSTATE_INT8_V(_f, _s, _v) VMSTATE_SINGLE(_f, _s, _v, vmstate_info_int8, int8_t)
#define VMSTATE_INT8(_f, _s) VMSTATE_INT8_V(_f, _s, 0)
#define VMSTATE_INT8_TEST(_f, _s, _t) \
    VMSTATE_SINGLE_TEST(_f, _s, _t, 0, vmstate_info_int8, int8_t)
#define VMSTATE_INT16_V(_f, _s, _v) VMSTATE_SINGLE(_f, _s, _v, vmstate_info_int16, int16_t)
#define VMSTATE_INT16(_f, _s) VMSTATE_INT16_V(_f, _s, 0)
#define VMSTATE_INT16_TEST(_f, _s, _t) \
    VMSTATE_SINGLE_TEST(_f, _s, _t, 0, vmstate_info_int16, int16_t)
#define VMSTATE_INT32_V(_f, _s, _v) VMSTATE_SINGLE(_f, _s, _v, vmstate_info_int32, int32_t)
#define VMSTATE_INT32(_f, _s) VMSTATE_INT32_V(_f, _s, 0)
#define VMSTATE_INT32_TEST(_f, _s, _t) \
    VMSTATE_SINGLE_TEST(_f, _s, _t, 0, vmstate_info_int32, int32_t)
#define VMSTATE_INT64_V(_f, _s, _v) VMSTATE_SINGLE(_f, _s, _v, vmstate_info_int64, int64_t)
#define VMSTATE_INT64(_f, _s) VMSTATE_INT64_V(_f, _s, 0)
#define VMSTATE_INT64_TEST(_f, _s, _t) \
    VMSTATE_SINGLE_TEST(_f, _s, _t, 0, vmstate_info_int64, int64_t)
#define VMSTATE_UINT8_V(_f, _s, _v) VMSTATE_SINGLE(_f, _s, _v, vmstate_info_uint8, uint8_t)
#define VMSTATE_UINT8(_f, _s) VMSTATE_UINT8_V(_f, _s, 0)
#define VMSTATE_UINT8_TEST(_f, _s, _t) \
    VMSTATE_SINGLE_TEST(_f, _s, _t, 0, vmstate_info_uint8, uint8_t)
#define VMSTATE_UINT16_V(_f, _s, _v) VMSTATE_SINGLE(_f, _s, _v, vmstate_info_uint16, uint16_t)
#define VMSTATE_UINT16(_f, _s) VMSTATE_UINT16_V(_f, _s, 0)
#define VMSTATE_UINT16_TEST(_f, _s, _t) \
    VMSTATE_SINGLE_TEST(_f, _s, _t, 0, vmstate_info_uint16, uint16_t)
#define VMSTATE_UINT32_V(_f, _s, _v) VMSTATE_SINGLE(_f, _s, _v, vmstate_info_uint32, uint32_t)
#define VMSTATE_UINT32(_f, _s) VMSTATE_UINT32_V(_f, _s, 0)
#define VMSTATE_UINT32_TEST(_f, _s, _t) \
    VMSTATE_SINGLE_TEST(_f, _s, _t, 0, vmstate_info_uint32, uint32_t)
#define VMSTATE_UINT64_V(_f, _s, _v) VMSTATE_SINGLE(_f, _s, _v, vmstate_info_uint64, uint64_t)
#define VMSTATE_UINT64(_f, _s) VMSTATE_UINT64_V(_f, _s, 0)
#define VMSTATE_UINT64_TEST(_f, _s, _t) \
    VMSTATE_SINGLE_TEST(_f, _s, _t, 0, vmstate_info_uint64, uint64_t)

/* The kernel's own type names, which are not always the same C types. */
#define VMSTATE_U8_V(_f, _s, _v) VMSTATE_SINGLE(_f, _s, _v, vmstate_info_uint8, __u8)
#define VMSTATE_U8(_f, _s) VMSTATE_U8_V(_f, _s, 0)
#define VMSTATE_U16_V(_f, _s, _v) VMSTATE_SINGLE(_f, _s, _v, vmstate_info_uint16, __u16)
#define VMSTATE_U16(_f, _s) VMSTATE_U16_V(_f, _s, 0)
#define VMSTATE_U32_V(_f, _s, _v) VMSTATE_SINGLE(_f, _s, _v, vmstate_info_uint32, __u32)
#define VMSTATE_U32(_f, _s) VMSTATE_U32_V(_f, _s, 0)
#define VMSTATE_U64_V(_f, _s, _v) VMSTATE_SINGLE(_f, _s, _v, vmstate_info_uint64, __u64)
#define VMSTATE_U64(_f, _s) VMSTATE_U64_V(_f, _s, 0)

/* Loading fails, with @_err_hint in the message, unless the value is what it already is. */
#define VMSTATE_UINT8_EQUAL_V(_f, _s, _v, _err_hint) \
    VMSTATE_SINGLE_FULL(_f, _s, NULL, _v, vmstate_info_uint8_equal, uint8_t, _err_hint)
#define VMSTATE_UINT8_EQUAL(_f, _s, _err_hint) VMSTATE_UINT8_EQUAL_V(_f, _s, 0, _err_hint)
#define VMSTATE_UINT16_EQUAL_V(_f, _s, _v, _err_hint) \
    VMSTATE_SINGLE_FULL(_f, _s, NULL, _v, vmstate_info_uint16_equal, uint16_t, _err_hint)
#define VMSTATE_UINT16_EQUAL(_f, _s, _err_hint) VMSTATE_UINT16_EQUAL_V(_f, _s, 0, _err_hint)
#define VMSTATE_INT32_EQUAL_V(_f, _s, _v, _err_hint) \
    VMSTATE_SINGLE_FULL(_f, _s, NULL, _v, vmstate_info_int32_equal, int32_t, _err_hint)
#define VMSTATE_INT32_EQUAL(_f, _s, _err_hint) VMSTATE_INT32_EQUAL_V(_f, _s, 0, _err_hint)
#define VMSTATE_UINT32_EQUAL_V(_f, _s, _v, _err_hint) \
    VMSTATE_SINGLE_FULL(_f, _s, NULL, _v, vmstate_info_uint32_equal, uint32_t, _err_hint)
#define VMSTATE_UINT32_EQUAL(_f, _s, _err_hint) VMSTATE_UINT32_EQUAL_V(_f, _s, 0, _err_hint)
#define VMSTATE_UINT64_EQUAL_V(_f, _s, _v, _err_hint) \
    VMSTATE_SINGLE_FULL(_f, _s, NULL, _v, vmstate_info_uint64_equal, uint64_t, _err_hint)
#define VMSTATE_UINT64_EQUAL(_f, _s, _err_hint) VMSTATE_UINT64_EQUAL_V(_f, _s, 0, _err_hint)

/* Loading accepts 0 up to the value that is already there. */
#define VMSTATE_INT32_POSITIVE_LE(_f, _s) \
    VMSTATE_SINGLE(_f, _s, 0, vmstate_info_int32_le, int32_t)

#define VMSTATE_FLOAT64_V(_f, _s, _v) VMSTATE_SINGLE(_f, _s, _v, vmstate_info_float64, float64)
#define VMSTATE_FLOAT64(_f, _s) VMSTATE_FLOAT64_V(_f, _s, 0)

/* -- arrays ---------------------------------------------------------------------------------- */

#define VMSTATE_BOOL_ARRAY_V(_f, _s, _n, _v) \
    VMSTATE_ARRAY(_f, _s, _n, _v, vmstate_info_bool, bool)
#define VMSTATE_BOOL_ARRAY(_f, _s, _n) VMSTATE_BOOL_ARRAY_V(_f, _s, _n, 0)
#define VMSTATE_BOOL_ARRAY_TEST(_f, _s, _n, _t) \
    VMSTATE_ARRAY_TEST(_f, _s, _n, _t, vmstate_info_bool, bool)
#define VMSTATE_BOOL_SUB_ARRAY(_f, _s, _start, _num) \
    VMSTATE_SUB_ARRAY(_f, _s, _start, _num, 0, vmstate_info_bool, bool)
#define VMSTATE_BOOL_2DARRAY_V(_f, _s, _n1, _n2, _v) \
    VMSTATE_2DARRAY(_f, _s, _n1, _n2, _v, vmstate_info_bool, bool)
#define VMSTATE_BOOL_2DARRAY(_f, _s, _n1, _n2) VMSTATE_BOOL_2DARRAY_V(_f, _s, _n1, _n2, 0)
#define VMSTATE_INT8_ARRAY_V(_f, _s, _n, _v) \
    VMSTATE_ARRAY(_f, _s, _n, _v, vmstate_info_int8, int8_t)
#define VMSTATE_INT8_ARRAY(_f, _s, _n) VMSTATE_INT8_ARRAY_V(_f, _s, _n, 0)
#define VMSTATE_INT8_ARRAY_TEST(_f, _s, _n, _t) \
    VMSTATE_ARRAY_TEST(_f, _s, _n, _t, vmstate_info_int8, int8_t)
#define VMSTATE_INT8_SUB_ARRAY(_f, _s, _start, _num) \
    VMSTATE_SUB_ARRAY(_f, _s, _start, _num, 0, vmstate_info_int8, int8_t)
#define VMSTATE_INT8_2DARRAY_V(_f, _s, _n1, _n2, _v) \
    VMSTATE_2DARRAY(_f, _s, _n1, _n2, _v, vmstate_info_int8, int8_t)
#define VMSTATE_INT8_2DARRAY(_f, _s, _n1, _n2) VMSTATE_INT8_2DARRAY_V(_f, _s, _n1, _n2, 0)
#define VMSTATE_INT16_ARRAY_V(_f, _s, _n, _v) \
    VMSTATE_ARRAY(_f, _s, _n, _v, vmstate_info_int16, int16_t)
#define VMSTATE_INT16_ARRAY(_f, _s, _n) VMSTATE_INT16_ARRAY_V(_f, _s, _n, 0)
#define VMSTATE_INT16_ARRAY_TEST(_f, _s, _n, _t) \
    VMSTATE_ARRAY_TEST(_f, _s, _n, _t, vmstate_info_int16, int16_t)
#define VMSTATE_INT16_SUB_ARRAY(_f, _s, _start, _num) \
    VMSTATE_SUB_ARRAY(_f, _s, _start, _num, 0, vmstate_info_int16, int16_t)
#define VMSTATE_INT16_2DARRAY_V(_f, _s, _n1, _n2, _v) \
    VMSTATE_2DARRAY(_f, _s, _n1, _n2, _v, vmstate_info_int16, int16_t)
#define VMSTATE_INT16_2DARRAY(_f, _s, _n1, _n2) VMSTATE_INT16_2DARRAY_V(_f, _s, _n1, _n2, 0)
#define VMSTATE_INT32_ARRAY_V(_f, _s, _n, _v) \
    VMSTATE_ARRAY(_f, _s, _n, _v, vmstate_info_int32, int32_t)
#define VMSTATE_INT32_ARRAY(_f, _s, _n) VMSTATE_INT32_ARRAY_V(_f, _s, _n, 0)
#define VMSTATE_INT32_ARRAY_TEST(_f, _s, _n, _t) \
    VMSTATE_ARRAY_TEST(_f, _s, _n, _t, vmstate_info_int32, int32_t)
#define VMSTATE_INT32_SUB_ARRAY(_f, _s, _start, _num) \
    VMSTATE_SUB_ARRAY(_f, _s, _start, _num, 0, vmstate_info_int32, int32_t)
#define VMSTATE_INT32_2DARRAY_V(_f, _s, _n1, _n2, _v) \
    VMSTATE_2DARRAY(_f, _s, _n1, _n2, _v, vmstate_info_int32, int32_t)
#define VMSTATE_INT32_2DARRAY(_f, _s, _n1, _n2) VMSTATE_INT32_2DARRAY_V(_f, _s, _n1, _n2, 0)
#define VMSTATE_INT64_ARRAY_V(_f, _s, _n, _v) \
    VMSTATE_ARRAY(_f, _s, _n, _v, vmstate_info_int64, int64_t)
#define VMSTATE_INT64_ARRAY(_f, _s, _n) VMSTATE_INT64_ARRAY_V(_f, _s, _n, 0)
#define VMSTATE_INT64_ARRAY_TEST(_f, _s, _n, _t) \
    VMSTATE_ARRAY_TEST(_f, _s, _n, _t, vmstate_info_int64, int64_t)
#define VMSTATE_INT64_SUB_ARRAY(_f, _s, _start, _num) \
    VMSTATE_SUB_ARRAY(_f, _s, _start, _num, 0, vmstate_info_int64, int64_t)
#define VMSTATE_INT64_2DARRAY_V(_f, _s, _n1, _n2, _v) \
    VMSTATE_2DARRAY(_f, _s, _n1, _n2, _v, vmstate_info_int64, int64_t)
#define VMSTATE_INT64_2DARRAY(_f, _s, _n1, _n2) VMSTATE_INT64_2DARRAY_V(_f, _s, _n1, _n2, 0)
#define VMSTATE_UINT8_ARRAY_V(_f, _s, _n, _v) \
    VMSTATE_ARRAY(_f, _s, _n, _v, vmstate_info_uint8, uint8_t)
#define VMSTATE_UINT8_ARRAY(_f, _s, _n) VMSTATE_UINT8_ARRAY_V(_f, _s, _n, 0)
#define VMSTATE_UINT8_ARRAY_TEST(_f, _s, _n, _t) \
    VMSTATE_ARRAY_TEST(_f, _s, _n, _t, vmstate_info_uint8, uint8_t)
#define VMSTATE_UINT8_SUB_ARRAY(_f, _s, _start, _num) \
    VMSTATE_SUB_ARRAY(_f, _s, _start, _num, 0, vmstate_info_uint8, uint8_t)
#define VMSTATE_UINT8_2DARRAY_V(_f, _s, _n1, _n2, _v) \
    VMSTATE_2DARRAY(_f, _s, _n1, _n2, _v, vmstate_info_uint8, uint8_t)
#define VMSTATE_UINT8_2DARRAY(_f, _s, _n1, _n2) VMSTATE_UINT8_2DARRAY_V(_f, _s, _n1, _n2, 0)
#define VMSTATE_UINT16_ARRAY_V(_f, _s, _n, _v) \
    VMSTATE_ARRAY(_f, _s, _n, _v, vmstate_info_uint16, uint16_t)
#define VMSTATE_UINT16_ARRAY(_f, _s, _n) VMSTATE_UINT16_ARRAY_V(_f, _s, _n, 0)
#define VMSTATE_UINT16_ARRAY_TEST(_f, _s, _n, _t) \
    VMSTATE_ARRAY_TEST(_f, _s, _n, _t, vmstate_info_uint16, uint16_t)
#define VMSTATE_UINT16_SUB_ARRAY(_f, _s, _start, _num) \
    VMSTATE_SUB_ARRAY(_f, _s, _start, _num, 0, vmstate_info_uint16, uint16_t)
#define VMSTATE_UINT16_2DARRAY_V(_f, _s, _n1, _n2, _v) \
    VMSTATE_2DARRAY(_f, _s, _n1, _n2, _v, vmstate_info_uint16, uint16_t)
#define VMSTATE_UINT16_2DARRAY(_f, _s, _n1, _n2) VMSTATE_UINT16_2DARRAY_V(_f, _s, _n1, _n2, 0)
#define VMSTATE_UINT32_ARRAY_V(_f, _s, _n, _v) \
    VMSTATE_ARRAY(_f, _s, _n, _v, vmstate_info_uint32, uint32_t)
#define VMSTATE_UINT32_ARRAY(_f, _s, _n) VMSTATE_UINT32_ARRAY_V(_f, _s, _n, 0)
#define VMSTATE_UINT32_ARRAY_TEST(_f, _s, _n, _t) \
    VMSTATE_ARRAY_TEST(_f, _s, _n, _t, vmstate_info_uint32, uint32_t)
#define VMSTATE_UINT32_SUB_ARRAY(_f, _s, _start, _num) \
    VMSTATE_SUB_ARRAY(_f, _s, _start, _num, 0, vmstate_info_uint32, uint32_t)
#define VMSTATE_UINT32_2DARRAY_V(_f, _s, _n1, _n2, _v) \
    VMSTATE_2DARRAY(_f, _s, _n1, _n2, _v, vmstate_info_uint32, uint32_t)
#define VMSTATE_UINT32_2DARRAY(_f, _s, _n1, _n2) VMSTATE_UINT32_2DARRAY_V(_f, _s, _n1, _n2, 0)
#define VMSTATE_UINT64_ARRAY_V(_f, _s, _n, _v) \
    VMSTATE_ARRAY(_f, _s, _n, _v, vmstate_info_uint64, uint64_t)
#define VMSTATE_UINT64_ARRAY(_f, _s, _n) VMSTATE_UINT64_ARRAY_V(_f, _s, _n, 0)
#define VMSTATE_UINT64_ARRAY_TEST(_f, _s, _n, _t) \
    VMSTATE_ARRAY_TEST(_f, _s, _n, _t, vmstate_info_uint64, uint64_t)
#define VMSTATE_UINT64_SUB_ARRAY(_f, _s, _start, _num) \
    VMSTATE_SUB_ARRAY(_f, _s, _start, _num, 0, vmstate_info_uint64, uint64_t)
#define VMSTATE_UINT64_2DARRAY_V(_f, _s, _n1, _n2, _v) \
    VMSTATE_2DARRAY(_f, _s, _n1, _n2, _v, vmstate_info_uint64, uint64_t)
#define VMSTATE_UINT64_2DARRAY(_f, _s, _n1, _n2) VMSTATE_UINT64_2DARRAY_V(_f, _s, _n1, _n2, 0)
#define VMSTATE_CPU_DOUBLE_ARRAY_V(_f, _s, _n, _v) \
    VMSTATE_ARRAY(_f, _s, _n, _v, vmstate_info_cpudouble, CPU_DoubleU)
#define VMSTATE_CPU_DOUBLE_ARRAY(_f, _s, _n) VMSTATE_CPU_DOUBLE_ARRAY_V(_f, _s, _n, 0)
#define VMSTATE_CPU_DOUBLE_ARRAY_TEST(_f, _s, _n, _t) \
    VMSTATE_ARRAY_TEST(_f, _s, _n, _t, vmstate_info_cpudouble, CPU_DoubleU)
#define VMSTATE_CPU_DOUBLE_SUB_ARRAY(_f, _s, _start, _num) \
    VMSTATE_SUB_ARRAY(_f, _s, _start, _num, 0, vmstate_info_cpudouble, CPU_DoubleU)
#define VMSTATE_CPU_DOUBLE_2DARRAY_V(_f, _s, _n1, _n2, _v) \
    VMSTATE_2DARRAY(_f, _s, _n1, _n2, _v, vmstate_info_cpudouble, CPU_DoubleU)
#define VMSTATE_CPU_DOUBLE_2DARRAY(_f, _s, _n1, _n2) \
    VMSTATE_CPU_DOUBLE_2DARRAY_V(_f, _s, _n1, _n2, 0)
#define VMSTATE_FLOAT64_ARRAY_V(_f, _s, _n, _v) \
    VMSTATE_ARRAY(_f, _s, _n, _v, vmstate_info_float64, float64)
#define VMSTATE_FLOAT64_ARRAY(_f, _s, _n) VMSTATE_FLOAT64_ARRAY_V(_f, _s, _n, 0)
#define VMSTATE_FLOAT64_ARRAY_TEST(_f, _s, _n, _t) \
    VMSTATE_ARRAY_TEST(_f, _s, _n, _t, vmstate_info_float64, float64)
#define VMSTATE_FLOAT64_SUB_ARRAY(_f, _s, _start, _num) \
    VMSTATE_SUB_ARRAY(_f, _s, _start, _num, 0, vmstate_info_float64, float64)
#define VMSTATE_FLOAT64_2DARRAY_V(_f, _s, _n1, _n2, _v) \
    VMSTATE_2DARRAY(_f, _s, _n1, _n2, _v, vmstate_info_float64, float64)
#define VMSTATE_FLOAT64_2DARRAY(_f, _s, _n1, _n2) VMSTATE_FLOAT64_2DARRAY_V(_f, _s, _n1, _n2, 0)

/* -- timers: the expiry travels, -1 when not pending; load re-arms --------------------------- */

#define VMSTATE_TIMER_PTR_V(_f, _s, _v) \
    VMSTATE_POINTER(_f, _s, _v, vmstate_info_timer, QEMUTimer *)
#define VMSTATE_TIMER_PTR(_f, _s) VMSTATE_TIMER_PTR_V(_f, _s, 0)
#define VMSTATE_TIMER_PTR_TEST(_f, _s, _test) \
    VMSTATE_POINTER_TEST(_f, _s, _test, vmstate_info_timer, QEMUTimer *)
#define VMSTATE_TIMER_PTR_ARRAY(_f, _s, _n) \
    VMSTATE_ARRAY_OF_POINTER(_f, _s, _n, 0, vmstate_info_timer, QEMUTimer *)
#define VMSTATE_TIMER_V(_f, _s, _v) VMSTATE_SINGLE(_f, _s, _v, vmstate_info_timer, QEMUTimer)
#define VMSTATE_TIMER(_f, _s) VMSTATE_TIMER_V(_f, _s, 0)
#define VMSTATE_TIMER_TEST(_f, _s, _test) \
    VMSTATE_SINGLE_TEST(_f, _s, _test, 0, vmstate_info_timer, QEMUTimer)
#define VMSTATE_TIMER_ARRAY(_f, _s, _n) \
    VMSTATE_ARRAY(_f, _s, _n, 0, vmstate_info_timer, QEMUTimer)

/* -- buffers --------------------------------------------------------------------------------- */

#define VMSTATE_BUFFER_V(_f, _s, _v) \
    VMSTATE_STATIC_BUFFER(_f, _s, _v, NULL, 0, sizeof(vmstate_typeof(_s, _f)))
#define VMSTATE_BUFFER(_f, _s) VMSTATE_BUFFER_V(_f, _s, 0)
#define VMSTATE_BUFFER_TEST(_f, _s, _test) \
    VMSTATE_STATIC_BUFFER(_f, _s, 0, _test, 0, sizeof(vmstate_typeof(_s, _f)))
#define VMSTATE_PARTIAL_BUFFER(_f, _s, _size) VMSTATE_STATIC_BUFFER(_f, _s, 0, NULL, 0, _size)
#define VMSTATE_BUFFER_START_MIDDLE_V(_f, _s, _start, _v) \
    VMSTATE_STATIC_BUFFER(_f, _s, _v, NULL, _start, sizeof(vmstate_typeof(_s, _f)))
#define VMSTATE_BUFFER_START_MIDDLE(_f, _s, _start) \
    VMSTATE_BUFFER_START_MIDDLE_V(_f, _s, _start, 0)
#define VMSTATE_PARTIAL_VBUFFER(_f, _s, _size) VMSTATE_VBUFFER(_f, _s, 0, NULL, _size)
#define VMSTATE_PARTIAL_VBUFFER_UINT32(_f, _s, _size) \
    VMSTATE_VBUFFER_UINT32(_f, _s, 0, NULL, _size)
#define VMSTATE_BUFFER_UNSAFE(_field, _state, _version, _size) \
    VMSTATE_BUFFER_UNSAFE_INFO(_field, _state, _version, vmstate_info_buffer, _size)

/* Bytes that an older version had and nobody needs: saved as zeros, skipped on load. */
#define VMSTATE_UNUSED_V(_v, _size) VMSTATE_UNUSED_BUFFER(NULL, _v, _size)
#define VMSTATE_UNUSED(_size) VMSTATE_UNUSED_V(0, _size)
#define VMSTATE_UNUSED_TEST(_test, _size) VMSTATE_UNUSED_BUFFER(_test, 0, _size)

#endif
