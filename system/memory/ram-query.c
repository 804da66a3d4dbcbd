/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Questions about RAM blocks, their names in saved states, and notifiers.
 */
#include "qemu/osdep.h"
#include "qemu/main-loop.h"
#include "migration/vmstate.h"
#include "memory-internal.h"

/* -- finding -------------------------------------------------------------------------- */

RAMBlock *qemu_ram_block_by_name(const char *name)
{
    RAMBlock *block;

    RCU_READ_LOCK_GUARD();
    RAMBLOCK_FOREACH(block)
    {
        if (!strcmp(block->idstr, name)) {
            return block;
        }
    }
    return NULL;
}

static bool block_holds(const RAMBlock *block, const uint8_t *ptr)
{
    return block && (uintptr_t)ptr - (uintptr_t)block->host < block->max_length;
}

RAMBlock *qemu_ram_block_from_host(void *ptr, bool round_offset, ram_addr_t *offset)
{
    RAMBlock *block;

    RCU_READ_LOCK_GUARD();
    block = qatomic_rcu_read(&ram_list.mru_block);
    if (!block_holds(block, ptr)) {
        RAMBLOCK_FOREACH(block)
        {
            if (block_holds(block, ptr)) {
                break;
            }
        }
        if (!block) {
            return NULL;
        }
    }
    *offset = (uint8_t *)ptr - block->host;
    if (round_offset) {
        *offset &= TARGET_PAGE_MASK;
    }
    return block;
}

ram_addr_t qemu_ram_block_host_offset(RAMBlock *rb, void *host)
{
    ram_addr_t offset = (uint8_t *)host - rb->host;

    g_assert(block_holds(rb, host));
    return offset;
}

ram_addr_t qemu_ram_addr_from_host(void *ptr)
{
    ram_addr_t offset;
    RAMBlock *block = qemu_ram_block_from_host(ptr, false, &offset);

    return block ? block->offset + offset : RAM_ADDR_INVALID;
}

ram_addr_t qemu_ram_addr_from_host_nofail(void *ptr)
{
    ram_addr_t addr = qemu_ram_addr_from_host(ptr);

    g_assert(addr != RAM_ADDR_INVALID);
    return addr;
}

int qemu_ram_foreach_block(RAMBlockIterFunc func, void *opaque)
{
    RAMBlock *block;
    int ret = 0;

    RCU_READ_LOCK_GUARD();
    RAMBLOCK_FOREACH(block)
    {
        ret = func(block, opaque);
        if (ret) {
            break;
        }
    }
    return ret;
}

MemoryRegion *memory_region_from_host(void *ptr, ram_addr_t *offset)
{
    RAMBlock *block = qemu_ram_block_from_host(ptr, false, offset);

    return block ? block->mr : NULL;
}

void *memory_region_get_ram_ptr(MemoryRegion *mr)
{
    hwaddr offset = 0;

    mr = memory_region_resolve_alias(mr, &offset);
    g_assert(mr->ram_block);
    return mr->ram_block->host + offset;
}

ram_addr_t memory_region_get_ram_addr(MemoryRegion *mr)
{
    return mr->ram_block ? mr->ram_block->offset : RAM_ADDR_INVALID;
}

int memory_region_get_fd(MemoryRegion *mr)
{
    hwaddr offset = 0;

    mr = memory_region_resolve_alias(mr, &offset);
    g_assert(mr->ram_block);
    return mr->ram_block->fd;
}

uint64_t memory_region_get_alignment(const MemoryRegion *mr)
{
    return mr->align;
}

/* -- one block ------------------------------------------------------------------------ */

const char *qemu_ram_get_idstr(RAMBlock *rb)
{
    return rb->idstr;
}

void *qemu_ram_get_host_addr(RAMBlock *rb)
{
    return rb->host;
}

ram_addr_t qemu_ram_get_offset(RAMBlock *rb)
{
    return rb->offset;
}

ram_addr_t qemu_ram_get_used_length(RAMBlock *rb)
{
    return qatomic_read(&rb->used_length);
}

ram_addr_t qemu_ram_get_max_length(RAMBlock *rb)
{
    return rb->max_length;
}

ram_addr_t qemu_ram_get_fd_offset(RAMBlock *rb)
{
    return rb->fd_offset;
}

int qemu_ram_get_fd(RAMBlock *rb)
{
    return rb->fd;
}

bool qemu_ram_is_shared(RAMBlock *rb)
{
    return rb->flags & RAM_SHARED;
}

bool qemu_ram_is_noreserve(RAMBlock *rb)
{
    return rb->flags & RAM_NORESERVE;
}

bool qemu_ram_is_named_file(RAMBlock *rb)
{
    return rb->flags & RAM_NAMED_FILE;
}

bool qemu_ram_is_uf_zeroable(RAMBlock *rb)
{
    return rb->flags & RAM_UF_ZEROPAGE;
}

bool qemu_ram_is_migratable(RAMBlock *rb)
{
    return qatomic_read(&rb->flags) & RAM_MIGRATABLE;
}

void qemu_ram_set_migratable(RAMBlock *rb)
{
    qatomic_or(&rb->flags, RAM_MIGRATABLE);
}

void qemu_ram_unset_migratable(RAMBlock *rb)
{
    qatomic_and(&rb->flags, ~RAM_MIGRATABLE);
}

size_t qemu_ram_pagesize(RAMBlock *rb)
{
    return rb->page_size;
}

size_t qemu_ram_pagesize_largest(void)
{
    size_t largest = 0;
    RAMBlock *block;

    RCU_READ_LOCK_GUARD();
    RAMBLOCK_FOREACH(block)
    {
        largest = MAX(largest, block->page_size);
    }
    return largest;
}

/* -- names ---------------------------------------------------------------------------- */

void qemu_ram_set_idstr(RAMBlock *block, const char *name, DeviceState *dev)
{
    g_autofree char *path = NULL;
    RAMBlock *other;

    g_assert(!block->idstr[0]);
    if (dev && object_dynamic_cast(OBJECT(dev), TYPE_VMSTATE_IF)) {
        path = vmstate_if_get_id(VMSTATE_IF(dev));
    }
    snprintf(block->idstr, sizeof(block->idstr), "%s%s%s", path ?: "", path ? "/" : "", name);
    RCU_READ_LOCK_GUARD();
    RAMBLOCK_FOREACH(other)
    {
        if (other != block && !strcmp(other->idstr, block->idstr)) {
            g_error("RAM block '%s' is registered twice", block->idstr);
        }
    }
}

void qemu_ram_unset_idstr(RAMBlock *block)
{
    if (block) {
        memset(block->idstr, 0, sizeof(block->idstr));
    }
}

void vmstate_register_ram(MemoryRegion *memory, DeviceState *dev)
{
    qemu_ram_set_idstr(memory->ram_block, memory_region_name(memory), dev);
    qemu_ram_set_migratable(memory->ram_block);
}

void vmstate_unregister_ram(MemoryRegion *memory, DeviceState *dev)
{
    qemu_ram_unset_idstr(memory->ram_block);
    qemu_ram_unset_migratable(memory->ram_block);
}

void vmstate_register_ram_global(MemoryRegion *memory)
{
    vmstate_register_ram(memory, NULL);
}

/* -- notifiers ------------------------------------------------------------------------ */

void ram_block_notifier_add(RAMBlockNotifier *n)
{
    RAMBlock *block;

    g_assert(bql_locked());
    QLIST_INSERT_HEAD(&ram_list.ramblock_notifiers, n, next);
    if (n->ram_block_added) {
        RAMBLOCK_FOREACH(block)
        {
            n->ram_block_added(n, block->host, block->used_length, block->max_length);
        }
    }
}

void ram_block_notifier_remove(RAMBlockNotifier *n)
{
    RAMBlock *block;

    g_assert(bql_locked());
    QLIST_REMOVE(n, next);
    if (n->ram_block_removed) {
        RAMBLOCK_FOREACH(block)
        {
            n->ram_block_removed(n, block->host, block->used_length, block->max_length);
        }
    }
}

/* Call @callback of all notifiers that have it; one may remove itself. */
#define NOTIFY_ALL(callback, ...)                                                               \
    do {                                                                                        \
        RAMBlockNotifier *n_, *next_;                                                           \
                                                                                                \
        QLIST_FOREACH_SAFE(n_, &ram_list.ramblock_notifiers, next, next_)                       \
        {                                                                                       \
            if (n_->callback) {                                                                 \
                n_->callback(n_, __VA_ARGS__);                                                  \
            }                                                                                   \
        }                                                                                       \
    } while (0)

void ram_block_notify_add(void *host, size_t size, size_t max_size)
{
    NOTIFY_ALL(ram_block_added, host, size, max_size);
}

void ram_block_notify_remove(void *host, size_t size, size_t max_size)
{
    NOTIFY_ALL(ram_block_removed, host, size, max_size);
}

void ram_block_notify_resize(void *host, size_t old_size, size_t new_size)
{
    NOTIFY_ALL(ram_block_resized, host, old_size, new_size);
}

char *ram_block_format(void)
{
    GString *out = g_string_new(NULL);
    RAMBlock *block;

    g_string_append_printf(out, "%24s %8s %18s %18s %18s %18s %4s\n", "Block Name", "PSize",
                           "Offset", "Used", "Total", "HVA", "Type");
    RCU_READ_LOCK_GUARD();
    RAMBLOCK_FOREACH(block)
    {
        g_string_append_printf(out, "%24s %7zuK 0x%016" PRIx64 " 0x%016" PRIx64 " 0x%016" PRIx64
                               " %18p %4s\n", block->idstr, block->page_size / 1024,
                               block->offset, block->used_length, block->max_length,
                               (void *)block->host, block->mr && block->mr->readonly ? "ro" : "rw");
    }
    return g_string_free(out, FALSE);
}
