/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unit tests of descriptors that the main loop polls itself (main_loop_fd_add()). */
#include "qemu/osdep.h"
#include <poll.h>
#include "qapi/error.h"
#include "qemu/main-loop.h"
#include "qemu/thread.h"
#include "util/fd.h"

/* A pipe whose reading end the loop polls. What @handle does comes from the test. */
typedef struct Pipe {
    MainLoopFd poll;
    int write_fd;
    unsigned int calls;
    void (*handle)(struct Pipe *p);
    struct Pipe *other;
} Pipe;

static void pipe_ready(void *opaque)
{
    Pipe *p = opaque;

    g_assert_true(bql_locked());
    p->calls++;
    if (p->handle) {
        p->handle(p);
    }
}

static void pipe_take(Pipe *p)
{
    char c;

    g_assert_cmpint(read(p->poll.fd, &c, 1), ==, 1);
}

static void pipe_put(Pipe *p)
{
    g_assert_cmpint(write(p->write_fd, "x", 1), ==, 1);
}

static void pipe_open(Pipe *p, void (*handle)(Pipe *p))
{
    int fds[2];

    g_assert_cmpint(pipe2(fds, O_CLOEXEC | O_NONBLOCK), ==, 0);
    *p = (Pipe) {
        .poll = { .fd = fds[0], .handler = pipe_ready, .opaque = p },
        .write_fd = fds[1],
        .handle = handle,
    };
    main_loop_fd_add(&p->poll);
    main_loop_fd_set_events(&p->poll, POLLIN);
}

static void pipe_close(Pipe *p)
{
    if (p->poll.fd >= 0) {
        main_loop_fd_remove(&p->poll);
        fd_close(&p->poll.fd);
    }
    fd_close(&p->write_fd);
}

static void test_runs_when_ready(void)
{
    Pipe p;

    pipe_open(&p, pipe_take);
    main_loop_wait(true);
    g_assert_cmpuint(p.calls, ==, 0);
    pipe_put(&p);
    pipe_put(&p);
    main_loop_wait(false);
    main_loop_wait(false);
    main_loop_wait(true);
    g_assert_cmpuint(p.calls, ==, 2);
    pipe_close(&p);
}

static void test_without_events_is_not_polled(void)
{
    Pipe p;

    pipe_open(&p, pipe_take);
    main_loop_fd_set_events(&p.poll, 0);
    pipe_put(&p);
    close(p.write_fd); /* nor is the hang-up told */
    p.write_fd = -1;
    main_loop_wait(true);
    main_loop_wait(true);
    g_assert_cmpuint(p.calls, ==, 0);
    main_loop_fd_set_events(&p.poll, POLLIN);
    main_loop_wait(true);
    g_assert_cmpuint(p.calls, ==, 1);
    pipe_close(&p);
}

static void remove_other(Pipe *p)
{
    main_loop_fd_remove(&p->other->poll);
    fd_close(&p->other->poll.fd);
    pipe_take(p);
}

static void test_removes_another_ready_one(void)
{
    Pipe p, q;

    pipe_open(&p, remove_other);
    pipe_open(&q, pipe_take);
    p.other = &q;
    pipe_put(&p);
    pipe_put(&q);
    main_loop_wait(true);
    g_assert_cmpuint(p.calls, ==, 1);
    g_assert_cmpuint(q.calls, ==, 0);
    pipe_close(&p);
    pipe_close(&q);
}

static void remove_itself(Pipe *p)
{
    main_loop_fd_remove(&p->poll);
    fd_close(&p->poll.fd);
}

static void test_removes_itself(void)
{
    Pipe p, q;

    pipe_open(&p, remove_itself);
    pipe_open(&q, pipe_take);
    pipe_put(&p);
    pipe_put(&q);
    main_loop_wait(true);
    main_loop_wait(true);
    g_assert_cmpuint(p.calls, ==, 1);
    g_assert_cmpuint(q.calls, ==, 1);
    pipe_close(&p);
    pipe_close(&q);
}

static void loop_within(Pipe *p)
{
    pipe_take(p);
    if (p->calls == 1) {
        pipe_put(p->other);
        main_loop_wait(true);
    }
}

/* The inner turn does what the outer one had left, and nothing is done twice. */
static void test_loop_within_a_handler(void)
{
    Pipe p, q;

    pipe_open(&p, loop_within);
    pipe_open(&q, pipe_take);
    p.other = &q;
    pipe_put(&p);
    pipe_put(&q);
    main_loop_wait(true);
    g_assert_cmpuint(p.calls, ==, 1);
    g_assert_cmpuint(q.calls, ==, 1);
    main_loop_wait(true);
    g_assert_cmpuint(p.calls, ==, 1);
    g_assert_cmpuint(q.calls, ==, 2);
    pipe_close(&p);
    pipe_close(&q);
}

/* -- others beside one that is always ready -------------------------------------------------- */

static void count(void *opaque)
{
    ++*(unsigned int *)opaque;
}

static gboolean count_glib(gpointer opaque)
{
    count(opaque);
    return G_SOURCE_REMOVE;
}

static void wait_for(const unsigned int *n)
{
    for (int i = 0; i < 1000000 && !*n; i++) {
        main_loop_wait(false);
    }
    g_assert_cmpuint(*n, ==, 1);
}

static void test_busy_one_leaves_room_for_others(void)
{
    g_autoptr(QEMUTimer) timer = NULL;
    unsigned int n[4] = { 0 };
    Pipe busy;

    pipe_open(&busy, NULL); /* nobody takes anything out */
    pipe_put(&busy);
    main_loop_wait(false);
    g_idle_add(count_glib, &n[0]);
    wait_for(&n[0]);
    g_timeout_add(2, count_glib, &n[1]);
    wait_for(&n[1]);
    aio_bh_schedule_oneshot(qemu_get_aio_context(), count, &n[2]);
    wait_for(&n[2]);
    timer = timer_new_ms(QEMU_CLOCK_REALTIME, count, &n[3]);
    timer_mod(timer, qemu_clock_get_ms(QEMU_CLOCK_REALTIME) + 2);
    wait_for(&n[3]);
    g_assert_cmpuint(busy.calls, >=, 4);
    pipe_close(&busy);
}

static void *late_starter_run(void *opaque)
{
    Pipe *p = opaque;

    g_usleep(20000);
    bql_lock();
    pipe_open(p, pipe_take);
    pipe_put(p);
    bql_unlock();
    return NULL;
}

static void test_added_elsewhere_wakes_the_loop(void)
{
    QemuThread thread;
    Pipe p = { .write_fd = -1 };

    qemu_thread_create(&thread, "late", late_starter_run, &p, QEMU_THREAD_JOINABLE);
    while (!p.calls) {
        main_loop_wait(false);
    }
    bql_unlock();
    qemu_thread_join(&thread);
    bql_lock();
    g_assert_cmpuint(p.calls, ==, 1);
    pipe_close(&p);
}

#define ADD(name) g_test_add_func("/main-loop-fd/" #name, test_##name)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qemu_init_main_loop(&error_abort);
    bql_lock();
    ADD(runs_when_ready);
    ADD(without_events_is_not_polled);
    ADD(removes_another_ready_one);
    ADD(removes_itself);
    ADD(loop_within_a_handler);
    ADD(busy_one_leaves_room_for_others);
    ADD(added_elsewhere_wakes_the_loop);
    return g_test_run();
}
