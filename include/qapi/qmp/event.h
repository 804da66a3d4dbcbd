/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The way of events from the layers that send them (with the generated
 * qapi_event_send_X()) up to the monitor, which installs a hook.
 */
#ifndef QAPI_QMP_EVENT_H
#define QAPI_QMP_EVENT_H

#include "qapi/qmp/qdict.h"

/* Takes @qdict ("timestamp", "event", "data") over; @event is a QAPIEvent. Any thread. */
typedef void (QmpEventEmitFunc)(unsigned event, QDict *qdict);

/* Installs the receiver of all events; NULL: they are dropped. */
void qmp_event_set_emit(QmpEventEmitFunc *emit);

/* For generated code: whether anyone listens, and handing over (takes @data, may be NULL). */
bool qmp_event_is_wanted(void);
void qmp_event_emit(unsigned event, const char *name, QObject *data);

#endif
