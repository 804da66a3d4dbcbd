/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzz target: the command line. The input's lines are the words. Parsing
 * changes nothing but option groups and a configuration that are freed again;
 * -readconfig is left out, as it reads any file the fuzzer names.
 */
#include "qemu/osdep.h"
#include "chardev/char.h"
#include "qemu/module.h"
#include "system/startup/startup-internal.h"

#define WORDS_MAX 32

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz_setup(void)
{
    static bool is_set_up;

    if (!is_set_up) {
        is_set_up = true;
        module_call_init(MODULE_INIT_QOM);
        opt_machine_groups_register();
        opt_control_groups_register();
        opt_process_groups_register();
    }
}

/* Cuts @text into words; the number of them. */
static int words_cut(char *text, char **argv)
{
    int argc = 0;

    argv[argc++] = (char *)"gantry";
    for (char *word = strtok(text, "\n"); word && argc < WORDS_MAX; word = strtok(NULL, "\n")) {
        if (!strstr(word, "readconfig")) {
            argv[argc++] = word;
        }
    }
    return argc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_strndup((const char *)data, size);
    char *argv[WORDS_MAX + 1] = { NULL };
    int argc = words_cut(text, argv);
    StartupConfig config;
    Error *err = NULL;
    Location loc;

    fuzz_setup();
    loc_push_none(&loc);
    startup_config_init(&config);
    if (!cmdline_parse(&config, argc, argv, &err)) {
        /* A refusal must say something. */
        g_assert_true(err && error_get_pretty(err)[0]);
        error_free(err);
    } else {
        g_assert_null(err);
    }
    startup_config_clear(&config);
    loc_pop(&loc);
    return 0;
}
