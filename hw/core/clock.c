/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Clock tree: periods flow from a source to its children, scaled by the
 * source's multiplier and divider.
 */
#include "qemu/osdep.h"
#include "qemu/cutils.h"
#include "qemu/int128.h"
#include "qapi/visitor.h"
#include "qemu/module.h"
#include "hw/clock.h"
#include "trace.h"

#define CLOCK_UNITS_SHIFT 32 /* a period is in 2^-32 ns */

static const char *clock_path(const Clock *clk)
{
    return clk->canonical_path ? clk->canonical_path : "(unnamed)";
}

void clock_setup_canonical_path(Clock *clk)
{
    g_free(clk->canonical_path);
    clk->canonical_path = object_get_canonical_path(OBJECT(clk));
}

Clock *clock_new(Object *parent, const char *name)
{
    Object *obj = object_new(TYPE_CLOCK);
    Clock *clk = CLOCK(obj);

    object_property_add_child(parent, name, obj);
    object_unref(obj);
    clock_setup_canonical_path(clk);
    return clk;
}

void clock_set_callback(Clock *clk, ClockCallback *cb, void *opaque, unsigned int events)
{
    clk->callback = cb;
    clk->callback_opaque = opaque;
    clk->callback_events = events;
}

static void clock_callback_call(Clock *clk, ClockEvent event)
{
    if (clk->callback && (clk->callback_events & event)) {
        clk->callback(clk->callback_opaque, event);
    }
}

bool clock_set(Clock *clk, uint64_t period)
{
    if (clk->period == period) {
        return false;
    }
    trace_clock_set(clock_path(clk), CLOCK_PERIOD_TO_HZ(clk->period), CLOCK_PERIOD_TO_HZ(period));
    clk->period = period;
    return true;
}

/* The period that children of @clk have; saturates instead of wrapping. */
static uint64_t clock_child_period(const Clock *clk)
{
    uint64_t low;
    uint64_t high;

    mulu64(&low, &high, clk->period, clk->multiplier);
    if (high >= clk->divider) {
        return UINT64_MAX;
    }
    divu128(&low, &high, clk->divider);
    return low;
}

static void clock_children_update(Clock *clk, bool call_callbacks)
{
    uint64_t period = clock_child_period(clk);
    Clock *child;

    QLIST_FOREACH(child, &clk->children, sibling) {
        if (child->period == period) {
            continue;
        }
        trace_clock_propagate(clock_path(clk), clock_path(child), CLOCK_PERIOD_TO_HZ(period));
        if (call_callbacks) {
            clock_callback_call(child, ClockPreUpdate);
        }
        child->period = period;
        if (call_callbacks) {
            clock_callback_call(child, ClockUpdate);
        }
        clock_children_update(child, call_callbacks);
    }
}

void clock_propagate(Clock *clk)
{
    trace_clock_update(clock_path(clk), CLOCK_PERIOD_TO_HZ(clk->period));
    clock_children_update(clk, true);
}

static void clock_source_drop(Clock *clk)
{
    if (clk->source) {
        QLIST_REMOVE(clk, sibling);
        clk->source = NULL;
    }
}

void clock_set_source(Clock *clk, Clock *src)
{
    /* Changing the source of a connected clock has no meaning in hardware we model. */
    g_assert(!clk->source);
    for (Clock *c = src; c; c = c->source) {
        g_assert(c != clk);
    }
    trace_clock_set_source(clock_path(clk), clock_path(src));
    clk->period = clock_child_period(src);
    QLIST_INSERT_HEAD(&src->children, clk, sibling);
    clk->source = src;
    clock_children_update(clk, false);
}

uint64_t clock_ticks_to_ns(const Clock *clk, uint64_t ticks)
{
    uint64_t low;
    uint64_t high;

    mulu64(&low, &high, clk->period, ticks);
    if (high >> (CLOCK_UNITS_SHIFT - 1)) {
        return INT64_MAX;
    }
    return high << (64 - CLOCK_UNITS_SHIFT) | low >> CLOCK_UNITS_SHIFT;
}

uint64_t clock_ns_to_ticks(const Clock *clk, uint64_t ns)
{
    uint64_t low = ns << CLOCK_UNITS_SHIFT;
    uint64_t high = ns >> (64 - CLOCK_UNITS_SHIFT);

    if (clk->period == 0) {
        return 0;
    }
    divu128(&low, &high, clk->period);
    return low;
}

char *clock_display_freq(Clock *clk)
{
    return freq_to_str(clock_get_hz(clk));
}

bool clock_set_mul_div(Clock *clk, uint32_t multiplier, uint32_t divider)
{
    g_assert(multiplier != 0 && divider != 0);
    if (clk->multiplier == multiplier && clk->divider == divider) {
        return false;
    }
    trace_clock_set_mul_div(clock_path(clk), clk->multiplier, multiplier, clk->divider, divider);
    clk->multiplier = multiplier;
    clk->divider = divider;
    return true;
}

static void clock_period_get(Object *obj, Visitor *v, const char *name, void *opaque,
                             Error **errp)
{
    Clock *clk = CLOCK(obj);
    uint64_t period = clock_get(clk);

    visit_type_uint64(v, name, &period, errp);
}

static void clock_init(Object *obj)
{
    Clock *clk = CLOCK(obj);

    clk->multiplier = 1;
    clk->divider = 1;
    QLIST_INIT(&clk->children);
}

static void clock_finalize(Object *obj)
{
    Clock *clk = CLOCK(obj);
    Clock *child;
    Clock *next;

    QLIST_FOREACH_SAFE(child, &clk->children, sibling, next) {
        clock_source_drop(child);
    }
    clock_source_drop(clk);
    g_free(clk->canonical_path);
}

static void clock_class_init(ObjectClass *klass, void *data)
{
    /* For tests and users: in the unit of clock_get(). */
    object_class_property_add(klass, "qtest-clock-period", "uint64", clock_period_get, NULL,
                              NULL, NULL);
    object_class_property_set_description(klass, "qtest-clock-period",
                                          "period in units of 2^-32 ns, 0 when stopped");
}

static const TypeInfo clock_types[] = {
    {
        .name = TYPE_CLOCK,
        .parent = TYPE_OBJECT,
        .instance_size = sizeof(Clock),
        .instance_init = clock_init,
        .instance_finalize = clock_finalize,
        .class_init = clock_class_init,
    },
};

DEFINE_TYPES(clock_types)
