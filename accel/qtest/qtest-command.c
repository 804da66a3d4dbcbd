/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of qtest requests: a line is cut into words, the first is looked
 * up, the number of the others is checked, and the handler answers. The
 * client is a test, but it may be wrong: whatever it sends gets an answer.
 */
#include "qemu/osdep.h"
#include "qtest-server-internal.h"
#include "trace.h"

typedef struct QTestCommand {
    const char *name;
    uint8_t min_args;
    uint8_t max_args;
    QTestHandler *handle;
} QTestCommand;

static void command_endianness(QTestSession *s, const QTestRequest *req)
{
    qtest_session_reply(s, "OK little");
}

/* Device modules are built in: the request is answered for clients that always send it. */
static void command_module_load(QTestSession *s, const QTestRequest *req)
{
    qtest_session_fail(s, "module_load: there are no modules, '%s%s' is built in or does not exist",
                       req->words[1], req->words[2]);
}

static const QTestCommand command_table[] = {
    { "b64read", 2, 2, qtest_memory_b64read },
    { "b64write", 3, 3, qtest_memory_b64write },
    { "clock_set", 1, 1, qtest_clock_handle_set },
    { "clock_step", 0, 1, qtest_clock_handle_step },
    { "endianness", 0, 0, command_endianness },
    { "inb", 1, 1, qtest_memory_inx },
    { "inl", 1, 1, qtest_memory_inx },
    { "inw", 1, 1, qtest_memory_inx },
    { "irq_intercept_in", 1, 1, qtest_irq_intercept_in },
    { "irq_intercept_out", 1, 1, qtest_irq_intercept_out },
    { "irq_intercept_out_named", 2, 2, qtest_irq_intercept_out_named },
    { "memset", 3, 3, qtest_memory_memset },
    { "module_load", 2, 2, command_module_load },
    { "outb", 2, 2, qtest_memory_outx },
    { "outl", 2, 2, qtest_memory_outx },
    { "outw", 2, 2, qtest_memory_outx },
    { "read", 2, 2, qtest_memory_read },
    { "readb", 1, 1, qtest_memory_readx },
    { "readl", 1, 1, qtest_memory_readx },
    { "readq", 1, 1, qtest_memory_readx },
    { "readw", 1, 1, qtest_memory_readx },
    { "set_irq_in", 4, 4, qtest_irq_set_in },
    { "write", 3, 3, qtest_memory_write },
    { "writeb", 2, 2, qtest_memory_writex },
    { "writel", 2, 2, qtest_memory_writex },
    { "writeq", 2, 2, qtest_memory_writex },
    { "writew", 2, 2, qtest_memory_writex },
    { "x-cpu", 1, 1, qtest_cpu_select },
    { "x-sysreg-read", 2, 2, qtest_cpu_sysreg_read },
    { "x-sysreg-write", 3, 3, qtest_cpu_sysreg_write },
};

/* False when there are more words than any request has. */
static bool request_split(QTestRequest *req, char *line)
{
    char *p = line;

    memset(req, 0, sizeof(*req));
    for (;;) {
        while (*p == ' ' || *p == '\t' || *p == '\r') {
            *p++ = '\0';
        }
        if (!*p) {
            return true;
        }
        if (req->count == QTEST_WORDS_MAX) {
            return false;
        }
        req->words[req->count++] = p;
        p += strcspn(p, " \t\r");
    }
}

static int command_compare(const void *key, const void *entry)
{
    return strcmp(key, ((const QTestCommand *)entry)->name);
}

bool qtest_command_number(QTestSession *s, const QTestRequest *req, unsigned int n,
                          uint64_t max, uint64_t *value)
{
    const char *word = req->words[n];
    char *end;
    uint64_t parsed;

    errno = 0;
    parsed = g_ascii_isdigit(*word) ? g_ascii_strtoull(word, &end, 0) : 0;
    if (!g_ascii_isdigit(*word) || errno || *end) {
        qtest_session_fail(s, "%s: '%.40s' is not a number", req->words[0], word);
        return false;
    }
    if (parsed > max) {
        qtest_session_fail(s, "%s: %s is more than 0x%" PRIx64, req->words[0], word, max);
        return false;
    }
    *value = parsed;
    return true;
}

void qtest_command_run(QTestSession *s, char *line)
{
    const QTestCommand *command;
    QTestRequest req;
    bool fits = request_split(&req, line);

    if (!req.count) {
        qtest_session_fail(s, "empty request");
        return;
    }
    trace_qtest_command_run(req.words[0], req.count - 1);
    command = bsearch(req.words[0], command_table, G_N_ELEMENTS(command_table),
                      sizeof(command_table[0]), command_compare);
    if (!command) {
        qtest_session_fail(s, "unknown request '%.40s'", req.words[0]);
    } else if (!fits || req.count - 1 < command->min_args || req.count - 1 > command->max_args) {
        qtest_session_fail(s, "%s: wrong number of arguments", command->name);
    } else {
        command->handle(s, &req);
    }
}
