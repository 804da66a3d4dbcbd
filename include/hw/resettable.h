/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Resettable: three-phase reset of a tree of objects. In the enter phase an
 * object clears its own state and touches nobody else; in hold it may drive
 * its outputs; in exit it leaves reset. Every object of a tree finishes a
 * phase before any of them starts the next, children before their parent.
 * Assertions of reset are counted. All functions are called with the BQL held.
 */
#ifndef HW_RESETTABLE_H
#define HW_RESETTABLE_H

#include "qom/object.h"

#define TYPE_RESETTABLE_INTERFACE "resettable"

typedef struct ResettableClass ResettableClass;
DECLARE_CLASS_CHECKERS(ResettableClass, RESETTABLE, TYPE_RESETTABLE_INTERFACE)

typedef struct ResettableState ResettableState;

/* Why an object is reset. Power-on ("cold") is the only kind so far. */
typedef enum ResetType {
    RESET_TYPE_COLD,
} ResetType;

typedef void (*ResettableEnterPhase)(Object *obj, ResetType type);
typedef void (*ResettableHoldPhase)(Object *obj);
typedef void (*ResettableExitPhase)(Object *obj);
typedef ResettableState *(*ResettableGetState)(Object *obj);
typedef void (*ResettableTrFunction)(Object *obj);
typedef ResettableTrFunction (*ResettableGetTrFunction)(Object *obj);
typedef void (*ResettableChildCallback)(Object *obj, void *opaque, ResetType type);
typedef void (*ResettableChildForeach)(Object *obj, ResettableChildCallback cb, void *opaque,
                                       ResetType type);

typedef struct ResettablePhases {
    ResettableEnterPhase enter;
    ResettableHoldPhase hold;
    ResettableExitPhase exit;
} ResettablePhases;

/*
 * @phases: the object's own part; each may be NULL.
 * @get_state: where this object keeps its ResettableState; required.
 * @get_transitional_function: a one-phase (legacy) reset to call instead of
 *   @phases.hold, or NULL when the object has none.
 * @child_foreach: calls @cb for each child with @opaque and @type; optional.
 */
struct ResettableClass {
    InterfaceClass parent_class;
    ResettablePhases phases;
    ResettableGetState get_state;
    ResettableGetTrFunction get_transitional_function;
    ResettableChildForeach child_foreach;
};

/* @count: how many asserted resets hold this object; 0 means it runs. */
struct ResettableState {
    unsigned count;
    bool hold_phase_pending;
    bool exit_phase_in_progress;
};

static inline void resettable_state_clear(ResettableState *state)
{
    *state = (ResettableState){ 0 };
}

/* Assert and release reset: the whole tree below @obj goes through all phases. */
void resettable_reset(Object *obj, ResetType type);

/* Put the tree into reset (enter and hold). Pair with resettable_release_reset(). */
void resettable_assert_reset(Object *obj, ResetType type);

/* Take back one resettable_assert_reset(); the last one runs the exit phases. */
void resettable_release_reset(Object *obj, ResetType type);

/* True from the enter phase until the exit phase of the last release began. */
bool resettable_is_in_reset(Object *obj);

/*
 * @obj moves from @oldp to @newp (either may be NULL): it takes the number of
 * resets that hold its new parent, and loses those of the old one. Not legal
 * while a phase of either tree runs.
 */
void resettable_change_parent(Object *obj, Object *newp, Object *oldp);

/* A cold reset in the shape that qemu_register_reset() takes; @opaque is an Object. */
void resettable_cold_reset_fn(void *opaque);

/*
 * For a subclass: install the given phases that are not NULL and leave the
 * former ones in @parent_phases, for the subclass to call.
 */
void resettable_class_set_parent_phases(ResettableClass *rc, ResettableEnterPhase enter,
                                        ResettableHoldPhase hold, ResettableExitPhase exit,
                                        ResettablePhases *parent_phases);

#endif
