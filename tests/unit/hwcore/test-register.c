/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unit tests of the register API and the field macros, through guest accesses.
 */
#include "hwcore-harness.h"
#include "exec/address-spaces.h"
#include "hw/register.h"
#include "qemu/module.h"

REG32(PLAIN, 0x0)
    FIELD(PLAIN, LOW, 0, 4)
    FIELD(PLAIN, MID, 4, 8)
    FIELD(PLAIN, TOP, 28, 4)
REG32(MIXED, 0x4)
REG32(HOOKED, 0xc)

SHARED_FIELD(COMMON_MODE, 2, 3)

#define TYPE_BLOCK "test-register-block"
OBJECT_DECLARE_SIMPLE_TYPE(Block, BLOCK)

struct Block {
    SysBusDevice parent_obj;
    RegisterInfo info[4];
    uint32_t regs[4];
    RegisterInfoArray *array;
    uint64_t post_written;
};

static uint64_t hooked_pre_write(RegisterInfo *reg, uint64_t val)
{
    return val | 0x80000000;
}

static void hooked_post_write(RegisterInfo *reg, uint64_t val)
{
    BLOCK(reg->opaque)->post_written = val;
}

static uint64_t hooked_post_read(RegisterInfo *reg, uint64_t val)
{
    return val ^ 1;
}

static const RegisterAccessInfo block_table[] = {
    { .name = "PLAIN", .addr = A_PLAIN, .reset = 0x12345678 },
    { .name = "MIXED", .addr = A_MIXED, .reset = 0xff0000ff, .ro = 0xff, .w1c = 0xff00,
      .cor = 0xff000000 },
    { .name = "HOOKED", .addr = A_HOOKED, .pre_write = hooked_pre_write,
      .post_write = hooked_post_write, .post_read = hooked_post_read },
};

static const MemoryRegionOps block_ops = {
    .read = register_read_memory,
    .write = register_write_memory,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 1, .max_access_size = 4 },
    .impl = { .min_access_size = 1, .max_access_size = 4 },
};

static void reg_block_init(Object *obj)
{
    Block *s = BLOCK(obj);

    s->array = register_init_block32(DEVICE(obj), block_table, ARRAY_SIZE(block_table), s->info,
                                     s->regs, &block_ops, false, 0x20);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->array->mem);
}

static void block_finalize(Object *obj)
{
    register_finalize_block(BLOCK(obj)->array);
}

static void block_reset(DeviceState *dev)
{
    Block *s = BLOCK(dev);

    for (int i = 0; i < ARRAY_SIZE(s->info); i++) {
        register_reset(&s->info[i]);
    }
}

static void block_class_init(ObjectClass *klass, void *data)
{
    DEVICE_CLASS(klass)->reset = block_reset;
}

static const TypeInfo test_types[] = {
    {
        .name = TYPE_BLOCK,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(Block),
        .instance_init = reg_block_init,
        .instance_finalize = block_finalize,
        .class_init = block_class_init,
    },
};

DEFINE_TYPES(test_types)

static Block *block_new(void)
{
    DeviceState *dev = qdev_new(TYPE_BLOCK);

    sysbus_realize(SYS_BUS_DEVICE(dev), &error_abort);
    sysbus_mmio_map(SYS_BUS_DEVICE(dev), 0, 0);
    device_cold_reset(dev);
    return BLOCK(dev);
}

static void block_free(Block *s)
{
    object_unparent(OBJECT(s));
    object_unref(OBJECT(s));
}

static uint32_t get32(hwaddr addr)
{
    return address_space_ldl_le(&address_space_memory, addr, MEMTXATTRS_UNSPECIFIED, NULL);
}

static void put32(hwaddr addr, uint32_t value)
{
    address_space_stl_le(&address_space_memory, addr, value, MEMTXATTRS_UNSPECIFIED, NULL);
}

static void test_reset_and_plain_write(void)
{
    Block *s = block_new();

    g_assert_cmphex(get32(A_PLAIN), ==, 0x12345678);
    put32(A_PLAIN, 0xdeadbeef);
    g_assert_cmphex(s->regs[R_PLAIN], ==, 0xdeadbeef);
    block_free(s);
}

static void test_byte_access_reaches_its_bits_only(void)
{
    Block *s = block_new();

    address_space_stb(&address_space_memory, A_PLAIN + 1, 0xaa, MEMTXATTRS_UNSPECIFIED, NULL);
    g_assert_cmphex(s->regs[R_PLAIN], ==, 0x1234aa78);
    g_assert_cmphex(address_space_ldub(&address_space_memory, A_PLAIN + 3,
                                       MEMTXATTRS_UNSPECIFIED, NULL), ==, 0x12);
    block_free(s);
}

static void test_ro_w1c_and_clear_on_read(void)
{
    Block *s = block_new();

    s->regs[R_MIXED] = 0xff00ffff;
    put32(A_MIXED, 0x00aa0f00);
    g_assert_cmphex(s->regs[R_MIXED], ==, 0x00aaf0ff);
    s->regs[R_MIXED] = 0x5500ffff;
    g_assert_cmphex(get32(A_MIXED), ==, 0x5500ffff);
    g_assert_cmphex(s->regs[R_MIXED], ==, 0x0000ffff);
    block_free(s);
}

static void test_hooks_see_and_change_values(void)
{
    Block *s = block_new();

    put32(A_HOOKED, 6);
    g_assert_cmphex(s->post_written, ==, 0x80000006);
    g_assert_cmphex(get32(A_HOOKED), ==, 0x80000007);
    device_cold_reset(DEVICE(s));
    g_assert_cmphex(s->post_written, ==, 0);
    block_free(s);
}

static void test_hole_reads_as_zero(void)
{
    Block *s = block_new();

    put32(0x8, 0xffffffff);
    g_assert_cmphex(get32(0x8), ==, 0);
    g_assert_cmphex(s->regs[2], ==, 0);
    block_free(s);
}

static void test_fields(void)
{
    uint32_t regs[2] = { 0 };

    g_assert_cmphex(FIELD_EX32(0x12345678, PLAIN, MID), ==, 0x67);
    g_assert_cmpint(FIELD_SEX32(0xf0000000, PLAIN, TOP), ==, -1);
    g_assert_cmphex(FIELD_DP32(0xffffffff, PLAIN, MID, 0), ==, 0xfffff00f);
    g_assert_cmphex(FIELD_DP64(0, PLAIN, TOP, 0xf), ==, 0xf0000000);
    g_assert_cmphex(FIELD_SDP32(0, PLAIN, LOW, -2), ==, 0xe);
    ARRAY_FIELD_DP32(regs, PLAIN, TOP, 5);
    g_assert_cmphex(regs[R_PLAIN], ==, 0x50000000);
    g_assert_cmphex(ARRAY_FIELD_EX32(regs, PLAIN, TOP), ==, 5);
    g_assert_cmphex(SHARED_FIELD_EX32(0x14, COMMON_MODE), ==, 5);
    g_assert_cmphex(SHARED_FIELD_DP32(0, COMMON_MODE, 7), ==, 0x1c);
    SHARED_ARRAY_FIELD_DP32(regs, 1, COMMON_MODE, 3);
    g_assert_cmphex(regs[1], ==, 0xc);
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    g_test_add_func("/register/reset/and-plain-write", test_reset_and_plain_write);
    g_test_add_func("/register/access/byte-reaches-its-bits-only",
                    test_byte_access_reaches_its_bits_only);
    g_test_add_func("/register/bits/read-only-w1c-clear-on-read", test_ro_w1c_and_clear_on_read);
    g_test_add_func("/register/hooks/see-and-change-values", test_hooks_see_and_change_values);
    g_test_add_func("/register/hole/reads-as-zero", test_hole_reads_as_zero);
    g_test_add_func("/register/field/extract-and-deposit", test_fields);
    return g_test_run();
}
