/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Binding devices of the host, on files in a temporary folder. Behind the table of system calls a
 * kernel reacts to writes as Linux does: a driver's refusal is no error of the write.
 */
#include "qemu/osdep.h"
#include <glib/gstdio.h>
#include "hw/vfio/sys-internal.h"
#include "hw/vfio/vfio-host.h"

#define DEVICE "sys/devices/platform/a.eth"
#define BUS "sys/bus/platform"

/* @fail_at: the n-th call fails with @fail_errno; 0: none. @writes: PATH=TEXT, one a line. */
static struct {
    char *root;
    char *open_path;
    GString *writes;
    bool refuses;
    bool has_no_native;
    int access_errno;
    unsigned calls, fail_at;
    int fail_errno;
    const char *fail_path; /* writes to a file of this name fail with fail_errno */
    unsigned open_fds;
} kernel;

/* ---- the kernel -------------------------------------------------------- */

static char *file(const char *name)
{
    return g_build_filename(kernel.root, name, NULL);
}

static void file_write(const char *name, const char *text)
{
    g_autofree char *path = file(name);
    g_autofree char *folder = g_path_get_dirname(path);

    g_assert_cmpint(g_mkdir_with_parents(folder, 0755), ==, 0);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static char *file_read(const char *name)
{
    g_autofree char *path = file(name);
    char *text;

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    return g_strchomp(text);
}

static void link_make(const char *name, const char *target)
{
    g_autofree char *path = file(name);
    g_autofree char *folder = g_path_get_dirname(path);

    g_assert_cmpint(g_mkdir_with_parents(folder, 0755), ==, 0);
    g_assert_cmpint(symlink(target, path), ==, 0);
}

static void driver_set(const char *driver)
{
    g_autofree char *path = file(DEVICE "/driver");
    g_autofree char *target = driver ? g_strconcat("../../../bus/platform/drivers/", driver, NULL)
                                     : NULL;

    unlink(path);
    if (driver) {
        link_make(DEVICE "/driver", target);
    }
}

static char *driver_get(void)
{
    g_autofree char *path = file(DEVICE "/driver");
    g_autofree char *target = g_file_read_link(path, NULL);

    return target ? g_path_get_basename(target) : g_strdup("none");
}

static void drivers_probe(void)
{
    g_autofree char *wanted = file_read(DEVICE "/driver_override");
    g_autofree char *now = driver_get();

    if (strcmp(now, "none") != 0) {
        return;
    }
    if (strcmp(wanted, "vfio-platform") == 0) {
        driver_set(kernel.refuses ? NULL : wanted);
    } else if (!kernel.has_no_native) {
        driver_set("xgmac");
    }
}

static bool call_fails(void)
{
    if (++kernel.calls == kernel.fail_at) {
        errno = kernel.fail_errno;
        return true;
    }
    return false;
}

static int test_open(const char *path, int flags)
{
    int fd = call_fails() ? -1 : vfio_sys_host.open(path, flags);

    g_free(kernel.open_path);
    kernel.open_path = g_strdup(path);
    kernel.open_fds += fd >= 0;
    return fd;
}

static int test_close(int fd)
{
    kernel.open_fds--;
    return close(fd);
}

static ssize_t test_pread(int fd, void *buf, size_t size, off_t offset)
{
    return call_fails() ? -1 : pread(fd, buf, size, offset);
}

static ssize_t test_pwrite(int fd, const void *buf, size_t size, off_t offset)
{
    if (call_fails()) {
        return -1;
    }
    if (kernel.fail_path && g_str_has_suffix(kernel.open_path, kernel.fail_path)) {
        errno = kernel.fail_errno;
        return -1;
    }
    g_string_append_printf(kernel.writes, "%s=%.*s", strrchr(kernel.open_path, '/') + 1,
                           (int)size, (const char *)buf);
    g_assert_cmpint(pwrite(fd, buf, size, offset), ==, size);
    if (g_str_has_suffix(kernel.open_path, "/unbind")) {
        driver_set(NULL);
    } else if (g_str_has_suffix(kernel.open_path, "/drivers_probe")) {
        drivers_probe();
    }
    return size;
}

static int test_fstat(int fd, struct stat *st)
{
    return call_fails() ? -1 : fstat(fd, st);
}

static int test_stat(const char *path, struct stat *st)
{
    return call_fails() ? -1 : stat(path, st);
}

static ssize_t test_readlink(const char *path, char *buf, size_t size)
{
    return call_fails() ? -1 : readlink(path, buf, size);
}

static int test_access(const char *path, int mode)
{
    errno = kernel.access_errno;
    return errno ? -1 : 0;
}

static char **test_list(const char *path)
{
    return call_fails() ? NULL : vfio_sys_host.list(path);
}

static const VFIOSys test_sys = {
    .open = test_open,
    .close = test_close,
    .pread = test_pread,
    .pwrite = test_pwrite,
    .stat = test_stat,
    .fstat = test_fstat,
    .access = test_access,
    .readlink = test_readlink,
    .list = test_list,
};

/* ---- the host -------------------------------------------------------- */

static VFIOHost *host_start(const char *driver)
{
    memset(&kernel, 0, sizeof(kernel));
    kernel.root = g_dir_make_tmp("vfio-host-XXXXXX", NULL);
    kernel.writes = g_string_new(NULL);
    file_write(BUS "/drivers_probe", "");
    file_write(BUS "/drivers/vfio-platform/unbind", "");
    file_write(BUS "/drivers/xgmac/unbind", "");
    file_write("sys/module/vfio_platform/parameters/reset_required", "N\n");
    file_write("dev/vfio/vfio", "");
    file_write("dev/vfio/3", "");
    file_write(DEVICE "/driver_override", "(null)\n");
    link_make(DEVICE "/subsystem", "../../../bus/platform");
    link_make(DEVICE "/iommu_group", "../../../kernel/iommu_groups/3");
    link_make("sys/kernel/iommu_groups/3/devices/a.eth", "../../../../devices/platform/a.eth");
    link_make(BUS "/devices/a.eth", "../../../devices/platform/a.eth");
    driver_set(driver);
    vfio_sys = &test_sys;
    return vfio_host_new(kernel.root, &error_abort);
}

static void remove_tree(const char *path)
{
    g_auto(GStrv) names = g_file_test(path, G_FILE_TEST_IS_SYMLINK) ? NULL :
                          vfio_sys_host.list(path);

    for (int i = 0; names && names[i]; i++) {
        g_autofree char *child = g_build_filename(path, names[i], NULL);

        remove_tree(child);
    }
    g_assert_cmpint(g_remove(path), ==, 0);
}

static void host_stop(VFIOHost *host)
{
    g_assert_cmpuint(kernel.open_fds, ==, 0);
    vfio_sys = &vfio_sys_host;
    vfio_host_free(host);
    remove_tree(kernel.root);
    g_free(kernel.root);
    g_free(kernel.open_path);
    g_string_free(kernel.writes, TRUE);
}

static bool change(VFIOHost *host, bool bind, Error **errp)
{
    g_autoptr(VFIOHostDevice) dev = vfio_host_device(host, "a.eth", errp);
    g_autoptr(GPtrArray) plan = NULL;

    if (!dev) {
        return false;
    }
    plan = bind ? vfio_host_bind_plan(dev, errp) : vfio_host_unbind_plan(dev, errp);
    return plan && vfio_host_apply(host, dev, plan, bind, errp);
}

static void assert_refused(bool done, Error *err, const char *text)
{
    g_assert_false(done);
    g_assert_nonnull(err);
    g_assert_nonnull(strstr(error_get_pretty(err), text));
    error_free(err);
}

static void assert_state(const char *driver, const char *driver_override)
{
    g_autofree char *now = driver_get();
    g_autofree char *wanted = file_read(DEVICE "/driver_override");

    g_assert_cmpstr(now, ==, driver);
    g_assert_cmpstr(wanted, ==, driver_override);
}

/* ---- binding -------------------------------------------------------- */

static void test_bind_takes_the_device_from_its_driver(void)
{
    VFIOHost *host = host_start("xgmac");

    g_assert_true(change(host, true, &error_abort));
    g_assert_cmpstr(kernel.writes->str, ==,
                    "driver_override=vfio-platform\nunbind=a.eth\ndrivers_probe=a.eth\n");
    assert_state("vfio-platform", "vfio-platform");
    host_stop(host);
}

static void test_bind_of_a_free_device_needs_no_unbind(void)
{
    VFIOHost *host = host_start(NULL);

    g_assert_true(change(host, true, &error_abort));
    g_assert_cmpstr(kernel.writes->str, ==,
                    "driver_override=vfio-platform\ndrivers_probe=a.eth\n");
    assert_state("vfio-platform", "vfio-platform");
    host_stop(host);
}

static void test_bind_of_a_bound_device_writes_nothing(void)
{
    VFIOHost *host = host_start("vfio-platform");

    g_assert_true(change(host, true, &error_abort));
    g_assert_cmpstr(kernel.writes->str, ==, "");
    host_stop(host);
}

static void test_bind_refused_by_the_driver_is_noticed_and_undone(void)
{
    VFIOHost *host = host_start("xgmac");
    Error *err = NULL;
    bool done;

    kernel.refuses = true;
    done = change(host, true, &err);
    assert_refused(done, err, "no driver");
    assert_state("xgmac", "");
    host_stop(host);
}

static void test_bind_refused_leaves_a_free_device_free(void)
{
    VFIOHost *host = host_start(NULL);
    Error *err = NULL;
    bool done;

    kernel.refuses = true;
    done = change(host, true, &err);
    assert_refused(done, err, "no driver");
    assert_state("none", "");
    host_stop(host);
}

static void test_bind_undoes_what_a_failed_write_follows(void)
{
    VFIOHost *host = host_start("xgmac");
    Error *err = NULL;
    bool done;

    kernel.fail_path = "/unbind";
    kernel.fail_errno = EACCES;
    done = change(host, true, &err);
    assert_refused(done, err, "Permission denied");
    g_assert_cmpstr(kernel.writes->str, ==, "driver_override=vfio-platform\ndriver_override=\n");
    assert_state("xgmac", "");
    host_stop(host);
}

static void test_bind_keeps_its_hands_off_what_would_be_refused(void)
{
    VFIOHost *host = host_start("xgmac");
    Error *err = NULL;
    bool done;

    file_write("sys/module/vfio_platform/parameters/reset_required", "Y\n");
    done = change(host, true, &err);
    assert_refused(done, err, "ENOENT");
    g_assert_cmpstr(kernel.writes->str, ==, "");
    host_stop(host);
}

/* ---- unbinding -------------------------------------------------------- */

static void test_unbind_gives_the_device_back(void)
{
    VFIOHost *host = host_start("xgmac");

    g_assert_true(change(host, true, &error_abort));
    g_string_truncate(kernel.writes, 0);
    g_assert_true(change(host, false, &error_abort));
    g_assert_cmpstr(kernel.writes->str, ==,
                    "driver_override=\nunbind=a.eth\ndrivers_probe=a.eth\n");
    assert_state("xgmac", "");
    host_stop(host);
}

static void test_unbind_succeeds_without_a_driver_of_the_host(void)
{
    VFIOHost *host = host_start("vfio-platform");

    kernel.has_no_native = true;
    g_assert_true(change(host, false, &error_abort));
    assert_state("none", "(null)");
    host_stop(host);
}

static void test_unbind_clears_what_a_half_done_bind_left(void)
{
    VFIOHost *host = host_start(NULL);

    file_write(DEVICE "/driver_override", "vfio-platform\n");
    g_assert_true(change(host, false, &error_abort));
    assert_state("xgmac", "");
    host_stop(host);
}

static void test_unbind_of_a_free_device_writes_nothing(void)
{
    VFIOHost *host = host_start(NULL);

    g_assert_true(change(host, false, &error_abort));
    g_assert_cmpstr(kernel.writes->str, ==, "");
    host_stop(host);
}

static void test_unbind_leaves_other_drivers_alone(void)
{
    VFIOHost *host = host_start("xgmac");
    Error *err = NULL;
    bool done = change(host, false, &err);

    assert_refused(done, err, "but to xgmac");
    g_assert_cmpstr(kernel.writes->str, ==, "");
    host_stop(host);
}

/* ---- failures -------------------------------------------------------- */

/* Whichever call fails, the device is bound afterwards or back with its driver. */
static void test_any_call_may_fail(void)
{
    bool bound = false;

    for (unsigned n = 1; !bound || kernel.calls >= n; n++) {
        VFIOHost *host = host_start("xgmac");
        g_autofree char *driver = NULL;
        Error *err = NULL;

        kernel.fail_at = n;
        kernel.fail_errno = EIO;
        bound = change(host, true, &err);
        g_assert_true(bound == !err);
        error_free(err);
        driver = driver_get();
        /* The last look at the driver link may be what fails: then it is undone by a probe. */
        g_assert_true(strcmp(driver, "vfio-platform") == 0 || strcmp(driver, "xgmac") == 0);
        g_assert_true(!bound || strcmp(driver, "vfio-platform") == 0);
        host_stop(host);
        g_assert_cmpuint(n, <, 1000);
    }
}

/* ---- findings -------------------------------------------------------- */

static void test_a_node_that_this_user_may_not_open_is_found(void)
{
    VFIOHost *host = host_start("vfio-platform");
    g_autoptr(VFIOHostDevice) dev = NULL;
    VFIOHostFinding *finding;

    kernel.access_errno = EACCES;
    dev = vfio_host_device(host, "a.eth", &error_abort);
    g_assert_cmpint(vfio_host_verdict(dev), ==, VFIO_HOST_STEP);
    finding = g_ptr_array_index(dev->findings, 0);
    g_assert_cmpstr(finding->id, ==, "node-access");
    g_assert_nonnull(strstr(finding->command, "chown "));
    g_assert_nonnull(strstr(finding->command, " /dev/vfio/3"));
    host_stop(host);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define CASE(name, func) g_test_add_func("/vfio/host/" name, func)
    CASE("bind/takes-the-device-from-its-driver", test_bind_takes_the_device_from_its_driver);
    CASE("bind/of-a-free-device-needs-no-unbind", test_bind_of_a_free_device_needs_no_unbind);
    CASE("bind/of-a-bound-device-writes-nothing", test_bind_of_a_bound_device_writes_nothing);
    CASE("bind/refused-by-the-driver-is-noticed-and-undone",
         test_bind_refused_by_the_driver_is_noticed_and_undone);
    CASE("bind/refused-leaves-a-free-device-free", test_bind_refused_leaves_a_free_device_free);
    CASE("bind/undoes-what-a-failed-write-follows", test_bind_undoes_what_a_failed_write_follows);
    CASE("bind/keeps-its-hands-off-what-would-be-refused",
         test_bind_keeps_its_hands_off_what_would_be_refused);
    CASE("unbind/gives-the-device-back", test_unbind_gives_the_device_back);
    CASE("unbind/succeeds-without-a-driver-of-the-host",
         test_unbind_succeeds_without_a_driver_of_the_host);
    CASE("unbind/clears-what-a-half-done-bind-left", test_unbind_clears_what_a_half_done_bind_left);
    CASE("unbind/of-a-free-device-writes-nothing", test_unbind_of_a_free_device_writes_nothing);
    CASE("unbind/leaves-other-drivers-alone", test_unbind_leaves_other_drivers_alone);
    CASE("any-call-may-fail", test_any_call_may_fail);
    CASE("a-node-that-this-user-may-not-open-is-found",
         test_a_node_that_this_user_may_not_open_is_found);
#undef CASE
    return g_test_run();
}
