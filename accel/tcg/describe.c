/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What users see of the software CPU: info jit, info tlb.
 */
#include "qemu/osdep.h"
#include "qemu/units.h"
#include "sysemu/tcg.h"
#include "accel/tcg/tcg-accel.h"

void tcg_describe_jit(GString *out)
{
    TcgCacheUsage usage;
    CPUState *cpu;

    code_cache_usage(&usage);
    g_string_append_printf(out, "translated code  %zu of %zu KiB, %u blocks, emptied %u times\n",
                           usage.used / KiB, usage.bytes / KiB, usage.blocks, usage.flushes);
    CPU_FOREACH(cpu) {
        const TcgStats *s = &tcg_cpu(cpu)->stats;

        g_string_append_printf(out, "CPU %d: %" PRIu64 " blocks of %" PRIu64 " instructions "
                               "translated, %" PRIu64 " looked up, %" PRIu64 " links, %" PRIu64
                               " device accesses\n", cpu->cpu_index, s->blocks,
                               s->insns_translated, s->lookups, s->links, s->io);
        g_string_append_printf(out, "       TLB: %" PRIu64 " walks, %" PRIu64 " found behind the "
                               "tables, %" PRIu64 " flushes\n", s->tlb_fills, s->tlb_back_hits,
                               s->tlb_flushes);
    }
}

static void describe_entry(const TlbEntry *e, const TlbCold *cold, GString *out)
{
    bool reads = e->tag_read != UINT64_MAX, writes = e->tag_write != UINT64_MAX;
    uint64_t page = (reads ? e->tag_read : e->tag_write) & TCG_PAGE_MASK;

    if (!reads && !writes) {
        return;
    }
    g_string_append_printf(out, "  %016" PRIx64 " -> %012" HWADDR_PRIx " %c%c %s%s%s%s%s\n", page,
                           cold->pa, reads ? 'r' : '-', writes ? 'w' : '-',
                           cold->flags & TLB_COLD_IO ? " device" : "",
                           cold->flags & TLB_COLD_ROM ? " rom" : "",
                           cold->flags & TLB_COLD_WATCHED ? " watched" : "",
                           cold->flags & TLB_COLD_ALIGNED ? " aligned" : "",
                           writes && !cold->flags && e->tag_write & TLB_SLOW ? " code" : "");
}

static void describe_on_thread(CPUState *cpu, run_on_cpu_data data)
{
    TcgCpu *tc = tcg_cpu(cpu);
    GString *out = data.host_ptr;

    for (unsigned i = 0; i < tc->ops->mmu_indices; i++) {
        for (unsigned j = 0; j < TLB_CONTEXTS && tc->tlb[i].tables[j]; j++) {
            const TlbTable *t = tc->tlb[i].tables[j];

            if (t->is_empty) {
                continue;
            }
            g_string_append_printf(out, "MMU index %u, context %u%s\n", i, t->context,
                                   t == tc->tlb[i].current ? " (current)" : "");
            for (unsigned k = 0; k < TLB_ENTRIES; k++) {
                describe_entry(&t->hot[k], &t->cold[k], out);
            }
        }
    }
}

void tcg_describe_tlb(CPUState *cpu, GString *out)
{
    /* The CPU's thread changes it. */
    run_on_cpu(cpu, describe_on_thread, RUN_ON_CPU_HOST_PTR(out));
}
