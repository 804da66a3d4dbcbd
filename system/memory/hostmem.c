/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What all memory backends have in common: properties, making the memory when
 * the object is complete, and advising the host about it.
 */
#include "qemu/osdep.h"
#include <linux/mempolicy.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include "qapi/qapi-builtin-visit.h"
#include "qapi/visitor.h"
#include "qemu/cutils.h"
#include "qemu/mmap-alloc.h"
#include "qemu/units.h"
#include "qom/object_interfaces.h"
#include "sysemu/hostmem.h"
#include "exec/ram_addr.h"
#include "hostmem-internal.h"

bool host_memory_backend_mr_inited(HostMemoryBackend *backend)
{
    return memory_region_size(&backend->mr) != 0;
}

MemoryRegion *host_memory_backend_get_memory(HostMemoryBackend *backend)
{
    return host_memory_backend_mr_inited(backend) ? &backend->mr : NULL;
}

void host_memory_backend_set_mapped(HostMemoryBackend *backend, bool mapped)
{
    backend->is_mapped = mapped;
}

bool host_memory_backend_is_mapped(HostMemoryBackend *backend)
{
    return backend->is_mapped;
}

size_t host_memory_backend_pagesize(HostMemoryBackend *memdev)
{
    return qemu_ram_pagesize(memdev->mr.ram_block);
}

char *host_memory_backend_get_name(HostMemoryBackend *backend)
{
    return backend->use_canonical_path
               ? object_get_canonical_path(OBJECT(backend))
               : g_strdup(object_get_canonical_path_component(OBJECT(backend)));
}

bool hostmem_property_open(HostMemoryBackend *backend, const char *name, Error **errp)
{
    if (host_memory_backend_mr_inited(backend)) {
        error_setg(errp, "cannot change property '%s' of %s: its memory exists already", name,
                   object_get_typename(OBJECT(backend)));
        return false;
    }
    return true;
}

uint32_t hostmem_ram_flags(const HostMemoryBackend *backend)
{
    return (backend->share ? RAM_SHARED : 0) | (backend->reserve ? 0 : RAM_NORESERVE);
}

/* -- making the memory ---------------------------------------------------------------- */

static bool hostmem_has_nodes(const HostMemoryBackend *backend)
{
    return !bitmap_empty(backend->host_nodes, MAX_NODES);
}

static bool hostmem_check(const HostMemoryBackend *backend, Error **errp)
{
    if (!backend->size) {
        error_setg(errp, "property 'size' of a memory backend is missing; give it in bytes or "
                   "as e.g. size=1G");
        return false;
    }
    if (backend->prealloc && !backend->reserve) {
        error_setg(errp, "'prealloc=on' and 'reserve=off' contradict each other");
        return false;
    }
    if (hostmem_has_nodes(backend) != (backend->policy != HOST_MEM_POLICY_DEFAULT)) {
        error_setg(errp, hostmem_has_nodes(backend)
                   ? "'host-nodes' needs a 'policy' other than 'default'"
                   : "this 'policy' needs 'host-nodes'");
        return false;
    }
    return true;
}

/* Bind the memory to the wanted host nodes, before it is touched. */
static bool hostmem_bind(HostMemoryBackend *backend, void *host, uint64_t size, Error **errp)
{
    static const int modes[] = {
        [HOST_MEM_POLICY_DEFAULT] = MPOL_DEFAULT,
        [HOST_MEM_POLICY_PREFERRED] = MPOL_PREFERRED,
        [HOST_MEM_POLICY_BIND] = MPOL_BIND,
        [HOST_MEM_POLICY_INTERLEAVE] = MPOL_INTERLEAVE,
    };

    if (backend->policy == HOST_MEM_POLICY_DEFAULT) {
        return true;
    }
    /* The kernel counts one bit less than the number it is given. */
    if (syscall(SYS_mbind, host, size, modes[backend->policy], backend->host_nodes,
                MAX_NODES + 1, MPOL_MF_STRICT | MPOL_MF_MOVE)) {
        error_setg_errno(errp, errno, "cannot bind memory to 'host-nodes' with policy '%s'",
                         HostMemPolicy_str(backend->policy));
        return false;
    }
    return true;
}

static bool hostmem_prealloc(HostMemoryBackend *backend, Error **errp)
{
    RAMBlock *block = backend->mr.ram_block;

    return qemu_prealloc_mem(block->fd, (char *)block->host, block->used_length,
                             backend->prealloc_threads, errp);
}

static void hostmem_advise(HostMemoryBackend *backend)
{
    void *host = memory_region_get_ram_ptr(&backend->mr);

    /* Advice: a host that cannot do it loses nothing else. */
    if (backend->merge) {
        qemu_madvise(host, backend->size, QEMU_MADV_MERGEABLE);
    }
    if (!backend->dump) {
        qemu_madvise(host, backend->size, QEMU_MADV_DONTDUMP);
    }
}

static void hostmem_complete(UserCreatable *uc, Error **errp)
{
    ERRP_GUARD();
    HostMemoryBackend *backend = MEMORY_BACKEND(uc);
    HostMemoryBackendClass *class = MEMORY_BACKEND_GET_CLASS(uc);
    g_autofree char *id = g_strdup(object_get_canonical_path_component(OBJECT(uc)));

    if (!hostmem_check(backend, errp) || !class->alloc(backend, errp)) {
        error_prepend(errp, "%s '%s': ", object_get_typename(OBJECT(uc)), id ?: "");
        return;
    }
    hostmem_advise(backend);
    if (!hostmem_bind(backend, memory_region_get_ram_ptr(&backend->mr), backend->size, errp) ||
        (backend->prealloc && !hostmem_prealloc(backend, errp))) {
        error_prepend(errp, "%s '%s': ", object_get_typename(OBJECT(uc)), id ?: "");
    }
}

static bool hostmem_can_be_deleted(UserCreatable *uc)
{
    return !host_memory_backend_is_mapped(MEMORY_BACKEND(uc));
}

/* -- properties ----------------------------------------------------------------------- */

static void hostmem_get_size(Object *obj, Visitor *v, const char *name, void *opaque,
                             Error **errp)
{
    uint64_t value = MEMORY_BACKEND(obj)->size;

    visit_type_size(v, name, &value, errp);
}

static void hostmem_set_size(Object *obj, Visitor *v, const char *name, void *opaque,
                             Error **errp)
{
    HostMemoryBackend *backend = MEMORY_BACKEND(obj);
    uint64_t value;

    if (!hostmem_property_open(backend, name, errp) || !visit_type_size(v, name, &value, errp)) {
        return;
    }
    if (!value) {
        error_setg(errp, "property '%s' of %s must not be 0", name, object_get_typename(obj));
        return;
    }
    backend->size = value;
}

static void hostmem_get_threads(Object *obj, Visitor *v, const char *name, void *opaque,
                                Error **errp)
{
    visit_type_uint32(v, name, &MEMORY_BACKEND(obj)->prealloc_threads, errp);
}

static void hostmem_set_threads(Object *obj, Visitor *v, const char *name, void *opaque,
                                Error **errp)
{
    uint32_t value;

    if (!visit_type_uint32(v, name, &value, errp)) {
        return;
    }
    if (!value) {
        error_setg(errp, "property '%s' of %s must not be 0", name, object_get_typename(obj));
        return;
    }
    MEMORY_BACKEND(obj)->prealloc_threads = value;
}

static void hostmem_get_nodes(Object *obj, Visitor *v, const char *name, void *opaque,
                              Error **errp)
{
    HostMemoryBackend *backend = MEMORY_BACKEND(obj);
    uint16List *nodes = NULL, **tail = &nodes;

    for (unsigned i = 0; i < MAX_NODES; i++) {
        if (test_bit(i, backend->host_nodes)) {
            QAPI_LIST_APPEND(tail, i);
        }
    }
    visit_type_uint16List(v, name, &nodes, errp);
    qapi_free_uint16List(nodes);
}

static void hostmem_set_nodes(Object *obj, Visitor *v, const char *name, void *opaque,
                              Error **errp)
{
    HostMemoryBackend *backend = MEMORY_BACKEND(obj);
    uint16List *nodes = NULL;
    const uint16List *node;

    if (!hostmem_property_open(backend, name, errp) ||
        !visit_type_uint16List(v, name, &nodes, errp)) {
        return;
    }
    for (node = nodes; node; node = node->next) {
        if (node->value >= MAX_NODES) {
            error_setg(errp, "host node %u is above the largest number %u", node->value,
                       MAX_NODES - 1);
            break;
        }
    }
    if (!node) {
        bitmap_zero(backend->host_nodes, MAX_NODES);
        for (node = nodes; node; node = node->next) {
            set_bit(node->value, backend->host_nodes);
        }
    }
    qapi_free_uint16List(nodes);
}

static int hostmem_get_policy(Object *obj, Error **errp)
{
    return MEMORY_BACKEND(obj)->policy;
}

static void hostmem_set_policy(Object *obj, int policy, Error **errp)
{
    HostMemoryBackend *backend = MEMORY_BACKEND(obj);

    if (hostmem_property_open(backend, "policy", errp)) {
        backend->policy = policy;
    }
}

/* Switches that are fixed once the memory exists. */
HOSTMEM_BOOL(hostmem, HostMemoryBackend, MEMORY_BACKEND, share, "share")
HOSTMEM_BOOL(hostmem, HostMemoryBackend, MEMORY_BACKEND, reserve, "reserve")
HOSTMEM_BOOL(hostmem, HostMemoryBackend, MEMORY_BACKEND, use_canonical_path,
             "x-use-canonical-path-for-ramblock-id")

static bool hostmem_get_merge(Object *obj, Error **errp)
{
    return MEMORY_BACKEND(obj)->merge;
}

static void hostmem_set_merge(Object *obj, bool value, Error **errp)
{
    HostMemoryBackend *backend = MEMORY_BACKEND(obj);

    backend->merge = value;
    if (host_memory_backend_mr_inited(backend)) {
        qemu_madvise(memory_region_get_ram_ptr(&backend->mr), backend->size,
                     value ? QEMU_MADV_MERGEABLE : QEMU_MADV_UNMERGEABLE);
    }
}

static bool hostmem_get_dump(Object *obj, Error **errp)
{
    return MEMORY_BACKEND(obj)->dump;
}

static void hostmem_set_dump(Object *obj, bool value, Error **errp)
{
    HostMemoryBackend *backend = MEMORY_BACKEND(obj);

    backend->dump = value;
    if (host_memory_backend_mr_inited(backend)) {
        qemu_madvise(memory_region_get_ram_ptr(&backend->mr), backend->size,
                     value ? QEMU_MADV_DODUMP : QEMU_MADV_DONTDUMP);
    }
}

static bool hostmem_get_prealloc(Object *obj, Error **errp)
{
    return MEMORY_BACKEND(obj)->prealloc;
}

static void hostmem_set_prealloc(Object *obj, bool value, Error **errp)
{
    HostMemoryBackend *backend = MEMORY_BACKEND(obj);

    if (host_memory_backend_mr_inited(backend) && value && !backend->prealloc) {
        if (!backend->reserve) {
            error_setg(errp, "'prealloc=on' and 'reserve=off' contradict each other");
            return;
        }
        if (!hostmem_prealloc(backend, errp)) {
            return;
        }
    }
    backend->prealloc = value;
}

static void hostmem_instance_init(Object *obj)
{
    HostMemoryBackend *backend = MEMORY_BACKEND(obj);

    backend->dump = true;
    backend->reserve = true;
    backend->prealloc_threads = 1;
    backend->use_canonical_path = false;
}

static void hostmem_add_bool(ObjectClass *class, const char *name,
                             bool (*get)(Object *, Error **),
                             void (*set)(Object *, bool, Error **), const char *description)
{
    object_class_property_add_bool(class, name, get, set);
    object_class_property_set_description(class, name, description);
}

static void hostmem_class_init(ObjectClass *class, void *data)
{
    UserCreatableClass *uc = USER_CREATABLE_CLASS(class);

    uc->complete = hostmem_complete;
    uc->can_be_deleted = hostmem_can_be_deleted;

    object_class_property_add(class, "size", "size", hostmem_get_size, hostmem_set_size, NULL,
                              NULL);
    object_class_property_set_description(class, "size", "Size of the memory, e.g. 512M");
    object_class_property_add(class, "prealloc-threads", "uint32", hostmem_get_threads,
                              hostmem_set_threads, NULL, NULL);
    object_class_property_set_description(class, "prealloc-threads",
                                          "Number of threads that preallocate");
    object_class_property_add(class, "host-nodes", "int", hostmem_get_nodes, hostmem_set_nodes,
                              NULL, NULL);
    object_class_property_set_description(class, "host-nodes", "Host NUMA nodes to bind to");
    object_class_property_add_enum(class, "policy", "HostMemPolicy", &HostMemPolicy_lookup,
                                   hostmem_get_policy, hostmem_set_policy);
    object_class_property_set_description(class, "policy", "How to use the host nodes");
    hostmem_add_bool(class, "merge", hostmem_get_merge, hostmem_set_merge,
                     "Let the host share equal pages");
    hostmem_add_bool(class, "dump", hostmem_get_dump, hostmem_set_dump,
                     "Include the memory in core dumps");
    hostmem_add_bool(class, "prealloc", hostmem_get_prealloc, hostmem_set_prealloc,
                     "Have the host back all pages at once");
    hostmem_add_bool(class, "share", hostmem_get_share, hostmem_set_share,
                     "Other processes may map the memory and see changes");
    hostmem_add_bool(class, "reserve", hostmem_get_reserve, hostmem_set_reserve,
                     "Reserve swap space for all of it");
    hostmem_add_bool(class, "x-use-canonical-path-for-ramblock-id",
                     hostmem_get_use_canonical_path, hostmem_set_use_canonical_path,
                     "Name the memory by its full path in saved states");
}

static const TypeInfo hostmem_types[] = {
    {
        .name = TYPE_MEMORY_BACKEND,
        .parent = TYPE_OBJECT,
        .abstract = true,
        .class_size = sizeof(HostMemoryBackendClass),
        .class_init = hostmem_class_init,
        .instance_size = sizeof(HostMemoryBackend),
        .instance_init = hostmem_instance_init,
        .interfaces = (InterfaceInfo[]) { { TYPE_USER_CREATABLE }, { } },
    },
};
DEFINE_TYPES(hostmem_types)
