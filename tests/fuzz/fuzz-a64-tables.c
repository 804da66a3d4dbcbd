/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzz target: translation tables.  TCR_EL1, TTBRn_EL1, MAIR_EL1, descriptors and their attributes
 * are the input's, and change while the guest accesses memory through them in every way, with and
 * without TLB maintenance.  Code runs through the upper half, whose tables are left alone unless
 * the header says otherwise.
 *
 * Input: a header of 16 bytes, then steps of 8 bytes.
 */
#include "qemu/osdep.h"
#include "exec/address-spaces.h"
#include "qemu/bswap.h"
#include "a64-guest.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HEADER_SIZE 16
#define STEP_SIZE 8
#define STEPS_MAX 600

/* Six tables that serve as any level of any granule; then pages, of 64 KiB. */
#define TABLES (GUEST_CODE + 0x10000)
#define TABLE_SIZE 0x10000
#define TABLES_COUNT 6
#define PAGES (TABLES + TABLES_COUNT * TABLE_SIZE)
#define PAGES_COUNT 8

/* What TCR_EL1 may have without hurting the upper half. */
#define TCR_SAFE 0x0007fff70040ffffull

typedef struct Step {
    uint8_t what, a, b, c;
    uint32_t value;
} Step;

#define TCR_EPD0 (1ull << 7)

/* TCR_EL1 as the program's last step sets it. */
static uint64_t tcr;
/* Anything goes. */
static bool is_reckless;

/* @how, bits 3: any size and EPD0; 4: anything if the header allows it. */
static void tcr_choose(uint64_t value, unsigned size, unsigned how)
{
    tcr = is_reckless && how & 16 ? value : (value & TCR_SAFE) | GUEST_TCR_T1;
    if (!(how & 8)) {
        tcr = (tcr & ~(63 | TCR_EPD0)) | (16 + size % 24);      /* sizes that exist */
    }
}

/* log2 of the granule of the lower half. */
static unsigned granule(void)
{
    static const uint8_t bits[] = { 12, 16, 14, 12 };

    return bits[tcr >> 14 & 3];
}

/* The indices that entries and addresses have: some at the beginning, and the last one. */
static unsigned index_of(unsigned n)
{
    return (n & 3) == 3 ? (1u << (granule() - 3)) - 1 : n & 3;
}

static uint64_t address_of(const Step *s)
{
    uint64_t va = s->value & ((1u << granule()) - 1);
    unsigned shift = granule();

    for (unsigned level = 0; level < 4 && shift < 52; level++, shift += granule() - 3) {
        va |= (uint64_t)index_of(s->c >> level * 2) << shift;
    }
    if (s->value & 1u << 31) {
        /* Near the end of a page. */
        va = (va | ((1u << granule()) - 1)) - (s->value & 15);
    }
    if (s->value & 3u << 25) {
        va &= MAKE_64BIT_MASK(0, 64 - MAX(tcr & 63, 12));
    }
    if (s->value & 1u << 29) {
        va |= (uint64_t)s->a << 56;
    }
    return s->value & 3u << 27 ? va : va | 0xffffull << 48;
}

static uint64_t descriptor_of(const Step *s)
{
    uint64_t attrs = (s->value & 0xffc) | (uint64_t)(s->value >> 18) << 50;

    if (s->value & 3u << 16) {
        attrs |= 1 << 10;               /* AF, mostly */
    }
    switch (s->a & 7) {
    case 0:
        return (uint64_t)s->value << 32 | s->c << 2;
    case 1:
    case 2:
        return (TABLES + s->b % TABLES_COUNT * TABLE_SIZE) | 3 | (attrs & 0xf800000000000ffcull);
    case 3:
        return (TABLES + s->b % TABLES_COUNT * TABLE_SIZE) | 3;
    case 4:
    case 5:
        return (PAGES + s->b % PAGES_COUNT * 0x10000) | 3 | attrs;
    case 6:
        return (s->b & 1 ? GUEST_RAM : s->b & 2 ? 0x08000000 : 0) | 1 | attrs;
    default:
        return s->value * 0x100000001ull;
    }
}

static uint64_t place_of(const Step *s)
{
    return TABLES + (s->what >> 4) % TABLES_COUNT * TABLE_SIZE + index_of(s->c) * 8;
}

/* Through the upper half, where this is read-only: by the host, before the program. */
static void table_entry_now(const Step *s)
{
    a64_guest_store64(place_of(s), descriptor_of(s));
}

/* By the program: through a page of the upper half that may be written, see put_own_tables(). */
static void put_table_entry(const Step *s)
{
    a64_guest_put_constant(1, place_of(s) + GUEST_HIGH + 0x40000000);
    a64_guest_put_constant(2, descriptor_of(s));
    a64_guest_put(s->value & 1 << 12 ? 0xf8220023 : 0xf9000022);        /* LDADD, STR */
}

static void put_memory_access(const Step *s)
{
    static const uint32_t words[] = {
        0xf9400022,     /* LDR X2, [X1] */
        0xf9000022,     /* STR X2, [X1] */
        0xa9400c22,     /* LDP X2, X3, [X1] */
        0xa9000c22,     /* STP X2, X3, [X1] */
        0x3dc00020,     /* LDR Q0, [X1] */
        0xad000420,     /* STP Q0, Q1, [X1] */
        0xf8e20023,     /* LDADDAL X2, X3, [X1] */
        0xc8e2fc23,     /* CASAL X2, X3, [X1] */
        0xc85f7c22,     /* LDXR X2, [X1] */
        0xc8037c22,     /* STXR W3, X2, [X1] */
        0xc87f0c22,     /* LDXP X2, X3, [X1] */
        0xc8240c22,     /* STXP W4, X2, X3, [X1] */
        0x4862fc24,     /* CASPAL X2, X3, X4, X5, [X1] */
        0xf8400822,     /* LDTR X2, [X1] */
        0xf8000822,     /* STTR X2, [X1] */
        0x39400022,     /* LDRB W2, [X1] */
        0x79000022,     /* STRH W2, [X1] */
        0xd63f0020,     /* BLR X1 */
        0xd63f0020,
        0xf9800020,     /* PRFM PLDL1KEEP, [X1] */
        0x4c400020,     /* LD4 {V0.16B-V3.16B}, [X1] */
        0x4c000020,     /* ST4 {V0.16B-V3.16B}, [X1] */
        0xd50b7421,     /* DC ZVA, X1 */
        0xd50b7a21,     /* DC CVAC, X1 */
        0xd5087621,     /* DC IVAC, X1 */
        0xd50b7521,     /* IC IVAU, X1 */
    };

    a64_guest_put_constant(1, address_of(s));
    a64_guest_put(words[s->b % ARRAY_SIZE(words)]);
    if ((words[s->b % ARRAY_SIZE(words)] & 0xffbfffff) == 0xc8037c22) {
        return;
    }
    a64_guest_put(words[(s->b >> 3) % ARRAY_SIZE(words)]);
}

static void put_maintenance(const Step *s)
{
    /* TLBI VMALLE1, VAE1, ASIDE1, VAAE1, VALE1, VAALE1 and the inner shareable ones; AT S1E1R... */
    static const uint32_t words[] = {
        0xd5088701, 0xd5088721, 0xd5088741, 0xd5088761, 0xd50887a1, 0xd50887e1,
        0xd5088301, 0xd5088321, 0xd5088341, 0xd5088361, 0xd50883a1, 0xd50883e1,
        0xd5087801, 0xd5087821, 0xd5087841, 0xd5087861, 0xd5087901, 0xd5087921,
    };
    uint64_t va = address_of(s);
    unsigned which = s->b % ARRAY_SIZE(words);

    /* TLBI takes bits 55..12, and the ASID above; AT the address. */
    a64_guest_put_constant(1, which < 12 ? (va >> 12 & MAKE_64BIT_MASK(0, 44)) |
                           (uint64_t)(s->a & 3) << 48 : va);
    a64_guest_put(words[which] | 1);
    if (which >= 12) {
        a64_guest_put(A64_MRS(ENC_PAR_EL1, 2));
    } else if (s->a & 4) {
        a64_guest_put(0xd5033b9f);      /* DSB ISH */
        a64_guest_put(0xd5033fdf);      /* ISB */
    }
}

static void put_control(const Step *s)
{
    uint64_t value = s->value * 0x100000001ull ^ (uint64_t)s->c << 32;

    switch (s->b & 7) {
    case 0:
    case 1:
        tcr_choose(value, s->a, s->b);
        a64_guest_put_constant(1, tcr);
        a64_guest_put_msr(ENC_TCR_EL1, 1);
        break;
    case 2:
    case 3:
        a64_guest_put_constant(1, (uint64_t)(s->a & 3) << 48 |
                               (s->b & 8 ? value : TABLES + s->c % TABLES_COUNT * TABLE_SIZE));
        a64_guest_put_msr(is_reckless && s->b & 16 ? ENC_TTBR1_EL1 : ENC_TTBR0_EL1, 1);
        break;
    case 4:
        a64_guest_put_constant(1, value);
        a64_guest_put_msr(ENC_MAIR_EL1, 1);
        break;
    case 5:
        /* WXN, A, SPAN... the MMU stays on. */
        a64_guest_put_constant(1, ((is_reckless ? value : value & ~SCTLR_EE) | SCTLR_M));
        a64_guest_put_msr(ENC_SCTLR_EL1, 1);
        break;
    case 6:
        a64_guest_put(0xd500409f | (s->a & 1) << 8);    /* MSR PAN, #n */
        break;
    default:
        a64_guest_put(0xd500407f | (s->a & 1) << 8);    /* MSR UAO, #n */
        break;
    }
    if (s->b & 0x80) {
        a64_guest_put(0xd5033fdf);      /* ISB */
    }
}

static void put_step(const Step *s)
{
    a64_guest_put_step();
    switch (s->what & 7) {
    case 0:
    case 1:
        put_table_entry(s);
        break;
    case 2:
        put_maintenance(s);
        break;
    case 3:
        put_control(s);
        break;
    case 4:
        a64_guest_put(0xd4000001);      /* SVC #0: the other level */
        put_memory_access(s);
        break;
    default:
        put_memory_access(s);
        break;
    }
}

/*
 * Another GiB of the upper half is RAM again, which EL1 may write and nobody may execute: for the
 * program's own stores to tables.
 */
static void put_own_tables(void)
{
    a64_guest_store64(GUEST_TABLES + (GUEST_RAM >> 30) * 8 + 8, (GUEST_TABLES + 0x2000) | 3);
    for (unsigned i = 0; i < GUEST_RAM_SIZE >> 21; i++) {
        a64_guest_store64(GUEST_TABLES + 0x2000 + i * 8, (GUEST_RAM + ((uint64_t)i << 21)) |
                          3ull << 53 | 1 << 10 | 1);
    }
}

/* Each table leads to the next one, whatever the level: so tables are data, too. */
static void put_first_tables(uint64_t attrs)
{
    for (unsigned k = 0; k < TABLES_COUNT; k++) {
        for (unsigned i = 0; i < 4; i++) {
            a64_guest_store64(TABLES + k * TABLE_SIZE + index_of(i) * 8,
                              (TABLES + (k + 1) % TABLES_COUNT * TABLE_SIZE) | attrs | 1 << 10 | 3);
        }
    }
}

/* What is in all pages: RET. */
static uint32_t pages[PAGES_COUNT * 0x10000 / 4];

static void put_pages(void)
{
    address_space_write(&address_space_memory, PAGES, MEMTXATTRS_UNSPECIFIED, pages,
                        sizeof(pages));
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    a64_guest_init();
    for (size_t i = 0; i < ARRAY_SIZE(pages); i++) {
        pages[i] = cpu_to_le32(0xd65f03c0);
    }
    return 0;
}

static Step step_at(const uint8_t *data)
{
    return (Step) { data[0], data[1], data[2], data[3], ldl_le_p(data + 4) };
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint64_t sctlr = 0x30d00800 | SCTLR_M | SCTLR_C | SCTLR_I | SCTLR_UCI | SCTLR_DZE;
    uint64_t first_tcr;
    unsigned n;

    if (size < HEADER_SIZE + STEP_SIZE) {
        return 0;
    }
    is_reckless = (data[0] & 7) == 7;
    n = MIN((size - HEADER_SIZE) / STEP_SIZE, STEPS_MAX);
    a64_guest_begin(GUEST_NEXT_STEP, sctlr, GUEST_HIGH);
    put_own_tables();
    put_pages();
    tcr_choose(ldq_le_p(data + 8), data[1], data[0] & 8);
    first_tcr = tcr;
    /* AP, SH, nG; contiguous, PXN, UXN and the hierarchical ones only if the header says so. */
    put_first_tables((lduw_le_p(data + 4) & 0xfc0) |
                     (data[0] & 16 ? (uint64_t)lduw_le_p(data + 6) << 51 : 0));
    for (unsigned i = 0; i < n && !a64_guest_is_full(); i++) {
        Step s = step_at(data + HEADER_SIZE + i * STEP_SIZE);

        /* The first ones make tables; then they change. */
        if (i < data[2] && (s.what & 8)) {
            table_entry_now(&s);
        } else {
            put_step(&s);
        }
    }
    a64_guest_put_end();
    a64_guest_set_sysreg(ENC_MAIR_EL1, 0xff | (uint64_t)data[3] << 8 | 0x44ull << 16);
    a64_guest_set_sysreg(ENC_TTBR0_EL1, TABLES);
    a64_guest_set_sysreg(ENC_TCR_EL1, first_tcr);
    a64_guest_set_sysreg(ENC_SCTLR_EL1, sctlr);
    a64_guest_run(200 + 40 * n);
    return 0;
}
