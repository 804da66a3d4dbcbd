/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How handlers of the interpreter are written.  A handler ends in NEXT(): where the compiler makes
 * a jump of it, operations follow each other without a loop (direct threading); elsewhere it
 * returns to the loop in interp_run().  Both are correct, so a handler that the compiler cannot
 * leave by a jump (a local variable whose address is taken) says BOUNCE().
 */
#ifndef ACCEL_TCG_INTERP_H
#define ACCEL_TCG_INTERP_H

#include "accel/tcg/tcg-internal.h"

#define HANDLER(name) const TcgCode *name(char *env, const TcgCode *ip, TcgCpu *tc)

#define R(slot) (*(uint64_t *)(env + (ptrdiff_t)(slot) * 8))
/* A vector slot; 8-byte alignment is all that is promised. */
#define V(slot) ((uint64_t *)(env + (ptrdiff_t)(slot) * 8))

#if defined(__OPTIMIZE__) && !defined(TCG_NO_TAIL_CALLS)
#define GO(ip_) \
    do { \
        const TcgCode *next_ = (ip_); \
        return qatomic_read(&next_->fn)(env, next_, tc); \
    } while (0)
#else
#define GO(ip_) return (ip_)
#endif

/* @n: TcgCode units of this operation. */
#define NEXT(n) GO(ip + (n))
#define BOUNCE(n) return ip + (n)

static inline bool interp_flags_hold(TcgCpu *tc, unsigned cond)
{
    return interp_flag_table[cond] >> (*tc->nzcv >> 28 & 15) & 1;
}

#endif
