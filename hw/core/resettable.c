/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Three-phase reset. The enter phase runs only for objects whose count leaves
 * 0, hold once per enter, exit only when the count is back at 0. An object is
 * marked at each step, so that a reset asserted again from within a phase, or
 * through a second path of the tree, does not repeat a phase.
 */
#include "qemu/osdep.h"
#include "qemu/module.h"
#include "hw/resettable.h"
#include "trace.h"

/*
 * How many enter or exit walks are going on. Phases of unrelated trees may
 * nest (a hold phase that resets another device), a change of parent must not
 * happen inside of one.
 */
static unsigned enter_phases_in_progress;
static unsigned exit_phases_in_progress;

static ResettableState *resettable_state(ResettableClass *rc, Object *obj)
{
    g_assert(rc->get_state);
    return rc->get_state(obj);
}

static void resettable_children(ResettableClass *rc, Object *obj, ResettableChildCallback cb,
                                ResetType type)
{
    if (rc->child_foreach) {
        rc->child_foreach(obj, cb, NULL, type);
    }
}

static void resettable_phase_enter(Object *obj, void *opaque, ResetType type)
{
    ResettableClass *rc = RESETTABLE_GET_CLASS(obj);
    ResettableState *s = resettable_state(rc, obj);
    bool action_needed = false;

    /* Leaving and entering reset at once would run phases of one object out of order. */
    g_assert(!s->exit_phase_in_progress);

    /* An object in a loop of the tree would count without end. */
    g_assert(s->count < UINT_MAX);
    if (s->count++ == 0) {
        action_needed = true;
    }
    resettable_children(rc, obj, resettable_phase_enter, type);
    if (action_needed) {
        trace_resettable_phase_enter(obj, object_get_typename(obj), s->count);
        if (rc->phases.enter && !(rc->get_transitional_function &&
                                  rc->get_transitional_function(obj))) {
            rc->phases.enter(obj, type);
        }
        s->hold_phase_pending = true;
    }
}

static void resettable_phase_hold(Object *obj, void *opaque, ResetType type)
{
    ResettableClass *rc = RESETTABLE_GET_CLASS(obj);
    ResettableState *s = resettable_state(rc, obj);
    ResettableTrFunction legacy;

    resettable_children(rc, obj, resettable_phase_hold, type);
    if (!s->hold_phase_pending) {
        return;
    }
    s->hold_phase_pending = false;
    trace_resettable_phase_hold(obj, object_get_typename(obj), s->count);
    legacy = rc->get_transitional_function ? rc->get_transitional_function(obj) : NULL;
    if (legacy) {
        legacy(obj);
    } else if (rc->phases.hold) {
        rc->phases.hold(obj);
    }
}

static void resettable_phase_exit(Object *obj, void *opaque, ResetType type)
{
    ResettableClass *rc = RESETTABLE_GET_CLASS(obj);
    ResettableState *s = resettable_state(rc, obj);

    g_assert(!s->exit_phase_in_progress);
    s->exit_phase_in_progress = true;
    resettable_children(rc, obj, resettable_phase_exit, type);
    g_assert(s->count > 0);
    if (--s->count == 0) {
        trace_resettable_phase_exit(obj, object_get_typename(obj));
        if (rc->phases.exit && !(rc->get_transitional_function &&
                                 rc->get_transitional_function(obj))) {
            rc->phases.exit(obj);
        }
    }
    s->exit_phase_in_progress = false;
}

void resettable_assert_reset(Object *obj, ResetType type)
{
    enter_phases_in_progress++;
    resettable_phase_enter(obj, NULL, type);
    enter_phases_in_progress--;
    resettable_phase_hold(obj, NULL, type);
}

void resettable_release_reset(Object *obj, ResetType type)
{
    exit_phases_in_progress++;
    resettable_phase_exit(obj, NULL, type);
    exit_phases_in_progress--;
}

void resettable_reset(Object *obj, ResetType type)
{
    trace_resettable_reset(obj, object_get_typename(obj), type);
    resettable_assert_reset(obj, type);
    resettable_release_reset(obj, type);
}

bool resettable_is_in_reset(Object *obj)
{
    ResettableClass *rc = RESETTABLE_GET_CLASS(obj);

    return resettable_state(rc, obj)->count > 0;
}

static unsigned resettable_count(Object *obj)
{
    return obj ? resettable_state(RESETTABLE_GET_CLASS(obj), obj)->count : 0;
}

void resettable_change_parent(Object *obj, Object *newp, Object *oldp)
{
    ResettableState *s = resettable_state(RESETTABLE_GET_CLASS(obj), obj);
    unsigned newp_count = resettable_count(newp);
    unsigned oldp_count = resettable_count(oldp);

    /* In these walks the counts of the two parents do not yet (or no longer) mean anything. */
    g_assert(!enter_phases_in_progress && !exit_phases_in_progress);

    for (unsigned i = 0; i < newp_count; i++) {
        resettable_assert_reset(obj, RESET_TYPE_COLD);
    }
    /* The new parent's hold phase is still to come: leave this object's to it. */
    if (newp && resettable_state(RESETTABLE_GET_CLASS(newp), newp)->hold_phase_pending) {
        s->hold_phase_pending = true;
    }
    for (unsigned i = 0; i < oldp_count; i++) {
        resettable_release_reset(obj, RESET_TYPE_COLD);
    }
}

void resettable_cold_reset_fn(void *opaque)
{
    resettable_reset(opaque, RESET_TYPE_COLD);
}

void resettable_class_set_parent_phases(ResettableClass *rc, ResettableEnterPhase enter,
                                        ResettableHoldPhase hold, ResettableExitPhase exit,
                                        ResettablePhases *parent_phases)
{
    *parent_phases = rc->phases;
    if (enter) {
        rc->phases.enter = enter;
    }
    if (hold) {
        rc->phases.hold = hold;
    }
    if (exit) {
        rc->phases.exit = exit;
    }
}

static const TypeInfo resettable_types[] = {
    {
        .name = TYPE_RESETTABLE_INTERFACE,
        .parent = TYPE_INTERFACE,
        .class_size = sizeof(ResettableClass),
    },
};

DEFINE_TYPES(resettable_types)
