/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reasons for errors of the kernel's VFIO, which are bare numbers, from what sysfs says.
 */
#include "qemu/osdep.h"
#include "host-internal.h"

static void hint_command(Error **errp, const VFIOHostFinding *finding)
{
    g_auto(GStrv) lines = g_strsplit(finding->command ?: "", "\n", -1);

    for (int i = 0; lines[i]; i++) {
        error_append_hint(errp, "  %s\n", lines[i]);
    }
}

bool vfio_host_explain(const char *sysfsdev, bool by_group, Error **errp)
{
    g_autoptr(VFIOHost) host = NULL;
    g_autoptr(VFIOHostDevice) dev = NULL;
    g_autoptr(Error) bare = NULL;

    if (!errp || !*errp || !sysfsdev) {
        return false;
    }
    host = vfio_host_new(NULL, NULL);
    dev = vfio_host_device(host, sysfsdev, NULL);
    if (!dev) {
        return false;
    }
    for (guint i = 0; i < dev->findings->len; i++) {
        const VFIOHostFinding *finding = g_ptr_array_index(dev->findings, i);

        if (finding->severity < VFIO_HOST_STEP || (finding->bars_group && !by_group)) {
            continue;
        }
        if (!bare) {
            bare = g_steal_pointer(errp);
            error_setg(errp, "%s: %s", error_get_pretty(bare), finding->text);
        } else {
            error_append_hint(errp, "Also: %s\n", finding->text);
        }
        hint_command(errp, finding);
    }
    return bare;
}
