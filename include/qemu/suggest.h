/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "did you mean": finds the known spelling nearest to what a user typed.
 * Used by every message about an unknown option, property, type or event.
 */
#ifndef QEMU_SUGGEST_H
#define QEMU_SUGGEST_H

#include <stddef.h>
#include "qapi/error.h"

/* A running search; fill it with suggest_init(), then offer candidates. */
typedef struct Suggest {
    const char *typed;
    const char *best;
    size_t best_cost;
} Suggest;

/* Starts a search for @typed, which must outlive @s. */
void suggest_init(Suggest *s, const char *typed);

/* Offers one known spelling; NULL is ignored. @candidate must outlive @s. */
void suggest_offer(Suggest *s, const char *candidate);

/* The nearest candidate, or NULL if none is near enough to be what was meant. */
const char *suggest_get(const Suggest *s);

/*
 * The nearest of @names, which ends with NULL; NULL if none is near enough.
 * The result is one of @names.
 */
const char *suggest_nearest(const char *typed, const char *const *names);

/*
 * Sets @errp to "@message", with "; did you mean 'x'?" appended when @s found
 * something.  The suggestion is part of the one line, not a hint.
 */
void suggest_error_setg(const Suggest *s, Error **errp, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
