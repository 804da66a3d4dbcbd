/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Interrupt statistics: what an interrupt controller offers for `info irq`.
 */
#ifndef HW_CORE_IRQ_STATS_H
#define HW_CORE_IRQ_STATS_H

#include "qom/object.h"

#define TYPE_INTERRUPT_STATS_PROVIDER "intctrl"

typedef struct InterruptStatsProviderClass InterruptStatsProviderClass;
DECLARE_CLASS_CHECKERS(InterruptStatsProviderClass, INTERRUPT_STATS_PROVIDER,
                       TYPE_INTERRUPT_STATS_PROVIDER)
#define INTERRUPT_STATS_PROVIDER(obj) \
    INTERFACE_CHECK(InterruptStatsProvider, (obj), TYPE_INTERRUPT_STATS_PROVIDER)

typedef struct InterruptStatsProvider InterruptStatsProvider;

/*
 * @get_statistics: the controller's own array of counters (borrowed) and its
 *   length; false when there is nothing to tell.
 * @append_text: adds lines about the controller's state to @out; optional.
 */
struct InterruptStatsProviderClass {
    InterfaceClass parent;
    bool (*get_statistics)(InterruptStatsProvider *obj, uint64_t **irq_counts,
                           unsigned int *nb_irqs);
    void (*append_text)(InterruptStatsProvider *obj, GString *out);
};

/* Text of `info irq`: each provider's counters that are not 0. Caller frees. BQL held. */
char *irq_stats_text(void);

#endif
