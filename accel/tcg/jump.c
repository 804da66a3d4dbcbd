/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The jump cache: blocks by virtual address, as indirect jumps and jumps to other pages find them.
 *
 * An entry holds for one state of the MMU, known by a number: each set of contexts that was in use
 * lately has one.  A filter remembers which pages have entries, so that flushing a page of data
 * costs one look.
 */
#include "qemu/osdep.h"
#include "accel/tcg/tcg-internal.h"

/* The filter's bit of a page; a flush ignores the top byte of an address. */
static unsigned filter_bit(uint64_t va)
{
    uint64_t n = va << 8 >> (8 + TCG_PAGE_BITS);

    return (n ^ n >> 12 ^ n >> 24) & (G_N_ELEMENTS(((TcgCpu *)0)->jump_filter) * 64 - 1);
}

void jump_cache_update_when(TcgCpu *tc)
{
    uint32_t now[IR_MMU_INDICES];
    JumpContext *c;

    for (unsigned i = 0; i < IR_MMU_INDICES; i++) {
        now[i] = tc->tlb[i].context;
    }
    for (unsigned i = 0; i < JUMP_CONTEXTS; i++) {
        c = &tc->jump_contexts[i];
        if (c->when && !memcmp(c->contexts, now, sizeof(now))) {
            tc->jump_when = c->when;
            return;
        }
    }
    c = &tc->jump_contexts[tc->jump_context_next++ % JUMP_CONTEXTS];
    memcpy(c->contexts, now, sizeof(now));
    tc->jump_when = c->when = ++tc->jump_last_when;
}

void jump_cache_clear(TcgCpu *tc)
{
    for (unsigned i = 0; i < JUMP_CONTEXTS; i++) {
        tc->jump_contexts[i].when = 0;
    }
    memset(tc->jump_filter, 0, sizeof(tc->jump_filter));
    tc->jump_large_first = UINT64_MAX;
    tc->jump_large_last = 0;
    tc->jump_when_global = ++tc->jump_last_when;
    jump_cache_update_when(tc);
}

void jump_cache_flush_page(TcgCpu *tc, uint64_t va)
{
    unsigned bit = filter_bit(va);

    if (tc->jump_filter[bit / 64] >> (bit % 64) & 1 ||
        (va << 8 >= tc->jump_large_first && va << 8 <= tc->jump_large_last)) {
        jump_cache_clear(tc);
    }
}

void jump_cache_add(TcgCpu *tc, uint64_t pc, const TcgBlock *tb, const TlbFetch *fetch)
{
    bool is_global = fetch->is_global;
    unsigned bit = filter_bit(pc);

    if (fetch->page_bits > TCG_PAGE_BITS) {
        /* A flush of any address of the large page concerns the entry. */
        uint64_t mask = UINT64_MAX << fetch->page_bits;

        tc->jump_large_first = MIN(tc->jump_large_first, (pc & mask) << 8);
        tc->jump_large_last = MAX(tc->jump_large_last, (pc | ~mask) << 8);
    }
    tc->jump_filter[bit / 64] |= 1ULL << (bit % 64);
    tc->jumps[jump_hash(pc)] = (JumpEntry) {
        .pc = pc, .key = tb->key, .when = is_global ? tc->jump_when_global : tc->jump_when,
        .code = tb->code,
    };
}
