/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The first include of every .c file: build configuration, the system and
 * GLib headers everybody uses, rounding macros and thin wrappers over host
 * calls. Linux hosts only.
 */
#ifndef QEMU_OSDEP_H
#define QEMU_OSDEP_H

#include "config-host.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdbool.h>
#include <stdint.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <ctype.h>
#include <errno.h>
#include <assert.h>
#include <time.h>
#include <unistd.h>
#include <fcntl.h>
#include <signal.h>
#include <setjmp.h>
#include <math.h>
#include <sys/types.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include <glib.h>
#include <glib/gstdio.h>
#include <glib-object.h>

#include "qemu/compiler.h"
#include "qemu/typedefs.h"

#ifndef MIN_CONST
#define MIN_CONST(a, b) ((a) < (b) ? (a) : (b))
#define MAX_CONST(a, b) ((a) > (b) ? (a) : (b))
#endif
/* The smaller of two values where zero means "no limit". */
#define MIN_NON_ZERO(a, b) ({                                             \
        __auto_type min_a_ = (a);                                         \
        __auto_type min_b_ = (b);                                         \
        min_a_ == 0 ? min_b_ : (min_b_ == 0 || min_b_ > min_a_) ? min_a_ : min_b_; })

#ifndef DIV_ROUND_UP
#define DIV_ROUND_UP(n, d) (((n) + (d) - 1) / (d))
#endif
#define QEMU_ALIGN_DOWN(n, m) ((n) / (m) * (m))
#define QEMU_ALIGN_UP(n, m) QEMU_ALIGN_DOWN((n) + (m) - 1, (m))
#define QEMU_IS_ALIGNED(n, m) (((n) % (m)) == 0)
#define QEMU_ALIGN_PTR_DOWN(p, n) ((__typeof__(p))QEMU_ALIGN_DOWN((uintptr_t)(p), (n)))
#define QEMU_ALIGN_PTR_UP(p, n) ((__typeof__(p))QEMU_ALIGN_UP((uintptr_t)(p), (n)))
#define QEMU_PTR_IS_ALIGNED(p, n) QEMU_IS_ALIGNED((uintptr_t)(p), (n))
/* Rounding to a power of two @d. */
#define ROUND_DOWN(n, d) ((n) & -(0 ? (n) : (d)))
#define ROUND_UP(n, d) ROUND_DOWN((n) + (d) - 1, (d))

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(x) \
    ((sizeof(x) / sizeof((x)[0])) + QEMU_BUILD_BUG_ON_ZERO(!QEMU_IS_ARRAY(x)))
#endif

#define TYPE_IS_SIGNED(t) ((t)0 > (t)-1)
#define TIME_MAX ((time_t)(sizeof(time_t) == 8 ? INT64_MAX : INT32_MAX))

/* Repeats @expr while it fails with EINTR; its value is the last result. */
#define RETRY_ON_EINTR(expr) (__extension__({                             \
        __typeof__(expr) eintr_result_;                                   \
        do {                                                              \
            eintr_result_ = (expr);                                       \
        } while (eintr_result_ == -1 && errno == EINTR);                  \
        eintr_result_; }))
#define TFR(expr) RETRY_ON_EINTR(expr)

/* Advice for qemu_madvise(). */
#define QEMU_MADV_WILLNEED MADV_WILLNEED
#define QEMU_MADV_DONTNEED MADV_DONTNEED
#define QEMU_MADV_DONTFORK MADV_DONTFORK
#define QEMU_MADV_MERGEABLE MADV_MERGEABLE
#define QEMU_MADV_UNMERGEABLE MADV_UNMERGEABLE
#define QEMU_MADV_DODUMP MADV_DODUMP
#define QEMU_MADV_DONTDUMP MADV_DONTDUMP
#define QEMU_MADV_HUGEPAGE MADV_HUGEPAGE
#define QEMU_MADV_NOHUGEPAGE MADV_NOHUGEPAGE
#define QEMU_MADV_REMOVE MADV_REMOVE
#define QEMU_MADV_POPULATE_WRITE 23

/* madvise(2) on [@addr, @addr + @len). Returns 0, or -1 with errno set. */
int qemu_madvise(void *addr, size_t len, int advice);

/* mprotect(2) helpers; @addr and @size are page aligned. Return 0, or -1 with errno set. */
int qemu_mprotect_rwx(void *addr, size_t size);
int qemu_mprotect_rw(void *addr, size_t size);
int qemu_mprotect_none(void *addr, size_t size);

/* Size of a host page in bytes, and -size for masking. */
uintptr_t qemu_real_host_page_size(void);
intptr_t qemu_real_host_page_mask(void);

/*
 * Opens @name with close-on-exec set. "/dev/fdset/N" yields a duplicate of a
 * descriptor of that set (qemu/fdset.h). Caller owns the descriptor.
 * Returns -1 and sets @errp on failure, errno is kept.
 */
int qemu_open(const char *name, int flags, Error **errp);
/* Same for a file that must not exist yet and is created with @mode. */
int qemu_create(const char *name, int flags, mode_t mode, Error **errp);
/* Same as qemu_open(), without a message: -1 with errno set. */
int qemu_open_old(const char *name, int flags, ...);
/* Closes @fd. Returns 0, or -1 with errno set. */
int qemu_close(int fd);
/* Removes @name from the file system (fdset paths: does nothing). */
int qemu_unlink(const char *name);
/* Duplicates @fd with close-on-exec set. Returns -1 with errno set on failure. */
int qemu_dup(int fd);
void qemu_set_cloexec(int fd);
/* Sets or clears O_NONBLOCK. Returns false and sets @errp on failure. */
bool qemu_set_blocking(int fd, bool block, Error **errp);

/*
 * Writes all of @buf, going on after short writes and EINTR. Returns the
 * number of bytes written; less than @count means error, errno says which.
 */
ssize_t qemu_write_full(int fd, const void *buf, size_t count) QEMU_WARN_UNUSED_RESULT;

/* The kernel's id of the calling thread. */
int qemu_get_thread_id(void);
/* Bytes of physical memory of the host; 0 when unknown. */
size_t qemu_get_host_physmem(void);

/*
 * Directory of the running executable, without a trailing slash; and a path
 * below the installation prefix, relocated when the program was moved.
 * The first must have been called before the second.
 */
void qemu_init_exec_dir(const char *argv0);
const char *qemu_get_exec_dir(void);
char *get_relocated_path(const char *dir);

#define qemu_timersub timersub

#endif
