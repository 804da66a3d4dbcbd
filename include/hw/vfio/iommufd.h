/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -object iommufd: see hw/vfio/iommufd.c. A device model links to it by a property.
 */
#ifndef HW_VFIO_IOMMUFD_H
#define HW_VFIO_IOMMUFD_H

#include "qom/object.h"

#define TYPE_IOMMUFD_BACKEND "iommufd"
typedef struct IOMMUFDBackend IOMMUFDBackend;
DECLARE_INSTANCE_CHECKER(IOMMUFDBackend, IOMMUFD_BACKEND, TYPE_IOMMUFD_BACKEND)

#endif
