/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Taking turns, and counting instructions.
 *
 * With thread=single CPUs keep a thread each, but only the one whose turn it is runs guest code:
 * for a slice, that is a number of instructions.  With -icount the virtual clock is that count,
 * slices end where its next timer is due, and everything but input from outside happens at the
 * same instruction in each run.
 */
#ifndef ACCEL_TCG_ICOUNT_H
#define ACCEL_TCG_ICOUNT_H

#include "accel/tcg/tcg-internal.h"

/* Once per accelerator: @is_single of its options. */
void turns_init(bool is_single);
void turns_end(void);
bool turns_taken(void);
/* Wait for @tc's turn, on its thread inside of cpu_exec; false: somebody wants something first. */
bool turn_begin(TcgCpu *tc);
/* The end of guest code; @is_over: others' turn, else this CPU goes on later. */
void turn_end(TcgCpu *tc, bool is_over);
/* @tc will not run for now. */
void turn_skip(TcgCpu *tc);
/* Whoever waits looks around. */
void turns_wake(void);

/* Before a slice's blocks, and after them: the slice's length, and what was run of it. */
void icount_slice_begin(TcgCpu *tc);
void icount_account(TcgCpu *tc);
/* A timer may be due earlier than the slice's end. */
void icount_trim(TcgCpu *tc);
/* All CPUs sleep: time goes on to the next timer. */
void icount_all_asleep(void);
/* Instructions of the block that runs which are behind the one at tc->ip. */
int64_t tcg_insns_behind(TcgCpu *tc);

#endif
