/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fills a scalar from text, or a list of integers from "1,3-5". Structures
 * and alternates are refused with an error.
 */
#ifndef QAPI_STRING_INPUT_VISITOR_H
#define QAPI_STRING_INPUT_VISITOR_H

#include "qapi/visitor.h"

/* @str must outlive the visitor. */
Visitor *string_input_visitor_new(const char *str);

#endif
