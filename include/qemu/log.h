/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The log: -d ITEMS, -D FILE, -dfilter RANGES.  A call whose mask is off
 * costs one branch.  Output of one qemu_log() call, or of all calls between
 * qemu_log_trylock() and qemu_log_unlock(), is never mixed with that of
 * other threads.
 */
#ifndef QEMU_LOG_H
#define QEMU_LOG_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <glib.h>
#include "qapi/error.h"

#define CPU_LOG_TB_OUT_ASM (1u << 0)
#define CPU_LOG_TB_IN_ASM  (1u << 1)
#define CPU_LOG_TB_OP      (1u << 2)
#define CPU_LOG_TB_OP_OPT  (1u << 3)
#define CPU_LOG_INT        (1u << 4)
#define CPU_LOG_EXEC       (1u << 5)
#define CPU_LOG_PCALL      (1u << 6)
#define CPU_LOG_TB_CPU     (1u << 8)
#define CPU_LOG_RESET      (1u << 9)
#define LOG_UNIMP          (1u << 10)
#define LOG_GUEST_ERROR    (1u << 11)
#define CPU_LOG_MMU        (1u << 12)
#define CPU_LOG_TB_NOCHAIN (1u << 13)
#define CPU_LOG_PAGE       (1u << 14)
#define LOG_TRACE          (1u << 15)
#define CPU_LOG_TB_OP_IND  (1u << 16)
#define CPU_LOG_TB_FPU     (1u << 17)
#define CPU_LOG_PLUGIN     (1u << 18)
#define LOG_STRACE         (1u << 19)
#define LOG_PER_THREAD     (1u << 20)
#define CPU_LOG_TB_VPU     (1u << 21)
#define LOG_TB_OP_PLUGIN   (1u << 22)

/* The items that are on; read through the functions below, written by qemu_set_log(). */
extern int qemu_loglevel;

/* True if any item of @mask is on. Any thread, no lock. */
static inline bool qemu_loglevel_mask(int mask)
{
    return (__atomic_load_n(&qemu_loglevel, __ATOMIC_RELAXED) & mask) != 0;
}

/* True if the log has somewhere to go: any item on, or a file set with -D. */
bool qemu_log_enabled(void);

/* True if the log does not share stderr with other messages. */
bool qemu_log_separate(void);

/*
 * Opens a section that other threads cannot write into; NULL if the log is
 * off.  Sections of one thread may nest.  Pair with qemu_log_unlock(), which
 * accepts NULL.
 */
FILE *qemu_log_trylock(void) G_GNUC_WARN_UNUSED_RESULT;
void qemu_log_unlock(FILE *file);

/* Writes to the log if it is enabled. */
void qemu_log(const char *fmt, ...) G_GNUC_PRINTF(1, 2);
void qemu_vlog(const char *fmt, va_list ap) G_GNUC_PRINTF(1, 0);

#define qemu_log_mask(MASK, FMT, ...)                           \
    do {                                                        \
        if (__builtin_expect(qemu_loglevel_mask(MASK), 0)) {    \
            qemu_log(FMT, ##__VA_ARGS__);                       \
        }                                                       \
    } while (0)

/* As above, if guest address ADDR is also inside -dfilter. */
#define qemu_log_mask_and_addr(MASK, ADDR, FMT, ...)            \
    do {                                                        \
        if (__builtin_expect(qemu_loglevel_mask(MASK), 0) &&    \
            qemu_log_in_addr_range(ADDR)) {                     \
            qemu_log(FMT, ##__VA_ARGS__);                       \
        }                                                       \
    } while (0)

/* A guest's mistake in device @who, shown with -d guest_errors: "who: text\n". */
#define log_guest_error(who, FMT, ...) \
    qemu_log_mask(LOG_GUEST_ERROR, "%s: " FMT "\n", (who), ##__VA_ARGS__)

/* One item of -d; the table ends with mask 0. */
typedef struct QEMULogItem {
    int mask;
    const char *name;
    const char *help;
} QEMULogItem;

extern const QEMULogItem qemu_log_items[];

/* Sets the items (0: none) and keeps the file. False and @errp if the file cannot be opened. */
bool qemu_set_log(int log_flags, Error **errp);

/*
 * Sends the log to @filename (NULL: stderr), which may hold one %d for the
 * process id, or the thread id with LOG_PER_THREAD ("-d tid").  The file is
 * created when the first item is switched on, and replaced then.
 */
bool qemu_set_log_filename(const char *filename, Error **errp);
bool qemu_set_log_filename_flags(const char *filename, int flags, Error **errp);

/*
 * Parses "-dfilter": comma separated START+LENGTH, START-LENGTH (the LENGTH
 * bytes up to START) or START..END, numbers as in C.  The old filter stays on error.
 */
void qemu_set_dfilter_ranges(const char *ranges, Error **errp);

/* True if no filter is set or it covers @addr. */
bool qemu_log_in_addr_range(uint64_t addr);

/*
 * Items named by comma separated @str; "all" is every item, "none" is 0, and
 * "trace:PATTERN" also switches trace events on.  0 if one is unknown.
 */
int qemu_str_to_log_mask(const char *str);

/* The same with a message that names the unknown item and the nearest known one. */
bool qemu_log_mask_parse(const char *str, int *mask, Error **errp);

/* The text of "-d help". */
void qemu_print_log_usage(FILE *f);

/* Thread-atomic line for trace points: "[pid@seconds.usec:]name text\n", when LOG_TRACE is on. */
void qemu_log_trace_line(const char *name, const char *fmt, va_list ap) G_GNUC_PRINTF(2, 0);

/* Closes the file and forgets flags and filter; for tests and for the end of the program. */
void qemu_log_close(void);

#endif
