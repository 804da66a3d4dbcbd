/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table by which the Arm CPU plugs into the software CPU's core.
 */
#include "qemu/osdep.h"
#include "translate.h"

static unsigned arm_fetch_mmu_idx(CPUState *cs)
{
    return arm_current_el(cpu_env(cs)) ? ARM_MMU_IDX_EL1 : ARM_MMU_IDX_EL0;
}

static vaddr arm_tcg_get_pc(CPUState *cs)
{
    return cpu_env(cs)->pc;
}

const TCGCPUOps arm_tcg_ops = {
    .globals = a64_globals,
    .nglobals = A64_GLOBAL_COUNT,
    .pc_global = A64_GLOBAL_PC,
    .flags_global = A64_GLOBAL_NZCV,
    .area_offset = (int32_t)offsetof(ARMCPU, tcg_area) - (int32_t)offsetof(ARMCPU, env),
    .insn_bytes_min = 4,
    .mmu_indices = ARM_MMU_IDX_COUNT,
    .translate_block = a64_translate_block,
    .restore = a64_restore,
    .translate = arm_cpu_translate,
    .raise_access = arm_cpu_raise_access,
    .fetch_mmu_idx = arm_fetch_mmu_idx,
    .do_interrupt = arm_cpu_do_interrupt,
    .exec_interrupt = arm_cpu_exec_interrupt,
    .check_watchpoint = arm_check_watchpoint,
    .get_pc = arm_tcg_get_pc,
    .disassemble = a64_disassemble,
};
