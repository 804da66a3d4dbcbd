/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libFuzzer target: loading a saved state from bytes that nobody vouches for.  An input that
 * begins with an even byte is the stream itself; with an odd byte it is a list of changes
 * (offset, two bytes; new value, one byte) to a stream that is good, which gets the fuzzer past
 * the names without a corpus.  What loads must save again, and load again to the same bytes.
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "qapi/error.h"
#include "../unit/run/vmstate-sample.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    qemu_init_main_loop(&error_abort);
    bql_lock();
    return 0;
}

static GByteArray *good_stream(void)
{
    Sample *s = sample_new_filled();
    GByteArray *bytes = sample_save(s);

    sample_free(s);
    return bytes;
}

static GByteArray *stream_from_input(const uint8_t *data, size_t size)
{
    GByteArray *bytes;

    if (!(data[0] & 1)) {
        bytes = g_byte_array_new();
        return g_byte_array_append(bytes, data + 1, size - 1);
    }
    bytes = good_stream();
    for (size_t i = 1; i + 2 < size; i += 3) {
        bytes->data[(data[i] << 8 | data[i + 1]) % bytes->len] = data[i + 2];
    }
    return bytes;
}

/* NULL when it does not load; the message is then there. */
static Sample *sample_load(GByteArray *bytes)
{
    g_autoptr(QEMUFile) f = qemu_file_new_memory_input(bytes->data, bytes->len);
    Sample *s = sample_new();
    Error *err = NULL;

    if (vmstate_load_state(f, &vmstate_sample, s, vmstate_sample.version_id) == 0) {
        return s;
    }
    g_assert_cmpint(qemu_file_get_error_obj(f, &err), <, 0);
    g_assert_nonnull(err);
    error_free(err);
    sample_free(s);
    return NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GByteArray) bytes = NULL;
    Sample *s;

    if (size == 0) {
        return 0;
    }
    bytes = stream_from_input(data, size);
    s = sample_load(bytes);
    if (s) {
        g_autoptr(GByteArray) first = sample_save(s);
        Sample *again = sample_load(first);
        g_autoptr(GByteArray) second = NULL;

        g_assert_nonnull(again);
        second = sample_save(again);
        g_assert_cmpmem(first->data, first->len, second->data, second->len);
        sample_free(again);
        sample_free(s);
    }
    return 0;
}
