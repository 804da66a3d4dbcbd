/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A front end that records what it is told, and waiting for the main loop. */
#ifndef CHAR_TEST_H
#define CHAR_TEST_H

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "qemu/module.h"
#include "chardev/char-fe.h"
#include "../loop-test.h"

typedef struct TestFrontend {
    CharBackend be;
    int room;               /* what can_read answers */
    GString *input;
    GString *events;        /* o opened, c closed, b break, i mux in, x mux out */
} TestFrontend;

static inline int frontend_can_read(void *opaque)
{
    return ((TestFrontend *)opaque)->room;
}

static inline void frontend_read(void *opaque, const uint8_t *buf, int size)
{
    TestFrontend *f = opaque;

    g_assert_cmpint(size, >, 0);
    g_assert_cmpint(size, <=, f->room);
    g_string_append_len(f->input, (const char *)buf, size);
}

static inline void frontend_event(void *opaque, QEMUChrEvent event)
{
    static const char letters[] = {
        [CHR_EVENT_BREAK] = 'b', [CHR_EVENT_OPENED] = 'o', [CHR_EVENT_MUX_IN] = 'i',
        [CHR_EVENT_MUX_OUT] = 'x', [CHR_EVENT_CLOSED] = 'c',
    };

    g_string_append_c(((TestFrontend *)opaque)->events, letters[event]);
}

static inline void frontend_init(TestFrontend *f, Chardev *chr)
{
    *f = (TestFrontend) { .room = 64, .input = g_string_new(NULL), .events = g_string_new(NULL) };
    qemu_chr_fe_init(&f->be, chr, &error_abort);
    qemu_chr_fe_set_handlers(&f->be, frontend_can_read, frontend_read, frontend_event, NULL, f,
                             NULL, true);
}

static inline void frontend_clear(TestFrontend *f, bool del)
{
    qemu_chr_fe_deinit(&f->be, del);
    g_string_free(f->input, true);
    g_string_free(f->events, true);
}

/* A chardev from "-chardev" text; the result belongs to /chardevs. */
static inline Chardev *chardev_make(const char *text, Error **errp)
{
    g_autoptr(QemuOpts) opts = qemu_opts_parse(&qemu_chardev_opts, text, true, errp);

    return opts ? qemu_chr_new_from_opts(opts, NULL, errp) : NULL;
}

static inline void assert_make_fails(const char *text, const char *part)
{
    g_autoptr(Error) err = NULL;

    g_assert_null(chardev_make(text, &err));
    g_assert_nonnull(err);
    if (!strstr(error_get_pretty(err), part)) {
        g_error("'%s': '%s' lacks '%s'", text, error_get_pretty(err), part);
    }
}

static inline void assert_file(const char *path, const char *expected)
{
    g_autofree char *text = NULL;

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, expected);
}

/* A test function that must leave as many descriptors open as it found. */
static inline void no_leak_run(gconstpointer func)
{
    int before = fds_count();

    ((void (*)(void))func)();
    loop_settle();
    g_assert_cmpint(fds_count(), ==, before);
}

static inline void test_add(const char *path, void (*func)(void))
{
    g_test_add_data_func(path, (gconstpointer)func, no_leak_run);
}

static inline void test_init(int *argc, char ***argv)
{
    g_test_init(argc, argv, NULL);
    signal(SIGPIPE, SIG_IGN);
    module_call_init(MODULE_INIT_QOM);
    qemu_init_main_loop(&error_abort);
    main_loop_wait(true);
}

#endif
