/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The TLB of a CPU: forgetting, for itself and for others.
 *
 * Another CPU's flush is queued, and done by that CPU before it runs its next block; the one that
 * asked waits for it at its barrier.  A CPU that does not run guest code is not waited for: it
 * looks at its queue before it does.  Two CPUs may wait for each other, so who waits serves its
 * own queue.
 */
#include "qemu/osdep.h"
#include "accel/tcg/tcg-internal.h"

static bool in_range(uint64_t page, unsigned page_bits, const TcgFlush *what)
{
    uint64_t first = page & TCG_FLUSH_MASK & (UINT64_MAX << page_bits);
    uint64_t last = first + (1ULL << page_bits) - 1;
    uint64_t addr = what->addr & TCG_FLUSH_MASK;

    return first <= addr + what->len - 1 && last >= addr;
}

static uint64_t entry_page(const TlbEntry *e)
{
    uint64_t tag = e->tag_read != UINT64_MAX ? e->tag_read : qatomic_read(&e->tag_write);

    return tag & TCG_PAGE_MASK;
}

static bool entry_is_empty(const TlbEntry *e)
{
    return e->tag_read == UINT64_MAX && qatomic_read(&e->tag_write) == UINT64_MAX;
}

static void entry_clear(TlbEntry *e)
{
    e->tag_read = UINT64_MAX;
    qatomic_set(&e->tag_write, UINT64_MAX);
    e->ram = RAM_ADDR_INVALID;
}

/* -- one table --------------------------------------------------------------------------------- */

/* A page that is not small has entries at any index. */
static bool reaches_large_page(const TlbTable *t, const TcgFlush *what)
{
    uint64_t addr = what->addr & TCG_FLUSH_MASK;

    return t->large_first <= addr + what->len - 1 && t->large_last >= addr;
}

static void table_flush_range(TlbTable *t, const TcgFlush *what)
{
    uint64_t pages = (what->len >> TCG_PAGE_BITS) + 2;

    if (t->is_empty) {
        return;
    }
    if (pages < TLB_ENTRIES / 4 && !reaches_large_page(t, what)) {
        for (uint64_t i = 0; i < pages; i++) {
            TlbEntry *e = &t->hot[tlb_index(what->addr + i * TCG_PAGE_SIZE)];

            if (!entry_is_empty(e) && in_range(entry_page(e), TCG_PAGE_BITS, what)) {
                entry_clear(e);
            }
        }
        return;
    }
    for (unsigned i = 0; i < TLB_ENTRIES; i++) {
        TlbEntry *e = &t->hot[i];

        if (!entry_is_empty(e) && in_range(entry_page(e), t->cold[i].page_bits, what)) {
            entry_clear(e);
        }
    }
}

static void table_flush_all(TlbTable *t)
{
    if (!t->is_empty) {
        memset(t->hot, 0xff, sizeof(t->hot));
        t->is_empty = true;
        t->large_first = UINT64_MAX;
        t->large_last = 0;
    }
}

/* -- one MMU index ----------------------------------------------------------------------------- */

static void back_flush_range(TlbIndex *x, const TcgFlush *what)
{
    uint64_t pages = (what->len >> TCG_PAGE_BITS) + 2;

    if (x->back_is_empty) {
        return;
    }
    if (pages >= TLB_BACK_ENTRIES / 4) {
        for (unsigned i = 0; i < TLB_BACK_ENTRIES; i++) {
            if (in_range(x->back[i].page, TCG_PAGE_BITS, what)) {
                x->back[i].page = UINT64_MAX;
            }
        }
        return;
    }
    for (uint64_t i = 0; i < pages; i++) {
        /* The hash uses the tag; addresses with both kinds of upper bits are looked for. */
        uint64_t va = (what->addr + i * TCG_PAGE_SIZE) & TCG_PAGE_MASK;
        uint64_t forms[2] = { va & TCG_FLUSH_MASK, va | ~TCG_FLUSH_MASK };

        for (unsigned j = 0; j < 2; j++) {
            uint64_t n = forms[j] >> TCG_PAGE_BITS;
            TlbBack *back = &x->back[(n ^ n >> 12) & (TLB_BACK_ENTRIES - 1)];

            if ((back->page & TCG_FLUSH_MASK) == (va & TCG_FLUSH_MASK)) {
                back->page = UINT64_MAX;
            }
        }
    }
}

static void back_flush_all(TlbIndex *x)
{
    if (!x->back_is_empty) {
        memset(x->back, 0, TLB_BACK_ENTRIES * sizeof(*x->back));
        x->back_is_empty = true;
    }
}

static void index_flush(TcgCpu *tc, TlbIndex *x, const TcgFlush *what)
{
    for (unsigned i = 0; i < TLB_CONTEXTS && x->tables[i]; i++) {
        if (what->len) {
            table_flush_range(x->tables[i], what);
        } else if (what->context == TCG_CONTEXT_ANY || x->tables[i]->context == what->context) {
            table_flush_all(x->tables[i]);
        }
    }
    if (what->len) {
        back_flush_range(x, what);
    } else if (what->context == TCG_CONTEXT_ANY) {
        back_flush_all(x);
    } else {
        x->generations[what->context & (TLB_GENERATIONS - 1)]++;
    }
}

static void fetch_flush(TcgCpu *tc, const TcgFlush *what)
{
    for (unsigned i = 0; i < TLB_FETCH_ENTRIES; i++) {
        TlbFetch *f = &tc->fetch[i];

        if (f->page == UINT64_MAX) {
            continue;
        }
        if (what->len ? in_range(f->page, f->page_bits, what) :
            what->context == TCG_CONTEXT_ANY || (!f->is_global && f->context == what->context)) {
            /* Jumps to a page are known only while its entry or its mark in the filter is. */
            jump_cache_flush_page(tc, f->page);
            f->page = UINT64_MAX;
        }
    }
}

void tlb_flush(TcgCpu *tc, const TcgFlush *what)
{
    tc->stats.tlb_flushes++;
    qemu_spin_lock(&tc->tlb_lock);
    for (unsigned i = 0; i < tc->ops->mmu_indices; i++) {
        if (what->idx_mask & 1 << i) {
            index_flush(tc, &tc->tlb[i], what);
        }
    }
    qemu_spin_unlock(&tc->tlb_lock);
    fetch_flush(tc, what);
    if (!what->len) {
        jump_cache_clear(tc);
    } else if (what->len > 64 * TCG_PAGE_SIZE) {
        jump_cache_clear(tc);
    } else {
        for (uint64_t va = what->addr & TCG_PAGE_MASK; va < what->addr + what->len;
             va += TCG_PAGE_SIZE) {
            jump_cache_flush_page(tc, va);
        }
    }
}

/* -- the interface ----------------------------------------------------------------------------- */

static const TcgFlush everything = { .idx_mask = UINT16_MAX, .context = TCG_CONTEXT_ANY };

void tcg_tlb_flush(CPUState *cpu, const TcgFlush *what)
{
    if (tcg_cpu(cpu)) {
        tlb_flush(tcg_cpu(cpu), what);
    }
}

static void flush_queue(TcgCpu *tc, const TcgFlush *what)
{
    qemu_spin_lock(&tc->flush_lock);
    if (tc->nflushes == G_N_ELEMENTS(tc->flushes)) {
        tc->flush_everything = true;
    } else {
        tc->flushes[tc->nflushes++] = *what;
    }
    qatomic_set(&tc->flush_asked, tc->flush_asked + 1);
    qemu_spin_unlock(&tc->flush_lock);
    tcg_cpu_poke(tc, TCG_EXIT_LOOK);
}

void tlb_flush_pending(TcgCpu *tc)
{
    TcgFlush list[G_N_ELEMENTS(tc->flushes)];
    bool all;
    unsigned n;
    uint64_t asked;

    if (qatomic_read(&tc->flush_asked) == tc->flush_done) {
        return;
    }
    qemu_spin_lock(&tc->flush_lock);
    n = tc->nflushes;
    memcpy(list, tc->flushes, n * sizeof(list[0]));
    all = tc->flush_everything;
    asked = tc->flush_asked;
    tc->nflushes = 0;
    tc->flush_everything = false;
    qemu_spin_unlock(&tc->flush_lock);
    if (all) {
        tlb_flush(tc, &everything);
    } else {
        for (unsigned i = 0; i < n; i++) {
            tlb_flush(tc, &list[i]);
        }
    }
    qatomic_store_release(&tc->flush_done, asked);
}

void tcg_tlb_flush_all_cpus(CPUState *cpu, const TcgFlush *what)
{
    CPUState *other;

    RCU_READ_LOCK_GUARD();
    CPU_FOREACH(other) {
        TcgCpu *tc = qatomic_load_acquire(&other->accel) ? tcg_cpu(other) : NULL;

        if (other == cpu) {
            tcg_tlb_flush(cpu, what);
        } else if (tc) {
            flush_queue(tc, what);
            tcg_cpu(cpu)->waits_for_flushes = true;
        }
    }
}

static bool has_flushed(TcgCpu *tc)
{
    /* Who is not executing sees its queue before it does; both sides are in one order. */
    return qatomic_load_acquire(&tc->flush_done) == qatomic_read(&tc->flush_asked) ||
           !__atomic_load_n(&tc->is_executing, __ATOMIC_SEQ_CST);
}

void tcg_tlb_sync(CPUState *cpu)
{
    TcgCpu *self = tcg_cpu(cpu);
    CPUState *other;

    if (likely(!self->waits_for_flushes)) {
        return;
    }
    self->waits_for_flushes = false;
    smp_mb();
    RCU_READ_LOCK_GUARD();
    CPU_FOREACH(other) {
        TcgCpu *tc = qatomic_load_acquire(&other->accel) ? tcg_cpu(other) : NULL;

        for (unsigned spins = 0; tc && tc != self && !has_flushed(tc); spins++) {
            tlb_flush_pending(self);
            if (spins > 50) {
                sched_yield();
            }
        }
    }
}

void tcg_tlb_flush_everything(CPUState *cpu)
{
    TcgCpu *tc = tcg_cpu(cpu);

    if (!tc) {
        return;
    }
    if (qemu_cpu_is_self(cpu) || !cpu->created) {
        tlb_flush(tc, &everything);
    } else {
        flush_queue(tc, &everything);
    }
}
