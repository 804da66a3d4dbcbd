/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory regions as objects: their kinds, names, sizes, owners and end.
 */
#include "qemu/osdep.h"
#include "qapi/visitor.h"
#include "qemu/main-loop.h"
#include "migration/vmstate.h"
#include "memory-internal.h"

/* 2^64 is said as UINT64_MAX in the interface. */
static Int128 size_from_api(uint64_t size)
{
    return size == UINT64_MAX ? int128_2_64() : int128_make64(size);
}

/* Regions nobody owns still need a place in the tree. */
static Object *unowned_parent(void)
{
    Object *machine = object_resolve_path_component(object_get_root(), "machine");

    return container_get(machine ?: object_get_root(), "/unattached");
}

/* "/" separates path components, "[" begins an index. */
static char *name_escape(const char *name)
{
    GString *out = g_string_new(NULL);

    for (; *name; name++) {
        if (strchr("/[]\\", *name)) {
            g_string_append_printf(out, "\\x%02x", *name);
        } else {
            g_string_append_c(out, *name);
        }
    }
    return g_string_free(out, FALSE);
}

static MemReentrancyGuard *owner_guard(Object *owner)
{
    Object *obj = owner ? object_dynamic_cast(owner, TYPE_MEM_REENTRANCY_OWNER) : NULL;

    return obj ? MEM_REENTRANCY_OWNER_GET_CLASS(obj)->get_guard(obj) : NULL;
}

static void region_init_common(MemoryRegion *mr, Object *owner, const char *name, uint64_t size)
{
    mr->size = size_from_api(size);
    mr->name = g_strdup(name);
    mr->owner = owner;
    mr->guard = owner_guard(owner);
    mr->ram_block = NULL;
    if (name) {
        g_autofree char *escaped = name_escape(name);
        g_autofree char *indexed = g_strdup_printf("%s[*]", escaped);

        object_property_add_child(owner ?: unowned_parent(), indexed, OBJECT(mr));
        object_unref(OBJECT(mr));
    }
}

void memory_region_init(MemoryRegion *mr, Object *owner, const char *name, uint64_t size)
{
    object_initialize(mr, sizeof(*mr), TYPE_MEMORY_REGION);
    region_init_common(mr, owner, name, size);
}

void memory_region_init_io(MemoryRegion *mr, Object *owner, const MemoryRegionOps *ops,
                           void *opaque, const char *name, uint64_t size)
{
    memory_region_init(mr, owner, name, size);
    mr->ops = ops ?: &unassigned_region_ops;
    mr->opaque = opaque;
    mr->terminates = true;
    mr->whole_sizes = memory_ops_whole_sizes(mr->ops);
}

void memory_region_init_iommu(void *_iommu_mr, size_t instance_size, const char *mrtypename,
                              Object *owner, const char *name, uint64_t size)
{
    IOMMUMemoryRegion *iommu = _iommu_mr;
    MemoryRegion *mr = _iommu_mr;

    object_initialize(iommu, instance_size, mrtypename);
    region_init_common(mr, owner, name, size);
    mr->terminates = true;
    QLIST_INIT(&iommu->iommu_notify);
    iommu->iommu_notify_flags = IOMMU_NOTIFIER_NONE;
}

void memory_region_init_alias(MemoryRegion *mr, Object *owner, const char *name,
                              MemoryRegion *orig, hwaddr offset, uint64_t size)
{
    memory_region_init(mr, owner, name, size);
    mr->alias = orig;
    mr->alias_offset = offset;
    if (!orig->aliases) {
        orig->aliases = g_ptr_array_new();
    }
    g_ptr_array_add(orig->aliases, mr);
}

/* -- RAM ------------------------------------------------------------------------------ */

/* Finish a RAM region around @block; NULL leaves an empty region that answers nothing. */
static bool region_take_block(MemoryRegion *mr, RAMBlock *block)
{
    mr->terminates = true;
    mr->ops = &ram_region_ops;
    mr->opaque = mr;
    if (!block) {
        mr->size = int128_zero();
        return false;
    }
    mr->ram = true;
    mr->destructor = memory_region_ram_destroy;
    mr->ram_block = block;
    return true;
}

bool memory_region_init_ram_flags_nomigrate(MemoryRegion *mr, Object *owner, const char *name,
                                            uint64_t size, uint32_t ram_flags, Error **errp)
{
    memory_region_init(mr, owner, name, size);
    return region_take_block(mr, qemu_ram_alloc(size, ram_flags, mr, errp));
}

bool memory_region_init_ram_nomigrate(MemoryRegion *mr, Object *owner, const char *name,
                                      uint64_t size, Error **errp)
{
    return memory_region_init_ram_flags_nomigrate(mr, owner, name, size, 0, errp);
}

bool memory_region_init_resizeable_ram(MemoryRegion *mr, Object *owner, const char *name,
                                       uint64_t size, uint64_t max_size,
                                       void (*resized)(const char *, uint64_t length, void *host),
                                       Error **errp)
{
    memory_region_init(mr, owner, name, size);
    return region_take_block(mr, qemu_ram_alloc_resizeable(size, max_size, resized, mr, errp));
}

bool memory_region_init_ram_from_file(MemoryRegion *mr, Object *owner, const char *name,
                                      uint64_t size, uint64_t align, uint32_t ram_flags,
                                      const char *path, ram_addr_t offset, Error **errp)
{
    memory_region_init(mr, owner, name, size);
    mr->align = align;
    mr->readonly = ram_flags & RAM_READONLY;
    return region_take_block(mr, qemu_ram_alloc_from_file(size, mr, ram_flags, path, offset,
                                                          errp));
}

bool memory_region_init_ram_from_fd(MemoryRegion *mr, Object *owner, const char *name,
                                    uint64_t size, uint32_t ram_flags, int fd, ram_addr_t offset,
                                    Error **errp)
{
    memory_region_init(mr, owner, name, size);
    mr->readonly = ram_flags & RAM_READONLY;
    return region_take_block(mr, qemu_ram_alloc_from_fd(size, mr, ram_flags, fd, offset, errp));
}

void memory_region_init_ram_ptr(MemoryRegion *mr, Object *owner, const char *name, uint64_t size,
                                void *ptr)
{
    memory_region_init(mr, owner, name, size);
    region_take_block(mr, qemu_ram_alloc_from_ptr(size, ptr, mr, &error_abort));
}

void memory_region_init_ram_device_ptr(MemoryRegion *mr, Object *owner, const char *name,
                                       uint64_t size, void *ptr)
{
    memory_region_init_ram_ptr(mr, owner, name, size, ptr);
    mr->ram_device = true;
}

bool memory_region_init_rom_nomigrate(MemoryRegion *mr, Object *owner, const char *name,
                                      uint64_t size, Error **errp)
{
    bool ok = memory_region_init_ram_nomigrate(mr, owner, name, size, errp);

    mr->readonly = true;
    return ok;
}

bool memory_region_init_rom_device_nomigrate(MemoryRegion *mr, Object *owner,
                                             const MemoryRegionOps *ops, void *opaque,
                                             const char *name, uint64_t size, Error **errp)
{
    bool ok;

    g_assert(ops);
    memory_region_init(mr, owner, name, size);
    ok = region_take_block(mr, qemu_ram_alloc(size, 0, mr, errp));
    mr->ram = false;
    mr->rom_device = ok;
    mr->ops = ops;
    mr->opaque = opaque;
    return ok;
}

/* The forms that are saved with the machine: name the block after its owner. */
static bool region_register(MemoryRegion *mr, Object *owner, bool ok)
{
    if (ok) {
        if (owner && object_dynamic_cast(owner, TYPE_VMSTATE_IF)) {
            vmstate_register_ram(mr, (DeviceState *)owner);
        } else {
            vmstate_register_ram_global(mr);
        }
    }
    return ok;
}

bool memory_region_init_ram(MemoryRegion *mr, Object *owner, const char *name, uint64_t size,
                            Error **errp)
{
    return region_register(mr, owner,
                           memory_region_init_ram_nomigrate(mr, owner, name, size, errp));
}

bool memory_region_init_rom(MemoryRegion *mr, Object *owner, const char *name, uint64_t size,
                            Error **errp)
{
    return region_register(mr, owner,
                           memory_region_init_rom_nomigrate(mr, owner, name, size, errp));
}

bool memory_region_init_rom_device(MemoryRegion *mr, Object *owner, const MemoryRegionOps *ops,
                                   void *opaque, const char *name, uint64_t size, Error **errp)
{
    return region_register(mr, owner,
                           memory_region_init_rom_device_nomigrate(mr, owner, ops, opaque, name,
                                                                   size, errp));
}

/* -- questions ------------------------------------------------------------------------ */

Object *memory_region_owner(MemoryRegion *mr)
{
    return mr->owner;
}

uint64_t memory_region_size(MemoryRegion *mr)
{
    return int128_eq(mr->size, int128_2_64()) ? UINT64_MAX : int128_get64(mr->size);
}

const char *memory_region_name(const MemoryRegion *mr)
{
    if (!mr->name) {
        /* Unnamed regions are called by their place in the object tree. */
        return object_get_canonical_path_component(OBJECT(mr));
    }
    return mr->name;
}

bool memory_region_is_protected(MemoryRegion *mr)
{
    return mr->ram && (mr->ram_block->flags & RAM_PROTECTED);
}

bool memory_region_is_mapped(MemoryRegion *mr)
{
    return mr->container || mr->mapped_via_alias;
}

void memory_region_ref(MemoryRegion *mr)
{
    if (mr && mr->owner) {
        object_ref(mr->owner);
    }
}

void memory_region_unref(MemoryRegion *mr)
{
    if (mr && mr->owner) {
        object_unref(mr->owner);
    }
}

MemoryRegion *memory_region_resolve_alias(MemoryRegion *mr, hwaddr *offset)
{
    while (mr->alias) {
        *offset += mr->alias_offset;
        mr = mr->alias;
    }
    return mr;
}

void memory_region_set_lockless(MemoryRegion *mr)
{
    mr->lockless = true;
}

void memory_region_clear_global_locking(MemoryRegion *mr)
{
    memory_region_set_lockless(mr);
}

/* -- QOM ------------------------------------------------------------------------------ */

static void region_instance_init(Object *obj)
{
    MemoryRegion *mr = MEMORY_REGION(obj);

    mr->ops = &unassigned_region_ops;
    mr->enabled = true;
    mr->romd_mode = true;
    QTAILQ_INIT(&mr->coalesced);
}

static void region_finalize(Object *obj)
{
    MemoryRegion *mr = MEMORY_REGION(obj);

    /* An owner's regions go in any order, also those that are mapped into one another. */
    g_assert(!mr->container || (mr->owner && mr->owner == mr->container->owner));
    memory_region_transaction_begin();
    if (mr->container) {
        memory_region_del_subregion(mr->container, mr);
    }
    while (mr->children && mr->children->count) {
        memory_region_del_subregion(mr, mr->children->child[0].mr);
    }
    for (unsigned i = 0; mr->aliases && i < mr->aliases->len; i++) {
        MemoryRegion *alias = mr->aliases->pdata[i];

        region_look_changed(alias);
        alias->alias = NULL;
    }
    if (mr->alias) {
        g_ptr_array_remove_fast(mr->alias->aliases, mr);
    }
    flat_roots_forget(mr);
    region_changes_forget(mr);
    memory_region_transaction_commit();

    if (mr->destructor) {
        mr->destructor(mr);
    }
    memory_region_clear_coalescing(mr);
    g_clear_pointer(&mr->aliases, g_ptr_array_unref);
    g_free(mr->children);
    if (mr->ioeventfds) {
        g_free_rcu(mr->ioeventfds, rcu);
    }
    g_free((char *)mr->name);
}

static void region_get_container(Object *obj, Visitor *v, const char *name, void *opaque,
                                 Error **errp)
{
    MemoryRegion *mr = MEMORY_REGION(obj);
    g_autofree char *path =
        mr->container ? object_get_canonical_path(OBJECT(mr->container)) : NULL;
    char *value = path ?: (char *)"";

    visit_type_str(v, name, &value, errp);
}

static Object *region_resolve_container(Object *obj, void *opaque, const char *part)
{
    return OBJECT(MEMORY_REGION(obj)->container);
}

static void region_get_addr(Object *obj, Visitor *v, const char *name, void *opaque,
                            Error **errp)
{
    uint64_t value = MEMORY_REGION(obj)->addr;

    visit_type_uint64(v, name, &value, errp);
}

static void region_get_priority(Object *obj, Visitor *v, const char *name, void *opaque,
                                Error **errp)
{
    int32_t value = MEMORY_REGION(obj)->priority;

    visit_type_int32(v, name, &value, errp);
}

static void region_get_size(Object *obj, Visitor *v, const char *name, void *opaque,
                            Error **errp)
{
    uint64_t value = memory_region_size(MEMORY_REGION(obj));

    visit_type_uint64(v, name, &value, errp);
}

static void region_class_init(ObjectClass *class, void *data)
{
    ObjectProperty *container =
        object_class_property_add(class, "container", "link<" TYPE_MEMORY_REGION ">",
                                  region_get_container, NULL, NULL, NULL);

    container->resolve = region_resolve_container;
    object_class_property_add(class, "addr", "uint64", region_get_addr, NULL, NULL, NULL);
    object_class_property_add(class, "priority", "int32", region_get_priority, NULL, NULL, NULL);
    object_class_property_add(class, "size", "uint64", region_get_size, NULL, NULL, NULL);
}

static void iommu_region_instance_init(Object *obj)
{
    MEMORY_REGION(obj)->is_iommu = true;
}

static const TypeInfo region_types[] = {
    {
        .name = TYPE_MEMORY_REGION,
        .parent = TYPE_OBJECT,
        .class_size = sizeof(MemoryRegionClass),
        .class_init = region_class_init,
        .instance_size = sizeof(MemoryRegion),
        .instance_init = region_instance_init,
        .instance_finalize = region_finalize,
    },
    {
        .name = TYPE_IOMMU_MEMORY_REGION,
        .parent = TYPE_MEMORY_REGION,
        .class_size = sizeof(IOMMUMemoryRegionClass),
        .instance_size = sizeof(IOMMUMemoryRegion),
        .instance_init = iommu_region_instance_init,
        .abstract = true,
    },
    {
        .name = TYPE_MEM_REENTRANCY_OWNER,
        .parent = TYPE_INTERFACE,
        .class_size = sizeof(MemReentrancyOwnerClass),
    },
    {
        .name = TYPE_RAM_DISCARD_MANAGER,
        .parent = TYPE_INTERFACE,
        .class_size = sizeof(RamDiscardManagerClass),
    },
};
DEFINE_TYPES(region_types)
