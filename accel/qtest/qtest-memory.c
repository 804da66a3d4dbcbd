/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * qtest requests that access memory and I/O ports. Values are little endian,
 * as the machine's. As on real hardware a bus error is not reported to the
 * accessor here: reads of nothing give what the memory core gives. Blocks of
 * any length go through one small buffer, so that a request costs no memory
 * beyond its own line.
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/main-loop.h"
#include "exec/address-spaces.h"
#include "qtest-server-internal.h"

/* Access with the chosen CPU as the running one, which banked registers look at. */
static void memory_access(QTestSession *s, AddressSpace *as, hwaddr gpa, void *data,
                          hwaddr len, bool is_write)
{
    CPUState *saved = current_cpu;

    current_cpu = qtest_cpu_current(s);
    address_space_rw(as, gpa, MEMTXATTRS_UNSPECIFIED, data, len, is_write);
    current_cpu = saved;
}

/* The access size that the last letter of a request's name stands for. */
static unsigned int memory_suffix_bytes(const char *name)
{
    switch (name[strlen(name) - 1]) {
    case 'b':
        return 1;
    case 'w':
        return 2;
    case 'l':
        return 4;
    default:
        return 8;
    }
}

static uint64_t memory_load(QTestSession *s, AddressSpace *as, hwaddr gpa, unsigned int size)
{
    uint64_t value = 0;

    memory_access(s, as, gpa, &value, size, false);
    return le64_to_cpu(value);
}

static void memory_store(QTestSession *s, AddressSpace *as, hwaddr gpa, unsigned int size,
                         uint64_t value)
{
    value = cpu_to_le64(value);
    memory_access(s, as, gpa, &value, size, true);
}

/* Word 1 as an address with room for @size bytes behind it. */
static bool memory_address(QTestSession *s, const QTestRequest *req, unsigned int size,
                           uint64_t *gpa)
{
    return qtest_command_number(s, req, 1, UINT64_MAX - (size - 1), gpa);
}

void qtest_memory_readx(QTestSession *s, const QTestRequest *req)
{
    unsigned int size = memory_suffix_bytes(req->words[0]);
    uint64_t gpa;

    if (memory_address(s, req, size, &gpa)) {
        qtest_session_reply(s, "OK 0x%016" PRIx64,
                            memory_load(s, qtest_cpu_address_space(s), gpa, size));
    }
}

void qtest_memory_inx(QTestSession *s, const QTestRequest *req)
{
    uint64_t port;

    if (qtest_command_number(s, req, 1, UINT16_MAX, &port)) {
        qtest_session_reply(s, "OK 0x%04" PRIx64,
                            memory_load(s, &address_space_io, port,
                                        memory_suffix_bytes(req->words[0])));
    }
}

/* A value wider than the access is cut, as a store instruction would. */
void qtest_memory_writex(QTestSession *s, const QTestRequest *req)
{
    unsigned int size = memory_suffix_bytes(req->words[0]);
    uint64_t gpa, value;

    if (memory_address(s, req, size, &gpa) &&
        qtest_command_number(s, req, 2, UINT64_MAX, &value)) {
        memory_store(s, qtest_cpu_address_space(s), gpa, size, value);
        qtest_session_reply(s, "OK");
    }
}

void qtest_memory_outx(QTestSession *s, const QTestRequest *req)
{
    uint64_t port, value;

    if (qtest_command_number(s, req, 1, UINT16_MAX, &port) &&
        qtest_command_number(s, req, 2, UINT64_MAX, &value)) {
        memory_store(s, &address_space_io, port, memory_suffix_bytes(req->words[0]), value);
        qtest_session_reply(s, "OK");
    }
}

/* The two words that say which block; it must not pass the end of the address space. */
static bool memory_block(QTestSession *s, const QTestRequest *req, uint64_t *gpa, uint64_t *len)
{
    if (!qtest_command_number(s, req, 1, UINT64_MAX, gpa) ||
        !qtest_command_number(s, req, 2, QTEST_BLOCK_MAX, len)) {
        return false;
    }
    if (*len && *gpa + *len - 1 < *gpa) {
        qtest_session_fail(s, "%s: the block ends behind the last address", req->words[0]);
        return false;
    }
    return true;
}

void qtest_memory_read(QTestSession *s, const QTestRequest *req)
{
    static const char digits[] = "0123456789abcdef";
    uint8_t data[QTEST_CHUNK];
    char text[2 * QTEST_CHUNK];
    uint64_t gpa, left;

    if (!memory_block(s, req, &gpa, &left)) {
        return;
    }
    qtest_session_send_raw(s, "OK 0x", 5);
    while (left) {
        size_t piece = MIN(left, sizeof(data));

        memory_access(s, qtest_cpu_address_space(s), gpa, data, piece, false);
        for (size_t i = 0; i < piece; i++) {
            text[2 * i] = digits[data[i] >> 4];
            text[2 * i + 1] = digits[data[i] & 15];
        }
        qtest_session_send_raw(s, text, 2 * piece);
        gpa += piece;
        left -= piece;
    }
    qtest_session_send_raw(s, "\n", 1);
}

void qtest_memory_b64read(QTestSession *s, const QTestRequest *req)
{
    uint8_t data[QTEST_CHUNK];
    uint64_t gpa, left;

    if (!memory_block(s, req, &gpa, &left)) {
        return;
    }
    qtest_session_send_raw(s, "OK ", 3);
    while (left) {
        size_t piece = MIN(left, sizeof(data));
        g_autofree char *text = NULL;

        memory_access(s, qtest_cpu_address_space(s), gpa, data, piece, false);
        text = g_base64_encode(data, piece);
        qtest_session_send_raw(s, text, strlen(text));
        gpa += piece;
        left -= piece;
    }
    qtest_session_send_raw(s, "\n", 1);
}

/* Turns "0x" and @len pairs of digits into bytes over the text itself. */
static uint8_t *memory_hex_decode(char *text, uint64_t len)
{
    uint8_t *data = (uint8_t *)text;

    if (strncmp(text, "0x", 2) || strlen(text + 2) != 2 * len) {
        return NULL;
    }
    text += 2;
    for (uint64_t i = 0; i < len; i++) {
        int high = g_ascii_xdigit_value(text[2 * i]);
        int low = g_ascii_xdigit_value(text[2 * i + 1]);

        if (high < 0 || low < 0) {
            return NULL;
        }
        data[i] = high << 4 | low;
    }
    return data;
}

static void memory_write_pieces(QTestSession *s, uint64_t gpa, uint8_t *data, uint64_t len)
{
    while (len) {
        size_t piece = MIN(len, QTEST_CHUNK);

        memory_access(s, qtest_cpu_address_space(s), gpa, data, piece, true);
        gpa += piece;
        data += piece;
        len -= piece;
    }
    qtest_session_reply(s, "OK");
}

void qtest_memory_write(QTestSession *s, const QTestRequest *req)
{
    uint64_t gpa, len;
    uint8_t *data;

    if (!memory_block(s, req, &gpa, &len)) {
        return;
    }
    data = memory_hex_decode(req->words[3], len);
    if (!data) {
        qtest_session_fail(s, "write: the data must be 0x and %" PRIu64 " hexadecimal digits",
                           2 * len);
        return;
    }
    memory_write_pieces(s, gpa, data, len);
}

void qtest_memory_b64write(QTestSession *s, const QTestRequest *req)
{
    uint64_t gpa, len;
    gsize found = 0;

    if (!memory_block(s, req, &gpa, &len)) {
        return;
    }
    if (strlen(req->words[3]) > 1) { /* GLib does not take less */
        g_base64_decode_inplace(req->words[3], &found);
    }
    if (found != len) {
        qtest_session_fail(s, "b64write: %" PRIu64 " bytes announced, %zu bytes of data",
                           len, (size_t)found);
        return;
    }
    memory_write_pieces(s, gpa, (uint8_t *)req->words[3], len);
}

void qtest_memory_memset(QTestSession *s, const QTestRequest *req)
{
    uint8_t data[QTEST_CHUNK];
    uint64_t gpa, left, pattern;

    if (!memory_block(s, req, &gpa, &left) ||
        !qtest_command_number(s, req, 3, UINT64_MAX, &pattern)) {
        return;
    }
    memset(data, pattern, sizeof(data));
    while (left) {
        size_t piece = MIN(left, sizeof(data));

        memory_access(s, qtest_cpu_address_space(s), gpa, data, piece, true);
        gpa += piece;
        left -= piece;
    }
    qtest_session_reply(s, "OK");
}
