/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Giving a device of the host to its vfio driver and back, by the files driver_override, unbind
 * and drivers_probe of sysfs. The kernel does not report a driver that refuses a device there:
 * what became of it is read from the driver link.
 */
#include "qemu/osdep.h"
#include "host-internal.h"

/* ---- plans -------------------------------------------------------- */

static void write_free(void *opaque)
{
    VFIOHostWrite *step = opaque;

    g_free(step->path);
    g_free(step->text);
    g_free(step);
}

/* Takes ownership of @path. */
static void plan_add(GPtrArray *plan, char *path, const char *text)
{
    VFIOHostWrite *step = g_new0(VFIOHostWrite, 1);

    step->path = path;
    step->text = g_strdup(text);
    g_ptr_array_add(plan, step);
}

static char *override_path(const VFIOHostDevice *dev)
{
    return g_build_filename(dev->path, "driver_override", NULL);
}

static char *unbind_path(const VFIOHostDevice *dev)
{
    return g_build_filename(dev->path, "driver/unbind", NULL);
}

static char *probe_path(const VFIOHostDevice *dev)
{
    return g_strdup_printf("/sys/bus/%s/drivers_probe", vfio_host_bus_name(dev->bus));
}

/* Findings that would make the driver refuse the device. */
static bool binding_is_barred(const VFIOHostDevice *dev, Error **errp)
{
    bool is_barred = false;
    ERRP_GUARD();

    for (guint i = 0; i < dev->findings->len; i++) {
        const VFIOHostFinding *finding = g_ptr_array_index(dev->findings, i);

        if (!finding->bars_binding) {
            continue;
        }
        if (!is_barred) {
            error_setg(errp, "%s is not bound: %s", dev->name, finding->text);
        } else {
            error_append_hint(errp, "Also: %s\n", finding->text);
        }
        if (finding->command) {
            error_append_hint(errp, "  %s\n", finding->command);
        }
        is_barred = true;
    }
    return is_barred;
}

GPtrArray *vfio_host_bind_plan(const VFIOHostDevice *dev, Error **errp)
{
    const char *driver = vfio_host_driver_for(dev->bus);
    GPtrArray *plan;

    if (!vfio_host_driver_is_vfio(dev->driver) && binding_is_barred(dev, errp)) {
        return NULL;
    }
    plan = g_ptr_array_new_with_free_func(write_free);
    if (vfio_host_driver_is_vfio(dev->driver)) {
        return plan;
    }
    if (g_strcmp0(dev->driver_override, driver) != 0) {
        plan_add(plan, override_path(dev), driver);
    }
    if (dev->driver) {
        plan_add(plan, unbind_path(dev), dev->name);
    }
    plan_add(plan, probe_path(dev), dev->name);
    return plan;
}

GPtrArray *vfio_host_unbind_plan(const VFIOHostDevice *dev, Error **errp)
{
    bool is_bound = vfio_host_driver_is_vfio(dev->driver);
    bool is_overridden = vfio_host_driver_is_vfio(dev->driver_override);
    GPtrArray *plan;

    if (dev->driver && !is_bound && !is_overridden) {
        error_setg(errp, "%s is not bound to a vfio driver, but to %s", dev->name, dev->driver);
        return NULL;
    }
    plan = g_ptr_array_new_with_free_func(write_free);
    /* First, so that nothing that looks for a driver finds the vfio driver again. */
    if (is_overridden) {
        plan_add(plan, override_path(dev), "");
    }
    if (is_bound) {
        plan_add(plan, unbind_path(dev), dev->name);
    }
    if (is_bound || (is_overridden && !dev->driver)) {
        plan_add(plan, probe_path(dev), dev->name);
    }
    return plan;
}

/* ---- doing it -------------------------------------------------------- */

/* The kernel takes an empty line as nothing; a write of no bytes does not reach it. */
static int write_line(const VFIOHost *host, const char *path, const char *text)
{
    g_autofree char *line = g_strconcat(text, "\n", NULL);

    return vfio_host_write(host, path, line);
}

/* Undo the first @done steps of @plan, in reverse; failures cannot be helped. */
static void undo(VFIOHost *host, const VFIOHostDevice *dev, const GPtrArray *plan, guint done)
{
    bool was_unbound = false;

    for (guint i = done; i-- > 0;) {
        const VFIOHostWrite *step = g_ptr_array_index(plan, i);

        if (g_str_has_suffix(step->path, "/driver_override")) {
            write_line(host, step->path, dev->driver_override ?: "");
        } else if (g_str_has_suffix(step->path, "/unbind")) {
            was_unbound = true;
        }
    }
    if (was_unbound) {
        g_autofree char *probe = probe_path(dev);

        write_line(host, probe, dev->name);
    }
}

static char *driver_now(const VFIOHost *host, const VFIOHostDevice *dev)
{
    g_autofree char *link = g_build_filename(dev->path, "driver", NULL);

    return vfio_host_link_name(host, link);
}

bool vfio_host_apply(VFIOHost *host, const VFIOHostDevice *dev, const GPtrArray *plan,
                     bool should_be_vfio, Error **errp)
{
    g_autofree char *driver = NULL;
    ERRP_GUARD();

    for (guint i = 0; i < plan->len; i++) {
        const VFIOHostWrite *step = g_ptr_array_index(plan, i);
        int ret = write_line(host, step->path, step->text);

        if (ret < 0) {
            error_setg_errno(errp, -ret, "cannot write '%s' to '%s'", step->text, step->path);
            if (ret == -EACCES || ret == -EPERM) {
                error_append_hint(errp, "It needs root.\n");
            }
            undo(host, dev, plan, i);
            return false;
        }
    }
    driver = driver_now(host, dev);
    if (vfio_host_driver_is_vfio(driver) == should_be_vfio) {
        return true;
    }
    undo(host, dev, plan, plan->len);
    error_setg(errp, "%s is bound to %s%s after drivers_probe", dev->name,
               driver ?: "no driver", driver ? "" : ", which is the vfio driver's refusal");
    error_append_hint(errp, "The kernel's log says why: dmesg | grep -i -e vfio -e %s\n",
                      dev->name);
    return false;
}
