/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a user sees of a CPU: registers as text, its line in query-cpus-fast, memory as a debugger
 * sees it, and its device tree node.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "exec/target_page.h"
#include "hw/core/sysemu-cpu-ops.h"
#include "hw/fdt-node-writer.h"
#include "cpu-internal.h"

/* -- registers ------------------------------------------------------------------------------- */

/* PC and X0 share a line; from X1 on three in a line, the stack pointer in X31's place. */
static void dump_general(CPUARMState *env, FILE *f)
{
    fprintf(f, " PC=%016" PRIx64 " ", env->pc);
    for (int i = 0; i < 31; i++) {
        fprintf(f, "X%02d=%016" PRIx64 "%s", i, env->xregs[i], i % 3 == 1 ? "\n" : " ");
    }
    fprintf(f, " SP=%016" PRIx64 "\n", env->xregs[31]);
}

static void dump_pstate(CPUARMState *env, FILE *f)
{
    uint32_t psr = pstate_read(env);

    fprintf(f, "PSTATE=%08x %c%c%c%c EL%d%c", psr, psr & PSTATE_N ? 'N' : '-',
            psr & PSTATE_Z ? 'Z' : '-', psr & PSTATE_C ? 'C' : '-', psr & PSTATE_V ? 'V' : '-',
            arm_current_el(env), psr & PSTATE_SP ? 'h' : 't');
    if (psr & PSTATE_BTYPE) {
        fprintf(f, "  BTYPE=%d", extract32(psr, 10, 2));
    }
}

static void dump_vectors(CPUARMState *env, FILE *f)
{
    fprintf(f, "     FPCR=%08x FPSR=%08x\n", (uint32_t)env->fpcr, (uint32_t)env->fpsr);
    for (int i = 0; i < 32; i++) {
        fprintf(f, "Q%02d=%016" PRIx64 ":%016" PRIx64 "%s", i, env->vregs[i].d[1],
                env->vregs[i].d[0], i % 2 ? "\n" : " ");
    }
}

static void arm_cpu_dump_state(CPUState *cs, FILE *f, int flags)
{
    CPUARMState *env = &ARM_CPU(cs)->env;

    dump_general(env, f);
    dump_pstate(env, f);
    if (flags & CPU_DUMP_FPU) {
        dump_vectors(env, f);
    } else {
        fputc('\n', f);
    }
}

static void arm_cpu_query_fast(CPUState *cs, CpuInfoFast *value)
{
    value->has_mp_affinity = true;
    value->mp_affinity = ARM_CPU(cs)->mp_affinity;
}

/* -- memory ---------------------------------------------------------------------------------- */

static bool arm_cpu_paging_enabled(const CPUState *cs)
{
    return ((const CPUARMState *)cs->env_ptr)->cp15.sctlr_el1 & SCTLR_M;
}

/* With the MMU off virtual is physical; tables are walked by an accelerator that runs code. */
static hwaddr arm_cpu_get_phys_page_attrs_debug(CPUState *cs, vaddr addr, MemTxAttrs *attrs)
{
    *attrs = MEMTXATTRS_UNSPECIFIED;
    return arm_cpu_paging_enabled(cs) ? -1 : addr & TARGET_PAGE_MASK;
}

static bool arm_cpu_virtio_is_big_endian(CPUState *cs)
{
    CPUARMState *env = &ARM_CPU(cs)->env;

    return env->cp15.sctlr_el1 & (arm_current_el(env) ? SCTLR_EE : SCTLR_E0E);
}

static const struct SysemuCPUOps arm_sysemu_ops = {
    .get_paging_enabled = arm_cpu_paging_enabled,
    .get_phys_page_attrs_debug = arm_cpu_get_phys_page_attrs_debug,
    .virtio_is_big_endian = arm_cpu_virtio_is_big_endian,
};

/* -- device tree ----------------------------------------------------------------------------- */

/* /cpus/cpu@AFFINITY; the board adds what it knows: how CPUs start, and the map of clusters. */
static bool arm_cpu_add_fdt_node(Object *obj, FdtNodeContext *ctx, Error **errp)
{
    ARMCPU *cpu = ARM_CPU(obj);
    g_autofree char *name = g_strdup_printf("cpu@%" PRIx64, cpu->mp_affinity);
    uint32_t cells[2] = { cpu->mp_affinity >> 32, cpu->mp_affinity };
    uint32_t unused = 2 - MIN(ctx->address_cells, 2);
    FdtNodeWriter w;

    fdt_node_begin(&w, ctx, NULL, name);
    fdt_node_put_string(&w, "device_type", "cpu");
    fdt_node_put_string(&w, "compatible", cpu->dtb_compatible);
    fdt_node_put_cells(&w, "reg", cells + unused, 2 - unused);
    return fdt_node_end(&w, errp);
}

/* -- class ----------------------------------------------------------------------------------- */

void arm_cpu_dump_class_init(ObjectClass *oc)
{
    CPUClass *cc = CPU_CLASS(oc);

    cc->dump_state = arm_cpu_dump_state;
    cc->query_cpu_fast = arm_cpu_query_fast;
    cc->sysemu_ops = &arm_sysemu_ops;
    FDT_NODE_CLASS(oc)->add_node = arm_cpu_add_fdt_node;
}
