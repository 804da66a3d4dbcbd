/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arithmetic for HMP arguments: 64-bit, wrapping, with C's precedence of
 *   | ^ & + - * / %   and unary + - ~
 * parentheses, numbers as in C (0x, 0, decimal), 'c' characters, $registers.
 */
#ifndef MONITOR_HMP_EXPR_INTERNAL_H
#define MONITOR_HMP_EXPR_INTERNAL_H

#include "qemu/osdep.h"
#include "qapi/error.h"

/* Looks up register @name (without '$'). Returns false with @errp set. */
typedef bool HmpRegisterFn(const char *name, uint64_t *value, Error **errp);

/*
 * Evaluates the expression at *@text as far as it goes (blanks are allowed
 * between its parts) and moves *@text behind it. @reg may be NULL: no
 * registers. Returns false with @errp set, *@text and *@value unspecified.
 */
bool hmp_expr_eval(const char **text, HmpRegisterFn *reg, uint64_t *value,
                   Error **errp);

#endif
