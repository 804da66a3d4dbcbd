/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The TLB: contexts, global pages, what flushes forget and what they keep, permissions, alignment,
 * and the jump cache, which must not outlive a mapping.
 */
#include "qemu/osdep.h"
#include "toy.h"

#define CODE TOY_RAM
#define DATA (TOY_RAM + 0x100000)
#define VA 0x7000000000ULL
#define RW (TCG_PROT_READ | TCG_PROT_WRITE)
#define RX (TCG_PROT_READ | TCG_PROT_EXEC)

static ToyCPU *cpu;
static ToyPage pages[16];

/* Page 0 maps the code everywhere; others are added by the tests. */
static void set_up(void)
{
    if (!cpu) {
        cpu = toy_cpu_new();
    }
    memset(&cpu->env, 0, sizeof(cpu->env));
    memset(pages, 0, sizeof(pages));
    pages[0] = (ToyPage) { .va = CODE, .pa = CODE, .prot = RX, .is_global = true };
    cpu->pages = pages;
    cpu->npages = 1;
    toy_set_context(cpu, 0);
    tcg_tlb_flush_everything(CPU(cpu));
    for (unsigned i = 0; i < 16; i++) {
        *(uint64_t *)toy_ram(DATA + i * 0x1000) = 0x1000 + i;
    }
    TOY_LOAD(CODE, TOY(TOY_LD, 2, 1, 0), TOY(TOY_STOP, 0, 0, 0));
    TOY_LOAD(CODE + 0x100, TOY(TOY_ST, 2, 1, 0), TOY(TOY_STOP, 0, 0, 0));
}

static void map(ToyPage page)
{
    pages[cpu->npages++] = page;
}

static uint64_t load(uint64_t va)
{
    cpu->env.r[1] = va;
    toy_run_to_stop(cpu, CODE);
    return cpu->env.r[2];
}

static void assert_faults(uint64_t code, uint64_t va, unsigned kind)
{
    cpu->env.r[1] = va;
    g_assert_cmpint(toy_run(cpu, code), ==, EXCP_YIELD);
    g_assert_cmphex(cpu->env.exc_addr, ==, va);
    g_assert_cmpint(cpu->env.exc_kind, ==, kind);
}

static void flush(uint64_t addr, uint64_t len, uint32_t context)
{
    tcg_tlb_flush(CPU(cpu), &(TcgFlush) { .idx_mask = 1, .context = context, .addr = addr,
                                          .len = len });
}

static void test_contexts_keep_their_entries(void)
{
    unsigned walks;

    set_up();
    map((ToyPage) { .va = VA, .pa = DATA, .prot = RW, .context = 1 });
    map((ToyPage) { .va = VA, .pa = DATA + 0x1000, .prot = RW, .context = 2 });
    toy_set_context(cpu, 1);
    g_assert_cmphex(load(VA), ==, 0x1000);
    toy_set_context(cpu, 2);
    g_assert_cmphex(load(VA), ==, 0x1001);
    walks = cpu->walks;
    toy_set_context(cpu, 1);
    g_assert_cmphex(load(VA), ==, 0x1000);
    toy_set_context(cpu, 2);
    g_assert_cmphex(load(VA), ==, 0x1001);
    g_assert_cmpuint(cpu->walks, ==, walks);
}

static void test_many_contexts_do_not_mix(void)
{
    set_up();
    for (unsigned i = 1; i < 15; i++) {
        map((ToyPage) { .va = VA, .pa = DATA + i * 0x1000, .prot = RW, .context = i });
    }
    for (unsigned round = 0; round < 3; round++) {
        for (unsigned i = 1; i < 15; i++) {
            toy_set_context(cpu, i);
            g_assert_cmphex(load(VA), ==, 0x1000 + i);
        }
    }
}

static void test_global_pages_are_walked_once(void)
{
    unsigned walks;

    set_up();
    map((ToyPage) { .va = VA, .pa = DATA, .prot = RW, .is_global = true });
    toy_set_context(cpu, 1);
    load(VA);
    walks = cpu->walks;
    toy_set_context(cpu, 2);
    g_assert_cmphex(load(VA), ==, 0x1000);
    g_assert_cmpuint(cpu->walks, ==, walks);
}

static void test_flush_of_a_page_forgets_it(void)
{
    set_up();
    map((ToyPage) { .va = VA, .pa = DATA, .prot = RW });
    map((ToyPage) { .va = VA + 0x1000, .pa = DATA + 0x1000, .prot = RW });
    load(VA);
    load(VA + 0x1000);
    pages[1].pa = pages[2].pa = DATA + 0x2000;
    flush(VA, 1, 0);
    g_assert_cmphex(load(VA), ==, 0x1002);
    g_assert_cmphex(load(VA + 0x1000), ==, 0x1001);
}

static void test_flush_ignores_the_top_byte(void)
{
    uint64_t tagged = VA | 0x5a00000000000000;

    set_up();
    map((ToyPage) { .va = VA, .pa = DATA, .prot = RW });
    map((ToyPage) { .va = tagged, .pa = DATA, .prot = RW });
    load(VA);
    load(tagged);
    pages[1].pa = pages[2].pa = DATA + 0x2000;
    flush(VA, 1, 0);
    g_assert_cmphex(load(VA), ==, 0x1002);
    g_assert_cmphex(load(tagged), ==, 0x1002);
}

static void test_flush_inside_a_large_page_forgets_all_of_it(void)
{
    set_up();
    map((ToyPage) { .va = VA, .pa = DATA, .prot = RW, .page_bits = 16 });
    load(VA);
    load(VA + 0x3000);
    pages[1].pa = DATA + 0x10000;
    *(uint64_t *)toy_ram(DATA + 0x13000) = 0x99;
    flush(VA + 0x8000, 1, 0);
    g_assert_cmphex(load(VA + 0x3000), ==, 0x99);
}

static void test_flush_beside_large_pages_keeps_them(void)
{
    uint64_t tagged = 0x5aULL << 56;
    unsigned walks;

    set_up();
    map((ToyPage) { .va = VA, .pa = DATA, .prot = RW });
    map((ToyPage) { .va = VA + 0x100000, .pa = DATA, .prot = RW, .page_bits = 16 });
    load(VA);
    load(VA + 0x101000);
    pages[1].pa = DATA + 0x2000;
    flush(VA | tagged, 1, 0);
    g_assert_cmphex(load(VA), ==, 0x1002);
    walks = cpu->walks;
    g_assert_cmphex(load(VA + 0x101000), ==, 0x1001);
    g_assert_cmpuint(cpu->walks, ==, walks);
    /* A large one that came after the others is remembered, too. */
    map((ToyPage) { .va = VA + 0x200000, .pa = DATA, .prot = RW, .page_bits = 16 });
    load(VA + 0x203000);
    pages[2].pa = pages[3].pa = DATA + 0x10000;
    *(uint64_t *)toy_ram(DATA + 0x11000) = 0x77;
    *(uint64_t *)toy_ram(DATA + 0x13000) = 0x99;
    flush((VA + 0x208000) | tagged, 0x1000, 0);
    g_assert_cmphex(load(VA + 0x203000), ==, 0x99);
    flush(VA + 0x10f000, 0x1000, 0);
    g_assert_cmphex(load(VA + 0x101000), ==, 0x77);
}

static void test_flush_of_a_context_keeps_others_and_global(void)
{
    unsigned walks;

    set_up();
    map((ToyPage) { .va = VA, .pa = DATA, .prot = RW, .context = 1 });
    map((ToyPage) { .va = VA, .pa = DATA + 0x1000, .prot = RW, .context = 2 });
    for (unsigned i = 2; i >= 1; i--) {
        toy_set_context(cpu, i);
        load(VA);
    }
    pages[1].pa = DATA + 0x2000;
    flush(0, 0, 1);
    g_assert_cmphex(load(VA), ==, 0x1002);
    toy_set_context(cpu, 2);
    walks = cpu->walks;
    g_assert_cmphex(load(VA), ==, 0x1001);
    g_assert_cmpuint(cpu->walks, ==, walks);
}

static void test_flush_of_a_context_reaches_what_tables_lost(void)
{
    set_up();
    map((ToyPage) { .va = VA, .pa = DATA, .prot = RW, .context = 1 });
    toy_set_context(cpu, 1);
    load(VA);
    /* More contexts than there are tables. */
    for (unsigned i = 2; i < 2 + TLB_CONTEXTS; i++) {
        toy_set_context(cpu, i);
    }
    pages[1].pa = DATA + 0x2000;
    flush(0, 0, 1);
    toy_set_context(cpu, 1);
    g_assert_cmphex(load(VA), ==, 0x1002);
}

static void test_permissions(void)
{
    set_up();
    map((ToyPage) { .va = VA, .pa = DATA, .prot = TCG_PROT_READ });
    load(VA);
    assert_faults(CODE + 0x100, VA, TCG_FAULT_TRANSLATE);
    g_assert_cmpint(cpu->env.exc_type, ==, MMU_DATA_STORE);
    /* More permissions need no flush. */
    pages[1].prot = RW;
    cpu->env.r[2] = 5;
    toy_run_to_stop(cpu, CODE + 0x100);
    g_assert_cmphex(load(VA), ==, 5);
}

static void test_device_memory_wants_alignment(void)
{
    set_up();
    map((ToyPage) { .va = VA, .pa = DATA, .prot = RW, .aligned_only = true });
    g_assert_cmphex(load(VA), ==, 0x1000);
    assert_faults(CODE, VA + 4, TCG_FAULT_ALIGN);
}

static void test_fetch_needs_permission(void)
{
    set_up();
    map((ToyPage) { .va = VA, .pa = DATA, .prot = RW });
    g_assert_cmpint(toy_run(cpu, VA), ==, EXCP_YIELD);
    g_assert_cmpint(cpu->env.exc_type, ==, MMU_INST_FETCH);
    g_assert_cmphex(cpu->env.exc_pc, ==, VA);
}

/* A caller in the code page jumps to VA again and again. */
static void test_jump_follows_the_mapping(void)
{
    static const uint64_t code[2] = { DATA + 0x8000, DATA + 0x9000 };

    set_up();
    map((ToyPage) { .va = VA, .prot = RX });
    TOY_LOAD(CODE + 0x200, TOY(TOY_JR, 5, 0, 0));
    for (unsigned i = 0; i < 2; i++) {
        TOY_LOAD(code[i], TOY(TOY_MOVI, 6, 0, i), TOY(TOY_STOP, 0, 0, 0));
    }
    for (unsigned i = 0; i < 6; i++) {
        pages[1].pa = code[i & 1];
        flush(VA, 1, 0);
        cpu->env.r[5] = VA;
        toy_run_to_stop(cpu, CODE + 0x200);
        toy_run_to_stop(cpu, CODE + 0x200);
        g_assert_cmpuint(cpu->env.r[6], ==, i & 1);
    }
}

static void test_jump_follows_the_context(void)
{
    set_up();
    map((ToyPage) { .va = VA, .pa = DATA + 0x8000, .prot = RX, .context = 1 });
    map((ToyPage) { .va = VA, .pa = DATA + 0x9000, .prot = RX, .context = 2 });
    TOY_LOAD(CODE + 0x200, TOY(TOY_JR, 5, 0, 0));
    TOY_LOAD(DATA + 0x8000, TOY(TOY_MOVI, 6, 0, 1), TOY(TOY_STOP, 0, 0, 0));
    TOY_LOAD(DATA + 0x9000, TOY(TOY_MOVI, 6, 0, 2), TOY(TOY_STOP, 0, 0, 0));
    cpu->env.r[5] = VA;
    for (unsigned i = 0; i < 8; i++) {
        toy_set_context(cpu, 1 + (i & 1));
        toy_run_to_stop(cpu, CODE + 0x200);
        g_assert_cmpuint(cpu->env.r[6], ==, 1 + (i & 1));
    }
}

static void test_one_block_at_two_addresses(void)
{
    uint64_t blocks;

    set_up();
    map((ToyPage) { .va = VA, .pa = DATA + 0x8000, .prot = RX });
    map((ToyPage) { .va = VA + 0x5000, .pa = DATA + 0x8000, .prot = RX });
    TOY_LOAD(DATA + 0x8000, TOY(TOY_ADDI, 6, 6, 1), TOY(TOY_STOP, 0, 0, 0));
    toy_run_to_stop(cpu, VA);
    blocks = tcg_cpu(CPU(cpu))->stats.blocks;
    toy_run_to_stop(cpu, VA + 0x5000);
    g_assert_cmpuint(tcg_cpu(CPU(cpu))->stats.blocks, ==, blocks);
    g_assert_cmphex(cpu->env.pc, ==, VA + 0x5004);
    g_assert_cmpuint(cpu->env.r[6], ==, 2);
}

int main(int argc, char **argv)
{
    int ret;

    g_test_init(&argc, &argv, NULL);
    toy_machine_init("tcg,tb-size=1");
#define ADD(path, name) g_test_add_func("/tcg/tlb/" path, test_##name)
    ADD("contexts-keep-their-entries", contexts_keep_their_entries);
    ADD("many-contexts-do-not-mix", many_contexts_do_not_mix);
    ADD("global-pages-are-walked-once", global_pages_are_walked_once);
    ADD("flush-of-a-page-forgets-it", flush_of_a_page_forgets_it);
    ADD("flush-ignores-the-top-byte", flush_ignores_the_top_byte);
    ADD("flush-inside-a-large-page-forgets-all-of-it",
        flush_inside_a_large_page_forgets_all_of_it);
    ADD("flush-beside-large-pages-keeps-them", flush_beside_large_pages_keeps_them);
    ADD("flush-of-a-context-keeps-others-and-global", flush_of_a_context_keeps_others_and_global);
    ADD("flush-of-a-context-reaches-what-tables-lost",
        flush_of_a_context_reaches_what_tables_lost);
    ADD("permissions", permissions);
    ADD("device-memory-wants-alignment", device_memory_wants_alignment);
    ADD("fetch-needs-permission", fetch_needs_permission);
    ADD("jump-follows-the-mapping", jump_follows_the_mapping);
    ADD("jump-follows-the-context", jump_follows_the_context);
    ADD("one-block-at-two-addresses", one_block_at_two_addresses);
    ret = g_test_run();
    if (cpu) {
        toy_cpu_free(cpu);
    }
    toy_machine_free();
    return ret;
}
