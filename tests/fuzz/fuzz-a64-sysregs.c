/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzz target: traffic of system registers and system instructions, at EL1 and EL0: those that
 * exist, and other encodings; with interrupts of timers, and what PSCI offers.
 *
 * Input: steps of 8 bytes.
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "a64-guest.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define STEP_SIZE 8
#define STEPS_MAX 1000

typedef struct Step {
    uint8_t what;
    uint8_t how;                /* bits 2..0: the value's form; 7: read only */
    uint16_t which;
    uint32_t value;
} Step;

/* Encodings of all registers of the CPU, in ascending order. */
static uint32_t *encodings;
static unsigned encodings_count;

static int encoding_compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    GHashTableIter iter;
    gpointer key;

    a64_guest_init();
    encodings = g_new(uint32_t, g_hash_table_size(guest.cpu->cp_regs));
    g_hash_table_iter_init(&iter, guest.cpu->cp_regs);
    while (g_hash_table_iter_next(&iter, &key, NULL)) {
        encodings[encodings_count++] = GPOINTER_TO_UINT(key);
    }
    qsort(encodings, encodings_count, sizeof(*encodings), encoding_compare);
    return 0;
}

static uint64_t value_of(const Step *s)
{
    switch (s->how & 7) {
    case 0:
        return s->value;
    case 1:
        return (uint64_t)s->value << 32;
    case 2:
        return -(uint64_t)s->value;
    case 3:
        return 1ull << (s->value & 63);
    case 4:
        return ~(1ull << (s->value & 63));
    case 5:
        return s->value * 0x0001000100010001ull;
    case 6:
        return GUEST_FREE + (s->value & 0x3fffff);
    default:
        return s->value & 1 ? UINT64_MAX : 0;
    }
}

static void put_access(const Step *s, uint32_t enc)
{
    uint64_t value = value_of(s);

    if (s->how & 0x80) {
        a64_guest_put(A64_MRS(enc, 2));
        return;
    }
    if (enc == ENC_VBAR_EL1 && s->how & 0x18) {
        value = GUEST_RAM;              /* most inputs keep their handler */
    }
    if (enc == ENC_SCTLR_EL1 && s->how & 0x18) {
        value &= ~SCTLR_M;
    }
    a64_guest_put_constant(2, value);
    a64_guest_put_msr(enc, 2);
    if (s->how & 0x40) {
        a64_guest_put(A64_MRS(enc, 3));
    }
}

/* SYS, SYSL: cache and TLB maintenance, address translation, and what does not exist. */
static void put_system_instruction(const Step *s)
{
    static const uint16_t crns[] = { 7, 8, 7, 8, 11, 15 };
    uint32_t enc = ARM_CP_ENC(1, s->which & 7, crns[(s->which >> 3 & 31) % ARRAY_SIZE(crns)],
                              s->which >> 8 & 15, s->which >> 12 & 7);

    a64_guest_put_constant(2, value_of(s));
    a64_guest_put((s->how & 0x80 ? 0xd5200000u : 0xd5000000u) | enc << 5 | 2);
}

static void put_hint(const Step *s)
{
    /* WFI, which mostly ends a program, is among the words below. */
    static const uint32_t words[] = {
        0xd503205f,     /* WFE */
        0xd503209f,     /* SEV */
        0xd50320bf,     /* SEVL */
        0xd503203f,     /* YIELD */
        0xd5033fdf,     /* ISB */
        0xd5033f9f,     /* DSB SY */
        0xd50330ff,     /* SB */
        0xd4000001,     /* SVC #0: the other level */
        0xd4000001,
        0xd4200000,     /* BRK #0 */
        0xd69f03e0,     /* ERET */
        0xd5033f5f,     /* CLREX */
        0x00000000,     /* UDF */
    };

    if (s->which & 0x8000) {
        a64_guest_put(0xd5032000 | (s->which & 0x7f) << 5 | 31);
    } else {
        a64_guest_put(words[s->which % ARRAY_SIZE(words)]);
    }
}

static void put_pstate(const Step *s)
{
    /* MSR (immediate): op1, op2 and CRm from the step. */
    a64_guest_put(0xd500401f | (s->which & 7) << 16 | (s->which >> 3 & 7) << 5 |
                  (s->value & 15) << 8);
}

static void put_call(const Step *s)
{
    static const uint32_t functions[] = {
        0x84000000, 0x84000001, 0xc4000001, 0x84000002, 0x84000003, 0xc4000003, 0x84000004,
        0xc4000004, 0x84000005, 0x84000006, 0x8400000a, 0xc400000e, 0x84000009,
    };

    a64_guest_put_constant(0, s->how & 0x40 ? s->value : functions[s->which %
                                                                   ARRAY_SIZE(functions)]);
    a64_guest_put_constant(1, value_of(s));
    a64_guest_put_constant(2, s->value);
    /* HVC, SMC */
    a64_guest_put(s->how & 0x80 ? 0xd4000003 : 0xd4000002);
}

/* The GIC's registers and the timers' effects there; other devices. */
static void put_device_access(const Step *s)
{
    static const uint64_t bases[] = { 0x08000000, 0x080a0000, 0x080b0000, 0x09000000, GUEST_FREE };

    a64_guest_put_constant(2, value_of(s));
    a64_guest_put_constant(1, bases[s->how % ARRAY_SIZE(bases)] + (s->which & 0xffff));
    /* LDR W2, [X1]; STR W2, [X1] */
    a64_guest_put(s->what & 0x80 ? 0xb9400022 : 0xb9000022);
}

static void put_step(const Step *s)
{
    a64_guest_put_step();
    switch (s->what & 15) {
    case 0:
        put_access(s, s->which & 0x7fff);
        break;
    case 1:
    case 2:
        put_system_instruction(s);
        break;
    case 3:
        put_hint(s);
        break;
    case 4:
        put_pstate(s);
        break;
    case 5:
        put_call(s);
        break;
    case 6:
        put_device_access(s);
        break;
    default:
        put_access(s, encodings[s->which % encodings_count]);
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned n = MIN(size / STEP_SIZE, STEPS_MAX);

    if (!n) {
        return 0;
    }
    a64_guest_begin(GUEST_NEXT_STEP, 0x30d00800, 0);
    for (unsigned i = 0; i < n && !a64_guest_is_full(); i++, data += STEP_SIZE) {
        Step s = { data[0], data[1], lduw_le_p(data + 2), ldl_le_p(data + 4) };

        put_step(&s);
    }
    a64_guest_put_end();
    /* Interrupts of timers come. */
    pstate_write(&guest.cpu->env, PSTATE_MODE_EL1h);
    a64_guest_run(100 + 40 * n);
    return 0;
}
