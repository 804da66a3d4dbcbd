/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dirty bitmaps of RAM blocks: one per client, made when the client first asks,
 * set by whoever writes, taken by the client with one atomic step per word.
 */
#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "qemu/main-loop.h"
#include "memory-internal.h"
#include "ram-internal.h"

#define PAGE_BITS TARGET_PAGE_BITS

/* Whoever translated guest code, and whether clients track all blocks.  Under the BQL. */
static RAMCodeWritten *code_written;
static uint8_t tracked_everywhere;

static size_t block_pages(const RAMBlock *block)
{
    return DIV_ROUND_UP(block->max_length, TARGET_PAGE_SIZE);
}

/* -- life of the bitmaps -------------------------------------------------------------- */

void ram_block_dirty_track(RAMBlock *block, unsigned client)
{
    size_t words = BITS_TO_LONGS(block_pages(block));
    unsigned long *map;

    g_assert(client < DIRTY_MEMORY_NUM);
    if (block->dirty[client]) {
        return;
    }
    map = g_malloc(words * sizeof(*map));
    memset(map, 0xff, words * sizeof(*map));
    qatomic_rcu_set(&block->dirty[client], map);
    qatomic_or(&block->tracked, 1 << client);
}

typedef struct DyingMap {
    struct rcu_head rcu;
    unsigned long *map;
} DyingMap;

static void dying_map_free(DyingMap *dying)
{
    g_free(dying->map);
    g_free(dying);
}

void ram_block_dirty_untrack(RAMBlock *block, unsigned client)
{
    DyingMap *dying;

    g_assert(client < DIRTY_MEMORY_NUM);
    if (!block->dirty[client]) {
        return;
    }
    dying = g_new0(DyingMap, 1);
    dying->map = block->dirty[client];
    qatomic_and(&block->tracked, ~(1 << client));
    qatomic_set(&block->dirty[client], NULL);
    call_rcu(dying, dying_map_free, rcu);
}

void ram_block_dirty_free(RAMBlock *block)
{
    for (unsigned client = 0; client < DIRTY_MEMORY_NUM; client++) {
        g_free(block->dirty[client]);
    }
}

void ram_block_dirty_join(RAMBlock *block)
{
    for (unsigned client = 0; client < DIRTY_MEMORY_NUM; client++) {
        if (tracked_everywhere & (1 << client)) {
            ram_block_dirty_track(block, client);
        }
    }
}

void dirty_track_everywhere(unsigned client, bool track)
{
    RAMBlock *block;

    tracked_everywhere = track ? tracked_everywhere | (1 << client)
                               : tracked_everywhere & ~(1 << client);
    RAMBLOCK_FOREACH(block)
    {
        if (track) {
            ram_block_dirty_track(block, client);
        } else {
            ram_block_dirty_untrack(block, client);
        }
    }
}

bool dirty_is_tracked_everywhere(unsigned client)
{
    return tracked_everywhere & (1 << client);
}

void ram_code_written_set(RAMCodeWritten *fn)
{
    g_assert(bql_locked());
    qatomic_set(&code_written, fn);
    dirty_track_everywhere(DIRTY_MEMORY_CODE, fn != NULL);
}

/* -- words ---------------------------------------------------------------------------- */

/* The bits of one word of a bitmap that stand for pages of a range. */
typedef struct DirtyWord {
    size_t index;
    unsigned long mask;
} DirtyWord;

/* The word of page @page, with bits up to page @last. */
static inline DirtyWord dirty_word(size_t page, size_t last)
{
    size_t index = page / BITS_PER_LONG;
    unsigned long mask = ~0UL << (page % BITS_PER_LONG);

    if (index == last / BITS_PER_LONG) {
        mask &= ~0UL >> (BITS_PER_LONG - 1 - last % BITS_PER_LONG);
    }
    return (DirtyWord) { index, mask };
}

/* Run the body with `word` for each word of [start, start + length) of @block. */
#define FOR_DIRTY_WORDS(word, block, start, length)                                             \
    for (size_t page_ = (start) >> PAGE_BITS,                                                   \
                last_ = dirty_last_page(block, start, length);                                  \
         page_ <= last_; page_ = (page_ | (BITS_PER_LONG - 1)) + 1)                             \
        for (DirtyWord word = dirty_word(page_, last_), *once_ = &word; once_; once_ = NULL)

/* Last page of the range, kept inside the block; the range is not empty. */
static inline size_t dirty_last_page(const RAMBlock *block, ram_addr_t start, ram_addr_t length)
{
    return MIN(start + (length - 1), block->max_length - 1) >> PAGE_BITS;
}

static inline bool pages_are_none(const RAMBlock *block, ram_addr_t start, ram_addr_t length)
{
    return !length || start >= block->max_length;
}

static void code_map_set(RAMBlock *block, unsigned long *map, ram_addr_t start,
                         ram_addr_t length)
{
    RAMCodeWritten *fn = qatomic_read(&code_written);

    FOR_DIRTY_WORDS(word, block, start, length)
    {
        unsigned long before = qatomic_fetch_or(&map[word.index], word.mask);

        /* Pages with translated code have their bit clear. */
        if (fn && (before & word.mask) != word.mask) {
            ram_addr_t at = (ram_addr_t)word.index * BITS_PER_LONG << PAGE_BITS;
            ram_addr_t first = MAX(start, at);
            ram_addr_t last = MIN(start + (length - 1),
                                  at + (((ram_addr_t)BITS_PER_LONG << PAGE_BITS) - 1));

            fn(block, first, last - first + 1);
        }
    }
}

/* -- setting -------------------------------------------------------------------------- */

void ram_block_dirty_set(RAMBlock *block, ram_addr_t start, ram_addr_t length, uint8_t mask)
{
    if (pages_are_none(block, start, length)) {
        return;
    }
    RCU_READ_LOCK_GUARD();
    for (unsigned client = 0; client < DIRTY_MEMORY_NUM; client++) {
        unsigned long *map =
            mask & (1 << client) ? qatomic_rcu_read(&block->dirty[client]) : NULL;

        if (!map) {
            continue;
        }
        if (client == DIRTY_MEMORY_CODE) {
            code_map_set(block, map, start, length);
            continue;
        }
        /* The or is a full barrier: who clears the bit afterwards reads the data written. */
        FOR_DIRTY_WORDS(word, block, start, length)
        {
            qatomic_or(&map[word.index], word.mask);
        }
    }
}

uint64_t ram_block_dirty_merge_le(RAMBlock *block, ram_addr_t start, const uint64_t *bitmap,
                                  uint64_t pages, uint8_t mask)
{
    uint64_t count = 0;

    for (uint64_t i = 0; i < pages; i += 64) {
        uint64_t bits = le64_to_cpu(bitmap[i / 64]);

        if (pages - i < 64) {
            bits &= (1ULL << (pages - i)) - 1;
        }
        count += ctpop64(bits);
        while (bits) {
            /* Runs of pages at once: KVM reports what the guest filled. */
            unsigned first = ctz64(bits);
            unsigned run = cto64(bits >> first);

            ram_block_dirty_set(block, start + ((i + first) << PAGE_BITS),
                                (ram_addr_t)run << PAGE_BITS, mask);
            bits = first + run >= 64 ? 0 : bits & (~0ULL << (first + run));
        }
    }
    return count;
}

/* -- asking and clearing -------------------------------------------------------------- */

/* Whether a page of the range is dirty (@flip 0) or clean (@flip ~0); untracked ones are dirty. */
static bool dirty_find(RAMBlock *block, ram_addr_t start, ram_addr_t length, unsigned client,
                       unsigned long flip)
{
    unsigned long *map;

    if (pages_are_none(block, start, length)) {
        return false;
    }
    RCU_READ_LOCK_GUARD();
    map = qatomic_rcu_read(&block->dirty[client]);
    if (!map) {
        return !flip; /* nobody looked: it may have changed */
    }
    FOR_DIRTY_WORDS(word, block, start, length)
    {
        if ((qatomic_read(&map[word.index]) ^ flip) & word.mask) {
            return true;
        }
    }
    return false;
}

bool ram_block_dirty_get(RAMBlock *block, ram_addr_t start, ram_addr_t length, unsigned client)
{
    return dirty_find(block, start, length, client, 0);
}

bool ram_block_dirty_all(RAMBlock *block, ram_addr_t start, ram_addr_t length, unsigned client)
{
    return !dirty_find(block, start, length, client, ~0UL);
}

bool ram_block_dirty_test_and_clear(RAMBlock *block, ram_addr_t start, ram_addr_t length,
                                    unsigned client)
{
    bool was_dirty = false;
    unsigned long *map;

    if (pages_are_none(block, start, length)) {
        return false;
    }
    RCU_READ_LOCK_GUARD();
    map = qatomic_rcu_read(&block->dirty[client]);
    if (!map) {
        return true;
    }
    FOR_DIRTY_WORDS(word, block, start, length)
    {
        if (qatomic_read(&map[word.index]) & word.mask) {
            was_dirty |= (qatomic_fetch_and(&map[word.index], ~word.mask) & word.mask) != 0;
        }
    }
    return was_dirty;
}

/* -- by ram_addr_t -------------------------------------------------------------------- */

static RAMBlock *block_of(ram_addr_t addr)
{
    RAMBlock *block;

    RAMBLOCK_FOREACH(block)
    {
        if (addr - block->offset < block->max_length) {
            return block;
        }
    }
    g_assert_not_reached();
}

bool cpu_physical_memory_get_dirty(ram_addr_t start, ram_addr_t length, unsigned client)
{
    RAMBlock *block;

    RCU_READ_LOCK_GUARD();
    block = block_of(start);
    return ram_block_dirty_get(block, start - block->offset, length, client);
}

void cpu_physical_memory_set_dirty_range(ram_addr_t start, ram_addr_t length, uint8_t mask)
{
    RAMBlock *block;

    RCU_READ_LOCK_GUARD();
    block = block_of(start);
    ram_block_dirty_set(block, start - block->offset, length, mask);
}

void cpu_physical_memory_set_dirty_flag(ram_addr_t addr, unsigned client)
{
    cpu_physical_memory_set_dirty_range(addr, 1, 1 << client);
}

uint64_t cpu_physical_memory_set_dirty_lebitmap(unsigned long *bitmap, ram_addr_t start,
                                                ram_addr_t pages)
{
    RAMBlock *block;

    RCU_READ_LOCK_GUARD();
    block = block_of(start);
    return ram_block_dirty_merge_le(block, start - block->offset, (const uint64_t *)bitmap,
                                    pages, DIRTY_CLIENTS_ALL);
}

bool cpu_physical_memory_test_and_clear_dirty(ram_addr_t start, ram_addr_t length,
                                              unsigned client)
{
    RAMBlock *block;

    RCU_READ_LOCK_GUARD();
    block = block_of(start);
    return ram_block_dirty_test_and_clear(block, start - block->offset, length, client);
}
