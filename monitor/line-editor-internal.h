/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A line editor for a terminal at the other end of a byte stream: cursor keys
 * and the usual control keys, history, completion. Knows nothing of monitors
 * and does no I/O of its own. Terminal codes are those all VT100 descendants
 * share. Lines longer than the terminal is wide work as long as they are
 * edited at their end.
 */
#ifndef MONITOR_LINE_EDITOR_INTERNAL_H
#define MONITOR_LINE_EDITOR_INTERNAL_H

#include "qemu/osdep.h"

/* Longest line in bytes; further keys are ignored. */
#define LINE_EDITOR_BYTES_MAX 4095
/* Number of lines remembered. */
#define LINE_EDITOR_HISTORY_MAX 64

typedef struct LineEditor LineEditor;

typedef struct LineEditorOps {
    /* Text for the terminal. */
    void (*print)(void *opaque, const char *text, size_t len);
    /* Enter was pressed; @line is valid during the call. */
    void (*execute)(void *opaque, const char *line);
    /*
     * Words that may stand in place of the last one of @head (the line up to
     * the cursor), as whole words; NULL or a list freed by the caller. Sets
     * *@word_start to where in @head that word begins.
     */
    GStrv (*complete)(void *opaque, const char *head, size_t *word_start);
} LineEditorOps;

LineEditor *line_editor_new(const LineEditorOps *ops, void *opaque);
void line_editor_free(LineEditor *ed);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LineEditor, line_editor_free)

/* Empties the line and prints @prompt. */
void line_editor_start(LineEditor *ed, const char *prompt);
/* Prints prompt and line anew, after other output went to the terminal. */
void line_editor_redraw(LineEditor *ed);
/* One byte from the terminal. */
void line_editor_key(LineEditor *ed, uint8_t byte);
/* The @n-th line of the history, oldest first, or NULL. */
const char *line_editor_history_get(LineEditor *ed, size_t n);

#endif
