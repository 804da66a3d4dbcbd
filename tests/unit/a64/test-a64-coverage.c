/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is every encoding of the table translated?  And does each feature that gates encodings follow
 * from the identification registers of some model?
 */
#include "qemu/osdep.h"
#include "qemu/module.h"
#include "qom/object.h"
#include "target/arm/tcg/a64-decode.h"

static void test_every_encoding_has_a_translator(void)
{
    for (unsigned i = 0; i < a64_encodings_count; i++) {
        const A64Encoding *e = &a64_encodings[i];

        if (!e->translate) {
            g_test_message("%s has no translator", e->name);
            g_test_fail();
        }
    }
}

static uint64_t features_of(const char *type)
{
    Object *cpu = object_new(type);
    uint64_t features = a64_features((ARMCPU *)cpu);

    object_unref(cpu);
    return features;
}

static void test_max_has_every_feature(void)
{
    uint64_t features = features_of("max-arm-cpu");

    for (unsigned i = 0; i < a64_encodings_count; i++) {
        if (!(features >> a64_encodings[i].feature & 1)) {
            g_test_message("max lacks the feature of %s", a64_encodings[i].name);
            g_test_fail();
        }
    }
}

/* Armv8.0 with CRC-32 and the cryptographic instructions. */
static void test_cortex_a57_has_those_of_v8_0(void)
{
    uint64_t expected = 1ULL << A64_BASE | 1ULL << A64_CRC32 | 1ULL << A64_AES | 1ULL << A64_PMULL |
                        1ULL << A64_SHA1 | 1ULL << A64_SHA256;

    g_assert_cmphex(features_of("cortex-a57-arm-cpu"), ==, expected);
}

static void test_missing_feature_makes_undefined(void)
{
    A64Insn fields;

    /* LDADD W0, W1, [X2]; PACIASP is a hint, and so a NOP without the feature. */
    g_assert_null(a64_decode(0xb8200041, 1ULL << A64_BASE, &fields));
    g_assert_nonnull(a64_decode(0xb8200041, 1ULL << A64_BASE | 1ULL << A64_LSE, &fields));
    g_assert_cmpstr(a64_decode(0xd503233f, 1ULL << A64_BASE, &fields)->name, ==, "HINT");
    g_assert_cmpstr(a64_decode(0xd503233f, 1ULL << A64_BASE | 1ULL << A64_PAUTH, &fields)->name, ==,
                    "PACSP");
}

/* Bit patterns from the manual's description of DecodeBitMasks. */
static void test_bitmask_immediates(void)
{
    uint64_t value;

    g_assert_true(a64_bitmask_immediate(true, 0, 0x3c, 0, &value));
    g_assert_cmphex(value, ==, 0x5555555555555555);
    g_assert_true(a64_bitmask_immediate(false, 0, 0x3c, 1, &value));
    g_assert_cmphex(value, ==, 0xaaaaaaaa);
    g_assert_true(a64_bitmask_immediate(true, 1, 0x3e, 1, &value));
    g_assert_cmphex(value, ==, 0xbfffffffffffffff);
    g_assert_true(a64_bitmask_immediate(true, 0, 7, 8, &value));
    g_assert_cmphex(value, ==, 0xff000000ff000000);
    /* All ones in an element, no element, an element of 64 bits in a register of 32. */
    g_assert_false(a64_bitmask_immediate(true, 1, 0x3f, 0, &value));
    g_assert_false(a64_bitmask_immediate(true, 0, 0x3f, 0, &value));
    g_assert_false(a64_bitmask_immediate(false, 1, 0, 0, &value));
}

int main(int argc, char **argv)
{
    module_call_init(MODULE_INIT_QOM);
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/a64/table/every-encoding-has-a-translator",
                    test_every_encoding_has_a_translator);
    g_test_add_func("/a64/features/max-has-every-feature", test_max_has_every_feature);
    g_test_add_func("/a64/features/cortex-a57-has-those-of-v8.0",
                    test_cortex_a57_has_those_of_v8_0);
    g_test_add_func("/a64/decode/missing-feature-makes-undefined",
                    test_missing_feature_makes_undefined);
    g_test_add_func("/a64/decode/bitmask-immediates", test_bitmask_immediates);
    return g_test_run();
}
