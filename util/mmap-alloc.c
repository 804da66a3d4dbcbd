/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mapping of guest RAM (qemu/mmap-alloc.h): address space is reserved first,
 * larger by the alignment and a guard page, then the RAM is mapped over the
 * aligned part and the rest but the guard is given back.
 *
 * Preallocation asks the kernel (MADV_POPULATE_WRITE, Linux 5.14). Where that is
 * not known, anonymous pages are written to one by one; memory of a file is
 * refused, since running out of it would show as SIGBUS only.
 */
#include "qemu/osdep.h"
#include <sys/mman.h>
#include <sys/vfs.h>
#include "qapi/error.h"
#include "qemu/host-utils.h"
#include "qemu/mmap-alloc.h"
#include "qemu/thread.h"
#include "qemu/units.h"

#define HUGETLBFS_MAGIC_NUMBER 0x958458f6
/* Alignment that lets the kernel use huge pages for anonymous RAM. */
#define HUGE_PAGE_ALIGN (2 * MiB)
#define PREALLOC_THREADS_MAX 16
/* Below this a further thread costs more than it gains. */
#define PREALLOC_BYTES_PER_THREAD (64 * MiB)

#ifndef MAP_SHARED_VALIDATE
#define MAP_SHARED_VALIDATE 0x03
#endif

size_t qemu_fd_getpagesize(int fd)
{
    struct statfs fs;

    if (fd >= 0 && RETRY_ON_EINTR(fstatfs(fd, &fs)) == 0
        && (uint32_t)fs.f_type == HUGETLBFS_MAGIC_NUMBER) {
        return fs.f_bsize;
    }
    return qemu_real_host_page_size();
}

/*
 * A guard after huge pages must itself be a whole one: the kernel does not map
 * other pages into the same huge page.
 */
static size_t guard_size(int fd)
{
    return qemu_fd_getpagesize(fd);
}

static int mmap_flags_get(int fd, uint32_t qemu_map_flags)
{
    int flags = fd < 0 ? MAP_ANONYMOUS : 0;

    if (qemu_map_flags & QEMU_MAP_NORESERVE) {
        flags |= MAP_NORESERVE;
    }
    if (!(qemu_map_flags & QEMU_MAP_SHARED)) {
        return flags | MAP_PRIVATE;
    }
    return flags | (qemu_map_flags & QEMU_MAP_SYNC ? MAP_SHARED_VALIDATE | MAP_SYNC : MAP_SHARED);
}

void *qemu_ram_mmap(int fd, size_t size, size_t align, uint32_t qemu_map_flags,
                    off_t map_offset)
{
    size_t guard = guard_size(fd), total, head, tail;
    int prot = PROT_READ | (qemu_map_flags & QEMU_MAP_READONLY ? 0 : PROT_WRITE);
    char *reserved, *ram;

    g_assert(is_power_of_2(align));
    align = MAX(align, guard);
    if (size > SIZE_MAX - align - 2 * guard) {
        errno = ENOMEM;
        return MAP_FAILED;
    }
    total = QEMU_ALIGN_UP(size, guard) + align + guard;
    reserved = mmap(NULL, total, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (reserved == MAP_FAILED) {
        return MAP_FAILED;
    }
    ram = QEMU_ALIGN_PTR_UP(reserved, align);
    if (mmap(ram, size, prot, mmap_flags_get(fd, qemu_map_flags) | MAP_FIXED, fd, map_offset)
        == MAP_FAILED) {
        int saved_errno = errno;

        munmap(reserved, total);
        errno = saved_errno;
        return MAP_FAILED;
    }
    head = ram - reserved;
    if (head) {
        munmap(reserved, head);
    }
    tail = total - head - QEMU_ALIGN_UP(size, guard) - guard;
    if (tail) {
        munmap(reserved + total - tail, tail);
    }
    return ram;
}

void qemu_ram_munmap(int fd, void *ptr, size_t size)
{
    if (ptr) {
        size_t guard = guard_size(fd);

        munmap(ptr, QEMU_ALIGN_UP(size, guard) + guard);
    }
}

void *qemu_anon_ram_alloc(size_t size, uint64_t *align, bool shared, bool noreserve)
{
    uint32_t flags = (shared ? QEMU_MAP_SHARED : 0) | (noreserve ? QEMU_MAP_NORESERVE : 0);
    size_t wanted = size >= HUGE_PAGE_ALIGN ? HUGE_PAGE_ALIGN : qemu_real_host_page_size();
    void *ptr = qemu_ram_mmap(-1, size, wanted, flags, 0);

    if (ptr == MAP_FAILED) {
        return NULL;
    }
    if (align) {
        *align = wanted;
    }
    return ptr;
}

void qemu_anon_ram_free(void *ptr, size_t size)
{
    qemu_ram_munmap(-1, ptr, size);
}

/* One thread's share of a preallocation. */
typedef struct PreallocShare {
    QemuThread thread;
    char *area;
    size_t size;
    size_t page_size;
    bool is_anonymous;
    int err;                    /* 0 or errno */
} PreallocShare;

/* Writes every page without changing what others may have put there. */
static void prealloc_touch(PreallocShare *share)
{
    for (size_t offset = 0; offset < share->size; offset += share->page_size) {
        __atomic_fetch_or(&share->area[offset], 0, __ATOMIC_RELAXED);
    }
}

static void *prealloc_run(void *opaque)
{
    PreallocShare *share = opaque;

    if (RETRY_ON_EINTR(qemu_madvise(share->area, share->size, QEMU_MADV_POPULATE_WRITE)) == 0) {
        return NULL;
    }
    if (errno == EINVAL && share->is_anonymous) {
        prealloc_touch(share);
    } else {
        share->err = errno == EINVAL ? ENOTSUP : errno;
    }
    return NULL;
}

bool qemu_prealloc_mem(int fd, char *area, size_t sz, int max_threads, Error **errp)
{
    size_t page_size = qemu_fd_getpagesize(fd);
    size_t pages = DIV_ROUND_UP(sz, page_size);
    int threads = MIN(MAX(max_threads, 1), PREALLOC_THREADS_MAX);
    PreallocShare shares[PREALLOC_THREADS_MAX];
    size_t done = 0;
    int err = 0;

    threads = MIN(threads, MAX(1, sz / PREALLOC_BYTES_PER_THREAD));
    for (int i = 0; i < threads; i++) {
        size_t end = MIN(pages * (i + 1) / threads * page_size, sz);

        shares[i] = (PreallocShare) {
            .area = area + done, .size = end - done, .page_size = page_size,
            .is_anonymous = fd < 0,
        };
        done = end;
        if (i > 0) {
            qemu_thread_create(&shares[i].thread, "prealloc", prealloc_run, &shares[i],
                               QEMU_THREAD_JOINABLE);
        }
    }
    prealloc_run(&shares[0]);
    for (int i = 1; i < threads; i++) {
        qemu_thread_join(&shares[i].thread);
    }
    for (int i = 0; i < threads; i++) {
        err = shares[i].err ? shares[i].err : err;
    }
    if (err) {
        error_setg_errno(errp, err, "Preallocating %zu bytes of memory failed", sz);
        return false;
    }
    return true;
}
