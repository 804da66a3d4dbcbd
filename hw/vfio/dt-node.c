/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nodes in the making: collected in memory, in the order they shall be read in, and written to
 * the guest's tree at the end, all or nothing.
 */
#include "qemu/osdep.h"
#include "dt-internal.h"
#include "qapi/error.h"
#include "qemu/bswap.h"
#include "qemu/error-report.h"

static void prop_free(void *opaque)
{
    DTProp *prop = opaque;

    g_free(prop->name);
    g_free(prop->value);
    g_free(prop);
}

DTNode *dt_node_new(const char *name)
{
    DTNode *node = g_new0(DTNode, 1);

    node->name = g_strdup(name);
    node->props = g_ptr_array_new_with_free_func(prop_free);
    node->children = g_ptr_array_new_with_free_func((GDestroyNotify)dt_node_free);
    return node;
}

void dt_node_free(DTNode *node)
{
    if (node) {
        g_ptr_array_free(node->props, TRUE);
        g_ptr_array_free(node->children, TRUE);
        g_free(node->name);
        g_free(node);
    }
}

const DTProp *dt_node_prop(const DTNode *node, const char *name)
{
    for (unsigned i = 0; i < node->props->len; i++) {
        const DTProp *prop = node->props->pdata[i];

        if (strcmp(prop->name, name) == 0) {
            return prop;
        }
    }
    return NULL;
}

void dt_node_put(DTNode *node, const char *name, const void *value, size_t size)
{
    DTProp *prop = g_new(DTProp, 1);

    *prop = (DTProp) { .name = g_strdup(name), .value = g_memdup2(value, size), .size = size };
    g_ptr_array_add(node->props, prop);
}

void dt_node_put_string(DTNode *node, const char *name, const char *text)
{
    dt_node_put(node, name, text, strlen(text) + 1);
}

void dt_node_put_cell(DTNode *node, const char *name, uint32_t cell)
{
    uint32_t value = cpu_to_be32(cell);

    dt_node_put(node, name, &value, sizeof(value));
}

void dt_node_put_cells(DTNode *node, const char *name, const GArray *cells)
{
    g_autofree uint32_t *value = g_new(uint32_t, cells->len);

    for (unsigned i = 0; i < cells->len; i++) {
        value[i] = cpu_to_be32(g_array_index(cells, uint32_t, i));
    }
    dt_node_put(node, name, value, cells->len * sizeof(*value));
}

static int node_write(const DTNode *node, void *fdt, int parent)
{
    int offset = fdt_add_subnode(fdt, parent, node->name);
    int ret = MIN(offset, 0);

    /* libfdt puts what is new in front of what is there. */
    for (unsigned i = node->props->len; !ret && i-- > 0;) {
        const DTProp *prop = node->props->pdata[i];

        ret = fdt_setprop(fdt, offset, prop->name, prop->value, prop->size);
    }
    for (unsigned i = node->children->len; !ret && i-- > 0;) {
        ret = node_write(node->children->pdata[i], fdt, offset);
    }
    return ret;
}

int dt_node_flush(const DTNode *node, void *fdt, const char *parent)
{
    int offset = fdt_path_offset(fdt, *parent ? parent : "/");

    return offset < 0 ? offset : node_write(node, fdt, offset);
}

/* ---- a device's build --------------------------------------------------------------------- */

void dt_note(const VFIODTDevice *dev, bool is_warning, const char *fmt, ...)
{
    g_autofree char *text = NULL;
    va_list ap;

    va_start(ap, fmt);
    text = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    if (dev->note) {
        dev->note(dev->opaque, is_warning, text);
    } else if (is_warning) {
        warn_report("vfio %s: device tree: %s", dev->name, text);
    } else {
        info_report("vfio %s: device tree: %s", dev->name, text);
    }
}

void dt_build_init(DTBuild *build, FdtNodeContext *ctx, const VFIODTDevice *dev)
{
    *build = (DTBuild) {
        .ctx = ctx,
        .dev = dev,
        .tree = dev->tree,
        .host = dev->tree ? fdt_path_offset(dev->tree->fdt, dev->of_node) : -1,
        .copied = g_hash_table_new(NULL, NULL),
        .providers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
        .extra = g_ptr_array_new_with_free_func((GDestroyNotify)dt_node_free),
    };
}

void dt_build_clear(DTBuild *build)
{
    g_hash_table_destroy(build->copied);
    g_hash_table_destroy(build->providers);
    g_ptr_array_free(build->extra, TRUE);
    g_free(build->clk_summary);
}

bool dt_build_run(FdtNodeContext *ctx, const VFIODTDevice *dev,
                  bool (*add)(DTBuild *build, Error **errp), Error **errp)
{
    DTBuild build;
    bool ok;

    dt_build_init(&build, ctx, dev);
    ok = add(&build, errp);
    dt_build_clear(&build);
    return ok;
}

static bool extra_is_taken(const DTBuild *build, const char *name)
{
    for (unsigned i = 0; i < build->extra->len; i++) {
        if (strcmp(((DTNode *)build->extra->pdata[i])->name, name) == 0) {
            return true;
        }
    }
    return fdt_subnode_offset(build->ctx->fdt, 0, name) >= 0;
}

DTNode *dt_build_extra(DTBuild *build, const char *kind, const char *name, uint32_t *phandle)
{
    g_autofree char *stem = g_strdup_printf("%s-%s-%s", kind, name, build->dev->name);
    g_autofree char *unique = NULL;
    DTNode *node;

    /* Names come from users and hosts. */
    for (char *c = stem; *c; c++) {
        if (!g_ascii_isalnum(*c) && !strchr(",._+-", *c)) {
            *c = '-';
        }
    }
    unique = g_strdup(stem);
    for (unsigned i = 2; extra_is_taken(build, unique); i++) {
        g_free(unique);
        unique = g_strdup_printf("%s-%u", stem, i);
    }
    node = dt_node_new(unique);
    *phandle = fdt_node_phandle_new(build->ctx);
    g_ptr_array_add(build->extra, node);
    return node;
}

bool dt_build_flush(DTBuild *build, const DTNode *device, Error **errp)
{
    void *fdt = build->ctx->fdt;
    int ret = 0;

    for (unsigned i = 0; !ret && i < build->extra->len; i++) {
        ret = dt_node_flush(build->extra->pdata[i], fdt, "/");
    }
    ret = ret ?: dt_node_flush(device, fdt, build->ctx->bus_path);
    if (ret) {
        error_setg(errp, "device tree node '%s' cannot be written: %s", device->name,
                   fdt_strerror(ret));
    }
    return !ret;
}
