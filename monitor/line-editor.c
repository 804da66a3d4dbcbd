/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The editor of line-editor-internal.h. Escape sequences are taken apart by a
 * three-state machine; every key is then one entry of a table or a character
 * to insert. A UTF-8 character is moved over and deleted as a whole.
 */
#include "qemu/osdep.h"
#include "line-editor-internal.h"

#define CTRL(c) ((c) & 0x1f)
#define KEY_ESCAPE 0x1b
#define KEY_DELETE_BACK 0x7f
#define ESCAPE_DIGITS_MAX 4

typedef enum EscapeState {
    ESCAPE_NONE,
    ESCAPE_SEEN,    /* ESC */
    ESCAPE_CSI,     /* ESC [ */
    ESCAPE_SS3,     /* ESC O */
} EscapeState;

struct LineEditor {
    const LineEditorOps *ops;
    void *opaque;
    char *prompt;
    GString *line;
    size_t cursor;          /* byte offset, at the start of a character */
    GString *cut;           /* what Ctrl-K, Ctrl-U and Ctrl-W removed last */
    GPtrArray *history;     /* oldest first */
    size_t history_at;      /* == history->len: the new line */
    GString *draft;         /* the new line while an old one is shown */
    EscapeState escape;
    char escape_digits[ESCAPE_DIGITS_MAX + 1];
    bool after_tab;
};

static void editor_print(LineEditor *ed, const char *text)
{
    ed->ops->print(ed->opaque, text, strlen(text));
}

static bool is_continuation(char c)
{
    return (c & 0xc0) == 0x80;
}

/* Characters, thus columns, in a piece of the line. */
static size_t editor_columns(const char *text, size_t len)
{
    size_t columns = 0;

    for (size_t i = 0; i < len; i++) {
        columns += !is_continuation(text[i]);
    }
    return columns;
}

static void editor_cursor_left(LineEditor *ed, size_t columns)
{
    if (columns) {
        g_autofree char *code = g_strdup_printf("\033[%zuD", columns);

        editor_print(ed, code);
    }
}

/* Prints what is right of the cursor and clears the rest of the screen line. */
static void editor_tail_redraw(LineEditor *ed)
{
    const char *tail = ed->line->str + ed->cursor;

    editor_print(ed, tail);
    editor_print(ed, "\033[K");
    editor_cursor_left(ed, editor_columns(tail, strlen(tail)));
}

void line_editor_redraw(LineEditor *ed)
{
    editor_print(ed, "\r");
    editor_print(ed, ed->prompt);
    ed->ops->print(ed->opaque, ed->line->str, ed->cursor);
    editor_tail_redraw(ed);
}

static void editor_line_set(LineEditor *ed, const char *text)
{
    g_string_assign(ed->line, text);
    ed->cursor = ed->line->len;
    line_editor_redraw(ed);
}

static size_t editor_char_before(LineEditor *ed, size_t at)
{
    if (at) {
        at--;
        while (at && is_continuation(ed->line->str[at])) {
            at--;
        }
    }
    return at;
}

static size_t editor_char_after(LineEditor *ed, size_t at)
{
    if (at < ed->line->len) {
        at++;
        while (at < ed->line->len && is_continuation(ed->line->str[at])) {
            at++;
        }
    }
    return at;
}

static void editor_move(LineEditor *ed, size_t to)
{
    if (to < ed->cursor) {
        editor_cursor_left(ed, editor_columns(ed->line->str + to,
                                              ed->cursor - to));
    } else {
        ed->ops->print(ed->opaque, ed->line->str + ed->cursor,
                       to - ed->cursor);
    }
    ed->cursor = to;
}

static void editor_erase(LineEditor *ed, size_t from, size_t to, bool keep)
{
    if (from == to) {
        return;
    }
    if (keep) {
        g_string_truncate(ed->cut, 0);
        g_string_append_len(ed->cut, ed->line->str + from, to - from);
    }
    if (from < ed->cursor) {
        editor_move(ed, from);
    }
    g_string_erase(ed->line, from, to - from);
    editor_tail_redraw(ed);
}

static void editor_insert(LineEditor *ed, const char *text, size_t len)
{
    if (ed->line->len + len > LINE_EDITOR_BYTES_MAX) {
        return;
    }
    g_string_insert_len(ed->line, ed->cursor, text, len);
    ed->ops->print(ed->opaque, text, len);
    ed->cursor += len;
    if (ed->cursor < ed->line->len) {
        editor_tail_redraw(ed);
    }
}

/* -- keys -------------------------------------------------------------------- */

static void key_home(LineEditor *ed)
{
    editor_move(ed, 0);
}

static void key_end(LineEditor *ed)
{
    editor_move(ed, ed->line->len);
}

static void key_left(LineEditor *ed)
{
    editor_move(ed, editor_char_before(ed, ed->cursor));
}

static void key_right(LineEditor *ed)
{
    editor_move(ed, editor_char_after(ed, ed->cursor));
}

static void key_backspace(LineEditor *ed)
{
    editor_erase(ed, editor_char_before(ed, ed->cursor), ed->cursor, false);
}

static void key_delete(LineEditor *ed)
{
    editor_erase(ed, ed->cursor, editor_char_after(ed, ed->cursor), false);
}

static void key_cut_tail(LineEditor *ed)
{
    editor_erase(ed, ed->cursor, ed->line->len, true);
}

static void key_cut_head(LineEditor *ed)
{
    editor_erase(ed, 0, ed->cursor, true);
}

static size_t editor_word_start(LineEditor *ed)
{
    size_t at = ed->cursor;

    while (at && ed->line->str[at - 1] == ' ') {
        at--;
    }
    while (at && ed->line->str[at - 1] != ' ') {
        at--;
    }
    return at;
}

static void key_cut_word(LineEditor *ed)
{
    editor_erase(ed, editor_word_start(ed), ed->cursor, true);
}

static void key_paste(LineEditor *ed)
{
    editor_insert(ed, ed->cut->str, ed->cut->len);
}

static void key_word_left(LineEditor *ed)
{
    editor_move(ed, editor_word_start(ed));
}

static void key_word_right(LineEditor *ed)
{
    size_t at = ed->cursor;

    while (at < ed->line->len && ed->line->str[at] == ' ') {
        at++;
    }
    while (at < ed->line->len && ed->line->str[at] != ' ') {
        at++;
    }
    editor_move(ed, at);
}

static void key_older(LineEditor *ed)
{
    if (!ed->history_at) {
        return;
    }
    if (ed->history_at == ed->history->len) {
        g_string_assign(ed->draft, ed->line->str);
    }
    ed->history_at--;
    editor_line_set(ed, g_ptr_array_index(ed->history, ed->history_at));
}

static void key_newer(LineEditor *ed)
{
    if (ed->history_at == ed->history->len) {
        return;
    }
    ed->history_at++;
    editor_line_set(ed, ed->history_at == ed->history->len ? ed->draft->str
                    : g_ptr_array_index(ed->history, ed->history_at));
}

static void key_clear_screen(LineEditor *ed)
{
    editor_print(ed, "\033[H\033[J");
    line_editor_redraw(ed);
}

static void key_abandon(LineEditor *ed)
{
    editor_print(ed, "^C\n");
    g_string_truncate(ed->line, 0);
    ed->cursor = 0;
    ed->history_at = ed->history->len;
    line_editor_redraw(ed);
}

/* A line equal to the newest is not remembered twice. */
static void editor_history_add(LineEditor *ed)
{
    GPtrArray *h = ed->history;

    if (ed->line->len &&
        (!h->len || strcmp(g_ptr_array_index(h, h->len - 1), ed->line->str))) {
        if (h->len == LINE_EDITOR_HISTORY_MAX) {
            g_ptr_array_remove_index(h, 0);
        }
        g_ptr_array_add(h, g_strdup(ed->line->str));
    }
    ed->history_at = h->len;
}

static void key_enter(LineEditor *ed)
{
    g_autofree char *line = NULL;

    editor_move(ed, ed->line->len);
    editor_print(ed, "\n");
    editor_history_add(ed);
    line = g_strdup(ed->line->str);
    g_string_truncate(ed->line, 0);
    ed->cursor = 0;
    ed->ops->execute(ed->opaque, line);
}

/* -- completion --------------------------------------------------------------- */

static size_t common_prefix_bytes(char *const *words)
{
    size_t len = strlen(words[0]);

    for (int i = 1; words[i]; i++) {
        size_t n = 0;

        while (n < len && words[i][n] == words[0][n]) {
            n++;
        }
        len = n;
    }
    return len;
}

static void editor_words_list(LineEditor *ed, char *const *words)
{
    editor_print(ed, "\n");
    for (int i = 0; words[i]; i++) {
        editor_print(ed, words[i]);
        editor_print(ed, "\n");
    }
    line_editor_redraw(ed);
}

/*
 * Adds what all candidates have in common. A second TAB in a row, when that is
 * nothing, lists them.
 */
static void key_complete(LineEditor *ed)
{
    g_autofree char *head = g_strndup(ed->line->str, ed->cursor);
    g_auto(GStrv) words = NULL;
    size_t word_start = ed->cursor, typed, common;

    words = ed->ops->complete(ed->opaque, head, &word_start);
    if (!words || !words[0]) {
        return;
    }
    g_assert(word_start <= ed->cursor);
    typed = ed->cursor - word_start;
    common = common_prefix_bytes(words);
    if (common > typed) {
        editor_insert(ed, words[0] + typed, common - typed);
    }
    if (!words[1]) {
        editor_insert(ed, " ", 1);
    } else if (common <= typed && ed->after_tab) {
        editor_words_list(ed, words);
    }
}

/* -- input -------------------------------------------------------------------- */

typedef struct EditorKey {
    uint8_t code;
    void (*press)(LineEditor *ed);
} EditorKey;

static const EditorKey control_keys[] = {
    { CTRL('a'), key_home },
    { CTRL('b'), key_left },
    { CTRL('c'), key_abandon },
    { CTRL('d'), key_delete },
    { CTRL('e'), key_end },
    { CTRL('f'), key_right },
    { CTRL('h'), key_backspace },
    { CTRL('i'), key_complete },
    { CTRL('j'), key_enter },
    { CTRL('k'), key_cut_tail },
    { CTRL('l'), key_clear_screen },
    { CTRL('m'), key_enter },
    { CTRL('n'), key_newer },
    { CTRL('p'), key_older },
    { CTRL('u'), key_cut_head },
    { CTRL('w'), key_cut_word },
    { CTRL('y'), key_paste },
    { KEY_DELETE_BACK, key_backspace },
};

/* Final bytes of ESC [ x and ESC O x. */
static const EditorKey csi_keys[] = {
    { 'A', key_older },
    { 'B', key_newer },
    { 'C', key_right },
    { 'D', key_left },
    { 'F', key_end },
    { 'H', key_home },
};

/* Numbers of ESC [ n ~. */
static const EditorKey csi_number_keys[] = {
    { 1, key_home },
    { 3, key_delete },
    { 4, key_end },
    { 7, key_home },
    { 8, key_end },
};

/* ESC x, as the Alt key sends it. */
static const EditorKey alt_keys[] = {
    { 'b', key_word_left },
    { 'f', key_word_right },
};

static void editor_key_find(LineEditor *ed, const EditorKey *keys, size_t n,
                            unsigned code)
{
    for (size_t i = 0; i < n; i++) {
        if (keys[i].code == code) {
            keys[i].press(ed);
            return;
        }
    }
}

static void editor_csi_byte(LineEditor *ed, uint8_t byte)
{
    size_t digits = strlen(ed->escape_digits);

    if (g_ascii_isdigit(byte) || byte == ';') {
        if (digits < ESCAPE_DIGITS_MAX) {
            ed->escape_digits[digits] = byte;
        }
        return;
    }
    ed->escape = ESCAPE_NONE;
    if (byte == '~') {
        editor_key_find(ed, csi_number_keys, ARRAY_SIZE(csi_number_keys),
                        atoi(ed->escape_digits));
    } else {
        editor_key_find(ed, csi_keys, ARRAY_SIZE(csi_keys), byte);
    }
}

static void editor_escape_byte(LineEditor *ed, uint8_t byte)
{
    switch (ed->escape) {
    case ESCAPE_CSI:
        editor_csi_byte(ed, byte);
        return;
    case ESCAPE_SS3:
        ed->escape = ESCAPE_NONE;
        editor_key_find(ed, csi_keys, ARRAY_SIZE(csi_keys), byte);
        return;
    default:
        ed->escape = byte == '[' ? ESCAPE_CSI
                   : byte == 'O' ? ESCAPE_SS3 : ESCAPE_NONE;
        memset(ed->escape_digits, 0, sizeof(ed->escape_digits));
        if (ed->escape == ESCAPE_NONE) {
            editor_key_find(ed, alt_keys, ARRAY_SIZE(alt_keys), byte);
        }
    }
}

void line_editor_key(LineEditor *ed, uint8_t byte)
{
    if (ed->escape != ESCAPE_NONE) {
        editor_escape_byte(ed, byte);
        byte = 0;
    } else if (byte == KEY_ESCAPE) {
        ed->escape = ESCAPE_SEEN;
    } else if (byte < ' ' || byte == KEY_DELETE_BACK) {
        editor_key_find(ed, control_keys, ARRAY_SIZE(control_keys), byte);
    } else {
        editor_insert(ed, (char *)&byte, 1);
    }
    ed->after_tab = byte == CTRL('i');
}

void line_editor_start(LineEditor *ed, const char *prompt)
{
    g_free(ed->prompt);
    ed->prompt = g_strdup(prompt);
    g_string_truncate(ed->line, 0);
    ed->cursor = 0;
    ed->history_at = ed->history->len;
    ed->escape = ESCAPE_NONE;
    editor_print(ed, ed->prompt);
}

const char *line_editor_history_get(LineEditor *ed, size_t n)
{
    return n < ed->history->len ? g_ptr_array_index(ed->history, n) : NULL;
}

LineEditor *line_editor_new(const LineEditorOps *ops, void *opaque)
{
    LineEditor *ed = g_new0(LineEditor, 1);

    ed->ops = ops;
    ed->opaque = opaque;
    ed->prompt = g_strdup("");
    ed->line = g_string_new(NULL);
    ed->cut = g_string_new(NULL);
    ed->draft = g_string_new(NULL);
    ed->history = g_ptr_array_new_with_free_func(g_free);
    return ed;
}

void line_editor_free(LineEditor *ed)
{
    if (ed) {
        g_free(ed->prompt);
        g_string_free(ed->line, TRUE);
        g_string_free(ed->cut, TRUE);
        g_string_free(ed->draft, TRUE);
        g_ptr_array_unref(ed->history);
        g_free(ed);
    }
}
