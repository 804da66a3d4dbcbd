/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unit tests of wishes to the host's scheduler (qemu/sched.h). */
#include "qemu/osdep.h"
#include <sched.h>
#include <sys/syscall.h>
#include "qemu/sched.h"
#include "qemu/thread.h"
#include "util/sched-internal.h"

/* What the kernel knows of a thread's schedule, before and after the wish. */
typedef struct Seen {
    int policy;
    HostSchedAttr before, after;
} Seen;

static HostSchedAttr attributes_get(void)
{
    HostSchedAttr attr = { 0 };

    g_assert_cmpint(syscall(SYS_sched_getattr, 0, &attr, sizeof(attr), 0), ==, 0);
    return attr;
}

static void *thread_wish(void *opaque)
{
    Seen *seen = opaque;
    struct sched_param param = { 0 };

    g_assert_cmpint(sched_setscheduler(0, seen->policy, &param), ==, 0);
    seen->before = attributes_get();
    qemu_sched_set_prompt();
    seen->after = attributes_get();
    return NULL;
}

static Seen wish(int policy)
{
    Seen seen = { .policy = policy };
    QemuThread thread;

    qemu_thread_create(&thread, "wish", thread_wish, &seen, QEMU_THREAD_JOINABLE);
    qemu_thread_join(&thread);
    g_assert_cmpuint(seen.after.policy, ==, seen.before.policy);
    g_assert_cmpint(seen.after.nice, ==, seen.before.nice);
    g_assert_cmpuint(seen.after.priority, ==, seen.before.priority);
    g_assert_cmpuint(seen.after.flags, ==, seen.before.flags);
    return seen;
}

static void test_usual_thread_gets_the_shortest_slice(void)
{
    Seen seen = wish(SCHED_OTHER);

    /* A kernel that knows slices tells the default one. */
    if (!seen.before.runtime_ns) {
        g_test_skip("the kernel's scheduler has no slices (Linux 6.12)");
        return;
    }
    g_assert_cmpuint(seen.after.runtime_ns, ==, 100000);
}

static void test_idle_thread_stays_as_it_is(void)
{
    Seen seen = wish(SCHED_IDLE);

    g_assert_cmpuint(seen.after.runtime_ns, ==, seen.before.runtime_ns);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sched/usual-thread-gets-the-shortest-slice",
                    test_usual_thread_gets_the_shortest_slice);
    g_test_add_func("/sched/idle-thread-stays-as-it-is", test_idle_thread_stays_as_it_is);
    return g_test_run();
}
