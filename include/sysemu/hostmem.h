/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory backends: user-creatable objects (-object memory-backend-ram, -file,
 * -memfd) that hold the host memory of a machine's RAM.
 */
#ifndef SYSEMU_HOSTMEM_H
#define SYSEMU_HOSTMEM_H

#include "exec/memory.h"
#include "qapi/qapi-types-common.h"
#include "qemu/bitmap.h"
#include "qom/object.h"

/* Largest number of host NUMA nodes that can be named. */
#define MAX_NODES 128

#define TYPE_MEMORY_BACKEND "memory-backend"
#define TYPE_MEMORY_BACKEND_RAM "memory-backend-ram"
#define TYPE_MEMORY_BACKEND_FILE "memory-backend-file"
#define TYPE_MEMORY_BACKEND_MEMFD "memory-backend-memfd"
OBJECT_DECLARE_TYPE(HostMemoryBackend, HostMemoryBackendClass, MEMORY_BACKEND)

struct HostMemoryBackendClass {
    ObjectClass parent_class;
    /* Create backend->mr; false with *errp on failure. */
    bool (*alloc)(HostMemoryBackend *backend, Error **errp);
};

struct HostMemoryBackend {
    Object parent;

    /* private: properties; fixed once the memory exists, except merge, dump and prealloc */
    uint64_t size; /* bytes */
    bool merge, dump, use_canonical_path;
    bool prealloc, is_mapped, share, reserve;
    uint32_t prealloc_threads;
    DECLARE_BITMAP(host_nodes, MAX_NODES + 1);
    HostMemPolicy policy;

    MemoryRegion mr;
};

/* Whether the memory exists. */
bool host_memory_backend_mr_inited(HostMemoryBackend *backend);
/* Its region, or NULL before the backend is complete.  Stays the backend's. */
MemoryRegion *host_memory_backend_get_memory(HostMemoryBackend *backend);
/* Mark as used by a device; a used backend cannot be deleted or used twice. */
void host_memory_backend_set_mapped(HostMemoryBackend *backend, bool mapped);
bool host_memory_backend_is_mapped(HostMemoryBackend *backend);
/* Host page size, bytes. */
size_t host_memory_backend_pagesize(HostMemoryBackend *memdev);
/* Name of its RAM block.  Free with g_free(). */
char *host_memory_backend_get_name(HostMemoryBackend *backend);

#endif
