/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The human monitor: a table of commands, each with a description of its
 * arguments from which parsing, help and completion all follow.
 *
 * Description: words separated by a blank.
 *   -x         an option letter
 *   name:type  an argument; with '?' behind it may be left out
 * Types that are parsed in a way of their own:
 *   rest  the remaining line      expr  64-bit expression (hmp-expr-internal.h)
 *   size  bytes, K M G T P E      bool  on or off
 *   fmt   /COUNT FORMAT SIZE, may touch the command's name
 * All others take one word, bare or in double quotes, and tell completion what
 * the word names: word, file, devtype, device, qom, objtype, object, chardev,
 * event, logitem, command, infoitem.
 */
#ifndef MONITOR_HMP_INTERNAL_H
#define MONITOR_HMP_INTERNAL_H

#include "monitor-internal.h"

#define HMP_ARGS_MAX 8

/* What "/8xw" says. */
typedef struct HmpFormat {
    uint32_t count;
    char letter;            /* x d u o c */
    uint8_t size_bytes;     /* 1 2 4 8 */
} HmpFormat;

typedef struct HmpArg {
    const char *name;       /* in the description, not terminated */
    size_t name_len;
    bool given;
    char *text;
    uint64_t number;
} HmpArg;

typedef struct HmpArgs {
    HmpArg arg[HMP_ARGS_MAX];
    unsigned count;
    HmpFormat format;
} HmpArgs;

typedef struct HmpCommand HmpCommand;
struct HmpCommand {
    const char *names;      /* all spellings, separated by '|' */
    const char *args;       /* description, see above */
    const char *help;
    void (*run)(Monitor *mon, const HmpArgs *args, Error **errp);
    const HmpCommand *sub;  /* table of subcommands instead of run */
};

/* Ends with an entry without names. */
extern const HmpCommand hmp_commands[];
extern const HmpCommand hmp_info_commands[];

/* Finds @len bytes of @name in @table, or NULL. */
const HmpCommand *hmp_command_find(const HmpCommand *table, const char *name,
                                   size_t len);
/* The first spelling; caller frees. */
char *hmp_command_first_name(const HmpCommand *cmd);
/* One line of help, or the lines of all commands of a table. */
void hmp_help_print(Monitor *mon, const HmpCommand *cmd, const char *prefix);
void hmp_help_print_table(Monitor *mon, const HmpCommand *table,
                          const char *prefix);

/* Runs one line on @mon; all output and errors go there. */
void hmp_line_run(Monitor *mon, const char *line);

/*
 * Parses @text as described by @desc. Returns false with @errp set. The result
 * is freed with hmp_args_clear() in any case.
 */
bool hmp_args_parse(HmpArgs *args, const char *desc, const char *text,
                    Error **errp);
void hmp_args_clear(HmpArgs *args);

/* Values: NULL, @def or false if an optional argument was left out. */
const char *hmp_arg_text(const HmpArgs *args, const char *name);
uint64_t hmp_arg_number(const HmpArgs *args, const char *name, uint64_t def);
bool hmp_arg_given(const HmpArgs *args, const char *name);

/*
 * Takes one word, bare or quoted, off *@text. Returns it (caller frees), NULL
 * with @errp set if the quotes are wrong, NULL without if there is none.
 */
char *hmp_word_take(const char **text, Error **errp);

/* Walks a description; *@at starts at it. NULL name_len: the end. */
typedef struct HmpArgDesc {
    const char *name;
    size_t name_len;
    const char *type;       /* "-" for an option letter */
    size_t type_len;
    bool is_optional;
} HmpArgDesc;
bool hmp_arg_desc_next(const char **at, HmpArgDesc *desc);
bool hmp_arg_desc_is(const HmpArgDesc *desc, const char *type);

/* LineEditorOps.complete for a line of commands. */
GStrv hmp_complete(const char *head, size_t *word_start);

/* Value of $name on the CPU of the current monitor. */
bool hmp_register_read(const char *name, uint64_t *value, Error **errp);

#endif
