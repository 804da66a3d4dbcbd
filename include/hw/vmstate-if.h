/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The identity of an object's saved state (TYPE_VMSTATE_IF), declared beside what saves it. */
#ifndef HW_VMSTATE_IF_H
#define HW_VMSTATE_IF_H

#include "migration/vmstate.h"

#endif
