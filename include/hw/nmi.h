/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Non-maskable interrupts on request: who can raise one (a machine, or a device with a
 * button for it) implements TYPE_NMI.
 */
#ifndef HW_NMI_H
#define HW_NMI_H

#include "qom/object.h"

#define TYPE_NMI "nmi"

typedef struct NMIClass NMIClass;
DECLARE_CLASS_CHECKERS(NMIClass, NMI, TYPE_NMI)
#define NMI(obj) INTERFACE_CHECK(NMIState, (obj), TYPE_NMI)

typedef struct NMIState NMIState;

/* @nmi_monitor_handler: raise the interrupt; @cpu_index is the CPU that is meant, if it matters. */
struct NMIClass {
    InterfaceClass parent_class;
    void (*nmi_monitor_handler)(NMIState *n, int cpu_index, Error **errp);
};

/*
 * Ask every object of the machine that implements TYPE_NMI for the interrupt, up to the
 * first that fails. An error, too, if there is none. BQL held.
 */
void nmi_monitor_handle(int cpu_index, Error **errp);

#endif
