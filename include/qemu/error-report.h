/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages for the user: errors, warnings and notes, with the program's name,
 * the option or file line they are about, and optionally time and guest name:
 *
 *     gantry-system-aarch64: -device foo: 'foo' is not a valid device type
 *     gantry-system-aarch64:vm.cfg:12: There is no option group 'fo'
 *
 * They go to stderr, or to the monitor of the command that runs (see
 * error_report_set_sink()).  Each thread has its own stack of locations.
 */
#ifndef QEMU_ERROR_REPORT_H
#define QEMU_ERROR_REPORT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <glib.h>

/* What the program is working on; @ptr is not owned and must outlive the location. */
typedef struct Location {
    enum { LOC_NONE, LOC_CMDLINE, LOC_FILE } kind;
    int num;                    /* LOC_CMDLINE: words; LOC_FILE: line number, 0 = none */
    const void *ptr;            /* LOC_CMDLINE: char ** of the option; LOC_FILE: file name */
    struct Location *prev;
} Location;

/* Pushes a location that was saved before, an empty one, or pops the newest. All return @loc. */
Location *loc_push_restore(Location *loc);
Location *loc_push_none(Location *loc);
Location *loc_pop(Location *loc);
/* Copies the current location to @loc; makes a copy the current one. */
Location *loc_save(Location *loc);
void loc_restore(const Location *loc);
/* Changes the current location. loc_set_cmdline: argv[idx] .. argv[idx + cnt - 1]. */
void loc_set_none(void);
void loc_set_cmdline(char **argv, int idx, int cnt);
/* Line @lno (0: the file as a whole) of @fname. */
void loc_set_file(const char *fname, int lno);

/* Prints without prefix or newline, for hints after an error. Returns the bytes printed. */
int error_vprintf(const char *fmt, va_list ap) G_GNUC_PRINTF(1, 0);
int error_printf(const char *fmt, ...) G_GNUC_PRINTF(1, 2);

/* Prints "PROGRAM: LOCATION: [warning: |info: ]message\n". @fmt: no newline, no period. */
void error_vreport(const char *fmt, va_list ap) G_GNUC_PRINTF(1, 0);
void warn_vreport(const char *fmt, va_list ap) G_GNUC_PRINTF(1, 0);
void info_vreport(const char *fmt, va_list ap) G_GNUC_PRINTF(1, 0);
void error_report(const char *fmt, ...) G_GNUC_PRINTF(1, 2);
void warn_report(const char *fmt, ...) G_GNUC_PRINTF(1, 2);
void info_report(const char *fmt, ...) G_GNUC_PRINTF(1, 2);

/* Prints only if *@printed is still false, and sets it; true if it printed. Any thread. */
bool error_report_once_cond(bool *printed, const char *fmt, ...) G_GNUC_PRINTF(2, 3);
bool warn_report_once_cond(bool *printed, const char *fmt, ...) G_GNUC_PRINTF(2, 3);

/* Print once in the program's life per place in the source; true if it printed. */
#define error_report_once(fmt, ...)                             \
    ({                                                          \
        static bool print_once_done_;                           \
        error_report_once_cond(&print_once_done_, fmt, ##__VA_ARGS__); \
    })
#define warn_report_once(fmt, ...)                              \
    ({                                                          \
        static bool print_once_done_;                           \
        warn_report_once_cond(&print_once_done_, fmt, ##__VA_ARGS__); \
    })

/* Names the program in messages (last component of @argv0) and sends glib's messages here. */
void error_init(const char *argv0);
/* The name set by error_init(), or NULL. */
const char *error_get_progname(void);

/*
 * Redirects messages of the calling thread's current command.
 *
 * @sink: gets each message whole, as one text; returns false to have it
 *        printed on stderr after all (no monitor command is running here).
 *        NULL removes the sink.  Called from any thread, so it must check
 *        whether this thread runs a command.
 *
 * Text that goes to a sink has no program name and no time stamp.
 */
typedef bool ErrorReportSink(const char *text, size_t len, void *opaque);
void error_report_set_sink(ErrorReportSink *sink, void *opaque);

/* -msg timestamp=on and guest-name=on; set while options are parsed. */
extern bool message_with_timestamp;
extern bool error_with_guestname;
/* Not owned; lives as long as the program. */
extern const char *error_guest_name;

#endif
