/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The block cache: translated blocks by the physical address of their first instruction and the
 * key.
 *
 * All blocks lie in one buffer that is filled from its beginning; when it is full everything is
 * dropped, with all CPUs outside of blocks.  Nothing else moves or frees a block, so chains, links
 * and jump caches may point to blocks that are out of date: the first operation of a dropped block
 * leads to its successor, or back to the loop.
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/log.h"
#include "qapi/error.h"
#include <sys/mman.h>
#include "accel/tcg/code-internal.h"
#include "accel/tcg/tcg-accel.h"

#define HASH_BITS 16
/* At least this much must be left for a block. */
#define BLOCK_ROOM (64 * 1024)

static struct {
    QemuMutex lock;
    char *buffer, *free, *end;
    size_t bytes;
    TcgBlock *hash[1 << HASH_BITS];     /* atomic */
    unsigned flushes;                   /* under the lock */
    unsigned blocks;
} cache;

void code_lock(void)
{
    qemu_mutex_lock(&cache.lock);
}

void code_unlock(void)
{
    qemu_mutex_unlock(&cache.lock);
}

bool code_cache_init(size_t bytes, Error **errp)
{
    /* Pages are used one after the other; untouched ones cost nothing. */
    cache.buffer = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (cache.buffer == MAP_FAILED) {
        cache.buffer = NULL;
        error_setg_errno(errp, errno, "cannot reserve %zu MiB for translated code", bytes >> 20);
        return false;
    }
    qemu_mutex_init(&cache.lock);
    cache.bytes = bytes;
    cache.free = cache.buffer;
    cache.end = cache.buffer + bytes;
    ram_code_written_set(code_written_by_device);
    return true;
}

void code_cache_destroy(void)
{
    ram_code_written_set(NULL);
    code_pages_free();
    munmap(cache.buffer, cache.bytes);
    memset(cache.hash, 0, sizeof(cache.hash));
    cache.buffer = NULL;
    cache.blocks = 0;
    qemu_mutex_destroy(&cache.lock);
}

void code_cache_usage(TcgCacheUsage *usage)
{
    code_lock();
    *usage = (TcgCacheUsage) {
        .bytes = cache.bytes, .used = cache.free - cache.buffer, .blocks = cache.blocks,
        .flushes = cache.flushes,
    };
    code_unlock();
}

/* -- the hash ---------------------------------------------------------------------------------- */

static TcgBlock **hash_chain(ram_addr_t ram, uint64_t key)
{
    uint64_t h = (ram >> 2) * 0x9e3779b97f4a7c15ULL ^ key * 0xc2b2ae3d27d4eb4fULL;

    return &cache.hash[h >> (64 - HASH_BITS)];
}

static TcgBlock *hash_find(ram_addr_t ram, uint64_t key)
{
    TcgBlock *tb = qatomic_load_acquire(hash_chain(ram, key));

    while (tb && (tb->ram != ram || tb->key != key)) {
        tb = qatomic_load_acquire(&tb->next_hash);
    }
    return tb;
}

static void hash_add(TcgBlock *tb)
{
    TcgBlock **chain = hash_chain(tb->ram, tb->key);

    tb->next_hash = *chain;
    qatomic_store_release(chain, tb);
}

/* Readers that stand on @tb still come to the chain's end. */
static void hash_remove(TcgBlock *tb)
{
    TcgBlock **link = hash_chain(tb->ram, tb->key);

    while (*link != tb) {
        link = &(*link)->next_hash;
    }
    qatomic_store_release(link, tb->next_hash);
}

void block_drop(TcgBlock *tb)
{
    hash_remove(tb);
    qatomic_set(&tb->is_dropped, true);
    qatomic_store_release(&tb->code[0].fn, interp_dropped);
    cache.blocks--;
}

/* -- flush ------------------------------------------------------------------------------------- */

void code_cache_flush(void)
{
    CPUState *cpu;

    code_lock();
    cache.free = cache.buffer;
    cache.blocks = 0;
    cache.flushes++;
    memset(cache.hash, 0, sizeof(cache.hash));
    code_pages_forget();
    CPU_FOREACH(cpu) {
        if (cpu->accel) {
            TcgCpu *tc = tcg_cpu(cpu);

            /* Nothing in it is looked at before it is filled anew. */
            jump_cache_clear(tc);
            memset(tc->jumps, 0, JUMP_ENTRIES * sizeof(*tc->jumps));
            tc->block_ip = NULL;
            tc->link_ip = NULL;
            tc->dropped_ip = NULL;
        }
    }
    code_unlock();
}

static void flush_work(CPUState *cpu, run_on_cpu_data data)
{
    unsigned flushes;

    code_lock();
    flushes = cache.flushes;
    code_unlock();
    /* Several CPUs may have asked. */
    if (flushes == (unsigned)data.host_int) {
        code_cache_flush();
    }
}

/* The buffer is full: leave guest code, after which there is room. */
static G_NORETURN void ask_for_room(TcgCpu *tc)
{
    async_safe_run_on_cpu(tc->cpu, flush_work, RUN_ON_CPU_HOST_INT(cache.flushes));
    code_unlock();
    tc->cpu->exception_index = EXCP_INTERRUPT;
    tcg_cpu_exit(tc->cpu);
}

/* -- translation ------------------------------------------------------------------------------- */

static void log_code(TcgCpu *tc, const TcgBlock *tb, uint64_t pc)
{
    FILE *f = qemu_log_in_addr_range(pc) ? qemu_log_trylock() : NULL;
    g_autoptr(GString) text = g_string_new(NULL);

    if (!f) {
        return;
    }
    fprintf(f, "----------------\nIN: pc 0x%016" PRIx64 " ram 0x%" PRIx64 " key 0x%" PRIx64 "\n",
            pc, tb->ram, tb->key);
    if (tc->ops->disassemble) {
        tc->ops->disassemble(tc->ir->code, tb->guest_bytes, pc, text);
    } else {
        for (unsigned i = 0; i + 4 <= tb->guest_bytes; i += 4) {
            g_string_append_printf(text, "0x%016" PRIx64 ":  %08x\n", pc + i,
                                   tcg_fetch32(tc->ir, i));
        }
    }
    fputs(text->str, f);
    qemu_log_unlock(f);
}

static void log_ops(TcgCpu *tc, uint64_t pc, const char *when)
{
    FILE *f = qemu_log_in_addr_range(pc) ? qemu_log_trylock() : NULL;
    g_autoptr(GString) text = g_string_new(NULL);

    if (f) {
        ir_dump(tc->ir, text);
        fprintf(f, "OP%s: pc 0x%016" PRIx64 "\n%s\n", when, pc, text->str);
        qemu_log_unlock(f);
    }
}

/* Fill @tb from the code at @fetch; false: no room. */
static bool translate(TcgCpu *tc, TcgBlock *tb, uint64_t pc, const TlbFetch *fetch,
                      unsigned max_insns)
{
    TcgTranslateRequest req = {
        .pc = pc, .key = tb->key, .max_insns = max_insns,
        .page_left = TCG_PAGE_SIZE - (pc & ~TCG_PAGE_MASK),
        .is_device = !fetch->host,
    };
    char *free;

    ir_block_reset(tc->ir);
    tc->ir->page_offset = pc & ~TCG_PAGE_MASK;
    tc->ir->is_chained = !tc->singlestep && !qemu_loglevel_mask(CPU_LOG_TB_NOCHAIN);
    tc->ir->code = fetch->host ? fetch->host + (pc & ~TCG_PAGE_MASK) : tc->device_code;
    tc->ir->code_len = fetch->host ? req.page_left : sizeof(tc->device_code);
    tb->guest_bytes = tc->ops->translate_block(tc->cpu, tc->ir, &req);
    g_assert(tb->guest_bytes && tb->guest_bytes <= req.page_left);
    if (qemu_loglevel_mask(CPU_LOG_TB_IN_ASM)) {
        log_code(tc, tb, pc);
    }
    if (qemu_loglevel_mask(CPU_LOG_TB_OP)) {
        log_ops(tc, pc, "");
    }
    ir_optimize(tc->ir);
    if (qemu_loglevel_mask(CPU_LOG_TB_OP_OPT)) {
        log_ops(tc, pc, " after optimization");
    }
    if (!interp_emit(tc->ir, tb, cache.end, &free, tc->is_counting)) {
        return false;
    }
    cache.free = (char *)ROUND_UP((uintptr_t)free, 16);
    tc->stats.blocks++;
    tc->stats.insns_translated += tb->ninsns;
    return true;
}

static TcgBlock *block_begin(TcgCpu *tc, ram_addr_t ram)
{
    TcgBlock *tb = (TcgBlock *)cache.free;

    if (cache.end - cache.free < BLOCK_ROOM) {
        ask_for_room(tc);
    }
    *tb = (TcgBlock) { .ram = ram, .key = *tc->key };
    return tb;
}

static unsigned insns_allowed(TcgCpu *tc)
{
    return tc->one_insn_per_tb ? 1 : TCG_MAX_INSNS;
}

/* A block that is kept; the code lock is held. */
static TcgBlock *block_make(TcgCpu *tc, uint64_t pc, const TlbFetch *fetch, ram_addr_t ram)
{
    TcgBlock *tb = block_begin(tc, ram);

    if (!code_page_prepare(ram, fetch->block)) {
        return NULL;
    }
    if (!translate(tc, tb, pc, fetch, insns_allowed(tc))) {
        code_page_cancel(ram);
        ask_for_room(tc);
    }
    code_page_add(tb);
    hash_add(tb);
    cache.blocks++;
    return tb;
}

/* A short block that nobody else finds. */
static TcgBlock *block_make_once(TcgCpu *tc, uint64_t pc, const TlbFetch *fetch,
                                 unsigned max_insns)
{
    MemTxResult result = MEMTX_OK;
    TcgBlock *tb;

    if (!fetch->host) {
        hwaddr pa = fetch->pa | (pc & ~TCG_PAGE_MASK);
        TcgAccess access = { .addr = pc, .type = MMU_INST_FETCH, .size = 4, .unit = 4,
                             .mmu_idx = fetch->mmu_idx };

        stl_le_p(tc->device_code, address_space_ldl_le(tc->cpu->as, pa, fetch->attrs, &result));
        if (result != MEMTX_OK) {
            TcgFault fault = { .kind = TCG_FAULT_BUS, .result = result, .pa = pa };

            tc->ops->raise_access(tc->cpu, &access, &fault);
            tcg_cpu_exit(tc->cpu);
        }
    }
    code_lock();
    tb = block_begin(tc, RAM_ADDR_INVALID);
    if (!translate(tc, tb, pc, fetch, max_insns)) {
        ask_for_room(tc);
    }
    code_unlock();
    return tb;
}

TcgBlock *block_find_short(TcgCpu *tc, uint64_t pc, unsigned max_insns)
{
    const TlbFetch *fetch;

    tc->ip = NULL;
    fetch = tlb_find_fetch(tc, pc);
    return block_make_once(tc, pc, fetch, fetch->host ? max_insns : 1);
}

TcgBlock *block_find(TcgCpu *tc, uint64_t pc)
{
    const TlbFetch *fetch;
    ram_addr_t ram;
    TcgBlock *tb;

    tc->ip = NULL;
    fetch = tlb_find_fetch(tc, pc);
    tc->stats.lookups++;
    if (tc->once || tc->singlestep || !fetch->host) {
        tc->once = false;
        return block_make_once(tc, pc, fetch, 1);
    }
    ram = fetch->ram | (pc & ~TCG_PAGE_MASK);
    tb = hash_find(ram, *tc->key);
    if (!tb) {
        code_lock();
        /* Another CPU may have been faster. */
        tb = hash_find(ram, *tc->key);
        if (!tb) {
            tb = block_make(tc, pc, fetch, ram);
        }
        code_unlock();
        if (!tb) {
            return block_make_once(tc, pc, fetch, 1);
        }
    }
    jump_cache_add(tc, pc, tb, fetch);
    return tb;
}
