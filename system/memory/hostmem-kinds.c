/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The memory backends: anonymous memory (-ram), a file (-file) and a nameless
 * file (-memfd).
 */
#include "qemu/osdep.h"
#include <sys/mman.h>
#include "qapi/visitor.h"
#include "qemu/memfd.h"
#include "exec/ram_addr.h"
#include "hostmem-internal.h"

/* -- memory-backend-ram --------------------------------------------------------------- */

static bool ram_backend_alloc(HostMemoryBackend *backend, Error **errp)
{
    g_autofree char *name = host_memory_backend_get_name(backend);

    return memory_region_init_ram_flags_nomigrate(&backend->mr, OBJECT(backend), name,
                                                  backend->size, hostmem_ram_flags(backend),
                                                  errp);
}

static void ram_backend_class_init(ObjectClass *class, void *data)
{
    MEMORY_BACKEND_CLASS(class)->alloc = ram_backend_alloc;
}

/* -- memory-backend-file -------------------------------------------------------------- */

typedef struct HostMemoryBackendFile {
    HostMemoryBackend parent;

    char *mem_path;
    uint64_t align;  /* of the mapping, bytes; 0: the file system's page size */
    uint64_t offset; /* of the memory in the file, bytes */
    bool discard_data;
    bool readonly;
    bool is_pmem;
    OnOffAuto rom;
} HostMemoryBackendFile;
DECLARE_INSTANCE_CHECKER(HostMemoryBackendFile, MEMORY_BACKEND_FILE, TYPE_MEMORY_BACKEND_FILE)

/* Whether the guest may not write: the default is what the file allows. */
static bool file_backend_is_rom(const HostMemoryBackendFile *fb)
{
    if (fb->rom == ON_OFF_AUTO_AUTO) {
        return fb->readonly;
    }
    return fb->rom == ON_OFF_AUTO_ON;
}

static bool file_backend_check(const HostMemoryBackendFile *fb, Error **errp)
{
    if (!fb->mem_path) {
        error_setg(errp, "property 'mem-path' is missing");
        return false;
    }
    if (fb->rom == ON_OFF_AUTO_ON && !fb->readonly) {
        error_setg(errp, "'rom=on' needs 'readonly=on'");
        return false;
    }
    if (fb->rom == ON_OFF_AUTO_OFF && fb->readonly && fb->parent.share) {
        error_setg(errp, "'rom=off' with 'readonly=on' needs 'share=off': changes cannot reach "
                   "the file");
        return false;
    }
    return true;
}

static bool file_backend_alloc(HostMemoryBackend *backend, Error **errp)
{
    HostMemoryBackendFile *fb = MEMORY_BACKEND_FILE(backend);
    g_autofree char *name = host_memory_backend_get_name(backend);
    uint32_t flags = hostmem_ram_flags(backend);

    if (!file_backend_check(fb, errp)) {
        return false;
    }
    flags |= fb->readonly ? RAM_READONLY_FD : 0;
    flags |= file_backend_is_rom(fb) ? RAM_READONLY : 0;
    flags |= fb->is_pmem ? RAM_PMEM : 0;
    return memory_region_init_ram_from_file(&backend->mr, OBJECT(backend), name, backend->size,
                                            fb->align, flags, fb->mem_path, fb->offset, errp);
}

static char *file_backend_get_mem_path(Object *obj, Error **errp)
{
    return g_strdup(MEMORY_BACKEND_FILE(obj)->mem_path);
}

static void file_backend_set_mem_path(Object *obj, const char *path, Error **errp)
{
    HostMemoryBackendFile *fb = MEMORY_BACKEND_FILE(obj);

    if (hostmem_property_open(&fb->parent, "mem-path", errp)) {
        g_free(fb->mem_path);
        fb->mem_path = g_strdup(path);
    }
}

/* "align" and "offset"; @opaque is the place of the field. */
static void file_backend_get_bytes(Object *obj, Visitor *v, const char *name, void *opaque,
                                   Error **errp)
{
    visit_type_size(v, name, (uint64_t *)((char *)obj + (size_t)opaque), errp);
}

static void file_backend_set_bytes(Object *obj, Visitor *v, const char *name, void *opaque,
                                   Error **errp)
{
    uint64_t value;

    if (hostmem_property_open(MEMORY_BACKEND(obj), name, errp) &&
        visit_type_size(v, name, &value, errp)) {
        *(uint64_t *)((char *)obj + (size_t)opaque) = value;
    }
}

static int file_backend_get_rom(Object *obj, Error **errp)
{
    return MEMORY_BACKEND_FILE(obj)->rom;
}

static void file_backend_set_rom(Object *obj, int value, Error **errp)
{
    if (hostmem_property_open(MEMORY_BACKEND(obj), "rom", errp)) {
        MEMORY_BACKEND_FILE(obj)->rom = value;
    }
}

HOSTMEM_BOOL(file_backend, HostMemoryBackendFile, MEMORY_BACKEND_FILE, readonly, "readonly")
HOSTMEM_BOOL(file_backend, HostMemoryBackendFile, MEMORY_BACKEND_FILE, is_pmem, "pmem")

/* May change at any time: it matters only at the end. */
static bool file_backend_get_discard_data(Object *obj, Error **errp)
{
    return MEMORY_BACKEND_FILE(obj)->discard_data;
}

static void file_backend_set_discard_data(Object *obj, bool value, Error **errp)
{
    MEMORY_BACKEND_FILE(obj)->discard_data = value;
}

/* The memory goes away: with discard-data its contents need not be written back. */
static void file_backend_unparent(Object *obj)
{
    HostMemoryBackend *backend = MEMORY_BACKEND(obj);
    HostMemoryBackendFile *fb = MEMORY_BACKEND_FILE(obj);

    if (fb->discard_data && host_memory_backend_mr_inited(backend)) {
        qemu_madvise(memory_region_get_ram_ptr(&backend->mr), backend->size, QEMU_MADV_REMOVE);
    }
}

static void file_backend_finalize(Object *obj)
{
    g_free(MEMORY_BACKEND_FILE(obj)->mem_path);
}

static void file_backend_class_init(ObjectClass *class, void *data)
{
    MEMORY_BACKEND_CLASS(class)->alloc = file_backend_alloc;
    class->unparent = file_backend_unparent;

    object_class_property_add_str(class, "mem-path", file_backend_get_mem_path,
                                  file_backend_set_mem_path);
    object_class_property_set_description(class, "mem-path", "File, or directory for a new one");
    object_class_property_add(class, "align", "size", file_backend_get_bytes,
                              file_backend_set_bytes, NULL,
                              (void *)offsetof(HostMemoryBackendFile, align));
    object_class_property_set_description(class, "align",
                                          "Alignment of the mapping, a power of two; 0: the page "
                                          "size of the file system");
    object_class_property_add(class, "offset", "size", file_backend_get_bytes,
                              file_backend_set_bytes, NULL,
                              (void *)offsetof(HostMemoryBackendFile, offset));
    object_class_property_set_description(class, "offset", "Where in the file the memory begins");
    object_class_property_add_bool(class, "discard-data", file_backend_get_discard_data,
                                   file_backend_set_discard_data);
    object_class_property_set_description(class, "discard-data",
                                          "The contents need not be written to the disk at the "
                                          "end");
    object_class_property_add_bool(class, "readonly", file_backend_get_readonly,
                                   file_backend_set_readonly);
    object_class_property_set_description(class, "readonly", "Open the file for reading only");
    object_class_property_add_bool(class, "pmem", file_backend_get_is_pmem,
                                   file_backend_set_is_pmem);
    object_class_property_set_description(class, "pmem", "The file is in persistent memory");
    object_class_property_add_enum(class, "rom", "OnOffAuto", &OnOffAuto_lookup,
                                   file_backend_get_rom, file_backend_set_rom);
    object_class_property_set_description(class, "rom", "Whether the guest may not write");
}

/* -- memory-backend-memfd ------------------------------------------------------------- */

typedef struct HostMemoryBackendMemfd {
    HostMemoryBackend parent;

    bool hugetlb;
    uint64_t hugetlbsize; /* bytes; 0: the host's default */
    bool seal;
} HostMemoryBackendMemfd;
DECLARE_INSTANCE_CHECKER(HostMemoryBackendMemfd, MEMORY_BACKEND_MEMFD,
                         TYPE_MEMORY_BACKEND_MEMFD)

static bool memfd_backend_alloc(HostMemoryBackend *backend, Error **errp)
{
    HostMemoryBackendMemfd *mb = MEMORY_BACKEND_MEMFD(backend);
    g_autofree char *name = host_memory_backend_get_name(backend);
    int fd;

    if (mb->hugetlbsize && !mb->hugetlb) {
        error_setg(errp, "'hugetlbsize' needs 'hugetlb=on'");
        return false;
    }
    fd = qemu_memfd_create(TYPE_MEMORY_BACKEND_MEMFD, backend->size, mb->hugetlb,
                           mb->hugetlbsize,
                           mb->seal ? F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL : 0, errp);
    if (fd < 0) {
        return false;
    }
    if (!memory_region_init_ram_from_fd(&backend->mr, OBJECT(backend), name, backend->size,
                                        hostmem_ram_flags(backend), fd, 0, errp)) {
        close(fd);
        return false;
    }
    return true;
}

HOSTMEM_BOOL(memfd_backend, HostMemoryBackendMemfd, MEMORY_BACKEND_MEMFD, hugetlb, "hugetlb")
HOSTMEM_BOOL(memfd_backend, HostMemoryBackendMemfd, MEMORY_BACKEND_MEMFD, seal, "seal")

static void memfd_backend_get_hugetlbsize(Object *obj, Visitor *v, const char *name,
                                          void *opaque, Error **errp)
{
    visit_type_size(v, name, &MEMORY_BACKEND_MEMFD(obj)->hugetlbsize, errp);
}

static void memfd_backend_set_hugetlbsize(Object *obj, Visitor *v, const char *name,
                                          void *opaque, Error **errp)
{
    uint64_t value;

    if (!hostmem_property_open(MEMORY_BACKEND(obj), name, errp) ||
        !visit_type_size(v, name, &value, errp)) {
        return;
    }
    if (!is_power_of_2(value)) {
        error_setg(errp, "property '%s' must be a huge page size of the host, not %" PRIu64, name,
                   value);
        return;
    }
    MEMORY_BACKEND_MEMFD(obj)->hugetlbsize = value;
}

static void memfd_backend_instance_init(Object *obj)
{
    /* A nameless file makes sense only to hand it on: shared and of fixed size. */
    MEMORY_BACKEND(obj)->share = true;
    MEMORY_BACKEND_MEMFD(obj)->seal = true;
}

static void memfd_backend_class_init(ObjectClass *class, void *data)
{
    MEMORY_BACKEND_CLASS(class)->alloc = memfd_backend_alloc;

    object_class_property_add_bool(class, "hugetlb", memfd_backend_get_hugetlb,
                                   memfd_backend_set_hugetlb);
    object_class_property_set_description(class, "hugetlb", "Use huge pages");
    object_class_property_add(class, "hugetlbsize", "size", memfd_backend_get_hugetlbsize,
                              memfd_backend_set_hugetlbsize, NULL, NULL);
    object_class_property_set_description(class, "hugetlbsize", "Size of the huge pages, e.g. 2M");
    object_class_property_add_bool(class, "seal", memfd_backend_get_seal, memfd_backend_set_seal);
    object_class_property_set_description(class, "seal", "Nobody may change the size");
}

static const TypeInfo hostmem_kinds[] = {
    {
        .name = TYPE_MEMORY_BACKEND_RAM,
        .parent = TYPE_MEMORY_BACKEND,
        .class_init = ram_backend_class_init,
    },
    {
        .name = TYPE_MEMORY_BACKEND_FILE,
        .parent = TYPE_MEMORY_BACKEND,
        .class_init = file_backend_class_init,
        .instance_size = sizeof(HostMemoryBackendFile),
        .instance_finalize = file_backend_finalize,
    },
    {
        .name = TYPE_MEMORY_BACKEND_MEMFD,
        .parent = TYPE_MEMORY_BACKEND,
        .class_init = memfd_backend_class_init,
        .instance_size = sizeof(HostMemoryBackendMemfd),
        .instance_init = memfd_backend_instance_init,
    },
};
DEFINE_TYPES(hostmem_kinds)
