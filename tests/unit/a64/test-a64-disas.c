/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Instructions as text, and that the library that makes it costs those nothing who do not ask for
 * text.
 */
#include "qemu/osdep.h"
#include "config-host.h"
#ifdef CONFIG_CAPSTONE
#include <capstone/capstone.h>
#include <dlfcn.h>
#endif
#include "target/arm/tcg/translate.h"

static char *text_of(uint32_t insn)
{
    GString *text = g_string_new(NULL);
    uint8_t code[4] = { insn, insn >> 8, insn >> 16, insn >> 24 };

    a64_disassemble(code, sizeof(code), 0x1000, text);
    return g_string_free(text, false);
}

#ifdef CONFIG_CAPSTONE
#define LIBRARY "libcapstone.so." G_STRINGIFY(CS_API_MAJOR)

/* Comes first: the library stays. */
static void test_library_is_loaded_when_used(void)
{
    g_autofree char *text = NULL;
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_NOLOAD);

    g_assert_null(library);
    text = text_of(0xd503201f);
    library = dlopen(LIBRARY, RTLD_NOW | RTLD_NOLOAD);
    g_assert_nonnull(library);
    dlclose(library);
}

static void test_library_shows_operands(void)
{
    g_autofree char *text = text_of(0x91001041);

    g_assert_cmpstr(text, ==, "0x0000000000001000:  91001041  add x1, x2, #4\n");
}
#endif

static void test_undefined_instruction_is_shown(void)
{
    g_autofree char *text = text_of(0);

    g_assert_true(g_str_has_prefix(text, "0x0000000000001000:  00000000  udf"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#ifdef CONFIG_CAPSTONE
    g_test_add_func("/a64/disas/library-is-loaded-when-used", test_library_is_loaded_when_used);
    g_test_add_func("/a64/disas/library-shows-operands", test_library_shows_operands);
#endif
    g_test_add_func("/a64/disas/undefined-instruction-is-shown",
                    test_undefined_instruction_is_shown);
    return g_test_run();
}
