/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Doing a load or store in the CPU's place (KVM_EXIT_ARM_NISV): find the instruction, decode it,
 * make its accesses, and change the guest's registers as it would have done.  Nothing has changed
 * when it cannot be done.
 *
 * For the page that faulted, the CPU has translated the address and checked permissions.  For
 * another page that the accesses reach, tables are walked here.
 */
#include "qemu/osdep.h"
#include "qemu/bitops.h"
#include "qemu/bswap.h"
#include "qemu/log.h"
#include "exec/address-spaces.h"
#include "kvm-insn.h"
#include "kvm-internal.h"
#include "kvm-walk.h"
#include "trace.h"

/* Faulting addresses are told in pages of this size, whatever the guest's. */
#define FAULT_PAGE 4096ULL

#define REG_SP_OR_ZR 31
#define MAX_BYTES 64

typedef struct Access {
    CPUState *cs;
    ArmInsn insn;
    uint64_t pc, pstate, base, va, fault_ipa;
    unsigned bytes;
    ArmWalkRegs walk;
    bool is_big_endian;
    /* IPAs of the page of @va and, if the bytes reach it, the next. */
    uint64_t page_ipa[2];
    uint8_t data[MAX_BYTES];
} Access;

/* -- registers ------------------------------------------------------------------------------- */

static bool reg_get(Access *a, uint64_t id, void *value)
{
    return kvm_get_one_reg(a->cs, id, value) == 0;
}

static bool reg_put(Access *a, uint64_t id, const void *value)
{
    return kvm_set_one_reg(a->cs, id, (void *)value) == 0;
}

static uint64_t sp_id(const Access *a)
{
    bool uses_sp_el1 = (a->pstate & PSTATE_SP) && (a->pstate & PSTATE_M) != PSTATE_MODE_EL0t;

    return uses_sp_el1 ? KVM_ARM_SP_EL1 : KVM_ARM_SP_EL0;
}

static uint64_t base_id(const Access *a)
{
    return a->insn.base == REG_SP_OR_ZR ? sp_id(a) : KVM_ARM_X(a->insn.base);
}

static bool x_get(Access *a, unsigned reg, uint64_t *value)
{
    *value = 0;
    return reg == REG_SP_OR_ZR || reg_get(a, KVM_ARM_X(reg), value);
}

/* -- where ----------------------------------------------------------------------------------- */

static bool table_read(void *opaque, uint64_t ipa, uint64_t *value)
{
    MemTxResult result;

    *value = address_space_ldq_le(&address_space_memory, ipa, MEMTXATTRS_UNSPECIFIED, &result);
    return result == MEMTX_OK;
}

static bool state_read(Access *a)
{
    return reg_get(a, KVM_ARM_PC, &a->pc) && reg_get(a, KVM_ARM_PSTATE, &a->pstate) &&
           !(a->pstate & PSTATE_nRW) && reg_get(a, KVM_ARM_SCTLR_EL1, &a->walk.sctlr) &&
           reg_get(a, KVM_ARM_TCR_EL1, &a->walk.tcr) &&
           reg_get(a, KVM_ARM_TTBR0_EL1, &a->walk.ttbr0) &&
           reg_get(a, KVM_ARM_TTBR1_EL1, &a->walk.ttbr1);
}

static bool is_el0(const Access *a)
{
    return (a->pstate & PSTATE_M) == PSTATE_MODE_EL0t;
}

/* Instructions are little-endian whatever the data. */
static bool insn_fetch(Access *a)
{
    ArmWalkWho who = { .access = ARM_WALK_FETCH };
    MemTxResult result;
    uint64_t ipa;
    uint32_t word;

    if (!arm_walk(&a->walk, a->pc, who, table_read, NULL, &ipa)) {
        return false;
    }
    word = address_space_ldl_le(&address_space_memory, ipa, MEMTXATTRS_UNSPECIFIED, &result);
    trace_kvm_arm_access(a->cs->cpu_index, a->pc, word, a->fault_ipa);
    return result == MEMTX_OK && arm_insn_decode(word, &a->insn);
}

static uint64_t index_extend(const ArmInsn *insn, uint64_t value)
{
    switch (insn->extend) {
    case 2:
        value = (uint32_t)value;
        break;
    case 6:
        value = (int64_t)(int32_t)value;
        break;
    default:
        break;
    }
    return value << insn->shift;
}

static bool address_compute(Access *a)
{
    const ArmInsn *insn = &a->insn;
    const ArmInsnAccess *last = &insn->accesses[insn->n_accesses - 1];
    uint64_t index = 0;

    if (!reg_get(a, base_id(a), &a->base) ||
        (insn->index >= 0 && !x_get(a, insn->index, &index))) {
        return false;
    }
    a->va = a->base + insn->offset + (insn->index >= 0 ? index_extend(insn, index) : 0);
    a->bytes = last->offset + last->bytes;
    return true;
}

/* The page of @va; the one that faulted needs no walk. */
static bool page_translate(Access *a, uint64_t va, bool has_faulted, uint64_t *ipa)
{
    ArmWalkWho who = {
        .access = a->insn.is_load ? ARM_WALK_READ : ARM_WALK_WRITE,
        .is_el0 = is_el0(a),
        .pan = a->pstate & PSTATE_PAN,
    };

    if (has_faulted) {
        *ipa = a->fault_ipa & -FAULT_PAGE;
        return true;
    }
    return arm_walk(&a->walk, va & -FAULT_PAGE, who, table_read, NULL, ipa);
}

/* Which of the pages faulted follows from the offset, which is the same in both addresses. */
static bool address_translate(Access *a)
{
    uint64_t in_page = a->va % FAULT_PAGE, fault = a->fault_ipa % FAULT_PAGE;
    bool is_first = fault >= in_page && fault < in_page + a->bytes;
    bool has_second = in_page + a->bytes > FAULT_PAGE;
    bool is_second = !is_first && has_second && fault < in_page + a->bytes - FAULT_PAGE;

    if (!is_first && !is_second) {
        return false;
    }
    return page_translate(a, a->va, is_first, &a->page_ipa[0]) &&
           (!has_second ||
            page_translate(a, a->va + a->bytes - 1, is_second, &a->page_ipa[1]));
}

/* -- memory ---------------------------------------------------------------------------------- */

static void memory_rw(Access *a, unsigned offset, unsigned bytes)
{
    while (bytes) {
        uint64_t at = a->va % FAULT_PAGE + offset;
        unsigned page = at / FAULT_PAGE;
        unsigned step = MIN(bytes, FAULT_PAGE - at % FAULT_PAGE);

        address_space_rw(&address_space_memory, a->page_ipa[page] + at % FAULT_PAGE,
                         MEMTXATTRS_UNSPECIFIED, a->data + offset, step, !a->insn.is_load);
        offset += step;
        bytes -= step;
    }
}

/* The element's bytes in memory order, to and from the order of a little-endian register. */
static void element_copy(const Access *a, uint8_t *to, const uint8_t *from, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++) {
        to[a->is_big_endian ? bytes - 1 - i : i] = from[i];
    }
}

/* -- stores ---------------------------------------------------------------------------------- */

static bool store_collect(Access *a, const ArmInsnAccess *access)
{
    uint8_t reg[16] = { 0 };
    uint64_t value;

    if (a->insn.is_simd) {
        if (!reg_get(a, KVM_ARM_V(access->reg), reg)) {
            return false;
        }
    } else {
        if (!x_get(a, access->reg, &value)) {
            return false;
        }
        stq_le_p(reg, value);
    }
    element_copy(a, a->data + access->offset, reg + access->lane_byte, access->bytes);
    return true;
}

/* -- loads ----------------------------------------------------------------------------------- */

static bool vector_load(Access *a, const ArmInsnAccess *access, bool is_first_of_reg)
{
    uint8_t reg[16] = { 0 };

    if (!(a->insn.clears_rest && is_first_of_reg) &&
        !reg_get(a, KVM_ARM_V(access->reg), reg)) {
        return false;
    }
    element_copy(a, reg + access->lane_byte, a->data + access->offset, access->bytes);
    for (unsigned i = access->bytes; a->insn.replicates && i < a->insn.vector_bytes; i++) {
        reg[i] = reg[i - access->bytes];
    }
    return reg_put(a, KVM_ARM_V(access->reg), reg);
}

static bool general_load(Access *a, const ArmInsnAccess *access)
{
    uint8_t bytes[8] = { 0 };
    uint64_t value;

    if (access->reg == REG_SP_OR_ZR) {
        return true;
    }
    element_copy(a, bytes, a->data + access->offset, access->bytes);
    value = ldq_le_p(bytes);
    if (a->insn.is_signed) {
        value = sextract64(value, 0, access->bytes * 8);
    }
    if (!a->insn.reg_is_64) {
        value = (uint32_t)value;
    }
    return reg_put(a, KVM_ARM_X(access->reg), &value);
}

static bool registers_load(Access *a)
{
    uint32_t seen = 0;

    for (unsigned i = 0; i < a->insn.n_accesses; i++) {
        const ArmInsnAccess *access = &a->insn.accesses[i];
        bool is_first = !(seen & (1u << access->reg));

        seen |= 1u << access->reg;
        if (!(a->insn.is_simd ? vector_load(a, access, is_first) : general_load(a, access))) {
            return false;
        }
    }
    return true;
}

/* -- all ------------------------------------------------------------------------------------- */

static bool accesses_do(Access *a)
{
    const ArmInsn *insn = &a->insn;

    for (unsigned i = 0; !insn->is_load && i < insn->n_accesses; i++) {
        if (!store_collect(a, &insn->accesses[i])) {
            return false;
        }
    }
    for (unsigned i = 0; i < insn->n_accesses; i++) {
        memory_rw(a, insn->accesses[i].offset, insn->accesses[i].bytes);
    }
    return !insn->is_load || registers_load(a);
}

static bool insn_finish(Access *a)
{
    uint64_t step = a->insn.writeback_imm, base, pc = a->pc + 4;
    uint64_t pstate = a->pstate & ~(uint64_t)PSTATE_BTYPE;

    if (a->insn.writeback) {
        if (a->insn.writeback_reg >= 0 && !x_get(a, a->insn.writeback_reg, &step)) {
            return false;
        }
        base = a->base + step;
        if (!reg_put(a, base_id(a), &base)) {
            return false;
        }
    }
    return (pstate == a->pstate || reg_put(a, KVM_ARM_PSTATE, &pstate)) &&
           reg_put(a, KVM_ARM_PC, &pc);
}

bool kvm_arm_access(CPUState *cs, uint64_t fault_ipa)
{
    Access a = { .cs = cs, .fault_ipa = fault_ipa };

    if (!state_read(&a) || !insn_fetch(&a) || !address_compute(&a) || !address_translate(&a)) {
        qemu_log_mask(LOG_GUEST_ERROR, "CPU %d: the access at PC 0x%" PRIx64 " to the device at "
                      "0x%" PRIx64 " cannot be done\n", cs->cpu_index, a.pc, fault_ipa);
        return false;
    }
    a.is_big_endian = a.walk.sctlr & (is_el0(&a) ? SCTLR_E0E : SCTLR_EE);
    return accesses_do(&a) && insn_finish(&a);
}
