/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which pages of guest memory hold code that blocks were made from, and what a write to them drops.
 *
 * A page's descriptor has a bit for each 64 bytes that blocks cover.  Writers look at it without a
 * lock; only who hits a bit takes the code lock.  A block's bits are set, and the page's stores
 * made to go the slow way in all TLBs, before the block's code is read: so a write either comes
 * before the reading, or finds the bits.
 *
 * Except for a store of another CPU that went through its TLB entry just before, and reaches memory
 * just after.  The architecture does not promise that one is seen: who writes code for others
 * follows the store by cache maintenance, which is tcg_code_invalidate().
 */
#include "qemu/osdep.h"
#include "accel/tcg/code-internal.h"

#define LEAF_BITS 12
#define ROOT_BITS 16

typedef struct CodePage {
    uint64_t chunks;            /* atomic; bit n: bytes [64n, 64n + 64) */
    TcgBlock *blocks;           /* under the code lock, by next_in_page */
} CodePage;

/* A table of pages in two levels, by ram_addr_t; never shrinks. */
static struct {
    CodePage **leaf[1 << ROOT_BITS];
} pages;

/* @create: under the code lock.  NULL: none, or out of reach. */
static CodePage *page_get(ram_addr_t ram, bool create)
{
    uint64_t n = ram >> TCG_PAGE_BITS;
    CodePage **leaf, *page;

    if (n >> (ROOT_BITS + LEAF_BITS)) {
        return NULL;
    }
    leaf = qatomic_load_acquire(&pages.leaf[n >> LEAF_BITS]);
    if (!leaf) {
        if (!create) {
            return NULL;
        }
        leaf = g_new0(CodePage *, 1 << LEAF_BITS);
        qatomic_store_release(&pages.leaf[n >> LEAF_BITS], leaf);
    }
    page = qatomic_load_acquire(&leaf[n & ((1 << LEAF_BITS) - 1)]);
    if (!page && create) {
        page = g_new0(CodePage, 1);
        qatomic_store_release(&leaf[n & ((1 << LEAF_BITS) - 1)], page);
    }
    return page;
}

static uint64_t chunk_mask(ram_addr_t ram, uint64_t len)
{
    unsigned first = (ram & ~TCG_PAGE_MASK) / 64;
    unsigned last = ((ram & ~TCG_PAGE_MASK) + len - 1) / 64;

    return MAKE_64BIT_MASK(first, last - first + 1);
}

static uint64_t block_chunks(const TcgBlock *tb)
{
    return chunk_mask(tb->ram, tb->guest_bytes);
}

bool code_page_has_blocks(ram_addr_t ram)
{
    CodePage *page = page_get(ram, false);

    return page && qatomic_read(&page->chunks);
}

/* -- under the code lock ----------------------------------------------------------------------- */

static void page_recount(CodePage *page)
{
    uint64_t chunks = 0;

    for (TcgBlock *tb = page->blocks; tb; tb = tb->next_in_page) {
        chunks |= block_chunks(tb);
    }
    qatomic_set(&page->chunks, chunks);
}

bool code_page_prepare(ram_addr_t ram, RAMBlock *block)
{
    CodePage *page = page_get(ram, true);
    uint64_t before;

    if (!page) {
        return false;
    }
    before = page->chunks;
    qatomic_set_mb(&page->chunks,
                   before | chunk_mask(ram, TCG_PAGE_SIZE - (ram & ~TCG_PAGE_MASK)));
    if (!before) {
        ram_block_dirty_test_and_clear(block, (ram & TCG_PAGE_MASK) - block->offset,
                                       TCG_PAGE_SIZE, DIRTY_MEMORY_CODE);
        tlb_protect_all(ram & TCG_PAGE_MASK);
        smp_mb();
    }
    return true;
}

void code_page_add(TcgBlock *tb)
{
    CodePage *page = page_get(tb->ram, true);

    tb->next_in_page = page->blocks;
    page->blocks = tb;
    page_recount(page);
}

void code_page_cancel(ram_addr_t ram)
{
    page_recount(page_get(ram, true));
}

/* Drop the blocks of @page that overlap [@ram, @ram + @len). */
static void page_drop(CodePage *page, ram_addr_t ram, uint64_t len)
{
    TcgBlock **link = &page->blocks;

    while (*link) {
        TcgBlock *tb = *link;

        if (tb->ram < ram + len && ram < tb->ram + tb->guest_bytes) {
            *link = tb->next_in_page;
            block_drop(tb);
        } else {
            link = &tb->next_in_page;
        }
    }
    page_recount(page);
}

void code_pages_forget(void)
{
    for (unsigned i = 0; i < 1 << ROOT_BITS; i++) {
        for (unsigned j = 0; pages.leaf[i] && j < 1 << LEAF_BITS; j++) {
            CodePage *page = pages.leaf[i][j];

            if (page) {
                page->blocks = NULL;
                qatomic_set(&page->chunks, 0);
            }
        }
    }
}

void code_pages_free(void)
{
    for (unsigned i = 0; i < 1 << ROOT_BITS; i++) {
        for (unsigned j = 0; pages.leaf[i] && j < 1 << LEAF_BITS; j++) {
            g_free(pages.leaf[i][j]);
        }
        g_free(pages.leaf[i]);
        pages.leaf[i] = NULL;
    }
}

static void drop_everything(void)
{
    code_lock();
    for (unsigned i = 0; i < 1 << ROOT_BITS; i++) {
        for (unsigned j = 0; pages.leaf[i] && j < 1 << LEAF_BITS; j++) {
            CodePage *page = pages.leaf[i][j];

            while (page && page->blocks) {
                page_drop(page, page->blocks->ram, 1);
            }
        }
    }
    code_unlock();
}

/* -- writes ------------------------------------------------------------------------------------ */

/* The part of one page; @whole: all that the page has. */
static void page_written(ram_addr_t ram, uint64_t len, bool whole)
{
    CodePage *page = page_get(ram, false);

    if (!page || !(qatomic_read(&page->chunks) & (whole ? UINT64_MAX : chunk_mask(ram, len)))) {
        return;
    }
    code_lock();
    if (whole) {
        page_drop(page, ram & TCG_PAGE_MASK, TCG_PAGE_SIZE);
    } else {
        page_drop(page, ram, len);
    }
    code_unlock();
}

static void range_written(ram_addr_t ram, uint64_t len, bool whole)
{
    for (uint64_t done = 0; done < len;) {
        uint64_t n = MIN(len - done, TCG_PAGE_SIZE - ((ram + done) & ~TCG_PAGE_MASK));

        page_written(ram + done, n, whole);
        done += n;
    }
}

void code_written(ram_addr_t ram, uint64_t len)
{
    range_written(ram, len, false);
}

void code_written_by_device(RAMBlock *block, ram_addr_t start, ram_addr_t len)
{
    /* The pages' CODE bits get set now, so nobody will tell of the next write: drop all. */
    range_written(block->offset + start, len, true);
}

bool code_written_by(TcgCpu *tc, ram_addr_t ram, uint64_t len)
{
    TcgBlock *own = tc->block_ip ? block_of_code(tc->block_ip) : NULL;

    code_written(ram, len);
    return tc->is_executing && own && own->ram != RAM_ADDR_INVALID &&
           qatomic_read(&own->is_dropped) && own->ram < ram + len &&
           ram < own->ram + own->guest_bytes;
}

void tcg_code_invalidate(CPUState *cpu, vaddr addr, uint64_t len, unsigned mmu_idx)
{
    if (!len) {
        drop_everything();
        return;
    }
    /* The caller's stores before it looks whether there are blocks. */
    smp_mb();
    for (uint64_t done = 0; done < len;) {
        TcgAccess access = { .addr = addr + done, .type = MMU_DATA_LOAD, .mmu_idx = mmu_idx,
                             .is_probe = true };
        unsigned n = MIN(len - done, TCG_PAGE_SIZE - ((addr + done) & ~TCG_PAGE_MASK));
        TlbHit hit;

        if (tlb_find(tcg_cpu(cpu), &access, &hit) && hit.hot->ram != RAM_ADDR_INVALID) {
            code_written(hit.hot->ram | (access.addr & ~TCG_PAGE_MASK), n);
        }
        done += n;
    }
}
