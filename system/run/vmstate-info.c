/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How values of the plain C types, timers and raw buffers travel in a saved-state stream.
 */
#include "qemu/osdep.h"
#include "qemu/timer.h"
#include "migration/vmstate.h"
#include "qemu-file-internal.h"

/*
 * One kind of integer.  The _equal flavour has the same name in the stream, so that a later
 * version of a device may begin or cease to insist.
 */
#define DEFINE_SCALAR(_name, _type, _wire)                                                        \
    static int get_##_name(QEMUFile *f, void *pv, size_t size, const VMStateField *field)         \
    {                                                                                             \
        *(_type *)pv = (_type)qemu_get_##_wire(f);                                                \
        return 0;                                                                                 \
    }                                                                                             \
    static int put_##_name(QEMUFile *f, void *pv, size_t size, const VMStateField *field,         \
                           JSONWriter *vmdesc)                                                    \
    {                                                                                             \
        qemu_put_##_wire(f, *(const _type *)pv);                                                  \
        return 0;                                                                                 \
    }                                                                                             \
    const VMStateInfo vmstate_info_##_name = {                                                    \
        .name = #_name, .get = get_##_name, .put = put_##_name,                                   \
    }

DEFINE_SCALAR(int8, int8_t, sbyte);
DEFINE_SCALAR(int16, int16_t, sbe16);
DEFINE_SCALAR(int32, int32_t, sbe32);
DEFINE_SCALAR(int64, int64_t, sbe64);
DEFINE_SCALAR(uint8, uint8_t, byte);
DEFINE_SCALAR(uint16, uint16_t, be16);
DEFINE_SCALAR(uint32, uint32_t, be32);
DEFINE_SCALAR(uint64, uint64_t, be64);
/* Both are 64 bits in memory; what they mean is the CPU's business. */
DEFINE_SCALAR(float64, uint64_t, be64);
DEFINE_SCALAR(cpudouble, uint64_t, be64);

/* A bool that is neither 0 nor 1 would be undefined behaviour in whoever reads it. */
static int get_bool(QEMUFile *f, void *pv, size_t size, const VMStateField *field)
{
    int v = qemu_get_byte(f);

    if (v > 1) {
        return qemu_file_fail(f, -EINVAL, "%d is not a bool", v);
    }
    *(bool *)pv = v;
    return 0;
}

static int put_bool(QEMUFile *f, void *pv, size_t size, const VMStateField *field,
                    JSONWriter *vmdesc)
{
    qemu_put_byte(f, *(bool *)pv);
    return 0;
}

const VMStateInfo vmstate_info_bool = { .name = "bool", .get = get_bool, .put = put_bool };

#define DEFINE_EQUAL(_name, _type, _wire, _format)                                                \
    static int get_##_name##_equal(QEMUFile *f, void *pv, size_t size, const VMStateField *field) \
    {                                                                                             \
        _type v = (_type)qemu_get_##_wire(f);                                                     \
                                                                                                  \
        if (!qemu_file_get_error(f) && v != *(_type *)pv) {                                       \
            return qemu_file_fail(f, -EINVAL, "was saved with %" _format                          \
                                  " but this machine has %" _format "%s%s", v, *(_type *)pv,      \
                                  field->err_hint ? ": " : "",                                    \
                                  field->err_hint ? field->err_hint : "");                        \
        }                                                                                         \
        return 0;                                                                                 \
    }                                                                                             \
    const VMStateInfo vmstate_info_##_name##_equal = {                                            \
        .name = #_name, .get = get_##_name##_equal, .put = put_##_name,                           \
    }

DEFINE_EQUAL(uint8, uint8_t, byte, PRIu8);
DEFINE_EQUAL(uint16, uint16_t, be16, PRIu16);
DEFINE_EQUAL(int32, int32_t, sbe32, PRId32);
DEFINE_EQUAL(uint32, uint32_t, be32, PRIu32);
DEFINE_EQUAL(uint64, uint64_t, be64, PRIu64);

static int get_int32_le(QEMUFile *f, void *pv, size_t size, const VMStateField *field)
{
    int32_t *present = pv;
    int32_t v = qemu_get_sbe32(f);

    if (v < 0 || v > *present) {
        return qemu_file_fail(f, -EINVAL, "%" PRId32 " is not within 0..%" PRId32, v, *present);
    }
    *present = v;
    return 0;
}

const VMStateInfo vmstate_info_int32_le = {
    .name = "int32", .get = get_int32_le, .put = put_int32,
};

static int get_timer(QEMUFile *f, void *pv, size_t size, const VMStateField *field)
{
    QEMUTimer *timer = pv;
    int64_t expire_ns = qemu_get_sbe64(f);

    if (qemu_file_get_error(f)) {
        return 0;
    }
    if (expire_ns < -1) {
        return qemu_file_fail(f, -EINVAL, "a timer cannot expire at %" PRId64 " ns", expire_ns);
    }
    if (expire_ns == -1) {
        timer_del(timer);
    } else {
        timer_mod_ns(timer, expire_ns);
    }
    return 0;
}

static int put_timer(QEMUFile *f, void *pv, size_t size, const VMStateField *field,
                     JSONWriter *vmdesc)
{
    qemu_put_sbe64(f, timer_expire_time_ns(pv));
    return 0;
}

const VMStateInfo vmstate_info_timer = { .name = "timer", .get = get_timer, .put = put_timer };

static int get_raw(QEMUFile *f, void *pv, size_t size, const VMStateField *field)
{
    qemu_get_buffer(f, pv, size);
    return 0;
}

static int put_raw(QEMUFile *f, void *pv, size_t size, const VMStateField *field,
                   JSONWriter *vmdesc)
{
    qemu_put_buffer(f, pv, size);
    return 0;
}

const VMStateInfo vmstate_info_buffer = { .name = "buffer", .get = get_raw, .put = put_raw };

static int get_unused(QEMUFile *f, void *pv, size_t size, const VMStateField *field)
{
    qemu_file_skip(f, size);
    return 0;
}

static int put_unused(QEMUFile *f, void *pv, size_t size, const VMStateField *field,
                      JSONWriter *vmdesc)
{
    static const uint8_t zeros[64];

    for (size_t done = 0; done < size;) {
        size_t step = MIN(size - done, sizeof(zeros));

        qemu_put_buffer(f, zeros, step);
        done += step;
    }
    return 0;
}

const VMStateInfo vmstate_info_unused_buffer = {
    .name = "unused_buffer", .get = get_unused, .put = put_unused,
};
