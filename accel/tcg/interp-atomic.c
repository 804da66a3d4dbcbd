/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The interpreter's atomic operations on guest memory, and barriers.
 *
 * On memory they are the host's atomic operations.  On a device, which has none, they are a load
 * and a store.
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "accel/tcg/interp.h"

static uint64_t swap_if(uint64_t v, MemOp op)
{
    return op & MO_BSWAP ? bswap64(v) >> (64 - 8 * memop_size(op)) : v;
}

static uint64_t extend(uint64_t v, MemOp op)
{
    unsigned unused = 64 - 8 * memop_size(op);

    return op & MO_SIGN ? (uint64_t)((int64_t)(v << unused) >> unused) : v << unused >> unused;
}

/* -- host operations by size ------------------------------------------------------------------- */

#define BY_SIZE(op, M) \
    switch ((op) & MO_SIZE) { \
    case MO_8: \
        M(uint8_t) \
    case MO_16: \
        M(uint16_t) \
    case MO_32: \
        M(uint32_t) \
    default: \
        M(uint64_t) \
    }

static uint64_t host_load(const void *p, MemOp op)
{
#define M(T) return __atomic_load_n((const T *)p, __ATOMIC_SEQ_CST);
    BY_SIZE(op, M)
#undef M
}

static uint64_t host_xchg(void *p, uint64_t v, MemOp op)
{
#define M(T) return __atomic_exchange_n((T *)p, (T)v, __ATOMIC_SEQ_CST);
    BY_SIZE(op, M)
#undef M
}

static uint64_t host_add(void *p, uint64_t v, MemOp op)
{
#define M(T) return __atomic_fetch_add((T *)p, (T)v, __ATOMIC_SEQ_CST);
    BY_SIZE(op, M)
#undef M
}

/* The old value; equal to @expected if the exchange happened. */
static uint64_t host_cmpxchg(void *p, uint64_t expected, uint64_t v, MemOp op)
{
#define M(T) { \
        T old = expected; \
        \
        __atomic_compare_exchange_n((T *)p, &old, (T)v, false, __ATOMIC_SEQ_CST, \
                                    __ATOMIC_SEQ_CST); \
        return old; \
    }
    BY_SIZE(op, M)
#undef M
}

/* Values are in the guest's order and extended as @op says. */
static uint64_t rmw_result(IrRmw kind, uint64_t old, uint64_t operand, MemOp op)
{
    int64_t s_old = extend(old, op | MO_SIGN), s_operand = extend(operand, op | MO_SIGN);
    uint64_t u_old = extend(old, op & ~MO_SIGN), u_operand = extend(operand, op & ~MO_SIGN);

    switch (kind) {
    case IR_RMW_ADD:
        return old + operand;
    case IR_RMW_CLR:
        return old & ~operand;
    case IR_RMW_XOR:
        return old ^ operand;
    case IR_RMW_OR:
        return old | operand;
    case IR_RMW_SMAX:
        return MAX(s_old, s_operand);
    case IR_RMW_SMIN:
        return MIN(s_old, s_operand);
    case IR_RMW_UMAX:
        return MAX(u_old, u_operand);
    default:
        return MIN(u_old, u_operand);
    }
}

static uint64_t host_rmw(void *p, IrRmw kind, uint64_t operand, MemOp op)
{
    uint64_t raw, result, seen;

    if (kind == IR_RMW_ADD && !(op & MO_BSWAP)) {
        return host_add(p, operand, op);
    }
    raw = host_load(p, op);
    for (;;) {
        result = rmw_result(kind, swap_if(raw, op), operand, op);
        seen = host_cmpxchg(p, raw, swap_if(extend(result, op & ~MO_SIGN), op), op);
        if (seen == raw) {
            return swap_if(raw, op);
        }
        raw = seen;
    }
}

/* -- handlers: d, address a, operand b, extra: IrMemOpIdx; c: kind, or expected's slot --------- */

static HANDLER(xchg)
{
    IrMemOpIdx oi = tcg_extra(ip)->imm;
    MemOp op = ir_oi_memop(oi);
    uint64_t va = R(ip->a), value = R(ip->b), old;
    void *p;

    tc->ip = ip;
    p = tcg_atomic_host(tc, va, memop_size(op), oi);
    if (p) {
        old = swap_if(host_xchg(p, swap_if(extend(value, op & ~MO_SIGN), op), op), op);
    } else {
        old = tcg_slow_ld(tc, va, oi);
        tcg_slow_st(tc, va, value, oi);
    }
    R(ip->d) = extend(old, op);
    NEXT(2);
}

static HANDLER(rmw)
{
    IrMemOpIdx oi = tcg_extra(ip)->imm;
    MemOp op = ir_oi_memop(oi);
    uint64_t va = R(ip->a), operand = R(ip->b), old;
    void *p;

    tc->ip = ip;
    p = tcg_atomic_host(tc, va, memop_size(op), oi);
    if (p) {
        old = host_rmw(p, ip->c, operand, op);
    } else {
        old = tcg_slow_ld(tc, va, oi);
        tcg_slow_st(tc, va, rmw_result(ip->c, old, operand, op), oi);
    }
    R(ip->d) = extend(old, op);
    NEXT(2);
}

static HANDLER(cmpxchg)
{
    IrMemOpIdx oi = tcg_extra(ip)->imm;
    MemOp op = ir_oi_memop(oi), unsigned_op = op & ~MO_SIGN;
    uint64_t va = R(ip->a), value = extend(R(ip->b), unsigned_op), old;
    uint64_t expected = extend(R(ip->c), unsigned_op);
    void *p;

    tc->ip = ip;
    p = tcg_atomic_host(tc, va, memop_size(op), oi);
    if (p) {
        old = swap_if(host_cmpxchg(p, swap_if(expected, op), swap_if(value, op), op), op);
    } else {
        old = extend(tcg_slow_ld(tc, va, oi), unsigned_op);
        if (old == expected) {
            tcg_slow_st(tc, va, value, oi);
        }
    }
    R(ip->d) = extend(old, op);
    NEXT(2);
}

/* -- pairs ------------------------------------------------------------------------------------- */

/* Two TcgExtra: IrMemOpIdx and s = d2, expected, expected2, new; then s[0] = new2. */
typedef struct Pair {
    uint64_t lo, hi;
} Pair;

static Pair host_cmpxchg16(void *p, Pair expected, Pair value)
{
#if defined(__x86_64__)
    bool is_equal;

    __asm__ __volatile__("lock cmpxchg16b %1"
                         : "=@cce" (is_equal), "+m" (*(unsigned __int128 *)p),
                           "+a" (expected.lo), "+d" (expected.hi)
                         : "b" (value.lo), "c" (value.hi)
                         : "memory");
    return expected;
#elif defined(__aarch64__)
    uint64_t store_lo, store_hi;
    uint32_t has_failed;
    Pair old;

    /* The old pair is stored when it differs: only a store makes reading both halves atomic. */
    __asm__ __volatile__("1: ldaxp %0, %1, %5\n"
                         "   cmp %0, %6\n"
                         "   ccmp %1, %7, #0, eq\n"
                         "   csel %2, %8, %0, eq\n"
                         "   csel %3, %9, %1, eq\n"
                         "   stlxp %w4, %2, %3, %5\n"
                         "   cbnz %w4, 1b"
                         : "=&r" (old.lo), "=&r" (old.hi), "=&r" (store_lo), "=&r" (store_hi),
                           "=&r" (has_failed), "+Q" (*(unsigned __int128 *)p)
                         : "r" (expected.lo), "r" (expected.hi), "r" (value.lo), "r" (value.hi)
                         : "memory", "cc");
    return old;
#else
#error "no 16-byte compare-and-exchange for this host"
#endif
}

static Pair pair_swap(Pair p, MemOp op)
{
    return op & MO_BSWAP ? (Pair) { bswap64(p.lo), bswap64(p.hi) } : p;
}

static Pair cmpxchg2_64(TcgCpu *tc, uint64_t va, Pair expected, Pair value, IrMemOpIdx oi)
{
    MemOp op = ir_oi_memop(oi);
    void *p = tcg_atomic_host(tc, va, 16, oi);
    Pair old;

    if (p) {
        return pair_swap(host_cmpxchg16(p, pair_swap(expected, op), pair_swap(value, op)), op);
    }
    old.lo = tcg_slow_ld(tc, va, oi);
    old.hi = tcg_slow_ld(tc, va + 8, oi);
    if (old.lo == expected.lo && old.hi == expected.hi) {
        tcg_slow_st(tc, va, value.lo, oi);
        tcg_slow_st(tc, va + 8, value.hi, oi);
    }
    return old;
}

/* Two words are one double word; which half is which depends on the byte order. */
static uint64_t words_join(Pair p, MemOp op)
{
    return memop_big_endian(op) ? p.lo << 32 | (uint32_t)p.hi : p.hi << 32 | (uint32_t)p.lo;
}

static Pair cmpxchg2_32(TcgCpu *tc, uint64_t va, Pair expected, Pair value, IrMemOpIdx oi)
{
    MemOp op = (ir_oi_memop(oi) & ~MO_SIZE) | MO_64;
    IrMemOpIdx whole = ir_memop_idx(op, ir_oi_mmu_idx(oi));
    uint64_t want = words_join(expected, op), new_value = words_join(value, op), old;
    void *p = tcg_atomic_host(tc, va, 8, whole);

    if (p) {
        old = swap_if(host_cmpxchg(p, swap_if(want, op), swap_if(new_value, op), op), op);
    } else {
        old = tcg_slow_ld(tc, va, whole);
        if (old == want) {
            tcg_slow_st(tc, va, new_value, whole);
        }
    }
    return memop_big_endian(op) ? (Pair) { old >> 32, (uint32_t)old }
                                : (Pair) { (uint32_t)old, old >> 32 };
}

static HANDLER(cmpxchg2)
{
    const TcgExtra *x = tcg_extra(ip);
    IrMemOpIdx oi = x[0].imm;
    Pair expected = { R(x[0].s[1]), R(x[0].s[2]) }, value = { R(x[0].s[3]), R(x[1].s[0]) };
    Pair old;

    tc->ip = ip;
    if ((ir_oi_memop(oi) & MO_SIZE) == MO_64) {
        old = cmpxchg2_64(tc, R(ip->a), expected, value, oi);
    } else {
        old = cmpxchg2_32(tc, R(ip->a), expected, value, oi);
    }
    R(ip->d) = old.lo;
    R(x[0].s[0]) = old.hi;
    BOUNCE(3);
}

TcgHandler *interp_atomic(IrOpc opc)
{
    switch (opc) {
    case IR_XCHG:
        return xchg;
    case IR_RMW:
        return rmw;
    case IR_CMPXCHG:
        return cmpxchg;
    default:
        return cmpxchg2;
    }
}

/* -- barriers: d is the kind ------------------------------------------------------------------- */

HANDLER(interp_mb)
{
    if (ip->d & IR_MB_ST_LD) {
        __atomic_thread_fence(__ATOMIC_SEQ_CST);
    } else {
        __atomic_thread_fence(__ATOMIC_ACQ_REL);
    }
    NEXT(1);
}
