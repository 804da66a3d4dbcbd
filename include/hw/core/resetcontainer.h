/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reset container: an object that resets together a list of objects which do
 * not hang together in the device tree.
 */
#ifndef HW_CORE_RESETCONTAINER_H
#define HW_CORE_RESETCONTAINER_H

#include "hw/resettable.h"

#define TYPE_RESETTABLE_CONTAINER "resettable-container"
OBJECT_DECLARE_SIMPLE_TYPE(ResettableContainer, RESETTABLE_CONTAINER)

/* Add @obj, which implements Resettable; the container takes no reference. */
void resettable_container_add(ResettableContainer *rc, Object *obj);

/* Remove @obj, which must have been added. */
void resettable_container_remove(ResettableContainer *rc, Object *obj);

#endif
