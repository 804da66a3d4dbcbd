/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Batching within a thread: work asked for inside of a section is done once
 * at its end, so that many requests cost one wake-up.
 */
#ifndef QEMU_DEFER_CALL_H
#define QEMU_DEFER_CALL_H

/* Sections nest; the outermost end does the deferred calls, in the order asked for. */
void defer_call_begin(void);
void defer_call_end(void);
/*
 * Calls @fn(@opaque) at the end of the section, once however often it was asked
 * for; right now outside of any.
 */
void defer_call(void (*fn)(void *), void *opaque);

#endif
