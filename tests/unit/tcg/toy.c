/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The toy architecture and its machine.
 */
#include "qemu/osdep.h"
#include "exec/address-spaces.h"
#include "hw/qdev-core.h"
#include "qemu/accel.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "qapi/error.h"
#include "sysemu/cpus.h"
#include "sysemu/runstate.h"
#include "toy.h"

ToyBuild *toy_build[64];
bool toy_build_ends[64];
ToyDevice toy_device;

/* -- instructions ------------------------------------------------------------------------------ */

static ToyCPU *toy_of(CPUToyState *env)
{
    return container_of(env, ToyCPU, env);
}

static void helper_stop(CPUToyState *env)
{
    CPU(toy_of(env))->exception_index = EXCP_DEBUG;
    tcg_cpu_exit_restore(CPU(toy_of(env)));
}

IR_HELPER(helper_stop, 0, false, IR_CALL_RAISES | IR_CALL_NORETURN);

static void helper_exception(CPUToyState *env, uint64_t number)
{
    CPU(toy_of(env))->exception_index = number;
    tcg_cpu_exit_restore(CPU(toy_of(env)));
}

IR_HELPER(helper_exception, 1, false, IR_CALL_RAISES | IR_CALL_NORETURN);

static void helper_wfi(CPUToyState *env)
{
    tcg_cpu_restore(CPU(toy_of(env)));
    env->pc += 4;
    tcg_cpu_halt(CPU(toy_of(env)));
}

IR_HELPER(helper_wfi, 0, false, IR_CALL_RAISES | IR_CALL_NORETURN);

static void goto_offset(IrBlock *b, unsigned slot, int64_t offset)
{
    ir_goto_tb(b, slot, offset);
}

/* Control flow; true if @word was that. */
static bool translate_jump(IrBlock *b, uint32_t word, unsigned offset)
{
    unsigned a = word >> 20 & 15;
    int64_t imm = (int16_t)word;
    IrLabel taken;

    switch (word >> 24) {
    case TOY_STOP:
        ir_call0(b, &helper_desc_helper_stop, IR_NONE);
        return true;
    case TOY_EXC:
        ir_call1(b, &helper_desc_helper_exception, IR_NONE, ir_const(b, imm));
        return true;
    case TOY_WFI:
        ir_call0(b, &helper_desc_helper_wfi, IR_NONE);
        return true;
    case TOY_JMP:
        goto_offset(b, 0, offset + imm * 4);
        return true;
    case TOY_BNZ:
        taken = ir_label_new(b);
        ir_brcond(b, &(IrCompare) { IR_X, IR_COND_NE, TOY_R(a), ir_const(b, 0) }, taken);
        goto_offset(b, 0, offset + 4);
        ir_label_place(b, taken);
        goto_offset(b, 1, offset + imm * 4);
        return true;
    case TOY_JR:
        ir_mov(b, IR_X, ir_global(TOY_PC), TOY_R(a));
        ir_goto_ptr(b);
        return true;
    case TOY_SYNC:
        ir_pcrel(b, ir_global(TOY_PC), offset + 4);
        ir_exit(b, IR_EXIT_LOOP);
        return true;
    case TOY_IR:
        toy_build[word & 63](b);
        return toy_build_ends[word & 63];
    default:
        return false;
    }
}

static void translate_rest(IrBlock *b, uint32_t word)
{
    unsigned a = word >> 20 & 15, c = word >> 16 & 15;
    int64_t imm = (int16_t)word;

    switch (word >> 24) {
    case TOY_MOVI:
        ir_movi(b, TOY_R(a), imm);
        break;
    case TOY_ADDI:
        ir_op2i(b, IR_ADD, IR_X, TOY_R(a), TOY_R(c), imm);
        break;
    case TOY_ADD:
        ir_op2(b, IR_ADD, IR_X, TOY_R(a), TOY_R(a), TOY_R(c));
        break;
    case TOY_LD:
        ir_ld(b, ir_memop_idx(MO_LEUQ, 0), TOY_R(a), TOY_R(c), imm);
        break;
    case TOY_ST:
        ir_st(b, ir_memop_idx(MO_LEUQ, 0), TOY_R(a), TOY_R(c), imm);
        break;
    case TOY_LDB:
        ir_ld(b, ir_memop_idx(MO_UB, 0), TOY_R(a), TOY_R(c), imm);
        break;
    case TOY_STW:
        ir_st(b, ir_memop_idx(MO_LEUL, 0), TOY_R(a), TOY_R(c), imm);
        break;
    case TOY_XADD:
        ir_rmw(b, ir_memop_idx(MO_LEUQ | MO_ALIGN, 0), IR_RMW_ADD, TOY_R(a), TOY_R(c),
               ir_const(b, 1));
        break;
    case TOY_IR:
        break;
    default:
        ir_call1(b, &helper_desc_helper_exception, IR_NONE, ir_const(b, 99));
        break;
    }
}

static unsigned toy_translate_block(CPUState *cpu, IrBlock *b, const TcgTranslateRequest *req)
{
    unsigned offset = 0;
    bool has_ended = false;

    for (unsigned n = 0; !has_ended; n++) {
        uint32_t word = tcg_fetch32(b, offset);

        ir_insn_start(b, offset, word);
        has_ended = translate_jump(b, word, offset);
        if (!has_ended) {
            translate_rest(b, word);
        }
        offset += 4;
        if (!has_ended && (n + 1 >= req->max_insns || offset >= req->page_left ||
                           ir_block_is_full(b))) {
            goto_offset(b, 0, offset);
            has_ended = true;
        }
    }
    return offset;
}

static void toy_restore(CPUState *cpu, uint32_t pc_offset, uint64_t word)
{
    TOY_CPU(cpu)->env.pc += pc_offset;
}

/* -- exceptions and the MMU -------------------------------------------------------------------- */

static void toy_do_interrupt(CPUState *cpu)
{
    CPUToyState *env = &TOY_CPU(cpu)->env;

    env->exc_pc = env->pc;
    env->exc_count++;
    env->pc = env->handler;
}

static bool toy_exec_interrupt(CPUState *cpu, int request)
{
    CPUToyState *env = &TOY_CPU(cpu)->env;

    if (!(request & CPU_INTERRUPT_HARD) || !env->handler) {
        return false;
    }
    cpu_reset_interrupt(cpu, CPU_INTERRUPT_HARD);
    env->exc_kind = 1000;
    toy_do_interrupt(cpu);
    return true;
}

static bool toy_translate(CPUState *cpu, const TcgAccess *access, TcgTranslation *out,
                          uint64_t *word)
{
    static const uint8_t prots[] = { TCG_PROT_READ, TCG_PROT_WRITE, TCG_PROT_EXEC };
    ToyCPU *t = TOY_CPU(cpu);

    t->walks++;
    if (!t->pages) {
        out->pa = access->addr << 8 >> 8;
        out->prot = TCG_PROT_READ | TCG_PROT_WRITE | TCG_PROT_EXEC;
        out->is_global = true;
        return true;
    }
    for (unsigned i = 0; i < t->npages; i++) {
        const ToyPage *p = &t->pages[i];
        unsigned bits = p->page_bits ?: 12;

        if (p->va >> bits != access->addr >> bits || (!p->is_global && p->context != t->context)) {
            continue;
        }
        *word = 2;
        if (!(p->prot & prots[access->type])) {
            return false;
        }
        /* A test may move the page meanwhile. */
        out->pa = qatomic_read(&p->pa) | (access->addr & MAKE_64BIT_MASK(0, bits));
        out->prot = p->prot;
        out->page_bits = bits;
        out->is_global = p->is_global;
        out->aligned_only = p->aligned_only;
        return true;
    }
    *word = 1;
    return false;
}

static void toy_raise_access(CPUState *cpu, const TcgAccess *access, const TcgFault *fault)
{
    CPUToyState *env = &TOY_CPU(cpu)->env;

    env->exc_addr = access->addr;
    env->exc_kind = fault->kind;
    env->exc_type = access->type;
    env->exc_word = fault->word;
    cpu->exception_index = env->handler ? 1 : EXCP_YIELD;
    env->exc_pc = env->pc;
}

static unsigned toy_fetch_mmu_idx(CPUState *cpu)
{
    return 0;
}

static vaddr toy_get_pc(CPUState *cpu)
{
    return TOY_CPU(cpu)->env.pc;
}

#define G(name_, field_, type_) { name_, offsetof(CPUToyState, field_), type_ }
static const IrGlobal toy_globals[TOY_GLOBALS] = {
    [TOY_PC] = G("pc", pc, IR_I64),
    [TOY_NZCV] = G("nzcv", nzcv, IR_I64),
#define REG(n) [TOY_R0 + n] = G("r" #n, r[n], IR_I64)
    REG(0), REG(1), REG(2), REG(3), REG(4), REG(5), REG(6), REG(7), REG(8), REG(9), REG(10),
    REG(11), REG(12), REG(13), REG(14), REG(15),
#define VEC(n) [TOY_V0 + n] = G("v" #n, v[n], IR_V128)
    VEC(0), VEC(1), VEC(2), VEC(3),
};

static const TCGCPUOps toy_ops = {
    .globals = toy_globals,
    .nglobals = TOY_GLOBALS,
    .pc_global = TOY_PC,
    .flags_global = TOY_NZCV,
    .area_offset = (int32_t)offsetof(ToyCPU, area) - (int32_t)offsetof(ToyCPU, env),
    .insn_bytes_min = 4,
    .mmu_indices = 2,
    .translate_block = toy_translate_block,
    .restore = toy_restore,
    .translate = toy_translate,
    .raise_access = toy_raise_access,
    .fetch_mmu_idx = toy_fetch_mmu_idx,
    .do_interrupt = toy_do_interrupt,
    .exec_interrupt = toy_exec_interrupt,
    .get_pc = toy_get_pc,
};

/* -- the CPU type ------------------------------------------------------------------------------ */

static bool is_threaded;

static bool toy_has_work(CPUState *cpu)
{
    return qatomic_read(&cpu->interrupt_request) & CPU_INTERRUPT_HARD;
}

static void toy_realize(DeviceState *dev, Error **errp)
{
    CPUState *cpu = CPU(dev);
    Error *err = NULL;

    cpu_exec_realizefn(cpu, &err);
    if (err) {
        error_propagate(errp, err);
        return;
    }
    cpu->num_ases = 1;
    cpu_address_space_init(cpu, 0, "cpu-memory", get_system_memory());
    if (is_threaded) {
        if (!cpu_thread_start(cpu, errp)) {
            cpu_exec_unrealizefn(cpu);
            return;
        }
    } else {
        tcg_cpu_attach_memory(tcg_cpu(cpu));
    }
    cpu_reset(cpu);
}

static void toy_init(Object *obj)
{
    CPU(obj)->env_ptr = &TOY_CPU(obj)->env;
}

static void toy_class_init(ObjectClass *oc, void *data)
{
    CPU_CLASS(oc)->tcg_ops = &toy_ops;
    CPU_CLASS(oc)->has_work = toy_has_work;
    DEVICE_CLASS(oc)->realize = toy_realize;
}

static const TypeInfo toy_type = {
    .name = TYPE_TOY_CPU,
    .parent = TYPE_CPU,
    .instance_size = sizeof(ToyCPU),
    .instance_align = 16,
    .instance_init = toy_init,
    .class_init = toy_class_init,
};

static void toy_register(void)
{
    type_register_static(&toy_type);
}

type_init(toy_register)

/* -- the machine ------------------------------------------------------------------------------- */

static MemoryRegion ram, rom, device;

static MemTxResult device_read(void *opaque, hwaddr addr, uint64_t *value, unsigned size,
                               MemTxAttrs attrs)
{
    toy_device.reads++;
    toy_device.last_size = size;
    *value = toy_device.value >> (addr & 7) * 8;
    return addr == 0x800 ? MEMTX_ERROR : MEMTX_OK;
}

static MemTxResult device_write(void *opaque, hwaddr addr, uint64_t value, unsigned size,
                                MemTxAttrs attrs)
{
    toy_device.writes++;
    toy_device.last_size = size;
    toy_device.value = value;
    return addr == 0x800 ? MEMTX_ERROR : MEMTX_OK;
}

static const MemoryRegionOps device_ops = {
    .read_with_attrs = device_read,
    .write_with_attrs = device_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid.min_access_size = 1,
    .valid.max_access_size = 8,
    .impl.min_access_size = 1,
    .impl.max_access_size = 8,
};

void toy_machine_init(const char *options)
{
    const char *const requests[] = { options, NULL };

    qemu_init_main_loop(&error_abort);
    module_call_init(MODULE_INIT_QOM);
    bql_lock();
    memory_map_init();
    runstate_init();
    qemu_init_cpu_loop();
    memory_region_init_ram(&ram, NULL, "toy.ram", TOY_RAM_SIZE, &error_abort);
    memory_region_add_subregion(get_system_memory(), TOY_RAM, &ram);
    memory_region_init_rom(&rom, NULL, "toy.rom", 0x1000, &error_abort);
    memory_region_add_subregion(get_system_memory(), TOY_ROM, &rom);
    memory_region_init_io(&device, NULL, &device_ops, NULL, "toy.device", 0x1000);
    memory_region_add_subregion(get_system_memory(), TOY_DEVICE, &device);
    accel_init_first_usable(NULL, requests, NULL, NULL, &error_abort);
    bql_unlock();
}

void toy_machine_free(void)
{
    bql_lock();
    accel_release();
    bql_unlock();
}

static ToyCPU *cpu_new(bool threaded)
{
    DeviceState *dev = qdev_new(TYPE_TOY_CPU);

    bql_lock();
    is_threaded = threaded;
    object_property_add_child(object_get_root(), "cpu[*]", OBJECT(dev));
    qdev_realize(dev, NULL, &error_abort);
    object_unref(OBJECT(dev));
    bql_unlock();
    return TOY_CPU(dev);
}

ToyCPU *toy_cpu_new(void)
{
    return cpu_new(false);
}

ToyCPU *toy_cpu_new_threaded(void)
{
    return cpu_new(true);
}

void toy_cpu_free(ToyCPU *t)
{
    bql_lock();
    object_unparent(OBJECT(t));
    drain_call_rcu();
    bql_unlock();
}

void toy_load(uint64_t pa, const uint32_t *code, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        address_space_stl_le(&address_space_memory, pa + 4 * i, code[i], MEMTXATTRS_UNSPECIFIED,
                             NULL);
    }
}

void *toy_ram(uint64_t pa)
{
    return (char *)memory_region_get_ram_ptr(&ram) + (pa - TOY_RAM);
}

int toy_run(ToyCPU *t, uint64_t pc)
{
    CPUState *cpu = CPU(t);
    int reason;

    t->env.pc = pc;
    current_cpu = cpu;
    cpu_exec_start(cpu);
    reason = tcg_vcpu_exec(cpu);
    cpu_exec_end(cpu);
    current_cpu = NULL;
    return reason;
}

void toy_run_to_stop(ToyCPU *t, uint64_t pc)
{
    int reason;

    /* Work that needs everybody outside (a full block cache) is done in between. */
    while ((reason = toy_run(t, pc)) == EXCP_INTERRUPT) {
        pc = t->env.pc;
        bql_lock();
        process_queued_cpu_work(CPU(t));
        bql_unlock();
        qatomic_set(&CPU(t)->exit_request, false);
    }
    g_assert_cmpint(reason, ==, EXCP_DEBUG);
}

void toy_set_context(ToyCPU *t, uint32_t context)
{
    t->context = context;
    tcg_tlb_set_context(CPU(t), 0, context);
}
