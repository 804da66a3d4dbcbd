/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compiler attributes and compile-time checks, under the names device models
 * of the QEMU 8.2 API use. gcc and clang only.
 */
#ifndef QEMU_COMPILER_H
#define QEMU_COMPILER_H

#define QEMU_NORETURN __attribute__((noreturn))
#define QEMU_WARN_UNUSED_RESULT __attribute__((warn_unused_result))
#define QEMU_SENTINEL __attribute__((sentinel))
#define QEMU_PACKED __attribute__((packed))
#define QEMU_ALIGNED(n) __attribute__((aligned(n)))
#define QEMU_ALWAYS_INLINE __attribute__((always_inline))
#define QEMU_NONSTRING __attribute__((nonstring))
#define QEMU_USED __attribute__((used))
#define QEMU_FALLTHROUGH __attribute__((fallthrough))
#define QEMU_DISABLE_CFI
#define QEMU_ERROR(text) __attribute__((error(text)))

#if defined(__clang__)
#undef QEMU_NONSTRING
#define QEMU_NONSTRING
#undef QEMU_ERROR
#define QEMU_ERROR(text)
#endif

#ifdef __clang__
#define QEMU_FLATTEN
#else
#define QEMU_FLATTEN __attribute__((flatten))
#endif

#define coroutine_fn
#define tsan_ignored __attribute__((no_sanitize_thread))

#ifndef likely
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#endif

#define xglue(x, y) x##y
#define glue(x, y) xglue(x, y)
#define stringify(s) tostring(s)
#define tostring(s) #s

/* The structure of type @type whose member @member is at @ptr. */
#ifndef container_of
#define container_of(ptr, type, member) ({                                \
        const __typeof__(((type *)0)->member) *container_of_ptr_ = (ptr); \
        (type *)((char *)container_of_ptr_ - offsetof(type, member)); })
#endif

#define sizeof_field(type, field) sizeof(((type *)0)->field)
#define endof(container, field) (offsetof(container, field) + sizeof_field(container, field))
#define DO_UPCAST(type, field, dev) container_of(dev, type, field)

#define typeof_field(type, field) __typeof__(((type *)0)->field)
/* Zero when @t1 and @t2 are the same type; else does not compile. */
#define type_check(t1, t2) ((size_t)_Generic((t1 *)0, __typeof__(t2) *: 0))

#define QEMU_BUILD_BUG_MSG(x, msg) _Static_assert(!(x), msg)
#define QEMU_BUILD_BUG_ON(x) QEMU_BUILD_BUG_MSG(x, "not expecting: " #x)
#define QEMU_BUILD_BUG_ON_STRUCT(x) struct { int : (x) ? -1 : 1; }
#define QEMU_BUILD_BUG_ON_ZERO(x) \
    (sizeof(QEMU_BUILD_BUG_ON_STRUCT(x)) - sizeof(QEMU_BUILD_BUG_ON_STRUCT(x)))
#define QEMU_IS_ARRAY(x) \
    (!__builtin_types_compatible_p(__typeof__(x), __typeof__(&(x)[0])))

#ifndef __has_warning
#define __has_warning(x) 0
#endif
#ifndef __has_feature
#define __has_feature(x) 0
#endif
#ifndef __has_builtin
#define __has_builtin(x) 0
#endif

#if defined(__SANITIZE_THREAD__) || __has_feature(thread_sanitizer)
#define CONFIG_TSAN 1
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#define CONFIG_ASAN 1
#endif

/* MINed constant expressions and identifiers built from the line number. */
#define MAKE_IDENTIFIER(base) glue(base, __COUNTER__)

#endif
