/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The device test library, part 1: starting and ending emulators, and the
 * registration of tests.
 */
#include "qemu/osdep.h"
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include "libgantrytest-internal.h"

#ifndef QTEST_DEFAULT_BINARY
#error "the build must name the emulator to test"
#endif

/* Called when an assertion ends the test; also the list of running emulators. */
static GHookList abrt_hooks;

/* ---- ends ------------------------------------------------------------------------ */

static void abrt_run(int signal)
{
    g_hook_list_invoke(&abrt_hooks, FALSE);
}

static void abrt_install(void)
{
    struct sigaction action = { .sa_handler = abrt_run, .sa_flags = SA_RESETHAND };

    if (!abrt_hooks.is_setup) {
        g_hook_list_init(&abrt_hooks, sizeof(GHook));
        sigaction(SIGABRT, &action, NULL);
    }
}

void qtest_add_abrt_handler(GHookFunc fn, const void *data)
{
    GHook *hook;

    abrt_install();
    hook = g_hook_alloc(&abrt_hooks);
    hook->func = fn;
    hook->data = (void *)data;
    g_hook_prepend(&abrt_hooks, hook);
}

void qtest_remove_abrt_handler(void *data)
{
    GHook *hook = abrt_hooks.is_setup ? g_hook_find_data(&abrt_hooks, TRUE, data) : NULL;

    if (hook) {
        g_hook_destroy_link(&abrt_hooks, hook);
    }
}

static void emulator_kill(void *opaque)
{
    QTestState *s = opaque;

    if (s->pid > 0) {
        kill(s->pid, SIGKILL);
        waitpid(s->pid, NULL, 0);
        s->pid = -1;
    }
}

void qtest_die(QTestState *s, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    g_autofree char *text = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    if (!qtest_probe_child(s)) {
        g_error("%s (the emulator has ended: %s %d)", text,
                WIFSIGNALED(s->wait_status) ? "signal" : "status",
                WIFSIGNALED(s->wait_status) ? WTERMSIG(s->wait_status) :
                                              WEXITSTATUS(s->wait_status));
    }
    g_error("%s", text);
}

bool qtest_probe_child(QTestState *s)
{
    if (s->pid > 0 && waitpid(s->pid, &s->wait_status, WNOHANG) == s->pid) {
        s->pid = -1;
    }
    return s->pid > 0;
}

pid_t qtest_pid(QTestState *s)
{
    return s->pid;
}

void qtest_set_expected_status(QTestState *s, int status)
{
    s->expected_status = status;
}

static void status_check(QTestState *s)
{
    if (WIFSIGNALED(s->wait_status)) {
        g_error("the emulator was killed by signal %d", WTERMSIG(s->wait_status));
    }
    if (WEXITSTATUS(s->wait_status) != s->expected_status) {
        g_error("the emulator ended with status %d instead of %d",
                WEXITSTATUS(s->wait_status), s->expected_status);
    }
}

void qtest_wait_qemu(QTestState *s)
{
    for (int waited_ms = 0; qtest_probe_child(s); waited_ms += 10) {
        if (waited_ms >= QTEST_TIMEOUT_MS) {
            g_error("the emulator did not end");
        }
        g_usleep(waited_ms < 100 ? 1000 : 10000);
    }
    status_check(s);
}

void qtest_kill_qemu(QTestState *s)
{
    if (qtest_probe_child(s)) {
        kill(s->pid, SIGTERM);
        qtest_wait_qemu(s);
    } else {
        status_check(s);
    }
}

void qtest_quit(QTestState *s)
{
    if (!s) {
        return;
    }
    qtest_kill_qemu(s);
    qtest_remove_abrt_handler(s);
    qtest_qmp_close(s);
    close(s->qtest_fd);
    g_string_free(s->rx, TRUE);
    g_free(s);
}

/* ---- descriptors ------------------------------------------------------------------ */

/* False after the time allowed, or (looking every 100 ms) when the emulator is gone. */
static bool fd_wait(QTestState *s, int fd, short events)
{
    struct pollfd pfd = { .fd = fd, .events = events };

    for (int waited_ms = 0; waited_ms < QTEST_TIMEOUT_MS; waited_ms += 100) {
        int ready = RETRY_ON_EINTR(poll(&pfd, 1, 100));

        if (ready > 0) {
            return true;
        }
        if (!qtest_probe_child(s)) {
            return poll(&pfd, 1, 0) > 0;
        }
    }
    return false;
}

size_t qtest_fd_read(QTestState *s, int fd, char *buf, size_t size)
{
    ssize_t len;

    if (!fd_wait(s, fd, POLLIN)) {
        qtest_die(s, "no answer from the emulator");
    }
    len = RETRY_ON_EINTR(read(fd, buf, size));
    if (len <= 0) {
        /* Its end and our notice of it race. */
        for (int i = 0; len == 0 && i < 100 && qtest_probe_child(s); i++) {
            g_usleep(10000);
        }
        qtest_die(s, "the emulator closed the connection");
    }
    return len;
}

void qtest_fd_write(QTestState *s, int fd, const char *buf, size_t size)
{
    while (size) {
        ssize_t len = RETRY_ON_EINTR(send(fd, buf, size, MSG_NOSIGNAL));

        if (len < 0) {
            qtest_die(s, "sending to the emulator failed: %s", g_strerror(errno));
        }
        buf += len;
        size -= len;
    }
}

int qtest_socket_server(const char *socket_path)
{
    struct sockaddr_un addr = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpuint(strlen(socket_path), <, sizeof(addr.sun_path));
    strcpy(addr.sun_path, socket_path);
    unlink(socket_path);
    g_assert_no_errno(bind(fd, (struct sockaddr *)&addr, sizeof(addr)));
    g_assert_no_errno(listen(fd, 1));
    return fd;
}

static int socket_accept(QTestState *s, int listener)
{
    int fd;

    if (!fd_wait(s, listener, POLLIN)) {
        qtest_die(s, "the emulator did not connect");
    }
    fd = RETRY_ON_EINTR(accept4(listener, NULL, NULL, SOCK_CLOEXEC));
    g_assert_no_errno(fd);
    return fd;
}

/* ---- start --------------------------------------------------------------------------- */

const char *qtest_qemu_binary(const char *var)
{
    const char *binary = var ? g_getenv(var) : NULL;

    if (!binary) {
        binary = g_getenv("QTEST_QEMU_BINARY");
    }
    return binary ? binary : QTEST_DEFAULT_BINARY;
}

static pid_t emulator_exec(char **argv)
{
    pid_t parent = getpid();
    pid_t pid;

    fflush(NULL);
    pid = fork();
    g_assert_cmpint(pid, >=, 0);
    if (pid == 0) {
        /* An aborted test leaves no emulator behind. */
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() == parent) {
            execv(argv[0], argv);
        }
        fprintf(stderr, "cannot run '%s': %s\n", argv[0], strerror(errno));
        _exit(127);
    }
    return pid;
}

/* The folder for this emulator's sockets; two of them may run at once. */
static char *sockets_folder(void)
{
    g_autoptr(GError) err = NULL;
    char *folder = g_dir_make_tmp("qtest-XXXXXX", &err);

    g_assert_no_error(err);
    return folder;
}

static char **emulator_argv(const char *var, const char *folder, const char *extra_args)
{
    const char *log = g_getenv("QTEST_LOG") ? "/dev/fd/2" : "none";
    g_autofree char *line = NULL;
    g_autoptr(GError) err = NULL;
    char **argv;

    line = g_strdup_printf("'%s' -qtest unix:%s/qtest -qtest-log %s "
                           "-chardev socket,path=%s/qmp,id=char0 -mon chardev=char0,mode=control "
                           "-display none -audio none %s -accel qtest",
                           qtest_qemu_binary(var), folder, log, folder,
                           extra_args ? extra_args : "");
    g_shell_parse_argv(line, NULL, &argv, &err);
    g_assert_no_error(err);
    return argv;
}

/* With the connections made and nothing said yet. */
static QTestState *emulator_start(const char *var, const char *extra_args)
{
    g_autofree char *folder = sockets_folder();
    g_autofree char *qtest_path = g_build_filename(folder, "qtest", NULL);
    g_autofree char *qmp_path = g_build_filename(folder, "qmp", NULL);
    g_auto(GStrv) argv = emulator_argv(var, folder, extra_args);
    int qtest_listener = qtest_socket_server(qtest_path);
    int qmp_listener = qtest_socket_server(qmp_path);
    QTestState *s = g_new0(QTestState, 1);

    s->rx = g_string_new(NULL);
    s->pid = emulator_exec(argv);
    qtest_add_abrt_handler(emulator_kill, s);
    /* The emulator connects in the order of its options' kinds: take either. */
    s->qmp_fd = socket_accept(s, qmp_listener);
    s->qtest_fd = socket_accept(s, qtest_listener);
    close(qtest_listener);
    close(qmp_listener);
    unlink(qtest_path);
    unlink(qmp_path);
    rmdir(folder);
    qtest_qmp_open(s);
    return s;
}

QTestState *qtest_init_without_qmp_handshake(const char *extra_args)
{
    return emulator_start(NULL, extra_args);
}

QTestState *qtest_init_with_env(const char *var, const char *extra_args)
{
    QTestState *s = emulator_start(var, extra_args);

    qtest_qmp_handshake(s);
    return s;
}

QTestState *qtest_init(const char *extra_args)
{
    return qtest_init_with_env(NULL, extra_args);
}

QTestState *qtest_vinitf(const char *fmt, va_list ap)
{
    g_autofree char *args = g_strdup_vprintf(fmt, ap);

    return qtest_init(args);
}

QTestState *qtest_initf(const char *fmt, ...)
{
    QTestState *s;
    va_list ap;

    va_start(ap, fmt);
    s = qtest_vinitf(fmt, ap);
    va_end(ap);
    return s;
}

QTestState *qtest_init_with_serial(const char *extra_args, int *sock_fd)
{
    g_autofree char *folder = sockets_folder();
    g_autofree char *path = g_build_filename(folder, "serial", NULL);
    int listener = qtest_socket_server(path);
    QTestState *s = qtest_initf("-chardev socket,id=s0,path=%s -serial chardev:s0 %s", path,
                                extra_args);

    *sock_fd = socket_accept(s, listener);
    close(listener);
    unlink(path);
    rmdir(folder);
    return s;
}

/* ---- registration ------------------------------------------------------------------------ */

const char *qtest_get_arch(void)
{
    return "aarch64";
}

static char *test_path(const char *str)
{
    return g_strdup_printf("/%s/%s", qtest_get_arch(), str[0] == '/' ? str + 1 : str);
}

void qtest_add_func(const char *str, void (*fn)(void))
{
    g_autofree char *path = test_path(str);

    g_test_add_func(path, fn);
}

void qtest_add_data_func(const char *str, const void *data, void (*fn)(const void *))
{
    g_autofree char *path = test_path(str);

    g_test_add_data_func(path, data, fn);
}

void qtest_add_data_func_full(const char *str, void *data, void (*fn)(const void *),
                              GDestroyNotify data_free_func)
{
    g_autofree char *path = test_path(str);

    g_test_add_data_func_full(path, data, fn, data_free_func);
}
