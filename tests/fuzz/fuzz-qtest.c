/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzz target: the qtest protocol server, fed with bytes in two pieces, over
 * one page of RAM. Each line that was completed must have got one answer.
 */
#include "qemu/osdep.h"
#include "exec/address-spaces.h"
#include "qapi/error.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "sysemu/qtest-server.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct Answers {
    size_t count;               /* of lines that answer something */
    bool is_mid_line;
} Answers;

static void answer_count(void *opaque, const char *text, size_t len)
{
    Answers *answers = opaque;

    for (size_t i = 0; i < len; i++) {
        if (!answers->is_mid_line && text[i] != 'I') {
            answers->count++;
        }
        answers->is_mid_line = text[i] != '\n';
    }
}

static void fuzz_setup(void)
{
    static MemoryRegion ram;
    static bool is_set_up;

    if (is_set_up) {
        return;
    }
    is_set_up = true;
    module_call_init(MODULE_INIT_QOM);
    qemu_init_main_loop(&error_abort);
    qemu_mutex_lock_iothread();
    memory_map_init();
    memory_region_init_ram(&ram, NULL, "fuzz-ram", 4096, &error_abort);
    memory_region_add_subregion(get_system_memory(), 0, &ram);
}

/* Requests for blocks of many MiB are slow without being interesting. */
static bool input_is_slow(const uint8_t *data, size_t size)
{
    size_t digits = 0;

    for (size_t i = 0; i < size; i++) {
        digits = g_ascii_isxdigit(data[i]) ? digits + 1 : 0;
        if (digits > 5) {
            return true;
        }
    }
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Answers answers = { 0 };
    QTestSession *s;
    size_t lines = 0;

    fuzz_setup();
    if (input_is_slow(data, size)) {
        return 0;
    }
    for (size_t i = 0; i < size; i++) {
        lines += data[i] == '\n';
    }
    s = qtest_session_new(answer_count, &answers);
    qtest_session_feed(s, data, size / 2);
    qtest_session_feed(s, data + size / 2, size - size / 2);
    qtest_session_free(s);
    g_assert_cmpuint(answers.count, ==, lines);
    g_assert_false(answers.is_mid_line);
    return 0;
}
