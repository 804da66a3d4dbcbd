/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vfio-info: a device of the host that can tell of itself. The monitor finds such devices without
 * knowing their types.
 */
#ifndef HW_VFIO_INFO_H
#define HW_VFIO_INFO_H

#include "qapi/qapi-types-vfio.h"
#include "qom/object.h"

#define TYPE_VFIO_INFO "vfio-info"
typedef struct VFIOInfoClass VFIOInfoClass;
DECLARE_CLASS_CHECKERS(VFIOInfoClass, VFIO_INFO, TYPE_VFIO_INFO)

/* @query: what there is to say (the caller's), or NULL while the device is not realized. BQL. */
struct VFIOInfoClass {
    InterfaceClass parent_class;
    VfioDeviceInfo *(*query)(Object *obj);
};

/* All such devices of the machine; the caller frees the list. BQL. */
VfioDeviceInfoList *vfio_info_query_all(void);

#endif
