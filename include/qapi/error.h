/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Errors as values. A function that may fail takes `Error **errp` last and
 * tells success by its own result (false, NULL or negative on failure):
 *
 *   if (!thing_open(name, errp)) {
 *       return false;
 *   }
 *
 * @errp may be NULL (caller does not care), &local_err (caller looks at it),
 * &error_fatal (message and exit(1)) or &error_abort (message with the place
 * of origin and abort()). A function that reads *errp or adds to it begins
 * with ERRP_GUARD(). Text: one sentence without a full stop or newline; what
 * the user may do about it goes into a hint.
 */
#ifndef ERROR_H
#define ERROR_H

#include "qemu/compiler.h"
#include "qemu/typedefs.h"

/* Class of an error as QMP names it; nearly always the generic one. */
#ifndef QAPI_TYPES_ERROR_H
typedef enum QapiErrorClass {
    QAPI_ERROR_CLASS_GENERICERROR,
    QAPI_ERROR_CLASS_COMMANDNOTFOUND,
    QAPI_ERROR_CLASS_DEVICENOTACTIVE,
    QAPI_ERROR_CLASS_DEVICENOTFOUND,
    QAPI_ERROR_CLASS_KVMMISSINGCAP,
    QAPI_ERROR_CLASS__MAX,
} QapiErrorClass;
#endif

typedef enum ErrorClass {
    ERROR_CLASS_GENERIC_ERROR = QAPI_ERROR_CLASS_GENERICERROR,
    ERROR_CLASS_COMMAND_NOT_FOUND = QAPI_ERROR_CLASS_COMMANDNOTFOUND,
    ERROR_CLASS_DEVICE_NOT_ACTIVE = QAPI_ERROR_CLASS_DEVICENOTACTIVE,
    ERROR_CLASS_DEVICE_NOT_FOUND = QAPI_ERROR_CLASS_DEVICENOTFOUND,
    ERROR_CLASS_KVM_MISSING_CAP = QAPI_ERROR_CLASS_KVMMISSINGCAP,
} ErrorClass;

/* QMP's name of the class. */
const char *QapiErrorClass_str(QapiErrorClass error_class);

extern Error *error_fatal;
extern Error *error_abort;

/* The message, which stays the error's; and its class. */
const char *error_get_pretty(const Error *err);
ErrorClass error_get_class(const Error *err);

/*
 * Stores a new error in *@errp, which must be NULL. error_setg_errno() appends
 * ": " and the text of @os_error unless that is 0; error_setg_file_open() is
 * "Could not open 'FILENAME': ...". errno is kept.
 */
#define error_setg(errp, fmt, ...) \
    error_setg_internal((errp), __FILE__, __LINE__, __func__, (fmt), ##__VA_ARGS__)
#define error_setg_errno(errp, os_error, fmt, ...) \
    error_setg_errno_internal((errp), __FILE__, __LINE__, __func__, (os_error), (fmt), \
                              ##__VA_ARGS__)
#define error_set(errp, err_class, fmt, ...) \
    error_set_internal((errp), __FILE__, __LINE__, __func__, (err_class), (fmt), ##__VA_ARGS__)
#define error_setg_file_open(errp, os_errno, filename) \
    error_setg_file_open_internal((errp), __FILE__, __LINE__, __func__, (os_errno), (filename))

void error_setg_internal(Error **errp, const char *src, int line, const char *func,
                         const char *fmt, ...) G_GNUC_PRINTF(5, 6);
void error_setg_errno_internal(Error **errp, const char *src, int line, const char *func,
                               int os_error, const char *fmt, ...) G_GNUC_PRINTF(6, 7);
void error_set_internal(Error **errp, const char *src, int line, const char *func,
                        ErrorClass err_class, const char *fmt, ...) G_GNUC_PRINTF(6, 7);
void error_setg_file_open_internal(Error **errp, const char *src, int line, const char *func,
                                   int os_errno, const char *filename);

/*
 * Gives @local_err (NULL: nothing) to the caller. Takes ownership: if *@dst_errp
 * holds an error already, or @dst_errp is NULL, it is freed.
 */
void error_propagate(Error **dst_errp, Error *local_err);
/* Same, with a text put before the message. */
void error_propagate_prepend(Error **dst_errp, Error *local_err, const char *fmt, ...)
    G_GNUC_PRINTF(3, 4);

/* Put text before the message of *@errp, if there is an error. Needs ERRP_GUARD(). */
void error_prepend(Error *const *errp, const char *fmt, ...) G_GNUC_PRINTF(2, 3);
void error_vprepend(Error *const *errp, const char *fmt, va_list ap) G_GNUC_PRINTF(2, 0);
/* Appends to the hint, which is printed after the message. End it with a newline. */
void error_append_hint(Error *const *errp, const char *fmt, ...) G_GNUC_PRINTF(2, 3);

/* An independent copy. */
Error *error_copy(const Error *err);
/* NULL is allowed. */
void error_free(Error *err);
/* Frees *@errp and sets it to NULL; aborts when there is no error. For tests. */
void error_free_or_abort(Error **errp);

/* Print with the current location, then free. Hints go only to a human. */
void error_report_err(Error *err);
void warn_report_err(Error *err);
/* Same with a text before it. */
void error_reportf_err(Error *err, const char *fmt, ...) G_GNUC_PRINTF(2, 3);
void warn_reportf_err(Error *err, const char *fmt, ...) G_GNUC_PRINTF(2, 3);
/* warn_report_err() the first time *@printed is false; else only frees. Whether it printed. */
bool warn_report_err_once_cond(bool *printed, Error *err);
#define warn_report_err_once(err) ({                                      \
        static bool warn_printed_;                                        \
        warn_report_err_once_cond(&warn_printed_, err); })

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Error, error_free)

/* What ERRP_GUARD() declares: hands its error on at the end of the function. */
typedef struct ErrorPropagator {
    Error *local_err;
    Error **errp;
} ErrorPropagator;

static inline void error_propagator_cleanup(ErrorPropagator *prop)
{
    error_propagate(prop->errp, prop->local_err);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ErrorPropagator, error_propagator_cleanup)

/*
 * First line of a function that dereferences @errp or adds text: afterwards
 * errp is never NULL and never error_fatal, so *errp can be read and hints
 * added. error_abort is left alone, to abort at the very place.
 */
#define ERRP_GUARD()                                                      \
    g_auto(ErrorPropagator) _auto_errp_prop = { .errp = errp };           \
    do {                                                                  \
        if (!errp || errp == &error_fatal) {                              \
            errp = &_auto_errp_prop.local_err;                            \
        }                                                                 \
    } while (0)

#endif
