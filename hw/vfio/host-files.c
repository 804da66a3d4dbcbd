/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files of a host below a sysroot. A recorded tree may come from anybody: links that lead out of
 * it, pipes and endless files are treated as files that are not there.
 */
#include "qemu/osdep.h"
#include "host-internal.h"
#include "sys-internal.h"

/* @root: without a link in it and without '/' at its end; "" is this host. */
struct VFIOHost {
    char *root;
    GHashTable *controllers;
};

VFIOHost *vfio_host_new(const char *sysroot, Error **errp)
{
    g_autofree char *root = NULL;
    struct stat st;
    VFIOHost *host;

    if (sysroot && *sysroot) {
        root = realpath(sysroot, NULL);
        if (!root || stat(root, &st) < 0) {
            error_setg_errno(errp, errno, "cannot use '%s' as sysroot", sysroot);
            return NULL;
        }
        if (!S_ISDIR(st.st_mode)) {
            error_setg(errp, "cannot use '%s' as sysroot: it is not a folder", sysroot);
            return NULL;
        }
    }
    host = g_new0(VFIOHost, 1);
    host->root = g_strdup(!root || strcmp(root, "/") == 0 ? "" : root);
    host->controllers = g_hash_table_new(NULL, NULL);
    return host;
}

void vfio_host_free(VFIOHost *host)
{
    if (host) {
        g_hash_table_unref(host->controllers);
        g_free(host->root);
        g_free(host);
    }
}

bool vfio_host_is_recorded(const VFIOHost *host)
{
    return *host->root;
}

/* The file that @path means, all links followed, or NULL with errno set. */
static char *path_resolve(const VFIOHost *host, const char *path)
{
    g_autofree char *full = g_strconcat(host->root, path, NULL);
    size_t len = strlen(host->root);
    char *real;

    if (!len) {
        return g_steal_pointer(&full);
    }
    real = realpath(full, NULL);
    if (real && (strncmp(real, host->root, len) != 0 || (real[len] && real[len] != '/'))) {
        g_clear_pointer(&real, g_free);
        errno = EXDEV;
    }
    return real;
}

bool vfio_host_exists(const VFIOHost *host, const char *path)
{
    g_autofree char *real = path_resolve(host, path);
    struct stat st;

    return real && vfio_sys->stat(real, &st) == 0;
}

bool vfio_host_is_folder(const VFIOHost *host, const char *path)
{
    g_autofree char *real = path_resolve(host, path);
    struct stat st;

    return real && vfio_sys->stat(real, &st) == 0 && S_ISDIR(st.st_mode);
}

GHashTable *vfio_host_controllers(const VFIOHost *host)
{
    return host->controllers;
}

bool vfio_host_may_open(const VFIOHost *host, const char *path)
{
    g_autofree char *real = path_resolve(host, path);

    return real && vfio_sys->access(real, R_OK | W_OK) == 0;
}

/* A regular file, opened without waiting for anybody; or -1 with errno set. */
static int file_open(const VFIOHost *host, const char *path, int flags)
{
    g_autofree char *real = path_resolve(host, path);
    struct stat st;
    int fd = real ? vfio_sys->open(real, flags | O_NONBLOCK | O_NOCTTY) : -1;

    if (fd < 0) {
        return -1;
    }
    if (vfio_sys->fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
        vfio_sys->close(fd);
        errno = EINVAL;
        return -1;
    }
    return fd;
}

char *vfio_host_bytes(const VFIOHost *host, const char *path, size_t *size)
{
    g_autofree char *buf = NULL;
    int fd = file_open(host, path, O_RDONLY);
    size_t used = 0;
    ssize_t n;

    if (fd < 0) {
        return NULL;
    }
    buf = g_malloc(VFIO_HOST_FILE_BYTES_MAX + 1);
    do {
        n = vfio_sys->pread(fd, buf + used, VFIO_HOST_FILE_BYTES_MAX - used, used);
        used += MAX(n, 0);
    } while (n > 0 && used < VFIO_HOST_FILE_BYTES_MAX);
    vfio_sys->close(fd);
    if (n < 0) {
        return NULL;
    }
    buf[used] = '\0';
    *size = used;
    return g_realloc(g_steal_pointer(&buf), used + 1);
}

char *vfio_host_text(const VFIOHost *host, const char *path)
{
    size_t size;
    char *text = vfio_host_bytes(host, path, &size);

    return text ? g_strchomp(text) : NULL;
}

bool vfio_host_flag(const VFIOHost *host, const char *path, bool otherwise)
{
    g_autofree char *text = vfio_host_text(host, path);

    return text ? *text == 'Y' || *text == 'y' || *text == '1' : otherwise;
}

char *vfio_host_link(const VFIOHost *host, const char *path)
{
    g_autofree char *folder = g_path_get_dirname(path);
    g_autofree char *name = g_path_get_basename(path);
    g_autofree char *real = path_resolve(host, folder);
    g_autofree char *link = real ? g_build_filename(real, name, NULL) : NULL;
    char target[PATH_MAX];
    ssize_t n = link ? vfio_sys->readlink(link, target, sizeof(target) - 1) : -1;

    if (n <= 0) {
        return NULL;
    }
    target[n] = '\0';
    return g_strdup(target);
}

char *vfio_host_link_name(const VFIOHost *host, const char *path)
{
    g_autofree char *target = vfio_host_link(host, path);

    return target ? g_path_get_basename(target) : NULL;
}

char **vfio_host_names(const VFIOHost *host, const char *path)
{
    g_autofree char *real = path_resolve(host, path);
    char **names = real ? vfio_sys->list(real) : NULL;

    return names ?: g_new0(char *, 1);
}

int vfio_host_write(const VFIOHost *host, const char *path, const char *text)
{
    int fd = file_open(host, path, O_WRONLY | O_TRUNC);
    ssize_t n;
    int err;

    if (fd < 0) {
        return -errno;
    }
    n = vfio_sys->pwrite(fd, text, strlen(text), 0);
    err = n < 0 ? errno : n == strlen(text) ? 0 : EIO;
    vfio_sys->close(fd);
    return -err;
}
