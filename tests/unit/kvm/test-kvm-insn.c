/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decoding of loads and stores: what the Arm ARM says an encoding does, as text.  Encodings are
 * those of an independent assembler for the source line beside them.
 */
#include "qemu/osdep.h"
#include "target/arm/kvm-insn.h"

/* "load x2+0 wb+8: 0/8=x0 8/8=x1": kind, address, write-back, then offset/bytes=register. */
static char *insn_text(const ArmInsn *insn)
{
    GString *s = g_string_new(insn->is_load ? "load" : "store");
    char kind = insn->is_simd ? 'v' : 'x';

    if (insn->is_load && !insn->is_simd) {
        g_string_append_printf(s, "%s%s", insn->is_signed ? "-signed" : "",
                               insn->reg_is_64 ? "-64" : "-32");
    }
    g_string_append_printf(s, " x%u", insn->base);
    if (insn->index >= 0) {
        g_string_append_printf(s, "+x%d.%u<<%u", insn->index, insn->extend, insn->shift);
    } else {
        g_string_append_printf(s, "%+" PRId64, insn->offset);
    }
    if (insn->writeback && insn->writeback_reg >= 0) {
        g_string_append_printf(s, " wb+x%d", insn->writeback_reg);
    } else if (insn->writeback) {
        g_string_append_printf(s, " wb%+" PRId64, insn->writeback_imm);
    }
    if (insn->replicates) {
        g_string_append_printf(s, " all%u", insn->vector_bytes);
    }
    g_string_append_c(s, ':');
    for (unsigned i = 0; i < insn->n_accesses; i++) {
        const ArmInsnAccess *a = &insn->accesses[i];

        g_string_append_printf(s, " %u/%u=%c%u", a->offset, a->bytes, kind, a->reg);
        if (a->lane_byte) {
            g_string_append_printf(s, "@%u", a->lane_byte);
        }
    }
    return g_string_free(s, FALSE);
}

static const struct {
    const char *name;
    uint32_t word;
    const char *text;           /* NULL: not decoded */
} cases[] = {
    { "ldp x0, x1, [x2]", 0xa9400440, "load-64 x2+0: 0/8=x0 8/8=x1" },
    { "ldp w3, w4, [sp, #-8]!", 0x29ff13e3, "load-32 x31-8 wb-8: 0/4=x3 4/4=x4" },
    { "stp x5, x6, [x7], #16", 0xa88118e5, "store x7+0 wb+16: 0/8=x5 8/8=x6" },
    { "ldpsw x8, x9, [x10, #4]", 0x6940a548, "load-signed-64 x10+4: 0/4=x8 4/4=x9" },
    { "stnp x11, x12, [x13, #-16]", 0xa83f31ab, "store x13-16: 0/8=x11 8/8=x12" },
    { "ldp q0, q1, [x2, #32]", 0xad410440, "load x2+32: 0/16=v0 16/16=v1" },
    { "stp d2, d3, [x4], #-16", 0x6cbf0c82, "store x4+0 wb-16: 0/8=v2 8/8=v3" },
    { "ldp s4, s5, [x6, #4]!", 0x2dc094c4, "load x6+4 wb+4: 0/4=v4 4/4=v5" },
    { "ldr x0, [x1], #8", 0xf8408420, "load-64 x1+0 wb+8: 0/8=x0" },
    { "str w2, [x3, #-4]!", 0xb81fcc62, "store x3-4 wb-4: 0/4=x2" },
    { "ldrsw x4, [x5], #4", 0xb88044a4, "load-signed-64 x5+0 wb+4: 0/4=x4" },
    { "ldrsb w6, [x7, #1]!", 0x38c01ce6, "load-signed-32 x7+1 wb+1: 0/1=x6" },
    { "ldrsh x8, [x9], #2", 0x78802528, "load-signed-64 x9+0 wb+2: 0/2=x8" },
    { "strb w10, [x11], #1", 0x3800156a, "store x11+0 wb+1: 0/1=x10" },
    { "ldr q3, [x4]", 0x3dc00083, "load x4+0: 0/16=v3" },
    { "str d5, [x6, #8]", 0xfd0004c5, "store x6+8: 0/8=v5" },
    { "ldr s7, [x8, #4]", 0xbd400507, "load x8+4: 0/4=v7" },
    { "ldr h9, [x10, #2]", 0x7d400549, "load x10+2: 0/2=v9" },
    { "str b11, [x12, #1]", 0x3d00058b, "store x12+1: 0/1=v11" },
    { "ldr q13, [x14, x15]", 0x3cef69cd, "load x14+x15.3<<0: 0/16=v13" },
    { "str d16, [x17, w18, uxtw #3]", 0xfc325a30, "store x17+x18.2<<3: 0/8=v16" },
    { "ldr s19, [x20, w21, sxtw]", 0xbc75ca93, "load x20+x21.6<<0: 0/4=v19" },
    { "ldur q22, [x23, #-16]", 0x3cdf02f6, "load x23-16: 0/16=v22" },
    { "stur x24, [x25, #-8]", 0xf81f8338, "store x25-8: 0/8=x24" },
    { "ldtr x26, [x27]", 0xf8400b7a, "load-64 x27+0: 0/8=x26" },
    { "ldr q28, [x29], #16", 0x3cc107bc, "load x29+0 wb+16: 0/16=v28" },
    { "str q30, [sp, #-16]!", 0x3c9f0ffe, "store x31-16 wb-16: 0/16=v30" },
    { "str xzr, [x1], #8", 0xf800843f, "store x1+0 wb+8: 0/8=x31" },
    { "ld1 {v0.16b}, [x0]", 0x4c407000,
      "load x0+0: 0/1=v0 1/1=v0@1 2/1=v0@2 3/1=v0@3 4/1=v0@4 5/1=v0@5 6/1=v0@6 7/1=v0@7 "
      "8/1=v0@8 9/1=v0@9 10/1=v0@10 11/1=v0@11 12/1=v0@12 13/1=v0@13 14/1=v0@14 15/1=v0@15" },
    { "st1 {v4.4s, v5.4s, v6.4s, v7.4s}, [x8], x9", 0x4c892904,
      "store x8+0 wb+x9: 0/4=v4 4/4=v4@4 8/4=v4@8 12/4=v4@12 16/4=v5 20/4=v5@4 24/4=v5@8 "
      "28/4=v5@12 32/4=v6 36/4=v6@4 40/4=v6@8 44/4=v6@12 48/4=v7 52/4=v7@4 56/4=v7@8 60/4=v7@12" },
    { "ld2 {v10.2d, v11.2d}, [x12]", 0x4c408d8a,
      "load x12+0: 0/8=v10 8/8=v11 16/8=v10@8 24/8=v11@8" },
    { "ld4 {v31.2s, v0.2s, v1.2s, v2.2s}, [x3]", 0x0c40087f,
      "load x3+0: 0/4=v31 4/4=v0 8/4=v1 12/4=v2 16/4=v31@4 20/4=v0@4 24/4=v1@4 28/4=v2@4" },
    { "ld1 {v17.b}[9], [x18]", 0x4d400651, "load x18+0: 0/1=v17@9" },
    { "st1 {v19.h}[3], [x20], #2", 0x0d9f5a93, "store x20+0 wb+2: 0/2=v19@6" },
    { "ld1 {v21.s}[2], [x22], x23", 0x4dd782d5, "load x22+0 wb+x23: 0/4=v21@8" },
    { "st2 {v24.d, v25.d}[1], [x26]", 0x4d208758, "store x26+0: 0/8=v24@8 8/8=v25@8" },
    { "ld1r {v27.4s}, [x28]", 0x4d40cb9b, "load x28+0 all16: 0/4=v27" },
    { "ld3r {v0.2d, v1.2d, v2.2d}, [x3], #24", 0x4ddfec60,
      "load x3+0 wb+24 all16: 0/8=v0 8/8=v1 16/8=v2" },
    { "ldxr x0, [x1]", 0xc85f7c20, NULL },
    { "stlxr w2, x3, [x4]", 0xc802fc83, NULL },
    { "ldaxp x0, x1, [x2]", 0xc87f8440, NULL },
    { "ldadd x0, x1, [x2]", 0xf8200041, NULL },
    { "cas x0, x1, [x2]", 0xc8a07c41, NULL },
    { "swp x0, x1, [x2]", 0xf8208041, NULL },
    { "prfm pldl1keep, [x0]", 0xf9800000, NULL },
    { "ldr x0, .", 0x58000000, NULL },
    { "add x0, x1, x2", 0x8b020020, NULL },
    { "dc zva, x0", 0xd50b7420, NULL },
};

static void test_insn(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_autofree char *text = NULL;
    ArmInsn insn;

    if (!cases[i].text) {
        g_assert_false(arm_insn_decode(cases[i].word, &insn));
        return;
    }
    g_assert_true(arm_insn_decode(cases[i].word, &insn));
    text = insn_text(&insn);
    g_assert_cmpstr(text, ==, cases[i].text);
}

/* Whatever the guest has at its PC: what is decoded stays in the limits that users rely on. */
static void test_any_word(void)
{
    enum { WORDS = 2000000, SEED = 5 };
    g_autoptr(GRand) rand = g_rand_new_with_seed(SEED);
    unsigned decoded = 0;

    for (unsigned n = 0; n < WORDS; n++) {
        uint32_t word = (g_rand_int(rand) & ~0x02000000u) | 0x08000000u;
        ArmInsn insn;

        if (!arm_insn_decode(word, &insn)) {
            continue;
        }
        decoded++;
        g_assert_cmpuint(insn.n_accesses, >=, 1);
        g_assert_cmpuint(insn.n_accesses, <=, ARM_INSN_MAX_ACCESSES);
        for (unsigned i = 0; i < insn.n_accesses; i++) {
            const ArmInsnAccess *a = &insn.accesses[i];

            if (a->reg > 31 || a->offset + a->bytes > 64 || a->lane_byte + a->bytes > 16 ||
                (!insn.is_simd && a->bytes > 8)) {
                g_error("seed %d: 0x%08x has access %u of %u bytes", SEED, word, i, a->bytes);
            }
        }
    }
    g_assert_cmpuint(decoded, >, WORDS / 10);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/kvm/insn/%s", cases[i].name);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_insn);
    }
    g_test_add_func("/kvm/insn/any-word-stays-in-limits", test_any_word);
    return g_test_run();
}
