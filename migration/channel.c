/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a stream comes from or goes to, as users write it: file:, fd: and exec:.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/cutils.h"
#include "qemu/fdset.h"
#include "util/fd.h"
#include "migrate-internal.h"

/* "PATH,offset=BYTES" -> PATH, which the caller frees, and *@offset. */
static char *file_parse(const char *text, uint64_t *offset, Error **errp)
{
    const char *option = strstr(text, ",offset=");

    *offset = 0;
    if (!option) {
        return g_strdup(text);
    }
    if (qemu_strtosz(option + strlen(",offset="), NULL, offset) < 0 || *offset > INT64_MAX) {
        error_setg(errp, "file: \"%s\" is not an offset", option + strlen(",offset="));
        return NULL;
    }
    return g_strndup(text, option - text);
}

static int file_open(const char *text, bool is_output, Error **errp)
{
    uint64_t offset;
    g_autofree char *path = file_parse(text, &offset, errp);
    fd_auto int fd = -1;

    if (!path) {
        return -1;
    }
    fd = is_output ? qemu_open_old(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0660)
                   : qemu_open_old(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        error_setg_errno(errp, errno, "cannot open \"%s\"", path);
        return -1;
    }
    /* What is before the offset is somebody else's; an old state behind it goes. */
    if (is_output && ftruncate(fd, offset) < 0 && (offset || errno != EINVAL)) {
        error_setg_errno(errp, errno, "%s: cannot be cut off at %" PRIu64, path, offset);
        return -1;
    }
    if (offset && lseek(fd, offset, SEEK_SET) < 0) {
        error_setg_errno(errp, errno, "%s: cannot go to offset %" PRIu64, path, offset);
        return -1;
    }
    return fd_steal(&fd);
}

/* The shell gets the stream as its standard input, or its output is the stream. */
static int command_open(const char *command, bool is_output, Error **errp)
{
    char *argv[] = { (char *)"/bin/sh", (char *)"-c", (char *)command, NULL };
    GSpawnFlags flags = is_output ? G_SPAWN_STDOUT_TO_DEV_NULL : 0;
    g_autoptr(GError) gerr = NULL;
    int fd = -1;

    if (!g_spawn_async_with_pipes(NULL, argv, NULL, flags, NULL, NULL, NULL,
                                  is_output ? &fd : NULL, is_output ? NULL : &fd, NULL, &gerr)) {
        error_setg(errp, "exec: cannot run \"%s\": %s", command, gerr->message);
        return -1;
    }
    qemu_set_cloexec(fd);
    return fd;
}

int migration_channel_open(const char *uri, bool is_output, Error **errp)
{
    const char *rest;
    int fd;

    if (strstart(uri, "file:", &rest)) {
        fd = file_open(rest, is_output, errp);
    } else if (strstart(uri, "fd:", &rest)) {
        fd = fd_param_get(rest, errp);
    } else if (strstart(uri, "exec:", &rest)) {
        fd = command_open(rest, is_output, errp);
    } else {
        error_setg(errp, "\"%s\" is no place for a machine's state; there are "
                   "file:PATH[,offset=BYTES], fd:NUMBER-OR-NAME and exec:COMMAND", uri);
        return -1;
    }
    if (fd >= 0 && !qemu_set_blocking(fd, false, errp)) {
        close(fd);
        return -1;
    }
    return fd;
}
