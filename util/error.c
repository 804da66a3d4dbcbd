/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Error objects (qapi/error.h): creation, text in front of and behind the
 * message, propagation, and the two special destinations that end the program.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/error-report.h"

struct Error {
    char *msg;
    ErrorClass err_class;
    const char *src;
    const char *func;
    int line;
    GString *hint;              /* NULL: none */
};

Error *error_abort;
Error *error_fatal;

const char *QapiErrorClass_str(QapiErrorClass error_class)
{
    static const char *const names[QAPI_ERROR_CLASS__MAX] = {
        [QAPI_ERROR_CLASS_GENERICERROR] = "GenericError",
        [QAPI_ERROR_CLASS_COMMANDNOTFOUND] = "CommandNotFound",
        [QAPI_ERROR_CLASS_DEVICENOTACTIVE] = "DeviceNotActive",
        [QAPI_ERROR_CLASS_DEVICENOTFOUND] = "DeviceNotFound",
        [QAPI_ERROR_CLASS_KVMMISSINGCAP] = "KVMMissingCap",
    };

    g_assert(error_class < QAPI_ERROR_CLASS__MAX);
    return names[error_class];
}

/* Ends the program if that is what @errp asks for. */
static void error_handle_special(Error **errp, Error *err)
{
    if (errp == &error_abort) {
        error_printf("Unexpected error in %s() at %s:%d:\n", err->func, err->src, err->line);
        error_report("%s", error_get_pretty(err));
        if (err->hint) {
            error_printf("%s", err->hint->str);
        }
        abort();
    }
    if (errp == &error_fatal) {
        error_report_err(err);
        exit(1);
    }
}

/* Where an error was made. */
typedef struct ErrorOrigin {
    const char *src;
    int line;
    const char *func;
} ErrorOrigin;

G_GNUC_PRINTF(5, 0)
static void error_store(Error **errp, ErrorOrigin origin, ErrorClass err_class, int os_error,
                        const char *fmt, va_list ap)
{
    int saved_errno = errno;
    Error *err;

    if (!errp) {
        return;
    }
    g_assert(*errp == NULL);
    err = g_new0(Error, 1);
    err->msg = g_strdup_vprintf(fmt, ap);
    if (os_error) {
        char *msg = err->msg;

        err->msg = g_strdup_printf("%s: %s", msg, g_strerror(os_error));
        g_free(msg);
    }
    err->err_class = err_class;
    err->src = origin.src;
    err->line = origin.line;
    err->func = origin.func;
    error_handle_special(errp, err);
    *errp = err;
    errno = saved_errno;
}

void error_setg_internal(Error **errp, const char *src, int line, const char *func,
                         const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    error_store(errp, (ErrorOrigin) { src, line, func }, ERROR_CLASS_GENERIC_ERROR, 0, fmt, ap);
    va_end(ap);
}

void error_set_internal(Error **errp, const char *src, int line, const char *func,
                        ErrorClass err_class, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    error_store(errp, (ErrorOrigin) { src, line, func }, err_class, 0, fmt, ap);
    va_end(ap);
}

void error_setg_errno_internal(Error **errp, const char *src, int line, const char *func,
                               int os_error, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    error_store(errp, (ErrorOrigin) { src, line, func }, ERROR_CLASS_GENERIC_ERROR, os_error,
                fmt, ap);
    va_end(ap);
}

void error_setg_file_open_internal(Error **errp, const char *src, int line, const char *func,
                                   int os_errno, const char *filename)
{
    error_setg_errno_internal(errp, src, line, func, os_errno, "Could not open '%s'", filename);
}

void error_vprepend(Error *const *errp, const char *fmt, va_list ap)
{
    g_autoptr(GString) text = NULL;

    if (!errp || !*errp) {
        return;
    }
    text = g_string_new(NULL);
    g_string_append_vprintf(text, fmt, ap);
    g_string_append(text, (*errp)->msg);
    g_free((*errp)->msg);
    (*errp)->msg = g_string_free(g_steal_pointer(&text), FALSE);
}

void error_prepend(Error *const *errp, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    error_vprepend(errp, fmt, ap);
    va_end(ap);
}

void error_append_hint(Error *const *errp, const char *fmt, ...)
{
    int saved_errno = errno;
    va_list ap;

    if (!errp || !*errp) {
        return;
    }
    /* A hint on these is lost: the program has ended. Without ERRP_GUARD() that is a bug. */
    g_assert(errp != &error_abort && errp != &error_fatal);
    if (!(*errp)->hint) {
        (*errp)->hint = g_string_new(NULL);
    }
    va_start(ap, fmt);
    g_string_append_vprintf((*errp)->hint, fmt, ap);
    va_end(ap);
    errno = saved_errno;
}

Error *error_copy(const Error *err)
{
    Error *copy = g_new(Error, 1);

    *copy = *err;
    copy->msg = g_strdup(err->msg);
    copy->hint = err->hint ? g_string_new(err->hint->str) : NULL;
    return copy;
}

const char *error_get_pretty(const Error *err)
{
    return err->msg;
}

ErrorClass error_get_class(const Error *err)
{
    return err->err_class;
}

void error_free(Error *err)
{
    if (err) {
        g_free(err->msg);
        if (err->hint) {
            g_string_free(err->hint, TRUE);
        }
        g_free(err);
    }
}

void error_free_or_abort(Error **errp)
{
    g_assert(errp && *errp);
    error_free(*errp);
    *errp = NULL;
}

/* Prints @err by @report, its hint after it, and frees it. */
static void error_print(Error *err, void (*report)(const char *fmt, ...))
{
    report("%s", err->msg);
    if (err->hint) {
        error_printf("%s", err->hint->str);
    }
    error_free(err);
}

void error_report_err(Error *err)
{
    error_print(err, error_report);
}

void warn_report_err(Error *err)
{
    error_print(err, warn_report);
}

void error_reportf_err(Error *err, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    error_vprepend(&err, fmt, ap);
    va_end(ap);
    error_report_err(err);
}

void warn_reportf_err(Error *err, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    error_vprepend(&err, fmt, ap);
    va_end(ap);
    warn_report_err(err);
}

bool warn_report_err_once_cond(bool *printed, Error *err)
{
    if (__atomic_exchange_n(printed, true, __ATOMIC_RELAXED)) {
        error_free(err);
        return false;
    }
    warn_report_err(err);
    return true;
}

void error_propagate(Error **dst_errp, Error *local_err)
{
    if (!local_err) {
        return;
    }
    error_handle_special(dst_errp, local_err);
    if (dst_errp && !*dst_errp) {
        *dst_errp = local_err;
    } else {
        error_free(local_err);
    }
}

void error_propagate_prepend(Error **dst_errp, Error *local_err, const char *fmt, ...)
{
    va_list ap;

    if (!local_err) {
        return;
    }
    va_start(ap, fmt);
    error_vprepend(&local_err, fmt, ap);
    va_end(ap);
    error_propagate(dst_errp, local_err);
}
