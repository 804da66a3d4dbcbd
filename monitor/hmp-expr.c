/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Evaluator of hmp-expr-internal.h: precedence climbing over a small table of
 * operators. Nesting is bounded, since the text comes from outside.
 */
#include "qemu/osdep.h"
#include "hmp-expr-internal.h"

#define EXPR_DEPTH_MAX 64
#define REGISTER_NAME_MAX 63

typedef struct ExprParser {
    const char *at;
    HmpRegisterFn *reg;
    unsigned depth;
} ExprParser;

/* Binding strength of a binary operator, 0 if @c is none. */
static int expr_operator_strength(char c)
{
    static const char levels[][4] = { "|", "^", "&", "+-", "*/%" };

    for (int i = 0; c && i < (int)ARRAY_SIZE(levels); i++) {
        if (strchr(levels[i], c)) {
            return i + 1;
        }
    }
    return 0;
}

static void expr_skip_blanks(ExprParser *p)
{
    while (g_ascii_isspace(*p->at)) {
        p->at++;
    }
}

static bool expr_parse(ExprParser *p, int strength, uint64_t *value,
                       Error **errp);

static bool expr_number_parse(ExprParser *p, uint64_t *value, Error **errp)
{
    const char *start = p->at;
    char *end;

    errno = 0;
    *value = g_ascii_strtoull(start, &end, 0);
    if (errno == ERANGE) {
        error_setg(errp, "number too large at '%.20s'", start);
        return false;
    }
    if (end == start || g_ascii_isalnum(*end) || *end == '_') {
        error_setg(errp, "invalid number at '%.20s'", start);
        return false;
    }
    p->at = end;
    return true;
}

static bool expr_char_parse(ExprParser *p, uint64_t *value, Error **errp)
{
    if (!p->at[1] || p->at[2] != '\'') {
        error_setg(errp, "unterminated character constant at '%.20s'", p->at);
        return false;
    }
    *value = (unsigned char)p->at[1];
    p->at += 3;
    return true;
}

static bool expr_register_parse(ExprParser *p, uint64_t *value, Error **errp)
{
    char name[REGISTER_NAME_MAX + 1];
    size_t len = 0;

    p->at++;
    while (g_ascii_isalnum(*p->at) || strchr("_.", *p->at)) {
        if (!*p->at) {
            break;
        }
        if (len == REGISTER_NAME_MAX) {
            error_setg(errp, "register name too long at '%.20s'",
                       p->at - len);
            return false;
        }
        name[len++] = *p->at++;
    }
    name[len] = 0;
    if (!len) {
        error_setg(errp, "expected the name of a register after '$'");
        return false;
    }
    if (!p->reg) {
        error_setg(errp, "register '$%s' cannot be used here", name);
        return false;
    }
    return p->reg(name, value, errp);
}

static bool expr_parens_parse(ExprParser *p, uint64_t *value, Error **errp)
{
    if (++p->depth > EXPR_DEPTH_MAX) {
        error_setg(errp, "expression nested deeper than %d", EXPR_DEPTH_MAX);
        return false;
    }
    p->at++;
    if (!expr_parse(p, 1, value, errp)) {
        return false;
    }
    expr_skip_blanks(p);
    if (*p->at != ')') {
        error_setg(errp, "')' expected at '%.20s'", p->at);
        return false;
    }
    p->at++;
    p->depth--;
    return true;
}

/* A number, character, register or parenthesis behind any unary operators. */
static bool expr_operand_parse(ExprParser *p, uint64_t *value, Error **errp)
{
    const char *unary_start, *unary_end;
    bool ok;

    expr_skip_blanks(p);
    unary_start = p->at;
    while (*p->at && (strchr("+-~", *p->at) || g_ascii_isspace(*p->at))) {
        p->at++;
    }
    unary_end = p->at;

    if (*p->at == '(') {
        ok = expr_parens_parse(p, value, errp);
    } else if (*p->at == '\'') {
        ok = expr_char_parse(p, value, errp);
    } else if (*p->at == '$') {
        ok = expr_register_parse(p, value, errp);
    } else if (g_ascii_isdigit(*p->at)) {
        ok = expr_number_parse(p, value, errp);
    } else if (!*p->at) {
        error_setg(errp, "expression ends where a value is expected");
        ok = false;
    } else {
        error_setg(errp, "value expected at '%.20s'", p->at);
        ok = false;
    }
    while (ok && unary_end > unary_start) {
        unary_end--;
        *value = *unary_end == '-' ? -*value
               : *unary_end == '~' ? ~*value : *value;
    }
    return ok;
}

/* Division is of signed numbers, as people expect of "p -8/2". */
static bool expr_divide(char op, uint64_t *left, uint64_t right, Error **errp)
{
    int64_t a = *left, b = right;

    if (b == 0) {
        error_setg(errp, "division by zero");
        return false;
    }
    if (b == -1) {
        *left = op == '/' ? -*left : 0; /* the minimum has no negative */
    } else {
        *left = op == '/' ? a / b : a % b;
    }
    return true;
}

static bool expr_apply(char op, uint64_t *left, uint64_t right, Error **errp)
{
    switch (op) {
    case '|':
        *left |= right;
        return true;
    case '^':
        *left ^= right;
        return true;
    case '&':
        *left &= right;
        return true;
    case '+':
        *left += right;
        return true;
    case '-':
        *left -= right;
        return true;
    case '*':
        *left *= right;
        return true;
    default:
        return expr_divide(op, left, right, errp);
    }
}

/* Operators that bind at least as strongly as @strength. */
static bool expr_parse(ExprParser *p, int strength, uint64_t *value,
                       Error **errp)
{
    if (!expr_operand_parse(p, value, errp)) {
        return false;
    }
    for (;;) {
        const char *before = p->at;
        uint64_t right;
        char op;
        int found;

        expr_skip_blanks(p);
        op = *p->at;
        found = expr_operator_strength(op);
        if (!found || found < strength) {
            p->at = before;
            return true;
        }
        p->at++;
        if (!expr_parse(p, found + 1, &right, errp) ||
            !expr_apply(op, value, right, errp)) {
            return false;
        }
    }
}

bool hmp_expr_eval(const char **text, HmpRegisterFn *reg, uint64_t *value,
                   Error **errp)
{
    ExprParser p = { .at = *text, .reg = reg };

    if (!expr_parse(&p, 1, value, errp)) {
        return false;
    }
    *text = p.at;
    return true;
}
