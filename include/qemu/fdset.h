/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Descriptors handed to us from outside: inherited ones by number, ones sent
 * over the monitor by name (getfd) or set (add-fd, "/dev/fdset/N"). The sets
 * are kept by the monitor; this is how lower layers ask for them.
 */
#ifndef QEMU_FDSET_H
#define QEMU_FDSET_H

/* What the keeper of names and sets installs. Called with the BQL or before threads exist. */
typedef struct FdProvider {
    /* The descriptor named @name, whose ownership passes to the caller; or -1 with @errp set. */
    int (*get_named)(void *opaque, const char *name, Error **errp);
    /* A duplicate out of set @id that was opened with the access mode of @flags. */
    int (*dup_from_set)(void *opaque, int64_t id, int flags, Error **errp);
    /*
     * qemu_close() is about to close @fd; a set may be waiting for the last of
     * its duplicates. Called for every descriptor, by any thread.
     */
    void (*closing)(void *opaque, int fd);
    void *opaque;
} FdProvider;

/* @provider stays valid until replaced; NULL: none. */
void fd_provider_set(const FdProvider *provider);

/*
 * Resolves the value of an fd= option: a number is an inherited descriptor,
 * anything else a name known to the monitor. The caller owns the result.
 * Returns -1 and sets @errp on failure.
 */
int fd_param_get(const char *name_or_number, Error **errp);

/* "/dev/fdset/N" -> a duplicate; -1 with @errp set. *@is_fdset tells whether @path is one. */
int fdset_path_open(const char *path, int flags, bool *is_fdset, Error **errp);

#endif
