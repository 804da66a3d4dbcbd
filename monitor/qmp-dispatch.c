/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a request object to a reply object: the checks of the QMP envelope and
 * the look-up of the command. Checks of a command's arguments are generated
 * from the schema.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qmp/dispatch.h"
#include "qapi/qmp/qdict.h"
#include "qapi/qmp/qjson.h"
#include "qapi/qmp/qstring.h"
#include "monitor/qmp.h"
#include "trace.h"

typedef struct QmpRequest {
    const char *command;
    QDict *arguments;   /* NULL: none given */
    QObject *id;        /* NULL: none given */
} QmpRequest;

static bool qmp_request_member(QmpRequest *req, const QDictEntry *entry,
                               Error **errp)
{
    const char *key = qdict_entry_key(entry);
    QObject *value = qdict_entry_value(entry);

    if (!strcmp(key, "execute")) {
        req->command = qobject_get_try_str(value);
        if (!req->command) {
            error_setg(errp, "QMP input member 'execute' must be a string");
            return false;
        }
    } else if (!strcmp(key, "arguments")) {
        req->arguments = qobject_to(QDict, value);
        if (!req->arguments) {
            error_setg(errp, "QMP input member 'arguments' must be an object");
            return false;
        }
    } else if (strcmp(key, "id")) {
        error_setg(errp, "QMP input member '%s' is unexpected", key);
        return false;
    }
    return true;
}

/* Takes the envelope apart; all in @req is borrowed. The id is set if it can be. */
static bool qmp_request_parse(QObject *object, QmpRequest *req, Error **errp)
{
    QDict *dict = qobject_to(QDict, object);

    if (!dict) {
        error_setg(errp, "QMP input must be a JSON object");
        return false;
    }
    req->id = qdict_get(dict, "id");
    for (const QDictEntry *e = qdict_first(dict); e; e = qdict_next(dict, e)) {
        if (!qmp_request_member(req, e, errp)) {
            return false;
        }
    }
    if (!req->command) {
        error_setg(errp, "QMP input lacks member 'execute'");
        return false;
    }
    return true;
}

static int qmp_command_compare(const void *name, const void *command)
{
    return strcmp(name, ((const QmpCommand *)command)->name);
}

static const QmpCommand *qmp_command_find(const char *name, QmpSessionMode mode,
                                          Error **errp)
{
    bool negotiates = !strcmp(name, "qmp_capabilities");
    const QmpCommand *command;

    if (mode == QMP_SESSION_NEGOTIATION && !negotiates) {
        error_set(errp, ERROR_CLASS_COMMAND_NOT_FOUND,
                  "Expecting capabilities negotiation with "
                  "'qmp_capabilities'");
        return NULL;
    }
    if (mode == QMP_SESSION_COMMAND && negotiates) {
        error_set(errp, ERROR_CLASS_COMMAND_NOT_FOUND,
                  "Capabilities negotiation is already complete, command "
                  "ignored");
        return NULL;
    }
    command = bsearch(name, qapi_command_table, qapi_command_count,
                      sizeof(qapi_command_table[0]), qmp_command_compare);
    if (!command) {
        error_set(errp, ERROR_CLASS_COMMAND_NOT_FOUND,
                  "The command %s has not been found", name);
    }
    return command;
}

static QDict *qmp_response_new(const char *kind, QObject *body, QObject *id)
{
    QDict *response = qdict_new();

    qdict_put_obj(response, kind, body);
    if (id) {
        qdict_put_obj(response, "id", qobject_ref(id));
    }
    return response;
}

QDict *qmp_error_response(Error *err, QObject *id)
{
    QDict *body = qdict_new();

    qdict_put_str(body, "class",
                  QapiErrorClass_str((QapiErrorClass)error_get_class(err)));
    qdict_put_str(body, "desc", error_get_pretty(err));
    error_free(err);
    return qmp_response_new("error", QOBJECT(body), id);
}

QDict *qmp_dispatch_request(QObject *request, QmpSessionMode mode)
{
    QmpRequest req = { 0 };
    const QmpCommand *command = NULL;
    QObject *result = NULL;
    Error *err = NULL;
    QDict *args;

    if (qmp_request_parse(request, &req, &err)) {
        command = qmp_command_find(req.command, mode, &err);
    }
    if (!command) {
        return qmp_error_response(err, req.id);
    }

    trace_monitor_qmp_command(req.command);
    args = req.arguments ? qobject_ref(req.arguments) : qdict_new();
    command->fn(args, &result, &err);
    qobject_unref(args);
    if (err) {
        qobject_unref(result);
        return qmp_error_response(err, req.id);
    }
    if (!result) {
        result = QOBJECT(qdict_new());
    }
    return qmp_response_new("return", result, req.id);
}
