/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The TLB of a CPU: filling it.
 *
 * For each MMU index there is one table of entries per context (ASID), of which eight are kept; a
 * change of context only changes the pointer that loads and stores use.  Behind the tables lies one
 * larger one of what the target's translation said, in which pages that are global are found by all
 * contexts; it is asked before the target.
 *
 * Tags are compared with addresses as the guest gives them.  Where the architecture ignores the top
 * byte, differently tagged pointers use different entries, and nobody has to strip tags.
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "accel/tcg/tcg-internal.h"

static void table_clear(TlbTable *t)
{
    if (!t->is_empty) {
        memset(t->hot, 0xff, sizeof(t->hot));
        t->is_empty = true;
        t->large_first = UINT64_MAX;
        t->large_last = 0;
    }
}

/* So that flushes of small pages elsewhere need not look for it. */
static void table_note_large(TlbTable *t, uint64_t addr, unsigned page_bits)
{
    uint64_t first = addr & TCG_FLUSH_MASK & (UINT64_MAX << page_bits);

    t->large_first = MIN(t->large_first, first);
    t->large_last = MAX(t->large_last, first + (1ULL << page_bits) - 1);
}

static TlbTable *table_new(void)
{
    TlbTable *t = g_new0(TlbTable, 1);

    table_clear(t);
    return t;
}

void tlb_init(TcgCpu *tc)
{
    qemu_spin_init(&tc->tlb_lock);
    qemu_spin_init(&tc->flush_lock);
    for (unsigned i = 0; i < tc->ops->mmu_indices; i++) {
        TlbIndex *x = &tc->tlb[i];

        x->tables[0] = x->current = table_new();
        x->back = g_new0(TlbBack, TLB_BACK_ENTRIES);
        x->back_is_empty = true;
        tc->table[i] = x->current->hot;
    }
    tc->fetch = g_new(TlbFetch, TLB_FETCH_ENTRIES);
    memset(tc->fetch, 0xff, TLB_FETCH_ENTRIES * sizeof(*tc->fetch));
}

void tlb_free(TcgCpu *tc)
{
    for (unsigned i = 0; i < IR_MMU_INDICES; i++) {
        for (unsigned j = 0; j < TLB_CONTEXTS; j++) {
            g_free(tc->tlb[i].tables[j]);
        }
        g_free(tc->tlb[i].back);
    }
    g_free(tc->fetch);
}

/* -- contexts ---------------------------------------------------------------------------------- */

/* The table of @context, or one that is taken for it. */
static TlbTable *table_for_context(TlbIndex *x, uint32_t context)
{
    TlbTable *oldest = NULL;

    for (unsigned i = 0; i < TLB_CONTEXTS; i++) {
        TlbTable *t = x->tables[i];

        if (!t) {
            x->tables[i] = t = table_new();
            t->context = context;
            return t;
        }
        if (t->context == context) {
            return t;
        }
        if (!oldest || t->last_use < oldest->last_use) {
            oldest = t;
        }
    }
    table_clear(oldest);
    oldest->context = context;
    return oldest;
}

void tcg_tlb_set_context(CPUState *cpu, unsigned mmu_idx, uint32_t context)
{
    TcgCpu *tc = tcg_cpu(cpu);
    TlbIndex *x;

    if (!tc || tc->tlb[mmu_idx].context == context) {
        return;
    }
    x = &tc->tlb[mmu_idx];
    x->context = context;
    /* Other CPUs walk the tables to mark pages of code. */
    qemu_spin_lock(&tc->tlb_lock);
    x->current = table_for_context(x, context);
    x->current->last_use = ++tc->tlb_uses;
    qemu_spin_unlock(&tc->tlb_lock);
    tc->table[mmu_idx] = x->current->hot;
    jump_cache_update_when(tc);
}

/* -- translation, remembered ------------------------------------------------------------------- */

static TlbBack *back_of(TlbIndex *x, uint64_t page)
{
    uint64_t n = page >> TCG_PAGE_BITS;

    return &x->back[(n ^ n >> 12) & (TLB_BACK_ENTRIES - 1)];
}

static uint32_t generation(const TlbIndex *x, bool is_global)
{
    return is_global ? 0 : x->generations[x->context & (TLB_GENERATIONS - 1)];
}

static unsigned prot_needed(const TcgAccess *access)
{
    switch (access->type) {
    case MMU_DATA_LOAD:
        return TCG_PROT_READ;
    case MMU_DATA_STORE:
        return access->is_atomic ? TCG_PROT_READ | TCG_PROT_WRITE : TCG_PROT_WRITE;
    default:
        return TCG_PROT_EXEC;
    }
}

static bool translate(TcgCpu *tc, const TcgAccess *access, TcgTranslation *tr, uint64_t *word)
{
    TlbIndex *x = &tc->tlb[access->mmu_idx];
    uint64_t page = access->addr & TCG_PAGE_MASK;
    unsigned need = prot_needed(access);
    TlbBack *back = back_of(x, page);

    if (back->page == page && (back->tr.prot & need) == need &&
        (back->tr.is_global || back->context == x->context) &&
        back->generation == generation(x, back->tr.is_global)) {
        *tr = back->tr;
        tr->pa |= access->addr & ~TCG_PAGE_MASK;
        tc->stats.tlb_back_hits++;
        return true;
    }
    tc->stats.tlb_fills++;
    *tr = (TcgTranslation) { .page_bits = TCG_PAGE_BITS };
    if (!tc->ops->translate(tc->cpu, access, tr, word)) {
        qemu_log_mask(CPU_LOG_MMU, "mmu: %016" PRIx64 " type %u index %u: fault %" PRIx64 "\n",
                      (uint64_t)access->addr, access->type, access->mmu_idx, *word);
        return false;
    }
    qemu_log_mask(CPU_LOG_MMU, "mmu: %016" PRIx64 " type %u index %u -> %" HWADDR_PRIx
                  " prot %u\n", (uint64_t)access->addr, access->type, access->mmu_idx, tr->pa,
                  tr->prot);
    if (tr->page_bits == TCG_PAGE_BITS && !access->is_probe) {
        *back = (TlbBack) { .page = page, .context = x->context, .tr = *tr,
                            .generation = generation(x, tr->is_global) };
        back->tr.pa &= TCG_PAGE_MASK;
        x->back_is_empty = false;
    }
    return true;
}

static void raise_translation(TcgCpu *tc, const TcgAccess *access, uint64_t word)
{
    TcgFault fault = { .kind = TCG_FAULT_TRANSLATE, .word = word };

    tcg_restore(tc);
    tc->ops->raise_access(tc->cpu, access, &fault);
    tcg_cpu_exit(tc->cpu);
}

/* -- entries of data accesses ------------------------------------------------------------------ */

/* What is at @pa's page: host address or NULL, and flags.  Under RCU. */
static char *page_memory(TcgCpu *tc, hwaddr pa, MemTxAttrs attrs, TlbCold *cold)
{
    hwaddr offset, len = TCG_PAGE_SIZE;
    MemoryRegion *mr = address_space_translate(tc->cpu->as, pa, &offset, &len, false, attrs);

    if (len < TCG_PAGE_SIZE || offset & ~TCG_PAGE_MASK || !mr->ram_block ||
        !memory_access_is_direct(mr, false)) {
        cold->flags |= TLB_COLD_IO;
        return NULL;
    }
    if (!memory_access_is_direct(mr, true)) {
        cold->flags |= TLB_COLD_ROM;
    }
    cold->block = mr->ram_block;
    if (qatomic_read(&cold->block->tracked) & DIRTY_CLIENTS_NOCODE) {
        cold->flags |= TLB_COLD_TRACKED;
    }
    return (char *)memory_region_get_ram_ptr(mr) + offset;
}

static void entry_set(TcgCpu *tc, TlbHit *hit, uint64_t page, const TcgTranslation *tr)
{
    TlbCold cold = { .pa = tr->pa & TCG_PAGE_MASK, .attrs = tr->attrs, .page_bits = tr->page_bits };
    char *host;
    uint64_t flags = 0, write_flags = 0;
    ram_addr_t ram = RAM_ADDR_INVALID;

    cold.flags = (tr->is_watched ? TLB_COLD_WATCHED : 0) |
                 (tr->aligned_only ? TLB_COLD_ALIGNED : 0);
    host = page_memory(tc, cold.pa, tr->attrs, &cold);
    if (host) {
        ram = cold.block->offset + (host - (char *)cold.block->host);
    }
    if (cold.flags & (TLB_COLD_IO | TLB_COLD_WATCHED | TLB_COLD_ALIGNED)) {
        flags = TLB_SLOW;
    }
    if (cold.flags & (TLB_COLD_ROM | TLB_COLD_TRACKED)) {
        write_flags = TLB_SLOW;
    }
    *hit->cold = cold;
    /* Whether the page has code is asked and told to others under the lock. */
    qemu_spin_lock(&tc->tlb_lock);
    if (host && code_page_has_blocks(ram)) {
        write_flags = TLB_SLOW;
    }
    hit->hot->addend = (uintptr_t)host - page;
    hit->hot->ram = ram;
    hit->hot->tag_read = tr->prot & TCG_PROT_READ ? page | flags : UINT64_MAX;
    qatomic_set(&hit->hot->tag_write,
                tr->prot & TCG_PROT_WRITE ? page | flags | write_flags : UINT64_MAX);
    qemu_spin_unlock(&tc->tlb_lock);
}

static bool tag_matches(uint64_t tag, uint64_t page)
{
    return (tag & ~TLB_SLOW) == page;
}

static bool entry_matches(const TlbEntry *e, const TcgAccess *access)
{
    uint64_t page = access->addr & TCG_PAGE_MASK;
    unsigned need = prot_needed(access);

    return (!(need & TCG_PROT_READ) || tag_matches(e->tag_read, page)) &&
           (!(need & TCG_PROT_WRITE) || tag_matches(qatomic_read(&e->tag_write), page));
}

bool tlb_find(TcgCpu *tc, const TcgAccess *access, TlbHit *hit)
{
    TlbTable *t = tc->tlb[access->mmu_idx].current;
    unsigned i = tlb_index(access->addr);
    TcgTranslation tr;
    uint64_t word = 0;

    *hit = (TlbHit) { &t->hot[i], &t->cold[i] };
    if (entry_matches(hit->hot, access)) {
        return true;
    }
    if (!translate(tc, access, &tr, &word)) {
        if (!access->is_probe) {
            raise_translation(tc, access, word);
        }
        return false;
    }
    t->is_empty = false;
    if (tr.page_bits > TCG_PAGE_BITS) {
        table_note_large(t, access->addr, tr.page_bits);
    }
    entry_set(tc, hit, access->addr & TCG_PAGE_MASK, &tr);
    return true;
}

/* -- fetches ----------------------------------------------------------------------------------- */

const TlbFetch *tlb_find_fetch(TcgCpu *tc, uint64_t pc)
{
    uint64_t page = pc & TCG_PAGE_MASK;
    TcgAccess access = { .addr = pc, .type = MMU_INST_FETCH, .size = 4,
                         .mmu_idx = tc->ops->fetch_mmu_idx(tc->cpu) };
    TlbFetch *f = &tc->fetch[(pc >> TCG_PAGE_BITS ^ access.mmu_idx << 5) &
                             (TLB_FETCH_ENTRIES - 1)];
    uint32_t context = tc->tlb[access.mmu_idx].context;
    TcgTranslation tr;
    TlbCold cold = { 0 };
    uint64_t word = 0;

    if (f->page == page && f->mmu_idx == access.mmu_idx &&
        (f->is_global || f->context == context)) {
        return f;
    }
    if (!translate(tc, &access, &tr, &word)) {
        raise_translation(tc, &access, word);
    }
    *f = (TlbFetch) {
        .page = page, .context = context, .mmu_idx = access.mmu_idx, .is_global = tr.is_global,
        .pa = tr.pa & TCG_PAGE_MASK, .attrs = tr.attrs, .ram = RAM_ADDR_INVALID,
        .page_bits = tr.page_bits,
    };
    f->host = (const uint8_t *)page_memory(tc, f->pa, f->attrs, &cold);
    if (f->host) {
        f->ram = cold.block->offset + (f->host - cold.block->host);
        f->block = cold.block;
    }
    return f;
}

/* -- marks of other CPUs ----------------------------------------------------------------------- */

static void table_protect(TlbTable *t, ram_addr_t ram)
{
    for (unsigned i = 0; i < TLB_ENTRIES; i++) {
        if (t->hot[i].ram == ram) {
            qatomic_set(&t->hot[i].tag_write, qatomic_read(&t->hot[i].tag_write) | TLB_SLOW);
        }
    }
}

void tlb_protect_all(ram_addr_t ram)
{
    CPUState *cpu;

    RCU_READ_LOCK_GUARD();
    CPU_FOREACH(cpu) {
        TcgCpu *tc = qatomic_load_acquire(&cpu->accel) ? tcg_cpu(cpu) : NULL;

        if (!tc) {
            continue;
        }
        qemu_spin_lock(&tc->tlb_lock);
        for (unsigned i = 0; i < tc->ops->mmu_indices; i++) {
            for (unsigned j = 0; j < TLB_CONTEXTS && tc->tlb[i].tables[j]; j++) {
                if (!tc->tlb[i].tables[j]->is_empty) {
                    table_protect(tc->tlb[i].tables[j], ram);
                }
            }
        }
        qemu_spin_unlock(&tc->tlb_lock);
    }
}
