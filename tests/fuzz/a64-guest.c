/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * See a64-guest.h.  The CPU has no thread of its own: the fuzzer's thread runs it.  Instructions
 * are counted (-icount), so an input does the same each time and is over after its share.
 */
#include "qemu/osdep.h"
#include "exec/address-spaces.h"
#include "qapi/error.h"
#include "qemu/main-loop.h"
#include "qemu/timer.h"
#include "sysemu/accel-ops.h"
#include "sysemu/cpus.h"
#include "sysemu/reset.h"
#include "sysemu/runstate.h"
#include "sysemu/tcg.h"
#include "sysemu/vcpu-thread.h"
#include "accel/tcg/tcg-internal.h"
#include "board-harness.h"
#include "a64-guest.h"

#define VBAR (GUEST_RAM + guest.offset)
#define HANDLER (GUEST_RAM + 0x800)
/* Ends of slices and of sleeps that one input may see. */
#define ROUNDS_MAX 2000

A64Guest guest;
static QEMUTimer *end_timer;
static bool is_over;

/* -- the machine ------------------------------------------------------------------------------- */

void __wrap_vcpu_thread_create(CPUState *cpu);

/* Instead of a thread: whoever calls a64_guest_run(). */
void __wrap_vcpu_thread_create(CPUState *cpu)
{
    cpus_get_accel()->vcpu_thread_init(cpu, &error_abort);
    cpu_thread_signal_created(cpu);
}

static void insns_are_over(void *opaque)
{
    is_over = true;
    cpu_exit(CPU(guest.cpu));
}

void a64_guest_init(void)
{
    MachineState *machine;

    tcg_icount_configure("shift=0,sleep=off", &error_abort);
    board_harness_choose("tcg,tb-size=4", GUEST_RAM_SIZE);
    machine = board_harness_create("virt", 1, "gic-version", "3", "dtb-randomness", "off", NULL);
    board_harness_finish(machine);
    guest.cpu = ARM_CPU(qemu_get_cpu(0));
    end_timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, insns_are_over, NULL);
    vm_start();
    g_assert_true(runstate_is_running());
}

/* -- programs ---------------------------------------------------------------------------------- */

static void memory_set32(uint64_t pa, uint32_t value)
{
    uint32_t le = cpu_to_le32(value);

    address_space_write(&address_space_memory, pa, MEMTXATTRS_UNSPECIFIED, &le, 4);
}

void a64_guest_store64(uint64_t pa, uint64_t value)
{
    uint64_t le = cpu_to_le64(value);

    address_space_write(&address_space_memory, pa, MEMTXATTRS_UNSPECIFIED, &le, 8);
}

void a64_guest_put(uint32_t word)
{
    memory_set32(guest.pc, word);
    guest.pc += 4;
}

void a64_guest_put_constant(unsigned reg, uint64_t value)
{
    a64_guest_put(0xd2800000 | (uint32_t)(value & 0xffff) << 5 | reg);
    for (unsigned hw = 1; hw < 4; hw++) {
        uint32_t half = value >> hw * 16 & 0xffff;

        if (half) {
            a64_guest_put(0xf2800000 | hw << 21 | half << 5 | reg);
        }
    }
}

void a64_guest_put_msr(uint32_t enc, unsigned reg)
{
    a64_guest_put(0xd5000000 | enc << 5 | reg);
}

bool a64_guest_is_full(void)
{
    return guest.pc >= GUEST_CODE + GUEST_CODE_SIZE - 256;
}

/* ADR X29, @bytes from here. */
static uint32_t adr_x29(uint64_t bytes)
{
    return 0x10000000 | (uint32_t)bytes >> 2 << 5 | 29;
}

void a64_guest_put_step(void)
{
    if (guest.step) {
        memory_set32(guest.step, adr_x29(guest.pc - guest.step));
    }
    guest.step = guest.pc;
    a64_guest_put(adr_x29(4));
}

void a64_guest_put_end(void)
{
    a64_guest_put_step();
    /* PSCI SYSTEM_OFF; HVC is UNDEFINED at EL0, so go to EL1 then and try again. */
    a64_guest_put_constant(0, 0x84000008);
    a64_guest_put(adr_x29(8));
    a64_guest_put(0xd4000002);          /* HVC #0 */
    a64_guest_put(adr_x29(8));
    a64_guest_put(0xd4000001);          /* SVC #0 */
    a64_guest_put(0x17fffffc);          /* B to the first ADR */
}

static void put_words(const uint32_t *words, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        a64_guest_put(words[i]);
    }
}

static void put_handler_next_step(uint64_t sctlr)
{
    static const uint32_t words[] = {
        0xd538521c,     /* MRS X28, ESR_EL1 */
        0xd35aff9c,     /* LSR X28, X28, #26 */
        0xf100579f,     /* CMP X28, #0x15 (SVC) */
        0xd538401c,     /* MRS X28, SPSR_EL1 */
        0x54000061,     /* B.NE +12 */
        0x927ffb9c,     /* AND X28, X28, #~1 */
        0xd27e039c,     /* EOR X28, X28, #4: the other level, SP_EL0 */
        0x926bfb9c,     /* AND X28, X28, #~PSTATE.IL */
        0xd518401c,     /* MSR SPSR_EL1, X28 */
        0xd518403d,     /* MSR ELR_EL1, X29 */
        0xd69f03e0,     /* ERET */
    };

    a64_guest_put_constant(28, sctlr);
    a64_guest_put_msr(ENC_SCTLR_EL1, 28);
    put_words(words, ARRAY_SIZE(words));
}

static void put_handler_next_insn(uint64_t sctlr)
{
    static const uint32_t words[] = {
        0xd538403c,     /* MRS X28, ELR_EL1 */
        0xcb1b039b,     /* SUB X27, X28, X27 */
        0xd350ff7b,     /* LSR X27, X27, #16 */
        0xb400005b,     /* CBZ X27, +8 */
        0xd538d09c,     /* MRS X28, TPIDR_EL1 */
        0x9100139c,     /* ADD X28, X28, #4 */
        0xd518d09c,     /* MSR TPIDR_EL1, X28 */
        0xd518403c,     /* MSR ELR_EL1, X28 */
        0xd538401b,     /* MRS X27, SPSR_EL1 */
        0x926bfb7b,     /* AND X27, X27, #~PSTATE.IL */
        0xd518401b,     /* MSR SPSR_EL1, X27 */
        0xd69f03e0,     /* ERET */
    };

    a64_guest_put_constant(27, sctlr);
    a64_guest_put_msr(ENC_SCTLR_EL1, 27);
    a64_guest_put_constant(27, GUEST_CODE + guest.offset);
    put_words(words, ARRAY_SIZE(words));
}

static void put_vectors(A64GuestHandler handler, uint64_t sctlr)
{
    for (unsigned i = 0; i < 16; i++) {
        uint64_t at = GUEST_RAM + 128 * i;

        memory_set32(at, 0x14000000 | (uint32_t)(HANDLER - at) / 4);
    }
    guest.pc = HANDLER;
    if (handler == GUEST_NEXT_STEP) {
        put_handler_next_step(sctlr);
    } else {
        put_handler_next_insn(sctlr);
    }
}

#define DESC_TABLE 3
#define DESC_BLOCK 1
#define DESC_AF (1ull << 10)
#define DESC_AP_ALL_RO (3ull << 6)

/* TTBR1_EL1's: the GiB of RAM, its first 2 blocks, read-only for all (so WXN is no matter). */
static void put_high_tables(void)
{
    uint64_t level1 = GUEST_TABLES, level2 = GUEST_TABLES + 0x1000;

    a64_guest_store64(level1 + (GUEST_RAM >> 30) * 8, level2 | DESC_TABLE);
    for (unsigned i = 0; i < GUEST_RAM_SIZE >> 21; i++) {
        a64_guest_store64(level2 + i * 8, (GUEST_RAM + ((uint64_t)i << 21)) | DESC_BLOCK | DESC_AF |
                          DESC_AP_ALL_RO);
    }
}

void a64_guest_set_sysreg(uint32_t enc, uint64_t value)
{
    CPUARMState *env = &guest.cpu->env;
    const ARMCPRegInfo *ri = arm_cp_reg_find(guest.cpu, enc);

    g_assert_nonnull(ri);
    arm_cp_reg_write(env, ri, value);
}

static void requests_forget(void)
{
    qemu_shutdown_requested_get();
    qemu_reset_requested_get();
}

void a64_guest_begin(A64GuestHandler handler, uint64_t sctlr, uint64_t offset)
{
    guest.offset = offset;
    requests_forget();
    qemu_devices_reset(SHUTDOWN_CAUSE_SNAPSHOT_LOAD);
    address_space_set(&address_space_memory, GUEST_RAM, 0, GUEST_RAM_SIZE, MEMTXATTRS_UNSPECIFIED);
    current_cpu = CPU(guest.cpu);
    put_high_tables();
    put_vectors(handler, sctlr);
    guest.pc = GUEST_CODE;
    guest.step = 0;
    a64_guest_set_sysreg(ENC_VBAR_EL1, VBAR);
    a64_guest_set_sysreg(ENC_CPACR_EL1, 3 << 20);
    a64_guest_set_sysreg(ENC_TPIDR_EL1, GUEST_CODE + offset);
    a64_guest_set_sysreg(ENC_TTBR1_EL1, GUEST_TABLES);
    guest.cpu->env.xregs[29] = GUEST_CODE + offset;
}

/* -- running ----------------------------------------------------------------------------------- */

/* One stay in guest code, as vCPU threads do it. */
static void run_once(CPUState *cpu)
{
    int reason;

    bql_unlock();
    cpu_exec_start(cpu);
    reason = cpus_get_accel()->vcpu_exec(cpu);
    cpu_exec_end(cpu);
    bql_lock();
    qatomic_set(&cpu->exit_request, false);
    process_queued_cpu_work(cpu);
    if (reason == EXCP_HALTED || reason == EXCP_HLT) {
        /* Time jumps to the next timer, the end at the latest. */
        current_cpu = NULL;
        main_loop_wait(true);
        current_cpu = cpu;
    }
}

/* What the rest of the emulator takes for granted. */
static void check_state(void)
{
    CPUARMState *env = &guest.cpu->env;
    uint64_t key = guest.cpu->tcg_area.key;
    uint32_t mode = env->pstate & PSTATE_M;

    g_assert_true(mode == PSTATE_MODE_EL0t || mode == PSTATE_MODE_EL1t ||
                  mode == PSTATE_MODE_EL1h);
    g_assert_cmphex(pstate_read(env) & ~arm_pstate_valid_bits(guest.cpu) & ~PSTATE_M, ==, 0);
    arm_rebuild_key(env);
    g_assert_cmphex(guest.cpu->tcg_area.key, ==, key);
}

void a64_guest_run(unsigned insns)
{
    CPUState *cpu = CPU(guest.cpu);

    guest.cpu->env.pc = GUEST_CODE + guest.offset;
    arm_rebuild_key(&guest.cpu->env);
    is_over = false;
    timer_mod(end_timer, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) + insns);
    for (unsigned i = 0; i < ROUNDS_MAX && !is_over && !qemu_shutdown_requested_get() &&
         !qemu_reset_requested_get(); i++) {
        run_once(cpu);
    }
    timer_del(end_timer);
    check_state();
    current_cpu = NULL;
    main_loop_wait(true);
}
