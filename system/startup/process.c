/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the command line says about the process itself: the locked file with
 * its process id, going to the background, another root folder or user, memory
 * locked against paging.
 */
#include "qemu/osdep.h"
#include <grp.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include "qapi/error.h"
#include "startup-internal.h"

/* ---- standard files ---- */

void process_standard_files_open(void)
{
    int fd;

    do {
        fd = open("/dev/null", O_RDWR);
    } while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0) {
        close(fd);
    }
}

/* ---- -pidfile ------------------------------------------------------------ */

/* Locks @fd and makes sure that @path still leads to it. 0: locked; 1: try again. */
static int pidfile_lock(const char *path, int fd, Error **errp)
{
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    struct stat ours, there;

    if (fcntl(fd, F_SETLK, &lock) < 0) {
        if (errno == EACCES || errno == EAGAIN) {
            error_setg(errp, "cannot lock PID file '%s': another process holds it", path);
        } else {
            error_setg_errno(errp, errno, "cannot lock PID file '%s'", path);
        }
        return -1;
    }
    if (fstat(fd, &ours) < 0) {
        error_setg_errno(errp, errno, "cannot examine PID file '%s'", path);
        return -1;
    }
    /* Its last holder may have removed it between our open and our lock. */
    return stat(path, &there) < 0 || ours.st_dev != there.st_dev || ours.st_ino != there.st_ino;
}

static bool pidfile_write(const char *path, int fd, Error **errp)
{
    g_autofree char *text = g_strdup_printf("%d\n", (int)getpid());
    ssize_t len = strlen(text);

    if (ftruncate(fd, 0) < 0 || write(fd, text, len) != len) {
        error_setg_errno(errp, errno, "cannot write PID file '%s'", path);
        return false;
    }
    return true;
}

bool process_pidfile_create(StartupProcess *process, const char *path, Error **errp)
{
    int fd, state;

    do {
        fd = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
        if (fd < 0) {
            error_setg_errno(errp, errno, "cannot create PID file '%s'", path);
            return false;
        }
        state = pidfile_lock(path, fd, errp);
        if (state) {
            close(fd);
        }
    } while (state > 0);

    if (state < 0) {
        return false;
    }
    if (!pidfile_write(path, fd, errp)) {
        unlink(path);
        close(fd);
        return false;
    }
    /* Absolute, as -daemonize changes the current folder. */
    process->pidfile_path = g_canonicalize_filename(path, NULL);
    process->pidfile_fd = fd;
    return true;
}

/* ---- -daemonize ------------------------------------------------------------ */

/* The first process: it ends with the daemon's verdict. */
static G_NORETURN void daemon_parent_wait(int pipe_fd, pid_t child)
{
    uint8_t status;
    ssize_t len;

    do {
        len = read(pipe_fd, &status, 1);
    } while (len < 0 && errno == EINTR);
    /* The middle process has ended or is about to: leave no zombie behind. */
    waitpid(child, NULL, 0);
    _exit(len == 1 ? status : 1);
}

bool process_daemonize(StartupProcess *process, Error **errp)
{
    int fds[2];
    pid_t child;

    if (pipe2(fds, O_CLOEXEC) < 0) {
        error_setg_errno(errp, errno, "cannot create a pipe for -daemonize");
        return false;
    }
    child = fork();
    if (child < 0) {
        error_setg_errno(errp, errno, "cannot start a background process");
        close(fds[0]);
        close(fds[1]);
        return false;
    }
    if (child > 0) {
        close(fds[1]);
        daemon_parent_wait(fds[0], child);
    }
    close(fds[0]);
    process->ready_fd = fds[1];
    setsid();
    /* Not being a session leader, the daemon can never get a terminal. */
    child = fork();
    if (child != 0) {
        _exit(child < 0);
    }
    umask(027);
    return true;
}

bool process_daemon_ready(StartupProcess *process, Error **errp)
{
    const uint8_t success = 0;
    int null_fd;
    ssize_t len;

    if (process->ready_fd < 0) {
        return true;
    }
    if (chdir("/") < 0) {
        error_setg_errno(errp, errno, "cannot go to '/'");
        return false;
    }
    null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null_fd < 0) {
        error_setg_errno(errp, errno, "cannot open '/dev/null'");
        return false;
    }
    dup2(null_fd, STDIN_FILENO);
    dup2(null_fd, STDOUT_FILENO);
    dup2(null_fd, STDERR_FILENO);
    close(null_fd);
    do {
        len = write(process->ready_fd, &success, 1);
    } while (len < 0 && errno == EINTR);
    close(process->ready_fd);
    process->ready_fd = -1;
    return true;
}

/* ---- -run-with, -overcommit, -name ------------------------------------------ */

typedef struct ProcessUser {
    char *name;                 /* NULL: only numbers were given */
    uid_t uid;
    gid_t gid;
} ProcessUser;

/* Accepts a user name or UID:GID. */
static bool process_user_find(const char *user, ProcessUser *found, Error **errp)
{
    struct passwd *entry = getpwnam(user);
    char extra;

    if (entry) {
        found->name = g_strdup(entry->pw_name);
        found->uid = entry->pw_uid;
        found->gid = entry->pw_gid;
    } else if (!g_ascii_isdigit(user[0]) ||
               sscanf(user, "%u:%u%c", &found->uid, &found->gid, &extra) != 2) {
        error_setg(errp, "there is no user '%s'; give a user's name or UID:GID", user);
        return false;
    }
    return true;
}

static bool process_user_set(const ProcessUser *user, Error **errp)
{
    if (setgid(user->gid) < 0 ||
        (user->name ? initgroups(user->name, user->gid) : setgroups(1, &user->gid)) < 0 ||
        setuid(user->uid) < 0) {
        error_setg_errno(errp, errno, "cannot become user %u", user->uid);
        return false;
    }
    if (user->uid != 0 && setuid(0) == 0) {
        error_setg(errp, "user %u could become root again", user->uid);
        return false;
    }
    return true;
}

static bool process_root_change(const char *path, Error **errp)
{
    if (chroot(path) < 0) {
        error_setg_errno(errp, errno, "cannot make '%s' the root folder", path);
        return false;
    }
    if (chdir("/") < 0) {
        error_setg_errno(errp, errno, "cannot go to '/' in '%s'", path);
        return false;
    }
    return true;
}

bool process_privileges_drop(const char *chroot_dir, const char *user, Error **errp)
{
    ProcessUser found = { };
    bool done;

    /* Names are looked up outside: the new root need not know them. */
    if (user && !process_user_find(user, &found, errp)) {
        return false;
    }
    done = (!chroot_dir || process_root_change(chroot_dir, errp)) &&
           (!user || process_user_set(&found, errp));
    g_free(found.name);
    return done;
}

bool process_memory_lock(Error **errp)
{
    if (mlockall(MCL_CURRENT | MCL_FUTURE) < 0) {
        error_setg_errno(errp, errno, "cannot lock memory, as -overcommit mem-lock=on asks (see "
                         "'ulimit -l')");
        return false;
    }
    return true;
}

void process_name_set(const char *name)
{
    prctl(PR_SET_NAME, name);
}

/* ---- end --------------------------------------------------------------------- */

void process_cleanup(StartupProcess *process)
{
    if (process->pidfile_path) {
        unlink(process->pidfile_path);
        close(process->pidfile_fd);
        g_clear_pointer(&process->pidfile_path, g_free);
    }
}
