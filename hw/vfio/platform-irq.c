/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Interrupts of a vfio-platform device that user space injects: the states of each, the queue of
 * those that wait, and when the device's registers are mapped. Events come in as calls, what has
 * to be done goes out through vdev->actions.
 *
 * Locks: states are guarded by intp_mutex, whether parts are mapped by the BQL. Order: BQL,
 * intp_mutex, the interrupt controller's lock. The host is told, the map changed and vCPUs waited
 * for without intp_mutex.
 *
 * An access ends an interrupt only if that was active, with its line up, before the access
 * began. Each activation has a serial number, given when the line goes up, so an access only has
 * to remember the last number given out when it began.
 */
#include "qemu/osdep.h"
#include "qemu/atomic.h"
#include "qemu/bitops.h"
#include "qemu/lockable.h"
#include "qemu/main-loop.h"
#include "platform-internal.h"
#include "trace.h"

static int intp_fd(const VFIOINTp *intp)
{
    return intp->interrupt ? event_notifier_get_fd(intp->interrupt) : -1;
}

/* Its end is learnt from accesses. */
static bool intp_by_trap(const VFIOINTp *intp)
{
    return intp->mode == VFIO_INJECT_MODE_TRAP;
}

void vfio_irq_machine_init(VFIOPlatformDevice *vdev, const VFIOIRQActions *actions)
{
    vdev->actions = actions;
    vdev->is_fast = vdev->has_mmaps;
    vdev->is_settled = !vdev->has_mmaps;
    vdev->fast_due = false;
    vdev->epoch = vdev->last_serial = 0;
    vdev->busy = 0;
    vdev->unhinted_active = NULL;
    vdev->vbasedev.active_irqs = 0;
    QSIMPLEQ_INIT(&vdev->pending_intp_queue);
}

/* ---- one interrupt; intp_mutex held -------------------------------------------------------- */

static void line_raise(VFIOINTp *intp)
{
    VFIOPlatformDevice *vdev = intp->vdev;

    intp->serial = vdev->last_serial + 1;
    qatomic_set(&vdev->last_serial, intp->serial);
    intp->line = true;
    intp->counts.injected++;
    vdev->actions->set_line(intp, 1);
}

static void line_lower(VFIOINTp *intp)
{
    intp->serial = 0;
    intp->line = false;
    intp->vdev->actions->set_line(intp, 0);
}

/* @intp counts as busy already. */
static void intp_activate(VFIOINTp *intp)
{
    VFIOPlatformDevice *vdev = intp->vdev;

    intp->state = VFIO_IRQ_ACTIVE;
    if (!intp->hint.is_set) {
        vdev->unhinted_active = intp;
    }
    qatomic_set(&vdev->vbasedev.active_irqs, vdev->vbasedev.active_irqs + 1);
    if (vdev->is_settled) {
        line_raise(intp);
    }
}

/* An interrupt that is inactive begins: now, or when its turn comes. */
static void intp_begin(VFIOINTp *intp)
{
    VFIOPlatformDevice *vdev = intp->vdev;

    if (!intp_by_trap(intp)) {
        intp->state = VFIO_IRQ_ACTIVE;
        line_raise(intp);
        return;
    }
    vdev->busy++;
    if (!intp->hint.is_set &&
        (vdev->unhinted_active || !QSIMPLEQ_EMPTY(&vdev->pending_intp_queue))) {
        intp->state = VFIO_IRQ_PENDING;
        intp->counts.deferred++;
        QSIMPLEQ_INSERT_TAIL(&vdev->pending_intp_queue, intp, pqnext);
        trace_vfio_intp_interrupt_set_pending(intp->pin);
        return;
    }
    intp_activate(intp);
}

static void pending_next(VFIOPlatformDevice *vdev)
{
    VFIOINTp *intp = QSIMPLEQ_FIRST(&vdev->pending_intp_queue);

    if (!intp || vdev->unhinted_active) {
        return;
    }
    trace_vfio_platform_eoi_handle_pending(intp->pin);
    QSIMPLEQ_REMOVE_HEAD(&vdev->pending_intp_queue, pqnext);
    trace_vfio_platform_intp_inject_pending_lockheld(intp->pin, intp_fd(intp));
    intp_activate(intp);
}

/* Make an active or pending interrupt inactive; its line, if up, falls. */
static void intp_end(VFIOINTp *intp)
{
    VFIOPlatformDevice *vdev = intp->vdev;

    if (intp_by_trap(intp)) {
        vdev->busy--;
        if (intp->state == VFIO_IRQ_PENDING) {
            QSIMPLEQ_REMOVE(&vdev->pending_intp_queue, intp, VFIOINTp, pqnext);
        } else {
            qatomic_set(&vdev->vbasedev.active_irqs, vdev->vbasedev.active_irqs - 1);
        }
        if (vdev->unhinted_active == intp) {
            vdev->unhinted_active = NULL;
        }
    }
    intp->state = VFIO_IRQ_INACTIVE;
    line_lower(intp);
}

/* The timer has passed, and the last interrupt that it found under way has ended. */
static bool idle_is_due(const VFIOPlatformDevice *vdev)
{
    return !vdev->busy && vdev->fast_due;
}

static void refire_begin(VFIOINTp *intp)
{
    if (intp->refire && intp->state == VFIO_IRQ_INACTIVE) {
        intp->refire = false;
        intp_begin(intp);
    }
}

/* What waited of @intp will not be injected. */
static void intp_discard(VFIOINTp *intp)
{
    intp->counts.discarded += intp->refire;
    intp->refire = false;
    if (intp->state != VFIO_IRQ_INACTIVE) {
        intp->counts.discarded += !intp->line;
        intp_end(intp);
    }
}

/* ---- the two paths; BQL held, intp_mutex not ------------------------------------------------ */

/* An interrupt became active: see the guest's accesses. */
static void path_slow(VFIOPlatformDevice *vdev)
{
    uint64_t epoch;

    if (!vdev->has_mmaps) {
        return;
    }
    vdev->actions->timer(vdev);
    if (!vdev->is_fast) {
        return;
    }
    vdev->is_fast = false;
    vdev->actions->fast_path(vdev, false);
    WITH_QEMU_LOCK_GUARD(&vdev->intp_mutex) {
        epoch = ++vdev->epoch;
    }
    vdev->actions->settle(vdev, epoch);
}

/* Back to the fast path, unless an interrupt is under way. */
static bool path_fast(VFIOPlatformDevice *vdev)
{
    WITH_QEMU_LOCK_GUARD(&vdev->intp_mutex) {
        if (vdev->busy) {
            return false;
        }
        vdev->fast_due = false;
        vdev->is_settled = !vdev->has_mmaps;
    }
    vdev->actions->cancel(vdev);
    if (vdev->has_mmaps && !vdev->is_fast) {
        vdev->is_fast = true;
        vdev->actions->fast_path(vdev, true);
    }
    return true;
}

void vfio_irq_settled(VFIOPlatformDevice *vdev, uint64_t epoch)
{
    VFIOINTp *intp;

    QEMU_LOCK_GUARD(&vdev->intp_mutex);
    if (epoch != vdev->epoch || vdev->is_fast) {
        return;
    }
    vdev->is_settled = true;
    QLIST_FOREACH(intp, &vdev->intp_list, next) {
        if (intp_by_trap(intp) && intp->state == VFIO_IRQ_ACTIVE && !intp->line) {
            line_raise(intp);
        }
    }
}

void vfio_irq_timer(VFIOPlatformDevice *vdev)
{
    VFIOINTp *intp;

    if (path_fast(vdev)) {
        return;
    }
    QEMU_LOCK_GUARD(&vdev->intp_mutex);
    vdev->fast_due = true;
    QLIST_FOREACH(intp, &vdev->intp_list, next) {
        if (intp_by_trap(intp) && intp->state != VFIO_IRQ_INACTIVE) {
            trace_vfio_platform_intp_mmap_enable(intp->pin);
        }
    }
}

void vfio_irq_idle(VFIOPlatformDevice *vdev)
{
    bool due;

    WITH_QEMU_LOCK_GUARD(&vdev->intp_mutex) {
        due = vdev->fast_due;
    }
    if (due) {
        path_fast(vdev);
    }
}

/* ---- begin ---------------------------------------------------------------------------------- */

static void edge_fired(VFIOINTp *intp, uint64_t count)
{
    WITH_QEMU_LOCK_GUARD(&intp->vdev->intp_mutex) {
        intp->counts.triggered += count;
        intp->counts.coalesced += count - 1;
        intp->counts.injected++;
    }
    intp->vdev->actions->pulse(intp);
}

void vfio_irq_fired(VFIOINTp *intp, uint64_t count)
{
    VFIOPlatformDevice *vdev = intp->vdev;
    bool slow;

    trace_vfio_platform_intp_interrupt(intp->pin, intp_fd(intp));
    if (!vfio_intp_is_level(intp)) {
        edge_fired(intp, count);
        return;
    }
    WITH_QEMU_LOCK_GUARD(&vdev->intp_mutex) {
        intp->counts.triggered += count;
        intp->counts.coalesced += count - 1;
        if (intp->state == VFIO_IRQ_INACTIVE && !intp->refire) {
            intp_begin(intp);
            slow = intp_by_trap(intp) && intp->state == VFIO_IRQ_ACTIVE;
        } else {
            /* Not taken twice: it starts over once it has completed. */
            intp->counts.coalesced += intp->refire;
            intp->refire = true;
            slow = false;
        }
    }
    if (slow) {
        path_slow(vdev);
    }
}

/* ---- end -------------------------------------------------------------------------------- */

uint64_t vfio_irq_access_begin(VFIOPlatformDevice *vdev)
{
    return qatomic_read(&vdev->vbasedev.active_irqs) ? qatomic_read(&vdev->last_serial) : 0;
}

static bool hint_matches(const VFIOEoiHint *hint, const VFIOAccess *access)
{
    uint64_t value;
    unsigned at;

    if (!hint->is_set || hint->region != access->region->nr ||
        !(access->is_write ? hint->on_write : hint->on_read) ||
        hint->offset < access->offset || hint->offset - access->offset >= access->size) {
        return false;
    }
    at = hint->offset - access->offset;
    value = extract64(access->value, 8 * at, 8 * (access->size - at));
    return !access->is_write || !hint->mask || (value & hint->mask);
}

/* Does @access, which is the end of hinted interrupts only if @is_hint, end @intp? */
static bool access_ends(VFIOINTp *intp, const VFIOAccess *access, bool is_hint)
{
    return intp_by_trap(intp) && intp->state == VFIO_IRQ_ACTIVE && intp->serial &&
           intp->serial <= access->cookie &&
           (intp->hint.is_set ? hint_matches(&intp->hint, access) : !is_hint);
}

static bool access_is_hint(VFIOPlatformDevice *vdev, const VFIOAccess *access)
{
    VFIOINTp *intp;

    QLIST_FOREACH(intp, &vdev->intp_list, next) {
        if (hint_matches(&intp->hint, access)) {
            return true;
        }
    }
    return false;
}

/* Complete what @access ends and unmask it at the host. True if there was any. */
static bool access_complete(VFIOPlatformDevice *vdev, const VFIOAccess *access)
{
    bool is_hint = access_is_hint(vdev, access);
    bool any = false;
    VFIOINTp *intp;

    QLIST_FOREACH(intp, &vdev->intp_list, next) {
        bool ends;

        WITH_QEMU_LOCK_GUARD(&vdev->intp_mutex) {
            ends = access_ends(intp, access, is_hint);
            if (ends) {
                intp->counts.eois++;
                intp_end(intp);
            }
        }
        if (ends) {
            trace_vfio_platform_eoi(intp->pin, intp_fd(intp));
            vdev->actions->host_unmask(intp);
            any = true;
        }
    }
    return any;
}

void vfio_irq_access_end(VFIOPlatformDevice *vdev, const VFIOAccess *access)
{
    VFIOINTp *intp;
    bool idle;

    if (!access->cookie || !qatomic_read(&vdev->vbasedev.active_irqs)) {
        return;
    }
    BQL_LOCK_GUARD();
    if (!access_complete(vdev, access)) {
        return;
    }
    WITH_QEMU_LOCK_GUARD(&vdev->intp_mutex) {
        QLIST_FOREACH(intp, &vdev->intp_list, next) {
            if (intp_by_trap(intp)) {
                refire_begin(intp);
            }
        }
        pending_next(vdev);
        idle = idle_is_due(vdev);
    }
    if (idle) {
        vdev->actions->idle(vdev);
    }
}

void vfio_irq_eoi(VFIOINTp *intp)
{
    VFIOPlatformDevice *vdev = intp->vdev;

    WITH_QEMU_LOCK_GUARD(&vdev->intp_mutex) {
        if (intp->mode != VFIO_INJECT_MODE_IRQCHIP || intp->state != VFIO_IRQ_ACTIVE) {
            return;
        }
        intp->counts.eois++;
        intp_end(intp);
    }
    trace_vfio_platform_eoi(intp->pin, intp_fd(intp));
    vdev->actions->host_unmask(intp);
    WITH_QEMU_LOCK_GUARD(&vdev->intp_mutex) {
        if (intp->mode == VFIO_INJECT_MODE_IRQCHIP) {
            refire_begin(intp);
        }
    }
}

/* ---- reset ------------------------------------------------------------------------------ */

void vfio_irq_drained(VFIOINTp *intp, uint64_t count)
{
    QEMU_LOCK_GUARD(&intp->vdev->intp_mutex);
    intp->counts.triggered += count;
    intp->counts.coalesced += count - 1;
    intp->counts.discarded++;
}

void vfio_irq_reset(VFIOPlatformDevice *vdev)
{
    VFIOINTp *intp;

    WITH_QEMU_LOCK_GUARD(&vdev->intp_mutex) {
        QLIST_FOREACH(intp, &vdev->intp_list, next) {
            intp_discard(intp);
            line_lower(intp);
        }
    }
    path_fast(vdev);
}

void vfio_irq_drop(VFIOINTp *intp)
{
    VFIOPlatformDevice *vdev = intp->vdev;
    bool idle;

    WITH_QEMU_LOCK_GUARD(&vdev->intp_mutex) {
        intp_discard(intp);
        pending_next(vdev);
        idle = idle_is_due(vdev);
    }
    if (idle) {
        vdev->actions->idle(vdev);
    }
}

uint64_t vfio_irq_lost(VFIOINTp *intp)
{
    const VFIOIRQCounts *c = &intp->counts;
    uint64_t waiting;

    QEMU_LOCK_GUARD(&intp->vdev->intp_mutex);
    waiting = intp->refire + (intp->state != VFIO_IRQ_INACTIVE && !intp->line);
    return c->triggered - c->coalesced - c->injected - c->discarded - waiting;
}
