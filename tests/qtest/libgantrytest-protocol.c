/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The device test library, part 2: the qtest line protocol. Interrupt reports
 * may arrive before any answer and update the levels seen by qtest_get_irq().
 */
#include "qemu/osdep.h"
#include "libgantrytest-internal.h"

/* How the protocol calls the list of inputs without a name. */
#define UNNAMED_IN "unnamed-gpio-in"

static char *line_receive(QTestState *s)
{
    char *newline, *line;
    size_t looked_at = 0;
    char buf[4096];

    while (!(newline = memchr(s->rx->str + looked_at, '\n', s->rx->len - looked_at))) {
        looked_at = s->rx->len;
        g_string_append_len(s->rx, buf, qtest_fd_read(s, s->qtest_fd, buf, sizeof(buf)));
    }
    line = g_strndup(s->rx->str, newline - s->rx->str);
    g_string_erase(s->rx, 0, newline + 1 - s->rx->str);
    return line;
}

static void irq_line_take(QTestState *s, const char *line)
{
    char verb[8];
    unsigned int n;

    if (sscanf(line, "IRQ %7s %u", verb, &n) != 2 || n >= QTEST_IRQ_MAX ||
        (strcmp(verb, "raise") && strcmp(verb, "lower"))) {
        qtest_die(s, "malformed interrupt report '%s'", line);
    }
    s->irq_level[n] = strcmp(verb, "raise") == 0;
}

static char *answer_receive(QTestState *s)
{
    for (;;) {
        g_autofree char *line = line_receive(s);

        if (!g_str_has_prefix(line, "IRQ ")) {
            return g_steal_pointer(&line);
        }
        irq_line_take(s, line);
    }
}

char *qtest_request_raw(QTestState *s, const char *line, size_t len)
{
    qtest_fd_write(s, s->qtest_fd, line, len);
    qtest_fd_write(s, s->qtest_fd, "\n", 1);
    return answer_receive(s);
}

char *qtest_request(QTestState *s, const char *fmt, ...)
{
    g_autofree char *request = NULL;
    g_autofree char *answer = NULL;
    va_list ap;

    va_start(ap, fmt);
    request = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    answer = qtest_request_raw(s, request, strlen(request));
    if (!g_str_has_prefix(answer, "OK") || (answer[2] && answer[2] != ' ')) {
        qtest_die(s, "request '%.200s' was answered '%.200s'", request, answer);
    }
    return g_strdup(answer[2] ? answer + 3 : "");
}

/* A request whose answer has no value. */
#define REQUEST_PLAIN(...) g_free(qtest_request(__VA_ARGS__))

static uint64_t number_take(QTestState *s, char *text)
{
    char *end;
    uint64_t value = g_ascii_strtoull(text, &end, 0);

    if (end == text || *end) {
        qtest_die(s, "'%s' was answered instead of a number", text);
    }
    g_free(text);
    return value;
}

/* ---- interrupts ---------------------------------------------------------------------- */

void qtest_irq_intercept_in(QTestState *s, const char *qom_path)
{
    REQUEST_PLAIN(s, "irq_intercept_in %s", qom_path);
}

void qtest_irq_intercept_out(QTestState *s, const char *qom_path)
{
    REQUEST_PLAIN(s, "irq_intercept_out %s", qom_path);
}

void qtest_irq_intercept_out_named(QTestState *s, const char *qom_path, const char *name)
{
    REQUEST_PLAIN(s, "irq_intercept_out_named %s %s", qom_path, name);
}

void qtest_set_irq_in(QTestState *s, const char *qom_path, const char *name, int num, int level)
{
    REQUEST_PLAIN(s, "set_irq_in %s %s %d %d", qom_path, name ? name : UNNAMED_IN, num, level);
}

bool qtest_get_irq(QTestState *s, int num)
{
    g_assert_cmpint(num, >=, 0);
    g_assert_cmpint(num, <, QTEST_IRQ_MAX);
    /* Any request makes reports that are on their way arrive first. */
    qtest_inb(s, 0);
    return s->irq_level[num];
}

/* ---- memory and I/O --------------------------------------------------------------------- */

#define DEFINE_ACCESS(suffix, type)                                             \
    void qtest_write##suffix(QTestState *s, uint64_t addr, type value)          \
    {                                                                           \
        REQUEST_PLAIN(s, "write" #suffix " 0x%" PRIx64 " 0x%" PRIx64, addr,     \
                      (uint64_t)value);                                         \
    }                                                                           \
                                                                                \
    type qtest_read##suffix(QTestState *s, uint64_t addr)                       \
    {                                                                           \
        return number_take(s, qtest_request(s, "read" #suffix " 0x%" PRIx64, addr)); \
    }

#define DEFINE_PORT_ACCESS(suffix, type)                                        \
    void qtest_out##suffix(QTestState *s, uint16_t addr, type value)            \
    {                                                                           \
        REQUEST_PLAIN(s, "out" #suffix " 0x%x 0x%x", addr, value);              \
    }                                                                           \
                                                                                \
    type qtest_in##suffix(QTestState *s, uint16_t addr)                         \
    {                                                                           \
        return number_take(s, qtest_request(s, "in" #suffix " 0x%x", addr));    \
    }

DEFINE_ACCESS(b, uint8_t)
DEFINE_ACCESS(w, uint16_t)
DEFINE_ACCESS(l, uint32_t)
DEFINE_ACCESS(q, uint64_t)
DEFINE_PORT_ACCESS(b, uint8_t)
DEFINE_PORT_ACCESS(w, uint16_t)
DEFINE_PORT_ACCESS(l, uint32_t)

void qtest_memread(QTestState *s, uint64_t addr, void *data, size_t size)
{
    g_autofree char *text = qtest_request(s, "read 0x%" PRIx64 " 0x%zx", addr, size);
    uint8_t *bytes = data;

    if (!g_str_has_prefix(text, "0x") || strlen(text) != 2 + 2 * size) {
        qtest_die(s, "read of %zu bytes was answered with %zu characters", size, strlen(text));
    }
    for (size_t i = 0; i < size; i++) {
        bytes[i] = g_ascii_xdigit_value(text[2 + 2 * i]) << 4 |
                   g_ascii_xdigit_value(text[3 + 2 * i]);
    }
}

void qtest_memwrite(QTestState *s, uint64_t addr, const void *data, size_t size)
{
    g_autofree char *text = g_malloc(2 * size + 1);
    const uint8_t *bytes = data;

    text[0] = '\0';
    for (size_t i = 0; i < size; i++) {
        sprintf(text + 2 * i, "%02x", bytes[i]);
    }
    REQUEST_PLAIN(s, "write 0x%" PRIx64 " 0x%zx 0x%s", addr, size, text);
}

void qtest_bufread(QTestState *s, uint64_t addr, void *data, size_t size)
{
    g_autofree char *text = qtest_request(s, "b64read 0x%" PRIx64 " 0x%zx", addr, size);
    gsize len = 0;

    if (strlen(text) > 1) {
        g_base64_decode_inplace(text, &len);
    }
    if (len != size) {
        qtest_die(s, "b64read of %zu bytes was answered with %zu", size, (size_t)len);
    }
    memcpy(data, text, size);
}

void qtest_bufwrite(QTestState *s, uint64_t addr, const void *data, size_t size)
{
    g_autofree char *text = g_base64_encode(data, size);

    REQUEST_PLAIN(s, "b64write 0x%" PRIx64 " 0x%zx %s", addr, size, text);
}

void qtest_memset(QTestState *s, uint64_t addr, uint8_t pattern, size_t size)
{
    REQUEST_PLAIN(s, "memset 0x%" PRIx64 " 0x%zx 0x%02x", addr, size, pattern);
}

/* ---- clock and the rest -------------------------------------------------------------------- */

int64_t qtest_clock_step_next(QTestState *s)
{
    return number_take(s, qtest_request(s, "clock_step"));
}

int64_t qtest_clock_step(QTestState *s, int64_t step)
{
    return number_take(s, qtest_request(s, "clock_step %" PRId64, step));
}

int64_t qtest_clock_set(QTestState *s, int64_t val)
{
    return number_take(s, qtest_request(s, "clock_set %" PRId64, val));
}

bool qtest_big_endian(QTestState *s)
{
    g_autofree char *text = qtest_request(s, "endianness");

    return strcmp(text, "big") == 0;
}

void qtest_module_load(QTestState *s, const char *prefix, const char *libname)
{
    REQUEST_PLAIN(s, "module_load %s %s", prefix, libname);
}

void qtest_cpu_select(QTestState *s, unsigned int cpu)
{
    REQUEST_PLAIN(s, "x-cpu %u", cpu);
}

uint64_t qtest_sysreg_read(QTestState *s, unsigned int cpu, uint32_t encoding)
{
    return number_take(s, qtest_request(s, "x-sysreg-read %u 0x%x", cpu, encoding));
}

void qtest_sysreg_write(QTestState *s, unsigned int cpu, uint32_t encoding, uint64_t value)
{
    REQUEST_PLAIN(s, "x-sysreg-write %u 0x%x 0x%" PRIx64, cpu, encoding, value);
}
