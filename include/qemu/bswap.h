/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Byte order: conversions between host and fixed order, and loads and stores
 * of any alignment (ld/st family of the QEMU 8.2 API).
 *
 *   ld{ub,sb,uw,sw,l,q}_{he,le,be}_p(ptr)    st{b,w,l,q}_{he,le,be}_p(ptr, v)
 *   ldn_/stn_{he,le,be}_p with the size in bytes (1, 2, 4 or 8) at run time
 *
 * The forms without an order (lduw_p) belong to a target; ours is little endian.
 */
#ifndef QEMU_BSWAP_H
#define QEMU_BSWAP_H

#include <byteswap.h>

#undef bswap16
#undef bswap32
#undef bswap64
#define bswap16(x) __builtin_bswap16(x)
#define bswap32(x) __builtin_bswap32(x)
#define bswap64(x) __builtin_bswap64(x)

static inline void bswap16s(uint16_t *s) { *s = bswap16(*s); }
static inline void bswap32s(uint32_t *s) { *s = bswap32(*s); }
static inline void bswap64s(uint64_t *s) { *s = bswap64(*s); }

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define HOST_BIG_ENDIAN 1
#define le_bswap(v, size) glue(bswap, size)(v)
#define be_bswap(v, size) (v)
#define const_le32(x) __builtin_bswap32(x)
#define const_le16(x) __builtin_bswap16(x)
#define const_le64(x) __builtin_bswap64(x)
#else
#define HOST_BIG_ENDIAN 0
#define le_bswap(v, size) (v)
#define be_bswap(v, size) glue(bswap, size)(v)
#define const_le32(x) (x)
#define const_le16(x) (x)
#define const_le64(x) (x)
#endif

/*
 * cpu_to_le32(v), le32_to_cpu(v): by value; cpu_to_le32s(p), le32_to_cpus(p):
 * in place.
 */
#define BSWAP_CONVERSIONS_(order, size, type)                             \
    static inline type order##size##_to_cpu(type v)                       \
    {                                                                     \
        return order##_bswap(v, size);                                    \
    }                                                                     \
    static inline type cpu_to_##order##size(type v)                       \
    {                                                                     \
        return order##_bswap(v, size);                                    \
    }                                                                     \
    static inline void order##size##_to_cpus(type *p)                     \
    {                                                                     \
        *p = order##_bswap(*p, size);                                     \
    }                                                                     \
    static inline void cpu_to_##order##size##s(type *p)                   \
    {                                                                     \
        *p = order##_bswap(*p, size);                                     \
    }
BSWAP_CONVERSIONS_(le, 16, uint16_t)
BSWAP_CONVERSIONS_(le, 32, uint32_t)
BSWAP_CONVERSIONS_(le, 64, uint64_t)
BSWAP_CONVERSIONS_(be, 16, uint16_t)
BSWAP_CONVERSIONS_(be, 32, uint32_t)
BSWAP_CONVERSIONS_(be, 64, uint64_t)
#undef BSWAP_CONVERSIONS_

static inline int ldub_p(const void *ptr) { return *(const uint8_t *)ptr; }
static inline int ldsb_p(const void *ptr) { return *(const int8_t *)ptr; }
static inline void stb_p(void *ptr, uint8_t v) { *(uint8_t *)ptr = v; }

#define BSWAP_HOST_ACCESS_(ld, rtype, st, type)                           \
    static inline rtype ld##_he_p(const void *ptr)                        \
    {                                                                     \
        type v;                                                           \
        __builtin_memcpy(&v, ptr, sizeof(v));                             \
        return v;                                                         \
    }                                                                     \
    static inline void st##_he_p(void *ptr, type v)                       \
    {                                                                     \
        __builtin_memcpy(ptr, &v, sizeof(v));                             \
    }
BSWAP_HOST_ACCESS_(lduw, int, stw, uint16_t)
BSWAP_HOST_ACCESS_(ldl, int, stl, uint32_t)
BSWAP_HOST_ACCESS_(ldq, uint64_t, stq, uint64_t)
#undef BSWAP_HOST_ACCESS_

static inline int ldsw_he_p(const void *ptr) { return (int16_t)lduw_he_p(ptr); }

#define BSWAP_ORDER_ACCESS_(order)                                        \
    static inline int lduw_##order##_p(const void *ptr)                   \
    {                                                                     \
        return (uint16_t)order##_bswap((uint16_t)lduw_he_p(ptr), 16);     \
    }                                                                     \
    static inline int ldsw_##order##_p(const void *ptr)                   \
    {                                                                     \
        return (int16_t)order##_bswap((uint16_t)lduw_he_p(ptr), 16);      \
    }                                                                     \
    static inline int ldl_##order##_p(const void *ptr)                    \
    {                                                                     \
        return (int)order##_bswap((uint32_t)ldl_he_p(ptr), 32);           \
    }                                                                     \
    static inline uint64_t ldq_##order##_p(const void *ptr)               \
    {                                                                     \
        return order##_bswap(ldq_he_p(ptr), 64);                          \
    }                                                                     \
    static inline void stw_##order##_p(void *ptr, uint16_t v)             \
    {                                                                     \
        stw_he_p(ptr, order##_bswap(v, 16));                              \
    }                                                                     \
    static inline void stl_##order##_p(void *ptr, uint32_t v)             \
    {                                                                     \
        stl_he_p(ptr, order##_bswap(v, 32));                              \
    }                                                                     \
    static inline void stq_##order##_p(void *ptr, uint64_t v)             \
    {                                                                     \
        stq_he_p(ptr, order##_bswap(v, 64));                              \
    }
BSWAP_ORDER_ACCESS_(le)
BSWAP_ORDER_ACCESS_(be)
#undef BSWAP_ORDER_ACCESS_

/* 24-bit quantities of packet formats. */
static inline void st24_be_p(void *ptr, uint32_t v)
{
    ((uint8_t *)ptr)[0] = v >> 16;
    ((uint8_t *)ptr)[1] = v >> 8;
    ((uint8_t *)ptr)[2] = v;
}

#define BSWAP_SIZED_ACCESS_(order)                                        \
    static inline uint64_t ldn_##order##_p(const void *ptr, int sz)       \
    {                                                                     \
        switch (sz) {                                                     \
        case 1: return (uint8_t)ldub_p(ptr);                              \
        case 2: return (uint16_t)lduw_##order##_p(ptr);                   \
        case 4: return (uint32_t)ldl_##order##_p(ptr);                    \
        case 8: return ldq_##order##_p(ptr);                              \
        default: g_assert_not_reached();                                  \
        }                                                                 \
    }                                                                     \
    static inline void stn_##order##_p(void *ptr, int sz, uint64_t v)     \
    {                                                                     \
        switch (sz) {                                                     \
        case 1: stb_p(ptr, v); break;                                     \
        case 2: stw_##order##_p(ptr, v); break;                           \
        case 4: stl_##order##_p(ptr, v); break;                           \
        case 8: stq_##order##_p(ptr, v); break;                           \
        default: g_assert_not_reached();                                  \
        }                                                                 \
    }
BSWAP_SIZED_ACCESS_(he)
BSWAP_SIZED_ACCESS_(le)
BSWAP_SIZED_ACCESS_(be)
#undef BSWAP_SIZED_ACCESS_

#endif
