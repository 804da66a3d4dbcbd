/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Character devices without sockets: options, front ends, ringbuf, files, pty, mux. */
#include "char-test.h"
#include <sys/resource.h>
#include <termios.h>
#include "qapi/qapi-visit-char.h"
#include "qapi/qmp/qjson.h"
#include "qapi/qmp/qobject.h"
#include "qapi/qobject-input-visitor.h"
#include "chardev/char-serial.h"

static int write_str(CharBackend *be, const char *text)
{
    return qemu_chr_fe_write_all(be, (const uint8_t *)text, strlen(text));
}

static char *tmp_path(void)
{
    char *path = NULL;

    close(g_file_open_tmp("gantry-char-XXXXXX", &path, NULL));
    return path;
}

/* -- options --------------------------------------------------------------------- */

static void test_unknown_backend(void)
{
    assert_make_fails("sokcet,id=a,path=x",
                      "'sokcet' is not a valid chardev backend; did you mean 'socket'?");
    assert_make_fails("fd,id=a", "'fd' is not a valid chardev backend");
    assert_make_fails("nonsense,id=a", "'nonsense' is not a valid chardev backend");
}

static void test_bad_parameters(void)
{
    assert_make_fails("null", "needs an id");
    assert_make_fails("id=a", "needs a backend");
    assert_make_fails("null,id=a,path=x", "chardev 'null' has no parameter 'path'");
    assert_make_fails("file,id=a,pth=x", "Invalid parameter 'pth'; did you mean 'path'?");
    assert_make_fails("file,id=a", "chardev file needs path=...");
    assert_make_fails("file,id=a,path=/nonexistent/f", "/nonexistent/f");
    assert_make_fails("file,id=a,path=/tmp/x,append=maybe", "expects 'on' or 'off'");
    assert_make_fails("null,id=a,logfile=/nonexistent/l", "/nonexistent/l");
    assert_make_fails("pipe,id=a,path=/nonexistent/p", "mkfifo");
    assert_make_fails("serial,id=a,path=/dev/null", "cannot be set up as a serial port");
    assert_make_fails("tty,id=a,path=/nonexistent/tty", "/nonexistent/tty");
    assert_make_fails("mux,id=a,chardev=b", "there is no chardev 'b'");
}

static void test_ids_are_unique(void)
{
    g_assert_nonnull(chardev_make("null,id=a", &error_abort));
    assert_make_fails("null,id=a", "Duplicate ID 'a' for chardev");
    g_assert_true(qemu_chr_remove("a", &error_abort));
    g_assert_nonnull(chardev_make("null,id=a", &error_abort));
    g_assert_true(qemu_chr_remove("a", &error_abort));
}

static void test_help(void)
{
    g_autofree char *all = qemu_chr_help_text();
    g_autofree char *ringbuf = qemu_chr_type_help_text("ringbuf", &error_abort);
    g_auto(GStrv) names = qemu_chr_backend_names();
    g_autoptr(Error) err = NULL;

    g_assert_nonnull(strstr(all, "\n  socket "));
    g_assert_nonnull(strstr(all, "\n  tty "));
    g_assert_null(strstr(all, "\n  fd "));
    g_assert_nonnull(strstr(ringbuf, "\n  size=<size>"));
    g_assert_null(strstr(ringbuf, "path="));
    g_assert_true(g_strv_contains((const char *const *)names, "stdio"));
    g_assert_null(qemu_chr_type_help_text("ringbug", &err));
    g_assert_nonnull(strstr(error_get_pretty(err), "did you mean 'ringbuf'?"));
}

static void test_short_forms(void)
{
    g_autofree char *path = tmp_path();
    g_autofree char *file = g_strdup_printf("file:%s", path);
    g_autoptr(Error) err = NULL;
    g_autoptr(Error) err2 = NULL;
    g_autoptr(QemuOpts) tcp = NULL;
    Chardev *chr = qemu_chr_new_err("s", file, false, NULL, &error_abort);
    g_autofree char *again = g_strdup("chardev:s");

    g_assert_true(qemu_chr_find("s") == chr);
    g_assert_true(qemu_chr_new_err("t", again, false, NULL, &error_abort) == chr);
    qemu_chr_remove("s", &error_abort);
    tcp = qemu_chr_parse_compat("t", "tcp:[::1]:80,server=on,wait=off", false, &error_abort);
    g_assert_cmpstr(qemu_opt_get(tcp, "host"), ==, "::1");
    g_assert_cmpstr(qemu_opt_get(tcp, "port"), ==, "80");
    g_assert_false(qemu_opt_get_bool(tcp, "wait", true));
    g_assert_null(qemu_chr_new_err("s", "unixx:/tmp/x", false, NULL, &err));
    g_assert_nonnull(strstr(error_get_pretty(err), "'unixx:/tmp/x' is not a valid char driver"));
    g_assert_null(qemu_chr_new_err("s", "tcp:nowhere", false, NULL, &err2));
    g_assert_nonnull(strstr(error_get_pretty(err2), "tcp:HOST:PORT"));
    unlink(path);
}

static Chardev *mon_chardev;

static void mon_hook(Chardev *chr)
{
    mon_chardev = chr;
}

static void test_mon_form_makes_a_mux(void)
{
    g_autoptr(Error) err = NULL;
    Chardev *chr;

    qemu_chr_set_mux_mon_hook(mon_hook);
    chr = qemu_chr_new_err("s", "mon:null", true, NULL, &error_abort);
    g_assert_true(CHARDEV_IS_MUX(chr));
    g_assert_true(mon_chardev == chr);
    g_assert_nonnull(qemu_chr_find("s-base"));
    qemu_chr_remove("s", &error_abort);
    g_assert_null(qemu_chr_find("s-base"));
    g_assert_null(qemu_chr_new_err("s", "mon:null", false, NULL, &err));
    g_assert_nonnull(err);
    qemu_chr_set_mux_mon_hook(NULL);
}

/* -- front ends ------------------------------------------------------------------ */

static void test_no_chardev_is_harmless(void)
{
    CharBackend be = { 0 };
    uint8_t byte = 0;

    g_assert_true(qemu_chr_fe_init(&be, NULL, &error_abort));
    g_assert_false(qemu_chr_fe_backend_connected(&be));
    g_assert_cmpint(qemu_chr_fe_write(&be, &byte, 1), ==, 0);
    g_assert_cmpint(qemu_chr_fe_write_all(&be, &byte, 1), ==, 0);
    g_assert_cmpint(qemu_chr_fe_read_all(&be, &byte, 1), ==, 0);
    g_assert_cmpint(qemu_chr_fe_ioctl(&be, CHR_IOCTL_SERIAL_SET_BREAK, NULL), ==, -ENOTSUP);
    g_assert_cmpint(qemu_chr_fe_get_msgfd(&be), ==, -1);
    g_assert_cmpint(qemu_chr_fe_add_watch(&be, G_IO_OUT, NULL, NULL), ==, 0);
    qemu_chr_fe_set_handlers(&be, NULL, NULL, NULL, NULL, NULL, NULL, true);
    qemu_chr_fe_accept_input(&be);
    qemu_chr_fe_printf(&be, "x");
    qemu_chr_fe_deinit(&be, true);
}

static void test_one_user_only(void)
{
    Chardev *chr = chardev_make("null,id=n", &error_abort);
    g_autoptr(Error) err = NULL;
    g_autoptr(Error) err2 = NULL;
    CharBackend second = { 0 };
    TestFrontend f;

    frontend_init(&f, chr);
    g_assert_false(qemu_chr_fe_init(&second, chr, &err));
    g_assert_nonnull(strstr(error_get_pretty(err), "'n' is already in use"));
    g_assert_false(qemu_chr_remove("n", &err2));
    g_assert_cmpstr(error_get_pretty(err2), ==, "Chardev 'n' is busy");
    frontend_clear(&f, true);
    g_assert_null(qemu_chr_find("n"));
}

static void test_remove_unknown(void)
{
    g_autoptr(Error) err = NULL;

    g_assert_false(qemu_chr_remove("ghost", &err));
    g_assert_cmpstr(error_get_pretty(err), ==, "Chardev 'ghost' not found");
}

static int change_accept(void *opaque)
{
    TestFrontend *f = opaque;

    qemu_chr_fe_set_handlers(&f->be, frontend_can_read, frontend_read, frontend_event,
                             change_accept, f, NULL, true);
    return 0;
}

static int change_refuse(void *opaque)
{
    return -1;
}

static Chardev *change_to(const char *text, Error **errp)
{
    g_autoptr(QemuOpts) opts = qemu_opts_parse(&qemu_chardev_opts, text, true, &error_abort);

    return qemu_chr_change(opts, errp);
}

static void test_exchange(void)
{
    Chardev *old = chardev_make("ringbuf,id=c,size=16", &error_abort);
    g_autofree char *text = NULL;
    TestFrontend f;
    Chardev *new;
    size_t len;

    frontend_init(&f, old);
    f.be.chr_be_change = change_accept;
    new = change_to("ringbuf,id=c,size=32", &error_abort);
    g_assert_true(qemu_chr_find("c") == new);
    g_assert_true(qemu_chr_fe_get_driver(&f.be) == new);
    write_str(&f.be, "0123456789abcdefXYZ");
    text = qemu_chr_ringbuf_read(new, -1, &len, &error_abort);
    g_assert_cmpstr(text, ==, "0123456789abcdefXYZ");
    frontend_clear(&f, true);
}

static void test_exchange_refused(void)
{
    Chardev *old = chardev_make("ringbuf,id=c", &error_abort);
    g_autoptr(Error) err = NULL;
    g_autoptr(Error) err2 = NULL;
    TestFrontend f;

    frontend_init(&f, old);
    g_assert_null(change_to("null,id=c", &err));
    g_assert_nonnull(strstr(error_get_pretty(err), "cannot change backends"));
    f.be.chr_be_change = change_refuse;
    g_assert_null(change_to("null,id=c", &err2));
    g_assert_nonnull(strstr(error_get_pretty(err2), "refuses"));
    g_assert_true(qemu_chr_find("c") == old);
    g_assert_true(qemu_chr_fe_get_driver(&f.be) == old);
    write_str(&f.be, "still");
    g_assert_cmpuint(qemu_chr_ringbuf_count(old), ==, 5);
    frontend_clear(&f, true);
}

/* -- ringbuf --------------------------------------------------------------------- */

static void test_ringbuf_keeps_the_newest(void)
{
    Chardev *chr = chardev_make("ringbuf,id=r,size=8", &error_abort);
    g_autofree char *first = NULL;
    g_autofree char *rest = NULL;
    g_autoptr(Error) err = NULL;
    TestFrontend f;
    size_t len;

    frontend_init(&f, chr);
    g_assert_cmpint(write_str(&f.be, "0123456789ab"), ==, 12);
    g_assert_cmpuint(qemu_chr_ringbuf_count(chr), ==, 8);
    first = qemu_chr_ringbuf_read(chr, 3, &len, &error_abort);
    g_assert_cmpstr(first, ==, "456");
    write_str(&f.be, "c");
    rest = qemu_chr_ringbuf_read(chr, -1, &len, &error_abort);
    g_assert_cmpstr(rest, ==, "789abc");
    g_assert_cmpuint(len, ==, 6);
    g_assert_null(qemu_chr_ringbuf_read(chr, 0, &len, &err));
    frontend_clear(&f, true);
}

static void test_ringbuf_sizes(void)
{
    assert_make_fails("ringbuf,id=r,size=3", "power of two up to 1G, not 3");
    assert_make_fails("ringbuf,id=r,size=0", "power of two");
    assert_make_fails("memory,id=r,size=2T", "power of two");
    g_assert_true(CHARDEV_IS_RINGBUF(chardev_make("memory,id=r,size=1", &error_abort)));
    qemu_chr_remove("r", &error_abort);
}

static int test_status = -1;

static void testdev_hook(int status)
{
    test_status = status;
}

static void test_testdev_reports_exit_code(void)
{
    TestFrontend f;

    frontend_init(&f, chardev_make("testdev,id=t", &error_abort));
    qemu_chr_set_testdev_hook(testdev_hook);
    write_str(&f.be, "12");
    g_assert_cmpint(test_status, ==, -1);
    write_str(&f.be, "q");
    g_assert_cmpint(test_status, ==, 25);
    write_str(&f.be, "7x0q");
    g_assert_cmpint(test_status, ==, 1);
    qemu_chr_set_testdev_hook(NULL);
    frontend_clear(&f, true);
}

/* -- files ----------------------------------------------------------------------- */

static void test_file(void)
{
    g_autofree char *path = tmp_path();
    g_autofree char *log = tmp_path();
    g_autofree char *text = g_strdup_printf("file,id=f,path=%s,append=on,logfile=%s", path, log);
    TestFrontend f;

    g_assert_true(g_file_set_contents(path, "old ", -1, NULL));
    frontend_init(&f, chardev_make(text, &error_abort));
    g_assert_cmpstr(f.events->str, ==, "o");
    qemu_chr_fe_printf(&f.be, "new %d", 1);
    frontend_clear(&f, true);
    assert_file(path, "old new 1");
    assert_file(log, "new 1");
    unlink(path);
    unlink(log);
}

static void test_file_input(void)
{
    g_autofree char *out = tmp_path();
    g_autofree char *in = tmp_path();
    g_autofree char *text = g_strdup_printf("file,id=f,path=%s,input-path=%s", out, in);
    TestFrontend f;

    g_assert_true(g_file_set_contents(in, "hello", -1, NULL));
    frontend_init(&f, chardev_make(text, &error_abort));
    WAIT_UNTIL(!strcmp(f.events->str, "oc"));
    g_assert_cmpstr(f.input->str, ==, "hello");
    frontend_clear(&f, true);
    unlink(out);
    unlink(in);
}

static void test_pipe(void)
{
    g_autofree char *dir = g_dir_make_tmp("gantry-char-XXXXXX", NULL);
    g_autofree char *in = g_build_filename(dir, "p.in", NULL);
    g_autofree char *out = g_build_filename(dir, "p.out", NULL);
    g_autofree char *text = g_strdup_printf("pipe,id=p,path=%s/p", dir);
    char buf[8] = "";
    TestFrontend f;
    int fd;

    g_assert_cmpint(mkfifo(in, 0600), ==, 0);
    g_assert_cmpint(mkfifo(out, 0600), ==, 0);
    frontend_init(&f, chardev_make(text, &error_abort));
    fd = open(in, O_WRONLY);
    g_assert_cmpint(write(fd, "ping", 4), ==, 4);
    close(fd);
    WAIT_UNTIL(!strcmp(f.input->str, "ping"));
    fd = open(out, O_RDONLY | O_NONBLOCK);
    write_str(&f.be, "pong");
    g_assert_cmpint(read(fd, buf, sizeof(buf)), ==, 4);
    g_assert_cmpstr(buf, ==, "pong");
    close(fd);
    frontend_clear(&f, true);
    unlink(in);
    unlink(out);
    rmdir(dir);
}

/* A pipe nobody reads: writing stops with EAGAIN and goes on when there is room. */
static gboolean watch_fired(void *do_not_use, GIOCondition cond, void *data)
{
    *(bool *)data = true;
    return G_SOURCE_REMOVE;
}

static void test_full_pipe_pushes_back(void)
{
    g_autofree char *dir = g_dir_make_tmp("gantry-char-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(dir, "p", NULL);
    g_autofree char *text = g_strdup_printf("pipe,id=p,path=%s", path);
    g_autofree uint8_t *block = g_malloc0(1 << 20);
    bool fired = false;
    TestFrontend f;
    int ret, fd;

    g_assert_cmpint(mkfifo(path, 0600), ==, 0);
    frontend_init(&f, chardev_make(text, &error_abort));
    f.room = 0;
    ret = qemu_chr_fe_write(&f.be, block, 1 << 20);
    g_assert_cmpint(ret, >, 0);
    g_assert_cmpint(ret, <, 1 << 20);
    g_assert_cmpint(qemu_chr_fe_write(&f.be, block, 1 << 20), ==, -1);
    g_assert_cmpint(errno, ==, EAGAIN);
    g_assert_cmpuint(qemu_chr_fe_add_watch(&f.be, G_IO_OUT, watch_fired, &fired), >, 0);
    loop_settle();
    g_assert_false(fired);
    fd = open(path, O_RDONLY | O_NONBLOCK);
    while (read(fd, block, 1 << 20) > 0) {
    }
    WAIT_UNTIL(fired);
    close(fd);
    frontend_clear(&f, true);
    unlink(path);
    rmdir(dir);
}

static void test_pty(void)
{
    Chardev *chr = chardev_make("pty,id=p", &error_abort);
    const char *name = chr->filename + strlen("pty:");
    char buf[8] = "";
    TestFrontend f;
    int fd;

    frontend_init(&f, chr);
    g_assert_cmpint(write_str(&f.be, "lost"), ==, 4);
    fd = open(name, O_RDWR | O_NOCTTY);
    WAIT_UNTIL(!strcmp(f.events->str, "o"));
    write_str(&f.be, "hi\n");
    g_assert_cmpint(read(fd, buf, sizeof(buf)), ==, 3);
    g_assert_cmpstr(buf, ==, "hi\n");
    g_assert_cmpint(write(fd, "in", 2), ==, 2);
    WAIT_UNTIL(!strcmp(f.input->str, "in"));
    close(fd);
    WAIT_UNTIL(!strcmp(f.events->str, "oc"));
    frontend_clear(&f, true);
}

static void test_serial_parameters(void)
{
    Chardev *pty = chardev_make("pty,id=m", &error_abort);
    g_autofree char *text = g_strdup_printf("serial,id=s,path=%s", pty->filename + 4);
    QEMUSerialSetParams params = { .speed = 9600, .parity = 'E', .data_bits = 7, .stop_bits = 2 };
    struct termios tty;
    TestFrontend f;
    int fd;

    frontend_init(&f, chardev_make(text, &error_abort));
    g_assert_cmpint(qemu_chr_fe_ioctl(&f.be, CHR_IOCTL_SERIAL_SET_PARAMS, &params), ==, 0);
    g_assert_cmpint(qemu_chr_fe_ioctl(&f.be, 999, &params), ==, -ENOTSUP);
    fd = open(pty->filename + 4, O_RDWR | O_NOCTTY);
    g_assert_cmpint(tcgetattr(fd, &tty), ==, 0);
    g_assert_cmpuint(cfgetospeed(&tty), ==, B9600);
    g_assert_cmpuint(tty.c_cflag & CSTOPB, ==, CSTOPB);
    g_assert_cmpuint(tty.c_lflag & (ICANON | ECHO), ==, 0);
    close(fd);
    frontend_clear(&f, true);
    qemu_chr_remove("m", &error_abort);
}

/* -- stdio ----------------------------------------------------------------------- */

/* A pseudo terminal in the place of standard input and output. */
typedef struct Terminal {
    int master, slave;
    int saved[2];
} Terminal;

static void terminal_begin(Terminal *t)
{
    fflush(stdout);
    t->master = posix_openpt(O_RDWR | O_NOCTTY);
    g_assert_cmpint(grantpt(t->master), ==, 0);
    g_assert_cmpint(unlockpt(t->master), ==, 0);
    t->slave = open(ptsname(t->master), O_RDWR | O_NOCTTY);
    for (int fd = 0; fd < 2; fd++) {
        t->saved[fd] = dup(fd);
        dup2(t->slave, fd);
    }
}

static void terminal_end(Terminal *t)
{
    for (int fd = 0; fd < 2; fd++) {
        dup2(t->saved[fd], fd);
        close(t->saved[fd]);
    }
    close(t->slave);
    close(t->master);
}

static bool terminal_is_raw(Terminal *t)
{
    struct termios tty;

    g_assert_cmpint(tcgetattr(t->slave, &tty), ==, 0);
    return !(tty.c_lflag & (ICANON | ECHO));
}

static void test_stdio(void)
{
    g_autofree char *problem = NULL;
    bool raw_before, raw_during, raw_after;
    char buf[8] = "";
    int shared_flags;
    TestFrontend f;
    Terminal t;
    Error *err = NULL;

    terminal_begin(&t);
    raw_before = terminal_is_raw(&t);
    frontend_init(&f, chardev_make("stdio,id=io", &error_abort));
    raw_during = terminal_is_raw(&t);
    shared_flags = fcntl(t.slave, F_GETFL);
    chardev_make("stdio,id=io2", &err);
    problem = g_strdup(error_get_pretty(err));
    error_free(err);
    write_str(&f.be, "out");
    g_assert_cmpint(read(t.master, buf, sizeof(buf)), ==, 3);
    g_assert_cmpint(write(t.master, "in", 2), ==, 2);
    WAIT_UNTIL(!strcmp(f.input->str, "in"));
    frontend_clear(&f, true);
    raw_after = terminal_is_raw(&t);
    terminal_end(&t);
    g_assert_cmpstr(buf, ==, "out");
    g_assert_cmpint(raw_before, ==, false);
    g_assert_cmpint(raw_during, ==, true);
    g_assert_cmpint(raw_after, ==, false);
    g_assert_cmpint(shared_flags & O_NONBLOCK, ==, 0);
    g_assert_nonnull(strstr(problem, "only one character device can use stdio"));
}

static void test_stdio_fatal_signal_restores_the_terminal(void)
{
    int status = 0;
    Terminal t;
    bool raw;
    pid_t pid;

    terminal_begin(&t);
    pid = fork();
    if (pid == 0) {
        chardev_make("stdio,id=io", &error_abort);
        setrlimit(RLIMIT_CORE, &(struct rlimit) { 0 });
        raise(SIGQUIT);
        _exit(0);
    }
    waitpid(pid, &status, 0);
    raw = terminal_is_raw(&t);
    terminal_end(&t);
    g_assert_true(WIFSIGNALED(status));
    g_assert_cmpint(WTERMSIG(status), ==, SIGQUIT);
    g_assert_false(raw);
}

/* -- chardev-add ------------------------------------------------------------------ */

static QemuOpts *backend_opts(const char *json, Error **errp)
{
    QObject *obj = qobject_from_json(json, &error_abort);
    Visitor *v = qobject_input_visitor_new(obj);
    ChardevBackend *backend = NULL;
    QemuOpts *opts;

    visit_type_ChardevBackend(v, NULL, &backend, &error_abort);
    opts = qemu_chr_opts_from_backend("q", backend, errp);
    qapi_free_ChardevBackend(backend);
    visit_free(v);
    qobject_unref(obj);
    return opts;
}

static void test_backend_description(void)
{
    g_autoptr(QemuOpts) opts = backend_opts("{'type': 'socket', 'data': {'addr': {'type': 'unix', "
                                            "'data': {'path': '/p'}}, 'reconnect': 3, 'server': "
                                            "false, 'logfile': '/l'}}", &error_abort);

    g_assert_cmpstr(qemu_opt_get(opts, "backend"), ==, "socket");
    g_assert_cmpstr(qemu_opt_get(opts, "path"), ==, "/p");
    g_assert_cmpstr(qemu_opt_get(opts, "logfile"), ==, "/l");
    g_assert_cmpuint(qemu_opt_get_number(opts, "reconnect", 0), ==, 3);
    g_assert_false(qemu_opt_get_bool(opts, "server", true));
    g_assert_null(qemu_opt_get(opts, "wait"));
}

static void test_backend_server_does_not_wait(void)
{
    g_autoptr(QemuOpts) opts = backend_opts("{'type': 'socket', 'data': {'addr': {'type': 'inet', "
                                            "'data': {'host': 'h', 'port': '7'}}}}", &error_abort);

    g_assert_true(qemu_opt_get_bool(opts, "server", false));
    g_assert_false(qemu_opt_get_bool(opts, "wait", true));
    g_assert_cmpstr(qemu_opt_get(opts, "port"), ==, "7");
}

static void test_backend_errors(void)
{
    g_autoptr(Error) err = NULL;

    g_assert_null(backend_opts("{'type': 'ringbuf', 'data': {'size': -1}}", &err));
    g_assert_nonnull(strstr(error_get_pretty(err), "'size'"));
    g_assert_true(QTAILQ_EMPTY(&qemu_chardev_opts.head));
}

/* -- mux ------------------------------------------------------------------------- */

/* A mux with two users over a chardev whose input the test makes up. */
typedef struct MuxFixture {
    Chardev *mux, *base;
    TestFrontend a, b;
} MuxFixture;

static void mux_setup(MuxFixture *m)
{
    m->mux = chardev_make("ringbuf,id=m,mux=on", &error_abort);
    m->base = qemu_chr_find("m-base");
    frontend_init(&m->a, m->mux);
    frontend_init(&m->b, m->mux);
}

static void mux_teardown(MuxFixture *m)
{
    frontend_clear(&m->a, false);
    frontend_clear(&m->b, false);
    qemu_chr_remove("m", &error_abort);
}

static void mux_type(MuxFixture *m, const char *keys)
{
    for (; *keys; keys++) {
        if (qemu_chr_be_can_write(m->base) > 0) {
            qemu_chr_be_write(m->base, (const uint8_t *)keys, 1);
        }
    }
}

static char *mux_output(MuxFixture *m)
{
    size_t len;

    return qemu_chr_ringbuf_read(m->base, -1, &len, &error_abort);
}

static void test_mux_focus(void)
{
    MuxFixture m;

    mux_setup(&m);
    mux_type(&m, "one");
    g_assert_cmpstr(m.b.input->str, ==, "one");
    mux_type(&m, "\001c" "two");
    g_assert_cmpstr(m.a.input->str, ==, "two");
    g_assert_cmpstr(m.a.events->str, ==, "ioxi");
    g_assert_cmpstr(m.b.events->str, ==, "iox");
    qemu_chr_fe_take_focus(&m.b.be);
    mux_type(&m, "3");
    g_assert_cmpstr(m.b.input->str, ==, "one3");
    mux_teardown(&m);
}

/* Input that ended while its reader was busy, as commands in a pipe do. */
static void test_mux_end_of_input(void)
{
    MuxFixture m;

    mux_setup(&m);
    m.a.room = m.b.room = 0;
    mux_type(&m, "\001c" "quit\n");
    g_string_truncate(m.a.events, 0);
    g_string_truncate(m.b.events, 0);
    qemu_chr_be_event(m.base, CHR_EVENT_CLOSED);
    g_assert_cmpstr(m.a.events->str, ==, "");
    g_assert_cmpstr(m.b.events->str, ==, "c");
    m.a.room = 64;
    qemu_chr_fe_accept_input(&m.a.be);
    g_assert_cmpstr(m.a.input->str, ==, "quit\n");
    g_assert_cmpstr(m.a.events->str, ==, "c");
    mux_teardown(&m);
}

/* What was typed ahead for the one without the focus, which nothing can give it any more. */
static void test_mux_end_of_input_without_focus(void)
{
    MuxFixture m;

    mux_setup(&m);
    m.a.room = m.b.room = 0;
    mux_type(&m, "\001c" "quit\n" "\001c");
    m.a.room = 64;
    g_string_truncate(m.a.events, 0);
    qemu_chr_be_event(m.base, CHR_EVENT_CLOSED);
    g_assert_cmpstr(m.a.input->str, ==, "quit\n");
    g_assert_cmpstr(m.a.events->str, ==, "c");
    mux_teardown(&m);
}

/* A new client does not type what the old one did. */
static void test_mux_reopened_before_input_was_taken(void)
{
    MuxFixture m;

    mux_setup(&m);
    m.b.room = 0;
    mux_type(&m, "old");
    g_string_truncate(m.b.events, 0);
    qemu_chr_be_event(m.base, CHR_EVENT_CLOSED);
    g_assert_cmpstr(m.b.events->str, ==, "");
    qemu_chr_be_event(m.base, CHR_EVENT_OPENED);
    g_assert_cmpstr(m.b.events->str, ==, "co");
    m.b.room = 64;
    mux_type(&m, "new");
    g_assert_cmpstr(m.b.input->str, ==, "new");
    mux_teardown(&m);
}

static void test_mux_keys(void)
{
    g_autofree char *help = NULL;
    MuxFixture m;

    mux_setup(&m);
    mux_type(&m, "\001\001" "\001b" "\001z" "\001h");
    g_assert_cmpstr(m.b.input->str, ==, "\001");
    g_assert_true(g_str_has_suffix(m.b.events->str, "b"));
    help = mux_output(&m);
    g_assert_nonnull(strstr(help, "C-a x"));
    mux_teardown(&m);
}

static int quits;

static void quit_hook(void)
{
    quits++;
}

static void test_mux_quit_key(void)
{
    MuxFixture m;

    mux_setup(&m);
    mux_type(&m, "\001x");
    g_assert_cmpint(quits, ==, 0);
    qemu_chr_set_quit_hook(quit_hook);
    mux_type(&m, "\001x");
    g_assert_cmpint(quits, ==, 1);
    qemu_chr_set_quit_hook(NULL);
    mux_teardown(&m);
}

static void test_mux_both_write(void)
{
    g_autofree char *text = NULL;
    MuxFixture m;

    mux_setup(&m);
    write_str(&m.a.be, "a");
    write_str(&m.b.be, "b");
    text = mux_output(&m);
    g_assert_cmpstr(text, ==, "ab");
    mux_teardown(&m);
}

static void test_mux_time_stamps(void)
{
    g_autofree char *text = NULL;
    MuxFixture m;

    mux_setup(&m);
    mux_type(&m, "\001t");
    write_str(&m.a.be, "x\ny");
    text = mux_output(&m);
    g_assert_true(g_regex_match_simple("^\\[00:00:00\\.\\d{3}\\] x\n\\[00:00:0\\d\\.\\d{3}\\] y$",
                                       text, 0, 0));
    mux_teardown(&m);
}

static void test_mux_types_ahead(void)
{
    MuxFixture m;

    mux_setup(&m);
    m.b.room = 0;
    mux_type(&m, "0123456789012345678901234567890123456789");
    g_assert_cmpstr(m.b.input->str, ==, "");
    m.b.room = 1;
    qemu_chr_fe_accept_input(&m.b.be);
    g_assert_cmpstr(m.b.input->str, ==, "01234567890123456789012345678901");
    mux_teardown(&m);
}

static void test_mux_user_limit(void)
{
    g_autoptr(Error) err = NULL;
    CharBackend more[3] = { 0 };
    MuxFixture m;

    mux_setup(&m);
    g_assert_true(qemu_chr_fe_init(&more[0], m.mux, &error_abort));
    g_assert_true(qemu_chr_fe_init(&more[1], m.mux, &error_abort));
    g_assert_false(qemu_chr_fe_init(&more[2], m.mux, &err));
    g_assert_nonnull(strstr(error_get_pretty(err), "at most 4 users"));
    qemu_chr_fe_deinit(&more[0], false);
    g_assert_true(qemu_chr_fe_init(&more[2], m.mux, &error_abort));
    qemu_chr_fe_deinit(&more[1], false);
    qemu_chr_fe_deinit(&more[2], false);
    mux_teardown(&m);
}

static void test_mux_focus_leaves_with_its_user(void)
{
    MuxFixture m;

    mux_setup(&m);
    qemu_chr_fe_deinit(&m.b.be, false);
    mux_type(&m, "x");
    g_assert_cmpstr(m.a.input->str, ==, "x");
    qemu_chr_fe_deinit(&m.a.be, false);
    mux_type(&m, "y\001c");
    g_assert_false(qemu_chr_is_busy(m.mux));
    mux_teardown(&m);
}

static void test_mux_open_is_held_back(void)
{
    MuxFixture m;

    suspend_mux_open();
    mux_setup(&m);
    g_assert_cmpstr(m.a.events->str, ==, "ix");
    resume_mux_open();
    g_assert_cmpstr(m.a.events->str, ==, "ixo");
    g_assert_cmpstr(m.b.events->str, ==, "io");
    mux_teardown(&m);
}

static void test_cleanup(void)
{
    chardev_make("null,id=x", &error_abort);
    chardev_make("ringbuf,id=y,mux=on", &error_abort);
    qemu_chr_cleanup();
    g_assert_null(qemu_chr_find("x"));
    g_assert_null(qemu_chr_find("y-base"));
}

int main(int argc, char **argv)
{
    signal(SIGQUIT, SIG_DFL); /* background jobs of a shell start with it ignored */
    test_init(&argc, &argv);
    test_add("/chardev/options/unknown-backend", test_unknown_backend);
    test_add("/chardev/options/bad-parameters", test_bad_parameters);
    test_add("/chardev/options/ids-are-unique", test_ids_are_unique);
    test_add("/chardev/options/help", test_help);
    test_add("/chardev/options/short-forms", test_short_forms);
    test_add("/chardev/options/mon-form-makes-a-mux", test_mon_form_makes_a_mux);
    test_add("/chardev/front-end/no-chardev-is-harmless", test_no_chardev_is_harmless);
    test_add("/chardev/front-end/one-user-only", test_one_user_only);
    test_add("/chardev/front-end/remove-unknown", test_remove_unknown);
    test_add("/chardev/front-end/exchange", test_exchange);
    test_add("/chardev/front-end/exchange-refused", test_exchange_refused);
    test_add("/chardev/ringbuf/keeps-the-newest", test_ringbuf_keeps_the_newest);
    test_add("/chardev/ringbuf/sizes", test_ringbuf_sizes);
    test_add("/chardev/testdev/reports-exit-code", test_testdev_reports_exit_code);
    test_add("/chardev/file/output-append-and-log", test_file);
    test_add("/chardev/file/input", test_file_input);
    test_add("/chardev/pipe/both-ways", test_pipe);
    test_add("/chardev/pipe/full-pushes-back", test_full_pipe_pushes_back);
    test_add("/chardev/pty/comes-and-goes", test_pty);
    test_add("/chardev/serial/parameters", test_serial_parameters);
    test_add("/chardev/stdio/raw-while-it-lives", test_stdio);
    test_add("/chardev/stdio/fatal-signal-restores-the-terminal",
             test_stdio_fatal_signal_restores_the_terminal);
    test_add("/chardev/chardev-add/description", test_backend_description);
    test_add("/chardev/chardev-add/server-does-not-wait", test_backend_server_does_not_wait);
    test_add("/chardev/chardev-add/errors", test_backend_errors);
    test_add("/chardev/mux/focus", test_mux_focus);
    test_add("/chardev/mux/end-of-input", test_mux_end_of_input);
    test_add("/chardev/mux/end-of-input-without-focus", test_mux_end_of_input_without_focus);
    test_add("/chardev/mux/reopened-before-input-was-taken",
             test_mux_reopened_before_input_was_taken);
    test_add("/chardev/mux/keys", test_mux_keys);
    test_add("/chardev/mux/quit-key", test_mux_quit_key);
    test_add("/chardev/mux/both-write", test_mux_both_write);
    test_add("/chardev/mux/time-stamps", test_mux_time_stamps);
    test_add("/chardev/mux/types-ahead", test_mux_types_ahead);
    test_add("/chardev/mux/user-limit", test_mux_user_limit);
    test_add("/chardev/mux/focus-leaves-with-its-user", test_mux_focus_leaves_with_its_user);
    test_add("/chardev/mux/open-is-held-back", test_mux_open_is_held_back);
    test_add("/chardev/cleanup", test_cleanup);
    return g_test_run();
}
