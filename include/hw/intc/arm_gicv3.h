/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arm GICv3 in software. Inputs, outputs and properties are those of the common base class
 * (arm_gicv3_common.h). The CPU interface has system registers only: realize adds them to CPUs 0 to
 * num-cpu - 1, which must exist. Setting an input is legal without the BQL.
 */
#ifndef HW_INTC_ARM_GICV3_H
#define HW_INTC_ARM_GICV3_H

#include "hw/intc/arm_gicv3_common.h"

#define TYPE_ARM_GICV3 "arm-gicv3"
typedef struct ARMGICv3Class ARMGICv3Class;
DECLARE_OBJ_CHECKERS(GICv3State, ARMGICv3Class, ARM_GICV3, TYPE_ARM_GICV3)

struct ARMGICv3Class {
    /*< private >*/
    ARMGICv3CommonClass parent_class;
    /*< public >*/

    DeviceRealize parent_realize;
    DeviceUnrealize parent_unrealize;
    ResettablePhases parent_phases;
};

#endif
