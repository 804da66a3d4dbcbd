/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The server end of the qtest protocol (docs/qtest.md): a line based dialogue
 * in which a test moves the clock, accesses memory and watches interrupt
 * lines. A session is the protocol alone, fed with bytes and answering through
 * a callback; a server is a session on a character device.
 */
#ifndef SYSEMU_QTEST_SERVER_H
#define SYSEMU_QTEST_SERVER_H

#include "qom/object.h"

typedef struct QTestSession QTestSession;
typedef struct QTestServer QTestServer;

/* Takes @len bytes of answer; they are whole lines except in long data answers. */
typedef void QTestSendFunc(void *opaque, const char *text, size_t len);

/*
 * A session that answers through @send. Caller holds the BQL here and in all
 * functions below, and frees the result with qtest_session_free().
 */
QTestSession *qtest_session_new(QTestSendFunc *send, void *opaque);

/* Take bytes from the client; each completed line is carried out and answered. */
void qtest_session_feed(QTestSession *s, const uint8_t *data, size_t len);

/* Forget the client: unfinished input, the chosen CPU, interception of lines. */
void qtest_session_reset(QTestSession *s);

void qtest_session_free(QTestSession *s);

/*
 * A server on the character device that @chardev describes as the -qtest
 * option does ("unix:PATH", "chardev:ID"...). @log names the file that shows
 * the dialogue, NULL means standard error and "none" means no log. Returns
 * NULL with @errp set when the character device or the log cannot be opened.
 * The result is freed with qtest_server_free(), which accepts NULL.
 */
QTestServer *qtest_server_new(const char *chardev, const char *log, Error **errp);
void qtest_server_free(QTestServer *server);

/*
 * Interface of CPU types whose system registers a test may reach
 * (x-sysreg-read, x-sysreg-write). @encoding is the CPU architecture's own.
 * Methods run with the BQL held and return false with @errp set for a register
 * that does not exist or refuses the access.
 */
#define TYPE_QTEST_SYSREG "qtest-sysreg"

typedef struct QTestSysregClass {
    InterfaceClass parent_class;

    bool (*read)(Object *cpu, uint32_t encoding, uint64_t *value, Error **errp);
    bool (*write)(Object *cpu, uint32_t encoding, uint64_t value, Error **errp);
} QTestSysregClass;

DECLARE_CLASS_CHECKERS(QTestSysregClass, QTEST_SYSREG, TYPE_QTEST_SYSREG)

#endif
