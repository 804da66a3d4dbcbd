/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The QMP engine without a connection: one request object in, one reply object
 * out. Used by the QMP server, by HMP, and by tests and fuzzers.
 */
#ifndef MONITOR_QMP_H
#define MONITOR_QMP_H

#include "qemu/compiler.h"
#include "qemu/typedefs.h"

/* Which commands a session may use at the moment. */
typedef enum QmpSessionMode {
    QMP_SESSION_NEGOTIATION, /* only qmp_capabilities */
    QMP_SESSION_COMMAND,     /* all but qmp_capabilities */
} QmpSessionMode;

/*
 * Checks @request ({"execute", "arguments", "id"}), runs the command and
 * returns the reply: "return" or "error", with the id of the request. Never
 * NULL, whatever @request is. Caller owns the reply; @request stays the
 * caller's. Caller holds the BQL.
 */
QDict *qmp_dispatch_request(QObject *request, QmpSessionMode mode);

/* The reply that reports @err, which it takes, for a request with @id or NULL. */
QDict *qmp_error_response(Error *err, QObject *id);

#endif
