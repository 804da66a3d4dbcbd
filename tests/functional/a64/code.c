/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A guest without an operating system whose code changes: written through another mapping, by
 * itself, by another CPU, by a disk, in every way A64 can store; with the maintenance that the
 * architecture asks for (Arm ARM B2.4.4). And mappings that change while other CPUs use them.
 *
 * The disk is a virtio-blk device at the last transport (virtio 1.0); sector n has code that
 * returns 1000 + n.
 */
#include "lib/guest.h"
#include "lib/disk.h"

#define CPUS 4
#define ROUNDS 300
#define SMP_ROUNDS (100 * SCALE)
#define SECTORS 64

typedef uint32_t Function(void);

#define RET 0xd65f03c0
#define NOP 0xd503201f
#define B(words) (0x14000000 | ((words) & 0x3ffffff))
#define MOV_W0(value) (0x52800000 | (uint32_t)(value) << 5)
#define UNDEFINED_RESULT 0xdead

/* Four pages, mapped at VIEW and again at VIEW2. */
static uint32_t pages[4][PAGE / 4] __attribute__((aligned(PAGE)));
#define WORDS (PAGE / 4)
#define VIEW 0x80000000UL
#define VIEW2 0x80010000UL

static uint64_t level2[512] __attribute__((aligned(PAGE)));
static uint64_t level3[512] __attribute__((aligned(PAGE)));

static void views_map(void)
{
    for (unsigned i = 0; i < 4; i++) {
        level3[i] = level3[16 + i] = (uintptr_t)pages[i] | DESC_PAGE | DESC_NOT_GLOBAL | 4;
    }
    level2[0] = (uintptr_t)level3 | DESC_TABLE;
    guest_level1[2] = (uintptr_t)level2 | DESC_TABLE;
    dsb();
}

/* An undefined instruction returns from the function it is in; who finds no page tries again. */
void guest_exception(Frame *frame, unsigned vector)
{
    unsigned class = frame->esr >> 26;

    if (vector == VECTOR_SYNC && class == 0) {
        frame->x[0] = UNDEFINED_RESULT;
        frame->elr = frame->x[30];
    } else if (vector != VECTOR_SYNC || (class != 0x21 && class != 0x25) ||
               (frame->esr & 0x3f) != 7 || frame->far - VIEW >= 0x20000) {
        guest_unexpected(frame, vector);
    }
}

/* -- maintenance ----------------------------------------------------------------------------- */

/* What was written at @written is seen by fetches from @fetched, of all CPUs after their ISB. */
static void maintain(const void *written, uintptr_t fetched)
{
    asm volatile("dc cvau, %0\n dsb ish\n ic ivau, %1\n dsb ish" : : "r"(written), "r"(fetched)
                 : "memory");
}

static uint32_t call(uintptr_t address)
{
    isb();
    return ((Function *)address)();
}

static void write_function(volatile uint32_t *at, uint32_t value)
{
    at[0] = MOV_W0(value);
    at[1] = RET;
}

/* -- one CPU --------------------------------------------------------------------------------- */

static void other_mapping(void)
{
    uint64_t wrong = 0;

    for (unsigned i = 0; i < ROUNDS; i++) {
        write_function(pages[0], i);
        maintain(pages[0], VIEW);
        maintain(pages[0], VIEW2);
        maintain(pages[0], (uintptr_t)pages[0]);
        wrong += call(VIEW) != i;
        wrong += call(VIEW2) != i;
        wrong += call((uintptr_t)pages[0]) != i;
        write_function((uint32_t *)VIEW2, i + 1);
        dsb();
        asm volatile("dc cvau, %0\n dsb ish\n ic iallu\n dsb ish" : : "r"(VIEW2) : "memory");
        wrong += call(VIEW) != i + 1;
    }
    report("other-mapping", wrong, 0);
}

/* One instruction of many, at each place of some lines. */
static void amid_a_block(void)
{
    uint64_t wrong = 0;

    for (unsigned i = 0; i < 64; i++) {
        pages[0][i] = NOP;
    }
    write_function(&pages[0][64], 1);
    maintain(pages[0], VIEW);
    maintain(&pages[0][64], VIEW + 256);
    for (unsigned i = 0; i < 62; i++) {
        wrong += call(VIEW) != 1;
        write_function(&pages[0][i], 2);
        maintain(&pages[0][i], VIEW + 4 * i);
        maintain(&pages[0][i + 1], VIEW + 4 * i + 4);
        wrong += call(VIEW) != 2;
        pages[0][i] = pages[0][i + 1] = NOP;
        maintain(&pages[0][i], VIEW + 4 * i);
        maintain(&pages[0][i + 1], VIEW + 4 * i + 4);
    }
    report("amid-a-block", wrong, 0);
}

/* Code that overwrites what comes next, through the other mapping. */
typedef uint32_t Overwriter(uint32_t insn, uint32_t *at, uintptr_t fetched);
extern uint32_t overwriter[], overwriter_next[], overwriter_end[];
asm(".global overwriter, overwriter_next, overwriter_end\n"
    "overwriter:\n"
    "        str w0, [x1]\n"
    "        dc cvau, x1\n"
    "        dsb ish\n"
    "        ic ivau, x2\n"
    "        dsb ish\n"
    "        isb\n"
    "overwriter_next:\n"
    "        mov w0, #0\n"
    "        ret\n"
    "overwriter_end:\n");

static void itself(void)
{
    uint32_t *next = pages[1] + (overwriter_next - overwriter);
    uint64_t wrong = 0;

    for (unsigned i = 0; i < (unsigned)(overwriter_end - overwriter); i++) {
        pages[1][i] = overwriter[i];
    }
    maintain(pages[1], VIEW + PAGE);
    for (unsigned i = 0; i < ROUNDS; i++) {
        uintptr_t view = i & 1 ? VIEW : VIEW2;
        Overwriter *function = (Overwriter *)(view + PAGE);

        isb();
        wrong += function(MOV_W0(i), next, view + PAGE + ((uintptr_t)next & (PAGE - 1))) != i;
    }
    report("itself", wrong, 0);
}

/* A branch to another place of the page, which is known to lead there. */
static void behind_a_branch(void)
{
    uint64_t wrong = 0;

    pages[2][0] = B(512);
    for (unsigned i = 0; i < ROUNDS; i++) {
        write_function(&pages[2][512], i);
        maintain(&pages[2][512], VIEW + 2 * PAGE + 2048);
        maintain(pages[2], VIEW + 2 * PAGE);
        wrong += call(VIEW + 2 * PAGE) != i;
        wrong += call(VIEW + 2 * PAGE) != i;
    }
    report("behind-a-branch", wrong, 0);
}

/* Data beside code, in its page and in its line. */
static void data_beside(void)
{
    uint64_t wrong = 0;
    Word *near = (Word *)&pages[0][8], *far = (Word *)&pages[0][256];

    write_function(pages[0], 3);
    maintain(pages[0], VIEW);
    *near = *far = 0;
    for (unsigned i = 0; i < ROUNDS; i++) {
        *near += call(VIEW);
        *far += call(VIEW);
        atomic_add(near, 1);
        wrong += *(Word *)(VIEW + 32) != 4 * i + 4 || *(Word *)(VIEW2 + 1024) != 3 * i + 3;
    }
    report("data-beside", wrong, 0);
}

/* -- ways to store --------------------------------------------------------------------------- */

/* A function of two instructions, written as one word of 64 bits. */
static uint64_t function_bits(uint32_t value)
{
    return (uint64_t)RET << 32 | MOV_W0(value);
}

static void by_pair(uintptr_t at, uint64_t bits)
{
    asm volatile("stp %w0, %w1, [%2]" : : "r"(bits), "r"(bits >> 32), "r"(at) : "memory");
}

static void by_bytes(uintptr_t at, uint64_t bits)
{
    for (unsigned i = 0; i < 8; i++) {
        ((volatile uint8_t *)at)[i] = bits >> 8 * i;
    }
}

static void by_exclusive(uintptr_t at, uint64_t bits)
{
    asm volatile("1: ldxr x1, [%1]\n stxr w2, %0, [%1]\n cbnz w2, 1b" : : "r"(bits), "r"(at)
                 : "x1", "x2", "memory");
}

static void by_exclusive_pair(uintptr_t at, uint64_t bits)
{
    asm volatile("1: ldxp x1, x2, [%1]\n stxp w3, %0, x2, [%1]\n cbnz w3, 1b" : : "r"(bits), "r"(at)
                 : "x1", "x2", "x3", "memory");
}

static void by_swap(uintptr_t at, uint64_t bits)
{
    asm volatile("swpal %0, x1, [%1]" : : "r"(bits), "r"(at) : "x1", "memory");
}

static void by_compare(uintptr_t at, uint64_t bits)
{
    uint64_t old = *(Word *)at;

    asm volatile("casal %0, %1, [%2]" : "+r"(old) : "r"(bits), "r"(at) : "memory");
}

static void by_addition(uintptr_t at, uint64_t bits)
{
    asm volatile("stadd %0, [%1]" : : "r"(bits - *(Word *)at), "r"(at) : "memory");
}

static void by_release(uintptr_t at, uint64_t bits)
{
    store_release((Word *)at, bits);
}

static void by_vector(uintptr_t at, uint64_t bits)
{
    asm volatile(".arch_extension simd\n fmov d0, %0\n str d0, [%1]" : : "r"(bits), "r"(at)
                 : "memory");
}

static void by_structures(uintptr_t at, uint64_t bits)
{
    asm volatile(".arch_extension simd\n fmov s0, %w0\n fmov s1, %w1\n"
                 "st2 {v0.s, v1.s}[0], [%2]" : : "r"(bits), "r"(bits >> 32), "r"(at) : "memory");
}

static const struct {
    const char *name;
    void (*write)(uintptr_t at, uint64_t bits);
} ways[] = {
    { "stp", by_pair },
    { "strb", by_bytes },
    { "stxr", by_exclusive },
    { "stxp", by_exclusive_pair },
    { "swp", by_swap },
    { "cas", by_compare },
    { "stadd", by_addition },
    { "stlr", by_release },
    { "str-d", by_vector },
    { "st2", by_structures },
};

static void each_way(void)
{
    for (unsigned way = 0; way < sizeof(ways) / sizeof(ways[0]); way++) {
        uint64_t wrong = 0;

        for (unsigned i = 0; i < 20; i++) {
            ways[way].write(VIEW2 + 128, function_bits(i));
            maintain(&pages[0][32], VIEW + 128);
            wrong += call(VIEW + 128) != i;
        }
        report(ways[way].name, wrong, 0);
    }
}

/* An instruction of each of two pages by one store, and a line of zeroes. */
static void two_pages_and_zeroes(void)
{
    uint64_t wrong = 0;

    for (unsigned i = 0; i < 20; i++) {
        asm volatile("str %0, [%1]" : : "r"(function_bits(i)), "r"(VIEW2 + PAGE - 4) : "memory");
        maintain(&pages[0][WORDS - 1], VIEW + PAGE - 4);
        maintain(pages[1], VIEW + PAGE);
        wrong += call(VIEW + PAGE - 4) != i;
    }
    report("two-pages", wrong, 0);

    write_function(&pages[0][64], 5);
    maintain(&pages[0][64], VIEW + 256);
    report("before-zeroes", call(VIEW + 256), 5);
    asm volatile("dc zva, %0" : : "r"(VIEW2 + 256) : "memory");
    maintain(&pages[0][64], VIEW + 256);
    report("zeroes", call(VIEW + 256), UNDEFINED_RESULT);
}

/* -- other CPUs ------------------------------------------------------------------------------ */

static Word written;            /* the round that the writer has done */
#define ENDED UINT64_MAX
static Word executed[CPUS];
static Word wrong_results;

/* Rounds are slow where the host gives its processors to others: a second, but ten at least. */
static bool is_enough(unsigned round, uint64_t start)
{
    return round > SMP_ROUNDS ||
           (round > 10 * SCALE &&
            READ_SYSREG("cntvct_el0") - start > SCALE * READ_SYSREG("cntfrq_el0"));
}

static void executed_once(unsigned cpu)
{
    store_release(&executed[cpu], executed[cpu] + 1);
    asm volatile("dsb ish\n sev" ::: "memory");
}

static void wait_for_change(Word *p, uint64_t before)
{
    while (load_acquire(p) == before) {
        asm volatile("wfe");
    }
}

static void execute(uint64_t cpu)
{
    uintptr_t view = cpu & 1 ? VIEW : VIEW2;

    for (uint64_t i = 1;; i++) {
        wait_for_change(&written, i - 1);
        if (written == ENDED) {
            return;
        }
        if (call(view) != i || call(view) != i) {
            atomic_add(&wrong_results, 1);
        }
        executed_once(cpu);
    }
}

static void executors_start(void (*run)(uint64_t cpu))
{
    written = wrong_results = 0;
    for (unsigned cpu = 1; cpu < CPUS; cpu++) {
        executed[cpu] = 0;
        cpu_wait_off(cpu);
        cpu_start(cpu, run, cpu);
    }
}

static void executors_end(void)
{
    store_release(&written, ENDED);
    asm volatile("dsb ish\n sev" ::: "memory");
    for (unsigned cpu = 1; cpu < CPUS; cpu++) {
        cpu_wait_off(cpu);
    }
}

static void by_another_cpu(void)
{
    uint64_t start = READ_SYSREG("cntvct_el0");

    executors_start(execute);
    for (unsigned i = 1; !is_enough(i, start); i++) {
        write_function(pages[0], i);
        maintain(pages[0], VIEW);
        maintain(pages[0], VIEW2);
        store_release(&written, i);
        asm volatile("dsb ish\n sev" ::: "memory");
        for (unsigned cpu = 1; cpu < CPUS; cpu++) {
            wait_for(&executed[cpu], i);
        }
    }
    executors_end();
    report("by-another-cpu", wrong_results, 0);
}

/* B and NOP may change while they are executed: the result is that of one of them. */
static void execute_always(uint64_t cpu)
{
    while (!load_acquire(&written)) {
        uint32_t result = call(cpu & 1 ? VIEW : VIEW2);

        if (result != 1 && result != 2) {
            atomic_add(&wrong_results, 1);
        }
        executed_once(cpu);
    }
    if (call(cpu & 1 ? VIEW : VIEW2) != 2) {
        atomic_add(&wrong_results, 1);
    }
}

static void while_it_runs(void)
{
    uint64_t start = READ_SYSREG("cntvct_el0");

    pages[0][0] = NOP;
    write_function(&pages[0][1], 1);
    write_function(&pages[0][3], 2);
    maintain(pages[0], VIEW);
    maintain(pages[0], VIEW2);
    executors_start(execute_always);
    for (unsigned i = 1; !is_enough(i, start); i++) {
        uint64_t before = executed[1 + i % 3];

        *(volatile uint32_t *)pages[0] = i % 2 ? B(3) : NOP;
        maintain(pages[0], VIEW);
        maintain(pages[0], VIEW2);
        wait_for_change(&executed[1 + i % 3], before);
    }
    *(volatile uint32_t *)pages[0] = B(3);
    maintain(pages[0], VIEW);
    maintain(pages[0], VIEW2);
    executors_end();
    report("while-it-runs", wrong_results, 0);
}

/* -- mappings -------------------------------------------------------------------------------- */

#define SHOWN VIEW2
#define SHOWN_PAGE(page) ((uintptr_t)pages[page] | DESC_PAGE | DESC_NOT_GLOBAL | 4)
#define GOOD 0x600d600d

/* Nobody reads the page that is no longer mapped: it says so. Nor executes it. */
static void read_always(uint64_t cpu)
{
    while (!load_acquire(&written)) {
        uint64_t value = *(Word *)(SHOWN + 64);

        if (value != GOOD || call(SHOWN) != GOOD % 0x10000) {
            atomic_add(&wrong_results, 1);
        }
        executed_once(cpu);
    }
}

static void page_set(unsigned page, uint64_t value)
{
    *(Word *)&pages[page][16] = value;
    write_function(pages[page], value % 0x10000);
    asm volatile("dc cvau, %0\n dsb ish\n ic ialluis\n dsb ish" : : "r"(pages[page]) : "memory");
}

static void show(uint64_t descriptor)
{
    *(Word *)&level3[16] = descriptor;
    asm volatile("dsb ishst" ::: "memory");
}

static void mappings_change(const char *name, void (*invalidate)(void))
{
    uint64_t start = READ_SYSREG("cntvct_el0");

    page_set(0, GOOD);
    executors_start(read_always);
    for (unsigned i = 1; !is_enough(i, start); i++) {
        uint64_t before = executed[1 + i % 3];
        unsigned page = i % 2;

        show(0);
        invalidate();
        page_set(!page, 0xbad);
        page_set(page, GOOD);
        show(SHOWN_PAGE(page));
        isb();
        wait_for_change(&executed[1 + i % 3], before);
    }
    executors_end();
    report(name, wrong_results, 0);
}

static void invalidate_address(void)
{
    asm volatile("tlbi vaae1is, %0\n dsb ish\n isb" : : "r"(SHOWN >> 12) : "memory");
}

static void invalidate_last_level(void)
{
    asm volatile("tlbi vale1is, %0\n dsb ish\n isb" : : "r"(SHOWN >> 12) : "memory");
}

static void invalidate_context(void)
{
    asm volatile("tlbi aside1is, xzr\n dsb ish\n isb" ::: "memory");
}

static void invalidate_all(void)
{
    asm volatile("tlbi vmalle1is\n dsb ish\n isb" ::: "memory");
}

/* -- the disk -------------------------------------------------------------------------------- */

/* Elsewhere in the page that the disk writes. */
static void execute_elsewhere(uint64_t cpu)
{
    while (!load_acquire(&written)) {
        if (call((cpu & 1 ? VIEW : VIEW2) + 2 * PAGE + 2048) != 7) {
            atomic_add(&wrong_results, 1);
        }
    }
}

static void by_disk(void)
{
    uint64_t wrong = 0;

    write_function(&pages[2][512], 7);
    maintain(&pages[2][512], VIEW + 2 * PAGE + 2048);
    maintain(&pages[2][512], VIEW2 + 2 * PAGE + 2048);
    report("disk", disk_start(), 1);
    executors_start(execute_elsewhere);
    for (unsigned i = 0; i < 2 * SECTORS; i++) {
        uint32_t should = 1000 + i % SECTORS;

        wrong += !disk_read(i % SECTORS, pages[2]);
        if (i < SECTORS) {
            asm volatile("ic ivau, %0\n dsb ish" : : "r"(VIEW + 2 * PAGE) : "memory");
            asm volatile("ic ivau, %0\n dsb ish" : : "r"(VIEW2 + 2 * PAGE) : "memory");
        } else {
            asm volatile("ic iallu\n dsb ish" ::: "memory");
        }
        wrong += call(VIEW + 2 * PAGE) != should;
        wrong += call(VIEW2 + 2 * PAGE) != should;
    }
    executors_end();
    report("by-disk", wrong, 0);
    report("beside-the-disk", wrong_results, 0);
}

void guest_main(void)
{
    views_map();
    guest_mmu_on();
    other_mapping();
    amid_a_block();
    itself();
    behind_a_branch();
    data_beside();
    each_way();
    two_pages_and_zeroes();
    by_another_cpu();
    while_it_runs();
    mappings_change("tlbi-vaae1is", invalidate_address);
    mappings_change("tlbi-vale1is", invalidate_last_level);
    mappings_change("tlbi-aside1is", invalidate_context);
    mappings_change("tlbi-vmalle1is", invalidate_all);
    by_disk();
}
