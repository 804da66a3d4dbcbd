/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Passes a visit of one member on to another visitor under another name. */
#ifndef QAPI_FORWARD_VISITOR_H
#define QAPI_FORWARD_VISITOR_H

#include "qapi/visitor.h"

/* @from is what callers say, @to what @target hears. Both must outlive the visitor. */
Visitor *visitor_forward_field(Visitor *target, const char *from, const char *to);

#endif
