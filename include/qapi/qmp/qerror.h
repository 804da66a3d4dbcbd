/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Formats of the argument errors that QMP clients recognise. */
#ifndef QAPI_QMP_QERROR_H
#define QAPI_QMP_QERROR_H

#define QERR_MISSING_PARAMETER "Parameter '%s' is missing"
#define QERR_UNEXPECTED_PARAMETER "Parameter '%s' is unexpected"
#define QERR_INVALID_PARAMETER "Invalid parameter '%s'"
#define QERR_INVALID_PARAMETER_TYPE "Invalid parameter type for '%s', expected: %s"
#define QERR_INVALID_PARAMETER_VALUE "Parameter '%s' expects %s"
#define QERR_PROPERTY_VALUE_OUT_OF_RANGE \
    "Property %s.%s doesn't take value %" PRId64 " (minimum: %" PRId64 ", maximum: %" PRId64 ")"
#define QERR_DEVICE_HAS_NO_MEDIUM "Device '%s' has no medium"
#define QERR_BUS_NO_HOTPLUG "Bus '%s' does not support hotplugging"
#define QERR_DEVICE_NO_HOTPLUG "Device '%s' does not support hotplugging"
#define QERR_IO_ERROR "An IO error has occurred"
#define QERR_UNSUPPORTED "this feature or command is not currently supported"

#endif
