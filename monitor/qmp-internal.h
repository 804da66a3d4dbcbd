/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of the QMP server know of each other. */
#ifndef MONITOR_QMP_INTERNAL_H
#define MONITOR_QMP_INTERNAL_H

#include "monitor-internal.h"

/* Sends @event to all clients that finished negotiation. Any thread. */
void qmp_event_broadcast(const QDict *event);

#endif
