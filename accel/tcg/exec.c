/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Running guest code on a CPU's thread: find a block, run it and those linked to it, look around,
 * and take exceptions.
 *
 * Everybody who wants something from a CPU sets a bit of exit_flag, which each block looks at
 * first.  Exceptions leave blocks by siglongjmp; what helpers hold at that time is the BQL at
 * most.
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qemu/main-loop.h"
#include "qapi/error.h"
#include "sysemu/cpus.h"
#include "accel/tcg/icount.h"
#include "accel/tcg/tcg-accel.h"

/* -- the state at an operation ----------------------------------------------------------------- */

static const TcgInsnInfo *insn_at(TcgCpu *tc)
{
    const TcgBlock *tb = block_of_code(tc->block_ip);
    uint32_t offset = tc->ip - tb->code;
    unsigned lo = 0, hi = tb->ninsns;

    /* The last one that begins at or before the operation. */
    while (hi - lo > 1) {
        unsigned mid = (lo + hi) / 2;

        if (tb->insns[mid].code_offset <= offset) {
            lo = mid;
        } else {
            hi = mid;
        }
    }
    return &tb->insns[lo];
}

unsigned tcg_insn_number(TcgCpu *tc)
{
    return insn_at(tc) - block_of_code(tc->block_ip)->insns;
}

void tcg_restore(TcgCpu *tc)
{
    const TcgInsnInfo *insn;

    if (!tc->ip) {
        return;
    }
    insn = insn_at(tc);
    if (tc->is_counting) {
        /* Those behind this one did not run. */
        tc->insns_left += tcg_insns_behind(tc);
    }
    tc->ops->restore(tc->cpu, insn->pc_offset, insn->word);
    tc->ip = NULL;
}

void tcg_cpu_restore(CPUState *cpu)
{
    tcg_restore(tcg_cpu(cpu));
}

uint32_t tcg_cpu_insn(CPUState *cpu, uint64_t *word)
{
    const TcgInsnInfo *insn;

    if (!tcg_cpu(cpu)->ip) {
        *word = 0;
        return 0;
    }
    insn = insn_at(tcg_cpu(cpu));
    *word = insn->word;
    return insn->pc_offset;
}

void tcg_cpu_exit(CPUState *cpu)
{
    TcgCpu *tc = tcg_cpu(cpu);

    tc->ip = NULL;
    siglongjmp(tc->jump_out, 1);
}

void tcg_cpu_exit_restore(CPUState *cpu)
{
    tcg_restore(tcg_cpu(cpu));
    tcg_cpu_exit(cpu);
}

void tcg_cpu_halt(CPUState *cpu)
{
    BQL_LOCK_GUARD();
    qatomic_set(&cpu->halted, 1);
    cpu->exception_index = EXCP_HLT;
    tcg_cpu_exit(cpu);
}

void tcg_cpu_yield(CPUState *cpu)
{
    cpu->exception_index = EXCP_YIELD;
    tcg_cpu_exit(cpu);
}

/* -- what others want -------------------------------------------------------------------------- */

void tcg_cpu_poke(TcgCpu *tc, unsigned why)
{
    qatomic_or(&tc->exit_flag, why);
}

static bool handle_common_requests(TcgCpu *tc, uint32_t request, int *reason)
{
    CPUState *cpu = tc->cpu;

    if (request & CPU_INTERRUPT_DEBUG) {
        cpu_reset_interrupt(cpu, CPU_INTERRUPT_DEBUG);
        *reason = EXCP_DEBUG;
        return true;
    }
    if (request & CPU_INTERRUPT_HALT) {
        BQL_LOCK_GUARD();
        cpu_reset_interrupt(cpu, CPU_INTERRUPT_HALT);
        qatomic_set(&cpu->halted, 1);
        *reason = EXCP_HLT;
        return true;
    }
    if (request & CPU_INTERRUPT_EXITTB) {
        cpu_reset_interrupt(cpu, CPU_INTERRUPT_EXITTB);
    }
    return false;
}

/* True: leave vcpu_exec for @reason. */
static bool look_around(TcgCpu *tc, int *reason)
{
    CPUState *cpu = tc->cpu;
    unsigned why = qatomic_xchg(&tc->exit_flag, 0);
    uint32_t request;

    /*
     * Let grace periods end though the guest never rests (see leave_rcu_section()): memory that
     * went out of the map is freed after one, and every CPU was asked to flush its TLB when it did.
     */
    rcu_read_unlock();
    rcu_read_lock();
    tlb_flush_pending(tc);
    if (tc->is_counting) {
        icount_trim(tc);
    }
    request = qatomic_read(&cpu->interrupt_request);
    if (unlikely(request)) {
        if (handle_common_requests(tc, request, reason)) {
            return true;
        }
        tc->ops->exec_interrupt(cpu, request);
    }
    if (why & TCG_EXIT_KICK || qatomic_read(&cpu->exit_request)) {
        *reason = EXCP_INTERRUPT;
        return true;
    }
    return false;
}

/* -- running ----------------------------------------------------------------------------------- */

/* Join the exit that was taken to @tb. */
static void link_exit(TcgCpu *tc, TcgBlock *tb)
{
    TcgCode *exit = (TcgCode *)tc->link_ip;
    const TcgBlock *from = block_of_code(tc->block_ip);

    if (from->key != tb->key || from->ram == RAM_ADDR_INVALID || tb->ram == RAM_ADDR_INVALID ||
        (from->ram ^ tb->ram) & TCG_PAGE_MASK) {
        return;
    }
    tc->stats.links++;
    qatomic_store_release(&((TcgExtra *)(exit + 1))->target, tb->code);
    qatomic_store_release(&exit->fn, interp_goto_tb_linked);
}

/* A block whose code was written, and translated anew. */
static void set_successor(TcgCpu *tc, TcgBlock *tb)
{
    TcgBlock *old = block_of_code(tc->dropped_ip);

    if (old->ram == tb->ram && old->key == tb->key && old != tb) {
        qatomic_store_release(&old->successor, tb);
    }
}

static void log_exec(TcgCpu *tc, const TcgBlock *tb)
{
    qemu_log_mask_and_addr(CPU_LOG_EXEC, *tc->pc, "Trace %d: %p [%016" PRIx64 "/%016" PRIx64
                           "] %u insns\n", tc->cpu->cpu_index, (const void *)tb->code, *tc->pc,
                           tb->key, tb->ninsns);
    if (qemu_loglevel_mask(CPU_LOG_TB_CPU) && qemu_log_in_addr_range(*tc->pc)) {
        FILE *f = qemu_log_trylock();

        if (f) {
            cpu_dump_state(tc->cpu, f, 0);
            qemu_log_unlock(f);
        }
    }
}

static void run_block(TcgCpu *tc)
{
    TcgBlock *tb = block_find(tc, *tc->pc);

    if (unlikely(tc->is_counting && tb->ninsns > tc->insns_left)) {
        tc->link_ip = tc->dropped_ip = NULL;
        tb = block_find_short(tc, *tc->pc, tc->insns_left);
    }
    if (tc->link_ip) {
        link_exit(tc, tb);
        tc->link_ip = NULL;
    }
    if (tc->dropped_ip) {
        set_successor(tc, tb);
        tc->dropped_ip = NULL;
    }
    if (unlikely(qemu_loglevel_mask(CPU_LOG_EXEC | CPU_LOG_TB_CPU))) {
        log_exec(tc, tb);
    }
    interp_run(tc, tb->code);
    tc->ip = NULL;
}

/* True: leave for @reason. */
static bool take_exception(TcgCpu *tc, int *reason)
{
    CPUState *cpu = tc->cpu;

    if (cpu->exception_index < 0) {
        return false;
    }
    if (cpu->exception_index >= EXCP_INTERRUPT) {
        *reason = cpu->exception_index;
        cpu->exception_index = -1;
        return true;
    }
    tc->link_ip = NULL;
    tc->ops->do_interrupt(cpu);
    if (tc->is_counting) {
        /* So that time goes on where the handler cannot be fetched, for ever. */
        tc->insns_left--;
    }
    cpu->exception_index = -1;
    return false;
}

static int run(TcgCpu *tc)
{
    int reason;

    for (;;) {
        if (take_exception(tc, &reason)) {
            return reason;
        }
        if (qatomic_read(&tc->exit_flag) && look_around(tc, &reason)) {
            return reason;
        }
        if (tc->is_counting && tc->insns_left <= 0) {
            return EXCP_INTERRUPT;
        }
        run_block(tc);
        if (unlikely(tc->singlestep)) {
            return EXCP_DEBUG;
        }
    }
}

/* False: it stays asleep. */
static bool wake_up(CPUState *cpu)
{
    BQL_LOCK_GUARD();
    if (cpu->halted && !cpu_has_work(cpu)) {
        return false;
    }
    qatomic_set(&cpu->halted, 0);
    return true;
}

/* Guest code until something wants out; the BQL is not held. */
static int run_until_exit(TcgCpu *tc)
{
    if (sigsetjmp(tc->jump_out, 0)) {
        if (bql_locked()) {
            bql_unlock();
        }
        tc->link_ip = tc->dropped_ip = NULL;
    }
    return run(tc);
}

static int run_guest(TcgCpu *tc)
{
    int reason;

    rcu_read_lock();
    tc->singlestep = tc->cpu->singlestep_enabled;
    tc->ip = tc->link_ip = tc->dropped_ip = NULL;
    /* From here on others wait for us; then look at what they wanted before. */
    __atomic_store_n(&tc->is_executing, true, __ATOMIC_SEQ_CST);
    tcg_cpu_poke(tc, TCG_EXIT_LOOK);
    reason = run_until_exit(tc);
    if (tc->is_counting) {
        icount_account(tc);
    }
    __atomic_store_n(&tc->is_executing, false, __ATOMIC_SEQ_CST);
    rcu_read_unlock();
    return reason;
}

/* Who waits for a turn does not execute: the one that has it may be waiting for our TLB. */
static int run_in_turn(TcgCpu *tc)
{
    int reason;
    bool is_over;

    if (!turn_begin(tc)) {
        return EXCP_INTERRUPT;
    }
    if (tc->insns_left <= 0) {
        icount_slice_begin(tc);
    }
    reason = run_guest(tc);
    is_over = tc->insns_left <= 0 || reason != EXCP_INTERRUPT;
    if (is_over) {
        tc->insns_left = tc->insns_budget = 0;
    }
    turn_end(tc, is_over);
    return reason;
}

int tcg_vcpu_exec(CPUState *cpu)
{
    TcgCpu *tc = tcg_cpu(cpu);

    if (qatomic_read(&cpu->halted) && !wake_up(cpu)) {
        if (tc->is_counting) {
            turn_skip(tc);
        }
        return EXCP_HALTED;
    }
    return tc->is_counting ? run_in_turn(tc) : run_guest(tc);
}

/* -- life -------------------------------------------------------------------------------------- */

/* Stores must be noticed from now on. */
static void cpu_log_started(MemoryListener *listener)
{
    tcg_tlb_flush_everything(container_of(listener, TcgCpu, listener)->cpu);
}

static void cpu_memory_changed(MemoryListener *listener)
{
    TcgCpu *tc = container_of(listener, TcgCpu, listener);

    tcg_tlb_flush_everything(tc->cpu);
}

/* Code in it may be translated: its writers tell us. */
static void cpu_memory_added(MemoryListener *listener, MemoryRegionSection *section)
{
    RAMBlock *block = section->mr->ram_block;

    if (block) {
        ram_block_dirty_track(block, DIRTY_MEMORY_CODE);
    }
}

/* Somebody waits for a grace period. */
static void leave_rcu_section(Notifier *notifier, void *unused)
{
    tcg_cpu_poke(container_of(notifier, TcgCpu, rcu_notifier), TCG_EXIT_LOOK);
}

TcgCpu *tcg_cpu_new(CPUState *cpu, Error **errp)
{
    const TCGCPUOps *ops = cpu->cc->tcg_ops;
    TcgCpu *tc;

    if (!ops) {
        error_setg(errp, "accelerator \"tcg\" cannot run CPUs of type \"%s\"",
                   object_get_typename(OBJECT(cpu)));
        return NULL;
    }
    tc = g_new0(TcgCpu, 1);
    tc->cpu = cpu;
    tc->ops = ops;
    tc->env = (char *)cpu->env_ptr;
    tc->area = (TcgCpuArea *)(tc->env + ops->area_offset);
    tc->area->cpu = tc;
    tc->key = &tc->area->key;
    tc->pc = (uint64_t *)(tc->env + ops->globals[ops->pc_global].offset);
    tc->nzcv = ops->flags_global < 0 ? &tc->area->temps[TCG_SLOT_TRASH] :
        (uint64_t *)(tc->env + ops->globals[ops->flags_global].offset);
    tc->ir = ir_block_new(ops);
    tc->jumps = g_new0(JumpEntry, JUMP_ENTRIES);
    tlb_init(tc);
    jump_cache_clear(tc);
    tc->rcu_notifier.notify = leave_rcu_section;
    rcu_add_force_rcu_notifier(&tc->rcu_notifier);
    return tc;
}

void tcg_cpu_attach_memory(TcgCpu *tc)
{
    tc->listener = (MemoryListener) {
        .name = "tcg",
        .region_add = cpu_memory_added,
        .commit = cpu_memory_changed,
        .log_global_start = cpu_log_started,
        .priority = MEMORY_LISTENER_PRIORITY_ACCEL,
    };
    memory_listener_register(&tc->listener, tc->cpu->as);
}

void tcg_cpu_free(TcgCpu *tc)
{
    rcu_remove_force_rcu_notifier(&tc->rcu_notifier);
    if (tc->listener.name) {
        memory_listener_unregister(&tc->listener);
    }
    tlb_free(tc);
    ir_block_free(tc->ir);
    g_free(tc->jumps);
    g_free(tc);
}
