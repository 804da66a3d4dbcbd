/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Regulators: the host keeps them, and keeps them on; the guest sees a regulator-fixed with the
 * voltage of the host's, from its node if that fixes it, else from sysfs.
 */
#include "qemu/osdep.h"
#include "dt-internal.h"
#include "qapi/error.h"
#include "qemu/cutils.h"

static bool file_is(const char *folder, const char *entry, const char *file, const char *text)
{
    g_autofree char *path = g_build_filename(folder, entry, file, NULL);
    g_autofree char *value = NULL;

    return g_file_get_contents(path, &value, NULL, NULL) && strcmp(g_strstrip(value), text) == 0;
}

/* What the regulator of this name is set to now. */
static bool sysfs_microvolts(const DTBuild *build, const char *name, uint64_t *microvolts)
{
    g_autofree char *folder = g_strconcat(build->dev->sysroot ?: "", "/sys/class/regulator", NULL);
    GDir *dir = build->dev->sysroot && name ? g_dir_open(folder, 0, NULL) : NULL;
    const char *entry;
    bool found = false;

    while (dir && !found && (entry = g_dir_read_name(dir))) {
        g_autofree char *path = g_build_filename(folder, entry, "microvolts", NULL);
        g_autofree char *text = NULL;

        found = file_is(folder, entry, "name", name) &&
                g_file_get_contents(path, &text, NULL, NULL) &&
                parse_uint_full(g_strstrip(text), 10, microvolts) == 0;
    }
    if (dir) {
        g_dir_close(dir);
    }
    return found;
}

static uint32_t regulator_add(DTBuild *build, const char *supply, int host)
{
    const VFIOHostTree *tree = build->tree;
    uint32_t min = dt_host_cell(tree, host, "regulator-min-microvolt", 0);
    uint32_t max = dt_host_cell(tree, host, "regulator-max-microvolt", 0);
    const char *name = dt_host_string(tree, host, "regulator-name", 0);
    uint64_t microvolts = min == max ? min : 0;
    uint32_t phandle;
    DTNode *node = dt_build_extra(build, "regulator", supply, &phandle);

    if (!microvolts && (!sysfs_microvolts(build, name, &microvolts) || microvolts > INT_MAX)) {
        microvolts = 0;
    }
    dt_node_put_string(node, "compatible", "regulator-fixed");
    dt_node_put_string(node, "regulator-name", name ?: node->name);
    if (microvolts) {
        dt_node_put_cell(node, "regulator-min-microvolt", microvolts);
        dt_node_put_cell(node, "regulator-max-microvolt", microvolts);
    } else {
        dt_warn(build->dev, "the voltage of '%s-supply' is not known", supply);
    }
    dt_node_put(node, "regulator-always-on", NULL, 0);
    dt_node_put_cell(node, "phandle", phandle);
    return phandle;
}

bool dt_supply_copy(DTBuild *build, DTNode *node, const char *name, const void *value, int size,
                    Error **errp)
{
    g_autoptr(GArray) refs = dt_refs_parse(build->tree, value, size, NULL);
    g_autofree char *supply = g_strndup(name, strlen(name) - strlen("-supply"));
    g_autofree char *key = NULL;
    const DTRef *ref;
    uint32_t phandle;

    if (!refs || refs->len != 1 || g_array_index(refs, DTRef, 0).node < 0) {
        error_setg(errp, "vfio %s: '%s' of the host's node is not a reference to a regulator",
                   build->dev->name, name);
        return false;
    }
    ref = &g_array_index(refs, DTRef, 0);
    key = g_strdup_printf("regulator %" PRIx32, ref->phandle);
    phandle = GPOINTER_TO_UINT(g_hash_table_lookup(build->copied, GUINT_TO_POINTER(ref->phandle)));
    if (!phandle) {
        phandle = GPOINTER_TO_UINT(g_hash_table_lookup(build->providers, key));
    }
    if (!phandle) {
        phandle = regulator_add(build, supply, ref->node);
        g_hash_table_insert(build->providers, g_steal_pointer(&key), GUINT_TO_POINTER(phandle));
    }
    dt_node_put_cell(node, name, phandle);
    return true;
}
