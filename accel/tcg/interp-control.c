/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The interpreter's control flow: branches, helper calls, entry to and exits from blocks.
 */
#include "qemu/osdep.h"
#include "accel/tcg/interp.h"

/* -- inside a block ---------------------------------------------------------------------------- */

HANDLER(interp_br)
{
    GO(ip + ip->imm);
}

/* d: condition. */
HANDLER(interp_brflags)
{
    if (interp_flags_hold(tc, ip->d)) {
        GO(ip + ip->imm);
    }
    NEXT(1);
}

/* -- helpers: extra has the function and arguments 0..3, a and b are 4 and 5 ------------------- */

/* c: which arguments are vectors, passed as offsets. */
#define ARG(n, slot) (ip->c >> (n) & 1 ? (uint64_t)((int64_t)(slot) * 8) : R(slot))
#define A0 ARG(0, x->s[0])
#define A1 ARG(1, x->s[1])
#define A2 ARG(2, x->s[2])
#define A3 ARG(3, x->s[3])
#define A4 ARG(4, ip->a)
#define A5 ARG(5, ip->b)
#define U uint64_t

#define CALL(n, TYPES, ARGS) \
    static HANDLER(call_void_##n) \
    { \
        const TcgExtra *x = tcg_extra(ip); \
        \
        tc->ip = ip; \
        ((void (*)TYPES)x->helper)ARGS; \
        NEXT(2); \
    } \
    static HANDLER(call_value_##n) \
    { \
        const TcgExtra *x = tcg_extra(ip); \
        \
        tc->ip = ip; \
        R(ip->d) = ((uint64_t (*)TYPES)x->helper)ARGS; \
        NEXT(2); \
    }
CALL(0, (CPUArchState *), ((CPUArchState *)env))
CALL(1, (CPUArchState *, U), ((CPUArchState *)env, A0))
CALL(2, (CPUArchState *, U, U), ((CPUArchState *)env, A0, A1))
CALL(3, (CPUArchState *, U, U, U), ((CPUArchState *)env, A0, A1, A2))
CALL(4, (CPUArchState *, U, U, U, U), ((CPUArchState *)env, A0, A1, A2, A3))
CALL(5, (CPUArchState *, U, U, U, U, U), ((CPUArchState *)env, A0, A1, A2, A3, A4))
CALL(6, (CPUArchState *, U, U, U, U, U, U), ((CPUArchState *)env, A0, A1, A2, A3, A4, A5))

TcgHandler *interp_call(unsigned nargs, bool returns)
{
    static TcgHandler *const calls[2][IR_CALL_ARGS_MAX + 1] = {
        { call_void_0, call_void_1, call_void_2, call_void_3, call_void_4, call_void_5,
          call_void_6 },
        { call_value_0, call_value_1, call_value_2, call_value_3, call_value_4, call_value_5,
          call_value_6 },
    };

    return calls[returns][nargs];
}

/* -- between blocks ---------------------------------------------------------------------------- */

/* The first operation of each block.  Here the state is exact. */
HANDLER(interp_enter)
{
    if (unlikely(qatomic_read(&tc->exit_flag))) {
        return NULL;
    }
    tc->block_ip = ip;
    NEXT(1);
}

/* imm: instructions of the block. */
HANDLER(interp_enter_counting)
{
    if (unlikely(qatomic_read(&tc->exit_flag)) || unlikely(tc->insns_left < ip->imm)) {
        return NULL;
    }
    tc->insns_left -= ip->imm;
    tc->block_ip = ip;
    NEXT(1);
}

/* Instead of them, in a block whose code was written. */
HANDLER(interp_dropped)
{
    const TcgBlock *tb = (const void *)((const char *)ip - offsetof(TcgBlock, code));
    TcgBlock *next = qatomic_load_acquire(&tb->successor);

    if (!next) {
        tc->dropped_ip = ip;
        return NULL;
    }
    GO(next->code);
}

/* imm: how far to go from the block's start. */
HANDLER(interp_goto_tb)
{
    *tc->pc += (int64_t)ip->imm;
    tc->link_ip = ip;
    return NULL;
}

HANDLER(interp_goto_tb_linked)
{
    *tc->pc += (int64_t)ip->imm;
    GO(qatomic_load_acquire(&tcg_extra(ip)->target));
}

HANDLER(interp_goto_ptr)
{
    uint64_t pc = *tc->pc;
    const JumpEntry *e = &tc->jumps[jump_hash(pc)];

    if (likely(e->pc == pc && e->key == *tc->key &&
               (e->when == tc->jump_when || e->when == tc->jump_when_global))) {
        GO(e->code);
    }
    return NULL;
}

/* d: reason. */
HANDLER(interp_exit)
{
    if (ip->d == IR_EXIT_LOOP) {
        qatomic_or(&tc->exit_flag, TCG_EXIT_LOOK);
    }
    return NULL;
}

void interp_run(TcgCpu *tc, const TcgCode *ip)
{
    char *env = tc->env;

    while (ip) {
        ip = qatomic_read(&ip->fn)(env, ip, tc);
    }
}

/* -- two operations in one: compare, set flags and branch -------------------------------------- */

/*
 * b: condition; extra: the result's slot in s[0], the distance in imm (from here).  d and a are
 * compared, or d and the constant in a.
 */
#define SIGN(x) ((uint32_t)((x) >> (sizeof(x) * 8 - 1)))
#define CMP_BRANCH(name, T, SOURCE) \
    HANDLER(name) \
    { \
        const TcgExtra *x = tcg_extra(ip); \
        T a = R(ip->d), b = SOURCE, r = a - b; \
        \
        *tc->nzcv = SIGN(r) << 31 | (uint32_t)(r == 0) << 30 | (uint32_t)(a >= b) << 29 | \
                    SIGN((a ^ b) & (a ^ r)) << 28; \
        R(x->s[0]) = r; \
        if (interp_flags_hold(tc, ip->b)) { \
            GO(ip + x->imm); \
        } \
        NEXT(2); \
    }
CMP_BRANCH(interp_cmp_branch_w, uint32_t, R(ip->a))
CMP_BRANCH(interp_cmp_branch_x, uint64_t, R(ip->a))
CMP_BRANCH(interp_cmpi_branch_w, uint32_t, (int32_t)ip->a)
CMP_BRANCH(interp_cmpi_branch_x, uint64_t, (int64_t)ip->a)
