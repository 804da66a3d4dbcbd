/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unit tests of the main loop: descriptors, event notifiers, BQL. */
#include "qemu/osdep.h"
#include "qemu/event_notifier.h"
#include "qemu/main-loop.h"
#include "util/fd.h"

static GString *ran;

static void note(void *opaque)
{
    g_string_append(ran, opaque);
}

/* One turn that does not sleep. */
static void turn(void)
{
    main_loop_wait(true);
}

static void begin(void)
{
    turn();
    g_string_truncate(ran, 0);
}

/* ---- descriptors ----------------------------------------------------------- */

typedef struct Pipe {
    int fds[2];
    int reads;
    int writes;
    bool removes_itself;
} Pipe;

static void pipe_open(Pipe *p)
{
    *p = (Pipe) {};
    g_assert_cmpint(pipe2(p->fds, O_CLOEXEC | O_NONBLOCK), ==, 0);
}

static void pipe_close(Pipe *p)
{
    fd_close(&p->fds[0]);
    fd_close(&p->fds[1]);
}

static void pipe_put(Pipe *p)
{
    g_assert_cmpint(write(p->fds[1], "x", 1), ==, 1);
}

static void pipe_read(void *opaque)
{
    Pipe *p = opaque;
    char c;

    p->reads += read(p->fds[0], &c, 1) == 1;
    if (p->removes_itself) {
        qemu_set_fd_handler(p->fds[0], NULL, NULL, NULL);
    }
}

static void pipe_write(void *opaque)
{
    Pipe *p = opaque;

    p->writes++;
}

static void test_fd_read_handler_runs_when_readable(void)
{
    Pipe p;

    pipe_open(&p);
    qemu_set_fd_handler(p.fds[0], pipe_read, NULL, &p);
    turn();
    g_assert_cmpint(p.reads, ==, 0);
    pipe_put(&p);
    pipe_put(&p);
    turn();
    turn();
    turn();
    g_assert_cmpint(p.reads, ==, 2);
    qemu_set_fd_handler(p.fds[0], NULL, NULL, NULL);
    pipe_put(&p);
    turn();
    g_assert_cmpint(p.reads, ==, 2);
    pipe_close(&p);
}

static void test_fd_write_handler_runs_when_writable(void)
{
    Pipe p;

    pipe_open(&p);
    qemu_set_fd_handler(p.fds[1], NULL, pipe_write, &p);
    turn();
    g_assert_cmpint(p.writes, ==, 1);
    qemu_set_fd_handler(p.fds[1], NULL, NULL, NULL);
    turn();
    g_assert_cmpint(p.writes, ==, 1);
    pipe_close(&p);
}

static void test_fd_handler_removes_itself(void)
{
    Pipe p;

    pipe_open(&p);
    p.removes_itself = true;
    qemu_set_fd_handler(p.fds[0], pipe_read, NULL, &p);
    pipe_put(&p);
    pipe_put(&p);
    turn();
    turn();
    g_assert_cmpint(p.reads, ==, 1);
    pipe_close(&p);
}

static void remove_other(void *opaque)
{
    Pipe *pipes = opaque;

    pipes[0].reads++;
    qemu_set_fd_handler(pipes[0].fds[0], NULL, NULL, NULL);
    qemu_set_fd_handler(pipes[1].fds[0], NULL, NULL, NULL);
    pipe_close(&pipes[1]);
}

static void test_fd_handler_removes_another_ready_one(void)
{
    Pipe pipes[2];

    /* Both ready in the same turn; whichever comes first removes both. */
    pipe_open(&pipes[0]);
    pipe_open(&pipes[1]);
    qemu_set_fd_handler(pipes[0].fds[0], remove_other, NULL, pipes);
    qemu_set_fd_handler(pipes[1].fds[0], remove_other, NULL, pipes);
    pipe_put(&pipes[0]);
    pipe_put(&pipes[1]);
    turn();
    turn();
    g_assert_cmpint(pipes[0].reads, ==, 1);
    pipe_close(&pipes[0]);
}

static void test_fd_hangup_reaches_reader(void)
{
    Pipe p;
    int fd;

    pipe_open(&p);
    fd = p.fds[0];
    qemu_set_fd_handler(fd, pipe_write, NULL, &p);
    fd_close(&p.fds[1]);
    turn();
    g_assert_cmpint(p.writes, ==, 1);
    qemu_set_fd_handler(fd, NULL, NULL, NULL);
    pipe_close(&p);
}

static void test_fd_number_is_reused_after_close(void)
{
    Pipe p;

    for (int i = 0; i < 3; i++) {
        pipe_open(&p);
        qemu_set_fd_handler(p.fds[0], pipe_read, NULL, &p);
        pipe_put(&p);
        turn();
        g_assert_cmpint(p.reads, ==, 1);
        qemu_set_fd_handler(p.fds[0], NULL, NULL, NULL);
        pipe_close(&p);
    }
}

static void test_fd_plain_file_is_always_ready(void)
{
    g_autofree char *name = NULL;
    Pipe p = {};
    int fd = g_file_open_tmp(NULL, &name, NULL);

    g_assert_cmpint(fd, >=, 0);
    qemu_set_fd_handler(fd, pipe_write, NULL, &p);
    main_loop_wait(false);
    main_loop_wait(false);
    g_assert_cmpint(p.writes, ==, 2);
    qemu_set_fd_handler(fd, NULL, NULL, NULL);
    turn();
    g_assert_cmpint(p.writes, ==, 2);
    fd_close(&fd);
    unlink(name);
}

static void *late_writer_run(void *opaque)
{
    g_usleep(20000);
    pipe_put(opaque);
    return NULL;
}

static void test_fd_registered_elsewhere_wakes_loop(void)
{
    QemuThread thread;
    Pipe p;

    pipe_open(&p);
    qemu_set_fd_handler(p.fds[0], pipe_read, NULL, &p);
    qemu_thread_create(&thread, "late", late_writer_run, &p, QEMU_THREAD_JOINABLE);
    while (!p.reads) {
        main_loop_wait(false);
    }
    qemu_thread_join(&thread);
    qemu_set_fd_handler(p.fds[0], NULL, NULL, NULL);
    pipe_close(&p);
}

/* ---- event notifiers -------------------------------------------------------- */

static void test_notifier_set_and_clear(void)
{
    EventNotifier e;

    g_assert_cmpint(event_notifier_init(&e, 0), ==, 0);
    g_assert_false(event_notifier_test_and_clear(&e));
    event_notifier_set(&e);
    event_notifier_set(&e);
    g_assert_true(event_notifier_test_and_clear(&e));
    g_assert_false(event_notifier_test_and_clear(&e));
    event_notifier_cleanup(&e);
    event_notifier_cleanup(&e);
    g_assert_cmpint(event_notifier_set(&e), ==, -EINVAL);
    g_assert_cmpint(event_notifier_init(&e, 1), ==, 0);
    g_assert_true(event_notifier_test_and_clear(&e));
    event_notifier_cleanup(&e);
}

static void notifier_run(EventNotifier *e)
{
    g_assert_true(event_notifier_test_and_clear(e));
    g_string_append(ran, "e");
}

static void test_notifier_handler(void)
{
    EventNotifier e;

    begin();
    event_notifier_init(&e, 0);
    event_notifier_set_handler(&e, notifier_run);
    turn();
    g_assert_cmpstr(ran->str, ==, "");
    event_notifier_set(&e);
    turn();
    turn();
    g_assert_cmpstr(ran->str, ==, "e");
    event_notifier_set_handler(&e, NULL);
    event_notifier_set(&e);
    turn();
    g_assert_cmpstr(ran->str, ==, "e");
    event_notifier_cleanup(&e);
}

/* ---- loop and lock ---------------------------------------------------------- */

static void test_notify_event_ends_a_wait(void)
{
    begin();
    qemu_notify_event();
    main_loop_wait(false);          /* would sleep for ever */
}

static gboolean glib_source_run(gpointer opaque)
{
    note(opaque);
    return G_SOURCE_REMOVE;
}

static void test_glib_sources_run(void)
{
    begin();
    g_timeout_add(1, glib_source_run, (void *)"t");
    while (!ran->len) {
        main_loop_wait(false);
    }
    g_idle_add(glib_source_run, (void *)"i");
    while (ran->len < 2) {
        main_loop_wait(false);
    }
    g_assert_cmpstr(ran->str, ==, "ti");
}

static gboolean quit_run(gpointer opaque)
{
    g_main_loop_quit(opaque);
    return G_SOURCE_REMOVE;
}

static void test_plain_glib_loop_runs_ours(void)
{
    GMainLoop *loop = g_main_loop_new(NULL, false);
    g_autoptr(QEMUTimer) timer = timer_new_ms(QEMU_CLOCK_REALTIME, note, (void *)"t");

    begin();
    timer_mod(timer, qemu_clock_get_ms(QEMU_CLOCK_REALTIME) + 2);
    aio_bh_schedule_oneshot(qemu_get_aio_context(), note, (void *)"b");
    g_timeout_add(100, quit_run, loop);
    g_main_loop_run(loop);
    g_main_loop_unref(loop);
    g_assert_cmpstr(ran->str, ==, "bt");
}

static void *bql_taker_run(void *opaque)
{
    g_assert_false(bql_locked());
    bql_lock();
    g_assert_true(qemu_mutex_iothread_locked());
    *(bool *)opaque = true;
    bql_unlock();
    qemu_notify_event();
    return NULL;
}

/* ---- poll notifiers --------------------------------------------------------- */

typedef struct Poller {
    Notifier notifier;
    int fd;
    int index;
    uint32_t timeout;
    unsigned fills, oks;
    bool is_ready;
} Poller;

static void poller_notify(Notifier *notifier, void *data)
{
    Poller *p = container_of(notifier, Poller, notifier);
    MainLoopPoll *poll = data;
    GPollFD pfd = { .fd = p->fd, .events = G_IO_IN };

    if (poll->state == MAIN_LOOP_POLL_FILL) {
        p->index = poll->pollfds->len;
        g_array_append_val(poll->pollfds, pfd);
        poll->timeout = MIN(poll->timeout, p->timeout);
        p->fills++;
    } else {
        p->oks += poll->state == MAIN_LOOP_POLL_OK;
        p->is_ready |= g_array_index(poll->pollfds, GPollFD, p->index).revents & G_IO_IN;
    }
}

static void test_poll_notifiers_poll_along(void)
{
    Poller first = { .notifier.notify = poller_notify, .timeout = UINT32_MAX };
    Poller second = first;
    Pipe a, b;

    pipe_open(&a);
    pipe_open(&b);
    first.fd = a.fds[0];
    second.fd = b.fds[0];
    main_loop_poll_add_notifier(&first.notifier);
    main_loop_poll_add_notifier(&second.notifier);
    turn();
    g_assert_false(first.is_ready || second.is_ready);
    pipe_put(&b);
    /* Not a turn that would end at once anyway: it is the descriptor that ends it. */
    turn();
    main_loop_wait(false);
    g_assert_true(second.is_ready);
    g_assert_false(first.is_ready);
    g_assert_cmpuint(first.fills, ==, 3);
    g_assert_cmpuint(first.oks, ==, 3);
    main_loop_poll_remove_notifier(&first.notifier);
    main_loop_poll_remove_notifier(&second.notifier);
    turn();
    g_assert_cmpuint(first.fills, ==, 3);
    pipe_close(&a);
    pipe_close(&b);
}

static void test_poll_notifier_shortens_a_wait(void)
{
    Poller p = { .notifier.notify = poller_notify, .timeout = 1 };
    Pipe a;

    pipe_open(&a);
    p.fd = a.fds[0];
    main_loop_poll_add_notifier(&p.notifier);
    turn();
    /* Would not end otherwise. */
    main_loop_wait(false);
    g_assert_cmpuint(p.oks, ==, 2);
    main_loop_poll_remove_notifier(&p.notifier);
    pipe_close(&a);
}

static void test_loop_releases_bql_while_sleeping(void)
{
    QemuThread thread;
    bool taken = false;

    bql_lock();
    qemu_thread_create(&thread, "taker", bql_taker_run, &taken, QEMU_THREAD_JOINABLE);
    while (!taken) {
        main_loop_wait(false);
    }
    g_assert_true(bql_locked());
    bql_unlock();
    qemu_thread_join(&thread);
}

static void test_bql_guard_nests(void)
{
    {
        BQL_LOCK_GUARD();
        g_assert_true(bql_locked());
        {
            QEMU_IOTHREAD_LOCK_GUARD();
            g_assert_true(bql_locked());
        }
        g_assert_true(bql_locked());
    }
    g_assert_false(bql_locked());
}

int main(int argc, char **argv)
{
    int ret;

    g_test_init(&argc, &argv, NULL);
    qemu_init_main_loop(NULL);
    ran = g_string_new(NULL);
    g_test_add_func("/fd/read-handler-runs-when-readable",
                    test_fd_read_handler_runs_when_readable);
    g_test_add_func("/fd/write-handler-runs-when-writable",
                    test_fd_write_handler_runs_when_writable);
    g_test_add_func("/fd/handler-removes-itself", test_fd_handler_removes_itself);
    g_test_add_func("/fd/handler-removes-another-ready-one",
                    test_fd_handler_removes_another_ready_one);
    g_test_add_func("/fd/hangup-reaches-reader", test_fd_hangup_reaches_reader);
    g_test_add_func("/fd/number-is-reused-after-close", test_fd_number_is_reused_after_close);
    g_test_add_func("/fd/plain-file-is-always-ready", test_fd_plain_file_is_always_ready);
    g_test_add_func("/fd/readiness-wakes-a-sleeping-loop",
                    test_fd_registered_elsewhere_wakes_loop);
    g_test_add_func("/event-notifier/set-and-clear", test_notifier_set_and_clear);
    g_test_add_func("/event-notifier/handler", test_notifier_handler);
    g_test_add_func("/main-loop/notify-event-ends-a-wait", test_notify_event_ends_a_wait);
    g_test_add_func("/main-loop/glib-sources-run", test_glib_sources_run);
    g_test_add_func("/main-loop/plain-glib-loop-runs-ours", test_plain_glib_loop_runs_ours);
    g_test_add_func("/main-loop/poll-notifiers-poll-along", test_poll_notifiers_poll_along);
    g_test_add_func("/main-loop/poll-notifier-shortens-a-wait",
                    test_poll_notifier_shortens_a_wait);
    g_test_add_func("/main-loop/releases-bql-while-sleeping",
                    test_loop_releases_bql_while_sleeping);
    g_test_add_func("/bql/guard-nests", test_bql_guard_nests);
    ret = g_test_run();
    g_string_free(ran, true);
    return ret;
}
