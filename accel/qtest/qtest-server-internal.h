/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the qtest server share: the session, the way to answer,
 * and the command handlers, one group of requests per file.
 */
#ifndef ACCEL_QTEST_SERVER_INTERNAL_H
#define ACCEL_QTEST_SERVER_INTERNAL_H

#include "sysemu/qtest-server.h"
#include "exec/memory.h"
#include "hw/core/cpu.h"

/* A longer request line is refused; it bounds what a client can make us keep. */
#define QTEST_LINE_MAX (64 * 1024 * 1024)

/* The most one request may read, write or fill. */
#define QTEST_BLOCK_MAX (UINT64_C(1) << 30)

/* Blocks are transferred in pieces of this size (a multiple of 3, for base64). */
#define QTEST_CHUNK 6144

/* The most words a request has, its name included. */
#define QTEST_WORDS_MAX 6

typedef struct QTestIntercept QTestIntercept;

struct QTestSession {
    QTestSendFunc *send;
    void *opaque;
    GByteArray *line;           /* what has arrived of the current line */
    bool line_is_too_long;      /* dropping input up to the next newline */
    CPUState *cpu;              /* whose view accesses take; NULL: the first, if any */
    QTestIntercept *intercept;  /* NULL: no lines are intercepted */
};

/* One request: its words, NUL terminated in place. words[0] is the name. */
typedef struct QTestRequest {
    char *words[QTEST_WORDS_MAX];
    unsigned int count;
} QTestRequest;

typedef void QTestHandler(QTestSession *s, const QTestRequest *req);

/* qtest-server.c: answers. _raw sends bytes, the others one whole line. */
void qtest_session_send_raw(QTestSession *s, const char *text, size_t len);
void qtest_session_reply(QTestSession *s, const char *fmt, ...) G_GNUC_PRINTF(2, 3);
void qtest_session_fail(QTestSession *s, const char *fmt, ...) G_GNUC_PRINTF(2, 3);

/* qtest-command.c: carries out @line, which it cuts into words. */
void qtest_command_run(QTestSession *s, char *line);

/*
 * The value of word @n, which must be a whole number (any base that C knows)
 * between 0 and @max; otherwise answers the client and returns false.
 */
bool qtest_command_number(QTestSession *s, const QTestRequest *req, unsigned int n,
                          uint64_t max, uint64_t *value);

/* qtest-memory.c */
QTestHandler qtest_memory_readx, qtest_memory_writex, qtest_memory_inx, qtest_memory_outx;
QTestHandler qtest_memory_read, qtest_memory_write, qtest_memory_b64read;
QTestHandler qtest_memory_b64write, qtest_memory_memset;

/* qtest-irq.c */
QTestHandler qtest_irq_intercept_in, qtest_irq_intercept_out, qtest_irq_intercept_out_named;
QTestHandler qtest_irq_set_in;
void qtest_irq_intercept_end(QTestSession *s);

/* qtest-cpu.c: the requests about one CPU, and the address space accesses use. */
QTestHandler qtest_cpu_select, qtest_cpu_sysreg_read, qtest_cpu_sysreg_write;
CPUState *qtest_cpu_current(QTestSession *s);
AddressSpace *qtest_cpu_address_space(QTestSession *s);

/* qtest-clock.c */
QTestHandler qtest_clock_handle_step, qtest_clock_handle_set;

#endif
