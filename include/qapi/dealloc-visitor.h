/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Frees a value that was only partly built, too. */
#ifndef QAPI_DEALLOC_VISITOR_H
#define QAPI_DEALLOC_VISITOR_H

#include "qapi/visitor.h"

Visitor *qapi_dealloc_visitor_new(void);

#endif
