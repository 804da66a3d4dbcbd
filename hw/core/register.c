/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Register API: what a write and a read do to one register, and blocks of
 * registers behind a memory region.
 */
#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "hw/register.h"

static uint64_t register_value_get(const RegisterInfo *reg)
{
    switch (reg->data_size) {
    case sizeof(uint8_t):
        return *(uint8_t *)reg->data;
    case sizeof(uint16_t):
        return *(uint16_t *)reg->data;
    case sizeof(uint32_t):
        return *(uint32_t *)reg->data;
    case sizeof(uint64_t):
        return *(uint64_t *)reg->data;
    default:
        g_assert_not_reached();
    }
}

static void register_value_set(RegisterInfo *reg, uint64_t val)
{
    switch (reg->data_size) {
    case sizeof(uint8_t):
        *(uint8_t *)reg->data = val;
        break;
    case sizeof(uint16_t):
        *(uint16_t *)reg->data = val;
        break;
    case sizeof(uint32_t):
        *(uint32_t *)reg->data = val;
        break;
    case sizeof(uint64_t):
        *(uint64_t *)reg->data = val;
        break;
    default:
        g_assert_not_reached();
    }
}

void register_write(RegisterInfo *reg, uint64_t val, uint64_t we, const char *prefix, bool debug)
{
    const RegisterAccessInfo *ac = reg->access;
    uint64_t old;
    uint64_t now;
    uint64_t bad;
    uint64_t kept;

    if (!ac || !ac->name) {
        qemu_log_mask(LOG_GUEST_ERROR, "%s: write to undefined device state (written value: 0x%"
                      PRIx64 ")\n", prefix, val);
        return;
    }
    old = reg->data ? register_value_get(reg) : ac->reset;
    bad = (old ^ val) & ac->rsvd & we;
    if (bad) {
        qemu_log_mask(LOG_GUEST_ERROR, "%s:%s: change of value in reserved bits 0x%" PRIx64 "\n",
                      prefix, ac->name, bad);
    }
    bad = (val ^ ac->reset) & ac->unimp & we;
    if (bad) {
        qemu_log_mask(LOG_UNIMP, "%s:%s: writing 0x%" PRIx64 " to unimplemented bits 0x%" PRIx64
                      "\n", prefix, ac->name, val, bad);
    }

    /* Bits that a write leaves alone; ones written to w1c bits clear them instead. */
    kept = ac->ro | ac->w1c | ~we;
    now = (val & ~kept) | (old & kept);
    now &= ~(val & ac->w1c & ~ac->ro & we);
    if (ac->pre_write) {
        now = ac->pre_write(reg, now);
    }
    if (debug) {
        qemu_log("%s:%s: write of value 0x%" PRIx64 "\n", prefix, ac->name, now);
    }
    if (reg->data) {
        register_value_set(reg, now);
    }
    if (ac->post_write) {
        ac->post_write(reg, now);
    }
}

uint64_t register_read(RegisterInfo *reg, uint64_t re, const char *prefix, bool debug)
{
    const RegisterAccessInfo *ac = reg->access;
    uint64_t value;

    if (!ac || !ac->name) {
        qemu_log_mask(LOG_GUEST_ERROR, "%s: read from undefined device state\n", prefix);
        return 0;
    }
    value = reg->data ? register_value_get(reg) : ac->reset;
    if (reg->data && (ac->cor & re)) {
        register_value_set(reg, value & ~(ac->cor & re));
    }
    value &= re;
    if (ac->post_read) {
        value = ac->post_read(reg, value);
    }
    if (debug) {
        qemu_log("%s:%s: read of value 0x%" PRIx64 "\n", prefix, ac->name, value);
    }
    return value;
}

void register_reset(RegisterInfo *reg)
{
    const RegisterAccessInfo *ac = reg->access;

    if (!ac || !reg->data) {
        return;
    }
    register_value_set(reg, ac->reset);
    if (ac->post_write) {
        ac->post_write(reg, ac->reset);
    }
}

/* The register that an access at @addr means, or NULL; *@shift is the access' first bit in it. */
static RegisterInfo *register_at(RegisterInfoArray *array, hwaddr addr, unsigned *shift)
{
    for (int i = 0; i < array->num_elements; i++) {
        RegisterInfo *reg = array->r[i];
        hwaddr start = reg->access->addr;

        if (addr >= start && addr - start < (hwaddr)reg->data_size) {
            *shift = (addr - start) * 8;
            return reg;
        }
    }
    return NULL;
}

void register_write_memory(void *opaque, hwaddr addr, uint64_t value, unsigned size)
{
    RegisterInfoArray *array = opaque;
    unsigned shift;
    RegisterInfo *reg = register_at(array, addr, &shift);

    if (!reg) {
        qemu_log_mask(LOG_GUEST_ERROR, "%s: write to unimplemented register at offset 0x%" PRIx64
                      "\n", array->prefix, addr);
        return;
    }
    register_write(reg, value << shift, MAKE_64BIT_MASK(shift, size * 8), array->prefix,
                   array->debug);
}

uint64_t register_read_memory(void *opaque, hwaddr addr, unsigned size)
{
    RegisterInfoArray *array = opaque;
    unsigned shift;
    RegisterInfo *reg = register_at(array, addr, &shift);

    if (!reg) {
        qemu_log_mask(LOG_GUEST_ERROR, "%s: read from unimplemented register at offset 0x%" PRIx64
                      "\n", array->prefix, addr);
        return 0;
    }
    return register_read(reg, MAKE_64BIT_MASK(shift, size * 8), array->prefix, array->debug) >>
           shift;
}

/* What the three widths of blocks share. */
typedef struct RegisterBlock {
    DeviceState *owner;
    const RegisterAccessInfo *table;
    int num;
    RegisterInfo *regs;
    char *data;
    size_t data_size;
    const MemoryRegionOps *ops;
    bool debug;
    uint64_t memory_size;
} RegisterBlock;

static RegisterInfoArray *register_block_init(const RegisterBlock *b)
{
    const char *prefix = object_get_typename(OBJECT(b->owner));
    RegisterInfoArray *array = g_new0(RegisterInfoArray, 1);

    array->r = g_new0(RegisterInfo *, b->num);
    array->num_elements = b->num;
    array->debug = b->debug;
    array->prefix = prefix;
    for (int i = 0; i < b->num; i++) {
        size_t index = b->table[i].addr / b->data_size;
        RegisterInfo *reg = &b->regs[index];

        /* An entry for the same register twice would be initialised twice. */
        g_assert(!reg->access);
        object_initialize(reg, sizeof(*reg), TYPE_REGISTER);
        reg->data = b->data + b->data_size * index;
        reg->data_size = b->data_size;
        reg->access = &b->table[i];
        reg->opaque = b->owner;
        array->r[i] = reg;
    }
    memory_region_init_io(&array->mem, OBJECT(b->owner), b->ops, array, prefix, b->memory_size);
    return array;
}

#define REGISTER_INIT_BLOCK(bits) \
    RegisterInfoArray *register_init_block##bits(DeviceState *owner, \
                                                 const RegisterAccessInfo *rae, int num, \
                                                 RegisterInfo *ri, uint##bits##_t *data, \
                                                 const MemoryRegionOps *ops, bool debug_enabled, \
                                                 uint64_t memory_size) \
    { \
        RegisterBlock block = { owner, rae, num, ri, (char *)data, sizeof(data[0]), ops, \
                                debug_enabled, memory_size }; \
        \
        return register_block_init(&block); \
    }

REGISTER_INIT_BLOCK(8)
REGISTER_INIT_BLOCK(32)
REGISTER_INIT_BLOCK(64)

void register_finalize_block(RegisterInfoArray *r_array)
{
    object_unparent(OBJECT(&r_array->mem));
    for (int i = 0; i < r_array->num_elements; i++) {
        r_array->r[i]->access = NULL;
        object_unref(OBJECT(r_array->r[i]));
    }
    g_free(r_array->r);
    g_free(r_array);
}

static void register_class_init(ObjectClass *klass, void *data)
{
    DEVICE_CLASS(klass)->user_creatable = false; /* part of a block */
}

static const TypeInfo register_types[] = {
    {
        .name = TYPE_REGISTER,
        .parent = TYPE_DEVICE,
        .instance_size = sizeof(RegisterInfo),
        .class_init = register_class_init,
    },
};

DEFINE_TYPES(register_types)
