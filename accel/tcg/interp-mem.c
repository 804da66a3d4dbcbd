/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The interpreter's accesses to guest memory and to the CPU's state.
 *
 * The way most accesses go is here: the TLB's entry has the page of the access's last byte, so the
 * access does not cross into another page, and is allowed; then one host access follows.  All else
 * goes to access.c.  Whole aligned host accesses are single-copy atomic, as the guest's are.
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "accel/tcg/interp.h"

/* Host memory at any address, seen as the guest's other CPUs write it. */
typedef uint8_t MemU8;
typedef uint16_t __attribute__((aligned(1), may_alias)) MemU16;
typedef uint32_t __attribute__((aligned(1), may_alias)) MemU32;
typedef uint64_t __attribute__((aligned(1), may_alias)) MemU64;
typedef int8_t MemS8;
typedef int16_t __attribute__((aligned(1), may_alias)) MemS16;
typedef int32_t __attribute__((aligned(1), may_alias)) MemS32;

/* Is the common way open to @size bytes at @va? */
static inline bool hits_read(const TlbEntry *e, uint64_t va, unsigned size)
{
    return likely(e->tag_read == ((va + size - 1) & TCG_PAGE_MASK));
}

static inline bool hits_write(const TlbEntry *e, uint64_t va, unsigned size)
{
    return likely(qatomic_read(&e->tag_write) == ((va + size - 1) & TCG_PAGE_MASK));
}

static inline char *host_of(const TlbEntry *e, uint64_t va)
{
    return (char *)(uintptr_t)(va + e->addend);
}

/* Host address of @va, NULL if the common way is closed. */
static inline char *hit_read(TcgCpu *tc, unsigned idx, uint64_t va, unsigned size)
{
    const TlbEntry *e = &tc->table[idx][tlb_index(va)];

    return hits_read(e, va, size) ? host_of(e, va) : NULL;
}

static inline char *hit_write(TcgCpu *tc, unsigned idx, uint64_t va, unsigned size)
{
    const TlbEntry *e = &tc->table[idx][tlb_index(va)];

    return hits_write(e, va, size) ? host_of(e, va) : NULL;
}

/* -- plain: d, address a, MMU index b, offset c ------------------------------------------------ */

/* The slow way is a function of its own, so that the common one saves no registers. */
#define LD(name, T, OP) \
    static G_GNUC_NO_INLINE HANDLER(name##_slow) \
    { \
        tc->ip = ip; \
        R(ip->d) = tcg_slow_ld(tc, R(ip->a) + ip->c, ir_memop_idx(OP, ip->b)); \
        NEXT(1); \
    } \
    static GUEST_RACES HANDLER(name) \
    { \
        uint64_t va = R(ip->a) + ip->c; \
        const TlbEntry *e = &tc->table[ip->b][tlb_index(va)]; \
        \
        if (!hits_read(e, va, sizeof(T))) { \
            return name##_slow(env, ip, tc); \
        } \
        R(ip->d) = (int64_t)*(const volatile T *)host_of(e, va); \
        NEXT(1); \
    }
LD(ld_u8, MemU8, MO_UB)
LD(ld_u16, MemU16, MO_UW)
LD(ld_u32, MemU32, MO_UL)
LD(ld_u64, MemU64, MO_UQ)
LD(ld_s8, MemS8, MO_SB)
LD(ld_s16, MemS16, MO_SW)
LD(ld_s32, MemS32, MO_SL)

#define ST(name, T, OP) \
    static G_GNUC_NO_INLINE HANDLER(name##_slow) \
    { \
        tc->ip = ip; \
        tcg_slow_st(tc, R(ip->a) + ip->c, R(ip->d), ir_memop_idx(OP, ip->b)); \
        NEXT(1); \
    } \
    static GUEST_RACES HANDLER(name) \
    { \
        uint64_t va = R(ip->a) + ip->c; \
        const TlbEntry *e = &tc->table[ip->b][tlb_index(va)]; \
        \
        if (!hits_write(e, va, sizeof(T))) { \
            return name##_slow(env, ip, tc); \
        } \
        *(volatile T *)host_of(e, va) = R(ip->d); \
        NEXT(1); \
    }
ST(st_8, MemU8, MO_UB)
ST(st_16, MemU16, MO_UW)
ST(st_32, MemU32, MO_UL)
ST(st_64, MemU64, MO_UQ)

/* -- other byte order, or alignment demanded: extra has the IrMemOpIdx ------------------------- */

static inline bool is_aligned(uint64_t va, MemOp op)
{
    return !(va & ((1ULL << memop_alignment_bits(op)) - 1));
}

static GUEST_RACES HANDLER(ld_any)
{
    IrMemOpIdx oi = tcg_extra(ip)->imm;
    MemOp op = ir_oi_memop(oi);
    uint64_t va = R(ip->a) + ip->c;
    const char *p = is_aligned(va, op) ? hit_read(tc, ip->b, va, memop_size(op)) : NULL;

    tc->ip = ip;
    if (likely(p)) {
        switch (op & (MO_SSIZE | MO_BSWAP)) {
        case MO_UB:
            R(ip->d) = *(const volatile MemU8 *)p;
            NEXT(2);
        case MO_UW:
            R(ip->d) = *(const volatile MemU16 *)p;
            NEXT(2);
        case MO_UL:
            R(ip->d) = *(const volatile MemU32 *)p;
            NEXT(2);
        case MO_UQ:
        case MO_SQ:
            R(ip->d) = *(const volatile MemU64 *)p;
            NEXT(2);
        }
    }
    R(ip->d) = tcg_slow_ld(tc, va, oi);
    NEXT(2);
}

static GUEST_RACES HANDLER(st_any)
{
    IrMemOpIdx oi = tcg_extra(ip)->imm;
    MemOp op = ir_oi_memop(oi);
    uint64_t va = R(ip->a) + ip->c;
    char *p = is_aligned(va, op) ? hit_write(tc, ip->b, va, memop_size(op)) : NULL;

    tc->ip = ip;
    if (likely(p)) {
        switch (op & (MO_SIZE | MO_BSWAP)) {
        case MO_8:
            *(volatile MemU8 *)p = R(ip->d);
            NEXT(2);
        case MO_16:
            *(volatile MemU16 *)p = R(ip->d);
            NEXT(2);
        case MO_32:
            *(volatile MemU32 *)p = R(ip->d);
            NEXT(2);
        case MO_64:
            *(volatile MemU64 *)p = R(ip->d);
            NEXT(2);
        }
    }
    tcg_slow_st(tc, va, R(ip->d), oi);
    NEXT(2);
}

TcgHandler *interp_ld(MemOp op)
{
    static TcgHandler *const plain[16] = {
        [MO_UB] = ld_u8, [MO_UW] = ld_u16, [MO_UL] = ld_u32, [MO_UQ] = ld_u64,
        [MO_SB] = ld_s8, [MO_SW] = ld_s16, [MO_SL] = ld_s32, [MO_SQ] = ld_u64,
    };

    return op & (MO_AMASK | MO_BSWAP) ? ld_any : plain[op & MO_SSIZE];
}

TcgHandler *interp_st(MemOp op)
{
    static TcgHandler *const plain[4] = { st_8, st_16, st_32, st_64 };

    return op & (MO_AMASK | MO_BSWAP) ? st_any : plain[op & MO_SIZE];
}

/* -- pairs and vectors: extra has the IrMemOpIdx and in s[0] the second slot ------------------- */

static uint64_t pair_extend(uint64_t raw, MemOp op)
{
    switch (op & MO_SSIZE) {
    case MO_SL:
        return (int32_t)raw;
    case MO_UL:
        return (uint32_t)raw;
    default:
        return raw;
    }
}

/* The rare kinds of pairs: as bytes. */
static void pair_slow_ld(TcgCpu *tc, uint64_t va, IrMemOpIdx oi, uint64_t *lo, uint64_t *hi)
{
    MemOp op = ir_oi_memop(oi);
    unsigned size = memop_size(op);
    uint8_t buf[16] = { 0 };

    tcg_slow_read(tc, va, buf, 2 * size, oi);
    *lo = ldq_le_p(buf);
    *hi = 0;
    memcpy(hi, buf + size, size);
    *hi = le64_to_cpu(*hi);
    if (memop_big_endian(op)) {
        *lo = bswap64(*lo) >> (64 - 8 * size);
        *hi = bswap64(*hi) >> (64 - 8 * size);
    }
    *lo = pair_extend(*lo, op);
    *hi = pair_extend(*hi, op);
}

static void pair_slow_st(TcgCpu *tc, uint64_t va, IrMemOpIdx oi, uint64_t lo, uint64_t hi)
{
    MemOp op = ir_oi_memop(oi);
    unsigned size = memop_size(op);
    uint8_t buf[16];

    if (memop_big_endian(op)) {
        lo = bswap64(lo) >> (64 - 8 * size);
        hi = bswap64(hi) >> (64 - 8 * size);
    }
    stq_le_p(buf, lo);
    stq_le_p(buf + size, hi);
    tcg_slow_write(tc, va, buf, 2 * size, oi);
}

static G_GNUC_NO_INLINE HANDLER(ld2_slow)
{
    const TcgExtra *extra = tcg_extra(ip);
    uint64_t lo, hi;

    tc->ip = ip;
    pair_slow_ld(tc, R(ip->a) + ip->c, extra->imm, &lo, &hi);
    R(ip->d) = lo;
    R(extra->s[0]) = hi;
    BOUNCE(2);
}

static G_GNUC_NO_INLINE HANDLER(st2_slow)
{
    const TcgExtra *extra = tcg_extra(ip);

    tc->ip = ip;
    pair_slow_st(tc, R(ip->a) + ip->c, extra->imm, R(ip->d), R(extra->s[0]));
    BOUNCE(2);
}

static GUEST_RACES HANDLER(ld2)
{
    const TcgExtra *extra = tcg_extra(ip);
    MemOp op = ir_oi_memop(extra->imm);
    uint64_t va = R(ip->a) + ip->c;
    unsigned size = memop_size(op);
    const char *p = hit_read(tc, ip->b, va, 2 * size);

    uint64_t lo, hi;

    if (unlikely(!p || op & (MO_BSWAP | MO_AMASK) || size < 4)) {
        return ld2_slow(env, ip, tc);
    }
    if (size == 8) {
        lo = *(const volatile MemU64 *)p;
        hi = *(const volatile MemU64 *)(p + 8);
    } else {
        lo = *(const volatile MemU32 *)p;
        hi = *(const volatile MemU32 *)(p + 4);
    }
    R(ip->d) = pair_extend(lo, op);
    R(extra->s[0]) = pair_extend(hi, op);
    NEXT(2);
}

static GUEST_RACES HANDLER(st2)
{
    const TcgExtra *extra = tcg_extra(ip);
    MemOp op = ir_oi_memop(extra->imm);
    uint64_t va = R(ip->a) + ip->c;
    unsigned size = memop_size(op);
    char *p = hit_write(tc, ip->b, va, 2 * size);

    if (unlikely(!p || op & (MO_BSWAP | MO_AMASK) || size < 4)) {
        return st2_slow(env, ip, tc);
    }
    if (size == 8) {
        *(volatile MemU64 *)p = R(ip->d);
        *(volatile MemU64 *)(p + 8) = R(extra->s[0]);
    } else {
        *(volatile MemU32 *)p = R(ip->d);
        *(volatile MemU32 *)(p + 4) = R(extra->s[0]);
    }
    NEXT(2);
}

/* Bytes of a vector register in memory order; @swap: as a big-endian access has them. */
static void vector_order(uint8_t *bytes, unsigned size, MemOp op)
{
    if (memop_big_endian(op)) {
        for (unsigned i = 0; i < size / 2; i++) {
            uint8_t t = bytes[i];

            bytes[i] = bytes[size - 1 - i];
            bytes[size - 1 - i] = t;
        }
    }
}

/* @count vectors, slots s0 and s1. */
static G_GNUC_NO_INLINE void ldv_slow(char *env, const TcgCode *ip, TcgCpu *tc, unsigned count)
{
    const TcgExtra *extra = tcg_extra(ip);
    MemOp op = ir_oi_memop(extra->imm);
    unsigned size = memop_size(op);
    int slots[2] = { ip->d, extra->s[0] };
    uint8_t buf[32];

    tc->ip = ip;
    tcg_slow_read(tc, R(ip->a) + ip->c, buf, count * size, extra->imm);
    for (unsigned i = 0; i < count; i++) {
        uint8_t one[16] = { 0 };

        memcpy(one, buf + i * size, size);
        vector_order(one, size, op);
        V(slots[i])[0] = ldq_le_p(one);
        V(slots[i])[1] = ldq_le_p(one + 8);
    }
}

static G_GNUC_NO_INLINE void stv_slow(char *env, const TcgCode *ip, TcgCpu *tc, unsigned count)
{
    const TcgExtra *extra = tcg_extra(ip);
    MemOp op = ir_oi_memop(extra->imm);
    unsigned size = memop_size(op);
    int slots[2] = { ip->d, extra->s[0] };
    uint8_t buf[32];

    tc->ip = ip;
    for (unsigned i = 0; i < count; i++) {
        uint8_t one[16];

        stq_le_p(one, V(slots[i])[0]);
        stq_le_p(one + 8, V(slots[i])[1]);
        vector_order(one, size, op);
        memcpy(buf + i * size, one, size);
    }
    tcg_slow_write(tc, R(ip->a) + ip->c, buf, count * size, extra->imm);
}

static GUEST_RACES inline bool vector_load(char *env, int slot, const char *p, unsigned size)
{
    switch (size) {
    case 16:
        V(slot)[0] = *(const volatile MemU64 *)p;
        V(slot)[1] = *(const volatile MemU64 *)(p + 8);
        return true;
    case 8:
        V(slot)[0] = *(const volatile MemU64 *)p;
        break;
    case 4:
        V(slot)[0] = *(const volatile MemU32 *)p;
        break;
    case 2:
        V(slot)[0] = *(const volatile MemU16 *)p;
        break;
    default:
        V(slot)[0] = *(const volatile MemU8 *)p;
        break;
    }
    V(slot)[1] = 0;
    return true;
}

static GUEST_RACES inline void vector_store(char *env, int slot, char *p, unsigned size)
{
    switch (size) {
    case 16:
        *(volatile MemU64 *)p = V(slot)[0];
        *(volatile MemU64 *)(p + 8) = V(slot)[1];
        break;
    case 8:
        *(volatile MemU64 *)p = V(slot)[0];
        break;
    case 4:
        *(volatile MemU32 *)p = V(slot)[0];
        break;
    case 2:
        *(volatile MemU16 *)p = V(slot)[0];
        break;
    default:
        *(volatile MemU8 *)p = V(slot)[0];
        break;
    }
}

/* The host's order in registers is the guest's only on little-endian hosts. */
static inline bool vector_is_plain(MemOp op)
{
    return !(op & (MO_BSWAP | MO_AMASK)) && !HOST_BIG_ENDIAN;
}

#define LDV(name, COUNT) \
    static HANDLER(name) \
    { \
        const TcgExtra *extra = tcg_extra(ip); \
        MemOp op = ir_oi_memop(extra->imm); \
        unsigned size = memop_size(op); \
        const char *p = hit_read(tc, ip->b, R(ip->a) + ip->c, COUNT * size); \
        \
        if (likely(p && vector_is_plain(op))) { \
            vector_load(env, ip->d, p, size); \
            if (COUNT == 2) { \
                vector_load(env, extra->s[0], p + size, size); \
            } \
        } else { \
            ldv_slow(env, ip, tc, COUNT); \
        } \
        NEXT(2); \
    }
LDV(ldv, 1)
LDV(ldv2, 2)

#define STV(name, COUNT) \
    static HANDLER(name) \
    { \
        const TcgExtra *extra = tcg_extra(ip); \
        MemOp op = ir_oi_memop(extra->imm); \
        unsigned size = memop_size(op); \
        char *p = hit_write(tc, ip->b, R(ip->a) + ip->c, COUNT * size); \
        \
        if (likely(p && vector_is_plain(op))) { \
            vector_store(env, ip->d, p, size); \
            if (COUNT == 2) { \
                vector_store(env, extra->s[0], p + size, size); \
            } \
        } else { \
            stv_slow(env, ip, tc, COUNT); \
        } \
        NEXT(2); \
    }
STV(stv, 1)
STV(stv2, 2)

/* -- the CPU's state: d, offset imm ------------------------------------------------------------ */

#define LDENV(name, T) \
    static HANDLER(name) \
    { \
        R(ip->d) = (int64_t)*(const T *)(env + ip->imm); \
        NEXT(1); \
    }
LDENV(ldenv_u8, MemU8)
LDENV(ldenv_u16, MemU16)
LDENV(ldenv_u32, MemU32)
LDENV(ldenv_u64, MemU64)
LDENV(ldenv_s8, MemS8)
LDENV(ldenv_s16, MemS16)
LDENV(ldenv_s32, MemS32)

#define STENV(name, T) \
    static HANDLER(name) \
    { \
        *(T *)(env + ip->imm) = R(ip->d); \
        NEXT(1); \
    }
STENV(stenv_8, MemU8)
STENV(stenv_16, MemU16)
STENV(stenv_32, MemU32)
STENV(stenv_64, MemU64)

static HANDLER(ldenvv)
{
    memcpy(V(ip->d), env + ip->imm, 16);
    NEXT(1);
}

static HANDLER(stenvv)
{
    memcpy(env + ip->imm, V(ip->d), 16);
    NEXT(1);
}

TcgHandler *interp_env(IrOpc opc, MemOp op)
{
    static TcgHandler *const loads[16] = {
        [MO_UB] = ldenv_u8, [MO_UW] = ldenv_u16, [MO_UL] = ldenv_u32, [MO_UQ] = ldenv_u64,
        [MO_SB] = ldenv_s8, [MO_SW] = ldenv_s16, [MO_SL] = ldenv_s32, [MO_SQ] = ldenv_u64,
    };
    static TcgHandler *const stores[4] = { stenv_8, stenv_16, stenv_32, stenv_64 };

    switch (opc) {
    case IR_LDENV:
        return loads[op & MO_SSIZE];
    case IR_STENV:
        return stores[op & MO_SIZE];
    case IR_LDENVV:
        return ldenvv;
    default:
        return stenvv;
    }
}

TcgHandler *interp_mem_other(IrOpc opc)
{
    switch (opc) {
    case IR_LD2:
        return ld2;
    case IR_ST2:
        return st2;
    case IR_LDV:
        return ldv;
    case IR_STV:
        return stv;
    case IR_LDV2:
        return ldv2;
    case IR_STV2:
        return stv2;
    default:
        return interp_atomic(opc);
    }
}
