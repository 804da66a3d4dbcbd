/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Accesses to guest memory that do not go the interpreter's common way: the TLB has no entry, the
 * access crosses into another page, is unaligned where it must not be, reaches a device, code, ROM
 * or memory whose writes somebody tracks.
 *
 * Everything that can fail is asked before anything changes: both pages of an access are found
 * before a byte of the first is written.
 */
#include "qemu/osdep.h"
#include "qemu/bswap.h"
#include "qemu/main-loop.h"
#include "accel/tcg/tcg-internal.h"

/* One page's part of an access. */
typedef struct Part {
    uint64_t va;
    unsigned len;
    char *host;                 /* NULL: a device */
    hwaddr pa;
    ram_addr_t ram;
    RAMBlock *block;
    MemTxAttrs attrs;
    uint8_t flags;
} Part;

/* -- checks ------------------------------------------------------------------------------------ */

static void raise_fault(TcgCpu *tc, const TcgAccess *access, TcgFault fault)
{
    tcg_restore(tc);
    tc->ops->raise_access(tc->cpu, access, &fault);
    tcg_cpu_exit(tc->cpu);
}

static void check_alignment(TcgCpu *tc, const TcgAccess *access, MemOp op)
{
    if (access->addr & ((1ULL << memop_alignment_bits(op)) - 1)) {
        raise_fault(tc, access, (TcgFault) { .kind = TCG_FAULT_ALIGN });
    }
}

static void part_find(TcgCpu *tc, const TcgAccess *access, Part *part)
{
    TcgAccess one = *access;
    TlbHit hit;

    /* Faults report the first byte that could not be accessed. */
    one.addr = part->va;
    one.size = part->len;
    tlb_find(tc, &one, &hit);
    part->pa = hit.cold->pa | (part->va & ~TCG_PAGE_MASK);
    part->flags = hit.cold->flags;
    part->attrs = hit.cold->attrs;
    part->block = hit.cold->block;
    part->host = part->flags & TLB_COLD_IO ? NULL : (char *)(uintptr_t)(part->va +
                                                                        hit.hot->addend);
    part->ram = hit.hot->ram | (part->va & ~TCG_PAGE_MASK);
}

/* Find the one or two parts of @access; raises.  Returns how many. */
static unsigned parts_find(TcgCpu *tc, const TcgAccess *access, Part parts[2])
{
    unsigned left = TCG_PAGE_SIZE - (access->addr & ~TCG_PAGE_MASK), n = 1;

    parts[0] = (Part) { .va = access->addr, .len = MIN(access->size, left) };
    part_find(tc, access, &parts[0]);
    if (access->size > left) {
        parts[1] = (Part) { .va = access->addr + left, .len = access->size - left };
        part_find(tc, access, &parts[1]);
        n = 2;
    }
    for (unsigned i = 0; i < n; i++) {
        if (parts[i].flags & TLB_COLD_ALIGNED && access->unit > 1 &&
            access->addr & (access->unit - 1)) {
            raise_fault(tc, access, (TcgFault) { .kind = TCG_FAULT_ALIGN });
        }
        if (parts[i].flags & TLB_COLD_WATCHED && tc->ops->check_watchpoint) {
            tc->ops->check_watchpoint(tc->cpu, access);
            break;
        }
    }
    return n;
}

/* -- devices ----------------------------------------------------------------------------------- */

static void raise_bus(TcgCpu *tc, const TcgAccess *access, const Part *part, MemTxResult result)
{
    if (result == MEMTX_OK || tc->cpu->ignore_memory_transaction_failures) {
        return;
    }
    raise_fault(tc, access, (TcgFault) { .kind = TCG_FAULT_BUS, .result = result,
                                         .pa = part->pa });
}

static uint64_t bus_load(AddressSpace *as, hwaddr pa, unsigned len, MemTxAttrs attrs,
                         MemTxResult *result)
{
    switch (len) {
    case 1:
        return address_space_ldub(as, pa, attrs, result);
    case 2:
        return address_space_lduw_le(as, pa, attrs, result);
    case 4:
        return address_space_ldl_le(as, pa, attrs, result);
    default:
        return address_space_ldq_le(as, pa, attrs, result);
    }
}

static void bus_store(AddressSpace *as, hwaddr pa, uint64_t value, unsigned len, MemTxAttrs attrs,
                      MemTxResult *result)
{
    switch (len) {
    case 1:
        address_space_stb(as, pa, value, attrs, result);
        break;
    case 2:
        address_space_stw_le(as, pa, value, attrs, result);
        break;
    case 4:
        address_space_stl_le(as, pa, value, attrs, result);
        break;
    default:
        address_space_stq_le(as, pa, value, attrs, result);
        break;
    }
}

/* What of @left bytes goes in one transaction: pairs and vectors make several, odd parts bytes. */
static unsigned bus_unit(const TcgAccess *access, unsigned left)
{
    unsigned unit = MIN(access->unit, 8);

    while (unit > left || left % unit) {
        unit /= 2;
    }
    return unit;
}

/* The device may arm timers: with counted instructions the slice is looked at after the block. */
static void device_begin(TcgCpu *tc)
{
    tc->stats.io++;
    if (tc->is_counting) {
        tcg_cpu_poke(tc, TCG_EXIT_LOOK);
    }
}

static void device_read(TcgCpu *tc, const TcgAccess *access, const Part *part, uint8_t *buf)
{
    MemTxResult result = MEMTX_OK;

    device_begin(tc);
    for (unsigned done = 0; done < part->len;) {
        unsigned unit = bus_unit(access, part->len - done);
        uint8_t bytes[8];
        MemTxResult r = MEMTX_OK;

        stq_le_p(bytes, bus_load(tc->cpu->as, part->pa + done, unit, part->attrs, &r));
        memcpy(buf + done, bytes, unit);
        result |= r;
        done += unit;
    }
    raise_bus(tc, access, part, result);
}

static void device_write(TcgCpu *tc, const TcgAccess *access, const Part *part,
                         const uint8_t *buf)
{
    MemTxResult result = MEMTX_OK;

    device_begin(tc);
    for (unsigned done = 0; done < part->len;) {
        unsigned unit = bus_unit(access, part->len - done);
        uint8_t bytes[8] = { 0 };
        MemTxResult r = MEMTX_OK;

        memcpy(bytes, buf + done, unit);
        bus_store(tc->cpu->as, part->pa + done, ldq_le_p(bytes), unit, part->attrs, &r);
        result |= r;
        done += unit;
    }
    raise_bus(tc, access, part, result);
}

/* -- memory ------------------------------------------------------------------------------------ */

typedef uint16_t __attribute__((aligned(1), may_alias)) U16;
typedef uint32_t __attribute__((aligned(1), may_alias)) U32;
typedef uint64_t __attribute__((aligned(1), may_alias)) U64;

/* As few host accesses as the guest would make. */
static GUEST_RACES void memory_copy(void *to, const void *from, unsigned len)
{
    char *t = to;
    const char *f = from;

    for (; len >= 8; len -= 8, t += 8, f += 8) {
        *(volatile U64 *)t = *(const volatile U64 *)f;
    }
    if (len & 4) {
        *(volatile U32 *)t = *(const volatile U32 *)f;
        t += 4;
        f += 4;
    }
    if (len & 2) {
        *(volatile U16 *)t = *(const volatile U16 *)f;
        t += 2;
        f += 2;
    }
    if (len & 1) {
        *(volatile char *)t = *(const volatile char *)f;
    }
}

/*
 * The CPU's own block is about to be overwritten: run the store again, as a block of its own that
 * is not kept.
 */
static G_NORETURN void rerun_alone(TcgCpu *tc)
{
    tcg_restore(tc);
    tc->once = true;
    tc->cpu->exception_index = -1;
    tcg_cpu_exit(tc->cpu);
}

/* Memory is about to change. */
static void prepare_memory_write(TcgCpu *tc, const Part *part)
{
    if (part->flags & (TLB_COLD_IO | TLB_COLD_ROM)) {
        return;
    }
    if (code_page_has_blocks(part->ram) && code_written_by(tc, part->ram, part->len)) {
        rerun_alone(tc);
    }
    if (part->flags & TLB_COLD_TRACKED) {
        ram_block_dirty_set(part->block, part->ram - part->block->offset, part->len,
                            DIRTY_CLIENTS_NOCODE);
    }
}

/* Stores to a page without code need not go the slow way any more. */
static void unprotect(TcgCpu *tc, const TcgAccess *access, const Part *part)
{
    TlbTable *t = tc->tlb[access->mmu_idx].current;
    TlbEntry *e = &t->hot[tlb_index(part->va)];
    uint64_t page = part->va & TCG_PAGE_MASK;

    if (part->flags || qatomic_read(&e->tag_write) != (page | TLB_SLOW)) {
        return;
    }
    qemu_spin_lock(&tc->tlb_lock);
    if (!code_page_has_blocks(part->ram)) {
        qatomic_set(&e->tag_write, page);
    }
    qemu_spin_unlock(&tc->tlb_lock);
}

static void part_write(TcgCpu *tc, const TcgAccess *access, const Part *part, const void *buf)
{
    if (part->flags & TLB_COLD_IO) {
        device_write(tc, access, part, buf);
    } else if (part->flags & TLB_COLD_ROM) {
        /* ROM devices want to hear of it, plain ROM ignores it. */
        device_write(tc, access, part, buf);
    } else {
        memory_copy(part->host, buf, part->len);
        /* Another CPU may have translated the old bytes since prepare_memory_write(). */
        smp_mb();
        code_written(part->ram, part->len);
        unprotect(tc, access, part);
    }
}

/* -- the interface of the interpreter ---------------------------------------------------------- */

void tcg_slow_read(TcgCpu *tc, uint64_t va, void *buf, unsigned len, IrMemOpIdx oi)
{
    TcgAccess access = { .addr = va, .type = MMU_DATA_LOAD, .mmu_idx = ir_oi_mmu_idx(oi),
                         .size = len, .unit = memop_size(ir_oi_memop(oi)) };
    uint8_t *to = buf;
    Part parts[2];
    unsigned n;

    check_alignment(tc, &access, ir_oi_memop(oi));
    n = parts_find(tc, &access, parts);
    for (unsigned i = 0; i < n; i++) {
        if (parts[i].host) {
            memory_copy(to, parts[i].host, parts[i].len);
        } else {
            device_read(tc, &access, &parts[i], to);
        }
        to += parts[i].len;
    }
}

void tcg_slow_write(TcgCpu *tc, uint64_t va, const void *buf, unsigned len, IrMemOpIdx oi)
{
    TcgAccess access = { .addr = va, .type = MMU_DATA_STORE, .mmu_idx = ir_oi_mmu_idx(oi),
                         .size = len, .unit = memop_size(ir_oi_memop(oi)) };
    const uint8_t *from = buf;
    Part parts[2];
    unsigned n;

    check_alignment(tc, &access, ir_oi_memop(oi));
    n = parts_find(tc, &access, parts);
    for (unsigned i = 0; i < n; i++) {
        prepare_memory_write(tc, &parts[i]);
    }
    for (unsigned i = 0; i < n; i++) {
        part_write(tc, &access, &parts[i], from);
        from += parts[i].len;
    }
}

uint64_t tcg_slow_ld(TcgCpu *tc, uint64_t va, IrMemOpIdx oi)
{
    MemOp op = ir_oi_memop(oi);
    unsigned size = memop_size(op), unused = 64 - size * 8;
    uint8_t buf[8] = { 0 };
    uint64_t value;

    tcg_slow_read(tc, va, buf, size, oi);
    value = ldq_le_p(buf);
    if (memop_big_endian(op)) {
        value = bswap64(value) >> unused;
    }
    return op & MO_SIGN ? (uint64_t)((int64_t)(value << unused) >> unused) : value;
}

void tcg_slow_st(TcgCpu *tc, uint64_t va, uint64_t value, IrMemOpIdx oi)
{
    MemOp op = ir_oi_memop(oi);
    unsigned size = memop_size(op);
    uint8_t buf[8];

    stq_le_p(buf, memop_big_endian(op) ? bswap64(value) >> (64 - size * 8) : value);
    tcg_slow_write(tc, va, buf, size, oi);
}

void *tcg_atomic_host(TcgCpu *tc, uint64_t va, unsigned len, IrMemOpIdx oi)
{
    unsigned idx = ir_oi_mmu_idx(oi);
    const TlbEntry *e = &tc->table[idx][tlb_index(va)];
    TcgAccess access = { .addr = va, .type = MMU_DATA_STORE, .mmu_idx = idx, .size = len,
                         .unit = len, .is_atomic = true };
    Part parts[2];

    if (likely(!(va & (len - 1)))) {
        uint64_t page = va & TCG_PAGE_MASK;

        if (likely(e->tag_read == page && qatomic_read(&e->tag_write) == page)) {
            return (char *)(uintptr_t)(va + e->addend);
        }
    } else {
        raise_fault(tc, &access, (TcgFault) { .kind = TCG_FAULT_ALIGN });
    }
    parts_find(tc, &access, parts);
    if (parts[0].flags & (TLB_COLD_IO | TLB_COLD_ROM)) {
        return NULL;
    }
    prepare_memory_write(tc, &parts[0]);
    unprotect(tc, &access, &parts[0]);
    return parts[0].host;
}

/* -- the interface of helpers ------------------------------------------------------------------ */

uint64_t tcg_mem_ld(CPUState *cpu, vaddr addr, IrMemOpIdx oi)
{
    return tcg_slow_ld(tcg_cpu(cpu), addr, oi);
}

void tcg_mem_st(CPUState *cpu, vaddr addr, uint64_t value, IrMemOpIdx oi)
{
    tcg_slow_st(tcg_cpu(cpu), addr, value, oi);
}

/* Longer than two pages: page by page, after all have been found. */
static void probe_pages(TcgCpu *tc, vaddr addr, unsigned len, MMUAccessType type, unsigned idx)
{
    for (unsigned done = 0; done < len;) {
        unsigned n = MIN(len - done, TCG_PAGE_SIZE - ((addr + done) & ~TCG_PAGE_MASK));

        tcg_mem_probe(tc->cpu, addr + done, n, type, idx);
        done += n;
    }
}

void tcg_mem_read(CPUState *cpu, vaddr addr, void *buf, unsigned len, unsigned mmu_idx)
{
    probe_pages(tcg_cpu(cpu), addr, len, MMU_DATA_LOAD, mmu_idx);
    for (unsigned done = 0; done < len;) {
        unsigned n = MIN(len - done, 128);

        tcg_slow_read(tcg_cpu(cpu), addr + done, (char *)buf + done, n,
                      ir_memop_idx(MO_8, mmu_idx));
        done += n;
    }
}

void tcg_mem_write(CPUState *cpu, vaddr addr, const void *buf, unsigned len, unsigned mmu_idx)
{
    probe_pages(tcg_cpu(cpu), addr, len, MMU_DATA_STORE, mmu_idx);
    for (unsigned done = 0; done < len;) {
        unsigned n = MIN(len - done, 128);

        tcg_slow_write(tcg_cpu(cpu), addr + done, (const char *)buf + done, n,
                       ir_memop_idx(MO_8, mmu_idx));
        done += n;
    }
}

void *tcg_mem_probe(CPUState *cpu, vaddr addr, unsigned len, MMUAccessType type,
                    unsigned mmu_idx)
{
    TcgCpu *tc = tcg_cpu(cpu);
    TcgAccess access = { .addr = addr, .type = type, .mmu_idx = mmu_idx, .unit = 1,
                         .size = MIN(len, UINT16_MAX) };
    Part part = { .va = addr, .len = len };

    part_find(tc, &access, &part);
    if (part.flags & TLB_COLD_WATCHED && tc->ops->check_watchpoint) {
        tc->ops->check_watchpoint(cpu, &access);
    }
    if (type != MMU_DATA_STORE) {
        return part.host;
    }
    if (part.flags & (TLB_COLD_IO | TLB_COLD_ROM)) {
        return NULL;
    }
    prepare_memory_write(tc, &part);
    return part.host;
}
