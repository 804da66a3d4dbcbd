/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nearest spelling: edit distance with swaps of neighbours (the "optimal
 * string alignment" recurrence), where case and '-' versus '_' cost nothing.
 * A candidate counts if at most a third of the typed word is wrong, or if the
 * typed word is a beginning of it, which is worth more than two mistakes and
 * less than one.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/suggest.h"

/* Longer words get no suggestion: nobody mistypes them, and it bounds the work. */
#define SUGGEST_LENGTH_MAX 63

/* Cost of one mistake; below it the lengths of completions can be compared. */
#define SUGGEST_MISTAKE 64

static char letter_fold(char c)
{
    return c == '_' ? '-' : g_ascii_tolower(c);
}

static size_t min3(size_t a, size_t b, size_t c)
{
    return MIN(MIN(a, b), c);
}

static size_t distance_get(const char *a, size_t a_len, const char *b, size_t b_len)
{
    uint8_t rows[3][SUGGEST_LENGTH_MAX + 1];

    for (size_t j = 0; j <= b_len; j++) {
        rows[0][j] = j;
    }
    for (size_t i = 1; i <= a_len; i++) {
        uint8_t *row = rows[i % 3];
        const uint8_t *above = rows[(i + 2) % 3];
        const uint8_t *above2 = rows[(i + 1) % 3];

        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            char x = letter_fold(a[i - 1]);
            char y = letter_fold(b[j - 1]);

            row[j] = min3(above[j] + 1, row[j - 1] + 1, above[j - 1] + (x != y));
            if (i > 1 && j > 1 && x == letter_fold(b[j - 2]) && y == letter_fold(a[i - 2])) {
                row[j] = MIN(row[j], above2[j - 2] + 1);
            }
        }
    }
    return rows[a_len % 3][b_len];
}

void suggest_init(Suggest *s, const char *typed)
{
    *s = (Suggest) { .typed = typed, .best_cost = SIZE_MAX };
}

void suggest_offer(Suggest *s, const char *candidate)
{
    size_t typed_len = strlen(s->typed);
    size_t len = candidate ? strlen(candidate) : 0;
    size_t limit = MAX(typed_len / 3, 1);
    size_t distance, cost;

    if (!len || !typed_len || typed_len > SUGGEST_LENGTH_MAX || len > SUGGEST_LENGTH_MAX) {
        return;
    }
    distance = distance_get(s->typed, typed_len, candidate, len);
    cost = distance > limit || distance >= len ? SIZE_MAX : distance * SUGGEST_MISTAKE;
    if (typed_len >= 3 && !g_ascii_strncasecmp(s->typed, candidate, typed_len)) {
        cost = MIN(cost, SUGGEST_MISTAKE + len);
    }
    if (cost < s->best_cost) {
        s->best = candidate;
        s->best_cost = cost;
    }
}

const char *suggest_get(const Suggest *s)
{
    return s->best;
}

const char *suggest_nearest(const char *typed, const char *const *names)
{
    Suggest s;

    suggest_init(&s, typed);
    for (; *names; names++) {
        suggest_offer(&s, *names);
    }
    return suggest_get(&s);
}

void suggest_error_setg(const Suggest *s, Error **errp, const char *fmt, ...)
{
    g_autofree char *message = NULL;
    va_list ap;

    va_start(ap, fmt);
    message = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    if (s->best) {
        error_setg(errp, "%s; did you mean '%s'?", message, s->best);
    } else {
        error_setg(errp, "%s", message);
    }
}
