/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of vfio-platform share.
 */
#ifndef HW_VFIO_PLATFORM_INTERNAL_H
#define HW_VFIO_PLATFORM_INTERNAL_H

#include "hw/vfio/vfio-platform.h"

static inline bool vfio_intp_is_level(const VFIOINTp *intp)
{
    return intp->flags & VFIO_IRQ_INFO_AUTOMASKED;
}

/* ---- platform-irq.c: the state machine. It knows the world through vdev->actions only ---- */

/* Fields of the machine to "nothing happened"; mapped parts are on. */
void vfio_irq_machine_init(VFIOPlatformDevice *vdev, const VFIOIRQActions *actions);

/* The eventfd of @intp was read and held @count, not 0. BQL. */
void vfio_irq_fired(VFIOINTp *intp, uint64_t count);

/* No vCPU uses the parts whose going off was number @epoch. BQL. */
void vfio_irq_settled(VFIOPlatformDevice *vdev, uint64_t epoch);

/*
 * Around a trapped access, any thread. begin: no lock; its result goes to end. end: no lock
 * unless an interrupt was active, then it takes the BQL if it is not held.
 */
uint64_t vfio_irq_access_begin(VFIOPlatformDevice *vdev);
void vfio_irq_access_end(VFIOPlatformDevice *vdev, const VFIOAccess *access);

/* The guest completed the interrupt, says the interrupt controller. Any thread, no lock needed. */
void vfio_irq_eoi(VFIOINTp *intp);

/* mmap_timeout has passed; the request of actions->idle is met. BQL. */
void vfio_irq_timer(VFIOPlatformDevice *vdev);
void vfio_irq_idle(VFIOPlatformDevice *vdev);

/* The eventfd held @count when a reset drained it. BQL. */
void vfio_irq_drained(VFIOINTp *intp, uint64_t count);

/* All lines low, all states inactive, fast path on. BQL. */
void vfio_irq_reset(VFIOPlatformDevice *vdev);

/* The same for one interrupt, which is disconnected. BQL. */
void vfio_irq_drop(VFIOINTp *intp);

/* Interrupts that were triggered and are neither injected nor accounted for otherwise; 0. */
uint64_t vfio_irq_lost(VFIOINTp *intp);

/* Parse "REGION:OFFSET[:MASK][:r|w|rw]". False with an error that says what is wrong. */
bool vfio_eoi_hint_parse(const char *text, VFIOEoiHint *hint, Error **errp);

/* ---- platform-inject.c: modes ---- */

/* Line @irq (or NULL) is what @intp is connected to from now on: choose a mode. BQL. */
void vfio_intp_connect(VFIOINTp *intp);

/* Why @intp does not take the way irqfd, or irqchip: words for the user. It takes a slower one. */
const char *vfio_intp_why_not_irqfd(const VFIOINTp *intp);
const char *vfio_intp_why_not_irqchip(const VFIOINTp *intp);

/* What its line leads to from now on, @irq or NULL; a reference is kept. */
void vfio_intp_line_set(VFIOINTp *intp, qemu_irq irq);

/* Have the host signal, if it does not yet, and unmask it. False: it is not connected, or the
 * host refused, which was reported. BQL. */
bool vfio_intp_arm(VFIOINTp *intp);

/* The opposite: the host does not signal any more, nobody listens. BQL. */
void vfio_intp_disarm(VFIOINTp *intp);

/* Read what the eventfd counted; 0: nothing. */
uint64_t vfio_intp_eventfd_take(VFIOINTp *intp);

extern const VFIOIRQActions vfio_platform_actions;

/* ---- platform-reset.c ---- */

void vfio_platform_reset_class_init(ObjectClass *klass);

/* ---- platform-props.c ---- */

void vfio_platform_props_class_init(ObjectClass *klass);
void vfio_platform_props_init(Object *obj);
void vfio_platform_props_finalize(Object *obj);

/* Which of them go together. */
bool vfio_platform_props_check(VFIOPlatformDevice *vdev, Error **errp);

/* Whether index @n is in @list ("0,2-4", NULL: all). */
bool vfio_index_list_check(const char *list, const char *property, unsigned limit, Error **errp);
bool vfio_index_list_has(const char *list, unsigned n);

/* Whether each addr.N, irq.N and eoi.N is about something that the device has. */
bool vfio_platform_indexed_check(VFIOPlatformDevice *vdev, Error **errp);

/* Property @prefix.@n as a number. False: it is not set. */
bool vfio_platform_indexed_number(VFIOPlatformDevice *vdev, const char *prefix, unsigned n,
                                  uint64_t *value);

/* ---- platform-resolve.c ---- */

/* Make name and sysfsdev (and fd) what the given properties mean. */
bool vfio_platform_resolve(VFIOPlatformDevice *vdev, Error **errp);

/* "compatible" of the device's node on the host, if it has one and none is set. */
void vfio_platform_compat_read(VFIOPlatformDevice *vdev);

/* ---- platform-info.c ---- */

void vfio_platform_info_class_init(ObjectClass *klass);
void vfio_platform_list_add(VFIOPlatformDevice *vdev);
void vfio_platform_list_remove(VFIOPlatformDevice *vdev);

/* Account for the time since the last switch. BQL. */
void vfio_platform_path_account(VFIOPlatformDevice *vdev);

/* ---- platform-dt.c ---- */

void vfio_platform_dt_class_init(ObjectClass *klass);

/* "compatible" of the node that dt-node= or a server tells, if there is one and none is set. */
void vfio_platform_dt_compat_read(VFIOPlatformDevice *vdev);

#endif
