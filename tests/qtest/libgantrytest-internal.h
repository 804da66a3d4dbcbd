/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the device test library share: the state of one emulator
 * under test and the line based connection to it.
 */
#ifndef TESTS_QTEST_LIBGANTRYTEST_INTERNAL_H
#define TESTS_QTEST_LIBGANTRYTEST_INTERNAL_H

#include "libgantrytest.h"
#include "qapi/qmp/qlist.h"
#include "qemu/json.h"

/* Nothing the emulator is asked may take longer. */
#define QTEST_TIMEOUT_MS 60000

#define QTEST_IRQ_MAX 1024

struct QTestState {
    int qtest_fd;
    int qmp_fd;
    pid_t pid;                  /* -1: has ended, and its status is known */
    int wait_status;
    int expected_status;
    GString *rx;                /* received from qtest_fd, not yet a whole line */
    bool irq_level[QTEST_IRQ_MAX];
    JsonStream *qmp_stream;
    GQueue messages;            /* QDict: parsed, not yet looked at */
    GQueue events;              /* QDict: met while waiting for an answer */
};

/* Ends the test with what happened to the emulator. */
G_NORETURN void qtest_die(QTestState *s, const char *fmt, ...) G_GNUC_PRINTF(2, 3);

/* Reads what there is from @fd, waiting for it; ends the test on timeout or end of file. */
size_t qtest_fd_read(QTestState *s, int fd, char *buf, size_t size);
void qtest_fd_write(QTestState *s, int fd, const char *buf, size_t size);

/* The first half of QMP: set up and take down. */
void qtest_qmp_open(QTestState *s);
void qtest_qmp_close(QTestState *s);
void qtest_qmp_handshake(QTestState *s);

/* Sends a request line and waits for its "OK"; gives the rest of that line. */
char *qtest_request(QTestState *s, const char *fmt, ...) G_GNUC_PRINTF(2, 3);

#endif
