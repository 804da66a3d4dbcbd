/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Atomic accesses and memory barriers of the QEMU 8.2 API on the compilers'
 * __atomic builtins. Plain read/set are relaxed; read-modify-write operations
 * that return a value are sequentially consistent, as are the void ones.
 */
#ifndef QEMU_ATOMIC_H
#define QEMU_ATOMIC_H

#include "qemu/compiler.h"

/* gcc says that TSan ignores fences; what relies on one here has no data race without it. */
#if defined(__SANITIZE_THREAD__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wtsan"
#endif

#define barrier() ({ __asm__ volatile("" ::: "memory"); (void)0; })
#define signal_barrier() __atomic_signal_fence(__ATOMIC_SEQ_CST)
#define smp_mb() ({ barrier(); __atomic_thread_fence(__ATOMIC_SEQ_CST); })
#define smp_mb_acquire() ({ barrier(); __atomic_thread_fence(__ATOMIC_ACQUIRE); })
#define smp_mb_release() ({ barrier(); __atomic_thread_fence(__ATOMIC_RELEASE); })
#define smp_rmb() smp_mb_acquire()
#define smp_wmb() smp_mb_release()
#define smp_read_barrier_depends() barrier()
/* Make a neighbouring read-modify-write operation order everything around it. */
#if defined(__x86_64__)
#define smp_mb__before_rmw() signal_barrier()
#define smp_mb__after_rmw() signal_barrier()
#else
#define smp_mb__before_rmw() smp_mb()
#define smp_mb__after_rmw() smp_mb()
#endif

/* Lets a spinning hyperthread breathe. */
static inline void cpu_relax(void)
{
#if defined(__x86_64__)
    __asm__ volatile("rep; nop" ::: "memory");
#elif defined(__aarch64__)
    __asm__ volatile("yield" ::: "memory");
#else
    barrier();
#endif
}

#define ATOMIC_REG_SIZE 8
#define qatomic_check_size_(ptr) \
    QEMU_BUILD_BUG_ON(sizeof(*(ptr)) > ATOMIC_REG_SIZE)

#define qatomic_read__nocheck(ptr) __atomic_load_n(ptr, __ATOMIC_RELAXED)
#define qatomic_set__nocheck(ptr, i) __atomic_store_n(ptr, i, __ATOMIC_RELAXED)

#define qatomic_read(ptr) ({                                              \
        qatomic_check_size_(ptr);                                         \
        __atomic_load_n(ptr, __ATOMIC_RELAXED); })
#define qatomic_set(ptr, i) do {                                          \
        qatomic_check_size_(ptr);                                         \
        __atomic_store_n(ptr, i, __ATOMIC_RELAXED);                       \
    } while (0)
#define qatomic_load_acquire(ptr) ({                                      \
        qatomic_check_size_(ptr);                                         \
        __atomic_load_n(ptr, __ATOMIC_ACQUIRE); })
#define qatomic_store_release(ptr, i) do {                                \
        qatomic_check_size_(ptr);                                         \
        __atomic_store_n(ptr, i, __ATOMIC_RELEASE);                       \
    } while (0)
/* Store followed by a full barrier. */
#define qatomic_set_mb(ptr, i) ((void)qatomic_xchg(ptr, i))

/*
 * Reading and publishing pointers to RCU-protected data. The load relies on
 * address dependency; TSan does not know dependencies, so it gets an acquire.
 */
#ifdef CONFIG_TSAN
#define qatomic_rcu_read(ptr) qatomic_load_acquire(ptr)
#else
#define qatomic_rcu_read(ptr) qatomic_read(ptr)
#endif
#define qatomic_rcu_set(ptr, i) qatomic_store_release(ptr, i)

#define qatomic_xchg(ptr, i) ({                                           \
        qatomic_check_size_(ptr);                                         \
        __atomic_exchange_n(ptr, (i), __ATOMIC_SEQ_CST); })
#define qatomic_xchg__nocheck(ptr, i) __atomic_exchange_n(ptr, (i), __ATOMIC_SEQ_CST)
/* Returns the value found; it equals @old exactly when @new was stored. */
#define qatomic_cmpxchg__nocheck(ptr, old, new) ({                        \
        __typeof__(__atomic_load_n(ptr, __ATOMIC_RELAXED)) cmpxchg_old_ = (old); \
        (void)__atomic_compare_exchange_n(ptr, &cmpxchg_old_, new, false, \
                                          __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST); \
        cmpxchg_old_; })
#define qatomic_cmpxchg(ptr, old, new) ({                                 \
        qatomic_check_size_(ptr);                                         \
        qatomic_cmpxchg__nocheck(ptr, old, new); })

/* The value before the operation. */
#define qatomic_fetch_inc(ptr) __atomic_fetch_add(ptr, 1, __ATOMIC_SEQ_CST)
#define qatomic_fetch_dec(ptr) __atomic_fetch_sub(ptr, 1, __ATOMIC_SEQ_CST)
#define qatomic_fetch_add(ptr, n) __atomic_fetch_add(ptr, n, __ATOMIC_SEQ_CST)
#define qatomic_fetch_sub(ptr, n) __atomic_fetch_sub(ptr, n, __ATOMIC_SEQ_CST)
#define qatomic_fetch_and(ptr, n) __atomic_fetch_and(ptr, n, __ATOMIC_SEQ_CST)
#define qatomic_fetch_or(ptr, n) __atomic_fetch_or(ptr, n, __ATOMIC_SEQ_CST)
#define qatomic_fetch_xor(ptr, n) __atomic_fetch_xor(ptr, n, __ATOMIC_SEQ_CST)
/* The value after the operation. */
#define qatomic_inc_fetch(ptr) __atomic_add_fetch(ptr, 1, __ATOMIC_SEQ_CST)
#define qatomic_dec_fetch(ptr) __atomic_sub_fetch(ptr, 1, __ATOMIC_SEQ_CST)
#define qatomic_add_fetch(ptr, n) __atomic_add_fetch(ptr, n, __ATOMIC_SEQ_CST)
#define qatomic_sub_fetch(ptr, n) __atomic_sub_fetch(ptr, n, __ATOMIC_SEQ_CST)
#define qatomic_and_fetch(ptr, n) __atomic_and_fetch(ptr, n, __ATOMIC_SEQ_CST)
#define qatomic_or_fetch(ptr, n) __atomic_or_fetch(ptr, n, __ATOMIC_SEQ_CST)
#define qatomic_xor_fetch(ptr, n) __atomic_xor_fetch(ptr, n, __ATOMIC_SEQ_CST)
/* No value. */
#define qatomic_inc(ptr) ((void)qatomic_fetch_inc(ptr))
#define qatomic_dec(ptr) ((void)qatomic_fetch_dec(ptr))
#define qatomic_add(ptr, n) ((void)qatomic_fetch_add(ptr, n))
#define qatomic_sub(ptr, n) ((void)qatomic_fetch_sub(ptr, n))
#define qatomic_and(ptr, n) ((void)qatomic_fetch_and(ptr, n))
#define qatomic_or(ptr, n) ((void)qatomic_fetch_or(ptr, n))
#define qatomic_xor(ptr, n) ((void)qatomic_fetch_xor(ptr, n))

/* 64-bit accesses that are atomic on every host; ours all have them. */
typedef int64_t aligned_int64_t __attribute__((aligned(8)));
typedef uint64_t aligned_uint64_t __attribute__((aligned(8)));
#define qatomic_read_i64(ptr) qatomic_read(ptr)
#define qatomic_read_u64(ptr) qatomic_read(ptr)
#define qatomic_set_i64(ptr, v) qatomic_set(ptr, v)
#define qatomic_set_u64(ptr, v) qatomic_set(ptr, v)

#endif
