/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * RAM blocks: making, finding, resizing, discarding and freeing them.  The
 * list is changed under the BQL and its own mutex and read under RCU.
 */
#include "qemu/osdep.h"
#include <sys/mman.h>
#include <linux/falloc.h>
#include "qemu/cutils.h"
#include "qemu/error-report.h"
#include "qemu/main-loop.h"
#include "qemu/memfd.h"
#include "qemu/mmap-alloc.h"
#include "qemu/units.h"
#include "memory-internal.h"
#include "ram-internal.h"
#include "trace.h"

/* Blocks begin at multiples of this, so that no two share a word of any dirty bitmap. */
#define BLOCK_ALIGN (256 * KiB)

RAMList ram_list = {
    .blocks = QLIST_HEAD_INITIALIZER(ram_list.blocks),
    .ramblock_notifiers = QLIST_HEAD_INITIALIZER(ram_list.ramblock_notifiers),
};

static void __attribute__((constructor)) ram_list_init(void)
{
    qemu_mutex_init(&ram_list.mutex);
}

void qemu_mutex_lock_ramlist(void)
{
    qemu_mutex_lock(&ram_list.mutex);
}

void qemu_mutex_unlock_ramlist(void)
{
    qemu_mutex_unlock(&ram_list.mutex);
}

/* -- making --------------------------------------------------------------------------- */

/* The smallest hole in the numbering of RAM that @length bytes fit into. */
static ram_addr_t ram_find_offset(ram_addr_t length)
{
    ram_addr_t best = 0, best_hole = RAM_ADDR_MAX;
    RAMBlock *block, *other;

    if (QLIST_EMPTY(&ram_list.blocks)) {
        return 0;
    }
    RAMBLOCK_FOREACH(block)
    {
        ram_addr_t start = ROUND_UP(block->offset + block->max_length, BLOCK_ALIGN);
        ram_addr_t next = RAM_ADDR_MAX;

        RAMBLOCK_FOREACH(other)
        {
            if (other->offset >= start) {
                next = MIN(next, other->offset);
            }
        }
        if (next - start >= length && next - start < best_hole) {
            best = start;
            best_hole = next - start;
        }
    }
    return best;
}

/* Largest first: most addresses are in the largest block. */
static void ram_list_insert(RAMBlock *block)
{
    RAMBlock *other, *last = NULL;

    qemu_mutex_lock_ramlist();
    block->offset = ram_find_offset(block->max_length);
    RAMBLOCK_FOREACH(other)
    {
        if (other->max_length < block->max_length) {
            break;
        }
        last = other;
    }
    if (last) {
        QLIST_INSERT_AFTER_RCU(last, block, next);
    } else {
        QLIST_INSERT_HEAD_RCU(&ram_list.blocks, block, next);
    }
    ram_list.mru_block = NULL;
    ram_list.version++;
    qemu_mutex_unlock_ramlist();
}

static RAMBlock *ram_block_new(MemoryRegion *mr, ram_addr_t size, ram_addr_t max_size,
                               uint32_t flags)
{
    RAMBlock *block = g_new0(RAMBlock, 1);

    block->mr = mr;
    block->used_length = size;
    block->max_length = MAX(max_size, size);
    block->flags = flags;
    block->fd = -1;
    block->page_size = qemu_real_host_page_size();
    return block;
}

/* Map @block, unless it came with memory, and make it known.  Frees it on failure. */
static RAMBlock *ram_block_add(RAMBlock *block, size_t align, Error **errp)
{
    ERRP_GUARD();

    g_assert(bql_locked());
    if (!block->used_length || block->max_length > MAX_PHYS_ADDR) {
        error_setg(errp, "a RAM size of 0x%" PRIx64 " bytes is not possible", block->max_length);
        g_free(block);
        return NULL;
    }
    if (!block->host && !ram_map(block, align, errp)) {
        error_prepend(errp, "memory region '%s': ", memory_region_name(block->mr));
        g_free(block);
        return NULL;
    }
    ram_list_insert(block);
    ram_block_dirty_join(block);
    trace_ram_block_added(memory_region_name(block->mr), block->offset, block->max_length,
                          block->host);
    ram_block_notify_add(block->host, block->used_length, block->max_length);
    return block;
}

RAMBlock *qemu_ram_alloc(ram_addr_t size, uint32_t ram_flags, MemoryRegion *mr, Error **errp)
{
    RAMBlock *block;
    int fd;

    g_assert(!(ram_flags & ~(RAM_SHARED | RAM_NORESERVE)));
    if (!(ram_flags & RAM_SHARED) || !size || size > MAX_PHYS_ADDR) {
        return ram_block_add(ram_block_new(mr, size, size, ram_flags), 0, errp);
    }
    /* Another process can map shared RAM only through a file, and only if it stays that long. */
    fd = qemu_memfd_create(mr->name ?: "ram", ROUND_UP(size, qemu_real_host_page_size()), false, 0,
                           F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL, errp);
    if (fd < 0) {
        return NULL;
    }
    block = qemu_ram_alloc_from_fd(size, mr, ram_flags, fd, 0, errp);
    if (!block) {
        close(fd);
    }
    return block;
}

RAMBlock *qemu_ram_alloc_from_ptr(ram_addr_t size, void *host, MemoryRegion *mr, Error **errp)
{
    RAMBlock *block = ram_block_new(mr, size, size, RAM_PREALLOC);

    block->host = host;
    return ram_block_add(block, 0, errp);
}

RAMBlock *qemu_ram_alloc_resizeable(ram_addr_t size, ram_addr_t max_size,
                                    void (*resized)(const char *, uint64_t length, void *host),
                                    MemoryRegion *mr, Error **errp)
{
    RAMBlock *block;

    if (size > max_size) {
        error_setg(errp, "memory region '%s': size 0x%" PRIx64 " is above its maximum 0x%" PRIx64,
                   memory_region_name(mr), size, max_size);
        return NULL;
    }
    block = ram_block_new(mr, size, max_size, RAM_RESIZEABLE);
    block->resized = resized;
    return ram_block_add(block, 0, errp);
}

/* Validate what the file must offer; grows an empty one. */
static bool ram_fd_check(const MemoryRegion *mr, int fd, ram_addr_t size, off_t offset,
                         size_t page_size, uint32_t flags, Error **errp)
{
    struct stat st;
    uint64_t end = offset + ROUND_UP(size, page_size);

    if (offset < 0 || offset % page_size) {
        error_setg(errp, "offset 0x%" PRIx64 " is not a multiple of the page size 0x%zx",
                   (uint64_t)offset, page_size);
        return false;
    }
    if (fstat(fd, &st)) {
        error_setg_errno(errp, errno, "cannot find out the size");
        return false;
    }
    if (!S_ISREG(st.st_mode)) {
        return true; /* a character device (DAX) has no size to compare */
    }
    if (!st.st_size && !(flags & (RAM_READONLY | RAM_READONLY_FD))) {
        if (ftruncate(fd, end)) {
            error_setg_errno(errp, errno, "cannot grow to 0x%" PRIx64 " bytes", end);
            return false;
        }
    } else if ((uint64_t)st.st_size < offset + size) {
        error_setg(errp, "its size 0x%" PRIx64 " is smaller than the wanted 0x%" PRIx64
                   " bytes from offset 0x%" PRIx64, (uint64_t)st.st_size, (uint64_t)size,
                   (uint64_t)offset);
        return false;
    }
    return true;
}

RAMBlock *qemu_ram_alloc_from_fd(ram_addr_t size, MemoryRegion *mr, uint32_t ram_flags, int fd,
                                 off_t offset, Error **errp)
{
    size_t page_size = qemu_fd_getpagesize(fd);
    RAMBlock *block;

    g_assert(!(ram_flags & ~(RAM_SHARED | RAM_PMEM | RAM_NORESERVE | RAM_PROTECTED |
                             RAM_NAMED_FILE | RAM_READONLY | RAM_READONLY_FD)));
    if (mr->align && (mr->align & (mr->align - 1))) {
        error_setg(errp, "alignment 0x%" PRIx64 " is not a power of two", mr->align);
        return NULL;
    }
    if (mr->align % page_size) {
        error_setg(errp, "alignment 0x%" PRIx64 " is not a multiple of the page size 0x%zx",
                   mr->align, page_size);
        return NULL;
    }
    if (size % page_size && page_size > qemu_real_host_page_size()) {
        error_setg(errp, "size 0x%" PRIx64 " is not a multiple of the huge page size 0x%zx",
                   size, page_size);
        return NULL;
    }
    if (size > MAX_PHYS_ADDR || !ram_fd_check(mr, fd, size, offset, page_size, ram_flags, errp)) {
        if (size > MAX_PHYS_ADDR) {
            error_setg(errp, "a RAM size of 0x%" PRIx64 " bytes is not possible", size);
        }
        return NULL;
    }
    block = ram_block_new(mr, size, size, ram_flags);
    block->page_size = page_size;
    block->fd = fd;
    block->fd_offset = offset;
    return ram_block_add(block, mr->align, errp);
}

/* Open @path for RAM: a file (created if missing) or, in a directory, an unnamed one. */
static int ram_file_open(const char *path, bool readonly, bool *is_created, Error **errp)
{
    struct stat st;
    int fd;

    *is_created = false;
    if (!stat(path, &st) && S_ISDIR(st.st_mode) && !readonly) {
        g_autofree char *name = g_build_filename(path, "gantry-ram.XXXXXX", NULL);

        fd = g_mkstemp_full(name, O_RDWR | O_CLOEXEC, 0600);
        if (fd >= 0) {
            unlink(name);
        }
    } else {
        fd = qemu_open_old(path, readonly ? O_RDONLY : O_RDWR);
        if (fd < 0 && errno == ENOENT && !readonly) {
            fd = qemu_open_old(path, O_RDWR | O_CREAT | O_EXCL, 0644);
            *is_created = fd >= 0;
        }
    }
    if (fd < 0) {
        error_setg_errno(errp, errno, "cannot open '%s' for RAM", path);
    }
    return fd;
}

RAMBlock *qemu_ram_alloc_from_file(ram_addr_t size, MemoryRegion *mr, uint32_t ram_flags,
                                   const char *mem_path, off_t offset, Error **errp)
{
    ERRP_GUARD();
    bool is_created;
    int fd = ram_file_open(mem_path, ram_flags & RAM_READONLY_FD, &is_created, errp);
    RAMBlock *block;

    if (fd < 0) {
        return NULL;
    }
    block = qemu_ram_alloc_from_fd(size, mr, ram_flags | RAM_NAMED_FILE, fd, offset, errp);
    if (!block) {
        error_prepend(errp, "file '%s': ", mem_path);
        qemu_close(fd);
        if (is_created) {
            qemu_unlink(mem_path);
        }
    }
    return block;
}

/* -- end ------------------------------------------------------------------------------ */

static void ram_block_reclaim(RAMBlock *block)
{
    if (!(block->flags & RAM_PREALLOC)) {
        ram_unmap(block);
    }
    if (block->fd >= 0) {
        qemu_close(block->fd);
    }
    ram_block_dirty_free(block);
    g_free(block);
}

void qemu_ram_free(RAMBlock *block)
{
    if (!block) {
        return;
    }
    trace_ram_block_freed(block->idstr, block->offset);
    ram_block_notify_remove(block->host, block->used_length, block->max_length);
    qemu_mutex_lock_ramlist();
    QLIST_REMOVE_RCU(block, next);
    ram_list.mru_block = NULL;
    ram_list.version++;
    qemu_mutex_unlock_ramlist();
    block->mr = NULL;
    call_rcu(block, ram_block_reclaim, rcu);
}

void memory_region_ram_destroy(MemoryRegion *mr)
{
    qemu_ram_free(g_steal_pointer(&mr->ram_block));
}

/* -- size ----------------------------------------------------------------------------- */

int qemu_ram_resize(RAMBlock *block, ram_addr_t newsize, Error **errp)
{
    ram_addr_t before = block->used_length;
    ram_addr_t rounded;

    g_assert(bql_locked());
    if (!newsize || newsize > block->max_length) {
        error_setg(errp, "RAM '%s' cannot become 0x%" PRIx64 " bytes: the maximum is 0x%" PRIx64,
                   block->idstr, newsize, block->max_length);
        return -EINVAL;
    }
    rounded = MIN(ROUND_UP(newsize, qemu_real_host_page_size()), block->max_length);
    if (rounded != before && !(block->flags & RAM_RESIZEABLE)) {
        error_setg(errp, "RAM '%s' of 0x%" PRIx64 " bytes cannot become 0x%" PRIx64
                   ": it is not resizeable", block->idstr, before, newsize);
        return -EINVAL;
    }
    if (rounded != before) {
        ram_block_notify_resize(block->host, before, rounded);
        qatomic_set(&block->used_length, rounded);
        if (rounded > before) {
            ram_block_dirty_set(block, before, rounded - before, DIRTY_CLIENTS_ALL);
        }
        trace_ram_block_resized(block->idstr, before, rounded);
    }
    memory_region_set_size(block->mr, newsize);
    if (rounded != before && block->resized) {
        block->resized(block->idstr, newsize, block->host);
    }
    return 0;
}

void memory_region_ram_resize(MemoryRegion *mr, ram_addr_t newsize, Error **errp)
{
    g_assert(mr->ram_block);
    qemu_ram_resize(mr->ram_block, newsize, errp);
}

int ram_block_discard_range(RAMBlock *rb, uint64_t start, size_t length)
{
    uint64_t limit = rb->max_length;
    int ret = 0;

    if (start % rb->page_size || length % rb->page_size || start > limit ||
        length > limit - start) {
        error_report("RAM '%s': cannot discard 0x%zx bytes at 0x%" PRIx64
                     ", only whole pages of 0x%zx inside it", rb->idstr, length, start,
                     rb->page_size);
        return -EINVAL;
    }
    if (!length) {
        return 0;
    }
    if (rb->flags & RAM_READONLY) {
        return -EACCES;
    }
    /* A file keeps the data unless there is a hole in it; a private copy goes by madvise. */
    if (rb->fd >= 0 && fallocate(rb->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                                 rb->fd_offset + start, length)) {
        ret = -errno;
    }
    if (!ret && (rb->fd < 0 || !(rb->flags & RAM_SHARED)) &&
        madvise(rb->host + start, length, MADV_DONTNEED)) {
        ret = -errno;
    }
    trace_ram_block_discarded(rb->idstr, start, length, ret);
    return ret;
}

void qemu_ram_msync(RAMBlock *block, ram_addr_t start, ram_addr_t length)
{
    ram_addr_t first = start & ~(ram_addr_t)(block->page_size - 1);

    if (block->fd < 0 || start >= block->used_length) {
        return;
    }
    length = MIN(length, block->used_length - start);
    if (msync(block->host + first, start + length - first, MS_SYNC)) {
        warn_report_once("RAM '%s': writing back to its file failed: %s", block->idstr,
                         strerror(errno));
    }
}

void memory_region_msync(MemoryRegion *mr, hwaddr addr, hwaddr size)
{
    if (mr->ram_block) {
        qemu_ram_msync(mr->ram_block, addr, size);
    }
}

void memory_region_do_writeback(MemoryRegion *mr, hwaddr addr, hwaddr size)
{
    memory_region_msync(mr, addr, size);
}
