/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Option groups: "-group [value,]key=value,..." with a comma in a value
 * written as two.  A QemuOptsList describes a group, each QemuOpts is one
 * occurrence on the command line (or in a -readconfig file), with an id
 * unless the group merges all occurrences into one.
 *
 * An unknown key, or a value that does not fit its type, gives one line that
 * names it and the nearest known spelling.  Not thread safe: main thread only.
 */
#ifndef QEMU_OPTION_H
#define QEMU_OPTION_H

#include <stdbool.h>
#include <stdint.h>
#include "qemu/queue.h"
#include "qemu/typedefs.h"
#include "qapi/error.h"

/*
 * Copies the value at @p up to the next single comma (",," stands for ',')
 * to *@value (free with g_free(); @value may be NULL).  Returns the place
 * behind it: at the comma or the end.
 */
const char *get_opt_value(const char *p, char **value);

/* "4k", "1.5G", plain bytes. Units: b k K m M g G t T p P e E. */
bool parse_option_size(const char *name, const char *value, uint64_t *ret, Error **errp);
/* Decimal, 0x hex, or 0 octal up to 2^64 - 1. */
bool parse_option_number(const char *name, const char *value, uint64_t *ret, Error **errp);
/* on/off, and the spellings yes/no, true/false, y/n. */
bool parse_option_bool(const char *name, const char *value, bool *ret, Error **errp);

/* True if @param asks for help anywhere: "help" or "?" as a whole word between commas. */
bool has_help_option(const char *param);

enum QemuOptType {
    QEMU_OPT_STRING = 0,
    QEMU_OPT_BOOL,
    QEMU_OPT_NUMBER,
    QEMU_OPT_SIZE,
};

typedef struct QemuOptDesc {
    const char *name;
    enum QemuOptType type;
    const char *help;
    const char *def_value_str;
} QemuOptDesc;

/*
 * A group. An empty @desc accepts every key as a string.
 *
 * @implied_opt_name: key of a first element without '='
 * @merge_lists: all occurrences without id extend the first one
 * @desc: ends with an entry without a name
 */
struct QemuOptsList {
    const char *name;
    const char *implied_opt_name;
    bool merge_lists;
    QTAILQ_HEAD(, QemuOpts) head;
    QemuOptDesc desc[];
};

/* The text of the last @name given, the default of the description, or NULL. Owned by @opts. */
const char *qemu_opt_get(QemuOpts *opts, const char *name);
/* The same, and removes every @name; free with g_free(). */
char *qemu_opt_get_del(QemuOpts *opts, const char *name);
/* True if help or ? was given as a key. */
bool qemu_opt_has_help_opt(QemuOpts *opts);
/* The last @name given, or NULL. */
QemuOpt *qemu_opt_find(QemuOpts *opts, const char *name);
/* The value, checked when it was set; @defval if it was not given and has no default. */
bool qemu_opt_get_bool(QemuOpts *opts, const char *name, bool defval);
uint64_t qemu_opt_get_number(QemuOpts *opts, const char *name, uint64_t defval);
uint64_t qemu_opt_get_size(QemuOpts *opts, const char *name, uint64_t defval);
bool qemu_opt_get_bool_del(QemuOpts *opts, const char *name, bool defval);
uint64_t qemu_opt_get_number_del(QemuOpts *opts, const char *name, uint64_t defval);
uint64_t qemu_opt_get_size_del(QemuOpts *opts, const char *name, uint64_t defval);
/* Removes every @name of a group without description; the number removed. */
int qemu_opt_unset(QemuOpts *opts, const char *name);
/* Adds a value; false and @errp if the group does not know @name or the text does not fit. */
bool qemu_opt_set(QemuOpts *opts, const char *name, const char *value, Error **errp);
bool qemu_opt_set_bool(QemuOpts *opts, const char *name, bool val, Error **errp);
bool qemu_opt_set_number(QemuOpts *opts, const char *name, int64_t val, Error **errp);

/* Calls @func for each key in the order given; stops at, and returns, the first non-zero result. */
typedef int (*qemu_opt_loopfunc)(void *opaque, const char *name, const char *value, Error **errp);
int qemu_opt_foreach(QemuOpts *opts, qemu_opt_loopfunc func, void *opaque, Error **errp);

/* Walks over the values of @name (NULL: of every key) in the order given. */
typedef struct {
    QemuOpts *opts;
    QemuOpt *opt;
    const char *name;
} QemuOptsIter;

void qemu_opt_iter_init(QemuOptsIter *iter, QemuOpts *opts, const char *name);
const char *qemu_opt_iter_next(QemuOptsIter *iter);

/* The occurrence with @id (NULL: the one without), or NULL. */
QemuOpts *qemu_opts_find(QemuOptsList *list, const char *id);
/*
 * Adds an occurrence. An @id that exists is an error with @fail_if_exists,
 * else that occurrence is returned. Merging groups take no @id.
 */
QemuOpts *qemu_opts_create(QemuOptsList *list, const char *id, int fail_if_exists, Error **errp);
/* Deletes all occurrences. */
void qemu_opts_reset(QemuOptsList *list);
/* Makes the place where @opts was given the current location of error messages. */
void qemu_opts_loc_restore(QemuOpts *opts);
const char *qemu_opts_id(QemuOpts *opts);
/* Takes ownership of @id. */
void qemu_opts_set_id(QemuOpts *opts, char *id);
/* The group that @opts belongs to. */
QemuOptsList *qemu_opts_get_list(QemuOpts *opts);
/* Removes @opts from its group and frees it; NULL is fine. */
void qemu_opts_del(QemuOpts *opts);
/* Checks keys of a group without description against @desc, and parses the values. */
bool qemu_opts_validate(QemuOpts *opts, const QemuOptDesc *desc, Error **errp);
/* Adds the keys of @params; @firstname is the implied key or NULL. */
bool qemu_opts_do_parse(QemuOpts *opts, const char *params, const char *firstname, Error **errp);
/*
 * Adds an occurrence from text; @permit_abbrev allows the implied key.  The
 * noisy flavour reports errors itself and answers "help" by printing the
 * group's keys to stdout; both cases return NULL.
 */
QemuOpts *qemu_opts_parse_noisily(QemuOptsList *list, const char *params, bool permit_abbrev);
QemuOpts *qemu_opts_parse(QemuOptsList *list, const char *params, bool permit_abbrev, Error **errp);

/* Calls @func for each occurrence, with its location set; stops at the first non-zero result. */
typedef int (*qemu_opts_loopfunc)(void *opaque, QemuOpts *opts, Error **errp);
int qemu_opts_foreach(QemuOptsList *list, qemu_opts_loopfunc func, void *opaque, Error **errp);

/* Prints "key=value" joined by @sep to stdout, commas escaped. */
void qemu_opts_print(QemuOpts *opts, const char *sep);
/* The text of "-group help": one key a line with type, meaning and default. Free with g_free(). */
char *qemu_opts_help_text(QemuOptsList *list, bool print_caption);
void qemu_opts_print_help(QemuOptsList *list, bool print_caption);
/* Joins two descriptions in a new group (frees a @dst made by this function before). */
QemuOptsList *qemu_opts_append(QemuOptsList *dst, QemuOptsList *list);
void qemu_opts_free(QemuOptsList *list);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(QemuOpts, qemu_opts_del)

#endif
