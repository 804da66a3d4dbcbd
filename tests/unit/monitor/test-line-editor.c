/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The line editor, judged by a terminal that understands the codes it uses:
 * what is on the screen line, and which line Enter delivers.
 */
#include "qemu/osdep.h"
#include "monitor/line-editor-internal.h"

#define PROMPT "> "
#define UP "\033[A"
#define DOWN "\033[B"
#define RIGHT "\033[C"
#define LEFT "\033[D"
#define HOME "\033[H"
#define END "\033OF"
#define DELETE "\033[3~"

typedef struct Terminal {
    LineEditor *editor;
    GString *row;       /* the row of the cursor, a byte per column */
    size_t column;
    GString *above;     /* rows that scrolled up */
    GPtrArray *executed;
} Terminal;

/* A UTF-8 character takes one column, shown as '@'. */
static void terminal_put(Terminal *term, uint8_t c)
{
    if ((c & 0xc0) == 0x80) {
        return;
    }
    if (c >= 0x80) {
        c = '@';
    }
    while (term->row->len <= term->column) {
        g_string_append_c(term->row, ' ');
    }
    term->row->str[term->column++] = c;
}

/* Returns the bytes of the escape sequence at @text. */
static size_t terminal_escape(Terminal *term, const char *text)
{
    char *end;
    unsigned long n = strtoul(text + 2, &end, 10);

    if (*end == 'D') {
        g_assert_cmpuint(n, <=, term->column);
        term->column -= n;
    } else if (*end == 'K') {
        g_string_truncate(term->row, MIN(term->column, term->row->len));
    } else if (*end == 'J') {
        g_string_truncate(term->row, 0);
        g_string_truncate(term->above, 0);
    } else {
        g_assert_cmpint(*end, ==, 'H');
        term->column = 0;
    }
    return end + 1 - text;
}

static void terminal_print(void *opaque, const char *text, size_t len)
{
    Terminal *term = opaque;
    g_autofree char *copy = g_strndup(text, len);

    for (const char *p = copy; *p; ) {
        if (*p == '\033') {
            p += terminal_escape(term, p);
        } else if (*p == '\r') {
            term->column = 0;
            p++;
        } else if (*p == '\n') {
            g_string_append_printf(term->above, "%s\n", term->row->str);
            g_string_truncate(term->row, 0);
            term->column = 0;
            p++;
        } else {
            terminal_put(term, *p++);
        }
    }
}

static void terminal_execute(void *opaque, const char *line)
{
    Terminal *term = opaque;

    g_ptr_array_add(term->executed, g_strdup(line));
    line_editor_start(term->editor, PROMPT);
}

static GStrv terminal_complete(void *opaque, const char *head,
                               size_t *word_start)
{
    static const char *const words[] = { "stop", "status", "cont", NULL };
    const char *blank = strrchr(head, ' ');
    GPtrArray *found = g_ptr_array_new();

    *word_start = blank ? blank + 1 - head : 0;
    for (int i = 0; words[i]; i++) {
        if (g_str_has_prefix(words[i], head + *word_start)) {
            g_ptr_array_add(found, g_strdup(words[i]));
        }
    }
    g_ptr_array_add(found, NULL);
    return (GStrv)g_ptr_array_free(found, FALSE);
}

static const LineEditorOps terminal_ops = {
    .print = terminal_print,
    .execute = terminal_execute,
    .complete = terminal_complete,
};

static void terminal_type(Terminal *term, const char *keys)
{
    for (; *keys; keys++) {
        line_editor_key(term->editor, *keys);
    }
}

static void terminal_open(Terminal *term)
{
    *term = (Terminal) {
        .row = g_string_new(NULL),
        .above = g_string_new(NULL),
        .executed = g_ptr_array_new_with_free_func(g_free),
    };
    term->editor = line_editor_new(&terminal_ops, term);
    line_editor_start(term->editor, PROMPT);
}

static void terminal_close(Terminal *term)
{
    line_editor_free(term->editor);
    g_string_free(term->row, TRUE);
    g_string_free(term->above, TRUE);
    g_ptr_array_unref(term->executed);
}

/* Keys, the row after them, and the line that Enter delivers then. */
typedef struct EditCase {
    const char *keys;
    const char *row;
} EditCase;

static void test_keys(void)
{
    static const EditCase cases[] = {
        { "stop", "> stop" },
        { "stp" LEFT "o", "> stop" },
        { "top" HOME "s", "> stop" },
        { "top\001s" END "!", "> stop!" },
        { "stoop\b\bp", "> stop" },
        { "stoop\177\177p", "> stop" },
        { "xstop" HOME DELETE, "> stop" },
        { "xstop\001\004", "> stop" },
        { "stopxx" LEFT LEFT "\013", "> stop" },
        { "garbage\025stop", "> stop" },
        { "stop now\027", "> stop " },
        { "stop now\027\031", "> stop now" },
        { "ab" LEFT LEFT RIGHT "-", "> a-b" },
        { "one two\033b1", "> one 1two" },
        { "one two" HOME "\033f1", "> one1 two" },
        { "\303\274x" LEFT LEFT DELETE, "> x" },
        { "x\303\274\b", "> x" },
        { LEFT RIGHT DELETE "\b" "ok", "> ok" },
        { "a\033[99;99Zb", "> ab" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Terminal term;

        terminal_open(&term);
        terminal_type(&term, cases[i].keys);
        g_assert_cmpstr(term.row->str, ==, cases[i].row);
        terminal_type(&term, "\r");
        g_assert_cmpuint(term.executed->len, ==, 1);
        g_assert_cmpstr(g_ptr_array_index(term.executed, 0), ==,
                        cases[i].row + strlen(PROMPT));
        terminal_close(&term);
    }
}

static void test_history(void)
{
    Terminal term;

    terminal_open(&term);
    terminal_type(&term, "one\rtwo\rtwo\rdraft" UP);
    g_assert_cmpstr(term.row->str, ==, "> two");
    terminal_type(&term, UP);
    g_assert_cmpstr(term.row->str, ==, "> one");
    terminal_type(&term, UP);
    g_assert_cmpstr(term.row->str, ==, "> one");
    terminal_type(&term, DOWN DOWN);
    g_assert_cmpstr(term.row->str, ==, "> draft");
    terminal_type(&term, DOWN);
    g_assert_cmpstr(term.row->str, ==, "> draft");
    terminal_close(&term);
}

static void test_history_is_bounded(void)
{
    Terminal term;

    terminal_open(&term);
    for (int i = 0; i < LINE_EDITOR_HISTORY_MAX + 10; i++) {
        g_autofree char *line = g_strdup_printf("line %d\r", i);

        terminal_type(&term, line);
    }
    g_assert_cmpstr(line_editor_history_get(term.editor, 0), ==, "line 10");
    g_assert_null(line_editor_history_get(term.editor,
                                          LINE_EDITOR_HISTORY_MAX));
    terminal_close(&term);
}

static void test_line_is_bounded(void)
{
    Terminal term;

    terminal_open(&term);
    for (int i = 0; i < LINE_EDITOR_BYTES_MAX + 100; i++) {
        terminal_type(&term, "x");
    }
    terminal_type(&term, "\r");
    g_assert_cmpuint(strlen(g_ptr_array_index(term.executed, 0)), ==,
                     LINE_EDITOR_BYTES_MAX);
    terminal_close(&term);
}

static void test_completion(void)
{
    Terminal term;

    terminal_open(&term);
    terminal_type(&term, "c\t");
    g_assert_cmpstr(term.row->str, ==, "> cont ");
    terminal_type(&term, "s\t");
    g_assert_cmpstr(term.row->str, ==, "> cont st");
    g_assert_cmpstr(term.above->str, ==, "");
    terminal_type(&term, "\t");
    g_assert_cmpstr(term.above->str, ==, "> cont st\nstop\nstatus\n");
    g_assert_cmpstr(term.row->str, ==, "> cont st");
    terminal_type(&term, "zz\t");
    g_assert_cmpstr(term.row->str, ==, "> cont stzz");
    terminal_close(&term);
}

static void test_abandon(void)
{
    Terminal term;

    terminal_open(&term);
    terminal_type(&term, "quit\003stop\r");
    g_assert_cmpuint(term.executed->len, ==, 1);
    g_assert_cmpstr(g_ptr_array_index(term.executed, 0), ==, "stop");
    terminal_close(&term);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/line-editor/keys-edit-the-line", test_keys);
    g_test_add_func("/line-editor/history-keeps-order-and-draft",
                    test_history);
    g_test_add_func("/line-editor/history-is-bounded",
                    test_history_is_bounded);
    g_test_add_func("/line-editor/line-is-bounded", test_line_is_bounded);
    g_test_add_func("/line-editor/tab-completes-then-lists", test_completion);
    g_test_add_func("/line-editor/ctrl-c-abandons-the-line", test_abandon);
    return g_test_run();
}
