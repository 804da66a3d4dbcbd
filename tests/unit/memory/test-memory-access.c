/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Accesses: sizes, byte orders, rules, errors, eventfds, re-entrancy and locks.
 */
#include "qemu/osdep.h"
#include "exec/address-spaces.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "sysemu/dma.h"

#define WINDOW 0x100
#define ATTRS MEMTXATTRS_UNSPECIFIED

/* A device whose registers are plain bytes, and a log of how they were accessed. */
typedef struct ByteDevice {
    uint8_t bytes[WINDOW + 16];
    bool big_endian;
    unsigned calls;
    hwaddr last_addr;
    unsigned last_size;
    uint64_t last_data;
    bool bql_held;
    MemTxResult answer;
} ByteDevice;

static void device_log(ByteDevice *d, hwaddr addr, unsigned size, uint64_t data)
{
    d->calls++;
    d->last_addr = addr;
    d->last_size = size;
    d->last_data = data;
    d->bql_held = bql_locked();
}

static MemTxResult device_read(void *opaque, hwaddr addr, uint64_t *data, unsigned size,
                               MemTxAttrs attrs)
{
    ByteDevice *d = opaque;

    *data = 0;
    for (unsigned i = 0; i < size; i++) {
        unsigned shift = 8 * (d->big_endian ? size - 1 - i : i);

        *data |= (uint64_t)d->bytes[addr + i] << shift;
    }
    device_log(d, addr, size, *data);
    return d->answer;
}

static MemTxResult device_write(void *opaque, hwaddr addr, uint64_t data, unsigned size,
                                MemTxAttrs attrs)
{
    ByteDevice *d = opaque;

    for (unsigned i = 0; i < size; i++) {
        unsigned shift = 8 * (d->big_endian ? size - 1 - i : i);

        d->bytes[addr + i] = data >> shift;
    }
    device_log(d, addr, size, data);
    return d->answer;
}

static MemTxResult device_copy(void *opaque, hwaddr addr, void *buf, hwaddr len, bool is_write,
                               MemTxAttrs attrs)
{
    ByteDevice *d = opaque;

    if (is_write) {
        memcpy(d->bytes + addr, buf, len);
    } else {
        memcpy(buf, d->bytes + addr, len);
    }
    device_log(d, addr, len, is_write);
    return d->answer;
}

typedef struct Bench {
    MemoryRegion root;
    MemoryRegion io;
    MemoryRegionOps ops;
    AddressSpace as;
    ByteDevice dev;
} Bench;

static const MemoryRegionOps any_ops = {
    .read_with_attrs = device_read,
    .write_with_attrs = device_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 8, .unaligned = true },
    .impl = { .min_access_size = 1, .max_access_size = 8, .unaligned = true },
};

static Bench *bench_new(MemoryRegionOps ops)
{
    Bench *b = g_new0(Bench, 1);

    b->ops = ops;
    b->dev.big_endian = ops.endianness == DEVICE_BIG_ENDIAN;
    for (unsigned i = 0; i < sizeof(b->dev.bytes); i++) {
        b->dev.bytes[i] = 0x10 + i * 7;
    }
    memory_region_init(&b->root, NULL, NULL, UINT64_MAX);
    memory_region_init_io(&b->io, NULL, &b->ops, &b->dev, NULL, WINDOW);
    memory_region_add_subregion(&b->root, 0x1000, &b->io);
    address_space_init(&b->as, &b->root, "bench");
    return b;
}

static void bench_free(Bench *b)
{
    address_space_destroy(&b->as);
    memory_region_del_subregion(&b->root, &b->io);
    object_unref(OBJECT(&b->io));
    object_unref(OBJECT(&b->root));
    drain_call_rcu();
    g_free(b);
}

/* -- the size matrix ------------------------------------------------------------------ */

static void matrix_one(Bench *b, hwaddr addr, unsigned size)
{
    uint8_t expected[sizeof(b->dev.bytes)];
    uint64_t value, want = ldq_le_p(&b->dev.bytes[addr]);
    bool impl_narrow = b->ops.impl.min_access_size <= size &&
                       (b->ops.impl.unaligned || !(addr % b->ops.impl.min_access_size));
    MemTxResult r;

    want &= size == 8 ? UINT64_MAX : (1ull << (8 * size)) - 1;
    r = memory_region_dispatch_read(&b->io, addr, &value, size_memop(size) | MO_LE, ATTRS);
    g_assert_cmpuint(r, ==, MEMTX_OK);
    g_assert_cmphex(value, ==, want);

    memcpy(expected, b->dev.bytes, sizeof(expected));
    for (unsigned i = 0; i < size; i++) {
        expected[addr + i] = 0xa0 + i;
    }
    value = 0xa7a6a5a4a3a2a1a0ull;
    r = memory_region_dispatch_write(&b->io, addr, value, size_memop(size) | MO_LE, ATTRS);
    g_assert_cmpuint(r, ==, MEMTX_OK);
    if (impl_narrow) {
        g_assert_cmpmem(b->dev.bytes, sizeof(expected), expected, sizeof(expected));
    } else {
        /* Bytes beside the wanted ones of a too narrow store are zero; the wanted are right. */
        g_assert_cmpmem(&b->dev.bytes[addr], size, &expected[addr], size);
    }
}

static void matrix_ops(MemoryRegionOps ops)
{
    for (unsigned size = 1; size <= 8; size *= 2) {
        for (hwaddr addr = 16; addr < 32; addr++) {
            Bench *b = bench_new(ops);

            matrix_one(b, addr, size);
            bench_free(b);
        }
    }
}

static void test_size_matrix(void)
{
    for (unsigned min = 1; min <= 8; min *= 2) {
        for (unsigned max = min; max <= 8; max *= 2) {
            for (unsigned flags = 0; flags < 4; flags++) {
                MemoryRegionOps ops = any_ops;

                ops.impl.min_access_size = min;
                ops.impl.max_access_size = max;
                ops.impl.unaligned = flags & 1;
                ops.endianness = flags & 2 ? DEVICE_BIG_ENDIAN : DEVICE_LITTLE_ENDIAN;
                matrix_ops(ops);
            }
        }
    }
}

static void test_wide_access_is_split_ascending(void)
{
    MemoryRegionOps ops = any_ops;
    Bench *b;

    ops.impl.max_access_size = 4;
    b = bench_new(ops);
    address_space_stq_le(&b->as, 0x1008, 0x1122334455667788ull, ATTRS, NULL);
    g_assert_cmpuint(b->dev.calls, ==, 2);
    g_assert_cmphex(b->dev.last_addr, ==, 0xc);
    g_assert_cmphex(b->dev.last_data, ==, 0x11223344);
    bench_free(b);
}

/* A device that copies gets what is more than one access in one piece. */
static void test_long_copy_is_one_call(void)
{
    uint8_t bytes[100], back[100] = { 0 };
    MemoryRegionOps ops = any_ops;
    Bench *b;

    for (int i = 0; i < sizeof(bytes); i++) {
        bytes[i] = i + 1;
    }
    ops.copy = device_copy;
    b = bench_new(ops);
    g_assert_cmpint(address_space_write(&b->as, 0x1003, ATTRS, bytes, 100), ==, MEMTX_OK);
    g_assert_cmpuint(b->dev.calls, ==, 1);
    g_assert_cmphex(b->dev.last_addr, ==, 3);
    g_assert_cmpuint(b->dev.last_size, ==, 100);
    g_assert_true(b->dev.bql_held);
    g_assert_cmpint(address_space_read(&b->as, 0x1003, ATTRS, back, 100), ==, MEMTX_OK);
    g_assert_cmpuint(b->dev.calls, ==, 2);
    g_assert_cmpmem(bytes, 100, back, 100);
    address_space_read(&b->as, 0x1000, ATTRS, back, 8);
    g_assert_cmpuint(b->dev.last_size, ==, 8);
    b->dev.answer = MEMTX_ERROR;
    g_assert_cmpint(address_space_read(&b->as, 0x1003, ATTRS, back, 100), ==, MEMTX_ERROR);
    bench_free(b);
}

static void test_narrow_store_never_reads(void)
{
    MemoryRegionOps ops = any_ops;
    Bench *b;

    ops.impl.min_access_size = 4;
    ops.impl.unaligned = false;
    b = bench_new(ops);
    address_space_stb(&b->as, 0x1009, 0x5a, ATTRS, NULL);
    g_assert_cmpuint(b->dev.calls, ==, 1);
    g_assert_cmphex(b->dev.last_addr, ==, 8);
    g_assert_cmphex(b->dev.last_data, ==, 0x5a00);
    bench_free(b);
}

static void test_big_endian_device_is_swapped(void)
{
    MemoryRegionOps ops = any_ops;
    Bench *b;

    ops.endianness = DEVICE_BIG_ENDIAN;
    b = bench_new(ops);
    address_space_stl_le(&b->as, 0x1000, 0x11223344, ATTRS, NULL);
    g_assert_cmphex(b->dev.last_data, ==, 0x44332211);
    address_space_stl_be(&b->as, 0x1000, 0x11223344, ATTRS, NULL);
    g_assert_cmphex(b->dev.last_data, ==, 0x11223344);
    g_assert_cmphex(address_space_ldl_be(&b->as, 0x1000, ATTRS, NULL), ==, 0x11223344);
    bench_free(b);
}

static void test_copy_keeps_byte_order(void)
{
    uint8_t in[13], out[13];
    Bench *b = bench_new(any_ops);

    for (unsigned i = 0; i < sizeof(in); i++) {
        in[i] = 0x80 + i;
    }
    g_assert_cmpuint(address_space_write(&b->as, 0x1003, ATTRS, in, sizeof(in)), ==, MEMTX_OK);
    g_assert_cmpmem(&b->dev.bytes[3], sizeof(in), in, sizeof(in));
    g_assert_cmpuint(address_space_read(&b->as, 0x1003, ATTRS, out, sizeof(out)), ==, MEMTX_OK);
    g_assert_cmpmem(out, sizeof(out), in, sizeof(in));
    bench_free(b);
}

/* -- errors --------------------------------------------------------------------------- */

static MemTxResult load_result(AddressSpace *as, hwaddr addr, unsigned size)
{
    MemTxResult r;

    if (size == 1) {
        address_space_ldub(as, addr, ATTRS, &r);
    } else if (size == 2) {
        address_space_lduw_le(as, addr, ATTRS, &r);
    } else if (size == 4) {
        address_space_ldl_le(as, addr, ATTRS, &r);
    } else {
        address_space_ldq_le(as, addr, ATTRS, &r);
    }
    return r;
}

static void test_invalid_size_is_decode_error(void)
{
    MemoryRegionOps ops = any_ops;
    Bench *b;

    ops.valid.min_access_size = 2;
    ops.valid.max_access_size = 4;
    ops.valid.unaligned = false;
    b = bench_new(ops);
    g_assert_cmpuint(load_result(&b->as, 0x1000, 1), ==, MEMTX_DECODE_ERROR);
    g_assert_cmpuint(load_result(&b->as, 0x1000, 8), ==, MEMTX_DECODE_ERROR);
    g_assert_cmpuint(load_result(&b->as, 0x1001, 2), ==, MEMTX_DECODE_ERROR);
    g_assert_cmpuint(b->dev.calls, ==, 0);
    g_assert_cmpuint(load_result(&b->as, 0x1002, 2), ==, MEMTX_OK);
    bench_free(b);
}

static bool accepts_only_reads(void *opaque, hwaddr addr, unsigned size, bool is_write,
                               MemTxAttrs attrs)
{
    return !is_write;
}

static void test_accepts_has_the_last_word(void)
{
    MemoryRegionOps ops = any_ops;
    MemTxResult r;
    Bench *b;

    ops.valid.accepts = accepts_only_reads;
    b = bench_new(ops);
    g_assert_cmpuint(load_result(&b->as, 0x1000, 4), ==, MEMTX_OK);
    address_space_stl_le(&b->as, 0x1000, 1, ATTRS, &r);
    g_assert_cmpuint(r, ==, MEMTX_DECODE_ERROR);
    g_assert_false(address_space_access_valid(&b->as, 0x1000, 4, true, ATTRS));
    g_assert_true(address_space_access_valid(&b->as, 0x1000, 4, false, ATTRS));
    bench_free(b);
}

static void test_unassigned_is_decode_error_and_reads_zero(void)
{
    Bench *b = bench_new(any_ops);
    uint32_t value = 1;
    MemTxResult r;

    value = address_space_ldl_le(&b->as, 0x8000, ATTRS, &r);
    g_assert_cmpuint(r, ==, MEMTX_DECODE_ERROR);
    g_assert_cmphex(value, ==, 0);
    bench_free(b);
}

static void test_device_error_is_passed_on(void)
{
    Bench *b = bench_new(any_ops);

    b->dev.answer = MEMTX_ERROR;
    g_assert_cmpuint(load_result(&b->as, 0x1000, 4), ==, MEMTX_ERROR);
    bench_free(b);
}

static void test_value_over_the_end_is_split(void)
{
    Bench *b = bench_new(any_ops);
    MemTxResult r;
    uint32_t value;

    b->dev.bytes[WINDOW - 2] = 0x34;
    b->dev.bytes[WINDOW - 1] = 0x12;
    value = address_space_ldl_le(&b->as, 0x1000 + WINDOW - 2, ATTRS, &r);
    g_assert_cmphex(value, ==, 0x1234);
    g_assert_cmpuint(r, ==, MEMTX_DECODE_ERROR);
    bench_free(b);
}

static void test_memory_attribute_refuses_io(void)
{
    Bench *b = bench_new(any_ops);
    MemTxAttrs attrs = { .memory = 1 };
    MemTxResult r;

    address_space_ldl_le(&b->as, 0x1000, attrs, &r);
    g_assert_cmpuint(r, ==, MEMTX_ACCESS_ERROR);
    g_assert_cmpuint(b->dev.calls, ==, 0);
    bench_free(b);
}

/* -- eventfds ------------------------------------------------------------------------- */

static void test_ioeventfd_takes_matching_store(void)
{
    Bench *b = bench_new(any_ops);
    EventNotifier any, exact;

    g_assert_cmpint(event_notifier_init(&any, 0), ==, 0);
    g_assert_cmpint(event_notifier_init(&exact, 0), ==, 0);
    memory_region_add_eventfd(&b->io, 0x10, 4, true, 7, &exact);
    memory_region_add_eventfd(&b->io, 0x20, 0, false, 0, &any);
    address_space_stl_le(&b->as, 0x1010, 8, ATTRS, NULL);
    g_assert_cmpuint(b->dev.calls, ==, 1);
    address_space_stl_le(&b->as, 0x1010, 7, ATTRS, NULL);
    address_space_stb(&b->as, 0x1020, 1, ATTRS, NULL);
    g_assert_cmpuint(b->dev.calls, ==, 1);
    g_assert_true(event_notifier_test_and_clear(&exact));
    g_assert_true(event_notifier_test_and_clear(&any));
    memory_region_del_eventfd(&b->io, 0x10, 4, true, 7, &exact);
    address_space_stl_le(&b->as, 0x1010, 7, ATTRS, NULL);
    g_assert_cmpuint(b->dev.calls, ==, 2);
    memory_region_del_eventfd(&b->io, 0x20, 0, false, 0, &any);
    event_notifier_cleanup(&any);
    event_notifier_cleanup(&exact);
    bench_free(b);
}

/* -- re-entrancy ---------------------------------------------------------------------- */

#define TYPE_GUARDED "test-guarded"

typedef struct Guarded {
    Object parent;
    MemReentrancyGuard guard;
    AddressSpace *as;
    MemTxResult inner;
    MemoryRegion mr;
} Guarded;

static MemReentrancyGuard *guarded_get(Object *obj)
{
    return &((Guarded *)obj)->guard;
}

static void guarded_class_init(ObjectClass *class, void *data)
{
    MEM_REENTRANCY_OWNER_CLASS(class)->get_guard = guarded_get;
}

static const TypeInfo guarded_types[] = {
    {
        .name = TYPE_GUARDED,
        .parent = TYPE_OBJECT,
        .instance_size = sizeof(Guarded),
        .class_init = guarded_class_init,
        .interfaces = (InterfaceInfo[]) { { TYPE_MEM_REENTRANCY_OWNER }, { } },
    },
};
DEFINE_TYPES(guarded_types)

/* A device whose register starts a DMA into itself. */
static void guarded_write(void *opaque, hwaddr addr, uint64_t data, unsigned size)
{
    Guarded *g = opaque;

    if (addr == 0) {
        address_space_stl_le(g->as, 0x2004, 1, ATTRS, &g->inner);
    }
}

static uint64_t guarded_read(void *opaque, hwaddr addr, unsigned size)
{
    return 0;
}

static const MemoryRegionOps guarded_ops = {
    .read = guarded_read,
    .write = guarded_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
};

static MemTxResult reenter_by(bool lockless, bool unguarded, bool by_cpu)
{
    uint64_t value = 1;
    Bench *b = bench_new(any_ops);
    Guarded *g = (Guarded *)object_new(TYPE_GUARDED);
    MemTxResult inner;

    g->as = &b->as;
    memory_region_init_io(&g->mr, OBJECT(g), &guarded_ops, g, "regs", 0x100);
    g->mr.disable_reentrancy_guard = unguarded;
    if (lockless) {
        memory_region_set_lockless(&g->mr);
    }
    memory_region_add_subregion(&b->root, 0x2000, &g->mr);
    if (by_cpu) {
        address_space_cpu_access(&b->as, 0x2000, &value, 4, true);
    } else {
        address_space_stl_le(&b->as, 0x2000, value, ATTRS, NULL);
    }
    g_assert_false(g->guard.engaged_in_io);
    inner = g->inner;
    memory_region_del_subregion(&b->root, &g->mr);
    object_unref(OBJECT(g));
    bench_free(b);
    return inner;
}

static MemTxResult reenter(bool lockless, bool unguarded)
{
    return reenter_by(lockless, unguarded, false);
}

static void test_reentry_of_a_cpus_access_is_refused(void)
{
    g_assert_cmpuint(reenter_by(true, false, true), ==, MEMTX_ACCESS_ERROR);
    g_assert_cmpuint(reenter_by(false, false, true), ==, MEMTX_ACCESS_ERROR);
}

static void test_reentry_is_refused(void)
{
    g_assert_cmpuint(reenter(false, false), ==, MEMTX_ACCESS_ERROR);
}

static void test_reentry_is_refused_without_the_lock_too(void)
{
    g_assert_cmpuint(reenter(true, false), ==, MEMTX_ACCESS_ERROR);
}

static void test_reentry_is_allowed_on_request(void)
{
    g_assert_cmpuint(reenter(false, true), ==, MEMTX_OK);
}

/* -- locks ---------------------------------------------------------------------------- */

static void *load_in_thread(void *opaque)
{
    Bench *b = opaque;

    rcu_register_thread();
    load_result(&b->as, 0x1000, 4);
    rcu_unregister_thread();
    return NULL;
}

static bool device_sees_bql(bool lockless)
{
    Bench *b = bench_new(any_ops);
    QemuThread thread;
    bool held;

    if (lockless) {
        memory_region_set_lockless(&b->io);
    }
    bql_unlock();
    qemu_thread_create(&thread, "load", load_in_thread, b, QEMU_THREAD_JOINABLE);
    qemu_thread_join(&thread);
    bql_lock();
    held = b->dev.bql_held;
    g_assert_cmpuint(b->dev.calls, ==, 1);
    bench_free(b);
    return held;
}

static void test_bql_is_taken_for_devices(void)
{
    g_assert_true(device_sees_bql(false));
}

static void test_bql_is_not_taken_for_lockless(void)
{
    g_assert_false(device_sees_bql(true));
}

/* -- a CPU's accesses, which have a short way ------------------------------------------ */

/* The same bytes and result as by address_space_rw(), and the device sees the same. */
static void cpu_access_one(Bench *b, hwaddr addr, unsigned size, bool is_write)
{
    uint8_t before[sizeof(b->dev.bytes)], after[sizeof(b->dev.bytes)];
    uint8_t bytes[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
    uint64_t value = ldq_le_p(bytes);
    MemTxResult expected, result;
    ByteDevice seen;

    memcpy(before, b->dev.bytes, sizeof(before));
    b->dev.calls = 0;
    expected = address_space_rw(&b->as, addr, ATTRS, bytes, size, is_write);
    seen = b->dev;
    memcpy(after, b->dev.bytes, sizeof(after));
    memcpy(b->dev.bytes, before, sizeof(before));
    b->dev.calls = 0;
    result = address_space_cpu_access(&b->as, addr, &value, size, is_write);
    g_assert_cmpuint(result, ==, expected);
    g_assert_cmpmem(b->dev.bytes, sizeof(after), after, sizeof(after));
    g_assert_cmpuint(b->dev.calls, ==, seen.calls);
    if (seen.calls) {
        g_assert_cmphex(b->dev.last_data, ==, seen.last_data);
        g_assert_cmphex(b->dev.last_addr, ==, seen.last_addr);
    }
    if (!is_write) {
        g_assert_cmphex(value, ==, ldn_le_p(bytes, size));
    }
}

static void cpu_accesses_of(MemoryRegionOps ops, bool lockless, MemTxResult answer)
{
    Bench *b = bench_new(ops);

    b->dev.answer = answer;
    if (lockless) {
        memory_region_set_lockless(&b->io);
    }
    for (unsigned size = 1; size <= 8; size *= 2) {
        for (hwaddr addr = 0x1000; addr < 0x1000 + 16; addr++) {
            cpu_access_one(b, addr, size, false);
            cpu_access_one(b, addr, size, true);
        }
        /* Over the end, and where nothing is. */
        cpu_access_one(b, 0x1000 + WINDOW - 1, size, false);
        cpu_access_one(b, 0x1000 - 1, size, true);
        cpu_access_one(b, 0x5000, size, false);
    }
    bench_free(b);
}

static void test_cpu_accesses_are_like_others(void)
{
    MemoryRegionOps ops[] = { any_ops, any_ops, any_ops, any_ops };

    ops[1].impl.min_access_size = ops[1].impl.max_access_size = 4;
    ops[1].impl.unaligned = ops[1].valid.unaligned = false;
    ops[2].endianness = DEVICE_BIG_ENDIAN;
    ops[3].valid.min_access_size = 2;
    ops[3].valid.max_access_size = 4;
    for (size_t i = 0; i < G_N_ELEMENTS(ops); i++) {
        cpu_accesses_of(ops[i], true, MEMTX_OK);
        cpu_accesses_of(ops[i], false, MEMTX_OK);
        cpu_accesses_of(ops[i], true, MEMTX_ERROR);
    }
}

/* -- DMA ------------------------------------------------------------------------------ */

static void test_dma_values_have_the_named_order(void)
{
    Bench *b = bench_new(any_ops);
    uint32_t value;

    g_assert_cmpuint(stl_be_dma(&b->as, 0x1000, 0x11223344, ATTRS), ==, MEMTX_OK);
    g_assert_cmphex(b->dev.bytes[0], ==, 0x11);
    g_assert_cmpuint(ldl_le_dma(&b->as, 0x1000, &value, ATTRS), ==, MEMTX_OK);
    g_assert_cmphex(value, ==, 0x44332211);
    bench_free(b);
}

static void test_sglist_copies_piece_by_piece(void)
{
    Bench *b = bench_new(any_ops);
    uint8_t data[6] = { 1, 2, 3, 4, 5, 6 };
    dma_addr_t residual;
    QEMUSGList sg;

    qemu_sglist_init(&sg, NULL, 1, &b->as);
    qemu_sglist_add(&sg, 0x1000, 4);
    qemu_sglist_add(&sg, 0x1080, 8);
    g_assert_cmpuint(dma_buf_read(data, sizeof(data), &residual, &sg, ATTRS), ==, MEMTX_OK);
    g_assert_cmpuint(residual, ==, 6);
    g_assert_cmpmem(b->dev.bytes, 4, data, 4);
    g_assert_cmpmem(&b->dev.bytes[0x80], 2, data + 4, 2);
    qemu_sglist_destroy(&sg);
    bench_free(b);
}

static void test_aligned_mask(void)
{
    g_assert_cmphex(dma_aligned_pow2_mask(0, UINT64_MAX, 64), ==, UINT64_MAX);
    g_assert_cmphex(dma_aligned_pow2_mask(0x1000, 0x5fff, 64), ==, 0xfff);
    g_assert_cmphex(dma_aligned_pow2_mask(0x4000, 0x6fff, 64), ==, 0x1fff);
    g_assert_cmphex(dma_aligned_pow2_mask(0, UINT64_MAX, 32), ==, UINT32_MAX);
}

int main(int argc, char **argv)
{
    module_call_init(MODULE_INIT_QOM);
    rcu_register_thread();
    bql_lock();
    g_test_init(&argc, &argv, NULL);
#define ADD(path, fn) g_test_add_func("/memory/access/" path, fn)
    ADD("all-sizes-against-bytes", test_size_matrix);
    ADD("wide-access-is-split-ascending", test_wide_access_is_split_ascending);
    ADD("long-copy-is-one-call", test_long_copy_is_one_call);
    ADD("narrow-store-never-reads", test_narrow_store_never_reads);
    ADD("big-endian-device-is-swapped", test_big_endian_device_is_swapped);
    ADD("copy-keeps-byte-order", test_copy_keeps_byte_order);
    ADD("invalid-size-is-decode-error", test_invalid_size_is_decode_error);
    ADD("accepts-has-the-last-word", test_accepts_has_the_last_word);
    ADD("unassigned-reads-zero", test_unassigned_is_decode_error_and_reads_zero);
    ADD("device-error-is-passed-on", test_device_error_is_passed_on);
    ADD("value-over-the-end-is-split", test_value_over_the_end_is_split);
    ADD("memory-attribute-refuses-io", test_memory_attribute_refuses_io);
    ADD("ioeventfd-takes-matching-store", test_ioeventfd_takes_matching_store);
    ADD("reentry-is-refused", test_reentry_is_refused);
    ADD("reentry-of-a-cpus-access-is-refused", test_reentry_of_a_cpus_access_is_refused);
    ADD("cpu-accesses-are-like-others", test_cpu_accesses_are_like_others);
    ADD("reentry-is-refused-lockless", test_reentry_is_refused_without_the_lock_too);
    ADD("reentry-is-allowed-on-request", test_reentry_is_allowed_on_request);
    ADD("bql-is-taken-for-devices", test_bql_is_taken_for_devices);
    ADD("bql-is-not-taken-for-lockless", test_bql_is_not_taken_for_lockless);
    ADD("dma-values-have-the-named-order", test_dma_values_have_the_named_order);
    ADD("sglist-copies-piece-by-piece", test_sglist_copies_piece_by_piece);
    ADD("aligned-pow2-mask", test_aligned_mask);
    return g_test_run();
}
