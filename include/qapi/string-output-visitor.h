/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints a value as text; lists of integers as ranges "1,3-5". */
#ifndef QAPI_STRING_OUTPUT_VISITOR_H
#define QAPI_STRING_OUTPUT_VISITOR_H

#include "qapi/visitor.h"

/*
 * visit_complete(v, result) stores a new string in *@result. @human: quote
 * strings, add hexadecimal or a unit to numbers.
 */
Visitor *string_output_visitor_new(bool human, char **result);

#endif
