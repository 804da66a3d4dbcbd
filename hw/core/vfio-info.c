/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The interface by which devices of the host tell of themselves.
 */
#include "qemu/osdep.h"
#include "hw/vfio-info.h"
#include "qapi/util.h"
#include "qemu/module.h"

static int info_append(Object *obj, void *opaque)
{
    VfioDeviceInfoList ***tail = opaque;
    VfioDeviceInfo *info;

    if (object_dynamic_cast(obj, TYPE_VFIO_INFO)) {
        info = VFIO_INFO_GET_CLASS(obj)->query(obj);
        if (info) {
            QAPI_LIST_APPEND(*tail, info);
        }
    }
    return 0;
}

VfioDeviceInfoList *vfio_info_query_all(void)
{
    VfioDeviceInfoList *list = NULL;
    VfioDeviceInfoList **tail = &list;

    object_child_foreach_recursive(object_get_root(), info_append, &tail);
    return list;
}

static const TypeInfo vfio_info_types[] = {
    {
        .name = TYPE_VFIO_INFO,
        .parent = TYPE_INTERFACE,
        .class_size = sizeof(VFIOInfoClass),
    },
};

DEFINE_TYPES(vfio_info_types)
