/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * MSI controller: who can tell which interrupt a message-signalled write from
 * a given requester raises (GICv2m frame, GICv3 ITS).
 */
#ifndef HW_CORE_MSI_CONTROLLER_H
#define HW_CORE_MSI_CONTROLLER_H

#include "qom/object.h"
#include "exec/hwaddr.h"

#define TYPE_MSI_CONTROLLER "msi-controller"
typedef struct MSIControllerClass MSIControllerClass;
DECLARE_CLASS_CHECKERS(MSIControllerClass, MSI_CONTROLLER, TYPE_MSI_CONTROLLER)

/* Where a message goes: an interrupt number of the controller, or its GSI. */
typedef struct MSITranslation {
    uint32_t intid; /* architectural interrupt ID (SPI or LPI) */
    int gsi;        /* accelerator's number for a direct route, or -1 */
} MSITranslation;

/*
 * @translate: what a write of @data to @address by @requester_id would raise;
 * false when the controller would ignore it. Must change nothing.
 */
struct MSIControllerClass {
    InterfaceClass parent_class;
    bool (*translate)(Object *obj, uint32_t requester_id, hwaddr address, uint32_t data,
                      MSITranslation *out);
};

/*
 * Ask @controller. A false answer is no error of ours: the guest has not set up the
 * mapping. @requester_id is what MemTxAttrs.requester_id carries for the write.
 */
bool msi_controller_translate(Object *controller, uint32_t requester_id, hwaddr address,
                              uint32_t data, MSITranslation *out);

#endif
