/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Periodic down counter on the virtual clock, as many timer devices have it:
 * counts from a limit to zero, calls back, reloads. Every change of state goes
 * between ptimer_transaction_begin() and _commit(); the callback runs inside a
 * transaction of its own. Callers hold the BQL.
 */
#ifndef HW_PTIMER_H
#define HW_PTIMER_H

#include "qemu/timer.h"
#include "migration/vmstate.h"
#include "hw/clock.h"

/*
 * Policies describe how a device differs at the edges; or them together.
 * LEGACY: with none of the following set, a periodic counter reloads at the
 *   moment it reaches zero, starting at zero triggers and reloads at once, and a
 *   read returns the number of whole ticks left.
 * WRAP_AFTER_ONE_PERIOD: zero lasts one tick before the reload.
 * CONTINUOUS_TRIGGER: a periodic timer with limit 0 triggers every tick.
 * NO_IMMEDIATE_TRIGGER: running, or setting the count to 0, does not trigger
 *   at once but one tick later.
 * NO_IMMEDIATE_RELOAD: the same for the reload.
 * NO_COUNTER_ROUND_DOWN: a read counts the started tick as still left.
 * TRIGGER_ONLY_ON_DECREMENT: only counting down to zero triggers, setting zero
 *   never does. Not together with NO_IMMEDIATE_TRIGGER.
 */
#define PTIMER_POLICY_LEGACY 0
#define PTIMER_POLICY_WRAP_AFTER_ONE_PERIOD (1 << 0)
#define PTIMER_POLICY_CONTINUOUS_TRIGGER (1 << 1)
#define PTIMER_POLICY_NO_IMMEDIATE_TRIGGER (1 << 2)
#define PTIMER_POLICY_NO_IMMEDIATE_RELOAD (1 << 3)
#define PTIMER_POLICY_NO_COUNTER_ROUND_DOWN (1 << 4)
#define PTIMER_POLICY_TRIGGER_ONLY_ON_DECREMENT (1 << 5)

typedef struct ptimer_state ptimer_state;
typedef void (*ptimer_cb)(void *opaque);

/* A stopped timer with period 0. The caller frees it with ptimer_free(). */
ptimer_state *ptimer_init(ptimer_cb callback, void *callback_opaque, uint8_t policy_mask);
void ptimer_free(ptimer_state *s);

/* Changes in between take effect together at the commit, which may call back. */
void ptimer_transaction_begin(ptimer_state *s);
void ptimer_transaction_commit(ptimer_state *s);

/* Length of a tick in ns; a running counter goes on from its present value. */
void ptimer_set_period(ptimer_state *s, int64_t period);

/* The same from a clock whose ticks are counted @divisor at a time. */
void ptimer_set_period_from_clock(ptimer_state *s, const Clock *clk, unsigned int divisor);

/* Ticks per second; may be a frequency whose period is no whole number of ns. */
void ptimer_set_freq(ptimer_state *s, uint32_t freq);

/* The value that a periodic counter is reloaded with. */
uint64_t ptimer_get_limit(ptimer_state *s);

/* Set it; with @reload not 0 the counter gets it at once, too. */
void ptimer_set_limit(ptimer_state *s, uint64_t limit, int reload);

/* Present value of the counter. No transaction needed. */
uint64_t ptimer_get_count(ptimer_state *s);
void ptimer_set_count(ptimer_state *s, uint64_t count);

/* Start counting; with @oneshot not 0 it stops at zero. */
void ptimer_run(ptimer_state *s, int oneshot);
void ptimer_stop(ptimer_state *s);

extern const VMStateDescription vmstate_ptimer;

#define VMSTATE_PTIMER(_field, _state) \
    VMSTATE_STRUCT_POINTER_V(_field, _state, 1, vmstate_ptimer, ptimer_state)

#define VMSTATE_PTIMER_ARRAY(_f, _s, _n) \
    VMSTATE_ARRAY_OF_POINTER_TO_STRUCT(_f, _s, _n, 0, vmstate_ptimer, ptimer_state)

#endif
