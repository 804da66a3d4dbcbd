/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vfio-platform on the virt board, as far as it goes on a host without such devices: what users
 * are told, and what is left of devices that did not come to be.
 */
#include "qemu/osdep.h"
#include "libgantrytest.h"
#include "qapi/qmp/qdict.h"
#include "qapi/qmp/qlist.h"

static QTestState *qts;

static void assert_add_fails(const char *arguments, const char *part)
{
    g_autofree char *command = g_strdup_printf("{'execute': 'device_add', 'arguments': {'driver': "
                                               "'vfio-platform', 'id': 'd0'%s}}", arguments);
    QDict *error = qtest_qmp_assert_failure_ref(qts, command, NULL);

    if (!strstr(qdict_get_str(error, "desc"), part)) {
        g_error("'%s' is not in '%s'", part, qdict_get_str(error, "desc"));
    }
    qobject_unref(error);
}

static void test_refused(void)
{
    qts = qtest_init("-M virt");
    assert_add_fails("", "no host device: give host=NAME");
    assert_add_fails(", 'host': 'no-such-device'",
                     "vfio no-such-device: failed to get the sysfs host device file status");
    assert_add_fails(", 'host': 'a/b'", "wrong host device name");
    assert_add_fails(", 'host': 'a', 'eoi.0': 'x'", "expected REGION:OFFSET");
    assert_add_fails(", 'host': 'a', 'eoi': 'x'", "eoi");
    assert_add_fails(", 'host': 'a', 'addr.x': 0", "not found");
    assert_add_fails(", 'sysfsdev': '/tmp', 'addr.0': 0", "vfio tmp: ");
    qtest_quit(qts);
}

static void test_reports_of_none(void)
{
    g_autofree char *text = NULL;
    QDict *answer;

    qts = qtest_init("-M virt");
    answer = qtest_qmp(qts, "{'execute': 'query-vfio'}");
    g_assert_true(qlist_empty(qdict_get_qlist(answer, "return")));
    qobject_unref(answer);
    text = qtest_hmp(qts, "info vfio");
    g_assert_nonnull(strstr(text, "No devices of the host"));
    qtest_quit(qts);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    qtest_add_func("/vfio-platform/refused", test_refused);
    qtest_add_func("/vfio-platform/reports-of-none", test_reports_of_none);
    return g_test_run();
}
