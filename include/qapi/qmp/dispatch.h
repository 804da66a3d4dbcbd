/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of QMP commands that the schema gives rise to. */
#ifndef QAPI_QMP_DISPATCH_H
#define QAPI_QMP_DISPATCH_H

#include "qapi/qmp/qdict.h"

/*
 * Runs a command. @args is never NULL. *@ret is set on success if the
 * command returns something, and then is the caller's.
 */
typedef void (QmpCommandFunc)(QDict *args, QObject **ret, Error **errp);

typedef enum QmpCommandOptions {
    QCO_NO_OPTIONS = 0,
    QCO_NO_SUCCESS_RESP = 1 << 0,
    QCO_ALLOW_OOB = 1 << 1,
    QCO_ALLOW_PRECONFIG = 1 << 2,
    QCO_COROUTINE = 1 << 3,
} QmpCommandOptions;

typedef struct QmpCommand {
    const char *name;
    QmpCommandFunc *fn;
    unsigned options;           /* QmpCommandOptions */
    unsigned special_features;  /* QapiFeatureFlags */
} QmpCommand;

/* All commands, sorted by strcmp() of their names; generated. */
extern const QmpCommand qapi_command_table[];
extern const size_t qapi_command_count;

#endif
