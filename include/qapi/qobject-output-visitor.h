/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Turns C values into a QObject. */
#ifndef QAPI_QOBJECT_OUTPUT_VISITOR_H
#define QAPI_QOBJECT_OUTPUT_VISITOR_H

#include "qapi/visitor.h"

/* visit_complete(v, result) stores a new reference in *@result. */
Visitor *qobject_output_visitor_new(QObject **result);

#endif
