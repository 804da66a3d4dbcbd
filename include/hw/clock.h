/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Clock tree. A clock carries a period in units of 2^-32 ns; 0 means it does
 * not run. Changing a root and propagating updates every clock below, each
 * through the multiplier and divider of its parent. BQL held throughout.
 */
#ifndef HW_CLOCK_H
#define HW_CLOCK_H

#include "qom/object.h"
#include "qemu/queue.h"
#include "qemu/host-utils.h"
#include "qemu/bitops.h"

#define TYPE_CLOCK "clock"
OBJECT_DECLARE_SIMPLE_TYPE(Clock, CLOCK)

/* Passed to a callback; also bits of the mask of events that it wants. */
typedef enum ClockEvent {
    ClockUpdate = 1,    /* the period has just changed */
    ClockPreUpdate = 2, /* the period is about to change; clock_get() is the old one */
} ClockEvent;

typedef void ClockCallback(void *opaque, ClockEvent event);

struct Clock {
    Object parent_obj;

    uint64_t period;
    char *canonical_path; /* for traces; set when its device is realized */
    ClockCallback *callback;
    void *callback_opaque;
    unsigned int callback_events;

    /* Children run at period * multiplier / divider. */
    uint32_t multiplier;
    uint32_t divider;

    Clock *source;
    QLIST_HEAD(, Clock) children;
    QLIST_ENTRY(Clock) sibling;
};

extern const VMStateDescription vmstate_clock;
#define VMSTATE_CLOCK(field, state) VMSTATE_CLOCK_V(field, state, 0)
#define VMSTATE_CLOCK_V(field, state, version) \
    VMSTATE_STRUCT_POINTER_V(field, state, version, vmstate_clock, Clock)
#define VMSTATE_ARRAY_CLOCK(field, state, num) VMSTATE_ARRAY_CLOCK_V(field, state, num, 0)
#define VMSTATE_ARRAY_CLOCK_V(field, state, num, version) \
    VMSTATE_ARRAY_OF_POINTER_TO_STRUCT(field, state, num, version, vmstate_clock, Clock)

#define CLOCK_PERIOD_1SEC (1000000000llu << 32)

#define CLOCK_PERIOD_FROM_NS(ns) ((ns) * (CLOCK_PERIOD_1SEC / 1000000000llu))
#define CLOCK_PERIOD_FROM_HZ(hz) (((hz) != 0) ? CLOCK_PERIOD_1SEC / (hz) : 0u)
#define CLOCK_PERIOD_TO_HZ(per) (((per) != 0) ? CLOCK_PERIOD_1SEC / (per) : 0u)

/* Refresh the path that traces show; qdev does it when a device is realized. */
void clock_setup_canonical_path(Clock *clk);

/* A clock as child @name of @parent, which owns it. */
Clock *clock_new(Object *parent, const char *name);

/* @cb is called for the events in the mask @events. A clock has one callback. */
void clock_set_callback(Clock *clk, ClockCallback *cb, void *opaque, unsigned int events);

/* Feed @clk from @src from now on; it takes the period, no callback is called. */
void clock_set_source(Clock *clk, Clock *src);

static inline bool clock_has_source(const Clock *clk)
{
    return clk->source != NULL;
}

/* Set the period without telling children. True if it changed: then propagate. */
bool clock_set(Clock *clk, uint64_t period);

static inline bool clock_set_hz(Clock *clk, unsigned hz)
{
    return clock_set(clk, CLOCK_PERIOD_FROM_HZ(hz));
}

static inline bool clock_set_ns(Clock *clk, unsigned ns)
{
    return clock_set(clk, CLOCK_PERIOD_FROM_NS(ns));
}

/* Bring all clocks below @clk up to date, calling callbacks. */
void clock_propagate(Clock *clk);

static inline void clock_update(Clock *clk, uint64_t value)
{
    if (clock_set(clk, value)) {
        clock_propagate(clk);
    }
}

static inline void clock_update_hz(Clock *clk, unsigned hz)
{
    clock_update(clk, CLOCK_PERIOD_FROM_HZ(hz));
}

static inline void clock_update_ns(Clock *clk, unsigned ns)
{
    clock_update(clk, CLOCK_PERIOD_FROM_NS(ns));
}

static inline uint64_t clock_get(const Clock *clk)
{
    return clk->period;
}

/* Rounded down; 0 for a stopped clock. */
static inline unsigned clock_get_hz(Clock *clk)
{
    return CLOCK_PERIOD_TO_HZ(clock_get(clk));
}

/* Duration of @ticks, rounded down to ns and saturated at INT64_MAX. */
uint64_t clock_ticks_to_ns(const Clock *clk, uint64_t ticks);

/* Whole ticks in @ns, modulo 2^64; 0 for a stopped clock. */
uint64_t clock_ns_to_ticks(const Clock *clk, uint64_t ns);

static inline bool clock_is_enabled(const Clock *clk)
{
    return clock_get(clk) != 0;
}

/* Frequency for humans ("24 MHz"); the caller frees it. */
char *clock_display_freq(Clock *clk);

/*
 * Set the factors for children; neither may be 0. True if something changed;
 * the new factors take effect at the next clock_propagate().
 */
bool clock_set_mul_div(Clock *clk, uint32_t multiplier, uint32_t divider);

#endif
