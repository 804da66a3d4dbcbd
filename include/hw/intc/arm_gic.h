/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GICv2, implemented by this program. Its base, arm_gic_common.h, says what
 * inputs, outputs and regions it has. Properties: num-cpu (1 to 8), num-irq
 * (multiple of 32, the 32 private INTIDs included), num-priority-bits (4 to 8),
 * revision (2). Inputs may be set without the BQL. The receivers of IRQ and FIQ
 * outputs are called under the controller's lock: they must neither need the
 * BQL nor call the controller.
 */
#ifndef HW_INTC_ARM_GIC_H
#define HW_INTC_ARM_GIC_H

#include "hw/intc/arm_gic_common.h"

#define TYPE_ARM_GIC "arm_gic"
typedef struct ARMGICClass ARMGICClass;
DECLARE_OBJ_CHECKERS(GICState, ARMGICClass, ARM_GIC, TYPE_ARM_GIC)

struct ARMGICClass {
    /*< private >*/
    ARMGICCommonClass parent_class;
    /*< public >*/

    DeviceRealize parent_realize;
    ResettablePhases parent_phases;
};

#endif
