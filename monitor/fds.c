/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * File descriptors that clients pass over a unix socket: those that came with
 * a command, those that getfd gave a name, and the sets of add-fd that file
 * names "/dev/fdset/ID" refer to. Lower layers reach names and sets through
 * qemu/fdset.h.
 */
#include "qemu/osdep.h"
#include "qemu/cutils.h"
#include "qemu/fdset.h"
#include "qapi/qapi-commands-misc.h"
#include "monitor-internal.h"
#include "trace.h"

/* Descriptors waiting to be claimed; more are closed at once. */
#define MESSAGE_FDS_MAX 16

/* -- descriptors that came with a command -------------------------------------- */

void monitor_message_fds_collect(Monitor *mon, size_t bytes)
{
    int fds[MESSAGE_FDS_MAX];
    int count = qemu_chr_fe_get_msgfds(&mon->chr, fds, MESSAGE_FDS_MAX);

    for (int i = 0; i < count; i++) {
        MonitorMessageFd entry = {
            .fd = fds[i],
            .bytes_end = mon->input_offset + mon->input->len + bytes,
        };

        if (mon->message_fds->len < MESSAGE_FDS_MAX) {
            g_array_append_val(mon->message_fds, entry);
        } else {
            close(fds[i]);
        }
    }
}

/*
 * The kernel delivers descriptors with the bytes they were sent with, but a
 * read may return bytes of earlier commands along with them. So a command may
 * claim those of any read that it is a part of, the oldest first; what came
 * before it began was meant for a command that did not want it.
 */
void monitor_message_fds_prune(Monitor *mon, uint64_t command_start)
{
    GArray *fds = mon->message_fds;

    while (fds->len &&
           g_array_index(fds, MonitorMessageFd, 0).bytes_end <= command_start) {
        close(g_array_index(fds, MonitorMessageFd, 0).fd);
        g_array_remove_index(fds, 0);
    }
}

int monitor_message_fd_take(Monitor *mon)
{
    int fd;

    if (!mon->message_fds->len) {
        return -1;
    }
    fd = g_array_index(mon->message_fds, MonitorMessageFd, 0).fd;
    g_array_remove_index(mon->message_fds, 0);
    return fd;
}

void monitor_message_fds_close(Monitor *mon)
{
    int fd;

    while ((fd = monitor_message_fd_take(mon)) >= 0) {
        close(fd);
    }
}

/* -- names ---------------------------------------------------------------------- */

/* An HMP command run by a QMP client uses the client's descriptors. */
static Monitor *monitor_fd_owner(Monitor *mon)
{
    return mon && mon->parent ? mon->parent : mon;
}

static MonitorNamedFd *monitor_named_fd_find(Monitor *mon, const char *name)
{
    MonitorNamedFd *entry;

    QLIST_FOREACH(entry, &mon->named_fds, next) {
        if (!strcmp(entry->name, name)) {
            return entry;
        }
    }
    return NULL;
}

/* Removes the name and returns the descriptor. */
static int monitor_named_fd_release(MonitorNamedFd *entry)
{
    int fd = entry->fd;

    QLIST_REMOVE(entry, next);
    g_free(entry->name);
    g_free(entry);
    return fd;
}

void monitor_named_fds_close(Monitor *mon)
{
    while (!QLIST_EMPTY(&mon->named_fds)) {
        close(monitor_named_fd_release(QLIST_FIRST(&mon->named_fds)));
    }
}

typedef struct NamedFdSearch {
    const char *name;
    MonitorNamedFd *found;
} NamedFdSearch;

static bool monitor_named_fd_search(Monitor *mon, void *opaque)
{
    NamedFdSearch *search = opaque;

    search->found = monitor_named_fd_find(mon, search->name);
    return !search->found;
}

int monitor_get_fd(Monitor *mon, const char *fdname, Error **errp)
{
    NamedFdSearch search = { .name = fdname };

    mon = monitor_fd_owner(mon);
    if (mon) {
        search.found = monitor_named_fd_find(mon, fdname);
    } else {
        monitor_foreach(monitor_named_fd_search, &search);
    }
    if (!search.found) {
        error_setg(errp, "File descriptor named '%s' has not been found; pass "
                   "it with getfd first", fdname);
        return -1;
    }
    return monitor_named_fd_release(search.found);
}

int monitor_fd_param(Monitor *mon, const char *fdname, Error **errp)
{
    unsigned fd;

    if (!g_ascii_isdigit(*fdname)) {
        return monitor_get_fd(mon, fdname, errp);
    }
    if (qemu_strtoui(fdname, NULL, 10, &fd) < 0 || fd > INT_MAX) {
        error_setg(errp, "Invalid file descriptor number '%s'", fdname);
        return -1;
    }
    return fd;
}

void qmp_getfd(const char *fdname, Error **errp)
{
    Monitor *mon = monitor_fd_owner(monitor_cur());
    int fd = mon ? monitor_message_fd_take(mon) : -1;
    MonitorNamedFd *entry;

    if (fd < 0) {
        error_setg(errp, "No file descriptor supplied via SCM_RIGHTS");
        return;
    }
    if (!*fdname || g_ascii_isdigit(*fdname)) {
        close(fd);
        error_setg(errp, "Parameter 'fdname' expects a name not starting with "
                   "a digit");
        return;
    }
    trace_monitor_fd_named(fdname, fd);
    entry = monitor_named_fd_find(mon, fdname);
    if (entry) {
        close(entry->fd);
        entry->fd = fd;
        return;
    }
    entry = g_new0(MonitorNamedFd, 1);
    entry->name = g_strdup(fdname);
    entry->fd = fd;
    QLIST_INSERT_HEAD(&mon->named_fds, entry, next);
}

void qmp_closefd(const char *fdname, Error **errp)
{
    Monitor *mon = monitor_fd_owner(monitor_cur());
    MonitorNamedFd *entry = mon ? monitor_named_fd_find(mon, fdname) : NULL;

    if (!entry) {
        error_setg(errp, "File descriptor named '%s' not found", fdname);
        return;
    }
    close(monitor_named_fd_release(entry));
}

/* -- sets ------------------------------------------------------------------------ */

typedef struct FdsetFd {
    int fd;
    char *opaque;   /* may be NULL */
} FdsetFd;

/* Sets by id; each a GArray of FdsetFd, never empty. NULL until the first one. */
static GTree *fdsets;

static void fdset_fd_clear(void *data)
{
    FdsetFd *member = data;

    close(member->fd);
    g_free(member->opaque);
}

static int fdset_id_compare(const void *a, const void *b, void *unused)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static GArray *fdset_find(int64_t id)
{
    return fdsets ? g_tree_lookup(fdsets, &id) : NULL;
}

static gboolean fdset_free_id(void *key, void *value, void *opaque)
{
    int64_t *id = opaque;

    if (*(int64_t *)key != *id) {
        return TRUE; /* a gap before this one */
    }
    ++*id;
    return FALSE;
}

static GArray *fdset_make(int64_t id)
{
    GArray *set = fdset_find(id);
    int64_t *key;

    if (set) {
        return set;
    }
    if (!fdsets) {
        fdsets = g_tree_new_full(fdset_id_compare, NULL, g_free,
                                 (GDestroyNotify)g_array_unref);
    }
    set = g_array_new(false, false, sizeof(FdsetFd));
    g_array_set_clear_func(set, fdset_fd_clear);
    key = g_new(int64_t, 1);
    *key = id;
    g_tree_insert(fdsets, key, set);
    return set;
}

bool monitor_fdset_add(int fd, int64_t set_id, const char *opaque, Error **errp)
{
    FdsetFd member = { .fd = fd };

    if (set_id < 0) {
        error_setg(errp, "Parameter 'fdset-id' expects a non-negative value");
        return false;
    }
    member.opaque = g_strdup(opaque);
    g_array_append_val(fdset_make(set_id), member);
    return true;
}

AddfdInfo *qmp_add_fd(bool has_fdset_id, int64_t fdset_id, const char *opaque,
                      Error **errp)
{
    Monitor *mon = monitor_fd_owner(monitor_cur());
    int fd = mon ? monitor_message_fd_take(mon) : -1;
    AddfdInfo *info;

    if (fd < 0) {
        error_setg(errp, "No file descriptor supplied via SCM_RIGHTS");
        return NULL;
    }
    if (!has_fdset_id) {
        fdset_id = 0;
        if (fdsets) {
            g_tree_foreach(fdsets, fdset_free_id, &fdset_id);
        }
    }
    if (!monitor_fdset_add(fd, fdset_id, opaque, errp)) {
        close(fd);
        return NULL;
    }
    info = g_new0(AddfdInfo, 1);
    info->fdset_id = fdset_id;
    info->fd = fd;
    return info;
}

void qmp_remove_fd(int64_t fdset_id, bool has_fd, int64_t fd, Error **errp)
{
    GArray *set = fdset_find(fdset_id);
    bool found = false;

    for (unsigned i = 0; set && has_fd && i < set->len; i++) {
        if (g_array_index(set, FdsetFd, i).fd == fd) {
            g_array_remove_index(set, i);
            found = true;
            break;
        }
    }
    if (set && has_fd && !found) {
        error_setg(errp, "File descriptor named 'fdset-id:%" PRId64 ", fd:%"
                   PRId64 "' not found", fdset_id, fd);
    } else if (!set) {
        error_setg(errp, "File descriptor named 'fdset-id:%" PRId64
                   "' not found", fdset_id);
    } else if (!has_fd || !set->len) {
        g_tree_remove(fdsets, &fdset_id);
    }
}

static gboolean fdset_append_info(void *key, void *value, void *opaque)
{
    FdsetInfoList ***tail = opaque;
    FdsetInfo *info = g_new0(FdsetInfo, 1);
    FdsetFdInfoList **fds = &info->fds;
    GArray *set = value;

    info->fdset_id = *(int64_t *)key;
    for (unsigned i = 0; i < set->len; i++) {
        FdsetFd *member = &g_array_index(set, FdsetFd, i);
        FdsetFdInfo *fd_info = g_new0(FdsetFdInfo, 1);

        fd_info->fd = member->fd;
        fd_info->opaque = g_strdup(member->opaque);
        QAPI_LIST_APPEND(fds, fd_info);
    }
    QAPI_LIST_APPEND(*tail, info);
    return FALSE;
}

FdsetInfoList *qmp_query_fdsets(Error **errp)
{
    FdsetInfoList *list = NULL, **tail = &list;

    if (fdsets) {
        g_tree_foreach(fdsets, fdset_append_info, &tail);
    }
    return list;
}

/* -- the provider ----------------------------------------------------------------- */

static int monitor_fd_get_named(void *opaque, const char *name, Error **errp)
{
    return monitor_get_fd(monitor_cur(), name, errp);
}

static int monitor_fd_dup_from_set(void *opaque, int64_t id, int flags,
                                   Error **errp)
{
    GArray *set = fdset_find(id);

    if (!set) {
        error_setg(errp, "there is no file descriptor set %" PRId64
                   "; make it with add-fd", id);
        return -1;
    }
    for (unsigned i = 0; i < set->len; i++) {
        int fd = g_array_index(set, FdsetFd, i).fd;
        int mode = fcntl(fd, F_GETFL);

        if (mode >= 0 && (mode & O_ACCMODE) == (flags & O_ACCMODE)) {
            int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);

            if (copy < 0) {
                error_setg_errno(errp, errno, "duplicating file descriptor %d "
                                 "of set %" PRId64, fd, id);
            }
            return copy;
        }
    }
    error_setg(errp, "file descriptor set %" PRId64 " has none that is open "
               "for the wanted access", id);
    return -1;
}

static const FdProvider monitor_fd_provider = {
    .get_named = monitor_fd_get_named,
    .dup_from_set = monitor_fd_dup_from_set,
};

void monitor_fdsets_init(void)
{
    fd_provider_set(&monitor_fd_provider);
}

void monitor_fdsets_cleanup(void)
{
    fd_provider_set(NULL);
    g_clear_pointer(&fdsets, g_tree_destroy);
}
